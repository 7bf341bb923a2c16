//! The C ABI of the scope library: what `include/scope_core.h` declares.
//!
//! It holds no rule: an entry point converts, calls `scope_core`, `scope_git` or `scope_workspace`, and converts back. All
//! that touches a caller's memory is in `ffi.rs`, the only file that may hold unsafe code; every other one forbids it.

mod abi;
mod codes;
mod disk;
mod ffi;
mod types;

pub use abi::*;
pub use codes::*;
pub use ffi::*;
pub use types::*;
