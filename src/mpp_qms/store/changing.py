"""Changing records on disk: all or nothing, also when killed in the middle; what changed meanwhile is not overwritten.

The caller holds the lock (`store.lock`). New contents are written and synced under hidden names in the folders they
belong to; then each takes its place by a rename, which needs no more space on the disk. Before the first of several
renames a plan of them all is written (`.mpp-qms/change`): from then on the change is decided, and whoever comes next
finishes it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import signal
import stat
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from mpp_qms.store.lock import FOLDER, locked, own_folder
from mpp_qms.store.modes import mode_of_new_file

#: Names of files that are not yet, or no longer, anything: a leading dot keeps them from being read as records.
PREFIX, SUFFIX = ".mpp-qms-new-", ".tmp"
PLAN = "change"
_HELD = re.compile(re.escape(PREFIX) + r"\w+" + re.escape(SUFFIX), re.ASCII)
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file, by its path relative to the root with `/`: its bytes as they were read (None: there was none), and as
    they shall be (None: it goes)."""

    path: str
    before: bytes | None
    after: bytes | None


class ChangedMeanwhile(Exception):  # noqa: N818 (a person settles it)
    """A file is not as it was when it was read; nothing was written. `path` is relative to the root."""

    def __init__(self, path: str) -> None:
        """`path`: relative to the root."""
        super().__init__(path)
        self.path = path


class DamagedPlan(Exception):  # noqa: N818 (a person settles it)
    """The plan of a change of several files cannot be read, or was not written by `write` in these records."""


class Unfinished(Exception):  # noqa: N818 (a person settles it)
    """A change of several files is decided but could not be finished; the next command tries again."""

    def __init__(self, path: str, reason: str) -> None:
        """`path`: relative to the root; `reason`: in the words of the system."""
        super().__init__(path)
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True)
class Recovered:
    """What waited to be finished: the paths it concerned, none where nothing waited; undone rather than finished."""

    paths: tuple[str, ...] = ()
    undone: bool = False


@dataclass(frozen=True, slots=True)
class _Planned:
    """One rename of a plan: hashes of the contents (None: no file), and the hidden name that holds the new content."""

    path: str
    before: str | None
    after: str | None
    held: str | None


def write(root: Path, changes: Sequence[FileChange]) -> None:
    """Make all the changes, or none of them.

    Raises ChangedMeanwhile or OSError with nothing changed, and Unfinished where a change of several files stands
    still after it was decided.
    """
    changes = [change for change in changes if change.before != change.after]
    _sweep({root / FOLDER, *((root / change.path).parent for change in changes)})
    for change in changes:
        _check(root, change.path, _hash(change.before))
        if change.before is not None and not os.access(root / change.path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(root / change.path))
    made: list[Path] = []
    planned: list[_Planned] = []
    with undisturbed() as interrupted:
        try:
            for change in changes:
                # one by one: what is staged must be known when the next fails
                planned.append(_stage(root, change, made))  # noqa: PERF401
            for change in changes:
                # what took place while the new contents were written
                _check(root, change.path, _hash(change.before))
            if interrupted:
                raise KeyboardInterrupt
            if len(planned) > 1:
                _decide(root, planned)
            elif planned:
                _rename(root, planned[0])
        except BaseException:
            _discard(root, planned, made)
            raise
        if len(planned) > 1:
            _finish(root, planned)


def take_back(root: Path, changes: Sequence[FileChange]) -> None:
    """Undo what `write` has just made, and the folders that it made for it.

    Raises ChangedMeanwhile or OSError with nothing taken back, and Unfinished.
    """
    write(root, [FileChange(change.path, change.after, change.before) for change in changes])
    for change in changes:
        if change.before is None:
            # a folder that holds anything stays
            with contextlib.suppress(OSError):
                (root / change.path).parent.rmdir()


def unfinished(root: Path) -> bool:
    """True where a decided change waits to be finished."""
    return (root / FOLDER / PLAN).exists()


