"""`mpp-qms nc add`: enter a nonconformity."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.context import Opened, day_given, open_records
from mpp_qms.cli.exits import FINE, NO, USAGE, Refused, say
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.entry import Given


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("add", help=N_("Enter a nonconformity; on a terminal, what is missing is asked for."))(add)


def add(
    unit: Annotated[str | None, typer.Option("--unit", metavar="UNIT", help=N_("The unit where it was found."))] = None,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help=N_("What is not as it should be, in one line."))
    ] = None,
    grade: Annotated[
        str | None, typer.Option("--grade", metavar="GRADE", help=N_("major, minor, observation, ofi or ungraded."))
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause", metavar="N", help=N_("The clause that is not met; further ones are related. May be repeated.")
        ),
    ] = None,
    criterion: Annotated[
        str | None, typer.Option("--criterion", metavar="TEXT", help=N_("The requirement that is not met."))
    ] = None,
    evidence: Annotated[
        str | None, typer.Option("--evidence", metavar="TEXT", help=N_("The objective evidence."))
    ] = None,
    statement: Annotated[
        str | None, typer.Option("--statement", metavar="TEXT", help=N_("What does not conform."))
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="KIND[:REF]", help=N_("How it came to light, and the record or letter that says so.")
        ),
    ] = None,
    detected: Annotated[
        str | None, typer.Option("--detected", metavar="DATE", help=N_("The day it was found."))
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="CODE", help=N_("Who found it: a staff code or a party."))
    ] = None,
    sop: Annotated[
        list[str] | None, typer.Option("--sop", metavar="ID", help=N_("An SOP it concerns; may be repeated."))
    ] = None,
    issued: Annotated[
        str | None, typer.Option("--issued", metavar="DATE", help=N_("The day it was handed to the unit."))
    ] = None,
    body: Annotated[
        str | None, typer.Option("--body", metavar="PARTY", help=N_("The body outside the mall whose finding it is."))
    ] = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="N", help=N_("The body's own number of it."))
    ] = None,
    response_due: Annotated[
        str | None, typer.Option("--response-due", metavar="DATE", help=N_("The day an answer is due to the body."))
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Show what would be written, and write nothing."))
    ] = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Write the record under the next free id; what is missing is asked for on a terminal, else a usage error."""
    from mpp_qms.cli import form
    from mpp_qms.entry import Given, missing, normalised, option

    opened = open_records(root, None)
    given = Given(
        unit=unit,
        title=title,
        grade=grade,
        clauses=tuple(clause or ()),
        criterion=criterion,
        evidence=evidence,
        statement=statement,
        source=source,
        detected=day_given(detected, "--detected"),
        by=by,
        sops=tuple(sop or ()),
        issued=day_given(issued, "--issued"),
        body=body,
        number=number,
        response_due=day_given(response_due, "--response-due"),
    )
    given = normalised(given)
    problems = _problems(given, opened)
    names = missing(given)
    if names and not form.possible():
        problems.append(Message(N_("Still missing: {options}."), {"options": tuple(option(name) for name in names)}))
    _refuse(problems, opened)
    if names:
        given = normalised(form.complete(given, opened.register, opened.tr))
        _refuse(_problems(given, opened), opened)
    return _write(given, opened, dry_run=dry_run, as_json=format_ == "json")


def _problems(given: "Given", opened: Opened) -> list[Message]:
    from mpp_qms.entry import no_unit, unknown

    found = [*unknown(given, opened.register)]
    if not found and given.unit is not None and not (opened.root / "units" / given.unit).is_dir():
        # the id in unit.yaml is not that of its folder: a finding of `check`, and no place for a record
        found.append(no_unit(given.unit, opened.register))
    return found


def _refuse(problems: list[Message], opened: Opened) -> None:
    """Say everything that is wrong at once, not one thing at a time; nothing where nothing is."""
    for problem in problems[:-1]:
        say(problem.show(opened.tr))
    if problems:
        raise Refused(problems[-1], USAGE)


def _write(given: "Given", opened: Opened, *, dry_run: bool, as_json: bool) -> int:
    from mpp_qms.entry import data_of
    from mpp_qms.messages import translator
    from mpp_qms.store.reading import MAX_BYTES
    from mpp_qms.store.rendering import render
    from mpp_qms.store.writing import create, next_number
    from mpp_qms.views import json

    assert given.unit is not None
    assert given.detected is not None
    folder = opened.root / "units" / given.unit / "nonconformities"
    prefix = f"NC-{given.unit.upper()}-{given.detected.year}-"
    records = opened.register
    language = records.qms.language if records.qms is not None else None
    # whoever finishes the record by hand reads the language of the mall, whatever this one command was asked in
    tr = translator(language) if language is not None else opened.tr

    def text_of(id_: str) -> str:
        comment = Message(N_("# What comes next: mpp-qms nc show {id}"), {"id": id_})
        return render(data_of(given, id_)) + comment.show(tr) + "\n"

    disposed = [id_ for entry in (records.qms.disposals if records.qms is not None else ()) for id_ in entry.records]
    taken = [*records.nonconformity_by_id, *records.unread_ids, *disposed]
    number = next_number(folder, prefix, taken)
    id_ = f"{prefix}{number:03d}"
    if len(text_of(id_).encode()) > MAX_BYTES:
        text = N_("The record would be larger than {limit} KiB, more than is read: shorten the texts.")
        raise Refused(Message(text, {"limit": MAX_BYTES // 1024}), USAGE)
    if not _allowed(text_of(id_), id_, given.unit, opened):
        return NO
    if dry_run:
        emit(text_of(id_), None)
        return FINE
    id_, path = create(folder, prefix, number, text_of)
    where = path.relative_to(opened.root).as_posix()
    told = Message(N_("{id} is written: {path}"), {"id": id_, "path": where}).show(opened.tr) + "\n"
    try:
        emit(json.text({"schema": "mpp-qms.nc-add/1", "id": id_, "path": where}) if as_json else told, None)
    except BaseException:
        # nobody was told the id: whoever tries again must not leave the finding there twice
        path.unlink(missing_ok=True)
        raise
    return FINE


def _allowed(text: str, id_: str, unit: str, opened: Opened) -> bool:
    """Judge the record as it would be among the others, by the rules of `check`; say what forbids it, and what warns.

    Only errors of this record forbid it: what is wrong elsewhere was so before.
    """
    from mpp_qms.records.kinds import BY_NAME
    from mpp_qms.register import build
    from mpp_qms.rules.check import findings
    from mpp_qms.store.reading import record_of
    from mpp_qms.store.repository import Repository

    path = Path("units", unit, "nonconformities", f"{id_}.yaml").as_posix()
    file = record_of(text, path, BY_NAME["nonconformity"], unit)
    would_be = Repository(opened.root, (*opened.repository.files, file))
    records = build(would_be, opened.register.known, opened.register.today, opened.register.attachments)
    found = [finding for finding in findings(records, [file]) if finding.path == path]
    forbidden = [finding for finding in found if finding.severity == "error"]
    for finding in forbidden or [finding for finding in found if finding.severity == "warning"]:
        say(f"{finding.code}: {finding.message.show(opened.tr)} {finding.help.show(opened.tr)}".rstrip())
    if forbidden:
        say(opened.tr(N_("Nothing was written.")))
    return not forbidden
