//! Inputs, made from a seed so that every run has the same.

/// A small generator of numbers (xorshift64*), so that inputs do not depend on a library's version.
#[derive(Clone, Debug)]
pub struct Seed(u64);

impl Seed {
    /// Any number but 0.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32;
        usize::try_from(high).unwrap_or(0) % end.max(1)
    }

    fn word(&mut self, alphabet: &[u8], edge: &[u8], length: usize) -> String {
        (0..length)
            .map(|at| {
                let set = if at == 0 || at + 1 == length {
                    edge
                } else {
                    alphabet
                };
                char::from(set[self.below(set.len())])
            })
            .collect()
    }
}

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const SLUG: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-";
const NAME: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-_";
const TAG: &[u8] = b"ABCDEFabcdefghijklmnopqrstuvwxyz0123456789_.-";

/// `count` references of exactly `length` bytes (at least 12), scopes of 3 to 8 bytes, every second with a tag.
pub fn references(count: usize, length: usize) -> Vec<String> {
    let mut seed = Seed::new(0x0005_C09E);
    (0..count)
        .map(|i| {
            let scope = 3 + seed.below(6.min(length - 9));
            let tag = if i % 2 == 0 {
                1 + seed.below(3.min(length - scope - 5))
            } else {
                0
            };
            let name = length - 2 - scope - if tag > 0 { tag + 1 } else { 0 };
            let mut text = format!(
                "@{}/{}",
                seed.word(SLUG, LOWER, scope),
                seed.word(NAME, LOWER, name)
            );
            if tag > 0 {
                text.push(':');
                text.push_str(&seed.word(TAG, LOWER, tag));
            }
            text
        })
        .collect()
}

/// The same with one character each that no part may hold.
pub fn invalid_references(count: usize, length: usize) -> Vec<String> {
    let mut seed = Seed::new(0xBAD);
    let mut texts = references(count, length);
    for text in &mut texts {
        let at = 1 + seed.below(text.len() - 2);
        text.replace_range(at..=at, "!");
    }
    texts
}

/// `count` texts as they come: references of 12 to 60 bytes with and without tags, and one in five at fault.
pub fn mixed(count: usize) -> Vec<String> {
    let mut seed = Seed::new(0x0A11);
    (0..count)
        .map(|_| {
            let length = 12 + seed.below(49);
            let (pool, at) = (8, seed.below(8));
            let texts = if seed.below(5) == 0 {
                invalid_references(pool, length)
            } else {
                references(pool, length)
            };
            texts.into_iter().nth(at).unwrap_or_default()
        })
        .collect()
}
