"""What is late, and what falls due, grouped by whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from mpp_qms.messages import N_, Message, Translate
from mpp_qms.overdue import Due
from mpp_qms.views.terminal.style import Style, joined
from mpp_qms.words import days_late, days_left, word


def render(dues: Sequence[Due], unread: int, tr: Translate, style: Style) -> str:
    """Owners with the oldest due day first; of each thing its due day, the first one where it moved, and the days."""
    by_owner: dict[str | None, list[Due]] = defaultdict(list)
    for due in dues:
        by_owner[due.owner].append(due)
    lines: list[str] = []
    for owner, things in by_owner.items():
        name = owner or tr(N_("nobody (no quality manager is named)"))
        lines.append(
            style.paint(Message(N_("{owner}: {count}"), {"owner": name, "count": len(things)}).show(tr), "bold")
        )
        for due in things:
            lines += _thing(due, tr, style)
        lines.append("")
    late = sum(due.late for due in dues)
    lines += style.wrap(
        Message(N_("Overdue: {late}. Falling due: {coming}."), {"late": late, "coming": len(dues) - late}).show(tr)
    )
    if unread:
        lines += style.wrap(
            Message(N_("Records that could not be read: {count}. See mpp-qms check."), {"count": unread}).show(tr)
        )
    return joined(lines)


def _thing(due: Due, tr: Translate, style: Style) -> list[str]:
    painted: tuple[str, ...] = ()
    days = days_left(-due.days_overdue)
    if due.days_overdue > 0:
        days, painted = days_late(due.days_overdue), ("red",)
    elif due.days_overdue == 0:
        days, painted = Message(N_("due today")), ("yellow",)
    facts = [f"{due.due}"]
    if due.due_original != due.due:
        facts.append(Message(N_("first {day}"), {"day": due.due_original}).show(tr))
    if due.unit is not None:
        facts.append(due.unit)
    if due.grade is not None:
        facts.append(word(due.grade).show(tr))
    lines = style.wrap(f"{due.record} {word(due.action).show(tr)}", "  ", "    ")
    style.append(lines, days.show(tr), *painted, indent="    ")
    lines += [style.paint(line, "dim") for line in style.wrap(" · ".join(facts), "    ")]
    return lines + style.wrap(due.what, "    ")
