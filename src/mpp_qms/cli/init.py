"""`mpp-qms init`: a new records repository in one command."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.asking import complete
from mpp_qms.cli.context import given_language, locale_language, today
from mpp_qms.cli.desk import Desk, refuse_all
from mpp_qms.cli.exits import FINE, USAGE, Refused, say, speak
from mpp_qms.cli.out import emit
from mpp_qms.messages import LANGUAGES, N_, Message, translator
from mpp_qms.pasting import line
from mpp_qms.steps.step import Option

if TYPE_CHECKING:
    from mpp_qms.new_repository import New, NewUnit


def _editions() -> tuple[str, ...]:
    from mpp_qms.catalogue import editions

    return editions()


def _ci() -> tuple[str, ...]:
    from mpp_qms.new_repository import CI

    return CI


def _languages() -> tuple[str, ...]:
    return LANGUAGES


OPTIONS = (
    Option("organisation", N_("What the mall is called."), N_("What is the mall called?"), metavar="NAME"),
    Option(
        "operator",
        N_("The id of the unit that runs the mall: small letters a-z, digits and hyphens."),
        N_("Which unit runs the mall? A short id, for instance dpmptsp"),
        "new-unit",
        metavar="UNIT",
    ),
    Option(
        "operator_name",
        N_("What the unit that runs the mall is called; default: its id in capitals."),
        N_("What is that unit called? (may stay empty)"),
        needed=False,
        offered=True,
        metavar="NAME",
    ),
    Option(
        "unit",
        N_("A further unit, as ID=NAME; may be repeated."),
        N_("A further unit, as ID=NAME, for instance imigrasi=Gerai Imigrasi (no more: Enter)"),
        "new-unit",
        needed=False,
        offered=True,
        many=True,
        metavar="ID=NAME",
    ),
    Option(
        "language",
        N_("The language of the mall: id or en; default: that of the answer."),
        form="choice",
        choices=_languages,
        needed=False,
        metavar="id|en",
    ),
    Option(
        "ci",
        N_("Check every change with github, gitlab or pre-commit; may be repeated; none: no such file."),
        N_("Where are changes to be checked?"),
        "choice",
        choices=_ci,
        needed=False,
        offered=True,
        many=True,
        metavar="CI",
    ),
    Option(
        "edition",
        N_("The edition of the standard; default: iso-9001-2015."),
        form="choice",
        choices=_editions,
        needed=False,
        metavar="EDITION",
    ),
    Option(
        "since",
        N_("From which day on the units belong to the mall; default: today."),
        form="day",
        needed=False,
        metavar="DATE",
    ),
)
_BY_NAME = {option.name: option for option in OPTIONS}


def _parsed(name: str) -> Any:
    return options.of_step(_BY_NAME[name])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "init", help=N_("Begin a new records repository: records that check accepts, editor set-up, checks of changes.")
    )(init)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=N_("The folder of the repository: a new or an empty one."))
    ],
    organisation: Annotated[str | None, _parsed("organisation")] = None,
    operator: Annotated[str | None, _parsed("operator")] = None,
    operator_name: Annotated[str | None, _parsed("operator_name")] = None,
    unit: Annotated[list[str] | None, _parsed("unit")] = None,
    language: Annotated[str | None, _parsed("language")] = None,
    ci: Annotated[list[str] | None, _parsed("ci")] = None,
    edition: Annotated[str | None, _parsed("edition")] = None,
    since: Annotated[str | None, _parsed("since")] = None,
    dry_run: options.DryRun = False,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """All files or none; nothing is committed."""
    from mpp_qms.new_repository import files
    from mpp_qms.store.founding import found, repository_around, whole

    given = {
        "organisation": organisation,
        "operator": operator,
        "operator_name": operator_name,
        "unit": unit,
        "language": language,
        "ci": ci,
        "edition": edition,
        "since": since,
    }
    tr = translator(given_language(sys.argv[1:]) or locale_language())
    _free(folder)
    desk = Desk(folder, None, today(None), tr)
    new = _new(complete(OPTIONS, given, desk), desk)
    if language is not None and given_language(sys.argv[1:]) is None:
        desk = Desk(folder, None, desk.today, translator(new.language))
        speak(desk.tr)
    try:
        texts = files(new)
    except ValueError:
        raise Refused(Message(N_("A name holds a character that cannot be written in a record."))) from None
    around = repository_around(folder)
    if not dry_run:
        found(folder, texts, lambda place: _git_init(place, desk) if around is None else None)
    if around is not None and around != whole(folder) and any(each != "none" for each in new.ci):
        text = N_("{folder} lies in the git repository {top}: the files that check changes work only at its top.")
        say(Message(text, {"folder": str(folder), "top": str(around)}).show(desk.tr))
    _tell(folder, list(texts), desk, as_json=format_ == "json", written=not dry_run)
    return FINE


def _free(folder: Path) -> None:
    """Raise Refused where the folder cannot become a repository of records."""
    from mpp_qms.entry import holds_control_character
    from mpp_qms.store.founding import occupied, whole
    from mpp_qms.store.root import ROOT_FILE

    if holds_control_character(str(folder)):
        raise Refused(Message(N_("{option}: the text holds a control character."), {"option": "DIR"}), USAGE)
    # where a link lies counts, and what it leads to
    places = dict.fromkeys((*whole(folder).parents, *Path(os.path.realpath(folder)).parents))
    for above in places:
        if (above / ROOT_FILE).exists():
            text = N_("{folder} lies inside the records of {root}: records of another mall cannot lie there.")
            raise Refused(Message(text, {"folder": str(folder), "root": str(above)}), USAGE)
    file = next((place for place in (whole(folder), *places) if place.exists() and not place.is_dir()), None)
    if file is not None:
        text = N_("{file} is a file: no new repository can begin there.")
        raise Refused(Message(text, {"file": str(file)}), USAGE)
    if occupied(folder):
        text = N_("{folder} is not an empty folder: a new repository begins in one that is empty or not there yet.")
        raise Refused(Message(text, {"folder": str(folder)}), USAGE)


def _new(answers: Any, desk: Desk) -> New:
    from mpp_qms.new_repository import New, NewUnit
    from mpp_qms.register import DEFAULT_EDITION

    operator = NewUnit(answers["operator"], _line(answers.get("operator_name", "")) or answers["operator"].upper())
    units = tuple(NewUnit(*_split(text)) for text in answers.get("unit", ()))
    refuse_all(_contradictions(operator, units, answers.get("ci", ())), desk.tr)
    return New(
        organisation=_line(answers["organisation"]),
        operator=operator,
        units=units,
        language=answers.get("language") or desk.tr.language,
        edition=answers.get("edition") or DEFAULT_EDITION,
        since=answers.get("since") or desk.today,
        ci=tuple(dict.fromkeys(answers.get("ci", ()))),
    )


def _split(text: str) -> tuple[str, str]:
    id_, _, name = text.partition("=")
    return id_.strip(), _line(name)


def _line(name: str) -> str:
    """A name, in one line."""
    return " ".join(name.split())


#: FORMAT.md lets an id of hyphens pass; nobody begins with one.
_UNIT_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def _contradictions(operator: NewUnit, units: Sequence[NewUnit], ci: Sequence[str]) -> list[Message]:
    from mpp_qms.store.attachments import portable

    found = []
    ids = []
    for option, unit in (("--operator", operator), *(("--unit", unit) for unit in units)):
        values = {"option": option, "value": unit.id}
        if _UNIT_ID.fullmatch(unit.id) is None:
            text = N_("{option}: {value} is no id of a unit: it begins and ends with a letter or a digit.")
            found.append(Message(text, values))
        elif not portable(unit.id):
            found.append(Message(N_("{option}: {value} cannot be the name of a folder on Windows."), values))
        elif unit.id in ids:
            found.append(Message(N_("--unit: {unit} is given twice."), {"unit": unit.id}))
        ids.append(unit.id)
    if "none" in ci and set(ci) != {"none"}:
        found.append(Message(N_("--ci: none stands alone.")))
    return found


def _git_init(place: Path, desk: Desk) -> None:
    """Make the folder a git repository; without git it is a folder of records all the same."""
    from mpp_qms.store.git import GitFailed, git

    try:
        git(place, "-c", "init.defaultBranch=main", "init", "--quiet")
    except GitFailed as failed:
        text = N_("git could not make a repository of it ({reason}); do it later: git init.")
        say(Message(text, {"reason": str(failed)}).show(desk.tr))


def _tell(folder: Path, paths: Sequence[str], desk: Desk, *, as_json: bool, written: bool) -> None:
    from mpp_qms.new_repository import RECORDS
    from mpp_qms.views import json

    if as_json:
        root = (folder / RECORDS).as_posix()
        answer = {"schema": "mpp-qms.init/1", "folder": folder.as_posix(), "root": root, "files": list(paths)}
        emit(json.text(answer | {"written": written}), None)
        return
    from mpp_qms.views.terminal.style import clean

    if not written:
        emit("\n".join(paths) + "\n", None)
        return
    values = {"folder": str(folder), "count": len(paths)}
    lines = [Message(N_("A new records repository is in {folder}: {count} files."), values).show(desk.tr)]
    lines.append(desk.tr(N_("Read README.md, put the codes of your staff into records/qms.yaml, and go on with:")))
    # what begins with a hyphen would be taken for an option
    place = f"./{folder}" if str(folder).startswith("-") else str(folder)
    step = "" if folder.absolute() == Path.cwd() else line(["cd", place])
    # a change is judged against what was committed before it
    begun = ["git add -A", "git commit -m init"] if (folder / ".git").exists() else []
    commands = [step, "mpp-qms check", *begun, "mpp-qms audit", "mpp-qms nc add"]
    lines += [f"  {command}" for command in commands if command]
    emit("\n".join(clean(line) for line in lines) + "\n", None)
