"""`nc add`: what it takes, what it refuses, what it writes, and that two at once never share an id."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_contract import valid
from tests.program import RECORDS, environment, run

WORDS = [
    "nc",
    "add",
    "--unit",
    "imigrasi",
    "--title",
    "Formulir: tidak lengkap",
    "--grade",
    "minor",
    "--clause",
    "8.2.3.1",
    "--clause",
    "7.3",
    "--criterion",
    "Klausul 8.2.3.1",
    "--evidence",
    "3 dari 10 berkas\npada 2 Desember 2024",
    "--statement",
    "no",
    "--source",
    "complaint:Pengaduan 12: loket",
    "--detected",
    "2024-12-02",
    "--by",
    "P-002",
]


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RECORDS, tmp_path / "records"))


def without(option: str, words: list[str] | None = None) -> list[str]:
    words = list(words or WORDS)
    while option in words:
        at = words.index(option)
        del words[at : at + 2]
    return words


def folder(mall: Path) -> Path:
    return mall / "units" / "imigrasi" / "nonconformities"


def test_what_it_writes_passes_check_and_is_in_the_key_order_of_the_format(mall: Path) -> None:
    done = run(*WORDS, "--root", str(mall), "--format", "json")
    assert done.returncode == 0, done.stderr
    found = valid(json.loads(done.stdout), "nc-add")
    text = (mall / found["path"]).read_text(encoding="utf-8")
    keys = [line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert keys == [
        "id",
        "unit",
        "title",
        "grade",
        "source",
        "detected",
        "clauses",
        "criterion",
        "evidence",
        "statement",
    ]
    check = json.loads(run("check", "--root", str(mall), "--format", "json").stdout)
    assert [finding for finding in check["findings"] if finding["path"] == found["path"]] == []
    shown = json.loads(run("nc", "show", found["id"], "--root", str(mall), "--format", "json").stdout)
    assert shown["statement"] == "no"
    assert shown["evidence"] == "3 dari 10 berkas\npada 2 Desember 2024"
    assert shown["source"] == {"kind": "complaint", "ref": "Pengaduan 12: loket"}


def test_the_number_follows_the_highest_of_unit_and_year(mall: Path) -> None:
    (folder(mall) / "nc-imigrasi-2024-041.yml").write_text("", encoding="utf-8")
    done = run(*WORDS, "--root", str(mall), "--format", "json")
    assert json.loads(done.stdout)["id"] == "NC-IMIGRASI-2024-042"


def test_a_dry_run_shows_the_record_and_writes_nothing(mall: Path) -> None:
    before = sorted(folder(mall).iterdir())
    done = run(*WORDS, "--root", str(mall), "--dry-run")
    assert done.returncode == 0
    assert done.stdout.startswith("id: NC-IMIGRASI-2024-")
    assert sorted(folder(mall).iterdir()) == before


@pytest.mark.parametrize(
    "option",
    [
        "--unit",
        "--title",
        "--grade",
        "--clause",
        "--criterion",
        "--evidence",
        "--statement",
        "--source",
        "--detected",
        "--by",
    ],
)
def test_what_is_missing_is_a_usage_error_that_names_the_option(mall: Path, option: str) -> None:
    done = run(*without(option), "--root", str(mall))
    assert done.returncode == 2
    assert option in done.stderr


@pytest.mark.parametrize("grade", ["observation", "ofi", "ungraded"])
def test_what_the_grade_lets_be_missing_may_be_missing(mall: Path, grade: str) -> None:
    words = without("--criterion", without("--evidence", without("--statement", without("--grade"))))
    assert run(*words, "--grade", grade, "--root", str(mall)).returncode == 0


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--unit", "imigrsi", "imigrasi"),
        ("--clause", "8.2.3.9", ""),
        ("--by", "P-999", ""),
        ("--sop", "SOP-IMIGRASI-999", "SOP-IMIGRASI-00"),
        ("--grade", "mayor", "major"),
        ("--source", "complain", "complaint"),
        ("--detected", "2 Desember", ""),
        ("--title", "a\x1b[2J", ""),
    ],
)
def test_what_nobody_knows_is_a_usage_error_with_the_nearest(mall: Path, option: str, value: str, hint: str) -> None:
    before = sorted(folder(mall).iterdir())
    done = run(*without(option), option, value, "--root", str(mall), "--lang", "en")
    assert done.returncode == 2
    assert hint in done.stderr
    assert sorted(folder(mall).iterdir()) == before


def test_a_life_the_rules_forbid_is_1_with_the_code_and_nothing_written(mall: Path) -> None:
    before = sorted(folder(mall).iterdir())
    done = run(*without("--detected"), "--detected", "2199-01-01", "--root", str(mall))
    assert done.returncode == 1
    assert done.stderr.split(":")[0].isupper()
    assert sorted(folder(mall).iterdir()) == before


def test_a_bodys_finding_carries_what_the_body_said(mall: Path) -> None:
    body = json.loads(run("nc", "list", "--root", str(mall), "--format", "json").stdout)
    assert body["items"]
    party = next(
        line.split("code: ")[1].split(",")[0].strip()
        for line in (mall / "qms.yaml").read_text(encoding="utf-8").splitlines()
        if "code: " in line and "P-" not in line
    )
    words = [
        *without("--by", without("--source")),
        "--by",
        party,
        "--source",
        "external-audit:EA-2024-01",
        "--body",
        party,
        "--number",
        "NCR-9",
        "--response-due",
        "2025-01-31",
    ]
    done = run(*words, "--root", str(mall), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "external:\n  body: " + party in done.stdout
    assert "  grade: minor\n" in done.stdout
    assert "  response_due: 2025-01-31\n" in done.stdout


def test_eight_at_once_get_consecutive_ids_and_lose_nothing(mall: Path) -> None:
    script = (
        "import sys\nfrom mpp_qms.cli.app import run\n"
        f"for _ in range(10):\n    code = run({[*WORDS, '--root', str(mall)]!r})\n    assert code == 0, code\n"
    )
    before = len(list(folder(mall).glob("*-2024-*.yaml")))
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", script], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for _ in range(8)
    ]
    for writer in writers:
        _, error = writer.communicate()
        assert writer.returncode == 0, error.decode()
    names = sorted(path.stem for path in folder(mall).glob("*-2024-*.yaml"))
    assert names == [f"NC-IMIGRASI-2024-{number:03d}" for number in range(1, before + 81)]
    check = json.loads(run("check", "--root", str(mall), "--format", "json").stdout)
    assert check["summary"]["error"] == 0
    assert not list(folder(mall).glob(".new-*"))


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_on_a_terminal_what_is_missing_is_asked_for(mall: Path) -> None:
    import pty

    words = without("--grade", without("--title"))
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(environment(TERM="xterm", MPP_QMS_LANG="en"))
        os.execv(sys.executable, [sys.executable, "-m", "mpp_qms", *words, "--root", str(mall)])
    shown = b""

    def wait_for(text: bytes) -> None:
        nonlocal shown
        end = time.monotonic() + 30
        while text not in shown and time.monotonic() < end:
            shown += os.read(master, 4096)
            if b"\x1b[6n" in shown:
                os.write(master, b"\x1b[1;1R")
                shown = shown.replace(b"\x1b[6n", b"")
        assert text in shown, shown

    wait_for(b"In one line")
    os.write(master, b"Dari formulir\r")
    wait_for(b"Which grade")
    os.write(master, b"\r")
    wait_for(b"is written")
    assert os.waitpid(pid, 0)[1] == 0
    (newest,) = [path for path in folder(mall).iterdir() if "Dari formulir" in path.read_text(encoding="utf-8")]
    assert "grade: major" in newest.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_breaking_off_the_form_leaves_nothing_behind(mall: Path) -> None:
    import pty

    before = sorted(folder(mall).iterdir())
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(environment(TERM="xterm", MPP_QMS_LANG="en"))
        os.execv(sys.executable, [sys.executable, "-m", "mpp_qms", *without("--title"), "--root", str(mall)])
    shown = b""
    end = time.monotonic() + 30
    while b"In one line" not in shown and time.monotonic() < end:
        shown += os.read(master, 4096)
    time.sleep(0.3)
    os.write(master, b"\x03")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert sorted(folder(mall).iterdir()) == before
