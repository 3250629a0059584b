"""Every step of a life as a command, made from the table of steps: parse, ask for what is missing, hand over."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.asking import ask_until_it_goes, complete, in_folder, record_named
from mpp_qms.cli.commands import Argument, asked_for, command
from mpp_qms.cli.desk import Desk, Outcome, make, sit_down, text_of, unreadable
from mpp_qms.cli.exits import Refused
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Place, Step, actions_in, find_action, told, valued
from mpp_qms.steps.table import STEPS

_KIND_OF_ID = {
    ("nonconformity",): N_("The id of a nonconformity; it may be shortened."),
    ("nonconformity", "review"): N_("The id of a nonconformity or a review; it may be shortened."),
    ("sop",): N_("The id of an SOP; it may be shortened."),
}


def register(name: str, group: typer.Typer) -> None:
    """Add every step whose command begins with `name` to the group of that name."""
    for step in STEPS.values():
        first, rest = step.words.split(" ", 1)
        if first == name:
            group.command(rest, help=step.help)(_command(step))


def _command(step: Step) -> Any:
    arguments: list[Argument] = [("id_", str | None, options.id_of(step.kinds, _KIND_OF_ID[step.kinds]), None)]
    if step.of_action:
        arguments.append(("action", str | None, options.ACTION, None))
    return command(step.words, step.help, arguments, step.asked, lambda given, rest: take(step, given, rest))


def _folder_and_cause(given: dict[str, Any], folder: Path | None) -> tuple[dict[str, Any], Path | None]:
    """What was given, with `--root` told apart where a step asks for a root cause by that name.

    The contract calls both so: a value that names a folder with records is the folder, any other the root cause. Raises
    Refused where two causes are given.
    """
    from mpp_qms.store.root import NoRepository, find_root

    if given.get("root") is None:
        return given, folder
    causes = []
    for value in given["root"]:
        try:
            find_root(Path(value), None, Path())
        except (NoRepository, OSError, ValueError):
            causes.append(value)
        else:
            folder = Path(value)
    if len(causes) > 1:
        raise Refused(Message(N_("--root: the root cause is one; what led to it is given with --why.")))
    return given | {"root": causes[0] if causes else None}, folder


def take(step: Step, given: dict[str, Any], rest: dict[str, Any]) -> int:
    """Take a step with what was given on the command line; on a terminal, what is missing is asked for."""
    from mpp_qms.steps.carry_out import place_in, reason_of_stop, spliced, stops, twice
    from mpp_qms.steps.step import Stop

    given, folder = _folder_and_cause(given, rest["root"])
    desk = sit_down(folder)
    path = record_named(desk, rest["id_"], step.kinds)
    place, action = _place(desk, path, step, rest.get("action"))
    asked = asked_for(rest)

    def go(answers: Answers) -> None:
        if reasons := [reason_of_stop(stop) for stop in stops(step, place, answers)]:
            raise typer.Exit(make(desk, replace(asked, dry_run=True), lambda: reasons))

    def goes(name: str) -> bool:
        """Whether one of several kinds of answer can be given now."""
        return not any(True for _ in stops(step, place, {"date": desk.today, name: desk.today}))

    def plan(answers: Answers) -> Any:
        text = text_of(desk, path)
        now = place_in(desk.root, path, text, desk.today)
        if now is None:
            raise unreadable(path)
        here = replace(now, action=_action(now, action))
        if reasons := [reason_of_stop(stop) for stop in stops(step, here, answers)]:
            return reasons
        edits = step.edits(here, answers)
        rewritten = twice(text, edits, here.id) or spliced(path, text, edits, here.id)
        if isinstance(rewritten, Stop):
            return [reason_of_stop(rewritten)]
        id_ = here.named.id if here.action is not None else step.id_added(here, answers)
        sentence = Message(told(step, answers), {**valued(step, answers), "record": here.id, "action": id_ or ""})
        notes = filter(None, [step.reminder(here, answers) if step.reminder is not None else None])
        felt = step.felt_elsewhere
        return Outcome(step.words, (here.id,), sentence, (rewritten,), id_, notes=(*notes,), felt_elsewhere=felt)

    def ask() -> Answers:
        return complete(step.asked, given, desk, one_of=step.one_of, place=place, before=go, goes=goes, dated=True)

    words = ["mpp-qms", *step.words.split(), place.id, *([action] if action is not None else []), *in_folder(folder)]
    return ask_until_it_goes(
        words,
        step.asked,
        given,
        desk,
        asked,
        ask,
        lambda answers: make(desk, asked, partial(plan, answers)),
        place=place,
    )


def _place(desk: Desk, path: str, step: Step, action: str | None) -> tuple[Place, str | None]:
    """The record that a step is taken in, with its action where it is of one, and the id of that."""
    from mpp_qms.cli import form
    from mpp_qms.steps.carry_out import place_in

    place = place_in(desk.root, path, text_of(desk, path), desk.today)
    if place is None:
        raise unreadable(path)
    if step.of_action and action is None:
        action = form.action_meant(place, desk)
    return replace(place, action=_action(place, action)), action


def _action(place: Place, given: str | None) -> Any:
    """The way to the action named. Raises Refused where there is none of this id."""
    if given is None:
        return None
    route = find_action(place.record, given)
    if route is None:
        known = tuple(action.id for _, action in actions_in(place.record))
        text = N_("{record} has no action {id}; it has: {known}.") if known else N_("{record} has no action {id}.")
        raise Refused(Message(text, {"record": place.id, "id": given, "known": known}))
    return route
