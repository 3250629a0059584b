"""Edits of a record as data: a route and a value; `store.splicing` puts them into a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from mpp_qms.findings import Route


@dataclass(frozen=True, slots=True)
class Append:
    """An entry at the end of the list at `route`; the list is made where there is none yet."""

    route: Route
    value: Any


@dataclass(frozen=True, slots=True)
class Put:
    """A key, the last step of `route`, in a mapping that is there; the key is absent or holds nothing yet."""

    route: Route
    value: Any


@dataclass(frozen=True, slots=True)
class Replace:
    """Another value in the place of the text, number or day at `route`, quoted as that was where it can be."""

    route: Route
    value: Any


Edit: TypeAlias = Append | Put | Replace
