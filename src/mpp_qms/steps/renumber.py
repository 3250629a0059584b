"""Another number for a nonconformity: its id changes, and every mention of it, in all records (FORMAT.md, Places and ids)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mpp_qms.store.positions import span_of


def mentions(id_: str) -> re.Pattern[str]:
    """An id where it stands by itself, not as a part of a longer one or of an address or a path elsewhere.

    The path of the record itself is a mention of it.
    """
    alone = rf"(?<![A-Za-z0-9/\\_-]){re.escape(id_)}(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
    its_file = rf"(?<=nonconformities/){re.escape(id_)}(?=\.yaml(?![A-Za-z0-9]))"
    return re.compile(f"{alone}|{its_file}")


def renamed(text: str, before: str, after: str) -> str:
    """A text with every mention of an id made one of another, in remarks too; all else stays byte for byte.

    What `amended` says was so stays as it was.
    """
    start, end = span_of(text, "amended")
    form = mentions(before)
    return form.sub(after, text[:start]) + text[start:end] + form.sub(after, text[end:])


def next_of(id_: str, taken: Iterable[str]) -> str:
    """The id with the number after the highest of the same unit and year."""
    prefix = id_[: id_.rindex("-") + 1]
    form = re.compile(re.escape(prefix) + r"([0-9]{1,18})", re.IGNORECASE)
    numbers = [int(match[1]) for name in taken if (match := form.fullmatch(name))]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def is_number(text: str) -> bool:
    """True of a running number as ids have it: three digits, or more that do not begin with a nought."""
    return re.fullmatch(r"[0-9]{3}|[1-9][0-9]{3,8}", text) is not None
