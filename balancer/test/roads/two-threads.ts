import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';
import type { ExchangeRecord } from '../../src/account/record.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { until } from '../until.ts';
import { TestCrew } from './crews.ts';
import { TlsDoor } from './over-tls.ts';
import { configOf, type Door, type RoadOptions, type TestRoad, watchOver } from './road.ts';
import { overTls } from './tls-flags.ts';

/** Crews that nobody uses. Threads start slowly, and a crew can follow another configuration: most tests get a used one. */
const idle: TestCrew[] = [];
let isOver = false;
if (process.env['THREADS'] === '2') {
  afterAll(async () => {
    isOver = true;
    await Promise.all(idle.splice(0).map((crew) => crew.stop()));
  });
}

/** A road over the crew that production has: two threads on one port, whose roster and ledger the test's thread owns. */
export function crewRoad(origins: readonly Origin[], options: RoadOptions): TestRoad {
  const config = configOf(origins, options, 2);
  const used = options.watched ? -1 : idle.findIndex((crew) => crew.canFollow(config));
  const crew = idle.splice(used, used === -1 ? 0 : 1)[0] ?? new TestCrew(config);
  if (used !== -1) crew.reuse(config);
  const health = options.watched ? watchOver(crew.pool.roster) : undefined;
  crew.tell = (id, evidence) => health?.observe(id, evidence);
  const records = () => crew.logged().filter((line) => 'attempts' in line) as unknown as ExchangeRecord[];
  const { pool, ledger } = crew;
  const door = overTls && !config.h2c ? new TlsDoor((host) => crew.listen(host)) : new CrewDoor(crew);
  return {
    ...{ server: door, threads: config.threads, pool, ledger, records },
    record: async () => {
      await until(() => records().length > 0, records);
      return records()[0] as ExchangeRecord;
    },
    ask: (question) => crew.ask(question),
    notes: () => [...crew.notes, ...crew.logged().flatMap(({ message }) => (message === undefined ? [] : [String(message)]))],
    close: async () => {
      health?.stop();
      if (door instanceof TlsDoor) door.close();
      const isFree = await crew.clear();
      if (isFree && !isOver && !options.watched) idle.push(crew);
      else await crew.stop();
    },
  };
}

/** What looks like a server to tests. */
class CrewDoor extends EventEmitter implements Door {
  readonly #crew: TestCrew;
  #address: AddressInfo | null = null;

  constructor(crew: TestCrew) {
    super();
    this.#crew = crew;
  }

  get listening(): boolean {
    return this.#address !== null;
  }

  listen(_port: number, address: string): this {
    this.#crew.listen(address).then(
      (port) => {
        this.#address = { port, address, family: 'IPv4' };
        this.emit('listening');
      },
      (error) => this.emit('error', error),
    );
    return this;
  }

  address(): AddressInfo | null {
    return this.#address;
  }
}
