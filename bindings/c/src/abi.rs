//! The version of the ABI, and of the library.
#![forbid(unsafe_code)]

/// The version of the ABI that this header describes: `scope_abi_version()` of a library that fits it gives the same. It
/// goes up when a program that was compiled before would break.
pub const SCOPE_ABI_VERSION: u32 = 1;

#[cfg(test)]
mod tests {
    use std::fs;

    /// The header is what programs see.
    #[test]
    fn the_version_macros_agree_with_the_crate() {
        let header = fs::read_to_string("../../include/scope_core.h").unwrap();
        let line = |line: String| assert!(header.lines().any(|given| given == line), "{line}");
        line(format!(
            "#define SCOPE_VERSION \"{}\"",
            env!("CARGO_PKG_VERSION")
        ));
        for (name, part) in [
            ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
            ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
            ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
        ] {
            line(format!("#define SCOPE_VERSION_{name} {part}"));
        }
        line(format!(
            "#define SCOPE_ABI_VERSION {}",
            super::SCOPE_ABI_VERSION
        ));
    }
}
