//! What goes with a call that can take long: a way to stop it, and somebody who is told how far it is.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops a call that is under way in another thread. Clones are one token.
///
/// ```
/// let token = scope_workspace::CancelToken::new();
/// token.clone().cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

/// A flag that something else sets, such as a handler of signals, cancels too.
impl From<Arc<AtomicBool>> for CancelToken {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}

impl CancelToken {
    /// A token that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks what has this token to stop. It does within a fraction of a second, leaves nothing half done, and fails with
    /// `cancelled`.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether somebody cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How far something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, in words for a person: git's own during a clone, else a workspace's `user/directory`.
    pub phase: String,
    /// How much of it is done.
    pub done: u64,
    /// How much there is to do; `None` where that is not known.
    pub total: Option<u64>,
}

/// A token and a callback for one call. `Job::default()` has a token that nobody holds, and tells nobody.
#[derive(Default)]
pub struct Job<'a> {
    /// Stops the call.
    pub cancel: CancelToken,
    /// Is told of progress, in the thread of the call.
    pub progress: Option<&'a mut dyn FnMut(&Progress)>,
}

impl Job<'_> {
    pub(crate) fn tell(&mut self, progress: &Progress) {
        if let Some(told) = &mut self.progress {
            told(progress);
        }
    }
}

impl fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}
