"""The gates G1 to G16: what stops a certificate, or goes into the report (FORMAT.md, Readiness; FACTS 3.5).

A percentage never hides an open gate. Each gate is a function of the state of the mall on a day that gives the
reasons why it fails, each blocking or conditional; no reason: it passes; None: it is not asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from mpp_qms.dates import add_days, add_months
from mpp_qms.documented_information import due_for_review, services_on
from mpp_qms.internal_audit import Coverage
from mpp_qms.messages import N_, Message
from mpp_qms.overdue import Due, late_by_record
from mpp_qms.readiness.cells import (
    Cell,
    bodys_to_close,
    contained,
    counting_grade,
    counts_open,
    entries_not_applicable,
    in_grace,
    justified,
    of_certification_body,
)
from mpp_qms.readiness.shown import Shows
from mpp_qms.records.nonconformity import answer_accepted, of_body, taken_on
from mpp_qms.records.qms import Certificate, Visit
from mpp_qms.records.review import INPUTS, OUTPUTS, Review
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import scope_role
from mpp_qms.register import Register
from mpp_qms.words import days_late, word


@dataclass(frozen=True, slots=True)
class State:
    """The mall on a day: what the gates are judged by. `visit` is the visit judged, where there is one."""

    register: Register
    shown: Shows
    covered: Coverage
    dues: list[Due]
    cells: list[Cell]
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a gate fails, or (`fails` False) what is to be said though it does not; `who` is to act, `command` shows more."""

    text: Message
    blocking: bool
    who: str | None
    command: str
    clause: str | None = None
    unit: str | None = None
    fails: bool = True


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate and how it stands: `passed` is None where it is not asked; `blocking` is of this failure.

    `details` and their texts, the `reasons`, also say what does not make it fail, and why it passes where it does.
    """

    id: str
    title: Message
    passed: bool | None
    blocking: bool
    reasons: tuple[Message, ...]
    details: tuple[Reason, ...] = ()


#: None: not asked.
Judge = Callable[[State], Iterator[Reason] | None]


def gates(state: State) -> tuple[Gate, ...]:
    """G1 to G16 in order, always all."""
    also = state.register.policy().blocking_gates
    found = []
    for id_, title, judge in GATES:
        judged = judge(state)
        details = tuple(judged) if judged is not None else ()
        failing = [reason for reason in details if reason.fails]
        blocking = bool(failing) and (id_ in also or any(reason.blocking for reason in failing))
        passed = None if judged is None else not failing
        found.append(Gate(id_, Message(title), passed, blocking, tuple(reason.text for reason in details), details))
    return tuple(found)


def _manager(state: State) -> str | None:
    return state.register.holder("quality-manager", state.register.day)


def scope(state: State) -> Iterator[Reason]:
    """G1: the text approved, every non-applicability justified, no unit undecided; blocking."""
    register, day = state.register, state.register.day
    entries = [entry for entry in (register.qms.scope if register.qms else ()) if entry.from_ <= day]
    who = _manager(state)
    if not entries:
        yield Reason(Message(N_("qms.yaml states no scope for this day")), True, who, "mpp-qms clause 4.3", "4.3")
    else:
        latest = max(entries, key=lambda entry: entry.from_)
        if latest.text is None:
            yield Reason(
                Message(N_("the scope from {day} has no text"), {"day": latest.from_}),
                True,
                who,
                "mpp-qms clause 4.3",
                "4.3",
            )
        if latest.approved_by is None:
            yield Reason(
                Message(N_("nobody approved the scope from {day}"), {"day": latest.from_}),
                True,
                who,
                "mpp-qms clause 4.3",
                "4.3",
            )
    for unit in (None, *register.in_scope()):
        own = unit.not_applicable if unit is not None else entries_not_applicable(register, None)
        for entry in own:
            leaves = [register.standard.clauses[leaf] for leaf in register.standard.leaves_of(entry.clause)]
            over = entry.until is not None and entry.until < day
            later = entry.date is not None and entry.date > register.known
            if not over and not later and not all(justified(entry, leaf, register.known) for leaf in leaves):
                text = Message(
                    N_("clause {clause} is declared not applicable without justification"), {"clause": entry.clause}
                )
                yield Reason(text, True, who, f"mpp-qms clause {entry.clause}", entry.clause, unit.id if unit else None)
    for unit in register.in_scope():
        if scope_role(unit, day) == "undecided":
            text = Message(N_("unit {unit}: its part in the scope is undecided"), {"unit": unit.id})
            yield Reason(text, True, who, "mpp-qms clause 4.3", "4.3", unit.id)


def policy_and_objectives(state: State) -> Iterator[Reason]:
    """G2: the site's quality policy and quality objectives current; blocking."""
    yield from _keys(state, ("quality-policy", "quality-objectives"), blocking=True)


