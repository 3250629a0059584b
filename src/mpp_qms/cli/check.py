"""`mpp-qms check`: are the records sound?"""

from typing import Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.context import open_records
from mpp_qms.cli.exits import FINE, NO
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=N_("Judge the records themselves: every finding with its place and how to mend it."))(
        check
    )


def check(
    root: options.Root = None,
    as_of: options.AsOf = None,
    strict: Annotated[bool, typer.Option("--strict", help=N_("Warnings fail the check too."))] = False,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Findings of reading and of the rules; exit 1 where there is an error (with --strict: or a warning)."""
    from mpp_qms.store.positions import locate

    opened = open_records(root, as_of)
    found = locate(opened.root, opened.findings())
    if format_ == "json":
        from mpp_qms.views import json

        answer = json.check(found, opened.register.known, str(opened.root), opened.repository.records, opened.tr)
        emit(json.text(answer), output)
    else:
        from mpp_qms.views.terminal import check as view
        from mpp_qms.views.terminal.style import style

        emit(view.render(found, opened.repository.records, opened.tr, style(colours=colours(output))), output)
    bad = ("error", "warning") if strict else ("error",)
    return NO if any(finding.severity in bad for finding in found) else FINE
