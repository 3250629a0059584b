"""Whatever a disk holds under a root: every record is read or counted as unread, each file with what is wrong with it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp_qms.store import repository
from mpp_qms.store.repository import Repository, load, place_of
from mpp_qms.store.root import NoRepository, find_root
from tests.factories import as_text, mall

CORPUS = Path(__file__).parents[1] / "corpus"
NCS = "units/kependudukan/nonconformities"
MALL = as_text(mall())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The ready mall on disk, in a git work tree of its own."""
    (tmp_path / ".git").mkdir()
    for path, text in MALL.items():
        put(tmp_path / "records", path, text)
    return tmp_path / "records"


def put(root: Path, path: str, text: str | bytes = "") -> Path:
    """Write a file under the root."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return target


def link(target: Path, to: Path | str, *, folder: bool = False) -> None:
    try:
        target.symlink_to(to, target_is_directory=folder)
    except OSError:
        pytest.skip("links may not be made here")


def faults(found: Repository) -> dict[str, list[str]]:
    """The files with faults, and their codes."""
    return {file.path: [fault.code for fault in file.faults] for file in found.files if file.faults}


def check(root: Path, path: str, code: str, *, unread: bool = True) -> None:
    """The tree holds one fault, at one path; all records of the ready mall are read beside it."""
    found = load(root)
    assert faults(found) == {path: [code]}
    assert found.unread == int(unread)
    assert sum(file.record is not None for file in found.files) == len(MALL)
    assert found.records == len(MALL) + int(unread)


def test_the_ready_mall_is_read_whole_and_in_the_order_of_paths(root: Path) -> None:
    found = load(root)
    assert faults(found) == {}
    assert [file.path for file in found.files] == sorted(MALL)
    assert (found.records, found.unread) == (len(MALL), 0)


# --- what takes the place of a record ---


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.yaml")))
def test_a_bad_file_is_one_unread_record_and_the_others_are_read(root: Path, name: str) -> None:
    path = "evidence/EVD-2024-900.yaml"
    shutil.copyfile(CORPUS / f"{name}.yaml", root / path)
    found = load(root)
    assert found.records == len(MALL) + 1
    (file,) = [file for file in found.files if file.path == path]
    assert found.unread == int(file.record is None)
    assert file.record is not None or file.faults
    assert [other.path for other in found.files if other.record is None] == ([path] if file.unread else [])


def test_the_whole_corpus_at_once(root: Path) -> None:
    for number, path in enumerate(sorted(CORPUS.glob("*.yaml"))):
        shutil.copyfile(path, root / f"evidence/EVD-2023-{number:03}.yaml")
    found = load(root)
    assert found.records == len(MALL) + len(list(CORPUS.glob("*.yaml")))
    assert sum(file.record is not None for file in found.files) + found.unread == found.records


def test_a_folder_with_the_name_of_a_record(root: Path) -> None:
    put(root, f"{NCS}/NC-KEPENDUDUKAN-2024-009.yaml/README.txt")
    check(root, f"{NCS}/NC-KEPENDUDUKAN-2024-009.yaml", "SYN015")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no fifos here")
def test_a_fifo_in_the_place_of_a_record(root: Path) -> None:
    os.mkfifo(root / "evidence/EVD-2024-900.yaml")
    check(root, "evidence/EVD-2024-900.yaml", "SYN015")


def test_a_large_file(root: Path) -> None:
    with (root / "evidence/EVD-2024-900.yaml").open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    check(root, "evidence/EVD-2024-900.yaml", "SYN014")


# --- links are never followed ---


def test_a_link_inside_the_repository(root: Path) -> None:
    put(root.parent, "elsewhere.yaml", MALL["evidence/EVD-2024-001.yaml"])
    link(root / "evidence/EVD-2024-900.yaml", root.parent / "elsewhere.yaml")
    check(root, "evidence/EVD-2024-900.yaml", "SYN016")


def test_a_link_that_leaves_the_repository(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = put(tmp_path_factory.mktemp("outside"), "x.yaml", MALL["evidence/EVD-2024-001.yaml"])
    link(root / "evidence/EVD-2024-900.yaml", outside)
    check(root, "evidence/EVD-2024-900.yaml", "SYN017")


def test_a_broken_link_and_one_to_itself(root: Path) -> None:
    link(root / "evidence/EVD-2024-900.yaml", "nowhere.yaml")
    check(root, "evidence/EVD-2024-900.yaml", "SYN017")
    (root / "evidence/EVD-2024-900.yaml").unlink()
    link(root / "evidence/EVD-2024-900.yaml", "EVD-2024-900.yaml")
    check(root, "evidence/EVD-2024-900.yaml", "SYN017")


def test_linked_folders_are_not_walked(root: Path) -> None:
    link(root / "units/lain", root / "units/kependudukan", folder=True)
    check(root, "units/lain", "SYN016")  # whatever lies behind it is not known
    (root / "units/lain").unlink()
    link(root / "units/kependudukan/atas", root, folder=True)  # would never end
    check(root, "units/kependudukan/atas", "SYN016", unread=False)


def test_a_linked_qms_yaml_is_not_followed(root: Path) -> None:
    (root / "qms.yaml").rename(root / "asli.txt")
    link(root / "qms.yaml", root / "asli.txt")
    found = load(root)
    assert faults(found) == {"qms.yaml": ["SYN016"]}
    assert found.unread == 1


# --- what may not be read ---


def test_a_file_that_may_not_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(root, "evidence/EVD-2024-900.yaml", MALL["evidence/EVD-2024-001.yaml"])
    _forbid(path, monkeypatch)
    check(root, "evidence/EVD-2024-900.yaml", "SYN001")


def _forbid(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the right to read a file away; root reads everything, so that there opening itself refuses."""
    if sys.platform != "win32" and os.geteuid() != 0:
        path.chmod(0)
        return
    real = os.open

    def refuse(name: str | Path, *more: int) -> int:
        if Path(name) == path:
            raise PermissionError(13, "Permission denied")
        return real(name, *more)

    monkeypatch.setattr(os, "open", refuse)


