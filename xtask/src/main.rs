//! What a contributor runs: `cargo xtask test`, `cargo xtask check`, `cargo xtask bench`, `cargo xtask generate`.
//!
//! A command is a list of [`step::Step`]s. A new step is a module beside its siblings and a line in the list of
//! `test.rs`, `check.rs` or `bench.rs`; a new generated file is a line in the list of `generate.rs`.

mod agree;
mod bench;
mod check;
mod coverage;
mod dependencies;
mod fuzz;
mod generate;
mod instructions;
mod manifest;
mod mutants;
mod prove;
mod repo;
mod sanitizer;
mod sbom;
mod step;
mod test;
mod tool;
mod toolchain;

use clap::Parser;
use std::process::ExitCode;

/// What a contributor to the scope library runs.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Run all tests of all languages
    Test(step::Selection),
    /// Check what tests do not show: format, lints, documentation, drift between files
    Check(step::Selection),
    /// Run the benchmarks
    Bench(bench::Options),
    /// Ask every language what the Rust core was asked, and compare the answers
    Agree(agree::Options),
    /// Attack the properties of `fuzz/` with libFuzzer
    Fuzz(fuzz::Options),
    /// Run the long forms of tests that `test` runs short
    Prove(prove::Options),
    /// Say which lines and branches of the core its tests reach
    Coverage,
    /// Say which small changes of the code no test notices
    Mutants(mutants::Options),
    /// Write a software bill of materials for each package
    Sbom,
    /// Write the generated files anew
    Generate,
}

fn main() -> ExitCode {
    let command = Command::parse();
    let repo = repo::Repo::here();
    match command {
        Command::Test(selection) => step::run("test", test::STEPS, &selection, &repo),
        Command::Check(selection) => step::run("check", check::STEPS, &selection, &repo),
        Command::Bench(options) => options.run(&repo),
        Command::Agree(options) => step::end(options.run(&repo)),
        Command::Fuzz(options) => step::end(options.run(&repo)),
        Command::Prove(options) => options.run(&repo),
        Command::Coverage => step::end(coverage::run(&repo)),
        Command::Mutants(options) => step::end(options.run(&repo)),
        Command::Sbom => step::end(sbom::write_all(&repo)),
        Command::Generate => generate::write_all(&repo),
    }
}
