//! Work that exists nowhere else: every kind of it is counted, and nothing deletes or overwrites it unasked.

use crate::place::{CLEAN, Place};

/// A commit that no branch has, on which `then` is run.
fn off_branch(then: &str) -> Place {
    Place::cloned(&format!(
        "git checkout -q --detach; echo work > new; git add new; git commit -qm wip; {then}; git checkout -q main"
    ))
}

// L1. A tag is how people keep a commit that they take no branch for.
#[test]
fn a_commit_that_only_a_tag_reaches_is_unpushed() {
    off_branch("git tag keep").keeps([0, 0, 0, 1]);
}

// The commit is behind one more object.
#[test]
fn a_commit_that_only_an_annotated_tag_reaches_is_unpushed() {
    off_branch("git tag -a -m why keep").keeps([0, 0, 0, 1]);
}

// A tag of a tag is behind two.
#[test]
fn a_commit_behind_two_tags_is_unpushed() {
    off_branch("git tag -a -m why keep; git tag -a -m why again keep; git tag -d keep > /dev/null")
        .keeps([0, 0, 0, 1]);
}

// L2. Coding agents write their checkpoints to references of their own.
#[test]
fn a_commit_under_refs_checkpoints_is_unpushed() {
    off_branch("git update-ref refs/checkpoints/turn-1 HEAD").keeps([0, 0, 0, 1]);
}

// Tools choose names that nobody has thought of.
#[test]
fn a_commit_under_any_reference_of_the_users_is_unpushed() {
    for name in [
        "refs/keep",
        "refs/jj/keep/1",
        "refs/original/main",
        "refs/prefetch/mine",
    ] {
        off_branch(&format!("git update-ref {name} HEAD")).keeps([0, 0, 0, 1]);
    }
}

// References that `git pack-refs` moved are in no file of their own.
#[test]
fn a_packed_reference_counts() {
    off_branch("git update-ref refs/checkpoints/turn-1 HEAD; git pack-refs --all --prune")
        .keeps([0, 0, 0, 1]);
}

// A note is a commit of its own beside those that it is about.
#[test]
fn a_note_is_unpushed() {
    Place::cloned("git notes add -m 'checked by hand'").keeps([0, 0, 0, 1]);
}

// Nothing but HEAD leads to the commit.
#[test]
fn a_commit_of_a_detached_head_is_unpushed() {
    Place::cloned("git checkout -q --detach; empty_commit wip").keeps([0, 0, 0, 1]);
}

// The most usual kind.
#[test]
fn a_commit_of_a_branch_is_unpushed_until_it_is_pushed() {
    let place = Place::cloned("git checkout -qb topic; empty_commit one; empty_commit two");
    place.keeps([0, 0, 0, 2]);
    place.sh_there("git push -q origin topic");
    place.goes();
}

// Git takes the name of a branch for bytes.
#[test]
fn a_branch_whose_name_is_not_utf_8_counts() {
    let place = Place::cloned("git checkout -qb $'caf\\351'; empty_commit wip");
    place.keeps([0, 0, 0, 1]);
}

// Only their reflog lists stashes but the last.
#[test]
fn stashes_are_counted_as_stashes() {
    Place::cloned("for i in 1 2 3; do echo $i > README; git stash -q; done").keeps([0, 0, 3, 0]);
}

// Untracked files are in a third parent.
#[test]
fn a_stash_of_untracked_files_is_one_stash() {
    Place::cloned("echo work > new; git stash -q -u").keeps([0, 0, 1, 0]);
}

// Git lists no stash then, and has it nevertheless.
#[test]
fn a_stash_without_a_reflog_is_work() {
    Place::cloned("echo work > README; git update-ref refs/stash $(git stash create); git reset -q --hard; rm -f .git/logs/refs/stash")
        .keeps_something();
}

// The reflog has an entry and the newest stash is another.
#[test]
fn a_stash_that_its_reflog_does_not_list_is_work() {
    Place::cloned("echo 1 > README; git stash -q; : > .git/logs/refs/stash").keeps_something();
}

// A bisect is hours of work.
#[test]
fn a_bisect_under_way_is_work() {
    Place::cloned(
        "for i in 1 2 3 4; do empty_commit $i; done; git push -q origin main; \
         git bisect start HEAD HEAD~4 > /dev/null",
    )
    .keeps_something();
}

