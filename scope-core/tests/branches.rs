//! Branch names (K3) against git itself and against gitoxide's `gix-validate`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use scope_core::{ErrorCode, check_branch};

/// A generator of numbers that gives the same ones each time (`xorshift64*`).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % end
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// Everything that a rule about ref names has an opinion on.
const SPECIAL: &[&str] = &[
    ".",
    "..",
    "/",
    "//",
    "@",
    "{",
    "@{",
    "@{-1}",
    "@{u}",
    "}",
    "~",
    "^",
    ":",
    "?",
    "*",
    "[",
    "]",
    "\\",
    "-",
    "--",
    " ",
    ".lock",
    ".lock/",
    ".LOCK",
    "lock",
    "HEAD",
    "head",
    "refs/",
    "refs",
    "refs/heads/",
    "refs/remotes/origin/",
    "origin/",
    "origin",
    "remotes/",
    "\u{1}",
    "\t",
    "\n",
    "\u{1f}",
    "\u{7f}",
    "\u{80}",
    "\u{9f}",
    "\u{a0}",
    "é",
    "e\u{301}",
    "日本",
    "\u{1F600}",
    "\u{202e}",
    "\u{feff}",
    "!",
    "#",
    "$",
    "%",
    "&",
    "'",
    "(",
    ")",
    "+",
    ",",
    ";",
    "<",
    "=",
    ">",
    "|",
    "\"",
    "`",
    "_",
];
const PLAIN: &[&str] = &["a", "b", "Z", "0", "main", "feature", "x-y", "v1.2"];

/// One name: mostly plain, with something special in it here and there.
fn generated(random: &mut Random) -> String {
    let pieces = 1 + random.below(6);
    let special = 1 + random.below(4);
    (0..pieces)
        .map(|_| match random.below(4) {
            roll if roll < special => random.pick(SPECIAL),
            _ => random.pick(PLAIN),
        })
        .collect()
}

/// So many different names, and before them each special piece alone, at the start, at the end and between.
fn names(count: usize, seed: u64) -> BTreeSet<String> {
    let mut random = Random(seed);
    let mut names = BTreeSet::new();
    for piece in SPECIAL {
        for name in [
            (*piece).to_owned(),
            format!("{piece}a"),
            format!("a{piece}"),
            format!("a{piece}b"),
            format!("a/{piece}"),
            format!("a/{piece}/b"),
            format!("a{piece}/b"),
            format!("{piece}/a"),
            format!("{piece}{piece}"),
        ] {
            names.insert(name);
        }
    }
    for byte in 1..0x80u8 {
        names.insert(format!("a{}b", char::from(byte)));
    }
    for length in [200, 255, 256, 1023, 1024] {
        names.insert("n".repeat(length));
        names.insert(format!("{}/{}", "é".repeat((length - 2) / 2), "x"));
    }
    while names.len() < count {
        names.insert(generated(&mut random));
    }
    names
}

/// What K3 says, but for what it adds to git's own rule: names that are not local.
fn core_accepts(name: &str) -> bool {
    match check_branch(name) {
        Ok(()) => true,
        // K3 looks for these only where git has nothing against the name.
        Err(error) => error.code == ErrorCode::RemoteBranch,
    }
}

/// A new repository: no commit, no previous checkout, so that nothing can be expanded.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        let repository = Self(path);
        let made = repository.git(&["init", "--quiet", "--initial-branch=main"]);
        assert!(made, "git init failed; these tests want git 2.28 or later");
        repository
    }

    /// Whether git exits with success.
    fn git(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let status = command
            .args(arguments)
            .current_dir(&self.0)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status
            .unwrap_or_else(|fault| panic!("these tests want git: {fault}"))
            .success()
    }

    fn accepts(&self, name: &str) -> bool {
        self.git(&["check-ref-format", "--branch", name])
    }
}

#[test]
fn agree_with_git() {
    let repository = &Repository::new("branches");
    let names: Vec<String> = names(4000, 0x5C09_E001).into_iter().collect();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let differences: Vec<String> = std::thread::scope(|scope| {
        let parts = names.chunks(names.len().div_ceil(workers));
        let workers: Vec<_> = parts
            .map(|part| {
                scope.spawn(|| -> Vec<String> {
                    let differs = |name: &&String| repository.accepts(name) != core_accepts(name);
                    part.iter().filter(differs).cloned().collect()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert!(differences.is_empty(), "git disagrees: {differences:?}");
    let accepted = names.iter().filter(|name| core_accepts(name)).count();
    assert!(accepted > 500 && names.len() - accepted > 500, "{accepted}");
}

/// The limit is K3's own: git has none of its own short of what a file system takes.
#[test]
fn git_takes_longer_names() {
    let repository = Repository::new("long-branches");
    let long = "n".repeat(1025);
    assert!(repository.accepts(&long));
    let error = check_branch(&long).unwrap_err();
    assert_eq!((error.code, error.offset), (ErrorCode::TooLong, 1024));
    assert!(repository.accepts(&long[1..]) && check_branch(&long[1..]).is_ok());
}

/// What `gix-validate` says of a branch name, as `git check-ref-format --branch` asks: it validates full names, so the
/// name is put under `refs/heads/`.
///
/// That is all of git's question but one rule, which git asks of the short name before it makes the long one
/// (`check_branch_ref` in its `object-name.c`): a branch name may not begin with `-`, so that no command takes it for an
/// option. gitoxide leaves that rule to whoever reads the command line.
///
/// Two differences that could be expected there are none: `HEAD` is refused by `branch_name` itself, and `@`, which is
/// no full name, is a good last component.
fn gix_accepts(name: &str) -> bool {
    let full = format!("refs/heads/{name}");
    gix_validate::reference::branch_name(full.as_str().into()).is_ok() && !name.starts_with('-')
}

#[test]
fn agree_with_gitoxide() {
    let names = names(150_000, 0x5C09_E002);
    let differences: Vec<&String> = names
        .iter()
        .filter(|name| gix_accepts(name) != core_accepts(name))
        .collect();
    assert!(
        differences.is_empty(),
        "gix-validate disagrees: {differences:?}"
    );
    assert!(!gix_accepts("") && !core_accepts(""));
}
