"""The reader against mutated files: a record or faults, never an exception; and two readers agree.

Short in `make test`; `make fuzz` runs it long.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mpp_qms.findings import Fault
from mpp_qms.messages import Message, translator
from mpp_qms.records.kinds import BY_NAME, KINDS, Kind
from mpp_qms.records.shapes import keys_at
from mpp_qms.records.validation import MAX_FAULTS, validate
from mpp_qms.rules.table import all_rules
from mpp_qms.store.positions import places_of
from mpp_qms.store.reading import SourceFile, read_record, record_of
from mpp_qms.store.yaml_text import MAX_DEPTH, CParser, parse
from tests.factories import NC_PATH, as_text, mall
from tests.strategies import mutated, mutated_bytes

_MALL = as_text(mall())
_PATHS: dict[str, str] = {
    "qms": "qms.yaml",
    "unit": "units/imigrasi/unit.yaml",
    "sop": "units/imigrasi/sops/SOP-IMIGRASI-001.yaml",
    "nonconformity": NC_PATH,
    "evidence": "evidence/EVD-2024-001.yaml",
    "audit": "audits/IA-2024-01.yaml",
    "review": "reviews/RTM-2024-01.yaml",
}
#: As people write: flow and block style, quotes of both kinds, texts of several lines, comments.
BY_HAND = """\
# temuan evaluasi triwulan
id: NC-KEPENDUDUKAN-2024-001
unit: kependudukan
title: "Gerai kosong: jam buka"
grade: minor
source: {kind: internal-audit, ref: IA-2024-01}
detected: {date: 2024-10-15, by: P-031}
clauses: ["8.5.1", '7.3']
statement: >
  Gerai kosong selama
  dua jam.
corrections:
  - id: C1
    what: Isi gerai   # lekas
    owner: P-021
    due: 2024-10-18
    done: {date: 2024-10-16, by: P-021, evidence: [EVD-2024-001, {title: Foto, path: documents/foto.jpg}]}
plans:
- {date: 2024-10-25, approved_by: P-002}
x-arsip: {rak: 7, kotak: [1, 2]}
notes: |
  satu

  dua
"""
TEXTS = [*(_MALL[path] for path in _PATHS.values()), BY_HAND]
#: libyaml lets a comment or a tab follow `|` and `>` at once, PyYAML's own scanner does not.
_GLUED = re.compile(r"[|>][-+0-9]{0,2}[\t ]*[\t#]")


def judge(found: SourceFile) -> None:
    """What holds of every file, whatever is in it."""
    assert (found.record is None) == found.unread
    assert found.record is not None or found.faults
    assert len(found.faults) <= MAX_FAULTS + 1
    for fault in found.faults:
        rule = all_rules()[fault.code]
        for language in ("en", "id"):
            tr = translator(language)
            # every place of the sentences has a value: showing them needs nothing more
            assert Message(rule.message, fault.values).show(tr).encode("utf-8")
            assert Message(rule.help, fault.values).show(tr)
        assert (fault.line is None) == (fault.column is None)
        assert fault.line is None or (fault.line >= 1 and (fault.column or 0) >= 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


_kinds = st.sampled_from(KINDS)


@given(mutated_bytes(TEXTS), _kinds)
def test_bytes_of_any_kind_give_a_record_or_faults(folder: Path, content: bytes, kind: Kind) -> None:
    (folder / "x.yaml").write_bytes(content)
    judge(read_record(folder, "x.yaml", kind, "kependudukan"))


@given(st.binary(max_size=200))
def test_any_bytes_at_all(folder: Path, content: bytes) -> None:
    (folder / "x.yaml").write_bytes(content)
    judge(read_record(folder, "x.yaml", BY_NAME["evidence"], None))


@given(mutated(TEXTS), st.sampled_from(["nonconformity", "evidence", "qms"]))
def test_every_fault_finds_its_place(folder: Path, text: str, kind: str) -> None:
    found = record_of(text, "x.yaml", BY_NAME[kind], "kependudukan")
    judge(found)
    (folder / "x.yaml").write_bytes(text.encode("utf-8", "replace"))
    lines = len(text.splitlines()) + 1
    for line, column in places_of(folder, "x.yaml", [fault.route for fault in found.faults if fault.line is None]):
        assert 1 <= line <= lines
        assert column >= 1


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["2024-01-01", "P-001", "minor"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "date", "by", "a b", "x", "shows"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_kinds, st.data())
def test_values_of_any_form_in_any_key(kind: Kind, more: st.DataObject) -> None:
    start = dict(mall()[_PATHS[kind.name]] or {})
    keys = keys_at(kind.model, ())
    changed: dict[str, Any] = start | more.draw(st.dictionaries(st.sampled_from(keys), _json, min_size=1, max_size=3))
    record, faults = validate(kind, changed)
    judge(SourceFile("x.yaml", kind, None, record, faults))


def _plain(value: Any, depth: int = 1) -> bool:
    """Only mappings with text keys, lists, texts, whole numbers and truth values; nothing empty, nothing too deep."""
    if depth > MAX_DEPTH + 1:
        return False
    if type(value) is dict:
        return all(
            type(key) is str and not key.startswith("x-") and _plain(item, depth + 1) for key, item in value.items()
        )
    if type(value) is list:
        return all(item is None or _plain(item, depth + 1) for item in value)
    return type(value) in (str, int, bool) or value is None


@given(mutated(TEXTS))
def test_what_is_read_is_plain_data(text: str) -> None:
    found = parse(text)
    assert isinstance(found, Fault) or (type(found) is dict and _plain(found))


@pytest.mark.skipif(CParser is None, reason="PyYAML without its C extension")
@given(mutated(TEXTS))
@example("a: {b: c?, d: e\t}\n")
@example('a: "\\ud800"\n')
@example("a: [b:?c]\n")
@example("a: >\n \tb\n")
@example("a: b\n\tc\n")
@example("a:\x85\ufeff b\n")
def test_the_c_and_the_pure_parser_agree(text: str) -> None:
    fast, slow = parse(text), parse(text, pure=True)
    if isinstance(slow, Fault) and not isinstance(fast, Fault):
        assert _GLUED.search(text), slow
        return
    if isinstance(fast, Fault):
        assert isinstance(slow, Fault)
        return
    assert fast == slow
