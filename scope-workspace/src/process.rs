//! Running one child process within bounds: its time, what it may say, and what it may start.
//!
//! Everything happens in the calling thread, with non-blocking pipes and one `poll`: there is no queue that a flood could
//! fill, and no thread that outlives the call. The end of the process decides when a run is over, not the end of its
//! pipes, which something in the background may keep open for hours.

mod family;
mod lines;

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::ops::ControlFlow;
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

use crate::job::Job;
use lines::Lines;
pub(crate) use lines::{Line, ReadLine};

/// The longest that cancellation, the time limit and the end of a process go unnoticed.
const PULSE: Duration = Duration::from_millis(50);

/// How often a process is asked whether it has ended, on a kernel that cannot say so by itself (before Linux 5.3).
const ASK: Duration = Duration::from_millis(5);

/// The least time between two checks of the caller's own limit.
const CHECK: Duration = Duration::from_millis(100);

/// A check may take one part in this many of the time.
const SHARE: u32 = 20;

/// How many bytes are read at once: as many as a pipe holds.
const CHUNK: usize = 1 << 16;

/// The most bytes that are read from a pipe after the process has ended: as many as any user may let a pipe hold.
const LEFT_OVER: usize = 1 << 20;

/// How long a killed process is waited for. Only one that the kernel cannot stop, such as one that waits for a dead
/// network file system, takes longer.
const DEATH: Duration = Duration::from_secs(5);

/// What is done with standard output.
#[cfg_attr(
    not(test),
    allow(dead_code, reason = "runs of git whose output is read use them")
)]
pub(crate) enum Output<'a> {
    /// It goes to `/dev/null`.
    Discard,
    /// It is kept, at most this many bytes of it; one more is [`Stopped::TooMuchOutput`].
    Capture(usize),
    /// It is handed over as it comes, cut anywhere. `Break` ends the process and the run ([`End::Enough`]).
    Pieces(&'a mut dyn FnMut(&[u8]) -> ControlFlow<()>),
}

/// What goes in, and what is done with what comes out.
pub(crate) struct Streams<'a> {
    /// What standard input holds; nothing where it is `None`.
    pub(crate) input: Option<&'a [u8]>,
    /// Standard output.
    pub(crate) output: Output<'a>,
    /// Says what each line of standard error is.
    pub(crate) read_line: ReadLine,
}

/// When a run is stopped, besides the cancellation of its [`Job`].
#[derive(Default)]
pub(crate) struct Limits<'a> {
    /// When it must be done.
    pub(crate) deadline: Option<Instant>,
    /// Answers whether all is still well; `false` stops the run ([`Stopped::OverLimit`]). Called at most ten times a second
    /// and so seldom that it takes at most a twentieth of the time, and once more after the process succeeded.
    pub(crate) check: Option<&'a mut dyn FnMut() -> bool>,
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The process ended.
    Exited(ExitStatus),
    /// The reader of [`Output::Pieces`] wanted no more.
    Enough,
}

/// A run that was not stopped by a limit.
#[derive(Debug)]
pub(crate) struct Ended {
    /// How it ended.
    pub(crate) end: End,
    /// What [`Output::Capture`] kept.
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "runs of git whose output is read use it")
    )]
    pub(crate) output: Vec<u8>,
    /// The last lines of standard error, at most 4 KiB, as the process wrote them: not for a person's eyes before
    /// [`redacted_output`](crate::redact::redacted_output).
    pub(crate) said: String,
}

/// Why a run did not come to its end. Nothing that it started runs any more, as far as it can be found.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The program could not be started.
    NotStarted(io::Error),
    /// The job was cancelled.
    Cancelled,
    /// The deadline passed.
    TimedOut,
    /// The check said so.
    OverLimit,
    /// There was more standard output than [`Output::Capture`] allows.
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "runs of git whose output is read tell it apart")
    )]
    TooMuchOutput,
    /// The system refused what a run needs.
    System(Errno),
}

impl From<Errno> for Stopped {
    fn from(errno: Errno) -> Self {
        Self::System(errno)
    }
}