def _keys(state: State, keys: tuple[str, ...], *, blocking: bool = False) -> Iterator[Reason]:
    for key in keys:
        held = state.shown.at(key, None)
        if held.state != "current":
            clauses = state.register.standard.clauses_expecting(key)
            clause = clauses[0] if clauses else None
            yield Reason(
                lack(key, state, None), blocking, _manager(state), f"mpp-qms clause {clause or ''}".strip(), clause
            )


def lack(key: str, state: State, unit: str | None) -> Message:
    """What is missing of a key in one place."""
    held = state.shown.at(key, unit)
    title = state.register.standard.title_of(key)
    if held.by is None:
        return Message(N_("nothing shows {key}: {title}"), {"key": key, "title": title})
    if held.until == date.min:
        return Message(
            N_("{record} shows {key} ({title}), but not for a whole quarter"),
            {"record": held.by.record, "key": key, "title": title},
        )
    return Message(
        N_("{key} ({title}) was last shown by {record}, until {until}"),
        {"key": key, "title": title, "record": held.by.record, "until": held.until},
    )


def internal_audit(state: State) -> Iterator[Reason]:
    """G3: every applicable cell has a counting row within the cycle, new units after their grace; blocking."""
    who = state.register.holder("programme-manager", state.register.day) or _manager(state)
    by_unit: dict[str | None, list[str]] = defaultdict(list)
    for cell in uncovered(state):
        by_unit[cell.unit].append(cell.clause)
    for unit, clauses in by_unit.items():
        shown = _shorten(clauses)
        if unit is None:
            text = Message(N_("no internal audit within the cycle covers, for the site: {clauses}"), {"clauses": shown})
        else:
            text = Message(
                N_("no internal audit within the cycle covers, in {unit}: {clauses}"), {"unit": unit, "clauses": shown}
            )
        command = f"mpp-qms audit --clause {clauses[0]}" + (f" --unit {unit}" if unit else "")
        yield Reason(text, True, who, command, clauses[0] if len(clauses) == 1 else None, unit)


def _shorten(items: list[str], most: int = 8) -> Message:
    if len(items) <= most:
        return Message("{items}", {"items": tuple(items)})
    return Message(N_("{items} and {more} more"), {"items": tuple(items[:most]), "more": len(items) - most})


def uncovered(state: State) -> Iterator[Cell]:
    """The applicable cells without a counting row within the cycle."""
    new = _new_units(state)
    for cell in state.cells:
        if cell.status != "not-applicable" and cell.unit not in new and cell.assessed is None:
            yield cell


def _new_units(state: State) -> set[str]:
    """The units within their grace: G3 does not ask for them yet."""
    return {unit.id for unit in state.register.in_scope() if in_grace(unit, state.register)}


def coverage_completed(state: State) -> date | None:
    """The day of the report that completed G3's coverage; None where G3 fails or asks for nothing."""
    if any(True for _ in uncovered(state)):
        return None
    new = _new_units(state)
    firsts = [
        min(row.reported for row in state.covered.by_cell[cell.clause, cell.unit])
        for cell in state.cells
        if cell.status != "not-applicable" and cell.assessed is not None and cell.unit not in new
    ]
    return max(firsts, default=None)


def reviews_in_months(state: State) -> list[Review]:
    """The management reviews known, within review_months of the day looked at."""
    register = state.register
    months = register.policy().review_months
    return [
        review
        for review in register.reviews
        if review.date <= min(register.known, register.day) and register.day <= add_months(review.date, months)
    ]


