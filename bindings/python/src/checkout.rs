//! Which scope a directory is a checkout of.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use scope_core::{Part, Rejection};
use scope_git::{CheckoutKind, CheckoutOptions};

use crate::fault::{rejected, scope_error};
use crate::input::{Given, Path, extracted, optional, os_path, text};
use crate::key::ScopeKey;
use crate::repr::{NewArguments, call, made_again};

/// What a directory is a checkout of, as ``checkout_info`` finds it (rules G1 to G3).
///
/// Immutable, hashable, and equal if all fields are. Paths are ``str``, real and absolute.
///
/// >>> checkout = CheckoutInfo(primary_path="/src/app", worktree_path="/src/login", worktree_key="login",
/// ...     branch="feature/login", is_bare=False, is_linked_worktree=True, is_detached=False)
/// >>> checkout.branch, checkout.is_linked_worktree
/// ('feature/login', True)
#[pyclass(frozen, eq, hash, module = "scope_core")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct CheckoutInfo {
    /// The root of the repository's primary worktree; of a bare repository, the bare directory: ``str`` (rule G1).
    #[pyo3(get)]
    primary_path: String,
    /// The root of this worktree: ``str``; in a bare repository, ``None``.
    #[pyo3(get)]
    worktree_path: Option<String>,
    /// The worktree key: ``str``; outside a linked worktree, ``None`` (rule G2).
    #[pyo3(get)]
    worktree_key: Option<String>,
    /// The branch that ``HEAD`` names, also before its first commit: ``str``; where it names none, ``None`` (rule G3).
    #[pyo3(get)]
    branch: Option<String>,
    /// Whether this is a bare repository and not a worktree of one: ``bool``.
    #[pyo3(get)]
    is_bare: bool,
    /// Whether this is a linked worktree and not the primary one: ``bool``.
    #[pyo3(get)]
    is_linked_worktree: bool,
    /// Whether ``HEAD`` names no branch: ``bool``.
    #[pyo3(get)]
    is_detached: bool,
}

#[pymethods]
impl CheckoutInfo {
    #[classattr]
    fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        PyTuple::new(
            py,
            [
                "primary_path",
                "worktree_path",
                "worktree_key",
                "branch",
                "is_bare",
                "is_linked_worktree",
                "is_detached",
            ],
        )
    }

    #[new]
    #[pyo3(signature = (*, primary_path, worktree_path, worktree_key, branch, is_bare, is_linked_worktree, is_detached))]
    fn new(
        primary_path: &Bound<'_, PyAny>,
        worktree_path: Option<&Bound<'_, PyAny>>,
        worktree_key: Option<&Bound<'_, PyAny>>,
        branch: Option<&Bound<'_, PyAny>>,
        is_bare: &Bound<'_, PyAny>,
        is_linked_worktree: &Bound<'_, PyAny>,
        is_detached: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let owned = |name, given, part| {
            let text = optional(name, given, part)?;
            PyResult::Ok(text.map(|text| text.as_str().to_owned()))
        };
        Ok(Self {
            primary_path: text("primary_path", primary_path, Part::PrimaryPath)?.to_owned(),
            worktree_path: owned("worktree_path", worktree_path, Part::WorktreePath)?,
            worktree_key: owned("worktree_key", worktree_key, Part::WorktreeKey)?,
            branch: owned("branch", branch, Part::BranchName)?,
            is_bare: extracted("is_bare", is_bare)?,
            is_linked_worktree: extracted("is_linked_worktree", is_linked_worktree)?,
            is_detached: extracted("is_detached", is_detached)?,
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        call("CheckoutInfo", &self.parts(py)?)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, NewArguments<'py>)> {
        made_again::<Self>(py, &self.parts(py)?)
    }
}

impl CheckoutInfo {
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<[(&'static str, Bound<'py, PyAny>); 7]> {
        let optional = |text: &Option<String>| text.as_deref().into_pyobject(py);
        let truth = |is: bool| is.into_pyobject(py).map(|is| is.to_owned().into_any());
        Ok([
            (
                "primary_path",
                PyString::new(py, &self.primary_path).into_any(),
            ),
            ("worktree_path", optional(&self.worktree_path)?),
            ("worktree_key", optional(&self.worktree_key)?),
            ("branch", optional(&self.branch)?),
            ("is_bare", truth(self.is_bare)?),
            ("is_linked_worktree", truth(self.is_linked_worktree)?),
            ("is_detached", truth(self.is_detached)?),
        ])
    }
}

impl From<scope_git::CheckoutInfo> for CheckoutInfo {
    fn from(info: scope_git::CheckoutInfo) -> Self {
        Self {
            primary_path: info.primary_path,
            worktree_path: info.worktree_path,
            worktree_key: info.worktree_key,
            branch: info.branch,
            is_bare: info.is_bare,
            is_linked_worktree: info.is_linked_worktree,
            is_detached: info.is_detached,
        }
    }
}

/// What the directory ``path`` is a checkout of: ``CheckoutInfo`` (rules G1 to G3).
///
/// ``path`` is ``str``, ``bytes`` or any ``os.PathLike``; a relative one counts from the current directory. Git's variables of the
/// environment count only with ``use_environment`` (rule G5). Nothing in the repository is executed, and other threads go on
/// meanwhile.
///
/// Raises ``ScopeError``: ``not_a_repository`` outside one (rule G4), ``non_utf8_path`` (rule G6), ``path_not_found``,
/// ``not_a_directory``, ``unreadable``, ``corrupt_repository``, ``unsupported_repository`` (rule G7), ``no_primary_worktree``.
///
/// >>> checkout_info("/no/such/place")
/// Traceback (most recent call last):
///     ...
/// scope_core.ScopeError: invalid path "/no/such/place": there is nothing at this path
#[pyfunction]
#[pyo3(
    signature = (path = Given::Nothing, *, use_environment = Given::Nothing),
    text_signature = "(path='.', *, use_environment=False)"
)]
pub(crate) fn checkout_info(
    py: Python<'_>,
    path: Given<'_, '_>,
    use_environment: Given<'_, '_>,
) -> PyResult<CheckoutInfo> {
    let place = Place::of(py, &path)?;
    let options = options(&use_environment)?;
    let info = py.detach(|| options.checkout_info(&place.path));
    info.map(CheckoutInfo::from)
        .map_err(|rejection| place.refused(&rejection))
}

