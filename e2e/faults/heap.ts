import { once } from 'node:events';
import type { Program } from '../process.ts';

/** What V8 says of one thread's heap, in bytes. */
interface HeapUsage {
  readonly usedSize: number;
  /** Buffers, which lie outside the heap. */
  readonly backingStorageSize: number;
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
    const threads = [undefined, ...this.#workers];
    const usages = await Promise.all(threads.map((worker) => this.#neededBy(worker)));
    return usages.reduce((sum, { usedSize, backingStorageSize }) => sum + usedSize + backingStorageSize, 0) / 1024 ** 2;
  }

  /** How many timers all threads together wait for. */
  async timers(): Promise<number> {
    const expression = "process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length";
    const threads = [undefined, ...this.#workers];
    const counts = await Promise.all(threads.map((worker) => this.#ask('Runtime.evaluate', { expression }, worker)));
    return counts.reduce<number>((sum, answer) => sum + (answer as { result: { value: number } }).result.value, 0);
  }

  close(): void {
    this.#inspector.close();
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
