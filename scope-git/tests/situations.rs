//! Every situation that a checkout can be in, each made on the spot by the real git; the answer is held against the rule
//! and against `git rev-parse`.
#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use common::{Place, ask};
use scope_git::{CheckoutInfo, CheckoutKind, checkout_info, resolve_scope};

/// What a situation has to answer.
#[derive(Clone, Copy, Default)]
struct Expected<'a> {
    primary: &'a str,
    /// The root of the worktree, unless it is the primary one.
    worktree: Option<&'a str>,
    key: Option<&'a str>,
    branch: Option<&'a str>,
    bare: bool,
    /// Whether git cannot tell, and why.
    git: Peer,
}

/// What a peer does in a situation.
#[derive(Clone, Copy, Default, PartialEq)]
enum Peer {
    /// It answers the same.
    #[default]
    Agrees,
    /// It says nothing of a worktree from inside a git directory.
    KnowsNoWorktree,
}

/// Holds the answer at `path` against what is expected, and against the peers.
fn check(place: &Place, path: &str, expected: Expected<'_>) {
    check_at(place, &place.at(path), expected);
}

fn check_at(place: &Place, path: &Path, expected: Expected<'_>) {
    let primary = place.text(expected.primary);
    let worktree = (!expected.bare).then(|| {
        expected
            .worktree
            .map_or(primary.clone(), |it| place.text(it))
    });
    let info = checkout_info(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(info.primary_path, primary, "{}", path.display());
    assert_eq!(info.worktree_path, worktree, "{}", path.display());
    assert_eq!(
        info.worktree_key.as_deref(),
        expected.key,
        "{}",
        path.display()
    );
    assert_eq!(
        info.branch.as_deref(),
        expected.branch,
        "{}",
        path.display()
    );
    assert_eq!(info.is_bare, expected.bare);
    assert_eq!(info.is_linked_worktree, expected.key.is_some());
    assert_eq!(info.is_detached, expected.branch.is_none());
    check_keys(path, &info);
    hold_against_git(path, &info, expected.git);
}

/// The keys of a directory say what [`checkout_info`] says.
fn check_keys(path: &Path, info: &CheckoutInfo) {
    let key = |kind, branch| resolve_scope(path, kind, branch);
    let auto = key(CheckoutKind::Auto, None).unwrap();
    assert_eq!(auto.display().to_string(), info.primary_path);
    assert_eq!(key(CheckoutKind::Repository, None).unwrap(), auto);

    let named = key(CheckoutKind::Branch, Some("not/there")).unwrap();
    assert_eq!(named.branch_name(), Some("not/there"));
    assert_eq!(key(CheckoutKind::Auto, Some("not/there")).unwrap(), named);
    match (key(CheckoutKind::Branch, None), &info.branch) {
        (Ok(key), Some(branch)) => assert_eq!(key.branch_name(), Some(&**branch)),
        (Err(fault), None) => assert_eq!(fault.error.code.as_str(), "detached_head"),
        (other, branch) => panic!("{other:?} on {branch:?}"),
    }
    match (key(CheckoutKind::Worktree, None), &info.worktree_key) {
        (Ok(key), Some(name)) => {
            assert_eq!(key.worktree_key(), Some(&**name));
            assert_eq!(key.primary_path(), Some(&*info.primary_path));
            assert_eq!(key.worktree_path(), info.worktree_path.as_deref());
        }
        (Err(fault), None) => {
            assert_eq!(fault.error.code.as_str(), "not_linked_worktree");
            assert_eq!(
                fault.error.suggestion(&fault.text).as_deref(),
                Some("repository")
            );
        }
        (other, name) => panic!("{other:?} with {name:?}"),
    }
}

fn hold_against_git(path: &Path, info: &CheckoutInfo, peer: Peer) {
    let rev_parse = |what: &str| ask(path, &["rev-parse", what]);
    let git_dir = rev_parse("--absolute-git-dir").unwrap();
    let common = ask(
        path,
        &["rev-parse", "--path-format=absolute", "--git-common-dir"],
    )
    .unwrap();
    let is_linked = fs::canonicalize(&git_dir).unwrap() != fs::canonicalize(&common).unwrap();
    assert_eq!(
        is_linked, info.is_linked_worktree,
        "git: {git_dir} and {common}"
    );
    if is_linked {
        let name = Path::new(&git_dir).file_name().and_then(OsStr::to_str);
        assert_eq!(name, info.worktree_key.as_deref());
    }
    if peer == Peer::Agrees {
        assert_eq!(rev_parse("--show-toplevel"), info.worktree_path);
        assert_eq!(
            rev_parse("--is-bare-repository").unwrap(),
            info.is_bare.to_string()
        );
        if !is_linked && info.is_bare {
            assert_eq!(
                fs::canonicalize(&common).unwrap(),
                Path::new(&info.primary_path)
            );
        }
    }
    // What the branch is called without `refs/heads/`; a HEAD without a branch is refused.
    let branch = ask(path, &["symbolic-ref", "--quiet", "HEAD"]);
    let branch = branch.and_then(|full| full.strip_prefix("refs/heads/").map(str::to_owned));
    assert_eq!(branch, info.branch);
}

/// The code of the fault at `path`, for every kind that looks at the directory, and what the message quotes.
fn fault(path: &Path) -> &'static str {
    let rejection = checkout_info(path).unwrap_err();
    for kind in [
        CheckoutKind::Repository,
        CheckoutKind::Branch,
        CheckoutKind::Worktree,
    ] {
        assert_eq!(resolve_scope(path, kind, None).unwrap_err(), rejection);
    }
    let code = rejection.error.code.as_str();
    match resolve_scope(path, CheckoutKind::Auto, None) {
        Ok(key) => assert_eq!((code, key.kind().as_str()), ("not_a_repository", "global")),
        Err(error) => assert_eq!(error, rejection),
    }
    assert!(!rejection.to_string().contains('\n'));
    code
}

