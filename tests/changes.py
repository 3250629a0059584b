"""Changes that the program makes in a small mall, for tests that break them off: in one file, in several, new files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mpp_qms.store.lock import FOLDER
from tests.factories import as_text, mall

#: The day of every step.
DAY = "2024-11-10"
_NCS = "units/kependudukan/nonconformities"
_OPEN = """
criterion: Gerai dibuka pada jam layanan
evidence: Gerai kosong 10.15-10.40
statement: Gerai tidak dijaga pada jam layanan, lihat NC-KEPENDUDUKAN-2024-002
detected: {date: 2024-10-01, by: P-006}
corrections: [{id: C1, what: Gerai dijaga, owner: P-021, due: 2024-10-02, done: {date: 2024-10-01, by: P-021}}]
causes: [{date: 2024-10-02, by: P-021, method: 5-whys, root: Tidak ada jadwal pengganti}]
plans: [{date: 2024-10-03, approved_by: P-023}]
actions: [{id: A1, added: 2024-10-02, what: Jadwal pengganti, owner: P-021, due: 2024-12-15}]
"""
#: The part of the whole small mall that the changes are about: every record more is read once more for every break.
_KEPT = ("qms.yaml", "units/", "reviews/")
_DECIDED = """
decisions: [{id: D1, output: improvement, what: "Tutup NC-KEPENDUDUKAN-2024-002", owner: P-021, due: 2024-12-31}]
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A command that changes records, and what it needs beside them: name → content, in the folder above the root."""

    words: tuple[str, ...]
    #: Whether it is made under a plan: all the files at once.
    several: bool


_ADD = (
    *("nc", "add", "--title", "Gerai kosong", "--grade", "minor", "--clause", "8.5.1", "--source", "evaluation"),
    *("--detected", "2024-03-04", "--by", "P-006", "--criterion", "Gerai dibuka", "--evidence", "Gerai kosong"),
    *("--statement", "Gerai tidak dijaga"),
)
NC_ADD = (*_ADD, "--unit", "kependudukan")
DOCUMENT = "risiko.pdf"

CHANGES = {
    "action done": Change(
        ("action", "done", "NC-KEPENDUDUKAN-2024-002", "A1", "--by", "P-021", "--date", DAY, "--evidence", "Jadwal"),
        several=False,
    ),
    "nc add": Change(NC_ADD, several=False),
    "nc add in a new folder": Change((*_ADD, "--unit", "dpmptsp"), several=False),
    "hand-over": Change(
        ("hand-over", "--from", "P-021", "--to", "P-022", "--by", "P-002", "--date", DAY), several=True
    ),
    "nc renumber": Change(("nc", "renumber", "NC-KEPENDUDUKAN-2024-002", "NC-KEPENDUDUKAN-2024-009"), several=True),
    "evidence add": Change(
        ("evidence", "add", f"{{above}}/{DOCUMENT}", "--title", "Risiko", "--shows", "risk-register", "--date", DAY),
        several=True,
    ),
}


def lay_out(folder: Path) -> Path:
    """A mall in `folder`/mall, with open actions of one person in several records and a document beside it; its root."""
    ncs = {
        f"{_NCS}/NC-KEPENDUDUKAN-2024-{number:03}.yaml": f"{_OPEN}\nid: NC-KEPENDUDUKAN-2024-{number:03}"
        for number in (2, 3)
    }
    files = mall({**ncs, "reviews/RTM-2024-01.yaml": _DECIDED})
    for path, text in as_text({path: files[path] for path in files if path.startswith(_KEPT)}).items():
        target = folder / "mall" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    (folder / DOCUMENT).write_bytes(b"%PDF-1.7 register of risks\n")
    return folder / "mall"


def copied(root: Path, folder: Path) -> Path:
    """A copy of a mall in `folder`/mall, in the place of whatever was there."""
    target = folder / "mall"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(root, target)
    return target


def words(change: Change, root: Path, above: Path) -> tuple[str, ...]:
    """The command line of a change; `above`: where the document lies."""
    return (*(word.replace("{above}", str(above)) for word in change.words), "--root", str(root))


def records(root: Path) -> dict[str, bytes]:
    """The records and documents of a mall, without what is hidden: path → content."""
    return {path: content for path, content in everything(root).items() if not path.rsplit("/", 1)[-1].startswith(".")}


def everything(root: Path) -> dict[str, bytes]:
    """Every file of a mall outside the program's own folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


def whole(found: Mapping[str, bytes], old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Every file is as it was or as it shall be, whole."""
    for path in {*found, *old, *new}:
        assert found.get(path) in (old.get(path), new.get(path)), path
