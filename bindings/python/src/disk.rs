//! Workspaces on a disk: what touches it. What answers are made of is in `scope_core/_disk.py`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple, PyType};
use scope_core::{Part, Timestamp};
use scope_workspace::{
    Cleanup, CloneOptions, Delete, DiscoverOptions, Error, Limits, Mode, Options,
};

use crate::answer::{Answer, refused, refused_in};
use crate::call::{CallClock, Watch, answered};
use crate::input::{Given, Path, callable, each_text, extracted, optional, os_path, part_of, text};
use crate::workspace::{retention_policy, timestamp};

/// The workspaces of a data directory, of all its users (rules W8 to W11). It needs Linux.
///
/// A workspace is a directory at ``{data_dir}/workspaces/{user_id}/{name}`` with a ``.workspace.json`` in it. Every
/// method takes the user first and reaches that user's directory and no other; symbolic links are refused, wherever they
/// lead. What is promised and what is not stands in ``docs/workspaces.md`` of the project.
///
/// ``data_dir`` has to be there. ``clock`` gives the time, a ``datetime`` with a time zone or RFC 3339 text; it is asked
/// once, at the start of each call that writes or compares times. ``git`` is the program that clones. ``base_url`` is
/// what ``owner/repo`` is cloned from. ``allow_file_urls`` lets ``file:`` URLs be cloned, which read whatever this
/// process may read. A clone or sync ends with ``timed_out`` after ``timeout``, in seconds or a ``timedelta``, and with
/// ``too_large`` beyond ``max_bytes``. ``quota_bytes`` is what ``usage`` compares with; nothing is refused over it.
///
/// Methods release the interpreter's lock and may be called from many threads at once. All raise ``ScopeError``; where
/// the system or git said something, that is its ``detail``. A user id that is no UUID in lower case raises
/// ``invalid_uuid`` (rule W1), and an owner or repo at fault its own fault (rule W4).
///
/// >>> import pathlib, tempfile
/// >>> data = tempfile.TemporaryDirectory()
/// >>> workspaces = Workspaces(pathlib.Path(data.name).resolve())
/// >>> user = "123e4567-e89b-12d3-a456-426614174000"
/// >>> made = workspaces.create(user, "acme", "widget")
/// >>> made.path.name, made.metadata.full_name
/// ('acme__widget', 'acme/widget')
/// >>> [workspace.directory for workspace in workspaces.list(user).workspaces]
/// ['acme__widget']
/// >>> data.cleanup()
#[pyclass(frozen, module = "scope_core")]
pub(crate) struct Workspaces {
    inner: scope_workspace::Workspaces,
    clock: Option<Py<PyAny>>,
}

