//! Processes that are killed at random moments lose nothing, and leave nothing half done.
//!
//! Four processes clone, sync, touch, hold, clean up and delete the workspaces of 20 users, side by side; meanwhile users
//! write files, commit, tag and stash in them. A process is killed at a random moment, or a random moment after a sync
//! in it wrote down its steps, and another takes its place. What users certainly did is taken down ([`ledger`]), and held
//! against what git says is there.
//!
//! `SCOPE_KILLS` says how many are killed, and `SCOPE_SEED` repeats the choices of a run, which prints it.

#[path = "../common/mod.rs"]
mod common;
mod ledger;
mod setting;
mod worker;

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use common::names;
use common::numbers::{Numbers, seed, setting};
use ledger::Ledger;
use scope_workspace::{Cleanup, Job, Workspaces};
use setting::{Origin, REPOS, USERS, open, repo, url, user};

/// How many processes work at once.
const WORKERS: u64 = 4;

/// After so many kills everything is looked at.
const BETWEEN_CHECKS: u64 = 100;

/// How long what a killed process started may take to end.
const PATIENCE: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, base, seed] = &arguments[..]
        && word == "work"
    {
        worker::work(Path::new(base), seed.parse().unwrap());
    }
    // cargo asks every test program for its tests.
    if arguments.iter().any(|argument| argument == "--list") {
        println!("killed_at_random_moments: test");
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let kills = setting("SCOPE_KILLS", 30);
    let wrong = Run::new(Numbers::new(seed()), kills).killed();
    println!("{} s", start.elapsed().as_secs());
    for fault in &wrong {
        println!("{fault}");
    }
    let (word, passed) = if wrong.is_empty() {
        ("ok", 1)
    } else {
        ("FAILED", 0)
    };
    println!(
        "\ntest result: {word}. {passed} passed; {} failed; 0 ignored",
        1 - passed
    );
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A process that works, and what it says.
struct Worker {
    child: Child,
    letters: Receiver<u8>,
}

impl Worker {
    fn new(base: &Path, seed: u64) -> Self {
        let log = File::options()
            .append(true)
            .create(true)
            .open(base.join("log"))
            .unwrap();
        let mut child = Command::new(env::current_exe().unwrap())
            .arg("work")
            .arg(base)
            .arg(seed.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let (sender, letters) = channel();
        let stdout = child.stdout.take().unwrap();
        thread::spawn(move || {
            for letter in BufReader::new(stdout).bytes().map_while(Result::ok) {
                if sender.send(letter).is_err() {
                    return;
                }
            }
        });
        Self { child, letters }
    }

    /// Whether it has a sync under way whose steps are written down.
    fn is_in_steps(&self) -> bool {
        let handles = fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        let mut places = handles
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|handle| fs::read_link(handle.path()).ok());
        places.any(|place| {
            let name = place.file_name().unwrap_or_default();
            name.as_encoded_bytes().starts_with(b"sync.") && place.join("journal").exists()
        })
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        let end = self.child.wait().unwrap();
        assert_eq!(end.signal(), Some(9), "it ended by itself: {end}");
    }
}

struct Run {
    base: tempfile::TempDir,
    data: PathBuf,
    origins: Vec<Origin>,
    now: Workspaces,
    later: Workspaces,
    ledger: Ledger,
    numbers: Numbers,
    kills: u64,
    /// What killed processes had begun last, by its letter.
    begun: BTreeMap<char, u64>,
    /// How many were killed while a sync had its steps written down.
    in_steps: u64,
}

impl Run {
    fn new(mut numbers: Numbers, kills: u64) -> Self {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().canonicalize().unwrap();
        let data = path.join("data");
        fs::create_dir(&data).unwrap();
        let origins = (0..REPOS)
            .map(|number| Origin::new(&path, number))
            .collect();
        let [now, later] = open(&data);
        let mut ledger = Ledger::default();
        for who in 0..USERS {
            // More than one where there is time.
            for more in 0..if kills > BETWEEN_CHECKS { 3 } else { 1 } {
                let what = (who / REPOS + more) % REPOS;
                now.clone(
                    &user(who),
                    &url(&path, what),
                    &<_>::default(),
                    Job::default(),
                )
                .unwrap();
                for _ in 0..numbers.below(4) {
                    ledger.plant(&data, (who, what), &mut numbers);
                }
            }
        }
        Self {
            base,
            data,
            origins,
            now,
            later,
            ledger,
            numbers,
            kills,
            begun: BTreeMap::new(),
            in_steps: 0,
        }
    }

    /// Kills, and says what is wrong after that.
    fn killed(mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        let (mut killed, mut checks) = (0, 0);
        while killed < self.kills && wrong.is_empty() {
            let until = self.kills.min(killed + BETWEEN_CHECKS);
            let mut workers: Vec<Worker> = (0..WORKERS).map(|_| self.worker()).collect();
            while killed < until {
                self.meanwhile();
                let victim = self.victim(&workers);
                workers[victim].kill();
                killed += 1;
                workers[victim] = self.worker();
            }
            for mut worker in workers {
                worker.kill();
                killed += 1;
            }
            wrong = self.check();
            checks += 1;
        }
        let begun: Vec<String> = self
            .begun
            .iter()
            .map(|(letter, count)| format!("{letter} {count}"))
            .collect();
        println!(
            "{killed} kills, {} of them between the steps of a sync, after these were begun: {}; {checks} times looked \
             at, {} things that users made",
            self.in_steps,
            begun.join(", "),
            self.ledger.len()
        );
        self.print_log();
        if !wrong.is_empty() && env::var_os("SCOPE_KEEP").is_some() {
            println!("kept at {}", self.base.keep().display());
        }
        wrong
    }

    fn worker(&mut self) -> Worker {
        let seed = self.numbers.below(u64::MAX);
        Worker::new(self.data.parent().unwrap(), seed)
    }

    /// What users and remotes do.
    fn meanwhile(&mut self) {
        if self.numbers.once_in(2) {
            let origin = usize::try_from(self.numbers.below(REPOS)).unwrap();
            self.origins[origin].advance();
        }
        if self.numbers.once_in(2) {
            let key = (self.numbers.below(USERS), self.numbers.below(REPOS));
            let held = self
                .numbers
                .once_in(2)
                .then(|| self.now.hold(&user(key.0), "acme", &repo(key.1)));
            self.ledger.plant(&self.data, key, &mut self.numbers);
            drop(held);
        }
    }

    /// Waits for the moment to kill one, and says which.
    fn victim(&mut self, workers: &[Worker]) -> usize {
        let any = usize::try_from(self.numbers.below(WORKERS)).unwrap();
        let start = Instant::now();
        let mut found = None;
        if self.numbers.once_in(2) {
            while found.is_none() && start.elapsed() < Duration::from_millis(300) {
                thread::sleep(Duration::from_micros(500));
                found = workers.iter().position(Worker::is_in_steps);
            }
        }
        let pause = match found {
            Some(_) => 30_000,
            None => 200_000,
        };
        thread::sleep(Duration::from_micros(self.numbers.below(pause)));
        self.in_steps += u64::from(found.is_some());
        let victim = found.unwrap_or(any);
        let letter = workers[victim].letters.try_iter().last();
        *self
            .begun
            .entry(letter.map_or('-', char::from))
            .or_default() += 1;
        victim
    }

    /// Lets everything recover, and looks at all of it.
    fn check(&mut self) -> Vec<String> {
        let start = Instant::now();
        for letter in ["t", "h", "k", "s", "d", "c"] {
            let base = self.data.parent().unwrap();
            worker::once(&self.now, &self.later, base, letter, &mut self.numbers);
        }
        // The git programs whose parents were killed end by themselves, and then what they left is cleared away.
        let staging = self.data.join("workspaces/.staging");
        let mut left = names(&staging);
        while !left.is_empty() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(50));
            self.now
                .cleanup(Cleanup::default(), Job::default())
                .unwrap();
            left = names(&staging);
        }
        let (mut wrong, seen) = self.ledger.check(&self.data, &self.now, &self.origins);
        wrong.extend(
            left.into_iter()
                .map(|name| format!("HALF: {name} is left in .staging")),
        );
        println!("{seen} workspaces looked at, {} faults", wrong.len());
        wrong
    }

    /// What processes complained of that is not to be expected.
    fn print_log(&self) {
        let log = fs::read_to_string(self.base.path().join("log")).unwrap_or_default();
        let mut counts = BTreeMap::<&str, u64>::new();
        for line in log.lines() {
            *counts.entry(line).or_default() += 1;
        }
        for (line, count) in counts {
            println!("{count} times: {line}");
        }
    }
}
