//! A data directory of many users, as the library would make it, without waiting for the disk each time.

use std::fs;
use std::path::Path;

/// The id of a user.
#[must_use]
pub fn user(number: u32) -> String {
    format!("{number:08x}-e89b-12d3-a456-426614174000")
}

/// Makes a data directory with so many users, and so many workspaces for each. Each has a git directory, and was last used
/// on the first day of 2026.
///
/// # Panics
///
/// Where it cannot be made.
pub fn make_data_dir(data: &Path, users: u32, each: u32) {
    let now = "2026-01-01T00:00:00Z";
    for user in (0..users).map(user) {
        for repo in 0..each {
            let dir = data.join(format!("workspaces/{user}/acme__widget{repo}"));
            fs::create_dir_all(dir.join(".git")).expect("a new directory");
            let text = format!(
                "{{\"owner\":\"acme\",\"repo\":\"widget{repo}\",\"fullName\":\"acme/widget{repo}\",\
                 \"lastAccessedAt\":\"{now}\",\"createdAt\":\"{now}\"}}"
            );
            fs::write(dir.join(".workspace.json"), text).expect("a new file");
        }
    }
}
