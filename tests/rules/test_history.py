"""History: what may not be lost or rewritten, beside what may. Each case is the ready mall before, and a change to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mpp_qms.findings import Route
from mpp_qms.history import Came, History, history
from mpp_qms.records.amendments import only_takes_out
from mpp_qms.register import build
from mpp_qms.rules import check
from mpp_qms.rules.registry import RULES
from mpp_qms.store.repository import Repository
from tests.factories import CLOSED_NC, NC_PATH, Data, Files, data, mall, read

DAY = date(2024, 11, 15)
NC2 = NC_PATH.replace("-001", "-002")
AUDIT, REVIEW, QMS = "audits/IA-2024-01.yaml", "reviews/RTM-2024-01.yaml", "qms.yaml"
SOP, UNIT, EVIDENCE = (
    "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml",
    "units/kependudukan/unit.yaml",
    "evidence/EVD-2024-001.yaml",
)

OPEN_NC = """
id: NC-KEPENDUDUKAN-2024-002
criterion: Gerai dijaga
evidence: Gerai kosong pada 5 dari 15 amatan
statement: Gerai tidak dijaga
detected: {date: 2024-06-05, by: P-005}
issued: {date: 2024-06-07, by: P-003}
corrections: [{id: C1, what: Dijaga, owner: P-021, due: 2024-06-10}]
causes: [{date: 2024-06-12, by: P-021, root: Jadwal}]
plans: [{date: 2024-06-16, approved_by: P-023, verify_by: 2024-12-30}]
actions: [{id: A1, added: 2024-06-15, what: Jadwal, owner: P-021, due: 2024-12-01}]
verifications: [{date: 2024-06-20, by: P-005, result: implemented}]
"""
BODY_NC = (
    OPEN_NC
    + """
