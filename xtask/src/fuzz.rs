//! `cargo xtask fuzz`: the targets of `fuzz/`, built as cargo-fuzz builds them, which need not be installed.
//!
//! A run begins with the committed corpus. What it finds beyond that is kept in `target/xtask/fuzz/found/` and used by
//! the next run; `--minimise` makes a committed corpus of it, of the seeds, and of what is committed.

mod seeds;

use crate::repo::Repo;
use crate::sanitizer;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::{CARGO, COMPILED, RUSTC, Run};
use crate::toolchain::{NO_NIGHTLY, is_installed};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;
use std::{env, fs, thread};

/// The step of `cargo xtask test`: the corpus, and in CI a short attack.
pub(crate) const STEP: Step = Step {
    name: "fuzz",
    about: "the properties of fuzz/ hold for the corpus, and in CI for what 20 seconds each find",
    run: |repo| {
        let seconds = if env::var_os("CI").is_some() { 20 } else { 0 };
        run(repo, seconds, &[])
    },
};

/// What `cargo xtask fuzz` takes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How long to attack each target, after its corpus has run
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Write each committed corpus anew: as few inputs as reach what all known ones reach
    #[arg(long, conflicts_with = "seconds")]
    minimise: bool,
    /// Run one input, for instance one that was found to fail, instead
    #[arg(long, conflicts_with_all = ["seconds", "minimise"])]
    input: Option<PathBuf>,
    /// The targets; all of them if none is named
    targets: Vec<String>,
}

impl Options {
    pub(crate) fn run(&self, repo: &Repo) -> Outcome {
        if !self.minimise && self.input.is_none() {
            return run(repo, self.seconds, &self.targets);
        }
        let Some(targets) = Targets::build(repo, &self.targets)? else {
            return Err(NO_NIGHTLY.into());
        };
        for name in &targets.names {
            match &self.input {
                Some(input) => targets.of(repo, name).arg(input).show()?,
                None => targets.minimise(repo, name)?,
            }
        }
        Ok(Passed::Whole)
    }
}

/// The flags of cargo-fuzz 0.13: coverage that libFuzzer reads, the address sanitizer, and overflow checks.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-sanitizer-coverage-stack-depth \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Zsanitizer=address -Cdebug-assertions -Ccodegen-units=1 \
    --cfg fuzzing";

/// An input that takes longer hangs, and one that takes more memory grows beyond its size. Inputs take milliseconds and
/// the sanitizer up to 600 MB, so that neither is reached because the machine is busy or stands still for a while.
const LIMITS: &str = "-timeout=60 -rss_limit_mb=2048 -print_final_stats=1";

fn run(repo: &Repo, seconds: u64, wanted: &[String]) -> Outcome {
    let Some(targets) = Targets::build(repo, wanted)? else {
        return Ok(Passed::Except(NO_NIGHTLY.into()));
    };
    let start = Instant::now();
    let waiting: Mutex<VecDeque<&str>> =
        Mutex::new(targets.names.iter().map(String::as_str).collect());
    let attacks: Mutex<Vec<Attack>> = Mutex::default();
    let next = || waiting.lock().ok()?.pop_front();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(name) = next() {
                    let attack = targets.attack(repo, name, seconds);
                    if let Ok(mut attacks) = attacks.lock() {
                        attacks.push(attack);
                    }
                }
            });
        }
    });
    let mut attacks = attacks
        .into_inner()
        .map_err(|_| "an attack ended in a panic")?;
    attacks.sort_by(|a, b| a.name.cmp(&b.name));
    println!("target        corpus   executions   edges reached");
    for Attack { name, log, .. } in &attacks {
        println!(
            "{name:<12} {:>7} {:>12} {:>15}",
            corpus_size(repo, name),
            number_after(log, "stat::number_of_executed_units: "),
            number_after(log, " cov: "),
        );
    }
    println!("{} s in all", start.elapsed().as_secs());
    let failed: Vec<String> = attacks
        .iter()
        .filter(|it| !it.held)
        .map(Attack::told)
        .collect();
    if !failed.is_empty() {
        return Err(Failure::at("properties that do not hold", &failed));
    }
    Ok(sanitizer::passed(targets.leaks))
}

/// The programs, once they are built.
struct Targets {
    names: Vec<String>,
    /// Where the programs are.
    built: PathBuf,
    /// What runs leave behind.
    made: PathBuf,
    /// Whether the sanitizer may look for leaks here.
    leaks: bool,
}

