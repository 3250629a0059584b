"""Answers go to stdout, or whole to a file."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from pathlib import Path

from mpp_qms.cli.exits import Refused, for_runner, silence
from mpp_qms.messages import N_, Message
from mpp_qms.store.modes import mode_of_new_file


def emit(text: str, output: Path | None, *, commands: bool = False) -> None:
    """Write an answer: to stdout, or (UTF-8, all or nothing) to `output`. Raises OSError.

    `commands`: it holds commands to a CI system, and only ours.
    A reader who has enough and closes the pipe changes nothing of the answer, nor of its exit code.
    """
    if output is not None:
        if output.suffix.lower() in (".yaml", ".yml"):
            # a slip of the hand must not put a report in the place of a record
            raise Refused(
                Message(
                    N_("--output: {path} has the ending of a record; give the answer another."), {"path": str(output)}
                )
            )
        _to_file(text, output)
        return
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        sys.stdout.write(text if commands else for_runner(text))
        sys.stdout.flush()
    except OSError as error:
        # what is left in the buffer would fail a second time when the interpreter ends
        silence()
        # Windows says of a broken pipe that the argument is invalid
        if not isinstance(error, BrokenPipeError) and not (sys.platform == "win32" and error.errno == errno.EINVAL):
            raise


def _to_file(text: str, output: Path) -> None:
    try:
        target = output.resolve()
        if target.exists() and not target.is_file() and not target.is_dir():
            # a device or a pipe: it must not be replaced by a file
            with target.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".mpp-qms-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as stream:
                stream.write(text)
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else mode_of_new_file())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except RuntimeError as error:  # links in a circle, before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(output)) from error
    except OSError as error:
        # the name that was given, not that of a temporary file
        raise OSError(error.errno, error.strerror or str(error), str(output)) from error


def colours(output: Path | None) -> bool:
    """True where stdout is a terminal that may be coloured."""
    if output is not None or sys.stdout is None or not sys.stdout.isatty():
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
