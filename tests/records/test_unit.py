"""FORMAT.md, unit.yaml: the part a unit plays, and for how long."""

from __future__ import annotations

from mpp_qms.records.unit import first_in_scope, holds, scope_role
from tests.factories import day, unit

MOVED = """
scope:
- {from: 2024-01-01, to: 2024-03-31, role: undecided}
- {from: 2024-04-01, to: 2024-12-31, role: external-provider}
- {from: 2025-01-01, role: in-scope-partner}
"""


def test_both_ends_of_a_term_belong_to_it() -> None:
    start, end = day("2024-01-01"), day("2024-03-31")
    on = ("2023-12-31", "2024-01-01", "2024-03-31", "2024-04-01")
    assert [holds(start, end, day(each)) for each in on] == [False, True, True, False]
    assert holds(None, None, day("1900-01-01"))


def test_the_role_is_that_of_the_term_of_the_day() -> None:
    found = unit(MOVED)
    roles = {
        "2023-12-31": None,
        "2024-03-31": "undecided",
        "2024-04-01": "external-provider",
        "2025-01-01": "in-scope-partner",
    }
    assert {each: scope_role(found, day(each)) for each in roles} == roles


def test_a_counter_that_closed_plays_no_part() -> None:
    closed = unit("scope: [{from: 2024-01-01, to: 2024-06-30, role: internal}]")
    assert scope_role(closed, day("2024-06-30")) == "internal"
    assert scope_role(closed, day("2024-07-01")) is None


def test_of_overlapping_terms_the_one_that_began_last() -> None:
    found = unit("scope: [{from: 2024-06-01, role: in-scope-partner}, {from: 2024-01-01, role: internal}]")
    assert scope_role(found, day("2024-12-31")) == "in-scope-partner"


def test_a_term_without_a_role_is_undecided() -> None:
    assert scope_role(unit("scope: [{from: 2024-01-01}]"), day("2024-01-01")) == "undecided"


def test_the_first_day_ever_in_scope_counts_the_undecided_but_not_the_provider() -> None:
    assert str(first_in_scope(unit(MOVED))) == "2024-01-01"
    provider = unit(
        "scope: [{from: 2024-01-01, to: 2024-12-31, role: external-provider}, {from: 2025-01-01, role: internal}]"
    )
    assert str(first_in_scope(provider)) == "2025-01-01"
    assert first_in_scope(unit("scope: [{from: 2024-01-01, role: external-provider}]")) is None
