"""One writer at a time: a lock on the records of a mall, held from reading to writing.

The lock belongs to the process, not to a file's existence: when its holder is killed, the system frees it. Where a
network folder knows no such locks, a file that names its holder stands in (docs/writing.md says what that can not do).
"""

from __future__ import annotations

import contextlib
import errno
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where the program keeps what is no record, beside the records.
FOLDER = ".mpp-qms"
#: Seconds that a writer waits for another. A step holds the lock for some tenths of a second, what reads all records
#: under it (hand-over, nc renumber, fmt, migrate) for seconds where there are ten thousand.
PATIENCE = 30.0
#: What git need not know: everything here but what the mall puts here itself.
_IGNORED = "lock\nlock.holder\nchange\n*.tmp\ndrafts/\n.gitignore\n"
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


#: What stands there by these names is of this form, or of somebody else's making.
_OWN: dict[str, Callable[[int], bool]] = {
    "": stat.S_ISDIR,
    "lock": stat.S_ISREG,
    "lock.holder": stat.S_ISREG,
    "change": stat.S_ISREG,
    "drafts": stat.S_ISDIR,
}
#: How Windows marks what stands for something elsewhere: links and junctions.
_SURROGATE = 0x20000000


class NotOurs(Exception):  # noqa: N818 (a person settles it)
    """Where the program keeps its own stands a link, or what it cannot have made; nothing there was touched."""

    def __init__(self, path: str) -> None:
        """`path`: relative to the root."""
        super().__init__(path)
        self.path = path


class Busy(Exception):  # noqa: N818 (a person settles it)
    """Another writer holds the records for longer than anybody waits."""


@contextmanager
def locked(root: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the records of a mall. Raises Busy, NotOurs, or OSError where nothing can be written there."""
    with locked_by(own_folder(root) / "lock", patience):
        yield


@contextmanager
def locked_by(file: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold what a file, which is made for it, stands for. Raises Busy, or OSError."""
    from filelock import FileLock, SoftFileLock, Timeout

    # the hundredth part of a second: the default polls too rarely for many short steps at once
    lock = FileLock(file, timeout=patience, poll_interval=0.01)
    try:
        try:
            lock.acquire()
        except OSError as error:
            if isinstance(error, Timeout) or error.errno not in _NO_LOCKS:
                raise
            lock = SoftFileLock(f"{file}.holder", timeout=patience, poll_interval=0.05)
            lock.acquire()
    except Timeout:
        raise Busy from None
    try:
        yield
    finally:
        # what was done is done; at the latest the end of the process frees it
        with contextlib.suppress(OSError):
            lock.release()


def own_folder(root: Path) -> Path:
    """The program's own folder in the records, made where it is missing. Raises NotOurs: a clone may bring links along."""
    folder = root / FOLDER
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
    for name, form in _OWN.items():
        if not is_of(folder / name, form):
            raise NotOurs(f"{FOLDER}/{name}".rstrip("/"))
    ignored = folder / ".gitignore"
    if not ignored.exists():
        try:
            with contextlib.suppress(FileExistsError), ignored.open("x", encoding="utf-8", newline="\n") as file:
                file.write(_IGNORED)
        except OSError:
            # half of it would stay for good
            with contextlib.suppress(OSError):
                ignored.unlink()
            raise
    return folder


def is_of(path: Path, form: Callable[[int], bool]) -> bool:
    """Whether what stands at a path, if anything does, is of a form (`stat.S_ISREG` …) itself, and no link to it."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True
    return form(found.st_mode) and not getattr(found, "st_reparse_tag", 0) & _SURROGATE
