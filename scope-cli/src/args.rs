//! The command line: what all commands share.

use clap::{Args, Parser, Subcommand, ValueEnum};
use scope_core::{Policy, Rejection};

use crate::commands::{
    alias, branch, checkout, completions, key, man, name, parse, resolve, slug, spec, tag,
    workspace,
};

const ABOUT_INPUT: &str = "\
Input:
  Items are given as arguments. With `-`, or without any where standard input is
  no terminal, they are read from standard input, one a line, as they come. A
  line ends with a line feed; a carriage return before it is a part of the item.

Exit status:
  0  every item is valid
  1  some item is invalid; standard error says which, where and why
  2  the arguments are wrong, or a file cannot be read or written";

/// Scoped references, scope keys and workspace names.
#[derive(Debug, Parser)]
#[command(name = "scope", version, propagate_version = true, after_help = ABOUT_INPUT)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Parse(parse::ParseArgs),
    Resolve(resolve::ResolveArgs),
    Slug(slug::SlugArgs),
    Name(name::NameArgs),
    Tag(tag::TagArgs),
    Branch(branch::BranchArgs),
    Key(key::KeyArgs),
    Checkout(checkout::CheckoutArgs),
    Workspace(workspace::WorkspaceArgs),
    Alias(alias::AliasArgs),
    Spec(spec::SpecArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// What answers look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people and for cut(1); faults go to standard error alone
    Text,
    /// One array with an object for each item, faulty ones too
    Json,
    /// An object a line for each item, faulty ones too
    Jsonl,
}

/// How answers are printed.
#[derive(Args, Debug)]
pub(crate) struct OutputArgs {
    /// What answers look like
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: Format,

    /// Print nothing; the exit status says it all
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// What a deployment reserves.
#[derive(Args, Debug)]
#[command(next_help_heading = "Policy")]
pub(crate) struct PolicyArgs {
    /// The scope of the deployment itself [default: vm0]
    #[arg(long, value_name = "SLUG")]
    system_scope: Option<String>,

    /// A slug that nobody may claim; may be repeated, and replaces the default ones
    #[arg(long, value_name = "SLUG")]
    reserved: Vec<String>,

    /// What no slug that somebody claims may begin with; may be repeated, and replaces the default ones
    #[arg(long, value_name = "PREFIX")]
    reserved_prefix: Vec<String>,

    /// What the names of legacy templates begin with [default: vm0-]
    #[arg(long, value_name = "PREFIX")]
    legacy_prefix: Option<String>,

    /// There are no legacy templates
    #[arg(long, conflicts_with = "legacy_prefix")]
    no_legacy_prefix: bool,
}

impl PolicyArgs {
    /// Whether any of them is given.
    pub(crate) fn is_given(&self) -> bool {
        let texts = [&self.system_scope, &self.legacy_prefix];
        let lists = [&self.reserved, &self.reserved_prefix];
        self.no_legacy_prefix
            || texts.iter().any(|text| text.is_some())
            || lists.iter().any(|list| !list.is_empty())
    }

    /// The default policy, with what is given in place of its parts.
    pub(crate) fn policy(&self) -> Result<Policy, Rejection> {
        let mut builder = Policy::builder();
        if let Some(slug) = &self.system_scope {
            builder = builder.system_scope(slug);
        }
        if !self.reserved.is_empty() {
            builder = builder.reserved(&self.reserved);
        }
        if !self.reserved_prefix.is_empty() {
            builder = builder.reserved_prefixes(&self.reserved_prefix);
        }
        if self.no_legacy_prefix {
            builder = builder.legacy_prefix(None);
        } else if let Some(prefix) = &self.legacy_prefix {
            builder = builder.legacy_prefix(Some(prefix));
        }
        builder.build()
    }
}
