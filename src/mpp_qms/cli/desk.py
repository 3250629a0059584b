"""The desk of every command that changes records: whose records, which record is meant, and how a change is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpp_qms.cli.context import language, root_of, today
from mpp_qms.cli.exits import FINE, NO, UNREADABLE, USAGE, Refused, mark_written, near, say, speak
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message, Translator, translator
from mpp_qms.records.ids import id_of, meant
from mpp_qms.words import os_reason

if TYPE_CHECKING:
    from mpp_qms.catalogue import Standard
    from mpp_qms.records.qms import Qms
    from mpp_qms.steps.carry_out import Reason, Rewriting
    from mpp_qms.store.changing import FileChange, Recovered
    from mpp_qms.store.repository import Repository

#: So many ids are named where a shortened one means several.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Desk:
    """The records of a mall that are to be changed: their folder, what qms.yaml says, today there, and the language."""

    root: Path
    qms: Qms | None
    today: date
    tr: Translator

    @property
    def mall(self) -> Translator:
        """The language of the mall: what is written for others to read is written in it."""
        chosen = self.qms.language if self.qms is not None else None
        return translator(chosen) if chosen is not None else self.tr

    @property
    def standard(self) -> Standard:
        """The edition in force today, by qms.yaml."""
        from mpp_qms.register import standard_on

        return standard_on(self.qms, self.today)


def sit_down(root: Path | None) -> Desk:
    """Find the records and read qms.yaml, nothing else; a change that was broken off is finished first.

    Raises Refused, or OSError.
    """
    from mpp_qms.store.changing import unfinished

    found = root_of(root)
    if unfinished(found):
        with held(desk_at(found)):
            pass
    return desk_at(found)


def desk_at(found: Path) -> Desk:
    """The desk at the records' folder."""
    from mpp_qms.records.kinds import BY_NAME
    from mpp_qms.records.qms import Qms
    from mpp_qms.store.reading import read_record
    from mpp_qms.store.root import ROOT_FILE

    record = read_record(found, ROOT_FILE, BY_NAME["qms"], None).record
    qms = record if isinstance(record, Qms) else None
    tr = language(sys.argv[1:], qms)
    speak(tr)
    return Desk(found, qms, today(qms), tr)


def record_meant(desk: Desk, given: str, kinds: Sequence[str]) -> str:
    """The path of the record that an id, shortened or not, means. Raises Refused."""
    from mpp_qms.store.names import names
    from mpp_qms.store.repository import path_of, place_at

    exact = path_of(given.strip().upper())
    if exact is not None and (desk.root / exact).is_file():
        place = place_at(exact)
        if place is not None and place[0].name in kinds:
            return exact
    known = dict(names(desk.root, *kinds))
    found = meant(given, known)
    if len(found) == 1:
        return known[found[0]]
    raise Refused(not_one(given, found, known))


def not_one(given: str, found: Sequence[str], known: Iterable[str]) -> Message:
    """That a text means no record, or several."""
    if found:
        some = (*found[:_NAMED], "…") if len(found) > _NAMED else tuple(found)
        return Message(N_("{id} means more than one record: {known}."), {"id": given, "known": some})
    return Message(N_("There is no record {id}.{hint}"), {"id": given, "hint": near(given.upper(), known)})


def text_of(desk: Desk, path: str) -> str:
    """The text of a record's file as it stands, byte order mark and line endings included. Raises Refused."""
    from mpp_qms.findings import Fault
    from mpp_qms.store.changing import read_bytes
    from mpp_qms.store.reading import read_text

    in_its_place(desk.root, path)
    # what reading refuses (a fifo, a file too large) is refused here, too
    seen = read_text(desk.root / path)
    content = read_bytes(desk.root, path) if not isinstance(seen, Fault) else None
    if content is None:
        raise unreadable(path)
    return content.decode("utf-8")


def in_its_place(root: Path, path: str) -> None:
    """Raise Refused where a link leads to a record: no editor mends that, and nothing is written through it."""
    from mpp_qms.store.repository import through_link

    link = through_link(root, path)
    if link is not None:
        help_ = Message(N_("Put the file itself here, or remove the link."))
        raise Refused(Message(N_("{path} is a link; links are not followed."), {"path": link}), USAGE, help_)


def unreadable(path: str) -> Refused:
    """That a record cannot be read, so that no step can be taken in it."""
    id_ = id_of(path)
    help_ = Message(N_("Mend it by hand first: mpp-qms nc edit {id}"), {"id": id_}) if id_.startswith("NC-") else None
    return Refused(Message(N_("{id} could not be read: see mpp-qms check."), {"id": id_}), USAGE, help_)


