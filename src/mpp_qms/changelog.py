"""What a change did to a record, in the words of the life and not of YAML: for `mpp-qms log`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from typing import Any

from mpp_qms.dates import first_day
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records.amendments import named_way
from mpp_qms.records.audit import Audit
from mpp_qms.records.changes import Change, changes, stated
from mpp_qms.records.common import Common
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.review import Review
from mpp_qms.records.shapes import key_of
from mpp_qms.records.sop import Sop
from mpp_qms.records.titles import in_words, keys_of, label_of, title_of
from mpp_qms.store.history import Touched, TouchedFile, blobs, record_in
from mpp_qms.store.repository import place_at
from mpp_qms.story import Event, events_of_action, history
from mpp_qms.words import word

_GONE = N_("taken out of the records")
#: What a commit did: to each record, by its path, what happened to it.
Entry = tuple[Touched, list[tuple[str, list[Event]]]]


def of_commits(root: Path, commits: Sequence[Touched]) -> list[Entry]:
    """What each commit (the newest first) did to the records; one that did nothing to them is left out.

    Raises GitFailed.
    """
    touched = [(entry, [of_records for file in entry.files for of_records in _of_records(file)]) for entry in commits]
    files = [file for _, found in touched for file in found]
    versions = _Versions(files, blobs(root, [name for file in files for name in (file.before, file.after) if name]))
    entries = []
    for entry, found in touched:
        told_of = [(file.path, versions.told(file)) for file in found]
        records = [(path, events) for path, events in told_of if events]
        if records:
            entries.append((entry, records))
    return entries


def _of_records(file: TouchedFile) -> Iterator[TouchedFile]:
    """What a commit did to a file, as far as it was or is a record: documents lie among them, and nobody asks for those."""
    if _is_record(file.path):
        yield file if _is_record(file.was) else file._replace(was=file.path, before=None)
    elif _is_record(file.was):
        # put away to where no record lies
        yield file._replace(path=file.was, after=None)


def _is_record(path: str) -> bool:
    return place_at(path) is not None


class _Versions:
    """The versions of records in a history, and what stood before each."""

    def __init__(self, files: Sequence[TouchedFile], contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._before = {(file.path, file.after): (file.was, file.before) for file in files}

    def told(self, file: TouchedFile) -> list[Event]:
        """What a commit did to a record; what could not be read is compared with what could be read before it."""
        new = self._record(file.path, file.after)
        if file.after is not None and new is None:
            return [Event(date.max, Message(N_("written so that it cannot be read")), None)]
        old = self._record(file.was, file.before)
        if file.before is None or old is not None:
            return told(old, new)
        if new is None:
            return [Event(date.max, Message(_GONE), None)]
        earlier = self._last_readable(file)
        again = Event(date.min, Message(N_("can be read again")), None)
        return [again, *(told(earlier, new) if earlier is not None else ())]

    def _last_readable(self, file: TouchedFile) -> Common | None:
        place: tuple[str, str | None] | None = (file.was, file.before)
        seen = set()
        while place is not None and place not in seen:
            seen.add(place)
            record = self._record(*place)
            if record is not None:
                return record
            place = self._before.get(place)
        return None

    def _record(self, path: str, name: str | None) -> Common | None:
        return record_in(path, self._contents[name]) if name else None


def told(before: Common | None, after: Common | None) -> list[Event]:
    """What a change did to a record, in the order of days; `before` None: it is new, `after` None: it is gone.

    The day of an event is that of the fact; what has none (a title) bears the latest there is.
    """
    if after is None:
        return [Event(date.max, Message(_GONE), None)] if before is not None else []
    if before is None:
        title = getattr(after, "title", None) or getattr(after, "name", None)
        entered = Message(N_("entered: {title}"), {"title": title}) if title else Message(N_("entered"))
        return [Event(date.min, entered, None), *events(after)]
    amended = _amended(before, after)
    differ = [change for change in changes(before, after) if change.before not in amended]
    happened: list[Event] = []
    others = []
    for change in differ:
        new = _events_of(change, after)
        happened += [event for event in new if event not in happened]
        if not new:
            others.append(Event(date.max, _changed(change, before, after), None))
    return [*sorted(happened, key=lambda event: first_day(event.date)), *others]


def _amended(before: Common, after: Common) -> list[Route]:
    """The ways to what new amendments tell of, where these are told as events."""
    if not isinstance(after, Nonconformity):
        return []
    ways = (named_way(entry.field, stated(before)) for entry in after.amended[len(before.amended) :])
    return [way for way in ways if way is not None]


def _events_of(change: Change, after: Common) -> list[Event]:
    """The events that came with an addition; none where it only says more of one that was there, or where it is none."""
    if not change.added:
        return []
    try:
        rest = list(events(_without(after, change.route)))
    except _NeededError:
        return []
    new = []
    for event in events(after):
        if event in rest:
            rest.remove(event)
        else:
            new.append(event)
    return [] if rest else new


class _NeededError(Exception):
    """What is to be left out has to be there."""


def _without(value: Any, route: Route) -> Any:
    """A record, or a part of one, as it would be without what stands at a route. Raises _NeededError."""
    step, rest = route[0], route[1:]
    if isinstance(value, dict):
        others = {key: item for key, item in value.items() if key != step}
        return {**others, step: _without(value[step], rest)} if rest else others
    if isinstance(value, tuple):
        place = int(step)
        return (*value[:place], *((_without(value[place], rest),) if rest else ()), *value[place + 1 :])
    parts = {spec.name: getattr(value, spec.name) for spec in fields(value)}
    spec = next(spec for spec in fields(value) if key_of(spec) == step)
    if not rest and spec.default is MISSING:
        raise _NeededError
    parts[spec.name] = _without(parts[spec.name], rest) if rest else spec.default
    return type(value)(**parts)


def _changed(change: Change, before: Common, after: Common) -> Message:
    kind = type(after)
    keys = keys_of(change.route)
    values: dict[str, object] = {
        "field": title_of(kind, change.route, stated(after if change.after is not None else before)),
        "old": in_words(kind, keys, _unnamed(change.route, change.old)),
        "new": in_words(kind, keys, _unnamed(change.route, change.new)),
    }
    if change.added:
        return Message(N_("{field}: {new} added"), values)
    if change.after is None:
        return Message(N_("{field}: {old} removed"), values)
    return Message(N_("{field}: changed from {old} to {new}"), values)


def _unnamed(route: Route, value: Any) -> Any:
    """An entry of a list without what its title names it by already."""
    name = label_of(value) if isinstance(value, dict) and isinstance(route[-1], int) else None
    others = {key: item for key, item in value.items() if key != name} if name is not None else {}
    return others or value


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
