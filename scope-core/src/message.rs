//! What a person reads about a fault: the message of rule E2, its quotes, labels and limits.

use core::fmt::{self, Display as _, Write as _};

use crate::chars;
use crate::error::{Error, ErrorCode, Part};
use crate::{branch, json, percent, repository, workspace};

/// The message of an [`Error`] about a text, as `Display`. Made by [`Error::message`].
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    error: Error,
    text: &'a str,
}

impl<'a> Message<'a> {
    pub(crate) const fn new(error: Error, text: &'a str) -> Self {
        Self { error, text }
    }

    /// The message with the suggestion that belongs in it.
    pub(crate) fn with(self, suggestion: Option<&str>) -> impl fmt::Display {
        fmt::from_fn(move |f| {
            let Self { error, text } = self;
            f.write_str("invalid ")?;
            f.write_str(error.input.label())?;
            f.write_char(' ')?;
            let ill_formed = matches!(
                error.code,
                ErrorCode::InvalidUnicode | ErrorCode::NonUtf8Path
            );
            if ill_formed && error.part == error.input {
                Quote {
                    text: text.get(..error.offset).unwrap_or(text),
                    more: true,
                }
                .fmt(f)?;
            } else {
                Quote::new(text).fmt(f)?;
            }
            f.write_str(": ")?;
            sentence(&error, Some(text), f)?;
            match suggestion {
                Some(meant) => write!(f, "; did you mean {}?", Quote::new(meant)),
                None => Ok(()),
            }
        })
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suggestion = self.error.suggestion(self.text);
        self.with(suggestion.as_deref()).fmt(f)
    }
}

