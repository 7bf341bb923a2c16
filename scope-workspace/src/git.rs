//! Running the real git program: without prompts, hooks, or anything that a caller's text could name; with limits, with
//! progress, and stopped with all that it started.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::Command;
use std::time::{Duration, Instant};

use scope_core::{ErrorCode, Part};
use scope_fs::{Dir, tree};

use crate::error::Error;
use crate::job::{CancelToken, Job, Progress};
use crate::options::Options;
use crate::process::{self, Stop, Watch};
use crate::redact;
use crate::remote::Remote;

/// Variables of git's own that belong to the operator: where git and its configuration are, and how it connects. All others
/// that begin with `GIT_` are forgotten: they make git look at another repository, trace secrets into files, run programs,
/// or write formats that were not asked for.
const OPERATORS: &[&str] = &[
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_EXEC_PATH",
    "GIT_HTTP_LOW_SPEED_LIMIT",
    "GIT_HTTP_LOW_SPEED_TIME",
    "GIT_HTTP_MAX_REQUESTS",
    "GIT_HTTP_PROXY_AUTHMETHOD",
    "GIT_HTTP_USER_AGENT",
    "GIT_PROXY_COMMAND",
    "GIT_PROXY_SSL_CAINFO",
    "GIT_PROXY_SSL_CERT",
    "GIT_PROXY_SSL_CERT_PASSWORD_PROTECTED",
    "GIT_PROXY_SSL_KEY",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_CERT_PASSWORD_PROTECTED",
    "GIT_SSL_CERT_TYPE",
    "GIT_SSL_CIPHER_LIST",
    "GIT_SSL_KEY",
    "GIT_SSL_KEY_TYPE",
    "GIT_SSL_NO_VERIFY",
    "GIT_SSL_VERSION",
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

/// The most bytes of an answer that is kept whole: what a sync of some 200,000 files or references takes.
const MOST_ANSWER: usize = 24 << 20;

/// How often progress is told.
const TOLD: Duration = Duration::from_millis(100);

/// How much of a run may be spent on measuring what it wrote: a twentieth.
const MEASURED: u32 = 20;

/// Keeps from a git what this process's environment may tell it and the operator did not mean for it.
pub(crate) fn forget_variables(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if is_forgotten(&name) {
            command.env_remove(name);
        }
    }
}

/// Whether a variable of the environment is kept from git.
fn is_forgotten(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let is_gits = bytes.starts_with(b"GIT_") && !OPERATORS.iter().any(|kept| name == *kept);
    // It asks a person, or says things in another language whatever else is set.
    is_gits || name == "SSH_ASKPASS" || name == "LANGUAGE"
}

impl Stop {
    /// The code of a fault that is about what was asked.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Cancelled => ErrorCode::Cancelled,
            Self::TimedOut => ErrorCode::TimedOut,
            Self::TooLarge => ErrorCode::TooLarge,
            Self::NotStarted(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => ErrorCode::GitNotFound,
                _ => ErrorCode::IoFailed,
            },
        }
    }

    /// The same fault, with what the system said.
    pub(crate) fn about(&self, error: Error) -> Error {
        match self {
            Self::NotStarted(said) => error.with_detail(said.to_string()),
            _ => error,
        }
    }
}

/// How git ended.
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// The exit status, for a person.
    pub(crate) status: String,
    /// What it complained of.
    pub(crate) said: String,
}

