"""The steps in the life of a nonconformity (clause 10.2), from the correction to the closing and beyond."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, get_args

from mpp_qms.dates import add_days
from mpp_qms.messages import N_, Message
from mpp_qms.steps.step import Answers, Condition, Option, Place, Step, Stop, by, day_of, entry, next_id
from mpp_qms.store.edits import Append, Edit, Put
from mpp_qms.words import word

if TYPE_CHECKING:
    from mpp_qms.records.nonconformity import Nonconformity, Response
    from mpp_qms.records.policy import KindName

KINDS: tuple[KindName, ...] = ("nonconformity",)
REASON = Option("reason", N_("Why."), N_("Why?"))
WHAT = Option("what", N_("What is to be done."), N_("What is to be done?"))
OWNER = Option("owner", N_("Whose it is: a staff code."), N_("Whose is it?"), "person", metavar="CODE")
DUE = Option("due", N_("The day by which it is to be done."), N_("By which day? (YYYY-MM-DD)"), "day", metavar="DATE")
EVIDENCE = Option(
    "evidence",
    N_("What shows it: an evidence record, a file, an address, or a text; may be repeated."),
    N_("What shows it? (an id such as EVD-2024-011, a file, an address or a text; may stay empty)"),
    "reference",
    needed=False,
    offered=True,
    many=True,
    metavar="REF",
)


def _of(shape: str, name: str) -> Callable[[], tuple[str, ...]]:
    """The values that a key of one of a nonconformity's entries takes."""

    def choices() -> tuple[str, ...]:
        from mpp_qms.records import nonconformity
        from mpp_qms.records.shapes import choices_of

        return choices_of(getattr(nonconformity, shape), name)

    return choices


def _grades() -> tuple[str, ...]:
    from mpp_qms.records.nonconformity import GradeGiven

    return get_args(GradeGiven)


# --- what must hold before ---


def running(place: Place, answers: Answers) -> Iterator[Stop]:
    """The finding is neither void nor closed."""
    yield from not_void(place, answers)
    nc: Nonconformity = place.record
    life = place.register.life(nc)
    if life.status == "closed":
        day = max(closure.date for closure in nc.closures)
        yield Stop("STP002", {"record": nc.id, "date": day}, f"mpp-qms nc reopen {nc.id}")


def not_void(place: Place, answers: Answers) -> Iterator[Stop]:
    """The finding is not void."""
    nc: Nonconformity = place.record
    if nc.void is not None:
        yield Stop("STP001", {"record": nc.id, "date": nc.void.date}, "mpp-qms nc add")


def _closed(place: Place, answers: Answers) -> Iterator[Stop]:
    status = place.register.life(place.record).status
    if status not in ("closed", "void"):
        values = {"record": place.id, "status": word(status)}
        yield Stop("STP003", values, f"mpp-qms nc show {place.id}")


def _something_planned(place: Place, answers: Answers) -> Iterator[Stop]:
    """The plan would count: it has an action of this cycle that is not cancelled, or says why none is needed."""
    from mpp_qms.records.nonconformity import is_open, is_planned_for
    from mpp_qms.rules.nonconformity import why_not_left

    nc: Nonconformity = place.record
    known = place.register.known
    standing = is_planned_for(nc, known)
    why = why_not_left(nc, day_of(answers))
    if standing and answers.get("no_action") and why is not None:
        # that nobody cancels an action for what would be forbidden without it, too
        yield Stop("NCL007", {"why": why}, f"mpp-qms nc plan {nc.id}")
    elif not standing and not answers.get("no_action"):
        yield Stop("STP006", {"record": nc.id}, f"mpp-qms action add {nc.id}")
    elif standing and answers.get("no_action"):
        open_ = next((action.id for action in nc.actions if is_open(action, known)), None)
        command = f"mpp-qms action cancel {nc.id} {open_}" if open_ is not None else f"mpp-qms nc plan {nc.id}"
        yield Stop("STP016", {"record": nc.id}, command)


