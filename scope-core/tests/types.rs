//! What the types promise to a Rust program: traits, sizes, and serde through the same validation.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use scope_core::{
    AbsolutePath, AbsolutePathBuf, BranchName, BranchNameBuf, Decision, Error, ErrorCode, Line,
    Message, Name, NameBuf, Part, Policy, PolicyBuilder, Reference, ReferenceBuf, Rejection,
    ResolveOptions, Resolved, Retention, RetentionPolicy, ScopeKey, ScopeKind, Slug, SlugBuf, Tag,
    TagBuf, Timestamp, WorkspaceMetadata, WorktreeKey, WorktreeKeyBuf,
};

/// Checks at compile time that types have traits.
macro_rules! have {
    ($($bound:path),+ => $($type:ty),+ $(,)?) => {{
        fn check<T: $($bound +)+>() {}
        $(check::<$type>();)+
    }};
}

#[test]
fn everything_crosses_threads() {
    have!(Send, Sync, UnwindSafe, RefUnwindSafe, Unpin =>
        AbsolutePath<'_>, AbsolutePathBuf, BranchName<'_>, BranchNameBuf, Decision, Error,
        ErrorCode, Line, Message<'_>, Name<'_>, NameBuf, Part, Policy, PolicyBuilder,
        Reference<'_>, ReferenceBuf, Rejection, ResolveOptions<'_>, Resolved, Retention,
        RetentionPolicy, ScopeKey, ScopeKind, Slug<'_>, SlugBuf, Tag<'_>, TagBuf, Timestamp,
        WorkspaceMetadata, WorktreeKey<'_>, WorktreeKeyBuf,
    );
}

