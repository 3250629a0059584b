"""A writer killed at a moment of chance: every record is whole, and the next command works without anybody's help.

`test_faults` kills at each system call, where strace is there; here the moment may be any.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp_qms.store.changing import unfinished
from mpp_qms.store.lock import FOLDER
from tests.changes import CHANGES, copied, everything, lay_out, records, whole, words
from tests.forked import Forks, forks
from tests.program import ROOT, environment

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no handles of processes here")

#: How often each change is killed.
TIMES = 12
FINISHED = "A change that was broken off has been finished"


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Forks, Path]]:
    folder = tmp_path_factory.mktemp("kills")
    origin = lay_out(folder)
    warm = []
    for number, change in enumerate(CHANGES.values()):
        (folder / str(number)).mkdir()
        warm.append(words(change, copied(origin, folder / str(number)), folder))
    with forks(folder, *warm, ("nc", "list", "--root", str(origin)), ("check", "--root", str(origin))) as found:
        yield found, origin


def _settled(run: Forks, root: Path, command: tuple[str, ...], old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """The next commands work, and leave all of the change or nothing of it."""
    whole(records(root), old, new)
    pending = unfinished(root)
    listed = run.run("nc", "list", "--root", str(root))
    assert listed.code == 0, listed
    assert (FINISHED in listed.stderr) == pending, listed
    assert records(root) in ((new,) if pending else (old, new))
    assert run.run("check", "--root", str(root)).code == 0
    if records(root) == old:
        again = run.run(*command)
        assert (again.code, records(root)) == (0, new), again
        # what the killed one left under hidden names is gone, too
        assert everything(root) == new
        assert {path.name for path in (root / FOLDER).iterdir()} <= {"lock", ".gitignore"}


@pytest.mark.parametrize("name", CHANGES)
def test_killed_at_any_moment(forked: tuple[Forks, Path], tmp_path: Path, name: str) -> None:
    run, origin = forked
    chance = random.Random(name)
    command = words(CHANGES[name], tmp_path / "mall", origin.parent)
    old = records(copied(origin, tmp_path))
    began = time.monotonic()
    assert run.run(*command).code == 0
    usual = time.monotonic() - began
    new = records(tmp_path / "mall")
    handles: list[int] = []
    for turn in range(TIMES):
        root = copied(origin, tmp_path)
        delay = chance.uniform(0, 1.2 * usual)

        def kill(process: int, delay: float = delay) -> None:
            time.sleep(delay)
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handles[-1], signal.SIGKILL)

        ended = run.run(*command, before=lambda process: handles.append(os.pidfd_open(process)), after=kill)
        os.close(handles.pop())
        assert ended.code in (0, -9), (turn, delay, ended)
        _settled(run, root, command, old, new)


def test_killed_at_any_moment_from_the_start_of_the_program(forked: tuple[Forks, Path], tmp_path: Path) -> None:
    run, origin = forked
    chance = random.Random("start")
    command = words(CHANGES["hand-over"], tmp_path / "mall", origin.parent)
    old = records(copied(origin, tmp_path))

    def started() -> subprocess.Popen[bytes]:
        silent = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, "-m", "mpp_qms", *command],
            cwd=ROOT,
            env=environment(),
            stdin=silent,
            stdout=silent,
            stderr=silent,
        )

    began = time.monotonic()
    assert started().wait() == 0
    usual = time.monotonic() - began
    new = records(tmp_path / "mall")
    for _ in range(TIMES // 2):
        root = copied(origin, tmp_path)
        process = started()
        # the first half goes into the start of Python
        time.sleep(chance.uniform(0.4 * usual, 1.1 * usual))
        process.kill()
        process.wait()
        _settled(run, root, command, old, new)