source: {kind: external-audit}
external: {body: gci, number: N-1, grade: minor, response_due: 2024-07-15, responses: [{submitted: 2024-07-01}]}
"""
)


def merged(path: str, text: str, nc: str = OPEN_NC) -> Files:
    """The mall with an open finding, and a change laid over a file; nothing after a key takes it out."""
    files = mall({NC2: nc})
    if text == "":
        del files[path]
        return files
    before = files[path] or {}
    return files | {path: _laid(before, text)}


def _laid(before: Data, text: str) -> Data:
    from tests.factories import _keys

    return before | _keys(text)


def found(before: Files, after: Files) -> list[str]:
    """The codes of what a change did and must not have done."""
    return codes(compared(before, after))


def compared(before: Files, after: Files) -> History:
    registers = [build(Repository(Path("mall"), read(files)), DAY, DAY) for files in (before, after)]
    return history(registers[0], registers[1], DAY)


def codes(history: History) -> list[str]:
    return sorted({finding.code for finding in check.history_findings(history) if finding.severity != "info"})


AMENDED = "amended: [{date: 2024-11-01, by: P-002, field: %s, from: %s, to: %s, reason: Salah ketik}]\n"
DUE = "actions: [{id: A1, added: 2024-06-15, what: Jadwal, owner: P-021, due: 2024-12-31}]\n"
ACTION = "actions: [{id: A1, added: 2024-06-15, what: Jadwal, owner: P-021, due: 2024-12-01, "
REV = 'revisions: [{number: "1", approved: {date: 2024-02-01, by: P-001}, effective: 2024-02-05'

#: (rule, file, what is laid over it), with an open finding in the mall.
BREAKS: list[tuple[str, str, str]] = [
    ("HIS001", NC2, ""),
    ("HIS001", SOP, ""),
    ("HIS001", EVIDENCE, ""),
    ("HIS004", NC2, "detected: {date: 2024-06-06, by: P-005}"),
    ("HIS004", NC2, "detected: {date: 2024-06-05, by: P-006}"),
    ("HIS004", NC2, "issued: {date: 2024-06-09, by: P-003}"),
    ("HIS004", NC2, "issued:"),
    ("HIS004", NC2, "grade: observation"),
    ("HIS004", NC2, "evidence: Gerai kosong sebentar"),
    ("HIS004", NC2, "legacy: {imported: 2024-11-01}"),
    ("HIS004", AUDIT, "legacy: {imported: 2024-11-01}"),
    ("HIS005", NC2, "causes: [{date: 2024-06-12, by: P-021, root: Lain}]"),
    ("HIS005", NC2, "causes:"),
    ("HIS005", NC2, "causes: [{date: 2024-06-12, by: P-021, root: Jadwal, whys: [Karena]}]"),
    ("HIS005", NC2, "plans: [{date: 2024-06-16, approved_by: P-023, verify_by: 2025-06-30}]"),
    ("HIS005", NC2, "verifications: [{date: 2024-06-20, by: P-006, result: implemented}]"),
    ("HIS005", SOP, "reviews: [{date: 2024-09-01, by: P-023, result: valid}]"),
    ("HIS005", UNIT, "scope: [{from: 2023-01-01, role: internal}]"),
    ("HIS005", QMS, "scope: [{from: 2024-01-05, text: Lain, approved_by: P-001}]"),
    ("HIS006", NC2, DUE),
    ("HIS006", NC2, DUE.replace("2024-12-31", "2024-12-01").replace("Jadwal", "Papan")),
    ("HIS006", NC2, DUE.replace("2024-12-31", "2024-12-01").replace("P-021", "P-022")),
    ("HIS006", NC2, "actions:"),
    ("HIS006", NC2, "corrections: [{id: C1, what: Dijaga, owner: P-021, due: 2024-07-10}]"),
    (
        "HIS006",
        REVIEW,
        "decisions: [{id: D1, output: improvement, what: Lain, owner: P-011, due: 2024-07-31, done: {date: 2024-07-20, by: P-011}}]",
    ),
    ("HIS007", NC_PATH, "criterion: Lain"),
    ("HIS007", NC_PATH, "detected: {date: 2024-03-05, by: P-006}"),
    ("HIS007", NC_PATH, "closures: [{date: 2024-05-28, by: P-002}]"),
    ("HIS007", NC_PATH, "closures:"),
    ("HIS007", NC_PATH, "read_across: [{unit: imigrasi, date: 2024-06-01, by: P-031, found: false}]"),
    ("HIS007", NC_PATH, "void: {date: 2024-06-01, by: P-003, reason: Ganda}"),
    ("HIS008", AUDIT, "criteria: [Lain]"),
    ("HIS008", AUDIT, "reported:"),
    ("HIS008", AUDIT, "independence_note: Kekurangan auditor"),
    ("HIS009", REVIEW, "chair: P-002"),
    ("HIS009", REVIEW, "attendees: [P-002, P-023, P-031]"),
    ("HIS009", REVIEW, "date: 2024-06-21"),
    ("HIS010", SOP, REV.replace("2024-02-05", "2024-03-05") + "}]"),
    ("HIS010", SOP, REV + ", document: Lemari}]"),
    ("HIS010", SOP, "revisions: []"),
    ("HIS011", EVIDENCE, "date: 2024-09-15"),
    ("HIS011", EVIDENCE, "document: Lain"),
    ("HIS011", EVIDENCE, "period: {from: 2024-01-01, to: 2024-02-01}\ndate: 2024-03-16"),
    # an amendment that does not fit lets nothing through
    (
        "HIS004",
        NC2,
        "detected: {date: 2024-06-06, by: P-005}\n" + AMENDED % ("detected.date", "2024-06-04", "2024-06-06"),
    ),
    (
        "HIS004",
        NC2,
        "detected: {date: 2024-06-06, by: P-005}\n" + AMENDED % ("detected.date", "2024-06-05", "2024-06-07"),
    ),
    (
        "HIS004",
        NC2,
        "detected: {date: 2024-06-06, by: P-005}\n" + AMENDED % ("issued.date", "2024-06-05", "2024-06-06"),
    ),
    (
        "HIS004",
        NC2,
        "detected: {date: 2024-06-06, by: P-005}\n"
        "amended: [{date: 2024-11-01, by: P-002, field: detected.date, from: 2024-06-05, to: 2024-06-06}]",
    ),
]


REDACTED = "redacted: [{date: 2024-11-01, by: P-002, field: %s, reason: NIK}]\n"
BREAKS += [
    # only what people wrote in their own words can hold personal data
    (
        "HIS005",
        NC2,
        "verifications: [{date: 2024-06-20, by: P-005, result: effective}]\n" + REDACTED % "verifications.0.result",
    ),
    ("HIS004", NC2, "grade: ofi\n" + REDACTED % "grade"),
    ("HIS004", NC2, "evidence: Gerai kosong pada [nomor] dari 15 amatan\n" + REDACTED % "statement"),
    (
        "HIS004",
        NC2,
        "evidence: Gerai kosong pada [nomor] dari 15 amatan\n"
        "redacted: [{date: 2024-11-01, field: evidence, reason: NIK}]",
    ),
    # a code is amended, also one that looks like a name
    ("HIS004", NC2, "detected: {date: 2024-06-05, by: '[…]'}\n" + REDACTED % "detected.by"),
    # a reopening in the same change does not open what was said until the closing
    ("HIS007", NC_PATH, "criterion: Lain\nreopened: [{date: 2024-06-01, by: P-002, reason: Terulang}]"),
    ("HIS011", EVIDENCE, "period: {from: 2024-01-01, to: 2024-03-01}"),
    ("HIS011", EVIDENCE, "shows: [competence]"),
    ("HIS011", EVIDENCE, "units: [kependudukan]"),
    # a redaction takes words out and puts a mark or a code in their place; it writes nothing new, and drops nothing
    ("HIS004", NC2, "evidence: Gerai kosong pada 1 dari 15 amatan\n" + REDACTED % "evidence"),
    ("HIS004", NC2, "evidence: Gerai kosong sebentar saja\n" + REDACTED % "evidence"),
    ("HIS004", NC2, "evidence: Gerai kosong\n" + REDACTED % "evidence"),
    ("HIS004", NC2, "evidence: Gerai kosong pada [nomor] dari 15 amatan sebentar\n" + REDACTED % "evidence"),
    (
        "HIS004",
        NC2,
        "evidence: Gerai kosong pada [nomor] dari 15 amatan\n"
        "redacted: [{date: 2024-11-01, by: P-002, field: evidence}]",
    ),
    ("HIS016", QMS, "policy: [{from: 2020-01-01, closing_days: 366}]"),
    ("HIS016", QMS, "policy: [{from: 2024-11-10, closing_days: 60}, {from: 2020-01-01, closing_days: 366}]"),
    ("HIS004", SOP, "origin: external\nissuer: Instansi"),
]


@pytest.mark.parametrize(("code", "path", "change"), BREAKS, ids=[f"{row[0]}-{row[2][:40]}" for row in BREAKS])
def test_breaks(code: str, path: str, change: str) -> None:
    assert found(mall({NC2: OPEN_NC} | _before(code, change)), merged_like(code, path, change)) == [code]


def _before(code: str, change: str) -> Mapping[str, Any]:
    if code == "HIS005" and "result: valid" in change:
        return {SOP: "reviews: [{date: 2024-08-01, by: P-023, result: valid}]"}
    return {}


def merged_like(code: str, path: str, change: str) -> Files:
    return merged(path, change)


#: What may be done: (file, what is laid over it).
HOLDS: list[tuple[str, str]] = [
    (NC2, "title: Lain\nnumber: LKS/1\nclauses: ['8.5.1', '7.3']\nnotes: Catatan"),
    (NC2, "causes: [{date: 2024-06-12, by: P-021, root: Jadwal}, {date: 2024-07-01, by: P-021, root: Lain}]"),
    (NC2, ACTION + "done: {date: 2024-11-01, by: P-021}}]"),
    (NC2, ACTION + "extensions: [{date: 2024-11-01, to: 2024-12-31, reason: Cuti, approved_by: P-002}]}]"),
    (NC2, ACTION + "reassigned: [{date: 2024-11-01, to: P-022, by: P-023}]}]"),
    (
        NC2,
        ACTION
        + "cancelled: {date: 2024-11-01, by: P-002, reason: Ganda}}, {id: A2, what: X, owner: P-021, due: 2025-01-01}]",
    ),
    (NC2, "regraded: [{date: 2024-11-01, to: observation, reason: Ringan, approved_by: P-003}]"),
    (NC2, "detected: {date: 2024-06-06, by: P-005}\n" + AMENDED % ("detected.date", "2024-06-05", "2024-06-06")),
    (NC2, DUE + AMENDED % ("actions.A1.due", "2024-12-01", "2024-12-31")),
    (NC2, "causes: [{date: 2024-06-12, by: P-021, root: Lain}]\n" + AMENDED % ("causes.0.root", "Jadwal", "Lain")),
    (
        NC2,
        "evidence: Gerai kosong pada [nomor] dari 15 amatan\n"
        "redacted: [{date: 2024-11-01, by: P-002, field: evidence, reason: Nomor telepon pemohon}]",
    ),
    (NC_PATH, "criterion: Lain\n" + AMENDED % ("criterion", "Gerai dibuka pada jam layanan", "Lain")),
    (
        NC_PATH,
        "reopened: [{date: 2024-06-01, by: P-002, reason: Terulang}]\nread_across: [{unit: imigrasi, date: 2024-06-02, by: P-031, found: false}]",
    ),
    (NC_PATH, "notes: Catatan"),
    (AUDIT, "notes: Catatan"),
    (REVIEW, "notes: Catatan"),
    (
        REVIEW,
        "decisions: [{id: D1, output: improvement, what: Pasang papan arah, owner: P-011, due: 2024-07-31, "
        "done: {date: 2024-07-20, by: P-011}}, {id: D2, output: resources, what: Loket, owner: P-011, due: 2025-01-31}]",
    ),
    (SOP, REV + '}, {number: "2", approved: {date: 2024-10-01, by: P-001}, effective: 2024-11-01}]'),
    (
        SOP,
        "title: Lain\nread: [{revision: '1', by: P-021, date: 2024-03-01}]\nreviews: [{date: 2024-09-01, by: P-023, result: valid}]",
    ),
    (UNIT, "scope: [{from: 2024-01-01, to: 2024-10-31, role: internal}, {from: 2024-11-01, role: internal}]"),
    (QMS, "policy: [{from: 2024-11-01, closing_days: 20}]\nlanguage: id"),
    (EVIDENCE, "valid_until: 2024-12-31\ntitle: Lain"),
    (NC2, "void: {date: 2024-11-01, by: P-003, reason: Ganda}"),
    (SOP, "withdrawn: {date: 2024-11-01, by: P-001, reason: Diganti}"),
    (NC2, "source: {kind: evaluation, ref: Surat 12}\nexternal: {body: gci, number: N-1}"),
]


@pytest.mark.parametrize(("path", "change"), HOLDS, ids=[row[1][:40] for row in HOLDS])
def test_holds(path: str, change: str) -> None:
    assert found(mall({NC2: OPEN_NC}), merged(path, change)) == []


def test_nothing_changed_is_nothing_found() -> None:
    assert found(mall({NC2: BODY_NC}), mall({NC2: BODY_NC})) == []


# --- a body's finding ---


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ("response_due: 2024-08-15", ["HIS004"]),
        ("grade: ofi", ["HIS004"]),
        ("responses: []", ["HIS004"]),
        ("responses: [{submitted: 2024-07-02}]", ["HIS004"]),
        ("responses: [{submitted: 2024-07-01, decided: 2024-07-10, result: returned, next_due: 2024-08-01}]", []),
        ("responses: [{submitted: 2024-07-01}, {submitted: 2024-07-05}]", []),
        ("closed: 2024-08-01", []),
        ("number: N-2", ["HIS004"]),
    ],
)
def test_what_a_body_said_stays(change: str, codes: list[str]) -> None:
    before = mall({NC2: BODY_NC})
    external = before[NC2]["external"] | data(change)  # type: ignore[index]
    assert found(before, before | {NC2: before[NC2] | {"external": external}}) == codes  # type: ignore[operator]


# --- what is disposed of ---


DISPOSED = "disposals: [{records: [EVD-2024-001], date: 2024-11-10, decree: SK 1/2024, approved_by: P-001}]\n"
KEPT = "policy: [{from: 2020-01-01, retention_years: {evidence: %s, nonconformity: 0}}]\n"


@pytest.mark.parametrize(
    ("policy", "qms", "codes"),
    [
        ("", DISPOSED, ["HIS002"]),
        (KEPT % 1, DISPOSED, ["HIS002"]),
        (KEPT % 0, DISPOSED, []),
        (KEPT % 0, DISPOSED.replace("decree: SK 1/2024, ", ""), ["HIS002"]),
        (KEPT % 0, DISPOSED.replace(", approved_by: P-001", ""), ["HIS002"]),
        # until the day on which its time is over it is kept
        (KEPT % 0, DISPOSED.replace("2024-11-10", "2024-03-15"), ["HIS002"]),
        (KEPT % 0, DISPOSED.replace("2024-11-10", "2024-03-16"), []),
        (KEPT % 0, DISPOSED.replace("001]", "002]"), ["HIS001", "HIS003"]),
        # a time that is set by the same change does not count
        ("", DISPOSED + (KEPT % 0).replace("2020-01-01", "2024-11-10"), ["HIS002"]),
    ],
)
def test_what_was_kept_long_enough_may_go_by_decree(policy: str, qms: str, codes: list[str]) -> None:
    before = merged(QMS, policy) if policy else mall({NC2: OPEN_NC})
    after = merged(QMS, policy + qms)
    del after[EVIDENCE]
    assert found(before, after) == codes


def test_what_is_still_open_is_never_disposed_of() -> None:
    after = merged(QMS, KEPT % 0 + DISPOSED.replace("EVD-2024-001", "NC-KEPENDUDUKAN-2024-002"))
    del after[NC2]
    assert found(merged(QMS, KEPT % 0), after) == ["HIS002"]


# --- numbers ---


def test_another_number_is_let_through_by_its_amendment_and_the_old_one_stays_unused() -> None:
    before = mall({NC2: OPEN_NC})
    moved = {key: value for key, value in before.items() if key != NC2}
    record = before[NC2]
    assert record is not None
    amended = data(AMENDED % ("id", "NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-009"))
    new = NC2.replace("-002", "-009")
    assert found(before, moved | {new: record | {"id": "NC-KEPENDUDUKAN-2024-009"}}) == ["HIS001"]
    renumbered = moved | {new: record | {"id": "NC-KEPENDUDUKAN-2024-009"} | amended}
    assert found(before, renumbered) == []
    # rewritten under the new number
    rewritten = dict(record) | {"id": "NC-KEPENDUDUKAN-2024-009", "grade": "ofi"} | amended
    assert found(before, moved | {new: rewritten}) == ["HIS004"]
    # and another record takes the old number
    other = record | {"title": "Lain"}
    assert found(before, renumbered | {NC2: other}) == ["HIS003"]


def test_a_number_that_two_branches_gave_stays_with_one_of_them() -> None:
    """On main and on a branch a finding was made under one number; the branch's was given another on merging."""
    before = mall({NC2: OPEN_NC})
    twin = data(OPEN_NC) | {"title": "Lain", "evidence": "Gerai kosong pada hari lain"}
    amended = data(AMENDED % ("id", "NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-003"))
    moved = dict(before[NC2] or {}) | twin | {"id": "NC-KEPENDUDUKAN-2024-003"} | amended
    after = before | {NC2.replace("-002", "-003"): moved}
    assert found(before, after) == []
    # nor does it matter which of them went on meanwhile, or that neither was there before
    assert found(before, after | {NC2: dict(before[NC2] or {}) | {"title": "Baru"}}) == []
    assert found(mall(), after) == []
    # what main's said does not change by it
    assert found(before, after | {NC2: dict(before[NC2] or {}) | {"grade": "ofi"}}) == ["HIS004"]


