//! Text files end their lines as they should, and name neither a machine's paths nor where packages were fetched.

use crate::repo::Repo;
use crate::step::{Outcome, Step, none_at};

pub(crate) const STEP: Step = Step {
    name: "tidy",
    about: "line ends and white space; no machine's path; no download address in a lock file",
    run,
};

/// Data whose every byte is meant, and texts that are someone else's.
const AS_IT_IS: &[&str] = &["conformance/", "examples/data/", "fuzz/corpus/", "LICENSE-"];

/// Top-level directories that a file of the repository has no business to name.
const OF_A_MACHINE: &[&str] = &["work", "root", "tmp"];

/// Lock files of package managers that can record where a package was fetched.
const LOCKS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
];

fn run(repo: &Repo) -> Outcome {
    let mut wrong = Vec::new();
    for path in repo.files()? {
        if AS_IT_IS.iter().any(|start| path.starts_with(start)) {
            continue;
        }
        // What is not UTF-8 is no text.
        let Ok(text) = std::fs::read_to_string(repo.root.join(&path)) else {
            continue;
        };
        if !text.is_empty() && (!text.ends_with('\n') || text.ends_with("\n\n")) {
            wrong.push(format!("{path}: does not end with one line end"));
        }
        let is_lock = LOCKS.iter().any(|lock| path.ends_with(lock));
        for (i, line) in text.lines().enumerate() {
            let faults = faults(line)
                .into_iter()
                .chain(is_lock.then(|| address(line)).flatten());
            wrong.extend(faults.map(|fault| format!("{path}:{}: {fault}", i + 1)));
        }
    }
    none_at("untidy text", &wrong)
}

/// What is wrong with a line of any text.
fn faults(line: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    if line.ends_with([' ', '\t', '\r']) {
        faults.push("white space at the end of the line");
    }
    if OF_A_MACHINE.iter().any(|name| names_directory(line, name)) {
        faults.push("a path of some machine");
    }
    faults
}

/// Whether an absolute path into this top-level directory begins somewhere in the line.
fn names_directory(line: &str, name: &str) -> bool {
    line.match_indices(&format!("/{name}/")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || "/._-~*>})]$%".contains(c)))
    })
}

/// The fault of a lock file's line that says where a package was fetched.
fn address(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    let named = line.contains("resolved") || line.contains("tarball");
    (named && line.contains("://"))
        .then_some("a download address; npm's `omit-lockfile-registry-resolved` leaves it out")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_path_is_told_from_a_part_of_another() {
        for line in [
            "/NAME/x",
            "see '/NAME/x'",
            "dir=/NAME/x",
            "(/NAME/x)",
            "file:/NAME/",
        ] {
            assert!(
                names_directory(&line.replace("NAME", "tmp"), "tmp"),
                "{line}"
            );
        }
        for line in [
            "a/NAME/x",
            "./NAME/x",
            "$DIR/NAME/x",
            "${DIR}/NAME/x",
            "/NAME",
            "//NAME/x",
        ] {
            assert!(
                !names_directory(&line.replace("NAME", "tmp"), "tmp"),
                "{line}"
            );
        }
    }

    #[test]
    fn lines_have_their_faults() {
        assert!(faults("a line").is_empty());
        assert_eq!(faults("a line ").len(), 1);
        assert_eq!(faults("\t").len(), 1);
    }

    #[test]
    fn a_lock_file_keeps_no_address() {
        assert!(address(r#"  "resolved": "https://packages.example/a.tgz","#).is_some());
        assert!(address(r#"  "funding": "https://someone.example","#).is_none());
    }
}
