"""The rules on people where they are easily wrong: roles of a day, owners of a day, cycles.

That each rule fires and is silent is in cases/PPL*.yaml.
"""

from __future__ import annotations

import pytest

from tests.factories import CLOSED_NC, NC_PATH, data, found_by_check, mall

LATER = "2025-06-30"


def found(text: str, roles: str = "") -> list[str]:
    """The codes in a nonconformity that ran its course, with keys laid over it; `roles`: further people."""
    files = mall({NC_PATH: CLOSED_NC})
    files[NC_PATH] = (files[NC_PATH] or {}) | data(text)
    qms = dict(files["qms.yaml"] or {})
    qms["people"] = [*qms["people"], *data(f"people: [{roles}]")["people"]]
    files["qms.yaml"] = qms
    return sorted(entry.code for entry in found_by_check(files, LATER) if entry.path == NC_PATH)


@pytest.mark.parametrize(
    ("term", "codes"),
    [
        ("from: 2024-05-27", []),
        ("to: 2024-05-27", []),
        ("from: 2024-05-28", ["PPL005"]),
        ("to: 2024-05-26", ["PPL005"]),
    ],
)
def test_who_may_close_is_judged_on_the_day_of_closing(term: str, codes: list[str]) -> None:
    manager = f"{{code: P-040, roles: [{{role: quality-manager, {term}}}]}}"
    assert found("closures: [{date: 2024-05-27, by: P-040}]", manager) == codes


@pytest.mark.parametrize(("term", "codes"), [("to: 2024-05-19", []), ("to: 2024-05-20", ["PPL009"])])
def test_who_has_left_a_unit_may_verify_there(term: str, codes: list[str]) -> None:
    text = "source: {kind: internal-audit, ref: IA-2024-01}\nverifications: [{date: 2024-05-20, by: P-041, result: effective}]"
    auditor = (
        f"{{code: P-041, roles: [{{role: staff, unit: kependudukan, {term}}}, {{role: auditor, unit: imigrasi}}]}}"
    )
    assert [code for code in found(text, auditor) if code.startswith("PPL")] == codes


def test_an_action_taken_on_after_the_verification_does_not_make_it_partial() -> None:
    text = """
actions:
  - {id: A1, what: Jadwal, owner: P-021, due: 2024-04-15, done: {date: 2024-04-10, by: P-021}}
  - {id: A2, added: 2024-05-28, what: Apel pagi, owner: P-005, due: 2024-06-01}
closures: []
"""
    assert found(text) == []


def test_whoever_inherits_an_action_had_not_approved_their_own_plan() -> None:
    text = """
actions:
  - id: A1
    what: Jadwal
    owner: P-021
    due: 2024-04-15
    reassigned: [{date: 2024-03-20, to: P-023, by: P-002}]
    done: {date: 2024-04-10, by: P-023}
"""
    assert found(text) == []


def test_whoever_owned_an_action_before_may_not_close() -> None:
    text = """
actions:
  - id: A1
    what: Jadwal
    owner: P-002
    due: 2024-04-15
    reassigned: [{date: 2024-03-20, to: P-021, by: P-023}]
    done: {date: 2024-04-10, by: P-021}
"""
    assert found(text) == ["PPL006"]


def test_without_qms_yaml_only_what_needs_no_people_is_judged() -> None:
    text = "closures: [{date: 2024-05-27, by: P-021}]\nverifications: [{date: 2024-05-20, result: effective}]"
    files = mall({NC_PATH: CLOSED_NC})
    files[NC_PATH] = (files[NC_PATH] or {}) | data(text)

    def judged() -> set[str]:
        return {entry.code for entry in found_by_check(files, LATER) if entry.path == NC_PATH}

    assert judged() == {"PPL005", "PPL006", "PPL012"}
    files["qms.yaml"] = None
    assert judged() == {"PPL006", "PPL012"}
