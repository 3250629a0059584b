"""Audits (clause 9.2) and management reviews (clause 9.3): dates, rows that do not count, parts that are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from mpp_qms.catalogue import Standard
from mpp_qms.dates import out_of_order
from mpp_qms.internal_audit import managing_programme, sampled, serving
from mpp_qms.messages import N_, Message
from mpp_qms.records import nonconformity
from mpp_qms.records.audit import Audit, CoverageRow
from mpp_qms.records.common import Common
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.review import Review
from mpp_qms.register import Register
from mpp_qms.rules.nonconformity import few
from mpp_qms.rules.registry import Hit, rule

_COUNTS = N_("Only what counts shows an auditor that the clause was looked at there, by somebody impartial.")
_ROWS = "FORMAT.md, Audit; ISO 9001:2015, 9.2.2"
_ORDER = N_("Dates that run backwards are typing errors, or tell of something that was written up afterwards.")

#: Findings, each with the leaves of its clauses.
Found = list[tuple[Nonconformity, frozenset[str]]]


# --- audits ---


@rule(
    "AUD001",
    "error",
    on=Audit,
    title=N_("Audit ends before it begins"),
    message=N_("The audit ends on {to}, before it begins on {start}."),
    help=N_("Correct the day that is wrong."),
    why=_ORDER,
    source="FORMAT.md, Audit",
    example="from: 2024-09-11\nto: 2024-09-09",
)
def audit_dates(audit: Audit, register: Register) -> Iterator[Hit]:
    """An audit ends on or after the day it begins."""
    if out_of_order(audit.from_, audit.to):
        yield Hit(("to",), {"to": audit.to, "start": audit.from_})


@rule(
    "AUD002",
    "error",
    on=Audit,
    title=N_("Audit reported before its end"),
    message=N_("The report is dated {reported}, before the audit's last day ({to})."),
    help=N_("Correct the day that is wrong."),
    why=_ORDER,
    source="FORMAT.md, Audit",
    example="to: 2024-09-11\nreported: {date: 2024-09-01, to: P-001}",
)
def report_date(audit: Audit, register: Register) -> Iterator[Hit]:
    """An audit is reported on or after its last day."""
    if audit.reported is not None and out_of_order(audit.to, audit.reported.date):
        yield Hit(("reported", "date"), {"reported": audit.reported.date, "to": audit.to})


@rule(
    "AUD003",
    "warning",
    on=Audit,
    title=N_("Audit without criteria"),
    message=N_("The audit is reported, but names no criteria: none of its rows counts."),
    help=N_("Enter under `criteria` what was audited against: the edition, the SOPs, the regulations."),
    why=N_("Without criteria there is nothing that anybody could have conformed to."),
    source=_ROWS,
    example="criteria: []",
)
def criteria_named(audit: Audit, register: Register) -> Iterator[Hit]:
    """An internal audit that is reported names its criteria."""
    if audit.kind == "internal" and audit.reported is not None and not audit.criteria:
        yield Hit(("reported",))


@rule(
    "AUD004",
    "warning",
    on=Audit,
    title=N_("Incomplete row of an internal audit"),
    message=N_("This row does not count: it has no {missing}."),
    help=N_("Complete the row from the audit's working papers."),
    why=_COUNTS,
    source=_ROWS,
    example='coverage: [{unit: a, clauses: ["7.3"], auditors: [P-005], result: conform}]',
)
def complete_rows(audit: Audit, register: Register) -> Iterator[Hit]:
    """Every row of an internal audit that is reported names clauses, auditors, a sample and a result."""
    if audit.kind != "internal" or audit.reported is None:
        return
    for index, row in enumerate(audit.coverage):
        parts = {"clauses": row.clauses, "auditors": row.auditors, "sample": sampled(row), "result": row.result}
        missing = tuple(key for key, value in parts.items() if not value)
        if missing:
            yield Hit(("coverage", index), {"missing": missing})


@rule(
    "AUD005",
    "warning",
    on=Audit,
    needs_qms=True,
    title=N_("Auditors audit their own unit"),
    message=N_("This row does not count: {people} serve in the unit {unit}."),
    help=N_("Have others audit the unit, or say in `independence_note` why this was impartial nevertheless."),
    why=_COUNTS,
    source=_ROWS,
    example="coverage: [{unit: a, clauses: [7.3], auditors: [P-008], sample: Lima petugas, result: conform}]",
)
def impartial_auditors(audit: Audit, register: Register) -> Iterator[Hit]:
    """Nobody among the auditors of a row serves in its unit, unless `independence_note` says why."""
    if audit.kind != "internal" or audit.independence_note is not None:
        return
    for index, row in enumerate(audit.coverage):
        people = serving(audit, row, register)
        if people:
            yield Hit(("coverage", index, "auditors"), {"people": people, "unit": row.unit})


@rule(
    "AUD006",
    "warning",
    on=Audit,
    needs_qms=True,
    title=N_("Audit programme audited by its manager"),
    message=N_("This row does not count: it covers 9.2, and {people} manages the audit programme."),
    help=N_("Have somebody else audit clause 9.2."),
    why=_COUNTS,
    source=_ROWS,
    example='coverage: [{clauses: ["9.2.2"], auditors: [P-003], sample: Program 2024, result: conform}]',
)
def programme_audited_by_others(audit: Audit, register: Register) -> Iterator[Hit]:
    """No row on 9.2 for the site has the manager of the audit programme among its auditors."""
    if audit.kind != "internal":
        return
    standard = register.standard_of(audit, audit.from_)
    if standard is None:
        return
    for index, row in enumerate(audit.coverage):
        people = managing_programme(audit, row, _leaves(row, standard), register)
        if people:
            yield Hit(("coverage", index, "auditors"), {"people": people})


def _findings_by_audit(register: Register) -> dict[str, Found]:
    """The major, minor and ungraded findings by the audit they name, each with its clauses' leaves; void ones left out."""
    ids = {audit.id for audit in register.audits}
    found: dict[str, Found] = defaultdict(list)
    for nc in register.nonconformities:
        ref = nc.source.ref
        if ref is None or ref not in ids:
            continue
        life = nonconformity.life(nc, date.max)
        grade = nc.external.grade if nc.external is not None and nc.external.grade is not None else life.grade
        standard = register.standard_of(nc, nc.detected.date)
        if grade in ("major", "minor", "ungraded") and life.status != "void" and standard is not None:
            found[ref].append((nc, frozenset(leaf for text in nc.clauses for leaf in standard.leaves_of(text))))
    return found


