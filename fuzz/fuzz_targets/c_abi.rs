//! The C ABI: any sequence of calls, on any handles, with buffers of every size, answers what Rust answers; tells how much
//! room it needs; writes nothing past the end of a buffer; and gives views of what it was given. The sanitizer sees what is
//! read out of bounds, used after its end, or never ended.
//!
//! An input is calls, divided by a byte that UTF-8 never has; a call is a letter, the size of the buffer as a character,
//! and arguments, divided by another such byte. An argument `-` is NULL.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use scope_c as c;
use scope_c::Numbered as _;
use scope_core::text::from_utf8;
use scope_core::{
    AbsolutePath, AccessScope, Action, Actor, Error, ErrorCode, Part, Policy, Reference, ReferenceBuf, Rejection, ResolveOptions,
    RetentionPolicy, Role, ScopeKey, ScopeType, Timestamp, WorkspaceMetadata, WorktreeKey, parse_lines,
};
use scope_fuzz::c::{self as door, Answer, Form, Function, Handle, Maker, Place};

const CALLS: u8 = 0xFF;
const ARGUMENTS: u8 = 0xFE;
/// Handles of one kind that are held at once.
const HELD: usize = 4;
/// Statuses of a call that is wrong in itself, as the header has them.
const NULL_POINTER: u32 = 1001;
const INVALID_ARGUMENT: u32 = 1004;
const TOO_SMALL: u32 = 1005;

type Texts = [Option<Box<[u8]>>];
/// What Rust answers: a text, or none, or the number of something.
type Expected = Result<Told, Rejection>;

enum Told {
    Text(Option<String>),
    Number(usize),
}

/// A plain function: the letter that calls it, the arguments that it takes, and what Rust answers.
type Plain = (u8, Function, &'static [Part], fn(&[Option<&str>]) -> Expected);

fn text<'a>(texts: &[Option<&'a str>], at: usize) -> &'a str {
    texts[at].unwrap_or_default()
}

fn some(text: impl ToString) -> Expected {
    Ok(Told::Text(Some(text.to_string())))
}

/// A fault whose text is an argument.
fn plain(error: Error) -> Rejection {
    error.about("")
}

fn checked(answer: Result<(), Error>) -> Expected {
    answer.map(|()| Told::Number(usize::MAX)).map_err(plain)
}

fn word<T: c::Numbered>(answer: Result<T, Error>) -> Expected {
    answer.map(|it| Told::Number(it.number() as usize)).map_err(plain)
}

