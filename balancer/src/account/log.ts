import type { ExchangeRecord } from './record.ts';

/** Where the balancer says what it does. */
export interface Log {
  /** One line for a finished exchange; its record is made only if the line is written. */
  exchange(record: () => ExchangeRecord): void;
  /** One line for what was refused before there was an exchange: the client's address, and the sentence that it got. */
  refused(client: string, sentence: string): void;
  /** One line for something else worth knowing, such as a start or a stop. */
  note(message: string): void;
}

/** `pretty` is for people, `json` for machines, `off` leaves out the line per exchange. */
export type LogFormat = 'pretty' | 'json' | 'off';

/** Makes a log that hands each line, with its newline, to `write`. */
export function createLog(format: LogFormat, write: (line: string) => void): Log {
  const note = (message: string) => write(noteLine(format, message));
  switch (format) {
    case 'pretty':
      return {
        ...{ note, exchange: (record) => write(`${pretty(record())}\n`) },
        refused: (client, sentence) => note(`${client} ⇒ ${sentence}`),
      };
    case 'json':
      return {
        note,
        exchange: (record) => write(`${JSON.stringify(record())}\n`),
        refused: (client, message) =>
          write(`${JSON.stringify({ time: new Date().toISOString(), client, status: Number.parseInt(message, 10), message })}\n`),
      };
    case 'off':
      return { note, exchange: () => {}, refused: () => {} };
  }
}

/** The line, with its newline, that a note is in a log of that format. */
export function noteLine(format: LogFormat, message: string): string {
  return format === 'json' ? `${JSON.stringify({ time: new Date().toISOString(), message })}\n` : `[balancer] ${message}\n`;
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
