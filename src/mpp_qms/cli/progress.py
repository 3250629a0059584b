"""A sign of life on stderr for what takes over a second; nothing where stderr is no terminal."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds before anything is shown, and between two turns.
_PATIENCE, _TURN = 0.8, 0.2
_SIGNS = "|/-\\"


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show that something is being done, as long as it takes; the line is gone afterwards."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    done = threading.Event()
    turning = threading.Thread(target=_turn, args=(text, done), daemon=True)
    turning.start()
    try:
        yield
    finally:
        done.set()
        turning.join()


def _turn(text: str, done: threading.Event) -> None:
    if done.wait(_PATIENCE):
        return
    turn = 0
    with contextlib.suppress(OSError, ValueError):
        while not done.wait(_TURN):
            sys.stderr.write(f"\r{_SIGNS[turn % len(_SIGNS)]} {text}")
            sys.stderr.flush()
            turn += 1
        sys.stderr.write("\r" + " " * (len(text) + 2) + "\r")
        sys.stderr.flush()
