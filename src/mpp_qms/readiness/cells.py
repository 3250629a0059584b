"""A cell: a leaf clause for the site or for a unit in scope, and what it is on a day (FORMAT.md, Readiness)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mpp_qms.catalogue import Clause
from mpp_qms.dates import add_months
from mpp_qms.internal_audit import Assessed, Coverage
from mpp_qms.messages import N_, Message
from mpp_qms.overdue import Due, late_by_record
from mpp_qms.readiness.shown import Held, Shows
from mpp_qms.records.common import Grade
from mpp_qms.records.nonconformity import Life, Nonconformity, external_open, is_open, of_body, taken_on
from mpp_qms.records.qms import NotApplicable
from mpp_qms.records.unit import IN_SCOPE, Unit, first_in_scope
from mpp_qms.register import Register
from mpp_qms.words import word

CellStatus = Literal["ready", "open", "gap", "blocked", "not-applicable"]
Evidenced = Literal["current", "stale", "none", "not-required"]
Colour = Literal["blocked", "gap", "open"]
#: Where findings in units outside the scope are seen: the control of external providers.
PROVIDER_CLAUSE = "8.4.1"
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """A clause in one place (unit None: the site): whether the evidence is there, what an audit saw, and the sum."""

    clause: str
    unit: str | None
    status: CellStatus
    evidence: Evidenced
    assessed: Assessed | None
    reasons: tuple[Message, ...]
    #: The keys that are not current, with what there is of each.
    lacking: tuple[tuple[str, Held], ...] = ()


@dataclass(frozen=True, slots=True)
class Coloured:
    """A finding on a cell: how it colours it, and why."""

    nc: Nonconformity
    colour: Colour
    reason: Message


def counting_grade(nc: Nonconformity, life: Life) -> Grade:
    """The grade that counts for cells and gates: of a body's finding the body's, where it gave one."""
    external = of_body(nc)
    return external.grade if external is not None and external.grade is not None else life.grade


def counts_open(nc: Nonconformity, register: Register) -> bool:
    """True where a finding is open for cells and gates: a body's until the body has closed it."""
    external = of_body(nc)
    return external_open(external, register.known) if external is not None else register.life(nc).running


def of_certification_body(nc: Nonconformity, register: Register) -> bool:
    """True for a finding of a certification or accreditation body: named in a certificate or visit, or unknown, too."""
    external = of_body(nc)
    if external is None:
        return nc.source.kind == "external-audit"
    qms = register.qms
    certifying = (
        [] if qms is None else [entry.body for entry in qms.certificates] + [entry.body for entry in qms.visits]
    )
    if external.body is not None and external.body in certifying:
        return True
    party = register.parties.get(external.body or "")
    return party is None or party.kind is None or party.kind in ("certification-body", "accreditation-body")


def bodys_to_close(nc: Nonconformity, register: Register) -> bool:
    """True for a finding that only the certification body can close: it has told of it, by `external`."""
    return of_body(nc) is not None and of_certification_body(nc, register)


def contained(nc: Nonconformity, life: Life, late: list[Due], known: date) -> bool:
    """True where corrections exist and none is open, a plan counts, and nothing is late."""
    corrections = [action for action in nc.corrections if taken_on(action, known)]
    return (
        bool(corrections)
        and not any(is_open(action, known) for action in corrections)
        and bool(life.plans)
        and not late
    )


def colour_of(nc: Nonconformity, register: Register, late: list[Due]) -> tuple[Colour, Message] | None:
    """How a finding colours its cells, or None where it does not."""
    if not counts_open(nc, register):
        return None
    life = register.life(nc)
    grade = counting_grade(nc, life)
    if grade == "major":
        if bodys_to_close(nc, register):
            return "blocked", Message(
                N_("{id}: a major of the certification body that it has not closed"), {"id": nc.id}
            )
        if not contained(nc, life, late, register.known):
            return "blocked", Message(N_("{id}: a major that is not contained"), {"id": nc.id})
        return "open", Message(N_("{id}: a major, contained"), {"id": nc.id})
    if grade == "ungraded":
        if any(due.action == "grading" for due in late):
            return "gap", Message(N_("{id}: not graded in time"), {"id": nc.id})
        return None
    if grade != "minor":
        return None
    if late:
        what = tuple(word(due.action) for due in late)
        return "gap", Message(N_("{id}: a minor with something late ({what})"), {"id": nc.id, "what": what})
    return "open", Message(N_("{id}: a minor that is running"), {"id": nc.id})


def places_of(nc: Nonconformity, register: Register) -> Iterator[Place]:
    """The cells a finding colours: its first clause, in its unit and in each where it was found too."""
    units = [register.life(nc).unit]
    units += [entry.unit for entry in nc.read_across if entry.found and entry.date <= register.known]
    for leaf in register.standard.leaves_of(nc.clauses[0]):
        for unit in dict.fromkeys(units):
            if register.role_of(unit) not in IN_SCOPE:
                yield PROVIDER_CLAUSE, None
            elif register.standard.clauses[leaf].has_unit_cells:
                yield leaf, unit
            else:
                yield leaf, None


