//! What tests ask of the machine: programs of their own, and to be told what it lacks.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

/// Says what was not shown and the first line of why, past what captures a test's output; `cargo xtask test` repeats it in
/// its summary.
pub(crate) fn not_shown(what: &str, why: &str) {
    let why = why.trim().lines().next().unwrap_or("no reason was given");
    let line = format!("{what} ({why})\n");
    let _ = write!(std::io::stderr(), "not shown here: {line}");
    if let Some(path) = std::env::var_os("SCOPE_NOT_SHOWN") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        file.and_then(|mut file| file.write_all(line.as_bytes()))
            .expect("a file for what was not shown");
    }
}

/// Copies a program, or a script, to where it can be run. Another process does: the system runs no file that somebody
/// writes to, and what another thread starts at that moment has a copy of this process's handles until it runs.
pub(crate) fn install(from: &Path, to: &Path) {
    let copied = Command::new("install")
        .args(["-m", "755", "--"])
        .args([from, to])
        .output()
        .expect("install is missing; to get it: apt-get install coreutils");
    let said = String::from_utf8_lossy(&copied.stderr);
    assert!(copied.status.success(), "{said}");
}
