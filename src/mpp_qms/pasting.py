"""Commands that people are shown to paste into their shell: of Linux and macOS, or of Windows."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable

WINDOWS: bool = sys.platform == "win32"
#: What neither cmd nor PowerShell takes for anything but itself.
_PLAIN = re.compile(r"[\w./\\:~-]+")
#: What means something to PowerShell between double quotes, or ends them; between single ones it doubles `_SINGLE`.
_LIVE = set('$`"\u201c\u201d\u201e')
_SINGLE = re.compile("(['\u2018\u2019\u201a\u201b])")


def quoted(word: str, *, windows: bool = WINDOWS) -> str:
    """A word as it can be pasted: for a POSIX shell, or in a form that cmd and PowerShell take.

    Where there is none for both (what PowerShell would put something else in the place of), it is PowerShell's.
    """
    if not windows:
        return shlex.quote(word)
    if _PLAIN.fullmatch(word):
        return word
    if _LIVE & set(word):
        return "'" + _SINGLE.sub(r"\1\1", word) + "'"
    # what a program is started with on Windows is taken apart once more: a backslash before the quote would hide it
    end = word[len(word.rstrip("\\")) :]
    return f'"{word}{end}"'


def line(words: Iterable[str], *, windows: bool = WINDOWS) -> str:
    """A command with its words, as it can be pasted."""
    return " ".join(quoted(word, windows=windows) for word in words)
