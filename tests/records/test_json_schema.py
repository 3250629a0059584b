"""The JSON Schemas for editors: schemas by their own standard, content with every valid record, and with no faulty one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mpp_qms.messages import translator
from mpp_qms.new_repository import schemas
from mpp_qms.records.kinds import KINDS, Kind
from mpp_qms.records.meanings import MEANINGS
from mpp_qms.records.shapes import json_schema
from mpp_qms.store.reading import read_record
from mpp_qms.store.repository import place_of

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "rules" / "cases"
VALIDATORS = {
    kind.name: jsonschema.Draft202012Validator(json_schema(kind.model, translator("en"), kind.title)) for kind in KINDS
}


class Core(yaml.SafeLoader):
    """Values as an editor reads them: YAML 1.2, core schema; no days, and no `no` that is false."""


Core.yaml_implicit_resolvers = {
    letter: [(tag, form) for tag, form in forms if not tag.endswith((":timestamp", ":bool", ":int", ":float"))]
    for letter, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for tag, form, letters in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(form), list(letters))


def faults(kind: Kind, text: str) -> list[str]:
    """What the schema of a kind says against a record."""
    data = yaml.load(text, Core)
    return [f"{list(error.absolute_path)}: {error.message}" for error in VALIDATORS[kind.name].iter_errors(data)]


def records_in(root: Path) -> Iterator[tuple[Kind, Path]]:
    for path in sorted(root.rglob("*.yaml")):
        place = place_of(path.relative_to(root).parts)
        if place is not None:
            yield place[0], path


RECORDS = [
    (kind, path)
    for root in ("records", "examples/kediri-2024-q3", "tests/rules/base")
    for kind, path in records_in(ROOT / root)
]


@pytest.mark.parametrize(("kind", "path"), RECORDS, ids=lambda value: getattr(value, "stem", ""))
def test_valid_records_are_accepted(kind: Kind, path: Path) -> None:
    assert faults(kind, path.read_text(encoding="utf-8")) == []


def test_every_kind_has_a_valid_record() -> None:
    assert {kind.name for kind, _ in RECORDS} == {kind.name for kind in KINDS}


#: What no schema says: whether a year will do for a day (it does in a legacy record), and which time zones there are.
BEYOND = {"SCH006", "SCH015"}


def sides(code: str) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = yaml.safe_load((CASES / f"{code}.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("code", sorted(path.stem for path in CASES.glob("SCH*.yaml")))
def test_faulty_records_are_refused(code: str) -> None:
    said = [
        fault
        for name, text in sides(code)["breaks"].items()
        if text is not None and (place := place_of(tuple(name.split("/")))) is not None
        for fault in faults(place[0], text)
    ]
    assert bool(said) != (code in BEYOND), said


@pytest.mark.parametrize("code", sorted(path.stem for path in CASES.glob("*.yaml") if not path.stem.startswith("SYN")))
@pytest.mark.parametrize("side", ["breaks", "holds"])
def test_what_the_program_reads_without_a_fault_is_accepted(code: str, side: str, tmp_path: Path) -> None:
    for name, text in sides(code)[side].items():
        place = place_of(tuple(name.split("/")))
        if text is None or place is None:
            continue
        (tmp_path / "record.yaml").write_text(text, encoding="utf-8")
        if not read_record(tmp_path, "record.yaml", *place).faults:
            assert faults(place[0], text) == [], name


@pytest.mark.parametrize("language", ["id", "en"])
def test_they_are_schemas_by_their_own_standard(language: Any, tmp_path: Path) -> None:
    names = []
    for name, text in schemas(language).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        names.append(str(tmp_path / name))
    assert len(names) == len(KINDS)
    command = [sys.executable, "-m", "check_jsonschema", "--check-metaschema", *names]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def shapes_in(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "", schema
    yield from schema["$defs"].items()


def test_every_key_says_what_it_means_in_both_languages() -> None:
    id_, en = (schemas(language) for language in ("id", "en"))
    same = set()
    for name, text in en.items():
        english, indonesian = json.loads(text), json.loads(id_[name])
        assert english["title"]
        for (shape, one), (_, other) in zip(shapes_in(english), shapes_in(indonesian), strict=True):
            assert one["description"]
            for key, entry in one["properties"].items():
                assert entry.get("description"), (name, shape, key)
                if entry["description"] == other["properties"][key]["description"]:
                    same.add(f"{shape}.{key}")
    assert same == set()


def test_no_meaning_is_left_over() -> None:
    used = {
        key
        for kind in KINDS
        for shape, entry in shapes_in(VALIDATORS[kind.name].schema)
        for each in entry["properties"]
        for key in (each, f"{shape or kind.model.__name__}.{each}")
    }
    assert set(MEANINGS) - used == set()


def test_choices_are_called_by_name() -> None:
    grade = json.loads(schemas("en")["nonconformity.schema.json"])["properties"]["grade"]
    assert dict(zip(grade["enum"], grade["enumDescriptions"], strict=True))["ofi"] == "opportunity for improvement"


def test_a_day_is_to_look_like_one() -> None:
    kind = next(kind for kind in KINDS if kind.name == "evidence")
    text = "id: E\ntitle: t\nshows: [k]\ndate: {}\ndocument: d\n"
    assert faults(kind, text.format("2024-10-15")) == []
    assert faults(kind, text.format("15-10-2024")) != []
