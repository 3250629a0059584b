"""Answers for programs: published shapes, each with its number (DESIGN.md, contract; docs/schemas)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from mpp_qms.findings import Finding
from mpp_qms.messages import Translate
from mpp_qms.overdue import Due
from mpp_qms.readiness import Readiness
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.explain import Counted
from mpp_qms.records.common import Common
from mpp_qms.records.shapes import key_of
from mpp_qms.views.terminal.style import UNSAFE


def text(answer: Mapping[str, Any]) -> str:
    """An answer as JSON text, in UTF-8 as it stands, but for signs that could drive a terminal: they are escaped.

    Lone surrogates (of a file name that is no text) become question marks.
    """
    written = json.dumps(answer, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode("utf-8")
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
                "help": finding.help.show(tr),
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


def overdue(dues: Sequence[Due], lines: Sequence[int], as_of: date, unread: int) -> dict[str, Any]:
    """`mpp-qms.overdue/1`; `lines` are those of the dues."""
    return {
        "schema": "mpp-qms.overdue/1",
        "as_of": as_of.isoformat(),
        "unread": unread,
        "items": [
            {
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
                "line": line,
            }
            for due, line in zip(dues, lines, strict=True)
        ],
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
