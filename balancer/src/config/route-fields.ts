import { isDroppedFromClients } from '../admit/claims.ts';
import type { FieldChanges } from '../brain/route/route.ts';
import { isHopByHop } from '../forward/fields.ts';
import { type Entry, kindOf, type Lined, wordsOf } from './lined.ts';
import { mapOf, type Reader, some } from './route-readers.ts';
import { InvalidValue, token } from './values.ts';

/** Names and values of fields. */
export type Fields = Readonly<Record<string, string>>;

/** Says of a field, by its name in lower case, why it can't be changed; nothing where it can. */
type Untouchable = (name: string) => string | undefined;

/** Why a route can't change a field of requests: how a message is read, where it goes and who sent it depend on these. */
export const untouchableInRequests: Untouchable = (name) => {
  if (name === 'host') return 'stays as the client sent it';
  if (name === 'expect') return 'is answered by the balancer itself';
  if (isDroppedFromClients(name) || name === 'via' || name === 'x-lb-hop') return 'is what the balancer itself tells origins';
  return untouchableAnywhere(name);
};

/** Why a route can't change a field of answers. */
export const untouchableInAnswers: Untouchable = (name) => {
  if (name === 'via' || name.startsWith('x-lb-')) return 'is what the balancer itself tells clients';
  return untouchableAnywhere(name);
};

function untouchableAnywhere(name: string): string | undefined {
  if (isHopByHop(name) || name === 'http2-settings') return 'belongs to one connection, and not to the message';
  if (name === 'content-length') return 'says where the message ends';
  return name.startsWith('sec-websocket-') ? 'belongs to the handshake of a WebSocket' : undefined;
}

/** A reader of the fields that a route sets. */
export function setFields(such: string, untouchable: Untouchable): Reader<Fields> {
  return fieldsBy(such, ({ key, value }) => wrongInName(key, untouchable) ?? wrongInValue(value));
}

/** A reader of the fields that a route takes off. */
export function removedFields(such: string, untouchable: Untouchable): Reader<readonly string[]> {
  return some(such, (name) => {
    const wrong = wrongInName(name, untouchable);
    if (wrong !== undefined) throw new InvalidValue(`${name}: ${wrong}`);
    return name;
  });
}

/** A reader of the fields that a request must have, by their names in lower case. */
export function matchedFields(such: string): Reader<Fields> {
  const read = fieldsBy(such, ({ key, value }) => {
    if (key.toLowerCase() === 'host') return 'has a word of its own; give host: shop.example.com';
    if (wordsOf(value) === '') return 'has an empty value; give the value that a request must have';
    return wrongInName(key, () => undefined) ?? wrongInValue(value);
  });
  return (entry, complain) => {
    const fields = read(entry, complain);
    return fields && Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
  };
}

/** The name of a field that is among those that are set and those that are taken off. */
export function changedTwice({ set, remove }: FieldChanges): string | undefined {
  const names = new Set(Object.keys(set).map((name) => name.toLowerCase()));
  return remove.find((name) => names.has(name.toLowerCase()));
}

/** A reader of fields; `wrongWith` says what is wrong with one. */
function fieldsBy(such: string, wrongWith: (field: Entry) => string | undefined): Reader<Fields> {
  return (entry, complain) => {
    const names = new Set<string>();
    const pairs = mapOf(such, (field, inside) => {
      const name = field.key.toLowerCase();
      const wrong = names.has(name) ? 'is there twice, since capitals mean nothing in a name; keep one' : wrongWith(field);
      names.add(name);
      if (wrong === undefined) return [field.key, wordsOf(field.value) ?? ''] as const;
      inside(field.line, `${field.key}: ${wrong}`);
      return undefined;
    })(entry, complain);
    return pairs && Object.fromEntries(pairs);
  };
}

/** What is wrong with the name of a field (RFC 9110 §5.1). */
function wrongInName(name: string, untouchable: Untouchable): string | undefined {
  if (!token.test(name)) return 'is no name of a field; give one such as X-Team';
  // Servers that make variables of names don't tell signs apart.
  const reason = untouchable(name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-'));
  return reason === undefined ? undefined : `can't be changed by a route, since it ${reason}`;
}

/** What is wrong with the value of a field (RFC 9110 §5.5); of what may be in it, visible ASCII, spaces and tabs only. */
function wrongInValue(value: Lined): string | undefined {
  const text = wordsOf(value);
  if (text === undefined) return `${value.kind === 'scalar' ? 'has no value' : `is ${kindOf(value)}`}; give one value`;
  if (/^(?:[!-~](?:[\t -~]*[!-~])?)?$/.test(text)) return undefined;
  return 'has a value with more than visible ASCII and spaces between; give one of these alone';
}
