"""FORMAT.md, Audit: which rows count, and what they say of a cell."""

from __future__ import annotations

from textwrap import dedent

import pytest

from mpp_qms.internal_audit import coverage, rows
from mpp_qms.register import Register
from tests.factories import ENGLISH, Files, data, mall, nc_data, register_of

PATH = "audits/IA-2024-01.yaml"
ROW = "{unit: kependudukan, clauses: ['8.5'], auditors: [P-005], sample: 6 berkas, result: conform}"


def looked_at(row: str = ROW, audit: str = "", more: dict[str, str] | None = None) -> Register:
    """A mall whose one internal audit has one row."""
    return register_of(mall({PATH: f"coverage: [{row}]\n" + dedent(audit), **(more or {})}))


def why(row: str = ROW, audit: str = "", more: dict[str, str] | None = None) -> str:
    """Why the one row does not count; nothing where it does."""
    (found,) = rows(looked_at(row, audit, more))
    return "" if found.refused is None else found.refused.show(ENGLISH)


# --- which rows count ---


def test_a_row_that_counts() -> None:
    assert why() == ""
    assert coverage(looked_at()).assessed("8.5.1", "kependudukan") == "conform"


@pytest.mark.parametrize(
    ("row", "audit"),
    [
        (ROW, "criteria: []"),
        (ROW, "reported:"),
        (ROW, "reported: {date: 2024-11-16, to: P-001}"),  # not known yet
        (ROW.replace("auditors: [P-005], ", ""), ""),
        (ROW.replace("auditors: [P-005]", "auditors: []"), ""),
        (ROW.replace("sample: 6 berkas, ", ""), ""),
        (ROW.replace(", result: conform", ""), ""),
        # serves there: any role with that unit on that day
        (ROW.replace("P-005", "P-022"), ""),
        (ROW.replace("P-005", "P-005, P-021"), ""),
        # a site row on 9.2, also within a heading, by the programme-manager
        ("{clauses: ['9.2.1'], auditors: [P-004], sample: program, result: conform}", ""),
        ("{clauses: ['9'], auditors: [P-004], sample: program, result: conform}", ""),
    ],
)
def test_a_row_that_does_not_count(row: str, audit: str) -> None:
    assert why(row, audit) != ""
    assert coverage(looked_at(row, audit)).by_cell == {}


@pytest.mark.parametrize(
    "sample", ["6 berkas", "{population: 40, taken: 6}", "{population: 40, taken: 6, items: [A-1, A-2]}"]
)
def test_a_sample_is_a_text_or_a_count(sample: str) -> None:
    assert why(ROW.replace("6 berkas", sample)) == ""


def test_the_day_of_the_audit_decides_who_serves_where() -> None:
    left = "people: [{code: P-022, roles: [{role: staff, unit: kependudukan, to: 2024-06-02}, {role: auditor}]}]"
    there = left.replace("2024-06-02", "2024-06-03")
    row = ROW.replace("P-005", "P-022")
    assert why(row, more={"qms.yaml": left}) == ""
    assert why(row, more={"qms.yaml": there}) != ""
    # who serves elsewhere may look here
    assert why(ROW.replace("P-005", "P-031")) == ""


def test_an_independence_note_lets_the_row_count_and_is_remembered() -> None:
    row = ROW.replace("P-005", "P-022")
    note = "independence_note: Hanya ia yang memahami sistem antrean"
    assert why(row, note) == ""
    assert [found.leans for found in rows(looked_at(row, note))] == [True]
    assert [found.leans for found in rows(looked_at(ROW, note))] == [False]


def test_the_programme_manager_may_look_at_the_rest_and_in_units() -> None:
    assert why("{clauses: ['7'], auditors: [P-004], sample: x, result: conform}") == ""
    assert why(ROW.replace("P-005", "P-004").replace("8.5", "9.2")) == ""


def test_an_external_audit_never_counts_as_an_internal_one() -> None:
    assert list(rows(looked_at(audit="kind: external"))) == []


# --- what it says of a cell ---

FINDING = "units/{unit}/nonconformities/{id}.yaml"


def finding(text: str, unit: str = "kependudukan", number: int = 2) -> dict[str, dict[str, object]]:
    """A nonconformity found by the audit."""
    id_ = f"NC-{unit.upper()}-2024-{number:03}"
    head = nc_data("source: {kind: internal-audit, ref: IA-2024-01}\ndetected: {date: 2024-06-04, by: P-005}")
    return {FINDING.format(unit=unit, id=id_): head | (data(text) if text else {}) | {"id": id_, "unit": unit}}


