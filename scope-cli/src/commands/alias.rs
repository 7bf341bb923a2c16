//! `scope alias`: template aliases and the hashes of versions.

use std::ffi::OsString;
use std::fs;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use scope_core::{
    Part, Rejection, content_hash, distinct_template_alias, legacy_user_alias, template_alias,
    version_hash,
};

use crate::Status;
use crate::answer::{Answer, Command, Texts, answer};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::input::{Form, apart};
use crate::output::{Layout, Printer, Value, text};

/// Make template aliases and version hashes
#[derive(Args, Debug)]
pub(crate) struct AliasArgs {
    #[command(subcommand)]
    command: AliasCommand,
}

#[derive(Debug, Subcommand)]
enum AliasCommand {
    /// scope-SCOPE_ID-image-NAME-version-VERSION, each part made to fit; different names can share it
    ///
    /// Lines of standard input are `SCOPE_ID TAB NAME TAB VERSION`.
    Template(TemplateArgs),
    /// The same, shared by no two triples; refuses what does not fit
    ///
    /// Lines of standard input are `SCOPE_ID TAB NAME TAB VERSION`.
    Distinct(TemplateArgs),
    Legacy(LegacyArgs),
    VersionHash(VersionHashArgs),
}

#[derive(Args, Debug)]
struct TemplateArgs {
    /// The id of the scope, the name of the template and its version
    #[arg(value_name = "SCOPE_ID NAME VERSION")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: OutputArgs,
}

/// user-USER_ID-ALIAS
///
/// Lines of standard input are `USER_ID TAB ALIAS`.
#[derive(Args, Debug)]
struct LegacyArgs {
    /// The id of the user and the alias
    #[arg(value_name = "USER_ID ALIAS")]
    items: Vec<OsString>,

    #[command(flatten)]
    output: OutputArgs,
}

/// The first 8 hexadecimal digits of the SHA-256 of contents
///
/// Each text and each file is one content, and so is the whole of standard input: not its lines.
#[derive(Args, Debug)]
struct VersionHashArgs {
    /// Contents; `-`, or none where standard input is no terminal, is the whole of standard input
    #[arg(value_name = "TEXT")]
    items: Vec<OsString>,

    /// A file that holds a content; may be repeated
    #[arg(long, value_name = "FILE")]
    file: Vec<PathBuf>,

    /// Print this field alone
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    #[arg(value_parser = PossibleValuesParser::new(["version_hash", "content_hash"]))]
    print: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &AliasArgs) -> Result<Status, Failure> {
    const TRIPLE: &[Part] = &[Part::ScopeId, Part::Name, Part::Version];
    let triple = Form::new(
        TRIPLE,
        "SCOPE_ID NAME VERSION, on a line with a TAB between two",
    );
    match &args.command {
        AliasCommand::Template(args) => aliases(triple, &args.items, &args.output, |texts| {
            template_alias(texts.get(0), texts.get(1), texts.get(2))
        }),
        AliasCommand::Distinct(args) => aliases(triple, &args.items, &args.output, |texts| {
            distinct_template_alias(texts.get(0), texts.get(1), texts.get(2))
        }),
        AliasCommand::Legacy(args) => {
            let parts = &[Part::UserId, Part::Alias];
            let form = Form::new(parts, "USER_ID ALIAS, on a line with a TAB between them");
            aliases(form, &args.items, &args.output, |texts| {
                legacy_user_alias(texts.get(0), texts.get(1))
            })
        }
        AliasCommand::VersionHash(args) => version_hashes(args),
    }
}

fn aliases(
    form: Form,
    items: &[OsString],
    output: &OutputArgs,
    alias: impl Fn(&Texts<'_>) -> Result<String, Rejection>,
) -> Result<Status, Failure> {
    let command = Command {
        form,
        layout: Layout::Columns(&["alias"]),
        output,
        only: None,
    };
    answer(&command, &apart(items, &form)?, |texts| {
        Ok(Answer::Found(vec![text("alias", alias(texts)?)]))
    })
}

fn version_hashes(args: &VersionHashArgs) -> Result<Status, Failure> {
    let layout = Layout::Columns(&["version_hash"]);
    let mut printer = Printer::new(
        io::stdout().lock(),
        false,
        &args.output,
        layout,
        args.print.as_deref(),
    );
    let mut print = |input: Value, file: Value, content: &[u8]| {
        let record = vec![
            ("input", input),
            ("file", file),
            text("version_hash", version_hash(content)),
            text("content_hash", content_hash(content)),
        ];
        printer.record(None, &record).map_err(Failure::output)
    };
    let from_stdin = args.items.is_empty() && args.file.is_empty();
    if from_stdin && io::stdin().is_terminal() {
        return Err(Failure::Usage(
            "nothing to read: give texts, a --file, or `-` for standard input".to_owned(),
        ));
    }
    let stdin = OsString::from("-");
    for item in args.items.iter().chain(from_stdin.then_some(&stdin)) {
        if *item == stdin {
            let mut content = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut content);
            read.map_err(|error| Failure::reading("standard input", error))?;
            print(Value::Absent, text("file", "-").1, &content)?;
        } else {
            let shown = item.to_string_lossy();
            print(
                text("input", shown).1,
                Value::Absent,
                item.as_encoded_bytes(),
            )?;
        }
    }
    for path in &args.file {
        let shown = path.display().to_string();
        let content = fs::read(path).map_err(|error| Failure::reading(&shown, error))?;
        print(Value::Absent, Value::Text(shown), &content)?;
    }
    printer.finish().map_err(Failure::output)?;
    Ok(Status::Good)
}
