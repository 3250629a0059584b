"""The form on a terminal: asks for what is missing, one question after another. questionary stands behind this door."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpp_qms.cli.exits import USAGE, Refused, say
from mpp_qms.dates import parse_day
from mpp_qms.entry import Given, holds_control_character, missing, option, standard_for
from mpp_qms.messages import N_, Message, Translator, in_language
from mpp_qms.records.common import GRADES
from mpp_qms.records.nonconformity import SOURCE_KINDS
from mpp_qms.records.qms import RoleHeld
from mpp_qms.records.unit import holds
from mpp_qms.register import Register
from mpp_qms.words import word

if TYPE_CHECKING:
    from questionary import Question
    from questionary.prompts.common import InquirerControl

    from mpp_qms.cli.desk import Desk
    from mpp_qms.steps.step import Answers, Option, Place

Choice = tuple[str, str]


class BrokenOff(KeyboardInterrupt):
    """The person broke off in the middle; `answers` is what was answered until then."""

    def __init__(self, answers: Answers) -> None:
        """What was answered."""
        super().__init__()
        self.answers = answers


_NOTHING = N_("{option}: the records hold nothing to choose from; enter people, parties or units first.")
#: What is said of an argument that is missing, where nobody can be asked.
MISSING = N_("{option} is missing. See --help.")
_WHICH = N_("Which answer is to be another one?")
_NONE = N_("none: leave it")
_FITS_NONE = N_("Nothing fits what you typed; take letters back with Backspace.")
#: So much of an answer is repeated in the next question.
_ECHO = 60


def possible() -> bool:
    """True where a person sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def complete(given: Given, register: Register, tr: Translator) -> Given:
    """Ask for everything that is missing.

    Raises BrokenOff where the person breaks off, and Refused where the records hold nothing to choose from.
    """
    try:
        while names := missing(given):
            for name, answer in _asked(names[0], given, register, tr):
                given = replace(given, **{name: answer})
    except (EOFError, KeyboardInterrupt):
        # Ctrl-D, Ctrl-C
        raise BrokenOff(asdict(given)) from None
    return given


def without_one(given: Given, tr: Translator) -> Given | None:
    """Ask which of the answers to a finding that was refused is another, and take it out; None where it is none.

    Raises BrokenOff where the person breaks off.
    """
    answers = asdict(given)
    names = [name for name, value in answers.items() if value not in (None, ())]
    shown = {
        name: ", ".join(answers[name]) if isinstance(answers[name], tuple) else str(answers[name]) for name in names
    }
    choices = [(name, f"{option(name)} {shown[name]}") for name in names]
    try:
        name = _choose("", tr(_WHICH), [*choices, ("", tr(_NONE))], tr)
    except (EOFError, KeyboardInterrupt):
        raise BrokenOff(answers) from None
    nothing: Any = () if isinstance(answers.get(name), tuple) else None
    return replace(given, **{name: nothing}) if name else None


def yes(question: str, tr: Translator) -> bool:
    """Whether the person says yes. Raises KeyboardInterrupt where they break off."""
    import questionary

    try:
        return bool(_asking(questionary.confirm(question), tr))
    except EOFError:
        raise KeyboardInterrupt from None


def answered(
    options: Sequence[Option], answers: Answers, desk: Desk, *, one_of: Sequence[str], place: Place | None
) -> Answers:
    """Ask for everything that is needed or offered and was not given, one question after another.

    Raises BrokenOff where the person breaks off, and Refused where the records hold nothing to choose from.
    """
    from mpp_qms.cli.answers import DAY

    found = dict(answers)
    asked = [option for option in options if option.needed or option.offered or option.follows is not None]
    try:
        if one_of and not any(found.get(name) for name in one_of):
            named = {option.name: option for option in options if option.name in one_of}
            choices = [(name, desk.tr(option.short or option.question)) for name, option in named.items()]
            chosen = _choose(one_of[0], desk.tr(N_("Which of these is to be entered?")), choices, desk.tr)
            # once chosen, it is needed
            asked = [replace(named[chosen], needed=True), *asked]
        for option in asked:
            wanted = option.when is None or (place is not None and option.when(place))
            wanted = wanted and (option.follows is None or option.follows(found))
            if wanted and (found.get(option.name) in (None, ()) or option is DAY):
                for value in _answers(option, found, desk):
                    if value not in (None, (), ""):
                        found[option.name] = value
    except (EOFError, KeyboardInterrupt):
        # Ctrl-D, Ctrl-C
        raise BrokenOff(found) from None
    return found