def assessed(files: Files, clause: str, unit: str | None, on: str = "2024-11-15") -> str | None:
    return coverage(register_of(files, on)).assessed(clause, unit)


@pytest.mark.parametrize("grade", ["major", "minor", "ungraded"])
def test_nonconform_where_a_finding_of_the_audit_names_the_clause(grade: str) -> None:
    files = mall(finding(f"grade: {grade}\nclauses: ['8.5.1', '7.3']"))
    assert assessed(files, "8.5.1", "kependudukan") == "nonconform"
    assert assessed(files, "7.3", "kependudukan") == "nonconform"  # related clauses are named too
    assert assessed(files, "8.6", "kependudukan") == "conform"
    assert assessed(files, "8.5.1", "dpmptsp") == "conform"


@pytest.mark.parametrize("grade", ["observation", "ofi"])
def test_observations_and_opportunities_leave_it_conform(grade: str) -> None:
    assert assessed(mall(finding(f"grade: {grade}")), "8.5.1", "kependudukan") == "conform"


def test_a_finding_of_another_audit_leaves_it_conform() -> None:
    other = "source: {kind: internal-audit, ref: IA-2023-01}"
    assert assessed(mall(finding(other)), "8.5.1", "kependudukan") == "conform"


def test_a_closed_finding_was_still_found() -> None:
    files = mall(finding("closures: [{date: 2024-07-01, by: P-002}]"))
    assert assessed(files, "8.5.1", "kependudukan") == "nonconform"


def test_a_row_that_says_nonconform_without_a_finding_is_nonconform_in_all_its_cells() -> None:
    row = ROW.replace("conform", "nonconform")
    assert {coverage(looked_at(row)).assessed(clause, "kependudukan") for clause in ("8.5.1", "8.5.2", "8.5.5")} == {
        "nonconform"
    }


def test_a_site_cell_is_nonconform_by_a_finding_with_the_operator_or_where_units_have_no_cell() -> None:
    assert assessed(mall(finding("clauses: ['7.1.4']", "dpmptsp")), "7.1.4", None) == "nonconform"
    assert assessed(mall(finding("clauses: ['7.1.4']")), "7.1.4", None) == "conform"
    assert assessed(mall(finding("clauses: ['9.1.2']")), "9.1.2", None) == "nonconform"


# --- the cycle ---


def test_within_the_cycle_counted_back_from_the_day() -> None:
    assert assessed(mall(), "8.5.1", "kependudukan", "2025-06-05") == "conform"
    assert assessed(mall(), "8.5.1", "kependudukan", "2025-06-06") is None
    shorter = mall({"qms.yaml": "policy: [{from: 2024-01-01, audit_cycle_months: 3}]"})
    assert assessed(shorter, "8.5.1", "kependudukan", "2024-09-05") == "conform"
    assert assessed(shorter, "8.5.1", "kependudukan", "2024-09-06") is None


def test_the_latest_counting_row_counts() -> None:
    later = """
    id: IA-2024-02
    kind: internal
    from: 2024-09-02
    to: 2024-09-02
    criteria: [SOP]
    lead: P-003
    coverage: [{unit: kependudukan, clauses: ['8.5.1'], auditors: [P-005], sample: 3, result: %s}]
    reported: {date: 2024-09-09, to: P-001}
    """
    first = finding("")
    files = mall({**first, "audits/IA-2024-02.yaml": dedent(later % "conform")})
    assert assessed(files, "8.5.1", "kependudukan") == "conform"
    assert assessed(files, "8.5.1", "kependudukan", "2024-09-08") == "nonconform"  # not reported yet
    # a later row that does not count changes nothing
    served = dedent(later % "conform").replace("P-005", "P-022")
    assert assessed(mall({**first, "audits/IA-2024-02.yaml": served}), "8.5.1", "kependudukan") == "nonconform"


def test_a_row_counts_from_the_day_of_the_report_on() -> None:
    assert assessed(mall(), "8.5.1", "kependudukan", "2024-06-09") is None
    assert assessed(mall(), "8.5.1", "kependudukan", "2024-06-10") == "conform"
    at_once = mall({PATH: "reported: {date: 2024-06-05, to: P-001}"})
    assert assessed(at_once, "8.5.1", "kependudukan", "2024-06-05") == "conform"


def test_what_no_row_covered_is_not_assessed() -> None:
    found = coverage(looked_at())
    assert found.assessed("7.3", "kependudukan") is None
    assert found.assessed("8.5.1", "dpmptsp") is None
    assert found.assessed("8.5.6", None) is None
