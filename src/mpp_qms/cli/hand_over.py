"""`mpp-qms hand-over`: every open action of one who leaves, all or nothing."""

from typing import Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.desk import Asked, Outcome, make, refuse_all, sit_down, text_of
from mpp_qms.cli.step import value_of
from mpp_qms.messages import N_, Message


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hand-over", help=N_("Hand every open action of one who leaves to another, all or nothing."))(hand_over)


def hand_over(
    from_: Annotated[
        str,
        typer.Option("--from", metavar="CODE", autocompletion=completing.people, help=N_("Who leaves: a staff code.")),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="CODE", autocompletion=completing.people, help=N_("Who takes over: a staff code.")
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="CODE", autocompletion=completing.people, help=N_("Who decides it: a staff code.")
        ),
    ],
    date: options.Date = None,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """One entry in `reassigned` for each open action, in every record at once."""
    from mpp_qms.register import build
    from mpp_qms.steps.carry_out import reason_of_stop, spliced
    from mpp_qms.steps.hand_over import handed, open_actions
    from mpp_qms.steps.step import Option, Stop
    from mpp_qms.store.repository import load

    desk = sit_down(root)
    problems = []
    for flag, code in (("from", from_), ("to", to), ("by", by)):
        found = value_of(Option(flag, "", form="person"), code, desk, None)
        problems += [found] if isinstance(found, Message) else []
    day = value_of(Option("date", "", form="day"), date, desk, None) if date is not None else desk.today
    problems += [day] if isinstance(day, Message) else []
    if from_ == to:
        problems.append(Message(N_("--from and --to are the same person.")))
    refuse_all(problems, desk.tr)

    def plan() -> Any:
        repository = load(desk.root)
        records = build(repository, desk.today, desk.today)
        edits: dict[str, list[Any]] = {}
        named, ids = [], {}
        for record, route, action in open_actions(records, from_):
            path = records.path(record)
            edits.setdefault(path, []).append(handed(route, day, to, by))
            ids[path] = record.id
            named.append(f"{record.id} {action.id}")
        rewritings = []
        for path, changes in edits.items():
            rewritten = spliced(path, text_of(desk, path), changes, ids[path])
            if isinstance(rewritten, Stop):
                return [reason_of_stop(rewritten)]
            rewritings.append(rewritten)
        values = {"from": from_, "to": to, "count": len(named), "actions": tuple(named)}
        told = Message(N_("{from} handed {count} open actions to {to}: {actions}."), values)
        if not named:
            told = Message(N_("{from} has no open action; nothing was changed."), values)
        note = None
        if repository.unread:
            text = N_("Warning: {count} records could not be read; what they hold was not handed over.")
            note = Message(text, {"count": repository.unread})
        return Outcome("hand-over", tuple(ids.values()), told, tuple(rewritings), None, repository, note)

    return make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)
