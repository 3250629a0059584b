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


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_works(command: str) -> None:
    words = shlex.split(command)[1:]
    if words in (["nc", "add"], ["--install-completion"]):
        pytest.skip("asks on a terminal (tests/cli/test_nc_add.py drives it there), or changes the shell's own set-up")
    if words[0] not in ("clause", "rule", "policy", "schema") and "--root" not in words:
        words += ["--root", "records"]
    if words[0] in ("audit", "overdue", "nc", "sop", "trend") and "--as-of" not in words:
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
