"""What stands in a new records repository: records that `check` accepts at once, and what people need around them.

The texts for people are templates, one folder a language (`templates/`); what holds values is written by
`store.rendering`, so that no name of a unit can become anything else than a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any, Literal, get_args

from mpp_qms import __version__
from mpp_qms.messages import Language, translator
from mpp_qms.records.kinds import KINDS
from mpp_qms.records.places import PLACES
from mpp_qms.records.qms import SCHEMA
from mpp_qms.records.shapes import json_schema
from mpp_qms.store.rendering import as_read, render
from mpp_qms.store.yaml_text import parse

Ci = Literal["github", "gitlab", "pre-commit", "none"]
CI: tuple[Ci, ...] = get_args(Ci)
#: Where the records lie in the repository.
RECORDS = "records"
#: Where the JSON Schemas for editors lie in the repository.
SCHEMAS = ".mpp-qms-schemas"
_TEMPLATES = Path(__file__).parent / "templates"
#: CI system → its file in the repository, and the template of it.
_CI_FILES: dict[Ci, tuple[str, str]] = {
    "github": (".github/workflows/mpp-qms.yml", "github.yml"),
    "gitlab": (".gitlab-ci.yml", "gitlab.yml"),
    "pre-commit": (".pre-commit-config.yaml", "pre-commit.yaml"),
}
#: The roles without which nothing falls to anybody, in the order of their codes; then the pic of each unit.
_ROLES = ("top-management", "quality-manager", "programme-manager", "lead-auditor")


class _Text(Template):
    """A template whose places are written `%%name`: `$` belongs to the shell."""

    delimiter = "%%"


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit of the new mall: its id (a-z, 0-9, -) and its name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class New:
    """A mall to be: its name, the unit that runs it, the other units, and how its repository is to be.

    Names are of one line: they stand in remarks, too, which end with their line.
    """

    organisation: str
    operator: NewUnit
    units: tuple[NewUnit, ...]
    language: Language
    edition: str
    since: date
    ci: tuple[Ci, ...] = ()


def files(new: New) -> dict[str, str]:
    """Every file of the repository, by its path with `/`; in the order in which people look at them.

    Raises ValueError where a name cannot be written in a record.
    """
    texts = {
        "README.md": _text(new, "README.md", name=new.organisation, ci=_about_ci(new)),
        f"{RECORDS}/qms.yaml": _qms(new),
    }
    for unit in (new.operator, *new.units):
        texts[f"{RECORDS}/units/{unit.id}/unit.yaml"] = _unit(new, unit)
    for folder in _folders(new):
        texts[f"{RECORDS}/{folder}/.gitkeep"] = ""
    for name in ("gitattributes", "gitignore", "editorconfig"):
        texts[f".{name}"] = _read("common", name)
    texts[".vscode/settings.json"] = _json(_settings())
    texts[".vscode/extensions.json"] = _json({"recommendations": ["redhat.vscode-yaml"]})
    for name, text in schemas(new.language).items():
        texts[f"{SCHEMAS}/{name}"] = text
    for ci in new.ci:
        if ci != "none":
            path, template = _CI_FILES[ci]
            texts[path] = _text(new, template, version=__version__)
    return texts


def schemas(language: Language) -> dict[str, str]:
    """The JSON Schema of each kind for editors: the name of a file, and its text."""
    tr = translator(language)
    return {f"{kind.name}.schema.json": _json(json_schema(kind.model, tr, kind.title)) for kind in KINDS}


def _folders(new: New) -> list[str]:
    """The folders of all kinds, and that of the documents, relative to the root of the records."""
    found = []
    for place in PLACES.values():
        for unit in (new.operator, *new.units) if "{unit}" in place else (None,):
            folder = "/".join(place[:-1]).replace("{unit}", unit.id if unit is not None else "")
            if place[-1] == "*.yaml":
                found.append(folder)
    return [*found, "documents"]


def _settings() -> dict[str, Any]:
    """The settings by which an editor knows which schema is for which record.

    The paths begin with `./`: the language server takes what begins with the name of the opened folder for a folder.
    """
    places = {kind: f"{RECORDS}/{'/'.join(place).replace('{unit}', '*')}" for kind, place in PLACES.items()}
    return {
        "yaml.schemas": {f"./{SCHEMAS}/{kind}.schema.json": [place] for kind, place in places.items()},
        "yaml.format.enable": False,
        "files.eol": "\n",
        "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2},
    }


def _qms(new: New) -> str:
    head = {
        "schema": SCHEMA,
        "organisation": {"name": new.organisation, "operator": new.operator.id},
        "standards": [{"edition": new.edition, "from": new.since}],
        "language": new.language,
    }
    held = [(role, new.operator.id) for role in _ROLES]
    held += [("pic", unit.id) for unit in (new.operator, *new.units)]
    people = [
        {"code": f"P-{number:03d}", "roles": [{"role": role, "unit": unit}]}
        for number, (role, unit) in enumerate(held, 1)
    ]
    parts: dict[str, dict[str, Any]] = {"head": head, "people": {"people": people}}
    return _record(new, "qms.yaml", parts, name=new.organisation)


def _unit(new: New, unit: NewUnit) -> str:
    operates = unit is new.operator
    # to whom a body answers decides nothing by itself; the remark above says that it is a default
    data = {
        "id": unit.id,
        "name": unit.name,
        "authority": "regional",
        "scope": [{"from": new.since, "role": "internal" if operates else "undecided"}],
    }
    return _record(new, "operator.yaml" if operates else "unit.yaml", {"unit": data}, since=new.since.isoformat())


def _record(new: New, template: str, parts: Mapping[str, Mapping[str, Any]], **values: str) -> str:
    """A record: data in a template of remarks, read again before it is handed on."""
    text = _text(new, template, **{name: render(data).rstrip("\n") for name, data in parts.items()}, **values)
    whole = {key: value for data in parts.values() for key, value in data.items()}
    if parse(text) != as_read(whole):
        raise ValueError("the record would not read back as it was given")
    return text


def _about_ci(new: New) -> str:
    """What the README says about the checks of changes."""
    chosen = [ci for ci in new.ci if ci != "none"]
    return "\n" + "\n".join(_read(new.language, f"README-{ci}.md") for ci in chosen).rstrip("\n") if chosen else ""


def _text(new: New, template: str, **values: str) -> str:
    return _Text(_read(new.language, template)).substitute(values).rstrip("\n") + "\n"


def _read(folder: str, name: str) -> str:
    return (_TEMPLATES / folder / name).read_text(encoding="utf-8")


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
