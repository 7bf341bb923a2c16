//! The core, and all it depends on, do without `std`.
//!
//! A crate's own `#![no_std]` says nothing of its dependencies, and a build for a target that has no `std` needs that
//! target. So a probe that is a `#![no_std]` crate with a panic handler is built on top of the core: `std` brings a
//! panic handler of its own, and the compiler takes only one, whichever crate of the graph brings the other. The same
//! probe with `std` added has to be refused, or the first build would have proved nothing.

use crate::repo::Repo;
use crate::step::{Failure, Outcome, Passed, Step};
use crate::tool::{CARGO, RUSTC};
use std::fs;
use std::path::Path;

pub(crate) const STEP: Step = Step {
    name: "no-std",
    about: "neither the core nor a dependency of it needs `std`",
    run,
};

/// Targets that have no `std`; those that are installed are built for.
const BARE: &[&str] = &[
    "x86_64-unknown-none",
    "aarch64-unknown-none",
    "thumbv7em-none-eabi",
    "wasm32v1-none",
];

const PROBE: &str = r"
    #![no_std]
    extern crate scope_core;
    #[cfg(with_std)]
    extern crate std;
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
";

fn run(repo: &Repo) -> Outcome {
    let target = repo.scratch("no_std")?;
    build(repo, &target, "")?;

    let probe = target.join("probe.rs");
    fs::write(&probe, PROBE).map_err(|error| format!("{}: {error}", probe.display()))?;
    let (alone, _, said) = compile(repo, &target, &probe, "")?;
    if !alone {
        return Err(format!("a crate without `std` cannot use the core:\n{said}").into());
    }
    let (with_std, _, said) = compile(repo, &target, &probe, "--cfg=with_std")?;
    if with_std || !said.contains("E0152") {
        return Err("the probe is not refused when `std` is there, so it proves nothing".into());
    }

    let sysroot = RUSTC.run(repo, "--print sysroot").read()?;
    let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
    let installed: Vec<&str> = BARE
        .iter()
        .copied()
        .filter(|bare| libraries.join(bare).is_dir())
        .collect();
    for bare in &installed {
        build(repo, &target, &format!("--target {bare}"))?;
    }
    match installed[..] {
        [] => Ok(Passed::Except(
            "no target without `std` is installed, so the proof is the panic handler's alone"
                .into(),
        )),
        _ => Ok(Passed::Whole),
    }
}

fn build(repo: &Repo, target: &Path, more: &str) -> Result<(), Failure> {
    CARGO
        .run(repo, "build -p scope-core --no-default-features")
        .arg("--target-dir")
        .arg(target)
        .args(more)
        .show()
}

fn compile(
    repo: &Repo,
    target: &Path,
    probe: &Path,
    more: &str,
) -> Result<(bool, String, String), Failure> {
    let built = target.join("debug");
    RUSTC
        .run(repo, "--edition 2024 --crate-type lib --emit metadata -L")
        .arg(built.join("deps"))
        .arg("--extern")
        .arg(format!(
            "scope_core={}",
            built.join("libscope_core.rlib").display()
        ))
        .arg("--out-dir")
        .arg(target)
        .args(more)
        .arg(probe)
        .try_read()
}
