//! Situations that users of similar software reported, and variations of each kind: what the command says of them, and
//! what is on the disk afterwards. Expected values come from the specification, and from git where it says "as git does".
//!
//! The labels (L1, H3, …) are those of the list that they came from.
#![cfg(target_os = "linux")]

mod crash;
mod discover;
mod disks;
mod half_way;
mod hang;
mod healthy;
mod keys;
mod lost;
#[path = "../../../scope-git/tests/common/machine.rs"]
mod machine;
mod messages;
mod metadata;
mod nested;
mod place;
mod programs;
mod sync;
mod unchanged;
mod urls;
