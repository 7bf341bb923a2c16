//! The one form of UUID that the rules know (section 1).

/// Whether `text` is `8-4-4-4-12` hexadecimal digits with hyphens, in any case.
pub(crate) fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    GROUPS.iter().all(|&digits| {
        groups.next().is_some_and(|group| {
            group.len() == digits && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}