/// The same, where git answers nothing either.
fn fault_as_git(path: &Path) -> &'static str {
    assert_eq!(ask(path, &["rev-parse", "--git-dir"]), None);
    fault(path)
}

const APP: Expected<'_> = Expected {
    primary: "app",
    worktree: None,
    key: None,
    branch: Some("main"),
    bare: false,
    git: Peer::Agrees,
};

#[test]
fn the_primary_worktree_and_its_subdirectories() {
    let place = Place::new();
    place.repository("app");
    for path in [
        "app",
        "app/src",
        "app/src/deep",
        "app/",
        "app/src/../src/./deep",
    ] {
        check(&place, path, APP);
    }
}

#[test]
fn a_hundred_levels_down() {
    let place = Place::new();
    place.repository("app");
    let deep = format!("app/{}", "d/".repeat(100));
    for path in ["app/d", &deep, deep.trim_end_matches("d/")] {
        place.directory(path);
        check(&place, path, APP);
    }
    for levels in 1..100 {
        let path = format!("app/{}", "d/".repeat(levels));
        assert_eq!(
            checkout_info(place.at(&path)).unwrap().primary_path,
            place.text("app")
        );
    }
}

#[test]
fn inside_the_git_directory() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let inside = Expected {
        git: Peer::KnowsNoWorktree,
        ..APP
    };
    for path in ["app/.git", "app/.git/refs/heads"] {
        check(&place, path, inside);
    }
    let side = Expected {
        worktree: Some("side"),
        key: Some("side"),
        branch: Some("side"),
        ..inside
    };
    check(&place, "app/.git/worktrees/side", side);
}

#[test]
fn linked_worktrees_inside_and_outside() {
    let place = Place::new();
    place.repository("app");
    for path in ["out", "app/in"] {
        let name = path.rsplit('/').next().unwrap();
        place.worktree("app", path, name);
        place.directory(Path::new(path).join("a/b/c"));
        let linked = Expected {
            worktree: Some(path),
            key: Some(name),
            branch: Some(name),
            ..APP
        };
        check(&place, path, linked);
        check(&place, &format!("{path}/a/b/c"), linked);
    }
    check(&place, "app", APP);
}

#[test]
fn a_worktree_with_a_relative_link() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    place.file("side/.git", "gitdir: ../app/.git/worktrees/side\n");
    let linked = Expected {
        worktree: Some("side"),
        key: Some("side"),
        branch: Some("side"),
        ..APP
    };
    check(&place, "side", linked);
    place.file(
        "app/.git/worktrees/side/commondir",
        format!("{}\n", place.text("app/.git")),
    );
    check(&place, "side", linked);
}

#[test]
fn a_worktree_whose_git_directory_is_elsewhere() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    fs::rename(place.at("app/.git/worktrees/side"), place.at("apart")).unwrap();
    place.file("side/.git", format!("gitdir: {}\n", place.text("apart")));
    for common in [
        "../app/.git".to_owned(),
        "../app/../app/.git".to_owned(),
        place.text("app/.git"),
    ] {
        place.file("apart/commondir", format!("{common}\n"));
        let linked = Expected {
            worktree: Some("side"),
            key: Some("apart"),
            branch: Some("side"),
            ..APP
        };
        check(&place, "side", linked);
    }
}

#[test]
fn moved_repaired_and_locked_worktrees() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "one", "one");
    place.git("app", &["worktree", "lock", "../one"]);
    check(
        &place,
        "one",
        Expected {
            worktree: Some("one"),
            key: Some("one"),
            branch: Some("one"),
            ..APP
        },
    );
    place.git("app", &["worktree", "unlock", "../one"]);
    place.git("app", &["worktree", "move", "../one", "../two"]);
    // The key stays what it was.
    check(
        &place,
        "two",
        Expected {
            worktree: Some("two"),
            key: Some("one"),
            branch: Some("one"),
            ..APP
        },
    );

    fs::rename(place.at("app"), place.at("moved")).unwrap();
    assert_eq!(fault_as_git(&place.at("two")), "corrupt_repository");
    place.git("moved", &["worktree", "repair", "../two"]);
    let repaired = Expected {
        primary: "moved",
        worktree: Some("two"),
        key: Some("one"),
        branch: Some("one"),
        ..APP
    };
    check(&place, "two", repaired);
}