def again(options: Sequence[Option], answers: Answers, desk: Desk, place: Place | None) -> Answers | None:
    """Ask which of the answers to a step that was refused is another, and for that one; None where nothing is to change.

    Raises BrokenOff where the person breaks off.
    """
    asked = [option for option in options if option.question]
    asked = [option for option in asked if option.when is None or (place is not None and option.when(place))]
    choices = [(option.name, desk.tr(option.question)) for option in asked]
    choices.append(("", desk.tr(_NONE)))
    try:
        name = _choose("", desk.tr(_WHICH), choices, desk.tr)
        if not name:
            return None
        option = next(option for option in asked if option.name == name)
        found = {key: value for key, value in answers.items() if key != name}
        *_, value = _answers(option, found, desk)
    except (EOFError, KeyboardInterrupt):
        raise BrokenOff(answers) from None
    return found | ({name: value} if value not in (None, (), "") else {})


def id_given(given: str | None, root: Path, kinds: Sequence[str], tr: Translator) -> str:
    """The id that was given, else of the record that is chosen among those of some kinds; the newest stand first.

    Raises Refused where nobody can be asked, or there is no record to choose, and KeyboardInterrupt where the person
    breaks off.
    """
    if given is not None:
        return given
    if not possible():
        raise Refused(Message(MISSING, {"option": "ID"}))
    from mpp_qms.findings import Fault
    from mpp_qms.store.names import names
    from mpp_qms.store.reading import read_text
    from mpp_qms.store.yaml_text import parse

    choices = []
    for id_, path in names(root, *kinds):
        text = read_text(root / path)
        data = parse(text) if not isinstance(text, Fault) else text
        title = data.get("title", "") if not isinstance(data, Fault) else ""
        choices.append((id_, f"{id_}  {title}".rstrip()))
    return _broken_off(lambda: _choose("id", tr(N_("Which record is it?")), choices[::-1], tr))


def action_meant(place: Place, desk: Desk) -> str:
    """The id of the action that is chosen among the open ones of a record. Raises as `id_given` does."""
    from mpp_qms.steps.step import actions_in

    if not possible():
        raise Refused(Message(MISSING, {"option": Message(N_("ACTION"))}))
    # a step on what is done or cancelled is refused
    open_ = [action for _, action in actions_in(place.record) if action.done is None and action.cancelled is None]
    if not open_:
        help_ = Message(N_("First: {command}"), {"command": f"mpp-qms action add {place.id}"})
        raise Refused(Message(N_("{record} has no open action."), {"record": place.id}), USAGE, help_)
    choices = [(action.id, f"{action.id}  {action.what}") for action in open_]
    return _broken_off(lambda: _choose("action", desk.tr(N_("Which action is it?")), choices, desk.tr))


