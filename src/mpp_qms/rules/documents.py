"""Documented information (clause 7.5): SOPs and their revisions, evidence, and the files that records point at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from mpp_qms.dates import first_day, next_quarter, out_of_order, quarter_of
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records.common import Common
from mpp_qms.records.evidence import Evidence, Period
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.references import documents
from mpp_qms.records.sop import Revision, Sop, approved, revision_in_force
from mpp_qms.register import Register
from mpp_qms.rules.registry import Hit, rule
from mpp_qms.store.attachments import State

_ONE_DAY = timedelta(days=1)
_ORDER = N_("Dates that run backwards are typing errors, or tell of something that was written up afterwards.")
_KEPT = N_("Evidence is what can be shown on the day of the audit; a record alone shows nothing.")


# --- SOPs ---


@rule(
    "DOC001",
    "error",
    on=Register,
    title=N_("Two SOPs in force with one number"),
    message=N_("The number {number} is also that of {other}, and both are in force on {date}."),
    help=N_("Withdraw the one that no longer holds, or correct its number."),
    why=N_("Whoever works by the number must find the one procedure that holds."),
    source="ISO 9001:2015, 7.5.2 and 7.5.3; FORMAT.md, SOP",
    example="number: SOP/07 in two SOPs, neither of them withdrawn",
)
def same_number_in_force(register: Register) -> Iterator[tuple[Common, Hit]]:
    """No two SOPs of one issuer are in force with one number on one day, up to the day of the check.

    SOPs of internal origin are issued by the mall, those of external origin by whom they name.
    """
    by_number: dict[tuple[str | None, str], list[tuple[Sop, date, date]]] = defaultdict(list)
    for sop in register.sops:
        term = _term_in_force(sop, register.day)
        if term is not None:
            issuer = sop.issuer if sop.origin == "external" else None
            by_number[issuer, sop.number].append((sop, *term))
    for (_, number), held in by_number.items():
        if len(held) < 2:
            continue
        for sop, start, end in held:
            for other, start_of_other, end_of_other in held:
                first = max(start, start_of_other)
                if other is not sop and first <= min(end, end_of_other):
                    yield sop, Hit(("number",), {"number": number, "other": other.id, "date": first})
                    break


def _term_in_force(sop: Sop, day: date) -> tuple[date, date] | None:
    """The days up to `day` on which an SOP is in force, first and last."""
    starts = [
        revision.effective
        for revision in sop.revisions
        if revision.effective is not None and approved(sop, revision, date.max)
    ]
    end = sop.withdrawn.date - _ONE_DAY if sop.withdrawn is not None else day
    start = min(starts, default=None)
    return (start, min(end, day)) if start is not None and start <= min(end, day) else None


@rule(
    "DOC002",
    "warning",
    on=Nonconformity,
    title=N_("SOP cited that was not in force"),
    message=N_("{id} was {state} on the day of detection ({date})."),
    help=N_("Cite the SOP that was in force, or none where there was none."),
    why=N_("What was not in force on that day could not be broken: the finding would not stand."),
    source="ISO 9001:2015, 7.5.3; FORMAT.md, SOP",
    example="sops: [SOP-A-002], withdrawn before the day of detection",
)
def cited_sop_in_force(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Every SOP that a nonconformity cites was in force on the day of detection."""
    day = nc.detected.date
    for index, id_ in enumerate(nc.sops):
        sop = register.sop_by_id.get(id_)
        if sop is None:
            continue
        state: Message | None = None
        if sop.withdrawn is not None and sop.withdrawn.date <= first_day(day):
            state = Message(N_("withdrawn"))
        elif revision_in_force(sop, date.max, day) is None:
            state = Message(N_("not yet in force"))
        if state is not None:
            yield Hit(("sops", index), {"id": id_, "state": state, "date": day})


@rule(
    "DOC003",
    "error",
    on=Sop,
    legacy="warning",
    title=N_("Revision effective without approval"),
    message=N_("Revision {number} is effective since {date} without an approval."),
    help=N_("Enter under `approved` who approved it and when; until then it does not count as in force."),
    why=N_("A procedure of the mall holds only once somebody with the authority has approved it."),
    source="ISO 9001:2015, 7.5.2; FORMAT.md, SOP",
    example="revisions: [{number: 1, effective: 2024-01-15}]",
    command="mpp-qms sop revise {record}",
)
def effective_without_approval(sop: Sop, register: Register) -> Iterator[Hit]:
    """Every revision of an SOP of internal origin that has become effective is approved."""
    if sop.origin == "external":
        return
    for index, revision in enumerate(sop.revisions):
        if revision.effective is not None and revision.effective <= register.day and revision.approved is None:
            yield Hit(("revisions", index), {"number": revision.number, "date": revision.effective})


