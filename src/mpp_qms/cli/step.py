"""Every step of a life as a command, made from the table of steps: parse, ask for what is missing, hand over."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.desk import Asked, Desk, Outcome, make, record_meant, refuse_all, sit_down, text_of, unreadable
from mpp_qms.cli.exits import near
from mpp_qms.dates import parse_day
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Option, Place, Step, actions_in, find_action, valued
from mpp_qms.steps.table import STEPS

#: In nc analyse the root cause, everywhere else the folder of the records (DESIGN.md names both so).
_ROOT = "--root"
_KIND_OF_ID = {
    ("nonconformity",): N_("The id of a nonconformity; it may be shortened."),
    ("nonconformity", "review"): N_("The id of a nonconformity or a review; it may be shortened."),
    ("sop",): N_("The id of an SOP; it may be shortened."),
}


def register(groups: dict[str, typer.Typer]) -> None:
    """Add every step to the group its command begins with."""
    for step in STEPS.values():
        group, name = step.words.split(" ", 1)
        groups[group].command(name, help=step.help)(_command(step))


def _command(step: Step) -> Callable[..., int]:
    """The function of a step's command, with the parameters that the step asks for."""

    def command(**given: Any) -> int:
        return take(step, given)

    parameters = [_parameter("id_", str, options.id_of(step.kinds, _KIND_OF_ID[step.kinds]))]
    if step.of_action:
        parameters.append(_parameter("action", str, options.ACTION))
    for option in step.asked:
        kind = list[str] | None if option.many or option.flag == _ROOT else str | None
        parameters.append(_parameter(_name(option), kind, options.of_step(option), default=None))
    taken = any(option.flag == _ROOT for option in step.asked)
    for name, (kind, info, default) in options.OF_STEPS.items():
        own = options.FOLDER if name == "root" and taken else info
        parameters.append(_parameter(name, kind, own, default=default))
    command.__name__ = step.words.replace(" ", "_").replace("-", "_")
    command.__doc__ = step.help
    command.__annotations__ = {}
    command.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    return command


def _name(option: Option) -> str:
    """The parameter of an option: not that of an option which all steps share."""
    return f"of_{option.name}"