#[pymethods]
impl Workspaces {
    #[new]
    #[pyo3(
        signature = (
            data_dir, *, clock = None, git = Given::Nothing, base_url = Given::Nothing, allow_file_urls = Given::Nothing,
            timeout = Given::Nothing, max_bytes = Given::Nothing, quota_bytes = Given::Nothing
        ),
        text_signature = "(data_dir, *, clock=None, git='git', base_url='https://github.com', allow_file_urls=False, timeout=600, max_bytes=2000000000, quota_bytes=2000000000)"
    )]
    #[expect(clippy::too_many_arguments, reason = "one for each of Python's")]
    fn new(
        py: Python<'_>,
        data_dir: Path<'_>,
        clock: Option<&Bound<'_, PyAny>>,
        git: Given<'_, '_>,
        base_url: Given<'_, '_>,
        allow_file_urls: Given<'_, '_>,
        timeout: Given<'_, '_>,
        max_bytes: Given<'_, '_>,
        quota_bytes: Given<'_, '_>,
    ) -> PyResult<Self> {
        let given = data_dir.string("data_dir")?;
        let path = os_path(given)?;
        let clock = clock_of(clock)?;
        let options = options(
            &git,
            &base_url,
            &allow_file_urls,
            &timeout,
            &max_bytes,
            &quota_bytes,
        )?;
        let opened = py.detach(|| scope_workspace::Workspaces::open_with(path, options));
        let inner = opened.map_err(|error| refused_in(&error, given))?;
        Ok(Self { inner, clock })
    }

    /// The workspaces of the directory that ``DATA_DIR`` names: ``Workspaces``; or ``None`` where it is not set, and one
    /// developer's sources are meant instead, as ``discover_projects`` finds them. Options are those of the class.
    ///
    /// >>> import os
    /// >>> _ = os.environ.pop("DATA_DIR", None)
    /// >>> Workspaces.from_environment() is None
    /// True
    #[classmethod]
    #[pyo3(
        signature = (
            *, clock = None, git = Given::Nothing, base_url = Given::Nothing, allow_file_urls = Given::Nothing,
            timeout = Given::Nothing, max_bytes = Given::Nothing, quota_bytes = Given::Nothing
        ),
        text_signature = "($cls, *, clock=None, git='git', base_url='https://github.com', allow_file_urls=False, timeout=600, max_bytes=2000000000, quota_bytes=2000000000)"
    )]
    #[expect(clippy::too_many_arguments, reason = "one for each of Python's")]
    fn from_environment(
        cls: &Bound<'_, PyType>,
        clock: Option<&Bound<'_, PyAny>>,
        git: Given<'_, '_>,
        base_url: Given<'_, '_>,
        allow_file_urls: Given<'_, '_>,
        timeout: Given<'_, '_>,
        max_bytes: Given<'_, '_>,
        quota_bytes: Given<'_, '_>,
    ) -> PyResult<Option<Self>> {
        let clock = clock_of(clock)?;
        let options = options(
            &git,
            &base_url,
            &allow_file_urls,
            &timeout,
            &max_bytes,
            &quota_bytes,
        )?;
        match cls.py().detach(|| scope_workspace::mode(options)) {
            Err(error) => Err(refused(cls.py(), &error)),
            Ok(Mode::Local(_)) => Ok(None),
            Ok(Mode::Isolated(inner)) => Ok(Some(Self { inner, clock })),
        }
    }

    /// The data directory, as it was given: ``pathlib.Path``.
    #[getter]
    fn data_dir(&self) -> &std::path::Path {
        self.inner.data_dir()
    }

    /// Makes a workspace with nothing in it but its metadata: ``Workspace``; the one that is there already is given back
    /// as it is (rule W8).
    ///
    /// Raises what ``get`` raises, but ``workspace_not_found``.
    fn create(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let names = Names::of(user_id, owner, repo)?;
        self.answered(py, &names, scope_workspace::Workspaces::create)
    }

    /// Finds a workspace: ``Workspace`` (rule W8).
    ///
    /// Raises ``workspace_not_found``; ``workspace_mismatch`` where its directory records another repository;
    /// ``symbolic_link`` and ``not_a_directory`` where something else is there; ``metadata_missing``, ``not_a_file``,
    /// ``too_long`` or a fault of rule W6 where its metadata is lost and cannot be recovered; ``io_failed``.
    fn get(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let names = Names::of(user_id, owner, repo)?;
        self.answered(py, &names, scope_workspace::Workspaces::get)
    }

    /// Says that somebody uses a workspace now: ``Workspace``, as it is then. Recovered metadata is written anew.
    ///
    /// Raises what ``get`` raises, and ``in_use`` while it is being deleted, cleaned up or synced.
    fn touch(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let names = Names::of(user_id, owner, repo)?;
        self.answered(py, &names, scope_workspace::Workspaces::touch)
    }

    /// Deletes a workspace, unless it holds work that exists nowhere else: ``Deleted`` (rule W8). With ``force=True`` it is
    /// deleted with all that is in it.
    ///
    /// Raises what ``get`` raises; ``in_use`` while it is held, touched, synced or cleaned up; ``work_would_be_lost``, its
    /// ``detail`` saying how much and naming some of it; ``work_unknown``, its ``detail`` saying why. After each of these
    /// nothing is deleted. ``io_failed`` where it is gone from its place and what is left of it waits for the next cleanup.
    #[pyo3(
        signature = (user_id, owner, repo, *, force = Given::Nothing),
        text_signature = "($self, user_id, owner, repo, *, force=False)"
    )]
    fn delete(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
        force: Given<'_, '_>,
    ) -> PyResult<Py<PyAny>> {
        let one = Names::of(user_id, owner, repo)?;
        let options = Delete {
            force: force.is_true("force")?,
        };
        self.answered(py, &one, move |workspaces, user_id, owner, repo| {
            workspaces.delete(user_id, owner, repo, options)
        })
    }

    /// What a workspace holds that exists nowhere else, with the names of up to ``names`` files and commits: ``Work`` (rule
    /// W8). Nothing is run that the repository names.
    ///
    /// Raises what ``get`` raises. What cannot be found out is in the answer.
    #[pyo3(
        signature = (user_id, owner, repo, *, names = Given::Nothing),
        text_signature = "($self, user_id, owner, repo, *, names=0)"
    )]
    fn work(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
        names: Given<'_, '_>,
    ) -> PyResult<Py<PyAny>> {
        let one = Names::of(user_id, owner, repo)?;
        let most = names.or("names", 0)?;
        self.answered(py, &one, move |workspaces, user_id, owner, repo| {
            workspaces.work(user_id, owner, repo, most)
        })
    }

    /// Holds a workspace, so that nobody deletes, syncs or cleans it up meanwhile: ``Held``, for ``with``.
    ///
    /// Raises what ``get`` raises, and ``in_use`` while it is being deleted or synced.
    fn hold(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
    ) -> PyResult<Held> {
        let names = Names::of(user_id, owner, repo)?;
        let held = py.detach(|| names.ask(&self.inner, scope_workspace::Workspaces::hold));
        let held = held.map_err(|error| refused(py, &error))?;
        Ok(Held(Mutex::new(Some(held))))
    }

    /// All workspaces of a user, and what else lies there: ``Listing``, by the names of directories. How long it takes
    /// does not depend on how many other users there are.
    ///
    /// Raises ``symbolic_link``, ``not_a_directory`` or ``io_failed`` of the user's directory. A user without one has no
    /// workspaces.
    fn list(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let user_id = text("user_id", user_id, Part::UserId)?.as_str();
        let now = self.now(py, None)?;
        answered(py, now, || self.inner.list(user_id))
    }

    /// How much of the disk a user's workspaces take: ``Usage``.
    ///
    /// Raises what ``list`` raises.
    fn usage(&self, py: Python<'_>, user_id: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let user_id = text("user_id", user_id, Part::UserId)?.as_str();
        answered(py, None, || self.inner.usage(user_id))
    }

    /// Gives a path without ``.`` and ``..``, a ``pathlib.Path``, if it is a workspace of the user or something in one
    /// (rule W9). The answer is of this moment: what the user may change, the user may change meanwhile.
    ///
    /// Raises ``not_absolute`` or another fault of rule W5; ``non_utf8_path``; ``outside_workspaces``;
    /// ``path_not_found``; ``symbolic_link`` where a component of it is one.
    fn validate_path(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        path: Path<'_>,
    ) -> PyResult<PathBuf> {
        let user_id = text("user_id", user_id, Part::UserId)?.as_str();
        let given = path.string("path")?;
        let path = os_path(given)?;
        let valid = py.detach(|| self.inner.validate_path(user_id, path));
        valid.map_err(|error| refused_in(&error, given))
    }

    /// Clones a repository into a new workspace with the git program: ``Workspace`` (rule W10).
    ///
    /// ``source`` is an ``https:`` or ``ssh:`` URL, ``user@host:owner/repo``, ``owner/repo`` of ``base_url``, or where that
    /// is allowed a ``file:`` URL. ``branch`` is the branch to check out, ``depth`` how many commits to bring. Nobody is
    /// asked anything, no hook runs, and submodules are left alone.
    ///
    /// ``progress`` is called with a ``Progress`` now and then, in this thread; what it raises ends the clone and is
    /// raised. ``cancel`` is something with ``is_set()``, such as a ``threading.Event``: once it is set, the clone ends
    /// with ``cancelled``. A signal whose handler raises, such as that of Ctrl-C, ends it too.
    ///
    /// Raises ``url_not_allowed``; the branch's fault (rule K3); ``workspace_exists``, or what ``get`` raises of what is
    /// there; ``git_not_found``, ``git_failed``, ``timed_out``, ``too_large``, ``cancelled``; ``io_failed``. Whatever is
    /// raised, nothing is there that was not there before.
    #[pyo3(signature = (user_id, source, *, branch = None, depth = None, progress = None, cancel = None))]
    #[expect(clippy::too_many_arguments, reason = "one for each of Python's")]
    fn clone(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        source: &Bound<'_, PyAny>,
        branch: Option<&Bound<'_, PyAny>>,
        depth: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
        cancel: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let user_id = text("user_id", user_id, Part::UserId)?.as_str();
        let source = text("source", source, Part::Url)?.as_str();
        let branch = optional("branch", branch, Part::BranchName)?;
        let options = CloneOptions {
            branch: branch.map(|branch| branch.as_str().to_owned()),
            depth: depth.map(|depth| extracted("depth", depth)).transpose()?,
        };
        let watch = Watch::of(progress, cancel)?;
        let now = self.now(py, None)?;
        watch.answered(py, now, |job| {
            self.inner.clone(user_id, source, &options, job)
        })
    }

    /// Fetches, and fast-forwards the branch that is checked out to its upstream: ``Synced`` (rule W11). ``progress`` and
    /// ``cancel`` are as for ``clone``.
    ///
    /// Raises what ``get`` raises; ``in_use``; ``not_a_repository``, ``corrupt_repository``; ``uncommitted_changes``;
    /// ``detached_head``, ``no_upstream``, ``not_fast_forward``; what ``clone`` raises of its origin. Branch and files are
    /// then as they were.
    #[pyo3(signature = (user_id, owner, repo, *, progress = None, cancel = None))]
    fn sync(
        &self,
        py: Python<'_>,
        user_id: &Bound<'_, PyAny>,
        owner: &Bound<'_, PyAny>,
        repo: &Bound<'_, PyAny>,
        progress: Option<&Bound<'_, PyAny>>,
        cancel: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let Names {
            user_id,
            owner,
            repo,
        } = Names::of(user_id, owner, repo)?;
        let watch = Watch::of(progress, cancel)?;
        let now = self.now(py, None)?;
        watch.answered(py, now, |job| self.inner.sync(user_id, owner, repo, job))
    }

    /// Deletes every user's workspaces that are idle for ``max_idle_days`` and hold no work that is nowhere else, and says
    /// what it did: ``Report`` (rule W7). With ``dry_run`` it says what it would do, and does nothing. With
    /// ``measure_usage`` it looks at every file and names the users over the quota. ``now`` is the time to decide by, as
    /// for ``decide_retention``. ``progress`` and ``cancel`` are as for ``clone``, but that a cleanup which is cancelled
    /// stops between two workspaces and reports what it did.
    ///
    /// What goes wrong with one workspace is in the report, and the rest go on. Raises ``in_use`` while another cleanup of
    /// this data directory runs (a dry run may beside it), and ``io_failed`` where the users cannot be listed.
    #[pyo3(
        signature = (
            *, max_idle_days = Given::Nothing, dry_run = Given::Nothing, measure_usage = Given::Nothing, now = None,
            progress = None, cancel = None
        ),
        text_signature = "($self, *, max_idle_days=7, dry_run=False, measure_usage=False, now=None, progress=None, cancel=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "one for each of Python's")]
    fn cleanup(
        &self,
        py: Python<'_>,
        max_idle_days: Given<'_, '_>,
        dry_run: Given<'_, '_>,
        measure_usage: Given<'_, '_>,
        now: Option<&Bound<'_, PyAny>>,
        progress: Option<&Bound<'_, PyAny>>,
        cancel: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<PyAny>> {
        let cleanup = Cleanup {
            policy: retention_policy("max_idle_days", &max_idle_days)?,
            dry_run: dry_run.is_true("dry_run")?,
            measure_usage: measure_usage.is_true("measure_usage")?,
        };
        let watch = Watch::of(progress, cancel)?;
        let now = self.now(py, now)?;
        watch.answered(py, now, |job| self.inner.cleanup(cleanup, job))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let data_dir = PyString::new(py, &self.inner.data_dir().to_string_lossy());
        Ok(format!("<Workspaces of {}>", data_dir.repr()?))
    }
}

