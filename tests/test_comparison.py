"""Two states of one mall, judged on one day: what changed, and what did not."""

from __future__ import annotations

from hypothesis import given

from mpp_qms.comparison import Comparison, NonconformityChange, compare
from tests.factories import CLOSED_NC, NC_PATH, Data, Files, evidence_path, mall, readiness
from tests.strategies import nonconformities

ID = "NC-KEPENDUDUKAN-2024-001"
OTHER = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-002.yaml"
#: Two of its clocks have passed on the day of the factories: the cause and plan, and the correction.
LATE = """
id: NC-KEPENDUDUKAN-2024-002
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-02-01}]
"""


def compared(before: Files, after: Files) -> Comparison:
    return compare(readiness(before), readiness(after))


def events(found: Comparison) -> list[tuple[str, str]]:
    return [(change.event, change.id) for change in found.nonconformities]


def only(found: Comparison) -> NonconformityChange:
    (change,) = found.nonconformities
    return change


def test_nothing_changed() -> None:
    found = compared(mall(), mall())
    assert not found.changed
    assert found.before == found.after
    assert (found.gates, found.cells, found.overdue_added, found.overdue_gone, found.nonconformities) == ((),) * 5


def test_a_text_that_counts_for_nothing_changes_nothing() -> None:
    assert not compared(mall(), mall({NC_PATH: "notes: Catatan"})).changed


def test_the_verdict_and_the_gates_that_stand_otherwise() -> None:
    found = compared(mall(), mall({evidence_path("quality-policy"): None}))
    assert (found.before.verdict, found.after.verdict) == ("ready", "not-ready")
    (gate,) = [gate for gate in found.gates if gate.id == "G2"]
    assert (gate.before, gate.after) == ("passed", "blocks")
    assert gate.reasons
    back = compared(mall({evidence_path("quality-policy"): None}), mall())
    assert [(gate.before, gate.after) for gate in back.gates if gate.id == "G2"] == [("blocks", "passed")]


def test_another_number_is_the_same_nonconformity() -> None:
    amended = "amended: [{date: 2024-06-01, by: P-002, field: id, from: %s, to: %s, reason: X}]"
    new = OTHER.replace("-002", "-009")
    before = mall({OTHER: LATE})
    moved = LATE.replace("-002", "-009") + amended % ("NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-009")
    found = compared(before, mall({new: moved}))
    assert (found.nonconformities, found.overdue_added, found.overdue_gone) == ((), (), ())
    assert [event for event, _ in events(compared(before, mall({new: LATE.replace("-002", "-009")})))] == [
        "new",
        "gone",
    ]


def test_a_gate_is_blocking_or_a_condition_or_not_asked() -> None:
    found = compared(mall(), mall({OTHER: LATE}))
    assert [(gate.id, gate.before, gate.after) for gate in found.gates] == [("G7", "passed", "condition")]
    certificate = "certificates: [{body: gci, number: '1', decided: 2024-06-01, expires: 2024-11-01}]"
    found = compared(mall(), mall({"qms.yaml": certificate}))
    assert ("G13", "not-asked", "condition") in [(gate.id, gate.before, gate.after) for gate in found.gates]


def test_cells_that_stand_otherwise_with_those_of_a_unit_that_came_or_went() -> None:
    found = compared(mall(), mall({evidence_path("climate-decision"): None}))
    assert [(cell.clause, cell.unit, cell.before, cell.after) for cell in found.cells] == [
        ("4.1", None, "ready", "gap")
    ]
    new = {
        "units/bank/unit.yaml": "{id: bank, name: Bank, authority: state-owned, scope: [{from: 2024-09-01, role: internal}]}"
    }
    came, went = compared(mall(), mall(new)), compared(mall(new), mall())
    assert {cell.before for cell in came.cells if cell.unit == "bank"} == {None}
    assert {cell.after for cell in went.cells if cell.unit == "bank"} == {None}


