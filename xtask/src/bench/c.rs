//! A loop in C over the ABI, beside the same loop in Rust.

use super::results::{self, Ratio, Spread};
use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::test::c::abi;
use crate::tool::{CARGO, COMPILED, GCC};
use std::fs;
use std::path::Path;

pub(crate) const STEP: Step = Step {
    name: "c",
    about: "parsing through the C ABI, beside the same loop in Rust without inlining",
    run,
};

/// So often, one after the other, so that what else the machine does meets all alike.
const RUNS: usize = 15;

fn run(repo: &Repo) -> Outcome {
    let scratch = repo.scratch("c")?;
    let target = scratch.ancestors().nth(2).unwrap_or(Path::new("target"));
    CARGO
        .run(
            repo,
            "rustc --quiet --release --package scope-c --lib --crate-type staticlib,cdylib",
        )
        .show()?;
    CARGO
        .run(
            repo,
            "build --quiet --release --package scope-benches --example parse",
        )
        .show()?;
    let release = target.join("release");
    let rust = release.join("examples/parse");
    let texts = scratch.join("texts");
    COMPILED
        .run_at(repo, &rust)
        .arg("--write")
        .arg(&texts)
        .read()?;

    // The dynamic linker looks for the name that the library gives itself.
    let libraries = scratch.join("lib");
    let named = libraries.join(abi::soname(repo)?);
    fs::create_dir_all(&libraries)
        .and_then(|()| fs::copy(release.join("libscope_c.so"), named))
        .map_err(|error| format!("{}: {error}", libraries.display()))?;

    let took = |program: &Path| time(repo, program, &texts, &libraries);
    let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
    for (name, library) in [("static", "libscope_c.a"), ("shared", "libscope_c.so")] {
        let c = scratch.join(format!("parse-{name}"));
        GCC.run(repo, "-O2 -I include benches/c/parse.c -o")
            .arg(&c)
            .arg(release.join(library))
            .read()?;
        let ratios: Result<Vec<f64>, Failure> =
            (0..RUNS).map(|_| Ok(took(&c)? / took(&rust)?)).collect();
        rows.push((name, ratios?));
    }
    let mut measured = Vec::new();
    for (name, ratios) in rows {
        let times = Spread::of(ratios).ok_or("nothing was measured")?;
        println!(
            "C with the {name} library costs {:.2} of Rust (median of {RUNS}; quartiles {:.2} and {:.2})",
            times.median, times.low, times.high,
        );
        measured.push(Ratio {
            this: format!("`scope_reference_parse` from the {name} library"),
            that: "`Reference::parse`, the same loop in Rust without inlining".into(),
            times,
        });
    }
    results::keep(repo, "c", &measured)?;
    Ok(Passed::Whole)
}

/// Nanoseconds for a text.
fn time(repo: &Repo, program: &Path, texts: &Path, libraries: &Path) -> Result<f64, Failure> {
    let printed = COMPILED
        .run_at(repo, program)
        .arg(texts)
        .env("LD_LIBRARY_PATH", &libraries.display().to_string())
        .read()?;
    let time = printed.trim().parse();
    time.map_err(|error| format!("{}: {error}", program.display()).into())
}
