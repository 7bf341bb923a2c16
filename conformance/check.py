#!/usr/bin/env python3
"""Check the conformance vectors against an implementation of docs/spec.md.

    python3 conformance/check.py            check everything
    python3 conformance/check.py FILE...    check these vector files alone (no coverage checks)

The implementation below follows the specification section by section, shares no code with any other implementation,
and needs Python 3.10 or later with its standard library, and git for checkout.json. It favours being read over speed.
The last line printed is "N passed, M failed"; the exit status is 1 if anything failed.
"""

import base64
import hashlib
import json
import re
import sys
import unicodedata
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import checkouts  # noqa: E402
from schema_check import validate  # noqa: E402
import disk_check  # noqa: E402

HERE = Path(__file__).resolve().parent
SPEC = HERE.parent / "docs" / "spec.md"


# ---------------------------------------------------------------- 1. Conventions

UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
ASCII_WHITE_SPACE = "\t\n\f\r "
UPPER_TO_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
HEX_DIGITS = "0123456789abcdefABCDEF"


def blen(text):
    """The length in bytes; a lone surrogate counts the three bytes of generalized UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def lower(text):
    return text.translate(UPPER_TO_LOWER)


def is_control(char):
    return char <= "\x1f" or "\x7f" <= char <= "\x9f"


def is_uuid(text):
    return UUID.fullmatch(text) is not None


def characters(text):
    """Each character with the byte offset at which it begins."""
    offset = 0
    for char in text:
        yield offset, char
        offset += blen(char)


def leftmost(text, is_fault, within=None):
    """The offset of the leftmost character at fault that begins within so many bytes, or None."""
    for offset, char in characters(text):
        if within is not None and offset >= within:
            return None
        if is_fault(char):
            return offset
    return None


def boundary_not_past(text, limit):
    last = 0
    for offset, _ in characters(text):
        if offset > limit:
            break
        last = offset
    return last


class Fault(Exception):
    """A fault: `text` is what the caller gave as `input`. The rest of E2 is derived from it."""

    def __init__(self, code, part, offset, input, text, *, suggestion=None, char=None, use=None, name=None):
        super().__init__(code)
        self.code = code
        self.part = part
        self.offset = offset
        self.input = input
        self.text = text
        self.own_suggestion = suggestion
        self.char = char
        self.use = use
        self.name = name

    def as_dict(self):
        suggestion = suggestion_of(self)
        return {
            "code": self.code,
            "number": NUMBERS[self.code],
            "part": self.part,
            "input": self.input,
            "offset": self.offset,
            "message": message_of(self, suggestion),
            "suggestion": suggestion,
        }


def first_lone_surrogate(text):
    return leftmost(text, lambda c: "\ud800" <= c <= "\udfff")


def well_formed(text, part):
    at = first_lone_surrogate(text)
    if at is not None:
        raise Fault("invalid_unicode", part, at, part, text)
    return text


def require(found, part, input, text, shift=0, **extra):
    """Raise what a *_fault function found, (code, offset) or None."""
    if found is not None:
        code, offset = found
        raise Fault(code, part, offset + shift, input, text, **extra)


# ---------------------------------------------------------------- 2. S: slugs

SLUG_CHARACTERS = LOWER + DIGITS + "-"
ALNUM = LOWER + DIGITS


def slug_fault(text):
    if text == "":
        return "empty_scope", 0
    at = leftmost(text, lambda c: c not in SLUG_CHARACTERS, within=65)
    if at is not None:
        return "invalid_character", at
    length = blen(text)
    if length < 3:
        return "too_short", 0
    if length > 64:
        return "too_long", 64
    if text[0] == "-":
        return "invalid_start", 0
    if text[-1] == "-":
        return "invalid_end", length - 1
    return None


def prefix_fault(text):
    if text == "":
        return "empty", 0
    found = slug_fault(text)
    if found is not None and found[0] in ("too_short", "invalid_end"):
        # a prefix may be short and may end with a hyphen; it still has to begin with a letter or digit
        return ("invalid_start", 0) if text[0] == "-" else None
    return found


def check_slug(text):
    require(slug_fault(well_formed(text, "scope")), "scope", "scope", text)
    return True


class Policy:
    """S6. Omitted keys take the default."""

    DEFAULT = {
        "system_scope": "vm0",
        "reserved": ["vm0", "system", "admin", "api", "app", "www"],
        "reserved_prefixes": ["vm0-"],
        "legacy_prefix": "vm0-",
    }

    def __init__(self, given=None):
        parts = {**self.DEFAULT, **(given or {})}
        self.system_scope = parts["system_scope"]
        self.reserved = parts["reserved"]
        self.reserved_prefixes = parts["reserved_prefixes"]
        self.legacy_prefix = parts["legacy_prefix"]
        self._check_slug(self.system_scope, "system_scope")
        for slug in self.reserved:
            self._check_slug(slug, "reserved")
        for prefix in self.reserved_prefixes:
            self._check_prefix(prefix, "reserved_prefix")
        if self.legacy_prefix is not None:
            self._check_prefix(self.legacy_prefix, "legacy_prefix")

    @staticmethod
    def _check_slug(text, part):
        well_formed(text, part)
        require(("empty", 0) if text == "" else slug_fault(text), part, part, text)

    @staticmethod
    def _check_prefix(text, part):
        require(prefix_fault(well_formed(text, part)), part, part, text)

    def check_claimable(self, slug):
        check_slug(slug)
        if slug == self.system_scope or slug in self.reserved:
            raise Fault("reserved_slug", "scope", 0, "scope", slug)
        if any(slug.startswith(prefix) for prefix in self.reserved_prefixes):
            raise Fault("reserved_prefix", "scope", 0, "scope", slug)
        return True

    def is_reserved(self, slug):
        try:
            self.check_claimable(slug)
        except Fault as fault:
            return fault.code in ("reserved_slug", "reserved_prefix")
        return False


FOLDED = {
    "Æ": "ae", "æ": "ae", "Œ": "oe", "œ": "oe", "Ø": "o", "ø": "o", "Ð": "d", "ð": "d", "Đ": "d", "đ": "d",
    "Þ": "th", "þ": "th", "ß": "ss", "ẞ": "ss", "Ł": "l", "ł": "l", "Ħ": "h", "ħ": "h", "ı": "i", "ĸ": "q",
    "Ŋ": "n", "ŋ": "n", "Ŧ": "t", "ŧ": "t",
}


def suggest_slug(text):
    decomposed = unicodedata.normalize("NFKD", text)
    base = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
    replaced = "".join(FOLDED.get(c, c) for c in base)
    hyphenated = re.sub(r"[^a-z0-9]+", "-", lower(replaced)).strip("-")
    slug = hyphenated[:64].rstrip("-")
    return slug if len(slug) >= 3 else None


def default_slug(user_id):
    return "user-" + hashlib.sha256(user_id.encode()).hexdigest()[:8]


# ---------------------------------------------------------------- 3. N: names

NAME_CHARACTERS = LOWER + DIGITS + "-_."


def name_fault(text):
    if text == "":
        return "empty_name", 0
    at = leftmost(text, lambda c: c not in NAME_CHARACTERS, within=129)
    if at is not None:
        return "invalid_character", at
    if blen(text) > 128:
        return "too_long", 128
    if text[0] not in ALNUM:
        return "invalid_start", 0
    if text[-1] not in ALNUM:
        return "invalid_end", len(text) - 1
    if ".." in text:
        return "consecutive_dots", text.index("..")
    return None


# ---------------------------------------------------------------- 4. T: tags

TAG_FIRST = UPPER + LOWER + DIGITS + "_"
TAG_CHARACTERS = TAG_FIRST + ".-"


def tag_fault(text):
    if text == "":
        return "empty_tag", 0
    at = leftmost(text, lambda c: c not in TAG_CHARACTERS, within=129)
    if at is not None:
        return "invalid_character", at
    if blen(text) > 128:
        return "too_long", 128
    if text[0] not in TAG_FIRST:
        return "invalid_start", 0
    return None


# ---------------------------------------------------------------- 5. R: references


def name_and_tag(text):
    """Text split at its first ':'; the tag is None where there is no ':'."""
    name, colon, tag = text.partition(":")
    return name, (tag if colon else None)


def name_tag_fault(text):
    """(part, code, offset) of the first fault in name[:tag], or None."""
    name, tag = name_and_tag(text)
    found = name_fault(name)
    if found:
        return "name", *found
    if tag is not None:
        found = tag_fault(tag)
        if found:
            return "tag", found[0], found[1] + blen(name) + 1
    return None


def split_reference(text):
    """R1: scope, name, tag of a text that begins with '@' and holds a '/'."""
    scope, _, rest = text[1:].partition("/")
    return scope, *name_and_tag(rest)


def reference_fault(text):
    """R2: (part, code, offset) of the first fault, or None."""
    if not text.startswith("@"):
        return "reference", "missing_at", 0
    if "/" not in text:
        return "reference", "missing_slash", blen(text)
    scope, name, tag = split_reference(text)
    after_slash = 1 + blen(scope) + 1
    if scope == "":
        return "scope", "empty_scope", 1
    if name == "":
        return "name", "empty_name", after_slash
    found = slug_fault(scope)
    if found:
        return "scope", found[0], found[1] + 1
    found = name_tag_fault(text[text.index("/") + 1:])
    if found:
        return found[0], found[1], found[2] + after_slash
    return None


def normalize_with_shift(text):
    """R5: the normalised text, and how many bytes were dropped before it."""
    begun = text.lstrip(ASCII_WHITE_SPACE)
    shift = blen(text) - blen(begun)
    trimmed = begun.rstrip(ASCII_WHITE_SPACE)
    slash = trimmed.find("/")
    colon = trimmed.find(":", slash + 1)  # slash is -1 where there is none
    if colon < 0:
        return lower(trimmed), shift
    return lower(trimmed[:colon]) + trimmed[colon:], shift


def normalize(text):
    return normalize_with_shift(well_formed(text, "reference"))[0]


def raise_reference_fault(found, text, shift):
    if found:
        part, code, offset = found
        raise Fault(code, part, offset + shift, "reference", text)


def parse(text, normalizing=False):
    well_formed(text, "reference")
    strict, shift = normalize_with_shift(text) if normalizing else (text, 0)
    raise_reference_fault(reference_fault(strict), text, shift)
    scope, name, tag = split_reference(strict)
    return {
        "scope": scope,
        "name": name,
        "tag": tag,
        "text": "@" + scope + "/" + name + ("" if tag is None else ":" + tag),
        "storage_component": scope + "__" + name,
    }


def is_valid(text):
    return first_lone_surrogate(text) is None and reference_fault(text) is None


def compare(a, b):
    def order(text):
        r = parse(text)
        tag = (0, b"") if r["tag"] is None else (1, r["tag"].encode())
        return r["scope"].encode(), r["name"].encode(), tag

    return three_way(order(a), order(b))


def three_way(a, b):
    return (a > b) - (a < b)


def safe_component_fault(text, prefix):
    if text == prefix:
        return "empty", blen(text)
    at = leftmost(text, lambda c: c not in NAME_CHARACTERS, within=256)
    if at is not None:
        return "invalid_character", at
    if blen(text) > 255:
        return "too_long", 255
    if ".." in text:
        return "consecutive_dots", text.index("..")
    return None


def resolve(text, policy, default_scope=None, user_id=None, normalizing=False):
    if default_scope is not None:
        well_formed(default_scope, "default_scope")
        found = ("empty", 0) if default_scope == "" else slug_fault(default_scope)
        require(found, "default_scope", "default_scope", default_scope)
    if user_id is not None:
        well_formed(user_id, "user_id")
        require(("empty", 0) if user_id == "" else None, "user_id", "user_id", user_id)
    well_formed(text, "reference")
    strict, shift = normalize_with_shift(text) if normalizing else (text, 0)

    prefix = policy.legacy_prefix
    if prefix is not None and strict.startswith(prefix):
        require(safe_component_fault(strict, prefix), "legacy_template", "reference", text, shift)
        return {"kind": "legacy_template", "text": strict}
    prefix = None if user_id is None else "user-" + user_id + "-"
    if prefix is not None and strict.startswith(prefix):
        require(safe_component_fault(strict, prefix), "legacy_user", "reference", text, shift)
        return {"kind": "legacy_user", "text": strict, "alias": strict[len(prefix):]}
    if strict.startswith("@"):
        return {"kind": "scoped", "reference": parse(text, normalizing)["text"]}
    if "/" in strict:
        raise Fault("missing_at", "reference", shift, "reference", text)
    if default_scope is None:
        raise Fault("no_default_scope", "reference", shift, "reference", text)
    raise_reference_fault(name_tag_fault(strict), text, shift)
    return {"kind": "scoped", "reference": "@" + default_scope + "/" + strict}


# ---------------------------------------------------------------- 6. A: template aliases and versions


def limited_alias(alias):
    if blen(alias) > 256:
        raise Fault("too_long", "alias", 0, "alias", alias)
    return alias


def joined_alias(scope_id, name, version):
    return limited_alias("scope-" + scope_id + "-image-" + name + "-version-" + version)


def template_alias(scope_id, name, version):
    given = {"scope_id": scope_id, "name": name, "version": version}
    made = {
        "scope_id": re.sub(r"[^a-z0-9-]", "", lower(scope_id)),
        "name": re.sub(r"[^a-z0-9-]", "-", lower(name)),
        "version": re.sub(r"[^a-z0-9]", "", lower(version)),
    }
    for part in ("scope_id", "name", "version"):
        well_formed(given[part], part)
        require(("empty", 0) if made[part] == "" else None, part, part, given[part])
    return joined_alias(**made)


def legacy_user_alias(user_id, alias):
    for part, text in (("user_id", user_id), ("alias", alias)):
        well_formed(text, part)
        require(("empty", 0) if text == "" else None, part, part, text)
    return limited_alias("user-" + user_id + "-" + alias)


def content_hash(content):
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def version_hash(content):
    return content_hash(content)[:8]


def version_fault(text):
    if text == "":
        return "empty", 0
    at = leftmost(text, lambda c: c not in HEX_DIGITS, within=65)
    if at is not None:
        return "invalid_character", at
    if blen(text) < 8:
        return "too_short", 0
    if blen(text) > 64:
        return "too_long", 64
    return None


def distinct_template_alias(scope_id, name, version):
    well_formed(scope_id, "scope_id")
    found = ("empty", 0) if scope_id == "" else None if is_uuid(scope_id) else ("invalid_uuid", 0)
    require(found, "scope_id", "scope_id", scope_id)
    require(name_fault(well_formed(name, "name")), "name", "name", name)
    require(version_fault(well_formed(version, "version")), "version", "version", version)
    return joined_alias(lower(scope_id), name.replace("_", "_u").replace(".", "_d"), lower(version))


# ---------------------------------------------------------------- 7. X: access

CHOICES = {
    "scope_type": ("personal", "organization", "system"),
    "role": ("member", "writer", "admin"),
    "action": ("read", "write", "rename"),
    "kind": ("global", "repository", "branch", "worktree"),
    "checkout_kind": ("auto", "global", "repository", "branch", "worktree"),
}


def known(word, part):
    well_formed(word, part)
    require(None if word in CHOICES[part] else ("unknown_value", 0), part, part, word)


def decide_access(scope, actor, action, force):
    type_, role = scope["type"], actor["role"]
    known(type_, "scope_type")
    if role is not None:
        known(role, "role")
    known(action, "action")
    is_owner = bool(scope["owner_id"]) and bool(actor["user_id"]) and scope["owner_id"] == actor["user_id"]
    rows = (  # the table of X2 and X3, row by row
        ("system", "read", True, True, "public", "X2"),
        ("system", "write", True, False, "system_scope", "X2"),
        ("system", "rename", True, False, "system_scope", "X3"),
        ("personal", "read write", is_owner, True, "owner", "X2"),
        ("personal", "read write", True, False, "not_owner", "X2"),
        ("personal", "rename", not is_owner, False, "not_owner", "X3"),
        ("organization", "read", role is not None, True, "member", "X2"),
        ("organization", "read write", role is None, False, "not_member", "X2"),
        ("organization", "write", role in ("writer", "admin"), True, "writer", "X2"),
        ("organization", "write", True, False, "role_cannot_write", "X2"),
        ("organization", "rename", role != "admin", False, "not_admin", "X3"),
        ("personal organization", "rename", not force, False, "force_required", "X3"),
        ("personal", "rename", force, True, "owner", "X3"),
        ("organization", "rename", force, True, "admin", "X3"),
    )
    for types, actions, holds, allowed, reason, rule in rows:
        if type_ in types.split() and action in actions.split() and holds:
            return {"allowed": allowed, "reason": reason, "rule": rule}
    raise AssertionError("the table answers everything")


# ---------------------------------------------------------------- 8. K: scope keys

KINDS = CHOICES["kind"]
UNC = re.compile(r"\\\\([^\\/]+)\\([^\\/]+)")


class PathForm:
    """How a path begins: its form, its separators, where its root ends (an index), what identifies the root."""

    def __init__(self, form, separators, root_end, identity):
        self.form, self.separators, self.root_end, self.identity = form, separators, root_end, identity


def path_form(text):
    if text.startswith("/"):
        return PathForm("posix", "/", 1, "/")
    if len(text) >= 3 and text[0] in UPPER + LOWER and text[1] == ":" and text[2] in "\\/":
        return PathForm("drive", "\\/", 3, text[0])
    unc = UNC.match(text)
    if unc and not {unc[1], unc[2]} & {".", "..", "?"}:
        end = unc.end()
        if end < len(text):
            end += 1  # what follows the share is a separator, the root's own
        return PathForm("unc", "\\/", end, (unc[1], unc[2]))
    return None


def path_fault(text):
    if text == "":
        return "empty", 0
    form = path_form(text)
    if form is None:
        return "not_absolute", 0
    faults = []
    if "\0" in text:
        faults.append((text.index("\0"), "invalid_character"))
    start = form.root_end
    for i in range(form.root_end, len(text) + 1):
        if i < len(text) and text[i] not in form.separators:
            continue
        if text[start:i] in (".", ".."):
            faults.append((start, "dot_component"))
        if i < len(text):
            if i == start:
                faults.append((i, "repeated_separator"))
            elif i == len(text) - 1:
                faults.append((i, "trailing_separator"))
        start = i + 1
    if not faults:
        return None
    index, code = min(faults)
    return code, blen(text[:index])


def check_path(text, part):
    require(path_fault(well_formed(text, part)), part, part, text)


BRANCH_FORBIDDEN = " ~^:?*[\\\x7f" + "".join(map(chr, range(0x20)))


def branch_fault(text):
    if text == "":
        return "empty", 0
    if blen(text) > 1024:
        return "too_long", boundary_not_past(text, 1024)
    faults = []  # (index, place in K3's list, code)
    if text == "HEAD":
        faults.append((0, 0, "reserved_branch"))
    if text[0] in "-/":
        faults.append((0, 1, "invalid_start"))
    start = 0
    for component in text.split("/"):
        if component.startswith("."):
            faults.append((start, 1, "invalid_start"))
        if component.endswith(".lock"):
            faults.append((start + len(component) - 5, 6, "lock_suffix"))
        start += len(component) + 1
    if "//" in text:
        faults.append((text.index("//") + 1, 2, "repeated_separator"))
    if ".." in text:
        faults.append((text.index(".."), 3, "consecutive_dots"))
    for i, char in enumerate(text):
        if char in BRANCH_FORBIDDEN:
            faults.append((i, 4, "invalid_character"))
            break
    if "@{" in text:
        faults.append((text.index("@{"), 5, "reflog_syntax"))
    if text[-1] == ".":
        faults.append((len(text) - 1, 7, "invalid_end"))
    if text[-1] == "/":
        faults.append((len(text) - 1, 8, "trailing_separator"))
    if faults:
        index, _, code = min(faults)
        return code, blen(text[:index])
    if text.startswith(("refs/", "origin/")):
        return "remote_branch", 0
    return None


def local_branch(text):
    """K3's suggestion for a remote branch."""
    for prefix in ("refs/heads/", "refs/remotes/origin/", "origin/"):
        if text.startswith(prefix):
            rest = text[len(prefix):]
            return rest if branch_fault(rest) is None else None
    return None


