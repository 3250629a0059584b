"""The life of a nonconformity, whatever its facts: exactly one status, and it agrees with a naive reading of FORMAT.md.

The model below was written from the section "Status on a day", sentence by sentence, on plain data; it knows
nothing of the program's own code.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from mpp_qms.records.nonconformity import STATUSES, life
from tests.factories import day, record
from tests.strategies import DAYS, as_known, days, nonconformities

Data = dict[str, Any]
LAST = DAYS[-1]


def status_of(nc: Data, on: str) -> str:
    """The program's answer."""
    return life(record("nonconformity", nc), day(on)).status


# --- the naive model ---


def model(nc: Data, on: str) -> str:
    facts = as_known(nc, on)
    return next(name for name, reached in _steps(facts) if reached)


def _steps(nc: Data) -> list[tuple[str, bool]]:
    """The steps, the furthest first, and whether each is reached; some are asked only where the others are not."""
    reset = _reset(nc)
    causes = _not_returned(nc, "causes", reset)
    plans = [plan for plan in _not_returned(nc, "plans", reset) if _counts(nc, plan, reset)]
    done = [action["done"]["date"] for action in nc.get("actions", []) if "done" in action]
    corrections = nc.get("corrections", [])
    return [
        ("void", "void" in nc),
        ("closed", any(_after(closure, reset) for closure in nc.get("closures", []))),
        (
            "verified",
            any(
                verification["result"] == "effective"
                and _after(verification, reset)
                and all(verification["date"] >= last for last in done)
                for verification in nc.get("verifications", [])
            ),
        ),
        ("implemented", bool(plans) and _implemented(nc, plans, reset)),
        ("planned", bool(plans)),
        ("analysed", bool(causes)),
        ("reopened", reset is not None),
        (
            "corrected",
            any("done" in correction for correction in corrections)
            and not any(_open(correction) for correction in corrections),
        ),
        ("open", True),
    ]


def _reset(nc: Data) -> str | None:
    """Reset: the latest `reopened` or `not-effective` known."""
    found = [entry["date"] for entry in nc.get("reopened", [])]
    found += [entry["date"] for entry in nc.get("verifications", []) if entry["result"] == "not-effective"]
    return max(found) if found else None


def _after(entry: Data, reset: str | None) -> bool:
    """It takes back that day's closures and verifications and all earlier ones."""
    return reset is None or entry["date"] > reset


def _new(found: str, reset: str | None) -> bool:
    """All earlier causes and plans too; that day's causes, plans and actions are new."""
    return reset is None or found >= reset


def _not_returned(nc: Data, name: str, reset: str | None) -> list[Data]:
    """Returned: takes back that step's entries up to and including its day, except the second and later of that day;
    a returned cause takes back the plans with it."""
    entries = nc.get(name, [])
    steps = {"causes": ("cause",), "plans": ("cause", "plan")}[name]
    returned = [entry["date"] for entry in nc.get("returned", []) if entry["step"] in steps]
    kept = []
    for place, entry in enumerate(entries):
        second = any(earlier["date"] == entry["date"] for earlier in entries[:place])
        back = any(entry["date"] < on or (entry["date"] == on and not second) for on in returned)
        if _new(entry["date"], reset) and not back:
            kept.append(entry)
    return kept


def _cancelled(action: Data) -> bool:
    """A cancelling without an approver, or by the owner (present or past), moves nothing."""
    owners = {action["owner"], *(entry["to"] for entry in action.get("reassigned", []))}
    by = action.get("cancelled", {}).get("by")
    return by is not None and by not in owners


def _open(action: Data) -> bool:
    return "done" not in action and not _cancelled(action)


def _taken_on(nc: Data, action: Data) -> str:
    """`added`: the day it was taken on; absent: with the record."""
    return action.get("added", nc["detected"]["date"])  # type: ignore[no-any-return]


def _counts(nc: Data, plan: Data, reset: str | None) -> bool:
    """It has an action that is not cancelled (after a reset: one added on or after it), or an allowed `no_action`."""
    actions = [action for action in nc.get("actions", []) if _new(_taken_on(nc, action), reset)]
    return any(not _cancelled(action) for action in actions) or _allowed(nc, plan)


def _grade(nc: Data) -> str:
    grade = nc["grade"]
    for entry in sorted(nc.get("regraded", []), key=lambda entry: entry["date"]):
        grade = entry["to"]
    return grade  # type: ignore[no-any-return]


def _allowed(nc: Data, plan: Data) -> bool:
    """`no_action` stands on a minor or less with an approver and a reason; not on a finding with `external`."""
    least = _grade(nc) in ("minor", "observation", "ofi")
    return "no_action" in plan and "approved_by" in plan and "external" not in nc and least


def _implemented(nc: Data, plans: list[Data], reset: str | None) -> bool:
    """At least one action is done and none is open; or the plan says `no_action`. `not-implemented` takes back only
    the implementation, until an action added on or after it is done."""
    actions = nc.get("actions", [])
    for entry in nc.get("verifications", []):
        if entry["result"] == "not-implemented" and _after(entry, reset):
            made_good = [action for action in actions if "done" in action and _taken_on(nc, action) >= entry["date"]]
            if not made_good:
                return False
    latest = max(reversed(plans), key=lambda plan: plan["date"])
    if _allowed(nc, latest):
        return True
    return any("done" in action for action in actions) and not any(_open(action) for action in actions)


# --- the properties ---


@given(nonconformities, days)
def test_any_facts_give_the_one_status_of_the_model(nc: Data, on: str) -> None:
    assert status_of(nc, on) == model(nc, on)


@given(nonconformities, days)
def test_an_earlier_day_gives_what_the_facts_of_that_day_give(nc: Data, on: str) -> None:
    then = life(record("nonconformity", nc), day(on))
    alone = life(record("nonconformity", as_known(nc, on)), day(LAST))
    assert (then.status, then.grade, then.unit, then.reset) == (alone.status, alone.grade, alone.unit, alone.reset)


@given(nonconformities, days, st.data())
def test_facts_of_different_days_may_stand_in_any_order(nc: Data, on: str, more: st.DataObject) -> None:
    moved = dict(nc)
    for key, value in nc.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "date" in value[0]:
            shuffled = more.draw(st.permutations(range(len(value))))
            # of one day the first stays the first: that order says something
            rank = {place: index for index, place in enumerate(shuffled)}
            by_day: dict[str, list[Data]] = {}
            for entry in value:
                by_day.setdefault(entry["date"], []).append(entry)
            order = sorted(range(len(value)), key=rank.__getitem__)
            moved[key] = [by_day[value[place]["date"]].pop(0) for place in order]
    assert status_of(moved, on) == status_of(nc, on)


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_made_up_reaches_every_status(status: str) -> None:
    search = settings(phases=[Phase.generate], max_examples=2000, derandomize=True, database=None)
    assert find(nonconformities, lambda nc: model(nc, LAST) == status, settings=search)
