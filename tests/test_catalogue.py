"""The catalogue: the standard's clauses as the field study lists them, in both languages, the edition in every look-up."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mpp_qms import catalogue
from mpp_qms.catalogue import Clause, Expectation, UnknownEdition, editions, standard
from mpp_qms.messages import LANGUAGES
from mpp_qms.register import build
from mpp_qms.store.repository import Repository
from tests.factories import day, mall, read

EDITION = "iso-9001-2015"
with (Path(__file__).parent / "data" / "iso9001_2015_clauses.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = {row["clause"]: row for row in csv.DictReader(stream)}
LEAVES = {number: row for number, row in ROWS.items() if row["is_requirement"] != "heading"}
STANDARD = standard(EDITION)


# --- as the study lists it ---


def test_ninety_one_entries_sixty_five_with_requirements_in_the_order_of_the_standard() -> None:
    assert list(STANDARD.clauses) == list(ROWS)
    assert (len(STANDARD.clauses), len(STANDARD.leaves)) == (91, 65)
    assert [clause.number for clause in STANDARD.leaves] == list(LEAVES)


@pytest.mark.parametrize("number", ROWS)
def test_titles_and_headings(number: str) -> None:
    clause, row = STANDARD.clauses[number], ROWS[number]
    assert dict(clause.title) == {"en": row["title_en"], "id": row["title_id"]}
    assert clause.heading == (row["is_requirement"] == "heading")


@pytest.mark.parametrize("number", LEAVES)
def test_what_is_assessed_where_shown_by_what_expecting_which_keys(number: str) -> None:
    clause, row = STANDARD.clauses[number], LEAVES[number]
    assert clause.assessed == row["assessed"]
    assert clause.shown_by == set(row["shown_by"].split("+"))
    assert list(clause.expects) == row["expects"].split()
    assert clause.applicability == row["mpp_applicability"]
    for key in clause.expects:
        expectation = STANDARD.keys[key]
        fresh = "quarter" if expectation.quarterly else "-" if expectation.months is None else str(expectation.months)
        assert fresh == row["fresh_months"]
        assert clause.assessed == expectation.level or expectation.level == "both" or clause.assessed == "both"


def test_headings_carry_no_requirements() -> None:
    for clause in STANDARD.clauses.values():
        if clause.heading:
            assert (clause.assessed, clause.shown_by, clause.expects, clause.applicability) == (
                None,
                frozenset(),
                (),
                None,
            )


def test_every_key_is_expected_by_a_clause_but_the_notice_of_changes() -> None:
    expected = {key for clause in STANDARD.leaves for key in clause.expects}
    assert STANDARD.keys.keys() - expected == {"change-notice"}
    assert expected - STANDARD.keys.keys() == set()
    assert STANDARD.clauses_expecting("management-review") == ("9.3.1", "9.3.2", "9.3.3")
    assert STANDARD.clauses_expecting("change-notice") == ()


def test_providers_are_concerned_by_what_is_asked_of_providers() -> None:
    assert {key for key, entry in STANDARD.keys.items() if entry.providers} == {
        "provider-agreements",
        "provider-evaluation",
    }


# --- in our own words, in both languages ---


def _texts(value: Any, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text kept by language in a clause, key or standard."""
    for name in ("title", "applicability_note", "maintain", "retain", "questions", "evidence", "note"):
        text = getattr(value, name, None)
        if text:
            yield f"{where}.{name}", text


ALL_TEXTS = [
    *_texts(STANDARD, EDITION),
    *(found for clause in STANDARD.clauses.values() for found in _texts(clause, clause.number)),
    *(found for key in STANDARD.keys.values() for found in _texts(key, key.key)),
]


@pytest.mark.parametrize(("where", "texts"), ALL_TEXTS, ids=[where for where, _ in ALL_TEXTS])
def test_every_text_is_there_in_both_languages(where: str, texts: Mapping[str, Any]) -> None:
    assert set(texts) == set(LANGUAGES)
    english, indonesian = texts["en"], texts["id"]
    if isinstance(english, tuple):
        assert len(english) == len(indonesian) > 0
        assert all(text.strip() for text in (*english, *indonesian))
    else:
        assert english.strip()
        assert indonesian.strip()
    if not where.endswith(".title"):
        assert english != indonesian


