'use strict';

const { native } = require('./binding.js');
const { valueOf, wrongType } = require('./error.js');
const { located, parse, wantsNormalized } = require('./reference.js');

/** How many numbers a line is answered with. */
const STRIDE = 4;

const lines = (input) =>
  valueOf(typeof input === 'string' ? native.parseLinesOfText(input) : native.parseLines(input));

/**
 * The answers to a list of texts as to the lines of one text, which is one call instead of many. Nothing where a text
 * holds a line end, and so is more lines than one.
 */
function linesOf(texts) {
  let joined = '';
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (typeof text !== 'string') throw wrongType(`texts[${i}]`, 'a string', text);
    joined += text + '\n';
  }
  const numbers = lines(joined);
  return numbers.length === texts.length * STRIDE ? numbers : undefined;
}

function isList(texts) {
  if (Array.isArray(texts)) return true;
  if (typeof texts === 'string' || texts instanceof Uint8Array) return false;
  throw wrongType('texts', 'an array of strings, a string or a Uint8Array', texts);
}

/** Parses one text of a list; its fault is an answer like any other where faults are collected. */
function parseOne(text, options, collect) {
  if (!collect) return parse(text, options);
  try {
    return parse(text, options);
  } catch (error) {
    return error;
  }
}

function parseMany(texts, options = {}) {
  const normalize = wantsNormalized(options);
  const { errors = 'raise' } = options;
  if (errors !== 'raise' && errors !== 'collect') throw wrongType('options.errors', "'raise' or 'collect'", errors);
  if (!isList(texts)) {
    if (normalize) throw wrongType('texts', 'an array of strings where options.normalize is true', texts);
    return lines(texts);
  }
  const numbers = linesOf(texts);
  const collect = errors === 'collect';
  const parsed = new Array(texts.length);
  for (let i = 0, at = 0; i < texts.length; i++, at += STRIDE) {
    const slash = normalize || numbers === undefined ? 0 : numbers[at + 1];
    if (slash === 0) {
      parsed[i] = parseOne(texts[i], { normalize }, collect);
    } else {
      const start = numbers[at];
      parsed[i] = located(texts[i], slash - start, numbers[at + 2] - start);
    }
  }
  return parsed;
}

function isValidMany(texts) {
  const numbers = isList(texts) ? linesOf(texts) : lines(texts);
  if (numbers === undefined) return texts.map((text) => native.isValid(text));
  const valid = new Array(numbers.length / STRIDE);
  for (let i = 0; i < valid.length; i++) valid[i] = numbers[i * STRIDE + 1] !== 0;
  return valid;
}

module.exports = { isValidMany, parseMany };
