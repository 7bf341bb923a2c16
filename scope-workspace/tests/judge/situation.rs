//! A workspace in a random situation: what its origin holds, how it is kept, and what was done in it.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use scope_workspace::{CloneOptions, Job};

use crate::common::numbers::Numbers;
use crate::common::{Fixture, USER};
use crate::judge::Home;

const NAMES: &[&[u8]] = &[
    b"a",
    b"b.o",
    b"UPPER",
    b"upper",
    b".hidden",
    b"a.log",
    b"keep.log",
    b"x.txt",
    b"src/a",
    b"src/b.o",
    b"src/x.txt",
    b"src/deep/b.txt",
    b"src/deep/er/c",
    b"src/.hidden/z",
    b"src-x",
    b"out/x",
    b"out/deep/y",
    b"logs/keep.log",
    b"logs/a.log",
    b"dir.o/inner",
    b"d/d/d/d/d/f",
    b"foo/a/b/c",
    b"name with space",
    b"trailing ",
    b"-dash",
    b"#hash",
    b"!bang",
    b":colon",
    b"[x]",
    b"star*",
    b"back\\slash",
    b"new\nline",
    b"tab\tin",
    b"caf\xc3\xa9",
    b"cafe\xcc\x81",
    b"\xff\xfe",
    b"src/caf\xe9",
    b"quo\"te",
];

const PATTERNS: &[&[u8]] = &[
    b"*.o",
    b"*.log",
    b"*.txt",
    b"*.txt  ",
    b"/out/",
    b"out",
    b"!keep.log",
    b"*/",
    b"!src/",
    b"!*/",
    b"**",
    b"*",
    b"/*",
    b"!*",
    b"!/src/",
    b"!/*.txt",
    b"**/",
    b"**/deep/**",
    b"**/deep",
    b"!**/deep/",
    b"src/**",
    b"/src/*",
    b"!/src/a",
    b"!src/deep/er/",
    b"deep/",
    b"er/",
    b"foo/**/c",
    b"**/c",
    b"[a-c]*",
    b"[!a]",
    b"[^s]*",
    b"[[:upper:]]*",
    b"[",
    b"[x]",
    b"\\[x\\]",
    b"\\#hash",
    b"#hash",
    b"\\!bang",
    b"!bang",
    b"trailing\\ ",
    b"trailing ",
    b"name?with*",
    b"name\\ with\\ space",
    b"star\\*",
    b"star*",
    b"back\\\\slash",
    b"new\\",
    b"\\",
    b"/",
    b"!",
    b"\xff*",
    b"caf*",
    b"caf\xc3\xa9",
    b"UPPER",
    b".*",
    b"!.gitignore",
    b".gitignore",
    b"dir.o",
    b"*.log\r",
    b"\xef\xbb\xbf*.log",
];

const DIRS: &[&str] = &["", "src", "src/deep", "out", "logs", "d/d", "foo"];

const TEXTS: &[&str] = &[
    "",
    "a\n",
    "b\n",
    "longer than before\n",
    "with\r\nother\r\nends\r\n",
    "mixed\r\nends\n",
    "$Id$\n",
    "\0binary\r\n\0",
];

const ATTRIBUTES: &[&str] = &[
    "* text=auto\n",
    "*.txt text eol=crlf\n",
    "*.txt eol=lf\n",
    "* -text\n",
    "*.o binary\n",
    "* text\n",
    "*.txt ident\n",
    "*.txt working-tree-encoding=UTF-16\n",
    "* filter=none-such\n",
    "[attr]odd text eol=crlf\n*.txt odd\n",
    "src/** export-ignore\n",
];

