//! `scope man`: the manual.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_mangen::Man;

use crate::Status;
use crate::args::Cli;
use crate::failure::Failure;

/// Print the manual page, or write the pages of all commands
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The directory to write the pages of all commands to; made if it is not there
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs) -> Result<Status, Failure> {
    if let Some(dir) = &args.dir {
        fs::create_dir_all(dir)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), dir))
            .map_err(|error| Failure::Io(format!("cannot write to {}", dir.display()), error))?;
        return Ok(Status::Good);
    }
    let mut out = io::stdout().lock();
    Man::new(Cli::command())
        .render(&mut out)
        .and_then(|()| out.flush())
        .map_err(Failure::output)?;
    Ok(Status::Good)
}
