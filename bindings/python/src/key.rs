//! Scope keys.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};
use scope_core::{Error, Part};

use crate::fault::{in_one_of, scope_error};
use crate::input::{Path, text};
use crate::repr::call;

/// The identity of everything, a repository, a branch or a worktree (rule K1). One that exists is valid.
///
/// Made by ``ScopeKey.global_()``, ``.repository(path)``, ``.branch(path, branch)``, ``.worktree(path, key)``,
/// ``.from_uri(text)`` and ``.from_json(text)``. Paths are absolute and clean (rule K2), POSIX or Windows, and given as ``str``
/// or any ``os.PathLike``; no file system is asked.
///
/// Keys are immutable and hashable, equal and ordered by kind, primary path, and branch name or worktree key; the worktree
/// path takes no part. ``str()`` gives ``display``.
///
/// >>> key = ScopeKey.branch("/src/app", "feature/login")
/// >>> key.display, key.uri
/// ('/src/app:feature/login', 'scope:branch:/src/app:feature/login')
/// >>> key.distinct_storage_key
/// 'app-feature-login--iwtvqigo7cmp4vzmrznoaraefi'
#[pyclass(frozen, eq, ord, module = "scope_core")]
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScopeKey(scope_core::ScopeKey);

#[pymethods]
impl ScopeKey {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str) {
        ("kind", "primary_path", "branch_name", "worktree_key")
    }

    /// The key of everything.
    ///
    /// >>> ScopeKey.global_().display
    /// 'global'
    #[classmethod]
    fn global_(_: &Bound<'_, PyType>) -> Self {
        Self(scope_core::ScopeKey::global())
    }

    /// The key of the repository whose primary worktree has its root at ``path``. A path at fault raises ``ScopeError``
    /// (rule K2; ``input`` is ``primary_path``).
    ///
    /// >>> ScopeKey.repository("/src/app").display
    /// '/src/app'
    #[classmethod]
    fn repository(_: &Bound<'_, PyType>, path: Path<'_>) -> PyResult<Self> {
        let path = path.text("path", Part::PrimaryPath)?;
        let made = scope_core::ScopeKey::repository(&path);
        made.map(Self)
            .map_err(|error| scope_error(error, path.given))
    }

    /// The key of a local branch of a repository. Raises ``ScopeError`` for a path (rule K2) or branch name (rule K3) at
    /// fault.
    ///
    /// >>> ScopeKey.branch("/src/app", "main").display_short
    /// 'app:main'
    #[classmethod]
    fn branch(_: &Bound<'_, PyType>, path: Path<'_>, branch: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = path.text("path", Part::PrimaryPath)?;
        let branch = text("branch", branch, Part::BranchName)?;
        let made = scope_core::ScopeKey::branch(&path, &branch);
        made.map(Self)
            .map_err(|error| in_one_of(error, &[Some(&path), Some(&branch)]))
    }

    /// The key of a linked worktree of a repository; ``key`` is one component of a path (rule K4). ``worktree_path`` is where
    /// it is, for display. Raises ``ScopeError`` for what is at fault.
    ///
    /// >>> ScopeKey.worktree("/src/app", "login").display
    /// '/src/app@login'
    #[classmethod]
    #[pyo3(signature = (path, key, worktree_path = None))]
    fn worktree(
        _: &Bound<'_, PyType>,
        path: Path<'_>,
        key: &Bound<'_, PyAny>,
        worktree_path: Option<Path<'_>>,
    ) -> PyResult<Self> {
        let path = path.text("path", Part::PrimaryPath)?;
        let key = text("key", key, Part::WorktreeKey)?;
        let shown = worktree_path.as_ref();
        let shown = shown
            .map(|path| path.text("worktree_path", Part::WorktreePath))
            .transpose()?;
        let made = scope_core::ScopeKey::worktree(&path, &key, shown.as_deref());
        let given = [Some(&path), Some(&key), shown.as_ref()];
        made.map(Self).map_err(|error| in_one_of(error, &given))
    }

    /// Reads a ``uri`` back (rule K9). Other text raises ``ScopeError``.
    ///
    /// >>> ScopeKey.from_uri("scope:branch:/src/my%20app:main").primary_path
    /// '/src/my app'
    #[classmethod]
    fn from_uri(_: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        read(text, Part::Uri, scope_core::ScopeKey::from_uri)
    }

    /// Reads the JSON form (rule K10). Other text raises ``ScopeError``.
    ///
    /// >>> ScopeKey.from_json('{"type": "repository", "primaryPath": "/src/app"}')
    /// ScopeKey.repository('/src/app')
    #[classmethod]
    fn from_json(_: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        read(text, Part::Json, scope_core::ScopeKey::from_json)
    }

    /// ``"global"``, ``"repository"``, ``"branch"`` or ``"worktree"``.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind().as_str()
    }

    /// The root of the repository's primary worktree: ``str``; of the global key, ``None``.
    #[getter]
    fn primary_path(&self) -> Option<&str> {
        self.0.primary_path()
    }

    /// The branch name of a branch: ``str``, else ``None``.
    #[getter]
    fn branch_name(&self) -> Option<&str> {
        self.0.branch_name()
    }

    /// The worktree key of a worktree: ``str``, else ``None``.
    #[getter]
    fn worktree_key(&self) -> Option<&str> {
        self.0.worktree_key()
    }

    /// Where a worktree is, where that is known: ``str`` or ``None``. For display.
    #[getter]
    fn worktree_path(&self) -> Option<&str> {
        self.0.worktree_path()
    }

    /// ``global``, ``<path>``, ``<path>:<branch>`` or ``<path>@<key>`` (rule K5). For people; never parsed.
    #[getter]
    fn display(&self) -> String {
        self.0.display().to_string()
    }

    /// The same with the path's last component in place of the path (rule K6).
    #[getter]
    fn display_short(&self) -> String {
        self.0.display_short().to_string()
    }

    /// ``display`` made fit for a file name (rule K7). Different keys can share it; ``distinct_storage_key`` they do not.
    #[getter]
    fn storage_key(&self) -> String {
        self.0.storage_key().to_string()
    }

    /// At most 64 characters of ``a-z``, ``0-9`` and ``-`` that no other key has, safe as a file name everywhere, and never
    /// changed by a later version (rule K8).
    #[getter]
    fn distinct_storage_key(&self) -> String {
        self.0.distinct_storage_key().to_string()
    }

    /// Printable ASCII that ``from_uri`` reads back; one for each key (rule K9).
    #[getter]
    fn uri(&self) -> String {
        self.0.uri().to_string()
    }

    /// Where a thing that is stored under scopes is looked for, nearest first: a ``list`` of keys (rule K11).
    ///
    /// >>> [key.display for key in ScopeKey.branch("/src/app", "main").search_order()]
    /// ['/src/app:main', '/src/app', 'global']
    fn search_order(&self) -> Vec<Self> {
        self.0.search_order().into_iter().map(Self).collect()
    }

    /// The JSON form, without white space: ``str`` (rule K10).
    ///
    /// >>> ScopeKey.branch("/src/app", "main").to_json()
    /// '{"type":"branch","primaryPath":"/src/app","branchName":"main"}'
    fn to_json(&self) -> String {
        self.0.to_json().to_string()
    }

    fn __str__(&self) -> String {
        self.display()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let function = match self.0 {
            scope_core::ScopeKey::Global => "ScopeKey.global_",
            scope_core::ScopeKey::Repository { .. } => "ScopeKey.repository",
            scope_core::ScopeKey::Branch { .. } => "ScopeKey.branch",
            scope_core::ScopeKey::Worktree { .. } => "ScopeKey.worktree",
        };
        let parts = [
            ("", self.primary_path()),
            ("", self.branch_name()),
            ("", self.worktree_key()),
            ("worktree_path", self.worktree_path()),
        ];
        let given = parts
            .into_iter()
            .filter_map(|(keyword, part)| Some((keyword, PyString::new(py, part?).into_any())));
        call(function, &given.collect::<Vec<_>>())
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        // That of the one URI, so that Python's own seed keeps others from choosing keys that collide.
        PyString::new(py, &self.uri()).hash()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        // The JSON form is all of the key, the worktree path too.
        Ok((
            py.get_type::<Self>().getattr("from_json")?,
            (self.to_json(),),
        ))
    }

    /// For pydantic: a field of this type takes a key or its URI, and is written as its URI.
    #[classmethod]
    fn __get_pydantic_core_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _source: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let hooks = cls.py().import("scope_core._pydantic")?;
        hooks.call_method1("key_schema", (cls,))
    }

    /// For pydantic: the JSON schema of such a field, with the pattern of a URI.
    #[classmethod]
    fn __get_pydantic_json_schema__<'py>(
        cls: &Bound<'py, PyType>,
        _schema: &Bound<'py, PyAny>,
        _handler: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let hooks = cls.py().import("scope_core._pydantic")?;
        hooks.call_method0("key_json_schema")
    }
}

impl From<scope_core::ScopeKey> for ScopeKey {
    fn from(key: scope_core::ScopeKey) -> Self {
        Self(key)
    }
}

fn read(
    given: &Bound<'_, PyAny>,
    part: Part,
    read: fn(&str) -> Result<scope_core::ScopeKey, Error>,
) -> PyResult<ScopeKey> {
    let text = text("text", given, part)?;
    read(&text)
        .map(ScopeKey)
        .map_err(|error| scope_error(error, text.given))
}
