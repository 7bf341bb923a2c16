//! Git's configuration files.

use std::fmt;
use std::ops::Range;

/// The settings of a configuration file, in their order.
///
/// All of git's syntax is read, and a text that git refuses is refused. Files that it includes are not read.
///
/// Section and key names are compared without regard to ASCII case, subsections by byte; a section `[branch.main]` is
/// the older form of `[branch "main"]`, its subsection in lower case.
///
/// ```
/// use scope_git::files::{Config, Value};
///
/// let config = Config::parse(b"[core]\n\tbare = false\n\tfileMode\n[branch \"main\"]\n\tremote = origin # mine\n")?;
/// assert_eq!(config.get("core", None, "bare"), Some(Value::Text(b"false")));
/// assert_eq!(config.get("core", None, "filemode"), Some(Value::Implied));
/// assert_eq!(config.get("branch", Some(b"main"), "remote"), Some(Value::Text(b"origin")));
/// assert_eq!(config.get("branch", None, "remote"), None);
/// # Ok::<(), scope_git::files::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The names and values of all that is here, one after the other: never more than the text has bytes.
    bytes: Vec<u8>,
    /// As the text has them: a section that is opened twice is here twice.
    sections: Vec<Section>,
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Section {
    name: Range<usize>,
    subsection: Option<Range<usize>>,
    /// Which of the keys are in it.
    keys: Range<usize>,
}

#[derive(Clone, Debug)]
struct Key {
    name: Range<usize>,
    value: Option<Range<usize>>,
}

/// One setting of a [`Config`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Setting<'a> {
    /// The section, in lower case; empty for a setting above the first section.
    pub section: &'a [u8],
    /// The subsection, as it is written.
    pub subsection: Option<&'a [u8]>,
    /// The key, in lower case.
    pub key: &'a [u8],
    /// The value.
    pub value: Value<'a>,
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value<'a> {
    /// There is a key and no `=`: git takes that for true, and refuses it where a text is wanted.
    Implied,
    /// What follows the `=`, without its quotes, escapes, comment and surrounding white space. It may be empty, and holds
    /// no NUL.
    Text(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Returns the text; `None` for a key without a value.
    pub const fn text(self) -> Option<&'a [u8]> {
        match self {
            Self::Implied => None,
            Self::Text(text) => Some(text),
        }
    }

    /// Returns the truth value as git reads it: no value, `true`, `yes`, `on` and every number but 0 are true; an empty
    /// value, `false`, `no`, `off` and 0 are false; `None` for anything else.
    ///
    /// ```
    /// use scope_git::files::Value;
    ///
    /// assert_eq!(Value::Implied.boolean(), Some(true));
    /// assert_eq!(Value::Text(b"Off").boolean(), Some(false));
    /// assert_eq!(Value::Text(b"0x10").boolean(), Some(true));
    /// assert_eq!(Value::Text(b"maybe").boolean(), None);
    /// ```
    pub fn boolean(self) -> Option<bool> {
        let Self::Text(text) = self else {
            return Some(true);
        };
        let is = |word: &&str| text.eq_ignore_ascii_case(word.as_bytes());
        if ["true", "yes", "on"].iter().any(is) {
            return Some(true);
        }
        if text.is_empty() || ["false", "no", "off"].iter().any(is) {
            return Some(false);
        }
        self.integer().map(|number| number != 0)
    }

    /// Returns the number as git reads one of 32 bits: decimal, hexadecimal (`0x`) or octal (`0`), with a sign or
    /// without, and with a unit `k`, `m` or `g` of 1024 times the one before; `None` for anything else.
    ///
    /// ```
    /// use scope_git::files::Value;
    ///
    /// assert_eq!(Value::Text(b"2k").integer(), Some(2048));
    /// assert_eq!(Value::Text(b"-010").integer(), Some(-8));
    /// assert_eq!(Value::Text(b"2147483648").integer(), None);
    /// ```
    pub fn integer(self) -> Option<i32> {
        // As `strtoimax` reads it: white space, a sign, a prefix, digits.
        let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let text = self.text()?;
        let start = text.iter().position(|byte| !is_space(byte))?;
        let (is_negative, text) = match &text[start..] {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let (radix, text) = match text {
            [b'0', b'x' | b'X', rest @ ..] => (16, rest),
            [b'0', ..] => (8, text),
            _ => (10, text),
        };
        let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
        let end = text.iter().position(|byte| !is_digit(byte));
        let (digits, unit) = text.split_at(end.unwrap_or(text.len()));
        let factor = match unit {
            [] => 1,
            [b'k' | b'K'] => 1 << 10,
            [b'm' | b'M'] => 1 << 20,
            [b'g' | b'G'] => 1 << 30,
            _ => return None,
        };
        let number = i64::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()?;
        let number = number.checked_mul(factor)?;
        // The smallest number of 32 bits is refused, as git refuses it.
        let number = i32::try_from(number).ok()?;
        Some(if is_negative { -number } else { number })
    }
}

