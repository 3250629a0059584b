"""FORMAT.md, Readiness: which cells there are, and the first status that applies."""

from __future__ import annotations

from typing import Any

import pytest

from mpp_qms.readiness.cells import Cell
from tests.factories import DAY, NC_PATH, cell, data, evidence_path, mall, nc_data, readiness

ID = "NC-KEPENDUDUKAN-2024-002"
PATH = f"units/kependudukan/nonconformities/{ID}.yaml"
#: Corrections done, a plan that counts, nothing late.
CONTAINED = """
detected: {date: 2024-11-01, by: P-006}
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-11-02, done: {date: 2024-11-01, by: P-021}}]
causes: [{date: 2024-11-05, by: P-021, root: Tidak ada pengganti}]
plans: [{date: 2024-11-06, approved_by: P-023}]
actions: [{id: A1, added: 2024-11-05, what: Jadwal, owner: P-021, due: 2024-12-15}]
"""
#: A minor whose plan is late since the first of December of the year before.
LATE = "detected: {date: 2023-11-01, by: P-006}\n"


def found(text: str, **keys: Any) -> dict[str, Any]:
    """A nonconformity in kependudukan beside those of the ready mall."""
    return {PATH: nc_data(text) | {"id": ID} | keys}


def look(changes: dict[str, Any], clause: str = "8.5.1", unit: str | None = "kependudukan", on: str = DAY) -> Cell:
    return cell(readiness(mall(changes), on), clause, unit)


# --- which cells there are ---


def test_a_cell_is_a_leaf_clause_for_the_site_or_a_unit_in_scope() -> None:
    cells = readiness(mall()).cells
    places = {(entry.clause, entry.unit) for entry in cells}
    assert len(places) == len(cells)
    assert ("4.1", None) in places  # site
    assert ("4.1", "kependudukan") not in places
    assert ("8.5.1", "kependudukan") in places  # unit
    assert ("8.5.1", None) not in places
    assert {("7.1.4", None), ("7.1.4", "imigrasi")} <= places  # both
    assert not any(clause in ("4", "7.5", "8.5") for clause, _ in places)  # headings have none


@pytest.mark.parametrize(
    ("role", "has"), [("internal", True), ("in-scope-partner", True), ("undecided", True), ("external-provider", False)]
)
def test_internal_partner_and_undecided_units_have_cells_a_provider_has_none(role: str, has: bool) -> None:
    answer = readiness(mall({"units/imigrasi/unit.yaml": f"scope: [{{from: 2024-01-01, role: {role}}}]"}))
    assert any(entry.unit == "imigrasi" for entry in answer.cells) is has


def test_a_counter_that_closed_has_no_cells() -> None:
    closed = {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, to: 2024-11-14, role: internal}]"}
    assert not any(entry.unit == "imigrasi" for entry in readiness(mall(closed)).cells)


# --- evidence and assessed ---


def test_everything_there_is_ready() -> None:
    entry = look({})
    assert (entry.status, entry.evidence, entry.assessed, entry.reasons) == ("ready", "current", "conform", ())


def test_a_clause_takes_the_worst_of_its_keys() -> None:
    # 4.1 expects context-issues and climate-decision
    assert look({}, "4.1", None).evidence == "current"
    stale = {evidence_path("climate-decision"): "date: 2023-11-14"}
    assert look(stale, "4.1", None).evidence == "stale"
    none = {evidence_path("context-issues"): None}
    assert look(stale | none, "4.1", None).evidence == "none"


def test_a_clause_that_expects_no_document_requires_none() -> None:
    assert look({}, "7.3").evidence == "not-required"


@pytest.mark.parametrize("change", [{evidence_path("staffing"): None}, {evidence_path("staffing"): "date: 2023-11-14"}])
def test_gap__an_expectation_unmet_or_stale(change: dict[str, Any]) -> None:
    assert look(change, "7.1.2").status == "gap"


def test_gap__an_audit_row_missing_where_the_clause_needs_one() -> None:
    nobody_looked = {"audits/IA-2024-01.yaml": None}
    assert look(nobody_looked, "7.3").status == "gap"
    # 7.1.2 is shown by documents alone
    assert (look(nobody_looked, "7.1.2").status, look(nobody_looked, "7.1.2").assessed) == ("ready", None)


# --- findings ---


def test_a_running_minor_opens_its_cell_and_no_other() -> None:
    running = found(CONTAINED, clauses=["8.5.1", "7.3"])
    assert look(running).status == "open"
    assert look(running, "7.3").status == "ready"  # related clauses are not coloured
    assert look(running, unit="dpmptsp").status == "ready"


