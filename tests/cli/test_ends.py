"""How the program ends when the world does not play along: pipes, full disks, devices, interruptions, defects."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from mpp_qms.cli import exits
from mpp_qms.cli.exits import Refused, guarded, mark_written, speak
from mpp_qms.cli.out import emit
from mpp_qms.messages import Message, translator
from tests.program import DAY, ROOT, environment, run

ENGLISH = translator("en")
posix = pytest.mark.skipif(os.name == "nt", reason="no such thing on Windows")


def started(*words: str, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mpp_qms", *words],
        cwd=ROOT,
        env=environment(MPP_QMS_LANG="en"),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


# --- a reader who has enough ---


@posix
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", "--root", "records"], 0),
        (["audit", "--root", "records", "--as-of", DAY], 1),
        (["audit", "--root", "records", "--as-of", DAY, "--format", "json"], 1),
        (["schema"], 0),
        (["--version"], 0),
        (["--help"], 0),
        (["audit", "--help"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_closed_pipe_changes_neither_the_answer_nor_its_code(words: list[str], code: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with started(*words, stdout=writing) as process:
        os.close(writing)
        _, told = process.communicate()
    assert (process.returncode, told) == (code, "")


# --- what cannot be written ---


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_is_3_and_said_once() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full, started("check", "--root", "records", stdout=full) as p:
        _, told = p.communicate()
    assert p.returncode == 3
    assert len(told.strip().splitlines()) == 1


@posix
def test_a_closed_stdout_is_3() -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m mpp_qms check --root records >&-'],
        cwd=ROOT,
        env=environment(MPP_QMS_LANG="en"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 3, done.stderr


def test_the_message_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "no" / "answer.json"
    done = run("check", "--root", "records", "--lang", "en", "--output", str(target))
    assert done.stderr.startswith(str(target))


def test_a_folder_is_not_replaced_by_an_answer(tmp_path: Path) -> None:
    assert run("check", "--root", "records", "--output", str(tmp_path)).returncode == 3
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_fifo_gets_the_answer_and_stays_a_fifo(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    emit("answer\n", fifo)
    assert os.read(reading, 100) == b"answer\n"
    os.close(reading)
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@posix
def test_others_may_read_an_answer_as_they_may_read_any_file(tmp_path: Path) -> None:
    target, plain = tmp_path / "answer", tmp_path / "plain"
    emit("answer\n", target)
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode
    target.chmod(0o640)
    emit("again\n", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@posix
def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("there")
    emit("new", tmp_path / "link")
    assert (tmp_path / "there").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "link").is_symlink()


# --- interruptions and defects ---


@posix
def test_130_interrupted() -> None:
    code = (
        "import os, signal, sys; sys.argv = ['mpp-qms', 'check', '--root', 'records', '--lang', 'en'];"
        "import mpp_qms.rules.check as c; c.findings = lambda *a: os.kill(os.getpid(), signal.SIGINT);"
        "from mpp_qms.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "Interrupted; nothing was changed."


def test_130_while_a_command_runs(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert guarded(interrupted, ENGLISH, debug=False) == 130
    assert capsys.readouterr().err.strip() == "Interrupted; nothing was changed."
    # typer catches the signal itself and gives back the code
    assert guarded(lambda: 130, ENGLISH, debug=False) == 130
    assert capsys.readouterr().err.strip() == "Interrupted; nothing was changed."


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    "error", [ValueError("x"), UnprintableError(), RecursionError(), MemoryError(), AssertionError()]
)
def test_70_whatever_the_defect_is(
    error: Exception, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits.tempfile, "tempdir", str(tmp_path))

    def fail() -> None:
        raise error

    assert guarded(fail, ENGLISH, debug=False) == 70
    told = capsys.readouterr().err
    assert len(told.strip().splitlines()) == 1
    (log,) = tmp_path.iterdir()
    assert str(log) in told
    assert type(error).__name__ in log.read_text(encoding="utf-8")


def test_70_where_no_log_can_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits.tempfile, "tempdir", str(tmp_path / "gone"))

    def fail() -> None:
        raise ValueError("x")

    assert guarded(fail, ENGLISH, debug=False) == 70
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_70_a_traceback_only_with_debug(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits.tempfile, "tempdir", str(tmp_path))

    def fail() -> None:
        raise ValueError("x")

    assert guarded(fail, ENGLISH, debug=True) == 70
    assert "Traceback" in capsys.readouterr().err


def test_3_a_file_that_may_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied", "/mall/qms.yaml")

    assert guarded(refuse, ENGLISH, debug=False) == 3
    assert capsys.readouterr().err == "/mall/qms.yaml: no permission; nothing was changed.\n"


def test_nobody_is_told_that_nothing_was_changed_where_something_was(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exits.tempfile, "tempdir", str(tmp_path))
    for error in (KeyboardInterrupt(), PermissionError(13, "Permission denied", "/mall/qms.yaml"), ValueError("x")):

        def fail(error: BaseException = error) -> None:
            mark_written()
            raise error

        guarded(fail, ENGLISH, debug=False)
        told = capsys.readouterr().err
        assert "nothing was changed" not in told
        assert "are unchanged" not in told
        assert re.search("the records (had been|were) changed", told)

    def interrupted() -> int:
        mark_written()
        return 130

    assert guarded(interrupted, ENGLISH, debug=False) == 130
    assert "the records had been changed already" in capsys.readouterr().err
    # the next run has not changed anything yet
    assert guarded(lambda: 130, ENGLISH, debug=False) == 130
    assert "nothing was changed" in capsys.readouterr().err


def test_a_result_is_the_code() -> None:
    assert guarded(lambda: 1, ENGLISH, debug=False) == 1
    assert guarded(lambda: None, ENGLISH, debug=False) == 0

    def leave() -> None:
        raise typer.Exit(2)

    assert guarded(leave, ENGLISH, debug=False) == 2


def test_what_is_said_is_clean_and_in_the_language_of_the_records(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        speak(lambda text: text.replace("There is no unit", "Tidak ada unit"))
        raise Refused(Message("There is no unit {unit}.{hint}", {"unit": "\x1b[2J\u202e", "hint": ""}))

    assert guarded(refuse, ENGLISH, debug=False) == 2
    told = capsys.readouterr().err
    assert told.startswith("Tidak ada unit")
    assert "\x1b" not in told
    assert "\u202e" not in told
    # what one run has learnt does not stay for the next
    assert guarded(lambda: 130, ENGLISH, debug=False) == 130
    assert capsys.readouterr().err.startswith("Interrupted")


# --- wrong usage, told in our own words ---


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chek"], "There is no command chek. Did you mean check? See --help."),
        (["nc", "lst"], "There is no command lst. Did you mean list? See --help."),
        (["it's"], None),
        (
            ["check", "--strit"],
            "There is no option --strit here. Did you mean --strict? Options stand after the command; see --help.",
        ),
        (["check", "--root"], "--root: a value is missing."),
        (["check", "one", "two"], "Too many arguments: one two. See --help."),
        (["check", "(one)"], None),
        (["nc", "show"], "ID is missing. See --help."),
        (
            ["check", "--format", "xml"],
            "--format: it takes one of terminal, json, github, gitlab, sarif, junit, markdown.",
        ),
        (["overdue", "--within", "soon"], "--within: it takes a whole number from 0 to 3660."),
        (["audit", "--fail-under", "101"], "--fail-under: it takes a whole number from 0 to 100."),
        (
            ["audit", "--root", "records", "--unit", "xx"],
            "There is no unit xx. There are: bank-daerah, dpmptsp, imigrasi, kebersihan, kejaksaan, kependudukan, "
            "kepolisian, kesehatan, ketenagakerjaan, pengadilan, perpajakan, pertanahan.",
        ),
        (["overdue", "--root", "records", "--owner", "P-0020"], "There is no person P-0020. Did you mean P-020?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_2_says_what_is_wrong_and_what_was_perhaps_meant(words: list[str], told: str | None) -> None:
    done = run(*words, MPP_QMS_LANG="en")
    assert (done.returncode, done.stdout) == (2, "")
    assert told is None or done.stderr.strip() == told


@pytest.mark.parametrize("words", [[], ["nc"]])
def test_2_nothing_asked_for_shows_the_help(words: list[str]) -> None:
    done = run(*words, MPP_QMS_LANG="en")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: mpp-qms")
    assert "Commands:" in done.stderr


def test_no_english_frame_is_left_in_the_other_language() -> None:
    for words in (["chek"], ["check", "--strit"], ["check", "one"], ["check", "--root"], ["nc", "show"]):
        told = run(*words, MPP_QMS_LANG="id").stderr
        assert not re.search(r"\b(Error|Usage|Missing|No such|Try)\b", told), told


def test_an_exception_of_typer_that_we_do_not_know_is_still_usage() -> None:
    error = ValueError("odd")
    error.__dict__.update(SimpleNamespace(message="odd", exit_code=2, format_message=lambda: "odd.").__dict__)

    def fail() -> None:
        raise error

    assert guarded(fail, ENGLISH, debug=False) == 2


def test_a_profiler_gets_to_print_what_it_saw() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cProfile", "-s", "tottime", "-m", "mpp_qms", "check", "--root", str(ROOT / "records")],
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert b"function calls" in done.stdout
