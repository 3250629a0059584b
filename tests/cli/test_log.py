"""`mpp-qms log`: who changed what, in the words of the life; merges and renames too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpp_qms.records.kinds import KINDS
from mpp_qms.records.shapes import field_at, keys_at
from mpp_qms.records.titles import TITLES
from mpp_qms.store import history as stored
from mpp_qms.store.git import git_bytes
from mpp_qms.words import WORDS
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
    assert whats(mpp)[:2] == [["taken out of the records"], ["written so that it cannot be read"]]


@pytest.mark.parametrize("words", ["log", "diff HEAD", "check --against HEAD"])
def test_a_damaged_repository_is_told_and_is_no_defect(root: Path, repo: Path, mpp: Command, words: str) -> None:
    blob = git(repo, "rev-parse", f"HEAD:records/{NC_PATH}")
    change(root, "title: Gerai", "title: Loket")
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    done = mpp(*words.split())
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("git could not tell the history: ")
    assert blob in done.err


def test_a_record_that_is_put_away_and_back_is_told(root: Path, repo: Path, mpp: Command) -> None:
    (root / "store").mkdir()
    git(repo, "mv", f"records/{NC_PATH}", "records/store/x.txt")
    commit(repo, "simpan")
    git(repo, "mv", "records/store/x.txt", f"records/{NC_PATH}")
    commit(repo, "kembali")
    back, away, *_ = whats(mpp)
    assert away == ["taken out of the records"]
    assert back[0] == "entered: Gerai kosong pada jam buka layanan"


def test_a_record_that_was_broken_for_a_commit_is_not_entered_again(root: Path, repo: Path, mpp: Command) -> None:
    good = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).write_text("id: [", encoding="utf-8")
    commit(repo, "rusak")
    (root / NC_PATH).write_text("id: [[", encoding="utf-8")
    commit(repo, "masih rusak")
    (root / NC_PATH).write_text(good.replace("title: Gerai", "title: Loket"), encoding="utf-8")
    commit(repo, "baik")
    assert whats(mpp, CLOSED)[:3] == [
        [
            "can be read again",
            "title: changed from Gerai kosong pada jam buka layanan to Loket kosong pada jam buka layanan",
        ],
        ["written so that it cannot be read"],
        ["written so that it cannot be read"],
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_in_the_place_of_a_record_is_no_record(root: Path, repo: Path, mpp: Command) -> None:
    good = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).unlink()
    (root / NC_PATH).symlink_to("../unit.yaml")
    commit(repo, "tautan")
    (root / NC_PATH).unlink()
    (root / NC_PATH).write_text(good, encoding="utf-8")
    commit(repo, "kembali")
    assert whats(mpp)[:2] == [["can be read again"], ["written so that it cannot be read"]]


def test_a_submodule_in_the_place_of_a_record_and_beside_them(
    root: Path, repo: Path, mpp: Command, tmp_path: Path
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "x.txt").write_text("x", encoding="utf-8")
    commit(inner, "x")
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner)]
    git(repo, *add, "records/dokumen")
    git(repo, *add, "records/evidence/EVD-2024-900.yaml")
    commit(repo, "submodul")
    assert whats(mpp)[0] == ["written so that it cannot be read"]


def test_what_is_no_record_is_never_read(root: Path, repo: Path, monkeypatch: pytest.MonkeyPatch, mpp: Command) -> None:
    (root / "documents").mkdir(exist_ok=True)
    (root / "documents" / "foto.jpg").write_bytes(b"\xff" * 1000)
    change(root, "title: Gerai", "title: Loket")
    commit(repo, "foto")
    asked: list[bytes] = []

    def watched(folder: Path, words: list[str], given: bytes) -> bytes:
        asked.append(given)
        return git_bytes(folder, words, given)

    monkeypatch.setattr(stored, "git_bytes", watched)
    assert len(whats(mpp)) == 2
    photo = git(repo, "rev-parse", "HEAD:records/documents/foto.jpg")
    assert git(repo, "rev-parse", f"HEAD:records/{NC_PATH}").encode() in b"".join(asked)
    assert photo.encode() not in b"".join(asked)


EXTERNAL = """external:
  body: gci
  number: NCR-1
  responses: [{submitted: 2024-06-03}]
