/**
 * Scoped references, scope keys and workspace names. Rules have numbers (`S4`, `K8`); the specification gives their text.
 *
 * Limits are counted in bytes of UTF-8, offsets in UTF-16 units, so that `text[error.offset]` is the character at fault.
 * Text that breaks a rule throws a {@link ScopeError}; an argument of another type throws a `TypeError`.
 */

declare const checked: unique symbol;

/** A string that has been checked to be a slug: 3 to 64 of `a-z`, `0-9`, `-`, with alphanumeric edges (S1 to S3). */
export type Slug = string & { readonly [checked]: 'slug' };

/** A string that has been checked to be a name: 1 to 128 of `a-z`, `0-9`, `-`, `_`, `.` by N1. */
export type Name = string & { readonly [checked]: 'name' };

/** A string that has been checked to be a tag: 1 to 128 of `A-Z`, `a-z`, `0-9`, `_`, `.`, `-` by T1. */
export type Tag = string & { readonly [checked]: 'tag' };

/** A string that has been checked to be a local branch name by K3. */
export type BranchName = string & { readonly [checked]: 'branch name' };

/** What a reference looks like to the compiler. Whether it is one, {@link isValid} says. */
export type ReferenceText = `@${string}/${string}`;

/** Whether to normalise first: white space around dropped, scope and name in lower case (R5). */
export interface ParseOptions {
  readonly normalize?: boolean | undefined;
}

/**
 * `@scope/name` or `@scope/name:tag` (R1). Immutable.
 *
 * It is its text, boxed: a structured clone (`structuredClone`, `postMessage`) is that text as a `String`, which
 * `parse(String(clone))` reads; deep comparison compares texts; `JSON.stringify` writes the text.
 *
 * @example
 * const reference = parse('@acme/widget:latest');
 * reference.scope; // 'acme'
 * reference.tag; // 'latest'
 */
export class Reference extends String {
  /**
   * Puts a reference together from its parts, checking each.
   * @throws {ScopeError} the scope's fault (S4), the name's (N2) or the tag's (T1); the offset counts in that part.
   */
  constructor(scope: string, name: string, tag?: string | null);
  /** The scope, without the `@`. */
  readonly scope: Slug;
  /** The name. */
  readonly name: Name;
  /** The tag, without the `:`; `undefined` where there is none. */
  readonly tag: Tag | undefined;
  /** `{scope}__{name}`: one path component of at most 194 bytes, which reads back to both (R7). */
  readonly storageComponent: string;
  /** Whether `other` is a reference with the same scope, name and tag (R6). */
  equals(other: unknown): boolean;
  /** -1, 0 or 1: the order by scope, name and tag, each by byte, no tag first (R6). For `array.sort`. */
  compare(other: Reference): -1 | 0 | 1;
  /** The text that was parsed (R3). */
  toString(): ReferenceText;
  toJSON(): ReferenceText;
}

/**
 * Parses a reference (R1, R2); strictly, unless told to normalise (R5).
 * @throws {ScopeError} one fault, in this order: `missing_at`, `missing_slash`, `empty_scope`, `empty_name`, then the
 *   scope's, the name's, the tag's.
 */
export function parse(text: string, options?: ParseOptions): Reference;

/** The text that normalising makes of what somebody typed (R5). Checks nothing but that it is well-formed Unicode. */
export function normalize(text: string): string;

/** Whether `text` is a reference (R1). */
export function isValid(text: string): text is ReferenceText;
/** Whether `text` is a slug (S1 to S3). */
export function isSlug(text: string): text is Slug;
/** Whether `text` is a name (N1). */
export function isName(text: string): text is Name;
/** Whether `text` is a tag (T1). */
export function isTag(text: string): text is Tag;
/** Whether `text` is a local branch name (K3). */
export function isBranch(text: string): text is BranchName;

/** Throws what keeps `text` from being a slug (S4). */
export function checkSlug(text: string): asserts text is Slug;
/** Throws what keeps `text` from being a name (N2). */
export function checkName(text: string): asserts text is Name;
/** Throws what keeps `text` from being a tag (T1). */
export function checkTag(text: string): asserts text is Tag;
/** Throws what keeps `text` from being a local branch name (K3). */
export function checkBranch(text: string): asserts text is BranchName;
/** Throws what keeps `text` from being an absolute, clean path (K2). */
export function checkPath(text: string): void;
/** Throws what keeps `text` from being the key of a worktree (K4). */
export function checkWorktreeKey(text: string): void;

