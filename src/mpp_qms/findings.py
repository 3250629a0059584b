"""A finding: everything that is wrong, from a typing error to a missing management review, as one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mpp_qms.messages import Message

Severity = Literal["error", "warning", "info"]

#: The way to a value inside a record: keys of mappings and positions in lists.
Route: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What reading found wrong with a file: the code of a rule, what stands in its sentence, and where.

    The place is a route into the record, or a line and column (from 1) where there is no record yet.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    route: Route = ()
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and how to mend it.

    `path` is relative to the root, with `/`. `line` and `column` count from 1 and are None until they are worked
    out (`store.positions.locate`) where the finding names only a route. `command`: what mends it from the terminal. `waived`: a waiver
    of qms.yaml lets it pass.
    """

    code: str
    severity: Severity
    message: Message
    help: Message
    path: str
    route: Route = ()
    record: str | None = None
    unit: str | None = None
    clause: str | None = None
    line: int | None = None
    column: int | None = None
    command: str | None = None
    waived: bool = False