const PLAIN: &[Plain] = &[
    (b'a', Function::Check(c::scope_slug_check), &[Part::Scope], |t| checked(scope_core::check_slug(text(t, 0)))),
    (b'b', Function::Check(c::scope_name_check), &[Part::Name], |t| checked(scope_core::check_name(text(t, 0)))),
    (b'c', Function::Check(c::scope_tag_check), &[Part::Tag], |t| checked(scope_core::check_tag(text(t, 0)))),
    (b'd', Function::Check(c::scope_branch_check), &[Part::BranchName], |t| {
        checked(scope_core::check_branch(text(t, 0)))
    }),
    (b'e', Function::Check(c::scope_path_check), &[Part::PrimaryPath], |t| {
        checked(AbsolutePath::new(text(t, 0)).map(drop))
    }),
    (b'f', Function::Check(c::scope_worktree_key_check), &[Part::WorktreeKey], |t| {
        checked(WorktreeKey::new(text(t, 0)).map(drop))
    }),
    (b'g', Function::Ask(c::scope_reference_is_valid), &[], |t| is(t, scope_core::is_valid)),
    (b'h', Function::Ask(c::scope_slug_is_valid), &[], |t| is(t, scope_core::is_slug)),
    (b'i', Function::Ask(c::scope_name_is_valid), &[], |t| is(t, scope_core::is_name)),
    (b'j', Function::Ask(c::scope_tag_is_valid), &[], |t| is(t, scope_core::is_tag)),
    (b'k', Function::Ask(c::scope_branch_is_valid), &[], |t| is(t, scope_core::is_branch)),
    (b'l', Function::Word(c::scope_type_from_name), &[Part::ScopeType], |t| word(text(t, 0).parse::<ScopeType>())),
    (b'm', Function::Word(c::scope_role_from_name), &[Part::Role], |t| word(text(t, 0).parse::<Role>())),
    (b'n', Function::Word(c::scope_action_from_name), &[Part::Action], |t| word(text(t, 0).parse::<Action>())),
    (b'o', Function::Word(c::scope_checkout_kind_from_name), &[Part::CheckoutKind], |t| {
        word(text(t, 0).parse::<scope_git::CheckoutKind>())
    }),
    (b'p', Function::Text1(c::scope_reference_normalize), &[Part::Reference], |t| {
        some(scope_core::normalize(text(t, 0)))
    }),
    (b'q', Function::Text1(c::scope_reference_storage_component), &[Part::Reference], |t| {
        Reference::parse(text(t, 0)).map_err(plain).and_then(|it| some(it.storage_component()))
    }),
    (b'r', Function::Text1(c::scope_slug_suggest), &[Part::Scope], |t| {
        Ok(Told::Text(scope_core::suggest_slug(text(t, 0))))
    }),
    (b's', Function::Text1(c::scope_slug_default), &[Part::UserId], |t| some(scope_core::default_slug(text(t, 0)))),
    (b't', Function::Text2(c::scope_legacy_user_alias), &[Part::UserId, Part::Alias], |t| {
        scope_core::legacy_user_alias(text(t, 0), text(t, 1)).and_then(some)
    }),
    (b'u', Function::Text2(c::scope_workspace_dir_name), &[Part::Owner, Part::Repo], |t| {
        scope_core::workspace_dir_name(text(t, 0), text(t, 1)).map_err(plain).and_then(some)
    }),
    (b'v', Function::Text2(c::scope_distinct_workspace_dir_name), &[Part::Owner, Part::Repo], |t| {
        scope_core::distinct_workspace_dir_name(text(t, 0), text(t, 1)).map_err(plain).and_then(some)
    }),
    (b'w', Function::Text3(c::scope_template_alias), &[Part::ScopeId, Part::Name, Part::Version], |t| {
        scope_core::template_alias(text(t, 0), text(t, 1), text(t, 2)).and_then(some)
    }),
    (b'x', Function::Text3(c::scope_distinct_template_alias), &[Part::ScopeId, Part::Name, Part::Version], |t| {
        scope_core::distinct_template_alias(text(t, 0), text(t, 1), text(t, 2)).and_then(some)
    }),
    (b'y', Function::Text3(c::scope_reference_new), &[Part::Scope, Part::Name, Part::Tag], |t| {
        ReferenceBuf::new(text(t, 0), text(t, 1), t[2]).map_err(plain).and_then(some)
    }),
    (
        b'z',
        Function::Text4(c::scope_workspace_path),
        &[Part::DataDir, Part::UserId, Part::Owner, Part::Repo],
        |t| {
            scope_core::workspace_path(text(t, 0), text(t, 1), text(t, 2), text(t, 3)).map_err(plain).and_then(some)
        },
    ),
    (b'A', Function::Within(c::scope_contains), &[Part::Base, Part::Path], |t| {
        scope_core::contains(text(t, 0), text(t, 1)).map(|it| Told::Number(it.into())).map_err(plain)
    }),
    (b'X', Function::Text2(c::scope_hosted_workspace_dir_name), &[Part::Host, Part::RepositoryPath], |t| {
        scope_core::hosted_workspace_dir_name(text(t, 0), text(t, 1)).map_err(plain).and_then(some)
    }),
];

fn is(texts: &[Option<&str>], test: fn(&str) -> bool) -> Expected {
    Ok(Told::Number(texts[0].is_some_and(test).into()))
}

/// The arguments as text; the first that is none is at fault.
fn texts<'a>(arguments: &'a Texts, parts: &[Part]) -> Result<Vec<Option<&'a str>>, Rejection> {
    let given = parts.iter().enumerate().map(|(at, part)| {
        let bytes = arguments.get(at).and_then(Option::as_deref);
        bytes.map(|bytes| from_utf8(bytes, *part)).transpose().map_err(plain)
    });
    given.collect()
}

/// Whether C said what Rust says. A text at fault is an argument, by its part, or the beginning of one in the buffer.
fn agree(given: &Answer, expected: Expected, arguments: &Texts, parts: &[Part], cap: usize) {
    match expected {
        Ok(Told::Number(number)) => {
            assert_eq!(given.status, 0);
            assert!(number == usize::MAX || given.needed == Some(number), "{given:?} is not {number}");
        }
        Ok(Told::Text(text)) => {
            let len = text.as_ref().map_or(0, |text| text.len() + 1);
            assert_eq!(given.needed, Some(len), "{text:?}");
            if len > cap {
                assert_eq!(given.status, TOO_SMALL);
                assert!(given.written.first().is_none_or(|first| *first == 0));
            } else {
                assert_eq!(given.status, 0);
                // No text is a terminator alone. (A text may hold the byte that terminates it.)
                let terminated = [text.unwrap_or_default().as_bytes(), b"\0"].concat();
                assert!(cap == 0 || given.written.starts_with(&terminated));
            }
        }
        Err(rejection) => faults_agree(given, &rejection, arguments, parts, cap),
    }
}

