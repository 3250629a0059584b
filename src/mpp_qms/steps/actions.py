"""The steps of an action, wherever it stands: a correction, a corrective action, a decision of a review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mpp_qms.messages import N_, Message
from mpp_qms.steps import nonconformity
from mpp_qms.steps.nonconformity import DUE, EVIDENCE, OWNER, REASON, WHAT
from mpp_qms.steps.step import Answers, Option, Place, Step, Stop, by, day_of, entry, next_id
from mpp_qms.store.edits import Append, Edit, Put

if TYPE_CHECKING:
    from mpp_qms.records.policy import KindName

KINDS: tuple[KindName, ...] = ("nonconformity", "review")


def _running(place: Place, answers: Answers) -> Iterator[Stop]:
    if not _is_review(place):
        yield from nonconformity.running(place, answers)


def _in_this_cycle(place: Place, answers: Answers) -> Iterator[Stop]:
    if not _is_review(place):
        yield from nonconformity.in_this_cycle(place, answers)


def _open(place: Place, answers: Answers) -> Iterator[Stop]:
    """The action is neither done nor cancelled."""
    action = place.named
    again = f"mpp-qms action add {place.id}"
    if action.done is not None:
        values = {"action": action.id, "record": place.id, "date": action.done.date}
        yield Stop("STP004", values, again)
    elif action.cancelled is not None:
        values = {"action": action.id, "record": place.id, "date": action.cancelled.date}
        yield Stop("STP005", values, again)


def _another_owner(place: Place, answers: Answers) -> Iterator[Stop]:
    from mpp_qms.records.nonconformity import owner_on

    owner = owner_on(place.named, place.register.known)
    if answers.get("to") == owner:
        what = Message(N_("the owner of {action}"), {"action": place.named.id})
        yield Stop("STP012", {"record": place.id, "what": what, "value": owner})


def _outputs() -> tuple[str, ...]:
    from mpp_qms.records.review import OUTPUTS

    return OUTPUTS


def _is_review(place: Place) -> bool:
    from mpp_qms.records.review import Review

    return isinstance(place.record, Review)


def in_order(place: Place, answers: Answers) -> Iterator[Stop]:
    """What changes an action is dated on or after the last such change: an earlier one would change nothing."""
    action = place.named
    days = [entry.date for entry in action.extensions] + [entry.date for entry in action.reassigned]
    last = max(days, default=None)
    if last is not None and day_of(answers) < last:
        yield Stop("STP018", {"action": place.named.id, "record": place.id, "date": last})


def _later(place: Place, answers: Answers) -> Iterator[Stop]:
    """An extension leads to a later day than the one that holds."""
    from mpp_qms.records.nonconformity import due_on

    due = due_on(place.named, place.register.known)
    if answers.get("to") is not None and answers["to"] <= due:
        yield Stop("STP019", {"action": place.named.id, "record": place.id, "due": due})


def _add(place: Place, answers: Answers) -> tuple[Edit, ...]:
    review = _is_review(place)
    taken = [action.id for action in (place.record.decisions if review else place.record.actions)]
    action = entry(
        id=next_id("D" if review else "A", taken),
        output=answers.get("review_output"),
        added=day_of(answers),
        what=answers["what"],
        owner=answers["owner"],
        due=answers["due"],
    )
    return (Append(("decisions" if review else "actions",), action),)


def _at(place: Place) -> tuple[str | int, ...]:
    assert place.action is not None
    return place.action


def _done(place: Place, answers: Answers) -> tuple[Edit, ...]:
    done = entry(date=day_of(answers), by=answers["by"], evidence=answers.get("evidence"))
    return (Put((*_at(place), "done"), done),)


def _extend(place: Place, answers: Answers) -> tuple[Edit, ...]:
    extension = entry(date=day_of(answers), to=answers["to"], reason=answers["reason"], approved_by=answers["by"])
    return (Append((*_at(place), "extensions"), extension),)


def _reassign(place: Place, answers: Answers) -> tuple[Edit, ...]:
    return (Append((*_at(place), "reassigned"), entry(date=day_of(answers), to=answers["to"], by=answers["by"])),)


def _cancel(place: Place, answers: Answers) -> tuple[Edit, ...]:
    cancelling = entry(date=day_of(answers), by=answers["by"], reason=answers["reason"])
    return (Put((*_at(place), "cancelled"), cancelling),)


TO_PERSON = Option("to", N_("Who takes it over: a staff code."), N_("Who takes it over?"), "person", metavar="CODE")

REASSIGN = Step(
    "action reassign",
    KINDS,
    help=N_("Hand an action to another owner."),
    told=N_("{record}: {action} handed to {to}."),
    options=(TO_PERSON,),
    by=by(N_("Who decides it?"), N_("Who decides it: a staff code.")),
    edits=_reassign,
    before=(_running, _open, _another_owner, in_order),
    of_action=True,
)

STEPS: tuple[Step, ...] = (
    Step(
        "action add",
        KINDS,
        help=N_("Add an action to a nonconformity, or a decision to a review; its id is printed."),
        told=N_("{record}: {action} added, due {due}, {owner}."),
        options=(
            WHAT,
            OWNER,
            DUE,
            Option(
                "review_output",
                N_("Of a review: improvement, qms-changes or resources."),
                N_("Which output of the review is it?"),
                "choice",
                choices=_outputs,
                needed=False,
                offered=True,
                metavar="OUTPUT",
                when=_is_review,
            ),
        ),
        by=by("", N_("Who enters it; the record holds only whose it is."), needed=False),
        edits=_add,
        before=(_running, _in_this_cycle),
    ),
    Step(
        "action done",
        KINDS,
        help=N_("Enter that an action, a correction or a decision was carried out."),
        told=N_("{record}: {action} done."),
        options=(EVIDENCE,),
        by=by(N_("Who carried it out?"), N_("Who carried it out: a staff code.")),
        edits=_done,
        before=(_running, _open),
        of_action=True,
    ),
    Step(
        "action extend",
        KINDS,
        help=N_("Give an action a later day; the first day stays on record."),
        told=N_("{record}: {action} extended to {to}."),
        options=(
            Option("to", N_("The new day."), N_("To which day? (YYYY-MM-DD)"), "day", metavar="DATE"),
            REASON,
        ),
        by=by(N_("Who approves it? (not an owner of it)"), N_("Who approves it: no owner of it.")),
        edits=_extend,
        before=(_running, _open, in_order, _later),
        of_action=True,
    ),
    REASSIGN,
    Step(
        "action cancel",
        KINDS,
        help=N_("Cancel an action that is not needed after all."),
        told=N_("{record}: {action} cancelled."),
        options=(REASON,),
        by=by(N_("Who approves it? (not an owner of it)"), N_("Who approves it: no owner of it.")),
        edits=_cancel,
        before=(_running, _open),
        of_action=True,
    ),
)
