//! Which repository a workspace is of, and that nothing of who may read it gets out (W3, W10).

mod common;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use common::machine::install;
use common::*;
use scope_core::{ErrorCode, RepositoryId};
use scope_workspace::{CloneOptions, Error, Job, Options, Workspace, Workspaces};

/// A git that writes down how it was started, and fails with the URL and the name that ssh logs in by.
const FAILING: &str = "#!/bin/sh
{ echo \"$@\"; env; } >>\"$0.started\"
for last; do case $last in *://*|*:*) url=$last;; esac; done
echo \"fatal: unable to access '$url/'; see https://SECRET@host.test/x\" >&2
echo 'SECRET@host.test: Permission denied (publickey).' >&2
exit 128
";

#[test]
fn who_may_read_a_repository_is_told_to_nobody() {
    let fixture = Fixture::new();
    let [text, program] = ["git.sh", "git"].map(|name| fixture.base.path().join(name));
    fs::write(&text, FAILING).unwrap();
    install(&text, &program);
    let options = Options {
        git: program.clone().into(),
        ..Options::default()
    };
    let workspaces = Workspaces::open_with(&fixture.data, options).unwrap();
    for (source, shown) in [
        (
            "https://SECRET@host.test/acme/widget",
            "https://***@host.test/acme/widget",
        ),
        (
            "ssh://SECRET@host.test/acme/widget",
            "ssh://***@host.test/acme/widget",
        ),
        ("SECRET@host.test:acme/widget", "***@host.test:acme/widget"),
    ] {
        let error = workspaces
            .clone(USER, source, &CloneOptions::default(), Job::default())
            .unwrap_err();
        assert_eq!(error.code(), ErrorCode::GitFailed);
        assert_eq!(error.rejection.text, shown);
        let json = serde_json::to_string(&error).unwrap();
        for said in [error.to_string(), json, format!("{error:?}")] {
            assert!(said.contains("Permission denied"), "{said}");
            assert!(!said.contains("SECRET"), "{said}");
        }
        let started = fs::read_to_string(program.with_extension("started")).unwrap();
        assert_eq!(started.contains("SECRET"), !source.starts_with("https"));
    }
    assert!(fixture.staging_is_empty());
}

#[test]
fn a_token_that_is_in_the_configuration_stays_there() {
    let fixture = Fixture::new();
    let (_, url) = fixture.origin("widget");
    let made = fixture
        .workspaces
        .clone(USER, &url, &CloneOptions::default(), Job::default())
        .unwrap();
    let secret = "https://SECRET@host.invalid/acme/widget.git";
    git(&made.path, &["remote", "set-url", "origin", secret]);
    let error = fixture
        .workspaces
        .sync(USER, "acme", "widget", Job::default())
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::GitFailed);
    assert_eq!(
        error.rejection.text,
        "https://***@host.invalid/acme/widget.git"
    );
    assert!(!error.to_string().contains("SECRET"), "{error}");
}

/// A bare repository at this path below the fixture's own directory, with one commit that holds the path.
fn repository(fixture: &Fixture, path: &str) -> PathBuf {
    let dir = fixture.data.parent().unwrap().join(path);
    fs::create_dir_all(&dir).unwrap();
    git(&dir, &["init", "-q", "-b", "main"]);
    commit(&dir, "which", path);
    dir
}

fn clone(fixture: &Fixture, source: &str) -> Result<Workspace, Error> {
    fixture
        .workspaces
        .clone(USER, source, &CloneOptions::default(), Job::default())
}

fn which(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.path.join("which")).unwrap()
}

#[test]
fn another_repository_of_the_disk_is_no_reason_to_delete_the_one_that_is_there() {
    let fixture = Fixture::new();
    let urls = ["one", "two"].map(|group| {
        let path = repository(&fixture, &format!("g/{group}/infra/api.git"));
        format!("file://{}", path.display())
    });
    let made = clone(&fixture, &urls[0]).unwrap();
    assert_eq!(
        (made.metadata.host(), &*made.directory),
        (None, "infra__api")
    );
    let recorded = urls[0]
        .trim_start_matches("file://")
        .trim_end_matches(".git");
    assert_eq!(made.metadata.path(), Some(recorded));
    let refused = || clone(&fixture, &urls[1]).unwrap_err();
    for metadata in [true, false] {
        if !metadata {
            // As an earlier version made it: only git says where it is from.
            for file in [".workspace.json", ".git/workspace.json"] {
                let path = made.path.join(file);
                let text = fs::read_to_string(&path).unwrap();
                let old = text.replace(&format!(",\"path\":\"{recorded}\""), "");
                assert_ne!(text, old);
                fs::write(&path, old).unwrap();
            }
        }
        let error = refused();
        assert_eq!(error.code(), ErrorCode::WorkspaceMismatch);
        assert_eq!(
            error.detail,
            Some(format!("it was cloned from {}", urls[0]))
        );
        assert_eq!(code(clone(&fixture, &urls[0])), ErrorCode::WorkspaceExists);
    }
    assert_eq!(
        code(clone(&fixture, "infra/api")),
        ErrorCode::WorkspaceMismatch
    );
    assert_eq!(which(&made), "g/one/infra/api.git");
    fixture.workspaces.get(USER, "infra", "api").unwrap();
    assert!(fixture.staging_is_empty());
}