impl Workspaces {
    /// The answer to a question about one workspace.
    fn answered<T: Answer + Send>(
        &self,
        py: Python<'_>,
        names: &Names<'_>,
        ask: impl FnOnce(&scope_workspace::Workspaces, &str, &str, &str) -> Result<T, Error> + Send,
    ) -> PyResult<Py<PyAny>> {
        let now = self.now(py, None)?;
        answered(py, now, || names.ask(&self.inner, ask))
    }

    /// The time of a call: the one given, else the clock's; nothing where that is the system's.
    fn now(&self, py: Python<'_>, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Timestamp>> {
        match (given, &self.clock) {
            (Some(given), _) => timestamp("now", given).map(Some),
            (None, Some(clock)) => timestamp("clock", &clock.bind(py).call0()?).map(Some),
            (None, None) => Ok(None),
        }
    }
}

fn clock_of(clock: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Py<PyAny>>> {
    let clock = clock.map(|clock| callable("clock", clock)).transpose()?;
    Ok(clock.map(|clock| clock.clone().unbind()))
}

fn options(
    git: &Given<'_, '_>,
    base_url: &Given<'_, '_>,
    allow_file_urls: &Given<'_, '_>,
    timeout: &Given<'_, '_>,
    max_bytes: &Given<'_, '_>,
    quota_bytes: &Given<'_, '_>,
) -> PyResult<Options> {
    let usual = Options::default();
    Ok(Options {
        clock: Arc::new(CallClock),
        git: match git {
            Given::Nothing => usual.git,
            Given::Something(git) => OsString::from(os_path(Path::of(git).string("git")?)?),
        },
        base_url: match base_url {
            Given::Nothing => usual.base_url,
            Given::Something(url) => text("base_url", url, Part::Url)?.to_owned(),
        },
        allow_file_urls: allow_file_urls.is_true("allow_file_urls")?,
        limits: Limits {
            time: timeout.or("timeout", Seconds(usual.limits.time))?.0,
            bytes: max_bytes.or("max_bytes", usual.limits.bytes)?,
        },
        quota_bytes: quota_bytes.or("quota_bytes", usual.quota_bytes)?,
        resolution: usual.resolution,
    })
}

/// A number of seconds, or a `timedelta`.
struct Seconds(Duration);

impl<'a, 'py> FromPyObject<'a, 'py> for Seconds {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(seconds) = given.extract::<f64>() {
            let time = Duration::try_from_secs_f64(seconds);
            return time
                .map(Self)
                .map_err(|why| PyValueError::new_err(why.to_string()));
        }
        given.extract().map(Self).map_err(|error: PyErr| {
            if error.is_instance_of::<PyTypeError>(given.py()) {
                PyTypeError::new_err("neither a number of seconds nor a 'timedelta'")
            } else {
                error
            }
        })
    }
}