// What was resolved so far is lost with it.
#[test]
fn a_rebase_under_way_is_work() {
    let place = Place::cloned(
        "git checkout -qb topic; echo mine > README; git commit -qam mine; git push -q origin topic; \
         git checkout -q main; echo theirs > README; git commit -qam theirs; git push -q origin main; \
         git checkout -q topic; git rebase main > /dev/null 2>&1 || true; git checkout -q --theirs README; git add README",
    );
    assert!(place.has(".git/rebase-merge"));
    place.keeps_something();
}

// The same with nothing changed in the tree.
#[test]
fn a_rebase_that_stopped_to_edit_is_work() {
    let place = Place::cloned(
        "empty_commit one; git push -q origin main; \
         GIT_SEQUENCE_EDITOR=\"sed -i 's/^pick/edit/'\" git rebase -i --keep-empty HEAD~1 > /dev/null 2>&1",
    );
    place.keeps([1, 0, 0, 0]);
}

// A merge without conflicts may change nothing in the tree either.
#[test]
fn a_merge_under_way_is_work() {
    let place = Place::cloned(
        "git checkout -qb topic; empty_commit t; git push -q origin topic; git checkout -q main; empty_commit m; \
         git push -q origin main; git merge -q --no-commit topic > /dev/null 2>&1",
    );
    assert!(place.has(".git/MERGE_HEAD"));
    place.keeps([1, 0, 0, 0]);
}

// One that was pulled from a patch file.
#[test]
fn a_patch_being_applied_is_work() {
    let place = Place::cloned(
        "echo other > README; git commit -qam x; git format-patch -q -1 --stdout > \"$T/p\"; \
         git reset -q --hard HEAD~1; echo another > README; git commit -qam y; git push -q origin main; \
         git am \"$T/p\" > /dev/null 2>&1 || true",
    );
    assert!(place.has(".git/rebase-apply"));
    place.keeps([1, 0, 0, 0]);
}

// There is no commit yet to differ from.
#[test]
fn files_staged_on_an_unborn_branch_are_uncommitted() {
    Place::cloned("git checkout -q --orphan fresh; echo work > new; git add new")
        .keeps([2, 0, 0, 0]);
}

// A conflict is three entries of the index and one file.
#[test]
fn a_conflict_is_one_uncommitted_file() {
    let place = Place::cloned(
        "git checkout -qb topic; echo a > README; git commit -qam a; git push -q origin topic; \
         git checkout -q main; echo b > README; git commit -qam b; git push -q origin main; \
         git merge -q topic > /dev/null 2>&1 || true; rm .git/MERGE_HEAD",
    );
    place.keeps([1, 0, 0, 0]);
}

// Staged, and then the file put back as it was: the index alone has it.
#[test]
fn a_change_that_only_the_index_has_is_uncommitted() {
    Place::cloned("echo work > README; git add README; echo hello > README").keeps([1, 0, 0, 0]);
}

// L5. The nearest list decides.
#[test]
fn a_nested_ignore_list_takes_a_file_back_in() {
    Place::after(
        "origin; mkdir \"$T/src/logs\"; echo '*.log' > \"$T/src/.gitignore\"; \
         echo '!keep.log' > \"$T/src/logs/.gitignore\"; publish; clone; echo work > logs/keep.log",
    )
    .keeps([0, 1, 0, 0]);
}

// L7. A list in the tree comes before the repository's own.
#[test]
fn an_ignore_list_takes_back_in_what_info_exclude_leaves_out() {
    Place::after(
        "origin; echo '!keep.log' > \"$T/src/.gitignore\"; publish; clone; \
         echo '*.log' >> .git/info/exclude; echo work > keep.log",
    )
    .keeps([0, 1, 0, 0]);
}

// L9. A pattern that ends with a slash is about directories.
#[test]
fn a_pattern_of_all_directories_hides_no_file() {
    Place::after(
        "origin; printf '*/\\n!src/\\n' > \"$T/src/.gitignore\"; publish; clone; echo work > notes.txt",
    )
    .keeps([0, 1, 0, 0]);
}

