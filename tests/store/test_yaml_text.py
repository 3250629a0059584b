"""FORMAT.md, rule 1: what YAML text becomes, and what is refused where. Every test runs on the C and the pure parser."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from mpp_qms.findings import Fault
from mpp_qms.store.yaml_text import MAX_DEPTH, CParser, compose, parse, place

needs_c = pytest.mark.skipif(CParser is None, reason="PyYAML without its C extension")


@pytest.fixture(params=[pytest.param(False, id="c", marks=needs_c), pytest.param(True, id="pure")])
def pure(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def value(text: str, pure: bool) -> Any:
    """What a value becomes."""
    found = parse(f"key: {text}\n", pure=pure)
    assert not isinstance(found, Fault), found
    return found.get("key")


def fault(text: str, pure: bool) -> tuple[str, int | None, int | None]:
    """The one fault in a text: code, line, column."""
    found = parse(text, pure=pure)
    assert isinstance(found, Fault), found
    return found.code, found.line, found.column


# --- what is read as what it looks like ---


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("true", True),
        ("false", False),
        ("0", 0),
        ("7", 7),
        ("-12", -12),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_only_these_are_read_as_what_they_look_like(text: str, becomes: object, pure: bool) -> None:
    found = value(text, pure)
    assert found == becomes
    assert type(found) is type(becomes)


@pytest.mark.parametrize(
    "text",
    [
        *("7.3", "7.10", "8.5.1", "no", "yes", "on", "Off", "y", "True", "TRUE", "Null", "NULL", "12:30", "017", "08"),
        *("1_000", "2024-10-15", "1e3", "0x1F", "0o17", ".5", "+3", "-0", "00", ".inf", ".nan", "1.", "=", "<<x"),
        "1234567890123456789",  # no number of ours has so many digits
    ],
)
def test_all_else_is_text(text: str, pure: bool) -> None:
    assert value(text, pure) == text


@pytest.mark.parametrize("text", ['"true"', "'7'", '"~"', "'null'", '""', "|\n  7", ">-\n  true"])
def test_what_is_quoted_is_text(text: str, pure: bool) -> None:
    assert isinstance(value(text, pure), str)


@pytest.mark.parametrize("text", ["null", "~", ""])
def test_nothing_after_a_key_is_as_good_as_no_key(text: str, pure: bool) -> None:
    assert parse(f"a: 1\nkey: {text}\n", pure=pure) == {"a": 1}


def test_keys_of_the_malls_own_are_left_out_at_every_depth(pure: bool) -> None:
    text = "x-a: {b: 1}\nc: {x-d: [1], e: 2}\nf: [{x-g: 1, h: 3}]\n"
    assert parse(text, pure=pure) == {"c": {"e": 2}, "f": [{"h": 3}]}


def test_texts_of_several_lines(pure: bool) -> None:
    text = "a: |\n  satu\n  dua\nb: >\n  satu\n  dua\nc: satu\n  dua\n"
    assert parse(text, pure=pure) == {"a": "satu\ndua\n", "b": "satu dua\n", "c": "satu dua"}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{title: Kapan mulai?, no: 1}", {"title": "Kapan mulai?", "no": 1}),  # YAML 1.2 lets ? stand there
        ("[a?b, c]", ["a?b", "c"]),
        ("a\tb", "a\tb"),
        ("a\t# catatan", "a"),
        ('"a\\tb"', "a\tb"),
        ("http://contoh.go.id/a:b", "http://contoh.go.id/a:b"),
        ("Rp5.000,- / bulan", "Rp5.000,- / bulan"),
        ("a#b", "a#b"),
        ("C:\\mutu\\ud800", "C:\\mutu\\ud800"),
    ],
)
def test_what_offices_write(text: str, becomes: object, pure: bool) -> None:
    assert value(text, pure) == becomes


# --- what is refused, and where ---


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "SYN007", 3, 1),
        ("a: {b: 1, b: 2}\n", "SYN007", 1, 11),
        ("a:\na: 1\n", "SYN007", 2, 1),  # nothing after it, yet it stood there
        ("x-a: 1\nx-a: 2\n", "SYN007", 2, 1),
        ("a: &b c\n", "SYN008", 1, 4),
        ("a: &b {c: 1}\nd: *b\n", "SYN008", 1, 4),
        ("a: {<<: {b: 1}}\n", "SYN008", 1, 5),
        ("a: !!int 7\n", "SYN009", 1, 4),
        ("a: !lokal 7\n", "SYN009", 1, 4),
        ("a: ! 7\n", "SYN009", 1, 4),
        ("a: !", "SYN009", 1, 4),
        ("!!map {a: 1}\n", "SYN009", 1, 1),
        ("7: a\n", "SYN010", 1, 1),
        ("a: {true: b}\n", "SYN010", 1, 5),
        ("? [a, b]\n: c\n", "SYN010", 1, 3),
        ("~: a\n", "SYN010", 1, 1),
        ("- a\n", "SYN006", 1, 1),
        ("teks\n", "SYN006", 1, 1),
        ("a: 1\n---\nb: 2\n", "SYN012", 2, 1),
        ("a: b: c\n", "SYN003", 1, 5),
        ("a:\n\tb: 1\n", "SYN004", 2, 1),
        ("a: satu\n\tdua\n", "SYN004", 2, 1),
        ("a: |\n \tsatu\n", "SYN004", 2, 2),
        ("a: x\x00y\n", "SYN013", 1, 5),
        ("a: x\n\x1b[2J: y\n", "SYN013", 2, 1),
        ("a: x\ufeff\n", "SYN013", 1, 5),
        ("a: \ud800\n", "SYN013", 1, 4),
    ],
)
def test_what_is_refused_and_where(text: str, code: str, line: int, column: int, pure: bool) -> None:
    assert fault(text, pure) == (code, line, column)


@pytest.mark.parametrize("text", ["", "\n", "# nanti\n", "---\n", "~\n", "null\n", "---\n...\n"])
def test_an_empty_file_holds_no_record(text: str, pure: bool) -> None:
    assert fault(text, pure)[0] == "SYN005"


@pytest.mark.parametrize(
    "escape", ["\\ud800", "\\udfff", "\\ud83d\\ude00", "\\U00110000", "\\UFFFFFFFF", "\\U0000d800"]
)
def test_escapes_of_signs_that_do_not_exist_are_refused(escape: str, pure: bool) -> None:
    assert fault(f'a: "{escape}"\n', pure)[0] == "SYN003"


def test_a_bare_tag_mark_in_brackets_is_refused_too(pure: bool) -> None:
    assert fault("a: [1, !]\n", pure)[0] in ("SYN009", "SYN003")
    assert fault("a: [!, 1]\n", pure)[0] in ("SYN009", "SYN003")


def test_marks_in_texts_are_no_anchors_and_no_tags(pure: bool) -> None:
    text = "a: Perizinan & Investasi\nb: '&c'\nd: Selesai!\ne: \"!f\"\ng: a*b\n"
    found = {"a": "Perizinan & Investasi", "b": "&c", "d": "Selesai!", "e": "!f", "g": "a*b"}
    assert parse(text, pure=pure) == found


# --- depth and size ---


def test_nesting_up_to_the_limit(pure: bool) -> None:
    deep = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert not isinstance(parse(f"a: {deep}\n", pure=pure), Fault)
    assert fault(f"a: [{deep}]\n", pure)[0] == "SYN011"


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + "{b: " * 10_000 + "}" * 10_000,
        "\n".join(" " * level + "a:" for level in range(300)),
        "- " * 10_000,
        "? " * 10_000,
    ],
)
def test_nesting_ten_thousand_deep_is_one_fault(text: str, pure: bool) -> None:
    assert fault(text, pure)[0] in ("SYN011", "SYN006", "SYN003")


@pytest.mark.parametrize("sign", ["[", "{", "[{", '"', "'", "(", "? ", "!", "&a ", "*a ", "|\n", "%"])
def test_forty_thousand_of_a_sign_take_less_than_two_seconds(sign: str, pure: bool) -> None:
    before = time.perf_counter()
    parse("a: " + sign * 40_000, pure=pure)
    assert time.perf_counter() - before < 2


# --- positions ---

RECORD = """\
id: NC-A-2024-001
detected: {date: 2024-10-15, by: P-031}
actions:
  - id: A1
    extensions:
    - {date: 2024-11-10,
       to: 2024-11-29}
"""


@pytest.mark.parametrize(
    ("route", "line", "column"),
    [
        ((), 1, 1),
        (("id",), 1, 1),
        (("detected", "by"), 2, 30),
        (("actions", 0), 4, 5),
        (("actions", 0, "extensions", 0, "to"), 7, 8),
        # what is missing is shown at the deepest part of the way that is there
        (("actions", 0, "owner"), 4, 5),
        (("actions", 3, "owner"), 3, 1),
        (("corrections", 0), 1, 1),
        (("id", "deeper"), 1, 1),
    ],
)
def test_a_way_of_keys_becomes_a_place(route: tuple[str | int, ...], line: int, column: int, pure: bool) -> None:
    assert place(compose(RECORD, pure=pure), route) == (line, column)


def test_composing_what_does_not_parse_is_an_error_of_yaml(pure: bool) -> None:
    with pytest.raises(yaml.YAMLError):
        compose("a: [", pure=pure)
