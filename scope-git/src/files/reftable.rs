//! Looking up one symbolic reference in reftables, the newer way in which git stores references.
//!
//! The format is that of git's `Documentation/technical/reftable.adoc`: `tables.list` names
//! tables from the oldest to the newest; a table is blocks of sorted records; the newest record of a name counts.

use std::cmp::Ordering;
use std::io::{self, Read, Seek, SeekFrom};

use super::Head;

/// The most tables of a list. Git keeps their number logarithmic in that of the references.
const MOST_TABLES: usize = 256;

/// How much of a table is read at most where its blocks are not found by their places, in bytes.
const MOST_ONE_BY_ONE: u64 = 1 << 20;

/// Looks a reference up in the reftables of a git directory: what it leads to, or `None` where it is not there.
///
/// `list` holds the bytes of `reftable/tables.list`, and `open` opens a file of the directory `reftable` by its name, which
/// holds no separator. Git removes tables after it has written a new list: where `open` fails with
/// [`io::ErrorKind::NotFound`], read the list again and begin anew. The linked worktrees of a repository have reftables of
/// their own for `HEAD`; branches are in those of the common directory.
///
/// # Errors
///
/// Those of `open` and of reading what it opened; [`io::ErrorKind::InvalidData`] and [`io::ErrorKind::UnexpectedEof`] where
/// the list or a table is damaged.
///
/// ```no_run
/// use scope_git::files::reftable;
///
/// let dir = std::path::Path::new("app/.git/reftable");
/// let list = std::fs::read(dir.join("tables.list"))?;
/// let head = reftable(&list, b"HEAD", |table| std::fs::File::open(dir.join(table)))?;
/// println!("{:?}", head.as_ref().and_then(|head| head.branch()));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn reftable<T: Read + Seek>(
    list: &[u8],
    name: &[u8],
    mut open: impl FnMut(&str) -> io::Result<T>,
) -> io::Result<Option<Head>> {
    let names = list.split(|&byte| byte == b'\n');
    let tables: Vec<&[u8]> = names.filter(|table| !table.is_empty()).collect();
    if tables.len() > MOST_TABLES {
        return Err(damage());
    }
    for table in tables.iter().rev() {
        let table = str::from_utf8(table).map_err(|_| damage())?;
        if table.contains(['/', '\\', '\0']) {
            return Err(damage());
        }
        match Table::new(open(table)?)?.find(name)? {
            Found::Nothing => {}
            Found::Deleted => return Ok(None),
            Found::Commit(hash) => return Ok(Some(Head::Commit(hex(&hash)))),
            Found::Reference(target) => return Ok(Some(Head::Reference(target))),
        }
    }
    Ok(None)
}

fn damage() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// What a table says of a name.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Deleted,
    /// The bytes of a commit's name.
    Commit(Vec<u8>),
    Reference(Vec<u8>),
}

/// A table, and where in it the blocks of references are.
struct Table<T> {
    file: T,
    /// Bytes of the header, which the first block counts as its own.
    header: u64,
    /// Bytes of a block; 0 where blocks follow each other without padding.
    block: u64,
    /// Where blocks of references end.
    end: u64,
    /// Bytes of a commit's name.
    hash: usize,
}

impl<T: Read + Seek> Table<T> {
    fn new(mut file: T) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut start = [0; 28];
        file.read_exact(&mut start)?;
        let (header, hash) = match (&start[..5], &start[24..]) {
            (b"REFT\x01", _) => (24, 20),
            (b"REFT\x02", b"sha1") => (28, 20),
            (b"REFT\x02", b"s256") => (28, 32),
            _ => return Err(damage()),
        };
        let block = number(&start[5..8]);

