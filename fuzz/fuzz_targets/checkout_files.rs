//! The files that a repository is read from, each by itself: a path or a name that comes out of a file is in it, and a
//! configuration that is written anew says the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_git::files::{Config, Head, Setting, Value, git_file, head};
use scope_git::fuzzing::reftable_block;
use std::os::unix::ffi::OsStrExt;

fuzz_target!(|bytes: &[u8]| {
    if let Some(path) = git_file(bytes) {
        let path = path.as_os_str().as_bytes();
        assert!(!path.is_empty() && !path.contains(&0) && !path.ends_with(b"\n") && !path.ends_with(b"\r"));
        let end = &bytes[b"gitdir: ".len() + path.len()..];
        assert!(bytes[b"gitdir: ".len()..].starts_with(path));
        assert!(end.iter().all(|byte| b"\r\n".contains(byte)));
    }
    match head(bytes) {
        Some(Head::Reference(name)) => {
            assert!(name.starts_with(b"refs/"));
            assert!(name == name.trim_ascii());
            assert_eq!(head(&[b"ref: ", &name[..], b"\n"].concat()), Some(Head::Reference(name)));
        }
        Some(Head::Commit(digits)) => {
            assert_eq!(digits, bytes.trim_ascii_end());
            assert!(matches!(digits.len(), 40 | 64));
        }
        None => {}
    }
    reftable_block(bytes);
    if let Ok(config) = Config::parse(bytes) {
        // Neither a key above the first section nor a name that a NUL cuts off can be written anew.
        let is_usual = |it: &Setting<'_>| !it.section.is_empty() && is_key(it.key);
        let settings: Vec<Setting<'_>> = config.settings().filter(is_usual).collect();
        let written = settings.iter().map(written).collect::<Vec<_>>().concat();
        let again = Config::parse(&written).expect("what is written is a configuration");
        assert_eq!(again.settings().collect::<Vec<_>>(), settings);
        for it in &settings {
            let name = |name| std::str::from_utf8(name).expect("a name of ASCII");
            let all: Vec<Value<'_>> = config.get_all(name(it.section), it.subsection, name(it.key)).collect();
            assert!(all.contains(&it.value));
            assert_eq!(config.get(name(it.section), it.subsection, name(it.key)).as_ref(), all.last());
        }
    }
});

fn is_key(key: &[u8]) -> bool {
    let is_name = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    key.iter().all(is_name) && key.first().is_some_and(u8::is_ascii_lowercase)
}

/// A setting in a section of its own, with everything quoted.
fn written(setting: &Setting<'_>) -> Vec<u8> {
    let mut text = [b"[", setting.section].concat();
    if let Some(subsection) = setting.subsection {
        text.extend(b" \"");
        text.extend(quoted(subsection));
        text.extend(b"\"");
    }
    text.extend(b"]");
    text.extend(setting.key);
    if let Value::Text(value) = setting.value {
        text.extend(b"=\"");
        text.extend(quoted(value));
        text.extend(b"\"");
    }
    text.extend(b"\n");
    text
}

fn quoted(text: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::new();
    for &byte in text {
        match byte {
            b'"' | b'\\' => quoted.extend([b'\\', byte]),
            b'\n' => quoted.extend(b"\\n"),
            _ => quoted.push(byte),
        }
    }
    quoted
}
