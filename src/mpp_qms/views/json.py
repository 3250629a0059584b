"""Answers for programs: published shapes, each with its number (DESIGN.md, contract; docs/schemas)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from mpp_qms.comparison import EVENTS, Comparison, Figures
from mpp_qms.dates import Every
from mpp_qms.documented_information import Matrix, Readers, Standing
from mpp_qms.findings import Finding
from mpp_qms.messages import Translate, in_language
from mpp_qms.overdue import Due
from mpp_qms.readiness import Readiness
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.explain import Counted
from mpp_qms.records.common import GRADES, Common
from mpp_qms.records.shapes import key_of
from mpp_qms.trend import Point
from mpp_qms.views.terminal.style import UNSAFE

#: The bracket of what the runners of GitHub (`##[`), Azure (`##vso[`) and TeamCity take for a command anywhere in a line.
_COMMAND = re.compile(r"(?<=##)([A-Za-z]*)\[")


def text(answer: Mapping[str, Any] | Sequence[Any]) -> str:
    """An answer as JSON text, in UTF-8 as it stands, but for what could drive a terminal or a CI system: it is escaped.

    Lone surrogates (of a file name that is no text) become question marks.
    """
    written = json.dumps(answer, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode("utf-8")
    written = _COMMAND.sub(r"\1\\u005b", written)
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written) + "\n"


def check(findings: Sequence[Finding], as_of: date, root: str, records: int, tr: Translate) -> dict[str, Any]:
    """`mpp-qms.check/1`."""
    counts = Counter(finding.severity for finding in findings)
    return {
        "schema": "mpp-qms.check/1",
        "as_of": as_of.isoformat(),
        "root": root,
        "records": records,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message.show(tr),
                "help": help_of(finding, tr),
                "path": finding.path,
                "line": finding.line,
                "column": finding.column,
                "record": finding.record,
                "unit": finding.unit,
                "clause": finding.clause,
            }
            for finding in findings
        ],
        "summary": {severity: counts[severity] for severity in ("error", "warning", "info")},
    }


def help_of(finding: Finding, tr: Translate) -> str:
    """How to mend a finding, with the command where there is one."""
    help_ = finding.help.show(tr)
    return f"{help_} → {finding.command}" if finding.command is not None else help_


def overdue(dues: Sequence[Due], lines: Sequence[int], as_of: date, unread: int) -> dict[str, Any]:
    """`mpp-qms.overdue/1`; `lines` are those of the dues."""
    return {
        "schema": "mpp-qms.overdue/1",
        "as_of": as_of.isoformat(),
        "unread": unread,
        "items": [{**_due(due), "line": line} for due, line in zip(dues, lines, strict=True)],
    }


def _due(due: Due) -> dict[str, Any]:
    return {
        "record": due.record,
        "action": due.action,
        "unit": due.unit,
        "what": due.what,
        "owner": due.owner,
        "due": due.due.isoformat(),
        "due_original": due.due_original.isoformat(),
        "days_overdue": due.days_overdue,
        "grade": due.grade,
        "path": due.path,
    }


def audit(readiness: Readiness, cells: Sequence[Cell], tr: Translate) -> dict[str, Any]:
    """`mpp-qms.audit/1`; `cells` are those to list."""
    at = readiness.at_visit
    return {
        "schema": "mpp-qms.audit/1",
        "as_of": readiness.as_of.isoformat(),
        "visit": readiness.visit.isoformat() if readiness.visit is not None else None,
        "verdict": readiness.verdict,
        "evidence_percent": readiness.evidence_percent,
        "audited_percent": readiness.audited_percent,
        "unread": readiness.unread,
        "errors": readiness.errors,
        "gates": [
            {
                "id": gate.id,
                "title": gate.title.show(tr),
                "passed": gate.passed,
                "blocking": gate.blocking,
                "reasons": [reason.show(tr) for reason in gate.reasons],
            }
            for gate in readiness.gates
        ],
        "cells": [cell_of(cell, tr) for cell in cells],
        "next": [
            {
                "gate": step.gate,
                "clause": step.clause,
                "unit": step.unit,
                "what": step.what.show(tr),
                "who": step.who,
                "command": step.command,
            }
            for step in readiness.next
        ],
        "at_visit": {
            "verdict": at.verdict,
            "gates": list(at.gates),
            "lapses": [
                {"record": lapse.record, "what": lapse.what.show(tr), "date": lapse.date.isoformat()}
                for lapse in at.lapses
            ],
        }
        if at is not None
        else None,
    }


def cell_of(cell: Cell, tr: Translate) -> dict[str, Any]:
    """A cell of `mpp-qms.audit/1`."""
    return {
        "clause": cell.clause,
        "unit": cell.unit,
        "status": cell.status,
        "evidence": cell.evidence,
        "assessed": cell.assessed,
        "reasons": [reason.show(tr) for reason in cell.reasons],
    }


def counted(entries: Sequence[Counted], tr: Translate) -> list[dict[str, Any]]:
    """The records looked at for a cell: an addition to a cell of `mpp-qms.audit/1` where `--clause` asks why."""
    return [
        {"record": entry.record, "path": entry.path, "counted": entry.counted, "reason": entry.reason.show(tr)}
        for entry in entries
    ]


def plain(value: Any) -> Any:
    """A record, or a part of one, as it stands in its file: keys as written, absent values null."""
    if isinstance(value, date):
        return getattr(value, "text", value.isoformat())
    if is_dataclass(value):
        return {key_of(spec): plain(getattr(value, spec.name)) for spec in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def nonconformity(
    record: Common, status: str, history: Sequence[tuple[date, str, str | None]], unread: int
) -> dict[str, Any]:
    """`mpp-qms.nc-show/1`: the record, its derived status, and its story."""
    return {
        "schema": "mpp-qms.nc-show/1",
        **plain(record),
        "status": status,
        "unread": unread,
        "history": [{"date": plain(day), "what": what, "by": by} for day, what, by in history],
    }


def nonconformities(items: Sequence[Mapping[str, Any]], as_of: date, unread: int) -> dict[str, Any]:
    """`mpp-qms.nc-list/1`."""
    return {"schema": "mpp-qms.nc-list/1", "as_of": as_of.isoformat(), "unread": unread, "items": list(items)}


def sops(items: Sequence[tuple[Standing, str]], as_of: date, unread: int) -> dict[str, Any]:
    """`mpp-qms.sop-list/1`; an item is an SOP and its path."""
    return {
        "schema": "mpp-qms.sop-list/1",
        "as_of": as_of.isoformat(),
        "unread": unread,
        "items": [
            {
                "id": found.sop.id,
                "unit": found.sop.unit,
                "title": found.sop.title,
                "number": found.sop.number,
                "status": found.status,
                **_in_force(found),
                "path": path,
            }
            for found, path in items
        ],
    }


def _in_force(found: Standing) -> dict[str, Any]:
    revision = found.revision
    return {
        "revision": revision.number if revision is not None else None,
        "effective": plain(revision.effective) if revision is not None else None,
        "review_due": plain(found.review_due),
    }


def sop(found: Standing, read: Readers, unread: int) -> dict[str, Any]:
    """`mpp-qms.sop/1`: the record, what it is on the day, and who serves in its unit and has not read it."""
    in_force = _in_force(found)
    return {
        "schema": "mpp-qms.sop/1",
        **plain(found.sop),
        "status": found.status,
        "revision": in_force["revision"],
        "review_due": in_force["review_due"],
        "unread": unread,
        "not_read": list(read.not_read),
    }


def sop_matrix(matrix: Matrix, as_of: date, unread: int, tr: Translate) -> dict[str, Any]:
    """`mpp-qms.sop-matrix/1`."""
    return {
        "schema": "mpp-qms.sop-matrix/1",
        "as_of": as_of.isoformat(),
        "unread": unread,
        "clauses": [
            {
                "clause": clause.number,
                "title": in_language(clause.title, tr),
                "sops": [found.sop.id for found in naming],
            }
            for clause, naming in matrix.clauses
        ],
        "services_without_sop": [
            {"unit": unit.id, "service": service.id, "name": service.name}
            for unit, service in matrix.services_without_sop
        ],
        "due_for_review": [
            {
                "id": found.sop.id,
                "unit": found.sop.unit,
                "review_due": plain(found.review_due),
                "days_overdue": found.days_overdue,
            }
            for found in matrix.due_for_review
        ],
    }


def diff(found: Comparison, before: Mapping[str, Any], after: Mapping[str, Any], tr: Translate) -> dict[str, Any]:
    """`mpp-qms.diff/1`; `before` and `after` name the two sides: the revision asked for and its commit, or nulls."""
    return {
        "schema": "mpp-qms.diff/1",
        "as_of": found.as_of.isoformat(),
        "before": {**before, **_figures(found.before)},
        "after": {**after, **_figures(found.after)},
        "gates": [
            {
                "id": gate.id,
                "title": gate.title.show(tr),
                "before": gate.before,
                "after": gate.after,
                "reasons": [reason.show(tr) for reason in gate.reasons],
            }
            for gate in found.gates
        ],
        "cells": [
            {"clause": cell.clause, "unit": cell.unit, "before": cell.before, "after": cell.after}
            for cell in found.cells
        ],
        "overdue": {
            "added": [_due(due) for due in found.overdue_added],
            "gone": [_due(due) for due in found.overdue_gone],
        },
        "nonconformities": {
            event: [
                {
                    "id": change.id,
                    "title": change.title,
                    "unit": change.unit,
                    "path": change.path,
                    "status": {"before": change.status_before, "after": change.status_after},
                    "grade": {"before": change.grade_before, "after": change.grade_after},
                }
                for change in found.nonconformities
                if change.event == event
            ]
            for event in EVENTS
        },
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {spec.name: getattr(figures, spec.name) for spec in fields(figures)}


def trend(points: Sequence[Point], as_of: date, unread: int, every: Every) -> dict[str, Any]:
    """`mpp-qms.trend/1`; percentages are no degree of conformity, `days_to_close` is a median in days."""
    return {
        "schema": "mpp-qms.trend/1",
        "as_of": as_of.isoformat(),
        "unread": unread,
        "every": every,
        "points": [
            {
                "first": point.first.isoformat(),
                "day": point.day.isoformat(),
                "open": {grade: point.open[grade] for grade in GRADES},
                "overdue": point.overdue,
                "evidence_percent": point.evidence_percent,
                "audited_percent": point.audited_percent,
                "closed": point.closed,
                "days_to_close": point.days_to_close,
            }
            for point in points
        ],
    }
