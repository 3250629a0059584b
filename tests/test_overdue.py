"""FORMAT.md, "What is late", one test a sentence: a text, a day, and what is late on it."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given

from mpp_qms.overdue import Due, dues, overdue
from tests.factories import Files, mall, nc_data, register_of
from tests.strategies import as_known, days, nonconformities

PATH = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-002.yaml"
ID = "NC-KEPENDUDUKAN-2024-002"
PLANNED = """
causes: [{date: 2024-01-05, by: P-021, root: Tidak ada pengganti}]
plans: [{date: 2024-01-08, approved_by: P-023}]
"""
DONE = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, done: {date: 2024-01-20, by: P-021}}]\n"


def files(text: str, qms: str = "{}") -> Files:
    """The ready mall with one more nonconformity, detected on 2024-01-01 by P-006."""
    return mall({PATH: nc_data(text) | {"id": ID}, "qms.yaml": qms})


def clocks(text: str, on: str, day: str | None = None, qms: str = "{}") -> dict[str, Due]:
    """The running clocks of the nonconformity by name, as known on a day (and looked at for another)."""
    return {due.action: due for due in dues(register_of(files(text, qms), on, day)) if due.record == ID}


def late(text: str, on: str, day: str | None = None, qms: str = "{}") -> set[str]:
    """The names of its clocks that are late."""
    return {name for name, due in clocks(text, on, day, qms).items() if due.late}


# --- actions, corrections, decisions ---


@pytest.mark.parametrize("kind", ["corrections", "actions"])
def test_an_open_action_is_late_after_its_due_day_not_on_it(kind: str) -> None:
    text = PLANNED + f"{kind}: [{{id: X1, what: Jadwal, owner: P-021, due: 2024-02-01}}]"
    assert clocks(text, "2024-02-01")["X1"].days_overdue == 0
    assert "X1" not in late(text, "2024-02-01")
    assert "X1" in late(text, "2024-02-02")
    assert clocks(text, "2024-02-02")["X1"].days_overdue == 1


def test_what_is_done_or_cancelled_is_not_late() -> None:
    action = PLANNED + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, %s}]"
    assert "A1" not in clocks(action % "done: {date: 2024-03-01}", "2024-03-01")
    assert "A1" in late(action % "done: {date: 2024-03-01}", "2024-02-29")
    assert "A1" not in clocks(action % "cancelled: {date: 2024-03-01, by: P-002}", "2024-03-01")


def test_the_current_due_date_and_the_first_one_are_both_shown() -> None:
    text = PLANNED + (
        "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01,"
        " extensions: [{date: 2024-01-20, to: 2024-02-15, reason: Menunggu, approved_by: P-002}]}]"
    )
    before, after = clocks(text, "2024-01-19")["A1"], clocks(text, "2024-02-16")["A1"]
    assert (str(before.due), str(before.due_original)) == ("2024-02-01", "2024-02-01")
    assert (str(after.due), str(after.due_original), after.days_overdue) == ("2024-02-15", "2024-02-01", 1)


@pytest.mark.parametrize("approver", ["", ", approved_by: P-021"])
def test_an_extension_without_approver_or_by_the_owner_moves_nothing(approver: str) -> None:
    extension = f"{{date: 2024-01-20, to: 2024-12-31, reason: Menunggu{approver}}}"
    text = PLANNED + f"actions: [{{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, extensions: [{extension}]}}]"
    assert "A1" in late(text, "2024-02-02")


def test_a_decision_of_a_review_is_late_like_any_action() -> None:
    review = "decisions: [{id: D1, output: resources, what: Tambah petugas, owner: P-011, due: 2024-07-31}]"
    register = register_of(mall({"reviews/RTM-2024-01.yaml": review}), "2024-08-01")
    assert [(due.record, due.action, due.unit, due.owner) for due in overdue(register)] == [
        ("RTM-2024-01", "D1", None, "P-011")
    ]
    assert overdue(register_of(mall({"reviews/RTM-2024-01.yaml": review}), "2024-07-31")) == []


def test_a_decision_is_known_from_the_day_of_its_review() -> None:
    review = "decisions: [{id: D1, output: resources, what: Tambah petugas, owner: P-011, due: 2024-01-31}]"
    known = dues(register_of(mall({"reviews/RTM-2024-01.yaml": review}), "2024-06-20", "2024-12-01"))
    assert [due.action for due in known] == ["D1"]
    assert dues(register_of(mall({"reviews/RTM-2024-01.yaml": review}), "2024-06-19", "2024-12-01")) == []


# --- grading ---


def test_grading_is_due_grading_days_after_issue() -> None:
    text = "grade: ungraded\nissued: {date: 2024-01-03, by: P-006}"
    assert str(clocks(text, "2024-01-10")["grading"].due) == "2024-01-17"
    assert "grading" not in late(text, "2024-01-17")
    assert "grading" in late(text, "2024-01-18")


def test_without_issue_the_clocks_start_at_detection() -> None:
    assert str(clocks("grade: ungraded", "2024-01-10")["grading"].due) == "2024-01-15"
    issued_later = "grade: ungraded\nissued: {date: 2024-01-12, by: P-006}"
    assert str(clocks(issued_later, "2024-01-11")["grading"].due) == "2024-01-15"
    assert str(clocks(issued_later, "2024-01-12")["grading"].due) == "2024-01-26"


def test_grading_ends_with_a_grade() -> None:
    text = "grade: ungraded\nregraded: [{date: 2024-02-01, to: observation, reason: Ringan, approved_by: P-002}]"
    assert "grading" in late(text, "2024-01-31")
    assert clocks(text, "2024-02-01") == {}


# --- plan ---


@pytest.mark.parametrize(("grade", "due"), [("major", "2024-01-15"), ("minor", "2024-01-31")])
def test_cause_and_plan_are_due_plan_days_after_issue(grade: str, due: str) -> None:
    assert str(clocks(f"grade: {grade}", "2024-01-02")["plan"].due) == due


@pytest.mark.parametrize("grade", ["observation", "ofi", "ungraded"])
def test_no_plan_is_asked_of_other_grades(grade: str) -> None:
    assert "plan" not in clocks(f"grade: {grade}", "2024-12-31")


def test_a_cause_and_a_plan_that_counts_are_both_needed() -> None:
    cause = "causes: [{date: 2024-01-05, by: P-021, root: Tidak ada pengganti}]\n"
    plan = "plans: [{date: 2024-01-08, approved_by: P-023}]\n"
    action = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-12-31}]\n"
    assert "plan" in clocks(cause, "2024-02-01")
    assert "plan" in clocks(plan + action, "2024-02-01")
    assert "plan" in clocks(cause + plan, "2024-02-01")  # a plan without actions does not count
    assert "plan" not in clocks(cause + plan + action, "2024-02-01")


def test_a_skipped_plan_shows_as_late_though_the_finding_is_verified() -> None:
    text = "verifications: [{date: 2024-01-20, by: P-005, result: effective}]"
    assert "plan" in late(text, "2024-02-01")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("issued: {date: 2024-01-10, by: P-006}", "2024-02-09"),
        ("reopened: [{date: 2024-03-01, by: P-005, reason: Terulang}]", "2024-03-31"),
        ("verifications: [{date: 2024-03-01, by: P-005, result: not-effective}]", "2024-03-31"),
        ("returned: [{date: 2024-03-01, by: P-005, step: plan, reason: Kurang}]", "2024-03-31"),
        ("returned: [{date: 2024-03-01, by: P-005, step: cause, reason: Dangkal}]", "2024-03-31"),
        ("grade: ungraded\nregraded: [{date: 2024-03-01, to: minor}]", "2024-03-31"),
        ("grade: observation\nregraded: [{date: 2024-03-01, to: minor}]", "2024-03-31"),
        # downwards the clock runs on, with the days of the grade of the day
        ("grade: major\nregraded: [{date: 2024-03-01, to: minor}]", "2024-01-31"),
        ("regraded: [{date: 2024-03-01, to: major}]", "2024-03-15"),
        # the latest of all of them
        ("reopened: [{date: 2024-03-01}]\nreturned: [{date: 2024-04-01, step: plan}]", "2024-05-01"),
    ],
)
def test_the_plan_clock_starts_at_the_latest_of_issue_reset_return_and_regrading_upwards(text: str, due: str) -> None:
    assert str(clocks(text, "2024-12-31")["plan"].due) == due


def test_the_clock_starts_anew_on_the_day_of_the_return_itself() -> None:
    text = "returned: [{date: 2024-03-01, by: P-005, step: plan, reason: Kurang}]"
    assert str(clocks(text, "2024-02-29")["plan"].due) == "2024-01-31"
    assert str(clocks(text, "2024-03-01")["plan"].due) == "2024-03-31"


# --- verification ---


def test_verification_is_due_verification_days_after_the_last_action_was_done() -> None:
    text = PLANNED + DONE
    assert str(clocks(text, "2024-02-01")["verification"].due) == "2024-04-19"
    assert "verification" in late(text, "2024-04-20")
    assert "verification" not in late(text, "2024-04-19")


def test_no_verification_is_due_while_an_action_is_open() -> None:
    text = PLANNED + DONE.rstrip("]\n") + ", {id: A2, what: Latih, owner: P-022, due: 2024-12-31}]"
    assert "verification" not in clocks(text, "2024-12-31")


def test_verify_by_of_the_plan_in_force_goes_before_that() -> None:
    plans = "plans: [{date: 2024-01-08, verify_by: 2024-02-10}, {date: 2024-01-15, verify_by: 2024-02-20}]\n"
    assert str(clocks(plans + DONE, "2024-01-09")["verification"].due) == "2024-02-10"
    assert str(clocks(plans + DONE, "2024-01-15")["verification"].due) == "2024-02-20"


def test_after_a_plan_with_no_action_it_is_counted_from_the_plan() -> None:
    plan = "plans: [{date: 2024-01-08, approved_by: P-023, no_action: Kejadian tunggal}]"
    assert str(clocks(plan, "2024-01-31")["verification"].due) == "2024-04-07"


def test_an_effective_verification_ends_it_until_a_reset() -> None:
    verified = PLANNED + DONE + "verifications: [{date: 2024-03-01, by: P-005, result: effective}]\n"
    assert "verification" not in clocks(verified, "2024-03-01")
    second = ", {id: A2, added: 2024-05-02, what: Latih, owner: P-022, due: 2024-06-01, done: {date: 2024-05-20}}]\n"
    again = verified.replace("}}]\n", "}}" + second, 1) + "reopened: [{date: 2024-05-01}]"
    assert str(clocks(again, "2024-05-20")["verification"].due) == "2024-08-18"


# --- closing ---


def test_closing_is_due_closing_days_after_the_verification() -> None:
    text = PLANNED + DONE + "verifications: [{date: 2024-03-01, by: P-005, result: effective}]\n"
    assert str(clocks(text, "2024-03-05")["closing"].due) == "2024-03-31"
    assert late(text, "2024-04-01") == {"closing"}
    assert clocks(text + "closures: [{date: 2024-03-20, by: P-002}]", "2024-03-20") == {}


# --- the policy of the day the clock starts ---


def test_a_clock_uses_the_policy_of_the_day_it_starts() -> None:
    qms = "policy: [{from: 2024-01-10, grading_days: 3, plan_days: {minor: 5}}, {from: 2024-06-01, plan_days: {minor: 1}}]"
    before = clocks("issued: {date: 2024-01-09, by: P-006}", "2024-12-31", qms=qms)
    after = clocks("issued: {date: 2024-01-10, by: P-006}", "2024-12-31", qms=qms)
    assert str(before["plan"].due) == "2024-02-08"
    assert str(after["plan"].due) == "2024-01-15"
    graded = clocks("grade: ungraded\nissued: {date: 2024-01-10, by: P-006}", "2024-12-31", qms=qms)
    assert str(graded["grading"].due) == "2024-01-13"


# --- response to the body ---

_ANSWERED = "external: {body: gci, grade: minor, response_due: 2024-02-01, responses: [%s]%s}\ngrade: ofi\n"


def test_an_answer_is_late_when_nothing_was_submitted_by_its_day() -> None:
    text = _ANSWERED % ("", "")
    assert late(text, "2024-02-01") == set()
    assert late(text, "2024-02-02") == {"response"}
    submitted = _ANSWERED % ("{submitted: 2024-02-10}", "")
    assert late(submitted, "2024-02-09") == {"response"}
    assert late(submitted, "2024-02-10") == set()


def test_without_a_day_no_answer_is_owed() -> None:
    assert clocks("external: {body: gci, grade: minor}\ngrade: ofi", "2024-12-31") == {}


def test_after_a_returned_answer_its_next_due_counts() -> None:
    returned = _ANSWERED % ("{submitted: 2024-01-20, decided: 2024-01-25, result: returned, next_due: 2024-02-20}", "")
    assert clocks(returned, "2024-01-24") == {}
    assert str(clocks(returned, "2024-01-25")["response"].due) == "2024-02-20"
    assert str(clocks(returned, "2024-01-25")["response"].due_original) == "2024-02-01"
    assert late(returned, "2024-02-21") == {"response"}


def test_after_a_returned_answer_without_next_due_the_day_of_the_return_counts() -> None:
    returned = _ANSWERED % ("{submitted: 2024-01-20, decided: 2024-01-25, result: returned}", "")
    assert late(returned, "2024-01-25") == set()
    assert late(returned, "2024-01-26") == {"response"}


def test_a_result_needs_the_day_it_was_decided() -> None:
    undecided = _ANSWERED % ("{submitted: 2024-01-20, result: returned, next_due: 2024-01-22}", "")
    assert clocks(undecided, "2024-12-31") == {}
    accepted = _ANSWERED % ("{submitted: 2024-01-20, decided: 2024-01-25, result: accepted}", "")
    assert clocks(accepted, "2024-12-31") == {}


@pytest.mark.parametrize("result", ["accepted", "returned"])
def test_a_decision_on_an_answer_not_yet_known_decides_nothing(result: str) -> None:
    backwards = _ANSWERED % (f"{{submitted: 2024-02-10, decided: 2024-01-25, result: {result}}}", "")
    assert str(clocks(backwards, "2024-02-09")["response"].due) == "2024-02-01"


def test_a_new_answer_to_a_returned_one_waits_for_the_body() -> None:
    twice = "{submitted: 2024-01-20, decided: 2024-01-25, result: returned}, {submitted: 2024-01-28}"
    assert late(_ANSWERED % (twice, ""), "2024-01-27") == {"response"}
    assert clocks(_ANSWERED % (twice, ""), "2024-01-28") == {}


def test_the_body_ends_it_by_closing() -> None:
    text = _ANSWERED % ("", ", closed: 2024-03-01")
    assert late(text, "2024-02-29") == {"response"}
    assert clocks(text, "2024-03-01") == {}


@pytest.mark.parametrize(
    "ours",
    [
        "closures: [{date: 2024-01-15, by: P-002}]",
        "void: {date: 2024-01-15, by: P-002, reason: Ganda}",
        "regraded: [{date: 2024-01-15, to: ofi, reason: Ringan, approved_by: P-002}]",
        "transferred: [{date: 2024-01-15, to: dpmptsp, by: P-002, reason: Milik pengelola}]",
        """
        actions:
        - {id: A1, what: Jawab, owner: P-021, due: 2024-02-01, extensions: [{date: 2024-01-15, to: 2024-12-31, approved_by: P-002}]}
        """,
    ],
)
def test_nothing_of_ours_moves_or_ends_it(ours: str) -> None:
    text = _ANSWERED % ("", "") + dedent(ours)
    assert str(clocks(text, "2024-02-02")["response"].due) == "2024-02-01"
    assert "response" in late(text, "2024-02-02")


# --- closed and void ---


@pytest.mark.parametrize(
    "end", ["closures: [{date: 2024-05-01, by: P-002}]", "void: {date: 2024-05-01, by: P-002, reason: Ganda}"]
)
def test_nothing_is_late_in_what_is_closed_or_void(end: str) -> None:
    text = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01}]\n" + end
    assert late(text, "2024-04-30") == {"A1", "plan"}
    assert clocks(text, "2024-05-01") == {}


def test_a_nonconformity_not_yet_detected_has_no_clock() -> None:
    assert clocks("grade: ungraded", "2023-12-31", "2024-12-31") == {}


# --- whose it is ---

_GONE = "- {code: P-021, roles: [{role: pic, unit: kependudukan, to: 2024-01-31}]}"


def _people(*more: str) -> str:
    return "people:\n" + "\n".join(["- {code: P-002, roles: [{role: quality-manager}]}", *more])


def test_owners_of_the_clocks() -> None:
    assert clocks("grade: ungraded", "2024-01-02")["grading"].owner == "P-006"
    assert clocks("", "2024-01-02")["plan"].owner == "P-021"
    assert clocks(PLANNED + DONE, "2024-02-01")["verification"].owner == "P-006"
    verified = "verifications: [{date: 2024-01-20, by: P-005, result: effective}]"
    assert clocks(verified, "2024-01-21")["closing"].owner == "P-002"
    assert clocks(_ANSWERED % ("", ""), "2024-01-02")["response"].owner == "P-002"


def test_a_plan_falls_to_the_units_head_where_it_has_no_pic() -> None:
    head = "- {code: P-023, roles: [{role: unit-head, unit: kependudukan}]}"
    assert clocks("", "2024-02-01", qms=_people(_GONE, head))["plan"].owner == "P-023"
    assert clocks("", "2024-01-31", qms=_people(_GONE, head))["plan"].owner == "P-021"
    assert clocks("", "2024-02-01", qms=_people(_GONE))["plan"].owner == "P-002"


def test_a_plan_is_that_of_the_unit_of_the_day() -> None:
    moved = "transferred: [{date: 2024-01-20, to: dpmptsp, by: P-002, reason: Milik pengelola}]"
    found = clocks(moved, "2024-01-20")["plan"]
    assert (found.unit, found.owner) == ("dpmptsp", "P-011")


def test_the_owner_of_an_action_is_its_owner_on_the_day() -> None:
    text = PLANNED + (
        "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, reassigned: [{date: 2024-01-20, to: P-022}]}]"
    )
    assert clocks(text, "2024-01-19")["A1"].owner == "P-021"
    assert clocks(text, "2024-01-20")["A1"].owner == "P-022"


def test_a_party_one_who_left_and_nobody_all_fall_to_the_quality_manager() -> None:
    assert clocks("grade: ungraded\ndetected: {date: 2024-01-01, by: gci}", "2024-01-02")["grading"].owner == "P-002"
    assert clocks("grade: ungraded\ndetected: {date: 2024-01-01}", "2024-01-02")["grading"].owner == "P-002"
    action = PLANNED + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-03-01}]"
    assert clocks(action, "2024-01-31", qms=_people(_GONE))["A1"].owner == "P-021"
    assert clocks(action, "2024-02-01", qms=_people(_GONE))["A1"].owner == "P-002"


def test_where_there_is_no_quality_manager_it_is_nobodys() -> None:
    assert clocks("grade: ungraded", "2024-01-02", qms="people: []")["grading"].owner is None


# --- the list ---


def test_the_oldest_due_day_comes_first_then_the_record() -> None:
    more = {
        "units/dpmptsp/nonconformities/NC-DPMPTSP-2024-001.yaml": nc_data("issued: {date: 2024-02-01, by: P-006}")
        | {"id": "NC-DPMPTSP-2024-001", "unit": "dpmptsp"},
    }
    text = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-01-10}]"
    register = register_of(mall({PATH: nc_data(text) | {"id": ID}, **more}), "2024-11-15")
    found = [(str(due.due), due.record, due.action) for due in overdue(register)]
    assert found == [
        ("2024-01-10", ID, "A1"),
        ("2024-01-31", ID, "plan"),
        ("2024-03-02", "NC-DPMPTSP-2024-001", "plan"),
    ]


def test_within_adds_what_falls_due_in_the_next_days() -> None:
    text = PLANNED + (
        "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01},"
        " {id: A2, what: Latih, owner: P-021, due: 2024-02-08}, {id: A3, what: Lapor, owner: P-021, due: 2024-02-09}]"
    )
    register = register_of(files(text), "2024-02-01")
    assert [due.action for due in overdue(register)] == []
    assert [(due.action, due.days_overdue) for due in overdue(register, 0)] == [("A1", 0)]
    assert [(due.action, due.days_overdue) for due in overdue(register, 7)] == [("A1", 0), ("A2", -7)]


def test_the_ready_mall_has_nothing_late() -> None:
    assert overdue(register_of(mall())) == []


# --- the clock's day and the knowledge's day are two ---


def test_the_visit_is_judged_from_todays_knowledge() -> None:
    text = PLANNED + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, done: {date: 2024-01-25}}]"
    assert late(text, "2024-01-24", "2024-02-02") == {"A1"}
    assert late(text, "2024-01-25", "2024-02-02") == set()


def _overdue(nc: dict[str, Any], known: str, day: str) -> list[tuple[Any, ...]]:
    register = register_of(mall({PATH: nc | {"id": ID}}), known, day)
    return [
        (due.action, due.unit, due.owner, due.due, due.due_original, due.grade)
        for due in dues(register)
        if due.record == ID
    ]


@given(nonconformities, days, days)
def test_lateness_never_depends_on_facts_not_yet_known(nc: dict[str, Any], known: str, later: str) -> None:
    known, later = sorted((known, later))
    assert _overdue(nc, known, later) == _overdue(as_known(nc, known), known, later)
