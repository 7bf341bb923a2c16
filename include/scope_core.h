/* scope_core.h: scoped references, scope keys and workspace names, for C and C++.
 *
 * Generated; `cargo xtask generate` writes it. The rules in the comments (`S4`, `K8`) are those of docs/spec.md, and
 * bindings/c/README.md shows whole programs. For C++ there is scope_core.hpp on top of this.
 *
 * Text in is a pointer and a length in bytes of UTF-8; it needs no terminator, and may hold any byte. NULL with a length
 * of 0 is the empty text, or where an argument may be left out, an argument that is. Nothing is kept after a call but by
 * the handles, which copy what they keep.
 *
 * Text out is a view (`scope_view_t`) of what the caller passed in, and lives as long as that; or it is written to a
 * buffer of the caller's, `buf` of `cap` bytes, and terminated. `*needed` is told what the buffer has to hold, in bytes
 * with the terminator; 0 says that there is no text to give. `needed` may be NULL, and so may `buf` where `cap` is 0, to
 * ask. What does not fit is SCOPE_BUFFER_TOO_SMALL. The buffer then holds the empty text, as it does with any status but
 * SCOPE_OK where a function does not say otherwise. A buffer overlaps nothing else that the call is given.
 *
 * Structs that may grow begin with `struct_size`; begin with the macro that is named after them, for instance
 * `scope_error_t error = SCOPE_ERROR_INIT;`. A library that knows fewer fields leaves the others as they are; one that
 * knows more leaves them out. An option that the library does not know is SCOPE_INVALID_STRUCT_SIZE.
 *
 * Handles (`scope_policy_t`, `scope_key_t`, `scope_metadata_t`, `scope_workspaces_t`, `scope_workspace_t`,
 * `scope_workspace_list_t`) never change. Each is ended by its `_free`, once, from any thread, while no other uses it; NULL
 * is let through. A `const` handle that a function returns belongs to another one, and is not ended by itself.
 *
 * What asks a disk (`scope_checkout_…`, `scope_workspaces_…`) finds texts of its own, and a fault may be in one of them. It
 * is then written to the buffer that the function takes, as much as fits, and `error->text` views that; what the system
 * said follows it, where `error->detail` views it. SCOPE_FOUND_TEXT_MAX bytes are enough for all.
 *
 * A status is SCOPE_OK, the number of an error code, or from 1001 on one about the call itself: SCOPE_NULL_POINTER,
 * SCOPE_INVALID_LENGTH, SCOPE_INVALID_STRUCT_SIZE, SCOPE_INVALID_ARGUMENT, SCOPE_BUFFER_TOO_SMALL, SCOPE_INTERNAL,
 * SCOPE_UNSUPPORTED. The comments name what a function adds to SCOPE_OK and to NULL_POINTER, INVALID_LENGTH,
 * INVALID_STRUCT_SIZE and INTERNAL, which any can return. `error` may be NULL. Offsets and lengths count bytes. Running out
 * of memory aborts, as it does in any program in Rust; only handles, aliases, suggestions, text that is normalised and what
 * asks a disk take any.
 *
 * Threads: every function may be called from any number of threads at once, with the same handles too, as long as no
 * thread writes what another one uses. What asks a disk keeps the state of libgit2 that it uses, which is safe for threads
 * and lasts until the process ends; it reads the environment, which no thread may change meanwhile. There is no other global
 * state but what the words for numbers are, and that is constant.
 */

#ifndef SCOPE_CORE_H
#define SCOPE_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of the library that this header belongs to. */
#define SCOPE_VERSION "0.1.0"
#define SCOPE_VERSION_MAJOR 0
#define SCOPE_VERSION_MINOR 1
#define SCOPE_VERSION_PATCH 0

/** The values of `scope_status_t`. Later versions may know more. */
enum scope_status {
  /** all is well */
  SCOPE_OK = 0,
  /** a reference begins with '@' (R2 R4) */
  SCOPE_MISSING_AT = 1,
  /** a reference has a '/' between scope and name (R2) */
  SCOPE_MISSING_SLASH = 2,
  /** the scope is empty (S4 R2) */
  SCOPE_EMPTY_SCOPE = 3,
  /** the name is empty (N2 R2 R4) */
  SCOPE_EMPTY_NAME = 4,
  /** nothing follows the ':'; give a tag or leave out the ':'; for `check_tag`: the tag is empty (T1 T2) */
  SCOPE_EMPTY_TAG = 5,
  /** the {part} is empty (S6 R4 A2 A3 A5 K2 K3 K4 K9 W1 W4 W10) */
  SCOPE_EMPTY = 6,
  /** the {part} is shorter than {min} bytes (S4 S6 A5) */
  SCOPE_TOO_SHORT = 7,
  /** the {part} is longer than {max} bytes (S4 N2 T1 R4 A2 A3 A5 K3 W4 B2 W8) */
  SCOPE_TOO_LONG = 8,
  /** the {part} may not hold {char}; {use} (S4 N2 T1 S6 R4 A5 K2 K3 K4 K9 W4 W5) */
  SCOPE_INVALID_CHARACTER = 9,
  /** the {part} may not begin with {char}; for `branch_name`: no part of a branch name may begin with {char} (S4 N2 T1 S6 K3 W4) */
  SCOPE_INVALID_START = 10,
  /** the {part} may not end with {char} (S4 N2 K3) */
  SCOPE_INVALID_END = 11,
  /** the {part} may not hold '..' (N2 R4 K3) */
  SCOPE_CONSECUTIVE_DOTS = 12,
  /** the text is not well-formed Unicode; pass valid UTF-8 without lone surrogates (1 K9 K10 W6) */
  SCOPE_INVALID_UNICODE = 13,
  /** there is no default scope; write @scope/name (R4) */
  SCOPE_NO_DEFAULT_SCOPE = 14,
  /** this slug is reserved; choose another (S5) */
  SCOPE_RESERVED_SLUG = 15,
  /** slugs that begin like this are reserved; choose another (S5) */
  SCOPE_RESERVED_PREFIX = 16,
  /** the {part} is not a UUID; for `user_id`: the user id is not a UUID in lower case (A5 W1) */
  SCOPE_INVALID_UUID = 17,
  /** the {part} is not absolute; begin with '/', a drive like C:\ or \\server\share (K2 W5 W6) */
  SCOPE_NOT_ABSOLUTE = 18,
  /** the {part} may not hold the component '.' or '..'; for `worktree_key`, `owner`, `repo`: the {part} may not be '.' or '..' (K2 K4 W4) */
  SCOPE_DOT_COMPONENT = 19,
  /** the {part} has two separators in a row; keep one (K2 K3) */
  SCOPE_REPEATED_SEPARATOR = 20,
  /** the {part} ends with a separator; leave it out (K2 K3) */
  SCOPE_TRAILING_SEPARATOR = 21,
  /** a branch name may not hold '@{'; pass the name itself (K3) */
  SCOPE_REFLOG_SYNTAX = 22,
  /** no part of a branch name may end with '.lock' (K3) */
  SCOPE_LOCK_SUFFIX = 23,
  /** HEAD is not a branch name; pass the branch it stands for (K3) */
  SCOPE_RESERVED_BRANCH = 24,
  /** this names a remote-tracking branch or a full ref; pass the local branch name (K3) */
  SCOPE_REMOTE_BRANCH = 25,
  /** a scope URI is scope:global, scope:repository:PATH, scope:branch:PATH:BRANCH or scope:worktree:PATH:KEY (K9) */
  SCOPE_INVALID_URI = 26,
  /** the {part} must be {choices} (X1 K9 K10) */
  SCOPE_UNKNOWN_VALUE = 27,
  /** a '%' must be followed by two hexadecimal digits; write a '%' itself as %25 (K9) */
  SCOPE_INVALID_PERCENT_ENCODING = 28,
  /** this escape is not in canonical form; escape with upper-case digits, and only what must be (K9) */
  SCOPE_NOT_CANONICAL = 29,
  /** this is not JSON (K10 W6) */
  SCOPE_INVALID_JSON = 30,
  /** an object is wanted here; at offset 0 of the text; else: a string is wanted here (K10 W6) */
  SCOPE_WRONG_TYPE = 31,
  /** the field {field} is missing (K10 W6) */
  SCOPE_MISSING_FIELD = 32,
  /** the field {quote of the name} does not belong here (K10) */
  SCOPE_UNKNOWN_FIELD = 33,
  /** the field {quote of the name} is no longer used (K10) */
  SCOPE_LEGACY_FIELD = 34,
  /** the field {quote of the name} is given twice (K10 W6) */
  SCOPE_DUPLICATE_FIELD = 35,
  /** fullName is not owner/repo; for `repository_path`: path does not end with owner/repo (W6) */
  SCOPE_FIELD_MISMATCH = 36,
  /** a timestamp is written like 2026-01-31T12:00:00Z (W6 W7) */
  SCOPE_INVALID_TIMESTAMP = 37,
  /** the {part} must be from 0 to 36500 (W7) */
  SCOPE_OUT_OF_RANGE = 38,
  /** this is in no git repository; pass a directory of a checkout; for `mount_point`: the search stops at this file system boundary, and a repository is above it; set GIT_DISCOVERY_ACROSS_FILESYSTEM and use_environment, or pass a directory of that repository (G4 G5 W11) */
  SCOPE_NOT_A_REPOSITORY = 39,
  /** HEAD names no branch here; name one, or check one out (G3 W11) */
  SCOPE_DETACHED_HEAD = 40,
  /** only a linked worktree has a worktree key, and this is none (G2) */
  SCOPE_NOT_LINKED_WORKTREE = 41,
  /** the {part} is not UTF-8; rename what is not (G6 W9 W12) */
  SCOPE_NON_UTF8_PATH = 42,
  /** there is nothing at this path (G4 W9 W12) */
  SCOPE_PATH_NOT_FOUND = 43,
  /** this is not a directory; pass the one that it is in (G4 W9 W12) */
  SCOPE_NOT_A_DIRECTORY = 44,
  /** the {part} cannot be read; check its permissions, and that it is still there (G7) */
  SCOPE_UNREADABLE = 45,
  /** the {part} of its repository is damaged; `git status` may say more; for `git_file`: its .git file leads to no repository; `git worktree repair` may mend that (G7 W11) */
  SCOPE_CORRUPT_REPOSITORY = 46,
  /** its repository is of a format that this version does not know (G7) */
  SCOPE_UNSUPPORTED_REPOSITORY = 47,
  /** its repository does not tell where the primary worktree is; set core.worktree in it (G1) */
  SCOPE_NO_PRIMARY_WORKTREE = 48,
  /** there is no such workspace; create or clone it first (W8) */
  SCOPE_WORKSPACE_NOT_FOUND = 50,
  /** this workspace is there already; sync it, or delete it first (W10) */
  SCOPE_WORKSPACE_EXISTS = 51,
  /** its directory records another repository; nothing was changed (W8 W10) */
  SCOPE_WORKSPACE_MISMATCH = 52,
  /** a symbolic link stands where none may; nothing behind it was looked at (W9) */
  SCOPE_SYMBOLIC_LINK = 53,
  /** something that is no regular file stands where one has to (W9) */
  SCOPE_NOT_A_FILE = 54,
  /** this is in no workspace of this user (W9) */
  SCOPE_OUTSIDE_WORKSPACES = 55,
  /** its .workspace.json is missing, and its repository does not tell what that said (W8) */
  SCOPE_METADATA_MISSING = 56,
  /** another operation is using the {part}; try again when it has ended (W9) */
  SCOPE_IN_USE = 57,
  /** this is a directory of the system; name one of your own (W12) */
  SCOPE_SYSTEM_DIRECTORY = 58,
  /** only https, ssh and, where that is allowed, file URLs are cloned, without a password (W10) */
  SCOPE_URL_NOT_ALLOWED = 59,
  /** there is no such program; install git, or say where it is (W10) */
  SCOPE_GIT_NOT_FOUND = 60,
  /** git failed; the detail says what it said (W10) */
  SCOPE_GIT_FAILED = 61,
  /** this took longer than the time limit (W10) */
  SCOPE_TIMED_OUT = 62,
  /** the {part} is larger than the size limit (W10) */
  SCOPE_TOO_LARGE = 63,
  /** this was cancelled (W10) */
  SCOPE_CANCELLED = 64,
  /** there are uncommitted changes; commit or stash them first (W11) */
  SCOPE_UNCOMMITTED_CHANGES = 65,
  /** the branch and its upstream have gone different ways; merge or rebase by hand (W11) */
  SCOPE_NOT_FAST_FORWARD = 66,
  /** the branch has no upstream; set one, or check out a branch that has (W11) */
  SCOPE_NO_UPSTREAM = 67,
  /** the system refused; the detail says what it said (W9) */
  SCOPE_IO_FAILED = 68,
  /** it holds work that exists nowhere else; push or save it, or delete with force (W8) */
  SCOPE_WORK_WOULD_BE_LOST = 300,
  /** it could not be checked for work that exists nowhere else; the detail says why; delete with force to give it up (W8) */
  SCOPE_WORK_UNKNOWN = 301,
  /** a pointer that must lead somewhere is NULL */
  SCOPE_NULL_POINTER = 1001,
  /** a length is over PTRDIFF_MAX */
  SCOPE_INVALID_LENGTH = 1002,
  /** struct_size is too small for the struct, or of an input larger than this library knows */
  SCOPE_INVALID_STRUCT_SIZE = 1003,
  /** a number is none of those that may stand there */
  SCOPE_INVALID_ARGUMENT = 1004,
  /** the answer does not fit; needed or count says what does */
  SCOPE_BUFFER_TOO_SMALL = 1005,
  /** a defect of the library, stopped at its border; please report it */
  SCOPE_INTERNAL = 1006,
  /** the library was built without this, or cannot do it on this system */
  SCOPE_UNSUPPORTED = 1007
};

