"""Which fact an amendment or a redaction names: `detected.date`, `actions.A1.due`, `causes.0.root` (FORMAT.md, amended)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from mpp_qms.findings import Route

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
