"""Attempts to look better than one is: each stays visible as late, as a finding of `check` or in the verdict.

Every attempt starts from the ready mall, or from one finding that is late in it.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.catalogue import standard
from mpp_qms.overdue import dues, overdue
from mpp_qms.readiness import Readiness
from tests.factories import (
    DAY,
    Data,
    Files,
    cell,
    data,
    evidence_path,
    found_by_check,
    mall,
    nc_data,
    readiness,
    register_of,
    stands,
)
from tests.strategies import DAYS, externals, nonconformities

ID = "NC-KEPENDUDUKAN-2024-002"
NC = f"units/kependudukan/nonconformities/{ID}.yaml"
AUDIT = "audits/IA-2024-01.yaml"
WORDS = """
criterion: Gerai dibuka pada jam layanan
evidence: Gerai kosong pada 2024-01-01
statement: Gerai tidak dijaga
"""
#: A minor found on 2024-01-01 whose one action is late since 2024-02-01.
LATE = (
    WORDS
    + """
causes: [{date: 2024-01-05, by: P-021, root: Tidak ada pengganti}]
plans: [{date: 2024-01-08, approved_by: P-023}]
"""
)
ACTION = "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01%s}]\n"


def with_nc(text: str, **more: Any) -> Files:
    return mall({NC: nc_data(text) | {"id": ID} | more})


def late(files: Files, on: str = DAY) -> set[str]:
    """What of the finding is late."""
    return {due.action for due in overdue(register_of(files, on)) if due.record == ID}


def found(files: Files, severity: str = "error", on: str = DAY) -> set[str]:
    """The codes of what `check` finds in the finding's file, at least as grave."""
    least = ("info", "warning", "error").index(severity)
    return {
        finding.code
        for finding in found_by_check(files, on)
        if finding.path == NC and ("info", "warning", "error").index(finding.severity) >= least
    }


def audit(files: Files, on: str = DAY) -> Readiness:
    """The answer of `audit`, with the findings of `check`."""
    return readiness(files, on, checked=True)


def here(files: Files, on: str = DAY) -> str:
    return cell(readiness(files, on), "8.5.1", "kependudukan").status


def test_the_late_finding_itself() -> None:
    files = with_nc(LATE + ACTION % "")
    assert late(files) == {"A1"}
    assert found(files) == set()
    assert here(files) == "gap"
    assert audit(files).verdict == "conditional"


# --- one's own actions ---


@pytest.mark.parametrize("by", ["", ", by: P-021"])
def test_cancelling_ones_own_late_action(by: str) -> None:
    files = with_nc(LATE + ACTION % f", cancelled: {{date: 2024-11-01, reason: Tidak perlu{by}}}")
    assert "A1" in late(files)
    assert found(files)
    assert here(files) == "gap"


def test_handing_it_on_and_then_cancelling_it() -> None:
    handed = ", reassigned: [{date: 2024-03-01, to: P-022}]"
    files = with_nc(LATE + ACTION % (handed + ", cancelled: {date: 2024-11-01, reason: Tidak perlu, by: P-021}"))
    assert "A1" in late(files)
    assert found(files)


@pytest.mark.parametrize("approver", ["", ", approved_by: P-021"])
def test_extending_ones_own_due_day(approver: str) -> None:
    files = with_nc(LATE + ACTION % f", extensions: [{{date: 2024-01-20, to: 2030-01-01, reason: Menunggu{approver}}}]")
    assert "A1" in late(files)
    assert found(files)


def test_an_action_said_to_be_done_tomorrow() -> None:
    files = with_nc(LATE + ACTION % ", done: {date: 2024-11-16, by: P-021}")
    assert "A1" in late(files)
    assert found(files)


def test_a_far_first_due_day() -> None:
    files = with_nc(LATE + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2030-01-01}]")
    assert "NCL011" in found(files, "warning")


def test_an_owner_who_does_not_exist() -> None:
    files = with_nc(LATE + ACTION.replace("P-021", "P-999") % "")
    assert "A1" in late(files)
    assert found(files)


def test_all_actions_cancelled_by_another_is_no_plan() -> None:
    files = with_nc(LATE + ACTION % ", cancelled: {date: 2024-01-20, by: P-002, reason: Tidak perlu}")
    assert "plan" in late(files)


# --- plans ---


def test_a_plan_without_actions() -> None:
    files = with_nc(LATE)
    assert "plan" in late(files)
    assert register_of(files).life(register_of(files).nonconformity_by_id[ID]).status == "analysed"
    closed = with_nc(LATE + "closures: [{date: 2024-11-01, by: P-002}]")
    assert found(closed) >= {"NCL004", "NCL006"}