/// Settings of the repository, the odd ones too.
const SETTINGS: &[(&str, &str)] = &[
    ("status.showUntrackedFiles", "no"),
    ("status.relativePaths", "false"),
    ("status.branch", "true"),
    ("status.submoduleSummary", "true"),
    ("core.fileMode", "false"),
    ("core.ignoreCase", "true"),
    ("core.symlinks", "false"),
    ("core.checkStat", "minimal"),
    ("core.trustCTime", "false"),
    ("core.untrackedCache", "true"),
    ("core.splitIndex", "true"),
    ("core.preloadIndex", "false"),
    ("core.sparseCheckout", "true"),
    ("core.sparseCheckoutCone", "true"),
    ("core.quotePath", "false"),
    ("core.precomposeUnicode", "true"),
    ("core.protectHFS", "true"),
    ("core.autocrlf", "true"),
    ("core.autocrlf", "input"),
    ("core.eol", "crlf"),
    ("core.safecrlf", "true"),
    ("core.bare", "true"),
    ("core.worktree", "../src"),
    ("core.logAllRefUpdates", "false"),
    ("core.abbrev", "4"),
    ("core.commentChar", ";"),
    ("core.bigFileThreshold", "1"),
    ("diff.ignoreSubmodules", "all"),
    ("feature.manyFiles", "true"),
    ("index.sparse", "true"),
    ("index.skipHash", "true"),
    ("index.version", "4"),
    ("submodule.recurse", "true"),
    ("transfer.hideRefs", "refs/heads"),
    ("log.excludeDecoration", "refs/*"),
    ("extensions.worktreeConfig", "true"),
    ("extensions.partialClone", "origin"),
    ("include.path", "more"),
    ("color.ui", "always"),
    ("column.status", "always"),
];

/// References that are not remote-tracking ones, or look as if they were.
const REFERENCES: &[&str] = &[
    "refs/checkpoints/turn-1",
    "refs/notes/x",
    "refs/bisect/bad",
    "refs/worktree/x",
    "refs/original/refs/heads/main",
    "refs/heads/a/b",
    "refs/heads/origin/main",
    "refs/heads/remotes/x",
    "refs/tags/x",
    "refs/remote/x",
    "refs/remotes-x/y",
    "refs/rewritten/x",
    "refs/prefetch/remotes/origin/x",
    "refs/stash",
];

/// A workspace in a random situation.
pub(crate) struct Situation<'a> {
    pub(crate) dir: PathBuf,
    /// Where a program that the repository names leaves its trace.
    pub(crate) ran: PathBuf,
    /// What was done.
    pub(crate) told: Vec<String>,
    /// Whether the library may not know although git does.
    pub(crate) may_be_unknown: bool,
    home: &'a Home<'a>,
    numbers: Numbers,
    origin: PathBuf,
    /// How many things were given a name of their own.
    named: u32,
}

impl<'a> Situation<'a> {
    pub(crate) fn new(fixture: &Fixture, home: &'a Home<'a>, numbers: Numbers) -> Self {
        let base = fixture.base.path().canonicalize().unwrap();
        let mut made = Self {
            dir: fixture.user_dir().join("acme__widget"),
            ran: base.join("ran"),
            told: Vec::new(),
            may_be_unknown: false,
            home,
            numbers,
            origin: base.join("acme/widget.git"),
            named: 0,
        };
        made.make_origin();
        let depth = made.numbers.once_in(10).then_some(1);
        let options = CloneOptions {
            depth,
            ..CloneOptions::default()
        };
        let url = format!("file://{}", made.origin.display());
        fixture
            .workspaces
            .clone(USER, &url, &options, Job::default())
            .unwrap();
        if made.numbers.once_in(8) {
            made.git(&["refs", "migrate", "--ref-format=reftable"]);
        }
        // Many of one or none, so that there are clean ones too.
        for _ in 0..made.numbers.below(6) {
            made.act();
        }
        made
    }

    fn git(&mut self, arguments: &[&str]) -> bool {
        let dir = self.dir.clone();
        self.git_at(&dir, arguments)
    }

    /// Runs git, which may refuse.
    fn git_at(&mut self, dir: &Path, arguments: &[&str]) -> bool {
        let output = self.home.git(dir).args(arguments).output().unwrap();
        let at = dir
            .strip_prefix(&self.dir)
            .map_or("origin".into(), |at| at.display().to_string());
        let word = if output.status.success() {
            ""
        } else {
            " (refused)"
        };
        self.told
            .push(format!("{at}$ git {}{word}", arguments.join(" ")));
        output.status.success()
    }

