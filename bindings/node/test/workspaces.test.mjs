// Workspaces on a real disk: every case of conformance/disk, and what only JavaScript has.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

import { ScopeError, WorkspaceMetadata, Workspaces, decideRetention, discoverProjects } from '../lib/index.mjs';

const USER = '123e4567-e89b-12d3-a456-426614174000';
const linux = { skip: process.platform !== 'linux' && 'workspaces on a disk need Linux' };

/** A directory of its own, with `data` in it, gone after the test. */
function scratch(t) {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'scope-workspaces-')));
  mkdirSync(`${root}/data`);
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const IDENTITY = { NAME: 'acme', EMAIL: 'acme@example.com', DATE: '2026-01-31T12:00:00Z' };
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
for (const [name, value] of Object.entries(IDENTITY)) {
  env[`GIT_AUTHOR_${name}`] = value;
  env[`GIT_COMMITTER_${name}`] = value;
}
const git = (cwd, ...args) =>
  execFileSync('git', ['-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...args], { cwd, env, stdio: 'pipe' });

/** A repository with one commit, to clone from. */
function origin(root, size = 1) {
  const directory = `${root}/origin/acme/widget.git`;
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '--quiet');
  for (let i = 0; i < size; i++) writeFileSync(`${directory}/file-${i}`, `${i}\n`.repeat(100));
  git(directory, 'add', '.');
  git(directory, 'commit', '--quiet', '--message=one');
  return pathToFileURL(directory).href;
}

/** What a promise is rejected with. */
const refusal = (promise) =>
  promise.then(
    () => assert.fail('nothing was thrown'),
    (error) => error,
  );

const FILES = new URL('../../../conformance/disk/', import.meta.url);

class Disk {
  constructor(root) {
    this.root = root;
  }

  text(value) {
    return typeof value === 'string' ? value.replaceAll('{root}', this.root) : value.repeat.repeat(value.count);
  }

  /** A path of a step, the directories above it made. */
  path(value) {
    const full = path.join(this.root, value);
    mkdirSync(path.dirname(full), { recursive: true });
    return full;
  }

  async step(step) {
    if ('directory' in step) mkdirSync(this.path(step.directory), { recursive: true });
    else if ('file' in step) writeFileSync(this.path(step.file), this.text(step.text));
    else if ('link' in step) symlinkSync(this.text(step.to), this.path(step.link));
    else if ('fifo' in step) execFileSync('mkfifo', [this.path(step.fifo)]);
    else if ('remove' in step) rmSync(this.path(step.remove));
    else if ('git' in step) git(this.path(step.in), ...step.git.map((word) => this.text(word)));
    else if ('hold' in step) this.held = this.workspaces(step).hold(USER, ...step.hold.split('/'));
    else await this.call(step);
  }

  workspaces({ now = '2026-01-01T00:00:00Z', options = {} }) {
    const { git, allow_file_urls: allowFileUrls = true, time_seconds: seconds, bytes: byteLimit } = options;
    const timeLimitMs = seconds === undefined ? undefined : seconds * 1000;
    return new Workspaces(`${this.root}/data`, { now: () => now, git, allowFileUrls, timeLimitMs, byteLimit });
  }

  async call(args) {
    const { call, user_id: user = '', owner = '', repo = '' } = args;
    if (call === 'open') return Boolean(new Workspaces(this.text(args.data_dir)));
    if (call === 'discover') {
      const { projects } = await discoverProjects(args.source_dirs.map((dir) => this.text(dir)));
      return projects.map((project) => project.path).sort();
    }
    const workspaces = this.workspaces(args);
    const signal = args.options?.cancelled ? AbortSignal.abort() : undefined;
    const problems = (list) => list.map(({ directory, error }) => [directory, error.code]);
    switch (call) {
      case 'create':
      case 'get':
      case 'touch':
        return shown(await workspaces[call](user, owner, repo));
      case 'work': {
        const { names, unknown, ...counts } = await workspaces.work(user, owner, repo, { names: args.names });
        const pairs = names.map(({ kind, name }) => [kind, name]).sort();
        return { ...counts, unknown: unknown && unknown.code, names: pairs };
      }
      case 'delete':
        return Boolean(await workspaces.delete(user, owner, repo, { force: args.force }));
      case 'list': {
        const listing = await workspaces.listing(user);
        const directories = [];
        for await (const { directory } of workspaces.list(user)) directories.push(directory);
        assert.deepEqual(listing.workspaces.map((one) => one.directory), directories);
        return { workspaces: directories, problems: problems(listing.problems) };
      }
      case 'validate_path':
        return workspaces.validatePath(user, this.text(args.path));
      case 'clone':
        return shown(await workspaces.clone(user, this.text(args.source), { branch: args.branch, signal }));
      case 'sync': {
        const { branch, from, to } = await workspaces.sync(user, owner, repo, { signal });
        return { branch, moved: from !== to };
      }
      case 'cleanup': {
        const report = await workspaces.cleanup({ dryRun: args.dry_run, signal });
        const of = (verdict) => report.idle.filter((decided) => decided.verdict === verdict);
        const names = (verdict) => of(verdict).map((decided) => decided.fullName);
        return {
          kept: report.kept,
          deleted: names('deleted'),
          warned: of('warned').map(({ fullName, work }) => [
            fullName,
            work.uncommitted,
            work.untracked,
            work.stashed,
            work.unpushed,
          ]),
          in_use: names('in_use'),
          problems: problems(report.problems),
        };
      }
      default:
        throw new Error(`no call is named ${call}`);
    }
  }

  /** The answer to a case, with the root put back. */
  async answer(args) {
    for (const step of args.setup ?? []) await this.step(step);
    const answer = await this.call(args).then(
      (value) => ({ value }),
      (error) => {
        if (!(error instanceof ScopeError)) throw error;
        const { code, number, part, input, offset, message, suggestion = null } = error;
        return { error: { code, number, part, input, offset, message, suggestion } };
      },
    );
    this.held?.release();
    return JSON.parse(JSON.stringify(answer).replaceAll(this.root, '{root}'));
  }
}

const shown = ({ path, metadata, recovered }) => ({
  path,
  metadata: metadata.toJson(),
  recovered: recovered && recovered.code,
});

/** An error without its message, which quotes a root of another length, and so may be cut elsewhere. */
function withoutCut(answer) {
  const message = answer.error?.message;
  return message?.includes('"...') || message?.includes('{root}')
    ? { error: { ...answer.error, message: message.replace(/".*"(\.\.\.)?:/, '') } }
    : answer;
}

const files = linux.skip ? [] : readdirSync(FILES).filter((name) => name !== 'schema.json');
const cases = files.flatMap((name) => JSON.parse(readFileSync(new URL(name, FILES))).cases);
test(`conformance/disk: ${cases.length} cases`, linux, async (t) => {
  const failures = [];
  for (const { id, args, value, error } of cases) {
    const expected = error === undefined ? { value } : { error };
    try {
      const given = await new Disk(scratch(t)).answer(args);
      assert.deepEqual(withoutCut(given), withoutCut(expected));
    } catch (failure) {
      failures.push(`${id}: ${failure.message}`);
    }
  }
  assert.deepEqual(failures, []);
});

test('a workspace is a frozen plain object with the metadata that is known', linux, async (t) => {
  const root = scratch(t);
  const now = new Date('2026-01-31T12:00:00Z');
  const workspaces = new Workspaces(pathToFileURL(`${root}/data`), { now });
  const made = await workspaces.create(USER, 'acme', 'widget');
  assert.deepEqual(Object.keys(made), ['userId', 'directory', 'path', 'metadata', 'recovered']);
  assert.equal(made.path, `${root}/data/workspaces/${USER}/acme__widget`);
  assert.equal(made.metadata.createdAt, '2026-01-31T12:00:00Z');
  assert.ok(made.metadata instanceof WorkspaceMetadata);
  assert.throws(() => (made.path = 'x'), TypeError);
  assert.equal(decideRetention(made.metadata, { dirty: false, now: '2026-02-07T12:00:00Z' }), 'delete');
  assert.deepEqual(await workspaces.work(USER, 'acme', 'widget'), {
    uncommitted: 0,
    untracked: 0,
    stashed: 0,
    unpushed: 0,
    unknown: null,
    names: [],
  });
  const usage = await workspaces.usage(USER);
  assert.equal(usage.quotaBytes, 2_000_000_000);
  assert.ok(usage.bytes > 0 && usage.complete);
  const report = await new Workspaces(`${root}/data`, { now: '2026-03-01T00:00:00Z' }).cleanup({ dryRun: true, measureUsage: true });
  assert.deepEqual([report.dryRun, report.idle[0].verdict, report.now], [true, 'deleted', '2026-03-01T00:00:00Z']);
  assert.equal((await refusal(workspaces.cleanup({ maxIdleDays: 0.5 }))).code, 'out_of_range');
  assert.ok((await workspaces.delete(USER, 'acme', 'widget')).freedBytes > 0);
  assert.equal((await refusal(workspaces.get(USER, 'acme', 'widget'))).code, 'workspace_not_found');
});

test('what holds work is deleted by force alone, and what it holds is named', linux, async (t) => {
  const root = scratch(t);
  const workspaces = new Workspaces(`${root}/data`, { allowFileUrls: true });
  const { path: directory } = await workspaces.clone(USER, origin(root));
  const names = [{ kind: 'untracked', name: 'new' }];
  writeFileSync(`${directory}/new`, '');
  assert.deepEqual((await workspaces.work(USER, 'acme', 'widget', { names: 10 })).names, names);
  assert.deepEqual((await workspaces.work(USER, 'acme', 'widget')).names, []);
  const lost = await refusal(workspaces.delete(USER, 'acme', 'widget'));
  assert.deepEqual([lost.code, lost.number, lost.detail], ['work_would_be_lost', 300, '1 untracked\nnew']);
  rmSync(`${directory}/new`);
  git(directory, 'worktree', 'add', '--quiet', '--detach', `${root}/outside`);
  const unknown = await refusal(workspaces.delete(USER, 'acme', 'widget', { force: false }));
  assert.deepEqual([unknown.code, unknown.number], ['work_unknown', 301]);
  assert.ok(unknown.detail.includes(`${root}/outside`));
  assert.ok(existsSync(directory));
  assert.ok((await workspaces.delete(USER, 'acme', 'widget', { force: true })).freedBytes > 0);
  assert.ok(!existsSync(directory));
});

test('what is held is not deleted, until it is let go', linux, async (t) => {
  const workspaces = new Workspaces(`${scratch(t)}/data`);
  await workspaces.create(USER, 'acme', 'widget');
  const held = workspaces.hold(USER, 'acme', 'widget');
  assert.equal((await refusal(workspaces.delete(USER, 'acme', 'widget'))).code, 'in_use');
  held.release();
  held.release();
  await workspaces.delete(USER, 'acme', 'widget');
});

test('a clone tells how far it is, and may be synced', linux, async (t) => {
  const root = scratch(t);
  const url = origin(root, 200);
  const workspaces = new Workspaces(`${root}/data`, { allowFileUrls: true });
  const told = [];
  const made = await workspaces.clone(USER, url, { onProgress: (progress) => told.push(progress) });
  assert.equal(made.metadata.currentBranch, 'main');
  assert.equal(readFileSync(`${made.path}/file-0`, 'utf8').slice(0, 2), '0\n');
  assert.ok(told.length > 0);
  for (const { phase, done, total } of told) {
    assert.equal(typeof phase, 'string');
    assert.ok(Number.isInteger(done) && (total === null || done <= total));
  }
  assert.equal((await refusal(workspaces.clone(USER, url))).code, 'workspace_exists');
  const synced = await workspaces.sync(USER, 'acme', 'widget');
  assert.deepEqual([synced.branch, synced.from === synced.to], ['main', true]);
  // Files are cloned where that is allowed, and nowhere else.
  const error = await refusal(new Workspaces(`${root}/data`).clone(USER, url));
  assert.deepEqual([error.code, error.input], ['url_not_allowed', 'url']);
});

test('https is cloned from a real server, which nobody is asked for a password for', linux, async (t) => {
  const root = scratch(t);
  origin(root);
  const served = `${root}/origin`;
  const certificate = `${served}/certificate.pem`;
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
  execFileSync('openssl', [...made, '-keyout', `${served}/key.pem`, '-out', certificate], { stdio: 'pipe' });
  const script = new URL('../../../scope-workspace/tests/https_server.py', import.meta.url).pathname;
  const server = spawn('python3', [script, served], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill());
  const [port] = await once(server.stdout, 'data');
  // In a process of its own, whose git trusts the certificate.
  const program = `
    import { Workspaces } from ${JSON.stringify(new URL('../lib/index.mjs', import.meta.url))};
    const workspaces = new Workspaces('${root}/data', { baseUrl: 'https://localhost:${String(port).trim()}' });
    const phases = new Set();
    const onProgress = ({ phase }) => phases.add(phase);
    const { path } = await workspaces.clone('${USER}', 'acme/widget', { onProgress });
    const refused = await workspaces.clone('${USER}', 'private/widget').catch(({ code }) => code);
    console.log(JSON.stringify({ path, received: phases.has('Receiving objects'), refused }));
  `;
  const trusting = { ...process.env, GIT_SSL_CAINFO: certificate, no_proxy: 'localhost', NO_PROXY: 'localhost' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: trusting });
  const { path: directory, ...answer } = JSON.parse(stdout);
  assert.deepEqual(answer, { received: true, refused: 'git_failed' });
  assert.equal(readFileSync(`${directory}/file-0`, 'utf8'), '0\n'.repeat(100));
});