def _broken_off(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except EOFError:
        raise KeyboardInterrupt from None


def _answers(option: Option, found: Answers, desk: Desk) -> Iterator[Any]:
    """The answer to the question of an option; one of many parts as it grows, so that none is lost."""
    question = desk.tr(option.question)
    if option.form == "whys":
        yield from _whys(question, desk.tr)
    elif option.form == "new-unit" and option.many:
        yield from _several(option, question, desk)
    else:
        yield _answer(option, question, found, desk)


def _answer(option: Option, question: str, found: Answers, desk: Desk) -> Any:
    """The answer to a question that has one."""
    from mpp_qms.cli.answers import DAY

    tr = desk.tr
    if option.form == "day":
        today = desk.today if option is DAY or option.name == "date" else None
        return _day(question, today, tr, needed=option.needed)
    choices = _choices(option, desk)
    if choices is not None:
        if option.many:
            return tuple(_tick(option.name, question, choices, tr, needed=option.needed))
        skip = [("", tr(N_("none of these, or not known")))] if not option.needed and option.form == "choice" else []
        chosen = _choose(option.name, question, [*choices, *skip], tr)
        return chosen == "yes" if option.form == "yes-no" else chosen
    if option.name == "root" and found.get("why") and _is_root(found["why"][-1], tr):
        return found["why"][-1]
    value = _one(option, question, desk)
    return (value,) if option.many and value is not None else value


def _is_root(why: str, tr: Translator) -> bool:
    """Whether the last why is said to be the root cause; it is never taken for it unasked."""
    question = Message(N_("Is this the root cause: {answer}?"), {"answer": why}).show(tr)
    return _choose("root", question, [("yes", tr(N_("yes"))), ("no", tr(N_("no, it is another one")))], tr) == "yes"


def _one(option: Option, question: str, desk: Desk) -> Any:
    """What is written in answer to a question, once it means something; None where nothing is, and nothing needed."""
    from mpp_qms.cli.answers import value_of

    while True:
        text = _text(question, desk.tr, empty=not option.needed)
        value = value_of(option, text, desk)
        if not isinstance(value, Message):
            return value
        say(value.show(desk.tr))


def _several(option: Option, question: str, desk: Desk) -> Iterator[tuple[Any, ...]]:
    """Answers one after another, until none is given: those so far, each time."""
    values: tuple[Any, ...] = ()
    while (value := _one(option, question, desk)) is not None:
        values = (*values, value)
        yield values
    yield values


def _choices(option: Option, desk: Desk) -> list[Choice] | None:
    """What can be chosen as the answer to an option; None where it is written freely."""
    from mpp_qms.cli.answers import known_codes

    tr = desk.tr
    if option.form in ("choice", "yes-no"):
        names = {code: tr(label) for code, label in option.labels.items()}
        return [(code, names.get(code) or word(code).show(tr)) for code in option.choices()]
    codes = known_codes(option, desk)
    if codes is None:
        return None
    if option.form == "person":
        assert desk.qms is not None
        people = sorted(desk.qms.people, key=lambda person: not _serving(person.roles, desk.today))
        return [(person.code, _person(person.code, person.roles, desk.today, tr)) for person in people]
    if option.form == "clause":
        return [(entry.number, f"{entry.number} {in_language(entry.title, tr)}") for entry in desk.standard.leaves]
    if option.form == "key":
        return [(key, f"{key}  {in_language(expects.title, tr)}") for key, expects in desk.standard.keys.items()]
    return [(code, code) for code in codes]


def _whys(question: str, tr: Translator) -> Iterator[tuple[str, ...]]:
    """The whys, from the problem to its root: each answer is asked for its own why, until none is given.

    Those so far, each time.
    """
    whys: tuple[str, ...] = ()
    while True:
        text = _text(question, tr, empty=True)
        if not text:
            yield whys
            return
        whys = (*whys, text)
        yield whys
        asked = N_("And why that: {answer}? (nothing more: Enter)")
        question = Message(asked, {"answer": text if len(text) <= _ECHO else text[: _ECHO - 1] + "…"}).show(tr)


def _asked(name: str, given: Given, register: Register, tr: Translator) -> Iterator[tuple[str, Any]]:
    """The answers to one question as they come, each with its name: where the person breaks off, none is lost.

    With the body go its own number and the day it wants an answer; with the source, what says so.
    """
    answer = _questions(given, register, tr)[name]()
    yield name, answer
    if name == "source":
        ref = _text(tr(N_("Which record or letter says so? (may stay empty)")), tr, empty=True)
        if ref:
            yield name, f"{answer}:{ref}"
    if name == "body":
        if given.number is None:
            number = _text(tr(N_("The body's own number of it? (may stay empty)")), tr, empty=True)
            yield "number", number or None
        if given.response_due is None:
            question = tr(N_("An answer is due to the body on which day? (YYYY-MM-DD, may stay empty)"))
            yield "response_due", _day(question, None, tr)


def _questions(given: Given, register: Register, tr: Translator) -> dict[str, Callable[[], Any]]:
    standard = standard_for(given, register) or register.standard
    clauses = [(clause.number, f"{clause.number} {in_language(clause.title, tr)}") for clause in standard.leaves]
    people = [(code, _person(code, person.roles, register.day, tr)) for code, person in register.people.items()]
    parties = [(code, f"{code}  {party.name or ''}".rstrip()) for code, party in register.parties.items()]
    units = [(unit.id, f"{unit.id}  {unit.name}") for unit in register.unit_by_id.values()]
    grades = [(grade, word(grade).show(tr)) for grade in GRADES]
    kinds = [(kind, word(kind).show(tr)) for kind in SOURCE_KINDS]
    return {
        "unit": lambda: _choose("unit", tr(N_("In which unit?")), units, tr),
        "title": lambda: _text(tr(N_("In one line: what is not as it should be?")), tr),
        "grade": lambda: _choose("grade", tr(N_("Which grade?")), grades, tr),
        "source": lambda: _choose("source", tr(N_("How did it come to light?")), kinds, tr),
        "detected": lambda: _day(tr(N_("Detected on which day? (YYYY-MM-DD)")), register.today, tr, needed=True),
        "by": lambda: _choose("by", tr(N_("Detected by whom?")), [*people, *parties], tr),
        "clauses": lambda: (_choose("clauses", tr(N_("Which clause is not met?")), clauses, tr),),
        "criterion": lambda: _text(tr(N_("Which requirement is not met? (clause, SOP, regulation)")), tr),
        "evidence": lambda: _text(tr(N_("Objective evidence: what was seen, where, when, how many?")), tr),
        "statement": lambda: _text(tr(N_("The statement: what does not conform?")), tr),
        "body": lambda: _choose("body", tr(N_("Which body found it?")), parties, tr),
    }


def _person(code: str, held: Sequence[RoleHeld], day: date, tr: Translator) -> str:
    roles = [
        word(role.role).show(tr) + (f" {role.unit}" if role.unit is not None else "")
        for role in held
        if holds(role.from_, role.to, day)
    ]
    return f"{code}  " + (", ".join(roles) or tr(N_("no role any more")))


def _serving(held: Sequence[RoleHeld], day: date) -> bool:
    """True of somebody with a role on the day: who has left stands at the end of the list."""
    return any(holds(role.from_, role.to, day) for role in held)


def _asking(question: Question, tr: Translator) -> Any:
    """The answer to one question; a sequence of a terminal that is pasted with a text is passed over.

    Of choices none is taken while what was typed fits none of them: questionary shows them all again then, and would take
    the first.
    """
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings
    from prompt_toolkit.keys import Keys
    from questionary.prompts.common import InquirerControl

    bindings = KeyBindings()
    # prompt_toolkit takes `ESC [ 31 m`, a colour, for a mouse, and ends in a traceback where it finds no place in it
    bindings.add(Keys.Vt100MouseEvent)(lambda _: None)
    application = question.application
    lists = [control for control in application.layout.find_all_controls() if isinstance(control, InquirerControl)]
    for choices in lists:
        for taking in (Keys.ControlM, " "):
            bindings.add(taking, eager=True, filter=Condition(partial(_fits_none, choices)))(lambda _: None)
        application.before_render += partial(_say_what_fits, choices, [("class:validation-toolbar", tr(_FITS_NONE))])
    own = application.key_bindings
    application.key_bindings = merge_key_bindings([own, bindings]) if own is not None else bindings
    return question.unsafe_ask()


def _fits_none(choices: InquirerControl) -> bool:
    """True while letters are typed that no choice of a list holds."""
    # which fit is worked out anew when they are asked for
    return bool(choices.search_filter and choices.filtered_choices and not choices.found_in_search)


def _say_what_fits(choices: InquirerControl, nothing: Any, _: Any) -> None:
    """Below a list, that nothing of it fits, as long as that is so."""
    if _fits_none(choices):
        choices.error_message = nothing
    elif choices.error_message is nothing:
        choices.error_message = None


def _tick(name: str, question: str, choices: Sequence[Choice], tr: Translator, *, needed: bool) -> list[str]:
    """Several of the choices; one at least where something is needed."""
    import questionary
    from prompt_toolkit import print_formatted_text
    from prompt_toolkit.formatted_text import FormattedText
    from questionary.constants import DEFAULT_STYLE

    if not choices:
        raise Refused(Message(_NOTHING, {"option": option(name)}), USAGE)
    shown = [questionary.Choice(title, value) for value, title in choices]
    how = tr(N_("(space ticks, Enter ends; letters narrow the list)"))

    def check(ticked: list[str]) -> bool | str:
        return bool(ticked) or not needed or tr(N_("Something is needed here."))

    asked = questionary.checkbox(
        question, shown, use_search_filter=True, use_jk_keys=False, instruction=how, validate=check
    )
    # questionary would end the line with `done`, or `done (2 selections)`
    asked.application.erase_when_done = True
    ticked = [str(value) for value in _asking(asked, tr)]
    answer = ", ".join(title for value, title in choices if value in ticked) or tr(N_("nothing ticked"))
    parts = [("class:qmark", "?"), ("class:question", f" {question} "), ("class:answer", answer)]
    print_formatted_text(FormattedText(parts), style=DEFAULT_STYLE)
    return ticked


def _choose(name: str, question: str, choices: Sequence[Choice], tr: Translator) -> str:
    import questionary

    if not choices:
        raise Refused(Message(_NOTHING, {"option": option(name)}), USAGE)
    shown = [questionary.Choice(title, value) for value, title in choices]
    how = tr(N_("(arrow keys; letters narrow the list)"))
    asked = questionary.select(question, shown, use_search_filter=True, use_jk_keys=False, instruction=how)
    return str(_asking(asked, tr))


def _text(question: str, tr: Translator, *, empty: bool = False) -> str:
    import questionary

    def check(text: str) -> bool | str:
        if holds_control_character(text):
            return tr(N_("This holds a control character."))
        return empty or bool(text.strip()) or tr(N_("Something is needed here."))

    return str(_asking(questionary.text(question, validate=check), tr)).strip()


def _day(question: str, offered: date | None, tr: Translator, *, needed: bool = False) -> date | None:
    """A day; without one, the day offered, else none where none is needed."""
    import questionary

    def check(text: str) -> bool | str:
        if not text.strip():
            return offered is not None or not needed or tr(N_("Something is needed here."))
        return parse_day(text.strip()) is not None or tr(
            N_("Write the day as year-month-day, for instance 2024-12-16.")
        )

    if offered is not None:
        question += " " + Message(N_("(Enter: {day})"), {"day": offered}).show(tr)
    text = str(_asking(questionary.text(question, validate=check), tr)).strip()
    return parse_day(text) if text else offered
