"""The one table of record kinds: model, folder, form of the id, title. A new kind is a new file and a row here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mpp_qms.messages import N_
from mpp_qms.records import audit, evidence, nonconformity, qms, review, sop, unit
from mpp_qms.records.common import Common, Fact
from mpp_qms.records.places import PLACES
from mpp_qms.records.policy import KindName


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record.

    `place` is a glob of one file relative to the root, `{unit}` standing for a unit's folder; `id_form` matches
    the ids, with `{UNIT}` for the unit in capitals (None: the id is the folder's name, or there is none);
    `required` are its required keys (FORMAT.md, rule 8).
    """

    name: KindName
    title: str
    model: type[Common]
    place: tuple[str, ...]
    id_form: str | None
    required: frozenset[str]
    facts: Callable[[Any], Iterator[Fact]]

    def id_matches(self, id_: str, unit: str | None) -> bool:
        """True where an id has the form of this kind, in the folder of `unit`."""
        if self.id_form is None:
            return True
        return _pattern(self.id_form, unit or "").fullmatch(id_) is not None


# asked of every record; there are a few kinds in some tens of units
@lru_cache(maxsize=512)
def _pattern(id_form: str, unit: str) -> re.Pattern[str]:
    return re.compile(id_form.replace("{UNIT}", re.escape(unit.upper())))


KINDS: tuple[Kind, ...] = (
    Kind(
        "qms",
        N_("quality management system"),
        qms.Qms,
        PLACES["qms"],
        None,
        frozenset({"schema", "organisation", "standards", "people"}),
        qms.facts,
    ),
    Kind(
        "unit",
        N_("unit"),
        unit.Unit,
        PLACES["unit"],
        None,
        frozenset({"id", "name", "authority", "scope"}),
        unit.facts,
    ),
    Kind(
        "sop",
        N_("SOP"),
        sop.Sop,
        PLACES["sop"],
        r"SOP-{UNIT}-[0-9]{3,}",
        frozenset({"id", "unit", "title", "number", "clauses", "revisions"}),
        sop.facts,
    ),
    Kind(
        "nonconformity",
        N_("nonconformity"),
        nonconformity.Nonconformity,
        PLACES["nonconformity"],
        r"NC-{UNIT}-[0-9]{4}-[0-9]{3,}",
        frozenset({"id", "unit", "title", "grade", "source", "detected", "clauses"}),
        nonconformity.facts,
    ),
    Kind(
        "evidence",
        N_("evidence"),
        evidence.Evidence,
        PLACES["evidence"],
        r"EVD-[0-9]{4}-[0-9]{3,}",
        frozenset({"id", "title", "shows", "date", "document"}),
        evidence.facts,
    ),
    Kind(
        "audit",
        N_("audit"),
        audit.Audit,
        PLACES["audit"],
        r"(IA|EA)-[0-9]{4}-[0-9]{2,}",
        frozenset({"id", "kind", "from", "to", "lead", "coverage"}),
        audit.facts,
    ),
    Kind(
        "review",
        N_("management review"),
        review.Review,
        PLACES["review"],
        r"RTM-[0-9]{4}-[0-9]{2,}",
        frozenset({"id", "date", "chair"}),
        review.facts,
    ),
)
BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