"""


def test_everything_is_told_and_told_once(root: Path, repo: Path, mpp: Command) -> None:
    for step in STEPS[:7]:
        assert mpp(*step.format(id=CLOSED).split()).code == 0
    commit(repo, "tindakan")
    told = whats(mpp, CLOSED)[0]
    assert len(told) == len(set(told)) == 7
    assert {what.split(" ")[0] for what in told} == {"reopened:", "A2", "root", "plan"}
    # what is added to an entry that is there is no event of its own
    file = root / NC_PATH
    data = yaml.safe_load(file.read_text(encoding="utf-8"))

    def enter(**changed: Any) -> list[str]:
        file.write_text(yaml.safe_dump(data | changed, sort_keys=False), encoding="utf-8")
        commit(repo, "ubah")
        return whats(mpp, CLOSED)[0]

    data["actions"][1]["done"]["evidence"] = ["EVD-2024-001"]
    assert enter() == ["action A2, completion, evidence: EVD-2024-001 added"]
    data["closures"][0]["cosigned_by"] = "P-005"
    assert enter() == ["closing, cosigned by: P-005 added"]
    # what is changed in its place is no event either
    data["causes"][1]["root"] = "Lain"
    assert enter() == ["root cause analysis 2, root cause: changed from Jadwal to Lain"]
    data["actions"][1]["extensions"].append(
        {"date": "2024-08-01", "to": "2024-08-20", "reason": "Sakit", "approved_by": "P-002"}
    )
    assert enter() == ["A2 extended to 2024-08-20: Sakit"]
    # what the body outside did
    data |= yaml.safe_load(EXTERNAL)
    assert enter() == ["answer submitted to the body"]
    data["external"]["responses"][0] |= {"decided": "2024-06-20", "result": "accepted"}
    assert enter() == ["the body's decision on the answer: accepted"]
    data["external"]["closed"] = "2024-07-01"
    assert enter() == ["closed by the body"]
    del data["external"]["responses"]
    (removed,) = enter()
    assert removed.startswith(
        "finding of the body outside, answer to the body outside: day it was submitted: 2024-06-03"
    )
    assert removed.endswith("removed")


def test_a_renamed_record_keeps_its_history(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp("nc", "renumber", CLOSED, "--next", "--by", "P-002", "--date", "2024-06-01").code == 0
    commit(repo, "nomor")
    found = whats(mpp, "kependudukan-2")
    assert len(found) == 2
    (only,) = found[0]
    assert only.startswith("id amended from NC-KEPENDUDUKAN-2024-001 to NC-KEPENDUDUKAN-2024-002")
    assert found[1][0].startswith("entered: ")


def test_days_are_those_of_the_mall(root: Path, repo: Path, mpp: Command) -> None:
    change(root, "title: Gerai kosong pada jam buka layanan", "title: Lain")
    commit(repo, "malam", GIT_COMMITTER_DATE="2024-06-01T20:00:00+00:00")
    assert valid(mpp("log", "--format", "json").json, "log")["commits"][0]["date"] == "2024-06-02"
    (root / "qms.yaml").write_text(
        (root / "qms.yaml").read_text(encoding="utf-8") + "timezone: UTC\n", encoding="utf-8"
    )
    assert mpp("log", "--format", "json").json["commits"][0]["date"] == "2024-06-01"


def test_a_record_like_another_is_not_a_copy_of_it(root: Path, repo: Path, mpp: Command) -> None:
    text = (root / NC_PATH).read_text(encoding="utf-8")
    other = root / NC_PATH.replace("-001", "-002")
    other.write_text(text.replace(CLOSED, CLOSED.replace("-001", "-002")), encoding="utf-8")
    commit(repo, "mirip")
    assert [found[0] for found in whats(mpp, "kependudukan-2")] == ["entered: Gerai kosong pada jam buka layanan"]
    # given another number, it leaves its first one to no other record's history
    assert mpp("nc", "renumber", CLOSED.replace("-001", "-002"), "--next", "--by", "P-002").code == 0
    commit(repo, "nomor")
    other.write_text(text.replace(CLOSED, CLOSED.replace("-001", "-002")), encoding="utf-8")
    commit(repo, "lagi")
    assert [found[0] for found in whats(mpp, "kependudukan-2")] == ["entered: Gerai kosong pada jam buka layanan"]
    assert len(whats(mpp, "kependudukan-3")) == 2


def test_an_amendment_is_told_once(root: Path, repo: Path, mpp: Command) -> None:
    words = ["nc", "amend", CLOSED, "--field", "title", "--to", "Lain", "--reason", "Ketik", "--by", "P-002"]
    assert mpp(*words, "--date", "2024-06-01").code == 0
    commit(repo, "ketik")
    (only,) = whats(mpp, CLOSED)[0]
    assert "amended from Gerai kosong pada jam buka layanan to Lain" in only


def test_a_damaged_change_is_said_and_the_history_is_told(root: Path, repo: Path, mpp: Command) -> None:
    (root / ".mpp-qms").mkdir(exist_ok=True)
    (root / ".mpp-qms" / "change").write_text("x", encoding="utf-8")
    done = mpp("log")
    assert (done.code, "entered: " in done.out, done.err != "") == (0, True, True)


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
    assert (done.code, "Nothing is committed here yet" in done.err) == (2, True)


#: A change of each sort, and what a person reads of it, in both languages.
SENTENCES = [
    (
        NC_PATH,
        {"grade": "major", "source": {"kind": "complaint"}},
        ("grade: changed from minor to major", "source, kind: changed from quarterly evaluation to complaint"),
        ("tingkat: diubah dari minor menjadi mayor", "sumber, jenis: diubah dari evaluasi triwulan menjadi pengaduan"),
    ),
    (
        NC_PATH,
        {"actions": [{"due": "2024-12-01"}]},
        ("action A1, due date: changed from 2024-04-15 to 2024-12-01",),
        ("tindakan A1, tenggat: diubah dari 2024-04-15 menjadi 2024-12-01",),
    ),
    (
        "units/kependudukan/unit.yaml",
        {
            "authority": "vertical",
            "services": [{}, {"id": "kk", "name": "Kartu keluarga", "standard": {"title": "SP"}}],
        },
        (
            "answerable to: changed from local government to national agency",
            "service kk: name: Kartu keluarga, service standard: title: SP added",
        ),
        (
            "bertanggung jawab kepada: diubah dari pemerintah daerah menjadi instansi vertikal",
            "layanan kk: nama: Kartu keluarga, standar pelayanan: judul: SP ditambahkan",
        ),
    ),
    (
        NC_PATH,
        {"read_across": [{"found": True}]},
        ("answer of another unit imigrasi, found there too: changed from no to yes",),
        ("jawaban unit lain imigrasi, ditemukan juga di sana: diubah dari tidak menjadi ya",),
    ),
    (
        NC_PATH,
        {
            "amended": [
                {
                    "date": "2024-06-01",
                    "by": "P-002",
                    "field": "actions.A1.due",
                    "from": "2024-05-01",
                    "to": None,
                    "reason": "X",
                }
            ]
        },
        ("action A1, due date amended from 2024-05-01 to –: X",),
        ("tindakan A1, tenggat dibetulkan dari 2024-05-01 menjadi –: X",),
    ),
]


def laid_over(data: Any, change: Any) -> Any:
    if isinstance(data, dict) and isinstance(change, dict):
        return data | {key: laid_over(data.get(key), value) for key, value in change.items()}
    if isinstance(data, list) and isinstance(change, list):
        return [*map(laid_over, data, change), *data[len(change) :], *change[len(data) :]]
    return change


@pytest.mark.parametrize(("path", "change", "english", "indonesian"), SENTENCES)
def test_a_change_is_told_in_words(
    root: Path,
    mpp: Command,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    change: Any,
    english: tuple[str, ...],
    indonesian: tuple[str, ...],
) -> None:
    git(root.parent, "init", "-q")
    file = root / path
    data = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)
    if path == NC_PATH:
        data["read_across"] = [{"unit": "imigrasi", "date": "2024-05-20", "by": "P-011", "found": False}]
    file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    commit(root.parent, "awal")
    file.write_text(yaml.safe_dump(laid_over(data, change), sort_keys=False), encoding="utf-8")
    commit(root.parent, "ubah")
    assert tuple(whats(mpp)[0]) == english
    monkeypatch.setenv("MPP_QMS_LANG", "id")
    assert tuple(whats(mpp)[0]) == indonesian


def test_every_key_of_every_kind_has_a_title() -> None:
    for kind in KINDS:
        for keys in keys_below(kind.model, ()):
            found = field_at(kind.model, keys)
            assert found is not None
            assert f"{found.shape}.{keys[-1]}" in TITLES or keys[-1] in {**TITLES, **WORDS}, keys


def keys_below(kind: type, route: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key in keys_at(kind, route):
        yield (*route, key)
        yield from keys_below(kind, (*route, key))


def test_in_indonesian(root: Path, repo: Path) -> None:
    done = run("log", CLOSED, "--root", str(root), MPP_QMS_LANG="id")
    assert "dimasukkan: Gerai kosong" in done.stdout
