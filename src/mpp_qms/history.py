"""Two versions of all records: the one a change starts from, and the one that is judged.

A record is known again by its id; one that was given another number by what `amended` says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mpp_qms.findings import Route
from mpp_qms.records.changes import Change, changes
from mpp_qms.records.common import Common
from mpp_qms.records.qms import Qms
from mpp_qms.register import Register

#: How sure it is that whoever a fact names made the commit that brought it: a signature that fits, only an address that
#: fits, another hand, or nobody who could be told; or nobody asked.
Hand = Literal["signed", "address", "another", "unsigned", "unknown", "not-asked"]


Changes = tuple[Change, ...]


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
    changes: Changes


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
    found = heirs(before, after)
    pairs: list[Pair] = []
    gone: list[Common] = []
    for record in before.files:
        if isinstance(record, Qms) and after.qms is not None:
            pairs.append(_pair(after, record, after.qms, _differ(record, after.qms)))
        elif record in found:
            pairs.append(_pair(after, record, *found[record]))
        elif not isinstance(record, Qms):
            gone.append(record)
    left = [record for record in gone if _id(record) not in after.unread_ids]
    unreadable = tuple(record for record in gone if _id(record) in after.unread_ids)
    # of two files that were the same record, one may go
    others: dict[tuple[type, str | None], list[Common]] = {}
    for pair in pairs:
        others.setdefault(_key(pair.after), []).append(pair.after)
    vanished = tuple(
        record for record in left if not any(_same(record, other) for other in others.get(_key(record), ()))
    )
    return History(before, after, base_day, tuple(pairs), vanished, unreadable)


def _id(record: Common) -> str | None:
    """The id of a record; None of qms.yaml, which has none."""
    return getattr(record, "id", None)


def _pair(register: Register, before: Common, after: Common, differ: Changes) -> Pair:
    return Pair(before, after, register.path(after), differ)


def _differ(before: Common, after: Common) -> Changes:
    # what did not change was read once, and is the same object
    return () if before is after else tuple(changes(before, after))


def _key(record: Common) -> tuple[type, str | None]:
    return type(record), _id(record)


def _same(before: Common, after: Common) -> bool:
    return not changes(before, after)


def heirs(before: Register, after: Register) -> dict[Common, tuple[Common, Changes]]:
    """What became of each record, and how it differs: the same file read once, else the one with its id that is most like it.

    A record that says it had the number before stands beside those that have it now (two branches gave it twice, a file
    was copied). None is the heir of two; qms.yaml, which has no id, has none but itself.
    """
    # two files may hold records that are equal: what they are is told by the object, not by what it says
    found: dict[Common, tuple[Common, Changes]] = {
        record: (record, ()) for record in before.files if record in after.files
    }
    taken = set(found)
    bearers: dict[tuple[type, str | None], list[Common]] = {}
    for record in after.files:
        if record not in taken:
            bearers.setdefault(_key(record), []).append(record)
    renumbered = _renumbered(after)
    known = {_key(record) for record in before.files}
    claims: list[tuple[int, bool, Common, Common, Changes]] = []
    for record in before.files:
        key = _key(record)
        if record in found or key[1] is None:
            continue
        moved = [bearer for bearer in renumbered.get(key, ()) if _key(bearer) not in known]
        for bearer in (*bearers.get(key, ()), *moved):
            differ, elsewhere = _differ(record, bearer), before.path(record) != after.path(bearer)
            claims.append((_unlike(differ), elsewhere, record, bearer, differ))
    for _, _, record, bearer, differ in sorted(claims, key=lambda claim: claim[:2]):
        if record not in found and bearer not in taken:
            found[record] = bearer, differ
            taken.add(bearer)
    return found


def _unlike(differ: Changes) -> int:
    """In how many facts two versions differ, but for the number and what is said about it."""
    return sum(change.route[0] not in ("id", "amended") for change in differ)


def _renumbered(register: Register) -> dict[tuple[type, str | None], list[Common]]:
    """The records that had another number, by the number they had."""
    found: dict[tuple[type, str | None], list[Common]] = {}
    for record in register.files:
        for entry in record.amended:
            if entry.field == "id" and entry.from_ is not None:
                found.setdefault((type(record), str(entry.from_)), []).append(record)
    return found
