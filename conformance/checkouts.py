"""Section 13 (G): makes the repositories of checkout.json, and answers for them.

Follows the specification, with git itself for what git decides: `git config --file` reads configurations, and `git
rev-parse` has to agree with every answer that is not a fault.
"""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

LONGEST_PATH = 4095
SMALL = 8192
KNOWN_EXTENSIONS = {"noop", "preciousobjects", "partialclone", "worktreeconfig", "noop-v1", "objectformat",
                    "compatobjectformat", "relativeworktrees", "refstorage"}
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
    "GIT_AUTHOR_NAME": "acme", "GIT_AUTHOR_EMAIL": "acme@example.com", "GIT_AUTHOR_DATE": "2026-01-31T12:00:00Z",
    "GIT_COMMITTER_NAME": "acme", "GIT_COMMITTER_EMAIL": "acme@example.com",
    "GIT_COMMITTER_DATE": "2026-01-31T12:00:00Z",
}


class Trouble(Exception):
    """A fault at 0 of a part of the repository, or of the path."""

    def __init__(self, code, part):
        super().__init__(code)
        self.code, self.part = code, part


def git(*args, directory="."):
    """What git prints; None where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "protocol.file.allow=always", "-c", "safe.directory=*", *args]
    done = subprocess.run(command, cwd=directory, env={**environment, **IDENTITY}, capture_output=True, check=False)
    return os.fsdecode(done.stdout).removesuffix("\n") if done.returncode == 0 else None


@contextmanager
def made(setup):
    """The root of what the steps make, as the current directory."""
    before = os.getcwd()
    root = os.path.realpath(tempfile.mkdtemp(prefix="scope-vectors-"))
    try:
        os.chdir(root)
        for step in setup:
            carry_out(step, root)
        yield root
    finally:
        os.chdir(before)
        shutil.rmtree(root)


def carry_out(step, root):
    from_root = lambda text: text.replace("{root}", root)  # noqa: E731
    if "git" in step:
        done = git(*map(from_root, step["git"]), directory=step.get("in", "."))
        assert done is not None, f"git {step['git']} fails"
    elif "directory" in step:
        os.makedirs(step["directory"])
    elif "file" in step:
        Path(step["file"]).write_text(from_root(step["text"]), encoding="utf-8")
    else:
        os.symlink(step["to"], step["link"])


class Checkout:
    """The repository of a directory, by G1 to G7."""

    def __init__(self, path):
        try:
            start = os.path.realpath(path, strict=True)
        except FileNotFoundError:
            raise Trouble("path_not_found", "path") from None
        except OSError:
            raise Trouble("unreadable", "path") from None
        if not os.path.isdir(start):
            raise Trouble("not_a_directory", "path")
        self.start = start
        self.git_dir, self.common, self.around = self.find()
        self.check_head()
        self.check_format()

    def find(self):
        """G5: the git directory, the common one, and the directory whose `.git` led there."""
        for directory in [Path(self.start), *Path(self.start).parents]:
            dot_git = directory / ".git"
            if dot_git.is_file():
                text = dot_git.read_text(encoding="utf-8")
                named = re.fullmatch(r"gitdir: (.+?)[\r\n]*", text, re.DOTALL)
                found = named and git_directory(directory / named[1])
                if not found:
                    raise Trouble("corrupt_repository", "git_file")
                return *found, directory
            for candidate, around in ((dot_git, directory), (directory, None)):
                found = git_directory(candidate)
                if found:
                    return *found, around
        raise Trouble("not_a_repository", "path")

    def check_head(self):
        """G7: a reference or a commit, and not too long."""
        text = (self.git_dir / "HEAD").read_bytes()
        if len(text) > SMALL or not re.fullmatch(rb"ref:\s*refs/\S+\s*|(?:[0-9a-f]{40}|[0-9a-f]{64})\s*", text):
            raise Trouble("corrupt_repository", "head")

    def check_format(self):
        if (self.common / "config").is_file() and self.setting_names() is None:
            raise Trouble("corrupt_repository", "git_config")
        version = self.setting("core.repositoryformatversion")
        names = git("config", "--file", str(self.common / "config"), "--name-only", "--get-regexp", r"^extensions\.")
        extensions = {name.split(".", 1)[1] for name in (names or "").splitlines()}
        if int(version) > 1 or version == "1" and extensions - KNOWN_EXTENSIONS:
            raise Trouble("unsupported_repository", "git_config")

    def setting_names(self):
        """None where git does not understand the configuration."""
        return git("config", "--file", str(self.common / "config"), "--name-only", "--list")

    def setting(self, name, *how):
        return git("config", "--file", str(self.common / "config"), *how, "--get", name)

    @property
    def is_linked(self):
        return self.git_dir != self.common

    @property
    def is_bare(self):
        return not self.is_linked and self.setting("core.bare", "--type=bool") == "true"

    @property
    def primary_path(self):
        """G1."""
        named, bare = self.setting("core.worktree"), self.setting("core.bare", "--type=bool")
        if named is not None:
            if bare == "true":
                raise Trouble("corrupt_repository", "git_config")
            path = os.path.realpath(self.common / named)
            if not os.path.isdir(path):
                raise Trouble("no_primary_worktree", "git_dir")
            return path
        if bare == "true":
            return str(self.common)
        if self.around is not None and not self.is_linked:
            return str(self.around)
        if self.common.name == ".git":
            return str(self.common.parent)
        raise Trouble("no_primary_worktree", "git_dir")

    @property
    def worktree_path(self):
        if self.is_bare:
            return None
        return str(self.around) if self.is_linked else self.primary_path

    @property
    def worktree_key(self):
        return self.git_dir.name if self.is_linked else None

    @property
    def branch(self):
        """G3: the branch that HEAD names, or that what is under way began on."""
        named = self.branch_of_head
        if named is None and not (self.git_dir / "HEAD").read_text(encoding="utf-8").startswith("ref:"):
            named = self.branch_under_way
        return named

    @property
    def branch_under_way(self):
        apply, merge = self.git_dir / "rebase-apply", self.git_dir / "rebase-merge"
        rebases = [apply] if apply.exists() and not (apply / "applying").exists() else []
        rebases += [merge] if merge.exists() and not apply.exists() else []
        if rebases:
            file, prefix = rebases[0] / "head-name", ""
        elif (self.git_dir / "BISECT_LOG").exists():
            file, prefix = self.git_dir / "BISECT_START", "refs/heads/"
        else:
            return None
        name = file.read_text(encoding="utf-8").rstrip() if file.is_file() else ""
        if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", name):
            return None
        name = (name if name.startswith("refs/") else prefix + name)
        is_branch = name.startswith("refs/heads/") and git("check-ref-format", name) is not None
        return name.removeprefix("refs/heads/") if is_branch else None

    @property
    def branch_of_head(self):
        name, steps = (self.git_dir / "HEAD").read_text(encoding="utf-8"), 0
        while name.startswith("ref:"):
            name = name.removeprefix("ref:").strip()
            file = self.common / name
            text = file.read_text(encoding="utf-8") if file.is_file() else ""
            if not text.startswith("ref:"):
                return name.removeprefix("refs/heads/") if name.startswith("refs/heads/") else None
            name, steps = text, steps + 1
            if steps == 5:
                raise Trouble("corrupt_repository", "head")
        return None

    def info(self):
        info = {
            "primary_path": self.primary_path, "worktree_path": self.worktree_path, "worktree_key": self.worktree_key,
            "branch": self.branch, "is_bare": self.is_bare, "is_linked_worktree": self.is_linked,
            "is_detached": self.branch_of_head is None,
        }
        self.hold_against_git(info)
        return info

    def hold_against_git(self, info):
        ask = lambda *args: git(*args, directory=self.start)  # noqa: E731
        assert os.path.realpath(ask("rev-parse", "--absolute-git-dir")) == str(self.git_dir), "git: the git directory"
        if ask("rev-parse", "--is-inside-git-dir") == "false" or info["is_bare"]:
            assert ask("rev-parse", "--show-toplevel") == info["worktree_path"], "git: the root of the worktree"
            bare = ask("rev-parse", "--is-bare-repository")
            assert bare == str(info["is_bare"]).lower(), "git: whether it is bare"
        full = ask("symbolic-ref", "--quiet", "HEAD") or ""
        named = full.removeprefix("refs/heads/") if "refs/heads/" in full else None
        if not full:
            shown = re.search(r"^\* \(no branch, (?:rebasing|bisect started on) (\S+)\)$", ask("branch"), re.MULTILINE)
            # a commit is abbreviated
            named = shown and ask("rev-parse", "--verify", "--quiet", "refs/heads/" + shown[1]) and shown[1]
        assert named == info["branch"], "git: the branch"


def git_directory(path):
    """The real path of a git directory and of its common one; None where there is none."""
    if not (path / "HEAD").is_file():
        return None
    path = Path(os.path.realpath(path))
    common = path
    if (path / "commondir").is_file():
        common = Path(os.path.realpath(path / (path / "commondir").read_text(encoding="utf-8").rstrip("\r\n")))
    if not (common / "objects").is_dir() or not (common / "refs").is_dir():
        return None
    return path, common
