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
from tests.terminal import Terminal

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
        ("--grade", "majro", "major"),
        ("--source", "complian", "complaint"),
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


# --- more of what it takes and refuses ---


def given(option: str, value: str, words: list[str] | None = None) -> list[str]:
    return [*without(option, words), option, value]


def files(mall: Path) -> list[Path]:
    """Everything in a mall but the program's own lock."""
    return sorted(path for path in mall.rglob("*") if path.is_file() and path.parent.name != ".mpp-qms")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (given("--title", "  "), "--title"),
        ([*WORDS, "--number", "NCR-1"], "--body"),
        ([*WORDS, "--response-due", "2025-01-31"], "--body"),
        (given("--source", "external-audit"), "--body"),
        ([*WORDS, "--body", "cb-conto"], "cb-contoh"),
        (given("--unit", "IMIGRASI"), "imigrasi?"),
        (given("--title", "a\ufeffb"), "--title"),
        ([*WORDS, "--clause", "8.5.1 \x07"], "--clause"),
        ([*WORDS, "--issued", "besok"], "--issued"),
    ],
)
def test_usage_errors_name_the_option_or_the_nearest(mall: Path, words: list[str], named: str) -> None:
    before = files(mall)
    done = run(*words, "--root", str(mall))
    assert done.returncode == 2
    assert named in done.stderr
    assert files(mall) == before


def test_a_body_hands_nothing_over_and_it_is_said_where_that_was_asked_for(mall: Path) -> None:
    words = ["nc", "add", *given("--by", "cb-contoh", given("--source", "external-audit"))[2:], "--body", "cb-contoh"]
    done = run(*words, "--issued", "2024-12-03", "--root", str(mall), MPP_QMS_LANG="en")
    assert done.returncode == 2
    assert done.stderr.startswith("--issued: only a member of staff hands a finding to its unit, and cb-contoh is")
    assert "mpp-qms nc issue" in done.stderr
    assert run(*words, "--root", str(mall)).returncode == 0


def test_everything_wrong_is_told_at_once(mall: Path) -> None:
    words = given("--unit", "imigrsi", given("--by", "P-999", without("--criterion")))
    done = run(*words, "--root", str(mall))
    assert done.returncode == 2
    assert all(option in done.stderr for option in ("--unit", "--by", "--criterion"))


def test_a_unit_whose_folder_has_another_name_gets_no_folder(mall: Path) -> None:
    unit = mall / "units" / "imigrasi" / "unit.yaml"
    unit.write_text(unit.read_text(encoding="utf-8").replace("id: imigrasi", "id: keimigrasian", 1), encoding="utf-8")
    assert run(*given("--unit", "keimigrasian"), "--root", str(mall)).returncode == 2
    assert not (mall / "units" / "keimigrasian").exists()


def test_a_record_too_large_to_be_read_is_not_written(mall: Path) -> None:
    before = files(mall)
    words = WORDS
    for option in ("--criterion", "--evidence", "--statement"):
        words = given(option, "kata " * 20_000, words)
    done = run(*words, "--root", str(mall))
    assert done.returncode == 2, done.stderr
    assert "256" in done.stderr
    assert files(mall) == before


def test_nobody_raises_a_finding_of_an_internal_audit_in_the_own_unit(mall: Path) -> None:
    qms = mall / "qms.yaml"
    text = qms.read_text(encoding="utf-8")
    head = "  - code: P-002\n    roles:\n"
    assert head in text
    qms.write_text(text.replace(head, head + "      - {role: staff, unit: imigrasi}\n"), encoding="utf-8")
    before = files(mall)
    done = run(*given("--source", "internal-audit:IA-2024-02"), "--root", str(mall))
    assert done.returncode == 1
    assert "PPL009" in done.stderr
    assert done.stdout == ""
    assert files(mall) == before


def test_a_heading_first_is_forbidden(mall: Path) -> None:
    done = run(*given("--clause", "8.5"), "--root", str(mall))
    assert (done.returncode, done.stderr[:6]) == (1, "NCL025")


def test_what_is_wrong_elsewhere_forbids_nothing_here(mall: Path) -> None:
    copied = (mall / "evidence" / "EVD-2024-001.yaml").read_text(encoding="utf-8")
    (mall / "evidence" / "EVD-2024-999.yaml").write_text(copied, encoding="utf-8")
    assert run("check", "--root", str(mall)).returncode == 1
    assert run(*WORDS, "--root", str(mall)).returncode == 0


def test_a_warning_is_told_and_forbids_nothing(mall: Path) -> None:
    done = run(*given("--evidence", "Hubungi 0812-0000-0000"), "--root", str(mall), "--format", "json")
    assert done.returncode == 0
    assert "PRV002" in done.stderr
    assert json.loads(done.stdout)["id"] == "NC-IMIGRASI-2024-003"


def test_line_endings_become_lf_in_the_file_too(mall: Path) -> None:
    done = run(*given("--evidence", "satu\r\ndua\u0085tiga"), "--root", str(mall), "--format", "json")
    written = (mall / json.loads(done.stdout)["path"]).read_bytes()
    assert b"evidence: |-\n  satu\n  dua\n  tiga\n" in written
    assert b"\r" not in written


