"""Records and registers from YAML text, read by the program's own reader; no disk.

`MALL` is a whole small mall that is ready: everything the catalogue expects is shown, every cell audited, nothing
late. A test lays its own text over it and sees what changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode

from mpp_qms.catalogue import standard
from mpp_qms.findings import Fault, Finding
from mpp_qms.messages import translator
from mpp_qms.readiness import Readiness, assess
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.gates import Gate
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.kinds import BY_NAME
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.review import INPUTS
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import Unit
from mpp_qms.records.validation import validate
from mpp_qms.register import Register, build
from mpp_qms.rules import check
from mpp_qms.store.reading import SourceFile
from mpp_qms.store.repository import Repository, place_of
from mpp_qms.store.yaml_text import compose, parse

Data = dict[str, Any]
#: Path relative to the root → data of the record; None: a record file that could not be read.
Files = dict[str, Data | None]
ENGLISH = translator("en")


def day(text: str) -> date:
    """A day as the records write it."""
    return date.fromisoformat(text)


def data(text: str) -> Data:
    """YAML text as the reader understands it."""
    found = parse(text)
    assert not isinstance(found, Fault), (found.code, found.line, found.values)
    return found


def record(kind: str, source: str | Data) -> Any:
    """The record of a kind, from text or data; it must be a valid one."""
    found, faults = validate(BY_NAME[kind], data(source) if isinstance(source, str) else source)
    assert found is not None, faults
    assert faults == ()
    return found


NC_HEAD = """
id: NC-KEPENDUDUKAN-2024-001
unit: kependudukan
title: Gerai kosong pada jam buka layanan
grade: minor
source: {kind: evaluation}
detected: {date: 2024-01-01, by: P-006}
clauses: ["8.5.1"]
"""


def nc_data(text: str = "") -> Data:
    """A nonconformity detected on 2024-01-01 in kependudukan, with the keys of `text` laid over it."""
    return data(NC_HEAD) | (data(text) if text.strip() else {})


def nc(text: str = "") -> Nonconformity:
    """The record of `nc_data`."""
    return record("nonconformity", nc_data(text))  # type: ignore[no-any-return]


def sop(text: str = "") -> Sop:
    """An SOP of kependudukan with the keys of `text`."""
    head = (
        "{id: SOP-KEPENDUDUKAN-001, unit: kependudukan, title: Antrean, number: '1', clauses: ['8.5.1'], revisions: []}"
    )
    return record("sop", data(head) | data(text))  # type: ignore[no-any-return]


def evidence(text: str) -> Evidence:
    """Evidence with the keys of `text`."""
    head = "{id: EVD-2024-900, title: Bukti, shows: [risk-register], date: 2024-01-31, document: Arsip}"
    return record("evidence", data(head) | data(text))  # type: ignore[no-any-return]


def unit(text: str) -> Unit:
    """A unit with the keys of `text`."""
    head = (
        "{id: kependudukan, name: Gerai Kependudukan, authority: regional, scope: [{from: 2024-01-01, role: internal}]}"
    )
    return record("unit", data(head) | data(text))  # type: ignore[no-any-return]


# --- the mall that is ready ---

#: The day on which MALL is ready.
DAY = "2024-11-15"

_QMS = """
schema: 1
organisation: {name: MPP Kota Contoh, operator: dpmptsp}
standards: [{edition: iso-9001-2015, from: 2023-01-01}]
scope: [{from: 2024-01-05, text: Layanan terpadu di satu gedung, approved_by: P-001}]
people:
- {code: P-001, roles: [{role: top-management, unit: dpmptsp}]}
- {code: P-002, roles: [{role: quality-manager}]}
- {code: P-003, roles: [{role: lead-auditor}]}
- {code: P-004, roles: [{role: programme-manager}]}
- {code: P-005, roles: [{role: auditor}]}
- {code: P-006, roles: [{role: auditor}]}
- {code: P-011, roles: [{role: pic, unit: dpmptsp}]}
- {code: P-021, roles: [{role: pic, unit: kependudukan}]}
- {code: P-022, roles: [{role: staff, unit: kependudukan}]}
- {code: P-023, roles: [{role: unit-head, unit: kependudukan}]}
- {code: P-031, roles: [{role: unit-head, unit: imigrasi}]}
parties:
- {code: gci, kind: certification-body, name: Lembaga Sertifikasi Contoh}
- {code: ombudsman, kind: ombudsman, name: Ombudsman}
"""

_UNIT = """
id: {id}
name: Gerai {id}
authority: {authority}
scope: [{{from: 2024-01-01, role: {role}}}]
services: [{{id: layanan, name: Layanan, standard: SP-{id}}}]
agreements: {agreements}
"""

_SOP = """
id: SOP-{UNIT}-001
unit: {unit}
title: Melayani pemohon
number: SOP/{unit}/1
clauses: ["8.5.1"]
services: [layanan]
revisions: [{{number: "1", approved: {{date: 2024-02-01, by: P-001}}, effective: 2024-02-05}}]
"""

_AUDIT = """
id: IA-2024-01
kind: internal
from: 2024-06-03
to: 2024-06-05
criteria: ["ISO 9001:2015"]
lead: P-003
coverage:
- {clauses: ["4", "5", "6", "7", "8", "9", "10"], auditors: [P-003, P-005], sample: 12 dokumen, result: conform}
- {unit: dpmptsp, clauses: ["4", "5", "6", "7", "8", "9", "10"], auditors: [P-005], sample: 6 berkas, result: conform}
- {unit: kependudukan, clauses: ["4", "5", "6", "7", "8", "9", "10"], auditors: [P-005], sample: 6 berkas, result: conform}
- {unit: imigrasi, clauses: ["4", "5", "6", "7", "8", "9", "10"], auditors: [P-006], sample: 6 berkas, result: conform}
reported: {date: 2024-06-10, to: P-001}
"""

_REVIEW = """
id: RTM-2024-01
date: 2024-06-20
chair: P-001
attendees: [P-002, P-023]
minutes: Notulen RTM-2024-01
decisions: [{id: D1, output: improvement, what: Pasang papan arah, owner: P-011, due: 2024-07-31, done: {date: 2024-07-20, by: P-011}}]
none_needed: [{output: qms-changes, reason: Tidak ada perubahan}, {output: resources, reason: Anggaran cukup}]
"""

#: A minor that ran its course, by the book.
CLOSED_NC = """
criterion: Gerai dibuka pada jam layanan
evidence: Gerai kosong 10.15-10.40 pada 2024-03-04
statement: Gerai tidak dijaga pada jam layanan
detected: {date: 2024-03-04, by: P-006}
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-03-05, done: {date: 2024-03-04, by: P-021}}]
causes: [{date: 2024-03-11, by: P-021, method: 5-whys, root: Tidak ada jadwal pengganti}]
plans: [{date: 2024-03-14, approved_by: P-023}]
actions: [{id: A1, added: 2024-03-12, what: Jadwal pengganti, owner: P-021, due: 2024-04-15, done: {date: 2024-04-10, by: P-021}}]
verifications: [{date: 2024-05-20, by: P-005, result: effective}]
closures: [{date: 2024-05-27, by: P-002}]
"""

NC_PATH = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-001.yaml"
#: What other records than evidence show by themselves in MALL.
_BY_THEMSELVES = {
    "scope-statement",
    "service-standards",
    "provider-agreements",
    "sop-in-force",
    "internal-audit",
    "management-review",
    "nonconformity-register",
    "change-notice",
}


def _evidence_of(number: int, key: str) -> Data:
    expectation = standard("iso-9001-2015").keys[key]
    found: Data = {
        "id": f"EVD-2024-{number:03}",
        "title": key,
        "shows": [key],
        "date": "2024-10-07" if expectation.quarterly else "2024-03-15",
        "document": {"title": key, "location": "Lemari 1"},
    }
    if expectation.quarterly:
        found["period"] = {"from": "2024-07-01", "to": "2024-09-30"}
    if expectation.providers:
        found["units"] = ["imigrasi"]
    elif expectation.level != "site":
        found["units"] = "all"
    return found


def evidence_path(key: str) -> str:
    """Where MALL keeps the evidence of a key."""
    return next(path for path, found in mall().items() if found is not None and found.get("shows") == [key])


def _mall() -> Files:
    files: Files = {"qms.yaml": data(_QMS)}
    for id_, authority, role, agreements in (
        ("dpmptsp", "regional", "internal", "[]"),
        ("kependudukan", "regional", "internal", "[]"),
        ("imigrasi", "vertical", "in-scope-partner", "[{number: PKS-1, start: 2024-01-01, end: 2026-12-31}]"),
    ):
        text = _UNIT.format(id=id_, authority=authority, role=role, agreements=agreements)
        files[f"units/{id_}/unit.yaml"] = data(text)
        files[f"units/{id_}/sops/SOP-{id_.upper()}-001.yaml"] = data(_SOP.format(UNIT=id_.upper(), unit=id_))
    keys = [key for key in standard("iso-9001-2015").keys if key not in _BY_THEMSELVES]
    for number, key in enumerate(keys, 1):
        files[f"evidence/EVD-2024-{number:03}.yaml"] = _evidence_of(number, key)
    files["audits/IA-2024-01.yaml"] = data(_AUDIT)
    inputs = [{"key": key, "summary": "Dibahas"} for key in INPUTS]
    files["reviews/RTM-2024-01.yaml"] = data(_REVIEW) | {"inputs": inputs}
    files[NC_PATH] = nc_data(CLOSED_NC)
    return files


_READY: Files = _mall()


def _keys(text: str) -> Data:
    """The keys of a text and their data; None where nothing stands after the key."""
    node = compose(text)
    assert isinstance(node, MappingNode)
    return dict.fromkeys((key.value for key, _ in node.value), None) | data(text)


def mall(changes: Mapping[str, str | Data | None] | None = None) -> Files:
    """The ready mall with changes laid over it: path → keys to replace (text or data); None takes the file away.

    A key with nothing after it is taken out of the record.
    """
    files = dict(_READY)
    for path, change in (changes or {}).items():
        if change is None:
            del files[path]
        else:
            head = NC_HEAD if "/nonconformities/" in path and path not in files else "{}"
            before = files.get(path) or data(head)
            files[path] = before | (_keys(change) if isinstance(change, str) else change)
    return files


def read(files: Files) -> tuple[SourceFile, ...]:
    """The files as reading gives them."""
    found = []
    for path in sorted(files):
        place = place_of(tuple(path.split("/")))
        assert place is not None, path
        given = files[path]
        if given is None:
            found.append(SourceFile(path, *place, None, (Fault("SYN001", {"reason": "unreadable"}),)))
            continue
        kept = {key: value for key, value in given.items() if value is not None}
        found.append(SourceFile(path, *place, *validate(place[0], kept)))
    return tuple(found)


def register_of(files: Files, as_of: str = DAY, day_: str | None = None) -> Register:
    """The register of some files, as known on a day, looked at for that day or another."""
    built = build(Repository(Path("mall"), read(files)), day(as_of), day(as_of))
    return built if day_ is None else built.at(day(as_of), day(day_))


def found_by_check(files: Files, as_of: str = DAY) -> list[Finding]:
    """The findings of `check`."""
    sources = read(files)
    return check.findings(build(Repository(Path("mall"), sources), day(as_of), day(as_of)), sources)


def codes(files: Files, as_of: str = DAY) -> set[str]:
    """The codes of the errors that `check` finds."""
    return {finding.code for finding in found_by_check(files, as_of) if finding.severity == "error"}


def readiness(files: Files, as_of: str = DAY, *, visit: str | None = None, checked: bool = False) -> Readiness:
    """The answer of `audit`; the findings of `check` count only where the test is about them (`checked`)."""
    sources = read(files)
    register = build(Repository(Path("mall"), sources), day(as_of), day(as_of))
    findings = check.findings(register, sources) if checked else []
    unread = sum(file.unread for file in sources)
    return assess(register, findings, unread=unread, visit=day(visit) if visit else None)


def gate(answer: Readiness, id_: str) -> Gate:
    """One gate of an answer."""
    return next(gate for gate in answer.gates if gate.id == id_)


def stands(answer: Readiness, id_: str) -> str:
    """How a gate stands: passes, blocking, conditional, or not asked."""
    found = gate(answer, id_)
    if found.passed is None:
        return "not asked"
    return "passes" if found.passed else "blocking" if found.blocking else "conditional"


def reasons(answer: Readiness, id_: str) -> str:
    """What a gate says, in English."""
    return "; ".join(reason.show(ENGLISH) for reason in gate(answer, id_).reasons)


def cell(answer: Readiness, clause: str, unit_: str | None = None) -> Cell:
    """One cell of an answer."""
    return next(cell for cell in answer.cells if (cell.clause, cell.unit) == (clause, unit_))


def as_text(files: Files) -> dict[str, str]:
    """The files as YAML text, for tests that need a disk."""
    return {path: yaml.safe_dump(found, sort_keys=False, allow_unicode=True) for path, found in files.items() if found}
