"""SOPs for people: the list, one with its readers, and clauses against SOPs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mpp_qms.documented_information import Matrix, Readers, Standing
from mpp_qms.messages import N_, Message, Translate, in_language
from mpp_qms.records.common import told
from mpp_qms.records.sop import Revision
from mpp_qms.views.terminal.style import Style, columns, fit, joined
from mpp_qms.words import days_late, word

_COLOURS = {"in-force": "green", "due-for-review": "yellow", "withdrawn": "dim"}


def listed(items: Sequence[Standing], unread: int, tr: Translate, style: Style) -> str:
    """Each with its status, its title, and what is in force; what is due for review has a sign, not colour alone."""
    lines: list[str] = []
    ids = max((columns(found.sop.id) for found in items), default=0)
    for found in items:
        due = found.status == "due-for-review"
        head = [f"{'!' if due else ' '} {fit(found.sop.id, min(ids, style.width - 2))}"]
        colour = _COLOURS.get(found.status)
        style.append(head, word(found.status).show(tr), *((colour,) if colour else ()), indent="    ")
        lines += head
        lines += style.wrap(found.sop.title, "    ")
        if found.revision is not None:
            facts = [_in_force(found.revision), Message(N_("review due {day}"), {"day": found.review_due})]
            text = " · ".join(fact.show(tr) for fact in facts)
            lines += [style.paint(line, "dim") for line in style.wrap(text, "    ")]
    if items:
        lines.append("")
    late = sum(found.status == "due-for-review" for found in items)
    lines += style.wrap(
        Message(N_("SOPs: {count}; due for review (!): {due}."), {"count": len(items), "due": late}).show(tr)
    )
    return joined(lines + _unread(unread, tr, style))


def _in_force(revision: Revision) -> Message:
    return Message(N_("revision {number} in force since {day}"), {"number": revision.number, "day": revision.effective})


def _unread(unread: int, tr: Translate, style: Style) -> list[str]:
    if not unread:
        return []
    text = Message(N_("Records that could not be read: {count}. See mpp-qms check."), {"count": unread})
    return style.wrap(text.show(tr))


def shown(
    found: Standing,
    read: Readers,
    path: str,
    known: date,
    tr: Translate,
    style: Style,
    *,
    errors: Sequence[str] = (),
) -> str:
    """One SOP: what it is, its revisions and reviews as known, who has read the one in force and who has not.

    `errors` are the codes that `check` finds in it, a document that is not the one recorded among them.
    """
    sop = found.sop
    lines = [style.paint(line, "bold") for line in style.wrap(f"{sop.id}  {sop.title}")]
    lines += style.wrap(" · ".join([word(found.status).show(tr), sop.unit, sop.number, ", ".join(sop.clauses)]))
    lines += style.wrap(path)
    if errors:
        unsound = Message(N_("Not sound, see mpp-qms check: {codes}"), {"codes": tuple(errors)})
        lines += [style.paint(line, "red") for line in style.wrap(unsound.show(tr))]
    if sop.origin == "external":
        lines += style.wrap(Message(N_("External, issued by {issuer}"), {"issuer": sop.issuer or "–"}).show(tr))
    if sop.services:
        lines += style.wrap(Message(N_("Services: {services}"), {"services": sop.services}).show(tr))
    if sop.withdrawn is not None and found.status == "withdrawn":
        values = {"day": sop.withdrawn.date, "reason": sop.withdrawn.reason or "–"}
        text = Message(N_("Withdrawn on {day}: {reason}"), values).show(tr)
        lines += style.wrap(text + _by(sop.withdrawn.by))
    if found.revision is not None and found.days_overdue is not None:
        text = Message(
            N_("Revision {number} in force since {day}, review due {due}"),
            {"number": found.revision.number, "day": found.revision.effective, "due": found.review_due},
        ).show(tr)
        now = style.wrap(text)
        if found.days_overdue > 0:
            style.append(now, days_late(found.days_overdue).show(tr), "red", indent="  ")
        lines += now
    lines += ["", style.paint(tr(N_("Revisions")), "bold")]
    for revision in sop.revisions:
        lines += _revision(revision, known, tr, style)
    if not sop.revisions:
        lines += style.wrap(tr(N_("none")), "  ")
    reviews = [review for review in sop.reviews if review.date <= known]
    if reviews:
        lines += ["", style.paint(tr(N_("Reviews")), "bold")]
        for review in reviews:
            note = f": {review.note}" if review.note is not None else ""
            lines += style.wrap(word(review.result).show(tr) + note + _by(review.by), f"  {_day(review.date):<10}  ")
    if found.revision is not None:
        lines += _readers(found.revision, read, tr, style)
    return joined(lines)


def _revision(revision: Revision, known: date, tr: Translate, style: Style) -> list[str]:
    facts = []
    if revision.approved is not None and revision.approved.date <= known:
        text = Message(N_("approved {day}"), {"day": revision.approved.date}).show(tr)
        facts.append(text + _by(revision.approved.by))
    if revision.effective is not None:
        facts.append(Message(N_("effective {day}"), {"day": revision.effective}).show(tr))
    if revision.review_due is not None:
        facts.append(Message(N_("review due {day}"), {"day": revision.review_due}).show(tr))
    lines = style.wrap(f"{revision.number}  {' · '.join(facts) or tr(N_('draft'))}", "  ", "      ")
    if revision.change is not None:
        lines += style.wrap(revision.change, "      ")
    if revision.document is not None:
        lines += [style.paint(line, "dim") for line in style.wrap(told(revision.document), "      ")]
    return lines


def _readers(revision: Revision, read: Readers, tr: Translate, style: Style) -> list[str]:
    title = Message(N_("Has read and understood revision {number}"), {"number": revision.number}).show(tr)
    lines = ["", *[style.paint(line, "bold") for line in style.wrap(title)]]
    for entry in read.entries:
        lines += style.wrap(entry.by or tr(N_("nobody is named")), f"  {_day(entry.date):<10}  ")
    if not read.entries:
        lines += style.wrap(tr(N_("nobody yet")), "  ")
    title = tr(N_("Serves in the unit and has not read it"))
    lines += ["", *[style.paint(line, "bold") for line in style.wrap(title)]]
    if read.not_read:
        return lines + [style.paint(line, "yellow") for line in style.wrap(", ".join(read.not_read), "  ")]
    return lines + style.wrap(
        tr(N_("nobody: all have read it")) if read.serving else tr(N_("nobody: the unit has no staff on this day")),
        "  ",
    )


def _day(day: date) -> str:
    return getattr(day, "text", day.isoformat())


def _by(code: str | None) -> str:
    return f" ({code})" if code is not None else ""


def matrix(found: Matrix, unread: int, tr: Translate, style: Style) -> str:
    """The clauses that SOPs name, those that none names, services without an SOP in force, SOPs due for review.

    An SOP that is not yet in force says so: it names the clause, but nobody works by it.
    """
    left = max((columns(clause.number) for clause, _ in found.clauses), default=0)
    named: list[str] = []
    for clause, naming in found.clauses:
        if naming:
            heads = style.wrap(in_language(clause.title, tr), f"{clause.number:<{left}}  ")
            named += [style.paint(line, "bold") for line in heads]
            named += style.wrap(", ".join(_name(standing, tr) for standing in naming), " " * (left + 2))
    parts = [named] if named else []
    if any(standing.revision is None for _, naming in found.clauses for standing in naming):
        parts.append(style.wrap(tr(N_("In brackets: the status of an SOP that nobody works by yet, or any more."))))
    bare = tuple(clause.number for clause, naming in found.clauses if not naming)
    if bare:
        text = Message(N_("Clauses that no SOP listed here names: {clauses}"), {"clauses": bare})
        parts.append(style.wrap(text.show(tr)))
    without = [style.paint(tr(N_("Services without an SOP in force")), "bold")]
    for unit, service in found.services_without_sop:
        name = f" ({service.name})" if service.name is not None else ""
        without += style.wrap(f"{unit.id}: {service.id}{name}", "  ! ")
    due = [style.paint(tr(N_("SOPs due for review")), "bold")]
    for standing in found.due_for_review:
        text = Message(N_("{id}: review due {day}"), {"id": standing.sop.id, "day": standing.review_due})
        heads = style.wrap(text.show(tr), "  ! ")
        style.append(heads, days_late(standing.days_overdue or 0).show(tr), "red", indent="    ")
        due += heads
    parts += [part if len(part) > 1 else [*part, *style.wrap(tr(N_("none")), "  ")] for part in (without, due)]
    if unread:
        parts.append(_unread(unread, tr, style))
    lines: list[str] = []
    for part in parts:
        lines += ["", *part] if lines else part
    if found.services_without_sop or found.due_for_review:
        lines += ["", *style.wrap(tr(N_("! is to be dealt with")))]
    return joined(lines)


def _name(standing: Standing, tr: Translate) -> str:
    if standing.revision is not None:
        return standing.sop.id
    return f"{standing.sop.id} ({word(standing.status).show(tr)})"