fn faults_agree(given: &Answer, Rejection { error, text }: &Rejection, arguments: &Texts, parts: &[Part], cap: usize) {
    assert_eq!(given.status, u32::from(error.code.number()), "{error:?} {given:?}");
    let fault = given.fault.as_ref().expect("a fault is told");
    assert_eq!((fault.part, fault.input), (error.part.number().into(), error.input.number().into()));
    assert_eq!(fault.offset, error.offset);
    // Of arguments that share a part, the one with a text at which this is a fault.
    let at = match fault.place {
        Place::Argument(at) if parts.get(at) == Some(&error.input) => Some(at),
        _ => parts.iter().position(|part| *part == error.input),
    };
    // What is too long is the alias that was made (A3), and not the argument of that name.
    let is_made = error.input == Part::Alias && error.code == ErrorCode::TooLong;
    let whole = match at.filter(|_| !is_made) {
        Some(at) => {
            let bytes = arguments.get(at).and_then(Option::as_deref).unwrap_or_default();
            assert_eq!(fault.text, bytes, "the text at fault");
            assert!(fault.place != Place::Elsewhere || bytes.is_empty());
            bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
        }
        None => {
            let fits = text.floor_char_boundary(cap.saturating_sub(1));
            assert!(fault.text == text[..fits].as_bytes() || fault.place == Place::Elsewhere, "{fault:?} of {text:?}");
            std::str::from_utf8(&fault.text).expect("what is found is text")
        }
    };
    assert_eq!(fault.message, error.message(whole).to_string());
    assert_eq!(fault.suggestion, error.suggestion(whole));
    assert!(given.written.is_empty() || given.written.contains(&0), "a buffer is always terminated");
}

/// A call that is wrong in itself.
fn refused(given: &Answer, status: u32) {
    assert_eq!(given.status, status, "{given:?}");
}

/// What was made so far, in C and in Rust.
#[derive(Default)]
struct Made {
    keys: Vec<(Handle<c::scope_key_t>, ScopeKey)>,
    policies: Vec<(Handle<c::scope_policy_t>, Policy)>,
    metadata: Vec<(Handle<c::scope_metadata_t>, WorkspaceMetadata)>,
}

/// Holds what both have made, or compares why neither has.
fn hold<T, R>(
    held: &mut Vec<(Handle<T>, R)>,
    given: Result<Handle<T>, Answer>,
    expected: Result<R, Rejection>,
    (arguments, parts, cap): (&Texts, &[Part], usize),
) {
    match (given, expected) {
        (Ok(handle), Ok(value)) => {
            if held.len() == HELD {
                held.remove(0);
            }
            held.push((handle, value));
        }
        (Err(answer), Err(rejection)) => faults_agree(&answer, &rejection, arguments, parts, cap),
        (given, expected) => panic!("C: {:?}, Rust: {:?}", given.err(), expected.err()),
    }
}

/// The one of `held` that a byte picks; none for one past the last.
fn picked<'a, T>(held: &'a [T], byte: Option<&u8>) -> Option<&'a T> {
    held.get(usize::from(byte.copied().unwrap_or(b'0').wrapping_sub(b'0')))
}

fn first(arguments: &Texts, at: usize) -> &[u8] {
    arguments.get(at).and_then(Option::as_deref).unwrap_or_default()
}

type FormOf = (Form, fn(&ScopeKey) -> Option<String>);

const FORMS: &[FormOf] = &[
    (c::scope_key_primary_path, |key| key.primary_path().map(Into::into)),
    (c::scope_key_branch_name, |key| key.branch_name().map(Into::into)),
    (c::scope_key_worktree_key, |key| key.worktree_key().map(Into::into)),
    (c::scope_key_worktree_path, |key| key.worktree_path().map(Into::into)),
    (c::scope_key_display, |key| Some(key.display().to_string())),
    (c::scope_key_display_short, |key| Some(key.display_short().to_string())),
    (c::scope_key_storage_key, |key| Some(key.storage_key().to_string())),
    (c::scope_key_distinct_storage_key, |key| Some(key.distinct_storage_key().to_string())),
    (c::scope_key_uri, |key| Some(key.uri().to_string())),
    (c::scope_key_to_json, |key| Some(key.to_json().to_string())),
];

