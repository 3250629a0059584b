"""Changing files: all or nothing, never over what somebody else wrote, finished by whoever comes next."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mpp_qms.store import changing
from mpp_qms.store.changing import (
    ChangedMeanwhile,
    DamagedPlan,
    FileChange,
    Recovered,
    Unfinished,
    recover,
    unfinished,
    write,
    writing,
)
from mpp_qms.store.lock import FOLDER, Busy, locked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_bytes(b"a: 1\n")
    (tmp_path / "b.yaml").write_bytes(b"b: 1\n")
    return tmp_path


def files(root: Path) -> dict[str, bytes]:
    """What lies in the folder, the program's own aside."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and FOLDER not in path.parts
    }


OLD = {"a.yaml": b"a: 1\n", "b.yaml": b"b: 1\n"}
NEW = {"a.yaml": b"a: 2\n", "c.yaml": b"c: 1\n"}
#: Changes one file, takes one away, makes one.
MOVE = (
    FileChange("a.yaml", b"a: 1\n", b"a: 2\n"),
    FileChange("b.yaml", b"b: 1\n", None),
    FileChange("c.yaml", None, b"c: 1\n"),
)


def test_one_file(root: Path) -> None:
    write(root, [MOVE[0]])
    assert files(root) == OLD | {"a.yaml": b"a: 2\n"}


def test_several_files(root: Path) -> None:
    write(root, MOVE)
    assert files(root) == NEW
    assert not unfinished(root)


def test_the_root_may_be_named_from_where_one_stands(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    write(Path(), MOVE)
    assert files(root) == NEW


def test_what_changed_meanwhile_is_not_overwritten(root: Path) -> None:
    for change in (
        FileChange("a.yaml", b"a: 0\n", b"a: 2\n"),
        FileChange("a.yaml", None, b"a: 2\n"),
        FileChange("c.yaml", b"c: 0\n", b"c: 2\n"),
    ):
        with pytest.raises(ChangedMeanwhile):
            write(root, [FileChange("b.yaml", b"b: 1\n", b"b: 2\n"), change])
        assert files(root) == OLD


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_the_mode_stays(root: Path) -> None:
    (root / "a.yaml").chmod(0o640)
    write(root, [MOVE[0]])
    assert (root / "a.yaml").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write everything")
def test_a_file_that_may_not_be_written_is_not_replaced(root: Path) -> None:
    (root / "a.yaml").chmod(0o444)
    with pytest.raises(PermissionError):
        write(root, [MOVE[0]])
    assert files(root) == OLD


@pytest.mark.parametrize("missing", [OSError(errno.EOPNOTSUPP, "no links here"), AttributeError("link")])
def test_without_hard_links_a_new_name_is_still_nobodys(
    root: Path, monkeypatch: pytest.MonkeyPatch, missing: Exception
) -> None:
    def refuse(*args: object) -> None:
        raise missing

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(ChangedMeanwhile):
        write(root, [FileChange("a.yaml", None, b"x")])
    write(root, [MOVE[2]])
    assert files(root) == OLD | {"c.yaml": b"c: 1\n"}


@pytest.mark.parametrize("broken", ["fsync", "link", "replace"])
@pytest.mark.parametrize("changes", [MOVE, MOVE[:1], MOVE[2:]], ids=["several", "one", "new"])
def test_a_full_disk_leaves_nothing_behind(
    root: Path, monkeypatch: pytest.MonkeyPatch, broken: str, changes: tuple[FileChange, ...]
) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, broken, full)
        try:
            write(root, changes)
        except (OSError, Unfinished):
            pass
        else:
            return  # this change does without it
    if unfinished(root):
        recover(root)
        assert files(root) == NEW
    else:
        assert files(root) == OLD


def test_a_link_or_a_file_in_place_of_the_folder_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        write(root, [FileChange("a.yaml/x.yaml", None, b"x")])
    with pytest.raises(FileNotFoundError):
        write(root, [FileChange("no/such/x.yaml", None, b"x")])
    try:
        (root / "link").symlink_to(root)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(NotADirectoryError):
        write(root, [FileChange("link/x.yaml", None, b"x")])
    (root / "link").unlink()
    assert files(root) == OLD


def test_a_new_folder_goes_again_where_the_writing_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(root, [FileChange("new/x.yaml", None, b"x")])
    assert not (root / "new").exists()


class Killed(BaseException):
    """Stands for a process that ends without a word."""


