//! Shared inputs and peers of the benches.
