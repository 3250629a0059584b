"""Commands on whole records: evidence and its file, hand-over, renumbering, the editor, the standard form, the format."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from mpp_qms.cli import creating, nc_edit
from mpp_qms.cli.desk import Desk, held
from mpp_qms.cli.hand_over import hand_over
from mpp_qms.store import changing, migrating
from mpp_qms.store.committing import commit, committable
from mpp_qms.store.edits import Replace
from mpp_qms.store.git import GitFailed, git_bytes
from mpp_qms.store.splicing import edited
from mpp_qms.store.yaml_text import parse
from tests.cli.inside import Command, bytes_of
from tests.cli.test_contract import valid
from tests.factories import NC_PATH
from tests.program import environment

CLOSED = "NC-KEPENDUDUKAN-2024-001"


def read(path: Path) -> dict[str, object]:
    found = parse(path.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


# --- evidence add ---


EVIDENCE = ["evidence", "add", "--title", "Kebijakan", "--shows", "quality-policy", "--date", "2024-10-01"]


def test_a_file_from_elsewhere_is_copied_and_hashed(root: Path, mpp: Command, tmp_path: Path) -> None:
    file = tmp_path / "Kebijakan Mutu (2024).PDF"
    file.write_bytes(b"isi")
    done = mpp(*EVIDENCE, str(file), "--unit", "all", "--valid-until", "2025-09-01", "--format", "json")
    found = valid(done.json, "evidence-add")
    data = read(root / found["path"])
    small = found["id"].lower()
    assert data["document"] == {
        "title": "Kebijakan",
        "path": f"documents/{small}-kebijakan-mutu-2024.pdf",
        "sha256": hashlib.sha256(b"isi").hexdigest(),
    }
    assert (root / f"documents/{small}-kebijakan-mutu-2024.pdf").read_bytes() == b"isi"
    assert (data["units"], data["valid_until"]) == ("all", "2025-09-01")
    assert mpp("check").code == 0


def test_a_file_of_the_repository_is_named_where_it_lies(root: Path, mpp: Command) -> None:
    (root / "documents").mkdir()
    (root / "documents" / "a.txt").write_bytes(b"isi")
    done = mpp(*EVIDENCE, "documents/a.txt", "--from", "2024-07-01", "--to", "2024-09-30", "--format", "json")
    data = read(root / done.json["path"])
    assert data["period"] == {"from": "2024-07-01", "to": "2024-09-30"}
    assert isinstance(data["document"], dict)
    assert data["document"]["path"] == "documents/a.txt"
    assert [path.name for path in (root / "documents").iterdir()] == ["a.txt"]


def test_paper_counts(root: Path, mpp: Command) -> None:
    done = mpp(*EVIDENCE, "--location", "Lemari 1", "--format", "json")
    assert read(root / done.json["path"])["document"] == {"title": "Kebijakan", "location": "Lemari 1"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Still missing: --location | --url."),
        (["no-such-file.pdf"], "There is no file no-such-file.pdf."),
        (["qms.yaml"], "qms.yaml has the ending of a record"),
        (["--location", "X", "--shows", "quality-polcy"], "no key quality-polcy. Did you mean quality-policy?"),
        (["--location", "X", "--unit", "imigras"], "there is no unit imigras. Did you mean imigrasi?"),
        (["--location", "X", "--unit", "all", "--unit", "imigrasi"], "--unit: all stands alone."),
        (["--location", "X", "--to", "2024-09-30"], "Still missing: --from."),
        (["--location", "X", "--valid-until", "2025"], "--valid-until: 2025 is not a day"),
    ],
)
def test_what_evidence_add_does_not_take(root: Path, mpp: Command, words: list[str], said: str) -> None:
    before = bytes_of(root)
    done = mpp(*EVIDENCE, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert bytes_of(root) == before


REVISE = [
    "sop",
    "revise",
    "SOP-IMIGRASI-001",
    "--effective",
    "2024-12-01",
    "--change",
    "X",
    "--by",
    "P-001",
    "--document",
]


@pytest.mark.parametrize("words", [EVIDENCE, REVISE])
def test_an_empty_file_is_no_document(root: Path, mpp: Command, words: list[str]) -> None:
    (root / "kosong.pdf").touch()
    before = bytes_of(root)
    done = mpp(*words, "kosong.pdf")
    assert (done.code, "kosong.pdf is empty: a document without content shows nothing." in done.err) == (2, True)
    assert bytes_of(root) == before


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made here")
@pytest.mark.parametrize("words", [EVIDENCE, REVISE])
@pytest.mark.parametrize("name", ["a:b.pdf", "NUL.pdf", "a.pdf ", "a\\b.pdf"])
def test_a_file_whose_name_not_every_system_holds_is_not_named(
    root: Path, mpp: Command, words: list[str], name: str
) -> None:
    (root / name).write_bytes(b"isi")
    before = bytes_of(root)
    # an option's value is stripped, a path is not
    done = mpp(*words, f"./{name}" if words == EVIDENCE else str(root / name))
    assert done.code == 2
    assert "rename the file first" in done.err or (name.endswith(" ") and "there is no file" in done.err)
    assert bytes_of(root) == before


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made here")
def test_a_copy_has_a_clean_name_whatever_the_file_is_called(root: Path, mpp: Command, tmp_path: Path) -> None:
    for name in ("FILE.PDF;x", "a:b\x07.tar.gz", "NUL.pdf", os.fsdecode(b"\xff.pdf")):
        (tmp_path / name).write_bytes(b"isi")
        assert mpp(*EVIDENCE, str(tmp_path / name)).code == 0
    (tmp_path / "a.YAML;1").write_bytes(b"isi")
    assert mpp(*EVIDENCE, str(tmp_path / "a.YAML;1")).code == 2
    assert sorted(path.name[len("evd-2024-036") :] for path in (root / "documents").iterdir()) == [
        *("-a-b.tar.gz", "-file.pdf", "-nul.pdf", ".pdf")
    ]
    assert mpp("check").code == 0


def test_what_is_warned_of_twice_is_said_once(mpp: Command) -> None:
    # the title is also that of the document
    done = mpp(
        *["evidence", "add", "--location", "L", "--shows", "quality-policy", "--date", "2024-10-01", "--title"],
        "a@b.example.id",
    )
    assert (done.code, [line.split()[1] for line in done.err.splitlines()]) == (0, ["PRV003:"]), done.err


def test_evidence_that_the_rules_forbid_is_not_written_nor_its_file(root: Path, mpp: Command, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"isi")
    before = bytes_of(root)
    done = mpp(*EVIDENCE, str(tmp_path / "a.pdf"), "--valid-until", "2024-08-01")
    assert (done.code, "DOC014" in done.err) == (1, True)
    assert bytes_of(root) == before


def test_a_new_record_is_judged_among_those_that_came_while_it_waited(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read the records before either writes; only one finding of the body can have the number."""
    words = [
        *OWN,
        "Baru",
        "--source",
        "external-audit",
        "--body",
        "gci",
        "--number",
        "07",
        "--response-due",
        "2024-12-01",
    ]

    @contextmanager
    def waited(desk: Desk) -> Iterator[None]:
        monkeypatch.setattr(creating, "held", held)
        assert mpp(*words).code == 0
        with held(desk):
            yield

    monkeypatch.setattr(creating, "held", waited)
    before = len(bytes_of(root))
    done = mpp(*words)
    assert (done.code, "REF015" in done.err) == (1, True)
    assert len(bytes_of(root)) == before + 1


