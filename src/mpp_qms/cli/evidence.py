"""`mpp-qms evidence add`: enter what shows something; a file is copied in, or named where it lies, and hashed."""

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mpp_qms.cli.asking import ask_until_it_goes, complete, in_folder
from mpp_qms.cli.commands import asked_for, command
from mpp_qms.cli.context import open_records
from mpp_qms.cli.creating import New, create
from mpp_qms.cli.desk import refuse_all, sit_down
from mpp_qms.cli.documents import no_document, not_portable
from mpp_qms.cli.exits import NO, say
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Option, entry

if TYPE_CHECKING:
    from mpp_qms.store.changing import FileChange

#: Files larger than this do not belong into git: they are named where they are kept.
MAX_MEGABYTES = 50

OPTIONS = (
    Option("title", N_("What it is."), N_("What is it?")),
    Option(
        "shows",
        N_("A key of the catalogue that it shows; may be repeated."),
        N_("What does it show?"),
        "key",
        many=True,
        metavar="KEY",
    ),
    Option("date", N_("The day of the document."), N_("Of which day is it? (YYYY-MM-DD)"), "day", metavar="DATE"),
    Option(
        "location",
        N_("Where paper is kept, where there is no file."),
        N_("Where is it kept?"),
        needed=False,
        short=N_("the place where paper is kept"),
    ),
    Option(
        "url",
        N_("Its address, where there is no file."),
        N_("Which address?"),
        needed=False,
        metavar="URL",
        short=N_("an address on the web"),
    ),
    Option(
        "unit",
        N_("A unit it is of, or all; may be repeated; none: the site."),
        N_("Of which units? (none ticked: of the whole mall)"),
        form="unit",
        needed=False,
        offered=True,
        many=True,
        metavar="UNIT|all",
    ),
    Option("valid_until", N_("The last day it holds."), form="day", needed=False, metavar="DATE"),
    Option(
        "from",
        N_("The first day of the period it speaks of."),
        N_("From which day does it speak? (YYYY-MM-DD, may stay empty)"),
        form="day",
        needed=False,
        offered=True,
        metavar="DATE",
    ),
    Option(
        "to",
        N_("The last day of the period it speaks of."),
        N_("Up to which day? (YYYY-MM-DD, may stay empty)"),
        form="day",
        needed=False,
        offered=True,
        metavar="DATE",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the group and its command."""
    evidence = typer.Typer(
        help=N_("Evidence: what shows that a clause is lived."), no_args_is_help=True, rich_markup_mode=None
    )
    # with one command alone, typer would leave its name out
    evidence.callback()(_group)
    help_ = N_("Enter evidence; a file is copied in, or named where it lies, and hashed.")
    file = typer.Argument(metavar="FILE", help=N_("The document; a file outside the repository is copied in."))
    argument = ("file", Path | None, file, None)
    evidence.command("add", help=help_)(command("evidence add", help_, [argument], OPTIONS, add, dated=False))
    app.add_typer(evidence, name="evidence")


def _group() -> None:
    pass


def add(given: dict[str, Any], rest: dict[str, Any]) -> int:
    """Write the record under the next free id of the year, and with it the copy of the file."""
    file: Path | None = rest["file"]
    desk = sit_down(rest["root"])
    refuse_all(_no_document(file), desk.tr)
    one_of = () if file is not None else ("location", "url")

    def before(answers: Answers) -> None:
        refuse_all(_contradictions(answers), desk.tr)

    def go(answers: Answers) -> int:
        problems = _contradictions(answers)
        for problem in problems:
            say(problem.show(desk.tr))
        return NO if problems else _entered(answers, rest)

    return ask_until_it_goes(
        ["mpp-qms", "evidence", "add", *([str(file)] if file is not None else []), *in_folder(rest["root"])],
        OPTIONS,
        given,
        desk,
        asked_for(rest),
        # the day of a document is never today's by default
        lambda: complete(OPTIONS, given, desk, one_of=one_of, before=before),
        go,
        dated=False,
    )


def _entered(answers: Answers, rest: dict[str, Any]) -> int:
    """Write what was answered; the exit code."""
    from mpp_qms.store.attachments import clean_name, relative

    file: Path | None = rest["file"]
    opened = open_records(rest["root"], None, to_write=True)
    content = file.read_bytes() if file is not None else None
    inside = relative(file, opened.root) if file is not None else None
    if inside is not None:
        refuse_all([*filter(None, [not_portable(inside)])], opened.tr)

    def copied(id_: str) -> str:
        """Where the copy goes: among the other documents, under the record's id."""
        assert file is not None
        name, ending = clean_name(file.name)
        return f"documents/{id_.lower()}{'-' + name if name else ''}{ending}"

    def data(id_: str) -> dict[str, Any]:
        document = entry(title=answers["title"], location=answers.get("location"), url=answers.get("url"))
        if content is not None:
            document |= {"path": inside or copied(id_), "sha256": sha256(content).hexdigest()}
        units = answers.get("unit")
        return entry(
            id=id_,
            title=answers["title"],
            shows=list(answers["shows"]),
            units="all" if units == ("all",) else list(units or ()),
            date=answers["date"],
            period=entry(from_=answers.get("from"), to=answers.get("to")) or None,
            valid_until=answers.get("valid_until"),
            document=document,
        )

    def beside(id_: str) -> "list[FileChange]":
        from mpp_qms.store.changing import FileChange

        return [FileChange(copied(id_), None, content)] if content is not None and inside is None else []

    new = New("mpp-qms.evidence-add/1", "evidence", f"EVD-{answers['date'].year}-", data, None, beside)
    return create(new, opened, asked_for(rest))


def _no_document(file: Path | None) -> list[Message]:
    """Why a file is none that can be taken."""
    from mpp_qms.store.attachments import clean_name

    if file is None:
        return []
    if (problem := no_document(file)) is not None:
        return [problem]
    if clean_name(file.name)[1] in (".yaml", ".yml"):
        return [Message(N_("{path} has the ending of a record; give the document another."), {"path": str(file)})]
    if file.stat().st_size > MAX_MEGABYTES << 20:
        text = N_("{path} is larger than {limit} MB: keep it elsewhere, and say where with --location or --url.")
        return [Message(text, {"path": str(file), "limit": MAX_MEGABYTES})]
    return []


def _contradictions(answers: Answers) -> list[Message]:
    found = []
    if "all" in answers.get("unit", ()) and answers["unit"] != ("all",):
        found.append(Message(N_("--unit: all stands alone.")))
    if answers.get("to") and not answers.get("from"):
        found.append(Message(N_("Still missing: {options}."), {"options": ("--from",)}))
    return found
