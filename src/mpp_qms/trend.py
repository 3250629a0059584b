"""How the mall went, month by month: from the facts as they are now recorded, so that no history is needed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from mpp_qms.dates import Every, spans_of
from mpp_qms.overdue import issue_day
from mpp_qms.readiness import percents, state_of
from mpp_qms.records.common import GRADES, Grade
from mpp_qms.records.nonconformity import Nonconformity, facts
from mpp_qms.register import Register


@dataclass(frozen=True, slots=True)
class Point:
    """The mall on the last day of a month or a quarter (of the current one: the last day asked about).

    `open` counts nonconformities by the grade of the day; percentages are whole, rounded down, and no degree of
    conformity. `closed` counts those closed within the month or quarter, and `days_to_close` is the median of their
    days from issue to closure: records entered from an older system are left out of both (FORMAT.md, rule 3), and
    it is None where there are none. `begun`: a unit was in the scope by then; before, there was no mall to speak of.
    """

    first: date
    day: date
    open: Mapping[Grade, int]
    overdue: int
    evidence_percent: int
    audited_percent: int
    closed: int
    days_to_close: float | None
    begun: bool = True


def trend(register: Register, since: date, until: date, every: Every = "month") -> tuple[Point, ...]:
    """A point for each month or quarter from the one that holds `since` to the one that holds `until`, in order."""
    spans = tuple(spans_of(since, until, every))
    turns = _turns(register, [day for _, day in spans])
    points = []
    for index, (first, day) in enumerate(spans):
        # a life stays what it is while no fact joins it: most of ten thousand are worked out once, not every month
        register = register.at(day, day, turns[index] if index else None)
        points.append(_point(register, first, day))
    return tuple(points)


def _turns(register: Register, days: Sequence[date]) -> dict[int, set[Nonconformity]]:
    """For each of some days in order, by its place: the nonconformities of which facts have become known since the one before."""
    found: dict[int, set[Nonconformity]] = defaultdict(set)
    for nc in register.nonconformities:
        for _, fact in facts(nc):
            found[bisect_left(days, fact)].add(nc)
    return found


def _point(register: Register, first: date, day: date) -> Point:
    state = state_of(register, None)
    lives = [(nc, register.life(nc)) for nc in register.known_nonconformities()]
    running = [life.grade for _, life in lives if life.running]
    evidence, audited = percents(state.cells)
    took = [
        days
        for nc, life in lives
        if life.closed is not None and life.closed >= first and nc.legacy is None
        for days in [(life.closed - issue_day(nc, day)).days]
    ]
    return Point(
        first=first,
        day=day,
        open={grade: running.count(grade) for grade in GRADES},
        overdue=sum(due.late for due in state.dues),
        evidence_percent=evidence,
        audited_percent=audited,
        closed=len(took),
        days_to_close=float(median(took)) if took else None,
        begun=_begun(register, day),
    )


def _begun(register: Register, day: date) -> bool:
    """False of a day before the first unit's scope; where no scope has a first day, nobody can tell."""
    begins = [entry.from_ for unit in register.unit_by_id.values() for entry in unit.scope]
    return not begins or any(first is None or first <= day for first in begins)