def worktree_key_fault(text):
    if text == "":
        return "empty", 0
    if text in (".", ".."):
        return "dot_component", 0
    at = leftmost(text, lambda c: c in "/\\" or is_control(c))
    return None if at is None else ("invalid_character", at)


VALUE_FAULTS = {
    "primary_path": path_fault,
    "branch_name": branch_fault,
    "worktree_key": worktree_key_fault,
    "worktree_path": path_fault,
}
REQUIRED_PARTS = {
    "global": (),
    "repository": ("primary_path",),
    "branch": ("primary_path", "branch_name"),
    "worktree": ("primary_path", "worktree_key"),
}
PARTS_OF_KIND = {**REQUIRED_PARTS, "worktree": ("primary_path", "worktree_key", "worktree_path")}
PLAIN = UPPER + LOWER + DIGITS + "-._~/"


class Key:
    def __init__(self, kind, primary_path=None, branch_name=None, worktree_key=None, worktree_path=None):
        self.kind = kind
        self.primary_path = primary_path
        self.branch_name = branch_name
        self.worktree_key = worktree_key
        self.worktree_path = worktree_path
        for part in PARTS_OF_KIND[kind]:
            value = getattr(self, part)
            if value is not None:
                require(VALUE_FAULTS[part](well_formed(value, part)), part, part, value)

    def identity(self):
        return [getattr(self, part) for part in REQUIRED_PARTS[self.kind]]

    def order(self):
        return KINDS.index(self.kind), [text.encode() for text in self.identity()]

    def _displayed(self, path):
        match self.kind:
            case "global":
                return "global"
            case "repository":
                return path
            case "branch":
                return path + ":" + self.branch_name
            case _:
                return path + "@" + self.worktree_key

    def display(self):
        return self._displayed(self.primary_path)

    def _components(self):
        form = path_form(self.primary_path)
        below = self.primary_path[form.root_end:]
        return re.split("[" + re.escape(form.separators) + "]", below) if below else [self.primary_path]

    def display_short(self):
        if self.primary_path is None:
            return self._displayed(None)
        components = self._components()
        if len(components) > 1 and components[-1] in (".git", ".bare"):
            components.pop()
        return self._displayed(components[-1])

    def readable(self):
        return self._displayed(self.primary_path and self._components()[-1])

    def storage_key(self):
        return "".join("-" if c in '/\\:@*?"<>|' or is_control(c) else c for c in self.display())

    def distinct_storage_key(self):
        readable = re.sub(r"[^a-z0-9]+", "-", lower(self.readable())).strip("-")[:36].rstrip("-")
        return (readable or "scope") + "--" + digest("scope-key/1", self.kind, *self.identity())

    def uri(self):
        return ":".join(["scope", self.kind, *map(percent_encoded, self.identity())])

    def to_json(self):
        members = [("type", self.kind)]
        for part in PARTS_OF_KIND[self.kind]:
            value = getattr(self, part)
            if value is not None:
                members.append((JSON_NAMES[part], value))
        return "{" + ",".join(json_string(name) + ":" + json_string(value) for name, value in members) + "}"

    def search_order(self):
        order = [self]
        if self.kind in ("branch", "worktree"):
            order.append(Key("repository", self.primary_path))
        if self.kind != "global":
            order.append(Key("global"))
        return [key.uri() for key in order]

    def as_dict(self):
        return {
            "kind": self.kind,
            "primary_path": self.primary_path,
            "branch_name": self.branch_name,
            "worktree_key": self.worktree_key,
            "worktree_path": self.worktree_path,
            "display": self.display(),
            "display_short": self.display_short(),
            "storage_key": self.storage_key(),
            "distinct_storage_key": self.distinct_storage_key(),
            "uri": self.uri(),
            "json": self.to_json(),
            "search_order": self.search_order(),
        }


