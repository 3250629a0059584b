"""A new folder with everything in it, or none: what was begun and not finished leaves nothing behind."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from mpp_qms.store.changing import sync_folder

_PREFIX, _SUFFIX = ".mpp-qms-init-", ".tmp"
#: What may stand in a folder that is still empty for people.
_HARMLESS = (".git",)


def occupied(folder: Path) -> bool:
    """True where a folder, or what has its name, holds something. Raises OSError where that cannot be seen."""
    if not folder.exists():
        return folder.is_symlink()
    if not folder.is_dir():
        return True
    return any(entry.name not in _HARMLESS and not _left_over(entry.name) for entry in folder.iterdir())


def whole(folder: Path) -> Path:
    """A folder from the top of the file system on; where a link lies counts, not what it leads to."""
    return Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow the links)


def repository_around(folder: Path) -> Path | None:
    """The top of the git repository that a folder (there or not yet) lies in; None where it lies in none.

    Looked for by name: git itself refuses to answer where the folder is somebody else's.
    """
    here = whole(folder)
    return next((above for above in (here, *here.parents) if os.path.lexists(above / ".git")), None)


def found(folder: Path, files: Mapping[str, str], before: Callable[[Path], None]) -> None:
    """Write all files (paths with `/`, relative to the folder), or none of them.

    `before` is called with the folder in which they stand complete, before it gets its name. A folder that is there is
    kept: what was written is moved in, what marks it as records last. Raises OSError with nothing left behind.
    """
    made: list[Path] = []
    moved: list[Path] = []
    work = None
    try:
        _make_above(folder, made)
        place = folder if folder.is_dir() else folder.parent
        if place is folder:
            _sweep(folder)
        work = Path(tempfile.mkdtemp(dir=place, prefix=_PREFIX, suffix=_SUFFIX))
        # a temporary folder is private: what is in it is to be as readable as anything else made here
        inner = work / "new"
        inner.mkdir()
        for path, text in files.items():
            _write(inner / path, text)
        before(inner)
        if place is not folder:
            inner.rename(folder)
            moved.append(folder)
        else:
            for entry in sorted(inner.iterdir(), key=lambda entry: (not entry.name.startswith("."), entry.name)):
                # never in the place of what came meanwhile
                if os.path.lexists(folder / entry.name):
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / entry.name))
                entry.rename(folder / entry.name)
                moved.append(folder / entry.name)
        sync_folder(place)
    except BaseException:
        for entry in moved:
            _remove(entry)
        raise
    finally:
        if work is not None:
            _remove(work)
        for above in reversed(made):
            # only a failed attempt leaves them empty
            with contextlib.suppress(OSError):
                above.rmdir()


def _make_above(folder: Path, made: list[Path]) -> None:
    """Make the folders above one, where they are missing; `made` gets each that is."""
    missing = []
    above = folder.parent
    while not above.exists():
        missing.append(above)
        above = above.parent
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _left_over(name: str) -> bool:
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def _sweep(folder: Path) -> None:
    """Take away what a killed attempt left."""
    for entry in list(folder.iterdir()):
        if _left_over(entry.name):
            _remove(entry)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()
