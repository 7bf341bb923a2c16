//! What is killed: a process that does one thing after another, with a letter on standard output before each.

use std::io::Write as _;
use std::path::Path;

use scope_core::ErrorCode;
use scope_workspace::{Cleanup, CloneOptions, Delete, Error, Job, Workspaces};

use crate::common::numbers::Numbers;
use crate::setting::{Class, REPOS, USERS, class, open, repo, url, user};

/// What others do at the same time, and what is in a workspace, makes these errors; every other one is said.
const EXPECTED: &[ErrorCode] = &[
    ErrorCode::InUse,
    ErrorCode::WorkspaceNotFound,
    ErrorCode::WorkspaceExists,
    ErrorCode::WorkWouldBeLost,
    ErrorCode::UncommittedChanges,
    ErrorCode::NotFastForward,
    ErrorCode::DetachedHead,
    ErrorCode::NoUpstream,
    ErrorCode::NotARepository,
];

/// How an operation that was asked for ended.
type Ended = Result<(), Error>;

/// Works until it is killed.
pub(crate) fn work(base: &Path, seed: u64) -> ! {
    let [now, later] = open(&base.join("data"));
    let mut numbers = Numbers::new(seed);
    loop {
        let letter = numbers.of(&[
            "s", "s", "s", "s", "s", "k", "k", "k", "t", "h", "c", "d", "d", "f", "m",
        ]);
        std::io::stdout().write_all(letter.as_bytes()).unwrap();
        std::io::stdout().flush().unwrap();
        once(&now, &later, base, letter, &mut numbers);
    }
}

/// Does one thing.
pub(crate) fn once(
    now: &Workspaces,
    later: &Workspaces,
    base: &Path,
    letter: &str,
    numbers: &mut Numbers,
) {
    let (who, what) = (numbers.below(USERS), numbers.below(REPOS));
    let (user_id, name) = (user(who), repo(what));
    let ended = match letter {
        "s" => sync(now, &user_id, numbers),
        "k" => now
            .clone(
                &user_id,
                &url(base, what),
                &CloneOptions::default(),
                Job::default(),
            )
            .map(drop),
        "t" => now.touch(&user_id, "acme", &name).map(drop),
        "h" => now.hold(&user_id, "acme", &name).map(drop),
        "c" => later
            .cleanup(Cleanup::default(), Job::default())
            .map(|report| {
                for problem in report.problems {
                    said("cleanup", &problem.error);
                }
            }),
        "d" => now
            .delete(&user_id, "acme", &name, Delete::default())
            .map(drop),
        "f" if class(who, what) == Class::Free => now
            .delete(&user_id, "acme", &name, Delete { force: true })
            .map(drop),
        "m" => now.create(&user_id, "acme", "made").map(drop),
        _ => Ok(()),
    };
    if let Err(error) = ended {
        said(letter, &error);
    }
}

/// One of the workspaces that are there: few would be hit otherwise.
fn sync(workspaces: &Workspaces, user_id: &str, numbers: &mut Numbers) -> Ended {
    let all = workspaces.list(user_id)?.workspaces;
    let cloned: Vec<_> = all
        .iter()
        .filter(|found| found.metadata.repo() != "made")
        .collect();
    if cloned.is_empty() {
        return Ok(());
    }
    let name = numbers.of(&cloned).metadata.repo();
    workspaces
        .sync(user_id, "acme", name, Job::default())
        .map(drop)
}

fn said(what: &str, error: &Error) {
    if !EXPECTED.contains(&error.code()) {
        eprintln!("{what}: {}: {error}", error.code());
    }
}
