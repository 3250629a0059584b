"""The rules on the life of a nonconformity where they are easily wrong: same days, cycles, partial days, knowledge.

That each rule fires and is silent is in cases/NCL*.yaml.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from mpp_qms.records.nonconformity import life
from mpp_qms.register import build
from mpp_qms.rules import check
from mpp_qms.rules.nonconformity import _plainly_planned
from mpp_qms.store.repository import Repository
from tests.factories import CLOSED_NC, NC_PATH, data, found_by_check, mall, read, record
from tests.strategies import DAYS, nonconformities

#: Long after everything below.
LATER = "2025-06-30"


def found(text: str) -> list[str]:
    """The codes that `check` finds in a nonconformity which ran its course by the book, with keys laid over it."""
    files = mall({NC_PATH: CLOSED_NC})
    files[NC_PATH] = (files[NC_PATH] or {}) | data(text)
    return sorted(entry.code for entry in found_by_check(files, LATER) if entry.path == NC_PATH)


def test_a_life_by_the_book_has_no_finding() -> None:
    assert found("{}") == []


REOPENED = """
reopened: [{date: 2024-05-27, by: P-002, reason: Terulang}]
"""


def test_what_was_closed_and_reopened_on_one_day_was_closed_rightly() -> None:
    assert found(REOPENED) == []


def test_a_closing_after_a_reset_needs_everything_anew() -> None:
    closures = "closures: [{date: 2024-05-27, by: P-002}, {date: 2024-08-30, by: P-002}]"
    assert found(REOPENED + closures) == ["NCL003", "NCL004", "NCL006"]


def test_a_second_cycle_by_the_book_has_no_finding() -> None:
    second = """
causes: [{date: 2024-03-11, by: P-021, root: Tidak ada jadwal}, {date: 2024-05-27, by: P-021, root: Jadwal tidak dibaca}]
plans: [{date: 2024-03-14, approved_by: P-023}, {date: 2024-06-03, approved_by: P-023}]
actions:
  - {id: A1, what: Jadwal, owner: P-021, due: 2024-04-15, done: {date: 2024-04-10, by: P-021}}
  - {id: A2, added: 2024-05-27, what: Apel pagi, owner: P-022, due: 2024-07-01, done: {date: 2024-06-24, by: P-022}}
verifications: [{date: 2024-05-20, by: P-005, result: effective}, {date: 2024-08-23, by: P-005, result: effective}]
closures: [{date: 2024-05-27, by: P-002}, {date: 2024-08-30, by: P-002}]
"""
    assert found(REOPENED + second) == []


def test_a_verification_and_the_actions_it_calls_for_may_fall_on_one_day() -> None:
    again = """
actions:
  - {id: A1, what: Jadwal, owner: P-021, due: 2024-04-15, done: {date: 2024-04-10, by: P-021}}
  - {id: A2, added: 2024-05-20, what: Apel pagi, owner: P-022, due: 2024-07-01}
verifications: [{date: 2024-05-20, by: P-005, result: not-effective}]
closures: []
"""
    assert found(again) == []


def test_what_the_body_takes_for_a_major_is_closed_like_a_major() -> None:
    text = """
grade: observation
source: {kind: external-audit}
external: {body: gci, grade: major, response_due: 2024-04-01}
causes: []
"""
    assert found(text) == ["NCL003", "PPL007"]


@pytest.mark.parametrize(
    ("cancelled", "codes"),
    [
        ("{date: 2024-05-02, by: P-023, reason: Sudah tercakup A1}", []),
        ("{date: 2024-05-02, by: P-023}", ["NCL005"]),
        # an owner cannot drop an action: it stays open, for the verification as well
        ("{date: 2024-05-02, by: P-022, reason: Sibuk}", ["NCL005", "NCL009", "PPL004"]),
        ("{date: 2024-05-02, reason: Sibuk}", ["NCL005", "NCL009", "NCL012"]),
    ],
)
def test_a_dropped_action_keeps_a_nonconformity_from_closing_unless_it_was_rightly_dropped(
    cancelled: str, codes: list[str]
) -> None:
    text = f"""
actions:
  - {{id: A1, what: Jadwal, owner: P-021, due: 2024-04-15, done: {{date: 2024-04-10, by: P-021}}}}
  - {{id: A2, what: Apel pagi, owner: P-022, due: 2024-05-15, cancelled: {cancelled}}}
"""
    assert found(text) == codes


def test_a_correction_done_after_the_verification_is_not_covered_by_it() -> None:
    text = "corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-05-25, done: {date: 2024-05-24, by: P-021}}]"
    assert found(text) == ["NCL006"]


LEGACY = """
legacy: {imported: 2024-06-30, from: Buku register}
detected: {date: "2023", by: P-006}
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: "2023", done: {date: "2023", by: P-021}}]
causes: [{date: 2023-05, by: P-021, root: Tidak ada jadwal pengganti}]
plans: [{date: "2023", approved_by: P-023}]
actions: [{id: A1, added: "2023", what: Jadwal, owner: P-021, due: 2023-09, done: {date: "2023", by: P-021}}]
verifications: [{date: 2023-11-06, by: P-005, result: effective}]
closures: [{date: 2023-11-10, by: P-002}]
id: NC-KEPENDUDUKAN-2023-001
"""


def test_years_and_months_are_out_of_order_only_where_no_days_within_them_are_in_order() -> None:
    path = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2023-001.yaml"
    files = mall({path: data(CLOSED_NC) | data(LEGACY)})
    assert [entry.code for entry in found_by_check(files, LATER) if entry.path == path] == []
    files[path] = (files[path] or {}) | {"causes": [{"date": "2023-12", "by": "P-021", "root": "Jadwal"}]}
    late = [(entry.code, entry.severity) for entry in found_by_check(files, LATER) if entry.path == path]
    assert late == [("NCL003", "warning"), ("NCL021", "warning")]


def test_the_day_asked_about_moves_nothing() -> None:
    changes = data("causes: []\nregraded: [{date: 2024-03-06, to: major, approved_by: P-003}]")
    files = mall({NC_PATH: data(CLOSED_NC) | changes})
    sources = read(files)

    def on(known: date) -> set[tuple[str, Any]]:
        register = build(Repository(Path("mall"), sources), known, date(2025, 6, 30))
        return {
            (entry.code, entry.route) for entry in check.findings(register, sources) if entry.code[:3] in ("NCL", "PPL")
        }

    assert {code for code, _ in on(date(2025, 6, 30))} == {"NCL003", "PPL007"}
    assert on(date(2024, 3, 1)) == on(date(2024, 4, 1)) == on(date(2025, 6, 30))


@given(nonconformities)
def test_any_facts_are_judged_and_the_short_way_agrees_with_the_life(facts: dict[str, Any]) -> None:
    nc = record("nonconformity", facts)
    found_by_check(mall({NC_PATH: facts}))
    for text in DAYS:
        known = date.fromisoformat(text)
        if _plainly_planned(nc, known):
            assert life(nc, known).causes
            assert life(nc, known).plans
