"""Carrying out: from what is wanted to the files as they would be, judged by the rules of `check`; nothing is written here.

What must hold before a step and no record could show afterwards is asked first (`stops`, `twice`). A rewriting is a file as
it was read and as it would be: rules are run on both, and an error that was not there before forbids it; there is no second
copy of any rule. For one record only what it names is read (`repository.near`): qms.yaml, the units and the records whose ids
stand in it, before or after; where a change needs all records anyway, they are handed in. The desk (`cli.desk`) holds the
lock, asks, writes all or nothing, and tells it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import Any

from mpp_qms.findings import Fault, Finding, Route
from mpp_qms.history import history
from mpp_qms.messages import Message
from mpp_qms.records import references
from mpp_qms.records.kinds import Kind
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.shapes import key_order
from mpp_qms.register import Register, build
from mpp_qms.rules import check
from mpp_qms.rules.check import history_findings
from mpp_qms.rules.table import all_rules
from mpp_qms.steps.step import Answers, Place, Step, Stop
from mpp_qms.store import history as stored
from mpp_qms.store.attachments import Attachment, of_repository, there
from mpp_qms.store.changing import FileChange
from mpp_qms.store.edits import Append, Edit
from mpp_qms.store.git import GitFailed, git_bytes
from mpp_qms.store.reading import SourceFile, record_of
from mpp_qms.store.rendering import as_read
from mpp_qms.store.repository import Repository, load_some, naming, near, place_at
from mpp_qms.store.splicing import edited
from mpp_qms.store.yaml_text import parse

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A record's file, by its path relative to the root: its text as read and as it would be (None: no file).

    `was`: the path it stood at before, where it moves. Texts keep their byte order mark and line endings.
    """

    path: str
    before: str | None
    after: str | None
    was: str | None = None

    @property
    def change(self) -> FileChange:
        """The same as bytes, for writing."""
        before, after = (text.encode("utf-8") if text is not None else None for text in (self.before, self.after))
        return FileChange(self.path, before, after)


def kind_at(path: str) -> tuple[Kind, str | None]:
    """The kind of record at a path, and the folder of its unit."""
    place = place_at(path)
    assert place is not None, path
    return place


def place_in(root: Path, path: str, text: str, day: date) -> Place | None:
    """A record as a place for steps, with the register of what it names; None where it cannot be read."""
    file = _file(path, text)
    if file is None or file.record is None:
        return None
    return Place(file.record, _register(root, [text], {path: file}, None, day))


def spliced(path: str, text: str, edits: Sequence[Edit], id_: str) -> Rewriting | Stop:
    """A record's text after some edits; a text that they cannot be put into safely stops it."""
    kind, _ = kind_at(path)

    def order(route: Route) -> tuple[str, ...]:
        return key_order(kind.model, route)

    mark = BOM if text.startswith(BOM) else ""
    after = edited(text.removeprefix(BOM), edits, order)
    if after is None:
        return Stop("STP015", {"record": id_}, f"mpp-qms nc edit {id_}")
    return Rewriting(path, text, mark + after)


def twice(text: str, edits: Sequence[Edit], id_: str) -> Stop | None:
    """That an entry stands in a record already, word for word; a step that was only run again is refused.

    A cause or a plan may be given again on the day on which it was sent back.
    """
    data = parse(text.removeprefix(BOM))
    if isinstance(data, Fault):
        return None
    for edit in edits:
        if not isinstance(edit, Append):
            continue
        value = as_read(edit.value)
        sent_back = any(entry.get("date") == value.get("date") for entry in data.get("returned", ()))
        if edit.route[-1] in ("causes", "plans") and sent_back:
            continue
        there: Any = data
        for step in edit.route:
            there = there[step] if isinstance(step, int) else there.get(step, ())
        if value in there:
            return Stop("STP022", {"record": id_, "list": str(edit.route[-1])})
    return None


