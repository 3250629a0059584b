"""The records as they were at a git revision, or as they stand in the index: without a checkout, and read once.

Only what differs from the files on disk is read from git; every other file is the one read already.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple

from mpp_qms.findings import Fault
from mpp_qms.messages import N_, Message
from mpp_qms.records.common import Common
from mpp_qms.store.attachments import Attachment, leads_away, named
from mpp_qms.store.git import GitFailed, git, git_bytes, head_of
from mpp_qms.store.reading import MAX_BYTES, SourceFile, record_of
from mpp_qms.store.repository import Repository, place_at, with_zone
from mpp_qms.store.root import ROOT_FILE

#: So many earlier versions are looked at for one that can be read.
_LOOK_BACK = 50
#: Modes of git's entries that are no file: a link, a submodule.
_LINK, _SUBMODULE = _NO_FILE = ("120000", "160000")
#: An entry of a tree or of the index: its mode and its blob.
Entry = tuple[str, str]

#: A revision that is counted from another (`HEAD~3`, `main^`, `@{1}`), which no fetch brings by that name.
_COUNTED = re.compile(r"[~^@:]|^HEAD$")


class NoHistory(Exception):  # noqa: N818 (a person settles it)
    """The history that was asked for cannot be had: a sentence, and how to mend it."""

    def __init__(self, message: Message, help_: Message | None = None) -> None:
        """`help_`: what to do."""
        super().__init__(message.template)
        self.message, self.help = message, help_


@dataclass(frozen=True, slots=True)
class Version:
    """The records at a commit: its name and day, and the texts of the files that differ from those on disk.

    `folder`: where they lay then, from the top of the repository: nothing, or a folder with `/` at its end; `moved`: that
    is not where they lie now.
    """

    commit: str
    day: date
    repository: Repository
    folder: str
    moved: bool
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
        if not committed(root):
            raise _nothing_yet() from None
        text = N_("There is no revision {revision} in this repository.")
        how = N_("Fetch it first: git fetch origin {revision}.")
        if _COUNTED.search(revision):
            how = N_("git log shows what there is.")
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


def parted_from(root: Path, revision: str) -> tuple[str, ...]:
    """The commits up to which the history of a revision and of what is checked out are one: what a change starts from.

    Where both were merged into each other there are several, and each may hold what the others do not. Raises NoHistory
    where they have none in common here.
    """
    commit = commit_of(root, revision)
    head = head_of(root)
    if head is None:
        raise _nothing_yet()
    try:
        return tuple(git(root, "merge-base", "--all", commit, head).split())
    except GitFailed:
        text = N_("{revision} and what is checked out have no commit in common here.")
        help_ = N_("Fetch the whole history of both: git fetch --unshallow (in CI: fetch-depth: 0, GIT_DEPTH: 0).")
        raise NoHistory(Message(text, {"revision": revision}), Message(help_)) from None


def _nothing_yet() -> NoHistory:
    text = N_("Nothing is committed here yet: there is no history to look at.")
    return NoHistory(Message(text), Message(N_("Commit the records first: git add -A, then git commit.")))


def committed(root: Path) -> bool:
    """True where anything is committed yet."""
    return head_of(root) is not None


def day_of(root: Path, commit: str, zone: tzinfo | None = None) -> date:
    """The day on which a commit was made, in a time zone; without one where it was made."""
    return _day(git(root, "show", "--no-patch", "--format=%cI", commit).strip(), zone)


def _day(text: str, zone: tzinfo | None) -> date:
    """The day of a moment in a time zone; None: where it was written down."""
    moment = datetime.fromisoformat(text)
    return (moment if zone is None else moment.astimezone(zone)).date()


def at_commit(
    root: Path, commit: str, now: Repository | None = None, *, look_back: bool = False, zone: tzinfo | None = None
) -> Version:
    """The records at a commit. `now`: those on disk, so that what did not change is not read again; `look_back`: what could
    not be read then is as it was when it last could be; `zone`: in which the day of the commit is told.

    Raises NoHistory where they cannot be read: a submodule in the records' place.
    """
    prefix, entries = _entries_at(root, commit)
    same: dict[str, SourceFile] = {}
    moved = prefix != _prefix(root)
    if now is not None and not moved:
        changed = set(
            git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", ".").split("\0")
        )
        same = {file.path: file for file in now.files if file.path not in changed}
    repository, texts = _read(root, entries, same)
    if look_back and repository.unread:
        top = _top(root)
        files = (_last_readable(top, commit, prefix, file) if file.unread else file for file in repository.files)
        repository = replace(repository, files=tuple(files))
    return Version(commit, day_of(root, commit, zone), repository, prefix, moved, texts)


def _last_readable(top: Path, commit: str, prefix: str, file: SourceFile) -> SourceFile:
    """A record that could not be read at a commit, as it was when it last could: what was broken for a while is compared
    with what it was before."""
    path = f"{prefix}{file.path}"
    for name in git(top, "rev-list", f"--max-count={_LOOK_BACK}", commit, "--", path).split():
        entry = _listed(top, name, path).get(path)
        before, _ = _read(top, {file.path: entry} if entry is not None else {}, {})
        if before.files and before.files[0].record is not None:
            return before.files[0]
    return file


class Staged(NamedTuple):
    """What would be committed: the records, the texts of those that differ from the disk, and the documents they name
    that do; `left_out`: of these, what lies on disk and would not be committed."""

    repository: Repository
    texts: Mapping[str, str]
    documents: Mapping[str, Attachment]
    left_out: tuple[str, ...]


def staged(root: Path, now: Repository) -> Staged:
    """The records and their documents as they would be committed: those of the index. Raises GitFailed."""
    top, prefix = _top(root), _prefix(root)
    differing, intended = set(), set()
    parts = iter(git(top, "diff", "--raw", "--no-abbrev", "--no-renames", "-z").split("\0"))
    for head, path in zip(parts, parts, strict=False):
        differing.add(path)
        if head.endswith("A"):
            # `git add -N` says that a file will come; a commit leaves it out
            intended.add(path)
    index: dict[str, Entry] = {}
    for line in filter(None, git(top, "ls-files", "--stage", "-z").split("\0")):
        head, path = line.split("\t", 1)
        mode, name, stage = head.split()
        if stage == "0" and path not in intended:
            index[path] = mode, name
    entries = {path.removeprefix(prefix): entry for path, entry in index.items() if path.startswith(prefix)}
    same = {file.path: file for file in now.files if file.path in entries and f"{prefix}{file.path}" not in differing}
    repository, texts = _read(root, entries, same)
    documents: dict[str, Attachment] = {}
    left_out = []
    submodules = [path for path, (mode, _) in index.items() if mode == _SUBMODULE]
    for path, hashed in named(repository).items():
        place = posixpath.normpath(prefix + path.replace("\\", "/"))
        if leads_away(path) or place.startswith("../") or (place in index and place not in differing):
            continue
        if any(place.startswith(f"{folder}/") for folder in submodules):
            continue
        documents[path] = _document(top, place, index.get(place), hashed=hashed)
        if place not in index and (top / place).is_file():
            left_out.append(path)
    return Staged(repository, texts, documents, tuple(left_out))


def _document(top: Path, place: str, entry: Entry | None, *, hashed: bool) -> Attachment:
    """A document as it stands in the index."""
    if entry is None or entry[0] in _NO_FILE:
        return Attachment("missing")
    # as a checkout would write it: with the line ends and filters that git is set to
    content = git_bytes(top, ["cat-file", "--filters", f"--path={place}", entry[1]], b"") if hashed else b""
    return Attachment("there", hashlib.sha256(content).hexdigest() if hashed else None)


def _prefix(root: Path) -> str:
    """Where the records lie in the work tree: nothing, or a folder with `/` at its end."""
    return git(root, "rev-parse", "--show-prefix").strip()


def _top(root: Path) -> Path:
    """The folder of the work tree that holds the records."""
    return Path(git(root, "rev-parse", "--show-toplevel").strip("\n"))


def _entries_at(root: Path, commit: str) -> tuple[str, dict[str, Entry]]:
    """Where the records lay at a commit, and what lay there, by its path relative to it.

    They are followed from another folder where they no longer lie there: beside a mall that stays, they are new.
    """
    prefix = _prefix(root)
    entries = _tree(root, commit, prefix)
    if ROOT_FILE in entries:
        return prefix, entries
    top = _top(root)
    names = git(root, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0")
    roots = [name for name in names if name == ROOT_FILE or name.endswith(f"/{ROOT_FILE}")]
    moved = [name.removesuffix(ROOT_FILE) for name in roots if not _stays(root, top, commit, name)]
    if len(moved) > 1:
        text = N_("At {commit} there were no records in this folder, but in several others: {folders}.")
        help_ = N_("Move the records in a change of its own, and judge it from the folder they lay in.")
        raise NoHistory(Message(text, {"commit": commit[:10], "folders": tuple(moved)}), Message(help_))
    return (moved[0], _tree(root, commit, moved[0])) if moved else (prefix, entries)


def _stays(root: Path, top: Path, commit: str, name: str) -> bool:
    """True where the mall whose qms.yaml has that name still lies in its folder, with all that does not lie here now.

    A link, a folder or another file in the place of what was moved away makes nobody stay.
    """
    if not _is_file(top, name):
        return False
    folder = name.removesuffix(ROOT_FILE)
    names = (path.removeprefix(folder) for path in _listed(root, commit, folder))
    records = [path for path in names if place_at(path) is not None]
    return all(_is_file(top, folder + path) or not (root / path).exists() for path in records)


def _is_file(top: Path, name: str) -> bool:
    """True of a file that lies there itself, behind no link."""
    places = [top.joinpath(*name.split("/")[: place + 1]) for place in range(name.count("/") + 1)]
    return not any(place.is_symlink() for place in places) and places[-1].is_file()


def _tree(root: Path, commit: str, prefix: str) -> dict[str, Entry]:
    """What lay below a folder at a commit, by its path relative to it."""
    entries = {path.removeprefix(prefix): entry for path, entry in _listed(root, commit, prefix).items()}
    for path, (mode, _) in entries.items():
        if mode == _SUBMODULE:
            text = N_("{path} is a submodule at {commit}: what its records said then is not in this repository.")
            raise NoHistory(Message(text, {"path": f"{prefix}{path}", "commit": commit[:10]}))
    return entries


def _listed(root: Path, commit: str, path: str) -> dict[str, Entry]:
    """What lay at a path, or below it, at a commit, by its whole path."""
    listed = git(root, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *([path] if path else []))
    entries = {}
    for line in filter(None, listed.split("\0")):
        head, name = line.split("\t", 1)
        mode, _, blob = head.split()[:3]
        entries[name] = (mode, blob)
    return entries


def _read(
    root: Path, entries: Mapping[str, Entry], same: Mapping[str, SourceFile]
) -> tuple[Repository, Mapping[str, str]]:
    wanted = {path: entry for path, entry in entries.items() if path not in same and place_at(path) is not None}
    contents = blobs(root, [name for mode, name in wanted.values() if mode not in _NO_FILE])
    files, texts = [], {}
    for path in sorted(entries):
        if path in same:
            files.append(same[path])
        elif path in wanted:
            mode, name = wanted[path]
            file, text = _file(path, contents[name] if mode not in _NO_FILE else None)
            files.append(file)
            texts[path] = text
    return Repository(root, tuple(with_zone(file) for file in files)), texts


def _file(path: str, content: bytes | None) -> tuple[SourceFile, str]:
    """A record by its content (None: a link stands in its place, which hides it), and its text."""
    place = place_at(path)
    assert place is not None
    if content is None:
        return SourceFile(path, *place, None, (Fault("SYN016"),)), ""
    if len(content) > MAX_BYTES:
        return SourceFile(path, *place, None, (Fault("SYN014", {"limit": MAX_BYTES // 1024}),)), ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return SourceFile(path, *place, None, (Fault("SYN002", {"encoding": "?"}),)), ""
    return record_of(text, path, *place), text


def record_in(path: str, content: bytes) -> Common | None:
    """The record that a version of a file holds; None where it could not be read, or where no record lies at the path."""
    place = place_at(path)
    if place is None:
        return None
    try:
        return record_of(content.decode("utf-8-sig"), path, *place).record
    except UnicodeDecodeError:
        return None


def blobs(root: Path, names: Iterable[str]) -> dict[str, bytes]:
    """The contents of some blobs by their names, in one run of git. Raises GitFailed where one is not here."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    output = git_bytes(root, ["cat-file", "--batch", "--buffer"], ("\n".join(wanted) + "\n").encode())
    found: dict[str, bytes] = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, what, *rest = output[at:end].decode().split()
        if what != "blob":
            # a damaged repository, or a clone that left it out and cannot fetch it
            raise GitFailed(f"{name}: {what}")
        size = int(rest[0])
        found[name] = output[end + 1 : end + 1 + size]
        at = end + 2 + size
    return found


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its name and day, who made it by name and address, as git says, and its first line."""

    name: str
    day: date
    author: str
    address: str
    subject: str


#: In the place of a blob's name: something that is no file, and that hides what should be here.
NO_FILE = ""


class TouchedFile(NamedTuple):
    """A file that a commit touched: its path relative to the records, the one it had before (the same, but for a rename),
    and the blobs before and after (None: nothing was there; `NO_FILE`: a link or a submodule)."""

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


def touched(
    root: Path,
    path: str | None = None,
    since: str | None = None,
    zone: tzinfo | None = None,
    *,
    everywhere: bool = False,
) -> list[Touched]:
    """The commits (after `since`) that touched the records, or one of them whatever it was called, the newest first.

    `zone`: in which the days of the commits are told; without one as whoever made them had it. `everywhere`: also what lies
    outside the records' folder, where they lay in another one. A merge is there with what differs from all its parents.
    Raises GitFailed.
    """
    prefix = _prefix(root)
    span = [f"{since}..HEAD"] if since is not None else []
    # git's own --follow takes a record that resembles another for a copy of it, and tells the life of that one
    what = span if path is not None or everywhere else [*span, "--", "."]
    form = "%x1e%H%x00%cI%x00%an%x00%aE%x00%s%x00"
    listed = git(root, "log", "--cc", "--raw", "--no-abbrev", "-M", "-z", f"--format={form}", *what)
    starts = [match.start() for match in _HEAD.finditer(listed)]
    ends = [*starts[1:], len(listed)][: len(starts)]
    found = [_touched(listed[start + 1 : end], prefix, zone) for start, end in zip(starts, ends, strict=True)]
    return found if path is None else list(_of_file(found, path))


def _of_file(commits: Iterable[Touched], path: str) -> Iterator[Touched]:
    """Those commits (the newest first) that touched one file, whatever it was called, with that file only."""
    names = {path}
    for entry in commits:
        for file in entry.files:
            if file.path in names:
                yield Touched(entry.commit, (file._replace(path=_in_records(file.path), was=_in_records(file.was)),))
                names.add(file.was)
                break
        # what had one of these names before, and went on under another, is another file
        names -= {file.was for file in entry.files if file.was != file.path and file.path not in names}


def _in_records(path: str) -> str:
    """A path as it is within the records, also of a time when they lay in another folder."""
    parts = path.split("/")
    ways = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((way for way in ways if place_at(way) is not None), path)


def _touched(entry: str, prefix: str, zone: tzinfo | None) -> Touched:
    name, day, author, address, subject, rest = entry.split("\0", 5)
    parts = [part for part in rest.strip("\n").split("\0") if part.strip("\n")]
    files = []
    at = 0
    while at < len(parts):
        head = parts[at].strip("\n").lstrip(":").split()
        # of a merge: the modes and blobs in each of its parents, then its own
        parents = (len(head) - 3) // 2
        state = head[-1]
        names = 2 if state[:1] in "RC" and parents == 1 else 1
        before, after = _blob(head[0], head[1 + parents]), _blob(head[parents], head[1 + 2 * parents])
        path, was = (parts[at + place].removeprefix(prefix) for place in (names, 1))
        files.append(TouchedFile(path, was, before, after))
        at += 1 + names
    return Touched(Commit(name, _day(day, zone), author, address, subject), tuple(files))


def _blob(mode: str, name: str) -> str | None:
    return NO_FILE if mode in _NO_FILE else None if set(name) == {"0"} else name
