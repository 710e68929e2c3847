import { Agent } from 'node:https';
import { type AskTerms, ask } from './ask.ts';
import type { Clock } from './clock.ts';
import { directoryIn } from './directory.ts';
import type { KeptHost } from './kept-host.ts';
import { renewalInfoIn } from './renewal-info.ts';
import type { AuthorityTerms } from './round.ts';
import { dated } from './words.ts';

/** How an authority is asked when it wants certificates renewed. */
export interface AskingParts extends AuthorityTerms {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly note: (message: string) => void;
}

/** When to ask again where the authority does not say, or can't be asked, in ms. */
const later = 6 * 60 * 60_000;

/** Asks the authority when it wants the certificates of those hosts renewed (RFC 9773); where it says nothing, each keeps its own time. Never rejects. */
export async function askWhen(hosts: readonly KeptHost[], { directory, ca, timeout, signal, clock, note }: AskingParts): Promise<void> {
  const agent = new Agent({ ca });
  const terms: AskTerms = { agent, timeout, signal, now: clock.now };
  for (const host of hosts) host.nextAsking = clock.now() + later;
  try {
    const { renewalInfo } = directoryIn(await ask(directory, {}, terms), directory);
    if (renewalInfo !== undefined) for (const host of hosts) await askFor(host, renewalInfo, terms, note);
  } catch {
    // It is an advice: without it, certificates are renewed in time all the same.
  } finally {
    agent.destroy();
  }
}

async function askFor(host: KeptHost, renewalInfo: string, terms: AskTerms, note: AskingParts['note']): Promise<void> {
  const { held, renewalInfo: before } = host;
  if (held?.name === undefined) return;
  const info = renewalInfoIn(await ask(`${renewalInfo.replace(/\/$/, '')}/${held.name}`, {}, terms));
  // It may have been replaced meanwhile.
  if (host.held !== held) return;
  host.renewalInfo = info;
  host.nextAsking = terms.now() + info.askAgain;
  if (before?.start === info.start && before.end === info.end) return;
  const why = info.explained === undefined ? '' : `, see ${info.explained}`;
  note(`acme: ${host.name}: the authority wants it renewed between ${dated(info.start)} and ${dated(info.end)}${why}`);
}
