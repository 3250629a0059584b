"""FORMAT.md, The visit day: what is fine today and will have lapsed by then, with the first day it no longer holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.dates import add_days
from tests.factories import DAY, ENGLISH, day, evidence_path, mall, nc_data, readiness, stands

QMS = "qms.yaml"
ID = "NC-KEPENDUDUKAN-2024-002"
NC = f"units/kependudukan/nonconformities/{ID}.yaml"
MINOR = """
detected: {date: 2024-11-01, by: P-006}
causes: [{date: 2024-11-05, by: P-021}]
plans: [{date: 2024-11-06, approved_by: P-023}]
actions: [{id: A1, added: 2024-11-05, what: Jadwal, owner: P-021, due: 2024-12-01}]
"""


def lapses(changes: dict[str, Any], visit: str, on: str = DAY) -> set[tuple[str | None, str]]:
    """What lapses by a visit: (record, first day it no longer holds)."""
    at = readiness(mall(changes), on, visit=visit).at_visit
    assert at is not None
    return {(lapse.record, str(lapse.date)) for lapse in at.lapses}


def test_nothing_lapses_on_the_day_itself() -> None:
    assert lapses({}, DAY) == set()


@pytest.mark.parametrize(
    ("changes", "record", "last"),
    [
        ({}, "IA-2024-01", "2025-06-05"),  # rows leave the cycle
        ({}, "RTM-2024-01", "2025-06-20"),
        ({}, "SOP-KEPENDUDUKAN-001", "2025-02-05"),  # due for review
        ({evidence_path("risk-register"): "{id: EVD-2024-888, date: 2024-01-31}"}, "EVD-2024-888", "2025-01-31"),
        ({evidence_path("objective-results"): "{id: EVD-2024-888}"}, "EVD-2024-888", "2025-01-30"),
        ({evidence_path("process-map"): "{id: EVD-2024-888, valid_until: 2024-12-31}"}, "EVD-2024-888", "2024-12-31"),
        ({"units/imigrasi/unit.yaml": "agreements: [{start: 2024-01-01, end: 2024-12-31}]"}, "imigrasi", "2024-12-31"),
        ({NC: nc_data(MINOR) | {"id": ID}}, ID, "2024-12-01"),  # an action due
        ({NC: nc_data("detected: {date: 2024-11-10, by: P-006}") | {"id": ID}}, ID, "2024-12-10"),  # a plan due
        ({QMS: "certificates: [{body: gci, decided: 2024-02-01, expires: 2024-12-31}]"}, None, "2024-12-31"),
        (
            {QMS: "certificates: [{body: gci, decided: 2024-02-01, expires: 2027-01-31}]"},
            None,
            "2025-02-01",
        ),  # surveillance
        (
            {
                QMS: "certificates: [{body: gci, decided: 2024-02-01, expires: 2027-01-31}]\n"
                "policy: [{from: 2024-01-01, edition_ends: {iso-9001-2015: 2024-12-31}}]"
            },
            None,
            "2024-12-31",
        ),
        (
            {
                QMS: "certificates: [{body: gci, decided: 2024-02-01, expires: 2027-01-31}]\nscope: [{from: 2024-01-05,"
                " text: A, approved_by: P-001}, {from: 2025-01-01, text: B, approved_by: P-001}]"
            },
            None,
            "2024-12-31",  # from the day of the change on the body is to be told
        ),
        (
            {
                "units/kependudukan/unit.yaml": "not_applicable: [{clause: '8.5.5', reason: Tidak, approved_by: P-001, date: 2024-01-05, until: 2024-12-31}]"
            },
            "kependudukan",
            "2024-12-31",
        ),
        (
            {
                "units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, to: 2024-12-31, role: internal}, {from: 2025-01-01}]"
            },
            "imigrasi",
            "2024-12-31",
        ),
    ],
)
def test_what_holds_until_a_day_lapses_the_day_after(changes: dict[str, Any], record: str | None, last: str) -> None:
    after = str(add_days(day(last), 1))
    assert (record, after) in lapses(changes, after)
    assert (record, after) in lapses(changes, "2026-01-01")
    assert (record, after) in lapses(changes, after, on=last)
    assert not any(entry[0] == record and entry[1] == after for entry in lapses(changes, last))
    # what has lapsed already lapses no more
    assert (record, after) not in lapses(changes, "2026-01-01", on=after)


def test_what_is_asked_for_from_a_day_on_lapses_that_day() -> None:
    """Nothing ends here: a service begins that has neither a standard nor an SOP."""
    begins = "services: [{id: layanan, standard: SP-1}, {id: pindah, from: 2025-01-10}]"
    changes = {"units/kependudukan/unit.yaml": begins}
    for visit in ("2025-01-10", "2025-01-11", "2025-01-31", "2026-01-01"):
        assert ("kependudukan", "2025-01-10") in lapses(changes, visit)
    assert ("kependudukan", "2025-01-10") not in lapses(changes, "2025-01-09")


def test_a_new_units_grace_ends() -> None:
    audit = mall()["audits/IA-2024-01.yaml"]
    assert audit is not None
    unseen = {"audits/IA-2024-01.yaml": {"coverage": audit["coverage"][:3]}}
    new = {"units/imigrasi/unit.yaml": "scope: [{from: 2024-06-01, role: in-scope-partner}]"}
    assert ("imigrasi", "2024-12-02") in lapses(new | unseen, "2024-12-02")
    assert ("imigrasi", "2024-12-02") not in lapses(new | unseen, "2024-12-01")
    assert ("imigrasi", "2024-12-02") not in lapses(new, "2024-12-02")


def test_units_of_one_lapse_stand_together() -> None:
    at = readiness(mall({evidence_path("staffing"): "valid_until: 2024-12-31"}), visit="2025-01-01").at_visit
    assert at is not None
    (text,) = [lapse.what.show(ENGLISH) for lapse in at.lapses if "staffing" in lapse.what.show(ENGLISH)]
    assert all(unit in text for unit in ("dpmptsp", "kependudukan", "imigrasi"))


def test_the_earliest_comes_first() -> None:
    at = readiness(mall(), visit="2026-01-01").at_visit
    assert at is not None
    days = [lapse.date for lapse in at.lapses]
    assert days == sorted(days)
    assert len(days) > 20


_certificates = st.sampled_from(
    [
        "",
        "certificates: [{body: gci, decided: 2024-02-01, expires: 2027-01-31}]",
        "certificates: [{body: gci, decided: 2023-12-20, expires: 2026-12-19}]",
    ]
)
_visits = st.dates(day("2024-11-16"), day("2027-12-31")).map(str)


@given(_visits, _certificates)
def test_a_gate_that_passes_today_and_fails_at_the_visit_shows_in_a_lapse(visit: str, certificates: str) -> None:
    audit = "{id: EA-2024-01, kind: external, visit: surveillance, from: 2024-11-01, to: 2024-11-01, lead: gci, coverage: []}"
    files = mall({QMS: certificates or "{}", "audits/EA-2024-01.yaml": audit, NC: nc_data(MINOR) | {"id": ID}})
    today = readiness(files, DAY, visit=visit)
    assert today.at_visit is not None
    if any(stands(today, gate) == "passes" for gate in today.at_visit.gates):
        assert today.at_visit.lapses
    for lapse in today.at_visit.lapses:
        assert day(DAY) < lapse.date <= day(visit)
