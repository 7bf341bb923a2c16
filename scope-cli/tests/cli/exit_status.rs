//! 0 where all items are valid, 1 where some are not, 2 where the command cannot be carried out.

use crate::run::{command, pipe, run_with, scope};

#[test]
fn all_valid_is_0() {
    assert_eq!(scope(&["parse", "@acme/widget"]).status, Some(0));
    assert_eq!(pipe(&["parse"], "@acme/widget\n").status, Some(0));
    assert_eq!(pipe(&["parse"], "").status, Some(0));
}

#[test]
fn one_invalid_is_1() {
    assert_eq!(scope(&["parse", "@acme/widget", "widget"]).status, Some(1));
    assert_eq!(pipe(&["parse"], "widget\n@acme/widget\n").status, Some(1));
    assert_eq!(scope(&["slug", "suggest", "日本"]).status, Some(1));
}

#[test]
fn wrong_arguments_are_2() {
    for args in [
        &["no-such-command"][..],
        &[],
        &["parse", "--no-such-option"],
        &["parse", "--format", "xml", "@acme/widget"],
        &["parse", "--print", "no_such_field", "@acme/widget"],
        &[
            "parse",
            "--print",
            "scope",
            "--format",
            "json",
            "@acme/widget",
        ],
        &["slug"],
        &["alias", "template", "one", "two"],
        &["key", "branch", "/src/app"],
        &["key", "branch", "-", "main"],
        &["workspace", "--data-dir", "/data", "acme/widget"],
        &[
            "resolve",
            "--legacy-prefix",
            "a-",
            "--no-legacy-prefix",
            "x",
        ],
        &["slug", "check", "--reserved", "abc", "abc"],
        &["completions", "no-such-shell"],
    ] {
        let ran = scope(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn an_option_that_the_library_refuses_is_2_and_says_which() {
    for (args, option, code) in [
        (
            &["resolve", "--default-scope", "Acme", "widget"][..],
            "--default-scope",
            "invalid_character",
        ),
        (
            &["resolve", "--user-id", "", "widget"],
            "--user-id",
            "empty",
        ),
        (
            &["resolve", "--system-scope", "ab", "widget"],
            "--system-scope",
            "too_short",
        ),
        (
            &["resolve", "--reserved", "abc", "--reserved=-ab", "x"],
            "--reserved",
            "invalid_start",
        ),
        (
            &["slug", "check", "--claimable", "--reserved-prefix", "", "x"],
            "--reserved-prefix",
            "empty",
        ),
        (
            &["resolve", "--legacy-prefix", "A", "x"],
            "--legacy-prefix",
            "invalid_character",
        ),
        (
            &["key", "branch", "--path", "src", "main"],
            "--path",
            "not_absolute",
        ),
        (
            &["key", "worktree", "--worktree-path", "/a/", "/a", "k"],
            "--worktree-path",
            "trailing_separator",
        ),
        (
            &["workspace", "--data-dir", "d", "--user-id", "u", "a/b"],
            "--data-dir",
            "not_absolute",
        ),
        (
            &["workspace", "--data-dir", "/d", "--user-id", "u", "a/b"],
            "--user-id",
            "invalid_uuid",
        ),
    ] {
        let stderr = scope(args).refused();
        assert!(stderr.starts_with(&format!("error[{code}]: ")), "{stderr}");
        assert!(stderr.contains(&format!("--> {option}\n")), "{stderr}");
    }
}

#[test]
fn a_file_that_is_not_there_is_2() {
    let stderr = scope(&["alias", "version-hash", "--file", "no such file"]).refused();
    assert!(
        stderr.starts_with("error: cannot read no such file: "),
        "{stderr}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_2() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = command(["parse", "@acme/widget"]);
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with("error: cannot write to standard output: "),
        "{stderr}"
    );
}

#[test]
fn quiet_says_nothing_but_by_the_status() {
    for format in ["text", "json", "jsonl"] {
        for (items, status) in [("@acme/widget\n", 0), ("@acme/widget\r\nwidget\n\n", 1)] {
            let ran = pipe(&["parse", "--quiet", "--format", format], items);
            assert_eq!(ran.status, Some(status));
            assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
        }
    }
    let ran = pipe(&["slug", "suggest", "-q"], "日本\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(1), "", "")
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf_8_is_a_fault_and_no_panic() {
    use std::os::unix::ffi::OsStrExt as _;
    let item = std::ffi::OsStr::from_bytes(b"@acme/w\xFFdget");
    let ran = run_with(command(["parse".as_ref(), item]), b"");
    let stderr = ran.invalid();
    assert!(stderr.starts_with("error[invalid_unicode]: "), "{stderr}");
    assert!(
        stderr.contains(" | @acme/w\\xFFdget\n |        ^^^^\n"),
        "{stderr}"
    );
}
