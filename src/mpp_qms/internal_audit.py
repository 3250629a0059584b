"""Which rows of internal audits count, and which cells they cover (FORMAT.md, Audit)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mpp_qms.dates import add_months
from mpp_qms.messages import N_, Message
from mpp_qms.records.audit import Audit, CoverageRow, SampleTaken
from mpp_qms.register import Register

Assessed = Literal["conform", "nonconform"]
#: The clause on internal audits themselves: whoever runs the programme does not audit it.
PROGRAMME_CLAUSE = "9.2"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an internal audit: why it does not count, or (None) that it does.

    `leans` says that it counts only by the audit's independence note.
    """

    audit: Audit
    index: int
    row: CoverageRow
    leaves: tuple[str, ...]
    refused: Message | None
    leans: bool

    @property
    def reported(self) -> date:
        """The day of the report; of a counting row only."""
        assert self.audit.reported is not None
        return self.audit.reported.date


@dataclass(frozen=True, slots=True)
class Coverage:
    """For each cell the counting rows of internal audits within the cycle, the latest last."""

    by_cell: dict[tuple[str, str | None], list[Row]]
    _register: Register
    _named: dict[tuple[str, str], frozenset[str]]

    def latest(self, clause: str, unit: str | None) -> Row | None:
        """The latest counting row within the cycle that covered a cell."""
        rows = self.by_cell.get((clause, unit))
        return rows[-1] if rows else None

    def assessed(self, clause: str, unit: str | None) -> Assessed | None:
        """What that row found of the cell: nonconform where a finding of its audit there names the clause."""
        row = self.latest(clause, unit)
        if row is None:
            return None
        if self.found(row, clause) or (row.row.result == "nonconform" and not self.found_any(row)):
            return "nonconform"
        return "conform"

    def found_any(self, row: Row) -> bool:
        """True where a finding of the row's audit names one of the row's clauses in its place."""
        return any(self.found(row, leaf) for leaf in row.leaves)

    def found(self, row: Row, leaf: str) -> bool:
        """True where a major, minor or ungraded finding of the row's audit names the leaf in the row's unit.

        For the site: in the operator's unit, or anywhere where the clause has no cells of units.
        """
        audit = row.audit.id
        if row.row.unit is not None:
            return leaf in self._named.get((audit, row.row.unit), ())
        if leaf in self._named.get((audit, self._register.operator or ""), ()):
            return True
        if self._register.standard.clauses[leaf].has_unit_cells:
            return False
        return any(leaf in leaves for (found, _), leaves in self._named.items() if found == audit)


def coverage(register: Register) -> Coverage:
    """What internal audits covered in the cycle that ends on the register's day."""
    months = register.policy().audit_cycle_months
    in_cycle = [audit for audit in _internal(register) if audit.to <= register.day <= add_months(audit.to, months)]
    by_cell: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for audit in sorted(in_cycle, key=lambda audit: (audit.to, audit.id)):
        for row in _rows(audit, register):
            if row.refused is None:
                for leaf in row.leaves:
                    by_cell[leaf, row.row.unit].append(row)
    return Coverage(by_cell, register, _named(register))


def rows(register: Register) -> Iterator[Row]:
    """Every row of every internal audit, within the cycle or not."""
    for audit in _internal(register):
        yield from _rows(audit, register)


def _internal(register: Register) -> Iterator[Audit]:
    return (audit for audit in register.audits if audit.kind == "internal")


def _named(register: Register) -> dict[tuple[str, str], frozenset[str]]:
    """For each internal audit and unit, the leaves its major, minor and ungraded findings name."""
    audits = {audit.id for audit in _internal(register)}
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for nc in register.known_nonconformities():
        if nc.source.ref not in audits:
            continue
        life = register.life(nc)
        if life.grade in ("major", "minor", "ungraded") and life.status != "void":
            for clause in nc.clauses:
                named[nc.source.ref or "", nc.unit].update(register.standard.leaves_of(clause))
    return {place: frozenset(leaves) for place, leaves in named.items()}


def _rows(audit: Audit, register: Register) -> Iterator[Row]:
    for index, row in enumerate(audit.coverage):
        leaves = tuple(dict.fromkeys(leaf for text in row.clauses for leaf in register.standard.leaves_of(text)))
        biased = serving(audit, row, register)
        refused = _why_not(audit, row, leaves, biased, register)
        yield Row(audit, index, row, leaves, refused, leans=refused is None and bool(biased))


def serving(audit: Audit, row: CoverageRow, register: Register) -> tuple[str, ...]:
    """The auditors of a row who have any role with its unit on a day of the audit."""
    return tuple(code for code in row.auditors if register.serves(code, row.unit, audit.from_, audit.to))


def managing_programme(audit: Audit, row: CoverageRow, leaves: Collection[str], register: Register) -> tuple[str, ...]:
    """The auditors of a site row on 9.2 who manage the audit programme on a day of the audit."""
    if row.unit is not None or not any(f"{leaf}.".startswith(f"{PROGRAMME_CLAUSE}.") for leaf in leaves):
        return ()
    return tuple(code for code in row.auditors if register.held("programme-manager", code, audit.from_, audit.to))


def sampled(row: CoverageRow) -> bool:
    """True where a row tells of a sample that was taken: a text, a number that is not nought, or what was looked at."""
    if isinstance(row.sample, SampleTaken):
        return bool(row.sample.taken or row.sample.items)
    return row.sample is not None


def _why_not(
    audit: Audit, row: CoverageRow, leaves: tuple[str, ...], biased: tuple[str, ...], register: Register
) -> Message | None:
    if not audit.criteria:
        return Message(N_("the audit names no criteria"))
    if audit.reported is None or audit.reported.date > register.known:
        return Message(N_("the audit is not reported"))
    if not row.auditors:
        return Message(N_("the row names no auditors"))
    if not sampled(row):
        return Message(N_("the row names no sample"))
    if row.result is None:
        return Message(N_("the row has no result"))
    if biased and audit.independence_note is None:
        return Message(N_("{people} serve in the unit they audited"), {"people": biased})
    if managing_programme(audit, row, leaves, register):
        return Message(N_("the programme manager audited clause 9.2"))
    return None
