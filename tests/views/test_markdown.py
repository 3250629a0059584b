"""The comment on a change: what it says, and that no text of a record is anything but text in it."""

from __future__ import annotations

import html
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.comparison import compare
from mpp_qms.findings import Finding
from mpp_qms.messages import Message, translator
from mpp_qms.views.markdown import MOST, MOST_SIGNS, code, comment, escape
from mpp_qms.views.terminal.style import clean
from tests.cli.inside import put
from tests.factories import DAY, ENGLISH, NC_PATH, Files, evidence_path, found_by_check, mall, nc_data, readiness
from tests.program import run

GOLDEN = Path(__file__).parent / "golden"
LATE = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-002.yaml"
AFTER: dict[str, str | None] = {
    LATE: """
id: NC-KEPENDUDUKAN-2024-002
title: "Gerai kosong | @kepala #12 <b>lihat</b> https://contoh.go.id"
grade: major
corrections: [{id: C1, what: "Pasang *papan* `sementara`", owner: P-021, due: 2024-02-01}]
""",
    NC_PATH: "reopened: [{date: 2024-07-01, by: P-002, reason: Terulang}]",
    evidence_path("climate-decision"): None,
}
#: What the two sites make something of, in text that is no markup: each must be parted.
FOUND = (
    "@kepala", "a@b.go.id", "#12", "kota/mutu#12", "GH-12", "GL-7", "!12", "$12", "%3", "~label", "&9", "^alert#1",
    "[vulnerability:3]", ":tada:", "https://contoh.go.id", "ftp://a", "mailto:a@b", "www.contoh.go.id",
    "WWW.contoh.go.id", "deadbeef", "0123456789abcdef0123456789abcdef01234567", "kota/mutu@deadbee",
)  # fmt: skip
#: What is markup somewhere.
MARKUP = (
    "<script>", "<!-- x -->", "&lt;b&gt;", "`a`", "``` ruby", "*a*", "_a_", "~~a~~", "[a](b)", "![a](b)", "[^1]",
    "| a | b |", "# a", "> a", "- a", "+ a", "* a", "1. a", "1) a", "===", "---", "***", "    a", "\ta", "a\n\n# b",
    "/close", "a\n/approve", "\\", "{+ a +}", "[- a -]", "$`a`$", "$$a$$", "[[_TOC_]]", "::include{file=a}", "a\\\nb",
)  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.sampled_from(FOUND + MARKUP), st.text(max_size=8), st.sampled_from([" ", "\n", "a", "12"])), max_size=8
).map("".join)

#: A line of a comment: what may stand in a text that came from a record.
_SAFE_WITHIN = re.compile(r"""(?:[^!-/:-@\[-`{-~\x00-\x1f]|[-"'(),./:;?%]|&#[0-9]+;)*""")
_SAFE_AT_START = re.compile(r"(?:[^!-/:-@\[-`{-~\x00-\x1f]|[',;:%]|&#[0-9]+;)*")
#: What the sites look for in the text that is shown.
_LOOKED_FOR = re.compile(
    r"[@#!$%^~&\[*:][^\s\u200b]|www\.|\bG[HL]-[0-9]|\b(?=[0-9a-f]{7,64}\b)[0-9a-f]{7}", re.IGNORECASE
)


@given(text=TEXTS)
def test_a_text_is_only_text(text: str) -> None:
    found = escape(text)
    start, _, rest = found.partition(" ")
    assert _SAFE_AT_START.fullmatch(start), found
    assert _SAFE_WITHIN.fullmatch(rest), found
    assert len(found.splitlines()) <= 1
    assert not _LOOKED_FOR.search(html.unescape(found))


@given(text=TEXTS)
def test_a_text_is_shown_as_it_is_written(text: str) -> None:
    written = " ".join(clean(text.encode("utf-8", "replace").decode()).split())
    shown = html.unescape(escape(text)).replace("\u200b", "")
    if len(written) <= MOST_SIGNS:
        assert shown == written.replace("\u200b", "")
    else:
        assert len(shown) <= MOST_SIGNS
        assert shown.endswith("…")


@pytest.mark.parametrize("text", FOUND)
def test_what_the_sites_would_find_is_parted(text: str) -> None:
    assert "\u200b" in escape(f"Lihat {text} di sini")
    assert not _LOOKED_FOR.search(html.unescape(escape(f"Lihat {text} di sini")))


def test_plain_sentences_stay_readable() -> None:
    text = "Gerai kosong pukul 10.15 - 10.40 (dua kali): belum ada jadwal; 'piket', \"cadangan\"?"
    assert escape(text) == text


