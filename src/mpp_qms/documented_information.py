"""What SOPs there are and what stands on them (clause 7.5): status, who has read them, what they cover.

Everything is derived for the register's day, by what is known (FORMAT.md, SOP).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from mpp_qms.catalogue import Clause
from mpp_qms.records import sop as sops
from mpp_qms.records.sop import Reading, Revision, Sop, SopStatus
from mpp_qms.records.unit import Service, Unit, holds
from mpp_qms.register import Register


@dataclass(frozen=True, slots=True)
class Standing:
    """An SOP on the register's day; `revision` is the one in force, `review_due` the day by which it is to be reviewed.

    Both are None where none is in force, and for a withdrawn SOP. `days_overdue` counts from `review_due` to the
    day looked at, negative before it.
    """

    sop: Sop
    status: SopStatus
    revision: Revision | None
    review_due: date | None
    days_overdue: int | None


def standing(sop: Sop, register: Register) -> Standing:
    """What an SOP is on the register's day."""
    months = register.policy().sop_review_months
    status = sops.status(sop, register.known, register.day, months)
    revision = sops.revision_in_force(sop, register.known, register.day) if status != "withdrawn" else None
    if revision is None:
        return Standing(sop, status, None, None, None)
    due = sops.review_due(sop, revision, register.known, months)
    return Standing(sop, status, revision, due, (register.day - due).days)


def standings(register: Register) -> list[Standing]:
    """Every SOP, by id."""
    return [standing(sop, register) for sop in sorted(register.sops, key=lambda sop: sop.id)]


def due_for_review(register: Register) -> list[Standing]:
    """The SOPs that are due for review, by id."""
    return [found for found in standings(register) if found.status == "due-for-review"]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who has read the revision in force: the entries that say so, the staff codes who serve, and those who have not.

    All are empty where no revision is in force: there is nothing to be read.
    """

    entries: tuple[Reading, ...]
    serving: tuple[str, ...]
    not_read: tuple[str, ...]


def readers(found: Standing, register: Register) -> Readers:
    """Who has read the revision in force, as known; a reading counts for the revision it names, and for no other.

    Asked of everybody who has any role with the SOP's unit on the register's day, in the order of qms.yaml.
    """
    if found.revision is None:
        return Readers((), (), ())
    number = found.revision.number
    entries = tuple(entry for entry in found.sop.read if entry.revision == number and entry.date <= register.known)
    serving = tuple(code for code in register.people if register.serves(code, found.sop.unit, register.day))
    read = {entry.by for entry in entries}
    return Readers(entries, serving, tuple(code for code in serving if code not in read))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Clauses and the SOPs that name them, the services in scope without an SOP in force, and what is due for review.

    `clauses` are leaves in the order of the standard, each with the SOPs not withdrawn that name it, by id.
    """

    clauses: tuple[tuple[Clause, tuple[Standing, ...]], ...]
    services_without_sop: tuple[tuple[Unit, Service], ...]
    due_for_review: tuple[Standing, ...]


def matrix(register: Register, units: Collection[str] = (), leaves: Collection[str] = ()) -> Matrix:
    """Clauses against SOPs; a heading that an SOP names stands for its leaves.

    `units` narrows everything to some units, `leaves` the clauses and the SOPs due for review to some leaf clauses;
    a service belongs to no clause. What is due for review longest stands first.
    """
    standard = register.standard
    wanted = [leaf for leaf in standard.leaves if not leaves or leaf.number in leaves]
    naming: dict[str, list[Standing]] = {leaf.number: [] for leaf in wanted}
    due = []
    for found in standings(register):
        sop = found.sop
        if found.status == "withdrawn" or (units and sop.unit not in units):
            continue
        named = {leaf for text in sop.clauses for leaf in standard.leaves_of(text)} & naming.keys()
        for leaf in named:
            naming[leaf].append(found)
        if found.review_due is not None and found.status == "due-for-review" and (named or not leaves):
            due.append((found.review_due, found))
    without = services_without_sop(register)
    return Matrix(
        clauses=tuple((leaf, tuple(naming[leaf.number])) for leaf in wanted),
        services_without_sop=tuple(
            (unit, service)
            for unit in register.in_scope()
            if not units or unit.id in units
            for service in without[unit.id]
        ),
        due_for_review=tuple(found for _, found in sorted(due, key=lambda entry: entry[0])),
    )


def services_on(unit: Unit, day: date) -> tuple[Service, ...]:
    """The services a unit gives on a day."""
    return tuple(service for service in unit.services if holds(service.from_, service.to, day))


def services_without_sop(register: Register) -> dict[str, tuple[Service, ...]]:
    """For each unit with services, those without an SOP of the unit in force on the register's day.

    One that is due for review still counts (FORMAT.md, G8).
    """
    covered: dict[str, set[str]] = defaultdict(set)
    for sop in register.sops:
        in_force = sops.revision_in_force(sop, register.known, register.day) is not None
        if in_force and not (sop.withdrawn is not None and sop.withdrawn.date <= register.known):
            covered[sop.unit].update(sop.services)
    return {
        unit.id: tuple(service for service in services_on(unit, register.day) if service.id not in covered[unit.id])
        for unit in register.unit_by_id.values()
    }
