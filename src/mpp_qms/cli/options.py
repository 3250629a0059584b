"""The options that commands share; help texts are put into the reader's language by `app.localise`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mpp_qms.messages import N_

Format = Literal["terminal", "json"]

Root = Annotated[
    Path | None, typer.Option("--root", "-C", metavar="DIR", readable=False, help=N_("The folder that holds qms.yaml."))
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help=N_("The day to answer for (YYYY-MM-DD); default: today."))
]
OutputFormat = Annotated[Format, typer.Option("--format", "-f", help=N_("For people or for programs."))]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help=N_("Write the answer to a file."))]
Lang = Annotated[str | None, typer.Option("--lang", metavar="id|en", help=N_("The language of the answer."))]
Debug = Annotated[bool, typer.Option("--debug", help=N_("Show where a defect in the program happened."))]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="UNIT", help=N_("Only this unit; may be repeated."))]
Grades = Annotated[
    list[str] | None, typer.Option("--grade", metavar="GRADE", help=N_("Only this grade; may be repeated."))
]

GRADE_NAMES = ("major", "minor", "observation", "ofi", "ungraded")
