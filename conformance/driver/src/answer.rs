//! Answers cases of the vectors' form through the Rust API: the operations of `conformance/README.md`, one by one.
//!
//! The tests of `scope-core` include this file too, so that the vectors and the driver go through the same door. An
//! operation that it does not know has no answer; an argument that does not fit its operation panics.

use std::cmp::Ordering;

use scope_core::text::from_utf8;
use scope_core::{
    AbsolutePath, AccessScope, Action, Actor, Error, ErrorCode, Part, Policy, Reference,
    ReferenceBuf, Rejection, ResolveOptions, Resolved, RetentionPolicy, Role, ScopeKey, ScopeType,
    Timestamp, WorkspaceMetadata, WorktreeKey, check_branch, check_name, check_slug, check_tag,
    contains, content_hash, decide_access, decide_retention, default_slug, distinct_template_alias,
    distinct_workspace_dir_name, hosted_workspace_dir_name, is_branch, is_name, is_slug, is_tag,
    is_valid, legacy_user_alias, normalize, parse_lines, parse_many, suggest_slug, template_alias,
    version_hash, workspace_dir_name, workspace_path,
};
use serde_json::{Value, json};

/// What an operation answers: a value, or a fault with the text that it is about.
pub(crate) type Answer = Result<Value, Rejection>;

/// A fault with everything that rule E2 says of it.
pub(crate) fn error_value(rejection: &Rejection) -> Value {
    let Rejection { error, text } = rejection;
    json!({
        "code": error.code.as_str(),
        "number": error.code.number(),
        "part": error.part.as_str(),
        "input": error.input.as_str(),
        "offset": error.offset,
        "message": error.message(text).to_string(),
        "suggestion": error.suggestion(text),
    })
}

/// The arguments of a case.
pub(crate) struct Args<'a>(pub(crate) &'a Value);

impl<'a> Args<'a> {
    /// An argument; `None` where it is left out or null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn object(&self, name: &str) -> Args<'a> {
        Args(self.get(name).unwrap())
    }

    /// The bytes of a text, well-formed or not.
    fn bytes(&self, name: &str) -> Vec<u8> {
        bytes(self.get(name).unwrap_or_else(|| panic!("no {name}")))
    }

    /// A text, which is the argument `part`.
    fn text(&self, name: &str, part: Part) -> Result<String, Rejection> {
        text(&self.bytes(name), part)
    }

    /// A text that may be left out.
    fn optional(&self, name: &str, part: Part) -> Result<Option<String>, Rejection> {
        self.get(name)
            .map(|value| text(&bytes(value), part))
            .transpose()
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.as_bool().unwrap())
    }

    fn list(&self, name: &str, part: Part) -> Result<Option<Vec<String>>, Rejection> {
        let texts = |list: &Value| {
            let list = list.as_array().unwrap();
            list.iter().map(|item| text(&bytes(item), part)).collect()
        };
        self.get(name).map(texts).transpose()
    }
}

/// What a text of a vector stands for; ill-formed UTF-16 in the form that has a code point for a lone surrogate.
fn bytes(value: &Value) -> Vec<u8> {
    let part = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(text) = value.as_str() {
        return text.into();
    }
    if let Some(units) = value.get("utf16") {
        let units: Vec<u16> = serde_json::from_value(units.clone()).unwrap();
        return wtf8(&units);
    }
    if let Some(digits) = value.get("hex") {
        let digits = digits.as_str().unwrap();
        return (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
            .collect();
    }
    let count = value["count"]
        .as_u64()
        .unwrap_or_else(|| panic!("no text: {value}"));
    let repeated = part("repeat").repeat(usize::try_from(count).unwrap());
    [part("prefix"), &repeated, part("suffix")].concat().into()
}

fn wtf8(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for char in char::decode_utf16(units.iter().copied()) {
        match char {
            Ok(char) => bytes.extend(char.to_string().bytes()),
            Err(lone) => {
                let [high, low] = lone.unpaired_surrogate().to_be_bytes();
                // 1110xxxx 10xxxxxx 10xxxxxx
                bytes.extend([
                    0xE0 | (high >> 4),
                    0x80 | ((high & 0x0F) << 2) | (low >> 6),
                    0x80 | (low & 0x3F),
                ]);
            }
        }
    }
    bytes
}

fn text(bytes: &[u8], part: Part) -> Result<String, Rejection> {
    match from_utf8(bytes, part) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let well_formed = std::str::from_utf8(&bytes[..error.offset]).unwrap();
            Err(error.about(well_formed))
        }
    }
}

