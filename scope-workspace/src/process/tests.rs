use std::fs;
use std::path::Path;

use super::*;
use crate::job::CancelToken;

fn script(text: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", text]);
    command
}

fn run_with<'a>(
    text: &str,
    input: Option<&'a [u8]>,
    output: Output<'a>,
    limits: Limits<'_>,
) -> Result<Ended, Stopped> {
    let streams = Streams {
        input,
        output,
        read_line: |_| Line::Keep,
    };
    run(&mut script(text), streams, limits, &mut Job::default())
}

fn within(time: Duration) -> Limits<'static> {
    Limits {
        deadline: Some(Instant::now() + time),
        check: None,
    }
}

const LONG: Duration = Duration::from_mins(1);

fn is_gone(pid: &str) -> bool {
    // Killed ones whose parent went first wait for somebody to collect them.
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.is_empty() || stat.contains(") Z ")
}

fn wait_until_gone(pids: &Path) {
    let text = fs::read_to_string(pids).unwrap();
    assert!(!text.is_empty());
    let start = Instant::now();
    for pid in text.split_whitespace() {
        while !is_gone(pid) {
            assert!(start.elapsed() < LONG, "{pid} still runs");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
fn output_is_captured_whole_beside_what_is_said() {
    let ended = run_with(
        "printf 'a\\0b'; echo said >&2; exit 3",
        None,
        Output::Capture(3),
        within(LONG),
    )
    .unwrap();
    assert_eq!(ended.output, b"a\0b");
    assert_eq!(ended.said, "said");
    assert!(matches!(ended.end, End::Exited(status) if status.code() == Some(3)));
}

#[test]
fn input_of_any_length_goes_in_while_output_comes_out() {
    let bytes: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for most in [bytes.len(), bytes.len() * 2] {
        let ended = run_with("cat", Some(&bytes), Output::Capture(most), within(LONG));
        assert!(ended.unwrap().output == bytes);
    }
    // It need not be read, and there may be none.
    let ended = run_with(":", Some(&bytes), Output::Discard, within(LONG)).unwrap();
    assert!(matches!(ended.end, End::Exited(status) if status.success()));
    let ended = run_with("cat", None, Output::Capture(0), within(LONG)).unwrap();
    assert_eq!(ended.output, b"");
}

#[test]
fn more_output_than_allowed_is_refused() {
    for text in ["printf abcd", "cat /dev/zero"] {
        let stopped = run_with(text, None, Output::Capture(3), within(LONG));
        assert!(matches!(stopped, Err(Stopped::TooMuchOutput)), "{text}");
    }
}

#[test]
fn a_reader_of_pieces_gets_all_or_as_much_as_it_wants() {
    let mut got = Vec::new();
    let mut reader = |piece: &[u8]| {
        got.extend_from_slice(piece);
        ControlFlow::Continue(())
    };
    let text = "head -c 300000 /dev/zero";
    let ended = run_with(text, None, Output::Pieces(&mut reader), within(LONG)).unwrap();
    assert!(matches!(ended.end, End::Exited(status) if status.success()));
    assert!(got.len() == 300_000);
    let mut count = 0;
    let mut reader = |piece: &[u8]| {
        count += piece.len();
        if count > 100_000 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let ended = run_with(
        "cat /dev/zero",
        None,
        Output::Pieces(&mut reader),
        within(LONG),
    );
    assert_eq!(ended.unwrap().end, End::Enough);
    assert!(count <= 100_000 + CHUNK);
}

#[test]
fn the_end_of_the_process_decides_and_what_it_left_behind_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    // Both hold the pipes; the second has left the group.
    let text = format!(
        "sleep 300 & echo $! >>{0}; sh -c 'setsid sleep 300 & echo $! >>{0}; wait' & \
         while [ $(wc -l <{0}) != 2 ]; do sleep 0.01; done; echo last; echo words >&2",
        pids.display()
    );
    let start = Instant::now();
    let ended = run_with(&text, None, Output::Capture(100), within(LONG)).unwrap();
    assert!(start.elapsed() < LONG / 2);
    assert_eq!((&*ended.output, &*ended.said), (&b"last\n"[..], "words"));
    wait_until_gone(&pids);
    // Nor does what holds no pipe run on.
    fs::remove_file(&pids).unwrap();
    let text = format!("sleep 300 >/dev/null 2>&1 & echo $! >{}", pids.display());
    run_with(&text, None, Output::Discard, within(LONG)).unwrap();
    wait_until_gone(&pids);
}

#[test]
fn a_process_that_closes_its_pipes_is_still_waited_for() {
    let ended = run_with(
        "exec >&- 2>&-; sleep 0.3; exit 4",
        None,
        Output::Capture(0),
        within(LONG),
    )
    .unwrap();
    assert!(matches!(ended.end, End::Exited(status) if status.code() == Some(4)));
}

#[test]
fn what_left_the_group_is_ended_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let text = format!(
        "setsid sh -c 'echo $$ >>{0}; setsid sleep 300 & echo $! >>{0}; wait' & wait",
        pids.display()
    );
    let lines = || fs::read_to_string(&pids).map_or(0, |text| text.lines().count());
    let mut check = || lines() < 2;
    let limits = Limits {
        check: Some(&mut check),
        ..within(LONG)
    };
    let stopped = run_with(&text, None, Output::Discard, limits);
    assert!(matches!(stopped, Err(Stopped::OverLimit)), "{stopped:?}");
    wait_until_gone(&pids);
}

#[test]
fn limits_hold_while_it_floods() {
    for flood in [
        "yes ''",
        "yes",
        "yes 'a: 1% (1/2)' | tr '\\n' '\\r'",
        "cat /dev/zero",
    ] {
        for to in [">&2", "", ">&2 | cat"] {
            let text = format!("{flood} {to}");
            let mut reader = |_: &[u8]| ControlFlow::Continue(());
            let start = Instant::now();
            let stopped = run_with(
                &text,
                None,
                Output::Pieces(&mut reader),
                within(Duration::from_millis(200)),
            );
            assert!(matches!(stopped, Err(Stopped::TimedOut)), "{text}");
            let mut reader = |_: &[u8]| ControlFlow::Continue(());
            let cancel = CancelToken::new();
            let streams = Streams {
                input: None,
                output: Output::Pieces(&mut reader),
                read_line: |_| Line::Keep,
            };
            let stopped = thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(200));
                    cancel.cancel();
                });
                let mut job = Job {
                    cancel: cancel.clone(),
                    progress: None,
                };
                run(&mut script(&text), streams, within(LONG), &mut job)
            });
            assert!(matches!(stopped, Err(Stopped::Cancelled)), "{text}");
            assert!(start.elapsed() < LONG / 4, "{text}");
        }
    }
}

