"""The documents that records point at by path: whether they are there, and whether they are still the same."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mpp_qms.records import references
from mpp_qms.store.repository import Repository, boundary

State = Literal["there", "missing", "outside", "unreadable"]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Attachment:
    """What lies at a path: its state, and its sha256 in hexadecimal where one was asked for."""

    state: State
    sha256: str | None = None


def of_repository(repository: Repository, known: Mapping[str, Attachment] | None = None) -> dict[str, Attachment]:
    """What lies at each path that the records of a repository name; of what is `known` already nothing is looked at.

    Links are not followed, nothing outside the work tree is opened, and a file is read only where a record states its sha256.
    """
    root, limit, known = repository.root, boundary(repository.root), known or {}
    return {
        path: found if (found := known.get(path)) is not None else _examine(root, limit, path, hashed=hashed)
        for path, hashed in named(repository).items()
    }


def named(repository: Repository) -> dict[str, bool]:
    """The paths that the records of a repository name, and whether one states what sha256 lies there."""
    found: dict[str, bool] = {}
    for file in repository.files:
        for _, entry in references.documents(file.record) if file.record is not None else ():
            if entry.path:
                found[entry.path] = found.get(entry.path, False) or bool(entry.sha256)
    return found


def leads_away(path: str) -> bool:
    """True of what Windows or Linux takes for an absolute path or a drive: records are read on both."""
    return path.startswith(("/", "\\")) or ":" in path.split("/", maxsplit=1)[0] or "\0" in path


def _examine(root: Path, limit: Path, path: str, *, hashed: bool) -> Attachment:
    if leads_away(path):
        return Attachment("outside")
    parts = path.replace("\\", "/")
    target = Path(os.path.normpath(root.resolve() / parts))
    if not target.is_relative_to(limit):
        return Attachment("outside")
    try:
        if not target.parent.resolve().is_relative_to(limit):
            return Attachment("outside")
        if not stat.S_ISREG(target.lstat().st_mode):
            return Attachment("missing")
        return Attachment("there", _sha256(target) if hashed else None)
    except (FileNotFoundError, NotADirectoryError):
        return Attachment("missing")
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return Attachment("unreadable")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def relative(file: Path, root: Path) -> str | None:
    """The path of a file as a record names it: relative to `root`, with `/`; None where it lies outside the repository."""
    resolved = file.resolve()
    if not resolved.is_relative_to(boundary(root)):
        return None
    return Path(os.path.relpath(resolved, root.resolve())).as_posix()
