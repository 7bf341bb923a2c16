//! Healthy repositories: git works in all of them, and none is called damaged.

use crate::place::{CLEAN, Place};

/// Asserts that the clone is clean, shows an edit, is synced as `git pull` does and cleaned up.
#[track_caller]
fn healthy(place: &Place) {
    assert_eq!(place.work(), (CLEAN, None));
    place.sh_there("echo work > README");
    assert_eq!(place.work(), ([1, 0, 0, 0], None));
    place.sh_there("git checkout -q README");
    place.sh("echo more > \"$T/src/README\"; publish");
    place.syncs_as_git_pulls();
    place.goes();
}

// D1. The service is root, and each user's processes are theirs.
#[test]
fn a_workspace_that_another_owns_is_looked_at() {
    let place = Place::cloned("echo more > \"$T/src/README\"; publish");
    let said = place.sh_there("chown -R 1234:1234 \"$W\" 2>&1 && echo changed || true");
    if !said.contains("changed") {
        return crate::machine::not_shown("a workspace that another owns", &said);
    }
    assert_eq!(place.work(), (CLEAN, None));
    place.try_sync().good();
    assert_eq!(place.read("README"), "more\n");
    place.goes();
}

// D2. home-manager and stow make links of it.
#[test]
fn a_configuration_behind_a_link_is_read() {
    healthy(&Place::cloned(
        "mkdir -p \"$T/dotfiles\" \"$HOME/.config/git\"; mv \"$HOME/.gitconfig\" \"$T/dotfiles/gitconfig\"; \
         ln -s \"$T/dotfiles/gitconfig\" \"$HOME/.config/git/config\"",
    ));
}

// It is looked into, too: the filter that it defines counts.
#[test]
fn what_a_configuration_behind_a_link_says_counts() {
    let place = Place::after(
        "mkdir -p \"$T/dotfiles\"; mv \"$HOME/.gitconfig\" \"$T/dotfiles/gitconfig\"; ln -s \"$T/dotfiles/gitconfig\" \"$HOME/.gitconfig\"; \
         echo '*.o' > \"$T/dotfiles/ignored\"; git config --file \"$T/dotfiles/gitconfig\" core.excludesFile \"$T/dotfiles/ignored\"; \
         origin; clone; echo x > a.o",
    );
    healthy(&place);
}

// D3. Only the last of several was read.
#[test]
fn a_configuration_with_several_includes_is_read() {
    healthy(&Place::cloned(
        "touch \"$HOME/one\" \"$HOME/two\"; git config --global --add include.path \"$HOME/one\"; \
         git config --global --add include.path \"$HOME/two\"",
    ));
}

// Those that depend on a place, and one that is relative.
#[test]
fn a_configuration_with_conditional_and_relative_includes_is_read() {
    let place = Place::after(
        "printf '[core]\\n excludesFile = ~/ignored\\n' > \"$HOME/one\"; echo '*.o' > \"$HOME/ignored\"; \
         printf '[includeIf \"gitdir:~/nowhere/\"]\\n path = ~/none\\n[include]\\n path = one\\n path = missing\\n' >> \"$HOME/.gitconfig\"; \
         origin; clone; echo x > a.o",
    );
    healthy(&place);
}

/// A clone whose references its user moved to reftables.
fn reftables() -> Place {
    let place = Place::cloned("rm -r .git/logs; git refs migrate --ref-format=reftable");
    assert!(place.has(".git/reftable"));
    place
}

// The variable stands for git's planned default.
#[test]
fn a_clone_where_reftables_are_the_default_names_its_branch() {
    let place = Place::new().set("GIT_DEFAULT_REF_FORMAT", "reftable");
    place.sh("origin; clone");
    let got = place
        .ws(&["get", "--format", "jsonl", "acme/widget"])
        .json();
    assert_eq!(
        (
            &got["metadata"]["defaultBranch"],
            &got["metadata"]["currentBranch"]
        ),
        (&"main".into(), &"main".into())
    );
    healthy(&place);
}

// D6. git's planned default.
#[test]
fn a_repository_with_reftables_is_as_any_other() {
    let place = reftables();
    let got = place
        .ws(&["get", "--format", "jsonl", "acme/widget"])
        .json();
    assert_eq!(
        (
            &got["metadata"]["defaultBranch"],
            &got["metadata"]["currentBranch"]
        ),
        (&"main".into(), &"main".into())
    );
    place
        .sh_there("git checkout -q --detach; empty_commit wip; git tag keep; git checkout -q main");
    place.keeps([0, 0, 0, 1]);
    place.sh_there("git tag -d keep > /dev/null");
    healthy(&place);
}