def new_findings(
    root: Path,
    rewritings: Sequence[Rewriting],
    day: date,
    repository: Repository | None = None,
    beside: Mapping[str, bytes] | None = None,
    attachments: Mapping[str, Attachment] | None = None,
) -> list[Finding]:
    """What `check` would find in the rewritten records that it does not find now, without lines.

    `repository`: all records, where they are read anyway; without it only what the records name is read. `beside`:
    documents that will be there, too. `attachments`: the documents, where they were looked at already.
    """
    texts = [text for entry in rewritings for text in (entry.before, entry.after) if text is not None]
    before = {entry.was or entry.path: _file(entry.was or entry.path, entry.before) for entry in rewritings}
    after = {entry.path: _file(entry.path, entry.after) for entry in rewritings}
    gone = {entry.was: None for entry in rewritings if entry.was is not None}
    moved = {entry.path: entry.was or entry.path for entry in rewritings}
    if attachments is None:
        attachments = _attachments(root, [*before.values(), *after.values()])
    will_be = {
        path: Attachment("there", hashlib.sha256(content).hexdigest()) for path, content in (beside or {}).items()
    }
    old = _found(root, texts, before, repository, day, attachments)
    new = _found(root, texts, {**gone, **after}, repository, day, {**attachments, **will_be})
    return _fresh(old, new, moved)


def _fresh(old: Iterable[Finding], new: Iterable[Finding], moved: Mapping[str, str]) -> list[Finding]:
    """The findings that were not there before, each as often as it came; `moved`: where a file lay before, by its path."""
    known = Counter((finding.path, finding.code, finding.route) for finding in old)
    fresh = []
    for finding in new:
        key = (moved.get(finding.path, finding.path), finding.code, finding.route)
        if known[key]:
            known[key] -= 1
        else:
            fresh.append(finding)
    return fresh


#: The keys of a nonconformity that the rules on other records read (audits, units, qms.yaml, another of its number).
READ_ELSEWHERE = (
    *("number", "grade", "source", "detected", "clauses", "external", "regraded", "transferred", "closures"),
    *("reopened", "void"),
)


def new_elsewhere(root: Path, rewritings: Sequence[Rewriting], day: date) -> list[Finding]:
    """What `check` would find in other records that it does not find now, errors and warnings, without lines.

    Only where a nonconformity changes in what is read there. Read are what the records name, and the nonconformities
    that name the same audits or have the same numbers: what is said of an audit's row hangs on all its findings.
    """
    if not any(map(_felt_elsewhere, rewritings)):
        return []
    before, after = (
        {entry.path: _file(entry.path, text) for entry, text in zip(rewritings, texts, strict=True)}
        for texts in ([entry.before for entry in rewritings], [entry.after for entry in rewritings])
    )
    records = [file.record for file in (*before.values(), *after.values()) if file is not None]
    stated = [text for entry in rewritings for text in (entry.before, entry.after) if text is not None]
    shared = {text for record in records if isinstance(record, Nonconformity) for text in _shared(record)}
    read = load_some(root, near(root, stated) | naming(root, shared, "nonconformity"))
    others = [file for file in read.files if file.path not in after]
    old, new = (check.findings(_register(root, (), laid, read, day, {}), others) for laid in (before, after))
    fresh = _fresh(old, new, {})
    return [finding for finding in fresh if finding.path not in after and finding.severity != "info"]


def _felt_elsewhere(rewriting: Rewriting) -> bool:
    """True where a record changes in what other records' rules read, or nobody can tell."""
    old, new = (parse((text or "").removeprefix(BOM)) for text in (rewriting.before, rewriting.after))
    if isinstance(old, Fault) or isinstance(new, Fault):
        return True
    return any(old.get(key) != new.get(key) for key in READ_ELSEWHERE)


def _shared(nc: Nonconformity) -> Iterator[str]:
    """What a finding and others of the same audit, or by mistake of the same number, have in common."""
    numbers = (nc.number, nc.external.number if nc.external is not None else None)
    yield from (text for text in (nc.source.ref, *numbers) if text is not None)


def against_history(root: Path, path: str, text: str, day: date) -> list[Finding]:
    """What `check --against HEAD` would find in a record if it had this text; nothing where no git knows it."""
    try:
        commit = stored.commit_of(root, "HEAD")
        committed = git_bytes(root, ["show", f"{commit}:./{path}"], b"").decode("utf-8")
        base_day = stored.day_of(root, commit)
    except (stored.NoHistory, GitFailed, UnicodeDecodeError):
        return []
    texts = (committed, text)
    before, after = (_register(root, texts, {path: _file(path, each)}, None, day, {}) for each in texts)
    # the records around it are compared with themselves: what else is changed on the disk is not the question; nor is
    # whose commit brought it, for nobody has committed it yet
    return history_findings(history(before, after, base_day))


