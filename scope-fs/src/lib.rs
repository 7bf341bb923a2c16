//! A disk that strangers share: directory handles, bounded reads, durable writes, removal of trees.
//!
//! What is changed is reached through a [`Dir`], by names that are resolved beneath it and never through a symbolic link, so
//! that no path is checked first and used later. What is only read, as git would read it, is reached through a
//! [`real::RealDir`], which follows names wherever they lead. Errors are the system's own; what they mean is for the caller
//! to say.
//!
//! ```
//! # #[cfg(target_os = "linux")] {
//! use scope_fs::{Dir, Resolution};
//!
//! let place = tempfile::tempdir().unwrap();
//! let dir = Dir::open_trusted(place.path(), Resolution::Kernel).unwrap();
//! dir.write_new("note", b"text").unwrap();
//! assert_eq!(dir.read_file("note", 100), Ok(b"text".to_vec()));
//! // A name never leads out of the directory.
//! assert!(dir.open_dir("..").is_err());
//! # }
//! ```

#![allow(
    clippy::missing_errors_doc,
    reason = "each fails with the system's own answer, as the first paragraph says"
)]

#[cfg(target_os = "linux")]
mod dir;
pub mod path;
mod read;
pub mod real;
#[cfg(target_os = "linux")]
pub mod tree;

#[cfg(target_os = "linux")]
pub use dir::{Dir, Identity, Name, Resolution, Unread, errno_of, identity_of};
#[cfg(target_os = "linux")]
pub use rustix::fs::{FileType, Stat};
#[cfg(unix)]
pub use rustix::io::Errno;
