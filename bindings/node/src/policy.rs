//! Policies, and what a user typed.

use napi::bindgen_prelude::{External, Utf16String};
use napi_derive::napi;
use scope_core::{Part, Policy, ResolveOptions, Resolved};

use crate::fault::{Answer, Fault, answer};
use crate::text;

fn list(given: &[Utf16String], part: Part) -> Result<Vec<String>, Fault> {
    given.iter().map(|units| text::read(units, part)).collect()
}

/// S6.
#[napi(catch_unwind)]
pub fn new_policy(
    system_scope: Option<Utf16String>,
    reserved: Option<Vec<Utf16String>>,
    reserved_prefixes: Option<Vec<Utf16String>>,
    without_legacy_prefix: bool,
    legacy_prefix: Option<Utf16String>,
) -> Answer<External<Policy>> {
    answer((|| {
        let mut builder = Policy::builder();
        if let Some(slug) = text::read_optional(system_scope.as_ref(), Part::SystemScope)? {
            builder = builder.system_scope(slug);
        }
        if let Some(slugs) = reserved {
            builder = builder.reserved(list(&slugs, Part::Reserved)?);
        }
        if let Some(prefixes) = reserved_prefixes {
            builder = builder.reserved_prefixes(list(&prefixes, Part::ReservedPrefix)?);
        }
        let prefix = text::read_optional(legacy_prefix.as_ref(), Part::LegacyPrefix)?;
        if without_legacy_prefix || prefix.is_some() {
            builder = builder.legacy_prefix(prefix.as_deref());
        }
        Ok(External::new(builder.build()?))
    })())
}

/// The parts of a policy.
#[napi(object)]
pub struct PolicyParts {
    /// S6.
    pub system_scope: String,
    /// In order, each once.
    pub reserved: Vec<String>,
    /// In the order they were given.
    pub reserved_prefixes: Vec<String>,
    /// Where there is one.
    pub legacy_prefix: Option<String>,
}

/// What a policy was made of.
#[napi(catch_unwind)]
pub fn policy_parts(policy: &External<Policy>) -> PolicyParts {
    PolicyParts {
        system_scope: policy.system_scope().to_owned(),
        reserved: policy.reserved().map(str::to_owned).collect(),
        reserved_prefixes: policy.reserved_prefixes().map(str::to_owned).collect(),
        legacy_prefix: policy.legacy_prefix().map(str::to_owned),
    }
}

/// S5.
#[napi(catch_unwind)]
pub fn policy_check_claimable(policy: &External<Policy>, slug: Utf16String) -> Answer<bool> {
    answer((|| {
        let slug = text::read(&slug, Part::Scope)?;
        match policy.check_claimable(&slug) {
            Ok(()) => Ok(true),
            Err(error) => Err(Fault::new(error, slug)),
        }
    })())
}

/// S5.
#[napi(catch_unwind)]
pub fn policy_is_reserved(policy: &External<Policy>, slug: Utf16String) -> bool {
    text::read(&slug, Part::Scope).is_ok_and(|slug| policy.is_reserved(&slug))
}

/// What a text was resolved to.
#[napi(object)]
pub struct ResolvedParts {
    /// `scoped`, `legacy_template` or `legacy_user`.
    pub kind: String,
    /// The reference, or the legacy text.
    pub text: String,
    /// Of a legacy user alias.
    pub alias: Option<String>,
}

/// R4.
#[napi(catch_unwind)]
pub fn policy_resolve(
    policy: &External<Policy>,
    text: Utf16String,
    default_scope: Option<Utf16String>,
    user_id: Option<Utf16String>,
    normalize: bool,
) -> Answer<ResolvedParts> {
    answer((|| {
        let default_scope = text::read_optional(default_scope.as_ref(), Part::DefaultScope)?;
        let user_id = text::read_optional(user_id.as_ref(), Part::UserId)?;
        let text = text::read(&text, Part::Reference)?;
        let options = ResolveOptions {
            default_scope: default_scope.as_deref(),
            user_id: user_id.as_deref(),
            normalize,
        };
        let resolved = policy.resolve(&text, options).map_err(|error| {
            let texts = [
                (Part::Reference, text.as_str()),
                (
                    Part::DefaultScope,
                    default_scope.as_deref().unwrap_or_default(),
                ),
                (Part::UserId, user_id.as_deref().unwrap_or_default()),
            ];
            Fault::about(error, &texts)
        })?;
        Ok(ResolvedParts {
            kind: resolved.kind().to_owned(),
            text: resolved.text().to_owned(),
            alias: match resolved {
                Resolved::LegacyUser { alias, .. } => Some(alias),
                _ => None,
            },
        })
    })())
}
