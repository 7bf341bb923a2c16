//! The fast question: is this a reference, and where are its parts? What is wrong with one that is not is asked of
//! [`Shape::check`](crate::chars::Shape::check), by rule.

use crate::chars::{NAME_SHAPE, SLUG_SHAPE, TAG_SHAPE};
use crate::reference::Offsets;

/// The offsets of a well-formed reference (R1).
pub(crate) fn reference(text: &[u8]) -> Option<Offsets> {
    let text = core::str::from_utf8(text).ok()?;
    let body = text.strip_prefix('@')?;
    let (scope, rest) = body.split_once('/')?;
    let (name, tag) = match rest.split_once(':') {
        Some((name, tag)) => (name, Some(tag)),
        None => (rest, None),
    };
    SLUG_SHAPE.check(scope).ok()?;
    NAME_SHAPE.check(name).ok()?;
    if let Some(tag) = tag {
        TAG_SHAPE.check(tag).ok()?;
    }
    let slash = scope.len().saturating_add(1);
    let name_end = slash.saturating_add(1).saturating_add(name.len());
    Some(Offsets {
        slash: u16::try_from(slash).ok()?,
        name_end: u16::try_from(name_end).ok()?,
    })
}