/// The user, owner and repo of a call.
struct Names<'a> {
    user_id: &'a str,
    owner: &'a str,
    repo: &'a str,
}

impl<'a> Names<'a> {
    fn of(
        user_id: &'a Bound<'_, PyAny>,
        owner: &'a Bound<'_, PyAny>,
        repo: &'a Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self {
            user_id: text("user_id", user_id, Part::UserId)?.as_str(),
            owner: text("owner", owner, Part::Owner)?.as_str(),
            repo: text("repo", repo, Part::Repo)?.as_str(),
        })
    }

    fn ask<T>(
        &self,
        workspaces: &scope_workspace::Workspaces,
        ask: impl FnOnce(&scope_workspace::Workspaces, &str, &str, &str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        ask(workspaces, self.user_id, self.owner, self.repo)
    }
}

/// A workspace that is held: nobody deletes, syncs or cleans it up, in this process or another, until ``release``, the end
/// of the ``with`` block, or that of the process (rule W9). ``Workspaces.hold`` makes it.
#[pyclass(frozen, module = "scope_core")]
pub(crate) struct Held(Mutex<Option<scope_workspace::Held>>);

#[pymethods]
impl Held {
    /// Lets go of the workspace. Twice is as good as once.
    fn release(&self) {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(held);
    }

