//! The numbers that stand for words on the border, and the words.
//!
//! Error codes and parts have their numbers from the core. The rest are numbered here, once and for all: a number once
//! used is never used for another word. The header's enumerations are written from these tables.
#![forbid(unsafe_code)]
#![allow(
    non_camel_case_types,
    reason = "the names are those of the header, which C programmers read"
)]

use std::ffi::CStr;

use scope_core::{Action, ErrorCode, Part, Reason, Retention, Role, ScopeKind, ScopeType};
use scope_git::CheckoutKind;

/// What a call came to: `SCOPE_OK`, the number of an error code (E1), or from 1001 on what was wrong with the call
/// itself. One of `enum scope_status`.
pub type scope_status_t = u32;
/// A part of the input (section 11 of the specification). One of `enum scope_part`, or 0 for none.
pub type scope_part_t = u32;
/// The kind of what was resolved (R4). One of `enum scope_resolved_kind`.
pub type scope_resolved_kind_t = u32;
/// The type of a scope (X1). One of `enum scope_type`.
pub type scope_type_t = u32;
/// A member's role (X1). One of `enum scope_role`, or 0 for somebody who is not a member.
pub type scope_role_t = u32;
/// What somebody wants to do (X1). One of `enum scope_action`.
pub type scope_action_t = u32;
/// Why a decision is what it is (X2, X3). One of `enum scope_reason`.
pub type scope_reason_t = u32;
/// The kind of a scope key (K1). One of `enum scope_kind`, or 0 for none.
pub type scope_kind_t = u32;
/// The kind of key that is wanted of a checkout (G4). One of `enum scope_checkout_kind`, or 0 for `auto`.
pub type scope_checkout_kind_t = u32;
/// Whether a workspace holds work that exists nowhere else (W7). One of `enum scope_dirty`.
pub type scope_dirty_t = u32;
/// What becomes of a workspace (W7). One of `enum scope_retention`.
pub type scope_retention_t = u32;
/// A field of workspace metadata (W6). One of `enum scope_metadata_field`.
pub type scope_metadata_field_t = u32;
/// What is known of a workspace besides its metadata. One of `enum scope_workspace_field`.
pub type scope_workspace_field_t = u32;

/// The days after which a workspace counts as idle, unless a deployment says otherwise (W7).
pub const SCOPE_MAX_IDLE_DAYS: i64 = 7;

/// In the third number of a line of `scope_reference_parse_lines`: the line is at fault, and the rest is the error's number.
pub const SCOPE_LINE_FAULT: u32 = 0x8000_0000;

/// The most keys that `scope_key_search_order` gives.
pub const SCOPE_SEARCH_ORDER_MAX: usize = 3;

/// Bytes of a buffer that holds of every text that is found on a disk, and of what the system said, as much as its message
/// and its suggestion need. A smaller one holds the beginning.
pub const SCOPE_FOUND_TEXT_MAX: usize = 131_072;

/// Values that have a number and a word on the border.
pub trait Numbered: Copy + PartialEq + 'static {
    /// Its enumeration in the header.
    const ENUM: &'static str;
    /// What the names of its constants begin with.
    const PREFIX: &'static str;
    /// All of them: the number, the value, the word, and what the header says of it.
    const ALL: &'static [(u32, Self, &'static CStr, &'static str)];

    /// Its number.
    fn number(self) -> u32 {
        let found = Self::ALL.iter().find(|(_, value, ..)| *value == self);
        found.map_or(0, |(number, ..)| *number)
    }

    /// The value with this number.
    fn from_number(number: u32) -> Option<Self> {
        let found = Self::ALL.iter().find(|(given, ..)| *given == number);
        found.map(|(_, value, ..)| *value)
    }

    /// The word for this number.
    fn name_of(number: u32) -> Option<&'static CStr> {
        let found = Self::ALL.iter().find(|(given, ..)| *given == number);
        found.map(|(_, _, name, _)| *name)
    }
}

