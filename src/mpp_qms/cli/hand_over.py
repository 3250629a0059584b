"""`mpp-qms hand-over`: every open action of one who leaves, all or nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from mpp_qms.cli.asking import ask_until_it_goes, complete, in_folder
from mpp_qms.cli.commands import asked_for, command
from mpp_qms.cli.desk import Outcome, make, sit_down, text_of
from mpp_qms.cli.exits import NO, Refused, say
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Option, by
from mpp_qms.words import word

if TYPE_CHECKING:
    from mpp_qms.register import Register

OPTIONS = (
    Option("from", N_("Who leaves: a staff code."), N_("Who leaves?"), "person", metavar="CODE"),
    Option("to", N_("Who takes over: a staff code."), N_("Who takes over?"), "person", metavar="CODE"),
    by(N_("Who decides it?"), N_("Who decides it: a staff code.")),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_ = N_("Hand every open action of one who leaves to another, all or nothing.")
    app.command("hand-over", help=help_)(command("hand-over", help_, (), OPTIONS, hand_over))


def hand_over(given: dict[str, Any], rest: dict[str, Any]) -> int:
    """One entry in `reassigned` for each open action, in every record at once."""
    from mpp_qms.register import build
    from mpp_qms.steps.carry_out import reason_of_stop
    from mpp_qms.steps.hand_over import planned
    from mpp_qms.store.repository import load

    desk = sit_down(rest["root"])

    def before(answers: Answers) -> None:
        if _is_one(answers):
            raise Refused(_ONE)

    def go(answers: Answers) -> int:
        if _is_one(answers):
            say(_ONE.show(desk.tr))
            return NO
        return make(desk, asked_for(rest), partial(plan, answers))

    def plan(answers: Answers) -> Any:
        repository = load(desk.root)
        register = build(repository, desk.today, desk.today)
        found = planned(register, answers, lambda path: text_of(desk, path))
        if isinstance(found, list):
            return [reason_of_stop(stop) for stop in found]
        values = {
            "from": answers["from"],
            "to": answers["to"],
            "count": len(found.actions),
            "actions": found.actions,
        }
        told = Message(N_("Open actions of {from} handed to {to} ({count}): {actions}."), values)
        if not found.actions:
            told = Message(N_("{from} has no open action; nothing was changed."), values)
        notes = (_unread(repository.unread), _roles_left(register, answers["from"]))
        said = tuple(note for note in notes if note is not None)
        return Outcome("hand-over", found.records, told, found.rewritings, None, repository, said)

    return ask_until_it_goes(
        ["mpp-qms", "hand-over", *in_folder(rest["root"])],
        OPTIONS,
        given,
        desk,
        asked_for(rest),
        lambda: complete(OPTIONS, given, desk, before=before, dated=True),
        go,
    )


_ONE = Message(N_("--from and --to are the same person."))


def _is_one(answers: Answers) -> bool:
    return answers.get("from") is not None and answers.get("from") == answers.get("to")


def _unread(count: int) -> Message | None:
    """That records could not be read, where some could not."""
    text = N_("Warning: records that could not be read: {count}; what they hold was not handed over.")
    return Message(text, {"count": count}) if count else None


def _roles_left(register: Register, code: str) -> Message | None:
    """The roles that one who leaves still has today: the clocks that go by a role stay with them; None without any."""
    held = tuple(
        Message("{role} {unit}" if role.unit is not None else "{role}", {"role": word(role.role), "unit": role.unit})
        for role in register.roles(code, register.today)
    )
    text = N_(
        "{code} still has these roles today, and the clocks that go with them: {roles}. End them in qms.yaml: `to`."
    )
    return Message(text, {"code": code, "roles": held}) if held else None