test('a clone is aborted, before and meanwhile, and leaves nothing', linux, async (t) => {
  const root = scratch(t);
  const url = origin(root, 300);
  // A git that takes its time once it has begun.
  writeFileSync(`${root}/slow-git`, '#!/bin/sh\necho "Receiving objects:  10% (1/10)" >&2\nsleep 600\nexec git "$@"\n', { mode: 0o755 });
  const workspaces = new Workspaces(`${root}/data`, { allowFileUrls: true, git: `${root}/slow-git` });
  const before = await refusal(workspaces.clone(USER, url, { signal: AbortSignal.abort(new Error('enough')) }));
  assert.deepEqual([before.code, before.number, before.cause.message], ['cancelled', 64, 'enough']);

  const controller = new AbortController();
  const start = Date.now();
  setTimeout(() => controller.abort(), 300);
  const meanwhile = await refusal(workspaces.clone(USER, url, { signal: controller.signal }));
  assert.ok(meanwhile instanceof ScopeError);
  assert.deepEqual([meanwhile.code, meanwhile.cause.name], ['cancelled', 'AbortError']);
  assert.ok(Date.now() - start < 300_000);

  // What the listener throws ends it too, and is what comes out.
  const own = await refusal(workspaces.clone(USER, url, { onProgress: () => { throw new RangeError('mine'); } }));
  assert.ok(own instanceof RangeError && own.message === 'mine');
  const late = await refusal(
    new Workspaces(`${root}/data`, { allowFileUrls: true, git: `${root}/slow-git`, timeLimitMs: 300 }).clone(USER, url),
  );
  assert.equal(late.code, 'timed_out');
  assert.deepEqual((await workspaces.listing(USER)).workspaces, []);
  const user = `${root}/data/workspaces/${USER}`;
  assert.ok(!existsSync(user) || readdirSync(user).length === 0);
});

