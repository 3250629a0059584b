"""The findings of `check` for people: file:line:column, what is wrong, how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mpp_qms.findings import Finding
from mpp_qms.messages import N_, Message, Translate
from mpp_qms.views.terminal.style import Style, clean, joined
from mpp_qms.words import word

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


def render(findings: Sequence[Finding], records: int, tr: Translate, style: Style, *, show_waived: bool = False) -> str:
    """Each finding in two parts, then a line that sums up; where nothing is wrong, what was looked at.

    What a waiver lets pass is counted, and listed only where it is asked for.
    """
    lines: list[str] = []
    waived = sum(finding.waived for finding in findings)
    findings = [finding for finding in findings if show_waived or not finding.waived]
    for finding in findings:
        # a place is copied and clicked on: it is never broken, however narrow the terminal
        heads = [clean(f"{finding.path}:{finding.line}:{finding.column}:")]
        style.append(
            heads, f"{word(finding.severity).show(tr)} {finding.code}", _COLOURS[finding.severity], indent="  "
        )
        lines += heads
        lines += style.wrap(finding.message.show(tr), "  ")
        help_ = finding.help.show(tr)
        if help_:
            lines += [style.paint(line, "dim") for line in style.wrap(help_, "  → ", "    ")]
        if finding.command is not None:
            lines += style.wrap(finding.command, "  $ ", "    ")
    if findings:
        lines.append("")
    lines += style.wrap(summary(findings, records).show(tr))
    if waived and not show_waived:
        lines += style.wrap(
            Message(N_("Let pass by a waiver: {count} (--show-waived lists them)."), {"count": waived}).show(tr)
        )
    if findings:
        worst = min(findings, key=lambda finding: ("error", "warning", "info").index(finding.severity))
        lines += style.wrap(Message(N_("What a code means: mpp-qms rule {code}"), {"code": worst.code}).show(tr))
    return joined(lines)


def summary(findings: Sequence[Finding], records: int) -> Message:
    """What was looked at, and how much is wrong."""
    counts = Counter(finding.severity for finding in findings)
    text = N_("Records: {records}. Errors: {errors}, warnings: {warnings}.")
    return Message(text, {"records": records, "errors": counts["error"], "warnings": counts["warning"]})
