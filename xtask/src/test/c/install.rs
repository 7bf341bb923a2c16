//! What is installed serves projects that know nothing of this repository: through cmake and through pkg-config, with the
//! shared library and with the static one.

use super::{Built, CMAKE, GXX, SH, STRICT};
use crate::repo::Repo;
use crate::step::Failure;
use crate::tool::{COMPILED, GCC, Tool};
use std::fs;
use std::path::Path;

const PKG_CONFIG: Tool = Tool {
    program: "pkg-config",
    get: "apt-get install pkg-config",
};

pub(super) fn serves_other_projects(repo: &Repo, built: &Built) -> Result<(), Failure> {
    let scratch = repo.scratch("c/install")?;
    let (first, moved) = (scratch.join("first"), scratch.join("moved"));
    for old in [&first, &moved] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| error.to_string())?;
        }
    }
    CMAKE
        .run(repo, "--install")
        .arg(&built.cmake)
        .arg("--prefix")
        .arg(&first)
        .read()?;
    // What is installed names no place of its own.
    fs::rename(&first, &moved).map_err(|error| error.to_string())?;

    let consumer = scratch.join("consumer");
    CMAKE
        .run(repo, "-S bindings/c/tests/consumer --fresh -B")
        .arg(&consumer)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", moved.display()))
        .read()?;
    CMAKE.run(repo, "--build").arg(&consumer).read()?;
    for name in ["c-shared", "c-static", "cpp-shared", "cpp-static"] {
        prints_what_it_should(repo, &consumer.join(name), "")?;
    }
    the_readme_is_true(repo, built)?;

    let libraries = moved.join("lib");
    for (compiler, file, kind) in [
        (&GCC, "examples/c/main.c", ""),
        (&GCC, "examples/c/main.c", "-static"),
        (&GXX, "examples/cpp/main.cpp", ""),
        (&GXX, "examples/cpp/main.cpp", "-static"),
    ] {
        let program = scratch.join(format!("{}{kind}", compiler.program));
        let flags = PKG_CONFIG
            .run(repo, "--cflags --libs scope-core")
            .args(if kind.is_empty() { "" } else { "--static" })
            .env(
                "PKG_CONFIG_PATH",
                &libraries.join("pkgconfig").display().to_string(),
            )
            .read()?;
        let run = compiler.run(repo, kind).arg(file).arg("-o").arg(&program);
        run.args(&flags).read()?;
        prints_what_it_should(repo, &program, &libraries.display().to_string())?;
    }
    Ok(())
}

/// The examples say of `examples/input.txt` what those of every language say.
fn prints_what_it_should(repo: &Repo, program: &Path, libraries: &str) -> Result<(), Failure> {
    let given = SH
        .run(repo, "-c")
        .arg("exec \"$0\" < examples/input.txt")
        .arg(program)
        .env("LD_LIBRARY_PATH", libraries)
        .read()?;
    let name = program.file_name().unwrap_or_default().display();
    if given != repo.read("examples/expected.txt")? {
        return Err(format!("{name} does not print examples/expected.txt but\n{given}").into());
    }
    println!("{name} prints what it should");
    Ok(())
}

/// The programs of the README print what it says that they print.
fn the_readme_is_true(repo: &Repo, built: &Built) -> Result<(), Failure> {
    const README: &str = "bindings/c/README.md";
    let scratch = repo.scratch("c/readme")?;
    let page = repo.read(README)?;
    let block = |language: &str| {
        let after = page.split_once(&format!("```{language}\n"));
        let text = after.and_then(|(_, rest)| rest.split_once("```\n"));
        text.map(|(text, _)| text)
            .ok_or_else(|| Failure::from(format!("{README} has no program in {language}")))
    };
    for (compiler, language) in [(&GCC, "c"), (&GXX, "cpp")] {
        let source = scratch.join(format!("readme.{language}"));
        fs::write(&source, block(language)?).map_err(|error| error.to_string())?;
        let program = scratch.join(language);
        let run = compiler
            .run(repo, STRICT)
            .arg(&source)
            .arg(&built.archive)
            .arg("-o");
        run.arg(&program).read()?;
        let given = COMPILED.run_at(repo, &program).read()?;
        if given != block("text")? {
            return Err(format!("{README}: the program in {language} prints\n{given}").into());
        }
        println!("{README}: the program in {language} prints what it says");
    }
    Ok(())
}
