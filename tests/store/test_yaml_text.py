"""The reader of YAML: what it takes for what, what it refuses and where; on the fast and on the pure parser alike."""

from __future__ import annotations

import time

import pytest

from mpp_qms.findings import Fault
from mpp_qms.store.yaml_text import compose, parse, place


@pytest.fixture(params=[False, True], ids=["libyaml", "pure"])
def pure(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("0", 0),
        ("17", 17),
        ("-5", -5),
        ("7.3", "7.3"),
        ("7.10", "7.10"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("12:30", "12:30"),
        ("017", "017"),
        ("-0", "-0"),
        ("+7", "+7"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("2024-10-15", "2024-10-15"),
        ("9" * 19, "9" * 19),
        ("'17'", "17"),
        ('"true"', "true"),
        ("[1, a, ~]", [1, "a", None]),
        ("R&D, LAPOR! ya", "R&D, LAPOR! ya"),
    ],
)
def test_only_a_few_things_are_read_as_what_they_look_like(text: str, value: object, pure: bool) -> None:
    assert parse(f"a: {text}", pure=pure) == {"a": value}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_a_key_with_nothing_after_it_is_absent(nothing: str, pure: bool) -> None:
    assert parse(f"a: {nothing}\nb: 1", pure=pure) == {"b": 1}


def test_a_text_split_by_a_comma_in_braces_is_not_lost(pure: bool) -> None:
    assert parse("a: {title: Daftar hadir, lemari D}", pure=pure) == {"a": {"title": "Daftar hadir", "lemari D": None}}


def test_keys_of_the_malls_own_are_left_alone(pure: bool) -> None:
    assert parse("x-warna: merah\na: {x-b: [1]}", pure=pure) == {"a": {}}


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "SYN005", 1, 1),
        ("# nur\n", "SYN005", 1, 1),
        ("~", "SYN005", 1, 1),
        ("- a", "SYN006", 1, 1),
        ("just text", "SYN006", 1, 1),
        ("a: 1\nb: 2\na: 3", "SYN007", 3, 1),
        ("a: {x-b: 1, x-b: 2}", "SYN007", 1, 13),
        ("a:\nb: 1\na: 2", "SYN007", 3, 1),
        ("a: &x 1", "SYN008", 1, 4),
        ("a: &x [1]\nb: *x", "SYN008", 1, 4),
        ("<<: {a: 1}", "SYN008", 1, 1),
        ("a: !!int 3", "SYN009", 1, 4),
        ("a: ! x", "SYN009", 1, 4),
        ("a: !foo {b: 1}", "SYN009", 1, 4),
        ("a: 1\n1: 2", "SYN010", 2, 1),
        ("true: 2", "SYN010", 1, 1),
        ("? [a]\n: b", "SYN010", 1, 3),
        ("a: 1\n---\nb: 2", "SYN012", 2, 1),
        ("a: x\x01y", "SYN013", 1, 5),
        ("a:\n\tb: 1", "SYN004", 2, 1),
        ("a: b: c", "SYN003", 1, 5),
        ("a: 'x", "SYN003", 1, 4),
        ("a: [1, 2", "SYN003", 1, 4),
        ("a: *x", "SYN003", 1, 4),
        ("a: @x", "SYN003", 1, 4),
    ],
)
def test_a_fault_has_a_code_and_a_place(text: str, code: str, line: int, column: int, pure: bool) -> None:
    fault = parse(text, pure=pure)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line or 1, fault.column or 1) == (code, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 40_000,
        "a: " + "[" * 10_000,
        "{a: " * 10_000,
        "- " * 10_000,
        "".join(" " * n + "a:\n" for n in range(400)),
    ],
    ids=["brackets", "flow", "mappings", "lists", "indents"],
)
def test_endless_nesting_is_one_fault_at_once(text: str, pure: bool) -> None:
    start = time.perf_counter()
    fault = parse(text, pure=pure)
    assert isinstance(fault, Fault)
    assert fault.code == "SYN011"
    assert time.perf_counter() - start < 5


def test_alias_bombs_never_unfold(pure: bool) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    fault = parse(bomb, pure=pure)
    assert isinstance(fault, Fault)
    assert fault.code == "SYN008"


def test_line_ends_of_windows_are_understood(pure: bool) -> None:
    assert parse("a: 1\r\nb: |\r\n  x\r\n  y\r\n", pure=pure) == {"a": 1, "b": "x\ny\n"}


def test_a_route_leads_to_the_key_the_item_or_the_deepest_part_there_is(pure: bool) -> None:
    node = compose("a: 1\nb:\n- c: 2\n  d: 3\n- e\n", pure=pure)
    assert place(node, ("b",)) == (2, 1)
    assert place(node, ("b", 0, "d")) == (4, 3)
    assert place(node, ("b", 1)) == (5, 3)
    assert place(node, ("b", 0, "missing")) == (3, 3)
    assert place(node, ()) == (1, 1)
