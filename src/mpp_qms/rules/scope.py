"""Scope and applicability (clause 4.3): what is not applicable, the units' terms, certificates, the roles a mall needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date
from itertools import pairwise

from mpp_qms.catalogue import Applicability
from mpp_qms.dates import first_day, out_of_order
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records import nonconformity
from mpp_qms.records.common import Common
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.qms import NotApplicable, Qms, Role
from mpp_qms.records.unit import Unit, scope_role
from mpp_qms.register import Register
from mpp_qms.rules.nonconformity import few
from mpp_qms.rules.registry import Hit, rule
from mpp_qms.words import word

_JUSTIFY = N_("A requirement may be left out only with a justification, and only where the services do not suffer.")
_NOT_APPLICABLE = "ISO 9001:2015, 4.3; FACTS.md, 1.2"
_ORDER = N_("Dates that run backwards are typing errors; a term that ends before it begins never holds.")
#: So many ids are named in one sentence; the rest are left to `mpp-qms nc list`.


# --- what is not applicable ---


@rule(
    "SCO001",
    "error",
    on=(Qms, Unit),
    legacy="warning",
    title=N_("Not applicable without justification"),
    message=N_("Clause {clause} is declared not applicable without {missing}."),
    help=N_("Enter the reason, who approved it (approved_by) and the day (date); until then the clause applies."),
    why=_JUSTIFY,
    source=_NOT_APPLICABLE,
    example='not_applicable: [{clause: "7.1.5.2"}]',
)
def justified(record: Qms | Unit, register: Register) -> Iterator[Hit]:
    """Every clause declared not applicable has a reason, an approver and a day."""
    for index, entry in enumerate(record.not_applicable):
        parts = (("reason", entry.reason), ("approved_by", entry.approved_by), ("date", entry.date))
        missing = tuple(key for key, value in parts if value is None)
        if missing:
            yield Hit(("not_applicable", index), {"clause": entry.clause, "missing": missing})


def _with(
    applicability: tuple[Applicability, ...], record: Qms | Unit, register: Register
) -> Iterator[tuple[int, str]]:
    """The entries of a record that leave out a leaf of such an applicability: the place, and the first such leaf."""
    for index, entry in enumerate(record.not_applicable):
        standard = register.standard_of(record, entry.date or register.day)
        if standard is not None:
            for leaf in standard.leaves_of(entry.clause):
                if standard.clauses[leaf].applicability in applicability:
                    yield index, leaf
                    break


@rule(
    "SCO002",
    "error",
    on=(Qms, Unit),
    title=N_("Not applicable where it always applies"),
    message=N_("Clause {clause} applies to every public-service mall; it cannot be declared not applicable."),
    help=N_("Remove the entry; name single clauses where a heading says too much."),
    why=_JUSTIFY,
    source=_NOT_APPLICABLE,
    example='not_applicable: [{clause: "8.5.1", reason: Tidak ada produksi, approved_by: P-001, date: 2024-01-05}]',
)
def always_applicable(record: Qms | Unit, register: Register) -> Iterator[Hit]:
    """No clause that the catalogue marks as applying in any case (A) is declared not applicable."""
    for index, leaf in _with(("A",), record, register):
        yield Hit(("not_applicable", index, "clause"), {"clause": leaf})


@rule(
    "SCO003",
    "warning",
    on=(Qms, Unit),
    title=N_("Not applicable in a way auditors challenge"),
    message=N_("Clause {clause} is often declared not applicable, and auditors challenge it."),
    help=N_("Check the reason against `mpp-qms clause {clause}`; a small way of doing it is safer than none."),
    why=_JUSTIFY,
    source=_NOT_APPLICABLE,
    example='not_applicable: [{clause: "8.3", reason: Layanan diatur undang-undang, approved_by: P-001, date: 2024-01-05}]',
)
def challenged(record: Qms | Unit, register: Register) -> Iterator[Hit]:
    """A clause that auditors challenge (CLAIM-NA), or that applies for a small part (A-limited), is pointed out."""
    for index, leaf in _with(("CLAIM-NA", "A-limited"), record, register):
        yield Hit(("not_applicable", index, "clause"), {"clause": leaf})


@rule(
    "SCO004",
    "error",
    on=Register,
    title=N_("Not applicable, but with a nonconformity"),
    message=N_("Clause {clause} is declared not applicable, but {findings} is a nonconformity on it in that time."),
    help=N_("End the entry with `until`, or correct the first clause of the nonconformity."),
    why=N_("Where a requirement could be broken it applies; leaving it out would hide the nonconformity."),
    source="FORMAT.md, Readiness; ISO 9001:2015, 4.3",
    example='not_applicable: [{clause: "7.1.5.2", …}] and a nonconformity with clauses: ["7.1.5.2"]',
)
def not_applicable_with_finding(register: Register) -> Iterator[tuple[Common, Hit]]:
    """No nonconformity was open on its first clause while that clause was not applicable in its unit."""
    records: list[Qms | Unit] = [*register.units, *([register.qms] if register.qms is not None else [])]
    entries: list[tuple[Qms | Unit, int, NotApplicable, frozenset[str]]] = []
    for record in records:
        for index, entry in enumerate(record.not_applicable):
            standard = register.standard_of(record, entry.date or register.day)
            if standard is not None:
                entries.append((record, index, entry, frozenset(standard.leaves_of(entry.clause))))
    if not entries:
        return
    found: dict[tuple[Common, int], list[str]] = defaultdict(list)
    for nc in register.nonconformities:
        standard = register.standard_of(nc, nc.detected.date)
        leaves = standard.leaves_of(nc.clauses[0]) if standard is not None else ()
        for record, index, entry, left_out in entries:
            if not left_out.isdisjoint(leaves) and _open_while(nc, entry, record):
                found[record, index].append(nc.id)
    for record, index, entry, _ in entries:
        if ids := found.get((record, index)):
            yield record, Hit(("not_applicable", index), {"clause": entry.clause, "findings": few(ids)})


def _open_while(nc: Nonconformity, entry: NotApplicable, record: Qms | Unit) -> bool:
    """True where the nonconformity was open on a day of the entry, in the unit the entry speaks of."""
    life = nonconformity.life(nc, date.max)
    if life.status == "void" or (isinstance(record, Unit) and record.id not in (nc.unit, life.unit)):
        return False
    end = date.max
    if life.status == "closed":
        end = max(closure.date for closure in nc.closures)
    return (entry.until is None or nc.detected.date <= entry.until) and (entry.date is None or entry.date <= end)


# --- terms ---


@rule(
    "SCO005",
    "warning",
    on=Unit,
    title=N_("Terms in the scope overlap"),
    message=N_("This term begins on {start}, before an earlier one ends; from then on the later one counts."),
    help=N_("End the earlier term with `to`, the day before this one begins."),
    why=N_("A unit plays one part in the scope at a time; it must be plain which."),
    source="FORMAT.md, unit.yaml; ISO 9001:2015, 4.3",
    example="scope: [{from: 2024-01-05, role: internal}, {from: 2024-07-01, role: external-provider}]",
)
def overlapping_terms(unit: Unit, register: Register) -> Iterator[Hit]:
    """No two terms of a unit in the scope share a day."""
    terms = sorted(enumerate(unit.scope), key=lambda item: item[1].from_)
    end: date | None = None
    for place, (index, term) in enumerate(terms):
        if place and end is not None and first_day(end) >= term.from_:
            yield Hit(("scope", index), {"start": term.from_})
        end = max(end or date.min, term.to or date.max)


@rule(
    "SCO006",
    "error",
    on=(Qms, Unit),
    title=N_("Term that ends before it begins"),
    message=N_("This ends on {end}, before it begins on {start}."),
    help=N_("Correct the day that is wrong."),
    why=_ORDER,
    source="FORMAT.md, 2",
    example="agreements: [{number: PKS-12/2024, start: 2024-01-05, end: 2023-12-31}]",
)
def backward_terms(record: Qms | Unit, register: Register) -> Iterator[Hit]:
    """Every term of a scope, service, agreement, role or non-applicability ends on or after the day it begins."""
    for route, start, end in _terms(record):
        if start is not None and end is not None and out_of_order(start, end):
            yield Hit(route, {"start": start, "end": end})


def _terms(record: Qms | Unit) -> Iterator[tuple[Route, date | None, date | None]]:
    if isinstance(record, Unit):
        for index, term in enumerate(record.scope):
            yield ("scope", index, "to"), term.from_, term.to
        for index, service in enumerate(record.services):
            yield ("services", index, "to"), service.from_, service.to
        for index, agreement in enumerate(record.agreements):
            yield ("agreements", index, "end"), agreement.start, agreement.end
    else:
        for index, person in enumerate(record.people):
            for number, role in enumerate(person.roles):
                yield ("people", index, "roles", number, "to"), role.from_, role.to
    for index, entry in enumerate(record.not_applicable):
        yield ("not_applicable", index, "until"), entry.date, entry.until


@rule(
    "SCO007",
    "error",
    on=Register,
    title=N_("Closed unit with open nonconformities"),
    message=N_("The unit is no longer in the scope since {date}, but {findings} is still open there."),
    help=N_("Move each to the unit that takes it over (`transferred`), or void it with a reason."),
    why=N_("What is open at a counter that has closed has nobody left who answers for it."),
    source="FORMAT.md, unit.yaml",
    example="scope: [{from: 2024-01-05, to: 2024-12-31, role: internal}] and an open nonconformity there",
    command="mpp-qms nc transfer {findings}",
)
def closed_unit(register: Register) -> Iterator[tuple[Common, Hit]]:
    """A unit whose last term in the scope has ended has no open nonconformity."""
    closed: dict[str, tuple[Unit, int, date]] = {}
    for unit in register.units:
        if unit.scope and scope_role(unit, register.day) is None:
            ends = [(term.to or date.max, index) for index, term in enumerate(unit.scope)]
            end, index = max(ends)
            if end < register.day:
                closed.setdefault(unit.id, (unit, index, end))
    if not closed:
        return
    open_: dict[str, list[str]] = defaultdict(list)
    for nc in register.nonconformities:
        unit_id = nonconformity.unit_on(nc, date.max)
        if unit_id in closed and nonconformity.life(nc, date.max).running:
            open_[unit_id].append(nc.id)
    for unit_id, (unit, index, end) in closed.items():
        if ids := open_.get(unit_id):
            yield unit, Hit(("scope", index, "to"), {"date": end, "findings": few(ids)})


# --- certificates and lists ---


@rule(
    "SCO008",
    "error",
    on=Qms,
    title=N_("Dates of a certificate run backwards"),
    message=N_("{first} ({first_date}) lies after {second} ({second_date})."),
    help=N_("Correct the day that is wrong; the certificate itself says which."),
    why=N_("Whether the certificate holds, and when it is watched over, is counted from these days."),
    source="FORMAT.md, qms.yaml and G13; ISO/IEC 17021-1",
    example="certificates: [{body: cb, decided: 2024-02-01, expires: 2023-01-31}]",
)
def certificate_dates(qms: Qms, register: Register) -> Iterator[Hit]:
    """A certificate is decided, then issued, then expires; it is suspended or withdrawn after its decision."""
    for index, certificate in enumerate(qms.certificates):
        decided, issued = N_("The decision"), N_("the day of issue")
        dated = [
            ("decided", decided, certificate.decided),
            ("issued", issued, certificate.issued),
            ("expires", N_("the last day"), certificate.expires),
        ]
        known = [(key, name, day) for key, name, day in dated if day is not None]
        for (_, first, before), (key, second, after) in pairwise(known):
            if out_of_order(before, after):
                yield Hit(("certificates", index, key), _days(first, before, second, after))
        for number, event in enumerate(certificate.events):
            if certificate.decided is not None and out_of_order(certificate.decided, event.date):
                route = ("certificates", index, "events", number, "date")
                yield Hit(route, _days(decided, certificate.decided, N_("this event"), event.date))


def _days(first: str, before: date, second: str, after: date) -> dict[str, object]:
    return {"first": Message(first), "first_date": before, "second": Message(second), "second_date": after}


@rule(
    "SCO009",
    "error",
    on=(Qms, Unit),
    title=N_("Entry given twice"),
    message=N_("{value} stands in the list {list} a second time."),
    help=N_("Remove one of the two entries, or correct it."),
    why=N_("Of two entries for one thing only one can hold, and nobody could say which."),
    source="FORMAT.md, qms.yaml and unit.yaml",
    example="services: [{id: ktp, name: KTP}, {id: ktp, name: Akta lahir}]",
)
def entry_twice(record: Qms | Unit, register: Register) -> Iterator[Hit]:
    """No certificate, party, scope or policy of one day, service or agreement stands twice in its list."""
    seen: set[tuple[str, Hashable]] = set()
    for name, index, key, identity, value in _identities(record):
        if (name, identity) in seen:
            yield Hit((name, index, key), {"value": value, "list": name})
        seen.add((name, identity))


def _identities(record: Qms | Unit) -> Iterator[tuple[str, int, str, Hashable, object]]:
    """(list, place, key, what makes it one and the same, how it is called) of each entry that has an identity."""
    if isinstance(record, Unit):
        for index, service in enumerate(record.services):
            yield "services", index, "id", service.id, service.id
        for index, agreement in enumerate(record.agreements):
            if agreement.number is not None:
                yield "agreements", index, "number", agreement.number, agreement.number
        return
    for index, certificate in enumerate(record.certificates):
        if certificate.number is not None:
            yield "certificates", index, "number", (certificate.body, certificate.number), certificate.number
    for index, party in enumerate(record.parties):
        yield "parties", index, "code", party.code, party.code
    for index, statement in enumerate(record.scope):
        yield "scope", index, "from", statement.from_, statement.from_
    for index, edition in enumerate(record.standards):
        yield "standards", index, "from", edition.from_, edition.from_ or edition.edition
    for index, entry in enumerate(record.policy):
        yield "policy", index, "from", entry.from_, entry.from_


@rule(
    "SCO010",
    "warning",
    on=Qms,
    title=N_("Scope without its text"),
    message=N_("The scope from {date} has no text."),
    help=N_("Write under `text` which services, units and places the quality management system covers."),
    why=N_("The scope is kept as documented information, and the certificate is read against it."),
    source="ISO 9001:2015, 4.3; FORMAT.md, G1",
    example="scope: [{from: 2024-01-05, approved_by: P-001}]",
)
def scope_text(qms: Qms, register: Register) -> Iterator[Hit]:
    """Every entry of the scope has its text."""
    for index, statement in enumerate(qms.scope):
        if statement.text is None:
            yield Hit(("scope", index), {"date": statement.from_})


#: The roles without which nothing falls to anybody: whoever closes, and whoever answers for the whole.
_NEEDED: tuple[Role, ...] = ("quality-manager", "top-management")


@rule(
    "SCO011",
    "warning",
    on=Qms,
    title=N_("Nobody in a role the mall needs"),
    message=N_("On {date} nobody has the role {role}."),
    help=N_("Enter the role with somebody in `people`; who only stands in gets `acting: plt` or `plh`."),
    why=N_("What has no owner falls to the quality manager, and the system answers to top management."),
    source="ISO 9001:2015, 5.3; FORMAT.md, What is late",
    example="people: [{code: P-001, roles: [{role: staff, unit: a}]}]",
)
def needed_roles(qms: Qms, register: Register) -> Iterator[Hit]:
    """Where people are entered, somebody is quality manager and somebody is top management on the day of the check."""
    if not qms.people:
        return
    for role in _NEEDED:
        if register.holder(role, register.day) is None:
            yield Hit(("people",), {"role": word(role), "date": register.day})


@rule(
    "SCO012",
    "error",
    on=Unit,
    title=N_("Unit without a term in the scope"),
    message=N_("The unit has no term in the scope: it is counted nowhere."),
    help=N_("Enter under `scope` from when it plays which part; `undecided` where that is not known yet."),
    why=N_("A unit outside every term has no cells: leaving the terms out would hide all it lacks."),
    source="FORMAT.md, unit.yaml; ISO 9001:2015, 4.3",
    example="scope: []",
)
def unit_without_term(unit: Unit, register: Register) -> Iterator[Hit]:
    """Every unit has a term in the scope."""
    if not unit.scope:
        yield Hit(("scope",))
