"""The translations and the code, compared: `python -m tests.messages update` brings the catalogue up to date.

What people read is marked N_("…") or tr("…") in the code; the first line of a shape's docstring is the description
of its keys in `mpp-qms schema`.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from mpp_qms.records.kinds import KINDS
from mpp_qms.records.shapes import json_schema

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mpp_qms"
PO = SOURCE / "locale" / "id" / "LC_MESSAGES" / "mpp_qms.po"

#: Only what gettext needs: dates and addresses would change with every run.
HEADER = """\
# Indonesian of mpp-qms; the words are those of the glossary in docs/FACTS.md, 5.1.
msgid ""
msgstr ""
"Project-Id-Version: mpp-qms\\n"
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def in_code() -> dict[str, list[tuple[str, int]]]:
    """Every text for people in the code, with the places where it stands."""
    found: dict[str, list[tuple[str, int]]] = {}
    texts = extract_from_dir(
        SOURCE,
        method_map=[("**.py", "python")],
        options_map={},
        keywords={"N_": None, "tr": None},
        comment_tags=("L10N:",),
    )
    for name, line, text, _, _ in texts:
        if isinstance(text, str) and text:
            found.setdefault(text, []).append((f"src/mpp_qms/{name}", line))
    descriptions: list[str] = []
    for kind in KINDS:
        json_schema(kind.model, lambda text: descriptions.append(text) or text, kind.title)  # type: ignore[func-returns-value]
    for text in descriptions:
        found.setdefault(text, [("src/mpp_qms/records", 0)])
    return found


def read() -> Catalog:
    """The Indonesian catalogue."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="id")


def places(text: str) -> set[str]:
    """The named places of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def update() -> None:
    """Write the catalogue anew: what the code holds, in its order, with the translations there are."""
    old = read() if PO.exists() else Catalog(locale="id")
    new = Catalog(locale="id")
    for text, where in sorted(in_code().items(), key=lambda item: item[1][0]):
        known = old.get(text)
        translated = str(known.string) if known is not None else ""
        new.add(text, translated, locations=[(name, None) for name in dict.fromkeys(name for name, _ in where)])
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as stream:
        stream.write(HEADER.encode())
        write_po(stream, new, width=100, omit_header=True, ignore_obsolete=True, include_lineno=False)


def missing() -> list[str]:
    """The texts without a translation."""
    catalogue = read()
    return [text for text in in_code() if not (message := catalogue.get(text)) or not message.string or message.fuzzy]


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    for text in missing():
        sys.stdout.write(f"{text!r}\n")
