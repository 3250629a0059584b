"""Everything that an act needs, from the command line and from questions; a refused answer is asked for again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mpp_qms.cli.answers import DATE, DAY, value_of
from mpp_qms.cli.desk import Asked, Desk, record_meant, refuse_all
from mpp_qms.cli.exits import NO, say
from mpp_qms.messages import N_, Message, Translate
from mpp_qms.pasting import line
from mpp_qms.steps.step import Answers, Option, Place


def complete(
    options: Sequence[Option],
    given: Mapping[str, Any],
    desk: Desk,
    *,
    one_of: Sequence[str] = (),
    place: Place | None = None,
    before: Callable[[Answers], None] | None = None,
    goes: Callable[[str], bool] | None = None,
    dated: bool = False,
) -> Answers:
    """The answers to the options, by name, with `date` (default: today); on a terminal, what is missing is asked for.

    `given`: a text, or several, by the names of the options. `one_of`: at least one of these is needed. `before` is
    called with what was given before the first question: nobody answers ten of them for nothing. `goes`: which of
    `one_of` can be given now. `dated`: along with what is missing, the day is asked for. Raises Refused, and KeyboardInterrupt where the person breaks off.
    """
    from mpp_qms.cli import form

    answers, problems, wrong = _parsed(options, given, desk)
    missing = [
        option
        for option in options
        if option.needed and answers.get(option.name) in (None, ()) and option.name not in wrong
    ]
    # what only follows from an answer is asked for where somebody can be asked, and never holds a step up
    follow = [option for option in options if option.follows is not None and option.follows(answers)]
    lacking = [option for option in follow if answers.get(option.name) is None and option.name not in wrong]
    lacks_one = bool(one_of) and not any(answers.get(name) or name in wrong for name in one_of)
    if (missing or lacks_one) and not form.possible():
        problems.append(_missing(options, missing, one_of if lacks_one else ()))
    refuse_all(problems, desk.tr)
    if before is not None:
        before(answers)
    if missing or lacks_one or (lacking and form.possible()):
        ask_day = [DAY] if dated and given.get("date") is None else []
        choosable = [name for name in one_of if goes is None or goes(name)] or one_of
        return form.answered([*options, *ask_day], answers, desk, one_of=choosable, place=place)
    return answers


def record_named(desk: Desk, given: str | None, kinds: Sequence[str]) -> str:
    """The path of the record that an id means; on a terminal, one that is missing is asked for. Raises Refused."""
    from mpp_qms.cli import form

    return record_meant(desk, form.id_given(given, desk.root, kinds, desk.tr), kinds)


def ask_until_it_goes(
    words: Sequence[str],
    options: Sequence[Option],
    given: Mapping[str, Any],
    desk: Desk,
    asked: Asked,
    ask: Callable[[], Answers],
    go: Callable[[Answers], int],
    *,
    place: Place | None = None,
    dated: bool = True,
) -> int:
    """Ask and carry out; what is refused is asked for again, and where the person breaks off no answer is lost.

    `words`: the command; `given`: what stood on the command line; `go` carries out and gives the exit code, which it is;
    `dated`: it has a day.
    Raises BrokenOff once it is said with which command to go on.
    """
    from mpp_qms.cli import form

    try:
        answers = ask()
        while True:
            code = go(answers)
            answered = any(answers.get(option.name) is not None and not given.get(option.name) for option in options)
            if code != NO or asked.as_json or not answered or not form.possible():
                return code
            another = form.again([*options, *([DAY] if dated else [])], answers, desk, place)
            if another is None:
                return code
            answers = another
    except form.BrokenOff as broken:
        by_flags = {option.flag: broken.answers.get(option.name) for option in options}
        day = broken.answers.get(DATE.name)
        by_flags.setdefault(DATE.flag, day if day != desk.today else None)
        say_so_far(words, by_flags, desk.tr)
        raise


def say_so_far(words: Sequence[str], answered: Mapping[str, Any], tr: Translate) -> None:
    """Say with which command to go on where the person broke off; `answered`: by flags."""
    found = []
    for flag, value in answered.items():
        for each in value if isinstance(value, tuple) else [value]:
            if each is not None:
                found += [flag, _as_given(each)]
    if found:
        command = line([*words, *found])
        say(Message(N_("Answered so far, to go on with: {command}"), {"command": command}).show(tr))


def in_folder(folder: Path | None) -> list[str]:
    """The words that name the folder of the records, where it was named."""
    return ["-C", str(folder)] if folder is not None else []


def _as_given(value: Any) -> str:
    """An answer as it is given on the command line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return str(next((value[key] for key in ("path", "url", "title", "location") if key in value), ""))
    return str(value)


def _missing(options: Sequence[Option], missing: Sequence[Option], one_of: Sequence[str]) -> Message:
    flags = [option.flag for option in missing]
    if one_of:
        flags.append(" | ".join(option.flag for option in options if option.name in one_of))
    return Message(N_("Still missing: {options}."), {"options": tuple(flags)})


def _parsed(
    options: Sequence[Option], given: Mapping[str, Any], desk: Desk
) -> tuple[dict[str, Any], list[Message], set[str]]:
    """What was given, as the step takes it, what is wrong with it, and the names of the options that are."""
    answers: dict[str, Any] = {}
    if not any(option.name == DATE.name for option in options):
        answers["date"] = desk.today
    problems: list[Message] = []
    wrong: set[str] = set()
    for option in (*options, *([DATE] if answers else [])):
        texts = given.get(option.name)
        if texts is None or texts == []:
            continue
        values = []
        for text in texts if option.many else [texts]:
            value = value_of(option, text, desk)
            if isinstance(value, Message):
                problems.append(value)
                wrong.add(option.name)
            elif value is not None:
                values.append(value)
        if values:
            answers[option.name] = tuple(values) if option.many else values[0]
    return answers, problems, wrong
