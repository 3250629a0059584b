"""What is shipped: a wheel that works alone in an empty folder, with the catalogue and both languages in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else of ours."""
    dist = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = dist.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return target


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MPP_QMS")}
    environment |= {"PYTHONPATH": str(installed), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "mpp_qms", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    code = "import mpp_qms, mpp_qms.catalogue as c; print(mpp_qms.__file__); print(c.FOLDER)"
    environment = os.environ | {"PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert all(Path(line).is_relative_to(installed) for line in done.stdout.splitlines())


def test_the_catalogue_is_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "clause", "8.5.1", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "Control of production and service provision" in done.stdout


def test_indonesian_is_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "check", "--lang", "id")
    assert done.returncode == 2
    assert done.stderr.strip() != run(installed, tmp_path, "check", "--lang", "en").stderr.strip()


def test_check_works_on_records_elsewhere(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "check", "--root", str(ROOT / "records"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_repository_begins_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    words = ["--organisation", "M", "--operator", "a", "--ci", "github", "--ci", "gitlab", "--ci", "pre-commit"]
    for language in ("id", "en"):
        done = run(installed, tmp_path, "init", language, *words, "--language", language)
        assert done.returncode == 0, done.stderr
        assert run(installed, tmp_path / language, "check", "--strict").returncode == 0
