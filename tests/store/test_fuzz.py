"""Mutated files: a record or faults, never an exception; and two parsers, one answer. `make fuzz` runs it long."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.findings import Fault
from mpp_qms.store.reading import record_of
from mpp_qms.store.repository import place_of
from mpp_qms.store.yaml_text import parse
from tests.program import RECORDS

FILES = sorted(RECORDS.rglob("*.yaml"))
PIECES = [
    *"\t#-:?,[]{}&*!|>'\"%@`~ \n\r\\0",
    ": ",
    "- ",
    "---\n",
    "...\n",
    "<<: ",
    "&a ",
    "*a",
    "!!str ",
    "null",
    "true",
    "2024-13-01",
    "9" * 30,
    "\r\n",
    "\ufeff",
    "\x85",
    "\u2028",
    "\x00",
    "\x1b",
    "😀",
    "  ",
    "|2\n",
    "x-a: ",
    "id: ",
    "legacy: {imported: 2024-01-01}\n",
]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Path]:
    path = draw(st.sampled_from(FILES))
    text = path.read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(text)))
        what = draw(st.sampled_from(["insert", "delete", "line", "double"]))
        if what == "insert":
            text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
        elif what == "delete":
            text = text[:at] + text[at + draw(st.integers(1, 20)) :]
        else:
            lines = text.split("\n")
            row = draw(st.integers(0, len(lines) - 1))
            line = lines.pop(row)
            if what == "double":
                lines[row:row] = [line, line]
            text = "\n".join(lines)
    return text, path


@given(mutated())
def test_a_mutated_file_is_a_record_or_faults(case: tuple[str, Path]) -> None:
    text, path = case
    relative = path.relative_to(RECORDS).as_posix()
    place = place_of(tuple(relative.split("/")))
    assert place is not None
    file = record_of(text, relative, *place)
    assert (file.record is not None) or file.faults
    for fault in file.faults:
        assert fault.route or (fault.line or 0) >= 0


@given(mutated())
def test_two_parsers_agree(case: tuple[str, Path]) -> None:
    fast, slow = parse(case[0]), parse(case[0], pure=True)
    if isinstance(fast, dict) and isinstance(slow, dict):
        assert fast == slow
    else:
        # where one of them stops, it says so; they may stop at different signs of one broken text
        assert isinstance(fast, Fault) or isinstance(slow, Fault)
