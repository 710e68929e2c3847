import { Checks } from '../checks.ts';
import { allLeave } from './scenarios/all-leave.ts';

/** `npm run soak`: is all as it was in the beginning when everybody has left? */
const checks = new Checks();
await allLeave.run({ checks, short: process.argv.includes('--short') }).catch((error) => checks.hold('it runs to its end', false, error));
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);
