//! Running one program, bounded: whatever it prints and whatever it leaves behind, it is over in time, takes little
//! memory, and nothing that it started runs on.
//!
//! One thread does it all, by polling: what floods one pipe keeps neither the limits nor the other pipe from being
//! looked at. The end of the program decides, and not the end of its pipes, which something in the background may keep
//! open.

mod family;
mod lines;

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, ioctl_fionbio};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid,
};

use crate::job::CancelToken;
use crate::redact;
use lines::Lines;

/// The longest that cancellation, the time limit and the end of a program go unnoticed.
const PULSE: Duration = Duration::from_millis(50);

/// The least time between two questions whether a limit of the caller's was passed.
const CHECK: Duration = Duration::from_millis(100);

/// How often the end of the program is looked for where the kernel cannot tell of it (before Linux 5.3).
const GLANCE: Duration = Duration::from_millis(5);

/// How much is read at once, and before the limits are looked at again: as much as a pipe holds.
const PIECE: usize = 1 << 16;

/// How much is read from a pipe once the program has ended: as much as any user may let one hold.
const MOST_LEFT: usize = 1 << 20;

/// How long a killed program is waited for. Only one that the kernel cannot stop, such as one that waits for a dead
/// network file system, takes longer.
const DEATH: Duration = Duration::from_secs(5);

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
    NotStarted(io::Error),
}

/// How a program ended by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The last lines of standard error, at most 4 KiB, that the caller did not take: as they may be shown to a person.
    pub(crate) said: String,
}

/// Takes what a program prints, in pieces cut anywhere, until it returns false: that is too much.
pub(crate) type Take<'a> = &'a mut dyn FnMut(&[u8]) -> bool;

/// A run of a program.
pub(crate) struct Run<'a> {
    pub(crate) watch: &'a Watch,
    /// What it reads.
    pub(crate) input: &'a [u8],
    /// Takes what it prints; `None` where that is thrown away.
    pub(crate) output: Option<Take<'a>>,
    /// Takes a line of standard error and returns true, or leaves it to be kept.
    pub(crate) line: &'a mut dyn FnMut(&str) -> bool,
    /// Asked several times a second, and once more after the program ended, whether a limit was passed.
    pub(crate) check: &'a mut dyn FnMut() -> Result<(), Stop>,
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Self::NotStarted(errno.into())
    }
}

impl Run<'_> {
    /// Runs a program to its end, or to that of a limit. Nothing that it started, in its process group or below it, runs
    /// afterwards.
    ///
    /// The caller says program, arguments, environment and directory; the standard streams and the process group are set
    /// here. What left both the group and the family (a daemon's double fork) is not found.
    pub(crate) fn run(mut self, mut command: Command) -> Result<Ended, Stop> {
        self.watch.check()?;
        let mut running = Running::start(&mut command, self.input, self.output.is_some())?;
        let mut output = Pipe::new(running.child.stdout.take())?;
        let mut errors = Pipe::new(running.child.stderr.take())?;
        let mut lines = Lines::default();
        let mut buffer = vec![0; PIECE];
        let mut checked = Instant::now();
        loop {
            self.watch.check()?;
            if checked.elapsed() >= CHECK {
                (self.check)()?;
                checked = Instant::now();
            }
            let time = self.watch.deadline.map_or(PULSE, |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            // Asked before the pipes are read: what it had printed by its end is in them then.
            let is_over = running.wait([&errors, &output], time.min(PULSE))?;
            let mut left = if is_over { MOST_LEFT } else { 1 };
            while left > 0 {
                let said = errors.read(&mut buffer);
                lines.take(&buffer[..said], self.line);
                let got = output.read(&mut buffer);
                if let Some(take) = &mut self.output
                    && got > 0
                    && !take(&buffer[..got])
                {
                    return Err(Stop::TooLarge);
                }
                if said + got == 0 {
                    break;
                }
                left = left.saturating_sub(said.max(got));
            }
            if is_over {
                break;
            }
        }
        let status = running.finish(errors.is_open() || output.is_open())?;
        (self.check)()?;
        Ok(Ended {
            status,
            said: redact::said(&lines.end(self.line)),
        })
    }
}

