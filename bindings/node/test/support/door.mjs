// Cases of the conformance vectors through the JavaScript API: every operation of conformance/README.md.

import assert from 'node:assert/strict';

import { inDirectory } from './checkouts.mjs';
import * as scope from '../../lib/index.mjs';

/** What a text of a vector stands for. */
export function text(given) {
  if (typeof given === 'string') return given;
  // Ill-formed bytes are shown by U+FFFD each, which is enough to count what stands before them.
  if (given.hex !== undefined) return Buffer.from(given.hex, 'hex').toString();
  if (given.utf16) return String.fromCharCode(...given.utf16);
  return (given.prefix ?? '') + given.repeat.repeat(given.count) + (given.suffix ?? '');
}

const optional = (given) => (given === undefined || given === null ? undefined : text(given));

/** The UTF-8 of a text, a lone surrogate in three bytes as UTF-8 would write it. */
function generalizedUtf8(text) {
  const bytes = Array.from(text, (char) => {
    if (char.isWellFormed()) return Buffer.from(char);
    const unit = char.charCodeAt(0);
    return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
  });
  return Buffer.concat(bytes);
}

const bytes = (given) =>
  given.hex === undefined ? generalizedUtf8(text(given)) : Buffer.from(given.hex, 'hex');

/** What a path of a vector stands for: bytes only where it may be no text. */
const path = (given) => (given.hex === undefined ? text(given) : Buffer.from(given.hex, 'hex'));
const withoutRoot = (path, root) => (path === null ? null : path.replace(root, '{root}'));

/** The arguments that an error is about, where they are not all of an operation's. */
const about = new WeakMap();

/** Runs an operation with a part of the arguments. */
function within(args, run) {
  try {
    return run(args);
  } catch (error) {
    about.set(error, args);
    throw error;
  }
}

function key(args) {
  switch (args.kind) {
    case 'global':
      return scope.ScopeKey.global();
    case 'repository':
      return scope.ScopeKey.repository(text(args.primary_path));
    case 'branch':
      return scope.ScopeKey.branch(text(args.primary_path), text(args.branch_name));
    case 'worktree':
      return scope.ScopeKey.worktree(text(args.primary_path), text(args.worktree_key), optional(args.worktree_path));
    default:
      throw new Error(`no such kind: ${args.kind}`);
  }
}

const keyValue = (key) => ({
  kind: key.kind,
  primary_path: key.primaryPath ?? null,
  branch_name: key.branchName ?? null,
  worktree_key: key.worktreeKey ?? null,
  worktree_path: key.worktreePath ?? null,
  display: key.display,
  display_short: key.displayShort,
  storage_key: key.storageKey,
  distinct_storage_key: key.distinctStorageKey,
  uri: key.uri,
  json: key.toJson(),
  search_order: key.searchOrder().map((key) => key.uri),
});

function policy(args = {}) {
  const parts = {};
  if ('system_scope' in args) parts.systemScope = text(args.system_scope);
  if ('reserved' in args) parts.reserved = args.reserved.map(text);
  if ('reserved_prefixes' in args) parts.reservedPrefixes = args.reserved_prefixes.map(text);
  if ('legacy_prefix' in args) parts.legacyPrefix = args.legacy_prefix === null ? null : text(args.legacy_prefix);
  return within(args, () => new scope.Policy(parts));
}

const referenceValue = (reference) => ({
  scope: reference.scope,
  name: reference.name,
  tag: reference.tag ?? null,
  text: reference.toString(),
  storage_component: reference.storageComponent,
});

const check = (check) => (args) => {
  check(text(args.text));
  return true;
};
const ask = (ask) => (args) => ask(text(args.text));
const alias = (make) => (args) => make(text(args.scope_id), text(args.name), text(args.version));
const hash = (make) => (args) => make(args.content.hex === undefined ? text(args.content) : bytes(args.content));
const dirName = (make) => (args) => make(text(args.owner), text(args.repo));

