//! `workspace_once DATA_DIR list USER` or `workspace_once DATA_DIR cleanup`: does that once, a cleanup as a dry run on the
//! day after everything was used, for its system calls to be counted. Prints how many workspaces it saw.

use std::sync::Arc;

use scope_workspace::{Cleanup, Job, Options, Workspaces};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let open = |data_dir| {
        let options = Options {
            clock: Arc::new(|| "2026-01-02T00:00:00Z".parse().expect("a time")),
            ..Options::default()
        };
        Workspaces::open_with(data_dir, options).expect("a data directory")
    };
    let seen = match args[..] {
        [data_dir, "list", user] => {
            let listing = open(data_dir).list(user).expect("a listing");
            listing.workspaces.len() as u64
        }
        [data_dir, "cleanup"] => {
            let cleanup = Cleanup {
                dry_run: true,
                ..Cleanup::default()
            };
            let report = open(data_dir).cleanup(cleanup, Job::default());
            report.expect("a report").kept
        }
        _ => panic!("DATA_DIR list USER, or DATA_DIR cleanup"),
    };
    println!("{seen}");
}
