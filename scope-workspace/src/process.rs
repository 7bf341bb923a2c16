//! Running one program, bounded: whatever it prints and whatever it leaves behind, it is over in time, takes little
//! memory, and nothing that it started runs on.
//!
//! One thread does it all, by polling: what floods one pipe keeps neither the limits nor the other pipe from being
//! looked at. The end of the program decides, and not the end of its pipes, which something in the background may keep
//! open.

use std::collections::VecDeque;
use std::fs;
use std::io::{ErrorKind, Read, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, pidfd_open,
    waitid,
};

use crate::job::CancelToken;

/// How often limits are looked at, at least.
const PULSE: Duration = Duration::from_millis(100);

/// How often the end of the program is looked for where the kernel cannot tell of it.
const GLANCE: Duration = Duration::from_millis(5);

/// How much of one pipe is read before the limits are looked at again.
const PIECE: usize = 1 << 16;

/// How much is read from a pipe once the program has ended: more than any pipe holds by itself.
const MOST_LEFT: usize = 1 << 20;

/// The longest line on standard error that is read whole; of a longer one, the beginning.
const LONGEST_LINE: usize = 4096;

/// How much of standard error is kept: its end.
const MOST_SAID: usize = 4096;

/// How long something may run, and what stops it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: CancelToken,
    /// Cancelled by whoever asked, once what is still running can tell nothing more.
    pub(crate) enough: CancelToken,
}

impl Watch {
    pub(crate) fn within(time: Duration, cancel: &CancelToken) -> Self {
        Self {
            deadline: Instant::now().checked_add(time),
            cancel: cancel.clone(),
            enough: CancelToken::new(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() || self.enough.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Stop::TimedOut),
            _ => Ok(()),
        }
    }
}

/// Why a program was stopped, or not started.
#[derive(Debug)]
pub(crate) enum Stop {
    Cancelled,
    TimedOut,
    /// A limit of the caller's was passed.
    TooLarge,
    NotStarted(std::io::Error),
}

/// How a program ended by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What it said on standard error, line by line: the end of that, and nothing that the caller took.
    pub(crate) said: String,
}

/// A run of a program.
pub(crate) struct Run<'a> {
    pub(crate) watch: &'a Watch,
    /// What it reads.
    pub(crate) input: &'a [u8],
    /// Takes what it prints, in pieces, until it returns false: that is too much. `None` where it is thrown away.
    pub(crate) output: Option<&'a mut dyn FnMut(&[u8]) -> bool>,
    /// Takes a line of standard error and returns true, or leaves it to be kept.
    pub(crate) line: &'a mut dyn FnMut(&str) -> bool,
    /// Asked several times a second, whether a limit was passed.
    pub(crate) check: &'a mut dyn FnMut() -> Result<(), Stop>,
}

impl Run<'_> {
    /// Runs a program to its end, or to that of a limit. Nothing that it started, in its process group or below it, runs
    /// afterwards.
    pub(crate) fn run(mut self, mut command: Command) -> Result<Ended, Stop> {
        self.watch.check()?;
        let piped = |is: bool| if is { Stdio::piped() } else { Stdio::null() };
        command
            .stdin(piped(!self.input.is_empty()))
            .stdout(piped(self.output.is_some()))
            .stderr(Stdio::piped())
            .process_group(0);
        let mut running = Running::new(command.spawn().map_err(Stop::NotStarted)?);
        let status = self.attend(&mut running)?;
        Ok(Ended {
            status,
            said: std::mem::take(&mut running.said).end(),
        })
    }

    fn attend(&mut self, running: &mut Running) -> Result<ExitStatus, Stop> {
        let mut checked = Instant::now();
        loop {
            self.watch.check()?;
            if checked.elapsed() >= PULSE {
                (self.check)()?;
                checked = Instant::now();
            }
            // Asked first: what it had printed by its end is in the pipes then.
            let has_ended = running.has_ended();
            self.attend_pipes(running, if has_ended { MOST_LEFT } else { PIECE })?;
            if has_ended {
                (self.check)()?;
                return running.reap().map_err(Stop::NotStarted);
            }
            running.wait_for_something();
        }
    }

    /// Reads what waits in the pipes, and writes what there is room for.
    fn attend_pipes(&mut self, running: &mut Running, most: usize) -> Result<(), Stop> {
        let Running {
            stdin,
            stdout,
            stderr,
            said,
            ..
        } = running;
        if let Some(pipe) = stdin {
            match pipe.write(self.input) {
                Ok(written) => self.input = &self.input[written..],
                Err(error) if is_not_yet(&error) => {}
                // It reads no more.
                Err(_) => self.input = &[],
            }
            if self.input.is_empty() {
                *stdin = None;
            }
        }
        let output = &mut self.output;
        let mut is_taken = true;
        read_some(stdout, most, |bytes| {
            is_taken = is_taken && output.as_mut().is_none_or(|output| output(bytes));
        });
        read_some(stderr, most, |bytes| said.take(bytes, self.line));
        if is_taken {
            Ok(())
        } else {
            Err(Stop::TooLarge)
        }
    }
}