#[test]
fn a_worktree_that_was_pruned() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "gone", "gone");
    fs::rename(place.at("gone"), place.at("elsewhere")).unwrap();
    assert_eq!(fault(&place.at("gone")), "path_not_found");
    place.git("app", &["worktree", "prune"]);
    assert_eq!(fault_as_git(&place.at("elsewhere")), "corrupt_repository");
    check(&place, "app", APP);
}

#[test]
fn names_with_signs_spaces_and_letters_of_all_sorts() {
    let place = Place::new();
    place.repository("app");
    for name in ["a@b", "my side", "s\u{ef}de-\u{65e5}\u{672c}", "x y@z:1%"] {
        place.git(
            "app",
            &["worktree", "add", "--quiet", "--detach", &place.text(name)],
        );
        // Git makes a name of it that a reference may have; its own directory says which.
        let git_dir = place.git(name, &["rev-parse", "--absolute-git-dir"]);
        let key = git_dir.rsplit('/').next().unwrap();
        check(
            &place,
            name,
            Expected {
                worktree: Some(name),
                key: Some(key),
                branch: None,
                ..APP
            },
        );
    }
}

#[test]
fn two_worktrees_of_one_base_name() {
    let place = Place::new();
    place.repository("app");
    place.directory("x");
    place.directory("y");
    place.worktree("app", "x/side", "first");
    place.worktree("app", "y/side", "second");
    check(
        &place,
        "x/side",
        Expected {
            worktree: Some("x/side"),
            key: Some("side"),
            branch: Some("first"),
            ..APP
        },
    );
    check(
        &place,
        "y/side",
        Expected {
            worktree: Some("y/side"),
            key: Some("side1"),
            branch: Some("second"),
            ..APP
        },
    );
}

#[test]
fn a_submodule_and_its_worktree() {
    let place = Place::new();
    place.repository("library");
    place.repository("app");
    place.git(
        "app",
        &["submodule", "--quiet", "add", &place.text("library"), "lib"],
    );
    let submodule = Expected {
        primary: "app/lib",
        ..APP
    };
    check(&place, "app/lib", submodule);
    check(&place, "app", APP);
    let inside = Expected {
        git: Peer::KnowsNoWorktree,
        ..submodule
    };
    check(&place, "app/.git/modules/lib", inside);

    place.worktree("app/lib", "side", "side");
    let linked = Expected {
        worktree: Some("side"),
        key: Some("side"),
        branch: Some("side"),
        ..submodule
    };
    check(&place, "side", linked);
    // Without the submodule's directory nothing is its root any more.
    fs::remove_dir_all(place.at("app/lib")).unwrap();
    assert_eq!(fault(&place.at("side")), "no_primary_worktree");
}

#[test]
fn a_repository_in_a_repository() {
    let place = Place::new();
    place.repository("app");
    place.repository("app/src/inner");
    check(
        &place,
        "app/src/inner/src",
        Expected {
            primary: "app/src/inner",
            ..APP
        },
    );
    check(&place, "app/src/deep", APP);
    // A directory of that name that is none does not count.
    place.directory("app/src/deep/.git");
    check(&place, "app/src/deep", APP);
}

#[test]
fn a_bare_repository_and_its_worktrees() {
    let place = Place::new();
    place.repository("app");
    place.git(".", &["clone", "--quiet", "--bare", "app", "bare.git"]);
    let bare = Expected {
        primary: "bare.git",
        bare: true,
        ..APP
    };
    check(&place, "bare.git", bare);
    check(&place, "bare.git/refs/heads", bare);
    place.worktree("bare.git", "side", "side");
    let linked = Expected {
        primary: "bare.git",
        worktree: Some("side"),
        key: Some("side"),
        branch: Some("side"),
        ..APP
    };
    check(&place, "side", linked);

    // The layout with the bare directory beside its worktrees.
    place.directory("project");
    place.git(".", &["clone", "--quiet", "--bare", "app", "project/.bare"]);
    place.file("project/.git", "gitdir: ./.bare\n");
    check(
        &place,
        "project",
        Expected {
            primary: "project/.bare",
            ..bare
        },
    );
    place.worktree("project/.bare", "project/main-tree", "tree");
    let linked = Expected {
        primary: "project/.bare",
        worktree: Some("project/main-tree"),
        key: Some("main-tree"),
        branch: Some("tree"),
        ..APP
    };
    check(&place, "project/main-tree", linked);
}

#[test]
fn a_git_directory_apart() {
    let place = Place::new();
    place.git(
        ".",
        &[
            "init",
            "--quiet",
            "--initial-branch=main",
            "--separate-git-dir",
            "apart",
            "app",
        ],
    );
    place.commit("app");
    check(&place, "app", APP);
    // It does not say where its worktree is, and nobody guesses.
    assert_eq!(fault(&place.at("apart")), "no_primary_worktree");
    place.worktree("app", "side", "side");
    assert_eq!(fault(&place.at("side")), "no_primary_worktree");
    place.git("app", &["config", "core.worktree", &place.text("app")]);
    check(
        &place,
        "side",
        Expected {
            worktree: Some("side"),
            key: Some("side"),
            branch: Some("side"),
            ..APP
        },
    );
}