# K9


def percent_encoded(text):
    return "".join(chr(b) if chr(b) in PLAIN else "%%%02X" % b for b in text.encode())


def key_from_uri(text):
    well_formed(text, "uri")

    def fault(code, part, offset, **extra):
        return Fault(code, part, offset, "uri", text, **extra)

    if not text.startswith("scope:"):
        raise fault("invalid_uri", "uri", 0)
    kind, *fields = text[len("scope:"):].split(":")
    if kind not in KINDS:
        raise fault("unknown_value", "kind", len("scope:"))
    parts = REQUIRED_PARTS[kind]
    if len(fields) < len(parts):
        raise fault("invalid_uri", "uri", blen(text))
    if len(fields) > len(parts):
        raise fault("invalid_uri", "uri", blen(":".join(["scope", kind, *fields[:len(parts)]])))

    values = {}
    start = len("scope:") + len(kind) + 1
    for part, field in zip(parts, fields):
        if field == "":
            raise fault("empty", part, start)
        decoded = bytearray()
        origin = []  # origin[i]: where in the URI decoded byte i is written
        written_otherwise = None
        i = 0
        while i < len(field):
            char, at = field[i], start + i
            if char == "%":
                escape = field[i + 1:i + 3]
                if len(escape) < 2 or any(c not in HEX_DIGITS for c in escape):
                    raise fault("invalid_percent_encoding", part, at)
                byte = int(escape, 16)
                if written_otherwise is None and (escape != escape.upper() or chr(byte) in PLAIN):
                    written_otherwise = at
                decoded.append(byte)
                i += 3
            elif char in PLAIN:
                decoded.append(ord(char))
                i += 1
            else:  # everything before it was ASCII, so that the index is the byte offset
                raise fault("invalid_character", part, at, use="write it as a percent escape")
            origin.append(at)
        try:
            value = decoded.decode()
        except UnicodeDecodeError as error:
            raise fault("invalid_unicode", part, origin[error.start]) from None
        if written_otherwise is not None:
            raise fault("not_canonical", part, written_otherwise, suggestion=canonical_uri(text))
        found = VALUE_FAULTS[part](value)
        if found is not None:
            code, offset = found
            raise fault(code, part, origin[offset], char=character_at(value, offset))
        values[part] = value
        start += len(field) + 1
    return Key(kind, **values)


def canonical_uri(text):
    """The text with every escape as it should be, if that is a key's URI."""

    def rewritten(match):
        byte = int(match[1], 16)
        return chr(byte) if chr(byte) in PLAIN else "%%%02X" % byte

    candidate = re.sub("%([0-9A-Fa-f]{2})", rewritten, text)
    try:
        return key_from_uri(candidate).uri()
    except Fault:
        return None


