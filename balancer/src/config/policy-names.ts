import { nearestFirst } from './nearest.ts';
import { InvalidValue } from './values.ts';

/** What other balancers call their policies, without the signs between the words, and which of ours does that. */
const elsewhere: ReadonlyMap<string, string> = new Map(
  Object.entries({
    leastconn: 'least-requests',
    leastconnections: 'least-requests',
    leastrequest: 'least-requests',
    leasttime: 'peak-ewma',
    ewma: 'peak-ewma',
    p2c: 'two-choices',
    poweroftwo: 'two-choices',
    poweroftwochoices: 'two-choices',
    randomtwo: 'two-choices',
    randomtwoleastconn: 'two-choices',
    iphash: 'rendezvous-hash',
    sourceiphash: 'rendezvous-hash',
    source: 'rendezvous-hash',
    hash: 'rendezvous-hash',
    urihash: 'rendezvous-hash',
    uri: 'rendezvous-hash',
    consistenthash: 'bounded-hash',
    consistent: 'bounded-hash',
    ringhash: 'bounded-hash',
    maglev: 'maglev-hash',
    roundrobin: 'round-robin',
    rr: 'round-robin',
    wrr: 'round-robin',
    weighted: 'round-robin',
    weightedroundrobin: 'round-robin',
    roundrobinweighted: 'round-robin',
    staticrr: 'round-robin',
    failover: 'first',
    activepassive: 'first',
    pickfirst: 'first',
  }),
);

/** Makes a reader of a policy's name, which for any other names what is probably meant first. */
export function policyName(...known: string[]): (text: string) => string {
  return (text) => {
    if (known.includes(text)) return text;
    const meant = elsewhere.get(text.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
    const likeliest = nearestFirst(text, known);
    const order = meant === undefined ? likeliest : [meant, ...likeliest.filter((name) => name !== meant)];
    const hint = meant === undefined ? '' : `here that is ${meant}; `;
    throw new InvalidValue(`"${text}" is not known; ${hint}give one of: ${order.join(', ')}`);
  };
}
