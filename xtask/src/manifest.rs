//! What manifests and headers say: as much of TOML and C as those of this repository use.

/// The text that a key has in a table, where it is given on one line.
pub(crate) fn toml_text(toml: &str, table: &str, key: &str) -> Option<String> {
    value(toml, table, key)?
        .split('"')
        .nth(1)
        .map(str::to_owned)
}

/// The texts of the list that a key has in a table.
pub(crate) fn toml_texts(toml: &str, table: &str, key: &str) -> Option<Vec<String>> {
    let (list, _) = value(toml, table, key)?
        .split_once('[')?
        .1
        .split_once(']')?;
    let without_comments: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split('#').next())
        .collect();
    let list = without_comments.join(" ");
    Some(
        list.split('"')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect(),
    )
}

/// What follows the `=` of a key in a table.
fn value<'a>(toml: &'a str, table: &str, key: &str) -> Option<&'a str> {
    let mut is_inside = false;
    let mut rest = toml;
    while let Some(line) = rest.lines().next() {
        let trimmed = line.trim();
        match trimmed.split_once('=') {
            Some((name, _)) if is_inside && name.trim() == key => {
                return Some(rest.split_once('=')?.1);
            }
            None if trimmed.starts_with('[') => is_inside = trimmed == table,
            _ => {}
        }
        rest = rest
            .get(line.len()..)?
            .trim_start_matches('\r')
            .strip_prefix('\n')?;
    }
    None
}

/// What a header in C defines a macro to be, without quotes.
pub(crate) fn c_macro<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.lines().find_map(|line| {
        let mut words = line.strip_prefix("#define")?.split_whitespace();
        (words.next() == Some(name))
            .then(|| words.next())?
            .map(|value| value.trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::{c_macro, toml_text, toml_texts};

    #[test]
    fn a_key_is_looked_for_in_its_table_only() {
        let toml = "[a]\nversion = \"1\"\n\n[b]\nname=\"x\"\nversion = \"2\" # two\n[c]\n";
        assert_eq!(toml_text(toml, "[a]", "version").as_deref(), Some("1"));
        assert_eq!(toml_text(toml, "[b]", "version").as_deref(), Some("2"));
        assert_eq!(toml_text(toml, "[c]", "version"), None);
        assert_eq!(
            toml_text("[a]\nx = \"1\"", "[a]", "x").as_deref(),
            Some("1")
        );
    }

    #[test]
    fn lists_may_take_lines_and_comments() {
        let toml =
            "[a]\nnone = []\nsome = [\n    \"x\", # short\n    # a \"word\"\n    \"y\",\n]\n";
        assert_eq!(toml_texts(toml, "[a]", "none"), Some(Vec::new()));
        assert_eq!(
            toml_texts(toml, "[a]", "some"),
            Some(vec!["x".into(), "y".into()])
        );
        assert_eq!(toml_texts(toml, "[b]", "some"), None);
    }

    #[test]
    fn a_version_is_read_from_its_macro() {
        let header =
            "/* X 9 */\n#define X_VERSION_MAJOR 1\n#define X_VERSION           \"1.9.7\"\n";
        assert_eq!(c_macro(header, "X_VERSION"), Some("1.9.7"));
        assert_eq!(c_macro(header, "X_VERSION_MAJOR"), Some("1"));
        assert_eq!(c_macro(header, "X"), None);
    }
}
