// Checkouts of real repositories: paths of every kind, promises, threads, and what is not UTF-8.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

import { ScopeError, ScopeKey, checkoutInfo, checkoutInfoSync, resolveScope, resolveScopeSync } from '../lib/index.mjs';
import { made } from './support/checkouts.mjs';

const root = made([
  { git: ['init', '--quiet', '--initial-branch=main', 'app'] },
  { git: ['commit', '--quiet', '--allow-empty', '--message=one'], in: 'app' },
  { git: ['worktree', 'add', '--quiet', '-b', 'topic', '../side'], in: 'app' },
  { directory: 'side/a/b/c' },
  { directory: 'app/caf\u00e9' },
  { directory: 'outside' },
]);
after(() => rmSync(root, { recursive: true }));

/** What both forms of an operation answer, which has to be the same. */
async function both(promised, sync, ...args) {
  const settled = await promised(...args).then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  try {
    assert.deepEqual(sync(...args), settled.value);
    return settled.value;
  } catch (error) {
    if (!(error instanceof ScopeError) && !(error instanceof TypeError)) throw error;
    assert.deepEqual({ ...settled.error, message: settled.error.message }, { ...error, message: error.message });
    return settled.error;
  }
}
const info = (...args) => both(checkoutInfo, checkoutInfoSync, ...args);
const scopeOf = (...args) => both(resolveScope, resolveScopeSync, ...args);

test('what is known of a checkout, and its keys', async () => {
  const found = await info(`${root}/side/a/b/c`);
  assert.deepEqual(found, {
    primaryPath: `${root}/app`,
    worktreePath: `${root}/side`,
    worktreeKey: 'side',
    branch: 'topic',
    isBare: false,
    isLinkedWorktree: true,
    isDetached: false,
  });
  assert.throws(() => (found.branch = 'x'), TypeError);
  assert.equal((await info(`${root}/app`)).worktreeKey, null);
  const key = await scopeOf(`${root}/side`);
  assert.ok(key instanceof ScopeKey && key.equals(ScopeKey.repository(`${root}/app`)));
  assert.ok((await scopeOf(`${root}/side`, { kind: 'branch' })).equals(ScopeKey.branch(`${root}/app`, 'topic')));
  assert.ok((await scopeOf(`${root}/app`, { branch: 'new' })).equals(ScopeKey.branch(`${root}/app`, 'new')));
  assert.equal((await scopeOf(`${root}/side`, { kind: 'worktree' })).worktreePath, `${root}/side`);
  assert.ok((await scopeOf(`${root}/outside`)).equals(ScopeKey.global()));
  // This test itself is in a directory, which is the default.
  assert.deepEqual(await info(), await info('.'));
});

test('paths of every kind', async () => {
  const path = `${root}/app/café`;
  for (const given of [path, Buffer.from(path), new TextEncoder().encode(path), pathToFileURL(path)]) {
    assert.equal((await info(given)).primaryPath, `${root}/app`);
    assert.equal((await scopeOf(given)).primaryPath, `${root}/app`);
  }
  for (const wrong of [null, 1, {}, [], Symbol('x'), new URL('https://acme.example/')]) {
    assert.ok((await info(wrong)) instanceof TypeError);
    assert.ok((await scopeOf(wrong)) instanceof TypeError);
  }
  for (const options of [null, 1, { kind: 1 }, { branch: {} }, { useEnvironment: 'yes' }]) {
    assert.ok((await scopeOf(path, options)) instanceof TypeError);
  }
});

test('a path that is not UTF-8', { skip: process.platform !== 'linux' && 'other systems have no such names' }, async () => {
  const path = Buffer.concat([Buffer.from(`${root}/app/é`), Buffer.from([0xff]), Buffer.from('b')]);
  mkdirSync(path);
  const at = `${root}/app/é`.length;
  for (const ask of [info, scopeOf]) {
    const { code, number, part, offset } = await ask(path);
    assert.deepEqual([code, number, part, offset], ['non_utf8_path', 42, 'path', at]);
  }
  const lone = await info(`/é\u{d800}x`);
  assert.deepEqual([lone.code, lone.offset], ['non_utf8_path', 2]);
});

test('faults say what to do', async () => {
  const cases = [
    [[`${root}/outside`, { kind: 'repository' }], 'not_a_repository', 'path', 0, undefined],
    [[`${root}/gone`], 'path_not_found', 'path', 0, undefined],
    [['é\0'], 'invalid_character', 'path', 1, undefined],
    [[''], 'empty', 'path', 0, undefined],
    [[`${root}/app`, { kind: 'worktree' }], 'not_linked_worktree', 'checkout_kind', 0, 'repository'],
    [[`${root}/app`, { kind: 'project' }], 'unknown_value', 'checkout_kind', 0, undefined],
    [[`${root}/app`, { branch: 'é..x' }], 'consecutive_dots', 'branch_name', 1, undefined],
    [[`${root}/app`, { branch: 'é\u{d800}' }], 'invalid_unicode', 'branch_name', 1, undefined],
    [[`${root}/app`, { branch: 'origin/main' }], 'remote_branch', 'branch_name', 0, 'main'],
  ];
  for (const [args, ...expected] of cases) {
    const error = await scopeOf(...args);
    assert.ok(error instanceof ScopeError);
    assert.deepEqual([error.code, error.input, error.offset, error.suggestion], expected);
    assert.match(error.stack, /checkout\.test\.mjs/);
  }
});

test('the environment counts where it is asked for', async () => {
  process.env.GIT_DIR = `${root}/app/.git`;
  try {
    assert.equal((await info(`${root}/outside`)).code, 'not_a_repository');
    assert.equal((await info(`${root}/outside`, { useEnvironment: true })).branch, 'main');
    assert.equal((await scopeOf(`${root}/outside`, { kind: 'branch', useEnvironment: true })).branchName, 'main');
  } finally {
    delete process.env.GIT_DIR;
  }
});

test('many at once, in several threads, and a thread that ends meanwhile', async () => {
  const found = await Promise.all(Array.from({ length: 200 }, () => resolveScope(`${root}/side/a`)));
  assert.ok(found.every((key) => key.primaryPath === `${root}/app`));
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { resolveScope, resolveScopeSync } = require(workerData.library);
    for (let i = 0; i < 50; i++) resolveScope(workerData.path);
    parentPort.postMessage(resolveScopeSync(workerData.path).uri);
  `;
  const workerData = { library: new URL('../lib/index.js', import.meta.url).pathname, path: `${root}/side` };
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(program, { eval: true, workerData });
    const uri = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    assert.equal(uri, ScopeKey.repository(`${root}/app`).uri);
    await worker.terminate();
  }
});
