'use strict';

const { native } = require('./binding.js');
const { needObject, needString, optionalBoolean, optionalString, valueOf, wrongType } = require('./error.js');
const { pathOf } = require('./path.js');
const { instant, readMetadata } = require('./workspace.js');

/** What there is on Linux alone. */
function onLinux() {
  if (native.openWorkspaces !== undefined) return;
  const error = new Error(
    `Workspaces on a disk need Linux: they are reached through directory handles as only Linux has them. This is ` +
      `${process.platform}. Everything else in scope-core works here.`,
  );
  error.code = 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM';
  throw error;
}

/** A whole number that is not negative, and may be left out. */
function optionalCount(argument, given, least = 0) {
  if (given === undefined || given === null) return undefined;
  if (!Number.isInteger(given) || given < least) throw wrongType(argument, `a whole number of ${least} or more`, given);
  return given;
}

function frozen(value) {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

const workspaceOf = (shown) => Object.freeze({ ...frozen(shown), metadata: readMetadata(shown.metadata) });
const listingOf = ({ workspaces, problems }) =>
  Object.freeze({ workspaces: Object.freeze(workspaces.map(workspaceOf)), problems: frozen(problems) });
const syncedOf = ({ workspace, ...rest }) => Object.freeze({ workspace: workspaceOf(workspace), ...rest });

/** What the JSON of an answer stands for, by the call. */
const READ = {
  create: workspaceOf,
  get: workspaceOf,
  touch: workspaceOf,
  clone: workspaceOf,
  sync: syncedOf,
  listing: listingOf,
};

/** A workspace that is held, and neither deleted nor cleaned up meanwhile. */
class HeldWorkspace {
  #held;

  constructor(held) {
    this.#held = held;
  }

  release() {
    native.releaseWorkspace(this.#held);
  }

  [Symbol.dispose ?? Symbol('Symbol.dispose')]() {
    this.release();
  }
}

class Workspaces {
  #native;
  #now;

  constructor(dataDir, options = {}) {
    onLinux();
    needObject('options', options);
    const { now } = options;
    if (now !== undefined && typeof now !== 'function') instant(now);
    this.#now = now;
    this.#native = valueOf(
      native.openWorkspaces(pathOf('dataDir', dataDir), {
        git: optionalString('options.git', options.git),
        baseUrl: optionalString('options.baseUrl', options.baseUrl),
        allowFileUrls: optionalBoolean('options.allowFileUrls', options.allowFileUrls),
        timeLimitMs: optionalCount('options.timeLimitMs', options.timeLimitMs),
        byteLimit: optionalCount('options.byteLimit', options.byteLimit),
        quotaBytes: optionalCount('options.quotaBytes', options.quotaBytes),
      }),
    );
  }

  async create(userId, owner, repo) {
    return this.#ask(this.#one('create', userId, owner, repo));
  }

  async get(userId, owner, repo) {
    return this.#ask(this.#one('get', userId, owner, repo));
  }

  async touch(userId, owner, repo) {
    return this.#ask(this.#one('touch', userId, owner, repo));
  }

  async delete(userId, owner, repo, options = {}) {
    needObject('options', options);
    const force = optionalBoolean('options.force', options.force);
    return this.#run({ ...this.#one('delete', userId, owner, repo), force }, {});
  }

  async work(userId, owner, repo, options = {}) {
    needObject('options', options);
    // More names than that are in no workspace.
    const names = Math.min(optionalCount('options.names', options.names) ?? 0, 0xffff_ffff);
    return this.#run({ ...this.#one('work', userId, owner, repo), names }, {});
  }

  async sync(userId, owner, repo, options = {}) {
    return this.#run(this.#one('sync', userId, owner, repo), options);
  }

  async clone(userId, source, options = {}) {
    needString('source', source);
    needObject('options', options);
    const branch = optionalString('options.branch', options.branch);
    const depth = optionalCount('options.depth', options.depth, 1);
    return this.#run({ ...this.#of('clone', userId), source, branch, depth }, options);
  }

  async *list(userId) {
    yield* (await this.listing(userId)).workspaces;
  }

  async listing(userId) {
    return this.#ask(this.#of('listing', userId));
  }

  async usage(userId) {
    return this.#run(this.#of('usage', userId), {});
  }

  async validatePath(userId, path) {
    return this.#ask({ ...this.#of('validatePath', userId), path: pathOf('path', path) });
  }

  async cleanup(options = {}) {
    needObject('options', options);
    const { maxIdleDays } = options;
    if (maxIdleDays !== undefined && typeof maxIdleDays !== 'number') {
      throw wrongType('options.maxIdleDays', 'a number', maxIdleDays);
    }
    const dryRun = optionalBoolean('options.dryRun', options.dryRun);
    const measureUsage = optionalBoolean('options.measureUsage', options.measureUsage);
    return this.#run({ call: 'cleanup', now: this.#time(), maxIdleDays, dryRun, measureUsage }, options);
  }

  hold(userId, owner, repo) {
    this.#one('hold', userId, owner, repo);
    return new HeldWorkspace(valueOf(native.holdWorkspace(this.#native, userId, owner, repo)));
  }

  /** The time that goes with a call; nothing where it is the system's. */
  #time() {
    if (this.#now === undefined) return undefined;
    return instant(typeof this.#now === 'function' ? (0, this.#now)() : this.#now);
  }

  #of(call, userId) {
    needString('userId', userId);
    return { call, userId, now: this.#time() };
  }

  #one(call, userId, owner, repo) {
    const asked = this.#of(call, userId);
    needString('owner', owner);
    needString('repo', repo);
    return { ...asked, owner, repo };
  }

  /** A call that is short. */
  async #ask(asked) {
    return answerOf(asked, await native.askWorkspaces(this.#native, asked));
  }

  /** A call that may take long: it can be told to stop, and tells how far it is. */
  async #run(asked, options) {
    needObject('options', options);
    const { signal, onProgress } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw wrongType('options.signal', 'an AbortSignal', signal);
    }
    if (onProgress !== undefined && typeof onProgress !== 'function') {
      throw wrongType('options.onProgress', 'a function', onProgress);
    }
    const token = native.newCancel();
    const stop = () => native.cancel(token);
    // What the listener throws ends the call, and is what the caller is told.
    let thrown;
    const tell = ({ phase, done, total }) => {
      if (thrown !== undefined) return;
      try {
        onProgress({ phase, done, total: total ?? null });
      } catch (error) {
        thrown = { error };
        stop();
      }
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const answer = await native.runWorkspaces(this.#native, asked, token, onProgress && tell);
      if (thrown !== undefined) throw thrown.error;
      return answerOf(asked, answer);
    } catch (error) {
      if (signal?.aborted && error.code === 'cancelled') error.cause = signal.reason;
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}

function answerOf({ call }, answer) {
  const value = JSON.parse(valueOf(answer));
  return (READ[call] ?? frozen)(value);
}

async function discoverProjects(sourceDirs, options = {}) {
  onLinux();
  needObject('options', options);
  const { skip = [] } = options;
  if (!Array.isArray(skip)) throw wrongType('options.skip', 'an array of strings', skip);
  skip.forEach((name, i) => needString(`options.skip[${i}]`, name));
  if (sourceDirs !== undefined && !Array.isArray(sourceDirs)) {
    throw wrongType('sourceDirs', 'an array of paths', sourceDirs);
  }
  const dirs = sourceDirs?.map((dir, i) => pathOf(`sourceDirs[${i}]`, dir));
  return frozen(JSON.parse(valueOf(await native.discover(dirs, skip))));
}

module.exports = { Workspaces, discoverProjects };
