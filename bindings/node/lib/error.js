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
 * All that it says are own properties, which loggers, `structuredClone` and `console.log` find.
 */
class ScopeError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', { value: 'ScopeError', writable: true, configurable: true });
  }

  toJSON() {
    const { name, code, number, part, input, offset, message, suggestion, detail } = this;
    return { name, code, number, part, input, offset, message, suggestion, ...(detail !== undefined && { detail }) };
  }
}

/**
 * The error, which is new and becomes a ScopeError, with what it says of the fault: numbers of its code, part and input.
 *
 * One that is made with `new ScopeError` costs a tenth more: the constructor is one more frame that its stack trace is found
 * under.
 */
function say(error, number, part, input, offset, suggestion) {
  Object.setPrototypeOf(error, ScopeError.prototype);
  error.code = CODES[number];
  error.number = number;
  error.part = PARTS[part];
  error.input = PARTS[input];
  error.offset = offset;
  error.suggestion = suggestion;
  return error;
}

/** The error of a fault that the native half answers with. */
function faultOf({ number, part, input, offset, message, suggestion, detail }) {
  const error = say(new Error(message), number, part, input, offset, suggestion ?? undefined);
  if (detail !== undefined && detail !== null) error.detail = detail;
  return error;
}

/** The value that an answer of the native half is; a fault is thrown. */
function valueOf(answer) {
  if (typeof answer !== 'object' || answer?.number === undefined) return answer;
  throw faultOf(answer);
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
  faultOf,
  needObject,
  needString,
  optionalBoolean,
  optionalString,
  say,
  valueOf,
  wrongType,
};