def test_a_folder_that_may_not_be_listed_is_not_left_out_in_silence(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        if str(folder).endswith("nonconformities"):
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(repository.os, "scandir", refuse)
    found = load(root)
    assert faults(found) == {NCS: ["SYN001"]}
    assert found.unread == 1


def test_a_root_that_may_not_be_listed_is_an_error_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(repository.os, "scandir", refuse)
    with pytest.raises(PermissionError):
        load(root)


# --- names and places ---


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("evidence/EVD-2024-900.yml", "evidence/EVD-2024-900.yaml"),
        ("evidence/EVD-2024-900.YAML", "evidence/EVD-2024-900.yaml"),
        ("units/pajak/Unit.yaml", "units/pajak/unit.yaml"),
        ("units/pajak/unit.yml", "units/pajak/unit.yaml"),
        ("units/kependudukan/SOPs/SOP-KEPENDUDUKAN-009.yaml", "units/kependudukan/sops/SOP-KEPENDUDUKAN-009.yaml"),
        ("Audits/IA-2024-09.yaml", "audits/IA-2024-09.yaml"),
    ],
)
def test_a_name_in_the_wrong_case_or_ending_is_a_record_that_is_not_read(root: Path, path: str, right: str) -> None:
    if (root / path).parent.exists() and (root / "QMS.YAML").exists():
        pytest.skip("names differ by more than case here")
    put(root, path, "id: x\n")
    check(root, path, "SYN018")
    (fault,) = [fault for file in load(root).files for fault in file.faults]
    assert fault.values["right"] == right


@pytest.mark.parametrize(
    "path",
    [
        "evidence/IA-2024-01/EVD-2024-001.yaml",
        "EVD-2024-001.yaml",
        "units/kependudukan/NC-KEPENDUDUKAN-2024-009.yaml",
        "nonconformities/NC-KANTOR-POS-2024-009.yaml",
        "audits/2024/IA-2024-01.yaml",
        "sops/SOP-KANTOR-POS-001.yaml",
        "RTM-2024-01.yml",
    ],
)
def test_a_record_in_no_records_place_is_not_read(root: Path, path: str) -> None:
    put(root, path, "id: x\n")
    check(root, path, "SYN020")


@pytest.mark.parametrize("path", ["catatan.yaml", "units/kependudukan/catatan.yaml", "docs/contoh.yml"])
def test_a_file_that_belongs_to_no_record_is_told_of(root: Path, path: str) -> None:
    put(root, path, "id: x\n")
    check(root, path, "SYN019", unread=False)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "documents/surat.pdf",
        ".github/workflows/check.yaml",
        "evidence/.EVD-2024-900.yaml.swp",
        ".hidden/x.yaml",
    ],
)
def test_other_files_are_nobodys_business(root: Path, path: str) -> None:
    put(root, path, b"\x00\xff")
    found = load(root)
    assert faults(found) == {}
    assert found.records == len(MALL)


@pytest.mark.parametrize(
    "path",
    [
        "evidence/EVD-2024-900",
        "evidence/EVD-2024-900.txt",
        "evidence/EVD-2024-900.yaml.bak",
        "evidence/EVD-2024-900.yaml~",
        "evidence/EVD-2024-900.json",
        "evidence/.EVD-2024-900.yaml",
        "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-009.txt",
    ],
)
def test_a_record_under_a_name_that_is_not_read_is_unread(root: Path, path: str) -> None:
    put(root, path, "id: x\n")
    check(root, path, "SYN018")


