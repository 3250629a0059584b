"""What changed between two states of the records, for people: the verdict first, then what moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mpp_qms.comparison import Comparison, GateChange, NonconformityChange
from mpp_qms.messages import N_, Message, Translate
from mpp_qms.overdue import Due
from mpp_qms.views.terminal.style import Style, joined
from mpp_qms.words import days_late, word

_VERDICTS = {"ready": "green", "conditional": "yellow", "not-ready": "red"}
_SIGNS = {
    "passed": ("✓", "green"),
    "condition": ("!", "yellow"),
    "blocks": ("✗", "red"),
    "not-asked": ("–", "dim"),
}
#: Of more than so many cells only the number is told.
MOST_CELLS = 40


def render(found: Comparison, before: Message, after: Message, tr: Translate, style: Style) -> str:
    """The whole answer; `before` and `after` name the two sides."""
    head = Message(
        N_("From {before} to {after}, both judged on {day}"), {"before": before, "after": after, "day": found.as_of}
    )
    lines = style.wrap(head.show(tr))
    lines += _verdict(found, tr, style)
    lines += [line for text in figures(found) for line in style.wrap(text.show(tr), "  ")]
    if not found.changed:
        return joined([*lines, "", *style.wrap(tr(N_("Nothing that counts has changed.")))])
    for title, part in (
        (N_("Gates that stand otherwise"), _gates(found.gates, tr, style)),
        (N_("Cells that stand otherwise"), _cells(found, tr, style)),
        (N_("Overdue now, and was not"), _dues(found.overdue_added, "+", tr, style)),
        (N_("No longer overdue"), _dues(found.overdue_gone, "-", tr, style)),
        (N_("Nonconformities"), _nonconformities(found.nonconformities, tr, style)),
    ):
        if part:
            lines += ["", style.paint(tr(title), "bold"), *part]
    return joined(lines)


def _verdict(found: Comparison, tr: Translate, style: Style) -> list[str]:
    was, now = found.before.verdict, found.after.verdict
    text = word(now).show(tr).upper()
    if was == now:
        return [style.paint(text, _VERDICTS[now], "bold")]
    lines = [f"{word(was).show(tr).upper()} →"]
    style.append(lines, text, _VERDICTS[now], "bold", indent="  ")
    return lines


def figures(found: Comparison) -> Iterator[Message]:
    """The figures, each a sentence: as it was and as it is."""
    was, now = found.before, found.after
    for sentence, before, after in (
        (N_("Evidence in place or not asked for: {figure} of cells"), was.evidence_percent, now.evidence_percent),
        (N_("Seen by an internal audit: {figure} of cells"), was.audited_percent, now.audited_percent),
    ):
        yield Message(sentence, {"figure": moved(before, after, "%")})
    for sentence, before, after in (
        (N_("Overdue: {figure}"), was.overdue, now.overdue),
        (N_("Open nonconformities: {figure}"), was.open, now.open),
        (N_("Errors in records: {figure}"), was.errors, now.errors),
    ):
        yield Message(sentence, {"figure": moved(before, after)})
    if was.unread or now.unread:
        yield Message(N_("Records that could not be read: {figure}"), {"figure": moved(was.unread, now.unread)})


def moved(before: int, after: int, unit: str = "") -> str:
    """A number, with what it was before where that is another."""
    return f"{after}{unit}" if before == after else f"{before}{unit} → {after}{unit}"


def _gates(changes: Sequence[GateChange], tr: Translate, style: Style) -> list[str]:
    lines: list[str] = []
    for gate in changes:
        sign, colour = _SIGNS[gate.after]
        heads = style.wrap(gate.title.show(tr), f"{sign} {gate.id:<4}")
        style.append(heads, f"{word(gate.before).show(tr)} → {word(gate.after).show(tr)}", colour)
        lines += heads
        for reason in gate.reasons[:3]:
            lines += style.wrap(reason.show(tr), "      · ", "        ")
        lines += _more(len(gate.reasons) - 3, tr, style, "        ")
    return lines


def _more(count: int, tr: Translate, style: Style, indent: str) -> list[str]:
    if count <= 0:
        return []
    return style.wrap(Message(N_("and {count} more (--format json lists all)"), {"count": count}).show(tr), indent)


def _cells(found: Comparison, tr: Translate, style: Style) -> list[str]:
    lines: list[str] = []
    for cell in found.cells[:MOST_CELLS]:
        was, now = (word(status).show(tr) if status is not None else "–" for status in (cell.before, cell.after))
        place = cell.unit if cell.unit is not None else tr(N_("site"))
        lines += style.wrap(f"{cell.clause} · {place}: {was} → {now}", "  ", "    ")
    return lines + _more(len(found.cells) - MOST_CELLS, tr, style, "  ")


def _dues(dues: Sequence[Due], sign: str, tr: Translate, style: Style) -> list[str]:
    lines: list[str] = []
    for due in dues:
        heads = style.wrap(f"{due.record} {word(due.action).show(tr)}", f"  {sign} ", "    ")
        style.append(heads, days_late(due.days_overdue).show(tr), indent="    ")
        lines += [*heads, *style.wrap(due.what, "    ")]
    return lines


def _nonconformities(changes: Sequence[NonconformityChange], tr: Translate, style: Style) -> list[str]:
    lines: list[str] = []
    for change in changes:
        heads = style.wrap(change.id, "  ", "    ")
        style.append(heads, happened(change).show(tr), indent="    ")
        lines += [*heads, *style.wrap(change.title, "    ")]
    return lines


def happened(change: NonconformityChange) -> Message:
    """What happened to a nonconformity, in a few words."""
    if change.event == "regraded":
        values = {"before": word(change.grade_before or ""), "after": word(change.grade_after or "")}
        return Message(N_("regraded: {before} → {after}"), values)
    if change.event == "gone":
        return Message(N_("its record is gone"))
    grade, status = word(change.grade_after or ""), word(change.status_after or "")
    if change.event == "new":
        return Message(N_("new: {grade}, {status}"), {"grade": grade, "status": status})
    was = word(change.status_before or "")
    return Message(N_("{before} → {status}: {grade}"), {"before": was, "status": status, "grade": grade})
