"""What is fine today and will have lapsed by the visit, each with the first day it no longer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mpp_qms.dates import add_days, add_months
from mpp_qms.messages import N_, Message
from mpp_qms.readiness.cells import entries_not_applicable, grace_end, in_grace, not_applicable
from mpp_qms.readiness.gates import State, decided_certificate, missed_surveillance, uncovered, untold_changes
from mpp_qms.readiness.shown import Held, shows
from mpp_qms.records import sop as sops
from mpp_qms.records.unit import holds, scope_role
from mpp_qms.words import word


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something that holds today and does not on the day of the visit; `date`: the first day it no longer does."""

    record: str | None
    what: Message
    date: date


def lapses(today: State, visit: State) -> tuple[Lapse, ...]:
    """What lapses between the two days, the earliest first."""
    found = [
        *_keys(today, visit),
        *_late(today, visit),
        *_coverage(today, visit),
        *_reviews(today, visit),
        *_sops(today, visit),
        *_certificate(today, visit),
        *_exclusions(today, visit),
        *_units(today, visit),
    ]
    return tuple(sorted(found, key=lambda lapse: (lapse.date, lapse.record or "", lapse.what.template)))


def _first_day(today: State, visit: State, holds: Callable[[date], bool]) -> date:
    """The first day after today on which something no longer holds that does not hold at the visit."""
    good, bad = today.register.day.toordinal(), visit.register.day.toordinal()
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if holds(date.fromordinal(middle)) else (good, middle)
    return date.fromordinal(bad)


def _keys(today: State, visit: State) -> Iterator[Lapse]:
    asked: dict[tuple[str, str | None], None] = {}
    for cell in visit.cells:
        if cell.status != "not-applicable":
            for key, _ in cell.lacking:
                asked[key, cell.unit] = None
    for unit in visit.register.providers():
        for key in ("provider-agreements", "provider-evaluation"):
            asked[key, unit.id] = None
    ends: dict[tuple[str, str | None, date], list[str | None]] = {}
    for key, place in asked:
        before = today.shown.at(key, place)
        if before.state == "current" and visit.shown.at(key, place).state != "current":
            record = before.by.record if before.by else None
            ends.setdefault((key, record, _end(before, key, place, today, visit)), []).append(place)
    for (key, record, end), places in ends.items():
        yield Lapse(record, _key(key, tuple(place for place in places if place is not None), today), end)


def _key(key: str, units: tuple[str, ...], state: State) -> Message:
    title = state.register.standard.title_of(key)
    if not units:
        return Message(N_("{key}: {title}"), {"key": key, "title": title})
    return Message(N_("{key} for {units}: {title}"), {"key": key, "units": units, "title": title})


def _end(held: Held, key: str, place: str | None, today: State, visit: State) -> date:
    if today.register.day <= held.until < visit.register.day:
        return add_days(held.until, 1)
    known = today.register.known
    evidence = today.shown.evidence

    def holds(day: date) -> bool:
        return shows(today.register.at(known, day), evidence).at(key, place).state == "current"

    return _first_day(today, visit, holds)


def _late(today: State, visit: State) -> Iterator[Lapse]:
    for due in visit.dues:
        if due.late and today.register.day <= due.due:
            text = Message(N_("{action} is due on {due}"), {"action": word(due.action), "due": due.due})
            yield Lapse(due.record, text, add_days(due.due, 1))


def _coverage(today: State, visit: State) -> Iterator[Lapse]:
    months = visit.register.policy().audit_cycle_months
    lost: dict[str, tuple[date, int]] = {}
    for cell in visit.cells:
        row = today.covered.latest(cell.clause, cell.unit)
        if cell.status != "not-applicable" and cell.assessed is None and row is not None:
            end = add_days(add_months(row.audit.to, months), 1)
            lost[row.audit.id] = (end, lost.get(row.audit.id, (end, 0))[1] + 1)
    for audit, (day, count) in lost.items():
        yield Lapse(audit, Message(N_("leaves the audit cycle: {count} cells"), {"count": count}), day)


def _reviews(today: State, visit: State) -> Iterator[Lapse]:
    months = visit.register.policy().review_months
    for review in today.register.reviews:
        end = add_months(review.date, months)
        if review.date <= today.register.known and today.register.day <= end < visit.register.day:
            text = Message(N_("its inputs and outputs no longer count: older than {months} months"), {"months": months})
            yield Lapse(review.id, text, add_days(end, 1))


def _sops(today: State, visit: State) -> Iterator[Lapse]:
    known = today.register.known
    months, months_then = (state.register.policy().sop_review_months for state in (today, visit))
    for sop in today.register.sops:
        if sops.status(sop, known, visit.register.day, months_then) != "due-for-review":
            continue
        if sops.status(sop, known, today.register.day, months) == "in-force":
            revision = sops.revision_in_force(sop, known, visit.register.day)
            assert revision is not None
            due = sops.review_due(sop, revision, known, months_then)
            yield Lapse(sop.id, Message(N_("the SOP is due for review on {due}"), {"due": due}), add_days(due, 1))


def _certificate(today: State, visit: State) -> Iterator[Lapse]:
    certificate = decided_certificate(today.register)
    expires = certificate.expires if certificate is not None else None
    if expires is not None and today.register.day <= expires < visit.register.day:
        text = Message(N_("the certificate expires on {day}"), {"day": expires})
        yield Lapse(None, text, add_days(expires, 1))
    edition = today.register.edition_on(today.register.day)
    ends = dict(today.register.policy().edition_ends).get(edition)
    if ends is not None and today.register.day <= ends < visit.register.day:
        yield Lapse(
            None,
            Message(N_("certificates to {edition} end on {day}"), {"edition": edition, "day": ends}),
            add_days(ends, 1),
        )
    for day, text in missed_surveillance(visit.register):
        if today.register.day <= day:
            yield Lapse(None, text, add_days(day, 1))
    if certificate is not None and certificate.decided is not None:
        for day, text in untold_changes(visit.register, certificate.decided):
            if today.register.day < day:
                yield Lapse(None, text, day)


def _exclusions(today: State, visit: State) -> Iterator[Lapse]:
    for unit in (None, *visit.register.in_scope()):
        before, after = not_applicable(today.register, unit), not_applicable(visit.register, unit)
        for entry in entries_not_applicable(today.register, None) if unit is None else iter(unit.not_applicable):
            if entry.until is None or not today.register.day <= entry.until < visit.register.day:
                continue
            leaves = visit.register.standard.leaves_of(entry.clause)
            if any(leaf in before and leaf not in after for leaf in leaves):
                text = Message(
                    N_("clause {clause} is not applicable until {day}"), {"clause": entry.clause, "day": entry.until}
                )
                yield Lapse(unit.id if unit is not None else None, text, add_days(entry.until, 1))


def _units(today: State, visit: State) -> Iterator[Lapse]:
    """New units whose grace ends with cells that no audit saw, and units whose part will be undecided."""
    unseen = {cell.unit for cell in uncovered(visit)}
    for unit in visit.register.in_scope():
        if unit.id in unseen and in_grace(unit, today.register):
            end = grace_end(unit, visit.register)
            text = Message(N_("the grace of the new unit ends: internal audits have not seen all of it"))
            yield Lapse(unit.id, text, add_days(end, 1))
        was, then = (scope_role(unit, state.register.day) for state in (today, visit))
        if then == "undecided" and was != "undecided":
            first = max(term.from_ for term in unit.scope if holds(term.from_, term.to, visit.register.day))
            yield Lapse(
                unit.id, Message(N_("the unit's part in the scope is undecided from {day}"), {"day": first}), first
            )