test('a thread that ends in the middle of a clone takes nothing down', linux, async (t) => {
  const root = scratch(t);
  writeFileSync(`${root}/slow-git`, '#!/bin/sh\nsleep 1\nexit 1\n', { mode: 0o755 });
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { Workspaces } = require(workerData.library);
    const workspaces = new Workspaces(workerData.root + '/data', { git: workerData.root + '/slow-git', allowFileUrls: true });
    workspaces.clone('${USER}', workerData.url, { onProgress() {} }).catch(() => {});
    workspaces.clone('${USER}', workerData.url).catch(() => {});
    parentPort.postMessage('begun');
  `;
  const workerData = { root, url: origin(root), library: new URL('../lib/index.js', import.meta.url).pathname };
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(program, { eval: true, workerData });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
});

test('other types are TypeErrors, and ill-formed text is refused', linux, async (t) => {
  const workspaces = new Workspaces(`${scratch(t)}/data`);
  for (const wrong of [undefined, null, 1, {}, []]) {
    assert.throws(() => new Workspaces(wrong), TypeError);
    for (const call of ['create', 'get', 'touch', 'delete', 'work', 'sync', 'listing', 'usage', 'validatePath', 'clone']) {
      assert.ok((await refusal(workspaces[call](wrong, 'acme', 'widget'))) instanceof TypeError, call);
    }
    assert.throws(() => workspaces.hold(USER, wrong, 'widget'), TypeError);
  }
  assert.throws(() => new Workspaces('/tmp', { now: 'x', quotaBytes: -1 }), TypeError);
  assert.ok((await refusal(workspaces.clone(USER, 'acme/widget', { signal: {} }))) instanceof TypeError);
  assert.ok((await refusal(workspaces.clone(USER, 'acme/widget', { depth: 0 }))) instanceof TypeError);
  for (const options of [null, 1, { force: 1 }, { force: 'yes' }]) {
    assert.ok((await refusal(workspaces.delete(USER, 'acme', 'widget', options))) instanceof TypeError);
  }
  for (const options of [null, 1, { names: -1 }, { names: 0.5 }, { names: '1' }]) {
    assert.ok((await refusal(workspaces.work(USER, 'acme', 'widget', options))) instanceof TypeError);
  }
  assert.ok((await refusal(discoverProjects('/src'))) instanceof TypeError);
  const error = await refusal(workspaces.create(USER, 'acme', 'w\u{d800}'));
  assert.deepEqual([error.code, error.input, error.offset], ['invalid_unicode', 'repo', 1]);
  assert.equal((await refusal(workspaces.create('../..', 'acme', 'widget'))).code, 'invalid_uuid');
  assert.equal((await refusal(workspaces.validatePath(USER, '/etc/passwd'))).code, 'outside_workspaces');
});
