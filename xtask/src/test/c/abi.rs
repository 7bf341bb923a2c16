//! What programs that were compiled before count on: the symbols, and the types behind them.
//!
//! The baseline in `bindings/c/abi/` is what `abidw` reads from a library that the header makes: each of its functions
//! with an empty body, and a variable of each of its enumerations. That is the ABI as C has it, without the insides of the
//! handles, which the debugging information of the real library would bring along. That the real library has the same
//! functions is what the header being generated from it shows, and the comparison of its symbols.

use super::Built;
use crate::repo::Repo;
use crate::step::{Failure, none_at};
use crate::tool::{GCC, Tool};
use std::collections::BTreeSet;
use std::fs;

const HEADER: &str = "include/scope_core.h";
const BASELINE: &str = "bindings/c/abi/scope_core.abi";

const NM: Tool = Tool {
    program: "nm",
    get: "apt-get install binutils",
};
const READELF: Tool = Tool {
    program: "readelf",
    get: "apt-get install binutils",
};
const ABIDW: Tool = Tool {
    program: "abidw",
    get: "apt-get install abigail-tools",
};
const ABIDIFF: Tool = Tool {
    program: "abidiff",
    get: "apt-get install abigail-tools",
};

/// The shared library exports the functions of the header and nothing else, under the name that its ABI has.
pub(super) fn only_the_header_is_exported(repo: &Repo, built: &Built) -> Result<(), Failure> {
    let declared = functions(&repo.read(HEADER)?);
    let listed = NM
        .run(repo, "--dynamic --defined-only --format=posix")
        .arg(&built.shared)
        .read()?;
    let exported: BTreeSet<String> = symbols(&listed).map(str::to_owned).collect();
    println!("the shared library exports {} symbols", exported.len());
    let differing: Vec<String> = exported.symmetric_difference(&declared).cloned().collect();
    none_at(
        "exported and not declared, or declared and not exported",
        &differing,
    )?;

    // In the archive are the Rust library's own symbols too; C programs meet those only that are not mangled.
    let listed = NM
        .run(repo, "--extern-only --defined-only --format=posix")
        .arg(&built.archive)
        .try_read()?
        .1;
    let taken: Vec<String> = symbols(&listed)
        .filter(|name| !declared.contains(*name) && could_be_a_program_s(name))
        .map(str::to_owned)
        .collect();
    none_at(
        "names that the static library takes from the programs that use it",
        &taken,
    )?;

    let name = format!("[{}]", soname(repo)?);
    let dynamic = READELF
        .run(repo, "--dynamic --wide")
        .arg(&built.shared)
        .read()?;
    if !dynamic
        .lines()
        .any(|line| line.contains("SONAME") && line.contains(&name))
    {
        return Err(format!("the shared library is not called {name}").into());
    }
    Ok(())
}

/// What the dynamic linker knows the shared library by.
pub(crate) fn soname(repo: &Repo) -> Result<String, Failure> {
    let header = repo.read(HEADER)?;
    let mut lines = header.lines();
    let version = lines.find_map(|line| line.strip_prefix("#define SCOPE_ABI_VERSION "));
    let version = version.ok_or("the header has no SCOPE_ABI_VERSION")?;
    Ok(format!("libscope_core.so.{version}"))
}

/// The names in what `nm` prints; it prints of files, too, and of plugins that it lacks.
fn symbols(listed: &str) -> impl Iterator<Item = &str> {
    listed.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, kind) = (words.next()?, words.next()?);
        (kind.len() == 1).then_some(name)
    })
}

/// Whether a name is one that a program in C may give to something of its own.
fn could_be_a_program_s(name: &str) -> bool {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain && !name.starts_with('_') && !name.starts_with("rust_")
}

/// The header's ABI is the committed one.
pub(super) fn is_that_of_the_baseline(repo: &Repo) -> Result<(), Failure> {
    let directory = repo.scratch("c/abi")?;
    let file = |name: &str| directory.join(name);
    let write = |name: &str, text: String| {
        fs::write(file(name), text).map_err(|error| Failure::from(format!("{name}: {error}")))
    };
    write("scope_core.c", with_bodies(&repo.read(HEADER)?))?;
    GCC.run(repo, "-std=c11 -g -O0 -shared -fPIC -w")
        // The baseline names no place of a machine.
        .arg(format!("-ffile-prefix-map={}=.", directory.display()))
        .arg("-o")
        .arg(file("libscope_core.so"))
        .arg(file("scope_core.c"))
        .read()?;
    let fresh = file("scope_core.abi");
    ABIDW
        .run(
            repo,
            "--no-comp-dir-path --no-corpus-path --no-show-locs --out-file",
        )
        .arg(&fresh)
        .arg(file("libscope_core.so"))
        .read()?;
    let (same, found, said) = ABIDIFF.run(repo, BASELINE).arg(&fresh).try_read()?;
    if same {
        println!("the ABI is that of {BASELINE}");
        return Ok(());
    }
    print!("{found}{said}");
    Err(format!(
        "the ABI is not that of {BASELINE}. docs/abi.md says what may change when; if this may:\n    cp {} {BASELINE}",
        fresh.strip_prefix(&repo.root).unwrap_or(&fresh).display()
    )
    .into())
}

/// The names of the functions that the header declares.
fn functions(header: &str) -> BTreeSet<String> {
    let declarations = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']));
    declarations
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("scope_"))
        .map(str::to_owned)
        .collect()
}

/// The header with a body for each function, and a variable of each enumeration.
fn with_bodies(header: &str) -> String {
    let mut lines = Vec::new();
    let mut in_comment = false;
    for line in header.lines() {
        in_comment |= line.trim_start().starts_with("/*");
        lines.push(match line.strip_suffix(");") {
            Some(start) if !in_comment => format!("{start}) {{ __builtin_trap(); }}"),
            _ => line.to_owned(),
        });
        in_comment &= !line.trim_end().ends_with("*/");
    }
    for line in header.lines() {
        if let Some(name) = line
            .strip_prefix("enum ")
            .and_then(|rest| rest.strip_suffix(" {"))
        {
            lines.push(format!("enum {name} value_of_{name};"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "/**\n * Calls scope_x(y);\n */\nconst char *scope_a(int b,\n                    int c);\n\
        enum scope_d {\n  SCOPE_E = 1\n};\nvoid scope_f(void);\n";

    #[test]
    fn functions_are_found_where_they_are_declared() {
        let names: Vec<String> = functions(TEXT).into_iter().collect();
        assert_eq!(names, ["scope_a", "scope_f"]);
    }

    #[test]
    fn declarations_get_bodies_and_comments_stay() {
        let made = with_bodies(TEXT);
        assert!(made.contains(" * Calls scope_x(y);\n"));
        assert!(made.contains("int c) { __builtin_trap(); }\n"));
        assert!(made.ends_with(
            "void scope_f(void) { __builtin_trap(); }\nenum scope_d value_of_scope_d;\n"
        ));
    }
}
