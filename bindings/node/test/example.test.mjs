// What the documentation shows is what comes out.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import * as scope from '../lib/index.mjs';
import { root } from '../scripts/cargo.mjs';

test('the example prints what every language does', (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'scope-core-'));
  t.after(() => rmSync(directory, { recursive: true }));
  mkdirSync(path.join(directory, 'node_modules'));
  symlinkSync(root, path.join(directory, 'node_modules', 'scope-core'));
  const examples = path.join(root, '..', '..', 'examples');
  copyFileSync(path.join(examples, 'node', 'main.mjs'), path.join(directory, 'main.mjs'));
  const input = readFileSync(path.join(examples, 'input.txt'));
  const printed = execFileSync(process.execPath, [path.join(directory, 'main.mjs')], { input, encoding: 'utf8' });
  assert.equal(printed, readFileSync(path.join(examples, 'expected.txt'), 'utf8'));
});

test('the README says what is so', () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, code] = readme.match(/```js\n([\s\S]*?)```/);
  // Each line `expression; // value` becomes an assertion.
  const checked = code
    .replace(/^import .*$/gm, '')
    .replace(/^( *)(if \([^)]*\) )?(.+); \/\/ ('[^']*'|true|false|\d+).*$/gm, '$1$2check($3, $4);');
  let checks = 0;
  const check = (given, value) => {
    assert.equal(given, value);
    checks += 1;
  };
  const names = Object.keys(scope);
  new Function('check', ...names, checked)(check, ...names.map((name) => scope[name]));
  assert.equal(checks, code.match(/; \/\/ /g).length);
});