# --- hand-over ---


def with_open_actions(mpp: Command) -> None:
    for words in (
        f"nc reopen {CLOSED} --reason Terulang --by P-002 --date 2024-06-01",
        f"action add {CLOSED} --what Satu --owner P-022 --due 2024-12-01 --date 2024-06-02",
        f"action add {CLOSED} --what Dua --owner P-022 --due 2024-12-01 --date 2024-06-02",
        f"action add {CLOSED} --what Tiga --owner P-021 --due 2024-12-01 --date 2024-06-02",
        "action add RTM-2024-01 --what Empat --owner P-022 --due 2024-12-01 --review-output improvement"
        " --date 2024-06-21",
    ):
        assert mpp(*words.split()).code == 0


def test_a_hand_over_moves_every_open_action_of_one(root: Path, mpp: Command) -> None:
    with_open_actions(mpp)
    done = mpp(
        *["hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", "2024-07-01", "--format", "json"]
    )
    found = valid(done.json, "step")
    assert found["records"] == [CLOSED, "RTM-2024-01"]
    nc, review = read(root / NC_PATH), read(root / "reviews/RTM-2024-01.yaml")
    moved = {"date": "2024-07-01", "to": "P-023", "by": "P-002"}
    owners = [action.get("reassigned") for action in nc["actions"]]  # type: ignore[attr-defined]
    assert owners == [None, [moved], [moved], None]
    assert review["decisions"][1]["reassigned"] == [moved]  # type: ignore[index]
    again = mpp(*["hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", "2024-07-01"])
    left = "P-022 still has these roles today, and the clocks that go with them: staff kependudukan."
    assert again.code == 0
    # where they end is for people to write
    assert again.out == "P-022 has no open action; nothing was changed.\n"
    assert again.err == f"{left} End them in qms.yaml: `to`.\n"


def test_what_a_hand_over_could_not_read_is_said_and_is_in_the_answer(root: Path, mpp: Command) -> None:
    (root / "evidence" / "EVD-2024-900.yaml").write_text("a: [", encoding="utf-8")
    words = ["hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", "2024-07-01"]
    note = "Warning: records that could not be read: 1; what they hold was not handed over."
    for how in (["--dry-run"], []):
        done = mpp(*words, *how)
        assert (done.code, done.out) == (0, "P-022 has no open action; nothing was changed.\n")
        assert done.err.splitlines()[0] == note
        assert valid(mpp(*words, *how, "--format", "json").json, "step")["notes"][0] == note
    with_open_actions(mpp)
    told = mpp(*words)
    assert told.out == f"Open actions of P-022 handed to P-023 (3): {CLOSED} A2, {CLOSED} A3, RTM-2024-01 D2.\n"


def test_a_hand_over_that_one_record_forbids_changes_none(root: Path, mpp: Command) -> None:
    with_open_actions(mpp)
    before = bytes_of(root)
    # before the action of the review was taken on
    done = mpp(*["hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", "2024-06-10"])
    assert (done.code, "NCL022" in done.err) == (1, True)
    assert bytes_of(root) == before


@pytest.mark.parametrize(("day", "code"), [("2024-07-09", 1), ("2024-07-10", 0)])
def test_a_hand_over_comes_after_the_last_change_of_every_action(root: Path, mpp: Command, day: str, code: int) -> None:
    with_open_actions(mpp)
    extend = f"action extend {CLOSED} A3 --to 2025-01-31 --reason X --by P-002 --date 2024-07-10"
    assert mpp(*extend.split()).code == 0
    before = bytes_of(root)
    done = mpp("hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", day)
    assert (done.code, "STP018" in done.err) == (code, code == 1)
    assert (bytes_of(root) == before) is (code == 1)


def test_a_hand_over_leaves_what_is_over_alone(root: Path, mpp: Command) -> None:
    with_open_actions(mpp)
    for words in (
        f"action done {CLOSED} A2 --by P-022 --date 2024-06-20",
        f"action reassign {CLOSED} A3 --to P-021 --by P-023 --date 2024-06-20",
        "action cancel RTM-2024-01 D2 --reason X --by P-001 --date 2024-06-22",
    ):
        assert mpp(*words.split()).code == 0
    before = bytes_of(root)
    hand_over = ("hand-over", "--from", "P-022", "--to", "P-023", "--by", "P-002", "--date", "2024-07-01")
    assert mpp(*hand_over).out.startswith("P-022 has no open action; nothing was changed.\n")
    assert mpp(*f"action add {CLOSED} --what X --owner P-022 --due 2024-12-01 --date 2024-06-25".split()).code == 0
    assert mpp(*f"nc void {CLOSED} --reason X --by P-003 --date 2024-06-26".split()).code == 0
    before = bytes_of(root)
    # open in a voided finding: nothing is to be done there any more
    assert mpp(*hand_over).out.startswith("P-022 has no open action; nothing was changed.\n")
    assert bytes_of(root) == before


def test_nobody_hands_over_to_themselves(root: Path, mpp: Command) -> None:
    with_open_actions(mpp)
    before = bytes_of(root)
    done = mpp("hand-over", "--from", "P-022", "--to", "P-022", "--by", "P-002")
    assert (done.code, "are the same person" in done.err) == (2, True)
    assert bytes_of(root) == before


# --- nc renumber ---


