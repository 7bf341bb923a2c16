//! What the library answered, for people and for programs.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use scope_core::{ErrorCode, Part};
use scope_workspace::{
    Decided, Deleted, Discovery, Error, Listing, Report, SkipReason, Synced, Usage, Verdict, Work,
    Workspace,
};
use serde::Serialize;

use crate::Status;
use crate::args::Format;
use crate::diagnostic::{self, Diagnostic};
use crate::visible::escape;

type Shown = io::Result<Status>;

/// A workspace that was asked for: its path, or all that is known of it.
pub(super) fn workspace(workspace: &Workspace, format: Format) -> Shown {
    match format {
        Format::Text => path_line("", &workspace.path)?,
        format => objects(format, &[json_of(workspace)?])?,
    }
    warn_of_recovery(workspace);
    Ok(Status::Good)
}

pub(super) fn listing(listing: &Listing, format: Format) -> Shown {
    if format == Format::Text {
        for workspace in &listing.workspaces {
            path_line("", &workspace.path)?;
        }
    } else {
        let good = listing.workspaces.iter().map(json_of);
        let bad = listing.problems.iter().map(json_of);
        objects(format, &good.chain(bad).collect::<io::Result<Vec<_>>>()?)?;
    }
    listing.workspaces.iter().for_each(warn_of_recovery);
    for problem in &listing.problems {
        tell(&problem.error);
    }
    Ok(all_good(listing.problems.is_empty()))
}

pub(super) fn work(work: &Work, format: Format) -> Shown {
    match format {
        Format::Text if work.is_dirty() == Some(false) => line("clean")?,
        Format::Text => {
            line(&kinds(work))?;
            for named in &work.names {
                line(&format!("{}\t{}", named.kind.as_str(), escape(&named.name)))?;
            }
        }
        format => objects(format, &[json_of(work)?])?,
    }
    Ok(all_good(work.unknown.is_none()))
}

pub(super) fn deleted(deleted: Deleted, format: Format) -> Shown {
    match format {
        Format::Text => line(&format!("freed {}", size(deleted.freed_bytes)))?,
        format => objects(format, &[json_of(&deleted)?])?,
    }
    Ok(Status::Good)
}

pub(super) fn usage(usage: &Usage, format: Format) -> Shown {
    match format {
        Format::Text => line(&used(usage))?,
        format => objects(format, &[json_of(usage)?])?,
    }
    Ok(Status::Good)
}

pub(super) fn valid_path(valid: &Path, format: Format) -> Shown {
    match format {
        Format::Text => path_line("", valid)?,
        format => objects(format, &[object("path", &valid.to_string_lossy())?])?,
    }
    Ok(Status::Good)
}

pub(super) fn synced(synced: &Synced, format: Format) -> Shown {
    let branch = escape(&synced.branch);
    match format {
        Format::Text if synced.from == synced.to => line(&format!("{branch} is up to date"))?,
        Format::Text => line(&format!("{branch} {} -> {}", synced.from, synced.to))?,
        format => objects(format, &[json_of(synced)?])?,
    }
    Ok(Status::Good)
}

pub(super) fn discovery(found: &Discovery, format: Format) -> Shown {
    if format == Format::Text {
        for project in &found.projects {
            let branch = escape(project.branch.as_deref().unwrap_or("-"));
            let before = format!("{}\t{branch}\t", project.modified_at);
            path_line(&before, &project.path)?;
        }
    } else {
        let all: io::Result<Vec<_>> = found.projects.iter().map(json_of).collect();
        objects(format, &all?)?;
    }
    for dir in &found.unreadable {
        let message = format!("cannot look into {}", dir.display());
        diagnostic::print(&Diagnostic::plain(&message).render());
    }
    Ok(all_good(found.unreadable.is_empty()))
}