def _something_done(place: Place, answers: Answers) -> Iterator[Stop]:
    """Something was carried out that can be looked at: the plan's actions, or that none was needed."""
    from mpp_qms.records.nonconformity import is_open

    nc: Nonconformity = place.record
    life = place.register.life(nc)
    known = place.register.known
    undone = next((action.id for action in nc.corrections if is_open(action, known)), None)
    if answers.get("result") == "effective" and undone is not None:
        values = {"record": nc.id, "action": undone}
        yield Stop("STP017", values, f"mpp-qms action done {nc.id} {undone}")
    if life.status in ("implemented", "verified") or not life.running:
        return
    open_ = [action.id for action in nc.actions if is_open(action, place.register.known)]
    if open_:
        command = f"mpp-qms action done {nc.id} {open_[0]}"
    else:
        command = f"mpp-qms nc plan {nc.id}" if nc.actions else f"mpp-qms action add {nc.id}"
    yield Stop("STP007", {"record": nc.id, "status": word(life.status)}, command)


def _something_to_return(place: Place, answers: Answers) -> Iterator[Stop]:
    life = place.register.life(place.record)
    step = answers.get("step")
    if (step == "cause" and not life.causes) or (step == "plan" and not life.plans):
        what = Message(N_("cause")) if step == "cause" else Message(N_("plan"))
        yield Stop("STP008", {"record": place.id, "step": what}, f"mpp-qms nc show {place.id}")


def _not_issued(place: Place, answers: Answers) -> Iterator[Stop]:
    nc: Nonconformity = place.record
    if nc.issued is not None:
        yield Stop("STP009", {"record": nc.id, "what": Message(N_("the issue")), "date": nc.issued.date})


def _other_grade(place: Place, answers: Answers) -> Iterator[Stop]:
    grade = place.register.life(place.record).grade
    if answers.get("to") == grade:
        yield Stop("STP012", {"record": place.id, "what": Message(N_("the grade")), "value": word(grade)})


def _other_unit(place: Place, answers: Answers) -> Iterator[Stop]:
    unit = place.register.life(place.record).unit
    if answers.get("to") == unit:
        yield Stop("STP012", {"record": place.id, "what": Message(N_("the unit")), "value": unit})


def _too_early(place: Place, answers: Answers, what: str, last: date | None, *, same_day: bool) -> Iterator[Stop]:
    """A step dated before something that stands above it, or on its day where that takes back what is of its day."""
    day = day_of(answers)
    if last is not None and (day < last or (day == last and not same_day)):
        earliest = last if same_day else add_days(last, 1)
        values = {"record": place.id, "what": Message(what), "date": last, "day": day, "earliest": earliest}
        yield Stop("STP020", values)


def in_this_cycle(place: Place, answers: Answers) -> Iterator[Stop]:
    """A cause, a plan or an action is not dated before the latest reset, which takes back what came earlier."""
    reset = _reset(place)
    yield from _too_early(place, answers, N_("the reopening or the failed verification"), reset, same_day=True)


def _after_the_reset(place: Place, answers: Answers) -> Iterator[Stop]:
    """A verification or closure is dated after the latest reset, which takes back those of its day, too."""
    reset = _reset(place)
    yield from _too_early(place, answers, N_("the reopening or the failed verification"), reset, same_day=False)


def _reset(place: Place) -> date | None:
    from mpp_qms.records.nonconformity import reset_day

    return reset_day(place.record, place.register.known)


def _after_the_last(list_: str, what: str) -> Condition:
    """A step of a kind is not dated before the latest entry of a list."""

    def condition(place: Place, answers: Answers) -> Iterator[Stop]:
        last = max((entry.date for entry in getattr(place.record, list_)), default=None)
        yield from _too_early(place, answers, what, last, same_day=True)

    return condition


