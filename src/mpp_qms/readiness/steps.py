"""The next steps, in the order in which they unblock: each says what, who, and the command that shows more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mpp_qms.findings import Finding
from mpp_qms.messages import N_, Message
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.gates import Gate, State, lack


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do; `who` is a staff code."""

    gate: str | None
    clause: str | None
    unit: str | None
    what: Message
    who: str | None
    command: str


#: Scope before all, since it decides which cells there are; audits before the review that is to hear of them.
_ORDER = ("G1", "G2", "G5", "G6", "G3", "G4")


def next_steps(state: State, gates: Iterable[Gate], findings: Iterable[Finding], unread: int) -> tuple[NextStep, ...]:
    """Unread records, blocking gates, errors of `check`, the other gates, then what cells still lack."""
    by_id = {gate.id: gate for gate in gates}
    blocking = sorted(
        (gate for gate in by_id.values() if gate.blocking),
        key=lambda gate: _ORDER.index(gate.id) if gate.id in _ORDER else len(_ORDER),
    )
    steps = []
    manager = state.register.holder("quality-manager", state.register.day)
    if unread:
        text = Message(N_("mend the records that could not be read: {count}"), {"count": unread})
        steps.append(NextStep(None, None, None, text, manager, "mpp-qms check"))
    for gate in blocking:
        steps += _of_gate(gate)
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        text = Message(N_("mend the errors that check finds: {count}"), {"count": errors})
        steps.append(NextStep(None, None, None, text, manager, "mpp-qms check"))
    for gate in by_id.values():
        if gate.passed is False and not gate.blocking:
            steps += _of_gate(gate)
    steps += _of_cells(state, by_id)
    return tuple(steps)


def _of_gate(gate: Gate) -> Iterator[NextStep]:
    # within a gate that blocks, what blocks comes before what does not
    for reason in sorted((entry for entry in gate.details if entry.fails), key=lambda reason: not reason.blocking):
        yield NextStep(gate.id, reason.clause, reason.unit, reason.text, reason.who, reason.command)


#: Keys that a gate of their own asks for: their step stands there already.
_OF_GATES = {
    "quality-policy": "G2",
    "quality-objectives": "G2",
    "climate-decision": "G11",
    "customer-satisfaction": "G12",
    "objective-results": "G15",
}


def _of_cells(state: State, gates: dict[str, Gate]) -> Iterator[NextStep]:
    """One step a missing key, for all places that lack it; what a failing gate says already is left out."""
    places: dict[str, list[Cell]] = defaultdict(list)
    for cell in state.cells:
        if cell.status in ("gap", "blocked"):
            for key, _ in cell.lacking:
                places[key].append(cell)
    manager = state.register.holder("quality-manager", state.register.day)
    for key, cells in places.items():
        units = tuple(dict.fromkeys(cell.unit for cell in cells if cell.unit is not None))
        asked = gates.get(_OF_GATES.get(key, ""))
        of_a_gate = asked is not None and asked.passed is False
        at_site = not of_a_gate and any(cell.unit is None for cell in cells)
        if key == "sop-in-force":
            without = gates.get("G8")
            if without is not None and without.passed is False:
                told = {reason.unit for reason in without.details if reason.fails}
                units = tuple(unit for unit in units if unit not in told)
        clause = cells[0].clause
        if at_site:
            yield NextStep(None, clause, None, lack(key, state, None), manager, f"mpp-qms clause {clause}")
        if len(units) == 1:
            text = Message(N_("{unit}: {lack}"), {"unit": units[0], "lack": lack(key, state, units[0])})
            yield NextStep(
                None, clause, units[0], text, state.register.answers_for(units[0]), f"mpp-qms clause {clause}"
            )
        elif units:
            title = state.register.standard.title_of(key)
            text = Message(
                N_("{key} ({title}) is not shown, or no longer, for {units}"),
                {"key": key, "title": title, "units": units},
            )
            yield NextStep(None, clause, None, text, manager, f"mpp-qms clause {clause}")