/// Joins a fault with that of `texts` which it is about.
fn about(texts: &[(Part, &str)]) -> impl Fn(Error) -> Rejection {
    move |error| {
        let about = texts.iter().find(|(part, _)| *part == error.input);
        error.about(
            about
                .unwrap_or_else(|| panic!("no such argument: {error:?}"))
                .1,
        )
    }
}

/// What an operation answers; `None` where there is no such operation.
pub(crate) fn answer(op: &str, args: &Args<'_>) -> Option<Answer> {
    Some(match op {
        "check_slug" => check(args, Part::Scope, check_slug),
        "check_name" => check(args, Part::Name, check_name),
        "check_tag" => check(args, Part::Tag, check_tag),
        "check_branch" => check(args, Part::BranchName, check_branch),
        "check_worktree_key" => check(args, Part::WorktreeKey, |text| {
            WorktreeKey::new(text).map(drop)
        }),
        "check_path" => check(args, Part::PrimaryPath, |text| {
            AbsolutePath::new(text).map(drop)
        }),
        "is_slug" => Ok(ask(args, is_slug)),
        "is_name" => Ok(ask(args, is_name)),
        "is_tag" => Ok(ask(args, is_tag)),
        "is_branch" => Ok(ask(args, is_branch)),
        "is_valid" => Ok(ask(args, is_valid)),
        "parse" => parse(args),
        "normalize" => args
            .text("text", Part::Reference)
            .map(|text| json!(normalize(&text))),
        "compare" => compare(args),
        "resolve" => resolve(args),
        "policy_new" => policy(args).map(|_| json!(true)),
        "policy_check_claimable" => check_claimable(args),
        "policy_is_reserved" => is_reserved(args),
        "suggest_slug" => args
            .text("text", Part::Scope)
            .map(|text| json!(suggest_slug(&text))),
        "default_slug" => args
            .text("user_id", Part::UserId)
            .map(|id| json!(default_slug(&id))),
        "template_alias" => alias(args, template_alias),
        "distinct_template_alias" => alias(args, distinct_template_alias),
        "legacy_user_alias" => user_alias(args),
        "version_hash" => Ok(json!(version_hash(args.bytes("content")))),
        "content_hash" => Ok(json!(content_hash(args.bytes("content")))),
        "decide_access" => access(args),
        "key" => key(args).map(|key| key_value(&key)),
        "key_from_uri" => read_key(args, Part::Uri, ScopeKey::from_uri),
        "key_from_json" => read_key(args, Part::Json, ScopeKey::from_json),
        "key_compare" => key_compare(args),
        "confusable_keys" => confusable_keys(args),
        "confusable_dirs" => confusable_dirs(args),
        "workspace_dir_name" => dir_name(args, workspace_dir_name).map(Value::from),
        "distinct_workspace_dir_name" => {
            dir_name(args, distinct_workspace_dir_name).map(Value::from)
        }
        "hosted_workspace_dir_name" => hosted_dir_name(args),
        "workspace_path" => path_of_workspace(args),
        "contains" => is_contained(args),
        "metadata" => metadata(args, "text").map(|it| json!({ "json": it.to_json().to_string() })),
        "decide_retention" => retention(args),
        "parse_many" => Ok(many(args)),
        "parse_lines" => lines(args),
        "error_table" => Ok(ErrorCode::ALL
            .iter()
            .map(|code| json!([code.number(), code.as_str()]))
            .collect()),
        _ => return None,
    })
}

fn check(args: &Args<'_>, part: Part, check: fn(&str) -> Result<(), Error>) -> Answer {
    let text = args.text("text", part)?;
    check(&text).map_err(|error| error.about(text))?;
    Ok(json!(true))
}

/// Ill-formed text is nothing that can be asked for.
fn ask(args: &Args<'_>, ask: fn(&str) -> bool) -> Value {
    let bytes = args.bytes("text");
    json!(std::str::from_utf8(&bytes).is_ok_and(ask))
}

fn reference(text: &str, normalize: bool) -> Result<ReferenceBuf, Rejection> {
    let parsed = if normalize {
        ReferenceBuf::parse_normalized(text)
    } else {
        Reference::parse(text).map(Reference::to_owned)
    };
    parsed.map_err(|error| error.about(text))
}

