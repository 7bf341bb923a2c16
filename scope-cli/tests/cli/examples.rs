//! The real input that the repository ships.

use std::collections::BTreeSet;

use crate::run::{pipe, root};

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join("examples/data").join(name)).unwrap()
}

#[test]
fn real_packages_parse_but_for_scopes_that_are_too_short() {
    let names = read("npm-scoped-names.txt");
    let (short, good): (Vec<&str>, Vec<&str>) =
        names.lines().partition(|name| name.starts_with("@nx/"));
    assert!(good.len() > 300 && !short.is_empty());
    let ran = pipe(&["parse", "--print", "reference"], &names);
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), good);
    assert_eq!(ran.stderr.matches("error[too_short]").count(), short.len());
    assert_eq!(ran.stderr.matches("error[").count(), short.len());
}

#[test]
fn real_branches_have_keys_of_their_own() {
    let names = read("branch-names.txt");
    let refused = ["origin/main", "refs/heads/main"];
    let good = names.lines().filter(|name| !refused.contains(name));
    let count = good.clone().count();
    assert!(count >= 60);
    let keys = |field| {
        pipe(
            &["key", "branch", "--path", "/src/app", "--print", field],
            &names,
        )
    };
    let ran = keys("branch_name");
    assert_eq!(
        ran.stdout.lines().collect::<Vec<_>>(),
        good.collect::<Vec<_>>()
    );
    assert_eq!(ran.stderr.matches("error[remote_branch]").count(), 2);
    assert_eq!(ran.stderr.matches("error[").count(), 2);
    let different = |field| {
        keys(field)
            .stdout
            .lines()
            .map(String::from)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(different("distinct_storage_key").len(), count);
    assert_eq!(different("uri").len(), count);
    // `feature/login` and `feature-login` share theirs.
    assert!(different("storage_key").len() < count);
}

#[cfg(target_os = "linux")]
#[test]
fn the_branches_are_those_of_a_real_repository() {
    let script = root().join("examples/data/make-branches.sh");
    match std::process::Command::new("sh").arg(script).output() {
        Ok(output) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{stderr}");
            assert_eq!(
                String::from_utf8(output.stdout).unwrap(),
                read("branch-names.txt")
            );
        }
        Err(error) => eprintln!("not tried, sh cannot be run: {error}"),
    }
}
