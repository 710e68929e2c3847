import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ExchangeRecord } from '../../src/account/record.ts';
import type { Origin } from '../../src/brain/select/origin.ts';
import { settingsOf } from '../../src/config/settings.ts';
import { Serving } from '../../src/serve.ts';
import { SharedRates } from '../../src/threads/shared-rates.ts';
import { ownLedger, ownPool } from '../ledger.ts';
import { TlsDoor } from './over-tls.ts';
import { configOf, type Door, instance, now, type RoadOptions, secret, type TestRoad, watchOver } from './road.ts';
import { overTls } from './tls-flags.ts';

/** A road in the test's own thread. */
export function ownRoad(origins: readonly Origin[], options: RoadOptions): TestRoad {
  const config = configOf(origins, options, 1);
  const first = Promise.withResolvers<ExchangeRecord>();
  const records: ExchangeRecord[] = [];
  const notes: string[] = [];
  const log = {
    note: (message: string) => void notes.push(message),
    refused: (_client: string, sentence: string) => void notes.push(sentence),
    exchange: (_status: number | null, record: () => ExchangeRecord) => {
      records.push(record());
      first.resolve(record());
    },
  };
  const ledger = ownLedger();
  const pool = ownPool(origins, settingsOf.pool(config), ledger, now);
  const health = options.watched ? watchOver(pool.roster) : undefined;
  const serving = new Serving(config, {
    pools: [{ number: 1, name: 'default', settings: config, policyName: config.policy, pool, ledger }],
    ...{
      house: ledger,
      rates: new SharedRates(config.routes ?? [], now),
      log,
      secret,
      instance,
      tell: (_pool, id, evidence) => health?.observe(id, evidence),
    },
  });
  const door = overTls ? new TlsDoor(async (host) => (await serving.listen({ port: 0, tlsPort: 0 }, host)).tlsPort ?? 0) : undefined;
  return {
    ...{ server: config.h2c ? new ServingDoor(serving) : (door ?? serving.listener.server), threads: 1, pool, ledger },
    ask: async (question) => serving.ask(question),
    ...{ record: () => first.promise, records: () => records, notes: () => notes },
    close: async () => {
      door?.close();
      // Where tests have it listen themselves, nobody else ends that.
      serving.listener.server.close();
      serving.listener.cut();
      health?.stop();
      await serving.stop();
    },
  };
}

/** What looks like a server to tests, where something comes before HTTP. */
class ServingDoor extends EventEmitter implements Door {
  readonly #serving: Serving;
  #address: AddressInfo | null = null;

  constructor(serving: Serving) {
    super();
    this.#serving = serving;
  }

  get listening(): boolean {
    return this.#address !== null;
  }

  listen(_port: number, address: string): this {
    this.#serving.listen({ port: 0 }, address).then(
      ({ port }) => {
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