@pytest.mark.parametrize("more", ["", "external: {body: gci, grade: minor, response_due: 2024-02-01}\n"])
def test_no_action_where_action_is_needed(more: str) -> None:
    grade = "" if more else "grade: major\n"
    plan = WORDS + "causes: [{date: 2024-01-05}]\nplans: [{date: 2024-01-08, approved_by: P-023, no_action: Tunggal}]\n"
    files = with_nc(grade + more + plan)
    assert "plan" in late(files)
    assert "NCL007" in found(files)
    assert here(files) in ("blocked", "gap")


def test_no_action_by_nobody() -> None:
    files = with_nc(WORDS + "causes: [{date: 2024-01-05}]\nplans: [{date: 2024-01-08, no_action: Tunggal}]")
    assert "plan" in late(files)
    assert found(files)


def test_a_plan_approved_by_who_is_to_do_it() -> None:
    assert found(with_nc(LATE.replace("P-023", "P-021") + ACTION % ""))


# --- grades ---


def test_ungraded_for_ever() -> None:
    files = with_nc(WORDS + "grade: ungraded")
    assert late(files) == {"grading"}
    assert here(files) == "gap"
    assert stands(readiness(files), "G7") == "conditional"


def test_closing_what_was_never_graded() -> None:
    assert "NCL002" in found(with_nc(WORDS + "grade: ungraded\nclosures: [{date: 2024-11-01, by: P-002}]"))


@pytest.mark.parametrize("approved_by", ["P-021", "P-023", None])
def test_regrading_down_by_oneself(approved_by: str | None) -> None:
    entry = {"date": "2024-02-01", "to": "ofi", "reason": "Ringan"} | (
        {"approved_by": approved_by} if approved_by else {}
    )
    files = with_nc(WORDS + "grade: major", regraded=[entry])
    assert found(files)
    assert audit(files).verdict != "ready"


def test_regrading_down_without_a_reason() -> None:
    entry = {"date": "2024-02-01", "to": "ofi", "approved_by": "P-003"}
    assert found(with_nc(WORDS + "grade: major", regraded=[entry]))


def test_up_and_down_again_starts_no_clock_anew() -> None:
    back = [
        {"date": "2024-11-01", "to": "ofi", "reason": "Ringan", "approved_by": "P-021"},
        {"date": "2024-11-02", "to": "minor", "reason": "Berat", "approved_by": "P-021"},
    ]
    assert found(with_nc(WORDS, regraded=back))


@pytest.mark.parametrize("by", ["by: P-021, ", ""])
def test_voiding_by_oneself(by: str) -> None:
    files = with_nc(WORDS + f"void: {{date: 2024-11-01, {by}reason: Salah tulis}}")
    assert found(files)
    assert audit(files).verdict != "ready"


# --- verifying and closing ---

DONE = ACTION % ", done: {date: 2024-01-30, by: P-022}"
EFFECTIVE = "verifications: [{date: 2024-05-01, by: %s, result: effective}]\n"


@pytest.mark.parametrize("who", ["P-021", "P-022"])
def test_verifying_ones_own_work(who: str) -> None:
    assert "PPL001" in found(with_nc(LATE + DONE + EFFECTIVE % who))


def test_verifying_before_the_work_is_done() -> None:
    files = with_nc(LATE + ACTION % "" + EFFECTIVE % "P-005")
    assert "A1" in late(files)
    assert "NCL009" in found(files)
    early = with_nc(LATE + DONE + EFFECTIVE.replace("2024-05-01", "2024-01-29") % "P-005")
    assert "verification" in late(early)


@pytest.mark.parametrize(
    "text",
    [
        WORDS,  # nothing was done at all
        LATE + ACTION % "",  # an action is open
        LATE + DONE,  # nobody looked whether it helped
        WORDS + DONE + EFFECTIVE % "P-005",  # no cause, no plan
    ],
)
def test_closing_without_the_steps(text: str) -> None:
    files = with_nc(text + "closures: [{date: 2024-11-01, by: P-002}]")
    assert late(files) == set()
    assert found(files)
    assert audit(files).verdict != "ready"


@pytest.mark.parametrize("who", ["P-021", "P-022", "P-023", "P-999"])
def test_closing_by_who_may_not(who: str) -> None:
    assert found(with_nc(LATE + DONE + EFFECTIVE % "P-005" + f"closures: [{{date: 2024-06-01, by: {who}}}]"))


