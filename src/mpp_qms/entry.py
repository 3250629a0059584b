"""Entering a nonconformity: from what was given to the data of a record, and what is missing or wrong, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from mpp_qms import catalogue
from mpp_qms.catalogue import Standard
from mpp_qms.messages import N_, Message
from mpp_qms.records.common import GRADES
from mpp_qms.records.nonconformity import SOURCE_KINDS
from mpp_qms.register import Register
from mpp_qms.words import called, code_of, fitting

#: Grades that need criterion, evidence and statement at once (FORMAT.md, What must be there).
_FULL = ("major", "minor")
#: So many choices are listed where none is near; more would hide the sentence.
_FEW = 20
_LINE_ENDINGS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# What a record may not hold as it stands (store.yaml_text), once line endings are put right.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
#: Names of `Given` that hold people's own words, those that hold codes, and those that hold lists of codes.
_TEXTS = ("title", "criterion", "evidence", "statement", "number")
_CODES = ("unit", "grade", "source", "by", "body")
_LISTS = ("clauses", "sops")
_WHICH = N_(" Which of these is meant: {known}?")
_NOT_STAFF = N_(
    "--issued: only a member of staff hands a finding to its unit, and {value} is a body outside the mall: "
    "leave it out here and enter it afterwards with mpp-qms nc issue."
)
_OPTIONS = {"clauses": "--clause", "sops": "--sop", "response_due": "--response-due"}


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


def option(name: str) -> str:
    """The option by which something of `Given` is given."""
    return _OPTIONS.get(name, f"--{name}")


def normalised(given: Given) -> Given:
    """The same, with LF at the end of every line, nothing around codes and the code for its name in any language.

    Texts stay as they were typed. What holds nothing but blanks is not given.
    """
    texts = {name: lines(getattr(given, name)) for name in _TEXTS}
    codes = {name: (getattr(given, name) or "").strip() or None for name in _CODES}
    if codes["grade"] is not None:
        codes["grade"] = code_of(codes["grade"], GRADES)
    if codes["source"] is not None:
        kind, colon, ref = codes["source"].partition(":")
        codes["source"] = code_of(kind.strip(), SOURCE_KINDS) + colon + ref
    lists = {name: tuple(entry.strip() for entry in getattr(given, name)) for name in _LISTS}
    return replace(given, **texts, **codes, **lists)  # type: ignore[arg-type]


def lines(text: str | None) -> str | None:
    """A text with LF at the end of every line; None where it holds nothing but blanks."""
    return _LINE_ENDINGS.sub("\n", text) if text and text.strip() else None


def holds_control_character(text: str) -> bool:
    """True where a text holds a sign that no record may hold; tabs and the ends of lines are none."""
    return _CONTROL.search(_LINE_ENDINGS.sub("\n", text)) is not None


def missing(given: Given) -> tuple[str, ...]:
    """The names of what is still to be given, in the order of the record."""
    needed = ["unit", "title", "grade", "source", "detected", "by", "clauses"]
    if given.grade in _FULL or given.grade is None:
        needed += ["criterion", "evidence", "statement"]
    if given.source_kind == "external-audit" or given.number is not None or given.response_due is not None:
        needed.append("body")
    return tuple(name for name in needed if not getattr(given, name))


def standard_for(given: Given, register: Register) -> Standard | None:
    """The edition in force on the day of detection (today, where none is given yet); None without its catalogue."""
    edition = register.edition_on(given.detected or register.day)
    return catalogue.standard(edition) if edition in catalogue.editions() else None


def unknown(given: Given, register: Register) -> Iterator[Message]:
    """What was given that the records, the catalogue or the format do not know, each with the nearest they do.

    By what could not be read nothing is judged: a unit or an SOP whose file is unread is known, and so is everybody
    where qms.yaml is.
    """
    if given.unit and given.unit not in register.unit_by_id and given.unit not in register.unread_ids:
        yield no_unit(given.unit, register)
    if given.grade and given.grade not in GRADES:
        yield _no(N_("--grade: {value} is no grade.{hint}"), given.grade, GRADES, called(GRADES))
    if given.source_kind and given.source_kind not in SOURCE_KINDS:
        yield _no(
            N_("--source: {value} is no kind of source.{hint}"), given.source_kind, SOURCE_KINDS, called(SOURCE_KINDS)
        )
    yield from _unknown_clauses(given, register)
    for sop in given.sops:
        if sop not in register.sop_by_id and sop not in register.unread_ids:
            yield _no(N_("--sop: there is no SOP {value}.{hint}"), sop, register.sop_by_id)
    if register.qms is not None:
        codes = [*register.people, *register.parties]
        if given.by and given.by not in codes:
            yield _no(N_("--by: nobody is called {value}.{hint}"), given.by, codes)
        if given.body and given.body not in register.parties:
            yield _no(N_("--body: there is no party {value}.{hint}"), given.body, register.parties)
        if given.issued is not None and given.by in register.parties and given.by not in register.people:
            yield Message(_NOT_STAFF, {"value": given.by})
    for name in (*_TEXTS, *_CODES, *_LISTS):
        found = getattr(given, name) or ""
        if holds_control_character(found if isinstance(found, str) else " ".join(found)):
            yield Message(N_("{option}: the text holds a control character."), {"option": option(name)})


def no_unit(unit: str, register: Register) -> Message:
    """That there is no such unit, with the nearest there is."""
    return _no(N_("--unit: there is no unit {value}.{hint}"), unit, register.unit_by_id)


def _unknown_clauses(given: Given, register: Register) -> Iterator[Message]:
    standard = standard_for(given, register)
    if standard is None:
        edition = register.edition_on(given.detected or register.day)
        text = N_("--detected: the edition in force that day by qms.yaml, {value}, has no catalogue.{hint}")
        yield _no(text, edition, catalogue.editions())
        return
    for clause in given.clauses:
        if not clause or not standard.leaves_of(clause):
            yield _no(N_("--clause: there is no clause {value}.{hint}"), clause, standard.clauses)


def _no(template: str, value: str, known: Iterable[str], names: tuple[object, ...] = ()) -> Message:
    """That a value is none of those known; `names`: what these are called, where that is not by themselves."""
    several = fitting(value, known) if names else ()
    if len(several) > 1:
        return Message(template, {"value": value, "hint": Message(_WHICH, {"known": called(several)})})
    by_small = {name.casefold(): name for name in known if name != value}
    near = get_close_matches(value.casefold(), by_small, 1)
    hint: Message | str = Message(N_(" Did you mean {near}?"), {"near": by_small[near[0]]}) if near else ""
    if not near and 0 < len(by_small) <= _FEW:
        hint = Message(N_(" There are: {known}."), {"known": names or tuple(by_small.values())})
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
    return {key: value for key, value in data.items() if value}


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