def test_a_renumbering_moves_the_file_and_every_mention(root: Path, mpp: Command) -> None:
    path = root / NC_PATH
    path.write_text(f"# {CLOSED}: lihat juga\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    other = root / "audits/IA-2024-01.yaml"
    other.write_text(other.read_text(encoding="utf-8") + f"notes: 'Lihat {CLOSED}'  # {CLOSED}0\n", encoding="utf-8")
    before = bytes_of(root)
    done = mpp("nc", "renumber", CLOSED, "--next")
    assert (done.code, done.out) == (0, f"{CLOSED} is now NC-KEPENDUDUKAN-2024-002; records that name it: 1.\n")
    assert not path.exists()
    moved = root / NC_PATH.replace("-001", "-002")
    assert moved.read_text(encoding="utf-8").startswith("# NC-KEPENDUDUKAN-2024-002: lihat juga\n")
    assert other.read_text(encoding="utf-8").endswith(f"notes: 'Lihat NC-KEPENDUDUKAN-2024-002'  # {CLOSED}0\n")
    assert mpp("check").code == 0
    assert mpp("nc", "renumber", "kependudukan-2", CLOSED).code == 0
    assert bytes_of(root) == before


def test_a_renumbering_by_somebody_is_on_record(root: Path, mpp: Command) -> None:
    assert mpp("nc", "renumber", CLOSED, "--next", "--by", "P-002", "--date", "2024-07-01").code == 0
    assert mpp("nc", "renumber", "kependudukan-2", "NC-KEPENDUDUKAN-2024-007").code == 0
    data = read(root / NC_PATH.replace("-001", "-007"))
    assert data["id"] == "NC-KEPENDUDUKAN-2024-007"
    # what was, was so
    told = {"date": "2024-07-01", "by": "P-002", "field": "id", "from": CLOSED, "to": "NC-KEPENDUDUKAN-2024-002"}
    assert data["amended"] == [told | {"reason": "it was given another number"}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([CLOSED], "Give either the new id or --next."),
        ([CLOSED, "NC-KEPENDUDUKAN-2024-001"], "is taken; ids are never used twice"),
        ([CLOSED, "NC-KEPENDUDUKAN-2023-009"], "only the number changes"),
        ([CLOSED, "NC-IMIGRASI-2024-009"], "only the number changes"),
        ([CLOSED, "NC-KEPENDUDUKAN-2024-abc"], "only the number changes"),
        (["units/kependudukan/unit.yaml", "--next"], "There is no nonconformity at"),
        (
            ["units/kependudukan/nonconformities/lama/NC-KEPENDUDUKAN-2024-009.yaml", "--next"],
            "There is no nonconformity at units/kependudukan/nonconformities/lama/NC-KEPENDUDUKAN-2024-009.yaml.",
        ),
    ],
)
def test_what_a_renumbering_does_not_take(root: Path, mpp: Command, words: list[str], said: str) -> None:
    deep = root / "units/kependudukan/nonconformities/lama/NC-KEPENDUDUKAN-2024-009.yaml"
    deep.parent.mkdir()
    deep.write_bytes((root / NC_PATH).read_bytes())
    before = bytes_of(root)
    done = mpp("nc", "renumber", *words)
    assert (done.code, said in done.err) == (2, True), done.err
    assert bytes_of(root) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_renumbering_follows_no_link(root: Path, mpp: Command, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"notes: {CLOSED}\n", encoding="utf-8")
    link = root / "evidence" / "EVD-2024-900.yaml"
    link.symlink_to(tmp_path / "a.yaml")
    done = mpp("nc", "renumber", CLOSED, "--next")
    assert (done.code, "Warning: records that could not be read: 1; they may still name" in done.err) == (0, True)
    assert link.is_symlink()
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == f"notes: {CLOSED}\n"


def test_of_two_records_with_one_id_the_file_is_named(root: Path, mpp: Command) -> None:
    twin = root / NC_PATH.replace("-001", "-005")
    twin.write_bytes((root / NC_PATH).read_bytes())
    audit = root / "audits/IA-2024-01.yaml"
    audit.write_text(audit.read_text(encoding="utf-8") + f"notes: Lihat {CLOSED}\n", encoding="utf-8")
    found = mpp("check", "--format", "json").json["findings"]
    clash = [entry for entry in found if entry["code"] == "REF014"]
    assert len(clash) == 2
    copy = NC_PATH.replace("-001", "-005")
    # never the original, whichever of the two is told
    assert all(f"{copy} looks like the copy" in entry["help"] for entry in clash)
    assert all(f"mpp-qms nc renumber {copy} --next" in entry["help"] for entry in clash)
    before = bytes_of(root)
    refused = mpp("nc", "renumber", CLOSED, "--next")
    assert (refused.code, refused.out) == (2, "")
    assert f"{CLOSED} is the id of several files: {NC_PATH}, {copy}." in refused.err
    assert bytes_of(root) == before
    done = mpp("nc", "renumber", copy, "NC-KEPENDUDUKAN-2024-006")
    assert done.code == 0, done.err
    assert not twin.exists()
    assert read(root / NC_PATH)["id"] == CLOSED
    # whom the audit means, nobody but a person can say
    assert (
        f"These name {CLOSED}, and only a person knows which of the two they mean: audits/IA-2024-01.yaml" in done.err
    )
    assert audit.read_text(encoding="utf-8").endswith(f"notes: Lihat {CLOSED}\n")


def test_a_copy_with_a_blank_in_its_name_is_named_so_that_a_shell_understands(root: Path, mpp: Command) -> None:
    copy = NC_PATH.replace(".yaml", " salinan.yaml")
    (root / copy).write_bytes((root / NC_PATH).read_bytes())
    found = mpp("check", "--format", "json").json["findings"]
    assert {
        f"mpp-qms nc renumber '{copy}' --next" in entry["help"] for entry in found if entry["code"] == "REF014"
    } == {True}


GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]


def git(root: Path, *words: str, ok: bool = True) -> str:
    done = subprocess.run([*GIT, *words], cwd=root, capture_output=True, encoding="utf-8", check=False)
    assert not ok or done.returncode == 0, done.stderr
    return done.stdout


OWN = [
    *("nc", "add", "--unit", "imigrasi", "--grade", "observation", "--clause", "8.5.1", "--source", "self"),
    *("--detected", "2024-10-01", "--by", "P-031", "--title"),
]