#[test]
fn a_worktree_that_the_configuration_names() {
    let place = Place::new();
    place.repository("app");
    place.directory("elsewhere/deep");
    place.git("app", &["config", "core.worktree", "../../elsewhere"]);
    let expected = Expected {
        primary: "elsewhere",
        ..APP
    };
    check(&place, "app", expected);
    assert_eq!(fault(&place.at("elsewhere/deep")), "not_a_repository");

    // Written so that only a whole reader of such files understands it.
    place.directory("else; where");
    place.git("app", &["config", "core.worktree", "../../else; where"]);
    check(
        &place,
        "app",
        Expected {
            primary: "else; where",
            ..APP
        },
    );
    // Git itself does not go into such a repository to mend it.
    let set = |key, value| place.git(".", &["config", "--file", "app/.git/config", key, value]);
    set("core.worktree", "../../missing");
    assert_eq!(fault(&place.at("app")), "no_primary_worktree");
    set("core.worktree", "../../elsewhere");
    set("core.bare", "true");
    assert_eq!(fault(&place.at("app")), "corrupt_repository");
}

#[test]
fn configuration_that_another_file_holds_does_not_move_a_worktree() {
    let place = Place::new();
    place.repository("app");
    place.directory("elsewhere");
    place.file("app/.git/more", "[core]\n\tworktree = ../../elsewhere\n");
    place.git("app", &["config", "include.path", "more"]);
    // Git follows no include for this setting.
    check(&place, "app", APP);
}

/// What is written in sections that do not matter here, and in whatever way, is no damage (D13).
#[test]
fn a_configuration_may_say_anything_of_other_things() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let side = Expected {
        worktree: Some("side"),
        key: Some("side"),
        branch: Some("side"),
        ..APP
    };
    for (name, value) in [
        ("core.sshCommand", "ssh -i \"~/.ssh/id work\""),
        ("core.editor", "'C:\\Program Files\\e.exe' # no comment"),
        ("branch.fix-includes.remote", "origin"),
        ("branch.a\"b\\c]d.remote", "include"),
        ("alias.x", "!f() { echo a; }; f"),
        ("include.path", "nowhere"),
        ("includeIf.onbranch:x.path", "\"nowhere\""),
    ] {
        place.git("app", &["config", "--add", name, value]);
        check(&place, "app", APP);
        check(&place, "side", side);
    }
    place.append(
        "app/.git/config",
        "[core] ; a comment\r\n\tbare = \"fal\"se # \\ \"\n\teditor = a \\\n  b\n[x]y\n",
    );
    check(&place, "app", APP);
    check(&place, "side", side);
}

#[test]
fn each_way_of_writing_that_a_repository_is_bare() {
    let place = Place::new();
    place.repository("app");
    let bare = Expected {
        primary: "app/.git",
        bare: true,
        ..APP
    };
    for text in [
        "bare = yes",
        "BARE=1",
        "bare",
        "bare = \"true\"",
        "bare = tr\\\nue",
        "bare = true # so it is",
    ] {
        place.file(
            "app/.git/config",
            format!("[core]\n\trepositoryformatversion = 0\n\t{text}\n"),
        );
        check(&place, "app", bare);
    }
    place.file(
        "app/.git/config",
        "[core] bare = true\n\trepositoryformatversion = 0\n",
    );
    check(&place, "app", bare);
    for text in [
        "bare = off",
        "bare = 0",
        "bare =",
        "bare = \"no\"",
        "; bare = true",
    ] {
        place.file(
            "app/.git/config",
            format!("[core]\n\trepositoryformatversion = 0\n\t{text}\n"),
        );
        check(&place, "app", APP);
    }
    // Without a version git takes no notice of it.
    place.file("app/.git/config", "[core]\n\tbare = true\n");
    check(&place, "app", APP);
    place.file(
        "app/.git/config",
        "[core]\n\trepositoryformatversion = 0\n\tbare = maybe\n",
    );
    assert_eq!(fault_as_git(&place.at("app")), "corrupt_repository");
}

#[test]
fn symbolic_links_in_and_out() {
    let place = Place::new();
    place.repository("app");
    place.repository("other");
    place.link("to-app", "app");
    place.link("to-deep", "app/src/deep");
    place.link("app/to-other", "../other/src");
    for path in ["to-app", "to-app/src", "to-deep"] {
        check(&place, path, APP);
    }
    check(
        &place,
        "app/to-other",
        Expected {
            primary: "other",
            ..APP
        },
    );
}

#[test]
fn a_link_in_place_of_the_git_directory() {
    let place = Place::new();
    place.repository("app");
    fs::rename(place.at("app/.git"), place.at("store")).unwrap();
    place.link("app/.git", "../store");
    check(&place, "app/src", APP);
    // And one in place of the file.
    place.worktree("app", "side", "side");
    fs::rename(place.at("side/.git"), place.at("side/dot-git")).unwrap();
    place.link("side/.git", "dot-git");
    assert_eq!(fault(&place.at("side")), "no_primary_worktree");
}

#[test]
fn branches_unborn_with_slashes_and_packed() {
    let place = Place::new();
    place.git(".", &["init", "--quiet", "--initial-branch=not/yet", "app"]);
    check(
        &place,
        "app",
        Expected {
            branch: Some("not/yet"),
            ..APP
        },
    );
    place.commit("app");
    place.git("app", &["switch", "--quiet", "-c", "feature/login/form"]);
    check(
        &place,
        "app",
        Expected {
            branch: Some("feature/login/form"),
            ..APP
        },
    );
    place.git("app", &["pack-refs", "--all"]);
    assert!(!place.at("app/.git/refs/heads/feature/login/form").exists());
    check(
        &place,
        "app",
        Expected {
            branch: Some("feature/login/form"),
            ..APP
        },
    );
}

