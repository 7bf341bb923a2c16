'use strict';

const { native } = require('./binding.js');
const { needObject, optionalBoolean, optionalString, valueOf } = require('./error.js');
const { made } = require('./key.js');
const { pathOf } = require('./path.js');

/** What the native half asks with. */
function asked(path, options) {
  needObject('options', options);
  return [pathOf('path', path), optionalBoolean('options.useEnvironment', options.useEnvironment)];
}

/** The same, of a scope. */
function askedOfScope(given, options) {
  const [path, useEnvironment] = asked(given, options);
  const kind = optionalString('options.kind', options.kind);
  return [path, kind, optionalString('options.branch', options.branch), useEnvironment];
}

function infoOf(answer) {
  const { primaryPath, worktreePath, worktreeKey, branch, isBare, isLinkedWorktree, isDetached } = valueOf(answer);
  return Object.freeze({
    primaryPath,
    worktreePath: worktreePath ?? null,
    worktreeKey: worktreeKey ?? null,
    branch: branch ?? null,
    isBare,
    isLinkedWorktree,
    isDetached,
  });
}

async function checkoutInfo(path = '.', options = {}) {
  return infoOf(await native.checkoutInfo(...asked(path, options)));
}

function checkoutInfoSync(path = '.', options = {}) {
  return infoOf(native.checkoutInfoSync(...asked(path, options)));
}

async function resolveScope(path = '.', options = {}) {
  return made(await native.resolveScope(...askedOfScope(path, options)));
}

function resolveScopeSync(path = '.', options = {}) {
  return made(native.resolveScopeSync(...askedOfScope(path, options)));
}

module.exports = { checkoutInfo, checkoutInfoSync, resolveScope, resolveScopeSync };