def management_review(state: State) -> Iterator[Reason]:
    """G4: a review within review_months, on or after the report that completed G3's coverage; inputs and outputs."""
    who = state.register.holder("top-management", state.register.day) or _manager(state)
    reviews = reviews_in_months(state)
    completed = coverage_completed(state)
    if not reviews:
        yield Reason(
            Message(
                N_("no management review within the last {months} months"),
                {"months": state.register.policy().review_months},
            ),
            True,
            who,
            "mpp-qms clause 9.3.1",
            "9.3.1",
        )
        return
    if completed is not None and not any(review.date >= completed for review in reviews):
        text = Message(
            N_("no management review since the report of {day} that completed the internal audits"), {"day": completed}
        )
        yield Reason(text, True, who, "mpp-qms clause 9.3.1", "9.3.1")
        return
    held = {entry.key for review in reviews for entry in review.inputs}
    missing = tuple(key for key in INPUTS if key not in held)
    if missing:
        yield Reason(
            Message(N_("inputs not reviewed: {keys}"), {"keys": missing}), False, who, "mpp-qms clause 9.3.2", "9.3.2"
        )
    known = state.register.known
    decided = {decision.output for review in reviews for decision in review.decisions if taken_on(decision, known)}
    decided |= {entry.output for review in reviews for entry in review.none_needed}
    open_ = tuple(output for output in OUTPUTS if output not in decided)
    if open_:
        text = Message(N_("outputs neither decided nor said to be unneeded: {outputs}"), {"outputs": open_})
        yield Reason(text, False, who, "mpp-qms clause 9.3.3", "9.3.3")


def majors(state: State) -> Iterator[Reason]:
    """G5: no major is open. Not contained, or the body's and not closed by it: blocking; contained: conditional."""
    register = state.register
    late = late_by_record(state.dues)
    for nc in register.known_nonconformities():
        life = register.life(nc)
        if counting_grade(nc, life) != "major" or not counts_open(nc, register):
            continue
        values = {"id": nc.id, "unit": life.unit}
        if bodys_to_close(nc, register):
            text, blocking = (
                Message(N_("{id} ({unit}): a major that the certification body has not closed"), values),
                True,
            )
        elif contained(nc, life, late.get(nc.id, []), register.known):
            text, blocking = Message(N_("{id} ({unit}): a major, contained but not closed"), values), False
        else:
            text, blocking = Message(N_("{id} ({unit}): a major that is not contained"), values), True
        yield Reason(
            text, blocking, register.answers_for(life.unit), f"mpp-qms nc show {nc.id}", nc.clauses[0], life.unit
        )


def body_findings(state: State) -> Iterator[Reason]:
    """G6: each major, minor or ungraded finding of the certification body closed by it or its answer accepted."""
    register = state.register
    for nc in register.known_nonconformities():
        life = register.life(nc)
        if not of_certification_body(nc, register):
            continue
        external = of_body(nc)
        if external is None:
            # nothing tells what the body said: our own closing is not its word, except of what was
            # entered from an older system, where its own grade and status are all there is
            settled = not life.running and nc.legacy is not None
            grade = life.grade
        else:
            settled = not counts_open(nc, register) or answer_accepted(external, register.known)
            grade = external.grade or "ungraded"
        if grade in ("major", "minor", "ungraded") and not settled:
            text = Message(
                N_("{id} ({unit}): neither closed by the body nor its answer accepted"),
                {"id": nc.id, "unit": life.unit},
            )
            yield Reason(text, True, _manager(state), f"mpp-qms nc show {nc.id}", nc.clauses[0], life.unit)


def nothing_late(state: State) -> Iterator[Reason]:
    """G7: `overdue` is empty; conditional."""
    for due in state.dues:
        if due.late:
            values = {
                "record": due.record,
                "action": word(due.action),
                "due": due.due,
                "late": days_late(due.days_overdue),
            }
            text = Message(N_("{record} {action}: due {due}, {late}"), values)
            command = (
                f"mpp-qms nc show {due.record}"
                if due.record in state.register.nonconformity_by_id
                else "mpp-qms overdue"
            )
            yield Reason(text, False, due.owner, command, None, due.unit)


def sops(state: State) -> Iterator[Reason]:
    """G8: each service of a unit in scope has an SOP in force (said, where one is due for review); conditional."""
    without = state.shown.without_sop
    due: dict[str, list[Sop]] = defaultdict(list)
    for standing in due_for_review(state.register):
        due[standing.sop.unit].append(standing.sop)
    for unit in state.register.in_scope():
        if without.get(unit.id):
            services = tuple(service.id for service in without[unit.id])
            text = Message(N_("{unit}: no SOP in force for {services}"), {"unit": unit.id, "services": services})
            yield Reason(
                text,
                False,
                state.register.answers_for(unit.id),
                f"mpp-qms audit --clause 8.5.1 --unit {unit.id}",
                "8.5.1",
                unit.id,
            )
        services_now = {service.id for service in services_on(unit, state.register.day)}
        for sop in due.get(unit.id, ()):
            if services_now & set(sop.services):
                text = Message(N_("{sop} is due for review; it still counts"), {"sop": sop.id})
                yield Reason(text, False, None, "mpp-qms clause 8.5.1", "8.5.1", unit.id, fails=False)