/**
 * Parses many references, in order (B1).
 * @throws {ScopeError} the first fault; with `errors: 'collect'` faults stand in the answer instead.
 */
export function parseMany(
  texts: readonly string[],
  options?: ParseOptions & { readonly errors?: 'raise' | undefined },
): Reference[];
export function parseMany(
  texts: readonly string[],
  options: ParseOptions & { readonly errors: 'collect' },
): (Reference | ScopeError)[];
/**
 * Locates the references on the lines of a text, four numbers to a line (B2): for a reference, where the line begins,
 * where its `/` is, where its name ends, where the line ends; for a fault, where the line begins, 0, the number of its
 * code with bit 31 set, and its place. All count from the start of the input: bytes in a `Uint8Array` of UTF-8, UTF-16
 * units in a string. Throws no fault of a line.
 */
export function parseMany(lines: Uint8Array | string): Uint32Array;

/** Whether each text, or each line of a text, is a reference, in order (B1, B2). */
export function isValidMany(texts: readonly string[] | Uint8Array | string): boolean[];

/** A well-formed slug made from any text (S7); `undefined` where too little of it survives. May be reserved. */
export function suggestSlug(text: string): Slug | undefined;
/** The slug a user has until they choose one: `user-` and 8 hexadecimal digits of the id's SHA-256 (S8). */
export function defaultSlug(userId: string): Slug;

/** What was typed, resolved (R4). */
export type Resolved =
  | { readonly kind: 'scoped'; readonly text: ReferenceText; readonly reference: Reference }
  | { readonly kind: 'legacy_template'; readonly text: string }
  | { readonly kind: 'legacy_user'; readonly text: string; readonly alias: string };

export interface ResolveOptions extends ParseOptions {
  /** The scope for what is typed without one: a slug. */
  readonly defaultScope?: string | null | undefined;
  /** The id of who typed, for legacy user aliases. */
  readonly userId?: string | null | undefined;
}

/** The parts of a policy; one left out is the default's (S6). */
export interface PolicyParts {
  /** One slug. Default `vm0`. */
  readonly systemScope?: string | undefined;
  /** Slugs. Default `vm0`, `system`, `admin`, `api`, `app`, `www`. */
  readonly reserved?: readonly string[] | undefined;
  /** Beginnings of slugs. Default `vm0-`. */
  readonly reservedPrefixes?: readonly string[] | undefined;
  /** The beginning of legacy template names, or `null` for none. Default `vm0-`. */
  readonly legacyPrefix?: string | null | undefined;
}

/** What a deployment reserves (S5, S6). Immutable. */
export class Policy {
  /** @throws {ScopeError} the first part that is ill-formed. */
  constructor(parts?: PolicyParts);
  readonly systemScope: Slug;
  /** In order, each once. */
  readonly reserved: readonly Slug[];
  readonly reservedPrefixes: readonly string[];
  readonly legacyPrefix: string | null;
  /** Throws the slug's own fault, `reserved_slug` or `reserved_prefix` (S5). */
  checkClaimable(slug: string): asserts slug is Slug;
  /** Whether `slug` is well-formed and reserved. What guards a claim is `checkClaimable`: it refuses the rest too. */
  isReserved(slug: string): boolean;
  /** What a user's text stands for (R4): a legacy name, an explicit reference, or a name in the default scope. */
  resolve(text: string, options?: ResolveOptions): Resolved;
}

/** `scope-{scopeId}-image-{name}-version-{version}`, made to fit (A1). **Different names can share it.** */
export function templateAlias(scopeId: string, name: string, version: string): string;
/** As `templateAlias`, for a UUID, a name and 8 to 64 hexadecimal digits; no two triples share it (A5). */
export function distinctTemplateAlias(scopeId: string, name: string, version: string): string;
/** `user-{userId}-{alias}` (A3). */
export function legacyUserAlias(userId: string, alias: string): string;
/** The first 8 hexadecimal digits of SHA-256 over bytes, or over a text's UTF-8 (A4). */
export function versionHash(content: string | Uint8Array): string;
/** SHA-256 over bytes, or over a text's UTF-8, as 64 hexadecimal digits (A4). */
export function contentHash(content: string | Uint8Array): string;

