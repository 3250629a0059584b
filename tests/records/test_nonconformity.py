"""FORMAT.md, "Status on a day", one test a sentence: facts as people write them, and the status of each day.

Every nonconformity here is a minor detected on 2024-01-01 unless its text says otherwise.
"""

from __future__ import annotations

from mpp_qms.dates import PartialDay
from mpp_qms.records.kinds import BY_NAME
from mpp_qms.records.nonconformity import due_on, facts, grade_on, is_open, life, owner_on, unit_on
from mpp_qms.records.validation import validate
from tests.factories import CLOSED_NC, day, nc, nc_data

CAUSE = "causes: [{date: 2024-01-05, by: P-021, root: Tidak ada pengganti}]\n"
PLAN = "plans: [{date: 2024-01-08, approved_by: P-023}]\n"
OPEN_ACTION = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01}]\n"
DONE_ACTION = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, done: {date: 2024-01-20, by: P-021}}]\n"
EFFECTIVE = "verifications: [{date: 2024-03-01, by: P-005, result: effective}]\n"
CLOSED = "closures: [{date: 2024-03-10, by: P-002}]\n"
WHOLE = CAUSE + PLAN + DONE_ACTION + EFFECTIVE + CLOSED


def statuses(text: str, *on: str) -> list[str]:
    found = nc(text)
    return [life(found, day(each)).status for each in on]


def status(text: str, on: str = "2024-12-31") -> str:
    return statuses(text, on)[0]


# --- every step of a life, each on the day before and on the day it is reached ---


def test_a_life_by_the_book() -> None:
    steps = {
        "2024-03-04": "corrected",  # found and corrected on one day
        "2024-03-10": "corrected",
        "2024-03-11": "analysed",
        "2024-03-13": "analysed",
        "2024-03-14": "planned",
        "2024-04-09": "planned",
        "2024-04-10": "implemented",
        "2024-05-19": "implemented",
        "2024-05-20": "verified",
        "2024-05-26": "verified",
        "2024-05-27": "closed",
    }
    assert dict(zip(steps, statuses(CLOSED_NC, *steps), strict=True)) == steps


def test_without_facts_it_is_open() -> None:
    assert status("") == "open"


def test_corrected__at_least_one_correction_done_and_none_open() -> None:
    two = "corrections: [{id: C1, what: Jaga, owner: P-021, due: 2024-01-02, done: {date: 2024-01-02}}, %s]"
    assert status(two % "{id: C2, what: Lapor, owner: P-021, due: 2024-01-03}") == "open"
    assert status(two % "{id: C2, what: Lapor, owner: P-021, due: 2024-01-03, done: {date: 2024-01-03}}") == "corrected"
    cancelled = "{id: C2, what: Lapor, owner: P-021, due: 2024-01-03, cancelled: {date: 2024-01-03, by: P-002}}"
    assert status(two % cancelled) == "corrected"
    assert status(f"corrections: [{cancelled}]") == "open"


def test_skipped_steps_do_not_hold_it_back() -> None:
    assert status(CLOSED) == "closed"
    assert status(EFFECTIVE) == "verified"
    assert status(PLAN + DONE_ACTION) == "implemented"
    assert status(CAUSE + OPEN_ACTION) == "analysed"


def test_observations_are_closed_by_a_closure_alone() -> None:
    assert statuses("grade: observation\n" + CLOSED, "2024-03-09", "2024-03-10") == ["open", "closed"]


def test_void_goes_before_all_else() -> None:
    assert statuses(WHOLE + "void: {date: 2024-04-01, by: P-002, reason: Ganda}", "2024-03-31", "2024-04-01") == [
        "closed",
        "void",
    ]


# --- when a plan counts ---


def test_a_plan_without_actions_does_not_count() -> None:
    assert status(CAUSE + PLAN) == "analysed"


def test_a_plan_whose_actions_are_all_cancelled_does_not_count() -> None:
    action = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, cancelled: {date: 2024-01-15, %s}}]"
    assert statuses(CAUSE + PLAN + action % "by: P-002", "2024-01-14", "2024-01-15") == ["planned", "analysed"]


def test_a_cancelling_by_the_owner_or_without_an_approver_moves_nothing() -> None:
    action = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, cancelled: {date: 2024-01-15%s}%s}]"
    assert status(PLAN + action % ("", "")) == "planned"
    assert status(PLAN + action % (", by: P-021", "")) == "planned"
    # a past owner is an owner, and so is the present one
    handed_on = ", reassigned: [{date: 2024-01-10, to: P-022}]"
    assert status(PLAN + action % (", by: P-021", handed_on)) == "planned"
    assert status(PLAN + action % (", by: P-022", handed_on)) == "planned"
    assert status(PLAN + action % (", by: P-002", handed_on)) == "open"


