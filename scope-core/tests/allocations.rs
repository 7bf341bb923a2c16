//! What allocates nothing: parsing, checking and asking, whether it goes well or not, and writing a name into a buffer
//! that is there already.
//!
//! To count allocations something has to be the allocator, which takes `unsafe`; that is the business of
//! `allocation-counter`, whose allocator counts what the measuring thread does and passes everything on to the system's.

use std::fmt::{self, Write};
use std::hint::black_box;

use allocation_counter::measure;
use scope_core::{
    AbsolutePath, BranchName, Error, Line, Name, Reference, ScopeKey, Slug, Tag, Timestamp,
    WorktreeKey, check_branch, check_name, check_repository, check_slug, check_tag, check_user_id,
    is_branch, is_name, is_slug, is_tag, is_valid, is_valid_many, parse_lines, parse_many,
};

#[track_caller]
fn allocates_nothing(what: &str, run: impl FnOnce()) {
    let counted = measure(run).count_total;
    assert_eq!(counted, 0, "{what} allocates");
}

/// Without this, no other test here shows anything.
#[test]
fn the_counter_counts() {
    let counted = measure(|| {
        black_box(String::from(black_box("text")));
        black_box(Vec::<u8>::with_capacity(black_box(9)));
    });
    assert_eq!(counted.count_total, 2);
}

/// Texts that are something and texts that are nothing, each in its own way.
fn texts() -> Vec<String> {
    let short = [
        "",
        "@",
        "@/",
        "@acme/widget",
        "@acme/widget:latest",
        "@acme/widget:",
        "@Acme/widget",
        "acme/widget",
        "@acme",
        "@acme//",
        "@acme/a..b",
        "@acme/-a",
        "@acme/a-",
        "@acme/a:-",
        "@ac/x",
        "@-acme/x",
        "@acme-/x",
        "@acme/é",
        "acme",
        "a",
        "-ab",
        "ab-",
        "next.js",
        "v1.2",
        "feature/login",
        "HEAD",
        "a..b",
        "a.lock",
        "a//b",
        "/a",
        "a/",
        "a@{b",
        "a b",
        "refs/x",
        "origin/main",
        "/src/app",
        "/",
        "//",
        "/a/",
        "/a/./b",
        "/a\0",
        "C:\\a",
        "C:\\",
        "\\\\s\\h",
        "\\\\s\\h\\a/b",
        "日本",
        "2026-01-31T12:00:00.5Z",
        "2026-02-30T12:00:00Z",
        "123e4567-e89b-12d3-a456-426614174000",
    ];
    let mut texts = short.map(String::from).to_vec();
    for length in [64, 65, 128, 129, 255, 256, 1024, 1025, 10_000_000] {
        texts.push("a".repeat(length));
        texts.push(format!(
            "@{}/{}",
            "s".repeat(length / 4),
            "n".repeat(length / 4)
        ));
    }
    texts
}

type Check = fn(&str) -> Result<(), Error>;

#[test]
fn parsing_and_checking() {
    let checks: [(&str, Check); 12] = [
        ("Reference::parse", |text| Reference::parse(text).map(drop)),
        ("check_slug", check_slug),
        ("check_name", check_name),
        ("check_tag", check_tag),
        ("check_branch", check_branch),
        ("check_user_id", check_user_id),
        ("check_repository", |text| check_repository(text, text)),
        ("Slug::new", |text| Slug::new(text).map(drop)),
        ("Name::new, Tag::new", |text| {
            Name::new(text).map(drop).and(Tag::new(text).map(drop))
        }),
        ("BranchName::new", |text| BranchName::new(text).map(drop)),
        ("WorktreeKey::new", |text| WorktreeKey::new(text).map(drop)),
        ("AbsolutePath::new", |text| {
            AbsolutePath::new(text).map(drop)
        }),
    ];
    let texts = texts();
    for (name, check) in checks {
        // Each is seen to accept something and to refuse something, or half of the claim would be empty.
        let (mut accepted, mut refused) = (0, 0);
        for text in &texts {
            allocates_nothing(name, || match black_box(check(black_box(text))) {
                Ok(()) => accepted += 1,
                Err(_) => refused += 1,
            });
        }
        assert!(accepted > 0 && refused > 0, "{name}: {accepted} {refused}");
    }
}

