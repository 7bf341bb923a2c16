//! Makes inputs, and what Rust answers to them: `differential COUNT INPUTS EXPECTED`. `tests/differential.c` then asks the
//! C ABI the same, and compares byte for byte.
//!
//! An input is an operation (one byte), the number of its texts (one byte), and the texts, each a length (four bytes, the
//! least first; all ones where the text is left out) and its bytes. An answer is status, part, input and offset (four
//! bytes each), the number of texts (four bytes), and the texts in the same form: of a fault its message and suggestion.
#![forbid(unsafe_code)]

use std::io::{BufWriter, Write};
use std::{env, error, fs, process};

use scope_core::text::from_utf8;
use scope_core::{
    AbsolutePath, Error, Part, Policy, ReferenceBuf, Rejection, ResolveOptions, Resolved, ScopeKey,
    WorkspaceMetadata, WorktreeKey, check_branch, check_name, check_slug, check_tag, contains,
    distinct_template_alias, distinct_workspace_dir_name, hosted_workspace_dir_name,
    legacy_user_alias, normalize, parse_lines, suggest_slug, template_alias, workspace_path,
};

/// What an operation gives, or the fault with its text.
type Answer = Result<Vec<Option<String>>, Rejection>;

/// An operation: the arguments it takes, a few of which are well-formed, and what Rust answers. The C program has the
/// same list.
struct Operation {
    parts: &'static [Part],
    seeds: &'static [&'static [&'static str]],
    answer: fn(&[Option<&str>]) -> Answer,
}

const REFERENCES: &[&str] = &[
    "@acme/widget:latest",
    "@vm0/claude-code",
    " @Acme/Wid_get.2:RC1 ",
    "@a-b/c",
    "widget",
];
const SLUGS: &[&str] = &["acme", "vm0-next", "Über Café", "a-b-c", "admin"];
const NAMES: &[&str] = &["widget", "next.js", "my_image", "a-b.c"];
const TAGS: &[&str] = &["latest", "v1.0", "_x"];
const BRANCHES: &[&str] = &[
    "main",
    "feature/login",
    "refs/heads/x",
    "a.lock",
    "docs/café",
    "HEAD",
];
const PATHS: &[&str] = &[
    "/src/app",
    "C:\\src\\app",
    "C:/src",
    "\\\\server\\share\\a",
    "/",
    "/src/my app:x@y%",
];
const WORKTREES: &[&str] = &["feature-login", "wt1", "a b"];
const USERS: &[&str] = &["123e4567-e89b-12d3-a456-426614174000", "42", "AB-12"];
const HASHES: &[&str] = &["e3b0c442", "E3B0C44298fc1c14", "g"];
const OWNERS: &[&str] = &["acme", "vercel", "a__b", "_x"];
const HOSTS: &[&str] = &[
    "gitlab.com",
    "git.test:8443",
    "[::1]",
    "Host.test",
    "git_server",
];
const REPOSITORIES: &[&str] = &["acme/widget", "a/b/next.js", "a//b", "a/../b", "widget"];
const TYPED: &[&str] = &[
    "widget:1",
    "vm0-base",
    "user-42-web",
    "@acme/widget",
    "acme/widget",
];
const URIS: &[&str] = &[
    "scope:global",
    "scope:branch:/src/my%20app:main",
    "scope:worktree:/src/app:wt",
    "scope:repository:C%3A%5Ca",
];
const JSONS: &[&str] = &[
    r#"{"type":"branch","primaryPath":"/src/app","branchName":"main"}"#,
    r#"{"type":"worktree","primaryPath":"/src/app","worktreeKey":"w","worktreePath":"/w"}"#,
    r#"{"type":"repository","identifier":"/src/app"}"#,
];
const METADATA: &[&str] = &[
    r#"{"owner":"acme","repo":"widget","fullName":"acme/widget","note":[1, {}],"lastAccessedAt":"2026-01-31T12:00:00Z","createdAt":"2026-01-31T12:00:00.5Z"}"#,
];
const BUFFERS: &[&str] = &[
    "@acme/widget:1\n@acme/x\nwidget\n",
    "@a/b\n\n@acme/widget",
    "",
];

const OPERATIONS: &[Operation] = &[
    Operation {
        parts: &[Part::Reference],
        seeds: &[REFERENCES],
        answer: |a| parsed(text(a, 0), false),
    },
    Operation {
        parts: &[Part::Reference],
        seeds: &[REFERENCES],
        answer: |a| parsed(text(a, 0), true),
    },
    Operation {
        parts: &[Part::Scope],
        seeds: &[SLUGS],
        answer: |a| checked(a, check_slug),
    },
    Operation {
        parts: &[Part::Name],
        seeds: &[NAMES],
        answer: |a| checked(a, check_name),
    },
    Operation {
        parts: &[Part::Tag],
        seeds: &[TAGS],
        answer: |a| checked(a, check_tag),
    },
    Operation {
        parts: &[Part::BranchName],
        seeds: &[BRANCHES],
        answer: |a| checked(a, check_branch),
    },
    Operation {
        parts: &[Part::PrimaryPath],
        seeds: &[PATHS],
        answer: |a| checked(a, |it| AbsolutePath::new(it).map(drop)),
    },
    Operation {
        parts: &[Part::WorktreeKey],
        seeds: &[WORKTREES],
        answer: |a| checked(a, |it| WorktreeKey::new(it).map(drop)),
    },
    Operation {
        parts: &[Part::Scope],
        seeds: &[SLUGS],
        answer: |a| Ok(vec![suggest_slug(text(a, 0))]),
    },
    Operation {
        parts: &[Part::Reference],
        seeds: &[REFERENCES],
        answer: |a| Ok(vec![Some(normalize(text(a, 0)).into())]),
    },
    Operation {
        parts: &[Part::DefaultScope, Part::UserId, Part::Reference],
        seeds: &[SLUGS, USERS, TYPED],
        answer: resolved,
    },
    Operation {
        parts: &[Part::ScopeId, Part::Name, Part::Version],
        seeds: &[USERS, NAMES, HASHES],
        answer: |a| one(template_alias(text(a, 0), text(a, 1), text(a, 2))),
    },
    Operation {
        parts: &[Part::ScopeId, Part::Name, Part::Version],
        seeds: &[USERS, NAMES, HASHES],
        answer: |a| one(distinct_template_alias(text(a, 0), text(a, 1), text(a, 2))),
    },
    Operation {
        parts: &[Part::UserId, Part::Alias],
        seeds: &[USERS, NAMES],
        answer: |a| one(legacy_user_alias(text(a, 0), text(a, 1))),
    },
    Operation {
        parts: &[Part::PrimaryPath, Part::BranchName],
        seeds: &[PATHS, BRANCHES],
        answer: |a| {
            key(
                ScopeKey::branch(text(a, 0), text(a, 1)),
                a,
                &[Part::PrimaryPath, Part::BranchName],
            )
        },
    },
    Operation {
        parts: &[Part::PrimaryPath, Part::WorktreeKey, Part::WorktreePath],
        seeds: &[PATHS, WORKTREES, PATHS],
        answer: |a| {
            key(
                ScopeKey::worktree(text(a, 0), text(a, 1), a[2]),
                a,
                &[Part::PrimaryPath, Part::WorktreeKey, Part::WorktreePath],
            )
        },
    },
    Operation {
        parts: &[Part::Uri],
        seeds: &[URIS],
        answer: |a| key(ScopeKey::from_uri(text(a, 0)), a, &[Part::Uri]),
    },
    Operation {
        parts: &[Part::Json],
        seeds: &[JSONS],
        answer: |a| key(ScopeKey::from_json(text(a, 0)), a, &[Part::Json]),
    },
    Operation {
        parts: &[Part::Owner, Part::Repo],
        seeds: &[OWNERS, NAMES],
        answer: |a| {
            one(distinct_workspace_dir_name(text(a, 0), text(a, 1))
                .map_err(about(a, &[Part::Owner, Part::Repo])))
        },
    },
    Operation {
        parts: &[Part::Base, Part::Path],
        seeds: &[PATHS, PATHS],
        answer: |a| {
            one(contains(text(a, 0), text(a, 1))
                .map(|it| it.to_string())
                .map_err(about(a, &[Part::Base, Part::Path])))
        },
    },
    Operation {
        parts: &[Part::DataDir, Part::UserId, Part::Owner, Part::Repo],
        seeds: &[PATHS, USERS, OWNERS, NAMES],
        answer: |a| {
            one(
                workspace_path(text(a, 0), text(a, 1), text(a, 2), text(a, 3)).map_err(about(
                    a,
                    &[Part::DataDir, Part::UserId, Part::Owner, Part::Repo],
                )),
            )
        },
    },
    Operation {
        parts: &[Part::Metadata],
        seeds: &[METADATA],
        answer: |a| {
            one(WorkspaceMetadata::from_json(text(a, 0))
                .map(|it| it.to_json().to_string())
                .map_err(about(a, &[Part::Metadata])))
        },
    },
    Operation {
        parts: &[Part::Scope],
        seeds: &[SLUGS],
        answer: |a| checked(a, |it| Policy::default().check_claimable(it)),
    },
    Operation {
        parts: &[Part::Host, Part::RepositoryPath],
        seeds: &[HOSTS, REPOSITORIES],
        answer: |a| {
            one(hosted_workspace_dir_name(text(a, 0), text(a, 1))
                .map_err(about(a, &[Part::Host, Part::RepositoryPath])))
        },
    },
];

/// After the others: of bytes, so that an item may be ill-formed.
const LINES: usize = OPERATIONS.len();

fn text<'a>(arguments: &[Option<&'a str>], at: usize) -> &'a str {
    arguments[at].unwrap_or_default()
}