/** The values of `scope_part_t`. Later versions may know more. */
enum scope_part {
  /** reference */
  SCOPE_PART_REFERENCE = 1,
  /** scope */
  SCOPE_PART_SCOPE = 2,
  /** name */
  SCOPE_PART_NAME = 3,
  /** tag */
  SCOPE_PART_TAG = 4,
  /** legacy template */
  SCOPE_PART_LEGACY_TEMPLATE = 5,
  /** legacy user alias */
  SCOPE_PART_LEGACY_USER = 6,
  /** default scope */
  SCOPE_PART_DEFAULT_SCOPE = 7,
  /** user id */
  SCOPE_PART_USER_ID = 8,
  /** system scope */
  SCOPE_PART_SYSTEM_SCOPE = 9,
  /** reserved slug */
  SCOPE_PART_RESERVED = 10,
  /** reserved prefix */
  SCOPE_PART_RESERVED_PREFIX = 11,
  /** legacy prefix */
  SCOPE_PART_LEGACY_PREFIX = 12,
  /** scope id */
  SCOPE_PART_SCOPE_ID = 13,
  /** version */
  SCOPE_PART_VERSION = 14,
  /** alias */
  SCOPE_PART_ALIAS = 15,
  /** scope type */
  SCOPE_PART_SCOPE_TYPE = 16,
  /** role */
  SCOPE_PART_ROLE = 17,
  /** action */
  SCOPE_PART_ACTION = 18,
  /** primary path */
  SCOPE_PART_PRIMARY_PATH = 19,
  /** worktree path */
  SCOPE_PART_WORKTREE_PATH = 20,
  /** branch name */
  SCOPE_PART_BRANCH_NAME = 21,
  /** worktree key */
  SCOPE_PART_WORKTREE_KEY = 22,
  /** scope URI */
  SCOPE_PART_URI = 23,
  /** kind */
  SCOPE_PART_KIND = 24,
  /** scope key JSON */
  SCOPE_PART_JSON = 25,
  /** owner */
  SCOPE_PART_OWNER = 26,
  /** repo */
  SCOPE_PART_REPO = 27,
  /** data directory */
  SCOPE_PART_DATA_DIR = 28,
  /** base path */
  SCOPE_PART_BASE = 29,
  /** path */
  SCOPE_PART_PATH = 30,
  /** workspace metadata */
  SCOPE_PART_METADATA = 31,
  /** full name */
  SCOPE_PART_FULL_NAME = 32,
  /** last accessed at */
  SCOPE_PART_LAST_ACCESSED_AT = 33,
  /** last synced at */
  SCOPE_PART_LAST_SYNCED_AT = 34,
  /** created at */
  SCOPE_PART_CREATED_AT = 35,
  /** timestamp */
  SCOPE_PART_TIMESTAMP = 36,
  /** max idle days */
  SCOPE_PART_MAX_IDLE_DAYS = 37,
  /** buffer */
  SCOPE_PART_BUFFER = 38,
  /** kind */
  SCOPE_PART_CHECKOUT_KIND = 39,
  /** git directory */
  SCOPE_PART_GIT_DIR = 40,
  /** .git file */
  SCOPE_PART_GIT_FILE = 41,
  /** HEAD */
  SCOPE_PART_HEAD = 42,
  /** commondir file */
  SCOPE_PART_COMMON_DIR = 43,
  /** configuration */
  SCOPE_PART_GIT_CONFIG = 44,
  /** mount point */
  SCOPE_PART_MOUNT_POINT = 45,
  /** workspace */
  SCOPE_PART_WORKSPACE = 50,
  /** URL */
  SCOPE_PART_URL = 51,
  /** source directory */
  SCOPE_PART_SOURCE_DIR = 52,
  /** git program */
  SCOPE_PART_GIT = 53,
  /** host */
  SCOPE_PART_HOST = 54,
  /** repository path */
  SCOPE_PART_REPOSITORY_PATH = 55
};

/** The values of `scope_resolved_kind_t`. Later versions may know more. */
enum scope_resolved_kind {
  /** a reference, explicit or in the default scope */
  SCOPE_RESOLVED_SCOPED = 1,
  /** the name of a legacy template, untouched */
  SCOPE_RESOLVED_LEGACY_TEMPLATE = 2,
  /** a legacy user alias, untouched */
  SCOPE_RESOLVED_LEGACY_USER = 3
};

/** The values of `scope_type_t`. Later versions may know more. */
enum scope_type {
  /** one user's own */
  SCOPE_TYPE_PERSONAL = 1,
  /** shared by its members */
  SCOPE_TYPE_ORGANIZATION = 2,
  /** the deployment's */
  SCOPE_TYPE_SYSTEM = 3
};

/** The values of `scope_role_t`. Later versions may know more. */
enum scope_role {
  /** reads */
  SCOPE_ROLE_MEMBER = 1,
  /** reads and writes */
  SCOPE_ROLE_WRITER = 2,
  /** reads, writes and renames */
  SCOPE_ROLE_ADMIN = 3
};

/** The values of `scope_action_t`. Later versions may know more. */
enum scope_action {
  /** read what is in the scope */
  SCOPE_ACTION_READ = 1,
  /** change what is in the scope */
  SCOPE_ACTION_WRITE = 2,
  /** change the scope's slug */
  SCOPE_ACTION_RENAME = 3
};

/** The values of `scope_reason_t`. Later versions may know more. */
enum scope_reason {
  /** everyone reads a system scope */
  SCOPE_REASON_PUBLIC = 1,
  /** no user writes or renames a system scope */
  SCOPE_REASON_SYSTEM_SCOPE = 2,
  /** the owner */
  SCOPE_REASON_OWNER = 3,
  /** not the owner */
  SCOPE_REASON_NOT_OWNER = 4,
  /** a member reads */
  SCOPE_REASON_MEMBER = 5,
  /** not a member */
  SCOPE_REASON_NOT_MEMBER = 6,
  /** a writer or admin writes */
  SCOPE_REASON_WRITER = 7,
  /** a role that does not write */
  SCOPE_REASON_ROLE_CANNOT_WRITE = 8,
  /** an admin renames */
  SCOPE_REASON_ADMIN = 9,
  /** not an admin */
  SCOPE_REASON_NOT_ADMIN = 10,
  /** a slug changes only with an explicit force */
  SCOPE_REASON_FORCE_REQUIRED = 11
};

