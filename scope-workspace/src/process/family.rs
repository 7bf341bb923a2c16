//! Ending a process group with what its members started, also where that left the group.

use std::collections::HashSet;
use std::fs;

use rustix::process::{
    Pid, PidfdFlags, Signal, getpid, kill_process, kill_process_group, pidfd_open,
    pidfd_send_signal,
};

/// How often new descendants are looked for. What is found is stopped, so that each round finds only what was started
/// during the one before.
const ROUNDS: usize = 32;

/// A process, as `/proc` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
    /// In clock ticks since the machine started: together with the number, no other process has it.
    started: u64,
}

/// Kills a process group, and all descendants of its members that can be found. Its leader must not have been collected:
/// until then, nobody else has its number.
pub(super) fn end(leader: Pid) {
    // Any of these may have ended by itself. What is stopped starts nothing new.
    let _ = kill_process_group(leader, Signal::STOP);
    let mut outside = HashSet::new();
    for _ in 0..ROUNDS {
        let found = descendants(&processes(), leader.as_raw_nonzero().get());
        let new: Vec<Process> = found
            .into_iter()
            .filter(|process| outside.insert(*process))
            .collect();
        if new.is_empty() {
            break;
        }
        for process in new {
            send(process, Signal::STOP);
        }
    }
    let _ = kill_process_group(leader, Signal::KILL);
    for process in outside {
        send(process, Signal::KILL);
    }
}

/// The descendants of a group's members that are not in the group.
fn descendants(all: &[Process], group: i32) -> Vec<Process> {
    let mut family: HashSet<i32> = all
        .iter()
        .filter(|process| process.group == group || process.pid == group)
        .map(|process| process.pid)
        .collect();
    loop {
        let before = family.len();
        for process in all {
            if family.contains(&process.parent) {
                family.insert(process.pid);
            }
        }
        if family.len() == before {
            break;
        }
    }
    all.iter()
        .filter(|process| process.group != group && family.contains(&process.pid))
        .copied()
        .collect()
}

/// All processes that this one can see; none where `/proc` is missing or shows another namespace's numbers.
fn processes() -> Vec<Process> {
    let own = getpid().as_raw_nonzero().to_string();
    if !fs::read_link("/proc/self").is_ok_and(|seen| seen.as_os_str() == &*own) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

fn process(pid: i32) -> Option<Process> {
    parse(pid, &fs::read(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads `pid (name) state parent group …`; the name may hold anything, parentheses too.
fn parse(pid: i32, stat: &[u8]) -> Option<Process> {
    let end = stat.iter().rposition(|&byte| byte == b')')?;
    let rest = std::str::from_utf8(&stat[end + 1..]).ok()?;
    let mut fields = rest.split_ascii_whitespace();
    let _state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let started = fields.nth(16)?.parse().ok()?;
    Some(Process {
        pid,
        parent,
        group,
        started,
    })
}

/// Signals a process, and no other that has its number since.
fn send(to: Process, signal: Signal) {
    let Some(pid) = Pid::from_raw(to.pid) else {
        return;
    };
    let handle = pidfd_open(pid, PidfdFlags::empty());
    if process(to.pid).is_none_or(|now| now.started != to.started) {
        return;
    }
    // It may end at any time by itself.
    let _ = match handle {
        Ok(handle) => pidfd_send_signal(handle, signal),
        Err(_) => kill_process(pid, signal),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let fields = "S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 5 6";
        for name in ["sh", "a b", ") S 1 1 (", ""] {
            let stat = format!("12 ({name}) {fields}\n");
            let expected = Process {
                pid: 12,
                parent: 7,
                group: 8,
                started: 4242,
            };
            assert_eq!(parse(12, stat.as_bytes()), Some(expected), "{name}");
        }
        for stat in ["", "12 (sh", "12 (sh) S 7", "12 (sh) S x 8"] {
            assert_eq!(parse(12, stat.as_bytes()), None, "{stat}");
        }
    }

    #[test]
    fn descendants_are_found_through_what_left_the_group() {
        let all = [
            (5, 1, 5),
            (6, 5, 5),
            (9, 7, 7),
            (7, 6, 7),
            (8, 1, 8),
            (3, 8, 5),
        ]
        .map(|(pid, parent, group)| Process {
            pid,
            parent,
            group,
            started: 0,
        });
        let found: Vec<i32> = descendants(&all, 5).iter().map(|found| found.pid).collect();
        assert_eq!(found, [9, 7]);
    }
}