// Ignore lists are a language, and git alone speaks it; each of these is counted as git counts it.
#[test]
fn ignore_lists_mean_what_they_mean_to_git() {
    for (list, file) in [
        ("*\\n!*/\\n!keep\\n", "d/keep"),
        ("/d\\n!d/keep\\n", "d/keep"),
        ("d/*\\n!d/keep\\n", "d/keep"),
        ("**/d/**\\n!**/d/keep\\n", "x/d/keep"),
        ("keep \\n", "keep"),
        ("keep\\\\ \\n", "keep"),
        ("\\\\!keep\\n", "!keep"),
        ("\\\\#keep\\n", "#keep"),
        ("#keep\\n", "#keep"),
        ("[!a-c]eep\\n", "keep"),
        ("[[:digit:]]eep\\n", "keep"),
        ("k**p\\n", "keep"),
        ("/*/keep\\n", "a/b/keep"),
        ("keep\\r\\n", "keep"),
        ("\\xef\\xbb\\xbfkeep\\n", "keep"),
        ("KEEP\\n", "keep"),
        ("keep/\\n", "keep"),
        ("./keep\\n", "keep"),
        ("k[\\n", "k["),
        ("!//\\nkeep\\n", "keep"),
        ("a/**/keep\\n", "a/keep"),
        ("keep", "keep"),
        ("\\\\\\n", "\\\\"),
        ("k\\\\eep\\n", "keep"),
    ] {
        let place = Place::cloned(&format!(
            "printf '.workspace.json\\n{list}' > .git/info/exclude; \
             mkdir -p \"$(dirname -- '{file}')\"; echo work > '{file}'"
        ));
        let told = place.sh_there("git status --short | grep -c '^??' || true");
        let counts = [0, told.trim().parse().unwrap(), 0, 0];
        assert_eq!(place.work(), (counts, None), "{list} {file}");
    }
}

// L16. git has counted what is there since 2.36, whatever its bit says.
#[test]
fn a_file_edited_outside_a_sparse_cone_is_uncommitted() {
    Place::after(
        "origin; mkdir \"$T/src/a\" \"$T/src/b\"; echo 1 > \"$T/src/a/f\"; echo 1 > \"$T/src/b/f\"; publish; clone; \
         git sparse-checkout set a; mkdir b; echo work > b/f",
    )
    .keeps([1, 0, 0, 0]);
}

// A new one there too.
#[test]
fn a_new_file_outside_a_sparse_cone_is_untracked() {
    Place::after(
        "origin; mkdir \"$T/src/a\" \"$T/src/b\"; echo 1 > \"$T/src/a/f\"; echo 1 > \"$T/src/b/f\"; publish; clone; \
         git sparse-checkout set a; mkdir b; echo work > b/new",
    )
    .keeps([0, 1, 0, 0]);
}

// People use both bits to keep changes of their own out of the way.
#[test]
fn an_edit_that_the_index_is_told_to_pass_over_is_uncommitted() {
    for bit in ["--skip-worktree", "--assume-unchanged"] {
        Place::cloned(&format!(
            "git update-index {bit} README; echo work > README"
        ))
        .keeps([1, 0, 0, 0]);
    }
}

// Every version and extension of the index holds the same bits.
#[test]
fn no_form_of_the_index_hides_an_edit() {
    for form in [
        "git update-index --index-version 4",
        "git update-index --index-version 4; git update-index --assume-unchanged README",
        "git update-index --split-index",
        "git update-index --split-index; echo x > x; git add x; git commit -qm x; git push -q origin main; git update-index --assume-unchanged README",
        "git update-index --untracked-cache; git status > /dev/null",
        "git config index.skipHash true; git update-index --force-write-index; git update-index --skip-worktree README",
    ] {
        let place = Place::cloned(form);
        assert_eq!(place.work(), (CLEAN, None), "{form}");
        place.sh_there("echo work > README; echo work > new");
        place.keeps([1, 1, 0, 0]);
    }
}

// The time and length of the file are as the index knows them; the system's own time of the change tells.
#[test]
fn an_edit_that_keeps_length_and_time_is_uncommitted() {
    let place = Place::cloned(
        "touch -d '2001-01-01' README; git update-index --refresh -q; sleep 1.1; echo HELLO > README; touch -d '2001-01-01' README",
    );
    place.keeps([1, 0, 0, 0]);
}

