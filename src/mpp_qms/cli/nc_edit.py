"""`mpp-qms nc edit`: a record in one's own editor; what is broken is neither lost nor saved over the good one."""

import os
import shlex
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.desk import Desk, held, putting, record_meant, sit_down
from mpp_qms.cli.exits import FINE, NO, UNREADABLE, Refused, say
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.findings import Finding


def register(nc: typer.Typer) -> None:
    """Add the command."""
    nc.command("edit", help=N_("Open a nonconformity in $EDITOR; it is checked before it is saved."))(edit)


def edit(
    id_: Annotated[str, options.RECORD],
    root: options.Root = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Edit a draft, check it, and put it in the record's place only when it brings no new error."""
    from mpp_qms.store.changing import read_bytes

    desk = sit_down(root)
    path = record_meant(desk, id_, ("nonconformity",))
    before = read_bytes(desk.root, path)
    if before is None:
        raise Refused(Message(N_("There is no record {id}.{hint}"), {"id": id_, "hint": ""}))
    draft = _draft(desk, path, before)
    while True:
        _open(draft)
        after = draft.read_bytes()
        if after == before:
            _done_with(draft)
            emit(desk.tr(N_("Nothing was changed.")) + "\n", None)
            return FINE
        problems = _problems(desk, path, before, after)
        if not problems:
            return _save(desk, path, before, after, draft)
        for problem in problems:
            say(problem)
        if not _again(desk):
            text = N_("Not saved; the draft stays here, and nc edit opens it again: {draft}")
            say(Message(text, {"draft": str(draft)}).show(desk.tr))
            return NO


def _draft(desk: Desk, path: str, before: bytes) -> Path:
    """The draft of an earlier try of the same text, else a copy of the record; beside it, what it was begun from."""
    from mpp_qms.store.lock import own_folder

    folder = own_folder(desk.root) / "drafts"
    folder.mkdir(exist_ok=True)
    draft = folder / path.rsplit("/", 1)[-1]
    begun = draft.with_suffix(".begun")
    if draft.exists() and begun.exists() and begun.read_bytes() == before:
        say(
            Message(
                N_("A draft from an earlier try is opened; delete it to begin anew: {draft}"), {"draft": str(draft)}
            ).show(desk.tr)
        )
        return draft
    if draft.exists():
        kept = next(name for number in count(1) if not (name := draft.with_suffix(f".{number}.yaml")).exists())
        draft.rename(kept)
        text = N_("The record was changed since an earlier draft of it, which is kept: {draft}")
        say(Message(text, {"draft": str(kept)}).show(desk.tr))
    begun.write_bytes(before)
    draft.write_bytes(before)
    return draft


def _open(draft: Path) -> None:
    """Run the editor on a file, until it is closed. Raises Refused where it cannot be run or fails."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if sys.platform == "win32" else "vi")
    words = [editor] if Path(editor).exists() else shlex.split(editor, posix=sys.platform != "win32")
    try:
        done = subprocess.run([*words, str(draft)], check=False)
    except OSError as error:
        text = N_("The editor {editor} cannot be run: {reason}. Set EDITOR. The draft stays here: {draft}")
        values = {"editor": editor, "reason": error.strerror or str(error), "draft": str(draft)}
        raise Refused(Message(text, values), UNREADABLE) from None
    if done.returncode != 0:
        text = N_("The editor ended with {code}; nothing was saved. The draft stays here: {draft}")
        raise Refused(Message(text, {"code": done.returncode, "draft": str(draft)}), UNREADABLE)


def _problems(desk: Desk, path: str, before: bytes, after: bytes) -> list[str]:
    """What stands against saving, in the reader's words; warnings are said, but stand against nothing."""
    from mpp_qms.steps.carry_out import Rewriting, new_findings
    from mpp_qms.store.reading import MAX_BYTES

    try:
        text = after.decode("utf-8")
    except UnicodeDecodeError:
        return [desk.tr(N_("The draft is not in UTF-8."))]
    if len(after) > MAX_BYTES:
        return [Message(N_("The draft is larger than {limit} KiB."), {"limit": MAX_BYTES // 1024}).show(desk.tr)]
    rewriting = Rewriting(path, before.decode("utf-8", errors="replace"), text)
    found = new_findings(desk.root, [rewriting], desk.today)
    errors = [finding for finding in found if finding.severity == "error"]
    for finding in [] if errors else found:
        say(_sentence(finding, text, desk))
    return [_sentence(finding, text, desk) for finding in errors]


def _sentence(finding: "Finding", text: str, desk: Desk) -> str:
    from mpp_qms.store.positions import place_in_text

    line = finding.line or place_in_text(text, finding.route)[0]
    return f"{line}: {finding.code}: {finding.message.show(desk.tr)} {finding.help.show(desk.tr)}".rstrip()


def _again(desk: Desk) -> bool:
    """Whether the person goes back into the editor; without a terminal nobody can be asked."""
    from mpp_qms.cli import form

    return form.possible() and form.yes(desk.tr(N_("Back to the editor?")))


def _save(desk: Desk, path: str, before: bytes, after: bytes, draft: Path) -> int:
    from mpp_qms.store.changing import ChangedMeanwhile, FileChange, write

    try:
        with held(desk), putting():
            write(desk.root, [FileChange(path, before, after)])
    except ChangedMeanwhile:
        text = N_("{path} was changed by somebody else meanwhile; nothing was saved. The draft stays here: {draft}")
        raise Refused(Message(text, {"path": path, "draft": str(draft)}), UNREADABLE) from None
    _done_with(draft)
    emit(Message(N_("Saved: {path}"), {"path": path}).show(desk.tr) + "\n", None)
    return FINE


def _done_with(draft: Path) -> None:
    draft.unlink(missing_ok=True)
    draft.with_suffix(".begun").unlink(missing_ok=True)
