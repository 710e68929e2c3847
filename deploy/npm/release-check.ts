import { readFileSync } from 'node:fs';

// Says whether a tag can be released: node deploy/npm/release-check.ts v0.2.0
const [tag = ''] = process.argv.slice(2);
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const version = (path: string): string => JSON.parse(read(path)).version;

const wanted = tag.replace(/^v/, '');
const problems = ['package.json', 'balancer/package.json', 'origin/package.json']
  .filter((path) => version(path) !== wanted)
  .map((path) => `${path} has the version ${version(path)}; make it ${wanted}`);
if (
  !read('CHANGELOG.md')
    .split('\n')
    .some((line) => line.startsWith(`## ${wanted} `))
)
  problems.push(`CHANGELOG.md has no part that begins with "## ${wanted} "; give what is new the version and the day`);
for (const problem of problems) console.error(`${tag || 'no tag'}: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
