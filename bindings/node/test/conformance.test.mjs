// Every case of conformance/*.json, none skipped.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { answer } from './support/door.mjs';

const directory = new URL('../../../conformance/', import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith('.json') && name !== 'schema.json');
assert.notEqual(files.length, 0);

for (const file of files) {
  const { cases } = JSON.parse(readFileSync(new URL(file, directory)));
  test(`${file}: ${cases.length} cases`, () => {
    const failures = [];
    for (const { id, op, args, value, error } of cases) {
      const expected = error === undefined ? { value } : { error };
      try {
        assert.deepEqual(answer({ op, args }), expected);
      } catch (failure) {
        failures.push(`${id}: ${failure.message}`);
      }
    }
    assert.deepEqual(failures, []);
  });
}
