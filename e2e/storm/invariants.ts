import type { Attempt } from '../../balancer/src/brain/exchange/attempt.ts';
import type { Exchange } from '../../balancer/src/brain/exchange/exchange.ts';
import type { Member } from '../../balancer/src/brain/pool/member.ts';
import { briefOf } from '../../balancer/src/brain/story/brief.ts';
import { storyOf } from '../../balancer/src/brain/story/story.ts';
import type { SimulatedBalancer } from '../../balancer/src/simulate/balancer.ts';
import type { Carried, Home } from '../../balancer/src/simulate/carried.ts';
import type { Happening } from '../../balancer/src/simulate/scenario.ts';
import type { Simulation, Watcher } from '../../balancer/src/simulate/simulation.ts';
import type { SimulatedThread } from '../../balancer/src/simulate/thread.ts';
import { Rotation } from './rotation.ts';

/** Something was not as it must always be. */
export class Violation extends Error {}

/** Retries that are always allowed at once, and the part of the running requests that may be: Envoy's retry budget. */
const leastRetries = 3;
const retryShare = 0.2;

/** Watches a simulation, and throws a Violation at the first step after which something is not as it must always be. */
export class Inspector implements Watcher {
  #simulation: Simulation | undefined;
  readonly #told = new Set<Carried>();
  readonly #rotations = new Map<SimulatedThread['ledger'], Rotation>();
  /** Requests whose retries needed room in the budget. */
  readonly #paid = new Set<string>();
  /** Where each key went, among whom. */
  readonly #homes = new Map<string, string>();

  /** To be called before the first step. */
  inspect(simulation: Simulation): void {
    this.#simulation = simulation;
    for (const balancer of simulation.balancers) this.#watchEjections(balancer);
  }

  picked(exchange: Exchange, thread: SimulatedThread): void {
    const attempt = exchange.attempts.at(-1) as Attempt;
    this.#checkPicked(attempt, exchange, thread);
    this.#checkRetry(exchange, thread);
    this.#checkTurns(attempt, thread);
    this.#checkHome(attempt);
  }

  told(carried: Carried, status: number | null): void {
    must(!this.#told.has(carried), `${carried.exchange.id} ended twice`);
    this.#told.add(carried);
    if (carried.exchange.ended) this.#checkStory(carried.exchange, status);
    this.#checkRefusal(carried);
  }

  happens(event: Happening): void {
    // Whoever's weights or list is another begins a new rotation.
    if (event.kind === 'reload' || event.kind === 'settings' || event.kind === 'loseThread') this.#rotations.clear();
  }

  stepped(): void {
    for (const balancer of this.#simulation?.balancers ?? []) {
      checkLeases(balancer);
      checkRoom(balancer);
    }
  }

  /** Once all is over: nothing may be left. */
  atEnd(): void {
    const { running = [], balancers = [] } = this.#simulation ?? {};
    must(running.length === 0, `${running.length} requests never ended, such as ${running[0]?.exchange.id}`);
    for (const balancer of balancers) {
      checkLeases(balancer);
      checkRoom(balancer);
      must(balancer.ledger.enter(0) === 0, `${balancer.ledger.enter(0)} requests count as running for ever`);
      must(balancer.ledger.waiting === 0, `${balancer.ledger.waiting} requests count as waiting for ever`);
      for (const { origin, state, inFlight } of balancer.roster.members) {
        must(state !== 'draining' || inFlight > 0, `${origin.id} drains for ever, though nothing runs there`);
      }
      const [left] = [...balancer.roster.leaving];
      must(!left, `${left?.origin.id} left the list and never goes, ${left?.state} with ${left?.inFlight} in flight`);
    }
  }

  #checkPicked({ origin, choice }: Attempt, { id, attempts }: Exchange, { roster, rules, settings }: SimulatedThread): void {
    const member = roster.memberAt(origin);
    must(member !== undefined, `${id} went to ${origin.id}, which is not on the list`);
    const ready = roster.members.filter(({ state }) => state === 'ready');
    must(member.state === 'ready' || (ready.length === 0 && member.isWorthATry), `${id} went to ${origin.id}, which is ${member.state}`);
    const { maxConnections } = settings.pool;
    const { inFlight } = member.figures;
    must(inFlight <= maxConnections, `${id} went to ${origin.id}, which had ${inFlight - 1} of ${maxConnections} already`);
    const visits = attempts.filter((attempt) => attempt.origin.id === origin.id).length;
    must(visits === 1, `${id} was at ${origin.id} ${visits} times`);
    must(attempts.length <= rules.retries + 1, `${id} had ${attempts.length} attempts, with ${rules.retries} retries`);
    must(
      choice.view.candidates.some((candidate) => candidate.origin.id === origin.id),
      `${id} went to ${origin.id}, which was no candidate`,
    );
  }