#[test]
fn a_branch_that_stands_for_another() {
    let place = Place::new();
    place.repository("app");
    place.git(
        "app",
        &["symbolic-ref", "refs/heads/master", "refs/heads/main"],
    );
    place.git("app", &["symbolic-ref", "HEAD", "refs/heads/master"]);
    check(&place, "app", APP);
    place.git("app", &["symbolic-ref", "HEAD", "refs/remotes/acme/main"]);
    check(
        &place,
        "app",
        Expected {
            branch: None,
            ..APP
        },
    );
    place.file("app/.git/HEAD", "ref: refs/heads/round\n");
    place.file("app/.git/refs/heads/round", "ref: refs/heads/round\n");
    assert_eq!(
        checkout_info(place.at("app"))
            .unwrap_err()
            .error
            .code
            .as_str(),
        "corrupt_repository"
    );
}

#[test]
fn a_head_that_is_a_symbolic_link() {
    let place = Place::new();
    place.repository("app");
    fs::remove_file(place.at("app/.git/HEAD")).unwrap();
    place.link("app/.git/HEAD", "refs/heads/main");
    check(&place, "app", APP);
}

/// The branch that git says is checked out, or that what is under way is about.
fn branch_by_git(path: &Path) -> Option<String> {
    let branches = ask(path, &["branch"]).unwrap();
    let current = branches.lines().find_map(|line| line.strip_prefix("* "));
    let current = current.unwrap();
    let Some(operation) = current.strip_prefix("(no branch, ") else {
        return (!current.starts_with('(')).then(|| current.to_owned());
    };
    let about = ["rebasing ", "bisect started on "];
    let name = about.iter().find_map(|about| operation.strip_prefix(about));
    let name = name.unwrap().strip_suffix(')').unwrap();
    // Where it began detached, git shows the commit.
    let full = format!("refs/heads/{name}");
    ask(path, &["rev-parse", "--verify", "--quiet", &full])?;
    Some(name.to_owned())
}

/// Git detaches HEAD for the time of some operations; the branch is still the one they are about (G3, K3).
#[test]
fn the_branch_that_an_operation_began_on() {
    for format in ["files", "reftable"] {
        let place = Place::new();
        let format = format!("--ref-format={format}");
        place.git(
            ".",
            &["init", "--quiet", "--initial-branch=main", &format, "app"],
        );
        for text in ["1", "2", "3"] {
            place.file("app/file", text);
            place.git("app", &["add", "file"]);
            place.commit("app");
        }
        place.git("app", &["branch", "feature/login", "HEAD~2"]);
        place.git(
            "app",
            &["worktree", "add", "--quiet", "../side", "feature/login"],
        );
        place.file("side/file", "other");
        place.git("side", &["commit", "--quiet", "--all", "--message=other"]);
        let check = |directory: &str, branch: Option<&str>, is_detached: bool| {
            let path = place.at(directory);
            let info = checkout_info(&path).unwrap();
            assert_eq!(info.branch.as_deref(), branch);
            assert_eq!(info.is_detached, is_detached);
            assert_eq!(branch_by_git(&path).as_deref(), branch);
            match resolve_scope(&path, CheckoutKind::Branch, None) {
                Ok(key) => assert_eq!(key.branch_name(), branch),
                Err(fault) => {
                    assert_eq!((fault.error.code.as_str(), branch), ("detached_head", None));
                }
            }
        };
        for directory in ["app", "side"] {
            let own = if directory == "app" {
                "main"
            } else {
                "feature/login"
            };
            let other = if directory == "app" {
                "feature/login"
            } else {
                "main"
            };
            for how in ["--merge", "--apply"] {
                check(directory, Some(own), false);
                let stopped = common::git(&place.at(directory), &["rebase", how, other]);
                assert!(!stopped.status.success(), "no conflict");
                check(directory, Some(own), true);
                place.git(directory, &["rebase", "--abort"]);
            }
            place.git(directory, &["bisect", "start"]);
            // Nothing is checked out before a good and a bad commit are known.
            check(directory, Some(own), false);
            place.git(directory, &["bisect", "bad", "main"]);
            place.git(directory, &["bisect", "good", "main~2"]);
            check(directory, Some(own), true);
            place.git(directory, &["bisect", "reset"]);
            check(directory, Some(own), false);
        }
        // What begins without a branch stays without one.
        place.git("app", &["checkout", "--quiet", "--detach"]);
        check("app", None, true);
        let stopped = common::git(&place.at("app"), &["rebase", "feature/login"]);
        assert!(!stopped.status.success(), "no conflict");
        check("app", None, true);
        place.git("app", &["rebase", "--abort"]);
        place.git("app", &["bisect", "start", "main", "main~2"]);
        check("app", None, true);
        // A rebase during a bisect is about its own branch.
        place.git("app", &["bisect", "reset"]);
        place.git("app", &["switch", "--quiet", "main"]);
        place.git("app", &["bisect", "start", "main", "main~2"]);
        place.git("app", &["switch", "--quiet", "-c", "topic"]);
        check("app", Some("topic"), false);
        let stopped = common::git(&place.at("app"), &["rebase", "feature/login"]);
        assert!(!stopped.status.success(), "no conflict");
        check("app", Some("topic"), true);
    }
}

