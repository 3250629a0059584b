"""Plain data → a record of its kind, or the faults that keep it from being one (FORMAT.md, rules 1 and 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic_core import ErrorDetails, ValidationError

from mpp_qms.dates import parse_day
from mpp_qms.findings import Fault, Route
from mpp_qms.messages import N_, Message
from mpp_qms.records import qms
from mpp_qms.records.common import Common
from mpp_qms.records.kinds import KINDS, Kind
from mpp_qms.records.shapes import keys_at, validator

SCHEMA = qms.SCHEMA
#: So many schema findings of one file are shown; the rest are counted.
MAX_FAULTS = 20

_UNKNOWN_KEY = "unexpected_keyword_argument"


def validate(kind: Kind, data: Mapping[str, Any]) -> tuple[Common | None, tuple[Fault, ...]]:
    """The record, and what is wrong with it; None where it is unread.

    A record whose only faults are unknown keys is read without them; each stays a fault.
    """
    check = validator(kind.model)  # type: ignore[arg-type]
    imported = _imported(data) if "legacy" in data else None
    try:
        record: Common = check.validate_python(data, context=imported)
    except ValidationError as error:
        details = [
            detail
            for detail in error.errors(include_url=False, include_context=True)
            # a list whose entries are all wrong counts as empty to pydantic: each entry has been named already
            if detail["type"] != "too_short" or not detail["input"]
        ]
    else:
        return _known_schema(kind, record)
    looks = _looks_like(kind, data)
    if looks is not None:
        return None, (Fault("SCH010", {"kind": Message(kind.title), "looks": Message(looks.title)}),)
    unknown = [_route(detail) for detail in details if detail["type"] == _UNKNOWN_KEY]
    faults = tuple(_fault(kind, detail) for detail in details[:MAX_FAULTS])
    if len(details) > MAX_FAULTS:
        faults += (Fault("SCH011", {"count": len(details) - MAX_FAULTS, "shown": MAX_FAULTS}),)
    if len(unknown) < len(details):
        return None, faults
    record = check.validate_python(_without(data, unknown), context=imported)
    read, more = _known_schema(kind, record)
    return read, faults + more


def _known_schema(kind: Kind, record: Common) -> tuple[Common | None, tuple[Fault, ...]]:
    if kind.name == "qms" and getattr(record, "schema", SCHEMA) != SCHEMA:
        return None, (Fault("SCH012", {"schema": getattr(record, "schema", None), "known": SCHEMA}, ("schema",)),)
    return record, ()


def _imported(data: Mapping[str, Any]) -> date | None:
    legacy = data["legacy"]
    imported = legacy.get("imported") if isinstance(legacy, dict) else None
    return parse_day(imported) if isinstance(imported, str) else None


def _looks_like(kind: Kind, data: Mapping[str, Any]) -> Kind | None:
    """The other kind that the data has all required keys of, where it lacks one of its own kind's."""
    keys = data.keys()
    if kind.required <= keys:
        return None
    return next((other for other in KINDS if other is not kind and other.required <= keys), None)


def _without(data: Mapping[str, Any], routes: list[Route]) -> dict[str, Any]:
    copy = _copy(dict(data))
    for route in routes:
        inner = copy
        for step in route[:-1]:
            inner = inner[step]
        inner.pop(route[-1], None)
    return copy  # type: ignore[no-any-return]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _route(detail: ErrorDetails) -> Route:
    location = detail["loc"]
    # the tags of unions begin with NUL; so may a key that somebody made up, and of such a fault it is the last step
    own = len(location) - 1 if detail["type"] == _UNKNOWN_KEY else len(location)
    return tuple(
        step for at, step in enumerate(location) if at == own or not (isinstance(step, str) and step[:1] == "\0")
    )