/// These set variables of the environment for git, which a process has once: so each runs in one of its own.
fn in_own_process(name: &str, environment: &[(&str, &Path)]) -> bool {
    if env::var_os("SCOPE_TEST_ALONE").is_some() {
        return true;
    }
    let run = std::process::Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("SCOPE_TEST_ALONE", "1")
        .env("GIT_SSH_VARIANT", "simple")
        .envs(environment.iter().copied())
        .status()
        .unwrap();
    assert!(run.success());
    false
}

/// An ssh that finds every host below one directory: `ssh [-p PORT] HOST "git-upload-pack 'PATH'"`.
const SSH: &str = "#!/bin/sh
for last; do host=$before; before=$last; done
path=${last#*\\'}
exec git-upload-pack \"$SCOPE_TEST_HOSTS/${host#*@}/${path%\\'}\"
";

#[test]
fn hosts_and_groups_are_told_apart() {
    let hosts = tempfile::tempdir().unwrap();
    let ssh = hosts.path().join("ssh");
    let variables = [("GIT_SSH", &*ssh), ("SCOPE_TEST_HOSTS", hosts.path())];
    if env::var_os("SCOPE_TEST_ALONE").is_none() {
        let text = hosts.path().join("ssh.sh");
        fs::write(&text, SSH).unwrap();
        install(&text, &ssh);
    }
    if !in_own_process("hosts_and_groups_are_told_apart", &variables) {
        return;
    }
    let hosts = PathBuf::from(env::var_os("SCOPE_TEST_HOSTS").unwrap());
    let fixture = Fixture::new();
    let sources = [
        (
            "git@github.com:sub/api.git",
            "github.com/sub/api.git",
            "sub",
            None,
        ),
        (
            "git@gitlab.com:one/sub/api.git",
            "gitlab.com/one/sub/api.git",
            "gitlab.com/one/sub",
            Some(("gitlab.com", "one/sub/api")),
        ),
        (
            "ssh://git@gitlab.com/two/sub/api",
            "gitlab.com/two/sub/api",
            "gitlab.com/two/sub",
            Some(("gitlab.com", "two/sub/api")),
        ),
        (
            "ssh://git@Git.Host.Test/sub/api",
            "Git.Host.Test/sub/api",
            "git.host.test/sub",
            Some(("git.host.test", "sub/api")),
        ),
    ];
    let mut directories = Vec::new();
    for (source, path, owner, recorded) in sources {
        let dir = hosts.join(path);
        fs::create_dir_all(&dir).unwrap();
        git(&dir, &["init", "-q", "-b", "main"]);
        commit(&dir, "which", path);
        let made = clone(&fixture, source).unwrap();
        let metadata = &made.metadata;
        assert_eq!(metadata.host().zip(metadata.path()), recorded, "{source}");
        assert_eq!(metadata.full_name(), "sub/api");
        assert_eq!(which(&made), path);
        let id = RepositoryId::from_owner_and_repo(owner, "api").unwrap();
        assert_eq!(made.directory, id.directory());
        assert_eq!(made.path, fixture.user_dir().join(id.directory()));
        let found = fixture.workspaces.get(USER, owner, "api").unwrap();
        assert_eq!(found, made);
        let error = clone(&fixture, source).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WorkspaceExists);
        assert_eq!(error.rejection.text, id.to_string());
        directories.push((made.directory, owner, path));
    }
    let listed = fixture.workspaces.list(USER).unwrap();
    assert_eq!((listed.workspaces.len(), listed.problems), (4, vec![]));
    // Every operation reaches the one that it names.
    for (directory, owner, path) in &directories {
        fixture.workspaces.touch(USER, owner, "api").unwrap();
        commit(&hosts.join(path), "more", path);
        let synced = fixture
            .workspaces
            .sync(USER, owner, "api", Job::default())
            .unwrap();
        assert_ne!(synced.from, synced.to);
        let work = fixture.workspaces.work(USER, owner, "api", 0).unwrap();
        assert_eq!(work.is_dirty(), Some(false));
        // What is lost is recovered from the origin.
        let path = fixture.user_dir().join(directory);
        for file in [".workspace.json", ".git/workspace.json"] {
            fs::remove_file(path.join(file)).unwrap();
        }
        let recovered = fixture.workspaces.get(USER, owner, "api").unwrap();
        assert!(recovered.recovered.is_some());
        fixture.workspaces.touch(USER, owner, "api").unwrap();
    }
    // Metadata of one in the place of another is refused by all.
    let [one, two] = [1, 2].map(|at| fixture.user_dir().join(&directories[at].0));
    fs::copy(one.join(".workspace.json"), two.join(".workspace.json")).unwrap();
    let mismatch = ErrorCode::WorkspaceMismatch;
    assert_eq!(
        code(fixture.workspaces.get(USER, directories[2].1, "api")),
        mismatch
    );
    let listed = fixture.workspaces.list(USER).unwrap();
    assert_eq!(listed.problems[0].error.code(), mismatch);
    fixture.set_time("2026-03-01T00:00:00Z");
    let report = fixture
        .workspaces
        .cleanup(scope_workspace::Cleanup::default(), Job::default())
        .unwrap();
    assert_eq!(report.problems[0].error.code(), mismatch);
    assert!(two.exists() && !one.exists());
}

