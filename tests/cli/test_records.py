"""Commands on whole records: evidence and its file, hand-over, renumbering, the editor, the standard form, the format."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mpp_qms.cli.hand_over import hand_over
from mpp_qms.store import changing, migrating
from mpp_qms.store.edits import Replace
from mpp_qms.store.splicing import edited
from mpp_qms.store.yaml_text import parse
from tests.cli.inside import Command, bytes_of
from tests.cli.test_contract import valid
from tests.factories import NC_PATH

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


def test_evidence_that_the_rules_forbid_is_not_written_nor_its_file(root: Path, mpp: Command, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"isi")
    before = bytes_of(root)
    done = mpp(*EVIDENCE, str(tmp_path / "a.pdf"), "--valid-until", "2024-08-01")
    assert (done.code, "DOC014" in done.err) == (1, True)
    assert bytes_of(root) == before


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
    assert (again.code, again.out) == (0, "P-022 has no open action; nothing was changed.\n")


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
    assert mpp(*hand_over).out == "P-022 has no open action; nothing was changed.\n"
    assert mpp(*f"action add {CLOSED} --what X --owner P-022 --due 2024-12-01 --date 2024-06-25".split()).code == 0
    assert mpp(*f"nc void {CLOSED} --reason X --by P-003 --date 2024-06-26".split()).code == 0
    before = bytes_of(root)
    # open in a voided finding: nothing is to be done there any more
    assert mpp(*hand_over).out == "P-022 has no open action; nothing was changed.\n"
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
    assert data["amended"] == [told | {"reason": "the number was given twice"}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([CLOSED], "Give either the new id or --next."),
        ([CLOSED, "NC-KEPENDUDUKAN-2024-001"], "is taken; ids are never used twice"),
        ([CLOSED, "NC-KEPENDUDUKAN-2023-009"], "only the number changes"),
        ([CLOSED, "NC-IMIGRASI-2024-009"], "only the number changes"),
        ([CLOSED, "NC-KEPENDUDUKAN-2024-abc"], "only the number changes"),
        (["units/kependudukan/unit.yaml", "--next"], "There is no nonconformity at"),
    ],
)
def test_what_a_renumbering_does_not_take(root: Path, mpp: Command, words: list[str], said: str) -> None:
    before = bytes_of(root)
    done = mpp("nc", "renumber", *words)
    assert (done.code, said in done.err) == (2, True), done.err
    assert bytes_of(root) == before


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
        f"These name {CLOSED}, and only a person knows which of the two they mean: audits/IA-2024-01.yaml" in done.out
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
    done = mpp("nc", "renumber", "NC-IMIGRASI-2024-001", "--next")
    assert done.code == 0, done.err
    assert "NC-IMIGRASI-2024-003 is what came with the other branch. Now: git add" in done.out
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
    assert "NC-IMIGRASI-2024-001 is written" in git(root, "log", "-1", "--format=%s")


def test_without_git_or_in_a_merge_nothing_is_written_that_was_to_be_committed(root: Path, mpp: Command) -> None:
    before = bytes_of(root)
    step = f"nc reopen {CLOSED} --reason X --by P-002 --date 2024-06-01 --commit"
    done = mpp(*step.split())
    assert (done.code, "no git repository here" in done.err) == (2, True)
    assert mpp(*OWN, "Baru", "--commit").code == 2
    assert bytes_of(root) == before
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    (root / ".git" / "MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD"), encoding="utf-8")
    done = mpp(*step.split())
    assert (done.code, "a merge is under way" in done.err) == (2, True)


def test_what_git_refuses_to_commit_is_written_and_named(
    root: Path, mpp: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "mall")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho tidak boleh >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    done = mpp(*OWN, "Baru", "--commit")
    assert done.code == 1
    assert "NC-IMIGRASI-2024-001 is written" in done.err
    assert "git did not commit it: tidak boleh. Do not enter it again" in done.err


# --- nc edit ---


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with what the editor does to the text: a line of Python on `text`."""
    script, does = tmp_path / "editor.py", tmp_path / "does.txt"
    script.write_text(
        "import sys, pathlib\n"
        f"file, does = pathlib.Path(sys.argv[1]), pathlib.Path({str(does)!r})\n"
        "scope = {'text': file.read_text(encoding='utf-8')}\n"
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
    assert list((root / ".mpp-qms" / "drafts").iterdir()) == []
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


def test_fmt_leaves_what_it_cannot_read(root: Path, mpp: Command) -> None:
    assert mpp("fmt").code == 0
    (root / NC_PATH).write_text("id: [", encoding="utf-8")
    done = mpp("fmt")
    assert (done.code, f"{NC_PATH} cannot be brought into the standard form" in done.err) == (0, True)
    assert (root / NC_PATH).read_text(encoding="utf-8") == "id: ["


def test_with_the_newest_format_there_is_nothing_to_migrate(root: Path, mpp: Command) -> None:
    before = bytes_of(root)
    done = mpp("migrate")
    assert (done.code, done.out) == (0, "The records are of format 1, the newest there is: nothing to do.\n")
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