def _leaves(row: CoverageRow, standard: Standard) -> frozenset[str]:
    return frozenset(leaf for text in row.clauses for leaf in standard.leaves_of(text))


_Told = tuple[Audit, int, CoverageRow, tuple[str, ...], tuple[str, ...]]


# two rules ask for the same rows one after the other
@lru_cache(maxsize=1)
def _rows_with_findings(register: Register) -> tuple[_Told, ...]:
    """All that `_told` gives."""
    return tuple(_told(register))


def _told(register: Register) -> Iterator[_Told]:
    """Every row of an audit, the findings that name a clause of it in its unit, and those that it alone tells of.

    For the site: findings in the operator's unit, or anywhere where the clause has no cells of units; of those, what
    a row of the finding's own unit covers is told there.
    """
    by_audit = _findings_by_audit(register)
    for audit in register.audits:
        standard = register.standard_of(audit, audit.from_)
        if standard is None:
            continue
        by_unit: dict[str, Found] = defaultdict(list)
        for finding in by_audit.get(audit.id, ()):
            # a record in another unit's folder is a finding of its own (REF011): it is looked for in both
            for unit in {finding[0].unit, register.files[finding[0]].unit or finding[0].unit}:
                by_unit[unit].append(finding)
        covered: dict[str | None, set[str]] = defaultdict(set)
        for row in audit.coverage:
            covered[row.unit] |= _leaves(row, standard)
        for index, row in enumerate(audit.coverage):
            leaves = _leaves(row, standard)
            if row.unit is not None:
                ids = tuple(nc.id for nc, named in by_unit.get(row.unit, ()) if named & leaves)
                yield audit, index, row, ids, ids
                continue
            of_the_site = frozenset(leaf for leaf in leaves if not standard.clauses[leaf].has_unit_cells)
            found = [
                (nc, named)
                for unit, findings in by_unit.items()
                for nc, named in findings
                if named & (leaves if unit == register.operator else of_the_site)
            ]
            untold = tuple(nc.id for nc, named in found if not named & covered.get(nc.unit, set()))
            yield audit, index, row, tuple(nc.id for nc, _ in found), untold


