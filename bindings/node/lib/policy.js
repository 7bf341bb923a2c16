'use strict';

const { native } = require('./binding.js');
const { needObject, needString, optionalBoolean, optionalString, valueOf, wrongType } = require('./error.js');
const { parse } = require('./reference.js');

/** A list of strings that may be left out. */
function optionalStrings(argument, given) {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) throw wrongType(argument, 'an array of strings', given);
  given.forEach((text, i) => needString(`${argument}[${i}]`, text));
  return given;
}

class Policy {
  #native;

  constructor(parts = {}) {
    needObject('parts', parts);
    this.#native = valueOf(
      native.newPolicy(
        parts.systemScope === undefined ? undefined : optionalString('parts.systemScope', parts.systemScope),
        optionalStrings('parts.reserved', parts.reserved),
        optionalStrings('parts.reservedPrefixes', parts.reservedPrefixes),
        parts.legacyPrefix === null,
        optionalString('parts.legacyPrefix', parts.legacyPrefix),
      ),
    );
    const { systemScope, reserved, reservedPrefixes, legacyPrefix = null } = native.policyParts(this.#native);
    this.systemScope = systemScope;
    this.reserved = Object.freeze(reserved);
    this.reservedPrefixes = Object.freeze(reservedPrefixes);
    this.legacyPrefix = legacyPrefix;
    Object.freeze(this);
  }

  checkClaimable(slug) {
    needString('slug', slug);
    valueOf(native.policyCheckClaimable(this.#native, slug));
  }

  isReserved(slug) {
    needString('slug', slug);
    return native.policyIsReserved(this.#native, slug);
  }

  resolve(text, options = {}) {
    needString('text', text);
    needObject('options', options);
    const resolved = valueOf(
      native.policyResolve(
        this.#native,
        text,
        optionalString('options.defaultScope', options.defaultScope),
        optionalString('options.userId', options.userId),
        optionalBoolean('options.normalize', options.normalize),
      ),
    );
    const { kind, alias } = resolved;
    switch (kind) {
      case 'scoped':
        return Object.freeze({ kind, text: resolved.text, reference: parse(resolved.text) });
      case 'legacy_user':
        return Object.freeze({ kind, text: resolved.text, alias });
      default:
        return Object.freeze({ kind, text: resolved.text });
    }
  }
}

module.exports = { Policy };
