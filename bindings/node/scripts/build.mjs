// Builds the native half for this machine and leaves it beside package.json, where lib/native.js looks first.
//
//     node scripts/build.mjs [--out FILE] [cargo options…]

import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { cargoBuild, root } from './cargo.mjs';

const { platformName } = createRequire(import.meta.url)('../lib/native.js');

const options = process.argv.slice(2);
const out =
  options[0] === '--out' ? path.resolve(options.splice(0, 2)[1]) : path.join(root, `scope-core.${platformName()}.node`);
const built = cargoBuild('scope-node', 'scope_node', options);
// Written anew rather than over: a process that has the old one mapped keeps it.
rmSync(out, { force: true });
copyFileSync(built, out);
console.log(out);
