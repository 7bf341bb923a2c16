//! What holds for every input: laws, round trips, and that nothing distinct is ever confused.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use proptest::prelude::*;
use proptest::sample::select;
use scope_core::{
    AbsolutePath, BranchName, BranchNameBuf, ErrorCode, Name, NameBuf, Part, Policy, Reference,
    ReferenceBuf, RepositoryId, ResolveOptions, Retention, RetentionPolicy, ScopeKey, Slug,
    SlugBuf, Tag, TagBuf, Timestamp, WorkspaceMetadata, WorktreeKey, WorktreeKeyBuf, check_name,
    check_repository, check_slug, contains, decide_retention, distinct_template_alias,
    distinct_workspace_dir_name, is_slug, is_valid, normalize, suggest_slug, workspace_dir_name,
};

/// A well-formed slug (S1 to S3).
fn slug() -> impl Strategy<Value = String> + Clone {
    "[a-z0-9][a-z0-9-]{1,62}[a-z0-9]"
}

/// A well-formed name (N1).
fn name() -> impl Strategy<Value = String> + Clone {
    "[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?".prop_filter("holds ..", |name| !name.contains(".."))
}

/// A well-formed tag (T1), or none.
fn tag() -> impl Strategy<Value = Option<String>> + Clone {
    prop::option::of("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
}

/// Text with everything in it that some rule treats in a way of its own.
fn hostile() -> impl Strategy<Value = String> {
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
        "\"",
        "{",
        "}",
        " ",
        "\0",
        "\n",
        "\u{7F}",
        "\u{85}",
        "\u{301}",
        "é",
        "É",
        "ß",
        "\u{1F600}",
        "\u{202E}",
        "a",
        "Z",
        "0",
        "vm0-",
        "user-u-",
        "scope:",
        "branch:",
        "C:\\",
        "\\\\s\\h",
        "refs/heads/",
        "origin/",
        "HEAD",
        ".lock",
        "@{",
        "global",
        "worktree:",
        "123e4567-e89b-12d3-a456-",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
        any::<String>(),
        "[ -~]{0,80}",
        ("[a-z:/@]{0,3}", 0..2000usize).prop_map(|(piece, count)| piece.repeat(count)),
    ]
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// `values` are ordered, equal and hashed as their `keys` are.
fn obeys_order_of<T: Ord + Hash + Debug, K: Ord>(values: &[T], key: impl Fn(&T) -> K) {
    for a in values {
        for b in values {
            let expected = key(a).cmp(&key(b));
            assert_eq!(a.cmp(b), expected, "{a:?} {b:?}");
            assert_eq!(a.partial_cmp(b), Some(expected), "{a:?} {b:?}");
            assert_eq!(a == b, expected.is_eq(), "{a:?} {b:?}");
            // Two that differ may share a hash of 64 bits, but not among so few.
            assert_eq!(hash_of(a) == hash_of(b), expected.is_eq(), "{a:?} {b:?}");
        }
    }
}

mod references {
    use super::*;

    /// References of few parts, so that many of them share some.
    fn cluster() -> impl Strategy<Value = Vec<ReferenceBuf>> {
        let slug = select(vec!["aaa", "aaa-b", "aab", "aa0", "aaaa"]);
        let name = select(vec!["a", "a-b", "a.b", "a_b", "a0", "b", "ab"]);
        let tag = select(vec![
            None,
            Some("_"),
            Some("a"),
            Some("A"),
            Some("a.b"),
            Some("0"),
        ]);
        let reference = (slug, name, tag)
            .prop_map(|(slug, name, tag)| ReferenceBuf::new(slug, name, tag).unwrap());
        prop::collection::vec(reference, 2..16)
    }

    proptest! {
        #[test]
        fn print_of_a_parse_is_the_text(scope in slug(), name in name(), tag in tag()) {
            let tail = tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
            let text = format!("@{scope}/{name}{tail}");
            let parsed = Reference::parse(&text)?;
            prop_assert_eq!(parsed.to_string(), &*text);
            prop_assert_eq!(parsed.as_str(), &*text);
            prop_assert_eq!(
                (parsed.scope(), parsed.name(), parsed.tag()),
                (&*scope, &*name, tag.as_deref())
            );
        }

        #[test]
        fn parse_of_a_print_is_the_value(scope in slug(), name in name(), tag in tag()) {
            let made = ReferenceBuf::new(&scope, &name, tag.as_deref())?;
            let read: ReferenceBuf = made.to_string().parse()?;
            prop_assert_eq!(&read, &made);
            prop_assert_eq!(read.scope(), &*scope);
            prop_assert_eq!(read.name(), &*name);
            prop_assert_eq!(read.tag(), tag.as_deref());
        }

        #[test]
        fn a_storage_component_reads_back(scope in slug(), name in name(), tag in tag()) {
            let reference = ReferenceBuf::new(&scope, &name, tag.as_deref())?;
            let component = reference.storage_component().to_string();
            prop_assert!(component.len() <= 194);
            let (read_scope, read_name) = component.split_once("__").unwrap();
            prop_assert_eq!((read_scope, read_name), (&*scope, &*name));
            let read = ReferenceBuf::from_storage_component(&component)?;
            prop_assert_eq!((read.scope(), read.name(), read.tag()), (&*scope, &*name, None));
        }

        #[test]
        fn owned_and_borrowed_agree(text in prop_oneof![hostile(), "@[a-z]{2,4}/[a-z.]{0,4}(:[a-z]{0,3})?"]) {
            let borrowed = Reference::parse(&text);
            let owned = borrowed.map(Reference::to_owned);
            prop_assert_eq!(text.parse::<ReferenceBuf>(), owned.clone());
            prop_assert_eq!(ReferenceBuf::try_from(text.as_str()), owned.clone());
            prop_assert_eq!(ReferenceBuf::try_from(text.clone()), owned.clone());
            prop_assert_eq!(Reference::try_from(text.as_str()), borrowed);
            prop_assert_eq!(is_valid(&text), borrowed.is_ok());
            if let (Ok(borrowed), Ok(owned)) = (borrowed, owned) {
                prop_assert_eq!(owned.borrowed(), borrowed);
                prop_assert_eq!(owned.slug(), borrowed.slug().to_owned());
                prop_assert_eq!(hash_of(&owned), hash_of(&borrowed));
                let parts = ReferenceBuf::new(borrowed.scope(), borrowed.name(), borrowed.tag())?;
                prop_assert_eq!(parts, owned);
            }
        }

        #[test]
        fn owned_and_borrowed_parts_agree(text in hostile()) {
            prop_assert_eq!(Slug::new(&text).map(Slug::to_owned), SlugBuf::new(text.as_str()));
            prop_assert_eq!(Name::new(&text).map(Name::to_owned), NameBuf::new(text.as_str()));
            prop_assert_eq!(Tag::new(&text).map(Tag::to_owned), TagBuf::new(text.as_str()));
            prop_assert_eq!(
                BranchName::new(&text).map(BranchName::to_owned),
                BranchNameBuf::new(text.as_str())
            );
            prop_assert_eq!(
                WorktreeKey::new(&text).map(WorktreeKey::to_owned),
                WorktreeKeyBuf::new(text.as_str())
            );
        }

        #[test]
        fn are_ordered_as_triples(cluster in cluster()) {
            // No tag before any tag, each part by byte: R6.
            obeys_order_of(&cluster, |reference| {
                let bytes = |text: &str| text.as_bytes().to_vec();
                (
                    bytes(reference.scope()),
                    bytes(reference.name()),
                    reference.tag().map(bytes),
                )
            });
        }
    }
}

mod normalizing {
    use super::*;

    /// What a person types: white space around it, upper case in it.
    fn typed() -> impl Strategy<Value = String> {
        let reference = "@?[A-Za-z-]{0,5}/?[A-Za-z._]{0,5}(:[A-Za-z.:/]{0,5})?";
        let typed = ("[ \t\n\r\u{c}]{0,3}", reference, "[ \t\n\r\u{c}]{0,3}")
            .prop_map(|(before, text, after)| [before, text, after].concat());
        prop_oneof![typed, hostile()]
    }

    proptest! {
        #[test]
        fn twice_is_once(text in typed()) {
            let once = normalize(&text).into_owned();
            prop_assert_eq!(normalize(&once), &*once);
        }

        #[test]
        fn changes_nothing_but_case_and_edges(text in typed()) {
            let trimmed = text.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
            let normalized = normalize(&text);
            prop_assert!(normalized.eq_ignore_ascii_case(trimmed));
            // The tag begins after the first `:` that follows the first `/`, or after the first `:` without a `/`.
            let after = trimmed.find('/').unwrap_or(0);
            let colon = trimmed[after..].find(':').map_or(trimmed.len(), |colon| after + colon);
            prop_assert_eq!(&normalized[colon..], &trimmed[colon..]);
            prop_assert_eq!(&normalized[..colon], trimmed[..colon].to_ascii_lowercase());
        }

        #[test]
        fn parses_what_strictly_parses_once_normalized(text in typed()) {
            let normalized = normalize(&text).into_owned();
            let loose = ReferenceBuf::parse_normalized(&text);
            match (Reference::parse(&normalized), loose) {
                (Ok(strict), Ok(loose)) => prop_assert_eq!(strict, loose.borrowed()),
                (Err(strict), Err(loose)) => {
                    prop_assert_eq!((strict.code, strict.part), (loose.code, loose.part));
                    // The offset counts in the caller's text, and points at the same character, whatever its case.
                    let at = |text: &str, offset| text[offset..].chars().next().map(|char| char.to_ascii_lowercase());
                    let fault = at(&normalized, strict.offset);
                    if fault.is_some() || strict.offset < normalized.len() {
                        prop_assert_eq!(fault, at(&text, loose.offset));
                    }
                    let dropped = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']).len();
                    prop_assert_eq!(loose.offset, dropped + strict.offset);
                }
                (strict, loose) => prop_assert!(false, "{:?} {:?}", strict, loose),
            }
        }

        #[test]
        fn resolves_what_strictly_resolves_once_normalized(text in typed(), user in "[a-z]{1,2}") {
            let policy = Policy::default();
            let strict = ResolveOptions {
                default_scope: Some("acme"),
                user_id: Some(&user),
                normalize: false,
            };
            let loose = ResolveOptions { normalize: true, ..strict };
            let strict = policy.resolve(&normalize(&text), strict);
            let loose = policy.resolve(&text, loose);
            prop_assert_eq!(
                strict.map_err(|error| (error.code, error.part)),
                loose.map_err(|error| (error.code, error.part))
            );
        }
    }
}

mod slugs {
    use super::*;

    proptest! {
        #[test]
        fn a_suggestion_is_well_formed_and_stays(text in prop_oneof![hostile(), "[ -~À-ɏ]{0,90}"]) {
            if let Some(slug) = suggest_slug(&text) {
                prop_assert_eq!(check_slug(&slug), Ok(()));
                prop_assert_eq!(suggest_slug(&slug), Some(slug));
            }
        }

        #[test]
        fn a_slug_is_its_own_suggestion_but_for_runs_of_hyphens(slug in slug()) {
            let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
            let suggested = suggest_slug(&slug);
            prop_assert_eq!(suggested, Some(words.join("-")).filter(|joined| joined.len() >= 3));
        }

        /// Nothing past byte 65 takes part in the answer, but for the length (S4).
        #[test]
        fn what_is_past_the_limit_is_not_looked_at(
            head in "[a-z0-9]{65}",
            tail in hostile(),
            foreign in prop::option::of((0..64usize, "[A-Z_.é]")),
        ) {
            let mut head = head;
            if let Some((at, char)) = foreign {
                head.replace_range(at..=at, &char);
            }
            prop_assert_eq!(check_slug(&format!("{head}{tail}")), check_slug(&head));
        }
    }
}

/// Distinct template aliases (A5): every name of up to four characters of the few that could be confused.
#[test]
fn no_two_triples_share_a_distinct_alias() {
    const IDS: [&str; 2] = [
        "123e4567-e89b-12d3-a456-426614174000",
        "123e4567-e89b-12d3-a456-426614174001",
    ];
    const VERSIONS: [&str; 3] = ["00000000", "000000000", "0000000a"];
    let mut names: Vec<String> = strings("au_d.-", 4);
    names.retain(|name| check_name(name).is_ok());
    names.extend(["a-version-00000000", "a-version-000000000", "a-image-a"].map(String::from));
    assert!(names.len() > 300);
    let mut owners = HashMap::new();
    for id in IDS {
        for name in &names {
            for version in VERSIONS {
                let alias = distinct_template_alias(id, name, version).unwrap();
                let other = owners.insert(alias.clone(), (id, name, version));
                assert_eq!(other, None, "{alias} is also {id} {name} {version}");
            }
        }
    }
    // A scope id and a version are numbers: their case says nothing.
    let upper = distinct_template_alias(&IDS[0].to_uppercase(), "a", "0000000A").unwrap();
    assert_eq!(owners.get(&upper), Some(&(IDS[0], &names[0], VERSIONS[2])));
}

/// Every string of 1 to `longest` of these characters.
fn strings(alphabet: &str, longest: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut last = vec![String::new()];
    for _ in 0..longest {
        last = last
            .iter()
            .flat_map(|text| alphabet.chars().map(move |char| format!("{text}{char}")))
            .collect();
        all.extend_from_slice(&last);
    }
    all
}

/// A component of a repository's path (W4), often one that looks like something else.
fn component() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        select(vec![
            "a", "_", "__", "a_", "_a", "a.b", "a_b", "a__b", "é", "~a", "A"
        ])
        .prop_map(String::from),
        "[a-z0-9._-]{1,20}",
        "[a-z]{200,255}",
    ]
    .prop_filter("dots", |text| text != "." && text != "..")
}

