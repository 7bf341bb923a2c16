//! Lexical containment against an oracle that walks one component at a time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::contains;
use scope_fuzz::{check_fault, fields};

/// A POSIX path's components once cleaned, from its beginning.
fn walk(path: &str) -> Vec<&str> {
    let mut place = Vec::new();
    for step in path.split('/') {
        if step == ".." {
            place.pop();
        } else if !step.is_empty() && step != "." {
            place.push(step);
        }
    }
    place
}

fuzz_target!(|bytes: &[u8]| {
    let Some([base, path]) = fields(bytes) else { return };
    match contains(base, path) {
        Ok(answer) => {
            if base.starts_with('/') && path.starts_with('/') {
                let (base, path) = (walk(base), walk(path));
                let below = path.len() > base.len() && base.iter().zip(&path).all(|(a, b)| a == b);
                assert_eq!(answer, below);
            }
            if answer {
                assert_eq!(contains(path, base), Ok(false), "two paths contain each other");
                assert_eq!(contains(base, &format!("{path}/x/..")), Ok(true));
            }
            assert_eq!(contains(base, base), Ok(false));
        }
        Err(error) => check_fault(error, if error.part.as_str() == "base" { base } else { path }),
    }
});
