//! Each command asks the right question. What the answers are is the library's business, and tested there.

use serde_json::Value;

use crate::run::{pipe, scope};

const UUID: &str = "123e4567-e89b-12d3-a456-426614174000";

#[test]
fn parse_normalises_when_asked() {
    let stdout = scope(&["parse", "--normalize", " @Acme/Widget:RC1 "]).good();
    assert_eq!(stdout, "acme\twidget\tRC1\n");
}

#[test]
fn checks_print_what_is_valid() {
    for (check, good, bad, code) in [
        ("slug", "my-team", "ab", "too_short"),
        ("name", "next.js", "a..b", "consecutive_dots"),
        ("tag", "v1.2-RC", ".hidden", "invalid_start"),
        ("branch", "feature/login", "origin/main", "remote_branch"),
    ] {
        let ran = scope(&[check, "check", good, bad]);
        assert_eq!((ran.status, ran.stdout), (Some(1), format!("{good}\n")));
        assert!(
            ran.stderr.starts_with(&format!("error[{code}]: ")),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_slug_is_checked_against_a_policy_only_when_asked() {
    assert_eq!(scope(&["slug", "check", "vm0"]).good(), "vm0\n");
    let code = |args: &[&str], slug| {
        let args = [&["slug", "check", "--claimable"], args, &[slug]].concat();
        let stderr = scope(&args).stderr;
        stderr.split_once(']').map(|(start, _)| start.to_owned())
    };
    let reserved_slug = Some("error[reserved_slug".to_owned());
    let reserved_prefix = Some("error[reserved_prefix".to_owned());
    assert_eq!(code(&[], "vm0"), reserved_slug);
    assert_eq!(code(&[], "admin"), reserved_slug);
    assert_eq!(code(&[], "vm0-next"), reserved_prefix);
    assert_eq!(code(&["--reserved", "root"], "admin"), None);
    assert_eq!(
        code(&["--reserved", "one", "--reserved", "two"], "two"),
        reserved_slug
    );
    assert_eq!(code(&["--system-scope", "house"], "house"), reserved_slug);
    assert_eq!(
        code(&["--reserved-prefix", "my-"], "my-team"),
        reserved_prefix
    );
    assert_eq!(code(&["--reserved-prefix", "my-"], "vm0-next"), None);
}

#[test]
fn resolve_takes_scope_user_and_policy() {
    let resolve = |args: &[&str]| scope(&[&["resolve"], args].concat());
    assert_eq!(
        resolve(&["--default-scope", "acme", "widget"]).good(),
        "@acme/widget\n"
    );
    assert_eq!(resolve(&["@acme/widget:v1"]).good(), "@acme/widget:v1\n");
    assert_eq!(
        resolve(&["--print", "kind", "vm0-base"]).good(),
        "legacy_template\n"
    );
    let stderr = resolve(&["--no-legacy-prefix", "vm0-base"]).invalid();
    assert!(stderr.starts_with("error[no_default_scope]: "), "{stderr}");
    let args = ["--legacy-prefix", "old-", "--print", "kind", "old-base"];
    assert_eq!(resolve(&args).good(), "legacy_template\n");
    let args = ["--user-id", "42", "--print", "alias", "user-42-web"];
    assert_eq!(resolve(&args).good(), "web\n");
    let args = ["--default-scope", "acme", "--normalize", " Widget:RC1 "];
    assert_eq!(resolve(&args).good(), "@acme/widget:RC1\n");
}

/// The worked example of the specification's section 12.
const BRANCH: &str = "\
kind                  branch
display               /src/app:feature/login
display_short         app:feature/login
storage_key           -src-app-feature-login
distinct_storage_key  app-feature-login--iwtvqigo7cmp4vzmrznoaraefi
uri                   scope:branch:/src/app:feature/login
search_order          scope:branch:/src/app:feature/login
                      scope:repository:/src/app
                      scope:global
";

#[test]
fn a_key_is_shown_in_every_form() {
    assert_eq!(
        scope(&["key", "branch", "/src/app", "feature/login"]).good(),
        BRANCH
    );
    let uri = "scope:branch:/src/app:feature/login";
    assert_eq!(scope(&["key", "uri", uri]).good(), BRANCH);
    let json = r#"{"type":"branch","primaryPath":"/src/app","branchName":"feature/login"}"#;
    assert_eq!(scope(&["key", "json", json]).good(), BRANCH);
    assert_eq!(
        pipe(&["key", "branch"], "/src/app\tfeature/login").good(),
        BRANCH
    );
    assert_eq!(
        scope(&["key", "uri", "--print", "json", uri]).good(),
        format!("{json}\n")
    );
    assert_eq!(
        scope(&["key", "uri", uri, uri]).good(),
        format!("{BRANCH}\n{BRANCH}")
    );
}

#[test]
fn a_key_has_its_fields() {
    let print = |kind: &[&str], field| {
        let args = [&["key"], kind, &["--print", field]].concat();
        scope(&args).good()
    };
    let worktree = &["worktree", "/src/app", "login", "--worktree-path", "/wt"];
    for (field, value) in [
        ("kind", "worktree"),
        ("primary_path", "/src/app"),
        ("branch_name", ""),
        ("worktree_key", "login"),
        ("worktree_path", "/wt"),
        ("display", "/src/app@login"),
        ("display_short", "app@login"),
        ("storage_key", "-src-app-login"),
        ("uri", "scope:worktree:/src/app:login"),
        (
            "search_order",
            "scope:worktree:/src/app:login\tscope:repository:/src/app\tscope:global",
        ),
    ] {
        assert_eq!(print(worktree, field), format!("{value}\n"));
    }
    assert_eq!(print(&["global"], "display"), "global\n");
    assert_eq!(print(&["repository", "/src/app"], "display"), "/src/app\n");
}

#[test]
fn lines_of_keys_may_leave_out_the_path() {
    let uris = "scope:branch:/src/app:main\nscope:branch:/src/app:next\n";
    let of = |args: &[&str], input: &str| {
        let args = [&["key", "branch", "--print", "uri"], args].concat();
        pipe(&args, input).good()
    };
    assert_eq!(of(&["/src/app", "main", "next"], ""), uris);
    assert_eq!(of(&["--path", "/src/app", "main", "next"], ""), uris);
    assert_eq!(of(&["--path", "/src/app", "-"], "main\nnext\n"), uris);
    assert_eq!(of(&["--path", "/src/app"], "main\nnext\n"), uris);
    assert_eq!(of(&["/src/app", "-"], "main\nnext\n"), uris);
    assert_eq!(of(&[], "/src/app\tmain\n/src/app\tnext\n"), uris);
    assert_eq!(of(&["-"], "/src/app\tmain\n/src/app\tnext\n"), uris);
}

#[test]
fn lines_of_worktrees_may_say_where_they_are() {
    let of = |args: &[&str], input: &str| {
        let args = [&["key", "worktree", "--print", "worktree_path"], args].concat();
        pipe(&args, input).good()
    };
    assert_eq!(of(&[], "/src/app\ta\n/src/app\tb\t/wt/b\n"), "\n/wt/b\n");
    assert_eq!(of(&["--path", "/src/app"], "a\nb\t/wt/b\n"), "\n/wt/b\n");
    let args = ["--path", "/src/app", "--worktree-path", "/wt"];
    assert_eq!(of(&args, "a\nb\t/wt/b\n"), "/wt\n/wt/b\n");
}

#[test]
fn a_workspace_has_names_and_a_path() {
    let print = |field: &str| {
        let args = ["workspace", "--data-dir", "/data", "--user-id", UUID];
        let args = [&args[..], &["--print", field, "acme/widget"]].concat();
        scope(&args).good()
    };
    assert_eq!(print("dir_name"), "acme__widget\n");
    assert_eq!(print("distinct_dir_name"), "acme__widget\n");
    assert_eq!(
        print("path"),
        format!("/data/workspaces/{UUID}/acme__widget\n")
    );
    let stdout = scope(&["workspace", "acme/widget"]).good();
    assert_eq!(
        stdout,
        "dir_name           acme__widget\ndistinct_dir_name  acme__widget\n"
    );
    // W2 confuses these two and W3 does not.
    let both = ["vercel/next.js", "vercel/next_js"];
    let stdout = scope(&[&["workspace", "--print", "dir_name"], &both[..]].concat()).good();
    assert_eq!(stdout, "vercel__next_js\nvercel__next_js\n");
    let args = [&["workspace", "--print", "distinct_dir_name"], &both[..]].concat();
    let stdout = scope(&args).good();
    let (first, second) = stdout.trim_end().split_once('\n').unwrap();
    assert!(first.starts_with("vercel__next_js__"), "{first}");
    assert_eq!(second, "vercel__next_js");
}

#[test]
fn aliases_take_arguments_or_fields_of_a_line() {
    let template = ["alias", "template", "AB-12", "My.Image", "e3b0c442"];
    let made = "scope-ab-12-image-my-image-version-e3b0c442\n";
    assert_eq!(scope(&template).good(), made);
    let lines = "AB-12\tMy.Image\te3b0c442\n";
    assert_eq!(pipe(&["alias", "template"], lines).good(), made);
    assert_eq!(pipe(&["alias", "template", "-"], lines).good(), made);
    let distinct = ["alias", "distinct", UUID, "my_image", "e3b0c442"];
    let made = format!("scope-{UUID}-image-my_uimage-version-e3b0c442\n");
    assert_eq!(scope(&distinct).good(), made);
    assert_eq!(
        scope(&["alias", "legacy", "42", "web"]).good(),
        "user-42-web\n"
    );
    let stderr = scope(&["alias", "distinct", "x", "y", "z"]).invalid();
    assert!(stderr.starts_with("error[invalid_uuid]: "), "{stderr}");
}

#[test]
fn a_version_hash_is_that_of_the_whole_content() {
    // SHA-256 of nothing, and of "abc" (FIPS 180-4's example).
    let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let hash = |args: &[&str], input: &str| {
        let args = [&["alias", "version-hash"], args].concat();
        pipe(&args, input).good()
    };
    assert_eq!(hash(&[], ""), "e3b0c442\n");
    assert_eq!(hash(&["abc"], ""), "ba7816bf\n");
    assert_eq!(hash(&[], "abc"), "ba7816bf\n");
    assert_eq!(hash(&["-"], "abc"), "ba7816bf\n");
    assert_eq!(
        hash(&["--print", "content_hash", "abc"], ""),
        format!("{of_abc}\n")
    );
    // Lines are no items here.
    assert_eq!(hash(&[], "a\nb\n").lines().count(), 1);
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = dir.join("content");
    std::fs::write(&file, "abc").unwrap();
    assert_eq!(hash(&["--file", file.to_str().unwrap()], ""), "ba7816bf\n");
    let json: Value = serde_json::from_str(&hash(&["--format", "json", "abc"], "")).unwrap();
    assert_eq!(json[0]["content_hash"], of_abc);
    assert_eq!(json[0]["input"], "abc");
}

#[test]
fn the_errors_are_those_of_the_library() {
    let stdout = scope(&["spec", "errors"]).good();
    let expected: Vec<String> = scope_core::ErrorCode::ALL
        .iter()
        .map(|code| format!("{}\t{code}", code.number()))
        .collect();
    assert_eq!(stdout.lines().collect::<Vec<_>>(), expected);
    assert!(stdout.starts_with("1\tmissing_at\n2\tmissing_slash\n"));
    let json = scope(&["spec", "errors", "--format", "json"]).good();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[12]["number"], 13);
    assert_eq!(json[12]["code"], "invalid_unicode");
}