const OPERATIONS = {
  check_slug: check(scope.checkSlug),
  check_name: check(scope.checkName),
  check_tag: check(scope.checkTag),
  check_branch: check(scope.checkBranch),
  check_worktree_key: check(scope.checkWorktreeKey),
  check_path: check(scope.checkPath),
  is_slug: ask(scope.isSlug),
  is_name: ask(scope.isName),
  is_tag: ask(scope.isTag),
  is_branch: ask(scope.isBranch),
  is_valid: ask(scope.isValid),
  parse: (args) => referenceValue(scope.parse(text(args.text), { normalize: args.normalize })),
  normalize: ask(scope.normalize),
  compare(args) {
    const [a, b] = [args.a, args.b].map((given) => within({ text: given }, (args) => scope.parse(text(args.text))));
    return a.compare(b);
  },
  resolve(args) {
    const { kind, ...resolved } = policy(args.policy).resolve(text(args.text), {
      defaultScope: optional(args.default_scope),
      userId: optional(args.user_id),
      normalize: args.normalize,
    });
    return kind === 'scoped' ? { kind, reference: resolved.reference.toString() } : { kind, ...resolved };
  },
  policy_new: (args) => Boolean(policy(args)),
  policy_check_claimable(args) {
    policy(args.policy).checkClaimable(text(args.slug));
    return true;
  },
  policy_is_reserved: (args) => policy(args.policy).isReserved(text(args.slug)),
  suggest_slug: (args) => scope.suggestSlug(text(args.text)) ?? null,
  default_slug: (args) => scope.defaultSlug(text(args.user_id)),
  template_alias: alias(scope.templateAlias),
  distinct_template_alias: alias(scope.distinctTemplateAlias),
  legacy_user_alias: (args) => scope.legacyUserAlias(text(args.user_id), text(args.alias)),
  version_hash: hash(scope.versionHash),
  content_hash: hash(scope.contentHash),
  decide_access({ scope: of, actor, action, force }) {
    const flat = { scope_type: of.type, role: actor.role, action, owner_id: of.owner_id, user_id: actor.user_id };
    return within(flat, () =>
      scope.decideAccess(
        { type: text(of.type), ownerId: optional(of.owner_id) },
        { userId: optional(actor.user_id), role: optional(actor.role) },
        text(action),
        { force },
      ),
    );
  },
  key: (args) => keyValue(key(args)),
  key_from_uri: (args) => keyValue(scope.ScopeKey.fromUri(text(args.text))),
  key_from_json: (args) => keyValue(scope.ScopeKey.fromJson(text(args.text))),
  key_compare(args) {
    const [a, b] = [args.a, args.b].map((given) => within(given, key));
    return a.compare(b);
  },
  confusable_keys(args) {
    const [a, b] = [args.a, args.b].map((given) => within(given, key));
    assert.equal(a.storageKey, b.storageKey);
    assert.ok(!a.equals(b));
    return { storage_key: a.storageKey, distinct: [a.distinctStorageKey, b.distinctStorageKey] };
  },
  confusable_dirs({ a, b }) {
    const shared = within(a, OPERATIONS.workspace_dir_name);
    assert.equal(within(b, OPERATIONS.workspace_dir_name), shared);
    return { dir_name: shared, distinct: [a, b].map(OPERATIONS.distinct_workspace_dir_name) };
  },
  workspace_dir_name: dirName(scope.workspaceDirName),
  distinct_workspace_dir_name: dirName(scope.distinctWorkspaceDirName),
  hosted_workspace_dir_name: (args) => scope.hostedWorkspaceDirName(text(args.host), text(args.repository_path)),
  workspace_path: (args) =>
    scope.workspacePath(text(args.data_dir), text(args.user_id), text(args.owner), text(args.repo)),
  contains: (args) => scope.contains(text(args.base), text(args.path)),
  metadata: (args) => ({ json: scope.WorkspaceMetadata.fromJson(text(args.text)).toJson() }),
  decide_retention: (args) =>
    scope.decideRetention(text(args.metadata), {
      dirty: args.dirty,
      now: text(args.now),
      maxIdleDays: args.max_idle_days,
    }),
  parse_many(args) {
    const texts = args.texts.map(text);
    const answers = scope.parseMany(texts, { normalize: args.normalize, errors: 'collect' });
    return answers.map((answer, i) =>
      answer instanceof scope.ScopeError
        ? { error: errorValue(answer, { text: args.texts[i] }) }
        : { reference: answer.toString() },
    );
  },
  parse_lines(args) {
    const numbers = scope.parseMany(bytes(args.buffer));
    return Array.from({ length: numbers.length / 4 }, (_, i) => [...numbers.subarray(4 * i, 4 * i + 4)]);
  },
  checkout_info: (args) =>
    inDirectory(args.setup, (root) => {
      const found = scope.checkoutInfoSync(path(args.path));
      return {
        primary_path: withoutRoot(found.primaryPath, root),
        worktree_path: withoutRoot(found.worktreePath, root),
        worktree_key: found.worktreeKey,
        branch: found.branch,
        is_bare: found.isBare,
        is_linked_worktree: found.isLinkedWorktree,
        is_detached: found.isDetached,
      };
    }),
  resolve_scope: (args) =>
    inDirectory(args.setup, (root) => {
      const key = scope.resolveScopeSync(path(args.path), { kind: optional(args.kind), branch: optional(args.branch) });
      return {
        kind: key.kind,
        primary_path: withoutRoot(key.primaryPath ?? null, root),
        branch_name: key.branchName ?? null,
        worktree_key: key.worktreeKey ?? null,
        worktree_path: withoutRoot(key.worktreePath ?? null, root),
      };
    }),
  error_table: () => Object.entries(scope.ERROR_CODES).map(([code, number]) => [number, code]),
};

