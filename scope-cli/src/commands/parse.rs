//! `scope parse`: references, taken apart.

use std::ffi::OsString;

use clap::Args;
use clap::builder::PossibleValuesParser;
use scope_core::{Part, Reference, ReferenceBuf};

use crate::Status;
use crate::answer::{Answer, Command, answer};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::input::{Form, listed};
use crate::output::{Layout, Value, text};

const FIELDS: &[&str] = &["reference", "scope", "name", "tag", "storage_component"];

/// Take references apart
///
/// Prints scope, name and tag of each reference with a TAB between two; there is no third where there is no tag.
#[derive(Args, Debug)]
pub(crate) struct ParseArgs {
    /// References, @scope/name or @scope/name:tag
    #[arg(value_name = "REFERENCE")]
    items: Vec<OsString>,

    /// Drop white space at the edges and lower-case scope and name first
    #[arg(long)]
    normalize: bool,

    /// Print this field alone
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(FIELDS))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &ParseArgs) -> Result<Status, Failure> {
    let form = Form::new(&[Part::Reference], "references");
    let command = Command {
        form,
        layout: Layout::Columns(&["scope", "name", "tag"]),
        output: &args.output,
        only: args.print.as_deref(),
    };
    answer(&command, &listed(&[], &args.items, &form)?, |texts| {
        let reference = if args.normalize {
            ReferenceBuf::parse_normalized(texts.get(0))?
        } else {
            Reference::parse(texts.get(0))?.to_owned()
        };
        Ok(Answer::Found(vec![
            text("reference", reference.as_str()),
            text("scope", reference.scope()),
            text("name", reference.name()),
            ("tag", Value::from(reference.tag())),
            text(
                "storage_component",
                reference.storage_component().to_string(),
            ),
        ]))
    })
}
