//! Changing references by git's own transactions: all of them or none, under git's own locks, in whichever way the
//! repository stores them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use scope_fs::Dir;

use crate::process::{Stop, Watch};

/// The most bytes of what git complains of.
const MOST_SAID: usize = 64 << 10;

/// The file that git complains into, in the shadow. Its lock is git's too, and so outlasts this process where that is
/// killed: whoever comes next knows by it whether git may still be changing references.
const SAID: &str = "said";

/// How long git may take to end once nobody tells it anything any more.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// How often it is looked whether it has.
const PULSE: Duration = Duration::from_millis(2);

/// A change of one reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) name: Vec<u8>,
    /// What it is now; `None` where it may not be there.
    pub(super) old: Option<Vec<u8>>,
    /// What it becomes; `None` where it goes.
    pub(super) new: Option<Vec<u8>>,
}

/// Changes that git has locked and found possible, and has not made.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    /// Where git complains.
    shadow: &'a Dir,
    child: Child,
    /// `None` once everything was told.
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// Why references were not changed.
#[derive(Debug)]
pub(super) enum Refusal {
    Stopped(Stop),
    /// git refused, and said this.
    Said(String),
}

impl<'a> Prepared<'a> {
    /// Has git lock references and check their old values. `command` is `git update-ref --stdin -z`; one
    /// at a time for a shadow.
    pub(super) fn new(
        mut command: Command,
        shadow: &'a Dir,
        updates: &[Update],
        watch: &Watch,
    ) -> Result<Self, Refusal> {
        let failed = |errno| Refusal::Said(crate::error::said(errno));
        // That of an earlier transaction, whose git has ended.
        match shadow.remove_file(SAID) {
            Err(Errno::NOENT) => {}
            other => other.map_err(failed)?,
        }
        let said = shadow.write_new(SAID, b"").map_err(failed)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(said);
        let mut child = command
            .spawn()
            .map_err(|error| Refusal::Stopped(Stop::NotStarted(error)))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Refusal::Said("it has no standard input".to_owned()));
        };
        // So that this process has no part in the lock any more.
        drop(command);
        let mut prepared = Self {
            shadow,
            child,
            stdin: Some(stdin),
            stdout: BufReader::new(stdout),
        };
        let mut text = b"start\0".to_vec();
        for update in updates {
            text.extend(update.written());
        }
        text.extend(b"prepare\0");
        prepared.tell(&text)?;
        prepared.expect("start: ok")?;
        prepared.expect("prepare: ok")?;
        watch.check().map_err(Refusal::Stopped)?;
        Ok(prepared)
    }

    /// Makes the changes.
    pub(super) fn commit(mut self) -> Result<(), Refusal> {
        self.tell(b"commit\0")?;
        self.expect("commit: ok")
    }

    fn tell(&mut self, text: &[u8]) -> Result<(), Refusal> {
        let stdin = self.stdin.as_mut();
        let told = stdin.is_some_and(|stdin| stdin.write_all(text).is_ok());
        if told { Ok(()) } else { Err(self.refused()) }
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Refusal> {
        let mut line = String::new();
        match self.stdout.read_line(&mut line) {
            Ok(_) if line.trim_end() == wanted => Ok(()),
            _ => Err(self.refused()),
        }
    }

    fn refused(&mut self) -> Refusal {
        self.stdin = None;
        // What it says is whole once it has ended.
        let _ = self.child.wait();
        let said = self.shadow.read_file(SAID, MOST_SAID).unwrap_or_default();
        Refusal::Said(String::from_utf8_lossy(&said).trim().to_owned())
    }
}

/// git gives its locks back, and ends, when its standard input does; killed, it would leave them.
impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.wait();
    }
}

/// Waits until the git has ended that was to change references through this shadow. Returns whether it has; it may have
/// made the changes, or not.
pub(super) fn has_ended(shadow: &Dir) -> Result<bool, Errno> {
    let start = Instant::now();
    while shadow.is_locked_file(SAID)? {
        if start.elapsed() > LAST_WORDS {
            return Ok(false);
        }
        std::thread::sleep(PULSE);
    }
    Ok(true)
}

impl Update {
    /// The change as `git update-ref --stdin -z` reads it.
    fn written(&self) -> Vec<u8> {
        let (verb, values): (&[u8], Vec<&[u8]>) = match (&self.old, &self.new) {
            (Some(old), Some(new)) => (b"update ", vec![new, old]),
            (None, Some(new)) => (b"create ", vec![new]),
            (Some(old), None) => (b"delete ", vec![old]),
            (None, None) => return Vec::new(),
        };
        let mut text = [verb, &self.name, b"\0"].concat();
        for value in values {
            text.extend(value);
            text.push(0);
        }
        text
    }
}
