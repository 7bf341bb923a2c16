//! A remote repository's own `.workspace.json`: it is a file as any other, and says nothing of the workspace.

use std::fs;

use crate::place::{CLEAN, Place, USER};

fn commit_metadata(owner: &str, time: &str) -> String {
    format!(
        "printf '{{\"owner\":\"{owner}\",\"repo\":\"widget\",\"fullName\":\"{owner}/widget\",\
         \"lastAccessedAt\":\"{time}\",\"createdAt\":\"2020-01-01T00:00:00Z\"}}' > \"$T/src/.workspace.json\"; publish"
    )
}

// M1. It recorded another repository, and nothing could delete the workspace.
#[test]
fn a_sync_that_brings_another_workspaces_metadata_changes_nothing_of_the_workspace() {
    let place = Place::cloned(&commit_metadata("other", "2020-01-01T00:00:00Z"));
    place.syncs_as_git_pulls();
    assert!(place.read(".workspace.json").contains("other/widget"));
    let got = place
        .ws(&["get", "--format", "jsonl", "acme/widget"])
        .json();
    assert_eq!(got["metadata"]["fullName"], "acme/widget");
    assert_eq!(place.work(), (CLEAN, None));
    place.ws(&["touch", "acme/widget"]).good();
    place.delete(&[]).good();
    assert!(!place.workspace().exists());
}

// M3. It said 9998, and the workspace never got idle.
#[test]
fn a_time_that_the_remote_chose_is_not_gone_by() {
    let place = Place::cloned(&commit_metadata("acme", "9998-01-01T00:00:00Z"));
    place.try_sync().good();
    place.goes();
}

// Nor is one far in the past, with which it would be deleted at once.
#[test]
fn a_time_in_the_past_that_the_remote_chose_deletes_nothing() {
    let place = Place::cloned(&commit_metadata("acme", "2001-01-01T00:00:00Z"));
    place.try_sync().good();
    let report = place
        .scope(&["workspace", "cleanup", "--format", "jsonl"])
        .json();
    assert_eq!(
        (&report["kept"], &report["idle"]),
        (&1.into(), &serde_json::json!([]))
    );
    assert!(place.workspace().exists());
}

// The same where it is there from the first.
#[test]
fn a_clone_of_a_repository_that_tracks_the_file_is_a_workspace_as_any_other() {
    for (owner, time) in [
        ("other", "2020-01-01T00:00:00Z"),
        ("acme", "9998-01-01T00:00:00Z"),
    ] {
        let place = Place::after(&format!("origin; {}; clone", commit_metadata(owner, time)));
        assert_eq!(place.sh_there("git status --short"), "");
        assert_eq!(place.work(), (CLEAN, None));
        assert!(place.ws(&["list"]).good().ends_with("acme__widget"));
        place.ws(&["touch", "acme/widget"]).good();
        assert_eq!(place.sh_there("git status --short"), "");
        place.sh("echo more > \"$T/src/more\"; publish");
        place.syncs_as_git_pulls();
        place.sh_there("echo mine > .workspace.json");
        place.keeps([1, 0, 0, 0]);
        place.sh_there("git checkout -q .workspace.json");
        place.goes();
    }
}

// Whatever it is there.
#[test]
fn a_tracked_path_of_that_name_that_is_no_metadata_is_left_to_the_repository() {
    for made in [
        "echo nonsense > .workspace.json",
        ": > .workspace.json",
        "mkdir .workspace.json; echo 1 > .workspace.json/f",
        "ln -s README .workspace.json",
        "ln -s /etc/passwd .workspace.json",
        "head -c 200000 /dev/zero > .workspace.json",
    ] {
        let of_remote = format!("(cd \"$T/src\"; {made}); publish");
        let cloned = Place::after(&format!("origin; {of_remote}; clone"));
        assert_eq!(cloned.work(), (CLEAN, None), "cloned: {made}");
        assert!(
            cloned
                .ws(&["get", "acme/widget"])
                .good()
                .ends_with("acme__widget")
        );
        cloned.ws(&["touch", "acme/widget"]).good();
        assert_eq!(cloned.sh_there("git status --short"), "", "{made}");
        cloned.goes();
        let synced = Place::cloned(&of_remote);
        synced.try_sync().good();
        assert_eq!(synced.work(), (CLEAN, None), "synced: {made}");
        assert_eq!(synced.sh_there("git status --short"), "", "{made}");
        synced.goes();
    }
}

