"""What the formats for CI systems share: where a finding lies in the git repository, its sentences, its identity."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from mpp_qms.findings import Finding
from mpp_qms.messages import Translate
from mpp_qms.views.json import help_of
from mpp_qms.views.terminal.style import clean

_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
#: What XML 1.0 (section 2.2) does not allow as a sign, lone surrogates among it.
_NO_SIGNS = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def one_line(text: str) -> str:
    """The text on one line, without anything that XML forbids or that could drive a terminal."""
    return clean(_NO_SIGNS.sub("\ufffd", _BREAKS.sub(" ", text)))


def path_of(finding: Finding, folder: str) -> str:
    """The file of a finding as git names it; `folder`: that of the records (`store.repository.folder_in_git`)."""
    return folder + finding.path


def sentences(finding: Finding, tr: Translate) -> tuple[str, str]:
    """What is wrong, and how to mend it: a line each."""
    return one_line(finding.message.show(tr)), one_line(help_of(finding, tr))


def place_of(finding: Finding) -> tuple[int, int]:
    """Line and column, from 1; the beginning of the file where they were not worked out."""
    return finding.line or 1, finding.column or 1


def fingerprints(findings: Iterable[Finding], folder: str) -> list[str]:
    """What each finding is known by from one run to the next: 32 hexadecimal digits, no two of them alike.

    They come from path, code, record and route, and a number where these are the same; never from the line, so that
    a finding stays the same one when lines are put in above it.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        known = json.dumps([path_of(finding, folder), finding.code, finding.record, finding.route])
        seen[known] += 1
        found.append(sha256(f"{known} {seen[known]}".encode()).hexdigest()[:32])
    return found
