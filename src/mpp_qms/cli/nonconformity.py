"""`mpp-qms nc …`: list nonconformities, tell the story of one, enter one."""

from typing import Annotated

import typer

from mpp_qms.cli import completing, nc_add, nc_amend, nc_edit, nc_renumber, options
from mpp_qms.cli.context import known_leaves, known_unit, known_values, open_records, warn_unread
from mpp_qms.cli.desk import in_its_place, not_one, unreadable
from mpp_qms.cli.exits import FINE, Refused, near
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of, meant

STATUS_NAMES = ("open", "corrected", "reopened", "analysed", "planned", "implemented", "verified", "closed", "void")


def register(app: typer.Typer) -> typer.Typer:
    """Add the commands; the group, for the steps of a life."""
    nc = typer.Typer(
        help=N_("Nonconformities: enter one, list them, tell the story of one."),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for module in (nc_add, nc_amend, nc_edit, nc_renumber):
        module.register(nc)
    nc.command("list", help=N_("List nonconformities with grade and status."))(list_)
    nc.command("show", help=N_("Tell the story of one, and what comes next."))(show)
    app.add_typer(nc, name="nc")
    return nc


def list_(
    root: options.Root = None,
    as_of: options.AsOf = None,
    unit: options.Units = None,
    grade: options.Grades = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            autocompletion=completing.among(lambda: STATUS_NAMES),
            help=N_("Only of this status; may be repeated."),
        ),
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause",
            metavar="N",
            autocompletion=completing.clauses,
            help=N_("Only what names this clause; may be repeated."),
        ),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=N_("Only where something is late."))] = False,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The known nonconformities, by id; filters narrow the list."""
    from mpp_qms.overdue import of_nonconformity

    opened = open_records(root, as_of)
    records = opened.register
    for name in unit or ():
        known_unit(opened, name)
    grade = known_values("--grade", grade, options.GRADE_NAMES)
    status = known_values("--status", status, STATUS_NAMES)
    leaves = {leaf for number in clause or () for leaf in known_leaves(opened, number)}
    items = []
    for nc in sorted(records.known_nonconformities(), key=lambda nc: nc.id):
        life = records.life(nc)
        named = {leaf for text in nc.clauses for leaf in records.standard.leaves_of(text)}
        late = any(due.late for due in of_nonconformity(nc, records))
        if (
            (not unit or life.unit in unit)
            and (not grade or life.grade in grade)
            and (not status or life.status in status)
            and (not clause or named & leaves)
            and (not overdue or late)
        ):
            items.append((nc, life, late))
    unread = opened.repository.unread
    warn_unread(opened)
    if format_ == "json":
        from mpp_qms.views import json

        rows = [
            {
                "id": nc.id,
                "unit": life.unit,
                "title": nc.title,
                "grade": life.grade,
                "status": life.status,
                "overdue": late,
                "detected": json.plain(nc.detected.date),
                "path": records.path(nc),
            }
            for nc, life, late in items
        ]
        emit(json.text(json.nonconformities(rows, records.day, unread)), output)
    else:
        from mpp_qms.views.terminal import nonconformity as view
        from mpp_qms.views.terminal.style import style

        emit(view.listed(items, unread, opened.tr, style(colours=colours(output))), output)
    return FINE


def show(
    id_: Annotated[str | None, options.RECORD] = None,
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """One nonconformity: its facts as a time line, what comes next and whose it is."""
    from mpp_qms.cli.form import id_given
    from mpp_qms.steps.possible import possible
    from mpp_qms.store.changing import text_at
    from mpp_qms.story import coming, history, said_by_body

    opened = open_records(root, as_of)
    records = opened.register
    warn_unread(opened)
    id_ = id_given(id_, opened.root, ("nonconformity",), opened.tr)
    found = meant(id_, records.nonconformity_by_id)
    if len(found) > 1:
        raise Refused(not_one(id_, found, ()))
    nc = records.nonconformity_by_id[found[0]] if found else None
    if nc is None:
        if id_.upper() in records.unread_ids:
            for file in opened.repository.files:
                if file.unread and id_of(file.path) == id_.upper():
                    in_its_place(opened.root, file.path)
            raise unreadable(id_.upper())
        hint = near(id_.upper(), records.nonconformity_by_id)
        raise Refused(Message(N_("There is no nonconformity {id}.{hint}"), {"id": id_, "hint": hint}))
    if nc.detected.date > records.known:
        raise Refused(
            Message(
                N_("{id} was detected on {day}, after the day asked about."), {"id": nc.id, "day": nc.detected.date}
            )
        )
    life = records.life(nc)
    events = history(nc, records.known)
    if format_ == "json":
        from mpp_qms.views import json

        rows = [(event.date, event.what.show(opened.tr), event.by) for event in events]
        emit(json.text(json.nonconformity(nc, life.status, rows, opened.repository.unread)), output)
    else:
        from mpp_qms.views.terminal import nonconformity as view
        from mpp_qms.views.terminal.style import style

        how = style(colours=colours(output))
        path = records.path(nc)
        errors = sorted({found.code for found in opened.findings() if found.path == path and found.severity == "error"})
        steps = possible(opened.root, path, text_at(opened.root, path), records.known)
        emit(
            view.shown(
                nc,
                life,
                path,
                events,
                coming(nc, records),
                opened.tr,
                how,
                errors=errors,
                possible=tuple(steps),
                body=said_by_body(nc, records),
            ),
            output,
        )
    return FINE