def _unread_finding(row: CoverageRow, register: Register) -> bool:
    prefix = f"NC-{row.unit.upper()}-" if row.unit is not None else "NC-"
    return any(id_.upper().startswith(prefix) for id_ in register.unread_ids)


@rule(
    "AUD007",
    "error",
    on=Register,
    needs_qms=True,
    title=N_("Nonconforming row without a finding"),
    message=N_("The row says nonconform, but no major, minor or ungraded finding of this audit says what there was."),
    help=N_(
        "Add the finding with `source: ref: {id}` in that unit and on one of these clauses, or correct the result."
    ),
    why=N_("A nonconformity that an audit saw and nobody recorded is never corrected."),
    source="FORMAT.md, Audit; ISO 9001:2015, 9.2.2 and 10.2",
    example='coverage: [{unit: a, clauses: ["7.4"], auditors: [P-005], sample: Lima surat, result: nonconform}]',
)
def nonconform_without_finding(register: Register) -> Iterator[tuple[Common, Hit]]:
    """A row with `result: nonconform` has a finding of that audit, in its unit, on one of its clauses.

    Silent while a nonconformity of the unit could not be read: it may be the one that is looked for.
    """
    for audit, index, row, findings, _ in _rows_with_findings(register):
        if row.result == "nonconform" and not findings and not _unread_finding(row, register):
            yield audit, Hit(("coverage", index, "result"), {"id": audit.id})


@rule(
    "AUD008",
    "warning",
    on=Register,
    needs_qms=True,
    title=N_("Conforming row with a finding"),
    message=N_("The row says conform, but {findings} says otherwise."),
    help=N_("Correct the result to nonconform; the other cells of the row stay conforming."),
    why=N_("The report and the findings of one audit must say the same."),
    source="FORMAT.md, Audit",
    example='coverage: [{unit: a, clauses: ["8.5.1"], auditors: [P-005], sample: Log kehadiran, result: conform}]',
)
def conform_with_finding(register: Register) -> Iterator[tuple[Common, Hit]]:
    """A row with `result: conform` has no major, minor or ungraded finding of that audit in its unit on its clauses.

    A row for the site is not held against a finding that a row of its own unit tells of.
    """
    for audit, index, row, _, findings in _rows_with_findings(register):
        if row.result == "conform" and findings:
            yield audit, Hit(("coverage", index, "result"), {"findings": few(findings)})


@rule(
    "AUD009",
    "warning",
    on=Audit,
    title=N_("External audit without body or visit"),
    message=N_("The external audit does not say {missing}."),
    help=N_("Enter under `body` who audited, and under `visit` which visit it was."),
    why=N_("Whether the surveillance audits were held in time is read from these records."),
    source="FORMAT.md, Audit and G13",
    example="id: EA-2024-01\nkind: external\nbody: cb",
)
def body_and_visit(audit: Audit, register: Register) -> Iterator[Hit]:
    """An external audit names the body and the kind of visit."""
    if audit.kind == "external":
        missing = tuple(key for key, value in (("body", audit.body), ("visit", audit.visit)) if value is None)
        if missing:
            yield Hit(("kind",), {"missing": missing})


@rule(
    "AUD010",
    "error",
    on=Audit,
    title=N_("Id does not fit the kind of audit"),
    message=N_("{id} is the id of an audit of the other kind; this one is {kind}."),
    help=N_("Internal audits begin with IA-, external ones with EA-: correct the id or the kind."),
    why=N_("An external audit never counts as an internal one; the id must not say otherwise."),
    source="FORMAT.md, Audit",
    example="id: IA-2024-02\nkind: external",
)
def prefix_of_kind(audit: Audit, register: Register) -> Iterator[Hit]:
    """The id of an internal audit begins with IA-, of an external one with EA-."""
    if audit.id[:3] == ("EA-" if audit.kind == "internal" else "IA-"):
        kind = N_("an internal one") if audit.kind == "internal" else N_("an external one")
        yield Hit(("kind",), {"id": audit.id, "kind": Message(kind)})


# --- management reviews ---