def test_gap__something_of_a_finding_that_colours_here_is_late() -> None:
    assert look(found(LATE)).status == "gap"
    action_late = CONTAINED.replace("2024-12-15", "2024-11-14")
    assert look(found(action_late)).status == "gap"
    assert look(found(CONTAINED.replace("2024-12-15", DAY))).status == "open"  # the due day itself is not late


def test_blocked__a_major_that_is_not_contained() -> None:
    assert look(found("grade: major\ndetected: {date: 2024-11-10, by: P-006}")).status == "blocked"


def test_open__a_contained_major() -> None:
    assert look(found("grade: major\n" + CONTAINED)).status == "open"


@pytest.mark.parametrize(
    "broken",
    [
        {"corrections": []},  # corrections exist
        data("corrections: [{id: C1, what: Jaga, owner: P-021, due: 2024-12-01}]"),  # none open
        {"plans": []},  # a plan counts
        {"actions": []},  # a plan without actions does not
        data("actions: [{id: A1, added: 2024-11-05, what: Jadwal, owner: P-021, due: 2024-11-14}]"),  # nothing late
        {"causes": []} | data("detected: {date: 2024-10-01, by: P-006}"),
    ],
)
def test_contained_is_corrections_done_a_plan_and_nothing_late(broken: dict[str, Any]) -> None:
    assert look(found("grade: major\n" + CONTAINED, **broken)).status == "blocked"


@pytest.mark.parametrize("grade", ["observation", "ofi"])
def test_observations_and_opportunities_never_colour(grade: str) -> None:
    late = LATE + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-01-01}]"
    assert look(found(f"grade: {grade}\n" + late)).status == "ready"


def test_an_ungraded_finding_colours_once_its_grading_is_late() -> None:
    ungraded = found("grade: ungraded\ndetected: {date: 2024-11-01, by: P-006}")
    assert look(ungraded, on="2024-11-15").status == "ready"
    assert look(ungraded, on="2024-11-16").status == "gap"


@pytest.mark.parametrize("end", ["closures: [{date: 2024-11-10, by: P-002}]", "void: {date: 2024-11-10, by: P-002}"])
def test_closed_and_void_findings_colour_nothing(end: str) -> None:
    assert look(found(LATE + end)).status == "ready"
    assert look(found(LATE + end), on="2024-11-09").status == "gap"


def test_a_finding_is_seen_in_the_unit_of_the_day() -> None:
    moved = found(LATE, transferred=[{"date": "2024-11-10", "to": "dpmptsp"}])
    assert [look(moved, unit=unit).status for unit in ("kependudukan", "dpmptsp")] == ["ready", "gap"]


def test_a_finding_is_seen_in_each_unit_where_it_was_found_too() -> None:
    across = [
        {"unit": "dpmptsp", "date": "2024-11-10", "found": True},
        {"unit": "imigrasi", "date": "2024-11-10", "found": False},
    ]
    there = found(LATE, read_across=across)
    assert [look(there, unit=unit).status for unit in ("kependudukan", "dpmptsp", "imigrasi")] == [
        "gap",
        "gap",
        "ready",
    ]
    assert [look(there, unit="dpmptsp", on=on).status for on in ("2024-11-09", "2024-11-10")] == ["ready", "gap"]


def test_where_units_have_no_cell_the_site_is_coloured() -> None:
    assert look(found(LATE, clauses=["9.1.2"]), "9.1.2", None).status == "gap"
    both = found(LATE, clauses=["7.1.4"])
    assert [look(both, "7.1.4", unit).status for unit in (None, "kependudukan")] == ["ready", "gap"]


def test_a_finding_outside_the_scope_is_seen_at_the_control_of_providers() -> None:
    provider = {"units/kependudukan/unit.yaml": "scope: [{from: 2024-01-01, role: external-provider}]"}
    evaluated = {evidence_path("provider-evaluation"): "units: [imigrasi, kependudukan]"}
    assert look(provider | evaluated, "8.4.1", None).status == "ready"
    assert look(provider | evaluated | found(LATE), "8.4.1", None).status == "gap"


def test_a_heading_stands_for_its_leaves_in_findings_of_others() -> None:
    theirs = found("external: {body: gci, grade: minor, clause: '8.5'}\nclauses: ['8.5']\n" + LATE)
    assert {look(theirs, clause).status for clause in ("8.5.1", "8.5.2", "8.5.5")} == {"gap"}


# --- findings of the body ---


@pytest.mark.parametrize("ours", ["closures: [{date: 2024-11-10, by: P-002}]", "void: {date: 2024-11-10, by: P-002}"])
def test_blocked__a_bodys_major_until_the_body_closes_it(ours: str) -> None:
    text = "external: {body: gci, grade: major%s}\ngrade: minor\n" + CONTAINED + ours
    assert look(found(text % "")).status == "blocked"
    assert look(found(text % ", closed: 2024-11-15")).status == "ready"
    assert look(found(text % ", closed: 2024-11-16")).status == "blocked"


