"""Colour, width and safety of text on a terminal.

Written by hand: importing rich costs more than checking a small mall (TECH.md), and these views need no more.
"""

from __future__ import annotations

import re
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: What a record must never send to a terminal: control characters, and marks that turn the direction of text.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_COLONS = re.compile(r"((?:^|(?<=\r))[^\S\r\n]*)::", re.MULTILINE)
_BRACKET = re.compile(r"##(?=[A-Za-z]*\[)")
#: Stands before a wide sign while lines are measured; no text holds it.
_FILL = "\ufdd0"
_SGR = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "bold": "1", "dim": "2"}
#: The widest these views get; narrower where the terminal is.
MAX_WIDTH, MIN_WIDTH = 80, 40


def clean(text: str) -> str:
    """The text without anything that could drive a terminal."""
    return UNSAFE.sub("\ufffd", text)


def harmless(text: str) -> str:
    """The text without a line that GitHub's runner would take for a command; a backslash keeps what stood there.

    A command begins with `::` behind any white space, or is `##[` anywhere (ActionCommand.cs in actions/runner, which
    parts lines at \\n and \\r); `##` with a name and a bracket is one to the runners of Azure and TeamCity.
    """
    return _BRACKET.sub(r"#\\#", _COLONS.sub(r"\1\\::", text))


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: with colours or without, and how many columns there are."""

    colours: bool = False
    width: int = MAX_WIDTH

    def paint(self, text: str, *names: str) -> str:
        """The text, cleaned, in a colour where there are colours."""
        text = clean(text)
        if not self.colours or not names:
            return text
        return f"\x1b[{';'.join(_SGR[name] for name in names)}m{text}\x1b[0m"

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """The text in lines no wider than the terminal, with an indent for the first and for the others."""
        rest = " " * columns(first) if rest is None else rest
        lines: list[str] = []
        for part in clean(text).split("\n"):
            lines += self._wrapped(part, first if not lines else rest, rest)
        return lines

    def _wrapped(self, part: str, first: str, rest: str) -> list[str]:
        if part.isascii() and len(first) + len(part) <= self.width and "\t" not in part:
            return [first + part if part else first.rstrip()]
        width = self.width
        wide = not part.isascii() and columns(part) > len(part)
        if wide:
            # textwrap counts signs; it may part a wide one from its filler, so a column is kept free
            part, width = "".join(_FILL + sign if columns(sign) == 2 else sign for sign in part), width - 1
        wrapped = textwrap.wrap(
            part,
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=True,
            break_on_hyphens=False,
        )
        if wide:
            wrapped = [line.replace(_FILL, "") for line in wrapped]
        return wrapped or [first.rstrip()]

    def append(self, lines: list[str], text: str, *names: str, indent: str = "      ") -> None:
        """Put a short text behind the last of the (unpainted) lines, or on a line of its own where it does not fit."""
        if columns(lines[-1]) + 2 + columns(text) <= self.width:
            lines[-1] += "  " + self.paint(text, *names)
        else:
            lines.append(indent + self.paint(text, *names))


def style(*, colours: bool, width: int | None = None) -> Style:
    """The style for the terminal at hand, or for a width."""
    found = width or shutil.get_terminal_size((MAX_WIDTH, 24)).columns
    return Style(colours, max(MIN_WIDTH, min(found, MAX_WIDTH)))


def columns(text: str) -> int:
    """How many columns a text takes: wide signs two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def fit(text: str, width: int) -> str:
    """The text in exactly so many columns: cut with an ellipsis, or filled up."""
    text = clean(text)
    if columns(text) > width:
        while columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - columns(text))


def joined(lines: Iterable[str]) -> str:
    """Lines as one text that ends with a line's end."""
    return "\n".join(line.rstrip() for line in lines) + "\n"
