"""FORMAT.md, rule 2: which days of a record are facts, and which are terms, read on the day asked about.

Every day in the records below is another one; the comment says which are terms.
"""

from __future__ import annotations

import pytest

from mpp_qms.records.kinds import BY_NAME
from tests.factories import data, mall, record, sop, unit

_COMMON = """
legacy: {imported: 2024-12-01, from: Excel}
amended: [{date: 2024-12-02, field: title}]
redacted: [{date: 2024-12-03, field: notes}]
"""


def facts(kind: str, found: object) -> dict[str, str]:
    """Way → day."""
    return {".".join(map(str, route)): str(on) for route, on in BY_NAME[kind].facts(found)}


def test_an_sop() -> None:
    # terms: effective, review_due
    found = sop(
        """
        revisions: [{number: "1", approved: {date: 2024-01-01}, effective: 2024-01-02, review_due: 2024-01-03}, {number: "2"}]
        reviews: [{date: 2024-01-04, result: valid}]
        read: [{date: 2024-01-05}]
        withdrawn: {date: 2024-01-06}
        """
    )
    assert facts("sop", found) == {
        "revisions.0.approved.date": "2024-01-01",
        "reviews.0.date": "2024-01-04",
        "read.0.date": "2024-01-05",
        "withdrawn.date": "2024-01-06",
    }
    assert facts("sop", sop("{}")) == {}


def test_a_unit() -> None:
    # terms: the scope's, services', agreements' and until
    found = unit(
        """
        scope: [{from: 2024-01-01, to: 2024-01-02, role: internal}]
        services: [{id: a, from: 2024-01-03, to: 2024-01-04}]
        agreements: [{start: 2024-01-05, end: 2024-01-06}]
        not_applicable: [{clause: "8.3", date: 2024-01-07, until: 2024-01-08}, {clause: "8.3.1"}]
        """
    )
    assert facts("unit", found) == {"not_applicable.0.date": "2024-01-07"}


def test_qms() -> None:
    # terms: standards, scope, roles, policy, expiry, until; a visit is planned
    text = """
    standards: [{edition: iso-9001-2015, from: 2024-01-01}]
    scope: [{from: 2024-01-02, text: A}]
    certificates:
    - {decided: 2024-01-03, issued: 2024-01-04, expires: 2024-01-05, events: [{date: 2024-01-06, kind: suspended}]}
    - {body: gci}
    visits: [{kind: stage-1, date: 2024-01-07}]
    not_applicable: [{clause: "8.3", date: 2024-01-08, until: 2024-01-09}]
    people: [{code: P-001, roles: [{role: staff, from: 2024-01-10, to: 2024-01-11}]}]
    policy: [{from: 2024-01-12}]
    waivers: [{code: X, until: 2024-01-13}]
    disposals: [{records: [A], date: 2024-01-14}]
    """
    found = record("qms", mall()["qms.yaml"] | data(text))  # type: ignore[operator]
    assert facts("qms", found) == {
        "certificates.0.decided": "2024-01-03",
        "certificates.0.issued": "2024-01-04",
        "certificates.0.events.0.date": "2024-01-06",
        "not_applicable.0.date": "2024-01-08",
        "disposals.0.date": "2024-01-14",
    }


def test_evidence() -> None:
    # terms: period, valid_until
    text = """
    date: 2024-01-01
    period: {from: 2024-01-02, to: 2024-01-03}
    valid_until: 2024-01-04
    """
    found = record("evidence", mall()["evidence/EVD-2024-001.yaml"] | data(text))  # type: ignore[operator]
    assert facts("evidence", found) == {"date": "2024-01-01"}


def test_a_review_and_its_decisions() -> None:
    # terms: due, the day extended to
    text = """
    date: 2024-01-01
    decisions:
    - id: D1
      what: Papan
      owner: P-001
      added: 2024-01-02
      due: 2024-01-03
      extensions: [{date: 2024-01-04, to: 2024-01-05}]
      reassigned: [{date: 2024-01-06, to: P-002}]
      done: {date: 2024-01-07}
      cancelled: {date: 2024-01-08}
    """
    found = record("review", mall()["reviews/RTM-2024-01.yaml"] | data(text))  # type: ignore[operator]
    assert facts("review", found) == {
        "date": "2024-01-01",
        "decisions.0.added": "2024-01-02",
        "decisions.0.extensions.0.date": "2024-01-04",
        "decisions.0.reassigned.0.date": "2024-01-06",
        "decisions.0.done.date": "2024-01-07",
        "decisions.0.cancelled.date": "2024-01-08",
    }


@pytest.mark.parametrize("path", ["units/dpmptsp/unit.yaml", "audits/IA-2024-01.yaml", "evidence/EVD-2024-001.yaml"])
def test_what_every_record_may_carry(path: str) -> None:
    kind = {"units": "unit", "audits": "audit", "evidence": "evidence"}[path.split("/", maxsplit=1)[0]]
    found = record(kind, mall()[path] | data(_COMMON))  # type: ignore[operator]
    common = {
        "legacy.imported": "2024-12-01",
        "amended.0.date": "2024-12-02",
        "redacted.0.date": "2024-12-03",
    }
    assert common.items() <= facts(kind, found).items()
