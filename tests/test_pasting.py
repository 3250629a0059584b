"""Commands that can be pasted into a shell."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mpp_qms.pasting import line, quoted

WORDS = ["mpp-qms", "nc", "add", "--title", 'Gerai kosong; 5 dari 15 & "lain"', "-C", "it's $HOME", "--note", ""]


def test_a_posix_shell_takes_each_word_as_it_is() -> None:
    assert shlex.split(line(WORDS, windows=False)) == WORDS


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("C:\\mal", "C:\\mal"),
        ("2024-12-16", "2024-12-16"),
        ("mal baru", '"mal baru"'),
        ("a;b", '"a;b"'),
        ("it's", '"it\'s"'),
        ("", '""'),
        ("mal baru\\", '"mal baru\\\\"'),
        # what PowerShell would look into between double quotes, and what ends them there
        ("mal $x", "'mal $x'"),
        ("it's $x", "'it''s $x'"),
        ('kata "lain"', "'kata \"lain\"'"),
        ("\u201clain\u201d \u2018x\u2019", "'\u201clain\u201d \u2018\u2018x\u2019\u2019'"),
    ],
)
def test_a_word_for_cmd_and_powershell(word: str, shown: str) -> None:
    assert quoted(word, windows=True) == shown


@pytest.mark.skipif(sys.platform != "win32", reason="cmd and PowerShell")
@pytest.mark.parametrize("shell", ["cmd", "powershell"])
def test_windows_takes_each_word_as_it_is(shell: str, tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "Gerai kosong; 5 & 15", "it's", "C:\\mal baru"]
    command = line(words, windows=True)
    if shell == "cmd":
        script, how = tmp_path / "a.cmd", ["cmd", "/d", "/c"]
        script.write_text(f"@{command}\n", encoding="ascii")
    else:
        script, how = tmp_path / "a.ps1", ["powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-File"]
        # a quoted word at the beginning is a text there
        script.write_text(f"& {command}\n", encoding="ascii")
    done = subprocess.run([*how, str(script)], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == repr(words[3:])
