//! What Python sees of what happened on a disk: objects of the classes in `scope_core/_disk.py`.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyString, PyTuple};
use scope_core::ErrorCode;
use scope_workspace::{
    Decided, Deleted, Discovery, Error, Listing, Named, Problem, Progress, Project, Report,
    Skipped, Synced, Usage, Verdict, Work, Workspace,
};

use crate::fault::instance;
use crate::workspace::WorkspaceMetadata;

/// What has a class of that name there.
pub(crate) trait Answer {
    const CLASS: &'static str;

    /// Its fields, by name.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>>;

    fn shown<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let fields = self.fields(py)?.into_py_dict(py)?;
        let class = py.import("scope_core._disk")?.getattr(Self::CLASS)?;
        class.call((), Some(&fields))
    }
}

type Field<'py> = (&'static str, Bound<'py, PyAny>);

/// A field of that name for each `name: value`.
macro_rules! fields {
    ($py:ident, $($name:ident: $value:expr),* $(,)?) => {
        Ok(vec![$((stringify!($name), $value.into_bound_py_any($py)?)),*])
    };
}

/// A tuple of what has a class.
fn all<'py, T: Answer>(py: Python<'py>, answers: &[T]) -> PyResult<Bound<'py, PyTuple>> {
    let shown: PyResult<Vec<_>> = answers.iter().map(|answer| answer.shown(py)).collect();
    PyTuple::new(py, shown?)
}

impl Answer for Workspace {
    const CLASS: &'static str = "Workspace";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py,
            user_id: &self.user_id,
            directory: &self.directory,
            path: &*self.path,
            metadata: WorkspaceMetadata::from(self.metadata.clone()),
            recovered: maybe_error(py, self.recovered.as_ref())?,
        )
    }
}

impl Answer for Listing {
    const CLASS: &'static str = "Listing";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, workspaces: all(py, &self.workspaces)?, problems: all(py, &self.problems)?)
    }
}

impl Answer for Problem {
    const CLASS: &'static str = "Problem";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, user_id: &self.user_id, directory: &self.directory, error: error_of(py, &self.error)?)
    }
}

impl Answer for Deleted {
    const CLASS: &'static str = "Deleted";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, freed_bytes: self.freed_bytes)
    }
}

impl Answer for Usage {
    const CLASS: &'static str = "Usage";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py,
            user_id: &self.user_id,
            bytes: self.bytes,
            complete: self.complete,
            quota_bytes: self.quota_bytes,
            is_over: self.is_over(),
        )
    }
}

impl Answer for Work {
    const CLASS: &'static str = "Work";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py,
            uncommitted: self.uncommitted,
            untracked: self.untracked,
            stashed: self.stashed,
            unpushed: self.unpushed,
            unknown: maybe_error(py, self.unknown.as_ref())?,
            names: all(py, &self.names)?,
            is_dirty: self.is_dirty(),
        )
    }
}

impl Answer for Named {
    const CLASS: &'static str = "Named";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, kind: self.kind.as_str(), name: &self.name)
    }
}

impl Answer for Synced {
    const CLASS: &'static str = "Synced";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        Ok(vec![
            ("workspace", self.workspace.shown(py)?),
            ("branch", (&self.branch).into_bound_py_any(py)?),
            // `from` is no name in Python.
            ("from_", (&self.from).into_bound_py_any(py)?),
            ("to", (&self.to).into_bound_py_any(py)?),
        ])
    }
}

impl Answer for Decided {
    const CLASS: &'static str = "Decided";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        let verdict = match self.verdict {
            Verdict::Deleted => "deleted",
            Verdict::Warned => "warned",
            Verdict::InUse => "in_use",
        };
        fields!(py,
            user_id: &self.user_id,
            directory: &self.directory,
            full_name: &self.full_name,
            last_active_at: self.last_active_at.to_string(),
            verdict: verdict,
            work: self.work.shown(py)?,
            freed_bytes: self.freed_bytes,
        )
    }
}

impl Answer for Report {
    const CLASS: &'static str = "Report";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py,
            dry_run: self.dry_run,
            now: self.now.to_string(),
            users: self.users,
            workspaces: self.workspaces,
            kept: self.kept,
            idle: all(py, &self.idle)?,
            problems: all(py, &self.problems)?,
            leftovers: self.leftovers,
            freed_bytes: self.freed_bytes,
            over_quota: all(py, &self.over_quota)?,
        )
    }
}

impl Answer for Progress {
    const CLASS: &'static str = "Progress";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, phase: &self.phase, done: self.done, total: self.total)
    }
}

impl Answer for Project {
    const CLASS: &'static str = "Project";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py,
            path: &*self.path,
            name: &self.name,
            branch: self.branch.as_deref(),
            modified_at: self.modified_at.to_string(),
        )
    }
}

impl Answer for Discovery {
    const CLASS: &'static str = "Discovery";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        let unreadable = PyTuple::new(py, self.unreadable.iter().map(|path| &**path))?;
        fields!(py,
            projects: all(py, &self.projects)?,
            unreadable: unreadable,
            skipped: all(py, &self.skipped)?,
        )
    }
}

impl Answer for Skipped {
    const CLASS: &'static str = "Skipped";

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Vec<Field<'py>>> {
        fields!(py, path: &*self.path, reason: self.reason.as_str())
    }
}

/// The `ScopeError` of an error.
pub(crate) fn refused(py: Python<'_>, error: &Error) -> PyErr {
    raised(error_of(py, error))
}

/// The same where a path was given, which may be no text: then the fault is in the path as it was given.
pub(crate) fn refused_in(error: &Error, given: &Bound<'_, PyString>) -> PyErr {
    let fault = error.rejection.error;
    if fault.code == ErrorCode::NonUtf8Path {
        raised(instance(fault, given, error.detail.clone()))
    } else {
        refused(given.py(), error)
    }
}

fn raised(made: PyResult<Bound<'_, PyAny>>) -> PyErr {
    match made {
        Ok(instance) => PyErr::from_value(instance),
        Err(why) => why,
    }
}

fn error_of<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let rejection = &error.rejection;
    let text = PyString::new(py, &rejection.text);
    instance(rejection.error, &text, error.detail.clone())
}

fn maybe_error<'py>(py: Python<'py>, error: Option<&Error>) -> PyResult<Option<Bound<'py, PyAny>>> {
    error.map(|error| error_of(py, error)).transpose()
}
