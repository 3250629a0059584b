"""Writing a record: every text reads back as it was, by us and by other readers; a file is whole or not there."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mpp_qms.store import writing
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
    text = writing.render(data)
    assert parse(text) == data
    assert parse(text, pure=True) == data
    assert yaml.safe_load(text) == data
    assert dict(YAML(typ="safe", pure=True).load(text)) == data


def test_days_are_written_as_days() -> None:
    assert writing.render({"date": date(2024, 10, 15)}) == "date: 2024-10-15\n"


def test_lines_become_a_literal_block() -> None:
    assert writing.render({"evidence": "satu\ndua"}) == "evidence: |-\n  satu\n  dua\n"


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


def test_a_taken_number_is_passed_over_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "NC-A-2024-001.yaml").write_text("old", encoding="utf-8")
    id_, path = writing.create(tmp_path, "NC-A-2024-", 1, lambda id_: f"id: {id_}\n")
    assert (id_, path.read_text(encoding="utf-8")) == ("NC-A-2024-002", "id: NC-A-2024-002\n")
    assert (tmp_path / "NC-A-2024-001.yaml").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize(
    "error", [OSError(errno.EOPNOTSUPP, "no links here"), AttributeError("link"), OSError(errno.EPERM, "no")]
)
def test_without_hard_links_it_is_still_exclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*args: object) -> None:
        raise error

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "NC-A-2024-001.yaml").write_text("old", encoding="utf-8")
    id_, _ = writing.create(tmp_path, "NC-A-2024-", 1, lambda id_: f"id: {id_}\n")
    assert id_ == "NC-A-2024-002"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["NC-A-2024-001.yaml", "NC-A-2024-002.yaml"]


@pytest.mark.parametrize("broken", ["fsync", "link"])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, broken, full)
    with pytest.raises(OSError, match="No space"):
        writing.create(tmp_path, "NC-A-2024-", 1, lambda id_: f"id: {id_}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_the_mode_is_that_of_any_new_file(tmp_path: Path) -> None:
    _, path = writing.create(tmp_path, "NC-A-2024-", 1, lambda id_: f"id: {id_}\n")
    other = tmp_path / "other"
    other.touch()
    assert path.stat().st_mode == other.stat().st_mode
