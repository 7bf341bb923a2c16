//! How cost grows with input: references from one to ten million, and hostile texts from 10 bytes to 10 MB.
#![allow(missing_docs, reason = "the macros of criterion declare items without")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use scope_benches::inputs;
use scope_core::{
    Line, Reference, ScopeKey, WorkspaceMetadata, is_slug, normalize, parse_lines, suggest_slug,
};

const TEN_MILLION: usize = 10_000_000;
const TEN_MEGABYTES: usize = 10_000_000;

/// One, ten, a hundred and so on.
fn decades(from: usize, to: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(from), |size| size.checked_mul(10))
        .take_while(move |size| *size <= to)
}

fn many(c: &mut Criterion) {
    const DIFFERENT: usize = 1000;
    let texts = inputs::references(DIFFERENT, 20);
    let mut buffer = String::new();
    for text in texts.iter().cycle().take(TEN_MILLION) {
        buffer.push_str(text);
        buffer.push('\n');
    }
    let mut group = c.benchmark_group("parse_lines");
    group.sample_size(10);
    group.measurement_time(Duration::from_secs(2));
    for count in decades(1, TEN_MILLION) {
        // 20 bytes and the end of the line.
        let part = &buffer.as_bytes()[..count * 21];
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| {
                let lines = parse_lines(black_box(part)).expect("the buffer is small enough");
                let good = lines.filter(|line| matches!(line, Line::Reference { .. }));
                assert_eq!(good.count(), count);
            });
        });
    }
    group.finish();
}

fn hostile(c: &mut Criterion) {
    /// An operation, the text that makes it work hardest, repeated, and the operation itself.
    type Operation = (&'static str, &'static str, fn(&str) -> bool);
    let operations: [Operation; 7] = [
        // What is refused for its length is not read to its end.
        ("is_slug", "a", is_slug),
        ("parse_name", "@acme/a", |text| {
            Reference::parse(text).is_ok()
        }),
        ("parse_slashless", "@", |text| {
            Reference::parse(text).is_ok()
        }),
        ("normalize", " A", |text| normalize(text).is_empty()),
        ("suggest_slug", "\u{1E9B}\u{0323}", |text| {
            suggest_slug(text).is_some()
        }),
        ("from_uri", "%2", |text| ScopeKey::from_uri(text).is_ok()),
        ("metadata", "[", |text| {
            WorkspaceMetadata::from_json(text).is_ok()
        }),
    ];
    for (name, unit, run) in operations {
        let text = unit.repeat(TEN_MEGABYTES / unit.len() + 1);
        let mut group = c.benchmark_group(format!("hostile_{name}"));
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(300));
        group.measurement_time(Duration::from_millis(800));
        for size in decades(10, TEN_MEGABYTES) {
            let size_on_boundary = text.floor_char_boundary(size);
            let part = &text[..size_on_boundary];
            group.throughput(Throughput::Bytes(part.len() as u64));
            group.bench_function(BenchmarkId::from_parameter(size), |b| {
                b.iter(|| run(black_box(part)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, many, hostile);
criterion_main!(benches);
