//! `scope key`: the keys of directories, and of everything, a repository, a branch or a worktree.

use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use scope_core::{Error, Part, ScopeKey};

use crate::Status;
use crate::answer::{self, Answer, Command, Refusal, Texts};
use crate::args::OutputArgs;
use crate::commands::checkout::{self, ScopeArgs};
use crate::failure::Failure;
use crate::input::{Entry, Form, listed};
use crate::output::{Layout, Record, Value, text};

/// What `--print` takes.
const FIELDS: &[&str] = &[
    "kind",
    "primary_path",
    "branch_name",
    "worktree_key",
    "worktree_path",
    "display",
    "display_short",
    "storage_key",
    "distinct_storage_key",
    "uri",
    "search_order",
    "json",
];

/// What text output shows.
const SHOWN: &[&str] = &[
    "kind",
    "display",
    "display_short",
    "storage_key",
    "distinct_storage_key",
    "uri",
    "search_order",
];

/// Work out scope keys
///
/// Of directories, as their git repositories tell, or of what the subcommands take. Prints every form of a key. Two keys can
/// share a `storage_key`; no two share a `distinct_storage_key` or a `uri`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    command: Option<KeyCommand>,

    #[command(flatten)]
    scope: ScopeArgs,

    #[command(flatten)]
    output: KeyOutputArgs,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    Global(GlobalArgs),
    Repository(RepositoryArgs),
    Branch(BranchKeyArgs),
    Worktree(WorktreeArgs),
    Uri(UriArgs),
    Json(JsonArgs),
}

/// How a key is printed.
#[derive(Args, Debug)]
struct KeyOutputArgs {
    /// Print this field alone, for scripts
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(FIELDS))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// The key of everything
#[derive(Args, Debug)]
struct GlobalArgs {
    #[command(flatten)]
    output: KeyOutputArgs,
}

/// The keys of repositories
#[derive(Args, Debug)]
struct RepositoryArgs {
    /// Roots of repositories, absolute
    #[arg(value_name = "PATH")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: KeyOutputArgs,
}

/// The keys of branches of a repository
///
/// Takes `PATH BRANCH...`, or lines of `PATH TAB BRANCH`; with --path, or a PATH before the `-`, arguments and lines are branch
/// names: `git branch --format='%(refname:short)' | scope key branch --path /src/app -`
#[derive(Args, Debug)]
struct BranchKeyArgs {
    /// The root of the repository, absolute, unless --path gives it; then its branches
    #[arg(value_name = "PATH BRANCH")]
    items: Vec<OsString>,

    /// The root of the repository of every branch
    #[arg(long)]
    path: Option<String>,

    #[command(flatten)]
    output: KeyOutputArgs,
}

/// The keys of linked worktrees of a repository
///
/// Takes `PATH KEY...`, or lines of `PATH TAB KEY [TAB WORKTREE_PATH]`; with --path, or a PATH before the `-`, arguments
/// are worktree keys and lines are `KEY [TAB WORKTREE_PATH]`.
#[derive(Args, Debug)]
struct WorktreeArgs {
    /// The root of the repository, absolute, unless --path gives it; then keys of its worktrees
    #[arg(value_name = "PATH KEY")]
    items: Vec<OsString>,

    /// The root of the repository of every worktree
    #[arg(long)]
    path: Option<String>,

    /// Where the worktree is, for display; for lines that do not say it
    #[arg(long, value_name = "PATH")]
    worktree_path: Option<String>,

    #[command(flatten)]
    output: KeyOutputArgs,
}

/// The keys that URIs stand for
#[derive(Args, Debug)]
struct UriArgs {
    /// Scope URIs
    #[arg(value_name = "URI")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: KeyOutputArgs,
}

/// The keys that JSON objects stand for
#[derive(Args, Debug)]
struct JsonArgs {
    /// Objects like {"type":"branch","primaryPath":"/src/app","branchName":"main"}
    #[arg(value_name = "JSON")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: KeyOutputArgs,
}

