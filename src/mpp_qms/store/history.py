"""The records as they were at a git revision, or as they stand in the index: without a checkout, and read once.

Only what differs from the files on disk is read from git; every other file is the one read already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from mpp_qms.findings import Fault
from mpp_qms.messages import N_, Message
from mpp_qms.store.git import GitFailed, git, git_bytes
from mpp_qms.store.reading import MAX_BYTES, SourceFile, record_of
from mpp_qms.store.repository import Repository, place_of, with_zone
from mpp_qms.store.root import ROOT_FILE

#: So many earlier versions are looked at for one that can be read.
_LOOK_BACK = 50
#: Modes of git's entries that are no file: a link, a submodule.
_LINK, _SUBMODULE = "120000", "160000"


class NoHistory(Exception):  # noqa: N818 (a person settles it)
    """The history that was asked for cannot be had: a sentence, and how to mend it."""

    def __init__(self, message: Message, help_: Message | None = None) -> None:
        """`help_`: what to do."""
        super().__init__(message.template)
        self.message, self.help = message, help_


@dataclass(frozen=True, slots=True)
class Version:
    """The records at a commit: its name and day, and the texts of the files that differ from those on disk."""

    commit: str
    day: date
    repository: Repository
    texts: Mapping[str, str] = field(default_factory=dict)


def commit_of(root: Path, revision: str) -> str:
    """The full name of the commit that a revision means. Raises NoHistory where there is none, or no git here."""
    try:
        git(root, "rev-parse", "--git-dir")
    except GitFailed as failed:
        text = N_("No git repository here: {folder}: {reason}")
        help_ = Message(
            N_("A change is judged against git's history: run this in a clone, or check without --against.")
        )
        raise NoHistory(Message(text, {"folder": str(root), "reason": str(failed)}), help_) from None
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    except GitFailed:
        text = N_("There is no revision {revision} in this repository.")
        how = N_("Fetch it first: git fetch origin {revision}.")
        if _shallow(root):
            how = N_(
                "This clone holds only the latest commits. Fetch all of them: git fetch --unshallow (in CI: fetch-depth: 0, GIT_DEPTH: 0)."
            )
        raise NoHistory(Message(text, {"revision": revision}), Message(how, {"revision": revision})) from None


def _shallow(root: Path) -> bool:
    try:
        return git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    except GitFailed:
        return False


def parted_from(root: Path, revision: str) -> str:
    """The commit up to which the history of a revision and of what is checked out are one: what a change starts from.

    Raises NoHistory where they have none in common here.
    """
    commit = commit_of(root, revision)
    try:
        head = git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    except GitFailed:
        raise NoHistory(
            Message(N_("Nothing is committed here yet, so there is nothing to judge a change against."))
        ) from None
    try:
        return git(root, "merge-base", commit, head).strip()
    except GitFailed:
        text = N_("{revision} and what is checked out have no commit in common here.")
        help_ = N_("Fetch the whole history of both: git fetch --unshallow (in CI: fetch-depth: 0, GIT_DEPTH: 0).")
        raise NoHistory(Message(text, {"revision": revision}), Message(help_)) from None


def committed(root: Path) -> bool:
    """True where anything is committed yet."""
    try:
        git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitFailed:
        return False
    return True


def day_of(root: Path, commit: str) -> date:
    """The day on which a commit was made, where it was made."""
    return datetime.fromisoformat(git(root, "show", "--no-patch", "--format=%cI", commit).strip()).date()


def at_commit(root: Path, commit: str, now: Repository | None = None) -> Version:
    """The records at a commit. `now`: those on disk, so that what did not change is not read again.

    Raises NoHistory where they cannot be read: a submodule in the records' place.
    """
    prefix = _prefix_at(root, commit)
    entries = _tree(root, commit, prefix)
    same: dict[str, SourceFile] = {}
    if now is not None and prefix == _prefix(root):
        changed = _changed(root, commit)
        same = {file.path: file for file in now.files if file.path not in changed}
    repository, texts = _read(root, entries, same)
    files = tuple(_last_readable(root, commit, file) if file.unread else file for file in repository.files)
    return Version(commit, day_of(root, commit), replace(repository, files=files), texts)


def _last_readable(root: Path, commit: str, file: SourceFile) -> SourceFile:
    """A record that could not be read at a commit, as it was when it last could: what was broken for a while is compared
    with what it was before."""
    try:
        names = git(root, "rev-list", f"--max-count={_LOOK_BACK}", commit, "--", file.path).split()
    except GitFailed:
        return file
    for name in names[1:]:
        try:
            content = git_bytes(root, ["show", f"{name}:./{file.path}"], b"")
        except GitFailed:
            continue
        found, _ = _file(file.path, content) if place_of(tuple(file.path.split("/"))) is not None else (file, "")
        if found.record is not None:
            return found
    return file


def staged(root: Path, now: Repository) -> tuple[Repository, Mapping[str, str]]:
    """The records as they would be committed: those of the index, and the texts of those that differ from the disk."""
    listed = git(root, "ls-files", "--stage", "-z", "--", ".")
    entries: dict[str, tuple[str, str]] = {}
    for line in filter(None, listed.split("\0")):
        head, path = line.split("\t", 1)
        mode, name, stage = head.split()
        if stage == "0":
            entries[path] = (mode, name)
    unstaged = set(git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", "--", ".").split("\0"))
    same = {file.path: file for file in now.files if file.path in entries and file.path not in unstaged}
    return _read(root, entries, same)


def _prefix(root: Path) -> str:
    """Where the records lie in the work tree: nothing, or a folder with `/` at its end."""
    return git(root, "rev-parse", "--show-prefix").strip()


def _prefix_at(root: Path, commit: str) -> str:
    """Where the records lay at a commit: where they lie now, else where a qms.yaml lay."""
    prefix = _prefix(root)
    names = git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0")
    if f"{prefix}{ROOT_FILE}" in names:
        return prefix
    found = [name.removesuffix(ROOT_FILE) for name in names if name == ROOT_FILE or name.endswith(f"/{ROOT_FILE}")]
    if len(found) > 1:
        text = N_("At {commit} there were no records in this folder, but in several others: {folders}.")
        help_ = N_("Move the records in a change of its own, and judge it from the folder they lay in.")
        raise NoHistory(Message(text, {"commit": commit[:10], "folders": tuple(found)}), Message(help_))
    return found[0] if found else prefix


def _tree(root: Path, commit: str, prefix: str) -> dict[str, tuple[str, str]]:
    """Path relative to the records → (mode, blob) at a commit."""
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *([prefix] if prefix else []))
    entries = {}
    for line in filter(None, listed.split("\0")):
        head, path = line.split("\t", 1)
        mode, _, name = head.split()[:3]
        if mode == _SUBMODULE:
            text = N_("{path} is a submodule at {commit}: what its records said then is not in this repository.")
            raise NoHistory(Message(text, {"path": path, "commit": commit[:10]}))
        entries[path.removeprefix(prefix)] = (mode, name)
    return entries


def _changed(root: Path, commit: str) -> set[str]:
    """The paths, relative to the records, of what is on disk otherwise than at a commit, or not in git at all."""
    changed = git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", ".")
    others = git(root, "ls-files", "--others", "-z", "--", ".")
    return set(changed.split("\0")) | set(others.split("\0"))


def _read(
    root: Path, entries: Mapping[str, tuple[str, str]], same: Mapping[str, SourceFile]
) -> tuple[Repository, Mapping[str, str]]:
    wanted = {
        path: name
        for path, (mode, name) in entries.items()
        if path not in same and mode != _LINK and place_of(tuple(path.split("/"))) is not None
    }
    contents = blobs(root, wanted.values())
    files, texts = [], {}
    for path in sorted(entries):
        if path in same:
            files.append(same[path])
        elif path in wanted:
            file, text = _file(path, contents[wanted[path]])
            files.append(file)
            texts[path] = text
    return Repository(root, tuple(with_zone(file) for file in files)), texts


def _file(path: str, content: bytes) -> tuple[SourceFile, str]:
    place = place_of(tuple(path.split("/")))
    assert place is not None
    if len(content) > MAX_BYTES:
        return SourceFile(path, *place, None, (Fault("SYN014", {"limit": MAX_BYTES // 1024}),)), ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return SourceFile(path, *place, None, (Fault("SYN002", {"encoding": "?"}),)), ""
    return record_of(text, path, *place), text


def blobs(root: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The contents of some blobs by their names, in one run of git."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    output = git_bytes(root, ["cat-file", "--batch", "--buffer"], ("\n".join(wanted) + "\n").encode())
    found: dict[str, bytes] = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, _, size = output[at:end].decode().split()
        found[name] = output[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
    return found


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its name and day, who made it by name and address, as git says, and its first line."""

    name: str
    day: date
    author: str
    address: str
    subject: str


