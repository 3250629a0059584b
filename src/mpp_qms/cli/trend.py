"""`mpp-qms trend`: how did it go, month by month?"""

import locale
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.context import day_given, open_records, warn_unread
from mpp_qms.cli.exits import FINE, Refused
from mpp_qms.cli.out import colours, emit
from mpp_qms.dates import Every
from mpp_qms.messages import N_, Message


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trend", help=N_("How it went, month by month: open, overdue, evidence, audited, days to closure."))(
        trend
    )


def trend(
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="DATE", help=N_("A day in the first month that is shown, for instance 2024-06-01.")
        ),
    ],
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help=N_("A day in the last month that is shown; default: the day of --as-of, or today."),
        ),
    ] = None,
    every: Annotated[Every, typer.Option("--every", help=N_("A point for each month, or for each quarter."))] = "month",
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.TrendOutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """By the facts as they are now recorded, for the last day of each month."""
    from mpp_qms import trend as points_of

    first = day_given(since, "--since")
    assert first is not None
    opened = open_records(root, as_of)
    last = _last(first, day_given(until, "--until"), opened.register.day)
    points = points_of.trend(opened.register, first, last, every)
    warn_unread(opened)
    if format_ == "json":
        from mpp_qms.views import json

        emit(json.text(json.trend(points, opened.register.day, opened.repository.unread, every)), output)
    elif format_ == "csv":
        from mpp_qms.views import csv

        if output is None and hasattr(sys.stdout, "reconfigure"):
            # the lines have their ends already, which Windows would double
            sys.stdout.reconfigure(newline="")
        emit(csv.trend(points), output)
    else:
        from mpp_qms.views.terminal import trend as view
        from mpp_qms.views.terminal.style import style

        emit(view.render(points, opened.tr, style(colours=colours(output)), blocks=_blocks(output)), output)
    return FINE


def _last(first: date, until: date | None, day: date) -> date:
    """The last day of the last month. Raises Refused where it lies before the first, or is not known yet."""
    if until is not None and until > day:
        text = N_("--until: {until} lies after {day}, the day up to which facts are known. Give --as-of too.")
        raise Refused(Message(text, {"until": until, "day": day}))
    last = until or day
    if first > last:
        raise Refused(Message(N_("--since: {since} lies after {last}, the last day."), {"since": first, "last": last}))
    return last


def _blocks(output: Path | None) -> bool:
    """True where blocks can be shown: in a file, on Windows (which asks no code page of a terminal), in the locale's signs."""
    from mpp_qms.views.terminal.trend import BLOCKS

    if output is not None or sys.platform == "win32":
        return True
    try:
        BLOCKS.encode(locale.getpreferredencoding(False))
    except (UnicodeEncodeError, LookupError):
        return False
    return True
