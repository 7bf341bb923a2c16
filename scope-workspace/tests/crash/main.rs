//! A process that is killed at random points of create, touch, clone, delete and cleanup leaves workspaces that are
//! whole or absent, and loses none that was there before.
//!
//! This program is its own victim: with an argument, it works until it is killed, a byte on standard output for each thing
//! done. It is killed a random moment after a random number of those, so that a slow machine is killed at the same points
//! as a fast one. `SCOPE_KILLS` says how often it is, and `SCOPE_SEED` repeats a run, which prints it.

mod common;

/// Whatever it holds.
const FORCE: scope_workspace::Delete = scope_workspace::Delete { force: true };

use std::env;
use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{Fixture, OTHER, USER, commit, git, time};
use scope_core::WorkspaceMetadata;
use scope_workspace::{Cleanup, CloneOptions, Job, Options, Workspaces};

/// What is there from the start, and only ever touched.
const LASTING: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Numbers at random from a seed (splitmix64): whoever has that has them again.
struct Numbers(u64);

impl Numbers {
    fn new() -> Self {
        let seed = env::var("SCOPE_SEED").map_or_else(
            |_| RandomState::new().hash_one(std::process::id()),
            |text| text.parse().unwrap(),
        );
        println!("SCOPE_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, data, url, seed] = &arguments[..]
        && word == "work"
    {
        work(Path::new(data), url, seed.parse().unwrap());
    }
    // cargo asks every test program for its tests.
    if arguments.iter().any(|argument| argument == "--list") {
        println!("killed_at_random_points: test");
        return;
    }
    let kills = env::var("SCOPE_KILLS").map_or(30, |text| text.parse().unwrap());
    killed_at_random_points(kills);
    println!("\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}

fn options(now: &'static str) -> Options {
    Options {
        clock: std::sync::Arc::new(move || time(now)),
        allow_file_urls: true,
        ..Options::default()
    }
}

/// Does everything, over and over.
fn work(data: &Path, url: &str, seed: u64) -> ! {
    let workspaces = Workspaces::open_with(data, options("2026-01-01T00:00:00Z")).unwrap();
    let later = Workspaces::open_with(data, options("2026-01-20T00:00:00Z")).unwrap();
    for round in seed.. {
        once(&workspaces, &later, url, round);
        std::io::stdout().write_all(b".").unwrap();
        std::io::stdout().flush().unwrap();
    }
    unreachable!("the rounds do not end")
}

/// After so many rounds everything was done.
const ROUND: u64 = 6;

/// What a round does. The lasting ones were touched later than the cleanup's time allows to delete.
fn once(workspaces: &Workspaces, later: &Workspaces, url: &str, round: u64) {
    let name = format!("r{}", round % 4);
    match round % ROUND {
        0 => drop(workspaces.create(USER, "acme", &name)),
        1 => drop(workspaces.clone(OTHER, url, &CloneOptions::default(), Job::default())),
        5 => drop(workspaces.delete(OTHER, "acme", "widget", FORCE)),
        4 => drop(later.cleanup(Cleanup::default(), Job::default())),
        _ => {
            for name in LASTING {
                later.touch(USER, "acme", name).unwrap();
            }
        }
    }
}

fn killed_at_random_points(kills: u64) {
    let fixture = Fixture::new();
    let (origin, url) = fixture.origin("widget");
    for number in 0..20 {
        commit(&origin, &format!("file{number}"), "text\n");
    }
    fixture.set_time("2026-01-20T00:00:00Z");
    for name in LASTING {
        let made = fixture.workspaces.create(USER, "acme", name).unwrap();
        fs::write(made.path.join("work"), name).unwrap();
    }
    let start = Instant::now();
    for round in 0..ROUND {
        once(&fixture.workspaces, &fixture.workspaces, &url, round);
    }
    let one = start.elapsed() / u32::try_from(ROUND).unwrap();
    let one = u64::try_from(one.as_micros()).unwrap().max(1);
    let (mut killed, mut clones) = (0, 0);
    let mut numbers = Numbers::new();
    // Without a clone that was finished, nothing would be seen of clones.
    while killed < kills || clones == 0 {
        assert!(killed < 50 * kills, "no clone was ever finished");
        let mut victim = Command::new(env::current_exe().unwrap())
            .args([
                "work",
                fixture.data.to_str().unwrap(),
                &url,
                // What it begins with.
                &numbers.below(24).to_string(),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut done = vec![0; usize::try_from(numbers.below(2 * ROUND)).unwrap()];
        let said = victim.stdout.as_mut().unwrap().read_exact(&mut done);
        said.expect("it works until it is killed");
        thread::sleep(Duration::from_micros(numbers.below(2 * one)));
        victim.kill().unwrap();
        let end = victim.wait().unwrap();
        assert_eq!(end.signal(), Some(9), "it ended by itself: {end}");
        killed += 1;
        clones += u64::from(check(&fixture));
    }
    // The git programs whose parents were killed end by themselves, and then what they left is cleared away.
    let start = Instant::now();
    while !fixture.staging_is_empty() {
        assert!(start.elapsed() < Duration::from_mins(2));
        thread::sleep(Duration::from_millis(50));
        fixture
            .workspaces
            .cleanup(Cleanup::default(), Job::default())
            .unwrap();
    }
    println!("{killed} kills, after {clones} of which there was a whole clone");
}

/// Every workspace is whole, and none that was there is lost. Says whether there is a clone.
fn check(fixture: &Fixture) -> bool {
    for name in LASTING {
        let found = fixture.workspaces.get(USER, "acme", name).unwrap();
        assert_eq!(found.recovered, None, "{name}");
        assert_eq!(
            found.metadata.last_accessed_at,
            time("2026-01-20T00:00:00Z")
        );
        assert_eq!(fs::read_to_string(found.path.join("work")).unwrap(), name);
    }
    for user in [USER, OTHER] {
        let listing = fixture.workspaces.list(user).unwrap();
        assert_eq!(listing.problems, []);
        for found in listing.workspaces {
            let text = fs::read_to_string(found.path.join(".workspace.json")).unwrap();
            WorkspaceMetadata::from_json(&text).unwrap();
            assert_eq!(found.recovered, None);
        }
    }
    let Ok(clone) = fixture.workspaces.get(OTHER, "acme", "widget") else {
        return false;
    };
    assert_eq!(git(&clone.path, &["status", "--porcelain"]), "");
    assert_eq!(git(&clone.path, &["rev-list", "--count", "HEAD"]), "21");
    true
}
