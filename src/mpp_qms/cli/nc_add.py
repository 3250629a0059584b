"""`mpp-qms nc add`: enter a nonconformity."""

from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.asking import in_folder, say_so_far
from mpp_qms.cli.context import Opened, day_given, open_records
from mpp_qms.cli.creating import New, create
from mpp_qms.cli.desk import Asked, refuse_all
from mpp_qms.cli.exits import NO, USAGE, say
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.entry import Given


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("add", help=N_("Enter a nonconformity; on a terminal, what is missing is asked for."))(add)


def add(
    unit: Annotated[
        str | None,
        typer.Option(
            "--unit", metavar="UNIT", autocompletion=completing.units, help=N_("The unit where it was found.")
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help=N_("What is not as it should be, in one line."))
    ] = None,
    grade: Annotated[
        str | None,
        typer.Option(
            "--grade",
            metavar="GRADE",
            autocompletion=completing.among(lambda: options.GRADE_NAMES),
            help=N_("major, minor, observation, ofi or ungraded."),
        ),
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause",
            metavar="N",
            autocompletion=completing.clauses,
            help=N_("The clause that is not met; further ones are related. May be repeated."),
        ),
    ] = None,
    criterion: Annotated[
        str | None, typer.Option("--criterion", metavar="TEXT", help=N_("The requirement that is not met."))
    ] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", metavar="TEXT", help=N_("The objective evidence."))
    ] = None,
    statement: Annotated[
        str | None, typer.Option("--statement", metavar="TEXT", help=N_("What does not conform."))
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="KIND[:REF]", help=N_("How it came to light, and the record or letter that says so.")
        ),
    ] = None,
    detected: Annotated[
        str | None, typer.Option("--detected", metavar="DATE", help=N_("The day it was found."))
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="CODE", autocompletion=completing.people, help=N_("Who found it: a staff code or a party.")
        ),
    ] = None,
    sop: Annotated[
        list[str] | None,
        typer.Option(
            "--sop",
            metavar="ID",
            autocompletion=completing.records("sop"),
            help=N_("An SOP it concerns; may be repeated."),
        ),
    ] = None,
    issued: Annotated[
        str | None, typer.Option("--issued", metavar="DATE", help=N_("The day it was handed to the unit."))
    ] = None,
    body: Annotated[
        str | None, typer.Option("--body", metavar="PARTY", help=N_("The body outside the mall whose finding it is."))
    ] = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="N", help=N_("The body's own number of it."))
    ] = None,
    response_due: Annotated[
        str | None, typer.Option("--response-due", metavar="DATE", help=N_("The day an answer is due to the body."))
    ] = None,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Write the record under the next free id; what is missing is asked for on a terminal, else a usage error."""
    from mpp_qms.cli import form
    from mpp_qms.entry import Given, missing, normalised, option

    opened = open_records(root, None, to_write=True)
    given = Given(
        unit=unit,
        title=title,
        grade=grade,
        clauses=tuple(clause or ()),
        criterion=criterion,
        evidence=evidence,
        statement=statement,
        source=source,
        detected=day_given(detected, "--detected"),
        by=by,
        sops=tuple(sop or ()),
        issued=day_given(issued, "--issued"),
        body=body,
        number=number,
        response_due=day_given(response_due, "--response-due"),
    )
    given = normalised(given)
    problems = _problems(given, opened)
    names = missing(given)
    if names and not form.possible():
        problems.append(Message(N_("Still missing: {options}."), {"options": tuple(option(name) for name in names)}))
    refuse_all(problems, opened.tr)
    asked = Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit)
    if not names:
        return _entered(given, opened, asked)
    try:
        while True:
            given = normalised(form.complete(given, opened.register, opened.tr))
            problems = _problems(given, opened)
            for problem in problems:
                say(problem.show(opened.tr))
            code = USAGE if problems else _entered(given, opened, asked)
            refused = code in (NO, USAGE)
            another = form.without_one(given, opened.tr) if refused and not asked.as_json else None
            if another is None:
                return code
            given = another
    except form.BrokenOff as broken:
        answered = {option(name): value for name, value in broken.answers.items()}
        say_so_far(["mpp-qms", "nc", "add", *in_folder(root)], answered, opened.tr)
        raise


def _entered(given: "Given", opened: Opened, asked: Asked) -> int:
    """Write the record of a finding that lacks nothing; the exit code."""
    from mpp_qms.entry import data_of

    assert given.unit is not None
    assert given.detected is not None
    new = New(
        "mpp-qms.nc-add/1",
        f"units/{given.unit}/nonconformities",
        f"NC-{given.unit.upper()}-{given.detected.year}-",
        lambda id_: data_of(given, id_),
        Message(N_("# What comes next: mpp-qms nc show {id}")),
    )
    return create(new, opened, asked)


def _problems(given: "Given", opened: Opened) -> list[Message]:
    from mpp_qms.entry import no_unit, unknown

    found = [*unknown(given, opened.register)]
    if not found and given.unit is not None and not (opened.root / "units" / given.unit).is_dir():
        # the id in unit.yaml is not that of its folder: a finding of `check`, and no place for a record
        found.append(no_unit(given.unit, opened.register))
    return found
