//! The parsers of single files, beside git's own on texts of every kind.
#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use common::{Place, git};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use scope_git::files::{Config, Value, is_reference_name};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

/// How many random texts: `SCOPE_FILES_CASES` of them, or a number that takes a few seconds.
fn cases() -> u32 {
    let number = std::env::var("SCOPE_FILES_CASES").ok();
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or(1500)
}

/// The settings of a text, as `git config --list -z` prints them.
fn list(config: &Config) -> Vec<u8> {
    let mut list = Vec::new();
    for setting in config.settings() {
        let mut name = setting.section.to_vec();
        if let Some(subsection) = setting.subsection {
            name.push(b'.');
            name.extend(subsection);
        }
        if !name.is_empty() || setting.subsection.is_some() {
            name.push(b'.');
        }
        name.extend(setting.key);
        list.extend(name);
        if let Value::Text(text) = setting.value {
            list.push(b'\n');
            list.extend(text);
        }
        list.push(0);
    }
    list
}

/// What git lists; nothing where it refuses the text.
fn list_of_git(place: &Place, text: &[u8]) -> Result<Vec<u8>, String> {
    place.file("config", text);
    let output = git(
        place.root(),
        &["config", "--list", "-z", "--file", "config"],
    );
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn compare(place: &Place, text: &[u8]) -> Result<(), TestCaseError> {
    let ours = Config::parse(text);
    match (&ours, list_of_git(place, text)) {
        (Ok(config), Ok(theirs)) => {
            let ours = list(config);
            prop_assert_eq!(
                ours.escape_ascii().to_string(),
                theirs.escape_ascii().to_string()
            );
        }
        (Err(error), Err(said)) => {
            // `fatal: bad config line 2 in file config`. Git counts the end of the text as a line, and the line end that
            // breaks a byte order mark off.
            let is_at = |line: usize| said.contains(&format!("line {line} in"));
            let lines = text.split(|&byte| byte == b'\n').count();
            let is_late = error.line == lines || text.starts_with(b"\xef");
            prop_assert!(
                is_at(error.line) || is_late && is_at(error.line + 1),
                "{}: {}",
                error,
                said
            );
        }
        (ours, theirs) => prop_assert!(false, "{:?} but git: {:?}", ours.as_ref().err(), theirs),
    }
    Ok(())
}

/// Pieces that a configuration is made of, and pieces that break it.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"[core]",
        b"[Remote \"a b\"]",
        b"[x.Y]",
        b"[x.Y \"z\"]",
        b"[x \"a.B\0c\"]",
        b"[x \"Y\0\"]",
        b"[]",
        b"[",
        b"]",
        b"[a",
        b"\"",
        b"\\",
        b"\\\"",
        b"\\\\",
        b"\\n",
        b"\\t",
        b"\\b",
        b"\\x",
        b"\\\n",
        b"\\\r\n",
        b"\n",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"  ",
        b"\t",
        b"=",
        b"=",
        b" = ",
        b"#",
        b";",
        b"bare",
        b"Key",
        b"k-1",
        b"1",
        b"-",
        b".",
        b"_",
        b"true",
        b"value",
        b"\xef\xbb\xbf",
        b"\xef",
        b"\xff",
        b"\0",
        b"\x0b",
        b"\x0c",
        b"\x7f",
        b"\xc3\xa9",
        b"include",
        b"path",
    ];
    select(pieces).prop_map(<[u8]>::to_vec)
}

/// Lines that are mostly well formed, so that a long text has a fair chance to be valid.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let valid: &[&[u8]] = &[
        b"[core]\n",
        b"[Core] bare = true\n",
        b"[branch \"fix-includes\"]\r\n",
        b"[a \"q\\\"\\x\"] ; why\n",
        b"[a.B.c]\n",
        b"[a \"\"]\n",
        b"\tkey = value\n",
        b"\tKey\n",
        b"  key = a  b \t c  # d\n",
        b"key=\"a;b\" ; c\n",
        b"key = \"  a \" b\\\n  c\n",
        b"key = a\"b\"c\\\\\\\"\n",
        b"key = \"\"  \"\" x\n",
        b"key =\n",
        b"key = \\\n\n",
        b"# [x]\n",
        b"\n",
    ];
    prop_oneof![
        8 => select(valid).prop_map(<[u8]>::to_vec),
        1 => vec(piece(), 0..4).prop_map(|pieces| pieces.concat()),
    ]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(line(), 0..12).prop_map(|lines| lines.concat()),
        vec(piece(), 0..16).prop_map(|pieces| pieces.concat()),
        // A setting with any value.
        vec(piece(), 0..8).prop_map(|pieces| [b"[a]\nb = ", &*pieces.concat()].concat()),
        // A section with any name.
        vec(piece(), 0..6).prop_map(|pieces| [b"[a", &*pieces.concat(), b"]\nb = c\n"].concat()),
    ]
}

#[test]
fn a_configuration_is_read_as_git_reads_it() {
    let place = Place::new();
    proptest!(config(cases()), |(text in text())| {
        compare(&place, &text)?;
    });
}

