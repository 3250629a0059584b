"""What differs between two versions of a record, fact by fact.

Remarks, layout, the order of keys and quoting are no differences, nor are keys that begin with `x-`: what is compared is
what was read. Entries of lists are known again by their `id`, `number`, `code` or `key`, else by what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from mpp_qms.findings import Route
from mpp_qms.records.common import Common
from mpp_qms.records.shapes import key_of

#: What an entry of a list is known by.
_NAMES = ("id", "number", "code", "key", "body")


@dataclass(frozen=True, slots=True)
class Change:
    """A difference: the way to it in the version before and in the one after (None: there it is not), and both values.

    Of what was added or removed as a whole, the whole is the value.
    """

    before: Route | None
    after: Route | None
    old: Any
    new: Any

    @property
    def added(self) -> bool:
        """True where something is there that was not there before."""
        return self.before is None

    @property
    def route(self) -> Route:
        """The way to it, in the version after where it is there still."""
        return self.after if self.after is not None else self.before or ()


def stated(value: Any) -> Any:
    """What a record, or a part of one, states: keys as written, days as texts, nothing for what is absent or empty."""
    if isinstance(value, date):
        return getattr(value, "text", value.isoformat())
    if is_dataclass(value):
        pairs = ((key_of(spec), stated(getattr(value, spec.name))) for spec in fields(value))
        return {key: inner for key, inner in pairs if inner not in (None, [], {})}
    if isinstance(value, (list, tuple)):
        return [stated(item) for item in value]
    if isinstance(value, dict):
        return {key: stated(item) for key, item in value.items()}
    return value


def changes(before: Common, after: Common) -> list[Change]:
    """Every difference between two versions of a record, in the order of the version before, then what was added."""
    return list(_between(stated(before), stated(after), (), ()))


def _between(old: Any, new: Any, at: Route, to: Route) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            if key in new:
                yield from _between(value, new[key], (*at, key), (*to, key))
            else:
                yield Change((*at, key), None, value, None)
        for key, value in new.items():
            if key not in old:
                yield Change(None, (*to, key), None, value)
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in _aligned(old, new):
            if one is None:
                assert other is not None
                yield Change(None, (*to, other), None, new[other])
            elif other is None:
                yield Change((*at, one), None, old[one], None)
            else:
                yield from _between(old[one], new[other], (*at, one), (*to, other))
    else:
        yield Change(at, to, old, new)


def _aligned(old: list[Any], new: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """The places of entries that are one: the same name, or the same words, or the same place among what differs."""
    names_old, names_new = _named(old), _named(new)
    if names_old is not None and names_new is not None:
        yield from ((place, names_new[name]) for name, place in names_old.items() if name in names_new)
        # what is no longer there under its name may have been given another one (a certificate gets its number)
        gone = [place for name, place in names_old.items() if name not in names_new]
        come = [place for name, place in names_new.items() if name not in names_old]
        yield from zip_longest(gone, come)
        return
    matcher = SequenceMatcher(None, [repr(entry) for entry in old], [repr(entry) for entry in new], autojunk=False)
    for sort, start, end, other_start, other_end in matcher.get_opcodes():
        places, others = range(start, end), range(other_start, other_end)
        if sort == "equal":
            yield from zip(places, others, strict=True)
        else:
            yield from _alike(old, new, places, others)


#: Of more pairs than these the likeness is not asked: entries are paired in their order.
_MOST_PAIRS = 10_000


def _alike(
    old: list[Any], new: list[Any], places: Sequence[int], others: Sequence[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of places of entries that differ: those that have most in common, then what is left in its order."""
    claims: list[tuple[int, int, int, int]] = []
    if len(places) != len(others) and len(places) * len(others) <= _MOST_PAIRS:
        claims += (
            (-common, abs((one - places[0]) - (other - others[0])), one, other)
            for one in places
            for other in others
            if (common := _in_common(old[one], new[other]))
        )
    pairs: dict[int, int] = {}
    for _, _, one, other in sorted(claims):
        if one not in pairs and other not in pairs.values():
            pairs[one] = other
    yield from pairs.items()
    yield from zip_longest(
        [place for place in places if place not in pairs], [place for place in others if place not in pairs.values()]
    )


def _in_common(old: Any, new: Any) -> int:
    """How many keys two entries hold alike."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return 0
    return sum(key in new and new[key] == value for key, value in old.items())


def _named(entries: list[Any]) -> dict[tuple[str, str], int] | None:
    """The places of entries by their names; None where some have none, or two have one."""
    found: dict[tuple[str, str], int] = {}
    for place, entry in enumerate(entries):
        name = next((key for key in _NAMES if isinstance(entry, dict) and key in entry), None)
        if name is None:
            return None
        found[name, str(entry[name])] = place
    return found if len(found) == len(entries) else None