def _in_turn(place: Place, answers: Answers) -> Iterator[Stop]:
    """An answer to the body is submitted, decided, and perhaps submitted anew; nothing follows its closing."""
    nc: Nonconformity = place.record
    if nc.external is None:
        yield Stop("STP010", {"record": nc.id})
        return
    why = None
    waiting = any(response.result is None for response in nc.external.responses)
    if nc.external.closed is not None:
        why = Message(N_("the body closed it on {date}"), {"date": nc.external.closed})
    elif answers.get("submitted") and waiting:
        why = Message(N_("an answer is waiting for the body's decision"))
    elif answers.get("result") and not waiting:
        why = Message(N_("no answer is waiting for the body's decision"))
    elif answers.get("next_due") and not answers.get("result") and _undated(nc.external.responses) is None:
        why = Message(N_("no returned answer lacks the day of the next one"))
    if why is not None:
        command = f"mpp-qms nc respond {nc.id}" if nc.external.closed is None else None
        yield Stop("STP011", {"record": nc.id, "why": why}, command)


def _undated(responses: Sequence[Response]) -> int | None:
    """The place of the latest answer, where it was returned without a day for the next one."""
    last = len(responses) - 1
    lacks = last >= 0 and responses[last].result == "returned" and responses[last].next_due is None
    return last if lacks else None


def _is_returned(answers: Answers) -> bool:
    return answers.get("result") == "returned"


def _next_day(place: Place, answers: Answers) -> Message | None:
    """That a returned answer without a day for the next one is late at once."""
    if not _is_returned(answers) or answers.get("next_due") is not None:
        return None
    text = N_("Without a next day the new answer is due at once; enter it: mpp-qms nc respond {record} --next-due DATE")
    return Message(text, {"record": place.id})


def _is_major(place: Place) -> bool:
    from mpp_qms.rules.nonconformity import is_graded

    nc: Nonconformity = place.record
    return is_graded(nc, place.register.known, "major")


# --- what is added where ---


def _correct(place: Place, answers: Answers) -> tuple[Edit, ...]:
    id_ = next_id("C", [action.id for action in place.record.corrections])
    return (Append(("corrections",), _action(id_, answers)),)


def _action(id_: str, answers: Answers) -> dict[str, object]:
    return entry(id=id_, added=day_of(answers), what=answers["what"], owner=answers["owner"], due=answers["due"])


def _analyse(place: Place, answers: Answers) -> tuple[Edit, ...]:
    cause = entry(
        date=day_of(answers),
        by=answers["by"],
        method=answers.get("method"),
        category=answers.get("category"),
        whys=answers.get("why"),
        root=answers["root"],
        elsewhere=answers.get("elsewhere"),
    )
    return (Append(("causes",), cause),)


def _plan(place: Place, answers: Answers) -> tuple[Edit, ...]:
    plan = entry(
        date=day_of(answers),
        approved_by=answers["by"],
        effective_when=answers.get("effective_when"),
        verify_by=answers.get("verify_by"),
        no_action=answers.get("no_action"),
    )
    return (Append(("plans",), plan),)


def _read_across(place: Place, answers: Answers) -> tuple[Edit, ...]:
    answer = entry(
        unit=answers["unit"], date=day_of(answers), by=answers["by"], found=answers["found"], note=answers.get("note")
    )
    return (Append(("read_across",), answer),)


def _return(place: Place, answers: Answers) -> tuple[Edit, ...]:
    returned = entry(date=day_of(answers), by=answers["by"], step=answers["step"], reason=answers["reason"])
    return (Append(("returned",), returned),)


def _verify(place: Place, answers: Answers) -> tuple[Edit, ...]:
    verification = entry(
        date=day_of(answers),
        by=answers["by"],
        result=answers["result"],
        evidence=answers.get("evidence"),
        sample=answers.get("sample"),
    )
    return (Append(("verifications",), verification),)


def _close(place: Place, answers: Answers) -> tuple[Edit, ...]:
    closure = entry(
        date=day_of(answers),
        by=answers["by"],
        cosigned_by=answers.get("cosigned_by"),
        risks=answers.get("risks"),
        documents=answers.get("document"),
    )
    return (Append(("closures",), closure),)


