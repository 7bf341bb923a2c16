//! `resolve_times DIRECTORY TIMES`: asks for the scope of a directory so often, for its system calls to be counted.

use scope_git::{CheckoutKind, resolve_scope};

fn main() {
    let mut args = std::env::args().skip(1);
    let directory = args.next().expect("a directory");
    let times = args.next().and_then(|times| times.parse().ok());
    for _ in 0..times.expect("how often") {
        resolve_scope(&directory, CheckoutKind::Auto, None).expect("a key");
    }
}
