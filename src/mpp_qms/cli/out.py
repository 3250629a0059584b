"""Answers go to stdout, or whole to a file."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def emit(text: str, output: Path | None) -> None:
    """Write an answer: to stdout, or (UTF-8, all or nothing) to `output`. Raises OSError."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    handle, name = tempfile.mkstemp(dir=output.parent or None, prefix=".mpp-qms-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def colours(output: Path | None) -> bool:
    """True where stdout is a terminal that may be coloured."""
    return (
        output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