def test_an_action_added_later_does_not_make_a_plan_count_before() -> None:
    action = "actions: [{id: A1, added: 2024-01-20, what: Jadwal, owner: P-021, due: 2024-02-01}]"
    assert statuses(PLAN + action, "2024-01-19", "2024-01-20") == ["open", "planned"]


def test_no_action_stands_on_a_minor_with_an_approver() -> None:
    plan = "plans: [{date: 2024-01-08, %sno_action: Kejadian tunggal}]\n"
    approved = plan % "approved_by: P-023, "
    assert status(approved) == "implemented"
    assert status(plan % "") == "open"


def test_no_action_stands_neither_on_a_major_nor_on_a_finding_of_a_body() -> None:
    plan = CAUSE + "plans: [{date: 2024-01-08, approved_by: P-023, no_action: Kejadian tunggal}]\n"
    assert status("grade: major\n" + plan) == "analysed"
    assert status("grade: ungraded\n" + plan) == "analysed"
    assert status(plan + "external: {body: gci, grade: minor}") == "analysed"
    assert statuses(plan + "regraded: [{date: 2024-02-01, to: major}]", "2024-01-31", "2024-02-01") == [
        "implemented",
        "analysed",
    ]


def test_no_action_on_a_major_does_not_make_an_open_action_look_done() -> None:
    plan = "plans: [{date: 2024-01-08, approved_by: P-023, no_action: Kejadian tunggal}]\n"
    assert status("grade: major\n" + plan + OPEN_ACTION) == "planned"


def test_implemented__one_action_done_and_none_open() -> None:
    second = DONE_ACTION.rstrip("]\n") + ", {id: A2, what: Latih, owner: P-022, due: 2024-02-10%s}]\n"
    assert status(PLAN + second % "") == "planned"
    assert status(PLAN + second % ", cancelled: {date: 2024-02-01, by: P-002}") == "implemented"
    assert status(PLAN + second % ", done: {date: 2024-02-05}") == "implemented"
    assert status(DONE_ACTION) == "open"  # no plan


# --- verified ---


def test_a_verification_before_the_last_action_was_done_does_not_verify() -> None:
    early = "verifications: [{date: 2024-01-19, by: P-005, result: effective}]\n"
    same_day = "verifications: [{date: 2024-01-20, by: P-005, result: effective}]\n"
    assert status(PLAN + DONE_ACTION + early) == "implemented"
    assert status(PLAN + DONE_ACTION + same_day) == "verified"
    # until the later doing is known it does
    assert status(PLAN + DONE_ACTION + early, "2024-01-19") == "verified"


def test_a_look_at_the_implementation_is_no_verification_of_effect() -> None:
    assert status(PLAN + DONE_ACTION + "verifications: [{date: 2024-03-01, result: implemented}]") == "implemented"


def test_not_implemented_takes_back_the_implementation_only() -> None:
    looked = CAUSE + PLAN + DONE_ACTION + "verifications: [{date: 2024-02-01, result: not-implemented}]"
    assert statuses(looked, "2024-01-31", "2024-02-01") == ["implemented", "planned"]


def test_not_implemented_holds_until_an_action_added_on_or_after_it_is_done() -> None:
    looked = PLAN + "verifications: [{date: 2024-02-01, result: not-implemented}]\n" + DONE_ACTION.rstrip("]\n")
    second = ", {id: A2, added: %s, what: Latih, owner: P-022, due: 2024-02-20, done: {date: 2024-02-10}}]"
    assert statuses(looked + second % "2024-02-01", "2024-02-09", "2024-02-10") == ["planned", "implemented"]
    assert status(looked + second % "2024-01-31") == "planned"


# --- reset ---


def test_a_reopening_takes_back_everything_before_it() -> None:
    reopened = WHOLE + "reopened: [{date: 2024-04-01, by: P-005, reason: Terulang}]\n"
    assert statuses(reopened, "2024-03-31", "2024-04-01") == ["closed", "reopened"]


def test_a_verification_that_it_did_not_help_takes_back_everything_before_it() -> None:
    failed = CAUSE + PLAN + DONE_ACTION + "verifications: [{date: 2024-03-01, by: P-005, result: not-effective}]"
    assert statuses(failed, "2024-02-28", "2024-03-01") == ["implemented", "reopened"]


