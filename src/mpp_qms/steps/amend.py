"""An amendment: a typing error in a fact is put right, with both values, who and why (FORMAT.md, `amended`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mpp_qms.dates import parse_day
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records.amendments import fields_of, name_of, route_of
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.titles import in_words, named
from mpp_qms.steps.carry_out import Rewriting, spliced
from mpp_qms.steps.step import Answers, Stop, entry
from mpp_qms.store.edits import Append, Edit, Replace


@dataclass(frozen=True, slots=True)
class Amending:
    """The record as it would be, and what is told of it."""

    rewriting: Rewriting
    told: Message


def planned(id_: str, path: str, text: str, data: Mapping[str, Any], answers: Answers) -> Amending | Stop | Message:
    """Another value for a fact of a nonconformity (`data`: what its text says), or why not; a Message: the fact is none."""
    field = answers["field"].strip()
    found = route_of(field, data)
    if found == "fixed":
        sentence = N_("--field: {field} is not amended; ids and units change by nc renumber and nc transfer.")
        return Message(sentence, {"field": field})
    if isinstance(found, str):
        sentence = N_("--field: {record} holds no single value at {field}; there is: {known}.")
        return Message(sentence, {"record": id_, "field": field, "known": _near(field, fields_of(data))})
    route, before = found
    field, value = name_of(route, data), typed(answers["to"], before)
    title, keys = named(Nonconformity, field)
    was, is_ = (in_words(Nonconformity, keys, _stated(each)) for each in (before, value))
    if value == typed(str(before), before):
        return Stop("STP012", {"record": id_, "what": title, "value": was})
    edits = amended(field, route, before, answers["to"], answers["date"], answers["by"], answers["reason"])
    rewritten = spliced(path, text, edits, id_)
    if isinstance(rewritten, Stop):
        return rewritten
    values = {"record": id_, "field": title, "from": was, "to": is_}
    return Amending(rewritten, Message(N_("{record}: {field} amended from {from} to {to}."), values))


def _stated(value: Any) -> Any:
    """A value as the text of a record states it: a day by its letters."""
    return value.isoformat() if isinstance(value, date) else value


def _near(field: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Of the facts there are those under the same key; without any, the keys."""
    same = tuple(name for name in fields if name.partition(".")[0] == field.partition(".")[0])
    return same or tuple(dict.fromkeys(name.partition(".")[0] for name in fields))


def amended(field: str, route: Route, before: Any, to: str, day: date, by: str, reason: str) -> tuple[Edit, ...]:
    """Another value in its place, and the entry that tells of it."""
    value = typed(to, before)
    told = entry(date=day, by=by, field=field, from_=typed(str(before), before), to=value, reason=reason)
    return Replace(route, value), Append(("amended",), told)


#: How people say whether something is so, in both languages.
_TRUTH = {"true": True, "yes": True, "ya": True, "false": False, "no": False, "tidak": False}


def typed(text: str, like: Any) -> Any:
    """A text as the kind of value it stands for: true or false, a number or a day, where it is to replace one."""
    if isinstance(like, bool):
        return _TRUTH.get(text.lower(), text)
    if isinstance(like, int) and text.lstrip("-").isdecimal():
        return int(text)
    if isinstance(like, str) and parse_day(like) is not None:
        return parse_day(text) or text
    return text
