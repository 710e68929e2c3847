import { startLean } from '../process/lean.ts';

// Where a serving thread begins.
startLean();
await import('./serving.ts');
