import type { Attempt } from '../exchange/attempt.ts';
import { whyOf } from '../exchange/choice.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { CandidateView, Excluded } from '../pool/view.ts';
import { type AttemptBrief, attemptBriefOf, briefOf, type ExchangeBrief, rounded } from './brief.ts';
import { storyOf } from './story.ts';
import { type Counterfactual, whatIf } from './what-if.ts';

/** A candidate's figures at the moment of a pick. */
export interface CandidateFigures extends Omit<CandidateView, 'origin'> {
  readonly id: string;
}

/** One attempt with all that led to it and all that came of it. Times are ms since the request came; null where it never got there. */
export interface AttemptReport extends AttemptBrief {
  /** Whether the policy picked, or the client's cookie led there. */
  readonly by: 'policy' | 'cookie';
  /** Why this origin, in a sentence. */
  readonly why: string;
  /** The candidates in list order; of a long list, the beginning. */
  readonly candidates: readonly CandidateFigures[];
  /** How many there were in all. */
  readonly candidatesInAll: number;
  readonly excluded: readonly Excluded[];
  /** The policy's own facts. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly pickedMs: number;
  /** When a connection was there and the request began to leave on it. */
  readonly connectedMs: number | null;
  readonly firstByteMs: number | null;
  readonly endedMs: number | null;
}

/** One exchange and why it went where it went, as it was known when that was decided. */
export interface DecisionReport extends Omit<ExchangeBrief, 'attempts'> {
  /** The whole story in plain words. */
  readonly explanation: string;
  /** What its route made of it and why, in a sentence; null where all requests go to one pool. */
  readonly route: string | null;
  /** What a hash policy would hash; `hidden` where it may be a secret. */
  readonly key: string;
  /** The thread that served it. */
  readonly thread: number;
  readonly attempts: readonly AttemptReport[];
  /** Who was no candidate and why, where there was none at all. */
  readonly nobody: readonly Excluded[];
  /** Why a failed exchange was not tried (again); null where it did not fail. */
  readonly notRetried: string | null;
  /** What the other policies would have done in the state of the first pick. */
  readonly wouldHavePicked: readonly (Counterfactual & { readonly isSame: boolean })[];
}

/** Everything that is known of an exchange, in plain values. */
export function reportOf(exchange: Exchange, thread: number): DecisionReport {
  const { id, target, attempts, startedAt, nobody = [], notRetried = null } = exchange;
  const [first] = attempts;
  return {
    ...{ ...briefOf(exchange), target, thread, nobody, notRetried },
    explanation: storyOf(exchange),
    route: exchange.routed?.why ?? null,
    key: first ? shownKey(first.choice.key, exchange) : '',
    attempts: attempts.map((attempt) => attemptReportOf(attempt, startedAt)),
    wouldHavePicked: first ? whatIf(first.choice, id).map((other) => ({ ...other, isSame: other.origin === first.origin.id })) : [],
  };
}

/** A key that comes from a cookie or a header may be a secret; it is shown only where the log shows it anyway. */
function shownKey(key: string, { client, target }: Exchange): string {
  return key === client || target.includes(key) ? key : 'hidden';
}

function attemptReportOf(attempt: Attempt, arrivedAt: number): AttemptReport {
  const { choice, startedAt, connectedAt, firstByteAt, endedAt } = attempt;
  const { candidates, candidatesInAll, excluded } = choice.view;
  const since = (at: number | undefined) => (at === undefined ? null : rounded(at - arrivedAt));
  return {
    ...attemptBriefOf(attempt),
    by: choice.facts ? 'policy' : 'cookie',
    why: whyOf(choice),
    candidates: candidates.map(figuresOf),
    ...{ candidatesInAll, excluded },
    facts: plain(choice.facts),
    pickedMs: rounded(startedAt - arrivedAt),
    ...{ connectedMs: since(connectedAt), firstByteMs: since(firstByteAt), endedMs: since(endedAt) },
  };
}

function figuresOf({ origin, weight, inFlight, latencyMs, lastTurn, credit }: CandidateView): CandidateFigures {
  return { id: origin.id, weight, inFlight, latencyMs: rounded(latencyMs), lastTurn, credit };
}

/** Facts without what they can do. */
function plain(facts: object = {}): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(facts));
}