    fn name(&mut self) -> &'static OsStr {
        OsStr::from_bytes(self.numbers.of(NAMES))
    }

    fn fresh(&mut self) -> String {
        self.named += 1;
        format!("n{}", self.named)
    }

    /// Writes a file where that is possible; a name may be a directory's by now, and its directory's a file's.
    fn put(&mut self, dir: &Path, name: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = dir.join(&name);
        if fs::create_dir_all(path.parent().unwrap()).is_ok() {
            let _ = fs::write(&path, &text);
        }
        self.told.push(format!(
            "put {} {}",
            name.as_ref().display(),
            text.as_ref().escape_ascii()
        ));
    }

    fn list_of_patterns(&mut self) -> Vec<u8> {
        let mut list = Vec::new();
        for _ in 0..=self.numbers.below(4) {
            list.extend(self.numbers.of(PATTERNS));
            list.push(b'\n');
        }
        if self.numbers.once_in(6) {
            list.pop();
        }
        list
    }

    fn make_origin(&mut self) {
        let origin = self.origin.clone();
        fs::create_dir_all(&origin).unwrap();
        let format = if self.numbers.once_in(6) {
            "--object-format=sha256"
        } else {
            "--object-format=sha1"
        };
        self.git_at(&origin, &["init", "-q", "-b", "main", format]);
        if self.numbers.once_in(25) {
            // Nothing was ever committed.
            return;
        }
        for name in ["src/a", "src/deep/b.txt", "README"] {
            let text = self.numbers.of(TEXTS);
            self.put(&origin, name, text);
        }
        for _ in 0..self.numbers.below(8) {
            let (name, text) = (self.name(), self.numbers.of(TEXTS));
            self.put(&origin, name, text);
        }
        for _ in 0..self.numbers.below(4) {
            let at = self.numbers.of(DIRS);
            let list = self.list_of_patterns();
            self.put(&origin, Path::new(at).join(".gitignore"), list);
        }
        if self.numbers.once_in(3) {
            let at = self.numbers.of(&["", "src"]);
            let text = self.numbers.of(ATTRIBUTES);
            self.put(&origin, Path::new(at).join(".gitattributes"), text);
        }
        let _ = symlink("src/a", origin.join("link"));
        let _ = symlink("src", origin.join("link-to-dir"));
        let _ = fs::set_permissions(origin.join("src/a"), Permissions::from_mode(0o755));
        self.git_at(&origin, &["add", "--all", "--force"]);
        self.git_at(&origin, &["commit", "-q", "-m", "one"]);
        if self.numbers.once_in(2) {
            self.put(&origin, "README", "two\n");
            self.git_at(&origin, &["commit", "-q", "-a", "-m", "two"]);
            self.git_at(&origin, &["branch", "side", "HEAD~1"]);
            self.git_at(&origin, &["tag", "v1", "HEAD~1"]);
        }
    }

    /// Does one thing, which may leave it clean or not.
    #[expect(clippy::too_many_lines, reason = "one table")]
    fn act(&mut self) {
        let dir = self.dir.clone();
        match self.numbers.below(32) {
            0 | 1 => {
                let (name, text) = (self.name(), self.numbers.of(TEXTS));
                self.put(&dir, name, text);
            }
            2 => self.again(),
            3 => {
                let at = self.numbers.of(DIRS);
                let list = self.list_of_patterns();
                self.put(&dir, Path::new(at).join(".gitignore"), list);
                if self.numbers.once_in(2) {
                    self.publish();
                }
            }
            4 => {
                let mut list = b"/.workspace.json\n".to_vec();
                list.extend(self.list_of_patterns());
                self.put(&dir, ".git/info/exclude", list);
            }
            5..=8 => self.publish(),
            9 => {
                self.git(&["add", "--all"]);
                if self.numbers.once_in(2) {
                    self.git(&["commit", "-q", "--allow-empty", "-m", "kept here"]);
                }
            }
            10 => {
                let mode = Permissions::from_mode(*self.numbers.of(&[&0o755, &0o644, &0o600]));
                let name = self.numbers.of(&["README", "src/a"]);
                let done = fs::set_permissions(dir.join(name), mode.clone());
                self.told.push(format!("mode {name} {mode:?} {done:?}"));
            }
            11 => self.link(),
            12 => {
                let name = self.tracked();
                let done = fs::remove_file(dir.join(&name));
                self.told
                    .push(format!("remove {} {done:?}", name.display()));
            }
            13 => {
                let how = self.numbers.of(&[
                    &["rm", "-q", "--cached", "--", "README"][..],
                    &["rm", "-q", "-r", "--cached", "--", "src"],
                    &["add", "--intent-to-add", "."],
                    &["reset", "-q", "--hard"],
                    &["read-tree", "HEAD"],
                    &["read-tree", "--empty"],
                ]);
                self.git(how);
            }
            14 | 15 => self.flag(),
            16 => {
                self.put(&dir, "README", "to be stashed\n");
                let how = self.numbers.of(&[
                    &["stash"][..],
                    &["stash", "--include-untracked"],
                    &["stash", "--keep-index"],
                ]);
                self.git(how);
                if self.numbers.once_in(4) {
                    self.git(&["stash", "drop", "-q"]);
                }
            }
            17 => self.reference(),
            18 | 19 => self.sparse(),
            20 => {
                let how = self.numbers.of(&[
                    &["update-index", "--index-version", "2"][..],
                    &["update-index", "--index-version", "3"],
                    &["update-index", "--index-version", "4"],
                    &["update-index", "--split-index"],
                    &["update-index", "--force-untracked-cache"],
                    &["update-index", "--really-refresh"],
                    &["gc", "-q"],
                    &["pack-refs", "--all"],
                    &["commit-graph", "write", "--reachable"],
                    &["multi-pack-index", "write"],
                    &["fetch", "-q"],
                    &["remote", "rename", "origin", "other"],
                ]);
                self.git(how);
                self.git(&["status"]);
            }
            21..=23 => self.set(),
            24..=27 => self.nest(),
            28 => self.begin(),
            29 => {
                let how = self.numbers.of(&[
                    &["checkout", "-q", "--detach"][..],
                    &["checkout", "-q", "--orphan", "fresh"],
                    &["checkout", "-q", "-b", "topic"],
                    &["checkout", "-q", "HEAD~1"],
                    &["symbolic-ref", "HEAD", "refs/heads/not-there"],
                    &["tag", "here"],
                    &["tag", "-a", "-m", "said", "told"],
                ]);
                self.git(how);
            }
            30 => {
                let (at, text) = (
                    self.numbers.of(&[".gitattributes", ".git/info/attributes"]),
                    self.numbers.of(ATTRIBUTES),
                );
                fs::create_dir_all(dir.join(".git/info")).unwrap();
                self.put(&dir, at, text);
            }
            _ => self.odd(),
        }
    }

    /// Commits everything, and has the origin have it too.
    fn publish(&mut self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "shared"]);
        let branch = self.fresh();
        self.git(&["push", "-q", "origin", &format!("HEAD:refs/heads/{branch}")]);
    }

    /// Writes what is there once more.
    fn again(&mut self) {
        let name = self.tracked();
        let path = self.dir.join(&name);
        if fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file()) {
            let text = fs::read(&path).unwrap();
            fs::write(&path, text).unwrap();
        }
        self.told.push(format!("again {}", name.display()));
    }

    /// A file that git tracks, as far as that is known.
    fn tracked(&mut self) -> PathBuf {
        let listed = self
            .home
            .git(&self.dir)
            .args(["ls-files", "-z"])
            .output()
            .unwrap();
        let names: Vec<&[u8]> = listed
            .stdout
            .split(|&byte| byte == 0)
            .filter(|name| !name.is_empty())
            .collect();
        if names.is_empty() {
            return "README".into();
        }
        OsStr::from_bytes(self.numbers.of(&names)).into()
    }

    fn link(&mut self) {
        let (name, to) = (
            self.name(),
            self.numbers.of(&["src/a", "/", "nowhere", "."]),
        );
        let path = self.dir.join(name);
        let _ = fs::remove_file(&path);
        let done = symlink(to, &path);
        self.told
            .push(format!("link {} {to} {done:?}", name.display()));
    }

    fn flag(&mut self) {
        let name = self.tracked();
        let how = self.numbers.of(&["--assume-unchanged", "--skip-worktree"]);
        let dir = self.dir.clone();
        let done = self
            .home
            .git(&dir)
            .args(["update-index", how, "--"])
            .arg(&name)
            .output()
            .unwrap();
        self.told
            .push(format!("{how} {}: {}", name.display(), done.status));
        match self.numbers.below(4) {
            0 => self.put(&dir, name, "hidden by a flag\n"),
            1 => {
                let done = fs::remove_file(dir.join(&name));
                self.told
                    .push(format!("remove {} {done:?}", name.display()));
            }
            2 => self.again(),
            _ => {}
        }
    }

    fn reference(&mut self) {
        let name = self.numbers.of(REFERENCES);
        let branch = self
            .home
            .git(&self.dir)
            .args(["symbolic-ref", "-q", "--short", "HEAD"])
            .output()
            .unwrap();
        let branch = String::from_utf8_lossy(&branch.stdout).trim().to_owned();
        self.git(&["checkout", "-q", "--detach"]);
        let has_commit = !self.numbers.once_in(3);
        if has_commit {
            self.git(&["commit", "-q", "--allow-empty", "-m", "under an odd name"]);
        }
        self.git(&["update-ref", name, "HEAD"]);
        if !branch.is_empty() {
            self.git(&["checkout", "-q", &branch]);
        }
        if has_commit && self.numbers.once_in(4) {
            self.git(&["replace", "-f", name, "HEAD"]);
        }
    }

    fn sparse(&mut self) {
        let how = self.numbers.of(&[
            &["sparse-checkout", "set", "src"][..],
            &["sparse-checkout", "set", "src/deep"],
            &["sparse-checkout", "set", "--sparse-index", "logs"],
            &["sparse-checkout", "set", "--no-cone", "/*", "!/src/"],
            &["sparse-checkout", "set", "--no-cone", "*.txt", "!src/deep/"],
            &["sparse-checkout", "set", "--no-cone", "/src"],
            &["sparse-checkout", "disable"],
        ]);
        self.git(how);
        let dir = self.dir.clone();
        if self.numbers.once_in(3) {
            let name = self.tracked();
            self.put(&dir, name, "outside, or not\n");
        }
        if self.numbers.once_in(5) {
            let _ = fs::remove_file(dir.join(".git/info/sparse-checkout"));
            self.told.push("no patterns".to_owned());
        }
    }

    fn set(&mut self) {
        let dir = self.dir.clone();
        match self.numbers.below(8) {
            0 => {
                fs::write(dir.join(".git/hide"), "*\n").unwrap();
                let path = dir.join(".git/hide");
                self.git(&["config", "core.excludesFile", path.to_str().unwrap()]);
                // The library believes the service's own list alone.
                self.may_be_unknown = true;
            }
            1 => {
                let script = dir.join(".git/monitor");
                let text = format!(
                    "#!/bin/sh\necho x >> {}\nprintf 'token\\0'\n",
                    self.ran.display()
                );
                fs::write(&script, text).unwrap();
                fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
                self.git(&["config", "core.fsmonitor", script.to_str().unwrap()]);
                self.git(&["status"]);
            }
            _ => {
                let at = self.numbers.below(SETTINGS.len() as u64);
                let (key, value) = SETTINGS[usize::try_from(at).unwrap()];
                self.git(&["config", key, value]);
                // git looks elsewhere, or not at all.
                self.may_be_unknown |= matches!(key, "core.worktree" | "core.bare");
                if key == "include.path" {
                    let more = self.numbers.of(&[
                        "[status]\n\tshowUntrackedFiles = no\n",
                        "[core]\n\tautocrlf = true\n",
                    ]);
                    fs::write(dir.join(".git/more"), more).unwrap();
                    self.told.push(format!("include {more:?}"));
                    // What is included is not read, and more counts as changed.
                    self.may_be_unknown = true;
                }
            }
        }
        if self.numbers.once_in(3) {
            let (name, text) = (self.name(), self.numbers.of(TEXTS));
            self.put(&dir, name, text);
        }
    }

    /// A repository in the workspace, where it is ignored or not.
    fn nest(&mut self) {
        let at = self.numbers.of(&[
            "nested",
            "out/nested",
            "src/deep/nested",
            "n.o",
            "d/d/x.log",
        ]);
        let place = self.dir.join(at);
        if fs::create_dir_all(place.parent().unwrap()).is_err() {
            return;
        }
        let dir = self.dir.clone();
        let origin = format!("file://{}", self.origin.display());
        if self.numbers.once_in(2) {
            self.put(
                &dir,
                ".git/info/exclude",
                format!("/.workspace.json\n/{at}\n"),
            );
        }
        match self.numbers.below(9) {
            0 => {
                self.git(&["init", "-q", at]);
            }
            1 => {
                self.git(&["init", "-q", at]);
                self.git_at(
                    &place,
                    &["commit", "-q", "--allow-empty", "-m", "in the message"],
                );
            }
            2 => {
                self.git(&["init", "-q", "--bare", at]);
            }
            3 => {
                self.git(&["clone", "-q", "--bare", &origin, at]);
            }
            4 => {
                self.git(&["clone", "-q", "--mirror", &origin, at]);
            }
            5 => {
                self.git(&["submodule", "--quiet", "add", "--force", &origin, at]);
                self.submodule(at, &place);
            }
            6 => {
                self.git(&["worktree", "add", "-q", "-b", "linked", at]);
            }
            _ => {
                self.git(&["clone", "-q", &origin, at]);
            }
        }
        if !place.is_dir() || self.numbers.once_in(2) {
            return;
        }
        match self.numbers.below(7) {
            0 => self.put(&place, "file", "in a nested one\n"),
            1 => {
                self.git_at(&place, &["commit", "-q", "--allow-empty", "-m", "one more"]);
            }
            2 => {
                self.git_at(&place, &["commit", "-q", "--allow-empty", "-m", "one more"]);
                self.git_at(&place, &["tag", "kept"]);
                self.git_at(&place, &["reset", "-q", "--hard", "HEAD~1"]);
            }
            3 => {
                self.put(&place, "README", "to be stashed\n");
                self.git_at(&place, &["stash"]);
            }
            4 => {
                self.git(&["add", at]);
                if self.numbers.once_in(2) {
                    self.publish();
                }
            }
            5 => {
                self.git_at(&place, &["config", "status.showUntrackedFiles", "no"]);
                self.put(&place, "more", "hidden\n");
            }
            _ => {
                self.git_at(&place, &["checkout", "-q", "--detach"]);
            }
        }
    }

    /// Hides what is in a submodule that was just added, in one way or another.
    fn submodule(&mut self, at: &str, place: &Path) {
        if self.numbers.once_in(3) {
            let key = format!("submodule.{at}.ignore");
            self.git(&["config", "--file", ".gitmodules", &key, "all"]);
        }
        if self.numbers.once_in(2) {
            self.publish();
        }
        if self.numbers.once_in(3) {
            self.git_at(
                place,
                &["commit", "-q", "--allow-empty", "-m", "in a submodule"],
            );
        }
        if self.numbers.once_in(3) {
            self.git(&["submodule", "deinit", "-f", at]);
        }
    }

    /// Begins something that a commit or an abort ends.
    fn begin(&mut self) {
        let dir = self.dir.clone();
        match self.numbers.below(5) {
            0 => {
                self.git(&["bisect", "start"]);
            }
            1 => {
                self.git(&["merge", "-q", "--no-commit", "--no-ff", "origin/side"]);
            }
            2 => {
                self.git(&["checkout", "-q", "-b", "other", "HEAD~1"]);
                self.put(&dir, "README", "another\n");
                self.git(&["commit", "-q", "-a", "-m", "another"]);
                self.git(&["rebase", "origin/main"]);
            }
            3 => {
                self.git(&["revert", "--no-commit", "HEAD"]);
            }
            _ => {
                self.git(&["cherry-pick", "--no-commit", "origin/side"]);
            }
        }
    }

    /// What git has little to say of.
    fn odd(&mut self) {
        let dir = self.dir.clone();
        match self.numbers.below(11) {
            0 => {
                let _ = Command::new("mkfifo")
                    .arg(dir.join("pipe"))
                    .status()
                    .unwrap();
                self.told.push("a FIFO".to_owned());
            }
            1 => {
                let _ = fs::create_dir_all(dir.join("empty/dirs"));
                self.told.push("empty directories".to_owned());
            }
            2 => {
                let _ = fs::remove_file(dir.join(".git/index"));
                self.told.push("no index".to_owned());
            }
            3 => {
                let _ = fs::write(dir.join(".git/index"), "?");
                self.told.push("no index that can be read".to_owned());
            }
            4 => {
                let _ = symlink("nowhere", dir.join("src/.gitignore"));
                self.told.push("a list that is a link".to_owned());
            }
            5 => {
                let _ = fs::write(dir.join(".git/index.lock"), "");
                self.told.push("index.lock".to_owned());
            }
            6 => {
                // The remote's commit, as if it had a parent of the user's.
                self.git(&["commit", "-q", "--allow-empty", "-m", "hidden by a graft"]);
                let ids = self
                    .home
                    .git(&dir)
                    .args(["rev-parse", "origin/main", "HEAD"])
                    .output()
                    .unwrap();
                let ids = String::from_utf8_lossy(&ids.stdout)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                self.put(&dir, ".git/info/grafts", format!("{ids}\n"));
            }
            7 => {
                let name = self.numbers.of(&[
                    "refs/heads/main",
                    "refs/tags/broken",
                    "HEAD",
                    "packed-refs",
                ]);
                let text =
                    self.numbers
                        .of(&["", "0000000000000000000000000000000000000001\n", "\0\0\0"]);
                self.put(&dir.join(".git"), name, text);
                // git says nothing of some of it, or in a warning.
                self.may_be_unknown = true;
            }
            8 => {
                let listed = self
                    .home
                    .git(&dir)
                    .args(["rev-list", "--objects", "--all"])
                    .output()
                    .unwrap();
                let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
                let ids: Vec<&str> = listed
                    .lines()
                    .filter_map(|line| line.split(' ').next())
                    .collect();
                self.git(&["unpack-objects", "-q"]);
                if !ids.is_empty() {
                    let id = self.numbers.of(&ids);
                    let done =
                        fs::remove_file(dir.join(".git/objects").join(&id[..2]).join(&id[2..]));
                    self.told.push(format!("without the object {id}: {done:?}"));
                }
            }
            9 => {
                let at = self.numbers.of(&["out/not-one/.git", "src/not-one/.git"]);
                let done = fs::create_dir_all(dir.join(at));
                self.told.push(format!("an empty {at}: {done:?}"));
                // What looks like a repository and is none is not known.
                self.may_be_unknown = true;
            }
            _ => {
                // The same, to its user; another, to git.
                let name = self.tracked();
                let path = dir.join(&name);
                if let Ok(text) = fs::read(&path) {
                    let _ = fs::write(
                        &path,
                        text.iter()
                            .copied()
                            .filter(|&byte| byte != b'\r')
                            .collect::<Vec<_>>(),
                    );
                }
                self.told.push(format!("line ends of {}", name.display()));
            }
        }
    }
}
