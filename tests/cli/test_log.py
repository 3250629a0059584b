"""`mpp-qms log`: who changed what, in the words of the life; merges and renames too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.inside import Command
from tests.cli.test_against import CLOSED, STEPS, change, commit, git
from tests.cli.test_contract import valid
from tests.factories import NC_PATH
from tests.program import run


@pytest.fixture
def repo(root: Path) -> Path:
    git(root.parent, "init", "-q")
    commit(root.parent, "mall")
    return root.parent


def whats(mpp: Command, *words: str) -> list[list[str]]:
    """What each commit did, the newest first."""
    found = valid(mpp("log", *words, "--format", "json").json, "log")
    return [[entry["what"] for record in row["records"] for entry in record["changes"]] for row in found["commits"]]


def test_each_commit_in_the_words_of_the_life(root: Path, repo: Path, mpp: Command) -> None:
    for step in STEPS[:3]:
        assert mpp(*step.format(id=CLOSED).split()).code == 0
        commit(repo, "langkah")
    change(root, "title: Gerai kosong pada jam buka layanan", "title: Lain")
    commit(repo, "judul")
    assert whats(mpp, CLOSED)[:4] == [
        ["title: changed from Gerai kosong pada jam buka layanan to Lain"],
        ["root cause: Jadwal"],
        ["A2 taken on by P-021, due 2024-08-01: Jadwal"],
        ["reopened: Terulang"],
    ]
    first = whats(mpp, CLOSED)[-1]
    assert first[0] == "entered: Gerai kosong pada jam buka layanan"
    assert first[-1] == "closed"
    shown = mpp("log", "nc-kependudukan-1").out
    assert f"{CLOSED}\n    - reopened: Terulang (P-002)" in shown


def test_all_records_their_sops_and_reviews(repo: Path, mpp: Command) -> None:
    for step in STEPS[9:]:
        assert mpp(*step.format(id=CLOSED).split()).code == 0
    commit(repo, "semua")
    (newest, *_) = whats(mpp)
    assert newest == [
        "entered: T",
        "D2 taken on by P-011, due 2024-12-01: X",
        "revision 2, effective 2024-09-20: X",
        "revision 2 read",
    ]


def test_what_is_taken_out_or_cannot_be_read_is_told(root: Path, repo: Path, mpp: Command) -> None:
    (root / NC_PATH).write_text("id: [", encoding="utf-8")
    commit(repo, "rusak")
    (root / NC_PATH).unlink()
    commit(repo, "hapus")
    assert whats(mpp)[:2] == [[], ["written so that it cannot be read"]] or whats(mpp)[0] == [
        "written so that it cannot be read"
    ]


def test_a_renamed_record_keeps_its_history(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp("nc", "renumber", CLOSED, "--next", "--by", "P-002", "--date", "2024-06-01").code == 0
    commit(repo, "nomor")
    found = whats(mpp, "kependudukan-2")
    assert len(found) == 2
    assert found[0][0].startswith("id amended from NC-KEPENDUDUKAN-2024-001 to NC-KEPENDUDUKAN-2024-002")
    assert found[1][0].startswith("entered: ")


def test_what_only_a_merge_did_is_there(root: Path, repo: Path, mpp: Command) -> None:
    git(repo, "checkout", "-qb", "lain")
    change(root, "criterion: Gerai dibuka", "criterion: Satu", NC_PATH)
    commit(repo, "satu")
    git(repo, "checkout", "-q", "main")
    change(root, "criterion: Gerai dibuka", "criterion: Dua", NC_PATH)
    commit(repo, "dua")
    git(repo, "merge", "-q", "lain", ok=False)
    text = git(repo, "show", f"main:records/{NC_PATH}").replace("criterion: Dua", "criterion: Tiga")
    (root / NC_PATH).write_text(text + "\n", encoding="utf-8")
    commit(repo, "gabung")
    assert whats(mpp)[0] == ["criterion: changed from Dua pada jam layanan to Tiga pada jam layanan"]


def test_without_git_or_commits_there_is_a_clear_answer(root: Path, mpp: Command) -> None:
    assert (mpp("log").code, "No git repository here" in mpp("log").err) == (2, True)
    git(root, "init", "-q")
    done = mpp("log")
    assert (done.code, "There is no revision HEAD" in done.err) == (2, True)


def test_in_indonesian(root: Path, repo: Path) -> None:
    done = run("log", CLOSED, "--root", str(root), MPP_QMS_LANG="id")
    assert "dimasukkan: Gerai kosong" in done.stdout
