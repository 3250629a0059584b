"""`mpp-qms nc renumber`: another id for a nonconformity, and every mention of it in all records."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.answers import DATE, value_of
from mpp_qms.cli.desk import Asked, Desk, Outcome, make, record_meant, refuse_all, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused, say
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of

if TYPE_CHECKING:
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
        str | None, typer.Option("--reason", metavar="TEXT", help=N_("Why; default: the number was given twice."))
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
        why = reason or desk.mall(N_("the number was given twice"))
        repository = load(desk.root)
        if not id_.lower().endswith(".yaml"):
            _only_one(path, repository)
        return _plan(desk, path, new, repository, entry(date=day, by=hand, field="id", reason=why))

    return make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)


def _file_meant(desk: Desk, given: str) -> str:
    """The path of the file that an id or a path means."""
    from mpp_qms.store.attachments import relative

    if given.lower().endswith(".yaml"):
        file = next((path for path in (Path(given), desk.root / given) if path.is_file()), None)
        path = relative(file, desk.root) if file is not None else None
        if path is None or "/nonconformities/" not in path or path.startswith(".."):
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
    """The records as they would be: the one that moves, and those that name it."""
    from mpp_qms.findings import Fault
    from mpp_qms.steps.carry_out import Rewriting, reason_of_stop, spliced
    from mpp_qms.steps.renumber import is_number, mentions, next_of, renamed
    from mpp_qms.steps.step import Stop
    from mpp_qms.store.edits import Append
    from mpp_qms.store.git import both_made, changed_only_by_them
    from mpp_qms.store.names import names
    from mpp_qms.store.yaml_text import parse

    text = text_of(desk, path)
    # once it was told apart, only git does not know yet
    versions = both_made(desk.root, path) if isinstance(parse(text.removeprefix("\ufeff")), Fault) else None
    # of two branches that made one number, what came with theirs gets the new one
    moving = versions[1] if versions is not None else text
    data = parse(moving.removeprefix("\ufeff"))
    if isinstance(data, Fault) or not isinstance(data.get("id"), str):
        raise unreadable(path)
    old = str(data["id"])
    known = dict(names(desk.root, "nonconformity"))
    disposed = [id_ for entry_ in (desk.qms.disposals if desk.qms is not None else ()) for id_ in entry_.records]
    everywhere = {
        str(getattr(file.record, "id", "")): file.path for file in repository.files if file.record is not None
    }
    target = new.strip().upper() if new is not None else next_of(old, [*known, *everywhere, *disposed])
    folder = path.rsplit("/", 1)[0]
    if target in known or target in everywhere or target in disposed:
        raise Refused(Message(N_("{id} is taken; ids are never used twice."), {"id": target}))
    if target[: target.rfind("-")] != old[: old.rfind("-")] or not is_number(target[target.rfind("-") + 1 :]):
        raise Refused(Message(N_("{id}: only the number changes; unit and year stay."), {"id": target}))
    # one of several that have this id: whom the others mean nobody knows
    twins = [file.path for file in repository.files if getattr(file.record, "id", None) == old and file.path != path]
    after = renamed(moving, old, target)
    if "by" in amendment:
        # without a hand it is no amendment: a number that was never published needs none
        known_as = {key: amendment.pop(key) for key in ("reason",)}
        told = amendment | {"from": old, "to": target} | known_as
        noted = spliced(path, after, (Append(("amended",), told),), target)
        if isinstance(noted, Stop):
            return [reason_of_stop(noted)]
        after = noted.after or after
    new_path = f"{folder}/{target}.yaml"
    if versions is not None:
        rewritings = [Rewriting(new_path, None, after), Rewriting(path, text, versions[0])]
        theirs = changed_only_by_them(desk.root)
    else:
        rewritings = [Rewriting(new_path, None, after, was=path), Rewriting(path, text, None)]
        theirs = ()
    naming, unread = [], 0
    for file in repository.files:
        if file.path == path or file.kind is None or file.path in twins:
            continue
        try:
            other = (desk.root / file.path).read_bytes().decode("utf-8")
        except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
            # no text there, and told by check; any other trouble stops it all
            unread += 1
            continue
        if mentions(old).search(other):
            if (twins or versions is not None) and file.path not in theirs:
                naming.append(file.path)
            else:
                rewritings.append(Rewriting(file.path, other, renamed(other, old, target)))
    if unread:
        left = N_("Warning: {count} records could not be read; they may still name {old}.")
        say(Message(left, {"count": unread, "old": old}).show(desk.tr))
    merged = N_("{new} is what came with the other branch. Now: git add, and commit the merge.")
    note = Message(merged, {"new": target}) if versions is not None else None
    if naming:
        text_ = N_("These name {old}, and only a person knows which of the two they mean: {paths}.")
        note = Message(text_, {"old": old, "paths": tuple(naming)})
    told_ = Message(
        N_("{old} is now {new}; records that name it: {count}."),
        {"old": old, "new": target, "count": len(rewritings) - 2},
    )
    return Outcome("nc renumber", (target,), told_, tuple(rewritings), None, repository, note)
