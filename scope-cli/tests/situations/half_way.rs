//! A sync that is refused or fails: files, index and branch are as they were, and the next one succeeds.

use crate::machine::not_shown;
use crate::place::{CLEAN, Place};

/// A clone whose remote repository has a newer README, in which `then` ran.
fn behind(then: &str) -> Place {
    Place::cloned(&format!("echo more > \"$T/src/README\"; publish; {then}"))
}

// H1. git was killed, and its lock stayed.
#[test]
fn a_stale_lock_of_the_index_is_named_and_nothing_is_moved() {
    let place = behind("touch .git/index.lock");
    let refused = place.sync_refused("in_use");
    assert!(refused.stderr.contains("index.lock"), "{}", refused.stderr);
    assert!(place.has(".git/index.lock"), "it is not ours to remove");
    place.sh_there("rm .git/index.lock");
    place.syncs_as_git_pulls();
}

// The other locks of git.
#[test]
fn a_stale_lock_of_a_reference_is_named_and_nothing_is_moved() {
    for lock in ["refs/heads/main.lock", "refs/remotes/origin/main.lock"] {
        let place = behind(&format!("touch .git/{lock}"));
        let refused = place.sync_refused("in_use");
        assert!(refused.stderr.contains(lock), "{}", refused.stderr);
        assert_eq!(place.read("README"), "hello\n");
        assert!(!place.has(".git/index.lock"));
        place.sh_there(&format!("rm .git/{lock}"));
        place.syncs_as_git_pulls();
    }
}

// It is taken where a reference that is packed goes.
#[test]
fn a_stale_lock_of_the_packed_references_moves_nothing_or_is_in_no_ones_way() {
    let place = Place::cloned(
        "git push -q origin main:topic; git fetch -q; git pack-refs --all; git -C \"$T/acme/widget.git\" branch -qD topic; \
         echo more > \"$T/src/README\"; publish; touch .git/packed-refs.lock",
    );
    place.sync_refused("in_use");
    assert_eq!(place.read("README"), "hello\n");
    place.sh_there("rm .git/packed-refs.lock");
    place.try_sync().good();
    assert_eq!(
        (place.read("README").as_str(), place.work()),
        ("more\n", (CLEAN, None))
    );
}

// H3. A volume that is full in the middle.
#[test]
fn a_disk_that_gets_full_leaves_files_as_they_were() {
    let place = Place::new();
    place.sh("origin");
    if !mounts(&place, "-o size=1500k", "data") {
        return;
    }
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        place.sh("clone; for i in 1 2 3 4 5 6 7 8; do head -c 300000 /dev/zero | tr '\\0' $i > \"$T/src/f$i\"; done; \
                  echo new > \"$T/src/README\"; publish");
        let ran = place.try_sync();
        let code = ran.code().to_owned();
        let status = place.sh("cp -a \"$W\" \"$T/copy\"; git -C \"$T/copy\" status --short");
        place.sh("mount -o remount,size=20m \"$DATA_DIR\"");
        let later = place.try_sync();
        (code, status, later.status.success(), later.stderr)
    }));
    place.sh("umount -l \"$DATA_DIR\"");
    let (code, status, later, said) = result.unwrap();
    // git itself is refused room for what it fetches, or we are for what it writes.
    assert!(["io_failed", "git_failed"].contains(&&*code), "{code}");
    assert_eq!(status, "");
    assert!(later, "{said}");
}

/// Mounts an empty volume; says so where the machine refuses.
fn mounts(place: &Place, options: &str, at: &str) -> bool {
    let said = place.sh(&format!(
        "mount -t tmpfs {options} none \"$T/{at}\" 2>&1 && echo mounted || true"
    ));
    if !said.contains("mounted") {
        not_shown("a full disk in the middle of a sync", &said);
    }
    said.contains("mounted")
}

// H5. An untracked file in a directory that becomes a file.
#[test]
fn an_untracked_file_in_a_directory_that_becomes_a_file_stops_it_beforehand() {
    let place = Place::after(
        "origin; mkdir \"$T/src/d\"; echo x > \"$T/src/d/f\"; publish; clone; echo work > d/new; \
         rm -r \"$T/src/d\"; echo file > \"$T/src/d\"; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(
        (place.read("d/f").as_str(), place.read("d/new").as_str()),
        ("x\n", "work\n")
    );
    place.sh_there("mv d/new \"$T/new\"");
    place.syncs_as_git_pulls();
}