macro_rules! numbered {
    ($type:ty, $enum:literal, $prefix:literal, { $($number:literal $value:expr, $name:literal, $about:literal;)* }) => {
        impl Numbered for $type {
            const ENUM: &'static str = $enum;
            const PREFIX: &'static str = $prefix;
            const ALL: &'static [(u32, Self, &'static CStr, &'static str)] =
                &[$(($number, $value, $name, $about),)*];
        }
    };
}

/// What was wrong with a call, and not with a text in it. The numbers begin at 1001, which no error code will reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// A pointer that must lead somewhere is NULL.
    NullPointer,
    /// More than half of the address space.
    InvalidLength,
    /// A `struct_size` that fits no version of the struct.
    InvalidStructSize,
    /// A number that is not one of those that may stand there.
    InvalidArgument,
    /// The answer does not fit.
    BufferTooSmall,
    /// A defect of the library.
    Internal,
    /// Something that the library does on other systems, or when it was built with it.
    Unsupported,
}

numbered!(Call, "scope_status", "SCOPE", {
    1001 Self::NullPointer, c"null_pointer", "a pointer that must lead somewhere is NULL";
    1002 Self::InvalidLength, c"invalid_length", "a length is over PTRDIFF_MAX";
    1003 Self::InvalidStructSize, c"invalid_struct_size",
        "struct_size is too small for the struct, or of an input larger than this library knows";
    1004 Self::InvalidArgument, c"invalid_argument", "a number is none of those that may stand there";
    1005 Self::BufferTooSmall, c"buffer_too_small", "the answer does not fit; needed or count says what does";
    1006 Self::Internal, c"internal", "a defect of the library, stopped at its border; please report it";
    1007 Self::Unsupported, c"unsupported", "the library was built without this, or cannot do it on this system";
});

impl Call {
    /// What a person reads about it.
    pub(crate) fn sentence(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, value, ..)| *value == self);
        found.map_or("", |(_, _, _, about)| *about)
    }
}

/// The kind of what was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolvedKind {
    /// A reference.
    Scoped,
    /// The name of a legacy template.
    LegacyTemplate,
    /// A legacy user alias.
    LegacyUser,
}

numbered!(ResolvedKind, "scope_resolved_kind", "SCOPE_RESOLVED", {
    1 Self::Scoped, c"scoped", "a reference, explicit or in the default scope";
    2 Self::LegacyTemplate, c"legacy_template", "the name of a legacy template, untouched";
    3 Self::LegacyUser, c"legacy_user", "a legacy user alias, untouched";
});

numbered!(ScopeType, "scope_type", "SCOPE_TYPE", {
    1 Self::Personal, c"personal", "one user's own";
    2 Self::Organization, c"organization", "shared by its members";
    3 Self::System, c"system", "the deployment's";
});

numbered!(Role, "scope_role", "SCOPE_ROLE", {
    1 Self::Member, c"member", "reads";
    2 Self::Writer, c"writer", "reads and writes";
    3 Self::Admin, c"admin", "reads, writes and renames";
});

numbered!(Action, "scope_action", "SCOPE_ACTION", {
    1 Self::Read, c"read", "read what is in the scope";
    2 Self::Write, c"write", "change what is in the scope";
    3 Self::Rename, c"rename", "change the scope's slug";
});

numbered!(Reason, "scope_reason", "SCOPE_REASON", {
    1 Self::Public, c"public", "everyone reads a system scope";
    2 Self::SystemScope, c"system_scope", "no user writes or renames a system scope";
    3 Self::Owner, c"owner", "the owner";
    4 Self::NotOwner, c"not_owner", "not the owner";
    5 Self::Member, c"member", "a member reads";
    6 Self::NotMember, c"not_member", "not a member";
    7 Self::Writer, c"writer", "a writer or admin writes";
    8 Self::RoleCannotWrite, c"role_cannot_write", "a role that does not write";
    9 Self::Admin, c"admin", "an admin renames";
    10 Self::NotAdmin, c"not_admin", "not an admin";
    11 Self::ForceRequired, c"force_required", "a slug changes only with an explicit force";
});

numbered!(ScopeKind, "scope_kind", "SCOPE_KIND", {
    1 Self::Global, c"global", "everything";
    2 Self::Repository, c"repository", "a repository";
    3 Self::Branch, c"branch", "a branch of a repository";
    4 Self::Worktree, c"worktree", "a linked worktree of a repository";
});

