//! How long a loop in Rust takes that parses as a function of its own does it, not inlined: `parse FILE` prints
//! nanoseconds a text, the median of its rounds. `parse.c` is the same loop in C. `parse --write FILE` writes the texts.

use std::hint::black_box;
use std::time::Instant;
use std::{env, error, fs};

use scope_benches::inputs;
use scope_core::{Error, Reference};

const COUNT: usize = 1000;
const ROUNDS: usize = 101;
const REPEATS: usize = 20;

#[inline(never)]
fn parse(text: &str) -> Result<Reference<'_>, Error> {
    Reference::parse(text)
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let file = match &arguments[..] {
        [write, file] if write == "--write" => {
            fs::write(file, inputs::references(COUNT, 20).join("\n"))?;
            return Ok(());
        }
        [file] => file,
        _ => return Err("usage: parse FILE, or parse --write FILE".into()),
    };
    let whole = fs::read_to_string(file)?;
    let texts: Vec<String> = whole.lines().map(str::to_owned).collect();
    let mut found = 0;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..REPEATS {
            for text in &texts {
                if let Ok(reference) = parse(text) {
                    let (slash, name_end) = reference.offsets();
                    found += name_end - slash - 1;
                }
            }
        }
        let texts = f64::from(u32::try_from(REPEATS * texts.len())?);
        rounds.push(start.elapsed().as_secs_f64() * 1e9 / texts);
    }
    rounds.sort_by(f64::total_cmp);
    assert!(black_box(found) > 0);
    println!("{:.3}", rounds[ROUNDS / 2]);
    Ok(())
}