def test_closing_a_major_alone() -> None:
    text = "grade: major\n" + LATE + DONE + EFFECTIVE % "P-005"
    assert found(with_nc(text + "closures: [{date: 2024-06-01, by: P-002}]"))
    assert found(with_nc(text + "closures: [{date: 2024-06-01, by: P-002, cosigned_by: P-002}]"))
    assert not found(with_nc(text + "closures: [{date: 2024-06-01, by: P-002, cosigned_by: P-003}]"))


# --- findings of the certification body ---

THEIRS = (
    WORDS
    + "source: {kind: external-audit}\ndetected: {date: 2024-01-01, by: gci}\n"
    + "external: {body: gci, number: '1', grade: major, response_due: 2024-02-01}\n"
)


@pytest.mark.parametrize(
    "ours",
    [
        "void: {date: 2024-01-20, by: P-002, reason: Salah paham}",
        "closures: [{date: 2024-01-20, by: P-002, cosigned_by: P-003}]",
        "regraded: [{date: 2024-01-20, to: ofi, reason: Ringan, approved_by: P-002}]",
        "grade: ofi",
        "reopened: [{date: 2024-11-14, by: P-005, reason: Baru}]",
        "transferred: [{date: 2024-01-20, to: imigrasi, by: P-002, reason: Bukan kami}]",
    ],
)
def test_ending_the_bodys_finding_oneself(ours: str) -> None:
    files = with_nc(THEIRS + ours)
    answer = audit(files)
    assert "response" in late(files)
    assert (stands(answer, "G5"), stands(answer, "G6")) == ("blocking", "blocking")
    assert any(entry.status == "blocked" for entry in answer.cells)
    assert answer.verdict == "not-ready"


def test_leaving_out_what_the_body_said() -> None:
    text = THEIRS.replace("external: {body: gci, number: '1', grade: major, response_due: 2024-02-01}\n", "")
    files = with_nc(text + "closures: [{date: 2024-01-20, by: P-002}]")
    assert "NCL013" in found(files)
    assert stands(audit(files), "G6") == "blocking"


def test_leaving_out_the_bodys_grade() -> None:
    files = with_nc(THEIRS.replace(", grade: major", "") + "grade: ofi")
    assert stands(audit(files), "G6") == "blocking"


def test_calling_it_an_old_record() -> None:
    text = THEIRS.replace("external: {body: gci, number: '1', grade: major, response_due: 2024-02-01}\n", "")
    files = with_nc(text + "legacy: {imported: 2024-11-01, from: Excel}\nclosures: [{date: 2024-01-20, by: P-002}]")
    assert "NCL013" in found(files, "warning")


def test_a_misspelt_key() -> None:
    files = with_nc(THEIRS.replace("external:", "extenal:"))
    assert found(files) >= {"SCH002", "NCL013"}
    assert audit(files).verdict == "not-ready"


def test_a_misspelt_key_in_an_action() -> None:
    files = with_nc(
        LATE + "actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-02-01, dones: {date: 2024-01-30}}]"
    )
    assert "SCH002" in found(files)
    assert "A1" in late(files)


# --- clauses, units, scope ---


def test_a_clause_that_does_not_exist() -> None:
    files = with_nc("grade: major\n" + WORDS + "clauses: ['8.5.99']")
    assert found(files)
    assert stands(audit(files), "G5") == "blocking"


def test_a_heading_in_place_of_what_is_not_met() -> None:
    assert "NCL025" in found(with_nc(WORDS + "clauses: ['8.5']"))


def test_a_clause_declared_not_applicable_though_it_applies() -> None:
    entry = "not_applicable: [{clause: '8.5.1', reason: Tidak perlu, approved_by: P-001, date: 2024-01-05}]"
    files = mall({NC: nc_data(LATE + ACTION % "") | {"id": ID}, "qms.yaml": entry})
    answer = audit(files)
    assert here(files) == "gap"
    assert stands(answer, "G1") == "blocking"
    assert answer.errors > 0


def test_a_clause_declared_not_applicable_because_of_its_finding() -> None:
    entry = "not_applicable: [{clause: '8.5.5', reason: Tidak perlu, approved_by: P-001, date: 2024-01-05}]"
    files = mall({NC: nc_data(LATE + ACTION % "") | {"id": ID, "clauses": ["8.5.5"]}, "qms.yaml": entry})
    assert audit(files).verdict != "ready"
    assert audit(files).errors > 0