/// A repository of any kind, few enough of each that two are often alike.
fn repository() -> impl Strategy<Value = RepositoryId> {
    let host = select(vec!["a", "a:1", "a.test", "[::1]", "a_b", "github.com"]);
    let own = (component(), component())
        .prop_map(|(owner, repo)| RepositoryId::new(&owner, &repo).unwrap());
    let path = prop::collection::vec(component(), 2..4).prop_map(|names| names.join("/"));
    let hosted = (host, path).prop_map(|(host, path)| RepositoryId::hosted(host, &path).unwrap());
    prop_oneof![own, hosted]
}

proptest! {
    /// Directory names (W3): equal for equal repositories, and for no others; and short.
    #[test]
    fn no_two_repositories_share_a_directory(
        ids in prop::collection::vec(repository(), 2..24),
    ) {
        let mut by_name = HashMap::new();
        for id in ids {
            let name = id.directory();
            prop_assert!(name.len() <= 64 && name.is_ascii());
            prop_assert!(!name.contains(['/', '.']));
            let alike = RepositoryId::from_owner_and_repo(&id.full_owner(), id.repo());
            prop_assert_eq!(alike.as_ref(), Ok(&id));
            let other = by_name.insert(name.clone(), id.clone());
            prop_assert!(other.is_none_or(|other| other == id), "{} is also {}", name, id);
        }
    }

    /// What metadata records tells which repository it is of, through its JSON form too (W6).
    #[test]
    fn metadata_tells_the_repository(id in repository()) {
        let metadata = WorkspaceMetadata::of(&id, Timestamp::from_unix(0, 0).unwrap());
        prop_assert_eq!(metadata.repository_id(), id);
        #[cfg(feature = "serde")]
        {
            let text = metadata.to_json().to_string();
            prop_assert_eq!(WorkspaceMetadata::from_json(&text), Ok(metadata));
        }
    }
}