def colours(register: Register, dues: list[Due]) -> dict[Place, list[Coloured]]:
    """Every finding that colours, by cell."""
    late = late_by_record(dues)
    found: dict[Place, list[Coloured]] = defaultdict(list)
    for nc in register.known_nonconformities():
        colour = colour_of(nc, register, late.get(nc.id, []))
        if colour is not None:
            for place in dict.fromkeys(places_of(nc, register)):
                found[place].append(Coloured(nc, *colour))
    return found


def justified(entry: NotApplicable, clause: Clause, known: date) -> bool:
    """True where a non-applicability has a reason, an approver and a day, and the clause may be left out at all."""
    return (
        entry.reason is not None
        and entry.approved_by is not None
        and entry.date is not None
        and entry.date <= known
        and clause.applicability != "A"
    )


def entries_not_applicable(register: Register, unit: Unit | None) -> Iterator[NotApplicable]:
    """The entries that speak for the site, or for a unit: those of qms.yaml hold everywhere."""
    if register.qms is not None:
        yield from register.qms.not_applicable
    if unit is not None:
        yield from unit.not_applicable


def not_applicable(register: Register, unit: Unit | None) -> dict[str, NotApplicable]:
    """The leaves that are not applicable on the register's day, justified, each by its entry."""
    found = {}
    for entry in entries_not_applicable(register, unit):
        if entry.until is not None and entry.until < register.day:
            continue
        for leaf in register.standard.leaves_of(entry.clause):
            if justified(entry, register.standard.clauses[leaf], register.known):
                found[leaf] = entry
    return found


def in_grace(unit: Unit, register: Register) -> bool:
    """True where a unit is still within its grace from the first day it was ever in scope."""
    return register.day <= grace_end(unit, register)


def grace_end(unit: Unit, register: Register) -> date:
    """The last day of a unit's grace; the calendar's first day where the unit was never in scope."""
    first = first_in_scope(unit)
    return date.min if first is None else add_months(first, register.policy(first).new_unit_grace_months)


def cells(register: Register, shown: Shows, covered: Coverage, dues: list[Due]) -> list[Cell]:
    """All cells on the register's day: the site's first, then each unit's in scope, in the order of clauses."""
    coloured = colours(register, dues)
    found = []
    for unit in (None, *register.in_scope()):
        left_out = not_applicable(register, unit)
        for clause in register.standard.leaves:
            if clause.has_site_cell if unit is None else clause.has_unit_cells:
                place = (clause.number, unit.id if unit is not None else None)
                entry = left_out.get(clause.number)
                found.append(_cell(clause, unit, register, shown, covered, coloured.get(place, []), entry))
    return found


def _cell(
    clause: Clause,
    unit: Unit | None,
    register: Register,
    shown: Shows,
    covered: Coverage,
    coloured: list[Coloured],
    left_out: NotApplicable | None,
) -> Cell:
    unit_id = unit.id if unit is not None else None
    held = [(key, shown.at(key, unit_id)) for key in clause.expects]
    evidence: Evidenced = "not-required"
    if held:
        evidence = min((entry.state for _, entry in held), key=("none", "stale", "current").index)
    assessed = covered.assessed(clause.number, unit_id)
    lacking = tuple((key, entry) for key, entry in held if entry.state != "current")

    reasons = [entry.reason for entry in coloured]
    blocked = any(entry.colour == "blocked" for entry in coloured)
    if left_out is not None and not blocked:
        why = Message(N_("not applicable: {reason}"), {"reason": left_out.reason})
        return Cell(clause.number, unit_id, "not-applicable", evidence, assessed, (why,))
    for key, entry in lacking:
        reasons.append(_lack(key, entry))
    unseen = clause.needs_audit and assessed is None
    if unseen:
        reasons.append(Message(N_("no counting row of an internal audit within the cycle")))
    status: CellStatus = "ready"
    if blocked:
        status = "blocked"
    elif lacking or unseen or any(entry.colour == "gap" for entry in coloured):
        status = "gap"
        if unit is not None and in_grace(unit, register):
            status = "open"
            reasons.append(Message(N_("the unit is new: its gaps are open for now")))
    elif coloured:
        status = "open"
    return Cell(clause.number, unit_id, status, evidence, assessed, tuple(reasons), lacking)


def _lack(key: str, held: Held) -> Message:
    if held.by is None:
        return Message(N_("nothing shows {key}"), {"key": key})
    if held.until == date.min:
        return Message(N_("{record} shows {key}, but not for a whole quarter"), {"record": held.by.record, "key": key})
    return Message(
        N_("{key} was last shown by {record}, until {until}"),
        {"key": key, "record": held.by.record, "until": held.until},
    )
