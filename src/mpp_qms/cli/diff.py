"""`mpp-qms diff`: what did a change of the records do to readiness?"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpp_qms.cli import options
from mpp_qms.cli.context import Opened, asking_git, open_records, warn_unread
from mpp_qms.cli.exits import FINE, Refused
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.store.repository import Repository


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "diff", help=N_("What changed between a git revision and now, or two of them: readiness, overdue, what closed.")
    )(diff)


def diff(
    revisions: Annotated[
        str,
        typer.Argument(
            metavar="REV[..REV]", help=N_("A commit, branch or tag to compare with what lies here; or two of them.")
        ),
    ],
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Both sides are judged on one day, by the documents as they lie here now: only the records differ."""
    from mpp_qms.comparison import compare

    opened = open_records(root, as_of)
    with asking_git():
        before, after = _sides(revisions, opened)
    if after.repository is opened.repository:
        warn_unread(opened)
    found = compare(_opened(before, opened).readiness(), _opened(after, opened).readiness())
    if format_ == "json":
        from mpp_qms.views import json

        emit(json.text(json.diff(found, before.named, after.named, opened.tr)), output)
    else:
        from mpp_qms.views.terminal import diff as view
        from mpp_qms.views.terminal.style import style

        how = style(colours=colours(output))
        emit(view.render(found, before.title, after.title, opened.tr, how), output)
    return FINE


@dataclass(frozen=True, slots=True)
class _Side:
    """The records of one side; revision and commit are None of those that lie here."""

    repository: "Repository"
    revision: str | None = None
    commit: str | None = None

    @property
    def named(self) -> dict[str, Any]:
        return {"revision": self.revision, "commit": self.commit}

    @property
    def title(self) -> Message:
        if self.revision is None or self.commit is None:
            return Message(N_("the records here"))
        return Message("{revision} ({commit})", {"revision": self.revision, "commit": self.commit[:10]})


def _sides(revisions: str, opened: Opened) -> tuple[_Side, _Side]:
    """What is compared. Raises NoHistory; Refused where the revisions are not written so."""
    first, dots, second = revisions.partition("..")
    if second.startswith("."):
        raise Refused(Message(N_("REV[..REV]: {revisions} has three dots; write two."), {"revisions": revisions}))
    if not dots:
        return _at(first, opened), _Side(opened.repository)
    # an end left out is what is checked out, as in git
    return _at(first or "HEAD", opened), _at(second or "HEAD", opened)


def _at(revision: str, opened: Opened) -> _Side:
    from mpp_qms.store.history import at_commit, commit_of

    commit = commit_of(opened.root, revision)
    return _Side(at_commit(opened.root, commit, opened.repository).repository, revision, commit)


def _opened(side: _Side, here: Opened) -> Opened:
    """The records of a side, judged on the same day."""
    from mpp_qms.register import build

    if side.repository is here.repository:
        return here
    return replace(
        here, repository=side.repository, register=build(side.repository, here.register.known, here.register.today)
    )
