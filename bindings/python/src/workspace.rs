//! Workspaces: their directories, their metadata, and whether an idle one goes.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyInt, PyMapping, PyString, PyType};
use scope_core::{Error, Part, RetentionPolicy, Timestamp};

use crate::fault::{in_one_of, scope_error};
use crate::input::{Given, Path, Text, cast, extracted, part_of, text};
use crate::repr::call;

/// ``{owner}__{repo}``, every character outside ``[A-Za-z0-9_-]`` replaced by one ``_``: ``str`` (rule W2). Different
/// repositories can share it; ``distinct_workspace_dir_name`` they do not.
///
/// An owner or repo that is empty, over 255 bytes, ``.``, ``..``, or holds a separator or control character raises
/// ``ScopeError`` (rule W4).
///
/// >>> workspace_dir_name("vercel", "next.js")
/// 'vercel__next_js'
#[pyfunction]
pub(crate) fn workspace_dir_name(
    owner: &Bound<'_, PyAny>,
    repo: &Bound<'_, PyAny>,
) -> PyResult<String> {
    dir_name(owner, repo, scope_core::workspace_dir_name)
}

/// A directory name that no other repository has: ``str``, at most 64 characters of ASCII (rule W3). Raises as
/// ``workspace_dir_name`` does.
///
/// >>> distinct_workspace_dir_name("acme", "widget")
/// 'acme__widget'
#[pyfunction]
pub(crate) fn distinct_workspace_dir_name(
    owner: &Bound<'_, PyAny>,
    repo: &Bound<'_, PyAny>,
) -> PyResult<String> {
    dir_name(owner, repo, scope_core::distinct_workspace_dir_name)
}

/// The directory name of a repository on another host than the service's own, which no other repository has: ``str``, at
/// most 64 characters of ASCII (rule W3).
///
/// ``host`` is in lower case and has its port behind a ``:``; ``repository_path`` is the full path there, two or more components
/// without ``.git``. Else it raises ``ScopeError`` (rule W4).
///
/// >>> hosted_workspace_dir_name("gitlab.com", "acme/tools/widget")
/// 'tools__widget__pumtuzruta437jluveyj4zmgge'
#[pyfunction]
pub(crate) fn hosted_workspace_dir_name(
    host: &Bound<'_, PyAny>,
    repository_path: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let host = text("host", host, Part::Host)?;
    let path = text("repository_path", repository_path, Part::RepositoryPath)?;
    scope_core::hosted_workspace_dir_name(&host, &path)
        .map_err(|error| in_one_of(error, &[Some(&host), Some(&path)]))
}

fn dir_name(
    owner: &Bound<'_, PyAny>,
    repo: &Bound<'_, PyAny>,
    name: fn(&str, &str) -> Result<String, Error>,
) -> PyResult<String> {
    let owner = text("owner", owner, Part::Owner)?;
    let repo = text("repo", repo, Part::Repo)?;
    name(&owner, &repo).map_err(|error| in_one_of(error, &[Some(&owner), Some(&repo)]))
}

/// ``{data_dir}/workspaces/{user_id}/{dir}``, with the distinct directory name and the data directory's own separator:
/// ``str`` (rule W1). No file system is asked.
///
/// An owner with a ``/`` is a host and all of the path there but its last component, the repo.
///
/// ``data_dir`` is absolute and clean (rule K2), ``str`` or any ``os.PathLike``; ``user_id`` is a UUID in lower case. Else it
/// raises ``ScopeError``.
///
/// >>> workspace_path("/data", "123e4567-e89b-12d3-a456-426614174000", "acme", "widget")
/// '/data/workspaces/123e4567-e89b-12d3-a456-426614174000/acme__widget'
#[pyfunction]
pub(crate) fn workspace_path(
    data_dir: Path<'_>,
    user_id: &Bound<'_, PyAny>,
    owner: &Bound<'_, PyAny>,
    repo: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let data_dir = data_dir.text("data_dir", Part::DataDir)?;
    let user_id = text("user_id", user_id, Part::UserId)?;
    let owner = text("owner", owner, Part::Owner)?;
    let repo = text("repo", repo, Part::Repo)?;
    let path = scope_core::workspace_path(&data_dir, &user_id, &owner, &repo);
    let given = [Some(&data_dir), Some(&user_id), Some(&owner), Some(&repo)];
    path.map_err(|error| in_one_of(error, &given))
}

