//! Clean trees: they are called clean, synced and cleaned up.

use crate::place::Place;

/// Asserts that a clone in which `script` ran is clean, can be synced and is cleaned up.
#[track_caller]
fn clean(script: &str) {
    let place = Place::after(script);
    assert_eq!(place.work(), ([0; 4], None), "{script}");
    place.sh("cp -a \"$W\" \"$T/seen\"; test -z \"$(git -C \"$T/seen\" status --porcelain)\"");
    place.sh("echo more > \"$T/src/more\"; publish");
    place.try_sync().good();
    assert_eq!(place.work(), ([0; 4], None), "synced: {script}");
    assert_eq!(place.read("more").replace('\r', ""), "more\n");
    place.goes();
}

const FILTER: &str = "git config --global filter.up.clean 'tr A-Z a-z'; git config --global filter.up.smudge 'tr a-z A-Z'; \
    git config --global filter.up.required true; origin; echo '*.up filter=up' > \"$T/src/.gitattributes\"; \
    echo HELLO > \"$T/src/a.up\"; publish; clone;";

// F1. git-lfs is such a filter, and a file that was touched is no other file.
#[test]
fn a_touched_file_with_a_filter_of_the_services_is_clean() {
    clean(&format!("{FILTER} touch a.up"));
    clean(FILTER);
}

// git-lfs's own has a process that stays.
#[test]
fn a_file_with_a_filter_process_is_clean() {
    let place = Place::after(&format!(
        "{FILTER} git config --global filter.up.process 'false'; touch a.up"
    ));
    // A filter that cannot be had and is required is no reason to call anything clean.
    place.keeps_something();
}

// What a sync writes is what a checkout writes.
#[test]
fn a_sync_writes_files_through_the_services_filters() {
    let place = Place::after(&format!(
        "{FILTER} echo BYE > \"$T/src/a.up\"; echo NEW > \"$T/src/b.up\"; publish"
    ));
    place.syncs_as_git_pulls();
    assert_eq!(
        (place.read("a.up").as_str(), place.read("b.up").as_str()),
        ("BYE\n", "NEW\n")
    );
    place.goes();
}

// The service does not know of it, and then git leaves the file as it is.
#[test]
fn a_filter_that_nobody_defines_changes_nothing() {
    clean(
        "origin; echo '* filter=unheard' > \"$T/src/.gitattributes\"; echo x > \"$T/src/a\"; publish; clone; touch a README",
    );
}

// F3. Most of a large repository may be left out.
#[test]
fn a_clean_sparse_checkout_is_clean() {
    let dirs = "origin; mkdir \"$T/src/a\" \"$T/src/b\"; echo 1 > \"$T/src/a/f\"; echo 1 > \"$T/src/b/f\"; publish; clone;";
    clean(&format!("{dirs} git sparse-checkout set a"));
    clean(&format!(
        "{dirs} git sparse-checkout set --no-cone '/*' '!/b/f'"
    ));
    clean(&format!(
        "{dirs} git sparse-checkout set a; git sparse-checkout disable"
    ));
}

// It brings nothing that is left out.
#[test]
fn a_sync_of_a_sparse_checkout_leaves_out_the_same() {
    let place = Place::after(
        "origin; mkdir \"$T/src/a\" \"$T/src/b\"; echo 1 > \"$T/src/a/f\"; echo 1 > \"$T/src/b/f\"; publish; clone; \
         git sparse-checkout set a; echo 2 > \"$T/src/b/f\"; echo 2 > \"$T/src/a/f\"; echo 2 > \"$T/src/b/new\"; publish",
    );
    place.syncs_as_git_pulls();
    assert!(!place.has("b"));
    place.goes();
}

// Files are written with other line ends than they are stored with.
#[test]
fn converted_line_ends_are_clean() {
    for setup in [
        "echo '* text=auto eol=crlf' > \"$T/src/.gitattributes\"",
        "echo '* text=auto' > \"$T/src/.gitattributes\"; git config --global core.autocrlf true",
        "git config --global core.autocrlf true",
        "git config --global core.eol crlf; echo '* text' > \"$T/src/.gitattributes\"",
        "echo '*.txt -text' > \"$T/src/.gitattributes\"; printf 'a\\r\\n' > \"$T/src/a.txt\"",
        "echo '* ident' > \"$T/src/.gitattributes\"; echo '$Id$' > \"$T/src/a.txt\"",
        "echo 'a.txt working-tree-encoding=UTF-16LE' > \"$T/src/.gitattributes\"; printf 'h\\0\\n\\0' > \"$T/src/a.txt\"",
        "echo 'a.txt working-tree-encoding=SHIFT-JIS' > \"$T/src/.gitattributes\"; printf '\\202\\240\\n' > \"$T/src/a.txt\"",
    ] {
        clean(&format!(
            "origin; {setup}; echo x > \"$T/src/x\"; publish; clone; touch README"
        ));
    }
}

// The user may have set it for this repository alone.
#[test]
fn line_ends_that_the_repository_is_set_to_convert_are_clean() {
    clean(
        "origin; clone; git config core.autocrlf true; rm README; git checkout -q README; touch README",
    );
    clean("origin; clone; git config core.autocrlf input; touch README");
}

// A file is what it holds and whether it may be run, and not when it was written.
#[test]
fn touched_files_are_clean() {
    clean(
        "origin; echo a > \"$T/src/a\"; ln -s a \"$T/src/l\"; chmod +x \"$T/src/a\"; publish; clone; touch README a; touch -h l",
    );
    clean("origin; clone; cp README x; mv x README");
    clean("origin; clone; chmod 600 README");
}

// What git ignores, the service may.
#[test]
fn ignored_files_are_clean() {
    clean("origin; echo 'out/' > \"$T/src/.gitignore\"; publish; clone; mkdir out; echo x > out/f");
    clean(
        "origin; echo '*.o' > \"$HOME/ignored\"; git config --global core.excludesFile '~/ignored'; clone; echo x > a.o",
    );
    clean(
        "origin; mkdir -p \"$HOME/.config/git\"; echo '*.o' > \"$HOME/.config/git/ignore\"; clone; echo x > a.o",
    );
    clean("origin; clone; echo '*.o' >> .git/info/exclude; echo x > a.o");
}

// git keeps no directories.
#[test]
fn empty_directories_are_clean() {
    clean("origin; clone; mkdir -p a/b/c");
}

// A repository that holds gitlinks that nobody initialised.
#[test]
fn a_submodule_that_was_never_initialised_is_clean() {
    clean(
        "origin; git clone -q --bare \"$T/src\" \"$T/acme/dep.git\"; (cd \"$T/src\"; git submodule --quiet add \"file://$T/acme/dep.git\" dep); publish; clone",
    );
}

// Settings that a user may like.
#[test]
fn settings_that_change_what_git_shows_leave_a_tree_clean() {
    clean(
        "origin; clone; git config status.branch true; git config status.showStash true; git config color.ui always; \
         git config status.displayCommentPrefix true; git config core.quotePath false; git config status.aheadBehind false; \
         git config i18n.logOutputEncoding UTF-16; git config core.abbrev 4; git config format.pretty fuller; git config log.showSignature true",
    );
}