// Those that are a key's kind too have its number, so that one in place of the other does no harm.
numbered!(CheckoutKind, "scope_checkout_kind", "SCOPE_CHECKOUT_KIND", {
    5 Self::Auto, c"auto", "a branch where one is named, else the repository; outside a repository, everything";
    1 Self::Global, c"global", "everything; the directory is not looked at";
    2 Self::Repository, c"repository", "the repository";
    3 Self::Branch, c"branch", "a branch: the one that is named, else the one that HEAD names";
    4 Self::Worktree, c"worktree", "the linked worktree";
});

numbered!(Option<bool>, "scope_dirty", "SCOPE_DIRTY", {
    1 Some(false), c"no", "clean: all of it exists elsewhere";
    2 Some(true), c"yes", "holds work that exists nowhere else";
    3 None, c"unknown", "nobody could tell";
});

numbered!(Retention, "scope_retention", "SCOPE_RETENTION", {
    1 Self::Keep, c"keep", "keep it";
    2 Self::Warn, c"warn", "keep it, and tell somebody: it is idle, and holds work or may";
    3 Self::Delete, c"delete", "delete it: it is idle and clean";
});

/// A field of workspace metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataField {
    /// The owner of the repository.
    Owner,
    /// The name of the repository.
    Repo,
    /// Both.
    FullName,
    /// The branch that a clone begins on.
    DefaultBranch,
    /// The branch that is checked out.
    CurrentBranch,
    /// When somebody last used it.
    LastAccessedAt,
    /// When it was last brought up to date.
    LastSyncedAt,
    /// When it was made.
    CreatedAt,
    /// The host of the repository.
    Host,
    /// Its full path there.
    Path,
}

numbered!(MetadataField, "scope_metadata_field", "SCOPE_METADATA", {
    1 Self::Owner, c"owner", "the owner of the repository";
    2 Self::Repo, c"repo", "the name of the repository";
    3 Self::FullName, c"full_name", "owner/repo";
    4 Self::DefaultBranch, c"default_branch", "the branch that a clone begins on, where it is known";
    5 Self::CurrentBranch, c"current_branch", "the branch that is checked out, where it is known";
    6 Self::LastAccessedAt, c"last_accessed_at", "when somebody last used the workspace";
    7 Self::LastSyncedAt, c"last_synced_at", "when it was last brought up to date, where it was";
    8 Self::CreatedAt, c"created_at", "when it was made";
    9 Self::Host, c"host", "the host of the repository and its port, where it is not the service's own";
    10 Self::Path, c"path", "the full path on the host, or on the disk that it was cloned from, where it is recorded";
});

/// What is known of a workspace besides its metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceField {
    /// Whose it is.
    UserId,
    /// What its directory is called.
    Directory,
    /// Where it is.
    Path,
}

numbered!(WorkspaceField, "scope_workspace_field", "SCOPE_WORKSPACE", {
    1 Self::UserId, c"user_id", "the id of the user whose it is";
    2 Self::Directory, c"directory", "the name of its directory";
    3 Self::Path, c"path", "where it is, by the data directory's own path";
});

/// Names with room for the terminator that C wants.
type Names<const N: usize> = [[u8; 32]; N];

static CODE_NAMES: Names<{ ErrorCode::ALL.len() }> = {
    let mut names = [[0; 32]; ErrorCode::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = terminated(ErrorCode::ALL[at].as_str());
        at += 1;
    }
    names
};

static PART_NAMES: Names<{ Part::ALL.len() }> = {
    let mut names = [[0; 32]; Part::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = terminated(Part::ALL[at].as_str());
        at += 1;
    }
    names
};

const fn terminated(text: &str) -> [u8; 32] {
    let mut name = [0; 32];
    let (room, _) = name.split_at_mut(text.len());
    room.copy_from_slice(text.as_bytes());
    assert!(text.len() < 32, "no room for the terminator");
    name
}