// Whatever the repository is told to pass over, somebody made it.
#[test]
fn no_setting_of_the_repository_hides_work() {
    for (settings, counts) in [
        (
            "git config core.fileMode false; chmod +x README",
            [1, 0, 0, 0],
        ),
        (
            "echo '*' > \"$T/all\"; git config core.excludesFile \"$T/all\"; echo work > new",
            [0, 1, 0, 0],
        ),
        (
            "git config status.showUntrackedFiles no; echo work > new",
            [0, 1, 0, 0],
        ),
        (
            "git config core.ignoreStat true; git config core.checkStat minimal; git config core.trustctime false; echo work > README",
            [1, 0, 0, 0],
        ),
        (
            "git config core.ignoreCase true; mv README readme; git rm -q --cached README; git reset -q; git config core.ignoreCase false; git config core.ignoreCase true",
            [1, 1, 0, 0],
        ),
        (
            "git config core.symlinks false; ln -s README link; git add link; git commit -qm link; git push -q origin main; rm link; printf README > link",
            [1, 0, 0, 0],
        ),
        (
            "git config core.autocrlf input; printf 'hello\\r\\nwork\\r\\n' > README",
            [1, 0, 0, 0],
        ),
        (
            "git config core.attributesFile \"$T/none\"; git config core.sparseCheckout true; echo /none > .git/info/sparse-checkout; git update-index --skip-worktree README; echo work > README",
            [1, 0, 0, 0],
        ),
        (
            "git config status.relativePaths false; git config status.short true; git config status.branch true; echo work > new",
            [0, 1, 0, 0],
        ),
        (
            "git config extensions.worktreeConfig true; git config --worktree status.showUntrackedFiles no; echo work > new",
            [0, 1, 0, 0],
        ),
        (
            "printf '[status]\\n showUntrackedFiles = no\\n' > .git/more; git config include.path more; echo work > new",
            [0, 1, 0, 0],
        ),
        (
            "git config log.excludeDecoration '*'; git config transfer.hideRefs refs; git checkout -qb topic; empty_commit wip",
            [0, 0, 0, 1],
        ),
    ] {
        let place = Place::cloned(settings);
        assert_eq!(place.work(), (counts, None), "{settings}");
        place.stays("work_would_be_lost");
    }
    // Here `git status` speaks of other files than those that would go, or of none.
    for settings in [
        "mkdir \"$T/else\"; git config core.worktree \"$T/else\"; echo work > new",
        "git config core.bare true; echo work > new",
    ] {
        let place = Place::cloned(settings);
        let (_, unknown) = place.work();
        assert_eq!(
            unknown.as_deref(),
            Some("unsupported_repository"),
            "{settings}"
        );
        place.stays("work_unknown");
    }
}

// What git calls a symbolic list is not read as one; what it holds is not to be hidden by it.
#[test]
fn an_ignore_list_that_is_no_file_hides_nothing() {
    for list in [
        "echo '*' > \"$T/all\"; ln -s \"$T/all\" .gitignore",
        "mkdir .gitignore; echo '*' > .gitignore/all",
        "mkfifo .gitignore",
        "mkdir d; ln -s /dev/zero d/.gitignore",
        "mkdir d; mkfifo d/.gitattributes",
        "rm .git/info/exclude; mkdir .git/info/exclude",
        "echo '*' > \"$T/all\"; rm .git/info/exclude; ln -s \"$T/all\" .git/info/exclude",
    ] {
        let place = Place::cloned(&format!("{list}; echo work > new"));
        let before = std::time::Instant::now();
        place.keeps_something();
        assert!(before.elapsed().as_secs() < 20, "{list}");
    }
}

// git would wait for a writer of it; a reader of ours may not either.
#[test]
fn a_list_in_the_git_directory_that_is_a_fifo_keeps_nobody_waiting() {
    for path in [
        "info/exclude",
        "info/attributes",
        "HEAD",
        "index",
        "config",
        "packed-refs",
        "shallow",
        "logs/HEAD",
        "info/sparse-checkout",
        "refs/heads/wip",
        "MERGE_HEAD",
    ] {
        let place = Place::cloned(&format!("rm -f .git/{path}; mkfifo .git/{path}"));
        let work = place.work();
        assert_ne!(work, (CLEAN, None), "{path}");
        assert_eq!(place.cleanup(&[])["idle"][0]["verdict"], "warned", "{path}");
        assert!(place.workspace().exists());
    }
}

// Names come from strangers.
#[test]
fn a_file_of_any_name_is_counted_and_named_on_one_line() {
    for name in [
        "$'a\\nb'",
        "$'a\\tb'",
        "'a\"b'",
        "$'caf\\351'",
        "-rf",
        "' '",
        "'a -> b'",
        "$'\\e[31mred'",
        "'?? x'",
        "'*'",
        "'a\\b'",
        ":colon",
        "$'a\\rb'",
    ] {
        let place = Place::cloned(&format!("echo work > ./{name}"));
        place.keeps([0, 1, 0, 0]);
        let named = place.ws(&["work", "--names", "10", "acme/widget"]).good();
        let lines: Vec<_> = named.lines().collect();
        assert_eq!(lines.len(), 2, "{named}");
        assert!(lines[1].starts_with("untracked\t"), "{named}");
        assert!(
            !named.contains('\u{1b}') && !named.contains('\r'),
            "{named:?}"
        );
    }
}

