//! Workspace metadata and times: what is read prints, and prints the same when read again; a clock that runs backwards
//! deletes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{Retention, RetentionPolicy, Timestamp, WorkspaceMetadata, decide_retention};
use scope_fuzz::{check_fault, fields};

fuzz_target!(|bytes: &[u8]| {
    let Some([text, now, dirty, days]) = fields(bytes) else { return };
    let parsed_now = now.parse::<Timestamp>();
    match parsed_now {
        Ok(time) => {
            assert_eq!(time.to_string().parse(), Ok(time));
            assert_eq!(Timestamp::from_unix(time.unix_seconds(), time.subsec_nanoseconds()), Ok(time));
        }
        Err(error) => check_fault(error, now),
    }
    match WorkspaceMetadata::from_json(text) {
        Ok(metadata) => {
            let json = metadata.to_json().to_string();
            let again = WorkspaceMetadata::from_json(&json).expect("what is printed reads back");
            assert_eq!(again, metadata);
            assert_eq!(again.to_json().to_string(), json);
            let policy = days.parse().ok().and_then(|days| RetentionPolicy::from_days(days).ok()).unwrap_or_default();
            let dirty = dirty.parse::<bool>().ok();
            if let Ok(now) = parsed_now {
                let decision = decide_retention(&metadata, dirty, now, policy);
                if now < metadata.last_active_at() {
                    assert_eq!(decision, Retention::Keep);
                }
                if decision == Retention::Delete {
                    assert_eq!(dirty, Some(false));
                }
            }
        }
        Err(error) => check_fault(error, text),
    }
});
