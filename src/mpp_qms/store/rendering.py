"""A record's data as YAML text: block style, quoted wherever any reader could take a text for something else.

What is written is parsed again by our own reader before it is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from mpp_qms.store.yaml_text import parse

#: How wide a line of plain text gets before it is folded.
WIDTH = 110
# PyYAML puts quotes around what YAML 1.1 takes for something else than a text. Readers of YAML 1.2 and of the
# whole of 1.1 take more: 1e3, 0o17, -_, y. A clause such as 8.5.1 is quoted like 7.3, as FORMAT.md writes it.
_MISREAD = re.compile(r"[-+]?\.?[0-9_][0-9A-Za-z_.,:+-]*|[-+.=~]+|[yYnN]")
# Line breaks for YAML 1.1 only: escaped, they are the same for every reader.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
#: Marks that turn the direction of writing: unseen, they make a line look like another one.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Dumper(yaml.SafeDumper):
    """Block style, lists indented; texts quoted wherever any reader of YAML could take them for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """True: a value that stands twice is written twice."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Lists under a key are moved in."""
        super().increase_indent(flow, False)


def _text(dumper: Dumper, value: str) -> yaml.ScalarNode:
    style = None
    if _OTHER_BREAKS.search(value) or _TURNS.search(value) or _MISREAD.fullmatch(value):
        style = '"'
    elif "\n" in value:
        # the emitter quotes it all the same where a literal block would lose something: blanks at the ends of lines
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Dumper.add_representer(str, _text)


def render(data: Mapping[str, Any]) -> str:
    """A record's data as YAML in block style, keys in the order given; dates as days, texts as they are.

    Raises ValueError where it would not read back as it was (half of a surrogate pair in a text).
    """
    text = visible(
        yaml.dump(dict(data), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=False)
    )
    if parse(text) != as_read(data):
        raise ValueError("the text would not read back as it was given")
    return text


def visible(text: str) -> str:
    """YAML text that Dumper wrote, with the marks that turn the direction of writing escaped: they stand in quotes."""
    return _TURNS.sub(lambda mark: f"\\u{ord(mark[0]):04X}", text)


def as_read(value: Any) -> Any:
    """A value as our reader gives it back: days as texts, tuples as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_read(item) for key, item in value.items()}
    return [as_read(item) for item in value] if isinstance(value, (list, tuple)) else value
