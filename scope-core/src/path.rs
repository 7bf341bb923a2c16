//! Absolute paths as text: no file system is asked (K2, W5).

use alloc::vec::Vec;

use crate::error::{Error, ErrorCode, Fault, Part};
use crate::newtype::validated_text;

/// The longest path, in bytes, that a checkout is looked for at (G4): what Linux takes.
pub const MAX_ON_DISK: usize = 4095;

validated_text! {
    /// An absolute, clean path, borrowed: POSIX (`/srv/app`), Windows (`C:\app`, `C:/app`) or UNC
    /// (`\\server\share\app`), compared by byte (K2).
    ///
    /// Faults: `empty`, `not_absolute`, `invalid_character` (NUL), `dot_component`, `repeated_separator`,
    /// `trailing_separator`; the part is `primary_path`.
    ///
    /// ```
    /// use scope_core::AbsolutePath;
    /// assert_eq!(AbsolutePath::new("/src/app")?.last_component(), "app");
    /// assert_eq!(AbsolutePath::new("src").unwrap_err().code.as_str(), "not_absolute");
    /// # Ok::<(), scope_core::Error>(())
    /// ```
    AbsolutePath,
    /// An absolute, clean path, owned. See [`AbsolutePath`].
    AbsolutePathBuf,
    check_path
}

impl<'a> AbsolutePath<'a> {
    /// Checks `text`, which is the argument `part`.
    pub(crate) fn argument(text: &'a str, part: Part) -> Result<Self, Error> {
        check(text).map_err(|fault| fault.alone(part))?;
        Ok(Self::assume(text))
    }

    /// The last component; of a root, the root.
    pub fn last_component(self) -> &'a str {
        self.last_components().next().unwrap_or(self.as_str())
    }

    /// What people call a repository at this path (K6): the last component, but before one that repositories' own files
    /// are usually in, the component before that.
    pub(crate) fn short(self) -> &'a str {
        let mut components = self.last_components();
        match components.next() {
            Some(own @ (".git" | ".bare")) => components.next().unwrap_or(own),
            last => last.unwrap_or(self.as_str()),
        }
    }

    /// The components below the root, from the last.
    fn last_components(self) -> impl Iterator<Item = &'a str> {
        let text = self.as_str();
        let root = root_of(text);
        let below = root.and_then(|root| text.get(root.length..));
        below
            .unwrap_or_default()
            .rsplit(move |char| root.is_some_and(|root| root.is_separator(char)))
            .filter(|component| !component.is_empty())
    }

    /// The path of something below it, its components joined with this path's own separator (W1).
    pub(crate) fn join(self, components: &[&str]) -> alloc::string::String {
        let text = self.as_str();
        let separator = root_of(text).map_or('/', |root| root.own_separator(text));
        let mut path = alloc::string::String::from(text);
        for component in components {
            if !path.ends_with(separator) {
                path.push(separator);
            }
            path.push_str(component);
        }
        path
    }
}

/// Says what keeps `text` from being an absolute, clean path (K2). The part is `primary_path`.
fn check_path(text: &str) -> Result<(), Error> {
    check(text).map_err(|fault| fault.alone(Part::PrimaryPath))
}

/// The form of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Posix,
    Drive,
    Unc,
}

/// The root at the beginning of a path.
#[derive(Clone, Copy)]
struct Root {
    form: Form,
    /// Bytes, a separator at its end included.
    length: usize,
}

impl Root {
    fn is_separator(self, char: char) -> bool {
        char == '/' || (char == '\\' && self.form != Form::Posix)
    }

    /// The last separator in the root.
    fn own_separator(self, path: &str) -> char {
        match path.get(..self.length).and_then(|root| root.chars().last()) {
            Some('/') => '/',
            _ => '\\',
        }
    }
}

