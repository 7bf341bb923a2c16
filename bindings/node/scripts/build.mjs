// Builds the native half for this machine and leaves it beside package.json, where lib/native.js looks first.
//
//     node scripts/build.mjs [--out FILE] [cargo options…]

import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const { platformName } = createRequire(import.meta.url)('../lib/native.js');
const root = fileURLToPath(new URL('..', import.meta.url));

const options = process.argv.slice(2);
const out =
  options[0] === '--out' ? path.resolve(options.splice(0, 2)[1]) : path.join(root, `scope-core.${platformName()}.node`);

const args = ['build', '--release', '--package', 'scope-node', '--message-format', 'json-render-diagnostics'];
const messages = execFileSync('cargo', [...args, ...options], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const artifact = messages
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .find((message) => message.reason === 'compiler-artifact' && message.target.name === 'scope_node');
// Written anew rather than over: a process that has the old one mapped keeps it.
rmSync(out, { force: true });
copyFileSync(artifact.filenames[0], out);
console.log(out);