  /** A further attempt must have room in the budget, unless it leaves an origin that is out. */
  #checkRetry({ id, attempts, method }: Exchange, thread: SimulatedThread): void {
    const before = attempts.at(-2);
    if (!before) return;
    const isPaid = !thread.pool.isLeftOut(before.origin) && !this.#paid.has(id);
    if (isPaid) this.#paid.add(id);
    const { outcome } = before;
    must(outcome?.kind === 'failed', `${id} was tried again, though its attempt was ${outcome?.kind}`);
    must(outcome.during !== 'answering', `${id} was tried again, though an answer had begun`);
    must(method === 'GET' || outcome.during === 'connecting', `${id}, a ${method}, was sent twice`);
    const { running, retrying } = this.#retriesIn(thread);
    const most = Math.max(leastRetries, Math.ceil(retryShare * running));
    must(!isPaid || retrying <= most, `${retrying} of ${running} requests are on a retry, where ${most} may be`);
  }

  /** Who was refused a retry because too many are tried again must have been right to be. */
  #checkRefusal({ exchange: { id, notRetried }, thread }: Carried): void {
    if (!notRetried?.startsWith('the retry budget')) return;
    const { running, retrying } = this.#retriesIn(thread);
    const most = Math.max(leastRetries, retryShare * (running + 1));
    must(
      retrying >= most,
      `${id} was not tried again, though only ${retrying} of ${running} requests are on a retry, where ${most} may be`,
    );
  }

  /** Requests that run in a thread, and how many of them are on a retry that needed room in the budget, without an answer. */
  #retriesIn(thread: Home): { readonly running: number; readonly retrying: number } {
    const running = [...thread.running].filter(({ stage }) => stage === 'inside');
    const isRetrying = ({ exchange: { id, attempts } }: Carried) => this.#paid.has(id) && attempts.at(-1)?.firstByteAt === undefined;
    return { running: running.length, retrying: running.filter(isRetrying).length };
  }

  #checkTurns({ origin, choice }: Attempt, { ledger, rules }: SimulatedThread): void {
    if (rules.policyName !== 'round-robin' || choice.view.candidates.length !== choice.view.candidatesInAll) return;
    const key = rootOf(this.#simulation, ledger);
    const rotation = this.#rotations.get(key) ?? new Rotation();
    this.#rotations.set(key, rotation);
    const problem = rotation.turn(origin.id, choice.view.candidates);
    must(problem === undefined, problem ?? '');
  }

  /** Rendezvous hashing: a key goes to the same origin among the same candidates; and with fewer, unless its own is gone. */
  #checkHome({ origin, choice: { policy, key, view } }: Attempt): void {
    if (policy !== 'rendezvous-hash' || view.candidates.length !== view.candidatesInAll) return;
    const among = view.candidates.map(({ origin: { id }, weight }) => `${id}*${weight}`).sort();
    const homeOf = (names: readonly string[]) => this.#homes.get(`${key} among ${names.join()}`);
    const known = homeOf(among);
    must(known === undefined || known === origin.id, `${key} moved from ${known} to ${origin.id} though nothing had changed`);
    this.#homes.set(`${key} among ${among.join()}`, origin.id);
    for (const name of among) {
      const without = among.filter((other) => other !== name);
      const home = homeOf(without);
      const isNew = name.startsWith(`${origin.id}*`);
      must(home === undefined || isNew || home === origin.id, `${key} moved from ${home} to ${origin.id} when ${name} came`);
    }
  }

  #checkStory(exchange: Exchange, status: number | null): void {
    const story = storyOf(exchange);
    const { attempts, status: reported } = briefOf(exchange);
    must(reported === status, `the report of ${exchange.id} says ${reported}, and its client got ${status}`);
    must(!story.includes('still under way'), `the story of ${exchange.id}, which is over, says: ${story}`);
    must(attempts.length === exchange.attempts.length, `the report of ${exchange.id} has ${attempts.length} attempts`);
    for (const { origin, choice } of exchange.attempts) {
      must(story.includes(origin.id), `the story of ${exchange.id} lacks ${origin.id}: ${story}`);
      must(
        choice.view.excluded.every(({ id }) => id !== origin.id),
        `${exchange.id} went to ${origin.id}, which its story leaves out`,
      );
    }
    const wasAnswered = exchange.attempts.at(-1)?.outcome?.kind === 'answered';
    must(
      wasAnswered === (status !== null && exchange.notRetried === undefined),
      `${exchange.id} got ${status}, and its story says: ${story}`,
    );
    must(
      status === null || exchange.attempts.at(-1)?.outcome?.kind !== 'abandoned',
      `${exchange.id} got ${status}, and its story says: ${story}`,
    );
    if (!wasAnswered && status !== null) must(story.includes(`The client got ${status}.`), `${exchange.id} got ${status}: ${story}`);
  }

  #watchEjections({ roster, settings }: SimulatedBalancer): void {
    roster.observe({
      changed: ({ id }, { state }) => {
        if (state !== 'ejected') return;
        must(
          roster.members.some(({ isReady }) => isReady),
          `${id} was ejected, the last origin that was ready`,
        );
        const ejected = roster.members.filter((member) => member.state === 'ejected').length;
        const most = Math.floor(roster.members.length * settings.health.maxEjected + 1e-6);
        must(ejected <= most, `${ejected} of ${roster.members.length} origins are ejected, where ${most} may be`);
      },
    });
  }
}

