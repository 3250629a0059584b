"""How the mall went, for people: a row of blocks a series, and all its values as numbers below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpp_qms.messages import N_, Message, Translate
from mpp_qms.records.common import GRADES, Grade
from mpp_qms.trend import Point
from mpp_qms.views.csv import number
from mpp_qms.views.terminal.style import Style, columns, fit, joined
from mpp_qms.words import word

Value = float | None
#: What stands for nothing, and for an eighth to eight eighths of the most.
BLOCKS = "▁▂▃▄▅▆▇█"
#: The same for a terminal that has no blocks.
PLAIN = "_.:-=+*#"
_NONE = "–"


def _head(grade: Grade) -> Message:
    """What a column is called: a grade, in one word."""
    return Message(N_("opportunity")) if grade == "ofi" else word(grade)


def _of_grade(grade: Grade) -> Callable[[Point], Value]:
    return lambda point: point.open[grade]


_CLOSED = Message(N_("closed"))
#: Title of a row, head of a column, the value, and the most that the row is drawn by (None: its own).
_SERIES: tuple[tuple[Message, Message, Callable[[Point], Value], int | None], ...] = (
    *((Message(N_("Open: {grade}"), {"grade": word(grade)}), _head(grade), _of_grade(grade), None) for grade in GRADES),
    (Message(N_("Overdue")), Message(N_("overdue")), lambda point: point.overdue, None),
    (
        Message(N_("Evidence in place or not asked for, %")),
        Message(N_("evidence %")),
        lambda point: point.evidence_percent,
        100,
    ),
    (Message(N_("Seen by internal audit, %")), Message(N_("audited %")), lambda point: point.audited_percent, 100),
    (Message(N_("Closed")), _CLOSED, lambda point: point.closed, None),
    (Message(N_("Median days to closure")), Message(N_("median days")), lambda point: point.days_to_close, None),
)


def render(points: Sequence[Point], tr: Translate, style: Style, *, blocks: bool) -> str:
    """The plot, then the table; `blocks`: whether the terminal can show them."""
    head = Message(N_("From {first} to {last}"), {"first": points[0].first, "last": points[-1].day})
    lines = [*style.wrap(head.show(tr)), ""]
    columns_of = [[value(point) if point.begun else None for point in points] for _, _, value, _ in _SERIES]
    titles = [title.show(tr) for title, _, _, _ in _SERIES]
    left = max(columns(title) for title in titles) + 2
    for title, values, (_, head, _, most) in zip(titles, columns_of, _SERIES, strict=True):
        ends = f"{shown(values[0])} → {shown(values[-1])}" if len(values) > 1 else shown(values[0])
        if head is _CLOSED and len(values) > 1:
            # they are counted month by month: what matters at the end is how many there were
            ends = Message(N_("{count} in all"), {"count": sum(value or 0 for value in values)}).show(tr)
        lines += _row(title, values, ends, most, left, style, blocks=blocks)
    lines += ["", *_table(points, columns_of, tr, style), ""]
    for text in (
        N_("Each row is drawn from 0 to its own most; percentages from 0 to 100."),
        N_("– : no unit was in the scope yet, or (median) none was closed."),
        N_("By the facts as they are now recorded; records of older systems are left out of what was closed."),
    ):
        lines += style.wrap(tr(text))
    return joined(lines)


def _row(
    title: str, values: Sequence[Value], ends: str, most: int | None, left: int, style: Style, *, blocks: bool
) -> list[str]:
    """A series on one line, or where it is longer than the terminal on lines of its own below its title."""
    signs = drawn(values, most, blocks=blocks)
    line = f"{fit(title, left)}{signs}  {ends}"
    if columns(line) <= style.width:
        return [line]
    room = style.width - 2
    return [*style.wrap(f"{title}: {ends}"), *(f"  {signs[at : at + room]}" for at in range(0, len(signs), room))]


def drawn(values: Sequence[Value], most: int | None = None, *, blocks: bool = True) -> str:
    """A sign a value: the lowest for nothing, a higher one for anything more, a space where there is no value."""
    signs = BLOCKS if blocks else PLAIN
    top = most or max((value for value in values if value is not None), default=0)

    def sign(value: Value) -> str:
        if value is None:
            return " "
        if value <= 0:
            return signs[0]
        return signs[min(len(signs) - 1, 1 + int(value * (len(signs) - 2) / top))]

    return "".join(map(sign, values))


def shown(value: Value) -> str:
    """A value as a number; a dash where there is none."""
    return _NONE if value is None else number(value)


def _table(points: Sequence[Point], found: Sequence[Sequence[Value]], tr: Translate, style: Style) -> list[str]:
    """The values, a line a point; where the columns do not fit beside each other, in blocks below each other."""
    made = [
        (head.show(tr), [shown(value) for value in values])
        for (_, head, _, _), values in zip(_SERIES, found, strict=True)
    ]
    widths = [max(columns(text) for text in (head, *values)) + 2 for head, values in made]
    lines: list[str] = []
    start = 0
    while start < len(made):
        end, width = start, len("2024-12-31")
        while end < len(made) and (end == start or width + widths[end] <= style.width):
            width += widths[end]
            end += 1
        block = range(start, end)
        if start:
            lines.append("")
        lines.append(" " * 10 + "".join(_right(made[column][0], widths[column]) for column in block))
        for index, point in enumerate(points):
            lines.append(
                point.day.isoformat() + "".join(_right(made[column][1][index], widths[column]) for column in block)
            )
        start = end
    return lines


def _right(text: str, width: int) -> str:
    return " " * (width - columns(text)) + text
