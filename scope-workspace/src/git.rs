//! Running the real git program: without prompts, hooks, or anything that a caller's text could name; with limits, with
//! progress, and stopped with all that it started.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use scope_core::{ErrorCode, Part};

use crate::error::Error;
use crate::job::{Job, Progress};
use crate::options::Options;
use crate::redact;
use crate::remote::Remote;
use scope_fs::Dir;
use scope_fs::tree;

/// What makes git look at another repository, or use other settings, than the one it is started for (as `git rev-parse
/// --local-env-vars` lists them), and programs that it would ask or show something with.
const FORGOTTEN: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ASKPASS",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TEMPLATE_DIR",
    "GIT_WORK_TREE",
    "SSH_ASKPASS",
];

const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.interactive=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // What is fetched comes as one pack, which can be moved.
    "transfer.unpackLimit=1",
    "transfer.fsckObjects=true",
];

/// How often limits are looked at.
const PULSE: Duration = Duration::from_millis(100);

/// How much of what git says is kept for the detail of an error: its end.
const MOST_SAID: usize = 4096;

/// The most bytes of an answer that is kept whole.
pub(crate) const MOST_ANSWER: usize = 16 << 20;

/// Takes from a command's environment what makes git look at another repository, or use other settings, than those that
/// it is told of.
pub(crate) fn forget_variables(command: &mut Command) {
    for name in FORGOTTEN {
        command.env_remove(name);
    }
}

/// How long git may run, and what stops it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: crate::job::CancelToken,
}

impl Watch {
    pub(crate) fn within(time: Duration, cancel: &crate::job::CancelToken) -> Self {
        Self {
            deadline: Instant::now().checked_add(time),
            cancel: cancel.clone(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            Err(Stop::Cancelled)
        } else if self
            .deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
        {
            Err(Stop::TimedOut)
        } else {
            Ok(())
        }
    }
}

/// Why git gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    TimedOut,
    NotStarted(ErrorCode, String),
}

impl Stop {
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Cancelled => ErrorCode::Cancelled,
            Self::TimedOut => ErrorCode::TimedOut,
            Self::NotStarted(code, _) => *code,
        }
    }

    pub(crate) fn about(&self, error: Error) -> Error {
        match self {
            Self::NotStarted(_, said) => error.with_detail(said.clone()),
            _ => error,
        }
    }
}

/// How git ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// The exit status, for a person.
    pub(crate) status: String,
    /// What it said on standard error: the end of that.
    pub(crate) said: String,
}

/// What git's failure is, as far as it says: what the system refused it, such as room on the disk, or its own.
pub(crate) fn code_of(said: &str) -> ErrorCode {
    let of_system = [
        "No space left on device",
        "Disk quota exceeded",
        "Read-only file system",
        "Permission denied",
        "unable to write",
        "unable to create",
        "write error",
    ];
    if of_system.iter().any(|words| said.contains(words)) {
        ErrorCode::IoFailed
    } else {
        ErrorCode::GitFailed
    }
}

/// Runs git, and hands over what it prints in pieces.
pub(crate) fn ask(
    _options: &Options,
    mut command: Command,
    _watch: &Watch,
    each: &mut dyn FnMut(&[u8]),
) -> Result<Ended, Stop> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| Stop::NotStarted(ErrorCode::GitNotFound, error.to_string()))?;
    each(&output.stdout);
    Ok(Ended {
        success: output.status.success(),
        status: output.status.to_string(),
        said: redact::output(
            &String::from_utf8_lossy(&output.stderr)
                .lines()
                .filter(|line| !is_harmless(line))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    })
}

/// Whether a line on standard error takes nothing from git's answer: a list of what is ignored that is a symbolic link
/// is not followed, and then ignores nothing.
fn is_harmless(line: &str) -> bool {
    line.starts_with("warning: unable to access '")
        && [".gitignore", ".gitattributes"]
            .iter()
            .any(|list| line.ends_with(&format!("{list}': Too many levels of symbolic links")))
}

