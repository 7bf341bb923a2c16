//! Faults: what was wrong, where, and what to do (section E of the specification).
//!
//! An [`Error`] is small and `Copy`: it says which rule was broken and at which byte of which argument. The message for
//! a person and the suggestion are worked out from it and from the text at fault when somebody asks, so that a failed
//! parse costs no more than it must.

use alloc::string::String;
use core::fmt::{self, Write as _};

use crate::message::{self, Message};
use crate::suggestion;

/// Declares an enum of stable names, so that the list of all of them cannot miss one.
macro_rules! named {
    ($(#[$meta:meta])* $enum:ident { $($(#[$doc:meta])* $variant:ident = $number:literal $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum $enum { $($(#[$doc])* $variant = $number,)* }

        impl $enum {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, in `snake_case`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The stable number. 0 is success and belongs to none.
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)* }
            }

            /// The value with this number.
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

named! {
    /// What was wrong (rule E1). A number once used is never used for another code; a code that goes is kept here as a
    /// comment with its number. The numbers from 69 to 199 are reserved for the store, from 200 to 299 for the server and
    /// from 300 to 399 for workspaces.
    ///
    /// ```
    /// use scope_core::ErrorCode;
    /// assert_eq!(ErrorCode::MissingAt.as_str(), "missing_at");
    /// assert_eq!(ErrorCode::from_number(1), Some(ErrorCode::MissingAt));
    /// ```
    ErrorCode {
        /// A reference begins with `@` (R2, R4).
        MissingAt = 1 "missing_at",
        /// There is no `/` between scope and name (R2).
        MissingSlash = 2 "missing_slash",
        /// The scope is empty (S4, R2).
        EmptyScope = 3 "empty_scope",
        /// The name is empty (N2, R2, R4).
        EmptyName = 4 "empty_name",
        /// A colon with no tag after it, or an empty tag (T1, T2).
        EmptyTag = 5 "empty_tag",
        /// Another part is empty.
        Empty = 6 "empty",
        /// Fewer bytes than the part needs.
        TooShort = 7 "too_short",
        /// More bytes than the part may have.
        TooLong = 8 "too_long",
        /// A character that the part may not hold.
        InvalidCharacter = 9 "invalid_character",
        /// A character that the part may hold, but not begin with.
        InvalidStart = 10 "invalid_start",
        /// A character that the part may hold, but not end with.
        InvalidEnd = 11 "invalid_end",
        /// `..` in a name, a legacy name or a branch name (N2, R4, K3).
        ConsecutiveDots = 12 "consecutive_dots",
        /// Ill-formed UTF-8 or a lone surrogate (section 1, K9, K10, W6).
        InvalidUnicode = 13 "invalid_unicode",
        /// A bare name where no default scope was given (R4).
        NoDefaultScope = 14 "no_default_scope",
        /// The policy reserves this slug (S5).
        ReservedSlug = 15 "reserved_slug",
        /// The policy reserves a prefix of this slug (S5).
        ReservedPrefix = 16 "reserved_prefix",
        /// Not a UUID, or for a user id not one in lower case (A5, W1).
        InvalidUuid = 17 "invalid_uuid",
        /// A path that is not absolute (K2, W5).
        NotAbsolute = 18 "not_absolute",
        /// `.` or `..` where it may not stand (K2, K4, W4).
        DotComponent = 19 "dot_component",
        /// Two separators in a row (K2, K3).
        RepeatedSeparator = 20 "repeated_separator",
        /// A separator at the end (K2, K3).
        TrailingSeparator = 21 "trailing_separator",
        /// `@{` in a branch name (K3).
        ReflogSyntax = 22 "reflog_syntax",
        /// A component of a branch name that ends with `.lock` (K3).
        LockSuffix = 23 "lock_suffix",
        /// `HEAD` as a branch name (K3).
        ReservedBranch = 24 "reserved_branch",
        /// `refs/…` or `origin/…` as a branch name (K3).
        RemoteBranch = 25 "remote_branch",
        /// Not a scope URI (K9).
        InvalidUri = 26 "invalid_uri",
        /// Not one of the words that may stand here (X1, K9, K10).
        UnknownValue = 27 "unknown_value",
        /// A `%` without two hexadecimal digits after it (K9).
        InvalidPercentEncoding = 28 "invalid_percent_encoding",
        /// An escape that the one URI of a key does not have (K9).
        NotCanonical = 29 "not_canonical",
        /// Not JSON (K10, W6).
        InvalidJson = 30 "invalid_json",
        /// JSON of another type than the one wanted here (K10, W6).
        WrongType = 31 "wrong_type",
        /// A field that has to be there is not (K10, W6).
        MissingField = 32 "missing_field",
        /// A field that does not belong here (K10).
        UnknownField = 33 "unknown_field",
        /// A field under a name that is no longer used (K10).
        LegacyField = 34 "legacy_field",
        /// A field that is given twice (K10, W6).
        DuplicateField = 35 "duplicate_field",
        /// Two fields that contradict each other (W6).
        FieldMismatch = 36 "field_mismatch",
        /// Not a timestamp of W6's form (W6, W7).
        InvalidTimestamp = 37 "invalid_timestamp",
        /// A number outside its range (W7).
        OutOfRange = 38 "out_of_range",
        /// A directory that is in no repository (G4).
        NotARepository = 39 "not_a_repository",
        /// `HEAD` names no branch, and the caller named none (G3).
        DetachedHead = 40 "detached_head",
        /// A worktree key asked for outside a linked worktree (G2).
        NotLinkedWorktree = 41 "not_linked_worktree",
        /// A path that is not UTF-8 (G6).
        NonUtf8Path = 42 "non_utf8_path",
        /// A path at which there is nothing (G4).
        PathNotFound = 43 "path_not_found",
        /// A path of something that is no directory (G4).
        NotADirectory = 44 "not_a_directory",
        /// A file or directory that the system does not let be read (G7).
        Unreadable = 45 "unreadable",
        /// A repository whose own files cannot be understood (G7).
        CorruptRepository = 46 "corrupt_repository",
        /// A repository of a format that this version does not know (G7).
        UnsupportedRepository = 47 "unsupported_repository",
        /// A repository that does not tell where its primary worktree is (G1).
        NoPrimaryWorktree = 48 "no_primary_worktree",
        /// A workspace that is not there (W8).
        WorkspaceNotFound = 50 "workspace_not_found",
        /// A workspace that is there already (W10).
        WorkspaceExists = 51 "workspace_exists",
        /// A directory that records another repository than the one asked for (W8).
        WorkspaceMismatch = 52 "workspace_mismatch",
        /// A symbolic link where none may stand (W9).
        SymbolicLink = 53 "symbolic_link",
        /// Something else where a regular file has to stand (W9).
        NotAFile = 54 "not_a_file",
        /// A path that is in no workspace of the user (W9).
        OutsideWorkspaces = 55 "outside_workspaces",
        /// No metadata, and no repository that tells what it said (W8).
        MetadataMissing = 56 "metadata_missing",
        /// Somebody else holds the lock (W9).
        InUse = 57 "in_use",
        /// A directory of the system as a source of projects (W12).
        SystemDirectory = 58 "system_directory",
        /// A URL of a kind that is not cloned (W10).
        UrlNotAllowed = 59 "url_not_allowed",
        /// There is no git program (W10).
        GitNotFound = 60 "git_not_found",
        /// The git program failed (W10, W11).
        GitFailed = 61 "git_failed",
        /// The time limit has passed (W10).
        TimedOut = 62 "timed_out",
        /// The size limit has been passed (W10).
        TooLarge = 63 "too_large",
        /// The caller cancelled (W10).
        Cancelled = 64 "cancelled",
        /// Uncommitted changes, which a sync does not touch (W11).
        UncommittedChanges = 65 "uncommitted_changes",
        /// A branch that does not fast-forward to its upstream (W11).
        NotFastForward = 66 "not_fast_forward",
        /// A branch without an upstream (W11).
        NoUpstream = 67 "no_upstream",
        /// The system refused something (W9).
        IoFailed = 68 "io_failed",
        /// Deleting the workspace would lose work (W8).
        WorkWouldBeLost = 300 "work_would_be_lost",
        /// Whether deleting the workspace would lose work could not be found out (W8).
        WorkUnknown = 301 "work_unknown",
    }
}

named! {
    /// The part at fault, and the argument into which an offset counts (rules E1, E2).
    ///
    /// ```
    /// use scope_core::Part;
    /// assert_eq!((Part::BranchName.as_str(), Part::BranchName.label()), ("branch_name", "branch name"));
    /// ```
    Part {
        /// A whole reference, or what a user typed for one.
        Reference = 1 "reference",
        /// The scope of a reference, or a slug by itself.
        Scope = 2 "scope",
        /// The name of a reference.
        Name = 3 "name",
        /// The tag of a reference.
        Tag = 4 "tag",
        /// A legacy template name (R4).
        LegacyTemplate = 5 "legacy_template",
        /// A legacy user alias (R4).
        LegacyUser = 6 "legacy_user",
        /// The scope for what is typed without one (R4).
        DefaultScope = 7 "default_scope",
        /// A user's id.
        UserId = 8 "user_id",
        /// The system scope of a policy (S6).
        SystemScope = 9 "system_scope",
        /// A reserved slug of a policy (S6).
        Reserved = 10 "reserved",
        /// A reserved prefix of a policy (S6).
        ReservedPrefix = 11 "reserved_prefix",
        /// The legacy prefix of a policy (S6).
        LegacyPrefix = 12 "legacy_prefix",
        /// The scope id of a template alias (A1, A5).
        ScopeId = 13 "scope_id",
        /// The version of a template alias (A1, A5).
        Version = 14 "version",
        /// A template alias as a whole, or the alias of a legacy one (A2, A3).
        Alias = 15 "alias",
        /// The type of a scope (X1).
        ScopeType = 16 "scope_type",
        /// A member's role (X1).
        Role = 17 "role",
        /// What somebody wants to do (X1).
        Action = 18 "action",
        /// The primary path of a scope key (K2).
        PrimaryPath = 19 "primary_path",
        /// The worktree path of a scope key (K1).
        WorktreePath = 20 "worktree_path",
        /// The branch name of a scope key (K3).
        BranchName = 21 "branch_name",
        /// The worktree key of a scope key (K4).
        WorktreeKey = 22 "worktree_key",
        /// A scope URI (K9).
        Uri = 23 "uri",
        /// The kind of a scope key (K9, K10).
        Kind = 24 "kind",
        /// The JSON form of a scope key (K10).
        Json = 25 "json",
        /// The owner of a repository (W4).
        Owner = 26 "owner",
        /// The name of a repository (W4).
        Repo = 27 "repo",
        /// The data directory (W1).
        DataDir = 28 "data_dir",
        /// The base of a containment question (W5).
        Base = 29 "base",
        /// The path of a containment question (W5).
        Path = 30 "path",
        /// Workspace metadata (W6).
        Metadata = 31 "metadata",
        /// `fullName` in workspace metadata (W6).
        FullName = 32 "full_name",
        /// `lastAccessedAt` in workspace metadata (W6).
        LastAccessedAt = 33 "last_accessed_at",
        /// `lastSyncedAt` in workspace metadata (W6).
        LastSyncedAt = 34 "last_synced_at",
        /// `createdAt` in workspace metadata (W6).
        CreatedAt = 35 "created_at",
        /// A timestamp by itself (W7).
        Timestamp = 36 "timestamp",
        /// The idle time of a retention policy (W7).
        MaxIdleDays = 37 "max_idle_days",
        /// A buffer of many references (B2).
        Buffer = 38 "buffer",
        /// The kind of key that a checkout is asked for (G4).
        CheckoutKind = 39 "checkout_kind",
        /// The directory of a repository's own files (G7).
        GitDir = 40 "git_dir",
        /// The file `.git`, which says where that directory is (G7).
        GitFile = 41 "git_file",
        /// `HEAD` of a worktree (G3, G7).
        Head = 42 "head",
        /// The file `commondir`, which says which repository a linked worktree belongs to (G7).
        CommonDir = 43 "common_dir",
        /// The configuration of a repository (G7).
        GitConfig = 44 "git_config",
        /// Where a file system begins that a repository is not looked for above (G5).
        MountPoint = 45 "mount_point",
        /// A workspace, as `owner/repo` or by its directory (W8).
        Workspace = 50 "workspace",
        /// What is cloned (W10).
        Url = 51 "url",
        /// A directory that projects are looked for in (W12).
        SourceDir = 52 "source_dir",
        /// The git program (W10).
        Git = 53 "git",
        /// The host of a repository (W3).
        Host = 54 "host",
        /// The full path of a repository on its host (W3).
        RepositoryPath = 55 "repository_path",
    }
}

/// A fault: its code, the part at fault, and where.
///
/// `Display` gives a message that needs nothing else; [`message`](Self::message) and
/// [`suggestion`](Self::suggestion) say more, given the text that the fault is in.
///
/// ```
/// use scope_core::{ErrorCode, Part, Reference};
///
/// let text = "@Acme/widget";
/// let error = Reference::parse(text).unwrap_err();
/// assert_eq!((error.code, error.part, error.offset), (ErrorCode::InvalidCharacter, Part::Scope, 1));
/// assert_eq!(error.suggestion(text).as_deref(), Some("@acme/widget"));
/// assert_eq!(
///     error.message(text).to_string(),
///     "invalid reference \"@Acme/widget\": the scope may not hold 'A'; use only a-z, 0-9 and '-'; \
///      did you mean \"@acme/widget\"?"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Error {
    /// What was wrong.
    pub code: ErrorCode,
    /// The part at fault.
    pub part: Part,
    /// The argument into which `offset` counts.
    pub input: Part,
    /// Bytes from the start of that argument, on a character boundary, at most its length.
    pub offset: usize,
}

