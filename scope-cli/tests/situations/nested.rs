//! Work that is lost: repositories in a workspace, submodules and linked worktrees.

use crate::place::{CLEAN, Place};

// L11. The plan is in the message of a commit without files.
#[test]
fn a_nested_repository_of_empty_commits_is_work() {
    let place =
        Place::cloned("git init -q notes; git -C notes commit -q --allow-empty -m 'a plan'");
    place.keeps([0, 1, 0, 1]);
}

// L13. The commits of a repository that a gitlink leads to are its own.
#[test]
fn a_branch_of_a_repository_that_was_added_as_a_gitlink_is_work() {
    let place = Place::cloned(
        "git clone -q \"file://$T/acme/widget.git\" dep; git add dep 2> /dev/null; git commit -qm 'add dep'; \
         git push -q origin main; cd dep; git checkout -qb topic; echo work > new; git add new; git commit -qm work; \
         git checkout -q main",
    );
    place.keeps([0, 0, 0, 1]);
}

// L22. As git leaves it: unable to rmdir, directory not empty.
#[test]
fn a_sync_leaves_a_repository_whose_gitlink_goes() {
    let place = Place::cloned(
        "git clone -q \"file://$T/acme/widget.git\" dep; git add dep 2> /dev/null; git commit -qm 'add dep'; \
         git push -q origin main; (cd dep; git checkout -qb topic; empty_commit work; git checkout -q main); \
         cd \"$T/src\"; git pull -q origin main; git rm -q --cached dep; rm -rf dep; git commit -qm 'drop dep'; \
         git push -q origin HEAD:main",
    );
    place.try_sync().good();
    let kept = place.sh_there("git -C dep log --format=%s -1 topic; git status --short");
    assert_eq!(kept, "work\n?? dep/\n");
    place.keeps([0, 1, 0, 1]);
}

// git status reports none of them, whatever they hold.
#[test]
fn repositories_in_ignored_directories_are_looked_at() {
    for (script, counts) in [
        (
            "git init -q a; git -C a commit -q --allow-empty -m x",
            [0, 0, 0, 1],
        ),
        ("git init -q a; echo work > a/f", [0, 1, 0, 0]),
        (
            "git init -q --bare a.git; git -C a.git update-ref refs/heads/x $(git -C a.git commit-tree -m x $(git -C a.git hash-object -t tree -w /dev/null))",
            [0, 0, 0, 1],
        ),
        (
            "git clone -q \"file://$T/acme/widget.git\" a; cd a; echo 1 > README; git stash -q",
            [0, 0, 1, 0],
        ),
        (
            "git clone -q \"file://$T/acme/widget.git\" a; cd a; git checkout -q --detach; empty_commit x; git tag keep; git checkout -q main",
            [0, 0, 0, 1],
        ),
        (
            "git clone -q \"file://$T/acme/widget.git\" a; cd a; echo work > README",
            [1, 0, 0, 0],
        ),
        (
            "git clone -q \"file://$T/acme/widget.git\" a; mkdir a/b; cd a; echo b > .git/info/exclude; git init -q b; cd b; empty_commit x",
            [0, 0, 0, 1],
        ),
        (
            "git clone -q --separate-git-dir=\"$PWD/kept\" \"file://$T/acme/widget.git\" a; cd a; empty_commit x",
            [0, 0, 0, 1],
        ),
        (
            "git clone -q \"file://$T/acme/widget.git\" a; cd a; git worktree add -q --detach ../b; cd ../b; empty_commit x",
            [0, 0, 0, 1],
        ),
        // Nothing of its own.
        ("git clone -q \"file://$T/acme/widget.git\" a", CLEAN),
        ("git init -q a", CLEAN),
    ] {
        let place = Place::cloned(&format!(
            "echo /deps > .git/info/exclude; echo .workspace.json >> .git/info/exclude; mkdir -p deps/x; cd deps/x; {script}"
        ));
        assert_eq!(place.work(), (counts, None), "{script}");
        if counts == CLEAN {
            place.goes();
        } else {
            place.stays("work_would_be_lost");
        }
    }
}

