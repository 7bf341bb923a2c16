//! Every example in the README files and the specification prints what the file says.
//!
//! An example is a block of the kind `console`. A line that begins with `$ ` is a command for sh, run at the root of the
//! repository with `scope` on the path; the lines below it, up to the next command or the end of the block, are what it
//! prints on both streams. One block is one shell. Blocks of other kinds are not run: a command to install or build is
//! shown in `sh`.
#![cfg(unix)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::run::root;

/// The files, from the root of the repository. One that is not there has no examples.
const FILES: &[&str] = &["README.md", "docs/spec.md", "scope-cli/README.md"];

/// What stands between the outputs of two commands.
const BETWEEN: char = '\u{1e}';

#[test]
fn every_example_prints_what_it_says() {
    let mut wrong = String::new();
    let mut count = 0;
    for file in FILES {
        let path = root().join(file);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => panic!("{file}: {error}"),
        };
        for (line, block) in blocks(&text) {
            let commands = commands(block);
            assert!(!commands.is_empty(), "{file}:{line}: no command");
            let printed = run(&commands);
            assert_eq!(printed.len(), commands.len(), "{file}:{line}: {printed:?}");
            for ((command, said), printed) in commands.iter().zip(printed) {
                count += 1;
                if *said != printed {
                    let _ = writeln!(wrong, "{file}:{line}:\n$ {command}\n{printed}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these print something else:\n\n{wrong}");
    assert!(count > 0, "no example at all");
}

/// The contents of `console` blocks, with the number of the line they begin at.
fn blocks(text: &str) -> Vec<(usize, &str)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((before, block)) = rest.split_once("\n```console\n") {
        let (block, after) = block.split_once("```\n").unwrap_or((block, ""));
        let begun = text.len() - rest.len() + before.len();
        blocks.push((text[..begun].matches('\n').count() + 2, block));
        rest = after;
    }
    blocks
}

/// The commands of a block, each with what it prints.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command, String::new()));
        } else if let Some((_, said)) = commands.last_mut() {
            said.push_str(line);
            said.push('\n');
        }
    }
    commands
}

/// What each command prints.
fn run(commands: &[(&str, String)]) -> Vec<String> {
    let mut script = "exec 2>&1\n".to_owned();
    for (command, _) in commands {
        // `$?` is that of the command before.
        let _ = writeln!(
            script,
            "{command}\nstatus=$?; printf '\\036'; (exit $status)"
        );
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_scope")).parent().unwrap();
    let old = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(bin.to_owned()).chain(std::env::split_paths(&old));
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(root())
        .env("PATH", std::env::join_paths(dirs).unwrap())
        .env_remove("CLICOLOR_FORCE")
        .env("LC_ALL", "C")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut printed: Vec<String> = printed.split(BETWEEN).map(String::from).collect();
    assert_eq!(printed.pop().as_deref(), Some(""));
    printed
}
