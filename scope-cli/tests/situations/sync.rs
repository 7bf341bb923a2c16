//! What a sync does: as `git pull --ff-only` does it, and nothing besides.

use crate::place::{CLEAN, Place};

/// Syncs a clone after `theirs` was committed and pushed in `$T/src`, which `setup` may have filled before the clone.
#[track_caller]
fn pulled(setup: &str, theirs: &str) -> Place {
    let place = Place::after(&format!(
        "origin; (cd \"$T/src\"; {setup}); publish || true; clone; cd \"$T/src\"; {theirs}; publish"
    ));
    place.syncs_as_git_pulls();
    assert_eq!(place.work(), (CLEAN, None), "{theirs}");
    place
}

// S1. After a clone all tags are there, and `git describe` goes by them.
#[test]
fn new_tags_of_what_is_fetched_are_brought() {
    let place = Place::cloned(
        "echo more > \"$T/src/README\"; publish; cd \"$T/src\"; git tag v2; git tag -a -m three v3; git push -q origin v2 v3",
    );
    place.syncs_as_git_pulls();
    assert_eq!(place.sh_there("git tag"), "v2\nv3\n");
    assert_eq!(place.sh_there("git describe --tags"), "v3\n");
    place.goes();
}

// A tag of the user's is the user's.
#[test]
fn a_tag_that_is_here_is_not_moved() {
    let place = Place::cloned(
        "git tag v2; echo more > \"$T/src/README\"; publish; git -C \"$T/src\" tag v2; git -C \"$T/src\" push -q origin v2",
    );
    let before = place.sh_there("git rev-parse v2");
    place.syncs_as_git_pulls();
    assert_eq!(place.sh_there("git rev-parse v2"), before);
}

// S3. Only what the branch's own refspec maps to is pruned.
#[test]
fn what_another_refspec_fetched_stays() {
    let place = Place::cloned(
        "(cd \"$T/src\"; git checkout -qb pr; echo p > p; git add p; git commit -qm p; git push -q origin HEAD:refs/pull/1/head; git checkout -q main); \
         git config --add remote.origin.fetch '+refs/pull/*/head:refs/remotes/origin/pr/*'; git fetch -q; \
         git checkout -q -b try origin/pr/1; git checkout -q main",
    );
    place.try_sync().good();
    assert!(place.sh_there("git branch -r").contains("origin/pr/1"));
    assert_eq!(place.work(), (CLEAN, None));
}

// References of tools that keep theirs beside those of remotes.
#[test]
fn remote_tracking_references_of_others_stay() {
    let place = Place::cloned(
        "git update-ref refs/remotes/git-svn HEAD; git update-ref refs/remotes/upstream/main HEAD; git update-ref refs/prefetch/remotes/origin/main HEAD",
    );
    place.sh("echo more > \"$T/src/README\"; publish");
    place.syncs_as_git_pulls();
}

// S5. It says which part is elsewhere and what ends that.
#[test]
fn a_linked_worktree_elsewhere_keeps_no_sync_or_is_named() {
    let place = Place::cloned(
        "git worktree add -q \"$T/wt\" -b topic 2> /dev/null; echo more > \"$T/src/README\"; publish",
    );
    for _ in 0..2 {
        let ran = place.try_sync();
        if ran.status.success() {
            assert_eq!(place.read("README"), "more\n");
        } else {
            assert_eq!(ran.code(), "unsupported_repository");
            assert!(ran.stderr.contains("git worktree"), "{}", ran.stderr);
        }
        place.sh("rm -rf \"$T/wt\"");
    }
    place.try_sync().good();
    place.goes();
}

// The branch may be checked out in a worktree beside, which would be moved without its files.
#[test]
fn a_worktree_beside_is_left_as_it_is() {
    let place = Place::cloned(
        "printf '/.trees\\n.workspace.json\\n' > .git/info/exclude; git worktree add -q .trees/a -b topic 2> /dev/null; \
         echo work > .trees/a/README; echo more > \"$T/src/README\"; publish",
    );
    place.try_sync().good();
    assert_eq!(
        (
            place.read("README").as_str(),
            place.read(".trees/a/README").as_str()
        ),
        ("more\n", "work\n")
    );
    place.keeps([1, 0, 0, 0]);
}

// Submodules are pinned: the checkout stays, and the pin moves.
#[test]
fn an_initialised_submodule_keeps_no_sync() {
    let place = Place::after(
        "origin; git clone -q --bare \"$T/src\" \"$T/acme/dep.git\"; (cd \"$T/src\"; git submodule --quiet add \"file://$T/acme/dep.git\" dep); publish; clone; \
         git submodule --quiet update --init; echo more > \"$T/src/README\"; publish",
    );
    place.syncs_as_git_pulls();
    place.goes();
}

