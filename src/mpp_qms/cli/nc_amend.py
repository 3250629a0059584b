"""`mpp-qms nc amend`: put a typing error in a fact right, with both values on record."""

from typing import Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.answers import complete
from mpp_qms.cli.commands import REQUIRED, asked_for, command
from mpp_qms.cli.desk import Outcome, make, record_meant, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of
from mpp_qms.steps.nonconformity import REASON
from mpp_qms.steps.step import Option, by

OPTIONS = (
    Option(
        "field",
        N_("The fact: detected.date, actions.A1.what, title …"),
        N_("Which fact? (detected.date, actions.A1.what, title …)"),
        metavar="KEY",
    ),
    Option("to", N_("What is right."), N_("What is right?"), metavar="VALUE"),
    REASON,
    by(N_("Who puts it right?"), N_("Whose hand it is: a staff code.")),
)


def register(nc: typer.Typer) -> None:
    """Add the command."""
    help_ = N_("Put a typing error in a fact right; both values stay on record.")
    nc.command("amend", help=help_)(
        command("nc amend", help_, [("id_", str, options.RECORD, REQUIRED)], OPTIONS, amend)
    )


def amend(given: dict[str, Any], rest: dict[str, Any]) -> int:
    """The right value in its place, and an entry in `amended` with the wrong one."""
    from mpp_qms.findings import Fault
    from mpp_qms.records.amendments import name_of, route_of
    from mpp_qms.steps.amend import amended, in_words, typed
    from mpp_qms.steps.carry_out import reason_of_stop, spliced
    from mpp_qms.steps.step import Stop
    from mpp_qms.store.yaml_text import parse

    desk = sit_down(rest["root"])
    path = record_meant(desk, rest["id_"], ("nonconformity",))
    id_ = id_of(path)
    answers = complete(OPTIONS, given, desk)
    asked_field = answers["field"].strip()

    def plan() -> Any:
        text = text_of(desk, path)
        data = parse(text.removeprefix("\ufeff"))
        if isinstance(data, Fault):
            raise unreadable(path)
        field = asked_field
        found = route_of(field, data)
        if found == "fixed":
            sentence = N_("--field: {field} is not amended; ids and units change by nc renumber and nc transfer.")
            raise Refused(Message(sentence, {"field": field}))
        if isinstance(found, str):
            sentence = N_("--field: {record} holds no single value at {field}; there is: {known}.")
            raise Refused(Message(sentence, {"record": id_, "field": field, "known": tuple(data)}))
        route, before = found
        field = name_of(route, data)
        if typed(answers["to"], before) == typed(str(before), before):
            values = {"record": id_, "what": field, "value": in_words(before)}
            return [reason_of_stop(Stop("STP012", values))]
        edits = amended(field, route, before, answers["to"], answers["date"], answers["by"], answers["reason"])
        rewritten = spliced(path, text, edits, id_)
        if isinstance(rewritten, Stop):
            return [reason_of_stop(rewritten)]
        values = {"record": id_, "field": field, "from": in_words(before), "to": in_words(typed(answers["to"], before))}
        told = Message(N_("{record}: {field} amended from {from} to {to}."), values)
        return Outcome("nc amend", (id_,), told, (rewritten,), felt_elsewhere=True)

    return make(desk, asked_for(rest), plan)
