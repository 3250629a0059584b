"""Edits that touch nothing else: the text before, the edit, the text after; every other byte is the same."""

from __future__ import annotations

from datetime import date

import pytest

from mpp_qms.store.edits import Append, Edit, Put, Replace
from mpp_qms.store.splicing import edited
from mpp_qms.store.yaml_text import parse

DONE = {"date": date(2024, 11, 27), "by": "P-021"}
PLAN = {"date": date(2024, 10, 25), "approved_by": "P-002"}


def order(route: tuple[str | int, ...]) -> tuple[str, ...]:
    if not route:
        return ("id", "unit", "title", "grade", "causes", "plans", "actions", "verifications", "closures", "notes")
    return ("id", "added", "what", "owner", "due", "extensions", "reassigned", "done", "cancelled", "date", "by")


def after(text: str, *edits: Edit) -> str | None:
    return edited(text, edits, order)


BLOCK = """\
# Catatan mutu: jangan dihapus
id: NC-A-2024-001   # nomor

title: 'Gerai kosong'
actions:
  # yang pertama
  - id: A1
    what: >-
      Jadwal
      pengganti

    owner: P-021
    due: 2024-11-15    # sesuai rapat

  # akhir daftar
notes: |
  satu

x-gerai: {lantai: 2}
"""


def test_an_entry_goes_after_the_last_of_its_list() -> None:
    assert after(BLOCK, Append(("actions",), {"id": "A2", "what": "Papan: arah", "owner": "P-022"})) == BLOCK.replace(
        "    due: 2024-11-15    # sesuai rapat\n",
        "    due: 2024-11-15    # sesuai rapat\n  - id: A2\n    what: 'Papan: arah'\n    owner: P-022\n",
    )


def test_a_list_that_is_not_there_goes_to_its_place_in_the_standard_order() -> None:
    assert after(BLOCK, Append(("plans",), PLAN)) == BLOCK.replace(
        "title: 'Gerai kosong'\n",
        "title: 'Gerai kosong'\nplans:\n  - date: 2024-10-25\n    approved_by: P-002\n",
    )


def test_a_key_goes_to_its_place_in_an_entry() -> None:
    assert after(BLOCK, Put(("actions", 0, "done"), DONE)) == BLOCK.replace(
        "    due: 2024-11-15    # sesuai rapat\n",
        "    due: 2024-11-15    # sesuai rapat\n    done:\n      date: 2024-11-27\n      by: P-021\n",
    )


