//! The system calls of a program.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// The system calls of a run, each on a line as strace prints it.
///
/// # Panics
///
/// Where strace is missing, or the program fails.
#[must_use]
pub fn traced<A: AsRef<OsStr>>(program: &Path, args: &[A]) -> Vec<String> {
    let output = Command::new("strace")
        .arg(program)
        .args(args)
        .output()
        .expect("strace is missing; to get it: apt-get install strace");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "strace: {text}");
    // Builds with checks ask of each file whether it is open before they close it.
    let counts = |line: &&str| !line.contains("F_GETFD");
    text.lines().filter(counts).map(str::to_owned).collect()
}
