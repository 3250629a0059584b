"""`mpp-qms audit`: are we ready for the visit?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import Opened, day_given, known_leaves, known_unit, open_records, warn_unread
from mpp_qms.cli.exits import FINE, NO, say
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.readiness import Readiness
    from mpp_qms.readiness.cells import Cell


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "audit", help=N_("Are we ready for the visit? Gates, matrix, next steps, and what will have lapsed by then.")
    )(audit)


def audit(
    root: options.Root = None,
    as_of: options.AsOf = None,
    unit: options.Units = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause",
            metavar="N",
            autocompletion=completing.clauses,
            help=N_("Why are the cells of this clause so? May be repeated."),
        ),
    ] = None,
    visit: Annotated[
        str | None,
        typer.Option(
            "--visit", metavar="DATE", help=N_("Judge the day of this visit instead of the next one of qms.yaml.")
        ),
    ] = None,
    fail_under: Annotated[
        int | None,
        typer.Option(
            "--fail-under", min=0, max=100, metavar="PERCENT", help=N_("Exit 1 where less of the evidence is in place.")
        ),
    ] = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The verdict on all records; --unit and --clause narrow what is listed, never the verdict."""
    from mpp_qms.readiness import assess

    opened = open_records(root, as_of)
    day = day_given(visit, "--visit")
    for name in unit or ():
        known_unit(opened, name)
    leaves = {leaf for number in clause or () for leaf in known_leaves(opened, number)}
    readiness = assess(opened.register, opened.findings(), unread=opened.repository.unread, visit=day)
    cells = [
        cell for cell in readiness.cells if (not unit or cell.unit in unit) and (not clause or cell.clause in leaves)
    ]
    warn_unread(opened)
    if day is not None and readiness.visit is None:
        text = N_("The visit on {visit} lies before {day}, the day asked about: it is not judged. Give --as-of too.")
        say(Message(text, {"visit": day, "day": opened.register.day}).show(opened.tr))
    if format_ == "json":
        _json(opened, readiness, cells, output, explained=bool(clause))
    else:
        _terminal(opened, readiness, cells, output, clauses=clause)
    under = fail_under is not None and readiness.evidence_percent < fail_under
    return NO if readiness.verdict == "not-ready" or under else FINE


def _json(
    opened: Opened, readiness: "Readiness", cells: "Sequence[Cell]", output: Path | None, *, explained: bool
) -> None:
    from mpp_qms.readiness.explain import explain
    from mpp_qms.views import json

    answer = json.audit(readiness, cells, opened.tr)
    if explained:
        for shown, cell in zip(answer["cells"], cells, strict=True):
            shown["records"] = json.counted(explain(readiness.state, cell.clause, cell.unit), opened.tr)
    emit(json.text(answer), output)


def _terminal(
    opened: Opened, readiness: "Readiness", cells: "Sequence[Cell]", output: Path | None, *, clauses: list[str] | None
) -> None:
    from mpp_qms.readiness.explain import explain
    from mpp_qms.views.terminal import audit as view
    from mpp_qms.views.terminal.style import style

    how = style(colours=colours(output))
    if clauses:
        pairs = [(cell, explain(readiness.state, cell.clause, cell.unit)) for cell in cells]
        emit(view.explained(pairs, opened.tr, how), output)
        return
    qms = opened.register.qms
    title = (qms.organisation.name if qms is not None else None) or str(opened.root)
    emit(view.render(readiness, cells, opened.tr, how, title=title), output)
