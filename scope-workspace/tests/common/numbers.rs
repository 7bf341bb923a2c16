//! Numbers at random from a seed, so that a run can be repeated.

use std::env;
use std::hash::{BuildHasher as _, RandomState};

/// Numbers at random (splitmix64): whoever has the seed has them again.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Returns one of them.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        let at = self.below(all.len() as u64);
        all[usize::try_from(at).unwrap()]
    }

    /// Returns true once in so many times.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Returns what `SCOPE_SEED` says, or else a seed of its own, and prints it.
pub(crate) fn seed() -> u64 {
    let seed = setting(
        "SCOPE_SEED",
        RandomState::new().hash_one(std::process::id()) >> 16,
    );
    println!("SCOPE_SEED={seed}");
    seed
}

/// Returns the number that a variable of the environment says.
pub(crate) fn setting(name: &str, otherwise: u64) -> u64 {
    env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}
