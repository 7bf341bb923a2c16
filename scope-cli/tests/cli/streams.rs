//! Standard input as a stream: any number of lines, of any length, in little memory.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use crate::run::{pipe, scope, spawn};

#[test]
fn items_come_from_arguments_a_dash_or_a_pipe() {
    let both = "acme\tone\nacme\ttwo\n";
    assert_eq!(scope(&["parse", "@acme/one", "@acme/two"]).good(), both);
    assert_eq!(pipe(&["parse"], "@acme/one\n@acme/two\n").good(), both);
    assert_eq!(pipe(&["parse", "-"], "@acme/one\n@acme/two\n").good(), both);
    assert_eq!(
        pipe(&["parse", "@acme/one", "-"], "@acme/two\n").good(),
        both
    );
    // Standard input is not read where arguments say it all.
    assert_eq!(
        pipe(&["parse", "@acme/one"], "@acme/two\n").good(),
        "acme\tone\n"
    );
}

#[test]
fn the_last_line_need_not_end() {
    assert_eq!(pipe(&["parse"], "@acme/one").good(), "acme\tone\n");
    assert_eq!(pipe(&["parse"], "").good(), "");
    // An empty line is an item, and one at fault (R2).
    let stderr = pipe(&["parse"], "\n").invalid();
    assert!(stderr.starts_with("error[missing_at]: "), "{stderr}");
}

#[test]
fn faults_do_not_stop_the_rest() {
    let ran = pipe(&["parse"], b"@acme/one\nwidget\n\xFF\n\n@acme/two\n");
    assert_eq!(ran.stdout, "acme\tone\nacme\ttwo\n");
    assert_eq!(ran.stderr.matches("error[").count(), 3);
    assert!(
        ran.stderr.ends_with("error: 3 of 5 items are invalid\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_line_has_its_answer_before_the_next_is_sent() {
    let mut child = spawn(&["parse", "--print", "storage_component"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for name in ["one", "two", "three"] {
        writeln!(stdin, "@acme/{name}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("acme__{name}\n"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let mut child = spawn(&["parse"]);
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    let lines = "@acme/widget\n".repeat(1000);
    while stdin.write_all(lines.as_bytes()).is_ok() {}
    let mut stderr = String::new();
    let mut pipe = child.stderr.take().unwrap();
    pipe.read_to_string(&mut stderr).unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), stderr.as_str()),
        (Some(0), "")
    );
    for args in [&["man"][..], &["completions", "bash"], &["spec", "errors"]] {
        let mut child = spawn(args);
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), stderr.as_str()),
            (Some(0), ""),
            "{args:?}"
        );
    }
}

#[test]
fn a_line_that_is_too_long_is_refused_and_the_next_is_not() {
    let most = 1 << 20;
    // K2 sets no limit to a path, so that only the line's counts.
    for (length, is_good) in [(most, true), (most + 1, false), (5 * most, false)] {
        let input = format!("/{}\n/src/app\n", "a".repeat(length - 1));
        let ran = pipe(&["key", "repository", "--print", "display_short"], input);
        assert_eq!(ran.status, Some(i32::from(!is_good)));
        assert!(ran.stdout.ends_with("app\n"));
        assert_eq!(ran.stdout.lines().count(), if is_good { 2 } else { 1 });
        let message = "error[too_long]: the line is longer than 1048576 bytes\n";
        assert_eq!(ran.stderr.starts_with(message), !is_good, "{}", ran.stderr);
    }
}

#[cfg(target_os = "linux")]
mod memory {
    use super::*;
    use std::process::Child;

    /// The most memory, in KiB, that the process has had resident.
    fn peak(child: &Child) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap()
    }

    /// The peak after `count` pieces of input and their `answers` lines of output.
    fn peak_after(args: &[&str], piece: &[u8], count: usize, answers: usize) -> u64 {
        let mut child = spawn(args);
        let mut stdin = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut lines = output.lines();
            assert_eq!(lines.by_ref().take(answers).count(), answers);
            lines
        });
        let errors = std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        for _ in 0..count {
            stdin.write_all(piece).unwrap();
        }
        stdin.write_all(b"\n@acme/last\n").unwrap();
        // It has answered all and waits for more.
        let mut rest = reader.join().unwrap();
        let peak = peak(&child);
        drop(stdin);
        assert!(rest.all(|line| line.is_ok()));
        errors.join().unwrap().unwrap();
        child.wait().unwrap();
        peak
    }

    const MIB: u64 = 1024;

    #[test]
    fn does_not_grow_with_the_number_of_lines() {
        for format in ["text", "json", "jsonl"] {
            let args = &["parse", "--format", format];
            let extra = usize::from(format == "json") + usize::from(format != "text");
            let few = peak_after(args, b"@acme/widget:latest\n", 100, 101 + extra);
            let many = peak_after(args, b"@acme/widget:latest\n", 200_000, 200_001 + extra);
            assert!(many < few + MIB, "{format}: {few} KiB, then {many} KiB");
        }
    }

    #[test]
    fn does_not_grow_with_the_length_of_a_line() {
        let piece = vec![b'a'; 1 << 16];
        let short = peak_after(&["parse"], &piece, 1, 1);
        // 256 MiB, of which one is held.
        let long = peak_after(&["parse"], &piece, 1 << 12, 1);
        assert!(long < short + 4 * MIB, "{short} KiB, then {long} KiB");
    }
}
