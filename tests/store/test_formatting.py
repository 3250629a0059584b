"""The normal form of a record's text: keys in the standard order, one layout, every comment kept.

Each example shows a text before and after. Then the same for texts in any layout: meaning and comments stay, and
what has the normal form stays as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mpp_qms.findings import Route
from mpp_qms.records.common import Common
from mpp_qms.records.kinds import BY_NAME, KINDS, Kind
from mpp_qms.records.shapes import key_order
from mpp_qms.store import yaml_text
from mpp_qms.store.formatting import WIDTH, formatted
from mpp_qms.store.yaml_text import compose, parse
from tests.yaml_texts import yaml_texts

_MODEL = BY_NAME["nonconformity"].model
_ROOT = Path(__file__).parents[2]


def becomes(before: str, after: str) -> None:
    """That a text is given its normal form, which is the normal form of itself."""
    before, after = dedent(before), dedent(after)
    assert formatted(before, _MODEL) == after
    assert formatted(after, _MODEL) == after


def stays(text: str) -> None:
    becomes(text, text)


# --- the standard order ---


def test_what_every_record_may_carry_comes_last() -> None:
    assert key_order(_MODEL, ())[:4] == ("id", "unit", "number", "title")
    assert key_order(_MODEL, ())[-6:] == ("external", "notes", "standard", "legacy", "amended", "redacted")


def test_a_kind_that_declares_number_itself_has_it_where_it_declares_it() -> None:
    order = key_order(BY_NAME["sop"].model, ())
    assert order[:4] == ("id", "unit", "number", "title")
    assert order[-5:] == ("notes", "standard", "legacy", "amended", "redacted")


def test_inside_a_record_what_is_inherited_comes_first() -> None:
    assert key_order(BY_NAME["review"].model, ("decisions", 0))[:2] == ("id", "added")
    assert key_order(BY_NAME["review"].model, ("decisions", 0))[-1] == "output"


def test_what_is_no_mapping_of_the_shape_has_no_order() -> None:
    assert key_order(_MODEL, ("title",)) == ()
    assert key_order(_MODEL, ("x-arsip",)) == ()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_order_holds_every_key_once(kind: Kind) -> None:
    order = key_order(kind.model, ())
    assert len(set(order)) == len(order)
    assert set(order) >= {*kind.required, "amended"}
    assert key_order(Common, ())


def test_keys_are_put_in_order_at_every_depth() -> None:
    becomes(
        """\
        title: Gerai kosong
        actions:
          - owner: P-021
            done: {by: P-021, date: 2024-10-16}
            id: A1
        id: NC-1
        """,
        """\
        id: NC-1
        title: Gerai kosong
        actions:
          - id: A1
            owner: P-021
            done: {date: 2024-10-16, by: P-021}
        """,
    )


def test_unknown_keys_and_those_of_the_mall_follow_in_their_own_order() -> None:
    becomes(
        """\
        x-b: {z: 1, a: 2}
        salah: 1
        x-a: 2
        id: NC-1
        """,
        """\
        id: NC-1
        x-b: {z: 1, a: 2}
        salah: 1
        x-a: 2
        """,
    )


# --- layout ---


def test_two_columns_a_level_and_lists_are_indented() -> None:
    becomes(
        """\
        clauses:
        - "8.5.1"
        -   "7.3"
        actions:
            -   id: A1
                extensions:
                -
                    date: 2024-11-10
        """,
        """\
        clauses:
          - "8.5.1"
          - "7.3"
        actions:
          - id: A1
            extensions:
              - date: 2024-11-10
        """,
    )


def test_blank_lines_between_entries_stay_one_at_a_time() -> None:
    becomes(
        """\


        id: NC-1


        unit: imigrasi
        actions:

          - id: A1


          - id: A2

        closures: []


        """,
        """\
        id: NC-1

        unit: imigrasi
        actions:
          - id: A1

          - id: A2

        closures: []
        """,
    )


def test_a_blank_line_goes_with_the_entry_below_it_and_none_is_at_the_start() -> None:
    becomes(
        """\
        unit: imigrasi
        title: Gerai kosong

        id: NC-1
        """,
        """\
        id: NC-1
        unit: imigrasi
        title: Gerai kosong
        """,
    )


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_blanks_at_ends_of_lines_and_the_last_line_end(end: str) -> None:
    assert formatted(f"id: NC-1  {end}unit: \t{end}  imigrasi", _MODEL) == "id: NC-1\nunit: imigrasi\n"


def test_marks_of_the_document_go_and_its_comments_stay() -> None:
    becomes(
        """\
        # satu
        --- # dua
        id: NC-1
        ...
        # tiga
        """,
        """\
        # satu

        # dua
        id: NC-1
        # tiga
        """,
    )


def test_keys_with_a_question_mark_become_ordinary() -> None:
    becomes(
        """\
        ? id
        : NC-1
        ? unit # satu
        # dua
        : # tiga
          imigrasi
        ? title
        ? "x-a
          b"
        : 1
        """,
        """\
        id: NC-1
        # satu
        # dua
        unit: imigrasi  # tiga
        title:
        "x-a b": 1
        """,
    )


# --- brackets ---


def test_brackets_in_one_line_stay() -> None:
    becomes(
        """\
        source: { ref : IA-2024-01,kind:   internal-audit, }
        clauses: [ "8.5.1",'7.3' ]
        x-a: [a: 1, [], {}, {b: , c}]
        """,
        """\
        source: {kind: internal-audit, ref: IA-2024-01}
        clauses: ["8.5.1", '7.3']
        x-a: [{a: 1}, [], {}, {b: , c}]
        """,
    )


def test_brackets_over_several_lines_become_lines_of_their_own() -> None:
    becomes(
        """\
        clauses: ["8.5.1",
          "7.3"]
        source: {
          kind: review}
        sops: [
        ]
        """,
        """\
        source:
          kind: review
        clauses:
          - "8.5.1"
          - "7.3"
        sops: []
        """,
    )


def test_brackets_in_a_line_too_wide_become_lines_of_their_own() -> None:
    fits = "x" * (WIDTH - len("  - {what: , due: [-]}"))
    stays(f"actions:\n  - {{what: {fits}, due: [-]}}\n")
    becomes(
        f"actions:\n  - {{what: {fits}x, due: [-]}}\n",
        f"actions:\n  - what: {fits}x\n    due: [-]\n",
    )
    becomes(f"clauses: [-, {'x' * WIDTH}]", f"clauses:\n  - '-'\n  - {'x' * WIDTH}\n")


def test_lines_never_become_brackets() -> None:
    stays(
        """\
        source:
          kind: review
        clauses:
          - "7.3"
        """
    )


def test_comments_in_brackets() -> None:
    becomes(
        """\
        actions: [ # satu
          {id: A1}, # dua
          # tiga
          {id: A2,
           what: x}
          # empat
        ]
        clauses: ["7.3",
          "8.5.1"] # lima
        sops: [ # enam
          # tujuh
        ]
        """,
        """\
        clauses:  # lima
          - "7.3"
          - "8.5.1"
        # tujuh
        sops: []  # enam
        actions:  # satu
          - {id: A1}  # dua
          # tiga
          - id: A2
            what: x
          # empat
        """,
    )


def test_a_record_in_brackets_becomes_lines() -> None:
    becomes("# satu\n\n{unit: imigrasi, id: NC-1} # dua", "# satu\n\nid: NC-1\nunit: imigrasi\n# dua\n")
    becomes("{ } # satu", "{}\n# satu\n")


# --- texts ---


def test_texts_stay_as_they_are_written() -> None:
    stays(
        """\
        id: NC-1
        unit: 'imigrasi'
        title: "Gerai \\u00e9"
        statement: >-
          Gerai kosong

            selama
          dua jam.
        x-a:
        x-b: ~
        x-c: null
        x-d: 017
        """
    )


def test_texts_of_several_lines_are_indented_anew() -> None:
    becomes(
        """\
        title:
              Gerai
           kosong

           selama
        criterion: "satu \\
              dua  \t

          tiga"
        evidence: 'satu
          dua'
        clauses:
        - satu
          dua
        """,
        """\
        title: Gerai
          kosong

          selama
        clauses:
          - satu
            dua
        criterion: "satu \\
          dua

          tiga"
        evidence: 'satu
          dua'
        """,
    )


def test_a_blank_that_belongs_to_a_text_does_not_stand_at_the_end_of_a_line() -> None:
    becomes('title: "satu\\ \n  dua\\\t \n  tiga"\n', 'title: "satu\\x20\n  dua\\t\n  tiga"\n')


def test_literal_and_folded_texts_are_indented_anew() -> None:
    # dots stand for blanks that are part of the text
    becomes(
        """\
        statement: |
              satu
                dua..

              tiga


        notes: >+
         satu

        actions:
        - what: |-  # empat
           satu

          id: A1
        """.replace("..", "  "),
        """\
        statement: |
          satu
            dua..

          tiga
        actions:
          - id: A1
            what: |-  # empat
              satu

        notes: >+
          satu

        """.replace("..", "  "),
    )


def test_the_number_of_an_indented_text_is_right_afterwards() -> None:
    becomes("notes: |4-\n      satu\n    dua\n", "notes: |2-\n    satu\n  dua\n")
    becomes("clauses:\n- >1\n  satu\n", "clauses:\n  - >2\n     satu\n")


def test_a_literal_text_at_the_end_of_a_file_without_a_line_end_gets_none() -> None:
    becomes("notes: |\n  satu", "notes: |-\n  satu\n")
    becomes("notes: |+\n  satu", "notes: |-\n  satu\n")


def test_blank_lines_that_belong_to_a_text_stay_and_no_others_join_them() -> None:
    becomes(
        """\
        notes: |+
          satu


        id: NC-1

        number: "7"

        amended: []
        """,
        """\
        id: NC-1

        number: "7"
        notes: |+
          satu


        amended: []
        """,
    )


# --- comments ---


def test_comments_above_and_behind_go_with_their_entry() -> None:
    becomes(
        """\
        unit: imigrasi # satu
        # dua
          # tiga
        id: NC-1     # empat
        """,
        """\
        # dua
        # tiga
        id: NC-1  # empat
        unit: imigrasi  # satu
        """,
    )


def test_comments_at_the_start_followed_by_a_blank_line_stay_at_the_start() -> None:
    becomes(
        """\
        # Arsip 7
        # Rak 3

        # dua
        unit: imigrasi
        id: NC-1
        """,
        """\
        # Arsip 7
        # Rak 3

        id: NC-1
        # dua
        unit: imigrasi
        """,
    )


def test_comments_at_the_end_stay_at_the_end() -> None:
    becomes(
        """\
        closures:
          - date: 2024-01-01
          # daftar

        # berkas
        id: NC-1

        # akhir
        """,
        """\
        # berkas
        id: NC-1
        closures:
          - date: 2024-01-01
          # daftar

        # akhir
        """,
    )


def test_a_comment_after_the_last_entry_stays_where_it_is_indented_to() -> None:
    becomes(
        """\
        actions:
            - id: A1
              done:
                  date: 2024-01-02
                  # done
              # A1
            # A2
            - id: A2
            # actions
          # title
        title: x
        clauses:
        - "7.3"
        # unit
        unit: imigrasi
        """,
        """\
        # unit
        unit: imigrasi
        # title
        title: x
        clauses:
          - "7.3"
        actions:
          - id: A1
            done:
              date: 2024-01-02
              # done
            # A1
          # A2
          - id: A2
          # actions
        """,
    )


def test_an_entry_put_out_of_use_by_comments_stays_where_it_was() -> None:
    stays(
        """\
        id: NC-1
        actions:
          # - id: A1
          #   what: Isi gerai
        closures:
          - date: 2024-01-01
            documents:
              # - SOP-1
        """
    )


def test_comments_at_a_dash() -> None:
    becomes(
        """\
        actions:
          - # satu
            # dua
            id: A1
          -
            # tiga
            what: x
            # empat
            id: A2
        """,
        """\
        actions:
          - # satu
            # dua
            id: A1
          # empat
          - id: A2
            # tiga
            what: x
        """,
    )


def test_comments_before_a_text_in_a_line_of_its_own() -> None:
    becomes(
        """\
        title: # satu
          # dua
          Gerai # tiga
        """,
        """\
        # satu
        # dua
        title: Gerai  # tiga
        """,
    )


# --- what has no normal form ---


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "- a",
        "",
        "# satu",
        "a: 1\na: 2",
        "a: &b 1",
        "%YAML 1.2\n---\na: 1",
        f"? {'x' * 1100}\n: 1",
        "a: |\n  satu\u2028  dua\n",
    ],
)
def test_what_does_not_parse_or_is_left_out_has_none(text: str) -> None:
    assert formatted(text, _MODEL) is None


def test_line_breaks_of_yaml_1_1_in_quotes_stay() -> None:
    becomes('title: "satu\u2028dua\x85tiga"\n', 'title: "satu\u2028dua\x85tiga"\n')


# --- any text ---


def _plain(node: Node | None) -> object:
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return None if node is None else (node.tag, node.value)


def scalars(node: Node | None) -> list[ScalarNode]:
    if isinstance(node, ScalarNode):
        return [node]
    children = [] if node is None else node.value
    return [
        scalar
        for child in children
        for one in (child if isinstance(child, tuple) else (child,))
        for scalar in scalars(one)
    ]


def comments(text: str) -> list[str]:
    """Every comment, found anew: what stands from `#` on outside of texts."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = list(text)
    headers = []
    for scalar in scalars(compose(text)):
        start, end = scalar.start_mark.index, scalar.end_mark.index
        if scalar.style in ("|", ">"):
            header = text[start:].split("\n", 1)[0]
            headers += re.findall("#.*", header)
            kept[start:end] = ["\n"] * (end - start)
        elif end > start:
            kept[start:end] = ["x"] * (end - start)
    found = [line[line.index("#") :] for line in "".join(kept).split("\n") if "#" in line]
    return sorted(comment.rstrip() for comment in [*found, *headers])


