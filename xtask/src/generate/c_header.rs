//! The header of the C ABI, which an example of its package writes.

use super::Generated;
use crate::repo::Repo;
use crate::step::Failure;
use crate::tool::CARGO;

pub(super) const FILE: Generated = Generated {
    path: "include/scope_core.h",
    make,
};

fn make(repo: &Repo, _: &str) -> Result<String, Failure> {
    CARGO
        .run(repo, "run --quiet --package scope-c --example header")
        .read()
}
