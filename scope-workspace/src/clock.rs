//! Where the time comes from.

use std::fmt;
use std::time::SystemTime;

use scope_core::Timestamp;

/// What tells the time. A caller may have its own, for tests or for a time that all its machines agree on.
///
/// A function or closure without arguments that gives a [`Timestamp`] is one.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
        // A clock that is set outside the years 0001 to 9998 deletes nothing: everything then looks new.
        Timestamp::from_unix(seconds, since_1970.subsec_nanos()).unwrap_or_else(|_| epoch())
    }
}

impl<F: Fn() -> Timestamp + Send + Sync> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

impl fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

pub(crate) fn epoch() -> Timestamp {
    Timestamp::from_unix(0, 0).unwrap_or_else(|_| unreachable!("1970 is a year in range"))
}