def _assert_normal(text: str) -> None:
    """What holds of every normal form, whatever it says."""
    node = compose(text)
    assert isinstance(node, MappingNode)
    _assert_layout(node, (), 0)
    assert "\r" not in text
    kept = [scalar for scalar in scalars(node) if scalar.style in ("|", ">")]
    lines = text.split("\n")
    inside = {line for scalar in scalars(node) for line in range(scalar.start_mark.line + 1, scalar.end_mark.line)}
    in_block = {line for scalar in kept for line in range(scalar.start_mark.line + 1, scalar.end_mark.line)}
    assert not [line for number, line in enumerate(lines) if line != line.rstrip(" \t") and number not in in_block]
    assert not [number for number, pair in enumerate(pairwise(lines[:-1])) if pair == ("", "") and number not in inside]
    assert text[-1] == "\n"
    assert text[0] != "\n"
    assert len(lines) < 3 or lines[-2] or len(lines) - 2 in inside


def _assert_layout(node: Node, route: Route, column: int) -> None:
    if isinstance(node, MappingNode):
        order = [*key_order(_MODEL, route)]
        places = [order.index(key.value) if key.value in order else len(order) for key, _ in node.value]
        assert places == sorted(places)
        for key, value in node.value:
            assert node.flow_style or key.start_mark.column == column
            _assert_layout(value, (*route, key.value), column + 2)
    elif isinstance(node, SequenceNode):
        assert node.flow_style or node.start_mark.column == column
        for number, item in enumerate(node.value):
            _assert_layout(item, (*route, number), column + 2)
    if isinstance(node, (MappingNode, SequenceNode)) and node.flow_style:
        assert node.start_mark.line == node.end_mark.line
        assert not node.value or node.end_mark.column <= WIDTH


