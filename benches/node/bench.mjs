// Every claim of speed of the Node package, as a ratio to a peer: each round measures both, one after the other.
//
//     node --expose-gc bench.mjs [part of a claim's name]

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { access, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { do_not_optimize, measure } from 'mitata';
import npa from 'npm-package-arg';
import { PackageURL } from 'packageurl-js';
import validateName from 'validate-npm-package-name';

import { isValid, parse, parseMany, resolveScope, resolveScopeSync } from '../../bindings/node/lib/index.mjs';
import { made } from '../../bindings/node/test/support/checkouts.mjs';
import { INVALID, UNTAGGED, VALID } from './texts.mjs';
import * as yardstick from './yardstick.mjs';

const ROUNDS = 9;
const MANY = 10_000;

for (const text of VALID) {
  assert.ok(isValid(text) && yardstick.PATTERN.test(text));
  const { scope, name, tag } = parse(text);
  assert.deepEqual(yardstick.parse(text), { scope, name, tag });
}
for (const text of INVALID) {
  assert.ok(!isValid(text) && !yardstick.PATTERN.test(text));
  assert.throws(() => parse(text));
  assert.throws(() => yardstick.parse(text));
}

/** One text after another, through `run`. */
function over(texts, run) {
  let i = 0;
  return () => {
    i = i + 1 === texts.length ? 0 : i + 1;
    do_not_optimize(run(texts[i]));
  };
}

const readBoth = (parse) => (text) => {
  const { scope, name } = parse(text);
  return scope.length + name.length;
};
const caught = (parse) => (text) => {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
};
/** The same names as package URLs. */
const PURLS = VALID.map((text) => text.replace(/^@([^/]+)\/([^:]+):?(.*)$/, (_, scope, name, tag) => `pkg:npm/%40${scope}/${name}${tag && '@'}${tag}`));
assert.ok(PURLS.every((text, i) => PackageURL.fromString(text).name === parse(VALID[i]).name));

const many = Array.from({ length: MANY }, (_, i) => VALID[i % VALID.length]);
const buffer = Buffer.from(many.join('\n'));
const eachBy = (texts) => {
  const parsed = [];
  for (const text of texts) parsed.push(yardstick.parse(text));
  return parsed;
};

/** A claim: its name, the ratio that it is about, what we do, and what the peer does. */
const CLAIMS = [
  ['isValid / one anchored regex', 0.6, over(VALID, isValid), over(VALID, (text) => yardstick.PATTERN.test(text))],
  ['parse, both fields read / yardstick', 0.42, over(VALID, readBoth(parse)), over(VALID, readBoth(yardstick.parse))],
  ['parse, lazily / yardstick', 0.36, over(VALID, (text) => parse(text)), over(VALID, yardstick.parse)],
  ['parseMany of a buffer / yardstick', 0.06, () => parseMany(buffer), () => eachBy(buffer.toString().split('\n'))],
  ['parseMany of an array / yardstick', 0.22, () => parseMany(many), () => eachBy(many)],
  ['isValid of invalid / yardstick throws', 1, over(INVALID, isValid), over(INVALID, caught(yardstick.parse))],
  ['parse throws / yardstick throws', 1, over(INVALID, caught(parse)), over(INVALID, caught(yardstick.parse))],
  ['parse / npm-package-arg', 0.01, over(UNTAGGED, readBoth(parse)), over(UNTAGGED, (text) => npa(text).name)],
  [
    'parse / packageurl-js',
    0.05,
    over(VALID, readBoth(parse)),
    over(PURLS, (text) => {
      const { namespace, name } = PackageURL.fromString(text);
      return namespace.length + name.length;
    }),
  ],
  [
    'isValid / validate-npm-package-name',
    0.1,
    over(UNTAGGED, isValid),
    over(UNTAGGED, (text) => validateName(text).validForNewPackages),
  ],
];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const time = (ns) => (ns < 10_000 ? `${ns.toFixed(1)} ns` : `${(ns / 1000).toFixed(1)} µs`);

/** What `cargo xtask bench` puts on its page: ratios and their quartiles. */
const kept = [];

/** Without a goal, it is what another ratio has to be seen beside. */
function report(name, goal, ours, theirs) {
  const ratios = ours.map((time, i) => time / theirs[i]).sort((a, b) => a - b);
  const middle = median(ratios);
  const [low, high] = [1, 3].map((quarter) => ratios[Math.round(((ratios.length - 1) * quarter) / 4)]);
  const [mine, peer] = name.split(' / ');
  kept.push({ this: mine, that: peer, low, median: middle, high });
  const verdict = `, wanted ${Number(goal?.toPrecision(2))}: ${middle <= goal ? 'holds' : 'FALLS SHORT'}`;
  const spread = `${Math.min(...ratios).toPrecision(3)} to ${Math.max(...ratios).toPrecision(3)}`;
  console.log(
    `${name.padEnd(40)} ${middle.toPrecision(3)} (${spread})${goal === undefined ? '' : verdict}` +
      `   [${time(median(ours))} / ${time(median(theirs))}]`,
  );
}

const wanted = ([name]) => name.includes(process.argv[2] ?? '');

/**
 * What tools ask of git, a process each, three levels down in a linked worktree. Measured first: a process with more memory,
 * as the other claims give this one, takes longer to start another, twenty times as long in the end.
 */
const QUESTIONS = [['--show-toplevel'], ['--git-dir'], ['--git-common-dir'], ['--abbrev-ref', 'HEAD']];
const PROMISE = 'resolveScope / four git rev-parse';
for (const [name, resolve] of [
  ['resolveScopeSync / four git rev-parse', resolveScopeSync],
  [PROMISE, resolveScope],
]) {
  if (!wanted([name])) continue;
  const root = made([
    { git: ['init', '--quiet', '--initial-branch=main', 'app'] },
    { git: ['commit', '--quiet', '--allow-empty', '--message=one'], in: 'app' },
    { git: ['worktree', 'add', '--quiet', '-b', 'topic', '../side'], in: 'app' },
    { directory: 'side/a/b/c' },
  ]);
  const cwd = `${root}/side/a/b/c`;
  const runs = [
    [500, () => resolve(cwd)],
    [5, () => QUESTIONS.forEach((args) => execFileSync('git', ['rev-parse', ...args], { cwd }))],
  ];
  // What a promise takes that goes to a thread of Node's pool and back and has nothing to do there: our own, for which no
  // directory is looked at, and the least that Node itself has.
  if (name === PROMISE) {
    runs.push([500, () => resolve(cwd, { kind: 'global' })]);
    runs.push([500, () => new Promise((settled) => access(cwd, settled))]);
  }
  const times = runs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [count, run]] of runs.entries()) {
      const start = process.hrtime.bigint();
      for (let n = 0; n < count; n++) await run();
      times[i].push(Number(process.hrtime.bigint() - start) / count);
    }
  }
  rmSync(root, { recursive: true });
  const [ours, git, nothing, nodes] = times;
  report(name, 1 / 250, ours, git);
  if (nothing) report('a promise of nothing / four git rev-parse', undefined, nothing, git);
  if (nodes) report('fs.access / four git rev-parse', undefined, nodes, git);
}

for (const [name, goal, ours, theirs] of CLAIMS.filter(wanted)) {
  const times = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, run] of [ours, theirs].entries()) {
      const { p50 } = await measure(run, { min_cpu_time: 150e6, inner_gc: false });
      times[i].push(p50);
    }
  }
  report(name, goal, ...times);
}

const FIRST = 'the first hundred calls / yardstick';
if (wanted([FIRST])) {
  const script = fileURLToPath(new URL('first-calls.mjs', import.meta.url));
  const fresh = (which) => Number(execFileSync(process.execPath, [script, which]));
  const rounds = Array.from({ length: 21 }, () => [fresh('scope'), fresh('yardstick')]);
  report(FIRST, 0.25, ...[0, 1].map((i) => rounds.map((round) => round[i])));
}

const results = process.env.SCOPE_BENCH_RESULTS;
if (results !== undefined) writeFileSync(results, kept.map((ratio) => `${JSON.stringify(ratio)}\n`).join(''));