/// Where a text stops being a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConfigError {
    /// The number of the line, from 1.
    pub line: usize,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} is not git configuration: expected a section, a setting or a comment",
            self.line
        )
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Parses the bytes of a configuration file.
    ///
    /// # Errors
    ///
    /// Fails where git refuses the text, with the line at fault.
    ///
    /// ```
    /// use scope_git::files::Config;
    ///
    /// let error = Config::parse(b"[core]\n\tbare = \"false\n").unwrap_err();
    /// assert_eq!(error.line, 2);
    /// ```
    pub fn parse(text: &[u8]) -> Result<Self, ConfigError> {
        let mut parser = Parser::new(text);
        parser.file().ok_or_else(|| ConfigError {
            line: parser.line_at_fault(),
        })?;
        Ok(parser.config)
    }

    /// Returns the value of a setting: of several, the last. `None` for the subsection is the section itself.
    pub fn get<'a>(
        &'a self,
        section: &str,
        subsection: Option<&[u8]>,
        key: &str,
    ) -> Option<Value<'a>> {
        let sections = self.sections_called(section, subsection);
        sections
            .rev()
            .find_map(|section| self.values(section, key).next_back())
    }

    /// Returns the values of a setting, in their order.
    pub fn get_all<'a, 'n>(
        &'a self,
        section: &'n str,
        subsection: Option<&'n [u8]>,
        key: &'n str,
    ) -> impl Iterator<Item = Value<'a>> + use<'a, 'n> {
        self.sections_called(section, subsection)
            .flat_map(move |section| self.values(section, key))
    }

    /// Returns the subsections of a section, in their order; one that is opened twice comes twice.
    ///
    /// ```
    /// let config = scope_git::files::Config::parse(b"[remote \"origin\"]\n[remote \"Mine\"]\n[remote]\n")?;
    /// let remotes: Vec<&[u8]> = config.subsections("Remote").collect();
    /// assert_eq!(remotes, [&b"origin"[..], b"Mine"]);
    /// # Ok::<(), scope_git::files::ConfigError>(())
    /// ```
    pub fn subsections<'a, 'n>(
        &'a self,
        section: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.sections
            .iter()
            .filter(move |it| is_called(self.bytes_of(&it.name), section))
            .filter_map(|it| self.subsection_of(it))
    }

    /// Returns all settings, in their order.
    pub fn settings(&self) -> impl Iterator<Item = Setting<'_>> {
        self.sections.iter().flat_map(move |section| {
            self.keys_of(section).iter().map(move |key| Setting {
                section: self.bytes_of(&section.name),
                subsection: self.subsection_of(section),
                key: self.bytes_of(&key.name),
                value: self.value_of(key),
            })
        })
    }

    /// Returns whether the file includes others: whether there is a `path` in a section `[include]` or
    /// `[includeIf "…"]`.
    ///
    /// ```
    /// use scope_git::files::Config;
    ///
    /// assert!(Config::parse(b"[includeIf \"gitdir:/a\"]\n\tpath = /b\n")?.has_includes());
    /// assert!(!Config::parse(b"[branch \"fix-includes\"]\n\tremote = origin\n")?.has_includes());
    /// # Ok::<(), scope_git::files::ConfigError>(())
    /// ```
    pub fn has_includes(&self) -> bool {
        self.sections.iter().any(|section| {
            let includes = match self.bytes_of(&section.name) {
                b"include" => section.subsection.is_none(),
                b"includeif" => section.subsection.is_some(),
                _ => false,
            };
            includes && self.values(section, "path").next().is_some()
        })
    }

    fn sections_called<'a, 'n>(
        &'a self,
        name: &'n str,
        subsection: Option<&'n [u8]>,
    ) -> impl DoubleEndedIterator<Item = &'a Section> + use<'a, 'n> {
        self.sections.iter().filter(move |section| {
            is_called(self.bytes_of(&section.name), name)
                && self.subsection_of(section) == subsection
        })
    }

    fn values<'a, 'n>(
        &'a self,
        section: &'a Section,
        name: &'n str,
    ) -> impl DoubleEndedIterator<Item = Value<'a>> + use<'a, 'n> {
        self.keys_of(section)
            .iter()
            .filter(move |key| is_called(self.bytes_of(&key.name), name))
            .map(|key| self.value_of(key))
    }

    fn keys_of(&self, section: &Section) -> &[Key] {
        &self.keys[section.keys.clone()]
    }

    fn subsection_of(&self, section: &Section) -> Option<&[u8]> {
        section
            .subsection
            .as_ref()
            .map(|range| self.bytes_of(range))
    }

    fn value_of(&self, key: &Key) -> Value<'_> {
        match &key.value {
            Some(range) => Value::Text(self.bytes_of(range)),
            None => Value::Implied,
        }
    }

    fn bytes_of(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }
}

