"""A hand-over: every open action of one who leaves goes to another, in all records at once (FORMAT.md, 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mpp_qms.findings import Route
from mpp_qms.records.common import Action
from mpp_qms.records.nonconformity import Nonconformity, is_open, owner_on
from mpp_qms.records.review import Review
from mpp_qms.register import Register
from mpp_qms.steps.actions import in_order
from mpp_qms.steps.carry_out import Rewriting, spliced
from mpp_qms.steps.step import Answers, Place, Stop, actions_in, entry
from mpp_qms.store.edits import Append, Edit


def open_actions(register: Register, owner: str) -> Iterator[tuple[Nonconformity | Review, Route, Action]]:
    """Every open action that somebody owns, by what is known; in what is closed or void nothing is open any more."""
    records: tuple[Nonconformity | Review, ...] = (*register.nonconformities, *register.reviews)
    for record in records:
        if isinstance(record, Nonconformity) and not register.life(record).running:
            continue
        for route, action in actions_in(record):
            if is_open(action, register.known) and owner_on(action, register.known) == owner:
                yield record, route, action


def handed(route: Route, day: date, to: str, by: str) -> Edit:
    """That an action is handed to another."""
    return Append((*route, "reassigned"), entry(date=day, to=to, by=by))


@dataclass(frozen=True, slots=True)
class HandOver:
    """The records as they would be, their ids, and the actions that change hands, each with its record."""

    rewritings: tuple[Rewriting, ...]
    records: tuple[str, ...]
    actions: tuple[str, ...]


def planned(register: Register, answers: Answers, text_of: Callable[[str], str]) -> HandOver | list[Stop]:
    """Every open action of one (`from`) handed to another (`to`), or why not; `text_of` gives the text at a path."""
    edits: dict[str, list[Edit]] = {}
    ids: dict[str, str] = {}
    actions: list[str] = []
    late: list[Stop] = []
    for record, route, action in open_actions(register, answers["from"]):
        late += in_order(Place(record, register, route), answers)
        path = register.path(record)
        edits.setdefault(path, []).append(handed(route, answers["date"], answers["to"], answers["by"]))
        ids[path] = record.id
        actions.append(f"{record.id} {action.id}")
    if late:
        return late
    rewritings = []
    for path, changes in edits.items():
        rewritten = spliced(path, text_of(path), changes, ids[path])
        if isinstance(rewritten, Stop):
            return [rewritten]
        rewritings.append(rewritten)
    return HandOver(tuple(rewritings), tuple(ids.values()), tuple(actions))