/// What was wrong and what to do, from the table of section 11. Says the character or field at fault where `text` is given.
#[expect(clippy::too_many_lines, reason = "a table: an arm for each code")]
pub(crate) fn sentence(
    error: &Error,
    text: Option<&str>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let Error {
        code, part, input, ..
    } = *error;
    let label = part.label();
    let char = CharAt { error, text };
    let field = FieldAt { error, text };
    match code {
        ErrorCode::MissingAt => f.write_str("a reference begins with '@'"),
        ErrorCode::MissingSlash => f.write_str("a reference has a '/' between scope and name"),
        ErrorCode::EmptyScope => f.write_str("the scope is empty"),
        ErrorCode::EmptyName => f.write_str("the name is empty"),
        ErrorCode::EmptyTag if input == Part::Tag => f.write_str("the tag is empty"),
        ErrorCode::EmptyTag => {
            f.write_str("nothing follows the ':'; give a tag or leave out the ':'")
        }
        ErrorCode::Empty => write!(f, "the {label} is empty"),
        ErrorCode::TooShort => write!(f, "the {label} is shorter than {} bytes", part.min()),
        ErrorCode::TooLong => write!(f, "the {label} is longer than {} bytes", part.max()),
        ErrorCode::InvalidCharacter if char.is_unescaped() => {
            write!(
                f,
                "the {label} may not hold {char}; write it as a percent escape"
            )
        }
        ErrorCode::InvalidCharacter => {
            // The fault of most texts, and so put together without `write!`.
            for piece in ["the ", label, " may not hold "] {
                f.write_str(piece)?;
            }
            char.fmt(f)?;
            f.write_str("; ")?;
            f.write_str(part.use_only())
        }
        ErrorCode::InvalidStart if part == Part::BranchName => {
            write!(f, "no part of a branch name may begin with {char}")
        }
        ErrorCode::InvalidStart => write!(f, "the {label} may not begin with {char}"),
        ErrorCode::InvalidEnd => write!(f, "the {label} may not end with {char}"),
        ErrorCode::ConsecutiveDots => write!(f, "the {label} may not hold '..'"),
        ErrorCode::InvalidUnicode => f.write_str(
            "the text is not well-formed Unicode; pass valid UTF-8 without lone surrogates",
        ),
        ErrorCode::NoDefaultScope => f.write_str("there is no default scope; write @scope/name"),
        ErrorCode::ReservedSlug => f.write_str("this slug is reserved; choose another"),
        ErrorCode::ReservedPrefix => {
            f.write_str("slugs that begin like this are reserved; choose another")
        }
        ErrorCode::InvalidUuid if part == Part::UserId => {
            f.write_str("the user id is not a UUID in lower case")
        }
        ErrorCode::InvalidUuid => write!(f, "the {label} is not a UUID"),
        ErrorCode::NotAbsolute => write!(
            f,
            "the {label} is not absolute; begin with '/', a drive like C:\\ or \\\\server\\share"
        ),
        ErrorCode::DotComponent if part.is_component() => {
            write!(f, "the {label} may not be '.' or '..'")
        }
        ErrorCode::DotComponent => write!(f, "the {label} may not hold the component '.' or '..'"),
        ErrorCode::RepeatedSeparator => {
            write!(f, "the {label} has two separators in a row; keep one")
        }
        ErrorCode::TrailingSeparator => {
            write!(f, "the {label} ends with a separator; leave it out")
        }
        ErrorCode::ReflogSyntax => {
            f.write_str("a branch name may not hold '@{'; pass the name itself")
        }
        ErrorCode::LockSuffix => f.write_str("no part of a branch name may end with '.lock'"),
        ErrorCode::ReservedBranch => {
            f.write_str("HEAD is not a branch name; pass the branch it stands for")
        }
        ErrorCode::RemoteBranch => f.write_str(
            "this names a remote-tracking branch or a full ref; pass the local branch name",
        ),
        ErrorCode::InvalidUri => f.write_str(
            "a scope URI is scope:global, scope:repository:PATH, scope:branch:PATH:BRANCH or \
             scope:worktree:PATH:KEY",
        ),
        ErrorCode::UnknownValue => write!(f, "the {label} must be {}", part.choices()),
        ErrorCode::InvalidPercentEncoding => f.write_str(
            "a '%' must be followed by two hexadecimal digits; write a '%' itself as %25",
        ),
        ErrorCode::NotCanonical => f.write_str(
            "this escape is not in canonical form; escape with upper-case digits, and only what \
             must be",
        ),
        ErrorCode::InvalidJson => f.write_str("this is not JSON"),
        ErrorCode::WrongType if error.offset == 0 => f.write_str("an object is wanted here"),
        ErrorCode::WrongType => f.write_str("a string is wanted here"),
        ErrorCode::MissingField => write!(f, "the field {} is missing", part.field()),
        ErrorCode::UnknownField => write!(f, "the field {field} does not belong here"),
        ErrorCode::LegacyField => write!(f, "the field {field} is no longer used"),
        ErrorCode::DuplicateField => write!(f, "the field {field} is given twice"),
        ErrorCode::FieldMismatch if part == Part::RepositoryPath => {
            f.write_str("path does not end with owner/repo")
        }
        ErrorCode::FieldMismatch => f.write_str("fullName is not owner/repo"),
        ErrorCode::InvalidTimestamp => {
            f.write_str("a timestamp is written like 2026-01-31T12:00:00Z")
        }
        ErrorCode::OutOfRange => write!(f, "the {label} must be from 0 to 36500"),
        ErrorCode::NotARepository if part == Part::MountPoint => f.write_str(
            "the search stops at this file system boundary, and a repository is above it; set \
             GIT_DISCOVERY_ACROSS_FILESYSTEM and use_environment, or pass a directory of that repository",
        ),
        ErrorCode::NotARepository => {
            f.write_str("this is in no git repository; pass a directory of a checkout")
        }
        ErrorCode::DetachedHead => {
            f.write_str("HEAD names no branch here; name one, or check one out")
        }
        ErrorCode::NotLinkedWorktree => {
            f.write_str("only a linked worktree has a worktree key, and this is none")
        }
        ErrorCode::NonUtf8Path => write!(f, "the {label} is not UTF-8; rename what is not"),
        ErrorCode::PathNotFound => f.write_str("there is nothing at this path"),
        ErrorCode::NotADirectory => {
            f.write_str("this is not a directory; pass the one that it is in")
        }
        ErrorCode::Unreadable => write!(
            f,
            "the {label} cannot be read; check its permissions, and that it is still there"
        ),
        ErrorCode::CorruptRepository if part == Part::GitFile => {
            f.write_str("its .git file leads to no repository; `git worktree repair` may mend that")
        }
        ErrorCode::CorruptRepository => {
            write!(
                f,
                "the {label} of its repository is damaged; `git status` may say more"
            )
        }
        ErrorCode::UnsupportedRepository => {
            f.write_str("its repository is of a format that this version does not know")
        }
        ErrorCode::NoPrimaryWorktree => f.write_str(
            "its repository does not tell where the primary worktree is; set core.worktree in it",
        ),
        ErrorCode::WorkspaceNotFound => {
            f.write_str("there is no such workspace; create or clone it first")
        }
        ErrorCode::WorkspaceExists => {
            f.write_str("this workspace is there already; sync it, or delete it first")
        }
        ErrorCode::WorkspaceMismatch => {
            f.write_str("its directory records another repository; nothing was changed")
        }
        ErrorCode::SymbolicLink => {
            f.write_str("a symbolic link stands where none may; nothing behind it was looked at")
        }
        ErrorCode::NotAFile => {
            f.write_str("something that is no regular file stands where one has to")
        }
        ErrorCode::OutsideWorkspaces => f.write_str("this is in no workspace of this user"),
        ErrorCode::MetadataMissing => f.write_str(
            "its .workspace.json is missing, and its repository does not tell what that said",
        ),
        ErrorCode::InUse => write!(
            f,
            "another operation is using the {label}; try again when it has ended"
        ),
        ErrorCode::SystemDirectory => {
            f.write_str("this is a directory of the system; name one of your own")
        }
        ErrorCode::UrlNotAllowed => f.write_str(
            "only https, ssh and, where that is allowed, file URLs are cloned, without a password",
        ),
        ErrorCode::GitNotFound => {
            f.write_str("there is no such program; install git, or say where it is")
        }
        ErrorCode::GitFailed => f.write_str("git failed; the detail says what it said"),
        ErrorCode::TimedOut => f.write_str("this took longer than the time limit"),
        ErrorCode::TooLarge => write!(f, "the {label} is larger than the size limit"),
        ErrorCode::Cancelled => f.write_str("this was cancelled"),
        ErrorCode::UncommittedChanges => {
            f.write_str("there are uncommitted changes; commit or stash them first")
        }
        ErrorCode::NotFastForward => f.write_str(
            "the branch and its upstream have gone different ways; merge or rebase by hand",
        ),
        ErrorCode::NoUpstream => {
            f.write_str("the branch has no upstream; set one, or check out a branch that has")
        }
        ErrorCode::IoFailed => f.write_str("the system refused; the detail says what it said"),
        ErrorCode::WorkWouldBeLost => f.write_str(
            "it holds work that exists nowhere else; push or save it, or delete with force",
        ),
        ErrorCode::WorkUnknown => f.write_str(
            "it could not be checked for work that exists nowhere else; the detail says why; delete \
             with force to give it up",
        ),
    }
}

