'use strict';

const { native } = require('./binding.js');
const { needString, optionalString, valueOf, wrongType } = require('./error.js');

/** Shown to the constructor by what has checked the parts. */
const CHECKED = Symbol('checked');

class ScopeKey {
  #forms;

  constructor(checked, parts) {
    if (checked !== CHECKED) {
      throw new TypeError('A ScopeKey is made by ScopeKey.global, repository, branch, worktree, fromUri or fromJson');
    }
    Object.assign(this, parts);
    Object.freeze(this);
  }

  static global() {
    return GLOBAL;
  }

  static repository(primaryPath) {
    needString('primaryPath', primaryPath);
    return made(native.keyRepository(primaryPath));
  }

  static branch(primaryPath, branchName) {
    needString('primaryPath', primaryPath);
    needString('branchName', branchName);
    return made(native.keyBranch(primaryPath, branchName));
  }

  static worktree(primaryPath, worktreeKey, worktreePath) {
    needString('primaryPath', primaryPath);
    needString('worktreeKey', worktreeKey);
    return made(native.keyWorktree(primaryPath, worktreeKey, optionalString('worktreePath', worktreePath)));
  }

  static fromUri(text) {
    needString('text', text);
    return made(native.keyFromUri(text));
  }

  static fromJson(text) {
    needString('text', text);
    return made(native.keyFromJson(text));
  }

  get display() {
    return this.#form().display;
  }

  get displayShort() {
    return this.#form().displayShort;
  }

  get storageKey() {
    return this.#form().storageKey;
  }

  get distinctStorageKey() {
    return this.#form().distinctStorageKey;
  }

  get uri() {
    return this.#form().uri;
  }

  searchOrder() {
    return native.keySearchOrder(this).map(made);
  }

  equals(other) {
    return other instanceof ScopeKey && this.compare(other) === 0;
  }

  compare(other) {
    if (!(other instanceof ScopeKey)) throw wrongType('other', 'a ScopeKey', other);
    return native.compareKeys(this, other);
  }

  toJson() {
    return this.#form().json;
  }

  toJSON() {
    return JSON.parse(this.toJson());
  }

  toString() {
    return this.display;
  }

  /** The texts that the key has, made together when the first is asked for. */
  #form() {
    this.#forms ??= native.keyForms(this);
    return this.#forms;
  }
}

const made = (answer) => new ScopeKey(CHECKED, valueOf(answer));
const GLOBAL = made({ kind: 'global' });

module.exports = { ScopeKey, made };
