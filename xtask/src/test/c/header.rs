//! The headers compile without a warning, whichever compiler and standard.

use super::{CLANG, CLANGXX, GXX, STRICT};
use crate::repo::Repo;
use crate::step::Failure;
use crate::tool::{GCC, Tool};

const C: &[&str] = &["c99", "c11", "c17", "c2x"];
const CXX: &[&str] = &["c++11", "c++14", "c++17", "c++20", "c++2b"];
/// The wrapper's own are the ones from C++17 on.
const FIRST_OF_WRAPPER: usize = 2;

pub(super) fn compiles_everywhere(repo: &Repo) -> Result<(), Failure> {
    for compiler in [GCC, CLANG] {
        compile(repo, &compiler, "c", C, "include/scope_core.h")?;
    }
    for compiler in [GXX, CLANGXX] {
        compile(repo, &compiler, "c++", CXX, "include/scope_core.h")?;
        let wrapper = "bindings/c/tests/wrapper.cpp";
        compile(repo, &compiler, "c++", &CXX[FIRST_OF_WRAPPER..], wrapper)?;
    }
    Ok(())
}

fn compile(
    repo: &Repo,
    compiler: &Tool,
    language: &str,
    standards: &[&str],
    file: &str,
) -> Result<(), Failure> {
    println!("{}: {file} as {}", compiler.program, standards.join(", "));
    for standard in standards {
        compiler
            .run(repo, STRICT)
            .args(&format!(
                "-std={standard} -fsyntax-only -x {language} {file}"
            ))
            .read()?;
    }
    Ok(())
}