fn parse(args: &Args<'_>) -> Answer {
    let text = args.text("text", Part::Reference)?;
    let reference = reference(&text, args.flag("normalize"))?;
    Ok(json!({
        "scope": reference.scope(),
        "name": reference.name(),
        "tag": reference.tag(),
        "text": reference.to_string(),
        "storage_component": reference.storage_component().to_string(),
    }))
}

fn sign(order: Ordering) -> Value {
    json!(order as i8)
}

fn compare(args: &Args<'_>) -> Answer {
    let side = |name| reference(&args.text(name, Part::Reference)?, false);
    Ok(sign(side("a")?.cmp(&side("b")?)))
}

/// The policy whose parts are in `args`; a part that is left out is the default's.
fn policy(args: &Args<'_>) -> Result<Policy, Rejection> {
    let mut builder = Policy::builder();
    if let Some(slug) = args.optional("system_scope", Part::SystemScope)? {
        builder = builder.system_scope(slug);
    }
    if let Some(slugs) = args.list("reserved", Part::Reserved)? {
        builder = builder.reserved(slugs);
    }
    if let Some(prefixes) = args.list("reserved_prefixes", Part::ReservedPrefix)? {
        builder = builder.reserved_prefixes(prefixes);
    }
    if args.0.get("legacy_prefix").is_some() {
        let prefix = args.optional("legacy_prefix", Part::LegacyPrefix)?;
        builder = builder.legacy_prefix(prefix.as_deref());
    }
    builder.build()
}

fn given_policy(args: &Args<'_>) -> Result<Policy, Rejection> {
    args.get("policy")
        .map_or_else(|| Ok(Policy::default()), |given| policy(&Args(given)))
}

fn check_claimable(args: &Args<'_>) -> Answer {
    let policy = given_policy(args)?;
    let slug = args.text("slug", Part::Scope)?;
    match policy.check_claimable(&slug) {
        Ok(()) => Ok(json!(true)),
        Err(error) => Err(error.about(slug)),
    }
}

fn is_reserved(args: &Args<'_>) -> Answer {
    let policy = given_policy(args)?;
    let slug = args.bytes("slug");
    Ok(json!(
        std::str::from_utf8(&slug).is_ok_and(|slug| policy.is_reserved(slug))
    ))
}

fn resolve(args: &Args<'_>) -> Answer {
    let policy = given_policy(args)?;
    let default_scope = args.optional("default_scope", Part::DefaultScope)?;
    let user_id = args.optional("user_id", Part::UserId)?;
    let text = args.text("text", Part::Reference)?;
    let options = ResolveOptions {
        default_scope: default_scope.as_deref(),
        user_id: user_id.as_deref(),
        normalize: args.flag("normalize"),
    };
    let resolved = policy.resolve(&text, options).map_err(about(&[
        (Part::Reference, &text),
        (Part::DefaultScope, default_scope.as_deref().unwrap_or("")),
        (Part::UserId, user_id.as_deref().unwrap_or("")),
    ]))?;
    let kind = resolved.kind();
    Ok(match resolved {
        Resolved::Scoped(reference) => json!({ "kind": kind, "reference": reference.as_str() }),
        Resolved::LegacyTemplate { text } => json!({ "kind": kind, "text": text }),
        Resolved::LegacyUser { text, alias } => {
            json!({ "kind": kind, "text": text, "alias": alias })
        }
    })
}

fn alias(args: &Args<'_>, make: fn(&str, &str, &str) -> Result<String, Rejection>) -> Answer {
    let scope_id = args.text("scope_id", Part::ScopeId)?;
    let name = args.text("name", Part::Name)?;
    let version = args.text("version", Part::Version)?;
    make(&scope_id, &name, &version).map(Value::from)
}

fn user_alias(args: &Args<'_>) -> Answer {
    let user_id = args.text("user_id", Part::UserId)?;
    let alias = args.text("alias", Part::Alias)?;
    legacy_user_alias(&user_id, &alias).map(Value::from)
}

