//! Random situations, judged by git itself: whenever git says that there is something which is nowhere else, the library
//! does not say that there is nothing; and where git finds nothing, hidden or not, the library says so too.
//!
//! `SCOPE_SITUATIONS` says how many situations there are, `SCOPE_JUDGE_SECONDS` for how long at most, and `SCOPE_SEED`
//! repeats a run: with `SCOPE_SITUATIONS=1`, one situation.
//!
//! The service's own git configuration comes from its environment, so each of four processes has one of its own.

#[path = "../common/mod.rs"]
mod common;
mod judge;
mod situation;

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use common::numbers::{Numbers, seed, setting};
use common::{Fixture, USER};
use judge::Home;
use situation::Situation;

/// How many service configurations there are: [`configure`] has them.
const SERVICES: u64 = 4;

/// What became of situations: how many there were, of those the library said were clean, dirty and unknown, how many
/// git held for clean with nothing hidden, and how many are in disagreement.
#[derive(Clone, Copy, Default)]
struct Counts([u64; 6]);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    if let [_, word, rest @ ..] = &arguments[..]
        && word == "situations"
    {
        let number = |at: usize| rest[at].parse().unwrap();
        situations(number(0), number(1), number(2));
        return ExitCode::SUCCESS;
    }
    // cargo asks every test program for its tests.
    if arguments.iter().any(|argument| argument == "--list") {
        println!("what_git_calls_work_is_never_called_clean: test");
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let seed = seed();
    let cases = setting("SCOPE_SITUATIONS", 48);
    let seconds = setting("SCOPE_JUDGE_SECONDS", 600);
    let children: Vec<_> = (0..SERVICES)
        .map(|offset| {
            child(
                seed + offset,
                cases.saturating_sub(offset).div_ceil(SERVICES),
                seconds,
            )
        })
        .collect();
    let mut all = Counts::default();
    for (mut child, _home) in children {
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in lines.map(Result::unwrap) {
            match line.strip_prefix("counts ") {
                Some(counts) => all.add(counts),
                None => println!("{line}"),
            }
        }
        assert!(child.wait().unwrap().success());
    }
    let Counts([tried, clean, dirty, unknown, nothing, wrong]) = all;
    println!(
        "{tried} situations in {} s: {clean} clean, {dirty} dirty, {unknown} unknown; git found nothing in {nothing}; \
         {wrong} disagreements",
        start.elapsed().as_secs()
    );
    // One configuration sees no other's situations, and of a few all can be of one kind.
    assert!(
        tried < 48 || (clean > 0 && dirty > 0),
        "too much of one kind"
    );
    let (word, passed) = if wrong == 0 { ("ok", 1) } else { ("FAILED", 0) };
    println!(
        "\ntest result: {word}. {passed} passed; {} failed; 0 ignored",
        1 - passed
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

impl Counts {
    fn add(&mut self, text: &str) {
        for (count, more) in self.0.iter_mut().zip(text.split(' ')) {
            *count += more.parse::<u64>().unwrap();
        }
    }
}

/// A process with the service configuration of this seed, and its home.
fn child(seed: u64, cases: u64, seconds: u64) -> (Child, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    configure(home.path(), seed % SERVICES);
    let child = Command::new(env::current_exe().unwrap())
        .args([
            "situations",
            &seed.to_string(),
            &cases.to_string(),
            &seconds.to_string(),
        ])
        .env("HOME", home.path())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("GIT_CONFIG_GLOBAL")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    (child, home)
}

/// Writes a service configuration.
fn configure(home: &Path, which: u64) {
    let mut text =
        "[user]\n\tname = acme\n\temail = acme@example.com\n[init]\n\tdefaultBranch = main\n\
        [protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n\
        [maintenance]\n\tauto = false\n"
            .to_owned();
    match which {
        1 => {
            text.push_str("[core]\n\texcludesFile = ~/ignored\n");
            fs::write(
                home.join("ignored"),
                "*.log\n!keep.log\n/out/\nname?with*\n",
            )
            .unwrap();
        }
        2 => {
            fs::create_dir_all(home.join(".config/git")).unwrap();
            fs::write(home.join(".config/git/ignore"), "**/deep/**\n[a-b]*\n").unwrap();
            text.push_str("[core]\n\tautocrlf = input\n");
        }
        3 => {
            text.push_str("[core]\n\tattributesFile = ~/attributes\n\tautocrlf = true\n");
            fs::write(home.join("attributes"), "*.txt text eol=crlf\n*.o -text\n").unwrap();
        }
        _ => {}
    }
    fs::write(home.join(".gitconfig"), text).unwrap();
}

/// Tries situations, each of a seed of its own, and says what became of them.
fn situations(seed: u64, cases: u64, seconds: u64) {
    let home = env::home_dir().unwrap();
    let lists = [
        ("excludesFile", "ignored"),
        ("attributesFile", "attributes"),
    ]
    .map(|(key, name)| {
        let of_xdg = home.join(".config/git/ignore");
        let path = match home.join(name) {
            path if path.exists() => path,
            _ if name == "ignored" && of_xdg.exists() => of_xdg,
            _ => "/dev/null".into(),
        };
        format!("core.{key}={}", path.display())
    });
    let home = Home {
        dir: &home,
        lists: &lists,
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    for case in 0..cases {
        if Instant::now() >= end {
            return;
        }
        let seed = seed + case * SERVICES;
        let (counts, said) = one(&home, seed);
        if let Some(said) = said {
            println!("SCOPE_SEED={seed} SCOPE_SITUATIONS=1: {said}");
        }
        println!(
            "counts {}",
            counts.0.map(|count| count.to_string()).join(" ")
        );
    }
}

/// Tries one situation. Says what is wrong with the answer.
fn one(home: &Home<'_>, seed: u64) -> (Counts, Option<String>) {
    let fixture = Fixture::new();
    let situation = Situation::new(&fixture, home, Numbers::new(seed));
    let ran = || fs::read(&situation.ran).unwrap_or_default().len();
    let before = ran();
    let work = fixture.workspaces.work(USER, "acme", "widget", 3).unwrap();
    let has_run = ran() != before;
    let copy = fixture.base.path().join(judge::COPY);
    home.copy(&situation.dir, &copy);
    let plainly = home.plainly(&copy);
    let is_under_way = judge::is_under_way(&copy);
    let with_nothing_hidden = home.with_nothing_hidden(&copy);
    let something = plainly
        .first
        .as_ref()
        .or(with_nothing_hidden.first.as_ref());
    let nothing = something.is_none() && !is_under_way;
    let may_differ =
        situation.may_be_unknown || plainly.is_doubtful() || with_nothing_hidden.is_doubtful();
    let answer = work.is_dirty();
    let wrong = if has_run {
        Some("a program ran that the repository names".to_owned())
    } else if answer == Some(false) && !nothing {
        Some(format!(
            "called clean, and git says {something:?}; under way: {is_under_way}"
        ))
    } else if answer != Some(false) && nothing && !may_differ {
        Some(format!("git says nothing, and it is called {work:?}"))
    } else {
        None
    };
    let counts = Counts([
        1,
        u64::from(answer == Some(false)),
        u64::from(answer == Some(true)),
        u64::from(answer.is_none()),
        u64::from(nothing),
        u64::from(wrong.is_some()),
    ]);
    let said = wrong.map(|wrong| format!("{wrong}, after {:?}", situation.told));
    if said.is_some() && env::var_os("SCOPE_KEEP").is_some() {
        println!("kept at {}", fixture.base.keep().display());
    }
    (counts, said)
}
