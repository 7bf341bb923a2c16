//! No program runs that a repository names, whatever it is named for.

use crate::place::Place;

/// Every setting that makes git run something, with the program `$X`, which leaves a marker.
const SETTINGS: &str = "printf '#!/bin/sh\\ntouch \"$T/ran\"\\ncat\\n' > \"$T/x\"; chmod +x \"$T/x\"; X=$T/x;
git config core.fsmonitor \"$X\"; git config core.fsmonitorHookVersion 1; git config core.pager \"$X\"; git config core.editor \"$X\"
git config core.sshCommand \"$X\"; git config core.askPass \"$X\"; git config core.gitProxy \"$X\"; git config core.alternateRefsCommand \"$X\"
git config filter.x.clean \"$X\"; git config filter.x.smudge \"$X\"; git config filter.x.required true; git config diff.external \"$X\"
git config diff.x.textconv \"$X\"; git config diff.x.command \"$X\"; git config merge.x.driver \"$X\"; git config gpg.program \"$X\"
git config log.showSignature true; git config credential.helper \"!$X\"; git config uploadpack.packObjectsHook \"$X\"
git config remote.origin.uploadpack \"$X\"; git config remote.origin.vcs x; git config alias.status \"!$X\"; git config alias.rev-list \"!$X\"
git config interactive.diffFilter \"$X\"; git config sequence.editor \"$X\"; git config submodule.x.update \"!$X\"; git config trailer.x.command \"$X\"
git config core.hooksPath \"$T/hooks\"; mkdir -p \"$T/hooks\"
for h in post-checkout post-merge pre-commit reference-transaction post-index-change fsmonitor-watchman pre-auto-gc post-rewrite pre-receive update; do
    cp \"$X\" \"$T/hooks/$h\"; cp \"$X\" \".git/hooks/$h\"; done
printf '* filter=x diff=x merge=x\\n' > .git/info/attributes; touch README; rm -f \"$T/ran\"\n";

// A repository that somebody else wrote into is as dangerous as a program that they sent.
#[test]
fn no_program_of_the_repositorys_configuration_runs() {
    let place = Place::cloned(&format!(
        "mkdir -p .git/hooks; echo more > \"$T/src/README\"; publish; {SETTINGS}"
    ));
    place.work();
    place.names();
    place.try_sync();
    place.work();
    place.delete(&[]);
    place.cleanup(&[]);
    place.ws(&["list"]);
    assert!(!place.path("ran").exists());
}

// An edit is seen in spite of all that.
#[test]
fn no_program_of_the_repositorys_configuration_hides_an_edit() {
    let place = Place::cloned(&format!(
        "mkdir -p .git/hooks; {SETTINGS} echo work > README; echo work > new"
    ));
    assert_eq!(place.work(), ([1, 1, 0, 0], None));
    assert!(!place.path("ran").exists());
}

// A monitor could say that nothing has changed.
#[test]
fn a_monitor_that_says_that_nothing_changed_is_not_asked() {
    let place = Place::cloned(
        "printf '#!/bin/sh\\ntouch \"$T/ran\"\\nprintf \"token\\\\0\"\\n' > \"$T/x\"; chmod +x \"$T/x\"; git config core.fsmonitor \"$T/x\"; git config core.fsmonitorHookVersion 2; \
         git update-index --fsmonitor; git status > /dev/null; git status > /dev/null; rm -f \"$T/ran\"; echo work > README; echo work > new",
    );
    // It did in git's own status, so that the test can fail.
    place.keeps([1, 1, 0, 0]);
    assert!(!place.path("ran").exists());
}

// The same in a repository below, a submodule, and a worktree's own configuration.
#[test]
fn no_program_of_a_nested_repositorys_configuration_runs() {
    let place = Place::cloned(&format!(
        "printf '/deps\\n.workspace.json\\n' > .git/info/exclude; git clone -q \"file://$T/acme/widget.git\" deps/a; cd deps/a; mkdir -p .git/hooks; {SETTINGS} echo work > README"
    ));
    assert_eq!(place.work(), ([1, 0, 0, 0], None));
    assert!(!place.path("ran").exists());
    let place = Place::cloned(
        "printf '#!/bin/sh\\ntouch \"$T/ran\"\\n' > \"$T/x\"; chmod +x \"$T/x\"; git config extensions.worktreeConfig true; git config --worktree core.fsmonitor \"$T/x\"",
    );
    place.work();
    assert!(!place.path("ran").exists());
}

// git's own check of what it fetches refuses the command in `.gitmodules`; the URL is no repository to fetch from.
#[test]
fn no_program_of_the_remotes_files_runs() {
    let place = Place::after(
        "origin; printf '#!/bin/sh\\ntouch \"$T/ran\"\\n' > \"$T/x\"; chmod +x \"$T/x\"; \
         (cd \"$T/src\"; printf '[submodule \"dep\"]\\n\\tpath = dep\\n\\turl = ext::%s\\n\\tfetchRecurseSubmodules = true\\n' \"$T/x\" > .gitmodules; \
          git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),dep); publish || true; clone; echo more > \"$T/src/README\"; publish",
    );
    place.try_sync();
    place.work();
    assert!(!place.path("ran").exists());
    let place = Place::after(
        "origin; (cd \"$T/src\"; printf '[submodule \"dep\"]\\n\\tpath = dep\\n\\turl = ./x\\n\\tupdate = !touch %s\\n' \"$T/ran\" > .gitmodules); publish",
    );
    assert_eq!(place.clone(&[]).code(), "git_failed");
    assert!(!place.path("ran").exists() && !place.workspace().exists());
}

// A template of the service's is the service's; what is in it does not run on a look or a sync either.
#[test]
fn no_hook_of_a_template_runs_on_a_look_or_a_sync() {
    let place = Place::after(
        "mkdir -p \"$T/template/hooks\"; for h in post-checkout post-merge reference-transaction post-index-change; do printf '#!/bin/sh\\ntouch \"$T/ran\"\\n' > \"$T/template/hooks/$h\"; chmod +x \"$T/template/hooks/$h\"; done; \
         origin; git config --global init.templateDir \"$T/template\"; clone; git config --global --unset init.templateDir; rm -f \"$T/ran\"; echo more > \"$T/src/README\"; git -C \"$T/src\" commit -qam more; git -C \"$T/src\" push -q origin main; rm -f \"$T/ran\"",
    );
    place.try_sync().good();
    place.work();
    assert_eq!(place.read("README"), "more\n");
    assert!(!place.path("ran").exists());
    place.goes();
}

// The service's own filter runs where the service says so, and not where the repository renames it.
#[test]
fn a_filter_of_the_services_is_not_replaced_by_the_repositorys() {
    let place = Place::after(
        "git config --global filter.up.clean 'tr A-Z a-z'; git config --global filter.up.smudge 'tr a-z A-Z'; origin; echo '*.up filter=up' > \"$T/src/.gitattributes\"; \
         echo HELLO > \"$T/src/a.up\"; publish; clone; printf '#!/bin/sh\\ntouch \"$T/ran\"\\necho hello\\n' > \"$T/x\"; chmod +x \"$T/x\"; git config filter.up.clean \"$T/x\"; git config filter.up.process \"$T/x\"; \
         echo WORK > a.up; rm -f \"$T/ran\"",
    );
    place.keeps([1, 0, 0, 0]);
    assert!(!place.path("ran").exists());
}