/// Whether a section or key, stored in lower case, is the one that a caller may write in any.
fn is_called(stored: &[u8], name: &str) -> bool {
    let lower = name.bytes().map(|byte| byte.to_ascii_lowercase());
    stored.len() == name.len() && stored.iter().copied().eq(lower)
}

/// As many settings as most configurations have at the most.
const USUAL: usize = 16;

/// Takes a text apart byte by byte, as git does.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    config: Config,
    /// The key of all settings in this section, where a NUL cuts their names off before their own keys.
    cut_key: Option<Range<usize>>,
}

/// What git calls white space: neither form feeds nor vertical tabs are.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Every text ends with a line end, whether one is written or not.
const END_OF_LINE: u8 = b'\n';

impl<'a> Parser<'a> {
    fn new(text: &'a [u8]) -> Self {
        let config = Config {
            bytes: Vec::with_capacity(text.len()),
            sections: Vec::with_capacity(USUAL),
            keys: Vec::with_capacity(USUAL),
        };
        Self {
            text,
            at: 0,
            config,
            cut_key: None,
        }
    }

    /// The next byte, where a carriage return and line feed are one line end, and so is the end of the text.
    fn next(&mut self) -> u8 {
        let byte = match &self.text[self.at.min(self.text.len())..] {
            [] => END_OF_LINE,
            [b'\r', b'\n', ..] => {
                self.at += 1;
                END_OF_LINE
            }
            [byte, ..] => *byte,
        };
        self.at += 1;
        byte
    }

    /// Whether the byte that came last was the end of the text.
    const fn is_past_end(&self) -> bool {
        self.at > self.text.len()
    }

    /// The line of the byte that came last.
    fn line_at_fault(&self) -> usize {
        let before = &self.text[..self.at.saturating_sub(1).min(self.text.len())];
        let ends = before.iter().filter(|&&byte| byte == END_OF_LINE);
        ends.count() + 1
    }

