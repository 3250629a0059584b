"""Which records there are, by the names of their files alone, and whether they were changed: nothing is opened."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from mpp_qms.records.places import PLACES

#: What tells a file from what stood in its place before: a file that was written anew is another one (inode), or has
#: another day or size.
State: TypeAlias = tuple[int, int, int]


def states(root: Path) -> dict[str, State]:
    """The state of each record's file, by its path relative to the root."""
    found = {}
    for path in ("qms.yaml", *(path for _, path in names(root, *PLACES))):
        with contextlib.suppress(OSError):
            state = os.lstat(root / path)
            found[path] = (state.st_ino, state.st_mtime_ns, state.st_size)
    return found


def names(root: Path, *kinds: str) -> Iterator[tuple[str, str]]:
    """Id and path (relative to the root) of every record of some kinds, in the order of their paths.

    Of a unit the id is its folder's name. Folders that are missing or cannot be listed hold nothing.
    """
    units = [name for name in _names(root / "units") if (root / "units" / name).is_dir()]
    for kind, place in PLACES.items():
        if kind not in kinds or kind == "qms":
            continue
        if kind == "unit":
            yield from ((unit, f"units/{unit}/unit.yaml") for unit in units)
            continue
        for unit in units if "{unit}" in place else (None,):
            folder = "/".join(place[:-1]).replace("{unit}", unit or "")
            for name in _names(root / folder):
                if name.endswith(".yaml"):
                    yield name.removesuffix(".yaml"), f"{folder}/{name}"


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
    except OSError:
        return []
