"""A comment on a pull or merge request, in the Markdown that GitHub and GitLab both show.

A text of a record is text: it makes no markup, mentions nobody, refers to nothing, links nowhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from mpp_qms.comparison import Comparison, NonconformityChange, standing
from mpp_qms.findings import Finding
from mpp_qms.messages import N_, Message, Translate
from mpp_qms.overdue import Due
from mpp_qms.readiness import Readiness
from mpp_qms.readiness.gates import Gate
from mpp_qms.views.terminal.diff import figures, happened
from mpp_qms.views.terminal.style import clean
from mpp_qms.words import days_late, word

#: GitHub refuses a comment of more than 65,536 characters ("body is too long (maximum is 65536 characters)", its API's
#: own words; GitLab's limit is 1,000,000): what goes around this one is left some room.
MOST = 60_000
#: How many findings, overdue and nonconformities are told one by one; of the rest only the number.
MOST_ITEMS = 30
#: A text of a record is cut after so many signs: a comment is read at a glance, the record holds the rest.
MOST_SIGNS = 300

_SIGNS = {"passed": "✅", "condition": "⚠️", "blocks": "❌", "not-asked": "➖"}
_VERDICTS = {"ready": "✅", "conditional": "⚠️", "not-ready": "❌"}
_SEVERITIES = ("error", "warning", "info")

#: What may stand in a code span, where both sites look for nothing: no sign that would end it or part a table.
_PLAIN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
#: Signs that could be markup where a line begins, and within it: the rest begins and ends nothing there.
_AT_START = re.compile(r"[!-$&(-+\-./<-@\[-`{-~]")
_WITHIN = re.compile(r"[!#$&*+<=>@\[-`{-~]")
#: Where both sites find something in text that is no markup: a mention or a reference by its first sign (@ # ! $ % ^ ~
#: & [ and : of an emoji or an address), a web address without a scheme, and the short forms of an issue's number.
_FOUND = re.compile(r"[@#!$%^~&\[*:](?=\S)|www(?=\.)|\bG[HL](?=-\d)", re.IGNORECASE)
#: What may be the name of a commit, of seven signs at least.
_COMMIT = re.compile(r"\b[0-9a-f]{7,}\b", re.IGNORECASE)
#: A space of no width; parts what would be found, and is not seen (the way of Renovate's comments).
_PARTED = "\u200b"


def comment(
    comparison: Comparison | None,
    findings: Sequence[Finding],
    records: int,
    tr: Translate,
    now: Readiness | None = None,
) -> str:
    """What a change of the records does, for those who are to approve it.

    `comparison`: with the base, where there is one; `now`: the present state, shown where there is no base.
    `findings`: those of `check`, with lines; `records`: how many record files there are.
    """
    for most in (MOST_ITEMS, 20, 10, 5, 0):
        lines = [f"## mpp-qms · {_day(comparison, now)}".rstrip(" ·"), ""]
        if comparison is not None:
            lines += _changes(comparison, most, tr)
        elif now is not None:
            lines += _state(now, most, tr)
        lines += _findings(findings, records, most, tr)
        text = "\n".join(lines).rstrip() + "\n"
        if len(text) <= MOST:
            break
    return text


def _day(comparison: Comparison | None, now: Readiness | None) -> str:
    day = comparison.as_of if comparison is not None else now.as_of if now is not None else None
    return day.isoformat() if day is not None else ""


def _changes(found: Comparison, most: int, tr: Translate) -> list[str]:
    was, now = found.before.verdict, found.after.verdict
    verdict = f"{_VERDICTS[now]} **{escape(word(now).show(tr))}**"
    if was != now:
        verdict = f"{_VERDICTS[was]} {escape(word(was).show(tr))} → {verdict}"
    lines = [verdict, "", *(f"- {escape(text.show(tr))}" for text in figures(found)), ""]
    if not found.changed:
        return [*lines, escape(tr(N_("Nothing that counts has changed."))), ""]
    if found.gates:
        lines += _table(
            (N_("Gate"), N_("Before"), N_("Now")),
            (
                (
                    f"{gate.id} {escape(gate.title.show(tr))}",
                    f"{_SIGNS[gate.before]} {escape(word(gate.before).show(tr))}",
                    f"{_SIGNS[gate.after]} {escape(word(gate.after).show(tr))}",
                )
                for gate in found.gates
            ),
            tr,
        )
    lines += _section(N_("Overdue now, and was not"), [_due(due, tr) for due in found.overdue_added], most, tr)
    lines += _section(N_("No longer overdue"), [_due(due, tr) for due in found.overdue_gone], most, tr)
    changes = [_change(change, tr) for change in found.nonconformities]
    return lines + _section(N_("Nonconformities"), changes, most, tr)


def _state(now: Readiness, most: int, tr: Translate) -> list[str]:
    late = [due for due in now.state.dues if due.late]
    lines = [f"{_VERDICTS[now.verdict]} **{escape(word(now.verdict).show(tr))}**", ""]
    failing = [gate for gate in now.gates if gate.passed is False]
    if failing:
        lines += _table((N_("Gate"), N_("Now")), (_gate(gate, tr) for gate in failing), tr)
    return lines + _section(N_("Overdue"), [_due(due, tr) for due in late], most, tr)


def _gate(gate: Gate, tr: Translate) -> tuple[str, str]:
    how = standing(gate)
    return f"{gate.id} {escape(gate.title.show(tr))}", f"{_SIGNS[how]} {escape(word(how).show(tr))}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], tr: Translate) -> list[str]:
    lines = ["| " + " | ".join(escape(tr(head)) for head in heads) + " |", "|" + "---|" * len(heads)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _section(title: str, items: Sequence[str], most: int, tr: Translate) -> list[str]:
    if not items:
        return []
    lines = [f"### {escape(tr(title))} ({len(items)})", "", *(f"- {item}" for item in items[:most])]
    if len(items) > most:
        lines.append("- " + escape(Message(N_("and {count} more"), {"count": len(items) - most}).show(tr)))
    return [*lines, ""]


def _due(due: Due, tr: Translate) -> str:
    facts = [escape(word(due.action).show(tr)), escape(days_late(due.days_overdue).show(tr))]
    if due.owner is not None:
        facts.append(code(due.owner))
    return f"{code(due.record)} {' · '.join(facts)}: {escape(due.what)}"


def _change(change: NonconformityChange, tr: Translate) -> str:
    return f"{code(change.id)} {escape(happened(change).show(tr))}: {escape(change.title)}"


def _findings(findings: Sequence[Finding], records: int, most: int, tr: Translate) -> list[str]:
    counts = Counter(finding.severity for finding in findings)
    text = N_("Records: {records}. Errors: {errors}, warnings: {warnings}.")
    values = {"records": records, "errors": counts["error"], "warnings": counts["warning"]}
    ordered = sorted(findings, key=lambda finding: _SEVERITIES.index(finding.severity))
    items = [_finding(finding, tr) for finding in ordered[:most]]
    if len(ordered) > most:
        more = Message(N_("and {count} more (mpp-qms check lists all)"), {"count": len(ordered) - most})
        items.append(escape(more.show(tr)))
    head = tr(N_("Findings of check"))
    lines = [f"### {escape(head)}", "", escape(Message(text, values).show(tr)), ""]
    return [*lines, *(f"- {item}" for item in items)]


def _finding(finding: Finding, tr: Translate) -> str:
    place = finding.path if finding.line is None else f"{finding.path}:{finding.line}"
    head = f"**{escape(word(finding.severity).show(tr))} {code(finding.code)}** {_place(place)}"
    text = f"{head}: {escape(finding.message.show(tr))}"
    help_ = finding.help.show(tr)
    return f"{text} → {escape(help_)}" if help_ else text


def _place(place: str) -> str:
    path, colon, line = place.rpartition(":")
    return f"{code(path)}:{line}" if colon and line.isdigit() else code(place)


def code(text: str) -> str:
    """An id, a code or a path in a code span; as text where it is long or holds what has no business in one."""
    return f"`{text}`" if len(text) <= MOST_SIGNS and _PLAIN_CODE.fullmatch(text) else escape(text)


def escape(text: str) -> str:
    """A text on one line, cut where it is long, of which neither site makes anything but text.

    Signs become character references, which no Markdown takes for markup (CommonMark 0.31, 2.5), and what the sites
    look for in the shown text (mentions, references, addresses) is parted by a space of no width.
    """
    text = " ".join(clean(text).encode("utf-8", "replace").decode("utf-8").split())
    if len(text) > MOST_SIGNS:
        text = text[: MOST_SIGNS - 1].rstrip() + "…"
    text = _FOUND.sub(lambda match: match[0] + _PARTED, text)
    text = _COMMIT.sub(lambda match: _PARTED.join(re.findall(".{1,6}", match[0])), text)
    start, space, rest = text.partition(" ")
    return _AT_START.sub(_reference, start) + space + _WITHIN.sub(_reference, rest)


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
