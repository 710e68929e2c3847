import { combined } from './combined.ts';
import { type ExchangeRecord, levelOf } from './record.ts';

/** Where the balancer says what it does. */
export interface Log {
  /** One line for a finished exchange, of which the client got that status, or nothing whole; its record is made only if the line is written. */
  exchange(status: number | null, record: () => ExchangeRecord): void;
  /** One line for what was refused before there was an exchange: the client's address, and the sentence that it got. */
  refused(client: string, sentence: string): void;
  /** One line for something else worth knowing, such as a start or a stop. */
  note(message: string): void;
}

/** `pretty` is for people, `json` for machines, `combined` for tools that read Apache's format; `off` leaves out the line per exchange. */
export type LogFormat = 'pretty' | 'json' | 'combined' | 'off';

/** What a log has, and of what. */
export interface LogRules {
  readonly format: LogFormat;
  /** The fields of a line in JSON, in their order; all where it is missing. */
  readonly fields?: readonly (keyof ExchangeRecord)[] | undefined;
  /** The share of the exchanges answered 2xx that get a line, from 0 to 1. All others always do. */
  readonly sample: number;
  /** Whether targets have their query, in which there may be what is nobody else's business. */
  readonly hasQuery: boolean;
  readonly random: () => number;
}

/** Makes a log that hands each line, with its newline, to `write`, and what are no requests to `writeNote`, where a format has no place for them. */
export function createLog(rules: LogRules, write: (line: string) => void, writeNote: (line: string) => void): Log {
  const { format } = rules;
  const writer = format === 'combined' ? writeNote : write;
  const note = (message: string) => writer(noteLine(format, message));
  const refused = (client: string, sentence: string) =>
    format === 'json' ? write(refusalLine(client, sentence)) : note(`${client} ⇒ ${sentence}`);
  if (format === 'off') return { note, exchange: () => {}, refused: () => {} };
  const lineOf = lineIn(rules);
  return {
    ...{ note, refused },
    exchange: (status, record) => {
      if (isWanted(status, rules)) write(`${lineOf(record())}\n`);
    },
  };
}

function isWanted(status: number | null, { sample, random }: LogRules): boolean {
  const isGood = status !== null && status >= 200 && status < 300;
  return !isGood || sample === 1 || random() < sample;
}

/** How a record becomes a line, without its newline. */
function lineIn({ format, fields, sample, hasQuery }: LogRules): (record: ExchangeRecord) => string {
  const shown = (record: ExchangeRecord) => (hasQuery ? record : { ...record, target: record.path });
  if (format === 'combined') return (record) => combined(shown(record));
  if (format === 'pretty') return (record) => pretty(shown(record));
  const share = sample === 1 ? {} : { sample };
  return (record) => JSON.stringify({ ...picked(shown(record), fields), ...share });
}

function picked(record: ExchangeRecord, fields: LogRules['fields']): Partial<ExchangeRecord> {
  return fields ? Object.fromEntries(fields.map((name) => [name, record[name]])) : record;
}

function refusalLine(client: string, message: string): string {
  const status = Number.parseInt(message, 10);
  return `${JSON.stringify({ time: new Date().toISOString(), level: levelOf(status), client, status, message })}\n`;
}

/** The line, with its newline, that a note is in a log of that format. */
export function noteLine(format: LogFormat, message: string): string {
  return format === 'json' ? `${JSON.stringify({ time: new Date().toISOString(), level: 'info', message })}\n` : `[balancer] ${message}\n`;
}

/** What a log says, in the place of lines that it could not write, when it can again. */
export function lossLine(format: LogFormat, lines: number): string {
  return noteLine(format, `log lines lost here, since nobody read them in time: ${lines}`);
}

/** `[balancer] GET / → localhost:8082 ECONNREFUSED → localhost:8083 200 in 3.1 ms`; with routes, `GET / → route 3 → shop → shop-1:3000 200` */
function pretty({ method, target, route, pool, attempts, status, ms }: ExchangeRecord): string {
  const road = attempts.map(({ origin, result }) => ` → ${origin} ${result}`).join('');
  const way = route === undefined ? '' : ` → ${route === null ? 'no route' : `route ${route}`}${pool === undefined ? '' : ` → ${pool}`}`;
  const told = attempts.at(-1)?.result === String(status) || status === null ? '' : ` ⇒ ${status}`;
  return `[balancer] ${method} ${target}${way}${road}${told} in ${ms.toFixed(1)} ms`;
}
