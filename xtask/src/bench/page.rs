//! Writes `docs/performance.md` and its plot from what the other benches measured.

use super::chart::{Line, Panel, svg};
use super::results::{Benchmark, Spread, criterion, kept};
use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::{NODE, PYTHON, RUSTC};
use serde_json::Value;
use std::fmt::Write;
use std::fs;

pub(crate) const STEP: Step = Step {
    name: "page",
    about: "writes docs/performance.md from what was measured last",
    run,
};

const PAGE: &str = "docs/performance.md";
const PLOT: &str = "docs/performance.svg";

/// A group of criterion's benchmarks, each held against the first named.
struct Table {
    group: &'static str,
    title: &'static str,
    about: &'static str,
    /// The benchmark that is 1, then the others: name and what it is.
    rows: &'static [(&'static str, &'static str)],
}

const TABLES: &[Table] = &[
    Table {
        group: "parse20",
        title: "Parsing references of 20 bytes",
        about: "A thousand references, half of them with a tag. Each peer parses what it is made for, of the same length.",
        rows: &[
            ("scope", "`Reference::parse`"),
            ("scope_is_valid", "`is_valid`"),
            ("scope_failing", "`Reference::parse`, each text at fault"),
            ("naive", "the parser that one writes by hand, rule by rule"),
            ("regex", "`regex`: is it a match?"),
            ("semver", "`semver`, a version of 19 bytes"),
            ("purl", "`purl`, the same names as package URLs"),
            ("oci-spec", "`oci-spec`, the same names as image references"),
        ],
    },
    Table {
        group: "mixed",
        title: "Parsing what comes: 12 to 60 bytes, one in five at fault",
        about: "A thousand texts in an order that no branch predictor learns.",
        rows: &[
            ("scope", "`Reference::parse`"),
            ("scope_is_valid", "`is_valid`"),
            ("naive", "the parser that one writes by hand, rule by rule"),
            ("regex", "`regex`: is it a match?"),
        ],
    },
    Table {
        group: "checkout",
        title: "The scope key of a checkout",
        about: "From a directory inside a linked worktree.",
        rows: &[
            ("scope", "`scope-git`: the repository"),
            ("scope_branch", "`scope-git`: the branch"),
            ("scope_info", "`scope-git`: all it knows"),
            ("calls", "the system calls alone, for the repository"),
            ("calls_to_read", "of these, reading the four files"),
            ("git2", "`git2` alone: opens and asks"),
            ("four_processes", "four runs of `git rev-parse`"),
        ],
    },
];

/// Ratios that benches keep, in the order in which they are shown: their name, a title, and what they are of.
const RATIOS: &[(&str, &str, &str)] = &[
    (
        "workspace",
        "Workspaces on a disk",
        "`scope-workspace`, each beside another way to the same answer.",
    ),
    (
        "c",
        "C",
        "A loop over a thousand references, beside the same loop in Rust.",
    ),
    (
        "python",
        "Python",
        "One text, or 10,000 of them in a list, with pyperf: workers of their own, warmed up.",
    ),
    (
        "node",
        "Node",
        "Real names of npm packages, half of them with a tag, with mitata: rounds of one and the other in turn. The \
         yardstick is the same\nrules in JavaScript, written well.",
    ),
];

/// Groups that grow with their input, and what their lines are called.
const HOSTILE: &[(&str, &str)] = &[
    ("hostile_is_slug", "is_slug, “aaa…”"),
    ("hostile_parse_name", "parse, “@acme/aaa…”"),
    ("hostile_parse_slashless", "parse, “@@@…”"),
    ("hostile_normalize", "normalize, “ A A…”"),
    ("hostile_suggest_slug", "suggest_slug, “ẛ̣ẛ̣…”"),
    ("hostile_from_uri", "from_uri, “%2%2…”"),
    ("hostile_metadata", "metadata, “[[[…”"),
];

