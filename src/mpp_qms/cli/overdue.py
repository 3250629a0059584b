"""`mpp-qms overdue`: what is late, and whose is it?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import known_person, known_unit, known_values, open_records, warn_unread
from mpp_qms.cli.exits import FINE, NO
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_

if TYPE_CHECKING:
    from mpp_qms.overdue import Due


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("overdue", help=N_("List what is late, oldest first, and whose it is."))(overdue)


def overdue(
    root: options.Root = None,
    as_of: options.AsOf = None,
    unit: options.Units = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            "--owner",
            metavar="CODE",
            autocompletion=completing.people,
            help=N_("Only what this staff code owns; may be repeated."),
        ),
    ] = None,
    grade: options.Grades = None,
    within: Annotated[
        int | None,
        typer.Option("--within", min=0, max=3660, metavar="N", help=N_("Also what falls due in the next N days.")),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help=N_("Exit 1 where something is late."))] = False,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The running clocks that have passed; filters narrow the list."""
    from mpp_qms import overdue as clocks

    opened = open_records(root, as_of)
    for name in unit or ():
        known_unit(opened, name)
    for code in owner or ():
        known_person(opened, code)
    grade = known_values("--grade", grade, options.GRADE_NAMES)
    dues = [
        due
        for due in clocks.overdue(opened.register, within)
        if (not unit or due.unit in unit) and (not owner or due.owner in owner) and (not grade or due.grade in grade)
    ]
    unread = opened.repository.unread
    warn_unread(opened)
    if format_ == "json":
        from mpp_qms.views import json

        emit(json.text(json.overdue(dues, _lines(opened.root, dues), opened.register.day, unread)), output)
    else:
        from mpp_qms.views.terminal import overdue as view
        from mpp_qms.views.terminal.style import style

        emit(view.render(dues, unread, opened.tr, style(colours=colours(output))), output)
    return NO if exit_code and any(due.late for due in dues) else FINE


def _lines(root: Path, dues: "Sequence[Due]") -> list[int]:
    from mpp_qms.store.positions import places_of

    found: dict[tuple[str, object], int] = {}
    for path in {due.path for due in dues}:
        routes = [due.route for due in dues if due.path == path]
        for route, (line, _) in zip(routes, places_of(root, path, routes), strict=True):
            found[path, route] = line
    return [found[due.path, due.route] for due in dues]
