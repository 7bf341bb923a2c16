//! The scope of a directory three levels down in a linked worktree, beside what tools do today: four `git rev-parse`
//! processes, and libgit2.
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