fn run(repo: &Repo) -> Outcome {
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "{}\n", machine(repo)?);
    let mut lacking = Vec::new();
    for table in TABLES {
        if !write_table(repo, table, &mut page)? {
            lacking.push(table.group);
        }
    }
    for (name, title, about) in RATIOS {
        let ratios = kept(repo, name)?;
        if ratios.is_empty() {
            lacking.push(*name);
            continue;
        }
        let _ = write!(
            page,
            "## {title}\n\n{about}\n\n| this | beside | times as long |\n|---|---|--:|\n"
        );
        for ratio in ratios {
            let _ = writeln!(
                page,
                "| {} | {} | {} |",
                ratio.this,
                ratio.that,
                shown(ratio.times)
            );
        }
        page.push('\n');
    }
    if !write_growth(repo, &mut page)? {
        lacking.push("growth");
    }
    write_instructions(repo, &mut page)?;
    let write = |path: &str, text: &str| {
        fs::write(repo.root.join(path), text).map_err(|error| format!("{path}: {error}"))
    };
    write(PAGE, &page)?;
    println!("{PAGE} is written; look at it, and at {PLOT}, before you commit them");
    if lacking.is_empty() {
        return Ok(Passed::Whole);
    }
    Ok(Passed::Except(format!(
        "what was never measured here, so that the page lacks it: {}",
        lacking.join(", ")
    )))
}

const HEAD: &str = "\
<!-- `cargo xtask bench` writes this page. -->
# Performance

Times say little without the machine; ratios within one run say more. So each table holds the library beside what people
use or write instead, measured in the same run on the same inputs: “3.0” took three times as long as the row that is 1.
In brackets are the quartiles of the samples, over the median of that row. `cargo xtask bench` measures all of it anew,
and `cargo xtask check instructions` refuses a change that needs more instructions than the last section says.

";

/// What it was measured on and with.
fn machine(repo: &Repo) -> Result<String, Failure> {
    let field = |path: &str, name: &str, divider: char| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once(divider))
            .find(|(key, _)| key.trim() == name)
            .map_or("unknown".into(), |(_, value)| {
                value.trim().trim_matches('"').to_owned()
            })
    };
    let processor = field("/proc/cpuinfo", "model name", ':');
    let system = field("/etc/os-release", "PRETTY_NAME", '=');
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let with: Vec<String> = [&RUSTC, &NODE, &PYTHON]
        .iter()
        .filter_map(|tool| match tool.run(repo, "--version").try_read() {
            // Node says its version and not its name.
            Ok((true, said, _)) if tool.program == NODE.program => {
                Some(format!("Node {}", said.trim()))
            }
            Ok((true, said, _)) => Some(said.trim().to_owned()),
            _ => None,
        })
        .collect();
    let packages = repo.metadata()?["packages"].as_array();
    let mut versions: Vec<String> = ["git2", "oci-spec", "purl", "regex", "semver"]
        .iter()
        .filter_map(|peer| {
            let package = packages?.iter().find(|package| package["name"] == **peer)?;
            Some(format!("{peer} {}", package["version"].as_str()?))
        })
        .collect();
    let npm: Value = serde_json::from_str(&repo.read("benches/node/package.json")?)
        .map_err(|error| format!("benches/node/package.json: {error}"))?;
    for (name, version) in npm["devDependencies"].as_object().into_iter().flatten() {
        versions.push(format!("{name} {}", version.as_str().unwrap_or_default()));
    }
    let pypi = repo.read("bindings/python/requirements.txt")?;
    let pypi = pypi.lines().filter_map(|line| line.split_once("=="));
    let peers = pypi.filter(|(name, _)| ["packageurl-python", "pyperf"].contains(name));
    versions.extend(peers.map(|(name, version)| format!("{name} {version}")));
    Ok(format!(
        "Measured on {cores} cores of a virtual machine ({processor}), {system}, with {}; {}.",
        with.join(", "),
        versions.join(", ")
    ))
}

/// Writes a table, if its first row was measured.
fn write_table(repo: &Repo, table: &Table, page: &mut String) -> Result<bool, Failure> {
    let measured = criterion(repo, table.group)?;
    let time = |name: &str| measured.iter().find(|it| it.name == name).map(|it| it.time);
    let Some(unit) = table.rows.first().and_then(|(name, _)| time(name)) else {
        return Ok(false);
    };
    let _ = write!(
        page,
        "## {}\n\n{}\n\n| what | times as long |\n|---|--:|\n",
        table.title, table.about
    );
    for (name, what) in table.rows {
        if let Some(time) = time(name) {
            let _ = writeln!(page, "| {what} | {} |", shown(time.divided_by(unit.median)));
        }
    }
    page.push('\n');
    Ok(true)
}

