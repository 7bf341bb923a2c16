//! Runs the command as a shell does. Expected values come from the specification.

mod checkout;
mod diagnostics;
mod documentation;
mod examples;
mod exit_status;
mod formats;
#[cfg(target_os = "linux")]
#[path = "../../../scope-git/tests/common/machine.rs"]
mod machine;
mod operations;
mod readme;
mod run;
mod streams;
#[cfg(target_os = "linux")]
mod workspaces;
