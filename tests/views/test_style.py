"""Text on a terminal: never wider than it, never driving it, and the same without colours."""

from __future__ import annotations

import json as plain_json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.views import json
from mpp_qms.views.terminal.style import Style, clean, columns, fit, joined, style

_CODES = re.compile("\x1b\\[[0-9;]*m")
TEXTS = st.text(st.sampled_from("a b-\té\n漢字か\u0301\u202e\x1b\x9b😀x"), max_size=120)


@pytest.mark.parametrize(
    ("text", "wanted"), [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("Ｆ", 2), ("é", 1), ("😀", 2), ("", 0)]
)
def test_columns(text: str, wanted: int) -> None:
    assert columns(text) == wanted


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\r", "\x7f", "\x9b", "\u061c", "\u200e", "\u202e", "\u2066", "\u2069", "\ufeff"]
)
def test_what_could_drive_a_terminal_is_replaced(sign: str) -> None:
    assert clean(f"a{sign}b") == "a\ufffdb"
    assert sign not in Style(colours=True).paint(f"a{sign}b", "bold").replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert sign not in "".join(Style().wrap(f"a{sign}b"))
    assert sign not in fit(f"a{sign}b", 10)


def test_letters_of_any_language_stay() -> None:
    text = "Gerai é 漢字 ‘kutip’ – 12 °C"
    assert clean(text) == text


@given(text=TEXTS, width=st.integers(20, 80), indent=st.integers(0, 8))
def test_wrapped_lines_are_never_too_wide_and_nothing_is_lost(text: str, width: int, indent: int) -> None:
    lines = Style(width=width).wrap(text, " " * indent)
    assert lines
    assert max(columns(line) for line in lines) <= width
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", clean(text))


def test_the_first_line_may_have_another_indent() -> None:
    assert Style(width=20).wrap("satu dua tiga empat lima enam", "  → ", "    ") == [
        "  → satu dua tiga",
        "    empat lima enam",
    ]
    assert Style(width=20).wrap("", "  → ") == ["  →"]


def test_a_word_longer_than_the_line_is_broken() -> None:
    assert Style(width=20).wrap("x" * 45) == ["x" * 20, "x" * 20, "x" * 5]


@given(text=TEXTS, width=st.integers(1, 30))
def test_fit_is_exact_for_text_of_one_line(text: str, width: int) -> None:
    one_line = text.replace("\n", " ").replace("\t", " ")
    assert columns(fit(one_line, width)) == width


def test_append_goes_below_where_it_does_not_fit() -> None:
    lines = ["a" * 10]
    Style(width=20).append(lines, "passed")
    assert lines == ["a" * 10 + "  passed"]
    Style(width=20).append(lines, "passed", indent="  ")
    assert lines == ["a" * 10 + "  passed", "  passed"]


def test_colours_are_all_that_differs() -> None:
    with_colours, without = Style(colours=True), Style()
    for names in ((), ("red",), ("green", "bold")):
        assert _CODES.sub("", with_colours.paint("gap", *names)) == without.paint("gap", *names) == "gap"


@pytest.mark.parametrize(("given_width", "wanted"), [(10, 40), (50, 50), (80, 80), (200, 80)])
def test_the_width_is_bounded(given_width: int, wanted: int) -> None:
    assert style(colours=False, width=given_width).width == wanted


def test_joined_ends_with_one_line_end_and_no_trailing_spaces() -> None:
    assert joined(["a  ", "", "b"]) == "a\n\nb\n"


def test_json_says_the_same_in_signs_that_drive_nothing() -> None:
    answer = {"title": "Gerai 漢字 \x1b[2J \x9b \u202e \u061c", "lone": "\ud800"}
    text = json.text(answer)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert "漢字" in text
    assert plain_json.loads(text) == {"title": answer["title"], "lone": "?"}
