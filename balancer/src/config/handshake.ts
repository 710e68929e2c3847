import type { HandshakeTerms } from '../wire/handshake.ts';
import type { Settings } from './options.ts';

/** How the origins of a pool with those settings have to show who they are over TLS. */
export function handshakeOf({ originName, originCa, originVerify }: HandshakeSettings): HandshakeTerms {
  return { name: originName, authorities: originCa, isChecked: originVerify };
}

/** The settings that say it. */
export type HandshakeSettings = Pick<Settings, 'originName' | 'originCa' | 'originVerify'>;
