"""The form on a terminal: asks for what is missing, one question after another. questionary stands behind this door."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from mpp_qms.dates import parse_day
from mpp_qms.entry import Given, missing
from mpp_qms.messages import N_, Translator, in_language
from mpp_qms.records.common import GRADES
from mpp_qms.records.nonconformity import SOURCE_KINDS
from mpp_qms.register import Register
from mpp_qms.words import word

Choice = tuple[str, str]


def possible() -> bool:
    """True where a person sits at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def complete(given: Given, register: Register, tr: Translator) -> Given:
    """Ask for everything that is missing. Raises KeyboardInterrupt where the person breaks off."""
    questions = _questions(register, tr)
    while names := missing(given):
        given = replace(given, **{names[0]: questions[names[0]]()})
    return given


def _questions(register: Register, tr: Translator) -> dict[str, Callable[[], Any]]:
    clauses = [
        (number, f"{number} {in_language(clause.title, tr)}")
        for number, clause in register.standard.clauses.items()
        if not clause.heading
    ]
    people = [(code, _person(code, register, tr)) for code in register.people]
    parties = [(code, f"{code}  {party.name or ''}".rstrip()) for code, party in register.parties.items()]
    units = [(unit.id, f"{unit.id}  {unit.name}") for unit in register.unit_by_id.values()]
    grades = [(grade, word(grade).show(tr)) for grade in GRADES]
    kinds = [(kind, word(kind).show(tr)) for kind in SOURCE_KINDS]
    return {
        "unit": lambda: _choose(tr(N_("In which unit?")), units),
        "title": lambda: _text(tr(N_("In one line: what is not as it should be?")), tr),
        "grade": lambda: _choose(tr(N_("Which grade?")), grades),
        "source": lambda: _source(kinds, tr),
        "detected": lambda: _day(tr(N_("Detected on which day? (YYYY-MM-DD)")), register.today, tr),
        "by": lambda: _choose(tr(N_("Detected by whom?")), [*people, *parties]),
        "clauses": lambda: (_choose(tr(N_("Which clause is not met?")), clauses),),
        "criterion": lambda: _text(tr(N_("Which requirement is not met? (clause, SOP, regulation)")), tr),
        "evidence": lambda: _text(tr(N_("Objective evidence: what was seen, where, when, how many?")), tr),
        "statement": lambda: _text(tr(N_("The statement: what does not conform?")), tr),
        "body": lambda: _choose(tr(N_("Which body found it?")), parties),
    }


def _person(code: str, register: Register, tr: Translator) -> str:
    roles = [
        word(held.role).show(tr) + (f" {held.unit}" if held.unit is not None else "")
        for held in register.roles(code, register.day)
    ]
    return f"{code}  {', '.join(roles)}".rstrip()


def _choose(question: str, choices: Sequence[Choice]) -> str:
    import questionary

    shown = [questionary.Choice(title, value) for value, title in choices]
    found = questionary.select(question, shown, use_search_filter=True, use_jk_keys=False).unsafe_ask()
    return str(found)


def _text(question: str, tr: Translator) -> str:
    import questionary

    def check(text: str) -> bool | str:
        return bool(text.strip()) or tr(N_("Something is needed here."))

    return str(questionary.text(question, validate=check).unsafe_ask()).strip()


def _source(kinds: Sequence[Choice], tr: Translator) -> str:
    import questionary

    kind = _choose(tr(N_("How did it come to light?")), kinds)
    ref = str(questionary.text(tr(N_("Which record or letter says so? (may stay empty)"))).unsafe_ask()).strip()
    return f"{kind}:{ref}" if ref else kind


def _day(question: str, today: date, tr: Translator) -> date:
    import questionary

    def check(text: str) -> bool | str:
        return parse_day(text.strip()) is not None or tr(N_("A day as YYYY-MM-DD."))

    text = questionary.text(question, default=today.isoformat(), validate=check).unsafe_ask()
    day = parse_day(str(text).strip())
    assert day is not None
    return day
