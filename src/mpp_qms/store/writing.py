"""A new record under the next free id. The caller holds the lock (`store.changing.writing`)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mpp_qms.store.changing import ChangedMeanwhile, FileChange, write


def next_number(folder: Path, prefix: str, taken: Iterable[str]) -> int:
    """The number after the highest that any file in the folder, in whatever case or ending, or any id has.

    Raises OSError where the folder cannot be listed.
    """
    form = re.compile(re.escape(prefix) + r"([0-9]{1,18})(?:\..*)?", re.IGNORECASE)
    names = [*taken]
    with contextlib.suppress(FileNotFoundError):
        names += (entry.name for entry in folder.iterdir())
    return max((int(match[1]) for name in names if (match := form.fullmatch(name))), default=0) + 1


def create(
    root: Path,
    folder: str,
    prefix: str,
    number: int,
    text_of: Callable[[str], str],
    beside: Callable[[str], Sequence[FileChange]] | None = None,
) -> tuple[str, str]:
    """Write a new record under the first free id from `number` on, and return the id and its path.

    `folder` and the path are relative to `root`; `text_of` gives the text for an id, `beside` gives the files that go with it. Folders are made where they are missing. Raises OSError with nothing left behind.
    """
    while True:
        id_ = f"{prefix}{number:03d}"
        path = f"{folder}/{id_}.yaml"
        try:
            more = beside(id_) if beside is not None else ()
            write(root, [*more, FileChange(path, None, text_of(id_).encode("utf-8"))])
        except ChangedMeanwhile:
            # somebody without our lock (an editor, a copy, git) took the name since it was looked for
            number += 1
        else:
            return id_, path
