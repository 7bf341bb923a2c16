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

/// Keeps what a bench in another language measured, for the page.
pub(crate) fn keep(repo: &Repo, language: &str, ratios: &[Ratio]) -> Result<(), Failure> {
    let rows: Vec<Value> = ratios
        .iter()
        .map(|it| {
            let Spread { low, median, high } = it.times;
            json!({"this": it.this, "that": it.that, "low": low, "median": median, "high": high})
        })
        .collect();
    let path = repo.scratch("bench")?.join(format!("{language}.json"));
    fs::write(&path, json!(rows).to_string())
        .map_err(|error| format!("{}: {error}", path.display()).into())
}

/// What was kept of a language; nothing where its bench did not run.
pub(crate) fn kept(repo: &Repo, language: &str) -> Result<Vec<Ratio>, Failure> {
    let path = repo.scratch("bench")?.join(format!("{language}.json"));
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let rows = read(&path)?;
    let ratio = |row: &Value| {
        let text = |field: &str| row[field].as_str().map(str::to_owned);
        Some(Ratio {
            this: text("this")?,
            that: text("that")?,
            times: Spread {
                low: row["low"].as_f64()?,
                median: row["median"].as_f64()?,
                high: row["high"].as_f64()?,
            },
        })
    };
    Ok(rows
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(ratio)
        .collect())
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
