"""A hand-over: every open action of one who leaves goes to another, in all records at once (FORMAT.md, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mpp_qms.findings import Route
from mpp_qms.records.common import Action
from mpp_qms.records.nonconformity import Nonconformity, is_open, owner_on
from mpp_qms.records.review import Review
from mpp_qms.register import Register
from mpp_qms.steps.step import actions_in, entry
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
