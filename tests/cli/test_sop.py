"""`mpp-qms sop …` as people and programs run it, on the worked example."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_contract import valid
from tests.program import DAY, RECORDS, answer, run

EXAMPLE = ["--root", "records", "--as-of", DAY]


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    """A copy of the worked example that a test may spoil."""
    return Path(shutil.copytree(RECORDS, tmp_path / "records"))


def items(*words: str) -> list[dict[str, Any]]:
    return valid(answer("sop", "list", *EXAMPLE, *words), "sop-list")["items"]  # type: ignore[no-any-return]


# --- JSON ---


@pytest.mark.parametrize("root", ["records", "examples/kediri-2024-q3"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_answers_keep_to_their_schema(root: str, language: str) -> None:
    how = ["--root", root, "--as-of", DAY, "--lang", language]
    listed = valid(answer("sop", "list", *how), "sop-list")
    assert (listed["as_of"], listed["unread"]) == (DAY, 0)
    valid(answer("sop", "matrix", *how), "sop-matrix")
    for item in listed["items"]:
        shown = valid(answer("sop", "show", item["id"], *how), "sop")
        assert {key: shown[key] for key in ("id", "unit", "title", "number", "status", "revision", "review_due")} == {
            key: item[key] for key in ("id", "unit", "title", "number", "status", "revision", "review_due")
        }


def test_list_is_by_id_with_every_status() -> None:
    found = items()
    assert [item["id"] for item in found] == sorted(path.stem for path in RECORDS.glob("units/*/sops/*.yaml"))
    assert {item["status"] for item in found} == {"draft", "approved", "in-force", "due-for-review", "withdrawn"}
    by_id = {item["id"]: item for item in found}
    assert by_id["SOP-KEPOLISIAN-002"] == {
        "id": "SOP-KEPOLISIAN-002",
        "unit": "kepolisian",
        "title": "Perpanjangan SIM",
        "number": by_id["SOP-KEPOLISIAN-002"]["number"],
        "status": "due-for-review",
        "revision": "2023",
        "effective": "2023-10-02",
        "review_due": "2024-10-02",
        "path": "units/kepolisian/sops/SOP-KEPOLISIAN-002.yaml",
    }
    draft = by_id["SOP-DPMPTSP-005"]
    assert (draft["revision"], draft["effective"], draft["review_due"]) == (None, None, None)


def test_filters_of_list() -> None:
    whole = items()
    assert items("--unit", "kepolisian") == [item for item in whole if item["unit"] == "kepolisian"]
    assert items("--status", "draft", "--status", "withdrawn") == [
        item for item in whole if item["status"] in ("draft", "withdrawn")
    ]


def test_show_names_who_has_not_read_the_revision_in_force() -> None:
    found = answer("sop", "show", "sop-dpmptsp-001", *EXAMPLE)
    assert (found["status"], found["revision"], found["review_due"]) == ("in-force", "02", "2025-04-01")
    assert [entry["by"] for entry in found["read"]] == ["P-005", "P-031"]
    assert "P-006" in found["not_read"]
    assert not {"P-005", "P-031", "P-009"} & set(found["not_read"])
    # the same on the day before the second revision took effect
    before = answer("sop", "show", "SOP-DPMPTSP-001", "--root", "records", "--as-of", "2024-03-31")
    assert before["revision"] == "01"
    assert {"P-005", "P-001"} <= set(before["not_read"])


def test_matrix_holds_clauses_services_and_reviews() -> None:
    found = answer("sop", "matrix", *EXAMPLE, "--lang", "en")
    by_clause = {row["clause"]: row for row in found["clauses"]}
    assert by_clause["8.5.4"] == {"clause": "8.5.4", "title": "Preservation", "sops": ["SOP-PERTANAHAN-002"]}
    assert by_clause["10.2.1"]["sops"] == ["SOP-DPMPTSP-003"]  # it names 10.2
    assert by_clause["4.1"]["sops"] == []
    assert not any("SOP-DPMPTSP-004" in row["sops"] for row in found["clauses"])  # withdrawn
    assert [(entry["unit"], entry["service"]) for entry in found["services_without_sop"]] == [
        ("ketenagakerjaan", "pencocokan-kerja")
    ]
    assert found["due_for_review"] == [
        {"id": "SOP-KEPOLISIAN-002", "unit": "kepolisian", "review_due": "2024-10-02", "days_overdue": 75}
    ]


def test_matrix_asks_for_the_services_that_g8_asks_for() -> None:
    found = answer("sop", "matrix", *EXAMPLE, "--lang", "en")["services_without_sop"]
    gate = next(gate for gate in answer("audit", *EXAMPLE, "--lang", "en")["gates"] if gate["id"] == "G8")
    failing = [reason for reason in gate["reasons"] if "no SOP in force" in reason]
    assert failing == [f"{entry['unit']}: no SOP in force for {entry['service']}" for entry in found]


def test_filters_of_matrix() -> None:
    narrow = valid(answer("sop", "matrix", *EXAMPLE, "--clause", "8.5", "--unit", "imigrasi"), "sop-matrix")
    assert [row["clause"] for row in narrow["clauses"]] == ["8.5.1", "8.5.2", "8.5.3", "8.5.4", "8.5.5", "8.5.6"]
    assert {id_ for row in narrow["clauses"] for id_ in row["sops"]} == {"SOP-IMIGRASI-001", "SOP-IMIGRASI-002"}
    assert (narrow["services_without_sop"], narrow["due_for_review"]) == ([], [])


# --- usage, unread records, changed documents ---


@pytest.mark.parametrize(
    "words",
    [
        ["show", "SOP-NOWHERE-001"],
        ["show"],
        ["list", "--unit", "nowhere"],
        ["list", "--status", "done"],
        ["matrix", "--clause", "99"],
        ["matrix", "--unit", "nowhere"],
        ["lst"],
    ],
    ids=" ".join,
)
def test_2_wrong_usage_is_one_sentence(words: list[str]) -> None:
    done = run("sop", *words, *(["--root", "records"] if words != ["lst"] else []))
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_misspelt_id_gets_a_hint() -> None:
    done = run("sop", "show", "SOP-DPMTSP-001", "--root", "records", "--lang", "en")
    assert done.stderr == "There is no SOP SOP-DPMTSP-001. Did you mean SOP-DPMPTSP-001?\n"


def test_an_unread_record_is_said(mall: Path) -> None:
    (mall / "units" / "kepolisian" / "sops" / "SOP-KEPOLISIAN-002.yaml").write_text("id: [", encoding="utf-8")
    how = ["--root", str(mall), "--as-of", DAY, "--lang", "en"]
    for words in (["list"], ["matrix"], ["show", "SOP-KEPOLISIAN-001"]):
        assert answer("sop", *words, *how)["unread"] == 1
        done = run("sop", *words, *how)
        assert done.returncode == 0
        assert "records that could not be read and are missing here: 1" in done.stderr
    assert "could not be read: 1" in run("sop", "matrix", *how).stdout
    done = run("sop", "show", "SOP-KEPOLISIAN-002", *how)
    assert done.returncode == 2
    assert "SOP-KEPOLISIAN-002 could not be read: see mpp-qms check." in done.stderr


def test_a_document_that_was_changed_is_said(mall: Path) -> None:
    how = ["--root", str(mall), "--as-of", DAY, "--lang", "en"]
    assert "Not sound" not in run("sop", "show", "SOP-DPMPTSP-006", *how).stdout
    with (mall / "documents" / "sop-dpmptsp-006-rev01.md").open("a", encoding="utf-8") as stream:
        stream.write("Langkah yang diam-diam ditambahkan.\n")
    assert "Not sound, see mpp-qms check: DOC012" in run("sop", "show", "SOP-DPMPTSP-006", *how).stdout
    assert "Not sound" not in run("sop", "show", "SOP-DPMPTSP-001", *how).stdout


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "matrix.txt"
    done = run("sop", "matrix", *EXAMPLE, "--lang", "en", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert "SOPs due for review" in target.read_text(encoding="utf-8")


# --- for people ---


@pytest.mark.parametrize("words", [["list"], ["show", "SOP-IMIGRASI-001"], ["matrix"]], ids=" ".join)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [50, 80, 200])
def test_nothing_is_wider_than_the_terminal_or_80_columns(words: list[str], language: str, width: int) -> None:
    done = run("sop", *words, *EXAMPLE, "--lang", language, COLUMNS=str(width))
    assert max(len(line) for line in done.stdout.splitlines()) <= min(width, 80)
    assert "\x1b" not in done.stdout


def test_show_tells_who_has_read_it_and_who_has_not() -> None:
    text = run("sop", "show", "SOP-DPMPTSP-001", *EXAMPLE, "--lang", "en").stdout
    read, missing = text.split("Has read and understood revision 02")[1].split("Serves in the unit and has not read it")
    assert re.findall(r"P-\d+", read) == ["P-005", "P-031"]
    assert "P-006" in missing


def test_show_tells_only_what_is_known_on_the_day() -> None:
    text = run("sop", "show", "SOP-DPMPTSP-004", "--root", "records", "--as-of", "2024-04-18", "--lang", "en").stdout
    assert "Withdrawn on" not in text
    text = run("sop", "show", "SOP-DPMPTSP-004", "--root", "records", "--as-of", "2024-04-19", "--lang", "en").stdout
    assert "Withdrawn on 2024-04-19" in text
    assert "Serves in the unit" not in text


def test_the_matrix_says_what_is_not_yet_in_force() -> None:
    text = run("sop", "matrix", *EXAMPLE, "--lang", "en").stdout
    assert "SOP-DPMPTSP-005 (draft)" in text
    assert "SOP-KETENAGAKERJAAN-002 (approved)" in text
    assert "! ketenagakerjaan: pencocokan-kerja" in text
    assert "! SOP-KEPOLISIAN-002: review due 2024-10-02  75 days late" in text
