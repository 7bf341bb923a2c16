//! What may be shown of text that others wrote: without what steers a terminal, and without the names, passwords and tokens
//! that stand before the `@` of a URL.

/// What stands in its place.
const HIDDEN: &str = "***@";

/// Returns what git, ssh or a server said as a person may see it: without the user information of URLs, and without what
/// steers a terminal or passes for another line. Line feeds stay; tabs and carriage returns become spaces; other control
/// characters go, and so do those that turn the direction of writing.
pub(crate) fn said(text: &str) -> String {
    // First, so that none of them keeps a URL from being seen.
    output(&text.chars().filter_map(shown).collect::<String>())
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

/// Returns `text` without the user information of any URL in it, also of one that is percent-encoded as a whole.
pub(crate) fn output(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, is_encoded)) = first_url(rest) {
        let (before, after) = rest.split_at(start);
        out.push_str(before);
        let ends = |char: char| char.is_whitespace() || char.is_control();
        let word = &after[..after.find(ends).unwrap_or(after.len())];
        let word = if is_encoded {
            &word[..encoded_slash(word).unwrap_or(word.len())]
        } else {
            word
        };
        rest = hide(after, word, &mut out);
    }
    out.push_str(rest);
    out
}

/// Where the authority of the first URL begins, and whether that URL is percent-encoded as a whole.
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

fn encoded_slash(text: &str) -> Option<usize> {
    (0..text.len()).find(|&at| starts_with(&text.as_bytes()[at..], b"%2f"))
}

/// Whether `bytes` begin with `start`, which is in lower case; that of `bytes` does not matter.
fn starts_with(bytes: &[u8], start: &[u8]) -> bool {
    bytes
        .get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Returns a location, as somebody gave it, without its user information. All of `text` counts as the location, whatever
/// characters it holds, and `user@host:path` is one too.
pub(crate) fn location(text: &str) -> String {
    let is_letter = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
    let mut out = String::with_capacity(text.len());
    let rest = match split_scheme(text) {
        Some((before, after)) if before.trim_end_matches("://").chars().all(is_letter) => {
            out.push_str(before);
            hide(after, after, &mut out)
        }
        _ => hide(text, text, &mut out),
    };
    out.push_str(&output(rest));
    // A query or a fragment may be a token too.
    if let Some(at) = out.find(['?', '#']) {
        out.truncate(at + 1);
        out.push_str("***");
    }
    out
}

/// Returns what of the text behind a scheme is the authority: user information, host and port.
pub(crate) fn authority(after_scheme: &str) -> &str {
    let end = after_scheme.find(['/', '?', '#']);
    &after_scheme[..end.unwrap_or(after_scheme.len())]
}

/// Splits an authority into user information, where there is any, and host: at the last `@`, since that is where curl
/// and ssh split it.
pub(crate) fn split_user(authority: &str) -> (Option<&str>, &str) {
    match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    }
}

fn split_scheme(text: &str) -> Option<(&str, &str)> {
    text.find("://").map(|at| text.split_at(at + "://".len()))
}

/// Writes what stands for the user information at the beginning of `word`, and returns `text`, which begins with the
/// word, behind that.
fn hide<'a>(text: &'a str, word: &str, out: &mut String) -> &'a str {
    match end_of_user(word) {
        Some(end) => {
            out.push_str(HIDDEN);
            &text[end..]
        }
        None => text,
    }
}

