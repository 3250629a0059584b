"""Days, and how they are counted (FORMAT.md, rules 2 and 3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.dates import (
    PartialDay,
    add_days,
    add_months,
    end_of_month,
    first_day,
    next_quarter,
    out_of_order,
    parse_day,
    parse_partial,
    previous_quarter,
    quarter_of,
)
from tests.factories import day

IMPORTED = date(2024, 5, 10)


def partial(text: str, imported: date = IMPORTED) -> PartialDay:
    found = parse_partial(text, imported)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["2024-10-15", "2024-02-29", "1900-01-01", "2199-12-31"])
def test_a_day_is_iso(text: str) -> None:
    assert str(parse_day(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("2024-2-3", "15-10-2024", "2024/10/15", "20241015", "2024-10-15T08:00", "2024-10-15 ", "2024-W42-2", "0", ""),
        *(
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-10-00",
            "2024-04-31",
            "1899-12-31",
            "2200-01-01",
            "1728950400",
        ),
        "２０２４-10-15",  # digits that are none of ours
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2023-05", "2023-05-01", "2023-05-31"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2022-01", "2022-01-01", "2022-01-31"),
        ("2022-12", "2022-12-01", "2022-12-31"),
        ("1900", "1900-01-01", "1900-12-31"),
        # an interval that ends with the day of import at the latest
        ("2024", "2024-01-01", "2024-05-10"),
        ("2024-05", "2024-05-01", "2024-05-10"),
    ],
)
def test_in_a_legacy_record_a_year_or_a_month_will_do(text: str, first: str, last: str) -> None:
    found = partial(text)
    assert (str(first_day(found)), found) == (first, day(last))


@pytest.mark.parametrize(
    "text", ["2023-13", "2023-00", "23", "2023-5", "1899", "2200", "2023-05-01", "Mei 2023", "2025", "2024-06"]
)
def test_what_is_neither_a_year_nor_a_month(text: str) -> None:
    assert parse_partial(text, IMPORTED) is None


def test_on_the_first_day_of_a_month_that_day_is_all_there_is_of_it() -> None:
    found = partial("2024-05", day("2024-05-01"))
    assert (found, first_day(found)) == (day("2024-05-01"), day("2024-05-01"))
    assert str(partial("2199", day("2199-12-31"))) == "2199-12-31"


def test_two_dates_are_out_of_order_only_where_no_days_within_them_are_in_order() -> None:
    assert out_of_order(day("2023-05-02"), day("2023-05-01"))
    assert not out_of_order(day("2023-05-01"), day("2023-05-01"))
    assert not out_of_order(partial("2023"), day("2023-01-01"))
    assert not out_of_order(day("2023-12-31"), partial("2023"))
    assert out_of_order(partial("2023-05"), day("2023-04-30"))
    assert out_of_order(day("2024-01-01"), partial("2023"))
    assert not out_of_order(partial("2023"), partial("2023-05"))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-01-15", 12, "2025-01-15"),
        ("2024-01-31", 1, "2024-02-29"),  # the same day number, or the month's last
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-12-31", 0, "2024-12-31"),
    ],
)
def test_months_end_on_the_same_day_number_or_the_months_last(start: str, months: int, end: str) -> None:
    assert str(add_months(day(start), months)) == end


def test_a_quarter_is_one_of_the_calendar() -> None:
    assert [str(each) for each in quarter_of(day("2024-08-15"))] == ["2024-07-01", "2024-09-30"]
    assert [str(each) for each in previous_quarter(quarter_of(day("2024-01-01")))] == ["2023-10-01", "2023-12-31"]
    assert [str(each) for each in next_quarter(quarter_of(day("2024-12-31")))] == ["2025-01-01", "2025-03-31"]


_any_day = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(_any_day, st.integers(0, 120))
def test_months_never_leave_the_month_they_end_in(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and end == end_of_month(end))


@given(_any_day, st.integers(-(10**9), 10**9))
def test_no_number_of_days_or_months_leaves_the_calendar(start: date, number: int) -> None:
    assert date.min <= add_days(start, number) <= date.max
    assert date.min <= add_months(start, number) <= date.max


@given(_any_day, st.integers(-3660, 3660))
def test_days_are_calendar_days(start: date, number: int) -> None:
    assert add_days(start, number) == start + timedelta(days=number)


@given(_any_day)
def test_quarters_follow_each_other_without_a_gap(on: date) -> None:
    quarter = quarter_of(on)
    assert quarter.start <= on <= quarter.end
    assert next_quarter(quarter).start == quarter.end + timedelta(days=1)
    assert previous_quarter(next_quarter(quarter)) == quarter
