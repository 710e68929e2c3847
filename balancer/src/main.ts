#!/usr/bin/env node
import { keepYoungSmall, makeAllYoung } from './process/garbage.ts';
import { startLean } from './process/lean.ts';

startLean();
makeAllYoung();
keepYoungSmall();
const { obey } = await import('./commands.ts');
await obey(process.argv.slice(2), process.env);
