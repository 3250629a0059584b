"""Evidence: documented information that shows something, by keys of the catalogue, not by clauses."""

from collections.abc import Iterator
from typing import Annotated, Literal

from mpp_qms.records.common import Common, Fact, Reference, common_facts
from mpp_qms.records.shapes import Alias, Day, NotEmpty, Text, shape


@shape
class Period:
    """The days that evidence speaks of."""

    from_: Annotated[Day, Alias("from")]
    to: Day | None = None


Units = Literal["all"] | Annotated[tuple[Text, ...], NotEmpty()]


@shape
class Evidence(Common):
    """A document, on paper or not, and the keys it shows for the site (no units), some units or all."""

    id: Text
    title: Text
    shows: Annotated[tuple[Text, ...], NotEmpty()]
    units: Units | None = None
    date: Day
    period: Period | None = None
    valid_until: Day | None = None
    document: Reference


def facts(evidence: Evidence) -> Iterator[Fact]:
    """The dated facts of evidence; period and valid_until are terms (rule 2)."""
    yield from common_facts(evidence)
    yield ("date",), evidence.date
