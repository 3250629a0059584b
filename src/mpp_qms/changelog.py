"""What a change did to a record, in the words of the life and not of YAML: for `mpp-qms log`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mpp_qms.messages import N_, Message
from mpp_qms.records.audit import Audit
from mpp_qms.records.changes import Change, changes
from mpp_qms.records.common import Common
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.review import Review
from mpp_qms.records.sop import Sop
from mpp_qms.story import Event, events_of_action, history
from mpp_qms.words import word

#: Lists whose new entries are events, so that they are not told a second time as changes.
_EVENTS = frozenset(
    {
        "issued",
        "corrections",
        "causes",
        "plans",
        "actions",
        "read_across",
        "returned",
        "verifications",
        "closures",
        "reopened",
        "regraded",
        "transferred",
        "void",
        "external",
        "decisions",
        "revisions",
        "reviews",
        "read",
        "withdrawn",
        "reported",
    }
)


def told(before: Common | None, after: Common | None) -> list[Event]:
    """What a change did to a record, in the order of days; `before` None: it is new, `after` None: it is gone.

    The day of an event is that of the fact; what has none (a title) bears the latest there is.
    """
    if after is None:
        return [Event(date.max, Message(N_("taken out of the records")), None)] if before is not None else []
    known = events(before) if before is not None else ()
    found = [event for event in events(after) if event not in known]
    if before is None:
        title = getattr(after, "title", None) or getattr(after, "name", None) or ""
        found.insert(0, Event(date.min, Message(N_("entered: {title}"), {"title": title}), None))
        return found
    found += [Event(date.max, _changed(change), None) for change in changes(before, after) if not _is_event(change)]
    return found


def _is_event(change: Change) -> bool:
    return change.added and change.route[0] in _EVENTS


def _changed(change: Change) -> Message:
    field = ".".join(str(step) for step in change.route)
    if change.added:
        return Message(N_("{field}: {new} added"), {"field": field, "new": _short(change.new)})
    if change.after is None:
        return Message(N_("{field}: {old} removed"), {"field": field, "old": _short(change.old)})
    values = {"field": field, "old": _short(change.old), "new": _short(change.new)}
    return Message(N_("{field}: changed from {old} to {new}"), values)


def _short(value: object) -> str:
    text = ", ".join(f"{key}: {item}" for key, item in value.items()) if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def events(record: Common) -> tuple[Event, ...]:
    """The dated facts of a record of any kind as events."""
    if isinstance(record, Nonconformity):
        return history(record, date.max)
    if isinstance(record, Review):
        return tuple(event for action in record.decisions for event in events_of_action(action, record.date))
    if isinstance(record, Sop):
        return tuple(_of_sop(record))
    if isinstance(record, Audit) and record.reported is not None:
        return (Event(record.reported.date, Message(N_("reported")), None),)
    return ()


def _of_sop(sop: Sop) -> Iterator[Event]:
    for revision in sop.revisions:
        values = {"number": revision.number, "effective": revision.effective or "–", "change": revision.change or "–"}
        text = Message(N_("revision {number}, effective {effective}: {change}"), values)
        approved = revision.approved
        yield Event(approved.date if approved else date.min, text, approved.by if approved else None)
    for review in sop.reviews:
        yield Event(review.date, Message(N_("reviewed: {result}"), {"result": word(review.result)}), review.by)
    for reading in sop.read:
        yield Event(
            reading.date, Message(N_("revision {number} read"), {"number": reading.revision or "–"}), reading.by
        )
    if sop.withdrawn is not None:
        reason = sop.withdrawn.reason or "–"
        yield Event(sop.withdrawn.date, Message(N_("withdrawn: {reason}"), {"reason": reason}), sop.withdrawn.by)
