"""Two versions of all records: the one a change starts from, and the one that is judged.

A record is known again by its id; one that was given another number by what `amended` says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from mpp_qms.findings import Route
from mpp_qms.records.changes import Change, changes
from mpp_qms.records.common import Common
from mpp_qms.register import Register

#: How sure it is that whoever a fact names made the commit that brought it: a signature that fits, only an address that
#: fits, another hand, or nobody who could be told.
Hand = Literal["signed", "address", "another", "unsigned", "unknown"]


@dataclass(frozen=True, slots=True)
class Came:
    """How a fact came: the day of the commit that brought it (of today, where none has yet), and whose hand it was."""

    day: date
    commit: str | None
    hand: Hand | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A record before and after, and what differs."""

    before: Common
    after: Common
    path: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What a change did: `vanished` and `unreadable` are as they were before, `base_day` is the day of the commit it starts from; `came`: how new facts came, by path and route."""

    before: Register
    after: Register
    base_day: date
    pairs: tuple[Pair, ...]
    vanished: tuple[Common, ...]
    unreadable: tuple[Common, ...] = ()
    came: Mapping[tuple[str, Route], Came] = field(default_factory=dict)


def history(before: Register, after: Register, base_day: date) -> History:
    """Compare two versions of all records; `unreadable` is what could be read before and cannot any more."""
    renumbered = _renumbered(after)
    pairs: list[Pair] = []
    vanished: list[Common] = []
    unreadable: list[Common] = []
    if before.qms is not None and after.qms is not None:
        pairs.append(_pair(before.qms, after.qms, after))
    for record in before.files:
        id_ = getattr(record, "id", None)
        if id_ is None:
            continue
        found = _by_id(after, record, id_) or renumbered.get((type(record), id_))
        if found is not None:
            pairs.append(_pair(record, found, after))
        else:
            (unreadable if id_ in after.unread_ids else vanished).append(record)
    return History(before, after, base_day, tuple(pairs), tuple(vanished), tuple(unreadable))


def _pair(before: Common, after: Common, register: Register) -> Pair:
    # what did not change was read once, and is the same object
    differ = () if before is after else tuple(changes(before, after))
    return Pair(before, after, register.path(after), differ)


def _by_id(register: Register, record: Common, id_: str) -> Common | None:
    known: tuple[Mapping[str, Any], ...] = (
        register.unit_by_id,
        register.sop_by_id,
        register.nonconformity_by_id,
        register.evidence_by_id,
        register.audit_by_id,
        register.review_by_id,
    )
    return next((index[id_] for index in known if id_ in index and type(index[id_]) is type(record)), None)


def _renumbered(register: Register) -> dict[tuple[type, str], Common]:
    """The records that had another number, by the number they had."""
    return {
        (type(record), str(entry.from_)): record
        for record in register.files
        for entry in record.amended
        if entry.field == "id" and entry.from_ is not None
    }
