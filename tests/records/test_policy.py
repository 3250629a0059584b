"""FORMAT.md, policy: defaults, and entries that override single keys from their day on."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from mpp_qms.records.kinds import BY_NAME
from mpp_qms.records.policy import DEFAULT, EXPLAINED, Policy, PolicyEntry, on, timeline
from mpp_qms.records.qms import Qms
from mpp_qms.records.validation import validate
from tests.factories import day, mall, record


def steps(text: str) -> tuple[tuple[object, Policy], ...]:
    files = mall({"qms.yaml": text})
    qms: Qms = record("qms", files["qms.yaml"] or {})
    return timeline(qms.policy)


def test_the_defaults_are_those_of_the_format() -> None:
    assert asdict(DEFAULT) == {
        "grading_days": 14,
        "closing_days": 30,
        "quarter_grace_days": 30,
        "plan_days_major": 14,
        "plan_days_minor": 30,
        "action_days_major": 60,
        "action_days_minor": 90,
        "verification_days": 90,
        "verification_wait_days": 30,
        "freshness_months": 12,
        "audit_cycle_months": 12,
        "review_months": 12,
        "sop_review_months": 12,
        "records_months": 3,
        "new_unit_grace_months": 6,
        "backdating_days": 14,
        "blocking_gates": (),
        "evidence_keys_max": 5,
        "retention_years": (),
        "edition_ends": (("iso-9001-2015", day("2029-09-30")),),
    }


def test_an_entry_overrides_single_keys_from_its_day_on() -> None:
    found = steps("policy: [{from: 2024-01-01, closing_days: 10}, {from: 2024-07-01, plan_days: {major: 7}}]")
    before, first, second = (on(found, day(each)) for each in ("2023-12-31", "2024-06-30", "2024-07-01"))
    assert before == DEFAULT
    assert (first.closing_days, first.plan_days_major) == (10, 14)
    # nested keys too: the minor's days stay, and so does what the entry before said
    assert (second.closing_days, second.plan_days_major, second.plan_days_minor) == (10, 7, 30)


def test_the_order_in_the_file_does_not_matter() -> None:
    found = steps("policy: [{from: 2024-07-01, closing_days: 5}, {from: 2024-01-01, closing_days: 10}]")
    assert [on(found, day(each)).closing_days for each in ("2024-06-30", "2024-07-01")] == [10, 5]


def test_ends_of_editions_and_retention_are_nested_too() -> None:
    found = steps(
        "policy: [{from: 2024-01-01, edition_ends: {iso-9001-2026: 2035-01-01}, retention_years: {audit: 5}},"
        " {from: 2024-07-01, retention_years: {review: 3}}]"
    )
    policy = on(found, day("2024-12-31"))
    assert dict(policy.edition_ends) == {"iso-9001-2015": day("2029-09-30"), "iso-9001-2026": day("2035-01-01")}
    assert dict(policy.retention_years) == {"audit": 5, "review": 3}


@pytest.mark.parametrize(
    "entry",
    [
        "closing_days: -1",
        "closing_days: '30'",
        "closing_days: 100000",
        "blocking_gates: [G17]",
        "plan_days: {ofi: 3}",
        "closing: 3",
    ],
)
def test_an_impossible_value_or_unknown_key_is_a_fault(entry: str) -> None:
    files = mall({"qms.yaml": f"policy: [{{from: 2024-01-01, {entry}}}]"})
    _, faults = validate(BY_NAME["qms"], files["qms.yaml"] or {})
    assert len(faults) == 1
    assert faults[0].route[:2] == ("policy", 0)


def test_every_key_is_explained_with_its_source() -> None:
    keys = [spec.name for spec in fields(PolicyEntry) if spec.name != "from_"]
    assert [entry.key for entry in EXPLAINED] == keys
    assert all(entry.what and entry.source for entry in EXPLAINED)