# K10

JSON_NAMES = {
    "primary_path": "primaryPath",
    "branch_name": "branchName",
    "worktree_key": "worktreeKey",
    "worktree_path": "worktreePath",
}
PART_OF_JSON_NAME = {name: part for part, name in JSON_NAMES.items()}
LEGACY_NAMES = {"identifier": "primaryPath", "branch": "branchName", "workPath": "worktreePath"}
SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def json_string(text):
    return '"' + "".join(SHORT_ESCAPES.get(c) or ("\\u%04x" % ord(c) if c < " " else c) for c in text) + '"'


class Member:
    """A member of the outermost object: where it stands, and its value as it is written but for white space."""

    def __init__(self, name_at, raw_name, name):
        self.name_at, self.raw_name, self.name = name_at, raw_name, name
        self.value_at = None
        self.string = None  # the value, where it is a string
        self.compact = []


class InvalidJson(Exception):
    def __init__(self, index):
        super().__init__(index)
        self.index = index


JSON_SPACE = re.compile(r"[ \t\n\r]*")
JSON_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)"')
JSON_STRING_BEGUN = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*(?:\\(?:u[0-9A-Fa-f]{0,3})?\Z)?')
JSON_OTHER = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def read_json(text):
    """The members of the one object that the text is, or None if it is other JSON. Any depth of nesting is read."""
    members = []
    is_object = False
    nesting = []  # "{" or "["
    state = "value"  # value, first-value (or "]"), first-name (or "}"), name, colon, next
    i = 0

    def emit(token):
        """Add to the compact value of the last member of the outermost object."""
        if nesting and members:
            members[-1].compact.append(token)

    while True:
        i = JSON_SPACE.match(text, i).end()
        if state == "next" and not nesting:
            if i < len(text):
                raise InvalidJson(i)
            return members if is_object else None
        char = text[i:i + 1]
        outer = len(nesting) == 1 and nesting[0] == "{"
        if state in ("value", "first-value"):
            if outer:
                members[-1].value_at = i
            if state == "first-value" and char == "]":
                emit("]")
                nesting.pop()
                state = "next"
                i += 1
            elif char in ("{", "["):
                if not nesting:
                    is_object = char == "{"
                else:
                    emit(char)
                nesting.append(char)
                state = "first-name" if char == "{" else "first-value"
                i += 1
            elif char == '"':
                raw, value, end = read_string(text, i)
                if outer:
                    members[-1].string = value
                emit('"' + raw + '"')
                state = "next"
                i = end
            else:
                other = JSON_OTHER.match(text, i)
                if not other:
                    raise InvalidJson(i)
                emit(other[0])
                state = "next"
                i = other.end()
        elif state in ("first-name", "name"):
            if state == "first-name" and char == "}":
                if len(nesting) > 1:
                    emit("}")
                nesting.pop()
                state = "next"
                i += 1
            elif char == '"':
                raw, value, end = read_string(text, i)
                if outer:
                    members.append(Member(i, raw, value))
                else:
                    emit('"' + raw + '"')
                state = "colon"
                i = end
            else:
                raise InvalidJson(i)
        elif state == "colon":
            if char != ":":
                raise InvalidJson(i)
            if not outer:
                emit(":")
            state = "value"
            i += 1
        else:  # next, inside something
            closing = "}" if nesting[-1] == "{" else "]"
            if char == ",":
                if not outer:
                    emit(",")
                state = "name" if nesting[-1] == "{" else "value"
            elif char == closing:
                if not outer:
                    emit(closing)
                nesting.pop()
            else:
                raise InvalidJson(i)
            i += 1


def read_string(text, i):
    match = JSON_STRING.match(text, i)
    if not match:
        raise InvalidJson(JSON_STRING_BEGUN.match(text, i).end())
    return match[1], json.loads(match[0]), match.end()


def read_object(text, part):
    """The members of a JSON object, each once, or the fault; offsets in them become byte offsets."""
    try:
        members = read_json(text)
    except InvalidJson as error:
        raise Fault("invalid_json", part, blen(text[:error.index]), part, text) from None
    if members is None:
        raise Fault("wrong_type", part, 0, part, text)
    for member in members:
        member.name_at = blen(text[:member.name_at])
        member.value_at = blen(text[:member.value_at])
    for member in members:
        for string, at in ((member.name, member.name_at), (member.string, member.value_at)):
            if string is not None and first_lone_surrogate(string) is not None:
                raise Fault("invalid_unicode", part, at, part, text)
    return members


def repeated_member(members):
    seen = set()
    for member in members:
        if member.name in seen:
            return member
        seen.add(member.name)
    return None


def key_from_json(text):
    well_formed(text, "json")

    def fault(code, part, offset, **extra):
        return Fault(code, part, offset, "json", text, **extra)

    members = read_object(text, "json")
    for member in members:
        if member.name in LEGACY_NAMES:
            raise fault("legacy_field", "json", member.name_at, name=member.raw_name,
                        suggestion=LEGACY_NAMES[member.name])
        if member.name != "type" and member.name not in PART_OF_JSON_NAME:
            raise fault("unknown_field", "json", member.name_at, name=member.raw_name)
    again = repeated_member(members)
    if again:
        raise fault("duplicate_field", "json", again.name_at, name=again.raw_name)
    for member in members:
        if member.string is None:
            raise fault("wrong_type", "json", member.value_at)
    by_name = {member.name: member for member in members}
    if "type" not in by_name:
        raise fault("missing_field", "kind", blen(text), name="type")
    kind = by_name["type"].string
    if kind not in KINDS:
        raise fault("unknown_value", "kind", by_name["type"].value_at)
    for member in members:
        if member.name != "type" and PART_OF_JSON_NAME[member.name] not in PARTS_OF_KIND[kind]:
            raise fault("unknown_field", "json", member.name_at, name=member.raw_name)
    for part in REQUIRED_PARTS[kind]:
        if JSON_NAMES[part] not in by_name:
            raise fault("missing_field", part, blen(text), name=JSON_NAMES[part])
    values = {}
    for part in PARTS_OF_KIND[kind]:
        member = by_name.get(JSON_NAMES[part])
        if member:
            found = VALUE_FAULTS[part](member.string)
            if found is not None:
                raise fault(found[0], part, member.value_at, char=THAT_CHARACTER)
            values[part] = member.string
    return Key(kind, **values)


# ---------------------------------------------------------------- 9. W: workspaces


def owner_fault(text):
    """W4, for an owner or a repo."""
    if text == "":
        return "empty", 0
    at = leftmost(text, lambda c: c in "/\\" or is_control(c), within=256)
    if at is not None:
        return "invalid_character", at
    if blen(text) > 255:
        return "too_long", boundary_not_past(text, 255)
    if text in (".", ".."):
        return "dot_component", 0
    return None


def check_owner_and_repo(owner, repo):
    for part, text in (("owner", owner), ("repo", repo)):
        require(owner_fault(well_formed(text, part)), part, part, text)


def sanitized(text):
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)


def workspace_dir_name(owner, repo):
    check_owner_and_repo(owner, repo)
    return sanitized(owner) + "__" + sanitized(repo)


def distinct_workspace_dir_name(owner, repo):
    plain = workspace_dir_name(owner, repo)
    if (plain == owner + "__" + repo and "__" not in owner and "__" not in repo
            and not owner.endswith("_") and not repo.startswith("_") and len(plain) <= 64):
        return plain
    return "__".join([sanitized(owner)[:17], sanitized(repo)[:17], digest("scope-workspace/1", owner, repo)])


def hosted_fault(host, path):
    """The fault of a host or a path, with its part and input; None for a repository."""
    host_at = leftmost(host, lambda c: c not in "abcdefghijklmnopqrstuvwxyz0123456789-._:[]", within=256)
    if host == "":
        return "empty", 0, "host", "host"
    if host_at is not None:
        return "invalid_character", host_at, "host", "host"
    if blen(host) > 255:
        return "too_long", 255, "host", "host"
    if host[0] in "-.":
        return "invalid_start", 0, "host", "host"
    return repository_path_fault(path)


def repository_path_fault(path):
    """The fault of the path of a repository on its host."""
    if blen(path) > 1024:
        return "too_long", boundary_not_past(path, 1024), "repository_path", "repository_path"
    components = path.split("/")
    if len(components) < 2:
        return "empty", 0, "owner", "repository_path"
    at = 0
    for number, component in enumerate(components, 1):
        found = owner_fault(component)
        if found is not None:
            part = "repo" if number == len(components) else "owner"
            return found[0], at + found[1], part, "repository_path"
        at += blen(component) + 1
    return None