/// What git's failure is, as far as it says: what the system refused it, such as room on the disk, or its own.
pub(crate) fn code_of(said: &str) -> ErrorCode {
    let of_system = [
        "No space left on device",
        "Disk quota exceeded",
        "Read-only file system",
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
    command: Command,
    watch: &Watch,
    input: &[u8],
    each: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<Ended, Stop> {
    let run = process::Run {
        watch,
        input,
        output: Some(each),
        line: &mut is_harmless,
        check: &mut || Ok(()),
    };
    let ended = run.run(command)?;
    Ok(Ended {
        success: ended.status.success(),
        status: ended.status.to_string(),
        said: ended.said,
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

/// Runs git, and keeps what it prints; `too_large` where that is more than any repository calls for.
pub(crate) fn ask_for_all(command: Command, watch: &Watch) -> Result<(Ended, Vec<u8>), Stop> {
    let mut bytes = Vec::new();
    let ended = ask(command, watch, &[], &mut |piece| {
        bytes.extend_from_slice(piece);
        bytes.len() <= MOST_ANSWER
    })?;
    Ok((ended, bytes))
}

/// What git printed, where it succeeded.
pub(crate) fn answer(options: &Options, command: Command) -> Result<Vec<u8>, Error> {
    let watch = Watch::within(options.limits.time, &CancelToken::new());
    let program = options.git.to_string_lossy();
    let (ended, bytes) = ask_for_all(command, &watch)
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
        let mut command = self.command();
        command.args(arguments).envs(environment.iter().copied());
        let watch = Watch {
            deadline: self.deadline,
            cancel: job.cancel.clone(),
            ..Watch::default()
        };
        let mut teller = Teller::new(job);
        let mut size = SizeLimit::new(&watch, self.dir, self.options.limits.bytes);
        let ended = process::Run {
            watch: &watch,
            input: &[],
            output: None,
            line: &mut |line| teller.take(line),
            check: &mut || size.check(),
        }
        .run(command);
        teller.end();
        // However fast it was.
        let ended = ended.and_then(|ended| size.check_now().map(|()| ended));
        let ended = ended.map_err(|stop| match &stop {
            Stop::NotStarted(_) => {
                let program = self.options.git.to_string_lossy();
                stop.about(Error::new(stop.code(), Part::Git, program))
            }
            _ => self.fault(stop.code()),
        })?;
        if ended.status.success() {
            return Ok(());
        }
        let said = if ended.said.is_empty() {
            ended.status.to_string()
        } else {
            self.remote.redact(&ended.said)
        };
        Err(self.fault(code_of(&said)).with_detail(said))
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
            // What is made can be read by every git.
            .env("GIT_DEFAULT_REF_FORMAT", "files")
            .env("LC_ALL", "C.UTF-8");
        if env::var_os("GIT_SSH_COMMAND").is_none() && env::var_os("GIT_SSH").is_none() {
            // Keys and configuration as ssh has them, and no question to anybody.
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.current_dir(self.dir.process_path());
        command
    }

    fn fault(&self, code: ErrorCode) -> Error {
        Error::new(code, Part::Url, &*self.remote.shown)
    }
}

/// How much a directory may hold. To measure it takes a walk through all that is in it, so that is done the more seldom
/// the longer it takes.
struct SizeLimit<'a> {
    watch: &'a Watch,
    dir: &'a Dir,
    most: u64,
    next: Instant,
}

impl<'a> SizeLimit<'a> {
    fn new(watch: &'a Watch, dir: &'a Dir, most: u64) -> Self {
        Self {
            watch,
            dir,
            most,
            next: Instant::now(),
        }
    }

    fn check(&mut self) -> Result<(), Stop> {
        if Instant::now() < self.next {
            return Ok(());
        }
        let began = Instant::now();
        let checked = self.check_now();
        self.next = Instant::now() + began.elapsed() * MEASURED;
        checked
    }

    fn check_now(&self) -> Result<(), Stop> {
        // Measuring ends as soon as the answer is known, or the run is to be stopped anyway.
        let mut go_on = |bytes| bytes <= self.most && self.watch.check().is_ok();
        // What cannot be measured while it is at work is looked at again in a moment.
        let size = tree::measure_while(self.dir, &mut go_on).map_or(0, |size| size.bytes);
        if size > self.most {
            Err(Stop::TooLarge)
        } else {
            Ok(())
        }
    }
}

/// Tells of progress, now and then: the newest.
struct Teller<'a, 'b> {
    job: &'a mut Job<'b>,
    told: Option<Instant>,
    newest: Option<Progress>,
}

impl<'a, 'b> Teller<'a, 'b> {
    fn new(job: &'a mut Job<'b>) -> Self {
        Self {
            job,
            told: None,
            newest: None,
        }
    }

    /// Takes a line if it is progress, or says nothing of why git failed.
    fn take(&mut self, line: &str) -> bool {
        if let Some(progress) = progress(line) {
            self.newest = Some(progress);
            if self.told.is_none_or(|told| told.elapsed() >= TOLD) {
                self.end();
            }
            return true;
        }
        line.starts_with("Cloning into ")
    }

    /// Tells what was not told yet.
    fn end(&mut self) {
        if let Some(progress) = self.newest.take() {
            self.told = Some(Instant::now());
            self.job.tell(&progress);
        }
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
    Some(Progress {
        // A server may have said it, and a terminal may show it.
        phase: redact::said(phase).trim().to_owned(),
        done: done.parse().ok()?,
        total: Some(total.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_is_told_only_what_belongs_to_the_operator() {
        for name in [
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_ASKPASS",
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_PARAMETERS",
            "GIT_CURL_VERBOSE",
            "GIT_DIR",
            "GIT_EXTERNAL_DIFF",
            "GIT_REDACT_COOKIES",
            "GIT_TEMPLATE_DIR",
            "GIT_TRACE",
            "GIT_TRACE2_EVENT",
            "GIT_TRACE_CURL",
            "GIT_TRACE_REDACT",
            "GIT_WORK_TREE",
            "GIT_WHAT_IS_NOT_YET",
            "LANGUAGE",
            "SSH_ASKPASS",
        ] {
            assert!(is_forgotten(OsStr::new(name)), "{name}");
        }
        for name in [
            "GIT_SSH_COMMAND",
            "GIT_SSL_CAINFO",
            "GIT_CONFIG_GLOBAL",
            "PATH",
            "HOME",
        ] {
            assert!(!is_forgotten(OsStr::new(name)), "{name}");
        }
    }

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