// The same, ignored, or an empty directory that nobody tracks.
#[test]
fn an_ignored_file_in_a_directory_that_becomes_a_file_stops_it() {
    let place = Place::after(
        "origin; mkdir \"$T/src/d\"; echo x > \"$T/src/d/f\"; echo '*.o' > \"$T/src/.gitignore\"; publish; clone; echo work > d/a.o; \
         rm -r \"$T/src/d\"; echo file > \"$T/src/d\"; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read("d/a.o"), "work\n");
}

// An untracked directory where a file comes, and an untracked file where a directory comes.
#[test]
fn what_is_untracked_and_in_the_way_stops_it() {
    for (mine, theirs) in [
        ("mkdir new; echo work > new/f", "echo x > new"),
        ("echo work > new", "mkdir new; echo x > new/f"),
        ("echo work > new", "echo x > new"),
        ("ln -s nowhere new", "echo x > new"),
        (
            "git init -q new; git -C new commit -q --allow-empty -m x",
            "echo x > new",
        ),
        (
            "mkdir -p new/f; echo work > new/f/g",
            "mkdir new; echo x > new/f",
        ),
    ] {
        let place = Place::cloned(&format!(
            "{mine}; cd \"$T/src\"; {theirs}; echo more > README; publish"
        ));
        place.sync_refused("uncommitted_changes");
        assert_eq!(place.read("README"), "hello\n");
    }
}

// The first files may be written before the one that is refused is seen.
#[test]
fn the_last_of_many_files_in_the_way_moves_none() {
    let place = Place::cloned(
        "echo work > z; cd \"$T/src\"; for i in $(seq 50); do echo $i > a$i; done; echo x > z; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert!(!place.has("a1") && !place.has("a50"));
    place.sh_there("rm z");
    place.syncs_as_git_pulls();
}

// Whose changes they are is not known; they stay.
#[test]
fn a_changed_file_stops_it() {
    for change in [
        "echo work > README",
        "rm README",
        "chmod +x README",
        "echo work > README; git add README",
        "rm README; mkdir README",
        "rm README; ln -s x README",
    ] {
        let place = behind(change);
        place.sync_refused("uncommitted_changes");
    }
}

// Something is under way that a moved branch would spoil.
#[test]
fn a_merge_or_bisect_under_way_stops_it() {
    for state in [
        "git rev-parse HEAD > .git/MERGE_HEAD",
        "git bisect start > /dev/null",
        "git rev-parse HEAD > .git/CHERRY_PICK_HEAD",
        "mkdir .git/rebase-merge",
    ] {
        behind(state).sync_refused("uncommitted_changes");
    }
}

// A directory that may not be written to.
#[test]
fn an_immutable_file_leaves_all_as_it_was() {
    let place = Place::cloned("echo more > \"$T/src/README\"; echo a > \"$T/src/a\"; publish");
    let said = place.sh_there("chattr +i README 2>&1 && echo set || true");
    if !said.contains("set") {
        return not_shown("a sync over a file that may not be changed", &said);
    }
    let ran = place.try_sync();
    place.sh_there("chattr -i README");
    assert_eq!(ran.code(), "io_failed");
    assert!(!place.has("a"));
    assert_eq!(place.sh_there("git status --short"), "");
    place.syncs_as_git_pulls();
}

// What was killed is taken back or finished by the next that comes.
#[test]
fn a_sync_that_was_killed_is_undone_or_finished_by_the_next() {
    let place = Place::cloned(
        "cd \"$T/src\"; for i in $(seq 400); do echo $i > f$i; done; rm README; mkdir README; echo x > README/f; publish; cp -a \"$W\" \"$T/kept\"",
    );
    place.sh("cp -a \"$W\" \"$T/copy\"; git -C \"$T/copy\" pull -q");
    for milliseconds in [60, 100, 140, 180, 220, 260, 320] {
        place.sh(&format!(
            "rm -rf \"$W\"; cp -a \"$T/kept\" \"$W\"
             \"$SCOPE\" workspace sync --user-id $USER_ID --allow-file-urls acme/widget > /dev/null 2>&1 & pid=$!
             sleep 0.{milliseconds}; kill -9 $pid 2> /dev/null || true; wait $pid 2> /dev/null || true"
        ));
        place.try_sync().good();
        place.is_as_copy();
        assert!(!place.has(".git/index.lock"));
    }
}