impl Made {
    fn call(&mut self, call: &[u8]) {
        let [letter, size, rest @ ..] = call else { return };
        let cap = match size {
            b'~' => 1 << 16,
            size => usize::from(size.saturating_sub(b' ')),
        };
        let arguments: Vec<Option<Box<[u8]>>> =
            rest.split(|&byte| byte == ARGUMENTS).map(|bytes| (bytes != b"-").then(|| bytes.into())).collect();
        if let Some((_, function, parts, answer)) = PLAIN.iter().find(|(of, ..)| of == letter) {
            let given = function.call(&arguments, cap);
            // What only asks knows no faults: what is no text is nothing.
            let expected = match parts {
                [] => {
                    let text = arguments[0].as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
                    answer(&[Some(text.unwrap_or("\0"))])
                }
                parts => texts(&arguments, parts).and_then(|texts| answer(&texts)),
            };
            return agree(&given, expected, &arguments, parts, cap);
        }
        match letter {
            b'B'..=b'F' => self.make_key(*letter, &arguments),
            b'G' => self.form(&arguments, cap),
            b'H' => self.compare(&arguments),
            b'I' => self.search(&arguments, cap),
            b'J' => drop(self.keys.pop()),
            b'K' | b'L' => self.make_metadata(*letter, &arguments),
            b'M' => self.metadata(&arguments, cap),
            b'N' => self.make_policy(&arguments),
            b'O' => self.resolve(&arguments, cap),
            b'P' => parse(&arguments, cap),
            b'Q' => lines(&arguments, cap),
            b'R' => compare_references(&arguments),
            b'S' => hashes(&arguments, cap),
            b'T' => checkout(&arguments, cap),
            b'U' => workspaces(&arguments, cap),
            b'V' => access(&arguments),
            b'W' => self.retention(&arguments),
            _ => {}
        }
    }

    fn make_key(&mut self, letter: u8, arguments: &Texts) {
        type Make = fn(&[Option<&str>]) -> Result<ScopeKey, Error>;
        let (maker, parts, make): (Maker<c::scope_key_t>, &[Part], Make) = match letter {
            b'B' => (Maker::From1(c::scope_key_repository), &[Part::PrimaryPath], |t| ScopeKey::repository(text(t, 0))),
            b'C' => (Maker::From2(c::scope_key_branch), &[Part::PrimaryPath, Part::BranchName], |t| {
                ScopeKey::branch(text(t, 0), text(t, 1))
            }),
            b'D' => (
                Maker::From3(c::scope_key_worktree),
                &[Part::PrimaryPath, Part::WorktreeKey, Part::WorktreePath],
                |t| ScopeKey::worktree(text(t, 0), text(t, 1), t[2]),
            ),
            b'E' => (Maker::From1(c::scope_key_from_uri), &[Part::Uri], |t| ScopeKey::from_uri(text(t, 0))),
            _ => (Maker::From1(c::scope_key_from_json), &[Part::Json], |t| ScopeKey::from_json(text(t, 0))),
        };
        let expected = texts(arguments, parts).and_then(|texts| make(&texts).map_err(plain));
        hold(&mut self.keys, door::key(maker, arguments), expected, (arguments, parts, 0));
    }

    fn form(&self, arguments: &Texts, cap: usize) {
        let which = first(arguments, 0);
        let at = usize::from(which.get(1).copied().unwrap_or(b'0').wrapping_sub(b'0'));
        let Some((form, expected)) = FORMS.get(at) else { return };
        match picked(&self.keys, which.first()) {
            Some((handle, key)) => {
                let given = door::form(*form, Some(handle), cap);
                agree(&given, Ok(Told::Text(expected(key))), &[], &[], cap);
                assert_eq!(c::scope_key_kind(Some(handle)), key.kind().number());
            }
            None => refused(&door::form(*form, None, cap), NULL_POINTER),
        }
    }

    fn compare(&self, arguments: &Texts) {
        let [a, b] = [0, 1].map(|at| picked(&self.keys, first(arguments, at).first()));
        let (status, order) = door::compare(a.map(|(it, _)| &**it), b.map(|(it, _)| &**it));
        match (a, b) {
            (Some((_, a)), Some((_, b))) => assert_eq!((status, order), (0, a.cmp(b) as i32)),
            _ => assert_eq!(status, NULL_POINTER),
        }
    }

    fn search(&mut self, arguments: &Texts, cap: usize) {
        let Some((handle, key)) = picked(&self.keys, first(arguments, 0).first()) else { return };
        let expected = key.search_order();
        let (status, count, given) = door::search_order(handle, cap);
        assert_eq!(count, expected.len());
        assert_eq!(status, if count > cap { TOO_SMALL } else { 0 });
        assert_eq!(given.len(), if count > cap { 0 } else { count });
        // What was given is used and ended like any other.
        self.keys.extend(given.into_iter().zip(expected));
        let extra = self.keys.len().saturating_sub(HELD);
        self.keys.drain(..extra);
    }

