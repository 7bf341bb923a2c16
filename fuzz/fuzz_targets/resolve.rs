//! What a user typed: one meaning, stable under normalising, and never a fallback from an explicit reference.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{Policy, Reference, ResolveOptions, Resolved, is_slug, normalize};
use scope_fuzz::{check_fault, fields};

/// `-` stands for an argument that is not given: it is no slug, and as a user's id it shows nothing that `a` does not.
fn given(text: &str) -> Option<&str> {
    (text != "-").then_some(text)
}

fuzz_target!(|bytes: &[u8]| {
    let Some([text, default_scope, user_id]) = fields(bytes) else { return };
    let (default_scope, user_id) = (given(default_scope), given(user_id));
    let policy = Policy::default();
    let options = ResolveOptions { default_scope, user_id, normalize: false };
    let strictly = policy.resolve(text, options);
    match &strictly {
        Ok(Resolved::Scoped(reference)) => {
            let explicit = text.starts_with('@');
            assert_eq!(explicit, reference.as_str() == text);
            assert!(explicit || Some(reference.scope()) == default_scope);
        }
        Ok(Resolved::LegacyTemplate { text: kept }) => {
            assert!(kept == text && text.starts_with("vm0-") && text.len() > 4);
        }
        Ok(Resolved::LegacyUser { text: kept, alias }) => {
            assert_eq!(kept, text);
            assert_eq!(format!("user-{}-{alias}", user_id.unwrap_or_default()), text);
        }
        Err(error) => {
            let about = match error.input.as_str() {
                "reference" => text,
                "default_scope" => default_scope.unwrap_or_default(),
                _ => user_id.unwrap_or_default(),
            };
            check_fault(*error, about);
        }
    }
    if text.starts_with('@') && default_scope.is_none_or(is_slug) && user_id != Some("") {
        assert_eq!(strictly.is_ok(), Reference::parse(text).is_ok());
    }
    let normalizing = policy.resolve(text, ResolveOptions { normalize: true, ..options });
    let normalized = policy.resolve(&normalize(text), options);
    assert_eq!(normalizing.as_ref().ok(), normalized.as_ref().ok());
    assert_eq!(normalizing.err().map(|error| error.code), normalized.err().map(|error| error.code));
});
