import { expect, test } from '@jest/globals';
import { moduleOf } from '../../site/code.ts';

const at = 'learn/src/show/page.ts';

test('takes types and comments out, and names files as they are served', () => {
  const { text } = moduleOf(at, "/**\n * Says\n * so.\n */\nimport { a } from '../a.ts';\n\n// So.\nexport const b: number = a; // kept\n");
  expect(text).toBe("import { a } from '../a.js';\nexport const b         = a; // kept\n");
});

test('finds what a module can’t run without, and what it may load later', () => {
  const source = `import type { T } from './t.ts';
import {
  one,
  type Two,
} from '../lab/one.ts';
import './two.ts';
export * from './three.ts';
const worker = new Worker(new URL('../lab/worker.ts', import.meta.url), { type: 'module' });
await import('./four.ts');
`;
  expect(moduleOf(at, source)).toMatchObject({
    imports: ['learn/src/lab/one.ts', 'learn/src/show/two.ts', 'learn/src/show/three.ts'],
    later: ['learn/src/lab/worker.ts', 'learn/src/show/four.ts'],
  });
});

test('leaves what looks like a comment inside a line', () => {
  const { text } = moduleOf(at, "const url = 'https://example.com';\nconst all = '/*';\nconst more = 1;\n");
  expect(text).toBe("const url = 'https://example.com';\nconst all = '/*';\nconst more = 1;\n");
});