    fn make_metadata(&mut self, letter: u8, arguments: &Texts) {
        let parts: &[Part] = match letter {
            b'K' => &[Part::Metadata],
            _ => &[Part::Owner, Part::Repo, Part::Timestamp],
        };
        let expected = texts(arguments, parts).and_then(|t| match letter {
            b'K' => WorkspaceMetadata::from_json(text(&t, 0)).map_err(plain),
            _ => {
                let now: Timestamp = text(&t, 2).parse().map_err(plain)?;
                WorkspaceMetadata::new(text(&t, 0), text(&t, 1), now).map_err(plain)
            }
        });
        let maker = match letter {
            b'K' => Maker::From1(c::scope_metadata_from_json),
            _ => Maker::From3(c::scope_metadata_new),
        };
        hold(&mut self.metadata, door::metadata(maker, arguments), expected, (arguments, parts, 0));
    }

    fn metadata(&self, arguments: &Texts, cap: usize) {
        let which = first(arguments, 0);
        let field = which.get(1).map(|byte| u32::from(byte.wrapping_sub(b'0')));
        let Some((handle, metadata)) = picked(&self.metadata, which.first()) else {
            return refused(&door::metadata_text(None, field, cap), NULL_POINTER);
        };
        let given = door::metadata_text(Some(handle), field, cap);
        let text = match field {
            None => Some(metadata.to_json().to_string()),
            Some(1) => Some(metadata.owner().to_owned()),
            Some(2) => Some(metadata.repo().to_owned()),
            Some(3) => Some(metadata.full_name().to_string()),
            Some(4) => metadata.default_branch.clone(),
            Some(5) => metadata.current_branch.clone(),
            Some(6) => Some(metadata.last_accessed_at.to_string()),
            Some(7) => metadata.last_synced_at.map(|it| it.to_string()),
            Some(8) => Some(metadata.created_at.to_string()),
            Some(9) => metadata.host().map(str::to_owned),
            Some(10) => metadata.path().map(str::to_owned),
            _ => return refused(&given, INVALID_ARGUMENT),
        };
        agree(&given, Ok(Told::Text(text)), &[], &[], cap);
    }

    fn retention(&self, arguments: &Texts) {
        let which = first(arguments, 0);
        let dirty = which.get(1).map_or(0, |byte| u32::from(byte.wrapping_sub(b'0')));
        let days = str::from_utf8(first(arguments, 2)).ok().and_then(|days| days.parse().ok()).unwrap_or(7);
        let Some((handle, metadata)) = picked(&self.metadata, which.first()) else {
            return refused(&door::retention(None, dirty, days, arguments).0, NULL_POINTER);
        };
        let (answer, given) = door::retention(Some(handle), dirty, days, arguments);
        let Some(dirty) = Option::<bool>::from_number(dirty) else {
            return refused(&answer, INVALID_ARGUMENT);
        };
        let now = from_utf8(first(arguments, 1), Part::Timestamp).and_then(str::parse::<Timestamp>);
        match now.and_then(|now| Ok((now, RetentionPolicy::from_days(days)?))) {
            Ok((now, policy)) => {
                let decision = scope_core::decide_retention(metadata, dirty, now, policy);
                assert_eq!((answer.status, given), (0, decision.number()));
            }
            // Days are a number, of which there is no text.
            Err(error) if error.input == Part::MaxIdleDays => {
                assert_eq!(answer.status, u32::from(error.code.number()));
            }
            Err(error) => {
                let parts = [Part::Workspace, Part::Timestamp, Part::MaxIdleDays];
                faults_agree(&answer, &plain(error), arguments, &parts, 0);
            }
        }
    }

