"""Everything that is wrong with the records, as findings: what reading found, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mpp_qms.findings import Finding, Route
from mpp_qms.history import History
from mpp_qms.messages import Message
from mpp_qms.records.common import Common
from mpp_qms.records.ids import id_of
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.personal_data import Suspicion
from mpp_qms.register import Register
from mpp_qms.rules.history import HistoryHit
from mpp_qms.rules.registry import NEVER_WAIVED, Check, Hit, Rule
from mpp_qms.rules.table import all_rules
from mpp_qms.store.reading import SourceFile

PRIVACY: dict[Suspicion, str] = {"identity-number": "PRV001", "mobile-number": "PRV002", "e-mail": "PRV003"}


def findings(register: Register, files: Iterable[SourceFile]) -> list[Finding]:
    """All findings of `check`, with routes; `store.positions.locate` puts lines to them."""
    files = tuple(files)
    return _waived(_found(register, files), register, whole=len(files) >= len(register.files))


def history_findings(history: History) -> list[Finding]:
    """What a change did to the records that it must not have done, with routes into the version after."""
    rules = [rule for rule in all_rules().values() if History in rule.on and rule.check is not None]
    return [_of_history(rule, hit) for rule in rules if rule.check is not None for hit in rule.check(history)]


def _of_history(rule: Rule, hit: HistoryHit) -> Finding:
    parts = hit.path.split("/")
    return Finding(
        code=rule.code,
        severity=rule.severity,
        message=Message(rule.message, hit.values),
        help=Message(rule.help, hit.values),
        path=hit.path,
        route=hit.route,
        record=getattr(hit.record, "id", None),
        unit=parts[1] if parts[0] == "units" else None,
        clause=str(hit.record.clauses[0]) if isinstance(hit.record, Nonconformity) else None,
    )


def _found(register: Register, files: Iterable[SourceFile]) -> list[Finding]:
    found: list[Finding] = []
    by_type = _by_type(register)
    for file in files:
        found += _of_reading(file)
        if file.record is not None:
            for rule, check in by_type.get(type(file.record), ()):
                for hit in check(file.record, register):
                    found.append(_finding(rule, hit, file, file.record))
    for rule, check in _able(register):
        if Register in rule.on:
            for record, hit in check(register):
                found.append(_finding(rule, hit, register.files[record], record))
    return found


def _able(register: Register) -> list[tuple[Rule, Check]]:
    """The rules on records that can be judged, with or without qms.yaml."""
    return [
        (rule, rule.check)
        for rule in all_rules().values()
        if rule.check is not None and (register.qms is not None or not rule.needs_qms)
    ]


def _by_type(register: Register) -> dict[type, tuple[tuple[Rule, Check], ...]]:
    """The rules on single records, by the type of record; a rule on Common is one of every type."""
    kinds = {type(record) for record in register.files}
    able = _able(register)
    return {
        kind: tuple((rule, check) for rule, check in able if kind in rule.on or Common in rule.on) for kind in kinds
    }


def _of_reading(file: SourceFile) -> Iterator[Finding]:
    for fault in file.faults:
        rule = all_rules()[fault.code]
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
            command=_command(rule, fault.values, _record_id(file), file.kind.name if file.kind is not None else ""),
        )
    for what, line, column in file.suspicions:
        rule = all_rules()[PRIVACY[what]]
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
    return file.unit if file.kind.name == "unit" else id_of(file.path)


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
        command=_command(
            rule, hit.values, getattr(record, "id", None), file.kind.name if file.kind is not None else ""
        ),
    )


def _command(rule: Rule, values: Mapping[str, object], record: str | None, kind: str) -> str | None:
    """The command that mends it, where there is one for this kind of record."""
    if rule.command is None or (rule.command.startswith("mpp-qms nc renumber") and kind != "nonconformity"):
        return None
    # of several that a sentence names, the command begins with the first
    firsts = {name: value[0] for name, value in values.items() if isinstance(value, tuple) and value}
    return rule.command.format(**{**values, **firsts, "record": record})


def _waived(found: list[Finding], register: Register, *, whole: bool) -> list[Finding]:
    """The findings, those let pass by a waiver as infos; of all records (`whole`), waivers that nothing needs are told.

    A waiver holds with a reason and an approver, for the record or the unit it names, until its day.
    """
    if register.qms is None or not register.qms.waivers:
        return found
    holding = [
        (place, waiver)
        for place, waiver in enumerate(register.qms.waivers)
        if waiver.reason is not None
        and waiver.approved_by in register.people
        and (waiver.record is not None or waiver.unit is not None)
        and (waiver.until is None or register.day <= waiver.until)
        and waiver.code[:3] not in NEVER_WAIVED
    ]

    used: set[int] = set()

    def passes(finding: Finding) -> bool:
        fitting = {
            place
            for place, waiver in holding
            if waiver.code == finding.code
            and waiver.record in (None, finding.record or finding.path.removesuffix(".yaml"))
            and waiver.unit in (None, finding.unit)
        }
        used.update(fitting)
        return bool(fitting)

    judged = [replace(finding, severity="info", waived=True) if passes(finding) else finding for finding in found]
    if whole:
        file = register.files[register.qms]
        unused = ((place, waiver) for place, waiver in holding if place not in used)
        judged += [
            _finding(all_rules()["REF021"], Hit(("waivers", place), {"code": waiver.code}), file, register.qms)
            for place, waiver in unused
        ]
    return judged
