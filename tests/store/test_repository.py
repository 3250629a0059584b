"""Reading whatever a disk can hold: one finding each, nothing left out in silence, the other records still read."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from mpp_qms.store.repository import NoRepository, Repository, find_root, load
from tests.program import ROOT

BASE = ROOT / "tests" / "rules" / "base"
WHERE = "units/a/nonconformities/NC-A-2024-900.yaml"
MINIMAL = "id: NC-A-2024-900\nunit: a\ntitle: t\ngrade: ofi\nsource: {kind: self}\ndetected: {date: 2024-05-01}\nclauses: ['4.1']\n"


@pytest.fixture
def mall(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "mall"))


def faults(repository: Repository) -> dict[str, list[str]]:
    return {file.path: [fault.code for fault in file.faults] for file in repository.files if file.faults}


def test_the_base_is_read_without_a_fault(mall: Path) -> None:
    repository = load(mall)
    assert faults(repository) == {}
    assert repository.unread == 0


HOSTILE: dict[str, tuple[bytes, list[str]]] = {
    "UTF-16": (MINIMAL.encode("utf-16"), ["SYN002"]),
    "Latin 1": (MINIMAL.replace("title: t", "title: caf\u00e9").encode("latin-1"), ["SYN002"]),
    "empty": (b"", ["SYN005"]),
    "a list": (b"- id: x\n", ["SYN006"]),
    "tabs": (b"id: x\nsource:\n\tkind: self\n", ["SYN004"]),
    "NUL": (MINIMAL.encode().replace(b"title: t", b"title: \x00"), ["SYN013"]),
    "duplicate keys": (MINIMAL.encode() + b"title: u\n", ["SYN007"]),
    "two documents": (MINIMAL.encode() + b"---\n" + MINIMAL.encode(), ["SYN012"]),
    "anchors": (MINIMAL.encode() + b"notes: &a x\n", ["SYN008"]),
    "tags": (MINIMAL.encode() + b"notes: !!python/object:os.system x\n", ["SYN009"]),
    "brackets": (b"a: " + b"[" * 40_000, ["SYN011"]),
    "too large": (MINIMAL.encode() + b"# " + b"x" * (256 * 1024), ["SYN014"]),
    "another kind": (
        b"id: EVD-2024-001\ntitle: t\nshows: [competence]\ndate: 2024-01-01\ndocument: x\nunits: all\nx: 1\ny: 2\n",
        ["SCH010"],
    ),
    "a missing key": (MINIMAL.replace("title: t\n", "").encode(), ["SCH001"]),
    "an impossible day": (MINIMAL.replace("2024-05-01", "2024-02-30").encode(), ["SCH005"]),
    "a number as a day": (MINIMAL.replace("2024-05-01", "1728950400").encode(), ["SCH005"]),
    "a year where no legacy stands": (MINIMAL.replace("2024-05-01", "2024").encode(), ["SCH006"]),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_fault_and_unread_and_the_others_are_read(mall: Path, name: str) -> None:
    before = load(mall)
    content, codes = HOSTILE[name]
    (mall / WHERE).write_bytes(content)
    after = load(mall)
    assert faults(after) == {WHERE: codes}
    assert (after.unread, after.records) == (1, before.records + 1)
    assert sum(file.record is not None for file in after.files) == before.records


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + MINIMAL.encode(),
        MINIMAL.replace("\n", "\r\n").encode(),
        MINIMAL.encode().rstrip(b"\n"),
        b"# komentar\n\n" + MINIMAL.encode() + b"\nx-warna: merah\n",
    ],
    ids=["byte order mark", "CRLF", "no last newline", "comments and x- keys"],
)
def test_what_is_only_unusual_is_read(mall: Path, content: bytes) -> None:
    (mall / WHERE).write_bytes(content)
    repository = load(mall)
    assert faults(repository) == {}
    assert repository.unread == 0


def test_an_unknown_key_is_a_fault_but_the_record_is_read(mall: Path) -> None:
    (mall / WHERE).write_text(MINIMAL + "corections: []\n", encoding="utf-8")
    repository = load(mall)
    assert faults(repository) == {WHERE: ["SCH002"]}
    assert repository.unread == 0


def test_of_many_faults_twenty_are_shown_and_the_rest_counted(mall: Path) -> None:
    more = "".join(f"k{number}: 1\n" for number in range(3000))
    (mall / WHERE).write_text(MINIMAL + more, encoding="utf-8")
    (found,) = [file.faults for file in load(mall).files if file.faults]
    assert [fault.code for fault in found] == ["SCH002"] * 20 + ["SCH011"]
    assert found[-1].values["count"] == 2980


def test_a_file_of_fifty_megabytes_is_not_read(mall: Path) -> None:
    with (mall / WHERE).open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    assert faults(load(mall)) == {WHERE: ["SYN014"]}


def test_a_folder_in_the_place_of_a_record(mall: Path) -> None:
    (mall / WHERE).mkdir()
    repository = load(mall)
    assert faults(repository) == {WHERE: ["SYN015"]}
    assert repository.unread == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no fifos here")
def test_a_fifo_is_never_waited_for(mall: Path) -> None:
    os.mkfifo(mall / WHERE)
    assert faults(load(mall)) == {WHERE: ["SYN015"]}


@pytest.mark.parametrize(
    ("name", "error"), [(WHERE, PermissionError(13, "Permission denied")), (WHERE, OSError(5, "Input/output error"))]
)
def test_an_unreadable_file(mall: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    (mall / name).write_text(MINIMAL, encoding="utf-8")
    opened = os.open

    def refuse(path: object, *more: int) -> int:
        if str(path).endswith("NC-A-2024-900.yaml"):
            raise error
        return opened(path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refuse)
    repository = load(mall)
    assert faults(repository) == {name: ["SYN001"]}
    assert repository.unread == 1


def test_links_are_never_followed(mall: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(MINIMAL, encoding="utf-8")
    folder = mall / "units" / "a" / "nonconformities"
    try:
        (folder / "NC-A-2024-901.yaml").symlink_to(outside)
        (folder / "NC-A-2024-902.yaml").symlink_to(mall / "qms.yaml")
        (folder / "NC-A-2024-903.yaml").symlink_to(folder / "NC-A-2024-903.yaml")
        (mall / "loop").symlink_to(mall, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    repository = load(mall)
    assert faults(repository) == {
        "loop": ["SYN016"],
        "units/a/nonconformities/NC-A-2024-901.yaml": ["SYN017"],
        "units/a/nonconformities/NC-A-2024-902.yaml": ["SYN016"],
        "units/a/nonconformities/NC-A-2024-903.yaml": ["SYN017"],
    }
    assert repository.unread == 3


@pytest.mark.parametrize(
    ("name", "codes", "unread"),
    [
        ("units/a/nonconformities/NC-A-2024-900.yml", ["SYN018"], 1),
        ("units/a/nonconformities/NC-A-2024-900.YAML", ["SYN018"], 1),
        ("units/a/Nonconformities/NC-A-2024-900.yaml", ["SYN018"], 1),
        ("units/b2/Unit.yaml", ["SYN018"], 1),
        ("units/a/NC-A-2024-900.yaml", ["SYN020"], 1),
        ("NC-A-2024-900.yaml", ["SYN020"], 1),
        ("old/EVD-2024-001.yaml", ["SYN020"], 1),
        ("documents/jadwal.yaml", ["SYN019"], 0),
        ("units/a/notes.yml", ["SYN019"], 0),
    ],
)
def test_a_name_or_a_place_that_is_not_read(mall: Path, name: str, codes: list[str], unread: int) -> None:
    path = mall / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(MINIMAL, encoding="utf-8")
    repository = load(mall)
    assert faults(repository) == {name: codes}
    assert repository.unread == unread


@pytest.mark.parametrize(
    "name", ["documents/surat.pdf", ".git/config.yaml", ".github/workflows/check.yml", "units/a/README.md"]
)
def test_what_is_no_record_is_left_alone(mall: Path, name: str) -> None:
    path = mall / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", encoding="utf-8")
    assert faults(load(mall)) == {}


def test_the_root_is_named_found_upwards_or_in_records(mall: Path, tmp_path: Path) -> None:
    assert find_root(mall, None, tmp_path) == mall
    assert find_root(None, str(mall), tmp_path) == mall
    assert find_root(None, None, mall / "units" / "a") == mall
    mall.rename(tmp_path / "records")
    assert find_root(None, None, tmp_path) == tmp_path / "records"
    assert find_root(tmp_path, None, Path("/")) == tmp_path / "records"
    with pytest.raises(NoRepository):
        find_root(tmp_path / "none", None, tmp_path)


@pytest.mark.skipif(os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0), reason="modes bind nobody here")
def test_a_folder_that_cannot_be_listed_is_unread(mall: Path) -> None:
    folder = mall / "evidence"
    folder.chmod(0)
    try:
        assert load(mall).unread == 1
    finally:
        folder.chmod(stat.S_IRWXU)
