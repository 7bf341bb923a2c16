//! The scope of a directory three levels down in a linked worktree, beside what tools do today: four `git rev-parse`
//! processes, and libgit2; and beside what the system takes for it at the least.
#![allow(missing_docs, reason = "the macros of criterion declare items without")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use scope_benches::checkout::{Checkout, git, system_calls};
use scope_git::{CheckoutKind, checkout_info, resolve_scope};

/// What tools do to know where they are.
fn four_processes(directory: &Path) -> [String; 4] {
    let questions: [&[&str]; 4] = [
        &["rev-parse", "--show-toplevel"],
        &["rev-parse", "--git-dir"],
        &["rev-parse", "--git-common-dir"],
        &["rev-parse", "--abbrev-ref", "HEAD"],
    ];
    questions.map(|args| git(directory, args))
}

/// The primary path, from libgit2.
fn libgit2(directory: &Path) -> PathBuf {
    let flags = git2::RepositoryOpenFlags::empty();
    let repository = git2::Repository::open_ext(directory, flags, [""; 0]).expect("a repository");
    let common = repository.commondir();
    common.parent().expect("what is around it").to_path_buf()
}

/// The primary path, from `resolve_scope`.
fn scope(directory: &Path) -> PathBuf {
    let key = resolve_scope(directory, CheckoutKind::Auto, None).expect("a key");
    PathBuf::from(key.primary_path().expect("a path"))
}

/// What the system takes: the calls alone, with names that are known before, and nothing done with what they say.
#[cfg(target_os = "linux")]
mod floor {
    use std::os::fd::OwnedFd;
    use std::path::{Path, PathBuf};

    use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, fstat, open, openat2, stat, statat};
    use rustix::io::read;
    use scope_benches::checkout::Checkout;

    const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);

    fn opened(path: &Path) -> OwnedFd {
        open(path, FILE, Mode::empty()).expect("a file")
    }

    fn read_one(file: &OwnedFd) -> usize {
        read(file, &mut [0_u8; 512]).expect("its text")
    }

    /// The files that say which repository it is.
    pub(crate) struct Files([PathBuf; 4]);

    impl Files {
        pub(crate) fn of(checkout: &Checkout) -> Self {
            let worktree = checkout.directory.ancestors().nth(3).expect("its root");
            let git_dir = checkout.app.join(".git");
            let own = git_dir.join("worktrees/side");
            Self([
                worktree.join(".git"),
                own.join("HEAD"),
                own.join("commondir"),
                git_dir.join("config"),
            ])
        }

        /// To read them, where it is known where they are: three calls each.
        pub(crate) fn read(&self) -> usize {
            self.0.iter().map(|path| read_one(&opened(path))).sum()
        }

        /// To look for the first of them upwards from `directory`, and to read them.
        pub(crate) fn look_for_and_read(&self, directory: &Path) -> usize {
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let no_links = ResolveFlags::NO_SYMLINKS;
            let start = openat2(CWD, directory, flags, Mode::empty(), no_links);
            let start = start.expect("a directory");
            for name in [
                ".git",
                "HEAD",
                "../.git",
                "../HEAD",
                "../../.git",
                "../../HEAD",
            ] {
                assert!(statat(&start, name, rustix::fs::AtFlags::empty()).is_err());
            }
            stat(&self.0[0]).expect("a file");
            let length = self.read();
            fstat(&start).expect("its file system");
            length
        }
    }
}

fn checkout(c: &mut Criterion) {
    let checkout = Checkout::new();
    let directory = &*checkout.directory;
    assert_eq!(scope(directory), checkout.app);
    assert_eq!(libgit2(directory), checkout.app);

    let mut group = c.benchmark_group("checkout");
    group.bench_function("scope", |b| b.iter(|| scope(black_box(directory))));
    group.bench_function("scope_branch", |b| {
        b.iter(|| resolve_scope(black_box(directory), CheckoutKind::Branch, None).is_ok());
    });
    group.bench_function("scope_info", |b| {
        b.iter(|| checkout_info(black_box(directory)));
    });
    #[cfg(target_os = "linux")]
    {
        let files = floor::Files::of(&checkout);
        group.bench_function("calls_to_read", |b| b.iter(|| black_box(&files).read()));
        group.bench_function("calls", |b| {
            b.iter(|| black_box(&files).look_for_and_read(black_box(directory)));
        });
    }
    group.bench_function("git2", |b| b.iter(|| libgit2(black_box(directory))));
    group.measurement_time(Duration::from_secs(10));
    group.bench_function("four_processes", |b| {
        b.iter(|| four_processes(black_box(directory)));
    });
    group.finish();

    let calls = system_calls(Path::new(env!("CARGO_BIN_EXE_resolve_times")), &checkout);
    println!("checkout/scope makes {} system calls", calls.len());
}

criterion_group!(benches, checkout);
criterion_main!(benches);
