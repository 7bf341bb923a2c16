//! The programs that steps run.

use crate::repo::Repo;
use crate::step::Failure;
use std::ffi::OsStr;
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// A program that a step needs, and how to get it where it is missing.
pub(crate) struct Tool {
    /// The program, looked up on the `PATH`.
    pub(crate) program: &'static str,
    /// What to do when it is not there.
    pub(crate) get: &'static str,
}

pub(crate) const CARGO: Tool = Tool {
    program: "cargo",
    get: "install Rust with rustup",
};
pub(crate) const RUSTC: Tool = Tool {
    program: "rustc",
    get: "install Rust with rustup",
};
pub(crate) const GIT: Tool = Tool {
    program: "git",
    get: "apt-get install git",
};
pub(crate) const GCC: Tool = Tool {
    program: "gcc",
    get: "apt-get install gcc",
};
pub(crate) const PYTHON: Tool = Tool {
    program: "python3",
    get: "apt-get install python3",
};
pub(crate) const VALGRIND: Tool = Tool {
    program: "valgrind",
    get: "apt-get install valgrind libc6-dbg",
};

pub(crate) const NODE: Tool = Tool {
    program: "node",
    get: "install Node 20 or later",
};

/// A program that the step itself compiled; for [`Tool::run_at`].
pub(crate) const COMPILED: Tool = Tool {
    program: "a program that was just compiled",
    get: "this step compiles it",
};

impl Tool {
    /// A run of the program in the repository's root with these arguments, separated by white space.
    pub(crate) fn run(&self, repo: &Repo, args: &str) -> Run<'_> {
        self.run_at(repo, Path::new(self.program)).args(args)
    }

    /// A run of the program where it is not on the `PATH`, but here, without arguments yet.
    pub(crate) fn run_at(&self, repo: &Repo, path: &Path) -> Run<'_> {
        let mut command = Command::new(path);
        command.current_dir(&repo.root).stdin(Stdio::null());
        Run {
            tool: self,
            command,
        }
    }
}

/// A run of a program that has not begun.
pub(crate) struct Run<'a> {
    tool: &'a Tool,
    command: Command,
}

impl Run<'_> {
    /// Adds an argument as it is.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments, separated by white space.
    pub(crate) fn args(mut self, args: &str) -> Self {
        self.command.args(args.split_whitespace());
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the program in sight of the user; an exit status other than 0 is a failure.
    pub(crate) fn show(mut self) -> Result<(), Failure> {
        let status = self.show_status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("`{self}` ended with {status}").into())
        }
    }

    /// Runs the program in sight of the user; hands back the code that it ended with.
    pub(crate) fn show_code(mut self) -> Result<i32, Failure> {
        let status = self.show_status()?;
        status
            .code()
            .ok_or_else(|| format!("`{self}` ended with {status}").into())
    }

    fn show_status(&mut self) -> Result<ExitStatus, Failure> {
        println!("$ {self}");
        self.command
            .status()
            .map_err(|error| self.not_started(&error))
    }

    /// Runs the program and hands back what it printed; an exit status other than 0 is a failure.
    pub(crate) fn read(self) -> Result<String, Failure> {
        let shown = self.to_string();
        let (ok, out, err) = self.try_read()?;
        if ok {
            Ok(out)
        } else {
            Err(format!("`{shown}` failed:\n{err}").into())
        }
    }

    /// Runs the program; hands back whether it succeeded, its output, and its errors.
    pub(crate) fn try_read(mut self) -> Result<(bool, String, String), Failure> {
        let output = self
            .command
            .output()
            .map_err(|error| self.not_started(&error))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((
            output.status.success(),
            text(&output.stdout),
            text(&output.stderr),
        ))
    }

    fn not_started(&self, error: &std::io::Error) -> Failure {
        let Tool { program, get } = self.tool;
        match error.kind() {
            ErrorKind::NotFound => format!("{program} is missing; to get it: {get}").into(),
            _ => format!("{program} does not start: {error}").into(),
        }
    }
}

/// As a shell would read it, near enough to copy.
fn quoted(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    if text.is_empty() || text.contains(char::is_whitespace) {
        format!("'{text}'")
    } else {
        text.into()
    }
}

impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.command.get_envs() {
            write!(
                f,
                "{}={} ",
                name.display(),
                quoted(value.unwrap_or_default())
            )?;
        }
        f.write_str(&quoted(self.command.get_program()))?;
        self.command
            .get_args()
            .try_for_each(|arg| write!(f, " {}", quoted(arg)))
    }
}
