"""A unit of the mall: who it is, its term in the scope, its services and agreements."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from mpp_qms.records.common import Common, Fact, Reference, common_facts
from mpp_qms.records.qms import NotApplicable
from mpp_qms.records.shapes import Alias, Day, Text, shape

Authority = Literal["regional", "vertical", "state-owned", "judiciary", "private"]
ScopeRole = Literal["internal", "in-scope-partner", "external-provider", "undecided"]
#: The roles by which a unit is in scope and has cells of its own (FORMAT.md, Readiness).
IN_SCOPE: frozenset[ScopeRole] = frozenset({"internal", "in-scope-partner", "undecided"})
#: The roles by which a unit is a provider under 8.4.
PROVIDERS: frozenset[ScopeRole] = frozenset({"in-scope-partner", "external-provider"})


@shape
class ScopeTerm:
    """The part a unit plays in the scope, for a term."""

    from_: Annotated[Day, Alias("from")]
    to: Day | None = None
    role: ScopeRole | None = None
    reason: Text | None = None


@shape
class Service:
    """A service of a unit, for a term, with its service standard."""

    id: Text
    name: Text | None = None
    from_: Annotated[Day | None, Alias("from")] = None
    to: Day | None = None
    standard: Reference | None = None


@shape
class Agreement:
    """A cooperation agreement (PKS) or contract with a unit, for a term."""

    number: Text | None = None
    start: Day
    end: Day | None = None
    document: Reference | None = None


@shape
class Unit(Common):
    """A public body, or a provider, at the mall."""

    id: Text
    name: Text
    institution: Text | None = None
    authority: Authority
    scope: tuple[ScopeTerm, ...]
    services: tuple[Service, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()


def holds(start: date | None, end: date | None, day: date) -> bool:
    """True where a term from `start` to `end` (None: unbounded), both days included, holds on `day`."""
    return (start is None or start <= day) and (end is None or day <= end)


def scope_role(unit: Unit, day: date) -> ScopeRole | None:
    """The part the unit plays on `day`: of overlapping terms the one that began last; None outside every term.

    A term without a role is undecided.
    """
    held = [term for term in unit.scope if holds(term.from_, term.to, day)]
    if not held:
        return None
    return max(held, key=lambda term: term.from_).role or "undecided"


def first_in_scope(unit: Unit) -> date | None:
    """The first day the unit was ever in scope, or None."""
    days = [term.from_ for term in unit.scope if (term.role or "undecided") in IN_SCOPE]
    return min(days, default=None)


def facts(unit: Unit) -> Iterator[Fact]:
    """The dated facts of a unit; scope, services and agreements are terms (rule 2)."""
    yield from common_facts(unit)
    for index, entry in enumerate(unit.not_applicable):
        if entry.date is not None:
            yield ("not_applicable", index, "date"), entry.date
