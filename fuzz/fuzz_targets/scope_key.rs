//! Scope keys: URI and JSON read back, what is read prints the same, and different keys differ wherever that is
//! promised.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::ScopeKey;
use scope_fuzz::{check_fault, fields, is_safe_component};

fn key((kind, path, name): (&str, &str, &str)) -> Option<ScopeKey> {
    match kind {
        "global" => Some(ScopeKey::Global),
        "repository" => ScopeKey::repository(path).ok(),
        "branch" => ScopeKey::branch(path, name).ok(),
        // The path that is displayed is no part of the identity: any valid one will do.
        _ => ScopeKey::worktree(path, name, (kind.len() % 2 == 0).then_some(path)).ok(),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some([text, a, a_path, a_name, b, b_path, b_name]) = fields(bytes) else { return };
    let keys: Vec<ScopeKey> = [(a, a_path, a_name), (b, b_path, b_name)].into_iter().filter_map(key).collect();
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
    match ScopeKey::from_uri(text) {
        Ok(key) => assert_eq!(key.uri().to_string(), text),
        Err(error) => check_fault(error, text),
    }
    match ScopeKey::from_json(text) {
        Ok(key) => {
            let json = key.to_json().to_string();
            assert_eq!(ScopeKey::from_json(&json), Ok(key));
        }
        Err(error) => check_fault(error, text),
    }
});
