"""The form on a terminal: asks for what is missing, one question after another. questionary stands behind this door."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from mpp_qms.cli.exits import USAGE, Refused, say
from mpp_qms.dates import parse_day
from mpp_qms.entry import Given, holds_control_character, missing, option, standard_for
from mpp_qms.messages import N_, Message, Translator, in_language
from mpp_qms.records.common import GRADES
from mpp_qms.records.nonconformity import SOURCE_KINDS
from mpp_qms.register import Register
from mpp_qms.words import word

if TYPE_CHECKING:
    from mpp_qms.cli.desk import Desk
    from mpp_qms.steps.step import Answers, Option, Place, Step

Choice = tuple[str, str]
#: So much of an answer is repeated in the next question.
_ECHO = 60


def possible() -> bool:
    """True where a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def complete(given: Given, register: Register, tr: Translator) -> Given:
    """Ask for everything that is missing.

    Raises KeyboardInterrupt where the person breaks off, and Refused where the records hold nothing to choose from.
    """
    try:
        while names := missing(given):
            given = replace(given, **_asked(names[0], given, register, tr))
    except EOFError:
        # Ctrl-D
        raise KeyboardInterrupt from None
    return given


def yes(question: str) -> bool:
    """Whether the person says yes. Raises KeyboardInterrupt where they break off."""
    import questionary

    try:
        return bool(questionary.confirm(question).unsafe_ask())
    except EOFError:
        raise KeyboardInterrupt from None


def answered(step: Step, place: Place, answers: Answers, desk: Desk) -> Answers:
    """Ask for everything a step asks for and was not given, one question after another; what is offered may stay empty.

    Raises KeyboardInterrupt where the person breaks off, and Refused where the records hold nothing to choose from.
    """
    found = dict(answers)
    options = [option for option in step.asked if option.needed or option.offered]
    try:
        if step.one_of and not any(found.get(name) for name in step.one_of):
            named = {option.name: option for option in step.options if option.name in step.one_of}
            choices = [(name, desk.tr(option.help)) for name, option in named.items()]
            chosen = _choose("submitted", desk.tr(N_("What happened?")), choices, desk.tr)
            options = [named[chosen], *options]
        for option in options:
            if found.get(option.name) in (None, ()) and (option.when is None or option.when(place)):
                value = _answer(option, found, place, desk)
                if value not in (None, (), ""):
                    found[option.name] = value
    except EOFError:
        # Ctrl-D
        raise KeyboardInterrupt from None
    return found


def _answer(option: Option, found: Answers, place: Place, desk: Desk) -> Any:
    """The answer to the question of an option."""
    from mpp_qms.cli.step import value_of

    tr, question = desk.tr, desk.tr(option.question)
    empty = not option.needed
    if option.form == "whys":
        return _whys(question, tr)
    if option.form in ("choice", "yes-no"):
        names = {"yes": tr(N_("yes")), "no": tr(N_("no"))}
        choices = [(code, names.get(code) or word(code).show(tr)) for code in option.choices()]
        chosen = _choose(option.name, question, choices, tr)
        return chosen == "yes" if option.form == "yes-no" else chosen
    if option.form == "person":
        register = place.register
        people = [(code, _person(code, register, tr)) for code in register.people]
        chosen = _choose(option.name, question, people, tr)
        return (chosen,) if option.many else chosen
    if option.form == "unit":
        from mpp_qms.store.names import names as names_of

        return _choose(option.name, question, [(id_, id_) for id_, _ in names_of(desk.root, "unit")], tr)
    if option.form == "day":
        offered = found["date"] if option.needed else None
        return _day(question, offered, tr)
    while True:
        offered_text = found["why"][-1] if option.name == "root" and found.get("why") else ""
        text = _text(question, tr, empty=empty, default=offered_text)
        value = value_of(option, text, desk, place)
        if not isinstance(value, Message):
            return (value,) if option.many and value is not None else value
        say(value.show(tr))


def _whys(question: str, tr: Translator) -> tuple[str, ...]:
    """The whys, from the problem to its root: each answer is asked for its own why, until none is given."""
    whys: list[str] = []
    while True:
        text = _text(question, tr, empty=True)
        if not text:
            return tuple(whys)
        whys.append(text)
        asked = N_("And why that: {answer}? (nothing more: Enter)")
        question = Message(asked, {"answer": text if len(text) <= _ECHO else text[: _ECHO - 1] + "…"}).show(tr)


