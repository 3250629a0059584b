"""What a day is here, and how days are counted.

All ranges are closed: a term `from … to` includes both its days, and what is "current until" a day is
current on that day. A due day itself is not late. (FORMAT.md, rules 2 and 3.)
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

#: Days outside these years are refused, so that no arithmetic below can leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199

#: How a stretch of time is cut up.
Every = Literal["month", "quarter"]

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")


class PartialDay(date):
    """A year or a month of a legacy record: equal to its last day, with its `first` day beside it.

    Its last day counts for clocks; two dates are out of order only where no days within them are in order
    (FORMAT.md, rule 3).
    """

    first: date
    text: str


def parse_day(text: str) -> date | None:
    """A full ISO 8601 day, or None where `text` is none within FIRST_YEAR to LAST_YEAR."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    if (
        not FIRST_YEAR <= year <= LAST_YEAR
        or not 1 <= month <= 12
        or not 1 <= day <= calendar.monthrange(year, month)[1]
    ):
        return None
    return date(year, month, day)


def parse_partial(text: str, imported: date) -> PartialDay | None:
    """A year (`2023`) or month (`2023-05`) that ends with the day of import at the latest, else None."""
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR or (match[2] is not None and not 1 <= month <= 12):
        return None
    first = date(year, month or 1, 1)
    last = end_of_month(date(year, month or 12, 1))
    if first > imported:
        return None
    last = min(last, imported)
    partial = PartialDay(last.year, last.month, last.day)
    partial.first, partial.text = first, text
    return partial


def first_day(day: date) -> date:
    """The first day a date may mean: the day itself, or the start of a legacy record's year or month."""
    return day.first if isinstance(day, PartialDay) else day


def out_of_order(earlier: date, later: date) -> bool:
    """True where no day within `earlier` lies on or before a day within `later`."""
    return first_day(earlier) > later


def add_days(day: date, days: int) -> date:
    """`day` and so many calendar days; the calendar's last bound where that would leave it."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def add_months(day: date, months: int) -> date:
    """The same day number so many months on, or that month's last day (FORMAT.md, Evidence)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = min(max(index // 12, 1), 9999), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


class Quarter(NamedTuple):
    """A quarter of a calendar year, by its first and last day."""

    start: date
    end: date


def quarter_of(day: date) -> Quarter:
    """The calendar quarter that holds `day`."""
    month = (day.month - 1) // 3 * 3 + 1
    return Quarter(date(day.year, month, 1), end_of_month(date(day.year, month + 2, 1)))


def next_quarter(quarter: Quarter) -> Quarter:
    """The calendar quarter after `quarter`."""
    return quarter_of(add_days(quarter.end, 1))


def previous_quarter(quarter: Quarter) -> Quarter:
    """The calendar quarter before `quarter`."""
    return quarter_of(add_days(quarter.start, -1))


def spans_of(since: date, until: date, every: Every) -> Iterator[tuple[date, date]]:
    """The first and the last day of each month or quarter from the one that holds `since`; the last ends with `until`."""
    day = since
    while day <= until:
        first, last = (date(day.year, day.month, 1), end_of_month(day)) if every == "month" else quarter_of(day)
        yield first, min(last, until)
        day = add_days(last, 1)
