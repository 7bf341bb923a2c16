//! The command `scope`.
fn main() {}
