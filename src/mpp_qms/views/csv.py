"""Tables for spreadsheets: RFC 4180, with a heading line; only numbers and days, so that no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from mpp_qms.records.common import GRADES
from mpp_qms.trend import Point


def trend(points: Sequence[Point]) -> str:
    """A line a point; a value that there is not is empty."""
    stream = io.StringIO()
    # RFC 4180, 2.1: lines end with CRLF
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(
        (
            "first",
            "day",
            *(f"open_{grade}" for grade in GRADES),
            "overdue",
            "evidence_percent",
            "audited_percent",
            "closed",
            "days_to_close",
        )
    )
    for point in points:
        writer.writerow(
            (
                point.first.isoformat(),
                point.day.isoformat(),
                *(point.open[grade] for grade in GRADES),
                point.overdue,
                point.evidence_percent,
                point.audited_percent,
                point.closed,
                "" if point.days_to_close is None else number(point.days_to_close),
            )
        )
    return stream.getvalue()


def number(value: float) -> str:
    """A number without a fraction that says nothing."""
    return f"{value:g}"
