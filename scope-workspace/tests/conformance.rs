//! Every case of `conformance/disk`. None is skipped, and a call or a step that this file does not know
//! fails.

mod common;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use common::*;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use scope_workspace::{
    CancelToken, Cleanup, CloneOptions, Delete, DiscoverOptions, Error, Held, Job, Options,
    Verdict, Work, Workspace, Workspaces, discover_projects,
};
use serde_json::{Value, json};

#[test]
fn every_case_holds() {
    let cases = cases();
    let mut failures = String::new();
    let mut failed = 0;
    for case in &cases {
        let expected = case.get("value").map_or_else(
            || json!({"error": case["error"]}),
            |value| json!({"value": value}),
        );
        let given = Disk::new().answer(&case["args"]);
        if given != expected {
            failed += 1;
            let _ = writeln!(
                failures,
                "{} {}\n  expected {expected}\n     given {given}",
                case["id"], case["why"]
            );
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} cases fail:\n{failures}",
        cases.len()
    );
    println!("{} cases", cases.len());
}

/// The cases of all files.
fn cases() -> Vec<Value> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/disk");
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "schema.json"))
        .collect();
    files.sort();
    let documents = files.iter().map(|file| {
        let text = fs::read_to_string(file).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    });
    documents
        .filter_map(|mut document| document["cases"].as_array_mut().map(std::mem::take))
        .flatten()
        .collect()
}

struct Disk {
    _base: tempfile::TempDir,
    root: PathBuf,
    held: Vec<Held>,
}

impl Disk {
    fn new() -> Self {
        let base = tempfile::tempdir().unwrap();
        let root = base.path().canonicalize().unwrap();
        fs::create_dir(root.join("data")).unwrap();
        Self {
            _base: base,
            root,
            held: Vec::new(),
        }
    }

    /// The answer to a case, with the root put back.
    fn answer(mut self, args: &Value) -> Value {
        for step in args["setup"].as_array().into_iter().flatten() {
            self.step(step);
        }
        let answer = match self.call(args) {
            Ok(value) => json!({ "value": value }),
            Err(error) => json!({ "error": self.error(&error) }),
        };
        let root = self.root.to_str().unwrap();
        serde_json::from_str(&answer.to_string().replace(root, "{root}")).unwrap()
    }

