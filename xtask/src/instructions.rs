//! Instructions that operations of the core take, counted by valgrind: unlike times, they do not depend on the
//! machine's mood, so a slow-down fails a check and a busy machine does not.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step, none_at};
use crate::tool::{CARGO, COMPILED, RUSTC, VALGRIND};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const STEP: Step = Step {
    name: "instructions",
    about: "no operation takes more than 3 % more instructions than benches/instructions.json says",
    run: compare,
};

const BASELINE: &str = "benches/instructions.json";

/// Percent by which a count may exceed the baseline's.
const MARGIN: f64 = 3.0;

/// How often an operation runs.
const ROUNDS: u32 = 970;

/// The instructions of each operation, by name.
pub(crate) type Counts = Map<String, Value>;

fn compare(repo: &Repo) -> Outcome {
    let baseline = committed(repo)?;
    let rustc = compiler(repo)?;
    if baseline["compiler"] != *rustc {
        return Ok(Passed::Except(format!(
            "{BASELINE} is of {}, and this is {rustc}: their counts say nothing of each other",
            baseline["compiler"]
        )));
    }
    let counts = count(repo)?;
    let mut wrong = Vec::new();
    println!("operation               instructions   baseline   change");
    for (name, now) in &counts {
        let now = now.as_f64().unwrap_or_default();
        let Some(was) = baseline["instructions"][name].as_f64() else {
            wrong.push(format!("{name} has no baseline"));
            continue;
        };
        let change = (now / was - 1.0) * 100.0;
        println!("{name:<23} {now:>12.1} {was:>10.1} {change:>+7.1} %");
        if change > MARGIN {
            wrong.push(format!(
                "{name}: {now:.1} instructions, where {was:.1} were"
            ));
        }
    }
    none_at(
        "slower than the baseline; if that is meant, `cargo xtask bench --update` writes it anew",
        &wrong,
    )
}

/// The committed counts.
pub(crate) fn baseline(repo: &Repo) -> Result<Counts, Failure> {
    let counts = committed(repo)?["instructions"].as_object().cloned();
    counts.ok_or_else(|| format!("{BASELINE} has no counts").into())
}

fn committed(repo: &Repo) -> Result<Value, Failure> {
    serde_json::from_str(&repo.read(BASELINE)?)
        .map_err(|error| format!("{BASELINE}: {error}").into())
}

/// Writes the baseline anew.
pub(crate) fn update(repo: &Repo) -> Outcome {
    let baseline = json!({
        "about": "Instructions that one run of an operation takes; `cargo xtask bench --update` writes this file.",
        "compiler": compiler(repo)?,
        "instructions": count(repo)?,
    });
    fs::write(repo.root.join(BASELINE), format!("{baseline:#}\n"))
        .map_err(|error| format!("{BASELINE}: {error}"))?;
    Ok(Passed::Whole)
}

/// The compiler that counts depend on.
fn compiler(repo: &Repo) -> Result<String, Failure> {
    let version = RUSTC.run(repo, "--version --verbose").read()?;
    let told = |name: &str| {
        version
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
    };
    Ok(format!("rustc {} {}", told("release: "), told("host: ")))
}

/// Counts each operation's instructions: many runs less none, divided by how many they were.
fn count(repo: &Repo) -> Result<Counts, Failure> {
    let program = build(repo)?;
    let listed = COMPILED.run_at(repo, &program).read()?;
    let names: Vec<&str> = listed.lines().collect();
    let first = names.first().ok_or("there is nothing to count")?;
    let start = collected(repo, &program, first, 0)?;
    names
        .iter()
        .map(|name| {
            let all = collected(repo, &program, name, ROUNDS)?;
            let each = (all - start) / f64::from(ROUNDS);
            Ok(((*name).to_owned(), json!((each * 10.0).round() / 10.0)))
        })
        .collect()
}

fn build(repo: &Repo) -> Result<PathBuf, Failure> {
    let target = repo.scratch("instructions")?;
    CARGO
        .run(
            repo,
            "build --locked --release --package scope-instructions --target-dir",
        )
        .arg(&target)
        // What somebody else's machine makes of their own flags is not what the baseline is of.
        .env("RUSTFLAGS", "")
        .show()?;
    Ok(target.join("release/scope-instructions"))
}

/// The instructions of a whole run of the program.
fn collected(repo: &Repo, program: &Path, name: &str, rounds: u32) -> Result<f64, Failure> {
    let (ok, _, log) = VALGRIND
        .run(repo, "--tool=callgrind --callgrind-out-file=/dev/null")
        .arg(program)
        .args(&format!("{name} {rounds}"))
        .try_read()?;
    let number = log.rsplit_once("Collected : ").map(|(_, after)| after);
    let number = number.and_then(|after| after.split_whitespace().next()?.parse().ok());
    number
        .filter(|_| ok)
        .ok_or_else(|| format!("valgrind counted nothing:\n{log}").into())
}
