"""The program in a process of its own, forked from one that has everything imported already.

A test that runs the program hundreds of times, to kill it or to let its system calls fail, spares the start of Python
each time. What it then sees is nearly all of a command's own doing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.program import ROOT, environment


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code, or the signal as a negative number, and what it said."""

    code: int
    stdout: str
    stderr: str


class Forks:
    """Runs commands, one at a time."""

    def __init__(self, folder: Path) -> None:
        """`folder`: for what the commands say."""
        self.said = (folder / "stdout", folder / "stderr")
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", *map(str, self.said)],
            cwd=ROOT,
            env=environment(MPP_QMS_LANG="en"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(
        self, *words: str, before: Callable[[int], None] = lambda _: None, after: Callable[[int], None] = lambda _: None
    ) -> Ended:
        """Run `mpp-qms`. `before` is called with the process's id when it is there and waits, `after` once it runs."""
        asked, told = self.server.stdin, self.server.stdout
        assert asked is not None
        assert told is not None
        asked.write(json.dumps(words) + "\n")
        asked.flush()
        process = int(told.readline())
        before(process)
        asked.write("\n")
        asked.flush()
        after(process)
        code = os.waitstatus_to_exitcode(int(told.readline()))
        out, err = (path.read_text(encoding="utf-8") for path in self.said)
        return Ended(code, out, err)

    def close(self) -> None:
        """End the process that the others are forked from."""
        self.server.communicate()


@contextmanager
def forks(folder: Path, *warm: Sequence[str]) -> Iterator[Forks]:
    """What runs commands; those of `warm` are run in it first, for what is imported only when it is needed."""
    found = Forks(folder)
    try:
        found.run("warm", json.dumps(warm))
        yield found
    finally:
        found.close()


def _serve(said: Sequence[str]) -> None:
    from mpp_qms.cli.app import run

    # nothing may be read ahead: a forked process waits on the same stdin
    asked = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115
    told = os.dup(1)
    _redirect(said)
    while line := asked.readline():
        if not line.strip():
            continue  # a process that was killed before it was told to run
        words = json.loads(line)
        if words[0] == "warm":
            os.write(told, b"0\n")
            asked.readline()
            for warm in json.loads(words[1]):
                run(warm)
            os.write(told, b"0\n")
            continue
        process = os.fork()
        if process == 0:
            _redirect(said)
            _may_be_traced()
            os.write(told, f"{os.getpid()}\n".encode())
            os.read(0, 1)
            os.close(told)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            sys.argv = ["mpp-qms", *words]
            code = run(words)
            with contextlib.suppress(OSError):
                sys.stdout.flush()
            os._exit(code)
        _, status = os.waitpid(process, 0)
        os.write(told, f"{status}\n".encode())


def _redirect(said: Sequence[str]) -> None:
    for number, path in enumerate(said, 1):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)


def _may_be_traced() -> None:
    """Some systems let only a parent trace its children, unless they say otherwise."""
    import ctypes

    pr_set_ptracer, anybody = 0x59616D61, -1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(pr_set_ptracer, ctypes.c_long(anybody), 0, 0, 0)


if __name__ == "__main__":
    _serve(sys.argv[1:])
