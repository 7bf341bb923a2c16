//! Waiting for what never comes.

use std::time::{Duration, Instant};

use crate::place::Place;

/// A program that stands for ssh, and leaves something in the background.
fn with_ssh(left: &str) -> Place {
    let place = Place::after(&format!(
        "origin; printf '#!/bin/sh\\n{left}\\nshift $(($# - 1)); exec sh -c \"$1\"\\n' > fakessh; chmod +x fakessh"
    ));
    let ssh = place.path("fakessh");
    place
        .set("GIT_SSH_COMMAND", ssh.to_str().unwrap())
        .set("GIT_SSH_VARIANT", "simple")
}

fn clone(place: &Place) -> Duration {
    let url = format!(
        "ssh://git@host.test{}",
        place.path("acme/widget.git").display()
    );
    let start = Instant::now();
    place.ws(&["clone", "--time-limit", "10", &url]).good();
    start.elapsed()
}

// W1. Agents, proxies and credential helpers stay, and hold standard error open.
#[test]
fn a_clone_is_over_when_git_is_over() {
    let place = with_ssh("sleep 30 < /dev/null > /dev/null &");
    assert!(clone(&place) < Duration::from_secs(8));
}

// In a session of its own no signal to git's processes reaches it.
#[test]
fn a_clone_is_over_whatever_left_its_session() {
    let place = with_ssh("(setsid sleep 30 < /dev/null > /dev/null &)");
    assert!(clone(&place) < Duration::from_secs(8));
}

// The time limit holds whoever is asked.
#[test]
fn a_remote_that_says_nothing_ends_with_the_time_limit() {
    let place = with_ssh("sleep 60; exit 1");
    let url = format!(
        "ssh://git@host.test{}",
        place.path("acme/widget.git").display()
    );
    let ran = place.ws(&["clone", "--time-limit", "2", &url]);
    assert_eq!(ran.code(), "timed_out");
    assert!(ran.took < Duration::from_secs(10));
    assert_eq!(place.sh("ls -A \"$DATA_DIR/workspaces/.staging\"; ls -A \"$DATA_DIR/workspaces/$USER_ID\" 2> /dev/null || true"), "");
}

// Nobody reads it, and what floods would wait for ever.
#[test]
fn a_remote_that_floods_standard_error_ends() {
    let place = with_ssh("head -c 20000000 /dev/zero | tr \"\\\\\\\\0\" x 1>\\&2; exit 1");
    let url = format!(
        "ssh://git@host.test{}",
        place.path("acme/widget.git").display()
    );
    let ran = place.ws(&["clone", "--time-limit", "20", &url]);
    assert_eq!(ran.code(), "git_failed");
    assert!(ran.stderr.len() < 100_000);
}

// Somebody may hold a lock for ever; the answer is that it is in use.
#[test]
fn a_workspace_that_is_held_is_in_use() {
    let place = Place::cloned("");
    let start = Instant::now();
    place.sh("cd \"$W\"; exec 9< .; flock -x 9; sleep 8 & cd \"$T\"; echo $! > pid; disown");
    assert_eq!(place.try_sync().code(), "in_use");
    assert_eq!(place.delete(&["--force"]).code(), "in_use");
    assert_eq!(place.cleanup(&[])["idle"][0]["verdict"], "in_use");
    assert!(start.elapsed() < Duration::from_secs(8));
    place.sh("kill $(cat pid)");
    place.goes();
}

// Nobody writes to it.
#[test]
fn a_fifo_in_a_tree_is_not_opened() {
    let place = Place::cloned("mkfifo pipe; mkdir d; mkfifo d/pipe");
    place.goes();
    let place = Place::cloned("rm README; mkfifo README");
    place.keeps([1, 0, 0, 0]);
    place.sync_refused("uncommitted_changes");
}

// git opens it once a file beside it may have changed.
#[test]
fn a_fifo_for_attributes_ends_a_sync_with_the_time_limit() {
    let place =
        Place::cloned("touch README; mkfifo .gitattributes; echo x > \"$T/src/x\"; publish");
    let ran = place.ws(&[
        "sync",
        "--allow-file-urls",
        "--time-limit",
        "3",
        "acme/widget",
    ]);
    assert!(["timed_out", "not_a_file"].contains(&ran.code()));
    assert!(ran.took < Duration::from_secs(20));
    assert!(!place.has("x") && !place.has(".git/index.lock"));
}