/// Runs a program to its end, in a process group of its own.
///
/// The caller says program, arguments, environment and directory; the standard streams and the process group are set here.
/// Whatever the process does, cancellation and limits are noticed within a fraction of a second, and memory holds no more
/// than what `streams` asks for and some KiB.
///
/// When the run is stopped, the whole process group is killed, and so are processes that left the group and are still
/// descendants. After an end by itself, what is left of the group is killed too. Processes that left both the group and the
/// family (a daemon's double fork) are not found.
pub(crate) fn run(
    command: &mut Command,
    streams: Streams<'_>,
    mut limits: Limits<'_>,
    job: &mut Job<'_>,
) -> Result<Ended, Stopped> {
    if job.cancel.is_cancelled() {
        return Err(Stopped::Cancelled);
    }
    let mut running = Running::start(command, &streams)?;
    let mut errors = Pipe::new(running.child.stderr.take())?;
    let mut output = Pipe::new(running.child.stdout.take())?;
    let mut sink = Sink {
        output: streams.output,
        kept: Vec::new(),
    };
    let mut lines = Lines::new(streams.read_line);
    let mut pace = Pace::new();
    let mut buffer = vec![0; CHUNK];
    loop {
        if job.cancel.is_cancelled() {
            return Err(Stopped::Cancelled);
        }
        let now = Instant::now();
        if limits.deadline.is_some_and(|deadline| now >= deadline) {
            return Err(Stopped::TimedOut);
        }
        if let Some(check) = &mut limits.check
            && !pace.keep(now, check)
        {
            return Err(Stopped::OverLimit);
        }
        let left = limits.deadline.map(|deadline| deadline - now);
        // First, so that nothing is written to the pipes after they are read for the last time.
        let is_over = running.wait([&errors, &output], left.unwrap_or(PULSE).min(PULSE))?;
        let mut most = if is_over { LEFT_OVER } else { 1 };
        while most > 0 {
            let said = errors.read(&mut buffer);
            lines.take(&buffer[..said], job);
            let got = output.read(&mut buffer);
            match sink.take(&buffer[..got]) {
                Taken::More => {}
                Taken::TooMuch => return Err(Stopped::TooMuchOutput),
                Taken::Enough => {
                    running.stop();
                    return Ok(Ended {
                        end: End::Enough,
                        output: sink.kept,
                        said: lines.end(job),
                    });
                }
            }
            if said + got == 0 {
                break;
            }
            most = most.saturating_sub(said.max(got));
        }
        lines.tell(job);
        if is_over {
            break;
        }
    }
    let status = running.finish(errors.is_open() || output.is_open())?;
    if status.success()
        && let Some(check) = &mut limits.check
        && !check()
    {
        return Err(Stopped::OverLimit);
    }
    Ok(Ended {
        end: End::Exited(status),
        output: sink.kept,
        said: lines.end(job),
    })
}

/// Calls a check so seldom that it takes a small share of the time, however long it takes.
struct Pace(Instant);

impl Pace {
    fn new() -> Self {
        Self(Instant::now() + CHECK)
    }

    fn keep(&mut self, now: Instant, check: &mut dyn FnMut() -> bool) -> bool {
        if now < self.0 {
            return true;
        }
        let is_well = check();
        let after = Instant::now();
        self.0 = after + CHECK.max((after - now) * (SHARE - 1));
        is_well
    }
}

/// Where standard output goes.
struct Sink<'a> {
    output: Output<'a>,
    kept: Vec<u8>,
}

enum Taken {
    More,
    TooMuch,
    Enough,
}

impl Sink<'_> {
    fn take(&mut self, bytes: &[u8]) -> Taken {
        match &mut self.output {
            _ if bytes.is_empty() => Taken::More,
            Output::Discard => Taken::More,
            Output::Capture(most) if bytes.len() > *most - self.kept.len() => Taken::TooMuch,
            Output::Capture(_) => {
                self.kept.extend_from_slice(bytes);
                Taken::More
            }
            Output::Pieces(reader) => match reader(bytes) {
                ControlFlow::Continue(()) => Taken::More,
                ControlFlow::Break(()) => Taken::Enough,
            },
        }
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

/// A child that is killed with all its family when it is dropped before it has ended.
struct Running {
    child: Child,
    pid: Pid,
    /// Readable once the process has ended; `None` on a kernel without such handles.
    handle: Option<OwnedFd>,
    is_over: bool,
}

impl Running {
    fn start(command: &mut Command, streams: &Streams<'_>) -> Result<Self, Stopped> {
        command
            .stdin(input(streams.input)?)
            .stdout(match streams.output {
                Output::Discard => Stdio::null(),
                Output::Capture(_) | Output::Pieces(_) => Stdio::piped(),
            })
            .stderr(Stdio::piped())
            // So that what it starts ends with it.
            .process_group(0);
        let mut child = command.spawn().map_err(Stopped::NotStarted)?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let Some(pid) = pid else {
            // No system has such a number.
            let _ = child.kill();
            return Err(Stopped::System(Errno::SRCH));
        };
        Ok(Self {
            child,
            pid,
            handle: pidfd_open(pid, PidfdFlags::empty()).ok(),
            is_over: false,
        })
    }

    /// Waits until there is something to read, the process has ended, or the time is over. Returns whether it has ended;
    /// it is not collected, so that its number stays its own.
    fn wait(&mut self, pipes: [&Pipe; 2], time: Duration) -> Result<bool, Errno> {
        let time = if self.handle.is_some() {
            time
        } else {
            time.min(ASK)
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
                    // Something else in this process collects children, and the number may be another's by now.
                    self.is_over = true;
                    return Err(errno);
                }
                Ok(ended) => return Ok(ended.is_some()),
            }
        }
    }

    /// Collects a process that has ended by itself, and ends what it left behind. Where something still holds its pipes,
    /// what has left the group is looked for too.
    fn finish(&mut self, is_held: bool) -> Result<ExitStatus, Stopped> {
        if is_held {
            family::end(self.pid);
        } else {
            // The process itself is in it still, so that the number is nobody else's.
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
        self.is_over = true;
        self.child
            .wait()
            .map_err(|error| Stopped::System(scope_fs::errno_of(&error)))
    }

    fn stop(&mut self) {
        if self.is_over {
            return;
        }
        self.is_over = true;
        family::end(self.pid);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < DEATH {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Standard input. A file in memory can neither block the writer nor raise `SIGPIPE` in a program that this is a part of.
fn input(bytes: Option<&[u8]>) -> Result<Stdio, Errno> {
    let Some(bytes) = bytes else {
        return Ok(Stdio::null());
    };
    let mut file = File::from(memfd_create("input", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)
        .and_then(|()| file.rewind())
        .map_err(|error| scope_fs::errno_of(&error))?;
    Ok(file.into())
}

#[cfg(test)]
mod tests;
