"""`check --against`: real repositories, real commits, real signatures. What a change may do, however it is disguised."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mpp_qms import provenance
from mpp_qms.store import history as stored
from tests.cli.inside import Command
from tests.factories import NC_PATH
from tests.program import run

CLOSED = "NC-KEPENDUDUKAN-2024-001"
SOP = "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml"


def git(folder: Path, *words: str, ok: bool = True, **environment: str) -> str:
    settings = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1", **environment}
    done = subprocess.run(
        ["git", *settings, *words], cwd=folder, env=clean, capture_output=True, encoding="utf-8", check=False
    )
    assert not ok or done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str = "ubah", *words: str, **environment: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message, *words, **environment)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repo(root: Path) -> Path:
    """The ready mall in a git repository, in a folder of its own, one commit."""
    git(root.parent, "init", "-q")
    commit(root.parent, "mall")
    return root.parent


def codes(mpp: Command, *words: str) -> list[str]:
    done = mpp("check", *words, "--format", "json")
    assert done.code in (0, 1), done.err
    found = json.loads(done.out)["findings"]
    # a record that seems new seems to have been entered late: a warning of its own test
    return sorted({entry["code"] for entry in found if entry["code"] != "HIS012"})


def change(root: Path, old: str, new: str, path: str = NC_PATH) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


REWRITE = ("criterion: Gerai dibuka pada jam layanan", "criterion: Lain")


def test_nothing_changed(repo: Path, mpp: Command) -> None:
    assert codes(mpp, "--against", "HEAD") == []


def test_a_rewrite_in_the_work_tree_in_a_commit_and_over_two_commits(root: Path, repo: Path, mpp: Command) -> None:
    change(root, *REWRITE)
    assert codes(mpp, "--against", "HEAD") == ["HIS007"]
    commit(repo)
    assert codes(mpp, "--against", "HEAD") == []
    assert codes(mpp, "--against", "HEAD~1") == ["HIS007"]
    change(root, "statement: Gerai tidak dijaga pada jam layanan", "statement: Lain")
    commit(repo)
    found = mpp("check", "--against", "HEAD~2", "--format", "json").json["findings"]
    assert [entry["code"] for entry in found] == ["HIS007", "HIS007"]
    line = (root / NC_PATH).read_text(encoding="utf-8").splitlines().index("criterion: Lain") + 1
    assert found[0]["path"] == NC_PATH
    assert line in {entry["line"] for entry in found}


def test_a_branch_that_is_checked_out_is_compared_with_itself_and_that_is_said(
    root: Path, repo: Path, mpp: Command
) -> None:
    change(root, *REWRITE)
    commit(repo)
    done = mpp("check", "--against", "main")
    assert (done.code, "main is what is checked out: only what is not committed yet was judged" in done.err) == (
        0,
        True,
    )
    for words in (["--against", "HEAD"], ["--against", "HEAD~1"], ["--staged", "--against", "main"]):
        assert "is what is checked out" not in mpp("check", *words).err


def test_a_rewrite_as_delete_and_add(root: Path, repo: Path, mpp: Command) -> None:
    text = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).unlink()
    commit(repo, "hapus")
    assert codes(mpp, "--against", "HEAD~1") == ["HIS001"]
    (root / NC_PATH).write_text(text.replace(*REWRITE), encoding="utf-8")
    commit(repo, "tambah")
    assert codes(mpp, "--against", "HEAD~2") == ["HIS007"]


def test_a_rewrite_as_a_rename(root: Path, repo: Path, mpp: Command) -> None:
    new = NC_PATH.replace("-001", "-009")
    git(repo, "mv", f"records/{NC_PATH}", f"records/{new}")
    change(root, f"id: {CLOSED}", "id: NC-KEPENDUDUKAN-2024-009", new)
    commit(repo)
    assert codes(mpp, "--against", "HEAD~1") == ["HIS001"]


def test_a_renumbering_by_somebody_passes_and_a_rewrite_with_it_does_not(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp("nc", "renumber", CLOSED, "--next", "--by", "P-002", "--date", "2024-06-01").code == 0
    commit(repo)
    assert codes(mpp, "--against", "HEAD~1") == []
    change(root, *REWRITE, NC_PATH.replace("-001", "-002"))
    commit(repo)
    assert codes(mpp, "--against", "HEAD~2") == ["HIS007"]


def test_a_rewrite_in_a_merge(root: Path, repo: Path, mpp: Command) -> None:
    git(repo, "checkout", "-qb", "lain")
    (root / "catatan.txt").write_text("x", encoding="utf-8")
    commit(repo)
    git(repo, "checkout", "-q", "main")
    (root / "lain.txt").write_text("x", encoding="utf-8")
    base = commit(repo)
    git(repo, "merge", "-q", "--no-commit", "lain")
    change(root, *REWRITE)
    commit(repo, "gabung")
    assert len(git(repo, "rev-list", "--parents", "-1", "HEAD").split()) == 3
    assert codes(mpp, "--against", base) == ["HIS007"]


def test_a_branch_is_judged_from_where_it_parted(root: Path, repo: Path, mpp: Command) -> None:
    git(repo, "checkout", "-qb", "lain")
    git(repo, "checkout", "-q", "main")
    # what is new on main is not missing on the branch
    add = "nc add --unit imigrasi --title T --grade observation --clause 8.5.1 --source self --detected 2024-10-01 --by P-031"
    assert mpp(*add.split()).code == 0
    commit(repo)
    git(repo, "checkout", "-q", "lain")
    (root / "x.txt").write_text("x", encoding="utf-8")
    commit(repo)
    assert codes(mpp, "--against", "main") == []


def test_two_that_were_merged_into_each_other_are_each_a_beginning(root: Path, repo: Path, mpp: Command) -> None:
    """A criss-cross: what one of the two common commits holds, the other does not."""
    git(repo, "checkout", "-qb", "lain")
    (repo / "lain.txt").write_text("x", encoding="utf-8")
    commit(repo, "B1", GIT_COMMITTER_DATE="2024-06-03T08:00:00+07:00")
    git(repo, "checkout", "-q", "main")
    add = "nc add --unit imigrasi --title T --grade observation --clause 8.5.1 --source self --detected 2024-05-01 --by P-031"
    assert mpp(*add.split()).code == 0
    first = commit(repo, "M1", GIT_COMMITTER_DATE="2024-06-01T08:00:00+07:00")
    git(repo, "merge", "-q", "--no-edit", "lain")
    git(repo, "checkout", "-q", "lain")
    git(repo, "merge", "-q", "--no-commit", first)
    git(repo, "rm", "-qf", "records/units/imigrasi/nonconformities/NC-IMIGRASI-2024-001.yaml")
    git(repo, "commit", "-qm", "B2")
    assert len(git(repo, "merge-base", "--all", "main", "HEAD").split()) == 2
    assert codes(mpp, "--against", "main") == ["HIS001"]


def test_comments_layout_order_and_quotes_are_no_change(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp("fmt").code == 0
    text = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).write_bytes(b"# catatan\r\n" + text.replace("\n", "\r\n").encode() + b"x-a: 1\r\n")
    change(root, "title: Gerai kosong pada jam buka layanan", "title: 'Gerai kosong pada jam buka layanan'")
    assert git(repo, "status", "--porcelain") != ""
    assert codes(mpp, "--against", "HEAD") == []


def test_an_amendment_lets_an_honest_mistake_be_mended(root: Path, repo: Path, mpp: Command) -> None:
    words = ["nc", "amend", CLOSED, "--field", "criterion", "--to", "Lain", "--reason", "Ketik", "--by", "P-002"]
    assert mpp(*words, "--date", "2024-06-01").code == 0
    assert codes(mpp, "--against", "HEAD") == []
    commit(repo)
    # the amendment itself stays
    change(root, "reason: Ketik", "reason: Lain")
    assert codes(mpp, "--against", "HEAD") == ["HIS005"]


STEPS = [
    "nc reopen {id} --reason Terulang --by P-002 --date 2024-06-01",
    "action add {id} --what Jadwal --owner P-021 --due 2024-08-01 --date 2024-06-02",
    "nc analyse {id} --root Jadwal --by P-021 --date 2024-06-03",
    "nc plan {id} --by P-023 --date 2024-06-04",
    "action extend {id} A2 --to 2024-08-15 --reason Cuti --by P-002 --date 2024-06-05",
    "action reassign {id} A2 --to P-022 --by P-023 --date 2024-06-06",
    "action done {id} A2 --by P-022 --date 2024-08-01",
    "nc verify {id} --result effective --by P-005 --date 2024-09-10",
    "nc close {id} --by P-002 --date 2024-09-12",
    "sop revise SOP-KEPENDUDUKAN-001 --effective 2024-09-20 --change X --document Y --by P-001 --date 2024-09-13",
    "sop read SOP-KEPENDUDUKAN-001 --by P-021 --date 2024-09-21",
    "evidence add --title T --shows quality-policy --date 2024-10-01 --location L",
    "action add RTM-2024-01 --what X --owner P-011 --due 2024-12-01 --review-output resources --date 2024-06-21",
]


def test_every_step_passes_against_every_earlier_commit(repo: Path, mpp: Command) -> None:
    made = [git(repo, "rev-parse", "HEAD")]
    for step in STEPS:
        done = mpp(*step.format(id=CLOSED).split())
        assert done.code == 0, (step, done.err)
        made.append(commit(repo, step.split()[0], GIT_COMMITTER_DATE="2024-09-22T08:00:00+07:00"))
    for base in made:
        assert [code for code in codes(mpp, "--against", base) if code.startswith("HIS")] == [], base


def test_a_link_in_a_records_place_hides_it_and_is_found(root: Path, repo: Path, mpp: Command) -> None:
    if os.name == "nt":
        pytest.skip("links need a privilege")
    (root / "store").mkdir()
    git(repo, "mv", f"records/{NC_PATH}", "records/store/x.txt")
    (root / NC_PATH).symlink_to(root / "store" / "x.txt")
    commit(repo)
    assert "HIS015" in codes(mpp, "--against", "HEAD~1")
    # from where it was hidden it is compared with what it was before
    (root / NC_PATH).unlink()
    (root / "store" / "x.txt").rename(root / NC_PATH)
    change(root, *REWRITE)
    assert codes(mpp, "--against", "HEAD") == ["HIS007"]
    (root / NC_PATH).unlink()
    commit(repo)
    assert "HIS001" in codes(mpp, "--against", "HEAD~2")
    assert "HIS001" in codes(mpp, "--against", "HEAD~1")


def test_a_link_that_reads_like_a_record_is_none(root: Path, repo: Path, mpp: Command) -> None:
    """git keeps where a link leads as the text of a file; here that text is a record, as it is to be believed to have been."""
    path = f"records/{NC_PATH}"
    forged = (root / NC_PATH).read_text(encoding="utf-8").replace(*REWRITE)
    (root / NC_PATH).write_text(forged, encoding="utf-8")
    blob = git(repo, "hash-object", "-w", path)
    git(repo, "update-index", "--cacheinfo", f"120000,{blob},{path}")
    git(repo, "commit", "-qm", "tautan")
    assert "HIS007" in codes(mpp, "--against", "HEAD")


def test_what_was_broken_for_a_while_is_compared_with_what_it_was(root: Path, repo: Path, mpp: Command) -> None:
    good = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).write_text(good + "bogus: [\n", encoding="utf-8")
    commit(repo, "rusak")
    (root / NC_PATH).write_text(good, encoding="utf-8")
    assert codes(mpp, "--against", "HEAD") == []
    (root / NC_PATH).write_text(good.replace(*REWRITE), encoding="utf-8")
    assert codes(mpp, "--against", "HEAD") == ["HIS007"]
    (root / NC_PATH).unlink()
    assert "HIS001" in codes(mpp, "--against", "HEAD")


def test_a_second_mall_beside_one_that_stays_is_new(root: Path, repo: Path, mpp: Command) -> None:
    shutil.copytree(root, repo / "lain")
    change(repo / "lain", *REWRITE)
    (repo / "lain" / SOP).unlink()
    done = mpp("check", "--against", "HEAD", "--root", str(repo / "lain"), "--format", "json")
    assert {entry["code"] for entry in done.json["findings"]} & {"HIS001", "HIS007"} == set()
    # and what moved is followed, though another one stays
    commit(repo)
    git(repo, "mv", "records", "data")
    change(repo / "data", *REWRITE)
    done = mpp("check", "--against", "HEAD", "--root", str(repo / "data"), "--format", "json")
    assert {entry["code"] for entry in done.json["findings"]} == {"HIS007"}


def test_of_two_malls_that_are_gone_nobody_can_tell_which_one_moved(root: Path, repo: Path, mpp: Command) -> None:
    shutil.copytree(root, repo / "lain")
    commit(repo)
    git(repo, "mv", "records", "data")
    git(repo, "rm", "-rq", "lain")
    done = mpp("check", "--against", "HEAD", "--root", str(repo / "data"))
    assert (done.code, "in several others" in done.err) == (2, True)


def test_what_git_is_told_to_take_for_a_commit_hides_nothing(root: Path, repo: Path, mpp: Command) -> None:
    old = git(repo, "rev-parse", "HEAD")
    change(root, *REWRITE)
    new = commit(repo)
    git(repo, "replace", old, new)
    assert git(repo, "show", f"{old}:records/{NC_PATH}") == git(repo, "show", f"{new}:records/{NC_PATH}")
    assert codes(mpp, "--against", old) == ["HIS007"]


def test_the_first_line_of_a_commit_is_only_a_text(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()).code == 0
    assert mpp(*f"action add {CLOSED} --what X --owner P-021 --due 2024-08-01 --date 2024-06-02".split()).code == 0
    extend = f"action extend {CLOSED} A2 --to 2024-08-15 --reason X --by P-002 --date 2024-07-01"
    assert mpp(*extend.split()).code == 0
    commit(repo, "a \x1e b")
    assert mpp("check", "--against", "HEAD~1").code == 0
    assert mpp("log").code == 0


# --- --staged ---


def test_staged_is_what_would_be_committed(root: Path, repo: Path, mpp: Command) -> None:
    change(root, *REWRITE)
    assert codes(mpp, "--staged") == []
    git(repo, "add", "-A")
    change(root, "criterion: Lain", REWRITE[0])
    assert codes(mpp, "--staged") == ["HIS007"]
    assert codes(mpp, "--against", "HEAD") == []
    git(repo, "reset", "-q")
    # a broken file that is not staged is not judged, one that is, is; its line is that of the staged text
    (root / NC_PATH).write_text("id: x\ntitle: a: b", encoding="utf-8")
    assert codes(mpp, "--staged") == []
    git(repo, "add", "-A")
    git(repo, "checkout-index", "-f", f"records/{SOP}")
    git(repo, "show", f"HEAD:records/{NC_PATH}")
    (root / NC_PATH).write_text(git(repo, "show", f"HEAD:records/{NC_PATH}"), encoding="utf-8")
    found = mpp("check", "--staged", "--format", "json").json["findings"]
    assert [(entry["code"], entry["line"]) for entry in found] == [("HIS015", 1), ("SYN003", 2)]


def test_staged_within_a_hook(root: Path, repo: Path) -> None:
    """git tells a hook of its index relative to the top of the work tree."""
    change(root, *REWRITE)
    git(repo, "add", "-A")
    done = run("check", "--staged", "--root", "records", cwd=repo, GIT_INDEX_FILE=".git/index", MPP_QMS_LANG="en")
    assert done.returncode == 1
    assert "HIS007" in done.stdout


EVIDENCE = "evidence/EVD-2024-900.yaml"


def with_document(repo: Path, root: Path, mpp: Command) -> Path:
    """A document that an evidence record names with its checksum, both committed."""
    document = root / "documents" / "a.txt"
    document.parent.mkdir()
    document.write_bytes(b"one")
    words = "evidence add documents/a.txt --title T --shows quality-policy --date 2024-10-01"
    done = mpp(*words.split())
    assert done.code == 0, done.err
    assert any("sha256" in path.read_text(encoding="utf-8") for path in (root / "evidence").glob("*.yaml"))
    commit(repo)
    return document


def test_documents_are_judged_as_they_would_be_committed(
    root: Path, repo: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = with_document(repo, root, mpp)
    with monkeypatch.context() as patch:
        # what does not differ is read where it lies
        patch.setattr(stored, "_document", None)
        assert codes(mpp, "--staged") == []
    # on disk it is another one, but that would not be committed
    document.write_bytes(b"two")
    assert codes(mpp) == ["DOC012"]
    assert codes(mpp, "--staged") == []
    # and what would be committed is another one, though the disk holds the right one again
    git(repo, "add", "-A")
    document.write_bytes(b"one")
    assert codes(mpp) == []
    assert codes(mpp, "--staged") == ["DOC012"]
    git(repo, "rm", "-qf", "--cached", "records/documents/a.txt")
    said = mpp("check", "--staged")
    assert (said.code, "DOC009" in said.out) == (1, True)
    assert "add them to git first: documents/a.txt." in said.err


def test_the_line_ends_of_a_document_are_those_of_a_checkout(root: Path, repo: Path, mpp: Command) -> None:
    (repo / ".gitattributes").write_text("*.txt text eol=crlf\n", encoding="utf-8")
    document = with_document(repo, root, mpp)
    document.write_bytes(b"one\r\n")
    file = next(path for path in (root / "evidence").glob("*.yaml") if "sha256" in path.read_text(encoding="utf-8"))
    text = file.read_text(encoding="utf-8")
    sha256 = hashlib.sha256(b"one\r\n").hexdigest()
    file.write_text(re.sub("sha256: .*", f"sha256: {sha256}", text), encoding="utf-8")
    git(repo, "add", "-A")
    document.write_bytes(b"two")
    assert [code for code in codes(mpp, "--staged") if code.startswith("DOC")] == []


def test_what_is_only_meant_to_be_added_is_not_judged_yet(root: Path, repo: Path, mpp: Command) -> None:
    (root / EVIDENCE).write_text("id: [", encoding="utf-8")
    git(repo, "add", "-N", f"records/{EVIDENCE}")
    assert codes(mpp) == ["SYN003"]
    assert codes(mpp, "--staged") == []
    git(repo, "add", f"records/{EVIDENCE}")
    assert codes(mpp, "--staged") == ["SYN003"]


@pytest.mark.skipif(os.name == "nt", reason="a hook is a shell script")
@pytest.mark.parametrize("linked", [False, True])
def test_a_hook_of_a_linked_work_tree_judges_what_this_commit_would_hold(
    root: Path, repo: Path, tmp_path: Path, linked: bool
) -> None:
    """git tells a hook of a linked work tree its GIT_DIR, and of `commit -a` and `commit PATH` another index."""
    top = repo
    if linked:
        top = tmp_path.parent / f"{tmp_path.name}-linked"
        git(repo, "worktree", "add", "-q", "-b", "lain", str(top))
    hook = repo / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    words = f'"{sys.executable}" -m mpp_qms check --staged --root records'
    hook.write_text(
        f"#!/bin/sh\nMPP_QMS_LANG=en PYTHONPATH='{os.pathsep.join(sys.path)}' exec {words}\n", encoding="utf-8"
    )
    hook.chmod(0o755)
    (top / "records" / "catatan.txt").write_text("x", encoding="utf-8")
    commit(top, "boleh")
    change(top / "records", *REWRITE)
    said = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qam", "tulis ulang"],
        cwd=top,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (said.returncode, "HIS007" in said.stdout + said.stderr) == (1, True), said.stderr
    # of this commit is one path only, and it is not the one that was rewritten
    (top / "records" / "catatan.txt").write_text("y", encoding="utf-8")
    git(top / "records", "commit", "-qm", "hanya catatan", "catatan.txt")


# --- when it cannot be told ---


@pytest.mark.parametrize(
    ("prepare", "words", "said"),
    [
        ("none", ["--against", "HEAD"], "No git repository here"),
        ("plain", ["--against", "no-such-branch"], "There is no revision no-such-branch in this repository."),
        ("plain", ["--against=--all"], "There is no revision --all in this repository."),
        ("empty", ["--against", "HEAD"], "Commit the records first: git add -A"),
        ("empty", ["--against", "main"], "Nothing is committed here yet"),
        ("plain", ["--against", "HEAD~9"], "git log shows what there is."),
        ("shallow", ["--against", "HEAD~1"], "git fetch --unshallow (in CI: fetch-depth: 0"),
        ("unrelated", ["--against", "yatim"], "have no commit in common here"),
        ("plain", ["--signed"], "--signed needs --against"),
        ("plain", ["--against", "HEAD", "--signed"], "there is no file"),
    ],
)
def test_a_clear_answer_never_a_silent_pass(
    root: Path, mpp: Command, tmp_path: Path, prepare: str, words: list[str], said: str
) -> None:
    where = root
    if prepare != "none":
        git(root.parent, "init", "-q")
    if prepare not in ("none", "empty"):
        commit(root.parent, "mall")
    if prepare == "shallow":
        (root / "x.txt").write_text("x", encoding="utf-8")
        commit(root.parent)
        where = tmp_path / "shallow" / "records"
        git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root.parent}", "shallow")
    if prepare == "unrelated":
        git(root.parent, "checkout", "-q", "--orphan", "yatim")
        commit(root.parent, "lain")
        git(root.parent, "checkout", "-q", "main")
    done = mpp("check", *words, "--root", str(where))
    assert done.code == 2, (done.out, done.err)
    assert said in done.err
    assert done.out == ""


def test_a_detached_head_and_records_at_the_top(tmp_path: Path, root: Path, mpp: Command) -> None:
    top = tmp_path / "top"
    shutil.copytree(root, top)
    git(top, "init", "-q")
    commit(top, "mall")
    change(top, *REWRITE)
    commit(top)
    git(top, "checkout", "-q", "--detach", "HEAD")
    done = mpp("check", "--against", "HEAD~1", "--root", str(top), "--format", "json")
    assert [entry["code"] for entry in done.json["findings"]] == ["HIS007"]


def test_records_that_moved_to_another_folder_are_followed(root: Path, repo: Path, mpp: Command) -> None:
    git(repo, "mv", "records", "data")
    moved = repo / "data"
    change(moved, *REWRITE)
    commit(repo)
    done = mpp("check", "--against", "HEAD~1", "--root", str(moved), "--format", "json")
    assert [entry["code"] for entry in done.json["findings"]] == ["HIS007"]


@pytest.mark.parametrize("decoy", ["link", "folder", "copy"])
def test_what_takes_the_place_of_records_that_moved_hides_nothing(
    root: Path, repo: Path, mpp: Command, decoy: str
) -> None:
    if decoy == "link" and os.name == "nt":
        pytest.skip("links need a privilege")
    signers(root, "P-002 x@example.org")
    commit(repo)
    git(repo, "mv", "records", "data")
    shutil.rmtree(root, ignore_errors=True)
    moved = repo / "data"
    if decoy == "link":
        root.symlink_to("data", target_is_directory=True)
    elif decoy == "folder":
        (root / "qms.yaml").mkdir(parents=True)
    else:
        root.mkdir()
        shutil.copy(moved / "qms.yaml", root)
    change(moved, *REWRITE)
    (moved / NC_PATH.replace("nonconformities", "sops").replace(CLOSED, "SOP-KEPENDUDUKAN-001")).unlink()
    # who signs is what the records said where they lay
    shutil.rmtree(moved / ".mpp-qms")
    commit(repo)
    done = mpp("check", "--against", "HEAD~1", "--root", str(moved), "--format", "json")
    assert {"HIS001", "HIS007"} <= {entry["code"] for entry in done.json["findings"]}
    assert mpp("check", "--against", "HEAD~1", "--signed", "--root", str(moved)).code == 1


def test_a_mall_that_was_copied_from_another_is_new(root: Path, repo: Path, mpp: Command) -> None:
    shutil.copytree(root, repo / "lain", ignore=shutil.ignore_patterns(".mpp-qms"))
    change(repo / "lain", *REWRITE)
    done = mpp("check", "--against", "HEAD", "--root", str(repo / "lain"), "--format", "json")
    assert {entry["code"] for entry in done.json["findings"]} <= {"HIS012"}


def test_what_came_before_the_records_moved_came_then(root: Path, repo: Path, mpp: Command) -> None:
    signers(root, "P-002 x@example.org")
    commit(repo, "kunci", GIT_COMMITTER_DATE="2024-05-31T08:00:00+07:00")
    assert mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()).code == 0
    qms = (root / "qms.yaml").read_text(encoding="utf-8")
    (root / "qms.yaml").write_text(qms + "policy: [{from: 2024-06-01, grading_days: 10}]\n", encoding="utf-8")
    commit(repo, "buka", GIT_COMMITTER_DATE="2024-06-02T08:00:00+07:00")
    git(repo, "mv", "records", "data")
    shutil.rmtree(root, ignore_errors=True)
    commit(repo, "pindah", GIT_COMMITTER_DATE="2024-08-02T08:00:00+07:00", GIT_AUTHOR_EMAIL="lain@example.org")
    where = ["--root", str(repo / "data")]
    done = mpp("check", "--against", "HEAD~2", "--signed", *where, "--format", "json")
    found = {entry["code"] for entry in done.json["findings"]}
    assert found.isdisjoint({"HIS012", "HIS013", "HIS016"}), found
    subjects = [row["subject"] for row in mpp("log", CLOSED, *where, "--format", "json").json["commits"]]
    assert subjects == ["buka", "mall"]


def test_a_submodule_in_the_place_of_records_is_told(root: Path, repo: Path, mpp: Command, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "unit.yaml").write_text("id: x\n", encoding="utf-8")
    commit(inner, "x")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "records/units/x")
    commit(repo)
    done = mpp("check", "--against", "HEAD")
    assert done.code == 2
    assert "units/x is a submodule" in done.err


# --- when ---


def test_what_is_entered_long_after_it_is_said_to_have_happened_is_named(root: Path, repo: Path, mpp: Command) -> None:
    assert mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()).code == 0
    assert mpp(*f"action add {CLOSED} --what X --owner P-021 --due 2024-08-01 --date 2024-06-02".split()).code == 0
    commit(repo)
    extend = f"action extend {CLOSED} A2 --to 2024-08-15 --reason X --by P-002 --date 2024-07-01"
    assert mpp(*extend.split()).code == 0
    commit(repo, GIT_COMMITTER_DATE="2024-07-10T08:00:00+07:00")
    found = mpp("check", "--against", "HEAD~1", "--format", "json").json["findings"]
    assert found == []
    plan = f"nc plan {CLOSED} --by P-023 --date 2024-07-11"
    assert mpp(*plan.split()).code == 0
    commit(repo, GIT_COMMITTER_DATE="2024-09-10T08:00:00+07:00")
    found = mpp("check", "--against", "HEAD~2", "--format", "json").json["findings"]
    late = [entry for entry in found if entry["code"] == "HIS012"]
    assert [entry["message"] for entry in late] == [
        "The approval of the plan is dated 2024-07-11, but was committed on 2024-09-10, 61 days later."
    ]
    assert late[0]["severity"] == "warning"


# --- whose hand it was ---


needs_keys = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, Path]:
    """A key each for two people."""
    found = {}
    for code in ("P-002", "P-023"):
        path = tmp_path / f"{code}.key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rahasia", "-f", str(path)], check=True)
        found[code] = path
    return found


def sign(repo: Path, key: Path) -> str:
    git(repo, "add", "-A")
    git(repo, "-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "commit", "-S", "-qm", "ditandatangani")
    return git(repo, "rev-parse", "HEAD")


def signers(root: Path, *lines: str) -> None:
    (root / ".mpp-qms").mkdir(exist_ok=True)
    (root / ".mpp-qms" / "signers").write_text("# kode kunci\n" + "\n".join(lines) + "\n", encoding="utf-8")


def public(key: Path) -> str:
    return key.with_suffix(".key.pub").read_text(encoding="utf-8").strip()


@pytest.fixture
def planned(root: Path, repo: Path, mpp: Command) -> Path:
    """A reopened finding with an action, committed; the plan that P-023 approves is not committed yet."""
    assert mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()).code == 0
    assert mpp(*f"action add {CLOSED} --what X --owner P-021 --due 2024-08-01 --date 2024-06-02".split()).code == 0
    commit(repo)
    assert mpp(*f"nc plan {CLOSED} --by P-023 --date 2024-06-10".split()).code == 0
    return repo


def hands(mpp: Command) -> list[tuple[str, str]]:
    done = mpp("check", "--against", "HEAD~1", "--signed", "--format", "json")
    assert done.code in (0, 1), done.err
    found = [entry for entry in done.json["findings"] if entry["code"] in ("HIS013", "HIS014")]
    return [(entry["code"], entry["message"]) for entry in found]


@needs_keys
def test_the_hand_that_is_named(root: Path, planned: Path, mpp: Command, keys: dict[str, Path]) -> None:
    signers(root, *(f"{code} {public(key)}" for code, key in keys.items()))
    sign(planned, keys["P-023"])
    assert hands(mpp) == []


@needs_keys
def test_another_hand(root: Path, planned: Path, mpp: Command, keys: dict[str, Path]) -> None:
    signers(root, *(f"{code} {public(key)}" for code, key in keys.items()))
    name = sign(planned, keys["P-002"])
    expected = f"The approval of the plan names P-023, but the commit {name[:10]} is of P-002."
    assert hands(mpp) == [("HIS013", expected)]
    assert mpp("check", "--against", "HEAD~1", "--signed").code == 1
    # without --signed nobody asks
    assert mpp("check", "--against", "HEAD~1").code == 0


@needs_keys
def test_no_signature_and_no_key(root: Path, planned: Path, mpp: Command, keys: dict[str, Path]) -> None:
    signers(root, f"P-023 {public(keys['P-023'])}")
    assert hands(mpp) == [("HIS013", "The approval of the plan names P-023, but it is not committed yet.")]
    name = commit(planned)
    assert hands(mpp) == [
        ("HIS013", f"The approval of the plan names P-023, but the commit {name[:10]} is not signed.")
    ]
    signers(root, f"P-002 {public(keys['P-002'])}")
    assert [message for _, message in hands(mpp)] == [
        "The approval of the plan names P-023, but `.mpp-qms/signers` has no key of theirs."
    ]


@needs_keys
def test_a_key_that_is_nobodys_here(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path], tmp_path: Path
) -> None:
    signers(root, f"P-023 {public(keys['P-023'])}")
    stranger = tmp_path / "lain.key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(stranger)], check=True)
    name = sign(planned, stranger)
    assert [message for _, message in hands(mpp)] == [
        f"The approval of the plan names P-023, but the commit {name[:10]} is not signed."
    ]


@needs_keys
def test_a_key_entered_by_the_same_change_does_not_count(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path]
) -> None:
    # P-002 is known; then a change brings P-023's approval, signed by a key that it enters itself
    git(planned, "stash", "-q")
    signers(root, f"P-002 {public(keys['P-002'])}")
    commit(planned)
    git(planned, "stash", "pop", "-q")
    signers(root, f"P-002 {public(keys['P-002'])}", f"P-023 {public(keys['P-023'])}")
    sign(planned, keys["P-023"])
    assert [message for _, message in hands(mpp)] == [
        "The approval of the plan names P-023, but `.mpp-qms/signers` has no key of theirs."
    ]


@needs_keys
def test_a_word_changed_after_the_signature_is_another_act(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path]
) -> None:
    signers(root, *(f"{code} {public(key)}" for code, key in keys.items()))
    sign(planned, keys["P-023"])
    text = (root / NC_PATH).read_text(encoding="utf-8")
    before, entry, after = text.rpartition("approved_by: P-023\n")
    indent = before[before.rindex("\n") + 1 :]
    changed = f"{before}{entry}{indent}verify_by: 2026-01-01\n{after}"
    (root / NC_PATH).write_text(changed, encoding="utf-8")
    name = commit(planned)
    done = mpp("check", "--against", "HEAD~2", "--signed", "--format", "json")
    assert [entry["message"] for entry in done.json["findings"] if entry["code"] == "HIS013"] == [
        f"The approval of the plan names P-023, but the commit {name[:10]} is not signed."
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
@pytest.mark.parametrize("sort", ["link", "folder link", "pipe", "folder", "large"])
def test_who_signs_is_read_from_a_file_of_its_own(root: Path, repo: Path, mpp: Command, sort: str) -> None:
    file = root / ".mpp-qms" / "signers"
    if sort == "folder link":
        (repo / "x").mkdir()
        (repo / "x" / "signers").write_text("P-002 x@example.org\n", encoding="utf-8")
        file.parent.symlink_to(repo / "x", target_is_directory=True)
    else:
        file.parent.mkdir(exist_ok=True)
    if sort == "link":
        file.symlink_to("/dev/zero")
    elif sort == "pipe":
        os.mkfifo(file)
    elif sort == "folder":
        file.mkdir()
    elif sort == "large":
        file.write_text("#" * 300_000, encoding="utf-8")
    done = mpp("check", "--against", "HEAD", "--signed")
    said = "larger than 256 KiB" if sort == "large" else "is no file of its own"
    assert (done.code, said in done.err) == (2, True), done.err


def test_an_address_is_weaker_and_said_so(root: Path, planned: Path, mpp: Command) -> None:
    signers(root, "P-023 x@example.org", "P-002 y@example.org")
    commit(planned)
    assert hands(mpp) == [
        (
            "HIS014",
            "The approval of the plan names P-023; the commit bears their e-mail address, which anybody can write.",
        )
    ]
    signers(root, "P-023 y@example.org", "P-002 x@example.org")
    ((code, message),) = hands(mpp)
    assert (code, message.endswith("is of P-002.")) == ("HIS013", True)
    # an address is personal data: no answer shows it
    assert "example.org" not in mpp("check", "--against", "HEAD~1", "--signed").out


GOOD_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBh8YVtYVNmQrfqzLhmFMTzHSDYNvMe2XkqmeFAVDSQ9"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"# kunci\nP-023 {GOOD_KEY}\n{GOOD_KEY} P-002\n", "line 3: no staff code stands in front"),
        (f"P-023 {GOOD_KEY[:-7]}\n", "line 1: behind P-023 stands no whole key and no e-mail address."),
        (f"P-023 {GOOD_KEY[:-4]}\n", "line 1: behind P-023 stands no whole key and no e-mail address."),
        (f"P-023 {GOOD_KEY.replace('ssh-ed25519', 'ssh-rsa')}\n", "line 1: behind P-023 stands no whole key"),
        ("P-023 ssh-ed25519\n", "line 1: behind P-023 stands no whole key"),
        ("P-023 AAAAC3NzaC1lZDI1NTE5\n", "line 1: behind P-023 stands no whole key"),
        ("P-023\n", "line 1: behind P-023 stands no whole key"),
        ("P-023 x@example.org y@example.org\n", "line 1: behind P-023 stands no whole key"),
        (f"P-* {GOOD_KEY}\n", "line 1: no staff code stands in front"),
        ("x@example.org\n", "line 1: no staff code stands in front"),
        (b"P-023 x@example.org\nP-002 \xe9@example.org\n", "line 2: this is not UTF-8"),
        (f"P-023 {GOOD_KEY}\n".encode("utf-16"), "line 1: this is not UTF-8"),
    ],
)
def test_a_line_that_cannot_be_understood_is_said(
    root: Path, planned: Path, mpp: Command, content: str | bytes, said: str
) -> None:
    commit(planned)
    (root / ".mpp-qms").mkdir(exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode()
    (root / ".mpp-qms" / "signers").write_bytes(data)
    done = mpp("check", "--against", "HEAD~1", "--signed")
    assert (done.code, done.out) == (2, "")
    assert f".mpp-qms/signers, {said}" in done.err
    assert "example.org" not in done.err
    assert mpp("check", "--against", "HEAD~1").code == 0


def test_a_broken_line_of_the_base_can_be_mended_and_is_named(root: Path, planned: Path, mpp: Command) -> None:
    git(planned, "stash", "-q")
    signers(
        root,
        "P-023 x@example.org",
        "P-002 ssh-ed25519 AAAA",
    )
    base = commit(planned)
    git(planned, "stash", "pop", "-q")
    signers(root, "P-023 x@example.org", f"P-002 {GOOD_KEY}")
    commit(planned)
    done = mpp("check", "--against", "HEAD~1", "--signed")
    assert done.code == 0
    assert f".mpp-qms/signers ({base[:10]}), line 3: behind P-002 stands no whole key" in done.err


@needs_keys
def test_the_file_is_read_with_tabs_marks_and_remarks(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path]
) -> None:
    signers(root)
    text = f"\ufeff\r\n  # siapa\r\nP-023\t{public(keys['P-023']).replace(' ', chr(9))}  # kunci\r\nP-002 <Y@example.org>\r\n"
    (root / ".mpp-qms" / "signers").write_text(text, encoding="utf-8", newline="")
    sign(planned, keys["P-023"])
    assert hands(mpp) == []


@needs_keys
def test_an_act_that_came_before_its_record_was_renamed(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path]
) -> None:
    signers(root, *(f"{code} {public(key)}" for code, key in keys.items()))
    sign(planned, keys["P-023"])
    assert mpp("nc", "renumber", CLOSED, "--next", "--by", "P-002", "--date", "2024-06-11").code == 0
    sign(planned, keys["P-002"])
    done = mpp("check", "--against", "HEAD~2", "--signed", "--format", "json")
    assert [entry["message"] for entry in done.json["findings"] if entry["code"] == "HIS013"] == []


@pytest.mark.skipif(shutil.which("gpg") is None or os.name == "nt", reason="gpg is not installed")
@needs_keys
def test_a_name_in_a_key_of_another_system_is_nobodys_hand(
    root: Path, planned: Path, mpp: Command, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes a PGP key writes any name into it, and git reads that name as the signer's."""
    signers(root, f"P-023 {public(keys['P-023'])}")
    # the socket of gpg's agent needs a short path
    with tempfile.TemporaryDirectory(prefix="g") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        made = ["gpg", "--batch", "-q", "--passphrase", "", "--quick-gen-key", "P-023", "ed25519", "sign", "never"]
        subprocess.run(made, check=True, capture_output=True)
        git(planned, "add", "-A")
        git(planned, "-c", "user.signingkey=P-023", "commit", "-S", "-qm", "x", GNUPGHOME=home)
        name = git(planned, "rev-parse", "HEAD")
        trusted = git(planned, "log", "-1", "--format=%G? %GS", GNUPGHOME=home)
        found = hands(mpp)
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)
    assert trusted == "G P-023"
    assert found == [("HIS013", f"The approval of the plan names P-023, but the commit {name[:10]} is not signed.")]


@pytest.mark.parametrize(("state", "signer"), [("G", "P-023"), ("U", None), ("B", None), ("E", None), ("N", None)])
def test_only_a_good_signature_of_a_known_key_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str, signer: str | None
) -> None:
    monkeypatch.setattr(provenance, "git", lambda *_: f"{state}\0P-023\n")
    assert provenance._signer(tmp_path, "HEAD", tmp_path) == signer