        // The header again, five positions of eight bytes, and a checksum.
        let footer = header + 5 * 8 + 4;
        let footer_at = length.checked_sub(footer).ok_or_else(damage)?;
        let mut positions = [0; 5 * 8];
        file.seek(SeekFrom::Start(footer_at + header))?;
        file.read_exact(&mut positions)?;
        let at = |i: usize| number(&positions[i * 8..][..8]);
        // Of the index of references, the objects, their index, the log, its index. The low bits of the second are a length.
        let sections = [at(0), at(1) >> 5, at(2), at(3), at(4)];
        let end = sections.into_iter().filter(|&position| position > 0);
        Ok(Self {
            file,
            header,
            block,
            end: end.fold(footer_at, u64::min),
            hash,
        })
    }

    fn find(&mut self, name: &[u8]) -> io::Result<Found> {
        if self.end <= self.header {
            return Ok(Found::Nothing);
        }
        if self.block == 0 {
            return self.find_one_by_one(name);
        }
        // The last block that does not begin after the name.
        let (mut low, mut high) = (0, self.end.div_ceil(self.block));
        while high - low > 1 {
            let middle = low.midpoint(high);
            let block = self.read_block(middle * self.block)?;
            match block.first_name() {
                Some(first) if first <= name => low = middle,
                Some(_) => high = middle,
                None => return Err(damage()),
            }
        }
        let block = self.read_block(low * self.block)?;
        block.find(name).ok_or_else(damage)
    }

    /// Through blocks that lie at no regular distance, as far as they are few.
    fn find_one_by_one(&mut self, name: &[u8]) -> io::Result<Found> {
        let mut at = 0;
        while at < self.end && at < MOST_ONE_BY_ONE {
            let block = self.read_block(at)?;
            match block.find(name).ok_or_else(damage)? {
                Found::Nothing => at = block.end,
                found => return Ok(found),
            }
        }
        if at < self.end {
            return Err(damage());
        }
        Ok(Found::Nothing)
    }

    /// The block of references at this position.
    fn read_block(&mut self, at: u64) -> io::Result<Block> {
        let header = if at == 0 { self.header } else { 0 };
        let mut start = [0; 4];
        self.file.seek(SeekFrom::Start(at + header))?;
        self.file.read_exact(&mut start)?;
        // The length counts from the start of the file in the first block, else from the start of the block.
        let length = number(&start[1..]).checked_sub(header + 4);
        let length = length.filter(|_| start[0] == b'r').ok_or_else(damage)?;
        let end = at + header + 4 + length;
        if end > self.end {
            return Err(damage());
        }
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(length).read_to_end(&mut bytes)?;
        if read as u64 != length {
            return Err(damage());
        }
        Ok(Block {
            records: records(bytes).ok_or_else(damage)?,
            hash: self.hash,
            end,
        })
    }
}

/// A block of references.
struct Block {
    /// The bytes of its records.
    records: Vec<u8>,
    hash: usize,
    /// Where in the file it ends.
    end: u64,
}

impl Block {
    /// The name of its first record, which is written in full.
    fn first_name(&self) -> Option<&[u8]> {
        let mut rest = &self.records[..];
        if varint(&mut rest)? != 0 {
            return None;
        }
        let length = usize::try_from(varint(&mut rest)? >> 3).ok()?;
        rest.get(..length)
    }

    fn find(&self, wanted: &[u8]) -> Option<Found> {
        find(&self.records, self.hash, wanted)
    }
}

/// The records of a block without the table of restarts at its end.
fn records(mut block: Vec<u8>) -> Option<Vec<u8>> {
    let count = block.len().checked_sub(2)?;
    let restarts = usize::try_from(number(&block[count..])).ok()?;
    let end = count.checked_sub(restarts * 3)?;
    block.truncate(end);
    Some(block)
}

/// What records, in order of their names, say of the name `wanted`; nothing where they are no records.
fn find(records: &[u8], hash: usize, wanted: &[u8]) -> Option<Found> {
    let mut rest = records;
    let mut name = Vec::new();
    while !rest.is_empty() {
        let prefix = usize::try_from(varint(&mut rest)?).ok()?;
        let suffix = varint(&mut rest)?;
        let length = usize::try_from(suffix >> 3).ok()?;
        if prefix > name.len() {
            return None;
        }
        name.truncate(prefix);
        name.extend_from_slice(take(&mut rest, length)?);
        // How much later than the table it was written.
        varint(&mut rest)?;
        let found = match suffix & 7 {
            0 => Found::Deleted,
            1 => Found::Commit(take(&mut rest, hash)?.to_vec()),
            // A tag, and the commit that it is on.
            2 => Found::Commit(take(&mut rest, hash * 2)?[..hash].to_vec()),
            3 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                Found::Reference(take(&mut rest, length)?.to_vec())
            }
            _ => return None,
        };
        match name[..].cmp(wanted) {
            Ordering::Less => {}
            Ordering::Equal => return Some(found),
            Ordering::Greater => break,
        }
    }
    Some(Found::Nothing)
}

