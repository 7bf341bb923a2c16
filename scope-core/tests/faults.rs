//! Every public function that can refuse, on every kind of text: what it says of a fault is fit to be shown (E2), and
//! nothing panics (E3).

use proptest::prelude::*;
use proptest::sample::select;
#[cfg(feature = "serde")]
use scope_core::WorkspaceMetadata;
use scope_core::{
    AbsolutePath, Action, Error, ErrorCode, Part, Policy, Reference, ReferenceBuf, Rejection,
    ResolveOptions, Role, ScopeKey, ScopeType, Timestamp, WorktreeKey, check_branch, check_name,
    check_repository, check_slug, check_tag, check_user_id, contains, content_hash, default_slug,
    distinct_template_alias, distinct_workspace_dir_name, hosted_workspace_dir_name, is_branch,
    is_name, is_slug, is_tag, is_valid, legacy_user_alias, normalize, suggest_slug, template_alias,
    version_hash, workspace_dir_name, workspace_path,
};

const UUID: &str = "123e4567-e89b-12d3-a456-426614174000";

/// The faults that `text` gives, wherever a text may stand, each with the argument that it is about.
fn faults(text: &str) -> Vec<Rejection> {
    let mut faults = Vec::new();
    // An answer in which `text` is each argument that is not `others`.
    let mut note = |error: Option<Error>, others: &[(Part, &str)]| {
        faults.extend(error.map(|error| {
            let other = others.iter().find(|(part, _)| *part == error.input);
            error.about(other.map_or(text, |(_, text)| text))
        }));
    };
    note(check_slug(text).err(), &[]);
    note(check_name(text).err(), &[]);
    note(check_tag(text).err(), &[]);
    note(check_branch(text).err(), &[]);
    note(check_user_id(text).err(), &[]);
    note(WorktreeKey::new(text).err(), &[]);
    note(AbsolutePath::new(text).err(), &[]);
    note(Reference::parse(text).err(), &[]);
    note(ReferenceBuf::parse_normalized(text).err(), &[]);
    note(ReferenceBuf::from_storage_component(text).err(), &[]);
    note(ReferenceBuf::new(text, "x", None).err(), &[]);
    note(ReferenceBuf::new("abc", text, Some(text)).err(), &[]);
    note(ReferenceBuf::new("abc", "x", Some(text)).err(), &[]);
    note(text.parse::<Timestamp>().err(), &[]);
    note(text.parse::<ScopeType>().err(), &[]);
    note(text.parse::<Role>().err(), &[]);
    note(text.parse::<Action>().err(), &[]);
    note(check_repository(text, "x").err(), &[]);
    note(check_repository("x", text).err(), &[]);
    note(workspace_dir_name(text, text).err(), &[]);
    note(distinct_workspace_dir_name("x", text).err(), &[]);
    note(hosted_workspace_dir_name(text, "x/x").err(), &[]);
    note(hosted_workspace_dir_name("x", text).err(), &[]);
    note(workspace_path(text, text, text, text).err(), &[]);
    note(workspace_path("/", text, text, text).err(), &[]);
    note(workspace_path("/", UUID, text, text).err(), &[]);
    note(contains(text, "/").err(), &[(Part::Path, "/")]);
    note(contains("/", text).err(), &[(Part::Base, "/")]);
    note(ScopeKey::repository(text).err(), &[]);
    note(ScopeKey::branch("/", text).err(), &[]);
    note(ScopeKey::worktree("/", text, None).err(), &[]);
    note(ScopeKey::worktree("/", "x", Some(text)).err(), &[]);
    note(ScopeKey::from_uri(text).err(), &[]);
    let uri = format!("scope:branch:/x:{text}");
    note(ScopeKey::from_uri(&uri).err(), &[(Part::Uri, &uri)]);
    let policy = Policy::default();
    note(policy.check_claimable(text).err(), &[]);
    for normalize in [false, true] {
        for (default_scope, user_id) in [
            (None, None),
            (Some("abc"), Some("u")),
            (Some(text), Some("u")),
            (Some("abc"), Some(text)),
        ] {
            let options = ResolveOptions {
                default_scope,
                user_id,
                normalize,
            };
            note(policy.resolve(text, options).err(), &[]);
        }
    }
    #[cfg(feature = "serde")]
    {
        note(ScopeKey::from_json(text).err(), &[]);
        note(WorkspaceMetadata::from_json(text).err(), &[]);
        let key =
            serde_json::json!({ "type": "worktree", "primaryPath": "/", "worktreeKey": text });
        let key = key.to_string();
        note(ScopeKey::from_json(&key).err(), &[(Part::Json, &key)]);
        let field = format!("{{\"type\":\"global\",{}:1}}", serde_json::json!(text));
        note(ScopeKey::from_json(&field).err(), &[(Part::Json, &field)]);
        let metadata = serde_json::json!({
            "owner": "x", "repo": text, "fullName": format!("x/{text}"),
            "lastAccessedAt": text, "createdAt": "2026-01-31T12:00:00Z",
        });
        let metadata = metadata.to_string();
        note(
            WorkspaceMetadata::from_json(&metadata).err(),
            &[(Part::Metadata, &metadata)],
        );
    }
    faults.extend(template_alias(text, text, text).err());
    faults.extend(template_alias("x", text, "0").err());
    faults.extend(distinct_template_alias(text, "x", "00000000").err());
    faults.extend(distinct_template_alias(UUID, text, "00000000").err());
    faults.extend(distinct_template_alias(UUID, "x", text).err());
    faults.extend(legacy_user_alias(text, "x").err());
    faults.extend(legacy_user_alias("x", text).err());
    let builder = Policy::builder;
    faults.extend(builder().system_scope(text).build().err());
    faults.extend(builder().reserved(["abc", text]).build().err());
    faults.extend(builder().reserved_prefixes([text]).build().err());
    faults.extend(builder().legacy_prefix(Some(text)).build().err());
    faults
}

