//! Running the real git program: without prompts, hooks, or anything that a caller's text could name; with limits, with
//! progress, and stopped with all that it started.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::Command;
use std::time::Instant;

use scope_core::{ErrorCode, Part};

use crate::error::{Error, said};
use crate::job::{Job, Progress};
use crate::options::Options;
use crate::process::{self, End, Limits, Line, Output, Stopped, Streams};
use crate::redact::redacted_output;
use scope_fs::Dir;
use scope_fs::tree;

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

/// One run of git in a directory.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    /// Where it runs; what it puts there counts against the limit.
    pub(crate) dir: &'a Dir,
    /// What errors are about: a URL, without what may be a password.
    pub(crate) about: &'a str,
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
        let streams = Streams {
            input: None,
            output: Output::Discard,
            read_line,
        };
        let cancel = job.cancel.clone();
        let mut check = || self.is_within_size(|| cancel.is_cancelled());
        let limits = Limits {
            deadline: self.deadline,
            check: Some(&mut check),
        };
        let ended = process::run(&mut command, streams, limits, job)
            .map_err(|stopped| self.stopped(&stopped))?;
        let status = match ended.end {
            End::Exited(status) if !status.success() => status,
            End::Exited(_) | End::Enough => return Ok(()),
        };
        let mut detail = redacted_output(&ended.said);
        if detail.is_empty() {
            detail = status.to_string();
        }
        Err(self.fault(ErrorCode::GitFailed).with_detail(detail))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.options.git);
        forget_environment(&mut command);
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
            // What is made can be read by every git, and by libgit2.
            .env("GIT_DEFAULT_REF_FORMAT", "files")
            .env("GIT_DEFAULT_HASH", "sha1");
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

    /// Whether what is in the directory is within the limit. Measuring ends as soon as that is known, or as soon as the
    /// run is to be stopped anyway.
    fn is_within_size(&self, is_cancelled: impl Fn() -> bool) -> bool {
        let most = self.options.limits.bytes;
        let mut go_on = |bytes| {
            let is_late = self.deadline.is_some_and(|end| Instant::now() >= end);
            bytes <= most && !is_cancelled() && !is_late
        };
        // What cannot be measured while it is at work is looked at again in a moment.
        tree::measure_while(self.dir, &mut go_on).map_or(true, |size| size.bytes <= most)
    }

    fn stopped(&self, stopped: &Stopped) -> Error {
        let failed = |code, detail| {
            let program = self.options.git.to_string_lossy();
            Error::new(code, Part::Git, program).with_detail(detail)
        };
        match stopped {
            Stopped::Cancelled => self.fault(ErrorCode::Cancelled),
            Stopped::TimedOut => self.fault(ErrorCode::TimedOut),
            Stopped::OverLimit | Stopped::TooMuchOutput => self.fault(ErrorCode::TooLarge),
            Stopped::NotStarted(error) => {
                let code = match error.kind() {
                    ErrorKind::NotFound | ErrorKind::PermissionDenied => ErrorCode::GitNotFound,
                    _ => ErrorCode::IoFailed,
                };
                failed(code, error.to_string())
            }
            Stopped::System(errno) => failed(ErrorCode::IoFailed, said(*errno)),
        }
    }

    fn fault(&self, code: ErrorCode) -> Error {
        Error::new(code, Part::Url, self.about)
    }
}

/// Keeps from a git what this process's environment may tell it and the operator did not mean for it, and sets the language
/// of what it says.
pub(crate) fn forget_environment(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if is_forgotten(&name) {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C.UTF-8");
}

/// Whether a variable of the environment is kept from git.
fn is_forgotten(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let is_gits = bytes.starts_with(b"GIT_") && !OPERATORS.iter().any(|kept| name == *kept);
    // It asks a person, or says things in another language whatever else is set.
    is_gits || name == "SSH_ASKPASS" || name == "LANGUAGE"
}

/// What a line of git's standard error is.
fn read_line(line: &str) -> Line {
    match progress(line) {
        Some(progress) => Line::Progress(progress),
        // That it began says nothing of why it failed.
        None if line.starts_with("Cloning into ") => Line::Ignore,
        None => Line::Keep,
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
        phase: redacted_output(phase).trim().to_owned(),
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