/// Writes how cost grows, if that was measured.
fn write_growth(repo: &Repo, page: &mut String) -> Result<bool, Failure> {
    let many = points(&criterion(repo, "parse_lines")?);
    let mut hostile = Vec::new();
    for (group, name) in HOSTILE {
        let points = points(&criterion(repo, group)?);
        if !points.is_empty() {
            hostile.push(Line {
                name: (*name).to_owned(),
                points,
            });
        }
    }
    let (Some(&(_, one)), false) = (many.first(), hostile.is_empty()) else {
        return Ok(false);
    };
    page.push_str(
        "## How cost grows\n\nFrom one to ten million references in one buffer (`parse_lines`), and from 10 bytes to \
         10 MB of a text that makes an\noperation work hard. Nothing grows faster than its input; what is refused for \
         its length is not read to its end.\n\n![Cost grows with the input at most in proportion](performance.svg)\n\n\
         | references | each, as times of one alone |\n|--:|--:|\n",
    );
    for (count, time) in &many {
        let _ = writeln!(page, "| {count} | {:.2} |", time / count / one);
    }
    page.push_str(
        "\n| text | 10 B | 10 MB, as times of 10 B | bytes more, as times |\n|---|--:|--:|--:|\n",
    );
    for Line { name, points } in &hostile {
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            let _ = writeln!(
                page,
                "| {name} | 1 | {:.0} | {:.0} |",
                last.1 / first.1,
                last.0 / first.0
            );
        }
    }
    page.push('\n');
    let each = many.iter().map(|(count, time)| (*count, time / count));
    let panels = [
        Panel {
            title: "One call, hostile text",
            across: "bytes of text",
            up: "nanoseconds",
            lines: hostile,
        },
        Panel {
            title: "parse_lines, for each reference",
            across: "references in the buffer",
            up: "nanoseconds for each",
            lines: vec![Line {
                name: "20 bytes each".into(),
                points: each.collect(),
            }],
        },
    ];
    fs::write(repo.root.join(PLOT), svg(&panels)).map_err(|error| format!("{PLOT}: {error}"))?;
    Ok(true)
}

fn write_instructions(repo: &Repo, page: &mut String) -> Result<(), Failure> {
    page.push_str(
        "## Instructions\n\nWhat one run of an operation takes, counted by valgrind: the same on a busy machine.\n\n\
         | operation | instructions |\n|---|--:|\n",
    );
    for (name, count) in crate::instructions::baseline(repo)? {
        let _ = writeln!(page, "| `{name}` | {count} |");
    }
    Ok(())
}

/// Size and nanoseconds of benchmarks that are called by their size.
fn points(benchmarks: &[Benchmark]) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = benchmarks
        .iter()
        .filter_map(|it| Some((it.name.parse().ok()?, it.time.median)))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}

/// A ratio and its quartiles, with as many digits as say something.
fn shown(ratio: Spread) -> String {
    let digits = match ratio.median {
        ..0.1 => 4,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let Spread { low, median, high } = ratio;
    format!("{median:.digits$} ({low:.digits$} to {high:.digits$})")
}

#[cfg(test)]
mod tests {
    use super::{Spread, shown};

    #[test]
    fn ratios_have_the_digits_that_say_something() {
        let spread = |low, median, high| Spread { low, median, high };
        assert_eq!(shown(spread(0.98, 1.0, 1.034)), "1.00 (0.98 to 1.03)");
        assert_eq!(
            shown(spread(0.0034, 0.004, 0.0049)),
            "0.0040 (0.0034 to 0.0049)"
        );
        assert_eq!(shown(spread(11.0, 12.34, 13.0)), "12.3 (11.0 to 13.0)");
        assert_eq!(shown(spread(199.5, 250.4, 300.0)), "250 (200 to 300)");
    }
}