def test_a_record_that_is_given_back_its_first_number_has_it_by_its_own_amendment() -> None:
    before = mall({NC2: OPEN_NC})
    record = dict(before[NC2] or {})
    entry = "{date: 2024-11-01, by: P-002, field: id, from: %s, to: %s, reason: Ganda}"
    old, new = "NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-009"
    back = record | data(f"amended: [{entry % (old, new)}, {entry % (new, old)}]")
    assert found(before, before | {NC2: back}) == []
    files = {key: value for key, value in before.items() if key != NC2}
    since = files | {NC2.replace("-002", "-009"): record | {"id": new} | data(f"amended: [{entry % (old, new)}]")}
    assert found(since, before | {NC2: back}) == []
    # an amendment that tells of no change gives nobody a number
    gone = record | {"id": new} | data(f"amended: [{entry % (old, new)}]")
    other = record | {"title": "Lain", "grade": "ofi"} | data(f"amended: [{entry % (old, old)}]")
    assert found(before, files | {NC2.replace("-002", "-009"): gone, NC2: other}) == ["HIS003"]


def test_only_an_amendment_of_the_id_tells_of_another_number() -> None:
    before = mall({NC2: OPEN_NC})
    files = {key: value for key, value in before.items() if key != NC2}
    amended = data(AMENDED % ("number", "NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-009"))
    moved = dict(before[NC2] or {}) | {"id": "NC-KEPENDUDUKAN-2024-009"} | amended
    assert found(before, files | {NC2.replace("-002", "-009"): moved}) == ["HIS001"]


