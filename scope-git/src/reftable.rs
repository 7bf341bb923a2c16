//! Looking up a reference where references are in reftables.

use std::io;
use std::path::Path;

use scope_core::{ErrorCode, Part};

use crate::dir::{Dir, LARGE};
use crate::fault::Fault;
use crate::files::{self, Head};

/// How often to begin again where tables go while they are read: git writes many into one and removes those.
const TRIES: usize = 3;

/// What the reference `name` stands for in the reftables of this git directory; nothing where it is not there.
///
/// # Errors
///
/// `corrupt_repository`, `unreadable`.
pub(crate) fn look_up(dir: &Dir, name: &[u8]) -> Result<Option<Head>, Fault> {
    again_where_gone(|| look_up_once(dir, name))
}

fn again_where_gone<T>(mut look_up: impl FnMut() -> Result<T, Trouble>) -> Result<T, Fault> {
    for _ in 0..TRIES {
        match look_up() {
            Err(Trouble::Gone) => {}
            Err(Trouble::Damage) => break,
            Err(Trouble::Io(error)) => return Err(Fault::of_io(&error, Part::Head)),
            Err(Trouble::Fault(fault)) => return Err(fault),
            Ok(found) => return Ok(found),
        }
    }
    Err(damaged())
}

fn damaged() -> Fault {
    Fault::At(ErrorCode::CorruptRepository, Part::Head)
}

/// Why a table gives no answer.
enum Trouble {
    /// It is not there any more.
    Gone,
    /// It is not what it should be.
    Damage,
    /// The system refuses.
    Io(io::Error),
    /// Something about the list of tables.
    Fault(Fault),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Damage,
            _ => Self::Io(error),
        }
    }
}

fn look_up_once(dir: &Dir, name: &[u8]) -> Result<Option<Head>, Trouble> {
    let list = dir
        .file("reftable/tables.list", LARGE, Part::Head)
        .map_err(Trouble::Fault)?
        .ok_or(Trouble::Damage)?;
    let open = |table: &str| dir.open_file(Path::new("reftable").join(table));
    Ok(files::reftable(&list, name, open)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_go_are_looked_for_again() {
        let after = |gone: usize, then: fn() -> Trouble| {
            let mut asked = 0;
            let found = again_where_gone(|| {
                asked += 1;
                match asked {
                    it if it <= gone => Err(Trouble::Gone),
                    it if it == TRIES => Ok("found"),
                    _ => Err(then()),
                }
            });
            (found, asked)
        };
        assert_eq!(after(TRIES - 1, || Trouble::Damage), (Ok("found"), TRIES));
        assert_eq!(after(TRIES, || Trouble::Damage), (Err(damaged()), TRIES));
        // What else is wrong does not pass.
        assert_eq!(after(1, || Trouble::Damage), (Err(damaged()), 2));
        let refused = || Trouble::from(io::Error::from(io::ErrorKind::PermissionDenied));
        let unreadable = Fault::At(ErrorCode::Unreadable, Part::Head);
        assert_eq!(after(0, refused), (Err(unreadable), 1));
        let gone = || Trouble::from(io::Error::from(io::ErrorKind::NotFound));
        assert_eq!(after(0, gone), (Ok("found"), TRIES));
        let cut = || Trouble::from(io::Error::from(io::ErrorKind::UnexpectedEof));
        assert_eq!(after(0, cut), (Err(damaged()), 1));
    }
}
