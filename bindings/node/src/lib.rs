//! The native half of the Node package `scope-core`.
//!
//! Nothing here is a rule: texts come in as UTF-16, [`scope_core`] (or [`scope_git`], of a directory) answers, and answers and faults go out with their
//! offsets in UTF-16 units. What users see (classes, errors, types) is JavaScript, in `lib/`.
//!
//! The questions that are asked millions of times have callbacks of their own in [`raw`]; the rest is `#[napi]`.
//! What `units` does knows nothing of Node.

pub mod access;
pub mod alias;
pub mod background;
pub mod batch;
pub mod checkout;
pub mod checks;
#[cfg(target_os = "linux")]
pub mod disk;
pub mod fault;
pub mod key;
mod panic;
mod path;
pub mod policy;
pub mod raw;
pub mod reference;
mod text;
mod units;
pub mod workspace;