def test_two_files_with_one_id_are_each_judged_by_their_own_place() -> None:
    copy = NC2.replace("-002", "-002 salinan")
    before = mall({NC2: OPEN_NC, copy: OPEN_NC})
    before[copy] = dict(before[copy] or {}) | {"title": "Lain"}
    assert found(before, before) == []
    assert found(before, before | {copy: dict(before[copy] or {}) | {"grade": "ofi"}}) == ["HIS004"]
    assert found(before, before | {NC2: dict(before[NC2] or {}) | {"grade": "ofi"}}) == ["HIS004"]
    # one that said something of its own is lost with its file, one that said the same is not
    assert found(before, {key: value for key, value in before.items() if key != copy}) == ["HIS001"]
    same = before | {copy: before[NC2]}
    assert found(same, {key: value for key, value in same.items() if key != copy}) == []


@pytest.mark.parametrize("more", ["", "\nreopened: [{date: 2024-11-05, by: P-002, reason: Terulang}]"])
def test_a_void_finding_is_the_end(more: str) -> None:
    before = mall({NC2: OPEN_NC + "void: {date: 2024-11-01, by: P-003, reason: Ganda}"})
    after = dict(before[NC2] or {}) | data("causes: []" + more)
    assert found(before, before | {NC2: after}) == ["HIS007"]
    assert found(before, before | {NC2: dict(before[NC2] or {}) | data("notes: X" + more)}) == (
        ["HIS007"] if more else []
    )


