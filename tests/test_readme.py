"""The README, word by word: every command in it is one that works on the worked example."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    set(re.findall(r"`(mpp-qms [^`]+)`", README))
    | set(re.findall(r"^\.venv\S*(mpp-qms audit --root .*)$", README, re.MULTILINE))
)


#: What the README says of the lines of its table: what is added on the example, and which take no `--as-of`.
DAYLESS = ("nc add", "log", "rule")


def test_the_readme_says_in_both_languages_what_is_added_on_the_example() -> None:
    assert README.count("`--root records --as-of 2024-12-16`") == 2
    for without in ("Tanpa `--as-of`:", "Without `--as-of`:"):
        said = re.search(rf"{without}\s(.*?)(?:, yang|, which)", README, re.DOTALL)
        assert said is not None
        assert tuple(re.findall(r"`([^`]+)`", said[1])) == DAYLESS


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_works(command: str) -> None:
    words = shlex.split(command)[1:]
    if words in (["nc", "add"], ["--install-completion"]):
        pytest.skip("asks on a terminal (tests/cli/test_nc_add.py drives it there), or changes the shell's own set-up")
    if {"log", "diff", "--against", "--staged"} & set(words):
        if not (ROOT / ".git").exists():
            pytest.skip("not a git repository")
        stands_for = {"ID": "NC-KEPENDUDUKAN-2024-001", "REV": "HEAD", "main": "HEAD"}
        words = [stands_for.get(word, word) for word in words]
    words += [] if "--root" in words else ["--root", "records"]
    if not any(command.startswith(f"mpp-qms {without}") for without in DAYLESS) and "--as-of" not in words:
        words += ["--as-of", "2024-12-16"]
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "mpp_qms", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def test_the_readme_says_how_the_command_is_found() -> None:
    for activate in (r".venv\Scripts\activate`", r".venv\Scripts\Activate.ps1`", "source .venv/bin/activate`"):
        assert README.count(activate) == 2


def test_the_life_step_by_step_works_on_a_copy_of_the_example(tmp_path: Path) -> None:
    (block,) = re.findall(r"<!-- langkah: .*? -->\n```sh\n(.*?)```", README, re.DOTALL)
    root = shutil.copytree(ROOT / "records", tmp_path / "records")
    for line in block.strip().splitlines():
        done = subprocess.run(
            [sys.executable, "-m", "mpp_qms", *shlex.split(line)[1:]],
            env=os.environ | {"PYTHONUTF8": "1", "MPP_QMS_ROOT": str(root)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), line


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("name", "file", "key"),
    [
        ("github", "github.yml", "PACKAGE"),
        ("gitlab", "gitlab.yml", "PACKAGE"),
        ("pre-commit", "pre-commit.yaml", "additional_dependencies"),
    ],
)
def test_what_is_to_be_filled_in_for_a_ci_system_is_said(language: str, name: str, file: str, key: str) -> None:
    templates = ROOT / "src" / "mpp_qms" / "templates" / language
    assert f"{key}: " in (templates / file).read_text(encoding="utf-8")
    told = (templates / f"README-{name}.md").read_text(encoding="utf-8")
    for text in (told, README):
        assert f"`{key}`" in text
        assert "`git+" in text
        assert name != "pre-commit" or "`pre-commit install`" in text


def test_every_command_is_named_in_the_readme() -> None:
    from mpp_qms.steps.table import STEPS

    assert [words for words in STEPS if f"`{words}`" not in README and f"mpp-qms {words} " not in README] == []


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {"".join(pair) for pair in re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", README, re.MULTILINE)}
    assert {"audit", "test", "bench"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_a_mall_of_ones_own_begins_with_the_two_files_shown(tmp_path: Path) -> None:
    for name, text in re.findall(r"^`(\S+\.yaml)`:\n\n```yaml\n(.*?)```", README, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert (tmp_path / "units" / "dpmptsp" / "unit.yaml").is_file()
    command = [sys.executable, "-m", "mpp_qms", "check", "--strict", "--root", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env=os.environ | {"PYTHONUTF8": "1"}
    )
    assert done.returncode == 0, done.stdout