@pytest.mark.parametrize("clause", STANDARD.leaves, ids=lambda clause: clause.number)
def test_each_leaf_has_questions_and_typical_evidence(clause: Clause) -> None:
    for language in LANGUAGES:
        assert len(clause.questions[language]) >= 1
        assert len(clause.evidence[language]) >= 1
        assert all(question.rstrip().endswith(("?", ".")) for question in clause.questions[language])


@pytest.mark.parametrize("clause", STANDARD.leaves, ids=lambda clause: clause.number)
def test_what_may_be_left_out_says_when(clause: Clause) -> None:
    if clause.applicability in ("A-limited", "CLAIM-NA", "conditional"):
        assert clause.applicability_note is not None


def test_what_the_study_marks_as_maintained_or_retained_is_told() -> None:
    for number, row in LEAVES.items():
        marks = row["doc_info"]
        clause = STANDARD.clauses[number]
        if re.fullmatch(r"M|M\+R|\(M\)|\(M\+R\)", marks):
            assert clause.maintain is not None, number
        if re.fullmatch(r"R\*?|M\+R|\(M\+R\)", marks):
            assert clause.retain is not None, number


# --- look-ups ---


@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("8.5.1", ("8.5.1",)),
        ("9.2.2 c", ("9.2.2",)),
        ("9.2.2 c)", ("9.2.2",)),
        ("7.5.3", ("7.5.3.1", "7.5.3.2")),
        ("9.3", ("9.3.1", "9.3.2", "9.3.3")),
        ("10", ("10.1", "10.2.1", "10.2.2", "10.3")),
        ("8.5.99", ()),
        ("1", ()),
        ("8.5.1.1", ()),
    ],
)
def test_a_heading_stands_for_its_leaves(text: str, leaves: tuple[str, ...]) -> None:
    assert STANDARD.leaves_of(text) == leaves


def test_an_edition_without_a_catalogue_is_unknown() -> None:
    assert editions() == (EDITION,)
    with pytest.raises(UnknownEdition):
        standard("iso-9001-1987")


# --- a second edition is another folder ---

_HEAD = """\
edition: iso-9001-2099
title: {en: ISO 9001:2099, id: "ISO 9001:2099 (contoh)"}
keys:
  quality-culture:
    title: {en: Quality culture, id: Budaya mutu}
    level: both
    fresh: 6
"""
_CHAPTER = """\
clauses:
- clause: "1"
  title: {en: Culture, id: Budaya}
  heading: true
- clause: "1.1"
  title: {en: Culture of quality, id: Budaya mutu}
  assessed: unit
  shown_by: [document]
  expects: [quality-culture]
  applicability: A
  questions: {en: [Who says so?], id: [Kata siapa?]}
  evidence: {en: [A survey], id: [Survei]}
"""


@pytest.fixture
def two_editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A made-up edition beside the real one."""
    folder = tmp_path / "clauses"
    (folder / "iso-9001-2099").mkdir(parents=True)
    (folder / "iso-9001-2099" / "standard.yaml").write_text(_HEAD, encoding="utf-8")
    (folder / "iso-9001-2099" / "01-culture.yaml").write_text(_CHAPTER, encoding="utf-8")
    real = catalogue.FOLDER / EDITION
    (folder / EDITION).mkdir()
    for path in real.iterdir():
        (folder / EDITION / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    editions.cache_clear()
    standard.cache_clear()
    yield
    monkeypatch.undo()
    editions.cache_clear()
    standard.cache_clear()


@pytest.mark.usefixtures("two_editions")
def test_a_second_edition_is_another_folder() -> None:
    assert editions() == (EDITION, "iso-9001-2099")
    found = standard("iso-9001-2099")
    assert [clause.number for clause in found.leaves] == ["1.1"]
    assert found.leaves_of("1") == ("1.1",)
    culture: Expectation = found.keys["quality-culture"]
    assert (culture.months, culture.level) == (6, "both")
    assert standard(EDITION).leaves_of("10.3") == ("10.3",)


@pytest.mark.usefixtures("two_editions")
def test_the_mall_is_judged_by_the_edition_of_the_day() -> None:
    text = "standards: [{edition: iso-9001-2015, from: 2023-01-01}, {edition: iso-9001-2099, from: 2024-12-01}]"
    register = build(Repository(Path("mall"), read(mall({"qms.yaml": text}))), day("2024-11-15"), day("2024-11-15"))
    assert register.standard.edition == EDITION
    assert register.at(day("2024-11-15"), day("2024-12-01")).standard.edition == "iso-9001-2099"
