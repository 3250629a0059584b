"""Records of an older number of the format, carried to the next one, byte for byte but for what the format changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mpp_qms.findings import Fault
from mpp_qms.store.names import names
from mpp_qms.store.reading import read_text
from mpp_qms.store.repository import through_link
from mpp_qms.store.root import ROOT_FILE
from mpp_qms.store.yaml_text import parse

#: The text of a record at a path, in the next format; None where it cannot be carried over safely.
Migration = Callable[[str, str], str | None]
#: The number of a format → the way to the next. There is only format 1 yet (docs/FORMAT.md).
MIGRATIONS: dict[int, Migration] = {}
_KINDS = ("unit", "sop", "nonconformity", "evidence", "audit", "review")


def schema_of(root: Path) -> int | None:
    """The number of the format that qms.yaml says; None where it says none that can be read."""
    text = read_text(root / ROOT_FILE)
    data = parse(text) if not isinstance(text, Fault) else text
    found = data.get("schema") if not isinstance(data, Fault) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def texts(root: Path) -> tuple[dict[str, str], list[str]]:
    """The text of every record by its path, and the paths of those that cannot be read as text."""
    paths = [ROOT_FILE, *(path for _, path in names(root, *_KINDS))]
    found, unread = {}, []
    for path in paths:
        if through_link(root, path) is None and not isinstance(read_text(root / path), Fault):
            found[path] = (root / path).read_bytes().decode("utf-8")
        elif os.path.lexists(root / path):
            unread.append(path)
    return found, unread


def migrated(before: Mapping[str, str], start: int, end: int) -> dict[str, str] | str:
    """The texts carried from one format to another, or the path of the first that cannot be."""
    found = dict(before)
    for number in range(start, end):
        for path, text in found.items():
            after = MIGRATIONS[number](path, text)
            if after is None:
                return path
            found[path] = after
    return found