def refuse_all(problems: Sequence[Message], tr: Translator) -> None:
    """Say everything that is wrong at once, not one thing at a time; nothing where nothing is."""
    for problem in problems[:-1]:
        say(problem.show(tr))
    if problems:
        raise Refused(problems[-1], USAGE)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change is asked for: shown only, answered as JSON, committed."""

    dry_run: bool = False
    as_json: bool = False
    commit: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does: the step, the records it is in, what is told, and for programs what else is known.

    `repository`: all records, where they are read anyway; `notes`: what is said beside the answer; `judged`: the rules have their say, as they have wherever
    facts are entered; `felt_elsewhere`: what is new by them in other records is warned of.
    """

    step: str
    records: tuple[str, ...]
    told: Message
    rewritings: tuple[Rewriting, ...]
    action: str | None = None
    repository: Repository | None = None
    notes: tuple[Message, ...] = ()
    judged: bool = True
    felt_elsewhere: bool = False


def make(desk: Desk, asked: Asked, plan: Callable[[], Outcome | list[Reason]]) -> int:
    """Make a change: hold the lock, work it out on what stands there now, judge it, write it, tell it.

    `plan` reads the records and gives what would change, or the reasons why it must not. Raises Refused or OSError with
    nothing changed.
    """
    if asked.dry_run:
        return _carried_out(desk, asked, plan())
    with held(desk):
        return _carried_out(desk, asked, plan())


@contextmanager
def held(desk: Desk) -> Iterator[None]:
    """The lock on the records, with what waited to be finished finished and said. Raises Refused or OSError."""
    from mpp_qms.store.changing import PLAN, DamagedPlan, Unfinished, writing
    from mpp_qms.store.lock import FOLDER, Busy, NotOurs

    try:
        with writing(desk.root) as recovered:
            _tell_recovered(recovered, desk.tr)
            yield
    except Busy:
        text = N_("Somebody else is writing in these records and does not finish; nothing was changed. Try again.")
        raise Refused(Message(text), UNREADABLE) from None
    except NotOurs as found:
        raise not_ours(found.path) from None
    except Unfinished as stuck:
        raise stands_still(stuck) from None
    except DamagedPlan:
        text = N_(
            "The plan of a change of several records that was broken off, {path}, is damaged; nothing was changed now."
        )
        help_ = N_(
            "See with git status which records that change had reached, mend or restore them, and delete {path}."
        )
        path = {"path": f"{FOLDER}/{PLAN}"}
        raise Refused(Message(text, path), UNREADABLE, Message(help_, path)) from None


def not_ours(path: str) -> Refused:
    """That a link, or what no command of ours made, stands where the program keeps its own."""
    text = N_("{path} is a link, or something else that mpp-qms did not make there; nothing was changed.")
    help_ = N_("Look where it comes from, and delete it: mpp-qms makes it anew.")
    return Refused(Message(text, {"path": path}), UNREADABLE, Message(help_))


@contextmanager
def putting() -> Iterator[None]:
    """Write records in here: Ctrl-C waits, and whatever goes wrong afterwards, nobody is told that nothing was changed."""
    from mpp_qms.store.changing import undisturbed

    with undisturbed() as interrupted:
        try:
            yield
        except Refused:
            if interrupted:
                # what was refused was broken off by the same Ctrl-C
                raise KeyboardInterrupt from None
            raise
        mark_written()


def _tell_recovered(recovered: Recovered, tr: Translator) -> None:
    """Say that a change somebody began was finished, or undone."""
    if not recovered.paths:
        return
    text = N_("A change that was broken off has been finished: {paths}.")
    if recovered.undone:
        text = N_("A change that was broken off has been undone, as files of it were put back: {paths}.")
    say(Message(text, {"paths": recovered.paths}).show(tr))


def stands_still(stuck: Any) -> Refused:
    """That a change of several files is half made and cannot be finished now."""
    if not stuck.reason:
        text = N_("A change of several records was broken off, and {path} has been changed since: it is not finished.")
        help_ = N_("Put {path} back as it was (git checkout), and the next command finishes the change.")
        return Refused(Message(text, {"path": stuck.path}), UNREADABLE, Message(help_, {"path": stuck.path}))
    text = N_("A change of several records could not be finished: {path}: {reason}. The next command tries again.")
    return Refused(Message(text, {"path": stuck.path, "reason": stuck.reason}), UNREADABLE)