// What is broken may hold anything.
#[test]
fn a_nested_repository_that_cannot_be_read_is_unknown() {
    for script in [
        "mkdir -p a/.git; echo work > a/f",
        "mkdir a; echo 'gitdir: ../nowhere' > a/.git",
        "mkdir a; echo nonsense > a/.git",
        "mkdir a; mkfifo a/.git",
        "mkdir a; ln -s ../../.git a/.git",
        "git init -q a; echo nonsense > a/.git/HEAD",
        "git init -q a; echo '[core' > a/.git/config",
        "git init -q a; rm -r a/.git/objects; echo x > a/.git/objects",
        "git clone -q \"file://$T/acme/widget.git\" a; rm -rf a/.git/objects/pack/* a/.git/objects/??",
        "git clone -q \"file://$T/acme/widget.git\" a; echo nonsense > a/.git/index",
        "git clone -q \"file://$T/acme/widget.git\" a; printf 'x' > a/.git/refs/heads/broken",
        "git init -q a; git -C a config core.repositoryFormatVersion 9",
        "git init -q a; git -C a config core.repositoryFormatVersion 1; git -C a config extensions.unheardOf true",
    ] {
        let place = Place::cloned(&format!(
            "printf '/deps\\n.workspace.json\\n' > .git/info/exclude; mkdir deps; cd deps; {script}"
        ));
        let (_, unknown) = place.work();
        assert!(unknown.is_some(), "{script}");
        place.keeps_something();
    }
}

// A commit that was pushed to a repository in the workspace itself is not anywhere else.
#[test]
fn a_remote_in_the_workspace_keeps_nothing_safe() {
    Place::cloned(
        "printf '/kept.git\\n.workspace.json\\n' > .git/info/exclude; git init -q --bare kept.git; \
         git remote add kept kept.git; git checkout -qb topic; empty_commit wip; git push -q kept topic; git fetch -q kept",
    )
    .keeps_something();
}

// Nor is one that the repository fetched from itself.
#[test]
fn a_remote_that_is_the_repository_itself_keeps_nothing_safe() {
    Place::cloned(
        "git checkout -qb topic; empty_commit wip; git remote add self .; git fetch -q self",
    )
    .keeps_something();
}

/// A clone with a submodule `dep`, in which `then` ran.
fn with_submodule(then: &str) -> Place {
    Place::after(&format!(
        "origin; git clone -q --bare \"$T/src\" \"$T/acme/dep.git\"; \
         (cd \"$T/src\"; git submodule --quiet add \"file://$T/acme/dep.git\" dep); publish; clone; \
         git submodule --quiet update --init; git -C dep checkout -q main; {then}"
    ))
}

// Most of them are as they came.
#[test]
fn a_submodule_as_it_came_is_clean() {
    with_submodule("").goes();
}

// They are repositories as any other.
#[test]
fn work_in_a_submodule_counts() {
    for (then, counts) in [
        ("echo work > dep/README", [1, 0, 0, 0]),
        ("echo work > dep/new", [0, 1, 0, 0]),
        ("cd dep; echo 1 > README; git stash -q", [0, 0, 1, 0]),
        (
            "cd dep; git checkout -qb topic; empty_commit x; git checkout -q main",
            [0, 0, 0, 1],
        ),
        // The commit of the submodule and that it is another one.
        ("cd dep; empty_commit x", [1, 0, 0, 1]),
        (
            "git config submodule.dep.ignore all; git config diff.ignoreSubmodules all; cd dep; empty_commit x",
            [1, 0, 0, 1],
        ),
    ] {
        let place = with_submodule(then);
        assert_eq!(place.work(), (counts, None), "{then}");
        place.stays("work_would_be_lost");
    }
}

// What the remote repository says of its submodules hides nothing of the user's.
#[test]
fn a_submodule_that_gitmodules_says_to_ignore_counts() {
    let place = with_submodule("");
    place.sh_there(
        "git config -f .gitmodules submodule.dep.ignore all; git add -f .gitmodules; git commit -qm ignore; \
         git push -q origin main; cd dep; empty_commit x",
    );
    place.keeps([1, 0, 0, 1]);
}

// The git directory stays when the worktree goes.
#[test]
fn a_submodule_that_was_deinitialised_keeps_its_branches() {
    with_submodule("(cd dep; git checkout -qb topic; empty_commit x; git checkout -q main); git submodule --quiet deinit -f dep")
        .keeps([0, 0, 0, 1]);
    with_submodule("git submodule --quiet deinit -f dep").goes();
}

// A name may have slashes, and a submodule submodules.
#[test]
fn git_directories_of_submodules_are_found_at_any_depth() {
    let place = Place::after(
        "origin; git clone -q --bare \"$T/src\" \"$T/acme/dep.git\"; git clone -q \"$T/acme/dep.git\" \"$T/mid\"; \
         (cd \"$T/mid\"; git submodule --quiet add --name in/ner \"file://$T/acme/dep.git\" inner; git commit -qm x); \
         git clone -q --bare \"$T/mid\" \"$T/acme/mid.git\"; \
         (cd \"$T/src\"; git submodule --quiet add --name a/b/c \"file://$T/acme/mid.git\" mid); publish; clone; \
         git submodule --quiet update --init --recursive; \
         (cd mid/inner; git checkout -qb topic; empty_commit x; git checkout -q --detach origin/main); \
         git submodule --quiet deinit -f mid",
    );
    place.keeps([0, 0, 0, 1]);
}

