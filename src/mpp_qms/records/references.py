"""The references a record holds (FORMAT.md, rule 6): each with the way to it, for all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from mpp_qms.findings import Route
from mpp_qms.records.audit import Audit
from mpp_qms.records.common import Action, Common, Document, Reference
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.nonconformity import Nonconformity
from mpp_qms.records.review import Review
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import Unit

#: The way to a reference inside a record, and the reference.
Referred = tuple[Route, Reference]


# several rules ask for the same record one after the other
@lru_cache(maxsize=1)
def references(record: Common) -> tuple[Referred, ...]:
    """Every reference in a record, in the order of its keys."""
    found = _BY_KIND.get(type(record))
    return tuple(found(record)) if found is not None else ()


def documents(record: Common) -> Iterator[tuple[Route, Document]]:
    """The references that are more than a text."""
    return ((route, entry) for route, entry in references(record) if isinstance(entry, Document))


def _of_actions(name: str, actions: Iterable[Action]) -> Iterator[Referred]:
    for index, action in enumerate(actions):
        if action.done is not None:
            for number, entry in enumerate(action.done.evidence):
                yield (name, index, "done", "evidence", number), entry


def _of_unit(unit: Unit) -> Iterator[Referred]:
    for index, service in enumerate(unit.services):
        if service.standard is not None:
            yield ("services", index, "standard"), service.standard
    for index, agreement in enumerate(unit.agreements):
        if agreement.document is not None:
            yield ("agreements", index, "document"), agreement.document


def _of_sop(sop: Sop) -> Iterator[Referred]:
    for index, revision in enumerate(sop.revisions):
        if revision.document is not None:
            yield ("revisions", index, "document"), revision.document


def _of_evidence(evidence: Evidence) -> Iterator[Referred]:
    yield ("document",), evidence.document


def _of_audit(audit: Audit) -> Iterator[Referred]:
    if audit.reported is not None and audit.reported.document is not None:
        yield ("reported", "document"), audit.reported.document


def _of_review(review: Review) -> Iterator[Referred]:
    for index, entry in enumerate(review.inputs):
        if entry.document is not None:
            yield ("inputs", index, "document"), entry.document
    yield from _of_actions("decisions", review.decisions)
    if review.minutes is not None:
        yield ("minutes",), review.minutes


def _of_nonconformity(nc: Nonconformity) -> Iterator[Referred]:
    yield from _of_actions("corrections", nc.corrections)
    yield from _of_actions("actions", nc.actions)
    for index, verification in enumerate(nc.verifications):
        for number, entry in enumerate(verification.evidence):
            yield ("verifications", index, "evidence", number), entry


_BY_KIND: Mapping[type[Common], Callable[[Any], Iterator[Referred]]] = {
    Unit: _of_unit,
    Sop: _of_sop,
    Evidence: _of_evidence,
    Audit: _of_audit,
    Review: _of_review,
    Nonconformity: _of_nonconformity,
}
