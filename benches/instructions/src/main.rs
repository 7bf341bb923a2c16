//! Runs one operation so many times, for `cargo xtask check instructions`, which counts the machine's instructions.
//!
//! ```sh
//! scope-instructions            # says which operations there are
//! scope-instructions parse 1000 # runs one
//! ```
//!
//! All inputs are made whatever is run, so that the counts of two runs differ by the operation's alone.

use std::hint::black_box;
use std::process::ExitCode;

use scope_core::{Policy, Reference, ResolveOptions, ScopeKey, is_valid, suggest_slug};

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the benches, where it is public, use the rest of it"
)]
#[path = "../../src/inputs.rs"]
mod inputs;

/// So many that no one input decides.
const INPUTS: usize = 97;

struct Inputs {
    valid: Vec<String>,
    invalid: Vec<String>,
    bare: Vec<String>,
    prose: Vec<String>,
    policy: Policy,
    key: ScopeKey,
}

/// Runs an operation for one of the inputs.
type Operation = fn(&Inputs, usize);

const OPERATIONS: &[(&str, Operation)] = &[
    ("parse", |inputs, i| {
        let parsed = Reference::parse(black_box(&inputs.valid[i]));
        assert!(black_box(parsed).is_ok());
    }),
    ("parse_failing", |inputs, i| {
        let parsed = Reference::parse(black_box(&inputs.invalid[i]));
        assert!(black_box(parsed).is_err());
    }),
    ("describe_failing", |inputs, i| {
        let text = black_box(&inputs.invalid[i]);
        let described = Reference::parse(text).map_err(|error| error.describe(text));
        assert!(black_box(described).is_err());
    }),
    ("is_valid", |inputs, i| {
        assert!(is_valid(black_box(&inputs.valid[i])));
    }),
    ("suggest_slug", |inputs, i| {
        black_box(suggest_slug(black_box(&inputs.prose[i])));
    }),
    ("resolve", |inputs, i| {
        let options = ResolveOptions {
            default_scope: Some("acme"),
            ..ResolveOptions::default()
        };
        let resolved = inputs.policy.resolve(black_box(&inputs.bare[i]), options);
        assert!(black_box(resolved).is_ok());
    }),
    ("distinct_storage_key", |inputs, _| {
        black_box(black_box(&inputs.key).distinct_storage_key().to_string());
    }),
    ("uri_round_trip", |inputs, _| {
        let uri = black_box(&inputs.key).uri().to_string();
        assert!(black_box(ScopeKey::from_uri(&uri)).is_ok());
    }),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, count] = &args[..] else {
        for (name, _) in OPERATIONS {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let operation = OPERATIONS.iter().find(|(known, _)| known == name);
    let (Some((_, operation)), Ok(count)) = (operation, count.parse::<usize>()) else {
        eprintln!("usage: scope-instructions OPERATION COUNT");
        return ExitCode::FAILURE;
    };
    let valid = inputs::references(INPUTS, 20);
    let inputs = Inputs {
        invalid: inputs::invalid_references(INPUTS, 20),
        bare: valid
            .iter()
            .filter_map(|text| Some(text.split_once('/')?.1.to_owned()))
            .collect(),
        prose: valid
            .iter()
            .map(|text| text.replace(['@', '/'], " Über ").to_uppercase())
            .collect(),
        valid,
        policy: Policy::default(),
        key: ScopeKey::branch("/src/app", "feature/login-é").expect("the key is well-formed"),
    };
    for i in 0..count {
        operation(&inputs, i % INPUTS);
    }
    ExitCode::SUCCESS
}
