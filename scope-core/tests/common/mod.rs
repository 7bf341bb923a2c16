//! The conformance vectors, as they are in the files.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every case of every file but the schema, in the order of the files' names.
pub(crate) fn cases() -> Vec<Value> {
    cases_in("conformance")
}

/// The same of another directory, named from the root of the repository.
pub(crate) fn cases_in(directory: &str) -> Vec<Value> {
    let directory = repository().join(directory);
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)
        .unwrap_or_else(|fault| panic!("{}: {fault}", directory.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "schema"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no vectors in {}", directory.display());
    files.iter().flat_map(cases_of).collect()
}

fn cases_of(file: &PathBuf) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    let document: Value =
        serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    let cases = document["cases"].as_array();
    cases
        .unwrap_or_else(|| panic!("{}: no cases", file.display()))
        .clone()
}