def test_a_key_after_a_literal_text_leaves_its_blank_line_behind_it() -> None:
    assert after("id: |\n  satu\n\nx-a: 1\n", Put(("unit",), "a")) == "id: |\n  satu\nunit: a\n\nx-a: 1\n"
    assert after("id: |+\n  satu\n\nx-a: 1\n", Put(("unit",), "a")) == "id: |+\n  satu\n\nunit: a\nx-a: 1\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("id: X\nactions:\n- id: A1\n", "id: X\nactions:\n- id: A1\n- id: A2\n"),
        ("id: X\nactions:\n    -   id: A1\n", "id: X\nactions:\n    -   id: A1\n    -   id: A2\n"),
        ("id: X\nactions:\n  -\n    id: A1\n", "id: X\nactions:\n  -\n    id: A1\n  - id: A2\n"),
        ("id: X\nactions:\n  - {id: A1}\n", "id: X\nactions:\n  - {id: A1}\n  - {id: A2}\n"),
        ("id: X\nactions: [{id: A1}]\n", "id: X\nactions: [{id: A1}, {id: A2}]\n"),
        ("id: X\nactions: [{id: A1},]  # c\n", "id: X\nactions: [{id: A1}, {id: A2},]  # c\n"),
        (
            "id: X\nactions: [\n  {id: A1},  # satu\n]\n",
            "id: X\nactions: [\n  {id: A1},  # satu\n  {id: A2},\n]\n",
        ),
        (
            "id: X\nactions: [\n  {id: A1}  # satu, dua\n]\n",
            "id: X\nactions: [\n  {id: A1},  # satu, dua\n  {id: A2}\n]\n",
        ),
        ("id: X\nactions: [\n  {id: A1}]\n", "id: X\nactions: [\n  {id: A1},\n  {id: A2}]\n"),
        ("id: X\nactions: []\nx-a: 1\n", "id: X\nactions:\n  - id: A2\nx-a: 1\n"),
        ("id: X\nactions: []   # belum\nx-a: 1\n", "id: X\nactions:   # belum\n  - id: A2\nx-a: 1\n"),
        ("id: X\nactions:   # belum\nx-a: 1\n", "id: X\nactions:   # belum\n  - id: A2\nx-a: 1\n"),
        ("id: X\nactions: ~\nx-a: 1\n", "id: X\nactions:\n  - id: A2\nx-a: 1\n"),
        ("{id: X, x-a: 1}\n", "{id: X, actions: [{id: A2}], x-a: 1}\n"),
        ("{id: X, actions: [], x-a: 1}\n", "{id: X, actions: [{id: A2}], x-a: 1}\n"),
        ("{id: X, actions: , x-a: 1}\n", "{id: X, actions: [{id: A2}], x-a: 1}\n"),
        ('{"id": "X", "actions": null}', '{"id": "X", "actions": [{id: A2}]}'),
        ("id: X\r\nx-a: 1", "id: X\r\nactions:\r\n  - id: A2\r\nx-a: 1"),
        ("id: X", "id: X\nactions:\n  - id: A2"),
        ("---\nid: X\n...\n", "---\nid: X\nactions:\n  - id: A2\n...\n"),
        ("? id\n: X\n", "? id\n: X\nactions:\n  - id: A2\n"),
        ("id: X\nclauses:\n- '8.5.1'\n", "id: X\nactions:\n- id: A2\nclauses:\n- '8.5.1'\n"),
    ],
)
def test_every_way_to_write_a_list_is_taken_up(before: str, expected: str) -> None:
    assert after(before, Append(("actions",), {"id": "A2"})) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "id: X\nactions:\n- {id: A1, due: x}\n",
            "id: X\nactions:\n- {id: A1, due: x, done: {date: 2024-11-27, by: P-021}}\n",
        ),
        (
            "id: X\nactions:\n- {id: A1, due: x, x-a: 'b'}\n",
            "id: X\nactions:\n- {id: A1, due: x, done: {date: 2024-11-27, by: P-021}, x-a: 'b'}\n",
        ),
        (
            "id: X\nactions:\n    - id: A1\n      done:\n      x-a: 1\n",
            "id: X\nactions:\n    - id: A1\n      done:\n        date: 2024-11-27\n        by: P-021\n      x-a: 1\n",
        ),
        (
            "id: X\nsource:\n    kind: self\nactions:\n- id: A1\n",
            "id: X\nsource:\n    kind: self\nactions:\n- id: A1\n  done:\n      date: 2024-11-27\n      by: P-021\n",
        ),
    ],
)
def test_every_way_to_write_an_entry_is_taken_up(before: str, expected: str) -> None:
    assert after(before, Put(("actions", 0, "done"), DONE)) == expected


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        ("id: X\ntitle: lama   # c\n", "baru", "id: X\ntitle: baru   # c\n"),
        ("id: X\ntitle: 'lama'\n", "itu 'baru'", "id: X\ntitle: 'itu ''baru'''\n"),
        ('id: X\ntitle: "lama"\n', "baru", 'id: X\ntitle: "baru"\n'),
        ("id: X\ntitle: satu\n  dua\nx-a: 1\n", "7.3", 'id: X\ntitle: "7.3"\nx-a: 1\n'),
        ("id: X\ntitle: >\n  satu\n  dua\n\nx-a: 1\n", "baru", "id: X\ntitle: baru\n\nx-a: 1\n"),
        ("id: X\ntitle: lama\n", "satu\ndua", "id: X\ntitle: |-\n  satu\n  dua\n"),
        ("{id: X, title: lama}\n", "satu\ndua: tiga", '{id: X, title: "satu\\ndua: tiga"}\n'),
        ("id: X\ntitle: lama\n", date(2024, 1, 2), "id: X\ntitle: 2024-01-02\n"),
        ("id: X\ntitle: lama\n", 7, "id: X\ntitle: 7\n"),
    ],
)
def test_a_value_takes_the_place_of_another(before: str, value: object, expected: str) -> None:
    assert after(before, Replace(("title",), value)) == expected


@pytest.mark.parametrize(
    "edit",
    [
        Put(("title",), "x"),  # holds something
        Put(("unknown", "title"), "x"),
        Put(("actions", 5, "done"), DONE),
        Append(("title",), DONE),  # no list
        Replace(("actions",), "x"),  # not one value
        Replace(("number",), "x"),  # nothing there
    ],
)
def test_what_does_not_fit_is_refused(edit: Edit) -> None:
    assert after(BLOCK, edit) is None