/// Every path of up to three of the few names that could be confused, on each host, and without one.
#[test]
fn no_two_of_a_cluster_share_a_directory() {
    let names = strings("a_.", 3);
    let names: Vec<&String> = names
        .iter()
        .filter(|name| check_repository(name, name).is_ok())
        .collect();
    let mut by_name = HashMap::new();
    let mut add = |id: RepositoryId| {
        let other = by_name.insert(id.directory(), id.clone());
        assert_eq!(other, None, "{id}");
    };
    for owner in &names {
        for repo in &names {
            add(RepositoryId::new(owner, repo).unwrap());
            let path = format!("{owner}/{repo}");
            for host in ["a", "a_", "a:1"] {
                add(RepositoryId::hosted(host, &path).unwrap());
                add(RepositoryId::hosted(host, &format!("a/{path}")).unwrap());
            }
        }
    }
    assert!(by_name.len() > 9000, "{}", by_name.len());
}

mod keys {
    use super::*;

    /// Characters that some encoding has a use for.
    const SPECIAL: &str = "aA0:@%/\\-_.~ ,+?#[é\u{301}\u{1F600}\"<|*";

    /// A component of a path: any text without separator and NUL that is no `.` or `..`.
    fn component() -> impl Strategy<Value = String> + Clone {
        prop_oneof![
            prop::collection::vec(select(SPECIAL.chars().collect::<Vec<_>>()), 1..5)
                .prop_map(String::from_iter),
            any::<String>(),
            "[a-z]{1,8}",
            "[\u{1}-\u{1f}\u{80}-\u{9f}]{1,3}",
        ]
        .prop_map(|text| text.replace(['/', '\\', '\0'], ""))
        .prop_filter("is no component", |text| {
            !matches!(text.as_str(), "" | "." | "..")
        })
    }

