// Runs the tests on other versions of Node, with the native half that was built for the one at hand: Node-API promises
// that it need not be built again. `npm run test:versions -- 22 24`. npm has each version as a package.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { root } from './cargo.mjs';

const versions = process.argv.slice(2);
if (versions.length === 0) {
  console.error('name the versions of Node to test on: npm run test:versions -- 22 24');
  process.exit(2);
}
const tests = readdirSync(path.join(root, 'test'))
  .filter((name) => name.endsWith('.test.mjs'))
  .map((name) => path.join('test', name));

for (const version of versions) {
  const directory = mkdtempSync(path.join(tmpdir(), 'scope-node-'));
  try {
    const spec = `node-${process.platform}-${process.arch}@${version}`;
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', directory, spec], { encoding: 'utf8' });
    execFileSync('tar', ['-xzf', packed.trim().split('\n').at(-1)], { cwd: directory });
    const bin = path.join(directory, 'package', 'bin');
    console.log(`${spec}: ${execFileSync(path.join(bin, 'node'), ['--version'], { encoding: 'utf8' }).trim()}`);
    execFileSync(path.join(bin, 'node'), ['--test', ...tests], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
      stdio: 'inherit',
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
