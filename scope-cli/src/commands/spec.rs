//! `scope spec`: what the specification lists.

use std::io::{self, BufWriter};

use clap::{Args, Subcommand};
use scope_core::ErrorCode;

use crate::Status;
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Layout, Printer, Value, text};

/// Print what the specification lists
#[derive(Args, Debug)]
pub(crate) struct SpecArgs {
    #[command(subcommand)]
    command: SpecCommand,
}

#[derive(Debug, Subcommand)]
enum SpecCommand {
    Errors(ErrorsArgs),
}

/// Number and code of every error, with a TAB between them
#[derive(Args, Debug)]
struct ErrorsArgs {
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &SpecArgs) -> Result<Status, Failure> {
    let SpecCommand::Errors(args) = &args.command;
    let out = BufWriter::new(io::stdout().lock());
    let layout = Layout::Columns(&["number", "code"]);
    let mut printer = Printer::new(out, false, &args.output, layout, None);
    for code in ErrorCode::ALL {
        let number = Value::Number(code.number().into());
        let record = vec![("number", number), text("code", code.as_str())];
        printer.record(None, &record).map_err(Failure::output)?;
    }
    printer.finish().map_err(Failure::output)?;
    Ok(Status::Good)
}
