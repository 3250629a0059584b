"""`mpp-qms migrate`: carry the records from one number of the format to the next."""

from typing import Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.desk import Asked, Outcome, make, sit_down
from mpp_qms.cli.exits import NO, UNREADABLE, Refused
from mpp_qms.messages import N_, Message


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate", help=N_("Carry the records to the number of the format that this program knows."))(migrate)


def migrate(
    dry_run: options.DryRun = False,
    commit: options.Commit = False,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Every record, all or nothing, byte for byte but for what the format changed."""
    from mpp_qms.records.validation import SCHEMA
    from mpp_qms.steps.carry_out import Rewriting
    from mpp_qms.store.migrating import MIGRATIONS, migrated, schema_of, texts

    desk, asked = sit_down(root), Asked(dry_run=dry_run, as_json=format_ == "json", commit=commit)
    found = schema_of(desk.root)
    if found is None:
        raise Refused(Message(N_("qms.yaml says no number of the format (`schema`): see mpp-qms check.")))
    if found > SCHEMA:
        text = N_("These records are of format {found}, newer than the {known} this program knows: update mpp-qms.")
        raise Refused(Message(text, {"found": found, "known": SCHEMA}), NO)
    if found == SCHEMA:
        text = N_("The records are of format {known}, the newest there is: nothing to do.")
        done = Outcome("migrate", (), Message(text, {"known": SCHEMA}), (), judged=False)
        return make(desk, asked, lambda: done)
    if any(number not in MIGRATIONS for number in range(found, SCHEMA)):
        raise Refused(
            Message(N_("There is no way from format {found} to {known}."), {"found": found, "known": SCHEMA}), NO
        )

    def plan() -> Any:
        before, unread = texts(desk.root)
        if unread:
            # it would be left behind in the old format, and nobody could tell
            text = N_("{path} could not be read; nothing was changed: see mpp-qms check.")
            raise Refused(Message(text, {"path": unread[0]}), UNREADABLE)
        after = migrated(before, found, SCHEMA)
        if isinstance(after, str):
            text = N_("{path} cannot be carried over safely; nothing was changed. Mend it by hand, then try again.")
            raise Refused(Message(text, {"path": after}), NO)
        changed = tuple(Rewriting(path, before[path], new) for path, new in after.items() if new != before[path])
        values = {"found": found, "known": SCHEMA, "count": len(changed)}
        told = Message(N_("Carried from format {found} to {known}; records changed: {count}."), values)
        return Outcome("migrate", (), told, changed, judged=False)

    return make(desk, asked, plan)
