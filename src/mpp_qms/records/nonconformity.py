"""A nonconformity (clause 10.2): its facts, and what they make of it on a day.

The status is derived, never stored (FORMAT.md, "Status on a day"). Every function below takes the day up to
which facts are known; a fact dated later does not exist for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Protocol, get_args

from mpp_qms.records.common import Action, Common, Dated, Extension, Fact, Grade, Reference, action_facts, common_facts
from mpp_qms.records.shapes import ClauseText, Day, NotEmpty, PersonCode, Text, shape

SourceKind = Literal[
    "internal-audit",
    "external-audit",
    "evaluation",
    "complaint",
    "survey",
    "output",
    "review",
    "ombudsman",
    "self",
]
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
Status = Literal["void", "closed", "verified", "implemented", "planned", "analysed", "reopened", "corrected", "open"]
STATUSES: tuple[Status, ...] = get_args(Status)
#: What a finding may be regraded to: never back to ungraded.
GradeGiven = Literal["major", "minor", "observation", "ofi"]
#: From the gravest down; where ungraded is left, it is never downwards.
_GRAVITY: dict[Grade, int] = {"ungraded": 0, "ofi": 1, "observation": 2, "minor": 3, "major": 4}


class _HasDate(Protocol):
    @property
    def date(self) -> date: ...


@shape
class Source:
    """How the nonconformity came to light, and the record or letter that says so."""

    kind: SourceKind
    ref: Text | None = None


@shape
class Detected:
    """When it was found, by a person or (a body's finding) a party."""

    date: Day
    by: Text | None = None


@shape
class Issued:
    """When it was handed to the unit: the clocks start here."""

    date: Day
    by: PersonCode | None = None


@shape
class Cause:
    """A root cause analysis."""

    date: Day
    by: PersonCode | None = None
    method: Literal["5-whys", "fishbone", "other"] | None = None
    category: Literal["people", "method", "system", "material", "measurement", "environment"] | None = None
    whys: tuple[Text, ...] = ()
    root: Text | None = None
    elsewhere: Text | None = None


@shape
class Plan:
    """The approval of the corrective actions, or that none is needed, and why."""

    date: Day
    approved_by: PersonCode | None = None
    effective_when: Text | None = None
    verify_by: Day | None = None
    no_action: Text | None = None


@shape
class ReadAcross:
    """Is it so elsewhere? One unit's answer (10.2.1 b)."""

    unit: Text
    date: Day
    by: PersonCode | None = None
    found: bool
    note: Text | None = None


@shape
class Returned:
    """That the answer of the unit was not accepted."""

    date: Day
    by: PersonCode | None = None
    step: Literal["cause", "plan"]
    reason: Text | None = None


@shape
class Verification:
    """A look at whether it was done (implemented) or whether it helped (effective)."""

    date: Day
    by: PersonCode | None = None
    result: Literal["implemented", "not-implemented", "effective", "not-effective"]
    evidence: tuple[Reference, ...] = ()
    sample: Text | None = None


@shape
class Closure:
    """That the nonconformity was closed; `documents`: what was changed so that it stays away (10.2.1 f)."""

    date: Day
    by: PersonCode | None = None
    cosigned_by: PersonCode | None = None
    risks: Text | None = None
    documents: tuple[Text, ...] = ()


@shape
class Regrading:
    """Another grade from a day on."""

    date: Day
    to: GradeGiven
    reason: Text | None = None
    approved_by: PersonCode | None = None


@shape
class Transfer:
    """Another unit from a day on."""

    date: Day
    to: Text
    by: PersonCode | None = None
    reason: Text | None = None


@shape
class Response:
    """An answer submitted to the body, and what the body decided."""

    submitted: Day
    decided: Day | None = None
    result: Literal["accepted", "returned"] | None = None
    next_due: Day | None = None


@shape
class External:
    """What a body outside the mall said of its finding; only its own facts end its clocks."""

    body: Text | None = None
    number: Text | None = None
    grade: GradeGiven | None = None
    grade_text: Text | None = None
    clause: ClauseText | None = None
    response_due: Day | None = None
    responses: tuple[Response, ...] = ()
    closed: Day | None = None


@shape
class Nonconformity(Common):
    """A requirement that is not met, and all that followed."""

    id: Text
    unit: Text
    title: Text
    grade: Grade
    source: Source
    detected: Detected
    issued: Issued | None = None
    clauses: Annotated[tuple[ClauseText, ...], NotEmpty()]
    sops: tuple[Text, ...] = ()
    repeat_of: Text | None = None
    criterion: Text | None = None
    evidence: Text | None = None
    statement: Text | None = None
    corrections: tuple[Action, ...] = ()
    causes: tuple[Cause, ...] = ()
    plans: tuple[Plan, ...] = ()
    actions: tuple[Action, ...] = ()
    read_across: tuple[ReadAcross, ...] = ()
    returned: tuple[Returned, ...] = ()
    verifications: tuple[Verification, ...] = ()
    closures: tuple[Closure, ...] = ()
    reopened: tuple[Dated, ...] = ()
    regraded: tuple[Regrading, ...] = ()
    transferred: tuple[Transfer, ...] = ()
    void: Dated | None = None
    external: External | None = None


def facts(nc: Nonconformity) -> Iterator[Fact]:
    """The dated facts of a nonconformity; due days, verify_by, response_due and next_due are terms (rule 2)."""
    yield from common_facts(nc)
    yield ("detected", "date"), nc.detected.date
    if nc.issued is not None:
        yield ("issued", "date"), nc.issued.date
    for name, actions in (("corrections", nc.corrections), ("actions", nc.actions)):
        for index, action in enumerate(actions):
            yield from action_facts((name, index), action)
    dated: tuple[tuple[str, tuple[_HasDate, ...]], ...] = (
        ("causes", nc.causes),
        ("plans", nc.plans),
        ("read_across", nc.read_across),
        ("returned", nc.returned),
        ("verifications", nc.verifications),
        ("closures", nc.closures),
        ("reopened", nc.reopened),
        ("regraded", nc.regraded),
        ("transferred", nc.transferred),
    )
    for name, entries in dated:
        for index, entry in enumerate(entries):
            yield (name, index, "date"), entry.date
    if nc.void is not None:
        yield ("void", "date"), nc.void.date
    if nc.external is not None:
        for index, response in enumerate(nc.external.responses):
            yield ("external", "responses", index, "submitted"), response.submitted
            if response.decided is not None:
                yield ("external", "responses", index, "decided"), response.decided
        if nc.external.closed is not None:
            yield ("external", "closed"), nc.external.closed


# --- actions, wherever they stand (FORMAT.md, rule 5) ---


def owners(action: Action, known: date = date.max) -> set[str]:
    """Everybody who owns or ever owned the action, by what is known ("owner" means present or past)."""
    return {action.owner, *(entry.to for entry in action.reassigned if entry.date <= known)}


def owner_on(action: Action, known: date) -> str:
    """The owner by what is known: the latest reassignment's, else the first owner."""
    moved = [(entry.date, index) for index, entry in enumerate(action.reassigned) if entry.date <= known]
    return action.reassigned[max(moved)[1]].to if moved else action.owner


def granted(action: Action, extension: Extension, known: date = date.max) -> bool:
    """True where an extension moves the due date: it is known and has an approver who did not own the action, then or before."""
    return (
        extension.date <= known
        and extension.approved_by is not None
        and extension.approved_by not in owners(action, extension.date)
    )


def due_on(action: Action, known: date) -> date:
    """The current due date: the latest extension granted by then, else the first due date."""
    if not action.extensions:
        return action.due
    grants = [
        (extension.date, index)
        for index, extension in enumerate(action.extensions)
        if granted(action, extension, known)
    ]
    return action.extensions[max(grants)[1]].to if grants else action.due


def cancelled(action: Action, known: date) -> bool:
    """True where the action was cancelled, by somebody who does not own it."""
    entry = action.cancelled
    return (
        entry is not None
        and entry.date <= known
        and entry.by is not None
        and entry.by not in owners(action, entry.date)
    )


def done_on(action: Action, known: date) -> date | None:
    """The day the action was done, as known, else None."""
    return action.done.date if action.done is not None and action.done.date <= known else None


def taken_on(action: Action, known: date) -> bool:
    """True where the action is known; one without `added` is known with its record."""
    return action.added is None or action.added <= known


def is_open(action: Action, known: date) -> bool:
    """True where the action is known, not done and not cancelled."""
    return taken_on(action, known) and done_on(action, known) is None and not cancelled(action, known)


# --- the life on a day ---


def grade_on(nc: Nonconformity, known: date) -> Grade:
    """The grade of a day: the latest regrading's known then, else the first grade."""
    if not nc.regraded:
        return nc.grade
    moved = [(entry.date, index) for index, entry in enumerate(nc.regraded) if entry.date <= known]
    return nc.regraded[max(moved)[1]].to if moved else nc.grade


def unit_on(nc: Nonconformity, known: date) -> str:
    """The unit of a day: the latest transfer's known then, else the first unit."""
    if not nc.transferred:
        return nc.unit
    moved = [(entry.date, index) for index, entry in enumerate(nc.transferred) if entry.date <= known]
    return nc.transferred[max(moved)[1]].to if moved else nc.unit


def regradings(nc: Nonconformity, known: date) -> Iterator[tuple[int, Grade, Grade]]:
    """The regradings known, in the order of their days: (place in the list, grade before, grade after)."""
    before = nc.grade
    for _, index in sorted((entry.date, index) for index, entry in enumerate(nc.regraded) if entry.date <= known):
        yield index, before, nc.regraded[index].to
        before = nc.regraded[index].to


def is_upwards(before: Grade, after: Grade) -> bool:
    """True where a regrading makes a finding graver, or grades it at all."""
    return _GRAVITY[after] > _GRAVITY[before]


@dataclass(frozen=True, slots=True)
class Life:
    """What the facts known on a day make of a nonconformity.

    `causes`, `plans` (those that count), `verified` (the effective verification that counts) and `closed` (the day
    of the closure, where the status is closed) are what has not been taken back; `last_done` is the day the last
    action of this cycle was done while none is open; `no_action`: the plan in force says that none is needed, and may.
    """

    status: Status
    grade: Grade
    unit: str
    reset: date | None
    causes: tuple[Cause, ...]
    plans: tuple[Plan, ...]
    verified: Verification | None
    closed: date | None
    last_done: date | None
    no_action: bool

    @property
    def running(self) -> bool:
        """Open in the sense of the gates: everything but closed and void."""
        return self.status not in ("closed", "void")

    @property
    def plan(self) -> Plan | None:
        """The plan in force: the latest that counts."""
        return self.plans[-1] if self.plans else None


def reset_day(nc: Nonconformity, known: date) -> date | None:
    """The latest reopening or `not-effective` verification known: what went before no longer counts."""
    days = [entry.date for entry in nc.reopened if entry.date <= known]
    days += [entry.date for entry in nc.verifications if entry.result == "not-effective" and entry.date <= known]
    return max(days, default=None)


def _returned_entries(days: list[date], returns: list[date]) -> set[int]:
    """Which entries, by place, a return takes back: all up to its day, but of that day only the first."""
    taken: set[int] = set()
    for back in returns:
        first_of_day = True
        for index, day in enumerate(days):
            if day < back or (day == back and first_of_day):
                taken.add(index)
            if day == back:
                first_of_day = False
    return taken


def no_action_allowed(nc: Nonconformity, plan: Plan, grade: Grade) -> bool:
    """True where a plan may say that no action is needed: a minor or less of our own, approved, with a reason."""
    return (
        plan.no_action is not None
        and plan.approved_by is not None
        and nc.external is None
        and grade in ("minor", "observation", "ofi")
    )


def is_planned_for(nc: Nonconformity, known: date) -> bool:
    """True where an action of this cycle is known and not cancelled: without one, a plan plans nothing."""
    reset = reset_day(nc, known)
    return any(
        (reset is None or (action.added or nc.detected.date) >= reset) and not cancelled(action, known)
        for action in nc.actions
        if taken_on(action, known)
    )


def life(nc: Nonconformity, known: date) -> Life:
    """Exactly one status, and what it rests on, by the facts known on a day (FORMAT.md, Status on a day)."""
    grade, unit = grade_on(nc, known), unit_on(nc, known)
    reset = reset_day(nc, known)
    causes = [entry for entry in nc.causes if entry.date <= known and (reset is None or entry.date >= reset)]
    plans = [entry for entry in nc.plans if entry.date <= known and (reset is None or entry.date >= reset)]
    if nc.returned:
        of_cause = [entry.date for entry in nc.returned if entry.step == "cause" and entry.date <= known]
        of_plan = [entry.date for entry in nc.returned if entry.date <= known]
        taken = _returned_entries([entry.date for entry in causes], of_cause)
        causes = [entry for index, entry in enumerate(causes) if index not in taken]
        taken = _returned_entries([entry.date for entry in plans], of_plan)
        plans = [entry for index, entry in enumerate(plans) if index not in taken]

    record_day = nc.detected.date
    actions = [action for action in nc.actions if taken_on(action, known)]
    standing = is_planned_for(nc, known)
    counting = sorted(
        (plan for plan in plans if standing or no_action_allowed(nc, plan, grade)), key=lambda plan: plan.date
    )
    done_days = [(day, action) for action in actions if (day := done_on(action, known)) is not None]
    none_open = not any(is_open(action, known) for action in actions)
    undone = [
        entry.date
        for entry in nc.verifications
        if entry.result == "not-implemented" and entry.date <= known and (reset is None or entry.date > reset)
    ]
    implementation_stands = not undone or any((action.added or record_day) >= max(undone) for _, action in done_days)
    last_done = max((day for day, _ in done_days), default=None)
    effective = [
        entry
        for entry in nc.verifications
        if entry.result == "effective"
        and entry.date <= known
        and (reset is None or entry.date > reset)
        and (last_done is None or entry.date >= last_done)
    ]
    verified = min(effective, key=lambda entry: entry.date, default=None)
    corrections = [action for action in nc.corrections if taken_on(action, known)]
    corrections_done = (
        bool(corrections)
        and not any(is_open(action, known) for action in corrections)
        and any(done_on(action, known) is not None for action in corrections)
    )

    closures = [entry.date for entry in nc.closures if entry.date <= known and (reset is None or entry.date > reset)]
    status: Status
    if nc.void is not None and nc.void.date <= known:
        status = "void"
    elif closures:
        status = "closed"
    elif verified is not None:
        status = "verified"
    elif (
        counting and implementation_stands and (no_action_allowed(nc, counting[-1], grade) or (done_days and none_open))
    ):
        status = "implemented"
    elif counting:
        status = "planned"
    elif causes:
        status = "analysed"
    elif reset is not None:
        status = "reopened"
    elif corrections_done:
        status = "corrected"
    else:
        status = "open"

    in_cycle = [
        day for day, action in done_days if reset is None or day > reset or (action.added or record_day) >= reset
    ]
    return Life(
        status=status,
        grade=grade,
        unit=unit,
        reset=reset,
        causes=tuple(causes),
        plans=tuple(counting),
        verified=verified,
        closed=min(closures) if status == "closed" else None,
        last_done=max(in_cycle, default=None) if none_open else None,
        no_action=bool(counting) and no_action_allowed(nc, counting[-1], grade),
    )


# --- the body's own finding ---


#: Sources by which a finding can be a body's: of what the mall found itself no outside body decides.
BODY_SOURCES: frozenset[SourceKind] = frozenset({"external-audit", "evaluation", "complaint", "ombudsman"})


def of_body(nc: Nonconformity) -> External | None:
    """What a body outside the mall said of its own finding; None of a finding of the mall's own."""
    return nc.external if nc.source.kind in BODY_SOURCES else None


def external_open(external: External, known: date) -> bool:
    """True where a body has not closed its finding."""
    return external.closed is None or external.closed > known


def answer_accepted(external: External, known: date) -> bool:
    """True where the body has accepted the answer."""
    return any(
        response.result == "accepted" and _decided(response, known) is not None for response in external.responses
    )


def _decided(response: Response, known: date) -> date | None:
    """The day the body decided on an answer, where both are known: a result needs `decided`."""
    known_then = response.decided is not None and max(response.submitted, response.decided) <= known
    return response.decided if known_then else None


def answer_due(external: External, known: date) -> date | None:
    """The day an answer is due to the body with nothing submitted for it, or None where none is owed.

    `response_due`; after a returned answer its `next_due`, without one the day of the return. Only the body's
    acceptance or closing ends it (FORMAT.md, What is late).
    """
    if (external.closed is not None and external.closed <= known) or answer_accepted(external, known):
        return None
    submitted = [
        (response.submitted, index) for index, response in enumerate(external.responses) if response.submitted <= known
    ]
    returned = [
        (decided, index)
        for index, response in enumerate(external.responses)
        if response.result == "returned" and (decided := _decided(response, known)) is not None
    ]
    if not returned:
        return None if submitted else external.response_due
    decided, place = max(returned)
    # what was filed before the return was not filed for it; of the day itself, what stands further down in the list
    if max(submitted, default=(date.min, -1)) > (decided, place):
        return None
    return external.responses[place].next_due or decided