def _carried_out(desk: Desk, asked: Asked, planned: Outcome | list[Reason]) -> int:
    """Judge a change, and show it or write it; the exit code."""
    if isinstance(planned, list):
        return forbidden(desk.tr, planned, as_json=asked.as_json)
    if planned.judged:
        with_qms(desk.qms)
    refuse_all([*filter(None, (too_large(entry.path, entry.after) for entry in planned.rewritings))], desk.tr)
    errors, warnings = _judged(desk, planned)
    if errors:
        return forbidden(desk.tr, errors, as_json=asked.as_json, would_be=True)
    warn((sentence(warning, desk.tr) for warning in warnings), desk.tr)
    answer = _answer(desk, planned, warnings)
    if asked.dry_run:
        _show(desk, asked, planned, answer)
    else:
        _put(desk, asked, planned, answer)
    for note in planned.notes:
        say(note.show(desk.tr))
    return FINE


def _judged(desk: Desk, planned: Outcome) -> tuple[list[Reason], list[Reason]]:
    """What forbids a change, in the order of a life, and what only warns of it, by the rules of `check`."""
    from mpp_qms.steps.carry_out import new_elsewhere, new_findings, reason_of_finding, reason_with_place

    found = new_findings(desk.root, planned.rewritings, desk.today, planned.repository) if planned.judged else []
    errors = [reason_of_finding(finding) for finding in found if finding.severity == "error"]
    warnings = [reason_of_finding(finding) for finding in found if finding.severity == "warning"]
    if planned.felt_elsewhere and not errors:
        warnings += [reason_with_place(finding) for finding in new_elsewhere(desk.root, planned.rewritings, desk.today)]
    return sorted(errors, key=lambda reason: reason.code), warnings


def _show(desk: Desk, asked: Asked, planned: Outcome, answer: dict[str, Any]) -> None:
    """What would change."""
    from mpp_qms.steps.carry_out import diff
    from mpp_qms.views import json

    shown = diff(planned.rewritings)
    emit(json.text(answer | {"diff": shown}) if asked.as_json else shown or _told(desk, planned), None)


def _put(desk: Desk, asked: Asked, planned: Outcome, answer: dict[str, Any]) -> None:
    """Write it, commit it where that is asked for, and answer."""
    from mpp_qms.views import json

    changes = [entry.change for entry in planned.rewritings]
    to_git = asked.commit and bool(changes)
    if to_git:
        committable(desk.root, to_commit(desk.root, planned.rewritings))
    # everything that can go wrong with words has been done before anything is written
    told, message = _told(desk, planned), planned.told.show(desk.mall)
    name = None
    with putting():
        _write(desk.root, changes)
        if to_git:
            name = committed(desk, changes, to_commit(desk.root, planned.rewritings), planned.told, message)
    try:
        emit(json.text(answer | {"written": True, "commit": name}) if asked.as_json else told, None)
    except OSError as error:
        raise not_shown(error) from None


