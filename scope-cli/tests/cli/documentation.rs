//! Completions, the manual and the help come out of the command.

use std::process::Command;

use crate::run::{root, scope};

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = scope(&["completions", shell]).good();
        for word in ["repository", "worktree", "version-hash", "default-scope"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_takes_its_completions() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("scope.bash");
    std::fs::write(&file, scope(&["completions", "bash"]).good()).unwrap();
    match Command::new("bash").arg("-n").arg(&file).status() {
        Ok(status) => assert!(status.success()),
        Err(error) => eprintln!("not tried, bash cannot be run: {error}"),
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let page = scope(&["man"]).good();
    assert!(page.contains(".TH scope 1"), "{page}");
    assert!(page.contains("some item is invalid"), "{page}");
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("man");
    if dir.exists() {
        std::fs::remove_dir_all(&dir).unwrap();
    }
    assert_eq!(scope(&["man", dir.to_str().unwrap()]).good(), "");
    for page in [
        "scope",
        "scope-parse",
        "scope-key-branch",
        "scope-alias-version-hash",
    ] {
        let text = std::fs::read_to_string(dir.join(page).with_extension("1")).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    assert!(scope(&["--help"]).good().contains("Exit status:"));
    assert!(scope(&["help", "key", "branch"]).good().contains("--path"));
    let version = format!("scope {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(scope(&["--version"]).good(), version);
}

#[test]
fn the_readme_names_every_command() {
    let readme = std::fs::read_to_string(root().join("scope-cli/README.md")).unwrap();
    let help = scope(&["--help"]).good();
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let mut count = 0;
    for line in commands.take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        count += 1;
        assert!(
            name == "help" || readme.contains(&format!("scope {name}")),
            "{name}"
        );
    }
    assert!(count > 10, "{help}");
}