    fn __enter__(held: Py<Self>) -> Py<Self> {
        held
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, PyTuple>) {
        self.release();
    }
}

/// Finds the git repositories in directories of sources, newest first: ``Discovery`` (rule W12). It needs Linux.
///
/// ``source_dirs`` is an iterable of paths; left out, it is that of ``default_source_dir``. Those directories are looked at,
/// and two levels below them; but not what lies in a project, or in hidden directories, dependencies, virtual environments
/// and build output that are no projects. Names in ``skip`` are passed over, projects too; ``skipped`` of the answer tells
/// what was. ``threads`` look at once, 0 being as many as the machine runs. Nothing of a repository is run, and Python's
/// other threads go on.
///
/// Raises ``ScopeError`` of a source directory: ``not_absolute``, ``non_utf8_path``, ``path_not_found``,
/// ``not_a_directory``, ``system_directory``, ``io_failed``. Directories below that cannot be read are in the answer.
///
/// >>> discover_projects([])
/// Discovery(projects=(), unreadable=(), skipped=())
#[pyfunction]
#[pyo3(
    signature = (source_dirs = None, *, skip = Given::Nothing, threads = Given::Nothing),
    text_signature = "(source_dirs=None, *, skip=(), threads=0)"
)]
pub(crate) fn discover_projects(
    py: Python<'_>,
    source_dirs: Option<&Bound<'_, PyAny>>,
    skip: Given<'_, '_>,
    threads: Given<'_, '_>,
) -> PyResult<Py<PyAny>> {
    let dirs = match source_dirs {
        Some(given) => paths("source_dirs", given)?,
        None => scope_workspace::default_source_dir().into_iter().collect(),
    };
    let mut options = DiscoverOptions {
        threads: threads.or("threads", 0)?,
        ..DiscoverOptions::default()
    };
    if let Given::Something(names) = &skip {
        each_text("skip", names, |_, name| {
            options.skip.push(part_of(name, Part::Path)?.to_owned());
            Ok(())
        })?;
    }
    answered(py, None, || {
        scope_workspace::discover_projects(&dirs, &options)
    })
}