/// What git printed, where it succeeded.
pub(crate) fn answer(options: &Options, command: Command) -> Result<Vec<u8>, Error> {
    let watch = Watch::within(options.limits.time, &crate::job::CancelToken::new());
    let mut bytes = Vec::new();
    let program = options.git.to_string_lossy();
    let ended = ask(options, command, &watch, &mut |piece| {
        if bytes.len() < MOST_ANSWER {
            bytes.extend_from_slice(piece);
        }
    })
    .map_err(|stop| stop.about(Error::new(stop.code(), Part::Git, &*program)))?;
    if ended.success {
        return Ok(bytes);
    }
    Err(Error::new(ErrorCode::GitFailed, Part::Git, &*program).with_detail(ended.said))
}

/// One run of git in a directory.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    /// Where it runs; what it puts there counts against the limit.
    pub(crate) dir: &'a Dir,
    /// What it is run for, and what errors are about.
    pub(crate) remote: &'a Remote,
    /// When it has to be done.
    pub(crate) deadline: Option<Instant>,
}

impl Run<'_> {
    /// Runs git with these arguments.
    ///
    /// Fails with `git_not_found`, `git_failed`, `timed_out`, `too_large` or `cancelled`, and then nothing that it
    /// started runs any more.
    pub(crate) fn run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        environment: &[(&str, &OsStr)],
        job: &mut Job<'_>,
    ) -> Result<(), Error> {
        if job.cancel.is_cancelled() {
            return Err(self.fault(ErrorCode::Cancelled));
        }
        let mut command = self.command();
        command.args(arguments).envs(environment.iter().copied());
        let child = command.spawn().map_err(|error| {
            let program = self.options.git.to_string_lossy();
            let code = match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => ErrorCode::GitNotFound,
                _ => ErrorCode::IoFailed,
            };
            Error::new(code, Part::Git, program).with_detail(error.to_string())
        })?;
        let mut running = Running::new(child);
        let said = running.said();
        let mut said = Said::new(said);
        loop {
            let is_over = said.hear(job);
            if let Err(error) = self.within_limits(job) {
                running.stop();
                return Err(error);
            }
            if is_over {
                break;
            }
        }
        // It may have closed its output and be at work still.
        let status = loop {
            match running.child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) => thread::sleep(Duration::from_millis(2)),
                Err(_) => break None,
            }
            if let Err(error) = self.within_limits(job) {
                running.stop();
                return Err(error);
            }
        };
        running.ended = true;
        if status.is_some_and(|status| status.success()) {
            return Ok(());
        }
        let mut detail = self.remote.redact(&said.end());
        if let Some(status) = status.filter(|_| detail.is_empty()) {
            detail = status.to_string();
        }
        Err(self.fault(ErrorCode::GitFailed).with_detail(detail))
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.options.git);
        forget_variables(&mut command);
        let protocols = if self.options.allow_file_urls {
            "https:ssh:file"
        } else {
            "https:ssh"
        };
        command
            .env("GIT_ALLOW_PROTOCOL", protocols)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GCM_INTERACTIVE", "never")
            .env("GIT_FLUSH", "1")
            .env("LC_ALL", "C.UTF-8");
        if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
            // Keys and configuration as ssh has them, and no question to anybody.
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
            .current_dir(self.dir.process_path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // So that what git starts, ssh and its own parts, ends with it.
            .process_group(0);
        command
    }

    fn within_limits(&self, job: &Job<'_>) -> Result<(), Error> {
        if job.cancel.is_cancelled() {
            return Err(self.fault(ErrorCode::Cancelled));
        }
        if self
            .deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
        {
            return Err(self.fault(ErrorCode::TimedOut));
        }
        // What cannot be measured while it is at work is looked at again in a moment.
        let size = tree::measure(self.dir).map_or(0, |size| size.bytes);
        if size > self.options.limits.bytes {
            return Err(self.fault(ErrorCode::TooLarge));
        }
        Ok(())
    }

    fn fault(&self, code: ErrorCode) -> Error {
        Error::new(code, Part::Url, &*self.remote.shown)
    }
}

