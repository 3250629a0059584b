"""`mpp-qms nc renumber`: another id for a nonconformity, and every mention of it in all records."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.answers import DATE, value_of
from mpp_qms.cli.desk import Asked, Desk, Outcome, make, record_meant, refuse_all, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.steps.renumber import Moving, Renumbering


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
    from mpp_qms.steps.carry_out import reason_of_stop
    from mpp_qms.steps.renumber import planned
    from mpp_qms.steps.step import Option, Stop, entry
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
        moving, repository = _moving(desk, path), load(desk.root)
        disposed = [each for entry_ in (desk.qms.disposals if desk.qms is not None else ()) for each in entry_.records]
        amendment = entry(date=day, by=hand, field="id", reason=why)
        found = planned(moving, new, repository, disposed, amendment, by_path=id_.lower().endswith(".yaml"))
        if isinstance(found, Message):
            raise Refused(found)
        if isinstance(found, Stop):
            return [reason_of_stop(found)]
        values = {"old": moving.id, "new": found.target, "count": found.others}
        told = Message(N_("{old} is now {new}; records that name it: {count}."), values)
        notes = _notes(moving, found)
        return Outcome("nc renumber", (found.target,), told, found.rewritings, None, repository, notes)

    return make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)


def _file_meant(desk: Desk, given: str) -> str:
    """The path of the file that an id or a path means."""
    from mpp_qms.store.attachments import relative
    from mpp_qms.store.repository import place_at

    if given.lower().endswith(".yaml"):
        file = next((path for path in (Path(given), desk.root / given) if path.is_file()), None)
        path = relative(file, desk.root) if file is not None else None
        place = place_at(path) if path is not None else None
        if path is None or place is None or place[0].name != "nonconformity":
            raise Refused(Message(N_("There is no nonconformity at {path}."), {"path": given}))
        return path
    return record_meant(desk, given, ("nonconformity",))


def _notes(moving: "Moving", found: "Renumbering") -> tuple[Message, ...]:
    """What is left to a person, and what is not known."""
    notes = []
    if found.unread:
        left = N_("Warning: records that could not be read: {count}; they may still name {old}.")
        notes.append(Message(left, {"count": found.unread, "old": moving.id}))
    if found.naming:
        text = N_("These name {old}, and only a person knows which of the two they mean: {paths}.")
        notes.append(Message(text, {"old": moving.id, "paths": found.naming}))
    if moving.versions is not None:
        merged = N_("{new} is what came with the other branch. Once it is written: git add, and commit the merge.")
        if moving.ours:
            merged = N_(
                "{new} is what this branch made; the other's is known by its number already. Once it is written: "
                "git add, and commit the merge."
            )
        notes.append(Message(merged, {"new": found.target}))
    return tuple(notes)


def _moving(desk: Desk, path: str) -> "Moving":
    """The record that moves, as it stands. Raises Refused where it cannot be read."""
    from mpp_qms.findings import Fault
    from mpp_qms.steps.renumber import Moving
    from mpp_qms.store.git import both_made, merges_the_trunk
    from mpp_qms.store.yaml_text import parse

    text = text_of(desk, path)
    # once it was told apart, only git does not know yet
    versions = both_made(desk.root, path) if isinstance(parse(text.removeprefix("\ufeff")), Fault) else None
    ours = versions is not None and merges_the_trunk(desk.root)
    moving = Moving(path, text, "", (versions[1], versions[0]) if versions is not None and ours else versions, ours)
    data = parse(moving.moved.removeprefix("\ufeff"))
    if isinstance(data, Fault) or not isinstance(data.get("id"), str):
        raise unreadable(path)
    return replace(moving, id=str(data["id"]))
