"""Whatever a file holds: a record, or faults with their place; never an exception."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mpp_qms.records.evidence import Evidence
from mpp_qms.records.kinds import BY_NAME, KINDS
from mpp_qms.records.validation import MAX_FAULTS
from mpp_qms.store import reading, yaml_text
from mpp_qms.store.reading import MAX_BYTES, SourceFile, read_record, read_text, record_of
from tests.factories import data

CORPUS = Path(__file__).parents[1] / "corpus"
GOOD = (CORPUS / "plain.yaml").read_text(encoding="utf-8")

#: File → its faults, each with line and column where reading knows them; READ: it is a record all the same.
READ: dict[str, list[str]] = {
    "plain": [],
    "byte-order-mark": [],
    "windows-line-ends": [],
    "old-mac-line-ends": [],
    "no-last-line-end": [],
    "document-marks": [],
    "own-keys": [],
    "comments": [],
    "tab-in-a-text": [],
    "other-scripts": [],
    "unknown-key": ["SCH002 tittle"],
    "split-by-a-comma": ["SCH002 document.rak dua"],
}
UNREAD: dict[str, list[str]] = {
    "utf-16": ["SYN002 1:1"],
    "latin-1": ["SYN002 2:24"],
    "binary": ["SYN002 2:118"],
    "surrogate-bytes": ["SYN002 2:15"],
    "empty": ["SYN005"],
    "only-comments": ["SYN005"],
    "only-a-mark": ["SYN005"],
    "nothing": ["SYN005"],
    "list": ["SYN006 1:1"],
    "text": ["SYN006 1:1"],
    "tab-indentation": ["SYN004 6:1"],
    "key-twice": ["SYN007 6:1"],
    "key-twice-deep": ["SYN007 5:35"],
    "key-twice-own": ["SYN007 7:1"],
    "two-documents": ["SYN012 6:1"],
    "anchor": ["SYN008 2:8"],
    "alias": ["SYN008 2:8"],
    "alias-of-nothing": ["SYN003 5:11"],
    "alias-bomb": ["SYN008 1:4"],
    "alias-to-itself": ["SYN008 1:4"],
    "merge-key": ["SYN008 5:12"],
    "tag": ["SYN009 2:8"],
    "tag-python": ["SYN009 2:8"],
    "tag-unspecific": ["SYN009 2:8"],
    "number-as-key": ["SYN010 6:1"],
    "true-as-key": ["SYN010 6:1"],
    "null-as-key": ["SYN010 6:1"],
    "mapping-as-key": ["SYN010 6:1"],
    "list-as-key": ["SYN010 6:3"],
    "open-bracket": ["SYN003 3:8"],
    "open-quote": ["SYN003 2:8"],
    "colon-in-text": ["SYN003 2:14"],
    "indentation": ["SYN003 2:7"],
    "unknown-escape": ["SYN003 2:13"],
    "lone-surrogate": ["SYN003 2:18"],
    "beyond-unicode": ["SYN003 2:18"],
    "nul": ["SYN013 2:17"],
    "escape-sequence": ["SYN013 2:15"],
    "bell": ["SYN013 2:20"],
    "mark-inside": ["SYN013 3:1"],
    "not-a-character": ["SYN013 2:17"],
    "nested-33-deep": ["SYN011 6:41"],
    "nested-in-blocks": ["SYN011 38:33"],
    "missing-keys": ["SCH001 shows", "SCH001 date", "SCH001 document"],
    "wrong-forms": [
        *("SCH003 id", "SCH003 title", "SCH003 shows", "SCH005 date", "SCH003 document", "SCH003 units"),
        *("SCH003 period", "SCH005 valid_until"),
    ],
    "a-nonconformity-among-evidence": ["SCH010"],
    "forty-faults": [*(f"SCH003 shows.{place}" for place in range(MAX_FAULTS)), "SCH011"],
}


def faults(found: SourceFile) -> list[str]:
    """Code and place of each fault."""
    texts = []
    for fault in found.faults:
        place = f"{fault.line}:{fault.column}" if fault.line else ".".join(map(str, fault.route))
        texts.append(f"{fault.code} {place}".strip())
    return texts


def read(path: Path) -> SourceFile:
    return read_record(path.parent, path.name, BY_NAME["evidence"], None)


# --- the corpus ---


def test_every_file_of_the_corpus_is_judged() -> None:
    there = {path.stem for path in CORPUS.glob("*.yaml")}
    assert there == READ.keys() | UNREAD.keys()


@pytest.mark.parametrize("name", READ)
def test_a_file_that_is_read(name: str) -> None:
    found = read(CORPUS / f"{name}.yaml")
    assert isinstance(found.record, Evidence)
    assert found.record.id == "EVD-2024-001"
    assert faults(found) == READ[name]
    assert not found.unread


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_is_not_read(name: str) -> None:
    found = read(CORPUS / f"{name}.yaml")
    assert found.record is None
    assert found.unread
    assert sorted(faults(found)) == sorted(UNREAD[name])


@pytest.mark.parametrize("name", sorted(READ.keys() | UNREAD.keys()))
def test_the_pure_parser_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read(CORPUS / f"{name}.yaml")
    monkeypatch.setattr(yaml_text, "CParser", None)
    slow = read(CORPUS / f"{name}.yaml")
    assert (slow.record is None) == (fast.record is None)
    assert [fault.code for fault in slow.faults] == [fault.code for fault in fast.faults]


def test_schema_faults_are_capped_and_the_rest_counted() -> None:
    found = read(CORPUS / "forty-faults.yaml")
    assert len(found.faults) == MAX_FAULTS + 1
    assert found.faults[-1].values == {"count": 20, "shown": 20}


def test_a_record_in_the_wrong_folder_is_one_fault_not_seventeen() -> None:
    minimal = {
        "unit": "{id: a, name: A, authority: regional, scope: []}",
        "sop": "{id: S, unit: a, title: T, number: '1', clauses: ['7.5'], revisions: []}",
        "nonconformity": "{id: N, unit: a, title: T, grade: minor, source: {kind: self}, detected: {date: 2024-01-01}, clauses: ['7.3']}",
        "evidence": GOOD,
        "audit": "{id: A, kind: internal, from: 2024-01-01, to: 2024-01-01, lead: P-001, coverage: []}",
        "review": "{id: R, date: 2024-01-01, chair: P-001}",
        "qms": "{schema: 1, organisation: {name: M}, standards: [{edition: iso-9001-2015}], people: []}",
    }
    for kind in KINDS:
        for other, text in minimal.items():
            found = record_of(text, "x.yaml", kind, None)
            if other == kind.name:
                assert found.faults == ()
                assert found.record is not None
            else:
                assert len(found.faults) == 1, (kind.name, other)
                assert found.unread


# --- required keys (FORMAT.md, rule 8) ---

REQUIRED = {
    "qms": "schema organisation standards people",
    "unit": "id name authority scope",
    "sop": "id unit title number clauses revisions",
    "evidence": "id title shows date document",
    "audit": "id kind from to lead coverage",
    "review": "id date chair",
    "nonconformity": "id unit title grade source detected clauses",
}


def test_the_required_keys_are_those_of_the_format() -> None:
    assert {kind.name: set(kind.required) for kind in KINDS} == {
        name: set(keys.split()) for name, keys in REQUIRED.items()
    }


def test_of_an_action_id_what_owner_and_due_are_required() -> None:
    head = "{id: R, date: 2024-01-01, chair: P-001, decisions: [{%s}]}"
    keys = {"id": "D1", "what": "Papan", "owner": "P-001", "due": "2024-02-01"}
    for left_out in (*keys, None):
        text = head % ", ".join(f"{key}: {value}" for key, value in keys.items() if key != left_out)
        found = record_of(text, "x.yaml", BY_NAME["review"], None)
        assert faults(found) == ([f"SCH001 decisions.0.{left_out}"] if left_out else [])


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        ("causes: [{}]", "causes.0.date"),
        ("plans: [{approved_by: P-002}]", "plans.0.date"),
        ("closures: [{by: P-002}]", "closures.0.date"),
        ("reopened: [{reason: Terulang}]", "reopened.0.date"),
        ("void: {by: P-002}", "void.date"),
        ("issued: {by: P-002}", "issued.date"),
        ("returned: [{date: 2024-02-01}]", "returned.0.step"),
        ("verifications: [{date: 2024-02-01}]", "verifications.0.result"),
        ("regraded: [{date: 2024-02-01}]", "regraded.0.to"),
        ("transferred: [{date: 2024-02-01}]", "transferred.0.to"),
        ("read_across: [{date: 2024-02-01, unit: b}]", "read_across.0.found"),
        ("external: {responses: [{decided: 2024-02-01}]}", "external.responses.0.submitted"),
    ],
)
def test_of_a_dated_entry_its_day_and_what_else_must_stand(entry: str, missing: str) -> None:
    head = (
        "id: N\nunit: a\ntitle: T\ngrade: minor\nsource: {kind: self}\ndetected: {date: 2024-01-01}\nclauses: ['7.3']\n"
    )
    assert faults(record_of(head + entry, "x.yaml", BY_NAME["nonconformity"], "a")) == [f"SCH001 {missing}"]


def test_a_missing_by_never_makes_a_record_unread() -> None:
    head = (
        "id: N\nunit: a\ntitle: T\ngrade: minor\nsource: {kind: self}\ndetected: {date: 2024-01-01}\nclauses: ['7.3']\n"
    )
    bare = """\
