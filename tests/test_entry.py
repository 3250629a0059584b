"""Entering a nonconformity: what is missing, what is unknown, and the data that comes of what was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mpp_qms.entry import Given, data_of, holds_control_character, missing, normalised, unknown
from tests.factories import ENGLISH, Files, mall, record, register_of

WHOLE = Given(
    unit="kependudukan",
    title="Gerai kosong",
    grade="minor",
    clauses=("8.5.1", "7.3"),
    criterion="SOP antrean",
    evidence="Kosong 10.15-10.40",
    statement="Gerai tidak dijaga",
    source="internal-audit:IA-2024-01",
    detected=date(2024, 6, 4),
    by="P-005",
    sops=("SOP-KEPENDUDUKAN-001",),
    issued=date(2024, 6, 6),
)
BODYS = replace(WHOLE, source="external-audit", body="gci", number="NCR-1", response_due=date(2024, 7, 1))


def problems(given: Given, files: Files | None = None) -> list[str]:
    register = register_of(files if files is not None else mall())
    return [problem.show(ENGLISH) for problem in unknown(given, register)]


# --- what is missing ---


def test_nothing_is_missing_in_what_is_whole() -> None:
    assert missing(WHOLE) == ()
    assert missing(BODYS) == ()


def test_what_is_missing_is_named_in_the_order_of_the_record() -> None:
    assert missing(Given()) == (
        "unit",
        "title",
        "grade",
        "source",
        "detected",
        "by",
        "clauses",
        "criterion",
        "evidence",
        "statement",
    )


@pytest.mark.parametrize("grade", ["major", "minor"])
def test_a_major_and_a_minor_need_criterion_evidence_and_statement(grade: str) -> None:
    bare = replace(WHOLE, grade=grade, criterion=None, evidence=None, statement=None)
    assert missing(bare) == ("criterion", "evidence", "statement")


@pytest.mark.parametrize("grade", ["observation", "ofi", "ungraded"])
def test_other_grades_do_not(grade: str) -> None:
    assert missing(replace(WHOLE, grade=grade, criterion=None, evidence=None, statement=None)) == ()


@pytest.mark.parametrize(
    "given",
    [
        replace(BODYS, body=None),
        replace(WHOLE, number="NCR-1"),
        replace(WHOLE, response_due=date(2024, 7, 1)),
    ],
)
def test_what_a_body_said_needs_the_body(given: Given) -> None:
    assert missing(given) == ("body",)


def test_blanks_are_nothing() -> None:
    assert missing(normalised(replace(WHOLE, title=" \t", statement="\n"))) == ("title", "statement")


# --- what is unknown ---


def test_what_is_known_has_no_problem() -> None:
    assert problems(WHOLE) == []
    assert problems(BODYS) == []
    assert problems(replace(WHOLE, by="gci", issued=None)) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            replace(WHOLE, unit="Kependudukan"),
            "--unit: there is no unit Kependudukan. Did you mean kependudukan?",
        ),
        (replace(WHOLE, grade="mayor"), "--grade: mayor is no grade. Did you mean major?"),
        (replace(WHOLE, clauses=("8.5.1", "8.5.7")), "--clause: there is no clause 8.5.7. Did you mean 8.5.6?"),
        (replace(WHOLE, clauses=("",)), "--clause: there is no clause ."),
        (
            replace(WHOLE, sops=("SOP-KEPENDUDUKAN-01",)),
            "--sop: there is no SOP SOP-KEPENDUDUKAN-01. Did you mean SOP-KEPENDUDUKAN-001?",
        ),
        (replace(WHOLE, by="p-005"), "--by: nobody is called p-005. Did you mean P-005?"),
        (replace(BODYS, body="P-001"), "--body: there is no party P-001. There are: gci, ombudsman."),
        (replace(WHOLE, source="komplain:1"), "--source: komplain is no kind of source. Did you mean complaint?"),
        (replace(WHOLE, evidence="a\x07"), "--evidence: the text holds a control character."),
        (replace(WHOLE, clauses=("8.5.1 a\x07",)), "--clause: the text holds a control character."),
        (replace(WHOLE, source="self:\x9b"), "--source: the text holds a control character."),
    ],
)
def test_what_is_unknown_is_told_with_its_option_and_the_nearest(given: Given, said: str) -> None:
    assert problems(given) == [said]


def test_letters_may_follow_a_clause() -> None:
    assert problems(replace(WHOLE, clauses=("9.2.2 c",))) == []


def test_everything_unknown_is_told_at_once() -> None:
    assert len(problems(replace(WHOLE, unit="x", by="y", clauses=("99",), sops=("z",)))) == 4


def test_by_what_could_not_be_read_nothing_is_judged() -> None:
    stranger = replace(WHOLE, by="P-999", body="somebody")
    assert len(problems(stranger)) == 2
    assert problems(stranger, mall() | {"qms.yaml": None}) == []
    assert problems(WHOLE, mall() | {"units/kependudukan/unit.yaml": None}) == []
    assert problems(WHOLE, mall() | {"units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml": None}) == []


def test_clauses_are_those_of_the_edition_in_force_on_the_day_of_detection() -> None:
    later = mall(
        {"qms.yaml": "standards: [{edition: iso-9001-2015}, {edition: iso-9001-2051, from: 2024-07-01}]"},
    )
    assert problems(WHOLE, later) == []
    (said,) = problems(replace(WHOLE, detected=date(2024, 8, 1)), later)
    assert "iso-9001-2051" in said
    assert "Did you mean iso-9001-2015?" in said


@pytest.mark.parametrize("text", ["a\tb\nc", "a\r\nb\rc", "a\x85b\u2028c", "👨\u200d👧 é \u00a0"])
def test_tabs_line_endings_and_joined_signs_are_no_control_characters(text: str) -> None:
    assert not holds_control_character(text)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufeff", "\udc80", "\uffff"])
def test_control_characters_are_what_no_record_may_hold(sign: str) -> None:
    assert holds_control_character(f"a{sign}b")


# --- the data ---


def test_line_endings_become_lf_and_texts_stay_as_typed() -> None:
    given = normalised(replace(WHOLE, evidence=" a\r\nb\rc\x85d\u2028e ", unit=" kependudukan ", clauses=(" 8.5.1",)))
    assert (given.evidence, given.unit, given.clauses) == (" a\nb\nc\nd\ne ", "kependudukan", ("8.5.1",))


@pytest.mark.parametrize("given", [WHOLE, BODYS])
def test_keys_are_in_the_order_of_the_format_and_make_a_record(given: Given) -> None:
    found = data_of(given, "NC-KEPENDUDUKAN-2024-007")
    assert list(found) == [key for key in ORDER if key in found]
    written = {key: _plain(value) for key, value in found.items()}
    assert record("nonconformity", written).id == "NC-KEPENDUDUKAN-2024-007"


#: FORMAT.md, Nonconformity: the keys that `nc add` can write.
ORDER = [
    "id",
    "unit",
    "title",
    "grade",
    "source",
    "detected",
    "issued",
    "clauses",
    "sops",
    "criterion",
    "evidence",
    "statement",
    "external",
]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def test_what_was_not_given_is_left_out() -> None:
    bare = Given(unit="a", title="b", grade="ofi", clauses=("7.3",), source="self", detected=date(2024, 1, 2), by="c")
    assert data_of(bare, "NC-A-2024-001") == {
        "id": "NC-A-2024-001",
        "unit": "a",
        "title": "b",
        "grade": "ofi",
        "source": {"kind": "self"},
        "detected": {"date": date(2024, 1, 2), "by": "c"},
        "clauses": ["7.3"],
    }


def test_a_reference_of_a_source_may_hold_colons() -> None:
    assert data_of(replace(WHOLE, source="complaint: ADU:3"), "x")["source"] == {"kind": "complaint", "ref": "ADU:3"}


def test_external_carries_the_bodys_grade_unless_it_gave_none() -> None:
    assert data_of(BODYS, "x")["external"] == {
        "body": "gci",
        "number": "NCR-1",
        "grade": "minor",
        "clause": "8.5.1",
        "response_due": date(2024, 7, 1),
    }
    assert "grade" not in data_of(replace(BODYS, grade="ungraded"), "x")["external"]
