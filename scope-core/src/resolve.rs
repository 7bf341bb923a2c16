//! What a user typed, and what it means (R4).

use alloc::format;
use alloc::string::String;

use crate::chars::{LEGACY_SHAPE, SLUG_ARGUMENT_SHAPE};
use crate::error::{Error, ErrorCode, Fault, Part};
use crate::policy::Policy;
use crate::reference::{Reference, ReferenceBuf, leading_white_space, name_and_tag, normalize};
use crate::slug::Slug;

/// What [`Policy::resolve`] is told besides the text.
///
/// ```
/// use scope_core::{Policy, ResolveOptions};
/// let options = ResolveOptions { default_scope: Some("acme"), normalize: true, ..Default::default() };
/// assert_eq!(Policy::default().resolve(" Widget ", options)?.text(), "@acme/widget");
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResolveOptions<'a> {
    /// The scope for what is typed without one.
    pub default_scope: Option<&'a str>,
    /// The id of the user who typed, for legacy user aliases.
    pub user_id: Option<&'a str>,
    /// Whether to [normalise](crate::normalize) first (R5).
    pub normalize: bool,
}

/// What a user's text stands for (R4).
///
/// ```
/// use scope_core::{Policy, ResolveOptions, Resolved};
/// let options = ResolveOptions { user_id: Some("42"), ..Default::default() };
/// let resolved = Policy::default().resolve("user-42-web", options)?;
/// assert_eq!(resolved, Resolved::LegacyUser { text: "user-42-web".into(), alias: "web".into() });
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// A reference, explicit or in the default scope.
    Scoped(ReferenceBuf),
    /// The name of a legacy template, untouched.
    LegacyTemplate {
        /// The whole text.
        text: String,
    },
    /// A legacy user alias, untouched.
    LegacyUser {
        /// The whole text.
        text: String,
        /// What follows `user-<id>-`.
        alias: String,
    },
}

impl Resolved {
    /// `scoped`, `legacy_template` or `legacy_user`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Scoped(_) => "scoped",
            Self::LegacyTemplate { .. } => "legacy_template",
            Self::LegacyUser { .. } => "legacy_user",
        }
    }

    /// The reference, or the legacy text.
    pub fn text(&self) -> &str {
        match self {
            Self::Scoped(reference) => reference.as_str(),
            Self::LegacyTemplate { text } | Self::LegacyUser { text, .. } => text,
        }
    }
}

impl Policy {
    /// What `text`, as a user typed it, stands for (R4): a legacy template, a legacy user alias, an explicit reference,
    /// or a name in the default scope, in this order.
    ///
    /// # Errors
    ///
    /// A default scope that is no slug or an empty user id, with that as `input`. Else faults of `text`: those of a
    /// legacy name (`empty`, `invalid_character`, `too_long`, `consecutive_dots`), of an explicit reference
    /// ([`Reference::parse`]), `missing_at`, `no_default_scope`, or those of `name[:tag]`. Offsets count bytes.
    ///
    /// ```
    /// use scope_core::{Policy, ResolveOptions, Resolved};
    ///
    /// let policy = Policy::default();
    /// let options = ResolveOptions { default_scope: Some("acme"), ..Default::default() };
    /// assert_eq!(policy.resolve("widget:latest", options)?.text(), "@acme/widget:latest");
    /// assert_eq!(policy.resolve("vm0-base", options)?.kind(), "legacy_template");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn resolve(&self, text: &str, options: ResolveOptions<'_>) -> Result<Resolved, Error> {
        let default_scope = options.default_scope.map(default_scope).transpose()?;
        if options.user_id == Some("") {
            return Err(Fault::new(ErrorCode::Empty, 0).alone(Part::UserId));
        }
        if options.normalize {
            self.resolve_strict(&normalize(text), default_scope, options.user_id)
                .map_err(|error| error.within(Part::Reference, leading_white_space(text)))
        } else {
            self.resolve_strict(text, default_scope, options.user_id)
        }
    }

    fn resolve_strict(
        &self,
        text: &str,
        default_scope: Option<Slug<'_>>,
        user_id: Option<&str>,
    ) -> Result<Resolved, Error> {
        if let Some(name) = self
            .legacy_prefix()
            .and_then(|prefix| text.strip_prefix(prefix))
        {
            check_legacy(text, name, Part::LegacyTemplate)?;
            return Ok(Resolved::LegacyTemplate {
                text: String::from(text),
            });
        }
        if let Some(alias) = user_id.and_then(|id| text.strip_prefix(&format!("user-{id}-"))) {
            check_legacy(text, alias, Part::LegacyUser)?;
            return Ok(Resolved::LegacyUser {
                text: String::from(text),
                alias: String::from(alias),
            });
        }
        if text.starts_with('@') {
            return Reference::parse(text).map(|reference| Resolved::Scoped(reference.to_owned()));
        }
        let refuse = |code| Err(Error::new(code, Part::Reference, Part::Reference, 0));
        if text.contains('/') {
            return refuse(ErrorCode::MissingAt);
        }
        let Some(scope) = default_scope else {
            return refuse(ErrorCode::NoDefaultScope);
        };
        let (name, tag) = name_and_tag(text, 0)?;
        Ok(Resolved::Scoped(ReferenceBuf::from_parts(scope, name, tag)))
    }
}

fn default_scope(slug: &str) -> Result<Slug<'_>, Error> {
    SLUG_ARGUMENT_SHAPE
        .check(slug)
        .map_err(|fault| fault.alone(Part::DefaultScope))?;
    Ok(Slug::assume(slug))
}

/// A legacy text passes if it is one safe component with something after its prefix.
fn check_legacy(text: &str, rest: &str, part: Part) -> Result<(), Error> {
    let fault = if rest.is_empty() {
        Err(Fault::new(ErrorCode::Empty, text.len()))
    } else {
        LEGACY_SHAPE.check(text)
    };
    fault.map_err(|fault| fault.of(part, Part::Reference, 0))
}
