"""The mode a new file gets: a temporary one is made private, what takes its final name is as readable as any other."""

from __future__ import annotations

import os


def mode_of_new_file() -> int:
    """The mode of any file that its owner makes here; on Windows it says nothing but that it may be written."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