def test_a_major_of_another_body_is_judged_by_what_was_done_until_that_body_closes_it() -> None:
    text = "grade: minor\nexternal: {body: ombudsman, grade: major%s}\n"
    assert look(found(text % "" + CONTAINED)).status == "open"
    assert look(found(text % "" + "detected: {date: 2024-11-10, by: ombudsman}")).status == "blocked"
    assert look(found(text % "" + CONTAINED + "closures: [{date: 2024-11-10, by: P-002}]")).status == "open"
    assert look(found(text % ", closed: 2024-11-15" + CONTAINED)).status == "ready"


def test_findings_with_external_follow_its_grade_not_ours() -> None:
    assert look(found("grade: major\nexternal: {body: gci, grade: observation}\n" + CONTAINED)).status == "ready"
    regraded = "grade: major\nregraded: [{date: 2024-11-12, to: ofi}]\nexternal: {body: gci, grade: minor}\n"
    assert look(found(regraded + CONTAINED)).status == "open"


# --- not applicable ---

JUSTIFIED = "{clause: '8.3', reason: Tidak merancang layanan, approved_by: P-001, date: 2024-01-05%s}"


def excluded(entry: str) -> dict[str, Any]:
    return {"qms.yaml": f"not_applicable: [{entry}]"}


def test_not_applicable_is_justified_and_in_force_that_day() -> None:
    assert look(excluded(JUSTIFIED % ""), "8.3.2", None).status == "not-applicable"
    until = excluded(JUSTIFIED % ", until: 2024-11-15")
    assert look(until, "8.3.2", None).status == "not-applicable"
    assert look(until, "8.3.2", None, "2024-11-16").status == "ready"


@pytest.mark.parametrize("missing", ["reason: Tidak merancang layanan, ", "approved_by: P-001, ", ", date: 2024-01-05"])
def test_without_a_reason_an_approver_and_a_day_it_applies(missing: str) -> None:
    entry = (JUSTIFIED % "").replace(missing, "")
    assert look(excluded(entry), "8.3.2", None).status == "ready"
    later = excluded(JUSTIFIED.replace("2024-01-05", "2024-11-15") % "")
    assert [look(later, "8.3.2", None, on).status for on in ("2024-11-14", "2024-11-15")] == ["ready", "not-applicable"]


def test_a_clause_that_cannot_be_left_out_applies_all_the_same() -> None:
    entry = "{clause: '9.1.2', reason: Tidak perlu, approved_by: P-001, date: 2024-01-05}"
    assert look(excluded(entry), "9.1.2", None).status == "ready"


def test_blocked_goes_before_not_applicable_and_that_before_a_gap() -> None:
    conditional = excluded(JUSTIFIED.replace("8.3", "8.5.5") % "")
    assert look(conditional | found(LATE, clauses=["8.5.5"]), "8.5.5").status == "not-applicable"
    major = found("grade: major\n" + LATE, clauses=["8.5.5"])
    assert look(conditional | major, "8.5.5").status == "blocked"


def test_a_units_own_exclusion_holds_there_only() -> None:
    own = {"units/kependudukan/unit.yaml": f"not_applicable: [{JUSTIFIED.replace('8.3', '8.5.5') % ''}]"}
    assert [look(own, "8.5.5", unit).status for unit in ("kependudukan", "dpmptsp")] == ["not-applicable", "ready"]


# --- new units ---


def test_a_gap_in_a_new_unit_is_open_within_its_grace() -> None:
    new = {
        "units/imigrasi/unit.yaml": "scope: [{from: 2024-05-16, role: in-scope-partner}]",
        evidence_path("staffing"): "units: [dpmptsp, kependudukan]",
    }
    assert look(new, "7.1.2", "imigrasi", "2024-11-16").status == "open"
    assert look(new, "7.1.2", "imigrasi", "2024-11-17").status == "gap"


def test_the_grace_runs_from_the_first_day_ever_in_scope() -> None:
    back_again = "scope: [{from: 2023-01-01, to: 2023-06-30, role: internal}, {from: 2024-09-01, role: internal}]"
    changes = {"units/imigrasi/unit.yaml": back_again, evidence_path("staffing"): "units: [dpmptsp, kependudukan]"}
    assert look(changes, "7.1.2", "imigrasi").status == "gap"


def test_grace_does_not_unblock() -> None:
    new = {"units/kependudukan/unit.yaml": "scope: [{from: 2024-10-01, role: internal}]"}
    assert look(new | found("grade: major\n" + LATE)).status == "blocked"


def test_what_is_not_closed_in_time_is_late_and_a_gap() -> None:
    assert look({NC_PATH: "closures:"}).status == "gap"