/// The end of a pipe that is read; closed at the end of what comes, and where it cannot be read.
struct Pipe(Option<OwnedFd>);

impl Pipe {
    fn new(stream: Option<impl Into<OwnedFd>>) -> Result<Self, Errno> {
        let fd = stream.map(Into::into);
        if let Some(fd) = &fd {
            // This end alone: the process's own end still blocks, as programs expect.
            ioctl_fionbio(fd, true)?;
        }
        Ok(Self(fd))
    }

    fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Reads what is there, without waiting. Returns how many bytes; 0 where there are none now.
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let Some(fd) = &self.0 else {
            return 0;
        };
        match rustix::io::read(fd, &mut *buffer) {
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Ok(0) | Err(_) => {
                self.0 = None;
                0
            }
            Ok(got) => got,
        }
    }
}

/// A program that is running. When this is dropped before it has ended, it is killed with all its family.
struct Running {
    child: Child,
    pid: Pid,
    /// Readable once the program has ended; `None` on a kernel without such handles.
    handle: Option<OwnedFd>,
    is_over: bool,
}

impl Running {
    fn start(command: &mut Command, input: &[u8], has_output: bool) -> Result<Self, Stop> {
        command
            .stdin(stdin(input)?)
            .stdout(if has_output {
                Stdio::piped()
            } else {
                Stdio::null()
            })
            .stderr(Stdio::piped())
            // So that what it starts ends with it.
            .process_group(0);
        let mut child = command.spawn().map_err(Stop::NotStarted)?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let Some(pid) = pid else {
            // No system has such a number.
            let _ = child.kill();
            return Err(Errno::SRCH.into());
        };
        Ok(Self {
            child,
            pid,
            handle: pidfd_open(pid, PidfdFlags::empty()).ok(),
            is_over: false,
        })
    }

    /// Waits until there is something to read, the program has ended, or the time is over. Returns whether it has ended;
    /// it is not reaped, so that its number stays its own.
    fn wait(&mut self, pipes: [&Pipe; 2], time: Duration) -> Result<bool, Errno> {
        let time = if self.handle.is_some() {
            time
        } else {
            time.min(GLANCE)
        };
        let handles = pipes.iter().filter_map(|pipe| pipe.0.as_ref());
        let mut ready: Vec<PollFd<'_>> = handles
            .chain(&self.handle)
            .map(|handle| PollFd::new(handle, PollFlags::IN))
            .collect();
        let time = Timespec::try_from(time).map_err(|_| Errno::INVAL)?;
        match poll(&mut ready, Some(&time)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
        let asked = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        loop {
            match waitid(WaitId::Pid(self.pid), asked) {
                Err(Errno::INTR) => {}
                Err(errno) => {
                    // Something else in this process reaps children, and the number may be another's by now.
                    self.is_over = true;
                    return Err(errno);
                }
                Ok(ended) => return Ok(ended.is_some()),
            }
        }
    }

    /// Reaps a program that has ended by itself, and ends what it left behind. Where something still holds its pipes, what
    /// has left the group is looked for too.
    fn finish(&mut self, is_held: bool) -> Result<ExitStatus, Stop> {
        if is_held {
            family::end(self.pid);
        } else {
            // The program itself is in it still, so that the number is nobody else's.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
        self.is_over = true;
        self.child.wait().map_err(Stop::NotStarted)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        family::end(self.pid);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < DEATH {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Standard input. A file in memory can neither block the writer nor raise `SIGPIPE` in a program that this is a part of.
fn stdin(bytes: &[u8]) -> Result<Stdio, Stop> {
    if bytes.is_empty() {
        return Ok(Stdio::null());
    }
    let mut file = File::from(memfd_create("input", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)
        .and_then(|()| file.rewind())
        .map_err(Stop::NotStarted)?;
    Ok(file.into())
}

#[cfg(test)]
mod tests;
