//! References and other messages: they say what to write instead.

use crate::place::Place;

// R1. npm and JSR write it so.
#[test]
fn a_version_after_an_at_is_told_how_to_write_it() {
    let place = Place::new();
    for (text, meant) in [
        ("@acme/widget@1.0.0", "@acme/widget:1.0.0"),
        ("@acme/widget@latest", "@acme/widget:latest"),
    ] {
        let ran = place.scope(&["parse", text]);
        assert!(!ran.status.success());
        assert!(ran.stderr.contains(&format!("`{meant}`")), "{}", ran.stderr);
    }
    let ran = place.scope(&["parse", "acme/widget@latest"]);
    assert!(ran.stderr.contains("@acme/widget"), "{}", ran.stderr);
}

// R3. Old repositories have commits that git refuses today, and a setting of the service's lets them in.
#[test]
fn an_old_repository_is_cloned_once_the_service_allows_its_fault() {
    let place = Place::after(
        "origin; cd \"$T/src\"; c=$(printf 'tree %s\\nauthor A <a@example.test> 1 +051800\\ncommitter A <a@example.test> 1 +051800\\n\\nx\\n' $(git rev-parse HEAD^{tree}) | git hash-object -t commit -w --stdin --literally); \
         git reset -q --hard $c; git push -q -f origin main",
    );
    let refused = place.clone(&[]);
    assert_eq!(refused.code(), "git_failed");
    assert!(refused.stderr.contains("badTimezone"), "{}", refused.stderr);
    place.sh("git config --global fetch.fsck.badTimezone warn");
    place.clone(&[]).good();
    place.goes();
}

// Whoever meets it looks there.
#[test]
fn the_way_around_a_refused_old_repository_is_documented() {
    let page = include_str!("../../../docs/workspaces.md");
    assert!(
        page.contains("fetch.fsck."),
        "docs/workspaces.md does not tell of fetch.fsck.<msg-id>"
    );
}

// What cannot be read says which file it is, and why.
#[test]
fn what_is_unknown_says_which_part_and_why() {
    for (script, parts) in [
        ("mkfifo .gitignore", [".gitignore", "regular file"]),
        (
            "git worktree add -q \"$T/wt\" -b topic 2> /dev/null",
            ["/wt", "git worktree"],
        ),
        ("printf '[core\\n' > .git/config", [".git/config", "line 1"]),
        (
            "mkdir deps; echo 'gitdir: /nowhere' > deps/.git",
            ["deps/.git", "/nowhere"],
        ),
        (
            "git config core.repositoryFormatVersion 1; git config extensions.refStorage other",
            ["refStorage", "other"],
        ),
    ] {
        let place = Place::cloned(script);
        let ran = place.ws(&["work", "acme/widget"]);
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        for part in parts {
            assert!(said.contains(part), "{script}: {said}");
        }
        let refused = place.delete(&[]);
        for part in parts {
            assert!(
                refused.stderr.contains(part),
                "{script}: {}",
                refused.stderr
            );
        }
    }
}
