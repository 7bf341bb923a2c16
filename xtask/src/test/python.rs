//! The Python package: built and installed as a user does, and tested away from its sources.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::{CARGO, COMPILED, PYTHON, Run, Tool, VALGRIND};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const STEP: Step = Step {
    name: "python",
    about: "the Python package as installed: vectors, properties, the core's own answers, types, valgrind; its abi3 build",
    run,
};

const SOURCE: &str = "bindings/python";

/// The versions that the package is for, besides the `python3` that the step runs with.
const OTHERS: &[&str] = &[
    "python3.10",
    "python3.11",
    "python3.12",
    "python3.13",
    "python3.14",
];

/// The tests that need nothing but pytest.
const FEW: &[&str] = &[
    "test_vectors.py",
    "test_values.py",
    "test_checkout.py",
    "test_disk_vectors.py",
    "test_errors.py",
    "test_fence.py",
    "test_threads.py",
    "test_workspaces.py",
];

fn run(repo: &Repo) -> Outcome {
    let python = environment(repo)?;
    CARGO
        .run(repo, "build --quiet --release --package scope-driver")
        .show()?;
    CARGO
        .run(repo, "build --quiet --package scope-cli")
        .show()?;
    clean(repo)?;
    install(repo, &python)?;
    test(repo, &python, None, &[])?;
    types(repo, &python)?;
    watched(repo, &python)?;

    let stable = wheel(repo, &python, "abi3", &["--features", "abi3"])?;
    let place = unpacked(repo, &python, &stable, "abi3")?;
    test(repo, &python, Some(&place), FEW)?;

    let mut lacking = Vec::new();
    let usual = interpreter(repo, PYTHON.program).map(|(_, version)| version);
    for name in OTHERS {
        if usual.as_deref() == Some(*name) {
            continue;
        }
        match interpreter(repo, name) {
            Some((other, _)) => {
                let wheel = wheel(repo, &python, name, &["--interpreter", &other])?;
                let environment = venv(
                    repo,
                    &Tool {
                        program: name,
                        ..PYTHON
                    },
                    name,
                )?;
                pip(repo, &environment, "install --quiet")
                    .arg(pinned(repo, "pytest")?)
                    .show()?;
                pip(
                    repo,
                    &environment,
                    "install --quiet --no-deps --force-reinstall",
                )
                .arg(wheel)
                .show()?;
                test(repo, &environment, None, FEW)?;
            }
            None => lacking.push(*name),
        }
    }
    if lacking.is_empty() {
        return Ok(Passed::Whole);
    }
    Ok(Passed::Except(format!(
        "tests on {}, which are not installed",
        lacking.join(", ")
    )))
}

/// The interpreter of a virtual environment that has all the step needs; made anew when the needs change.
pub(crate) fn environment(repo: &Repo) -> Result<PathBuf, Failure> {
    let needs = repo.read(&format!("{SOURCE}/requirements.txt"))?;
    let stamp = repo.scratch("python")?.join("requirements.txt");
    let python = venv(repo, &PYTHON, "environment")?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == needs) {
        return Ok(python);
    }
    pip(repo, &python, "install --quiet --requirement")
        .arg(format!("{SOURCE}/requirements.txt"))
        .show()?;
    fs::write(&stamp, needs).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

/// Builds the package from its source and installs it, as `pip install` of a checkout does.
pub(crate) fn install(repo: &Repo, python: &Path) -> Result<(), Failure> {
    repo.once("python package", || {
        pip(repo, python, "install --quiet --no-deps --force-reinstall")
            .arg(format!("./{SOURCE}"))
            .show()
    })
}

/// What a user does first: `pip install` of a checkout into an empty environment, and a call that sees nothing else (`-I`).
fn clean(repo: &Repo) -> Result<(), Failure> {
    let _ = fs::remove_dir_all(repo.scratch("python")?.join("clean"));
    let python = venv(repo, &PYTHON, "clean")?;
    pip(repo, &python, "install --quiet")
        .arg(format!("./{SOURCE}"))
        .show()?;
    let listed = pip(
        repo,
        &python,
        "list --format=freeze --exclude=pip --exclude=setuptools",
    )
    .read()?;
    if !listed.starts_with("scope-core==") || listed.lines().count() != 1 {
        return Err(
            format!("an empty environment has more than the package now:\n{listed}").into(),
        );
    }
    let said = at(repo, &python)
        .args("-I -m scope_core parse @acme/widget:1")
        .read()?;
    if said.trim_end() != "acme\twidget\t1" {
        return Err(format!("the installed package said {said:?}").into());
    }
    Ok(())
}

/// The tests of the fence, under what sees a read of memory that is not there.
fn watched(repo: &Repo, python: &Path) -> Result<(), Failure> {
    VALGRIND
        .run(repo, "--quiet --error-exitcode=97 --leak-check=no")
        .arg(format!("--suppressions={SOURCE}/tests/valgrind.supp"))
        .arg(python)
        .args("-B -m pytest --quiet --rootdir")
        .arg(SOURCE)
        .arg("-c")
        .arg(format!("{SOURCE}/pyproject.toml"))
        .arg(format!("{SOURCE}/tests/test_fence.py"))
        // Each object by itself, so that what lies behind it is known to be no object.
        .env("PYTHONMALLOC", "malloc")
        .env("SCOPE_REPOSITORY", &repo.root.display().to_string())
        .show()
}

