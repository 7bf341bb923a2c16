//! Paths as the text that a key holds.

use std::path::PathBuf;

use scope_core::{ErrorCode, Part};

use crate::fault::Fault;

/// The text of a real path, in a form of K2: Windows' own form of those (`\\?\C:\…`) is taken back to the usual one.
pub(crate) fn into_text(path: PathBuf, part: Part) -> Result<String, Fault> {
    match path.into_os_string().into_string() {
        Ok(text) if text.starts_with(r"\\?\") => Ok(usual(&text)),
        Ok(text) => Ok(text),
        Err(_) => Err(Fault::At(ErrorCode::NonUtf8Path, part)),
    }
}

fn usual(text: &str) -> String {
    match (text.strip_prefix(r"\\?\UNC\"), text.strip_prefix(r"\\?\")) {
        (Some(share), _) => format!(r"\\{share}"),
        (None, Some(drive)) => drive.to_owned(),
        (None, None) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    use std::os::unix::ffi::OsStrExt as _;

    #[test]
    fn verbatim_paths_of_windows_become_usual_ones() {
        assert_eq!(usual(r"\\?\C:\src\app"), r"C:\src\app");
        assert_eq!(usual(r"\\?\UNC\server\share\app"), r"\\server\share\app");
        assert_eq!(usual(r"\\server\share\app"), r"\\server\share\app");
        assert_eq!(usual("/src/app"), "/src/app");
    }

    #[test]
    fn a_path_becomes_text_in_its_usual_form() {
        let text = |path: &str| into_text(path.into(), Part::PrimaryPath);
        assert_eq!(text("/src/\u{e9}"), Ok("/src/\u{e9}".to_owned()));
        assert_eq!(text(r"\\?\C:\src"), Ok(r"C:\src".to_owned()));
        #[cfg(unix)]
        assert_eq!(
            into_text(
                std::ffi::OsStr::from_bytes(b"/\xff").into(),
                Part::WorktreePath
            ),
            Err(Fault::At(ErrorCode::NonUtf8Path, Part::WorktreePath))
        );
    }
}
