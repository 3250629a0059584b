"""A new record: judged among all the others, written under the next free id, told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mpp_qms.cli.context import Opened, current
from mpp_qms.cli.desk import (
    Asked,
    Desk,
    committable,
    committed,
    forbidden,
    held,
    not_shown,
    putting,
    refuse_all,
    sentence,
    to_commit,
    too_large,
    warn,
    with_qms,
)
from mpp_qms.cli.exits import FINE, mark_written
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of

if TYPE_CHECKING:
    from mpp_qms.steps.carry_out import Reason, Rewriting
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
    with_qms(opened.register.qms)
    if asked.dry_run:
        return _judged(new, opened, asked)
    with held(_desk(opened)):
        # others may have written since the records were read
        return _judged(new, current(opened), asked)


def _desk(opened: Opened) -> Desk:
    return Desk(opened.root, opened.register.qms, opened.register.today, opened.tr)


def _judged(new: New, opened: Opened, asked: Asked) -> int:
    """Judge the record among the others as they stand, and write it; under the lock, unless it is only shown."""
    from mpp_qms.steps.carry_out import Rewriting
    from mpp_qms.store.rendering import render
    from mpp_qms.store.writing import create as create_file
    from mpp_qms.store.writing import next_number

    records = opened.register
    with_qms(records.qms)
    # whoever finishes the record by hand reads the language of the mall, whatever this one command was asked in
    mall = _desk(opened).mall

    def text_of(id_: str) -> str:
        remark = Message(new.remark.template, {"id": id_}).show(mall) + "\n" if new.remark is not None else ""
        return render(new.data(id_)) + remark

    def beside(id_: str) -> Sequence[FileChange]:
        return new.beside(id_) if new.beside is not None else ()

    disposed = [id_ for entry in (records.qms.disposals if records.qms is not None else ()) for id_ in entry.records]
    ids = [id_of(path) for path in (file.path for file in opened.repository.files)]
    number = next_number(opened.root / new.folder, new.prefix, [*ids, *records.unread_ids, *disposed])
    id_ = f"{new.prefix}{number:03d}"
    record = Rewriting(f"{new.folder}/{id_}.yaml", None, text_of(id_))
    refuse_all([*filter(None, [too_large(record.path, record.after)])], opened.tr)
    if reasons := _against(record, beside(id_), opened):
        return forbidden(opened.tr, reasons, as_json=asked.as_json)
    if asked.dry_run:
        emit(text_of(id_), None)
        return FINE
    if asked.commit:
        committable(opened.root, to_commit(opened.root, [record], beside(id_)))
    with putting():
        id_, path = create_file(opened.root, new.folder, new.prefix, number, text_of, beside)
        record = Rewriting(path, None, text_of(id_))
        made = [*beside(id_), record.change]
        told = Message(N_("{id} is written: {path}"), {"id": id_, "path": path})
        if asked.commit:
            paths = to_commit(opened.root, [record], made)
            title = " ".join(str(new.data(id_)["title"]).split())
            entered = Message(N_("{id} entered: {title}"), {"id": id_, "title": title})
            committed(_desk(opened), made, paths, told, entered.show(mall))
    _tell(new, opened, asked, id_, made, told)
    return FINE


def _tell(new: New, opened: Opened, asked: Asked, id_: str, made: Sequence[FileChange], told: Message) -> None:
    """Say what was written; where that cannot be said, take it back."""
    from mpp_qms.views import json

    try:
        answer = {"schema": new.schema, "id": id_, "path": made[-1].path}
        emit(json.text(answer) if asked.as_json else told.show(opened.tr) + "\n", None)
    except OSError as error:
        # nobody was told the id: whoever tries again must not leave the record there twice
        if not asked.commit and _taken_back(opened, made):
            raise
        raise not_shown(error) from None


def _taken_back(opened: Opened, made: Sequence[FileChange]) -> bool:
    """Whether what was just written could be taken away again, all of it."""
    from mpp_qms.store.changing import ChangedMeanwhile, take_back, undisturbed

    try:
        with undisturbed():
            take_back(opened.root, made)
            mark_written(written=False)
    except (OSError, ChangedMeanwhile):
        return False
    return True


def _against(record: Rewriting, beside: Sequence[FileChange], opened: Opened) -> list[Reason]:
    """What forbids the record as it would be among the others, by the rules of `check`; what only warns is said.

    Only errors of this record forbid it: what is wrong elsewhere was so before.
    """
    from mpp_qms.steps.carry_out import new_findings, reason_of_finding

    documents = {change.path: change.after for change in beside if change.after is not None}
    found = new_findings(opened.root, [record], opened.register.today, opened.repository, documents)
    errors = [reason_of_finding(finding) for finding in found if finding.severity == "error"]
    if not errors:
        warnings = (reason_of_finding(finding) for finding in found if finding.severity == "warning")
        warn((sentence(warning, opened.tr) for warning in warnings), opened.tr)
    return errors