fn one(text: Result<String, Rejection>) -> Answer {
    text.map(|text| vec![Some(text)])
}

fn about(arguments: &[Option<&str>], parts: &[Part]) -> impl Fn(Error) -> Rejection {
    move |error| {
        let at = parts
            .iter()
            .position(|part| *part == error.input)
            .expect("an argument");
        error.about(text(arguments, at))
    }
}

fn checked(arguments: &[Option<&str>], check: fn(&str) -> Result<(), Error>) -> Answer {
    let text = text(arguments, 0);
    check(text)
        .map(|()| Vec::new())
        .map_err(|error| error.about(text))
}

fn parsed(text: &str, normalize: bool) -> Answer {
    let parsed = if normalize {
        ReferenceBuf::parse_normalized(text)
    } else {
        text.parse()
    };
    let reference: ReferenceBuf = parsed.map_err(|error| error.about(text))?;
    let part = |part: &str| Some(part.to_owned());
    Ok(vec![
        part(reference.scope()),
        part(reference.name()),
        reference.tag().and_then(part),
        part(reference.as_str()),
    ])
}

fn resolved(arguments: &[Option<&str>]) -> Answer {
    let [default_scope, user_id, _] = *arguments else {
        unreachable!("three arguments")
    };
    let options = ResolveOptions {
        default_scope,
        user_id,
        normalize: false,
    };
    let resolved = Policy::default().resolve(text(arguments, 2), options);
    let resolved = resolved.map_err(about(
        arguments,
        &[Part::DefaultScope, Part::UserId, Part::Reference],
    ))?;
    let alias = match &resolved {
        Resolved::LegacyUser { alias, .. } => Some(alias.clone()),
        _ => None,
    };
    Ok(vec![
        Some(resolved.kind().into()),
        Some(resolved.text().into()),
        alias,
    ])
}