def _folder_and_cause(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with `--root` told apart where a step asks for a root cause by that name.

    The contract calls both so: a value that names a folder with records is the folder, any other the root cause.
    """
    from mpp_qms.store.repository import NoRepository, find_root

    values = given.get("of_root")
    if values is None:
        return given
    causes, folders = [], []
    for value in values:
        try:
            find_root(Path(value), None, Path())
            folders.append(Path(value))
        except (NoRepository, OSError, ValueError):
            causes.append(value)
    return given | {"of_root": causes[0] if causes else None, "root": folders[0] if folders else given["root"]}


def _parameter(name: str, kind: Any, info: Any, *, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    how = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, how, default=default, annotation=Annotated[kind, info])


def take(step: Step, given: dict[str, Any]) -> int:
    """Take a step with what was given on the command line; on a terminal, what is missing is asked for."""
    from mpp_qms.cli import form
    from mpp_qms.steps.carry_out import edits_of, place_in, reason_of_stop, stops
    from mpp_qms.steps.step import Stop

    given = _folder_and_cause(given)
    desk = sit_down(given["root"])
    path = record_meant(desk, given["id_"], step.kinds)
    place = _place(desk, path, given.get("action"))
    answers, problems = _answers(step, given, desk, place)
    missing = [option for option in step.missing(answers) if not given.get(_name(option)) or not problems]
    one_missing = bool(step.one_of) and not any(answers.get(name) for name in step.one_of)
    if (missing or one_missing) and not form.possible():
        problems += [_missing(step, missing, one_missing=one_missing)]
    refuse_all(problems, desk.tr)
    asked = Asked(dry_run=given["dry_run"], as_json=given["format_"] == "json", commit=given["commit"])
    # what can be said before the questions is said before: nobody answers ten of them for nothing
    if forbidden := [reason_of_stop(stop) for stop in stops(step, place, answers)]:
        return make(desk, replace(asked, dry_run=True), lambda: forbidden)
    if missing or one_missing:
        answers = form.answered(step, place, answers, desk)

    def plan() -> Any:
        text = text_of(desk, path)
        now = place_in(desk.root, path, text, desk.today)
        if now is None:
            raise unreadable(path)
        here = replace(now, action=_action(now, given.get("action")))
        if reasons := [reason_of_stop(stop) for stop in stops(step, here, answers)]:
            return reasons
        edits = step.edits(here, answers)
        rewritten = edits_of(step, here, answers, path, text)
        if isinstance(rewritten, Stop):
            return [reason_of_stop(rewritten)]
        added = getattr(edits[0], "value", None)
        id_ = here.named.id if here.action is not None else added.get("id") if isinstance(added, dict) else None
        told = Message(step.told, {**valued(step, answers), "record": here.id, "action": id_ or ""})
        return Outcome(step.words, (here.id,), told, (rewritten,), id_)

    return make(desk, asked, plan)


def _place(desk: Desk, path: str, action: str | None) -> Place:
    from mpp_qms.steps.carry_out import place_in

    place = place_in(desk.root, path, text_of(desk, path), desk.today)
    if place is None:
        raise unreadable(path)
    return replace(place, action=_action(place, action))


def _action(place: Place, given: str | None) -> Any:
    """The way to the action named. Raises Refused where there is none of this id."""
    from mpp_qms.cli.exits import Refused

    if given is None:
        return None
    route = find_action(place.record, given)
    if route is None:
        known = tuple(action.id for _, action in actions_in(place.record))
        text = N_("{record} has no action {id}; it has: {known}.") if known else N_("{record} has no action {id}.")
        raise Refused(Message(text, {"record": place.id, "id": given, "known": known}))
    return route


def _missing(step: Step, missing: list[Option], *, one_missing: bool) -> Message:
    flags = tuple(option.flag for option in missing)
    if one_missing:
        one = " | ".join(f"--{name}" for name in step.one_of)
        flags = (*flags, one)
    return Message(N_("Still missing: {options}."), {"options": flags})


# --- what was given ---


def _answers(step: Step, given: dict[str, Any], desk: Desk, place: Place) -> tuple[Answers, list[Message]]:
    """What was given, as the step takes it, and what is wrong with it."""
    day = _day(given["date"], "--date") if given["date"] is not None else desk.today
    answers: dict[str, Any] = {"date": day}
    problems = [day] if isinstance(day, Message) else []
    for option in step.asked:
        texts = given.get(_name(option))
        if texts is None or texts == []:
            continue
        values = []
        for text in texts if option.many else [texts]:
            value = value_of(option, text, desk, place)
            if isinstance(value, Message):
                problems.append(value)
            elif value is not None:
                values.append(value)
        if values:
            answers[option.name] = tuple(values) if option.many else values[0]
    return answers, problems


def value_of(option: Option, text: str, desk: Desk, place: Place | None) -> Any:
    """What a text given to an option means; a Message where it means nothing, None where nothing was given."""
    from mpp_qms.entry import holds_control_character, lines

    if option.form in ("text", "whys", "reference"):
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
        return _day(text, option.flag)
    if option.form in ("choice", "yes-no"):
        return _choice(option, text)
    problem = next(_unknown(option, text, desk, place), None)
    return problem if problem is not None else text


def _day(text: str, flag: str) -> date | Message:
    day = parse_day(text.strip())
    if day is None:
        return Message(N_("{option}: {value} is not a day as YYYY-MM-DD."), {"option": flag, "value": text})
    return day


def _choice(option: Option, text: str) -> Any:
    if text not in option.choices():
        values = {"option": option.flag, "value": text, "known": option.choices()}
        return Message(N_("{option}: {value} is not one of {known}."), values)
    return text == "yes" if option.form == "yes-no" else text


def _unknown(option: Option, text: str, desk: Desk, place: Place | None) -> Iterator[Message]:
    """Why a code means nobody or nothing here."""
    from mpp_qms.store.names import names

    known: list[str] = []
    if option.form == "person" and desk.qms is not None:
        known = [person.code for person in desk.qms.people]
        sentence = N_("{option}: nobody on the staff is called {value}.{hint}")
    elif option.form == "unit":
        known = [id_ for id_, _ in names(desk.root, "unit")]
        sentence = N_("{option}: there is no unit {value}.{hint}")
    else:
        return
    if text not in known:
        yield Message(sentence, {"option": option.flag, "value": text, "hint": near(text, known)})


def _reference(option: Option, text: str, desk: Desk) -> Any:
    """A reference as the record is to hold it: an evidence record's id, an address, a file with its sha256, a text."""
    from mpp_qms.cli.documents import reference

    return reference(option.flag, text, desk.root)
