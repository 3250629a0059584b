"""Why a cell is as it is: every record that counted for it and every one that did not, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mpp_qms.dates import add_months
from mpp_qms.internal_audit import Assessed, Row, rows
from mpp_qms.messages import N_, Message
from mpp_qms.overdue import late_by_record
from mpp_qms.readiness.cells import (
    colour_of,
    counting_grade,
    counts_open,
    entries_not_applicable,
    justified,
    places_of,
)
from mpp_qms.readiness.gates import State
from mpp_qms.readiness.shown import EVERY_UNIT
from mpp_qms.register import Register
from mpp_qms.words import word


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that was looked at for a cell: whether it counted, and why."""

    record: str
    path: str
    counted: bool
    reason: Message


def explain(state: State, clause: str, unit: str | None) -> tuple[Counted, ...]:
    """All records that speak of one cell: a leaf clause, for a unit or (None) the site; those that count first."""
    found = [
        *_findings(state, clause, unit),
        *_evidence(state, clause, unit),
        *_rows(state, clause, unit),
        *_exclusions(state.register, clause, unit),
    ]
    return tuple(sorted(found, key=lambda entry: not entry.counted))


def _findings(state: State, clause: str, unit: str | None) -> Iterator[Counted]:
    register = state.register
    late = late_by_record(state.dues)
    for nc in register.nonconformities:
        named = {leaf for text in nc.clauses for leaf in register.standard.leaves_of(text)}
        here = (clause, unit) in set(places_of(nc, register))
        if not here and (clause not in named or unit not in (None, register.life(nc).unit)):
            continue
        path = register.path(nc)
        if nc.detected.date > register.known:
            yield Counted(nc.id, path, False, Message(N_("detected later, on {day}"), {"day": nc.detected.date}))
        elif not here:
            text = N_("names the clause, but colours another cell: the first clause counts, in its unit")
            yield Counted(nc.id, path, False, Message(text))
        elif (colour := colour_of(nc, register, late.get(nc.id, []))) is not None:
            yield Counted(nc.id, path, True, colour[1])
        elif not counts_open(nc, register):
            yield Counted(
                nc.id,
                path,
                False,
                Message(N_("{status}: no longer counts"), {"status": word(register.life(nc).status)}),
            )
        else:
            text = N_("{grade}: does not colour a cell")
            yield Counted(nc.id, path, False, Message(text, {"grade": word(counting_grade(nc, register.life(nc)))}))


def _evidence(state: State, clause: str, unit: str | None) -> Iterator[Counted]:
    register, shown = state.register, state.shown
    known = {record.id: record for record in register.evidence}
    for key in register.standard.clauses[clause].expects:
        told = set()
        for entry, place in shown.records(key, unit):
            if (entry.record, place) in told:
                continue
            told.add((entry.record, place))
            values = {
                "key": key,
                "until": entry.until,
                "place": place if place != EVERY_UNIT else Message(N_("every unit")),
            }
            where = Message(N_("the site")) if place is None else values["place"]
            values["place"] = where
            worth = entry.state(register.day)
            if worth == "current" and entry.until is None:
                yield Counted(entry.record, entry.path, True, Message(N_("shows {key} for {place}"), values))
            elif worth == "current":
                yield Counted(
                    entry.record, entry.path, True, Message(N_("shows {key} for {place}, until {until}"), values)
                )
            elif entry.until == date.min:
                yield Counted(
                    entry.record,
                    entry.path,
                    False,
                    Message(N_("{key} for {place}: no whole quarter is covered"), values),
                )
            elif worth == "stale":
                yield Counted(
                    entry.record, entry.path, False, Message(N_("{key} for {place}: only until {until}"), values)
                )
            else:
                yield Counted(
                    entry.record, entry.path, False, Message(N_("{key} for {place}: holds only later"), values)
                )
        for record in known.values():
            if key not in record.shows or any(record.id == name for name, _ in told):
                continue
            if record.date > register.known:
                text = Message(N_("{key}: dated later, {day}"), {"key": key, "day": record.date})
            else:
                text = Message(N_("{key}: not for this unit"), {"key": key})
            yield Counted(record.id, register.path(record), False, text)


def _rows(state: State, clause: str, unit: str | None) -> Iterator[Counted]:
    register = state.register
    latest = state.covered.latest(clause, unit)
    months = register.policy().audit_cycle_months
    for row in rows(register):
        if clause in row.leaves and row.row.unit == unit:
            yield _row(row, latest, months, state.covered.assessed(clause, unit), register)
    for audit in register.audits:
        leaves = {
            leaf
            for row in audit.coverage
            if row.unit == unit
            for text in row.clauses
            for leaf in register.standard.leaves_of(text)
        }
        if audit.kind == "external" and clause in leaves:
            text = Message(N_("an external audit never counts as an internal one"))
            yield Counted(audit.id, register.path(audit), False, text)


def _row(row: Row, latest: Row | None, months: int, assessed: Assessed | None, register: Register) -> Counted:
    path = register.path(row.audit)
    values = {"row": row.index + 1, "result": word(row.row.result or ""), "day": row.audit.to, "months": months}
    if row.refused is not None:
        text = Message(N_("row {row} does not count: {why}"), {**values, "why": row.refused})
        return Counted(row.audit.id, path, False, text)
    if not row.audit.to <= register.day <= add_months(row.audit.to, months):
        return Counted(
            row.audit.id, path, False, Message(N_("row {row}: outside the cycle of {months} months"), values)
        )
    if row == latest:
        # what counts is what it found of this clause, not of all it covers together
        sentence = N_("row {row} covers it: {result}, {day}")
        if row.row.result == "nonconform" and assessed == "conform":
            sentence = N_("row {row} covers it: {result}, {day}; what it found nonconforming is another clause")
        elif row.row.result == "conform" and assessed == "nonconform":
            sentence = N_("row {row} covers it: {result}, {day}, by a finding of this audit")
        return Counted(row.audit.id, path, True, Message(sentence, {**values, "result": word(assessed or "")}))
    return Counted(row.audit.id, path, False, Message(N_("row {row}: a later row counts"), values))


def _exclusions(register: Register, clause: str, unit: str | None) -> Iterator[Counted]:
    found = register.unit_by_id.get(unit) if unit is not None else None
    for entry in entries_not_applicable(register, found):
        if clause not in register.standard.leaves_of(entry.clause):
            continue
        own = found is not None and entry in found.not_applicable
        record = found if own and found is not None else register.qms
        assert record is not None
        name, path = (found.id if own and found is not None else "qms"), register.path(record)
        if entry.date is not None and entry.date > register.known:
            yield Counted(
                name, path, False, Message(N_("declared not applicable later, on {day}"), {"day": entry.date})
            )
        elif entry.until is not None and entry.until < register.day:
            yield Counted(name, path, False, Message(N_("declared not applicable until {day}"), {"day": entry.until}))
        elif justified(entry, register.standard.clauses[clause], register.known):
            yield Counted(name, path, True, Message(N_("declared not applicable: {reason}"), {"reason": entry.reason}))
        else:
            yield Counted(name, path, False, Message(N_("declared not applicable without justification")))
