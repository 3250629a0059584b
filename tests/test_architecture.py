"""One way through the house, and importing a module neither reads a file of ours nor prints."""

from __future__ import annotations

import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mpp_qms
from tests.program import ROOT, environment

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(mpp_qms.__path__, "mpp_qms.")
    if not module.name.endswith("__main__")
)


def test_nothing_downstream_is_imported_upstream() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_guard_sees_a_breach(tmp_path: Path) -> None:
    copy = tmp_path / "house"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    dates = copy / "src" / "mpp_qms" / "dates.py"
    dates.write_text(dates.read_text(encoding="utf-8") + "\nimport mpp_qms.rules.check\n", encoding="utf-8")
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or "lint-imports"
    more = environment(PYTHONPATH=str(copy / "src"))
    done = subprocess.run([command, "--no-cache"], cwd=copy, env=more, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout


@pytest.mark.parametrize("group", [MODULES[at::4] for at in range(4)], ids=["a", "b", "c", "d"])
def test_importing_neither_reads_nor_prints(group: list[str]) -> None:
    code = (
        "import sys, importlib\n"
        "seen = []\n"
        "def hook(event, args):\n"
        "    if event == 'open' and isinstance(args[0], str) and args[0].endswith(('.yaml', '.mo', '.po', '.json', '.csv')):\n"
        "        seen.append(args[0])\n"
        "sys.addaudithook(hook)\n"
        f"for name in {group!r}:\n    importlib.import_module(name)\n"
        "assert seen == [], seen\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_module_says_what_it_knows() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path