/// The root of `text`; `None` where it fits no form of K2's table.
fn root_of(text: &str) -> Option<Root> {
    match text.as_bytes() {
        [b'/', ..] => Some(Root {
            form: Form::Posix,
            length: 1,
        }),
        [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic() => Some(Root {
            form: Form::Drive,
            length: 3,
        }),
        [b'\\', b'\\', ..] => {
            let (server, rest) = text.get(2..)?.split_once(['\\', '/'])?;
            let share = rest.split(['\\', '/']).next()?;
            let after_server = server.len().saturating_add(2);
            let length = after_server.saturating_add(1).saturating_add(share.len());
            let named = |part| !matches!(part, "" | "." | ".." | "?");
            (named(server) && named(share) && text.get(after_server..)?.starts_with('\\')).then(
                || {
                    let separated = text.len() > length;
                    Root {
                        form: Form::Unc,
                        length: length.saturating_add(usize::from(separated)),
                    }
                },
            )
        }
        _ => None,
    }
}

/// The fault of a text that is no absolute, clean path.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    let root = absolute_root(text)?;
    let nul = text.find('\0').unwrap_or(usize::MAX);
    let mut start = root.length;
    let body = text.get(start..).unwrap_or_default();
    if nul < start {
        return Err(Fault::new(ErrorCode::InvalidCharacter, nul));
    }
    if body.is_empty() {
        return Ok(());
    }
    for component in body.split(|char| root.is_separator(char)) {
        let end = start.saturating_add(component.len());
        let fault = match component {
            // A path that ends with its root has no body.
            "" if end == text.len() => Some(Fault::new(
                ErrorCode::TrailingSeparator,
                start.saturating_sub(1),
            )),
            "" => Some(Fault::new(ErrorCode::RepeatedSeparator, start)),
            "." | ".." => Some(Fault::new(ErrorCode::DotComponent, start)),
            _ if nul < end => Some(Fault::new(ErrorCode::InvalidCharacter, nul)),
            _ => None,
        };
        if let Some(fault) = fault {
            return Err(fault);
        }
        start = end.saturating_add(1);
    }
    Ok(())
}

fn absolute_root(text: &str) -> Result<Root, Fault> {
    root_of(text).ok_or_else(|| {
        let code = if text.is_empty() {
            ErrorCode::Empty
        } else {
            ErrorCode::NotAbsolute
        };
        Fault::new(code, 0)
    })
}

/// Whether `path` lies strictly below `base`, by their text alone (W5). Both are cleaned first: `.`, `..` and needless
/// separators go.
///
/// Component by component: `/data/u1` does not contain `/data/u10`. **The answer says nothing about symbolic links**,
/// which can lead from below base to anywhere; where that matters, go through directory handles.
///
/// # Errors
///
/// `empty`, `not_absolute` or `invalid_character` (NUL), of `base`, then of `path`.
///
/// ```
/// assert!(scope_core::contains("/data/u1", "/data/u1/app")?);
/// assert!(!scope_core::contains("/data/u1", "/data/u1/../u2/app")?);
/// assert!(!scope_core::contains("/data/u1", "/data/u1")?);
/// # Ok::<(), scope_core::Error>(())
/// ```
pub fn contains(base: &str, path: &str) -> Result<bool, Error> {
    let base = Cleaned::new(base).map_err(|fault| fault.alone(Part::Base))?;
    let path = Cleaned::new(path).map_err(|fault| fault.alone(Part::Path))?;
    Ok(base.root == path.root
        && path.components.len() > base.components.len()
        && path.components.starts_with(&base.components))
}

/// A path after lexical cleaning.
struct Cleaned<'a> {
    /// The root's form and what names it: a drive, or server and share.
    root: (Form, Vec<&'a str>),
    components: Vec<&'a str>,
}

impl<'a> Cleaned<'a> {
    fn new(text: &'a str) -> Result<Self, Fault> {
        let root = absolute_root(text)?;
        if let Some(nul) = text.find('\0') {
            return Err(Fault::new(ErrorCode::InvalidCharacter, nul));
        }
        let (head, body) = text.split_at_checked(root.length).unwrap_or((text, ""));
        let parts = |text: &'a str| {
            text.split(move |char| root.is_separator(char))
                .filter(|part| !part.is_empty())
        };
        let mut components = Vec::new();
        for component in parts(body) {
            match component {
                "." => {}
                ".." => {
                    components.pop();
                }
                _ => components.push(component),
            }
        }
        Ok(Self {
            root: (root.form, parts(head).collect()),
            components,
        })
    }
}
