//! A repository is untrusted: nothing in it is executed, no read is without bound, and nothing is waited for.
#![cfg(unix)]

mod common;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use common::Place;
use scope_git::{CheckoutKind, CheckoutOptions, checkout_info, resolve_scope};

/// The code of the fault at this path, in every way of asking.
fn code(path: &Path) -> &'static str {
    let code = checkout_info(path).unwrap_err().error.code;
    let options = CheckoutOptions::default().use_environment(true);
    assert_eq!(options.checkout_info(path).unwrap_err().error.code, code);
    code.as_str()
}

/// Asks everything that can be asked of a directory.
fn ask_everything(path: &Path) {
    let options = CheckoutOptions::default().use_environment(true);
    let _ = (checkout_info(path), options.checkout_info(path));
    for &kind in CheckoutKind::ALL {
        for branch in [None, Some("main")] {
            let _ = resolve_scope(path, kind, branch);
        }
    }
}

fn pipe(path: &Path) {
    let status = Command::new("mkfifo").arg(path).status();
    assert!(
        status
            .expect("mkfifo is missing; to get it: apt-get install coreutils")
            .success()
    );
}

#[test]
fn nothing_that_a_repository_names_is_executed() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let marker = place.at("marker");
    place.file(
        "script",
        format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\n", marker.display()),
    );
    let trap = place.program("trap", &place.at("script"));
    let trap = trap.to_str().unwrap();

    for hook in [
        "post-checkout",
        "post-index-change",
        "pre-auto-gc",
        "reference-transaction",
        "fsmonitor-watchman",
    ] {
        place.directory("app/.git/hooks");
        place.program(&format!("app/.git/hooks/{hook}"), Path::new(trap));
    }
    let settings = [
        ("core.fsmonitor", trap.to_owned()),
        ("core.sshCommand", trap.to_owned()),
        ("core.pager", trap.to_owned()),
        ("core.editor", trap.to_owned()),
        ("core.askPass", trap.to_owned()),
        ("core.gitProxy", trap.to_owned()),
        ("credential.helper", format!("!{trap}")),
        ("diff.external", trap.to_owned()),
        ("filter.trap.clean", trap.to_owned()),
        ("filter.trap.smudge", trap.to_owned()),
        ("filter.trap.process", trap.to_owned()),
        ("uploadpack.packObjectsHook", trap.to_owned()),
        ("alias.rev-parse", format!("!{trap}")),
        ("alias.trap", format!("!{trap}")),
    ];
    for (key, value) in settings {
        place.git(".", &["config", "--file", "app/.git/config", key, &value]);
    }
    place.file("app/.gitattributes", "* filter=trap\n");
    place.file("app/file", "text");

    // The traps are live: git itself walks into one.
    let _ = common::ask(&place.at("app"), &["status"]);
    assert!(marker.exists(), "no trap was sprung by git");
    fs::remove_file(&marker).unwrap();

    for path in ["app", "app/src/deep", "side", "app/.git", "app/.git/hooks"] {
        ask_everything(&place.at(path));
    }
    // Also where a setting that matters is written in another way than git writes it.
    place.append("app/.git/config", "[core]\n\tbare = \"false\"\n");
    for path in ["app", "side"] {
        checkout_info(place.at(path)).unwrap();
        ask_everything(&place.at(path));
    }
    assert!(!marker.exists(), "{}", fs::read_to_string(&marker).unwrap());
}

#[test]
fn files_without_end_are_refused() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let files = [
        ("app", "app/.git/config", "corrupt_repository"),
        ("app", "app/.git/HEAD", "corrupt_repository"),
        ("side", "side/.git", "corrupt_repository"),
        (
            "side",
            "app/.git/worktrees/side/commondir",
            "corrupt_repository",
        ),
        ("app", "app/.git/refs/heads/main", "corrupt_repository"),
        (
            "app/.git/worktrees/side",
            "app/.git/worktrees/side/gitdir",
            "corrupt_repository",
        ),
    ];
    for (path, file, expected) in files {
        let before = fs::read(place.at(file)).unwrap();
        // As long as a file can be, and nothing in it: reading it would not end.
        File::create(place.at(file))
            .unwrap()
            .set_len(1 << 42)
            .unwrap();
        assert_eq!(code(&place.at(path)), expected, "{file}");
        place.file(file, before);
        checkout_info(place.at(path)).unwrap();
    }
}