/** The values of `scope_kind_t`. Later versions may know more. */
enum scope_kind {
  /** everything */
  SCOPE_KIND_GLOBAL = 1,
  /** a repository */
  SCOPE_KIND_REPOSITORY = 2,
  /** a branch of a repository */
  SCOPE_KIND_BRANCH = 3,
  /** a linked worktree of a repository */
  SCOPE_KIND_WORKTREE = 4
};

/** The values of `scope_checkout_kind_t`. Later versions may know more. */
enum scope_checkout_kind {
  /** a branch where one is named, else the repository; outside a repository, everything */
  SCOPE_CHECKOUT_KIND_AUTO = 5,
  /** everything; the directory is not looked at */
  SCOPE_CHECKOUT_KIND_GLOBAL = 1,
  /** the repository */
  SCOPE_CHECKOUT_KIND_REPOSITORY = 2,
  /** a branch: the one that is named, else the one that HEAD names */
  SCOPE_CHECKOUT_KIND_BRANCH = 3,
  /** the linked worktree */
  SCOPE_CHECKOUT_KIND_WORKTREE = 4
};

/** The values of `scope_dirty_t`. Later versions may know more. */
enum scope_dirty {
  /** clean: all of it exists elsewhere */
  SCOPE_DIRTY_NO = 1,
  /** holds work that exists nowhere else */
  SCOPE_DIRTY_YES = 2,
  /** nobody could tell */
  SCOPE_DIRTY_UNKNOWN = 3
};

/** The values of `scope_retention_t`. Later versions may know more. */
enum scope_retention {
  /** keep it */
  SCOPE_RETENTION_KEEP = 1,
  /** keep it, and tell somebody: it is idle, and holds work or may */
  SCOPE_RETENTION_WARN = 2,
  /** delete it: it is idle and clean */
  SCOPE_RETENTION_DELETE = 3
};

/** The values of `scope_metadata_field_t`. Later versions may know more. */
enum scope_metadata_field {
  /** the owner of the repository */
  SCOPE_METADATA_OWNER = 1,
  /** the name of the repository */
  SCOPE_METADATA_REPO = 2,
  /** owner/repo */
  SCOPE_METADATA_FULL_NAME = 3,
  /** the branch that a clone begins on, where it is known */
  SCOPE_METADATA_DEFAULT_BRANCH = 4,
  /** the branch that is checked out, where it is known */
  SCOPE_METADATA_CURRENT_BRANCH = 5,
  /** when somebody last used the workspace */
  SCOPE_METADATA_LAST_ACCESSED_AT = 6,
  /** when it was last brought up to date, where it was */
  SCOPE_METADATA_LAST_SYNCED_AT = 7,
  /** when it was made */
  SCOPE_METADATA_CREATED_AT = 8,
  /** the host of the repository and its port, where it is not the service's own */
  SCOPE_METADATA_HOST = 9,
  /** the full path on the host, or on the disk that it was cloned from, where it is recorded */
  SCOPE_METADATA_PATH = 10
};

/** The values of `scope_workspace_field_t`. Later versions may know more. */
enum scope_workspace_field {
  /** the id of the user whose it is */
  SCOPE_WORKSPACE_USER_ID = 1,
  /** the name of its directory */
  SCOPE_WORKSPACE_DIRECTORY = 2,
  /** where it is, by the data directory's own path */
  SCOPE_WORKSPACE_PATH = 3
};


/**
 * The version of the ABI that this header describes: `scope_abi_version()` of a library that fits it gives the same. It
 * goes up when a program that was compiled before would break.
 */
#define SCOPE_ABI_VERSION 1

/**
 * The days after which a workspace counts as idle, unless a deployment says otherwise (W7).
 */
#define SCOPE_MAX_IDLE_DAYS 7

/**
 * In the third number of a line of `scope_reference_parse_lines`: the line is at fault, and the rest is the error's number.
 */
#define SCOPE_LINE_FAULT 2147483648

/**
 * The most keys that `scope_key_search_order` gives.
 */
#define SCOPE_SEARCH_ORDER_MAX 3

/**
 * Bytes of a buffer that holds of every text that is found on a disk, and of what the system said, as much as its message
 * and its suggestion need. A smaller one holds the beginning.
 */
#define SCOPE_FOUND_TEXT_MAX 131072

/**
 * In `scope_policy_options_t.flags`: the policy has no legacy prefix.
 */
#define SCOPE_POLICY_NO_LEGACY_PREFIX 1

/**
 * In `scope_resolve_options_t.flags`: normalise the text first (R5).
 */
#define SCOPE_RESOLVE_NORMALIZE 1

/**
 * In `scope_checkout_options_t.flags`: git's own environment variables count (G5). No thread may change the environment
 * meanwhile.
 */
#define SCOPE_CHECKOUT_USE_ENVIRONMENT 1

/**
 * The identity of a scope (K1). Made by `scope_key_…`, ended by `scope_key_free`. It never changes, so that any number
 * of threads may use one at once.
 */
typedef struct scope_key_t scope_key_t;

/**
 * The metadata of a workspace (W6). Made by `scope_metadata_…`, ended by `scope_metadata_free`. It never changes, so that
 * any number of threads may use one at once.
 */
typedef struct scope_metadata_t scope_metadata_t;

/**
 * A policy: what nobody may claim, and which names are legacy (S5, S6). Made by `scope_policy_new`, ended by
 * `scope_policy_free`. It never changes, so that any number of threads may use one at once.
 */
typedef struct scope_policy_t scope_policy_t;

/**
 * The workspaces of one user, as they were when they were asked for. Made by `scope_workspaces_list`, ended by
 * `scope_workspace_list_free`. It never changes, so that any number of threads may use one at once.
 */
typedef struct scope_workspace_list_t scope_workspace_list_t;

/**
 * A workspace, as it was when it was asked for. Made by `scope_workspaces_get`, ended by `scope_workspace_free`; or a list's
 * own, and ended with the list. It never changes, so that any number of threads may use one at once.
 */
typedef struct scope_workspace_t scope_workspace_t;

/**
 * The workspaces of a data directory, of all its users (W8, W9). Made by `scope_workspaces_open`, ended by
 * `scope_workspaces_free`. Any number of threads may use one at once.
 */
typedef struct scope_workspaces_t scope_workspaces_t;

/**
 * What a call came to: `SCOPE_OK`, the number of an error code (E1), or from 1001 on what was wrong with the call
 * itself. One of `enum scope_status`.
 */
typedef uint32_t scope_status_t;

/**
 * A part of the input (section 11 of the specification). One of `enum scope_part`, or 0 for none.
 */
typedef uint32_t scope_part_t;

/**
 * The type of a scope (X1). One of `enum scope_type`.
 */
typedef uint32_t scope_type_t;

/**
 * A member's role (X1). One of `enum scope_role`, or 0 for somebody who is not a member.
 */
typedef uint32_t scope_role_t;

/**
 * What somebody wants to do (X1). One of `enum scope_action`.
 */
typedef uint32_t scope_action_t;

/**
 * Why a decision is what it is (X2, X3). One of `enum scope_reason`.
 */
typedef uint32_t scope_reason_t;

/**
 * The kind of a scope key (K1). One of `enum scope_kind`, or 0 for none.
 */
typedef uint32_t scope_kind_t;

/**
 * The kind of key that is wanted of a checkout (G4). One of `enum scope_checkout_kind`, or 0 for `auto`.
 */
typedef uint32_t scope_checkout_kind_t;

/**
 * The kind of what was resolved (R4). One of `enum scope_resolved_kind`.
 */
typedef uint32_t scope_resolved_kind_t;

/**
 * What becomes of a workspace (W7). One of `enum scope_retention`.
 */
typedef uint32_t scope_retention_t;

/**
 * Text that somebody else owns: `len` bytes from `data` on, without a terminator. Where `data` is NULL there is no text,
 * which is not the same as an empty one. This struct never grows.
 */
typedef struct {
  /**
   * The first byte, or NULL.
   */
  const char *data;
  /**
   * The number of bytes.
   */
  size_t len;
} scope_view_t;

/**
 * What was wrong with an argument, and where. Begin with `SCOPE_ERROR_INIT`.
 *
 * A function that returns anything but `SCOPE_OK` fills it in, one that returns `SCOPE_OK` leaves it alone. Give it to
 * `scope_error_message` and `scope_error_suggestion`. It owns nothing.
 */
typedef struct {
  /**
   * `sizeof(scope_error_t)`, set by the caller before the call.
   */
  size_t struct_size;
  /**
   * What the function returned.
   */
  scope_status_t status;
  /**
   * The part at fault; 0 where `status` is about the call and not about a text.
   */
  scope_part_t part;
  /**
   * The argument into which `offset` counts; 0 likewise.
   */
  scope_part_t input;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Bytes from the beginning of that argument, at most its length.
   */
  size_t offset;
  /**
   * That argument: a view of what the caller passed, and as long-lived. Where a function says so, of something else.
   */
  scope_view_t text;
  /**
   * What the system said, where a function says that it gives that; for people, and may hold line breaks. Else `data`
   * is NULL.
   */
  scope_view_t detail;
} scope_error_t;

/**
 * A reference `@scope/name[:tag]`: views of the text that it was parsed from, and as long-lived as that text. Begin with
 * `SCOPE_REFERENCE_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_reference_t)`, set by the caller before the call.
   */
  size_t struct_size;
  /**
   * The scope, without the `@`.
   */
  scope_view_t scope;
  /**
   * The name.
   */
  scope_view_t name;
  /**
   * The tag, without the `:`; `data` is NULL where there is none.
   */
  scope_view_t tag;
  /**
   * The whole text.
   */
  scope_view_t text;
} scope_reference_t;

/**
 * The parts of a policy (S6). Begin with `SCOPE_POLICY_OPTIONS_INIT`, which leaves every part as the default has it.
 */
typedef struct {
  /**
   * `sizeof(scope_policy_options_t)`.
   */
  size_t struct_size;
  /**
   * The system scope; NULL for the default's.
   */
  scope_view_t system_scope;
  /**
   * The reserved slugs; NULL for the default's. Not NULL with a count of 0: none.
   */
  const scope_view_t *reserved;
  /**
   * How many there are.
   */
  size_t reserved_count;
  /**
   * The reserved prefixes; NULL for the default's. Not NULL with a count of 0: none.
   */
  const scope_view_t *reserved_prefixes;
  /**
   * How many there are.
   */
  size_t reserved_prefixes_count;
  /**
   * The prefix of legacy templates; NULL for the default's.
   */
  scope_view_t legacy_prefix;
  /**
   * 0, or `SCOPE_POLICY_NO_LEGACY_PREFIX`.
   */
  uint32_t flags;
  /**
   * 0.
   */
  uint32_t reserved_flags;
} scope_policy_options_t;

