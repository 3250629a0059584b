"""`mpp-qms nc renumber`: another id for a nonconformity, and every mention of it in all records."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.answers import DATE, value_of
from mpp_qms.cli.desk import Asked, Desk, Outcome, make, record_meant, refuse_all, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of

if TYPE_CHECKING:
    from mpp_qms.steps.renumber import Moving
    from mpp_qms.store.repository import Repository


def register(nc: typer.Typer) -> None:
    """Add the command."""
    nc.command("renumber", help=N_("Give a nonconformity another number, here and wherever it is named."))(renumber)


def renumber(
    id_: Annotated[
        str, typer.Argument(metavar="ID|PATH", help=N_("Its id; the path of its file where two have the id."))
    ],
    new: Annotated[str | None, typer.Argument(metavar="NEW", help=N_("The new id."))] = None,
    next_: Annotated[bool, typer.Option("--next", help=N_("Take the next free number of its unit and year."))] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=N_("Why it is given another number."))
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="CODE", autocompletion=completing.people, help=N_("Whose hand it is: a staff code.")
        ),
    ] = None,
    date: options.Date = None,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Move the file and change every mention at once; what two records of one id are named by stays for a person."""
    from mpp_qms.steps.step import Option, entry
    from mpp_qms.store.repository import load

    desk = sit_down(root)
    problems = []
    if (new is None) == (not next_):
        problems.append(Message(N_("Give either the new id or --next.")))
    day = value_of(DATE, date, desk) if date is not None else desk.today
    hand = value_of(Option("by", "", form="person"), by, desk) if by is not None else None
    problems += [found for found in (day, hand) if isinstance(found, Message)]
    refuse_all(problems, desk.tr)
    path = _file_meant(desk, id_)

    def plan() -> Any:
        why = reason or desk.mall(N_("it was given another number"))
        repository = load(desk.root)
        if not id_.lower().endswith(".yaml"):
            _only_one(path, repository)
        return _plan(desk, path, new, repository, entry(date=day, by=hand, field="id", reason=why))

    return make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)


def _file_meant(desk: Desk, given: str) -> str:
    """The path of the file that an id or a path means."""
    from mpp_qms.store.attachments import relative
    from mpp_qms.store.repository import place_of

    if given.lower().endswith(".yaml"):
        file = next((path for path in (Path(given), desk.root / given) if path.is_file()), None)
        path = relative(file, desk.root) if file is not None else None
        place = place_of(tuple(path.split("/"))) if path is not None else None
        if path is None or place is None or place[0].name != "nonconformity":
            raise Refused(Message(N_("There is no nonconformity at {path}."), {"path": given}))
        return path
    return record_meant(desk, given, ("nonconformity",))


def _only_one(path: str, repository: "Repository") -> None:
    """Raise Refused where another file has the id, too: which of them is to move, only a path tells."""
    id_ = id_of(path)
    bearing = [file.path for file in repository.files if getattr(file.record, "id", None) == id_]
    if path in bearing and len(bearing) > 1:
        text = N_("{id} is the id of several files: {paths}. Name the one that is to get another number by its path.")
        raise Refused(Message(text, {"id": id_, "paths": tuple(bearing)}))


def _plan(desk: Desk, path: str, new: str | None, repository: "Repository", amendment: dict[str, Any]) -> Any:
    """What is read for it, and what is told of it."""
    from mpp_qms.steps.carry_out import reason_of_stop
    from mpp_qms.steps.renumber import planned, target_of
    from mpp_qms.steps.step import Stop
    from mpp_qms.store.git import changed_only_by_them
    from mpp_qms.store.names import names

    moving = _moving(desk, path)
    disposed = [id_ for entry_ in (desk.qms.disposals if desk.qms is not None else ()) for id_ in entry_.records]
    ids = [str(getattr(file.record, "id", "")) for file in repository.files if file.record is not None]
    known = [id_ for id_, _ in names(desk.root, "nonconformity")]
    target = target_of(moving.id, new, [*known, *ids, *disposed])
    if isinstance(target, Message):
        raise Refused(target)
    # one of several that have this id: whom the others mean nobody knows
    twins = [
        file.path for file in repository.files if getattr(file.record, "id", None) == moving.id and file.path != path
    ]
    theirs = changed_only_by_them(desk.root) if moving.versions is not None else () if twins else None
    others, unread = _others(desk, repository, {path, *twins})
    found = planned(moving, target, others, theirs, amendment)
    if isinstance(found, Stop):
        return [reason_of_stop(found)]
    notes = []
    if unread:
        left = N_("Warning: records that could not be read: {count}; they may still name {old}.")
        notes.append(Message(left, {"count": unread, "old": moving.id}))
    if found.naming:
        text = N_("These name {old}, and only a person knows which of the two they mean: {paths}.")
        notes.append(Message(text, {"old": moving.id, "paths": found.naming}))
    if moving.versions is not None:
        merged = N_("{new} is what came with the other branch. Now: git add, and commit the merge.")
        notes.append(Message(merged, {"new": target}))
    told = Message(
        N_("{old} is now {new}; records that name it: {count}."),
        {"old": moving.id, "new": target, "count": len(found.rewritings) - 2},
    )
    return Outcome("nc renumber", (target,), told, found.rewritings, None, repository, tuple(notes))


def _moving(desk: Desk, path: str) -> "Moving":
    """The record that moves, as it stands. Raises Refused where it cannot be read."""
    from mpp_qms.findings import Fault
    from mpp_qms.steps.renumber import Moving
    from mpp_qms.store.git import both_made
    from mpp_qms.store.yaml_text import parse

    text = text_of(desk, path)
    # once it was told apart, only git does not know yet
    versions = both_made(desk.root, path) if isinstance(parse(text.removeprefix("\ufeff")), Fault) else None
    moving = Moving(path, text, "", versions)
    data = parse(moving.moved.removeprefix("\ufeff"))
    if isinstance(data, Fault) or not isinstance(data.get("id"), str):
        raise unreadable(path)
    return replace(moving, id=str(data["id"]))


def _others(desk: Desk, repository: "Repository", but: Collection[str]) -> tuple[dict[str, str], int]:
    """The texts of all other records by their paths, and how many cannot be read."""
    from mpp_qms.store.repository import through_link

    texts, unread = {}, 0
    for file in repository.files:
        if file.path in but or file.kind is None:
            continue
        if through_link(desk.root, file.path) is not None:
            unread += 1
            continue
        try:
            texts[file.path] = (desk.root / file.path).read_bytes().decode("utf-8")
        except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
            # no text there, and told by check; any other trouble stops it all
            unread += 1
    return texts, unread