def interrupted_at(number: int, monkeypatch: pytest.MonkeyPatch, root: Path) -> bool:
    """Run MOVE and break off at the so many-eth rename; False where there are not so many."""
    seen = 0
    renamed = changing._rename

    def rename(root: Path, entry: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        renamed(root, entry)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(changing, "_rename", rename)
        try:
            write(root, MOVE)
        except Killed:
            return True
    return False


@pytest.mark.parametrize("number", [1, 2, 3])
def test_whoever_comes_next_finishes_it(root: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    assert interrupted_at(number, monkeypatch, root)
    assert unfinished(root)
    with writing(root) as finished:
        assert finished == Recovered(("a.yaml", "b.yaml", "c.yaml"))
        assert files(root) == NEW
    with writing(root) as finished:
        assert finished == Recovered()


def test_a_file_changed_since_stops_the_finishing_and_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interrupted_at(2, monkeypatch, root)
    (root / "b.yaml").write_bytes(b"b: somebody else\n")
    with pytest.raises(Unfinished) as stopped, writing(root):
        pass
    assert stopped.value.path == "b.yaml"
    assert files(root)["b.yaml"] == b"b: somebody else\n"
    # put back by hand, it goes on
    (root / "b.yaml").write_bytes(b"b: 1\n")
    assert recover(root).paths
    assert files(root) == NEW


@pytest.mark.parametrize("number", [2, 3])
def test_where_the_files_were_put_back_the_change_is_undone(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As `git checkout .` does, which knows nothing of new files."""
    assert interrupted_at(number, monkeypatch, root)
    for path, content in OLD.items():
        (root / path).write_bytes(content)
    assert recover(root) == Recovered(("a.yaml", "b.yaml", "c.yaml"), undone=True)
    assert files(root) == OLD
    assert not unfinished(root)


def test_what_was_put_back_only_in_part_waits_for_the_rest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert interrupted_at(3, monkeypatch, root)
    (root / "a.yaml").write_bytes(OLD["a.yaml"])
    with pytest.raises(Unfinished) as stopped:
        recover(root)
    assert stopped.value.path == "b.yaml"
    (root / "b.yaml").write_bytes(OLD["b.yaml"])
    assert recover(root).undone
    assert files(root) == OLD


def test_what_was_changed_after_its_turn_keeps_that(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert interrupted_at(2, monkeypatch, root)
    (root / "a.yaml").write_bytes(b"a: somebody else\n")
    assert not recover(root).undone
    assert files(root) == NEW | {"a.yaml": b"a: somebody else\n"}


def test_a_name_taken_in_the_last_moment_stops_the_finishing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(held: Path, target: Path) -> None:
        target.write_bytes(b"c: somebody else\n")
        raise FileExistsError

    monkeypatch.setattr(os, "link", take)
    with pytest.raises(Unfinished) as stopped:
        write(root, MOVE)
    assert stopped.value.path == "c.yaml"
    assert unfinished(root)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interruption_before_the_first_rename_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = changing._stage

    def stage(*arguments: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return staged(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(changing, "_stage", stage)
    with pytest.raises(KeyboardInterrupt):
        write(root, MOVE)
    assert files(root) == OLD
    assert not unfinished(root)


@pytest.mark.parametrize(
    "plan",
    [
        b"{",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b'{"files": []}',
        b'{"files": ["a.yaml"]}',
        b'{"files": [{"path": "a.yaml"}]}',
        b'{"files": [{"path": 1, "before": null, "after": null, "held": null}]}',
    ],
)
def test_a_damaged_plan_is_told_and_neither_followed_nor_thrown_away(root: Path, plan: bytes) -> None:
    not_followed(root, plan)


def not_followed(root: Path, plan: bytes) -> None:
    before = everything_below(root)
    (root / FOLDER).mkdir(exist_ok=True)
    (root / FOLDER / "change").write_bytes(plan)
    with pytest.raises(DamagedPlan):
        recover(root)
    assert (root / FOLDER / "change").read_bytes() == plan
    assert everything_below(root) == before


def everything_below(root: Path) -> dict[str, bytes]:
    """What lies in the folder, hidden files too; the plan aside."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path != root / FOLDER / "change"
    }


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


#: What the hidden file of the forged plans holds, and the entry that would put it in the place of a record.
HIDDEN = ".mpp-qms-new-x.tmp"
PUT: dict[str, object] = {"path": "a.yaml", "before": digest(b"a: 1\n"), "after": digest(b"a: 2\n"), "held": HIDDEN}


def plan_of(*entries: dict[str, object]) -> bytes:
    return json.dumps({"files": entries}).encode()


def test_a_plan_of_our_own_form_is_followed(root: Path) -> None:
    """What the forged ones differ from."""
    (root / FOLDER).mkdir()
    (root / HIDDEN).write_bytes(b"a: 2\n")
    (root / FOLDER / "change").write_bytes(plan_of(PUT))
    assert recover(root) == Recovered(("a.yaml",))
    assert files(root) == OLD | {"a.yaml": b"a: 2\n"}


@pytest.mark.parametrize(
    "forged",
    [
        {"path": "../a.yaml", "held": "../" + HIDDEN},
        {"path": "/a.yaml", "held": "/" + HIDDEN},
        {"path": ".git/hooks/pre-commit", "before": None, "held": ".git/hooks/" + HIDDEN},
        {"path": "units/.x/unit.yaml", "before": None, "held": "units/.x/" + HIDDEN},
        {"path": ".github", "before": None},
        {"path": "./a.yaml", "held": "./" + HIDDEN},
        {"path": "units//a.yaml", "before": None, "held": "units//" + HIDDEN},
        {"path": "units/", "before": None, "held": "units/" + HIDDEN},
        {"path": ""},
        {"path": "a.yaml\0"},
        {"path": "\ud800.yaml"},
        {"held": "b.yaml", "after": digest(b"b: 1\n")},
        {"held": f"units/{HIDDEN}"},
        {"held": f"units/../{HIDDEN}"},
        {"path": "units/a.yaml", "before": None},
        {"held": ".mpp-qms-new-../../x.tmp"},
        {"held": None},
        {"after": None},
        {"after": digest(b"a: 3\n")},
        {"before": "0"},
        {"before": 1},
        {"after": ["a"]},
        {"held": 1},
        {"path": 1},
    ],
    ids=str,
)
def test_a_plan_that_no_command_made_is_not_followed(root: Path, forged: dict[str, object]) -> None:
    """A clone may bring one: nothing is put where no record lies, nor taken from where nothing of ours was laid."""
    (root / ".git" / "hooks").mkdir(parents=True)
    (root / "units").mkdir()
    for folder in (".", ".git/hooks", "units"):
        (root / folder / HIDDEN).write_bytes(b"a: 2\n")
    # the sound entry before it is not done either
    sound = {"path": "c.yaml", "before": None, "after": digest(b"a: 2\n"), "held": ".mpp-qms-new-y.tmp"}
    (root / ".mpp-qms-new-y.tmp").write_bytes(b"a: 2\n")
    not_followed(root, plan_of(sound, PUT | forged))


@pytest.mark.parametrize("linked", ["folder", "held"])
def test_a_plan_is_not_followed_through_a_link(
    root: Path, tmp_path_factory: pytest.TempPathFactory, linked: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / HIDDEN).write_bytes(b"a: 2\n")
    (elsewhere / "a.yaml").write_bytes(b"a: 1\n")
    try:
        if linked == "folder":
            (root / "units").symlink_to(elsewhere, target_is_directory=True)
            entry = PUT | {"path": "units/a.yaml", "held": f"units/{HIDDEN}"}
        else:
            (root / HIDDEN).symlink_to(elsewhere / HIDDEN)
            entry = PUT
    except OSError:
        pytest.skip("no links here")
    not_followed(root, plan_of(entry))
    assert (elsewhere / "a.yaml").read_bytes() == b"a: 1\n"


def test_a_broken_change_is_finished_where_the_records_are_reached_through_a_link(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("links") / "records"
    try:
        link.symlink_to(root, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert interrupted_at(2, monkeypatch, link)
    assert recover(link).paths
    assert files(root) == NEW


def test_what_a_killed_writer_left_is_swept_away(root: Path) -> None:
    (root / f"{changing.PREFIX}x{changing.SUFFIX}").write_text("half", encoding="utf-8")
    write(root, [MOVE[0]])
    assert set(files(root)) == {"a.yaml", "b.yaml"}


_HOLD = """
import sys, time
from pathlib import Path
from mpp_qms.store.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_is_held_by_one_and_freed_when_its_holder_is_killed(root: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(root)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy), locked(root, patience=0.1):
            pass
        holder.kill()
        holder.wait()
    with locked(root, patience=5):
        pass


def test_without_locks_of_the_system_a_file_stands_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    def no_locks(self: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(filelock.FileLock, "acquire", no_locks)
    with locked(root):
        assert (root / FOLDER / "lock.holder").exists()
        with pytest.raises(Busy), locked(root, patience=0.1):
            pass
    with locked(root, patience=1):
        pass


def test_git_is_not_told_of_what_the_program_keeps_for_itself(root: Path) -> None:
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    with locked(root):
        pass
    done = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["?? a.yaml", "?? b.yaml"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interruption_waits_for_the_last_rename(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = changing._rename

    def rename(root: Path, entry: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        renamed(root, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(changing, "_rename", rename)
    write(root, MOVE)
    assert files(root) == NEW


def test_the_plan_names_everything_before_the_first_rename(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert interrupted_at(1, monkeypatch, root)
    plan = json.loads((root / FOLDER / "change").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in plan["files"]] == ["a.yaml", "b.yaml", "c.yaml"]
    assert files(root).keys() >= OLD.keys()
