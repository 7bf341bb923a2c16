//! Every case of `conformance/checkout.json`. None is skipped, and an operation or a step that this file does not know
//! fails.
#![cfg(unix)]

mod common;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use common::Place;
use scope_core::{Rejection, ScopeKey};
use scope_git::{CheckoutInfo, CheckoutKind, checkout_info, resolve_scope};
use serde_json::{Value, json};

/// One test by itself in its program: each case has a current directory of its own.
#[test]
fn every_case_holds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/checkout.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let cases = document["cases"].as_array().unwrap();
    let mut failures = String::new();
    for case in cases {
        let place = Place::new();
        std::env::set_current_dir(place.root()).unwrap();
        let args = &case["args"];
        for step in args["setup"].as_array().unwrap() {
            carry_out(&place, step);
        }
        let expected = match (case.get("value"), case.get("error")) {
            (Some(value), None) => json!({ "value": value }),
            (None, Some(error)) => json!({ "error": error }),
            _ => panic!("{case}: neither a value nor an error"),
        };
        let given = match answer(case["op"].as_str().unwrap(), args, &place) {
            Ok(value) => json!({ "value": value }),
            Err(rejection) => json!({ "error": error_value(&rejection) }),
        };
        if given != expected {
            let _ = writeln!(
                failures,
                "{}\n  expected {expected}\n     given {given}",
                case["id"]
            );
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(cases.len() > 50, "{} cases are few", cases.len());
}

fn carry_out(place: &Place, step: &Value) {
    let text = |name: &str| String::from_utf8(bytes(&step[name], place)).unwrap();
    let names: Vec<&str> = step
        .as_object()
        .unwrap()
        .keys()
        .map(|name| &**name)
        .collect();
    match names[..] {
        ["git"] | ["git", "in"] => {
            let args: Vec<String> = step["git"]
                .as_array()
                .unwrap()
                .iter()
                .map(|arg| String::from_utf8(bytes(arg, place)).unwrap())
                .collect();
            let args: Vec<&str> = args.iter().map(|arg| &**arg).collect();
            place.git(step["in"].as_str().unwrap_or("."), &args);
        }
        ["directory"] => {
            place.directory(text("directory"));
        }
        ["file", "text"] => place.file(text("file"), bytes(&step["text"], place)),
        ["link", "to"] => place.link(&text("link"), text("to")),
        _ => panic!("no step is like {step}"),
    }
}

fn answer(op: &str, args: &Value, place: &Place) -> Result<Value, Rejection> {
    let path = PathBuf::from(OsString::from_vec(bytes(&args["path"], place)));
    match op {
        "checkout_info" => checkout_info(path).map(|info| info_value(&info, place)),
        "resolve_scope" => {
            let kind = args["kind"].as_str().unwrap_or("auto");
            let kind: CheckoutKind = kind
                .parse()
                .map_err(|error: scope_core::Error| error.about(kind))?;
            resolve_scope(path, kind, args["branch"].as_str()).map(|key| key_value(&key, place))
        }
        _ => panic!("no operation is called {op}"),
    }
}

/// The bytes of a text as the vectors write it.
fn bytes(text: &Value, place: &Place) -> Vec<u8> {
    if let Some(text) = text.as_str() {
        return text
            .replace("{root}", place.text("").trim_end_matches('/'))
            .into_bytes();
    }
    if let Some(hex) = text["hex"].as_str() {
        let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        return (0..hex.len()).step_by(2).map(digits).collect();
    }
    let part = |name: &str| text[name].as_str().unwrap_or_default();
    let count = usize::try_from(text["count"].as_u64().unwrap()).unwrap();
    [
        part("prefix"),
        &part("repeat").repeat(count),
        part("suffix"),
    ]
    .concat()
    .into_bytes()
}

/// A path as the vectors write it.
fn from_root(path: Option<&str>, place: &Place) -> Value {
    let root = place.root().to_str().unwrap();
    path.map_or(Value::Null, |path| path.replacen(root, "{root}", 1).into())
}

fn info_value(info: &CheckoutInfo, place: &Place) -> Value {
    json!({
        "primary_path": from_root(Some(&info.primary_path), place),
        "worktree_path": from_root(info.worktree_path.as_deref(), place),
        "worktree_key": info.worktree_key,
        "branch": info.branch,
        "is_bare": info.is_bare,
        "is_linked_worktree": info.is_linked_worktree,
        "is_detached": info.is_detached,
    })
}

fn key_value(key: &ScopeKey, place: &Place) -> Value {
    json!({
        "kind": key.kind().as_str(),
        "primary_path": from_root(key.primary_path(), place),
        "branch_name": key.branch_name(),
        "worktree_key": key.worktree_key(),
        "worktree_path": from_root(key.worktree_path(), place),
    })
}

/// A fault with everything that rule E2 says of it.
fn error_value(Rejection { error, text }: &Rejection) -> Value {
    json!({
        "code": error.code.as_str(),
        "number": error.code.number(),
        "part": error.part.as_str(),
        "input": error.input.as_str(),
        "offset": error.offset,
        "message": error.message(text).to_string(),
        "suggestion": error.suggestion(text),
    })
}
