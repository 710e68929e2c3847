import { keyFor } from '../tls/derive.ts';
import type { Settings } from './options.ts';

/** What sticky cookies are encrypted with by the settings: their own secret, else one from what balancers share; nothing where there is neither. */
export function stickySecretOf({ stickySecret, sharedSecret }: Pick<Settings, 'stickySecret' | 'sharedSecret'>): string | undefined {
  if (stickySecret !== 'random') return stickySecret;
  return sharedSecret === 'random' ? undefined : keyFor('sticky cookies', sharedSecret, 32).toString('hex');
}