def recover(root: Path) -> Recovered:
    """Finish a change that was decided but not finished.

    Where somebody has put its files back meanwhile (git checkout) and the new contents are gone, it is undone. Raises
    Unfinished where neither can be, because somebody has changed one of its files since, and DamagedPlan.
    """
    try:
        planned = _plan_in((root / FOLDER / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Recovered()
    except UnicodeDecodeError:
        raise DamagedPlan from None
    with _settled_later(f"{FOLDER}/{PLAN}"):
        # all of it is looked at before any of it is done
        if not all(_stands_here(root, entry) for entry in planned):
            raise DamagedPlan
    with undisturbed():
        undone = _put_back(root, planned)
        if not undone:
            _finish(root, planned)
    return Recovered(tuple(entry.path for entry in planned), undone=undone)


def _plan_in(text: str) -> list[_Planned]:
    """The plan in a text. It may have come with a clone: what no command of ours would plan is not followed."""
    try:
        planned = [_Planned(**entry) for entry in json.loads(text)["files"]]
        sound = bool(planned) and all(_could_be_ours(entry) for entry in planned)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DamagedPlan from None
    if not sound:
        raise DamagedPlan
    return planned


def _could_be_ours(entry: _Planned) -> bool:
    """Whether an entry has the form in which `_decide` writes it: no path leads out of the records or to what is hidden.

    Raises ValueError where a path is none on this system.
    """
    if not isinstance(entry.path, str) or not all(_is_hash(each) for each in (entry.before, entry.after)):
        return False
    parts = entry.path.split("/")
    # a backslash or a drive is something else on Windows than it seems to be
    inside = not PurePath(entry.path).anchor and PurePath(entry.path).parts == tuple(parts)
    if not inside or "\0" in entry.path or any(part.startswith(".") for part in parts):
        return False
    os.fsencode(entry.path)
    if entry.held is None or entry.after is None:
        return entry.held is entry.after
    folder, _, name = entry.held.rpartition("/") if isinstance(entry.held, str) else ("", "", "")
    return folder == "/".join(parts[:-1]) and _HELD.fullmatch(name) is not None


def _is_hash(value: object) -> bool:
    return value is None or (isinstance(value, str) and _HASH.fullmatch(value) is not None)


def _stands_here(root: Path, entry: _Planned) -> bool:
    """Whether no folder on the way to a file is a link, and its hidden name, where it is there, holds the new content."""
    above = PurePath(entry.path).parent
    if Path(os.path.realpath(root / above)) != Path(os.path.realpath(root)) / above:
        return False
    if entry.held is None or not os.path.lexists(root / entry.held):
        return True
    held = root / entry.held
    return stat.S_ISREG(held.lstat().st_mode) and _hash(held.read_bytes()) == entry.after


@contextmanager
def writing(root: Path) -> Iterator[Recovered]:
    """Hold the lock, with whatever waited to be finished finished; what that was.

    Raises Busy, Unfinished, DamagedPlan, or OSError where nothing can be written there.
    """
    with locked(root):
        yield recover(root)


def _sweep(folders: Iterable[Path]) -> None:
    """Take away what a killed writer left under hidden names in some folders; under the lock nobody else writes."""
    for folder in folders:
        with contextlib.suppress(OSError):
            for entry in os.scandir(folder):
                if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                    with contextlib.suppress(OSError):
                        Path(entry.path).unlink()


def read_bytes(root: Path, path: str) -> bytes | None:
    """The bytes of a file, None where there is none."""
    try:
        return (root / path).read_bytes()
    except FileNotFoundError:
        return None


def text_at(root: Path, path: str) -> str:
    """The text of a file as it stands, byte order mark and line endings included; empty where there is none."""
    return (read_bytes(root, path) or b"").decode("utf-8", errors="replace")


def _hash(content: bytes | None) -> str | None:
    return hashlib.sha256(content).hexdigest() if content is not None else None


def _check(root: Path, path: str, expected: str | None) -> None:
    if _hash(read_bytes(root, path)) != expected:
        raise ChangedMeanwhile(path)


def _stage(root: Path, change: FileChange, made: list[Path]) -> _Planned:
    """The new content under a hidden name in the folder it belongs to."""
    before, after = _hash(change.before), _hash(change.after)
    if change.after is None:
        return _Planned(change.path, before, after, None)
    target = root / change.path
    _make_folder(root, target.parent, made)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=PREFIX, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(target.stat().st_mode & 0o7777 if change.before is not None else mode_of_new_file())
        if change.before is not None and hasattr(os, "chown"):
            # somebody with more rights changes a record of others: it stays theirs where the system lets it
            with contextlib.suppress(OSError):
                os.chown(name, target.stat().st_uid, target.stat().st_gid)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    return _Planned(change.path, before, after, (Path(change.path).parent / Path(name).name).as_posix())


def _make_folder(root: Path, folder: Path, made: list[Path]) -> None:
    """Make a folder, not the one above it. A link in the place of one is never followed in reading: it is refused."""
    above = root
    for part in folder.relative_to(root).parts:
        above /= part
        try:
            mode = above.lstat().st_mode
        except FileNotFoundError:
            if above != folder:
                raise
            above.mkdir()
            made.append(above)
            sync_folder(above.parent)
        else:
            if not stat.S_ISDIR(mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(above))


def _discard(root: Path, planned: Sequence[_Planned], made: Sequence[Path]) -> None:
    for entry in planned:
        if entry.held is not None:
            with contextlib.suppress(OSError):
                (root / entry.held).unlink()
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _decide(root: Path, planned: Sequence[_Planned]) -> None:
    """Write the plan; once it has its name, the change is decided."""
    folder = own_folder(root)
    entries = [
        {"path": entry.path, "before": entry.before, "after": entry.after, "held": entry.held} for entry in planned
    ]
    for parent in {(root / entry.path).parent for entry in planned}:
        sync_folder(parent)
    handle, name = tempfile.mkstemp(dir=folder, prefix=PREFIX, suffix=SUFFIX)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump({"files": entries}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode_of_new_file())
        Path(name).replace(folder / PLAN)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(folder)


def _finish(root: Path, planned: Sequence[_Planned]) -> None:
    """Make every rename of the plan that is not made yet, then take the plan away."""
    for entry in planned:
        with _settled_later(entry.path):
            found = _hash(read_bytes(root, entry.path))
            if found == entry.before:
                _rename(root, entry)
            elif found != entry.after and not _gone(root, entry):
                # somebody wrote there before its turn: neither text may be lost
                raise Unfinished(entry.path, "")
    _close(root, planned)


def _put_back(root: Path, planned: Sequence[_Planned]) -> bool:
    """Undo a plan that cannot be finished: a file of it stands as before, and its new content is gone.

    False where it can be finished, Unfinished where there is a file that somebody has to put back, too.
    """
    with _settled_later(f"{FOLDER}/{PLAN}"):
        found = {entry.path: _hash(read_bytes(root, entry.path)) for entry in planned}
    if not any(found[entry.path] == entry.before and _gone(root, entry) for entry in planned):
        return False
    made = [entry for entry in planned if entry.before is None and found[entry.path] == entry.after]
    for entry in planned:
        if entry not in made and found[entry.path] != entry.before:
            raise Unfinished(entry.path, "")
    for entry in made:
        with _settled_later(entry.path):
            (root / entry.path).unlink()
            sync_folder((root / entry.path).parent)
    _close(root, planned)
    return True


def _gone(root: Path, entry: _Planned) -> bool:
    """Whether the new content is not under its hidden name any more: it took its place, or somebody swept it away."""
    return entry.held is not None and not os.path.lexists(root / entry.held)


def _close(root: Path, planned: Sequence[_Planned]) -> None:
    """Take the plan away, after what it speaks of."""
    _discard(root, planned, ())
    with _settled_later(f"{FOLDER}/{PLAN}"):
        (root / FOLDER / PLAN).unlink()
        sync_folder(root / FOLDER)


@contextmanager
def _settled_later(path: str) -> Iterator[None]:
    """Whatever goes wrong in here leaves a decided change to the next command."""
    try:
        yield
    except OSError as error:
        raise Unfinished(path, error.strerror or str(error)) from error
    except ChangedMeanwhile:
        raise Unfinished(path, "") from None


def _rename(root: Path, entry: _Planned) -> None:
    target = root / entry.path
    if entry.held is None:
        target.unlink()
    elif entry.before is None:
        _take_name(root / entry.held, target, entry.path)
    else:
        (root / entry.held).replace(target)
    sync_folder(target.parent)


def _take_name(held: Path, target: Path, path: str) -> None:
    """A new file's name, never somebody else's: a rename would take the place of a file that came meanwhile."""
    try:
        os.link(held, target)
    except FileExistsError:
        raise ChangedMeanwhile(path) from None
    except (OSError, AttributeError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO):
            raise
        # no hard links here (exFAT, some network folders)
        if target.exists():
            raise ChangedMeanwhile(path) from None
        held.replace(target)
        return
    with contextlib.suppress(OSError):
        held.unlink()


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows: the name is durable with the file
    # a network folder that cannot be synced holds the record all the same
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def undisturbed() -> Iterator[list[int]]:
    """Ctrl-C does nothing in here but to be noted: halfway it would leave work to the next command."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: asked.append(number))  # noqa: ARG005
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
