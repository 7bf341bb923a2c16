//! What was probably meant (the last table of section 11).

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use crate::chars::{NAME_SHAPE, TAG_SHAPE};
use crate::error::{Error, ErrorCode, Part};
use crate::{branch, key, reference, slug, uuid};

/// Longer texts than this get no corrected reference: no reference is nearly that long.
const LONGEST_TYPED: usize = 1024;

pub(crate) fn of(error: &Error, text: &str) -> Option<String> {
    match (error.input, error.code) {
        (_, ErrorCode::InvalidUnicode | ErrorCode::NoDefaultScope) => None,
        (_, ErrorCode::NotLinkedWorktree) => Some(key::ScopeKind::Repository.to_string()),
        (Part::Scope, code) if code.number() < ErrorCode::InvalidUnicode.number() => {
            slug::suggest_slug(text)
        }
        (Part::Reference, code) => typed(text).filter(|meant| {
            // What begins with no `@` where a reference is wanted is not helped by another such text.
            code != ErrorCode::MissingAt || meant.starts_with('@')
        }),
        (Part::BranchName, ErrorCode::RemoteBranch) => {
            branch::local_of(text).map(ToString::to_string)
        }
        (Part::Json, ErrorCode::LegacyField) => {
            let name = crate::json::raw_string_at(text, error.offset)?;
            key::json::new_name_of(name).map(|part| part.field().to_string())
        }
        (Part::UserId, ErrorCode::InvalidUuid) => {
            uuid::is_uuid(text).then(|| text.to_ascii_lowercase())
        }
        (Part::Uri, ErrorCode::NotCanonical) => key::uri::canonical(text),
        _ => None,
    }
}

/// The reference, or `name[:tag]`, that `text` is but for case, white space, the `@` in front and npm's `@` before a
/// version.
fn typed(text: &str) -> Option<String> {
    if text.len() > LONGEST_TYPED {
        return None;
    }
    let with_colon = with_colon(text);
    let mut typed = reference::normalize(with_colon.as_deref().unwrap_or(text));
    let explicit = typed.starts_with('@');
    if !explicit && typed.contains('/') {
        typed = Cow::Owned(["@", &typed].concat());
    }
    // What was typed is not what was meant.
    if typed == text {
        return None;
    }
    let meant = if typed.starts_with('@') {
        reference::Reference::parse(&typed).is_ok()
    } else {
        match typed.split_once(':') {
            Some((name, tag)) => NAME_SHAPE.check(name).is_ok() && TAG_SHAPE.check(tag).is_ok(),
            None => NAME_SHAPE.check(&typed).is_ok(),
        }
    };
    meant.then(|| typed.into_owned())
}

/// The text with a `:` in place of the first `@` after its first `/`, where it has no `:` yet: npm and JSR write
/// `@scope/name@version`.
fn with_colon(text: &str) -> Option<String> {
    let (scope, rest) = text.split_once('/').filter(|_| !text.contains(':'))?;
    let (name, version) = rest.split_once('@')?;
    Some([scope, "/", name, ":", version].concat())
}
