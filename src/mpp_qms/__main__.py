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
    if sys.getprofile() is None and sys.gettrace() is None:
        # to take thousands of records apart, one by one, takes a twentieth of a check
        os._exit(code)
    sys.exit(code)


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
