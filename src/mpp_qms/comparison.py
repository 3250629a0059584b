"""Two states of one mall, judged on the same day → what changed between them.

Only the records differ then, never the calendar: what became late by itself is late on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from mpp_qms.history import heirs
from mpp_qms.messages import Message
from mpp_qms.overdue import Due
from mpp_qms.readiness import Readiness, Verdict
from mpp_qms.readiness.cells import CellStatus
from mpp_qms.readiness.gates import Gate
from mpp_qms.records.common import Grade
from mpp_qms.records.nonconformity import Life, Nonconformity, Status
from mpp_qms.register import Register

Standing = Literal["passed", "condition", "blocks", "not-asked"]
Event = Literal["new", "reopened", "regraded", "closed", "void", "gone"]
EVENTS: tuple[Event, ...] = get_args(Event)


@dataclass(frozen=True, slots=True)
class Figures:
    """The mall in a few numbers; percentages as in Readiness."""

    verdict: Verdict
    evidence_percent: int
    audited_percent: int
    errors: int
    unread: int
    overdue: int
    open: int


@dataclass(frozen=True, slots=True)
class GateChange:
    """A gate that stands otherwise; `reasons` are those it has now."""

    id: str
    title: Message
    before: Standing
    after: Standing
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of another status; None where there was, or is, no such cell."""

    clause: str
    unit: str | None
    before: CellStatus | None
    after: CellStatus | None


@dataclass(frozen=True, slots=True)
class NonconformityChange:
    """What happened to a nonconformity; one may be closed and regraded. None where it was, or is, not there."""

    event: Event
    id: str
    title: str
    unit: str
    path: str
    status_before: Status | None
    status_after: Status | None
    grade_before: Grade | None
    grade_after: Grade | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed. Gates and cells are in the order of the matrix, overdue by due day, nonconformities by event and id."""

    as_of: date
    before: Figures
    after: Figures
    gates: tuple[GateChange, ...]
    cells: tuple[CellChange, ...]
    overdue_added: tuple[Due, ...]
    overdue_gone: tuple[Due, ...]
    nonconformities: tuple[NonconformityChange, ...]

    @property
    def changed(self) -> bool:
        """True where anything of it is otherwise."""
        lists = (self.gates, self.cells, self.overdue_added, self.overdue_gone, self.nonconformities)
        return self.before != self.after or any(lists)


def compare(before: Readiness, after: Readiness) -> Comparison:
    """What changed between two states of a mall, both judged on the day of `after`."""
    numbers = _numbers(before.state.register, after.state.register)
    late_before, late_after = _late(before, numbers), _late(after, {})
    return Comparison(
        as_of=after.as_of,
        before=figures(before),
        after=figures(after),
        gates=tuple(_gates(before, after)),
        cells=tuple(_cells(before, after)),
        overdue_added=tuple(due for key, due in late_after.items() if key not in late_before),
        overdue_gone=tuple(due for key, due in late_before.items() if key not in late_after),
        nonconformities=tuple(
            sorted(
                _nonconformities(before.state.register, after.state.register, numbers),
                key=lambda change: (EVENTS.index(change.event), change.id),
            )
        ),
    )


def figures(readiness: Readiness) -> Figures:
    """The numbers of one state."""
    register = readiness.state.register
    return Figures(
        verdict=readiness.verdict,
        evidence_percent=readiness.evidence_percent,
        audited_percent=readiness.audited_percent,
        errors=readiness.errors,
        unread=readiness.unread,
        overdue=sum(due.late for due in readiness.state.dues),
        open=sum(register.life(nc).running for nc in register.known_nonconformities()),
    )


def standing(gate: Gate) -> Standing:
    """How a gate stands, in one word."""
    if gate.passed is None:
        return "not-asked"
    if gate.passed:
        return "passed"
    return "blocks" if gate.blocking else "condition"


def _numbers(before: Register, after: Register) -> dict[str, str]:
    """The number a nonconformity has now, by the one it had, where it was given another."""
    both = [
        (was.id, now.id)
        for was, (now, _) in heirs(before, after).items()
        if isinstance(was, Nonconformity) and isinstance(now, Nonconformity)
    ]
    return {was: now for was, now in both if was != now}


def _late(readiness: Readiness, numbers: Mapping[str, str]) -> dict[tuple[str, str], Due]:
    return {(numbers.get(due.record, due.record), due.action): due for due in readiness.state.dues if due.late}


def _gates(before: Readiness, after: Readiness) -> Iterator[GateChange]:
    for was, now in zip(before.gates, after.gates, strict=True):
        if standing(was) != standing(now):
            yield GateChange(now.id, now.title, standing(was), standing(now), now.reasons)


def _cells(before: Readiness, after: Readiness) -> Iterator[CellChange]:
    was, now = ({(cell.clause, cell.unit): cell.status for cell in side.cells} for side in (before, after))
    for clause, unit in dict.fromkeys((*now, *was)):
        change = CellChange(clause, unit, was.get((clause, unit)), now.get((clause, unit)))
        if change.before != change.after:
            yield change


def _nonconformities(before: Register, after: Register, numbers: Mapping[str, str]) -> Iterator[NonconformityChange]:
    # one that was given another number is the one it was
    was = {numbers.get(id_, id_): nc for id_, nc in _known(before).items()}
    now = _known(after)
    for id_ in dict.fromkeys((*was, *now)):
        # of what could not be read on one side nobody can say what happened to it
        if id_ in before.unread_ids or id_ in after.unread_ids:
            continue
        old, new = was.get(id_), now.get(id_)
        register, nc = (after, new) if new is not None else (before, old)
        assert nc is not None
        life_before = before.life(old) if old is not None else None
        life_after = after.life(new) if new is not None else None
        for event in _events(life_before, life_after):
            yield NonconformityChange(
                event=event,
                id=id_,
                title=nc.title,
                unit=register.life(nc).unit,
                path=register.path(nc),
                status_before=life_before.status if life_before is not None else None,
                status_after=life_after.status if life_after is not None else None,
                grade_before=life_before.grade if life_before is not None else None,
                grade_after=life_after.grade if life_after is not None else None,
            )


def _known(register: Register) -> dict[str, Nonconformity]:
    known = frozenset(register.known_nonconformities())
    return {id_: nc for id_, nc in register.nonconformity_by_id.items() if nc in known}


def _events(before: Life | None, after: Life | None) -> Iterator[Event]:
    if after is None:
        yield "gone"
    elif before is None:
        yield "new"
    else:
        if after.running and not before.running:
            yield "reopened"
        elif after.status != before.status and after.status == "closed":
            yield "closed"
        elif after.status != before.status and after.status == "void":
            yield "void"
        if after.grade != before.grade:
            yield "regraded"
