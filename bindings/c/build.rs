//! Gives the shared library its name for the dynamic linker, which carries the version of the ABI (docs/abi.md), and has
//! it stay once it is loaded: a thread that used it may call into it when it ends.

use std::env;
use std::fs;

fn main() {
    println!("cargo::rerun-if-changed=src/abi.rs");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        let source = fs::read_to_string("src/abi.rs").expect("src/abi.rs is there");
        let version = source
            .lines()
            .find_map(|line| line.strip_prefix("pub const SCOPE_ABI_VERSION: u32 = "))
            .and_then(|rest| rest.strip_suffix(';'))
            .expect("src/abi.rs gives the version of the ABI");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libscope_core.so.{version}");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