/// The character at fault, as a message writes it.
struct CharAt<'a> {
    error: &'a Error,
    text: Option<&'a str>,
}

impl CharAt<'_> {
    fn rest(&self) -> Option<&str> {
        self.text.and_then(|text| text.get(self.error.offset..))
    }

    /// Whether it stands in a URI as itself though only its escape may.
    fn is_unescaped(&self) -> bool {
        self.error.input == Part::Uri
            && self
                .rest()
                .and_then(|rest| rest.chars().next())
                .is_some_and(|char| char != '%' && !u8::try_from(char).is_ok_and(percent::is_plain))
    }

    fn char(&self) -> Option<char> {
        match self.error.input {
            // Inside JSON the offset is that of the whole value.
            Part::Json | Part::Metadata => None,
            Part::Uri => percent::first_char(self.rest()?),
            _ => self.rest()?.chars().next(),
        }
    }
}

impl fmt::Display for CharAt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.char() {
            Some(char @ ' '..='~') => {
                f.write_str("'")?;
                f.write_char(char)?;
                f.write_str("'")
            }
            Some(char) => write!(f, "U+{:04X}", u32::from(char)),
            None => f.write_str("that character"),
        }
    }
}

/// The name of the field at fault, as a message writes it.
struct FieldAt<'a> {
    error: &'a Error,
    text: Option<&'a str>,
}