fn key(key: Result<ScopeKey, Error>, arguments: &[Option<&str>], parts: &[Part]) -> Answer {
    let key = key.map_err(about(arguments, parts))?;
    Ok(vec![
        Some(key.display_short().to_string()),
        Some(key.storage_key().to_string()),
        Some(key.distinct_storage_key().to_string()),
        Some(key.uri().to_string()),
        Some(key.to_json().to_string()),
    ])
}

fn lines(buffer: &[u8]) -> Answer {
    let lines = parse_lines(buffer).map_err(|error| error.about(""))?;
    Ok(lines
        .map(|line| Some(format!("{:?}", line.to_array())))
        .collect())
}

/// A small generator of numbers (xorshift64*), so that every run has the same inputs.
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).expect("31 bits fit") % end
    }

    /// A text near one of `seeds`: as it is, changed in a few bytes or characters, or much longer.
    fn near(&mut self, seeds: &[&str]) -> Vec<u8> {
        const PIECES: &[&[u8]] = &[
            b"a",
            b"Z",
            b"9",
            b"-",
            b"_",
            b".",
            b"..",
            b"/",
            b"\\",
            b":",
            b"@",
            b"@{",
            b"%",
            b"%2F",
            b"%c3",
            b" ",
            b"\n",
            b"\t",
            b"\0",
            b"\x7f",
            "\u{e9}".as_bytes(),
            "\u{301}".as_bytes(),
            "\u{1f600}".as_bytes(),
            "\u{202e}".as_bytes(),
            b"\"",
            b"{",
            b"}",
            b",",
            b"\xff",
            b"\xed\xa0\x80",
            b"\xc3",
            b".lock",
            b"vm0-",
            b"user-42-",
        ];
        let mut text = seeds[self.below(seeds.len())].as_bytes().to_vec();
        if self.below(16) == 0 {
            let times = self.below(40) + 1;
            text = text.repeat(times);
        }
        for _ in 0..self.below(4) {
            let at = self.below(text.len() + 1);
            let end = (at + self.below(3)).min(text.len());
            let piece = PIECES[self.below(PIECES.len())];
            text.splice(at..end, piece.iter().copied());
        }
        text
    }
}