// All that a tree may hold.
#[test]
fn every_kind_of_change_arrives() {
    pulled("true", "echo more > README");
    pulled("true", "git rm -q README; echo x > other");
    pulled("echo x > a", "chmod +x a");
    pulled("echo x > a; chmod +x a", "chmod -x a; echo y > a");
    pulled("echo x > a", "rm a; ln -s README a");
    pulled("ln -s README a", "rm a; echo x > a");
    pulled("ln -s README a", "rm a; ln -s nowhere a");
    pulled("ln -s nowhere a", "rm a; mkdir a; echo x > a/f");
    pulled(
        "mkdir -p d/e; echo x > d/e/f; echo y > d/g",
        "rm -r d; echo x > d",
    );
    pulled("echo x > d", "rm d; mkdir -p d/e; echo x > d/e/f");
    pulled("mkdir -p d/e; echo x > d/e/f; echo y > d/g", "git mv d n");
    pulled(
        "mkdir -p d/e; echo x > d/e/f; echo y > d/g",
        "git rm -q -r d; echo z > z",
    );
    pulled(
        "mkdir -p d/e; echo x > d/e/f; echo y > d/g",
        "git rm -q d/e/f",
    );
    pulled("echo x > name", "git mv name NAME");
    pulled("mkdir dir; echo x > dir/f", "git mv dir DIR");
    pulled(
        "echo x > a; echo y > b",
        "git mv a c; git mv b a; git mv c b",
    );
    pulled("true", ": > empty; head -c 3000000 /dev/urandom > big");
    pulled("echo '*.o' > .gitignore", "echo x > a.o; git add -f a.o");
    pulled(
        "true",
        "git clone -q --bare . \"$T/acme/dep.git\"; git submodule --quiet add \"file://$T/acme/dep.git\" dep",
    );
    pulled("true", "git commit -q --allow-empty -m empty; echo x > x");
}

// And back again.
#[test]
fn a_file_becomes_a_directory_and_a_file_again() {
    let place = Place::after("origin; echo x > \"$T/src/d\"; publish; clone");
    for theirs in [
        "rm d; mkdir d; echo 1 > d/f",
        "rm -r d; echo 2 > d",
        "rm d; ln -s README d",
        "rm d; mkdir -p d/e/f; echo 3 > d/e/f/g",
    ] {
        place.sh(&format!(
            "rm -rf \"$T/copy\"; cd \"$T/src\"; {theirs}; publish"
        ));
        place.syncs_as_git_pulls();
    }
    place.goes();
}

// Names come from strangers.
#[test]
fn files_of_any_name_arrive() {
    pulled(
        "true",
        "for n in $'a\\nb' $'a\\tb' 'a\"b' $'caf\\351' -rf ' ' '*' 'a\\b' ':x' '~' '#x' $'\\e[31m' '...' 'con' 'a:b' '.git-x' 'x~before-sync'; do echo 1 > \"./$n\"; mkdir \"./d$n\"; echo 1 > \"./d$n/$n\"; done",
    );
}

// Directories in directories.
#[test]
fn a_file_in_a_deep_directory_arrives() {
    pulled(
        "true",
        "p=.; for i in $(seq 30); do p=$p/$(printf 'd%.0s' $(seq 90)); done; mkdir -p \"$p\"; echo 1 > \"$p/f\"",
    );
}

// As many as a large merge brings.
#[test]
fn five_thousand_changed_files_arrive() {
    pulled(
        "mkdir a b; for i in $(seq 2000); do echo $i > a/$i; done; for i in $(seq 1500); do echo $i > b/$i; done",
        "for i in $(seq 2000); do echo x$i > a/$i; done; git rm -q -r b; mkdir c; for i in $(seq 1500); do echo $i > c/$i; done",
    );
}

// Where files are written, they are written as a checkout writes them.
#[test]
fn files_are_written_with_the_attributes_that_come_with_them() {
    let place = pulled(
        "true",
        "echo '*.txt text eol=crlf' > .gitattributes; printf 'a\\nb\\n' > a.txt",
    );
    assert_eq!(place.read("a.txt"), "a\r\nb\r\n");
    let place = pulled(
        "true",
        "echo '* working-tree-encoding=UTF-16LE' > sub; mkdir d; echo 'x working-tree-encoding=UTF-16LE' > d/.gitattributes; printf 'h\\0\\n\\0' > d/x",
    );
    assert_eq!(place.read("d/x"), "h\0\n\0");
}

// Permissions follow the service's umask, as git's do.
#[test]
fn other_untracked_and_ignored_files_stay_as_they_are() {
    let place = Place::after(
        "origin; echo '*.o' > \"$T/src/.gitignore\"; mkdir \"$T/src/d\"; echo x > \"$T/src/d/f\"; publish; clone; \
         echo mine > d/a.o; echo mine > d/new; mkdir e; ln -s x e/l; git -C \"$T/src\" rm -q d/f; echo more > \"$T/src/README\"; publish",
    );
    place.syncs_as_git_pulls();
    assert_eq!(
        (place.read("d/a.o").as_str(), place.read("d/new").as_str()),
        ("mine\n", "mine\n")
    );
    place.keeps([0, 2, 0, 0]);
}

