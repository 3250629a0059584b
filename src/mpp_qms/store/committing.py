"""Committing what a command writes: just its files, whatever else is changed or staged, or nothing at all.

What can be known before is looked at before anything is written. Where git refuses all the same (a hook, a full disk),
its index is as it was; the caller takes the files back (`store.changing.take_back`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from mpp_qms.messages import N_, Message
from mpp_qms.store.git import GitFailed, git, merging


class NotCommittable(Exception):  # noqa: N818 (a person settles it)
    """git could not commit here, and nothing has been written yet. `passing`: it may work in a moment."""

    def __init__(self, message: Message, *, passing: bool = False) -> None:
        """`message`: why."""
        super().__init__(message.template)
        self.message, self.passing = message, passing


def committable(root: Path, paths: Sequence[str]) -> None:
    """Raise NotCommittable where git could not commit files (relative to `root`, there or not yet)."""
    try:
        under_way = merging(root) or _place(root, "CHERRY_PICK_HEAD").exists()
    except GitFailed as failed:
        text = N_("--commit: there is no git repository here: {reason}. Nothing was written.")
        raise NotCommittable(Message(text, {"reason": _sentence(failed)})) from None
    if under_way:
        raise NotCommittable(Message(N_("--commit: a merge is under way; commit it yourself. Nothing was written.")))
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
        git(root, "-c", "advice.addIgnoredFile=false", "add", "--dry-run", "--ignore-missing", "--", *paths)
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
    before = _head(root)
    known = set(git(root, "ls-files", "-z", "--", *paths).split("\0"))
    new = [path for path in paths if path not in known and os.path.lexists(root / path)]
    own = [path for path in paths if path in known or path in new]
    try:
        if new:
            # the files of a commit have to be known to git; their contents go past the index
            git(root, "add", "--intent-to-add", "--", *new)
        if before is not None and _same(root, before, own):
            return before
        git(root, "commit", "--quiet", "--only", "--message", message, "--", *own)
    except GitFailed:
        after = _head(root)
        if after not in (before, None) and _same(root, str(after), own):
            # it failed in what comes after the commit
            return str(after)
        with contextlib.suppress(GitFailed):
            git(root, "update-index", "--force-remove", "--", *new)
        raise
    return git(root, "rev-parse", "HEAD").strip()


def _place(root: Path, name: str) -> Path:
    """Where git keeps something of its own."""
    return Path(root, git(root, "rev-parse", "--git-path", name).strip())


def _head(root: Path) -> str | None:
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    except GitFailed:
        return None


def _same(root: Path, commit_: str, paths: Sequence[str]) -> bool:
    """Whether files are on disk as they are at a commit."""
    try:
        git(root, "diff", "--quiet", commit_, "--", *paths)
    except GitFailed:
        return False
    return True


def _sentence(failed: GitFailed) -> str:
    return str(failed).rstrip(".")
