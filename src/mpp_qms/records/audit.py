"""An audit, internal or external, and its coverage: who looked where, at what, and what was found."""

from collections.abc import Iterator
from typing import Annotated, Literal

from mpp_qms.records.common import Common, Fact, Reference, common_facts
from mpp_qms.records.qms import VisitKind
from mpp_qms.records.shapes import Alias, ClauseText, Day, PersonCode, Text, Whole, shape


@shape
class SampleTaken:
    """How many were looked at, of how many, and which."""

    population: Annotated[int, Whole(0, 10**9)] | None = None
    taken: Annotated[int, Whole(0, 10**9)] | None = None
    items: tuple[Text, ...] | Text | None = None


Sample = Text | SampleTaken


@shape
class CoverageRow:
    """Which clauses were audited in one unit (absent: the site), by whom, on what sample, with what result."""

    unit: Text | None = None
    clauses: tuple[ClauseText, ...] = ()
    auditors: tuple[Text, ...] = ()
    sample: Sample | None = None
    result: Literal["conform", "nonconform"] | None = None


@shape
class Report:
    """When the report was given, to whom."""

    date: Day
    to: Text | None = None
    document: Reference | None = None


@shape
class Audit(Common):
    """An internal audit (IA-) or an external one (EA-)."""

    id: Text
    kind: Literal["internal", "external"]
    visit: VisitKind | None = None
    body: Text | None = None
    from_: Annotated[Day, Alias("from")]
    to: Day
    criteria: tuple[Text, ...] = ()
    lead: PersonCode
    coverage: tuple[CoverageRow, ...]
    independence_note: Text | None = None
    reported: Report | None = None


def facts(audit: Audit) -> Iterator[Fact]:
    """The dated facts of an audit; its start and end are terms (rule 2)."""
    yield from common_facts(audit)
    if audit.reported is not None:
        yield ("reported", "date"), audit.reported.date
