"""Whatever system call of a change fails, or is the last: every record is as it was or as it shall be, the program
says what is so, and the next command works without anybody's help.

strace lets a call fail (`-e inject=`) or sends a signal as it is entered. A first, undisturbed run tells which calls a
change makes; then the change is made once for each of them, with that one disturbed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpp_qms.store.changing import unfinished
from mpp_qms.store.lock import FOLDER
from tests.changes import CHANGES, NC_ADD, Change, copied, everything, lay_out, records, whole, words
from tests.forked import Ended, Forks, forks


@pytest.fixture(autouse=True, scope="module")
def strace() -> None:
    """Skip where strace is missing or may not trace; fail where it is required."""
    reason = None
    if shutil.which("strace") is None:
        reason = "strace is not installed"
    elif subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode != 0:
        reason = "strace may not trace here"
    if reason is not None and os.environ.get("MPP_QMS_REQUIRE_STRACE"):
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)


#: How each call fails. A link may be refused for good (exFAT, some network folders): there is another way then.
ERRORS = {
    "write": ("ENOSPC",),
    "pwrite64": ("ENOSPC",),
    "fsync": ("EIO",),
    "rename": ("ENOSPC", "EACCES"),
    "renameat": ("ENOSPC",),
    "renameat2": ("ENOSPC",),
    "link": ("ENOSPC", "EPERM"),
    "linkat": ("ENOSPC", "EPERM"),
    "unlink": ("EIO",),
    "unlinkat": ("EIO",),
    "mkdir": ("ENOSPC",),
    "mkdirat": ("ENOSPC",),
    "chmod": ("EPERM",),
    "fchmodat": ("EPERM",),
    "chown": ("EPERM",),
    "fchownat": ("EPERM",),
    "flock": ("ENOLCK",),
    "openat": ("ENOSPC",),
}
#: How a file cannot be opened that is only read; of the many that are, every so many-eth.
READING, EVERY = "EMFILE", 5
#: What comes before these is on the disk already as what comes after them: to end at them is to end at the next.
_NO_CHANGE = ("chmod", "fchmodat", "chown", "fchownat", "flock")
#: What comes next, in turn: reading, judging, writing.
NEXT = (("nc", "list"), ("check",), NC_ADD)
#: Where nothing is left of a disturbance, the next command is tried every so many-eth time.
TRIED = 7
FINISHED = "A change that was broken off has been finished"
NOTHING = re.compile(r"[Nn]othing was (changed|written)")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a run: its name, which of that name it is, and whether it only opens a file to read it."""

    name: str
    number: int
    reads: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """A change to be made again and again: in a copy of one mall, whose records before and after are known."""

    forks: Forks
    change: Change
    origin: Path
    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    calls: tuple[Call, ...]

    def made(self, *inject: str) -> tuple[Path, Ended]:
        """The change made once in a fresh copy, with a disturbance."""
        root = copied(self.origin, self.folder)
        return root, _traced(self.forks, self.folder / "trace", words(self.change, root, self.origin.parent), *inject)


def _traced(forks: Forks, trace: Path, command: tuple[str, ...], *inject: str) -> Ended:
    tracing: list[subprocess.Popen[str]] = []
    shown = [
        word for what in (f"trace={','.join(ERRORS)}", *(f"inject={what}" for what in inject)) for word in ("-e", what)
    ]

    def attach(process: int) -> None:
        started = subprocess.Popen(
            ["strace", "-y", *shown, "-o", str(trace), "-p", str(process)], stderr=subprocess.PIPE, encoding="utf-8"
        )
        assert started.stderr is not None
        assert "attached" in started.stderr.readline()
        tracing.append(started)

    ended = forks.run(*command, before=attach)
    tracing[0].communicate()
    return ended


def _calls(trace: str, root: Path) -> Iterator[Call]:
    """The calls of a run that concern the records, or the answer."""
    seen: Counter[str] = Counter()
    for line in trace.splitlines():
        if (match := re.match(r"(\w+)\(", line)) is None:
            continue
        seen[match[1]] += 1
        if str(root) in line or line.startswith("write(1<"):
            yield Call(match[1], seen[match[1]], reads=match[1] == "openat" and "O_CREAT" not in line)


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    change = CHANGES[request.param]
    folder = tmp_path_factory.mktemp("faults")
    for name in ("origin", "copy"):
        (folder / name).mkdir()
    origin = lay_out(folder / "origin")
    root = copied(origin, folder / "copy")
    command = words(change, root, origin.parent)
    with forks(folder, command, *((*after, "--root", str(root)) for after in NEXT)) as found:
        old = records(copied(origin, folder / "copy"))
        ended = _traced(found, folder / "trace", command)
        assert ended.code == 0, ended
        calls = tuple(_calls((folder / "trace").read_text(encoding="utf-8"), root))
        assert {"write", "fsync", "openat"} <= {call.name for call in calls}
        yield Bench(found, change, origin, folder / "copy", old, records(root), calls)


