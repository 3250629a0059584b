"""Ids as people type them: in any case, and shortened as long as only one record can be meant."""

from __future__ import annotations

from collections.abc import Iterable


def id_of(path: str) -> str:
    """The id that a record's file is named by: its name without the ending."""
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def meant(given: str, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that a text may mean: the one it is, else those of which it holds some parts, the last among them.

    `kependudukan-004` and `kependudukan-4` mean NC-KEPENDUDUKAN-2024-004; case does not matter.
    """
    wanted = given.strip().upper()
    known = list(ids)
    # ids of units are written small
    if exact := tuple(id_ for id_ in known if id_.upper() == wanted):
        return exact
    parts = [part for part in wanted.split("-") if part]
    return tuple(id_ for id_ in known if parts and _fits(parts, id_.upper().split("-")))


def _fits(parts: list[str], whole: list[str]) -> bool:
    """True where the parts stand in this order among those of an id, and end with it."""
    if len(parts) > len(whole) or not _same(parts[-1], whole[-1]):
        return False
    rest = iter(whole[:-1])
    return all(any(part == found for found in rest) for part in parts[:-1])


def _same(number: str, other: str) -> bool:
    if number.isdecimal() and other.isdecimal() and len(number) <= 18:
        return len(number) <= len(other) and int(number) == int(other)
    return number == other