// A branch follows what it is set to follow.
#[test]
fn a_branch_follows_its_own_remote_and_branch() {
    let place = Place::cloned(
        "git clone -q --bare \"$T/src\" \"$T/fork.git\"; git remote add fork \"file://$T/fork.git\"; git fetch -q fork; \
         git checkout -q -b mine fork/main 2> /dev/null; \
         cd \"$T/src\"; echo fork > README; git commit -qam fork; git push -q \"$T/fork.git\" HEAD:main; git reset -q --hard HEAD~1; echo origin > o; publish",
    );
    place.syncs_as_git_pulls();
    assert_eq!(place.read("README"), "fork\n");
    assert!(!place.has("o"));
}

// The branch has another name there.
#[test]
fn a_branch_follows_a_branch_of_another_name() {
    let place = Place::cloned(
        "git checkout -q -b topic/mine origin/main; echo more > \"$T/src/README\"; publish",
    );
    place.syncs_as_git_pulls();
    assert_eq!(place.read("README"), "more\n");
}

// There is nothing to go forward to; what to do is the user's to say.
#[test]
fn a_branch_without_an_upstream_is_not_moved() {
    Place::cloned("git checkout -q -b topic").sync_refused("no_upstream");
    Place::cloned("git config --unset branch.main.merge").sync_refused("no_upstream");
    Place::cloned("git checkout -q --detach").sync_refused("detached_head");
    Place::cloned("git remote remove origin").sync_refused("no_upstream");
    Place::cloned(
        "git push -q -u origin main:topic; git -C \"$T/acme/widget.git\" branch -qD topic",
    )
    .sync_refused("no_upstream");
}

// Both went on; or the remote was rewritten.
#[test]
fn a_branch_that_diverged_is_not_moved() {
    let place = Place::cloned("empty_commit mine; echo more > \"$T/src/README\"; publish");
    place.sync_refused("not_fast_forward");
    // What was fetched can be merged.
    place.sh_there("git merge -q origin/main -m merged");
    assert_eq!(place.read("README"), "more\n");
    let place = Place::after(
        "origin; echo two > \"$T/src/two\"; publish; clone; cd \"$T/src\"; git reset -q --hard HEAD~1; echo x > x; git add x; git commit -qm x; git push -q -f origin HEAD:main",
    );
    place.sync_refused("not_fast_forward");
    // Nothing in common at all.
    let place = Place::cloned(
        "cd \"$T/src\"; git checkout -q --orphan o; git commit -qm o; git push -q -f origin HEAD:main",
    );
    place.sync_refused("not_fast_forward");
}

// The remote goes back: what is here has all that it has.
#[test]
fn a_branch_that_is_ahead_is_up_to_date() {
    let place = Place::cloned("empty_commit mine");
    assert!(place.try_sync().status.success());
    place.keeps([0, 0, 0, 1]);
    let place = Place::after(
        "origin; echo two > \"$T/src/two\"; publish; clone; cd \"$T/src\"; git push -q -f origin HEAD~1:main",
    );
    place.try_sync().good();
    // It is here alone now.
    place.keeps([0, 0, 0, 1]);
}

// What is not the branch's is not touched.
#[test]
fn other_branches_stay_where_they_are() {
    let place = Place::cloned(
        "git branch other; git push -q origin other; git branch -q -u origin/other other; cd \"$T/src\"; echo 1 > README; git commit -qam 1; git push -q origin HEAD:other HEAD:main",
    );
    let before = place.sh_there("git rev-parse other");
    place.syncs_as_git_pulls();
    assert_eq!(place.sh_there("git rev-parse other"), before);
}

// A branch and a directory of branches cannot both be.
#[test]
fn a_branch_of_the_remote_that_becomes_a_directory_of_branches_is_fetched() {
    let place = Place::cloned(
        "git push -q origin main:a; git fetch -q; git -C \"$T/acme/widget.git\" branch -qD a; (cd \"$T/src\"; git push -q origin HEAD:refs/heads/a/b); \
         echo more > \"$T/src/README\"; publish",
    );
    place.try_sync().good();
    assert_eq!(place.read("README"), "more\n");
    assert_eq!(
        place.sh_there("git branch -r --format='%(refname)' | grep /a"),
        "refs/remotes/origin/a/b\n"
    );
}

// Git's own way back has to know of it.
#[test]
fn a_sync_leaves_a_reflog_and_a_sound_repository() {
    let place = Place::cloned("echo more > \"$T/src/README\"; publish");
    place.try_sync().good();
    assert_eq!(
        place.sh_there("git rev-parse main@{1}; git rev-parse main@{0}"),
        place.sh_there("git rev-parse HEAD~1 HEAD")
    );
    place.sh_there("git fsck --strict 2>&1; git status > /dev/null; empty_commit next; git gc -q");
}

// Work that is in nobody's way is no reason not to fetch.
#[test]
fn a_stash_or_another_branch_keeps_no_sync() {
    let place = Place::cloned(
        "echo 1 > README; git stash -q; git checkout -qb topic; empty_commit x; git checkout -q main; echo mine > new; echo more > \"$T/src/more\"; publish",
    );
    place.syncs_as_git_pulls();
    place.keeps([0, 1, 1, 1]);
}
