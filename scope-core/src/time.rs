//! Instants as workspace metadata writes them (W6).

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, ErrorCode, Fault, Part};

/// An instant: RFC 3339 in UTC, of the years 0001 to 9998 (W6).
///
/// ```
/// use scope_core::Timestamp;
/// let time: Timestamp = "2026-01-31T12:00:00.500Z".parse()?;
/// assert_eq!(time.to_string(), "2026-01-31T12:00:00.5Z");
/// # Ok::<(), scope_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The instant that is so many seconds and nanoseconds after 1970-01-01T00:00:00Z. The nanoseconds count forwards.
    ///
    /// # Errors
    ///
    /// `invalid_timestamp` outside the years 0001 to 9998, or from 1,000,000,000 nanoseconds on.
    ///
    /// ```
    /// # use scope_core::Timestamp;
    /// assert_eq!(Timestamp::from_unix(0, 0)?.to_string(), "1970-01-01T00:00:00Z");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, Error> {
        // What is a second or more is refused there.
        i32::try_from(nanoseconds)
            .ok()
            .and_then(|nanoseconds| jiff::Timestamp::new(seconds, nanoseconds).ok())
            .and_then(Self::in_range)
            .ok_or_else(|| fault().alone(Part::Timestamp))
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.0
            .as_nanosecond()
            .div_euclid(1_000_000_000)
            .try_into()
            .unwrap_or(i64::MIN)
    }

    /// Nanoseconds after [`unix_seconds`](Self::unix_seconds).
    pub fn subsec_nanoseconds(self) -> u32 {
        self.0
            .as_nanosecond()
            .rem_euclid(1_000_000_000)
            .try_into()
            .unwrap_or(0)
    }

    /// Whole and part days from `earlier` to this instant are at least `days`.
    pub(crate) fn is_days_after(self, earlier: Self, days: u32) -> bool {
        self.0.duration_since(earlier.0)
            >= jiff::SignedDuration::from_hours(i64::from(days).saturating_mul(24))
    }

    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        if !has_form(text) {
            return Err(fault());
        }
        text.parse().ok().and_then(Self::in_range).ok_or_else(fault)
    }

    fn in_range(time: jiff::Timestamp) -> Option<Self> {
        /// 0001-01-01T00:00:00Z.
        const FIRST: i64 = -62_135_596_800;
        /// 9999-01-01T00:00:00Z.
        const END: i64 = 253_370_764_800;
        let time = Self(time);
        (FIRST..END).contains(&time.unix_seconds()).then_some(time)
    }
}

const fn fault() -> Fault {
    Fault::new(ErrorCode::InvalidTimestamp, 0)
}

/// Whether the text has W6's form; whether it is a day and an hour that exist is another question. The library that
/// reads it takes much more than that form.
fn has_form(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let Some((start, rest)) = text.split_at_checked(FORM.len()) else {
        return false;
    };
    let fits = start.bytes().zip(FORM).all(|(byte, &form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    });
    // RFC 3339 has a second 60 where a leap second was announced; this form has not.
    let leap = start.ends_with(":60");
    let fraction = rest.strip_prefix('.');
    let zone = match fraction {
        Some(fraction) => fraction.trim_start_matches(|char: char| char.is_ascii_digit()),
        None => rest,
    };
    let digits = fraction.map_or(1, |fraction| fraction.len().saturating_sub(zone.len()));
    fits && !leap && (1..=9).contains(&digits) && matches!(zone, "Z" | "+00:00")
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::read(text).map_err(|fault| fault.alone(Part::Timestamp))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::newtype::deserialize_text(deserializer, str::parse)
    }
}