    fn path() -> impl Strategy<Value = String> {
        let components = prop::collection::vec(component(), 1..4);
        prop_oneof![
            Just(String::from("/")),
            Just(String::from("C:\\")),
            components
                .clone()
                .prop_map(|parts| format!("/{}", parts.join("/"))),
            components
                .clone()
                .prop_map(|parts| format!("/{}", parts.join("\\"))),
            components
                .clone()
                .prop_map(|parts| format!("c:/{}", parts.join("\\"))),
            components.prop_map(|parts| format!("\\\\srv\\share\\{}", parts.join("/"))),
        ]
        .prop_filter("is no path", |path| AbsolutePath::new(path).is_ok())
    }

    /// A valid branch name, built so; the filter is for what building cannot easily rule out.
    fn branch() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-zA-Z0-9_%!#$&'()+,;<=>|\"`@}-]{1,6}",
            "[é\u{301}\u{1F600}\u{85}ñ日]{1,3}",
        ];
        prop::collection::vec(word, 1..4)
            .prop_map(|words| words.join("/"))
            .prop_filter("is no branch name", |name| BranchName::new(name).is_ok())
    }

    fn key() -> impl Strategy<Value = ScopeKey> {
        prop_oneof![
            1 => Just(ScopeKey::Global),
            4 => path().prop_map(|path| ScopeKey::repository(&path).unwrap()),
            4 => (path(), branch()).prop_map(|(path, name)| ScopeKey::branch(&path, &name).unwrap()),
            4 => (path(), component(), prop::option::of(path())).prop_filter_map(
                "is no worktree key",
                |(path, key, at)| ScopeKey::worktree(&path, &key, at.as_deref()).ok(),
            ),
        ]
    }

    /// The identity of a key, as K1 says it.
    type Identity = (usize, Option<Vec<u8>>, Option<Vec<u8>>);

    fn identity(key: &ScopeKey) -> Identity {
        let kinds = ["global", "repository", "branch", "worktree"];
        let kind = kinds.iter().position(|kind| *kind == key.kind().as_str());
        let bytes = |text: &str| text.as_bytes().to_vec();
        (
            kind.unwrap(),
            key.primary_path().map(bytes),
            key.branch_name().or(key.worktree_key()).map(bytes),
        )
    }

    /// All keys of a few paths and names that look alike in one encoding or another.
    fn near_equal() -> Vec<ScopeKey> {
        let paths = [
            "/",
            "/a",
            "/A",
            "/a/b",
            "/a-b",
            "/a:b",
            "/a@b",
            "/a%2Fb",
            "/a\\b",
            "/a/b:c",
            "/a/b@c",
            "/a b",
            "/a_b",
            "/a.b",
            "/a/b-c",
            "/é",
            "/e\u{301}",
            "/a,8:",
            "/a,b",
            "/8:/a",
            "C:\\",
            "C:/",
            "c:\\",
            "C:\\a",
            "C:/a",
            "C:\\a\\b",
            "C:\\a/b",
            "C:/a/b",
            "\\\\s\\h",
            "\\\\s\\h\\",
            "\\\\s\\h\\a",
            "\\\\s\\h/a",
            "/x/a",
            "/x/y/a",
            "/global",
            "/scope",
        ];
        let names = [
            "a", "A", "b", "c", "a-b", "a_b", "a.b", "a,b", "b,c", "é", "e\u{301}", "a@b", "a%b",
            "b@c", "global", "a--b", "branch", "worktree", "main", "a(b)", "a+b",
        ];
        let slashed = ["a/b", "a/b/c", "a-b/c", "a/b-c", "b/c"];
        let spaced = ["a b", "a:b", "b:c", "-a", ".a", "a.lock", "*", "?"];
        let mut keys = vec![ScopeKey::global()];
        for path in paths {
            keys.push(ScopeKey::repository(path).unwrap());
            for name in names.iter().chain(&slashed) {
                keys.push(ScopeKey::branch(path, name).unwrap());
            }
            for name in names.iter().chain(&spaced) {
                keys.push(ScopeKey::worktree(path, name, None).unwrap());
            }
        }
        keys
    }

    #[test]
    fn no_two_near_equal_keys_share_a_name() {
        let keys = near_equal();
        assert!(keys.len() > 1500);
        let mut by_storage: HashMap<String, &ScopeKey> = HashMap::new();
        let mut by_uri: HashMap<String, &ScopeKey> = HashMap::new();
        let mut shared: BTreeMap<String, usize> = BTreeMap::new();
        for key in &keys {
            let name = key.distinct_storage_key().to_string();
            if let Some(other) = by_storage.insert(name, key) {
                panic!("one distinct storage key: {key:?} {other:?}");
            }
            if let Some(other) = by_uri.insert(key.uri().to_string(), key) {
                panic!("one URI: {key:?} {other:?}");
            }
            *shared.entry(key.storage_key().to_string()).or_default() += 1;
        }
        // K7 confuses many of them, or the cluster would show little.
        let confused: usize = shared.values().filter(|count| **count > 1).sum();
        assert!(confused > 300, "{confused}");
    }

    proptest! {
        #[test]
        fn names_differ_where_keys_do(keys in prop::collection::vec(key(), 2..12)) {
            for a in &keys {
                for b in &keys {
                    let same = identity(a) == identity(b);
                    prop_assert_eq!(a.uri().to_string() == b.uri().to_string(), same);
                    prop_assert_eq!(
                        a.distinct_storage_key().to_string() == b.distinct_storage_key().to_string(),
                        same
                    );
                }
            }
        }

        #[test]
        fn order_is_that_of_the_identity(keys in prop::collection::vec(key(), 2..10)) {
            obeys_order_of(&keys, identity);
        }

        #[test]
        fn near_equal_keys_are_ordered(keys in prop::sample::subsequence(near_equal(), 30)) {
            obeys_order_of(&keys, identity);
        }

        #[test]
        fn a_distinct_storage_key_is_safe(key in key()) {
            let name = key.distinct_storage_key().to_string();
            prop_assert!(name.len() <= 64, "{}", name);
            let (readable, digest) = name.rsplit_once("--").unwrap();
            prop_assert_eq!(digest.len(), 26);
            prop_assert!(digest.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')));
            prop_assert!((1..=36).contains(&readable.len()));
            prop_assert!(readable.split('-').all(|word| {
                !word.is_empty() && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))
            }), "{}", name);
        }

        #[test]
        fn a_storage_key_is_one_component(key in key()) {
            let name = key.storage_key().to_string();
            let unsafe_in_names = |char: char| char.is_control() || "/\\:@*?\"<>|".contains(char);
            prop_assert!(!name.contains(unsafe_in_names));
            prop_assert_eq!(name.chars().count(), key.display().to_string().chars().count());
        }

        #[test]
        fn a_uri_reads_back(key in key()) {
            let uri = key.uri().to_string();
            prop_assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()));
            let read = ScopeKey::from_uri(&uri)?;
            prop_assert_eq!(read.worktree_path(), None);
            prop_assert_eq!(read.uri().to_string(), uri);
            prop_assert_eq!(read, key);
        }

        /// Whatever is read as a URI is the one URI of what was read.
        #[test]
        fn no_other_text_is_a_uri(
            key in key(),
            at in any::<prop::sample::Index>(),
            with in select(vec!["", "%", "%2F", "%2f", "%41", ":", "a", "/", "%00", "%C3%A9", "é"]),
        ) {
            let uri = key.uri().to_string();
            let at = at.index(uri.len());
            for text in [
                format!("{}{with}{}", &uri[..at], &uri[at..]),
                format!("{}{with}{}", &uri[..at], &uri[at + 1..]),
                uri.replacen('%', with, 1),
                uri.to_ascii_lowercase(),
            ] {
                match ScopeKey::from_uri(&text) {
                    Ok(read) => prop_assert_eq!(read.uri().to_string(), text),
                    Err(error) if error.code == ErrorCode::NotCanonical => {
                        if let Some(meant) = error.suggestion(&text) {
                            let read = ScopeKey::from_uri(&meant)?;
                            prop_assert_eq!(read.uri().to_string(), meant);
                        }
                    }
                    Err(_) => {}
                }
            }
        }

        #[test]
        fn search_goes_outwards(key in key()) {
            let order = key.search_order();
            prop_assert_eq!(&order[0], &key);
            prop_assert_eq!(order.last(), Some(&ScopeKey::Global));
            let kinds: Vec<_> = order.iter().map(ScopeKey::kind).collect();
            let length = match key.kind().as_str() {
                "global" => 1,
                "repository" => 2,
                _ => 3,
            };
            prop_assert_eq!(kinds.len(), length);
            if length == 3 {
                prop_assert_eq!(order[1].primary_path(), key.primary_path());
                prop_assert_eq!(kinds[1].as_str(), "repository");
            }
        }
    }

    #[cfg(feature = "serde")]
    proptest! {
        #[test]
        fn json_reads_back(key in key()) {
            let json = key.to_json().to_string();
            let read = ScopeKey::from_json(&json)?;
            prop_assert_eq!(read.worktree_path(), key.worktree_path());
            prop_assert_eq!(read.to_json().to_string(), &*json);
            prop_assert_eq!(&read, &key);
            // Any other writer of JSON says the same, and serde goes through the same door.
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&ScopeKey::from_json(&format!(" {value:#}\n"))?, &key);
            prop_assert_eq!(serde_json::to_string(&key).unwrap(), json);
            prop_assert_eq!(serde_json::from_value::<ScopeKey>(value).unwrap(), key);
        }
    }
}