    fn make_policy(&mut self, arguments: &Texts) {
        let [system, legacy, flags] = [0, 1, 2].map(|at| arguments.get(at).and_then(Option::as_deref));
        let flags = u32::from(flags.and_then(<[u8]>::first).map_or(0, |byte| byte.wrapping_sub(b'0')));
        let rest = arguments.get(3..).unwrap_or_default();
        let (reserved, prefixes) = rest.split_at(rest.len() / 2);
        let mut parts = vec![Part::SystemScope, Part::LegacyPrefix, Part::Version];
        parts.extend(reserved.iter().map(|_| Part::Reserved));
        parts.extend(prefixes.iter().map(|_| Part::ReservedPrefix));
        let given = door::policy(system, legacy, [Some(reserved), Some(prefixes)], flags, arguments);
        let numbers = flags == 0 || (flags == 1 && legacy.is_none());
        let of = |part: Part, texts: &Texts| -> Result<Vec<String>, Rejection> {
            let texts = texts.iter().map(|it| from_utf8(it.as_deref().unwrap_or_default(), part));
            texts.map(|it| it.map(ToOwned::to_owned).map_err(plain)).collect()
        };
        let expected = (|| {
            let text = |bytes: Option<&[u8]>, part| of(part, &[bytes.map(Into::into)]).map(|mut it| it.remove(0));
            let system = system.map(|it| text(Some(it), Part::SystemScope)).transpose()?;
            let (reserved, prefixes) = (of(Part::Reserved, reserved)?, of(Part::ReservedPrefix, prefixes)?);
            let legacy = legacy.map(|it| text(Some(it), Part::LegacyPrefix)).transpose()?;
            if !numbers {
                return Ok(None);
            }
            let mut builder = Policy::builder().reserved(&reserved).reserved_prefixes(&prefixes);
            if let Some(slug) = &system {
                builder = builder.system_scope(slug);
            }
            if flags == 1 || legacy.is_some() {
                builder = builder.legacy_prefix(legacy.as_deref());
            }
            builder.build().map(Some)
        })();
        match (given, expected) {
            (Err(answer), Ok(None)) => refused(&answer, INVALID_ARGUMENT),
            (given, Ok(Some(policy))) => hold(&mut self.policies, given, Ok(policy), (arguments, &parts, 0)),
            (Err(answer), Err(rejection)) => {
                let Rejection { error, text } = rejection;
                let fault = answer.fault.as_ref().expect("a fault is told");
                assert_eq!(answer.status, u32::from(error.code.number()));
                assert_eq!((fault.part, fault.offset), (error.part.number().into(), error.offset));
                assert!(text.is_empty() || fault.text == text.as_bytes());
                assert!(fault.text.is_empty() || matches!(fault.place, Place::Argument(_)));
            }
            (given, expected) => panic!("C: {:?}, Rust: {:?}", given.err(), expected.err()),
        }
    }

    fn resolve(&self, arguments: &Texts, cap: usize) {
        let which = first(arguments, 3);
        let given = [0, 1, 2].map(|at| arguments.get(at).and_then(Option::as_deref));
        let flags = u32::from(which.get(1).map_or(0, |byte| byte.wrapping_sub(b'0')));
        let Some((handle, policy)) = picked(&self.policies, which.first()) else {
            return refused(&door::resolve(None, given, 0, cap, arguments).0, NULL_POINTER);
        };
        let (answer, kind, alias) = door::resolve(Some(handle), given, flags, cap, arguments);
        let parts = [Part::Reference, Part::DefaultScope, Part::UserId];
        let expected = (|| {
            let optional = |at: usize, part| given[at].map(|it| from_utf8(it, part)).transpose().map_err(plain);
            let (default_scope, user_id) = (optional(1, parts[1])?, optional(2, parts[2])?);
            if flags > 1 {
                return Ok(None);
            }
            let text = from_utf8(given[0].unwrap_or_default(), parts[0]).map_err(plain)?;
            let options = ResolveOptions { default_scope, user_id, normalize: flags == 1 };
            policy.resolve(text, options).map(Some).map_err(plain)
        })();
        match expected {
            Ok(None) => refused(&answer, INVALID_ARGUMENT),
            Ok(Some(resolved)) => {
                agree(&answer, some(resolved.text()), arguments, &parts, cap);
                if answer.status == 0 {
                    assert_eq!(c::ResolvedKind::name_of(kind).and_then(|it| it.to_str().ok()), Some(resolved.kind()));
                    let expected = match &resolved {
                        scope_core::Resolved::LegacyUser { alias, .. } => Some(alias.as_bytes()),
                        _ => None,
                    };
                    assert_eq!(alias.as_deref(), expected);
                }
            }
            Err(rejection) => faults_agree(&answer, &rejection, arguments, &parts, cap),
        }
    }
}

fn parse(arguments: &Texts, cap: usize) {
    let of = |reference: Reference<'_>| {
        let part = |text: &str| Some(text.as_bytes().to_vec());
        let tag = reference.tag().and_then(part);
        [part(reference.scope()), part(reference.name()), tag, part(reference.as_str())]
    };
    let parts = [Part::Reference];
    let text = texts(arguments, &parts).map(|texts| text(&texts, 0));
    let strictly = text.as_ref().map_err(Clone::clone).and_then(|it| Reference::parse(it).map_err(plain));
    match (door::parse(arguments), strictly) {
        (Ok(given), Ok(expected)) => assert_eq!(given, of(expected)),
        (Err(answer), Err(rejection)) => faults_agree(&answer, &rejection, arguments, &parts, 0),
        (given, expected) => panic!("C: {given:?}, Rust: {expected:?}"),
    }
    let (views, answer) = door::parse_normalized(arguments, cap);
    let expected = text.and_then(|it| ReferenceBuf::parse_normalized(it).map_err(plain));
    if let (Some(views), Ok(expected)) = (views, &expected) {
        assert_eq!(views, of(expected.borrowed()));
    }
    agree(&answer, expected.and_then(some), arguments, &parts, cap);
}

