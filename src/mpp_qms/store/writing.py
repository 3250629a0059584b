"""Writing a record: plain YAML in block style, a new id, a file that is whole or not there.

What is written is parsed again by our own reader before it reaches the disk. Two programs at once never share an
id: the file is created under its final name exclusively.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from mpp_qms.store.yaml_text import parse

#: How wide a line of plain text gets before it is folded.
_WIDTH = 110
# Readers of YAML 1.2 take these for numbers; PyYAML, which decides on quotes, does not.
_OCTAL = re.compile(r"[-+]?0[ox][0-9a-fA-F]+|[-+]?\.?[0-9][0-9_]*\.?[0-9]*([eE][-+]?[0-9]+)?")


class _Dumper(yaml.SafeDumper):
    """Block style; texts quoted wherever any reader of YAML could take them for something else."""

    force_quotes = False

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = None
    if dumper.force_quotes:
        style = '"'
    elif "\n" in value and not value.startswith((" ", "\n", "\t")) and "\t" not in value:
        style = "|"
    elif _OCTAL.fullmatch(value):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def render(data: Mapping[str, Any]) -> str:
    """A record's data as YAML in block style, keys in the order given; dates as days, texts as they are.

    Raises ValueError where the text would not read back as it was (control characters).
    """
    for quoted in (False, True):
        dumper = type("_Quoted", (_Dumper,), {"force_quotes": quoted})
        text: str = yaml.dump(
            dict(data), Dumper=dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
        )
        if parse(text) == _as_read(data):
            return text
    raise ValueError("the text would not read back as it was given")


def _as_read(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _as_read(item) for key, item in value.items()}
    return [_as_read(item) for item in value] if isinstance(value, (list, tuple)) else value


def next_number(folder: Path, prefix: str, taken: Iterable[str]) -> int:
    """The number after the highest that any file in the folder, in whatever case or ending, or any id has."""
    form = re.compile(re.escape(prefix) + r"([0-9]{1,9})(?:\..*)?", re.IGNORECASE)
    names = [*taken]
    with contextlib.suppress(FileNotFoundError):
        names += os.listdir(folder)
    return max((int(match[1]) for name in names if (match := form.fullmatch(name))), default=0) + 1


def create(folder: Path, prefix: str, number: int, text_of: Callable[[str], str]) -> tuple[str, Path]:
    """Write a new record under the first free id from `number` on, and return the id and the file.

    `text_of` gives the text for an id. The folder is made where it is missing. Raises OSError with nothing left
    behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        id_ = f"{prefix}{number:03d}"
        path = folder / f"{id_}.yaml"
        if _create_exclusively(path, text_of(id_).encode("utf-8")):
            return id_, path
        number += 1


def _create_exclusively(path: Path, content: bytes) -> bool:
    """The whole content under a name that nobody had; False where somebody had it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes it private; a record is as readable as any file its owner makes
        Path(temporary).chmod(0o666 & ~_umask())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except (OSError, AttributeError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT):
                raise
            # no hard links here (some network folders, exFAT): create it under its own name, exclusively
            return _create_in_place(path, content)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _create_in_place(path: Path, content: bytes) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows: the name is durable with the file
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