fn access(args: &Args<'_>) -> Answer {
    fn word<T: std::str::FromStr<Err = Error>>(word: &str) -> Result<T, Rejection> {
        word.parse().map_err(|error: Error| error.about(word))
    }
    let (scope, actor) = (args.object("scope"), args.object("actor"));
    let scope_type: ScopeType = word(&scope.text("type", Part::ScopeType)?)?;
    let role = actor.optional("role", Part::Role)?;
    let role: Option<Role> = role.as_deref().map(word).transpose()?;
    let action: Action = word(&args.text("action", Part::Action)?)?;
    let owner_id = scope.optional("owner_id", Part::UserId)?;
    let user_id = actor.optional("user_id", Part::UserId)?;
    let decision = decide_access(
        AccessScope {
            scope_type,
            owner_id: owner_id.as_deref(),
        },
        Actor {
            user_id: user_id.as_deref(),
            role,
        },
        action,
        args.flag("force"),
    );
    Ok(json!({
        "allowed": decision.allowed(),
        "reason": decision.reason.as_str(),
        "rule": decision.rule,
    }))
}

fn key(args: &Args<'_>) -> Result<ScopeKey, Rejection> {
    let kind = args.get("kind").and_then(Value::as_str).unwrap();
    if kind == "global" {
        return Ok(ScopeKey::global());
    }
    let primary_path = args.text("primary_path", Part::PrimaryPath)?;
    let branch_name = args.optional("branch_name", Part::BranchName)?;
    let worktree_key = args.optional("worktree_key", Part::WorktreeKey)?;
    let worktree_path = args.optional("worktree_path", Part::WorktreePath)?;
    let (branch_name, worktree_key) = (branch_name.as_deref(), worktree_key.as_deref());
    let made = match (kind, branch_name, worktree_key) {
        ("repository", None, None) => ScopeKey::repository(&primary_path),
        ("branch", Some(name), None) => ScopeKey::branch(&primary_path, name),
        ("worktree", None, Some(key)) => {
            ScopeKey::worktree(&primary_path, key, worktree_path.as_deref())
        }
        _ => panic!("no such key: {}", args.0),
    };
    made.map_err(about(&[
        (Part::PrimaryPath, &primary_path),
        (Part::BranchName, branch_name.unwrap_or("")),
        (Part::WorktreeKey, worktree_key.unwrap_or("")),
        (Part::WorktreePath, worktree_path.as_deref().unwrap_or("")),
    ]))
}

fn key_value(key: &ScopeKey) -> Value {
    let order = key.search_order();
    json!({
        "kind": key.kind().as_str(),
        "primary_path": key.primary_path(),
        "branch_name": key.branch_name(),
        "worktree_key": key.worktree_key(),
        "worktree_path": key.worktree_path(),
        "display": key.display().to_string(),
        "display_short": key.display_short().to_string(),
        "storage_key": key.storage_key().to_string(),
        "distinct_storage_key": key.distinct_storage_key().to_string(),
        "uri": key.uri().to_string(),
        "json": key.to_json().to_string(),
        "search_order": order.iter().map(|key| key.uri().to_string()).collect::<Vec<_>>(),
    })
}

fn read_key(args: &Args<'_>, part: Part, read: fn(&str) -> Result<ScopeKey, Error>) -> Answer {
    let text = args.text("text", part)?;
    let key = read(&text).map_err(|error| error.about(text))?;
    Ok(key_value(&key))
}

fn key_compare(args: &Args<'_>) -> Answer {
    Ok(sign(key(&args.object("a"))?.cmp(&key(&args.object("b"))?)))
}

/// Two keys that share a storage key, and what tells them apart.
fn confusable_keys(args: &Args<'_>) -> Answer {
    let (a, b) = (key(&args.object("a"))?, key(&args.object("b"))?);
    let shared = a.storage_key().to_string();
    assert_eq!(
        shared,
        b.storage_key().to_string(),
        "not confusable: {}",
        args.0
    );
    assert_ne!(a, b, "one key: {}", args.0);
    let distinct = [a, b].map(|key| key.distinct_storage_key().to_string());
    assert_ne!(distinct[0], distinct[1], "confused: {}", args.0);
    Ok(json!({ "storage_key": shared, "distinct": distinct }))
}

fn dir_name(
    args: &Args<'_>,
    name: fn(&str, &str) -> Result<String, Error>,
) -> Result<String, Rejection> {
    let owner = args.text("owner", Part::Owner)?;
    let repo = args.text("repo", Part::Repo)?;
    name(&owner, &repo).map_err(about(&[(Part::Owner, &owner), (Part::Repo, &repo)]))
}

