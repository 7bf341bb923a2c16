//! What may be cloned: URLs of three kinds, or `owner/repo` against a base (W10). Nothing that git would take for an
//! option, a helper or a command of its own gets through, and nothing that only its user may know gets out.

use std::net::Ipv6Addr;

use scope_core::{ErrorCode, Part, RepositoryId, Timestamp, WorkspaceMetadata, check_repository};

use crate::error::Error;
use crate::options::Options;
use crate::redact;

/// A repository somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// What git is run with. Without user information, but for ssh, which needs to know who logs in.
    pub(crate) url: String,
    /// The same for people and logs: user information is `***`.
    pub(crate) shown: String,
    pub(crate) id: RepositoryId,
    /// Where it is on this disk, if it is there.
    path_on_disk: Option<String>,
    /// Who logs in, as it stands in the URL and as ssh is told it.
    users: Vec<String>,
}

impl Remote {
    /// Reads what a caller gave: a URL, `user@host:owner/repo` as ssh users write it, or `owner/repo`.
    ///
    /// Fails with `empty`, `url_not_allowed`, whose detail says what is wrong, or W4's faults.
    pub(crate) fn read(text: &str, options: &Options) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::new(ErrorCode::Empty, Part::Url, text));
        }
        let refused = |why| refused(text, why);
        check_characters(text).map_err(refused)?;
        if text.contains("://") || text.contains(':') {
            return Self::of(text, options).map_err(|fault| fault.about(text));
        }
        let (owner, repo) = text.split_once('/').ok_or_else(|| refused(NO_REPOSITORY))?;
        let repo = match repo.strip_suffix(".git") {
            Some(plain) if !plain.is_empty() => plain,
            _ => repo,
        };
        check_repository(owner, repo).map_err(|error| {
            Error::from(error.about(if error.input == Part::Owner {
                owner
            } else {
                repo
            }))
        })?;
        let base = options.base_url.trim_end_matches('/');
        let url = format!("{base}/{}/{}.git", encoded(owner), encoded(repo));
        Self::of(&url, options).map_err(|fault| fault.about(&url))
    }

    fn of(text: &str, options: &Options) -> Result<Self, Fault> {
        let location = Location::of(text)?;
        location.check(options)?;
        let path = location.components()?;
        if let Some(count) = location.page(&path, options) {
            return Err(Fault::Page(location.up_to(count)));
        }
        Self::at(text, &location, &path, options)
    }

    /// Reads what git recorded, whether or not it may be cloned; `None` where it names no repository.
    pub(crate) fn recorded(text: &str, options: &Options) -> Option<Self> {
        let location = Location::of(text).ok()?;
        let path = location.components().ok()?;
        Self::at(text, &location, &path, options).ok()
    }

    fn at(
        text: &str,
        location: &Location<'_>,
        path: &[String],
        options: &Options,
    ) -> Result<Self, Fault> {
        let [.., owner, repo] = path else {
            return Err(Fault::Url(NO_REPOSITORY));
        };
        let is_on_disk = location.scheme == Some("file");
        let full = path.join("/");
        let id = if is_on_disk || location.is_below_base(path, options) {
            RepositoryId::new(owner, repo).map_err(|error| {
                error.about(if error.input == Part::Owner {
                    owner
                } else {
                    repo
                })
            })
        } else {
            let host = location.name().ok_or(Fault::Url(HOST))?;
            RepositoryId::hosted(&host, &full).map_err(|error| {
                error.about(if error.input == Part::Host {
                    &host
                } else {
                    &full
                })
            })
        };
        let id = id.map_err(Error::from)?;
        let url = match (location.scheme, location.user) {
            (Some("https"), Some(_)) => location.without_user(),
            _ => text.to_owned(),
        };
        Ok(Self {
            shown: redact::location(text),
            url,
            id,
            path_on_disk: is_on_disk.then(|| format!("/{full}")),
            users: location.users(),
        })
    }

    /// Returns where it is on this disk, without `.git`.
    pub(crate) fn path_on_disk(&self) -> Option<&str> {
        self.path_on_disk.as_deref()
    }

    /// Returns what a workspace of it records when it is made.
    ///
    /// Fails with W4's faults where the path on the disk cannot be recorded.
    pub(crate) fn metadata(&self, now: Timestamp) -> Result<WorkspaceMetadata, Error> {
        let mut recorded = WorkspaceMetadata::of(&self.id, now);
        if let Some(path) = &self.path_on_disk {
            recorded
                .set_disk_path(path)
                .map_err(|error| error.about(path))?;
        }
        Ok(recorded)
    }

    /// Returns what git or ssh said about this repository, without user information.
    pub(crate) fn redact(&self, said: &str) -> String {
        let mut said = redact::output(said);
        for user in &self.users {
            said = said.replace(&format!("{user}@"), "***@");
        }
        said
    }
}

