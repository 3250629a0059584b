"""`mpp-qms`: the way in."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        # importing the command line takes longer than the answer
        from mpp_qms import __version__

        sys.stdout.write(f"mpp-qms {__version__}\n")
        return
    from mpp_qms.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
