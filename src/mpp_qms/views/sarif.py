"""The findings of `check` as SARIF 2.1.0, with the pages of the rules in the reader's language.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0; what GitHub reads of it: "SARIF support for code
scanning" (at most 25,000 results, of which 5,000 are shown, and 10 MB when compressed; names of rules up to 255 and
descriptions up to 1,024 characters). GitHub knows an alert again by `primaryLocationLineHash` alone, which its
own upload action works out and warns of when it finds another: it is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from mpp_qms import __version__
from mpp_qms.findings import Finding, Severity
from mpp_qms.messages import N_, Message, Translator
from mpp_qms.rules.registry import Rule
from mpp_qms.views import json
from mpp_qms.views.ci import fingerprints, path_of, place_of, sentences
from mpp_qms.views.explained import open_places

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
#: What paths are relative to; the usual name of it, known to GitHub.
_BASE = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def check(findings: Sequence[Finding], folder: str, as_of: date, rules: Mapping[str, Rule], tr: Translator) -> str:
    """One run: the rules that were broken, in the order of their codes, and a result a finding.

    `folder` is that of the records in the git repository, for instance `records/`. Columns count characters, as the
    reader of YAML does.
    """
    codes = sorted({finding.code for finding in findings})
    known = fingerprints(findings, folder)
    driver = {
        "name": "mpp-qms",
        "version": __version__,
        "language": tr.language,
        "rules": [_rule(rules[code], tr) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "language": tr.language,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": tr(N_("The top folder of the git repository."))}}},
        "properties": {"asOf": as_of.isoformat()},
        "results": [
            _result(finding, folder, codes.index(finding.code), fingerprint, tr)
            for finding, fingerprint in zip(findings, known, strict=True)
        ],
    }
    return json.text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(finding: Finding, folder: str, index: int, fingerprint: str, tr: Translator) -> dict[str, Any]:
    line, column = place_of(finding)
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(" ".join(sentences(finding, tr)).rstrip())},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(path_of(finding, folder)), "uriBaseId": _BASE},
                    # without an end it reaches to that of the line (3.30.8)
                    "region": {"startLine": line, "startColumn": column},
                }
            }
        ],
        "partialFingerprints": {"mppQms/v1": fingerprint},
    }


def _plain(text: str) -> str:
    """A text as a message: what would be a place for an argument (3.11.5) or a link (3.11.6) stands for itself."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _uri(path: str) -> str:
    """A path as a relative URI; what is no text in it, as question marks."""
    return quote(path.encode("utf-8", "replace"), safe="/")


def _rule(rule: Rule, tr: Translator) -> dict[str, Any]:
    title, why = tr(rule.title), tr(rule.why)
    return {
        "id": rule.code,
        "name": title,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": _help(rule, tr, "", "", ""), "markdown": _help(rule, tr, "**", "```yaml\n", "\n```")},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _help(rule: Rule, tr: Translator, bold: str, before: str, after: str) -> str:
    """How to mend it, an example that breaks it and the source; with the marks of Markdown, or without."""
    mend = open_places(tr(rule.help) if rule.command is None else f"{tr(rule.help)} → {rule.command}")
    parts = [
        f"{bold}{tr(N_('How to mend it'))}{bold}",
        # in Markdown a place in angle brackets would be HTML
        mend.replace("<", "‹").replace(">", "›"),
        f"{bold}{tr(N_('An example that breaks it'))}{bold}",
        before + rule.example.strip("\n") + after,
        Message(N_("Source: {source}"), {"source": rule.source}).show(tr),
    ]
    return "\n\n".join(parts)
