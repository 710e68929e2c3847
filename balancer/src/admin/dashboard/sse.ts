/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** The longest event that is put together, in characters: more is no event of ours. */
const longest = 16 * 1024 * 1024;

/**
 * Takes the pieces of an event stream as they come, and gives the events that they complete (WHATWG HTML, "Server-sent events").
 * The browser's own EventSource can't send a token.
 */
export class EventParser {
  #rest = '';

  /** Takes a piece; returns the events that are whole now. Throws if an event never ends. */
  take(piece: string): ServerEvent[] {
    const blocks = (this.#rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    if (this.#rest.length > longest) throw new Error('an event does not end');
    return blocks.map(eventIn).filter(({ data }) => data !== '');
  }
}

function eventIn(block: string): ServerEvent {
  const fields = block.split('\n').map((line) => /^(\w+):? ?(.*)$/.exec(line) ?? ['', '', '']);
  const valuesOf = (name: string) => fields.filter(([, field]) => field === name).map(([, , value = '']) => value);
  return { name: valuesOf('event').at(-1) ?? 'message', data: valuesOf('data').join('\n') };
}
