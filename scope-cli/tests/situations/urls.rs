//! URLs: no secret is shown, no two repositories are one workspace, and a refusal says what is wrong.

use crate::place::Place;

// U1. Logs are read by others.
#[test]
fn a_token_stands_in_no_message() {
    let place = Place::cloned(
        "git remote set-url origin 'https://ghp_SECRET@host.invalid/acme/widget.git'",
    );
    for format in ["text", "json", "jsonl"] {
        for url in [
            "https://ghp_SECRET@host.invalid/acme/widget",
            "https://user:SECRET@host.invalid/acme/widget",
            "https://a@SECRET@host.invalid/acme/widget",
            "https://u%40x:SECRET@host.invalid/acme/widget",
            "https://SECRET@127.0.0.1:1/acme/widget",
            "ssh://git:SECRET@host.invalid/acme/widget",
            "https://SECRET@host.invalid/acme",
            "ftp://SECRET@host.invalid/acme/widget",
            "https://SECRET@host.invalid:99999/acme/widget",
        ] {
            let ran = place.ws(&["clone", "--time-limit", "5", "--format", format, url]);
            let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
            assert!(
                !ran.status.success() && !said.contains("SECRET"),
                "{url}: {said}"
            );
        }
        let ran = place.ws(&[
            "sync",
            "--time-limit",
            "5",
            "--format",
            format,
            "acme/widget",
        ]);
        let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), ran.stderr);
        assert!(!ran.status.success() && !said.contains("SECRET"), "{said}");
    }
}

// U3. "Sync it, or delete it first" led to work on the wrong repository.
#[test]
fn two_repositories_of_two_groups_are_told_apart() {
    let place = Place::after(
        "for g in one two; do mkdir -p g/$g/infra; git init -q s$g; (cd s$g; echo $g > who; git add .; git commit -qm $g); git clone -q --bare s$g g/$g/infra/api.git; done",
    );
    let url = |group: &str| {
        format!(
            "file://{}",
            place.path(format!("g/{group}/infra/api.git")).display()
        )
    };
    let first = place
        .ws(&["clone", "--allow-file-urls", &url("one")])
        .good();
    let second = place.ws(&["clone", "--allow-file-urls", &url("two")]);
    if second.status.success() {
        assert_ne!(second.good(), first);
    } else {
        assert_eq!(second.code(), "workspace_mismatch");
        assert!(second.stderr.contains("one/infra/api"), "{}", second.stderr);
    }
}

// The same repository again is the one that is there.
#[test]
fn the_same_repository_is_there_already() {
    let place = Place::cloned("");
    assert_eq!(place.clone(&[]).code(), "workspace_exists");
}

// U5. "::" between brackets is an address, and not a helper.
#[test]
fn a_host_with_an_ipv6_address_is_tried() {
    let place = Place::new();
    for url in [
        "https://[::1]:1/acme/widget.git",
        "https://[::1]:1/acme/widget",
        "ssh://git@[::1]:1/acme/widget.git",
    ] {
        let ran = place.ws(&["clone", "--time-limit", "5", url]);
        assert_eq!(ran.code(), "git_failed", "{url}: {}", ran.stderr);
    }
    // Outside brackets it is a helper's.
    for url in [
        "ext::sh -c true",
        "https::x//acme/widget",
        "https://host.invalid::1/acme/widget",
        "https://[::1/acme/widget",
        "https://::1]/acme/widget",
    ] {
        assert_ne!(
            place.ws(&["clone", "--time-limit", "5", url]).code(),
            "git_failed",
            "{url}"
        );
    }
}

// U7. It is an https URL without a password.
#[test]
fn a_url_of_one_component_is_told_what_is_wanted() {
    let place = Place::new();
    for url in [
        "https://gist.host.test/0123456789abcdef.git",
        "https://host.test/",
        "https://host.test",
    ] {
        let ran = place.ws(&["clone", url]);
        assert_ne!(ran.code(), "git_failed");
        assert!(
            ran.stderr.to_lowercase().contains("owner"),
            "{}",
            ran.stderr
        );
    }
}

// U9. git knows neither, and would ask the server for a repository of that name.
#[test]
fn a_fragment_or_a_query_is_refused() {
    let place = Place::new();
    for url in [
        "https://host.invalid/acme/widget#readme",
        "https://host.invalid/acme/widget?tab=readme",
        "https://host.invalid/acme/widget.git?x#y",
    ] {
        let ran = place.ws(&["clone", "--time-limit", "5", url]);
        assert_eq!(ran.code(), "url_not_allowed", "{url}: {}", ran.stderr);
    }
}

// The suffix is git's own.
#[test]
fn owner_and_repo_with_git_behind_it_is_the_same_repository() {
    let place = Place::new();
    place.sh("git init -q src; git -C src commit -q --allow-empty -m x; git clone -q --bare src acme/widget.git");
    let base = format!("file://{}", place.path("").display());
    let base = base.trim_end_matches('/');
    let ran = place.ws(&[
        "clone",
        "--allow-file-urls",
        "--base-url",
        base,
        "acme/widget.git",
    ]);
    assert!(ran.good().ends_with("/acme__widget"));
}

// Nothing in a URL becomes an option.
#[test]
fn no_url_becomes_an_option() {
    let place = Place::new();
    for url in [
        "--upload-pack=touch x",
        "-u",
        "ssh://-oProxyCommand=touch/acme/widget",
        "-oProxyCommand=x:acme/widget",
        "https://host.invalid/-acme/../widget",
    ] {
        let ran = place.ws(&["clone", "--time-limit", "5", "--", url]);
        assert_ne!(ran.code(), "git_failed", "{url}: {}", ran.stderr);
    }
    assert!(!place.path("x").exists());
}
