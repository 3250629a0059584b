"""Writing a record: a new id, a file that is whole or not there.

Two programs at once never share an
id: the file is created under its final name exclusively.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from mpp_qms.store.modes import mode_of_new_file


def next_number(folder: Path, prefix: str, taken: Iterable[str]) -> int:
    """The number after the highest that any file in the folder, in whatever case or ending, or any id has.

    Raises OSError where the folder cannot be listed.
    """
    form = re.compile(re.escape(prefix) + r"([0-9]{1,18})(?:\..*)?", re.IGNORECASE)
    names = [*taken]
    with contextlib.suppress(FileNotFoundError):
        names += (entry.name for entry in folder.iterdir())
    return max((int(match[1]) for name in names if (match := form.fullmatch(name))), default=0) + 1


def create(folder: Path, prefix: str, number: int, text_of: Callable[[str], str]) -> tuple[str, Path]:
    """Write a new record under the first free id from `number` on, and return the id and the file.

    `text_of` gives the text for an id. The folder is made where it is missing, but not the one above it. Raises
    OSError with nothing left behind.
    """
    made = _make(folder)
    try:
        while True:
            id_ = f"{prefix}{number:03d}"
            path = folder / f"{id_}.yaml"
            if _create_exclusively(path, text_of(id_).encode("utf-8")):
                return id_, path
            number += 1
    except BaseException as error:
        if made:
            # another program may have put a record there meanwhile: then it stays
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(folder)
        raise


def _make(folder: Path) -> bool:
    """Make a folder; False where it was there. A link in its place is never followed in reading: it is refused."""
    try:
        folder.mkdir()
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
        return False
    return True


def _create_exclusively(path: Path, content: bytes) -> bool:
    """The whole content under a name that nobody had; False where somebody had it."""
    # a name that begins with a dot is no record: whoever reads at this moment passes it by
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".tmp")
    try:
        _fill(handle, content)
        Path(temporary).chmod(mode_of_new_file())
        created = _link(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
    return _create_in_place(path, content) if created is None else created


def _link(temporary: str, path: Path) -> bool | None:
    """Give a file its final name: True; False where somebody had the name; None where there are no hard links."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except (OSError, AttributeError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EROFS, errno.EDQUOT):
            raise
        # exFAT, some network folders; what else stands against it also stands against creating it in place
        return None
    try:
        _sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True


def _create_in_place(path: Path, content: bytes) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        return False
    try:
        _fill(handle, content)
        _sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True


def _fill(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows: the name is durable with the file
    # a network folder that cannot be synced holds the record all the same
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
