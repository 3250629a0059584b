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


def test_without_hard_links_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "link")
    synced = iter([None, OSError(errno.ENOSPC, "No space left on device")])

    def second_fails(handle: int) -> None:
        if (error := next(synced)) is not None:
            raise error

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(OSError, match="No space"):
        writing.create(tmp_path / "new", "NC-A-2024-", 1, lambda id_: f"id: {id_}\n")
    assert list(tmp_path.iterdir()) == []


def test_the_text_is_made_again_for_the_number_it_gets(tmp_path: Path) -> None:
    asked: list[str] = []

    def text_of(id_: str) -> str:
        asked.append(id_)
        if len(asked) < 3:
            # somebody else takes the number at this very moment
            (tmp_path / f"{id_}.yaml").write_text("theirs", encoding="utf-8")
        return f"id: {id_}\n"

    id_, path = writing.create(tmp_path, "NC-A-2024-", 998, text_of)
    assert asked == ["NC-A-2024-998", "NC-A-2024-999", "NC-A-2024-1000"]
    assert path.read_text(encoding="utf-8") == f"id: {id_}\n"
    assert (tmp_path / "NC-A-2024-998.yaml").read_text(encoding="utf-8") == "theirs"


def test_a_broken_off_writing_leaves_nothing_behind_and_takes_no_others_record(tmp_path: Path) -> None:
    folder = tmp_path / "nonconformities"

    def interrupted(id_: str) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writing.create(folder, "NC-A-2024-", 1, interrupted)
    assert not folder.exists()

    def meanwhile(id_: str) -> str:
        (folder / "NC-A-2024-005.yaml").write_text("theirs", encoding="utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        writing.create(folder, "NC-A-2024-", 1, meanwhile)
    assert [path.name for path in folder.iterdir()] == ["NC-A-2024-005.yaml"]


def test_a_link_or_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outside = tmp_path / "outside"
    outside.mkdir()
    with pytest.raises(NotADirectoryError):
        writing.create(tmp_path / "file", "NC-A-2024-", 1, lambda id_: id_)
    try:
        (tmp_path / "link").symlink_to(outside)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(NotADirectoryError):
        writing.create(tmp_path / "link", "NC-A-2024-", 1, lambda id_: id_)
    assert list(outside.iterdir()) == []


def test_the_folder_of_the_unit_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        writing.create(tmp_path / "unit" / "nonconformities", "NC-A-2024-", 1, lambda id_: id_)
    assert list(tmp_path.iterdir()) == []