def test_a_unit_taken_out_of_the_scope_because_of_its_finding() -> None:
    out = {"units/kependudukan/unit.yaml": "scope: [{from: 2024-01-01, to: 2024-10-31, role: internal}]"}
    files = mall({NC: nc_data(LATE + ACTION % "") | {"id": ID}, **out})
    assert late(files) == {"A1"}
    assert cell(audit(files), "8.4.1", None).status == "gap"
    assert audit(files).errors > 0


def test_a_unit_left_undecided() -> None:
    files = mall({"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, role: undecided}]"})
    assert stands(audit(files), "G1") == "blocking"


# --- audits ---


def test_coverage_by_the_units_own_people() -> None:
    rows = (mall()[AUDIT] or {})["coverage"]
    own = [row | {"auditors": ["P-022"]} if row.get("unit") == "kependudukan" else row for row in rows]
    files = mall({AUDIT: {"coverage": own}})
    answer = audit(files)
    assert stands(answer, "G3") == "blocking"
    noted = mall({AUDIT: {"coverage": own, "independence_note": "Tidak ada orang lain"}})
    assert stands(audit(noted), "G10") == "conditional"


def test_an_auditor_who_raises_nothing_at_home() -> None:
    source = "source: {kind: internal-audit, ref: IA-2024-01}\ndetected: {date: 2024-06-04, by: P-022}\n"
    assert "PPL009" in found(with_nc(WORDS + source))


def test_a_row_that_says_conform_over_a_finding() -> None:
    files = with_nc(
        WORDS + "source: {kind: internal-audit, ref: IA-2024-01}\ndetected: {date: 2024-06-04, by: P-005}\n"
    )
    assert cell(audit(files), "8.5.1", "kependudukan").assessed == "nonconform"


def test_a_row_that_says_nonconform_and_no_finding() -> None:
    rows = (mall()[AUDIT] or {})["coverage"]
    files = mall({AUDIT: {"coverage": [row | {"result": "nonconform"} for row in rows]}})
    answer = audit(files)
    assert {entry.assessed for entry in answer.cells} == {"nonconform"}
    assert answer.verdict != "ready"


# --- evidence ---


def one_for_everything() -> Files:
    """A mall with one evidence record that shows every key, and neither audits nor reviews."""
    files = {path: found for path, found in mall().items() if not path.startswith(("evidence/", "audits/", "reviews/"))}
    record = data("{id: EVD-2024-001, title: Semua, units: all, date: 2024-10-15, document: Map merah}")
    record |= {"shows": list(standard("iso-9001-2015").keys), "period": {"from": "2024-01-01", "to": "2024-09-30"}}
    return files | {"evidence/EVD-2024-001.yaml": record}


def test_one_evidence_record_for_everything() -> None:
    files = one_for_everything()
    answer = audit(files)
    assert any(finding.code == "DOC013" for finding in found_by_check(files))
    # papers do not make an audit or a review
    assert (stands(answer, "G3"), stands(answer, "G4")) == ("blocking", "blocking")
    assert answer.audited_percent == 0
    assert answer.verdict == "not-ready"


def test_evidence_of_days_to_come() -> None:
    path = evidence_path("risk-register")
    files = mall({path: "period: {from: 2024-01-01, to: 2030-12-31}"})
    assert {"DOC015"} == {finding.code for finding in found_by_check(files) if finding.path == path}


def test_a_review_of_nothing() -> None:
    path = "reviews/RTM-2024-01.yaml"
    assert stands(audit(mall({path: "inputs: []"})), "G4") == "conditional"


# --- clocks and policy ---


def test_a_softer_policy_from_today_on_moves_no_running_clock() -> None:
    soft = "policy: [{from: 2024-11-15, plan_days: {minor: 3650}, grading_days: 3650}]"
    files = mall({NC: nc_data(WORDS) | {"id": ID}, "qms.yaml": soft})
    assert late(files) == {"plan"}


def test_a_waiver_hides_no_gate() -> None:
    waiver = "waivers: [{code: G7, record: %s, reason: Sibuk, approved_by: P-001}]"
    files = mall({NC: nc_data(LATE + ACTION % "") | {"id": ID}, "qms.yaml": waiver % ID})
    assert stands(audit(files), "G7") == "conditional"


# --- properties ---