def hosted_workspace_dir_name(host, repository_path):
    path = repository_path
    well_formed(host, "host")
    well_formed(path, "repository_path")
    found = hosted_fault(host, path)
    if found is not None:
        code, offset, part, argument = found
        raise Fault(code, part, offset, argument, host if argument == "host" else path)
    owner, repo = path.split("/")[-2:]
    return "__".join([sanitized(owner)[:17], sanitized(repo)[:17], digest("scope-workspace/2", host, path)])


def named_repository(owner, repo):
    """The host (None for the service's own) and path that owner and repo name together (W3)."""
    well_formed(owner, "owner")
    if "/" not in owner:
        check_owner_and_repo(owner, repo)
        return None, f"{owner}/{repo}"
    require(owner_fault(well_formed(repo, "repo")), "repo", "repo", repo)
    host, group = owner.split("/", 1)
    path = f"{group}/{repo}"
    found = hosted_fault(host, path)
    if found is not None:
        code, offset, part, argument = found
        start = 0 if argument == "host" else blen(host) + 1
        raise Fault(code, part, min(start + offset, blen(owner)), "owner", owner)
    return host, path


def repository_dir_name(host, path):
    return distinct_workspace_dir_name(*path.split("/")) if host is None else hosted_workspace_dir_name(host, path)


def workspace_path(data_dir, user_id, owner, repo):
    check_path(data_dir, "data_dir")
    well_formed(user_id, "user_id")
    if user_id == "":
        raise Fault("empty", "user_id", 0, "user_id", user_id)
    if not is_uuid(user_id) or user_id != lower(user_id):
        raise Fault("invalid_uuid", "user_id", 0, "user_id", user_id)
    name = repository_dir_name(*named_repository(owner, repo))
    form = path_form(data_dir)
    separator = [c for c in data_dir[:form.root_end] if c in form.separators][-1]
    begun = data_dir if data_dir[-1] in form.separators else data_dir + separator
    return begun + separator.join(["workspaces", user_id, name])


def contains(base, path):
    def cleaned(text, part):
        well_formed(text, part)
        form = path_form(text)
        if text == "" or form is None:
            raise Fault("empty" if text == "" else "not_absolute", part, 0, part, text)
        if "\0" in text:
            raise Fault("invalid_character", part, blen(text[:text.index("\0")]), part, text)
        components = []
        for component in re.split("[" + re.escape(form.separators) + "]", text[form.root_end:]):
            if component == "..":
                del components[-1:]
            elif component not in ("", "."):
                components.append(component)
        return (form.form, form.identity), components

    base_root, base_components = cleaned(base, "base")
    path_root, path_components = cleaned(path, "path")
    return (base_root == path_root and len(base_components) < len(path_components)
            and path_components[:len(base_components)] == base_components)


# W6

METADATA_FIELDS = ("owner", "repo", "fullName", "host", "path", "defaultBranch", "currentBranch",
                   "lastAccessedAt", "lastSyncedAt", "createdAt")
METADATA_OPTIONAL = ("host", "path", "defaultBranch", "currentBranch", "lastSyncedAt")
METADATA_PARTS = {  # the fields that are checked, in the order in which they are
    "owner": "owner", "repo": "repo", "fullName": "full_name", "host": "host", "path": "repository_path",
    "lastAccessedAt": "last_accessed_at", "lastSyncedAt": "last_synced_at", "createdAt": "created_at",
}
TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|\+00:00)")