@rule(
    "DOC004",
    "error",
    on=Sop,
    title=N_("Dates of a revision run backwards"),
    message=N_("Revision {number}: {first} ({first_date}) lies after {second} ({second_date})."),
    help=N_("Correct the day that is wrong."),
    why=_ORDER,
    source="ISO 9001:2015, 7.5.2; FORMAT.md, SOP",
    example="revisions: [{number: 1, approved: {by: P-001, date: 2024-02-01}, effective: 2024-01-15}]",
)
def revision_dates(sop: Sop, register: Register) -> Iterator[Hit]:
    """A revision is approved, then becomes effective, then is due for review."""
    for index, revision in enumerate(sop.revisions):
        steps = [
            ("approved", N_("its approval"), revision.approved.date if revision.approved is not None else None),
            ("effective", N_("its first day"), revision.effective),
            ("review_due", N_("the day its review is due"), revision.review_due),
        ]
        dated = [(key, name, day) for key, name, day in steps if day is not None]
        for (_, first, before), (key, second, after) in pairwise(dated):
            if out_of_order(before, after):
                yield Hit(
                    ("revisions", index, key),
                    {
                        "number": revision.number,
                        "first": Message(first),
                        "first_date": before,
                        "second": Message(second),
                        "second_date": after,
                    },
                )


@rule(
    "DOC005",
    "error",
    on=Sop,
    title=N_("Revision number used twice"),
    message=N_("There is another revision {number}."),
    help=N_("Give every revision a number of its own."),
    why=N_("Who has read and understood what is recorded by the number of the revision."),
    source="ISO 9001:2015, 7.5.2",
    example="revisions: [{number: 1}, {number: 1}]",
)
def revision_numbers(sop: Sop, register: Register) -> Iterator[Hit]:
    """No two revisions of an SOP have one number (named at the later one)."""
    if len(sop.revisions) < 2:
        return
    seen: set[str] = set()
    for index, revision in enumerate(sop.revisions):
        if revision.number in seen:
            yield Hit(("revisions", index, "number"), {"number": revision.number})
        seen.add(revision.number)


@rule(
    "DOC006",
    "error",
    on=Sop,
    legacy="warning",
    title=N_("External SOP without issuer"),
    message=N_("The SOP is of external origin, but does not say who issued it."),
    help=N_("Enter the agency under `issuer`."),
    why=N_("Documents of external origin are identified and controlled; the mall does not approve them, but checks."),
    source="ISO 9001:2015, 7.5.3.2; FORMAT.md, SOP",
    example="origin: external",
)
def external_without_issuer(sop: Sop, register: Register) -> Iterator[Hit]:
    """An SOP of external origin names its issuer."""
    if sop.origin == "external" and sop.issuer is None:
        yield Hit(("origin",))


@rule(
    "DOC007",
    "error",
    on=Sop,
    title=N_("Review, reading or withdrawal before the revision"),
    message=N_("This is dated {date}, before revision {number} existed ({since})."),
    help=N_("Correct the day, or the revision that it speaks of."),
    why=_ORDER,
    source="FORMAT.md, SOP",
    example="read: [{revision: 2, by: P-021, date: 2023-01-10}], revision 2 approved in 2024",
)
def looked_at_before(sop: Sop, register: Register) -> Iterator[Hit]:
    """No review or withdrawal lies before the first revision, and no reading before the revision read."""
    if not sop.reviews and not sop.read and sop.withdrawn is None:
        return
    begun = [(since, revision.number) for revision in sop.revisions if (since := _since(revision)) is not None]
    entries: list[tuple[Route, date, tuple[date, str] | None]] = [
        (("reviews", index, "date"), review.date, min(begun, default=None)) for index, review in enumerate(sop.reviews)
    ]
    if sop.withdrawn is not None:
        entries.append((("withdrawn", "date"), sop.withdrawn.date, min(begun, default=None)))
    for index, reading in enumerate(sop.read):
        of_it = next((entry for entry in begun if entry[1] == reading.revision), None)
        entries.append((("read", index, "date"), reading.date, of_it))
    for route, day, start in entries:
        if start is not None and out_of_order(start[0], day):
            yield Hit(route, {"date": day, "number": start[1], "since": start[0]})