export type ScopeType = 'personal' | 'organization' | 'system';
export type Role = 'member' | 'writer' | 'admin';
export type Action = 'read' | 'write' | 'rename';

/** What was decided, why, and by which rule (X2, X3). */
export interface Decision {
  readonly allowed: boolean;
  readonly reason:
    | 'public'
    | 'system_scope'
    | 'owner'
    | 'not_owner'
    | 'member'
    | 'not_member'
    | 'writer'
    | 'role_cannot_write'
    | 'not_admin'
    | 'force_required'
    | 'admin';
  readonly rule: 'X2' | 'X3';
}

/** Who may do what (X1 to X3). `force` matters to `rename` alone. */
export function decideAccess(
  scope: { readonly type: ScopeType; readonly ownerId?: string | null | undefined },
  actor: { readonly userId?: string | null | undefined; readonly role?: Role | null | undefined },
  action: Action,
  options?: { readonly force?: boolean | undefined },
): Decision;

interface AnyKey {
  /** For people: `global`, `<path>`, `<path>:<branch>` or `<path>@<key>` (K5). Never parsed. */
  readonly display: string;
  /** The same with the path's last component (K6). */
  readonly displayShort: string;
  /** `display` made fit for a file name (K7). **Different keys can share it.** */
  readonly storageKey: string;
  /** At most 64 bytes of `a-z`, `0-9`, `-`, shared by no two keys and never changed (K8). */
  readonly distinctStorageKey: string;
  /** Text that `ScopeKey.fromUri` reads back, one for each key (K9). */
  readonly uri: string;
  /** Where a thing stored under scopes is looked for, nearest first (K11). */
  searchOrder(): ScopeKey[];
  /** Whether `other` is a key of the same kind, primary path, and branch name or worktree key (K1). */
  equals(other: unknown): boolean;
  /** -1, 0 or 1: the order by kind, path and name, by byte (K1). */
  compare(other: ScopeKey): -1 | 0 | 1;
  /** The JSON form as a text, which `ScopeKey.fromJson` reads (K10). */
  toJson(): string;
  /** The JSON form as an object, for `JSON.stringify` (K10). */
  toJSON(): ScopeKeyJson;
  /** `display`. */
  toString(): string;
}

/** The key of everything. */
export interface GlobalKey extends AnyKey {
  readonly kind: 'global';
}
/** The key of a repository. */
export interface RepositoryKey extends AnyKey {
  readonly kind: 'repository';
  /** The root of its primary worktree (K2). */
  readonly primaryPath: string;
}
/** The key of a branch. */
export interface BranchKey extends AnyKey {
  readonly kind: 'branch';
  readonly primaryPath: string;
  readonly branchName: BranchName;
}
/** The key of a linked worktree. */
export interface WorktreeKey extends AnyKey {
  readonly kind: 'worktree';
  readonly primaryPath: string;
  readonly worktreeKey: string;
  /** Where it is, for display; takes no part in identity. */
  readonly worktreePath?: string;
}

/** One identity for everything, a repository, a branch or a worktree (K1), told apart by `kind`. Immutable. */
export type ScopeKey = GlobalKey | RepositoryKey | BranchKey | WorktreeKey;

/** The JSON form of a scope key (K10). */
export type ScopeKeyJson =
  | { type: 'global' }
  | { type: 'repository'; primaryPath: string }
  | { type: 'branch'; primaryPath: string; branchName: string }
  | { type: 'worktree'; primaryPath: string; worktreeKey: string; worktreePath?: string };