/// The word for a status.
pub(crate) fn status_name(status: scope_status_t) -> Option<&'static CStr> {
    if status == 0 {
        return Some(c"ok");
    }
    let code = number16(status).and_then(ErrorCode::from_number);
    match code {
        Some(code) => {
            let at = ErrorCode::ALL.iter().position(|given| *given == code)?;
            CStr::from_bytes_until_nul(&CODE_NAMES[at]).ok()
        }
        None => Call::name_of(status),
    }
}

/// The word for a part.
pub(crate) fn part_name(part: scope_part_t) -> Option<&'static CStr> {
    let part = number16(part).and_then(Part::from_number)?;
    let at = Part::ALL.iter().position(|given| *given == part)?;
    CStr::from_bytes_until_nul(&PART_NAMES[at]).ok()
}

/// A number as the core has it.
pub(crate) fn number16(number: u32) -> Option<u16> {
    u16::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scope_core::{Line, RetentionPolicy, WorkspaceMetadata};

    fn holds<T: Numbered + std::fmt::Debug>(words: Option<&[&str]>) {
        for (at, (number, value, name, _)) in T::ALL.iter().enumerate() {
            assert_eq!(T::from_number(*number), Some(*value));
            assert_eq!(value.number(), *number);
            assert_eq!(T::name_of(*number), Some(*name));
            if let Some(words) = words {
                assert_eq!(name.to_str().unwrap(), words[at]);
            }
        }
        assert!(words.is_none_or(|words| words.len() == T::ALL.len()));
        assert_eq!(T::from_number(0), None);
    }

    #[test]
    fn words_are_the_core_s_and_numbers_lead_back() {
        fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().map(|value| word(*value)).collect()
        }
        holds::<ScopeType>(Some(&words(ScopeType::ALL, ScopeType::as_str)));
        holds::<Role>(Some(&words(Role::ALL, Role::as_str)));
        holds::<Action>(Some(&words(Action::ALL, Action::as_str)));
        holds::<ScopeKind>(Some(&words(ScopeKind::ALL, ScopeKind::as_str)));
        let reasons: Vec<_> = Reason::ALL.iter().map(|(_, it, ..)| it.as_str()).collect();
        holds::<Reason>(Some(&reasons));
        let retentions = [Retention::Keep, Retention::Warn, Retention::Delete];
        holds::<Retention>(Some(&words(&retentions, Retention::as_str)));
        let kinds = words(CheckoutKind::ALL, CheckoutKind::as_str);
        holds::<CheckoutKind>(Some(&kinds));
        holds::<Option<bool>>(None);
        holds::<ResolvedKind>(None);
        holds::<MetadataField>(None);
        holds::<WorkspaceField>(None);
        holds::<Call>(None);
    }

    /// A program that passes the one for the other gets what it meant.
    #[test]
    fn kinds_of_keys_and_of_checkouts_share_their_numbers() {
        for kind in ScopeKind::ALL {
            let same = CheckoutKind::from_number(kind.number()).unwrap();
            assert_eq!(same.as_str(), kind.as_str());
        }
    }

    #[test]
    fn statuses_and_parts_have_the_core_s_names() {
        for code in ErrorCode::ALL {
            let name = status_name(code.number().into()).unwrap();
            assert_eq!(name.to_str().unwrap(), code.as_str());
        }
        for part in Part::ALL {
            let name = part_name(part.number().into()).unwrap();
            assert_eq!(name.to_str().unwrap(), part.as_str());
        }
        assert_eq!(status_name(0), Some(c"ok"));
        assert_eq!(status_name(1005), Some(c"buffer_too_small"));
        for unknown in [999, 1000, 65_537, u32::MAX] {
            assert_eq!(status_name(unknown), None);
            assert_eq!(part_name(unknown), None);
        }
    }

    #[test]
    fn constants_are_the_core_s() {
        assert_eq!(SCOPE_LINE_FAULT, Line::FAULT);
        let days = RetentionPolicy::default().max_idle_days();
        assert_eq!(i64::from(days), SCOPE_MAX_IDLE_DAYS);
        // The longest text that an offset counts in, with what is quoted and said beyond.
        const { assert!(SCOPE_FOUND_TEXT_MAX >= 2 * WorkspaceMetadata::MAX_ON_DISK) };
    }
}
