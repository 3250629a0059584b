"""FORMAT.md, the gates G1 to G16: what passes, what fails and how, and when a gate is not asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import DAY, NC_PATH, cell, data, evidence_path, mall, nc_data, readiness, reasons, stands

QMS = "qms.yaml"
AUDIT = "audits/IA-2024-01.yaml"
REVIEW = "reviews/RTM-2024-01.yaml"
ID = "NC-KEPENDUDUKAN-2024-002"
NC = f"units/kependudukan/nonconformities/{ID}.yaml"
CERTIFICATE = "{body: gci, number: Q-1, decided: %s, expires: %s}"


def nonconformity(text: str) -> dict[str, Any]:
    return {NC: nc_data(text) | {"id": ID}}


def gate(changes: dict[str, Any], id_: str, on: str = DAY, visit: str | None = None) -> str:
    """passes, blocking, conditional or not asked."""
    return stands(readiness(mall(changes), on, visit=visit), id_)


@pytest.mark.parametrize("id_", [f"G{number}" for number in range(1, 17)])
def test_the_ready_mall_passes_what_is_asked(id_: str) -> None:
    assert gate({}, id_) == ("not asked" if id_ in ("G13", "G16") else "passes")


# --- G1 scope ---


@pytest.mark.parametrize(
    "change",
    [
        {QMS: "scope: []"},
        {QMS: "scope: [{from: 2024-11-16, text: Nanti, approved_by: P-001}]"},
        {QMS: "scope: [{from: 2024-01-05, approved_by: P-001}]"},
        {QMS: "scope: [{from: 2024-01-05, text: Layanan}]"},
        # the latest text is the one that counts
        {QMS: "scope: [{from: 2024-01-05, text: Layanan, approved_by: P-001}, {from: 2024-11-01, text: Baru}]"},
        {QMS: "not_applicable: [{clause: '8.3'}]"},
        {QMS: "not_applicable: [{clause: '8.3', reason: Tidak, date: 2024-01-05}]"},
        {QMS: "not_applicable: [{clause: '8.3', reason: Tidak, approved_by: P-001}]"},
        {QMS: "not_applicable: [{clause: '9.1.2', reason: Tidak, approved_by: P-001, date: 2024-01-05}]"},
        {"units/imigrasi/unit.yaml": "not_applicable: [{clause: '8.5.5'}]"},
        {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, role: undecided}]"},
        {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01}]"},
    ],
)
def test_g1_text_approved_exclusions_justified_no_unit_undecided(change: dict[str, Any]) -> None:
    assert gate(change, "G1") == "blocking"


@pytest.mark.parametrize(
    "change",
    [
        {QMS: "not_applicable: [{clause: '8.3', reason: Tidak, approved_by: P-001, date: 2024-01-05}]"},
        {QMS: "scope: [{from: 2024-11-15, text: Layanan, approved_by: P-001}]"},
        {QMS: "not_applicable: [{clause: '8.3', until: 2024-11-14}]"},  # over
        {QMS: "not_applicable: [{clause: '8.3', date: 2024-11-16}]"},  # not known yet
        {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, to: 2024-11-14, role: undecided}]"},  # closed
    ],
)
def test_g1_passes(change: dict[str, Any]) -> None:
    assert gate(change, "G1") == "passes"


# --- G2, G11, G12, G15: single keys of the site ---


@pytest.mark.parametrize(
    ("id_", "key", "how"),
    [
        ("G2", "quality-policy", "blocking"),
        ("G2", "quality-objectives", "blocking"),
        ("G11", "climate-decision", "conditional"),
        ("G12", "customer-satisfaction", "conditional"),
        ("G15", "objective-results", "conditional"),
    ],
)
def test_a_key_that_is_not_shown_or_no_longer(id_: str, key: str, how: str) -> None:
    path = evidence_path(key)
    assert gate({path: None}, id_) == how
    assert gate({path: "valid_until: 2024-11-14"}, id_) == how
    assert gate({path: "valid_until: 2024-11-15"}, id_) == "passes"
    assert gate({path: "date: 2024-11-16"}, id_) == how  # not known yet


def test_g15_is_of_the_last_closed_quarter() -> None:
    assert (
        gate({evidence_path("objective-results"): "period: {from: 2024-04-01, to: 2024-06-30}"}, "G15") == "conditional"
    )


# --- G3 internal audit ---


def test_g3_every_applicable_cell_has_a_counting_row_within_the_cycle() -> None:
    assert gate({AUDIT: None}, "G3") == "blocking"
    assert gate({}, "G3", "2025-06-05") == "passes"
    assert gate({}, "G3", "2025-06-06") == "blocking"


def _rows(*keep: int) -> dict[str, Any]:
    found = mall()[AUDIT]
    assert found is not None
    return {AUDIT: {"coverage": [found["coverage"][place] for place in keep]}}


def test_g3_one_unit_that_nobody_looked_at_is_enough() -> None:
    assert gate(_rows(0, 1, 2), "G3") == "blocking"
    assert "imigrasi" in reasons(readiness(mall(_rows(0, 1, 2))), "G3")
    assert gate(_rows(1, 2, 3), "G3") == "blocking"  # nor may the site be left out


def test_g3_new_units_after_their_grace() -> None:
    new = _rows(0, 1, 2) | {"units/imigrasi/unit.yaml": "scope: [{from: 2024-06-01, role: in-scope-partner}]"}
    assert gate(new, "G3", "2024-12-01") == "passes"
    assert gate(new, "G3", "2024-12-02") == "blocking"


def test_g3_what_is_not_applicable_needs_no_row() -> None:
    entry = "{clause: '%s', reason: Tidak, approved_by: P-001, date: 2024-01-05}"
    rows = {AUDIT: {"coverage": [_without_design(row) for row in (mall()[AUDIT] or {})["coverage"]]}}
    assert gate(rows, "G3") == "blocking"
    assert gate(rows | {QMS: f"not_applicable: [{entry % '8.3'}]"}, "G3") == "passes"


def _without_design(row: dict[str, Any]) -> dict[str, Any]:
    clauses = ["4", "5", "6", "7", "8.1", "8.2", "8.4", "8.5", "8.6", "8.7", "9", "10"]
    return row | {"clauses": clauses}


# --- G4 management review ---


def test_g4_no_review_within_the_months_blocks() -> None:
    assert gate({REVIEW: None}, "G4") == "blocking"
    assert gate({REVIEW: "date: 2023-11-14"}, "G4") == "blocking"
    assert gate({}, "G4", "2024-06-19") == "blocking"  # not known yet
    assert gate({}, "G4", "2025-06-21") == "blocking"


def test_g4_the_review_comes_on_or_after_the_report_that_completed_the_coverage() -> None:
    assert gate({REVIEW: "date: 2024-06-10"}, "G4") == "passes"
    assert gate({REVIEW: "date: 2024-06-09"}, "G4") == "blocking"
    # where G3 fails: any
    assert gate({REVIEW: "date: 2024-06-09"} | _rows(0, 1, 2), "G4") == "passes"


def test_g4_a_second_look_after_the_review_does_not_uncover_anything() -> None:
    again = data(
        """
        id: IA-2024-02
        kind: internal
        from: 2024-09-02
        to: 2024-09-02
        criteria: [SOP]
        lead: P-003
        coverage: [{unit: kependudukan, clauses: ['8.5'], auditors: [P-005], sample: 3 berkas, result: conform}]
        reported: {date: 2024-09-09, to: P-001}
        """
    )
    assert gate({"audits/IA-2024-02.yaml": again}, "G4") == "passes"


def test_g4_a_new_unit_audited_within_its_grace_does_not_ask_for_another_review() -> None:
    new = {"units/imigrasi/unit.yaml": "scope: [{from: 2024-07-01, role: in-scope-partner}]"} | _rows(0, 1, 2)
    looked = data(
        """
        id: IA-2024-02
        kind: internal
        from: 2024-09-02
        to: 2024-09-02
        criteria: [SOP]
        lead: P-003
        coverage: [{unit: imigrasi, clauses: ['8.5'], auditors: [P-005], sample: 3 berkas, result: conform}]
        reported: {date: 2024-09-09, to: P-001}
        """
    )
    assert gate(new | {"audits/IA-2024-02.yaml": looked}, "G4") == "passes"


def _inputs(*left_out: str) -> dict[str, Any]:
    found = mall()[REVIEW]
    assert found is not None
    return {"inputs": [entry for entry in found["inputs"] if entry["key"] not in left_out]}


def test_g4_a_missing_input_is_conditional_unless_another_review_had_it() -> None:
    assert gate({REVIEW: _inputs("resources")}, "G4") == "conditional"
    second = "{id: RTM-2024-02, date: %s, chair: P-001, inputs: [{key: resources, summary: Cukup}]}"
    another = {REVIEW: _inputs("resources"), "reviews/RTM-2024-02.yaml": second % "2024-03-01"}
    assert gate(another, "G4") == "passes"
    too_old = another | {"reviews/RTM-2024-02.yaml": second % "2023-11-14"}
    assert gate(too_old, "G4") == "conditional"


def test_g4_an_output_neither_decided_nor_said_to_be_unneeded_is_conditional() -> None:
    assert gate({REVIEW: "none_needed: [{output: resources, reason: Cukup}]"}, "G4") == "conditional"
    assert gate({REVIEW: "decisions: []"}, "G4") == "conditional"


# --- G5 majors ---

CONTAINED = """
grade: major
detected: {date: 2024-11-01, by: P-006}
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-11-02, done: {date: 2024-11-01, by: P-021}}]
causes: [{date: 2024-11-05, by: P-021, root: Tidak ada pengganti}]
plans: [{date: 2024-11-06, approved_by: P-023}]
actions: [{id: A1, added: 2024-11-05, what: Jadwal, owner: P-021, due: 2024-12-15}]
"""


def test_g5_a_contained_major_is_conditional_another_blocks() -> None:
    assert gate(nonconformity(CONTAINED), "G5") == "conditional"
    assert gate(nonconformity(CONTAINED), "G5", "2024-12-16") == "blocking"  # its action is late
    assert gate(nonconformity("grade: major\ndetected: {date: 2024-11-10, by: P-006}"), "G5") == "blocking"
    assert gate(nonconformity(CONTAINED + "closures: [{date: 2024-11-15, by: P-002}]"), "G5") == "passes"


def test_g5_the_bodys_major_blocks_until_the_body_closes_it() -> None:
    theirs = CONTAINED.replace("grade: major", "grade: minor") + "external: {body: gci, grade: major%s}\n"
    assert gate(nonconformity(theirs % ""), "G5") == "blocking"
    assert gate(nonconformity(theirs % "" + "closures: [{date: 2024-11-15, by: P-002}]"), "G5") == "blocking"
    assert gate(nonconformity(theirs % "" + "void: {date: 2024-11-15, by: P-002, reason: Ganda}"), "G5") == "blocking"
    assert gate(nonconformity(theirs % ", closed: 2024-11-15"), "G5") == "passes"


def test_g5_a_major_of_another_body_blocks_only_while_it_is_not_contained() -> None:
    other = CONTAINED.replace("grade: major", "grade: minor") + "external: {body: ombudsman, grade: major}\n"
    assert gate(nonconformity(other), "G5") == "conditional"
    assert gate(nonconformity(other), "G5", "2024-12-16") == "blocking"


def test_g5_a_major_outside_the_scope_still_counts() -> None:
    provider = {"units/kependudukan/unit.yaml": "scope: [{from: 2024-01-01, role: external-provider}]"}
    assert gate(nonconformity(CONTAINED) | provider, "G5") == "conditional"


# --- G6 findings of the certification body ---


def theirs(more: str = "", grade: str = "grade: minor", body: str = "gci") -> dict[str, Any]:
    text = f"source: {{kind: external-audit}}\nexternal: {{body: {body}, {grade}{more}}}\ndetected: {{date: 2024-11-10, by: gci}}"
    return nonconformity(text.replace(", }", "}").replace(", ,", ","))


@pytest.mark.parametrize("grade", ["grade: major", "grade: minor", ""])
def test_g6_each_major_minor_or_ungraded_one_until_the_body_settles_it(grade: str) -> None:
    answer = ", responses: [{submitted: 2024-11-12%s}]"
    assert gate(theirs("", grade), "G6") == "blocking"
    assert gate(theirs(answer % "", grade), "G6") == "blocking"
    assert gate(theirs(answer % ", decided: 2024-11-15, result: returned", grade), "G6") == "blocking"
    assert gate(theirs(answer % ", decided: 2024-11-15, result: accepted", grade), "G6") == "passes"
    assert gate(theirs(answer % ", decided: 2024-11-16, result: accepted", grade), "G6") == "blocking"
    assert gate(theirs(", closed: 2024-11-15", grade), "G6") == "passes"


@pytest.mark.parametrize("grade", ["grade: observation", "grade: ofi"])
def test_g6_observations_and_opportunities_do_not_count(grade: str) -> None:
    assert gate(theirs("", grade), "G6") == "passes"


def test_g6_findings_of_others_do_not_count() -> None:
    assert gate(theirs(body="ombudsman"), "G6") == "passes"


@pytest.mark.parametrize(("grade", "how"), [("minor", "blocking"), ("ungraded", "blocking"), ("ofi", "passes")])
def test_g6_a_finding_of_an_external_audit_without_external_counts_by_its_own_grade(grade: str, how: str) -> None:
    text = f"grade: {grade}\nsource: {{kind: external-audit}}\ndetected: {{date: 2024-11-10, by: gci}}\n"
    assert gate(nonconformity(text), "G6") == how
    assert gate(nonconformity(text + "closures: [{date: 2024-11-12, by: P-002}]"), "G6") == how


# --- G7 nothing late ---


def test_g7_overdue_is_empty() -> None:
    late = nonconformity("detected: {date: 2024-10-15, by: P-006}")
    assert gate(late, "G7", "2024-11-14") == "passes"
    assert gate(late, "G7", "2024-11-15") == "conditional"
    decision = {REVIEW: "decisions: [{id: D1, output: improvement, what: Papan, owner: P-011, due: 2024-11-14}]"}
    assert gate(decision, "G7") == "conditional"


# --- G8 SOPs ---

SOP = "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml"
UNIT = "units/kependudukan/unit.yaml"


@pytest.mark.parametrize(
    "change",
    [
        {SOP: None},
        {SOP: "services: []"},
        {SOP: "revisions: [{number: '1', approved: {date: 2024-11-01}, effective: 2024-11-16}]"},
        {SOP: "revisions: [{number: '1', effective: 2024-02-05}]"},
        {SOP: "withdrawn: {date: 2024-11-15, by: P-001}"},
        {UNIT: "services: [{id: layanan}, {id: pindah}]"},
    ],
)
def test_g8_each_service_of_a_unit_in_scope_has_an_sop_in_force(change: dict[str, Any]) -> None:
    assert gate(change, "G8") == "conditional"


def test_g8_only_services_and_units_of_the_day() -> None:
    assert gate({UNIT: "services: [{id: layanan}, {id: pindah, to: 2024-11-14}]"}, "G8") == "passes"
    provider = {UNIT: "scope: [{from: 2024-01-01, role: external-provider}]", SOP: None}
    assert gate(provider, "G8") == "passes"


def test_g8_due_for_review_still_counts_with_the_reason_shown() -> None:
    due = {
        SOP: "revisions: [{number: '1', approved: {date: 2024-02-01}, effective: 2024-02-05, review_due: 2024-11-14}]"
    }
    answer = readiness(mall(due))
    assert stands(answer, "G8") == "passes"
    assert "SOP-KEPENDUDUKAN-001 is due for review" in reasons(answer, "G8")
    assert not any(step.gate == "G8" for step in answer.next)
    assert answer.verdict == "ready"


def test_g8_an_external_one_needs_only_to_be_effective() -> None:
    assert gate({SOP: "origin: external\nrevisions: [{number: '1', effective: 2024-11-15}]"}, "G8") == "passes"


# --- G9 records ---


def _young(on: str) -> dict[str, Any]:
    """The ready mall with nothing older than a day."""
    changes: dict[str, Any] = {AUDIT: f"from: {on}\nto: {on}\nreported: {{date: {on}}}", REVIEW: f"date: {on}"}
    changes[NC_PATH] = None
    for path in mall():
        if path.startswith("evidence/"):
            changes[path] = {"date": on, "period": None}
    return changes


def test_g9_the_earliest_record_is_records_months_old() -> None:
    assert gate(_young("2024-08-15"), "G9", "2024-11-14") == "conditional"
    assert gate(_young("2024-08-15"), "G9", "2024-11-15") == "passes"
    today = {QMS: "policy: [{from: 2024-01-01, records_months: 0}]"}
    assert gate(_young("2024-11-15") | today, "G9", "2024-11-14") == "conditional"
    assert gate(_young("2024-11-15") | today, "G9", "2024-11-15") == "passes"
    earlier = _young("2024-11-01") | {evidence_path("risk-register"): "date: 2024-01-01"}
    assert gate(earlier, "G9") == "passes"


def test_g9_asked_where_no_certificate_is_decided_or_the_visit_is_a_first_one() -> None:
    certified = _young("2024-11-01") | {QMS: f"certificates: [{CERTIFICATE % ('2024-02-01', '2027-01-31')}]"}
    assert gate(_young("2024-11-01"), "G9") == "conditional"
    assert gate(certified, "G9") == "not asked"
    first = certified[QMS] + "\nvisits: [{kind: stage-2, date: 2024-12-02}]"
    assert gate(certified | {QMS: first}, "G9") == "conditional"
    another = certified[QMS] + "\nvisits: [{kind: surveillance, date: 2024-12-02}]"
    assert gate(certified | {QMS: another}, "G9") == "not asked"


# --- G10 impartial auditors ---


def test_g10_no_counting_row_leans_on_an_independence_note() -> None:
    row = "{unit: kependudukan, clauses: ['4', '5', '6', '7', '8', '9', '10'], auditors: [P-022], sample: 6, result: conform}"
    audit = {AUDIT: f"coverage: [{row}]\nindependence_note: Hanya ia yang tahu"}
    assert gate(audit, "G10") == "conditional"
    assert gate({AUDIT: "independence_note: Tidak perlu"}, "G10") == "passes"
    assert gate(audit, "G10", "2025-06-06") == "passes"  # outside the cycle
    # a row that does not count leans on nothing
    assert gate({AUDIT: f"coverage: [{row}]"}, "G10") == "passes"


# --- G13 certificate ---


def certified(decided: str, expires: str, events: str = "") -> dict[str, Any]:
    certificate = (CERTIFICATE % (decided, expires)).replace("}", f", events: [{events}]}}")
    return {QMS: f"certificates: [{certificate}]"}


def surveillance(on: str, number: int = 1) -> dict[str, Any]:
    audit = data(
        f"{{id: EA-{on[:4]}-0{number}, kind: external, visit: surveillance, from: {on}, to: {on}, lead: gci, coverage: []}}"
    )
    return {f"audits/EA-{on[:4]}-0{number}.yaml": audit}


def test_g13_not_asked_before_a_first_certificate() -> None:
    assert gate({}, "G13") == "not asked"
    assert gate(certified("2024-11-16", "2027-11-15"), "G13") == "not asked"  # the decision is not known yet


def test_g13_an_unknown_decision_day_or_expiry_fails() -> None:
    assert gate({QMS: "certificates: [{body: gci, expires: 2027-01-01}]"}, "G13") == "conditional"
    assert gate({QMS: "certificates: [{body: gci, decided: 2024-02-01}]"}, "G13") == "conditional"


def test_g13_not_expired() -> None:
    assert gate(certified("2024-02-01", "2024-11-15"), "G13") == "passes"
    assert gate(certified("2024-02-01", "2024-11-14"), "G13") == "conditional"


def test_g13_not_suspended_or_withdrawn() -> None:
    events = (
        "{date: 2024-05-01, kind: suspended}, {date: 2024-06-01, kind: restored}, {date: 2024-07-01, kind: withdrawn}"
    )
    steps = {"2024-04-30": "passes", "2024-05-01": "conditional", "2024-06-01": "passes", "2024-07-01": "conditional"}
    assert {on: gate(certified("2024-02-01", "2027-01-31", events), "G13", on) for on in steps} == steps


def test_g13_the_latest_decided_certificate_counts() -> None:
    two = f"certificates: [{CERTIFICATE % ('2024-10-01', '2027-09-30')}, {CERTIFICATE % ('2021-10-01', '2024-09-30')}]"
    assert gate({QMS: two}, "G13") == "passes"


def test_g13_surveillance_within_twelve_months_then_in_each_closed_year() -> None:
    body = certified("2022-11-20", "2025-11-19")
    assert gate(body, "G13", "2023-11-20") == "passes"
    assert gate(body, "G13", "2023-11-21") == "conditional"
    first = body | surveillance("2023-11-20")
    assert gate(first, "G13", "2023-11-21") == "passes"
    # the year 2024 is asked for when it has closed
    assert gate(first, "G13", "2024-12-31") == "passes"
    assert gate(first, "G13", "2025-01-01") == "conditional"
    assert gate(first | surveillance("2024-10-01"), "G13", "2025-01-01") == "passes"
    # in the year of recertification none is asked
    later = certified("2022-11-20", "2025-11-19") | surveillance("2023-11-20") | surveillance("2024-10-01")
    assert gate(later, "G13", "2025-11-19") == "passes"


def test_g13_a_surveillance_too_late_does_not_count_for_the_first() -> None:
    body = certified("2022-11-20", "2025-11-19")
    assert gate(body | surveillance("2023-11-21"), "G13", "2024-06-01") == "conditional"


def test_g13_an_external_audit_of_another_kind_is_no_surveillance() -> None:
    (path, audit), *_ = surveillance("2023-11-20").items()
    special = {path: audit | {"visit": "special"}}
    assert gate(certified("2022-11-20", "2025-11-19") | special, "G13", "2023-11-21") == "conditional"


def test_g13_the_edition_has_not_ended() -> None:
    body = certified("2024-02-01", "2027-01-31")
    ended = body[QMS] + "\npolicy: [{from: 2024-01-01, edition_ends: {iso-9001-2015: 2024-11-14}}]"
    assert gate({QMS: ended}, "G13") == "conditional"
    assert gate({QMS: ended.replace("2024-11-14", "2024-11-15")}, "G13") == "passes"


# --- G14 providers ---


@pytest.mark.parametrize("role", ["in-scope-partner", "external-provider"])
def test_g14_each_partner_and_provider_has_an_agreement_and_an_evaluation(role: str) -> None:
    unit = "units/imigrasi/unit.yaml"
    there = {unit: f"scope: [{{from: 2024-01-01, role: {role}}}]"}
    assert gate(there, "G14") == "passes"
    assert gate({unit: there[unit] + "\nagreements: []"}, "G14") == "conditional"
    assert gate({unit: there[unit] + "\nagreements: [{start: 2023-01-01, end: 2024-11-14}]"}, "G14") == "conditional"
    assert gate(there | {evidence_path("provider-evaluation"): None}, "G14") == "conditional"
    assert gate(there | {evidence_path("provider-evaluation"): "date: 2023-11-14"}, "G14") == "conditional"


def test_g14_an_internal_unit_is_no_provider() -> None:
    unit = "units/imigrasi/unit.yaml"
    assert gate({unit: "scope: [{from: 2024-01-01, role: internal}]\nagreements: []"}, "G14") == "passes"


# --- G16 notified ---

NOTICE = "{id: EVD-2024-900, title: Surat, shows: [change-notice], date: %s, document: Surat 12/2024}"


def changed(more: str, notice: str | None = None) -> dict[str, Any]:
    text = f"certificates: [{CERTIFICATE % ('2024-02-01', '2027-01-31')}]\n{more}"
    return {QMS: text} | ({"evidence/EVD-2024-900.yaml": NOTICE % notice} if notice else {})


SCOPE_CHANGED = (
    "scope: [{from: 2024-01-05, text: A, approved_by: P-001}, {from: 2024-10-01, text: B, approved_by: P-001}]"
)
TOP_CHANGED = (
    "people: [{code: P-002, roles: [{role: quality-manager}]},"
    " {code: P-001, roles: [{role: top-management, unit: dpmptsp, to: 2024-09-30}]},"
    " {code: P-009, roles: [{role: top-management, unit: dpmptsp, from: 2024-10-01}]}]"
)


def test_g16_not_asked_without_a_certificate() -> None:
    assert gate({QMS: SCOPE_CHANGED}, "G16") == "not asked"


@pytest.mark.parametrize("change", [SCOPE_CHANGED, TOP_CHANGED])
def test_g16_after_each_change_a_notice_on_or_after_it(change: str) -> None:
    assert gate(changed(change), "G16", "2024-09-30") == "passes"
    assert gate(changed(change), "G16", "2024-10-01") == "conditional"
    assert gate(changed(change, "2024-09-30"), "G16") == "conditional"
    assert gate(changed(change, "2024-10-01"), "G16") == "passes"
    assert gate(changed(change, "2024-11-16"), "G16") == "conditional"  # not known yet


def test_g16_changes_before_the_decision_need_none() -> None:
    assert gate(changed(SCOPE_CHANGED.replace("2024-10-01", "2024-02-01")), "G16") == "passes"


def test_a_top_manager_without_successor_is_a_change_too() -> None:
    gone = "people: [{code: P-001, roles: [{role: top-management, unit: dpmptsp, to: 2024-09-30}]}]"
    assert gate(changed(gone), "G16", "2024-10-01") == "conditional"


# --- what the gates say ---


def test_a_gate_that_passes_says_what_it_rests_on() -> None:
    answer = readiness(mall())
    passing = [gate for gate in answer.gates if gate.passed]
    assert len(passing) > 10
    for gate in passing:
        assert reasons(answer, gate.id), gate.id
        assert "None" not in reasons(answer, gate.id)
        assert not any(reason.fails for reason in gate.details)
    assert "shows quality-policy" in reasons(answer, "G2")
    assert reasons(answer, "G3") == "every applicable cell is covered by IA-2024-01"


def test_a_gate_of_nothing_does_not_read_as_if_all_were_there() -> None:
    units = {f"units/{id_}/unit.yaml": "services:" for id_ in ("dpmptsp", "kependudukan", "imigrasi")}
    units["units/imigrasi/unit.yaml"] += "\nscope: [{from: 2024-01-01, role: internal}]"
    sops = {path: None for path in mall() if "/sops/" in path}
    answer = readiness(mall({**units, **sops}))
    assert reasons(answer, "G8") == "no service of a unit in the scope is entered yet: no SOP is asked for"
    assert reasons(answer, "G14") == "no partner or external provider is entered yet: no agreement is asked for"


def test_reasons_name_who_is_to_act() -> None:
    answer = readiness(mall(nonconformity("detected: {date: 2024-10-15, by: P-006}")))
    assert [(step.gate, step.who) for step in answer.next] == [("G7", "P-021")]
    assert cell(answer, "8.5.1", "kependudukan").status == "gap"


@pytest.mark.parametrize(
    ("changes", "id_", "who"),
    [
        ({AUDIT: None}, "G3", "P-004"),  # the programme manager
        ({REVIEW: None}, "G4", "P-001"),  # top management
        ({evidence_path("quality-policy"): None}, "G2", "P-002"),  # the quality manager
        ({SOP: None}, "G8", "P-021"),  # the unit's pic
        (
            {SOP.replace("kependudukan", "imigrasi").replace("KEPENDUDUKAN", "IMIGRASI"): None},
            "G8",
            "P-031",
        ),  # else its head
    ],
)
def test_each_gate_is_somebodys(changes: dict[str, Any], id_: str, who: str) -> None:
    assert {step.who for step in readiness(mall(changes)).next if step.gate == id_} == {who}
    nobody = {QMS: "people: [{code: P-002, roles: [{role: quality-manager}]}]"}
    assert {step.who for step in readiness(mall(changes | nobody)).next if step.gate == id_} == {"P-002"}
