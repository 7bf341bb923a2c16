// Real names, of examples/data, every second with a tag.

import { readFileSync } from 'node:fs';

import { PATTERN } from './yardstick.mjs';

const TAGS = ['latest', '1.0.0', 'v2', 'stable-2026'];

// Every string of its own, as they come out of a file or a request: none is an internalised constant or a piece of another.
const fresh = (text) => Buffer.from(text).toString();

const names = readFileSync(new URL('../../examples/data/npm-scoped-names.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => PATTERN.test(line));

/** References without a tag, for peers that know none. */
export const UNTAGGED = names.map(fresh);
/** References. */
export const VALID = names.map((name, i) => fresh(i % 2 ? name : `${name}:${TAGS[(i >> 1) % TAGS.length]}`));
/** The same with a character each, somewhere in the name, that none may hold. */
export const INVALID = VALID.map((text, i) => {
  const slash = text.indexOf('/');
  const at = slash + 1 + (i % (text.split(':')[0].length - slash - 1));
  return fresh(`${text.slice(0, at)}!${text.slice(at + 1)}`);
});