/// Reads at most `most` bytes without waiting; at the end, there is no pipe any more.
fn read_some<R: Read>(pipe: &mut Option<R>, most: usize, mut take: impl FnMut(&[u8])) {
    let mut buffer = [0; 1 << 13];
    let mut left = most;
    while let Some(open) = pipe
        && left > 0
    {
        match open.read(&mut buffer) {
            Ok(0) => *pipe = None,
            Ok(got) => {
                take(&buffer[..got]);
                left = left.saturating_sub(got);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_not_yet(&error) => return,
            Err(_) => *pipe = None,
        }
    }
}

fn is_not_yet(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// A program that is running. What is left of it is ended when this is dropped.
struct Running {
    child: Child,
    id: Option<Pid>,
    /// Becomes readable when it ends.
    ended: Option<OwnedFd>,
    stdin: Option<ChildStdin>,
    stdout: Option<std::process::ChildStdout>,
    stderr: Option<std::process::ChildStderr>,
    said: Said,
    is_reaped: bool,
}

impl Running {
    fn new(mut child: Child) -> Self {
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let mut running = Self {
            id,
            ended: id.and_then(|id| pidfd_open(id, PidfdFlags::empty()).ok()),
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            said: Said::default(),
            is_reaped: false,
            child,
        };
        running.never_wait();
        running
    }

    /// No pipe is waited for but by polling.
    fn never_wait(&mut self) {
        let pipes = [
            self.stdin.as_ref().map(AsFd::as_fd),
            self.stdout.as_ref().map(AsFd::as_fd),
            self.stderr.as_ref().map(AsFd::as_fd),
        ];
        for pipe in pipes.into_iter().flatten() {
            // A pipe takes this flag on every system.
            let _ = rustix::io::ioctl_fionbio(pipe, true);
        }
    }

    /// Whether it has ended. It stays there to be reaped, so that its number is nobody else's.
    fn has_ended(&self) -> bool {
        let Some(id) = self.id else { return true };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(id), options), Ok(None))
    }

    /// Waits until there is something to do, or for a moment.
    fn wait_for_something(&self) {
        let ended = self.ended.as_ref().map(|fd| (fd.as_fd(), PollFlags::IN));
        let stdin = self.stdin.as_ref().map(|fd| (fd.as_fd(), PollFlags::OUT));
        let stdout = self.stdout.as_ref().map(|fd| (fd.as_fd(), PollFlags::IN));
        let stderr = self.stderr.as_ref().map(|fd| (fd.as_fd(), PollFlags::IN));
        let all: Vec<(BorrowedFd<'_>, PollFlags)> = [ended, stdin, stdout, stderr]
            .into_iter()
            .flatten()
            .collect();
        let mut polled: Vec<PollFd<'_>> = all
            .iter()
            .map(|(fd, flags)| PollFd::from_borrowed_fd(*fd, *flags))
            .collect();
        let longest = if self.ended.is_some() { PULSE } else { GLANCE };
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: i64::from(longest.subsec_nanos()),
        };
        // Where it fails, the loop looks again all the same.
        let _ = poll(&mut polled, Some(&timeout));
    }

    /// Ends what it left in the background, and takes its status.
    fn reap(&mut self) -> std::io::Result<ExitStatus> {
        self.end_group();
        let status = self.child.wait();
        self.is_reaped = true;
        status
    }

    /// Ends its process group. Only before it is reaped: until then, no other group has this number.
    fn end_group(&self) {
        if let Some(id) = self.id {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_reaped {
            return;
        }
        // Those that left the group are found only while what started them is there.
        let below = self.id.map(descendants).unwrap_or_default();
        self.end_group();
        for process in below {
            process.end();
        }
        let _ = self.child.wait();
    }
}

/// A process, and when it began: together no other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Process {
    id: Pid,
    parent: i32,
    began: u64,
}

impl Process {
    /// Reads `/proc/{id}/stat`: the name, which may hold anything, is in parentheses.
    fn of(id: Pid) -> Option<Self> {
        let text = fs::read(format!("/proc/{}/stat", id.as_raw_nonzero())).ok()?;
        let end = text.iter().rposition(|&byte| byte == b')')?;
        let rest = str::from_utf8(text.get(end + 2..)?).ok()?;
        let mut fields = rest.split(' ');
        Some(Self {
            id,
            parent: fields.nth(1)?.parse().ok()?,
            began: fields.nth(17)?.parse().ok()?,
        })
    }

    fn end(self) {
        if Self::of(self.id).is_some_and(|now| now.began == self.began) {
            let _ = kill_process(self.id, Signal::KILL);
        }
    }
}

/// The processes below one, as far as what started them is still there.
fn descendants(top: Pid) -> Vec<Process> {
    let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all: Vec<Process> = numbers
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(Pid::from_raw)
        .filter_map(Process::of)
        .collect();
    let mut found: Vec<Process> = Vec::new();
    let mut parents = vec![top.as_raw_nonzero().get()];
    while let Some(parent) = parents.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            parents.push(process.id.as_raw_nonzero().get());
            found.push(*process);
        }
    }
    found
}

/// What is said on standard error.
#[derive(Debug, Default)]
struct Said {
    line: Vec<u8>,
    kept: VecDeque<String>,
    length: usize,
}

impl Said {
    fn take(&mut self, bytes: &[u8], line: &mut dyn FnMut(&str) -> bool) {
        for &byte in bytes {
            if matches!(byte, b'\r' | b'\n') {
                self.end_line(line);
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(byte);
            }
        }
    }

    fn end_line(&mut self, line: &mut dyn FnMut(&str) -> bool) {
        if self.line.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(&self.line);
        if !line(&text) {
            let plain: String = text.chars().filter(|char| !char.is_control()).collect();
            self.keep(plain);
        }
        self.line.clear();
    }

    fn keep(&mut self, line: String) {
        if line.trim().is_empty() {
            return;
        }
        self.length += line.len();
        self.kept.push_back(line);
        while self.length > MOST_SAID && self.kept.len() > 1 {
            let gone = self.kept.pop_front().unwrap_or_default();
            self.length -= gone.len();
        }
    }

    /// All that is kept, with the last line, which may have no end.
    fn end(mut self) -> String {
        let last: String = String::from_utf8_lossy(&self.line)
            .chars()
            .filter(|char| !char.is_control())
            .collect();
        self.keep(last);
        Vec::from(self.kept).join("\n")
    }
}