def test_a_reset_takes_back_that_days_closures_and_verifications() -> None:
    assert status(WHOLE + "reopened: [{date: 2024-03-10, by: P-005, reason: Terulang}]") == "reopened"
    day_after = CLOSED.replace("2024-03-10", "2024-03-11")
    reopened = "reopened: [{date: 2024-03-10, by: P-005, reason: Terulang}]"
    assert status(CAUSE + PLAN + DONE_ACTION + EFFECTIVE + day_after + reopened) == "closed"
    same_day = "verifications: [{date: 2024-03-01, result: not-effective}, {date: 2024-03-01, result: effective}]"
    assert status(PLAN + DONE_ACTION + same_day) == "reopened"


def test_that_days_causes_plans_and_actions_are_new() -> None:
    reopened = "reopened: [{date: 2024-04-01, by: P-005, reason: Terulang}]\n"
    assert status(reopened + "causes: [{date: 2024-04-01}]") == "analysed"
    assert status(reopened + "causes: [{date: 2024-03-31}]") == "reopened"
    plan = "plans: [{date: 2024-04-01, approved_by: P-023}]\n"
    new = "actions: [{id: A2, added: 2024-04-01, what: Latih, owner: P-021, due: 2024-05-01}]\n"
    old = new.replace("2024-04-01", "2024-03-31")
    assert status(reopened + plan + new) == "planned"
    assert status(reopened + plan + old) == "reopened"
    # absent: added with the record
    assert status(reopened + plan + OPEN_ACTION) == "reopened"


def test_the_latest_reset_counts() -> None:
    twice = "reopened: [{date: 2024-06-01}, {date: 2024-04-01}]\ncauses: [{date: 2024-05-01}]"
    assert statuses(twice, "2024-03-31", "2024-04-01", "2024-05-01", "2024-06-01") == [
        "open",
        "reopened",
        "analysed",
        "reopened",
    ]


def test_corrections_stay_done_but_reopened_goes_before_corrected() -> None:
    correction = "corrections: [{id: C1, what: Jaga, owner: P-021, due: 2024-01-02, done: {date: 2024-01-02}}]\n"
    assert status(correction + "reopened: [{date: 2024-04-01}]") == "reopened"


# --- returned ---


def test_a_returned_cause_takes_back_causes_up_to_its_day_and_the_plans_with_them() -> None:
    returned = CAUSE + PLAN + OPEN_ACTION + "returned: [{date: 2024-01-10, by: P-005, step: cause, reason: Dangkal}]"
    assert statuses(returned, "2024-01-09", "2024-01-10") == ["planned", "open"]


def test_a_returned_plan_leaves_the_cause() -> None:
    returned = CAUSE + PLAN + OPEN_ACTION + "returned: [{date: 2024-01-10, by: P-005, step: plan, reason: Kurang}]"
    assert statuses(returned, "2024-01-09", "2024-01-10") == ["planned", "analysed"]


def test_of_the_day_of_the_return_the_second_entry_is_the_new_answer() -> None:
    returned = "returned: [{date: 2024-01-10, step: cause}]\n"
    assert status(returned + "causes: [{date: 2024-01-10}]") == "open"
    assert status(returned + "causes: [{date: 2024-01-10}, {date: 2024-01-10}]") == "analysed"
    assert status(returned + "causes: [{date: 2024-01-05}, {date: 2024-01-11}]") == "analysed"
    # of an earlier day every entry is taken back
    assert status(returned + "causes: [{date: 2024-01-09}, {date: 2024-01-09}]") == "open"


def test_a_second_plan_of_the_day_survives_a_return() -> None:
    returned = OPEN_ACTION + "returned: [{date: 2024-01-10, step: plan}]\n"
    assert status(returned + "plans: [{date: 2024-01-10}]") == "open"
    assert status(returned + "plans: [{date: 2024-01-10}, {date: 2024-01-10}]") == "planned"


# --- grade and unit of a day ---