def test_two_branches_that_made_one_number_are_told_apart(root: Path, mpp: Command) -> None:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    git(root, "checkout", "-qb", "lain")
    assert mpp(*OWN, "Milik mereka").code == 0
    assert mpp(*OWN, "Kelanjutan").code == 0
    second = root / "units/imigrasi/nonconformities/NC-IMIGRASI-2024-002.yaml"
    text = second.read_text(encoding="utf-8").replace("clauses:", "repeat_of: NC-IMIGRASI-2024-001\nclauses:")
    second.write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "lain")
    git(root, "checkout", "-q", "main")
    assert mpp(*OWN, "Milik kami").code == 0
    git(root, "add", "-A")
    git(root, "commit", "-qm", "kami")
    git(root, "merge", "lain", ok=False)
    found = mpp("check", "--format", "json").json["findings"]
    (clash,) = [entry for entry in found if entry["code"] == "SYN023"]
    assert "mpp-qms nc renumber NC-IMIGRASI-2024-001 --next" in clash["help"]
    done = mpp("nc", "renumber", "NC-IMIGRASI-2024-001", "--next", "--by", "P-002", "--date", "2024-10-05")
    assert done.code == 0, done.err
    assert "NC-IMIGRASI-2024-003 is what came with the other branch. Once it is written: git add" in done.err
    # asked a second time, there is nothing to tell apart any more: it is an ordinary renumbering
    assert mpp("nc", "renumber", "NC-IMIGRASI-2024-001", "NC-IMIGRASI-2024-001").code == 2
    titles = {path.stem: read(path)["title"] for path in second.parent.iterdir()}
    assert titles == {
        "NC-IMIGRASI-2024-001": "Milik kami",
        "NC-IMIGRASI-2024-002": "Kelanjutan",
        "NC-IMIGRASI-2024-003": "Milik mereka",
    }
    assert read(second)["repeat_of"] == "NC-IMIGRASI-2024-003"
    assert mpp("check").code == 0
    git(root, "add", "-A")
    git(root, "commit", "-qm", "gabung")
    # neither for main, which had the number, nor from where both parted is it used again
    for base in ("HEAD^1", "HEAD^1^"):
        done = mpp("check", "--against", base)
        assert done.code == 0, (base, done.out)


def test_of_two_numbers_the_one_that_everybody_knows_is_kept(root: Path, mpp: Command) -> None:
    """The trunk is merged into a branch: what the branch made moves, for the other's number was published."""
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    git(root, "checkout", "-qb", "kerja")
    assert mpp(*OWN, "Milik kami").code == 0
    assert mpp(*OWN, "Kelanjutan").code == 0
    second = root / "units/imigrasi/nonconformities/NC-IMIGRASI-2024-002.yaml"
    text = second.read_text(encoding="utf-8").replace("clauses:", "repeat_of: NC-IMIGRASI-2024-001\nclauses:")
    second.write_text(text, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "kami")
    git(root, "checkout", "-q", "main")
    assert mpp(*OWN, "Milik semua").code == 0
    git(root, "add", "-A")
    git(root, "commit", "-qm", "semua")
    git(root, "checkout", "-q", "kerja")
    git(root, "merge", "main", ok=False)
    done = mpp("nc", "renumber", "NC-IMIGRASI-2024-001", "--next", "--by", "P-002", "--date", "2024-10-05")
    assert (done.code, "NC-IMIGRASI-2024-003 is what this branch made" in done.err) == (0, True), done.err
    titles = {path.stem: read(path)["title"] for path in second.parent.iterdir()}
    assert titles["NC-IMIGRASI-2024-001"] == "Milik semua"
    assert titles["NC-IMIGRASI-2024-003"] == "Milik kami"
    assert read(second)["repeat_of"] == "NC-IMIGRASI-2024-003"
    git(root, "add", "-A")
    git(root, "commit", "-qm", "gabung")
    done = mpp("check", "--against", "main")
    assert done.code == 0, done.out


# --- --commit ---


def test_commit_takes_just_these_files(root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "x")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "x@example.org")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    (root / "staged.txt").write_text("x", encoding="utf-8")
    git(root, "add", "staged.txt")
    done = mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01 --commit --format json".split())
    assert done.json["commit"] == git(root, "rev-parse", "HEAD").strip()
    assert git(root, "show", "--name-only", "--format=%s", "HEAD").split("\n\n") == [
        f"{CLOSED}: reopened.",
        NC_PATH + "\n",
    ]
    assert git(root, "status", "--porcelain") == "A  staged.txt\n"
    assert mpp(*OWN, "Baru", "--commit").code == 0
    assert git(root, "log", "-1", "--format=%s") == "NC-IMIGRASI-2024-001 entered: Baru\n"
    paper = ["evidence", "add", "--location", "Lemari 1", "--shows", "quality-policy", "--date", "2024-10-01"]
    assert mpp(*paper, "--title", "Kebijakan mutu", "--commit").code == 0
    assert git(root, "log", "-1", "--format=%s") == "EVD-2024-036 entered: Kebijakan mutu\n"


def test_without_git_nothing_is_written_that_was_to_be_committed(root: Path, mpp: Command) -> None:
    before = bytes_of(root)
    step = f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01 --commit"
    done = mpp(*step.split())
    assert (done.code, "no git repository here" in done.err) == (2, True)
    assert mpp(*OWN, "Baru", "--commit").code == 2
    assert bytes_of(root) == before


@pytest.fixture
def repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The ready mall, all of it committed, by somebody git knows."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "x")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "x@example.org")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    return root


def refusing_hook(root: Path, does: str = "") -> None:
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{does}\necho tidak boleh >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)


def outside(tmp_path: Path, name: str = "a.pdf") -> str:
    (tmp_path / name).write_bytes(b"isi")
    return str(tmp_path / name)


REOPEN = f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()
RENUMBER = ["nc", "renumber", CLOSED, "--next"]


def committing(root: Path, tmp_path: Path) -> dict[str, list[str]]:
    """Commands that write one record, several, a new one, a new one with a document."""
    return {
        "step": REOPEN,
        "several": RENUMBER,
        "new": [*OWN, "Baru"],
        "copied": [*EVIDENCE, outside(tmp_path)],
    }


WRITING = pytest.mark.parametrize("which", ["step", "several", "new", "copied"])


def state(root: Path) -> tuple[dict[str, bytes], set[str], str]:
    """Files, folders, and what git says of them."""
    files = {path: content for path, content in bytes_of(root).items() if not path.startswith(".git/")}
    folders = {str(path) for path in root.rglob("*") if path.is_dir() and not {".git", ".mpp-qms"} & set(path.parts)}
    return files, folders, git(root, "status", "--porcelain", "-uall")


@WRITING
def test_what_git_refuses_to_commit_is_taken_back(repository: Path, mpp: Command, tmp_path: Path, which: str) -> None:
    refusing_hook(repository)
    record = repository / NC_PATH
    # what was staged of the record itself stays staged
    record.write_text(record.read_text(encoding="utf-8") + "# satu\n", encoding="utf-8")
    git(repository, "add", NC_PATH)
    record.write_text(record.read_text(encoding="utf-8") + "# dua\n", encoding="utf-8")
    before = state(repository)
    done = mpp(*committing(repository, tmp_path)[which], "--commit")
    assert (done.code, done.out) == (3, "")
    said = "git did not commit it: tidak boleh. Everything is as it was before: nothing was written.\n"
    assert done.err.endswith(said)
    assert state(repository) == before