issued: {date: 2024-01-02}
causes: [{date: 2024-01-03}]
plans: [{date: 2024-01-04}]
actions:
- id: A1
  what: W
  owner: P-001
  due: 2024-02-01
  extensions: [{date: 2024-01-05, to: 2024-03-01}]
  reassigned: [{date: 2024-01-06, to: P-002}]
  done: {date: 2024-01-20}
returned: [{date: 2024-01-04, step: plan}]
verifications: [{date: 2024-02-01, result: effective}]
closures: [{date: 2024-02-02}]
reopened: [{date: 2024-03-01}]
regraded: [{date: 2024-03-02, to: major}]
transferred: [{date: 2024-03-03, to: b}]
void: {date: 2024-03-04}
read_across: [{unit: b, date: 2024-03-05, found: false}]
external: {}
"""
    found = record_of(head + bare, "x.yaml", BY_NAME["nonconformity"], "a")
    assert found.faults == ()
    assert found.record is not None


def test_dates_of_another_form_are_faults_and_only_legacy_records_may_be_vague() -> None:
    for date, code in [
        ("15-03-2024", "SCH005"),
        ("2024-3-15", "SCH005"),
        ("2024-02-30", "SCH005"),
        ("2024-03-15T08:00", "SCH005"),
        ("1899-12-31", "SCH005"),
        ("2024", "SCH006"),
        ("2024-03", "SCH006"),
    ]:
        text = GOOD.replace("2024-03-15", date)
        assert [fault.code for fault in record_of(text, "x.yaml", BY_NAME["evidence"], None).faults] == [code]
    for date in ("2023", "2023-03"):
        text = GOOD.replace("2024-03-15", date) + "legacy: {imported: 2024-05-10, from: Excel}\n"
        assert record_of(text, "x.yaml", BY_NAME["evidence"], None).faults == ()


def test_an_unknown_format_number_is_not_read() -> None:
    text = "{schema: 2, organisation: {name: M}, standards: [{edition: iso-9001-2015}], people: []}"
    found = record_of(text, "qms.yaml", BY_NAME["qms"], None)
    assert found.unread
    assert [fault.code for fault in found.faults] == ["SCH012"]


# --- what opening may meet ---


def test_a_record_of_the_greatest_size_is_read_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    filled = GOOD + "#" + "x" * (MAX_BYTES - len(GOOD.encode()) - 1)
    path.write_bytes(filled.encode())
    assert path.stat().st_size == MAX_BYTES
    assert read(path).record is not None
    path.write_bytes(filled.encode() + b"x")
    assert faults(read(path)) == ["SYN014"]


def test_fifty_megabytes_are_not_read_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as stream:
        stream.write(GOOD.encode())
        stream.truncate(50 * 1024 * 1024)
    asked: list[int] = []
    real = os.read

    def counting(handle: int, length: int) -> bytes:
        asked.append(length)
        return real(handle, length)

    monkeypatch.setattr(reading.os, "read", counting)
    assert faults(read(path)) == ["SYN014"]
    assert sum(asked) <= MAX_BYTES + 1


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(reading.os, "open", refuse)
    found = read(path)
    assert faults(found) == ["SYN001"]
    assert found.faults[0].values == {"reason": "Permission denied"}


def test_a_file_that_goes_away_while_it_is_read(tmp_path: Path) -> None:
    assert faults(read(tmp_path / "gone.yaml")) == ["SYN001"]


def test_a_disk_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(GOOD, encoding="utf-8")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(reading.os, "read", fail)
    assert faults(read(path)) == ["SYN001"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no fifos here")
def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    os.mkfifo(path)
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert faults(read(path)) == ["SYN015"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    assert faults(read(tmp_path / "x.yaml"))[0] in ("SYN015", "SYN001")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.txt"
    real.write_text(GOOD, encoding="utf-8")
    link = tmp_path / "x.yaml"
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links may not be made here")
    if not hasattr(os, "O_NOFOLLOW"):
        pytest.skip("the walk alone keeps links out here")
    assert faults(read(link)) == ["SYN001"]


def test_a_byte_order_mark_is_left_out_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_text(path) == "a: 1\n"


def test_what_looks_like_personal_data_is_told_with_its_place() -> None:
    text = GOOD + "notes: Hubungi 0812-3456-7890 atau nama@contoh.go.id\n"
    found = record_of(text, "x.yaml", BY_NAME["evidence"], None)
    assert found.record is not None
    assert sorted(found.suspicions) == [("e-mail", 6, 36), ("mobile-number", 6, 16)]


def test_line_ends_and_marks_change_nothing_of_the_data() -> None:
    plain = data(GOOD)
    for other in ("windows-line-ends", "no-last-line-end", "document-marks"):
        text = read_text(CORPUS / f"{other}.yaml")
        assert isinstance(text, str)
        assert data(text) == plain
