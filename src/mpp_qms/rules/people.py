"""People: who may do what, and that whoever is named is somebody. Roles are judged on the day of the act."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from mpp_qms.dates import first_day
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records.amendments import is_decisive
from mpp_qms.records.audit import Audit
from mpp_qms.records.common import Action, Amendment, Common
from mpp_qms.records.nonconformity import Nonconformity, is_open, life, owner_on, owners, unit_on
from mpp_qms.records.qms import Qms, Role
from mpp_qms.records.review import Review
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import Unit
from mpp_qms.register import Register
from mpp_qms.rules.nonconformity import actions_of, cycle_begun, cycle_ended, downgradings, few, is_graded, resets
from mpp_qms.rules.registry import Hit, rule
from mpp_qms.words import word

#: Who may close a nonconformity, and cosign the closing of a major.
CLOSERS: tuple[Role, ...] = ("lead-auditor", "quality-manager", "top-management")
#: Who may make a finding less grave, or void it.
GRADERS: tuple[Role, ...] = ("lead-auditor", "quality-manager")

_MAY = "FORMAT.md, Who may do what"
_JUDGE = N_("Nobody judges their own work: an auditor believes a verification only of somebody impartial.")


def _lacked(register: Register, code: str | None, roles: tuple[Role, ...], day: date) -> bool:
    """True where somebody who is known had none of the roles on a day, or on any within a legacy year or month."""
    person = register.people.get(code or "")
    start = first_day(day)
    return person is not None and not any(
        held.role in roles
        and (held.from_ is None or first_day(held.from_) <= day)
        and (held.to is None or held.to >= start)
        for held in person.roles
    )


@lru_cache(maxsize=2)
def _involved(nc: Nonconformity | Review) -> dict[str, date]:
    """Everybody who owned or has done an action or a correction, with the first day it was so."""
    since: dict[str, date] = {}
    for _, action in actions_of(nc):
        start = action.added or date.min
        parts = [(action.owner, start), *((entry.to, entry.date) for entry in action.reassigned)]
        if action.done is not None and action.done.by is not None:
            parts.append((action.done.by, action.done.date))
        for code, day in parts:
            since[code] = min(since.get(code, date.max), day)
    return since


def _was_involved(nc: Nonconformity | Review, code: str | None, day: date) -> bool:
    return code is not None and _involved(nc).get(code, date.max) <= day


def _names(roles: tuple[Role, ...]) -> tuple[Message, ...]:
    return tuple(word(role) for role in roles)


# --- verifying and approving ---


@rule(
    "PPL001",
    "error",
    on=Nonconformity,
    title=N_("Verified by somebody who owned or did the work"),
    message=N_("{person} verified this, but owned or did an action or correction of this nonconformity."),
    help=N_("Have it verified again by somebody who had no part in it."),
    why=_JUDGE,
    source=_MAY + "; ISO 9001:2015, 9.2.2 c and 10.2.1 d",
    example="actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-11-15, done: {date: 2024-11-12, by: P-021}}]\n"
    "verifications: [{date: 2025-01-20, by: P-021, result: effective}]",
)
def verified_by_another(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Whoever verifies neither did nor owns, or ever owned by then, an action or correction of the nonconformity."""
    for index, entry in enumerate(nc.verifications):
        if _was_involved(nc, entry.by, entry.date):
            yield Hit(("verifications", index, "by"), {"person": entry.by})