// The stash has no file of its own there.
#[test]
fn a_stash_in_reftables_counts() {
    let place = reftables();
    place.sh_there("echo 1 > README; git stash -q; echo 2 > README; git stash -q");
    place.keeps([0, 0, 2, 0]);
}

// Names of objects are longer there.
#[test]
fn a_repository_with_sha_256_is_as_any_other() {
    let place = Place::new().set("GIT_DEFAULT_HASH", "sha256");
    place.sh("origin; clone");
    healthy(&place);
    let place = Place::new().set("GIT_DEFAULT_HASH", "sha256");
    place.sh("origin; clone; git checkout -qb topic; empty_commit wip; git update-index --assume-unchanged README; echo work > README");
    place.keeps([1, 0, 0, 1]);
}

// D9. One entry of it stands for a directory.
#[test]
fn a_sparse_index_is_read() {
    let sparse = "origin; mkdir \"$T/src/a\" \"$T/src/b\"; echo 1 > \"$T/src/a/f\"; echo 1 > \"$T/src/b/f\"; publish; clone; \
         git sparse-checkout set --sparse-index a;";
    let place = Place::after(sparse);
    healthy(&place);
    Place::after(&format!("{sparse} mkdir b; echo work > b/f")).keeps([1, 0, 0, 0]);
    Place::after(&format!("{sparse} echo work > a/f")).keeps([1, 0, 0, 0]);
}

// Every form of an index.
#[test]
fn no_form_of_the_index_is_damaged() {
    for form in [
        "git update-index --index-version 4",
        "git update-index --split-index",
        "git config core.splitIndex true; git update-index --split-index; git config splitIndex.maxPercentChange 0; touch README; git status > /dev/null",
        "git update-index --untracked-cache",
        "git config core.untrackedCache true; git status > /dev/null; mkdir d; git status > /dev/null",
        "git config index.skipHash true; git update-index --force-write-index",
        "git config index.recordOffsetTable true; git config index.threads 4; git update-index --force-write-index",
        "rm .git/index; git reset -q",
    ] {
        healthy(&Place::cloned(form));
    }
}

// The first commit comes later.
#[test]
fn a_clone_of_an_empty_repository_syncs_when_there_is_something() {
    // D11.
    let place = Place::after("git init -q --bare \"$T/acme/widget.git\"; clone");
    assert_eq!(place.work(), (CLEAN, None));
    let first = place.try_sync();
    if !first.status.success() {
        assert_eq!(first.code(), "no_upstream");
    }
    place.sh("git init -q \"$T/src\"; git -C \"$T/src\" remote add origin \"$T/acme/widget.git\"; echo x > \"$T/src/x\"; publish");
    place.syncs_as_git_pulls();
    assert_eq!(place.read("x"), "x\n");
    place.goes();
}

// Its user began before the remote did.
#[test]
fn a_clone_of_an_empty_repository_with_files_of_the_users_is_work() {
    let place = Place::after(
        "git init -q --bare \"$T/acme/widget.git\"; clone; echo work > x; git add x; echo work > y",
    );
    place.keeps([1, 1, 0, 0]);
    place.sh_there("git commit -qm x");
    place.keeps([0, 1, 0, 1]);
    let place = Place::after("git init -q --bare \"$T/acme/widget.git\"; clone; echo work > x");
    place.sh("git init -q \"$T/src\"; git -C \"$T/src\" remote add origin \"$T/acme/widget.git\"; echo theirs > \"$T/src/x\"; publish");
    place.sync_refused("uncommitted_changes");
    assert_eq!(place.read("x"), "work\n");
}

// The remote's HEAD names a branch that is not there.
#[test]
fn a_remote_whose_head_dangles_is_cloned() {
    let place =
        Place::after("origin; git -C \"$T/acme/widget.git\" symbolic-ref HEAD refs/heads/none");
    place.clone(&[]).good();
    assert_eq!(place.work(), (CLEAN, None));
    place.sh_there("git checkout -q main");
    healthy(&place);
}

