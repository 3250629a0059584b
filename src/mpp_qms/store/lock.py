"""One writer at a time: a lock on the records of a mall, held from reading to writing.

The lock belongs to the process, not to a file's existence: when its holder is killed, the system frees it. Where a
network folder knows no such locks, a file that names its holder stands in (docs/writing.md says what that can not do).
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Where the program keeps what is no record, beside the records.
FOLDER = ".mpp-qms"
#: Seconds that a writer waits for another; each holds the lock for some tenths of a second.
PATIENCE = 30.0
#: What git need not know: everything here but what the mall puts here itself.
_IGNORED = "lock\nlock.holder\nchange\n*.tmp\ndrafts/\n.gitignore\n"
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


class Busy(Exception):  # noqa: N818 (a person settles it)
    """Another writer holds the records for longer than anybody waits."""


@contextmanager
def locked(root: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the records of a mall. Raises Busy, or OSError where nothing can be written there."""
    from filelock import FileLock, SoftFileLock, Timeout

    folder = own_folder(root)
    # the hundredth part of a second: the default polls too rarely for many short steps at once
    lock = FileLock(folder / "lock", timeout=patience, poll_interval=0.01)
    try:
        try:
            lock.acquire()
        except OSError as error:
            if isinstance(error, Timeout) or error.errno not in _NO_LOCKS:
                raise
            lock = SoftFileLock(folder / "lock.holder", timeout=patience, poll_interval=0.05)
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
    """The program's own folder in the records, made where it is missing."""
    folder = root / FOLDER
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
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
