//! The C ABI: its header, its tests under what watches them, its ABI, and what is installed.
//!
//! The library is built once, as `cmake --build` builds it for a user, and everything below uses that.

pub(crate) mod abi;
mod header;
mod install;
mod programs;

use crate::repo::Repo;
use crate::sanitizer;
use crate::step::{Failure, Outcome, Step};
use crate::tool::{CARGO, Tool};
use std::path::{Path, PathBuf};

pub(crate) const STEP: Step = Step {
    name: "c",
    about: "the C ABI: header, vectors and misuse under sanitizers and valgrind, ABI baseline, installed tree",
    run,
};

const GXX: Tool = Tool {
    program: "g++",
    get: "apt-get install g++",
};
const CLANG: Tool = Tool {
    program: "clang",
    get: "apt-get install clang",
};
const CLANGXX: Tool = Tool {
    program: "clang++",
    get: "apt-get install clang",
};
const CMAKE: Tool = Tool {
    program: "cmake",
    get: "apt-get install cmake make",
};
const SH: Tool = Tool {
    program: "sh",
    get: "it is part of every system",
};

/// What every compiler is told.
const STRICT: &str = "-Wall -Wextra -Wpedantic -Wconversion -Werror -g -I include";

fn run(repo: &Repo) -> Outcome {
    header::compiles_everywhere(repo)?;
    // As it is built on other systems than Linux: without workspaces on a disk.
    CARGO
        .run(
            repo,
            "test --quiet --package scope-c --lib --no-default-features",
        )
        .show()?;
    let built = Built::here(repo)?;
    abi::only_the_header_is_exported(repo, &built)?;
    abi::is_that_of_the_baseline(repo)?;
    let leaks = programs::watchers_watch(repo)?;
    programs::all_pass(repo, &built, leaks)?;
    install::serves_other_projects(repo, &built)?;
    Ok(sanitizer::passed(leaks))
}

/// The program that runs files of vectors through the ABI.
pub(crate) fn vectors_program(repo: &Repo) -> Result<PathBuf, Failure> {
    programs::vectors(repo, &Built::here(repo)?)
}

/// The built library.
struct Built {
    /// Where `cmake` configured it.
    cmake: PathBuf,
    archive: PathBuf,
    shared: PathBuf,
}

impl Built {
    fn here(repo: &Repo) -> Result<Self, Failure> {
        let scratch = repo.scratch("c")?;
        // Two up from `target/xtask/c`: where cargo builds everything else, so that nothing is built twice.
        let target = scratch.ancestors().nth(2).unwrap_or(Path::new("target"));
        let cmake = scratch.join("cmake");
        CMAKE
            .run(repo, "-S bindings/c -B")
            .arg(&cmake)
            .arg(format!("-DSCOPE_CORE_TARGET_DIR={}", target.display()))
            .show()?;
        CMAKE.run(repo, "--build").arg(&cmake).show()?;
        Ok(Self {
            archive: cmake.join("libscope_core.a"),
            cmake,
            shared: target.join("release/libscope_c.so"),
        })
    }
}
