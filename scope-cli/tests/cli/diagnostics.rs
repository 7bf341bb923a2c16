//! What a person reads about a fault, and that the caret stands where it should.

use crate::run::{command, pipe, run_with, scope};

/// The text as shown, and where the caret stands below it: the columns before it, and its own.
fn caret(stderr: &str) -> (String, usize, usize) {
    let mut lines = stderr.lines().skip_while(|line| !line.ends_with('|'));
    lines.next().unwrap();
    let (_, text) = lines.next().unwrap().split_once("| ").unwrap();
    let (_, caret) = lines.next().unwrap().split_once("| ").unwrap();
    let before = caret.find('^').unwrap();
    let carets = caret.chars().filter(|&char| char == '^').count();
    (text.to_owned(), before, carets)
}

/// The same for a line of standard input.
fn caret_of(args: &[&str], line: &str) -> (String, usize, usize) {
    caret(&pipe(args, line).invalid())
}

const BRANCH: &[&str] = &["branch", "check"];
const PARSE: &[&str] = &["parse"];

#[test]
fn a_fault_is_shown_whole() {
    let stderr = scope(&["parse", "@Acme/widget"]).invalid();
    assert_eq!(
        stderr,
        "error[invalid_character]: the scope may not hold 'A'; use only a-z, 0-9 and '-'\n\
         --> <args>:1:2\n \
         |\n \
         | @Acme/widget\n \
         |  ^\n \
         = help: did you mean `@acme/widget`?\n"
    );
}

#[test]
fn a_line_says_its_number_and_column() {
    let input = "@acme/widget\n".repeat(11) + "@acme/wid get\n";
    let stderr = pipe(PARSE, input).invalid();
    assert!(
        stderr
            .contains("\n  --> <stdin>:12:10\n   |\n12 | @acme/wid get\n   |          ^ U+0020\n"),
        "{stderr}"
    );
    assert!(
        stderr.ends_with("error: 1 of 12 items is invalid\n"),
        "{stderr}"
    );
}

#[test]
fn the_column_counts_characters_and_the_caret_counts_columns() {
    let stderr = pipe(BRANCH, "日本 x\n").invalid();
    assert!(stderr.contains("<stdin>:1:3\n"), "{stderr}");
    assert_eq!(caret(&stderr), ("日本 x".into(), 4, 1));
}

#[test]
fn carets_stand_under_wide_combining_and_right_to_left_text() {
    let shown = |line: &str| (line.to_owned(), 4, 1);
    // Two letters of two columns each; four of one; a mark that takes none.
    assert_eq!(caret_of(BRANCH, "日本 x"), shown("日本 x"));
    assert_eq!(caret_of(BRANCH, "שלום x"), shown("שלום x"));
    assert_eq!(caret_of(BRANCH, "cafe\u{301} x"), shown("cafe\u{301} x"));
    assert_eq!(caret_of(BRANCH, "🚀🚀 x"), shown("🚀🚀 x"));
    // The character at fault is itself wide.
    assert_eq!(caret_of(PARSE, "@日本/x"), ("@日本/x".into(), 1, 2));
    assert_eq!(caret_of(PARSE, "@acme/é"), ("@acme/é".into(), 6, 1));
}

#[test]
fn a_mark_at_fault_is_shown_by_itself() {
    assert_eq!(
        caret_of(PARSE, "@ac\u{301}me/x"),
        ("@ac\\u{301}me/x".into(), 3, 7)
    );
}

#[test]
fn nothing_reaches_the_terminal_that_it_obeys_or_hides() {
    for (line, text, before, carets) in [
        ("a\tb", "a\\tb", 1, 2),
        ("a\u{1b}[31mb", "a\\u{1b}[31mb", 1, 6),
        ("a\u{7f}", "a\\u{7f}", 1, 6),
        ("\u{9b}m x", "\\u{9b}m x", 7, 1),
        // A mark that turns the writing direction, a joiner, a byte order mark.
        ("a\u{202e}b c", "a\\u{202e}b c", 10, 1),
        ("👩\u{200d}👩 c", "👩\\u{200d}👩 c", 12, 1),
        ("\u{feff}a b", "\\u{feff}a b", 9, 1),
        ("a\0", "a\\u{0}", 1, 5),
    ] {
        assert_eq!(caret_of(BRANCH, line), (text.into(), before, carets));
    }
    let stderr = scope(&["alias", "version-hash", "--file", "\u{1b}[31m"]).refused();
    assert!(!stderr.contains('\u{1b}'), "{stderr:?}");
}

