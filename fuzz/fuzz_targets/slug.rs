//! Slugs, names and tags: what is accepted, what is suggested, what is reserved.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{
    Policy, check_branch, check_name, check_slug, check_tag, default_slug, is_branch, is_name, is_slug, is_tag,
    suggest_slug,
};
use scope_fuzz::check_fault;

fuzz_target!(|text: &str| {
    for (check, is) in [
        (check_slug as fn(&str) -> Result<(), scope_core::Error>, is_slug as fn(&str) -> bool),
        (check_name, is_name),
        (check_tag, is_tag),
        (check_branch, is_branch),
    ] {
        let checked = check(text);
        assert_eq!(checked.is_ok(), is(text));
        if let Err(error) = checked {
            check_fault(error, text);
            if let Some(meant) = error.suggestion(text) {
                assert_eq!(check(&meant), Ok(()), "{meant:?}");
            }
        }
    }
    if let Some(slug) = suggest_slug(text) {
        assert!(is_slug(&slug), "{slug:?}");
        assert_eq!(suggest_slug(&slug).as_deref(), Some(slug.as_str()));
    }
    assert!(is_slug(&default_slug(text)));
    let policy = Policy::default();
    let claimable = policy.check_claimable(text);
    assert!(claimable.is_err() || is_slug(text));
    assert_eq!(policy.is_reserved(text), is_slug(text) && claimable.is_err());
});