mod workspaces {
    use super::*;

    /// An owner or repo that W4 takes.
    fn part() -> impl Strategy<Value = String> {
        prop_oneof![
            "[aA_.é-]{1,4}",
            "[a-z_]{14,20}",
            "[a-z]{26,34}",
            "[a-z.]{1,255}",
            any::<String>(),
        ]
        .prop_filter("no part of a repository's name", |text| {
            workspace_dir_name(text, "x").is_ok()
        })
    }

    /// Every owner and repo of up to three of the characters that matter to W3.
    #[test]
    fn no_two_short_repositories_share_a_directory() {
        let mut parts = strings("a_-.", 3);
        parts.retain(|part| !matches!(part.as_str(), "." | ".."));
        let mut owners = HashMap::new();
        let mut shared: BTreeMap<String, usize> = BTreeMap::new();
        for owner in &parts {
            for repo in &parts {
                let name = distinct_workspace_dir_name(owner, repo).unwrap();
                if let Some(other) = owners.insert(name.clone(), (owner, repo)) {
                    panic!("{name} is {owner}/{repo} and {other:?}");
                }
                let plain = workspace_dir_name(owner, repo).unwrap();
                *shared.entry(plain).or_default() += 1;
            }
        }
        assert!(shared.values().any(|count| *count > 9));
    }

