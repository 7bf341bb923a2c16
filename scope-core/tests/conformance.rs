//! Every case of `conformance/*.json` through the Rust API. None is skipped, and an operation or an argument that the
//! runner does not know fails.

mod common;

// The driver hands out the same answers to other languages, so there is one copy of how they are found.
#[path = "../../conformance/driver/src/answer.rs"]
mod answer;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::catch_unwind;

use answer::{Args, answer, error_value};
use serde_json::json;

/// Operations on a disk, whose cases the packages that have them run: `scope-git`.
const ELSEWHERE: &[&str] = &["checkout_info", "resolve_scope"];

#[test]
fn every_case_holds() {
    let mut cases = common::cases();
    cases.retain(|case| !ELSEWHERE.contains(&case["op"].as_str().unwrap()));
    let mut failures = String::new();
    let mut failed = 0;
    let mut ids = BTreeSet::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        if !ids.insert(id) {
            failed += 1;
            let _ = writeln!(failures, "{id}: given twice");
        }
        let op = case["op"].as_str().unwrap();
        let expected = match (case.get("value"), case.get("error")) {
            (Some(value), None) => json!({ "value": value }),
            (None, Some(error)) => json!({ "error": error }),
            _ => panic!("{id}: neither a value nor an error"),
        };
        // A panic is one case's failure, and the rest are tried all the same.
        let given = match catch_unwind(|| answer(op, &Args(&case["args"]))) {
            Ok(Some(Ok(value))) => json!({ "value": value }),
            Ok(Some(Err(rejection))) => json!({ "error": error_value(&rejection) }),
            Ok(None) => json!({ "unknown operation": op }),
            Err(_) => json!("a panic, see above"),
        };
        if given != expected {
            failed += 1;
            let _ = writeln!(
                failures,
                "{id} {op} {}\n  expected {expected}\n     given {given}",
                case["args"]
            );
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} cases fail:\n{failures}",
        cases.len()
    );
    println!("{} cases", cases.len());
}
