"""FORMAT.md, SOP, as a whole mall sees it: a text, a day, and what stands on it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mpp_qms.documented_information import (
    Matrix,
    Readers,
    Standing,
    due_for_review,
    matrix,
    readers,
    services_without_sop,
    standing,
    standings,
)
from mpp_qms.register import Register
from tests.factories import DAY, mall, register_of

UNIT = "units/kependudukan/unit.yaml"
SOP = "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml"
ID = "SOP-KEPENDUDUKAN-001"
TWO_REVISIONS = """
revisions:
- {number: "1", approved: {date: 2024-02-01, by: P-001}, effective: 2024-02-05}
- {number: "2", approved: {date: 2024-08-01, by: P-001}, effective: 2024-09-01}
"""


def register(
    text: str = "{}", as_of: str = DAY, on: str | None = None, more: Mapping[str, str] | None = None
) -> Register:
    """The ready mall with the keys of `text` laid over an SOP of kependudukan, and those of `more` over other files."""
    return register_of(mall({SOP: text, **(more or {})}), as_of, on)


def stands(text: str = "{}", as_of: str = DAY, on: str | None = None) -> Standing:
    """What that SOP is on a day."""
    records = register(text, as_of, on)
    return standing(records.sop_by_id[ID], records)


def read_by(text: str, as_of: str = DAY, more: Mapping[str, str] | None = None) -> Readers:
    """Who has read it."""
    records = register(text, as_of, more=more)
    return readers(standing(records.sop_by_id[ID], records), records)


# --- what an SOP is on a day ---


def test_every_sop_is_there_by_id_with_what_is_in_force() -> None:
    found = standings(register(TWO_REVISIONS))
    assert [each.sop.id for each in found] == ["SOP-DPMPTSP-001", "SOP-IMIGRASI-001", ID]
    assert [(each.revision.number, str(each.review_due)) for each in found if each.revision is not None] == [
        ("1", "2025-02-05"),
        ("1", "2025-02-05"),
        ("2", "2025-09-01"),
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("revisions: []", "draft"),
        ("revisions: [{number: '1', approved: {date: 2024-11-01}, effective: 2024-11-16}]", "approved"),
        ("withdrawn: {date: 2024-11-15, by: P-001}", "withdrawn"),
    ],
)
def test_where_nothing_is_in_force_there_is_no_revision_and_nothing_to_review(text: str, status: str) -> None:
    found = stands(text)
    assert (found.status, found.revision, found.review_due, found.days_overdue) == (status, None, None, None)


def test_due_for_review_after_the_due_day_and_not_on_it() -> None:
    on_it, after = stands(as_of="2025-02-05"), stands(as_of="2025-02-06")
    assert (on_it.status, on_it.days_overdue) == ("in-force", 0)
    assert (after.status, after.days_overdue) == ("due-for-review", 1)
    assert {found.sop.id for found in due_for_review(register(as_of="2025-02-06"))} == {
        "SOP-DPMPTSP-001",
        "SOP-IMIGRASI-001",
        ID,
    }
    assert due_for_review(register(as_of="2025-02-05")) == []


def test_the_months_are_those_of_the_policy_of_the_day() -> None:
    records = register(more={"qms.yaml": "policy: [{from: 2024-01-01, sop_review_months: 6}]"})
    assert str(standing(records.sop_by_id[ID], records).review_due) == "2024-08-05"


def test_what_is_known_and_the_day_looked_at_are_kept_apart() -> None:
    found = stands(TWO_REVISIONS, "2024-08-01", "2024-09-01")
    assert found.revision is not None
    assert found.revision.number == "2"
    before = stands(TWO_REVISIONS, "2024-07-31", "2024-09-01")
    assert before.revision is before.sop.revisions[0]


# --- who has read it ---


def test_everybody_with_any_role_in_the_unit_is_asked() -> None:
    assert read_by("{}").not_read == ("P-021", "P-022", "P-023")
    assert read_by("read: [{revision: '1', by: P-022, date: 2024-02-06}]").not_read == ("P-021", "P-023")


def test_a_reading_counts_for_the_revision_it_names_and_for_no_other() -> None:
    text = TWO_REVISIONS + "read: [{revision: '1', by: P-022, date: 2024-02-06}, {by: P-021, date: 2024-09-02}]"
    assert read_by(text, "2024-08-31").not_read == ("P-021", "P-023")
    found = read_by(text, "2024-09-02")
    assert found.not_read == ("P-021", "P-022", "P-023")
    assert found.entries == ()


def test_a_reading_is_known_from_its_day_on() -> None:
    text = "read: [{revision: '1', by: P-022, date: 2024-03-06}]"
    assert "P-022" in read_by(text, "2024-03-05").not_read
    assert "P-022" not in read_by(text, "2024-03-06").not_read


def test_only_who_serves_on_the_day_is_asked() -> None:
    more = {
        "qms.yaml": """