/**
 * What `scope_policy_resolve` is told besides the text. Begin with `SCOPE_RESOLVE_OPTIONS_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_resolve_options_t)`.
   */
  size_t struct_size;
  /**
   * The scope for what is typed without one; `data` is NULL where there is none.
   */
  scope_view_t default_scope;
  /**
   * The id of the user who typed, for legacy user aliases; `data` is NULL where there is none.
   */
  scope_view_t user_id;
  /**
   * 0, or `SCOPE_RESOLVE_NORMALIZE`.
   */
  uint32_t flags;
  /**
   * 0.
   */
  uint32_t reserved;
} scope_resolve_options_t;

/**
 * What `scope_policy_resolve` found. Its views are of the buffer that the caller gave, and as long-lived. Begin with
 * `SCOPE_RESOLVED_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_resolved_t)`, set by the caller before the call.
   */
  size_t struct_size;
  /**
   * What the text stands for.
   */
  scope_resolved_kind_t kind;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The whole reference, or the whole legacy text.
   */
  scope_view_t text;
  /**
   * The scope of a reference; else `data` is NULL, as with the others.
   */
  scope_view_t scope;
  /**
   * The name of a reference.
   */
  scope_view_t name;
  /**
   * The tag of a reference that has one.
   */
  scope_view_t tag;
  /**
   * The alias of a legacy user alias.
   */
  scope_view_t alias;
} scope_resolved_t;

/**
 * A question to `scope_decide_access`. Begin with `SCOPE_ACCESS_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_access_t)`.
   */
  size_t struct_size;
  /**
   * The type of the scope.
   */
  scope_type_t scope_type;
  /**
   * The actor's role in it; 0 where there is none.
   */
  scope_role_t role;
  /**
   * What the actor wants to do.
   */
  scope_action_t action;
  /**
   * 1 to force, which a renaming needs; else 0.
   */
  uint32_t force;
  /**
   * The id of the scope's owner; NULL or empty where it is nobody's.
   */
  scope_view_t owner_id;
  /**
   * The id of the actor; NULL or empty for nobody.
   */
  scope_view_t user_id;
} scope_access_t;

/**
 * What `scope_decide_access` decided. Begin with `SCOPE_DECISION_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_decision_t)`, set by the caller before the call.
   */
  size_t struct_size;
  /**
   * 1 where the actor may, else 0.
   */
  uint32_t allowed;
  /**
   * Why.
   */
  scope_reason_t reason;
  /**
   * The rule that decided, `X2` or `X3`: a terminated text that is there for ever.
   */
  const char *rule;
} scope_decision_t;

/**
 * A field of workspace metadata (W6). One of `enum scope_metadata_field`.
 */
typedef uint32_t scope_metadata_field_t;

/**
 * Whether a workspace holds work that exists nowhere else (W7). One of `enum scope_dirty`.
 */
typedef uint32_t scope_dirty_t;

/**
 * How a checkout is looked for, and what is wanted of it. Begin with `SCOPE_CHECKOUT_OPTIONS_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_checkout_options_t)`.
   */
  size_t struct_size;
  /**
   * The kind of key that `scope_checkout_resolve` makes; 0 is `SCOPE_CHECKOUT_KIND_AUTO`.
   */
  scope_checkout_kind_t kind;
  /**
   * 0, or `SCOPE_CHECKOUT_USE_ENVIRONMENT`.
   */
  uint32_t flags;
  /**
   * The branch for `scope_checkout_resolve`, which need not exist; `data` is NULL for the one that `HEAD` names.
   */
  scope_view_t branch;
} scope_checkout_options_t;

/**
 * What `scope_checkout_info` found. Its views are of the buffer that the caller gave, and as long-lived; each has a
 * terminator after it. Begin with `SCOPE_CHECKOUT_INFO_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_checkout_info_t)`, set by the caller before the call.
   */
  size_t struct_size;
  /**
   * 1 for a bare repository that is not a worktree of one, else 0.
   */
  uint32_t is_bare;
  /**
   * 1 for a linked worktree, else 0.
   */
  uint32_t is_linked_worktree;
  /**
   * 1 where `HEAD` names no branch, else 0.
   */
  uint32_t is_detached;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * The root of the repository's primary worktree, or the bare directory (G1).
   */
  scope_view_t primary_path;
  /**
   * The root of this worktree; `data` is NULL in a bare repository.
   */
  scope_view_t worktree_path;
  /**
   * The worktree key (G2); `data` is NULL outside a linked worktree.
   */
  scope_view_t worktree_key;
  /**
   * The branch (G3); `data` is NULL where `HEAD` names none.
   */
  scope_view_t branch;
} scope_checkout_info_t;

/**
 * How the workspaces of a data directory are opened. Begin with `SCOPE_WORKSPACES_OPTIONS_INIT`.
 */
typedef struct {
  /**
   * `sizeof(scope_workspaces_options_t)`.
   */
  size_t struct_size;
  /**
   * For tests: what counts as now in every call with the handle, a timestamp such as `2026-01-31T12:00:00Z`. `data` is
   * NULL for the system's clock.
   */
  scope_view_t now;
} scope_workspaces_options_t;

/**
 * What is known of a workspace besides its metadata. One of `enum scope_workspace_field`.
 */
typedef uint32_t scope_workspace_field_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the ABI of the library that the program runs with; the program was compiled for `SCOPE_ABI_VERSION`.
 *
 * Threads: any, at once. Cannot fail.
 */
uint32_t scope_abi_version(void);

/**
 * The version of the library that the program runs with, for instance `0.1.0`: a terminated text that is there for ever.
 *
 * Threads: any, at once. Cannot fail.
 */
const char *scope_library_version(void);

/**
 * The word for a status, for instance `missing_at` (E1): a terminated text that is there for ever. NULL for a number that
 * is none.
 *
 * Threads: any, at once.
 */
const char *scope_status_name(scope_status_t status);

/**
 * The word for a part, for instance `scope`: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_part_name(scope_part_t part);

/**
 * The word for a type of a scope: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_type_name(scope_type_t number);

/**
 * The word for a role: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_role_name(scope_role_t number);

/**
 * The word for an action: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_action_name(scope_action_t number);

/**
 * The word for a reason: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_reason_name(scope_reason_t number);

/**
 * The word for a kind of a scope key: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_kind_name(scope_kind_t number);

/**
 * The word for a kind of key that is wanted of a checkout: a terminated text that is there for ever. NULL for a number that
 * is none.
 *
 * Threads: any, at once.
 */
const char *scope_checkout_kind_name(scope_checkout_kind_t number);

/**
 * The word for a kind of what was resolved: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_resolved_kind_name(scope_resolved_kind_t number);

/**
 * The word for a decision of retention: a terminated text that is there for ever. NULL for a number that is none.
 *
 * Threads: any, at once.
 */
const char *scope_retention_name(scope_retention_t number);

/**
 * Reads the word for a type of a scope (X1) into `*out`.
 *
 * Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
 * Threads: any, at once.
 */
scope_status_t scope_type_from_name(const char *text,
                                    size_t len,
                                    scope_type_t *out,
                                    scope_error_t *error);

/**
 * Reads the word for a role (X1) into `*out`.
 *
 * Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
 * Threads: any, at once.
 */
scope_status_t scope_role_from_name(const char *text,
                                    size_t len,
                                    scope_role_t *out,
                                    scope_error_t *error);

/**
 * Reads the word for an action (X1) into `*out`.
 *
 * Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
 * Threads: any, at once.
 */
scope_status_t scope_action_from_name(const char *text,
                                      size_t len,
                                      scope_action_t *out,
                                      scope_error_t *error);

/**
 * Reads the word for a kind of key that is wanted of a checkout (G4) into `*out`.
 *
 * Status: `SCOPE_UNKNOWN_VALUE`, `SCOPE_INVALID_UNICODE`. Memory: nothing is kept; `error->text` views `text`.
 * Threads: any, at once.
 */
scope_status_t scope_checkout_kind_from_name(const char *text,
                                             size_t len,
                                             scope_checkout_kind_t *out,
                                             scope_error_t *error);

/**
 * Writes what a person reads about a fault (E2): one line of printable ASCII.
 *
 * `error` is as a function filled it in. `text` is the argument that the fault is in: `error->text`, while the caller
 * still has what that views. Another text gives a message all the same, only not a useful one. For a fault of the call
 * itself (1001 and up) no text is needed.
 *
 * Status: `SCOPE_INVALID_ARGUMENT` for an `error` that no function filled in, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: nothing is kept. Threads: any, at once.
 */
scope_status_t scope_error_message(const scope_error_t *error,
                                   const char *text,
                                   size_t len,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed);

/**
 * Writes what was probably meant, where the specification has a suggestion (section 11); else `*needed` is 0.
 *
 * `error` and `text` are as in `scope_error_message`.
 *
 * Status: `SCOPE_INVALID_ARGUMENT` for an `error` that no function filled in, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: nothing is kept. Threads: any, at once.
 */
scope_status_t scope_error_suggestion(const scope_error_t *error,
                                      const char *text,
                                      size_t len,
                                      char *buf,
                                      size_t cap,
                                      size_t *needed);

/**
 * Parses a reference strictly: no white space, no upper case in scope or name (R1, R2). Allocates nothing.
 *
 * Many texts are a loop over this; for many lines of one buffer there is `scope_reference_parse_lines`.
 *
 * Status: `SCOPE_MISSING_AT`, `SCOPE_MISSING_SLASH`, `SCOPE_EMPTY_SCOPE`, `SCOPE_EMPTY_NAME`, `SCOPE_EMPTY_TAG`,
 * `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_START`, `SCOPE_INVALID_END`,
 * `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_UNICODE`; `error->input` is `SCOPE_PART_REFERENCE`, and `error->offset` counts
 * bytes. Memory: `*out` and `error->text` view `text`, for as long as that is there. Threads: any, at once.
 */
