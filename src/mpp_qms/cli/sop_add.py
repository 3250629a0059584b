"""`mpp-qms sop add`: enter an SOP; its first revision follows with `sop revise`."""

from typing import Any

import typer

from mpp_qms.cli.asking import ask_until_it_goes, complete, in_folder
from mpp_qms.cli.commands import asked_for, command
from mpp_qms.cli.context import open_records
from mpp_qms.cli.creating import New, create
from mpp_qms.cli.desk import refuse_all, sit_down
from mpp_qms.cli.exits import near
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Option, entry

OPTIONS = (
    Option("unit", N_("The unit whose SOP it is."), N_("Whose SOP is it?"), "unit", metavar="UNIT"),
    Option("title", N_("What it is about."), N_("What is it about?")),
    Option("number", N_("Its printed number."), N_("Which number is printed on it?"), metavar="N"),
    Option(
        "clause",
        N_("A clause it answers; may be repeated."),
        N_("Which clauses does it answer?"),
        "clause",
        many=True,
        metavar="N",
    ),
    Option(
        "service",
        N_("A service of the unit it is for; may be repeated."),
        form="service",
        needed=False,
        many=True,
        metavar="ID",
    ),
    Option("issuer", N_("Who issued it, where it comes from outside the mall."), needed=False),
)


def register(sop: typer.Typer) -> None:
    """Add the command."""
    help_ = N_("Enter an SOP; its first revision follows with sop revise.")
    sop.command("add", help=help_)(command("sop add", help_, (), OPTIONS, add, dated=False))


def add(given: dict[str, Any], rest: dict[str, Any]) -> int:
    """Write the record under the next free id of the unit."""
    desk, words = sit_down(rest["root"]), ["mpp-qms", "sop", "add", *in_folder(rest["root"])]
    return ask_until_it_goes(
        words,
        OPTIONS,
        given,
        desk,
        asked_for(rest),
        lambda: complete(OPTIONS, given, desk),
        lambda answers: _entered(answers, rest),
        dated=False,
    )


def _entered(answers: Answers, rest: dict[str, Any]) -> int:
    """Write what was answered; the exit code."""
    opened = open_records(rest["root"], None, to_write=True)
    unit, issuer = answers["unit"], answers.get("issuer")
    found = opened.register.unit_by_id.get(unit)
    services = [each.id for each in found.services] if found is not None else []
    problems = []
    for name in answers.get("service", ()):
        if name not in services:
            values = {"unit": unit, "service": name, "hint": near(name, services)}
            problems.append(Message(N_("--service: {unit} has no service {service}.{hint}"), values))
    refuse_all(problems, opened.tr)

    def data(id_: str) -> dict[str, Any]:
        head = entry(id=id_, unit=unit, number=answers["number"], title=answers["title"])
        origin = entry(origin="external" if issuer else None, issuer=issuer)
        rest_ = entry(clauses=list(answers["clause"]), services=list(answers.get("service", ())))
        return head | origin | rest_ | {"revisions": []}

    remark = Message(N_("# What comes next: mpp-qms sop revise {id}"))
    new = New("mpp-qms.sop-add/1", f"units/{unit}/sops", f"SOP-{unit.upper()}-", data, remark)
    return create(new, opened, asked_for(rest))
