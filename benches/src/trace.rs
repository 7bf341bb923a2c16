//! The system calls of a program.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// Why no program can be traced here, where that is refused: in some containers, and while the tracer is itself traced.
///
/// # Panics
///
/// Where strace is missing.
#[must_use]
pub fn refusal() -> Option<String> {
    let probed = strace::<&str>(Path::new("true"), &[]);
    let said = || String::from_utf8_lossy(&probed.stderr).into_owned();
    (!probed.status.success()).then(said)
}

fn strace<A: AsRef<OsStr>>(program: &Path, args: &[A]) -> Output {
    Command::new("strace")
        .arg(program)
        .args(args)
        .output()
        .expect("strace is missing; to get it: apt-get install strace")
}

/// The system calls of a run, each on a line as strace prints it.
///
/// # Panics
///
/// Where strace is missing, or the program fails.
#[must_use]
pub fn traced<A: AsRef<OsStr>>(program: &Path, args: &[A]) -> Vec<String> {
    let output = strace(program, args);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "strace: {text}");
    // Builds with checks ask of each file whether it is open before they close it.
    let counts = |line: &&str| !line.contains("F_GETFD");
    text.lines().filter(counts).map(str::to_owned).collect()
}
