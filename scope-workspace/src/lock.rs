//! A workspace that somebody is using.

use scope_fs::Dir;

/// While this lives, [`delete`](crate::Workspaces::delete) and [`cleanup`](crate::Workspaces::cleanup) leave the
/// workspace alone, in this process and in others. Any number may hold one workspace. It ends when it is dropped, and
/// when the process ends, however it ends.
#[derive(Debug)]
pub struct Held {
    /// The lock goes with the handle.
    _dir: Dir,
}

impl Held {
    pub(crate) fn new(dir: Dir) -> Self {
        Self { _dir: dir }
    }
}
