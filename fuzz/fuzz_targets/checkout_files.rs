//! The files that a repository is read from, each by itself: what is understood by hand, libgit2 understands in the
//! same way; a path or a name that comes out of a file is in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_fuzz::Place;
use scope_git::fuzzing::{git_file, head, plain_config, reftable_block};
use std::cell::LazyCell;
use std::os::unix::ffi::OsStrExt;

thread_local! {
    static PLACE: LazyCell<Place> = LazyCell::new(|| Place::new("checkout_files"));
}

fuzz_target!(|bytes: &[u8]| {
    if let Some(path) = git_file(bytes) {
        let path = path.as_os_str().as_bytes();
        assert!(!path.is_empty() && !path.contains(&0) && !path.ends_with(b"\n") && !path.ends_with(b"\r"));
        let end = &bytes[b"gitdir: ".len() + path.len()..];
        assert!(bytes[b"gitdir: ".len()..].starts_with(path));
        assert!(end.iter().all(|byte| b"\r\n".contains(byte)));
    }
    match head(bytes) {
        Some(Some(name)) => {
            assert!(name.starts_with(b"refs/"));
            assert!(name == name.trim_ascii());
            assert_eq!(head(&[b"ref: ", &name[..], b"\n"].concat()), Some(Some(name)));
        }
        Some(None) => assert!(matches!(bytes.trim_ascii_end().len(), 40 | 64)),
        None => {}
    }
    reftable_block(bytes);
    // What files include is of no account here, and libgit2 would read it.
    if let Some(settings) = plain_config(bytes)
        && !scope_fuzz::mentions_include(bytes)
    {
        let by_libgit2 = PLACE.with(|place| by_libgit2(place, bytes));
        assert_eq!(Ok(settings), by_libgit2.map_err(|error| error.message().to_owned()));
    }
});

/// The same settings, from libgit2.
fn by_libgit2(place: &Place, text: &[u8]) -> Result<Vec<(String, Option<Vec<u8>>)>, git2::Error> {
    let config = git2::Config::open(&place.file("config", text))?;
    let mut settings = Vec::new();
    config.entries(Some(r"^(core|extensions)\."))?.for_each(|entry| {
        if let Ok(name) = entry.name()
            && name.matches('.').count() == 1
        {
            let value = entry.has_value().then(|| entry.value_bytes().to_vec());
            settings.push((name.to_owned(), value));
        }
    })?;
    Ok(settings)
}
