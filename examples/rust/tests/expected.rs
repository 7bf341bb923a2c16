//! The program prints what `examples/expected.txt` says.

use std::fs::File;
use std::process::Command;

#[test]
fn prints_what_every_language_prints() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let input = File::open(format!("{examples}/input.txt")).expect("the input is there");
    let expected =
        std::fs::read_to_string(format!("{examples}/expected.txt")).expect("the output is there");
    let output = Command::new(env!("CARGO_BIN_EXE_scope-example"))
        .stdin(input)
        .output()
        .expect("the program runs");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
