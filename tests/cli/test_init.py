"""`mpp-qms init`: a folder in which check is content and audit tells the way, or no folder at all."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpp_qms.records.kinds import KINDS
from mpp_qms.store import founding
from tests.cli.test_contract import valid
from tests.program import run
from tests.terminal import Terminal, pty

ROOT = Path(__file__).parents[2]
WORDS = ["--organisation", "MPP Kota Coba", "--operator", "dpmptsp", "--unit", "imigrasi=Gerai Imigrasi"]
CI = ["--ci", "github", "--ci", "gitlab", "--ci", "pre-commit"]
#: The regular expression by which the YAML language server knows a schema given relative to the opened folder.
RELATIVE = re.compile(r"^(((\.\.?)|([\w\-@. ]+))(/|\\\\?))*[\w\-. ]*\.[\w-]+$", re.IGNORECASE)


def init(folder: Path, *words: str, **more: Any) -> Any:
    more.setdefault("MPP_QMS_LANG", "en")
    return run("init", str(folder), *words, **more)


def files_in(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != ".git"
    }


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A folder that is not there yet, in no git repository."""
    return tmp_path / "new"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("more", [[], CI])
def test_check_is_content_at_once_and_nothing_is_to_be_formatted(nowhere: Path, language: str, more: list[str]) -> None:
    done = init(nowhere, *WORDS, *more, "--language", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert run("check", "--strict", cwd=nowhere).returncode == 0
    found = json.loads(run("check", "--format", "json", cwd=nowhere).stdout)
    assert (found["records"], found["findings"]) == (3, [])
    assert run("fmt", "--check", cwd=nowhere).returncode == 0


def test_audit_tells_the_way_to_the_first_visit(nowhere: Path) -> None:
    init(nowhere, *WORDS)
    found = json.loads(run("audit", "--format", "json", cwd=nowhere).stdout)
    assert found["verdict"] == "not-ready"
    assert (found["errors"], found["unread"]) == (0, 0)
    assert {"G1", "G2", "G3", "G4"} <= {step["gate"] for step in found["next"]}
    assert "imigrasi" in {step["unit"] for step in found["next"]}
    assert {step["who"] for step in found["next"]} <= {None, "P-001", "P-002", "P-003", "P-004", "P-005", "P-006"}


def test_the_first_nonconformity_can_be_entered_and_committed(nowhere: Path) -> None:
    init(nowhere, *WORDS)
    words = ["--unit", "imigrasi", "--title", "Gerai kosong", "--grade", "observation", "--source", "self"]
    done = run("nc", "add", *words, "--by", "P-006", "--detected", "2026-01-05", "--clause", "8.5.1", cwd=nowhere)
    assert done.returncode == 0, done.stderr


def test_the_answer_names_the_next_commands(nowhere: Path) -> None:
    lines = init(nowhere, *WORDS).stdout.splitlines()
    commands = [line.strip() for line in lines if line.startswith("  ")]
    begun = ["git add -A", "git commit -m init"]
    assert commands == [f"cd {nowhere}", "mpp-qms check", *begun, "mpp-qms audit", "mpp-qms nc add"]


def test_the_answer_for_programs_and_what_would_be_written(nowhere: Path) -> None:
    planned = valid(json.loads(init(nowhere, *WORDS, *CI, "--format", "json", "--dry-run").stdout), "init")
    assert not nowhere.exists()
    assert init(nowhere, *WORDS, *CI, "--dry-run").stdout.splitlines() == planned["files"]
    found = valid(json.loads(init(nowhere, *WORDS, *CI, "--format", "json").stdout), "init")
    assert (planned["written"], found["written"]) == (False, True)
    assert set(found["files"]) == set(planned["files"]) == files_in(nowhere)
    assert (Path(found["root"]) / "qms.yaml").is_file()


def test_people_are_codes_and_their_file_says_so(nowhere: Path) -> None:
    init(nowhere, *WORDS, "--language", "en")
    text = (nowhere / "records" / "qms.yaml").read_text(encoding="utf-8")
    assert "NEVER names" in text
    people = yaml.safe_load(text)["people"]
    assert [person["code"] for person in people] == [f"P-00{number}" for number in range(1, 7)]
    held = [(role["role"], role["unit"]) for person in people for role in person["roles"]]
    assert held[-2:] == [("pic", "dpmptsp"), ("pic", "imigrasi")]


def test_the_part_of_a_unit_in_the_scope_is_not_decided_for_anybody(nowhere: Path) -> None:
    init(nowhere, *WORDS, "--since", "2025-03-01", "--operator-name", "Pengelola")
    units = nowhere / "records" / "units"
    operator, other = (
        yaml.load((units / name / "unit.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
        for name in ("dpmptsp", "imigrasi")
    )
    assert (operator["name"], operator["scope"]) == ("Pengelola", [{"from": "2025-03-01", "role": "internal"}])
    assert other["scope"] == [{"from": "2025-03-01", "role": "undecided"}]


@pytest.mark.parametrize(
    "name", ["no", "7.10", "a: b # c", "%%head", "$HOME", "{x}", "'\"", "- x", "baris\nbaru", "MPP “Kota” \u2028 Č"]
)
def test_a_name_is_a_text_whatever_it_looks_like(nowhere: Path, name: str) -> None:
    done = init(nowhere, "--organisation", name, "--operator", "a", "--operator-name", name, "--unit", f"b={name}")
    assert done.returncode == 0, done.stderr
    assert run("check", "--strict", cwd=nowhere).returncode == 0, name
    found = yaml.safe_load((nowhere / "records" / "qms.yaml").read_text(encoding="utf-8"))
    assert found["organisation"]["name"] == " ".join(name.split())


def test_readme_and_remarks_are_in_the_language_of_the_mall(tmp_path: Path) -> None:
    for language, word in (("id", "Sehari-hari"), ("en", "Every day")):
        init(tmp_path / language, *WORDS, *CI, "--language", language)
        assert word in (tmp_path / language / "README.md").read_text(encoding="utf-8")
    assert files_in(tmp_path / "id") == files_in(tmp_path / "en")


def test_every_command_of_the_readme_is_one(nowhere: Path) -> None:
    init(nowhere, *WORDS, *CI)
    text = (nowhere / "README.md").read_text(encoding="utf-8")
    for command in sorted(set(re.findall(r"`mpp-qms ([a-z ]+?)(?: [A-Z0-9].*?)?`", text))):
        assert run(*command.split(), "--help").returncode == 0, command
    (renew,) = re.findall(r"^mpp-qms (schema .*)$", text, re.MULTILINE)
    schemas = nowhere / ".mpp-qms-schemas"
    before = {path.name: path.read_bytes() for path in schemas.iterdir()}
    for path in schemas.iterdir():
        path.write_text("", encoding="utf-8")
    assert run(*renew.split(), cwd=nowhere).returncode == 0
    assert {path.name: path.read_bytes() for path in schemas.iterdir()} == before


def test_the_editor_finds_a_schema_for_each_kind_of_record(nowhere: Path) -> None:
    init(nowhere, *WORDS)
    settings = json.loads((nowhere / ".vscode" / "settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    assert len(settings) == len(KINDS)
    for schema, globs in settings.items():
        assert RELATIVE.match(schema)
        assert (nowhere / schema).is_file()
        assert globs
    matched = {path for globs in settings.values() for glob in globs for path in nowhere.glob(glob)}
    assert matched == set((nowhere / "records").rglob("*.yaml"))


def test_line_ends_and_documents_are_safe_in_git(nowhere: Path) -> None:
    init(nowhere, *WORDS)
    ask = ["git", "check-attr", "text", "eol", "--"]
    paths = ["records/qms.yaml", "records/documents/a.txt", "records/evidence/b.pdf"]
    said = subprocess.run([*ask, *paths], cwd=nowhere, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[:2] == ["records/qms.yaml: text: set", "records/qms.yaml: eol: lf"]
    assert said[2] == "records/documents/a.txt: text: unset"
    assert said[4] == "records/evidence/b.pdf: text: unset"
    added = subprocess.run(["git", "add", "-A"], cwd=nowhere, capture_output=True, text=True, check=True)
    assert "warning" not in added.stderr
    staged = subprocess.run(["git", "ls-files"], cwd=nowhere, capture_output=True, text=True, check=True).stdout
    assert set(staged.splitlines()) == files_in(nowhere)


# --- where it may begin ---


def test_a_repository_is_made_but_nothing_committed(nowhere: Path) -> None:
    init(nowhere, *WORDS)
    assert (nowhere / ".git").is_dir()
    head = subprocess.run(["git", "rev-parse", "--verify", "HEAD"], cwd=nowhere, capture_output=True, check=False)
    assert head.returncode != 0


@pytest.mark.parametrize("empty", [True, False])
def test_in_the_folder_itself(tmp_path: Path, *, empty: bool) -> None:
    """`git init; mpp-qms init .`, and the same in an empty folder."""
    if not empty:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    done = init(Path(), *WORDS, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cd " not in done.stdout
    assert (tmp_path / ".git").is_dir()
    assert run("check", "--strict", cwd=tmp_path).returncode == 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".mpp-qms-init")]


def test_inside_a_repository_none_is_made_and_the_place_of_the_ci_files_is_told(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    done = init(tmp_path / "deep" / "mutu", *WORDS, "--ci", "github")
    assert done.returncode == 0
    assert not (tmp_path / "deep" / "mutu" / ".git").exists()
    assert "only at its top" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_git_it_is_a_folder_of_records_all_the_same(nowhere: Path, tmp_path: Path) -> None:
    done = init(nowhere, *WORDS, PATH=str(tmp_path / "nothing"))
    assert done.returncode == 0
    assert "git init" in done.stderr
    assert not (nowhere / ".git").exists()
    assert run("check", "--strict", cwd=nowhere).returncode == 0


@pytest.mark.parametrize("name", ["a.txt", ".hidden", "records"])
def test_a_folder_that_is_not_empty_is_refused_in_one_sentence(nowhere: Path, name: str) -> None:
    nowhere.mkdir()
    (nowhere / name).write_text("mine", encoding="utf-8")
    done = init(nowhere, *WORDS)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "not an empty folder" in done.stderr
    assert files_in(nowhere) == {name}


def test_a_file_in_its_place_and_records_around_it_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert init(tmp_path / "file", *WORDS).returncode == 2
    init(tmp_path / "mall", *WORDS)
    done = init(tmp_path / "mall" / "records" / "second", *WORDS)
    assert done.returncode == 2
    assert "inside the records" in done.stderr
    assert not (tmp_path / "mall" / "records" / "second").exists()


@pytest.mark.parametrize("name", ["..", "."])
def test_where_something_is_already_it_is_named_as_it_was_given(tmp_path: Path, name: str) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a").touch()
    done = init(Path(name), *WORDS, cwd=tmp_path / "here")
    assert (done.returncode, done.stderr.startswith(f"{name} is not an empty folder")) == (2, True)
    assert files_in(tmp_path) == {"here/a"}


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_records_around_what_a_link_leads_to_count_too(tmp_path: Path) -> None:
    init(tmp_path / "mall", *WORDS)
    (tmp_path / "link").symlink_to(tmp_path / "mall" / "records" / "units")
    (tmp_path / "round").symlink_to("round")
    done = init(tmp_path / "link" / "new", *WORDS)
    assert (done.returncode, "inside the records" in done.stderr) == (2, True)
    assert init(tmp_path / "round", *WORDS).returncode == 2
    assert not (tmp_path / "link" / "new").exists()


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made here, and there is another shell")
@pytest.mark.parametrize("name", ['mal "baru"', "$HOME", "it's", "a b", "`x`", "-mall", "!x", "~"])
def test_the_command_that_goes_there_can_be_pasted_into_a_shell(tmp_path: Path, name: str) -> None:
    done = run("init", "--lang", "en", *WORDS, "--", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (command,) = [line for line in done.stdout.splitlines() if line.strip().startswith("cd ")]
    shown = subprocess.run(
        ["sh", "-c", f"{command} && pwd -P"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert shown.stdout.rstrip("\n") == str((tmp_path / name).resolve())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--organisation", "M", "--operator", "-"], "--operator: - is no id of a unit"),
        ([*WORDS, "--unit", "-a=X", "--unit", "a-=X"], "--unit: a- is no id of a unit: it begins and ends with"),
        ([*WORDS, "--unit", "con=X"], "--unit: con cannot be the name of a folder on Windows."),
        ([], "--organisation, --operator"),
        (["--organisation", "M"], "--operator"),
        (["--operator", "a"], "--organisation"),
        ([*WORDS, "--unit", "Imigrasi=X"], "Imigrasi"),
        ([*WORDS, "--unit", "imigrasi=X"], "twice"),
        ([*WORDS, "--unit", "dpmptsp=X"], "twice"),
        ([*WORDS, "--unit", "all=X"], "all"),
        ([*WORDS, "--unit", "polri"], "ID=NAME"),
        ([*WORDS, "--unit", "../x=Y"], "../x"),
        (["--organisation", "M", "--operator", "a=b"], "a=b"),
        (["--organisation", "M\x07", "--operator", "a"], "control character"),
        ([*WORDS, "--ci", "jenkins"], "github"),
        ([*WORDS, "--ci", "none", "--ci", "github"], "none"),
        ([*WORDS, "--edition", "iso-9001-1987"], "iso-9001-2015"),
        ([*WORDS, "--since", "soon"], "soon"),
        ([*WORDS, "--language", "fr"], "fr"),
    ],
)
def test_wrong_usage_writes_nothing(nowhere: Path, words: list[str], said: str) -> None:
    done = init(nowhere, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not nowhere.exists()


# --- all or nothing ---


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("at", range(0, 8, 2))
def test_what_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool, at: int
) -> None:
    folder = tmp_path / "above" / "new"
    if there:
        folder.mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    texts = {f"{letter}/file": letter for letter in "abcd"}
    steps: list[str] = []

    def failing(name: str, real: Any) -> Any:
        def step(*arguments: Any, **named: Any) -> Any:
            steps.append(name)
            if len(steps) > at:
                raise OSError(28, "No space left on device")
            return real(*arguments, **named)

        return step

    monkeypatch.setattr(founding, "_write", failing("write", founding._write))
    monkeypatch.setattr(Path, "rename", failing("rename", Path.rename))
    if at >= (8 if there else 5):
        founding.found(folder, texts, lambda _: None)
        return
    with pytest.raises(OSError, match="No space"):
        founding.found(folder, texts, lambda _: None)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_a_killed_attempt_left_is_no_obstacle(nowhere: Path) -> None:
    (nowhere / ".mpp-qms-init-abc.tmp" / "new").mkdir(parents=True)
    assert init(nowhere, *WORDS).returncode == 0
    assert not list(nowhere.glob(".mpp-qms-init*"))


@pytest.mark.parametrize("below", [".", "new", "new/deep"])
def test_on_a_file_and_below_one_nothing_begins(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = init(tmp_path / "file" / below, *WORDS)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path / 'file'} is a file: no new repository can begin there.\n"
    assert files_in(tmp_path) == {"file"}


@pytest.mark.parametrize("below", ["", "/deep"])
def test_where_nothing_can_be_written(nowhere: Path, below: str) -> None:
    done = init(Path(f"{nowhere}/{'x' * 300}{below}"), *WORDS)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing was changed" in done.stderr
    assert not nowhere.exists()


# --- on a terminal ---


@pytest.mark.skipif(pty is None or sys.platform == "win32", reason="no pseudo-terminals here")
def test_what_is_missing_is_asked_for(nowhere: Path) -> None:
    terminal = Terminal("init", str(nowhere))
    terminal.answer("What is the mall called?", "MPP Kota Coba")
    terminal.answer("Which unit runs the mall?", "dpmptsp")
    terminal.answer("What is that unit called?", "Pengelola MPP")
    terminal.answer("A further unit", "Imigrasi=Gerai")
    terminal.answer("is no id of a unit", "imigrasi=Gerai Imigrasi")
    terminal.shown = b""
    terminal.answer("A further unit", "")
    terminal.answer("Where are changes to be checked?", " ")
    terminal.wait_for("mpp-qms nc add")
    assert terminal.code() == 0
    assert (nowhere / ".github" / "workflows" / "mpp-qms.yml").is_file()
    assert run("check", "--strict", cwd=nowhere).returncode == 0
    assert (nowhere / "records" / "units" / "imigrasi" / "unit.yaml").is_file()


@pytest.mark.skipif(pty is None or sys.platform == "win32", reason="no pseudo-terminals here")
def test_breaking_off_writes_nothing(nowhere: Path) -> None:
    terminal = Terminal("init", str(nowhere), "--organisation", "M")
    terminal.wait_for("Which unit runs the mall?")
    os.write(terminal.master, b"\x03")
    assert terminal.code() == 130
    assert not nowhere.exists()
