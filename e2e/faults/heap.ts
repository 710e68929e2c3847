import { once } from 'node:events';
import type { Program } from '../process.ts';

/** What V8 says of one thread's heap, in bytes. */
interface HeapUsage {
  readonly usedSize: number;
  /** Buffers, which lie outside the heap. */
  readonly backingStorageSize: number;
}

/** What the inspector answers with instead of an object. */
interface Remote {
  readonly result: { readonly objectId: string };
}

/** What Node knows of a timer; not its public side. */
interface Timer {
  readonly _destroyed: boolean;
  readonly _idleTimeout: number;
  readonly _onTimeout: unknown;
  hasRef(): boolean;
}

/** What all timers have in common, as the program looked at evaluates it. */
const timerPrototype = '{ const timer = setTimeout(() => {}, 1); clearTimeout(timer); Object.getPrototypeOf(timer); }';

/** What those timers wait for that keep a program alive; runs in the program looked at, on a list of all timers. */
function kindsOf(this: readonly Timer[]): string[] {
  const alive = this.filter((timer) => timer._idleTimeout > 0 && !timer._destroyed && timer.hasRef());
  return alive.map((timer) => `${timer._idleTimeout} ms: ${String(timer._onTimeout).replace(/\s+/g, ' ').slice(0, 120)}`);
}

/** Has Program start Node so that its inspector, once it is asked for, listens on a free port. */
export const inspectable = { NODE_OPTIONS: '--inspect-port=0' };

/**
 * What a running Node program, started as `inspectable`, holds on to: its memory after a full garbage collection in each of its
 * threads. Resident memory says less, since V8 lets a young heap grow for as long as it pays.
 */
export class Heap {
  readonly #inspector: WebSocket;
  readonly #answered = new Map<number, (result: unknown) => void>();
  readonly #workers = new Set<string>();
  #sent = 0;

  private constructor(inspector: WebSocket) {
    this.#inspector = inspector;
    inspector.addEventListener('message', ({ data }) => this.#hear(JSON.parse(data)));
  }

  /** Opens the program's inspector, by the signal that asks Node for it. */
  static async of(program: Program): Promise<Heap> {
    program.signal('SIGUSR1');
    const [, address = ''] = await program.printed(/Debugger listening on (ws:\S+)/);
    const inspector = new WebSocket(address);
    await once(inspector, 'open');
    const heap = new Heap(inspector);
    await heap.#ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return heap;
  }

  /** MiB that all threads together still need. */
  async needed(): Promise<number> {
    const usages = await this.#ofEach((worker) => this.#neededBy(worker));
    return usages.reduce((sum, { usedSize, backingStorageSize }) => sum + usedSize + backingStorageSize, 0) / 1024 ** 2;
  }

  /** How many timers all threads together wait for. */
  async timers(): Promise<number> {
    const expression = "process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length";
    const counts = await this.#ofEach((worker) => this.#ask('Runtime.evaluate', { expression }, worker));
    return counts.reduce<number>((sum, answer) => sum + (answer as { result: { value: number } }).result.value, 0);
  }

  /**
   * What those timers are, in words: how many of each kind, which is a delay and what is done then. Says where to look when there are
   * too many; the inspector does not always find each of them.
   */
  async timersInWords(): Promise<string> {
    const kinds = (await this.#ofEach((worker) => this.#timersOf(worker))).flat();
    const counts = Map.groupBy(kinds, (kind) => kind);
    return [...counts].map(([kind, { length }]) => `${length} × ${kind}`).join('\n');
  }

  close(): void {
    this.#inspector.close();
  }

  #ofEach<Result>(ask: (worker: string | undefined) => Promise<Result>): Promise<Result[]> {
    return Promise.all([undefined, ...this.#workers].map(ask));
  }

  async #timersOf(worker: string | undefined): Promise<readonly string[]> {
    const prototype = await this.#ask('Runtime.evaluate', { expression: timerPrototype }, worker);
    const prototypeObjectId = (prototype as Remote).result.objectId;
    const { objects } = (await this.#ask('Runtime.queryObjects', { prototypeObjectId }, worker)) as { objects: { objectId: string } };
    const call = { functionDeclaration: String(kindsOf), objectId: objects.objectId, returnByValue: true };
    const kinds = await this.#ask('Runtime.callFunctionOn', call, worker);
    return (kinds as { result: { value: string[] } }).result.value;
  }

  async #neededBy(worker: string | undefined): Promise<HeapUsage> {
    await this.#ask('HeapProfiler.collectGarbage', {}, worker);
    return (await this.#ask('Runtime.getHeapUsage', {}, worker)) as HeapUsage;
  }

  /** Asks the main thread, or a worker by way of it. */
  #ask(method: string, params: object, worker?: string): Promise<unknown> {
    this.#sent += 1;
    const id = this.#sent;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#answered.set(id, resolve);
    const message = JSON.stringify({ id, method, params });
    if (worker === undefined) this.#inspector.send(message);
    else this.#ask('NodeWorker.sendMessageToWorker', { sessionId: worker, message });
    return promise;
  }

  #hear({ id, result, method, params }: { id?: number; result?: unknown; method?: string; params?: Record<string, string> }): void {
    if (method === 'NodeWorker.attachedToWorker') this.#workers.add(String(params?.['sessionId']));
    if (method === 'NodeWorker.detachedFromWorker') this.#workers.delete(String(params?.['sessionId']));
    if (method === 'NodeWorker.receivedMessageFromWorker') this.#hear(JSON.parse(String(params?.['message'])));
    if (id === undefined) return;
    this.#answered.get(id)?.(result);
    this.#answered.delete(id);
  }
}
