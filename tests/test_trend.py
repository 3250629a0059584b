"""The mall month by month: each point is what `audit` and `overdue` would have said on its day."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given

from mpp_qms.dates import Every, spans_of
from mpp_qms.overdue import overdue
from mpp_qms.readiness import assess
from mpp_qms.trend import Point, trend
from tests.factories import CLOSED_NC, NC_PATH, Data, Files, day, mall, nc_data, register_of
from tests.strategies import nonconformities

ONE = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-{:03}.yaml"


def points(files: Files, since: str, until: str, every: Every = "month") -> tuple[Point, ...]:
    return trend(register_of(files, until), day(since), day(until), every)


def closed(number: int, issued: str, closed_: str, more: str = "") -> dict[str, Data]:
    """A nonconformity handed over on one day and closed on another."""
    text = f"issued: {{date: {issued}}}\nclosures: [{{date: {closed_}, by: P-002}}]\n{more}"
    return {ONE.format(number): nc_data(text) | {"id": f"NC-KEPENDUDUKAN-2024-{number:03}"}}


# --- which days ---


def test_the_last_day_of_each_month_and_of_the_current_one_the_day_asked_about() -> None:
    found = spans_of(day("2023-12-15"), day("2024-03-05"), "month")
    assert [(str(first), str(last)) for first, last in found] == [
        ("2023-12-01", "2023-12-31"),
        ("2024-01-01", "2024-01-31"),
        ("2024-02-01", "2024-02-29"),
        ("2024-03-01", "2024-03-05"),
    ]


def test_quarters() -> None:
    found = spans_of(day("2024-02-29"), day("2024-08-31"), "quarter")
    assert [(str(first), str(last)) for first, last in found] == [
        ("2024-01-01", "2024-03-31"),
        ("2024-04-01", "2024-06-30"),
        ("2024-07-01", "2024-08-31"),
    ]


def test_one_day_is_one_point() -> None:
    assert [point.day for point in points(mall(), "2024-11-15", "2024-11-15")] == [day("2024-11-15")]


# --- what stands in a point ---


def test_open_by_the_grade_of_the_day() -> None:
    regraded = CLOSED_NC + "regraded: [{date: 2024-04-02, to: major, reason: Berulang, approved_by: P-002}]\n"
    found = points(mall({NC_PATH: regraded}), "2024-02-01", "2024-06-30")
    assert [(point.open["minor"], point.open["major"]) for point in found] == [(0, 0), (1, 0), (0, 1), (0, 0), (0, 0)]


def test_overdue_on_the_last_day_by_the_facts_known_then() -> None:
    done_late = CLOSED_NC.replace("done: {date: 2024-04-10", "done: {date: 2024-05-02")
    found = points(mall({NC_PATH: done_late}), "2024-03-01", "2024-05-31")
    assert [point.overdue for point in found] == [0, 1, 0]


def test_the_figures_are_those_of_audit() -> None:
    for point in points(mall(), "2024-01-01", "2024-11-15"):
        judged = assess(register_of(mall(), str(point.day)), [], unread=0)
        assert (point.evidence_percent, point.audited_percent) == (judged.evidence_percent, judged.audited_percent)


def test_the_median_is_of_the_days_from_issue_to_closure_in_the_month() -> None:
    files = mall(
        {
            NC_PATH: None,
            **closed(2, "2024-02-01", "2024-03-02"),
            **closed(3, "2024-02-01", "2024-03-12"),
            **closed(4, "2024-02-01", "2024-04-01"),
        }
    )
    found = points(files, "2024-02-01", "2024-05-31")
    assert [point.closed for point in found] == [0, 2, 1, 0]
    assert [point.days_to_close for point in found] == [None, median([30, 40]), 60, None]


def test_without_a_day_of_issue_the_days_count_from_detection() -> None:
    found = points(mall(), "2024-05-01", "2024-05-31")
    assert [point.days_to_close for point in found] == [(day("2024-05-27") - day("2024-03-04")).days]


def test_records_of_older_systems_are_left_out_of_medians() -> None:
    legacy = closed(2, "2024-02-01", "2024-03-02", "legacy: {imported: 2024-03-10, from: Excel}")
    files = mall({NC_PATH: None, **legacy})
    assert [(point.closed, point.days_to_close) for point in points(files, "2024-03-01", "2024-03-31")] == [(0, None)]


def test_what_was_reopened_within_the_month_was_not_closed_in_it() -> None:
    more = "reopened: [{date: 2024-03-20, by: P-002, reason: Terulang}]"
    files = mall({NC_PATH: None, **closed(2, "2024-02-01", "2024-03-02", more)})
    assert [point.closed for point in points(files, "2024-03-01", "2024-04-30")] == [0, 0]


def test_a_second_closure_counts_in_its_own_month() -> None:
    more = "reopened: [{date: 2024-04-20, by: P-002, reason: Terulang}]"
    record = closed(2, "2024-02-01", "2024-03-02", more)
    record[ONE.format(2)]["closures"].append({"date": "2024-05-10", "by": "P-002"})
    found = points(mall({NC_PATH: None, **record}), "2024-03-01", "2024-05-31")
    assert [(point.closed, point.open["minor"]) for point in found] == [(1, 0), (0, 1), (1, 0)]
    assert found[-1].days_to_close == (day("2024-05-10") - day("2024-02-01")).days


def test_what_was_voided_was_not_closed() -> None:
    more = "void: {date: 2024-03-20, by: P-002, reason: Salah catat}"
    files = mall({NC_PATH: None, **closed(2, "2024-02-01", "2024-03-02", more)})
    assert [point.closed for point in points(files, "2024-03-01", "2024-03-31")] == [0]


# --- lives are worked out once, and yet are those of each day ---


@pytest.mark.parametrize("every", ["month", "quarter"])
@given(one=nonconformities, two=nonconformities)
def test_every_point_is_what_the_records_alone_say_of_its_day(every: Every, one: Data, two: Data) -> None:
    other = ONE.format(2)
    # the strategy's days are all of January; half of them are moved on
    moved = _later(two) | {"id": "NC-KEPENDUDUKAN-2024-002"}
    files = mall({NC_PATH: one, other: moved})
    for point in points(files, "2023-12-01", "2024-04-30", every):
        register = register_of(files, str(point.day))
        lives = [register.life(nc) for nc in register.known_nonconformities()]
        assert point.overdue == len(overdue(register))
        assert sum(point.open.values()) == sum(life.running for life in lives)
        assert {grade for grade, count in point.open.items() if count} == {life.grade for life in lives if life.running}
        judged = assess(register, [], unread=0)
        assert (point.evidence_percent, point.audited_percent) == (judged.evidence_percent, judged.audited_percent)


def _later(found: object) -> Data:
    """The same facts, each so many months later as its day number lets."""
    if isinstance(found, dict):
        return {key: _later(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_later(value) for value in found]  # type: ignore[return-value]
    if isinstance(found, str) and found.startswith("2024-01-"):
        number = int(found[-2:])
        return f"2024-{1 + number // 4:02}-{number:02}"  # type: ignore[return-value]
    return found  # type: ignore[return-value]
