//! What a process says on standard error: progress, of which the newest counts, and the rest, whose end is kept.

use std::time::{Duration, Instant};

use crate::job::{Job, Progress};

/// The most bytes of a line that are looked at; the rest of it is thrown away.
const LINE: usize = 2048;

/// The most bytes of lines that are kept.
const KEPT: usize = 4096;

/// The time between two reports of progress.
const REPORT: Duration = Duration::from_millis(100);

/// How many reports may come at once where phases follow each other quickly.
const AT_ONCE: u32 = 10;

/// What a line of standard error is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// How far something is.
    Progress(Progress),
    /// Something that may explain a failure.
    Keep,
    /// Nothing of interest.
    Ignore,
}

/// Says what a line of standard error is.
pub(crate) type ReadLine = fn(&str) -> Line;

/// Takes standard error in pieces. Holds one line, the newest progress and the end of the rest, however much comes.
pub(super) struct Lines {
    read_line: ReadLine,
    line: Vec<u8>,
    is_cut: bool,
    kept: String,
    newest: Option<Progress>,
    reports: Reports,
}

impl Lines {
    pub(super) fn new(read_line: ReadLine) -> Self {
        Self {
            read_line,
            line: Vec::new(),
            is_cut: false,
            kept: String::new(),
            newest: None,
            reports: Reports::new(Instant::now()),
        }
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8], job: &mut Job<'_>) {
        let mut rest = bytes;
        while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            self.add(&rest[..at]);
            self.end_line(job);
            rest = &rest[at + 1..];
        }
        self.add(rest);
    }

    /// Reports the newest progress, if it is time again.
    pub(super) fn tell(&mut self, job: &mut Job<'_>) {
        if self.newest.is_some()
            && self.reports.is_due(Instant::now())
            && let Some(progress) = self.newest.take()
        {
            job.tell(&progress);
        }
    }

    /// Reports what is left to report, and returns the last lines that were kept.
    pub(super) fn end(mut self, job: &mut Job<'_>) -> String {
        self.end_line(job);
        if let Some(progress) = self.newest.take() {
            job.tell(&progress);
        }
        cut_front(&mut self.kept);
        self.kept.truncate(self.kept.trim_end().len());
        self.kept
    }

    fn add(&mut self, bytes: &[u8]) {
        let room = LINE - self.line.len();
        self.is_cut |= bytes.len() > room;
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end_line(&mut self, job: &mut Job<'_>) {
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
        match (self.read_line)(&text) {
            Line::Progress(progress) => self.progress(progress, job),
            Line::Keep if text.trim().is_empty() => {}
            Line::Keep => {
                self.kept.push_str(&text);
                self.kept.push('\n');
                // Not at every line: each cut moves what stays.
                if self.kept.len() > 4 * KEPT {
                    cut_front(&mut self.kept);
                }
            }
            Line::Ignore => {}
        }
    }

    /// The last of a phase is reported when the next begins, as far as reports are left; else the newest wins.
    fn progress(&mut self, progress: Progress, job: &mut Job<'_>) {
        if let Some(before) = &self.newest
            && before.phase != progress.phase
            && self.reports.may(Instant::now())
        {
            job.tell(before);
        }
        self.newest = Some(progress);
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

/// How many reports may still be made: one more each tenth of a second, and so many at once.
struct Reports {
    left: u32,
    since: Instant,
    last: Option<Instant>,
}

impl Reports {
    fn new(now: Instant) -> Self {
        Self {
            left: AT_ONCE,
            since: now,
            last: None,
        }
    }

    /// Whether the last report is long enough ago for another of the same phase; then it is counted.
    fn is_due(&mut self, now: Instant) -> bool {
        self.last.is_none_or(|last| now - last >= REPORT) && self.may(now)
    }

    /// Whether a report may be made; then it is counted.
    fn may(&mut self, now: Instant) -> bool {
        let earned = (now - self.since).as_nanos() / REPORT.as_nanos();
        if earned > 0 {
            let earned = u32::try_from(earned).unwrap_or(AT_ONCE);
            self.left = self.left.saturating_add(earned).min(AT_ONCE);
            self.since = now;
        }
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        self.last = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Line {
        match line.split_once('%') {
            Some((phase, _)) => Line::Progress(Progress {
                phase: phase.to_owned(),
                done: 1,
                total: None,
            }),
            None => Line::Keep,
        }
    }

    fn said(bytes: &[u8]) -> String {
        let mut lines = Lines::new(read_line);
        for piece in bytes.chunks(7) {
            lines.take(piece, &mut Job::default());
        }
        lines.end(&mut Job::default())
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

    #[test]
    fn phases_that_change_quickly_are_not_all_reported() {
        let mut told = Vec::new();
        let mut tell = |progress: &Progress| told.push(progress.phase.clone());
        let mut job = Job {
            progress: Some(&mut tell),
            ..Job::default()
        };
        let start = Instant::now();
        let mut lines = Lines::new(read_line);
        lines.take(b"first%\nsecond%\n", &mut job);
        for _ in 0..10_000 {
            lines.take(b"a%\nb%\n", &mut job);
            lines.tell(&mut job);
        }
        lines.take(b"last%\n", &mut job);
        lines.end(&mut job);
        assert_eq!(told[..2], ["first", "second"]);
        assert_eq!(told.last().map(String::as_str), Some("last"));
        let most = 11 + start.elapsed().as_millis() / 100;
        assert!(told.len() as u128 <= most, "{}", told.len());
    }
}
