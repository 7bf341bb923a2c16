// Writes what is made from something else: the manifest of each platform's package in npm/, from package.json and
// lib/native.js; and the error codes in lib/index.d.ts, from the native half. The tests fail where they differ.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { root } from './cargo.mjs';

const require = createRequire(import.meta.url);
const { PLATFORMS } = require('../lib/native.js');
const { ERROR_CODES } = require('../lib/index.js');
const { version, license, repository, engines } = JSON.parse(readFileSync(path.join(root, 'package.json')));

for (const platform of PLATFORMS) {
  const [os, cpu, abi] = platform.split('-');
  const file = `scope-core.${platform}.node`;
  const manifest = {
    name: `scope-core-${platform}`,
    version,
    description: `The native half of scope-core for ${platform}`,
    license,
    repository: { ...repository, directory: `${repository.directory}/npm/${platform}` },
    engines,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' && { libc: [abi === 'gnu' ? 'glibc' : 'musl'] }),
    main: file,
    files: [file],
  };
  const directory = path.join(root, 'npm', platform);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const types = path.join(root, 'lib', 'index.d.ts');
const codes = Object.keys(ERROR_CODES).map((code) => `\n  | '${code}'`);
const text = readFileSync(types, 'utf8');
writeFileSync(types, text.replace(/(export type ErrorCode =)[^;]*;/, `$1${codes.join('')};`));