impl fmt::Display for FieldAt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self
            .text
            .and_then(|text| json::raw_string_at(text, self.error.offset))
        {
            Some(name) => Quote::new(name).fmt(f),
            None => f.write_str("named there"),
        }
    }
}

/// Text in double quotes, on one line, of printable ASCII and at most [`Quote::MOST`] characters (E2).
pub(crate) struct Quote<'a> {
    text: &'a str,
    /// Whether the text is known to go on.
    more: bool,
}

impl<'a> Quote<'a> {
    /// Characters between the quotes.
    const MOST: usize = 64;

    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, more: false }
    }
}

impl fmt::Display for Quote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        // What stands for itself is most of all texts, and is looked at and written at once.
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') & !matches!(byte, b'"' | b'\\');
        let whole = self.text.len() <= Self::MOST
            && self
                .text
                .bytes()
                .fold(true, |all, byte| all & is_plain(byte));
        if whole && !self.more {
            f.write_str(self.text)?;
            return f.write_char('"');
        }
        let plain = self.text.bytes().take(Self::MOST);
        let plain = plain.take_while(|&byte| is_plain(byte)).count();
        let (plain, rest) = self.text.split_at_checked(plain).unwrap_or(("", self.text));
        f.write_str(plain)?;
        let mut left = Self::MOST.saturating_sub(plain.len());
        let mut more = self.more;
        for char in rest.chars() {
            let width = match char {
                '"' | '\\' => 2,
                ' '..='~' => 1,
                _ => char.escape_unicode().len(),
            };
            let Some(rest) = left.checked_sub(width) else {
                more = true;
                break;
            };
            left = rest;
            match char {
                '"' | '\\' => write!(f, "\\{char}")?,
                ' '..='~' => f.write_char(char)?,
                _ => write!(f, "{}", char.escape_unicode())?,
            }
        }
        f.write_str(if more { "\"..." } else { "\"" })
    }
}