people:
- {code: P-001, roles: [{role: top-management, unit: dpmptsp}]}
- {code: P-021, roles: [{role: pic, unit: kependudukan, to: 2024-10-31}]}
- {code: P-022, roles: [{role: staff, unit: kependudukan, from: 2024-11-01}]}
- {code: P-023, roles: [{role: staff, unit: imigrasi}]}
"""
    }
    assert read_by("{}", "2024-10-31", more).not_read == ("P-021",)
    assert read_by("{}", "2024-11-01", more).not_read == ("P-022",)
    # who has left, or serves elsewhere, has still read it
    text = "read: [{revision: '1', by: P-021, date: 2024-03-06}, {revision: '1', by: P-023, date: 2024-03-07}]"
    found = read_by(text, "2024-11-01", more)
    assert [entry.by for entry in found.entries] == ["P-021", "P-023"]
    assert (found.serving, found.not_read) == (("P-022",), ("P-022",))


@pytest.mark.parametrize("text", ["revisions: []", "withdrawn: {date: 2024-11-15, by: P-001}"])
def test_what_is_not_in_force_need_not_be_read(text: str) -> None:
    assert read_by(text) == Readers((), (), ())


# --- clauses, services and reviews ---


def naming(found: Matrix) -> dict[str, list[str]]:
    """The clauses that some SOP names, each with those SOPs."""
    return {clause.number: [each.sop.id for each in by] for clause, by in found.clauses if by}


def test_every_leaf_has_a_row_and_a_heading_stands_for_its_leaves() -> None:
    records = register('clauses: ["8.5.1 a", "8.7"]')
    found = matrix(records)
    assert [clause for clause, _ in found.clauses] == list(records.standard.leaves)
    assert naming(found) == {"8.5.1": ["SOP-DPMPTSP-001", "SOP-IMIGRASI-001", ID], "8.7.1": [ID], "8.7.2": [ID]}


def test_a_clause_named_twice_is_named_once() -> None:
    assert naming(matrix(register('clauses: ["8.7", "8.7.1 b", "8.7.1"]')))["8.7.1"] == [ID]


def test_one_withdrawn_names_nothing_and_a_draft_does() -> None:
    assert ID not in naming(matrix(register("withdrawn: {date: 2024-11-15, by: P-001}")))["8.5.1"]
    assert ID in naming(matrix(register("withdrawn: {date: 2024-11-16, by: P-001}")))["8.5.1"]
    assert ID in naming(matrix(register("revisions: []")))["8.5.1"]


def test_services_without_one_in_force_are_those_of_g8() -> None:
    def missing(records: Register) -> list[tuple[str, str]]:
        return [(unit.id, service.id) for unit, service in matrix(records).services_without_sop]

    assert missing(register()) == []
    assert missing(register("revisions: []")) == [("kependudukan", "layanan")]
    # due for review still counts
    assert missing(register(as_of="2025-02-06")) == []
    more = "services: [{id: layanan}, {id: pindah}, {id: lama, to: 2024-01-31}]"
    assert missing(register(more={UNIT: more})) == [("kependudukan", "pindah")]
    # a provider is no unit in scope: nothing is asked of it
    provider = "scope: [{from: 2024-01-01, role: external-provider}]"
    records = register("revisions: []", more={UNIT: provider})
    assert missing(records) == []
    assert [service.id for service in services_without_sop(records)["kependudukan"]] == ["layanan"]


def test_what_is_due_longest_stands_first() -> None:
    text = "revisions: [{number: '1', approved: {date: 2024-02-01}, effective: 2024-02-05, review_due: 2024-06-30}]"
    found = matrix(register(text, "2025-02-06")).due_for_review
    assert [(each.sop.id, each.days_overdue) for each in found] == [
        (ID, 221),
        ("SOP-DPMPTSP-001", 1),
        ("SOP-IMIGRASI-001", 1),
    ]


def test_units_narrow_everything_and_clauses_what_has_some() -> None:
    records = register("revisions: []", "2025-02-06")
    whole = matrix(records)
    one = matrix(records, ["imigrasi"])
    assert naming(one) == {"8.5.1": ["SOP-IMIGRASI-001"]}
    assert len(one.clauses) == len(whole.clauses)
    assert one.services_without_sop == ()
    assert [each.sop.id for each in one.due_for_review] == ["SOP-IMIGRASI-001"]
    other = matrix(records, leaves=["8.7.1"])
    assert [clause.number for clause, _ in other.clauses] == ["8.7.1"]
    assert other.services_without_sop == whole.services_without_sop != ()
    assert other.due_for_review == ()