_FORMS = {
    "dataclass_type": N_("a mapping of keys and values, such as `date: 2024-10-15`"),
    "dataclass_exact_type": N_("a mapping of keys and values, such as `date: 2024-10-15`"),
    "dict_type": N_("a mapping of keys and values"),
    "tuple_type": N_("a list, such as [one] or lines that begin with `- `"),
    "string_type": N_("a text; one with `: ` in it stands in quotes"),
    "bool_type": N_("true or false"),
    "int_type": N_("a whole number"),
    "int_parsing": N_("a whole number"),
    "int_from_float": N_("a whole number"),
}


def _fault(kind: Kind, detail: ErrorDetails) -> Fault:
    """One of pydantic's errors in our own words."""
    route = _route(detail)
    what = detail["type"]
    key = next((str(step) for step in reversed(route) if isinstance(step, str)), "")
    context = detail.get("ctx", {})
    found = _short(detail.get("input"))
    if what == "missing":
        return Fault("SCH001", {"key": str(route[-1])}, route)
    if what == _UNKNOWN_KEY:
        return _unknown(kind, route)
    if what == "literal_error":
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        near = get_close_matches(str(detail.get("input")), choices, 1)
        hint = Message(N_(" Did you mean {near}?"), {"near": near[0]}) if near else ""
        return Fault("SCH004", {"key": key, "found": found, "choices": choices, "hint": hint}, route)
    if what == "day":
        return Fault("SCH005", {"key": key, "found": found, "hint": _day_hint(detail.get("input"))}, route)
    if what == "partial_day":
        return Fault("SCH006", {"key": key, "found": found}, route)
    if what in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        word = N_("at least {bound}") if "ge" in context else N_("at most {bound}")
        return Fault("SCH007", {"key": key, "found": found, "bound": Message(word, {"bound": bound})}, route)
    if what == "string_pattern_mismatch":
        if key == "sha256":
            return Fault("SCH014", {"key": key}, route)
        return Fault("SCH008", {"key": key}, route)
    if what == "too_short":
        return Fault("SCH009", {"key": key}, route)
    form = Message(_FORMS[what]) if what in _FORMS else Message(N_("another form of value"))
    if what == "union_tag_invalid":
        form = Message(N_("a text, or a mapping of keys and values"))
        if "list" in str(context.get("expected_tags")):
            form = Message(N_("a text, or a list"))
    return Fault("SCH003", {"key": key, "found": found, "form": form}, route)


_ISO_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")


def _day_hint(value: object) -> Message | str:
    """What may have been meant: a day written day first, or one that its month does not have."""
    text = str(value)
    if _ISO_FORM.fullmatch(text):
        return Message(N_(" The calendar has no such day."))
    if (match := _DAY_FIRST.fullmatch(text)) is not None:
        meant = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
        if parse_day(meant) is not None:
            return Message(N_(" Did you mean {near}?"), {"near": meant})
    return ""


def _unknown(kind: Kind, route: Route) -> Fault:
    key = str(route[-1])
    known = keys_at(kind.model, route[:-1])
    hint: Message | str = ""
    if " " in key.strip():
        hint = Message(N_(" A key with a space in it: perhaps a comma split a text in braces; put the text in quotes."))
    elif (near := _nearest(key, known)) is not None:
        hint = Message(N_(" Did you mean {near}?"), {"near": near})
    elif known:
        hint = Message(N_(" Known here: {known}."), {"known": known})
    return Fault("SCH002", {"key": key, "hint": hint}, route)


# people misspell a key the same way in many files, and comparing takes longer than reading one
@lru_cache(maxsize=1024)
def _nearest(key: str, known: tuple[str, ...]) -> str | None:
    """The known key that was perhaps meant: the one nearest to the key as written, else in small letters."""
    for written in dict.fromkeys((key, key.lower())):
        if near := get_close_matches(written, known, 1):
            return near[0]
    return None


def _short(value: object) -> object:
    """What was found, short enough for a sentence."""
    if value is None:
        return Message(N_("nothing"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return Message(N_("a mapping of keys and values"))
    if isinstance(value, list):
        return Message(N_("a list"))
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
