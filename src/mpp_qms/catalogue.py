"""The catalogue: what an edition of the standard asks for, clause by clause, as a mall's auditor sees it.

Data, one folder an edition under clauses/; numbers and titles are the standard's, all else is in our own words.
A second edition is another folder, not a change of code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from mpp_qms.findings import Fault
from mpp_qms.messages import Language, Texts
from mpp_qms.records.common import clause_number
from mpp_qms.store.yaml_text import parse

Level = Literal["site", "unit", "both"]
Shown = Literal["document", "audit"]
Applicability = Literal["A", "A-limited", "CLAIM-NA", "conditional"]

# In a checkout the folder at its top is the one people edit; a copy that an editable install leaves beside the
# package goes stale (TECH.md), so it is looked for second.
_CHECKOUT = Path(__file__).parents[2] / "clauses"
_INSTALLED = Path(__file__).parent / "clauses"
FOLDER = _CHECKOUT if (_CHECKOUT.parent / "hatch_build.py").is_file() else _INSTALLED


@dataclass(frozen=True, slots=True)
class Expectation:
    """A key: something an auditor expects to see, where, and how fresh.

    `months` is None where it holds until changed, `quarterly` where the last closed quarter is to be covered;
    `providers`: the units concerned are the partners and external providers.
    """

    key: str
    title: Texts
    level: Level
    months: int | None
    quarterly: bool
    providers: bool
    note: Texts | None


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: a heading, or a leaf that holds requirements."""

    number: str
    title: Texts
    heading: bool
    assessed: Level | None
    shown_by: frozenset[Shown]
    expects: tuple[str, ...]
    applicability: Applicability | None
    applicability_note: Texts | None
    maintain: Texts | None
    retain: Texts | None
    questions: Mapping[Language, tuple[str, ...]]
    evidence: Mapping[Language, tuple[str, ...]]

    @property
    def has_site_cell(self) -> bool:
        """True where the clause is assessed for the site as a whole."""
        return self.assessed in ("site", "both")

    @property
    def has_unit_cells(self) -> bool:
        """True where the clause is assessed unit by unit."""
        return self.assessed in ("unit", "both")

    @property
    def needs_audit(self) -> bool:
        """True where the clause is seen in people's work: an audit row shows it."""
        return "audit" in self.shown_by


@dataclass(frozen=True, slots=True)
class Standard:
    """An edition: its clauses in order, and the keys they expect."""

    edition: str
    title: Texts
    clauses: Mapping[str, Clause]
    keys: Mapping[str, Expectation]
    leaves: tuple[Clause, ...]
    _below: Mapping[str, tuple[str, ...]]

    def leaves_of(self, text: str) -> tuple[str, ...]:
        """The leaves that a clause as written stands for: a heading for all below it; none where it is unknown."""
        return self._below.get(clause_number(text), ())

    def title_of(self, key: str) -> Texts | str:
        """What a key is called; one that the edition does not know, by itself."""
        expectation = self.keys.get(key)
        return expectation.title if expectation is not None else key

    def clauses_expecting(self, key: str) -> tuple[str, ...]:
        """The numbers of the clauses that a key speaks for."""
        return tuple(clause.number for clause in self.leaves if key in clause.expects)


class UnknownEdition(LookupError):  # noqa: N818 (it is what it says)
    """No catalogue of that edition."""


@cache
def editions() -> tuple[str, ...]:
    """The editions there is a catalogue of."""
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if (folder / "standard.yaml").is_file()))


@cache
def standard(edition: str) -> Standard:
    """The catalogue of an edition. Raises UnknownEdition."""
    if edition not in editions():
        raise UnknownEdition(edition)
    folder = FOLDER / edition
    head = _data(folder / "standard.yaml")
    clauses: dict[str, Clause] = {}
    for chapter in sorted(folder.glob("[0-9]*.yaml")):
        for entry in _data(chapter)["clauses"]:
            clauses[entry["clause"]] = _clause(entry)
    leaves = tuple(clause for clause in clauses.values() if not clause.heading)
    below = {
        number: tuple(leaf.number for leaf in leaves if leaf.number == number or leaf.number.startswith(number + "."))
        for number in clauses
    }
    keys = {key: _expectation(key, entry) for key, entry in head["keys"].items()}
    return Standard(head["edition"], head["title"], clauses, keys, leaves, below)


def _data(path: Path) -> dict[str, Any]:
    data = parse(path.read_text(encoding="utf-8"))
    if isinstance(data, Fault):
        raise ValueError(f"{path.name}:{data.line}: {data.code} {data.values}")
    return data


def _expectation(key: str, entry: Mapping[str, Any]) -> Expectation:
    fresh = entry["fresh"]
    return Expectation(
        key=key,
        title=entry["title"],
        level=entry["level"],
        months=fresh if isinstance(fresh, int) else None,
        quarterly=fresh == "quarter",
        providers=entry.get("concerns") == "providers",
        note=entry.get("note"),
    )


def _clause(entry: Mapping[str, Any]) -> Clause:
    return Clause(
        number=entry["clause"],
        title=entry["title"],
        heading=entry.get("heading", False),
        assessed=entry.get("assessed"),
        shown_by=frozenset(entry.get("shown_by", ())),
        expects=tuple(entry.get("expects", ())),
        applicability=entry.get("applicability"),
        applicability_note=entry.get("applicability_note"),
        maintain=entry.get("maintain"),
        retain=entry.get("retain"),
        questions={language: tuple(texts) for language, texts in entry.get("questions", {}).items()},
        evidence={language: tuple(texts) for language, texts in entry.get("evidence", {}).items()},
    )