    proptest! {
        #[test]
        fn no_two_repositories_share_a_directory(
            pairs in prop::collection::vec((part(), part()), 2..12),
        ) {
            let pairs: BTreeSet<_> = pairs.into_iter().collect();
            let names: BTreeSet<_> = pairs
                .iter()
                .map(|(owner, repo)| distinct_workspace_dir_name(owner, repo).unwrap())
                .collect();
            prop_assert_eq!(names.len(), pairs.len());
        }

        /// W3's argument, and that the name is safe.
        #[test]
        fn a_directory_name_is_of_one_form(owner in part(), repo in part()) {
            let name = distinct_workspace_dir_name(&owner, &repo)?;
            prop_assert!(name.len() <= 64, "{}", name);
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)));
            let joints = name.as_bytes().windows(2).filter(|pair| pair == b"__").count();
            if name == format!("{owner}__{repo}") {
                prop_assert_eq!(joints, 1);
                prop_assert_eq!(name.split_once("__"), Some((&*owner, &*repo)));
            } else {
                prop_assert!(joints >= 2, "{}", name);
                prop_assert_eq!(name.rsplit_once("__").unwrap().1.len(), 26);
            }
        }
    }
}

mod containment {
    use super::*;
    use std::path::{Component, Path};

    /// A POSIX path cleaned by the standard library's components.
    #[cfg(unix)]
    fn cleaned_posix(path: &str) -> Vec<&std::ffi::OsStr> {
        let mut stack = Vec::new();
        for component in Path::new(path).components() {
            match component {
                Component::Normal(name) => stack.push(name),
                Component::ParentDir => {
                    stack.pop();
                }
                Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
            }
        }
        stack
    }

    /// A Windows path as the list of its root and components: slow and obvious.
    fn cleaned_windows(path: &str) -> Vec<String> {
        let path = path.replace('/', "\\");
        let is_unc = path.starts_with("\\\\");
        let words: Vec<&str> = path.split('\\').filter(|word| !word.is_empty()).collect();
        // A drive is one word, `\\server\share` two.
        let root = if is_unc { 2 } else { 1 };
        let mut stack: Vec<String> = vec![is_unc.to_string()];
        stack.extend(words[..root].iter().map(ToString::to_string));
        let floor = stack.len();
        for word in &words[root..] {
            match *word {
                "." => {}
                ".." => stack.truncate(floor.max(stack.len() - 1)),
                word => stack.push(word.into()),
            }
        }
        stack
    }

    fn is_strictly_below<T: PartialEq>(base: &[T], path: &[T]) -> bool {
        path.len() > base.len() && path.starts_with(base)
    }