/// What cannot refuse: only that it answers.
fn answers(text: &str) {
    let _ = (is_slug(text), is_name(text), is_tag(text), is_branch(text));
    let _ = (
        is_valid(text),
        normalize(text),
        Policy::default().is_reserved(text),
    );
    let _ = (suggest_slug(text), default_slug(text));
    let _ = (version_hash(text), content_hash(text));
    let _ = scope_core::is_valid_many([text]).count();
    let _ = scope_core::parse_many([text]).count();
    let _ = scope_core::parse_lines(text.as_bytes()).map(Iterator::count);
}

/// E2: a line of printable ASCII. A quote is at most 69 characters, and there are at most three; what stands around
/// them is the specification's own text, the longest of it under 200.
fn check(rejection: &Rejection) {
    const LONGEST: usize = 3 * 69 + 200;
    let Rejection { error, text } = rejection;
    assert!(error.offset <= text.len(), "{rejection:?}");
    assert!(text.is_char_boundary(error.offset), "{rejection:?}");
    let message = rejection.to_string();
    assert_eq!(message, error.message(text).to_string());
    for line in [&message, &error.to_string()] {
        assert!(
            line.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "{line}"
        );
        assert!(line.len() <= LONGEST, "{} bytes: {line}", line.len());
        assert!(line.starts_with("invalid "), "{line}");
    }
    if let Some(suggestion) = error.suggestion(text) {
        assert_ne!(&suggestion, text, "{rejection:?}");
        assert!(message.contains("; did you mean \""), "{message}");
        let accepted = match error.input {
            Part::Scope => is_slug(&suggestion),
            Part::Reference if suggestion.starts_with('@') => is_valid(&suggestion),
            Part::Reference => is_valid(&format!("@abc/{suggestion}")),
            Part::BranchName => is_branch(&suggestion),
            Part::UserId => check_user_id(&suggestion).is_ok(),
            Part::Uri => ScopeKey::from_uri(&suggestion).is_ok(),
            Part::Json => error.code == ErrorCode::LegacyField,
            _ => false,
        };
        assert!(accepted, "{suggestion:?} for {rejection:?}");
    } else {
        assert!(!message.contains("; did you mean \"") || text.contains("did you"));
    }
    let described = error.describe(text);
    assert_eq!(described, (message, error.suggestion(text)));
    let again = Error::from_parts(error.code, error.part, error.input, error.offset);
    assert_eq!(again, *error);
}