def read_timestamp(text):
    """(nanoseconds since 0001-01-01T00:00:00Z, the text as it is written), or None."""
    match = TIMESTAMP.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    month_days = [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not (1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= month_days[month - 1] and hour <= 23 and minute <= 59 and second <= 59):
        return None
    before = year - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 + sum(month_days[:month - 1]) + day - 1
    fraction = (match[7] or "").rstrip("0")
    nanoseconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    nanoseconds = nanoseconds * 10**9 + int((fraction or "0").ljust(9, "0"))
    return nanoseconds, text[:19] + ("." + fraction if fraction else "") + "Z"


class Metadata:
    def __init__(self, text):
        well_formed(text, "metadata")

        def fault(code, offset, part="metadata", **extra):
            return Fault(code, part, offset, "metadata", text, **extra)

        members = read_object(text, "metadata")
        again = repeated_member(members)
        if again:
            raise fault("duplicate_field", again.name_at, name=again.raw_name)
        for member in members:
            is_null = member.compact == ["null"]
            if member.name in METADATA_FIELDS and member.string is None:
                if not (is_null and member.name in METADATA_OPTIONAL):
                    raise fault("wrong_type", member.value_at)
        self.values = {m.name: m.string for m in members if m.name in METADATA_FIELDS and m.string is not None}
        self.kept = ['"' + m.raw_name + '":' + "".join(m.compact) for m in members if m.name not in METADATA_FIELDS]
        self.times = []
        for field, part in METADATA_PARTS.items():
            if field not in METADATA_OPTIONAL and field not in self.values:
                raise fault("missing_field", blen(text), part, name=field)
        places = {m.name: m.value_at for m in members}
        for field, part in METADATA_PARTS.items():
            if field not in self.values:
                continue
            value = self.values[field]
            if field in ("owner", "repo"):
                found = owner_fault(value)
                if found:
                    raise fault(found[0], places[field], part, char=THAT_CHARACTER)
            elif field == "fullName":
                if value != self.values["owner"] + "/" + self.values["repo"]:
                    raise fault("field_mismatch", places[field], part)
            elif field == "host":
                found = hosted_fault(value, "a/b")
                if found:
                    raise fault(found[0], places[field], part, char=THAT_CHARACTER)
                if "path" not in self.values:
                    raise fault("missing_field", blen(text), "repository_path", name="path")
            elif field == "path":
                if "host" not in self.values and not value.startswith("/"):
                    raise fault("not_absolute", places[field], part)
                found = repository_path_fault(value if "host" in self.values else value[1:])
                if found:
                    raise fault(found[0], places[field], found[2], char=THAT_CHARACTER)
                if value.split("/")[-2:] != [self.values["owner"], self.values["repo"]]:
                    raise fault("field_mismatch", places[field], part)
            else:
                read = read_timestamp(value)
                if read is None:
                    raise fault("invalid_timestamp", places[field], part)
                self.times.append(read[0])
                self.values[field] = read[1]

    def to_json(self):
        named = [json_string(name) + ":" + json_string(self.values[name])
                 for name in METADATA_FIELDS if name in self.values]
        return "{" + ",".join(named + self.kept) + "}"


def decide_retention(metadata, dirty, now, max_idle_days=7):
    record = Metadata(metadata)
    well_formed(now, "timestamp")
    read = read_timestamp(now)
    if read is None:
        raise Fault("invalid_timestamp", "timestamp", 0, "timestamp", now)
    if not 0 <= max_idle_days <= 36500:
        raise Fault("out_of_range", "max_idle_days", 0, "max_idle_days", str(max_idle_days))
    if read[0] - max(record.times) >= max_idle_days * 86400 * 10**9:
        return "delete" if dirty is False else "warn"
    return "keep"


# ---------------------------------------------------------------- 10. B: many at once


def parse_many(texts, normalizing=False):
    answers = []
    for text in texts:
        try:
            answers.append({"reference": parse(text, normalizing)["text"]})
        except Fault as fault:
            answers.append({"error": fault.as_dict()})
    return answers


def parse_lines(buffer):
    if not isinstance(buffer, bytes):
        buffer = buffer.encode("utf-8", "surrogatepass")
    items = buffer.split(b"\n")
    if items[-1] == b"":
        items.pop()
    answers = []
    start = 0
    for item in items:
        try:
            text = item.decode()
            found = reference_fault(text)
        except UnicodeDecodeError as error:
            found = ("reference", "invalid_unicode", error.start)
        if found:
            answers.append([start, 0, NUMBERS[found[1]] | 1 << 31, start + found[2]])
        else:
            slash = item.index(b"/")
            colon = item.find(b":", slash)
            name_end = colon if colon >= 0 else len(item)
            answers.append([start, start + slash, start + name_end, start + len(item)])
        start += len(item) + 1
    return answers


# ---------------------------------------------------------------- 11. E: errors

CODES = [
    (1, "missing_at"), (2, "missing_slash"), (3, "empty_scope"), (4, "empty_name"), (5, "empty_tag"), (6, "empty"),
    (7, "too_short"), (8, "too_long"), (9, "invalid_character"), (10, "invalid_start"), (11, "invalid_end"),
    (12, "consecutive_dots"), (13, "invalid_unicode"), (14, "no_default_scope"), (15, "reserved_slug"),
    (16, "reserved_prefix"), (17, "invalid_uuid"), (18, "not_absolute"), (19, "dot_component"),
    (20, "repeated_separator"), (21, "trailing_separator"), (22, "reflog_syntax"), (23, "lock_suffix"),
    (24, "reserved_branch"), (25, "remote_branch"), (26, "invalid_uri"), (27, "unknown_value"),
    (28, "invalid_percent_encoding"), (29, "not_canonical"), (30, "invalid_json"), (31, "wrong_type"),
    (32, "missing_field"), (33, "unknown_field"), (34, "legacy_field"), (35, "duplicate_field"),
    (36, "field_mismatch"), (37, "invalid_timestamp"), (38, "out_of_range"),
    (39, "not_a_repository"), (40, "detached_head"), (41, "not_linked_worktree"), (42, "non_utf8_path"),
    (43, "path_not_found"), (44, "not_a_directory"), (45, "unreadable"), (46, "corrupt_repository"),
    (47, "unsupported_repository"), (48, "no_primary_worktree"),
    (50, "workspace_not_found"),
    (51, "workspace_exists"),
    (52, "workspace_mismatch"),
    (53, "symbolic_link"),
    (54, "not_a_file"),
    (55, "outside_workspaces"),
    (56, "metadata_missing"),
    (57, "in_use"),
    (58, "system_directory"),
    (59, "url_not_allowed"),
    (60, "git_not_found"),
    (61, "git_failed"),
    (62, "timed_out"),
    (63, "too_large"),
    (64, "cancelled"),
    (65, "uncommitted_changes"),
    (66, "not_fast_forward"),
    (67, "no_upstream"),
    (68, "io_failed"),
    (300, "work_would_be_lost"),
    (301, "work_unknown"),
]
NUMBERS = {code: number for number, code in CODES}

PARTS = (
    "reference", "scope", "name", "tag", "legacy_template", "legacy_user", "default_scope", "user_id", "system_scope",
    "reserved", "reserved_prefix", "legacy_prefix", "scope_id", "version", "alias", "scope_type", "role", "action",
    "primary_path", "worktree_path", "branch_name", "worktree_key", "uri", "kind", "json", "owner", "repo", "data_dir",
    "base", "path", "metadata", "full_name", "last_accessed_at", "last_synced_at", "created_at", "timestamp",
    "max_idle_days", "buffer", "checkout_kind", "git_dir", "git_file", "head", "common_dir", "git_config",
    "mount_point",
    "workspace", "url", "source_dir", "git", "host", "repository_path",
)

LABELS = {
    "scope_id": "scope id",
    "user_id": "user id",
    "uri": "scope URI",
    "json": "scope key JSON",
    "metadata": "workspace metadata",
    "data_dir": "data directory",
    "legacy_user": "legacy user alias",
    "reserved": "reserved slug",
    "base": "base path",
    "checkout_kind": "kind",
    "git_dir": "git directory",
    "git_file": ".git file",
    "head": "HEAD",
    "common_dir": "commondir file",
    "git_config": "configuration",
    "url": "URL",
    "git": "git program",
    "source_dir": "source directory",
}

SENTENCES = {
    "missing_at": "a reference begins with '@'",
    "missing_slash": "a reference has a '/' between scope and name",
    "empty_scope": "the scope is empty",
    "empty_name": "the name is empty",
    "empty_tag": "nothing follows the ':'; give a tag or leave out the ':'",
    "empty": "the {part} is empty",
    "too_short": "the {part} is shorter than {min} bytes",
    "too_long": "the {part} is longer than {max} bytes",
    "invalid_character": "the {part} may not hold {char}; {use}",
    "invalid_start": "the {part} may not begin with {char}",
    "invalid_end": "the {part} may not end with {char}",
    "consecutive_dots": "the {part} may not hold '..'",
    "invalid_unicode": "the text is not well-formed Unicode; pass valid UTF-8 without lone surrogates",
    "no_default_scope": "there is no default scope; write @scope/name",
    "reserved_slug": "this slug is reserved; choose another",
    "reserved_prefix": "slugs that begin like this are reserved; choose another",
    "invalid_uuid": "the {part} is not a UUID",
    "not_absolute": "the {part} is not absolute; begin with '/', a drive like C:\\ or \\\\server\\share",
    "dot_component": "the {part} may not hold the component '.' or '..'",
    "repeated_separator": "the {part} has two separators in a row; keep one",
    "trailing_separator": "the {part} ends with a separator; leave it out",
    "reflog_syntax": "a branch name may not hold '@{'; pass the name itself",
    "lock_suffix": "no part of a branch name may end with '.lock'",
    "reserved_branch": "HEAD is not a branch name; pass the branch it stands for",
    "remote_branch": "this names a remote-tracking branch or a full ref; pass the local branch name",
    "invalid_uri": "a scope URI is scope:global, scope:repository:PATH, scope:branch:PATH:BRANCH or"
                   " scope:worktree:PATH:KEY",
    "unknown_value": "the {part} must be {choices}",
    "invalid_percent_encoding": "a '%' must be followed by two hexadecimal digits; write a '%' itself as %25",
    "not_canonical": "this escape is not in canonical form; escape with upper-case digits, and only what must be",
    "invalid_json": "this is not JSON",
    "wrong_type": "a string is wanted here",
    "missing_field": "the field {name} is missing",
    "unknown_field": "the field {quoted name} does not belong here",
    "legacy_field": "the field {quoted name} is no longer used",
    "duplicate_field": "the field {quoted name} is given twice",
    "field_mismatch": "fullName is not owner/repo",
    "invalid_timestamp": "a timestamp is written like 2026-01-31T12:00:00Z",
    "out_of_range": "the {part} must be from 0 to 36500",
    "not_a_repository": "this is in no git repository; pass a directory of a checkout",
    "detached_head": "HEAD names no branch here; name one, or check one out",
    "not_linked_worktree": "only a linked worktree has a worktree key, and this is none",
    "non_utf8_path": "the {part} is not UTF-8; rename what is not",
    "path_not_found": "there is nothing at this path",
    "not_a_directory": "this is not a directory; pass the one that it is in",
    "unreadable": "the {part} cannot be read; check its permissions, and that it is still there",
    "corrupt_repository": "the {part} of its repository is damaged; `git status` may say more",
    "unsupported_repository": "its repository is of a format that this version does not know",
    "no_primary_worktree": "its repository does not tell where the primary worktree is; set core.worktree in it",
    "workspace_not_found": "there is no such workspace; create or clone it first",
    "workspace_exists": "this workspace is there already; sync it, or delete it first",
    "workspace_mismatch": "its directory records another repository; nothing was changed",
    "symbolic_link": "a symbolic link stands where none may; nothing behind it was looked at",
    "not_a_file": "something that is no regular file stands where one has to",
    "outside_workspaces": "this is in no workspace of this user",
    "metadata_missing": "its .workspace.json is missing, and its repository does not tell what that said",
    "in_use": "another operation is using the {part}; try again when it has ended",
    "system_directory": "this is a directory of the system; name one of your own",
    "url_not_allowed": "only https, ssh and, where that is allowed, file URLs are cloned, without a password",
    "git_not_found": "there is no such program; install git, or say where it is",
    "git_failed": "git failed; the detail says what it said",
    "timed_out": "this took longer than the time limit",
    "too_large": "the {part} is larger than the size limit",
    "cancelled": "this was cancelled",
    "uncommitted_changes": "there are uncommitted changes; commit or stash them first",
    "not_fast_forward": "the branch and its upstream have gone different ways; merge or rebase by hand",
    "no_upstream": "the branch has no upstream; set one, or check out a branch that has",
    "io_failed": "the system refused; the detail says what it said",
    "work_would_be_lost": "it holds work that exists nowhere else; push or save it, or delete with force",
    "work_unknown": "it could not be checked for work that exists nowhere else; the detail says why; delete with force to"
                    " give it up",
}

LIMITS = {
    "scope": (3, 64), "default_scope": (3, 64), "system_scope": (3, 64), "reserved": (3, 64),
    "reserved_prefix": (1, 64), "legacy_prefix": (1, 64), "name": (1, 128), "tag": (1, 128),
    "legacy_template": (1, 255), "legacy_user": (1, 255), "alias": (1, 256), "version": (8, 64),
    "branch_name": (1, 1024), "owner": (1, 255), "repo": (1, 255), "buffer": (0, 4294967295),
    "path": (1, checkouts.LONGEST_PATH),
    "metadata": (0, 65536),
    "host": (1, 255), "repository_path": (1, 1024),
}

USE = {
    **dict.fromkeys(["scope", "default_scope", "system_scope", "reserved", "reserved_prefix", "legacy_prefix"],
                    "use only a-z, 0-9 and '-'"),
    **dict.fromkeys(["name", "legacy_template", "legacy_user"], "use only a-z, 0-9, '-', '_' and '.'"),
    "tag": "use only A-Z, a-z, 0-9, '_', '.' and '-'",
    "version": "use only 0-9 and a-f",
    "host": "use only a-z, 0-9, '-', '.', '_', ':', '[' and ']'",
    "branch_name": "leave out spaces, control characters and ~ ^ : ? * [ \\",
    **dict.fromkeys(["worktree_key", "owner", "repo"], "leave out '/', '\\' and control characters"),
    **dict.fromkeys(["primary_path", "worktree_path", "data_dir", "base", "path"], "leave it out"),
}

CHOICE_SENTENCES = {
    "kind": "global, repository, branch or worktree",
    "checkout_kind": "auto, global, repository, branch or worktree",
    "scope_type": "personal, organization or system",
    "role": "member, writer or admin",
    "action": "read, write or rename",
}

THAT_CHARACTER = "that character"  # stands in a Fault's `char` where E2 says so; no real character is this long


def label(part):
    return LABELS.get(part, part.replace("_", " "))


def quote(text):
    """E2. Text in double quotes, escaped, cut to 64 characters between the quotes."""
    pieces, length, cut = [], 0, False
    for char in text:
        if char in '"\\':
            piece = "\\" + char
        elif " " <= char <= "~":
            piece = char
        else:
            piece = "\\u{%x}" % ord(char)
        if length + len(piece) > 64:
            cut = True
            break
        pieces.append(piece)
        length += len(piece)
    return '"' + "".join(pieces) + '"' + ("..." if cut else "")


def show_character(char):
    if char == THAT_CHARACTER:
        return char
    return "'" + char + "'" if " " <= char <= "~" else "U+%04X" % ord(char)


def character_at(text, offset):
    return next((char for at, char in characters(text) if at == offset), None)


def sentence_of(fault):
    code, part = fault.code, fault.part
    sentence = SENTENCES[code]
    if code == "empty_tag" and fault.input == "tag":
        return "the tag is empty"
    if code == "invalid_start" and part == "branch_name":
        sentence = "no part of a branch name may begin with {char}"
    elif code == "invalid_uuid" and part == "user_id":
        sentence = "the user id is not a UUID in lower case"
    elif code == "dot_component" and part in ("worktree_key", "owner", "repo"):
        sentence = "the {part} may not be '.' or '..'"
    elif code == "corrupt_repository" and part == "git_file":
        sentence = "its .git file leads to no repository; `git worktree repair` may mend that"
    elif code == "not_a_repository" and part == "mount_point":
        sentence = ("the search stops at this file system boundary, and a repository is above it; set"
                    " GIT_DISCOVERY_ACROSS_FILESYSTEM and use_environment, or pass a directory of that repository")
    elif code == "field_mismatch" and part == "repository_path":
        sentence = "path does not end with owner/repo"
    elif code == "wrong_type" and fault.offset == 0:
        sentence = "an object is wanted here"
    values = {"{part}": label(part)}
    if "{char}" in sentence:
        values["{char}"] = show_character(fault.char or character_at(fault.text, fault.offset))
    if "{use}" in sentence:
        values["{use}"] = fault.use or USE[part]
    if "{min}" in sentence:
        values["{min}"] = str(LIMITS[part][0])
    if "{max}" in sentence:
        values["{max}"] = str(LIMITS[part][1])
    if "{choices}" in sentence:
        values["{choices}"] = CHOICE_SENTENCES[part]
    if "{name}" in sentence:
        values["{name}"] = fault.name
    if "{quoted name}" in sentence:
        values["{quoted name}"] = quote(fault.name)
    return re.sub(r"\{[a-z ]+\}", lambda match: values[match[0]], sentence)


def message_of(fault, suggestion):
    quoted = quote(fault.text)
    if fault.code in ("invalid_unicode", "non_utf8_path") and fault.part == fault.input:
        quoted = quote(fault.text.encode("utf-8", "surrogatepass")[:fault.offset].decode()).removesuffix("...") + "..."
    message = "invalid " + label(fault.input) + " " + quoted + ": " + sentence_of(fault)
    return message if suggestion is None else message + "; did you mean " + quote(suggestion) + "?"


def reference_suggestion(text):
    if blen(text) > 1024:
        return None
    npm = re.fullmatch(r"([^/:]*/[^@:]*)@([^:]*)", text)  # how npm writes a version
    suggestion = normalize_with_shift(f"{npm[1]}:{npm[2]}" if npm else text)[0]
    if "/" in suggestion and "@" not in suggestion:
        suggestion = "@" + suggestion
    if suggestion == text:
        return None
    good = reference_fault(suggestion) if "/" in suggestion else name_tag_fault(suggestion)
    return suggestion if good is None else None


def suggestion_of(fault):
    """The table of suggestions."""
    if fault.input == "scope" and NUMBERS[fault.code] < 14 and fault.code != "invalid_unicode":
        return suggest_slug(fault.text)
    if fault.input == "reference" and fault.code not in ("no_default_scope", "invalid_unicode"):
        suggestion = reference_suggestion(fault.text)
        usable = fault.code != "missing_at" or (suggestion or "").startswith("@")
        return suggestion if usable else None
    if fault.code == "not_linked_worktree":
        return "repository"
    if fault.code == "remote_branch" and fault.input == "branch_name":
        return local_branch(fault.text)
    if fault.code == "invalid_uuid" and fault.input == "user_id" and is_uuid(fault.text):
        return lower(fault.text)
    return fault.own_suggestion  # legacy_field, not_canonical


# ---------------------------------------------------------------- 12. Digests


def digest(domain, *fields):
    encoding = b"".join(str(len(f.encode())).encode() + b":" + f.encode() + b"," for f in (domain, *fields))
    return base64.b32encode(hashlib.sha256(encoding).digest()).decode().lower()[:26]


# ---------------------------------------------------------------- 13. G: checkouts


def checkout_path(path):
    """G4. The path as text, if it may be asked about."""
    if isinstance(path, bytes):
        try:
            path = path.decode()
        except UnicodeDecodeError as error:
            text = path[:error.start].decode()
            raise Fault("non_utf8_path", "path", error.start, "path", text) from None
    if path == "":
        raise Fault("empty", "path", 0, "path", path)
    if blen(path) > checkouts.LONGEST_PATH:
        at = boundary_not_past(path, checkouts.LONGEST_PATH)
        raise Fault("too_long", "path", at, "path", path)
    at = leftmost(path, lambda char: char == "\0")
    require(None if at is None else ("invalid_character", at), "path", "path", path)
    return path


def in_checkout(answer):
    """An operation that answers about a path in what its steps make; paths in the answer count from the root of that."""

    def op(setup, path, **args):
        with checkouts.made(setup) as root:
            try:
                value = answer(path, **args)
            except checkouts.Trouble as trouble:
                raise Fault(trouble.code, trouble.part, 0, "path", path) from None
        from_root = lambda it: it.replace(root, "{root}", 1) if isinstance(it, str) else it  # noqa: E731
        return {name: from_root(item) for name, item in value.items()}

    return op


def resolve_scope(path, kind="auto", branch=None):
    known(kind, "checkout_kind")
    if kind == "global":
        return key_in_brief(Key("global"))
    try:
        checkout = checkouts.Checkout(checkout_path(path))
    except checkouts.Trouble as trouble:
        if kind == "auto" and branch is None and trouble.code == "not_a_repository":
            return key_in_brief(Key("global"))
        raise
    primary = checkout.primary_path
    if kind == "worktree":
        if not checkout.is_linked:
            raise Fault("not_linked_worktree", "checkout_kind", 0, "checkout_kind", kind)
        return key_in_brief(Key(kind, primary, worktree_key=checkout.worktree_key,
                                worktree_path=checkout.worktree_path))
    if kind == "branch" or (kind == "auto" and branch is not None):
        name = checkout.branch if branch is None else branch
        if name is None:
            raise checkouts.Trouble("detached_head", "head")
        return key_in_brief(Key("branch", primary, name))
    return key_in_brief(Key("repository", primary))


def key_in_brief(key):
    parts = key.as_dict()
    return {name: parts[name] for name in ("kind", "primary_path", "branch_name", "worktree_key", "worktree_path")}


# ---------------------------------------------------------------- Operations: what a case's "op" means


def text_of(value):
    """An argument as written in a vector: texts that are objects become texts, raw bytes become bytes."""
    if isinstance(value, list):
        return [text_of(item) for item in value]
    if isinstance(value, dict):
        if "utf16" in value:
            units = b"".join(unit.to_bytes(2, "little") for unit in value["utf16"])
            return units.decode("utf-16-le", "surrogatepass")
        if "repeat" in value:
            return value.get("prefix", "") + value["repeat"] * value["count"] + value.get("suffix", "")
        if "hex" in value:
            return bytes.fromhex(value["hex"])
        return {name: text_of(item) for name, item in value.items()}
    return value


def check_with(fault_of, part):
    def op(text):
        require(fault_of(well_formed(text, part)), part, part, text)
        return True

    return op


def is_with(fault_of):
    return lambda text: first_lone_surrogate(text) is None and fault_of(text) is None


def op_resolve(text, default_scope=None, user_id=None, normalize=False, policy=None):
    return resolve(text, Policy(policy), default_scope, user_id, normalize)


def op_policy_new(**parts):
    Policy(parts)
    return True


def op_confusable_keys(a, b):
    a, b = Key(**a), Key(**b)
    assert a.order() != b.order(), "the keys are equal"
    assert a.storage_key() == b.storage_key(), "the storage keys differ"
    return {"storage_key": a.storage_key(), "distinct": [a.distinct_storage_key(), b.distinct_storage_key()]}


def op_confusable_dirs(a, b):
    assert a != b, "the repositories are equal"
    assert workspace_dir_name(**a) == workspace_dir_name(**b), "the directory names differ"
    return {"dir_name": workspace_dir_name(**a),
            "distinct": [distinct_workspace_dir_name(**a), distinct_workspace_dir_name(**b)]}


OPS = {
    "check_slug": check_slug,
    "check_name": check_with(name_fault, "name"),
    "check_tag": check_with(tag_fault, "tag"),
    "check_branch": check_with(branch_fault, "branch_name"),
    "check_worktree_key": check_with(worktree_key_fault, "worktree_key"),
    "check_path": check_with(path_fault, "primary_path"),
    "is_slug": is_with(slug_fault),
    "is_name": is_with(name_fault),
    "is_tag": is_with(tag_fault),
    "is_branch": is_with(branch_fault),
    "is_valid": is_valid,
    "parse": lambda text, normalize=False: parse(text, normalize),
    "normalize": normalize,
    "compare": compare,
    "resolve": op_resolve,
    "policy_new": op_policy_new,
    "policy_check_claimable": lambda slug, policy=None: Policy(policy).check_claimable(slug),
    "policy_is_reserved": lambda slug, policy=None: Policy(policy).is_reserved(slug),
    "suggest_slug": lambda text: suggest_slug(well_formed(text, "scope")),
    "default_slug": lambda user_id: default_slug(well_formed(user_id, "user_id")),
    "template_alias": template_alias,
    "distinct_template_alias": distinct_template_alias,
    "legacy_user_alias": legacy_user_alias,
    "version_hash": version_hash,
    "content_hash": content_hash,
    "decide_access": decide_access,
    "key": lambda **parts: Key(**parts).as_dict(),
    "key_from_uri": lambda text: key_from_uri(text).as_dict(),
    "key_from_json": lambda text: key_from_json(text).as_dict(),
    "key_compare": lambda a, b: three_way(Key(**a).order(), Key(**b).order()),
    "confusable_keys": op_confusable_keys,
    "confusable_dirs": op_confusable_dirs,
    "workspace_dir_name": workspace_dir_name,
    "distinct_workspace_dir_name": distinct_workspace_dir_name,
    "hosted_workspace_dir_name": hosted_workspace_dir_name,
    "workspace_path": workspace_path,
    "contains": contains,
    "metadata": lambda text: {"json": Metadata(text).to_json()},
    "decide_retention": decide_retention,
    "parse_many": lambda texts, normalize=False: parse_many(texts, normalize),
    "parse_lines": parse_lines,
    "checkout_info": in_checkout(lambda path: checkouts.Checkout(checkout_path(path)).info()),
    "resolve_scope": in_checkout(resolve_scope),
    "disk": lambda **args: disk_check.answer(sys.modules[__name__], **args),
    "error_table": lambda: [list(row) for row in CODES],
}


# The arguments of operations that take several texts, in their order, which are also the parts at fault.
TEXTS = {
    "resolve": ("text", "default_scope", "user_id"),
    "template_alias": ("scope_id", "name", "version"),
    "distinct_template_alias": ("scope_id", "name", "version"),
    "legacy_user_alias": ("user_id", "alias"),
    "key": ("primary_path", "branch_name", "worktree_key", "worktree_path"),
    "workspace_dir_name": ("owner", "repo"),
    "distinct_workspace_dir_name": ("owner", "repo"),
    "hosted_workspace_dir_name": ("host", "repository_path"),
    "workspace_path": ("data_dir", "user_id", "owner", "repo"),
    "contains": ("base", "path"),
}


def all_well_formed(op, args):
    """Section 1: every text is looked at before a rule looks at any."""
    for name in TEXTS.get(op, ()):
        if args.get(name) is not None:
            well_formed(args[name], "reference" if name == "text" else name)


# ---------------------------------------------------------------- Beyond single cases: what must never collide


def shared_names(cases):
    """Every distinct storage key and directory name in all vectors, taken together: none stands for two things."""
    owners = {}
    for case in cases:
        args = text_of(case["args"])
        if case["op"] == "confusable_keys":
            made = [("key", Key(**args[side])) for side in "ab"]
        elif case["op"] == "key" and "value" in case:
            made = [("key", Key(**args))]
        elif case["op"] == "confusable_dirs":
            made = [("dir", args[side]) for side in "ab"]
        elif case["op"] in ("distinct_workspace_dir_name", "hosted_workspace_dir_name") and "value" in case:
            made = [("dir", args)]
        else:
            continue
        for kind, thing in made:
            if kind == "key":
                name, identity = thing.distinct_storage_key(), (thing.kind, *thing.identity())
                if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name) or len(name) > 64:
                    yield f"{case['id']}: the distinct storage key {name} is not safe"
            else:
                make = hosted_workspace_dir_name if "host" in thing else distinct_workspace_dir_name
                name, identity = make(**thing), tuple(sorted(thing.items()))
                if len(name) > 64:
                    yield f"{case['id']}: the distinct directory name {name} is too long"
            if owners.setdefault((kind, name), identity) != identity:
                yield f"{case['id']}: {name} stands for two things"