/// Why a location is refused.
enum Fault {
    Url(&'static str),
    /// The address of a page, and where its repository is.
    Page(String),
    Other(Error),
}

impl Fault {
    fn about(self, text: &str) -> Error {
        match self {
            Self::Url(why) => refused(text, why),
            Self::Page(url) => refused(
                text,
                &format!("this is the address of a page; its repository is {url}"),
            ),
            Self::Other(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

fn refused(text: &str, why: &str) -> Error {
    Error::new(ErrorCode::UrlNotAllowed, Part::Url, redact::location(text)).with_detail(why)
}

const NO_REPOSITORY: &str =
    "an owner and a repository are wanted, as in https://host/owner/repo; this names only one";
const DASH: &str = "a host, user or path that begins with '-' would be an option";
const HOST: &str = "a host is a name of a-z, 0-9, '-', '_' and '.', or an IPv6 address in brackets, and a port behind \
    it a number up to 65535";
const PASSWORD: &str =
    "there is a password in it; leave it out, and let a credential helper give it to git";
const SCHEME: &str = "its scheme is not https or ssh";
const FILE: &str = "file URLs are not allowed here";

/// Looks for what is wrong in any kind of location.
fn check_characters(text: &str) -> Result<(), &'static str> {
    if text.contains(char::is_control) {
        return Err("there is a control character in it");
    }
    if text.contains([' ', '\\']) {
        return Err("there is a space or a '\\' in it; write a space as %20");
    }
    if text.starts_with('-') {
        return Err("it begins with '-', as an option does");
    }
    // Not in the address of a host, and so not where git would see a helper's name before it.
    let rest = match (text.find('['), text.find(']')) {
        (Some(start), Some(end)) if start < end && is_address(&text[start + 1..end]) => {
            [&text[..start], &text[end + 1..]]
        }
        _ => [text, ""],
    };
    if rest.iter().any(|part| part.contains("::")) {
        return Err("'::' stands behind the name of a program for git to run");
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    text.contains(':') && text.bytes().all(is_part)
}

/// A location in pieces, as git reads it.
struct Location<'a> {
    /// `None` in `user@host:path`.
    scheme: Option<&'a str>,
    user: Option<&'a str>,
    /// Host and port.
    host: &'a str,
    path: &'a str,
}

impl<'a> Location<'a> {
    fn of(text: &'a str) -> Result<Self, Fault> {
        if let Some((scheme, rest)) = text.split_once("://") {
            let authority = redact::authority(rest);
            let (user, host) = redact::split_user(authority);
            return Ok(Self {
                scheme: Some(scheme),
                user,
                host,
                path: &rest[authority.len()..],
            });
        }
        // The `:` behind the host, and none in it.
        let behind = text
            .find("@[")
            .and_then(|at| text[at..].find(']').map(|end| at + end));
        let from = behind.unwrap_or(0);
        let colon = text[from..].find(':').map(|at| from + at);
        let colon = colon.ok_or(Fault::Url(NO_REPOSITORY))?;
        let (user, host) = redact::split_user(&text[..colon]);
        // Without a user, a drive letter or a helper would look the same.
        let user = user.filter(|user| !user.is_empty() && !user.contains(['/', ':', '[']));
        Ok(Self {
            scheme: None,
            user: Some(user.ok_or(Fault::Url(
                "this is neither a URL nor of the form user@host:owner/repo",
            ))?),
            host,
            path: &text[colon + 1..],
        })
    }

    /// Makes sure that the location is of a kind that is cloned, with a host (but for files) that is no option of ssh's.
    fn check(&self, options: &Options) -> Result<(), Fault> {
        let is_good = match self.scheme {
            None | Some("https" | "ssh") => true,
            Some("file") => options.allow_file_urls,
            Some(_) => return Err(Fault::Url(SCHEME)),
        };
        if !is_good {
            return Err(Fault::Url(FILE));
        }
        if self.scheme == Some("file") {
            if self.user.is_some() || !self.host.is_empty() {
                return Err(Fault::Url("a file URL has no host: file:///path"));
            }
            return Ok(());
        }
        for user in self.users() {
            if user.starts_with('-') {
                return Err(Fault::Url(DASH));
            }
            if user.contains(':') {
                return Err(Fault::Url(PASSWORD));
            }
            if user.contains(char::is_control) {
                return Err(Fault::Url("there is a control character in it"));
            }
        }
        if self.host.starts_with('-') || (self.scheme.is_none() && self.path.starts_with('-')) {
            return Err(Fault::Url(DASH));
        }
        self.split_host().ok_or(Fault::Url(HOST))?;
        if self.path.contains('?') {
            return Err(Fault::Url("there is a query ('?') in it; git knows none"));
        }
        if self.path.contains('#') {
            return Err(Fault::Url(
                "there is a fragment ('#') in it; git knows none",
            ));
        }
        Ok(())
    }

    /// Who logs in: as it stands here, and without escapes.
    fn users(&self) -> Vec<String> {
        let user = self.user.filter(|user| !user.is_empty());
        let mut users: Vec<String> = user.map(str::to_owned).into_iter().collect();
        let plain = user.and_then(decoded);
        users.extend(plain.filter(|plain| Some(&**plain) != user));
        users
    }

    /// The host and, where one is given, the port.
    fn split_host(&self) -> Option<(&'a str, Option<u16>)> {
        let end = match self.host.strip_prefix('[') {
            Some(rest) => rest.find(']').filter(|&end| is_address(&rest[..end]))? + 2,
            None => self.host.find(':').unwrap_or(self.host.len()),
        };
        let (name, port) = self.host.split_at(end);
        let is_letter =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if !name.starts_with('[') && (name.is_empty() || !name.bytes().all(is_letter)) {
            return None;
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            _ => return None,
        };
        (port.is_none() || self.scheme.is_some()).then_some((name, port))
    }

    /// The host by which a repository is known: in lower case, with the port where that is not the scheme's own.
    fn name(&self) -> Option<String> {
        let (name, port) = self.split_host()?;
        // One host has one name: without the dot at the end of a full one, and an address as it is usually written.
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let address = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let address = address.and_then(|address| address.parse::<Ipv6Addr>().ok());
        let name = address.map_or(name, |address| format!("[{address}]"));
        Some(match (self.scheme, port) {
            (_, None) | (Some("https"), Some(443)) | (Some("ssh"), Some(22)) => name,
            (_, Some(port)) => format!("{name}:{port}"),
        })
    }

    /// Whether this is `owner/repo` behind the base that such a pair is cloned from.
    fn is_below_base(&self, path: &[String], options: &Options) -> bool {
        let Ok(base) = Location::of(&options.base_url) else {
            return false;
        };
        let above: Vec<&str> = base.names().collect();
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        base.name().is_some()
            && base.name() == self.name()
            && names.len() == above.len() + 2
            && names.starts_with(&above)
    }

    /// The components of the path, without escapes where it is a URL's, and without `.git` at the end.
    fn components(&self) -> Result<Vec<String>, Fault> {
        let path = self.path.trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let mut names = Vec::new();
        for name in path.split('/') {
            names.push(match self.scheme {
                Some(_) => decoded(name).ok_or(Fault::Url(
                    "an escape in it is not %, two digits, and UTF-8",
                ))?,
                None => name.to_owned(),
            });
        }
        // What follows the last `/` is the repository, even if only `.git` stood there.
        if names.pop_if(|name| name.is_empty()).is_some() {
            return Err(Fault::Url(NO_REPOSITORY));
        }
        names.retain(|name| !name.is_empty());
        Ok(names)
    }

    /// How many components lead to the repository, where this is the address of one of its pages.
    fn page(&self, path: &[String], options: &Options) -> Option<usize> {
        if self.scheme != Some("https") {
            return None;
        }
        // GitLab's pages; no project or group can be called so.
        if let Some(at) = path.iter().position(|name| name == "-") {
            return (at >= 2).then_some(at);
        }
        let base = Location::of(&options.base_url).ok()?;
        let count = base.names().count() + 2;
        // A repository in a group that is called so can be told by `.git`.
        let is_page = base.name() == self.name()
            && path.get(count).is_some_and(|kind| PAGES.contains(&&**kind))
            && self
                .path
                .trim_end_matches('/')
                .strip_suffix(".git")
                .is_none();
        is_page.then_some(count)
    }

    /// The components of the path as they are written.
    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.path.split('/').filter(|name| !name.is_empty())
    }

    fn without_user(&self) -> String {
        let scheme = self.scheme.unwrap_or_default();
        format!("{scheme}://{}{}", self.host, self.path)
    }

    /// The same with only some components of its path, and without user information.
    fn up_to(&self, count: usize) -> String {
        let path: Vec<&str> = self.names().take(count).collect();
        let scheme = self.scheme.unwrap_or_default();
        format!("{scheme}://{}/{}", self.host, path.join("/"))
    }
}

/// What stands behind `owner/repo` in the addresses of pages.
const PAGES: &[&str] = &[
    "actions",
    "blame",
    "blob",
    "branches",
    "commit",
    "commits",
    "compare",
    "discussions",
    "issues",
    "pull",
    "pulls",
    "raw",
    "releases",
    "tags",
    "tree",
    "wiki",
];

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
    fn a_host_has_one_name() {
        let id = |text: &str| Remote::read(text, &Options::default()).unwrap().id;
        for (one, other) in [
            ("acme/widget", "https://GitHub.com./acme/widget"),
            ("https://[0:0::1]/a/b", "https://[::1]:443/a/b"),
            ("ssh://git@host.test:22/a/b", "git@HOST.test:a/b"),
        ] {
            assert_eq!(id(one), id(other), "{one}");
        }
        assert_ne!(id("https://[::2]/a/b"), id("https://[::1]/a/b"));
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
                "acme/widget.git",
                "https://github.com/acme/widget.git",
                "acme",
                "widget",
            ),
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
                    (&*remote.url, remote.id.owner(), remote.id.repo()),
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
    fn a_refusal_says_what_is_wrong() {
        for (text, why) in [
            ("http://host.test/acme/widget", "scheme"),
            ("file:///src/acme/widget", "file URLs are not allowed"),
            ("https://u:secret@host.test/acme/widget", "password"),
            ("ssh://u%3Asecret@host.test/acme/widget", "password"),
            ("https://host.test/acme/a widget", "space"),
            ("https://host.test/acme/wid\nget", "control character"),
            ("ssh://u%0A@host.test/acme/widget", "control character"),
            ("ext::sh -c", "space"),
            ("ext::https://host.test/acme/widget", "'::'"),
            ("https://host.test/acme/wid::get", "'::'"),
            ("-oProxyCommand=x", "'-'"),
            ("ssh://%2Dx@host.test/acme/widget", "'-'"),
            ("ssh://-x/acme/widget", "'-'"),
            ("https://host.test/acme/widget?tab=readme", "query"),
            ("https://host.test/acme/widget#readme", "fragment"),
            ("git@host.test:acme/widget#readme", "fragment"),
            (
                "https://gist.host.test/0123456789abcdef.git",
                "owner and a repository",
            ),
            ("https://host.test/acme/.git", "owner and a repository"),
            ("https://host.test/", "owner and a repository"),
            ("widget", "owner and a repository"),
            ("https:///acme/widget", "a host is"),
            ("https://[::1/acme/widget", "'::'"),
            ("https://host%2etest/acme/widget", "a host is"),
            ("https://host.test:99999/acme/widget", "a host is"),
            ("https://host.test:x/acme/widget", "a host is"),
            ("https://host.test/acme/%zz", "escape"),
            ("host.test:acme/widget", "neither a URL"),
            (
                "https://github.com/acme/widget/tree/main",
                "its repository is https://github.com/acme/widget",
            ),
            (
                "https://S@github.com/acme/widget/pull/7",
                "its repository is https://github.com/acme/widget",
            ),
            (
                "https://github.com/acme/widget/actions",
                "https://github.com/acme/widget",
            ),
            (
                "https://gitlab.test/acme/sub/widget/-/tree/main",
                "its repository is https://gitlab.test/acme/sub/widget",
            ),
        ] {
            let error = Remote::read(text, &Options::default()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::UrlNotAllowed, "{text}");
            let detail = error.detail.unwrap();
            assert!(detail.contains(why), "{text}: {detail}");
        }
    }

    #[test]
    fn a_group_may_be_called_as_a_page_is() {
        let options = Options {
            base_url: "https://host.test/scm".into(),
            ..Options::default()
        };
        let read = |url: &str| Remote::read(url, &options).map(|remote| remote.id.to_string());
        let page = "https://host.test/scm/acme/widget/tree/main";
        assert!(
            read(page)
                .unwrap_err()
                .detail
                .unwrap()
                .ends_with("/scm/acme/widget")
        );
        for (url, id) in [
            ("https://host.test/scm/acme/tags", "acme/tags"),
            (
                "https://host.test/scm/acme/tags/x",
                "host.test/scm/acme/tags/x",
            ),
            (
                "https://host.test/scm/a/b/tags/x.git",
                "host.test/scm/a/b/tags/x",
            ),
            ("https://other.test/a/b/tags/x", "other.test/a/b/tags/x"),
        ] {
            assert_eq!(read(url).as_deref(), Ok(id));
        }
    }

    #[test]
    fn the_address_of_a_host_is_read() {
        for text in [
            "https://[::1]:1/acme/widget.git",
            "ssh://git@[2001:db8::1]/acme/widget",
            "git@[::1]:acme/widget",
        ] {
            let remote = read(text).unwrap();
            assert_eq!(
                (&*remote.url, remote.id.owner(), remote.id.repo()),
                (text, "acme", "widget")
            );
        }
    }

    #[test]
    fn git_is_told_no_secret_and_nobody_is_told_a_user() {
        for (text, url, shown) in [
            (
                "https://ghp_SECRET@host.test/acme/widget",
                "https://host.test/acme/widget",
                "https://***@host.test/acme/widget",
            ),
            (
                "https://a@b%40c@host.test:8443/acme/widget.git",
                "https://host.test:8443/acme/widget.git",
                "https://***@host.test:8443/acme/widget.git",
            ),
            (
                "https://user%3ASECRET@[::1]/acme/widget",
                "",
                "https://***@[::1]/acme/widget",
            ),
            (
                "https://@host.test/acme/widget",
                "https://host.test/acme/widget",
                "https://***@host.test/acme/widget",
            ),
            (
                "ssh://SECRET@host.test/acme/widget",
                "ssh://SECRET@host.test/acme/widget",
                "ssh://***@host.test/acme/widget",
            ),
            (
                "SECRET@host.test:acme/widget",
                "SECRET@host.test:acme/widget",
                "***@host.test:acme/widget",
            ),
            (
                "https://u:SECRET@host.test/a/b",
                "",
                "https://***@host.test/a/b",
            ),
            (
                "https://u:SEC/RET@host.test/a/b",
                "",
                "https://***@host.test/a/b",
            ),
            (
                "https://u:SECRET%40host.test/a/b",
                "",
                "https://***@host.test/a/b",
            ),
            (
                "https://SECRET@host.test/widget",
                "",
                "https://***@host.test/widget",
            ),
        ] {
            match Remote::read(text, &Options::default()) {
                Ok(remote) => assert_eq!((&*remote.url, &*remote.shown), (url, shown)),
                Err(error) => {
                    assert_eq!((&*error.rejection.text, ""), (shown, url), "{text}");
                    assert!(!error.to_string().contains("RET"), "{error}");
                }
            }
        }
        // A deployment's own base may name a user too.
        let options = Options {
            base_url: "https://SECRET@host.test".into(),
            ..Options::default()
        };
        let remote = Remote::read("acme/widget.git", &options).unwrap();
        assert_eq!(remote.url, "https://host.test/acme/widget.git");
        let remote = read("ssh://SEC%40RET@host.test/acme/widget").unwrap();
        assert_eq!(
            remote.redact("SEC@RET@host.test: Permission denied; SEC%40RET@host.test"),
            "***@host.test: Permission denied; ***@host.test"
        );
    }
}