scope_status_t scope_reference_parse(const char *text,
                                     size_t len,
                                     scope_reference_t *out,
                                     scope_error_t *error);

/**
 * Parses a reference after normalising it (R5), so that ` @Acme/Widget:RC ` is `@acme/widget:RC`, which is written.
 *
 * Status: those of `scope_reference_parse`, with offsets into `text` itself, and `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: `*out` views `buf`, `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_reference_parse_normalized(const char *text,
                                                size_t len,
                                                char *buf,
                                                size_t cap,
                                                size_t *needed,
                                                scope_reference_t *out,
                                                scope_error_t *error);

/**
 * Writes a reference put together from its parts, each checked (S4, N2, T1). `tag` NULL is none.
 *
 * Status: those of `scope_slug_check`, `scope_name_check`, `scope_tag_check`, and `SCOPE_BUFFER_TOO_SMALL`; `error->input`
 * is the part, and `error->offset` counts bytes in it. Memory: `error->text` views that argument. Threads: any, at once.
 */
scope_status_t scope_reference_new(const char *scope,
                                   size_t scope_len,
                                   const char *name,
                                   size_t name_len,
                                   const char *tag,
                                   size_t tag_len,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed,
                                   scope_error_t *error);

/**
 * Writes what normalising makes of what somebody typed (R5): ASCII white space around it dropped, ASCII letters of scope
 * and name (never of the tag) in lower case. Checks nothing else.
 *
 * Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_reference_normalize(const char *text,
                                         size_t len,
                                         char *buf,
                                         size_t cap,
                                         size_t *needed,
                                         scope_error_t *error);

/**
 * Writes `{scope}__{name}` of a reference: one path component that reads back to scope and name (R7), at most 194 bytes.
 *
 * Status: those of `scope_reference_parse`, and `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`.
 * Threads: any, at once.
 */
scope_status_t scope_reference_storage_component(const char *text,
                                                 size_t len,
                                                 char *buf,
                                                 size_t cap,
                                                 size_t *needed,
                                                 scope_error_t *error);

/**
 * Compares two references as the triple of scope, name and tag, each by byte, no tag before any tag (R6). Writes -1, 0 or 1.
 *
 * Status: those of `scope_reference_parse`, of `a`, then of `b`. Memory: `error->text` views the one at fault.
 * Threads: any, at once.
 */
scope_status_t scope_reference_compare(const char *a,
                                       size_t a_len,
                                       const char *b,
                                       size_t b_len,
                                       int32_t *order,
                                       scope_error_t *error);

/**
 * Whether the text is a reference (R1). False for ill-formed UTF-8, and for NULL. Allocates nothing.
 *
 * Threads: any, at once.
 */
bool scope_reference_is_valid(const char *text,
                              size_t len);

/**
 * Parses each line of a buffer, and writes four numbers for each (B2), with offsets in bytes from the start of `buffer`: of
 * a reference, where it begins, where its `/` is, just past its name, and where it ends; of a fault, where the line begins,
 * 0, the error's number with `SCOPE_LINE_FAULT` set, and where it is. Lines end with a line feed; the last may.
 * Allocates nothing.
 *
 * `cap` is how many lines `lines` has room for, four numbers each; `*count` is how many there are. NULL with a `cap` of 0
 * counts.
 *
 * Status: `SCOPE_TOO_LONG` for a buffer of 2^32 bytes or more, `SCOPE_BUFFER_TOO_SMALL` (the first `cap` lines are written
 * all the same). Memory: nothing is kept. Threads: any, at once.
 */
scope_status_t scope_reference_parse_lines(const char *buffer,
                                           size_t len,
                                           uint32_t *lines,
                                           size_t cap,
                                           size_t *count,
                                           scope_error_t *error);

/**
 * Says what keeps the text from being a slug (S1 to S4).
 *
 * Status: `SCOPE_EMPTY_SCOPE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`,
 * `SCOPE_INVALID_END`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_slug_check(const char *text,
                                size_t len,
                                scope_error_t *error);

/**
 * Says what keeps the text from being a name (N1, N2).
 *
 * Status: `SCOPE_EMPTY_NAME`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`, `SCOPE_INVALID_END`,
 * `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_name_check(const char *text,
                                size_t len,
                                scope_error_t *error);

/**
 * Says what keeps the text from being a tag (T1).
 *
 * Status: `SCOPE_EMPTY_TAG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_tag_check(const char *text,
                               size_t len,
                               scope_error_t *error);

/**
 * Says what keeps the text from being a local branch name (K3).
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_RESERVED_BRANCH`, `SCOPE_INVALID_START`, `SCOPE_REPEATED_SEPARATOR`,
 * `SCOPE_CONSECUTIVE_DOTS`, `SCOPE_INVALID_CHARACTER`, `SCOPE_REFLOG_SYNTAX`, `SCOPE_LOCK_SUFFIX`, `SCOPE_INVALID_END`,
 * `SCOPE_TRAILING_SEPARATOR`, `SCOPE_REMOTE_BRANCH`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_branch_check(const char *text,
                                  size_t len,
                                  scope_error_t *error);

/**
 * Says what keeps the text from being a worktree key (K4).
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_DOT_COMPONENT`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_worktree_key_check(const char *text,
                                        size_t len,
                                        scope_error_t *error);

/**
 * Says what keeps the text from being an absolute, clean path (K2).
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_DOT_COMPONENT`, `SCOPE_REPEATED_SEPARATOR`,
 * `SCOPE_TRAILING_SEPARATOR`, `SCOPE_INVALID_UNICODE`; `error->offset` counts bytes.
 * Memory: nothing is kept; `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_path_check(const char *text,
                                size_t len,
                                scope_error_t *error);

/**
 * Whether the text is a slug (S1 to S3). False for ill-formed UTF-8, and for NULL.
 *
 * Threads: any, at once.
 */
bool scope_slug_is_valid(const char *text, size_t len);

/**
 * Whether the text is a name (N1). False for ill-formed UTF-8, and for NULL.
 *
 * Threads: any, at once.
 */
bool scope_name_is_valid(const char *text, size_t len);

/**
 * Whether the text is a tag (T1). False for ill-formed UTF-8, and for NULL.
 *
 * Threads: any, at once.
 */
bool scope_tag_is_valid(const char *text, size_t len);

/**
 * Whether the text is a local branch name (K3). False for ill-formed UTF-8, and for NULL.
 *
 * Threads: any, at once.
 */
bool scope_branch_is_valid(const char *text, size_t len);

/**
 * Writes a slug made from any text, where letters or digits enough are in it (S7); else `*needed` is 0. At most 64 bytes.
 * It may be reserved: `scope_policy_check_claimable` is another question.
 *
 * Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_slug_suggest(const char *text,
                                  size_t len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  scope_error_t *error);

/**
 * Writes the slug that a user has until they choose one: `user-` and 8 hexadecimal digits (S8).
 *
 * Status: `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views `user_id`. Threads: any, at once.
 */
scope_status_t scope_slug_default(const char *user_id,
                                  size_t user_id_len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed,
                                  scope_error_t *error);

/**
 * Makes a policy from its parts (S6); `options` NULL is the default policy.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START`,
 * `SCOPE_INVALID_END`, `SCOPE_INVALID_UNICODE`; `error->part` says of which part, and `error->text` views the text at fault,
 * also where that is one of a list. Memory: copies what it is given. `*out` is a handle to be ended by `scope_policy_free`,
 * or NULL where the status is not `SCOPE_OK`. Threads: any, at once.
 */
scope_status_t scope_policy_new(const scope_policy_options_t *options,
                                scope_policy_t **out,
                                scope_error_t *error);

/**
 * Ends a policy. NULL does nothing.
 *
 * Threads: any, but none may use the policy then or later.
 */
void scope_policy_free(scope_policy_t *policy);

/**
 * Says whether a user may claim a slug (S5).
 *
 * Status: those of `scope_slug_check`, else `SCOPE_RESERVED_SLUG`, `SCOPE_RESERVED_PREFIX`.
 * Memory: `error->text` views `slug`. Threads: any, at once, with one policy too.
 */
scope_status_t scope_policy_check_claimable(const scope_policy_t *policy,
                                            const char *slug,
                                            size_t slug_len,
                                            scope_error_t *error);

/**
 * Whether a slug is well-formed and reserved (S5). False for what is no slug, which nobody can claim either: what guards a
 * claim is `scope_policy_check_claimable`. False for a NULL policy.
 *
 * Threads: any, at once, with one policy too.
 */
bool scope_policy_is_reserved(const scope_policy_t *policy,
                              const char *slug,
                              size_t slug_len);

/**
 * What a user's text stands for (R4): a legacy template, a legacy user alias, an explicit reference, or a name in the default
 * scope, in this order. Writes the whole reference, or the legacy text, to `buf`.
 *
 * `options` NULL is none. 324 bytes of `buf` are enough for every answer.
 *
 * Status: those of `scope_slug_check` and `SCOPE_EMPTY` of the default scope, `SCOPE_EMPTY` of the user's id (`error->input`
 * says which); those of `scope_reference_parse`, `SCOPE_NO_DEFAULT_SCOPE` and, of a legacy text, `SCOPE_EMPTY`;
 * `SCOPE_BUFFER_TOO_SMALL`. Memory: `*out` views `buf`; `error->text` views the argument at fault.
 * Threads: any, at once, with one policy too.
 */
scope_status_t scope_policy_resolve(const scope_policy_t *policy,
                                    const scope_resolve_options_t *options,
                                    const char *text,
                                    size_t len,
                                    char *buf,
                                    size_t cap,
                                    size_t *needed,
                                    scope_resolved_t *out,
                                    scope_error_t *error);

/**
 * Writes `scope-{scope_id}-image-{name}-version-{version}`, each part made to fit (A1). At most 256 bytes.
 *
 * Maps many names to one alias: `my_image`, `my.image` and `my-image` share theirs. `scope_distinct_template_alias` does not.
 *
 * Status: `SCOPE_EMPTY` where nothing of a part is left, `SCOPE_TOO_LONG`, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: Where the alias as a whole is at fault (`error->input` is `SCOPE_PART_ALIAS`), which no
 * caller has, `buf` gets as much of it as fits and `error->text` views that. Else `error->text` views the argument at fault.
 * Threads: any, at once.
 */
