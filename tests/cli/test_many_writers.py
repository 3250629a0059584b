"""Many writers at once in the records of one mall: no id twice, none left out, nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from tests.changes import DAY, NC_ADD, everything, lay_out, records
from tests.program import ROOT, environment, run

PROCESSES, TIMES = 16, 25
_NCS = "units/kependudukan/nonconformities"

#: One process that runs a command so many times.
_WORKER = """
import sys
from mpp_qms.cli.app import run
times, *words = sys.argv[1:]
for _ in range(int(times)):
    code = run(words)
    if code != 0:
        sys.exit(code)
"""


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    return lay_out(tmp_path)


def _together(commands: Sequence[Sequence[str]]) -> list[str]:
    """What processes answer that run at the same time; each must end well."""
    running = [
        subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment(MPP_QMS_LANG="en"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for words in commands
    ]
    ended = [process.communicate() for process in running]
    for process, (_, told) in zip(running, ended, strict=True):
        assert (process.returncode, told) == (0, "")
    return [answer for answer, _ in ended]


def _ids(answers: str) -> list[str]:
    """The ids in the answers of `--format json`, one after another."""
    found, rest = [], answers.strip()
    while rest:
        answer, end = json.JSONDecoder().raw_decode(rest)
        found.append(answer["id"])
        rest = rest[end:].strip()
    return found


def _whole(mall: Path, before: dict[str, bytes], ids: Sequence[str]) -> None:
    """The records are those from before and those of the ids, each whole, and nothing else is left."""
    after = everything(mall)
    assert set(after) == {*before, *(f"{_NCS}/{id_}.yaml" for id_ in ids)}
    assert {path: after[path] for path in before} == before
    for id_ in ids:
        found = yaml.safe_load(after[f"{_NCS}/{id_}.yaml"])
        assert (found["id"], found["statement"]) == (id_, "Gerai tidak dijaga")
    done = run("check", "--root", str(mall), "--lang", "en")
    assert done.returncode == 0
    assert "Errors: 0" in done.stdout


def _next_ids(count: int) -> list[str]:
    """The ids after the three that are there."""
    return [f"NC-KEPENDUDUKAN-2024-{number:03}" for number in range(4, 4 + count)]


def test_16_writers_of_25_records(mall: Path) -> None:
    before = records(mall)
    words = ["-c", _WORKER, str(TIMES), *NC_ADD, "--root", str(mall), "--format", "json"]
    answers = _together([words] * PROCESSES)
    each = [_ids(answer) for answer in answers]
    assert all(len(ids) == TIMES and ids == sorted(ids) for ids in each)
    ids = sorted(id_ for ids in each for id_ in ids)
    assert ids == _next_ids(PROCESSES * TIMES)
    _whole(mall, before, ids)


def test_a_process_for_each_record(mall: Path) -> None:
    before = records(mall)
    words = ["-m", "mpp_qms", *NC_ADD, "--root", str(mall), "--format", "json"]
    ids = sorted(id_ for answer in _together([words] * 12) for id_ in _ids(answer))
    assert ids == _next_ids(12)
    _whole(mall, before, ids)


def test_writers_of_one_record_lose_nothing_of_each_other(mall: Path) -> None:
    """Each reads the record, adds its own action, and writes it whole."""
    texts = [f"Tindakan nomor {number}" for number in range(8)]
    words = ["-m", "mpp_qms", "action", "add", "NC-KEPENDUDUKAN-2024-002", "--owner", "P-022", "--due", "2024-12-20"]
    _together([[*words, "--what", text, "--date", DAY, "--root", str(mall)] for text in texts])
    actions = yaml.safe_load(records(mall)[f"{_NCS}/NC-KEPENDUDUKAN-2024-002.yaml"])["actions"]
    assert [action["id"] for action in actions] == [f"A{number}" for number in range(1, 10)]
    assert sorted(action["what"] for action in actions[1:]) == texts