def test_the_last_line_says_what_comes_next_in_the_language_of_the_mall(mall: Path) -> None:
    shown = run(*WORDS, "--root", str(mall), "--dry-run", "--lang", "en").stdout.splitlines()[-1]
    assert shown.startswith("# ")
    assert shown.endswith("mpp-qms nc show NC-IMIGRASI-2024-003")
    assert "What comes next" not in shown


def test_ids_of_records_that_lie_elsewhere_or_were_disposed_of_are_not_given_again(mall: Path) -> None:
    assert "\ndisposals:" not in (mall / "qms.yaml").read_text(encoding="utf-8")
    with (mall / "qms.yaml").open("a", encoding="utf-8") as stream:
        stream.write("disposals:\n  - {records: [NC-IMIGRASI-2024-017], date: 2024-11-01, approved_by: P-001}\n")
    assert run(*WORDS, "--root", str(mall), "--dry-run").stdout.startswith("id: NC-IMIGRASI-2024-018\n")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="modes bind nobody here")
def test_a_folder_that_may_not_be_written_is_3(mall: Path) -> None:
    folder(mall).chmod(0o555)
    try:
        assert run(*WORDS, "--root", str(mall)).returncode == 3
    finally:
        folder(mall).chmod(0o755)


def test_a_file_where_the_folder_belongs_is_3_and_nothing_changes(mall: Path) -> None:
    shutil.rmtree(folder(mall))
    folder(mall).write_text("", encoding="utf-8")
    before = files(mall)
    done = run(*given("--source", "complaint"), "--root", str(mall))
    assert done.returncode == 3, done.stderr
    assert files(mall) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_where_the_id_cannot_be_told_nothing_stays(mall: Path) -> None:
    before = files(mall)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mpp_qms", *WORDS, "--root", str(mall)],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert files(mall) == before


# --- the form ---


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_everything_may_be_asked_for_and_choices_narrow_by_typing(mall: Path) -> None:
    before = files(mall)
    terminal = Terminal("nc", "add", "--root", str(mall))
    terminal.answer("In which unit?", "imigr")
    terminal.answer("In one line", "Temuan lembaga sertifikasi")
    terminal.answer("Which grade?", "minor")
    terminal.answer("come to light?", "external")
    terminal.answer("says so?", "")
    terminal.answer("Detected on which day?", "\x7f" * 10 + "2024-12-02")
    terminal.answer("Detected by whom?", "cb-contoh")
    terminal.answer("clause is not met?", "7.1.4")
    terminal.answer("requirement is not met?", "Klausul 7.1.4")
    terminal.answer("Objective evidence", "Dua kursi rusak")
    terminal.answer("The statement", "Ruang tunggu tidak layak")
    terminal.answer("Which body found it?", "cb-contoh")
    terminal.answer("own number of it?", "NCR-77")
    terminal.answer("An answer is due", "2025-01-31")
    terminal.wait_for("is written")
    assert terminal.code() == 0
    (new,) = set(files(mall)) - set(before)
    assert new.read_text(encoding="utf-8").split("# ")[0] == (
        f"id: {new.stem}\n"
        "unit: imigrasi\n"
        "title: Temuan lembaga sertifikasi\n"
        "grade: minor\n"
        "source:\n  kind: external-audit\n"
        "detected:\n  date: 2024-12-02\n  by: cb-contoh\n"
        'clauses:\n  - "7.1.4"\n'
        "criterion: Klausul 7.1.4\n"
        "evidence: Dua kursi rusak\n"
        "statement: Ruang tunggu tidak layak\n"
        "external:\n  body: cb-contoh\n  number: NCR-77\n  grade: minor\n"
        '  clause: "7.1.4"\n  response_due: 2025-01-31\n'
    )
    assert run("check", "--root", str(mall)).returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_the_end_of_input_breaks_off_like_an_interrupt(mall: Path) -> None:
    before = files(mall)
    terminal = Terminal(*without("--title"), "--root", str(mall))
    terminal.wait_for("In one line")
    time.sleep(0.3)
    os.write(terminal.master, b"\x04")
    assert terminal.code() == 130
    assert files(mall) == before


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_where_there_is_nobody_to_choose_it_says_so(mall: Path) -> None:
    (mall / "qms.yaml").write_text(
        "schema: 1\norganisation: {name: MPP Kota Contoh}\nstandards: [{edition: iso-9001-2015}]\npeople: []\n",
        encoding="utf-8",
    )
    terminal = Terminal(*without("--by"), "--root", str(mall))
    terminal.wait_for("nothing to choose from")
    assert terminal.code() == 2


def test_the_form_is_loaded_only_where_something_is_to_be_asked() -> None:
    script = (
        "import sys\nfrom mpp_qms.cli.app import run\n"
        f"run({[*WORDS, '--root', str(RECORDS), '--dry-run']!r})\n"
        "assert not {'questionary', 'prompt_toolkit'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=environment(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