def test_a_delete_and_add_is_a_rewrite() -> None:
    before = mall({NC2: OPEN_NC})
    new = data(OPEN_NC) | {"detected": {"date": "2024-10-05", "by": "P-005"}, "title": "Baru"}
    assert "HIS004" in found(before, mall({NC2: dict(before[NC2] or {}) | new}))


def test_a_planned_audit_and_review_may_still_change() -> None:
    audit = {AUDIT: "reported:"}
    assert found(mall(audit), mall({AUDIT: "reported:\ncriteria: [Lain]\nto: 2024-06-06"})) == []
    review = {REVIEW: "date: 2025-01-10"}
    assert found(mall(review), mall({REVIEW: "date: 2025-01-20\nchair: P-002"})) == []
    draft = {SOP: 'revisions: [{number: "2", effective: 2025-01-01}]'}
    assert found(mall(draft), mall({SOP: 'revisions: [{number: "2", effective: 2025-02-01, change: X}]'})) == []


def test_the_validity_of_evidence_may_only_be_shortened() -> None:
    before = mall({EVIDENCE: "valid_until: 2025-06-30"})
    assert found(before, mall({EVIDENCE: "valid_until: 2025-01-31"})) == []
    assert found(before, mall({EVIDENCE: "valid_until: 2025-12-31"})) == ["HIS011"]
    assert found(before, mall()) == ["HIS011"]


def test_a_major_may_gain_its_cosigner_after_it_was_closed() -> None:
    before = mall({NC_PATH: CLOSED_NC + "\ngrade: major"})
    after = mall({NC_PATH: CLOSED_NC.replace("by: P-002}]", "by: P-002, cosigned_by: P-001}]") + "\ngrade: major"})
    assert found(before, after) == []


def test_a_policy_is_judged_by_the_day_on_which_it_was_entered() -> None:
    """The commit that a change starts from may be as old as one likes."""
    policy = "policy: [{from: 2024-10-01, closing_days: 366}]"
    made = compared(mall(), merged(QMS, policy))
    came = {(QMS, ("policy", 0, "from")): Came(date(2024, 10, 15), "c" * 40)}
    assert "HIS016" not in codes(replace(made, came=came))
    old = history(made.before, made.after, date(2024, 9, 1))
    assert "HIS016" not in codes(old)
    came = {(QMS, ("policy", 0, "from")): Came(date(2024, 10, 16), "c" * 40)}
    assert codes(replace(old, came=came)) == ["HIS016"]


def test_only_words_of_ones_own_are_redacted() -> None:
    """A code that looks like a name is no text of its own: it is amended."""
    nc = OPEN_NC.replace("2024-06-05, by: P-005", "2024-06-05, by: kasir")
    after = nc.replace("kasir", "'[…]'") + REDACTED % "detected.by"
    assert found(mall({NC2: nc}), mall({NC2: after})) == ["HIS004"]


def test_of_long_texts_the_place_is_shown_where_they_part() -> None:
    long = "Gerai kosong pada " + "setiap hari kerja dari pagi sampai siang " * 4
    before = mall({NC2: OPEN_NC.replace("Gerai kosong pada 5 dari 15 amatan", long + "lima kali")})
    after = mall({NC2: OPEN_NC.replace("Gerai kosong pada 5 dari 15 amatan", long + "dua kali")})
    ((old, new),) = [
        (str(entry.message.values["old"].values["text"]), str(entry.message.values["new"].values["text"]))  # type: ignore[union-attr,attr-defined]
        for entry in check.history_findings(compared(before, after))
    ]
    assert (old.endswith("lima kali"), new.endswith("dua kali"), len(old) <= 62) == (True, True, True)


def test_what_can_no_longer_be_read_may_have_been_rewritten() -> None:
    before, after = mall({NC2: OPEN_NC}), mall({NC2: OPEN_NC})
    assert found(before, after | {NC2: None}) == ["HIS015"]


def test_an_unreadable_qms_is_said_by_reading_it() -> None:
    before = mall({NC2: OPEN_NC})
    assert found(before, before | {QMS: None}) == []
    assert found(before, before | {QMS: None, NC2: dict(before[NC2] or {}) | {"grade": "ofi"}}) == ["HIS004"]


def test_amendments_of_one_fact_go_on_from_each_other() -> None:
    steps = "{date: 2024-11-01, by: P-002, field: detected.date, from: %s, to: %s, reason: Ketik}"
    twice = f"amended: [{steps % ('2024-06-05', '2024-06-06')}, {steps % ('2024-06-06', '2024-06-07')}]"
    assert found(mall({NC2: OPEN_NC}), merged(NC2, "detected: {date: 2024-06-07, by: P-005}\n" + twice)) == []
    assert found(mall({NC2: OPEN_NC}), merged(NC2, "detected: {date: 2024-06-08, by: P-005}\n" + twice)) == ["HIS004"]


