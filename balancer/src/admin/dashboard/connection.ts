import type { Events } from '../api.ts';
import { EventParser } from './sse.ts';
import { bearer, dropToken } from './token.ts';

/** How the page is connected: `refused` where a token is needed, or another one. */
export type Connected = 'connecting' | 'live' | 'lost' | 'refused';

/** What a connection tells. */
export interface Listener {
  readonly state: (state: Connected) => void;
  readonly event: <Name extends keyof Events>(name: Name, data: Events[Name]) => void;
}

/** Silence after which the stream counts as lost, in ms: the balancer says something every second. */
const mostSilent = 5000;

/** The wait before another try, in ms: it doubles up to the longer one. */
const waits = { first: 500, most: 8000 };

/** Listens to the balancer's events, for ever: whenever the stream ends, it begins a new one. */
export async function listen(listener: Listener): Promise<never> {
  let wait = waits.first;
  for (;;) {
    listener.state('connecting');
    const end = await follow(listener, () => {
      wait = waits.first;
    });
    listener.state(end);
    if (end === 'refused') await new Promise((resolve) => addEventListener('token', resolve, { once: true }));
    else await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, waits.most);
  }
}

/** Follows one stream to its end; says what that end is. */
async function follow(listener: Listener, began: () => void): Promise<'lost' | 'refused'> {
  const controller = new AbortController();
  let silence = setTimeout(() => controller.abort(), mostSilent);
  try {
    const response = await fetch('/api/events', { headers: bearer(), signal: controller.signal });
    if (response.status === 401) {
      dropToken();
      return 'refused';
    }
    if (!response.ok || !response.body) return 'lost';
    began();
    listener.state('live');
    const parser = new EventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      clearTimeout(silence);
      silence = setTimeout(() => controller.abort(), mostSilent);
      for (const { name, data } of parser.take(piece.value)) listener.event(name as keyof Events, JSON.parse(data));
    }
    return 'lost';
  } catch {
    return 'lost';
  } finally {
    clearTimeout(silence);
  }
}
