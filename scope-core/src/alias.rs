//! Template aliases (section A).
//!
//! A fault here can be that of the alias as a whole, which no caller has: so faults come with their text.

use alloc::format;
use alloc::string::String;

use crate::chars::VERSION_SHAPE;
use crate::error::{Error, ErrorCode, Fault, Part, Rejection};
use crate::name::check_name;
use crate::uuid;

/// The most bytes an alias may have (A2).
pub(crate) const MAX: usize = 256;

/// `scope-{scope_id}-image-{name}-version-{version}`, each part made to fit (A1).
///
/// Maps many names to one alias: `my_image`, `my.image` and `my-image` share theirs. [`distinct_template_alias`] does
/// not.
///
/// # Errors
///
/// `empty` where nothing of a part is left (`scope_id`, `name`, `version`); `too_long` over 256 bytes (`alias`).
///
/// ```
/// assert_eq!(
///     scope_core::template_alias("AB-12", "My.Image", "e3b0c442")?,
///     "scope-ab-12-image-my-image-version-e3b0c442"
/// );
/// # Ok::<(), scope_core::Rejection>(())
/// ```
pub fn template_alias(scope_id: &str, name: &str, version: &str) -> Result<String, Rejection> {
    let given = [scope_id, name, version];
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    let lower = |text: &str| text.to_ascii_lowercase();
    let scope_id: String = lower(scope_id)
        .chars()
        .filter(|&char| plain(char) || char == '-')
        .collect();
    let name: String = lower(name)
        .chars()
        .map(|char| if plain(char) { char } else { '-' })
        .collect();
    let version: String = lower(version).chars().filter(|&char| plain(char)).collect();
    let parts = [Part::ScopeId, Part::Name, Part::Version];
    let made = [&scope_id, &name, &version];
    for ((part, given), made) in parts.into_iter().zip(given).zip(made) {
        not_empty(made, part).map_err(|error| error.about(given))?;
    }
    join(&scope_id, &name, &version)
}

/// As [`template_alias`], but no two triples of scope id, name and version share an alias (A5).
///
/// # Errors
///
/// `empty` or `invalid_uuid` (`scope_id`); the name's fault (N2); `empty`, `invalid_character`, `too_short` or
/// `too_long` for a version that is not 8 to 64 hexadecimal digits (`version`); `too_long` over 256 bytes (`alias`).
///
/// ```
/// assert_eq!(
///     scope_core::distinct_template_alias("123e4567-e89b-12d3-a456-426614174000", "my_image", "e3b0c442")?,
///     "scope-123e4567-e89b-12d3-a456-426614174000-image-my_uimage-version-e3b0c442"
/// );
/// # Ok::<(), scope_core::Rejection>(())
/// ```
pub fn distinct_template_alias(
    scope_id: &str,
    name: &str,
    version: &str,
) -> Result<String, Rejection> {
    check_scope_id(scope_id).map_err(|error| error.about(scope_id))?;
    check_name(name).map_err(|error| error.about(name))?;
    VERSION_SHAPE
        .check(version)
        .map_err(|fault| fault.alone(Part::Version).about(version))?;
    let name = name.replace('_', "_u").replace('.', "_d");
    join(
        &scope_id.to_ascii_lowercase(),
        &name,
        &version.to_ascii_lowercase(),
    )
}

/// `user-{user_id}-{alias}` (A3). Checks neither part but for being there: what is safe to use as a name is for
/// [`Policy::resolve`](crate::Policy::resolve) to say.
///
/// # Errors
///
/// `empty` (`user_id`, `alias`); `too_long` over 256 bytes (`alias`).
///
/// ```
/// assert_eq!(scope_core::legacy_user_alias("42", "web")?, "user-42-web");
/// # Ok::<(), scope_core::Rejection>(())
/// ```
pub fn legacy_user_alias(user_id: &str, alias: &str) -> Result<String, Rejection> {
    for (text, part) in [(user_id, Part::UserId), (alias, Part::Alias)] {
        not_empty(text, part).map_err(|error| error.about(text))?;
    }
    within_limit(format!("user-{user_id}-{alias}"))
}

fn check_scope_id(text: &str) -> Result<(), Error> {
    not_empty(text, Part::ScopeId)?;
    if uuid::is_uuid(text) {
        Ok(())
    } else {
        Err(Fault::new(ErrorCode::InvalidUuid, 0).alone(Part::ScopeId))
    }
}

fn join(scope_id: &str, name: &str, version: &str) -> Result<String, Rejection> {
    within_limit(format!("scope-{scope_id}-image-{name}-version-{version}"))
}

fn not_empty(text: &str, part: Part) -> Result<(), Error> {
    if text.is_empty() {
        Err(Fault::new(ErrorCode::Empty, 0).alone(part))
    } else {
        Ok(())
    }
}

fn within_limit(alias: String) -> Result<String, Rejection> {
    if alias.len() > MAX {
        return Err(Fault::new(ErrorCode::TooLong, 0)
            .alone(Part::Alias)
            .about(alias));
    }
    Ok(alias)
}
