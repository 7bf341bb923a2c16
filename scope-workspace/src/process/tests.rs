use std::fs;
use std::path::Path;

use super::*;

const LONG: Duration = Duration::from_mins(1);

fn within(time: Duration) -> Watch {
    Watch::within(time, &CancelToken::new())
}

/// Runs a script, and hands over what it prints.
fn run_with(
    text: &str,
    input: &[u8],
    take: &mut dyn FnMut(&[u8]) -> bool,
    watch: &Watch,
    check: &mut dyn FnMut() -> Result<(), Stop>,
) -> Result<Ended, Stop> {
    let mut command = Command::new("sh");
    command.args(["-c", text]);
    Run {
        watch,
        input,
        output: Some(take),
        line: &mut |_| false,
        check,
    }
    .run(command)
}

/// Runs a script within a minute, and returns what it printed.
fn printed(text: &str, input: &[u8]) -> (Ended, Vec<u8>) {
    let mut all = Vec::new();
    let mut take = |bytes: &[u8]| {
        all.extend_from_slice(bytes);
        true
    };
    let ended = run_with(text, input, &mut take, &within(LONG), &mut || Ok(()));
    (ended.unwrap(), all)
}

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
fn output_comes_whole_beside_what_is_said() {
    let (ended, output) = printed("printf 'a\\0b'; echo said >&2; exit 3", b"");
    assert_eq!((&*output, &*ended.said), (&b"a\0b"[..], "said"));
    assert_eq!(ended.status.code(), Some(3));
    let (_, output) = printed("head -c 300000 /dev/zero", b"");
    assert!(output == vec![0; 300_000]);
}

#[test]
fn input_of_any_length_goes_in_while_output_comes_out() {
    let bytes: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    assert!(printed("cat", &bytes).1 == bytes);
    // It need not be read, and there may be none.
    assert!(printed(":", &bytes).0.status.success());
    assert_eq!(printed("cat", b"").1, b"");
}

#[test]
fn whoever_takes_the_output_may_say_that_it_is_too_much() {
    let mut count = 0;
    let mut take = |bytes: &[u8]| {
        count += bytes.len();
        count <= 100_000
    };
    let stopped = run_with("cat /dev/zero", b"", &mut take, &within(LONG), &mut || {
        Ok(())
    });
    assert!(matches!(stopped, Err(Stop::TooLarge)));
    assert!(count <= 100_000 + PIECE);
}

#[test]
fn what_is_said_is_shown_without_secrets() {
    let (ended, _) = printed("printf 'no https://u:p@q@host/a\\033[m\\n' >&2", b"");
    assert_eq!(ended.said, "no https://***@host/a[m");
}

#[test]
fn the_end_of_the_program_decides_and_what_it_left_behind_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    // Both hold the pipes; the second has left the group.
    let text = format!(
        "sleep 300 & echo $! >>{0}; sh -c 'setsid sleep 300 & echo $! >>{0}; wait' & \
         while [ $(wc -l <{0}) != 2 ]; do sleep 0.01; done; echo last; echo words >&2",
        pids.display()
    );
    let start = Instant::now();
    let (ended, output) = printed(&text, b"");
    assert!(start.elapsed() < LONG / 2);
    assert_eq!((&*output, &*ended.said), (&b"last\n"[..], "words"));
    wait_until_gone(&pids);
    // Nor does what holds no pipe run on.
    fs::remove_file(&pids).unwrap();
    let text = format!("sleep 300 >/dev/null 2>&1 & echo $! >{}", pids.display());
    printed(&text, b"");
    wait_until_gone(&pids);
}

#[test]
fn a_program_that_closes_its_pipes_is_still_waited_for() {
    let (ended, _) = printed("exec >&- 2>&-; sleep 0.3; exit 4", b"");
    assert_eq!(ended.status.code(), Some(4));
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
    let mut check = || {
        if lines() < 2 {
            Ok(())
        } else {
            Err(Stop::TooLarge)
        }
    };
    let stopped = run_with(&text, b"", &mut |_| true, &within(LONG), &mut check);
    assert!(matches!(stopped, Err(Stop::TooLarge)), "{stopped:?}");
    wait_until_gone(&pids);
}

#[test]
fn limits_hold_while_it_floods() {
    for flood in ["yes ''", "yes", "cat /dev/zero"] {
        for to in [">&2", "", ">&2 | cat"] {
            let text = format!("{flood} {to}");
            let start = Instant::now();
            let watch = within(Duration::from_millis(200));
            let stopped = run_with(&text, b"", &mut |_| true, &watch, &mut || Ok(()));
            assert!(matches!(stopped, Err(Stop::TimedOut)), "{text}");
            assert!(start.elapsed() < LONG / 4, "{text}");
        }
    }
}

#[test]
fn a_limit_is_asked_about_once_more_at_the_end() {
    let stopped = run_with(":", b"", &mut |_| true, &within(LONG), &mut || {
        Err(Stop::TooLarge)
    });
    assert!(matches!(stopped, Err(Stop::TooLarge)));
}
