"""Which keys are shown, where, and until when: the catalogue expects, records show (FORMAT.md, Evidence)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from mpp_qms.catalogue import Expectation
from mpp_qms.dates import add_days, add_months, first_day, next_quarter, previous_quarter, quarter_of
from mpp_qms.documented_information import services_on, services_without_sop
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.unit import Service
from mpp_qms.register import Register

State = Literal["current", "stale", "none"]
#: From the worst to the best.
_RANK: dict[State, int] = {"none": 0, "stale": 1, "current": 2}
#: Evidence of `units: all`, for whichever units there are.
EVERY_UNIT = "*"


@dataclass(frozen=True, slots=True)
class Shown:
    """That a record shows a key: from its first day until its last (None: until changed), both included."""

    record: str
    path: str
    first: date
    until: date | None

    def state(self, day: date) -> State:
        """What it is worth on a day."""
        if day < self.first:
            return "none"
        return "current" if self.until is None or day <= self.until else "stale"


@dataclass(frozen=True, slots=True)
class Held:
    """What is shown of a key in one place on a day, and the record it rests on longest."""

    state: State
    by: Shown | None = None

    @property
    def until(self) -> date:
        """The last day it holds."""
        return self.by.until or date.max if self.by is not None else date.min


NOTHING = Held("none")
#: (key, unit or None for the site) → what shows it.
Index = Mapping[tuple[str, str | None], list[Shown]]


@dataclass(frozen=True, slots=True)
class Shows:
    """What is shown on the day the register looks at, by evidence and by the other records themselves."""

    register: Register
    evidence: Index
    others: Index
    #: For each unit with services, those without an SOP in force.
    without_sop: Mapping[str, tuple[Service, ...]]
    _held: dict[tuple[str, str | None], Held] = field(default_factory=dict)

    def at(self, key: str, unit: str | None) -> Held:
        """What is shown of a key for a unit, or (None) for the site.

        For the site the evidence of units counts too, when together it names every unit concerned.
        """
        held = self._held.get((key, unit))
        if held is None:
            if unit is not None:
                held = self._best(self._of_unit(key, unit))
            else:
                held = max(self._best(self._direct(key, None)), self._together(key), key=_worth)
            self._held[key, unit] = held
        return held

    def records(self, key: str, unit: str | None) -> Iterator[tuple[Shown, str | None]]:
        """Every record that shows a key, each with the unit it shows it for (None: the site)."""
        places = [None, EVERY_UNIT, *(known for known in self.register.unit_by_id)]
        if unit is not None:
            places = [unit, EVERY_UNIT]
        for place in places:
            yield from ((shown, place) for shown in self._direct(key, place))

    def _direct(self, key: str, place: str | None) -> list[Shown]:
        return [*self.evidence.get((key, place), ()), *self.others.get((key, place), ())]

    def _of_unit(self, key: str, unit: str) -> list[Shown]:
        return self._direct(key, unit) + self._direct(key, EVERY_UNIT)

    def _best(self, shown: Iterable[Shown]) -> Held:
        day = self.register.day
        held = (Held(entry.state(day), entry) for entry in shown)
        return max((entry for entry in held if entry.state != "none"), key=_worth, default=NOTHING)

    def _together(self, key: str) -> Held:
        expectation = self.register.standard.keys.get(key)
        concerned = self.register.providers() if expectation and expectation.providers else self.register.in_scope()
        return min((self.at(key, unit.id) for unit in concerned), key=_worth, default=NOTHING)


def _worth(held: Held) -> tuple[int, date]:
    return _RANK[held.state], held.until


def shows(register: Register, evidence: Index | None = None) -> Shows:
    """Everything shown, for the register's day; `evidence` may be handed on between days of one knowledge."""
    without_sop = services_without_sop(register)
    others = _of_others(register, without_sop)
    return Shows(register, _of_evidence(register) if evidence is None else evidence, others, without_sop)


def _of_evidence(register: Register) -> Index:
    index: dict[tuple[str, str | None], list[Shown]] = defaultdict(list)
    for record in register.evidence:
        if record.date > register.known:
            continue
        for key in record.shows:
            expectation = register.standard.keys.get(key)
            if expectation is None:
                continue
            until = current_until(record, expectation, register)
            shown = Shown(record.id, register.path(record), date.min, until)
            for place in _places(record):
                index[key, place].append(shown)
    return index


def _places(record: Evidence) -> tuple[str | None, ...]:
    if record.units is None:
        return (None,)
    return (EVERY_UNIT,) if record.units == "all" else record.units


def current_until(record: Evidence, expectation: Expectation, register: Register) -> date | None:
    """The last day a piece of evidence is current for a key (None: until changed); date.min where it never is.

    Age counts from the end of its period, else from its date; `valid_until` may only shorten. For a quarterly key
    the period covers a whole quarter, and is asked for until the next one's report is (policy quarter_grace_days).
    """
    end = record.date
    if record.period is not None and record.period.to is not None:
        # what lies ahead of a document's own date it cannot speak of
        end = min(record.period.to, record.date)
    until: date | None = None
    if expectation.quarterly:
        until = _quarter_until(record, register)
    elif expectation.months is not None:
        # the mall's own freshness stands for the catalogue's 12 months only
        months = register.policy(end).freshness_months if expectation.months == 12 else expectation.months
        until = add_months(end, months)
    if record.valid_until is not None:
        until = record.valid_until if until is None else min(until, record.valid_until)
    return until


def _quarter_until(record: Evidence, register: Register) -> date:
    period = record.period
    if period is None or period.to is None:
        return date.min
    # what is dated before a quarter's end cannot speak for the whole of it
    end = min(period.to, record.date)
    quarter = quarter_of(end)
    if end < quarter.end:
        quarter = previous_quarter(quarter)
    if first_day(period.from_) > quarter.start:
        return date.min
    asked = next_quarter(quarter).end
    return add_days(asked, register.policy(asked).quarter_grace_days)


def _of_others(register: Register, without_sop: Mapping[str, tuple[Service, ...]]) -> Index:
    """What other kinds show by themselves, each for the keys that FORMAT.md names."""
    index: dict[tuple[str, str | None], list[Shown]] = defaultdict(list)
    day, known = register.day, register.known
    qms = register.qms
    if qms is not None:
        entries = [entry for entry in qms.scope if entry.from_ <= day and entry.text is not None]
        if entries:
            latest = max(entries, key=lambda entry: entry.from_)
            index["scope-statement", None].append(Shown("qms", register.path(qms), latest.from_, None))
    for unit in register.unit_by_id.values():
        path = register.path(unit)
        services = services_on(unit, day)
        if services and all(service.standard is not None for service in services):
            index["service-standards", unit.id].append(Shown(unit.id, path, date.min, None))
        if services and not without_sop.get(unit.id):
            index["sop-in-force", unit.id].append(Shown(unit.id, path, date.min, None))
        for agreement in unit.agreements:
            index["provider-agreements", unit.id].append(Shown(unit.id, path, agreement.start, agreement.end))
    for audit in register.audits:
        if audit.kind == "internal" and audit.reported is not None and audit.reported.date <= known:
            until = add_months(audit.to, register.policy(audit.to).freshness_months)
            index["internal-audit", None].append(Shown(audit.id, register.path(audit), date.min, until))
    for review in register.reviews:
        if review.date <= known:
            until = add_months(review.date, register.policy(review.date).freshness_months)
            index["management-review", None].append(Shown(review.id, register.path(review), date.min, until))
    first = next(register.known_nonconformities(), None)
    if first is not None:
        index["nonconformity-register", None].append(Shown(first.id, register.path(first), date.min, None))
    return index
