//! Parsing references, beside the parsers that people use or write instead.
#![allow(missing_docs, reason = "the macros of criterion declare items without")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use scope_benches::{inputs, naive};
use scope_core::{Reference, is_valid};

const COUNT: usize = 1000;
const PATTERN: &str = r"\A@[a-z0-9](?:[a-z0-9-]{1,62})[a-z0-9]/[a-z0-9](?:[a-z0-9_.-]{0,126}[a-z0-9])?(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?\z";

fn parse(c: &mut Criterion) {
    let valid = inputs::references(COUNT, 20);
    let invalid = inputs::invalid_references(COUNT, 20);
    let regex = regex::Regex::new(PATTERN).expect("the pattern is well-formed");
    let purls: Vec<String> = valid.iter().map(|text| as_purl(text)).collect();
    let images: Vec<String> = valid
        .iter()
        .map(|text| text.trim_start_matches('@').to_owned())
        .collect();
    for text in &valid {
        assert!(
            is_valid(text) && regex.is_match(text) && naive::parse(text).is_some(),
            "{text}"
        );
    }
    for text in &invalid {
        assert!(!is_valid(text) && naive::parse(text).is_none(), "{text}");
    }

    let mut group = c.benchmark_group("parse20");
    group.throughput(Throughput::Elements(COUNT as u64));
    let mut over = |name: &str, texts: &[String], run: &dyn Fn(&str) -> bool| {
        group.bench_function(name, |b| {
            b.iter(|| texts.iter().filter(|text| run(black_box(text))).count());
        });
    };
    over("scope", &valid, &|text| {
        Reference::parse(text).is_ok_and(|it| black_box(it.offsets()).0 > 0)
    });
    over("scope_is_valid", &valid, &|text| is_valid(text));
    over("scope_failing", &invalid, &|text| {
        Reference::parse(text).is_err_and(|error| black_box(error.offset) < text.len() + 1)
    });
    over("naive", &valid, &|text| {
        naive::parse(text).is_some_and(|it| black_box(it.name.len()) > 0)
    });
    over("regex", &valid, &|text| regex.is_match(text));
    over("purl", &purls, &|text| {
        black_box(text.parse::<purl::GenericPurl<String>>()).is_ok()
    });
    over("oci-spec", &images, &|text| {
        black_box(text.parse::<oci_spec::distribution::Reference>()).is_ok()
    });
    over(
        "semver",
        &vec!["1.12.3-rc.4+build.55".to_owned(); COUNT],
        &|text| black_box(semver::Version::parse(text)).is_ok(),
    );
    group.finish();
}

fn mixed(c: &mut Criterion) {
    let texts = inputs::mixed(COUNT);
    let regex = regex::Regex::new(PATTERN).expect("the pattern is well-formed");
    let valid = texts.iter().filter(|text| is_valid(text)).count();
    assert_eq!(
        valid,
        texts.iter().filter(|text| regex.is_match(text)).count()
    );
    assert_eq!(
        valid,
        texts
            .iter()
            .filter(|text| naive::parse(text).is_some())
            .count()
    );
    let mut group = c.benchmark_group("mixed");
    group.throughput(Throughput::Elements(COUNT as u64));
    let mut over = |name: &str, run: &dyn Fn(&str) -> bool| {
        group.bench_function(name, |b| {
            b.iter(|| texts.iter().filter(|text| run(black_box(text))).count());
        });
    };
    over("scope", &|text| {
        Reference::parse(text).is_ok_and(|it| black_box(it.offsets()).0 > 0)
    });
    over("scope_is_valid", &|text| is_valid(text));
    over("naive", &|text| {
        naive::parse(text).is_some_and(|it| black_box(it.name.len()) > 0)
    });
    over("regex", &|text| regex.is_match(text));
    group.finish();
}

fn as_purl(text: &str) -> String {
    let body = text.trim_start_matches('@').replace(':', "@");
    format!("pkg:generic/{body}")
}

criterion_group!(benches, parse, mixed);
criterion_main!(benches);
