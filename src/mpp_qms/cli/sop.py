"""`mpp-qms sop …`: list SOPs, show one, hold them against the clauses and the services."""

from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import completing, options, sop_add
from mpp_qms.cli.context import Opened, known_leaves, known_unit, known_values, open_records, warn_unread
from mpp_qms.cli.desk import not_one, unreadable
from mpp_qms.cli.exits import FINE, Refused, near
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import meant

if TYPE_CHECKING:
    from mpp_qms.records.sop import Sop

STATUS_NAMES = ("draft", "approved", "in-force", "due-for-review", "withdrawn")


def register(app: typer.Typer) -> typer.Typer:
    """Add the commands; the group, for the steps of a life."""
    sop = typer.Typer(
        help=N_("SOPs: list them, show one, see which clauses and services they cover."),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    sop.command("list", help=N_("List SOPs with status and the revision in force."))(list_)
    sop.command("show", help=N_("Show one, and who serves in its unit and has not read it."))(show)
    sop.command(
        "matrix",
        help=N_("Show which SOPs name each clause, the services without an SOP, and the SOPs due for review."),
    )(matrix)
    sop_add.register(sop)
    app.add_typer(sop, name="sop")
    return sop


def list_(
    root: options.Root = None,
    as_of: options.AsOf = None,
    unit: options.Units = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            autocompletion=completing.among(lambda: STATUS_NAMES),
            help=N_("Only of this status; may be repeated."),
        ),
    ] = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Every SOP, by id; filters narrow the list."""
    from mpp_qms.documented_information import standings

    opened = open_records(root, as_of)
    records, unread = opened.register, opened.repository.unread
    for name in unit or ():
        known_unit(opened, name)
    status = known_values("--status", status, STATUS_NAMES)
    items = [
        found
        for found in standings(records)
        if (not unit or found.sop.unit in unit) and (not status or found.status in status)
    ]
    warn_unread(opened)
    if format_ == "json":
        from mpp_qms.views import json

        rows = [(found, records.path(found.sop)) for found in items]
        emit(json.text(json.sops(rows, records.day, unread)), output)
    else:
        from mpp_qms.views.terminal import sop as view
        from mpp_qms.views.terminal.style import style

        emit(view.listed(items, unread, opened.tr, style(colours=colours(output))), output)
    return FINE


def show(
    id_: Annotated[str | None, options.SOP] = None,
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """One SOP: its revisions and reviews, what is in force, and who has read that and who has not."""
    from mpp_qms.cli.form import id_given
    from mpp_qms.documented_information import readers, standing

    opened = open_records(root, as_of)
    records = opened.register
    warn_unread(opened)
    found = standing(_known(opened, id_given(id_, opened.root, ("sop",), opened.tr)), records)
    read = readers(found, records)
    if format_ == "json":
        from mpp_qms.views import json

        emit(json.text(json.sop(found, read, opened.repository.unread)), output)
    else:
        from mpp_qms.views.terminal import sop as view
        from mpp_qms.views.terminal.style import style

        how = style(colours=colours(output))
        path = records.path(found.sop)
        errors = sorted({entry.code for entry in opened.findings() if entry.path == path and entry.severity == "error"})
        emit(view.shown(found, read, path, records.known, opened.tr, how, errors=errors), output)
    return FINE


def _known(opened: Opened, id_: str) -> "Sop":
    """The SOP that an id, shortened or not, means. Raises Refused where there is none, or none that could be read."""
    sops = opened.register.sop_by_id
    found = meant(id_, sops)
    if len(found) == 1:
        return sops[found[0]]
    if len(found) > 1:
        raise Refused(not_one(id_, found, ()))
    if id_.upper() in opened.register.unread_ids:
        raise unreadable(id_.upper())
    values = {"id": id_, "hint": near(id_.upper(), sops)}
    raise Refused(Message(N_("There is no SOP {id}.{hint}"), values))


def matrix(
    root: options.Root = None,
    as_of: options.AsOf = None,
    unit: options.Units = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause",
            metavar="N",
            autocompletion=completing.clauses,
            help=N_("Only what names this clause; may be repeated."),
        ),
    ] = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Clauses against SOPs, services in scope without one in force, SOPs due for review; filters narrow the lists."""
    from mpp_qms import documented_information

    opened = open_records(root, as_of)
    records, unread = opened.register, opened.repository.unread
    for name in unit or ():
        known_unit(opened, name)
    leaves = {leaf for number in clause or () for leaf in known_leaves(opened, number)}
    found = documented_information.matrix(records, unit or (), leaves)
    warn_unread(opened)
    if format_ == "json":
        from mpp_qms.views import json

        emit(json.text(json.sop_matrix(found, records.day, unread, opened.tr)), output)
    else:
        from mpp_qms.views.terminal import sop as view
        from mpp_qms.views.terminal.style import style

        emit(view.matrix(found, unread, opened.tr, style(colours=colours(output))), output)
    return FINE