// A path may be longer than the system takes in one call.
#[test]
fn a_file_in_a_very_deep_directory_is_work() {
    let place = Place::cloned(
        "mkdir deep; cd deep; for i in $(seq 60); do n=$(printf 'd%.0s' $(seq 100)); mkdir $n; cd $n; done; echo work > f",
    );
    let work = place.work();
    assert_ne!(work, (CLEAN, None));
    assert_eq!(place.cleanup(&[])["idle"][0]["verdict"], "warned");
    place.delete(&[]).code();
    assert!(place.has("deep"));
    place.delete(&["--force"]).good();
    assert!(!place.workspace().exists());
}

// Replaced and grafted histories are views of commits that are there.
#[test]
fn no_replacement_or_graft_hides_a_commit() {
    let hidden = "git checkout -qb topic; empty_commit wip; ";
    for view in [
        // The pushed commit gets the unpushed one for a parent.
        "git replace --graft origin/main topic 2> /dev/null",
        "echo \"$(git rev-parse origin/main) $(git rev-parse topic)\" > .git/info/grafts",
        // The unpushed commit becomes the pushed one.
        "git replace topic origin/main",
    ] {
        let place = Place::cloned(&[hidden, view].concat());
        place.keeps_something();
        assert!(place.work().0[3] > 0, "{view}");
    }
}

// The commit's objects are not in the repository at all, and then what it has is not known.
#[test]
fn a_repository_that_borrows_objects_from_elsewhere_is_not_called_clean() {
    Place::after(
        "origin; clone; git clone -q --bare \"$T/src\" \"$T/lent.git\"; \
         echo \"$T/lent.git/objects\" > .git/objects/info/alternates; rm -rf .git/objects/pack/* .git/objects/??",
    )
    .keeps_something();
}

// What a branch follows need not be origin.
#[test]
fn a_commit_pushed_to_another_remote_is_pushed() {
    let place = Place::cloned(
        "git clone -q --bare \"$T/src\" \"$T/fork.git\"; git remote add fork \"$T/fork.git\"; \
         git checkout -qb topic; empty_commit wip; git push -q fork topic",
    );
    place.goes();
}

// What the remote once had is pruned by the sync; from then on the commit is here alone.
#[test]
fn a_branch_that_was_deleted_on_the_remote_is_unpushed_after_a_sync() {
    let place = Place::cloned(
        "git checkout -qb topic; empty_commit wip; git push -q origin topic; git checkout -q main; \
         git -C \"$T/acme/widget.git\" branch -qD topic",
    );
    place.try_sync().good();
    place.keeps([0, 0, 0, 1]);
}

// After a forced push nobody but this clone has the old commits.
#[test]
fn commits_that_a_forced_push_left_behind_are_unpushed_after_a_sync() {
    let place = Place::after(
        "origin; echo two > \"$T/src/two\"; publish; clone; \
         cd \"$T/src\"; git commit -q --amend -m other; git push -q -f origin HEAD:main",
    );
    place.sync_refused("not_fast_forward");
    place.keeps([0, 0, 0, 1]);
}

// A tag of the remote's is no work of the user's.
#[test]
fn a_clone_with_tags_and_branches_of_the_remote_is_clean() {
    Place::after(
        "origin; (cd \"$T/src\"; git tag -a -m one v1; git checkout -q -b topic; empty_commit t; git push -q origin topic v1); clone",
    )
    .goes();
}