/// Where the user information at the beginning of a word ends, behind its `@`.
///
/// Wider than [`split_user`], which reads what is well formed: an escaped `@` counts, and so does one behind a `/` where
/// what stands before it can be no host and port, and so may be the beginning of a password.
fn end_of_user(word: &str) -> Option<usize> {
    let last = |text: &str| {
        let ends = ["@", "%40"].map(|at| text.rfind(at).map(|start| start + at.len()));
        ends.into_iter().flatten().max()
    };
    let authority = authority(word);
    // A `?` or `#` ends an authority, and may as well be a part of a password that nobody escaped.
    let before_slash = word.split('/').next().unwrap_or_default();
    last(before_slash).or_else(|| {
        let behind_address = authority
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'));
        let (_, host) = behind_address.unwrap_or(("", authority));
        let (_, port) = host.split_once(':')?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        if is_port { None } else { last(word) }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_user_information_is_shown() {
        for (text, shown) in [
            ("https://S@host/a/b", "https://***@host/a/b"),
            ("https://u:S@host/a/b", "https://***@host/a/b"),
            ("https://u:S@S@host/a/b", "https://***@host/a/b"),
            ("https://u%40corp:S@host/a/b", "https://***@host/a/b"),
            ("https://u:S%40host/a/b", "https://***@host/a/b"),
            ("https://u:S/S@host/a/b", "https://***@host/a/b"),
            ("https://u:S?S@host/a/b", "https://***@host/a/b"),
            ("https://u:S#S@host/a/b", "https://***@host/a/b"),
            ("https://u:S S@host/a/b", "https://***@host/a/b"),
            ("https://u:a://S@host/a/b", "https://***@host/a/b"),
            ("https://S@[::1]:1/a/b", "https://***@[::1]:1/a/b"),
            ("S@host:a/b", "***@host:a/b"),
            ("u:S@host:a/b", "***@host:a/b"),
            ("u:S/S@host:a/b", "***@host:a/b"),
            ("S@https://host/a/b", "***@https://host/a/b"),
            ("https://host/a/b?private_token=S", "https://host/a/b?***"),
            ("https://host/a/b#S", "https://host/a/b#***"),
            (
                "https://p.test/https://S@host/a",
                "https://p.test/https://***@host/a",
            ),
        ] {
            assert_eq!(location(text), shown, "{text}");
        }
        assert_eq!(
            output("a 'https://u:S@one/x' and ssh://S@two:x\nhttps://u:S/S@three"),
            "a 'https://***@one/x' and ssh://***@two:x\nhttps://***@three"
        );
    }

    #[test]
    fn all_else_stays() {
        for text in [
            "",
            "acme/widget",
            "https://host/@scope/widget",
            "https://host:8443/a@b/c",
            "https://[::1]/a@b/c",
            "C:/acme/widget",
        ] {
            assert_eq!(location(text), text);
            assert_eq!(output(text), text);
        }
        let text = "git@host.test: write to admin@host.test, or see https://host.test";
        assert_eq!(output(text), text);
    }

    #[test]
    fn a_person_sees_nothing_that_steers_a_terminal_and_no_secret() {
        for (text, expected) in [
            (
                "fatal: unable to access 'https://user:pa@ss@host.test/a/b.git/': x",
                "fatal: unable to access 'https://***@host.test/a/b.git/': x",
            ),
            ("https://u:5#q?r@host/x", "https://***@host/x"),
            (
                "url=https%3A%2F%2Fu%3Ap%40host%2Fa%40b",
                "url=https%3A%2F%2F***@host%2Fa%40b",
            ),
            ("https%3a%2f%2fu:p@host/a@b", "https%3a%2f%2f***@host/a@b"),
            ("https://host.test mail a@b", "https://host.test mail a@b"),
            // A control character must not keep a URL from being seen.
            ("https:/\u{1b}/u:p@host", "https://***@host"),
            ("one\ntwo\tthree\rfour", "one\ntwo three four"),
            ("\u{1b}[31mred\u{7}\u{9b}\u{7f}", "[31mred"),
            ("a\u{202e}b\u{2028}c\u{2069}", "abc"),
        ] {
            assert_eq!(said(text), expected, "{text:?}");
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
            let shown = said(&text);
            prop_assert_eq!(shown, format!("{before}https{start}***@host{after}"));
        }

        #[test]
        fn nothing_that_steers_a_terminal_passes_and_twice_changes_nothing(text: String) {
            let shown = said(&text);
            prop_assert!(shown.chars().all(|char| char == '\n' || !char.is_control()));
            prop_assert_eq!(said(&shown), shown);
        }
    }
}
