"""A standard operating procedure: its revisions, reviews, who has read it, and what it is on a day."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from mpp_qms.dates import add_months
from mpp_qms.records.common import Common, Dated, Fact, Reference, common_facts
from mpp_qms.records.shapes import ClauseText, Day, NotEmpty, PersonCode, Text, shape

SopStatus = Literal["draft", "approved", "in-force", "due-for-review", "withdrawn"]


@shape
class Approval:
    """Who approved a revision, and when."""

    by: PersonCode | None = None
    date: Day


@shape
class Revision:
    """A revision of an SOP."""

    number: Text
    approved: Approval | None = None
    effective: Day | None = None
    review_due: Day | None = None
    change: Text | None = None
    document: Reference | None = None


@shape
class SopReview:
    """That an SOP was looked through, and found valid or to be revised."""

    date: Day
    by: PersonCode | None = None
    result: Literal["valid", "revise"]
    note: Text | None = None


@shape
class Reading:
    """That somebody has read and understood a revision."""

    revision: Text | None = None
    by: PersonCode | None = None
    date: Day


@shape
class Sop(Common):
    """An SOP of a unit."""

    id: Text
    unit: Text
    number: Text
    title: Text
    origin: Literal["internal", "external"] = "internal"
    issuer: Text | None = None
    clauses: Annotated[tuple[ClauseText, ...], NotEmpty()]
    services: tuple[Text, ...] = ()
    revisions: tuple[Revision, ...]
    reviews: tuple[SopReview, ...] = ()
    read: tuple[Reading, ...] = ()
    withdrawn: Dated | None = None


def approved(sop: Sop, revision: Revision, known: date) -> bool:
    """True where the revision counts as approved: one of external origin needs no approval of the mall's."""
    return sop.origin == "external" or (revision.approved is not None and revision.approved.date <= known)


def revision_in_force(sop: Sop, known: date, day: date) -> Revision | None:
    """The latest revision that is approved, as known, and effective on `day`; withdrawn or not."""
    effective = [
        (revision.effective, index)
        for index, revision in enumerate(sop.revisions)
        if revision.effective is not None and revision.effective <= day and approved(sop, revision, known)
    ]
    return sop.revisions[max(effective)[1]] if effective else None


def review_due(sop: Sop, revision: Revision, known: date, months: int) -> date:
    """The day by which the revision in force is to be reviewed.

    Its `review_due`, moved on by a review that found it valid, else `months` after the latest of effective
    and such a review (FORMAT.md, SOP).
    """
    assert revision.effective is not None
    valid = [
        review.date for review in sop.reviews if review.result == "valid" and revision.effective <= review.date <= known
    ]
    due = add_months(max([revision.effective, *valid]), months)
    if revision.review_due is None:
        return due
    return max(revision.review_due, due) if valid else revision.review_due


def status(sop: Sop, known: date, day: date, months: int) -> SopStatus:
    """What the SOP is on `day`, by what is known: derived, never stored. `months`: sop_review_months."""
    if sop.withdrawn is not None and sop.withdrawn.date <= known:
        return "withdrawn"
    revision = revision_in_force(sop, known, day)
    if revision is not None:
        return "due-for-review" if day > review_due(sop, revision, known, months) else "in-force"
    return "approved" if any(approved(sop, revision, known) for revision in sop.revisions) else "draft"


def facts(sop: Sop) -> Iterator[Fact]:
    """The dated facts of an SOP; effective and review days are terms (rule 2)."""
    yield from common_facts(sop)
    for index, revision in enumerate(sop.revisions):
        if revision.approved is not None:
            yield ("revisions", index, "approved", "date"), revision.approved.date
    for index, review in enumerate(sop.reviews):
        yield ("reviews", index, "date"), review.date
    for index, reading in enumerate(sop.read):
        yield ("read", index, "date"), reading.date
    if sop.withdrawn is not None:
        yield ("withdrawn", "date"), sop.withdrawn.date