scope_status_t scope_template_alias(const char *scope_id,
                                    size_t scope_id_len,
                                    const char *name,
                                    size_t name_len,
                                    const char *version,
                                    size_t version_len,
                                    char *buf,
                                    size_t cap,
                                    size_t *needed,
                                    scope_error_t *error);

/**
 * Writes an alias as `scope_template_alias` does, but no two triples of scope id, name and version share one (A5).
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID`, those of `scope_name_check`, `SCOPE_TOO_SHORT`, `SCOPE_TOO_LONG`,
 * `SCOPE_INVALID_CHARACTER` of the version, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: Where the alias as a whole is at fault (`error->input` is `SCOPE_PART_ALIAS`), which no
 * caller has, `buf` gets as much of it as fits and `error->text` views that. Else `error->text` views the argument at fault.
 * Threads: any, at once.
 */
scope_status_t scope_distinct_template_alias(const char *scope_id,
                                             size_t scope_id_len,
                                             const char *name,
                                             size_t name_len,
                                             const char *version,
                                             size_t version_len,
                                             char *buf,
                                             size_t cap,
                                             size_t *needed,
                                             scope_error_t *error);

/**
 * Writes `user-{user_id}-{alias}` (A3), at most 256 bytes. Checks neither but for being there: what is safe to use as a
 * name is for `scope_policy_resolve` to say.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: `error->text` views the argument at fault. Where the alias as a whole is too long, `buf` gets as much of it as fits
 * and `error->text` views that. Threads: any, at once.
 */
scope_status_t scope_legacy_user_alias(const char *user_id,
                                       size_t user_id_len,
                                       const char *alias,
                                       size_t alias_len,
                                       char *buf,
                                       size_t cap,
                                       size_t *needed,
                                       scope_error_t *error);

/**
 * Writes the first 8 hexadecimal digits, in lower case, of the SHA-256 of any bytes (A4).
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: nothing is kept. Threads: any, at once.
 */
