"""A new record: judged among all the others, written under the next free id, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mpp_qms.cli.context import Opened
from mpp_qms.cli.desk import Asked, Desk, committable, forbidden, held, not_committed, putting, sentence, with_qms
from mpp_qms.cli.exits import FINE, UNREADABLE, USAGE, Refused, mark_written, say
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message, translator
from mpp_qms.records.ids import id_of

if TYPE_CHECKING:
    from mpp_qms.steps.carry_out import Reason
    from mpp_qms.store.changing import FileChange


@dataclass(frozen=True, slots=True)
class New:
    """A record to be: where it belongs, how its id begins, its data for an id, and a remark at its end."""

    schema: str
    folder: str
    prefix: str
    data: Callable[[str], dict[str, Any]]
    remark: Message | None = None
    beside: Callable[[str], Sequence[FileChange]] | None = None


def create(new: New, opened: Opened, asked: Asked) -> int:
    """Write the record, or show it; the exit code. Raises Refused or OSError with nothing left behind."""
    from mpp_qms.store.changing import FileChange
    from mpp_qms.store.reading import MAX_BYTES
    from mpp_qms.store.rendering import render
    from mpp_qms.store.writing import create as create_file
    from mpp_qms.store.writing import next_number
    from mpp_qms.views import json

    records = opened.register
    with_qms(records.qms)
    language = records.qms.language if records.qms is not None else None
    # whoever finishes the record by hand reads the language of the mall, whatever this one command was asked in
    tr = translator(language) if language is not None else opened.tr

    def text_of(id_: str) -> str:
        remark = Message(new.remark.template, {"id": id_}).show(tr) + "\n" if new.remark is not None else ""
        return render(new.data(id_)) + remark

    disposed = [id_ for entry in (records.qms.disposals if records.qms is not None else ()) for id_ in entry.records]
    ids = [id_of(path) for path in (file.path for file in opened.repository.files)]
    taken = [*ids, *records.unread_ids, *disposed]

    def number() -> int:
        return next_number(opened.root / new.folder, new.prefix, taken)

    id_ = f"{new.prefix}{number():03d}"
    if len(text_of(id_).encode()) > MAX_BYTES:
        text = N_("The record would be larger than {limit} KiB, more than is read: shorten the texts.")
        raise Refused(Message(text, {"limit": MAX_BYTES // 1024}), USAGE)
    beside = new.beside(id_) if new.beside is not None else ()
    if reasons := _against(text_of(id_), f"{new.folder}/{id_}.yaml", beside, opened):
        return forbidden(opened.tr, reasons, as_json=asked.as_json)
    if asked.dry_run:
        emit(text_of(id_), None)
        return FINE
    if asked.commit:
        committable(opened.root)
    desk = Desk(opened.root, records.qms, records.today, opened.tr)
    with held(desk):
        with putting():
            id_, path = create_file(opened.root, new.folder, new.prefix, number(), text_of, new.beside)
        beside = new.beside(id_) if new.beside is not None else ()
        made = (*beside, FileChange(path, None, text_of(id_).encode("utf-8")))
        told = Message(N_("{id} is written: {path}"), {"id": id_, "path": path})
        if asked.commit:
            _commit(opened, made, told, told.show(tr))
        try:
            answer = {"schema": new.schema, "id": id_, "path": path}
            emit(json.text(answer) if asked.as_json else told.show(opened.tr) + "\n", None)
        except OSError as error:
            # nobody was told the id: whoever tries again must not leave the record there twice
            if not asked.commit and _taken_back(opened, made):
                raise
            text = N_("It is written, but the answer could not be shown: {reason}.")
            raise Refused(Message(text, {"reason": error.strerror or str(error)}), UNREADABLE) from None
    return FINE


def _taken_back(opened: Opened, made: Sequence[FileChange]) -> bool:
    """Whether what was just written could be taken away again, all of it."""
    from mpp_qms.store.changing import ChangedMeanwhile, FileChange, undisturbed, write

    try:
        with undisturbed():
            write(opened.root, [FileChange(change.path, change.after, None) for change in made])
            mark_written(written=False)
    except (OSError, ChangedMeanwhile):
        return False
    return True


def _commit(opened: Opened, made: Sequence[FileChange], told: Message, message: str) -> None:
    from mpp_qms.store.git import GitFailed, commit

    try:
        commit(opened.root, [change.path for change in made], message)
    except GitFailed as failed:
        raise not_committed(told, failed, opened.tr) from None


def _against(text: str, path: str, beside: Sequence[FileChange], opened: Opened) -> list[Reason]:
    """What forbids the record as it would be among the others, by the rules of `check`; what only warns is said.

    Only errors of this record forbid it: what is wrong elsewhere was so before.
    """
    from mpp_qms.steps.carry_out import Rewriting, new_findings, reason_of_finding

    documents = {change.path: change.after for change in beside if change.after is not None}
    rewriting = Rewriting(path, None, text)
    found = new_findings(opened.root, [rewriting], opened.register.today, opened.repository, documents)
    errors = [reason_of_finding(finding) for finding in found if finding.severity == "error"]
    for finding in [] if errors else found:
        if finding.severity == "warning":
            warning = sentence(reason_of_finding(finding), opened.tr)
            say(Message(N_("Warning {sentence}"), {"sentence": warning}).show(opened.tr))
    return errors
