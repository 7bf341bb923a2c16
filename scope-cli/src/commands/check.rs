//! What the commands `… check` share: they print the items that are valid, so that they filter a list.

use std::ffi::OsString;

use clap::Args;
use scope_core::{Error, Part};

use crate::Status;
use crate::answer::{Answer, Command, answer};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::input::{Form, listed};
use crate::output::{Layout, text};

/// The items to check.
#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The texts to check
    #[arg(value_name = "TEXT")]
    pub(crate) items: Vec<OsString>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Prints the items to which `check` has no objection.
pub(crate) fn check(
    parts: &'static [Part],
    layout: &'static [&'static str; 1],
    args: &CheckArgs,
    check: impl Fn(&str) -> Result<(), Error>,
) -> Result<Status, Failure> {
    let form = Form::new(parts, "texts to check");
    let command = Command {
        form,
        layout: Layout::Columns(layout),
        output: &args.output,
        only: None,
    };
    let [field] = layout;
    answer(&command, &listed(&[], &args.items, &form)?, |texts| {
        check(texts.get(0))?;
        Ok(Answer::Found(vec![text(field, texts.get(0))]))
    })
}
