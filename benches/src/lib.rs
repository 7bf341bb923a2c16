//! What the benches share: inputs, and the parsers that are not libraries of their own.

pub mod checkout;
pub mod inputs;
pub mod naive;
pub mod trace;
pub mod workspaces;