_BETTER = {"not-ready": 0, "conditional": 1, "ready": 2}
_changes: dict[str, dict[str, str | Data | None]] = {
    "no policy": {evidence_path("quality-policy"): None},
    "no climate decision": {evidence_path("climate-decision"): None},
    "stale staffing": {evidence_path("staffing"): "date: 2023-01-01"},
    "no audit": {AUDIT: None},
    "no review": {"reviews/RTM-2024-01.yaml": None},
    "no sop": {"units/dpmptsp/sops/SOP-DPMPTSP-001.yaml": None},
    "certificate": {"qms.yaml": "certificates: [{body: gci, number: '1', decided: 2024-02-01, expires: 2027-01-31}]"},
    "provider": {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, role: external-provider}]"},
}


#: Old enough for G9 and known on every day below: a register that has a nonconformity.
_EARLIER = {
    "units/dpmptsp/nonconformities/NC-DPMPTSP-2023-001.yaml": nc_data(
        "grade: ofi\ndetected: {date: 2023-01-10, by: P-006}"
    )
    | {"id": "NC-DPMPTSP-2023-001", "unit": "dpmptsp", "closures": [{"date": "2023-02-01", "by": "P-002"}]}
}


@st.composite
def malls(draw: st.DrawFn) -> Files:
    """The ready mall with a few things amiss; the nonconformities it has stay."""
    chosen = draw(st.lists(st.sampled_from(sorted(_changes)), unique=True, max_size=3))
    return mall(_EARLIER | {path: change for name in chosen for path, change in _changes[name].items()})


def no_better(after: Readiness, before: Readiness) -> None:
    """The second answer is no better than the first: neither as a whole, nor in a gate, nor on the visit day."""
    assert _BETTER[after.verdict] <= _BETTER[before.verdict]
    for one, other in zip(after.gates, before.gates, strict=True):
        if other.passed is False:
            assert one.passed is False
            assert one.blocking or not other.blocking
    assert after.evidence_percent <= before.evidence_percent
    if before.at_visit is not None:
        assert after.at_visit is not None
        assert _BETTER[after.at_visit.verdict] <= _BETTER[before.at_visit.verdict]


_days = st.sampled_from(["2024-01-05", "2024-01-12", DAY])


@given(malls(), nonconformities, _days)
def test_adding_a_nonconformity_never_makes_a_verdict_better(files: Files, nc: Data, on: str) -> None:
    more = files | {NC: nc | {"id": ID}}
    no_better(readiness(more, on, visit="2025-03-01"), readiness(files, on, visit="2025-03-01"))


@given(malls(), st.data())
def test_an_unread_file_never_makes_a_verdict_better(files: Files, more: st.DataObject) -> None:
    path = more.draw(st.sampled_from(sorted(files)))
    answer = readiness(files | {path: None}, visit="2025-03-01")
    assert (answer.verdict, answer.unread) == ("not-ready", 1)
    assert answer.at_visit is not None
    assert answer.at_visit.verdict == "not-ready"
    added = readiness(files | {"evidence/EVD-2024-999.yaml": None}, visit="2025-03-01")
    assert added.verdict == "not-ready"


@given(malls(), st.data())
def test_taking_away_evidence_never_makes_a_verdict_better(files: Files, more: st.DataObject) -> None:
    there = sorted(path for path in files if path.startswith("evidence/"))
    gone = more.draw(st.sets(st.sampled_from(there), min_size=1, max_size=5))
    left = {path: found for path, found in files.items() if path not in gone}
    no_better(readiness(left, visit="2025-03-01"), readiness(files, visit="2025-03-01"))


@given(nonconformities, externals, st.sampled_from(DAYS))
def test_only_the_bodys_own_facts_end_its_clocks(nc: Data, external: Data, on: str) -> None:
    bare = {key: nc[key] for key in ("id", "unit", "title", "grade", "source", "detected", "clauses")}

    def clock(facts: Data) -> list[Any]:
        register = register_of(mall({NC: facts | {"id": ID, "external": external}}), on)
        return [(due.due, due.due_original, due.owner) for due in dues(register) if due.action == "response"]

    assert clock(nc) == clock(bare)


@given(nonconformities, externals, st.sampled_from(["major", "minor"]), st.sampled_from(DAYS))
def test_what_the_body_has_not_ended_stays_in_the_verdict(nc: Data, external: Data, grade: str, on: str) -> None:
    answers = [entry for entry in external.get("responses", []) if entry.get("result") != "accepted"]
    running = {key: value for key, value in external.items() if key != "closed"}
    running |= {"body": "gci", "grade": grade, "responses": answers}
    answer = readiness(mall({NC: nc | {"id": ID, "external": running}}), on)
    assert stands(answer, "G6") == "blocking"
    assert stands(answer, "G5") == ("blocking" if grade == "major" else "passes")