def _file(path: str, text: str | None) -> SourceFile | None:
    return record_of(text.removeprefix(BOM), path, *kind_at(path)) if text is not None else None


#: The rule on a unit that left the scope with something open.
_LEFT = "SCO007"


def _found(
    root: Path,
    texts: Iterable[str],
    laid: Mapping[str, SourceFile | None],
    all_: Repository | None,
    day: date,
    attachments: Mapping[str, Attachment],
) -> list[Finding]:
    """The findings in some files laid over what they name."""
    files = [file for file in laid.values() if file is not None]
    register = _register(root, texts, laid, all_, day, attachments)
    paths = {file.path for file in files}
    # that nobody answers any more for what is open in a unit is said of the unit
    records = (file.record for file in files)
    units = {f"units/{register.life(nc).unit}/unit.yaml" for nc in records if isinstance(nc, Nonconformity)}
    found = check.findings(register, files)
    return [finding for finding in found if finding.path in paths or (finding.path in units and finding.code == _LEFT)]


def _register(
    root: Path,
    texts: Iterable[str],
    laid: Mapping[str, SourceFile | None],
    all_: Repository | None,
    day: date,
    attachments: Mapping[str, Attachment] | None = None,
) -> Register:
    read = all_ if all_ is not None else load_some(root, near(root, texts))
    files: dict[str, SourceFile | None] = {**{file.path: file for file in read.files}, **laid}
    kept = tuple(file for _, file in sorted(files.items()) if file is not None)
    documents = attachments if attachments is not None else _attachments(root, laid.values())
    return build(Repository(root, kept), day, day, documents)


def _attachments(root: Path, files: Iterable[SourceFile | None]) -> dict[str, Attachment]:
    """The documents that some files name."""
    return of_repository(Repository(root, tuple(file for file in files if file is not None)))


# --- what is told ---


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step is forbidden: a rule's code, the sentence, what is missing, and the command that comes first."""

    code: str
    message: Message
    help: Message
    command: str | None


def reason_of_stop(stop: Stop) -> Reason:
    """A stop in the words of its rule's page."""
    rule = all_rules()[stop.code]
    return Reason(rule.code, Message(rule.message, stop.values), Message(rule.help, stop.values), stop.command)


def reason_of_finding(finding: Finding) -> Reason:
    """A finding as the reason that forbids a step."""
    return Reason(finding.code, finding.message, finding.help, finding.command)


def reason_with_place(finding: Finding) -> Reason:
    """A finding in another record as a reason that says in which."""
    reason = reason_of_finding(finding)
    return replace(reason, message=Message("{path}: {sentence}", {"path": finding.path, "sentence": reason.message}))


def stops(step: Step, place: Place, answers: Answers) -> Iterator[Stop]:
    """What must hold before a step and does not."""
    for condition in step.before:
        yield from condition(place, answers)


def diff(rewritings: Iterable[Rewriting]) -> str:
    """What would change, as a unified diff."""
    lines: list[str] = []
    for entry in rewritings:
        before, after = ((text or "").splitlines(keepends=True) for text in (entry.before, entry.after))
        old = f"a/{entry.path}" if entry.before is not None else "/dev/null"
        new = f"b/{entry.path}" if entry.after is not None else "/dev/null"
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(before, after, old, new)
        )
    return "".join(lines).replace("\r\n", "\n")


def documents_named(root: Path, rewritings: Iterable[Rewriting]) -> list[str]:
    """The paths of the documents that records will name and did not name so before, where they are there."""
    found: list[str] = []
    for entry in rewritings:
        now, earlier = (
            [each for _, each in references.documents(file.record)] if file is not None and file.record else []
            for file in (_file(entry.path, entry.after), _file(entry.was or entry.path, entry.before))
        )
        found += [each.path for each in now if each.path and each not in earlier]
    return there(root, found)


def record_in(rewriting: Rewriting) -> Any:
    """The record as it would be; None where it could not be read."""
    file = _file(rewriting.path, rewriting.after)
    return file.record if file is not None else None
