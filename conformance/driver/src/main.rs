//! What `scope-core` answers, for tests that compare another language with it.
//!
//! ```sh
//! scope-driver generate --seed 1 --count 1000    # prints cases, one JSON object {op, args} a line
//! scope-driver answer                            # reads such lines, and prints {value} or {error} for each
//! scope-driver vectors --seed 1 --count 1000 DIR # writes cases with their answers, as files of vectors
//! ```
//!
//! Cases and answers have the form of the vectors (`conformance/README.md`): offsets are bytes.

mod answer;
mod generate;

use std::io::{self, BufRead, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use answer::{Args, answer, error_value};
use serde_json::{Value, json};

const USAGE: &str = "usage: scope-driver answer | scope-driver generate --seed SEED --count COUNT | \
     scope-driver vectors --seed SEED --count COUNT DIRECTORY";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["answer"] => answer_lines(),
        ["generate", "--seed", seed, "--count", count] => match (seed.parse(), count.parse()) {
            (Ok(seed), Ok(count)) => generate_lines(seed, count),
            _ => Err(io::Error::other(USAGE)),
        },
        ["vectors", "--seed", seed, "--count", count, directory] => {
            match (seed.parse(), count.parse()) {
                (Ok(seed), Ok(count)) => write_vectors(seed, count, Path::new(directory)),
                _ => Err(io::Error::other(USAGE)),
            }
        }
        _ => Err(io::Error::other(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has read enough.
        Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("scope-driver: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Answers each line of standard input.
fn answer_lines() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        let (key, given) = answered(&case)?;
        writeln!(out, "{}", json!({ key: given }))?;
    }
    out.flush()
}

/// `value` or `error`, and which.
fn answered(case: &Value) -> io::Result<(&'static str, Value)> {
    let op = case["op"].as_str().unwrap_or_default();
    match answer(op, &Args(&case["args"])) {
        Some(Ok(value)) => Ok(("value", value)),
        Some(Err(rejection)) => Ok(("error", error_value(&rejection))),
        None => Err(io::Error::other(format!("no such operation: {op:?}"))),
    }
}

/// Prints cases made from a seed.
fn generate_lines(seed: u64, count: usize) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for case in generate::cases(seed).take(count) {
        writeln!(out, "{case}")?;
    }
    out.flush()
}

/// Writes cases made from a seed, each with its answer and an id, so many a file.
fn write_vectors(seed: u64, count: usize, directory: &Path) -> io::Result<()> {
    const EACH: usize = 10_000;
    let mut cases = generate::cases(seed).take(count).enumerate().peekable();
    while let Some(&(first, _)) = cases.peek() {
        let of_file: io::Result<Vec<Value>> = cases
            .by_ref()
            .take(EACH)
            .map(|(at, mut case)| {
                let (key, given) = answered(&case)?;
                case["id"] = json!(format!("generated-{seed}-{at}"));
                case[key] = given;
                Ok(case)
            })
            .collect();
        let path = directory.join(format!("{first:08}.json"));
        std::fs::write(path, json!({ "cases": of_file? }).to_string())?;
    }
    Ok(())
}
