//! What may be cloned: URLs of three kinds, or `owner/repo` against a base (W10). Nothing that git would take for an
//! option, a helper or a command of its own gets through.

use scope_core::{ErrorCode, Part, check_repository};

use crate::error::Error;
use crate::options::Options;

/// A repository somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) url: String,
    pub(crate) owner: String,
    pub(crate) repo: String,
}

impl Remote {
    /// Reads what a caller gave: a URL, `user@host:owner/repo` as ssh users write it, or `owner/repo`.
    pub(crate) fn read(text: &str, options: &Options) -> Result<Self, Error> {
        let refused = || Error::new(ErrorCode::UrlNotAllowed, Part::Url, redacted(text));
        if text.is_empty() {
            return Err(Error::new(ErrorCode::Empty, Part::Url, text));
        }
        let is_plain = |char: char| !char.is_control() && char != ' ' && char != '\\';
        if !text.chars().all(is_plain) || text.starts_with('-') || text.contains("::") {
            return Err(refused());
        }
        let is_url = text.contains("://");
        if !is_url && !text.contains(':') {
            let (owner, repo) = text.split_once('/').ok_or_else(refused)?;
            return Self::at_base(owner, repo, options);
        }
        if is_url {
            check_url(text, options.allow_file_urls).ok_or_else(refused)?;
        } else {
            check_scp_form(text).ok_or_else(refused)?;
        }
        let (owner, repo) = owner_and_repo(text).ok_or_else(refused)?;
        check(&owner, &repo)?;
        Ok(Self {
            url: text.to_owned(),
            owner,
            repo,
        })
    }

    fn at_base(owner: &str, repo: &str, options: &Options) -> Result<Self, Error> {
        check(owner, repo)?;
        let base = options.base_url.trim_end_matches('/');
        let url = format!("{base}/{}/{}.git", encoded(owner), encoded(repo));
        check_url(&url, options.allow_file_urls)
            .ok_or_else(|| Error::new(ErrorCode::UrlNotAllowed, Part::Url, redacted(&url)))?;
        Ok(Self {
            url,
            owner: owner.to_owned(),
            repo: repo.to_owned(),
        })
    }
}

fn check(owner: &str, repo: &str) -> Result<(), Error> {
    check_repository(owner, repo).map_err(|error| {
        let text = if error.input == Part::Owner {
            owner
        } else {
            repo
        };
        error.about(text).into()
    })
}

/// Whether a URL is of a kind that is cloned, with a host (but for files) that is no option of ssh's.
fn check_url(url: &str, allow_file: bool) -> Option<()> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_once('/')?;
    let is_good = match scheme {
        "https" | "ssh" => {
            let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            !host.is_empty() && is_word(host) && is_word(user) && !user.contains(':')
        }
        "file" => allow_file && authority.is_empty(),
        _ => false,
    };
    (is_good && !path.is_empty()).then_some(())
}

/// `user@host:path`, the user wanted: without one, a drive letter or a helper would look the same.
fn check_scp_form(text: &str) -> Option<()> {
    let (place, path) = text.split_once(':')?;
    let (user, host) = place.split_once('@')?;
    let is_good = |part: &str| !part.is_empty() && is_word(part) && !part.contains('/');
    (is_good(user) && is_good(host) && !path.is_empty() && !path.starts_with('-')).then_some(())
}

fn is_word(text: &str) -> bool {
    !text.starts_with('-')
}

/// The last two components of a URL's path, without `.git`.
pub(crate) fn owner_and_repo(url: &str) -> Option<(String, String)> {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => url.split_once(':')?.1,
    };
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let (rest, repo) = path.rsplit_once('/')?;
    let owner = rest.rsplit('/').next()?;
    let (owner, repo) = (decoded(owner)?, decoded(repo)?);
    (!owner.is_empty() && !repo.is_empty()).then_some((owner, repo))
}

/// A URL without what may be a password: errors reach logs.
fn redacted(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + 3);
    match text[start..].find('@') {
        Some(at) => format!("{}***{}", &text[..start], &text[start + at..]),
        None => text.to_owned(),
    }
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // A String takes everything that is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Remote, ErrorCode> {
        Remote::read(text, &Options::default()).map_err(|error| error.code())
    }

    #[test]
    fn what_is_cloned() {
        for (text, url, owner, repo) in [
            (
                "acme/widget",
                "https://github.com/acme/widget.git",
                "acme",
                "widget",
            ),
            ("acme/a b", "", "", ""),
            (
                "https://host.test/acme/widget",
                "https://host.test/acme/widget",
                "acme",
                "widget",
            ),
            (
                "https://host.test:8443/x/acme/widget.git/",
                "https://host.test:8443/x/acme/widget.git/",
                "acme",
                "widget",
            ),
            (
                "ssh://git@host.test/acme/next.js.git",
                "ssh://git@host.test/acme/next.js.git",
                "acme",
                "next.js",
            ),
            (
                "git@host.test:acme/widget.git",
                "git@host.test:acme/widget.git",
                "acme",
                "widget",
            ),
        ] {
            match read(text) {
                Ok(remote) => assert_eq!(
                    (&*remote.url, &*remote.owner, &*remote.repo),
                    (url, owner, repo)
                ),
                Err(code) => assert_eq!((code, url), (ErrorCode::UrlNotAllowed, ""), "{text}"),
            }
        }
    }

    #[test]
    fn what_is_not() {
        for text in [
            "--upload-pack=touch /x",
            "--upload-pack=x/y",
            "-x/y",
            "ext::sh -c id",
            "ext::sh%20-c/y",
            "https::x/y",
            "http://host.test/acme/widget",
            "git://host.test/acme/widget",
            "ftp://host.test/acme/widget",
            "file:///src/acme/widget",
            "ssh://-oProxyCommand=x/acme/widget",
            "ssh://git@-oProxyCommand=x/acme/widget",
            "-oProxyCommand=x@host:acme/widget",
            "git@-oProxyCommand=x:acme/widget",
            "git@host:-x/y",
            "https://user:secret@host.test/acme/widget",
            "https:///acme/widget",
            "https://host.test/widget",
            "C:/acme/widget",
            "/src/acme/widget\n",
            "widget",
        ] {
            assert_eq!(read(text), Err(ErrorCode::UrlNotAllowed), "{text}");
        }
        assert_eq!(read(""), Err(ErrorCode::Empty));
        assert_eq!(read("/src/acme"), Err(ErrorCode::Empty));
        assert_eq!(read("../widget"), Err(ErrorCode::DotComponent));
        assert_eq!(read("acme/x/y"), Err(ErrorCode::InvalidCharacter));
    }

    #[test]
    fn passwords_stay_out_of_errors() {
        let text = "https://user:secret@host.test/acme/widget";
        let error = Remote::read(text, &Options::default()).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
