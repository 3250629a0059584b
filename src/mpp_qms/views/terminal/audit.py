"""Readiness for people: the verdict first, then gates, the matrix, the next steps, what lapses by the visit."""

from __future__ import annotations

from collections.abc import Sequence

from mpp_qms.messages import N_, Message, Translate
from mpp_qms.readiness import Readiness
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.explain import Counted
from mpp_qms.readiness.gates import Gate
from mpp_qms.views.terminal.style import Style, clean, columns, fit, joined
from mpp_qms.words import word

_VERDICTS = {"ready": "green", "conditional": "yellow", "not-ready": "red"}
#: The letter of a cell, in the reader's language, and its colour. Ready has three, by what the last internal audit saw.
_SIGNS = {
    "audited": (N_("R"), "green"),
    "ready": (N_("r"), "green"),
    "found": (N_("n"), "yellow"),
    "open": (N_("O"), "yellow"),
    "gap": (N_("G"), "red"),
    "blocked": (N_("B"), "red"),
    "not-applicable": ("-", "dim"),
}
_LEGEND = (
    ("audited", N_("ready, seen conforming by an internal audit")),
    ("ready", N_("ready by evidence only, not audited")),
    ("found", N_("ready, but the last internal audit found it nonconforming")),
    ("open", N_("open")),
    ("gap", N_("gap")),
    ("blocked", N_("blocked")),
    ("not-applicable", N_("not applicable")),
)


def render(readiness: Readiness, cells: Sequence[Cell], tr: Translate, style: Style, *, title: str) -> str:
    """The whole answer; `cells` are those to list (the verdict is always of all)."""
    lines = _head(readiness, tr, style, title)
    for gate in readiness.gates:
        lines += _gate(gate, tr, style)
    lines += ["", *_matrix(cells, tr, style)]
    if len(cells) < len(readiness.cells):
        lines += style.wrap(tr(N_("Only the matrix is narrowed; all else speaks of the whole mall.")))
        lines.append("")
    lines += _steps(readiness, tr, style)
    lines += _visit(readiness, tr, style)
    return joined(lines)


def _head(readiness: Readiness, tr: Translate, style: Style, title: str) -> list[str]:
    verdict = style.paint(word(readiness.verdict).show(tr).upper(), _VERDICTS[readiness.verdict], "bold")
    lines = style.wrap(Message(N_("{title}, as of {day}"), {"title": title, "day": readiness.as_of}).show(tr))
    lines.append(verdict)
    if readiness.unread:
        text = Message(N_("Records that could not be read: {count}. See mpp-qms check."), {"count": readiness.unread})
        lines += [style.paint(line, "red") for line in style.wrap(text.show(tr))]
    text = Message(
        N_(
            "Evidence in place or not asked for: {evidence}% of cells; seen by an internal audit: {audited}%. Errors in records: {errors}."
        ),
        {"evidence": readiness.evidence_percent, "audited": readiness.audited_percent, "errors": readiness.errors},
    )
    return [*lines, *style.wrap(text.show(tr)), ""]


def _gate(gate: Gate, tr: Translate, style: Style) -> list[str]:
    painted: tuple[str, ...]
    if gate.passed is None:
        sign, state, painted = "–", N_("not asked"), ("dim",)
    elif gate.passed:
        sign, state, painted = "✓", N_("passed"), ("green",)
    elif gate.blocking:
        sign, state, painted = "✗", N_("BLOCKS"), ("red", "bold")
    else:
        sign, state, painted = "!", N_("CONDITION"), ("yellow",)
    lines = style.wrap(gate.title.show(tr), f"{sign} {gate.id:<4}")
    style.append(lines, tr(state), *painted)
    # what blocks is said first: it must not be among what is only counted
    shown = sorted(gate.details, key=lambda reason: not reason.blocking)[:3]
    for reason in shown:
        lines += style.wrap(reason.text.show(tr), "      · ", "        ")
    if len(gate.reasons) > len(shown):
        more = Message(N_("and {count} more (--format json lists all)"), {"count": len(gate.reasons) - len(shown)})
        lines += style.wrap(more.show(tr), "        ")
    return lines


def _letter(cell: Cell, tr: Translate) -> tuple[str, str]:
    """The letter of a cell in the reader's language, and its colour."""
    key: str = cell.status
    if cell.status == "ready" and cell.assessed is not None:
        key = "audited" if cell.assessed == "conform" else "found"
    sign, colour = _SIGNS[key]
    return tr(sign), colour