fn put(out: &mut impl Write, number: usize) -> std::io::Result<()> {
    out.write_all(
        &u32::try_from(number)
            .expect("32 bits are enough")
            .to_le_bytes(),
    )
}

fn put_text(out: &mut impl Write, text: Option<&[u8]>) -> std::io::Result<()> {
    let Some(text) = text else {
        return out.write_all(&[0xFF; 4]);
    };
    put(out, text.len())?;
    out.write_all(text)
}

fn put_answer(out: &mut impl Write, answer: Answer) -> std::io::Result<()> {
    let (numbers, texts) = match answer {
        Ok(texts) => ([0; 4], texts),
        Err(Rejection { error, text }) => (
            [
                error.code.number().into(),
                error.part.number().into(),
                error.input.number().into(),
                error.offset,
            ],
            vec![
                Some(error.message(&text).to_string()),
                error.suggestion(&text),
            ],
        ),
    };
    numbers
        .into_iter()
        .try_for_each(|number| put(out, number))?;
    put(out, texts.len())?;
    texts
        .iter()
        .try_for_each(|text| put_text(out, text.as_deref().map(str::as_bytes)))
}

/// What Rust answers to bytes, which are looked at in the order of the arguments.
fn answer(operation: &Operation, arguments: &[Option<Vec<u8>>]) -> Answer {
    let texts: Result<Vec<Option<&str>>, Rejection> = arguments
        .iter()
        .zip(operation.parts)
        .map(|(bytes, part)| {
            let Some(bytes) = bytes else { return Ok(None) };
            from_utf8(bytes, *part)
                .map(Some)
                .map_err(|error| error.about(String::from_utf8_lossy(&bytes[..error.offset])))
        })
        .collect();
    (operation.answer)(&texts?)
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let [_, count, inputs, expected] = &env::args().collect::<Vec<_>>()[..] else {
        eprintln!("usage: differential COUNT INPUTS EXPECTED");
        process::exit(2);
    };
    let mut inputs = BufWriter::new(fs::File::create(inputs)?);
    let mut expected = BufWriter::new(fs::File::create(expected)?);
    let mut seed = Seed(0x0C0F_FEE0);
    for _ in 0..count.parse()? {
        let at = seed.below(LINES + 1);
        let optional = |part: Part| {
            matches!(part, Part::DefaultScope | Part::WorktreePath)
                || (part == Part::UserId && at == 10)
        };
        let arguments: Vec<Option<Vec<u8>>> = match OPERATIONS.get(at) {
            Some(operation) => operation
                .parts
                .iter()
                .zip(operation.seeds)
                .map(|(part, seeds)| {
                    let left_out = optional(*part) && seed.below(3) == 0;
                    (!left_out).then(|| seed.near(seeds))
                })
                .collect(),
            None => vec![Some(seed.near(BUFFERS))],
        };
        inputs.write_all(&[u8::try_from(at)?, u8::try_from(arguments.len())?])?;
        arguments
            .iter()
            .try_for_each(|text| put_text(&mut inputs, text.as_deref()))?;
        let answer = match OPERATIONS.get(at) {
            Some(operation) => answer(operation, &arguments),
            None => lines(arguments[0].as_deref().unwrap_or_default()),
        };
        put_answer(&mut expected, answer)?;
    }
    inputs.flush()?;
    Ok(expected.flush()?)
}