/// The paths in an iterable.
fn paths(argument: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    // A path is an iterable too, of what is never meant.
    let is_path = given.is_instance_of::<PyString>()
        || given.is_instance_of::<PyBytes>()
        || given.hasattr("__fspath__")?;
    let Ok(items) = given.try_iter() else {
        return Err(no_iterable(argument, given));
    };
    if is_path {
        return Err(no_iterable(argument, given));
    }
    items
        .map(|item| os_path(Path::of(&item?).string(argument)?))
        .collect()
}

fn no_iterable(argument: &str, given: &Bound<'_, PyAny>) -> PyErr {
    match given.get_type().name() {
        Ok(kind) => PyTypeError::new_err(format!(
            "argument '{argument}': '{kind}' object is not an iterable of paths, such as a list"
        )),
        Err(why) => why,
    }
}

/// Where one developer's sources are: ``CODE_SOURCE_DIR``, else ``src`` in the home directory; a ``pathlib.Path``, or
/// ``None`` where there is no home. It need not exist.
///
/// >>> import os
/// >>> os.environ["CODE_SOURCE_DIR"] = "/src"
/// >>> default_source_dir()
/// PosixPath('/src')
/// >>> del os.environ["CODE_SOURCE_DIR"]
#[pyfunction]
pub(crate) fn default_source_dir() -> Option<PathBuf> {
    scope_workspace::default_source_dir()
}
