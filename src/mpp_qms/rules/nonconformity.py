"""The life of a nonconformity (clause 10.2): what must be there, what may be closed, and that its days run forward.

A closure or a verification is judged by the facts of its own day, all else by the whole file; being late is no
breach (`overdue` tells it). In legacy records a year or month is taken for the day within it that speaks for the
record (FORMAT.md, rule 3).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from mpp_qms.dates import PartialDay, add_days, first_day, out_of_order, parse_day
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.overdue import issue_day
from mpp_qms.records.amendments import route_of
from mpp_qms.records.changes import stated
from mpp_qms.records.common import Action, Common, Fact, Grade, clause_number
from mpp_qms.records.nonconformity import (
    BODY_SOURCES,
    Life,
    Nonconformity,
    Plan,
    cancelled,
    facts,
    grade_on,
    is_upwards,
    life,
    owners,
    regradings,
    unit_on,
)
from mpp_qms.records.review import Review
from mpp_qms.register import Register
from mpp_qms.rules.registry import Hit, rule
from mpp_qms.words import word

_MUST = "FORMAT.md, What must be there; ISO 9001:2015, "
_ORDER = N_("Dates that run backwards are typing errors, or tell of something that was written up afterwards.")
_CLOSING = N_("Closing says that the nonconformity will not come back; each step before it is what that rests on.")
#: So many ids are named in one sentence.
_MOST_NAMED = 5


# --- what the rules below (and those on people) share ---


@lru_cache(maxsize=2)
def actions_of(record: Nonconformity | Review) -> tuple[tuple[Route, Action], ...]:
    """Everything in a record that has the shape of an action, with the way to it."""
    if isinstance(record, Review):
        return tuple((("decisions", index), action) for index, action in enumerate(record.decisions))
    corrections = [(("corrections", index), action) for index, action in enumerate(record.corrections)]
    return (*corrections, *((("actions", index), action) for index, action in enumerate(record.actions)))


def few(ids: Iterable[str]) -> tuple[str, ...]:
    """The first of some ids, and a sign where there are more: a sentence names no thousand."""
    first = tuple(islice(ids, _MOST_NAMED + 1))
    return first if len(first) <= _MOST_NAMED else (*first[:_MOST_NAMED], "…")


def is_graded(nc: Nonconformity, day: date, *grades: Grade) -> bool:
    """True where a finding has one of the grades on a day, in our grading or in that of the body it came from."""
    return grade_on(nc, day) in grades or (nc.external is not None and nc.external.grade in grades)


@lru_cache(maxsize=2)
def resets(nc: Nonconformity) -> tuple[date, ...]:
    """The days on which a new cycle begins, in order: of every reopening and every `not-effective`."""
    days = [entry.date for entry in nc.reopened]
    days += [entry.date for entry in nc.verifications if entry.result == "not-effective"]
    return tuple(sorted(days))


def cycle_begun(days: Sequence[date], day: date) -> int:
    """The cycle of a cause, plan or action of a day: those of the day of a reset are new."""
    return bisect_right(days, day)


def cycle_ended(days: Sequence[date], day: date) -> int:
    """The cycle of a verification or closure of a day: those of the day of a reset are taken back by it."""
    return bisect_left(days, day)


def _settled(value: Any, day: date) -> Any:
    """A record with each year or month that `day` lies in taken for `day`."""
    if isinstance(value, PartialDay):
        return day if value.first <= day < value else value
    if isinstance(value, tuple):
        return tuple(_settled(entry, day) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{spec.name: _settled(getattr(value, spec.name), day) for spec in fields(value)})
    return value


def _as_closed(nc: Nonconformity, day: date) -> Nonconformity:
    """The facts that a closing on `day` rests on: without the resets of that day, which come after it."""
    if nc.legacy is not None and any(isinstance(entry, PartialDay) for _, entry in _facts(nc)):
        nc = _settled(nc, day)
    if day in resets(nc):
        nc = replace(
            nc,
            reopened=tuple(entry for entry in nc.reopened if entry.date != day),
            verifications=tuple(
                entry for entry in nc.verifications if entry.result != "not-effective" or entry.date != day
            ),
        )
    return nc


def _plainly_planned(nc: Nonconformity, day: date) -> bool:
    """True where a cause, a plan and an action stand by a day, and nothing was ever taken back or cancelled.

    Mostly so; `life`, which takes ten times as long, would say the same.
    """
    return (
        not nc.returned
        and not resets(nc)
        and any(entry.date <= day for entry in nc.causes)
        and any(entry.date <= day for entry in nc.plans)
        and any(action.cancelled is None and (action.added is None or action.added <= day) for action in nc.actions)
    )


@lru_cache(maxsize=2)
def _closed(nc: Nonconformity) -> tuple[tuple[int, Life], ...]:
    """The closures of a major or minor that are not plainly planned: their places, and what stood on their days."""
    return tuple(
        (index, life(_as_closed(nc, closure.date), closure.date))
        for index, closure in enumerate(nc.closures)
        if is_graded(nc, closure.date, "major", "minor") and not _plainly_planned(nc, closure.date)
    )


@lru_cache(maxsize=2)
def _facts(nc: Nonconformity) -> tuple[Fact, ...]:
    return tuple(facts(nc))


def _open_on(nc: Nonconformity, action: Action, day: date) -> bool:
    """True where an action was surely known on a day, and neither done nor cancelled by then.

    One taken on on the day of a reset belongs to the cycle after it, what is closed or verified on that day to the
    one before.
    """
    if action.added is not None and (action.added > day or (action.added == day and day in resets(nc))):
        return False
    if action.done is not None and first_day(action.done.date) <= day:
        return False
    entry = action.cancelled
    return entry is None or first_day(entry.date) > day or entry.by is None or entry.by in owners(action, day)


def _earliest(
    days: Sequence[date], entries: Iterable[date], cycle_of: Callable[[Sequence[date], date], int]
) -> dict[int, date]:
    """For each cycle the earliest of some days."""
    found: dict[int, date] = {}
    for day in entries:
        cycle = cycle_of(days, day)
        if cycle not in found or first_day(day) < first_day(found[cycle]):
            found[cycle] = day
    return found


# --- what must be there ---


@rule(
    "NCL001",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Criterion, evidence or statement is missing"),
    message=N_("A finding graded {grade} needs its {key}."),
    help=N_(
        "Write what is required (criterion), what was seen (evidence) and what does not conform (statement), "
        "or leave the finding ungraded until that is known."
    ),
    why=N_("Without the requirement and the facts a nonconformity can be neither understood nor verified."),
    source=_MUST + "10.2.2 a; FACTS.md, 3",
    example="grade: minor\ncriterion: Gerai buka sejak pukul 08.00\nstatement: Gerai tidak ditunggu petugas",
    command="mpp-qms nc edit {record}",
)
def statement_of_finding(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """What was ever graded major or minor has a criterion, evidence and a statement."""
    if nc.criterion is not None and nc.evidence is not None and nc.statement is not None:
        return
    given: list[tuple[Route, Grade | None]] = [(("grade",), nc.grade)]
    given += [(("regraded", index, "to"), entry.to) for index, entry in enumerate(nc.regraded)]
    if nc.external is not None:
        given.append((("external", "grade"), nc.external.grade))
    for route, grade in given:
        if grade in ("major", "minor"):
            for key in ("criterion", "evidence", "statement"):
                if getattr(nc, key) is None:
                    yield Hit(route, {"grade": word(grade), "key": key})
            return


@rule(
    "NCL002",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Ungraded finding closed"),
    message=N_("The finding was closed on {date} while it was still ungraded."),
    help=N_("Grade it first, by an entry in `regraded` not later than the closure."),
    why=N_("What a finding asks for depends on its grade; left ungraded, it would ask for nothing."),
    source=_MUST + "10.2.1",
    example="grade: ungraded\nclosures: [{date: 2024-12-16, by: P-002}]",
    command="mpp-qms nc grade {record}",
)
def graded_before_closing(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Nothing that is ungraded on the day of a closure is closed."""
    for index, closure in enumerate(nc.closures):
        if grade_on(nc, closure.date) == "ungraded":
            yield Hit(("closures", index), {"date": closure.date})