interface ScopeKeys extends Function {
  readonly prototype: ScopeKey;
  global(): GlobalKey;
  /** @throws {ScopeError} the path's fault (K2). */
  repository(primaryPath: string): RepositoryKey;
  /** @throws {ScopeError} the path's fault (K2), else the branch name's (K3). */
  branch(primaryPath: string, branchName: string): BranchKey;
  /** @throws {ScopeError} the path's fault (K2), the key's (K4), or the other path's (K2). */
  worktree(primaryPath: string, worktreeKey: string, worktreePath?: string | null): WorktreeKey;
  /** Reads a URI (K9); only the canonical one of a key is read. */
  fromUri(text: string): ScopeKey;
  /** Reads the JSON form (K10). */
  fromJson(text: string): ScopeKey;
}
export const ScopeKey: ScopeKeys;

/** A path as `fs` takes it. A relative one counts from the current directory. */
export type PathLike = string | Uint8Array | URL;

/** What a directory is a checkout of (G1 to G3). A frozen plain object. */
export interface CheckoutInfo {
  /** The root of the repository's primary worktree, without symbolic links; of a bare repository, itself (G1). */
  readonly primaryPath: string;
  /** The root of this worktree, without symbolic links; `null` in a bare repository. */
  readonly worktreePath: string | null;
  /** The worktree key; `null` outside a linked worktree (G2). */
  readonly worktreeKey: string | null;
  /** The branch that `HEAD` names, also before its first commit; `null` where it names none (G3). */
  readonly branch: string | null;
  /** Whether this is a bare repository, and not a worktree of one. */
  readonly isBare: boolean;
  /** Whether this is a linked worktree, not the primary one. */
  readonly isLinkedWorktree: boolean;
  /** Whether `HEAD` names no branch. */
  readonly isDetached: boolean;
}

export interface CheckoutOptions {
  /** Whether git's variables of the environment count, `GIT_DIR` and the like (G5). Default: no. */
  readonly useEnvironment?: boolean | undefined;
}

export interface ResolveScopeOptions extends CheckoutOptions {
  /** Default `auto`: the branch where one is named here, else the repository; outside a repository, everything (G4). */
  readonly kind?: 'auto' | 'global' | 'repository' | 'branch' | 'worktree' | undefined;
  /** The branch, in place of the one that `HEAD` names. It need not exist (G3). */
  readonly branch?: string | null | undefined;
}

/**
 * What the directory `path` is a checkout of (G1 to G3). Nothing in the repository is executed or written, and another
 * thread does the reading.
 *
 * Rejects with a {@link ScopeError}: `not_a_repository` outside one (G4), `no_primary_worktree` (G1), `path_not_found`,
 * `not_a_directory`, `empty`, `too_long`, `invalid_character`, `non_utf8_path` (G6), `unreadable`, `corrupt_repository`,
 * `unsupported_repository` (G7), `invalid_unicode` for a branch that is no text.
 *
 * @param path Default: the current directory.
 */
export function checkoutInfo(path?: PathLike, options?: CheckoutOptions): Promise<CheckoutInfo>;
/** As {@link checkoutInfo}, at once. */
export function checkoutInfoSync(path?: PathLike, options?: CheckoutOptions): CheckoutInfo;

/**
 * The scope key of the directory `path` (G1 to G4).
 *
 * Rejects with a {@link ScopeError}: those of {@link checkoutInfo}, but that outside a repository `auto` is the global key;
 * `detached_head` where a branch is wanted and `HEAD` names none, else the branch name's own fault (K3);
 * `not_linked_worktree` where a worktree is wanted and this is none (G2); `unknown_value` for the kind.
 *
 * @example
 * const key = await resolveScope('.', { kind: 'branch' });
 * key.distinctStorageKey; // a file name for what belongs to this branch
 */
export function resolveScope(path?: PathLike, options?: ResolveScopeOptions): Promise<ScopeKey>;
/** As {@link resolveScope}, at once. */
export function resolveScopeSync(path?: PathLike, options?: ResolveScopeOptions): ScopeKey;

/** `{owner}__{repo}`, made fit for a directory (W2). **Different repositories can share it.** */
export function workspaceDirName(owner: string, repo: string): string;
/** A directory name of at most 64 bytes that no other repository has (W3). */
export function distinctWorkspaceDirName(owner: string, repo: string): string;
/**
 * A directory name of at most 64 bytes for a repository on another host than the service's own, which no other repository
 * has (W3): of the host in lower case, with its port behind a `:`, and the full path there, two or more components without
 * `.git`.
 */
