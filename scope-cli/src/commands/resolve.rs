//! `scope resolve`: what a user typed, and what it means.

use std::ffi::OsString;

use clap::Args;
use clap::builder::PossibleValuesParser;
use scope_core::{Part, ReferenceBuf, ResolveOptions, Resolved};

use crate::Status;
use crate::answer::{Answer, Command, answer};
use crate::args::{OutputArgs, PolicyArgs};
use crate::failure::Failure;
use crate::input::{Form, listed};
use crate::output::{Layout, Value, text};

const FIELDS: &[&str] = &["kind", "text", "scope", "name", "tag", "alias"];

/// Say what a user means by a reference, a name or a legacy name
///
/// Prints the full reference, or the legacy name as it is.
#[derive(Args, Debug)]
pub(crate) struct ResolveArgs {
    /// What was typed: `@scope/name[:tag]`, `name[:tag]` or a legacy name
    #[arg(value_name = "TEXT")]
    items: Vec<OsString>,

    /// The scope of what is typed without one
    #[arg(long, value_name = "SLUG")]
    default_scope: Option<String>,

    /// The user who typed, whose legacy aliases begin `user-ID-`
    #[arg(long, value_name = "ID")]
    user_id: Option<String>,

    /// Drop white space at the edges and lower-case scope and name first
    #[arg(long)]
    normalize: bool,

    /// Print this field alone
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(FIELDS))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    policy: PolicyArgs,
}

pub(crate) fn run(args: &ResolveArgs) -> Result<Status, Failure> {
    let policy = args.policy.policy().map_err(Failure::Option)?;
    let options = ResolveOptions {
        default_scope: args.default_scope.as_deref(),
        user_id: args.user_id.as_deref(),
        normalize: args.normalize,
    };
    // Options are looked at before any text.
    if let Err(error) = policy.resolve("", options) {
        match error.input {
            Part::DefaultScope => return Err(Failure::option(error, options.default_scope)),
            Part::UserId => return Err(Failure::option(error, options.user_id)),
            _ => {}
        }
    }
    let form = Form::new(&[Part::Reference], "what was typed");
    let command = Command {
        form,
        layout: Layout::Columns(&["text"]),
        output: &args.output,
        only: args.print.as_deref(),
    };
    answer(&command, &listed(&[], &args.items, &form)?, |texts| {
        let resolved = policy.resolve(texts.get(0), options)?;
        let (reference, alias) = match &resolved {
            Resolved::Scoped(reference) => (Some(reference), None),
            Resolved::LegacyTemplate { .. } => (None, None),
            Resolved::LegacyUser { alias, .. } => (None, Some(alias)),
        };
        Ok(Answer::Found(vec![
            text("kind", resolved.kind()),
            text("text", resolved.text()),
            ("scope", Value::from(reference.map(ReferenceBuf::scope))),
            ("name", Value::from(reference.map(ReferenceBuf::name))),
            ("tag", Value::from(reference.and_then(ReferenceBuf::tag))),
            ("alias", Value::from(alias)),
        ]))
    })
}
