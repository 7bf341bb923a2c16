//! The files that are generated and committed, in part or whole.
//!
//! `cargo xtask generate` writes them; `cargo xtask check generated` makes them again inside `target/` and compares.

mod c_header;
mod error_table;
mod python_errors;

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Step, none_at};
use crate::tool::GIT;
use std::fs;
use std::process::ExitCode;

/// A committed file that is made from something else.
pub(crate) struct Generated {
    /// Its path from the repository's root.
    path: &'static str,
    /// Makes its text anew. Gets the committed text, for files of which a part only is generated.
    make: fn(&Repo, &str) -> Result<String, Failure>,
}

const FILES: &[Generated] = &[error_table::FILE, c_header::FILE, python_errors::FILE];

/// The step of `cargo xtask check`.
pub(crate) const STEP: Step = Step {
    name: "generated",
    about: "generated files are what their generators make",
    run: compare_all,
};

/// Writes all files in place.
pub(crate) fn write_all(repo: &Repo) -> ExitCode {
    let mut failed = false;
    for file in FILES {
        let written = file.remake(repo).and_then(|(old, new)| {
            if old == new {
                return Ok("unchanged");
            }
            fs::write(repo.root.join(file.path), new).map_err(|error| error.to_string())?;
            Ok("written")
        });
        match written {
            Ok(what) => println!("{}: {what}", file.path),
            Err(why) => {
                failed = true;
                eprintln!("{}: {why}", file.path);
            }
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn compare_all(repo: &Repo) -> Outcome {
    let mut changed = Vec::new();
    for file in FILES {
        let (old, new) = file.remake(repo)?;
        if old != new {
            let fresh = repo
                .scratch("generated")?
                .join(file.path.replace('/', "__"));
            fs::write(&fresh, new).map_err(|error| format!("{}: {error}", fresh.display()))?;
            // Shows the difference; that there is one makes git's status 1.
            let _ = GIT
                .run(repo, "--no-pager diff --no-index --")
                .arg(file.path)
                .arg(fresh)
                .show();
            changed.push(file.path.to_owned());
        }
    }
    none_at(
        "not what their generators make; `cargo xtask generate` writes them",
        &changed,
    )
}

impl Generated {
    /// The committed text and the new one.
    fn remake(&self, repo: &Repo) -> Result<(String, String), Failure> {
        let old = repo.read(self.path)?;
        let new = (self.make)(repo, &old)?;
        Ok((old, new))
    }
}