impl Error {
    pub(crate) const fn new(code: ErrorCode, part: Part, input: Part, offset: usize) -> Self {
        Self {
            code,
            part,
            input,
            offset,
        }
    }

    /// The fault of an argument that is not well-formed text, for bindings whose strings allow that.
    ///
    /// `offset` is the length in bytes of the well-formed text before it. [`message`](Self::message) needs no more than
    /// that much of the text.
    pub const fn invalid_unicode(part: Part, offset: usize) -> Self {
        Self::new(ErrorCode::InvalidUnicode, part, part, offset)
    }

    /// Puts a fault together from its fields, for bindings that carry it across a language border.
    pub const fn from_parts(code: ErrorCode, part: Part, input: Part, offset: usize) -> Self {
        Self::new(code, part, input, offset)
    }

    /// The whole message of rule E2: `text` is the argument that [`input`](Self::input) names, and is quoted.
    ///
    /// Any other text gives a message all the same, only not a useful one.
    pub fn message<'a>(&self, text: &'a str) -> Message<'a> {
        Message::new(*self, text)
    }

    /// What was wrong and what to do, without the quote and the suggestion that [`message`](Self::message) puts around
    /// it: for where those are shown in another way.
    ///
    /// ```
    /// let text = "@Acme/widget";
    /// let error = scope_core::Reference::parse(text).unwrap_err();
    /// assert_eq!(error.reason(text).to_string(), "the scope may not hold 'A'; use only a-z, 0-9 and '-'");
    /// ```
    pub fn reason(&self, text: &str) -> impl fmt::Display {
        fmt::from_fn(move |f| message::sentence(self, Some(text), f))
    }

    /// What was probably meant, where the specification has a suggestion (section 11). Allocates.
    pub fn suggestion(&self, text: &str) -> Option<String> {
        suggestion::of(self, text)
    }

    /// [`message`](Self::message) and [`suggestion`](Self::suggestion) together: the message holds the suggestion, and so
    /// it is worked out once. Allocates.
    ///
    /// ```
    /// let text = "@Acme/widget";
    /// let error = scope_core::Reference::parse(text).unwrap_err();
    /// assert_eq!(error.describe(text), (error.message(text).to_string(), error.suggestion(text)));
    /// ```
    pub fn describe(&self, text: &str) -> (String, Option<String>) {
        let suggestion = self.suggestion(text);
        // What most messages fit in, so that it does not grow as it is written.
        let mut message = String::with_capacity(192);
        let _ = write!(
            message,
            "{}",
            self.message(text).with(suggestion.as_deref())
        );
        (message, suggestion)
    }

    /// The same fault, `by` bytes further into `input`.
    #[must_use]
    pub(crate) fn within(mut self, input: Part, by: usize) -> Self {
        self.input = input;
        self.offset = self.offset.saturating_add(by);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid {}: ", self.input.label())?;
        message::sentence(self, None, f)?;
        write!(f, " (at byte {})", self.offset)
    }
}

