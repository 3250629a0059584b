"""The program as people run it: a real process in a scrubbed environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "records"
#: The day the worked example is judged on.
DAY = "2024-12-16"
_KEPT = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "PYTHONPATH", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")


def environment(**more: str) -> dict[str, str]:
    """What a process starts from: nothing of the developer's own locale, colours or records."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONUTF8": "1", "COLUMNS": "80"} | more


def run(*words: str, cwd: Path = ROOT, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `mpp-qms` and return its output; stdin is closed unless a text is given."""
    return subprocess.run(
        [sys.executable, "-m", "mpp_qms", *words],
        cwd=cwd,
        env=environment(**more),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def answer(*words: str, **more: Any) -> Any:
    """The JSON answer of a command."""
    done = run(*words, "--format", "json", **more)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)