    fn file(&mut self) -> Option<()> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        self.open_section(0..0, None);
        loop {
            match self.next() {
                END_OF_LINE if self.is_past_end() => return Some(()),
                b'#' | b';' => self.comment(),
                b'[' => self.section()?,
                byte if byte.is_ascii_alphabetic() => self.setting(byte)?,
                byte if is_space(byte) => {}
                _ => return None,
            }
        }
    }

    fn comment(&mut self) {
        while self.next() != END_OF_LINE {}
        // The end of the text is to be met again.
        if self.is_past_end() {
            self.at = self.text.len();
        }
    }

    fn push(&mut self, byte: u8) {
        self.config.bytes.push(byte);
    }

    /// Where the next byte that is pushed will be.
    fn end(&self) -> usize {
        self.config.bytes.len()
    }

    fn open_section(&mut self, name: Range<usize>, subsection: Option<Range<usize>>) {
        let end = self.config.keys.len();
        self.config.sections.push(Section {
            name,
            subsection,
            keys: end..end,
        });
    }

    /// What follows `[`, through the `]`.
    fn section(&mut self) -> Option<()> {
        self.cut_key = None;
        let start = self.end();
        // The older form: `[name.subsection]`.
        let mut dot = None;
        let byte = loop {
            match self.next() {
                _ if self.is_past_end() => return None,
                b'.' => {
                    dot = dot.or(Some(self.end()));
                    self.push(b'.');
                }
                byte if is_key_byte(byte) => self.push(byte.to_ascii_lowercase()),
                byte => break byte,
            }
        };
        let name = start..dot.unwrap_or(self.end());
        if byte == b']' {
            if name.is_empty() && dot.is_none() {
                return None;
            }
            let subsection = dot.map(|dot| dot + 1..self.end());
            self.open_section(name, subsection);
            return Some(());
        }
        if !is_space(byte) {
            return None;
        }
        let mut byte = byte;
        while is_space(byte) {
            if byte == END_OF_LINE {
                return None;
            }
            byte = self.next();
        }
        if byte != b'"' {
            return None;
        }
        let start = match dot {
            Some(dot) => {
                self.push(b'.');
                dot + 1
            }
            None => self.end(),
        };
        loop {
            match self.next() {
                END_OF_LINE => return None,
                b'"' => break,
                b'\\' => match self.next() {
                    END_OF_LINE => return None,
                    byte => self.push(byte),
                },
                byte => self.push(byte),
            }
        }
        let subsection = self.until_nul(start..self.end());
        self.open_section(name, subsection);
        (self.next() == b']').then_some(())
    }

    /// The subsection in these bytes. For git, the name of a setting ends at a NUL: what is before it is then a shorter
    /// name, whose last part is the key.
    fn until_nul(&mut self, bytes: Range<usize>) -> Option<Range<usize>> {
        let text = &self.config.bytes[bytes.clone()];
        let Some(length) = text.iter().position(|&byte| byte == 0) else {
            return Some(bytes);
        };
        let dot = text[..length].iter().rposition(|&byte| byte == b'.');
        let key = bytes.start + dot.map_or(0, |dot| dot + 1);
        self.cut_key = Some(key..bytes.start + length);
        dot.map(|dot| bytes.start..bytes.start + dot)
    }

    /// A setting whose key begins with this byte, through the end of its line.
    fn setting(&mut self, first: u8) -> Option<()> {
        let start = self.end();
        self.push(first.to_ascii_lowercase());
        let mut byte = self.next();
        while is_key_byte(byte) {
            self.push(byte.to_ascii_lowercase());
            byte = self.next();
        }
        let name = self.cut_key.clone().unwrap_or(start..self.end());
        while matches!(byte, b' ' | b'\t') {
            byte = self.next();
        }
        let value = match byte {
            END_OF_LINE => None,
            b'=' => Some(self.value()?),
            _ => return None,
        };
        self.config.keys.push(Key { name, value });
        let end = self.config.keys.len();
        if let Some(section) = self.config.sections.last_mut() {
            section.keys.end = end;
        }
        // The end of the text is to be met again.
        self.at = self.at.min(self.text.len());
        Some(())
    }

    /// What follows `=`, through the end of the line.
    fn value(&mut self) -> Option<Range<usize>> {
        let start = self.end();
        // Where the white space began that nothing has followed so far.
        let mut trimmed = None;
        let mut is_quoted = false;
        loop {
            match self.next() {
                END_OF_LINE if is_quoted => return None,
                END_OF_LINE => break,
                byte if is_space(byte) && !is_quoted => {
                    if self.end() > start {
                        trimmed = trimmed.or(Some(self.end()));
                        self.push(byte);
                    }
                }
                b'#' | b';' if !is_quoted => {
                    self.comment();
                    break;
                }
                byte => {
                    trimmed = None;
                    match byte {
                        b'\\' => match self.next() {
                            // The value goes on in the next line.
                            END_OF_LINE => {}
                            b't' => self.push(b'\t'),
                            b'b' => self.push(b'\x08'),
                            b'n' => self.push(b'\n'),
                            byte @ (b'\\' | b'"') => self.push(byte),
                            _ => return None,
                        },
                        b'"' => is_quoted = !is_quoted,
                        byte => self.push(byte),
                    }
                }
            }
        }
        if let Some(end) = trimmed {
            self.config.bytes.truncate(end);
        }
        // For git, a value ends at a NUL.
        let value = &self.config.bytes[start..];
        let length = value.iter().position(|&byte| byte == 0);
        Some(start..start + length.unwrap_or(value.len()))
    }
}
