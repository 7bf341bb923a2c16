//! Reads what users typed and says what it stands for; see `examples/README.md`.

use std::error::Error;
use std::io;

use scope_core::{Policy, ResolveOptions, Resolved, ScopeKey};

fn main() -> Result<(), Box<dyn Error>> {
    let policy = Policy::default();
    let options = ResolveOptions {
        default_scope: Some("acme"),
        ..ResolveOptions::default()
    };
    for line in io::stdin().lines() {
        let text = line?;
        match policy.resolve(&text, options) {
            Ok(Resolved::Scoped(reference)) => {
                println!("{text} -> {reference} in {}", reference.storage_component());
            }
            Ok(_) => println!("{text} -> legacy template"),
            Err(error) => {
                println!(
                    "{text} -> {} at {}: {}",
                    error.code,
                    error.offset,
                    error.message(&text)
                );
            }
        }
    }

    let branch = ScopeKey::branch("/src/app", "feature/login")?;
    let worktree = ScopeKey::worktree("/src/app", "feature-login", None)?;
    for key in [branch, worktree] {
        println!("{} -> {}", key.display(), key.distinct_storage_key());
    }
    Ok(())
}
