//! Every way from a value to its text and back, and what a policy and its like tell of themselves.

use std::fmt::{Debug, Display};

use scope_core::{
    AbsolutePath, AbsolutePathBuf, Action, BranchName, BranchNameBuf, Error, ErrorCode, Name,
    NameBuf, Part, Policy, Reason, Reference, ReferenceBuf, ResolveOptions, Retention,
    RetentionPolicy, Role, ScopeKey, ScopeType, Slug, SlugBuf, Tag, TagBuf, Timestamp, WorktreeKey,
    WorktreeKeyBuf, parse_lines,
};

/// What one kind of text has to do: its borrowed form, its owned form, a text of its own, and one that it refuses.
macro_rules! converts {
    ($test:ident, $Borrowed:ident, $Owned:ident, $good:expr, $bad:expr) => {
        #[test]
        fn $test() {
            let (good, bad) = ($good, $bad);
            let borrowed = $Borrowed::new(good).unwrap();
            let owned = $Owned::new(good).unwrap();
            assert_eq!((borrowed.as_str(), borrowed.as_ref()), (good, good));
            assert_eq!((owned.as_str(), owned.as_ref()), (good, good));
            assert_eq!(borrowed.to_string(), good);
            assert_eq!(owned.to_string(), good);
            assert_eq!(borrowed.to_owned(), owned);
            assert_eq!($Owned::from(borrowed), owned);
            assert_eq!(owned.borrowed(), borrowed);
            assert_eq!($Borrowed::try_from(good), Ok(borrowed));
            assert_eq!($Owned::try_from(good).as_ref(), Ok(&owned));
            assert_eq!($Owned::try_from(good.to_owned()).as_ref(), Ok(&owned));
            assert_eq!(good.parse().as_ref(), Ok(&owned));
            assert_eq!(owned.into_string(), good);

            let fault: Error = $Borrowed::new(bad).unwrap_err();
            assert_eq!($Owned::new(bad), Err(fault));
            assert_eq!($Borrowed::try_from(bad), Err(fault));
            assert_eq!($Owned::try_from(bad), Err(fault));
            assert_eq!($Owned::try_from(bad.to_owned()), Err(fault));
            assert_eq!(bad.parse::<$Owned>(), Err(fault));
        }
    };
}

converts!(slugs, Slug, SlugBuf, "acme", "Acme");
converts!(names, Name, NameBuf, "widget", "a..b");
converts!(tags, Tag, TagBuf, "V1.0", ".x");
converts!(branches, BranchName, BranchNameBuf, "feature/login", "HEAD");
converts!(worktree_keys, WorktreeKey, WorktreeKeyBuf, "login", "..");
converts!(paths, AbsolutePath, AbsolutePathBuf, "/src/app", "src/app");

