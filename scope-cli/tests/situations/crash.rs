//! Texts that a remote repository or a user chooses, and that may not end the process: in a service, all users' work ends
//! with it.

use crate::place::{CLEAN, Place};

// C1. A wildcard and then `!//` ended the process with a segmentation fault.
#[test]
fn no_ignore_list_ends_the_process() {
    let place = Place::after(
        "origin; printf '*.log\\n!//\\n' > \"$T/src/.gitignore\"; publish; clone; touch a.log",
    );
    assert_eq!(place.work(), (CLEAN, None));
    place.try_sync().good();
    place.goes();
}

// The kind: patterns at the edges of what a matcher expects.
#[test]
fn ignore_lists_at_the_edge_are_answered_as_git_answers() {
    for list in [
        "/\\n!/\\n",
        "//\\n",
        "!\\n",
        "!!\\n",
        "*\\n!//\\n",
        "**\\n!**\\n",
        "/**\\n!/**/\\n",
        "[\\n![\\n",
        "[]\\n",
        "[]-a]\\n",
        "[^]\\n",
        "\\\\\\n!\\\\\\n",
        "***/***\\n!***\\n",
        "\\0\\n!\\0a\\n",
        "*[\\n!*[a\\n",
        "a//b\\n!a//\\n",
        "/./\\n!/../\\n",
        "..\\n!../x\\n",
        "\\377\\n!\\377\\n",
        "[[:nope:]]\\n![[:nope:]]\\n",
        "[z-a]\\n",
        " \\n! \\n",
    ] {
        let place = Place::cloned(&format!(
            "printf '{list}' > .gitignore; mkdir -p a/b; echo 1 > a.log; echo 1 > a/b/c"
        ));
        let told = place.sh_there("git status --short | grep -vc workspace.json || true");
        let counts = [0, told.trim().parse().unwrap(), 0, 0];
        assert_eq!(place.work(), (counts, None), "{list}");
    }
}

// A matcher that goes back takes time without end on these.
#[test]
fn no_ignore_list_keeps_the_processor_busy_for_ever() {
    let place = Place::cloned(
        "for i in $(seq 12); do printf '*a'; done > .gitignore; echo b >> .gitignore; \
         for i in $(seq 8); do printf '**/'; done >> .gitignore; echo b >> .gitignore; \
         mkdir -p d/d/d/d/d/d/d/d; touch \"d/d/d/d/d/d/d/d/$(printf 'a%.0s' $(seq 200))\"",
    );
    let ran = place.ws(&["work", "--format", "jsonl", "acme/widget"]);
    assert!(ran.took.as_secs() < 20);
    place.keeps_something();
}

// Lists without an end, and lines longer than a buffer.
#[test]
fn a_very_long_ignore_list_is_answered() {
    let place = Place::cloned(
        "head -c 300000 /dev/zero | tr '\\0' 'a' > .gitignore; echo >> .gitignore; \
         for i in $(seq 3000); do echo \"!x$i/**/[a-z]*\"; done >> .gitignore",
    );
    place.keeps([0, 1, 0, 0]);
}

// Attributes are texts of the same kind.
#[test]
fn no_attributes_end_the_process() {
    for list in [
        "* filter=none\\n",
        "* text=auto eol=crlf\\n",
        "* working-tree-encoding=UTF-99\\n",
        "[attr]x -x\\n* x\\n",
        "!* text\\n",
        "// text\\n",
        "* !!text\\n",
        "* =\\n",
        "\\377 text\\n",
        "* -text=x\\n",
        "* ident\\n",
        "* merge=none diff=none\\n",
        "* working-tree-encoding=UTF-16\\n",
        "* text=auto encoding=x filter=\\n",
    ] {
        let place = Place::after(&format!(
            "origin; clone; printf '{list}' > .gitattributes; touch README"
        ));
        // It is untracked at the least.
        place.keeps_something();
    }
}

// What a user's processes write into `.git` is read by us.
#[test]
fn no_broken_file_of_a_repository_ends_the_process() {
    for script in [
        ": > .git/index",
        "head -c 100 /dev/urandom > .git/index",
        "head -c 40 .git/index > x; mv x .git/index",
        "printf 'DIRC\\0\\0\\0\\002\\377\\377\\377\\377' > .git/index",
        "printf 'DIRC\\0\\0\\0\\011\\0\\0\\0\\0' > .git/index",
        ": > .git/HEAD",
        "echo 'ref: ' > .git/HEAD",
        "echo 'ref: ../../x' > .git/HEAD",
        "echo 'ref: refs/heads/main' > .git/refs/heads/main",
        "echo 'ref: refs/heads/b' > .git/refs/heads/a; echo 'ref: refs/heads/a' > .git/refs/heads/b; echo 'ref: refs/heads/a' > .git/HEAD",
        "echo 0000 > .git/refs/heads/main",
        "echo garbage > .git/packed-refs",
        "head -c 3000000 /dev/zero > .git/config",
        "printf '[core\\n' > .git/config",
        "printf '[include]\\n path = config\\n' >> .git/config",
        "echo nonsense > .git/shallow",
        "rm -rf .git/objects",
        "rm -rf .git/refs",
        "rm -f .git/HEAD",
        "rm -rf .git; echo 'gitdir: .git' > .git",
        "echo ../.git > .git/commondir",
        "head -c 500000 /dev/zero > .git/MERGE_HEAD",
        "mkdir .git/index.d; rm .git/index; mkdir .git/index",
        "chmod 000 .git/objects .git/refs .git",
    ] {
        let place = Place::cloned(&format!(
            "git pack-refs --all; git checkout -q --detach; git checkout -q main; {script}"
        ));
        place.work();
        place.try_sync();
        place.cleanup(&["--dry-run"]);
        place.ws(&["get", "acme/widget"]);
        place.scope(&[
            "workspace",
            "discover",
            place.path("data").to_str().unwrap(),
        ]);
        place.delete(&["--force"]).good();
        assert!(!place.workspace().exists());
    }
}

// One of many users has such a workspace, and all others' are cleaned up all the same.
#[test]
fn a_cleanup_goes_on_past_a_workspace_that_cannot_be_read() {
    let place = Place::cloned("head -c 100 /dev/urandom > .git/index");
    let other = "00000000-0000-4000-8000-000000000002";
    place
        .scope(&["workspace", "create", "--user-id", other, "acme/widget"])
        .good();
    let report = place.cleanup(&[]);
    assert_eq!(
        (&report["idle"][0]["verdict"], &report["idle"][1]["verdict"]),
        (&"warned".into(), &"deleted".into())
    );
}
