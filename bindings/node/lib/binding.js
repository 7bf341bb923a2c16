'use strict';

const { load, platformName } = require('./native.js');

/** The native half, with what JavaScript keeps beside it. */
const native = load(platformName(), require);

const names = (list) => {
  const byNumber = [];
  for (const { number, name } of list) byNumber[number] = name;
  return byNumber;
};

/** Names of error codes and of parts, by their numbers. */
const CODES = names(native.errorCodes());
const PARTS = names(native.parts());

module.exports = { native, CODES, PARTS };