def _since(revision: Revision) -> date | None:
    """The first day a revision is known to have existed: of its approval, else the day it became effective."""
    return revision.approved.date if revision.approved is not None else revision.effective


@rule(
    "DOC008",
    "error",
    on=Sop,
    title=N_("Reading of an unknown revision"),
    message=N_("There is no revision {number}."),
    help=N_("Correct the number of the revision."),
    why=N_("Reading counts for the revision that was read, and for no other."),
    source="FORMAT.md, SOP; ISO 9001:2015, 7.3",
    example="read: [{revision: 7, by: P-021, date: 2024-10-15}]",
)
def reading_of_unknown_revision(sop: Sop, register: Register) -> Iterator[Hit]:
    """Every reading names a revision of the SOP."""
    if not sop.read:
        return
    known = {revision.number for revision in sop.revisions}
    for index, reading in enumerate(sop.read):
        if reading.revision is not None and reading.revision not in known:
            yield Hit(("read", index, "revision"), {"number": reading.revision})


# --- the files that records point at ---


def _paths_in(state: State, register: Register) -> Iterator[tuple[Common, Route, str]]:
    """The paths that lead to files in a state, each with its record and its way there."""
    paths = {path for path, found in register.attachments.items() if found.state == state}
    # nearly always none: then no record has to be asked
    if paths:
        for record in register.files:
            for route, entry in documents(record):
                if entry.path in paths:
                    yield record, (*route, "path"), entry.path


@rule(
    "DOC009",
    "error",
    on=Register,
    legacy="warning",
    title=N_("Document is missing"),
    message=N_("There is no file {path}."),
    help=N_("Put the file there, or correct the path; it counts from the folder of qms.yaml."),
    why=_KEPT,
    source="FORMAT.md, 6; ISO 9001:2015, 7.5.3",
    example="document: {path: documents/skm-2024.pdf} without that file",
)
def missing_file(register: Register) -> Iterator[tuple[Common, Hit]]:
    """Every path that a reference names leads to a file."""
    for record, route, path in _paths_in("missing", register):
        yield record, Hit(route, {"path": path})


@rule(
    "DOC010",
    "error",
    on=Register,
    title=N_("Document outside the repository"),
    message=N_("The path {path} leads out of the repository."),
    help=N_("Put the file into the repository, or say with `system` and `location` where it is kept."),
    why=N_("Others do not have what lies on one machine only, and nothing keeps it from being changed."),
    source="FORMAT.md, 6",
    example="document: {path: ../../arsip/skm-2024.pdf}",
)
def file_outside(register: Register) -> Iterator[tuple[Common, Hit]]:
    """Every path that a reference names stays inside the repository."""
    for record, route, path in _paths_in("outside", register):
        yield record, Hit(route, {"path": path})


@rule(
    "DOC011",
    "error",
    on=Register,
    title=N_("Document cannot be read"),
    message=N_("The file {path} cannot be read."),
    help=N_("Give yourself the right to read it, or put it there again."),
    why=_KEPT,
    source="ISO 9001:2015, 7.5.3",
    example="document: {path: documents/skm-2024.pdf}, a file without the right to read it",
)
def unreadable_file(register: Register) -> Iterator[tuple[Common, Hit]]:
    """Every file that a reference names can be read."""
    for record, route, path in _paths_in("unreadable", register):
        yield record, Hit(route, {"path": path})


@rule(
    "DOC012",
    "error",
    on=Register,
    title=N_("Document was changed"),
    message=N_("The file {path} is not the one whose checksum stands here."),
    help=N_("Put the right file back, or enter its new checksum with a note why it changed ({sha256})."),
    why=N_("The checksum is there so that evidence cannot be changed unnoticed after it was given."),
    source="FORMAT.md, 6; ISO 9001:2015, 7.5.3.2",
    example="document: {path: documents/skm-2024.pdf, sha256: …} of another version of the file",
)
def changed_file(register: Register) -> Iterator[tuple[Common, Hit]]:
    """Every file whose sha256 a reference states has that sha256."""
    if not any(found.sha256 is not None for found in register.attachments.values()):
        return
    for record in register.files:
        for route, entry in documents(record):
            if entry.path is not None and entry.sha256 is not None:
                found = register.attachments.get(entry.path)
                if found is not None and found.sha256 is not None and found.sha256 != entry.sha256.lower():
                    yield record, Hit((*route, "sha256"), {"path": entry.path, "sha256": found.sha256})


