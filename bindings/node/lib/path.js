'use strict';

const { fileURLToPath } = require('node:url');
const { wrongType } = require('./error.js');

/** A path as Node's own `fs` takes it, for the native half: a string, or the bytes that the system knows. */
function pathOf(argument, given) {
  if (typeof given === 'string' || given instanceof Uint8Array) return given;
  if (given instanceof URL) return fileURLToPath(given);
  throw wrongType(argument, 'a string, a Uint8Array or a file: URL', given);
}

module.exports = { pathOf };
