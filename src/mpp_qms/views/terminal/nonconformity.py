"""Nonconformities for people: the list, and the story of one."""

from __future__ import annotations

from collections.abc import Sequence

from mpp_qms.messages import N_, Message, Translate
from mpp_qms.records.nonconformity import Life, Nonconformity
from mpp_qms.steps.possible import Possible
from mpp_qms.story import Event, Next
from mpp_qms.views.terminal.style import Style, columns, fit, joined
from mpp_qms.words import days_late, word

#: A nonconformity of a list: the record, its life, and whether anything of it is late.
Item = tuple[Nonconformity, Life, bool]


def listed(items: Sequence[Item], unread: int, tr: Translate, style: Style) -> str:
    """A line each, with grade and status; what is late is marked by a sign, not by colour alone."""
    lines: list[str] = []
    ids = max((columns(nc.id) for nc, _, _ in items), default=0)
    for nc, life, late in items:
        head = [f"{'!' if late else ' '} {fit(nc.id, min(ids, style.width - 2))}"]
        style.append(
            head,
            f"{word(life.grade).show(tr)}, {word(life.status).show(tr)}",
            *(("red",) if late else ()),
            indent="    ",
        )
        lines += head
        lines += style.wrap(nc.title, "    ")
    late_count = sum(late for _, _, late in items)
    if items:
        lines.append("")
    lines += style.wrap(
        Message(
            N_("Nonconformities: {count}; with something late (!): {late}."), {"count": len(items), "late": late_count}
        ).show(tr)
    )
    if unread:
        lines += style.wrap(
            Message(N_("Records that could not be read: {count}. See mpp-qms check."), {"count": unread}).show(tr)
        )
    return joined(lines)


def shown(
    nc: Nonconformity,
    life: Life,
    path: str,
    events: Sequence[Event],
    steps: Sequence[Next],
    tr: Translate,
    style: Style,
    *,
    errors: Sequence[str] = (),
    possible: Sequence[Possible] = (),
    body: Sequence[Sequence[Message]] = (),
) -> str:
    """One nonconformity: what it is, its time line, and what comes next and whose it is.

    `errors` are the codes that `check` finds in it: a status that rests on forbidden steps must not look sound.
    `possible`: the steps that can be taken now. `body`: what a body outside said of it, a line each.
    """
    lines = [style.paint(line, "bold") for line in style.wrap(f"{nc.id}  {nc.title}")]
    facts = [word(life.grade).show(tr), word(life.status).show(tr), life.unit, ", ".join(nc.clauses)]
    lines += style.wrap(" · ".join(facts))
    lines += style.wrap(path)
    if errors:
        unsound = Message(N_("Not sound, see mpp-qms check: {codes}"), {"codes": tuple(errors)})
        lines += [style.paint(line, "red") for line in style.wrap(unsound.show(tr))]
    parts = ((N_("Criterion"), nc.criterion), (N_("Evidence"), nc.evidence), (N_("Statement"), nc.statement))
    for title, text in parts:
        if text is not None:
            lines += ["", style.paint(tr(title), "bold"), *style.wrap(text, "  ")]
    if body:
        lines += ["", style.paint(tr(N_("What the body outside said")), "bold")]
    for said in body:
        lines += style.wrap(" · ".join(part.show(tr) for part in said), "  ", "    ")
    lines += ["", style.paint(tr(N_("Time line")), "bold")]
    for event in events:
        by = f" ({event.by})" if event.by is not None else ""
        day = getattr(event.date, "text", event.date.isoformat())
        lines += style.wrap(event.what.show(tr) + by, f"  {day:<10}  ")
        for detail in event.details:
            lines += [style.paint(line, "dim") for line in style.wrap(detail.show(tr), "              · ", " " * 16)]
    lines += ["", style.paint(tr(N_("What comes next")), "bold")]
    for step in steps:
        lines += style.wrap(step.what.show(tr), "  - ")
        facts = [step.who or tr(N_("nobody is named"))]
        if step.due is not None:
            facts.append(Message(N_("due {day}"), {"day": step.due.due}).show(tr))
        whose = style.wrap(" · ".join(facts), "    ")
        if step.due is not None and step.due.late:
            late = days_late(step.due.days_overdue).show(tr)
            style.append(whose, late, "red", indent="    ")
        lines += whose
    if not steps:
        lines += style.wrap(tr(N_("nothing: it is settled")), "  ")
    if possible:
        lines += ["", style.paint(tr(N_("What can be done now")), "bold")]
        for now in possible:
            lines += style.wrap(now.command, "  $ ", "    ")
            lines += [style.paint(line, "dim") for line in style.wrap(tr(now.help), "    ")]
    return joined(lines)