fn lines(arguments: &Texts, cap: usize) {
    let (answer, given) = door::lines(arguments, cap);
    let lines: Vec<[u32; 4]> =
        parse_lines(first(arguments, 0)).expect("the buffer is small").map(|line| line.to_array()).collect();
    if arguments[0].is_none() {
        return assert_eq!((answer.status, answer.needed), (0, Some(0)));
    }
    assert_eq!(answer.needed, Some(lines.len()));
    assert_eq!(answer.status, if lines.len() > cap { TOO_SMALL } else { 0 });
    assert_eq!(given, lines[..cap.min(lines.len())]);
}

fn compare_references(arguments: &Texts) {
    let given = Function::Order(c::scope_reference_compare).call(arguments, 0);
    let [a, b] = [0, 1].map(|at| {
        from_utf8(first(arguments, at), Part::Reference).and_then(Reference::parse).map_err(plain)
    });
    let at = usize::from(a.is_ok());
    match a.and_then(|a| b.map(|b| a.cmp(&b))) {
        Ok(order) => assert_eq!((given.status, given.needed), (0, usize::try_from(order as i32 + 1).ok())),
        Err(rejection) => {
            let fault = given.fault.as_ref().expect("a fault is told");
            assert_eq!(given.status, u32::from(rejection.error.code.number()));
            assert_eq!((fault.offset, &*fault.text), (rejection.error.offset, first(arguments, at)));
        }
    }
}

fn hashes(arguments: &Texts, cap: usize) {
    let content = first(arguments, 0);
    let short = Function::Bytes(c::scope_version_hash).call(arguments, cap);
    agree(&short, some(scope_core::version_hash(content)), arguments, &[], cap);
    let long = Function::Bytes(c::scope_content_hash).call(arguments, cap);
    agree(&long, some(scope_core::content_hash(content)), arguments, &[], cap);
}

/// Numbers of access, of which any may be none.
fn access(arguments: &Texts) {
    let numbers = first(arguments, 0);
    let number = |at: usize| numbers.get(at).map_or(0, |byte| u32::from(byte.wrapping_sub(b'0')));
    let any = number(0) << (number(1) % 32);
    let part = u16::try_from(any).ok().and_then(Part::from_number);
    assert_eq!(c::scope_part_name(any).is_null(), part.is_none());
    assert_eq!(c::scope_role_name(any).is_null(), Role::from_number(any).is_none());
    let who = [1, 2].map(|at| arguments.get(at).and_then(Option::as_deref));
    let (answer, given) = door::access([0, 1, 2, 3].map(number), who, arguments);
    let texts = who.map(|id| id.map(|id| from_utf8(id, Part::UserId)).transpose());
    let [Ok(owner_id), Ok(user_id)] = texts else {
        return assert_eq!(answer.status, u32::from(ErrorCode::InvalidUnicode.number()));
    };
    let role = Role::from_number(number(1));
    let asked = (ScopeType::from_number(number(0)), Action::from_number(number(2)));
    let ((Some(scope_type), Some(action)), true) = (asked, number(3) < 2 && (role.is_some() || number(1) == 0)) else {
        return refused(&answer, INVALID_ARGUMENT);
    };
    let scope = AccessScope { scope_type, owner_id };
    let decision = scope_core::decide_access(scope, Actor { user_id, role }, action, number(3) == 1);
    assert_eq!(given, Some((decision.allowed().into(), decision.reason.number())));
}

