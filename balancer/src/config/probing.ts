import { InvalidValue } from './values.ts';

/** Statuses from one to another, both included. */
export interface Statuses {
  readonly from: number;
  readonly to: number;
}

/** A name or an address as Host has it, with a port or without: RFC 9110 §7.2, but for the characters that no name has. */
const hostField = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Reads what probes say as Host: a name, perhaps with a port behind a colon, or `none`, which is nothing. */
export function hostOrNone(text: string): string | undefined {
  if (text === 'none') return undefined;
  const [whole, port = '1'] = hostField.exec(text) ?? [];
  if (whole !== undefined && isPort(port)) return text;
  throw new InvalidValue(`"${text}" is not a host; give a name such as app.example or app.example:8080, or none`);
}

/** Reads the port of another server, or `none`, which is nothing. */
export function portOrNone(text: string): number | undefined {
  if (text === 'none') return undefined;
  if (isPort(text)) return Number(text);
  throw new InvalidValue(`"${text}" is not a port to ask at; give a whole number from 1 to 65535, or none`);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

/** Reads a comma-separated list of final statuses and ranges of them, such as `200-399` or `200, 204, 301-302`. */
export function statuses(list: string): readonly Statuses[] {
  return list.split(',').map((entry) => statusRange(entry.trim()));
}

function statusRange(text: string): Statuses {
  const [, from, to = from] = /^([2-5]\d\d)(?:-([2-5]\d\d))?$/.exec(text) ?? [];
  if (from !== undefined && Number(from) <= Number(to)) return { from: Number(from), to: Number(to) };
  throw new InvalidValue(
    `"${text}" is neither a status nor a range of them; give some from 200 to 599, such as 200-399 or 200, 204, 301-302`,
  );
}

/** The name of a service of gRPC, with its package: what Protocol Buffers have. */
const service = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Reads whose health probes ask for by gRPC: a service, `server`, which has no name there, or `none`, which is nothing. */
export function grpcServiceOrNone(text: string): string | undefined {
  if (text === 'none') return undefined;
  if (text === 'server') return '';
  if (service.test(text)) return text;
  throw new InvalidValue(
    `"${text}" is not a service of gRPC; give one such as shop.v1.Orders, or server for all that a server has, or none`,
  );
}