impl core::error::Error for Error {}

/// A fault within one text, before it is known which part of what that text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: ErrorCode,
    pub(crate) offset: usize,
}

impl Fault {
    pub(crate) const fn new(code: ErrorCode, offset: usize) -> Self {
        Self { code, offset }
    }

    /// The fault of `part`, `start` bytes into `input`.
    pub(crate) fn of(self, part: Part, input: Part, start: usize) -> Error {
        Error::new(self.code, part, input, start.saturating_add(self.offset))
    }

    /// The fault of a text that is an argument by itself.
    pub(crate) fn alone(self, part: Part) -> Error {
        self.of(part, part, 0)
    }
}

impl Error {
    /// The error together with the text it is about, for where the text would be lost. Allocates.
    pub fn about(self, text: impl Into<String>) -> Rejection {
        Rejection {
            error: self,
            text: text.into(),
        }
    }
}

/// An [`Error`] with the text it is about; its `Display` is the whole message of rule E2.
///
/// ```
/// use scope_core::Reference;
///
/// let text = "acme/widget";
/// let rejection = Reference::parse(text).unwrap_err().about(text);
/// assert!(rejection.to_string().starts_with("invalid reference \"acme/widget\": a reference begins with '@'"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rejection {
    /// The fault.
    pub error: Error,
    /// The argument that [`Error::input`] names.
    pub text: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.message(&self.text).fmt(f)
    }
}

impl core::error::Error for Rejection {}