#[test]
fn a_branch_that_no_key_may_hold() {
    let place = Place::new();
    place.repository("app");
    place.git("app", &["switch", "--quiet", "-c", "origin/x"]);
    let info = checkout_info(place.at("app")).unwrap();
    assert_eq!(info.branch.as_deref(), Some("origin/x"));
    let rejection = resolve_scope(place.at("app"), CheckoutKind::Branch, None).unwrap_err();
    assert_eq!(
        (rejection.error.code.as_str(), &*rejection.text),
        ("remote_branch", "origin/x")
    );
    // Nor does a name that the caller gives pass unchecked.
    let rejection = resolve_scope(place.at("app"), CheckoutKind::Auto, Some("a..b")).unwrap_err();
    assert_eq!(
        (rejection.error.code.as_str(), &*rejection.text),
        ("consecutive_dots", "a..b")
    );
}

#[test]
fn a_branch_whose_name_is_no_text() {
    let place = Place::new();
    place.repository("app");
    place.file("app/.git/HEAD", b"ref: refs/heads/ma\xffin\n");
    let rejection = checkout_info(place.at("app")).unwrap_err();
    let error = rejection.error;
    assert_eq!(
        (error.code.as_str(), error.part.as_str(), error.offset),
        ("invalid_unicode", "branch_name", 2)
    );
    // The repository has a key all the same.
    resolve_scope(place.at("app"), CheckoutKind::Repository, None).unwrap();
}

#[test]
fn a_detached_head() {
    let place = Place::new();
    place.repository("app");
    place.git("app", &["checkout", "--quiet", "--detach"]);
    check(
        &place,
        "app",
        Expected {
            branch: None,
            ..APP
        },
    );
}

#[test]
fn reftables() {
    let place = Place::new();
    let made = ask(
        place.root(),
        &[
            "init",
            "--quiet",
            "--ref-format=reftable",
            "--initial-branch=not/yet",
            "app",
        ],
    );
    assert!(
        made.is_some(),
        "git is too old for reftables; this test needs 2.45 or later"
    );
    let app = APP;
    check(
        &place,
        "app",
        Expected {
            branch: Some("not/yet"),
            ..app
        },
    );
    place.commit("app");
    place.git("app", &["switch", "--quiet", "-c", "feature/login"]);
    check(
        &place,
        "app",
        Expected {
            branch: Some("feature/login"),
            ..app
        },
    );

    // Many blocks of references, in many tables and then in one.
    let updates: Vec<String> = (0..3000)
        .map(|i| format!("refs/heads/many/{i:04}"))
        .collect();
    let id = place.git("app", &["rev-parse", "HEAD"]);
    for part in updates.chunks(1000) {
        let creating = |name: &String| ["create ", name, " ", &id, "\n"].concat();
        let lines: Vec<String> = part.iter().map(creating).collect();
        place.file("updates", lines.concat());
        let script = format!("git update-ref --stdin < '{}'", place.text("updates"));
        place.git("app", &["-c", &format!("alias.x=!{script}"), "x"]);
    }
    place.git(
        "app",
        &[
            "symbolic-ref",
            "refs/heads/stands/for",
            "refs/heads/many/1234",
        ],
    );
    place.git("app", &["symbolic-ref", "HEAD", "refs/heads/stands/for"]);
    let many = Expected {
        branch: Some("many/1234"),
        ..app
    };
    check(&place, "app", many);
    place.git("app", &["pack-refs", "--all"]);
    check(&place, "app", many);

    place.worktree("app", "side", "side");
    check(
        &place,
        "side",
        Expected {
            worktree: Some("side"),
            key: Some("side"),
            branch: Some("side"),
            ..app
        },
    );
    place.git("side", &["checkout", "--quiet", "--detach"]);
    check(
        &place,
        "side",
        Expected {
            worktree: Some("side"),
            key: Some("side"),
            branch: None,
            ..app
        },
    );
    place.file("app/.git/reftable/tables.list", "garbage\n");
    assert_eq!(
        checkout_info(place.at("app"))
            .unwrap_err()
            .error
            .code
            .as_str(),
        "corrupt_repository"
    );
}

#[test]
fn lists_of_reftables_that_git_does_not_write() {
    let place = Place::new();
    place.git(
        ".",
        &[
            "init",
            "--quiet",
            "--ref-format=reftable",
            "--initial-branch=main",
            "app",
        ],
    );
    place.commit("app");
    // Git keeps them few; a list of more than 256 is not git's.
    let list = fs::read_to_string(place.at("app/.git/reftable/tables.list")).unwrap();
    let first = list.lines().next().unwrap().to_owned() + "\n";
    let list_of = |tables: usize| first.repeat(tables - list.lines().count()) + &list;
    let branch_with = |list: &str| {
        place.file("app/.git/reftable/tables.list", list);
        let info = checkout_info(place.at("app")).map_err(|fault| fault.error.code.as_str());
        info.map(|info| info.branch)
    };
    assert_eq!(branch_with(&list_of(256)), Ok(Some("main".to_owned())));
    assert_eq!(branch_with(&list_of(257)), Err("corrupt_repository"));
    // Nor is a table that is shorter than any.
    place.file("app/.git/reftable/cut.ref", "REFT\x01");
    assert_eq!(
        branch_with(&format!("{list}cut.ref\n")),
        Err("corrupt_repository")
    );
}