#[test]
fn asking() {
    for text in &texts() {
        allocates_nothing("asking", || {
            let text = black_box(text.as_str());
            black_box((is_valid(text), is_slug(text), is_name(text)));
            black_box((is_tag(text), is_branch(text)));
        });
    }
}

#[test]
fn many_at_once() {
    let texts = texts();
    allocates_nothing("parse_many", || {
        let texts = texts.iter().map(String::as_str);
        let parsed = parse_many(texts.clone()).flatten().count();
        let valid = is_valid_many(texts).filter(|valid| *valid).count();
        assert_eq!(black_box(parsed), black_box(valid));
    });
    let mut buffer = texts.join("\n").into_bytes();
    buffer.extend(b"\n@acme/\xFF\n\n@acme/widget");
    let mut counts = [0, 0];
    allocates_nothing("parse_lines", || {
        for line in parse_lines(black_box(&buffer)).unwrap() {
            let is_reference = matches!(line, Line::Reference { .. });
            counts[usize::from(is_reference)] += 1;
            black_box(line.to_array());
        }
    });
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

/// Somewhere to write that never grows.
struct Buffer {
    bytes: [u8; 512],
    length: usize,
}

impl Buffer {
    fn new() -> Self {
        Self {
            bytes: [0; 512],
            length: 0,
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap()
    }
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let free = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        free.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[track_caller]
fn writes_without_allocating(what: &str, value: impl fmt::Display) {
    let expected = value.to_string();
    let mut buffer = Buffer::new();
    allocates_nothing(what, || write!(buffer, "{value}").unwrap());
    assert_eq!(buffer.as_str(), expected);
}

#[test]
fn writing_keys_and_names() {
    let keys = [
        ScopeKey::global(),
        ScopeKey::repository("/src/My App").unwrap(),
        ScopeKey::repository("/").unwrap(),
        ScopeKey::branch("C:\\src\\app", "feature/é@%").unwrap(),
        ScopeKey::worktree("\\\\srv\\share\\app", "w:1 \"x\"", Some("/elsewhere")).unwrap(),
    ];
    for key in &keys {
        writes_without_allocating("display", key.display());
        writes_without_allocating("display_short", key.display_short());
        writes_without_allocating("storage_key", key.storage_key());
        writes_without_allocating("distinct_storage_key", key.distinct_storage_key());
        writes_without_allocating("uri", key.uri());
        writes_without_allocating("to_json", key.to_json());
        writes_without_allocating("a key", key);
    }
    let reference = Reference::parse("@acme/next.js:v1").unwrap();
    writes_without_allocating("a reference", reference);
    writes_without_allocating("storage_component", reference.storage_component());
    let time: Timestamp = "2026-01-31T12:00:00.5Z".parse().unwrap();
    writes_without_allocating("a timestamp", time);
    let error = Reference::parse("@acme/a b").unwrap_err();
    writes_without_allocating("an error", error);
    // No suggestion, which would be a text of its own.
    writes_without_allocating("a message", error.message("@acme/a b"));
}

/// An owned form costs its own text and nothing else.
#[test]
fn owning_a_reference_is_one_allocation() {
    let text = "@acme/widget:latest";
    let parsed = Reference::parse(text).unwrap();
    let counted = measure(|| {
        black_box(parsed.to_owned());
    });
    assert_eq!(counted.count_total, 1);
    assert_eq!(counted.bytes_total, 19);
    let kept = String::from(text);
    allocates_nothing("keeping a String", || {
        black_box(scope_core::ReferenceBuf::try_from(kept).unwrap());
    });
}
