import { quiet, type Setup } from './setup.ts';

/** Setups to begin with, by what they show. */
export const presets: Readonly<Record<string, Setup>> = {
  'a quiet afternoon': quiet,
  'one slow origin': {
    ...quiet,
    servers: quiet.servers.map((server, place) => (place === 3 ? { ...server, pace: 160 } : server)),
    rate: 90,
    other: 'peak-ewma',
  },
  'an origin crashes': { ...quiet, faults: [{ origin: 1, trouble: 'crashed', from: 20, to: 40 }], other: '' },
  'one fails, and fast': {
    ...quiet,
    policy: 'least-requests',
    other: '',
    ejection: false,
    faults: [{ origin: 2, trouble: 'failing', from: 15, to: 45 }],
  },
  'a hot key': { ...quiet, policy: 'maglev-hash', other: 'bounded-hash', hot: 0.4, rate: 110 },
  'too much': { ...quiet, rate: 260, other: '', maxWaiting: 200, maxWait: 1, maxConnections: 4 },
  'many balancers': { ...quiet, balancers: 5, policy: 'least-requests', other: 'two-choices', rate: 160 },
};
