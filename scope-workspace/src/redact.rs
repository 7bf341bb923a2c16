//! What may be shown of what a program said: errors and progress reach logs and terminals.

/// What stands in place of user, password or token.
const HIDDEN: &str = "***";

/// Returns text that may be shown to a person: without what could steer a terminal or pass for another line, and without
/// the user information of URLs.
///
/// Line feeds stay. Other control characters go, and so do characters that turn the direction of writing; tabs and carriage
/// returns become spaces. Of a URL, what stands between `://` and the last `@` before the next slash, space or quotation
/// mark is replaced by `***`. In a URL that is percent-encoded as a whole, `%3A%2F%2F`, `%40` and `%2F` stand for these; a
/// `%40` counts as `@` in every URL. Takes linear time.
pub(crate) fn redacted_output(text: &str) -> String {
    let plain: String = text.chars().filter_map(shown).collect();
    let mut out = String::with_capacity(plain.len());
    let mut rest = &*plain;
    while let Some((start, is_encoded)) = first_url(rest) {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        rest = after;
        let authority = &rest[..authority_end(rest, is_encoded)];
        if let Some(at) = authority.rfind('@').max(authority.rfind("%40")) {
            out.push_str(HIDDEN);
            rest = &rest[at..];
        }
    }
    out.push_str(rest);
    out
}

fn shown(char: char) -> Option<char> {
    match char {
        '\n' => Some(char),
        '\t' | '\r' => Some(' '),
        // Marks, embeddings, overrides and isolates of direction, and the separators of lines and paragraphs.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            None
        }
        char if char.is_control() => None,
        char => Some(char),
    }
}

/// Where the authority of the first URL begins, and whether the URL is percent-encoded.
fn first_url(text: &str) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| {
        if starts_with(&bytes[at..], b"://") {
            Some((at + 3, false))
        } else if starts_with(&bytes[at..], b"%3a%2f%2f") {
            Some((at + 9, true))
        } else {
            None
        }
    })
}

fn authority_end(text: &str, is_encoded: bool) -> usize {
    let bytes = text.as_bytes();
    let ends = |at: &usize| {
        matches!(
            bytes[*at],
            b'/' | b' ' | b'\n' | b'\'' | b'"' | b'`' | b'<' | b'>'
        ) || is_encoded && starts_with(&bytes[*at..], b"%2f")
    };
    (0..bytes.len()).find(ends).unwrap_or(bytes.len())
}

/// Whether `bytes` begin with `start`, which is in lower case; that of `bytes` does not matter.
fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    bytes
        .get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn user_information_is_hidden_and_the_rest_stays() {
        for (text, expected) in [
            ("", ""),
            ("fatal: x", "fatal: x"),
            (
                "fatal: unable to access 'https://user:pa@ss@host.test/a/b.git/': x",
                "fatal: unable to access 'https://***@host.test/a/b.git/': x",
            ),
            ("https://token@host", "https://***@host"),
            ("https://u:p%40q@host/x", "https://***@host/x"),
            ("https://u:p%2Fq@host/x", "https://***@host/x"),
            ("https://u:p#q?r@host/x", "https://***@host/x"),
            ("https://u:p%40host/x", "https://***%40host/x"),
            (
                "url=https%3A%2F%2Fu%3Ap%40host%2Fa%40b",
                "url=https%3A%2F%2F***%40host%2Fa%40b",
            ),
            ("https%3a%2f%2fu:p@host/a@b", "https%3a%2f%2f***@host/a@b"),
            ("https://host.test/a@b", "https://host.test/a@b"),
            ("https://host.test mail a@b", "https://host.test mail a@b"),
            ("\"https://host.test\"@x", "\"https://host.test\"@x"),
            (
                "ssh://a@h/b and https://c@d/e",
                "ssh://***@h/b and https://***@d/e",
            ),
            ("://://a@b", "://://***@b"),
            // A control character must not keep a URL from being seen.
            ("https:/\u{1b}/u:p@host", "https://***@host"),
            ("one\ntwo\tthree\rfour", "one\ntwo three four"),
            ("\u{1b}[31mred\u{7}\u{9b}\u{7f}", "[31mred"),
            ("a\u{202e}b\u{2028}c\u{2069}", "abc"),
        ] {
            assert_eq!(redacted_output(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_secret_passes(
            before in "[a-z '\n]{0,8}",
            secret in "[A-Z0-9:@?#&=+.~!$^*()\\[\\]{},;|-]{1,12}",
            after in "(/[a-z@/ ]{0,12})?",
            is_encoded: bool,
        ) {
            let secret = format!("S{secret}S");
            let (start, at) = if is_encoded { ("%3A%2F%2F", "%40") } else { ("://", "@") };
            let text = format!("{before}https{start}{secret}{at}host{after}");
            let shown = redacted_output(&text);
            prop_assert_eq!(shown, format!("{before}https{start}***{at}host{after}"));
        }

        #[test]
        fn nothing_that_steers_a_terminal_passes_and_twice_changes_nothing(text: String) {
            let shown = redacted_output(&text);
            prop_assert!(shown.chars().all(|char| char == '\n' || !char.is_control()));
            prop_assert_eq!(redacted_output(&shown), shown);
        }
    }
}
