"""The story of a nonconformity: its dated facts as a time line, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from mpp_qms.dates import first_day
from mpp_qms.messages import N_, Message
from mpp_qms.overdue import Due, of_nonconformity
from mpp_qms.records.changes import stated
from mpp_qms.records.common import Action, Reference, told
from mpp_qms.records.nonconformity import Cause, External, Life, Nonconformity, cancelled, granted
from mpp_qms.records.titles import in_words, named
from mpp_qms.register import Register
from mpp_qms.words import word


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the nonconformity, on a day, by somebody (a staff code or a party).

    `details`: what else an auditor asks about it, a line each.
    """

    date: date
    what: Message
    by: str | None
    details: tuple[Message, ...] = field(default=(), compare=False)


def history(nc: Nonconformity, known: date) -> tuple[Event, ...]:
    """Every fact known, in the order of days; of one day, in the order of the life."""
    facts = [event for event in _events(nc, known) if event.date <= known]
    return tuple(sorted(facts, key=lambda event: first_day(event.date)))


def _events(nc: Nonconformity, known: date) -> Iterator[Event]:
    where = Message(N_("found: {source}"), {"source": word(nc.source.kind)})
    if nc.source.ref is not None:
        where = Message(N_("found: {source} ({ref})"), {"source": word(nc.source.kind), "ref": nc.source.ref})
    yield Event(nc.detected.date, where, nc.detected.by)
    if nc.issued is not None:
        yield Event(nc.issued.date, Message(N_("handed to the unit")), nc.issued.by)
    for regrading in nc.regraded:
        text = Message(N_("graded {grade}: {reason}"), {"grade": word(regrading.to), "reason": regrading.reason or "–"})
        yield Event(regrading.date, text, regrading.approved_by)
    for transfer in nc.transferred:
        text = Message(N_("moved to {unit}: {reason}"), {"unit": transfer.to, "reason": transfer.reason or "–"})
        yield Event(transfer.date, text, transfer.by)
    for correction in nc.corrections:
        yield from events_of_action(correction, nc.detected.date, known)
    for cause in nc.causes:
        yield Event(
            cause.date, Message(N_("root cause: {root}"), {"root": cause.root or "–"}), cause.by, _of_cause(cause)
        )
    for plan in nc.plans:
        if plan.no_action is not None:
            yield Event(
                plan.date, Message(N_("plan: no action needed, {reason}"), {"reason": plan.no_action}), plan.approved_by
            )
        else:
            details = _details(
                (N_("effective when: {text}"), plan.effective_when), (N_("to be verified by {text}"), plan.verify_by)
            )
            yield Event(plan.date, Message(N_("plan approved")), plan.approved_by, details)
    for action in nc.actions:
        yield from events_of_action(action, nc.detected.date, known)
    for answer in nc.read_across:
        sentence = (
            N_("looked for in {unit}: found there too") if answer.found else N_("looked for in {unit}: not found")
        )
        details = _details((N_("seen: {text}"), answer.note))
        yield Event(answer.date, Message(sentence, {"unit": answer.unit}), answer.by, details)
    for returned in nc.returned:
        sentence = N_("cause returned: {reason}") if returned.step == "cause" else N_("plan returned: {reason}")
        yield Event(returned.date, Message(sentence, {"reason": returned.reason or "–"}), returned.by)
    for verification in nc.verifications:
        what = Message(N_("verified: {result}"), {"result": word(verification.result)})
        sample = (N_("sample: {text}"), verification.sample)
        details = _details(sample, (_SHOWN_BY, _list(verification.evidence)))
        yield Event(verification.date, what, verification.by, details)
    for closure in nc.closures:
        closed = Message(N_("closed"))
        if closure.cosigned_by is not None:
            closed = Message(N_("closed, cosigned by {code}"), {"code": closure.cosigned_by})
        documents = (N_("documents changed: {text}"), ", ".join(closure.documents))
        yield Event(closure.date, closed, closure.by, _details((N_("risks: {text}"), closure.risks), documents))
    for reopened in nc.reopened:
        yield Event(reopened.date, Message(N_("reopened: {reason}"), {"reason": reopened.reason or "–"}), reopened.by)
    for amendment in nc.amended:
        field, keys = named(Nonconformity, amendment.field or "–")
        values = {
            "field": field,
            "old": in_words(Nonconformity, keys, stated(amendment.from_)),
            "new": in_words(Nonconformity, keys, stated(amendment.to)),
            "reason": amendment.reason or "–",
        }
        sentence = N_("{field} amended from {old} to {new}: {reason}")
        yield Event(amendment.date, Message(sentence, values), amendment.by)
    for redaction in nc.redacted:
        values = {"field": named(Nonconformity, redaction.field or "–")[0], "reason": redaction.reason or "–"}
        yield Event(redaction.date, Message(N_("{field}: personal data taken out: {reason}"), values), redaction.by)
    if nc.void is not None:
        yield Event(nc.void.date, Message(N_("voided: {reason}"), {"reason": nc.void.reason or "–"}), nc.void.by)
    if nc.external is not None:
        yield from _of_body(nc.external)


_SHOWN_BY = N_("shown by: {text}")


def _details(*texts: tuple[str, object]) -> tuple[Message, ...]:
    """The sentences of which there is something to tell."""
    return tuple(Message(sentence, {"text": text}) for sentence, text in texts if text)


def _list(references: Sequence[Reference]) -> str:
    return "; ".join(map(told, references))


def _of_cause(cause: Cause) -> tuple[Message, ...]:
    """The whys from the problem to the root, each behind the one it answers, and whether it could be so elsewhere."""
    return _details((N_("why: {text}"), " → ".join(cause.whys)), (N_("elsewhere: {text}"), cause.elsewhere))


