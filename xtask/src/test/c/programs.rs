//! The tests in C and C++, run under what watches them, and proof that it does.

use super::{Built, CLANG, GXX, STRICT};
use crate::repo::Repo;
use crate::sanitizer;
use crate::step::Failure;
use crate::tool::{CARGO, COMPILED, GCC, Run, Tool, VALGRIND};
use std::path::{Path, PathBuf};

const SANITIZED: &str =
    "-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all";
const MEMCHECK: &str =
    "--quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite,possible";
const HELGRIND: &str =
    "--quiet --error-exitcode=9 --tool=helgrind --suppressions=bindings/c/tests/helgrind.supp";

/// So many inputs are asked through C and through Rust.
const INPUTS: &str = "200000";
/// So many of them under valgrind, which is some thirty times slower.
const WATCHED_INPUTS: &str = "4000";

/// Compiles one of the tests.
fn compile(
    repo: &Repo,
    compiler: &Tool,
    name: &str,
    standard: &str,
    flags: &str,
    link: &[&Path],
) -> Result<PathBuf, Failure> {
    let (stem, _) = name.split_once('.').unwrap_or((name, ""));
    let options: String = flags.chars().filter(char::is_ascii_alphanumeric).collect();
    let program = repo
        .scratch("c/programs")?
        .join(format!("{stem}-{}-{options}", compiler.program));
    let mut run = compiler.run(repo, STRICT).args(&format!(
        "-D_GNU_SOURCE -std={standard} {flags} bindings/c/tests/{name}"
    ));
    for file in link {
        run = run.arg(file);
    }
    run.args("-ljansson -lpthread -lm -o")
        .arg(&program)
        .read()?;
    Ok(program)
}

/// Whatever finds a fault in the tests finds one that was planted. Says whether the sanitizer may look for leaks here.
pub(super) fn watchers_watch(repo: &Repo) -> Result<bool, Failure> {
    let plain = compile(repo, &GCC, "planted.c", "c11", "-O0", &[])?;
    let sanitized = compile(repo, &GCC, "planted.c", "c11", SANITIZED, &[])?;
    let seen = |run: Run<'_>, fault: &str, by: &str| {
        let (passed, _, said) = run.arg(fault).try_read()?;
        if passed || said.is_empty() {
            return Err(Failure::from(format!(
                "{by} does not see a planted fault: {fault}"
            )));
        }
        let looked = sanitizer::sees_leaks(&said);
        if looked {
            println!("{by} sees a planted fault: {fault}");
        }
        Ok(looked)
    };
    let leaks = seen(COMPILED.run_at(repo, &sanitized), "leak", "the sanitizer")?;
    for fault in ["address", "undefined"] {
        seen(sanitizing(repo, &sanitized, leaks), fault, "the sanitizer")?;
    }
    for fault in ["address", "leak"] {
        seen(VALGRIND.run(repo, MEMCHECK).arg(&plain), fault, "valgrind")?;
    }
    seen(VALGRIND.run(repo, HELGRIND).arg(&plain), "race", "helgrind")?;
    Ok(leaks)
}

/// A run of a sanitized program.
fn sanitizing(repo: &Repo, program: &Path, leaks: bool) -> Run<'static> {
    COMPILED
        .run_at(repo, program)
        .env("ASAN_OPTIONS", &sanitizer::options(leaks))
}

/// The program that runs files of vectors, watched by nothing.
pub(super) fn vectors(repo: &Repo, built: &Built) -> Result<PathBuf, Failure> {
    compile(repo, &GCC, "vectors.c", "c11", "-O2", &[&built.archive])
}

/// Every test, under every watcher that suits it.
pub(super) fn all_pass(repo: &Repo, built: &Built, leaks: bool) -> Result<(), Failure> {
    let archive = [built.archive.as_path()];
    let (all, all_expected) = inputs(repo, INPUTS)?;
    let (few, few_expected) = inputs(repo, WATCHED_INPUTS)?;

    let vectors = |run: Run<'_>| all_vectors(repo, run)?.show();
    let program = |name: &str, flags: &str| compile(repo, &GCC, name, "c11", flags, &archive);

    let sanitized = program("vectors.c", SANITIZED)?;
    vectors(sanitizing(repo, &sanitized, leaks))?;
    let sanitized = program("differential.c", SANITIZED)?;
    sanitizing(repo, &sanitized, leaks)
        .arg(&all)
        .arg(&all_expected)
        .show()?;
    for name in ["calls.c", "disk.c"] {
        let sanitized = program(name, SANITIZED)?;
        sanitizing(repo, &sanitized, leaks).show()?;
    }
    for flags in [SANITIZED, "-O1 -fno-exceptions"] {
        let wrapper = compile(repo, &GXX, "wrapper.cpp", "c++17", flags, &archive)?;
        sanitizing(repo, &wrapper, leaks).show()?;
    }

    let plain = program("vectors.c", "-O1")?;
    in_short(all_vectors(repo, VALGRIND.run(repo, MEMCHECK).arg(&plain))?)?;
    let plain = program("differential.c", "-O1")?;
    VALGRIND
        .run(repo, MEMCHECK)
        .arg(&plain)
        .arg(&few)
        .arg(&few_expected)
        .show()?;
    for name in ["calls.c", "disk.c"] {
        let plain = program(name, "-O1")?;
        in_short(VALGRIND.run(repo, MEMCHECK).arg(&plain))?;
    }
    let loading = compile(repo, &GCC, "loading.c", "c11", "-O1", &[])?;
    COMPILED.run_at(repo, &loading).arg(&built.shared).show()?;
    let plain = program("threads.c", "-O1")?;
    COMPILED.run_at(repo, &plain).show()?;
    in_short(VALGRIND.run(repo, HELGRIND).arg(&plain).arg("begun"))?;

    let counting = "-O1 -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=posix_memalign";
    let counting = program("allocations.c", counting)?;
    COMPILED.run_at(repo, &counting).show()?;

    // Another compiler reads the header in its own way.
    let other = compile(repo, &CLANG, "vectors.c", "c11", "-O1", &archive)?;
    vectors(COMPILED.run_at(repo, &other))
}

/// Runs a program under valgrind, which has much to say of system calls that it does not know yet. (To the program they
/// fail, and it takes its other way.) What it says is shown where the run fails.
fn in_short(run: Run<'_>) -> Result<(), Failure> {
    println!("$ {run}");
    print!("{}", run.read()?);
    Ok(())
}

/// Adds every file of vectors.
fn all_vectors<'a>(repo: &Repo, mut run: Run<'a>) -> Result<Run<'a>, Failure> {
    for file in repo.files_with("json")? {
        let of_the_suite = file
            .strip_prefix("conformance/")
            .is_some_and(|name| !name.contains('/') || name.starts_with("disk/"));
        if of_the_suite && !file.ends_with("/schema.json") {
            run = run.arg(file);
        }
    }
    Ok(run)
}

/// Inputs, and what Rust answers to them.
fn inputs(repo: &Repo, count: &str) -> Result<(PathBuf, PathBuf), Failure> {
    let scratch = repo.scratch("c/differential")?;
    let files = (
        scratch.join(format!("{count}.inputs")),
        scratch.join(format!("{count}.expected")),
    );
    CARGO
        .run(
            repo,
            "run --quiet --package scope-c --example differential --",
        )
        .arg(count)
        .arg(&files.0)
        .arg(&files.1)
        .show()?;
    Ok(files)
}