class TouchedFile(NamedTuple):
    """A file that a commit touched: its path relative to the records, the one it had before (the same, but for a rename),
    and the blobs before and after (None: none)."""

    path: str
    was: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A commit, and the files it touched."""

    commit: Commit
    files: tuple[TouchedFile, ...]


#: How an entry begins: no first line of a commit can hold the NULs of it.
_HEAD = re.compile(r"\x1e[0-9a-f]{40,64}\0[0-9]{4}-[0-9]{2}-[0-9]{2}T")


def touched(root: Path, path: str | None = None, since: str | None = None) -> list[Touched]:
    """The commits (after `since`) that touched the records, or one of them whatever it was called, the newest first.

    A merge is there with what differs from all its parents. Raises GitFailed.
    """
    prefix = _prefix(root)
    span = [f"{since}..HEAD"] if since is not None else []
    what = [*span, "--follow", "--", path] if path is not None else [*span, "--", "."]
    form = "%x1e%H%x00%cI%x00%an%x00%aE%x00%s%x00"
    listed = git(root, "log", "--cc", "--raw", "--no-abbrev", "-M", "-z", f"--format={form}", *what)
    starts = [match.start() for match in _HEAD.finditer(listed)]
    ends = [*starts[1:], len(listed)][: len(starts)]
    return [_touched(listed[start + 1 : end], prefix) for start, end in zip(starts, ends, strict=True)]


def _touched(entry: str, prefix: str) -> Touched:
    name, day, author, address, subject, rest = entry.split("\0", 5)
    parts = [part for part in rest.strip("\n").split("\0") if part.strip("\n")]
    files = []
    at = 0
    while at < len(parts):
        head = parts[at].strip("\n").lstrip(":").split()
        parents = (len(head) - 3) // 2
        state = head[-1]
        names = 2 if state[:1] in "RC" and parents == 1 else 1
        before, after = head[1 + parents], head[1 + 2 * parents]
        path, was = (parts[at + place].removeprefix(prefix) for place in (names, 1))
        files.append(TouchedFile(path, was, _blob(before), _blob(after)))
        at += 1 + names
    return Touched(Commit(name, datetime.fromisoformat(day).date(), author, address, subject), tuple(files))


def _blob(name: str) -> str | None:
    return None if set(name) == {"0"} else name
