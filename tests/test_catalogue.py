"""The catalogue: all 91 entries of the list it was made from, complete in both languages, one folder an edition."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from mpp_qms import catalogue
from mpp_qms.catalogue import Clause, Standard

LIST = Path(__file__).parent / "data" / "iso9001_2015_clauses.csv"
ROWS = list(csv.DictReader(LIST.open(encoding="utf-8")))
LEAVES = [row for row in ROWS if row["is_requirement"] == "yes"]


@pytest.fixture(scope="module")
def standard() -> Standard:
    return catalogue.standard("iso-9001-2015")


def test_it_has_91_entries_in_order_of_which_65_are_leaves(standard: Standard) -> None:
    assert list(standard.clauses) == [row["clause"] for row in ROWS]
    assert [leaf.number for leaf in standard.leaves] == [row["clause"] for row in LEAVES]
    assert (len(ROWS), len(LEAVES)) == (91, 65)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["clause"])
def test_titles_are_those_of_the_list(standard: Standard, row: dict[str, str]) -> None:
    clause = standard.clauses[row["clause"]]
    assert dict(clause.title) == {"en": row["title_en"], "id": row["title_id"]}
    assert clause.heading == (row["is_requirement"] == "heading")


@pytest.mark.parametrize("row", LEAVES, ids=lambda row: row["clause"])
def test_a_leaf_says_what_the_list_says(standard: Standard, row: dict[str, str]) -> None:
    clause = standard.clauses[row["clause"]]
    assert clause.assessed == row["assessed"]
    assert clause.shown_by == frozenset(row["shown_by"].split("+"))
    assert list(clause.expects) == row["expects"].split()
    assert clause.applicability == row["mpp_applicability"]
    for key in clause.expects:
        fresh = standard.keys[key]
        assert (fresh.months, fresh.quarterly) == {
            "12": (12, False),
            "quarter": (None, True),
            "-": (None, False),
        }[row["fresh_months"]]
        assert fresh.level == row["assessed"]


def _texts(clause: Clause) -> list[object]:
    return [clause.title, clause.questions, clause.evidence, clause.maintain, clause.retain, clause.applicability_note]


def test_everything_is_there_in_both_languages(standard: Standard) -> None:
    for clause in standard.leaves:
        for texts in _texts(clause):
            if texts is not None:
                assert set(texts) == {"en", "id"}  # type: ignore[call-overload]
        assert len(clause.questions["en"]) == len(clause.questions["id"]) >= 2
        assert len(clause.evidence["en"]) == len(clause.evidence["id"]) >= 2
        assert (clause.applicability_note is None) == (clause.applicability == "A")
    for key in standard.keys.values():
        assert set(key.title) == {"en", "id"}


def test_every_key_is_expected_somewhere_but_the_notice_of_changes(standard: Standard) -> None:
    expected = {key for clause in standard.leaves for key in clause.expects}
    assert set(standard.keys) - expected == {"change-notice"}


def test_headings_carry_no_requirement(standard: Standard) -> None:
    for clause in standard.clauses.values():
        if clause.heading:
            assert (clause.assessed, clause.expects, clause.shown_by) == (None, (), frozenset())


def test_a_heading_stands_for_its_leaves_and_letters_fall_away(standard: Standard) -> None:
    assert standard.leaves_of("7.5.3") == ("7.5.3.1", "7.5.3.2")
    assert standard.leaves_of("9.2.2 c") == ("9.2.2",)
    assert len(standard.leaves_of("8")) == sum(leaf.number.startswith("8.") for leaf in standard.leaves)
    assert standard.leaves_of("1") == ()


def test_a_second_edition_is_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(catalogue.FOLDER, tmp_path / "clauses"))
    made_up = folder / "iso-9001-2026"
    shutil.copytree(folder / "iso-9001-2015", made_up)
    head = made_up / "standard.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("iso-9001-2015", "iso-9001-2026"), encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", folder)
    catalogue.editions.cache_clear()
    try:
        assert catalogue.editions() == ("iso-9001-2015", "iso-9001-2026")
        assert catalogue.standard("iso-9001-2026").edition == "iso-9001-2026"
    finally:
        catalogue.editions.cache_clear()
        catalogue.standard.cache_clear()


def test_an_unknown_edition_is_refused() -> None:
    with pytest.raises(catalogue.UnknownEdition):
        catalogue.standard("iso-9001-1987")
