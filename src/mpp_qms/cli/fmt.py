"""`mpp-qms fmt`: every record in the standard order and layout; remarks and meaning stay."""

from typing import Annotated, Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.desk import Asked, Outcome, make, sit_down
from mpp_qms.cli.exits import FINE, NO, say
from mpp_qms.cli.out import emit
from mpp_qms.cli.progress import working
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fmt", help=N_("Put every record into the standard order and layout; remarks and meaning stay."))(fmt)


def fmt(
    check: Annotated[
        bool, typer.Option("--check", help=N_("Change nothing; exit 1 where something would be changed."))
    ] = False,
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """All records at once, all or nothing; what cannot be brought into the form safely is named and left.

    A record that cannot be read may be in any form: the answer is no.
    """
    from mpp_qms.findings import Fault
    from mpp_qms.steps.carry_out import Rewriting, kind_at
    from mpp_qms.store.formatting import formatted
    from mpp_qms.store.migrating import texts
    from mpp_qms.store.yaml_text import parse

    desk = sit_down(root)
    unread: list[str] = []

    def plan() -> Any:
        changed, left = [], []
        with working(desk.tr(N_("formatting the records …"))):
            found, unread[:] = texts(desk.root)
            for path, text in found.items():
                kind, _ = kind_at(path)
                after = formatted(text.removeprefix("\ufeff"), kind.model)
                if after is None and isinstance(parse(text.removeprefix("\ufeff")), Fault):
                    unread.append(path)
                elif after is None:
                    left.append(path)
                elif after != text:
                    changed.append(Rewriting(path, text, after))
        for path in unread:
            sentence = N_("{path} could not be read and stays as it is: see mpp-qms check.")
            say(Message(sentence, {"path": path}).show(desk.tr))
        for path in left:
            sentence = N_("{path} cannot be brought into the standard form safely: it stays as it is.")
            say(Message(sentence, {"path": path}).show(desk.tr))
        ids = tuple(id_of(entry.path) for entry in changed)
        told = Message(N_("Records brought into the standard form: {count}."), {"count": len(changed)})
        return Outcome("fmt", ids, told, tuple(changed), judged=False)

    if not check:
        code = make(desk, Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit), plan)
        return code or (NO if unread else FINE)
    outcome = plan()
    if format_ == "json":
        from mpp_qms.views import json

        paths = [entry.path for entry in outcome.rewritings]
        emit(json.text({"schema": "mpp-qms.fmt/1", "would_change": paths}), None)
    else:
        lines = [entry.path for entry in outcome.rewritings]
        counted = Message(N_("Records not in the standard form: {count}."), {"count": len(lines)}).show(desk.tr)
        emit("\n".join([*lines, counted]) + "\n", None)
    return NO if outcome.rewritings or unread else FINE
