'use strict';

const { checkSlug } = require('./lib/ask.js');
const { ScopeError } = require('./lib/error.js');
const { ScopeKey } = require('./lib/key.js');
const { Reference, parse } = require('./lib/reference.js');

/** A standard schema (version 1) that takes what `read` takes; the fault of a text is its issue. */
const schemaOf = (read) =>
  Object.freeze({
    '~standard': Object.freeze({
      version: 1,
      vendor: 'scope-core',
      validate(value) {
        try {
          return { value: read(value) };
        } catch (error) {
          if (error instanceof ScopeError || error instanceof TypeError) return { issues: [{ message: error.message }] };
          throw error;
        }
      },
    }),
  });

exports.referenceSchema = schemaOf((value) => (value instanceof Reference ? value : parse(value)));
exports.slugSchema = schemaOf((value) => {
  checkSlug(value);
  return value;
});
exports.scopeKeySchema = schemaOf((value) => {
  if (value instanceof ScopeKey) return value;
  return ScopeKey.fromJson(typeof value === 'string' ? value : JSON.stringify(value) ?? 'undefined');
});