// git absorbs the git directory of a repository that was added as it is.
#[test]
fn an_absorbed_git_directory_is_looked_at() {
    let place = with_submodule(
        "git clone -q \"file://$T/acme/dep.git\" more; git submodule --quiet add \"file://$T/acme/dep.git\" more 2> /dev/null; \
         git commit -qm more; git push -q origin main; git submodule --quiet absorbgitdirs more 2> /dev/null; \
         cd more; git checkout -qb topic; empty_commit x; git checkout -q main",
    );
    assert!(place.has(".git/modules/more/HEAD"));
    place.keeps([0, 0, 0, 1]);
}

// It depends on the workspace, and nobody here may look at it.
#[test]
fn a_linked_worktree_outside_the_workspace_is_unknown() {
    Place::cloned("git worktree add -q \"$T/wt\" -b topic 2> /dev/null")
        .keeps_unknown("unsupported_repository");
}

// It is on a disk that is not there now.
#[test]
fn a_locked_worktree_that_is_not_there_is_unknown() {
    Place::cloned("git worktree add -q --lock \"$T/wt\" -b topic 2> /dev/null; rm -r \"$T/wt\"")
        .keeps_unknown("unsupported_repository");
}

// Its record is what `git worktree prune` removes.
#[test]
fn a_linked_worktree_that_is_gone_holds_nothing() {
    Place::cloned("git worktree add -q \"$T/wt\" -b topic 2> /dev/null; rm -r \"$T/wt\"").goes();
}

// Its HEAD is all that leads to the commit.
#[test]
fn a_commit_of_the_head_of_a_worktree_that_is_gone_is_unpushed() {
    Place::cloned(
        "git worktree add -q --detach \"$T/wt\"; (cd \"$T/wt\"; empty_commit wip); rm -r \"$T/wt\"",
    )
    .keeps([0, 0, 0, 1]);
}

// What is under way in it is in its git directory.
#[test]
fn a_merge_in_a_worktree_that_is_gone_is_work() {
    Place::cloned(
        "git checkout -qb topic; empty_commit t; git push -q origin topic; git checkout -q main; \
         git worktree add -q --detach \"$T/wt\"; (cd \"$T/wt\"; git merge -q --no-ff --no-commit topic > /dev/null 2>&1); rm -r \"$T/wt\"",
    )
    .keeps([1, 0, 0, 0]);
}

// Coding agents make their worktrees in the checkout.
#[test]
fn a_linked_worktree_in_the_workspace_is_looked_at() {
    for (then, counts) in [
        ("echo work > README", [1, 0, 0, 0]),
        ("echo work > new", [0, 1, 0, 0]),
        ("empty_commit wip", [0, 0, 0, 1]),
        ("echo 1 > README; git stash -q", [0, 0, 1, 0]),
        (
            "git update-ref refs/worktree/keep $(git commit-tree -m x HEAD^{tree})",
            [0, 0, 0, 1],
        ),
        (
            "echo x > $(git rev-parse --git-dir)/BISECT_LOG",
            [1, 0, 0, 0],
        ),
    ] {
        let place = Place::cloned(&format!(
            "printf '/.trees\\n.workspace.json\\n' > .git/info/exclude; git worktree add -q .trees/a -b topic 2> /dev/null; cd .trees/a; {then}"
        ));
        assert_eq!(place.work(), (counts, None), "{then}");
        place.stays("work_would_be_lost");
    }
    let place = Place::cloned(
        "printf '/.trees\\n.workspace.json\\n' > .git/info/exclude; git worktree add -q .trees/a -b topic 2> /dev/null",
    );
    place.goes();
}

// It is a place to keep things in that no status tells of.
#[test]
fn worktrees_and_nested_repositories_are_removed_with_a_clean_workspace_and_nothing_else() {
    let place = Place::cloned(
        "printf '/deps\\n.workspace.json\\n' > .git/info/exclude; mkdir deps; ln -s \"$T/src\" deps/link; \
         git clone -q \"file://$T/acme/widget.git\" deps/a",
    );
    place.goes();
    assert!(place.path("src/README").exists());
}
