"""The steps in the life of an SOP (clause 7.5): revised, reviewed, read, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mpp_qms.messages import N_, Message
from mpp_qms.steps.nonconformity import REASON
from mpp_qms.steps.step import Answers, Option, Place, Step, Stop, by, day_of, entry
from mpp_qms.store.edits import Append, Edit, Put

if TYPE_CHECKING:
    from mpp_qms.records.policy import KindName
    from mpp_qms.records.sop import Sop

KINDS: tuple[KindName, ...] = ("sop",)


def _not_withdrawn(place: Place, answers: Answers) -> Iterator[Stop]:
    sop: Sop = place.record
    if sop.withdrawn is not None:
        values = {"record": sop.id, "date": sop.withdrawn.date}
        yield Stop("STP013", values, f"mpp-qms sop add --unit {sop.unit}")


def _in_force(place: Place, answers: Answers) -> Iterator[Stop]:
    from mpp_qms.records.sop import revision_in_force

    day = day_of(answers)
    if not answers.get("revision") and revision_in_force(place.record, day, day) is None:
        coming = [revision.number for revision in place.record.revisions]
        command = f"mpp-qms sop show {place.id}" if coming else f"mpp-qms sop revise {place.id}"
        yield Stop("STP014", {"record": place.id, "date": day}, command)


def _not_entered_yet(place: Place, answers: Answers) -> Iterator[Stop]:
    """The same revision is not entered a second time."""
    for revision in place.record.revisions:
        if revision.effective is not None and revision.effective == answers.get("effective"):
            what = Message(N_("revision {number}"), {"number": revision.number})
            yield Stop("STP009", {"record": place.id, "what": what, "date": revision.effective})


def _after_the_others(place: Place, answers: Answers) -> Iterator[Stop]:
    """A revision takes effect after all that are entered: an earlier one would never be the one in force."""
    effective = answers.get("effective")
    dated = [
        (entry.effective, index) for index, entry in enumerate(place.record.revisions) if entry.effective is not None
    ]
    if effective is not None and dated and effective < max(dated)[0]:
        day, index = max(dated)
        number = place.record.revisions[index].number
        yield Stop("STP021", {"record": place.id, "number": number, "date": day, "day": effective})


def _can_be_numbered(place: Place, answers: Answers) -> Iterator[Stop]:
    """The number after the last one is known, or given."""
    numbers = [revision.number for revision in place.record.revisions]
    if not answers.get("number") and next_revision(numbers) is None:
        yield Stop("STP023", {"record": place.id, "number": numbers[-1]})


def _not_read_yet(place: Place, answers: Answers) -> Iterator[Stop]:
    number = _revision(place, answers)
    for reading in place.record.read:
        if reading.revision == number and reading.by in answers.get("by", ()):
            what = Message(N_("the reading of revision {revision} by {by}"), {"revision": number, "by": reading.by})
            yield Stop("STP009", {"record": place.id, "what": what, "date": reading.date})


def _results() -> tuple[str, ...]:
    from mpp_qms.records.shapes import choices_of
    from mpp_qms.records.sop import SopReview

    return choices_of(SopReview, "result")


def _is_ours(place: Place) -> bool:
    return bool(place.record.origin == "internal")


def next_revision(numbers: list[str]) -> str | None:
    """The number after the last of some revisions' (`3` after `2`, `02` after `01`); None where it ends in no digits."""
    if not numbers:
        return "1"
    match = re.fullmatch(r"(.*?)([0-9]{1,9})", numbers[-1])
    return f"{match[1]}{int(match[2]) + 1:0{len(match[2])}d}" if match is not None else None


def _revision(place: Place, answers: Answers) -> str | None:
    if answers.get("revision"):
        return str(answers["revision"])
    from mpp_qms.records.sop import revision_in_force

    found = revision_in_force(place.record, day_of(answers), day_of(answers))
    return found.number if found is not None else None