export function hostedWorkspaceDirName(host: string, repositoryPath: string): string;
/**
 * `{dataDir}/workspaces/{userId}/{distinct name}`, with the data directory's own separator (W1). An owner with a `/` is a
 * host and all of the path there but its last component, the repo.
 */
export function workspacePath(dataDir: string, userId: string, owner: string, repo: string): string;
/** Whether `path` lies strictly below `base`, lexically (W5). A symbolic link below `base` can lead anywhere. */
export function contains(base: string, path: string): boolean;

/** What a workspace's `.workspace.json` says (W6). Immutable. */
export class WorkspaceMetadata {
  private constructor();
  /** Reads the JSON form. */
  static fromJson(text: string): WorkspaceMetadata;
  readonly owner: string;
  readonly repo: string;
  readonly fullName: string;
  /** The host of the repository and its port; `undefined` for the service's own and for a disk. */
  readonly host: string | undefined;
  /** The full path on the host, or on the disk that it was cloned from. */
  readonly path: string | undefined;
  readonly defaultBranch: string | undefined;
  readonly currentBranch: string | undefined;
  readonly lastAccessedAt: string;
  readonly lastSyncedAt: string | undefined;
  readonly createdAt: string;
  /** The JSON form: named fields in the rule's order, then all others exactly as they were written. */
  toJson(): string;
}

/** A workspace (W8). A frozen plain object. */
export interface Workspace {
  /** Whose it is. */
  readonly userId: string;
  /** What its directory is called (W3). */
  readonly directory: string;
  readonly path: string;
  readonly metadata: WorkspaceMetadata;
  /** Why the metadata had to be recovered; `null` where it was not. */
  readonly recovered: WorkspaceFault | null;
}

/** A fault in an answer, as `ScopeError` says it; `offset` counts bytes of the file or name that it is in. */
export interface WorkspaceFault {
  readonly code: ErrorCode;
  readonly number: number;
  readonly part: string;
  readonly input: string;
  readonly offset: number;
  readonly message: string;
  readonly suggestion: string | null;
  /** What the system or git said. */
  readonly detail: string | null;
}

/** What lies where a workspace would, and why it is none. */
export interface WorkspaceProblem {
  readonly userId: string;
  readonly directory: string;
  readonly error: WorkspaceFault;
}

/** A user's workspaces, and beside them what else lies there (W8). */
export interface Listing {
  readonly workspaces: readonly Workspace[];
  readonly problems: readonly WorkspaceProblem[];
}

/** What a sync did (W11). */
export interface Synced {
  readonly workspace: Workspace;
  readonly branch: string;
  /** The commit that the branch was at, and the one that it is at: the same where there was nothing new. */
  readonly from: string;
  readonly to: string;
}

/**
 * How much of what a workspace holds exists nowhere else, in its repository and those nested in it (W8): all 0 and `unknown`
 * `null` where nothing does.
 */
export interface Work {
  /** Tracked files that differ from the last commit; a merge, rebase or the like that is under way is one more. */
  readonly uncommitted: number;
  /** Files and directories that git neither tracks nor ignores; without a repository, everything. */
  readonly untracked: number;
  readonly stashed: number;
  /** Commits that no remote-tracking ref has; at most 10,000 of each repository. */
  readonly unpushed: number;
  /** Why the numbers may be too small. */
  readonly unknown: WorkspaceFault | null;
  /** Names of some of it, as many as were asked for at most. */
  readonly names: readonly NamedWork[];
}

/** Something that exists nowhere else. */
export interface NamedWork {
  readonly kind: 'uncommitted' | 'untracked' | 'stashed' | 'unpushed';
  /** A path in the workspace, or the abbreviated id of a commit with its subject. */
  readonly name: string;
}

/** How much of the disk a user's workspaces take, in bytes. Nothing is refused over the quota. */
export interface Usage {
  readonly userId: string;
  readonly bytes: number;
  /** Whether all of it was looked at. */
  readonly complete: boolean;
  readonly quotaBytes: number;
}

