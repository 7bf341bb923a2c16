//! Cases made from a seed: texts that are nearly right, texts that are not, and texts that mean harm.
//!
//! A text is made of what its grammar holds and then, mostly, spoilt in a place or two: only then are faults deep inside
//! reached. The same seed gives the same cases on every machine.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// What goes wrong in texts: edges of character classes, separators, look-alikes, and code points that are no characters.
const HOSTILE: &[u32] = &[
    0, 0x09, 0x0A, 0x0D, 0x1B, 0x20, 0x22, 0x25, 0x2A, 0x2D, 0x2E, 0x2E, 0x2F, 0x2F, 0x3A, 0x3F,
    0x40, 0x41, 0x5A, 0x5B, 0x5C, 0x5C, 0x5E, 0x5F, 0x60, 0x7B, 0x7E, 0x7F, 0x80, 0x85, 0x9F, 0xA0,
    0xDF, 0xE9, 0x130, 0x131, 0x141, 0x161, 0x2FF, 0x301, 0x431, 0x660, 0x200B, 0x202E, 0x2028,
    0x212A, 0x3000, 0x65E5, 0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000, 0xFEFF, 0xFF0F, 0xFF41,
    0xFFFD, 0xFFFF, 0x1_0000, 0x1_D4D0, 0x1_F600, 0x10_FFFF,
];

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const SLUG: &str = "abcdefghijklmnopqrstuvwxyz0123456789--";
const NAME: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_..";
const TAG: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
const HEX: &str = "0123456789abcdefABCDEF";
const FREE: &str = "abzAZ09 -_./\\:@%~+éß日😀";

/// An endless row of cases, objects with `op` and `args`.
pub(crate) fn cases(seed: u64) -> impl Iterator<Item = Value> {
    let mut make = Make(Rng::with_seed(seed));
    std::iter::repeat_with(move || make.case())
}

/// Code points, surrogates among them.
type Text = Vec<u32>;

fn points(text: &str) -> Text {
    text.chars().map(u32::from).collect()
}

/// The text as a case holds it: a string, or its UTF-16 units where it cannot be one.
fn value(text: &[u32]) -> Value {
    let chars: Option<String> = text.iter().map(|&point| char::from_u32(point)).collect();
    if let Some(text) = chars {
        return json!(text);
    }
    let units = text.iter().flat_map(|&point| match char::from_u32(point) {
        Some(char) => char.encode_utf16(&mut [0; 2]).to_vec(),
        // A surrogate is a unit by itself.
        None => vec![u16::try_from(point).unwrap_or(0xFFFD)],
    });
    json!({ "utf16": units.collect::<Vec<u16>>() })
}

struct Make(Rng);

