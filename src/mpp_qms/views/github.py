"""The findings of `check` as workflow commands: GitHub shows them as annotations of the change.

Source: GitHub's "Workflow commands for GitHub Actions"; the escaping is that of `escapeData` and `escapeProperty` in
actions/toolkit, its inverse and what counts as a command are in actions/runner (ActionCommand.cs): a line that begins
with `::` behind white space of any kind, or that holds `##[` anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mpp_qms.findings import Finding, Severity
from mpp_qms.messages import N_, Message, Translate
from mpp_qms.rules.registry import Rule
from mpp_qms.views.ci import one_line, path_of, place_of, sentences
from mpp_qms.views.terminal.check import summary
from mpp_qms.views.terminal.style import harmless
from mpp_qms.words import word

#: So many annotations of a kind are made of what one step prints (ExecutionContext.cs in actions/runner); of
#: what comes on top the log keeps the message alone, without its place. A job shows 50 of all its steps.
MOST = 10
_COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def check(findings: Sequence[Finding], folder: str, records: int, rules: Mapping[str, Rule], tr: Translate) -> str:
    """A command a finding, as many as are shown; the others as lines of the log with their place; a line that sums up.

    `folder` is that of the records in the git repository, for instance `records/`. The runner cuts a message at 4,096
    characters.
    """
    shown: Counter[Severity] = Counter()
    commands, others = [], []
    for finding in findings:
        shown[finding.severity] += 1
        if shown[finding.severity] <= MOST:
            commands.append(_command(finding, folder, rules[finding.code], tr))
        else:
            others.append(_line(finding, folder, tr))
    if others:
        text = N_("GitHub shows at most {most} annotations of a kind for a step. The other findings:")
        others.insert(0, Message(text, {"most": MOST}).show(tr))
    return "\n".join([*commands, *others, summary(findings, records).show(tr)]) + "\n"


def _command(finding: Finding, folder: str, rule: Rule, tr: Translate) -> str:
    line, column = place_of(finding)
    properties = {
        "file": path_of(finding, folder),
        "line": str(line),
        "col": str(column),
        "title": f"{finding.code} {tr(rule.title)}",
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    wrong, mend = sentences(finding, tr)
    told = _data(f"{wrong}\n{mend}".rstrip())
    return f"::{_COMMANDS[finding.severity]} {named}::{told}"


def _line(finding: Finding, folder: str, tr: Translate) -> str:
    line, column = place_of(finding)
    head = f"{path_of(finding, folder)}:{line}:{column}: {word(finding.severity).show(tr)} {finding.code}"
    return harmless(one_line(" ".join((head, *sentences(finding, tr)))))


def _data(text: str) -> str:
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
