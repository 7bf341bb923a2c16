//! Reading no more of a file than is allowed.

use std::io::{self, Read};

/// Reads to the end, in steps of which the first has room for `usual` bytes. `None` for more than `most` bytes. Where
/// `is_all` says so of what was read so far, the end is not asked for.
pub(crate) fn read_to(
    from: &mut impl Read,
    usual: usize,
    most: usize,
    is_all: impl Fn(&[u8]) -> bool,
) -> io::Result<Option<Vec<u8>>> {
    // One byte more than is allowed tells a file that is too long from one that is just as long.
    let limit = most.saturating_add(1);
    let mut bytes = vec![0; usual.clamp(1, limit)];
    let mut have = 0;
    loop {
        let got = match from.read(&mut bytes[have..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            got => got?,
        };
        have += got;
        if have > most {
            return Ok(None);
        }
        // A step that is full may be short of the end whatever the text looks like.
        if got == 0 || have < bytes.len() && is_all(&bytes[..have]) {
            bytes.truncate(have);
            return Ok(Some(bytes));
        }
        if have == bytes.len() {
            bytes.resize(have.saturating_mul(2).min(limit), 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time, and is interrupted before each.
    struct Slow<'a>(&'a [u8], usize, bool);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = self.1.min(to.len());
            (&self.0[..length.min(self.0.len())])
                .read(to)
                .inspect(|read| self.0 = &self.0[*read..])
        }
    }

    #[test]
    fn a_file_is_read_to_its_end_or_is_too_long() {
        let text: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 7, 8, 9, 15, 16, 17, 255, 256] {
            for step in [1, 3, 8, 300] {
                for usual in [0, 1, 8, 300] {
                    let read = |most| {
                        read_to(&mut Slow(&text[..length], step, false), usual, most, |_| {
                            false
                        })
                    };
                    assert_eq!(read(length).unwrap().as_deref(), Some(&text[..length]));
                    assert_eq!(read(300).unwrap().as_deref(), Some(&text[..length]));
                    if length > 0 {
                        assert_eq!(read(length - 1).unwrap(), None);
                    }
                }
            }
        }
    }

    #[test]
    fn the_end_is_not_asked_for_where_it_is_known() {
        let mut file = Slow(b"line\nmore", 5, false);
        let read = read_to(&mut file, 8, 100, |text| text.ends_with(b"\n"));
        assert_eq!(read.unwrap().as_deref(), Some(&b"line\n"[..]));
        assert_eq!(file.0, b"more");
        // Where a step is full there may be more of the line.
        let read = read_to(&mut Slow(b"line\nmore\n", 5, false), 5, 100, |text| {
            text.ends_with(b"\n")
        });
        assert_eq!(read.unwrap().as_deref(), Some(&b"line\nmore\n"[..]));
    }
}
