//! Paths and scope keys.

use crate::machine::not_shown;
use crate::place::{Place, USER};

// K1. getcwd gives the real path, whatever the data directory is called.
#[test]
fn a_path_through_a_linked_data_directory_is_in_the_workspace_both_ways() {
    let place = Place::after("rmdir data; mkdir real; ln -s real data");
    place.ws(&["create", "acme/widget"]).good();
    for data in ["data", "real"] {
        let path = place
            .path("")
            .join(format!("{data}/workspaces/{USER}/acme__widget"));
        place.ws(&["validate-path", path.to_str().unwrap()]).good();
        let none = place
            .path("")
            .join(format!("{data}/workspaces/{USER}/acme__none/../../x"));
        assert_eq!(
            place.ws(&["validate-path", none.to_str().unwrap()]).code(),
            "outside_workspaces"
        );
    }
}

// Below it a link is refused all the same.
#[test]
fn a_link_in_a_workspace_is_refused() {
    let place = Place::cloned("ln -s / out; ln -s README in");
    for link in ["out/etc", "out", "in"] {
        let path = place.workspace().join(link);
        assert_eq!(
            place.ws(&["validate-path", path.to_str().unwrap()]).code(),
            "symbolic_link",
            "{link}"
        );
    }
}

// The clone that is in a linked data directory is worked with by its real path.
#[test]
fn a_workspace_in_a_linked_data_directory_is_as_any_other() {
    let place = Place::after(
        "rmdir data; mkdir real; ln -s real data; origin; clone; echo more > \"$T/src/README\"; publish",
    );
    place.syncs_as_git_pulls();
    place.sh("cd real/workspaces/$USER_ID/acme__widget; git worktree add -q \"$PWD/wt\" -b topic 2> /dev/null; echo work > wt/new");
    place.keeps([0, 2, 0, 0]);
}

// K3. To check out another branch is wrong then.
#[test]
fn a_rebase_under_way_is_said() {
    let place = Place::after(
        "git init -q r; cd r; for i in 1 2; do echo $i > f; git add f; git commit -qm $i; done; git checkout -qb topic HEAD~1; echo z > f; git commit -qam z; git rebase main > /dev/null 2>&1 || true",
    );
    let repository = place.path("r");
    let repository = repository.to_str().unwrap();
    let ran = place.scope(&["key", repository, "--kind", "branch", "--print", "display"]);
    if ran.status.success() {
        assert_eq!(ran.good(), format!("{repository}:topic"));
    } else {
        assert_eq!(ran.code(), "detached_head");
        assert!(
            ran.stderr.contains("rebase") && ran.stderr.contains("topic"),
            "{}",
            ran.stderr
        );
    }
}

// The other state in which HEAD names no branch and one is meant.
#[test]
fn a_bisect_under_way_is_said() {
    let place = Place::after(
        "git init -q r; cd r; for i in 1 2 3 4; do echo $i > f; git add f; git commit -qm $i; done; git bisect start HEAD HEAD~3 > /dev/null",
    );
    let repository = place.path("r");
    let ran = place.scope(&["key", repository.to_str().unwrap(), "--kind", "branch"]);
    if !ran.status.success() {
        assert_eq!(ran.code(), "detached_head");
        assert!(ran.stderr.contains("bisect"), "{}", ran.stderr);
    }
}

// A real detached HEAD stays one.
#[test]
fn a_detached_head_names_no_branch() {
    let place = Place::after("git init -q r; cd r; empty_commit x; git checkout -q --detach");
    let ran = place.scope(&["key", place.path("r").to_str().unwrap(), "--kind", "branch"]);
    assert_eq!(ran.code(), "detached_head");
}

// K5. What is stored under `global` is seen by every repository; git says where it stopped.
#[test]
fn a_directory_below_a_mount_point_is_not_silently_global() {
    let place = Place::after("git init -q r; mkdir r/cache");
    let said = place.sh("mount -t tmpfs none r/cache 2>&1 && echo mounted || true");
    if !said.contains("mounted") {
        return not_shown("a directory below a mount point in a checkout", &said);
    }
    let dir = place.path("r/cache");
    let auto = place.scope(&["key", dir.to_str().unwrap(), "--print", "display"]);
    let repository = place.scope(&["key", dir.to_str().unwrap(), "--kind", "repository"]);
    place.sh("umount -l r/cache");
    let told = |said: &str| said.contains("file system") || said.contains("mount");
    assert!(told(&repository.stderr), "{}", repository.stderr);
    assert!(told(&auto.stderr) || !auto.status.success(), "{auto:?}");
}
