//! `--format` and `--print`.

use serde_json::{Value, json};

use crate::run::{pipe, scope};

fn lines(stdout: &str) -> Vec<Value> {
    let lines = stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn text_is_cut_at_tabs() {
    let stdout = scope(&["parse", "@acme/widget:latest", "@acme/widget"]).good();
    assert_eq!(stdout, "acme\twidget\tlatest\nacme\twidget\n");
}

#[test]
fn one_field_is_printed_alone() {
    for (field, printed) in [
        ("reference", "@acme/my_image:v1\n"),
        ("scope", "acme\n"),
        ("name", "my_image\n"),
        ("tag", "v1\n"),
        ("storage_component", "acme__my_image\n"),
    ] {
        let args = ["parse", "--print", field, "@acme/my_image:v1"];
        assert_eq!(scope(&args).good(), printed);
    }
    // A field that is not there is an empty line, so that lines of two fields still pair up.
    assert_eq!(
        scope(&["parse", "--print", "tag", "@acme/a", "@acme/b:c"]).good(),
        "\nc\n"
    );
}

#[test]
fn json_has_an_object_for_every_item_in_order() {
    let expected = json!([
        {
            "input": "@acme/widget:latest",
            "reference": "@acme/widget:latest",
            "scope": "acme",
            "name": "widget",
            "tag": "latest",
            "storage_component": "acme__widget",
        },
        {
            "input": "@Acme/widget",
            "error": {
                "code": "invalid_character",
                "number": 9,
                "part": "scope",
                "input": "reference",
                "offset": 1,
                "message": "invalid reference \"@Acme/widget\": the scope may not hold 'A'; use only a-z, \
                            0-9 and '-'; did you mean \"@acme/widget\"?",
                "suggestion": "@acme/widget",
            },
        },
        {
            "input": "@acme/widget",
            "reference": "@acme/widget",
            "scope": "acme",
            "name": "widget",
            "tag": null,
            "storage_component": "acme__widget",
        },
    ]);
    let items = "@acme/widget:latest\n@Acme/widget\n@acme/widget\n";
    let ran = pipe(&["parse", "--format", "json"], items);
    let found: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(found, expected);
    assert!(ran.invalid().starts_with("error[invalid_character]: "));
    let ran = pipe(&["parse", "--format", "jsonl"], items);
    assert_eq!(Value::Array(lines(&ran.stdout)), expected);
}

#[test]
fn no_item_is_no_object() {
    assert_eq!(pipe(&["parse", "--format", "json"], "").good(), "[]\n");
    assert_eq!(pipe(&["parse", "--format", "jsonl"], "").good(), "");
}

#[test]
fn json_stands_what_text_may_hold() {
    let hostile = "@a\u{0}\u{1b}\"\\\u{7f}\u{9b}\u{202e}\u{fffd}é日🚀/\t";
    let ran = pipe(&["parse", "--format", "jsonl"], hostile);
    assert_eq!(lines(&ran.stdout)[0]["input"], hostile);
    assert!(!ran.stdout.trim_end().contains(|c: char| c.is_control()));
    let ran = pipe(&["parse", "--format", "jsonl"], b"@acme/\xFF");
    let found = &lines(&ran.stdout)[0];
    assert_eq!(found["input"], "@acme/\u{fffd}");
    assert_eq!(found["error"]["code"], "invalid_unicode");
    assert_eq!(found["error"]["number"], 13);
    assert_eq!(found["error"]["offset"], 6);
    let message = found["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("invalid reference \"@acme/\"...: "),
        "{message}"
    );
}

#[test]
fn several_fields_are_an_object_by_part() {
    let ran = pipe(&["key", "branch", "--format", "jsonl"], "/src/app\ta b\n");
    let found = &lines(&ran.stdout)[0];
    assert_eq!(
        found["input"],
        json!({"primary_path": "/src/app", "branch_name": "a b"})
    );
    assert_eq!(found["error"]["code"], "invalid_character");
    assert_eq!(found["error"]["input"], "branch_name");
    assert_eq!(found["error"]["offset"], 1);
    let stdout = scope(&["key", "worktree", "--format", "jsonl", "/src/app", "k"]).good();
    assert_eq!(
        lines(&stdout)[0]["input"],
        json!({"primary_path": "/src/app", "worktree_key": "k", "worktree_path": null})
    );
}

#[test]
fn a_line_that_is_too_long_is_not_given_back() {
    let ran = pipe(&["parse", "--format", "jsonl"], "a".repeat((1 << 20) + 1));
    assert_eq!(
        lines(&ran.stdout)[0],
        json!({"input": null, "error": {
            "code": "too_long",
            "number": 8,
            "part": "line",
            "input": "line",
            "offset": 1_048_576,
            "message": "invalid line: the line is longer than 1048576 bytes",
            "suggestion": null,
        }})
    );
}

#[test]
fn no_suggestion_is_null() {
    let ran = pipe(
        &["slug", "suggest", "--format", "jsonl"],
        "日本\nÜber Café\n",
    );
    assert_eq!(
        lines(&ran.stdout),
        [
            json!({"input": "日本", "slug": null}),
            json!({"input": "Über Café", "slug": "uber-cafe"}),
        ]
    );
    assert_eq!(ran.status, Some(1));
}