#[test]
fn a_check_is_made_seldom_and_once_more_at_the_end() {
    let mut count = 0;
    let mut check = || {
        count += 1;
        thread::sleep(Duration::from_millis(30));
        true
    };
    let limits = Limits {
        check: Some(&mut check),
        ..within(LONG)
    };
    let start = Instant::now();
    run_with("sleep 1", None, Output::Discard, limits).unwrap();
    // At 0.1 s, each 0.6 s from then, and at the end.
    let most = 3 + start.elapsed().as_millis() / 600;
    assert!(count >= 2 && count <= most, "{count}");
    // However quickly it is done.
    let mut check = || false;
    let limits = Limits {
        check: Some(&mut check),
        ..within(LONG)
    };
    let stopped = run_with(":", None, Output::Discard, limits);
    assert!(matches!(stopped, Err(Stopped::OverLimit)));
}

#[test]
fn what_cannot_start_or_is_cancelled_before_does_not_start() {
    let streams = || Streams {
        input: None,
        output: Output::Discard,
        read_line: |_| Line::Keep,
    };
    let started = run(
        &mut Command::new("/no/such/program"),
        streams(),
        Limits::default(),
        &mut Job::default(),
    );
    assert!(matches!(started, Err(Stopped::NotStarted(_))));
    let mut job = Job::default();
    job.cancel.cancel();
    let started = run(
        &mut script("exit 1"),
        streams(),
        Limits::default(),
        &mut job,
    );
    assert!(matches!(started, Err(Stopped::Cancelled)));
}
