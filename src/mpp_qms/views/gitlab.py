"""The findings of `check` as a Code Quality report: GitLab shows what a merge request adds and what it mends.

Source: GitLab's documentation, "Code Quality", section "Implement a custom tool" (later "Code Quality report format"):
a JSON array without a byte order mark; of each entry `description`, `check_name`, `fingerprint`, `severity`,
`location.path` and `location.lines.begin` are read. Entries with the same fingerprint are shown as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpp_qms.findings import Finding, Severity
from mpp_qms.messages import Translate
from mpp_qms.views import json
from mpp_qms.views.ci import fingerprints, path_of, place_of, sentences

#: GitLab knows info, minor, major, critical and blocker; its minor and major are not the grades of a nonconformity.
_SEVERITIES: Mapping[Severity, str] = {"error": "critical", "warning": "minor", "info": "info"}


def check(findings: Sequence[Finding], folder: str, tr: Translate) -> str:
    """An entry a finding; `folder` is that of the records in the git repository, for instance `records/`."""
    return json.text(
        [
            {
                "description": " ".join((f"{finding.code}:", *sentences(finding, tr))).rstrip(),
                "check_name": finding.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": path_of(finding, folder), "lines": {"begin": place_of(finding)[0]}},
            }
            for finding, fingerprint in zip(findings, fingerprints(findings, folder), strict=True)
        ]
    )
