"""Committing what a command writes: just its files, whatever else is changed or staged, or nothing at all.

What can be known before is looked at before anything is written. Where git refuses all the same (a hook, a full disk),
its index is as it was; the caller takes the files back (`store.changing.take_back`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mpp_qms.messages import N_, Message
from mpp_qms.store.git import GitFailed, git, git_bytes, head_of

#: What git keeps while something of several steps is under way, and its name: a commit of ours would end or break it.
_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
}
#: So many characters of paths stand on one command line; Windows takes some 32,000 in all.
_MOST_CHARACTERS = 16_000


class NotCommittable(Exception):  # noqa: N818 (a person settles it)
    """git could not commit here, and nothing has been written yet. `passing`: it may work in a moment."""

    def __init__(self, message: Message, *, passing: bool = False) -> None:
        """`message`: why."""
        super().__init__(message.template)
        self.message, self.passing = message, passing


def committable(root: Path, paths: Sequence[str]) -> None:
    """Raise NotCommittable where git could not commit files (relative to `root`, there or not yet)."""
    try:
        own = Path(root, git(root, "rev-parse", "--absolute-git-dir").removesuffix("\n"))
    except GitFailed as failed:
        text = N_("--commit: there is no git repository here: {reason}. Nothing was written.")
        raise NotCommittable(Message(text, {"reason": _sentence(failed)})) from None
    for name, what in _UNDER_WAY.items():
        if os.path.lexists(own / name):
            text = N_("--commit: a {what} is under way; finish it yourself first. Nothing was written.")
            raise NotCommittable(Message(text, {"what": what}))
    lock = _place(root, "index.lock")
    if os.path.lexists(lock):
        text = N_("--commit: another git command is at work, or one was broken off: {lock}. Nothing was written.")
        raise NotCommittable(Message(text, {"lock": str(lock)}), passing=True)
    for whose in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            git(root, "var", whose)
        except GitFailed as failed:
            text = N_(
                "--commit: git does not know who you are ({reason}): git config user.name NAME, "
                "git config user.email ADDRESS. Nothing was written."
            )
            raise NotCommittable(Message(text, {"reason": _sentence(failed)})) from None
    try:
        # of what it ignores, git names the last on its last line
        _given(root, paths, "-c", "advice.addIgnoredFile=false", "add", "--dry-run", "--ignore-missing")
    except GitFailed as failed:
        text = N_("--commit: git leaves {path} out (.gitignore). Nothing was written.")
        values = {"path": str(failed)}
        if not any(str(failed).endswith(path.lstrip("./")) for path in paths):
            text = N_("--commit: git does not take these files: {reason}. Nothing was written.")
            values = {"reason": _sentence(failed)}
        raise NotCommittable(Message(text, values)) from None


def commit(root: Path, paths: Sequence[str], message: str) -> str:
    """Commit just these files (relative to `root`); the commit's name. Where nothing differs, it is the last one's.

    Raises GitFailed with the index as it was.
    """
    before = head_of(root)
    # by the names that git has for them: a record may write `./documents//a.pdf`
    known = _listed(root, paths, "--cached")
    new = _listed(root, paths, "--others")
    own = [*known, *new]
    try:
        if new:
            # the files of a commit have to be known to git; their contents go past the index
            _given(root, new, "add", "--intent-to-add")
        if before is not None and _same(root, before, own):
            return before
        _given(root, own, "commit", "--quiet", "--only", "--message", message)
    except GitFailed:
        after = head_of(root)
        if after not in (before, None) and _same(root, str(after), own):
            # it failed in what comes after the commit
            return str(after)
        with contextlib.suppress(GitFailed):
            git_bytes(root, ["update-index", "--force-remove", "-z", "--stdin"], _lines(new))
        raise
    return git(root, "rev-parse", "HEAD").strip()


def _given(root: Path, paths: Sequence[str], *words: str) -> None:
    """A git command on files, which are handed to it on stdin: a command line has no room for thousands."""
    git_bytes(root, [*words, "--pathspec-from-file=-", "--pathspec-file-nul"], _lines(paths))


def _lines(paths: Sequence[str]) -> bytes:
    return "".join(f"{path}\0" for path in paths).encode("utf-8", errors="surrogateescape")


def _in_parts(paths: Sequence[str]) -> Iterator[list[str]]:
    """The paths in portions that have room on a command line."""
    part: list[str] = []
    for path in paths:
        if part and sum(map(len, part)) + len(part) + len(path) > _MOST_CHARACTERS:
            yield part
            part = []
        part.append(path)
    if part:
        yield part


def _listed(root: Path, paths: Sequence[str], which: str) -> list[str]:
    """Of some files those that git knows (`--cached`), or that are there and it does not know (`--others`)."""
    found = [git(root, "ls-files", "-z", which, "--", *part).split("\0") for part in _in_parts(paths)]
    return list(dict.fromkeys(name for names in found for name in names if name))


def _place(root: Path, name: str) -> Path:
    """Where git keeps something of its own."""
    return Path(root, git(root, "rev-parse", "--git-path", name).strip())


def _same(root: Path, commit_: str, paths: Sequence[str]) -> bool:
    """Whether files are on disk as they are at a commit."""
    try:
        for part in _in_parts(paths):
            git(root, "diff", "--quiet", commit_, "--", *part)
    except GitFailed:
        return False
    return True


def _sentence(failed: GitFailed) -> str:
    return str(failed).rstrip(".")