#[test]
fn what_is_written_is_found_again() {
    let place = Place::new();
    let name = || "[a-z][a-z0-9-]{0,5}";
    let value = || vec(any::<u8>().prop_filter("no NUL", |byte| *byte != 0), 0..20);
    proptest!(config(cases() / 10), |(section in name(), key in name(), subsection in value(), value in value())| {
        prop_assume!(!subsection.contains(&b'\n'));
        place.file("written", "");
        let name = [section.as_bytes(), b".", &subsection, b".", key.as_bytes()].concat();
        let args = ["config", "--file", "written"].map(OsStr::new);
        let args = [&args[..], &[OsStr::from_bytes(&name), OsStr::from_bytes(&value)]].concat();
        prop_assume!(git(place.root(), &args).status.success());
        let config = Config::parse(&std::fs::read(place.at("written")).unwrap()).unwrap();
        let upper = section.to_ascii_uppercase();
        prop_assert_eq!(config.get(&upper, Some(&subsection), &key), Some(Value::Text(&value)));
        prop_assert_eq!(config.get(&section, None, &key), None);
        prop_assert_eq!(config.subsections(&section).collect::<Vec<_>>(), [&subsection[..]]);
    });
}

#[test]
fn values_are_read_as_git_reads_them() {
    let place = Place::new();
    let text = "[ \t+-]{0,2}(0x|0X|0)?[0-9a-f]{0,11}[kmgKMGx]?|true|Yes|oN|false|NO|off|";
    proptest!(config(cases() / 5), |(text in text)| {
        let read = |kind: &str| {
            let setting = format!("a.b={text}");
            let args = ["-c", &setting, "config", kind, "a.b"];
            let output = git(place.root(), &args);
            output.status.success().then(|| common::text(&output))
        };
        let value = Value::Text(text.as_bytes());
        prop_assert_eq!(value.boolean().map(|yes| yes.to_string()), read("--type=bool"));
        // `--type=int` reads 64 bits; `--type=bool-or-int` reads 32.
        if let Some(number) = value.integer() {
            prop_assert_eq!(Some(number.to_string()), read("--type=int"));
        }
    });
}

#[test]
fn a_name_is_a_references_where_git_says_so() {
    let place = Place::new();
    let pieces: &[&[u8]] = &[
        b"refs",
        b"heads",
        b"/",
        b"/",
        b"/",
        b"a",
        b"b",
        b".",
        b"..",
        b".lock",
        b"lock",
        b"@",
        b"{",
        b"@{",
        b"~",
        b"^",
        b":",
        b"?",
        b"*",
        b"[",
        b"\\",
        b" ",
        b"\t",
        b"\x7f",
        b"\x01",
        b"-",
        b"\xff",
        b"\xc3\xa9",
        b"HEAD",
    ];
    let name = prop_oneof![
        vec(select(pieces), 1..8).prop_map(|pieces| pieces.concat()),
        vec(select(pieces), 1..5).prop_map(|pieces| [b"refs/heads/", &*pieces.concat()].concat()),
    ];
    proptest!(config(cases()), |(name in name)| {
        // Git would take it for an option.
        prop_assume!(!name.starts_with(b"-"));
        let args = [OsStr::new("check-ref-format"), OsStr::from_bytes(&name)];
        prop_assert_eq!(is_reference_name(&name), git(place.root(), &args).status.success(), "{}", name.escape_ascii());
    });
}

/// What git does is shown above; here, that a value is kept apart from none, and the last from those before.
#[test]
fn the_last_of_several_settings_counts() {
    let text = b"[a]\nk = 1\nk\n[A \"s\"]\nk = 2\n[a]\nk = 3\nK = 4\n[b]\nk\n";
    let config = Config::parse(text).unwrap();
    assert_eq!(config.get("a", None, "K"), Some(Value::Text(b"4")));
    let all: Vec<Value<'_>> = config.get_all("A", None, "k").collect();
    let value = |text: &'static str| Value::Text(text.as_bytes());
    assert_eq!(all, [value("1"), Value::Implied, value("3"), value("4")]);
    assert_eq!(config.get("b", None, "k"), Some(Value::Implied));
    assert_eq!(config.get("a", Some(b"S"), "k"), None);
    assert_eq!(config.get("a", Some(b"s"), "k"), Some(value("2")));
    assert_eq!(config.get("c", None, "k"), None);
}

#[test]
fn only_a_section_that_includes_is_an_include() {
    let includes = |text: &str| Config::parse(text.as_bytes()).unwrap().has_includes();
    for yes in [
        "[include]\npath = x\n",
        "[INCLUDE] Path\n",
        "[includeIf \"gitdir:/a\"]\npath = x\n",
        "[includeif.a]\npath = x\n",
    ] {
        assert!(includes(yes), "{yes}");
    }
    for no in [
        "[branch \"include\"]\nremote = x\n",
        "[core]\nx = include\n",
        "[include]\n",
        "[include]\npaths = x\n",
        "[include \"x\"]\npath = x\n",
        "[includeIf]\npath = x\n",
        "# [include]\n# path = x\n",
    ] {
        assert!(!includes(no), "{no}");
    }
}

/// A subsection that is as long as the file, with as many settings as fit: what is kept stays as long as the text.
#[test]
fn a_long_file_takes_no_longer_than_its_length() {
    let text = [
        "[a \"",
        &"x".repeat(1 << 19),
        "\"]\n",
        &"b\n".repeat(1 << 18),
    ]
    .concat();
    let started = std::time::Instant::now();
    let config = Config::parse(text.as_bytes()).unwrap();
    assert_eq!(config.settings().count(), 1 << 18);
    assert_eq!(config.get("a", Some(b"y"), "b"), None);
    assert!(started.elapsed().as_secs() < 5);
}
