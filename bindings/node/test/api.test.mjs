// What the package is like in a JavaScript user's hands.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { inspect } from 'node:util';

import * as scope from '../lib/index.mjs';

const require = createRequire(import.meta.url);
const thrown = (run) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
};

test('a reference has its parts, and nothing changes them', () => {
  const reference = scope.parse('@acme/widget:latest');
  assert.deepEqual([reference.scope, reference.name, reference.tag], ['acme', 'widget', 'latest']);
  assert.equal(scope.parse('@acme/widget').tag, undefined);
  for (const part of ['scope', 'name', 'tag']) assert.throws(() => (reference[part] = 'x'), TypeError);
  assert.throws(() => (reference[0] = 'x'), TypeError);
  assert.equal(`${reference}`, '@acme/widget:latest');
});

test('a reference reads well wherever it goes', () => {
  const reference = scope.parse('@acme/widget:latest');
  assert.equal(inspect(reference), "Reference '@acme/widget:latest'");
  assert.equal(JSON.stringify({ reference }), '{"reference":"@acme/widget:latest"}');
  assert.ok(scope.parse(String(structuredClone(reference))).equals(reference));
  assert.ok(scope.parse(JSON.parse(JSON.stringify(reference))).equals(reference));
});

test('references are equal where their texts are', () => {
  const [a, b, c] = ['@acme/widget', '@acme/widget', '@acme/gadget'].map((text) => scope.parse(text));
  assert.ok(a.equals(b) && !a.equals(c) && !a.equals('@acme/widget') && !a.equals(undefined));
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
  assert.deepEqual([a, c].sort((a, b) => a.compare(b)), [c, a]);
});

test('a reference is put together from its parts', () => {
  assert.equal(String(new scope.Reference('acme', 'widget')), '@acme/widget');
  assert.equal(String(new scope.Reference('acme', 'widget', '1')), '@acme/widget:1');
  const error = thrown(() => new scope.Reference('acme', 'Widget'));
  assert.deepEqual([error.code, error.input, error.offset], ['invalid_character', 'name', 0]);
});

test('an error says what, where and what to do', () => {
  const text = '@Acme/widget';
  const error = thrown(() => scope.parse(text));
  assert.ok(error instanceof scope.ScopeError && error instanceof Error);
  assert.equal(error.name, 'ScopeError');
  assert.equal(text[error.offset], 'A');
  assert.deepEqual(error.toJSON(), {
    name: 'ScopeError',
    code: 'invalid_character',
    number: 9,
    part: 'scope',
    input: 'reference',
    offset: 1,
    message:
      'invalid reference "@Acme/widget": the scope may not hold \'A\'; use only a-z, 0-9 and \'-\'; did you mean "@acme/widget"?',
    suggestion: '@acme/widget',
  });
  assert.ok(error.stack.startsWith(`ScopeError: ${error.message}\n    at `));
  assert.match(error.stack, /api\.test\.mjs/);
});

test('an error keeps what it says wherever it goes', () => {
  for (const error of [thrown(() => scope.parse('@Acme/widget')), thrown(() => scope.checkSlug('Acme'))]) {
    const { code, number, part, input, offset, message, suggestion } = error;
    assert.deepEqual({ ...error }, { code, number, part, input, offset, suggestion });
    const shown = inspect(error);
    for (const word of [message, `code: '${code}'`, `suggestion: '${suggestion}'`]) assert.ok(shown.includes(word), word);
    const clone = structuredClone(error);
    assert.ok(clone instanceof Error);
    assert.deepEqual([clone.message, clone.stack], [message, error.stack]);
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: 'ScopeError', ...error, message });
    assert.equal(new Error('outer', { cause: error }).cause.message, message);
  }
  // What has no suggestion says so.
  assert.equal(thrown(() => scope.parse('@acme/')).suggestion, undefined);
  assert.ok('suggestion' in thrown(() => scope.parse('@acme/')));
});

test('offsets count UTF-16 units', () => {
  assert.equal(thrown(() => scope.checkBranch('é😀 x')).offset, 3);
  assert.equal(thrown(() => scope.parse('@acme/a\u{d800}')).offset, 7);
  assert.equal(thrown(() => scope.ScopeKey.branch('/é', '😀..')).offset, 2);
});

test('no character passes for another', () => {
  // U+0161 ends in the byte 0x61, which is `a`.
  assert.ok(!scope.isSlug('\u0161cme'));
  assert.ok(!scope.isValid('@\u0161cme/widget'));
  assert.equal(thrown(() => scope.parse('@\u0161cme/widget')).offset, 1);
  assert.equal(scope.suggestSlug('\u0161cme'), 'scme');
  assert.ok(!scope.isValid('@acme/widget\0'));
});