#[test]
fn sha_256_objects() {
    let place = Place::new();
    place.git(
        ".",
        &[
            "init",
            "--quiet",
            "--object-format=sha256",
            "--initial-branch=main",
            "app",
        ],
    );
    place.commit("app");
    let app = APP;
    check(&place, "app", app);
    place.worktree("app", "side", "side");
    check(
        &place,
        "side",
        Expected {
            worktree: Some("side"),
            key: Some("side"),
            branch: Some("side"),
            ..app
        },
    );
    place.git(".", &["clone", "--quiet", "--bare", "app", "bare.git"]);
    check(
        &place,
        "bare.git",
        Expected {
            primary: "bare.git",
            bare: true,
            ..app
        },
    );
    place.git("app", &["checkout", "--quiet", "--detach"]);
    check(
        &place,
        "app",
        Expected {
            branch: None,
            ..app
        },
    );
}

#[test]
fn formats_that_nobody_knows() {
    let place = Place::new();
    place.repository("app");
    for text in [
        "[core]\n\trepositoryformatversion = 2\n",
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tnobodyKnows = true\n",
        "[core]\n\trepositoryformatversion = 0\n[extensions]\n\trefStorage = reftable\n",
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = punched-cards\n",
    ] {
        place.file("app/.git/config", text);
        assert_eq!(
            fault_as_git(&place.at("app")),
            "unsupported_repository",
            "{text}"
        );
    }
    // The first version ignores what it does not know.
    place.file(
        "app/.git/config",
        "[core]\n\trepositoryformatversion = 0\n[extensions]\n\tnobodyKnows = true\n",
    );
    check(&place, "app", APP);
    place.file(
        "app/.git/config",
        "[core]\n\trepositoryformatversion = many\n",
    );
    assert_eq!(fault_as_git(&place.at("app")), "corrupt_repository");
    fs::remove_file(place.at("app/.git/config")).unwrap();
    check(&place, "app", APP);
}

#[test]
fn a_shallow_clone_and_a_sparse_checkout() {
    let place = Place::new();
    place.repository("origin");
    place.commit("origin");
    let url = format!("file://{}", place.text("origin"));
    place.git(".", &["clone", "--quiet", "--depth=1", &url, "app"]);
    check(&place, "app", APP);
    place.worktree("app", "side", "side");
    place.git("app", &["sparse-checkout", "set", "src"]);
    assert!(place.at("app/.git/config.worktree").exists());
    check(&place, "app", APP);
    check(
        &place,
        "side",
        Expected {
            worktree: Some("side"),
            key: Some("side"),
            branch: Some("side"),
            ..APP
        },
    );
}

#[test]
fn settings_of_one_worktree() {
    let place = Place::new();
    place.repository("app");
    place.git(".", &["clone", "--quiet", "--bare", "app", "bare.git"]);
    // Git moves `core.bare` to the one worktree that it is true of.
    place.worktree("bare.git", "side", "side");
    place.git("side", &["sparse-checkout", "set", "src"]);
    assert!(place.at("bare.git/config.worktree").exists());
    check(
        &place,
        "bare.git",
        Expected {
            primary: "bare.git",
            bare: true,
            ..APP
        },
    );
    check(
        &place,
        "side",
        Expected {
            primary: "bare.git",
            worktree: Some("side"),
            key: Some("side"),
            branch: Some("side"),
            ..APP
        },
    );
}

#[test]
fn a_git_file_that_points_nowhere_or_at_itself() {
    let place = Place::new();
    place.repository("outer");
    place.directory("outer/app");
    for text in [
        "gitdir: /nowhere\n",
        "gitdir: .git\n",
        "gitdir: ./\n",
        "gitdir: \n",
        "",
        "gitdir",
        "garbage",
    ] {
        place.file("outer/app/.git", text);
        assert_eq!(
            fault_as_git(&place.at("outer/app")),
            "corrupt_repository",
            "{text:?}"
        );
    }
    fs::remove_file(place.at("outer/app/.git")).unwrap();
    place.link("outer/app/.git", ".git");
    check(
        &place,
        "outer/app",
        Expected {
            primary: "outer",
            ..APP
        },
    );
}