def _issue(place: Place, answers: Answers) -> tuple[Edit, ...]:
    return (Put(("issued",), entry(date=day_of(answers), by=answers["by"])),)


def _respond(place: Place, answers: Answers) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    responses = place.record.external.responses
    if answers.get("submitted"):
        edits.append(Append(("external", "responses"), entry(submitted=answers["submitted"])))
    if answers.get("result"):
        last = max(index for index, response in enumerate(responses) if response.result is None)
        # in the order of the record: each goes behind the one before
        if responses[last].decided is None:
            edits.append(Put(("external", "responses", last, "decided"), day_of(answers)))
        edits.append(Put(("external", "responses", last, "result"), answers["result"]))
        if answers.get("next_due"):
            edits.append(Put(("external", "responses", last, "next_due"), answers["next_due"]))
    elif answers.get("next_due") and (undated := _undated(responses)) is not None:
        edits.append(Put(("external", "responses", undated, "next_due"), answers["next_due"]))
    if answers.get("closed"):
        edits.append(Put(("external", "closed"), answers["closed"]))
    return tuple(edits)


def _reopen(place: Place, answers: Answers) -> tuple[Edit, ...]:
    return (Append(("reopened",), entry(date=day_of(answers), by=answers["by"], reason=answers["reason"])),)


def _grade(place: Place, answers: Answers) -> tuple[Edit, ...]:
    regrading = entry(date=day_of(answers), to=answers["to"], reason=answers["reason"], approved_by=answers["by"])
    return (Append(("regraded",), regrading),)


def _transfer(place: Place, answers: Answers) -> tuple[Edit, ...]:
    transfer = entry(date=day_of(answers), to=answers["to"], by=answers["by"], reason=answers["reason"])
    return (Append(("transferred",), transfer),)


def _void(place: Place, answers: Answers) -> tuple[Edit, ...]:
    return (Put(("void",), entry(date=day_of(answers), by=answers["by"], reason=answers["reason"])),)


