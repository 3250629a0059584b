"""`mpp-qms sop add`: enter an SOP; its first revision follows with `sop revise`."""

from typing import Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import known_leaves, known_unit, open_records
from mpp_qms.cli.creating import New, create
from mpp_qms.cli.desk import Asked, refuse_all
from mpp_qms.cli.exits import near
from mpp_qms.messages import N_, Message


def register(sop: typer.Typer) -> None:
    """Add the command."""
    sop.command("add", help=N_("Enter an SOP; its first revision follows with sop revise."))(add)


def add(
    unit: Annotated[
        str,
        typer.Option("--unit", metavar="UNIT", autocompletion=completing.units, help=N_("The unit whose SOP it is.")),
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=N_("What it is about."))],
    number: Annotated[str, typer.Option("--number", metavar="N", help=N_("Its printed number."))],
    clause: Annotated[
        list[str],
        typer.Option(
            "--clause", metavar="N", autocompletion=completing.clauses, help=N_("A clause it answers; may be repeated.")
        ),
    ],
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            metavar="ID",
            autocompletion=completing.services,
            help=N_("A service of the unit it is for; may be repeated."),
        ),
    ] = None,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", metavar="TEXT", help=N_("Who issued it, where it comes from outside the mall.")),
    ] = None,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Write the record under the next free id of the unit."""
    from mpp_qms.entry import holds_control_character
    from mpp_qms.steps.step import entry

    opened = open_records(root, None)
    known_unit(opened, unit)
    for text in clause:
        known_leaves(opened, text)
    problems = []
    found = opened.register.unit_by_id.get(unit)
    services = [each.id for each in found.services] if found is not None else []
    for name in service or ():
        if name not in services:
            values = {"unit": unit, "service": name, "hint": near(name, services)}
            problems.append(Message(N_("--service: {unit} has no service {service}.{hint}"), values))
    for flag, text in (("--title", title), ("--number", number), ("--issuer", issuer or "-")):
        if not text.strip():
            problems.append(Message(N_("Still missing: {options}."), {"options": (flag,)}))
        elif holds_control_character(text):
            problems.append(Message(N_("{option}: the text holds a control character."), {"option": flag}))
    refuse_all(problems, opened.tr)

    def data(id_: str) -> dict[str, object]:
        origin = "external" if issuer else None
        head = entry(id=id_, unit=unit, number=number.strip(), title=title.strip(), clauses=clause)
        return head | {"revisions": []} | entry(origin=origin, issuer=issuer, services=service)

    remark = Message(N_("# What comes next: mpp-qms sop revise {id}"))
    new = New("mpp-qms.sop-add/1", f"units/{unit}/sops", f"SOP-{unit.upper()}-", data, remark)
    return create(new, opened, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit))
