'use strict';

const { native } = require('./binding.js');
const { needObject, needString, valueOf, wrongType } = require('./error.js');

/** Shown to the constructor by what has read the text. */
const READ = Symbol('read');

class WorkspaceMetadata {
  #json;

  constructor(read, json) {
    if (read !== READ) throw new TypeError('WorkspaceMetadata is made by WorkspaceMetadata.fromJson');
    this.#json = json;
    const fields = JSON.parse(json);
    const { owner, repo, fullName, host, path } = fields;
    const { defaultBranch, currentBranch, lastAccessedAt, lastSyncedAt, createdAt } = fields;
    this.owner = owner;
    this.repo = repo;
    this.fullName = fullName;
    this.host = host;
    this.path = path;
    this.defaultBranch = defaultBranch;
    this.currentBranch = currentBranch;
    this.lastAccessedAt = lastAccessedAt;
    this.lastSyncedAt = lastSyncedAt;
    this.createdAt = createdAt;
    Object.freeze(this);
  }

  static fromJson(text) {
    needString('text', text);
    return readMetadata(valueOf(native.metadata(text)));
  }

  /** The JSON form, where a field that is not named by the rule is as it was written. */
  toJson() {
    return this.#json;
  }
}

/** The metadata of a text that the native half has written. */
const readMetadata = (json) => new WorkspaceMetadata(READ, json);

function workspaceDirName(owner, repo) {
  needString('owner', owner);
  needString('repo', repo);
  return valueOf(native.workspaceDirName(owner, repo));
}

function distinctWorkspaceDirName(owner, repo) {
  needString('owner', owner);
  needString('repo', repo);
  return valueOf(native.distinctWorkspaceDirName(owner, repo));
}

function hostedWorkspaceDirName(host, repositoryPath) {
  needString('host', host);
  needString('repositoryPath', repositoryPath);
  return valueOf(native.hostedWorkspaceDirName(host, repositoryPath));
}

function workspacePath(dataDir, userId, owner, repo) {
  needString('dataDir', dataDir);
  needString('userId', userId);
  needString('owner', owner);
  needString('repo', repo);
  return valueOf(native.workspacePath(dataDir, userId, owner, repo));
}

function contains(base, path) {
  needString('base', base);
  needString('path', path);
  return valueOf(native.contains(base, path));
}

/** The JSON form of metadata, however it was given. */
function metadataText(metadata) {
  if (typeof metadata === 'string') return metadata;
  if (metadata instanceof WorkspaceMetadata) return metadata.toJson();
  needObject('metadata', metadata);
  const text = JSON.stringify(metadata);
  needString('metadata', text);
  return text;
}

/** The text of a time. */
function instant(now) {
  if (now instanceof Date) {
    if (Number.isNaN(now.getTime())) throw wrongType('options.now', 'a string or a valid Date', now);
    return now.toISOString();
  }
  needString('options.now', now);
  return now;
}

function decideRetention(metadata, options) {
  needObject('options', options);
  const { dirty, now, maxIdleDays } = options;
  if (dirty !== undefined && dirty !== null && typeof dirty !== 'boolean') {
    throw wrongType('options.dirty', 'a boolean or undefined', dirty);
  }
  if (maxIdleDays !== undefined && typeof maxIdleDays !== 'number') {
    throw wrongType('options.maxIdleDays', 'a number', maxIdleDays);
  }
  return valueOf(native.decideRetention(metadataText(metadata), dirty, instant(now), maxIdleDays));
}

module.exports = {
  WorkspaceMetadata,
  contains,
  decideRetention,
  distinctWorkspaceDirName,
  hostedWorkspaceDirName,
  instant,
  readMetadata,
  workspaceDirName,
  workspacePath,
};
