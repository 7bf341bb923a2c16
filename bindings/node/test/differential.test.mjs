// Generated cases: this package and the Rust core give the same answers.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { cargoBuild } from '../scripts/cargo.mjs';
import { answer } from './support/door.mjs';

const COUNT = 200_000;
const SEED = 20_26;

/** What the driver prints, a line each. */
const linesOf = (driver, args, input) =>
  execFileSync(driver, args, { encoding: 'utf8', input, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'inherit'] })
    .trimEnd()
    .split('\n');

test(`${COUNT} generated cases`, () => {
  const driver = cargoBuild('scope-driver', 'scope-driver');
  const cases = linesOf(driver, ['generate', '--seed', String(SEED), '--count', String(COUNT)]);
  const answers = linesOf(driver, ['answer'], cases.join('\n'));
  assert.equal(cases.length, COUNT);
  assert.equal(answers.length, COUNT);
  cases.forEach((line, i) => assert.deepEqual(answer(JSON.parse(line)), JSON.parse(answers[i]), line));
});
