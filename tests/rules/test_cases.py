"""Each rule is met by records that break it and by records that do not: tests/rules/cases/<CODE>.yaml.

A case file holds `breaks` and `holds`, each a mapping of path → text laid over a copy of tests/rules/base (a small
mall without a finding; nothing after a path takes the file away). In `breaks`, a line that ends with `# <- CODE`
is where the rule is to point; where lines are marked, it points at these and no others. What no text can express
(a fifo, a link, an encoding) is built by a function in BUILT.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from mpp_qms.findings import Finding
from mpp_qms.messages import translator
from mpp_qms.register import build
from mpp_qms.rules import check
from mpp_qms.rules.registry import RETIRED, RULES
from mpp_qms.store import attachments, positions, reading, repository

HERE = Path(__file__).parent
BASE, CASES = HERE / "base", HERE / "cases"
SOURCE = HERE.parents[1] / "src" / "mpp_qms"
#: The day on which every case is checked.
DAY = date(2025, 3, 1)

Build = Callable[[Path, pytest.MonkeyPatch], None]
#: Code → what breaks it, for what cannot be written as text; the base is what holds.
BUILT: dict[str, Build] = {}


def built(code: str) -> Callable[[Build], Build]:
    """Enter a function that makes a copy of the base break the rule `code`."""

    def enter(build: Build) -> Build:
        BUILT[code] = build
        return build

    return enter


@built("SYN001")
def _a_file_that_cannot_be_opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: str | Path, flags: int) -> int:
        if str(path).endswith("EVD-2024-001.yaml"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr(reading.os, "open", refuse)


@built("SYN002")
def _an_encoding_of_old(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "units/a/unit.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").replace("Pengelola", "Pengelolá").encode("cp1252"))


@built("SYN013")
def _a_control_character(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "units/a/unit.yaml"
    path.write_bytes(path.read_bytes().replace(b"Pengelola", b"Pengelola\x07"))


@built("SYN014")
def _a_file_too_large(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "units/a/unit.yaml"
    path.write_bytes(path.read_bytes() + b"#" * reading.MAX_BYTES)


@built("SYN015")
def _a_folder_with_the_name_of_a_record(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "evidence/EVD-2024-002.yaml").mkdir()


@built("SYN016")
def _a_link_inside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _link(root / "evidence/EVD-2024-002.yaml", root / "evidence/EVD-2024-001.yaml")


@built("SYN017")
def _a_link_that_leaves(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _link(root / "evidence/EVD-2024-002.yaml", BASE / "evidence/EVD-2024-001.yaml")


@built("SYN021")
def _an_endless_nest_of_folders(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "documents" / Path(*["a"] * (repository.MAX_FOLDERS + 2))).mkdir(parents=True)


@built("DOC011")
def _a_document_that_cannot_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(root: Path, limit: Path, path: str, *, hashed: bool) -> attachments.Attachment:
        return attachments.Attachment("unreadable")

    monkeypatch.setattr(attachments, "_examine", refuse)


def _link(path: Path, target: Path) -> None:
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("no links here")


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    """A copy of the base."""
    return Path(shutil.copytree(BASE, tmp_path / "mall"))


def lay_over(root: Path, files: dict[str, str | None]) -> None:
    """Put texts over a mall; None takes a file away."""
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def findings(root: Path) -> list[Finding]:
    """What `check` finds, with its lines; every sentence can be shown in both languages."""
    read = repository.load(root)
    register = build(read, DAY, DAY, attachments.of_repository(read))
    located = positions.locate(root, check.findings(register, read.files))
    for finding in located:
        for text in (finding.message, finding.help):
            assert "{" not in text.show(translator("en")).replace("{…}", "")
    return located


def shown(found: list[Finding]) -> list[str]:
    """Findings as lines, for whoever reads a failed test."""
    english = translator("en")
    return [f"{entry.path}:{entry.line}: {entry.code} {entry.message.show(english)}" for entry in found]


def marked(files: dict[str, str | None], code: str) -> set[tuple[str, int]]:
    """The places in the texts that end with `# <- CODE`."""
    return {
        (name, number)
        for name, text in files.items()
        for number, line in enumerate((text or "").split("\n"), 1)
        if line.rstrip().endswith(f"# <- {code}")
    }


def case(code: str) -> dict[str, dict[str, str | None]]:
    """The two sides of a case file."""
    data: dict[str, dict[str, str | None]] = yaml.safe_load((CASES / f"{code}.yaml").read_text(encoding="utf-8"))
    assert set(data) == {"breaks", "holds"}
    return data


CODES = sorted(path.stem for path in CASES.glob("*.yaml"))


def test_the_base_has_no_finding(mall: Path) -> None:
    assert shown(findings(mall)) == []


@pytest.mark.parametrize("code", CODES)
def test_breaks(code: str, mall: Path) -> None:
    files = case(code)["breaks"]
    lay_over(mall, files)
    found = findings(mall)
    assert code in {entry.code for entry in found}, shown(found)
    if expected := marked(files, code):
        assert {(entry.path, entry.line) for entry in found if entry.code == code} == expected, shown(found)


@pytest.mark.parametrize("code", CODES)
def test_holds(code: str, mall: Path) -> None:
    lay_over(mall, case(code)["holds"])
    found = findings(mall)
    assert code not in {entry.code for entry in found}, shown(found)


@pytest.mark.parametrize("code", sorted(BUILT))
def test_breaks_when_built(code: str, mall: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BUILT[code](mall, monkeypatch)
    found = findings(mall)
    assert code in {entry.code for entry in found}, shown(found)


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    # what must hold before a step, and what a change did, no record can show by itself: tests/cli/test_step.py and
    # tests/rules/test_history.py break each of these
    assert sorted({*CODES, *BUILT}) == sorted(code for code in RULES if not code.startswith(("STP", "HIS")))
    assert not set(CODES) & set(BUILT)


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_has_its_page(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[A-Z]{3}[0-9]{3}", code)
    for text in (rule.title, rule.message, rule.help, rule.why, rule.source, rule.example):
        assert text.strip()
    assert rule.message.removesuffix("{hint}").endswith((".", "?", "!"))
    assert rule.help.endswith((".", "?", "!"))
    assert rule.check is None or rule.check.__doc__


def test_every_code_that_reading_raises_is_a_rule() -> None:
    raised = set(check.PRIVACY.values())
    for path in SOURCE.rglob("*.py"):
        raised |= set(re.findall(r'"((?:SYN|SCH|STP)[0-9]{3})"', path.read_text(encoding="utf-8")))
    raised.add("REF021")  # that a waiver is not needed is known once everything is judged
    assert raised == {code for code, rule in RULES.items() if rule.check is None}


def test_a_retired_code_leads_to_a_rule() -> None:
    assert all(code not in RULES and RETIRED[code] in RULES for code in RETIRED)
