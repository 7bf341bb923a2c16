//! scope-workspace on a real disk, beside its peers: each figure is a ratio of medians within one run.
//!
//! `cargo bench --package scope-benches --bench workspace`

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use scope_benches::workspaces::{make_data_dir, user};
use scope_workspace::{
    Cleanup, CloneOptions, DiscoverOptions, Job, Options, Workspaces, discover_projects,
};

const USERS: u32 = 1000;
const EACH: u32 = 10;

/// A name, and what measures it in a directory of its own.
type Part = (&'static str, fn(&Path));

/// Runs those whose name holds what is given, or all.
fn main() {
    let wanted = std::env::args().skip(1).find(|text| !text.starts_with('-'));
    let all: [Part; 5] = [
        ("listing", listing),
        ("cleaning", cleaning),
        ("due", cleaning_what_is_due),
        ("dirtiness", dirtiness),
        ("discovering", discovering),
    ];
    for (name, run) in all {
        if wanted.as_ref().is_none_or(|wanted| name.contains(wanted)) {
            let base = tempfile::tempdir().expect("a temporary directory");
            run(&base.path().canonicalize().expect("it is there"));
        }
    }
}

/// Median, and the quartiles around it.
fn summary(mut times: Vec<Duration>) -> [Duration; 3] {
    times.sort();
    [2, 1, 3].map(|quarter| times[times.len() * quarter / 4])
}

/// Adds a ratio and its quartiles to what `cargo xtask bench` puts on its page, a JSON object a line.
fn keep(name: &str, peer: &str, [low, median, high]: [f64; 3]) {
    let Some(path) = std::env::var_os("SCOPE_BENCH_RESULTS") else {
        return;
    };
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    let mut file = file.expect("a file for results");
    writeln!(
        file,
        "{{\"this\":{name:?},\"that\":{peer:?},\"low\":{low},\"median\":{median},\"high\":{high}}}"
    )
    .expect("room for results");
}

/// Runs both in turn, so that what else the machine does meets both.
fn compare(name: &str, peer: &str, runs: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) {
    let timed = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    timed(&mut ours);
    timed(&mut theirs);
    let pairs = (0..runs).map(|_| (timed(&mut ours), timed(&mut theirs)));
    let (ours, theirs) = pairs.unzip();
    let ([ours, low, high], [theirs, their_low, their_high]) = (summary(ours), summary(theirs));
    keep(
        name,
        peer,
        [low, ours, high].map(|time| time.as_secs_f64() / theirs.as_secs_f64()),
    );
    println!(
        "{name}: {ours:?} ({low:?} to {high:?}); {peer}: {theirs:?} ({their_low:?} to {their_high:?}); ratio {:.3}",
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}

/// A data directory with so many users.
fn data_dir(root: &Path, name: &str, users: u32) -> Workspaces {
    let data = root.join(name);
    make_data_dir(&data, users, EACH);
    Workspaces::open(&data).expect("a data directory")
}

fn listing(root: &Path) {
    let (many, one) = (data_dir(root, "many", USERS), data_dir(root, "one", 1));
    let list = |workspaces: &Workspaces, number| {
        let listing = workspaces.list(&user(number)).expect("a listing");
        assert_eq!(listing.workspaces.len(), EACH as usize);
    };
    compare(
        "list, one of 1,000 users",
        "list, the only user",
        1001,
        || list(&many, 500),
        || list(&one, 0),
    );
}

fn cleaning(root: &Path) {
    data_dir(root, "many", USERS);
    let options = Options {
        clock: std::sync::Arc::new(|| "2026-01-02T00:00:00Z".parse().expect("a time")),
        ..Options::default()
    };
    let workspaces = Workspaces::open_with(root.join("many"), options).expect("a data directory");
    let cleanup = Cleanup {
        dry_run: true,
        ..Cleanup::default()
    };
    let clean = || {
        let report = workspaces
            .cleanup(cleanup, Job::default())
            .expect("a report");
        assert_eq!(report.kept, u64::from(USERS * EACH));
    };
    let read_all = || {
        for number in 0..USERS {
            for repo in 0..EACH {
                let dir = root.join(format!(
                    "many/workspaces/{}/acme__widget{repo}",
                    user(number)
                ));
                fs::read(dir.join(".workspace.json")).expect("a file");
            }
        }
    };
    compare(
        "cleanup --dry-run, 10,000 workspaces, none expired",
        "reading 10,000 files by path",
        21,
        clean,
        read_all,
    );
}

/// A cleanup that finds 50 of 1,000 workspaces due, all clean, and would delete them.
fn cleaning_what_is_due(root: &Path) {
    const FILES: usize = 100;
    const DUE: u32 = 50;
    let origin = root.join("acme/origin");
    for number in 0..FILES {
        let dir = origin.join(format!("dir{}", number % 10));
        fs::create_dir_all(&dir).expect("a directory");
        fs::write(
            dir.join(format!("file{number}")),
            format!("text {number}\n"),
        )
        .expect("a file");
    }
    git(&origin, &["init", "-q", "-b", "main"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-q", "-m", "all"]);
    let data = root.join("data");
    // Those of ten to a user that are not due, which were used on the first day of 2026.
    make_data_dir(&data, 95, EACH);
    let options = |now: &'static str| Options {
        clock: std::sync::Arc::new(move || now.parse().expect("a time")),
        allow_file_urls: true,
        ..Options::default()
    };
    let open = |now| Workspaces::open_with(&data, options(now)).expect("a data directory");
    let (before, now) = (open("2025-12-01T00:00:00Z"), open("2026-01-02T00:00:00Z"));
    let url = format!("file://{}", origin.display());
    let due: Vec<_> = (0..DUE)
        .map(|number| {
            let job = Job::default();
            let made = before.clone(&user(1000 + number), &url, &CloneOptions::default(), job);
            made.expect("a clone").path
        })
        .collect();
    // Once the index is older than the files are new, nobody has to read them.
    std::thread::sleep(Duration::from_millis(1100));
    for path in &due {
        git(path, &["status"]);
    }
    let cleanup = Cleanup {
        dry_run: true,
        ..Cleanup::default()
    };
    compare(
        "cleanup --dry-run, 50 of 1,000 workspaces due",
        "git status --porcelain in the 50, one after another",
        21,
        || {
            let report = now.cleanup(cleanup, Job::default()).expect("a report");
            assert_eq!((report.idle.len(), report.kept), (DUE as usize, 950));
        },
        || {
            for path in &due {
                git(path, &["status", "--porcelain"]);
            }
        },
    );
}

fn git(dir: &Path, arguments: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=acme", "-c", "user.email=acme@example.com"])
        .args(arguments)
        .current_dir(dir)
        .stdout(Stdio::null())
        .status()
        .expect("git runs");
    assert!(status.success());
}

fn dirtiness(root: &Path) {
    for files in [100, 2_000, 10_000] {
        let repo = format!("widget{files}");
        let origin = root.join("acme").join(&repo);
        for number in 0..files {
            let dir = origin.join(format!("dir{}", number % 50));
            fs::create_dir_all(&dir).expect("a directory");
            fs::write(
                dir.join(format!("file{number}")),
                format!("text {number}\n"),
            )
            .expect("a file");
        }
        git(&origin, &["init", "-q", "-b", "main"]);
        git(&origin, &["add", "."]);
        git(&origin, &["commit", "-q", "-m", "all"]);
        let data = root.join(format!("dirty{files}"));
        fs::create_dir(&data).expect("a new directory");
        let options = Options {
            allow_file_urls: true,
            ..Options::default()
        };
        let workspaces = Workspaces::open_with(&data, options).expect("a data directory");
        let url = format!("file://{}", origin.display());
        let made = workspaces
            .clone(&user(1), &url, &CloneOptions::default(), Job::default())
            .expect("a clone");
        // Once the index is older than the files are new, nobody has to read them.
        std::thread::sleep(Duration::from_millis(1100));
        git(&made.path, &["status"]);
        compare(
            &format!("dirty check, {files} files"),
            "git status --porcelain",
            101,
            || {
                let work = workspaces
                    .work(&user(1), "acme", &repo, 0)
                    .expect("an answer");
                assert_eq!(work.is_dirty(), Some(false));
            },
            || git(&made.path, &["status", "--porcelain"]),
        );
    }
}

fn discovering(root: &Path) {
    let src = root.join("src");
    // 10,000 directories within the depth that both look into; 100 of them are repositories.
    for group in 0..100 {
        for one in 0..99 {
            fs::create_dir_all(src.join(format!("group{group}/one{one}"))).expect("a directory");
        }
        git(
            &src.join(format!("group{group}/one0")),
            &["init", "-q", "-b", "main"],
        );
    }
    let script = "find . -maxdepth 3 -name .git | while read -r git; do cd \"${git%/.git}\" || exit 1
        for what in --show-toplevel --git-dir --abbrev-ref --is-bare-repository; do
            if [ $what = --abbrev-ref ]; then git rev-parse --abbrev-ref HEAD; else git rev-parse $what; fi
        done >/dev/null 2>&1; cd \"$OLDPWD\"; done";
    compare(
        "discover_projects, 10,000 directories",
        "find and four git rev-parse a hit",
        11,
        || {
            let found = discover_projects(&[&src], &DiscoverOptions::default()).expect("projects");
            assert_eq!(found.projects.len(), 100);
        },
        || {
            let status = Command::new("sh")
                .args(["-c", script])
                .current_dir(&src)
                .status();
            assert!(status.expect("sh runs").success());
        },
    );
}