def test_several_edits_stand_together() -> None:
    found = after(
        BLOCK, Put(("actions", 0, "done"), DONE), Append(("closures",), DONE), Replace(("id",), "NC-A-2024-002")
    )
    assert found is not None
    assert "id: NC-A-2024-002   # nomor" in found
    assert found.index("done:") < found.index("closures:") < found.index("notes:")


def test_marks_that_turn_the_writing_are_seen() -> None:
    """Unseen, they would make one line look like another in an editor and on a terminal."""
    turned = "Gerai \u202edibuka\u202c kembali"
    for before in ("id: X\ntitle: lama\n", "id: X\ntitle: 'lama'\n", "{id: X, title: lama}\n"):
        for value in (turned, f"{turned}\nbaris"):
            text = after(before, Replace(("title",), value))
            assert text is not None
            assert ("\\u202E" in text, "\u202e" in text) == (True, False)
            assert parse(text) == {"id": "X", "title": value}
    text = after("id: X\n", Append(("causes",), {"root": turned}))
    assert text is not None
    assert ("\u202e" in text, parse(text)) == (False, {"id": "X", "causes": [{"root": turned}]})


def test_a_long_text_is_folded_and_a_text_of_lines_is_a_block() -> None:
    long = "kata " * 40 + "akhir"
    found = after("id: X\n", Append(("actions",), {"what": long, "due": "a\n  b\n"}))
    assert found is not None
    assert max(len(line) for line in found.split("\n")) <= 120
    assert "    due: |\n      a\n        b\n" in found


def test_leading_blanks_of_a_text_keep_their_indicator_in_a_file_of_four() -> None:
    found = after("source:\n    kind: x\nid: X\n", Append(("actions",), {"what": "  a\nb"}))
    assert found == "source:\n    kind: x\nid: X\nactions:\n  - what: |4-\n          a\n        b\n"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # no comma behind the last entry, nothing behind it in its line
        ("actions: [\n  {id: A1}\n]\n", "actions: [\n  {id: A1},\n  {id: A2}\n]\n"),
        # a remark in brackets that hold nothing else
        ("actions: [  # belum ada\n]\n", "actions: [  # belum ada\n{id: A2}]\n"),
        # a block that ends with the file: an end of line would become a part of it
        ("id: |\n  satu", "id: |-\n  satu\nactions:\n  - id: A2"),
        ("id: |+2\n  satu", "id: |-2\n  satu\nactions:\n  - id: A2"),
        ("id: >1\n  satu", "id: >1-\n  satu\nactions:\n  - id: A2"),
    ],
)
def test_a_list_goes_where_the_end_of_what_stands_there_is_hard_to_see(before: str, expected: str) -> None:
    assert after(before, Append(("actions",), {"id": "A2"})) == expected


def test_a_remark_stays_in_the_line_of_the_value() -> None:
    text = "id: X\ntitle: |  # catatan\n  satu\nunit: a\n"
    assert after(text, Replace(("title",), "baru")) == "id: X\ntitle: baru  # catatan\nunit: a\n"
    assert after(text, Replace(("title",), "a\nb")) == "id: X\ntitle: |-  # catatan\n  a\n  b\nunit: a\n"
    assert after("title: lama   # c\n", Replace(("title",), "a\nb")) == "title: |-   # c\n  a\n  b\n"
    long = "kata " * 30 + "akhir"
    assert after("title: lama  # c\n", Replace(("title",), long)) == f"title: {long}  # c\n"
    assert after("title: ~  # c\n", Put(("title",), "a\nb")) == "title: |-  # c\n  a\n  b\n"


def test_a_remark_further_in_than_a_block_of_lines_would_be_a_part_of_it() -> None:
    text = "actions:\n  - id: A1\n      # catatan\n"
    assert after(text, Append(("actions",), {"what": "a\nb"})) == (
        'actions:\n  - id: A1\n  - what: "a\\nb"\n      # catatan\n'
    )


def test_a_long_text_in_a_file_moved_in_by_one_column() -> None:
    found = after("source:\n kind: x\nid: X\n", Put(("source", "ref"), "  a\nb"))
    assert found == "source:\n kind: x\n ref: |1-\n    a\n  b\nid: X\n"


def test_brackets_that_hold_nothing_give_way_to_a_value() -> None:
    assert after("id: X\ntitle: []\n", Put(("title",), "baru")) == "id: X\ntitle: baru\n"