/** What a cleanup did, or in a dry run would do (W7, W8). */
export interface CleanupReport {
  readonly dryRun: boolean;
  /** The time that everything was decided by. */
  readonly now: string;
  readonly users: number;
  readonly workspaces: number;
  /** How many are in use and were left alone. */
  readonly kept: number;
  readonly idle: readonly {
    readonly userId: string;
    readonly directory: string;
    readonly fullName: string;
    readonly lastActiveAt: string;
    /** Deleted; kept, since it holds work or may; or held by somebody. */
    readonly verdict: 'deleted' | 'warned' | 'in_use';
    readonly work: Work;
    readonly freedBytes: number;
  }[];
  readonly problems: readonly WorkspaceProblem[];
  /** What ended processes left behind, cleared away. */
  readonly leftovers: number;
  readonly freedBytes: number;
  readonly overQuota: readonly Usage[];
}

/** How far a call is. */
export interface Progress {
  /** In words for a person. */
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
}

export interface JobOptions {
  /** Ends the call: it rejects with `cancelled`, `cause` the signal's reason, and leaves nothing half done. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how far the call is. What it throws ends the call, and is what the call rejects with. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface CloneOptions extends JobOptions {
  /** The branch to check out; the remote's own default where none is named. */
  readonly branch?: string | null | undefined;
  /** How many commits to bring, counted from the tips. Default: all. */
  readonly depth?: number | undefined;
}

export interface DeleteOptions {
  /** Whether the workspace is deleted whatever it holds. Default: no. */
  readonly force?: boolean | undefined;
}

export interface WorkOptions {
  /** How many names of files and commits to give. Default: none. */
  readonly names?: number | undefined;
}

export interface CleanupOptions extends JobOptions {
  /** Whole days from 0 to 36500. Default 7. */
  readonly maxIdleDays?: number | undefined;
  /** Whether to say what would be done, and do nothing. */
  readonly dryRun?: boolean | undefined;
  /** Whether to measure each user's workspaces and name those over the quota. That looks at every file. */
  readonly measureUsage?: boolean | undefined;
}

export interface WorkspacesOptions {
  /** The git program, looked for as a shell does. Default `git`. */
  readonly git?: string | undefined;
  /** What `owner/repo` is cloned from: `{baseUrl}/{owner}/{repo}.git`. Default `https://github.com`. */
  readonly baseUrl?: string | undefined;
  /** Whether `file:` URLs are cloned, which read whatever this process can. Default: no. */
  readonly allowFileUrls?: boolean | undefined;
  /** The longest that git may run, in milliseconds. Default: 10 minutes. */
  readonly timeLimitMs?: number | undefined;
  /** The most bytes that git may put on the disk. Default 2,000,000,000. */
  readonly byteLimit?: number | undefined;
  /** How many bytes of a user are too many, for `usage` and `cleanup` to say so. Default 2,000,000,000. */
  readonly quotaBytes?: number | undefined;
  /** The time, or what tells it when a call begins. Default: the system's clock. */
  readonly now?: string | Date | (() => string | Date) | undefined;
}

/** A workspace that is held, so that it is neither deleted nor cleaned up meanwhile, here or in other processes. */
export interface HeldWorkspace {
  /** Lets it go; so does the end of the process. A second time it does nothing. */
  release(): void;
}

/**
 * The workspaces of a data directory, of all its users, kept apart (W8 to W11). On Linux; elsewhere the constructor throws an
 * `Error` with the code `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`.
 *
 * Each operation takes the user first, and reaches that user's directory and no other. All reject with a
 * {@link ScopeError}: W1's and W4's faults of the arguments; `workspace_not_found`, `workspace_mismatch`, `symbolic_link`,
 * `not_a_directory`, `metadata_missing` and W6's faults of what is there; `io_failed`, with a `detail`.
 *
 * @example
 * const workspaces = new Workspaces('/data');
 * const { path } = await workspaces.clone(userId, 'acme/widget', { signal: AbortSignal.timeout(60_000) });
 * for await (const workspace of workspaces.list(userId)) console.log(workspace.path);
 */
