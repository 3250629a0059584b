"""The commands in this process: as quick as a function call, with the same words and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mpp_qms.cli.app import run
from tests.factories import Data, as_text, mall


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Said]


def put(root: Path, changes: dict[str, str | Data | None] | None = None) -> Path:
    """The ready mall of the factories on disk, with changes laid over it."""
    for path, text in as_text(mall(changes)).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The ready mall on disk."""
    return put(tmp_path / "records")


@pytest.fixture
def mpp(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in the ready mall, in English."""
    monkeypatch.setenv("MPP_QMS_ROOT", str(root))
    monkeypatch.setenv("MPP_QMS_LANG", "en")
    monkeypatch.chdir(root)

    def command(*words: str) -> Said:
        capsys.readouterr()
        code = run(words)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    return command


def bytes_of(root: Path) -> dict[str, bytes]:
    """Every file but the program's own."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".mpp-qms" not in path.parts
    }
