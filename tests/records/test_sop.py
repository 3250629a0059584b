"""FORMAT.md, SOP: what an SOP is on a day, by what is known."""

from __future__ import annotations

import pytest

from mpp_qms.records.sop import revision_in_force, status
from tests.factories import day, sop

TWO_REVISIONS = """
revisions:
- {number: "1", approved: {date: 2024-02-01, by: P-001}, effective: 2024-02-05}
- {number: "2", approved: {date: 2024-08-01, by: P-001}, effective: 2024-09-01}
"""


def on(text: str, known: str, looked_at: str | None = None, months: int = 12) -> str:
    return status(sop(text), day(known), day(looked_at or known), months)


def test_draft_approved_in_force() -> None:
    steps = {
        "2024-01-31": "draft",  # no revision approved yet
        "2024-02-01": "approved",  # none effective yet
        "2024-02-04": "approved",
        "2024-02-05": "in-force",
    }
    assert {each: on(TWO_REVISIONS, each) for each in steps} == steps
    assert on("revisions: []", "2024-12-31") == "draft"


@pytest.mark.parametrize(
    ("each", "number"),
    [("2024-08-01", "1"), ("2024-08-31", "1"), ("2024-09-01", "2")],
)
def test_in_force_is_the_latest_effective_revision(each: str, number: str) -> None:
    found = revision_in_force(sop(TWO_REVISIONS), day(each), day(each))
    assert found is not None
    assert found.number == number


def test_an_unapproved_revision_is_never_in_force() -> None:
    text = "revisions: [{number: '1', effective: 2024-02-05}]"
    assert on(text, "2024-12-31") == "draft"


def test_an_approval_is_a_fact_and_effective_a_term() -> None:
    # as known on 1 February, looked at for the day of the visit
    assert on(TWO_REVISIONS, "2024-02-01", "2024-02-05") == "in-force"
    assert on(TWO_REVISIONS, "2024-01-31", "2024-02-05") == "draft"


def test_an_external_one_needs_only_to_be_effective() -> None:
    text = "origin: external\nissuer: Ditjen Imigrasi\nrevisions: [{number: '1', effective: 2024-02-05}]"
    assert on(text, "2024-02-04") == "approved"
    assert on(text, "2024-02-05") == "in-force"


def test_due_for_review_after_the_review_months() -> None:
    text = "revisions: [{number: '1', approved: {date: 2024-02-01}, effective: 2024-02-05}]\n"
    assert on(text, "2025-02-05") == "in-force"
    assert on(text, "2025-02-06") == "due-for-review"
    assert on(text, "2024-08-06", months=6) == "due-for-review"


def test_a_review_that_found_it_valid_moves_that_on() -> None:
    text = "revisions: [{number: '1', approved: {date: 2024-02-01}, effective: 2024-02-05}]\n"
    valid = text + "reviews: [{date: 2024-12-01, by: P-023, result: valid}]"
    revise = text + "reviews: [{date: 2024-12-01, by: P-023, result: revise}]"
    assert on(valid, "2025-12-01") == "in-force"
    assert on(valid, "2025-12-02") == "due-for-review"
    assert on(revise, "2025-02-06") == "due-for-review"
    # a review is known on its day, and may be held on the day the revision takes effect
    assert on(valid, "2024-12-01", "2025-02-06") == "in-force"
    at_once = text + "reviews: [{date: 2024-02-05, result: valid}]"
    assert (
        on(at_once.replace("effective: 2024-02-05", "effective: 2024-02-05, review_due: 2024-02-05"), "2024-02-06")
        == "in-force"
    )
    # a review not known yet moves nothing
    assert on(valid, "2024-11-30", "2025-02-06") == "due-for-review"


def test_review_due_goes_before_the_months() -> None:
    text = "revisions: [{number: '1', approved: {date: 2024-02-01}, effective: 2024-02-05, review_due: 2024-06-30}]"
    assert on(text, "2024-06-30") == "in-force"
    assert on(text, "2024-07-01") == "due-for-review"


def test_the_review_of_an_older_revision_says_nothing_of_the_new_one() -> None:
    text = TWO_REVISIONS + "reviews: [{date: 2024-08-15, by: P-023, result: valid}]"
    assert on(text, "2025-09-01") == "in-force"
    assert on(text, "2025-09-02") == "due-for-review"


def test_withdrawn_from_its_day_on() -> None:
    text = TWO_REVISIONS + "withdrawn: {date: 2024-10-01, by: P-001, reason: Layanan pindah}"
    assert [on(text, each) for each in ("2024-09-30", "2024-10-01")] == ["in-force", "withdrawn"]
    # a withdrawal not known yet is none
    assert on(text, "2024-09-30", "2024-12-31") == "in-force"
