'use strict';

const { inspect } = require('node:util');
const { native, CODES, PARTS } = require('./binding.js');

const REFERENCE = PARTS.indexOf('reference');

/** Every error code with its number. */
const ERROR_CODES = Object.freeze(
  Object.fromEntries(CODES.map((code, number) => [code, number]).filter(Boolean)),
);

/**
 * A text that breaks a rule.
 *
 * The message and the suggestion are worked out when somebody looks, so that a refusal costs little more than the
 * stack trace.
 */
class ScopeError extends Error {
  #text;
  #fault;
  #description;

  constructor(fault, text) {
    super();
    this.code = CODES[fault.number];
    this.number = fault.number;
    this.part = PARTS[fault.part];
    this.input = PARTS[fault.input];
    this.offset = fault.offset;
    this.#fault = fault;
    this.#text = text;
  }

  get name() {
    return 'ScopeError';
  }

  get message() {
    return this.#describe().message;
  }

  get suggestion() {
    return this.#describe().suggestion;
  }

  toJSON() {
    const { name, code, number, part, input, offset, message, suggestion } = this;
    return { name, code, number, part, input, offset, message, suggestion };
  }

  #describe() {
    const { number, part, input, offset } = this.#fault;
    this.#description ??= native.describe(number, part, input, offset, this.#text);
    return this.#description;
  }
}

/** The value that an answer of the native half is; a fault is thrown. */
function valueOf(answer) {
  if (typeof answer !== 'object' || answer?.number === undefined) return answer;
  throw new ScopeError(answer, answer.text);
}

/** Refuses an argument of the wrong type. */
function wrongType(argument, wanted, given) {
  const error = new TypeError(`The "${argument}" argument must be ${wanted}. Received ${inspect(given, { depth: 0 })}`);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

function needString(argument, given) {
  if (typeof given !== 'string') throw wrongType(argument, 'a string', given);
}

/** A string that may be left out: `undefined` and `null` say that it is. */
function optionalString(argument, given) {
  if (given === undefined || given === null) return undefined;
  needString(argument, given);
  return given;
}

function needObject(argument, given) {
  if (typeof given !== 'object' || given === null) throw wrongType(argument, 'an object', given);
}

function optionalBoolean(argument, given) {
  if (given !== undefined && typeof given !== 'boolean') throw wrongType(argument, 'a boolean', given);
  return given ?? false;
}

module.exports = {
  ERROR_CODES,
  REFERENCE,
  ScopeError,
  needObject,
  needString,
  optionalBoolean,
  optionalString,
  valueOf,
  wrongType,
};