@pytest.mark.parametrize("text", ["NC-KEPENDUDUKAN-2024-001", "units/imigrasi/unit.yaml", "P-021"])
def test_an_id_and_a_path_are_code(text: str) -> None:
    assert code(text) == f"`{text}`"


@pytest.mark.parametrize("text", ["a`b", "a|b", "a b", "", "-a", "#fff", "a\nb", "x" * 1000, "@kepala"])
def test_what_is_no_id_and_no_path_is_text(text: str) -> None:
    assert code(text) == escape(text)
    assert "`" not in code(text)


# --- the comment ---


def both(files: Files, language: str = "en") -> str:
    tr = translator(language)  # type: ignore[arg-type]
    found = [replace(finding, line=7, column=1) for finding in found_by_check(files)]
    return comment(compare(readiness(mall()), readiness(files)), found, len(files), tr)


def lines_of(text: str, title: str) -> list[str]:
    """The lines of a section."""
    _, _, rest = text.partition(f"### {title}")
    return [line for line in rest.partition("\n###")[0].splitlines()[1:] if line]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_whole_comment(language: str) -> None:
    path = GOLDEN / f"comment.{language}.md"
    text = both(mall(AFTER), language)
    if os.environ.get("RENEW"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def test_without_a_base_it_tells_the_present_state() -> None:
    files = mall(AFTER)
    text = comment(None, found_by_check(files), len(files), ENGLISH, readiness(files))
    assert "**not ready**" in text
    assert "| G7 Nothing overdue |" in text
    assert "→ ❌" not in text
    assert "### Overdue (3)" in text


def test_without_anything_it_tells_the_findings() -> None:
    text = comment(None, [], 47, ENGLISH)
    assert text.startswith("## mpp-qms\n")
    assert lines_of(text, "Findings of check") == ["Records: 47. Errors: 0, warnings: 0."]


def test_nothing_changed() -> None:
    assert "Nothing that counts has changed." in both(mall())


def some_findings(count: int, text: str = "Salah") -> list[Finding]:
    return [
        Finding(
            "REF001", "warning" if number % 2 else "error", Message("{text}", {"text": text}), Message(""), "a.yaml"
        )
        for number in range(count)
    ]


def test_errors_come_first_and_the_rest_is_counted() -> None:
    items = lines_of(comment(None, some_findings(50), 1, ENGLISH), "Findings of check")[1:]
    assert [("error" in item, "warning" in item) for item in items[:30]] == [(True, False)] * 25 + [(False, True)] * 5
    assert items[30:] == ["- and 20 more (mpp-qms check lists all)"]


@pytest.mark.parametrize("sign", ["|", "@a", "漢", "\\", "a"])
def test_however_long_the_texts_are_the_comment_is_taken(sign: str) -> None:
    more = {
        f"units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-{number:03}.yaml": nc_data(
            f"corrections: [{{id: C1, what: {sign * 2000!r}, owner: P-021, due: 2024-02-01}}]".replace("\\\\", "\\")
        )
        | {"id": f"NC-KEPENDUDUKAN-2024-{number:03}", "title": sign * 5000}
        for number in range(2, 120)
    }
    tr = ENGLISH
    text = comment(compare(readiness(mall()), readiness(mall(more))), some_findings(500, sign * 5000), 500, tr)
    assert 1_000 < len(text) <= MOST
    assert "and " in text
    assert "Errors: 250, warnings: 250." in text


@given(title=TEXTS.filter(lambda text: bool(clean(text).strip())))
def test_a_hostile_title_leaves_the_comment_in_its_form(title: str) -> None:
    title = title.encode("utf-8", "replace").decode()
    files = mall({LATE: nc_data() | {"id": "NC-KEPENDUDUKAN-2024-002", "title": title}})
    tame = mall({LATE: nc_data() | {"id": "NC-KEPENDUDUKAN-2024-002", "title": "x"}})
    one, two = (
        comment(compare(readiness(mall()), readiness(found)), [], 1, ENGLISH).split("\n") for found in (files, tame)
    )
    assert len(one) == len(two)
    for line, plain in zip(one, two, strict=True):
        assert line == plain or line == plain.removesuffix("x") + escape(title)


def test_check_writes_it(tmp_path: Path) -> None:
    put(tmp_path / "records", AFTER)
    done = run("check", "--format", "markdown", "--as-of", DAY, "--lang", "en", cwd=tmp_path / "records")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"## mpp-qms · {DAY}\n\n❌ **not ready**\n")
    assert "@" not in done.stdout