#[test]
fn small_values_are_copied() {
    have!(Copy, Debug, Eq =>
        AbsolutePath<'_>, BranchName<'_>, Decision, Error, ErrorCode, Line, Name<'_>, Part,
        Reference<'_>, ResolveOptions<'_>, Retention, RetentionPolicy, ScopeKind, Slug<'_>,
        Tag<'_>, Timestamp, WorktreeKey<'_>,
    );
    have!(Copy, Debug, Display => Message<'_>);
}

#[test]
fn identities_are_keys_of_maps() {
    have!(Ord, Hash, Clone, Debug, Display =>
        AbsolutePath<'_>, AbsolutePathBuf, BranchName<'_>, BranchNameBuf, ErrorCode, Name<'_>,
        NameBuf, Part, Reference<'_>, ReferenceBuf, ScopeKey, ScopeKind, Slug<'_>, SlugBuf,
        Tag<'_>, TagBuf, Timestamp, WorktreeKey<'_>, WorktreeKeyBuf, Retention,
    );
}

#[test]
fn texts_convert() {
    have!(AsRef<str> =>
        AbsolutePath<'_>, AbsolutePathBuf, BranchName<'_>, BranchNameBuf, Name<'_>, NameBuf,
        Reference<'_>, ReferenceBuf, Slug<'_>, SlugBuf, Tag<'_>, TagBuf, WorktreeKey<'_>,
        WorktreeKeyBuf,
    );
    have!(FromStr<Err = Error>, TryFrom<String, Error = Error>, TryFrom<&'static str, Error = Error> =>
        AbsolutePathBuf, BranchNameBuf, NameBuf, ReferenceBuf, SlugBuf, TagBuf, WorktreeKeyBuf,
    );
    have!(TryFrom<&'static str, Error = Error> =>
        AbsolutePath<'static>, BranchName<'static>, Name<'static>, Reference<'static>,
        Slug<'static>, Tag<'static>, WorktreeKey<'static>,
    );
    // Sound where equality, order and hash are the text's own; a reference is ordered by its parts.
    have!(Borrow<str> =>
        AbsolutePathBuf, BranchNameBuf, NameBuf, SlugBuf, TagBuf, WorktreeKeyBuf,
    );
}

#[test]
fn sizes() {
    assert!(size_of::<Error>() <= 24);
    assert!(size_of::<Option<Error>>() <= 24);
    assert!(size_of::<Reference<'_>>() <= 24);
    assert!(size_of::<ReferenceBuf>() <= 32);
    assert!(size_of::<Result<Reference<'_>, Error>>() <= 32);
    assert_eq!(size_of::<Slug<'_>>(), size_of::<&str>());
    assert_eq!(size_of::<SlugBuf>(), size_of::<String>());
    assert_eq!(
        size_of::<Option<Reference<'_>>>(),
        size_of::<Reference<'_>>()
    );
    assert_eq!(size_of::<ErrorCode>(), 2);
}

#[test]
fn a_borrowed_value_outlives_what_it_was_taken_from() {
    let text = String::from("@acme/widget:1");
    let (scope, tag) = {
        let reference = Reference::parse(&text).unwrap();
        (reference.slug(), reference.tag())
    };
    assert_eq!((scope.as_str(), tag), ("acme", Some("1")));
}

#[test]
fn errors_are_errors() {
    fn ask(text: &str) -> Result<usize, Box<dyn StdError + Send + Sync>> {
        Ok(Reference::parse(text)?.name().len())
    }

    have!(StdError, Send, Sync => Error, Rejection);
    assert_eq!(ask("@acme/widget").unwrap(), 6);
    let boxed = ask("acme/widget").unwrap_err();
    let error = boxed.downcast_ref::<Error>().unwrap();
    assert_eq!(error.code, ErrorCode::MissingAt);
    assert!(boxed.source().is_none());
    assert_eq!(
        boxed.to_string(),
        "invalid reference: a reference begins with '@' (at byte 0)"
    );

    // What a binding asks for at once.
    let meant = "@acme/widget";
    let message = "invalid reference \"acme/widget\": a reference begins with '@'; did you mean \"@acme/widget\"?";
    assert_eq!(
        error.describe("acme/widget"),
        (message.into(), Some(meant.into()))
    );

    let rejection: Box<dyn StdError> = Box::new(error.about("acme/widget"));
    assert_eq!(
        rejection.to_string(),
        "invalid reference \"acme/widget\": a reference begins with '@'; did you mean \"@acme/widget\"?"
    );
}

#[test]
fn owned_texts_are_found_by_text() {
    let mut branches = HashMap::new();
    branches.insert(BranchNameBuf::new("main").unwrap(), 1);
    assert_eq!(branches.get("main"), Some(&1));
    let mut tags = BTreeMap::new();
    tags.insert(TagBuf::new("latest").unwrap(), 2);
    assert_eq!(tags.get("latest"), Some(&2));
}

#[test]
fn padding_is_that_of_a_string() {
    let reference = Reference::parse("@acme/widget").unwrap();
    assert_eq!(
        format!("{reference:>14}|{reference:.5}"),
        "  @acme/widget|@acme"
    );
    let slug = Slug::new("acme").unwrap();
    assert_eq!(format!("{slug:-<6}{:-<6}", slug.to_owned()), "acme--acme--");
    assert_eq!(format!("{:>11}", ErrorCode::Empty), "      empty");
}

#[cfg(feature = "serde")]
mod serde {
    use super::*;
    use ::serde::{Deserialize, Serialize, de::DeserializeOwned};
    use serde_json::{from_str, from_value, json, to_string};

    #[test]
    fn have_serde() {
        have!(Serialize, DeserializeOwned =>
            AbsolutePathBuf, BranchNameBuf, NameBuf, ReferenceBuf, ScopeKey, SlugBuf, TagBuf,
            Timestamp, WorktreeKeyBuf,
        );
    }

    /// `text` is a value and is printed as it was read; `refused` is not, and the message says why.
    #[track_caller]
    fn round_trip<T: Serialize + DeserializeOwned + Debug>(
        text: &str,
        refused: &str,
        message: &str,
    ) {
        let quoted = to_string(text).unwrap();
        let value: T = from_str(&quoted).unwrap();
        assert_eq!(to_string(&value).unwrap(), quoted);
        let error = from_value::<T>(json!(refused)).unwrap_err();
        assert_eq!(error.to_string(), message);
        // The type is the text's, and no other.
        assert!(from_value::<T>(json!([text])).is_err());
        assert!(from_value::<T>(json!(null)).is_err());
    }

    #[test]
    fn texts_are_validated() {
        round_trip::<ReferenceBuf>(
            "@acme/widget:RC",
            "acme/widget",
            "invalid reference \"acme/widget\": a reference begins with '@'; did you mean \"@acme/widget\"?",
        );
        round_trip::<SlugBuf>(
            "acme",
            "ac",
            "invalid scope \"ac\": the scope is shorter than 3 bytes",
        );
        round_trip::<NameBuf>(
            "next.js",
            "a..b",
            "invalid name \"a..b\": the name may not hold '..'",
        );
        round_trip::<TagBuf>("v1", "", "invalid tag \"\": the tag is empty");
        round_trip::<BranchNameBuf>(
            "feature/é",
            "HEAD",
            "invalid branch name \"HEAD\": HEAD is not a branch name; pass the branch it stands for",
        );
        round_trip::<WorktreeKeyBuf>(
            "w",
            "..",
            "invalid worktree key \"..\": the worktree key may not be '.' or '..'",
        );
        round_trip::<AbsolutePathBuf>(
            "C:\\src",
            "/a/",
            "invalid primary path \"/a/\": the primary path ends with a separator; leave it out",
        );
        round_trip::<Timestamp>(
            "2026-01-31T12:00:00Z",
            "yesterday",
            "invalid timestamp \"yesterday\": a timestamp is written like 2026-01-31T12:00:00Z",
        );
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Borrowing<'a> {
        #[serde(borrow)]
        reference: Reference<'a>,
        #[serde(borrow)]
        scope: Slug<'a>,
        #[serde(borrow)]
        branch: Option<BranchName<'a>>,
    }

    #[test]
    fn borrowed_forms_borrow() {
        let text = r#"{"reference":"@acme/widget","scope":"acme","branch":"main"}"#;
        let read: Borrowing<'_> = from_str(text).unwrap();
        assert_eq!(to_string(&read).unwrap(), text);
        assert!(
            text.as_bytes()
                .as_ptr_range()
                .contains(&read.reference.as_str().as_ptr())
        );
        assert!(from_str::<Borrowing<'_>>(&text.replace("acme\"", "Acme\"")).is_err());
        // Text with an escape is not there to be borrowed; the owned form reads it.
        let escaped = r#""@acme/w\u0069dget""#;
        assert!(from_str::<Reference<'_>>(escaped).is_err());
        assert_eq!(from_str::<ReferenceBuf>(escaped).unwrap().name(), "widget");
    }

    #[test]
    fn keys_are_k10() {
        let text =
            r#"{"type":"worktree","primaryPath":"/src/app","worktreeKey":"w","worktreePath":"/w"}"#;
        let key: ScopeKey = from_str(text).unwrap();
        assert_eq!(to_string(&key).unwrap(), text);
        assert_eq!(key.to_json().to_string(), text);
        for (refused, code) in [
            (
                r#"{"type":"branch","identifier":"/src"}"#,
                "the field \"identifier\" is no longer used",
            ),
            (
                r#"{"type":"branch","primaryPath":"/src"}"#,
                "the field branchName is missing",
            ),
            (
                r#"{"type":"global","type":"global"}"#,
                "the field \"type\" is given twice",
            ),
            (
                r#"{"type":"repository","primaryPath":"src"}"#,
                "the primary path is not absolute",
            ),
        ] {
            let error = from_str::<ScopeKey>(refused).unwrap_err().to_string();
            assert!(error.contains(code), "{error}");
        }
        assert!(from_str::<ScopeKey>(r#""global""#).is_err());
    }
}
