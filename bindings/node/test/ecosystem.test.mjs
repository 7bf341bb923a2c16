// With what Node users already have: schemas, bundlers, and a package that is installed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { build } from 'esbuild';
import { z } from 'zod';

import { Reference, ScopeKey, isSlug, parse } from '../lib/index.mjs';
import { referenceSchema, scopeKeySchema, slugSchema } from '../schema.mjs';
import { root } from '../scripts/cargo.mjs';

const { load, platformName, PLATFORMS } = createRequire(import.meta.url)('../lib/native.js');

/** A directory of its own, gone after the test. */
function scratch(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'scope-core-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A zod schema of a standard one. */
const fromStandard = (schema) =>
  z.unknown().transform((value, context) => {
    const result = schema['~standard'].validate(value);
    if (!result.issues) return result.value;
    for (const { message } of result.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

test('standard schemas for references, slugs and scope keys', () => {
  for (const { '~standard': standard } of [referenceSchema, slugSchema, scopeKeySchema]) {
    assert.deepEqual([standard.version, standard.vendor], [1, 'scope-core']);
    assert.match(standard.validate(42).issues[0].message, /string|object/);
  }
  const { value } = referenceSchema['~standard'].validate('@acme/widget');
  assert.ok(value instanceof Reference && value.scope === 'acme');
  assert.equal(slugSchema['~standard'].validate('acme').value, 'acme');
  assert.match(slugSchema['~standard'].validate('Acme').issues[0].message, /did you mean "acme"/);
  const key = ScopeKey.branch('/src/app', 'main');
  for (const form of [key, key.toJson(), key.toJSON()]) {
    assert.ok(scopeKeySchema['~standard'].validate(form).value.equals(key));
  }
});

test('a zod object of all three', () => {
  const Job = z.object({
    template: fromStandard(referenceSchema),
    owner: fromStandard(slugSchema),
    where: fromStandard(scopeKeySchema),
    alias: z.string().refine(isSlug),
  });
  const job = Job.parse({
    template: '@acme/widget:1',
    owner: 'acme',
    where: { type: 'repository', primaryPath: '/src/app' },
    alias: 'web',
  });
  assert.equal(job.template.tag, '1');
  assert.equal(job.where.kind, 'repository');
  const { error } = Job.safeParse({ template: '@acme', owner: 'x', where: {}, alias: 'y' });
  assert.deepEqual(error.issues.map((issue) => issue.path[0]), ['template', 'owner', 'where', 'alias']);
});

test('esbuild leaves it external, from ESM and from CommonJS', async (t) => {
  const directory = scratch(t);
  const entry = path.join(directory, 'entry.mjs');
  writeFileSync(entry, "import { parse } from 'scope-core';\nconsole.log(parse('@acme/widget').name);\n");
  for (const [format, name] of [
    ['esm', 'out.mjs'],
    ['cjs', 'out.cjs'],
  ]) {
    const outfile = path.join(directory, name);
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format, external: ['scope-core'] });
    assert.match(readFileSync(outfile, 'utf8'), /["']scope-core["']/);
    install(directory);
    assert.equal(execFileSync(process.execPath, [outfile], { encoding: 'utf8' }), 'widget\n');
  }
});

const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** Packs what is in `from`, and gives the name of the tarball in `directory`. */
function pack(from, directory) {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', directory], from));
  return `./${filename}`;
}

/** Installs tarballs there, as a user would, without the network. */
function installAll(directory, tarballs) {
  writeFileSync(path.join(directory, 'package.json'), '{"private":true}');
  npm(['install', '--offline', '--no-audit', '--no-fund', ...tarballs], directory);
}

/** Packs the package and installs the tarball there. */
const install = (directory) => installAll(directory, [pack(root, directory)]);

test('the packed tarball works in an empty project, without the source tree', (t) => {
  const directory = scratch(t);
  install(directory);
  const run = (args) => execFileSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  assert.equal(run(['-p', "require('scope-core').parse('@acme/widget').scope"]), 'acme\n');
  const esm = "import { parse } from 'scope-core'; import { slugSchema } from 'scope-core/schema';";
  assert.equal(run(['--input-type=module', '-e', `${esm} console.log(parse('@acme/widget').name, typeof slugSchema)`]), 'widget object\n');
  const found = run(['-p', "Object.keys(require.cache).concat(require.resolve('scope-core')).join('\\n')"]);
  assert.ok(!found.includes(root));
});

test('published in two parts, it loads the platform\'s; without that, it says what is missing', (t) => {
  const directory = scratch(t);
  const name = platformName();
  const file = `scope-core.${name}.node`;
  // As they are published: the main package has no native half, and the platform's has nothing else.
  const [main, platform] = ['main', 'platform'].map((part) => path.join(directory, part));
  mkdirSync(main);
  for (const part of ['lib', 'README.md', 'package.json', 'schema.js', 'schema.mjs', 'schema.d.ts', 'schema.d.mts']) {
    cpSync(path.join(root, part), path.join(main, part), { recursive: true });
  }
  cpSync(path.join(root, 'npm', name), platform, { recursive: true });
  copyFileSync(path.join(root, file), path.join(platform, file));
  const tarballs = [main, platform].map((part) => pack(part, directory));
  const project = (part, tarballs) => {
    const cwd = path.join(directory, part);
    mkdirSync(cwd);
    installAll(cwd, tarballs.map((tarball) => path.join(directory, tarball)));
    const program = `
      try { require('scope-core'); console.log(Object.keys(require.cache).find((loaded) => loaded.endsWith('.node'))); }
      catch (error) { console.log(error.message); }
    `;
    return execFileSync(process.execPath, ['-e', program], { cwd, encoding: 'utf8' }).trim();
  };
  const loaded = project('both', tarballs);
  assert.ok(loaded.endsWith(path.join('both', 'node_modules', `scope-core-${name}`, file)), loaded);
  const missing = project('alone', tarballs.slice(0, 1));
  assert.match(missing, new RegExp(`^scope-core has no native build for ${name}\\. Looked for:\n`));
  assert.match(missing, new RegExp(`scope-core-${name}: not there\\n.*npm install scope-core-${name}`));
});

test('the loader says what it looked for and what to do', () => {
  const missing = (request) => {
    throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
  };
  assert.throws(() => load('linux-x64-gnu', missing), (error) => {
    assert.match(error.message, /^scope-core has no native build for linux-x64-gnu\. Looked for:\n/);
    assert.match(error.message, /\n {2}\.\.\/scope-core\.linux-x64-gnu\.node: not there\n/);
    assert.match(error.message, /\n {2}scope-core-linux-x64-gnu: not there\n/);
    assert.match(error.message, /--omit=optional/);
    return true;
  });
  assert.throws(() => load('sunos-x64', missing), /There are builds for darwin-arm64, .*build from source/);
});

test('there is a package for each platform, as the loader names them', () => {
  const { version, napi } = JSON.parse(readFileSync(path.join(root, 'package.json')));
  assert.equal(PLATFORMS.length, napi.targets.length);
  for (const platform of PLATFORMS) {
    const manifest = JSON.parse(readFileSync(path.join(root, 'npm', platform, 'package.json')));
    assert.equal(manifest.name, `scope-core-${platform}`);
    assert.equal(manifest.version, version);
    assert.equal(manifest.main, `scope-core.${platform}.node`);
    assert.equal([manifest.os[0], manifest.cpu[0]].join('-'), platform.split('-').slice(0, 2).join('-'));
  }
  assert.ok(parse('@acme/widget'));
});
