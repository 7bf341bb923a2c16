// Runs the tests with the native half under AddressSanitizer, in a copy of the package. Needs gcc's libasan: an
// instrumented library in a program that is not takes its runtime from there. Leaks are not looked for: Node leaves
// what it has at its end.

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { cargoBuild, root } from './cargo.mjs';

const { platformName } = createRequire(import.meta.url)('../lib/native.js');
const TARGET = 'x86_64-unknown-linux-gnu';
const TESTS = ['api', 'properties', 'threads'];

const target = path.dirname(path.dirname(cargoBuild('scope-driver', 'scope-driver')));
const directory = path.join(target, 'node-asan');
// The sanitizer is an option of nightly compilers; this variable lets the project's own take it.
process.env.RUSTC_BOOTSTRAP = '1';
process.env.RUSTFLAGS = '-Zsanitizer=address';
const built = cargoBuild('scope-node', 'scope_node', ['--target', TARGET, '--target-dir', path.join(directory, 'target')]);

const copy = path.join(directory, 'package');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
for (const part of ['lib', 'test', 'scripts', 'package.json']) {
  cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
}
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
copyFileSync(built, path.join(copy, `scope-core.${platformName()}.node`));

const runtime = execFileSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
const tests = TESTS.map((name) => path.join('test', `${name}.test.mjs`));
execFileSync(process.execPath, ['--test', ...tests], {
  cwd: copy,
  env: { ...process.env, LD_PRELOAD: realpathSync(runtime), ASAN_OPTIONS: 'detect_leaks=0' },
  stdio: 'inherit',
});
