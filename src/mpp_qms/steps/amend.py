"""An amendment: a typing error in a fact is put right, with both values, who and why (FORMAT.md, `amended`)."""

from __future__ import annotations

from datetime import date
from typing import Any

from mpp_qms.dates import parse_day
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import entry
from mpp_qms.store.edits import Append, Edit, Replace


def amended(field: str, route: Route, before: Any, to: str, day: date, by: str, reason: str) -> tuple[Edit, ...]:
    """Another value in its place, and the entry that tells of it."""
    value = typed(to, before)
    told = entry(date=day, by=by, field=field, from_=typed(str(before), before), to=value, reason=reason)
    return Replace(route, value), Append(("amended",), told)


#: How people say whether something is so, in both languages.
_TRUTH = {"true": True, "yes": True, "ya": True, "false": False, "no": False, "tidak": False}


def in_words(value: Any) -> object:
    """A value for a sentence: whether something is so by its word, all else as it is."""
    return Message(N_("yes") if value else N_("no")) if isinstance(value, bool) else str(value)


def typed(text: str, like: Any) -> Any:
    """A text as the kind of value it stands for: true or false, a number or a day, where it is to replace one."""
    if isinstance(like, bool):
        return _TRUTH.get(text.lower(), text)
    if isinstance(like, int) and text.lstrip("-").isdecimal():
        return int(text)
    if isinstance(like, str) and parse_day(like) is not None:
        return parse_day(text) or text
    return text