/// Whether ``path`` lies strictly below ``base``, component by component: ``bool`` (rule W5). Both are absolute, ``str`` or any
/// ``os.PathLike``, else it raises ``ScopeError``. The answer is lexical: a symbolic link below base can lead anywhere.
///
/// >>> contains("/data/u1", "/data/u1/x"), contains("/data/u1", "/data/u10")
/// (True, False)
#[pyfunction]
pub(crate) fn contains(base: Path<'_>, path: Path<'_>) -> PyResult<bool> {
    let base = base.text("base", Part::Base)?;
    let path = path.text("path", Part::Path)?;
    let contained = scope_core::contains(&base, &path);
    contained.map_err(|error| in_one_of(error, &[Some(&base), Some(&path)]))
}

/// The metadata of a workspace, what ``.workspace.json`` says (rule W6). Made by ``WorkspaceMetadata.from_json(text)``.
///
/// Immutable, hashable, and equal if the JSON forms are. Time stamps are ``str``, RFC 3339 in UTC with up to nine digits
/// after the second, which a ``datetime`` could not hold.
///
/// >>> metadata = WorkspaceMetadata.from_json('{"owner": "acme", "repo": "widget", "fullName": "acme/widget",'
/// ...     '"lastAccessedAt": "2026-01-31T12:00:00Z", "createdAt": "2026-01-01T00:00:00+00:00", "note": 1}')
/// >>> metadata.full_name, metadata.created_at
/// ('acme/widget', '2026-01-01T00:00:00Z')
#[pyclass(frozen, eq, module = "scope_core")]
#[derive(PartialEq, Eq)]
pub(crate) struct WorkspaceMetadata(scope_core::WorkspaceMetadata);

#[pymethods]
impl WorkspaceMetadata {
    /// Reads the JSON form (rule W6). Other text raises ``ScopeError``; offsets are those of a field's name or value.
    #[classmethod]
    fn from_json(_: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::read(&self::text("text", text, Part::Metadata)?)
    }

    /// The JSON form, without white space; fields that the rule does not name come last, as they were: ``str``.
    fn to_json(&self) -> String {
        self.0.to_json().to_string()
    }

    /// The owner of the repository: ``str``.
    #[getter]
    fn owner(&self) -> &str {
        self.0.owner()
    }

    /// The name of the repository: ``str``.
    #[getter]
    fn repo(&self) -> &str {
        self.0.repo()
    }

    /// ``{owner}/{repo}``.
    #[getter]
    fn full_name(&self) -> String {
        self.0.full_name()
    }

    /// The host of the repository and its port: ``str``, or ``None`` for the service's own and for a disk.
    #[getter]
    fn host(&self) -> Option<&str> {
        self.0.host()
    }

    /// The full path on the host, or on the disk that it was cloned from: ``str`` or ``None``.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.0.path()
    }

    /// The branch that a clone begins on: ``str`` or ``None``.
    #[getter]
    fn default_branch(&self) -> Option<&str> {
        self.0.default_branch.as_deref()
    }

    /// The branch that is checked out: ``str`` or ``None``.
    #[getter]
    fn current_branch(&self) -> Option<&str> {
        self.0.current_branch.as_deref()
    }

    /// When somebody last used the workspace: ``str``.
    #[getter]
    fn last_accessed_at(&self) -> String {
        self.0.last_accessed_at.to_string()
    }

    /// When it was last brought up to date: ``str`` or ``None``.
    #[getter]
    fn last_synced_at(&self) -> Option<String> {
        self.0.last_synced_at.map(|time| time.to_string())
    }

    /// When it was made: ``str``.
    #[getter]
    fn created_at(&self) -> String {
        self.0.created_at.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let json = PyString::new(py, &self.to_json()).into_any();
        call("WorkspaceMetadata.from_json", &[("", json)])
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        PyString::new(py, &self.to_json()).hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((
            py.get_type::<Self>().getattr("from_json")?,
            (self.to_json(),),
        ))
    }
}

#[cfg(target_os = "linux")]
impl From<scope_core::WorkspaceMetadata> for WorkspaceMetadata {
    fn from(metadata: scope_core::WorkspaceMetadata) -> Self {
        Self(metadata)
    }
}

impl WorkspaceMetadata {
    fn read(json: &Text<'_, '_>) -> PyResult<Self> {
        let read = scope_core::WorkspaceMetadata::from_json(json);
        read.map(Self)
            .map_err(|error| scope_error(error, json.given))
    }
}