def test_what_is_overdue_now_and_what_no_longer_is() -> None:
    found = compared(mall(), mall({OTHER: LATE}))
    assert {due.action for due in found.overdue_added} == {"C1", "plan"}
    assert (found.before.overdue, found.after.overdue) == (0, 2)
    assert found.overdue_gone == ()
    done = LATE.replace("due: 2024-02-01", "due: 2024-02-01, done: {date: 2024-01-20, by: P-021}")
    found = compared(mall({OTHER: LATE}), mall({OTHER: done}))
    assert [due.action for due in found.overdue_gone] == ["C1"]
    assert found.overdue_added == ()


def test_a_nonconformity_is_new_or_its_record_is_gone() -> None:
    found = compared(mall(), mall({OTHER: LATE}))
    assert events(found) == [("new", "NC-KEPENDUDUKAN-2024-002")]
    assert (only(found).status_before, only(found).status_after, only(found).grade_after) == (None, "open", "minor")
    assert (found.before.open, found.after.open) == (0, 1)
    assert events(compared(mall({OTHER: LATE}), mall())) == [("gone", "NC-KEPENDUDUKAN-2024-002")]


def test_a_nonconformity_was_closed_or_reopened() -> None:
    open_ = mall({NC_PATH: CLOSED_NC.replace("closures: [{date: 2024-05-27, by: P-002}]", "closures: []")})
    found = compared(open_, mall())
    assert events(found) == [("closed", ID)]
    assert (only(found).status_before, only(found).status_after) == ("verified", "closed")
    assert events(compared(mall(), open_)) == [("reopened", ID)]
    again = mall({NC_PATH: "reopened: [{date: 2024-07-01, by: P-002, reason: Terulang}]"})
    assert events(compared(mall(), again)) == [("reopened", ID)]


def test_a_nonconformity_was_voided() -> None:
    void = mall({NC_PATH: "void: {date: 2024-07-01, by: P-002, reason: Salah catat}"})
    assert events(compared(mall(), void)) == [("void", ID)]
    assert events(compared(void, mall())) == [("closed", ID)]


def test_a_nonconformity_was_regraded_and_reopened_at_once() -> None:
    both = """
reopened: [{date: 2024-07-01, by: P-002, reason: Terulang}]
regraded: [{date: 2024-07-01, to: major, reason: Terulang, approved_by: P-002}]
"""
    found = compared(mall(), mall({NC_PATH: both}))
    assert events(found) == [("reopened", ID), ("regraded", ID)]
    assert {(change.grade_before, change.grade_after) for change in found.nonconformities} == {("minor", "major")}


def test_a_step_that_neither_closes_nor_opens_is_no_event() -> None:
    planned = LATE + "causes: [{date: 2024-01-05, by: P-021, root: Tidak ada jadwal}]\n"
    assert events(compared(mall({OTHER: LATE}), mall({OTHER: planned}))) == []


def test_a_record_that_cannot_be_read_is_neither_gone_nor_new() -> None:
    unread = {**mall(), NC_PATH: None}
    for before, after in ((mall(), unread), (unread, mall())):
        found = compare(readiness(before), readiness(after))
        assert events(found) == []
        assert {found.before.unread, found.after.unread} == {0, 1}
        assert found.changed


def test_what_is_found_later_is_not_yet_known() -> None:
    later = LATE + "detected: {date: 2024-11-16, by: P-006}\n"
    assert events(compared(mall(), mall({OTHER: later}))) == []


@given(one=nonconformities, two=nonconformities)
def test_what_changed_one_way_changed_back_the_other_way(one: Data, two: Data) -> None:
    there, back = (
        compared(mall({NC_PATH: first}), mall({NC_PATH: second})) for first, second in ((one, two), (two, one))
    )
    assert there.before == back.after
    assert {(gate.id, gate.before, gate.after) for gate in there.gates} == {
        (gate.id, gate.after, gate.before) for gate in back.gates
    }
    assert {(due.record, due.action) for due in there.overdue_added} == {
        (due.record, due.action) for due in back.overdue_gone
    }
    assert {change.event for change in there.nonconformities} <= {"reopened", "regraded", "closed", "void"}