def _matrix(cells: Sequence[Cell], tr: Translate, style: Style) -> list[str]:
    """Clauses down, the site and the units across, in blocks that fit the width."""
    units = list(dict.fromkeys(cell.unit for cell in cells))
    by_place = {(cell.clause, cell.unit): cell for cell in cells}
    left = max((columns(cell.clause) for cell in cells), default=0) + 1
    names = _short({unit: unit if unit is not None else tr(N_("site")) for unit in units})
    step = max((columns(name) for name in names.values()), default=1) + 1
    a_block = max(1, (style.width - left) // step)
    clauses = sorted({cell.clause for cell in cells}, key=lambda number: [int(part) for part in number.split(".")])
    lines: list[str] = []
    for start in range(0, len(units), a_block):
        block = units[start : start + a_block]
        lines.append((" " * left + "".join(fit(names[unit], step) for unit in block)).rstrip())
        for clause in clauses:
            signs = []
            for unit in block:
                cell = by_place.get((clause, unit))
                signs.append((style.paint(*_letter(cell, tr)) if cell is not None else " ") + " " * (step - 1))
            if any(sign.strip() for sign in signs):
                lines.append((fit(clause, left) + "".join(signs)).rstrip())
        lines.append("")
    legend = ", ".join(f"{tr(_SIGNS[key][0])} {tr(text)}" for key, text in _LEGEND)
    lines += style.wrap(legend)
    shortened = [f"{names[unit]} {unit}" for unit in units if unit is not None and names[unit] != unit]
    if shortened:
        lines += style.wrap(", ".join(shortened))
    return [*lines, ""]


def _short(names: dict[str | None, str], most: int = 5) -> dict[str | None, str]:
    """Names of units cut short, and told apart by a number where they would be the same."""
    found: dict[str | None, str] = {}
    taken: set[str] = set()
    for unit, name in names.items():
        short, number = clean(name)[:most], 2
        while short in taken:
            short, number = clean(name)[: most - len(str(number))] + str(number), number + 1
        taken.add(short)
        found[unit] = short
    return found


def _steps(readiness: Readiness, tr: Translate, style: Style) -> list[str]:
    if not readiness.next:
        return []
    head = tr(N_("Next steps, in the order in which they unblock"))
    lines = [style.paint(line, "bold") for line in style.wrap(head)]
    for number, step in enumerate(readiness.next, 1):
        gate = f"{step.gate}: " if step.gate is not None else ""
        lines += style.wrap(gate + step.what.show(tr), f"{number:>3}. ")
        who = step.who or tr(N_("nobody is named"))
        lines += [style.paint(line, "dim") for line in style.wrap(f"{who} · {step.command}", "     → ", "       ")]
    return [*lines, ""]


def _visit(readiness: Readiness, tr: Translate, style: Style) -> list[str]:
    at = readiness.at_visit
    if at is None:
        return style.wrap(tr(N_("No visit is planned on or after this day (visits in qms.yaml, or --visit DATE).")))
    head = Message(N_("At the visit on {day}, by what is known today:"), {"day": readiness.visit}).show(tr)
    lines = style.wrap(head)
    style.append(lines, word(at.verdict).show(tr), _VERDICTS[at.verdict], "bold", indent="  ")
    if at.gates:
        lines += style.wrap(Message(N_("Gates that fail then: {gates}"), {"gates": at.gates}).show(tr))
    if at.lapses:
        lines += style.wrap(tr(N_("Fine today, lapsed by then (the first day it no longer holds):")))
    for lapse in at.lapses:
        record = f"{lapse.record}: " if lapse.record is not None else ""
        lines += style.wrap(record + lapse.what.show(tr), f"  {lapse.date}  ")
    return lines


def _told(entry: Counted, cell: Cell) -> bool:
    """True where the reasons of a cell say already what is to be said of a record: in the same words, or that it is over."""
    over = {(key, held.by.record) for key, held in cell.lacking if held.by is not None}
    return entry.reason in cell.reasons or (
        not entry.counted and (entry.reason.values.get("key"), entry.record) in over
    )


def explained(cells: Sequence[tuple[Cell, Sequence[Counted]]], tr: Translate, style: Style) -> str:
    """Why cells are as they are: what counted, and what did not, each with its reason."""
    lines: list[str] = []
    for cell, counted in cells:
        place = cell.unit if cell.unit is not None else tr(N_("site"))
        heads = style.wrap(f"{cell.clause} · {place}:")
        style.append(heads, f"{word(cell.status).show(tr)} ({_letter(cell, tr)[0]})", "bold")
        lines += heads
        assessed = word(cell.assessed).show(tr) if cell.assessed is not None else tr(N_("not audited"))
        text = Message(
            N_("evidence: {evidence}; internal audit: {assessed}"),
            {"evidence": word(cell.evidence), "assessed": assessed},
        )
        lines += style.wrap(text.show(tr), "  ")
        for reason in cell.reasons:
            lines += style.wrap(reason.show(tr), "  · ")
        for entry in counted:
            if _told(entry, cell):
                continue
            head = "  + " if entry.counted else "  - "
            why, name = entry.reason.show(tr), f"{entry.record}: "
            lines += style.wrap(why if why.startswith(name) else name + why, head, "    ")
        lines.append("")
    lines += style.wrap(tr(N_("+ counted, - did not count")))
    return joined(lines)
