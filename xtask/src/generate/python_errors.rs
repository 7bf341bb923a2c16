//! The table of error codes in the Python package's documentation is that of the specification.

use super::Generated;
use crate::repo::Repo;
use crate::step::Failure;

pub(super) const FILE: Generated = Generated {
    path: "bindings/python/README.md",
    make,
};

const HEADER: &str = "| number | code |";

fn make(repo: &Repo, readme: &str) -> Result<String, Failure> {
    let spec = repo.read("docs/spec.md")?;
    let (_, rows, _) = parts(&spec).ok_or("docs/spec.md has no table of error codes")?;
    let (before, _, after) =
        parts(readme).ok_or("bindings/python/README.md has no table of error codes")?;
    Ok([before, rows, after].concat())
}

/// What stands before the table, the table, and what stands after it.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (before, table) = text.split_at(text.find(HEADER)?);
    let length: usize = table
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('|'))
        .map(str::len)
        .sum();
    let (table, after) = table.split_at(length);
    Some((before, table, after))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn the_table_ends_where_its_rows_do() {
        let text = "a\n| number | code |\n|---|---|\n| 1 | x |\n\nb\n";
        let (before, table, after) = parts(text).unwrap();
        assert_eq!((before, after), ("a\n", "\nb\n"));
        assert_eq!(table.lines().count(), 3);
    }
}
