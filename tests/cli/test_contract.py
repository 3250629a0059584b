"""The command-line contract that other programs rely on: exit codes, and JSON by the published schemas."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.program import DAY, RECORDS, ROOT, answer, environment, run

SCHEMAS = ROOT / "docs" / "schemas"


def valid(found: Any, name: str) -> Any:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(found)
    return found


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    """A copy of the worked example that a test may spoil."""
    return Path(shutil.copytree(RECORDS, tmp_path / "records"))


# --- JSON ---


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_the_schemas_are_schemas(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("root", ["records", "examples/kediri-2024-q3"])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("check", ["check"]),
        ("overdue", ["overdue", "--within", "60"]),
        ("audit", ["audit"]),
        ("audit", ["audit", "--clause", "8.5.1"]),
        ("trend", ["trend", "--since", "2024-01-01"]),
        ("nc-list", ["nc", "list"]),
        ("nc-show", ["nc", "show", "NC-DPMPTSP-2024-001"]),
    ],
)
def test_answers_keep_to_their_schema(root: str, language: str, name: str, words: list[str]) -> None:
    valid(answer(*words, "--root", root, "--as-of", DAY, "--lang", language), name)


def test_answers_keep_to_their_schema_where_records_are_broken(mall: Path) -> None:
    (mall / "audits" / "IA-2024-01.yaml").write_text("id: [", encoding="utf-8")
    found = valid(answer("check", "--root", str(mall), "--as-of", DAY), "check")
    assert found["summary"]["error"] >= 1
    audit = valid(answer("audit", "--root", str(mall), "--as-of", DAY), "audit")
    assert (audit["unread"], audit["verdict"]) == (1, "not-ready")
    assert valid(answer("overdue", "--root", str(mall), "--as-of", DAY), "overdue")["unread"] == 1
    assert valid(answer("nc", "list", "--root", str(mall), "--as-of", DAY), "nc-list")["unread"] == 1


def test_records_counts_every_record_file(mall: Path) -> None:
    before = answer("check", "--root", str(mall))["records"]
    (mall / "evidence" / "EVD-2024-900.yaml").write_text("", encoding="utf-8")
    assert answer("check", "--root", str(mall))["records"] == before + 1


def test_json_is_the_same_in_both_languages_but_for_texts() -> None:
    one, two = (answer("audit", "--root", "records", "--as-of", DAY, "--lang", lang) for lang in ("id", "en"))
    assert one.keys() == two.keys()
    assert [cell["status"] for cell in one["cells"]] == [cell["status"] for cell in two["cells"]]


def test_paths_are_relative_with_slashes_and_lines_lead_to_the_action() -> None:
    for item in answer("overdue", "--root", "records", "--as-of", DAY)["items"]:
        lines = (RECORDS / item["path"]).read_text(encoding="utf-8").splitlines()
        if item["action"][0] in "ACD" and item["action"][1:].isdigit():
            assert item["action"] in lines[item["line"] - 1]


def test_overdue_is_sorted_by_due_day_then_record() -> None:
    items = answer("overdue", "--root", "records", "--as-of", DAY, "--within", "90")["items"]
    assert items == sorted(items, key=lambda item: (item["due"], item["record"]))
    assert any(item["days_overdue"] < 0 for item in items)
    assert all(item["days_overdue"] >= -90 for item in items)


@pytest.mark.parametrize("option", [["--unit", "dpmptsp"], ["--grade", "minor"], ["--owner", "P-002"]])
def test_filters_of_overdue_narrow_the_list(option: list[str]) -> None:
    whole = answer("overdue", "--root", "records", "--as-of", DAY, "--within", "90")["items"]
    part = answer("overdue", "--root", "records", "--as-of", DAY, "--within", "90", *option)["items"]
    assert part == [item for item in whole if item[option[0].removeprefix("--")] == option[1]]
    assert len(part) < len(whole)


def test_filters_of_audit_never_change_the_verdict() -> None:
    whole = answer("audit", "--root", "records", "--as-of", DAY)
    part = answer("audit", "--root", "records", "--as-of", DAY, "--unit", "imigrasi")
    assert {cell["unit"] for cell in part["cells"]} == {"imigrasi"}
    for key in ("verdict", "gates", "evidence_percent", "audited_percent", "at_visit"):
        assert part[key] == whole[key]


def test_filters_of_nc_list() -> None:
    whole = answer("nc", "list", "--root", "records", "--as-of", DAY)["items"]
    closed = answer("nc", "list", "--root", "records", "--as-of", DAY, "--status", "closed", "--status", "void")[
        "items"
    ]
    assert closed == [item for item in whole if item["status"] in ("closed", "void")]
    late = answer("nc", "list", "--root", "records", "--as-of", DAY, "--overdue")["items"]
    assert late == [item for item in whole if item["overdue"]]
    assert late


def test_nc_show_is_the_record_and_its_story() -> None:
    found = answer("nc", "show", "NC-DPMPTSP-2024-001", "--root", "records", "--as-of", DAY)
    assert found["schema"] == "mpp-qms.nc-show/1"
    assert found["detected"]["date"] <= found["history"][-1]["date"]
    assert "void" in found
    assert found["void"] is None


# --- exit codes ---


def test_0_fine() -> None:
    assert run("check", "--root", "records").returncode == 0
    assert run("overdue", "--root", "records", "--as-of", DAY).returncode == 0


def test_1_the_answer_is_no(mall: Path) -> None:
    assert run("audit", "--root", "records", "--as-of", DAY).returncode == 1
    assert run("overdue", "--root", "records", "--as-of", DAY, "--exit-code").returncode == 1
    (mall / "reviews" / "RTM-2024-01.yaml").write_text("id: RTM-2024-01\n", encoding="utf-8")
    assert run("check", "--root", str(mall)).returncode == 1


def test_1_strict_lets_warnings_fail(mall: Path) -> None:
    (mall / "notes.yaml").write_text("a: 1\n", encoding="utf-8")
    assert run("check", "--root", str(mall)).returncode == 0
    assert run("check", "--root", str(mall), "--strict").returncode == 1


def test_1_under_the_percentage() -> None:
    found = answer("audit", "--root", "records", "--as-of", DAY)
    assert found["verdict"] == "not-ready"
    assert run("audit", "--root", "records", "--as-of", DAY, "--fail-under", "100").returncode == 1


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["check", "--no-such-option"],
        ["check", "--as-of", "16-12-2024"],
        ["check", "--as-of"],
        ["check", "--lang", "fr"],
        ["check", "--format", "xml"],
        ["check", "--root", "docs"],
        ["check", "extra"],
        ["audit", "--root", "records", "--unit", "nowhere"],
        ["audit", "--root", "records", "--clause", "99"],
        ["audit", "--root", "records", "--visit", "tomorrow"],
        ["audit", "--root", "records", "--fail-under", "101"],
        ["overdue", "--root", "records", "--grade", "huge"],
        ["overdue", "--root", "records", "--within", "-1"],
        ["nc", "show", "NC-NOWHERE-2024-001", "--root", "records"],
        ["nc", "list", "--root", "records", "--status", "done"],
        ["clause", "99"],
        ["rule", "XXX999"],
        ["schema", "cat"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_2_wrong_usage_is_one_sentence(words: list[str], language: str) -> None:
    more = [] if "--lang" in words else ["--lang", language]
    done = run(*words, *more)
    assert done.returncode == 2
    assert done.stdout == ""
    assert 1 <= len(done.stderr.strip().splitlines()) <= 2
    assert "Traceback" not in done.stderr


def test_2_no_records_here(tmp_path: Path) -> None:
    done = run("check", cwd=tmp_path, MPP_QMS_LANG="en")
    assert done.returncode == 2
    assert "qms.yaml" in done.stderr


def test_a_misspelt_id_gets_a_hint() -> None:
    done = run("nc", "show", "NC-DPMPTSP-2024-0001", "--root", "records", "--lang", "en")
    assert "Did you mean NC-DPMPTSP-2024-001?" in done.stderr


def test_3_an_answer_that_cannot_be_written(tmp_path: Path) -> None:
    done = run("check", "--root", "records", "--output", str(tmp_path / "no" / "such" / "folder.json"))
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_70_a_defect_is_one_line_and_a_log(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['mpp-qms', 'check', '--root', 'records', '--lang', 'en'];"
        "import mpp_qms.rules.check as c; c.findings = lambda *a: 1 / 0; from mpp_qms.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path), TEMP=str(tmp_path)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 70
    assert len(done.stderr.strip().splitlines()) == 1
    (log,) = tmp_path.glob("mpp-qms-*.log")
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_a_broken_pipe_is_no_error() -> None:
    command = f'"{sys.executable}" -m mpp_qms audit --root records --as-of {DAY} --format json | head -c 10'
    if os.name == "nt":
        pytest.skip("no head on Windows")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr  # whichever came first: the answer's end, or the pipe's
    assert done.stderr == ""


# --- the root, the language, the output ---


def test_the_root_is_found_upwards_and_in_records(mall: Path) -> None:
    for folder in (mall / "units" / "dpmptsp", mall, mall.parent):
        assert run("check", cwd=folder).returncode == 0
    assert run("check", cwd=mall.parents[1], MPP_QMS_ROOT=str(mall)).returncode == 0
    assert run("check", "-C", str(mall.parent), cwd=mall.parents[1]).returncode == 0


def test_language_by_option_environment_and_records(tmp_path: Path) -> None:
    assert "NOT READY" in run("audit", "--root", "records", "--as-of", DAY, "--lang", "en").stdout
    assert "NOT READY" in run("audit", "--root", "records", "--as-of", DAY, MPP_QMS_LANG="en").stdout
    assert "BELUM SIAP" in run("audit", "--root", "records", "--as-of", DAY, LANG="en_US.UTF-8").stdout
    assert "BELUM SIAP" in run("audit", "--root", "records", "--as-of", DAY).stdout


def test_output_goes_to_a_file_whole(tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    target.write_text("old", encoding="utf-8")
    done = run("audit", "--root", "records", "--as-of", DAY, "--format", "json", "--output", str(target))
    assert done.stdout == ""
    valid(json.loads(target.read_text(encoding="utf-8")), "audit")
    assert list(tmp_path.iterdir()) == [target]


def test_no_colour_where_nobody_sees_it() -> None:
    assert "\x1b" not in run("audit", "--root", "records", "--as-of", DAY).stdout


def test_control_characters_never_reach_a_terminal(mall: Path) -> None:
    path = mall / "units" / "dpmptsp" / "nonconformities" / "NC-DPMPTSP-2024-001.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: ", 'title: "\\e[2J\\u202e" #', 1), encoding="utf-8")
    done = run("nc", "list", "--root", str(mall), "--as-of", DAY)
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "NC-DPMPTSP-2024-001" in done.stdout


@pytest.mark.parametrize(
    "words", [["audit", "--as-of", DAY], ["overdue", "--as-of", DAY], ["check"], ["nc", "list", "--as-of", DAY]]
)
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [50, 80, 200])
def test_nothing_is_wider_than_the_terminal_or_80_columns(words: list[str], language: str, width: int) -> None:
    done = run(*words, "--root", "records", "--lang", language, COLUMNS=str(width))
    places = re.compile(r"\S+\.yaml:[0-9]+:[0-9]+:")  # never broken: they are copied and clicked on
    lines = [line for line in done.stdout.splitlines() if not places.match(line)]
    assert max(len(line) for line in lines) <= min(width, 80)


# --- light starts ---


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["nc", "--help"], ["audit", "--help"]])
def test_help_and_version_import_nothing_heavy(words: list[str]) -> None:
    heavy = ("rich", "yaml", "pydantic", "pydantic_core", "ruamel.yaml", "questionary", "mpp_qms.register")
    code = (
        f"import sys\nfrom mpp_qms.__main__ import _run\ntry:\n    _run({words!r})\n"
        f"finally:\n    print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )
    assert done.stderr.strip().endswith("[]"), done.stderr
    assert done.stdout


def test_help_is_in_both_languages() -> None:
    assert "Perintah:" in run("--help", MPP_QMS_LANG="id").stdout
    assert "Commands:" in run("--help", MPP_QMS_LANG="en").stdout
