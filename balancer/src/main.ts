#!/usr/bin/env node
import { startLean } from './process/lean.ts';

startLean();
const { obey } = await import('./commands.ts');
await obey(process.argv.slice(2), process.env);
