//! The specification's table of error codes has a row for each code that the command knows, under its number.
//!
//! Sentence and rules are written by hand and kept: a new code gets a row in which they wait to be filled in.

use super::Generated;
use crate::repo::Repo;
use crate::step::Failure;
use crate::tool::CARGO;

pub(super) const FILE: Generated = Generated {
    path: "docs/spec.md",
    make,
};

const HEADER: &str = "| number | code |";

fn make(repo: &Repo, spec: &str) -> Result<String, Failure> {
    let listed = CARGO
        .run(repo, "run --quiet --package scope-cli -- spec errors")
        .read()?;
    let codes: Vec<(u16, &str)> = listed.lines().filter_map(number_and_code).collect();
    if codes.is_empty() {
        return Err("`scope spec errors` lists no codes".into());
    }
    renew(spec, &codes)
}

/// What a line of `scope spec errors` begins with, unless it is a heading.
fn number_and_code(line: &str) -> Option<(u16, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?))
}

/// The specification with exactly these codes in its table.
fn renew(spec: &str, codes: &[(u16, &str)]) -> Result<String, Failure> {
    let lines: Vec<&str> = spec.lines().collect();
    let header = lines.iter().position(|line| line.starts_with(HEADER));
    let first = header.ok_or("docs/spec.md has no table of error codes")? + 2;
    let rows = lines[first..]
        .iter()
        .take_while(|line| line.starts_with('|'))
        .count();
    let (before, rest) = lines.split_at(first);
    let (old, after) = rest.split_at(rows);

    let new = codes.iter().map(|(number, code)| {
        let start = format!("| {number} | `{code}` |");
        let kept = old.iter().find(|row| row.starts_with(&start));
        kept.map_or_else(|| format!("{start}  |  |"), |row| (*row).to_owned())
    });
    let all = before.iter().map(ToString::to_string).chain(new);
    let all = all.chain(after.iter().map(ToString::to_string));
    Ok(all.map(|line| line + "\n").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = "\
        # E\n\n| number | code | sentence | rules |\n|---|---|---|---|\n\
        | 1 | `one` | a sentence | E1 |\n| 2 | `two` | another | E1 |\n\nAfter.\n";

    #[test]
    fn a_true_table_stays() {
        assert_eq!(renew(SPEC, &[(1, "one"), (2, "two")]).unwrap(), SPEC);
    }

    #[test]
    fn a_new_code_gets_a_row_and_a_stale_row_goes() {
        let new = renew(SPEC, &[(1, "one"), (3, "three")]).unwrap();
        assert_eq!(
            new,
            SPEC.replace("| 2 | `two` | another | E1 |", "| 3 | `three` |  |  |")
        );
    }

    #[test]
    fn headings_are_no_codes() {
        assert_eq!(number_and_code("number  code"), None);
        assert_eq!(
            number_and_code(" 12  consecutive_dots  …"),
            Some((12, "consecutive_dots"))
        );
    }
}