    fn relative(separators: Vec<&'static str>) -> impl Strategy<Value = String> {
        let word = select(vec![
            "a", "b", "ab", "A", ".", "..", "", "...", "a\\b", "é", "a.",
        ]);
        prop::collection::vec((word, select(separators)), 0..7).prop_map(|parts| {
            parts
                .iter()
                .flat_map(|(word, then)| [*word, *then])
                .collect()
        })
    }

    fn windows() -> impl Strategy<Value = String> {
        let root = select(vec![
            "C:\\",
            "C:/",
            "c:\\",
            "D:/",
            "\\\\s\\h\\",
            "\\\\s\\h/",
            "\\\\s\\i\\",
            "\\\\S\\h\\",
        ]);
        (root, relative(vec!["\\", "/"])).prop_map(|(root, rest)| [root, &rest].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[cfg(unix)]
        #[test]
        fn posix_as_the_standard_library(
            base in relative(vec!["/", "//", "/./"]),
            path in relative(vec!["/", "//", "/./"]),
        ) {
            let (base, path) = (format!("/{base}"), format!("/{path}"));
            let below = is_strictly_below(&cleaned_posix(&base), &cleaned_posix(&path));
            prop_assert_eq!(contains(&base, &path), Ok(below), "{} {}", base, path);
            // What is below a path is below it whatever follows.
            let further = format!("{base}/x");
            prop_assert_eq!(contains(&base, &further), Ok(true));
            prop_assert_eq!(contains(&further, &base), Ok(false));
        }

        #[test]
        fn windows_as_the_obvious_model(base in windows(), path in windows()) {
            let below = is_strictly_below(&cleaned_windows(&base), &cleaned_windows(&path));
            prop_assert_eq!(contains(&base, &path), Ok(below), "{} {}", base, path);
        }

        #[test]
        fn forms_never_contain_each_other(rest in relative(vec!["/"]), windows in windows()) {
            let posix = format!("/{rest}");
            prop_assert_eq!(contains(&posix, &windows), Ok(false));
            prop_assert_eq!(contains(&windows, &posix), Ok(false));
        }
    }
}

mod retention {
    use super::*;

    fn time() -> impl Strategy<Value = Timestamp> {
        // Around a week, to the nanosecond, and anywhere in W6's years.
        let near = (0..2_000_000i64, select(vec![0, 1, 999_999_999]));
        let anywhere = (-62_135_596_800..253_370_764_800i64, 0..1_000_000_000u32);
        prop_oneof![near, anywhere]
            .prop_map(|(seconds, nanoseconds)| Timestamp::from_unix(seconds, nanoseconds).unwrap())
    }

    fn workspace() -> impl Strategy<Value = WorkspaceMetadata> {
        (time(), time(), prop::option::of(time())).prop_map(|(accessed, created, synced)| {
            let mut metadata = WorkspaceMetadata::new("acme", "widget", created).unwrap();
            metadata.last_accessed_at = accessed;
            metadata.last_synced_at = synced;
            metadata
        })
    }

    fn nanoseconds(time: Timestamp) -> i128 {
        i128::from(time.unix_seconds()) * 1_000_000_000 + i128::from(time.subsec_nanoseconds())
    }

    proptest! {
        #[test]
        fn is_w7(
            metadata in workspace(),
            days in prop_oneof![0..30i64, 0..=36_500i64],
            // To the nanosecond when it becomes idle, when it was last used, or whenever.
            since in prop_oneof![Just(Some(true)), Just(Some(false)), Just(None)],
            by in -1..=1i128,
            other in time(),
            dirty in any::<Option<bool>>(),
        ) {
            const DAY: i128 = 86_400 * 1_000_000_000;
            let policy = RetentionPolicy::from_days(days)?;
            let active = [
                Some(metadata.last_accessed_at),
                metadata.last_synced_at,
                Some(metadata.created_at),
            ];
            let active = active.into_iter().flatten().map(nanoseconds).max().unwrap();
            let patience = i128::from(days) * DAY;
            let now = match since {
                Some(idle) => active + by + if idle { patience } else { 0 },
                None => nanoseconds(other),
            };
            let seconds = i64::try_from(now.div_euclid(1_000_000_000))?;
            let nanosecond = u32::try_from(now.rem_euclid(1_000_000_000))?;
            // Past the years that there are, there is nothing to ask.
            let Ok(time) = Timestamp::from_unix(seconds, nanosecond) else {
                return Ok(());
            };
            let expected = match (now - active >= patience, dirty) {
                (false, _) => Retention::Keep,
                (true, Some(false)) => Retention::Delete,
                (true, _) => Retention::Warn,
            };
            prop_assert_eq!(decide_retention(&metadata, dirty, time, policy), expected);
        }

        #[test]
        fn is_monotone(
            metadata in workspace(),
            times in [time(), time()],
            days in [0..40i64, 0..40i64],
            dirty in any::<Option<bool>>(),
        ) {
            let (earlier, later) = (times[0].min(times[1]), times[0].max(times[1]));
            let (short, long) = (days[0].min(days[1]), days[0].max(days[1]));
            let decide = |now, days| {
                decide_retention(&metadata, dirty, now, RetentionPolicy::from_days(days).unwrap())
            };
            // Later, or with a shorter patience, it is never kept where it was not before.
            prop_assert!(decide(earlier, short) <= decide(later, short));
            prop_assert!(decide(earlier, long) <= decide(earlier, short));
        }

        #[test]
        fn a_clock_that_runs_backwards_deletes_nothing(metadata in workspace(), now in time(), dirty in any::<Option<bool>>()) {
            if now < metadata.last_active_at() {
                let policy = RetentionPolicy::from_days(0)?;
                prop_assert_eq!(decide_retention(&metadata, dirty, now, policy), Retention::Keep);
            }
        }

        #[test]
        fn a_timestamp_reads_back(time in time()) {
            let text = time.to_string();
            prop_assert_eq!(text.parse::<Timestamp>()?, time);
            prop_assert_eq!(text.replace('Z', "+00:00").parse::<Timestamp>()?, time);
            prop_assert!(text.ends_with('Z') && !text.ends_with("0Z") | !text.contains('.'));
            prop_assert_eq!(Timestamp::from_unix(time.unix_seconds(), time.subsec_nanoseconds()), Ok(time));
        }

        #[test]
        fn text_near_a_timestamp_is_read_as_w6_says(
            text in "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?(Z|z|\\+00:00|-00:00|\\+01:00|)",
        ) {
            prop_assert_eq!(text.parse::<Timestamp>().is_ok(), is_timestamp(&text), "{}", text);
        }
    }

