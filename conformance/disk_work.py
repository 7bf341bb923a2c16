"""What a workspace holds that exists nowhere else (W8), as a plain use of git finds it. `found` is the answer."""

import os
import shutil
import tempfile
from pathlib import Path

KINDS = ("uncommitted", "untracked", "stashed", "unpushed")
STATES = ("MERGE_HEAD", "MERGE_AUTOSTASH", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "rebase-merge", "rebase-apply",
          "sequencer")
METADATA = ".workspace.json"
# Tags that came from a remote, a line each: object, space, name.
FETCHED = "scope-fetched"
LIST_TAGS = ("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags")


def changed(git, root):
    """How much is uncommitted in the workspace's own worktree."""
    look = Look(git, Path(root))
    look.tree(look.root, look.root / ".git")
    return look.counts["uncommitted"]


class Unknown(Exception):
    """Why it cannot be found out, as a code."""


def found(git, root):
    """What the workspace at `root` holds; `git(*words, cwd, ...)` runs git."""
    look = Look(git, Path(root))
    try:
        look.at_all()
        unknown = None
    except Unknown as why:
        unknown = str(why)
    return {**look.counts, "unknown": unknown, "names": sorted(look.names)}


def is_git_dir(path):
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


class Look:
    def __init__(self, git, root):
        self.run, self.root = git, root
        self.counts, self.names, self.seen = dict.fromkeys(KINDS, 0), [], set()

    def add(self, kind, name):
        self.counts[kind] += 1
        self.names.append([kind, name])

    def git(self, *words, cwd, **more):
        ran = self.run(*words, cwd=cwd, good=False, **more)
        # Whatever git complains of makes its answer unknown.
        if ran.returncode or ran.stderr:
            raise Unknown("git_failed")
        return ran.stdout

    def at_all(self):
        if not os.path.lexists(self.root / ".git"):
            for name in os.listdir(self.root):
                if name != METADATA:
                    self.add("untracked", name)
            return
        for place in (self.root, *self.nested()):
            self.repository(place)

    def nested(self):
        """The directories below that are a repository or hold one, ignored or not."""
        for above, directories, files in os.walk(self.root):
            place = Path(above)
            if place != self.root and is_git_dir(place):
                directories.clear()
                yield place
                continue
            if place != self.root and ".git" in (*directories, *files):
                yield place
            directories[:] = [name for name in directories if name != ".git"]

    def inside(self, place):
        """A path that git prints, if it is in the workspace."""
        path = Path(place.rstrip("\n")).resolve()
        if path != self.root.resolve() and self.root.resolve() not in path.parents:
            raise Unknown("unsupported_repository")
        return path

    def repository(self, place):
        ask = lambda *words: self.git(*words, cwd=place)  # noqa: E731
        own = self.inside(ask("rev-parse", "--absolute-git-dir"))
        common = self.inside(ask("rev-parse", "--path-format=absolute", "--git-common-dir"))
        self.tree(place, own)
        if common in self.seen:
            return
        self.seen.add(common)
        stashes = ask("stash", "list").splitlines() if place != own else []
        self.counts["stashed"] += len(stashes)
        but = ["--exclude=refs/stash"] if stashes else []
        noted = (common / FETCHED).read_text().splitlines() if (common / FETCHED).exists() else []
        remotes = [tag.split()[0] for tag in ask(*LIST_TAGS).splitlines() if tag in noted]
        self.counts["unpushed"] += len(ask("rev-list", *but, "--all", "--not", "--remotes", *remotes).splitlines())
        for line in ask("worktree", "list", "--porcelain").splitlines():
            if line.startswith("worktree ") and os.path.exists(line[9:]):
                self.inside(line[9:])

    def tree(self, place, own):
        """States, and files by a copy of the index in which none is assumed to be unchanged."""
        for state in STATES:
            if (own / state).exists():
                self.add("uncommitted", f".git/{state}")
        if place == own:
            return
        with tempfile.TemporaryDirectory() as aside:
            index = Path(aside) / "index"
            if (own / "index").exists():
                shutil.copy(own / "index", index)
            ask = lambda *words: self.git(*words, cwd=place, index=str(index))  # noqa: E731
            assumed = [name[2:] for name in ask("ls-files", "-v", "-z").split("\0") if name[:1].islower()]
            if assumed:
                ask("update-index", "--no-assume-unchanged", "--", *assumed)
            entries = ask("status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=dirty", "--no-renames")
        for entry in filter(None, entries.split("\0")):
            state, path = entry[:2], entry[3:]
            if place == self.root and path == METADATA and not (own / "workspace.json").exists():
                continue
            name = str((place / path).relative_to(self.root)) + "/" * path.endswith("/")
            self.add("untracked" if state == "??" else "uncommitted", name)
