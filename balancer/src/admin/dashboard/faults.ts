import type { Action } from './controls.ts';

/** What a person can do to an origin, in the order of the buttons. */
export function actionsFor(id: string): readonly Action[] {
  const path = `/api/origins/${encodeURIComponent(id)}`;
  const fault = (label: string, about: string, body: object): Action => ({
    label,
    about: `${about}, for two minutes`,
    order: () => ({ method: 'PUT', path: `${path}/fault`, body }),
  });
  return [
    { label: 'drain', about: 'Give it nothing new, let it finish what runs', order: () => ({ method: 'POST', path: `${path}/drain` }) },
    { label: 'enable', about: 'End the drain', order: () => ({ method: 'POST', path: `${path}/enable` }) },
    fault('slow', 'Every request takes half a second longer', { latencyMs: 500 }),
    fault('fail 50 %', 'Every other request is answered 500', { errorRate: 0.5 }),
    fault('hang', 'No request is answered', { hangRate: 1 }),
    fault('capacity 2', 'It serves two at a time, slowly, and queues five', { latencyMs: 300, capacity: 2, queue: 5 }),
    { label: 'crash', about: 'Its process ends; it starts again by itself', order: () => ({ method: 'POST', path: `${path}/crash` }) },
    { label: 'clear', about: 'End every fault', order: () => ({ method: 'DELETE', path: `${path}/fault` }) },
  ];
}
