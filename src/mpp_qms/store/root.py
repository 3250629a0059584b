"""Where the records of a mall are: the folder that holds qms.yaml."""

from __future__ import annotations

import os
from pathlib import Path

ROOT_FILE = "qms.yaml"


class NoRepository(Exception):  # noqa: N818 (a person settles it: it is no error of ours)
    """No records repository here; `looked` says where."""

    def __init__(self, looked: Path) -> None:
        """`looked`: the folder that was searched first."""
        super().__init__(str(looked))
        self.looked = looked


def find_root(given: Path | None, environment: str | None, here: Path) -> Path:
    """The folder that holds qms.yaml.

    `given` (the option), else `environment` (MPP_QMS_ROOT), else the nearest folder upwards from `here`, else
    ./records. A folder that holds records/qms.yaml is understood. Raises NoRepository.
    """
    named = given or (Path(environment) if environment else None)
    candidates = [named, named / "records"] if named is not None else [here, *here.parents, here / "records"]
    for folder in candidates:
        if _marks_root(folder):
            return folder
    raise NoRepository(named if named is not None else here)


def _marks_root(folder: Path) -> bool:
    try:
        os.lstat(folder / ROOT_FILE)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