/// A child that is stopped, with its process group, when nobody waits for it any more.
struct Running {
    child: Child,
    ended: bool,
}

impl Running {
    fn new(child: Child) -> Self {
        Self {
            child,
            ended: false,
        }
    }

    fn said(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    fn stop(&mut self) {
        if self.ended {
            return;
        }
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
        self.ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What git says on standard error: progress, which goes on, and the rest, whose end is kept.
struct Said {
    lines: Receiver<String>,
    kept: Vec<String>,
}

impl Said {
    fn new(stream: Option<ChildStderr>) -> Self {
        let (sender, lines) = channel();
        if let Some(mut stream) = stream {
            thread::spawn(move || {
                let mut line = Vec::new();
                let mut bytes = [0; 4096];
                while let Ok(got @ 1..) = stream.read(&mut bytes) {
                    for &byte in &bytes[..got] {
                        if matches!(byte, b'\r' | b'\n') {
                            let text = String::from_utf8_lossy(&line).into_owned();
                            line.clear();
                            if sender.send(text).is_err() {
                                return;
                            }
                        } else if line.len() < MOST_SAID {
                            line.push(byte);
                        }
                    }
                }
                // Nobody may listen any more.
                let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            });
        }
        Self {
            lines,
            kept: Vec::new(),
        }
    }

    /// Listens for a moment. True once nothing more will be said.
    fn hear(&mut self, job: &mut Job<'_>) -> bool {
        let until = Instant::now() + PULSE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => match progress(&line) {
                    Some(progress) => job.tell(&progress),
                    None => self.keep(&line),
                },
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
    }

    fn keep(&mut self, line: &str) {
        // That it began says nothing of why it failed.
        if line.starts_with("Cloning into ") {
            return;
        }
        let plain: String = line.chars().filter(|char| !char.is_control()).collect();
        if !plain.trim().is_empty() {
            self.kept.push(plain);
        }
        while self.kept.iter().map(String::len).sum::<usize>() > MOST_SAID && self.kept.len() > 1 {
            self.kept.remove(0);
        }
    }

    fn end(&self) -> String {
        self.kept.join("\n")
    }
}

/// `Receiving objects:  45% (9/20), 1.2 MiB | …`, possibly after `remote: `.
fn progress(line: &str) -> Option<Progress> {
    let line = line.strip_prefix("remote: ").unwrap_or(line);
    let (phase, rest) = line.split_once(':')?;
    let (percent, rest) = rest.split_once("% (")?;
    percent.trim().parse::<u8>().ok()?;
    let (done, rest) = rest.split_once('/')?;
    let (total, _) = rest.split_once(')')?;
    // A server may have said it, and a terminal may show it.
    let plain = |char: &char| !char.is_control();
    Some(Progress {
        phase: phase
            .chars()
            .filter(plain)
            .collect::<String>()
            .trim()
            .to_owned(),
        done: done.parse().ok()?,
        total: Some(total.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_from_the_rest() {
        let line = "remote: Counting objects:  50% (3/6), done.";
        let expected = Progress {
            phase: "Counting objects".into(),
            done: 3,
            total: Some(6),
        };
        assert_eq!(progress(line), Some(expected.clone()));
        let line = "remote: \u{1b}[31mCounting\u{9b} objects:  50% (3/6), done.";
        let phase = "[31mCounting objects".into();
        assert_eq!(progress(line), Some(Progress { phase, ..expected }));
        for line in [
            "Cloning into '.'...",
            "fatal: 5% (x",
            "",
            "remote: hello: 5% (1/x)",
        ] {
            assert_eq!(progress(line), None, "{line}");
        }
    }
}
