// A panic in Rust is an error in JavaScript, and the process goes on. Built with a feature that panics when asked.

import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { cargoBuild } from '../scripts/cargo.mjs';

test('a panic becomes an error at both layers', () => {
  const built = cargoBuild('scope-node', 'scope_node', ['--features', 'test-panic']);
  // Node takes a file for native by its name. The next build of the same name leaves this copy alone.
  const native = `${built}.test-panic.node`;
  copyFileSync(built, native);
  const { locateInto, ...operations } = createRequire(import.meta.url)(native);
  const found = new Uint32Array(new ArrayBuffer(20));
  const locate = locateInto(found);
  for (const run of [locate, operations.isValid, operations.isBranch, operations.checkSlug, operations.normalize, operations.keyFromUri]) {
    assert.throws(() => run('@panic/now'), /panic|asked for/);
  }
  assert.equal(operations.isValid('@acme/widget'), true);
  locate('@acme/widget');
  assert.equal(found[0], 5 | (12 << 16));
});