def spec_drift():
    """Where docs/spec.md is at hand: its table of codes and its rules are those that this file knows."""
    if not SPEC.exists():
        return
    text = SPEC.read_text(encoding="utf-8")
    rows = [(int(n), code) for n, code in re.findall(r"(?m)^\| (\d+) \| `([a-z0-9_]+)` \|", text)]
    if rows != CODES:
        yield "the table of codes in docs/spec.md differs from the one here"
    rules = set(re.findall(r"\*\*([SNTRAXKWBEG][0-9]+)\*\*", text))
    if rules != set(RULES):
        yield f"the rules in docs/spec.md differ from those here: {sorted(rules ^ set(RULES))}"
    listed = re.search(r"(?s)\nParts: (.*?)\.\n", text)
    if not listed or tuple(re.findall(r"`([a-z_]+)`", listed[1])) != PARTS:
        yield "the parts in docs/spec.md differ from those here"


RULES = [letter + str(n)
         for letter, count in (("S", 8), ("N", 2), ("T", 2), ("R", 7), ("A", 5), ("X", 3), ("K", 11), ("W", 12),
                               ("B", 2), ("E", 3), ("G", 7))
         for n in range(1, count + 1)]
RULES_WITHOUT_CASE = {"E3"}  # a property of every case, not a case
LEAST_CASES = 600


