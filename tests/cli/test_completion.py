"""What the shell offers for the next word: from names of files and qms.yaml, in whatever way it was begun."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.inside import Command
from tests.program import environment

CLOSED = "NC-KEPENDUDUKAN-2024-001"


def offered(root: Path, line: str) -> list[str]:
    """The words that bash is offered at the end of a command line."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "mpp_qms"],
        cwd=root,
        env=environment(
            MPP_QMS_LANG="en",
            _MPP_QMS_COMPLETE="complete_bash",
            COMP_WORDS=f"mpp-qms {line}",
            COMP_CWORD=str(len(words)),
        ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nc show NC-KEP", [CLOSED]),
        ("nc show nc-kep", [CLOSED.lower()]),
        ("nc show kepend", ["kependudukan-2024-001"]),
        ("action done NC-KEPENDUDUKAN-2024-001 ", ["C1", "A1"]),
        ("action done kependudukan-1 A", ["A1"]),
        ("action done rtm-1 ", ["D1"]),
        ("sop show SOP-IM", ["SOP-IMIGRASI-001"]),
        ("nc list --unit im", ["imigrasi"]),
        ("nc add --grade m", ["major", "minor"]),
        ("nc verify X --result not-", ["not-implemented", "not-effective"]),
        ("nc close X --by P-02", ["P-021", "P-022", "P-023"]),
        ("nc add --clause 10.1", ["10.1"]),
        ("evidence add --shows quality-p", ["quality-policy"]),
        ("sop add --unit imigrasi --service ", ["layanan"]),
        ("nc close X --document sop-im", ["sop-imigrasi-001"]),
        (
            "nc amend kependudukan-1 --field actions.A1.d",
            ["actions.A1.due", "actions.A1.done.date", "actions.A1.done.by"],
        ),
        ("nc amend NOTHING --field ", []),
        ("rule STP00", [f"STP00{number}" for number in range(1, 10)]),
        ("nc show NOTHING", []),
        ("action done NOTHING ", []),
    ],
)
def test_offers(root: Path, line: str, expected: list[str]) -> None:
    assert offered(root, line) == expected


def test_without_records_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    assert offered(tmp_path, "nc show NC-") == []
    assert offered(tmp_path, "nc close X --by ") == []


def test_unreadable_records_are_no_reason_to_fail(root: Path, mpp: Command) -> None:
    (root / "qms.yaml").write_text("{", encoding="utf-8")
    assert offered(root, "nc show NC-") == [CLOSED]
    assert offered(root, "nc close X --by ") == []