// When it goes again, the metadata is where it was.
#[test]
fn a_file_of_that_name_that_the_remote_drops_leaves_a_workspace() {
    let place = Place::after(&format!(
        "origin; {}; clone; cd \"$T/src\"; git rm -q .workspace.json; publish",
        commit_metadata("other", "2020-01-01T00:00:00Z")
    ));
    place.try_sync().good();
    let got = place
        .ws(&["get", "--format", "jsonl", "acme/widget"])
        .json();
    assert_eq!(got["metadata"]["fullName"], "acme/widget");
    place.ws(&["touch", "acme/widget"]).good();
    assert_eq!(place.work(), (CLEAN, None));
    place.goes();
}

// A branch with the file and one without.
#[test]
fn checking_out_a_branch_with_a_file_of_that_name_changes_nothing_of_the_workspace() {
    let place = Place::after(&format!(
        "origin; (cd \"$T/src\"; git checkout -q -b topic; {}; git push -q origin topic; git checkout -q main; git reset -q --hard HEAD; git push -q -f origin $(git rev-list --max-parents=0 HEAD):refs/heads/main); clone; \
         rm -f .workspace.json; git checkout -q topic",
        "printf '{\"owner\":\"other\",\"repo\":\"thing\",\"fullName\":\"other/thing\",\"lastAccessedAt\":\"2020-01-01T00:00:00Z\",\"createdAt\":\"2020-01-01T00:00:00Z\"}' > .workspace.json; git add -f .workspace.json; git commit -qm x"
    ));
    let got = place
        .ws(&["get", "--format", "jsonl", "acme/widget"])
        .json();
    assert_eq!(got["metadata"]["fullName"], "acme/widget");
    place.try_sync().good();
    assert_eq!(place.work(), (CLEAN, None));
    assert_eq!(place.sh_there("git status --short"), "");
    place.goes();
}

// A clock that was wrong once keeps no workspace for ever.
#[test]
fn a_recorded_time_far_ahead_is_not_one_to_go_by() {
    let place = Place::cloned(
        "sed -i 's/\"20[0-9-]*T/\"9998-01-01T/g' .workspace.json .git/workspace.json",
    );
    place.goes();
}

// And lost metadata deletes nothing.
#[test]
fn metadata_that_was_removed_or_broken_deletes_nothing() {
    for script in [
        "rm -f .workspace.json .git/workspace.json",
        "echo x > .workspace.json; rm -f .git/workspace.json",
        ": > .workspace.json; : > .git/workspace.json",
        "echo '{}' > .workspace.json; echo '{}' > .git/workspace.json",
        "rm .workspace.json .git/workspace.json; mkfifo .workspace.json",
    ] {
        let place = Place::cloned(script);
        place.cleanup(&[]);
        assert!(place.workspace().exists(), "{script}");
        // An id of a user is no part of a name that is shown to others.
        assert!(!place.ws(&["list"]).stderr.contains(USER), "{script}");
    }
}

// A careless `git add -f` makes the service's file no work of the user's.
#[test]
fn the_services_own_file_is_no_work_of_the_users() {
    let place = Place::cloned("git add -f .workspace.json");
    assert_eq!(place.work(), (CLEAN, None));
    assert!(
        fs::read_to_string(place.workspace().join(".workspace.json"))
            .unwrap()
            .contains("acme/widget")
    );
}
