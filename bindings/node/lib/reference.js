'use strict';

const { inspect } = require('node:util');
const { native } = require('./binding.js');
const {
  REFERENCE,
  ScopeError,
  needObject,
  needString,
  optionalBoolean,
  optionalString,
  valueOf,
  wrongType,
} = require('./error.js');

/** Where the native half answers: slash and end of the name, or 0 and code, part and offset of a fault. */
const found = new Uint32Array(new ArrayBuffer(16));
const locate = native.locateInto(found);

/** Shown to the constructor by what has located the parts already. */
const LOCATED = Symbol('located');

/**
 * `@scope/name[:tag]`: its text, boxed, with the parts by name.
 *
 * A boxed string is what JavaScript has that is immutable without being frozen, which costs as much again as parsing;
 * that structured clone keeps; and that deep comparison, in assertions and test frameworks, compares by its text.
 */
class Reference extends String {
  #text;
  #slash;
  #nameEnd;

  constructor(scope, name, tag, slash, nameEnd) {
    if (scope === LOCATED) {
      super(name);
      this.#text = name;
      this.#slash = slash;
      this.#nameEnd = nameEnd;
    } else {
      needString('scope', scope);
      needString('name', name);
      const text = valueOf(native.joinReference(scope, name, optionalString('tag', tag)));
      locate(text);
      super(text);
      this.#text = text;
      this.#slash = found[0];
      this.#nameEnd = found[1];
    }
  }

  get scope() {
    return this.#text.slice(1, this.#slash);
  }

  get name() {
    return this.#text.slice(this.#slash + 1, this.#nameEnd);
  }

  get tag() {
    return this.#nameEnd === this.#text.length ? undefined : this.#text.slice(this.#nameEnd + 1);
  }

  get storageComponent() {
    return native.storageComponent(this.#text);
  }

  equals(other) {
    return other instanceof Reference && other.#text === this.#text;
  }

  compare(other) {
    if (!(other instanceof Reference)) throw wrongType('other', 'a Reference', other);
    return native.compareReferences(this.#text, other.#text);
  }

  toString() {
    return this.#text;
  }

  toJSON() {
    return this.#text;
  }

  [inspect.custom](depth, options) {
    return `Reference ${inspect(this.#text, options)}`;
  }
}

function wantsNormalized(options) {
  needObject('options', options);
  return optionalBoolean('options.normalize', options.normalize);
}

function refused(text) {
  const [, number, part, offset] = found;
  if (number === 0) return wrongType('text', 'a string', text);
  return new ScopeError({ number, part, input: REFERENCE, offset }, text);
}

function parse(text, options) {
  if (options !== undefined && wantsNormalized(options)) {
    needString('text', text);
    return parse(valueOf(native.parseNormalized(text)));
  }
  locate(text);
  const slash = found[0];
  if (slash === 0) throw refused(text);
  return new Reference(LOCATED, text, undefined, slash, found[1]);
}

/** A reference whose parts a batch has located. */
const located = (text, slash, nameEnd) => new Reference(LOCATED, text, undefined, slash, nameEnd);

module.exports = { Reference, located, parse, wantsNormalized };