// Old and large repositories are cloned in part.
#[test]
fn a_shallow_clone_is_as_any_other() {
    let place = Place::after(
        "origin; for i in 1 2 3; do echo $i > \"$T/src/f\"; publish; done; clone --depth 1",
    );
    assert!(place.has(".git/shallow"));
    healthy(&place);
    Place::after("origin; for i in 1 2 3; do echo $i > \"$T/src/f\"; publish; done; clone --depth 1; empty_commit wip")
        .keeps([0, 0, 0, 1]);
}

// Objects that are not here can be had from the remote; none is fetched to answer.
#[test]
fn a_partial_clone_is_as_any_other() {
    let partial = "origin; git -C \"$T/acme/widget.git\" config uploadpack.allowFilter true; echo 2 > \"$T/src/f\"; publish; echo 3 > \"$T/src/f\"; publish; clone; \
        git config remote.origin.promisor true; git config remote.origin.partialCloneFilter blob:none; git config core.repositoryFormatVersion 1; git config extensions.partialClone origin; \
        rm -rf .git/objects/pack/* .git/objects/??; git fetch -q --refetch; ls .git/objects/pack/*.promisor > /dev/null; git status --short;";
    let place = Place::after(partial);
    assert_eq!(place.work(), (CLEAN, None));
    Place::after(&format!("{partial} echo work > f")).keeps([1, 0, 0, 0]);
    Place::after(&format!("{partial} git commit -q --allow-empty -m wip")).keeps([0, 0, 0, 1]);
    place.sh("echo 4 > \"$T/src/f\"; publish");
    place.try_sync().good();
    assert_eq!(place.read("f"), "4\n");
    place.goes();
}

// git's own tools leave them.
#[test]
fn what_gits_own_maintenance_writes_is_read() {
    for script in [
        "git gc -q",
        "git repack -q -a -d --write-bitmap-index --write-midx",
        "git commit-graph write --reachable",
        "git multi-pack-index write",
        "git pack-refs --all",
        "git repack -q -a -d --cruft",
        "git fsck > /dev/null 2>&1",
    ] {
        healthy(&Place::cloned(&format!(
            "empty_commit x; git push -q origin main; (cd \"$T/src\"; git pull -q origin main); {script}"
        )));
    }
}

// HEAD was once a link.
#[test]
fn a_head_that_is_a_symbolic_link_is_read() {
    healthy(&Place::cloned("ln -sf refs/heads/main .git/HEAD"));
}

// Its name is bytes.
#[test]
fn a_branch_whose_name_is_not_utf_8_is_synced() {
    let place = Place::cloned(
        "git checkout -qb $'caf\\351'; git push -q -u origin $'caf\\351' 2> /dev/null; \
         cd \"$T/src\"; echo more > README; git add -A; git commit -qm more; git push -q origin HEAD:$'refs/heads/caf\\351'",
    );
    assert_eq!(place.work(), (CLEAN, None));
    place.syncs_as_git_pulls();
    assert_eq!(place.read("README"), "more\n");
}

// D13. The word stands in a name, and a quote in a value.
#[test]
fn a_configuration_with_quotes_and_the_word_include_is_read() {
    let place = Place::new();
    place.sh("git init -q r; cd r; empty_commit x; git config core.sshCommand 'ssh -i \"~/.ssh/id work\"'; \
              git config branch.fix-includes.remote origin; git config core.editor 'vi \\\\ # ; x'");
    let repository = place.path("r");
    let repository = repository.to_str().unwrap();
    let key = place.scope(&["key", repository, "--print", "display"]);
    assert_eq!(key.good(), repository);
    assert!(
        place
            .scope(&["checkout", repository])
            .good()
            .contains("main")
    );
}

// Settings that users have.
#[test]
fn a_configuration_with_everything_in_it_is_read() {
    healthy(&Place::cloned(
        "git config branch.fix-includes.remote origin; git config core.sshCommand 'ssh -i \"~/.ssh/id work\" # ; x'; \
         printf '[alias]\\n\\tx = \"!f() { echo \\\\\"$1\\\\\"; }; f\"\\n[include]\\n\\tpath = none\\n[url \"ssh://a\"]\\n\\tinsteadOf = https://b\\n\
         [includeIf \"onbranch:x\"] path = y\\n; comment\\n# more\\n[a \"b\\\\\"c\"] d\\n' >> .git/config",
    ));
}