impl Make {
    fn one_in(&mut self, n: u32) -> bool {
        self.0.u32(..n) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.0.usize(..list.len())]
    }

    /// Mostly short, sometimes about as long as the limit, sometimes longer.
    fn length(&mut self, limit: usize) -> usize {
        match self.0.u32(..12) {
            0 => self.0.usize(limit.saturating_sub(2)..=limit + 2),
            1 => self.0.usize(..=limit),
            2 => self.0.usize(..3),
            _ => self.0.usize(1..=limit.min(14)),
        }
    }

    fn word(&mut self, alphabet: &str, limit: usize) -> Text {
        let alphabet = points(alphabet);
        (0..self.length(limit))
            .map(|_| alphabet[self.0.usize(..alphabet.len())])
            .collect()
    }

    /// A word whose first and last characters are of `LOWER`.
    fn edged(&mut self, alphabet: &str, limit: usize) -> Text {
        let mut word = self.word(alphabet, limit);
        let edges = points(LOWER);
        if let Some(first) = word.first_mut() {
            *first = edges[self.0.usize(..edges.len())];
        }
        if let Some(last) = word.last_mut() {
            *last = edges[self.0.usize(..edges.len())];
        }
        word
    }

    /// The text, half of the time with a few code points put in, replaced, doubled or left out.
    fn spoilt(&mut self, mut text: Text) -> Text {
        if self.0.bool() {
            return text;
        }
        for _ in 0..self.0.usize(1..4) {
            let at = self.0.usize(..=text.len());
            let hostile = HOSTILE[self.0.usize(..HOSTILE.len())];
            match self.0.u32(..4) {
                0 => text.insert(at, hostile),
                1 if at < text.len() => text[at] = hostile,
                2 if at < text.len() => drop(text.remove(at)),
                _ if at < text.len() => text.insert(at, text[at]),
                _ => text.push(hostile),
            }
        }
        text
    }

    fn hostile(&mut self) -> Text {
        let length = self.length(80);
        (0..length)
            .map(|_| match self.0.u32(..4) {
                0 => self.0.u32(..0x80),
                1 => self.0.u32(..0x11_0000),
                _ => HOSTILE[self.0.usize(..HOSTILE.len())],
            })
            .collect()
    }

    /// A slug, name and the like, or something that is none.
    fn slug(&mut self) -> Text {
        match self.0.u32(..8) {
            0 => points(self.pick(&["vm0", "vm0-x", "admin", "www", "ab", "a", "", "-ab", "ab-"])),
            1 => self.hostile(),
            _ => {
                let slug = self.edged(SLUG, 64);
                self.spoilt(slug)
            }
        }
    }

    fn name(&mut self) -> Text {
        let name = self.edged(NAME, 128);
        self.spoilt(name)
    }

    fn tag(&mut self) -> Text {
        let tag = self.word(TAG, 128);
        self.spoilt(tag)
    }

    fn reference(&mut self) -> Text {
        if self.one_in(12) {
            return self.hostile();
        }
        let mut text = points(self.pick(&["@", "@", "@", "@", "@", "", " @", "\t@"]));
        text.extend(self.edged(SLUG, 64));
        text.push(u32::from('/'));
        text.extend(self.edged(NAME, 128));
        if self.0.bool() {
            text.push(u32::from(':'));
            text.extend(self.word(TAG, 128));
        }
        if self.one_in(6) {
            for point in &mut text {
                *point =
                    char::from_u32(*point).map_or(*point, |c| u32::from(c.to_ascii_uppercase()));
            }
        }
        self.spoilt(text)
    }

    /// What a user may have typed, in the light of an id.
    fn typed(&mut self, user_id: &[u32]) -> Text {
        let mut text = match self.0.u32(..5) {
            0 => return self.reference(),
            1 => points("vm0-"),
            2 => [&points("user-"), user_id, &points("-")].concat(),
            _ => Text::new(),
        };
        text.extend(self.edged(NAME, 250));
        if self.one_in(3) {
            text.push(u32::from(':'));
            text.extend(self.word(TAG, 20));
        }
        self.spoilt(text)
    }

    fn path(&mut self) -> Text {
        let root = self.pick(&[
            "/",
            "/",
            "/",
            "C:\\",
            "c:/",
            "\\\\server\\share",
            "\\\\s\\t\\",
            "",
            "relative",
            "\\\\?\\C:\\",
        ]);
        let mut path = points(root);
        for _ in 0..self.0.usize(..5) {
            path.extend(self.word(FREE, 12));
            path.extend(points(
                self.pick(&["/", "/", "\\", "/../", "/./", "//", ""]),
            ));
        }
        if self.0.bool() {
            path.extend(self.word(LOWER, 8));
        }
        self.spoilt(path)
    }

    fn branch(&mut self) -> Text {
        let mut branch = points(self.pick(&[
            "",
            "",
            "",
            "feature/",
            "refs/heads/",
            "origin/",
            "refs/remotes/origin/",
            "HEAD",
            "-",
            ".",
        ]));
        let limit = if self.one_in(20) { 1024 } else { 30 };
        branch.extend(self.edged(NAME, limit));
        branch.extend(points(
            self.pick(&["", "", "", "", ".lock", "/x", "@{1}", "."]),
        ));
        self.spoilt(branch)
    }

    fn worktree_key(&mut self) -> Text {
        let key = self.word(FREE, 20);
        self.spoilt(key)
    }

    fn repository(&mut self) -> Text {
        let name = match self.0.u32(..6) {
            0 => points(self.pick(&["", ".", "..", "next.js", "a__b", "_a", "a_"])),
            1 => self.word(FREE, 255),
            _ => self.edged(NAME, 60),
        };
        self.spoilt(name)
    }

    fn host(&mut self) -> Text {
        let host = match self.0.u32(..6) {
            0 => points(self.pick(&["", "..", "-o", "Host.test", "u@host", "bücher.test"])),
            1 => points(self.pick(&["gitlab.com:8443", "[2001:db8::1]", "git_server"])),
            2 => self.word("abcdefghijklmnopqrstuvwxyz0123456789-._:[]", 270),
            _ => self.edged("abcdefghijklmnopqrstuvwxyz0123456789-.", 20),
        };
        self.spoilt(host)
    }

    fn repository_path(&mut self) -> Text {
        let count = self.0.usize(1..5);
        let names: Vec<Text> = (0..count).map(|_| self.repository()).collect();
        let path = names.join(&u32::from('/'));
        self.spoilt(path)
    }

    /// An owner, or a host and what stands above a repository there.
    fn owner(&mut self) -> Text {
        if self.0.u32(..3) > 0 {
            return self.repository();
        }
        let mut owner = self.host();
        owner.push(u32::from('/'));
        owner.extend(self.repository_path());
        owner
    }

    fn uuid(&mut self) -> Text {
        let digits = points(HEX);
        let uuid = [8, 4, 4, 4, 12].map(|length| {
            (0..length)
                .map(|_| digits[self.0.usize(..16)])
                .collect::<Text>()
        });
        let uuid = uuid.join(&u32::from('-'));
        self.spoilt(uuid)
    }

    fn uri(&mut self) -> Text {
        let mut uri = points(self.pick(&["scope:", "scope:", "scope:", "Scope:", ""]));
        uri.extend(points(self.pick(&[
            "global",
            "repository:",
            "branch:",
            "worktree:",
            "worktree:",
            "other:",
        ])));
        uri.extend(points("/src/"));
        uri.extend(self.encoded());
        if self.0.bool() {
            uri.push(u32::from(':'));
            uri.extend(self.encoded());
        }
        self.spoilt(uri)
    }

    fn encoded(&mut self) -> Text {
        let pieces = [
            "a",
            "main",
            "feature/x",
            ".",
            "~",
            "_",
            "%20",
            "%C3%A9",
            "%e9",
            "%41",
            "%FF",
            "%0",
            "%",
        ];
        let count = self.0.usize(..5);
        (0..count)
            .flat_map(|_| points(self.pick(&pieces)))
            .collect()
    }

    fn object(&mut self, fields: &[(&str, Text)]) -> Text {
        let mut object = Map::new();
        for (name, text) in fields {
            if self.one_in(12) {
                continue;
            }
            let text: String = text
                .iter()
                .map(|&point| char::from_u32(point).unwrap_or('\u{FFFD}'))
                .collect();
            object.insert(
                (*name).into(),
                if self.one_in(15) {
                    json!(7)
                } else {
                    json!(text)
                },
            );
        }
        let text = points(&Value::from(object).to_string());
        if self.one_in(3) {
            self.spoilt(text)
        } else {
            text
        }
    }

    fn key_json(&mut self) -> Text {
        let kind = points(self.pick(&[
            "global",
            "repository",
            "branch",
            "worktree",
            "worktree",
            "other",
        ]));
        let (path, branch, key, shown) =
            (self.path(), self.branch(), self.worktree_key(), self.path());
        let mut fields = vec![("type", kind)];
        for field in [
            ("primaryPath", path),
            ("branchName", branch),
            ("worktreeKey", key),
            ("worktreePath", shown),
        ] {
            if self.0.u32(..4) > 0 {
                fields.push(field);
            }
        }
        if self.one_in(10) {
            fields.push((
                self.pick(&["identifier", "branch", "workPath", "extra"]),
                points("x"),
            ));
        }
        self.object(&fields)
    }

    fn timestamp(&mut self) -> Text {
        let text = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}",
            self.0.u32(2020..2030),
            self.0.u32(0..14),
            self.0.u32(0..33),
            self.0.u32(0..25),
            self.0.u32(0..61),
            self.0.u32(0..61),
            self.pick(&["", "", ".5", ".123456789", ".000"]),
            self.pick(&["Z", "Z", "Z", "+00:00", "z", "+01:00"]),
        );
        if self.one_in(4) {
            self.spoilt(points(&text))
        } else {
            points(&text)
        }
    }

    fn metadata(&mut self) -> Text {
        let (owner, repo) = if self.one_in(6) {
            (self.repository(), self.repository())
        } else {
            (points("acme"), points("widget"))
        };
        let full = [&owner[..], &repo[..]].join(&u32::from('/'));
        let (branch, accessed, synced, created) = (
            self.branch(),
            self.timestamp(),
            self.timestamp(),
            self.timestamp(),
        );
        let path = match self.0.u32(..6) {
            0 => self.repository_path(),
            1 | 2 => [&points("group/"), &full[..]].concat(),
            _ => [&points("/srv/git/"), &full[..]].concat(),
        };
        let host = self.0.bool().then(|| self.host());
        let mut fields = vec![
            ("owner", owner),
            ("repo", repo),
            ("fullName", full),
            ("lastAccessedAt", accessed),
            ("createdAt", created),
        ];
        for field in [
            ("currentBranch", branch),
            ("lastSyncedAt", synced),
            ("note", points("kept")),
            ("path", path),
        ] {
            if self.0.bool() {
                fields.push(field);
            }
        }
        fields.extend(host.map(|host| ("host", host)));
        self.object(&fields)
    }

    fn key(&mut self) -> Value {
        let path = value(&self.path());
        match self.0.u32(..8) {
            0 => json!({ "kind": "global" }),
            1 | 2 => json!({ "kind": "repository", "primary_path": path }),
            3 | 4 => {
                json!({ "kind": "branch", "primary_path": path, "branch_name": value(&self.branch()) })
            }
            kind => {
                let mut key = json!({ "kind": "worktree", "primary_path": path, "worktree_key": value(&self.worktree_key()) });
                if kind == 7 {
                    key["worktree_path"] = value(&self.path());
                }
                key
            }
        }
    }

    fn policy(&mut self) -> Value {
        let mut list = |make: fn(&mut Self) -> Text| {
            let count = self.0.usize(..4);
            (0..count).map(|_| value(&make(self))).collect::<Vec<_>>()
        };
        let (reserved, prefixes) = (list(Self::slug), list(Self::slug));
        json!({
            "system_scope": value(&self.slug()),
            "reserved": reserved,
            "reserved_prefixes": prefixes,
            "legacy_prefix": if self.0.bool() { value(&self.slug()) } else { Value::Null },
        })
    }

    fn word_of(&mut self, words: &[&str]) -> Value {
        let word = points(self.pick(words));
        if self.one_in(15) {
            value(&self.spoilt(word))
        } else {
            value(&word)
        }
    }

    fn resolve(&mut self) -> Value {
        let user_id = self.edged(LOWER, 12);
        let mut args = json!({ "text": value(&self.typed(&user_id)), "normalize": self.0.bool() });
        if self.0.u32(..4) > 0 {
            let scope = if self.one_in(6) {
                self.slug()
            } else {
                points("acme")
            };
            args["default_scope"] = value(&scope);
        }
        if self.0.bool() {
            args["user_id"] = value(&user_id);
        }
        if self.one_in(8) {
            args["policy"] = self.policy();
        }
        args
    }

    fn access(&mut self) -> Value {
        let ids = ["u1", "u1", "u2", ""];
        let id = |of: &mut Self| {
            if of.one_in(4) {
                Value::Null
            } else {
                json!(of.pick(&ids))
            }
        };
        let (owner_id, user_id) = (id(self), id(self));
        let role = if self.one_in(4) {
            Value::Null
        } else {
            self.word_of(&["member", "writer", "admin"])
        };
        json!({
            "scope": { "type": self.word_of(&["personal", "organization", "system"]), "owner_id": owner_id },
            "actor": { "user_id": user_id, "role": role },
            "action": self.word_of(&["read", "write", "rename"]),
            "force": self.0.bool(),
        })
    }

    /// References and slugs are most of what is asked; every other operation has its share.
    fn case(&mut self) -> Value {
        let text = |text: &[u32]| json!({ "text": value(text) });
        let (op, args) = match self.0.u32(..64) {
            0..16 => (
                "parse",
                json!({ "text": value(&self.reference()), "normalize": self.one_in(3) }),
            ),
            16..20 => ("is_valid", text(&self.reference())),
            20 => ("normalize", text(&self.reference())),
            21 => (
                "compare",
                json!({ "a": value(&self.reference()), "b": value(&self.reference()) }),
            ),
            22..26 => ("resolve", self.resolve()),
            26 => ("check_slug", text(&self.slug())),
            27 => ("check_name", text(&self.name())),
            28 => ("check_tag", text(&self.tag())),
            29..32 => ("check_branch", text(&self.branch())),
            32 => ("is_slug", text(&self.slug())),
            33 => ("is_name", text(&self.name())),
            34 => ("is_tag", text(&self.tag())),
            35 => ("is_branch", text(&self.branch())),
            36 => ("policy_new", self.policy()),
            37 => (
                "policy_check_claimable",
                json!({ "slug": value(&self.slug()) }),
            ),
            38 => ("policy_is_reserved", json!({ "slug": value(&self.slug()) })),
            39 => ("suggest_slug", text(&self.hostile())),
            40 => ("default_slug", json!({ "user_id": value(&self.hostile()) })),
            alias @ (41 | 42) => (
                if alias == 41 {
                    "template_alias"
                } else {
                    "distinct_template_alias"
                },
                json!({ "scope_id": value(&self.uuid()), "name": value(&self.name()), "version": value(&self.word(HEX, 64)) }),
            ),
            43 => (
                "legacy_user_alias",
                json!({ "user_id": value(&self.uuid()), "alias": value(&self.name()) }),
            ),
            44 => (
                "version_hash",
                json!({ "content": value(&points("content")) }),
            ),
            45 => ("decide_access", self.access()),
            46..50 => ("key", self.key()),
            50..52 => ("key_from_uri", text(&self.uri())),
            52..54 => ("key_from_json", text(&self.key_json())),
            54 => ("key_compare", json!({ "a": self.key(), "b": self.key() })),
            57 => (
                "hosted_workspace_dir_name",
                json!({ "host": value(&self.host()), "repository_path": value(&self.repository_path()) }),
            ),
            dir @ 55..57 => (
                if dir == 55 {
                    "workspace_dir_name"
                } else {
                    "distinct_workspace_dir_name"
                },
                json!({ "owner": value(&self.repository()), "repo": value(&self.repository()) }),
            ),
            58 => (
                "workspace_path",
                json!({
                    "data_dir": value(&self.path()),
                    "user_id": value(&self.uuid()),
                    "owner": value(&self.owner()),
                    "repo": value(&self.repository()),
                }),
            ),
            59 => (
                "contains",
                json!({ "base": value(&self.path()), "path": value(&self.path()) }),
            ),
            60 => ("metadata", text(&self.metadata())),
            61 | 62 => (
                "decide_retention",
                json!({
                    "metadata": value(&self.metadata()),
                    "dirty": self.pick(&[&Value::Null, &json!(true), &json!(false)]),
                    "now": value(&self.timestamp()),
                    "max_idle_days": self.0.i64(-2..40),
                }),
            ),
            _ => {
                let texts: Vec<Value> = (0..self.0.usize(..6))
                    .map(|_| value(&self.reference()))
                    .collect();
                (
                    "parse_many",
                    json!({ "texts": texts, "normalize": self.one_in(3) }),
                )
            }
        };
        json!({ "op": op, "args": args })
    }
}