@rule(
    "PPL002",
    "warning",
    on=Nonconformity,
    title=N_("Verified by whoever approved the plan"),
    message=N_("{person} verified this, and had approved the plan."),
    help=N_("Have it verified by somebody who had no part in the plan, where there is somebody."),
    why=_JUDGE,
    source=_MAY,
    example="plans: [{date: 2024-10-25, approved_by: P-002}]\n"
    "verifications: [{date: 2025-01-20, by: P-002, result: effective}]",
)
def verified_by_approver(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Whoever verifies did not approve a plan of the same cycle."""
    if not nc.verifications:
        return
    days = resets(nc)
    for index, entry in enumerate(nc.verifications):
        cycle = cycle_ended(days, entry.date)
        if entry.by is not None and any(
            plan.approved_by == entry.by and plan.date <= entry.date and cycle_begun(days, plan.date) == cycle
            for plan in nc.plans
        ):
            yield Hit(("verifications", index, "by"), {"person": entry.by})


@rule(
    "PPL003",
    "error",
    on=Nonconformity,
    title=N_("Plan approved by an owner of its actions"),
    message=N_("{person} approved the plan, but owns {actions} of it."),
    help=N_("Have it approved by somebody who owns none of the actions, for example the head of the unit."),
    why=N_("An approval is a second pair of eyes on what somebody wants to do."),
    source=_MAY + "; ISO 9001:2015, 10.2.1 c",
    example="plans: [{date: 2024-10-25, approved_by: P-021}]\n"
    "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-11-15}]",
)
def plan_approved_by_another(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A plan is not approved by an owner of its actions: those of its cycle, with whoever owned them by then."""
    if not nc.plans or not nc.actions:
        return
    days = resets(nc)
    owned: dict[str, list[tuple[int, date, str]]] = defaultdict(list)
    for action in nc.actions:
        cycle = cycle_begun(days, action.added or nc.detected.date)
        owned[action.owner].append((cycle, date.min, action.id))
        for entry in action.reassigned:
            owned[entry.to].append((cycle, entry.date, action.id))
    for index, plan in enumerate(nc.plans):
        if plan.approved_by not in owned:
            continue
        cycle = cycle_begun(days, plan.date)
        own = dict.fromkeys(id_ for of, since, id_ in owned[plan.approved_by] if of == cycle and since <= plan.date)
        if own:
            yield Hit(("plans", index, "approved_by"), {"person": plan.approved_by, "actions": few(own)})


@rule(
    "PPL004",
    "error",
    on=(Nonconformity, Review),
    title=N_("Extension or cancelling approved by an owner"),
    message=N_("{person} approved the {what} of {action}, but owns it, or did once; it changes nothing."),
    help=N_("Have it approved by somebody else; until then the day that held before still holds."),
    why=N_("A day that one may move oneself, or an action that one may drop oneself, binds nobody."),
    source=_MAY + "; FORMAT.md, 5",
    example="owner: P-021\nextensions: [{date: 2024-11-10, to: 2024-11-29, reason: Menunggu, approved_by: P-021}]",
)
def changed_by_owner(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """No extension or cancelling of an action is approved by somebody who owns it or ever did."""
    for route, action in actions_of(record):
        if not action.extensions and action.cancelled is None:
            continue
        for index, extension in enumerate(action.extensions):
            if extension.approved_by in owners(action, extension.date):
                at: Route = (*route, "extensions", index, "approved_by")
                what = Message(N_("extension"))
                yield Hit(at, {"person": extension.approved_by, "what": what, "action": action.id})
        if action.cancelled is not None and action.cancelled.by in owners(action, action.cancelled.date):
            values = {"person": action.cancelled.by, "what": Message(N_("cancelling")), "action": action.id}
            yield Hit((*route, "cancelled", "by"), values)


# --- closing ---


@rule(
    "PPL005",
    "error",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Closed by somebody without the role for it"),
    message=N_("{person} closed this, but on {date} was none of these: {roles}."),
    help=N_("Have it closed by one of them, or correct the roles in qms.yaml if they were otherwise on that day."),
    why=N_("Closing is decided by somebody who answers for the whole system, not only for the unit."),
    source=_MAY + "; ISO 9001:2015, 5.3",
    example="closures: [{date: 2025-01-21, by: P-021}] where P-021 is only staff of the unit",
)
def closed_with_role(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Whoever closes is lead auditor, quality manager or top management on that day."""
    for index, closure in enumerate(nc.closures):
        if _lacked(register, closure.by, CLOSERS, closure.date):
            values = {"person": closure.by, "date": closure.date, "roles": _names(CLOSERS)}
            yield Hit(("closures", index, "by"), values)


@rule(
    "PPL006",
    "error",
    on=Nonconformity,
    title=N_("Closed by somebody who owned or did the work"),
    message=N_("{person} closed this, but owned or did an action or correction of this nonconformity."),
    help=N_("Have it closed by somebody who had no part in it."),
    why=_JUDGE,
    source=_MAY,
    example="actions: [{id: A1, what: Anggaran, owner: P-002, due: 2024-11-15, done: {date: 2024-11-12, by: P-002}}]\n"
    "closures: [{date: 2025-01-21, by: P-002}]",
)
def closed_by_another(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Whoever closes neither did nor owns, or ever owned by then, an action or correction of the nonconformity."""
    for index, closure in enumerate(nc.closures):
        if _was_involved(nc, closure.by, closure.date):
            yield Hit(("closures", index, "by"), {"person": closure.by})


@rule(
    "PPL007",
    "error",
    on=Nonconformity,
    legacy="warning",
    title=N_("Major closed by one person alone"),
    message=N_("A major was closed on {date}, but nobody cosigned it."),
    help=N_(
        "Name who agrees to the closing, with --cosigned-by (in the record: `cosigned_by`): {roles}, "
        "not the one who closes."
    ),
    why=N_("That a major will not come back is not for one person to say."),
    source=_MAY,
    example="grade: major\nclosures: [{date: 2025-01-21, by: P-030}]",
    command="mpp-qms nc close {record}",
)
def major_cosigned(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """The closing of a major, by our grading or the body's, is cosigned."""
    for index, closure in enumerate(nc.closures):
        if closure.cosigned_by is None and is_graded(nc, closure.date, "major"):
            yield Hit(("closures", index), {"date": closure.date, "roles": _names(CLOSERS)})


@rule(
    "PPL008",
    "error",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Major cosigned by the wrong person"),
    message=N_("{person} cosigned the closing of a major, but {why}."),
    help=N_("Have it cosigned by another of these: {roles}."),
    why=N_("That a major will not come back is not for one person to say."),
    source=_MAY,
    example="grade: major\nclosures: [{date: 2025-01-21, by: P-030, cosigned_by: P-030}]",
)
def cosigned_by_another(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A major is cosigned by another lead auditor, quality manager or top management of that day, not an owner or doer."""
    for index, closure in enumerate(nc.closures):
        code = closure.cosigned_by
        if code is None or not is_graded(nc, closure.date, "major"):
            continue
        why: Message | None = None
        if code == closure.by:
            why = Message(N_("closed it too"))
        elif _lacked(register, code, CLOSERS, closure.date):
            why = Message(N_("had none of the roles on {date}"), {"date": closure.date})
        elif _was_involved(nc, code, closure.date):
            why = Message(N_("owned or did an action or correction of it"))
        if why is not None:
            values = {"person": code, "why": why, "roles": _names(CLOSERS)}
            yield Hit(("closures", index, "cosigned_by"), values)


# --- raising, grading, deciding ---


@rule(
    "PPL009",
    "error",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Raised or verified in one's own unit"),
    message=N_("{person} {what} of an internal audit in {unit}, but served there on {date}."),
    help=N_("Have it done by an auditor from another unit, or correct the roles in qms.yaml."),
    why=N_("Auditors are chosen so that they do not audit their own work."),
    source=_MAY + "; ISO 9001:2015, 9.2.2 c",
    example="source: {kind: internal-audit, ref: IA-2024-01}\n"
    "detected: {date: 2024-10-15, by: P-021}, where P-021 is staff of the unit",
)
def not_in_own_unit(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """In findings of internal audits nobody raises (`detected.by`) or verifies in a unit where they serve that day."""
    if nc.source.kind != "internal-audit":
        return
    acts: list[tuple[Route, str | None, str, date]] = [
        (("detected", "by"), nc.detected.by, N_("raised a finding"), nc.detected.date)
    ]
    for index, entry in enumerate(nc.verifications):
        acts.append((("verifications", index, "by"), entry.by, N_("verified a finding"), entry.date))
    for route, code, what, day in acts:
        if code is None:
            continue
        unit = unit_on(nc, day)
        # of a legacy year or month, only somebody who served there on all of it served there on that day
        if register.serves(code, unit, day) and register.serves(code, unit, first_day(day)):
            yield Hit(route, {"person": code, "what": Message(what), "unit": unit, "date": day})


# --- whom records name ---

Sort = Literal["person", "either", "party"]


#: A place where somebody is named: the way to the entry, the key (or the place in a list), the code (None: missing),
#: and who may stand there.
_Named = tuple[Route, str | int, str | None, Sort]


def _of_action(route: Route, action: Action) -> Iterator[_Named]:
    # that an approver is missing is NCL012
    yield route, "owner", action.owner, "person"
    for index, extension in enumerate(action.extensions):
        if extension.approved_by is not None:
            yield (*route, "extensions", index), "approved_by", extension.approved_by, "person"
    for index, entry in enumerate(action.reassigned):
        yield (*route, "reassigned", index), "to", entry.to, "person"
        yield (*route, "reassigned", index), "by", entry.by, "person"
    if action.done is not None:
        yield (*route, "done"), "by", action.done.by, "person"
    if action.cancelled is not None and action.cancelled.by is not None:
        yield (*route, "cancelled"), "by", action.cancelled.by, "person"


def _of_nonconformity(nc: Nonconformity) -> Iterator[_Named]:
    yield ("detected",), "by", nc.detected.by, "either"
    if nc.issued is not None:
        yield ("issued",), "by", nc.issued.by, "person"
    for route, action in actions_of(nc):
        yield from _of_action(route, action)
    for index, cause in enumerate(nc.causes):
        yield ("causes", index), "by", cause.by, "person"
    for index, plan in enumerate(nc.plans):
        # that an approver of no_action is missing is NCL008
        if plan.approved_by is not None or plan.no_action is None:
            yield ("plans", index), "approved_by", plan.approved_by, "person"
    for index, answer in enumerate(nc.read_across):
        yield ("read_across", index), "by", answer.by, "person"
    for index, returned in enumerate(nc.returned):
        yield ("returned", index), "by", returned.by, "person"
    for index, verification in enumerate(nc.verifications):
        yield ("verifications", index), "by", verification.by, "person"
    for index, closure in enumerate(nc.closures):
        yield ("closures", index), "by", closure.by, "person"
        if closure.cosigned_by is not None:
            yield ("closures", index), "cosigned_by", closure.cosigned_by, "person"
    for index, reopened in enumerate(nc.reopened):
        yield ("reopened", index), "by", reopened.by, "person"
    for index, regrading in enumerate(nc.regraded):
        yield ("regraded", index), "approved_by", regrading.approved_by, "person"
    for index, transfer in enumerate(nc.transferred):
        yield ("transferred", index), "by", transfer.by, "person"
    if nc.void is not None:
        yield ("void",), "by", nc.void.by, "person"
    if nc.external is not None and nc.external.body is not None:
        yield ("external",), "body", nc.external.body, "party"


def _of_sop(sop: Sop) -> Iterator[_Named]:
    # what a vertical agency issues, it approves: the mall only checks
    if sop.origin == "internal":
        for index, revision in enumerate(sop.revisions):
            if revision.approved is not None:
                yield ("revisions", index, "approved"), "by", revision.approved.by, "person"
    for index, review in enumerate(sop.reviews):
        yield ("reviews", index), "by", review.by, "person"
    for index, reading in enumerate(sop.read):
        yield ("read", index), "by", reading.by, "person"
    if sop.withdrawn is not None:
        yield ("withdrawn",), "by", sop.withdrawn.by, "person"


def _of_audit(audit: Audit) -> Iterator[_Named]:
    sort: Sort = "either" if audit.kind == "external" else "person"
    yield (), "lead", audit.lead, sort
    for index, row in enumerate(audit.coverage):
        for number, code in enumerate(row.auditors):
            yield ("coverage", index, "auditors"), number, code, sort
    if audit.body is not None:
        yield (), "body", audit.body, "party"


def _of_review(review: Review) -> Iterator[_Named]:
    yield (), "chair", review.chair, "person"
    for index, code in enumerate(review.attendees):
        yield ("attendees",), index, code, "either"
    for route, action in actions_of(review):
        yield from _of_action(route, action)


def _of_unit(unit: Unit) -> Iterator[_Named]:
    # that an approver is missing is SCO001
    for index, entry in enumerate(unit.not_applicable):
        if entry.approved_by is not None:
            yield ("not_applicable", index), "approved_by", entry.approved_by, "person"


def _of_qms(qms: Qms) -> Iterator[_Named]:
    for index, statement in enumerate(qms.scope):
        yield ("scope", index), "approved_by", statement.approved_by, "person"
    for index, certificate in enumerate(qms.certificates):
        if certificate.body is not None:
            yield ("certificates", index), "body", certificate.body, "party"
    for index, visit in enumerate(qms.visits):
        if visit.body is not None:
            yield ("visits", index), "body", visit.body, "party"
    for index, entry in enumerate(qms.not_applicable):
        if entry.approved_by is not None:
            yield ("not_applicable", index), "approved_by", entry.approved_by, "person"
    for index, waiver in enumerate(qms.waivers):
        yield ("waivers", index), "approved_by", waiver.approved_by, "person"
    for index, disposal in enumerate(qms.disposals):
        yield ("disposals", index), "approved_by", disposal.approved_by, "person"


_BY_KIND: Mapping[type[Common], Callable[[Any], Iterator[_Named]]] = {
    Nonconformity: _of_nonconformity,
    Sop: _of_sop,
    Audit: _of_audit,
    Review: _of_review,
    Unit: _of_unit,
    Qms: _of_qms,
}


@lru_cache(maxsize=2)
def _named(record: Common) -> tuple[_Named, ...]:
    """Everybody a record names, and where somebody is to be named and is not."""
    found: list[_Named] = []
    if (of_kind := _BY_KIND.get(type(record))) is not None:
        found += of_kind(record)
    for index, amendment in enumerate(record.amended):
        found.append((("amended", index), "by", amendment.by, "person"))
    for index, redaction in enumerate(record.redacted):
        found.append((("redacted", index), "by", redaction.by, "person"))
    return tuple(found)


# four rules ask for the same record one after the other; of nearly all records there is nothing to ask
@lru_cache(maxsize=2)
def _in_question(record: Common, register: Register) -> tuple[_Named, ...]:
    """Of everybody a record names, those who are not plainly a person of the mall: missing, unknown, or a party."""
    people = register.people
    return tuple(named for named in _named(record) if named[2] not in people or named[3] == "party")


@rule(
    "PPL010",
    "error",
    on=Common,
    legacy="warning",
    needs_qms=True,
    title=N_("Unknown person"),
    message=N_("There is nobody with the code {code} in qms.yaml.{hint}"),
    help=N_("Correct the code, or enter the person under `people`; whoever has left keeps the code, with `to`."),
    why=N_("Who did, owned or approved something must still be known when an auditor asks."),
    source="FORMAT.md, 4; ISO 9001:2015, 5.3 and 7.5.3",
    example="done: {date: 2024-11-27, by: P-999}",
)
def unknown_person(record: Common, register: Register) -> Iterator[Hit]:
    """Every code that stands where a person (or a person or a party) belongs is in qms.yaml."""
    people, parties = register.people, register.parties
    for route, key, code, sort in _in_question(record, register):
        if code is None or code in people or code in parties or sort == "party":
            continue
        near = code.upper()
        hint = Message(N_(" Did you mean {near}?"), {"near": near}) if near in people else ""
        yield Hit((*route, key), {"code": code, "hint": hint})


@rule(
    "PPL011",
    "error",
    on=Common,
    needs_qms=True,
    title=N_("Unknown party"),
    message=N_("There is no body outside the mall with the code {code} in qms.yaml.{hint}"),
    help=N_("Correct the code, or enter the body under `parties`."),
    why=N_("Whose finding, certificate or visit it is must be plain, and written alike everywhere."),
    source="FORMAT.md, 4",
    example="external: {body: gic, number: NCR-01, response_due: 2024-12-01}",
)
def unknown_party(record: Common, register: Register) -> Iterator[Hit]:
    """Every code that stands where a body outside the mall belongs is one of the parties."""
    parties = register.parties
    for route, key, code, sort in _in_question(record, register):
        if sort != "party" or code is None or code in parties:
            continue
        near = code.lower()
        hint = Message(N_(" Did you mean {near}?"), {"near": near}) if near in parties else ""
        yield Hit((*route, key), {"code": code, "hint": hint})


@rule(
    "PPL012",
    "error",
    on=Common,
    legacy="warning",
    title=N_("Nobody named"),
    message=N_("The key `{key}` is missing here: nobody answers for it."),
    help=N_("Enter under `{key}` the staff code of who did or approved it."),
    why=N_("What nobody did cannot be asked about, and whether they were impartial cannot be judged."),
    source="FORMAT.md, 8; ISO 9001:2015, 7.5.3",
    example="causes: [{date: 2024-10-22, method: 5-whys, root: Jadwal tidak ada}]",
)
def somebody_named(record: Common, register: Register) -> Iterator[Hit]:
    """Every entry whose form has a `by` or `approved_by` names somebody."""
    for route, key, code, _ in _in_question(record, register):
        if code is None:
            yield Hit(route, {"key": key})


@rule(
    "PPL013",
    "error",
    on=Common,
    needs_qms=True,
    title=N_("Body where a person belongs"),
    message=N_("{code} is a body outside the mall; here a person is named."),
    help=N_("Enter the staff code of whoever answers for it at the mall."),
    why=N_("A task, an approval or a check belongs to somebody who can be asked."),
    source="FORMAT.md, 4 and Nonconformity",
    example="actions: [{id: A1, what: Perbaikan antrean, owner: vendor, due: 2024-11-15}]",
)
def person_not_party(record: Common, register: Register) -> Iterator[Hit]:
    """No body outside the mall stands where a person belongs."""
    people, parties = register.people, register.parties
    for route, key, code, sort in _in_question(record, register):
        if sort == "person" and code in parties and code not in people:
            yield Hit((*route, key), {"code": code})


@rule(
    "PPL014",
    "error",
    on=Qms,
    needs_qms=True,
    title=N_("Code used twice"),
    message=N_("The code {code} is given a second time here: it stands under `{list}` already."),
    help=N_("Put all roles of one person under one code; give a body a code that no person has."),
    why=N_("Whether somebody judged their own work can be seen only where a code means one and the same person."),
    source="FORMAT.md, 4",
    example="people: [{code: P-001, roles: [{role: pic, unit: a}]}, {code: P-001, roles: [{role: auditor}]}]",
)
def one_person_one_code(qms: Qms, register: Register) -> Iterator[Hit]:
    """No staff code stands twice in `people`, nor in `parties` as well."""
    seen: set[str] = set()
    for index, person in enumerate(qms.people):
        if person.code in seen:
            yield Hit(("people", index, "code"), {"code": person.code, "list": "people"})
        seen.add(person.code)
    for index, party in enumerate(qms.parties):
        if party.code in seen:
            yield Hit(("parties", index, "code"), {"code": party.code, "list": "people"})


# --- who is still there ---


@rule(
    "PPL015",
    "warning",
    on=(Nonconformity, Review),
    needs_qms=True,
    title=N_("Open action of somebody who has left"),
    message=N_("{action} is still open, but no role of its owner {person} holds on {date}."),
    help=N_("Hand it over with an entry in `reassigned`; until then it falls to the quality manager."),
    why=N_("Staff rotate; what belongs to somebody who has left is done by nobody."),
    source=_MAY + " and What is late",
    example="actions: [{id: A1, what: Jadwal, owner: P-021, due: 2025-03-31}], all roles of P-021 with `to: 2024-12-31`",
    command="mpp-qms hand-over --from {person}",
)
def owner_still_there(record: Nonconformity | Review, register: Register) -> Iterator[Hit]:
    """Every open action belongs to somebody with a role that holds on the day of the check.

    In what is closed or void nothing is open any more.
    """
    running: bool | None = None
    for route, action in actions_of(record):
        if not is_open(action, date.max):
            continue
        code = owner_on(action, date.max)
        if code not in register.people or any(register.roles(code, register.day)):
            continue
        if running is None:
            running = not isinstance(record, Nonconformity) or life(record, date.max).running
        if running:
            key: Route = ("owner",)
            if action.reassigned:
                latest = max((entry.date, index) for index, entry in enumerate(action.reassigned))[1]
                key = ("reassigned", latest, "to")
            yield Hit((*route, *key), {"action": action.id, "person": code, "date": register.day})


@rule(
    "PPL016",
    "warning",
    on=Review,
    needs_qms=True,
    title=N_("Resources decided by an acting top manager"),
    message=N_("{id} decides on resources, but {person} was only acting top manager (plt or plh) on {date}."),
    help=N_(
        "Check whether that was within the powers of an acting official, or have it confirmed by the one appointed."
    ),
    why=N_("Acting officials may not take every decision on budget and staff; an auditor asks whether it holds."),
    source=_MAY + "; ISO 9001:2015, 9.3.3; UU 30/2014, 14",
    example="chair: P-001\ndecisions: [{id: D1, what: Tambah petugas, owner: P-006, due: 2025-03-31, output: resources}]",
)
def resources_by_acting_manager(review: Review, register: Register) -> Iterator[Hit]:
    """A decision with `output: resources` is not one of a top manager who is only acting on the day of the review.

    The chair's own role counts; where the chair is not top management, that of the first listed top manager.
    """
    decided = [index for index, decision in enumerate(review.decisions) if decision.output == "resources"]
    if not decided:
        return
    person: str | None = review.chair
    if not register.has_role(person, ("top-management",), review.date):
        person = register.holder("top-management", review.date)
    if person is None:
        return
    held = [role for role in register.roles(person, review.date) if role.role == "top-management"]
    if all(role.acting is not None for role in held):
        for index in decided:
            values = {"id": review.decisions[index].id, "person": person, "date": review.date}
            yield Hit(("decisions", index, "output"), values)


@rule(
    "PPL017",
    "error",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Graded down or voided by somebody without the role for it"),
    message=N_("{person} approved the {what}, but on {date} was none of these: {roles}."),
    help=N_("Have it decided by one of them, or correct the roles in qms.yaml if they were otherwise on that day."),
    why=N_("Whoever is concerned by a finding is not the one to make it smaller."),
    source=_MAY,
    example="grade: major\nregraded: [{date: 2024-11-02, to: minor, reason: Berdampak kecil, approved_by: P-021}]",
)
def made_smaller_with_role(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Whoever regrades downwards or voids is lead auditor or quality manager on that day."""
    acts: list[tuple[Route, str | None, str, date]] = [
        (("regraded", index, "approved_by"), nc.regraded[index].approved_by, N_("regrading"), nc.regraded[index].date)
        for index in downgradings(nc)
    ]
    if nc.void is not None:
        acts.append((("void", "by"), nc.void.by, N_("voiding"), nc.void.date))
    for route, code, what, day in acts:
        if _lacked(register, code, GRADERS, day):
            values = {"person": code, "what": Message(what), "date": day, "roles": _names(GRADERS)}
            yield Hit(route, values)


@rule(
    "PPL018",
    "warning",
    on=Qms,
    title=N_("Role of a unit without the unit"),
    message=N_("{person} has the role {role} without a unit."),
    help=N_("Add `unit` to the role: who serves where decides who may audit there."),
    why=N_("Without the unit nobody can see whether somebody audits or verifies their own work."),
    source="FORMAT.md, Who may do what; ISO 9001:2015, 9.2.2 c",
    example="people: [{code: P-021, roles: [{role: staff}]}]",
)
def role_without_unit(qms: Qms, register: Register) -> Iterator[Hit]:
    """Heads, persons in charge and staff of a unit name the unit."""
    for index, person in enumerate(qms.people):
        for place, role in enumerate(person.roles):
            if role.role in ("unit-head", "pic", "staff") and role.unit is None:
                yield Hit(("people", index, "roles", place), {"person": person.code, "role": word(role.role)})


# --- amending, and acting at all ---


@rule(
    "PPL019",
    "error",
    on=Common,
    needs_qms=True,
    title=N_("Decisive fact amended by the wrong person"),
    message=N_("{person} amended {field}, but {why}."),
    help=N_("Have it put right by one of these, who had no part in the actions: {roles}."),
    why=N_(
        "An amendment is for a typing error; by one's own hand it would be a way round every rule on who may do what."
    ),
    source=_MAY + "; `amended`",
    example="amended: [{date: 2024-12-16, by: P-021, field: actions.A1.due, from: 2024-11-15, to: 2025-03-01, reason: Ketik}], "
    "where P-021 owns A1",
)
def amended_by_another(record: Common, register: Register) -> Iterator[Hit]:
    """What decides something is amended by a lead auditor, quality manager or top management with no part in it.

    Words that decide nothing (a title, a reason, the root cause) may be put right by anybody.
    """
    for index, entry in enumerate(record.amended):
        if not is_decisive(entry.field or ""):
            continue
        why: Message | None = None
        if _lacked(register, entry.by, CLOSERS, entry.date):
            why = Message(N_("had none of the roles on {date}"), {"date": entry.date})
        elif isinstance(record, (Nonconformity, Review)) and _was_involved(record, entry.by, entry.date):
            why = Message(N_("owned or did an action or correction of it"))
        elif (unit := _unit_served(record, entry, register)) is not None:
            why = Message(N_("serves in {unit}, which it is about"), {"unit": unit})
        if why is not None:
            values = {"person": entry.by, "field": entry.field, "why": why, "roles": _names(CLOSERS)}
            yield Hit(("amended", index, "by"), values)


def _unit_served(record: Common, entry: Amendment, register: Register) -> str | None:
    """The unit that a record is about and that whoever amended it serves in; None where there is none, or it runs the mall."""
    unit = record.id if isinstance(record, Unit) else record.unit if isinstance(record, Sop) else None
    return unit if _is_its_own(unit, entry.by, entry.date, register) else None


def _is_its_own(unit: str | None, code: str | None, day: date, register: Register) -> bool:
    """True of somebody who serves in a unit, but for the one that runs the mall: it judges for all."""
    return unit not in (None, register.operator) and code is not None and register.serves(code, unit, day)


@rule(
    "PPL020",
    "warning",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Acted without any role"),
    message=N_("{person} {what} on {date}, but had no role at all on that day."),
    help=N_("Have it done by somebody who serves at the mall, or correct the roles in qms.yaml."),
    why=N_("Who has left decides nothing any more; a code that is picked by mistake looks like a decision."),
    source=_MAY + "; ISO 9001:2015, 5.3",
    example="verifications: [{date: 2025-01-20, by: P-001, result: effective}], whose roles ended on 2024-08-31",
)
def acted_with_a_role(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Who verifies, approves a plan or grants an extension has some role on that day; closing has a rule of its own."""
    found: list[tuple[Route, str | None, str, date]] = [
        (("verifications", index, "by"), entry.by, N_("verified this"), entry.date)
        for index, entry in enumerate(nc.verifications)
    ]
    found += [
        (("plans", index, "approved_by"), plan.approved_by, N_("approved the plan"), plan.date)
        for index, plan in enumerate(nc.plans)
    ]
    for route, action in actions_of(nc):
        for index, extension in enumerate(action.extensions):
            at: Route = (*route, "extensions", index, "approved_by")
            found.append((at, extension.approved_by, N_("granted an extension"), extension.date))
    for at, code, what, day in found:
        if code in register.people and not any(True for _ in register.roles(code or "", day)):
            yield Hit(at, {"person": code, "what": Message(what), "date": day})


@rule(
    "PPL021",
    "warning",
    on=Nonconformity,
    needs_qms=True,
    title=N_("Sent back by the unit that answered"),
    message=N_("{person} serves in {unit} and sent back what {unit} itself had answered: its time begins anew."),
    help=N_("Have an answer sent back by whoever judges it: an auditor or the quality manager."),
    why=N_("A return gives the unit new time; whoever gains by it does not decide it."),
    source=_MAY + "; FORMAT.md, What is late (plan)",
    example="returned: [{date: 2024-11-20, by: P-021, step: cause, reason: Dangkal}], where P-021 serves in that unit",
)
def returned_by_another(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A cause or plan is not sent back by somebody of the unit that gave it, but for the unit that runs the mall."""
    for index, entry in enumerate(nc.returned):
        unit = unit_on(nc, entry.date)
        if _is_its_own(unit, entry.by, entry.date, register):
            yield Hit(("returned", index, "by"), {"person": entry.by, "unit": unit})


#: In capitals without a blank (`KADIS`), or with a digit: a name has a blank, or small letters and no digit.
_CODE = re.compile(r"[A-Z0-9._/-]+|(?=.*[0-9])[A-Za-z0-9._/-]+")


@rule(
    "PPL022",
    "warning",
    on=Qms,
    needs_qms=True,
    title=N_("Name where a staff code belongs"),
    message=N_("This looks like a name, not like a staff code."),
    help=N_("Give the person a code such as P-017, without blanks, here and wherever they are named."),
    why=N_("Records are kept for years and copied with the repository; a name in them cannot be taken back."),
    source="FORMAT.md, 4; UU 27/2022 (PDP)",
    example="people: [{code: Nama Lengkap, roles: [{role: staff, unit: a}]}]",
)
def code_is_no_name(qms: Qms, register: Register) -> Iterator[Hit]:
    """A staff code does not look like a name: it has no blank, and a digit or capitals only."""
    for index, person in enumerate(qms.people):
        if not _CODE.fullmatch(person.code):
            yield Hit(("people", index, "code"))


@rule(
    "PPL023",
    "error",
    on=Qms,
    needs_qms=True,
    title=N_("Waiver by somebody who may not give one"),
    message=N_("{person} approved this waiver, but {why}."),
    help=N_("Have it approved by one of these, whom the finding does not concern: {roles}."),
    why=N_("A waiver takes a finding out of the way; whoever it concerns would judge their own work."),
    source=_MAY + "; waivers",
    example="waivers: [{code: PPL001, record: NC-PERTANAHAN-2024-001, reason: Sedikit petugas, approved_by: P-021}],\n"
    "where P-021 owns an action of it",
)
def waived_by_another(qms: Qms, register: Register) -> Iterator[Hit]:
    """A waiver is approved by a lead auditor, the quality manager or top management with no part in the record."""
    for index, waiver in enumerate(qms.waivers):
        code = waiver.approved_by
        if code is None or code not in register.people:
            continue
        why: Message | None = None
        record = register.nonconformity_by_id.get(waiver.record or "") or register.review_by_id.get(waiver.record or "")
        if _lacked(register, code, CLOSERS, register.day):
            why = Message(N_("has none of the roles"))
        elif record is not None and code in _involved(record):
            why = Message(N_("owned or did an action or correction of it"))
        elif _is_its_own(waiver.unit, code, register.day, register):
            why = Message(N_("serves in {unit}, which it is about"), {"unit": waiver.unit})
        if why is not None:
            values = {"person": code, "why": why, "roles": _names(CLOSERS)}
            yield Hit(("waivers", index, "approved_by"), values)
