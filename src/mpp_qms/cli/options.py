"""The options that commands share; help texts are put into the reader's language by `app.localise`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from mpp_qms.cli import completing
from mpp_qms.messages import N_

if TYPE_CHECKING:
    from mpp_qms.steps.step import Option

GRADE_NAMES = ("major", "minor", "observation", "ofi", "ungraded")

Format = Literal["terminal", "json"]
CheckFormat = Literal["terminal", "json", "github", "gitlab", "sarif", "junit", "markdown"]
TrendFormat = Literal["terminal", "json", "csv"]

Root = Annotated[
    Path | None, typer.Option("--root", "-C", metavar="DIR", readable=False, help=N_("The folder that holds qms.yaml."))
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help=N_("The day to answer for (YYYY-MM-DD); default: today."))
]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help=N_("For people or for programs."))]
CheckOutputFormat = Annotated[
    CheckFormat, typer.Option("--format", "-f", help=N_("For people, for programs, for a CI system, or for a comment."))
]
TrendOutputFormat = Annotated[
    TrendFormat, typer.Option("--format", "-f", help=N_("For people, for programs, or for a spreadsheet."))
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=N_("Write the answer to a file."))]
Lang = Annotated[str | None, typer.Option("--lang", metavar="id|en", help=N_("The language of the answer."))]
Debug = Annotated[bool, typer.Option("--debug", help=N_("Show where a defect in the program happened."))]
Units = Annotated[
    list[str] | None,
    typer.Option(
        "--unit", metavar="UNIT", autocompletion=completing.units, help=N_("Only this unit; may be repeated.")
    ),
]
Grades = Annotated[
    list[str] | None,
    typer.Option(
        "--grade",
        metavar="GRADE",
        autocompletion=completing.among(lambda: GRADE_NAMES),
        help=N_("Only this grade; may be repeated."),
    ),
]


def _parts(annotation: Any) -> tuple[Any, Any]:
    """The type and the option of an annotation above."""
    kind, info = get_args(annotation)
    return kind, info


# --- of steps ---

Date = Annotated[str | None, typer.Option("--date", metavar="DATE", help=N_("The day it happened; default: today."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("Show what would be written, and write nothing."))]
Commit = Annotated[bool, typer.Option("--commit", help=N_("Commit just these files to git."))]
#: What every step takes, in the order of its help: (type, option, default).
OF_STEPS: dict[str, tuple[Any, Any, Any]] = {
    name: (*_parts(annotation), default)
    for name, annotation, default in (
        ("date", Date, None),
        ("dry_run", DryRun, False),
        ("commit", Commit, False),
        ("root", Root, None),
        ("format_", OutputFormat, "terminal"),
        ("lang", Lang, None),
        ("debug", Debug, False),
    )
}
#: The folder, where --root means something else.
FOLDER = typer.Option("-C", metavar="DIR", readable=False, help=N_("The folder that holds qms.yaml."))
RECORD = typer.Argument(
    metavar="ID",
    autocompletion=completing.records("nonconformity"),
    help=N_("The id of a nonconformity; it may be shortened."),
)
SOP = typer.Argument(
    metavar="ID", autocompletion=completing.records("sop"), help=N_("The id of an SOP; it may be shortened.")
)
ACTION = typer.Argument(
    metavar="ACTION", autocompletion=completing.actions, help=N_("The id of the action: A1, C1; D1 of a review.")
)


def id_of(kinds: tuple[str, ...], help_: str) -> Any:
    """The argument that names a record of some kinds."""
    return typer.Argument(metavar="ID", autocompletion=completing.records(*kinds), help=help_)


def of_step(option: Option) -> Any:
    """An option of a step, for the command line."""
    by_form = {
        "person": completing.people,
        "unit": completing.units,
        "clause": completing.clauses,
        "key": completing.keys,
        "service": completing.services,
        "sop": completing.records("sop"),
        "field": completing.fields,
    }
    offered = completing.among(option.choices) if option.form in ("choice", "yes-no") else by_form.get(option.form)
    return typer.Option(option.flag, metavar=option.metavar, autocompletion=offered, help=option.help)