export class Workspaces {
  /**
   * Opens a data directory, which has to be there; this alone happens at once.
   * @throws {ScopeError} K2's faults of the path, `path_not_found`, `not_a_directory`, `symbolic_link`, `io_failed`.
   */
  constructor(dataDir: PathLike, options?: WorkspacesOptions);
  /** Makes a workspace with nothing in it but its metadata; the one that is there already is given back as it is (W8). */
  create(userId: string, owner: string, repo: string): Promise<Workspace>;
  /**
   * Clones into a new workspace with the git program: an `https:` or `ssh:` URL, `user@host:owner/repo`, `owner/repo`, or
   * where that is allowed a `file:` URL (W10). After a rejection everything is as it was: `url_not_allowed`,
   * `workspace_exists`, `git_not_found`, `git_failed`, `timed_out`, `too_large`, `cancelled`.
   */
  clone(userId: string, source: string, options?: CloneOptions): Promise<Workspace>;
  /**
   * Fetches, and fast-forwards the branch that is checked out to its upstream, on whichever remote that is: all of it or
   * nothing (W11). Rejects with `in_use`; `uncommitted_changes`, also for an untracked or ignored file that would be
   * overwritten; `detached_head`, `no_upstream`; `not_fast_forward`, after which what was fetched is there to be merged; and
   * those of `clone`.
   */
  sync(userId: string, owner: string, repo: string, options?: JobOptions): Promise<Synced>;
  /** Finds a workspace (W8). */
  get(userId: string, owner: string, repo: string): Promise<Workspace>;
  /** A user's workspaces, by the name of their directory (W8). What else lies there, `listing` says. */
  list(userId: string): AsyncIterableIterator<Workspace>;
  /** All of `list` at once, with what else lies there. */
  listing(userId: string): Promise<Listing>;
  /** The path, cleaned, of what is in one of the user's workspaces; `outside_workspaces` for any other (W9). */
  validatePath(userId: string, path: PathLike): Promise<string>;
  /** Says that somebody used a workspace now; `in_use` while it is being deleted, cleaned up or synced (W8, W9). */
  touch(userId: string, owner: string, repo: string): Promise<Workspace>;
  /**
   * Deletes a workspace, unless it holds work that exists nowhere else; with `force`, whatever it holds (W8). Rejects with
   * `work_would_be_lost`, its `detail` saying how much and naming some of it; `work_unknown`, its `detail` saying why that
   * cannot be found out; `in_use` while it is held, touched, synced or cleaned up (W9). After each of these nothing is
   * deleted.
   */
  delete(userId: string, owner: string, repo: string, options?: DeleteOptions): Promise<{ readonly freedBytes: number }>;
  /** What a workspace holds that exists nowhere else (W8). Nothing is run that the repository names. */
  work(userId: string, owner: string, repo: string, options?: WorkOptions): Promise<Work>;
  /** How much of the disk a user's workspaces take. */
  usage(userId: string): Promise<Usage>;
  /** Deletes every workspace that is idle and clean, and says what is idle and not clean (W7). */
  cleanup(options?: CleanupOptions): Promise<CleanupReport>;
  /** Holds a workspace; `in_use` while it is being deleted or synced (W9). This happens at once. */
  hold(userId: string, owner: string, repo: string): HeldWorkspace;
}

/** A directory with a git repository (W12). */
export interface Project {
  readonly path: string;
  readonly name: string;
  /** `null` for a detached `HEAD`. */
  readonly branch: string | null;
  readonly modifiedAt: string;
}

/** A directory that is not among the projects, though it may look like one or hold some (W12). */
export interface SkippedDirectory {
  readonly path: string;
  readonly reason: 'name' | 'symbolic_link' | 'bare_repository' | 'not_a_repository' | 'unreadable';
}

/** What was found in directories of sources (W12). */
export interface Discovery {
  /** Newest first. */
  readonly projects: readonly Project[];
  /** Directories that could not be looked into. */
  readonly unreadable: readonly string[];
  /** Directories that were skipped, by path: the first 1,000. */
  readonly skipped: readonly SkippedDirectory[];
}

