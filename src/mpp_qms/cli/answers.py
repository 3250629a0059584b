"""What a command that changes records was given: each option, and what its text means."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from mpp_qms.cli.context import NO_DAY
from mpp_qms.cli.desk import Desk
from mpp_qms.cli.exits import near
from mpp_qms.dates import parse_day
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Option
from mpp_qms.words import called, code_of, fitting

DATE = Option("date", N_("The day it happened; default: today."), form="day", needed=False, metavar="DATE")
#: The same, asked for: the day that is there already is offered.
DAY = Option("date", "", N_("On which day did it happen?"), form="day", needed=False, offered=True)


def value_of(option: Option, text: str, desk: Desk) -> Any:
    """What a text given to an option means; a Message where it means nothing, None where nothing was given."""
    from mpp_qms.entry import holds_control_character, lines

    if option.form in ("text", "whys", "reference", "sop", "field"):
        if holds_control_character(text):
            return Message(N_("{option}: the text holds a control character."), {"option": option.flag})
        text = lines(text) or ""
        if not text.strip():
            return None
        return _reference(option, text, desk) if option.form == "reference" else text
    text = text.strip()
    if not text:
        return None
    if option.form == "day":
        return _day(option, text)
    if option.form in ("choice", "yes-no"):
        return _choice(option, text, desk)
    if option.form == "new-unit":
        return _new_unit(option, text)
    problem = _unknown(option, text, desk)
    return problem if problem is not None else text


def _day(option: Option, text: str) -> date | Message:
    day = parse_day(text)
    if day is None:
        return Message(NO_DAY, {"option": option.flag, "value": text})
    return day


def _choice(option: Option, text: str, desk: Desk) -> Any:
    # what the program itself calls it is understood, too
    code = code_of(text, option.choices(), option.labels)
    if code not in option.choices():
        several = fitting(text, option.choices(), option.labels)
        if len(several) > 1:
            values = {"option": option.flag, "value": text, "known": called(several)}
            return Message(N_("{option}: {value} may mean any of these: {known}. Write which."), values)
        values = {"option": option.flag, "value": text, "known": called(option.choices())}
        return Message(N_("{option}: {value} is not one of {known}."), values)
    return code == "yes" if option.form == "yes-no" else code


def _new_unit(option: Option, text: str) -> str | Message:
    """The id of a unit that is to be; one of many is given with its name, as ID=NAME."""
    from mpp_qms.entry import holds_control_character

    id_, equals, name = text.partition("=")
    # `all` stands for every unit where units are named
    if not re.fullmatch(r"[a-z0-9-]+", id_.strip()) or id_.strip() == "all" or (bool(equals) and not option.many):
        values = {"option": option.flag, "value": id_.strip() if option.many else text}
        return Message(N_("{option}: {value} is no id of a unit: small letters a-z, digits and hyphens."), values)
    if option.many and not name.strip():
        return Message(N_("{option}: {value} has no name: write ID=NAME."), {"option": option.flag, "value": text})
    if holds_control_character(text):
        return Message(N_("{option}: the text holds a control character."), {"option": option.flag})
    return text


_UNKNOWN = {
    "person": N_("{option}: nobody on the staff is called {value}.{hint}"),
    "unit": N_("{option}: there is no unit {value}.{hint}"),
    "clause": N_("--clause: there is no clause {value}.{hint}"),
    "key": N_("{option}: the catalogue has no key {value}.{hint} See mpp-qms clause."),
}


def _unknown(option: Option, text: str, desk: Desk) -> Message | None:
    """That a code means nobody or nothing here; None where it means something, or nobody can tell."""
    known = known_codes(option, desk)
    if known is None or text in known or (option.form == "clause" and desk.standard.leaves_of(text)):
        return None
    values = {"option": option.flag, "value": text, "hint": near(text, known)}
    return Message(_UNKNOWN[option.form], values)


def known_codes(option: Option, desk: Desk) -> list[str] | None:
    """The codes that an option takes; None where it takes others, or with qms.yaml unread nobody knows them."""
    from mpp_qms.store.names import names

    if option.form == "person":
        return [person.code for person in desk.qms.people] if desk.qms is not None else None
    if option.form == "unit":
        return [id_ for id_, _ in names(desk.root, "unit")] + (["all"] if option.many else [])
    if option.form == "clause":
        return [clause.number for clause in desk.standard.leaves]
    if option.form == "key":
        return list(desk.standard.keys)
    return None


def _reference(option: Option, text: str, desk: Desk) -> Any:
    """A reference as the record is to hold it: an evidence record's id, an address, a file with its sha256, a text."""
    from mpp_qms.cli.documents import reference

    return reference(option.flag, text, desk.root)