#[test]
fn metadata_without_a_host_is_read_as_before() {
    let fixture = Fixture::new();
    let made = fixture.workspaces.create(USER, "acme", "widget").unwrap();
    let old = "{\"owner\":\"acme\",\"repo\":\"widget\",\"fullName\":\"acme/widget\",\
        \"lastAccessedAt\":\"2026-01-01T00:00:00Z\",\"createdAt\":\"2026-01-01T00:00:00Z\",\"note\":1}";
    fs::write(made.path.join(".workspace.json"), old).unwrap();
    let read = fixture.workspaces.get(USER, "acme", "widget").unwrap();
    assert_eq!(
        read.metadata.repository_id(),
        RepositoryId::new("acme", "widget").unwrap()
    );
    fixture.set_time("2026-01-02T00:00:00Z");
    fixture.workspaces.touch(USER, "acme", "widget").unwrap();
    let written = fs::read_to_string(made.path.join(".workspace.json")).unwrap();
    assert_eq!(written, old.replacen("2026-01-01", "2026-01-02", 1));
    // One of another host is made beside it, without a clone too.
    let other = fixture
        .workspaces
        .create(USER, "host.test/acme", "widget")
        .unwrap();
    assert_ne!(other.directory, made.directory);
    assert_eq!(
        other.metadata.repository_id().to_string(),
        "host.test/acme/widget"
    );
    let error = fixture
        .workspaces
        .get(USER, "host.test/../acme", "widget")
        .unwrap_err();
    assert_eq!(
        (error.code(), &*error.rejection.text),
        (ErrorCode::DotComponent, "host.test/../acme")
    );
    assert_eq!(fixture.workspaces.list(USER).unwrap().workspaces.len(), 2);
}

#[test]
fn a_base_may_have_a_path_and_a_port() {
    let fixture = Fixture::with(|options| {
        options.git = "false".into();
        options.base_url = "https://Host.Test:8443/scm/".into();
    });
    for (source, label) in [
        ("acme/widget", "acme/widget"),
        ("https://host.test:8443/scm/acme/widget.git", "acme/widget"),
        (
            "https://host.test:8443/acme/widget",
            "host.test:8443/acme/widget",
        ),
        (
            "https://host.test/scm/acme/widget",
            "host.test/scm/acme/widget",
        ),
        (
            "https://host.test:443/scm/acme/widget",
            "host.test/scm/acme/widget",
        ),
        (
            "https://host.test:8443/scm/acme/sub/widget",
            "host.test:8443/scm/acme/sub/widget",
        ),
    ] {
        let (owner, repo) = label.rsplit_once('/').unwrap();
        fixture.workspaces.create(USER, owner, repo).unwrap();
        let error = clone(&fixture, source).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WorkspaceExists, "{source}");
        assert_eq!(error.rejection.text, label);
    }
}