impl Targets {
    /// Builds all targets and takes those that are wanted; nothing where there is no nightly toolchain.
    fn build(repo: &Repo, wanted: &[String]) -> Result<Option<Self>, Failure> {
        let names = names(repo)?;
        if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
            return Err(format!(
                "no target is called '{unknown}'; there are: {}",
                names.join(", ")
            )
            .into());
        }
        if !is_installed(repo, "nightly") {
            return Ok(None);
        }
        let version = RUSTC.run(repo, "+nightly --version --verbose").read()?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .ok_or("rustc does not tell its host")?;
        let made = repo.scratch("fuzz")?;
        CARGO
            // With `--target`, what runs while building is built without the flags.
            .run(
                repo,
                "+nightly build --locked --release --manifest-path fuzz/Cargo.toml",
            )
            .args(&format!("--target {host} --target-dir"))
            .arg(&made)
            .env("RUSTFLAGS", FLAGS)
            .show()?;
        let mut targets = Self {
            names: if wanted.is_empty() {
                names
            } else {
                wanted.to_vec()
            },
            built: made.join(host).join("release"),
            made,
            leaks: true,
        };
        if let Some(name) = targets.names.first() {
            let prefix = format!("-artifact_prefix={}/", targets.made.display());
            let probe = targets.of(repo, name).args("-runs=0").arg(prefix);
            let (.., log) = probe.try_read()?;
            targets.leaks = sanitizer::sees_leaks(&log);
        }
        Ok(Some(targets))
    }

    /// A run of a target, without arguments yet.
    fn of(&self, repo: &Repo, name: &str) -> Run<'static> {
        // libgit2's HTTP parser has two private tables of one name, which the sanitizer takes for one defined twice.
        let options = format!("detect_odr_violation=0:{}", sanitizer::options(self.leaks));
        COMPILED
            .run_at(repo, &self.built.join(name))
            .env("ASAN_OPTIONS", &options)
    }

    /// Runs the corpus and then attacks for so many seconds.
    fn attack(&self, repo: &Repo, name: &str, seconds: u64) -> Attack {
        let limit = match seconds {
            0 => "-runs=0".to_owned(),
            _ => format!("-max_total_time={seconds}"),
        };
        let ended = self.directory("found", name).and_then(|found| {
            let crashes = self.directory("failed", name)?;
            self.of(repo, name)
                .args(LIMITS)
                .args(&limit)
                .arg(format!("-artifact_prefix={}/", crashes.display()))
                .arg(found)
                .arg(corpus(repo, name))
                .try_read()
        });
        let (held, log) = match ended {
            Ok((held, _, log)) => (held, log),
            Err(why) => (false, why.to_string()),
        };
        Attack {
            name: name.to_owned(),
            held,
            log,
        }
    }

    /// Writes the committed corpus anew.
    fn minimise(&self, repo: &Repo, name: &str) -> Result<(), Failure> {
        let seeds = self.directory("seeds", name)?;
        seeds::write(repo, name, &seeds)?;
        let merged = self.directory("merged", name)?;
        empty(&merged)?;
        let corpus = corpus(repo, name);
        // As few as reach each edge, however often: those that only go around a loop more often would be four times as many.
        let merge = "-set_cover_merge=1 -use_counters=0";
        let run = self.of(repo, name).args(merge).arg(&merged);
        let run = run.arg(&seeds).arg(self.directory("found", name)?);
        let run = if corpus.is_dir() {
            run.arg(&corpus)
        } else {
            run
        };
        let (merged_all, _, log) = run.try_read()?;
        if !merged_all {
            return Err(format!("{name}: {log}").into());
        }
        make(&corpus)?;
        empty(&corpus)?;
        for input in files(&merged)? {
            let to = corpus.join(input.file_name().unwrap_or_default());
            fs::copy(&input, to).map_err(|error| format!("{}: {error}", input.display()))?;
        }
        println!("{name}: {} inputs", corpus_size(repo, name));
        Ok(())
    }

    /// A directory for what runs of a target leave behind.
    fn directory(&self, what: &str, name: &str) -> Result<PathBuf, Failure> {
        let path = self.made.join(what).join(name);
        make(&path)?;
        Ok(path)
    }
}

/// How a run ended.
struct Attack {
    name: String,
    held: bool,
    /// What libFuzzer printed.
    log: String,
}

impl Attack {
    /// What failed, and how to see it again.
    fn told(&self) -> String {
        const WRITTEN: &str = "Test unit written to ";
        let name = &self.name;
        // Those before the last are slow ones, which libFuzzer only tells of.
        match self
            .log
            .lines()
            .rev()
            .find_map(|line| Some(line.split_once(WRITTEN)?.1))
        {
            Some(input) => format!(
                "{}\n    {name}: to see it again: cargo xtask fuzz {name} --input {input}",
                self.log
            ),
            None => format!("{name}: {}", self.log),
        }
    }
}

/// The targets that there are: one for each file of `fuzz/fuzz_targets/`.
fn names(repo: &Repo) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = files(&repo.root.join("fuzz/fuzz_targets"))?
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// The committed corpus of a target.
fn corpus(repo: &Repo, name: &str) -> PathBuf {
    repo.root.join("fuzz/corpus").join(name)
}

fn corpus_size(repo: &Repo, name: &str) -> usize {
    files(&corpus(repo, name)).map_or(0, |files| files.len())
}

/// The last number that stands after these words; 0 where there is none.
fn number_after(log: &str, words: &str) -> u64 {
    let after = log.rsplit_once(words).map_or("", |(_, after)| after);
    let digits = after.split(|char: char| !char.is_ascii_digit()).next();
    digits
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let told = |error| format!("{}: {error}", directory.display());
    fs::read_dir(directory)
        .map_err(told)?
        .map(|entry| Ok(entry.map_err(told)?.path()))
        .collect()
}

fn make(directory: &Path) -> Result<(), Failure> {
    fs::create_dir_all(directory)
        .map_err(|error| format!("{}: {error}", directory.display()).into())
}

/// What an input is called that once failed, and that stays in the corpus whatever it reaches.
const FAILED: &str = "failed-";

fn empty(directory: &Path) -> Result<(), Failure> {
    let stays = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with(FAILED)
    };
    for file in files(directory)?.iter().filter(|file| !stays(file)) {
        fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::number_after;

    #[test]
    fn the_last_number_counts() {
        let log = "#2 INITED cov: 81 ft: 82\n#9 NEW cov: 93 ft: 95\nstat::peak_rss_mb: 30";
        assert_eq!(number_after(log, " cov: "), 93);
        assert_eq!(number_after(log, "stat::peak_rss_mb: "), 30);
        assert_eq!(number_after(log, "stat::none: "), 0);
    }
}
