//! Steps, and how a list of them is run and reported.

use crate::repo::Repo;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One thing that passes or fails by itself.
pub(crate) struct Step {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What passing it shows, in one line.
    pub(crate) about: &'static str,
    /// Does the work, printing as it goes.
    pub(crate) run: fn(&Repo) -> Outcome,
}

/// How a step ended.
pub(crate) type Outcome = Result<Passed, Failure>;

/// A step that passed.
pub(crate) enum Passed {
    /// It looked at all it is meant to look at.
    Whole,
    /// It passed, but for what the text names it lacked an optional tool. The summary repeats this.
    Except(String),
}

/// A step that failed, and why.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure that many places share: says what is wrong, then where.
    pub(crate) fn at(what: &str, places: &[String]) -> Self {
        Self(format!("{what}:\n    {}", places.join("\n    ")))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: Into<String>> From<T> for Failure {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

/// Passes if no place was found at fault.
pub(crate) fn none_at(what: &str, places: &[String]) -> Outcome {
    if places.is_empty() {
        Ok(Passed::Whole)
    } else {
        Err(Failure::at(what, places))
    }
}

/// Ends a command that is no list of steps.
pub(crate) fn end(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Passed::Whole) => ExitCode::SUCCESS,
        Ok(Passed::Except(what)) => {
            println!("not done: {what}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Which steps to run.
#[derive(clap::Args)]
pub(crate) struct Selection {
    /// The steps to run; all of them if none is named
    steps: Vec<String>,
    /// Say which steps there are, and run none
    #[arg(long)]
    list: bool,
}

/// Runs the selected steps one after another, the rest too when one fails, and ends with `N passed, M failed`.
pub(crate) fn run(command: &str, all: &[Step], selection: &Selection, repo: &Repo) -> ExitCode {
    if selection.list {
        let width = all.iter().map(|step| step.name.len()).max().unwrap_or(0);
        for step in all {
            println!("{:width$}  {}", step.name, step.about);
        }
        return ExitCode::SUCCESS;
    }
    if let Some(unknown) = selection
        .steps
        .iter()
        .find(|name| all.iter().all(|step| step.name != **name))
    {
        eprintln!(
            "no step is called '{unknown}'; `cargo xtask {command} --list` says which there are"
        );
        return ExitCode::from(2);
    }
    let wanted = |step: &&Step| {
        selection.steps.is_empty() || selection.steps.iter().any(|name| name == step.name)
    };
    let ended: Vec<Ended> = all
        .iter()
        .filter(wanted)
        .map(|step| Ended::of(step, repo))
        .collect();
    summarise(command, &ended)
}

/// A step that ran.
struct Ended<'a> {
    step: &'a Step,
    outcome: Outcome,
    took: Duration,
}

impl<'a> Ended<'a> {
    fn of(step: &'a Step, repo: &Repo) -> Self {
        println!("\n=== {}: {}", step.name, step.about);
        let start = Instant::now();
        let outcome = (step.run)(repo);
        let took = start.elapsed();
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        println!("=== {}: {word} in {:.1} s", step.name, took.as_secs_f64());
        Self {
            step,
            outcome,
            took,
        }
    }
}

fn summarise(command: &str, ended: &[Ended]) -> ExitCode {
    println!();
    let mut failed = 0;
    for Ended {
        step,
        outcome,
        took,
    } in ended
    {
        let (name, seconds) = (step.name, took.as_secs_f64());
        match outcome {
            Ok(Passed::Whole) => println!("  ok      {seconds:7.1} s  {name}"),
            Ok(Passed::Except(what)) => {
                println!("  ok      {seconds:7.1} s  {name}; not done: {what}");
            }
            Err(why) => {
                failed += 1;
                println!("  FAILED  {seconds:7.1} s  {name}: {why}");
                println!("    run it alone: cargo xtask {command} {name}");
            }
        }
    }
    println!("\n{} passed, {failed} failed", ended.len() - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_unique_and_fit_a_command_line() {
        for steps in [crate::test::STEPS, crate::check::STEPS, crate::bench::STEPS] {
            for (i, step) in steps.iter().enumerate() {
                assert!(
                    step.name
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b == b'-'),
                    "{}",
                    step.name
                );
                assert!(
                    steps[..i].iter().all(|other| other.name != step.name),
                    "{} is there twice",
                    step.name
                );
            }
        }
    }
}
