"""Only the command that is asked for is made; which ones there are does not depend on that."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from mpp_qms.cli.app import build
from tests.program import run


def commands(*words: str) -> dict[str, Any]:
    found: Any = typer.main.get_command(build(words))
    made: dict[str, Any] = found.commands
    return made


def options(command: Any) -> dict[str, list[str]]:
    """Every command at and below one, with the options and arguments it takes."""
    found = {command.name: [option for param in command.params for option in param.opts]}
    for name, below in getattr(command, "commands", {}).items():
        found |= {f"{command.name} {name}": [option for param in below.params for option in param.opts]}
    return found


ALL = commands()


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_command_made_alone_is_the_one_among_all(name: str) -> None:
    alone = commands(name)
    assert options(alone[name]) == options(ALL[name])
    assert len(alone) < len(ALL), f"{name} stands in no row of the table: for it, all are made"


@pytest.mark.parametrize("words", [(), ("--help",), ("chekc",), ("--lang", "id", "check")])
def test_all_are_made_where_none_is_named_first(words: tuple[str, ...]) -> None:
    assert list(commands(*words)) == list(ALL)


def test_help_is_in_the_readers_language_to_the_last_word() -> None:
    shown = run("nc", "verify", "--help", MPP_QMS_LANG="id").stdout
    assert "Pemakaian: mpp-qms nc verify [OPSI] [ID]" in shown
    for word in ("--date TANGGAL", "--by KODE", "--sample TEKS", "--result HASIL", "--root FOLDER", "[bawaan:"):
        assert word in shown
    for word in ("TEXT", "DATE", "OPTIONS", "[default", "[required", "ARGS"):
        assert word not in shown + run("nc", "--help", MPP_QMS_LANG="id").stdout
        assert word not in run("nc", "show", "--help", MPP_QMS_LANG="id").stdout
    assert "--date DATE" in run("nc", "verify", "--help", MPP_QMS_LANG="en").stdout
