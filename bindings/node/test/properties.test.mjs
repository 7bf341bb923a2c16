// What holds for every text.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import * as scope from '../lib/index.mjs';

const of = (alphabet) => fc.constantFrom(...alphabet);
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const edged = (inner, min, max) =>
  fc
    .tuple(of(LOWER), fc.string({ unit: of(inner), minLength: min - 2, maxLength: max - 2 }), of(LOWER))
    .map((parts) => parts.join(''));
const slug = edged(`${LOWER}-`, 3, 64);
const name = edged(`${LOWER}-_.`, 2, 128).map((name) => name.replace(/\.{2,}/g, '.'));
const tag = fc
  .tuple(of(`${LOWER}ABCXYZ_`), fc.string({ unit: of(`${LOWER}ABCXYZ_.-`), maxLength: 127 }))
  .map((parts) => parts.join(''));
const reference = fc
  .tuple(slug, name, fc.option(tag, { nil: undefined }))
  .map(([slug, name, tag]) => `@${slug}/${name}${tag === undefined ? '' : `:${tag}`}`);

/** Text of every kind: near misses of references, and anything that a string can hold, lone surrogates too. */
const anything = fc.oneof(
  reference,
  fc.string({ unit: of('@/:a1-_.A é€😀\0\n'), maxLength: 40 }),
  fc.array(fc.nat(0xffff), { maxLength: 500 }).map((units) => String.fromCharCode(...units)),
  fc.tuple(reference, fc.nat(200), fc.nat(0xffff)).map(([text, at, unit]) => {
    const i = at % (text.length + 1);
    return text.slice(0, i) + String.fromCharCode(unit) + text.slice(i + 1);
  }),
);

const holds = (arbitrary, property) => fc.assert(fc.property(arbitrary, property), { numRuns: 2000 });

/** The value, or the `ScopeError`; anything else is thrown on. */
function attempt(run) {
  try {
    return run();
  } catch (error) {
    if (error instanceof scope.ScopeError) return error;
    throw error;
  }
}

test('a parsed reference prints as its text, and its parts make it again', () => {
  holds(reference, (text) => {
    const parsed = scope.parse(text);
    assert.equal(String(parsed), text);
    assert.ok(new scope.Reference(parsed.scope, parsed.name, parsed.tag).equals(parsed));
    assert.equal(parsed.storageComponent, `${parsed.scope}__${parsed.name}`);
    assert.equal(parsed.compare(scope.parse(text)), 0);
  });
});

test('a text is valid exactly where it parses, one by one and many at once', () => {
  holds(fc.array(anything, { maxLength: 8 }), (texts) => {
    const parsed = texts.map((text) => attempt(() => scope.parse(text)));
    const valid = parsed.map((answer) => answer instanceof scope.Reference);
    assert.deepEqual(texts.map(scope.isValid), valid);
    assert.deepEqual(scope.isValidMany(texts), valid);
    const many = scope.parseMany(texts, { errors: 'collect' });
    assert.deepEqual(many.map(JSON.stringify), parsed.map(JSON.stringify));
  });
});

test('an offset lies in the text, at the character that the message names', () => {
  holds(anything, (text) => {
    const error = attempt(() => scope.parse(text));
    if (error instanceof scope.Reference) return;
    assert.ok(error.offset >= 0 && error.offset <= text.length);
    assert.match(error.message, /^[ -~]+$/);
    if (error.code === 'invalid_unicode') {
      assert.ok(text.slice(0, error.offset).isWellFormed());
      assert.ok(!text.slice(error.offset, error.offset + 1).isWellFormed());
    }
    if (error.code === 'invalid_character') {
      const char = String.fromCodePoint(text.codePointAt(error.offset));
      const named = /^[ -~]$/.test(char)
        ? `'${char}'`
        : `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
      assert.ok(error.message.includes(`may not hold ${named};`), error.message);
    }
  });
});

test('lines of a string and of its bytes are the same lines', () => {
  const line = anything.map((text) => text.replaceAll('\n', ''));
  holds(fc.array(line, { maxLength: 6 }), (lines) => {
    const text = lines.map((line) => `${line}\n`).join('');
    const units = scope.parseMany(text);
    assert.equal(units.length, 4 * lines.length);
    let start = 0;
    lines.forEach((line, i) => {
      const [from, slash, third, fourth] = units.subarray(4 * i);
      assert.equal(from, start);
      const parsed = attempt(() => scope.parse(line));
      if (parsed instanceof scope.Reference) {
        assert.equal(text.slice(from + 1, slash), parsed.scope);
        assert.equal(text.slice(slash + 1, third), parsed.name);
        assert.equal(fourth, start + line.length);
      } else {
        assert.deepEqual([slash, third, fourth], [0, (0x8000_0000 | parsed.number) >>> 0, start + parsed.offset]);
      }
      start += line.length + 1;
    });
    if (text.isWellFormed()) {
      const bytes = scope.parseMany(Buffer.from(text));
      const toBytes = (units) => Buffer.byteLength(text.slice(0, units));
      const converted = units.map((number, i) => {
        const isCode = i % 4 === 2 && units[i - 1] === 0;
        const isZero = i % 4 === 1 && number === 0;
        return isCode || isZero ? number : toBytes(number);
      });
      assert.deepEqual(bytes, converted);
    }
  });
});

test('normalising twice changes nothing, and strict parsing takes what it makes', () => {
  holds(anything, (text) => {
    const once = attempt(() => scope.normalize(text));
    if (typeof once !== 'string') return;
    assert.equal(scope.normalize(once), once);
    const [loose, strict] = [
      attempt(() => scope.parse(text, { normalize: true })),
      attempt(() => scope.parse(once)),
    ];
    assert.equal(loose.code, strict.code);
  });
});

test('a suggestion is a slug', () => {
  holds(anything, (text) => {
    const slug = attempt(() => scope.suggestSlug(text));
    if (typeof slug === 'string') assert.ok(scope.isSlug(slug) && scope.suggestSlug(slug) === slug);
  });
});

test('a key reads back from its URI and from its JSON', () => {
  const path = fc.array(fc.string({ unit: of('ab :@%é😀-'), minLength: 1 })).map((parts) => `/${parts.join('/')}`);
  holds(fc.tuple(path, fc.string({ unit: of('ab/%é😀-'), minLength: 1 })), ([path, branch]) => {
    const key = attempt(() => scope.ScopeKey.branch(path, branch));
    if (key instanceof scope.ScopeError) return;
    for (const back of [
      scope.ScopeKey.fromUri(key.uri),
      scope.ScopeKey.fromJson(key.toJson()),
      scope.ScopeKey.fromJson(JSON.stringify(key)),
    ]) {
      assert.deepEqual(back, key);
      assert.ok(back.equals(key));
    }
  });
});