    /// W6, the slow way.
    fn is_timestamp(text: &str) -> bool {
        let Some(text) = text
            .strip_suffix('Z')
            .or_else(|| text.strip_suffix("+00:00"))
        else {
            return false;
        };
        let (whole, fraction) = text.split_once('.').map_or((text, "0"), |(a, b)| (a, b));
        let Some((date, time)) = whole.split_once('T') else {
            return false;
        };
        let numbers = |text: &str, separator| -> Vec<u32> {
            text.split(separator)
                .map(|digits| digits.parse().unwrap())
                .collect()
        };
        let (date, time) = (numbers(date, '-'), numbers(time, ':'));
        let (year, month, day) = (date[0], date[1], date[2]);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=9998).contains(&year)
            && (1..=days).contains(&day)
            && time[0] <= 23
            && time[1] <= 59
            && time[2] <= 59
            && (1..=9).contains(&fraction.len())
    }

    #[cfg(feature = "serde")]
    proptest! {
        /// Unknown fields come back as they were, in their order, after the named ones.
        #[test]
        fn metadata_keeps_unknown_fields(
            metadata in workspace(),
            fields in prop::collection::btree_map("x[a-z]{0,3}(\\\\u00e9|\\\\n|\\\\\"|ü)?", json_value(), 0..5),
            at in 0..5usize,
            space in "[ \t\r\n]{0,2}",
        ) {
            let known = metadata.to_json().to_string();
            let own: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("\"{name}\":{}", value.replace(GAP, "")))
                .collect();
            let spaced: Vec<String> = fields
                .iter()
                .map(|(name, value)| {
                    let value = value.replace(GAP, &space);
                    format!("{space}\"{name}\"{space}:{space}{value}{space}")
                })
                .collect();
            // Before the named fields or after them: it is the same to a reader.
            let inner = &known[1..known.len() - 1];
            let mut parts: Vec<&str> = spaced.iter().map(String::as_str).collect();
            parts.insert(at.min(parts.len()), inner);
            let read = WorkspaceMetadata::from_json(&format!("{{{}}}", parts.join(",")))?;

            let mut expected = vec![inner];
            expected.extend(own.iter().map(String::as_str));
            let written = read.to_json().to_string();
            prop_assert_eq!(&written, &format!("{{{}}}", expected.join(",")));
            prop_assert_eq!(WorkspaceMetadata::from_json(&written)?, read);
        }
    }

    /// Stands where white space may stand between two tokens.
    #[cfg(feature = "serde")]
    const GAP: char = '\u{E000}';

    /// JSON in spellings that a parser to values would change, with a [`GAP`] between its tokens.
    #[cfg(feature = "serde")]
    fn json_value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            select(vec![
                "null",
                "true",
                "0",
                "-0",
                "1.50",
                "1e2",
                "1E+400",
                "12345678901234567890123",
                "\"\"",
                "\" a \\\" b \"",
                "\"\\u00e9\"",
                "[\"\\ud83d\"]",
                "\"\\\\\"",
                "\" \"",
            ])
            .prop_map(String::from),
            "[a-z {}:,\\[\\]]{0,6}".prop_map(|text| format!("\"{text}\"")),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|items| format!("[{GAP}{}{GAP}]", items.join(","))),
                prop::collection::vec(inner, 0..4).prop_map(|items| {
                    let fields: Vec<_> = items
                        .iter()
                        .map(|item| format!("{GAP}\"k\"{GAP}:{GAP}{item}{GAP}"))
                        .collect();
                    format!("{{{}}}", fields.join(","))
                }),
            ]
        })
    }
}

#[test]
fn a_slug_of_ten_megabytes_answers_as_one_of_65_bytes() {
    let long = "a".repeat(10_000_000);
    assert_eq!(check_slug(&long), check_slug(&long[..65]));
    assert!(!is_slug(&long));
    assert_eq!(check_slug(&long).unwrap_err().part, Part::Scope);
}