/** Under which name the arguments of an operation have the text that an error counts into. */
const ARGUMENT = {
  reference: ['text'],
  scope: ['text', 'slug', 'scope'],
  name: ['name', 'text'],
  tag: ['tag', 'text'],
  branch_name: ['branch_name', 'branch', 'text'],
  worktree_key: ['worktree_key', 'text'],
  primary_path: ['primary_path', 'text'],
  uri: ['text'],
  json: ['text'],
  metadata: ['metadata', 'text'],
  timestamp: ['now'],
  reserved_prefix: ['reserved_prefixes'],
  user_id: ['owner_id', 'user_id'],
};

/** Whether a slug or prefix is what a policy was refused for. */
function isRefusedWith(message, item) {
  return [{ reserved: [item] }, { reservedPrefixes: [item] }].some((parts) => {
    try {
      return !new scope.Policy(parts);
    } catch (error) {
      return error.message === message;
    }
  });
}

/** An error as the vectors write it, its offset converted to bytes. */
function errorValue(error, args) {
  const { code, number, part, input, offset, message, suggestion = null } = error;
  const value = { code, number, part, input, offset, message, suggestion };
  if (offset > 0) {
    const given = (ARGUMENT[input] ?? [input]).map((name) => args[name]).filter((given) => given != null);
    const illFormed = (given) => !Array.isArray(given) && !text(given).isWellFormed();
    let named = (code === 'invalid_unicode' && given.find(illFormed)) || given[0];
    if (Array.isArray(named)) named = named.find((given) => isRefusedWith(message, text(given)));
    if (named !== undefined) value.offset = generalizedUtf8(text(named).slice(0, offset)).length;
  }
  return value;
}

/** `{ value }` or `{ error }`, as the vectors have it. */
export function answer({ op, args }) {
  const operation = OPERATIONS[op];
  assert.ok(operation, `no such operation: ${op}`);
  try {
    return { value: operation(args) };
  } catch (error) {
    if (!(error instanceof scope.ScopeError)) throw error;
    return { error: errorValue(error, about.get(error) ?? args) };
  }
}