/// What is not among the projects, and why.
pub(super) fn skipped(found: &Discovery) {
    for skipped in &found.skipped {
        let why = match skipped.reason {
            SkipReason::Name => "by its name",
            SkipReason::SymbolicLink => "it is a symbolic link",
            SkipReason::NotARepository => "its .git leads to no repository",
            SkipReason::BareRepository => "its repository is bare",
            SkipReason::Unreadable => "its .git cannot be read",
            other => other.as_str(),
        };
        let path = escape(&skipped.path.to_string_lossy());
        diagnostic::print(&format!("skipped {path}: {why}\n"));
    }
}

pub(super) fn report(report: &Report, format: Format) -> Shown {
    match format {
        Format::Text => {
            for row in aligned(rows(report)) {
                line(&row)?;
            }
            line(&summary(report))?;
        }
        format => objects(format, &[json_of(report)?])?,
    }
    Ok(all_good(report.problems.is_empty()))
}

/// Nothing was done.
pub(super) fn refused(error: &Error, format: Format) -> Shown {
    if format != Format::Text {
        objects(format, &[object("error", error)?])?;
    }
    tell(error);
    Ok(Status::Invalid)
}

fn all_good(is: bool) -> Status {
    if is { Status::Good } else { Status::Invalid }
}

fn tell(error: &Error) {
    let scope_core::Rejection { error: fault, text } = &error.rejection;
    let mut diagnostic = Diagnostic::plain(&error.to_string()).with_code(fault.code.as_str());
    if let Some(help) = help_of(fault, text) {
        diagnostic = diagnostic.with_help(help);
    }
    if let Some(meant) = fault.suggestion(text) {
        diagnostic = diagnostic.with_help(format!("did you mean `{}`?", escape(&meant)));
    }
    diagnostic::print(&diagnostic.render());
}

/// What to do about it with this command, which the library does not know of.
fn help_of(fault: &scope_core::Error, text: &str) -> Option<&'static str> {
    match (fault.code, fault.input) {
        (ErrorCode::Empty, Part::Owner | Part::Repo) => Some("write OWNER/REPO"),
        (ErrorCode::UrlNotAllowed, _) if text.starts_with("file:") => {
            Some("pass --allow-file-urls to allow it")
        }
        (ErrorCode::NotARepository, Part::Workspace) => {
            Some("nothing was cloned into it; delete it, and clone the repository")
        }
        (ErrorCode::WorkWouldBeLost | ErrorCode::WorkUnknown, _) => {
            Some("pass --force to delete it with all that is in it")
        }
        (ErrorCode::PathNotFound, Part::DataDir) => Some("make the directory first"),
        (ErrorCode::PathNotFound, Part::SourceDir) => {
            Some("name the directory of your sources, or set CODE_SOURCE_DIR")
        }
        _ => None,
    }
}

fn warn_of_recovery(workspace: &Workspace) {
    if let Some(error) = &workspace.recovered {
        let message = format!("the metadata was recovered: {error}");
        let warning = Diagnostic::plain(&message).into_warning();
        diagnostic::print(&warning.render());
    }
}

/// What a cleanup says of each workspace and user, by column.
fn rows(report: &Report) -> Vec<Vec<String>> {
    let idle = report.idle.iter().map(|decided| {
        let word = match decided.verdict {
            Verdict::Deleted if report.dry_run => "would delete",
            Verdict::Deleted => "deleted",
            Verdict::Warned => "kept",
            Verdict::InUse => "in use",
        };
        let seconds = report.now.unix_seconds() - decided.last_active_at.unix_seconds();
        let days = u64::try_from(seconds / 86_400).unwrap_or(0);
        vec![
            word.to_owned(),
            decided.user_id.clone(),
            escape(&decided.full_name),
            format!("idle {}", counted(days, "day")),
            reason(decided),
        ]
    });
    let problems = report.problems.iter().map(|problem| {
        let what = format!("{}: {}", problem.directory, problem.error);
        vec!["problem".to_owned(), problem.user_id.clone(), escape(&what)]
    });
    let over_quota = report
        .over_quota
        .iter()
        .map(|usage| vec!["over quota".to_owned(), usage.user_id.clone(), used(usage)]);
    idle.chain(problems).chain(over_quota).collect()
}

