import type { Attempt } from '../../../balancer/src/brain/exchange/attempt.ts';
import type { Exchange } from '../../../balancer/src/brain/exchange/exchange.ts';
import type { DeployEnding } from '../../../balancer/src/brain/pool/deploy.ts';
import type { Routed } from '../../../balancer/src/brain/route/routed.ts';
import type { Origin } from '../../../balancer/src/brain/select/origin.ts';
import type { Asked } from '../../../balancer/src/simulate/asked.ts';
import type { Carried, Home } from '../../../balancer/src/simulate/carried.ts';
import { SimulatedLane } from '../../../balancer/src/simulate/lane.ts';
import type { SimulatedPool } from '../../../balancer/src/simulate/pool.ts';
import type { Happening } from '../../../balancer/src/simulate/scenario.ts';
import type { Simulation, Watcher } from '../../../balancer/src/simulate/simulation.ts';
import type { SimulatedThread } from '../../../balancer/src/simulate/thread.ts';
import { checkCounts, checkDrains, checkRest } from './counts.ts';
import { DeploysCheck } from './deploys.ts';
import { RoomsCheck } from './rooms.ts';
import { Rotation } from './rotation.ts';
import { RoutesCheck } from './routes.ts';
import { checkStory } from './stories.ts';
import { must } from './violation.ts';

/** Retries that are always allowed at once, and the part of the running requests that may be: Envoy's retry budget. */
const leastRetries = 3;
const retryShare = 0.2;

/** Watches a simulation, and throws a Violation at the first step after which something is not as it must always be. */
export class Inspector implements Watcher {
  #simulation: Simulation | undefined;
  readonly #now = () => this.#simulation?.world.now() ?? 0;
  readonly #routes = new RoutesCheck();
  readonly #deploys = new DeploysCheck(this.#now);
  readonly #rooms = new RoomsCheck(this.#now);
  readonly #told = new Set<Carried>();
  /** What the main thread keeps of the pool of each lane. */
  readonly #kept = new Map<SimulatedLane, SimulatedPool>();
  readonly #rotations = new Map<SimulatedPool, Rotation>();
  /** Requests whose retries needed room in the budget. */
  readonly #paid = new Set<string>();
  /** Where each key went, among whom. */
  readonly #homes = new Map<string, string>();

  /** To be called before the first step. */
  inspect(simulation: Simulation): void {
    this.#simulation = simulation;
    for (const { pools } of simulation.balancers) {
      for (const pool of pools) {
        this.#watchEjections(pool);
        this.#deploys.watch(pool);
      }
    }
  }

  picked(exchange: Exchange, lane: SimulatedLane): void {
    const attempt = exchange.attempts.at(-1) as Attempt;
    const kept = this.#keptOf(lane);
    if (exchange.attempts.length === 1) this.#rooms.begins(kept, exchange.id);
    this.#deploys.picked(kept, attempt.origin);
    checkWay(exchange, attempt, lane, kept);
    this.#checkPicked(attempt, exchange, lane);
    this.#checkRetry(exchange, lane);
    this.#checkTurns(attempt, lane);
    this.#checkHome(attempt);
  }