fn hosted_dir_name(args: &Args<'_>) -> Answer {
    let host = args.text("host", Part::Host)?;
    let path = args.text("repository_path", Part::RepositoryPath)?;
    let inputs = [(Part::Host, &*host), (Part::RepositoryPath, &*path)];
    let name = hosted_workspace_dir_name(&host, &path).map_err(about(&inputs))?;
    Ok(Value::from(name))
}

/// Two repositories that share a directory name, and what tells them apart.
fn confusable_dirs(args: &Args<'_>) -> Answer {
    let (a, b) = (args.object("a"), args.object("b"));
    let shared = dir_name(&a, workspace_dir_name)?;
    assert_eq!(
        shared,
        dir_name(&b, workspace_dir_name)?,
        "not confusable: {}",
        args.0
    );
    let distinct = [
        dir_name(&a, distinct_workspace_dir_name)?,
        dir_name(&b, distinct_workspace_dir_name)?,
    ];
    assert_ne!(distinct[0], distinct[1], "confused: {}", args.0);
    Ok(json!({ "dir_name": shared, "distinct": distinct }))
}

fn path_of_workspace(args: &Args<'_>) -> Answer {
    let data_dir = args.text("data_dir", Part::DataDir)?;
    let user_id = args.text("user_id", Part::UserId)?;
    let owner = args.text("owner", Part::Owner)?;
    let repo = args.text("repo", Part::Repo)?;
    let path = workspace_path(&data_dir, &user_id, &owner, &repo);
    path.map(Value::from).map_err(about(&[
        (Part::DataDir, &data_dir),
        (Part::UserId, &user_id),
        (Part::Owner, &owner),
        (Part::Repo, &repo),
    ]))
}

fn is_contained(args: &Args<'_>) -> Answer {
    let base = args.text("base", Part::Base)?;
    let path = args.text("path", Part::Path)?;
    contains(&base, &path)
        .map(Value::from)
        .map_err(about(&[(Part::Base, &base), (Part::Path, &path)]))
}

fn metadata(args: &Args<'_>, name: &str) -> Result<WorkspaceMetadata, Rejection> {
    let text = args.text(name, Part::Metadata)?;
    WorkspaceMetadata::from_json(&text).map_err(|error| error.about(text))
}

fn retention(args: &Args<'_>) -> Answer {
    let metadata = metadata(args, "metadata")?;
    let now = args.text("now", Part::Timestamp)?;
    let now: Timestamp = now.parse().map_err(|error: Error| error.about(now))?;
    let policy = match args.get("max_idle_days").map(|days| days.as_i64().unwrap()) {
        Some(days) => {
            RetentionPolicy::from_days(days).map_err(|error| error.about(days.to_string()))?
        }
        None => RetentionPolicy::default(),
    };
    let dirty = args.get("dirty").map(|dirty| dirty.as_bool().unwrap());
    let decision = decide_retention(&metadata, dirty, now, policy);
    Ok(json!(decision.as_str()))
}

fn many(args: &Args<'_>) -> Value {
    let texts: Vec<Vec<u8>> = args.0["texts"]
        .as_array()
        .unwrap()
        .iter()
        .map(bytes)
        .collect();
    let normalize = args.flag("normalize");
    let answer_to = |bytes: &Vec<u8>| match text(bytes, Part::Reference) {
        Ok(text) => reference(&text, normalize),
        Err(rejection) => Err(rejection),
    };
    let answers: Vec<_> = texts.iter().map(answer_to).collect();
    if let Ok(well_formed) = texts
        .iter()
        .map(|bytes| std::str::from_utf8(bytes))
        .collect::<Result<Vec<_>, _>>()
        && !normalize
    {
        let same = parse_many(well_formed.iter().copied())
            .zip(&well_formed)
            .map(|(parsed, text)| {
                parsed
                    .map(Reference::to_owned)
                    .map_err(|error| error.about(*text))
            });
        assert!(
            same.eq(answers.iter().cloned()),
            "parse_many differs: {}",
            args.0
        );
    }
    answers
        .iter()
        .map(|answer| match answer {
            Ok(reference) => json!({ "reference": reference.as_str() }),
            Err(rejection) => json!({ "error": error_value(rejection) }),
        })
        .collect()
}

fn lines(args: &Args<'_>) -> Answer {
    let buffer = args.bytes("buffer");
    let lines = parse_lines(&buffer).map_err(|error| error.about(""))?;
    Ok(lines.map(|line| json!(line.to_array())).collect())
}