test('ill-formed text is refused, never repaired', () => {
  const lone = '\u{dc00}';
  for (const run of [
    scope.parse,
    scope.normalize,
    scope.checkSlug,
    scope.checkPath,
    scope.suggestSlug,
    scope.defaultSlug,
    scope.versionHash,
    scope.ScopeKey.repository,
    scope.ScopeKey.fromUri,
    scope.ScopeKey.fromJson,
    scope.WorkspaceMetadata.fromJson,
    (text) => scope.workspaceDirName('acme', text),
    (text) => new scope.Policy({ reserved: [text] }),
  ]) {
    assert.equal(thrown(() => run(`/${lone}`)).code, 'invalid_unicode');
  }
  for (const ask of [scope.isValid, scope.isSlug, scope.isName, scope.isTag, scope.isBranch]) {
    assert.equal(ask(`acme${lone}`), false);
  }
});

test('another type is a TypeError, in every operation', () => {
  const policy = new scope.Policy();
  const { parse, ScopeKey } = scope;
  for (const wrong of [undefined, null, 1, 1n, true, {}, [], Symbol('x'), () => 'x', new String('@acme/widget')]) {
    for (const run of [
      ...['isValid', 'isSlug', 'isName', 'isTag', 'isBranch', 'normalize', 'suggestSlug', 'defaultSlug'],
      ...['checkSlug', 'checkName', 'checkTag', 'checkBranch', 'checkPath', 'checkWorktreeKey', 'parse'],
      ...['workspaceDirName', 'contains', 'templateAlias', 'legacyUserAlias', 'contentHash', 'versionHash'],
    ]) {
      assert.throws(() => scope[run](wrong, wrong, wrong), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }, run);
    }
    for (const run of ['repository', 'branch', 'worktree', 'fromUri', 'fromJson']) {
      assert.throws(() => ScopeKey[run](wrong, wrong), TypeError, run);
    }
    assert.throws(() => policy.resolve(wrong), TypeError);
    assert.throws(() => policy.checkClaimable(wrong), TypeError);
    assert.throws(() => scope.parseMany([wrong]), TypeError);
    assert.throws(() => scope.isValidMany([wrong]), TypeError);
    assert.throws(() => scope.decideRetention('{}', { now: wrong }), TypeError);
    assert.throws(() => scope.decideAccess({ type: wrong }, {}, 'read'), TypeError);
  }
  assert.throws(() => parse('@acme/widget', { normalize: 'yes' }), TypeError);
  assert.throws(() => parse(), TypeError);
  assert.throws(() => scope.parseMany({}), TypeError);
  assert.throws(() => new ScopeKey(), TypeError);
});

test('huge strings are answered', () => {
  const huge = 'a'.repeat(20_000_000);
  assert.equal(thrown(() => scope.checkSlug(huge)).code, 'too_long');
  assert.equal(thrown(() => scope.parse(`@${huge}`)).offset, huge.length + 1);
  assert.equal(thrown(() => scope.parse(`@acme/${'é'.repeat(1_000_000)}`)).offset, 6);
  assert.equal(scope.isValid(huge), false);
});

test('texts around the room on the stack are read whole', () => {
  for (const length of [320, 382, 383, 384, 385, 400]) {
    const text = `@acme/widget:${'x'.repeat(length)}`.slice(0, length);
    assert.equal(scope.isValid(text), false);
    const error = thrown(() => scope.parse(text));
    assert.deepEqual([error.code, error.offset], ['too_long', 141]);
    assert.equal(thrown(() => scope.parse(`${text.slice(0, -1)}!`)).offset, Math.min(length - 1, 141));
  }
});

test('many at once: an array, a buffer, a string', () => {
  const texts = ['@acme/widget:1', '@acme/gadget'];
  assert.deepEqual(scope.parseMany(texts).map(String), texts);
  assert.deepEqual([...scope.parseMany(Buffer.from('@acme/widget:1\nwidget'))], [0, 5, 12, 14, 15, 0, 0x8000_0001, 15]);
  assert.deepEqual([...scope.parseMany('é\n@acme/widget')], [0, 0, 0x8000_0001, 0, 2, 7, 14, 14]);
  assert.equal(thrown(() => scope.parseMany(['@acme/widget', '@acme/'])).code, 'empty_name');
  const [first, second] = scope.parseMany(['@Acme/Widget', 'x'], { errors: 'collect', normalize: true });
  assert.deepEqual([String(first), second.code], ['@acme/widget', 'missing_at']);
  // A line end inside a text does not make two of it.
  assert.deepEqual(scope.isValidMany(['@acme/a\n@acme/b', '@acme/c']), [false, true]);
  assert.deepEqual(scope.isValidMany(''), []);
  assert.deepEqual(scope.isValidMany([]), []);
  assert.deepEqual(scope.isValidMany(['']), [false]);
});

