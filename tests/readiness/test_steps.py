"""The next steps: in the order in which they unblock, each with who and a command."""

from __future__ import annotations

from tests.factories import evidence_path, mall, nc_data, readiness

ID = "NC-KEPENDUDUKAN-2024-002"
NC = f"units/kependudukan/nonconformities/{ID}.yaml"


def test_unread_records_come_first_then_what_blocks_then_the_rest() -> None:
    files = mall(
        {
            "qms.yaml": "scope: []",
            "audits/IA-2024-01.yaml": None,
            "reviews/RTM-2024-01.yaml": None,
            evidence_path("climate-decision"): None,
            evidence_path("staffing"): None,
            NC: nc_data("grade: major") | {"id": ID},
        }
    )
    answer = readiness(dict(files) | {"evidence/EVD-2024-999.yaml": None})
    order = list(dict.fromkeys(step.gate for step in answer.next[1:]))
    assert (answer.next[0].gate, answer.next[0].command) == (None, "mpp-qms check")
    # scope before all, audits before the review that is to hear of them
    assert order[:4] == ["G1", "G5", "G3", "G4"]
    assert order.index("G4") < order.index("G11") < order.index(None)


def test_every_step_says_who_and_what_to_run() -> None:
    answer = readiness(mall({"audits/IA-2024-01.yaml": None, evidence_path("staffing"): None}))
    assert answer.next
    assert all(step.who and step.command.startswith("mpp-qms ") for step in answer.next)


def test_what_a_gate_says_already_is_not_said_again() -> None:
    answer = readiness(mall({evidence_path("climate-decision"): None}))
    assert [(step.gate, step.clause) for step in answer.next] == [("G11", "4.1")]


def test_a_key_missing_in_many_units_is_one_step() -> None:
    answer = readiness(mall({evidence_path("staffing"): None}))
    assert [(step.gate, step.clause, step.unit) for step in answer.next] == [(None, "7.1.2", None)]
    one = readiness(mall({evidence_path("staffing"): "units: [dpmptsp, imigrasi]"}))
    assert [(step.unit, step.who) for step in one.next] == [("kependudukan", "P-021")]
