"""The program on a terminal, as a person sits before it: questions come, keys go."""

from __future__ import annotations

import os
import select
import sys
import time

from tests.program import environment

try:
    import pty
except ImportError:  # Windows has no pseudo-terminals of this kind
    pty = None  # type: ignore[assignment]


class Terminal:
    """The program on a terminal: what it shows, what is typed."""

    def __init__(self, *words: str, **more: str) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.environ.update(environment(TERM="xterm", MPP_QMS_LANG="en", **more))
            os.execv(sys.executable, [sys.executable, "-m", "mpp_qms", *words])
        self.shown = b""

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 40
        while text.encode() not in self.shown:
            assert time.monotonic() < end, self.shown
            if not select.select([self.master], [], [], 1)[0]:
                continue
            try:
                self.shown += os.read(self.master, 4096)
            except OSError:
                break
            while b"\x1b[6n" in self.shown:
                # the form asks where the cursor is
                self.shown = self.shown.replace(b"\x1b[6n", b"", 1)
                os.write(self.master, b"\x1b[1;1R")
        assert text.encode() in self.shown, self.shown

    def answer(self, question: str, keys: str) -> None:
        self.wait_for(question)
        os.write(self.master, keys.encode() + b"\r")

    def code(self) -> int:
        # what is left is read first: a program whose terminal is full does not end
        while True:
            try:
                if not os.read(self.master, 4096):
                    break
            except OSError:
                break
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.master)
        return code
