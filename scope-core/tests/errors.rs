//! E1: the codes are stable, listed in the specification, and each is provoked by a vector.

mod common;

use std::collections::BTreeSet;
use std::fs;

use scope_core::{Error, ErrorCode, Part};
use serde_json::Value;

/// Every code that `value` says is the answer, however deep in it.
fn provoked(value: &Value, codes: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(code) = fields.get("error").and_then(|error| error["code"].as_str()) {
                codes.insert(code.to_owned());
            }
            fields.values().for_each(|value| provoked(value, codes));
        }
        Value::Array(items) => items.iter().for_each(|value| provoked(value, codes)),
        _ => {}
    }
}

#[test]
fn every_code_is_provoked_by_a_vector() {
    let mut codes = BTreeSet::new();
    let on_disk = common::cases_in("conformance/disk");
    for case in common::cases().into_iter().chain(on_disk) {
        provoked(&case, &mut codes);
    }
    let without: Vec<&str> = ErrorCode::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !codes.contains(*code))
        .collect();
    assert!(without.is_empty(), "no vector provokes {without:?}");
    let unknown: Vec<&String> = codes
        .iter()
        .filter(|code| ErrorCode::ALL.iter().all(|known| known.as_str() != *code))
        .collect();
    assert!(
        unknown.is_empty(),
        "vectors name codes that do not exist: {unknown:?}"
    );
}

#[test]
fn numbers_are_unique_and_never_zero() {
    let numbers: BTreeSet<u16> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(numbers.len(), ErrorCode::ALL.len());
    assert!(!numbers.contains(&0));
    for &code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from_number(code.number()), Some(code));
        assert_eq!(code as u16, code.number());
    }
    let others = (0..=u16::MAX).filter(|number| !numbers.contains(number));
    assert!(
        others
            .map(ErrorCode::from_number)
            .all(|code| code.is_none())
    );
}

#[test]
fn names_are_unique_and_in_snake_case() {
    let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let parts: BTreeSet<&str> = Part::ALL.iter().map(|part| part.as_str()).collect();
    assert_eq!(codes.len(), ErrorCode::ALL.len());
    assert_eq!(parts.len(), Part::ALL.len());
    for name in codes.iter().chain(&parts) {
        let is_snake_case = name.split('_').all(|word| {
            word.starts_with(|first: char| first.is_ascii_lowercase())
                && word.bytes().all(is_in_word)
        });
        assert!(is_snake_case, "{name}");
    }
}

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Section 11 of the specification.
fn section() -> String {
    let spec = fs::read_to_string(common::repository().join("docs/spec.md")).unwrap();
    let (_, rest) = spec.split_once("\n## 11. ").unwrap();
    rest.split("\n## ").next().unwrap().to_owned()
}

#[test]
fn the_specification_lists_exactly_the_codes() {
    let section = section();
    let listed: Vec<(u16, &str)> = section
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
            let number = cells.next()?.parse().ok()?;
            let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((number, code))
        })
        .collect();
    let known: Vec<(u16, &str)> = ErrorCode::ALL
        .iter()
        .map(|code| (code.number(), code.as_str()))
        .collect();
    assert_eq!(listed, known);
}

#[test]
fn the_specification_lists_exactly_the_parts() {
    let section = section();
    let (_, rest) = section.split_once("\nParts: ").unwrap();
    let paragraph = rest.split("\n\n").next().unwrap();
    let listed: Vec<&str> = paragraph.split('`').skip(1).step_by(2).collect();
    let known: Vec<&str> = Part::ALL.iter().map(|part| part.as_str()).collect();
    assert_eq!(listed, known);
}

/// The one of a list that has this name.
fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, wanted: &Value) -> T {
    let wanted = wanted.as_str().unwrap();
    *all.iter().find(|it| name(**it) == wanted).unwrap()
}

/// The text that a quote stands for.
fn unescaped(quoted: &str) -> String {
    let mut text = String::new();
    let mut rest = quoted.chars();
    while let Some(char) = rest.next() {
        text.extend(match (char, rest.clone().next()) {
            ('\\', Some('u')) => {
                let digits: String = rest
                    .by_ref()
                    .skip(2)
                    .take_while(|char| *char != '}')
                    .collect();
                char::from_u32(u32::from_str_radix(&digits, 16).unwrap())
            }
            ('\\', _) => rest.next(),
            _ => Some(char),
        });
    }
    text
}

/// What other packages report is said here. They meet those faults on a disk; what is said of them needs none.
#[test]
fn faults_on_a_disk_read_as_the_vectors_say() {
    let on_disk = common::cases_in("conformance/disk");
    let of_git = common::cases().into_iter();
    let of_git = of_git.filter(|case| !case["args"]["setup"].is_null());
    let mut compared = 0;
    for case in of_git.chain(on_disk) {
        let fault = &case["error"];
        if fault.is_null() {
            continue;
        }
        let error = Error::from_parts(
            named(ErrorCode::ALL, ErrorCode::as_str, &fault["code"]),
            named(Part::ALL, Part::as_str, &fault["part"]),
            named(Part::ALL, Part::as_str, &fault["input"]),
            usize::try_from(fault["offset"].as_u64().unwrap()).unwrap(),
        );
        // What is quoted stands in the message itself, escaped, and perhaps cut.
        let message = fault["message"].as_str().unwrap();
        let (before, rest) = message.split_once('"').unwrap();
        let (quoted, after) = rest
            .split_once("\": ")
            .or_else(|| rest.split_once("\"...: "))
            .unwrap();
        let text = unescaped(quoted);
        let given = error.message(&text).to_string();
        assert_eq!(
            given.strip_prefix(before).map(|_| before),
            Some(before),
            "{message}"
        );
        assert!(given.ends_with(after), "{message}\n{given}");
        assert_eq!(
            error.suggestion(&text).as_deref(),
            fault["suggestion"].as_str(),
            "{message}"
        );
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}
