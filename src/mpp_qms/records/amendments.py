"""Which fact an amendment or a redaction names: `detected.date`, `actions.A1.due`, `causes.0.root` (FORMAT.md, amended)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Literal

from mpp_qms.findings import Route

#: What is no fact of its own, or has a step of its own.
FIXED = ("id", "unit", "amended", "redacted", "legacy", "schema")
#: Words by which nothing is decided: whoever wrote them may put a typing error in them right.
_WORDS = frozenset(
    ["title", "notes", "note", "reason", "risks", "root", "whys", "elsewhere", "method", "category", "grade_text"]
)

#: What may stand in the place of personal data: a mark in brackets (`[pemohon]`, `[…]`), or a code or number with
#: letters and digits of it, as of staff, of a record, of an office's register.
_IN_PLACE = re.compile(r"\[[^\[\]]{1,40}\]|(?=[^0-9]*[0-9])[A-Z][A-Z0-9]*([-/.][A-Z0-9]+)+")
#: A mark, a word or number with what stands within it, or a sign.
_WORD = re.compile(r"\[[^\[\]]*\]|\w(?:[^\s\[\],;()\"]*\w)?|\S")
#: What is no personal data, so that nothing is put in its place: a day, a code.
_NOT_PERSONAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|(?=[^0-9]*[0-9])[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")


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
    """True where a text is another with some of its words replaced by marks in brackets or by codes, and no word besides.

    What stands for personal data that was taken out tells that something stood there; days and codes are no such data.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    taken_out = False
    # words that fill a long text are no anchors: comparing thousands of equal ones would take minutes
    for sort, start, end, other_start, other_end in SequenceMatcher(None, before, after).get_opcodes():
        if sort == "equal":
            continue
        gone, put = before[start:end], after[other_start:other_end]
        if not gone or not put or any(_NOT_PERSONAL.fullmatch(word) for word in gone):
            return False
        if not all(_IN_PLACE.fullmatch(word) for word in put):
            return False
        taken_out = True
    return taken_out


def _place(part: str, entries: list[Any]) -> int | None:
    for index, found in enumerate(entries):
        if isinstance(found, dict) and str(found.get("id", "")).upper() == part.upper():
            return index
    return int(part) if part.isdecimal() and len(part) < 9 and int(part) < len(entries) else None