def test_what_was_not_said_may_be_said_later() -> None:
    before = mall(
        {NC2: OPEN_NC.replace("2024-06-05, by: P-005", "2024-06-05").replace("2024-06-07, by: P-003", "2024-06-07")}
    )
    assert found(before, mall({NC2: OPEN_NC})) == []
    # which body found it decides whose finding it is
    body = mall({NC2: BODY_NC.replace("body: gci, ", "")})
    assert found(body, mall({NC2: BODY_NC})) == ["HIS004"]


def test_an_action_gains_what_happens_to_it_and_nothing_else() -> None:
    before = merged(NC2, "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-12-01}]")
    assert found(before, mall({NC2: OPEN_NC})) == ["HIS006"]


def test_an_amendment_is_not_completed_later() -> None:
    bare = "amended: [{date: 2024-11-01, by: P-002, field: title, from: A, to: B%s}]"
    before = merged(NC2, bare % "")
    assert found(before, merged(NC2, bare % ", reason: X")) == ["HIS005"]
    assert found(before, merged(NC2, bare.replace("to: B", "to: C") % "")) == ["HIS005"]
    assert found(before, merged(NC2, "amended:")) == ["HIS005"]


def test_a_closing_before_a_reopening_gains_a_cosigner_and_nothing_else() -> None:
    closed = "closures: [{date: 2024-06-25, by: P-002%s}]\nreopened: [{date: 2024-06-28, by: P-002, reason: X}]"
    before = merged(NC2, closed % "")
    assert found(before, merged(NC2, closed % ", cosigned_by: P-001")) == []
    assert found(before, merged(NC2, closed % ", risks: Tidak ada")) == ["HIS005"]


def test_a_review_of_today_is_held() -> None:
    held = merged(REVIEW, f"date: {DAY}")
    assert found(held, merged(REVIEW, f"date: {DAY}\nchair: P-002")) == ["HIS009"]
    planned = f"date: {date(2024, 11, 16)}"
    assert found(merged(REVIEW, planned), merged(REVIEW, f"{planned}\nchair: P-002")) == []


def test_a_review_that_was_planned_when_the_change_began_stays_planned() -> None:
    """Asked later, the answer is the same: a pull request that waits does not turn red by itself."""
    planned, anew = (merged(REVIEW, f"date: {day}\nminutes:") for day in ("2024-11-10", "2024-11-20"))
    assert found(planned, anew) == ["HIS009"]
    made = compared(planned, anew)
    assert codes(history(made.before, made.after, date(2024, 11, 9))) == []


def test_a_record_taken_over_from_elsewhere_may_be_completed() -> None:
    bare, legacy = (
        CLOSED_NC.replace("criterion: Gerai dibuka pada jam layanan", "criterion:"),
        "legacy: {imported: 2024-06-01}",
    )
    assert found(mall({NC_PATH: bare + legacy}), mall({NC_PATH: CLOSED_NC + legacy})) == []
    assert found(mall({NC_PATH: bare}), mall({NC_PATH: CLOSED_NC})) == ["HIS007"]


def test_a_new_entry_may_stand_above_one_that_gains_its_end() -> None:
    old = "{from: 2024-01-01, role: internal%s}"
    new = "{from: 2024-11-01, role: in-scope-partner, reason: Pindah}"
    before = merged(UNIT, f"scope: [{old % ''}]")
    ended = old % ", to: 2024-10-31"
    for entries in (f"{new}, {ended}", f"{ended}, {new}"):
        assert found(before, merged(UNIT, f"scope: [{entries}]")) == []
    assert found(before, merged(UNIT, f"scope: [{new}]")) == ["HIS005"]


def test_a_draft_of_a_revision_may_go_and_come() -> None:
    draft = merged(SOP, REV + '}, {number: "2", effective: 2025-01-01}]')
    assert found(draft, mall({NC2: OPEN_NC})) == []
    none = merged(SOP, "revisions:")
    assert found(none, mall({NC2: OPEN_NC})) == []


def test_a_closing_gains_a_cosigner_and_nothing_else() -> None:
    before = mall({NC_PATH: CLOSED_NC + "\ngrade: major"})
    closed = CLOSED_NC.replace("by: P-002}]", "by: P-002, risks: Tidak ada}]") + "\ngrade: major"
    assert found(before, mall({NC_PATH: closed})) == ["HIS007"]


def test_what_an_action_gained_is_not_completed_later() -> None:
    extended = ACTION + "extensions: [{date: 2024-11-01, to: 2024-12-31, reason: Cuti%s}]}]"
    before = merged(NC2, extended % "")
    assert found(before, merged(NC2, extended % ", approved_by: P-002")) == ["HIS006"]


def test_a_review_without_minutes_may_be_completed_and_not_rewritten() -> None:
    before = merged(REVIEW, "minutes:\nattendees:")
    assert found(before, merged(REVIEW, "minutes:\nattendees: [P-002]")) == []
    assert found(before, merged(REVIEW, "minutes:\nattendees:\nchair: P-002")) == ["HIS009"]


def test_a_revision_of_a_document_from_outside_is_kept_once_it_is_in_force() -> None:
    ours = 'origin: external\nissuer: Instansi\nrevisions: [{number: "1"%s}]'
    before = merged(SOP, ours % ", effective: 2024-02-05")
    assert found(before, merged(SOP, ours % ", effective: 2024-03-05")) == ["HIS010"]
    assert found(merged(SOP, ours % ""), merged(SOP, ours % ", effective: 2024-03-05")) == []


# --- acts: when, and whose hand ---


