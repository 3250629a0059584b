"""On a terminal what is missing is asked for, one question after another; breaking off leaves nothing behind."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from mpp_qms.cli import progress
from mpp_qms.store.yaml_text import parse
from tests.cli.inside import Command, bytes_of
from tests.factories import NC_PATH
from tests.program import run
from tests.terminal import Terminal

CLOSED = "NC-KEPENDUDUKAN-2024-001"
DOWN = "\x1b[B"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")


@pytest.fixture
def reopened(root: Path, mpp: Command) -> Path:
    assert mpp("nc", "reopen", CLOSED, "--reason", "Terulang", "--by", "P-002", "--date", "2024-06-01").code == 0
    return root


def data(root: Path, path: str = NC_PATH) -> dict[str, object]:
    found = parse((root / path).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_the_questions_lead_through_the_whys(reopened: Path) -> None:
    terminal = Terminal("nc", "analyse", "kependudukan-1", "--date", "2024-06-05", "-C", str(reopened))
    terminal.answer("By which method?", "five")
    terminal.answer("Why did it happen?", "Petugas pergi")
    terminal.answer("And why that: Petugas pergi?", "Tidak ada pengganti")
    terminal.answer("And why that: Tidak ada pengganti?", "")
    # the last answer is shown, and taken as the root cause only once somebody says so
    terminal.answer("Is this the root cause: Tidak ada pengganti?", "")
    terminal.answer("Where does it lie?", "method")
    terminal.answer("elsewhere", "Imigrasi")
    terminal.answer("Who analysed it?", "P-021")
    terminal.wait_for("root cause entered")
    assert terminal.code() == 0
    assert data(reopened)["causes"][-1] == {  # type: ignore[index]
        "date": "2024-06-05",
        "by": "P-021",
        "method": "5-whys",
        "category": "method",
        "whys": ["Petugas pergi", "Tidak ada pengganti"],
        "root": "Tidak ada pengganti",
        "elsewhere": "Imigrasi",
    }


def test_a_root_cause_beyond_the_last_why_is_asked_for(reopened: Path) -> None:
    given = ("--method", "other", "--category", "method", "--elsewhere", "x", "--by", "P-021", "--date", "2024-06-05")
    terminal = Terminal("nc", "analyse", CLOSED, *given, "--why", "Petugas pergi", "-C", str(reopened))
    terminal.answer("Is this the root cause: Petugas pergi?", DOWN)
    terminal.answer("What, then, is the root cause?", "Jadwal")
    terminal.wait_for("root cause entered")
    assert terminal.code() == 0
    assert data(reopened)["causes"][-1]["root"] == "Jadwal"  # type: ignore[index]


def test_colours_pasted_with_a_text_are_passed_over(reopened: Path) -> None:
    terminal = Terminal("nc", "analyse", CLOSED, "--date", "2024-06-05", "-C", str(reopened))
    terminal.answer("By which method?", "\x1b[31mother")
    terminal.answer("Why did it happen?", "\x1b[31mTidak ada\x1b[0m jadwal")
    terminal.answer("And why that: Tidak ada jadwal?", "")
    terminal.answer("the root cause", "")
    terminal.answer("Where does it lie?", "method")
    terminal.answer("elsewhere", "")
    terminal.answer("Who analysed it?", "P-021")
    terminal.wait_for("root cause entered")
    assert terminal.code() == 0
    assert b"Traceback" not in terminal.shown
    assert data(reopened)["causes"][-1]["root"] == "Tidak ada jadwal"  # type: ignore[index]


def test_letters_that_fit_no_choice_take_none(root: Path) -> None:
    terminal = Terminal("nc", "add", "--title", "T", "--grade", "ofi", "--root", str(root))
    terminal.answer("In which unit?", "ketidak")
    terminal.wait_for("Nothing fits what you typed")
    assert b"How did it come to light?" not in terminal.shown
    os.write(terminal.master, b"\x7f" * len("ketidak") + b"imigr\r")
    terminal.answer("How did it come to light?", "found by the unit")
    terminal.answer("Which record or letter", "")
    terminal.answer("Detected on which day?", "2024-06-05")
    terminal.answer("Detected by whom?", "P-031")
    terminal.answer("Which clause is not met?", "8.5.1")
    terminal.wait_for("is written")
    assert terminal.code() == 0
    assert data(root, "units/imigrasi/nonconformities/NC-IMIGRASI-2024-001.yaml")["unit"] == "imigrasi"


def test_letters_that_fit_no_choice_tick_none(root: Path) -> None:
    terminal = Terminal("sop", "read", "kependudukan-1", "--date", "2024-03-01", "--root", str(root))
    terminal.wait_for("Who has read it?")
    os.write(terminal.master, b"ketidak")
    terminal.wait_for("Nothing fits what you typed")
    os.write(terminal.master, b" \r" + b"\x7f" * len("ketidak") + b"P-002 \r")
    terminal.wait_for("read by P-002")
    assert terminal.code() == 0


def test_a_refused_answer_is_asked_again_and_the_others_stay(reopened: Path) -> None:
    terminal = Terminal("nc", "plan", CLOSED, "--date", "2024-06-05", "--root", str(reopened))
    terminal.wait_for("STP006")
    assert terminal.code() == 1
    add = f"action add {CLOSED} --what Jadwal --owner P-021 --due 2024-07-01 --date 2024-06-04 --root"
    assert run(*add.split(), str(reopened)).returncode == 0
    terminal = Terminal("nc", "plan", CLOSED, "--date", "2024-06-05", "--root", str(reopened))
    terminal.answer("By what will be seen", "Terisi")
    terminal.answer("verified by which day?", "2024-09-30")
    terminal.answer("Who approves it?", "P-021")
    terminal.wait_for("PPL003")
    terminal.answer("Which answer is to be another one?", "approves")
    terminal.shown = terminal.shown[terminal.shown.index(b"another one?") :]
    terminal.answer("P-031  head of the unit imigrasi", "P-023")
    terminal.wait_for("plan approved")
    assert terminal.code() == 0
    plan = data(reopened)["plans"][-1]  # type: ignore[index]
    assert plan == {
        "date": "2024-06-05",
        "approved_by": "P-023",
        "effective_when": "Terisi",
        "verify_by": "2024-09-30",
    }


def test_a_finding_that_is_refused_keeps_the_other_answers(root: Path) -> None:
    words = "nc add --unit imigrasi --title T --grade minor --clause 8.5.1 --criterion K --evidence E --statement S"
    terminal = Terminal(*words.split(), "--source", "self", "--detected", "2199-01-01", "--root", str(root))
    terminal.answer("Detected by whom?", "P-031")
    terminal.wait_for("NCL024")
    terminal.answer("Which answer is to be another one?", "detected")
    terminal.answer("Detected on which day?", "2024-10-01")
    terminal.wait_for("is written")
    assert terminal.code() == 0
    assert data(root, "units/imigrasi/nonconformities/NC-IMIGRASI-2024-001.yaml")["detected"] == {
        "date": "2024-10-01",
        "by": "P-031",
    }


def test_what_is_known_to_be_wrong_only_with_all_answers_costs_none_of_them(root: Path) -> None:
    words = "nc add --unit imigrasi --title T --grade ofi --clause 8.5.1 --source evaluation --detected 2024-06-05"
    terminal = Terminal(*words.split(), "--issued", "2024-06-06", "--root", str(root))
    terminal.answer("Detected by whom?", "gci")
    terminal.wait_for("--issued: only a member of staff")
    terminal.answer("Which answer is to be another one?", "--issued")
    terminal.wait_for("is written")
    assert terminal.code() == 0


def test_what_was_answered_before_breaking_off_goes_into_a_command(root: Path) -> None:
    terminal = Terminal("sop", "add", "--unit", "kependudukan", "--root", str(root))
    terminal.answer("What is it about?", "Antrean pagi")
    terminal.wait_for("Which number is printed on it?")
    time.sleep(0.3)
    os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = " ".join(terminal.shown.decode().split())
    assert terminal.code() == 130
    assert f"mpp-qms sop add -C {root} --unit kependudukan --title 'Antrean pagi'" in shown


def test_no_answer_before_breaking_off_is_lost(root: Path) -> None:
    words = "nc add --unit imigrasi --title T --grade ofi --detected 2024-06-05 --by gci --clause 8.5.1"
    terminal = Terminal(*words.split(), "--root", str(root))
    terminal.answer("How did it come to light?", "external audit")
    terminal.answer("Which record or letter", "EA-2024-01")
    terminal.answer("Which body found it?", "gci")
    terminal.answer("The body's own number of it?", "15")
    terminal.wait_for("An answer is due to the body")
    time.sleep(0.3)
    os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = " ".join(terminal.shown.decode().split())
    assert terminal.code() == 130
    assert "--source external-audit:EA-2024-01" in shown
    assert "--body gci --number 15" in shown


def test_no_why_before_breaking_off_is_lost(reopened: Path) -> None:
    terminal = Terminal("nc", "analyse", CLOSED, "--method", "other", "--root", str(reopened))
    terminal.answer("Why did it happen?", "Petugas pergi")
    terminal.wait_for("And why that: Petugas pergi?")
    time.sleep(0.3)
    os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = " ".join(terminal.shown.decode().split())
    assert terminal.code() == 130
    assert "--why 'Petugas pergi'" in shown


def test_evidence_and_hand_overs_lose_no_answer_either(root: Path) -> None:
    terminal = Terminal("evidence", "add", "--location", "Lemari 1", "--date", "2024-10-01", "--root", str(root))
    terminal.answer("What is it?", "Kebijakan")
    terminal.wait_for("What does it show?")
    time.sleep(0.3)
    os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = " ".join(terminal.shown.decode().split())
    assert terminal.code() == 130
    command = f"mpp-qms evidence add -C {root} --title Kebijakan --date 2024-10-01 --location 'Lemari 1'"
    assert command in shown
    terminal = Terminal("hand-over", "--to", "P-021", "--date", "2024-06-05", "--root", str(root))
    terminal.answer("Who leaves?", "P-021")
    terminal.answer("Who decides it?", "P-002")
    terminal.wait_for("--from and --to are the same person.")
    terminal.answer("Which answer is to be another one?", "leaves")
    terminal.wait_for("P-001")
    time.sleep(0.3)
    os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = " ".join(terminal.shown.decode().split())
    assert terminal.code() == 130
    assert f"mpp-qms hand-over -C {root} --from P-021 --to P-021 --by P-002 --date 2024-06-05" in shown


def test_evidence_that_is_refused_keeps_the_other_answers(root: Path) -> None:
    words = ("evidence", "add", "--title", "Kebijakan", "--shows", "quality-policy", "--location", "Lemari 1")
    terminal = Terminal(*words, "--date", "2024-10-01", "--unit", "all", "--to", "2024-09-30", "--root", str(root))
    terminal.wait_for("Still missing: --from.")
    assert terminal.code() == 2
    terminal = Terminal(*words, "--from", "2024-09-30", "--to", "2024-09-01", "--root", str(root))
    terminal.answer("Of which day is it?", "2024-10-01")
    terminal.answer("Of which units?", "")
    terminal.wait_for("DOC014")
    terminal.answer("Which answer is to be another one?", "Up")
    terminal.shown = b""
    terminal.wait_for("Up to which day?")
    time.sleep(0.3)
    os.write(terminal.master, b"2024-10-01\r")
    terminal.wait_for("EVD-2024-036")
    assert terminal.code() == 0


def test_which_record_and_which_action_is_asked_for(reopened: Path) -> None:
    add = f"action add {CLOSED} --what Jadwal --owner P-021 --due 2024-07-01 --date 2024-06-04 --root"
    assert run(*add.split(), str(reopened)).returncode == 0
    given = ("--by", "P-021", "--evidence", "Foto", "--date", "2024-06-05")
    terminal = Terminal("action", "done", *given, "--root", str(reopened))
    terminal.answer("Which record is it?", CLOSED)
    # the first is done already
    terminal.answer("Which action is it?", "")
    terminal.wait_for("A2 done")
    assert terminal.code() == 0
    terminal = Terminal("nc", "show", "--root", str(reopened))
    terminal.answer("Which record is it?", CLOSED)
    terminal.wait_for("Time line")
    assert terminal.code() == 0
    terminal = Terminal("action", "extend", CLOSED, "--root", str(reopened))
    terminal.wait_for("no open action.")
    assert terminal.code() == 2
    for words in (["action", "done"], ["nc", "verify"], ["nc", "amend"], ["nc", "show"], ["sop", "show"]):
        done = run(*words, "--root", str(reopened), MPP_QMS_LANG="en")
        assert (done.returncode, done.stderr) == (2, "ID is missing. See --help.\n")
    done = run("action", "done", CLOSED, "--root", str(reopened), MPP_QMS_LANG="en")
    assert (done.returncode, done.stderr) == (2, "ACTION is missing. See --help.\n")


def test_which_fact_is_amended_is_chosen_among_those_there_are(reopened: Path) -> None:
    given = ("--to", "Jadwal", "--reason", "Ketik", "--by", "P-002", "--date", "2024-06-05")
    terminal = Terminal("nc", "amend", CLOSED, *given, "--root", str(reopened))
    terminal.answer("Which fact?", "causes.0.root")
    terminal.wait_for("root cause amended")
    assert terminal.code() == 0


def test_a_hand_over_asks_for_its_day(reopened: Path) -> None:
    terminal = Terminal("hand-over", "--from", "P-021", "--to", "P-022", "--root", str(reopened))
    terminal.answer("Who decides it?", "P-002")
    terminal.answer("On which day did it happen?", "2024-06-05")
    terminal.wait_for("P-021")
    assert terminal.code() == 0


def test_what_is_given_is_not_asked_for_and_a_wrong_answer_is_asked_again(reopened: Path) -> None:
    terminal = Terminal("action", "add", CLOSED, "--what", "Jadwal", "--date", "2024-06-05", "--root", str(reopened))
    terminal.answer("Whose is it?", "P-022")
    terminal.answer("By which day?", "2024-13-01")
    terminal.answer("Write the day as year-month-day, for instance 2024-12-16.", "\x7f" * 10 + "2024-07-01")
    terminal.wait_for("A2 added")
    assert terminal.code() == 0
    assert data(reopened)["actions"][-1]["owner"] == "P-022"  # type: ignore[index]


def test_only_a_major_is_asked_for_a_cosigner(root: Path, mpp: Command) -> None:
    terminal = Terminal("nc", "close", CLOSED, "--root", str(root))
    terminal.wait_for("STP002")
    assert terminal.code() == 1


def test_of_several_kinds_of_answer_one_is_chosen(root: Path, mpp: Command) -> None:
    words = "nc add --unit imigrasi --title T --grade minor --clause 8.5.1 --criterion K --evidence E --statement S"
    body = "--source external-audit --detected 2024-06-05 --by gci --body gci --response-due 2024-08-01"
    assert mpp(*words.split(), *body.split()).code == 0
    terminal = Terminal("nc", "respond", "imigrasi-1", "--root", str(root))
    terminal.answer("Which of these is to be entered?", "answer submitted")
    assert b"On which day" not in terminal.shown
    terminal.answer("On which day was the answer submitted?", "2024-07-01")
    terminal.answer("On which day did it happen?", "")
    terminal.wait_for("answer submitted to the body on 2024-07-01")
    assert terminal.code() == 0
    external = data(root, "units/imigrasi/nonconformities/NC-IMIGRASI-2024-001.yaml")["external"]
    assert external["responses"] == [{"submitted": "2024-07-01"}]  # type: ignore[index]
    # what is returned is wanted anew by some day: asked for, or at least said
    returned = ("nc", "respond", "imigrasi-1", "--result", "returned", "--date", "2024-07-20", "--root", str(root))
    copy = shutil.copytree(root, root.parent / "copy")
    told = run(*returned[:-1], str(copy), MPP_QMS_LANG="en")
    assert "Without a next day the new answer is due at once" in told.stderr
    terminal = Terminal(*returned)
    terminal.answer("By which day does the body want a new answer?", "2024-08-20")
    terminal.wait_for("decision on the answer: returned")
    assert terminal.code() == 0
    external = data(root, "units/imigrasi/nonconformities/NC-IMIGRASI-2024-001.yaml")["external"]
    assert external["responses"][-1]["next_due"] == "2024-08-20"  # type: ignore[index]


def test_several_are_ticked(root: Path) -> None:
    terminal = Terminal("sop", "read", "kependudukan-1", "--date", "2024-03-01", "--root", str(root))
    terminal.wait_for("Who has read it?")
    os.write(terminal.master, b" " + DOWN.encode() + b" \r")
    terminal.wait_for("read by P-001, P-002")
    assert terminal.code() == 0


def test_evidence_is_asked_for_too(root: Path) -> None:
    terminal = Terminal("evidence", "add", "--title", "Kebijakan", "--root", str(root))
    terminal.answer("Which of these is to be entered?", "")
    terminal.answer("Where is it kept?", "Lemari 1")
    terminal.wait_for("What does it show?")
    os.write(terminal.master, b"quality-pol \r")
    terminal.answer("Of which day is it?", "2024-10-01")
    terminal.answer("Of which units?", "")
    terminal.wait_for("nothing ticked")
    terminal.answer("From which day", "")
    terminal.answer("Up to which day?", "")
    terminal.wait_for("is written")
    assert terminal.code() == 0


@pytest.mark.parametrize("keys", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_breaking_off_in_the_middle_leaves_nothing_behind(reopened: Path, keys: bytes) -> None:
    before = bytes_of(reopened)
    terminal = Terminal("action", "add", CLOSED, "--root", str(reopened))
    terminal.answer("What is to be done?", "Jadwal")
    terminal.wait_for("Whose is it?")
    time.sleep(0.3)
    os.write(terminal.master, keys)
    if keys == b"\x04":
        os.write(terminal.master, b"\x03")
    terminal.wait_for("nothing was changed")
    shown = terminal.shown.decode()
    assert terminal.code() == 130
    assert f"mpp-qms action add {CLOSED} -C {reopened} --what Jadwal" in " ".join(shown.split())
    assert bytes_of(reopened) == before


def test_back_to_the_editor(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "editor.sh"
    script.write_text(
        '#!/bin/sh\nif grep -q mayor "$1"; then sed -i "s/mayor/minor/; s/title: .*/title: Baru/" "$1";'
        ' else sed -i "s/grade: minor/grade: mayor/" "$1"; fi\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    terminal = Terminal("nc", "edit", CLOSED, "--root", str(root), EDITOR=str(script))
    terminal.wait_for("SCH004")
    terminal.wait_for("Back to the editor?")
    os.write(terminal.master, b"y")
    terminal.wait_for("Saved: ")
    assert terminal.code() == 0
    assert data(root)["title"] == "Baru"


def test_a_refusal_is_folded_to_the_terminal_and_a_command_is_not(root: Path) -> None:
    terminal = Terminal("nc", "close", CLOSED, "--root", str(root), COLUMNS="44")
    terminal.wait_for("Nothing was written.")
    lines = terminal.shown.decode().replace("\r", "").split("\n")
    assert terminal.code() == 1
    assert f"First: mpp-qms nc reopen {CLOSED}" in lines
    said = [line for line in lines if not line.startswith("First:")]
    assert max(map(len, said)) <= 44
    assert len(said) > 3


def test_with_stdin_closed_nothing_is_asked(reopened: Path) -> None:
    done = run("action", "add", CLOSED, "--root", str(reopened), MPP_QMS_LANG="en")
    assert (done.returncode, done.stderr) == (2, "Still missing: --what, --owner, --due.\n")


# --- a sign of life ---


class Tty(io.StringIO):
    """A terminal that keeps what it is shown."""

    def isatty(self) -> bool:
        return True


def test_what_takes_long_shows_that_it_lives_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Tty()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "_PATIENCE", 0.05)
    monkeypatch.setattr(progress, "_TURN", 0.02)
    with progress.working("membaca"):
        time.sleep(0.3)
    turns = shown.getvalue().split("\r")
    assert turns[1] == "| membaca"
    assert turns[2] == "/ membaca"
    assert turns[-2].strip() == ""
    assert turns[-1] == ""


def test_what_is_quick_or_nobody_watches_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Tty()
    monkeypatch.setattr(sys, "stderr", shown)
    with progress.working("membaca"):
        pass
    assert shown.getvalue() == ""
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setenv("TERM", "dumb")
    with progress.working("membaca"):
        time.sleep(0.1)
    assert shown.getvalue() == ""