def events_of_action(action: Action, taken_on: date, known: date = date.max) -> Iterator[Event]:
    """What happened to an action; `taken_on`: the day of its record, for one that does not say."""
    values = {"id": action.id, "what": action.what, "owner": action.owner, "due": action.due}
    added = action.added or taken_on
    yield Event(added, Message(N_("{id} taken on by {owner}, due {due}: {what}"), values), None)
    for extension in action.extensions:
        sentence = N_("{id} extended to {to}: {reason}")
        if not granted(action, extension, known):
            sentence = N_("{id}: an extension to {to} was asked for but not granted: {reason}")
        extended = {"id": action.id, "to": extension.to, "reason": extension.reason or "–"}
        yield Event(extension.date, Message(sentence, extended), extension.approved_by)
    for entry in action.reassigned:
        yield Event(entry.date, Message(N_("{id} handed to {owner}"), {"id": action.id, "owner": entry.to}), entry.by)
    if action.done is not None:
        shown = _details((_SHOWN_BY, _list(action.done.evidence)))
        yield Event(action.done.date, Message(N_("{id} done"), values), action.done.by, shown)
    if action.cancelled is not None:
        sentence = N_("{id} cancelled: {reason}")
        if not cancelled(action, known):
            sentence = N_("{id}: a cancelling that nobody else approved changes nothing: {reason}")
        text = Message(sentence, {"id": action.id, "reason": action.cancelled.reason or "–"})
        yield Event(action.cancelled.date, text, action.cancelled.by)


def _of_body(external: External) -> Iterator[Event]:
    for response in external.responses:
        yield Event(response.submitted, Message(N_("answer submitted to the body")), None)
        if response.decided is not None and response.result is not None:
            text = Message(N_("the body's decision on the answer: {result}"), {"result": word(response.result)})
            yield Event(response.decided, text, external.body)
    if external.closed is not None:
        yield Event(external.closed, Message(N_("closed by the body")), external.body)


def said_by_body(nc: Nonconformity, register: Register) -> tuple[tuple[Message, ...], ...]:
    """What a body outside the mall said of a finding, as known: the finding itself, each answer, the closing; a line each."""
    external = nc.external
    if external is None:
        return ()
    lines = [tuple(_finding_of_body(external, register))]
    for response in external.responses:
        if response.submitted > register.known:
            continue
        line = [Message(N_("answer of {day}"), {"day": response.submitted})]
        decided = response.decided is not None and response.decided <= register.known
        if decided and response.result is not None:
            values = {"result": word(response.result), "day": response.decided}
            line.append(Message(N_("{result} on {day}"), values))
            if response.next_due is not None:
                line.append(Message(N_("a new one is due {day}"), {"day": response.next_due}))
        else:
            line.append(Message(N_("no decision yet")))
        lines.append(tuple(line))
    if external.closed is not None and external.closed <= register.known:
        lines.append((Message(N_("closed by the body on {day}"), {"day": external.closed}),))
    return tuple(line for line in lines if line)


def _finding_of_body(external: External, register: Register) -> Iterator[Message]:
    if external.body is not None:
        party = register.parties.get(external.body)
        named = party is not None and party.name is not None
        values: dict[str, object] = {"code": external.body, "name": party.name if party is not None else None}
        yield Message("{name} ({code})" if named else "{code}", values)
    if external.number is not None:
        yield Message(N_("number {number}"), {"number": external.number})
    if external.grade is not None:
        values = {"grade": word(external.grade), "text": external.grade_text}
        told = external.grade_text is not None and external.grade_text.casefold() != external.grade
        yield Message(N_("grade {grade} (in its words: {text})") if told else N_("grade {grade}"), values)
    elif external.grade_text is not None:
        yield Message(N_("grade in its words: {text}"), {"text": external.grade_text})
    if external.clause is not None:
        yield Message(N_("clause {clause}"), {"clause": external.clause})
    if external.response_due is not None:
        yield Message(N_("an answer is due {day}"), {"day": external.response_due})


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next, whose it is, and by when where a clock runs."""

    what: Message
    who: str | None
    due: Due | None


def coming(nc: Nonconformity, register: Register) -> tuple[Next, ...]:
    """What comes next for a known nonconformity: its running clocks, the earliest first, else the step without one."""
    life = register.life(nc)
    clocks = sorted(of_nonconformity(nc, register), key=lambda due: due.due)
    steps = [Next(_clock(due, life), due.owner, due) for due in clocks]
    if not steps and life.running:
        steps.append(_step(life, register))
    return tuple(steps)


def _clock(due: Due, life: Life) -> Message:
    if due.action == "plan" and life.causes:
        return Message(N_("have a plan approved"))
    if due.action == "plan" and life.plans:
        return Message(N_("find the root cause"))
    if due.action == "closing" and life.grade in ("major", "minor") and not (life.causes and life.plans):
        # what was verified without them cannot be closed without them (NCL003, NCL004)
        return Message(N_("close it, once the root cause and a plan are there"))
    sentences = {
        "grading": N_("grade it"),
        "plan": N_("find the root cause and have a plan approved"),
        "verification": N_("verify the effectiveness"),
        "closing": N_("close it"),
        "response": N_("submit the answer to the body"),
    }
    if due.action in sentences:
        return Message(sentences[due.action])
    return Message("{id}: {what}", {"id": due.action, "what": due.what})


def _step(life: Life, register: Register) -> Next:
    manager = register.holder("quality-manager", register.day)
    if life.grade in ("observation", "ofi") or life.status == "verified":
        return Next(Message(N_("close it")), manager, None)
    return Next(Message(N_("add what is to be done")), register.answers_for(life.unit), None)
