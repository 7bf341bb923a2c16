//! `unsafe` stays in the files that are fenced for it.

use crate::repo::Repo;
use crate::step::{Outcome, Step, none_at};
use std::path::Path;

pub(crate) const STEP: Step = Step {
    name: "unsafe",
    about: "no `unsafe` outside the files fenced for it; every package forbids it or has such a file",
    run,
};

/// The files that may hold `unsafe`: at most one to a package, which then has lints of its own.
const FENCED: &[&str] = &[
    "bindings/c/src/ffi.rs",
    "bindings/python/src/fence.rs",
    "bindings/node/src/raw.rs",
    "fuzz/src/c.rs",
];

fn run(repo: &Repo) -> Outcome {
    let mut wrong = Vec::new();
    for path in repo.files_with("rs")? {
        if FENCED.contains(&path.as_str()) {
            continue;
        }
        for (i, line) in repo.read(&path)?.lines().enumerate() {
            if is_unsafe(line) {
                wrong.push(format!("{path}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    for path in repo.files_with("toml")? {
        let Some(directory) = path.strip_suffix("/Cargo.toml") else {
            continue;
        };
        let fenced = FENCED
            .iter()
            .any(|file| Path::new(file).starts_with(directory));
        let manifest = repo.read(&path)?;
        // A workspace of its own, as fuzz/ is, cannot inherit.
        let forbids = manifest.contains("[lints]\nworkspace = true\n")
            || manifest.contains("unsafe_code = \"forbid\"");
        if !fenced && !forbids {
            wrong.push(format!(
                "{path}: neither takes the workspace's lints nor forbids it"
            ));
        }
    }
    none_at("`unsafe` that is not fenced", &wrong)
}

/// Whether a line of Rust has an `unsafe` in it that is code.
fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let opens = |rest: &str| {
        let next = rest.trim_start();
        rest.starts_with('(')
            || ["{", "fn ", "impl ", "impl<", "extern ", "trait "]
                .iter()
                .any(|o| next.starts_with(o))
    };
    code.match_indices("unsafe").any(|(at, word)| {
        let whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + word.len()..];
        whole && (opens(rest) || rest.trim().is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::is_unsafe;

    #[test]
    fn code_is_told_from_words() {
        let word = "unsafe";
        for rest in [
            " { f() }",
            " fn f() {}",
            " impl Send for T {}",
            " extern \"C\" {",
            "(no_mangle)]",
            "",
        ] {
            assert!(is_unsafe(&format!("    {word}{rest}")), "{rest}");
        }
        for line in [
            "// unsafe { f() }",
            "x.is_unsafe(y)",
            "#![forbid(unsafe_code)]",
            "an unsafe thing",
        ] {
            assert!(!is_unsafe(line), "{line}");
        }
    }
}