def decided_certificate(register: Register) -> Certificate | None:
    """The latest certificate whose decision is known."""
    known = [
        (certificate.decided, index)
        for index, certificate in enumerate(register.qms.certificates if register.qms else ())
        if certificate.decided is not None and certificate.decided <= register.known
    ]
    return register.qms.certificates[max(known)[1]] if known and register.qms is not None else None


def records_old_enough(state: State) -> Iterator[Reason] | None:
    """G9: the first record is records_months old; asked before a first certification; conditional."""
    register = state.register
    first_visit = state.visit is not None and state.visit.kind in ("stage-1", "stage-2")
    if not first_visit and decided_certificate(register) is not None:
        return None
    days = [entry.date for entry in register.evidence]
    days += [audit.from_ for audit in register.audits]
    days += [review.date for review in register.reviews]
    days += [nc.detected.date for nc in register.nonconformities]
    known = [day for day in days if day <= register.known]
    months = register.policy().records_months
    who = _manager(state)
    if not known:
        return iter([Reason(Message(N_("there is no record yet")), False, who, "mpp-qms clause 7.5.1", "7.5.1")])
    old = add_months(min(known), months)
    if old <= register.day:
        return iter(())
    text = Message(
        N_("the first record is of {first}; it is {months} months old on {day}"),
        {"first": min(known), "months": months, "day": old},
    )
    return iter([Reason(text, False, who, "mpp-qms policy", "7.5.1")])


def impartial(state: State) -> Iterator[Reason]:
    """G10: within the cycle no counting row leans on an independence note; conditional."""
    seen = set()
    for rows in state.covered.by_cell.values():
        for row in rows:
            if row.leans and (row.audit.id, row.index) not in seen:
                seen.add((row.audit.id, row.index))
                values = {"audit": row.audit.id, "unit": row.row.unit or "", "row": row.index + 1}
                clauses = state.register.standard.clauses
                seen_in_unit = next((leaf for leaf in row.leaves if clauses[leaf].has_unit_cells), row.leaves[0])
                text = Message(N_("{audit}, row {row} ({unit}): counts only by its independence note"), values)
                who = state.register.holder("programme-manager", state.register.day) or _manager(state)
                yield Reason(
                    text,
                    False,
                    who,
                    f"mpp-qms audit --clause {seen_in_unit} --unit {row.row.unit}",
                    "9.2.2",
                    row.row.unit,
                )


def climate(state: State) -> Iterator[Reason]:
    """G11: the climate decision current (Amd 1:2024); conditional."""
    yield from _keys(state, ("climate-decision",))


def satisfaction(state: State) -> Iterator[Reason]:
    """G12: customer satisfaction current; conditional."""
    yield from _keys(state, ("customer-satisfaction",))


def certificate(state: State) -> Iterator[Reason] | None:
    """G13: the latest decided certificate stands, surveillance was held, the edition has not ended; conditional."""
    register = state.register
    qms = register.qms
    entries = [
        entry for entry in (qms.certificates if qms else ()) if entry.decided is None or entry.decided <= register.known
    ]
    return _certificate(state) if entries else None


def _certificate(state: State) -> Iterator[Reason]:
    register, day, who = state.register, state.register.day, _manager(state)

    def reason(text: Message) -> Reason:
        return Reason(text, False, who, "mpp-qms audit", None)

    latest = decided_certificate(register)
    if latest is None or latest.decided is None:
        yield reason(Message(N_("the day the certificate was decided is not known")))
        return
    if latest.expires is None:
        yield reason(Message(N_("the day the certificate expires is not known")))
    elif latest.expires < day:
        yield reason(Message(N_("the certificate expired on {day}"), {"day": latest.expires}))
    events = [(event.date, index) for index, event in enumerate(latest.events) if event.date <= register.known]
    last = latest.events[max(events)[1]] if events else None
    if last is not None and last.kind == "suspended":
        yield reason(Message(N_("the certificate was suspended on {day}"), {"day": last.date}))
    if last is not None and last.kind == "withdrawn":
        yield reason(Message(N_("the certificate was withdrawn on {day}"), {"day": last.date}))
    yield from (reason(text) for _, text in missed_surveillance(register))
    edition = register.edition_on(day)
    ends = dict(register.policy().edition_ends).get(edition)
    if ends is not None and day > ends:
        yield reason(Message(N_("certificates to {edition} ended on {day}"), {"edition": edition, "day": ends}))


