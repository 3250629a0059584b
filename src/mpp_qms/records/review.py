"""A management review: its inputs (clause 9.3.2), decisions and minutes (9.3.3)."""

from collections.abc import Iterator
from typing import Literal, get_args

from mpp_qms.records.common import Action, Common, Fact, Reference, action_facts, common_facts
from mpp_qms.records.shapes import Day, PersonCode, Text, shape

InputKey = Literal[
    "earlier-actions",
    "context-changes",
    "satisfaction-feedback",
    "objectives",
    "process-performance",
    "nonconformities",
    "monitoring-results",
    "audit-results",
    "external-providers",
    "resources",
    "risk-actions",
    "improvement-opportunities",
]
INPUTS: tuple[InputKey, ...] = get_args(InputKey)
Output = Literal["improvement", "qms-changes", "resources"]
OUTPUTS: tuple[Output, ...] = get_args(Output)


@shape
class ReviewInput:
    """One of the twelve inputs, and what was said of it."""

    key: InputKey
    summary: Text | None = None
    document: Reference | None = None


@shape
class Decision(Action):
    """An action decided by the review, and which of the three outputs it is."""

    output: Output | None = None


@shape
class NoneNeeded:
    """That nothing was needed of one output, and why."""

    output: Output
    reason: Text | None = None


@shape
class Review(Common):
    """A management review (RTM)."""

    id: Text
    date: Day
    chair: PersonCode
    attendees: tuple[Text, ...] = ()
    inputs: tuple[ReviewInput, ...] = ()
    decisions: tuple[Decision, ...] = ()
    none_needed: tuple[NoneNeeded, ...] = ()
    minutes: Reference | None = None


def facts(review: Review) -> Iterator[Fact]:
    """The dated facts of a review."""
    yield from common_facts(review)
    yield ("date",), review.date
    for index, decision in enumerate(review.decisions):
        yield from action_facts(("decisions", index), decision)
