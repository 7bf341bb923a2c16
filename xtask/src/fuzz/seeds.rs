//! Seeds: the texts of the conformance vectors, each with the target that asks about such texts.

use crate::repo::Repo;
use crate::step::Failure;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Divides the texts of an input; `fields` in `fuzz/src/lib.rs` reads it.
const DIVIDER: u8 = 0xFF;

/// Which argument of a vector is which text of an input: a target, operations, and JSON pointers or words.
const SHAPES: &[(&str, &[&str], &[&str])] = &[
    ("reference", &["parse", "normalize", "is_valid"], &["/text"]),
    ("reference", &["parse_lines"], &["/buffer"]),
    (
        "slug",
        &[
            "check_slug",
            "check_name",
            "check_tag",
            "check_branch",
            "suggest_slug",
        ],
        &["/text"],
    ),
    (
        "resolve",
        &["resolve"],
        &["/text", "/default_scope", "/user_id"],
    ),
    ("contains", &["contains"], &["/base", "/path"]),
    ("metadata", &["metadata"], &["/text"]),
    (
        "metadata",
        &["decide_retention"],
        &["/metadata", "/now", "/dirty", "/max_idle_days"],
    ),
    (
        "names",
        &["workspace_dir_name", "distinct_workspace_dir_name"],
        &["/owner", "/repo"],
    ),
    (
        "names",
        &["confusable_dirs"],
        &["/a/owner", "/a/repo", "/b/owner", "/b/repo"],
    ),
    (
        "names",
        &["template_alias", "distinct_template_alias"],
        &["/name", "/version", "acme", "widget", "/scope_id"],
    ),
    ("scope_key", &["key_from_uri", "key_from_json"], &["/text"]),
    (
        "scope_key",
        &["key"],
        &["global", "/kind", "/primary_path", "/branch_name"],
    ),
    (
        "scope_key",
        &["key"],
        &["global", "/kind", "/primary_path", "/worktree_key"],
    ),
    (
        "scope_key",
        &["confusable_keys"],
        &[
            "global",
            "/a/kind",
            "/a/primary_path",
            "/a/branch_name",
            "/b/kind",
            "/b/primary_path",
            "/b/branch_name",
        ],
    ),
];

/// Writes the seeds of a target, one file each.
pub(super) fn write(repo: &Repo, target: &str, directory: &Path) -> Result<(), Failure> {
    let mut count = 0;
    for path in repo.files_with("json")? {
        if !path.starts_with("conformance/") {
            continue;
        }
        let vectors: Value =
            serde_json::from_str(&repo.read(&path)?).map_err(|error| format!("{path}: {error}"))?;
        for case in vectors["cases"].as_array().into_iter().flatten() {
            let op = case["op"].as_str().unwrap_or_default();
            for (of, ops, texts) in SHAPES {
                if *of == target && ops.contains(&op) {
                    let file = directory.join(format!("{count:05}"));
                    count += 1;
                    fs::write(&file, input(&case["args"], texts))
                        .map_err(|error| format!("{}: {error}", file.display()))?;
                }
            }
        }
    }
    Ok(())
}

/// The input that a case's arguments make.
fn input(args: &Value, texts: &[&str]) -> Vec<u8> {
    let text = |text: &&str| match args.pointer(text).filter(|_| text.starts_with('/')) {
        Some(Value::String(text)) => text.clone(),
        // Longer or stranger than a seed should be: a form that the vectors use for what is no JSON string.
        Some(Value::Object(form)) => form
            .get("prefix")
            .and_then(Value::as_str)
            .unwrap_or("x")
            .to_owned(),
        Some(other) => other.to_string(),
        None if text.starts_with('/') => "-".to_owned(),
        None => (*text).to_owned(),
    };
    let texts: Vec<Vec<u8>> = texts.iter().map(|it| text(it).into_bytes()).collect();
    texts.join(&DIVIDER)
}

#[cfg(test)]
mod tests {
    use super::input;
    use serde_json::json;

    #[test]
    fn texts_are_divided_and_missing_ones_are_marked() {
        let args = json!({"text": "widget", "dirty": true});
        assert_eq!(
            input(&args, &["/text", "/dirty", "/user_id", "acme"]),
            b"widget\xFFtrue\xFF-\xFFacme"
        );
    }
}
