"""Everything that is wrong with the records, as findings: what reading found, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mpp_qms.findings import Finding, Route
from mpp_qms.messages import Message
from mpp_qms.records.common import Common
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.personal_data import Suspicion
from mpp_qms.register import Register
from mpp_qms.rules.registry import RULES, Hit, Rule
from mpp_qms.rules.table import FAMILIES
from mpp_qms.store.reading import SourceFile

PRIVACY: dict[Suspicion, str] = {"identity-number": "PRV001", "mobile-number": "PRV002", "e-mail": "PRV003"}


def findings(register: Register, files: Iterable[SourceFile]) -> list[Finding]:
    """All findings of `check`, with routes; `store.positions.locate` puts lines to them."""
    found: list[Finding] = []
    by_type = _by_type(register)
    for file in files:
        found += _of_reading(file)
        if file.record is not None:
            for rule in by_type.get(type(file.record), ()):
                assert rule.check is not None
                for hit in rule.check(file.record, register):
                    found.append(_finding(rule, hit, file, file.record))
    return found


def _by_type(register: Register) -> dict[type, tuple[Rule, ...]]:
    """The rules that apply, by the type of record; a rule on Common is one of every type."""
    assert FAMILIES
    kinds = {type(record) for record in register.files}
    able = [
        rule for rule in RULES.values() if rule.check is not None and (register.qms is not None or not rule.needs_qms)
    ]
    return {kind: tuple(rule for rule in able if rule.on is kind or rule.on is Common) for kind in kinds}


def _of_reading(file: SourceFile) -> Iterator[Finding]:
    for fault in file.faults:
        rule = RULES[fault.code]
        yield Finding(
            code=rule.code,
            severity=rule.severity,
            message=Message(rule.message, fault.values),
            help=Message(rule.help, fault.values),
            path=file.path,
            route=fault.route,
            record=_record_id(file),
            unit=file.unit,
            line=fault.line,
            column=fault.column,
        )
    for what, line, column in file.suspicions:
        rule = RULES[PRIVACY[what]]
        yield Finding(
            code=rule.code,
            severity=rule.severity,
            message=Message(rule.message),
            help=Message(rule.help),
            path=file.path,
            record=_record_id(file),
            unit=file.unit,
            line=line,
            column=column,
        )


def _record_id(file: SourceFile) -> str | None:
    if file.record is not None:
        return getattr(file.record, "id", None)
    if file.kind is None or file.kind.name == "qms":
        return None
    return file.unit if file.kind.name == "unit" else file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _finding(rule: Rule, hit: Hit, file: SourceFile, record: Common) -> Finding:
    severity = rule.legacy if rule.legacy is not None and record.legacy is not None else rule.severity
    route: Route = hit.route
    return Finding(
        code=rule.code,
        severity=severity,
        message=Message(rule.message, hit.values),
        help=Message(rule.help, hit.values),
        path=file.path,
        route=route,
        record=getattr(record, "id", None),
        unit=file.unit,
        clause=str(record.clauses[0]) if isinstance(record, Nonconformity) else None,
    )