#[test]
fn references() {
    let text = "@acme/widget:V1";
    let reference = Reference::parse(text).unwrap();
    let owned = ReferenceBuf::from(reference);
    assert_eq!((reference.as_ref(), owned.as_ref()), (text, text));
    assert_eq!(
        (reference.to_string(), owned.to_string()),
        (text.into(), text.into())
    );
    assert_eq!(format!("{reference:?}"), r#"Reference("@acme/widget:V1")"#);
    assert_eq!(format!("{owned:?}"), r#"ReferenceBuf("@acme/widget:V1")"#);
    let untagged = Reference::parse("@acme/widget").unwrap();
    assert!(untagged < reference);
    assert_eq!(
        untagged.partial_cmp(&reference),
        Some(std::cmp::Ordering::Less)
    );
    // The `/`, and just past the name.
    assert_eq!(reference.offsets(), (5, 12));
    assert_eq!(owned.into_string(), text);
}

/// K9, E2: the character at fault is the one that the escapes begin with, whatever is cut off after it.
#[test]
fn an_escaped_character_is_told_from_what_follows() {
    let reason = |path: &str| {
        let uri = ScopeKey::repository("/a").unwrap().uri().to_string() + path;
        let error = ScopeKey::from_uri(&uri).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidCharacter);
        error.reason(&uri).to_string()
    };
    assert!(reason("%00").contains("U+0000"), "{}", reason("%00"));
    assert_eq!(reason("%00%C3%A9%C3%A9"), reason("%00"));
}

#[test]
fn keys() {
    let worktree = ScopeKey::worktree("/src/app", "login", Some("/src/app-login")).unwrap();
    // K5.
    assert_eq!(worktree.to_string(), "/src/app@login");
    assert_eq!(ScopeKey::Global.to_string(), "global");
    // K1: by kind, then by what each kind has.
    assert_eq!(
        ScopeKey::Global.partial_cmp(&worktree),
        Some(std::cmp::Ordering::Less)
    );
}

#[test]
fn a_policy_tells_its_parts() {
    let policy = Policy::default();
    assert_eq!(policy.system_scope(), "vm0");
    let mut reserved: Vec<&str> = policy.reserved().collect();
    reserved.sort_unstable();
    assert_eq!(reserved, ["admin", "api", "app", "system", "vm0", "www"]);
    assert_eq!(policy.reserved_prefixes().collect::<Vec<_>>(), ["vm0-"]);
    assert_eq!(policy.legacy_prefix(), Some("vm0-"));
}

#[test]
fn what_is_resolved_has_a_text() {
    let options = ResolveOptions {
        default_scope: Some("acme"),
        user_id: Some("42"),
        normalize: false,
    };
    for (typed, kind, text) in [
        ("widget", "scoped", "@acme/widget"),
        ("vm0-next", "legacy_template", "vm0-next"),
        ("user-42-next", "legacy_user", "user-42-next"),
    ] {
        let resolved = Policy::default().resolve(typed, options).unwrap();
        assert_eq!((resolved.kind(), resolved.text()), (kind, text));
    }
}

/// The words of an enumeration print as `as_str` has them, padded as a string is.
#[test]
fn words_print() {
    fn prints(value: impl Display + Debug, word: &str) {
        assert_eq!(value.to_string(), word);
        assert_eq!(format!("{value:>20}"), format!("{word:>20}"));
    }
    prints(ScopeType::Organization, "organization");
    prints(Role::Writer, "writer");
    prints(Action::Rename, "rename");
    prints(Reason::RoleCannotWrite, "role_cannot_write");
    prints(Retention::Warn, "warn");
    assert_eq!(RetentionPolicy::from_days(9).unwrap().max_idle_days(), 9);
}

/// B2: offsets are 32 bits, so a buffer of 2³² bytes is refused; its zero bytes are asked of the system and not touched.
#[cfg(target_pointer_width = "64")]
#[test]
fn a_buffer_that_offsets_cannot_count_is_refused() {
    let buffer = vec![0; 1 << 32];
    assert!(parse_lines(&buffer[1..]).is_ok());
    let fault = parse_lines(&buffer).err().unwrap();
    assert_eq!((fault.code, fault.part), (ErrorCode::TooLong, Part::Buffer));
    assert_eq!((fault.input, fault.offset), (Part::Buffer, 0));
    assert!(fault.to_string().contains("4294967295"), "{fault}");
}

/// The nanoseconds count forwards from a second, and are less than one.
#[test]
fn times_are_whole_seconds_and_a_part() {
    let parts = |time: Timestamp| (time.unix_seconds(), time.subsec_nanoseconds());
    for (seconds, nanoseconds, text) in [
        (0, 0, "1970-01-01T00:00:00Z"),
        (0, 999_999_999, "1970-01-01T00:00:00.999999999Z"),
        (-1, 250_000_000, "1969-12-31T23:59:59.25Z"),
    ] {
        let time = Timestamp::from_unix(seconds, nanoseconds).unwrap();
        assert_eq!(
            (time.to_string(), parts(time)),
            (text.into(), (seconds, nanoseconds))
        );
    }
    for nanoseconds in [1_000_000_000, 1_000_000_001, 1 << 31, u32::MAX] {
        let fault = Timestamp::from_unix(0, nanoseconds).unwrap_err();
        assert_eq!(
            (fault.code, fault.part),
            (ErrorCode::InvalidTimestamp, Part::Timestamp)
        );
    }
}
