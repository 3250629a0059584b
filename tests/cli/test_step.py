"""The steps of a life: each puts down what it says, and what must not be is refused before anything is written."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from mpp_qms.rules.table import all_rules
from mpp_qms.steps.table import STEPS
from mpp_qms.store import attachments
from mpp_qms.store.yaml_text import parse
from tests.cli.inside import Command, bytes_of
from tests.cli.test_contract import valid
from tests.factories import NC_PATH

NC = "NC-KEPENDUDUKAN-2024-002"
PATH = f"units/kependudukan/nonconformities/{NC}.yaml"
CLOSED = NC_PATH.rsplit("/", 1)[-1].removesuffix(".yaml")
SOP = "SOP-KEPENDUDUKAN-001"

ADD = [
    *("nc", "add", "--unit", "kependudukan", "--title", "Gerai kosong", "--grade", "minor", "--clause", "8.5.1"),
    *("--criterion", "Gerai dijaga", "--evidence", "5 dari 15 pengamatan", "--statement", "Gerai tidak dijaga"),
    *("--source", "internal-audit:IA-2024-01", "--detected", "2024-06-05", "--by", "P-005"),
]
#: The life of a minor, step by step, with the status after each.
LIFE: list[tuple[str, str]] = [
    (f"nc issue {NC} --by P-003 --date 2024-06-07", "open"),
    (f"nc correct {NC} --what Dijaga --owner P-021 --due 2024-06-10 --date 2024-06-08", "open"),
    (f"action done {NC} C1 --by P-021 --date 2024-06-09", "corrected"),
    (
        f"nc analyse {NC} --method 5-whys --category people --why Satu --why Dua --root Jadwal --elsewhere Imigrasi"
        " --by P-021 --date 2024-06-12",
        "analysed",
    ),
    (f"nc read-across {NC} --unit imigrasi --found no --by P-031 --date 2024-06-12", "analysed"),
    (f"nc return {NC} --step cause --reason Dangkal --by P-005 --date 2024-06-13", "corrected"),
    (f"nc analyse {NC} --root Pengganti --by P-021 --date 2024-06-14", "analysed"),
    (f"action add {NC} --what Jadwal --owner P-021 --due 2024-07-01 --date 2024-06-15", "analysed"),
    (f"action add {NC} --what Papan --owner P-022 --due 2024-07-01 --date 2024-06-15", "analysed"),
    (f"nc plan {NC} --effective-when Terisi --verify-by 2024-09-30 --by P-023 --date 2024-06-16", "planned"),
    (f"action extend {NC} A1 --to 2024-07-15 --reason Cuti --by P-002 --date 2024-06-20", "planned"),
    (f"action reassign {NC} A2 --to P-021 --by P-023 --date 2024-06-20", "planned"),
    (f"action cancel {NC} A2 --reason Ganda --by P-002 --date 2024-06-21", "planned"),
    (f"action done {NC} A1 --evidence EVD-2024-001 --by P-021 --date 2024-07-14", "implemented"),
    (f"nc verify {NC} --result effective --evidence Amatan --sample 15 --by P-005 --date 2024-08-20", "verified"),
    (f"nc close {NC} --risks Tetap --by P-002 --date 2024-08-25", "closed"),
    (f"nc reopen {NC} --reason Terulang --by P-002 --date 2024-09-01", "reopened"),
    (f"nc grade {NC} --to observation --reason Ringan --by P-003 --date 2024-09-02", "reopened"),
    (f"nc transfer {NC} --to dpmptsp --reason Pindah --by P-002 --date 2024-09-03", "reopened"),
    (f"nc amend {NC} --field title --to Gerai-kosong --reason Ketik --by P-002 --date 2024-09-03", "reopened"),
    (f"nc void {NC} --reason Ganda --by P-003 --date 2024-09-04", "void"),
]


def status(mpp: Command, id_: str = NC) -> str:
    return str(mpp("nc", "show", id_, "--format", "json").json["status"])


def lived(mpp: Command, until: str) -> None:
    """The finding entered, and its life up to the step that begins so, without it."""
    assert mpp(*ADD).code == 0
    for words, _ in LIFE:
        if words.startswith(until):
            return
        done = mpp(*words.split())
        assert done.code == 0, done.err
    assert until == "end"


def test_a_whole_life(root: Path, mpp: Command) -> None:
    assert mpp(*ADD).code == 0
    for words, expected in LIFE:
        before = parse((root / PATH).read_text(encoding="utf-8"))
        done = mpp(*words.split())
        assert (done.code, done.err) == (0, ""), words
        assert status(mpp) == expected, words
        found = mpp("check", "--format", "json").json["findings"]
        assert [entry["code"] for entry in found if entry["path"] == PATH and entry["severity"] == "error"] == [], words
        after = parse((root / PATH).read_text(encoding="utf-8"))
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        # what was there is there: a step only adds (an amendment replaces one value and tells of it)
        assert [key for key in before if key not in after] == []
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert data["causes"][0]["whys"] == ["Satu", "Dua"]
    assert data["actions"][0]["extensions"][0]["approved_by"] == "P-002"
    assert data["actions"][0]["done"]["evidence"] == ["EVD-2024-001"]
    assert data["verifications"][0]["sample"] == "15"
    assert data["amended"] == [
        {
            "date": "2024-09-03",
            "by": "P-002",
            "field": "title",
            "from": "Gerai kosong",
            "to": "Gerai-kosong",
            "reason": "Ketik",
        }
    ]


def test_an_amendment_is_told_in_the_words_of_the_history(mpp: Command) -> None:
    lived(mpp, "nc return")
    assert mpp(*f"action add {NC} --what Jadwal --owner P-021 --due 2024-07-01 --date 2024-06-15".split()).code == 0
    amend = f"nc amend {NC} --reason Ketik --by P-002 --date 2024-06-16 --field"
    done = mpp(*amend.split(), "actions.A1.due", "--to", "2024-07-15")
    assert done.out == f"{NC}: action A1, due date amended from 2024-07-01 to 2024-07-15.\n"
    done = mpp(*amend.split(), "source.kind", "--to", "self")
    assert done.out == f"{NC}: source, kind amended from internal audit to found by the unit itself.\n"
    done = mpp(*amend.split(), "causes.0.whys.1", "--to", "Dua")
    assert (done.code, done.err.splitlines()[0]) == (
        1,
        f"STP012: {NC}: root cause analysis 1, answer to why 2 is Dua already. There is nothing to enter.",
    )


def test_what_an_auditor_asks_about_a_life_is_shown(mpp: Command) -> None:
    lived(mpp, "nc return")
    assert (
        mpp(*f"nc read-across {NC} --unit dpmptsp --found yes --note Sepi --by P-011 --date 2024-06-12".split()).code
        == 0
    )
    for words, _ in LIFE[5:16]:
        assert mpp(*words.split()).code == 0, words
    shown = " ".join(mpp("nc", "show", NC).out.split())
    for detail in (
        "root cause: Jadwal (P-021) · why: Satu → Dua · elsewhere: Imigrasi",
        "looked for in dpmptsp: found there too (P-011) · seen: Sepi",
        "plan approved (P-023) · effective when: Terisi · to be verified by 2024-09-30",
        "A1 done (P-021) · shown by: EVD-2024-001",
        "verified: effective (P-005) · sample: 15 · shown by: Amatan",
        "closed (P-002) · risks: Tetap",
    ):
        assert detail in shown


@pytest.mark.parametrize(
    "words",
    [
        f"nc void {NC} --reason Ganda --by P-003 --date 2024-06-08",
        f"nc grade {NC} --to observation --reason Ringan --by P-003 --date 2024-06-08",
        f"nc amend {NC} --field grade --to observation --reason Ketik --by P-003 --date 2024-06-08",
    ],
)
def test_what_a_step_breaks_in_another_record_is_warned_of(root: Path, mpp: Command, words: str) -> None:
    """The row of the audit says nonconform, and this is the only finding that says what there was."""
    audit = root / "audits/IA-2024-01.yaml"
    before, unit, after = audit.read_text(encoding="utf-8").partition("unit: kependudukan")
    audit.write_text(before + unit + after.replace("result: conform", "result: nonconform", 1), encoding="utf-8")
    assert mpp(*ADD).code == 0
    qms = root / "qms.yaml"
    agreed = qms.read_text(encoding="utf-8")
    waiver = "waivers: [{code: AUD007, record: IA-2024-01, reason: Dibahas, approved_by: P-001}]\n"
    qms.write_text(agreed + waiver, encoding="utf-8")
    done = mpp(*words.split(), "--dry-run")
    assert (done.code, done.err) == (0, "")
    qms.write_text(agreed, encoding="utf-8")
    done = mpp(*words.split(), "--dry-run")
    assert (done.code, "Warning AUD007: audits/IA-2024-01.yaml: The row says nonconform" in done.err) == (0, True)
    done = mpp(*words.split(), "--format", "json")
    assert (done.code, [entry["code"] for entry in valid(done.json, "step")["warnings"]]) == (0, ["AUD007"])
    found = mpp("check", "--format", "json").json["findings"]
    assert "AUD007" in [entry["code"] for entry in found if entry["severity"] == "error"]


@pytest.mark.parametrize(
    "words",
    [
        f"nc transfer {NC} --to imigrasi --reason X --by P-002 --date 2024-06-15",
        "nc add --unit imigrasi --title T --grade ofi --source self --detected 2024-06-15 --by P-002 --clause 8.5.1",
    ],
)
def test_nothing_is_opened_in_a_unit_that_has_left(root: Path, mpp: Command, words: str) -> None:
    unit = root / "units/imigrasi/unit.yaml"
    text = unit.read_text(encoding="utf-8")
    assert mpp(*ADD).code == 0
    unit.write_text(
        text.replace("  role: in-scope-partner", "  role: in-scope-partner\n  to: 2024-06-10"), encoding="utf-8"
    )
    assert "SCO007" not in mpp("check").out
    done = mpp(*words.split())
    assert (done.code, "SCO007: " in done.err) == (1, True), done


def test_every_step_for_nonconformities_is_in_that_life_or_has_a_test_of_its_own() -> None:
    lived_ = {" ".join(words.split()[:2]) for words, _ in LIFE}
    own = {"nc respond", "sop revise", "sop review", "sop read", "sop withdraw"}
    assert set(STEPS) <= lived_ | own


def test_what_is_possible_is_told_without_reading_the_documents_for_each_trial(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.pdf").write_bytes(b"isi")
    lived(mpp, "nc verify")
    done = mpp(*f"action add {NC} --what Lagi --owner P-021 --due 2024-12-20 --date 2024-08-01".split())
    assert done.code == 0, done.err
    done = mpp(*f"action done {NC} A3 --evidence a.pdf --by P-021 --date 2024-08-02".split())
    assert done.code == 0, done.err
    read: list[Path] = []
    real = attachments._sha256

    def counted(path: Path) -> str:
        read.append(path)
        return real(path)

    monkeypatch.setattr(attachments, "_sha256", counted)
    assert "nc verify" in mpp("nc", "show", NC).out
    # once for its findings, once for all that is tried
    assert len(read) == 2


#: (the life up to this step, the step, the rule that forbids it, the command that comes first)
REFUSED: list[tuple[str, str, str, str | None]] = [
    # what no record could show afterwards
    ("end", f"nc correct {NC} --what X --owner P-021 --due 2024-12-01", "STP001", "mpp-qms nc add"),
    ("nc reopen", f"nc correct {NC} --what X --owner P-021 --due 2024-12-01", "STP002", f"mpp-qms nc reopen {NC}"),
    ("nc issue", f"nc reopen {NC} --reason X --by P-002", "STP003", f"mpp-qms nc show {NC}"),
    ("nc analyse", f"action done {NC} C1 --by P-021", "STP004", f"mpp-qms action add {NC}"),
    (
        "action done NC-KEPENDUDUKAN-2024-002 A1",
        f"action done {NC} A2 --by P-021",
        "STP005",
        f"mpp-qms action add {NC}",
    ),
    ("action add", f"nc plan {NC} --by P-023", "STP006", f"mpp-qms action add {NC}"),
    ("action add", f"nc verify {NC} --result effective --by P-005", "STP007", f"mpp-qms action add {NC}"),
    ("nc plan", f"nc verify {NC} --result effective --by P-005", "STP007", f"mpp-qms action done {NC} A1"),
    ("nc analyse", f"nc return {NC} --step cause --reason X --by P-005", "STP008", f"mpp-qms nc show {NC}"),
    ("nc correct", f"nc issue {NC} --by P-003", "STP009", None),
    ("nc correct", f"nc respond {NC} --submitted 2024-07-01", "STP010", None),
    ("nc correct", f"nc grade {NC} --to minor --reason X --by P-003", "STP012", None),
    ("nc correct", f"nc transfer {NC} --to kependudukan --reason X --by P-003", "STP012", None),
    ("action done NC-KEPENDUDUKAN-2024-002 A1", f"action reassign {NC} A1 --to P-021 --by P-023", "STP012", None),
    (
        "nc plan",
        f"nc plan {NC} --no-action Cukup --by P-023 --date 2024-06-16",
        "STP016",
        f"mpp-qms action cancel {NC} A1",
    ),
    ("action extend", f"action extend {NC} A1 --to 2024-06-30 --reason X --by P-002 --date 2024-06-20", "STP019", None),
    ("action cancel", f"action reassign {NC} A2 --to P-022 --by P-023 --date 2024-06-19", "STP018", None),
    ("nc close", f"nc amend {NC} --field grade --to ofi --reason X --by P-021 --date 2024-08-25", "PPL019", None),
    (
        "nc close",
        f"nc amend {NC} --field title --to Gerai¤kosong --reason X --by P-021 --date 2024-08-25",
        "STP012",
        None,
    ),
    # what a later entry takes back, or stands above
    ("nc grade", f"nc analyse {NC} --root X --by P-021 --date 2024-08-31", "STP020", None),
    ("nc grade", f"action add {NC} --what X --owner P-021 --due 2024-12-01 --date 2024-08-31", "STP020", None),
    ("nc grade", f"nc plan {NC} --by P-023 --date 2024-08-31", "STP020", None),
    ("nc grade", f"nc verify {NC} --result implemented --by P-005 --date 2024-09-01", "STP020", None),
    ("nc grade", f"nc close {NC} --by P-002 --date 2024-09-01", "STP020", None),
    ("nc reopen", f"nc reopen {NC} --reason X --by P-002 --date 2024-08-24", "STP020", None),
    ("nc transfer", f"nc grade {NC} --to ofi --reason X --by P-003 --date 2024-09-01", "STP020", None),
    ("nc amend", f"nc transfer {NC} --to imigrasi --reason X --by P-002 --date 2024-09-02", "STP020", None),
    ("nc void", f"nc void {NC} --reason X --by P-003 --date 2024-09-02", "NCL033", None),
    # an amendment is no way round who may do what
    ("nc plan", f"nc amend {NC} --field actions.A1.due --to 2025-07-01 --reason X --by P-021", "PPL019", None),
    ("nc plan", f"nc amend {NC} --field actions.A1.owner --to P-022 --reason X --by P-021", "PPL019", None),
    ("nc close", f"nc amend {NC} --field evidence --to Tiada --reason X --by P-021", "PPL019", None),
    ("nc close", f"nc amend {NC} --field source.kind --to self --reason X --by P-023", "PPL019", None),
    ("nc close", f"nc amend {NC} --field statement --to X --reason X --by P-004 --date 2024-06-01", "NCL034", None),
    # a step that was only run again
    *(
        (after, words, "STP022", None)
        for (words, _), (after, _) in pairwise(LIFE)
        if words.startswith(("nc plan", "nc read-across", "nc verify"))
    ),
    # the rules of check, on the record as it would be
    ("nc plan", f"nc plan {NC} --by P-021 --date 2024-06-16", "PPL003", None),
    ("action extend", f"action extend {NC} A1 --to 2024-07-15 --reason X --by P-021 --date 2024-06-20", "PPL004", None),
    ("action extend", f"action cancel {NC} A1 --reason X --by P-021 --date 2024-06-20", "PPL004", None),
    ("nc verify", f"nc verify {NC} --result effective --by P-021 --date 2024-08-20", "PPL001", None),
    ("nc verify", f"nc close {NC} --by P-002 --date 2024-08-20", "NCL006", f"mpp-qms nc verify {NC}"),
    ("nc analyse", f"nc close {NC} --by P-002 --date 2024-08-20", "NCL003", f"mpp-qms nc analyse {NC}"),
    ("nc close", f"nc close {NC} --by P-022 --date 2024-08-25", "PPL005", None),
    ("nc close", f"nc close {NC} --by P-002 --date 2024-08-01", "NCL006", None),
    ("nc close", f"nc grade {NC} --to observation --reason X --by P-023 --date 2024-08-25", "PPL017", None),
    ("nc close", f"nc void {NC} --reason X --by P-023 --date 2024-08-25", "PPL017", None),
    ("nc analyse", f"nc analyse {NC} --root X --by P-021 --date 2024-06-01", "NCL020", None),
    ("nc analyse", f"nc analyse {NC} --root X --by P-021 --date 2199-01-01", "NCL024", None),
    ("nc analyse", f"nc verify {NC} --result implemented --by P-022 --date 2024-08-01", "STP007", None),
]


def test_nobody_cancels_an_action_for_a_plan_without_one_that_a_major_may_not_have(root: Path, mpp: Command) -> None:
    lived(mpp, "nc plan")
    assert mpp(*f"nc grade {NC} --to major --reason X --by P-003 --date 2024-06-16".split()).code == 0
    done = mpp(*f"nc plan {NC} --no-action Cukup --by P-023 --date 2024-06-16".split())
    assert done.code == 1
    assert "NCL007" in done.err
    assert "action cancel" not in done.err


@pytest.mark.parametrize(("until", "words", "code", "first"), REFUSED, ids=[f"{row[2]}-{row[1]}" for row in REFUSED])
def test_what_must_not_be_is_refused_before_anything_is_written(
    root: Path, mpp: Command, until: str, words: str, code: str, first: str | None
) -> None:
    lived(mpp, until)
    before = bytes_of(root)
    done = mpp(*(word.replace("¤", " ") for word in words.split()))
    assert done.code == 1, (done.out, done.err)
    assert code in {line.split(":")[0] for line in done.err.splitlines()}
    assert "Nothing was written." in done.err
    if first is not None:
        assert f"First: {first}" in done.err
    assert bytes_of(root) == before
    assert done.out == ""


def test_with_a_correction_open_effectiveness_is_not_verified(root: Path, mpp: Command) -> None:
    lived(mpp, "nc verify")
    correct = f"nc correct {NC} --what Lagi --owner P-021 --due 2024-09-01 --date 2024-08-01"
    assert mpp(*correct.split()).code == 0
    done = mpp(*f"nc verify {NC} --result effective --by P-005 --date 2024-08-20".split())
    assert (done.code, done.err.split(":")[0]) == (1, "STP017")
    assert f"First: mpp-qms action done {NC} C2" in done.err


def test_what_was_sent_back_may_be_given_again_on_the_same_day(root: Path, mpp: Command) -> None:
    lived(mpp, "nc read-across")
    analysis = LIFE[3][0]
    assert analysis.startswith("nc analyse")
    again = mpp(*analysis.split())
    assert (again.code, again.err.split(":")[0]) == (1, "STP022")
    assert mpp(*f"nc return {NC} --step cause --reason X --by P-005 --date 2024-06-12".split()).code == 0
    assert mpp(*analysis.split()).code == 0
    assert status(mpp) == "analysed"


def test_what_the_program_calls_it_is_understood(mpp: Command) -> None:
    lived(mpp, "nc grade")
    assert mpp(*f"nc grade {NC} --to mayor --reason Berat --by P-003 --date 2024-09-02".split()).code == 0
    assert mpp("nc", "show", NC).out.splitlines()[1].startswith("major")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("nc list --status ditutup --grade MINOR", "Nonconformities: 1"),
        ("nc list --status dibuka-kembali", "Nonconformities: 0"),
        ("nc list --grade mayor --grade peluang¤peningkatan", "Nonconformities: 0"),
        ("sop list --status berlaku --as-of 2024-06-01", "SOPs: 3"),
        ("sop list --status konsep", "SOPs: 0"),
        ("overdue --grade belum¤dinilai", "Overdue: 0"),
    ],
)
def test_a_list_is_narrowed_by_the_words_of_either_language(mpp: Command, words: str, kept: str) -> None:
    done = mpp(*(word.replace("¤", " ") for word in words.split()))
    assert (done.code, done.err) == (0, "")
    assert kept in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            f"nc read-across {NC} --unit imigrasi --found mungkin --by P-031",
            "--found: mungkin {} yes (ya), no (tidak).",
        ),
        ("nc list --status selesai", "--status: selesai {} open (terbuka), corrected (sudah dikoreksi),"),
        ("nc list --grade berat", "--grade: berat {} major (mayor), minor, observation (observasi),"),
        ("sop list --status lama", "--status: lama {} draft (konsep), approved (disahkan), in-force (berlaku),"),
        ("nc add --grade xx", "--grade: xx bukan tingkat temuan. Yang ada: major (mayor), minor,"),
    ],
)
def test_a_refusal_names_the_choices_in_the_readers_language_too(
    mpp: Command, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    lived(mpp, "nc issue")
    monkeypatch.setenv("MPP_QMS_LANG", "id")
    done = mpp(*words.split())
    assert done.code == 2
    assert said.format("bukan salah satu dari") in " ".join(done.err.split())


def test_found_is_answered_in_either_language(root: Path, mpp: Command) -> None:
    lived(mpp, "nc read-across")
    assert mpp(*f"nc read-across {NC} --unit imigrasi --found tidak --by P-031 --date 2024-06-12".split()).code == 0
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert data["read_across"][0]["found"] is False


def test_a_finding_is_entered_in_the_words_of_either_language(root: Path, mpp: Command) -> None:
    words = [
        {"minor": "belum dinilai", "internal-audit:IA-2024-01": "audit internal: IA-2024-01"}.get(w, w) for w in ADD
    ]
    assert mpp(*words).code == 0
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert (data["grade"], data["source"]) == ("ungraded", {"kind": "internal-audit", "ref": "IA-2024-01"})


def test_every_condition_of_a_step_is_broken_here() -> None:
    broken = {code for _, _, code, _ in REFUSED} | {code for _, code in OF_SOPS} | {"STP011", "STP015", "STP017"}
    assert {code for code in all_rules() if code.startswith("STP")} <= broken


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"nc correct {NC} --what X --owner P-099 --due 2024-12-01", "--owner: nobody on the staff is called P-099."),
        (
            f"nc correct {NC} --what X --owner P-021 --due 1.12.2024",
            "--due: 1.12.2024 is not a day; write it as year-month-day, for instance 2024-12-16.",
        ),
        (f"nc correct {NC} --what X", "Still missing: --owner, --due."),
        (f"nc verify {NC} --result good --by P-005", "--result: good is not one of implemented, not-implemented"),
        (
            f"nc transfer {NC} --to imigras --reason X --by P-002",
            "--to: there is no unit imigras. Did you mean imigrasi",
        ),
        (f"nc respond {NC}", "Still missing: --submitted | --result | --next-due | --closed."),
        (f"action done {NC} A9 --by P-021", f"{NC} has no action A9; it has: C1"),
        ("action done NC-KEPENDUDUKAN-2024-0002 C1 --by P-021", f"Did you mean {NC}?"),
        ("action done kependudukan-9 C1 --by P-021", "There is no record kependudukan-9."),
        (f"action done {NC} C1 --by P-021 --evidence EVD-2024-999", "there is no evidence record EVD-2024-999"),
        (f"action done {NC} C1 --by P-021 --evidence foto.jpg", "--evidence: there is no file foto.jpg."),
        (f"nc correct {NC} --what A\x07B --owner P-021 --due 2024-12-01", "the text holds a control character"),
        (f"nc amend {NC} --field unit --to x --reason x --by P-002", "unit is not amended"),
        (f"nc amend {NC} --field titel --to x --reason x --by P-002", "holds no single value at titel"),
        (f"nc amend {NC} --field detected --to x --reason x --by P-002", "holds no single value at detected"),
    ],
)
def test_wrong_usage_says_what_is_wrong(root: Path, mpp: Command, words: str, said: str) -> None:
    lived(mpp, "action done")
    before = bytes_of(root)
    done = mpp(*words.split(" "))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert bytes_of(root) == before


def test_an_id_may_be_shortened_as_long_as_it_is_unique(mpp: Command) -> None:
    lived(mpp, "action done")
    assert mpp("nc", "show", "kependudukan-2").code == 0
    assert mpp("nc", "show", NC.lower()).code == 0
    assert mpp("action", "done", "KEPENDUDUKAN-002", "c1", "--by", "P-021", "--date", "2024-06-09").code == 0
    said = mpp("nc", "show", "kependudukan-2024-2")
    assert said.code == 0
    several = mpp("sop", "show", "001")
    assert several.code == 2
    assert "001 means more than one record: SOP-" in several.err


def test_a_dry_run_shows_the_difference_and_writes_nothing(root: Path, mpp: Command) -> None:
    lived(mpp, "action done")
    before = bytes_of(root)
    done = mpp("action", "done", NC, "C1", "--by", "P-021", "--date", "2024-06-09", "--dry-run")
    assert done.code == 0
    assert done.out.startswith(f"--- a/{PATH}\n+++ b/{PATH}\n")
    assert "+    done:\n+      date: 2024-06-09\n+      by: P-021\n" in done.out
    assert bytes_of(root) == before
    assert valid(mpp(*done_c1(), "--dry-run", "--format", "json").json, "step")["written"] is False
    assert bytes_of(root) == before


def done_c1() -> list[str]:
    return ["action", "done", NC, "C1", "--by", "P-021", "--date", "2024-06-09"]


def test_the_json_of_a_step(mpp: Command) -> None:
    lived(mpp, "action done")
    found = valid(mpp(*done_c1(), "--format", "json").json, "step")
    assert (found["step"], found["records"], found["action"]) == ("action done", [NC], "C1")
    assert (found["status"], found["written"], found["paths"]) == ("corrected", True, [PATH])
    added = mpp(*f"action add {NC} --what X --owner P-021 --due 2024-07-01 --date 2024-06-15 --format json".split())
    assert valid(added.json, "step")["action"] == "A1"


def test_the_json_of_a_refusal(mpp: Command) -> None:
    lived(mpp, "action add")
    done = mpp("nc", "plan", NC, "--by", "P-023", "--format", "json")
    assert done.code == 1
    (reason,) = valid(json.loads(done.out), "refused")["refused"]
    assert (reason["code"], reason["command"]) == ("STP006", f"mpp-qms action add {NC}")


def test_a_warning_is_said_and_forbids_nothing(mpp: Command) -> None:
    lived(mpp, "action add")
    done = mpp(*f"action add {NC} --what X --owner P-021 --due 2026-07-01 --date 2024-06-15".split())
    assert done.code == 0
    assert done.err.startswith("Warning NCL011:")


def test_in_analyse_root_is_the_cause_unless_it_names_the_folder(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lived(mpp, "nc analyse")
    monkeypatch.delenv("MPP_QMS_ROOT")
    monkeypatch.chdir(tmp_path.parent)
    words = ["nc", "analyse", NC, "--root", "Jadwal", "--by", "P-021", "--date", "2024-06-12"]
    assert mpp(*words, "--root", str(root)).code == 0
    words[words.index("Jadwal")] = "Pengganti"
    assert mpp(*words, "-C", str(root)).code == 0
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert [cause["root"] for cause in data["causes"]] == ["Jadwal", "Pengganti"]


def test_a_file_as_evidence_is_hashed_and_must_lie_in_the_repository(root: Path, mpp: Command, tmp_path: Path) -> None:
    lived(mpp, "action done")
    (root / "documents").mkdir()
    (root / "documents" / "foto.txt").write_bytes(b"foto")
    (tmp_path / "luar.txt").write_bytes(b"luar")
    outside = mpp(*done_c1(), "--evidence", str(tmp_path / "luar.txt"))
    assert (outside.code, "outside the repository" in outside.err) == (2, True)
    words = ["--evidence", "documents/foto.txt", "--evidence", "https://contoh.go.id/a"]
    assert mpp(*done_c1(), *words).code == 0
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    path, url = data["corrections"][0]["done"]["evidence"]
    assert path["path"] == "documents/foto.txt"
    assert len(path["sha256"]) == 64
    assert url == {"url": "https://contoh.go.id/a"}
    assert mpp("check").code == 0


def test_a_record_that_cannot_be_read_is_not_stepped_in(root: Path, mpp: Command) -> None:
    lived(mpp, "action done")
    (root / PATH).write_text("id: [", encoding="utf-8")
    done = mpp(*done_c1())
    assert done.code == 2
    assert f"{NC} could not be read" in done.err
    assert f"mpp-qms nc edit {NC}" in done.err


def test_a_file_that_cannot_be_edited_safely_says_so_and_stays(root: Path, mpp: Command) -> None:
    lived(mpp, "action done")
    text = (root / PATH).read_text(encoding="utf-8")
    # a sign that ends a line in YAML 1.1 and for no editor
    (root / PATH).write_text(text.replace("\n# What", "\x85x-a: 1\n# What"), encoding="utf-8")
    before = bytes_of(root)
    assert status(mpp) == "open"
    done = mpp(*f"nc read-across {NC} --unit imigrasi --found no --by P-031 --date 2024-06-12".split())
    assert done.code == 1
    assert done.err.startswith("STP015:")
    assert f"First: mpp-qms nc edit {NC}" in done.err
    assert bytes_of(root) == before


# --- a body's finding ---


BODY = "NC-KEPENDUDUKAN-2024-002"


def body_found(mpp: Command) -> None:
    words = [*ADD, "--body", "gci", "--number", "NCR-1", "--response-due", "2024-08-01"]
    words[words.index("internal-audit:IA-2024-01")] = "external-audit"
    done = mpp(*words)
    assert done.code == 0, done.err


def test_a_bodys_finding_is_answered_and_closed_by_the_body(root: Path, mpp: Command) -> None:
    body_found(mpp)
    for words in (
        f"nc respond {BODY} --submitted 2024-07-20",
        f"nc respond {BODY} --result returned --next-due 2024-08-20 --date 2024-07-30",
        f"nc respond {BODY} --submitted 2024-08-15",
        f"nc respond {BODY} --result accepted --date 2024-08-25",
        f"nc respond {BODY} --closed 2024-09-01",
    ):
        done = mpp(*words.split())
        assert (done.code, done.err) == (0, ""), words
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert data["external"]["responses"] == [
        {"submitted": "2024-07-20", "decided": "2024-07-30", "result": "returned", "next_due": "2024-08-20"},
        {"submitted": "2024-08-15", "decided": "2024-08-25", "result": "accepted"},
    ]
    assert data["external"]["closed"] == "2024-09-01"
    assert mpp("check").code == 0


@pytest.mark.parametrize(
    ("before", "words", "why"),
    [
        ([], "--result accepted --date 2024-07-30", "no answer is waiting"),
        (["--submitted 2024-07-20"], "--submitted 2024-07-21", "an answer is waiting"),
        (["--closed 2024-07-20"], "--submitted 2024-07-21", "the body closed it on 2024-07-20"),
    ],
)
def test_an_answer_out_of_turn_is_refused(mpp: Command, before: list[str], words: str, why: str) -> None:
    body_found(mpp)
    for step in before:
        assert mpp("nc", "respond", BODY, *step.split()).code == 0
    done = mpp("nc", "respond", BODY, *words.split())
    assert done.code == 1
    assert done.err.startswith("STP011:")
    assert why in done.err


# --- SOPs ---


def test_the_life_of_an_sop(root: Path, mpp: Command) -> None:
    new = mpp(
        *[
            "sop",
            "add",
            "--unit",
            "kependudukan",
            "--title",
            "Antrean",
            "--number",
            "SOP/2",
            "--clause",
            "8.5.1",
            "--service",
            "layanan",
            "--format",
            "json",
        ]
    )
    assert valid(new.json, "sop-add")["id"] == "SOP-KEPENDUDUKAN-002"
    id_ = "SOP-KEPENDUDUKAN-002"
    (root / "documents").mkdir()
    (root / "documents" / "sop.txt").write_bytes(b"satu")
    revise = f"sop revise {id_} --effective 2024-03-01 --change Baru --document documents/sop.txt --by P-001"
    assert mpp(*revise.split(), "--date", "2024-02-20").code == 0
    assert mpp(*f"sop read {id_} --by P-021 --by P-022 --date 2024-03-02".split()).code == 0
    assert mpp(*f"sop review {id_} --result valid --by P-023 --date 2024-09-01".split()).code == 0
    again = revise.replace("2024-03-01", "2024-10-01")
    assert mpp(*again.split(), "--date", "2024-09-20").code == 0
    data = parse((root / f"units/kependudukan/sops/{id_}.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert [revision["number"] for revision in data["revisions"]] == ["1", "2"]
    assert [reading["by"] for reading in data["read"]] == ["P-021", "P-022"]
    shown = mpp("sop", "show", id_, "--as-of", "2024-10-02", "--format", "json").json
    assert (shown["status"], shown["revision"]) == ("in-force", "2")
    assert shown["not_read"] == ["P-021", "P-022", "P-023"]
    assert mpp("check").code == 0
    (root / "documents" / "sop.txt").write_bytes(b"dua")
    assert "DOC012" in mpp("check").out
    (root / "documents" / "sop.txt").write_bytes(b"satu")
    assert mpp(*f"sop withdraw {id_} --reason Digabung --by P-001 --date 2024-11-01".split()).code == 0
    assert mpp("sop", "show", id_, "--format", "json").json["status"] == "withdrawn"


OF_SOPS = [
    (f"sop review {SOP} --result valid --by P-023 --date 2024-01-10", "STP014"),
    (f"sop read {SOP} --by P-021 --date 2024-03-02; sop read {SOP} --by P-021 --date 2024-03-03", "STP009"),
    (
        f"sop withdraw {SOP} --reason X --by P-001 --date 2024-03-01;"
        f"sop review {SOP} --result valid --by P-023 --date 2024-03-02",
        "STP013",
    ),
    (f"sop read {SOP} --revision 9 --by P-021 --date 2024-03-02", "DOC008"),
    (
        f"sop revise {SOP} --effective 2024-06-01 --change X --document Y --number 1 --by P-001 --date 2024-05-01",
        "DOC005",
    ),
    (f"sop revise {SOP} --effective 2024-06-01 --change X --document Y --date 2024-05-01", "DOC003"),
    (f"sop revise {SOP} --effective 2024-02-04 --change X --document Y --by P-001 --date 2024-02-01", "STP021"),
    (
        f"sop revise {SOP} --effective 2024-06-01 --change X --document Y --number awal --by P-001 --date 2024-05-01;"
        f"sop revise {SOP} --effective 2024-07-01 --change X --document Y --by P-001 --date 2024-06-01",
        "STP023",
    ),
    (f"sop withdraw {SOP} --reason X --by P-001 --date 2024-01-31", "DOC007"),
]


@pytest.mark.parametrize(("words", "code"), OF_SOPS, ids=[f"{code}-{words[:40]}" for words, code in OF_SOPS])
def test_what_an_sop_must_not_is_refused(root: Path, mpp: Command, words: str, code: str) -> None:
    *first, last = words.split(";")
    for step in first:
        assert mpp(*step.split()).code == 0
    before = bytes_of(root)
    done = mpp(*last.split())
    assert done.code == 1
    assert code in done.err
    assert bytes_of(root) == before


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], "1"), (["1"], "2"), (["0", "1"], "2"), (["09"], "10"), (["Rev. 2"], "Rev. 3"), (["A"], None)],
)
def test_revisions_are_counted_on_as_they_are_written(numbers: list[str], expected: str | None) -> None:
    from mpp_qms.steps.sop import next_revision

    assert next_revision(numbers) == expected


# --- decisions of a review ---


def test_a_decision_of_a_review_is_an_action_like_any_other(root: Path, mpp: Command) -> None:
    added = mpp(
        *[
            "action",
            "add",
            "RTM-2024-01",
            "--what",
            "Loket",
            "--owner",
            "P-011",
            "--due",
            "2024-12-01",
            "--review-output",
            "resources",
        ],
        *["--date", "2024-06-21", "--format", "json"],
    )
    assert added.json["action"] == "D2"
    assert (
        mpp(
            *[
                "action",
                "extend",
                "rtm-1",
                "D2",
                "--to",
                "2024-12-31",
                "--reason",
                "Lelang",
                "--by",
                "P-001",
                "--date",
                "2024-07-01",
            ]
        ).code
        == 0
    )
    assert mpp(*["action", "done", "RTM-2024-01", "D2", "--by", "P-011", "--date", "2024-10-01"]).code == 0
    data = parse((root / "reviews/RTM-2024-01.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert data["decisions"][1]["output"] == "resources"
    assert mpp("check").code == 0


def test_a_damaged_plan_of_a_broken_off_change_stops_writing_and_not_reading(mpp: Command, root: Path) -> None:
    (root / ".mpp-qms").mkdir(exist_ok=True)
    (root / ".mpp-qms" / "change").write_text("{", encoding="utf-8")
    before = bytes_of(root)
    said = mpp(*ADD)
    assert said.code == 3
    assert ".mpp-qms/change, is damaged" in said.err
    assert "delete .mpp-qms/change" in said.err
    assert bytes_of(root) == before
    said = mpp("check")
    assert said.code == 0
    assert ".mpp-qms/change, is damaged" in said.err


@pytest.mark.parametrize("field", [".grade", "grade.", " regraded..0.to", "actions.A1.due."])
def test_a_field_is_amended_by_its_own_name_only(root: Path, mpp: Command, field: str) -> None:
    lived(mpp, "nc close")
    before = bytes_of(root)
    done = mpp("nc", "amend", NC, "--field", field, "--to", "ofi", "--reason", "X", "--by", "P-002")
    assert done.code == 2
    assert "holds no single value" in done.err
    assert bytes_of(root) == before


def test_an_amendment_names_an_entry_by_its_id(mpp: Command, root: Path) -> None:
    lived(mpp, "nc plan")
    words = ["--to", "2024-07-02", "--reason", "X", "--by", "P-002", "--date", "2024-06-15"]
    assert mpp("nc", "amend", NC, "--field", "actions.0.due", *words).code == 0
    data = parse((root / PATH).read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    assert data["amended"][0]["field"] == "actions.A1.due"


@pytest.mark.parametrize(
    "words",
    [
        ("nc", "grade", NC, "--to", "ofi", "--reason", "X", "--by", "P-099"),
        tuple(ADD),
        ("sop", "review", SOP, "--result", "valid", "--by", "P-099"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_without_qms_nobody_may_do_anything(mpp: Command, root: Path, words: tuple[str, ...]) -> None:
    lived(mpp, "nc issue")
    with (root / "qms.yaml").open("a", encoding="utf-8") as file:
        file.write("a: [\n")
    before = bytes_of(root)
    done = mpp(*words)
    assert done.code == 2
    assert "qms.yaml could not be read" in done.err
    assert bytes_of(root) == before


def test_two_root_causes_are_not_taken_for_one(mpp: Command, root: Path) -> None:
    lived(mpp, "nc issue")
    before = bytes_of(root)
    done = mpp("nc", "analyse", NC, "--root", "Jadwal", "--root", "Pengganti", "--by", "P-021")
    assert (done.code, "the root cause is one" in done.err) == (2, True)
    assert bytes_of(root) == before


# --- the edges of what must hold before ---


def taken(mpp: Command, words: str) -> str:
    """`taken`, or the code that forbids it; nothing is written."""
    done = mpp(*words.split(), "--dry-run")
    return "taken" if done.code == 0 else done.err.split(":")[0]


@pytest.mark.parametrize(
    ("day", "expected"), [("2024-06-19", "STP018"), ("2024-06-20", "taken"), ("2024-06-21", "taken")]
)
def test_an_action_changes_on_the_day_of_its_last_change_or_later(mpp: Command, day: str, expected: str) -> None:
    lived(mpp, "action cancel")
    # A1 was extended, A2 handed over on 2024-06-20: either counts for either
    extend = f"action extend {NC} {{}} --to 2024-08-15 --reason X --by P-002 --date {day}"
    reassign = f"action reassign {NC} {{}} --to {{}} --by P-023 --date {day}"
    assert taken(mpp, extend.format("A1")) == taken(mpp, extend.format("A2")) == expected
    assert taken(mpp, reassign.format("A1", "P-022")) == taken(mpp, reassign.format("A2", "P-022")) == expected


@pytest.mark.parametrize(
    ("to", "expected"), [("2024-07-14", "STP019"), ("2024-07-15", "STP019"), ("2024-07-16", "taken")]
)
def test_an_extension_leads_beyond_the_day_that_holds(mpp: Command, to: str, expected: str) -> None:
    lived(mpp, "action cancel")
    # first due on 2024-07-01, extended to 2024-07-15: the latter holds
    assert taken(mpp, f"action extend {NC} A1 --to {to} --reason X --by P-002 --date 2024-06-21") == expected


def test_a_revision_is_read_once_by_each_whether_it_is_named_or_not(mpp: Command) -> None:
    revise = f"sop revise {SOP} --effective 2024-06-01 --change X --document Y --by P-001 --date 2024-05-01"
    assert mpp(*revise.split()).code == 0
    assert mpp(*f"sop read {SOP} --by P-021 --date 2024-03-02".split()).code == 0
    read = f"sop read {SOP} --by P-021 --date"
    assert taken(mpp, f"{read} 2024-03-03") == "STP009"
    assert taken(mpp, f"{read} 2024-03-03 --revision 1") == "STP009"
    # another by now, another that is named, another reader
    assert taken(mpp, f"{read} 2024-06-01") == "taken"
    assert taken(mpp, f"{read} 2024-06-01 --revision 1") == "STP009"
    assert taken(mpp, f"{read} 2024-05-31 --revision 2") == "taken"
    assert taken(mpp, f"sop read {SOP} --by P-022 --date 2024-03-03") == "taken"


@pytest.mark.parametrize(
    ("until", "cause", "plan"),
    [
        ("nc analyse", "STP008", "STP008"),
        ("nc return", "taken", "STP008"),
        ("action extend", "taken", "taken"),
    ],
)
def test_only_what_stands_is_sent_back(mpp: Command, until: str, cause: str, plan: str) -> None:
    lived(mpp, until)
    back = f"nc return {NC} --reason X --by P-005 --date 2024-06-18 --step"
    assert taken(mpp, f"{back} cause") == cause
    assert taken(mpp, f"{back} plan") == plan


def test_a_plan_that_was_sent_back_is_not_sent_back_twice(mpp: Command) -> None:
    lived(mpp, "action extend")
    back = f"nc return {NC} --reason X --by P-005 --date"
    assert mpp(*f"{back} 2024-06-18 --step plan".split()).code == 0
    assert status(mpp) == "analysed"
    assert taken(mpp, f"{back} 2024-06-19 --step plan") == "STP008"
    assert taken(mpp, f"{back} 2024-06-19 --step cause") == "taken"