    /// A fault with everything that rule E2 says of it, its message made about the text with `{root}` in it.
    fn error(&self, error: &Error) -> Value {
        let mut rejection = error.rejection.clone();
        rejection.text = rejection
            .text
            .replace(self.root.to_str().unwrap(), "{root}");
        let fault = rejection.error;
        json!({
            "code": fault.code.as_str(),
            "number": fault.code.number(),
            "part": fault.part.as_str(),
            "input": fault.input.as_str(),
            "offset": fault.offset,
            "message": rejection.to_string(),
            "suggestion": fault.suggestion(&rejection.text),
        })
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.replace("{root}", self.root.to_str().unwrap()),
            value => {
                let count = usize::try_from(value["count"].as_u64().unwrap()).unwrap();
                value["repeat"].as_str().unwrap().repeat(count)
            }
        }
    }

    /// A path of a step, the directories above it made.
    fn path(&self, value: &Value) -> PathBuf {
        let path = self.root.join(value.as_str().unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn step(&mut self, step: &Value) {
        let is = |name: &str| step.get(name).is_some();
        if is("directory") {
            fs::create_dir_all(self.path(&step["directory"])).unwrap();
        } else if is("remove") {
            fs::remove_file(self.path(&step["remove"])).unwrap();
        } else if is("file") {
            fs::write(self.path(&step["file"]), self.text(&step["text"])).unwrap();
        } else if is("link") {
            symlink(self.text(&step["to"]), self.path(&step["link"])).unwrap();
        } else if is("fifo") {
            mknodat(CWD, self.path(&step["fifo"]), FileType::Fifo, Mode::RWXU, 0).unwrap();
        } else if is("git") {
            let words = step["git"].as_array().unwrap();
            let words: Vec<String> = words.iter().map(|word| self.text(word)).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            git(&self.path(&step["in"]), &words);
        } else if is("hold") {
            let (owner, repo) = step["hold"].as_str().unwrap().split_once('/').unwrap();
            self.held.push(
                self.workspaces(step)
                    .unwrap()
                    .hold(USER, owner, repo)
                    .unwrap(),
            );
        } else {
            self.call(step).unwrap();
        }
    }

    fn workspaces(&self, args: &Value) -> Result<Workspaces, Error> {
        let now = time(args["now"].as_str().unwrap_or("2026-01-01T00:00:00Z"));
        let set = &args["options"];
        let mut options = Options {
            clock: Arc::new(move || now),
            allow_file_urls: set["allow_file_urls"].as_bool().unwrap_or(true),
            ..Options::default()
        };
        if let Some(git) = set["git"].as_str() {
            options.git = git.into();
        }
        if let Some(seconds) = set["time_seconds"].as_u64() {
            options.limits.time = Duration::from_secs(seconds);
        }
        if let Some(bytes) = set["bytes"].as_u64() {
            options.limits.bytes = bytes;
        }
        Workspaces::open_with(self.root.join("data"), options)
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each call")]
    fn call(&self, args: &Value) -> Result<Value, Error> {
        let text = |name: &str| self.text(&args[name]);
        let call = args["call"].as_str().unwrap();
        match call {
            "open" => return Workspaces::open(text("data_dir")).map(|_| json!(true)),
            "discover" => {
                let dirs: Vec<String> = args["source_dirs"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|dir| self.text(dir))
                    .collect();
                let found = discover_projects(&dirs, &DiscoverOptions::default())?;
                let mut paths: Vec<PathBuf> = found
                    .projects
                    .into_iter()
                    .map(|project| project.path)
                    .collect();
                paths.sort();
                return Ok(json!(paths));
            }
            _ => {}
        }
        let workspaces = self.workspaces(args)?;
        let job = || {
            let cancel = CancelToken::new();
            if args["options"]["cancelled"] == true {
                cancel.cancel();
            }
            Job {
                cancel,
                progress: None,
            }
        };
        let (user, owner, repo) = (
            args["user_id"].as_str().unwrap_or(""),
            args["owner"].as_str(),
            args["repo"].as_str(),
        );
        let (owner, repo) = (owner.unwrap_or(""), repo.unwrap_or(""));
        match call {
            "create" => workspaces
                .create(user, owner, repo)
                .map(|made| shown(&made)),
            "get" => workspaces.get(user, owner, repo).map(|found| shown(&found)),
            "touch" => workspaces
                .touch(user, owner, repo)
                .map(|touched| shown(&touched)),
            "work" => {
                let names = usize::try_from(args["names"].as_u64().unwrap_or(0)).unwrap();
                workspaces
                    .work(user, owner, repo, names)
                    .map(|work| found(&work))
            }
            "delete" => {
                let force = args["force"].as_bool().unwrap_or(false);
                workspaces
                    .delete(user, owner, repo, Delete { force })
                    .map(|_| json!(true))
            }
            "list" => workspaces.list(user).map(|listing| {
                let names: Vec<&str> = listing
                    .workspaces
                    .iter()
                    .map(|one| &*one.directory)
                    .collect();
                json!({ "workspaces": names, "problems": problems(&listing.problems) })
            }),
            "validate_path" => workspaces
                .validate_path(user, text("path"))
                .map(|path| json!(path)),
            "clone" => {
                let options = CloneOptions {
                    branch: args["branch"].as_str().map(Into::into),
                    depth: None,
                };
                workspaces
                    .clone(user, &text("source"), &options, job())
                    .map(|made| shown(&made))
            }
            "sync" => workspaces.sync(user, owner, repo, job()).map(
                |synced| json!({ "branch": synced.branch, "moved": synced.from != synced.to }),
            ),
            "cleanup" => {
                let cleanup = Cleanup {
                    dry_run: args["dry_run"].as_bool().unwrap(),
                    ..Cleanup::default()
                };
                let report = workspaces.cleanup(cleanup, job())?;
                let named = |verdict| {
                    let idle = report
                        .idle
                        .iter()
                        .filter(move |decided| decided.verdict == verdict);
                    idle.map(|decided| json!(decided.full_name))
                        .collect::<Vec<_>>()
                };
                let warned = report
                    .idle
                    .iter()
                    .filter(|decided| decided.verdict == Verdict::Warned)
                    .map(|decided| {
                        let work = &decided.work;
                        json!([
                            decided.full_name,
                            work.uncommitted,
                            work.untracked,
                            work.stashed,
                            work.unpushed
                        ])
                    });
                Ok(json!({
                    "kept": report.kept,
                    "deleted": named(Verdict::Deleted),
                    "warned": warned.collect::<Vec<_>>(),
                    "in_use": named(Verdict::InUse),
                    "problems": problems(&report.problems),
                }))
            }
            _ => panic!("no call is named {call}"),
        }
    }
}

fn shown(workspace: &Workspace) -> Value {
    json!({
        "path": workspace.path,
        "metadata": workspace.metadata.to_json().to_string(),
        "recovered": workspace.recovered.as_ref().map(|error| error.code().as_str()),
    })
}

fn found(work: &Work) -> Value {
    let names = work
        .names
        .iter()
        .map(|named| (named.kind.as_str(), &*named.name));
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    json!({
        "uncommitted": work.uncommitted,
        "untracked": work.untracked,
        "stashed": work.stashed,
        "unpushed": work.unpushed,
        "unknown": work.unknown.as_ref().map(|error| error.code().as_str()),
        "names": names,
    })
}

fn problems(problems: &[scope_workspace::Problem]) -> Vec<Value> {
    problems
        .iter()
        .map(|problem| json!([problem.directory, problem.error.code().as_str()]))
        .collect()
}
