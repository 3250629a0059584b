"""Why a cell is so: every record that counted and every one that did not, with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from mpp_qms.readiness import state_of
from mpp_qms.readiness.explain import explain
from tests.factories import DAY, ENGLISH, NC_PATH, evidence_path, mall, nc_data, register_of

AUDIT = "audits/IA-2024-01.yaml"
ID = "NC-KEPENDUDUKAN-2024-002"
NC = f"units/kependudukan/nonconformities/{ID}.yaml"


def why(
    changes: dict[str, Any], clause: str = "8.5.1", unit: str | None = "kependudukan", on: str = DAY
) -> dict[str, tuple[bool, str]]:
    """Record → did it count, and why."""
    found = explain(state_of(register_of(mall(changes), on), None), clause, unit)
    return {entry.record: (entry.counted, entry.reason.show(ENGLISH)) for entry in found}


def test_what_counts_for_a_cell_of_the_ready_mall() -> None:
    found = why({})
    assert {record for record, (counted, _) in found.items() if counted} == {"kependudukan", "IA-2024-01"}
    assert found["NC-KEPENDUDUKAN-2024-001"] == (False, "closed: no longer counts")


def test_what_counts_comes_first_and_every_entry_names_its_file() -> None:
    register = register_of(mall({NC: nc_data("detected: {date: 2024-11-10, by: P-006}") | {"id": ID}}))
    found = explain(state_of(register, None), "8.5.1", "kependudukan")
    assert [entry.counted for entry in found] == sorted((entry.counted for entry in found), reverse=True)
    assert {entry.path for entry in found} >= {NC, NC_PATH, AUDIT, "units/kependudukan/unit.yaml"}


@pytest.mark.parametrize(
    ("text", "counted", "reason"),
    [
        ("detected: {date: 2024-11-10, by: P-006}", True, "a minor that is running"),
        ("detected: {date: 2024-01-10, by: P-006}", True, "something late"),
        ("grade: major\ndetected: {date: 2024-11-10, by: P-006}", True, "a major that is not contained"),
        ("grade: ofi", False, "does not colour a cell"),
        ("detected: {date: 2024-11-15, by: P-006}", True, "a minor that is running"),
        ("detected: {date: 2024-11-16, by: P-006}", False, "detected later, on 2024-11-16"),
        ("clauses: ['7.3', '8.5.1']", False, "colours another cell"),
        ("closures: [{date: 2024-02-01, by: P-002}]", False, "closed: no longer counts"),
        ("void: {date: 2024-02-01, by: P-002, reason: Ganda}", False, "no longer counts"),
    ],
)
def test_a_finding_and_why_it_counts_or_not(text: str, counted: bool, reason: str) -> None:
    found = why({NC: nc_data(text) | {"id": ID}})[ID]
    assert found[0] is counted
    assert reason in found[1]


@pytest.mark.parametrize(
    ("change", "counted", "reason"),
    [
        ("{id: EVD-2024-888}", True, "until 2025-03-15"),
        ("{id: EVD-2024-888, date: 2023-11-14}", False, "only until 2024-11-14"),
        ("{id: EVD-2024-888, date: 2024-11-15}", True, "until 2025-11-15"),
        ("{id: EVD-2024-888, date: 2024-11-16}", False, "dated later, 2024-11-16"),
        ("{id: EVD-2024-888, units: all}", True, "every unit"),
        ("{id: EVD-2024-888, units: [kependudukan]}", True, "kependudukan"),
        ("{id: EVD-2024-888, units: [dpmptsp]}", False, "not for this unit"),
    ],
)
def test_evidence_and_why_it_counts_or_not(change: str, counted: bool, reason: str) -> None:
    found = why({evidence_path("staffing"): change}, "7.1.2")["EVD-2024-888"]
    assert found[0] is counted
    assert reason in found[1]


@pytest.mark.parametrize(
    ("change", "on", "counted", "reason"),
    [
        ("{}", DAY, True, "covers it"),
        ("reported:", DAY, False, "not reported"),
        ("criteria: []", DAY, False, "no criteria"),
        ("kind: external", DAY, False, "never counts as an internal one"),
        ("{}", "2024-06-10", True, "covers it"),
        ("{}", "2025-06-05", True, "covers it"),
        ("{}", "2025-06-06", False, "outside the cycle"),
    ],
)
def test_an_audit_row_and_why_it_counts_or_not(change: str, on: str, counted: bool, reason: str) -> None:
    found = why({AUDIT: change}, on=on)["IA-2024-01"]
    assert found[0] is counted
    assert reason in found[1]


def test_an_exclusion_and_why_it_counts_or_not() -> None:
    entry = "not_applicable: [{clause: '8.3', reason: Tidak merancang, approved_by: P-001, date: %s}]"
    in_force = {"qms.yaml": entry % "2024-01-05"}
    assert why(in_force, "8.3.2", None)["qms"] == (True, "declared not applicable: Tidak merancang")
    assert why({"qms.yaml": entry % "2024-11-16"}, "8.3.2", None)["qms"][0] is False
    assert (
        why({"qms.yaml": (entry % "2024-01-05").replace("approved_by: P-001, ", "")}, "8.3.2", None)["qms"][0] is False
    )
    over = {"qms.yaml": (entry % "2024-01-05").replace("}]", ", until: 2024-11-14}]")}
    assert why(over, "8.3.2", None)["qms"] == (False, "declared not applicable until 2024-11-14")


def test_the_last_day_and_the_first_day_of_an_exclusion_count() -> None:
    entry = "not_applicable: [{clause: '8.3', reason: Tidak, approved_by: P-001, date: 2024-11-15, until: 2024-11-15}]"
    assert why({"qms.yaml": entry}, "8.3.2", None)["qms"][0] is True


def test_a_units_own_exclusion_is_told_with_the_unit() -> None:
    entry = "not_applicable: [{clause: '8.5.5', reason: Tidak ada, approved_by: P-001, date: 2024-01-05}]"
    own = {"units/kependudukan/unit.yaml": entry}
    assert why(own, "8.5.5")["kependudukan"] == (True, "declared not applicable: Tidak ada")
    assert "qms" not in why(own, "8.5.5")
    assert "imigrasi" not in why(own, "8.5.5", "imigrasi")


def test_evidence_of_the_site_is_told_so_and_without_an_end_none_is_told() -> None:
    found = why({evidence_path("risk-register"): "{id: EVD-2024-888}"}, "6.1.1", None)["EVD-2024-888"]
    assert found == (True, "shows risk-register for the site, until 2025-03-15")
    endless = why({evidence_path("process-map"): "{id: EVD-2024-888}"}, "4.4.1", None)["EVD-2024-888"]
    assert endless == (True, "shows process-map for the site")


def test_rows_of_other_places_are_not_told() -> None:
    rows = "kind: external\ncoverage: [{unit: dpmptsp, clauses: ['8.5'], auditors: [gci], sample: 1, result: conform}]"
    assert "IA-2024-01" in why({AUDIT: rows}, unit="dpmptsp")
    assert "IA-2024-01" not in why({AUDIT: rows}, unit="kependudukan")


def test_a_finding_seen_elsewhere_too_counts_there() -> None:
    across = nc_data("read_across: [{unit: dpmptsp, date: 2024-02-01, found: true}]") | {"id": ID}
    assert why({NC: across}, unit="dpmptsp")[ID][0] is True
    assert ID not in why({NC: across}, unit="imigrasi")


ROWS = "coverage: [{unit: kependudukan, clauses: ['8.5', '7.2'], auditors: [P-005], sample: 1, result: %s}]"


@pytest.mark.parametrize(
    ("result", "clause", "reason"),
    [
        ("conform", "8.5.2", "row 1 covers it: conforming, 2024-06-05"),
        ("nonconform", "7.2", "row 1 covers it: nonconforming, 2024-06-05"),
        (
            "nonconform",
            "8.5.2",
            "row 1 covers it: conforming, 2024-06-05; what it found nonconforming is another clause",
        ),
        ("conform", "7.2", "row 1 covers it: nonconforming, 2024-06-05, by a finding of this audit"),
    ],
)
def test_a_row_says_of_a_cell_what_the_cell_says(result: str, clause: str, reason: str) -> None:
    found_there = nc_data("source: {kind: internal-audit, ref: IA-2024-01}\nclauses: ['7.2']") | {"id": ID}
    changes = {AUDIT: ROWS % result, NC: found_there}
    assert why(changes, clause)["IA-2024-01"] == (True, reason)
    state = state_of(register_of(mall(changes)), None)
    assert state.covered.assessed(clause, "kependudukan") == ("conform" if "t: conf" in reason else "nonconform")