/// What messages say of a part (the tables of section 11).
impl Part {
    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Scope => "scope",
            Self::Name => "name",
            Self::Tag => "tag",
            Self::LegacyTemplate => "legacy template",
            Self::LegacyUser => "legacy user alias",
            Self::DefaultScope => "default scope",
            Self::UserId => "user id",
            Self::SystemScope => "system scope",
            Self::Reserved => "reserved slug",
            Self::ReservedPrefix => "reserved prefix",
            Self::LegacyPrefix => "legacy prefix",
            Self::ScopeId => "scope id",
            Self::Version => "version",
            Self::Alias => "alias",
            Self::ScopeType => "scope type",
            Self::Role => "role",
            Self::Action => "action",
            Self::PrimaryPath => "primary path",
            Self::WorktreePath => "worktree path",
            Self::BranchName => "branch name",
            Self::WorktreeKey => "worktree key",
            Self::Uri => "scope URI",
            Self::Kind | Self::CheckoutKind => "kind",
            Self::Json => "scope key JSON",
            Self::Owner => "owner",
            Self::Repo => "repo",
            Self::DataDir => "data directory",
            Self::Base => "base path",
            Self::Path => "path",
            Self::Metadata => "workspace metadata",
            Self::FullName => "full name",
            Self::LastAccessedAt => "last accessed at",
            Self::LastSyncedAt => "last synced at",
            Self::CreatedAt => "created at",
            Self::Timestamp => "timestamp",
            Self::MaxIdleDays => "max idle days",
            Self::Buffer => "buffer",
            Self::GitDir => "git directory",
            Self::GitFile => ".git file",
            Self::Head => "HEAD",
            Self::CommonDir => "commondir file",
            Self::GitConfig => "configuration",
            Self::MountPoint => "mount point",
            Self::Workspace => "workspace",
            Self::Url => "URL",
            Self::SourceDir => "source directory",
            Self::Git => "git program",
            Self::Host => "host",
            Self::RepositoryPath => "repository path",
        }
    }

    /// The fewest bytes it may have.
    const fn min(self) -> usize {
        match self {
            Self::Version => chars::VERSION_SHAPE.min,
            _ => chars::SLUG_SHAPE.min,
        }
    }

    /// The most bytes it may have.
    const fn max(self) -> usize {
        match self {
            Self::Name => chars::NAME_SHAPE.max,
            Self::Tag => chars::TAG_SHAPE.max,
            Self::LegacyTemplate | Self::LegacyUser => chars::LEGACY_SHAPE.max,
            Self::Alias => crate::alias::MAX,
            Self::Version => chars::VERSION_SHAPE.max,
            Self::BranchName => branch::MAX,
            Self::Owner | Self::Repo => workspace::MAX_PART,
            Self::Host => repository::MAX_HOST,
            Self::RepositoryPath => repository::MAX_PATH,
            Self::Buffer => crate::batch::MAX_BUFFER,
            Self::Path => crate::path::MAX_ON_DISK,
            Self::Metadata => crate::WorkspaceMetadata::MAX_ON_DISK,
            _ => chars::SLUG_SHAPE.max,
        }
    }

    const fn use_only(self) -> &'static str {
        match self {
            Self::Name | Self::LegacyTemplate | Self::LegacyUser => {
                "use only a-z, 0-9, '-', '_' and '.'"
            }
            Self::Tag => "use only A-Z, a-z, 0-9, '_', '.' and '-'",
            Self::Version => "use only 0-9 and a-f",
            Self::Host => "use only a-z, 0-9, '-', '.', '_', ':', '[' and ']'",
            Self::BranchName => "leave out spaces, control characters and ~ ^ : ? * [ \\",
            Self::WorktreeKey | Self::Owner | Self::Repo => {
                "leave out '/', '\\' and control characters"
            }
            Self::PrimaryPath | Self::WorktreePath | Self::DataDir | Self::Base | Self::Path => {
                "leave it out"
            }
            _ => "use only a-z, 0-9 and '-'",
        }
    }

    const fn choices(self) -> &'static str {
        match self {
            Self::ScopeType => "personal, organization or system",
            Self::Role => "member, writer or admin",
            Self::Action => "read, write or rename",
            Self::CheckoutKind => "auto, global, repository, branch or worktree",
            _ => "global, repository, branch or worktree",
        }
    }

    /// Its name in JSON.
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::PrimaryPath => "primaryPath",
            Self::BranchName => "branchName",
            Self::WorktreeKey => "worktreeKey",
            Self::WorktreePath => "worktreePath",
            Self::FullName => "fullName",
            Self::LastAccessedAt => "lastAccessedAt",
            Self::LastSyncedAt => "lastSyncedAt",
            Self::CreatedAt => "createdAt",
            Self::Kind => "type",
            Self::RepositoryPath => "path",
            _ => self.as_str(),
        }
    }

    /// Whether it is one component of a path, not a path.
    const fn is_component(self) -> bool {
        matches!(self, Self::WorktreeKey | Self::Owner | Self::Repo)
    }
}
