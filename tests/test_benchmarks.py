"""The generator of `make bench`: the same bytes for the same seed, records of the promised size, nothing wrong with them."""

from pathlib import Path

import pytest
from benchmarks import generate

from mpp_qms.findings import Finding
from mpp_qms.register import build
from mpp_qms.rules.check import findings
from mpp_qms.store.repository import load

COUNT = 200


def _texts(seed: int) -> dict[str, str]:
    return {path: generate.text_of(record) for path, record in generate.records(COUNT, seed)}


def _check(root: Path) -> tuple[int, list[Finding]]:
    repository = load(root)
    register = build(repository, generate.AS_OF, generate.AS_OF)
    return repository.records, findings(register, repository.files)


def test_the_same_seed_gives_the_same_records() -> None:
    assert _texts(1) == _texts(1)
    assert _texts(1) != _texts(2)


@pytest.mark.parametrize("count", [COUNT, 1_000])
def test_records_have_the_promised_size_but_for_qms(count: int) -> None:
    sizes = {path: len(generate.text_of(record).encode()) for path, record in generate.records(count)}
    assert len(sizes) == count
    assert {path for path, size in sizes.items() if not generate.LEAST <= size <= generate.MOST} == {"qms.yaml"}


@pytest.mark.parametrize("count", [COUNT, 4_000])
def test_check_finds_nothing(tmp_path: Path, count: int) -> None:
    generate.write(tmp_path, count)
    assert _check(tmp_path) == (count, [])


def test_one_finding_in_each(tmp_path: Path) -> None:
    generate.write(tmp_path, COUNT, broken=True)
    count, found = _check(tmp_path)
    assert count == COUNT
    assert len(found) == len({finding.path for finding in found}) == COUNT


def test_thousands_of_findings_in_one_record(tmp_path: Path) -> None:
    generate.write_one_big(tmp_path)
    _, found = _check(tmp_path)
    path = "units/dpmptsp/nonconformities/NC-DPMPTSP-2019-001.yaml"
    assert (tmp_path / path).stat().st_size == pytest.approx(250_000, abs=200)
    assert len(found) > 2_000
    assert {finding.path for finding in found} == {path}
