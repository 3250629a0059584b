"""An amendment: a typing error in a fact is put right, with both values, who and why (FORMAT.md, `amended`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from mpp_qms.dates import parse_day
from mpp_qms.findings import Route
from mpp_qms.steps.step import entry
from mpp_qms.store.edits import Append, Edit, Replace

#: What is no fact of its own, or has a step of its own.
FIXED = ("id", "unit", "amended", "redacted", "legacy", "schema")


def route_of(field: str, data: Mapping[str, Any]) -> tuple[Route, Any] | Literal["fixed", "nothing", "several"]:
    """The way to the value that a field names (`detected.date`, `actions.A1.due`, `causes.0.root`), and the value.

    An entry of a list is named by its id or its place from 0. `fixed`: it may not be amended; `nothing`: there is no
    such value; `several`: it is no single value.
    """
    parts = [part for part in field.strip().split(".") if part]
    if not parts or parts[0] in FIXED:
        return "fixed" if parts else "nothing"
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


def _place(part: str, entries: list[Any]) -> int | None:
    for index, found in enumerate(entries):
        if isinstance(found, dict) and str(found.get("id", "")).upper() == part.upper():
            return index
    return int(part) if part.isdecimal() and len(part) < 9 and int(part) < len(entries) else None


def amended(field: str, route: Route, before: Any, to: str, day: date, by: str, reason: str) -> tuple[Edit, ...]:
    """Another value in its place, and the entry that tells of it."""
    value = typed(to, before)
    told = entry(date=day, by=by, field=field, from_=typed(str(before), before), to=value, reason=reason)
    return Replace(route, value), Append(("amended",), told)


def typed(text: str, like: Any) -> Any:
    """A text as the kind of value it stands for: true or false, a number or a day, where it is to replace one."""
    if isinstance(like, bool):
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower(), text)
    if isinstance(like, int) and text.lstrip("-").isdecimal():
        return int(text)
    if isinstance(like, str) and parse_day(like) is not None:
        return parse_day(text) or text
    return text
