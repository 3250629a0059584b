"""`mpp-qms nc amend`: put a typing error in a fact right, with both values on record."""

from dataclasses import replace
from functools import partial
from textwrap import shorten
from typing import Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.asking import ask_until_it_goes, complete, in_folder, record_named
from mpp_qms.cli.commands import asked_for, command
from mpp_qms.cli.desk import Outcome, make, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of
from mpp_qms.steps.nonconformity import REASON
from mpp_qms.steps.step import Answers, Option, by

OPTIONS = (
    Option(
        "field",
        N_("The fact: title, detected.date, actions.A1.what, causes.0.root (entries without an id count from 0) …"),
        N_("Which fact?"),
        "field",
        metavar="KEY",
    ),
    Option("to", N_("What is right."), N_("What is right?"), metavar="VALUE"),
    REASON,
    by(N_("Who puts it right?"), N_("Whose hand it is: a staff code.")),
)

#: So much of what a fact holds is shown beside its name.
_SHOWN = 50


def register(nc: typer.Typer) -> None:
    """Add the command."""
    help_ = N_("Put a typing error in a fact right; both values stay on record.")
    nc.command("amend", help=help_)(
        command("nc amend", help_, [("id_", str | None, options.RECORD, None)], OPTIONS, amend)
    )


def amend(given: dict[str, Any], rest: dict[str, Any]) -> int:
    """The right value in its place, and an entry in `amended` with the wrong one."""
    from mpp_qms.findings import Fault
    from mpp_qms.steps.amend import planned
    from mpp_qms.steps.carry_out import reason_of_stop
    from mpp_qms.steps.step import Stop
    from mpp_qms.store.yaml_text import parse

    desk = sit_down(rest["root"])
    path = record_named(desk, rest["id_"], ("nonconformity",))
    id_ = id_of(path)
    there = parse(text_of(desk, path).removeprefix("\ufeff"))
    if isinstance(there, Fault):
        raise unreadable(path)
    asked = OPTIONS if given["field"] is not None else (_among(there), *OPTIONS[1:])

    def plan(answers: Answers) -> Any:
        text = text_of(desk, path)
        data = parse(text.removeprefix("\ufeff"))
        if isinstance(data, Fault):
            raise unreadable(path)
        found = planned(id_, path, text, data, answers)
        if isinstance(found, Message):
            raise Refused(found)
        if isinstance(found, Stop):
            return [reason_of_stop(found)]
        return Outcome("nc amend", (id_,), found.told, (found.rewriting,), felt_elsewhere=True)

    how = asked_for(rest)
    return ask_until_it_goes(
        ["mpp-qms", "nc", "amend", id_, *in_folder(rest["root"])],
        asked,
        given,
        desk,
        how,
        lambda: complete(asked, given, desk, dated=True),
        lambda answers: make(desk, how, partial(plan, answers)),
    )


def _among(data: dict[str, Any]) -> Option:
    """The question for the fact, with those there are, and what they hold, to choose from."""
    from mpp_qms.records.amendments import fields_of, route_of

    labels = {}
    for field in fields_of(data):
        found = route_of(field, data)
        labels[field] = f"{field}: {shorten(str(found[1]), _SHOWN)}" if not isinstance(found, str) else field
    return replace(OPTIONS[0], form="choice", choices=lambda: tuple(labels), labels=labels)