#[test]
fn a_head_of_garbage_or_without_end() {
    let place = Place::new();
    place.repository("app");
    let long = vec![b'x'; 10_000_000];
    let long_name = [&b"ref: refs/heads/"[..], &long].concat();
    for head in [
        &b""[..],
        b"garbage",
        b"ref: main\n",
        b"ref: refs/heads/../../x\n",
        b"ref: refs/heads/a..b\n",
        &long,
        &long_name,
    ] {
        place.file("app/.git/HEAD", head);
        let code = checkout_info(place.at("app"))
            .unwrap_err()
            .error
            .code
            .as_str();
        assert_eq!(
            code,
            "corrupt_repository",
            "{}",
            head[..head.len().min(30)].escape_ascii()
        );
        assert_eq!(
            ask(
                &place.at("app"),
                &["rev-parse", "--symbolic-full-name", "HEAD"]
            ),
            None
        );
    }
    fs::remove_file(place.at("app/.git/HEAD")).unwrap();
    assert_eq!(fault_as_git(&place.at("app")), "not_a_repository");
    place.directory("app/.git/HEAD");
    assert_eq!(fault_as_git(&place.at("app")), "corrupt_repository");
}

#[test]
fn what_is_no_repository() {
    let place = Place::new();
    place.directory("plain/deep");
    place.file("plain/file", "text");
    assert_eq!(fault_as_git(&place.at("plain/deep")), "not_a_repository");
    assert_eq!(fault(&place.at("plain/file")), "not_a_directory");
    assert_eq!(fault(&place.at("plain/file/below")), "not_a_directory");
    assert_eq!(fault(&place.at("missing")), "path_not_found");
    assert_eq!(fault(Path::new("")), "empty");
    assert_eq!(fault(Path::new("a\0b")), "invalid_character");
    assert_eq!(fault(&place.at("x".repeat(256))), "unreadable");
    // A file of that name does not make a git directory, whatever is in it.
    place.file("plain/HEAD", vec![b'x'; 100_000]);
    assert_eq!(fault_as_git(&place.at("plain")), "not_a_repository");
}

#[test]
fn paths_with_lines_and_without_text() {
    let place = Place::new();
    place.repository("one\ntwo");
    check(
        &place,
        "one\ntwo/src",
        Expected {
            primary: "one\ntwo",
            ..APP
        },
    );
    place.worktree("one\ntwo", "three\nfour", "side");
    let key = "three-four";
    check(
        &place,
        "three\nfour",
        Expected {
            primary: "one\ntwo",
            worktree: Some("three\nfour"),
            key: Some(key),
            branch: Some("side"),
            ..APP
        },
    );

    let name = OsStr::from_bytes(b"no\xfftext");
    let path = place.at(name);
    place.repository("app");
    fs::rename(place.at("app"), &path).unwrap();
    let rejection = checkout_info(path.join("src")).unwrap_err();
    let error = rejection.error;
    assert_eq!(
        (error.code.as_str(), error.part, error.input),
        ("non_utf8_path", error.input, scope_core::Part::Path)
    );
    assert_eq!(error.offset, place.root().as_os_str().len() + 3);
    // Nor is a path that only turns out to be no text.
    place.link("alias", &path);
    let rejection = checkout_info(place.at("alias")).unwrap_err();
    let error = rejection.error;
    assert_eq!(
        (error.code.as_str(), error.part.as_str(), error.offset),
        ("non_utf8_path", "primary_path", 0)
    );
    assert!(
        rejection
            .to_string()
            .ends_with("the primary path is not UTF-8; rename what is not")
    );
}

#[test]
fn a_path_of_more_than_4096_bytes() {
    let place = Place::new();
    place.repository("app");
    let long = place.at("app").join("./".repeat(2100));
    let rejection = checkout_info(&long).unwrap_err();
    assert_eq!(
        (rejection.error.code.as_str(), rejection.error.offset),
        ("too_long", 4095)
    );
    assert!(
        rejection
            .to_string()
            .ends_with("the path is longer than 4095 bytes")
    );
    let just = place
        .at("app")
        .join("./".repeat((4095 - place.text("app").len()) / 2 - 1));
    check_at(&place, &just, APP);
    // The longest that there can be, and one byte more.
    let mut longest = place.text("app");
    while longest.len() < 4094 {
        longest.push_str("/.");
    }
    let longest = format!("{longest:/<4095}");
    assert_eq!(longest.len(), 4095);
    assert_eq!(checkout_info(&longest), checkout_info(&just));
    assert_eq!(fault(Path::new(&format!("{longest}/"))), "too_long");
}

#[test]
fn a_directory_that_is_removed_while_it_is_read() {
    let place = Place::new();
    place.repository("app");
    let template = place.at("app/.git");
    let victim = place.directory("victim");
    let copy = |to: &Path| {
        for directory in ["", "objects", "refs/heads"] {
            let _ = fs::create_dir_all(to.join(directory));
        }
        for file in ["HEAD", "config"] {
            let _ = fs::copy(template.join(file), to.join(file));
        }
    };
    let expected = [
        "not_a_repository",
        "path_not_found",
        "not_a_directory",
        "corrupt_repository",
        "unreadable",
    ];
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            for _ in 0..500 {
                let _ = fs::create_dir_all(&victim);
                copy(&victim.join(".git"));
                let _ = fs::remove_dir_all(&victim);
            }
        });
        while !worker.is_finished() {
            match checkout_info(&victim) {
                Ok(info) => assert_eq!(info.primary_path, place.text("victim")),
                Err(rejection) => {
                    let code = rejection.error.code.as_str();
                    assert!(expected.contains(&code), "{rejection}");
                }
            }
        }
    });
}
