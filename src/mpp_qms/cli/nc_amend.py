"""`mpp-qms nc amend`: put a typing error in a fact right, with both values on record."""

from typing import Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.desk import Asked, Outcome, make, record_meant, refuse_all, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.cli.step import value_of
from mpp_qms.messages import N_, Message


def register(nc: typer.Typer) -> None:
    """Add the command."""
    nc.command("amend", help=N_("Put a typing error in a fact right; both values stay on record."))(amend)


def amend(
    id_: Annotated[str, options.RECORD],
    field: Annotated[
        str, typer.Option("--field", metavar="KEY", help=N_("The fact: detected.date, actions.A1.what, title …"))
    ],
    to: Annotated[str, typer.Option("--to", metavar="VALUE", help=N_("What is right."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("Why."))],
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="CODE", autocompletion=completing.people, help=N_("Whose hand it is: a staff code.")
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
    """The right value in its place, and an entry in `amended` with the wrong one."""
    from mpp_qms.findings import Fault
    from mpp_qms.steps.amend import amended, route_of
    from mpp_qms.steps.carry_out import reason_of_stop, spliced
    from mpp_qms.steps.step import Option, Stop
    from mpp_qms.store.yaml_text import parse

    desk = sit_down(root)
    path = record_meant(desk, id_, ("nonconformity",))
    record_id = path.rsplit("/", 1)[-1].removesuffix(".yaml")
    answers = {
        "by": value_of(Option("by", "", form="person"), by, desk, None),
        "to": value_of(Option("to", ""), to, desk, None),
        "reason": value_of(Option("reason", ""), reason, desk, None),
        "date": value_of(Option("date", "", form="day"), date, desk, None) if date is not None else desk.today,
    }
    problems = [found for found in answers.values() if isinstance(found, Message)]
    for name, found in answers.items():
        if found is None:
            problems.append(Message(N_("Still missing: {options}."), {"options": (f"--{name}",)}))
    refuse_all(problems, desk.tr)

    def plan() -> Any:
        text = text_of(desk, path)
        data = parse(text.removeprefix("\ufeff"))
        if isinstance(data, Fault):
            raise unreadable(path)
        found = route_of(field, data)
        if found == "fixed":
            sentence = N_("--field: {field} is not amended; ids and units change by nc renumber and nc transfer.")
            raise Refused(Message(sentence, {"field": field}))
        if isinstance(found, str):
            sentence = N_("--field: {record} holds no single value at {field}; there is: {known}.")
            raise Refused(Message(sentence, {"record": record_id, "field": field, "known": tuple(data)}))
        route, before = found
        edits = amended(field, route, before, answers["to"], answers["date"], answers["by"], answers["reason"])
        rewritten = spliced(path, text, edits, record_id)
        if isinstance(rewritten, Stop):
            return [reason_of_stop(rewritten)]
        values = {"record": record_id, "field": field, "from": str(before), "to": answers["to"]}
        told = Message(N_("{record}: {field} amended from {from} to {to}."), values)
        return Outcome("nc amend", (record_id,), told, (rewritten,))

    return make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)
