//! What benches measured: criterion's samples, and ratios that benches in other languages keep.

use crate::repo::Repo;
use crate::step::Failure;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The middle of some measurements, and the quartiles around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Spread {
    /// Of any measurements; nothing where there are none.
    pub(crate) fn of(mut measured: Vec<f64>) -> Option<Self> {
        measured.sort_by(f64::total_cmp);
        let at = |quarter: usize| {
            measured
                .get((measured.len().checked_sub(1)? * quarter + 2) / 4)
                .copied()
        };
        Some(Self {
            low: at(1)?,
            median: at(2)?,
            high: at(3)?,
        })
    }

    pub(crate) fn divided_by(self, by: f64) -> Self {
        Self {
            low: self.low / by,
            median: self.median / by,
            high: self.high / by,
        }
    }
}

/// A benchmark of criterion: what it is called within its group, and nanoseconds for one iteration.
pub(crate) struct Benchmark {
    pub(crate) name: String,
    pub(crate) time: Spread,
}

/// The benchmarks of a group, as last run, in no order; none where the group did not run.
pub(crate) fn criterion(repo: &Repo, group: &str) -> Result<Vec<Benchmark>, Failure> {
    let directory = repo.target()?.join("criterion").join(group);
    let Ok(entries) = fs::read_dir(directory) else {
        return Ok(Vec::new());
    };
    let mut benchmarks = Vec::new();
    for entry in entries.flatten() {
        let sample = entry.path().join("new/sample.json");
        if !sample.is_file() {
            continue;
        }
        let sample = read(&sample)?;
        let numbers = |field: &str| -> Vec<f64> {
            let list = sample[field].as_array().into_iter().flatten();
            list.filter_map(Value::as_f64).collect()
        };
        let each = numbers("times")
            .iter()
            .zip(numbers("iters"))
            .map(|(time, count)| time / count)
            .collect();
        if let Some(time) = Spread::of(each) {
            benchmarks.push(Benchmark {
                name: entry.file_name().to_string_lossy().into_owned(),
                time,
            });
        }
    }
    Ok(benchmarks)
}

/// A row of a table that a bench in another language keeps: this costs so many times what that does.
pub(crate) struct Ratio {
    pub(crate) this: String,
    pub(crate) that: String,
    pub(crate) times: Spread,
}

/// The environment variable that tells a bench the file for its ratios: a JSON object a line, with the fields of
/// [`Ratio`] and [`Spread`].
pub(crate) const RESULTS: &str = "SCOPE_BENCH_RESULTS";

/// Where the ratios of that name are kept; there are none yet.
pub(crate) fn place(repo: &Repo, name: &str) -> Result<String, Failure> {
    let path = repo.scratch("bench")?.join(format!("{name}.jsonl"));
    fs::write(&path, "").map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path.display().to_string())
}

/// Keeps ratios, for the page.
pub(crate) fn keep(repo: &Repo, name: &str, ratios: &[Ratio]) -> Result<(), Failure> {
    let lines: Vec<String> = ratios
        .iter()
        .map(|it| {
            let Spread { low, median, high } = it.times;
            json!({"this": it.this, "that": it.that, "low": low, "median": median, "high": high})
                .to_string()
        })
        .collect();
    let path = place(repo, name)?;
    fs::write(&path, lines.join("\n")).map_err(|error| format!("{path}: {error}").into())
}

/// The ratios of that name; none where the bench did not run.
pub(crate) fn kept(repo: &Repo, name: &str) -> Result<Vec<Ratio>, Failure> {
    let path = repo.scratch("bench")?.join(format!("{name}.jsonl"));
    let lines = fs::read_to_string(&path).unwrap_or_default();
    lines
        .lines()
        .map(|line| {
            ratio(line).ok_or_else(|| format!("{}: no ratio: {line}", path.display()).into())
        })
        .collect()
}

fn ratio(line: &str) -> Option<Ratio> {
    let row: Value = serde_json::from_str(line).ok()?;
    let text = |field: &str| row[field].as_str().map(str::to_owned);
    let number = |field: &str| row[field].as_f64();
    Some(Ratio {
        this: text("this")?,
        that: text("that")?,
        times: Spread {
            low: number("low")?,
            median: number("median")?,
            high: number("high")?,
        },
    })
}

fn read(path: &Path) -> Result<Value, Failure> {
    let told =
        |error: &dyn std::fmt::Display| Failure::from(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn a_spread_is_the_median_and_the_quartiles() {
        let spread = Spread {
            low: 2.0,
            median: 3.0,
            high: 4.0,
        };
        assert_eq!(Spread::of(vec![5.0, 1.0, 3.0, 2.0, 4.0]), Some(spread));
        assert_eq!(Spread::of(vec![7.0]), Spread::of(vec![7.0; 9]));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
