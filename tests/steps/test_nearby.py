"""For one record only what it names is read (`repository.near`): in it is found what is found with all records read.

That holds for every rule but those that compare a record with all others.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mpp_qms.findings import Finding
from mpp_qms.register import Register, build
from mpp_qms.rules import check
from mpp_qms.rules.registry import RULES
from mpp_qms.steps.carry_out import READ_ELSEWHERE, Rewriting, kind_at, new_elsewhere, new_findings
from mpp_qms.store.attachments import of_repository
from mpp_qms.store.reading import record_of
from mpp_qms.store.rendering import render
from mpp_qms.store.repository import Repository, load
from mpp_qms.store.yaml_text import parse
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


# --- what a change in a nonconformity breaks in other records (`new_elsewhere`) ---


def whole_elsewhere(root: Path, path: str, after: str, day: date) -> Counter[tuple[str, str]]:
    """What is new in other records with everything read and judged before and after."""
    read = load(root)
    laid = record_of(after, path, *kind_at(path))
    later = Repository(root, tuple(laid if file.path == path else file for file in read.files))
    old, new = (
        Counter((f.path, f.code) for f in check.findings(build(each, day, day), each.files) if f.severity != "info")
        for each in (read, later)
    )
    return Counter({key: count for key, count in (new - old).items() if key[0] != path and key[1] != "REF021"})


def changes(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A nonconformity with each of its keys put otherwise, and what `nc void` and `nc grade` make of it."""
    at = {"date": "2024-12-01", "by": "P-002", "reason": "Ketik"}
    yield "void", data | {"void": at}
    yield "regraded", data | {"regraded": [*data.get("regraded", []), at | {"to": "ofi"}]}
    yield "grade", data | {"grade": "observation"}
    yield "source", data | {"source": data["source"] | {"ref": "IA-2023-01"}}
    yield "clauses", data | {"clauses": ["5.2"]}
    yield "detected", data | {"detected": data["detected"] | {"date": "2023-02-01"}}
    yield "number", data | {"number": "LKS-07"}
    for key in data:
        if key not in ("id", "unit", "source", "detected", "clauses", "title", "criterion", "evidence", "statement"):
            yield key, {name: value for name, value in data.items() if name != key}
    for key in ("title", "criterion", "evidence", "statement"):
        yield key, data | {key: "Lain"}


def compare_elsewhere(root: Path, day: date, *, every: int = 1) -> int:
    """Compare what each change breaks elsewhere; how many break something."""
    broken = 0
    for file in sorted(root.glob("units/*/nonconformities/*.yaml"))[::every]:
        text, path = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix()
        data = parse(text)
        if not isinstance(data, dict) or record_of(text, path, *kind_at(path)).record is None:
            continue
        for key, changed in changes(data):
            after = render(changed)
            if record_of(after, path, *kind_at(path)).record is None:
                continue
            found = Counter((f.path, f.code) for f in new_elsewhere(root, [Rewriting(path, text, after)], day))
            assert found == whole_elsewhere(root, path, after, day), (path, key)
            assert not found or key in READ_ELSEWHERE
            broken += bool(found)
    return broken


def test_what_a_change_breaks_elsewhere_is_found_without_reading_everything() -> None:
    assert compare_elsewhere(RECORDS, date.fromisoformat(EXAMPLE_DAY), every=5) > 0


@pytest.mark.parametrize("side", ["breaks", "holds"])
@pytest.mark.parametrize("code", ["AUD007", "AUD008", "REF015", "SCO004", "SCO007"])
def test_in_the_cases_of_what_compares_records_the_same_is_broken(code: str, side: str, tmp_path: Path) -> None:
    mall = Path(shutil.copytree(BASE, tmp_path / "mall"))
    lay_over(mall, case(code)[side])
    compare_elsewhere(mall, DAY)


def test_where_nothing_changes_that_others_read_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpp_qms.steps.carry_out.check.findings", None)
    path = min(RECORDS.glob("units/*/nonconformities/*.yaml"))
    text = path.read_text(encoding="utf-8")
    rewriting = Rewriting(path.relative_to(RECORDS).as_posix(), text, text.replace("title: ", "title: Lain ", 1))
    assert new_elsewhere(RECORDS, [rewriting], date.fromisoformat(EXAMPLE_DAY)) == []