  told(carried: Carried, status: number | null): void {
    must(!this.#told.has(carried), `${carried.exchange.id} ended twice`);
    this.#told.add(carried);
    if (carried.exchange.ended) checkStory(carried.exchange, status);
    this.#checkRefusal(carried);
    const { lane } = carried;
    if (lane instanceof SimulatedLane) this.#rooms.told(this.#keptOf(lane), carried, lane);
  }

  routed(routed: Routed, asked: Asked, thread: SimulatedThread): void {
    this.#routes.routed(routed, asked, thread, this.#now());
  }

  deploys(pool: SimulatedPool, wanted: readonly Origin[], before: readonly Origin[]): void {
    this.#deploys.begun(pool, wanted, before);
  }

  deployed(pool: SimulatedPool, ending: DeployEnding): void {
    this.#deploys.ended(pool, ending);
  }

  happens(event: Happening): void {
    // Whoever's weights or list is another begins a new rotation.
    if (event.kind === 'reload' || event.kind === 'settings' || event.kind === 'loseThread') this.#rotations.clear();
    for (const { pools } of this.#simulation?.balancers ?? []) this.#happensIn(poolOf(event, pools), event);
  }

  #happensIn(pool: SimulatedPool, event: Happening): void {
    if (event.kind === 'reload') this.#deploys.reloads(pool);
    if (event.kind === 'settings') this.#rooms.changes(pool);
    if (event.kind === 'pause') this.#rooms.pauses(pool, event.ms);
    if (event.kind === 'resume') this.#rooms.resumes(pool);
  }

  stepped(): void {
    for (const { pools, threads } of this.#simulation?.balancers ?? []) {
      for (const [number, pool] of pools.entries()) {
        const { inside, waiting } = checkCounts(pool, lanesOf(threads, number));
        this.#rooms.stepped(pool, inside, waiting);
        if (pool.settings.drainTimeout !== undefined) checkDrains(pool, this.#now());
      }
    }
  }

  /** Once all is over: nothing may be left. */
  atEnd(): void {
    const { running = [], balancers = [] } = this.#simulation ?? {};
    must(running.length === 0, `${running.length} requests never ended, such as ${running[0]?.exchange.id}`);
    for (const { pools, threads } of balancers) {
      for (const [number, pool] of pools.entries()) {
        checkCounts(pool, lanesOf(threads, number));
        checkRest(pool);
      }
    }
  }

  #checkPicked({ origin, choice }: Attempt, { id, attempts }: Exchange, { roster, rules, settings }: SimulatedLane): void {
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
  #checkRetry({ id, attempts, method }: Exchange, lane: SimulatedLane): void {
    const before = attempts.at(-2);
    if (!before) return;
    const isPaid = !lane.pool.isLeftOut(before.origin) && !this.#paid.has(id);
    if (isPaid) this.#paid.add(id);
    const { outcome } = before;
    must(outcome?.kind === 'failed', `${id} was tried again, though its attempt was ${outcome?.kind}`);
    must(outcome.during !== 'answering', `${id} was tried again, though an answer had begun`);
    must(method === 'GET' || outcome.during === 'connecting', `${id}, a ${method}, was sent twice`);
    const { running, retrying } = this.#retriesIn(lane);
    const most = Math.max(leastRetries, Math.ceil(retryShare * running));
    must(!isPaid || retrying <= most, `${retrying} of ${running} requests are on a retry, where ${most} may be`);
  }

  /** Who was refused a retry because too many are tried again must have been right to be. */
  #checkRefusal({ exchange: { id, notRetried }, lane }: Carried): void {
    if (!notRetried?.startsWith('the retry budget')) return;
    const { running, retrying } = this.#retriesIn(lane);
    const most = Math.max(leastRetries, retryShare * (running + 1));
    must(
      retrying >= most,
      `${id} was not tried again, though only ${retrying} of ${running} requests are on a retry, where ${most} may be`,
    );
  }

  /** Requests that run in a lane, and how many of them are on a retry that needed room in the budget, without an answer. */
  #retriesIn(lane: Home): { readonly running: number; readonly retrying: number } {
    const running = [...lane.running].filter(({ stage }) => stage === 'inside');
    const isRetrying = ({ exchange: { id, attempts } }: Carried) => this.#paid.has(id) && attempts.at(-1)?.firstByteAt === undefined;
    return { running: running.length, retrying: running.filter(isRetrying).length };
  }

  #checkTurns({ origin, choice }: Attempt, lane: SimulatedLane): void {
    if (lane.rules.policyName !== 'round-robin' || choice.view.candidates.length !== choice.view.candidatesInAll) return;
    const pool = this.#keptOf(lane);
    const rotation = this.#rotations.get(pool) ?? new Rotation();
    this.#rotations.set(pool, rotation);
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

  #keptOf(lane: SimulatedLane): SimulatedPool {
    // A thread that took another's place has lanes of its own.
    if (!this.#kept.has(lane)) this.#knowLanes();
    return this.#kept.get(lane) as SimulatedPool;
  }

  #knowLanes(): void {
    for (const { pools, threads } of this.#simulation?.balancers ?? []) {
      for (const { lanes } of threads) for (const [number, lane] of lanes.entries()) this.#kept.set(lane, pools[number] as SimulatedPool);
    }
  }

  #watchEjections({ roster, settings }: SimulatedPool): void {
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

/** A request goes to an origin of the pool that its route led to, and its story says which route that was. */
function checkWay({ id, routed }: Exchange, { origin }: Attempt, { name }: SimulatedLane, { roster, name: kept }: SimulatedPool): void {
  if (routed)
    must(
      routed.kind === 'pool' && routed.pool === name,
      `${id} was led ${'pool' in routed ? routed.pool : routed.kind}, and is in ${name}`,
    );
  const isThere = roster.memberAt(origin) !== undefined || [...roster.leaving].some((member) => member.origin.id === origin.id);
  must(name === kept && isThere, `${id} went to ${origin.id}, which is none of ${name}`);
}

/** The lanes of the pool of that number, in all threads. */
function lanesOf(threads: readonly SimulatedThread[], number: number): readonly SimulatedLane[] {
  return threads.map(({ lanes }) => lanes[number] as SimulatedLane);
}

/** The pool that an event is about. */
function poolOf(event: Happening, pools: readonly SimulatedPool[]): SimulatedPool {
  const { pool = 0 } = 'pool' in event ? event : {};
  return pools[pool % pools.length] as SimulatedPool;
}