/**
 * Finds the git repositories in directories of sources and up to two levels below, newest first (W12). On Linux.
 *
 * Rejects with a {@link ScopeError}: `not_absolute`, `path_not_found`, `not_a_directory`, `system_directory` of a source
 * directory.
 *
 * @param sourceDirs Default: `CODE_SOURCE_DIR`, else `src` in the home directory.
 */
export function discoverProjects(
  sourceDirs?: readonly PathLike[],
  options?: { /** Names of directories to pass over, projects too. */ readonly skip?: readonly string[] | undefined },
): Promise<Discovery>;

export interface RetentionOptions {
  /** Whether the workspace holds work that exists nowhere else; `undefined` or `null` where that is unknown. */
  readonly dirty?: boolean | null | undefined;
  /** An RFC 3339 time in UTC, or a `Date`. */
  readonly now: string | Date;
  /** Whole days from 0 to 36500. Default 7. */
  readonly maxIdleDays?: number | undefined;
}

/** What becomes of a workspace (W7): kept, kept with a warning, or deleted. Nothing is done about it. */
export function decideRetention(
  metadata: WorkspaceMetadata | string | object,
  options: RetentionOptions,
): 'keep' | 'warn' | 'delete';

/** A text that breaks a rule (E1, E2). All that it says are own properties, but for `name`. */
export class ScopeError extends Error {
  private constructor();
  readonly name: 'ScopeError';
  /** What was wrong, stable, in `snake_case`. */
  readonly code: ErrorCode;
  /** The stable number of `code`. */
  readonly number: number;
  /** The part at fault, for example `scope`. */
  readonly part: string;
  /** The argument into which `offset` counts, for example `reference`. */
  readonly input: string;
  /** UTF-16 units from the start of that argument. */
  readonly offset: number;
  /** What was wrong, where, and what to do, on one line of printable ASCII. */
  readonly message: string;
  /** What was probably meant, where there is a suggestion. */
  readonly suggestion: string | undefined;
  /** What the system or git said, where one did; of workspaces alone (W8). */
  readonly detail?: string;
  toJSON(): object;
}

/** The code of a {@link ScopeError}. */
export type ErrorCode =
  | 'missing_at'
  | 'missing_slash'
  | 'empty_scope'
  | 'empty_name'
  | 'empty_tag'
  | 'empty'
  | 'too_short'
  | 'too_long'
  | 'invalid_character'
  | 'invalid_start'
  | 'invalid_end'
  | 'consecutive_dots'
  | 'invalid_unicode'
  | 'no_default_scope'
  | 'reserved_slug'
  | 'reserved_prefix'
  | 'invalid_uuid'
  | 'not_absolute'
  | 'dot_component'
  | 'repeated_separator'
  | 'trailing_separator'
  | 'reflog_syntax'
  | 'lock_suffix'
  | 'reserved_branch'
  | 'remote_branch'
  | 'invalid_uri'
  | 'unknown_value'
  | 'invalid_percent_encoding'
  | 'not_canonical'
  | 'invalid_json'
  | 'wrong_type'
  | 'missing_field'
  | 'unknown_field'
  | 'legacy_field'
  | 'duplicate_field'
  | 'field_mismatch'
  | 'invalid_timestamp'
  | 'out_of_range'
  | 'not_a_repository'
  | 'detached_head'
  | 'not_linked_worktree'
  | 'non_utf8_path'
  | 'path_not_found'
  | 'not_a_directory'
  | 'unreadable'
  | 'corrupt_repository'
  | 'unsupported_repository'
  | 'no_primary_worktree'
  | 'workspace_not_found'
  | 'workspace_exists'
  | 'workspace_mismatch'
  | 'symbolic_link'
  | 'not_a_file'
  | 'outside_workspaces'
  | 'metadata_missing'
  | 'in_use'
  | 'system_directory'
  | 'url_not_allowed'
  | 'git_not_found'
  | 'git_failed'
  | 'timed_out'
  | 'too_large'
  | 'cancelled'
  | 'uncommitted_changes'
  | 'not_fast_forward'
  | 'no_upstream'
  | 'io_failed'
  | 'work_would_be_lost'
  | 'work_unknown';

/** Every code with its number (E1). */
export const ERROR_CODES: { readonly [Code in ErrorCode]: number };
