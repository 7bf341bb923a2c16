//! Taking user information out of text that others will read: names, passwords and tokens that stand before the `@` of a
//! URL.

/// What stands in its place.
const HIDDEN: &str = "***@";

/// Returns `text` without the user information of any URL in it: what git, ssh or a server said.
pub(crate) fn output(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = split_scheme(rest) {
        out.push_str(before);
        let word = after.split(|char: char| char.is_whitespace() || char.is_control());
        rest = hide(after, word.into_iter().next().unwrap_or_default(), &mut out);
    }
    out.push_str(rest);
    out
}

/// Returns what a program said so that it may be shown to a person: without what could steer a terminal or pass for
/// another line, and without the user information of URLs. Line feeds stay; tabs and carriage returns become spaces.
pub(crate) fn said(text: &str) -> String {
    let plain: String = text.chars().filter_map(shown).collect();
    output(&plain)
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
    last(authority).or_else(|| {
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
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        assert_eq!(
            said("a\u{1b}[31m\tb\r\nhttps://S@host/\u{202e}x"),
            "a[31m b \nhttps://***@host/x"
        );
    }

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
        let said = "git@host.test: write to admin@host.test, or see https://host.test";
        assert_eq!(output(said), said);
    }
}
