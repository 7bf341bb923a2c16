//! Scope keys: URI and JSON read back, what is read prints the same, and different keys differ wherever that is
//! promised.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use scope_core::ScopeKey;
use scope_fuzz::{check_fault, is_safe_component};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    keys: [(u8, &'a str, &'a str, Option<&'a str>); 2],
    text: &'a str,
}

fn key(&(kind, path, name, worktree_path): &(u8, &str, &str, Option<&str>)) -> Option<ScopeKey> {
    // A mutated path is seldom absolute: make it so half of the time.
    let path = if kind & 4 == 0 { path.to_owned() } else { format!("/{path}") };
    match kind & 3 {
        0 => Some(ScopeKey::Global),
        1 => ScopeKey::repository(&path).ok(),
        2 => ScopeKey::branch(&path, name).ok(),
        _ => ScopeKey::worktree(&path, name, worktree_path).ok(),
    }
}

fuzz_target!(|input: Input<'_>| {
    let keys: Vec<ScopeKey> = input.keys.iter().filter_map(key).collect();
    for key in &keys {
        let uri = key.uri().to_string();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri:?}");
        assert_eq!(ScopeKey::from_uri(&uri).as_ref(), Ok(key));
        let json = key.to_json().to_string();
        let back = ScopeKey::from_json(&json).expect("JSON reads back");
        assert_eq!((&back, back.worktree_path()), (key, key.worktree_path()));
        let stored = key.distinct_storage_key().to_string();
        assert!(is_safe_component(&stored) && stored.len() <= 64, "{stored:?}");
        assert!(stored.starts_with(|char: char| char.is_ascii_alphanumeric()), "{stored:?}");
        assert_eq!(stored, stored.to_ascii_lowercase());
        assert_eq!(key.search_order().last(), Some(&ScopeKey::Global));
    }
    if let [a, b] = keys.as_slice() {
        let same = a == b;
        assert_eq!(same, a.cmp(b).is_eq());
        assert_eq!(same, a.uri().to_string() == b.uri().to_string());
        assert_eq!(same, a.distinct_storage_key().to_string() == b.distinct_storage_key().to_string());
    }
    match ScopeKey::from_uri(input.text) {
        Ok(key) => assert_eq!(key.uri().to_string(), input.text),
        Err(error) => check_fault(error, input.text),
    }
    match ScopeKey::from_json(input.text) {
        Ok(key) => {
            let json = key.to_json().to_string();
            assert_eq!(ScopeKey::from_json(&json), Ok(key));
        }
        Err(error) => check_fault(error, input.text),
    }
});