REOPENED = "reopened: [{date: 2024-06-01, by: P-002, reason: Terulang}]\n"
ACTS: list[tuple[str, str, Route]] = [
    (NC2, "verifications: [{date: 2024-06-20, by: P-005, result: implemented}, %s]", ("verifications", 1, "by")),
    (
        NC2,
        "regraded: [{date: 2024-10-01, to: observation, reason: X, approved_by: P-003}]",
        ("regraded", 0, "approved_by"),
    ),
    (NC2, ACTION + "cancelled: {date: 2024-10-01, by: P-002, reason: X}}]", ("actions", 0, "cancelled", "by")),
    (
        NC2,
        ACTION + "extensions: [{date: 2024-10-01, to: 2024-12-31, reason: X, approved_by: P-002}]}]",
        ("actions", 0, "extensions", 0, "approved_by"),
    ),
    (NC2, "closures: [{date: 2024-10-01, by: P-002, cosigned_by: P-001}]", ("closures", 0, "by")),
    (NC2, "closures: [{date: 2024-10-01, by: P-002, cosigned_by: P-001}]", ("closures", 0, "cosigned_by")),
    (NC2, "void: {date: 2024-10-01, by: P-003, reason: X}", ("void", "by")),
    (NC2, AMENDED.replace("2024-11-01", "2024-10-01") % ("title", "A", "B"), ("amended", 0, "by")),
    (QMS, "scope: [{from: 2024-10-01, text: Lain, approved_by: P-001}]", ("scope", 0, "approved_by")),
    (SOP, REV + '}, {number: "2", approved: {date: 2024-10-01, by: P-001}}]', ("revisions", 1, "approved", "by")),
    (
        UNIT,
        "scope: [{from: 2024-01-01, to: 2024-09-30, role: internal}, {from: 2024-10-01, role: external-provider}]",
        ("scope", 1, "from"),
    ),
    (UNIT, "scope: [{from: 2024-01-01, to: 2024-10-01, role: internal}]", ("scope", 0, "to")),
    (AUDIT, "reported: {date: 2024-10-01}", ("reported", "date")),
    (REVIEW, "minutes: Notulen\ndate: 2024-10-01", ("minutes",)),
]


def late(history: History, path: str, route: Route, day: date) -> list[tuple[str, Route]]:
    """Where HIS012 points, if the act at a place came with a commit of a day."""
    came = replace(history, came={(path, route): Came(day, "c" * 40)})
    return [(hit.path, hit.route) for hit in check.history_findings(came) if hit.code == "HIS012"]


@pytest.mark.parametrize(("path", "change", "route"), ACTS, ids=[str(row[2]) for row in ACTS])
def test_every_act_is_asked_when_it_came(path: str, change: str, route: Route) -> None:
    change = change.replace("%s", "{date: 2024-10-01, by: P-005, result: effective}")
    planned = (
        {AUDIT: "reported:"} if path == AUDIT else {REVIEW: "minutes:\ndate: 2024-10-01"} if path == REVIEW else {}
    )
    made = compared(mall({NC2: OPEN_NC, **planned}), merged(path, change))
    assert late(made, path, route, date(2024, 10, 15)) == []
    assert late(made, path, route, date(2024, 10, 16)) == [(path, route)]


def test_what_a_new_record_brings_came_with_it() -> None:
    made = compared(mall(), mall({NC2: OPEN_NC}))
    route: Route = ("plans", 0, "approved_by")
    assert late(made, NC2, route, date(2024, 7, 10)) == [(NC2, route)]
    # a record taken over from elsewhere was kept there
    legacy = compared(mall(), mall({NC2: OPEN_NC + "legacy: {imported: 2024-07-10}"}))
    assert late(legacy, NC2, route, date(2024, 7, 10)) == []


def test_a_unit_that_is_entered_for_the_first_time_was_there_before() -> None:
    before = mall()
    unit = before.pop(UNIT)
    made = compared(before, before | {UNIT: unit})
    assert late(made, UNIT, ("scope", 0, "from"), date(2024, 10, 16)) == []


def test_a_waiver_is_an_act_without_a_day() -> None:
    made = compared(mall(), merged(QMS, "waivers: [{code: SCO007, unit: imigrasi, reason: X, approved_by: P-001}]"))
    route: Route = ("waivers", 0, "approved_by")
    assert late(made, QMS, route, date(2024, 10, 16)) == []
    other = replace(made, came={(QMS, route): Came(DAY, "c" * 40, "another", "P-021")})
    assert codes(other) == ["HIS013"]


def test_a_policy_of_days_gone_by_is_not_amended() -> None:
    old, new = (f"policy: [{{from: 2024-01-01, closing_days: {days}}}]\n" for days in (20, 366))
    amended = AMENDED % ("policy.0.closing_days", "20", "366")
    assert found(merged(QMS, old), merged(QMS, new + amended)) == ["HIS016"]


def test_an_entry_may_gain_the_name_it_is_known_by() -> None:
    bare = "certificates: [{body: gci, decided: 2024-06-01, expires: 2027-06-01%s}]"
    assert found(merged(QMS, bare % ""), merged(QMS, bare % ", number: QMS-1")) == []
    assert found(merged(QMS, bare % ", number: QMS-1"), merged(QMS, bare % "")) == ["HIS005"]
    # a number within a reference is amended as any other
    done = ACTION + "done: {date: 2024-10-01, by: P-021, evidence: [{number: '%s'}]}}]\n"
    amended = AMENDED % ("actions.A1.done.evidence.0.number", "'1'", "'2'")
    assert found(merged(NC2, done % "1"), merged(NC2, done % "2" + amended)) == []
    assert found(merged(NC2, done % "1"), merged(NC2, done % "2")) == ["HIS006"]