// L20. .env is ignored by the very list that keeps it out of the repository.
#[test]
fn a_sync_does_not_overwrite_an_ignored_file() {
    let place = Place::after(
        "origin; echo .env > \"$T/src/.gitignore\"; publish; clone; echo SECRET=1 > .env; \
         cd \"$T/src\"; echo TEMPLATE > .env; git add -f .env; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read(".env"), "SECRET=1\n");
}

// The same content is in nobody's way, but nobody asked for it to be taken over either.
#[test]
fn a_sync_does_not_lose_an_ignored_directory_where_a_file_comes() {
    let place = Place::after(
        "origin; echo out > \"$T/src/.gitignore\"; publish; clone; mkdir out; echo work > out/f; \
         cd \"$T/src\"; echo file > out; git add -f out; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read("out/f"), "work\n");
}

// An ignored file where a directory comes.
#[test]
fn a_sync_does_not_overwrite_an_ignored_file_with_a_directory() {
    let place = Place::after(
        "origin; echo out > \"$T/src/.gitignore\"; publish; clone; echo work > out; \
         cd \"$T/src\"; mkdir out; echo file > out/f; git add -f out; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read("out"), "work\n");
}

// A link that is in the way is not followed.
#[test]
fn a_sync_writes_through_no_link_that_is_in_the_way() {
    let place = Place::after(
        "origin; echo out > \"$T/src/.gitignore\"; publish; clone; mkdir \"$T/else\"; ln -s \"$T/else\" out; \
         cd \"$T/src\"; mkdir out; echo file > out/f; git add -f out; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert!(!place.path("else/f").exists());
}

// L24. As git refuses it: it would be overwritten by the merge.
#[test]
fn a_sync_does_not_overwrite_what_a_nested_list_takes_back_in() {
    let place = Place::after(
        "origin; mkdir \"$T/src/logs\"; echo '*.log' > \"$T/src/.gitignore\"; \
         echo '!keep.log' > \"$T/src/logs/.gitignore\"; publish; clone; echo work > logs/keep.log; \
         echo theirs > \"$T/src/logs/keep.log\"; publish",
    );
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read("logs/keep.log"), "work\n");
}

// An edit that the index is told to pass over is an edit.
#[test]
fn a_sync_does_not_overwrite_an_edit_that_the_index_passes_over() {
    for bit in ["--skip-worktree", "--assume-unchanged"] {
        let place = Place::cloned(&format!(
            "git update-index {bit} README; echo work > README; echo theirs > \"$T/src/README\"; publish"
        ));
        place.sync_refused("uncommitted_changes");
        assert_eq!(place.read("README"), "work\n");
    }
}

// L18. Whoever was told that the workspace was used now relies on it.
#[test]
fn touch_says_yes_to_no_workspace_that_is_deleted() {
    let place = Place::after(
        "origin; mkdir \"$T/src/many\"; for i in $(seq 1500); do echo $i > \"$T/src/many/$i\"; done; publish; clone; \
         cp -a \"$W\" \"$T/kept\"",
    );
    for milliseconds in [5, 40, 80, 120, 160, 200, 240, 280] {
        place.sh(&format!(
            "rm -rf \"$W\"; cp -a \"$T/kept\" \"$W\"; sed -i 's/\"20[0-9-]*T/\"2020-01-01T/g' \"$W/.workspace.json\" \"$W/.git/workspace.json\"
             \"$SCOPE\" workspace cleanup > /dev/null & sleep 0.{milliseconds:03}
             touched=no; \"$SCOPE\" workspace touch --user-id $USER_ID acme/widget > /dev/null 2>&1 && touched=yes
             wait; if [ $touched = yes ]; then ls \"$W/README\" > /dev/null; fi"
        ));
    }
}

// The answer to being told that work would be lost.
#[test]
fn delete_with_force_deletes_what_would_be_lost_and_what_is_unknown() {
    for script in [
        "echo work > new",
        "mkfifo .gitignore",
        "echo nonsense > .git/index",
        "git worktree add -q \"$T/wt\" -b topic",
    ] {
        let place = Place::cloned(script);
        let refused = place.delete(&[]);
        assert!(
            ["work_would_be_lost", "work_unknown"].contains(&refused.code()),
            "{}",
            refused.stderr
        );
        place.delete(&["--force"]).good();
        assert!(!place.workspace().exists());
    }
}

// A person has to know what it is that would be lost.
#[test]
fn a_refused_delete_names_what_would_be_lost() {
    let place = Place::cloned("echo work > notes.txt; echo work > README; empty_commit 'a plan'");
    let refused = place.delete(&[]);
    assert_eq!(refused.code(), "work_would_be_lost");
    for name in ["notes.txt", "README", "a plan", "--force"] {
        assert!(refused.stderr.contains(name), "{name}: {}", refused.stderr);
    }
    let mut names = place.names();
    names.sort();
    assert_eq!(names[0], ("uncommitted".into(), "README".into()));
    assert!(names[1].0 == "unpushed" && names[1].1.ends_with(" a plan"));
    assert_eq!(names[2], ("untracked".into(), "notes.txt".into()));
}

// It holds nothing that is nowhere else.
#[test]
fn a_clean_clone_is_deleted_without_force() {
    let place = Place::cloned("");
    place.delete(&[]).good();
    assert!(!place.workspace().exists());
}
