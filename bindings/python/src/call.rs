//! Calls that may take long: without the interpreter's lock, at the time that Python's clock says, told of progress, and
//! stopped by signals.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use scope_core::Timestamp;
use scope_workspace::{CancelToken, Clock, Error, Job, Progress, SystemClock};

use crate::answer::{Answer, refused};
use crate::input::callable;

/// How often signals and `cancel` are looked at.
const PULSE: Duration = Duration::from_millis(50);

/// How many reports of progress wait at most for Python's thread to take them.
const WAITING: usize = 16;

thread_local! {
    /// The time of the call that this thread carries out, where it is not the system's.
    static NOW: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Tells the time of the call. Python's own clock is asked before the call, so that what it raises stops the call.
pub(crate) struct CallClock;

impl Clock for CallClock {
    fn now(&self) -> Timestamp {
        NOW.get().unwrap_or_else(|| SystemClock.now())
    }
}

fn at<T>(now: Option<Timestamp>, call: impl FnOnce() -> T) -> T {
    NOW.set(now);
    let done = call();
    NOW.set(None);
    done
}

/// Carries out a call without the interpreter's lock, and hands over its answer.
pub(crate) fn answered<T: Answer + Send>(
    py: Python<'_>,
    now: Option<Timestamp>,
    call: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<Py<PyAny>> {
    match py.detach(|| at(now, call)) {
        Ok(answer) => Ok(answer.shown(py)?.unbind()),
        Err(error) => Err(refused(py, &error)),
    }
}

/// Progress on its way from the thread that does the work to Python's. Of each phase, only the newest report waits, and of
/// many phases the newest ones: a callback that is slower than the work holds nothing up, and hears of the present.
#[derive(Default)]
struct Reports {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Progress>,
    is_over: bool,
}

impl Reports {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, progress: &Progress) {
        let mut state = self.state();
        state
            .waiting
            .retain(|waiting| waiting.phase != progress.phase);
        if state.waiting.len() == WAITING {
            state.waiting.remove(0);
        }
        state.waiting.push(progress.clone());
        self.changed.notify_one();
    }

    fn end(&self) {
        self.state().is_over = true;
        self.changed.notify_one();
    }

    /// Waits for reports, for the end or for a moment. Returns the reports, and whether the work is over.
    fn take(&self) -> (Vec<Progress>, bool) {
        let is_quiet = |state: &mut State| state.waiting.is_empty() && !state.is_over;
        let waited = self
            .changed
            .wait_timeout_while(self.state(), PULSE, is_quiet);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut state.waiting), state.is_over)
    }
}

/// Says that the work is over, also where it panics.
struct End<'a>(&'a Reports);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Who is told of progress, and what cancels.
pub(crate) struct Watch<'a, 'py> {
    progress: Option<&'a Bound<'py, PyAny>>,
    cancel: Option<&'a Bound<'py, PyAny>>,
}

impl<'a, 'py> Watch<'a, 'py> {
    pub(crate) fn of(
        progress: Option<&'a Bound<'py, PyAny>>,
        cancel: Option<&'a Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let progress = progress
            .map(|progress| callable("progress", progress))
            .transpose()?;
        if let Some(cancel) = cancel
            && !cancel.hasattr("is_set")?
        {
            let kind = cancel.get_type();
            let kind = kind.name()?;
            return Err(PyTypeError::new_err(format!(
                "argument 'cancel': '{kind}' object has no 'is_set', as 'threading.Event' has"
            )));
        }
        Ok(Self { progress, cancel })
    }

    /// Carries out a call in a thread of its own, while this one sees to progress, signals and `cancel`: only a thread of
    /// Python's own can have signals handled, and none is handled while git says nothing.
    pub(crate) fn answered<T: Answer + Send>(
        &self,
        py: Python<'py>,
        now: Option<Timestamp>,
        call: impl FnOnce(Job<'_>) -> Result<T, Error> + Send,
    ) -> PyResult<Py<PyAny>> {
        let cancel = CancelToken::new();
        let mut stopped = self.look(py, None, &cancel).err();
        let reports = Reports::default();
        let token = cancel.clone();
        let work = || {
            let _end = End(&reports);
            let mut tell = |progress: &Progress| reports.put(progress);
            let job = Job {
                cancel: token,
                progress: Some(&mut tell),
            };
            at(now, || call(job))
        };
        let done = thread::scope(|scope| {
            let worker = thread::Builder::new().spawn_scoped(scope, work)?;
            loop {
                let (told, is_over) = py.detach(|| reports.take());
                if told.is_empty() && is_over {
                    break;
                }
                let mut told = told.iter().map(Some).collect::<Vec<_>>();
                if told.is_empty() {
                    told.push(None);
                }
                for progress in told {
                    if stopped.is_none() {
                        stopped = self.look(py, progress, &cancel).err();
                    }
                }
            }
            let ended = py.detach(|| worker.join());
            ended
                .map_err(|_| PyRuntimeError::new_err("scope_core panicked; this is a defect of it"))
        })?;
        match (stopped, done) {
            (Some(stopped), _) => Err(stopped),
            (None, Ok(answer)) => Ok(answer.shown(py)?.unbind()),
            (None, Err(error)) => Err(refused(py, &error)),
        }
    }

    /// Hands progress on, and looks for a reason to stop. Whatever is raised meanwhile is one.
    fn look(
        &self,
        py: Python<'py>,
        progress: Option<&Progress>,
        cancel: &CancelToken,
    ) -> PyResult<()> {
        let looked = || {
            py.check_signals()?;
            if let (Some(told), Some(progress)) = (self.progress, progress) {
                told.call1((progress.shown(py)?,))?;
            }
            match self.cancel {
                Some(cancel) => cancel.call_method0("is_set")?.is_truthy(),
                None => Ok(false),
            }
        };
        let looked = looked();
        if !matches!(looked, Ok(false)) {
            cancel.cancel();
        }
        looked.map(drop)
    }
}
