//! References: parse and print undo each other, normalising twice changes nothing, and every way of parsing agrees.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scope_core::{Line, Reference, ReferenceBuf, check_name, check_slug, check_tag, is_valid, normalize, parse_lines};
use scope_fuzz::{check_fault, is_safe_component};

/// The rule, word for word and slowly: what the fast scanner has to agree with.
fn by_the_rule(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (scope, rest) = text.strip_prefix('@')?.split_once('/')?;
    let (name, tag) = rest.split_once(':').map_or((rest, None), |(name, tag)| (name, Some(tag)));
    let good = check_slug(scope).is_ok() && check_name(name).is_ok() && tag.is_none_or(|tag| check_tag(tag).is_ok());
    good.then_some((scope, name, tag))
}

fuzz_target!(|bytes: &[u8]| {
    lines_agree(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = Reference::parse(text);
    assert_eq!(parsed.is_ok(), is_valid(text));
    assert_eq!(parsed.ok().map(|it| (it.scope(), it.name(), it.tag())), by_the_rule(text));
    assert_eq!(text.parse::<ReferenceBuf>().map(|it| it.to_string()), parsed.map(|it| it.to_string()));
    match parsed {
        Ok(reference) => {
            assert_eq!(reference.to_string(), text);
            let rebuilt = ReferenceBuf::new(reference.scope(), reference.name(), reference.tag());
            assert_eq!(rebuilt.as_ref().map(ReferenceBuf::borrowed), Ok(reference));
            assert_eq!(normalize(text), text);
            let component = reference.storage_component().to_string();
            assert!(is_safe_component(&component) && component.len() <= 194);
            let back = ReferenceBuf::from_storage_component(&component).expect("a storage component reads back");
            assert_eq!((back.scope(), back.name()), (reference.scope(), reference.name()));
        }
        Err(error) => {
            check_fault(error, text);
            if let Some(meant) = error.suggestion(text) {
                assert!(is_valid(&meant) || (!meant.starts_with('@') && !meant.contains('/')), "{meant:?}");
            }
        }
    }
    let normal = normalize(text);
    assert_eq!(normalize(&normal), normal);
    let strictly = Reference::parse(&normal);
    match ReferenceBuf::parse_normalized(text) {
        Ok(reference) => assert_eq!(Ok(reference.borrowed()), strictly),
        Err(error) => {
            check_fault(error, text);
            assert_eq!(strictly.map_err(|error| error.code), Err(error.code));
        }
    }
});

/// The buffer form answers for each line what parsing it alone does.
fn lines_agree(bytes: &[u8]) {
    let lines: Vec<Line> = parse_lines(bytes).expect("the buffer is small").collect();
    let mut texts: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    if texts.last().is_some_and(|last| last.is_empty()) {
        texts.pop();
    }
    assert_eq!(lines.len(), texts.len());
    let mut expected_start = 0;
    for (line, text) in lines.iter().zip(texts) {
        let alone = std::str::from_utf8(text).ok().map(Reference::parse);
        match (*line, alone) {
            (Line::Reference { start, slash, name_end, end }, Some(Ok(reference))) => {
                let (its_slash, its_name_end) = reference.offsets();
                assert_eq!(start as usize, expected_start);
                assert_eq!((slash - start) as usize, its_slash);
                assert_eq!((name_end - start) as usize, its_name_end);
                assert_eq!((end - start) as usize, text.len());
            }
            (Line::Fault { start, code, offset }, Some(Err(error))) => {
                assert_eq!(start as usize, expected_start);
                assert_eq!((code, (offset - start) as usize), (error.code, error.offset));
            }
            (Line::Fault { code, .. }, None) => assert_eq!(code.as_str(), "invalid_unicode"),
            (line, alone) => panic!("{line:?} against {alone:?}"),
        }
        expected_start += text.len() + 1;
    }
}
