"""For one record only what it names is read (`repository.near`): in it is found what is found with all records read.

That holds for every rule but those that compare a record with all others.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mpp_qms.findings import Finding
from mpp_qms.register import Register, build
from mpp_qms.rules import check
from mpp_qms.rules.registry import RULES
from mpp_qms.steps.carry_out import Rewriting, new_findings
from mpp_qms.store.attachments import of_repository
from mpp_qms.store.repository import load
from tests.program import DAY as EXAMPLE_DAY
from tests.program import RECORDS
from tests.rules.test_cases import BASE, CODES, DAY, case, lay_over

#: The kinds of record that steps are taken in.
STEPPED = ("nonconformity", "review", "sop", "evidence")
#: Rules on the Register that compare a record with all others: `check` applies them, a step does not.
COMPARING = {"AUD007", "AUD008", "DOC001", "REF002", "REF014", "REF015", "SCO004", "SCO007"}
#: Rules on the Register for what lies on disk beside a record: a step applies them, too.
OF_DOCUMENTS = {"DOC009", "DOC010", "DOC011", "DOC012"}


def sayings(found: Iterable[Finding], path: str) -> Counter[str]:
    """What is said of one record; which of the records not read may have been meant (`hint`) is not."""
    said: Counter[str] = Counter()
    for entry in found:
        if entry.path == path and entry.code not in COMPARING:
            message, help_ = (replace(text, values={**text.values, "hint": ""}) for text in (entry.message, entry.help))
            said[repr(replace(entry, message=message, help=help_))] += 1
    return said


def compare(root: Path, day: date) -> int:
    """Compare each record that steps are taken in; how many there are."""
    everything = load(root)
    found = check.findings(build(everything, day, day, of_repository(everything)), everything.files)
    stepped = [
        file
        for file in everything.files
        if file.record is not None and file.kind is not None and file.kind.name in STEPPED
    ]
    for file in stepped:
        text = (root / file.path).read_bytes().decode("utf-8")
        alone = new_findings(root, [Rewriting(file.path, None, text)], day)
        assert sayings(alone, file.path) == sayings(found, file.path), file.path
    return len(stepped)


def test_the_exceptions_are_the_rules_on_the_register() -> None:
    assert {code for code, rule in RULES.items() if Register in rule.on} == COMPARING | OF_DOCUMENTS


@pytest.mark.parametrize("day", ["2024-06-30", EXAMPLE_DAY, "2026-01-31"])
def test_in_the_worked_example_the_same_is_found(day: str) -> None:
    assert compare(RECORDS, date.fromisoformat(day)) > 50


@pytest.mark.parametrize("side", ["breaks", "holds"])
@pytest.mark.parametrize("code", CODES)
def test_in_every_case_the_same_is_found(code: str, side: str, tmp_path: Path) -> None:
    mall = Path(shutil.copytree(BASE, tmp_path / "mall"))
    lay_over(mall, case(code)[side])
    assert compare(mall, DAY) > 0
