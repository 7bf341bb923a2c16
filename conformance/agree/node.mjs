// Asks the Node package what other vectors ask: `node node.mjs FILE…` prints the first difference, if there is one, and
// last "N passed, M failed". `cargo xtask agree` runs it.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { answer } from '../../bindings/node/test/support/door.mjs';

let passed = 0;
for (const file of process.argv.slice(2)) {
  for (const { id, op, args, ...expected } of JSON.parse(readFileSync(file, 'utf8')).cases) {
    const given = answer({ op, args });
    if (!isDeepStrictEqual(given, expected)) {
      console.log(`${id} ${op}\n  expected ${JSON.stringify(expected)}\n  given    ${JSON.stringify(given)}`);
      console.log(`${passed} passed, 1 failed`);
      process.exit(1);
    }
    passed += 1;
  }
}
console.log(`${passed} passed, 0 failed`);
