//! What a program says on standard error, line by line: what the caller leaves is kept, but only the end of it.

/// The most bytes of a line that are looked at; the rest of it is thrown away.
const LINE: usize = 2048;

/// The most bytes of lines that are kept.
const KEPT: usize = 4096;

/// Takes standard error in pieces. Holds one line and the end of what the caller leaves, however much comes.
#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    is_cut: bool,
    kept: String,
}

impl Lines {
    /// Takes the next bytes. `take` is given each line, and says whether it took it.
    pub(super) fn take(&mut self, bytes: &[u8], take: &mut dyn FnMut(&str) -> bool) {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            self.add(&rest[..at]);
            self.end_line(take);
            rest = &rest[at + 1..];
        }
        self.add(rest);
    }

    /// Returns the last lines that were left, in whole lines.
    pub(super) fn end(mut self, take: &mut dyn FnMut(&str) -> bool) -> String {
        self.end_line(take);
        cut_front(&mut self.kept);
        self.kept.truncate(self.kept.trim_end().len());
        self.kept
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = LINE - self.line.len();
        self.is_cut |= bytes.len() > room;
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end_line(&mut self, take: &mut dyn FnMut(&str) -> bool) {
        if self.line.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(&self.line);
        let text = if self.is_cut {
            // Half a URL could not be told from a whole one, and its password would not be found.
            let whole = text.rfind(char::is_whitespace).unwrap_or(0);
            format!("{} …", &text[..whole])
        } else {
            text.into_owned()
        };
        self.line.clear();
        self.is_cut = false;
        if take(&text) || text.trim().is_empty() {
            return;
        }
        self.kept.push_str(&text);
        self.kept.push('\n');
        // Not at every line: each cut moves what stays.
        if self.kept.len() > 4 * KEPT {
            cut_front(&mut self.kept);
        }
    }
}

/// Takes whole lines away at the front until the rest is short enough. A line is never cut.
fn cut_front(kept: &mut String) {
    if let Some(over) = kept.len().checked_sub(KEPT + 1) {
        let end = kept.as_bytes()[over..]
            .iter()
            .position(|&byte| byte == b'\n');
        kept.drain(..end.map_or(kept.len(), |end| over + end + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        let mut lines = Lines::default();
        let mut take = |line: &str| line.contains('%');
        for piece in bytes.chunks(7) {
            lines.take(piece, &mut take);
        }
        lines.end(&mut take)
    }

    #[test]
    fn the_end_of_what_was_said_is_kept_in_whole_lines() {
        assert_eq!(said(b""), "");
        assert_eq!(said(b"\n\r\n \n"), "");
        assert_eq!(said(b"one\ra%\n\ntwo"), "one\ntwo");
        let many = (0..100_000).map(|line| format!("line {line}"));
        let many = many.collect::<Vec<_>>().join("\n") + "\n";
        let kept = said(many.as_bytes());
        assert!(
            kept.len() <= KEPT && kept.len() > KEPT - 20,
            "{}",
            kept.len()
        );
        assert!(many.ends_with(&format!("\n{kept}\n")));
    }

    #[test]
    fn a_line_that_is_cut_ends_before_what_may_be_half_a_url() {
        let line = format!("fatal: {} https://user:secret", "x".repeat(LINE - 20));
        assert_eq!(
            said(format!("{line}word@host/\nnext\n").as_bytes()),
            format!("fatal: {} …\nnext", "x".repeat(LINE - 20))
        );
        assert_eq!(said("x".repeat(9999).as_bytes()), " …");
    }
}
