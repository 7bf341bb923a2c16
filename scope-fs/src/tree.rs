//! Trees: how big one is, and removing one. Nothing outside is touched, whatever the tree holds and whoever changes it
//! meanwhile; no depth exhausts the stack or the handles.

use std::collections::HashMap;
use std::ffi::{CStr, CString};

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use crate::dir::{Dir, Identity, identity_of};

/// How many directories deep a walk holds handles. Deeper ones are moved up before they are removed.
const DEEP: usize = 64;

/// Removes `name` in `parent`, whatever it is. Gives the bytes that this freed: those of files whose last name went.
///
/// `EXDEV` where another file system is mounted in it; that is left alone.
pub fn remove(parent: &Dir, name: &CStr) -> Result<u64, Errno> {
    let mut removal = Removal {
        top: parent,
        device: parent.identity()?.0,
        raised: Vec::new(),
        numbered: 0,
        prefix: name.to_owned(),
        freed: 0,
    };
    removal.entry(parent, name, 0)?;
    while let Some(name) = removal.raised.pop() {
        removal.entry(parent, &name, 0)?;
    }
    Ok(removal.freed)
}

struct Removal<'a> {
    top: &'a Dir,
    device: u64,
    /// What was moved up beside the tree, since it was too deep.
    raised: Vec<CString>,
    numbered: u64,
    prefix: CString,
    freed: u64,
}

impl Removal<'_> {
    fn entry(&mut self, parent: &Dir, name: &CStr, depth: usize) -> Result<(), Errno> {
        let stat = parent.stat_entry(name)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            parent.remove_file(name)?;
            if stat.st_nlink <= 1 {
                self.freed += bytes_on_disk(&stat);
            }
            return Ok(());
        }
        if identity_of(&stat).0 != self.device {
            return Err(Errno::XDEV);
        }
        if depth == DEEP {
            self.numbered += 1;
            let raised = [
                self.prefix.to_bytes(),
                b"-",
                self.numbered.to_string().as_bytes(),
            ]
            .concat();
            let raised = CString::new(raised).map_err(|_| Errno::INVAL)?;
            parent.rename_new(name, self.top, &*raised)?;
            self.raised.push(raised);
            return Ok(());
        }
        let dir = match parent.open_dir(name) {
            Err(Errno::ACCESS) => parent.open_shut_dir(name)?,
            other => other?,
        };
        if dir.identity()?.0 != self.device {
            return Err(Errno::XDEV);
        }
        let mut opened = false;
        for (child, _) in dir.entries()? {
            match self.entry(&dir, &child, depth + 1) {
                // Gone already, which is what is wanted.
                Err(Errno::NOENT) => {}
                // It may be read and not written to.
                Err(Errno::ACCESS) if !opened => {
                    opened = true;
                    parent.open_shut_dir(name)?;
                    self.entry(&dir, &child, depth + 1)?;
                }
                other => other?,
            }
        }
        drop(dir);
        parent.remove_dir(name)?;
        self.freed += bytes_on_disk(&stat);
        Ok(())
    }
}

/// How big a tree is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes on the disk that would be freed if it went.
    pub bytes: u64,
    /// Whether all of it was looked at.
    pub whole: bool,
}

/// Measures what removing a directory would free. What cannot be read, is too deep or on another file system is left
/// out, and said to be.
pub fn measure(dir: &Dir) -> Result<Size, Errno> {
    measure_while(dir, &mut |_| true)
}

/// Measures like [`measure`], for as long as `go_on` answers `true`. It is asked at every entry, with the bytes so far; what
/// is not looked at any more is left out, and said to be.
///
/// # Errors
///
/// Those of [`measure`].
///
/// ```
/// use scope_fs::{Dir, Resolution, tree};
///
/// # let tree = tempfile::tempdir()?;
/// # for name in ["a", "b", "c"] { std::fs::write(tree.path().join(name), [1; 9000])?; }
/// let dir = Dir::open_trusted(tree.path(), Resolution::default())?;
/// let whole = tree::measure(&dir)?;
/// let part = tree::measure_while(&dir, &mut |bytes| bytes < 9000)?;
/// assert!(whole.whole && !part.whole && 9000 <= part.bytes && part.bytes < whole.bytes);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn measure_while(dir: &Dir, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Size, Errno> {
    let stat = dir.stat()?;
    let mut measure = Measure {
        go_on,
        device: identity_of(&stat).0,
        linked: HashMap::new(),
        size: Size {
            bytes: bytes_on_disk(&stat),
            whole: true,
        },
    };
    match measure.below(dir, 0) {
        Err(Errno::CANCELED) => measure.size.whole = false,
        other => other?,
    }
    Ok(measure.size)
}

struct Measure<'a> {
    go_on: &'a mut dyn FnMut(u64) -> bool,
    device: u64,
    /// Files with more names than one, and how many of those were seen.
    linked: HashMap<Identity, u64>,
    size: Size,
}

impl Measure<'_> {
    fn below(&mut self, dir: &Dir, depth: usize) -> Result<(), Errno> {
        for (name, _) in dir.entries()? {
            if !(self.go_on)(self.size.bytes) {
                return Err(Errno::CANCELED);
            }
            // A tree that is at work changes while it is measured.
            let Ok(stat) = dir.stat_entry(&*name) else {
                continue;
            };
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                self.size.bytes += bytes_on_disk(&stat);
                let below = if identity_of(&stat).0 != self.device || depth == DEEP {
                    Err(Errno::XDEV)
                } else {
                    dir.open_dir(&*name)
                        .and_then(|dir| self.below(&dir, depth + 1))
                };
                if below == Err(Errno::CANCELED) {
                    return below;
                }
                self.size.whole &= !matches!(below, Err(errno) if errno != Errno::NOENT);
            } else if self.is_last_name(&stat) {
                self.size.bytes += bytes_on_disk(&stat);
            }
        }
        Ok(())
    }

    fn is_last_name(&mut self, stat: &Stat) -> bool {
        if stat.st_nlink <= 1 {
            return true;
        }
        let seen = self.linked.entry(identity_of(stat)).or_default();
        *seen += 1;
        *seen == names_of(stat)
    }
}

#[expect(
    clippy::unnecessary_cast,
    reason = "the type differs from system to system"
)]
fn names_of(stat: &Stat) -> u64 {
    stat.st_nlink as u64
}

/// Blocks are 512 bytes, whatever the file system's own are.
fn bytes_on_disk(stat: &Stat) -> u64 {
    u64::try_from(stat.st_blocks).unwrap_or(0) * 512
}