def test_the_terms_of_a_service_stay_and_its_name_may_change() -> None:
    unit = "services: [{id: ktp, name: %s, from: %s}]"
    before = merged(UNIT, unit % ("KTP", "2024-02-01"))
    assert found(before, merged(UNIT, unit % ("KTP elektronik", "2024-02-01"))) == []
    assert found(before, merged(UNIT, unit % ("KTP", "2025-02-01"))) == ["HIS005"]
    assert found(before, merged(UNIT, "services: []")) == ["HIS005"]


def test_what_was_there_before_is_not_asked_again() -> None:
    made = compared(mall({NC2: OPEN_NC}), merged(NC2, "title: Lain"))
    assert late(made, NC2, ("plans", 0, "approved_by"), date(2024, 10, 16)) == []


def test_the_days_of_grace_are_those_of_before() -> None:
    change = "void: {date: 2024-10-01, by: P-003, reason: X}"
    after = merged(NC2, change) | {QMS: merged(QMS, "policy: [{from: 2020-01-01, backdating_days: 300}]")[QMS]}
    made = compared(mall({NC2: OPEN_NC}), after)
    assert late(made, NC2, ("void", "by"), date(2024, 10, 16)) == [(NC2, ("void", "by"))]
    before = mall({NC2: OPEN_NC}) | {QMS: after[QMS]}
    assert late(compared(before, after), NC2, ("void", "by"), date(2024, 10, 16)) == []


# --- personal data ---


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ("Pemohon Budi Santoso, HP 0812-3456-7890, mengeluh", "Pemohon [nama], HP […], mengeluh", True),
        ("Pemohon Budi mengeluh", "Pemohon P-021 mengeluh", True),
        ("Pemohon Budi mengeluh", "Pemohon REG/2024/118 mengeluh", True),
        ("Pemohon Budi mengeluh", "Pemohon Anton mengeluh", False),
        ("Pemohon Budi mengeluh", "Pemohon mengeluh", False),
        ("Pemohon Budi mengeluh", "Pemohon [nama] puas", False),
        ("Pemohon Budi mengeluh", "Pemohon Budi [nama] mengeluh", False),
        ("Pemohon Budi mengeluh", "Pemohon Budi mengeluh", False),
        ("Kosong 5 dari 15", "Kosong 1 dari 15", False),
        ("Oleh P-021 pada 2024-10-01", "Oleh P-022 pada 2024-10-01", False),
        ("Oleh P-021 pada 2024-10-01", "Oleh [nama] pada 2024-10-01", False),
        ("Lihat NC-IMIGRASI-2024-001", "Lihat [temuan]", False),
        ("lahir 1980-04-05, plat AG-1234-XY", "lahir [tanggal], plat [pelat]", True),
        ("(NIK:3571012304560001, HP:0812-3456-7890)", "(NIK:[NIK], HP:[telepon])", True),
        ("Antrean a.n.Budi dan Sdr.Budi Santoso", "Antrean a.n.[pemohon] dan Sdr.[pemohon]", True),
        ("Ibu Siti/Bapak Budi hilang—Siti", "Ibu [pemohon]/Bapak [pemohon] hilang—[pemohon]", True),
        (
            "Budi-lah yang datang, berkas Siti-nya hilang",
            "[pemohon]-lah yang datang, berkas [pemohon]-nya hilang",
            True,
        ),
        ("31 pemohon", "[13] pemohon", False),
        ("Petugas tidak mencukupi pada jam ramai.", "[petugas cukup]", False),
        ("Budi\ndan Siti", "[a]\ndan [b]", True),
        ("Budi, Siti dan Joko " + "dan lain, " * 150, "[a], [b] dan [c] " + "dan lain, " * 150, True),
        ("Budi dan Siti dan Joko", "[nama] dan Joko", True),
        ("Budi dan Siti dan Joko", "[nama] dan Siti", False),
        ("Budi Santoso", "[nama] [nik]", True),
        ("Budi", "[nama] [nik]", False),
        ("[nama] dan Siti", "[nama] dan [nama]", True),
        ("Budi", "[nama]", True),
        ("Budi", "", False),
        ("Budi", "[" + "x" * 41 + "]", False),
    ],
)
def test_a_redaction_puts_a_mark_where_something_stood(old: str, new: str, holds: bool) -> None:
    assert only_takes_out(old, new) is holds


def test_a_redaction_of_a_long_text_is_judged_at_once() -> None:
    long = "kata " * 40_000
    started = time.process_time()
    assert not only_takes_out(long, "[nama] " + long)
    assert time.process_time() - started < 5
    many = " ".join(f"kata{number} dan" for number in range(5_000))
    assert only_takes_out(
        many.replace("kata77 ", "Budi ").replace("kata4000", "Tini"),
        many.replace("kata77 ", "[nama] ").replace("kata4000", "[…]"),
    )


def test_every_redaction_is_named() -> None:
    before = merged(NC2, REDACTED % "title")
    twice = REDACTED.replace("}]", "}, {date: 2024-11-02, by: P-002, field: evidence, reason: NIK}]") % "title"
    told = [
        (entry.code, entry.severity, entry.route)
        for entry in check.history_findings(compared(before, merged(NC2, twice)))
    ]
    assert told == [("HIS017", "info", ("redacted", 1))]


def test_every_history_rule_is_broken_here_or_with_real_commits() -> None:
    by_git = {"HIS012", "HIS013", "HIS014"}  # tests/cli/test_against.py
    here = {code for code, _, _ in BREAKS} | {"HIS002", "HIS003", "HIS015", "HIS017"} | by_git
    assert {code for code in RULES if code.startswith("HIS")} == here
