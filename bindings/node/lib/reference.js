'use strict';

const { inspect } = require('node:util');
const { native } = require('./binding.js');
const {
  REFERENCE,
  needObject,
  needString,
  optionalBoolean,
  optionalString,
  say,
  valueOf,
  wrongType,
} = require('./error.js');

/** The native half's answers: where the parts are; or 0, code, part and offset of a fault, and how long its message is. */
const found = new Uint32Array(new ArrayBuffer(20));
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
  /** The offset of the slash and, 16 bits further up, that just past the name. */
  #parts;

  constructor(scope, name, tag, parts) {
    if (scope === LOCATED) {
      super(name);
      this.#text = name;
      this.#parts = parts;
    } else {
      needString('scope', scope);
      needString('name', name);
      const text = valueOf(native.joinReference(scope, name, optionalString('tag', tag)));
      locate(text);
      super(text);
      this.#text = text;
      this.#parts = found[0];
    }
  }

  get scope() {
    return this.#text.slice(1, this.#parts & 0xffff);
  }

  get name() {
    const parts = this.#parts;
    return this.#text.slice((parts & 0xffff) + 1, parts >>> 16);
  }

  get tag() {
    const nameEnd = this.#parts >>> 16;
    return nameEnd === this.#text.length ? undefined : this.#text.slice(nameEnd + 1);
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

/** What was probably meant, where a fault was found last. */
let suggestion;

/** The reference that a text is; the message of its fault, of which `found` and `suggestion` have more; or nothing. */
function answerTo(text) {
  const fault = locate(text);
  const parts = found[0];
  if (parts !== 0) return new Reference(LOCATED, text, undefined, parts);
  const length = found[4];
  // The suggestion is right behind the message.
  if (fault === undefined || fault.length === length) {
    suggestion = undefined;
    return fault;
  }
  suggestion = fault.slice(length);
  return fault.slice(0, length);
}

/** The error, which has the message, with the rest of the fault that was found last. */
const blame = (error) => say(error, found[1], found[2], REFERENCE, found[3], suggestion);

/**
 * What throws is never compiled, as only what returns is counted; so all that returns is in functions of its own. But the
 * error is made here: each frame that is above the one that makes it costs a tenth of it.
 */
function parse(text, options) {
  if (options !== undefined && wantsNormalized(options)) {
    needString('text', text);
    return parse(valueOf(native.parseNormalized(text)));
  }
  const answer = answerTo(text);
  if (typeof answer === 'object') return answer;
  if (answer === undefined) throw wrongType('text', 'a string', text);
  throw blame(new Error(answer));
}

/** A reference whose parts a batch has located. */
const located = (text, parts) => new Reference(LOCATED, text, undefined, parts);

/** Whether a reference is read as it was written; asked here, so that the parser and the getters are compiled now. */
function reads(text) {
  const { scope, name, tag } = parse(text);
  return text === `@${scope}/${name}:${tag}`;
}

/** How often that is asked. JavaScript is compiled when it first runs, and again, better, after some 30 runs: that was more
 * than half of what a process's first hundred parses took, and takes 0.2 ms of loading, when nobody waits. */
const WARM = 64;

for (let i = 0; i < WARM; i++) {
  if (!reads('@acme/widget:latest')) throw new Error('scope-core: the native half is not of this version');
}

module.exports = { Reference, located, parse, wantsNormalized };
