"""git, run as a process: what is needed of it, and why it could not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

#: Where a hook, an alias or another repository was at work: which repository counts is told by the folder alone. Where git
#: looks for objects stays as told, since what a push brings lies in quarantine until the hooks have let it pass.
_OF_THE_CALLER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX")


class GitFailed(Exception):  # noqa: N818 (a person settles it)
    """git could not do it; the text is its own last line, or why it could not be run."""


def git(folder: Path, *words: str) -> str:
    """The output of a git command in a folder. Raises GitFailed."""
    return git_bytes(folder, words, b"").decode("utf-8", errors="surrogateescape")


def git_bytes(folder: Path, words: Sequence[str], given: bytes) -> bytes:
    """The output of a git command in a folder that is given something to read. Raises GitFailed."""
    environment = {
        **{name: value for name, value in os.environ.items() if name not in _OF_THE_CALLER},
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    # `git commit -a` and a commit of some paths have an index of their own; a hook is told of it relative to where it is started
    if "GIT_INDEX_FILE" in environment:
        environment["GIT_INDEX_FILE"] = str(Path(environment["GIT_INDEX_FILE"]).absolute())
    try:
        done = subprocess.run(
            ["git", "--literal-pathspecs", *words],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitFailed(error.strerror or str(error)) from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).decode("utf-8", errors="replace").splitlines()
        raise GitFailed(said[-1] if said else f"git {words[0]}: {done.returncode}")
    return done.stdout


def head_of(root: Path) -> str | None:
    """The commit that is checked out; None where nothing is committed yet, or there is no git repository."""
    try:
        return git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip()
    except GitFailed:
        return None


def both_made(root: Path, path: str) -> tuple[str, str] | None:
    """The two versions of a record that two branches made under one name, while they are merged: ours and theirs.

    None where it is no such conflict, or there is no git here.
    """
    try:
        listed = git(root, "ls-files", "--unmerged", "--", path)
        stages = {line.split()[2] for line in listed.splitlines()}
        if stages != {"2", "3"}:
            return None
        return git(root, "show", f":2:./{path}"), git(root, "show", f":3:./{path}")
    except GitFailed:
        return None


def changed_only_by_one(root: Path, *, ours: bool) -> tuple[str, ...]:
    """The files, relative to `root`, that one of two branches being merged changed since both parted, and the other not."""
    try:
        base = git(root, "merge-base", "HEAD", "MERGE_HEAD").strip()
        sides = [
            set(git(root, "diff", "--name-only", "--relative", "-z", base, side, "--", ".").split("\0"))
            for side in (("HEAD", "MERGE_HEAD") if ours else ("MERGE_HEAD", "HEAD"))
        ]
    except GitFailed:
        return ()
    return tuple(sorted((sides[0] - sides[1]) - {""}))


#: How the branch is called that others part from.
_TRUNKS = ("main", "master")


def merges_the_trunk(root: Path) -> bool:
    """True while the branch that others part from is merged into one of those: what it holds is what everybody knows."""
    try:
        at = git(root, "rev-parse", "MERGE_HEAD").split()[0]
        refs = git(root, "for-each-ref", "--format=%(refname)", f"--points-at={at}", "refs/heads", "refs/remotes")
    except GitFailed:
        return False
    try:
        here = git(root, "symbolic-ref", "--short", "HEAD").strip()
    except GitFailed:
        here = ""
    names = {name.split("/")[-1] for name in refs.split() if name.split("/")[1] == "remotes" or name.count("/") == 2}
    return here not in _TRUNKS and not names.isdisjoint((*_TRUNKS, "HEAD"))
