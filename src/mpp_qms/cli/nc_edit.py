"""`mpp-qms nc edit`: a record in one's own editor; what is broken is neither lost nor saved over the good one."""

import os
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.desk import (
    Desk,
    held,
    in_its_place,
    not_ours,
    putting,
    record_meant,
    sit_down,
    too_large,
    warn,
)
from mpp_qms.cli.exits import FINE, NO, UNREADABLE, Refused, say
from mpp_qms.cli.out import emit
from mpp_qms.messages import N_, Message
from mpp_qms.words import os_reason

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
    from mpp_qms.store.lock import is_of

    desk = sit_down(root)
    path = record_meant(desk, id_, ("nonconformity",))
    in_its_place(desk.root, path)
    before = read_bytes(desk.root, path) if is_of(desk.root / path, stat.S_ISREG) else None
    if before is None:
        raise Refused(Message(N_("There is no record {id}.{hint}"), {"id": id_, "hint": ""}))
    editor = _words(_editor(), windows=sys.platform == "win32")
    with _alone(desk, path) as draft:
        _begin(desk, draft, before)
        try:
            return _edited(desk, path, before, draft, editor)
        except (OSError, KeyboardInterrupt):
            if draft.exists():
                say(Message(N_("The draft stays here: {draft}"), {"draft": str(draft)}).show(desk.tr))
            raise


def _edited(desk: Desk, path: str, before: bytes, draft: Path, editor: Sequence[str]) -> int:
    """The editor and the check, again and again, until the draft is sound or the person has enough."""
    while True:
        _open(editor, draft)
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


@contextmanager
def _alone(desk: Desk, path: str) -> Iterator[Path]:
    """Where the draft of a record is, with nobody else at it as long as the editor is open. Raises Refused."""
    from mpp_qms.store.lock import Busy, NotOurs, is_of, locked_by, own_folder

    try:
        folder = own_folder(desk.root) / "drafts"
        folder.mkdir(exist_ok=True)
        draft = folder / path.rsplit("/", 1)[-1]
        for file in (draft, _begun(draft), draft.with_suffix(".lock")):
            if not is_of(file, stat.S_ISREG):
                raise NotOurs(file.relative_to(desk.root).as_posix())
        with locked_by(draft.with_suffix(".lock")):
            yield draft
    except Busy:
        text = N_("This record is being edited already; the draft of that is here: {draft}")
        raise Refused(Message(text, {"draft": str(draft)}), UNREADABLE) from None
    except NotOurs as found:
        raise not_ours(found.path) from None


def _begun(draft: Path) -> Path:
    """What a draft was begun from, beside it."""
    return draft.with_suffix(".begun")


def _begin(desk: Desk, draft: Path, before: bytes) -> None:
    """The draft of an earlier try of the same text, else a copy of the record."""
    begun = _begun(draft)
    if draft.exists() and begun.exists() and begun.read_bytes() == before:
        if draft.read_bytes() != before:
            text = N_("A draft from an earlier try is opened; delete it to begin anew: {draft}")
            say(Message(text, {"draft": str(draft)}).show(desk.tr))
        return
    if draft.exists():
        kept = next(name for number in count(1) if not (name := draft.with_suffix(f".{number}.yaml")).exists())
        draft.rename(kept)
        text = N_("The record was changed since an earlier draft of it, which is kept: {draft}")
        say(Message(text, {"draft": str(kept)}).show(desk.tr))
    begun.write_bytes(before)
    # killed in between, half a copy must not pass for a draft
    whole = draft.with_suffix(".tmp")
    whole.write_bytes(before)
    whole.replace(draft)