pub(crate) fn run(args: &KeyArgs) -> Result<Status, Failure> {
    let Some(command) = &args.command else {
        let entries = args.scope.entries()?;
        return answer(checkout::FORM, &entries, &args.output, |texts| {
            args.scope.key(texts)
        });
    };
    match command {
        KeyCommand::Global(args) => {
            let form = Form::new(&[], "nothing");
            answer(form, &[Entry::Item(Vec::new())], &args.output, |_| {
                Ok::<_, Error>(ScopeKey::global())
            })
        }
        KeyCommand::Repository(args) => {
            let form = Form::new(&[Part::PrimaryPath], "roots of repositories");
            let entries = listed(&[], &args.items, &form)?;
            answer(form, &entries, &args.output, |texts| {
                ScopeKey::repository(texts.get(0))
            })
        }
        KeyCommand::Branch(args) => branch(args),
        KeyCommand::Worktree(args) => worktree(args),
        KeyCommand::Uri(args) => {
            let form = Form::new(&[Part::Uri], "scope URIs");
            let entries = listed(&[], &args.items, &form)?;
            answer(form, &entries, &args.output, |texts| {
                ScopeKey::from_uri(texts.get(0))
            })
        }
        KeyCommand::Json(args) => {
            let form = Form::new(&[Part::Json], "JSON objects");
            let entries = listed(&[], &args.items, &form)?;
            answer(form, &entries, &args.output, |texts| {
                ScopeKey::from_json(texts.get(0))
            })
        }
    }
}

fn branch(args: &BranchKeyArgs) -> Result<Status, Failure> {
    let parts = &[Part::PrimaryPath, Part::BranchName];
    let form = Form::new(parts, "PATH BRANCH, or on a line PATH TAB BRANCH");
    let entries = below(args.path.as_deref(), &args.items, &form)?;
    answer(form, &entries, &args.output, |texts| {
        ScopeKey::branch(texts.get(0), texts.get(1))
    })
}

fn worktree(args: &WorktreeArgs) -> Result<Status, Failure> {
    let form = Form {
        optional: 1,
        ..Form::new(
            &[Part::PrimaryPath, Part::WorktreeKey, Part::WorktreePath],
            "PATH KEY, or on a line PATH TAB KEY [TAB WORKTREE_PATH]",
        )
    };
    let shown = args.worktree_path.as_deref();
    // Only the option's value can be at fault in this one.
    ScopeKey::worktree("/", "key", shown).map_err(|error| Failure::option(error, shown))?;
    let entries = below(args.path.as_deref(), &args.items, &form)?;
    answer(form, &entries, &args.output, |texts| {
        ScopeKey::worktree(texts.get(0), texts.get(1), texts.given(2).or(shown))
    })
}

/// Items of the repository at `path`, or else at the first argument, or else at what their lines say.
fn below<'a>(
    path: Option<&'a str>,
    items: &'a [OsString],
    form: &Form,
) -> Result<Vec<Entry<'a>>, Failure> {
    if let Some(path) = path {
        ScopeKey::repository(path).map_err(|error| Failure::option(error, Some(path)))?;
        return listed(&[path.as_ref()], items, form);
    }
    match items {
        [path, rest @ ..] if path != "-" => {
            if rest.is_empty() {
                let message = format!("nothing after the path: give {}", form.written);
                return Err(Failure::Usage(message));
            }
            listed(&[path], rest, form)
        }
        [_, _, ..] => {
            let message = format!("nothing may follow the `-`: give {}", form.written);
            Err(Failure::Usage(message))
        }
        _ => listed(&[], items, form),
    }
}

fn answer<E: Into<Refusal>>(
    form: Form,
    entries: &[Entry<'_>],
    args: &KeyOutputArgs,
    mut key: impl FnMut(&Texts<'_>) -> Result<ScopeKey, E>,
) -> Result<Status, Failure> {
    let command = Command {
        form,
        layout: Layout::Block(SHOWN),
        output: &args.output,
        only: args.print.as_deref(),
    };
    answer::answer(&command, entries, |texts| {
        let key = key(texts).map_err(Into::into)?;
        Ok(Answer::Found(record(&key)))
    })
}

fn record(key: &ScopeKey) -> Record {
    let order = key.search_order();
    vec![
        text("kind", key.kind().as_str()),
        ("primary_path", Value::from(key.primary_path())),
        ("branch_name", Value::from(key.branch_name())),
        ("worktree_key", Value::from(key.worktree_key())),
        ("worktree_path", Value::from(key.worktree_path())),
        text("display", key.display().to_string()),
        text("display_short", key.display_short().to_string()),
        text("storage_key", key.storage_key().to_string()),
        text(
            "distinct_storage_key",
            key.distinct_storage_key().to_string(),
        ),
        text("uri", key.uri().to_string()),
        (
            "search_order",
            Value::List(order.iter().map(|key| key.uri().to_string()).collect()),
        ),
        ("json", Value::Json(key.to_json().to_string())),
    ]
}
