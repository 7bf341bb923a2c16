//! Policies: which slugs nobody may claim, and which names are legacy (S5, S6).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::chars::{PREFIX_SHAPE, SLUG_ARGUMENT_SHAPE, Shape};
use crate::error::{Error, ErrorCode, Part, Rejection};
use crate::slug::check_slug;

/// What a deployment reserves: its system scope, reserved slugs and prefixes, and the prefix of legacy templates (S6).
///
/// ```
/// use scope_core::Policy;
///
/// let policy = Policy::default();
/// assert!(policy.check_claimable("acme").is_ok());
/// assert!(policy.is_reserved("admin"));
///
/// let own = Policy::builder().system_scope("house").reserved(["root"]).reserved_prefixes(["house-"]).build()?;
/// assert!(own.is_reserved("house-plant"));
/// assert!(!own.is_reserved("admin"));
/// # Ok::<(), scope_core::Rejection>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    system_scope: String,
    reserved: BTreeSet<String>,
    reserved_prefixes: Vec<String>,
    legacy_prefix: Option<String>,
}

impl Default for Policy {
    /// System scope `vm0`; reserved `vm0`, `system`, `admin`, `api`, `app`, `www` and what begins `vm0-`; legacy prefix
    /// `vm0-` (S5).
    fn default() -> Self {
        Self {
            system_scope: String::from("vm0"),
            reserved: ["vm0", "system", "admin", "api", "app", "www"]
                .map(String::from)
                .into(),
            reserved_prefixes: [String::from("vm0-")].into(),
            legacy_prefix: Some(String::from("vm0-")),
        }
    }
}

impl Policy {
    /// Begins with the default policy; each part that is set replaces the default's.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder {
            policy: Self::default(),
            reserved: None,
        }
    }

    /// The scope of the deployment itself.
    pub fn system_scope(&self) -> &str {
        &self.system_scope
    }

    /// The reserved slugs, in order, each once.
    pub fn reserved(&self) -> impl Iterator<Item = &str> {
        self.reserved.iter().map(String::as_str)
    }

    /// The reserved prefixes, in the order they were given.
    pub fn reserved_prefixes(&self) -> impl Iterator<Item = &str> {
        self.reserved_prefixes.iter().map(String::as_str)
    }

    /// The prefix of legacy template names, where there is one (R4).
    pub fn legacy_prefix(&self) -> Option<&str> {
        self.legacy_prefix.as_deref()
    }

    /// Says whether a user may claim `slug` (S5).
    ///
    /// # Errors
    ///
    /// The slug's own fault (S4), else `reserved_slug`, else `reserved_prefix`; the part is `scope`.
    ///
    /// ```
    /// use scope_core::{ErrorCode, Policy};
    /// let error = Policy::default().check_claimable("vm0-next").unwrap_err();
    /// assert_eq!(error.code, ErrorCode::ReservedPrefix);
    /// ```
    pub fn check_claimable(&self, slug: &str) -> Result<(), Error> {
        check_slug(slug)?;
        let refuse = |code| Err(Error::new(code, Part::Scope, Part::Scope, 0));
        if slug == self.system_scope || self.reserved.contains(slug) {
            return refuse(ErrorCode::ReservedSlug);
        }
        if self
            .reserved_prefixes
            .iter()
            .any(|prefix| slug.starts_with(prefix.as_str()))
        {
            return refuse(ErrorCode::ReservedPrefix);
        }
        Ok(())
    }

    /// Whether `slug` is well-formed and reserved (S5). False for a text that is no slug: nobody can claim that either,
    /// so what guards a claim is [`check_claimable`](Self::check_claimable).
    pub fn is_reserved(&self, slug: &str) -> bool {
        self.check_claimable(slug).is_err_and(|error| {
            matches!(
                error.code,
                ErrorCode::ReservedSlug | ErrorCode::ReservedPrefix
            )
        })
    }
}

/// Builds a [`Policy`]. Made by [`Policy::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    policy: Policy,
    /// In the order given, so that the first fault is the first given.
    reserved: Option<Vec<String>>,
}

impl PolicyBuilder {
    /// Sets the system scope: one slug.
    pub fn system_scope(mut self, slug: impl Into<String>) -> Self {
        self.policy.system_scope = slug.into();
        self
    }

    /// Sets the reserved slugs.
    pub fn reserved<S: Into<String>>(mut self, slugs: impl IntoIterator<Item = S>) -> Self {
        self.reserved = Some(slugs.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the reserved prefixes: each 1 to 64 bytes of a slug's characters, the first alphanumeric.
    pub fn reserved_prefixes<S: Into<String>>(
        mut self,
        prefixes: impl IntoIterator<Item = S>,
    ) -> Self {
        self.policy.reserved_prefixes = prefixes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the prefix of legacy templates, or that there is none.
    pub fn legacy_prefix(mut self, prefix: Option<&str>) -> Self {
        self.policy.legacy_prefix = prefix.map(String::from);
        self
    }

    /// Checks every part and gives the policy (S6).
    ///
    /// # Errors
    ///
    /// The first part at fault, with its text: `empty`, `invalid_character`, `too_short`, `too_long`, `invalid_start`,
    /// `invalid_end`; the part is `system_scope`, `reserved`, `reserved_prefix` or `legacy_prefix`.
    pub fn build(self) -> Result<Policy, Rejection> {
        let Self {
            mut policy,
            reserved,
        } = self;
        let check = |shape: &Shape, text: &str, part| {
            shape
                .check(text)
                .map_err(|fault| fault.alone(part).about(text))
        };
        check(
            &SLUG_ARGUMENT_SHAPE,
            &policy.system_scope,
            Part::SystemScope,
        )?;
        if let Some(reserved) = reserved {
            for slug in &reserved {
                check(&SLUG_ARGUMENT_SHAPE, slug, Part::Reserved)?;
            }
            policy.reserved = reserved.into_iter().collect();
        }
        for prefix in &policy.reserved_prefixes {
            check(&PREFIX_SHAPE, prefix, Part::ReservedPrefix)?;
        }
        if let Some(prefix) = &policy.legacy_prefix {
            check(&PREFIX_SHAPE, prefix, Part::LegacyPrefix)?;
        }
        Ok(policy)
    }
}
