//! Libraries in C whose sources are inside a crate and are compiled with it. No registry's licence field tells of them.

use super::{library, with_scope};
use crate::manifest::c_macro;
use crate::step::Failure;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A library in C.
struct Vendored {
    /// The crate that holds it.
    within: &'static str,
    name: &'static str,
    /// An SPDX expression.
    licence: &'static str,
    /// One of its files.
    file: &'static str,
    /// The macros in that file that make its version, put together with dots; none where it says none.
    version: &'static [&'static str],
}

/// What `git2` with the feature `vendored-libgit2` and `libz-sys` with the feature `static` compile. The licences are
/// those of libgit2's `COPYING`: its exception permits linking with a program under any licence.
const VENDORED: &[Vendored] = &[
    Vendored {
        within: "libgit2-sys",
        name: "libgit2",
        licence: "GPL-2.0-only WITH GCC-exception-2.0",
        file: "libgit2/include/git2/version.h",
        version: &["LIBGIT2_VERSION"],
    },
    Vendored {
        within: "libgit2-sys",
        name: "xdiff",
        licence: "LGPL-2.1-or-later",
        file: "libgit2/deps/xdiff/xdiff.h",
        version: &[],
    },
    Vendored {
        within: "libgit2-sys",
        name: "llhttp",
        licence: "MIT",
        file: "libgit2/deps/llhttp/llhttp.h",
        version: &[
            "LLHTTP_VERSION_MAJOR",
            "LLHTTP_VERSION_MINOR",
            "LLHTTP_VERSION_PATCH",
        ],
    },
    Vendored {
        within: "libgit2-sys",
        name: "pcre2",
        licence: "BSD-3-Clause",
        file: "libgit2/deps/pcre2/pcre2.h",
        version: &["PCRE2_MAJOR", "PCRE2_MINOR"],
    },
    Vendored {
        within: "libgit2-sys",
        name: "sha1collisiondetection",
        licence: "MIT",
        file: "libgit2/src/util/hash/sha1dc/sha1.c",
        version: &[],
    },
    Vendored {
        within: "libz-sys",
        name: "zlib",
        licence: "Zlib",
        file: "src/zlib/zlib.h",
        version: &["ZLIB_VERSION"],
    },
];

/// The components that a crate's sources hold.
pub(super) fn within(package: &Value) -> Result<Vec<Value>, Failure> {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    let sources = manifest.parent().unwrap_or(manifest);
    let held = VENDORED.iter().filter(|it| package["name"] == it.within);
    held.map(|it| it.component(sources)).collect()
}

impl Vendored {
    fn component(&self, sources: &Path) -> Result<Value, Failure> {
        let path = sources.join(self.file);
        let told =
            |why: &dyn std::fmt::Display| Failure::from(format!("{}: {why}", path.display()));
        let text = fs::read(&path).map_err(|error| told(&error))?;
        let text = String::from_utf8_lossy(&text);
        let numbers: Option<Vec<&str>> = self
            .version
            .iter()
            .map(|name| c_macro(&text, name))
            .collect();
        let version = numbers
            .ok_or_else(|| told(&"it does not tell its version"))?
            .join(".");
        let at = if version.is_empty() {
            String::new()
        } else {
            format!("@{version}")
        };
        let purl = format!("pkg:generic/{}{at}", self.name);
        Ok(with_scope(
            library(self.name, &version, &purl, self.licence),
            "required",
        ))
    }
}