function must(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Violation(problem);
}

/** What is counted in flight is what is held. */
function checkLeases({ roster, threads }: SimulatedBalancer): void {
  const held = new Map<string, number>();
  for (const { isLeased, exchange } of threads.flatMap(({ running }) => [...running])) {
    const at = isLeased ? exchange.attempts.at(-1)?.origin.id : undefined;
    if (at !== undefined) held.set(at, (held.get(at) ?? 0) + 1);
  }
  const check = ({ origin: { id }, inFlight }: Member) =>
    must(inFlight === (held.get(id) ?? 0), `${id} counts ${inFlight} in flight, and ${held.get(id) ?? 0} are`);
  roster.members.forEach(check);
  for (const member of roster.leaving) if (!roster.memberAt(member.origin)) check(member);
}

/** Who runs and who waits is counted; and no more wait than may. */
function checkRoom({ ledger, threads, settings }: SimulatedBalancer): void {
  let [inside, waiting] = [0, 0];
  for (const { running } of threads) {
    for (const { stage } of running) {
      if (stage === 'inside') inside += 1;
      if (stage === 'waiting') waiting += 1;
    }
  }
  must(ledger.enter(0) === inside, `${ledger.enter(0)} requests count as running, and ${inside} are`);
  must(ledger.waiting === waiting, `${ledger.waiting} requests count as waiting, and ${waiting} are`);
  must(waiting <= Math.max(settings.room.maxWaiting, 100), `${waiting} requests wait, where ${settings.room.maxWaiting} may`);
}

/** The main thread's ledger of the balancer that a thread's ledger is one of. */
function rootOf(simulation: Simulation | undefined, ledger: SimulatedThread['ledger']) {
  return simulation?.balancers.find(({ threads }) => threads.some((thread) => thread.ledger === ledger))?.ledger ?? ledger;
}