def too_large(path: str, text: str | bytes | None) -> Message | None:
    """That a record would be larger than what is read; None where it is not."""
    from mpp_qms.store.reading import MAX_BYTES

    if text is None or len(text.encode("utf-8") if isinstance(text, str) else text) <= MAX_BYTES:
        return None
    sentence_ = N_("{path} would be larger than {limit} KiB, more than is read: shorten the texts.")
    return Message(sentence_, {"path": path, "limit": MAX_BYTES // 1024})


def warn(sentences: Iterable[str], tr: Translator) -> None:
    """Say what does not forbid a change, but should be seen; each sentence once."""
    for each in dict.fromkeys(sentences):
        say(Message(N_("Warning {sentence}"), {"sentence": each}).show(tr))


def not_shown(error: OSError) -> Refused:
    """That a change is made, but nobody could be told."""
    text = N_("It is written, but the answer could not be shown: {reason}.")
    return Refused(Message(text, {"reason": os_reason(error)}), UNREADABLE)


def with_qms(qms: Qms | None) -> None:
    """Raise Refused where qms.yaml could not be read: who may do what cannot be judged without it."""
    if qms is None:
        text = N_("qms.yaml could not be read, so that nobody can say who may do this. Nothing was written.")
        raise Refused(Message(text), USAGE, Message(N_("Mend qms.yaml first: mpp-qms check says where.")))


def _write(root: Path, changes: Sequence[FileChange]) -> None:
    from mpp_qms.store.changing import ChangedMeanwhile, write

    try:
        write(root, changes)
    except ChangedMeanwhile as changed:
        text = N_("{path} was changed by somebody else at this moment; nothing was written. Try again.")
        raise Refused(Message(text, {"path": changed.path}), UNREADABLE) from None


def to_commit(root: Path, rewritings: Sequence[Rewriting], beside: Sequence[FileChange] = ()) -> list[str]:
    """The paths of what is written, and of the documents that it names from now on: a clone must have them, too."""
    from mpp_qms.steps.carry_out import documents_named

    written = [*(entry.path for entry in rewritings), *(change.path for change in beside)]
    return list(dict.fromkeys([*written, *documents_named(root, rewritings)]))


def committable(root: Path, paths: Sequence[str]) -> None:
    """Raise Refused, before anything is written, where git could not commit these files (relative to `root`)."""
    from mpp_qms.store.committing import NotCommittable
    from mpp_qms.store.committing import committable as check

    try:
        check(root, paths)
    except NotCommittable as reason:
        raise Refused(reason.message, UNREADABLE if reason.passing else USAGE) from None


def committed(desk: Desk, changes: Sequence[FileChange], paths: Sequence[str], told: Message, message: str) -> str:
    """Commit what was just written, and the name of the commit; where git refuses, take it back and raise Refused.

    Within `putting`: Ctrl-C reaches git, and what git then did counts. Raises Unfinished, too.
    """
    from mpp_qms.store.changing import ChangedMeanwhile, take_back
    from mpp_qms.store.committing import commit
    from mpp_qms.store.git import GitFailed

    try:
        return commit(desk.root, paths, message)
    except GitFailed as failed:
        reason = str(failed).rstrip(".")
    try:
        take_back(desk.root, changes)
    except (ChangedMeanwhile, OSError):
        mark_written()
        text = N_(
            "{told} It is written, but git did not commit it: {reason}. Do not enter it again; commit it yourself."
        )
        raise Refused(Message(text, {"told": told.show(desk.tr), "reason": reason}), NO) from None
    text = N_("git did not commit it: {reason}. Everything is as it was before: nothing was written.")
    raise Refused(Message(text, {"reason": reason}), UNREADABLE)


def _told(desk: Desk, outcome: Outcome) -> str:
    from mpp_qms.views.terminal.style import clean

    return clean(outcome.told.show(desk.tr)) + "\n"


def sentence(reason: Reason, tr: Translator) -> str:
    """A reason as one line: the code, what is wrong, and how to mend it."""
    return f"{reason.code}: {reason.message.show(tr)} {reason.help.show(tr)}".rstrip()


def forbidden(tr: Translator, reasons: Sequence[Reason], *, as_json: bool, would_be: bool = False) -> int:
    """Say why something is forbidden, and which command comes first; the exit code."""
    if would_be:
        say(tr(N_("This cannot be done yet; the record would then be wrong:")))
    for reason in reasons:
        say(sentence(reason, tr))
    # of several, what comes first in the life comes first: codes are in its order
    first = next((reason.command for reason in reasons if reason.command is not None), None)
    if first is not None:
        say(Message(N_("First: {command}"), {"command": first}).show(tr))
    say(tr(N_("Nothing was written.")))
    if as_json:
        from mpp_qms.views import json

        refused = {"schema": "mpp-qms.refused/1", "refused": [_plain(reason, tr) for reason in reasons]}
        emit(json.text(refused), None)
    return NO


def _plain(reason: Reason, tr: Translator) -> dict[str, str | None]:
    return {
        "code": reason.code,
        "message": reason.message.show(tr),
        "help": reason.help.show(tr),
        "command": reason.command,
    }


def _answer(desk: Desk, outcome: Outcome, warnings: Sequence[Reason]) -> dict[str, Any]:
    """`mpp-qms.step/1`, before anything is written."""
    from mpp_qms.records.nonconformity import Nonconformity, life
    from mpp_qms.steps.carry_out import record_in

    status = None
    if len(outcome.records) == 1:
        record = next((record_in(entry) for entry in outcome.rewritings if entry.after is not None), None)
        status = life(record, desk.today).status if isinstance(record, Nonconformity) else None
    return {
        "schema": "mpp-qms.step/1",
        "step": outcome.step,
        "records": list(outcome.records),
        "action": outcome.action,
        "paths": [entry.path for entry in outcome.rewritings],
        "status": status,
        "written": False,
        "diff": None,
        "commit": None,
        "warnings": [_plain(warning, desk.tr) for warning in warnings],
        "notes": [note.show(desk.tr) for note in outcome.notes],
    }