/// Pieces of everything that some rule knows.
fn text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "@",
        "/",
        ":",
        "\\",
        ".",
        "..",
        "-",
        "_",
        "%",
        "%2F",
        "%2f",
        "%C3",
        "%C3%A9",
        "\"",
        "{",
        "}",
        ",",
        "[",
        " ",
        "\0",
        "\n",
        "\t",
        "\u{7F}",
        "\u{85}",
        "\u{301}",
        "é",
        "É",
        "ß",
        "日",
        "\u{1F600}",
        "\u{202E}",
        "a",
        "Z",
        "0",
        "acme",
        "vm0",
        "vm0-",
        "user-",
        "user-u-",
        "scope:",
        "global",
        "repository:",
        "branch:",
        "worktree:",
        "C:\\",
        "c:/",
        "\\\\s\\h",
        "refs/heads/",
        "refs/remotes/origin/",
        "origin/",
        "main",
        "HEAD",
        ".lock",
        "@{",
        "*",
        "\"type\":",
        "\"global\"",
        "\"branch\":",
        "\"identifier\":",
        "\"primaryPath\":",
        "null",
        "\\ud800",
        "\"owner\":",
        "123E4567-e89b-12d3-a456-426614174000",
        "2026-01-31T12:00:00Z",
    ]);
    prop_oneof![
        6 => prop::collection::vec(piece.clone(), 0..10).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        1 => "[ -~]{0,80}",
        1 => (piece.clone(), 0..200usize, piece)
            .prop_map(|(many, count, one)| format!("{}{one}", many.repeat(count))),
        1 => prop::collection::vec((select(vec!["type", "branch", "primaryPath", "owner", "x"]), any::<Option<bool>>()), 0..4)
            .prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| format!("\"{name}\":{}", value.map_or("null".into(), |it| it.to_string())))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn every_fault_can_be_shown(text in text()) {
        answers(&text);
        for rejection in faults(&text) {
            check(&rejection);
        }
    }

    /// A binding that loses the text, or has another, still gets a message.
    #[test]
    fn any_error_has_a_message_about_any_text(
        code in select(ErrorCode::ALL),
        part in select(Part::ALL),
        input in select(Part::ALL),
        offset in prop_oneof![0..12usize, any::<usize>()],
        text in text(),
    ) {
        let error = Error::from_parts(code, part, input, offset);
        for line in [error.message(&text).to_string(), error.to_string()] {
            prop_assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{}", line);
        }
    }
}

/// Linear time (E3): 200 KB in every argument of everything, where quadratic work would be felt by whoever waits.
#[test]
fn large_inputs_are_answered() {
    for piece in [
        "a", "-", "/", "@", ".", "\u{301}", "é", "%2F", "\"", "{", "a\n",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        answers(&text);
        for rejection in faults(&text) {
            check(&rejection);
        }
    }
}

/// No vector can provoke this one: nothing can be mounted everywhere.
#[test]
fn a_search_that_a_mount_point_ends_says_where_and_what_to_do() {
    let part = Part::MountPoint;
    let error = Error::from_parts(ErrorCode::NotARepository, part, part, 0);
    assert_eq!(
        error.message("/src/app/cache").to_string(),
        "invalid mount point \"/src/app/cache\": the search stops at this file system boundary, and a repository is \
         above it; set GIT_DISCOVERY_ACROSS_FILESYSTEM and use_environment, or pass a directory of that repository"
    );
}