/// The hexadecimal digits of these bytes.
fn hex(bytes: &[u8]) -> Vec<u8> {
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
    bytes.iter().flat_map(digits).collect()
}

/// Reads bytes as a block of a table, for fuzzing.
pub(crate) fn read_as_block(bytes: &[u8]) {
    if let Some(records) = records(bytes.to_vec()) {
        let block = Block {
            records,
            hash: 20,
            end: 0,
        };
        let _ = (block.first_name(), block.find(b"HEAD"));
    }
}

/// A number of up to eight bytes, the highest first.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// A number in as many bytes as it needs, as in git's pack files.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    loop {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?.checked_mul(128)?;
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `HEAD` → `refs/heads/main`, a commit `refs/heads/main` and a deleted `refs/heads/old`.
    fn block() -> Vec<u8> {
        let mut bytes = vec![0, 4 << 3 | 3, b'H', b'E', b'A', b'D', 0, 15];
        bytes.extend(b"refs/heads/main");
        bytes.extend([0, 15 << 3 | 1]);
        bytes.extend(b"refs/heads/main");
        bytes.push(0);
        bytes.extend([7; 20]);
        bytes.extend([11, 3 << 3, b'o', b'l', b'd', 1]);
        bytes
    }

    #[test]
    fn names_are_found_in_a_block() {
        let found = |name: &[u8]| find(&block(), 20, name);
        assert_eq!(
            found(b"HEAD"),
            Some(Found::Reference(b"refs/heads/main".to_vec()))
        );
        assert_eq!(found(b"refs/heads/main"), Some(Found::Commit(vec![7; 20])));
        assert_eq!(found(b"refs/heads/old"), Some(Found::Deleted));
        for name in ["A", "HEADS", "refs/heads/main2", "z"] {
            assert_eq!(found(name.as_bytes()), Some(Found::Nothing), "{name}");
        }
    }

    /// A record of a commit whose name has so many bytes.
    fn commit(name: &str, hash: usize) -> Vec<u8> {
        let suffix = u8::try_from(name.len() << 3 | 1).unwrap();
        let mut bytes = vec![0, suffix];
        bytes.extend(name.as_bytes());
        bytes.push(0);
        bytes.resize(bytes.len() + hash, 7);
        bytes
    }

    /// A table in which each block of references follows the one before it without padding, as git does not write them but
    /// the format allows, and after them one block of objects. Each block has so many restarts.
    fn table(start: &[u8], blocks: &[Vec<u8>], restarts: u16) -> Vec<u8> {
        let mut bytes = start[..5].to_vec();
        bytes.resize(24, 0);
        bytes.extend(&start[5..]);
        let header = bytes.clone();
        for records in blocks {
            let before = if bytes == header { header.len() } else { 0 };
            let length = before + 4 + records.len() + 3 * usize::from(restarts) + 2;
            bytes.push(b'r');
            bytes.extend(&u32::try_from(length).unwrap().to_be_bytes()[1..]);
            bytes.extend(records);
            bytes.resize(bytes.len() + 3 * usize::from(restarts), 0);
            bytes.extend(restarts.to_be_bytes());
        }
        let objects = (bytes.len() as u64) << 5 | 2;
        bytes.extend(b"o\0\0\x06\0\0");
        bytes.extend(header);
        for position in [0, objects, 0, 0, 0] {
            bytes.extend(position.to_be_bytes());
        }
        bytes.extend(b"sum!");
        bytes
    }

    /// What a table says of a name; nothing where it is damaged.
    fn said(table: &[u8], name: &str) -> Option<Found> {
        let mut table = Table::new(io::Cursor::new(table)).ok()?;
        table.find(name.as_bytes()).ok()
    }

    #[test]
    fn blocks_without_padding_are_read_one_by_one() {
        for (start, hash) in [
            (&b"REFT\x01"[..], 20),
            (b"REFT\x02sha1", 20),
            (b"REFT\x02s256", 32),
        ] {
            let names = ["HEAD", "refs/heads/a", "refs/heads/z"];
            let blocks = names.map(|name| commit(name, hash));
            let table = table(start, &blocks, 1);
            for name in names {
                let commit = Found::Commit(vec![7; hash]);
                assert_eq!(said(&table, name), Some(commit), "{name}");
            }
            for name in ["A", "refs/heads/m", "refs/tags/a"] {
                assert_eq!(said(&table, name), Some(Found::Nothing), "{name}");
            }
        }
        for start in [b"REFT\x02none", b"REFT\x03sha1"] {
            assert_eq!(said(&table(start, &[commit("HEAD", 20)], 1), "HEAD"), None);
        }
    }

    #[test]
    fn blocks_without_padding_are_read_as_far_as_they_are_few() {
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let blocks = names.map(|name| commit(name, 20));
        let table = table(b"REFT\x01", &blocks, u16::MAX);
        let most = usize::try_from(MOST_ONE_BY_ONE).unwrap();
        // Six blocks are more than what is read, 1 MiB; the sixth begins before that.
        assert!(table.len() / 7 * 5 < most && most < table.len() / 7 * 6);
        assert_eq!(said(&table, "f"), Some(Found::Commit(vec![7; 20])));
        assert_eq!(said(&table, "g"), None);
    }

    #[test]
    fn the_newest_table_that_has_a_name_counts() {
        let start = b"REFT\x01";
        let deleted = vec![0, 1 << 3, b'a', 0];
        let tables = |name: &str| {
            let records = match name {
                "1" => commit("a", 20),
                "2" => commit("b", 20),
                "3" => deleted.clone(),
                "bad" => return Ok(io::Cursor::new(b"REFT".to_vec())),
                _ => return Err(io::ErrorKind::NotFound.into()),
            };
            Ok(io::Cursor::new(table(start, &[records], 1)))
        };
        let look_up = |list: &str, name: &str| {
            let found = reftable(list.as_bytes(), name.as_bytes(), tables);
            found.map_err(|error| error.kind())
        };
        let commit = Ok(Some(Head::Commit(hex(&[7; 20]))));
        assert_eq!(look_up("1\n2\n", "a"), commit);
        assert_eq!(look_up("1\n2", "b"), commit);
        assert_eq!(look_up("1\n2\n3\n", "a"), Ok(None));
        assert_eq!(look_up("3\n1\n", "a"), commit);
        assert_eq!(look_up("1\n", "c"), Ok(None));
        assert_eq!(look_up("", "a"), Ok(None));
        assert_eq!(look_up("gone\n", "a"), Err(io::ErrorKind::NotFound));
        assert_eq!(look_up("bad\n", "a"), Err(io::ErrorKind::UnexpectedEof));
        for list in ["../1\n", "\\\n", "\0\n", &"1\n".repeat(MOST_TABLES + 1)] {
            assert_eq!(
                look_up(list, "b"),
                Err(io::ErrorKind::InvalidData),
                "{list:?}"
            );
        }
    }

    #[test]
    fn a_tag_has_two_commits() {
        let mut bytes = vec![0, 3 << 3 | 2, b't', b'a', b'g', 0];
        bytes.extend([7; 40]);
        bytes.extend(commit("z", 20));
        for name in ["tag", "z"] {
            let found = find(&bytes, 20, name.as_bytes());
            assert_eq!(found, Some(Found::Commit(vec![7; 20])));
        }
    }

    #[test]
    fn a_commit_is_told_in_digits() {
        assert_eq!(hex(&[0x00, 0x9f, 0xa0, 0xff]), b"009fa0ff");
    }

    #[test]
    fn records_end_where_the_restarts_begin() {
        let mut bytes = block();
        bytes.extend([0; 9]);
        bytes.extend([0, 3]);
        assert_eq!(records(bytes), Some(block()));
        let block = Block {
            records: block(),
            hash: 20,
            end: 0,
        };
        assert_eq!(block.first_name(), Some(&b"HEAD"[..]));
    }

    #[test]
    fn a_block_that_is_cut_or_changed_stops_nobody() {
        let whole = block();
        for length in 0..whole.len() {
            let _ = find(&whole[..length], 20, b"z");
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[length] ^= 1 << bit;
                let _ = find(&changed, 20, b"z");
            }
        }
    }

    #[test]
    fn numbers_are_read_as_git_writes_them() {
        let read = |bytes: &[u8]| varint(&mut &bytes[..]);
        assert_eq!(read(&[0x7f]), Some(127));
        assert_eq!(read(&[0x80, 0x00]), Some(128));
        assert_eq!(read(&[0x80, 0x7f]), Some(255));
        assert_eq!(read(&[0x81, 0x00]), Some(256));
        assert_eq!(read(&[0x80]), None);
        assert_eq!(read(&[0xff; 11]), None);
    }
}