test('an array is cut into pieces that nobody sees', () => {
  const texts = Array.from({ length: 3000 }, (_, i) => `@acme/widget-${i}`);
  assert.deepEqual(scope.parseMany(texts).map(String), texts);
  texts[511] = 'x'.repeat(10_000);
  texts[512] = '';
  texts[1024] = '@acme/é';
  texts[2999] = `@acme/${'w'.repeat(128)}:${'t'.repeat(128)}`;
  const codes = scope.parseMany(texts, { errors: 'collect' }).map((answer) => answer.code);
  assert.deepEqual(
    codes.flatMap((code, i) => (code === undefined ? [] : [[i, code]])),
    [[511, 'missing_at'], [512, 'missing_at'], [1024, 'invalid_character']],
  );
  assert.deepEqual(scope.isValidMany(texts), codes.map((code) => code === undefined));
  assert.throws(() => scope.parseMany([...texts, 1], { errors: 'collect' }), /"texts\[3000\]"/);
  // An element that is computed, and that asks in its turn.
  const computed = ['@acme/a', '', '@acme/ccc'];
  Object.defineProperty(computed, 1, { get: () => scope.parseMany(['@acme/bb', '@other/long'])[0].toString() });
  assert.deepEqual(scope.parseMany(computed).map((reference) => reference.name), ['a', 'bb', 'ccc']);
});

test('a policy is what it was made of', () => {
  const policy = new scope.Policy({ systemScope: 'house', reserved: ['root'], reservedPrefixes: ['house-'], legacyPrefix: null });
  assert.deepEqual({ ...policy }, {
    systemScope: 'house',
    reserved: ['root'],
    reservedPrefixes: ['house-'],
    legacyPrefix: null,
  });
  assert.ok(policy.isReserved('house-plant') && !policy.isReserved('admin'));
  assert.throws(() => (policy.systemScope = 'x'), TypeError);
  const resolved = policy.resolve('widget', { defaultScope: 'acme' });
  assert.deepEqual([resolved.kind, resolved.text, resolved.reference.scope], ['scoped', '@acme/widget', 'acme']);
});

test('a scope key goes through JSON, clones and comparisons', () => {
  const key = scope.ScopeKey.branch('/src/app', 'feature/login');
  assert.ok(scope.ScopeKey.fromJson(JSON.stringify(key)).equals(key));
  assert.deepEqual({ ...structuredClone(key) }, { kind: 'branch', primaryPath: '/src/app', branchName: 'feature/login' });
  assert.throws(() => (key.kind = 'global'), TypeError);
  assert.deepEqual(key.searchOrder().map(String), ['/src/app:feature/login', '/src/app', 'global']);
  assert.ok(key instanceof scope.ScopeKey);
});

test('metadata keeps what it does not know, and no field changes a prototype', () => {
  const time = '2026-01-31T12:00:00Z';
  const fields = `"owner":"acme","repo":"widget","fullName":"acme/widget","lastAccessedAt":"${time}","createdAt":"${time}"`;
  const metadata = scope.WorkspaceMetadata.fromJson(`{"__proto__":{"x":1},${fields},"n":1.0}`);
  assert.equal(Object.getPrototypeOf(metadata), scope.WorkspaceMetadata.prototype);
  assert.ok(metadata.toJson().endsWith('"__proto__":{"x":1},"n":1.0}'));
  assert.deepEqual([metadata.host, metadata.path], [undefined, undefined]);
  const hosted = scope.WorkspaceMetadata.fromJson(`{${fields},"host":"gitlab.com","path":"tools/acme/widget"}`);
  assert.deepEqual([hosted.host, hosted.path], ['gitlab.com', 'tools/acme/widget']);
  assert.equal(scope.decideRetention(metadata, { dirty: false, now: new Date('2026-02-08') }), 'delete');
  assert.equal(scope.decideRetention(metadata, { now: '2026-02-08T00:00:00Z' }), 'warn');
  assert.equal(scope.decideRetention({ ...metadata }, { dirty: false, now: time }), 'keep');
  assert.equal(thrown(() => scope.decideRetention(metadata, { now: time, maxIdleDays: 1.5 })).code, 'out_of_range');
});

test('ESM and CommonJS have the same exports, and types have every code', () => {
  assert.deepEqual({ ...scope }, { ...require('../lib/index.js') });
  const types = readFileSync(new URL('../lib/index.d.ts', import.meta.url), 'utf8');
  const [, union] = types.match(/export type ErrorCode =\n([^;]*);/);
  assert.deepEqual(union.match(/\w+/g), Object.keys(scope.ERROR_CODES));
  for (const name of Object.keys(scope)) assert.match(types, new RegExp(`export (?:class|function|const) ${name}\\b`));
});