def _asked(name: str, given: Given, register: Register, tr: Translator) -> dict[str, Any]:
    """The answers to one question, by name; with the body go its own number and the day it wants an answer."""
    answers = {name: _questions(given, register, tr)[name]()}
    if name == "body":
        if given.number is None:
            answers["number"] = _text(tr(N_("The body's own number of it? (may stay empty)")), tr, empty=True)
        if given.response_due is None:
            question = tr(N_("An answer is due to the body on which day? (YYYY-MM-DD, may stay empty)"))
            answers["response_due"] = _day(question, None, tr)
    return answers


def _questions(given: Given, register: Register, tr: Translator) -> dict[str, Callable[[], Any]]:
    standard = standard_for(given, register) or register.standard
    clauses = [(clause.number, f"{clause.number} {in_language(clause.title, tr)}") for clause in standard.leaves]
    people = [(code, _person(code, register, tr)) for code in register.people]
    parties = [(code, f"{code}  {party.name or ''}".rstrip()) for code, party in register.parties.items()]
    units = [(unit.id, f"{unit.id}  {unit.name}") for unit in register.unit_by_id.values()]
    grades = [(grade, word(grade).show(tr)) for grade in GRADES]
    kinds = [(kind, word(kind).show(tr)) for kind in SOURCE_KINDS]
    return {
        "unit": lambda: _choose("unit", tr(N_("In which unit?")), units, tr),
        "title": lambda: _text(tr(N_("In one line: what is not as it should be?")), tr),
        "grade": lambda: _choose("grade", tr(N_("Which grade?")), grades, tr),
        "source": lambda: _source(kinds, tr),
        "detected": lambda: _day(tr(N_("Detected on which day? (YYYY-MM-DD)")), register.today, tr),
        "by": lambda: _choose("by", tr(N_("Detected by whom?")), [*people, *parties], tr),
        "clauses": lambda: (_choose("clauses", tr(N_("Which clause is not met?")), clauses, tr),),
        "criterion": lambda: _text(tr(N_("Which requirement is not met? (clause, SOP, regulation)")), tr),
        "evidence": lambda: _text(tr(N_("Objective evidence: what was seen, where, when, how many?")), tr),
        "statement": lambda: _text(tr(N_("The statement: what does not conform?")), tr),
        "body": lambda: _choose("body", tr(N_("Which body found it?")), parties, tr),
    }


def _person(code: str, register: Register, tr: Translator) -> str:
    roles = [
        word(held.role).show(tr) + (f" {held.unit}" if held.unit is not None else "")
        for held in register.roles(code, register.day)
    ]
    return f"{code}  {', '.join(roles)}".rstrip()


def _choose(name: str, question: str, choices: Sequence[Choice], tr: Translator) -> str:
    import questionary

    if not choices:
        text = N_("{option}: the records hold nothing to choose from; enter people, parties or units first.")
        raise Refused(Message(text, {"option": option(name)}), USAGE)
    shown = [questionary.Choice(title, value) for value, title in choices]
    how = tr(N_("(arrow keys; letters narrow the list)"))
    asked = questionary.select(question, shown, use_search_filter=True, use_jk_keys=False, instruction=how)
    return str(asked.unsafe_ask())


def _text(question: str, tr: Translator, *, empty: bool = False, default: str = "") -> str:
    import questionary

    def check(text: str) -> bool | str:
        if holds_control_character(text):
            return tr(N_("This holds a control character."))
        return empty or bool(text.strip()) or tr(N_("Something is needed here."))

    return str(questionary.text(question, default=default, validate=check).unsafe_ask()).strip()


def _source(kinds: Sequence[Choice], tr: Translator) -> str:
    kind = _choose("source", tr(N_("How did it come to light?")), kinds, tr)
    ref = _text(tr(N_("Which record or letter says so? (may stay empty)")), tr, empty=True)
    return f"{kind}:{ref}" if ref else kind


def _day(question: str, offered: date | None, tr: Translator) -> date | None:
    """A day; nothing is an answer only where none is offered."""
    import questionary

    def check(text: str) -> bool | str:
        if offered is None and not text.strip():
            return True
        return parse_day(text.strip()) is not None or tr(N_("A day as YYYY-MM-DD."))

    default = offered.isoformat() if offered is not None else ""
    return parse_day(str(questionary.text(question, default=default, validate=check).unsafe_ask()).strip())