#[test]
fn pipes_and_devices_are_not_waited_for() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let files = [
        ("app", "app/.git/config"),
        ("app", "app/.git/HEAD"),
        ("side", "app/.git/worktrees/side/commondir"),
        ("app/.git/worktrees/side", "app/.git/worktrees/side/gitdir"),
    ];
    for (path, file) in files {
        let (file, aside) = (place.at(file), place.at("aside"));
        fs::rename(&file, &aside).unwrap();
        pipe(&file);
        assert_eq!(
            code(&place.at(path)),
            "corrupt_repository",
            "{}",
            file.display()
        );
        fs::remove_file(&file).unwrap();
        for device in ["/dev/zero", "/dev/null", "/dev/full"] {
            std::os::unix::fs::symlink(device, &file).unwrap();
            assert_eq!(
                code(&place.at(path)),
                "corrupt_repository",
                "{}",
                file.display()
            );
            fs::remove_file(&file).unwrap();
        }
        fs::rename(&aside, &file).unwrap();
    }
    // Nor is it a configuration if somebody writes one into the pipe.
    fs::remove_file(place.at("app/.git/config")).unwrap();
    pipe(&place.at("app/.git/config"));
    let mut both_ends = File::options();
    let both_ends = both_ends.read(true).write(true);
    let mut writer = both_ends.open(place.at("app/.git/config")).unwrap();
    writer
        .write_all(b"[core]\n\trepositoryformatversion = 0\n")
        .unwrap();
    assert_eq!(code(&place.at("app")), "corrupt_repository");
    drop(writer);
    fs::remove_file(place.at("app/.git/config")).unwrap();
    // In place of `.git` neither is anything, as for git.
    place.directory("app/src/deep/er");
    pipe(&place.at("app/src/deep/.git"));
    place.link("app/src/deep/er/.git", "/dev/zero");
    let info = checkout_info(place.at("app/src/deep/er")).unwrap();
    assert_eq!(info.worktree_path, Some(place.text("app")));
    fs::remove_file(place.at("app/src/deep/.git")).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(place.at("app/src/deep/.git"));
    checkout_info(place.at("app/src/deep/er")).unwrap();
    drop(socket);
}

/// To open a device can do things, so what a link leads to is looked at before.
#[test]
#[cfg(target_os = "linux")]
fn what_is_behind_a_link_and_no_file_is_not_opened() {
    use rustix::fs::inotify;

    let place = Place::new();
    place.repository("app");
    pipe(&place.at("pipe"));
    let flags = inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC;
    let watch = inotify::init(flags).unwrap();
    inotify::add_watch(&watch, place.at("pipe"), inotify::WatchFlags::OPEN).unwrap();
    let was_opened = || rustix::io::read(&watch, &mut [0_u8; 256]).is_ok();
    for file in [
        "app/.git/config",
        "app/.git/HEAD",
        "app/.git",
        "app/.git/refs/heads/main",
    ] {
        let aside = place.at("aside");
        fs::rename(place.at(file), &aside).unwrap();
        place.link(file, place.at("pipe"));
        ask_everything(&place.at("app"));
        assert!(!was_opened(), "{file}");
        fs::remove_file(place.at(file)).unwrap();
        fs::rename(&aside, place.at(file)).unwrap();
    }
    let mut reader = File::options();
    let reader = reader.read(true).write(true).open(place.at("pipe"));
    assert!(reader.is_ok() && was_opened(), "the watch sees nothing");
}

#[test]
fn links_that_lead_round_in_a_circle_end() {
    let place = Place::new();
    place.link("a", "b");
    place.link("b", "a");
    assert_eq!(code(&place.at("a")), "unreadable");
    place.repository("app");
    for (file, expected) in [
        ("config", "corrupt_repository"),
        ("HEAD", "corrupt_repository"),
        ("objects", "not_a_repository"),
        ("refs", "not_a_repository"),
    ] {
        let (file, aside) = (place.at("app/.git").join(file), place.at("aside"));
        fs::rename(&file, &aside).unwrap();
        std::os::unix::fs::symlink(file.file_name().unwrap(), &file).unwrap();
        assert_eq!(code(&place.at("app")), expected, "{}", file.display());
        fs::remove_file(&file).unwrap();
        fs::rename(&aside, &file).unwrap();
    }
}

#[test]
fn included_files_are_not_opened() {
    let place = Place::new();
    place.repository("app");
    pipe(&place.at("app/.git/pipe"));
    place.append("app/.git/config", "[include]\n\tpath = pipe\n");
    checkout_info(place.at("app")).unwrap();
    ask_everything(&place.at("app"));
    // Nor where a setting that matters is written in another way than git writes it.
    place.append("app/.git/config", "[core]\n\tbare = \"false\"\n");
    checkout_info(place.at("app")).unwrap();
    ask_everything(&place.at("app"));
}

#[test]
fn every_change_of_a_byte_is_survived() {
    let place = Place::new();
    place.repository("app");
    place.worktree("app", "side", "side");
    let files = [
        "side/.git",
        "app/.git/config",
        "app/.git/worktrees/side/HEAD",
        "app/.git/worktrees/side/commondir",
        "app/.git/worktrees/side/gitdir",
    ];
    for file in files {
        let before = fs::read(place.at(file)).unwrap();
        for at in 0..before.len() {
            place.file(file, &before[..at]);
            ask_everything(&place.at("side"));
            for byte in *b"\0\n/.\\\"[\xff" {
                let mut changed = before.clone();
                changed[at] = byte;
                place.file(file, changed);
                let _ = checkout_info(place.at("side"));
            }
        }
        place.file(file, before);
    }
    checkout_info(place.at("side")).unwrap();
}