@rule(
    "NCL003",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Closed without a cause"),
    message=N_("The nonconformity was closed on {date} without a root cause that stood on that day."),
    help=N_(
        "Enter the root cause with nc analyse (in the file: `causes`), then close; "
        "if it was found only after the closure, reopen and close again."
    ),
    why=_CLOSING,
    source=_MUST + "10.2.1 b",
    example="grade: minor\ncauses: []\nclosures: [{date: 2024-12-16, by: P-002}]",
    command="mpp-qms nc analyse {record}",
)
def closed_with_cause(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major or minor is closed only with a cause that is not taken back."""
    for index, stood in _closed(nc):
        if not stood.causes:
            yield Hit(("closures", index), {"date": nc.closures[index].date})


@rule(
    "NCL004",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Closed without a plan"),
    message=N_("The nonconformity was closed on {date} without a plan that counted on that day."),
    help=N_(
        "Have a plan approved with nc plan (in the file: `plans`), with at least one action that is not cancelled; "
        "for a minor that the mall found itself, the reason why none is needed will do (--no-action)."
    ),
    why=_CLOSING,
    source=_MUST + "10.2.1 c; FORMAT.md, Status on a day",
    example="plans: []\nclosures: [{date: 2024-12-16, by: P-002}]",
    command="mpp-qms nc plan {record}",
)
def closed_with_plan(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major or minor is closed only with a plan that counts."""
    for index, stood in _closed(nc):
        if not stood.plans:
            yield Hit(("closures", index), {"date": nc.closures[index].date})


@rule(
    "NCL005",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Closed with unfinished actions"),
    message=N_("On the day of closing ({date}) these were neither done nor cancelled with a reason: {actions}."),
    help=N_(
        "Enter that they were carried out (action done), or have them cancelled with the reason (action cancel); "
        "in the file: `done`, `cancelled`."
    ),
    why=_CLOSING,
    source=_MUST + "10.2.1 c",
    example="actions: [{id: A1, what: Jadwal pengganti, owner: P-021, due: 2024-11-15}]\n"
    "closures: [{date: 2024-12-16, by: P-002}]",
    command="mpp-qms action done {record} {actions}",
)
def closed_with_actions_finished(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major or minor is closed only when every action and correction is done, or cancelled with a reason."""
    for index, closure in enumerate(nc.closures):
        if not is_graded(nc, closure.date, "major", "minor"):
            continue
        unfinished = few(action.id for _, action in actions_of(nc) if _unfinished(nc, action, closure.date))
        if unfinished:
            yield Hit(("closures", index), {"date": closure.date, "actions": unfinished})


def _unfinished(nc: Nonconformity, action: Action, day: date) -> bool:
    if _open_on(nc, action, day):
        return True
    if action.done is not None or (action.added is not None and action.added > day):
        return False
    return action.cancelled is not None and action.cancelled.reason is None


@rule(
    "NCL006",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Closed without a verification of effectiveness"),
    message=N_(
        "The nonconformity was closed on {date} without a verification by then that found the actions effective, "
        "made when the last of them was done or later."
    ),
    help=N_("Enter a verification with the result `effective`; if it was made later, reopen and close again."),
    why=_CLOSING,
    source=_MUST + "10.2.1 d",
    example="verifications: [{date: 2024-11-20, by: P-032, result: implemented}]\n"
    "closures: [{date: 2024-12-16, by: P-002}]",
    command="mpp-qms nc verify {record} --result effective",
)
def closed_as_effective(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major or minor is closed only on an effective verification not before its last action was done."""
    for index, closure in enumerate(nc.closures):
        if is_graded(nc, closure.date, "major", "minor") and not _found_effective(nc, closure.date):
            yield Hit(("closures", index), {"date": closure.date})


def _found_effective(nc: Nonconformity, day: date) -> bool:
    """True where an effective verification of the cycle that ends with `day` follows all that was done by then."""
    days = resets(nc)
    cycle = cycle_ended(days, day)
    done = [first_day(action.done.date) for _, action in actions_of(nc) if action.done is not None]
    last = max((entry for entry in done if entry <= day), default=date.min)
    return any(
        entry.result == "effective"
        and first_day(entry.date) <= day
        and cycle_ended(days, entry.date) == cycle
        and last <= entry.date
        for entry in nc.verifications
    )


@rule(
    "NCL007",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("No action where action is needed"),
    message=N_("The plan says that no action is needed, but the finding {why}."),
    help=N_("Plan a corrective action; `no_action` is for minors and less that the mall found itself."),
    why=N_("The cause of a major, and of what a body outside found, is always removed; the body asks for it."),
    source=_MUST + "10.2.1",
    example="grade: major\nplans: [{date: 2024-10-25, approved_by: P-002, no_action: Sudah dikoreksi}]",
    command="mpp-qms action add {record}",
)
def no_action_on_what_needs_it(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """`no_action` stands only on a minor or less, and on no finding with `external`."""
    for index, plan in enumerate(nc.plans):
        if plan.no_action is not None and (why := why_not_left(nc, plan.date)) is not None:
            yield Hit(("plans", index, "no_action"), {"why": why})


def why_not_left(nc: Nonconformity, day: date) -> Message | None:
    """Why no plan of a day may say that no action is needed; None where one may."""
    grade = grade_on(nc, day)
    if nc.external is not None:
        return Message(N_("comes from a body outside the mall"))
    if grade not in ("minor", "observation", "ofi"):
        return Message(N_("was {grade} on that day"), {"grade": word(grade)})
    return None


@rule(
    "NCL008",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("No action without an approver"),
    message=N_("The plan says that no action is needed, but nobody approved that; it does not count."),
    help=N_("Enter under `approved_by` who agreed that no action is needed."),
    why=N_("Leaving a nonconformity as it is, is a decision that somebody answers for."),
    source=_MUST + "10.2.1 b",
    example="plans: [{date: 2024-10-25, no_action: Kejadian tunggal}]",
)
def no_action_approved(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """`no_action` stands with an approver."""
    for index, plan in enumerate(nc.plans):
        if plan.no_action is not None and plan.approved_by is None:
            yield Hit(("plans", index), {})


# --- verification ---


@rule(
    "NCL009",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Effectiveness verified while an action is open"),
    message=N_("Effectiveness was verified on {date}, but these were still open on that day: {actions}."),
    help=N_("Correct the day, enter when the actions were done, or verify again after the last of them."),
    why=N_("Whether actions help can be seen only once they are carried out."),
    source=_MUST + "10.2.1 d",
    example="actions: [{id: A1, what: Jadwal pengganti, owner: P-021, due: 2024-11-15}]\n"
    "verifications: [{date: 2025-01-20, by: P-032, result: effective}]",
    command="mpp-qms action done {record} {actions}",
)
def verified_with_actions_open(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """No action is open on the day of a verification that finds the actions effective or not effective."""
    for index, entry in enumerate(nc.verifications):
        if entry.result in ("effective", "not-effective"):
            still_open = few(action.id for action in nc.actions if _open_on(nc, action, entry.date))
            if still_open:
                yield Hit(("verifications", index), {"date": entry.date, "actions": still_open})


@rule(
    "NCL010",
    "warning",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Effectiveness verified too early"),
    message=N_("Effectiveness was verified on {date}, less than {days} days after the last action was done ({done})."),
    help=N_("Look again later, and enter that verification; the mall's policy says how long to wait."),
    why=N_("Some weeks must pass before it can be seen that a nonconformity stays away."),
    source="FORMAT.md, qms.yaml (policy verification_wait_days); ISO 9001:2015, 10.2.1 d",
    example="actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-11-15, done: {date: 2024-11-12, by: P-021}}]\n"
    "verifications: [{date: 2024-11-14, by: P-032, result: effective}]",
)
def verified_too_early(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A verification that finds the actions effective waits `verification_wait_days` after the last was done.

    That something has come back may be found on any day: `not-effective` does not wait.
    """
    for index, entry in enumerate(nc.verifications):
        if entry.result != "effective":
            continue
        done = [first_day(action.done.date) for action in nc.actions if action.done is not None]
        last = max((day for day in done if day <= entry.date), default=None)
        if last is None:
            continue
        days = register.policy(last).verification_wait_days
        if add_days(last, days) > entry.date and not any(_open_on(nc, action, entry.date) for action in nc.actions):
            yield Hit(("verifications", index), {"date": entry.date, "days": days, "done": last})


# --- actions, wherever they stand ---


@rule(
    "NCL011",
    "warning",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Action due too late"),
    message=N_("{action} is due on {due}, more than {days} days after {start}; the finding is graded {grade}."),
    help=N_("Agree on an earlier day, or take a first step by then and the rest as an action of its own."),
    why=N_("A first due day far away keeps a nonconformity from ever being late."),
    source="FORMAT.md, qms.yaml (policy action_days); ISO 9001:2015, 10.2.1",
    example="issued: {date: 2024-10-17, by: P-031}\n"
    "actions: [{id: A1, what: Jadwal pengganti, owner: P-021, due: 2025-12-31}]",
)
def due_too_late(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """The first due day of an action lies within `action_days` of issue (else detection), by the grade of its day.

    For an action taken on after a reset the days count from the reset; what is ungraded on its day is judged by
    the first grade given after it.
    """
    if not nc.actions:
        return
    issued, begun = issue_day(nc, date.max), resets(nc)
    for index, action in enumerate(nc.actions):
        added = action.added or nc.detected.date
        cycle = cycle_begun(begun, added)
        start = max(issued, begun[cycle - 1]) if cycle else issued
        grade = grade_on(nc, added)
        if grade == "ungraded":
            later = (nc.regraded[place] for place, _, _ in regradings(nc, date.max))
            grade = next((entry.to for entry in later if entry.date > added), grade)
        if grade not in ("major", "minor"):
            continue
        policy = register.policy(start)
        days = policy.action_days_major if grade == "major" else policy.action_days_minor
        if first_day(action.due) > add_days(start, days):
            values = {"action": action.id, "due": action.due, "days": days, "start": start, "grade": word(grade)}
            yield Hit(("actions", index, "due"), values)


@rule(
    "NCL012",
    "error",
    on=(Nonconformity, Review),
    legacy="warning",
    title=N_("Extension or cancelling without an approver"),
    message=N_("Nobody approved the {what} of {action}; it changes nothing."),
    help=N_("Enter who approved it, not an owner of the action; until then the day that held before still holds."),
    why=N_("A day that anybody may move, or an action that anybody may drop, binds nobody."),
    source="FORMAT.md, 5",
    example="extensions: [{date: 2024-11-10, to: 2024-11-29, reason: Menunggu anggaran}]",
)
def changed_without_approver(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """Every extension and every cancelling of an action has an approver."""
    for route, action in actions_of(record):
        for index, extension in enumerate(action.extensions):
            if extension.approved_by is None:
                values = {"what": Message(N_("extension")), "action": action.id}
                yield Hit((*route, "extensions", index), values)
        if action.cancelled is not None and action.cancelled.by is None:
            yield Hit((*route, "cancelled"), {"what": Message(N_("cancelling")), "action": action.id})


# --- findings of bodies outside the mall ---


@rule(
    "NCL013",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Finding of an external audit without `external`"),
    message=N_("The source is an external audit, but nothing says what the body found and by when it wants an answer."),
    help=N_("Add `external` with the body, its number, its grade and the day its answer is due."),
    why=N_("The body counts and closes its findings by its own papers, whatever the mall thinks of them."),
    source=_MUST + "10.2.1 a; ISO/IEC 17021-1:2015, 9.4.9",
    example="source: {kind: external-audit, ref: EA-2024-01}",
)
def external_audit_without_external(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A finding of an external audit, by its source or by the audit that the source names, has `external`."""
    if nc.external is not None:
        return
    audit = register.audit_by_id.get(nc.source.ref or "")
    if nc.source.kind == "external-audit" or (audit is not None and audit.kind == "external"):
        yield Hit(("source",))


@rule(
    "NCL014",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Decision of the body half recorded"),
    message=N_("The body's decision on this answer needs both `decided` and `result`; {key} is missing."),
    help=N_("Enter the day of the decision and whether the answer was accepted or returned, or neither."),
    why=N_(
        "A result without its day is known on no day, so it counts for nothing; a day without a result says nothing."
    ),
    source="FORMAT.md, What is late",
    example="responses: [{submitted: 2024-11-20, result: accepted}]",
)
def decision_of_body(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A response has both the day and the result of the body's decision, or neither."""
    if nc.external is None:
        return
    for index, response in enumerate(nc.external.responses):
        if (response.decided is None) != (response.result is None):
            key = "decided" if response.decided is None else "result"
            yield Hit(("external", "responses", index), {"key": key})


@rule(
    "NCL015",
    "warning",
    on=Nonconformity,
    title=N_("Next answer day without a returned answer"),
    message=N_("`next_due` counts only after an answer that was returned; here it asks for nothing."),
    help=N_("Enter the result `returned` with the day it was decided, or remove `next_due`."),
    why=N_("Whoever reads it believes that a day is being watched."),
    source="FORMAT.md, What is late",
    example="responses: [{submitted: 2024-11-20, decided: 2024-12-02, result: accepted, next_due: 2024-12-16}]",
)
def next_due_after_return(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """`next_due` stands only with an answer that was returned."""
    if nc.external is None:
        return
    for index, response in enumerate(nc.external.responses):
        if response.next_due is not None and response.result != "returned":
            yield Hit(("external", "responses", index, "next_due"))


@rule(
    "NCL016",
    "warning",
    on=Nonconformity,
    title=N_("Body's finding without an answer day"),
    message=N_("A finding graded {grade} by a body outside the mall has neither an answer day nor an answer."),
    help=N_("Enter under `external` the day its answer is due (`response_due`), as in the body's report."),
    why=N_("Without the day nobody is told when the answer is late, and the certificate hangs on it."),
    source="FORMAT.md, What is late; ISO/IEC 17021-1:2015, 9.4.9",
    example="external: {body: gci, number: NCR-01, grade: minor}",
)
def answer_day_of_body(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major or minor with `external` has an answer day, an answer, or the body's closing."""
    external = nc.external
    if external is None or external.responses or external.response_due is not None or external.closed is not None:
        return
    grade = external.grade or grade_on(nc, date.max)
    if grade in ("major", "minor"):
        yield Hit(("external",), {"grade": word(grade)})


# --- the form of actions ---


@rule(
    "NCL017",
    "error",
    on=(Nonconformity, Review),
    title=N_("Action both done and cancelled"),
    message=N_("{action} was done on {done} and cancelled on {cancelled}."),
    help=N_("Keep the one that is true."),
    why=N_("What was carried out cannot have been dropped."),
    source="FORMAT.md, 5",
    example="done: {date: 2024-11-12, by: P-021}\ncancelled: {date: 2024-11-14, by: P-002, reason: Tidak perlu}",
)
def done_and_cancelled(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """No action is both done and cancelled (by somebody who may)."""
    for route, action in actions_of(record):
        if action.done is not None and action.cancelled is not None and cancelled(action, date.max):
            values = {"action": action.id, "done": action.done.date, "cancelled": action.cancelled.date}
            yield Hit((*route, "cancelled"), values)


@rule(
    "NCL018",
    "error",
    on=(Nonconformity, Review),
    title=N_("Action id used twice"),
    message=N_("There is another action {id} in this record."),
    help=N_("Give the later one the next free number."),
    why=N_("Lists and commands name an action by its id; one of the two would be overlooked."),
    source="FORMAT.md, 5",
    example="actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-11-15},\n"
    "          {id: A1, what: Pelatihan, owner: P-021, due: 2024-11-29}]",
)
def action_ids(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """No two actions of a record, corrections included, have one id (named at the later one)."""
    actions = actions_of(record)
    if len(actions) < 2:
        return
    seen: set[str] = set()
    for route, action in actions:
        if action.id in seen:
            yield Hit((*route, "id"), {"id": action.id})
        seen.add(action.id)


_LETTERS = {"corrections": "C", "actions": "A", "decisions": "D"}


@rule(
    "NCL019",
    "warning",
    on=(Nonconformity, Review),
    title=N_("Action id in an unusual form"),
    message=N_("The id {id} is not of the form {form}."),
    help=N_("Number corrections C1, C2 …, corrective actions A1, A2 …, decisions of a review D1, D2 …."),
    why=N_("The letter tells in every list what sort of action it is."),
    source="FORMAT.md, 5; DESIGN.md, Command line contract",
    example="corrections: [{id: A1, what: Petugas pengganti, owner: P-021, due: 2024-10-18}]",
)
def action_id_form(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """The id of an action is C, A or D, by the list it stands in, and a number."""
    for route, action in actions_of(record):
        letter, id_ = _LETTERS[str(route[0])], action.id
        if id_[0] != letter or not (id_[1:].isascii() and id_[1:].isdigit()):
            yield Hit((*route, "id"), {"id": id_, "form": f"{letter}1"})


# --- days run forward ---

_NAMES = {
    "issued": N_("the issue"),
    "corrections": N_("the correction"),
    "causes": N_("the root cause analysis"),
    "plans": N_("the plan"),
    "actions": N_("the corrective action"),
    "read_across": N_("the answer of the other unit"),
    "returned": N_("the return"),
    "verifications": N_("the verification"),
    "closures": N_("the closure"),
    "reopened": N_("the reopening"),
    "regraded": N_("the regrading"),
    "transferred": N_("the transfer"),
    "void": N_("the voiding"),
    "external": N_("the body's decision or the answer to it"),
}
#: What is done in answer to a finding that was handed over; a correction need not wait for that.
_AFTER_ISSUE = frozenset({"causes", "plans", "returned", "verifications", "closures"})
_BEFORE = N_("The day of {first} ({first_date}) lies before that of {second} ({second_date}).")
_CORRECT_DAY = N_("Correct the day that is wrong.")


def _backwards(route: Route, first: str, first_date: date, second: str, second_date: date) -> Hit:
    values = {
        "first": Message(first),
        "first_date": first_date,
        "second": Message(second),
        "second_date": second_date,
    }
    return Hit(route, values)


@rule(
    "NCL020",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Something happened before the finding"),
    message=_BEFORE,
    help=_CORRECT_DAY,
    why=_ORDER,
    source="FORMAT.md, What must be there",
    example="detected: {date: 2024-10-15, by: P-031}\ncauses: [{date: 2024-10-05, by: P-021, root: Jadwal}]",
)
def before_detection(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Nothing in a nonconformity lies before its detection; what answers it does not lie before its issue."""
    detected = nc.detected.date
    issued = nc.issued.date if nc.issued is not None else detected
    latest = max(detected, issued)
    for route, day in _facts(nc):
        if day >= latest:
            continue
        name = _NAMES.get(str(route[0]))
        if name is None:
            continue
        if out_of_order(detected, day):
            yield _backwards(route, name, day, N_("detection"), detected)
        elif route[0] in _AFTER_ISSUE and out_of_order(issued, day):
            yield _backwards(route, name, day, N_("issue"), issued)


@rule(
    "NCL021",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Steps of a nonconformity run backwards"),
    message=_BEFORE,
    help=_CORRECT_DAY,
    why=_ORDER,
    source="FORMAT.md, What must be there and Status on a day",
    example="causes: [{date: 2024-11-05, by: P-021, root: Jadwal}]\nplans: [{date: 2024-10-25, approved_by: P-002}]",
)
def steps_of_cycle(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Within a cycle a plan follows a cause, a verification the plan, and a return what it sends back.

    A closure of an observation or opportunity follows what stands before it; on majors and minors the closing
    rules say it.
    """
    if not (nc.plans or nc.verifications or nc.closures or nc.returned):
        return
    days = resets(nc)
    causes = _earliest(days, (entry.date for entry in nc.causes), cycle_begun)
    plans = _earliest(days, (entry.date for entry in nc.plans), cycle_begun)
    for index, plan in enumerate(nc.plans):
        cause = causes.get(cycle_begun(days, plan.date))
        yield from _not_before(("plans", index, "date"), plan.date, ("causes", cause))
        if plan.verify_by is not None and out_of_order(plan.date, plan.verify_by):
            route: Route = ("plans", index, "verify_by")
            yield _backwards(route, N_("verification (verify_by)"), plan.verify_by, _NAMES["plans"], plan.date)
    for index, entry in enumerate(nc.returned):
        sent_back = (causes if entry.step == "cause" else plans).get(cycle_begun(days, entry.date))
        step = "causes" if entry.step == "cause" else "plans"
        yield from _not_before(("returned", index, "date"), entry.date, (step, sent_back))
    for index, verification in enumerate(nc.verifications):
        cycle = cycle_ended(days, verification.date)
        steps = ("plans", plans.get(cycle)), ("causes", causes.get(cycle))
        yield from _not_before(("verifications", index, "date"), verification.date, *steps)
    if not nc.closures:
        return
    found_effective = (entry.date for entry in nc.verifications if entry.result == "effective")
    effective = _earliest(days, found_effective, cycle_ended)
    for index, closure in enumerate(nc.closures):
        if not is_graded(nc, closure.date, "major", "minor"):
            cycle = cycle_ended(days, closure.date)
            steps = ("plans", plans.get(cycle)), ("causes", causes.get(cycle))
            last = ("verifications", effective.get(cycle))
            yield from _not_before(("closures", index, "date"), closure.date, last, *steps)


def _not_before(route: Route, day: date, *steps: tuple[str, date | None]) -> Iterator[Hit]:
    """A hit for the first of the steps (a list, and a day of it) that a day lies before."""
    for step, other in steps:
        if other is not None and out_of_order(other, day):
            yield _backwards(route, _NAMES[str(route[0])], day, _NAMES[step], other)
            return


@rule(
    "NCL022",
    "error",
    on=(Nonconformity, Review),
    legacy="warning",
    title=N_("Dates of an action run backwards"),
    message=_BEFORE,
    help=_CORRECT_DAY,
    why=_ORDER,
    source="FORMAT.md, 5 and What must be there",
    example="added: 2024-11-01\ndone: {date: 2024-10-27, by: P-021}",
)
def days_of_action(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """Nothing happens to an action before it is taken on, and no extension ends before the day it is granted."""
    for route, action in actions_of(record):
        start, of_start = action.added, N_("taking the action on")
        if isinstance(record, Review) and (start is None or out_of_order(record.date, start)):
            start, of_start = record.date, N_("the review")
            if action.added is not None:
                yield _backwards((*route, "added"), N_("taking the action on"), action.added, of_start, start)
        happened: list[tuple[Route, str, date]] = []
        for index, extension in enumerate(action.extensions):
            at: Route = (*route, "extensions", index)
            happened.append(((*at, "date"), N_("the extension"), extension.date))
            if out_of_order(extension.date, extension.to):
                yield _backwards((*at, "to"), N_("the new due day"), extension.to, N_("the extension"), extension.date)
        for index, entry in enumerate(action.reassigned):
            happened.append(((*route, "reassigned", index, "date"), N_("the reassignment"), entry.date))
        if action.done is not None:
            happened.append(((*route, "done", "date"), N_("carrying it out"), action.done.date))
        if action.cancelled is not None:
            happened.append(((*route, "cancelled", "date"), N_("cancelling it"), action.cancelled.date))
        for at, name, day in happened:
            if start is not None and out_of_order(start, day):
                yield _backwards(at, name, day, of_start, start)


@rule(
    "NCL023",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Dates of an answer to the body run backwards"),
    message=_BEFORE,
    help=_CORRECT_DAY,
    why=_ORDER,
    source="FORMAT.md, What must be there and What is late",
    example="responses: [{submitted: 2024-11-20, decided: 2024-11-02, result: accepted}]",
)
def days_of_answer(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """An answer is submitted, then decided, then due again; the body closes its finding after all that."""
    if nc.external is None:
        return
    if nc.external.closed is not None and nc.external.responses:
        last = nc.external.responses[-1]
        name, before = (
            (N_("the submission"), last.submitted) if last.decided is None else (N_("the decision"), last.decided)
        )
        if out_of_order(before, nc.external.closed):
            closing = N_("the closing by the body")
            yield _backwards(("external", "closed"), closing, nc.external.closed, name, before)
    for index, response in enumerate(nc.external.responses):
        route: Route = ("external", "responses", index)
        decided = response.decided
        if decided is not None and out_of_order(response.submitted, decided):
            yield _backwards((*route, "decided"), N_("the decision"), decided, N_("the submission"), response.submitted)
        if response.next_due is not None:
            name, before = (
                (N_("the submission"), response.submitted) if decided is None else (N_("the decision"), decided)
            )
            if out_of_order(before, response.next_due):
                yield _backwards((*route, "next_due"), N_("the next answer"), response.next_due, name, before)


@rule(
    "NCL024",
    "error",
    on=Common,
    title=N_("Fact dated in the future"),
    message=N_("This is dated {date}, but it is only {today}."),
    help=N_("Correct the day; what is still to come is planned with a due day, not entered as done."),
    why=N_("A fact is something that has happened."),
    source="FORMAT.md, What must be there",
    example="done: {date: 2034-11-27, by: P-021}",
)
def future_fact(record: Common, register: Register) -> Iterator[Hit]:
    """No fact of any record lies after the later of today and the day asked about."""
    latest = max(register.today, register.known)
    if isinstance(record, Nonconformity):
        dated: Iterable[Fact] = _facts(record)
    else:
        kind = register.files[record].kind
        dated = kind.facts(record) if kind is not None else ()
    for route, day in dated:
        if day > latest and first_day(day) > latest:
            yield Hit(route, {"date": day, "today": latest})


# --- clauses, grades and other records ---


@rule(
    "NCL025",
    "error",
    on=Nonconformity,
    title=N_("Heading as the clause that is not met"),
    message=N_("{clause} is a heading; the first clause is the requirement that is not met."),
    help=N_("Name one of: {leaves}; headings may follow as related clauses."),
    why=N_("A nonconformity colours the cell of the requirement it names first; a heading has none."),
    source="FORMAT.md, 7",
    example='clauses: ["8.5"]',
)
def leaf_first(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A nonconformity of one's own names a leaf first; a body may name a heading."""
    if nc.external is not None or nc.source.kind == "external-audit":
        return
    standard = register.standard_of(nc, nc.detected.date)
    clause = standard.clauses.get(clause_number(nc.clauses[0])) if standard is not None else None
    if standard is not None and clause is not None and clause.heading:
        yield Hit(("clauses", 0), {"clause": clause.number, "leaves": standard.leaves_of(clause.number)})


@rule(
    "NCL026",
    "error",
    on=Nonconformity,
    title=N_("Graded down or voided without a reason"),
    message=N_("The {what} gives no reason."),
    help=N_("Write under `reason` why."),
    why=N_("Making a finding smaller, or nothing at all, is what an auditor asks about first."),
    source="FORMAT.md, Who may do what",
    example="grade: major\nregraded: [{date: 2024-11-02, to: minor, approved_by: P-030}]",
)
def made_smaller_with_reason(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Every regrading downwards and every voiding has a reason."""
    for index in downgradings(nc):
        if nc.regraded[index].reason is None:
            yield Hit(("regraded", index), {"what": Message(N_("regrading"))})
    if nc.void is not None and nc.void.reason is None:
        yield Hit(("void",), {"what": Message(N_("voiding"))})


def downgradings(nc: Nonconformity) -> Iterator[int]:
    """The places in `regraded` of those that make the finding less grave; from ungraded none does."""
    if nc.regraded:
        for index, before, after in regradings(nc, date.max):
            if before != after and not is_upwards(before, after):
                yield index


@rule(
    "NCL027",
    "warning",
    on=Nonconformity,
    title=N_("Regraded to the grade it has"),
    message=N_("The finding is graded {grade} already; this regrading changes nothing."),
    help=N_("Correct the grade or the day, or remove the entry."),
    why=N_("An entry that changes nothing mostly stands for one that was meant to."),
    source="FORMAT.md, Status on a day",
    example="grade: minor\nregraded: [{date: 2024-11-02, to: minor, reason: Berulang, approved_by: P-030}]",
)
def regraded_to_same(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Every regrading changes the grade."""
    if not nc.regraded:
        return
    for index, before, after in regradings(nc, date.max):
        if before == after:
            yield Hit(("regraded", index, "to"), {"grade": word(after)})


@rule(
    "NCL028",
    "warning",
    on=Nonconformity,
    title=N_("Document said to be changed, but was not"),
    message=N_("{id} is named as changed, but has nothing newer than the cause ({cause})."),
    help=N_("Enter the new revision in the SOP's record, or take it out of `documents`."),
    why=N_("A change of the system that is only promised does not keep a nonconformity away."),
    source="FORMAT.md, Nonconformity; ISO 9001:2015, 10.2.1 f",
    example="closures: [{date: 2025-01-21, by: P-030, documents: [SOP-KEPENDUDUKAN-001]}]",
)
def documents_changed(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Every SOP or evidence record that a closure names as changed is of or after the cycle's first cause.

    An SOP by the approval or the first day of a revision, evidence by its date; other texts cannot be judged.
    """
    if not any(closure.documents for closure in nc.closures):
        return
    days = resets(nc)
    causes = _earliest(days, (entry.date for entry in nc.causes), cycle_begun)
    for index, closure in enumerate(nc.closures):
        cause = causes.get(cycle_ended(days, closure.date))
        if cause is None:
            continue
        for number, id_ in enumerate(closure.documents):
            changes = _changes(id_, register)
            if changes is not None and all(out_of_order(cause, day) for day in changes):
                yield Hit(("closures", index, "documents", number), {"id": id_, "cause": cause})


def _changes(id_: str, register: Register) -> list[date] | None:
    """The days on which a document changed, or None where it has no record here."""
    sop = register.sop_by_id.get(id_)
    if sop is not None:
        days = [entry.effective for entry in sop.revisions if entry.effective is not None]
        return days + [entry.approved.date for entry in sop.revisions if entry.approved is not None]
    evidence = register.evidence_by_id.get(id_)
    return [evidence.date] if evidence is not None else None


@rule(
    "NCL029",
    "error",
    on=Nonconformity,
    title=N_("Repetition of itself"),
    message=N_("The nonconformity says that it repeats itself."),
    help=N_("Name the earlier nonconformity that came back, or remove `repeat_of`."),
    why=N_("A repetition shows that an earlier closing did not hold; that one must be found again."),
    source="FORMAT.md, Nonconformity",
    example="id: NC-A-2024-002\nrepeat_of: NC-A-2024-002",
)
def repeats_itself(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """No nonconformity is a repetition of itself."""
    if nc.repeat_of is not None and nc.repeat_of == nc.id:
        yield Hit(("repeat_of",))


@rule(
    "NCL030",
    "warning",
    on=Nonconformity,
    title=N_("Own unit asked whether it is so elsewhere"),
    message=N_("{unit} is the unit of this nonconformity itself."),
    help=N_("Name the other unit that answered, or remove the entry."),
    why=N_("The question is whether the same could happen elsewhere; the unit's own answer settles nothing."),
    source="FORMAT.md, Nonconformity; ISO 9001:2015, 10.2.1 b",
    example="unit: a\nread_across: [{unit: a, date: 2024-11-01, by: P-021, found: false}]",
)
def read_across_elsewhere(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """`read_across` names units other than the one that has the nonconformity on that day."""
    for index, entry in enumerate(nc.read_across):
        if entry.unit == unit_on(nc, entry.date):
            yield Hit(("read_across", index, "unit"), {"unit": entry.unit})


@rule(
    "NCL031",
    "error",
    on=Nonconformity,
    title=N_("Body's word on a finding that is none of its own"),
    message=N_("`external` says what a body outside decided, but {why}."),
    help=N_("Enter the body under `external`, or remove `external`: the mall's own findings are closed by the mall."),
    why=N_("Only the body that made a finding may grade and close it; otherwise anybody could make one disappear."),
    source="FORMAT.md, Nonconformity",
    example="source: {kind: self}\nexternal: {grade: ofi, closed: 2024-12-11}",
)
def external_of_nobody(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """`external` names its body and stands only on what a body outside can have found."""
    if nc.external is None:
        return
    if nc.source.kind not in BODY_SOURCES:
        yield Hit(("external",), {"why": Message(N_("the mall found it itself"))})
    elif nc.external.body is None:
        yield Hit(("external",), {"why": Message(N_("no body is named"))})


@rule(
    "NCL032",
    "error",
    on=Common,
    title=N_("Entered from an older system before it happened"),
    message=N_("The record was entered on {imported}, before its own day ({date})."),
    help=N_("Correct the day, or remove `legacy`: what happened later was not taken over from an older system."),
    why=N_("Less is asked of what was taken over; nothing that came later may hide behind that."),
    source="FORMAT.md, rule 3",
    example="legacy: {imported: 2000-01-01}\ndetected: {date: 2024-12-10}",
)
def entered_before_it_happened(record: Common, register: Register) -> Iterator[Hit]:
    """A legacy record's own day lies not after the day it was entered."""
    if record.legacy is None:
        return
    day: date | None = getattr(record, "date", None) or getattr(record, "from_", None)
    if isinstance(record, Nonconformity):
        day = record.detected.date
    if day is not None and first_day(day) > record.legacy.imported:
        yield Hit(("legacy", "imported"), {"imported": record.legacy.imported, "date": day})


@rule(
    "NCL033",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Something happened after the voiding"),
    message=_BEFORE,
    help=N_("Correct the day that is wrong; a finding is voided on the day it is decided, not before."),
    why=_ORDER,
    source="FORMAT.md, What must be there",
    example="causes: [{date: 2024-11-05, by: P-021, root: Jadwal}]\nvoid: {date: 2024-10-16, by: P-002, reason: Ganda}",
)
def after_voiding(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Nothing in a nonconformity lies after its voiding, but what its body does; the latest of it is named."""
    if nc.void is None:
        return
    later = [
        (day, _NAMES[str(route[0])])
        for route, day in _facts(nc)
        if route[0] in _NAMES and route[0] not in ("void", "external") and out_of_order(day, nc.void.date)
    ]
    if later:
        day, name = max(later)
        yield _backwards(("void", "date"), _NAMES["void"], nc.void.date, name, day)


@rule(
    "NCL034",
    "error",
    on=Nonconformity,
    title=N_("Amended before it was entered"),
    message=N_("The amendment of {field} is dated {date}, before what it puts right ({day})."),
    help=N_("Date it with the day on which the error was put right."),
    why=N_("Who may put something right is judged by the roles of the day; an earlier day would borrow others."),
    source="FORMAT.md, Places and ids (amended)",
    example="detected: {date: 2024-10-15, by: P-031}\n"
    "amended: [{date: 2024-10-01, by: P-002, field: grade, from: major, to: minor, reason: Ketik}]",
)
def amended_after_it_was_entered(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """An amendment is not dated before the detection, nor before the entry it is in."""
    data = stated(nc) if nc.amended else {}
    for index, entry in enumerate(nc.amended):
        found = route_of(entry.field or "", data)
        days = [nc.detected.date]
        if not isinstance(found, str):
            # of a day that was wrong, the wrong one may have lain ahead
            days += _days_on_the_way(found[0][:-1], data) if found[0][-1] not in ("date", "added") else []
        latest = max(days)
        if out_of_order(latest, entry.date) and entry.field != "detected.date":
            values = {"field": entry.field or "", "date": entry.date, "day": latest}
            yield Hit(("amended", index, "date"), values)


def _days_on_the_way(route: Route, data: Mapping[str, Any]) -> list[date]:
    """The days of the entries that a way in a record leads through: when each was made, or taken on."""
    days = []
    found: Any = data
    for step in route:
        found = found[step]
        if isinstance(found, dict) and (day := parse_day(str(found.get("date", found.get("added", ""))))) is not None:
            days.append(day)
    return days


@rule(
    "NCL035",
    "warning",
    on=Nonconformity,
    title=N_("Verification put off by another plan"),
    message=N_("The plan before asked for the verification by {before}; this one only by {after}."),
    help=N_("Say in `notes` why it takes longer; a plan that is sent back is returned first."),
    why=N_("A day that a new plan moves was promised once; an auditor asks why it was not kept."),
    source="FORMAT.md, What is late (verification)",
    example="plans: [{date: 2024-10-25, approved_by: P-002, verify_by: 2025-01-31},\n"
    "        {date: 2024-11-25, approved_by: P-002, verify_by: 2025-06-30}]",
)
def verification_put_off(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Of two plans of a cycle the later asks for no later verification, unless the one before was sent back."""
    days = resets(nc)
    promised: dict[int, Plan] = {}
    for index, plan in sorted(enumerate(nc.plans), key=lambda entry: entry[1].date):
        if plan.verify_by is None:
            continue
        cycle = cycle_begun(days, plan.date)
        first = promised.setdefault(cycle, plan)
        if any(first.date <= entry.date <= plan.date for entry in nc.returned):
            promised[cycle] = plan
        elif first.verify_by is not None and plan.verify_by > first.verify_by:
            yield Hit(("plans", index, "verify_by"), {"before": first.verify_by, "after": plan.verify_by})


@rule(
    "NCL036",
    "warning",
    on=(Nonconformity, Review),
    title=N_("Due before it was taken on"),
    message=N_("{action} was taken on on {added}, but was due on {due} already."),
    help=N_("Check both days; a first due day that is a typing error is put right with nc amend."),
    why=N_("What was late from its first day on was never promised by anybody."),
    source="FORMAT.md, 5",
    example="actions: [{id: A1, added: 2024-11-01, what: Jadwal, owner: P-021, due: 2024-10-15}]",
)
def due_before_taken_on(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """The first due day of an action is not before the day on which it was taken on."""
    for route, action in actions_of(record):
        if action.added is not None and out_of_order(action.added, action.due):
            values = {"action": action.id, "added": action.added, "due": action.due}
            yield Hit((*route, "due"), values)


@rule(
    "NCL037",
    "warning",
    on=Nonconformity,
    title=N_("Reopened, though it was not closed"),
    message=N_("It was reopened on {date}, but was not closed then: its time begins anew."),
    help=N_(
        "Take the reopening out again, or enter the closing it takes back; an answer that will not do is sent back."
    ),
    why=N_("A reopening starts the clocks again; without a closing it would only hide what is late."),
    source="FORMAT.md, Status on a day; ISO 9001:2015, 10.2.1",
    example="reopened: [{date: 2024-12-16, by: P-002, reason: Lain}] of a finding without `closures`",
)
def reopened_after_a_closing(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """What is reopened was closed, and nothing took that back before."""
    days = resets(nc) if nc.reopened else ()
    for index, entry in enumerate(nc.reopened):
        closed = (closure.date for closure in nc.closures if not out_of_order(closure.date, entry.date))
        if not any(not any(day <= other < entry.date for other in days) for day in closed):
            yield Hit(("reopened", index, "date"), {"date": entry.date})


@rule(
    "NCL038",
    "warning",
    on=Nonconformity,
    title=N_("Sent back, though nothing stood there"),
    message=N_("The {step} was sent back on {date}, but none stood there: its time begins anew."),
    help=N_("Take it out again, or enter what was sent back; what was never handed in is late, not sent back."),
    why=N_("A return gives new time for an answer that was given; without one it would only hide what is late."),
    source="FORMAT.md, What is late (plan)",
    example="returned: [{date: 2024-12-16, by: P-002, step: plan, reason: Kurang}] of a finding without `plans`",
)
def returned_after_an_answer(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """What is sent back was entered, in the same cycle, and not sent back before."""
    days = resets(nc) if nc.returned else ()
    for index, entry in enumerate(nc.returned):
        cycle = cycle_begun(days, entry.date)
        given = [each.date for each in (nc.causes if entry.step == "cause" else nc.plans)]
        before = [each.date for each in nc.returned[:index] if entry.step in (each.step, "plan")]
        standing = (
            day
            for day in given
            if not out_of_order(day, entry.date)
            and cycle_begun(days, day) == cycle
            and not any(day < other <= entry.date for other in before)
        )
        if not any(True for _ in standing):
            step = Message(N_("cause")) if entry.step == "cause" else Message(N_("plan"))
            yield Hit(("returned", index, "date"), {"step": step, "date": entry.date})
