"""Register and findings → cells, gates, figures, verdict, next steps, and the same for the day of the visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mpp_qms.findings import Finding
from mpp_qms.internal_audit import coverage
from mpp_qms.overdue import dues
from mpp_qms.readiness.cells import Cell, cells
from mpp_qms.readiness.gates import Gate, State, gates
from mpp_qms.readiness.lapses import Lapse, lapses
from mpp_qms.readiness.passing import told
from mpp_qms.readiness.shown import Index, shows
from mpp_qms.readiness.steps import NextStep, next_steps
from mpp_qms.records.qms import Visit
from mpp_qms.register import Register

Verdict = Literal["ready", "conditional", "not-ready"]


@dataclass(frozen=True, slots=True)
class AtVisit:
    """The same mall on the day of the visit, by today's knowledge: the gates that fail then, and what lapses."""

    verdict: Verdict
    gates: tuple[str, ...]
    lapses: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer to "are we ready": percentages are whole, rounded down, and no degree of conformity."""

    as_of: date
    visit: date | None
    verdict: Verdict
    evidence_percent: int
    audited_percent: int
    unread: int
    errors: int
    gates: tuple[Gate, ...]
    cells: tuple[Cell, ...]
    next: tuple[NextStep, ...]
    at_visit: AtVisit | None
    #: What all this was judged by.
    state: State


def assess(register: Register, findings: Sequence[Finding], *, unread: int, visit: date | None = None) -> Readiness:
    """The readiness of a mall on the register's day.

    `findings` are those of `check`; `unread` counts the records that could not be read; `visit` asks about a day
    of one's own, else the next visit of qms.yaml is judged.
    """
    planned = next_visit(register, visit)
    today = state_of(register, planned)
    judged = told(today, gates(today))
    errors = sum(finding.severity == "error" for finding in findings)
    evidence_percent, audited_percent = percents(today.cells)
    at_visit = None
    if planned is not None:
        then = state_of(register.at(register.known, planned.date), planned, today.shown.evidence)
        judged_then = gates(then)
        at_visit = AtVisit(
            verdict=verdict(judged_then, then.cells, unread=unread, errors=errors),
            gates=tuple(gate.id for gate in judged_then if gate.passed is False),
            lapses=lapses(today, then),
        )
    return Readiness(
        as_of=register.day,
        visit=planned.date if planned is not None else None,
        verdict=verdict(judged, today.cells, unread=unread, errors=errors),
        evidence_percent=evidence_percent,
        audited_percent=audited_percent,
        unread=unread,
        errors=errors,
        gates=judged,
        cells=tuple(today.cells),
        next=next_steps(today, judged, findings, unread),
        at_visit=at_visit,
        state=today,
    )


def state_of(register: Register, visit: Visit | None, evidence: Index | None = None) -> State:
    """Everything the gates are judged by, on the register's day."""
    shown, covered, running = shows(register, evidence), coverage(register), dues(register)
    return State(register, shown, covered, running, cells(register, shown, covered, running), visit)


def next_visit(register: Register, day: date | None) -> Visit | None:
    """The visit that is judged: the planned one on `day` (or one of no stated kind), else the next to come.

    None where it lies before the day looked at: what is over cannot lapse.
    """
    planned = register.qms.visits if register.qms is not None else ()
    if day is not None and day < register.day:
        return None
    if day is not None:
        return next((visit for visit in planned if visit.date == day), Visit(kind="special", date=day))
    coming = [visit for visit in planned if visit.date >= register.day]
    return min(coming, key=lambda visit: visit.date, default=None)


def verdict(judged: Sequence[Gate], found: Sequence[Cell], *, unread: int, errors: int) -> Verdict:
    """`not-ready`, `conditional` or `ready` (FORMAT.md, Verdict)."""
    if unread or any(gate.blocking for gate in judged) or any(cell.status == "blocked" for cell in found):
        return "not-ready"
    if errors or any(gate.passed is False for gate in judged) or any(cell.status == "gap" for cell in found):
        return "conditional"
    return "ready"


def percents(found: Sequence[Cell]) -> tuple[int, int]:
    """Of the applicable cells, rounded down: those whose evidence is there or not asked for, and those audited."""
    applicable = [cell for cell in found if cell.status != "not-applicable"]
    there = sum(cell.evidence in ("current", "not-required") for cell in applicable)
    audited = sum(cell.assessed is not None for cell in applicable)
    return _percent(there, len(applicable)), _percent(audited, len(applicable))


def _percent(part: int, whole: int) -> int:
    return part * 100 // whole if whole else 0