/// Decides what becomes of a workspace: ``"keep"``, ``"warn"`` (keep it, and tell somebody) or ``"delete"`` (rule W7).
///
/// ``metadata`` is ``WorkspaceMetadata``, its JSON text, or a mapping that is written as such (offsets then count in what
/// ``json.dumps`` made of it). ``dirty`` says whether the workspace holds work that exists nowhere else, ``None`` where that is
/// unknown. ``now`` is RFC 3339 text in UTC or a ``datetime`` with a time zone. ``max_idle_days`` is 0 to 36,500 days of 86,400
/// seconds.
///
/// What is at fault raises ``ScopeError``; a ``datetime`` without a time zone, ``ValueError``.
///
/// >>> metadata = {"owner": "acme", "repo": "widget", "fullName": "acme/widget",
/// ...     "lastAccessedAt": "2026-01-01T00:00:00Z", "createdAt": "2026-01-01T00:00:00Z"}
/// >>> decide_retention(metadata, dirty=False, now="2026-01-08T00:00:00Z")
/// 'delete'
/// >>> decide_retention(metadata, dirty=None, now="2026-01-08T00:00:00Z")
/// 'warn'
#[pyfunction]
#[pyo3(signature = (metadata, *, dirty, now, max_idle_days = Given::Nothing), text_signature = "(metadata, *, dirty, now, max_idle_days=7)")]
pub(crate) fn decide_retention(
    metadata: &Bound<'_, PyAny>,
    dirty: &Bound<'_, PyAny>,
    now: &Bound<'_, PyAny>,
    max_idle_days: Given<'_, '_>,
) -> PyResult<&'static str> {
    let read;
    let metadata = if let Ok(metadata) = metadata.cast::<WorkspaceMetadata>() {
        metadata.get()
    } else {
        read = WorkspaceMetadata::read(&part_of(&json(metadata)?, Part::Metadata)?)?;
        &read
    };
    let dirty = extracted("dirty", dirty)?;
    let now = timestamp("now", now)?;
    let policy = retention_policy("max_idle_days", &max_idle_days)?;
    Ok(scope_core::decide_retention(&metadata.0, dirty, now, policy).as_str())
}

/// After how many days a workspace is idle.
pub(crate) fn retention_policy(argument: &str, days: &Given<'_, '_>) -> PyResult<RetentionPolicy> {
    let Given::Something(days) = days else {
        return Ok(RetentionPolicy::default());
    };
    let days: &Bound<'_, PyInt> = cast(argument, days)?;
    // What does not fit 64 bits is out of the range of days in any case.
    let number = days.extract().unwrap_or(i64::MAX);
    RetentionPolicy::from_days(number).map_err(|error| match days.str() {
        Ok(shown) => scope_error(error, &shown),
        Err(why) => why,
    })
}

/// The JSON text of metadata that is text or a mapping.
fn json<'py>(metadata: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    if let Ok(text) = metadata.cast::<PyString>() {
        return Ok(text.clone());
    }
    let kind = metadata.get_type();
    let kind = kind.name()?;
    let mapping = metadata.cast::<PyMapping>().map_err(|_| {
        PyTypeError::new_err(format!(
            "argument 'metadata': '{kind}' object is neither 'WorkspaceMetadata', 'str' nor a mapping"
        ))
    })?;
    let py = metadata.py();
    // `json.dumps` takes no mapping but a dict.
    let fields = py.get_type::<PyDict>().call1((mapping,))?;
    let options = PyDict::new(py);
    options.set_item("ensure_ascii", false)?;
    options.set_item("allow_nan", false)?;
    let text = py
        .import("json")?
        .call_method("dumps", (fields,), Some(&options))?;
    Ok(text.cast_into()?)
}

/// The instant that text or a `datetime` with a time zone stands for.
pub(crate) fn timestamp(argument: &str, now: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    static DATETIME: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    if let Ok(given) = now.cast::<PyString>() {
        return part_of(given, Part::Timestamp)?
            .parse()
            .map_err(|error| scope_error(error, given));
    }
    let py = now.py();
    let datetime = DATETIME.import(py, "datetime", "datetime")?;
    if !now.is_instance(datetime)? {
        let kind = now.get_type();
        let kind = kind.name()?;
        return Err(PyTypeError::new_err(format!(
            "argument '{argument}': '{kind}' object is neither 'datetime' nor 'str'"
        )));
    }
    if now.call_method0("utcoffset")?.is_none() {
        return Err(PyValueError::new_err(format!(
            "argument '{argument}': a datetime without a time zone could be any instant; pass datetime.now(timezone.utc)"
        )));
    }
    let utc = py.import("datetime")?.getattr("timezone")?.getattr("utc")?;
    let since = now.sub(datetime.call_method1("fromtimestamp", (0, utc))?)?;
    let part = |name| since.getattr(name)?.extract::<i64>();
    let seconds = part("days")? * 86_400 + part("seconds")?;
    let nanoseconds = u32::try_from(part("microseconds")? * 1000).unwrap_or(0);
    Timestamp::from_unix(seconds, nanoseconds).map_err(|error| match now.str() {
        Ok(shown) => scope_error(error, &shown),
        Err(why) => why,
    })
}
