//! A linked worktree whose files are anything: the short way to read them and the careful one give the same answer, and
//! so does libgit2 where it gives one.
//!
//! The texts of an input are `.git`, `HEAD`, `commondir`, `config` and the branch `x`; `{root}` in those that hold
//! paths is where they are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::ErrorCode;
use scope_fuzz::c::leaking;
use scope_fuzz::{Place, mentions_include};
use scope_git::{CheckoutInfo, CheckoutKind, checkout_info, resolve_scope};
use std::cell::LazyCell;
use std::fs;
use std::path::Path;

struct Repository {
    place: Place,
    root: String,
}

thread_local! {
    static HERE: LazyCell<Repository> = LazyCell::new(Repository::new);
}

fuzz_target!(|bytes: &[u8]| {
    let mut texts = bytes.split(|&byte| byte == 0xFF);
    let texts: [&[u8]; 5] = std::array::from_fn(|_| texts.next().unwrap_or_default());
    HERE.with(|here| here.check(texts));
});

impl Repository {
    fn new() -> Self {
        let place = Place::new("checkout");
        let root = fs::canonicalize(place.path()).expect("a real path");
        for path in ["short", "careful"] {
            place.directory(&format!("{path}/app/.git/refs/heads"));
            place.directory(&format!("{path}/app/.git/worktrees/side"));
            place.directory(&format!("{path}/side/deep"));
        }
        // A link where git has a directory sends the reader the long way.
        place.directory("short/app/.git/objects");
        place.directory("careful/app/.git/things");
        std::os::unix::fs::symlink("things", place.path().join("careful/app/.git/objects")).expect("a link");
        let root = root.to_str().expect("a path of text").to_owned();
        Self { place, root }
    }

    fn check(&self, texts: [&[u8]; 5]) {
        let short = self.answer("short", "", texts);
        let careful = self.answer("careful", "/.", texts);
        assert_eq!(short, careful);
        let Ok(info) = short else { return };
        let path = format!("{}/short/side/deep", self.root);
        for kind in [CheckoutKind::Auto, CheckoutKind::Repository, CheckoutKind::Worktree] {
            match resolve_scope(&path, kind, None) {
                Ok(key) => assert_eq!(
                    key.primary_path(),
                    Some(info.primary_path.replace("{root}", &self.root("short")).as_str())
                ),
                Err(error) => assert_eq!(error.error.code, ErrorCode::NotLinkedWorktree),
            }
        }
        // White space that git skips before the name, libgit2 takes for a part of it (G3-011).
        let is_usual = texts[1].strip_prefix(b"ref:").is_none_or(|name| name.starts_with(b" refs/"));
        if is_usual && !mentions_include(texts[3]) {
            self.hold_against_libgit2(&info);
        }
    }

    fn root(&self, which: &str) -> String {
        format!("{}/{which}", self.root)
    }

    /// What is answered about a repository with these texts; paths are told from its root.
    fn answer(&self, which: &str, detour: &str, texts: [&[u8]; 5]) -> Result<CheckoutInfo, String> {
        let root = self.root(which);
        let [git_file, head, common, config, branch] = texts;
        // Where a file holds no path, a path of another length would be another text.
        let here = |text: &[u8]| replaced(text, b"{root}", format!("{root}{detour}").as_bytes());
        for (file, text) in [
            ("side/.git", here(git_file)),
            ("app/.git/worktrees/side/HEAD", head.to_vec()),
            ("app/.git/worktrees/side/commondir", here(common)),
            ("app/.git/config", here(config)),
            ("app/.git/refs/heads/x", branch.to_vec()),
        ] {
            self.place.file(&format!("{which}/{file}"), &text);
        }
        self.place.file(&format!("{which}/app/.git/HEAD"), b"ref: refs/heads/main\n");
        self.place.file(&format!("{which}/app/.git/worktrees/side/gitdir"), format!("{root}/side/.git\n").as_bytes());
        let told = |text: String| text.replace(&root, "{root}");
        match checkout_info(format!("{root}{detour}/side/deep")) {
            Ok(mut info) => {
                info.primary_path = told(info.primary_path);
                info.worktree_path = info.worktree_path.map(told);
                Ok(info)
            }
            Err(error) => Err(format!("{:?} {:?}", error.error.code, error.error.part)),
        }
    }

    fn hold_against_libgit2(&self, info: &CheckoutInfo) {
        let root = self.root("short");
        let path = Path::new(&root).join("side/deep");
        // What it refuses, it may refuse; a `core.worktree` that is nowhere, it leaks as well.
        let flags = git2::RepositoryOpenFlags::empty();
        let Ok(opened) = leaking(|| git2::Repository::open_ext(path, flags, [""; 0])) else { return };
        assert_eq!(opened.is_worktree(), info.is_linked_worktree);
        if info.is_linked_worktree {
            let real =
                |path: &Path| fs::canonicalize(path).expect("a path").to_str().map(|it| it.replace(&root, "{root}"));
            assert_eq!(opened.workdir().and_then(real), info.worktree_path);
        }
        let Ok(head) = opened.find_reference("HEAD") else { return };
        let Ok(Some(target)) = head.symbolic_target() else { return };
        if target != "refs/heads/x" {
            assert_eq!(target.strip_prefix("refs/heads/"), info.branch.as_deref());
        }
    }
}

/// The text with each `from` in it replaced.
fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut made = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|found| found == from) {
        made.extend_from_slice(&rest[..at]);
        made.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    made.extend_from_slice(rest);
    made
}