/// What is said of an idle workspace besides: what its deletion frees, or what it is kept for.
fn reason(decided: &Decided) -> String {
    match decided.verdict {
        Verdict::Deleted => size(decided.freed_bytes),
        Verdict::Warned => kinds(&decided.work),
        Verdict::InUse => String::new(),
    }
}

fn summary(report: &Report) -> String {
    let Report {
        users,
        workspaces,
        kept,
        ..
    } = report;
    let freed = size(report.freed_bytes);
    let freed = if report.dry_run {
        format!("{freed} would be freed")
    } else {
        format!("{freed} freed")
    };
    format!(
        "{} of {}, {kept} of them used lately; {freed}",
        counted(*workspaces, "workspace"),
        counted(*users, "user"),
    )
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn used(usage: &Usage) -> String {
    let least = if usage.complete { "" } else { "at least " };
    let over = if usage.is_over() { "more than" } else { "of" };
    format!(
        "{least}{}, {over} {}",
        size(usage.bytes),
        size(usage.quota_bytes)
    )
}

/// What a workspace holds that is nowhere else.
fn kinds(work: &Work) -> String {
    let kinds = [
        ("uncommitted", work.uncommitted),
        ("untracked", work.untracked),
        ("stashed", work.stashed),
        ("unpushed", work.unpushed),
    ];
    let mut found: Vec<String> = kinds
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    found.extend(
        work.unknown
            .iter()
            .map(|error| escape(&format!("unknown: {error}"))),
    );
    found.join(", ")
}

/// Bytes as people say them, in powers of 1000.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let mut shown = format!("{bytes} bytes");
    let mut scale = 1000;
    for unit in UNITS {
        if bytes < scale {
            break;
        }
        let tenths = bytes / (scale / 10);
        shown = format!("{}.{} {unit}", tenths / 10, tenths % 10);
        scale = scale.saturating_mul(1000);
    }
    shown
}

/// Rows as lines, each column but the last as wide as its widest cell, two spaces between.
fn aligned(rows: Vec<Vec<String>>) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    let width = |cell: &String| unicode_width::UnicodeWidthStr::width(cell.as_str());
    for row in &rows {
        // The last cell of a row takes the room that it wants.
        for (i, cell) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
            match widths.get_mut(i) {
                Some(widest) => *widest = width(cell).max(*widest),
                None => widths.push(width(cell)),
            }
        }
    }
    rows.into_iter()
        .map(|row| {
            let mut text = String::new();
            for (i, cell) in row.iter().enumerate() {
                text.push_str(cell);
                let wide = widths.get(i).copied().unwrap_or_default();
                let room = wide.saturating_sub(width(cell)) + 2;
                text.extend(std::iter::repeat_n(' ', room));
            }
            text.trim_end().to_owned()
        })
        .collect()
}

/// A line that ends with a path: as it is for a program, and for a person without what a terminal obeys.
fn path_line(before: &str, path: &Path) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(before.as_bytes())?;
    if out.is_terminal() {
        out.write_all(escape(&path.to_string_lossy()).as_bytes())?;
    } else {
        out.write_all(path.as_os_str().as_bytes())?;
    }
    out.write_all(b"\n")
}

fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn json_of(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

fn object(name: &str, value: &(impl Serialize + ?Sized)) -> io::Result<String> {
    Ok(format!("{{\"{name}\":{}}}", serde_json::to_string(value)?))
}

/// Objects as [`Format`] has them: in an array, or each on a line.
fn objects(format: Format, objects: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == Format::Json {
        return writeln!(out, "{}", visible(&format!("[{}]", objects.join(","))));
    }
    objects
        .iter()
        .try_for_each(|object| writeln!(out, "{}", visible(object)))
}

/// JSON without the control characters that its strings may hold as they are, which a terminal obeys.
fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_control() {
            // A String takes everything that is written to it.
            let _ = write!(out, "\\u{:04x}", u32::from(char));
        } else {
            out.push(char);
        }
    }
    out
}
