"""`mpp-qms`: the way in."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = _run(sys.argv[1:])
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except KeyboardInterrupt:
        # while still importing; later the command line sees to it itself
        sys.exit(130)
    if not _watched():
        # to take thousands of records apart, one by one, takes a twentieth of a check
        os._exit(code)
    sys.exit(code)


def _watched() -> bool:
    """True where a profiler, a debugger or a coverage tool wants to have the last word."""
    if sys.getprofile() is not None or sys.gettrace() is not None:
        return True
    # since Python 3.12 these may watch without either; there are six places for them
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(monitoring.get_tool(place) is not None for place in range(6))


def _run(words: Sequence[str]) -> int:
    if list(words) == ["--version"]:
        # importing the command line takes longer than the answer
        from mpp_qms import __version__

        try:
            sys.stdout.write(f"mpp-qms {__version__}\n")
            sys.stdout.flush()
        except BrokenPipeError:
            from mpp_qms.cli.exits import silence

            silence()
        return 0
    from mpp_qms.cli.app import run

    return run(words)


if __name__ == "__main__":
    main()