@pytest.mark.parametrize(
    "path",
    [
        "evidence/EVD-2024-001.yaml.bak",  # beside the record itself
        "evidence/EVD-2024-001.yaml.orig",
        "evidence/EVD-2024-900.pdf",  # what a record may speak of
        "evidence/daftar-hadir.txt",
        "documents/EVD-2024-900",  # no place of a record
        ".qms.yaml",
        "units/.arsip",
        "units/README",
    ],
)
def test_copies_and_documents_beside_records_are_no_records(root: Path, path: str) -> None:
    put(root, path, "id: x\n")
    assert faults(load(root)) == {}


@pytest.mark.parametrize("path", ["audits", "evidence", "units/kependudukan/nonconformities"])
def test_a_file_in_the_place_of_a_folder_hides_records(root: Path, path: str) -> None:
    shutil.rmtree(root / path)
    put(root, path, "x")
    found = load(root)
    assert faults(found) == {path: ["SYN015"]}
    assert found.unread == 1


def test_a_time_zone_that_nobody_knows_is_a_fault_of_a_record_that_is_read(root: Path) -> None:
    put(root, "qms.yaml", MALL["qms.yaml"] + "timezone: Asia/Kediri\n")
    found = load(root)
    assert faults(found) == {"qms.yaml": ["SCH015"]}
    assert found.unread == 0
    put(root, "qms.yaml", MALL["qms.yaml"] + "timezone: Asia/Jayapura\n")
    assert faults(load(root)) == {}


def test_folders_as_deep_as_the_limit_are_walked(root: Path) -> None:
    deep = "/".join(["a"] * repository.MAX_FOLDERS)
    put(root, f"{deep}/x.yaml")
    assert faults(load(root)) == {f"{deep}/x.yaml": ["SYN019"]}
    put(root, f"{deep}/a/x.yaml")
    assert faults(load(root)) == {f"{deep}/x.yaml": ["SYN019"], f"{deep}/a": ["SYN021"]}


def test_a_file_of_the_wrong_kind_in_a_folder_is_one_fault(root: Path) -> None:
    put(root, "evidence/EVD-2024-900.yaml", MALL["audits/IA-2024-01.yaml"])
    check(root, "evidence/EVD-2024-900.yaml", "SCH010")


def test_folders_without_end_are_one_fault(root: Path) -> None:
    deep = root / "dokumen"
    for _ in range(200):
        deep /= "a"
    try:
        deep.mkdir(parents=True)
    except OSError:
        pytest.skip("paths may not be so long here")
    found = load(root)
    assert list(faults(found).values()) == [["SYN021"]]
    assert sum(file.record is not None for file in found.files) == len(MALL)


@pytest.mark.parametrize(
    ("parts", "kind", "unit"),
    [
        (("qms.yaml",), "qms", None),
        (("units", "a", "unit.yaml"), "unit", "a"),
        (("units", "a", "sops", "x.yaml"), "sop", "a"),
        (("units", "a", "nonconformities", "x.yaml"), "nonconformity", "a"),
        (("evidence", "x.yaml"), "evidence", None),
        (("audits", "x.yaml"), "audit", None),
        (("reviews", "x.yaml"), "review", None),
    ],
)
def test_places(parts: tuple[str, ...], kind: str, unit: str | None) -> None:
    found = place_of(parts)
    assert found is not None
    assert (found[0].name, found[1]) == (kind, unit)


@pytest.mark.parametrize(
    "path", ["x.yaml", "units/a/x.yaml", "evidence/a/x.yaml", "units/unit.yaml", "evidence/x.yml", "qms.yaml/x.yaml"]
)
def test_no_places(path: str) -> None:
    assert place_of(tuple(path.split("/"))) is None


# --- where the root is ---


def test_the_root_is_given_or_set_or_found_upwards_or_below(root: Path, tmp_path: Path) -> None:
    assert find_root(root, None, tmp_path) == root
    assert find_root(None, str(root), tmp_path) == root
    assert find_root(None, None, root / "units" / "dpmptsp") == root
    assert find_root(None, None, tmp_path) == tmp_path / "records"
    assert find_root(tmp_path, None, tmp_path) == tmp_path / "records"  # a DIR that holds records/qms.yaml
    assert find_root(root, str(tmp_path / "other"), tmp_path) == root  # what is given goes before what is set


def test_what_is_given_is_not_searched_upwards(root: Path) -> None:
    with pytest.raises(NoRepository):
        find_root(root / "units", None, root)


def test_no_repository_here(tmp_path: Path) -> None:
    with pytest.raises(NoRepository) as caught:
        find_root(None, None, tmp_path)
    assert caught.value.looked == tmp_path


# --- the collector ---


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(root: Path, enabled: bool, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(gc.enable)
    (gc.enable if enabled else gc.disable)()
    load(root)
    assert gc.isenabled() is enabled
