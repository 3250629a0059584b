"""Entering a nonconformity: from what was given to the data of a record, and what is missing or wrong, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any
from unicodedata import category

from mpp_qms.messages import N_, Message
from mpp_qms.records.common import GRADES
from mpp_qms.records.nonconformity import SOURCE_KINDS
from mpp_qms.register import Register

#: Grades that need criterion, evidence and statement at once (FORMAT.md, What must be there).
_FULL = ("major", "minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given on the command line or in the form; None or empty: not yet."""

    unit: str | None = None
    title: str | None = None
    grade: str | None = None
    clauses: tuple[str, ...] = ()
    criterion: str | None = None
    evidence: str | None = None
    statement: str | None = None
    source: str | None = None
    detected: date | None = None
    by: str | None = None
    sops: tuple[str, ...] = ()
    issued: date | None = None
    body: str | None = None
    number: str | None = None
    response_due: date | None = None

    @property
    def source_kind(self) -> str | None:
        """The kind in KIND[:REF]."""
        return self.source.partition(":")[0].strip() if self.source else None


def missing(given: Given) -> tuple[str, ...]:
    """The names of what is still to be given, in the order of the record."""
    needed = ["unit", "title", "grade", "source", "detected", "by", "clauses"]
    if given.grade in _FULL or given.grade is None:
        needed += ["criterion", "evidence", "statement"]
    if given.source_kind == "external-audit":
        needed.append("body")
    return tuple(name for name in needed if not getattr(given, name))


def unknown(given: Given, register: Register) -> Iterator[Message]:
    """What was given that the records, the catalogue or the format do not know, each with the nearest they do."""
    units = register.unit_by_id
    if given.unit and given.unit not in units:
        yield _no(N_("--unit: there is no unit {value}.{hint}"), given.unit, units)
    if given.grade and given.grade not in GRADES:
        yield _no(N_("--grade: {value} is no grade.{hint}"), given.grade, GRADES)
    if given.source_kind and given.source_kind not in SOURCE_KINDS:
        yield _no(N_("--source: {value} is no kind of source.{hint}"), given.source_kind, SOURCE_KINDS)
    for clause in given.clauses:
        if not clause.strip() or not register.standard.leaves_of(clause):
            yield _no(N_("--clause: there is no clause {value}.{hint}"), clause, register.standard.clauses)
    for sop in given.sops:
        if sop not in register.sop_by_id and sop not in register.unread_ids:
            yield _no(N_("--sop: there is no SOP {value}.{hint}"), sop, register.sop_by_id)
    codes = [*register.people, *register.parties]
    if given.by and given.by not in codes:
        yield _no(N_("--by: nobody is called {value}.{hint}"), given.by, codes)
    if given.body and given.body not in register.parties:
        yield _no(N_("--body: there is no party {value}.{hint}"), given.body, register.parties)
    for name in ("title", "criterion", "evidence", "statement", "source", "number"):
        text = getattr(given, name)
        if text and any(category(sign) in ("Cc", "Cs") and sign not in "\t\r\n" for sign in text):
            yield Message(N_("--{name}: the text holds a control character."), {"name": name})


def _no(template: str, value: str, known: Iterable[str]) -> Message:
    near = get_close_matches(value, list(known), 1)
    hint = Message(N_(" Did you mean {near}?"), {"near": near[0]}) if near else ""
    return Message(template, {"value": value, "hint": hint})


def data_of(given: Given, id_: str) -> dict[str, Any]:
    """The record as data, in the key order of FORMAT.md; absent keys are left out."""
    kind, _, ref = (given.source or "").partition(":")
    source = {"kind": kind.strip()} | ({"ref": ref.strip()} if ref.strip() else {})
    data: dict[str, Any] = {
        "id": id_,
        "unit": given.unit,
        "title": given.title,
        "grade": given.grade,
        "source": source,
        "detected": {"date": given.detected, "by": given.by},
        "issued": {"date": given.issued, "by": given.by} if given.issued is not None else None,
        "clauses": list(given.clauses),
        "sops": list(given.sops),
        "criterion": given.criterion,
        "evidence": given.evidence,
        "statement": given.statement,
        "external": _external(given),
    }
    return {key: _lines(value) for key, value in data.items() if value}


def _lines(value: Any) -> Any:
    """A text with the line ends that records have, wherever it was typed."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _external(given: Given) -> dict[str, Any] | None:
    if given.body is None:
        return None
    external = {
        "body": given.body,
        "number": given.number,
        "grade": given.grade if given.grade != "ungraded" else None,
        "clause": given.clauses[0] if given.clauses else None,
        "response_due": given.response_due,
    }
    return {key: value for key, value in external.items() if value is not None}
