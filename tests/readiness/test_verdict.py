"""FORMAT.md, Verdict, figures, and the day of the visit."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from mpp_qms.findings import Finding
from mpp_qms.messages import Message
from mpp_qms.readiness import Readiness, assess
from tests.factories import DAY, codes, day, evidence_path, found_by_check, mall, nc_data, readiness, register_of

PATH = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-002.yaml"


def finding(severity: Any) -> Finding:
    return Finding("XYZ001", severity, Message("x"), Message("y"), "qms.yaml")


def judge(findings: list[Finding], unread: int = 0) -> Readiness:
    return assess(register_of(mall()), findings, unread=unread)


def test_the_ready_mall_is_ready_and_check_finds_nothing() -> None:
    answer = readiness(mall(), checked=True)
    assert (answer.verdict, answer.evidence_percent, answer.audited_percent) == ("ready", 100, 100)
    assert [gate.id for gate in answer.gates] == [f"G{number}" for number in range(1, 17)]
    assert found_by_check(mall()) == []
    assert (answer.visit, answer.at_visit, answer.next) == (None, None, ())


def test_an_empty_mall_is_judged_too() -> None:
    qms = "{schema: 1, organisation: {name: MPP}, standards: [{edition: iso-9001-2015}], people: []}"
    files = {"qms.yaml": mall({"qms.yaml": qms})["qms.yaml"]}
    answer = readiness(files)
    assert answer.verdict == "not-ready"
    assert answer.audited_percent == 0
    assert len(answer.gates) == 16


def test_an_unread_record_is_not_ready() -> None:
    assert judge([], unread=1).verdict == "not-ready"
    assert readiness(dict(mall()) | {PATH: None}).verdict == "not-ready"


def test_without_qms_yaml_nothing_is_ready() -> None:
    answer = readiness(dict(mall()) | {"qms.yaml": None})
    assert (answer.verdict, answer.unread) == ("not-ready", 1)


def test_errors_of_check_make_it_conditional_warnings_do_not() -> None:
    assert judge([finding("error")]).verdict == "conditional"
    assert judge([finding("error")]).errors == 1
    assert judge([finding("warning"), finding("info")]).verdict == "ready"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({evidence_path("quality-policy"): None}, "not-ready"),  # a gate that blocks
        ({evidence_path("climate-decision"): None}, "conditional"),  # a gate that does not
        ({evidence_path("staffing"): None}, "conditional"),  # a gap and no gate
        ({PATH: nc_data("detected: {date: 2024-11-10, by: P-006}") | {"id": "NC-KEPENDUDUKAN-2024-002"}}, "ready"),
        (
            {
                PATH: nc_data("grade: major\ndetected: {date: 2024-11-10, by: P-006}")
                | {"id": "NC-KEPENDUDUKAN-2024-002"}
            },
            "not-ready",
        ),
    ],
)
def test_the_worst_of_gates_and_cells(changes: dict[str, Any], verdict: str) -> None:
    assert readiness(mall(changes)).verdict == verdict


def test_a_gate_that_the_mall_lets_block() -> None:
    changes = {
        evidence_path("climate-decision"): None,
        "qms.yaml": "policy: [{from: 2024-01-01, blocking_gates: [G11]}]",
    }
    assert readiness(mall(changes)).verdict == "not-ready"


# --- figures ---


def test_percentages_are_of_applicable_cells_and_rounded_down() -> None:
    cells = readiness(mall()).cells
    one_missing = readiness(mall({evidence_path("climate-decision"): None}))
    assert one_missing.evidence_percent == (len(cells) - 1) * 100 // len(cells) < 100
    assert one_missing.audited_percent == 100
    unseen = readiness(mall({"audits/IA-2024-01.yaml": None}))
    assert unseen.audited_percent == 0


def test_what_is_not_applicable_counts_neither_way() -> None:
    excluded = "not_applicable: [{clause: '8.3', reason: Tidak merancang, approved_by: P-001, date: 2024-01-05}]"
    design = {
        evidence_path(key): None
        for key in ("design-plan", "design-inputs", "design-controls", "design-outputs", "design-changes")
    }
    answer = readiness(mall({"qms.yaml": excluded, **design}), checked=True)
    assert (answer.evidence_percent, answer.verdict) == (100, "ready")
    assert sum(cell.status == "not-applicable" for cell in answer.cells) == 6


# --- the visit ---

VISITS = "visits: [{kind: surveillance, date: 2024-11-15}, {kind: special, date: 2024-12-02}, {kind: stage-2, date: 2025-02-03}]"


def test_the_next_visit_on_or_after_the_day_is_judged() -> None:
    files = mall({"qms.yaml": VISITS})
    assert str(readiness(files, "2024-11-15").visit) == "2024-11-15"
    assert str(readiness(files, "2024-11-16").visit) == "2024-12-02"
    assert readiness(files, "2025-02-04").visit is None
    assert readiness(files, "2025-02-04").at_visit is None


def test_a_visit_can_be_asked_about() -> None:
    assert str(readiness(mall(), visit="2025-01-15").visit) == "2025-01-15"


def test_there_is_no_visit_before_the_day() -> None:
    answer = readiness(mall(), visit="2024-11-14")
    assert (answer.visit, answer.at_visit) == (None, None)


def test_the_visit_is_judged_with_todays_knowledge_on_its_own_day() -> None:
    open_minor = """
    detected: {date: 2024-11-01, by: P-006}
    causes: [{date: 2024-11-05, by: P-021}]
    plans: [{date: 2024-11-06, approved_by: P-023}]
    actions: [{id: A1, added: 2024-11-05, what: Jadwal, owner: P-021, due: 2024-12-01, done: {date: 2024-11-20}}]
    """
    files = mall({PATH: nc_data(dedent(open_minor)) | {"id": "NC-KEPENDUDUKAN-2024-002"}})
    assert readiness(files, DAY, visit="2024-12-02").verdict == "ready"
    before, after = (readiness(files, known, visit="2024-12-02").at_visit for known in ("2024-11-19", "2024-11-20"))
    assert before is not None
    assert after is not None
    # that it will be done is not known on the 19th
    assert (before.gates, before.verdict) == (("G7",), "conditional")
    assert (after.gates, after.verdict) == ((), "ready")


def test_the_visit_counts_back_from_the_visit() -> None:
    at = readiness(mall(), DAY, visit="2025-06-06").at_visit
    assert at is not None
    assert "G3" in at.gates
    assert at.verdict == "not-ready"
    assert readiness(mall(), DAY, visit="2025-06-06").verdict == "ready"


def test_an_unread_record_makes_the_visit_not_ready_too() -> None:
    at = readiness(dict(mall()) | {PATH: None}, visit="2024-12-02").at_visit
    assert at is not None
    assert at.verdict == "not-ready"


def test_the_answer_says_the_day_it_is_for() -> None:
    assert readiness(mall(), "2024-10-31").as_of == day("2024-10-31")
    assert codes(mall()) == set()