def _revise(place: Place, answers: Answers) -> tuple[Edit, ...]:
    number = answers.get("number") or next_revision([revision.number for revision in place.record.revisions])
    approval = entry(by=answers.get("by"), date=day_of(answers)) if answers.get("by") else None
    revision = entry(
        number=number,
        approved=approval,
        effective=answers["effective"],
        review_due=answers.get("review_due"),
        change=answers.get("change"),
        document=answers.get("document"),
    )
    return (Append(("revisions",), revision),)


def _review(place: Place, answers: Answers) -> tuple[Edit, ...]:
    review = entry(date=day_of(answers), by=answers["by"], result=answers["result"], note=answers.get("note"))
    return (Append(("reviews",), review),)


def _read(place: Place, answers: Answers) -> tuple[Edit, ...]:
    number = _revision(place, answers)
    # a code given twice has read it once
    readings = (entry(revision=number, by=code, date=day_of(answers)) for code in dict.fromkeys(answers["by"]))
    return tuple(Append(("read",), reading) for reading in readings)


def _withdraw(place: Place, answers: Answers) -> tuple[Edit, ...]:
    return (Put(("withdrawn",), entry(date=day_of(answers), by=answers["by"], reason=answers["reason"])),)


STEPS: tuple[Step, ...] = (
    Step(
        "sop revise",
        KINDS,
        help=N_("Enter a new revision; its file is hashed, so that a later change of it is noticed."),
        told=N_("{record}: revision entered, effective {effective}."),
        options=(
            Option(
                "effective",
                N_("The day it takes effect."),
                N_("Effective from which day? (YYYY-MM-DD)"),
                "day",
                metavar="DATE",
            ),
            Option("change", N_("What was changed, and why."), N_("What was changed, and why?")),
            Option(
                "document",
                N_("The document: a file in the repository, or an address."),
                N_("Where is the document? (a file in the repository, an address, or where it is kept)"),
                "reference",
                metavar="PATH|URL",
            ),
            Option(
                "number",
                N_("The number of the revision; default: the next one."),
                needed=False,
                metavar="N",
            ),
            Option(
                "review_due",
                N_("The day by which it is to be reviewed; default: by policy."),
                "",
                "day",
                needed=False,
                metavar="DATE",
            ),
        ),
        by=by(
            N_("Who approves it?"),
            N_("Who approves it; of an external SOP the mall approves nothing."),
            needed=False,
            when=_is_ours,
        ),
        edits=_revise,
        before=(_not_withdrawn, _can_be_numbered, _not_entered_yet, _after_the_others),
    ),
    Step(
        "sop review",
        KINDS,
        help=N_("Enter that an SOP was looked through, and found valid or to be revised."),
        told=N_("{record}: reviewed, {result}."),
        options=(
            Option(
                "result",
                N_("valid or revise."),
                N_("What was found?"),
                "choice",
                choices=_results,
                metavar="valid|revise",
            ),
            Option("note", N_("What was noted."), N_("What was noted? (may stay empty)"), needed=False, offered=True),
        ),
        by=by(N_("Who looked it through?"), N_("Who looked it through: a staff code.")),
        edits=_review,
        before=(_not_withdrawn, _in_force),
    ),
    Step(
        "sop read",
        KINDS,
        help=N_("Enter who has read and understood a revision."),
        told=N_("{record}: read by {by}."),
        options=(
            Option(
                "revision",
                N_("The number of the revision; default: the one in force."),
                needed=False,
                metavar="N",
            ),
        ),
        by=Option(
            "by",
            N_("Who has read it: a staff code; may be repeated."),
            N_("Who has read it?"),
            "person",
            many=True,
            metavar="CODE",
        ),
        edits=_read,
        before=(_not_withdrawn, _in_force, _not_read_yet),
    ),
    Step(
        "sop withdraw",
        KINDS,
        help=N_("Withdraw an SOP; it stays on record."),
        told=N_("{record}: withdrawn."),
        options=(REASON,),
        by=by(N_("Who withdraws it?"), N_("Who withdraws it: a staff code.")),
        edits=_withdraw,
        before=(_not_withdrawn,),
    ),
)