/// The interpreter of a virtual environment of that name.
fn venv(repo: &Repo, base: &Tool, name: &str) -> Result<PathBuf, Failure> {
    let place = repo.scratch("python")?.join(name);
    let python = place.join("bin/python");
    if !python.exists() {
        base.run(repo, "-m venv").arg(&place).show()?;
    }
    Ok(python)
}

fn at<'a>(repo: &Repo, python: &Path) -> Run<'a> {
    COMPILED.run_at(repo, python)
}

fn pip<'a>(repo: &Repo, python: &Path, args: &str) -> Run<'a> {
    at(repo, python)
        .args("-m pip --disable-pip-version-check")
        .args(args)
}

/// The requirement of that package, with its version.
fn pinned(repo: &Repo, package: &str) -> Result<String, Failure> {
    let needs = repo.read(&format!("{SOURCE}/requirements.txt"))?;
    let line = needs
        .lines()
        .find(|line| line.starts_with(&format!("{package}==")));
    line.map(str::to_owned)
        .ok_or_else(|| format!("{SOURCE}/requirements.txt does not name {package}").into())
}

/// A wheel, made by maturin with these arguments besides.
fn wheel(repo: &Repo, python: &Path, name: &str, args: &[&str]) -> Result<PathBuf, Failure> {
    let out = repo.scratch("python")?.join("wheels").join(name);
    let _ = fs::remove_dir_all(&out);
    let mut run = at(repo, python)
        .args("-m maturin build --quiet --release --manifest-path")
        .arg(format!("{SOURCE}/Cargo.toml"))
        .arg("--out")
        .arg(&out);
    for arg in args {
        run = run.arg(arg);
    }
    run.show()?;
    let files = fs::read_dir(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let wheel = files.flatten().map(|entry| entry.path()).next();
    wheel.ok_or_else(|| "maturin made no wheel".into())
}

/// The place that a wheel is unpacked to.
fn unpacked(repo: &Repo, python: &Path, wheel: &Path, name: &str) -> Result<PathBuf, Failure> {
    let place = repo.scratch("python")?.join("unpacked").join(name);
    let _ = fs::remove_dir_all(&place);
    pip(repo, python, "install --quiet --no-deps --target")
        .arg(&place)
        .arg(wheel)
        .show()?;
    Ok(place)
}

/// Runs the tests with the package that the interpreter has installed, or with the one at `place`.
fn test(repo: &Repo, python: &Path, place: Option<&Path>, files: &[&str]) -> Result<(), Failure> {
    let target = repo.scratch("python")?;
    let built = target.ancestors().nth(2).unwrap_or(&target);
    let shown = |path: PathBuf| path.display().to_string();
    let mut run = at(repo, python)
        .args("-B -m pytest --quiet --rootdir")
        .arg(SOURCE)
        .arg("-c")
        .arg(format!("{SOURCE}/pyproject.toml"))
        .env("SCOPE_REPOSITORY", &shown(repo.root.clone()))
        .env("SCOPE_DRIVER", &shown(built.join("release/scope-driver")))
        .env("SCOPE_COMMAND", &shown(built.join("debug/scope")));
    if let Some(place) = place {
        run = run.env("PYTHONPATH", &shown(place.into()));
    }
    if files.is_empty() {
        run = run.arg(format!("{SOURCE}/tests"));
    }
    for file in files {
        run = run.arg(format!("{SOURCE}/tests/{file}"));
    }
    run.show()
}

/// The stubs are what the extension is, and the calls that must check do, and no others.
fn types(repo: &Repo, python: &Path) -> Result<(), Failure> {
    let config = format!("{SOURCE}/pyproject.toml");
    at(repo, python)
        .args("-m mypy --strict --no-incremental --config-file")
        .arg(&config)
        .arg("--package")
        .arg("scope_core")
        .show()?;
    at(repo, python)
        .args("-m mypy --strict --no-incremental --config-file")
        .arg(&config)
        .arg(format!("{SOURCE}/tests/typing_calls.py"))
        .show()?;
    at(repo, python)
        .args("-m mypy.stubtest scope_core --ignore-missing-stub --mypy-config-file")
        .arg(&config)
        .show()?;
    at(repo, python)
        .args("-m pyright --project")
        .arg(&config)
        .arg("--pythonpath")
        .arg(python)
        .show()
}

/// Where the interpreter of that name is, and its version, if it is there at all.
fn interpreter(repo: &Repo, name: &'static str) -> Option<(String, String)> {
    let say = "import sys; print(sys.executable); print('python%d.%d' % sys.version_info[:2])";
    let tool = Tool {
        program: name,
        ..PYTHON
    };
    let (ok, said, _) = tool.run(repo, "-c").arg(say).try_read().ok()?;
    let (path, version) = said.split_once('\n').filter(|_| ok)?;
    Some((path.to_owned(), version.trim().to_owned()))
}