# --- evidence ---


@rule(
    "DOC013",
    "warning",
    on=Evidence,
    needs_qms=True,
    title=N_("One evidence record for too much"),
    message=N_("This record shows {count} keys; more than {most} is hard to believe of one document."),
    help=N_("Enter what shows each of them as a record of its own."),
    why=N_("One document for everything lets a whole mall look ready; an auditor asks for each thing by itself."),
    source="FORMAT.md, Evidence (policy evidence_keys_max)",
    example="shows: [quality-policy, quality-objectives, competence, analysis, context-issues, process-map]",
)
def too_many_keys(evidence: Evidence, register: Register) -> Iterator[Hit]:
    """An evidence record shows at most `evidence_keys_max` keys, by the policy of its day."""
    count = len(set(evidence.shows))
    most = register.policy(evidence.date).evidence_keys_max
    if count > most:
        yield Hit(("shows",), {"count": count, "most": most})


@rule(
    "DOC014",
    "error",
    on=Evidence,
    title=N_("Dates of evidence run backwards"),
    message=N_("{first} ({first_date}) lies after {second} ({second_date})."),
    help=N_("Correct the day that is wrong."),
    why=_ORDER,
    source="FORMAT.md, Evidence",
    example="period: {from: 2024-09-30, to: 2024-07-01}",
)
def evidence_dates(evidence: Evidence, register: Register) -> Iterator[Hit]:
    """The period of evidence begins before it ends, and evidence is valid until its own day at least."""
    period = evidence.period
    if period is not None and period.to is not None and out_of_order(period.from_, period.to):
        values = {"first_date": period.from_, "second_date": period.to}
        names = {"first": Message(N_("The start of the period")), "second": Message(N_("its end"))}
        yield Hit(("period", "to"), {**names, **values})
    if evidence.valid_until is not None and out_of_order(evidence.date, evidence.valid_until):
        values = {"first_date": evidence.date, "second_date": evidence.valid_until}
        names = {"first": Message(N_("The date of the evidence")), "second": Message(N_("the day it is valid until"))}
        yield Hit(("valid_until",), {**names, **values})


@rule(
    "DOC015",
    "warning",
    on=Evidence,
    title=N_("Evidence of days still to come"),
    message=N_("The period ends on {end}, after the evidence itself ({date})."),
    help=N_("End the period where the document's facts end; how long a plan holds is said by `valid_until`."),
    why=N_("Age counts from the end of the period: one that lies ahead would keep evidence fresh for years."),
    source="FORMAT.md, Evidence",
    example="date: 2024-07-10\nperiod: {from: 2024-07-01, to: 2026-12-31}",
)
def period_ahead(evidence: Evidence, register: Register) -> Iterator[Hit]:
    """The period of evidence has ended by the evidence's own day."""
    period = evidence.period
    if period is not None and period.to is not None and out_of_order(period.to, evidence.date):
        yield Hit(("period", "to"), {"end": period.to, "date": evidence.date})


@rule(
    "DOC016",
    "warning",
    on=Evidence,
    title=N_("Quarterly evidence without a quarter"),
    message=N_("The key `{key}` asks for evidence of a whole quarter, but the record's `period` covers none."),
    help=N_("Enter under `period` the first and the last day that the document speaks of."),
    why=N_("Without its period nobody can say which quarter the document covers, so it shows nothing."),
    source="FORMAT.md, Evidence",
    example="shows: [performance-report]\ndate: 2024-10-08",
)
def quarter_covered(evidence: Evidence, register: Register) -> Iterator[Hit]:
    """Evidence for a quarterly key has a period that covers a whole quarter."""
    standard = register.standard_of(evidence, evidence.date)
    if standard is None:
        return
    for index, key in enumerate(evidence.shows):
        expectation = standard.keys.get(key)
        if expectation is not None and expectation.quarterly and not _covers_a_quarter(evidence.period):
            yield Hit(("shows", index), {"key": key})


def _covers_a_quarter(period: Period | None) -> bool:
    if period is None or period.to is None:
        return False
    start = first_day(period.from_)
    quarter = quarter_of(start)
    if start > quarter.start:
        quarter = next_quarter(quarter)
    return quarter.end <= period.to
