"""`mpp-qms evidence add`: enter what shows something; a file is copied in, or named where it lies, and hashed."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import Opened, day_given, known_unit, open_records
from mpp_qms.cli.creating import New, create
from mpp_qms.cli.desk import Asked, refuse_all
from mpp_qms.cli.exits import Refused, near
from mpp_qms.messages import N_, Message

#: Files larger than this do not belong into git: they are named where they are kept.
MAX_MEGABYTES = 50


def register(app: typer.Typer) -> None:
    """Add the group and its command."""
    evidence = typer.Typer(
        help=N_("Evidence: what shows that a clause is lived."), no_args_is_help=True, rich_markup_mode=None
    )
    # with one command alone, typer would leave its name out
    evidence.callback()(_group)
    evidence.command("add", help=N_("Enter evidence; a file is copied in, or named where it lies, and hashed."))(add)
    app.add_typer(evidence, name="evidence")


def _group() -> None:
    pass


def add(
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=N_("What it is."))],
    shows: Annotated[
        list[str],
        typer.Option(
            "--shows",
            metavar="KEY",
            autocompletion=completing.keys,
            help=N_("A key of the catalogue that it shows; may be repeated."),
        ),
    ],
    date: Annotated[str, typer.Option("--date", metavar="DATE", help=N_("The day of the document."))],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help=N_("The document; a file outside the repository is copied in.")),
    ] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="TEXT", help=N_("Where paper is kept, where there is no file."))
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help=N_("Its address, where there is no file."))
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--unit",
            metavar="UNIT|all",
            autocompletion=completing.units,
            help=N_("A unit it is of, or all; may be repeated; none: the site."),
        ),
    ] = None,
    valid_until: Annotated[
        str | None, typer.Option("--valid-until", metavar="DATE", help=N_("The last day it holds."))
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=N_("The first day of the period it speaks of."))
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help=N_("The last day of the period it speaks of."))
    ] = None,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Write the record under the next free id of the year, and with it the copy of the file."""
    from mpp_qms.steps.step import entry

    opened = open_records(root, None)
    day = day_given(date, "--date")
    assert day is not None
    until, start, end = day_given(valid_until, "--valid-until"), day_given(from_, "--from"), day_given(to, "--to")
    refuse_all(_problems(opened, title, shows, unit, file, location, url), opened.tr)
    if end is not None and start is None:
        raise Refused(Message(N_("Still missing: {options}."), {"options": ("--from",)}))
    content = _content(file)
    inside = _inside(opened, file)

    def copied(id_: str) -> str:
        """Where the copy goes: beside the other documents, under the record's id."""
        assert file is not None
        stem = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:60]
        return f"documents/{id_.lower()}{'-' + stem if stem else ''}{file.suffix.lower()}"

    def data(id_: str) -> dict[str, Any]:
        if content is not None:
            from hashlib import sha256

            path = inside if inside is not None else copied(id_)
            document: Any = {"title": title, "path": path, "sha256": sha256(content).hexdigest()}
        else:
            document = entry(title=title, location=location, url=url)
        units = "all" if unit == ["all"] else unit
        period = entry(from_=start, to=end) if start is not None else None
        head = entry(id=id_, title=title, shows=shows, units=units, date=day, period=period, valid_until=until)
        return head | {"document": document}

    def beside(id_: str) -> list[Any]:
        from mpp_qms.store.changing import FileChange

        return [FileChange(copied(id_), None, content)] if content is not None and inside is None else []

    new = New("mpp-qms.evidence-add/1", "evidence", f"EVD-{day.year}-", data, None, 3, beside)
    return create(new, opened, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit))


def _problems(
    opened: Opened,
    title: str,
    shows: list[str],
    units: list[str] | None,
    file: Path | None,
    location: str | None,
    url: str | None,
) -> list[Message]:
    """What was given that is missing, unknown, or cannot be."""
    from mpp_qms.entry import holds_control_character

    known = opened.register.standard.keys
    found = []
    for key in shows:
        if key not in known:
            values = {"key": key, "hint": near(key, known)}
            found.append(Message(N_("--shows: the catalogue has no key {key}.{hint} See mpp-qms clause."), values))
    for flag, text in (("--title", title), ("--location", location or "-"), ("--url", url or "-")):
        if not text.strip():
            found.append(Message(N_("Still missing: {options}."), {"options": (flag,)}))
        elif holds_control_character(text):
            found.append(Message(N_("{option}: the text holds a control character."), {"option": flag}))
    for name in units or ():
        if name == "all" and units != ["all"]:
            found.append(Message(N_("--unit: all stands alone.")))
        elif name != "all":
            known_unit(opened, name)
    if file is None and location is None and url is None:
        found.append(Message(N_("Still missing: {options}."), {"options": ("FILE | --location | --url",)}))
    if file is not None and not file.is_file():
        found.append(Message(N_("There is no file {path}."), {"path": str(file)}))
    elif file is not None and file.suffix.lower() in (".yaml", ".yml"):
        found.append(Message(N_("{path} has the ending of a record; give the document another."), {"path": str(file)}))
    elif file is not None and file.stat().st_size > MAX_MEGABYTES << 20:
        text = N_("{path} is larger than {limit} MB: keep it elsewhere, and say where with --location or --url.")
        found.append(Message(text, {"path": str(file), "limit": MAX_MEGABYTES}))
    return found


def _content(file: Path | None) -> bytes | None:
    return file.read_bytes() if file is not None else None


def _inside(opened: Opened, file: Path | None) -> str | None:
    """The path of a file that lies in the repository already."""
    from mpp_qms.store.attachments import relative

    return relative(file, opened.root) if file is not None else None
