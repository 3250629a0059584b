"""What `check` makes of rules: waivers, records of an older system, a qms.yaml that cannot be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.rules.test_cases import BASE, findings, lay_over, shown

REVIEW = """\
id: RTM-2024-02
date: 2024-12-20
chair: P-001
attendees: [P-001]
minutes: Notulen RTM
inputs: [{key: resources}]
"""
QMS = (BASE / "qms.yaml").read_text(encoding="utf-8")


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "mall"))


def severities(root: Path, code: str) -> list[str]:
    return [entry.severity for entry in findings(root) if entry.code == code]


@pytest.mark.parametrize(
    ("waiver", "severity"),
    [
        ("record: RTM-2024-02, reason: Dibahas lisan, approved_by: P-001", "info"),
        ("record: RTM-2024-02, reason: Dibahas lisan, approved_by: P-001, until: 2025-03-01", "info"),
        ("record: RTM-2024-02, reason: Dibahas lisan, approved_by: P-001, until: 2025-02-28", "warning"),
        ("record: RTM-2024-02, reason: Dibahas lisan", "warning"),
        ("record: RTM-2024-02, approved_by: P-001", "warning"),
        ("record: RTM-2024-01, reason: Dibahas lisan, approved_by: P-001", "warning"),
        ("unit: a, reason: Dibahas lisan, approved_by: P-001", "warning"),
        ("reason: Dibahas lisan, approved_by: P-001", "warning"),
    ],
)
def test_a_waiver_turns_a_finding_into_an_info(mall: Path, waiver: str, severity: str) -> None:
    lay_over(mall, {"reviews/RTM-2024-02.yaml": REVIEW, "qms.yaml": f"{QMS}waivers: [{{code: AUD013, {waiver}}}]\n"})
    assert severities(mall, "AUD013") == [severity]


def test_a_waiver_can_speak_of_a_unit_or_of_qms_yaml(mall: Path) -> None:
    entry = '[{clause: "8.5.5", reason: Tidak ada, approved_by: P-001, date: 2024-01-05}]'
    unit = (mall / "units/c/unit.yaml").read_text(encoding="utf-8") + f"not_applicable: {entry}\n"
    qms = QMS.replace(
        "not_applicable:\n", 'not_applicable:\n  - {clause: "8.5.5", reason: R, approved_by: P-001, date: 2024-01-05}\n'
    )
    lay_over(mall, {"units/c/unit.yaml": unit, "qms.yaml": qms})
    assert severities(mall, "SCO003") == ["warning", "warning"]
    for place in ("record: qms", "unit: c"):
        lay_over(mall, {"qms.yaml": f"{qms}waivers: [{{code: SCO003, {place}, reason: R, approved_by: P-001}}]\n"})
        assert sorted(severities(mall, "SCO003")) == ["info", "warning"]


def test_syntax_schema_and_privacy_are_never_waived(mall: Path) -> None:
    review = REVIEW.replace("minutes: Notulen RTM", "minutes: Kirim ke petugas@example.org\nnote: x")
    waivers = ", ".join(
        f"{{code: {code}, record: RTM-2024-02, reason: R, approved_by: P-001}}" for code in ("PRV003", "SCH002")
    )
    lay_over(mall, {"reviews/RTM-2024-02.yaml": review, "qms.yaml": f"{QMS}waivers: [{waivers}]\n"})
    assert severities(mall, "PRV003") == ["warning"]
    assert severities(mall, "SCH002") == ["error"]


def test_what_is_missing_in_a_legacy_record_is_a_warning(mall: Path) -> None:
    evidence = """\
id: EVD-2024-002
title: Laporan survei
shows: [customer-satisfaction]
date: 2024-10-10
document: {path: documents/hilang.txt}
"""
    lay_over(mall, {"evidence/EVD-2024-002.yaml": evidence})
    assert severities(mall, "DOC009") == ["error"]
    lay_over(mall, {"evidence/EVD-2024-002.yaml": evidence + "legacy: {imported: 2025-01-15, from: Buku Excel}\n"})
    assert severities(mall, "DOC009") == ["warning"]


def test_without_qms_yaml_nothing_is_said_of_people_or_policy(mall: Path) -> None:
    lay_over(mall, {"qms.yaml": QMS.replace("schema: 1", "schema: one")})
    found = findings(mall)
    assert {entry.code for entry in found} == {"SCH003"}, shown(found)
