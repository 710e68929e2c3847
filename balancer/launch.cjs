#!/usr/bin/env node
'use strict';
// Plain JavaScript that every Node.js can read, however old: it says which one is needed, where the balancer itself would end in a
// mistake that tells nothing. In this repository it starts the TypeScript, in a package what became of that.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** The oldest version that everything is tested on, as package.json has it. */
const oldest = require('./package.json').engines.node.replace('>=', '');

if (isOlder(process.versions.node, oldest)) {
  console.error(
    `balancer: this is Node.js ${process.versions.node}, and Node.js ${oldest} or newer is needed; get it from https://nodejs.org, ` +
      'or have npx bring it along for once: npx --yes --package=node@26 -- node, and what stands behind node here',
  );
  process.exit(2);
}
const main = ['main.js', 'main.ts'].map((name) => join(__dirname, 'src', name)).find((file) => existsSync(file));
import(pathToFileURL(main));

/** Whether one version is older than another. */
function isOlder(version, other) {
  const [one, two] = [version, other].map((text) => text.split('.').map(Number));
  const at = one.findIndex((number, place) => number !== (two[place] || 0));
  return at !== -1 && one[at] < (two[at] || 0);
}
