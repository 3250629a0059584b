"""`mpp-qms log`: who changed what and when, in the words of the life."""

from typing import Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import asking_git, finish, root_of, zone_of
from mpp_qms.cli.desk import desk_at, record_meant
from mpp_qms.cli.exits import FINE
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_

_KINDS = ("nonconformity", "sop", "evidence", "audit", "review", "unit")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("log", help=N_("Who changed what in the records, commit by commit, the newest first."))(log)


def log(
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            autocompletion=completing.records(*_KINDS),
            help=N_("One record only; its id may be shortened."),
        ),
    ] = None,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Each commit with what it did to each record."""
    from mpp_qms.changelog import of_commits
    from mpp_qms.store.history import commit_of, touched

    where = root_of(root)
    finish(where)
    desk = desk_at(where)
    path = record_meant(desk, id_, _KINDS) if id_ is not None else None
    with asking_git():
        commit_of(desk.root, "HEAD")
        entries = of_commits(desk.root, touched(desk.root, path, zone=zone_of(desk.qms)))
    if format_ == "json":
        from mpp_qms.views import json

        rows = [
            {
                "commit": entry.commit.name,
                "date": entry.commit.day.isoformat(),
                "author": entry.commit.author,
                "subject": entry.commit.subject,
                "records": [
                    {
                        "path": path_,
                        "changes": [{"what": event.what.show(desk.tr), "by": event.by} for event in events],
                    }
                    for path_, events in found
                ],
            }
            for entry, found in entries
        ]
        emit(json.text({"schema": "mpp-qms.log/1", "commits": rows}), output)
    else:
        from mpp_qms.views.terminal import log as view
        from mpp_qms.views.terminal.style import style

        emit(view.render(entries, desk.tr, style(colours=colours(output))), output)
    return FINE
