'use strict';

const { native } = require('./binding.js');
const { needString, valueOf, wrongType } = require('./error.js');

/** A question about one text: the native half answers `undefined` where it is asked of anything else. */
const asking = (ask) => (text) => {
  const answer = ask(text);
  if (answer === undefined) throw wrongType('text', 'a string', text);
  return answer;
};

const checking = (check) => (text) => {
  needString('text', text);
  valueOf(check(text));
};

module.exports = {
  isBranch: asking(native.isBranch),
  isName: asking(native.isName),
  isSlug: asking(native.isSlug),
  isTag: asking(native.isTag),
  isValid: asking(native.isValid),
  checkBranch: checking(native.checkBranch),
  checkName: checking(native.checkName),
  checkPath: checking(native.checkPath),
  checkSlug: checking(native.checkSlug),
  checkTag: checking(native.checkTag),
  checkWorktreeKey: checking(native.checkWorktreeKey),
};
