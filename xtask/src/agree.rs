//! `cargo xtask agree`: one answer in every language.
//!
//! Inputs made from a seed become vectors with the answers of the Rust core; each language is asked them as it is asked
//! the vectors of `conformance/`, and every value, code, part, offset, message and suggestion has to be the same.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::test;
use crate::tool::{CARGO, COMPILED, NODE, Run};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The languages that are asked.
const LANGUAGES: [&str; 3] = ["c", "python", "node"];

/// The step of `cargo xtask test`: fewer inputs, to what the steps before it have built.
pub(crate) const STEP: Step = Step {
    name: "agree",
    about: "C, Python and Node give Rust's answer to 20,000 inputs made from a seed",
    run: |repo| {
        let options = Options {
            count: 20_000,
            seed: 2,
            languages: LANGUAGES.map(str::to_owned).into(),
        };
        options.run(repo)
    },
};

/// What `cargo xtask agree` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many inputs to make
    #[arg(long, default_value_t = 1_000_000)]
    count: usize,
    /// What they are made from: the same seed makes the same ones
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The languages to ask
    #[arg(value_parser = LANGUAGES, default_values = LANGUAGES)]
    languages: Vec<String>,
}

impl Options {
    pub(crate) fn run(&self, repo: &Repo) -> Outcome {
        let files = self.vectors(repo)?;
        let mut differ = Vec::new();
        for language in &self.languages {
            let mut run = match language.as_str() {
                "c" => COMPILED.run_at(repo, &test::c::vectors_program(repo)?),
                "python" => python(repo)?,
                _ => node(repo)?,
            };
            for file in &files {
                run = run.arg(file);
            }
            let start = Instant::now();
            let (_, out, err) = run.try_read()?;
            if out.ends_with(&format!("{} passed, 0 failed\n", self.count)) {
                let took = start.elapsed().as_secs();
                println!(
                    "{language}: {} answers are those of Rust ({took} s)",
                    self.count
                );
            } else {
                differ.push(format!(
                    "{language}: {}",
                    first_difference(&files, &out, &err)?
                ));
            }
        }
        if differ.is_empty() {
            Ok(Passed::Whole)
        } else {
            Err(Failure::at("answers that differ from Rust's", &differ))
        }
    }

    /// Makes the inputs and Rust's answers to them.
    fn vectors(&self, repo: &Repo) -> Result<Vec<PathBuf>, Failure> {
        let directory = repo.scratch("agree")?;
        let told = |error| format!("{}: {error}", directory.display());
        fs::remove_dir_all(&directory).map_err(told)?;
        fs::create_dir_all(&directory).map_err(told)?;
        CARGO
            .run(repo, "run --quiet --release --package scope-driver --")
            .args(&format!(
                "vectors --seed {} --count {}",
                self.seed, self.count
            ))
            .arg(&directory)
            .show()?;
        let mut files = Vec::new();
        for entry in fs::read_dir(&directory).map_err(told)? {
            files.push(entry.map_err(told)?.path());
        }
        files.sort();
        Ok(files)
    }
}

fn python(repo: &Repo) -> Result<Run<'static>, Failure> {
    let python = test::python::environment(repo)?;
    test::python::install(repo, &python)?;
    Ok(COMPILED
        .run_at(repo, &python)
        .args("-B conformance/agree/python.py"))
}

fn node(repo: &Repo) -> Result<Run<'static>, Failure> {
    test::node::build(repo)?;
    Ok(NODE.run(repo, "conformance/agree/node.mjs"))
}

/// What a language printed of the first difference, and the input.
fn first_difference(files: &[PathBuf], out: &str, err: &str) -> Result<String, Failure> {
    let lines: Vec<&str> = out.lines().take(3).collect();
    let id = out.split_whitespace().next().unwrap_or_default();
    for file in files {
        if let Some(case) = find(file, id)? {
            return Ok(format!("{}\n  input    {}", lines.join("\n"), case["args"]));
        }
    }
    Ok(format!(
        "it did not come to an end:\n{}\n{err}",
        lines.join("\n")
    ))
}

fn find(file: &Path, id: &str) -> Result<Option<Value>, Failure> {
    let told =
        |error: &dyn std::fmt::Display| Failure::from(format!("{}: {error}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| told(&error))?;
    let vectors: Value = serde_json::from_str(&text).map_err(|error| told(&error))?;
    let mut cases = vectors["cases"].as_array().into_iter().flatten();
    Ok(cases.find(|case| case["id"] == id).cloned())
}
