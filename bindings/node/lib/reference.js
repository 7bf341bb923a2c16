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
  say,
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
 * A boxed string is what JavaScript has that is immutable without being frozen; that structured clone keeps; and that deep
 * comparison, in assertions and test frameworks, compares by its text. What else was measured, over the names that
 * benches/node parses (nanoseconds for one parsed, and parsed with scope and name read; for each of 10,000 made of parts
 * that were located before; Node 20):
 *
 * | shape                                           | parsed | read | made | clone, deep comparison            |
 * |-------------------------------------------------|-------:|-----:|-----:|-----------------------------------|
 * | this one                                        |     64 |   70 |   14 | the text; by the text             |
 * | private fields, getters                         |     58 |   77 |    7 | `{}`; any two are equal           |
 * | the same, frozen                                |     90 |  116 |      | `{}`; any two are equal           |
 * | fields of its own, sliced at once, not frozen   |    108 |   88 |   39 | the fields, which anybody changes |
 * | the same, frozen                                |    126 |  121 |   66 | the fields                        |
 * | the parser that one writes by hand              |    211 |  212 |      |                                   |
 *
 * Freezing alone costs 30, slicing at once 40: a frozen object with fields of its own takes more than half of what the
 * parser written by hand does.
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

function parse(text, options) {
  if (options !== undefined && wantsNormalized(options)) {
    needString('text', text);
    return parse(valueOf(native.parseNormalized(text)));
  }
  const fault = locate(text);
  const slash = found[0];
  if (slash !== 0) return new Reference(LOCATED, text, undefined, slash, found[1]);
  if (fault === undefined) throw wrongType('text', 'a string', text);
  // The message, a line end, the suggestion. The error is made here, so that no frame has to be left out of its trace.
  const end = fault.indexOf('\n');
  const error = new ScopeError(end === -1 ? fault : fault.slice(0, end));
  throw say(error, found[1], found[2], REFERENCE, found[3], end === -1 ? undefined : fault.slice(end + 1));
}

/** A reference whose parts a batch has located. */
const located = (text, slash, nameEnd) => new Reference(LOCATED, text, undefined, slash, nameEnd);

/** Whether a reference is read as it was written; asked here, so that the parser and the getters are compiled now. */
function reads(text) {
  const { scope, name, tag } = parse(text);
  return text === `@${scope}/${name}:${tag}`;
}

// JavaScript is compiled when it first runs: 90 µs of the first parse's 110, which was most of what a process's first
// hundred took (0.77 of the parser written by hand; 0.5 so). It takes that of the 11 ms of loading, when nobody waits.
if (!reads('@acme/widget:latest')) throw new Error('scope-core: the native half is not of this version');

module.exports = { Reference, located, parse, wantsNormalized };