scope_status_t scope_version_hash(const uint8_t *content,
                                  size_t len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/**
 * Writes all 64 hexadecimal digits, in lower case, of the SHA-256 of any bytes (A4).
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: nothing is kept. Threads: any, at once.
 */
scope_status_t scope_content_hash(const uint8_t *content,
                                  size_t len,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/**
 * Decides whether somebody may do something in a scope, and says why (X2, X3).
 *
 * Status: `SCOPE_INVALID_UNICODE` of an id (`error->input` is `SCOPE_PART_USER_ID`), `SCOPE_INVALID_ARGUMENT` for a number that
 * is no type, role or action, or a `force` that is neither 0 nor 1. Memory: nothing is kept; `error->text` views the id at
 * fault. Threads: any, at once.
 */
scope_status_t scope_decide_access(const scope_access_t *access,
                                   scope_decision_t *out,
                                   scope_error_t *error);

/**
 * Makes the key of everything (K1).
 *
 * Status: none but those of the call. Memory: `*out` is a handle to be ended by `scope_key_free`, or NULL where the status is not
 * `SCOPE_OK`. Threads: any, at once.
 */
scope_status_t scope_key_global(scope_key_t **out);

/**
 * Makes the key of a repository: the root of its primary worktree, absolute and clean (K1, K2). No file system is asked.
 *
 * Status: those of `scope_path_check`. Memory: copies the path; `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views the path. Threads: any, at once.
 */
scope_status_t scope_key_repository(const char *primary_path,
                                    size_t primary_path_len,
                                    scope_key_t **out,
                                    scope_error_t *error);

/**
 * Makes the key of a branch of a repository (K1, K2, K3).
 *
 * Status: those of `scope_path_check`, else those of `scope_branch_check`; `error->input` says of which. Memory: copies both;
 * `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
 */
scope_status_t scope_key_branch(const char *primary_path,
                                size_t primary_path_len,
                                const char *branch_name,
                                size_t branch_name_len,
                                scope_key_t **out,
                                scope_error_t *error);

/**
 * Makes the key of a linked worktree of a repository (K1, K2, K4). `worktree_path` is for display, and NULL where it is not
 * known.
 *
 * Status: those of `scope_path_check`, else those of `scope_worktree_key_check`, else those of `scope_path_check` for the
 * worktree's path; `error->input` says of which. Memory: copies all; `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
 */
scope_status_t scope_key_worktree(const char *primary_path,
                                  size_t primary_path_len,
                                  const char *worktree_key,
                                  size_t worktree_key_len,
                                  const char *worktree_path,
                                  size_t worktree_path_len,
                                  scope_key_t **out,
                                  scope_error_t *error);

/**
 * Reads a key from its URI (K9).
 *
 * Status: `SCOPE_INVALID_URI`, `SCOPE_UNKNOWN_VALUE`, `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`,
 * `SCOPE_INVALID_PERCENT_ENCODING`, `SCOPE_INVALID_UNICODE`, `SCOPE_NOT_CANONICAL`, or those of the path, branch name or
 * worktree key; `error->offset` counts bytes of `text`.
 * Memory: copies what it keeps; `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_key_from_uri(const char *text,
                                  size_t len,
                                  scope_key_t **out,
                                  scope_error_t *error);

/**
 * Reads a key from its JSON form (K10).
 *
 * Status: `SCOPE_INVALID_JSON`, `SCOPE_WRONG_TYPE`, `SCOPE_INVALID_UNICODE`, `SCOPE_LEGACY_FIELD`, `SCOPE_UNKNOWN_FIELD`,
 * `SCOPE_DUPLICATE_FIELD`, `SCOPE_MISSING_FIELD`, `SCOPE_UNKNOWN_VALUE`, or those of the path, branch name or worktree key; `error->offset` counts bytes of `text`.
 * Memory: copies what it keeps; `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_key_from_json(const char *text,
                                   size_t len,
                                   scope_key_t **out,
                                   scope_error_t *error);

/**
 * Ends a key. NULL does nothing.
 *
 * Threads: any, but none may use the key then or later.
 */
void scope_key_free(scope_key_t *key);

/**
 * The kind of a key (K1); 0 for NULL.
 *
 * Threads: any, at once, with one key too.
 */
scope_kind_t scope_key_kind(const scope_key_t *key);

/**
 * Writes the root of the repository's primary worktree; of the global key, nothing, and `*needed` is 0.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_primary_path(const scope_key_t *key,
                                      char *buf,
                                      size_t cap,
                                      size_t *needed);

/**
 * Writes the branch name of a branch's key; of another, nothing, and `*needed` is 0.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_branch_name(const scope_key_t *key,
                                     char *buf,
                                     size_t cap,
                                     size_t *needed);

/**
 * Writes the worktree key of a worktree's key; of another, nothing, and `*needed` is 0.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_worktree_key(const scope_key_t *key,
                                      char *buf,
                                      size_t cap,
                                      size_t *needed);

/**
 * Writes where the worktree is; where the key is no worktree's or that is not known, nothing, and `*needed` is 0.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_worktree_path(const scope_key_t *key,
                                       char *buf,
                                       size_t cap,
                                       size_t *needed);

/**
 * Writes `global`, `<path>`, `<path>:<branch>` or `<path>@<key>` (K5). For people; never parsed.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_display(const scope_key_t *key,
                                 char *buf,
                                 size_t cap,
                                 size_t *needed);

/**
 * Writes what `scope_key_display` does, with the path's last component in place of the path (K6).
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_display_short(const scope_key_t *key,
                                       char *buf,
                                       size_t cap,
                                       size_t *needed);

/**
 * Writes what `scope_key_display` does, with what file names may not hold replaced by `-` (K7). Different keys can share it;
 * `scope_key_distinct_storage_key` does not.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_storage_key(const scope_key_t *key,
                                     char *buf,
                                     size_t cap,
                                     size_t *needed);

/**
 * Writes `<readable>--<digest>` (K8): at most 64 bytes of `a-z`, `0-9` and `-`, shared by no two keys, safe as a file name on
 * every common file system, and never changed by a later version.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_distinct_storage_key(const scope_key_t *key,
                                              char *buf,
                                              size_t cap,
                                              size_t *needed);

/**
 * Writes the URI (K9): printable ASCII that `scope_key_from_uri` reads back to the same key, one for each key.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_uri(const scope_key_t *key,
                             char *buf,
                             size_t cap,
                             size_t *needed);

/**
 * Writes the JSON form (K10): one object, without white space.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy, and outlives the key. Threads: any, at once, with one key too.
 */
scope_status_t scope_key_to_json(const scope_key_t *key,
                                 char *buf,
                                 size_t cap,
                                 size_t *needed);

/**
 * Compares two keys by kind, then primary path, then branch name or worktree key, by byte (K1). Writes -1, 0 or 1.
 *
 * Status: none but those of the call. Memory: nothing is kept. Threads: any, at once, with the same keys too.
 */
scope_status_t scope_key_compare(const scope_key_t *a,
                                 const scope_key_t *b,
                                 int32_t *order);

/**
 * Where a thing that is stored under scopes is looked for, nearest first (K11): at most `SCOPE_SEARCH_ORDER_MAX` new keys.
 *
 * `cap` is how many `keys` has room for; `*count` is how many there are.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL` (no key is made then). Memory: each of `keys` is a handle to be ended by `scope_key_free`.
 * Threads: any, at once, with one key too.
 */
scope_status_t scope_key_search_order(const scope_key_t *key,
                                      scope_key_t **keys,
                                      size_t cap,
                                      size_t *count);

/**
 * Writes `{owner}__{repo}`, each with what is not `A-Z`, `a-z`, `0-9`, `_` or `-` replaced by `_` (W2). Different repositories
 * can share it; `scope_distinct_workspace_dir_name` does not.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_DOT_COMPONENT`, of the owner, then of the repo (W4);
 * `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
 * Threads: any, at once.
 */
scope_status_t scope_workspace_dir_name(const char *owner,
                                        size_t owner_len,
                                        const char *repo,
                                        size_t repo_len,
                                        char *buf,
                                        size_t cap,
                                        size_t *needed,
                                        scope_error_t *error);

/**
 * Writes a directory name that no other repository has (W3): at most 64 bytes of ASCII.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_DOT_COMPONENT`, of the owner, then of the repo (W4);
 * `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
 * Threads: any, at once.
 */
scope_status_t scope_distinct_workspace_dir_name(const char *owner,
                                                 size_t owner_len,
                                                 const char *repo,
                                                 size_t repo_len,
                                                 char *buf,
                                                 size_t cap,
                                                 size_t *needed,
                                                 scope_error_t *error);

/**
 * Writes the directory name of a repository on another host than the service's own, which no other repository has (W3): at
 * most 64 bytes of ASCII. `host` is in lower case, with its port behind a `:`; `repository_path` is the full path there, two or
 * more components without `.git`.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_CHARACTER`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_START` of the host, then `SCOPE_TOO_LONG` of
 * the path and those of `scope_workspace_dir_name` of its components (W4); `SCOPE_INVALID_UNICODE`, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: `error->text` views the argument at fault. Threads: any, at once.
 */
scope_status_t scope_hosted_workspace_dir_name(const char *host,
                                               size_t host_len,
                                               const char *repository_path,
                                               size_t repository_path_len,
                                               char *buf,
                                               size_t cap,
                                               size_t *needed,
                                               scope_error_t *error);

/**
 * Writes `{data_dir}/workspaces/{user_id}/{dir}`, with the name of `scope_distinct_workspace_dir_name` and the data directory's
 * own separator (W1). An owner with a `/` is a host and all of the path there but its last component, the repo, and the name
 * that of `scope_hosted_workspace_dir_name`. No file system is asked.
 *
 * Status: those of `scope_path_check`; `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` for a user id that is not a UUID in lower case; those
 * of the name; `error->input` says of which. Memory: `error->text` views the argument at fault.
 * Threads: any, at once.
 */
scope_status_t scope_workspace_path(const char *data_dir,
                                    size_t data_dir_len,
                                    const char *user_id,
                                    size_t user_id_len,
                                    const char *owner,
                                    size_t owner_len,
                                    const char *repo,
                                    size_t repo_len,
                                    char *buf,
                                    size_t cap,
                                    size_t *needed,
                                    scope_error_t *error);

/**
 * Whether `path` lies strictly below `base`, both absolute, component by component (W5). The answer is lexical: a symbolic
 * link below the base can lead anywhere.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`, `SCOPE_INVALID_CHARACTER`, `SCOPE_INVALID_UNICODE`, of `base`, then of `path`.
 * Memory: `error->text` views the argument at fault. Threads: any, at once.
 */
scope_status_t scope_contains(const char *base,
                              size_t base_len,
                              const char *path,
                              size_t path_len,
                              bool *out,
                              scope_error_t *error);

/**
 * Makes the metadata of a workspace that is made at `now`, a timestamp such as `2026-01-31T12:00:00Z` (W6).
 *
 * Status: `SCOPE_INVALID_TIMESTAMP` of `now`; those of `scope_workspace_dir_name`. Memory: copies what it is given;
 * `*out` is a handle to be ended by `scope_metadata_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault. Threads: any, at once.
 */
scope_status_t scope_metadata_new(const char *owner,
                                  size_t owner_len,
                                  const char *repo,
                                  size_t repo_len,
                                  const char *now,
                                  size_t now_len,
                                  scope_metadata_t **out,
                                  scope_error_t *error);

/**
 * Reads the metadata of a workspace from its JSON form (W6). Fields that the rule does not name are kept.
 *
 * Status: `SCOPE_INVALID_JSON`, `SCOPE_WRONG_TYPE`, `SCOPE_INVALID_UNICODE`, `SCOPE_DUPLICATE_FIELD`, `SCOPE_MISSING_FIELD`,
 * `SCOPE_FIELD_MISMATCH`, `SCOPE_INVALID_TIMESTAMP`, or those of the owner and the repo; `error->offset` counts bytes of
 * `text`. Memory: copies what it keeps; `*out` is a handle to be ended by `scope_metadata_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views `text`. Threads: any, at once.
 */
scope_status_t scope_metadata_from_json(const char *text,
                                        size_t len,
                                        scope_metadata_t **out,
                                        scope_error_t *error);

/**
 * Ends metadata. NULL does nothing.
 *
 * Threads: any, but none may use the metadata then or later.
 */
void scope_metadata_free(scope_metadata_t *metadata);

/**
 * Writes the JSON form (W6), without white space.
 *
 * Status: `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy. Threads: any, at once, with the same metadata too.
 */
scope_status_t scope_metadata_to_json(const scope_metadata_t *metadata,
                                      char *buf,
                                      size_t cap,
                                      size_t *needed);

/**
 * Writes one field; where it has no value, nothing, and `*needed` is 0.
 *
 * Status: `SCOPE_INVALID_ARGUMENT` for a number that is no field, `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy.
 * Threads: any, at once, with the same metadata too.
 */
scope_status_t scope_metadata_get(const scope_metadata_t *metadata,
                                  scope_metadata_field_t field,
                                  char *buf,
                                  size_t cap,
                                  size_t *needed);

/**
 * Decides what becomes of a workspace (W7). `now` is a timestamp such as `2026-01-31T12:00:00Z`; `max_idle_days` is usually
 * `SCOPE_MAX_IDLE_DAYS`.
 *
 * Status: `SCOPE_INVALID_TIMESTAMP`, `SCOPE_INVALID_UNICODE` of `now`; `SCOPE_OUT_OF_RANGE` for days that are not 0 to 36500;
 * `SCOPE_INVALID_ARGUMENT` for a number that is no `enum scope_dirty`. Memory: nothing is kept. `error->text` views `now`;
 * of days out of range there is no text, and `scope_error_message` wants the number in decimal.
 * Threads: any, at once, with the same metadata too.
 */
scope_status_t scope_decide_retention(const scope_metadata_t *metadata,
                                      scope_dirty_t dirty,
                                      const char *now,
                                      size_t now_len,
                                      int64_t max_idle_days,
                                      scope_retention_t *out,
                                      scope_error_t *error);

/**
 * Says what the directory `path` is a checkout of (section G). A path is bytes, and need not be text; a relative one counts
 * from the current directory.
 *
 * Nothing is executed or written, no file is read beyond a limit, and who owns the repository does not matter. `options`
 * may be NULL; `kind` and `branch` in it are for `scope_checkout_resolve`. All texts are written to `buf`, one after the
 * other, each with a terminator.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_TOO_LONG`, `SCOPE_INVALID_CHARACTER`, `SCOPE_NON_UTF8_PATH`, `SCOPE_PATH_NOT_FOUND`,
 * `SCOPE_NOT_A_DIRECTORY` of the path (G4, G6); `SCOPE_NOT_A_REPOSITORY`, `SCOPE_NO_PRIMARY_WORKTREE`, `SCOPE_UNREADABLE`,
 * `SCOPE_CORRUPT_REPOSITORY`, `SCOPE_UNSUPPORTED_REPOSITORY` (G1, G4, G7); `SCOPE_INVALID_UNICODE` of a branch whose name is
 * no text (G3); `SCOPE_INVALID_ARGUMENT` for unknown flags; `SCOPE_BUFFER_TOO_SMALL`. Memory: `*out` views `buf`.
 * `error->text` views `path`, or where it is none of the arguments `buf`, which then holds as much of it as fits.
 * Threads: any, at once.
 */
scope_status_t scope_checkout_info(const scope_checkout_options_t *options,
                                   const char *path,
                                   size_t path_len,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed,
                                   scope_checkout_info_t *out,
                                   scope_error_t *error);

/**
 * Makes the scope key of the directory `path`, as its git repository tells (G1 to G4). A path is bytes, and need not be text;
 * a relative one counts from the current directory. `options` may be NULL: the repository, or outside one everything.
 *
 * Nothing is executed or written, no file is read beyond a limit, and who owns the repository does not matter.
 *
 * Status: those of `scope_checkout_info`, but that outside a repository `SCOPE_CHECKOUT_KIND_AUTO` without a branch is the
 * global key; `SCOPE_DETACHED_HEAD` where a branch is wanted and `HEAD` names none (G3), else those of
 * `scope_branch_check`; `SCOPE_NOT_LINKED_WORKTREE` (G2); those of the path and the worktree key; `SCOPE_INVALID_ARGUMENT`
 * for a number that is no `enum scope_checkout_kind`. Memory: `*out` is a handle to be ended by `scope_key_free`, or
 * NULL where the status is not `SCOPE_OK`. `error->text` views `path` or `options->branch`, or a constant; or where it is
 * none of them, as a branch name that was found is, `buf`, which then holds as much of it as fits, is
 * for nothing else, and may be NULL with a `cap` of 0. Threads: any, at once.
 */
scope_status_t scope_checkout_resolve(const scope_checkout_options_t *options,
                                      const char *path,
                                      size_t path_len,
                                      char *buf,
                                      size_t cap,
                                      scope_key_t **out,
                                      scope_error_t *error);

/**
 * Opens the data directory of workspaces, an absolute path (K2), which has to be there. `workspaces` is made in it where it
 * is missing. What is promised against hostile users, and what is not, stands in docs/workspaces.md. `options` may be
 * NULL.
 *
 * Status: those of `scope_path_check`; `SCOPE_NON_UTF8_PATH`, `SCOPE_PATH_NOT_FOUND`, `SCOPE_NOT_A_DIRECTORY`,
 * `SCOPE_SYMBOLIC_LINK`, `SCOPE_IO_FAILED`; `SCOPE_INVALID_TIMESTAMP` of `options->now`; `SCOPE_UNSUPPORTED` on other systems
 * than Linux, or where the library was built without workspaces. Memory: `*out` is a handle to be ended by
 * `scope_workspaces_free`, or NULL where the status is not `SCOPE_OK`. `error->text` views the argument at fault;
 * `error->detail` views `buf`, which holds as much of it as fits and may be NULL with a `cap` of 0. Threads: any, at once.
 */
scope_status_t scope_workspaces_open(const scope_workspaces_options_t *options,
                                     const char *data_dir,
                                     size_t data_dir_len,
                                     char *buf,
                                     size_t cap,
                                     scope_workspaces_t **out,
                                     scope_error_t *error);

/**
 * Ends what `scope_workspaces_open` made; what is on the disk stays. NULL does nothing.
 *
 * Threads: any, but none may use the workspaces then or later.
 */
void scope_workspaces_free(scope_workspaces_t *workspaces);

/**
 * Writes where a workspace is, or would be (W1): `{data_dir}/workspaces/{user_id}/{directory}`. No file system is asked.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` for a user id that is not a UUID in lower case (W1); those of
 * `scope_workspace_dir_name`; `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault.
 * Threads: any, at once, with the same workspaces too.
 */
scope_status_t scope_workspaces_path(const scope_workspaces_t *workspaces,
                                     const char *user_id,
                                     size_t user_id_len,
                                     const char *owner,
                                     size_t owner_len,
                                     const char *repo,
                                     size_t repo_len,
                                     char *buf,
                                     size_t cap,
                                     size_t *needed,
                                     scope_error_t *error);

/**
 * Finds the workspace of a user for a repository, and makes sure that it is that (W8). No symbolic link is followed (W9).
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); those of `scope_workspace_dir_name`;
 * `SCOPE_WORKSPACE_NOT_FOUND`; `SCOPE_WORKSPACE_MISMATCH` where its directory records another repository;
 * `SCOPE_SYMBOLIC_LINK`, `SCOPE_NOT_A_DIRECTORY` where something else stands in its place; `SCOPE_METADATA_MISSING`,
 * `SCOPE_NOT_A_FILE`, `SCOPE_TOO_LONG` or those of `scope_metadata_from_json` where its metadata is lost and cannot be
 * recovered; `SCOPE_IO_FAILED`. Memory: `*out` is a handle to be ended by `scope_workspace_free`, or NULL where the status is
 * not `SCOPE_OK`. `error->text` views the argument at fault, or where it is none of them `buf`, which then holds as much
 * of it as fits and may be NULL with a `cap` of 0; `error->detail` views `buf`.
 * Threads: any, at once, with the same workspaces too.
 */
scope_status_t scope_workspaces_get(const scope_workspaces_t *workspaces,
                                    const char *user_id,
                                    size_t user_id_len,
                                    const char *owner,
                                    size_t owner_len,
                                    const char *repo,
                                    size_t repo_len,
                                    char *buf,
                                    size_t cap,
                                    scope_workspace_t **out,
                                    scope_error_t *error);

/**
 * Finds all workspaces of a user, by the name of their directory, and what is wrong with what else lies there (W8, W9). A
 * user without any has an empty list.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); `SCOPE_SYMBOLIC_LINK`, `SCOPE_NOT_A_DIRECTORY`,
 * `SCOPE_IO_FAILED` of the user's directory. Memory: `*out` is a handle to be ended by `scope_workspace_list_free`, or NULL
 * where the status is not `SCOPE_OK`. `error->text` views the user id, or where it is none of the arguments `buf`, which then
 * holds as much of it as fits and may be NULL with a `cap` of 0; `error->detail` views `buf`.
 * Threads: any, at once, with the same workspaces too.
 */
scope_status_t scope_workspaces_list(const scope_workspaces_t *workspaces,
                                     const char *user_id,
                                     size_t user_id_len,
                                     char *buf,
                                     size_t cap,
                                     scope_workspace_list_t **out,
                                     scope_error_t *error);

/**
 * Says whether a path is a user's: a workspace of the user, or something in one that is there (W9). Writes the path without
 * `.` and `..`. The answer is of this moment: open the path without following symbolic links all the same.
 *
 * Status: `SCOPE_EMPTY`, `SCOPE_INVALID_UUID` of the user id (W1); `SCOPE_EMPTY`, `SCOPE_NOT_ABSOLUTE`,
 * `SCOPE_INVALID_CHARACTER`, `SCOPE_NON_UTF8_PATH` of the path, which is bytes and need not be text;
 * `SCOPE_OUTSIDE_WORKSPACES`; `SCOPE_SYMBOLIC_LINK` where a component of it is one; `SCOPE_PATH_NOT_FOUND`,
 * `SCOPE_NOT_A_DIRECTORY`, `SCOPE_IO_FAILED`; `SCOPE_BUFFER_TOO_SMALL`. Memory: `error->text` views the argument at fault,
 * or where it is none of them `buf`, which then holds as much of it as fits; `error->detail` views `buf`.
 * Threads: any, at once, with the same workspaces too.
 */
scope_status_t scope_workspaces_validate_path(const scope_workspaces_t *workspaces,
                                              const char *user_id,
                                              size_t user_id_len,
                                              const char *path,
                                              size_t path_len,
                                              char *buf,
                                              size_t cap,
                                              size_t *needed,
                                              scope_error_t *error);

/**
 * Ends a workspace that `scope_workspaces_get` made; what is on the disk stays. NULL does nothing.
 *
 * Threads: any, but none may use the workspace then or later.
 */
void scope_workspace_free(scope_workspace_t *workspace);

/**
 * Writes what is known of a workspace besides its metadata.
 *
 * Status: `SCOPE_INVALID_ARGUMENT` for a number that is no field, `SCOPE_BUFFER_TOO_SMALL`. Memory: `buf` is a copy.
 * Threads: any, at once, with the same workspace too.
 */
scope_status_t scope_workspace_get(const scope_workspace_t *workspace,
                                   scope_workspace_field_t field,
                                   char *buf,
                                   size_t cap,
                                   size_t *needed);

/**
 * Makes a handle of what the `.workspace.json` of a workspace says (W6), or of what was recovered of that.
 *
 * Status: none but those of the call. Memory: `*out` is a copy, a handle to be ended by `scope_metadata_free`, or NULL where
 * the status is not `SCOPE_OK`. Threads: any, at once, with the same workspace too.
 */
scope_status_t scope_workspace_metadata(const scope_workspace_t *workspace,
                                        scope_metadata_t **out);

/**
 * Gives the fault for which the metadata of a workspace had to be recovered (W8), as if this function had failed with it;
 * `SCOPE_OK` where it had not.
 *
 * Status: any that `scope_workspaces_get` can have of metadata that is lost. Memory: `error->text` and `error->detail` view
 * `buf`, which holds as much of them as fits and may be NULL with a `cap` of 0. Threads: any, at once, with the same
 * workspace too.
 */
scope_status_t scope_workspace_recovered(const scope_workspace_t *workspace,
                                         char *buf,
                                         size_t cap,
                                         scope_error_t *error);

/**
 * Ends a list, and with it the workspaces that it gave. NULL does nothing.
 *
 * Threads: any, but none may use the list or what it gave then or later.
 */
void scope_workspace_list_free(scope_workspace_list_t *list);

/**
 * How many workspaces are in a list; 0 for NULL.
 *
 * Threads: any, at once, with the same list too.
 */
size_t scope_workspace_list_count(const scope_workspace_list_t *list);

/**
 * The workspace at `index` of a list, counted from 0: the list's own, never to be ended by itself, and there as long as the
 * list. NULL for an index past the last, and for NULL.
 *
 * Threads: any, at once, with the same list too.
 */
const scope_workspace_t *scope_workspace_list_at(const scope_workspace_list_t *list,
                                                 size_t index);

/**
 * How many things lie where a workspace would, that something is wrong with; 0 for NULL.
 *
 * Threads: any, at once, with the same list too.
 */
size_t scope_workspace_list_problem_count(const scope_workspace_list_t *list);

/**
 * Says what is wrong with something that is no workspace: `*directory` is its name, in which bytes that are not UTF-8 are
 * U+FFFD, and `*fault` what a function that fails with it fills in. `index` counts from 0. Either may be NULL.
 *
 * Status: `SCOPE_OK` where it is told; `SCOPE_INVALID_ARGUMENT` for an index past the last, `SCOPE_BUFFER_TOO_SMALL`.
 * Memory: `*directory`, `fault->text` and `fault->detail` view `buf`. Threads: any, at once, with the same list too.
 */
scope_status_t scope_workspace_list_problem(const scope_workspace_list_t *list,
                                            size_t index,
                                            char *buf,
                                            size_t cap,
                                            size_t *needed,
                                            scope_view_t *directory,
                                            scope_error_t *fault);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SCOPE_CORE_H */


/** What a `scope_error_t` begins as. */
#define SCOPE_ERROR_INIT { sizeof(scope_error_t), 0, 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_reference_t` begins as. */
#define SCOPE_REFERENCE_INIT \
  { sizeof(scope_reference_t), { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_resolved_t` begins as. */
#define SCOPE_RESOLVED_INIT \
  { sizeof(scope_resolved_t), 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_policy_options_t` begins as: the default policy. */
#define SCOPE_POLICY_OPTIONS_INIT \
  { sizeof(scope_policy_options_t), { NULL, 0 }, NULL, 0, NULL, 0, { NULL, 0 }, 0, 0 }
/** What a `scope_resolve_options_t` begins as: no default scope, no user, no normalising. */
#define SCOPE_RESOLVE_OPTIONS_INIT \
  { sizeof(scope_resolve_options_t), { NULL, 0 }, { NULL, 0 }, 0, 0 }
/** What a `scope_access_t` begins as: nobody, who wants nothing that there is; set type and action at least. */
#define SCOPE_ACCESS_INIT { sizeof(scope_access_t), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_decision_t` begins as: no. */
#define SCOPE_DECISION_INIT { sizeof(scope_decision_t), 0, 0, NULL }
/** What a `scope_checkout_options_t` begins as: the kind `auto`, no branch, no environment. */
#define SCOPE_CHECKOUT_OPTIONS_INIT { sizeof(scope_checkout_options_t), 0, 0, { NULL, 0 } }
/** What a `scope_checkout_info_t` begins as. */
#define SCOPE_CHECKOUT_INFO_INIT \
  { sizeof(scope_checkout_info_t), 0, 0, 0, 0, { NULL, 0 }, { NULL, 0 }, { NULL, 0 }, { NULL, 0 } }
/** What a `scope_workspaces_options_t` begins as: the system's clock. */
#define SCOPE_WORKSPACES_OPTIONS_INIT { sizeof(scope_workspaces_options_t), { NULL, 0 } }
