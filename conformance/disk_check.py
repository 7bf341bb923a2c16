"""The operations on a disk (W8 to W12), answered by a plain reading of the specification.

It follows paths as they are, one call at a time: what hostile users do meanwhile is for the tests of an implementation.
`check` is the module check.py, which has the rules that touch no disk.
"""

import os
import re
import shutil
import stat
import subprocess
import tempfile
from datetime import datetime
import urllib.parse
from pathlib import Path

import disk_work

SKIPPED = {"node_modules", "venv", "env", "virtualenv", "site-packages", "__pycache__", "target", "build", "dist", "out",
           "vendor", "bower_components", "Pods", "DerivedData", "obj", "bin"}
SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "usr", "System",
          "Library")
MOST_METADATA = 65536
IN_GIT = ".git/workspace.json"


def answer(check, setup=(), **call):
    """The answer to one case, in a directory of its own; `{root}` stands for that directory."""
    with tempfile.TemporaryDirectory() as root:
        disk = Disk(check, Path(os.path.realpath(root)))
        for step in setup:
            disk.step(step)
        try:
            return disk.hidden(disk.call(**disk.shown(call)))
        except check.Fault as fault:
            fault.text = disk.hidden(fault.text)
            raise


class Disk:
    def __init__(self, check, root):
        self.check, self.root, self.data = check, root, root / "data"
        self.held = set()
        self.data.mkdir()

    def shown(self, value):
        if isinstance(value, dict):
            return {name: self.shown(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.shown(item) for item in value]
        return value.replace("{root}", str(self.root)) if isinstance(value, str) else value

    def hidden(self, value):
        if isinstance(value, dict):
            return {name: self.hidden(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.hidden(item) for item in value]
        return value.replace(str(self.root), "{root}") if isinstance(value, str) else value

    def fault(self, code, text, part="workspace", own_part=None):
        return self.check.Fault(code, own_part or part, 0, part, text)

    # ------------------------------------------------------------ setup

    def step(self, step):
        step = self.shown(step)
        if "directory" in step:
            (self.root / step["directory"]).mkdir(parents=True, exist_ok=True)
        elif "file" in step:
            path = self.root / step["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.check.text_of(step["text"]), encoding="utf-8")
        elif "link" in step:
            path = self.root / step["link"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(step["to"])
        elif "fifo" in step:
            os.mkfifo(self.root / step["fifo"])
        elif "remove" in step:
            (self.root / step["remove"]).unlink()
        elif "git" in step:
            self.git(*step["git"], cwd=self.root / step["in"])
        elif "hold" in step:
            self.held.add(step["hold"])
        else:
            self.call(**step)

    def git(self, *arguments, cwd, good=True, index=None):
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        if index is not None:
            environment["GIT_INDEX_FILE"] = index
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": "acme", f"GIT_{who}_EMAIL": "acme@example.com"}
        ran = subprocess.run(["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
        if good and ran.returncode:
            raise RuntimeError(ran.stderr)
        return ran

    def call(self, call, now="2026-01-01T00:00:00Z", options=None, **args):
        self.now, self.options = now, options or {}
        return getattr(self, call)(**args)

    # ------------------------------------------------------------ W8, W9

    def place(self, user_id, owner, repo):
        check = self.check
        check.workspace_path("/", user_id, owner, repo)
        directory = check.repository_dir_name(*check.named_repository(owner, repo))
        return self.user(user_id) / directory, f"{owner}/{repo}"

    def named(self, host, path):
        """What metadata says of a repository: of a host, of the service's own (None), or of the disk ("")."""
        owner, repo = path.split("/")[-2:]
        fields = {"owner": owner, "repo": repo, "fullName": f"{owner}/{repo}"}
        if host is None:
            return fields
        return fields | ({"host": host, "path": path} if host else {"path": "/" + path})

    def identity(self, fields):
        host = fields.get("host")
        return host, fields["fullName"] if host is None else fields["path"]

    def user(self, user_id):
        return self.data / "workspaces" / user_id

    def new(self, path, owner, repo, **times):
        path.mkdir(parents=True)
        self.write(path, self.named(*self.check.named_repository(owner, repo))
                   | times | {"lastAccessedAt": self.now, "createdAt": self.now})

    def write(self, path, fields):
        order = self.check.METADATA_FIELDS
        text = self.check.json.dumps({name: fields[name] for name in order if name in fields}, separators=(",", ":"))
        self.metadata_file(path).write_text(text)

    def metadata_file(self, path):
        """Where metadata is: beside a file of that name which is the repository's own, in the git directory."""
        return path / (IN_GIT if self.kind(path / IN_GIT) == "file" else ".workspace.json")

    def kind(self, path):
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        for kind, test in (("link", stat.S_ISLNK), ("directory", stat.S_ISDIR), ("file", stat.S_ISREG)):
            if test(mode):
                return kind
        return "other"

    def directory(self, path, label):
        for path in (path.parent, path):
            kind = self.kind(path)
            if kind is None:
                raise self.fault("workspace_not_found", label)
            if kind == "link":
                raise self.fault("symbolic_link", label if path.parent.parent == self.data / "workspaces" else path.name)
            if kind != "directory":
                raise self.fault("not_a_directory", label)

    def recorded(self, path, label):
        file = self.metadata_file(path)
        kind = self.kind(file)
        if kind is None:
            raise self.fault("metadata_missing", label)
        if kind == "link":
            raise self.fault("symbolic_link", label)
        if kind != "file":
            raise self.fault("not_a_file", label)
        if file.stat().st_size > MOST_METADATA:
            raise self.fault("too_long", label, own_part="metadata")
        # The last field is the service's own where it is an id such as the service gives.
        text = re.sub(r',"id":"[0-9a-fA-F]{32}"\}\s*\Z', "}", file.read_text())
        return self.check.json.loads(self.check.Metadata(text).to_json())

    def read(self, path, label):
        """The metadata, and the code of the fault that it was recovered from."""
        self.directory(path, label)
        try:
            return self.recorded(path, label), None
        except self.check.Fault as fault:
            if fault.code in ("symbolic_link", "not_a_file"):
                raise
            for fields in self.proven(path):
                try:
                    if self.check.repository_dir_name(*self.identity(fields)) == path.name:
                        times = {"lastAccessedAt": self.now, "createdAt": self.now}
                        return fields | times, fault.code
                except self.check.Fault:
                    pass
            raise fault

    def proven(self, path):
        url = self.git("config", "--file", ".git/config", "remote.origin.url", cwd=path, good=False).stdout.strip()
        if "/" in url:
            fields = self.located(url)
            yield fields
        if "__" in path.name:
            yield self.named(None, path.name.replace("__", "/", 1))
        if "/" in url:
            yield self.named(None, fields["fullName"])

    def located(self, url):
        """What metadata says of the repository at a URL that names one."""
        scheme, rest = url.split("://", 1) if "://" in url else ("", url)
        place, path = rest.split("/" if scheme else ":", 1)
        names = [name for name in path.rstrip("/").removesuffix(".git").split("/") if name]
        path = "/".join(map(urllib.parse.unquote, names) if scheme else names)
        host = place.rsplit("@", 1)[-1].lower().removesuffix({"https": ":443", "ssh": ":22"}.get(scheme, ":"))
        is_own = host == "github.com" and len(names) == 2
        return self.named("" if scheme == "file" else None if is_own else host, path)

    def get(self, user_id, owner, repo):
        path, label = self.place(user_id, owner, repo)
        fields, recovered = self.read(path, label)
        if self.identity(fields) != self.check.named_repository(owner, repo):
            raise self.fault("workspace_mismatch", label)
        text = self.check.json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
        return {"path": str(path), "metadata": text, "recovered": recovered}

    def create(self, user_id, owner, repo):
        path, label = self.place(user_id, owner, repo)
        try:
            return self.get(user_id, owner, repo)
        except self.check.Fault as fault:
            if fault.code != "workspace_not_found":
                raise
        self.new(path, owner, repo)
        return self.get(user_id, owner, repo)

    def touch(self, user_id, owner, repo):
        self.get(user_id, owner, repo)
        path, label = self.place(user_id, owner, repo)
        fields, _ = self.read(path, label)
        self.write(path, fields | {"lastAccessedAt": self.now})
        return self.get(user_id, owner, repo)

    def work(self, user_id, owner, repo, names=0):
        self.get(user_id, owner, repo)
        path, _ = self.place(user_id, owner, repo)
        found = disk_work.found(self.git, path)
        return {**found, "names": found["names"][:names]}

    def delete(self, user_id, owner, repo, force=False):
        self.get(user_id, owner, repo)
        path, label = self.place(user_id, owner, repo)
        if label in self.held:
            raise self.fault("in_use", label)
        found = disk_work.found(self.git, path)
        if not force and any(found[kind] for kind in disk_work.KINDS):
            raise self.fault("work_would_be_lost", label)
        if not force and found["unknown"]:
            raise self.fault("work_unknown", label)
        shutil.rmtree(path)
        return True

    def entries(self, user_id):
        try:
            return sorted(name for name in os.listdir(self.user(user_id)) if not name.startswith("."))
        except FileNotFoundError:
            return []

    def list(self, user_id):
        self.check.workspace_path("/", user_id, "acme", "widget")
        if self.kind(self.user(user_id)) == "link":
            raise self.fault("symbolic_link", user_id)
        good, problems = [], []
        for name in self.entries(user_id):
            try:
                fields, _ = self.read(self.user(user_id) / name, name)
                if self.check.repository_dir_name(*self.identity(fields)) != name:
                    raise self.fault("workspace_mismatch", name)
                good.append(name)
            except self.check.Fault as fault:
                problems.append([name, fault.code])
        return {"workspaces": good, "problems": problems}

    def validate_path(self, user_id, path):
        self.check.workspace_path("/", user_id, "acme", "widget")
        base = self.user(user_id)
        if not self.check.contains(str(base), path):
            raise self.fault("outside_workspaces", path, "path")
        clean = Path(os.path.normpath(path))
        for number, part in enumerate(reversed([clean, *clean.parents][:len(clean.parts) - len(base.parts)])):
            kind = self.kind(part)
            if kind is None:
                raise self.fault("path_not_found", path, "path")
            if kind == "link":
                raise self.fault("symbolic_link", path, "path")
            if number == 0 and kind != "directory":
                raise self.fault("outside_workspaces", path, "path")
        return str(clean)

    def open(self, data_dir):
        self.check.require(self.check.path_fault(data_dir), "data_dir", "data_dir", data_dir)
        path = Path(data_dir)
        try:
            kind = self.kind(path)
        except OSError:
            raise self.fault("io_failed", data_dir, "data_dir") from None
        if kind is None:
            raise self.fault("path_not_found", data_dir, "data_dir")
        if kind != "directory":
            raise self.fault("not_a_directory", data_dir, "data_dir")
        if self.kind(path / "workspaces") == "link":
            raise self.fault("symbolic_link", data_dir, "data_dir")
        return True

    def cleanup(self, dry_run):
        if "cleanup" in self.held and not dry_run:
            raise self.fault("in_use", str(self.data), "data_dir")
        report = {"kept": 0, "deleted": [], "warned": [], "in_use": [], "problems": []}
        for user_id in sorted(name for name in os.listdir(self.data / "workspaces") if self.check.is_uuid(name)):
            for name in self.entries(user_id):
                path = self.user(user_id) / name
                try:
                    self.clean(path, dry_run, report)
                except self.check.Fault as fault:
                    report["problems"].append([name, fault.code])
        return report

    def clean(self, path, dry_run, report):
        if self.kind(path) == "link":
            raise self.fault("symbolic_link", path.name)
        if self.kind(path) != "directory":
            raise self.fault("not_a_directory", path.name)
        fields = self.recorded(path, path.name)
        if self.check.repository_dir_name(*self.identity(fields)) != path.name:
            raise self.fault("workspace_mismatch", path.name)
        if self.check.decide_retention(self.dated(path, fields), None, self.now) == "keep":
            report["kept"] += 1
            return
        label = "/".join(filter(None, self.identity(fields)))
        if label in self.held:
            report["in_use"].append(label)
            return
        found = disk_work.found(self.git, path)
        counts = [found[kind] for kind in disk_work.KINDS]
        if any(counts) or found["unknown"]:
            report["warned"].append([label, *counts])
        else:
            report["deleted"].append(label)
            if not dry_run:
                shutil.rmtree(path)

    def dated(self, path, fields):
        """The metadata as text; times over a day ahead were written by no clock, and count as the file's own."""
        seconds = lambda text: datetime.fromisoformat(text[:19] + "+00:00").timestamp()  # noqa: E731
        times = [name for name in ("lastAccessedAt", "lastSyncedAt", "createdAt") if name in fields]
        if max(seconds(fields[name]) for name in times) > seconds(self.now) + 86400:
            written = datetime.fromtimestamp(self.metadata_file(path).stat().st_ctime)
            fields = fields | dict.fromkeys(times, written.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return self.check.json.dumps(fields)

    # ------------------------------------------------------------ W10, W11

    def remote(self, source):
        check = self.check
        scheme, rest = source.split("://", 1) if "://" in source else ("", source)
        authority = re.split("[/?#]", rest)[0]
        hidden = len(authority) - len(authority.split("@")[-1])
        shown = (scheme and scheme + "://") + ("***@" if hidden else "") + rest[hidden:]
        # What follows may be a token too.
        shown = re.sub("([?#]).*", r"\1***", shown, count=1, flags=re.S)
        refused = self.fault("url_not_allowed", shown, "url")
        if not source:
            raise self.fault("empty", source, "url")
        if source.startswith("-") or "::" in re.sub(r"\[[0-9a-fA-F:.]*\]", "", source):
            raise refused
        if re.search(r"[\x00-\x20\x7f-\x9f\\]", source) or scheme != "file" and re.search("[?#]", source):
            raise refused
        if ":" not in source:
            if "/" not in source:
                raise refused
            owner, repo = source.removesuffix(".git").split("/", 1)
            url = f"https://github.com/{owner}/{repo}.git"
        else:
            url = source if scheme != "https" else f"https://{rest[hidden:]}"
            host = r"((?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.][A-Za-z0-9_.-]*)(?::[0-9]*)?)"
            match = re.fullmatch(rf"(https|ssh)://(?:([^/:-][^/:]*)@)?{host}(/.+)", source)
            file = re.fullmatch(r"file://(/.+)", source) if self.options.get("allow_file_urls", True) else None
            scp = re.fullmatch(r"[^/:-][^/:]*@([^/@:-][^/@:]*|\[[0-9a-fA-F:.]+\]):([^-].*)", source) if not scheme else None
            if not (match or file or scp):
                raise refused
            path = (match[4] if match else file[1] if file else "/" + scp[2]).rstrip("/").removesuffix(".git")
            parts = [part for part in path.split("/") if part]
            if len(parts) < 2:
                raise refused
            pages = {"actions", "blame", "blob", "branches", "commit", "commits", "compare", "discussions", "issues",
                     "pull", "pulls", "raw", "releases", "tags", "tree", "wiki"}
            is_default = match and match[3] == "github.com" and len(parts) > 2 and not source.rstrip("/").endswith(".git")
            if scheme == "https" and ("-" in parts[2:] or is_default and parts[2] in pages):
                raise refused
        fields = self.located(url)
        check.check_owner_and_repo(fields["owner"], fields["repo"])
        if "host" in fields:
            check.hosted_workspace_dir_name(fields["host"], fields["path"])
        return url, shown if ":" in source else url, fields

    def run_git(self, url):
        if self.options.get("cancelled"):
            raise self.fault("cancelled", url, "url")
        if "git" in self.options:
            raise self.fault("git_not_found", self.options["git"], "git")
        for option, code in (("time_seconds", "timed_out"), ("bytes", "too_large")):
            if self.options.get(option) == 0:
                raise self.fault(code, url, "url")

    def clone(self, user_id, source, branch=None):
        self.check.workspace_path("/", user_id, "acme", "widget")
        url, shown, named = self.remote(source)
        if branch is not None:
            self.check.require(self.check.branch_fault(branch), "branch_name", "branch_name", branch)
        label = "/".join(filter(None, self.identity(named)))
        owner, repo = label.rsplit("/", 1)
        path, _ = self.place(user_id, owner, repo)
        try:
            there, _ = self.read(path, label)
            self.get(user_id, owner, repo)
        except self.check.Fault as fault:
            if fault.code != "workspace_not_found":
                raise
        else:
            origin = self.git("config", "remote.origin.url", cwd=path, good=False).stdout.strip()
            if "path" not in there and origin:
                there = self.located(origin)
            elif not origin:
                there = named
            same = all(there.get(name) == named.get(name) for name in ("host", "path"))
            raise self.fault("workspace_exists" if same else "workspace_mismatch", label)
        self.run_git(shown)
        path.parent.mkdir(parents=True, exist_ok=True)
        arguments = [] if branch is None else ["--branch", branch]
        if self.git("clone", "-q", *arguments, "--", url, str(path), cwd=self.root, good=False).returncode:
            raise self.fault("git_failed", shown, "url")
        (path / ".git" / "info").mkdir(exist_ok=True)
        (path / ".git" / "info" / "exclude").write_text("/.workspace.json\n")
        current = self.git("symbolic-ref", "--short", "HEAD", cwd=path).stdout.strip()
        default = self.git("symbolic-ref", "--short", "refs/remotes/origin/HEAD", cwd=path).stdout.strip()
        self.note_tags(path, self.tags(path))
        if os.path.lexists(path / ".workspace.json"):
            (path / IN_GIT).write_text("")
        self.write(path, named | {"defaultBranch": default.split("/", 1)[1], "currentBranch": current,
                                  "lastAccessedAt": self.now, "lastSyncedAt": self.now, "createdAt": self.now})
        return self.get(user_id, owner, repo)

    def tags(self, path):
        return set(self.git(*disk_work.LIST_TAGS, cwd=path).stdout.splitlines())

    def note_tags(self, path, tags):
        with open(path / ".git" / disk_work.FETCHED, "a", encoding="utf-8") as file:
            file.writelines(f"{tag}\n" for tag in sorted(tags))

    def sync(self, user_id, owner, repo):
        self.get(user_id, owner, repo)
        path, label = self.place(user_id, owner, repo)
        if label in self.held:
            raise self.fault("in_use", label)
        kind = self.kind(path / ".git")
        if kind is None:
            raise self.fault("not_a_repository", label)
        if kind == "link":
            raise self.fault("symbolic_link", label)
        if disk_work.changed(self.git, path):
            raise self.fault("uncommitted_changes", label)
        head = self.git("symbolic-ref", "--short", "HEAD", cwd=path, good=False)
        if head.returncode:
            raise self.fault("detached_head", label)
        branch = head.stdout.strip()
        asked = lambda name: self.git("config", name, cwd=path, good=False).stdout.strip()  # noqa: E731
        remote, followed = asked(f"branch.{branch}.remote"), asked(f"branch.{branch}.merge")
        url = asked(f"remote.{remote}.url")
        if not (remote and followed and url):
            raise self.fault("no_upstream", label)
        url, shown, _ = self.remote(url)
        self.run_git(shown)
        if self.git("ls-remote", "--quiet", url, cwd=path, good=False).returncode:
            raise self.fault("git_failed", shown, "url")
        if self.git("ls-remote", "--quiet", "--exit-code", url, followed, cwd=path, good=False).returncode:
            raise self.fault("no_upstream", label)
        tags = self.tags(path)
        self.git("fetch", "-q", "--prune", url, f"+refs/heads/*:refs/remotes/{remote}/*", cwd=path)
        self.git("fetch", "-q", url, followed, cwd=path)
        before = self.git("rev-parse", "-q", "--verify", "HEAD", cwd=path, good=False).stdout
        after = self.git("rev-parse", "FETCH_HEAD", cwd=path).stdout
        is_in = lambda one, other: not before or not self.git(  # noqa: E731
            "merge-base", "--is-ancestor", one, other, cwd=path, good=False).returncode
        if not is_in("HEAD", "FETCH_HEAD"):
            if not is_in("FETCH_HEAD", "HEAD"):
                raise self.fault("not_fast_forward", label)
            after = before
        empty = self.git("hash-object", "-t", "tree", os.devnull, cwd=path).stdout.strip()
        new = self.git("diff", "--name-only", "--no-renames", "--diff-filter=A", before.strip() or empty, after.strip(),
                       cwd=path).stdout
        if any(os.path.lexists(path / name) and name != ".workspace.json" for name in new.splitlines()):
            raise self.fault("uncommitted_changes", label)
        self.note_tags(path, self.tags(path) - tags)
        fields, _ = self.read(path, label)
        if ".workspace.json" in new.split():
            # The repository's own, which makes ours go into the git directory.
            (path / ".workspace.json").rename(path / IN_GIT)
        if before != after:
            self.git("merge", "-q", "--ff-only", "FETCH_HEAD", cwd=path)
        self.write(path, fields | {"currentBranch": branch, "lastSyncedAt": self.now})
        return {"branch": branch, "moved": before != after}

    # ------------------------------------------------------------ W12

    def discover(self, source_dirs):
        found = set()
        for text in source_dirs:
            real = os.path.realpath(text)
            if not text.startswith("/"):
                raise self.fault("not_absolute", text, "source_dir")
            if not os.path.exists(real):
                raise self.fault("path_not_found", text, "source_dir")
            for path in (text, real):
                own = path in ("/", "/home", "/Users", "/opt", "/var", "/mnt", "/media")
                if own or path.split("/")[1] in SYSTEM:
                    raise self.fault("system_directory", text, "source_dir")
            if not os.path.isdir(real):
                raise self.fault("not_a_directory", text, "source_dir")
            self.look(Path(real), 0, found)
        return sorted(str(path) for path in found)

    def look(self, path, depth, found):
        if self.is_project(path):
            found.add(path)
        elif depth < 2 and (depth == 0 or not (path.name.startswith(".") or path.name in SKIPPED)):
            for below in path.iterdir():
                if self.kind(below) == "directory":
                    self.look(below, depth + 1, found)

    def is_project(self, path):
        git = path / ".git"
        if self.kind(git) == "file":
            named = git.read_text()
            if not named.startswith("gitdir: "):
                return False
            git = path / named.removeprefix("gitdir: ").rstrip("\r\n")
            if not git.is_dir():
                return False
        elif self.kind(git) != "directory":
            return False
        if self.kind(git / "HEAD") != "file":
            return False
        head = (git / "HEAD").read_text().rstrip()
        if not re.fullmatch(r"ref:\s*refs/.*|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", head):
            return False
        if self.kind(git / "commondir") or not self.kind(git / "config"):
            return True

        def setting(*name):
            return self.git("config", "--file", str(git / "config"), *name, cwd=self.root, good=False).stdout.strip()

        return setting("--type=bool", "core.bare") != "true" or setting("core.worktree") != ""
