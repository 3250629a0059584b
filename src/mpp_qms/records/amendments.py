"""Which fact an amendment or a redaction names: `detected.date`, `actions.A1.due`, `causes.0.root` (FORMAT.md, amended)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from mpp_qms.findings import Route

#: What is no fact of its own, or has a step of its own.
FIXED = ("id", "unit", "amended", "redacted", "legacy", "schema")
#: Words by which nothing is decided: whoever wrote them may put a typing error in them right.
_WORDS = frozenset(
    ["title", "notes", "note", "reason", "risks", "root", "whys", "elsewhere", "method", "category", "grade_text"]
)

#: A code or number of a register: capitals and digits, joined.
_CODED = r"(?=[^\s0-9]*[0-9])[A-Z][A-Z0-9]*(?:[-/.][A-Z0-9]+)+(?!\w)"
#: What may stand in the place of personal data: a mark in brackets without a number (`[pemohon]`, `[…]`), or a code.
_IN_PLACE = re.compile(rf"\[[^\[\]0-9]{{1,40}}\]|{_CODED}")
#: A mark, a code, a word or number, or a sign: names touch other words (`a.n.Budi`, `NIK:…`, `Siti-nya`).
_WORD = re.compile(rf"\[[^\[\]]*\]|{_CODED}|\w+|\S")
#: What is no personal data, so that nothing is put in its place: the code of a person or a record.
_NOT_PERSONAL = re.compile(r"(?:NC|SOP|EVD|IA|EA|RTM)(?:-[A-Z0-9]+)+|[A-Z]{1,4}-[0-9]+")
#: A text of no more words may be a name and nothing else.
_A_NAME = 3
#: A text that takes longer to compare is none that people write: thousands of equal words.
_MOST_STEPS = 200_000


def route_of(field: str, data: Mapping[str, Any]) -> tuple[Route, Any] | Literal["fixed", "nothing", "several"]:
    """The way to the value that a field names (`detected.date`, `actions.A1.due`, `causes.0.root`), and the value.

    An entry of a list is named by its id or its place from 0. `fixed`: it may not be amended; `nothing`: there is no
    such value; `several`: it is no single value.
    """
    parts = field.split(".")
    if parts[0] in FIXED:
        return "fixed"
    route: list[str | int] = []
    found: Any = data
    for part in parts:
        if isinstance(found, dict) and part in found:
            route.append(part)
            found = found[part]
        elif isinstance(found, list) and (place := _place(part, found)) is not None:
            route.append(place)
            found = found[place]
        else:
            return "nothing"
    if route[-1] == "id":
        return "fixed"
    return "several" if isinstance(found, (dict, list)) else (tuple(route), found)


def fields_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Every field of a record that may be amended, by its name, in the order of the record."""
    return tuple(name_of(route, data) for route in _values(data, ()) if route[0] not in FIXED and route[-1] != "id")


def _values(data: Any, route: Route) -> Iterator[Route]:
    steps = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else None
    if steps is None:
        yield route
    for step, value in steps or ():
        yield from _values(value, (*route, step))


def named_way(field: str | None, data: Mapping[str, Any]) -> Route | None:
    """The way to the fact that an entry of `amended` or `redacted` names; None where it names no single one."""
    if field == "id":
        return ("id",)
    found = route_of(field, data) if field is not None else "nothing"
    return found[0] if not isinstance(found, str) else None


def name_of(route: Route, data: Mapping[str, Any]) -> str:
    """The field that a way in a record is named by: an entry of a list by its id where it has one."""
    parts: list[str] = []
    found: Any = data
    for step in route:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            found = None
        name = found.get("id") if isinstance(found, dict) and isinstance(step, int) else None
        parts.append(str(name if name is not None else step))
    return ".".join(parts)


def is_decisive(field: str) -> bool:
    """True where something is decided by what a field holds: a grade, a day, a person, a result, what was found."""
    return next((part for part in reversed(field.split(".")) if not part.isdecimal()), "") not in _WORDS


def only_takes_out(old: str, new: str) -> bool:
    """True where a text is another with marks in brackets or codes in the place of some of its words, and no word besides.

    A mark stands for one run of words and tells that something stood there; codes are no personal data. Of more than a
    name something is left.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    left = any(word.isalnum() for word in after)
    if before == after or not (left or sum(word.isalnum() for word in before) <= _A_NAME):
        return False
    at = to = 0
    #: The last mark: where what it stands for ends, and what comes behind it.
    gap: tuple[int, int] | None = None
    for _ in range(_MOST_STEPS):
        if at == len(before) and to == len(after):
            return True
        here, there = (words[place] if place < len(words) else "" for words, place in ((before, at), (after, to)))
        if here and here == there:
            at, to = at + 1, to + 1
        elif here and _IN_PLACE.fullmatch(there) and not _NOT_PERSONAL.fullmatch(here):
            at, to = gap = (at + 1, to + 1)
        elif gap is not None and gap[0] < len(before) and not _NOT_PERSONAL.fullmatch(before[gap[0]]):
            # the words behind the last mark come later: it stands for one word more
            at, to = gap = (gap[0] + 1, gap[1])
        else:
            return False
    return False


def _place(part: str, entries: list[Any]) -> int | None:
    for index, found in enumerate(entries):
        if isinstance(found, dict) and str(found.get("id", "")).upper() == part.upper():
            return index
    return int(part) if part.isdecimal() and len(part) < 9 and int(part) < len(entries) else None