def run(case):
    try:
        args = text_of(case["args"])
        all_well_formed(case["op"], args)
        return "value", OPS[case["op"]](**args)
    except Fault as fault:
        return "error", fault.as_dict()


def provoked(case):
    if "error" in case:
        yield case["error"]["code"]
    if case["op"] == "parse_many":
        for answer in case.get("value", []):
            if "error" in answer:
                yield answer["error"]["code"]


def main(arguments):
    found = [*HERE.glob("*.json"), *HERE.glob("disk/*.json")]
    files = [Path(name) for name in arguments] or sorted(p for p in found if p.name != "schema.json")
    passed, failures, cases = 0, [], []
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        schema = json.loads((file.parent / "schema.json").read_text(encoding="utf-8"))
        errors = list(validate(document, schema))
        if errors:
            failures += [f"{file.name}: {error}" for error in errors[:10]]
            continue
        for case in document["cases"]:
            cases.append(case)
            expected = ("value", case["value"]) if "value" in case else ("error", case["error"])
            try:
                got = run(case)
            except Exception as error:  # noqa: BLE001  a defect of a case or of this file: report it, go on
                got = ("raised", repr(error))
            # compared as JSON text, so that true and 1 differ
            if json.dumps(expected, sort_keys=True) == json.dumps(got, sort_keys=True):
                passed += 1
            else:
                failures.append(f"{file.name}: {case['id']} {case['op']}\n"
                                f"  expected {json.dumps(expected)}\n       got {json.dumps(got)}")
    ids = [case["id"] for case in cases]
    failures += [f"the id {id_} is given twice" for id_ in sorted({i for i in ids if ids.count(i) > 1})]
    failures += shared_names(cases)
    if not arguments:
        codes = {code for case in cases for code in provoked(case)}
        failures += [f"no case provokes {code}" for _, code in CODES if code not in codes]
        rules = {case["rule"] for case in cases}
        failures += [f"no case for the rule {rule}" for rule in RULES if rule not in rules | RULES_WITHOUT_CASE]
        failures += [f"the specification has no rule {rule}" for rule in sorted(rules - set(RULES))]
        if len(cases) < LEAST_CASES:
            failures.append(f"{len(cases)} cases are fewer than {LEAST_CASES}")
        failures += spec_drift()
    for failure in failures:
        print("FAILED", failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