def test_the_grade_of_a_day_is_the_latest_regrading_known_then() -> None:
    found = nc("grade: ungraded\nregraded: [{date: 2024-02-01, to: major}, {date: 2024-03-01, to: minor}]")
    grades = [grade_on(found, day(on)) for on in ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01")]
    assert grades == ["ungraded", "major", "major", "minor"]
    assert found.grade == "ungraded"


def test_nothing_is_regraded_to_ungraded() -> None:
    text = nc_data("regraded: [{date: 2024-02-01, to: ungraded}]")
    found, faults = validate(BY_NAME["nonconformity"], text)
    assert found is None
    assert [fault.route for fault in faults] == [("regraded", 0, "to")]


def test_the_unit_of_a_day_is_that_of_the_latest_transfer_known_then() -> None:
    found = nc("transferred: [{date: 2024-02-01, to: dpmptsp, by: P-002, reason: Milik pengelola}]")
    assert [unit_on(found, day(on)) for on in ("2024-01-31", "2024-02-01")] == ["kependudukan", "dpmptsp"]
    assert found.unit == "kependudukan"


# --- actions, wherever they stand ---


def test_the_due_date_moves_by_the_latest_extension_granted_by_then() -> None:
    action = nc(
        """
        actions:
        - id: A1
          what: Jadwal
          owner: P-021
          due: 2024-02-01
          extensions:
          - {date: 2024-01-20, to: 2024-03-01, reason: Menunggu, approved_by: P-002}
          - {date: 2024-02-20, to: 2024-04-01, reason: Menunggu, approved_by: P-002}
        """
    ).actions[0]
    due = [str(due_on(action, day(on))) for on in ("2024-01-19", "2024-01-20", "2024-02-19", "2024-02-20")]
    assert due == ["2024-02-01", "2024-03-01", "2024-03-01", "2024-04-01"]


def test_an_extension_without_an_approver_or_by_an_owner_moves_nothing() -> None:
    text = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, reassigned: [{date: 2024-01-10, to: P-022}], %s}]"
    for approver in ("", ", approved_by: P-021", ", approved_by: P-022"):
        action = nc(text % f"extensions: [{{date: 2024-01-20, to: 2024-03-01{approver}}}]").actions[0]
        assert str(due_on(action, day("2024-12-31"))) == "2024-02-01"


def test_a_later_handing_over_to_the_approver_does_not_take_back_what_was_granted() -> None:
    action = nc(
        "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, reassigned: [{date: 2024-02-15, to: P-002}],"
        " extensions: [{date: 2024-01-20, to: 2024-03-01, approved_by: P-002}]}]"
    ).actions[0]
    assert str(due_on(action, day("2024-02-14"))) == "2024-03-01"
    assert str(due_on(action, day("2024-02-15"))) == "2024-03-01"


def test_an_extension_by_a_past_owner_moves_nothing() -> None:
    action = nc(
        "actions: [{id: A1, what: Jadwal, owner: P-002, due: 2024-02-01, reassigned: [{date: 2024-01-10, to: P-021}],"
        " extensions: [{date: 2024-01-20, to: 2024-03-01, approved_by: P-002}]}]"
    ).actions[0]
    assert str(due_on(action, day("2024-02-14"))) == "2024-02-01"


def test_the_owner_of_a_day_is_that_of_the_latest_reassignment_known_then() -> None:
    action = nc(
        "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, reassigned: [{date: 2024-01-10, to: P-022}]}]"
    ).actions[0]
    assert [owner_on(action, day(on)) for on in ("2024-01-09", "2024-01-10")] == ["P-021", "P-022"]


def test_an_action_is_open_from_the_day_it_was_taken_on_until_it_is_done() -> None:
    action = nc(
        "actions: [{id: A1, added: 2024-01-10, what: Jadwal, owner: P-021, due: 2024-02-01, done: {date: 2024-01-20}}]"
    ).actions[0]
    on = ("2024-01-09", "2024-01-10", "2024-01-19", "2024-01-20")
    assert [is_open(action, day(each)) for each in on] == [False, True, True, False]


# --- facts and terms ---


def test_due_days_are_terms_and_everything_else_dated_is_a_fact() -> None:
    found = nc(
        CLOSED_NC
        + "issued: {date: 2024-03-05, by: P-006}\n"
        + "external: {body: gci, response_due: 2024-04-01, responses: [{submitted: 2024-03-20, decided: 2024-03-25,"
        + " result: returned, next_due: 2024-04-20}], closed: 2024-06-01}"
    )
    days = sorted({str(on) for _, on in facts(found)})
    assert days == [
        *("2024-03-04", "2024-03-05", "2024-03-11", "2024-03-12", "2024-03-14", "2024-03-20", "2024-03-25"),
        *("2024-04-10", "2024-05-20", "2024-05-27", "2024-06-01"),
    ]


def test_in_a_legacy_record_a_year_or_month_counts_by_its_last_day() -> None:
    found = nc("legacy: {imported: 2024-05-10, from: Excel}\ndetected: {date: 2023}\ncauses: [{date: 2024-05}]")
    assert str(found.detected.date) == "2023-12-31"
    # what ends with the day of import at the latest is known that day
    assert isinstance(found.causes[0].date, PartialDay)
    assert [life(found, day(on)).status for on in ("2024-05-09", "2024-05-10")] == ["open", "analysed"]
