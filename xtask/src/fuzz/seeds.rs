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
    ("node_raw", &["parse", "normalize", "is_valid"], &["/text"]),
    ("node_raw", &["parse_lines"], &["/buffer"]),
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
        &["hosted_workspace_dir_name"],
        &["/host", "/repository_path", "acme", "widget"],
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

/// Divides the arguments of a call in an input of `c_abi`.
const ARGUMENT_DIVIDER: u8 = 0xFE;

/// The calls of `c_abi`: the letter of each function, operations, and where its arguments are, as above.
const CALLS: &[(&str, &[&str], &[&str])] = &[
    ("a", &["check_slug"], &["/text"]),
    ("b", &["check_name"], &["/text"]),
    ("c", &["check_tag"], &["/text"]),
    ("d", &["check_branch"], &["/text"]),
    ("e", &["check_path"], &["/text"]),
    ("f", &["check_worktree_key"], &["/text"]),
    ("g", &["is_valid"], &["/text"]),
    ("p", &["normalize"], &["/text"]),
    ("r", &["suggest_slug"], &["/text"]),
    ("s", &["default_slug"], &["/user_id"]),
    ("t", &["legacy_user_alias"], &["/user_id", "/alias"]),
    ("u", &["workspace_dir_name"], &["/owner", "/repo"]),
    ("v", &["distinct_workspace_dir_name"], &["/owner", "/repo"]),
    (
        "w",
        &["template_alias"],
        &["/scope_id", "/name", "/version"],
    ),
    (
        "x",
        &["distinct_template_alias"],
        &["/scope_id", "/name", "/version"],
    ),
    (
        "z",
        &["workspace_path"],
        &["/data_dir", "/user_id", "/owner", "/repo"],
    ),
    ("A", &["contains"], &["/base", "/path"]),
    (
        "X",
        &["hosted_workspace_dir_name"],
        &["/host", "/repository_path"],
    ),
    ("C", &["key"], &["/primary_path", "/branch_name"]),
    (
        "D",
        &["key"],
        &["/primary_path", "/worktree_key", "/worktree_path"],
    ),
    ("E", &["key_from_uri"], &["/text"]),
    ("F", &["key_from_json"], &["/text"]),
    ("K", &["metadata"], &["/text"]),
    ("P", &["parse"], &["/text"]),
    ("Q", &["parse_lines"], &["/buffer"]),
    ("R", &["compare"], &["/a", "/b"]),
    ("S", &["content_hash"], &["/content"]),
    (
        "T",
        &["checkout_info", "resolve_scope"],
        &["/path", "/branch", "0"],
    ),
    ("U", &["disk"], &["/user_id", "/owner", "/repo", "/path"]),
];

/// Sequences of such calls, which no vector has: what makes handles, and what uses and ends them.
const SEQUENCES: &[&[&str]] = &[
    &[
        "B~/src/app",
        "C~/src/app\u{1}main",
        "D~/src/app\u{1}wt\u{1}/w",
        "G~00",
        "G 17",
        "G(26",
        "H~0\u{1}1",
        "I#2",
        "J~",
        "G~00",
    ],
    &[
        "E~scope:global",
        "I!0",
        "I~0",
        "G~18",
        "F~{\"type\":\"global\"}",
        "H~0\u{1}1",
        "G~09",
    ],
    &[
        "N~-\u{1}-\u{1}0",
        "O~widget\u{1}acme\u{1}-\u{1}00",
        "O~user-42-web\u{1}-\u{1}42\u{1}00",
        "O~ @Acme/X\u{1}-\u{1}-\u{1}01",
    ],
    &[
        "N~acme\u{1}old-\u{1}0\u{1}one\u{1}two-",
        "O~old-x\u{1}-\u{1}-\u{1}00",
        "N~-\u{1}-\u{1}1\u{1}a!c\u{1}-",
    ],
    &[
        "L~acme\u{1}widget\u{1}2026-01-31T12:00:00Z",
        "M~0",
        "M~01",
        "M$03",
        "M~04",
        "M~09",
        "W~01\u{1}2026-03-31T12:00:00Z\u{1}7",
        "W~02\u{1}2026-03-31T12:00:00Z\u{1}-1",
        "W~03\u{1}today\u{1}7",
        "W~19\u{1}\u{1}0",
    ],
    &[
        "U~u\u{1}acme\u{1}widget\u{1}$/acme__widget/.workspace.json",
        "U~u\u{1}acme\u{1}none\u{1}$/lost/../none",
    ],
    &[
        "T~.\u{1}-\u{1}0",
        "T~.\u{1}main\u{1}3",
        "T!src\u{1}-\u{1}4",
        "T~none\u{1}-\u{1}2",
        "T~.\u{1}a..b\u{1}3",
        "T~.\u{1}-\u{1}9",
    ],
    &[
        "R~@acme/a\u{1}@acme/b",
        "y~acme\u{1}widget\u{1}1",
        "q~@acme/widget",
        "i~x",
        "h~acme",
        "j~1",
        "k~main",
    ],
    &[
        "l~personal",
        "m~admin",
        "n~read",
        "o~auto",
        "S~acme",
        "V~1131\u{1}42\u{1}42",
        "V~2020\u{1}-\u{1}7",
        "V~9111",
    ],
];

/// The input that a sequence makes; U+0001 stands for the divider of arguments.
fn sequence(calls: &[&str]) -> Vec<u8> {
    let mut input = calls.join("\u{2}").into_bytes();
    for byte in &mut input {
        match byte {
            1 => *byte = ARGUMENT_DIVIDER,
            2 => *byte = DIVIDER,
            _ => {}
        }
    }
    input
}

/// Writes the seeds of a target, one file each.
pub(super) fn write(repo: &Repo, target: &str, directory: &Path) -> Result<(), Failure> {
    let mut count = 0;
    let mut put = |seed: Vec<u8>| {
        let file = directory.join(format!("{count:05}"));
        count += 1;
        fs::write(&file, seed).map_err(|error| format!("{}: {error}", file.display()))
    };
    if target == "c_abi" {
        for calls in SEQUENCES {
            put(sequence(calls))?;
        }
    }
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
                    put(input(&case["args"], texts, DIVIDER))?;
                }
            }
            for (letter, ops, texts) in CALLS {
                if target == "c_abi" && ops.contains(&op) {
                    // With a large buffer; the attack finds the small ones.
                    let call = [letter.as_bytes(), b"~"].concat();
                    put([call, input(&case["args"], texts, ARGUMENT_DIVIDER)].concat())?;
                }
            }
        }
    }
    Ok(())
}

/// The input that a case's arguments make.
fn input(args: &Value, texts: &[&str], divider: u8) -> Vec<u8> {
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
    texts.join(&divider)
}

#[cfg(test)]
mod tests {
    use super::{DIVIDER, input, sequence};
    use serde_json::json;

    #[test]
    fn texts_are_divided_and_missing_ones_are_marked() {
        let args = json!({"text": "widget", "dirty": true});
        assert_eq!(
            input(&args, &["/text", "/dirty", "/user_id", "acme"], DIVIDER),
            b"widget\xFFtrue\xFF-\xFFacme"
        );
    }

    #[test]
    fn calls_and_their_arguments_are_divided() {
        assert_eq!(sequence(&["R~a\u{1}b", "J~"]), b"R~a\xFEb\xFFJ~");
    }
}