def next_works(bench: Bench, root: Path, turn: int) -> None:
    """The next command needs nobody's help, and what was decided is finished, and said to be."""
    if everything(root) in (bench.old, bench.new) and _own(root) <= {"lock", ".gitignore"} and turn % TRIED:
        return  # nothing is on the disk that is not there at other times
    before, pending = records(root), unfinished(root)
    assert bench.change.several or not pending
    following = NEXT[turn % len(NEXT)]
    ended = bench.forks.run(*following, "--root", str(root))
    assert ended.code == 0, ended
    assert (FINISHED in ended.stderr) == pending, ended
    expected, after = bench.new if pending else before, records(root)
    assert after in (expected, expected | {path: after[path] for path in after.keys() - expected.keys()})
    assert len(after) == len(expected) + (following == NC_ADD)
    assert expected in (bench.old, bench.new)
    assert not unfinished(root)


def _own(root: Path) -> set[str]:
    """What the program keeps for itself."""
    return {path.name for path in (root / FOLDER).iterdir()} if (root / FOLDER).exists() else set()


def truthful(bench: Bench, root: Path, ended: Ended) -> None:
    """What the program said is so."""
    assert "Traceback" not in ended.stderr
    found, pending = records(root), unfinished(root)
    whole(found, bench.old, bench.new)
    if ended.code == 0:
        assert (found, pending) == (bench.new, False), ended
    else:
        assert ended.stderr.strip(), ended
    if NOTHING.search(ended.stderr):
        assert (found, pending) == (bench.old, False), ended
    elif ended.code != 0:
        assert found != bench.old or pending, ended


every_change = pytest.mark.parametrize("bench", CHANGES, indirect=True)


def _each(bench: Bench, calls: Iterable[tuple[Call, str]], judge: Callable[[Call, Path, Ended, int], None]) -> None:
    """Make the change once for each disturbance, and judge what came of it; all that is wrong is told at the end."""
    wrong = []
    for turn, (call, what) in enumerate(calls):
        root, ended = bench.made(f"{call.name}:{what}:when={call.number}")
        try:
            judge(call, root, ended, turn)
        except AssertionError as error:
            wrong.append(f"{call} {what}: {ended}\n{error}")
    assert not wrong, f"{len(wrong)}\n" + "\n\n".join(wrong)


@every_change
def test_a_call_that_fails(bench: Bench) -> None:
    def judge(call: Call, root: Path, ended: Ended, turn: int) -> None:
        assert ended.code in (0, 3)
        truthful(bench, root, ended)
        if not call.name.startswith("unlink") and not unfinished(root):
            assert everything(root) == records(root)
        next_works(bench, root, turn)

    calls = [call for call in bench.calls if not call.reads]
    _each(bench, [(call, f"error={error}") for call in calls for error in ERRORS[call.name]], judge)


@every_change
def test_a_file_that_cannot_be_read(bench: Bench) -> None:
    def judge(call: Call, root: Path, ended: Ended, turn: int) -> None:
        # a record that cannot be read is a finding, not a failure: what it holds is missing, and nothing else happens
        assert ended.code in (0, 1, 2, 3)
        if ended.code in (0, 3):
            # what was left out is said
            assert (
                ended.code == 3
                or records(root) == bench.new
                or "Warning: records that could not be read: 1" in ended.stdout + ended.stderr
            )
            whole(records(root), bench.old, bench.new)
        else:
            assert ended.stderr
            assert everything(root) == bench.old
        if ended.code == 3:
            truthful(bench, root, ended)
            next_works(bench, root, turn)

    _each(bench, [(call, f"error={READING}") for call in bench.calls if call.reads][::EVERY], judge)


@every_change
def test_killed_at_a_call(bench: Bench) -> None:
    def judge(call: Call, root: Path, ended: Ended, turn: int) -> None:
        assert ended.code == -9
        whole(records(root), bench.old, bench.new)
        next_works(bench, root, turn)

    calls = [call for call in bench.calls if not call.reads and call.name not in _NO_CHANGE]
    _each(bench, [(call, "signal=SIGKILL") for call in calls], judge)


@pytest.mark.parametrize("bench", ["nc add in a new folder", "nc renumber"], indirect=True)
def test_interrupted_at_a_call(bench: Bench) -> None:
    def judge(call: Call, root: Path, ended: Ended, turn: int) -> None:
        assert ended.code in (0, 130)
        truthful(bench, root, ended)
        assert everything(root) == records(root)
        assert not unfinished(root)

    _each(bench, [(call, "signal=SIGINT") for call in bench.calls if not call.reads], judge)


@pytest.mark.parametrize("bench", ["hand-over"], indirect=True)
def test_killed_in_a_folder_without_locks(bench: Bench) -> None:
    """A file that names its holder stands in for the lock; when he is dead, it is nobody's."""
    last = max(call.number for call in bench.calls if call.name == "rename")
    for when in (1, last):
        root, ended = bench.made("flock:error=ENOLCK", f"rename:signal=SIGKILL:when={when}")
        assert ended.code == -9
        assert (root / FOLDER / "lock.holder").exists()
        command = ("nc", "list", "--root", str(root)) if unfinished(root) else words(bench.change, root, root)
        ended = _traced(bench.forks, bench.folder / "trace", command, "flock:error=ENOLCK")
        assert ended.code == 0, ended
        assert records(root) == bench.new
