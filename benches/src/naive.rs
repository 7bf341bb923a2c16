//! The parser that a service writes by hand, byte by byte, following the rules one after another.

/// The parts of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The scope.
    pub scope: &'a str,
    /// The name.
    pub name: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
}

/// Parses and validates `@scope/name[:tag]`.
pub fn parse(text: &str) -> Option<Parts<'_>> {
    let body = text.strip_prefix('@')?;
    let (scope, rest) = body.split_once('/')?;
    let (name, tag) = match rest.split_once(':') {
        Some((name, tag)) => (name, Some(tag)),
        None => (rest, None),
    };
    (is_slug(scope) && is_name(name) && tag.is_none_or(is_tag)).then_some(Parts {
        scope,
        name,
        tag,
    })
}

fn is_alnum(char: char) -> bool {
    char.is_ascii_lowercase() || char.is_ascii_digit()
}

fn is_slug(text: &str) -> bool {
    (3..=64).contains(&text.len())
        && text.chars().all(|char| is_alnum(char) || char == '-')
        && text.starts_with(is_alnum)
        && text.ends_with(is_alnum)
}

fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .chars()
            .all(|char| is_alnum(char) || matches!(char, '-' | '_' | '.'))
        && text.starts_with(is_alnum)
        && text.ends_with(is_alnum)
        && !text.contains("..")
}

fn is_tag(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.'))
        && text.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '_')
}
