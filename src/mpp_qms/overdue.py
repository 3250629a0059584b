"""What is to be done by when, and whose it is: every running clock of the mall (FORMAT.md, What is late).

A thing is late when the day looked at is after its due day; the due day itself is not late. A clock uses the
policy of the day it starts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mpp_qms.dates import add_days
from mpp_qms.findings import Route
from mpp_qms.records.common import Action, Grade
from mpp_qms.records.nonconformity import (
    Life,
    Nonconformity,
    answer_due,
    due_on,
    is_open,
    is_upwards,
    owner_on,
    regradings,
)
from mpp_qms.register import Register


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is to be done by a day.

    `action` is an action's id (`A1`, `C1`, `D1`) or `grading`, `plan`, `verification`, `closing`, `response`;
    `days_overdue` counts from the due day to the day looked at, negative before it.
    """

    record: str
    action: str
    unit: str | None
    what: str
    owner: str | None
    due: date
    due_original: date
    days_overdue: int
    grade: Grade | None
    path: str
    route: Route

    @property
    def late(self) -> bool:
        """True where the day looked at is after the due day."""
        return self.days_overdue > 0


def dues(register: Register) -> list[Due]:
    """Everything whose clock runs on the day looked at, the oldest due day first, then by record."""
    found = [due for nc in register.known_nonconformities() for due in of_nonconformity(nc, register)]
    for review in register.reviews:
        if review.date <= register.known:
            for index, decision in enumerate(review.decisions):
                if is_open(decision, register.known):
                    path, route = register.path(review), ("decisions", index)
                    found.append(_of_action(decision, review.id, None, None, path, route, register))
    found.sort(key=lambda due: (due.due, due.record, due.action))
    return found


def overdue(register: Register, within: int | None = None) -> list[Due]:
    """What is late on the day looked at; with `within` also what falls due on it or in so many days after it."""
    least = 1 if within is None else -within
    return [due for due in dues(register) if due.days_overdue >= least]


def late_by_record(found: Iterable[Due]) -> dict[str, list[Due]]:
    """What is late among some clocks, by the record it belongs to; nothing of a record without anything late."""
    late: dict[str, list[Due]] = defaultdict(list)
    for due in found:
        if due.late:
            late[due.record].append(due)
    return late


def of_nonconformity(nc: Nonconformity, register: Register) -> Iterator[Due]:
    """The running clocks of one known nonconformity."""
    life = register.life(nc)
    path = register.path(nc)
    if nc.external is not None:
        answer = answer_due(nc.external, register.known)
        if answer is not None:
            yield _clock(
                nc, life, "response", "quality-manager", answer, ("external",), register, nc.external.response_due
            )
    if not life.running:
        return
    for name, actions in (("corrections", nc.corrections), ("actions", nc.actions)):
        for index, action in enumerate(actions):
            if is_open(action, register.known):
                yield _of_action(action, nc.id, life.unit, life.grade, path, (name, index), register)
    issued = issue_day(nc, register.known)
    if life.grade == "ungraded":
        due = add_days(issued, register.policy(issued).grading_days)
        yield _clock(nc, life, "grading", nc.detected.by, due, ("grade",), register)
    if life.grade in ("major", "minor") and not (life.causes and life.plans):
        start = plan_clock_start(nc, life, register.known)
        policy = register.policy(start)
        days = policy.plan_days_major if life.grade == "major" else policy.plan_days_minor
        yield _clock(nc, life, "plan", register.answers_for(life.unit), add_days(start, days), ("plans",), register)
    if life.verified is None:
        verify_by = _verification_due(life, register)
        if verify_by is not None:
            yield _clock(nc, life, "verification", nc.detected.by, verify_by, ("verifications",), register)
    elif life.status == "verified":
        start = life.verified.date
        due = add_days(start, register.policy(start).closing_days)
        yield _clock(nc, life, "closing", "quality-manager", due, ("closures",), register)


def issue_day(nc: Nonconformity, known: date) -> date:
    """The day the clocks start: of issue where it is known, else of detection."""
    return nc.issued.date if nc.issued is not None and nc.issued.date <= known else nc.detected.date


def plan_clock_start(nc: Nonconformity, life: Life, known: date) -> date:
    """The latest of issue, reset, return, and grading or regrading upwards, as known."""
    days = [issue_day(nc, known)]
    if life.reset is not None:
        days.append(life.reset)
    days += [entry.date for entry in nc.returned if entry.date <= known]
    days += [nc.regraded[index].date for index, before, after in regradings(nc, known) if is_upwards(before, after)]
    return max(days)


def _verification_due(life: Life, register: Register) -> date | None:
    plan = life.plan
    if plan is not None and plan.verify_by is not None:
        return plan.verify_by
    if life.last_done is not None:
        return add_days(life.last_done, register.policy(life.last_done).verification_days)
    if plan is not None and life.no_action:
        return add_days(plan.date, register.policy(plan.date).verification_days)
    return None


def _of_action(
    action: Action, record: str, unit: str | None, grade: Grade | None, path: str, route: Route, register: Register
) -> Due:
    due = due_on(action, register.known)
    return Due(
        record=record,
        action=action.id,
        unit=unit,
        what=action.what,
        owner=register.owner_or_manager(owner_on(action, register.known)),
        due=due,
        due_original=action.due,
        days_overdue=(register.day - due).days,
        grade=grade,
        path=path,
        route=route,
    )


def _clock(
    nc: Nonconformity,
    life: Life,
    clock: str,
    owner: str | None,
    due: date,
    route: Route,
    register: Register,
    first: date | None = None,
) -> Due:
    """A clock of the nonconformity itself; `owner` is a code, or `quality-manager` for whoever that is."""
    return Due(
        record=nc.id,
        action=clock,
        unit=life.unit,
        what=nc.title,
        owner=register.owner_or_manager(None if owner == "quality-manager" else owner),
        due=due,
        due_original=first or due,
        days_overdue=(register.day - due).days,
        grade=life.grade,
        path=register.path(nc),
        route=route,
    )