/// The scope key of the directory ``path``: ``ScopeKey`` (rules G1 to G4).
///
/// ``kind`` is ``"auto"`` (the repository, and outside of one the global key), ``"global"``, ``"repository"``, ``"branch"`` or
/// ``"worktree"``. ``branch`` is the branch instead of the one that is checked out; it need not exist, and with the kind
/// ``"auto"`` the key is that of the branch. Path and environment are as for ``checkout_info``.
///
/// Raises ``ScopeError`` as ``checkout_info`` does, but that outside a repository ``"auto"`` is no fault; and ``unknown_value`` for
/// another kind, ``detached_head``, ``not_linked_worktree``, or the branch name's own fault (rule K3).
///
/// >>> resolve_scope("/", kind="global")
/// ScopeKey.global_()
#[pyfunction]
#[pyo3(
    signature = (path = Given::Nothing, *, kind = Given::Nothing, branch = None, use_environment = Given::Nothing),
    text_signature = "(path='.', *, kind='auto', branch=None, use_environment=False)"
)]
pub(crate) fn resolve_scope(
    py: Python<'_>,
    path: Given<'_, '_>,
    kind: Given<'_, '_>,
    branch: Option<&Bound<'_, PyAny>>,
    use_environment: Given<'_, '_>,
) -> PyResult<ScopeKey> {
    let place = Place::of(py, &path)?;
    let options = options(&use_environment)?;
    let kind = match &kind {
        Given::Nothing => CheckoutKind::default(),
        Given::Something(kind) => {
            let kind = text("kind", kind, Part::CheckoutKind)?;
            let word = kind.parse::<CheckoutKind>();
            word.map_err(|error| scope_error(error, kind.given))?
        }
    };
    let branch = optional("branch", branch, Part::BranchName)?;
    let branch = branch.as_deref();
    let key = py.detach(|| options.resolve_scope(&place.path, kind, branch));
    key.map(ScopeKey::from)
        .map_err(|rejection| place.refused(&rejection))
}

fn options(use_environment: &Given<'_, '_>) -> PyResult<CheckoutOptions> {
    let yes = use_environment.is_true("use_environment")?;
    Ok(CheckoutOptions::default().use_environment(yes))
}

/// A directory, as it was given and for the system.
struct Place<'py> {
    given: Bound<'py, PyString>,
    path: PathBuf,
}

impl<'py> Place<'py> {
    fn of(py: Python<'py>, path: &Given<'_, 'py>) -> PyResult<Self> {
        let given = match path {
            Given::Nothing => PyString::new(py, "."),
            Given::Something(path) => Path::of(path).string("path")?.clone(),
        };
        Ok(Self {
            path: os_path(&given)?,
            given,
        })
    }

    /// The fault, in the path as it was given where it is in the path.
    fn refused(&self, rejection: &Rejection) -> PyErr {
        if rejection.error.input == Part::Path {
            scope_error(rejection.error, &self.given)
        } else {
            rejected(self.given.py(), rejection)
        }
    }
}