#[test]
fn the_caret_stands_after_the_end_where_something_is_missing() {
    assert_eq!(caret_of(PARSE, "@acme"), ("@acme".into(), 5, 1));
    assert_eq!(
        caret_of(PARSE, "@acme/widget:"),
        ("@acme/widget:".into(), 13, 1)
    );
    let stderr = pipe(PARSE, "\n").invalid();
    assert!(stderr.contains("\n  |\n1 |\n  | ^\n"), "{stderr}");
}

#[test]
fn the_caret_of_a_field_counts_from_the_start_of_the_line() {
    let branch = &["key", "branch"][..];
    // The tab is shown as two columns.
    assert_eq!(
        caret_of(branch, "/src/app\ta b"),
        ("/src/app\\ta b".into(), 11, 1)
    );
    assert_eq!(caret_of(branch, "/src//app\ta b").1, 5);
    assert_eq!(
        caret_of(&["workspace"], "acme/x/a\u{7f}b"),
        ("acme/x/a\\u{7f}b".into(), 8, 6)
    );
    // Given apart, each argument is shown by itself.
    let stderr = scope(&["key", "branch", "/src/app", "a b"]).invalid();
    assert_eq!(caret(&stderr), ("a b".into(), 1, 1));
}

#[test]
fn a_field_that_is_not_there_says_how_to_write_the_line() {
    let stderr = pipe(&["key", "branch"], "/src/app\n").invalid();
    assert!(stderr.starts_with("error[empty]: "), "{stderr}");
    assert_eq!(caret(&stderr), ("/src/app".into(), 8, 1));
    assert!(stderr.contains("help: write PATH BRANCH, or on a line PATH TAB BRANCH\n"));
}

#[test]
fn of_a_long_text_the_part_around_the_fault_is_shown() {
    for (before, after) in [
        (5000, 5000),
        (1, 5000),
        (5000, 0),
        (39, 36),
        (40, 35),
        (41, 37),
    ] {
        // K2 refuses the repeated separator and sets no limit to a path.
        let path = format!("/{}//{}", "é".repeat(before), "日".repeat(after));
        let stderr = scope(&["key", "repository", &path]).invalid();
        let (text, column, carets) = caret(&stderr);
        assert!(text.chars().count() <= 85, "{text}");
        assert_eq!(carets, 1);
        // Every character before the fault takes one column here.
        let (at, char) = text.char_indices().nth(column).unwrap();
        assert_eq!((char, text[..at].ends_with('/')), ('/', true), "{text}");
        assert_eq!(text.starts_with("..."), before >= 39, "{text}");
        assert_eq!(text.ends_with("..."), after > 18, "{text}");
        assert!(
            stderr.contains(&format!("<args>:1:{}\n", before + 3)),
            "{stderr}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_shown_one_by_one() {
    for (line, text, before) in [
        (&b"@acme/\xFF\xFEx"[..], "@acme/\\xFF\\xFEx", 6),
        (b"\xC3", "\\xC3", 0),
        (b"@acme/\xE6\x97x", "@acme/\\xE6\\x97x", 6),
        ("@日".as_bytes(), "@日", 3),
    ] {
        let (shown, column, _) = caret(&pipe(PARSE, line).invalid());
        assert_eq!((shown.as_str(), column), (text, before));
    }
}

#[test]
fn a_carriage_return_is_named_once() {
    let ran = pipe(PARSE, "@acme/a\r\n@acme/b\r\n@acme/c\n");
    assert_eq!(ran.stdout, "acme\tc\n");
    assert!(
        ran.stderr
            .contains("1 | @acme/a\\r\n  |        ^^ U+000D\n")
    );
    assert_eq!(ran.stderr.matches("warning: ").count(), 1);
    assert_eq!(ran.stderr.matches("`tr -d '\\r'`").count(), 1);
    // It is a character like any other: a path may hold it (K2).
    let ran = pipe(&["key", "repository", "--print", "uri"], "/src/app\r\n");
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "scope:repository:/src/app%0D\n")
    );
    assert!(ran.stderr.starts_with("warning: "), "{}", ran.stderr);
}

#[test]
fn an_alias_that_is_too_long_is_shown_itself() {
    let stderr = scope(&["alias", "legacy", "u", &"a".repeat(250)]).invalid();
    assert!(
        stderr.starts_with("error[too_long]: the alias is "),
        "{stderr}"
    );
    let (text, column, _) = caret(&stderr);
    assert_eq!((text.starts_with("user-u-aaa"), column), (true, 0));
}

#[test]
fn colours_are_for_terminals_and_for_who_insists() {
    let stderr = |variables: &[(&str, &str)]| {
        let mut command = command(["parse", "widget"]);
        command.envs(variables.iter().copied());
        run_with(command, b"").invalid()
    };
    assert!(!stderr(&[]).contains('\u{1b}'));
    assert!(stderr(&[("CLICOLOR_FORCE", "1")]).contains("\u{1b}[1m"));
    assert!(!stderr(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}
