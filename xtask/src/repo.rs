//! The repository: its files, its packages, and a place for what steps make.

use crate::step::Failure;
use crate::tool::{CARGO, GIT};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::{env, fs};

/// The repository that this program was built from.
pub(crate) struct Repo {
    /// Its root directory.
    pub(crate) root: PathBuf,
    metadata: OnceLock<Value>,
    done: Mutex<BTreeSet<&'static str>>,
}

impl Repo {
    pub(crate) fn here() -> Self {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest
            .parent()
            .map_or(manifest.clone(), Path::to_path_buf);
        Self {
            root,
            metadata: OnceLock::new(),
            done: Mutex::default(),
        }
    }

    /// Does what several steps need, unless this command has done it before.
    pub(crate) fn once(
        &self,
        what: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let is_done = |done: &BTreeSet<_>| done.contains(what);
        if self.done.lock().is_ok_and(|done| is_done(&done)) {
            return Ok(());
        }
        work()?;
        if let Ok(mut done) = self.done.lock() {
            done.insert(what);
        }
        Ok(())
    }

    /// The text of a file, named from the root.
    pub(crate) fn read(&self, path: &str) -> Result<String, Failure> {
        fs::read_to_string(self.root.join(path)).map_err(|error| format!("{path}: {error}").into())
    }

    /// The files that are tracked or about to be, named from the root: all but what `.gitignore` names.
    pub(crate) fn files(&self) -> Result<Vec<String>, Failure> {
        let listed = GIT
            .run(
                self,
                "ls-files -z --cached --others --exclude-standard --deduplicate",
            )
            .read()?;
        let there = |path: &&str| !path.is_empty() && self.root.join(path).is_file();
        Ok(listed
            .split('\0')
            .filter(there)
            .map(str::to_owned)
            .collect())
    }

    /// Those of the files that have this extension.
    pub(crate) fn files_with(&self, extension: &str) -> Result<Vec<String>, Failure> {
        let mut files = self.files()?;
        files.retain(|path| {
            Path::new(path)
                .extension()
                .is_some_and(|found| found == extension)
        });
        Ok(files)
    }

    /// What `cargo metadata` says of all packages, those that are depended on too.
    pub(crate) fn metadata(&self) -> Result<&Value, Failure> {
        if self.metadata.get().is_none() {
            let text = CARGO
                .run(self, "metadata --format-version 1 --all-features")
                .read()?;
            let value =
                serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
            let _ = self.metadata.set(value);
        }
        self.metadata
            .get()
            .ok_or_else(|| "cargo metadata gave nothing".into())
    }

    /// The packages of this repository, from `cargo metadata`.
    pub(crate) fn members(&self) -> Result<impl Iterator<Item = &Value>, Failure> {
        let packages = self.metadata()?["packages"]
            .as_array()
            .ok_or("cargo metadata names no packages")?;
        Ok(packages
            .iter()
            .filter(|package| package["source"].is_null()))
    }

    /// Where cargo puts what it makes.
    pub(crate) fn target(&self) -> Result<&Path, Failure> {
        let target = self.metadata()?["target_directory"].as_str();
        Ok(Path::new(
            target.ok_or("cargo metadata names no target directory")?,
        ))
    }

    /// A directory of that name for what a step makes, inside `target/`.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.target()?.join("xtask").join(name);
        fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}