def _editor() -> str:
    """The editor that the person chose, as git asks for it; else the one that is everywhere."""
    chosen = (os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR"))
    return next(filter(None, chosen), "notepad" if sys.platform == "win32" else "vi")


def _words(editor: str, *, windows: bool) -> list[str]:
    """The words of a command that opens the editor. Raises Refused.

    On Windows a backslash is no escape, and the path of a program may hold blanks without quotes.
    """
    if _is_file(editor):
        return [editor]
    try:
        words = shlex.split(editor, posix=not windows)
    except ValueError:
        text = N_("EDITOR holds a quote that is not closed: {editor}")
        raise Refused(Message(text, {"editor": editor})) from None
    if windows:
        words = [word[1:-1] if word[:1] == word[-1:] == '"' and len(word) > 1 else word for word in words]
        pieces = editor.split(" ")
        programs = ((" ".join(pieces[:end]), pieces[end:]) for end in range(len(pieces) - 1, 1, -1))
        words = next(([program, *filter(None, rest)] for program, rest in programs if _is_file(program)), words)
    # what Windows starts by its name alone ends in .exe: `code` is code.cmd
    return [shutil.which(words[0]) or words[0], *words[1:]]


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def _open(words: Sequence[str], draft: Path) -> None:
    """Run the editor on a file, until it is closed. Raises Refused where it cannot be run or fails."""
    from mpp_qms.store.changing import undisturbed

    try:
        # Ctrl-C is for the editor
        with undisturbed():
            done = subprocess.run([*words, str(draft)], check=False)
    except OSError as error:
        text = N_("The editor {editor} cannot be run: {reason}. Set EDITOR. The draft stays here: {draft}")
        values = {"editor": words[0], "reason": os_reason(error), "draft": str(draft)}
        raise Refused(Message(text, values), UNREADABLE) from None
    if done.returncode != 0:
        text = N_("The editor ended with {code}; nothing was saved. The draft stays here: {draft}")
        raise Refused(Message(text, {"code": done.returncode, "draft": str(draft)}), UNREADABLE)


def _problems(desk: Desk, path: str, before: bytes, after: bytes) -> list[str]:
    """What stands against saving, in the reader's words; warnings are said, but stand against nothing."""
    from mpp_qms.steps.carry_out import Rewriting, against_history, new_findings

    try:
        text = after.decode("utf-8")
    except UnicodeDecodeError:
        return [desk.tr(N_("The draft is not in UTF-8."))]
    if (problem := too_large(path, after)) is not None:
        return [problem.show(desk.tr)]
    rewriting = Rewriting(path, before.decode("utf-8", errors="replace"), text)
    found = new_findings(desk.root, [rewriting], desk.today)
    errors = [finding for finding in found if finding.severity == "error"]
    # what is committed may not be rewritten: check --against would say so too late, and only where somebody asks
    if not errors:
        warnings = [*found, *against_history(desk.root, path, text, desk.today)]
        warn((_sentence(finding, text, desk) for finding in warnings), desk.tr)
    return [_sentence(finding, text, desk) for finding in errors]


def _sentence(finding: "Finding", text: str, desk: Desk) -> str:
    from mpp_qms.store.positions import place_in_text

    line = finding.line or place_in_text(text, finding.route)[0]
    return f"{line}: {finding.code}: {finding.message.show(desk.tr)} {finding.help.show(desk.tr)}".rstrip()


def _again(desk: Desk) -> bool:
    """Whether the person goes back into the editor; without a terminal nobody can be asked."""
    from mpp_qms.cli import form

    return form.possible() and form.yes(desk.tr(N_("Back to the editor?")), desk.tr)


def _save(desk: Desk, path: str, before: bytes, after: bytes, draft: Path) -> int:
    from mpp_qms.store.changing import ChangedMeanwhile, FileChange, write

    try:
        with held(desk), putting():
            write(desk.root, [FileChange(path, before, after)])
    except ChangedMeanwhile:
        text = N_("{path} was changed by somebody else meanwhile; nothing was saved. The draft stays here: {draft}")
        raise Refused(Message(text, {"path": path, "draft": str(draft)}), UNREADABLE) from None
    except Refused as refused:
        stays = Message(N_("The draft stays here: {draft}"), {"draft": str(draft)})
        raise Refused(refused.message, refused.code, refused.help or stays) from None
    _done_with(draft)
    emit(Message(N_("Saved: {path}"), {"path": path}).show(desk.tr) + "\n", None)
    return FINE


def _done_with(draft: Path) -> None:
    draft.unlink(missing_ok=True)
    _begun(draft).unlink(missing_ok=True)
