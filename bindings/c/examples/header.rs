//! Writes `include/scope_core.h` to standard output: `cargo xtask generate` puts it there.
//!
//! Functions, structs and constants are cbindgen's reading of `src/`; enumerations come from the tables that the library
//! itself converts with, so that neither a number nor a word can differ.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use cbindgen::{Builder, Config, DocumentationLength, DocumentationStyle, Language, Style};
use scope_c::{Call, MetadataField, Numbered, ResolvedKind, WorkspaceField};
use scope_core::{Action, ErrorCode, Part, Reason, Retention, Role, ScopeKind, ScopeType};
use scope_git::CheckoutKind;

const HEAD: &str = include_str!("header/head.h");
const TAIL: &str = include_str!("header/tail.h");

fn main() -> Result<(), Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let spec = fs::read_to_string(package.join("../../docs/spec.md"))?;
    let config = Config {
        language: Language::C,
        header: Some(HEAD.trim_end().to_owned()),
        include_guard: Some("SCOPE_CORE_H".into()),
        no_includes: true,
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h"]
            .map(String::from)
            .into(),
        after_includes: Some([versions(), enumerations(&spec)].concat()),
        trailer: Some(TAIL.trim_end().to_owned()),
        cpp_compat: true,
        style: Style::Type,
        usize_is_size_t: true,
        documentation_style: DocumentationStyle::Doxy,
        documentation_length: DocumentationLength::Full,
        line_length: 100,
        ..Config::default()
    };
    let sources = ["abi.rs", "codes.rs", "types.rs", "ffi.rs"];
    let builder = sources
        .iter()
        .fold(Builder::new().with_config(config), |builder, file| {
            builder.with_src(package.join("src").join(file))
        });
    builder.generate()?.write(io::stdout());
    Ok(())
}

/// The macros of the library's version. That of the ABI is a constant like any other.
fn versions() -> String {
    format!(
        "\n/** The version of the library that this header belongs to. */\n\
         #define SCOPE_VERSION \"{}\"\n\
         #define SCOPE_VERSION_MAJOR {}\n\
         #define SCOPE_VERSION_MINOR {}\n\
         #define SCOPE_VERSION_PATCH {}\n",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
        env!("CARGO_PKG_VERSION_PATCH"),
    )
}

/// All enumerations of the header.
fn enumerations(spec: &str) -> String {
    let mut statuses = vec![(0, "OK".to_owned(), "all is well".to_owned())];
    for code in ErrorCode::ALL {
        // That the table has every code is for `cargo xtask check generated` to say, in the file at fault.
        let about = sentence(spec, code.as_str()).unwrap_or_default();
        statuses.push((code.number().into(), code.as_str().to_uppercase(), about));
    }
    statuses.extend(rows::<Call>());
    let parts: Vec<Row> = Part::ALL
        .iter()
        .map(|part| {
            (
                part.number().into(),
                part.as_str().to_uppercase(),
                part.label().to_owned(),
            )
        })
        .collect();
    [
        enumeration("scope_status", "SCOPE", &statuses),
        enumeration("scope_part", "SCOPE_PART", &parts),
        of::<ResolvedKind>(),
        of::<ScopeType>(),
        of::<Role>(),
        of::<Action>(),
        of::<Reason>(),
        of::<ScopeKind>(),
        of::<CheckoutKind>(),
        of::<Option<bool>>(),
        of::<Retention>(),
        of::<MetadataField>(),
        of::<WorkspaceField>(),
    ]
    .concat()
}

/// A constant: its number, its name without the prefix, and what is said of it.
type Row = (u32, String, String);

fn rows<T: Numbered>() -> Vec<Row> {
    let row = |(number, _, name, about): &(u32, T, &std::ffi::CStr, &str)| {
        (
            *number,
            name.to_string_lossy().to_uppercase(),
            (*about).to_owned(),
        )
    };
    T::ALL.iter().map(row).collect()
}

fn of<T: Numbered>() -> String {
    enumeration(T::ENUM, T::PREFIX, &rows::<T>())
}

fn enumeration(name: &str, prefix: &str, rows: &[Row]) -> String {
    let mut text = format!(
        "\n/** The values of `{name}_t`. Later versions may know more. */\nenum {name} {{\n"
    );
    for (at, (number, constant, about)) in rows.iter().enumerate() {
        let comma = if at + 1 < rows.len() { "," } else { "" };
        let _ = writeln!(
            text,
            "  /** {about} */\n  {prefix}_{constant} = {number}{comma}"
        );
    }
    text + "};\n"
}

/// The sentence of an error code in the specification's table, with its rules.
fn sentence(spec: &str, code: &str) -> Option<String> {
    let row = spec
        .lines()
        .find(|line| line.contains(&format!("| `{code}` |")))?;
    let mut cells = row.trim_matches('|').split(" | ").map(str::trim).skip(2);
    let (sentence, rules) = (cells.next()?, cells.next()?);
    Some(format!("{} ({rules})", sentence.replace(" — ", "; ")))
}