STEPS: tuple[Step, ...] = (
    Step(
        "nc issue",
        KINDS,
        help=N_("Hand a finding to its unit; from that day on its time runs."),
        told=N_("{record}: handed to the unit on {date}."),
        options=(),
        by=by(N_("Who hands it over?"), N_("Who hands it over: a staff code.")),
        edits=_issue,
        before=(running, _not_issued),
    ),
    Step(
        "nc correct",
        KINDS,
        help=N_("Add a correction: what puts the thing itself right, at once."),
        told=N_("{record}: correction {action} added, due {due}, {owner}."),
        options=(WHAT, OWNER, DUE),
        by=by("", N_("Who enters it; the record holds only whose it is."), needed=False),
        edits=_correct,
        before=(running,),
    ),
    Step(
        "nc analyse",
        KINDS,
        help=N_("Enter the root cause; on a terminal the whys are asked one after another."),
        told=N_("{record}: root cause entered."),
        options=(
            Option(
                "method",
                N_("5-whys, fishbone or other."),
                N_("By which method?"),
                "choice",
                choices=_of("Cause", "method"),
                needed=False,
                offered=True,
                metavar="METHOD",
            ),
            Option(
                "why",
                N_("A why, from the problem to its root; may be repeated."),
                N_("Why did it happen?"),
                "whys",
                needed=False,
                offered=True,
                many=True,
            ),
            Option("root", N_("The root cause."), N_("What, then, is the root cause?")),
            Option(
                "category",
                N_("people, method, system, material, measurement or environment."),
                N_("Where does it lie?"),
                "choice",
                choices=_of("Cause", "category"),
                needed=False,
                offered=True,
                metavar="CATEGORY",
            ),
            Option(
                "elsewhere",
                N_("Could it be so elsewhere, and where (10.2.1 b)."),
                N_("Could it be so elsewhere, and where? (may stay empty)"),
                needed=False,
                offered=True,
            ),
        ),
        by=by(N_("Who analysed it?"), N_("Who analysed it: a staff code.")),
        edits=_analyse,
        before=(running, in_this_cycle),
    ),
    Step(
        "nc plan",
        KINDS,
        help=N_("Approve the corrective actions, or that none is needed."),
        told=N_("{record}: plan approved."),
        options=(
            Option(
                "effective_when",
                N_("By what it will be seen that it helped."),
                N_("By what will be seen that it helped? (may stay empty)"),
                needed=False,
                offered=True,
            ),
            Option(
                "verify_by",
                N_("The day by which its effectiveness is verified."),
                N_("Its effectiveness is verified by which day? (YYYY-MM-DD, may stay empty)"),
                "day",
                needed=False,
                offered=True,
                metavar="DATE",
            ),
            Option("no_action", N_("Why no action is needed (a minor or less)."), needed=False, metavar="REASON"),
        ),
        by=by(N_("Who approves it? (not an owner of its actions)"), N_("Who approves it: no owner of its actions.")),
        edits=_plan,
        before=(running, _something_planned, in_this_cycle),
    ),
    Step(
        "nc read-across",
        KINDS,
        help=N_("Enter whether it is so in another unit, too (10.2.1 b)."),
        told=N_("{record}: the answer of {unit} entered."),
        options=(
            Option("unit", N_("The unit that was looked at."), N_("Which unit was looked at?"), "unit", metavar="UNIT"),
            Option(
                "found",
                N_("yes or no: was it found there."),
                N_("Was it found there, too?"),
                "yes-no",
                choices=lambda: ("yes", "no"),
                metavar="yes|no",
            ),
            Option("note", N_("What was seen."), N_("What was seen? (may stay empty)"), needed=False, offered=True),
        ),
        by=by(N_("Who looked?"), N_("Who looked: a staff code.")),
        edits=_read_across,
        before=(running,),
    ),
    Step(
        "nc return",
        KINDS,
        help=N_("Send the cause or the plan back to the unit."),
        told=N_("{record}: sent back to the unit."),
        options=(
            Option(
                "step",
                N_("cause or plan."),
                N_("What is sent back?"),
                "choice",
                choices=_of("Returned", "step"),
                metavar="cause|plan",
                labels={"cause": N_("the cause, and the plan with it"), "plan": N_("the plan only")},
            ),
            REASON,
        ),
        by=by(N_("Who sends it back?"), N_("Who sends it back: a staff code.")),
        edits=_return,
        before=(running, _something_to_return),
    ),
    Step(
        "nc verify",
        KINDS,
        help=N_("Enter whether it was carried out, or whether it helped."),
        told=N_("{record}: verified, {result}."),
        options=(
            Option(
                "result",
                N_("effective, not-effective, implemented or not-implemented."),
                N_("What was found?"),
                "choice",
                choices=_of("Verification", "result"),
                metavar="RESULT",
            ),
            EVIDENCE,
            Option(
                "sample",
                N_("How much was looked at."),
                N_("How much was looked at? (may stay empty)"),
                needed=False,
                offered=True,
            ),
        ),
        by=by(
            N_("Who verified it? (nobody who owned or did an action)"),
            N_("Who verified it: nobody who owned or did an action."),
        ),
        edits=_verify,
        before=(running, _something_done, _after_the_reset),
    ),
    Step(
        "nc close",
        KINDS,
        help=N_("Close a finding; a major is cosigned."),
        told=N_("{record}: closed."),
        options=(
            Option(
                "cosigned_by",
                N_("Who agrees to the closing of a major: a staff code."),
                N_("Who cosigns it?"),
                "person",
                needed=False,
                offered=True,
                metavar="CODE",
                when=_is_major,
            ),
            Option(
                "risks",
                N_("What became of the risks (10.2.1 e)."),
                N_("Do risks or opportunities have to be brought up to date? (may stay empty)"),
                needed=False,
                offered=True,
            ),
            Option(
                "document",
                N_("A document that was changed so that it stays away (10.2.1 f); may be repeated."),
                form="sop",
                needed=False,
                many=True,
                metavar="ID",
            ),
        ),
        by=by(
            N_("Who closes it? (lead auditor, quality manager or top management)"),
            N_("Who closes it: lead auditor, quality manager or top management."),
        ),
        edits=_close,
        before=(running, _after_the_reset),
    ),
    Step(
        "nc respond",
        KINDS,
        help=N_("The answer to a body's finding: submitted, accepted or returned, closed by the body."),
        told=N_("{record}: the next answer to the body is due on {next_due}."),
        told_of={
            "submitted": N_("{record}: answer submitted to the body on {submitted}."),
            "result": N_("{record}: the body's decision on the answer: {result}."),
            "closed": N_("{record}: closed by the body on {closed}."),
        },
        options=(
            Option(
                "submitted",
                N_("The day an answer was submitted."),
                N_("On which day was the answer submitted? (YYYY-MM-DD)"),
                "day",
                needed=False,
                metavar="DATE",
                short=N_("answer submitted to the body"),
            ),
            Option(
                "result",
                N_("What the body decided on --date: accepted or returned."),
                N_("What did the body decide?"),
                "choice",
                choices=_of("Response", "result"),
                needed=False,
                metavar="accepted|returned",
                short=N_("the body's decision on it"),
            ),
            Option(
                "next_due",
                N_("The day the body wants a new answer."),
                N_("By which day does the body want a new answer? (YYYY-MM-DD)"),
                "day",
                needed=False,
                metavar="DATE",
                follows=_is_returned,
                short=N_("the day the next answer is due"),
            ),
            Option(
                "closed",
                N_("The day the body closed its finding."),
                N_("On which day did the body close it? (YYYY-MM-DD)"),
                "day",
                needed=False,
                metavar="DATE",
                short=N_("closed by the body"),
            ),
        ),
        by=by("", N_("Who enters it; the record holds only the days."), needed=False),
        one_of=("submitted", "result", "next_due", "closed"),
        edits=_respond,
        before=(_in_turn,),
        reminder=_next_day,
    ),
    Step(
        "nc reopen",
        KINDS,
        help=N_("Reopen a closed finding."),
        told=N_("{record}: reopened."),
        options=(REASON,),
        by=by(N_("Who reopens it?"), N_("Who reopens it: a staff code.")),
        edits=_reopen,
        before=(not_void, _closed, _after_the_last("closures", N_("the closure"))),
    ),
    Step(
        "nc grade",
        KINDS,
        help=N_("Grade a finding, or give it another grade."),
        told=N_("{record}: graded {to}."),
        options=(
            Option(
                "to",
                N_("major, minor, observation or ofi."),
                N_("Which grade?"),
                "choice",
                choices=_grades,
                metavar="GRADE",
            ),
            REASON,
        ),
        by=by(
            N_("Who decides it? (downwards: lead auditor or quality manager)"),
            N_("Who decides it: downwards a lead auditor or quality manager."),
        ),
        edits=_grade,
        felt_elsewhere=True,
        before=(running, _other_grade, _after_the_last("regraded", N_("the regrading"))),
    ),
    Step(
        "nc transfer",
        KINDS,
        help=N_("Move a finding to another unit."),
        told=N_("{record}: moved to {to}."),
        options=(
            Option("to", N_("The unit it belongs to."), N_("To which unit?"), "unit", metavar="UNIT"),
            REASON,
        ),
        by=by(N_("Who moves it?"), N_("Who moves it: a staff code.")),
        edits=_transfer,
        before=(running, _other_unit, _after_the_last("transferred", N_("the transfer"))),
    ),
    Step(
        "nc void",
        KINDS,
        help=N_("Void a finding that is none; it stays on record."),
        told=N_("{record}: voided."),
        options=(REASON,),
        by=by(
            N_("Who voids it? (lead auditor or quality manager)"),
            N_("Who voids it: a lead auditor or quality manager."),
        ),
        edits=_void,
        felt_elsewhere=True,
        before=(running,),
    ),
)
