"""The least that reading a mall's records can cost: `python -m benchmarks.floor reader|text ROOT`.

Both walk the same files, keep what they read, and do nothing else; the collector is off in both. `reader` uses the
program's own reader and models; `text` a plain loop of open(), PyYAML's loader that takes every value for a text,
and the same models.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

from mpp_qms.records.kinds import Kind
from mpp_qms.store.repository import place_of


def files(root: str, parts: tuple[str, ...] = ()) -> Iterator[tuple[str, Kind]]:
    """The record files under a root, each with its kind."""
    with os.scandir(os.path.join(root, *parts)) as entries:  # noqa: PTH118 (as the program does)
        for entry in entries:
            here = (*parts, entry.name)
            if entry.is_dir():
                yield from files(root, here)
            elif (place := place_of(here)) is not None:
                yield entry.path, place[0]


def by_reader(root: str) -> list[Any]:
    """Every record, by the program's own reader and models."""
    from mpp_qms.records.validation import validate
    from mpp_qms.store.reading import read_text
    from mpp_qms.store.yaml_text import parse

    kept = []
    for path, kind in files(root):
        record, faults = validate(kind, parse(read_text(path)))
        if record is None or faults:
            raise SystemExit(f"{path}: {faults}")
        kept.append(record)
    return kept


def by_text(root: str) -> list[Any]:
    """Every record, by a plain loop of open(), the text-only C loader and the same models."""
    import yaml

    from mpp_qms.records.shapes import validator

    kept = []
    for path, kind in files(root):
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123 (the plain loop that is asked for)
            data = yaml.load(stream, yaml.CBaseLoader)
        kept.append(validator(kind.model).validate_python(_typed(data)))
    return kept


def _typed(data: Any) -> Any:
    """Give the few values that are no texts their type: where they stand is known, so that this costs next to nothing."""
    if "schema" in data:
        data["schema"] = int(data["schema"])
        for entry in data["policy"]:
            entry["plan_days"] = {grade: int(days) for grade, days in entry["plan_days"].items()}
    for row in data.get("coverage", ()):
        if isinstance(row["sample"], dict):
            row["sample"] = {key: int(number) for key, number in row["sample"].items()}
    for answer in data.get("read_across", ()):
        answer["found"] = answer["found"] == "true"
    return data


if __name__ == "__main__":
    gc.disable()
    way, folder = sys.argv[1:]
    print(len({"reader": by_reader, "text": by_text}[way](folder)))
