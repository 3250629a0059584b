"""The findings of `check` as a JUnit report, which Jenkins, GitLab and most other CI systems show as tests.

There is no standard; the shape is that of the schema of Jenkins' xUnit plugin (junit-10.xsd), which GitLab ("Unit test
reports") and Jenkins read. A record file is a test. All that fails it stands in one `failure`, for Jenkins reads the
first one only. What does not fail `check` does not fail the test either, but stands in its output: warnings
(with --strict they fail it, as they fail `check`) and infos. Time is not told: rules are not timed by file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from mpp_qms.findings import Finding, Severity
from mpp_qms.messages import Translate
from mpp_qms.views.ci import one_line, path_of, place_of, sentences
from mpp_qms.words import word

#: What could be a command to a CI system that is shown the report: references keep the text as it is.
_COMMAND = re.compile(r"(?<=:):|(?<=##)[A-Za-z]*\[")
_MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def check(
    findings: Sequence[Finding],
    folder: str,
    paths: Iterable[str],
    as_of: date,
    failing: Collection[Severity],
    tr: Translate,
) -> str:
    """A suite with a test for each of the record files `paths` (relative to the root), and for any other with findings.

    `folder` is that of the records in the git repository, for instance `records/`; `failing`: what fails `check`.
    """
    by_path: dict[str, list[Finding]] = {path: [] for path in paths}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    failures = sum(any(finding.severity in failing for finding in found) for found in by_path.values())
    counts = f'tests="{len(by_path)}" failures="{failures}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="mpp-qms" {counts}>',
        f'  <testsuite name="mpp-qms check" {counts}>',
        f'    <properties><property name="as_of" value="{as_of.isoformat()}"/></properties>',
    ]
    for path in sorted(by_path):
        lines += _test(folder + path, by_path[path], folder, failing, tr)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>"]) + "\n"


def _test(
    name: str, findings: Sequence[Finding], folder: str, failing: Collection[Severity], tr: Translate
) -> list[str]:
    head = f'    <testcase classname="mpp-qms.check" name="{_written(name)}"'
    if not findings:
        return [f"{head}/>"]
    fails = [finding for finding in findings if finding.severity in failing]
    others = [finding for finding in findings if finding.severity not in failing]
    lines = [f"{head}>"]
    if fails:
        first = f"{fails[0].code}: {sentences(fails[0], tr)[0]}"
        lines.append(f'      <failure type="{fails[0].code}" message="{_written(first)}">{_told(fails, folder, tr)}')
        lines.append("      </failure>")
    if others:
        lines += [f"      <system-out>{_told(others, folder, tr)}", "      </system-out>"]
    return [*lines, "    </testcase>"]


def _told(findings: Sequence[Finding], folder: str, tr: Translate) -> str:
    lines = []
    for finding in findings:
        line, column = place_of(finding)
        wrong, mend = sentences(finding, tr)
        severity = word(finding.severity).show(tr)
        lines.append(f"{path_of(finding, folder)}:{line}:{column}: {severity} {finding.code}: {wrong}")
        if mend:
            lines.append(f"  → {mend}")
    return "".join(f"\n{_written(line)}" for line in lines)


def _written(text: str) -> str:
    """A text as XML, in an element or an attribute, on one line."""
    marked = "".join(_MARKS.get(sign, sign) for sign in one_line(text))
    return _COMMAND.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", marked)