@pytest.mark.parametrize("spelt", ["documents/a.pdf", "./documents/a.pdf", "documents//a.pdf"])
def test_a_document_that_git_knows_stays_in_its_index(repository: Path, spelt: str) -> None:
    (repository / "documents").mkdir()
    (repository / "documents" / "a.pdf").write_bytes(b"isi")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "dokumen")
    (repository / "documents" / "baru.pdf").write_bytes(b"isi")
    refusing_hook(repository)
    (repository / NC_PATH).write_bytes((repository / NC_PATH).read_bytes() + b"# ubah\n")
    before = state(repository)
    with pytest.raises(GitFailed):
        commit(repository, [NC_PATH, spelt, "./documents/baru.pdf"], "ubah")
    assert state(repository) == before
    # by whatever name it is called, it is committed
    (repository / ".git" / "hooks" / "pre-commit").unlink()
    (repository / "documents" / "a.pdf").write_bytes(b"isi lain")
    commit(repository, [NC_PATH, spelt], "ubah")
    assert git(repository, "show", "--name-only", "--format=", "HEAD").split() == ["documents/a.pdf", NC_PATH]


def test_so_many_files_that_no_command_line_holds_them_are_committed(repository: Path) -> None:
    paths = [f"documents/{'panjang' * 20}-{number}.pdf" for number in range(300)]
    (repository / "documents").mkdir()
    for path in paths:
        (repository / path).write_bytes(b"isi")
    longest = []

    def spied(folder: Path, words: Sequence[str], given: bytes) -> bytes:
        longest.append(sum(len(word) + 1 for word in words))
        return git_bytes(folder, words, given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mpp_qms.store.git.git_bytes", spied)
        patch.setattr("mpp_qms.store.committing.git_bytes", spied)
        committable(repository, paths)
        commit(repository, paths, "banyak")
    assert sorted(git(repository, "show", "--name-only", "--format=", "HEAD").split()) == sorted(paths)
    assert max(longest) < 20_000


@pytest.mark.parametrize("name", ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"])
def test_while_git_is_in_the_middle_of_something_nothing_is_written(
    repository: Path, mpp: Command, name: str, tmp_path: Path
) -> None:
    """Each as git itself leaves it when it stops at a conflict."""
    other = repository / NC_PATH
    text = other.read_text(encoding="utf-8")
    git(repository, "checkout", "-qb", "lain")
    other.write_text(text + "# lain\n", encoding="utf-8")
    git(repository, "commit", "-qam", "lain")
    git(repository, "checkout", "-q", "-")
    other.write_text(text + "# sini\n", encoding="utf-8")
    git(repository, "commit", "-qam", "sini")
    begins = {
        "MERGE_HEAD": ["merge", "lain"],
        "CHERRY_PICK_HEAD": ["cherry-pick", "lain"],
        "REVERT_HEAD": ["revert", "lain"],
        "rebase-merge": ["rebase", "--merge", "lain"],
        "rebase-apply": ["rebase", "--apply", "lain"],
    }
    subprocess.run(["git", *begins[name]], cwd=repository, capture_output=True, check=False)
    assert (repository / ".git" / name).exists()
    before = state(repository)
    what = name.lower().removesuffix("_head").replace("_", "-").partition("-merge")[0].partition("-apply")[0]
    for words in ([*OWN, "Baru"], [*EVIDENCE, outside(tmp_path)]):
        done = mpp(*words, "--commit")
        assert (done.code, done.out) == (2, "")
        assert done.err.endswith(f"--commit: a {what} is under way; finish it yourself first. Nothing was written.\n")
    assert state(repository) == before


@WRITING
def test_what_fails_after_the_commit_undoes_nothing(repository: Path, mpp: Command, tmp_path: Path, which: str) -> None:
    # git has moved the branch before it finds that its index cannot take its place
    hook = repository / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nrm -f .git/index.lock\n", encoding="utf-8")
    hook.chmod(0o755)
    head = git(repository, "rev-parse", "HEAD")
    done = mpp(*committing(repository, tmp_path)[which], "--commit")
    assert (done.code, done.err) == (0, "")
    assert git(repository, "rev-parse", "HEAD^") == head
    written = git(repository, "show", "--name-only", "--format=", "--diff-filter=d", "HEAD").split()
    assert written
    assert git(repository, "diff", "--name-only", "HEAD", "--", *written) == ""


@WRITING
def test_a_hook_that_changes_the_record_itself_is_not_written_over(
    repository: Path, mpp: Command, tmp_path: Path, which: str
) -> None:
    refusing_hook(
        repository, "for file in $(git diff --cached --name-only --diff-filter=d); do echo '#' >> $file; done"
    )
    done = mpp(*committing(repository, tmp_path)[which], "--commit")
    assert done.code == 1
    assert "It is written, but git did not commit it: tidak boleh. Do not enter it again" in done.err


@WRITING
def test_what_git_could_not_commit_is_not_written(
    repository: Path, mpp: Command, tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*committing(repository, tmp_path)[which], "--commit"]
    before = state(repository)
    (repository / ".git" / "index.lock").touch()
    done = mpp(*words)
    assert (done.code, "another git command is at work" in done.err) == (3, True)
    (repository / ".git" / "index.lock").unlink()
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.delenv("GIT_COMMITTER_NAME")
    monkeypatch.delenv("GIT_COMMITTER_EMAIL")
    done = mpp(*words)
    assert (done.code, "git does not know who you are" in done.err) == (2, True)
    assert state(repository) == before


def test_what_git_leaves_out_cannot_be_committed(repository: Path, mpp: Command, tmp_path: Path) -> None:
    (repository / ".git" / "info" / "exclude").write_text("*.pdf\nNC-IMIGRASI-*\n", encoding="utf-8")
    before = state(repository)
    done = mpp(*EVIDENCE, outside(tmp_path), "--commit")
    path = "documents/evd-2024-036-a.pdf"
    assert (done.code, done.err) == (2, f"--commit: git leaves {path} out (.gitignore). Nothing was written.\n")
    assert "leaves units/imigrasi/nonconformities/" in mpp(*OWN, "Baru", "--commit").err
    assert state(repository) == before
    # a document that lies there already is as much a part of it
    (repository / "documents").mkdir()
    (repository / "documents" / "b.pdf").write_bytes(b"isi")
    before = state(repository)
    done = mpp(*EVIDENCE, "documents/b.pdf", "--commit")
    assert (done.code, "leaves documents/b.pdf out" in done.err) == (2, True)
    assert state(repository) == before


def test_a_document_is_in_the_commit_of_its_record(repository: Path, mpp: Command, tmp_path: Path) -> None:
    def committed() -> list[str]:
        return git(repository, "show", "--name-only", "--format=", "HEAD").split()

    assert mpp(*EVIDENCE, outside(tmp_path), "--commit").code == 0
    assert committed() == ["documents/evd-2024-036-a.pdf", "evidence/EVD-2024-036.yaml"]
    (repository / "documents" / "b.pdf").write_bytes(b"isi")
    assert mpp(*EVIDENCE, "documents/b.pdf", "--commit").code == 0
    assert committed() == ["documents/b.pdf", "evidence/EVD-2024-037.yaml"]
    words = f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01 --commit"
    assert mpp(*words.split()).code == 0
    (repository / "documents" / "c.pdf").write_bytes(b"isi")
    words = f"action add {CLOSED} --what X --owner P-022 --due 2024-12-01 --date 2024-06-02"
    assert mpp(*words.split(), "--commit").code == 0
    done = mpp(*f"action done {CLOSED} A2 --by P-022 --date 2024-06-10 --evidence documents/c.pdf --commit".split())
    assert done.code == 0, done.err
    assert committed() == ["documents/c.pdf", NC_PATH]
    assert git(repository, "status", "--porcelain") == ""
    assert mpp("check").code == 0


@pytest.mark.skipif(os.name == "nt", reason="no signals to a group of processes")
@WRITING
def test_broken_off_while_git_commits_nothing_is_left(repository: Path, tmp_path: Path, which: str) -> None:
    refusing_hook(repository, f"touch {tmp_path}/here; sleep 60")
    before = state(repository)
    who = {f"GIT_{name}_{what}": "x@y" for name in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    with subprocess.Popen(
        [sys.executable, "-m", "mpp_qms", *committing(repository, tmp_path)[which], "--commit"],
        cwd=repository,
        env=environment(MPP_QMS_LANG="en", **who),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        while not (tmp_path / "here").exists():
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert (process.returncode, told) == (130, "Interrupted; nothing was changed.\n")
    assert state(repository) == before


def test_what_is_committed_so_already_needs_no_commit(repository: Path, mpp: Command) -> None:
    assert mpp("fmt", "--commit").code == 0
    head = git(repository, "rev-parse", "HEAD").strip()
    path = repository / "qms.yaml"
    good = path.read_bytes()
    path.write_bytes(good + b"\n\n")
    done = mpp("fmt", "--commit", "--format", "json")
    assert (done.code, done.json["commit"], path.read_bytes()) == (0, head, good)


# --- nc edit ---


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with what the editor does to the text: a line of Python on `text`."""
    script, does = tmp_path / "editor.py", tmp_path / "does.txt"
    script.write_text(
        "import sys, pathlib\n"
        f"file, does = pathlib.Path(sys.argv[1]), pathlib.Path({str(does)!r})\n"
        "scope = {'text': file.read_text(encoding='utf-8'), 'file': file, 'pathlib': pathlib}\n"
        "exec(does.read_text(encoding='utf-8'), scope)\n"
        "file.write_text(scope['text'], encoding='utf-8')\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"' if os.name == "nt" else f"{sys.executable} {script}")
    monkeypatch.delenv("VISUAL", raising=False)
    return does


def test_what_is_sound_is_saved(root: Path, mpp: Command, editor: Path) -> None:
    editor.write_text("text = text.replace('Gerai kosong', 'Loket kosong') + '# selesai\\n'", encoding="utf-8")
    done = mpp("nc", "edit", "kependudukan-1")
    assert (done.code, done.out) == (0, f"Saved: {NC_PATH}\n")
    assert (root / NC_PATH).read_text(encoding="utf-8").endswith("# selesai\n")
    # whether a lock that is let go leaves its file differs by version
    assert {path.suffix for path in (root / ".mpp-qms" / "drafts").iterdir()} <= {".lock"}
    editor.write_text("", encoding="utf-8")
    assert mpp("nc", "edit", "kependudukan-1").out == "Nothing was changed.\n"


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("text += 'id: [\\n'", "SYN0"),
        ("text = text.replace('grade: minor', 'grade: mayor')", "SCH004"),
        ("text = text.replace('by: P-005', 'by: P-021')", "PPL001"),
    ],
)
def test_what_is_broken_is_neither_lost_nor_saved(root: Path, mpp: Command, editor: Path, does: str, said: str) -> None:
    before = bytes_of(root)
    editor.write_text(does, encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert done.code == 1
    assert said in done.err
    draft = root / ".mpp-qms" / "drafts" / f"{CLOSED}.yaml"
    assert str(draft) in done.err
    assert bytes_of(root) == before
    # the next try goes on with the draft
    broken = draft.read_text(encoding="utf-8")
    editor.write_text("open(file.parent.parent / 'seen', 'w', encoding='utf-8').write(text)", encoding="utf-8")
    mpp("nc", "edit", CLOSED)
    editor.write_text("import sys; sys.exit(7)", encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, "ended with 7" in done.err) == (3, True)
    assert draft.read_text(encoding="utf-8") == broken
    assert bytes_of(root) == before


def test_a_draft_of_a_record_that_changed_since_is_kept_aside(root: Path, mpp: Command, editor: Path) -> None:
    editor.write_text("text += 'id: [\\n'", encoding="utf-8")
    assert mpp("nc", "edit", CLOSED).code == 1
    assert mpp(*f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01".split()).code == 0
    editor.write_text("text += '# baru\\n'", encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert done.code == 0
    assert "which is kept" in done.err
    assert (root / NC_PATH).read_text(encoding="utf-8").endswith("reason: X\n# baru\n")
    assert (root / ".mpp-qms" / "drafts" / f"{CLOSED}.1.yaml").read_text(encoding="utf-8").endswith("id: [\n")


def test_a_record_changed_while_the_editor_was_open_is_not_written_over(root: Path, mpp: Command, editor: Path) -> None:
    path = root / NC_PATH
    editor.write_text(
        f"open({str(path)!r}, 'a', encoding='utf-8').write('# lain\\n'); text += '# milik saya\\n'", encoding="utf-8"
    )
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, "changed by somebody else meanwhile" in done.err) == (3, True)
    assert path.read_text(encoding="utf-8").endswith("# lain\n")
    draft = root / ".mpp-qms" / "drafts" / f"{CLOSED}.yaml"
    assert draft.read_text(encoding="utf-8").endswith("# milik saya\n")


def test_a_record_that_cannot_be_read_is_mended_in_the_editor(root: Path, mpp: Command, editor: Path) -> None:
    path = root / NC_PATH
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "id: [\n", encoding="utf-8")
    editor.write_text("text = text.replace('id: [\\n', '')", encoding="utf-8")
    assert mpp("nc", "edit", CLOSED).code == 0
    assert path.read_text(encoding="utf-8") == good


def test_an_editor_that_is_not_there_is_said(mpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "no-such-editor")
    monkeypatch.delenv("VISUAL", raising=False)
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, "The editor no-such-editor cannot be run" in done.err) == (3, True)
    monkeypatch.setenv("EDITOR", '"vim -u')
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, done.err) == (2, 'EDITOR holds a quote that is not closed: "vim -u\n')


def test_the_words_of_an_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = tmp_path / "My Editor"
    blanks.touch()
    assert nc_edit._words(str(blanks), windows=False) == [str(blanks)]
    assert nc_edit._words(f"'{blanks}' -w", windows=False) == [str(blanks), "-w"]
    assert nc_edit._words("no-such -c 'set tw=72'", windows=False) == ["no-such", "-c", "set tw=72"]
    # a backslash of Windows is no escape, and its paths may hold blanks
    assert nc_edit._words(r'"C:\A b\e.exe" -n "x y"', windows=True) == [r"C:\A b\e.exe", "-n", "x y"]
    assert nc_edit._words(r"C:\e.exe", windows=True) == [r"C:\e.exe"]
    assert nc_edit._words(f"{blanks} -n 1", windows=True) == [str(blanks), "-n", "1"]
    monkeypatch.setenv("VISUAL", "  ")
    monkeypatch.setenv("EDITOR", " nano ")
    assert nc_edit._editor() == "nano"


def test_two_editors_of_one_record_do_not_share_a_draft(root: Path, mpp: Command, editor: Path, tmp_path: Path) -> None:
    """The first is open for as long as a file is there."""
    here = tmp_path / "here"
    editor.write_text(
        f"import time; here = pathlib.Path({str(here)!r}); here.touch(); text += '# pertama\\n'\n"
        "while here.exists(): time.sleep(0.02)\n",
        encoding="utf-8",
    )
    env = environment(MPP_QMS_LANG="en", EDITOR=os.environ["EDITOR"], MPP_QMS_ROOT=str(root))
    with subprocess.Popen(
        [sys.executable, "-m", "mpp_qms", "nc", "edit", CLOSED],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as first:
        while not here.exists():
            assert first.poll() is None
            time.sleep(0.02)
        try:
            done = mpp("nc", "edit", CLOSED)
        finally:
            here.unlink()
        assert first.communicate()[0] == f"Saved: {NC_PATH}\n"
    draft = root / ".mpp-qms" / "drafts" / f"{CLOSED}.yaml"
    assert done.code == 3
    assert done.err == f"This record is being edited already; the draft of that is here: {draft}\n"
    assert (root / NC_PATH).read_text(encoding="utf-8").endswith("# pertama\n")


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_the_draft_of_an_editor_that_was_killed_is_opened_again(root: Path, mpp: Command, editor: Path) -> None:
    before = bytes_of(root)
    editor.write_text(
        "import os, signal; file.write_text(text + '# satu\\n'); os.kill(os.getpid(), signal.SIGKILL)", encoding="utf-8"
    )
    done = mpp("nc", "edit", CLOSED)
    draft = root / ".mpp-qms" / "drafts" / f"{CLOSED}.yaml"
    assert done.code == 3
    assert done.err == f"The editor ended with -9; nothing was saved. The draft stays here: {draft}\n"
    assert bytes_of(root) == before
    editor.write_text("text += '# dua\\n'", encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, f"A draft from an earlier try is opened; delete it to begin anew: {draft}" in done.err) == (
        0,
        True,
    )
    assert (root / NC_PATH).read_text(encoding="utf-8").endswith("# satu\n# dua\n")


def test_what_history_forbids_is_told_when_it_is_saved(repository: Path, mpp: Command, editor: Path) -> None:
    editor.write_text("text = text.replace('by: P-005', 'by: P-006', 1) + '# a\\n'", encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert done.code == 0
    assert [line.split()[2] for line in done.err.splitlines() if line.startswith("Warning")] == ["HIS007:"]
    found = mpp("check", "--against", "HEAD", "--format", "json").json["findings"]
    assert "HIS007" in [entry["code"] for entry in found]
    # when and by whom a fact was committed is asked once somebody has
    git(repository, "commit", "-qam", "a")
    editor.write_text(
        "text = text.replace('verifications:', 'verifications:\\n'"
        "'- {date: 2024-04-20, by: P-005, result: effective, sample: 15, evidence: [Amatan]}', 1)",
        encoding="utf-8",
    )
    done = mpp("nc", "edit", CLOSED)
    told = [line.split()[2] for line in done.err.splitlines() if line.startswith("Warning")]
    assert (done.code, told) == (0, ["NCL010:", "HIS007:"])
    # what does not touch a fact is nobody's concern, nor what else was changed and not committed
    git(repository, "commit", "-qam", "b")
    (repository / "reviews/RTM-2024-01.yaml").unlink()
    editor.write_text("text += 'notes: x\\n'", encoding="utf-8")
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, done.err) == (0, "")


# --- what a clone may bring along ---


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
@pytest.mark.parametrize("name", ["", "lock", "change", "drafts", f"drafts/{CLOSED}.yaml"])
def test_no_link_among_the_programs_own_is_followed(root: Path, mpp: Command, tmp_path: Path, name: str) -> None:
    away = tmp_path / "away"
    if name in ("", "drafts"):
        away.mkdir()
    else:
        away.write_bytes(b"milik orang lain")
    link = root / ".mpp-qms" / name if name else root / ".mpp-qms"
    link.parent.mkdir(exist_ok=True, parents=True)
    link.symlink_to(away)
    before = bytes_of(root)
    done = mpp("nc", "edit", CLOSED)
    assert (done.code, done.err) == (
        3,
        f"{link.relative_to(root).as_posix()} is a link, or something else that mpp-qms did not make there; nothing was "
        "changed.\nLook where it comes from, and delete it: mpp-qms makes it anew.\n",
    )
    if not name.startswith("drafts"):
        done = mpp(*REOPEN)
        assert (done.code, "is a link, or something else" in done.err) == (3, True)
        assert mpp("check").code == 0
    assert bytes_of(root) == before
    assert away.read_bytes() == b"milik orang lain" if away.is_file() else not any(away.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
def test_a_link_in_the_place_of_a_record_is_not_for_the_editor(root: Path, mpp: Command, tmp_path: Path) -> None:
    path = root / NC_PATH
    path.rename(tmp_path / "a.yaml")
    path.symlink_to(tmp_path / "a.yaml")
    for words in (REOPEN, ["nc", "show", CLOSED], ["nc", "edit", CLOSED]):
        done = mpp(*words)
        assert done.code == 2
        assert f"{NC_PATH} is a link; links are not followed.\nPut the file itself here" in done.err
        assert "nc edit" not in done.err


# --- fmt and migrate ---


def test_fmt_brings_every_record_into_the_standard_form_at_once(root: Path, mpp: Command) -> None:
    assert mpp("fmt").code == 0
    path = root / NC_PATH
    good = bytes_of(root)
    path.write_bytes(b"# catatan\r\n" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n\r\n")
    (root / "qms.yaml").write_bytes((root / "qms.yaml").read_bytes() + b"\n\n")
    check = mpp("fmt", "--check")
    assert check.code == 1
    assert check.out == f"qms.yaml\n{NC_PATH}\nRecords not in the standard form: 2.\n"
    assert valid(mpp("fmt", "--check", "--format", "json").json, "fmt")["would_change"] == ["qms.yaml", NC_PATH]
    done = mpp("fmt")
    assert (done.code, done.out) == (0, "Records brought into the standard form: 2.\n")
    assert bytes_of(root) == good | {NC_PATH: b"# catatan\n" + good[NC_PATH]}
    assert mpp("fmt", "--check").code == 0
    assert mpp("check").code == 0


@pytest.mark.parametrize("content", [b"id: [", b"id: \xff\n", b"id: x\n" * 100_000])
def test_fmt_leaves_what_it_cannot_read_and_says_so(root: Path, mpp: Command, content: bytes) -> None:
    assert mpp("fmt").code == 0
    good = bytes_of(root)
    (root / NC_PATH).write_bytes(content)
    (root / "qms.yaml").write_bytes(good["qms.yaml"] + b"\n\n")
    for words in (["fmt", "--check"], ["fmt", "--dry-run"], ["fmt"], ["fmt"]):
        done = mpp(*words)
        said = f"{NC_PATH} could not be read and stays as it is: see mpp-qms check.\n"
        assert (done.code, done.err) == (1, said)
    assert bytes_of(root) == good | {NC_PATH: content}


def test_fmt_leaves_what_it_cannot_bring_into_the_form_safely(root: Path, mpp: Command) -> None:
    assert mpp("fmt").code == 0
    text = "%YAML 1.2\n---\n" + (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).write_text(text, encoding="utf-8")
    done = mpp("fmt")
    assert (done.code, f"{NC_PATH} cannot be brought into the standard form" in done.err) == (0, True)
    assert (root / NC_PATH).read_text(encoding="utf-8") == text


def test_with_the_newest_format_there_is_nothing_to_migrate(root: Path, mpp: Command) -> None:
    before = bytes_of(root)
    done = mpp("migrate")
    assert (done.code, done.out) == (0, "The records are of format 1, the newest there is: nothing to do.\n")
    assert valid(mpp("migrate", "--format", "json").json, "step")["records"] == []
    assert bytes_of(root) == before


def test_a_newer_format_is_one_clear_sentence(root: Path, mpp: Command) -> None:
    path = root / "qms.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("schema: 1", "schema: 2"), encoding="utf-8")
    done = mpp("migrate")
    assert done.code == 1
    assert done.err == "These records are of format 2, newer than the 1 this program knows: update mpp-qms.\n"


def older(path: str, text: str) -> str | None:
    """A made-up format 0, in which a severity was called `level` and counted: 1, 2."""
    if path == "qms.yaml":
        return edited(text, [Replace(("schema",), 1)], lambda route: ())
    if "/nonconformities/" not in path:
        return text
    grades = {"level: 1": "grade: major", "level: 2": "grade: minor"}
    for old, new in grades.items():
        text = text.replace(f"\n{old}", f"\n{new}")
    return text if "\nlevel:" not in text else None


def test_a_made_up_format_0_is_carried_to_1_byte_by_byte(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(migrating.MIGRATIONS, 0, older)
    qms, nc = root / "qms.yaml", root / NC_PATH
    nc.write_bytes(nc.read_bytes().replace(b"\n", b"\r\n") + b"x-a: {b: 1}  # catatan\r\n")
    wanted = bytes_of(root)
    qms.write_bytes(qms.read_bytes().replace(b"schema: 1", b"schema: 0"))
    nc.write_bytes(nc.read_bytes().replace(b"grade: minor", b"level: 2"))
    done = mpp("migrate")
    assert (done.code, done.out) == (0, "Carried from format 0 to 1; records changed: 2.\n"), done.err
    assert bytes_of(root) == wanted
    assert mpp("check").code == 0


def test_what_cannot_be_carried_over_stops_all(root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(migrating.MIGRATIONS, 0, older)
    qms, nc = root / "qms.yaml", root / NC_PATH
    qms.write_bytes(qms.read_bytes().replace(b"schema: 1", b"schema: 0"))
    nc.write_bytes(nc.read_bytes().replace(b"grade: minor", b"level: 9"))
    before = bytes_of(root)
    done = mpp("migrate")
    assert (done.code, f"{NC_PATH} cannot be carried over safely" in done.err) == (1, True)
    assert bytes_of(root) == before


def test_what_cannot_be_read_is_not_left_behind_in_an_old_format(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(migrating.MIGRATIONS, 0, older)
    qms, nc = root / "qms.yaml", root / NC_PATH
    qms.write_bytes(qms.read_bytes().replace(b"schema: 1", b"schema: 0"))
    nc.write_bytes(b"id: \xff\n")
    before = bytes_of(root)
    done = mpp("migrate")
    assert (done.code, f"{NC_PATH} could not be read; nothing was changed" in done.err) == (3, True)
    assert bytes_of(root) == before


def test_without_a_way_nothing_is_carried(root: Path, mpp: Command) -> None:
    qms = root / "qms.yaml"
    qms.write_bytes(qms.read_bytes().replace(b"schema: 1", b"schema: 0"))
    done = mpp("migrate")
    assert (done.code, done.err) == (1, "There is no way from format 0 to 1.\n")


# --- a change that was broken off ---


def test_the_next_command_finishes_a_broken_change_and_says_so(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(root: Path, entry: object) -> None:
        raise Killed

    with_open_actions(mpp)
    with monkeypatch.context() as patched:
        patched.setattr(changing, "_rename", killed)
        given = {"from": "P-022", "to": "P-023", "by": "P-002", "date": "2024-07-01"}
        with pytest.raises(Killed):
            hand_over(given, {"root": root, "dry_run": False, "format_": "terminal", "commit": False})
    assert "to: P-023" not in (root / "reviews/RTM-2024-01.yaml").read_text(encoding="utf-8")
    done = mpp("nc", "list", "--format", "json")
    assert done.code == 0
    assert "A change that was broken off has been finished: " in done.err
    assert json.loads(done.out)["unread"] == 0
    for path in ("reviews/RTM-2024-01.yaml", NC_PATH):
        assert "to: P-023" in (root / path).read_text(encoding="utf-8")
    assert mpp("check").err == ""