@rule(
    "AUD011",
    "warning",
    on=Review,
    title=N_("Review without minutes or attendees"),
    message=N_("The review does not say {missing}."),
    help=N_("Name the minutes and who attended."),
    why=N_("An auditor asks for the minutes and the attendance list of every management review."),
    source="ISO 9001:2015, 9.3.3",
    example="id: RTM-2024-02\ndate: 2024-12-18\nchair: P-001",
)
def minutes_and_attendees(review: Review, register: Register) -> Iterator[Hit]:
    """A management review names its minutes and who attended."""
    parts = (("minutes", review.minutes), ("attendees", review.attendees))
    missing = tuple(key for key, value in parts if not value)
    if missing:
        yield Hit(("date",), {"missing": missing})


@rule(
    "AUD012",
    "warning",
    on=Review,
    title=N_("Input given twice"),
    message=N_("The input {key} stands in this review a second time."),
    help=N_("Join the two entries, or correct the key of one of them."),
    why=N_("Of two entries with one key, one was perhaps meant for an input that is missing."),
    source="FORMAT.md, Management review; ISO 9001:2015, 9.3.2",
    example="inputs: [{key: resources, summary: Cukup}, {key: resources, summary: Anggaran}]",
)
def input_twice(review: Review, register: Register) -> Iterator[Hit]:
    """No input stands twice in one review (named at the later one)."""
    seen: set[str] = set()
    for index, entry in enumerate(review.inputs):
        if entry.key in seen:
            yield Hit(("inputs", index, "key"), {"key": entry.key})
        seen.add(entry.key)


@rule(
    "AUD013",
    "warning",
    on=Review,
    title=N_("Input that says nothing"),
    message=N_("The input {key} has neither a summary nor a document."),
    help=N_("Say in `summary` what was looked at and found, or name the document."),
    why=N_("A list of headings does not show that anything was discussed."),
    source="ISO 9001:2015, 9.3.2",
    example="inputs: [{key: resources}]",
)
def empty_input(review: Review, register: Register) -> Iterator[Hit]:
    """Every input of a review has a summary or a document."""
    for index, entry in enumerate(review.inputs):
        if entry.summary is None and entry.document is None:
            yield Hit(("inputs", index), {"key": entry.key})


@rule(
    "AUD014",
    "error",
    on=Review,
    legacy="warning",
    title=N_("Nothing needed, without a reason"),
    message=N_("Nothing is said to be needed for {output}, without a reason."),
    help=N_("Give the reason, or enter the decision."),
    why=N_("The three outputs are required; that one was not needed must be a finding of the review, not an omission."),
    source="ISO 9001:2015, 9.3.3; FORMAT.md, G4",
    example="none_needed: [{output: resources}]",
)
def none_needed_without_reason(review: Review, register: Register) -> Iterator[Hit]:
    """Every output of which nothing was needed has a reason."""
    for index, entry in enumerate(review.none_needed):
        if entry.reason is None:
            yield Hit(("none_needed", index), {"output": entry.output})


@rule(
    "AUD015",
    "warning",
    on=Review,
    title=N_("Decided and not needed"),
    message=N_("Nothing is said to be needed for {output}, but {decision} decides something of it."),
    help=N_("Remove the entry in `none_needed`, or correct the output of the decision."),
    why=N_("One of the two is wrong."),
    source="FORMAT.md, Management review",
    example="decisions: [{id: D1, …, output: resources}]\nnone_needed: [{output: resources, reason: Cukup}]",
)
def decided_and_not_needed(review: Review, register: Register) -> Iterator[Hit]:
    """No output is both decided on and not needed."""
    decided = {decision.output: decision.id for decision in reversed(review.decisions)}
    for index, entry in enumerate(review.none_needed):
        if entry.output in decided:
            yield Hit(("none_needed", index, "output"), {"output": entry.output, "decision": decided[entry.output]})


@rule(
    "AUD016",
    "warning",
    on=Review,
    title=N_("Decision without its output"),
    message=N_("The decision {id} does not say which of the three outputs it is."),
    help=N_("Add `output`: improvement, qms-changes or resources."),
    why=N_("Without it the decision counts for none of the outputs a review must have."),
    source="FORMAT.md, Management review; ISO 9001:2015, 9.3.3",
    example="decisions: [{id: D1, what: Menambah petugas, owner: P-006, due: 2025-03-31}]",
)
def decision_without_output(review: Review, register: Register) -> Iterator[Hit]:
    """Every decision of a review says which output it is."""
    for index, decision in enumerate(review.decisions):
        if decision.output is None:
            yield Hit(("decisions", index), {"id": decision.id})
