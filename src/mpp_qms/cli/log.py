"""`mpp-qms log`: who changed what and when, in the words of the life."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.desk import Desk, record_meant, sit_down
from mpp_qms.cli.exits import FINE, USAGE, Refused
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.records.common import Common
    from mpp_qms.store.history import Touched
    from mpp_qms.story import Event

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
    from mpp_qms.store.git import GitFailed
    from mpp_qms.store.history import NoHistory, commit_of, touched

    desk = sit_down(root)
    path = record_meant(desk, id_, _KINDS) if id_ is not None else None
    try:
        commit_of(desk.root, "HEAD")
        commits = touched(desk.root, path)
    except NoHistory as none:
        raise Refused(none.message, USAGE, none.help) from None
    except GitFailed as failed:
        raise Refused(Message(N_("git could not tell the history: {reason}"), {"reason": str(failed)}), USAGE) from None
    entries = [(commit, list(_records(desk, commit, versions))) for commit, versions in _with_texts(desk, commits)]
    entries = [(commit, found) for commit, found in entries if found]
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


def _with_texts(desk: Desk, commits: "list[Touched]") -> "Iterator[tuple[Touched, dict[str, bytes]]]":
    """The commits, with the contents of every blob they name, read in one run of git."""
    from mpp_qms.store.history import blobs

    names = {
        name for entry in commits for file in entry.files for name in (file.before, file.after) if name is not None
    }
    contents = blobs(desk.root, names)
    yield from ((entry, contents) for entry in commits)


def _records(desk: Desk, entry: "Touched", contents: dict[str, bytes]) -> "Iterator[tuple[str, list[Event]]]":
    """The records that a commit touched, each with what it did to it."""
    from mpp_qms.changelog import told
    from mpp_qms.store.repository import place_of
    from mpp_qms.story import Event

    for path, _, before, after in entry.files:
        if place_of(tuple(path.split("/"))) is None:
            continue
        old, new = (_read(path, contents[name]) if name is not None else None for name in (before, after))
        events = told(old, new)
        if after is not None and new is None:
            events = [Event(entry.commit.day, Message(N_("written so that it cannot be read")), None)]
        if events:
            yield path, events


def _read(path: str, content: bytes) -> "Common | None":
    from mpp_qms.store.reading import record_of
    from mpp_qms.store.repository import place_of

    place = place_of(tuple(path.split("/")))
    assert place is not None
    try:
        return record_of(content.decode("utf-8-sig"), path, *place).record
    except UnicodeDecodeError:
        return None
