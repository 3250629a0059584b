"""`mpp-qms check`: are the records sound, and is this change to them allowed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mpp_qms.cli import options
from mpp_qms.cli.context import Opened, asking_git, open_records, zone_of
from mpp_qms.cli.exits import FINE, NO, USAGE, Refused, say
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message

if TYPE_CHECKING:
    from mpp_qms.findings import Finding, Severity
    from mpp_qms.provenance import Signers
    from mpp_qms.store.history import Version
    from mpp_qms.store.repository import Repository


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "check",
        help=N_("Judge the records themselves, and with --against a change to them: every finding with its place."),
    )(check)


def check(
    root: options.Root = None,
    as_of: options.AsOf = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV",
            help=N_("Judge the change since a git revision, too: what was rewritten or lost."),
        ),
    ] = None,
    staged: Annotated[
        bool, typer.Option("--staged", help=N_("Judge what would be committed, against the last commit."))
    ] = False,
    signed: Annotated[
        bool, typer.Option("--signed", help=N_("With --against: whose hand each approval was, by .mpp-qms/signers."))
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help=N_("Warnings fail the check too."))] = False,
    show_waived: Annotated[
        bool, typer.Option("--show-waived", help=N_("List what a waiver lets pass, too; else it is counted only."))
    ] = False,
    format_: options.CheckOutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Findings of reading, of the rules and of history; exit 1 where there is an error (with --strict: or a warning)."""
    from mpp_qms.store.positions import locate

    if signed and against is None and not staged:
        raise Refused(Message(N_("--signed needs --against: whose hand a change was can be told of a change only.")))
    judged = _judged(open_records(root, as_of), against, staged=staged, signed=signed)
    found = locate(judged.opened.root, judged.findings, judged.texts)
    failing: tuple[Severity, ...] = ("error", "warning") if strict else ("error",)
    text = _written(format_, judged, found, failing, output, show_waived=show_waived)
    emit(text, output, commands=format_ == "github")
    return NO if any(finding.severity in failing for finding in found) else FINE


@dataclass(frozen=True, slots=True)
class Judged:
    """The records that were judged, the findings, the texts of files judged otherwise than they stand on disk, and the
    records a change starts from, where one was asked about."""

    opened: Opened
    findings: list[Finding]
    texts: Mapping[str, str]
    before: Repository | None = None


def _judged(opened: Opened, against: str | None, *, staged: bool, signed: bool) -> Judged:
    """What is wrong with the records, and with a change to them where one is asked about."""
    if against is None and not staged:
        return Judged(opened, opened.findings(), {})
    from mpp_qms.history import history
    from mpp_qms.provenance import with_provenance
    from mpp_qms.register import build
    from mpp_qms.rules.check import history_findings
    from mpp_qms.store import history as stored
    from mpp_qms.store.git import head_of

    days = opened.register.known, opened.register.today
    zone = zone_of(opened.register.qms)
    on_disk = opened.repository
    texts: Mapping[str, str] = {}
    with asking_git():
        if staged:
            index = stored.staged(opened.root, on_disk)
            _warn_left_out(index.left_out, opened)
            texts, register = index.texts, build(index.repository, *days)
            opened = replace(opened, repository=index.repository, register=register, documents=index.documents)
            if against is None and not stored.committed(opened.root):
                # before the first commit there is nothing yet that could be lost
                return Judged(opened, opened.findings(), texts)
        bases = stored.parted_from(opened.root, against if against is not None else "HEAD")
        if not staged and against != "HEAD" and bases == (head_of(opened.root),):
            text = N_("{revision} is what is checked out: only what is not committed yet was judged as a change.")
            say(Message(text, {"revision": against}).show(opened.tr))
        versions = [stored.at_commit(opened.root, base, on_disk, look_back=True, zone=zone) for base in bases]
        signers = _signers(opened, versions[0]) if signed else None
        changes = [
            with_provenance(
                history(build(version.repository, *days), opened.register, version.day),
                opened.root,
                version,
                opened.register.today,
                signers,
                zone,
            )
            for version in versions
        ]
    found: list[Finding] = []
    for change in changes:
        new = history_findings(change)
        found += [finding for finding in new if finding not in found] if found else new
    return Judged(opened, [*opened.findings(), *found], texts, versions[0].repository)


def _signers(opened: Opened, base: Version) -> Signers:
    """Who signs. Raises Refused where no file says so, or where it cannot be understood."""
    from mpp_qms.provenance import BrokenSigners, read_signers

    try:
        signers = read_signers(opened.root, base)
    except BrokenSigners as broken:
        raise Refused(broken.message, USAGE) from None
    if signers is None:
        text = N_("--signed: there is no file {path} that says who signs; see docs/signing.md.")
        raise Refused(Message(text, {"path": str(Path(".mpp-qms") / "signers")}), USAGE)
    for message in signers.broken:
        say(message.show(opened.tr))
    return signers


def _warn_left_out(paths: Sequence[str], opened: Opened) -> None:
    """Say on stderr which documents lie here and would not be committed: nobody finds them missing who looks at the disk."""
    if paths:
        text = N_("Not in the next commit, and so judged as missing; add them to git first: {paths}.")
        say(Message(text, {"paths": tuple(paths)}).show(opened.tr))


def _written(
    format_: options.CheckFormat,
    judged: Judged,
    found: Sequence[Finding],
    failing: Sequence[Severity],
    output: Path | None,
    *,
    show_waived: bool,
) -> str:
    """The findings in a format."""
    from mpp_qms.rules.registry import RULES
    from mpp_qms.store.repository import folder_in_git

    opened = judged.opened
    repository, tr = opened.repository, opened.tr
    if format_ == "terminal":
        from mpp_qms.views.terminal import check as view
        from mpp_qms.views.terminal.style import style

        how = style(colours=colours(output))
        return view.render(found, repository.records, tr, how, show_waived=show_waived)
    if format_ == "json":
        from mpp_qms.views import json

        return json.text(json.check(found, opened.register.known, str(opened.root), repository.records, tr))
    if format_ == "markdown":
        return _comment(judged, found)
    folder = folder_in_git(opened.root)
    if format_ == "github":
        from mpp_qms.views import github

        return github.check(found, folder, repository.records, RULES, tr)
    if format_ == "gitlab":
        from mpp_qms.views import gitlab

        return gitlab.check(found, folder, tr)
    if format_ == "sarif":
        from mpp_qms.views import sarif

        return sarif.check(found, folder, opened.register.known, RULES, tr)
    from mpp_qms.views import junit

    paths = [file.path for file in repository.files if file.kind is not None]
    return junit.check(found, folder, paths, opened.register.known, failing, tr)


def _comment(judged: Judged, found: Sequence[Finding]) -> str:
    """A comment on a change: what it did to readiness, where it is known from what it starts."""
    from mpp_qms.comparison import compare
    from mpp_qms.register import build
    from mpp_qms.views import markdown

    opened = judged.opened
    now = opened.readiness()
    compared = None
    if judged.before is not None:
        register = build(judged.before, opened.register.known, opened.register.today)
        before = replace(opened, repository=judged.before, register=register)
        compared = compare(before.readiness(), now)
    return markdown.comment(compared, found, opened.repository.records, opened.tr, now)