def missed_surveillance(register: Register) -> Iterator[tuple[date, Message]]:
    """Each surveillance that was to be held by a day before the register's, and is not recorded, with that day.

    Within 12 months of the decision, then in each closed calendar year but that of the recertification.
    """
    latest = decided_certificate(register)
    if latest is None or latest.decided is None:
        return
    held = surveillance_days(register)
    first_due = add_months(latest.decided, 12)
    if register.day > first_due and not any(latest.decided < visit <= first_due for visit in held):
        text = N_("no surveillance audit is recorded within 12 months of the decision, by {day}")
        yield first_due, Message(text, {"day": first_due})
    recertification = latest.expires.year if latest.expires is not None else None
    for year in range(latest.decided.year + 1, register.day.year):
        if year != recertification and not any(visit.year == year for visit in held):
            yield (
                date(year, 12, 31),
                Message(N_("no surveillance audit is recorded for {year}"), {"year": str(year)}),
            )


def surveillance_days(register: Register) -> list[date]:
    """The last days of the surveillance audits that have been held, as known."""
    return [
        audit.to
        for audit in register.audits
        if audit.kind == "external" and audit.visit == "surveillance" and audit.to <= register.known
    ]


def providers(state: State) -> Iterator[Reason]:
    """G14: for each partner and external provider an agreement in force and a current evaluation; conditional."""
    for unit in state.register.providers():
        for key in ("provider-agreements", "provider-evaluation"):
            if state.shown.at(key, unit.id).state != "current":
                clause = next(iter(state.register.standard.clauses_expecting(key)), "8.4.1")
                text = Message(N_("{unit}: {lack}"), {"unit": unit.id, "lack": lack(key, state, unit.id)})
                yield Reason(text, False, _manager(state), f"mpp-qms audit --clause {clause}", clause, unit.id)


def objective_results(state: State) -> Iterator[Reason]:
    """G15: the results of the quality objectives for the last closed quarter; conditional."""
    yield from _keys(state, ("objective-results",))


def notified(state: State) -> Iterator[Reason] | None:
    """G16: the body was told of each change of top management or scope since the decision; conditional."""
    latest = decided_certificate(state.register)
    if latest is None or latest.decided is None:
        return None
    return _notified(state, latest.decided)


def _notified(state: State, decided: date) -> Iterator[Reason]:
    for _, text in untold_changes(state.register, decided):
        yield Reason(text, False, _manager(state), "mpp-qms clause 5.3", "5.3")


def untold_changes(register: Register, decided: date) -> Iterator[tuple[date, Message]]:
    """Each change since the decision without a notice to the body on or after it, with its day."""
    notices = [
        record.date for record in register.evidence if "change-notice" in record.shows and record.date <= register.known
    ]
    last_notice = max(notices, default=date.min)
    for day, what in changes(register):
        if decided < day <= register.day and last_notice < day:
            yield (
                day,
                Message(N_("{what} on {day}: the certification body was not told"), {"what": what, "day": day}),
            )


def changes(register: Register) -> Iterator[tuple[date, Message]]:
    """Each change of the scope and of top management, by the day from which it holds."""
    qms = register.qms
    if qms is None:
        return
    for entry in qms.scope:
        yield entry.from_, Message(N_("a change of scope"))
    days = set()
    for person in qms.people:
        for role in person.roles:
            if role.role == "top-management":
                if role.from_ is not None:
                    days.add(role.from_)
                if role.to is not None:
                    days.add(add_days(role.to, 1))
    for day in sorted(days):
        yield day, Message(N_("a change of top management"))


#: id, title, how it is judged.
GATES: tuple[tuple[str, str, Judge], ...] = (
    ("G1", N_("Scope approved, exclusions justified, every unit's part decided"), scope),
    ("G2", N_("Quality policy and quality objectives"), policy_and_objectives),
    ("G3", N_("Internal audit of every clause and unit"), internal_audit),
    ("G4", N_("Management review, complete"), management_review),
    ("G5", N_("No open major"), majors),
    ("G6", N_("Findings of the certification body settled"), body_findings),
    ("G7", N_("Nothing overdue"), nothing_late),
    ("G8", N_("An SOP in force for every service"), sops),
    ("G9", N_("Records old enough for a first certification"), records_old_enough),
    ("G10", N_("Impartial auditors"), impartial),
    ("G11", N_("Climate decision"), climate),
    ("G12", N_("Customer satisfaction"), satisfaction),
    ("G13", N_("Certificate valid, surveillance held"), certificate),
    ("G14", N_("Providers: agreements and evaluations"), providers),
    ("G15", N_("Results of the objectives for the last quarter"), objective_results),
    ("G16", N_("Certification body told of changes"), notified),
)
