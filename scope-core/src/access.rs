//! Who may read, write and rename what is in a scope (section X).

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, ErrorCode, Fault, Part};

/// Declares an enum of the words that may stand in one place.
macro_rules! words {
    ($(#[$meta:meta])* $enum:ident, $part:expr, { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        pub enum $enum { $($(#[$doc])* $variant,)* }

        impl $enum {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $enum {
            type Err = Error;
            /// Any other word is `unknown_value` (X1).
            fn from_str(word: &str) -> Result<Self, Error> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str() == word)
                    .ok_or_else(|| Fault::new(ErrorCode::UnknownValue, 0).alone($part))
            }
        }
    };
}

words! {
    /// The type of a scope (X1).
    ///
    /// ```
    /// use scope_core::ScopeType;
    /// assert_eq!("personal".parse(), Ok(ScopeType::Personal));
    /// assert_eq!("team".parse::<ScopeType>().unwrap_err().code.as_str(), "unknown_value");
    /// ```
    ScopeType, Part::ScopeType, {
        /// One user's own.
        Personal = "personal",
        /// Shared by its members.
        Organization = "organization",
        /// The deployment's.
        System = "system",
    }
}

words! {
    /// A member's role in an organization (X1). Who has none is not a member.
    ///
    /// ```
    /// assert_eq!("writer".parse(), Ok(scope_core::Role::Writer));
    /// ```
    Role, Part::Role, {
        /// Reads.
        Member = "member",
        /// Reads and writes.
        Writer = "writer",
        /// Reads, writes and renames.
        Admin = "admin",
    }
}

words! {
    /// What somebody wants to do (X1).
    ///
    /// ```
    /// assert_eq!(scope_core::Action::Rename.as_str(), "rename");
    /// ```
    Action, Part::Action, {
        /// Read what is in the scope.
        Read = "read",
        /// Write what is in the scope.
        Write = "write",
        /// Change the scope's slug.
        Rename = "rename",
    }
}

/// What has to be known of a scope to decide.
///
/// ```
/// use scope_core::{AccessScope, ScopeType};
/// let scope = AccessScope { scope_type: ScopeType::Organization, owner_id: None };
/// assert_eq!(scope.scope_type.as_str(), "organization");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessScope<'a> {
    /// The scope's type.
    pub scope_type: ScopeType,
    /// Its owner's id; an absent or empty one is nobody's.
    pub owner_id: Option<&'a str>,
}

/// Who wants to act.
///
/// ```
/// use scope_core::{Actor, Role};
/// let nobody = Actor::default();
/// assert_eq!(nobody.role, None);
/// let writer = Actor { user_id: Some("u1"), role: Some(Role::Writer) };
/// assert!(writer.role < Some(Role::Admin));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actor<'a> {
    /// The user's id; an absent or empty one is nobody's.
    pub user_id: Option<&'a str>,
    /// The user's role in the scope, if any.
    pub role: Option<Role>,
}

/// Why a [`Decision`] is what it is; the table of X2 and X3.
///
/// ```
/// use scope_core::Reason;
/// assert!(Reason::Owner.allows());
/// assert!(!Reason::NotOwner.allows());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Everyone reads a system scope.
    Public,
    /// No user writes or renames a system scope.
    SystemScope,
    /// The owner.
    Owner,
    /// Not the owner.
    NotOwner,
    /// A member reads.
    Member,
    /// Not a member.
    NotMember,
    /// A writer or admin writes.
    Writer,
    /// A role that does not write.
    RoleCannotWrite,
    /// An admin renames.
    Admin,
    /// Not an admin.
    NotAdmin,
    /// A slug changes only with an explicit force.
    ForceRequired,
}

impl Reason {
    /// The stable name, in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::SystemScope => "system_scope",
            Self::Owner => "owner",
            Self::NotOwner => "not_owner",
            Self::Member => "member",
            Self::NotMember => "not_member",
            Self::Writer => "writer",
            Self::RoleCannotWrite => "role_cannot_write",
            Self::Admin => "admin",
            Self::NotAdmin => "not_admin",
            Self::ForceRequired => "force_required",
        }
    }

    /// Whether it is a reason to allow.
    pub const fn allows(self) -> bool {
        matches!(
            self,
            Self::Public | Self::Owner | Self::Member | Self::Writer | Self::Admin
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What [`decide_access`] decided.
///
/// ```
/// use scope_core::{AccessScope, Action, Actor, ScopeType, decide_access};
/// let system = AccessScope { scope_type: ScopeType::System, owner_id: None };
/// let decision = decide_access(system, Actor::default(), Action::Write, false);
/// assert_eq!((decision.allowed(), decision.reason.as_str(), decision.rule), (false, "system_scope", "X2"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    /// Why.
    pub reason: Reason,
    /// The rule that decided: `X2` or `X3`.
    pub rule: &'static str,
}

impl Decision {
    /// Whether the actor may.
    pub const fn allowed(self) -> bool {
        self.reason.allows()
    }
}

/// Decides whether `actor` may do `action` in `scope` (X2, X3). `force` matters to renaming alone.
///
/// ```
/// use scope_core::{AccessScope, Action, Actor, ScopeType, decide_access};
///
/// let scope = AccessScope { scope_type: ScopeType::Personal, owner_id: Some("u1") };
/// let owner = Actor { user_id: Some("u1"), role: None };
/// assert!(decide_access(scope, owner, Action::Write, false).allowed());
/// assert_eq!(decide_access(scope, owner, Action::Rename, false).reason.as_str(), "force_required");
/// ```
#[expect(
    clippy::match_same_arms,
    reason = "an arm is a row of the table of X2 and X3, in its order"
)]
pub fn decide_access(
    scope: AccessScope<'_>,
    actor: Actor<'_>,
    action: Action,
    force: bool,
) -> Decision {
    let is_owner = actor
        .user_id
        .is_some_and(|id| !id.is_empty() && scope.owner_id == Some(id));
    let reason = match (scope.scope_type, action) {
        (ScopeType::System, Action::Read) => Reason::Public,
        (ScopeType::System, Action::Write | Action::Rename) => Reason::SystemScope,
        (ScopeType::Personal, _) if !is_owner => Reason::NotOwner,
        (ScopeType::Personal, Action::Read | Action::Write) => Reason::Owner,
        (ScopeType::Organization, Action::Read | Action::Write) if actor.role.is_none() => {
            Reason::NotMember
        }
        (ScopeType::Organization, Action::Read) => Reason::Member,
        (ScopeType::Organization, Action::Write) if actor.role == Some(Role::Member) => {
            Reason::RoleCannotWrite
        }
        (ScopeType::Organization, Action::Write) => Reason::Writer,
        (ScopeType::Organization, Action::Rename) if actor.role != Some(Role::Admin) => {
            Reason::NotAdmin
        }
        (_, Action::Rename) if !force => Reason::ForceRequired,
        (ScopeType::Personal, Action::Rename) => Reason::Owner,
        (ScopeType::Organization, Action::Rename) => Reason::Admin,
    };
    let rule = if action == Action::Rename { "X3" } else { "X2" };
    Decision { reason, rule }
}