fn checkout(arguments: &Texts, cap: usize) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let path = OsStr::from_bytes(first(arguments, 0));
    // A system's own files tell each process another thing.
    if path.as_bytes().starts_with(b"/") || path.as_bytes().windows(2).any(|two| two == b"..") {
        return;
    }
    let parts = [Part::Path, Part::BranchName];
    let (answer, given) = door::checkout_info(arguments, cap);
    match scope_git::checkout_info(path) {
        Ok(info) => {
            let text = |text: Option<&str>| text.map(|it| it.as_bytes().to_vec());
            let texts = [Some(&*info.primary_path), info.worktree_path.as_deref(), info.worktree_key.as_deref(), info.branch.as_deref()];
            let len: usize = texts.iter().flatten().map(|text| text.len() + 1).sum();
            assert_eq!(answer.needed, Some(len));
            assert_eq!(answer.status, if len > cap { TOO_SMALL } else { 0 });
            if let Some(given) = given {
                assert_eq!(given, (texts.map(text), [info.is_bare, info.is_linked_worktree, info.is_detached]));
            }
        }
        Err(rejection) => faults_agree(&answer, &rejection, arguments, &parts, cap),
    }
    let both = [arguments[0].clone(), arguments.get(1).cloned().flatten()];
    let kind = first(arguments, 2).first().map_or(0, |byte| u32::from(byte.wrapping_sub(b'0')));
    let given = door::checkout_resolve(&both, kind, cap);
    let asked = match kind {
        0 => Some(scope_git::CheckoutKind::Auto),
        kind => scope_git::CheckoutKind::from_number(kind),
    };
    let branch = both[1].as_deref().map(|bytes| from_utf8(bytes, Part::BranchName)).transpose();
    let expected = match (branch, asked) {
        (Err(error), _) => Err(plain(error)),
        (Ok(_), None) => return refused(&given.expect_err("there is no such kind"), INVALID_ARGUMENT),
        (Ok(branch), Some(kind)) => scope_git::resolve_scope(path, kind, branch),
    };
    hold(&mut Vec::new(), given, expected, (&both, &parts, cap));
}

/// A data directory with a workspace, and something that is none, of one user.
fn data() -> &'static (Handle<c::scope_workspaces_t>, scope_workspace::Workspaces) {
    static DATA: OnceLock<(Handle<c::scope_workspaces_t>, scope_workspace::Workspaces)> = OnceLock::new();
    DATA.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/xtask/fuzz/data");
        let lost = format!("{path}/workspaces/{USER}/lost");
        std::fs::create_dir_all(lost).expect("a directory can be made");
        let path = std::fs::canonicalize(path).expect("it is there").into_os_string().into_string().expect("text");
        let all = scope_workspace::Workspaces::open(&path).expect("it opens");
        all.create(USER, "acme", "widget").expect("a workspace can be made");
        (door::workspaces(&path), all)
    })
}

const USER: &str = "123e4567-e89b-12d3-a456-426614174000";

/// `$` at the beginning of a path stands for the user's directory, which a person who writes seeds cannot know.
fn workspaces(arguments: &Texts, cap: usize) {
    let (door, all) = data();
    let with = |at: usize| arguments.get(at).cloned().flatten();
    let mut place = [with(0), with(1), with(2)];
    if place[0].as_deref() == Some(b"u") {
        place[0] = Some(USER.as_bytes().into());
    }
    let parts = [Part::UserId, Part::Owner, Part::Repo];
    let given = door::workspace_path_of(door, &place, cap);
    let texts_of = texts(&place, &parts);
    let found = texts_of.and_then(|t| all.get(text(&t, 0), text(&t, 1), text(&t, 2)).map_err(|it| it.rejection));
    match (given, found) {
        (Ok(path), Ok(workspace)) => assert_eq!(path, workspace.path.to_str().expect("text")),
        (Err(answer), Err(rejection)) => faults_agree(&answer, &rejection, &place, &parts, cap),
        (given, expected) => panic!("C: {given:?}, Rust: {expected:?}"),
    }
    let user = texts(&place, &parts[..1]);
    let listed = user.clone().and_then(|t| all.list(text(&t, 0)).map_err(|it| it.rejection));
    match (door::workspace_counts(door, &place[..1], cap), listed) {
        (Ok(counts), Ok(list)) => assert_eq!(counts, (list.workspaces.len(), list.problems.len())),
        (Err(answer), Err(rejection)) => faults_agree(&answer, &rejection, &place, &parts[..1], cap),
        (given, expected) => panic!("C: {given:?}, Rust: {expected:?}"),
    }
    let mut path = first(arguments, 3).to_vec();
    if path.first() == Some(&b'$') {
        path.splice(..1, format!("{}/workspaces/{USER}", all.data_dir().display()).into_bytes());
    }
    let pair = [place[0].clone(), Some(path.clone().into())];
    let given = door::validate_path(door, &pair, cap);
    use std::os::unix::ffi::OsStrExt as _;
    let expected = user.and_then(|t| {
        let path = std::ffi::OsStr::from_bytes(&path);
        all.validate_path(text(&t, 0), path).map_err(|it| it.rejection).and_then(|it| some(it.display()))
    });
    agree(&given, expected, &pair, &[Part::UserId, Part::Path], cap);
}

fuzz_target!(|input: &[u8]| {
    let mut made = Made::default();
    input.split(|&byte| byte == CALLS).take(32).for_each(|call| made.call(call));
});
