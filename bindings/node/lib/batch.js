'use strict';

const { native } = require('./binding.js');
const { valueOf, wrongType } = require('./error.js');
const { located, parse, wantsNormalized } = require('./reference.js');

/** How many numbers a line is answered with. */
const STRIDE = 4;

function lines(input) {
  if (typeof input === 'string') return valueOf(native.parseLinesOfText(input));
  const count = STRIDE * valueOf(native.countLines(input));
  // Each number is written below; zeros before that would cost a tenth of it.
  const room = Buffer.allocUnsafeSlow(count * Uint32Array.BYTES_PER_ELEMENT);
  const numbers = new Uint32Array(room.buffer, room.byteOffset, count);
  valueOf(native.parseLines(input, numbers));
  return numbers;
}

/** How many texts the native half locates in one call, and how long each may be for that. */
const TEXTS = 512;
const LONGEST = 4096;

/** Where the native half is told how long texts are, and answers where their parts are; 0 for what it does not know. */
const parts = new Uint32Array(new ArrayBuffer(4 * TEXTS));
const locateMany = native.locateManyInto(parts);

/**
 * At most so many texts, from `start` on, whose parts are located: one string, and one call, instead of one for each. They
 * are a copy, so that an array whose elements are computed gives each of them once.
 */
function locateFrom(texts, start) {
  const some = texts.slice(start, start + TEXTS);
  let joined = '';
  for (let i = 0; i < some.length; i++) {
    const text = some[i];
    if (typeof text !== 'string') throw wrongType(`texts[${start + i}]`, 'a string', text);
    const length = text.length > LONGEST ? 0 : text.length;
    parts[i] = length;
    if (length !== 0) joined += text;
  }
  locateMany(joined);
  return some;
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
  const collect = errors === 'collect';
  if (normalize) return Array.from(texts, (text) => parseOne(text, options, collect));
  const parsed = new Array(texts.length);
  for (let start = 0; start < parsed.length; start += TEXTS) {
    const some = locateFrom(texts, start);
    for (let i = 0; i < some.length; i++) {
      const part = parts[i];
      const text = some[i];
      parsed[start + i] = part === 0 ? parseOne(text, undefined, collect) : located(text, part);
    }
  }
  return parsed;
}

function isValidMany(texts) {
  if (!isList(texts)) {
    const numbers = lines(texts);
    return Array.from({ length: numbers.length / STRIDE }, (_, i) => numbers[i * STRIDE + 1] !== 0);
  }
  const valid = new Array(texts.length);
  for (let start = 0; start < valid.length; start += TEXTS) {
    const some = locateFrom(texts, start);
    for (let i = 0; i < some.length; i++) valid[start + i] = parts[i] !== 0 || native.isValid(some[i]);
  }
  return valid;
}

module.exports = { isValidMany, parseMany };