@given(yaml_texts)
def test_the_meaning_and_the_comments_of_any_text_stay(text: str) -> None:
    result = formatted(text, _MODEL)
    assert result is not None
    assert _plain(compose(result)) == _plain(compose(text))
    assert parse(result) == parse(text)
    assert comments(result) == comments(text)


@given(yaml_texts)
def test_a_normal_form_is_one_and_stays(text: str) -> None:
    result = formatted(text, _MODEL)
    assert result is not None
    _assert_normal(result)
    assert formatted(result, _MODEL) == result


@pytest.mark.skipif(getattr(yaml_text, "CParser", None) is None, reason="PyYAML without its C extension")
@given(yaml_texts)
def test_both_parsers_lead_to_the_same_form(text: str) -> None:
    here = formatted(text, _MODEL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_text, "CParser", None)
        assert formatted(text, _MODEL) == here


# --- the records of this project ---


def _files() -> list[tuple[Path, Kind]]:
    found = []
    for folder in (_ROOT / "records", *sorted((_ROOT / "examples").iterdir())):
        for kind in KINDS:
            place = "/".join(kind.place).replace("{unit}", "*")
            found += [(path, kind) for path in sorted(folder.glob(place))]
    return found


def test_every_record_and_example_has_a_normal_form() -> None:
    files = _files()
    assert len(files) == len([*_ROOT.glob("records/**/*.yaml"), *_ROOT.glob("examples/**/*.yaml")])
    assert not [path for path, kind in files if formatted(path.read_text(encoding="utf-8"), kind.model) is None]
