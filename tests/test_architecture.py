"""One way through the house: imports run one way, and importing does nothing."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mpp_qms
from tests.program import environment

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(mpp_qms.__path__, "mpp_qms.") if module.name != "mpp_qms.__main__"
)

#: Imports modules and tells of every file opened meanwhile but code, and of the interpreter's and libraries' own.
_WATCH = """
import sys
opened = []
own = tuple({sys.prefix, sys.base_prefix, sys.exec_prefix, "/proc", "/sys", "/dev"})

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path = arguments[0]
        if ".pyc" not in path and not path.endswith((".py", ".so", ".pyd", ".dll")) and not path.startswith(own):
            opened.append(path)

sys.addaudithook(watch)
for name in sys.argv[1:]:
    __import__(name)
sys.exit("; ".join(opened) or 0)
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment(), capture_output=True, encoding="utf-8", check=False
    )


def test_every_module_is_known() -> None:
    assert len(MODULES) > 40
    assert {"mpp_qms.readiness.gates", "mpp_qms.rules.people", "mpp_qms.store.yaml_text"} <= set(MODULES)


@pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="the project's own settings are not here")
def test_the_contracts_of_the_layers_hold() -> None:
    done = run("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_part_of_the_house_has_its_layer() -> None:
    """A module that the contract does not name would be held by no rule."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        contracts = tomllib.load(stream)["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    named = {part.strip() for layer in layers for part in layer.replace("|", ":").split(":")}
    parts = {".".join(module.split(".")[:2]) for module in MODULES} | {"mpp_qms.__main__"}
    assert parts - named == set()


def test_importing_reads_no_file_and_prints_nothing() -> None:
    done = run("-c", _WATCH, *MODULES)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_watch_would_notice(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("x", encoding="utf-8")
    (tmp_path / "reads.py").write_text(
        f"open({str(tmp_path / 'data.txt')!r}, encoding='utf-8').read()", encoding="utf-8"
    )
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    done = run("-c", path + _WATCH, "reads")
    assert done.returncode == 1
    assert "data.txt" in done.stderr
