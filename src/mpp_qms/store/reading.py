"""One file → a record, or the faults that keep it from being one. Whatever a disk can hold is an answer, never an exception."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpp_qms.findings import Fault
from mpp_qms.messages import N_, Message
from mpp_qms.records.common import Common
from mpp_qms.records.kinds import Kind
from mpp_qms.records.personal_data import Suspicion, suspicions
from mpp_qms.records.validation import validate
from mpp_qms.store.yaml_text import cut_texts, parse

#: A record is at most so many bytes (FORMAT.md, rule 1).
MAX_BYTES = 256 * 1024

# A fifo would block and a link be followed: both flags are missing on Windows, which has neither here.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found under the root: what it holds, and what is wrong with it.

    `path` is relative to the root, with `/`; `kind` is None for a file that is no record; `unit` is the folder of
    the unit it lies in. A record file whose `record` is None is *unread*.
    """

    path: str
    kind: Kind | None
    unit: str | None = None
    record: Common | None = None
    faults: tuple[Fault, ...] = ()
    suspicions: tuple[tuple[Suspicion, int, int], ...] = ()

    @property
    def unread(self) -> bool:
        """True where a record should be here and could not be read."""
        return self.kind is not None and self.record is None


def read_text(path: str | Path) -> str | Fault:
    """The text of a record file, or why there is none. A byte order mark is left out."""
    try:
        handle = os.open(path, _OPEN_FLAGS)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return Fault("SYN015", {"what": Message(N_("not a regular file"))})
            data = os.read(handle, MAX_BYTES + 1)
            while 0 < len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES + 1 - len(data))):
                data += more
        finally:
            os.close(handle)
    except OSError as error:
        return Fault("SYN001", {"reason": error.strerror or str(error)})
    if len(data) > MAX_BYTES:
        return Fault("SYN014", {"limit": MAX_BYTES // 1024})
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        return Fault("SYN002", {"encoding": _guess(data)}, (), line, column)
    return text.removeprefix("\ufeff")


def _guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    return "Windows-1252 (?)"


def read_record(root: str | Path, path: str, kind: Kind, unit: str | None) -> SourceFile:
    """The record at `path` (relative to `root`), of a kind, in the folder of a unit."""
    text = read_text(os.path.join(root, path))  # noqa: PTH118 (a third of the time of Path, ten thousand times)
    if isinstance(text, Fault):
        return SourceFile(path, kind, unit, None, (text,))
    return record_of(text, path, kind, unit)


def record_of(text: str, path: str, kind: Kind, unit: str | None) -> SourceFile:
    """The record in a text, as if it stood at `path`."""
    found = tuple(suspicions(text))
    places = _places(text, [offset for _, offset in found])
    suspects = tuple((what, *place) for (what, _), place in zip(found, places, strict=True))
    data = parse(text)
    if isinstance(data, Fault):
        return SourceFile(path, kind, unit, None, (data,), suspects)
    record, faults = validate(kind, data)
    faults += tuple(Fault("SYN022", {}, (), *place) for place in _places(text, cut_texts(text)))
    return SourceFile(path, kind, unit, record, faults, suspects)


def _places(text: str, offsets: Sequence[int]) -> list[tuple[int, int]]:
    """Line and column (from 1) of each offset in a text."""
    if not offsets:
        return []
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    lines = [bisect_right(starts, offset) for offset in offsets]
    return [(line, offset - starts[line - 1] + 1) for line, offset in zip(lines, offsets, strict=True)]
