//! Workspace metadata and times: what is read prints, and prints the same when read again; a clock that runs backwards
//! deletes nothing.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use scope_core::{Retention, RetentionPolicy, Timestamp, WorkspaceMetadata, decide_retention};
use scope_fuzz::check_fault;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    text: &'a str,
    time: &'a str,
    seconds: i64,
    days: i64,
    dirty: Option<bool>,
}

fuzz_target!(|input: Input<'_>| {
    match input.time.parse::<Timestamp>() {
        Ok(time) => {
            assert_eq!(time.to_string().parse(), Ok(time));
            assert_eq!(Timestamp::from_unix(time.unix_seconds(), time.subsec_nanoseconds()), Ok(time));
        }
        Err(error) => check_fault(error, input.time),
    }
    match WorkspaceMetadata::from_json(input.text) {
        Ok(metadata) => {
            let json = metadata.to_json().to_string();
            let again = WorkspaceMetadata::from_json(&json).expect("what is printed reads back");
            assert_eq!(again, metadata);
            assert_eq!(again.to_json().to_string(), json);
            let policy = RetentionPolicy::from_days(input.days).unwrap_or_default();
            if let Ok(now) = Timestamp::from_unix(input.seconds, 0) {
                let decision = decide_retention(&metadata, input.dirty, now, policy);
                if now < metadata.last_active_at() {
                    assert_eq!(decision, Retention::Keep);
                }
                if decision == Retention::Delete {
                    assert_eq!(input.dirty, Some(false));
                }
            }
        }
        Err(error) => check_fault(error, input.text),
    }
});
