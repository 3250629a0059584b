"""Writing a record: every text reads back as it was, by us and by other readers; a file is whole or not there."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mpp_qms.store import rendering, writing
from mpp_qms.store.yaml_text import parse

_PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), include_characters="\n\t")
TEXTS = st.text(_PRINTABLE, min_size=1) | st.sampled_from(
    [
        "no",
        "Yes",
        "~",
        "null",
        "true",
        "7.3",
        "7.10",
        "017",
        "0o17",
        "0x1F",
        "1_000",
        "12:30",
        "1e3",
        "2024-10-15",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "&a",
        "*a",
        "!a",
        "@a",
        "%a",
        " a",
        "a ",
        "a\n",
        "\na",
        "a\n\n b",
        "[a",
        "{a",
        "'",
        '"',
        "?",
        "|",
        ">",
        "=",
        "<<",
        "é\u2028b",
        "a\tb",
        "😀",
    ]
)


@given(st.dictionaries(st.sampled_from(["title", "criterion", "evidence", "statement"]), TEXTS, min_size=1))
def test_texts_read_back_as_they_were(data: dict[str, str]) -> None:
    text = rendering.render(data)
    assert parse(text) == data
    assert parse(text, pure=True) == data
    assert yaml.safe_load(text) == data
    assert dict(YAML(typ="safe", pure=True).load(text)) == data


def test_days_are_written_as_days() -> None:
    assert rendering.render({"date": date(2024, 10, 15)}) == "date: 2024-10-15\n"


def test_lines_become_a_literal_block() -> None:
    assert rendering.render({"evidence": "satu\ndua"}) == "evidence: |-\n  satu\n  dua\n"


def test_the_next_number_minds_every_ending_case_and_id(tmp_path: Path) -> None:
    for name in (
        "NC-A-2024-002.yaml",
        "nc-a-2024-007.yml",
        "NC-A-2023-050.yaml",
        "NC-A-2024-009.yaml.orig",
        "notes.txt",
    ):
        (tmp_path / name).touch()
    assert writing.next_number(tmp_path, "NC-A-2024-", []) == 10
    assert writing.next_number(tmp_path, "NC-A-2024-", ["NC-A-2024-1200"]) == 1201
    assert writing.next_number(tmp_path / "none", "NC-A-2024-", []) == 1


def text_of(id_: str) -> str:
    return f"id: {id_}\n"


def test_a_taken_number_is_passed_over_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "nc").mkdir()
    (tmp_path / "nc" / "NC-A-2024-001.yaml").write_text("old", encoding="utf-8")
    assert writing.create(tmp_path, "nc", "NC-A-2024-", 1, text_of) == ("NC-A-2024-002", "nc/NC-A-2024-002.yaml")
    assert (tmp_path / "nc" / "NC-A-2024-002.yaml").read_text(encoding="utf-8") == "id: NC-A-2024-002\n"
    assert (tmp_path / "nc" / "NC-A-2024-001.yaml").read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    _, path = writing.create(tmp_path, "nc", "NC-A-2024-", 1, text_of)
    other = tmp_path / "other"
    other.touch()
    assert (tmp_path / path).stat().st_mode == other.stat().st_mode


# What the emitter, the readers and YAML 1.1 each have their own mind about, in every mixture.
_SIGNS = st.characters(exclude_categories=("Cs",))
_TRAPS = "-_.+=~yn0189eExo:,#'\"|>?!&*@%`{}[] \n\t\r\x85\u2028\ufeffa\\"
HOSTILE = (
    st.text(_SIGNS, min_size=1)
    | st.text(_TRAPS, min_size=1, max_size=14)
    | st.text("ab -:#'\"\\\n", min_size=100, max_size=300)
)


@given(HOSTILE, HOSTILE)
def test_any_text_reads_back_anywhere_in_a_record(one: str, two: str) -> None:
    data = {"title": one, "source": {"kind": "self", "ref": two}, "clauses": [one, two], "statement": two}
    text = rendering.render(data)
    assert parse(text) == data
    assert parse(text, pure=True) == data
    assert yaml.safe_load(text) == data
    assert YAML(typ="safe", pure=True).load(text) == data


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises((ValueError, UnicodeError)):
        rendering.render({"title": "\udc80"})


def test_quotes_stand_only_where_they_are_needed() -> None:
    data = {"title": "3 dari 10 berkas, tidak lengkap", "clauses": ["8.5.1", "9.2.2 c"], "by": "P-017"}
    text = 'title: 3 dari 10 berkas, tidak lengkap\nclauses:\n  - "8.5.1"\n  - 9.2.2 c\nby: P-017\n'
    assert rendering.render(data) == text


def test_the_text_is_made_again_for_the_number_it_gets(tmp_path: Path) -> None:
    asked: list[str] = []
    (tmp_path / "nc").mkdir()

    def asked_for(id_: str) -> str:
        asked.append(id_)
        if len(asked) < 3:
            # an editor or git takes the number at this very moment
            (tmp_path / "nc" / f"{id_}.yaml").write_text("theirs", encoding="utf-8")
        return f"id: {id_}\n"

    id_, path = writing.create(tmp_path, "nc", "NC-A-2024-", 998, asked_for)
    assert asked == ["NC-A-2024-998", "NC-A-2024-999", "NC-A-2024-1000"]
    assert (tmp_path / path).read_text(encoding="utf-8") == f"id: {id_}\n"
    assert (tmp_path / "nc" / "NC-A-2024-998.yaml").read_text(encoding="utf-8") == "theirs"
