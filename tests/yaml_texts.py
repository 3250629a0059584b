"""Texts of records as anybody might write them: the keys of a nonconformity in any order and any layout of YAML.

Comments stand in every position, block and flow style are mixed, lists are indented or not, texts are written in
every style there is. What the texts say is of no matter, and most of them are no valid record.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from mpp_qms.findings import Fault
from mpp_qms.store.yaml_text import parse

#: What stands at a key: a text, a mapping, or a list of either.
Form = None | dict[str, Any] | list[Any]

_REFERENCE: Form = {"title": None, "path": None, "url": None}
_ACTION: Form = {
    "id": None,
    "added": None,
    "what": None,
    "owner": None,
    "due": None,
    "extensions": [{"date": None, "to": None, "reason": None, "x-lama": None}],
    "done": {"date": None, "by": None, "evidence": [_REFERENCE]},
}
_RECORD: dict[str, Any] = {
    "id": None,
    "unit": None,
    "title": None,
    "grade": None,
    "source": {"kind": None, "ref": None},
    "detected": {"date": None, "by": None},
    "clauses": [None],
    "sops": [None],
    "statement": None,
    "corrections": [_ACTION],
    "actions": [_ACTION],
    "causes": [{"date": None, "whys": [None], "root": None}],
    "external": {"body": None, "responses": [{"submitted": None, "decided": None}], "closed": None},
    "number": None,
    "notes": None,
    "legacy": {"imported": None, "from": None},
    "amended": [{"date": None, "field": None, "from": [None], "to": {"b": None, "a": None}}],
    "salah": {"to": None, "date": None},
    "x-arsip": {"rak": None, "kotak": [[None]], "x-b": {"c": None, "a": None}},
    "x-catatan": [[None], {"a": None}],
}
_WORDS = [
    "2024-10-15",
    "P-031",
    "7",
    "7.3",
    "true",
    "no",
    "Gerai kosong",
    "a#b",
    "a:b",
    "-x",
    "ø – 🏢",
    "it's",
    'a "b"',
]
_WORDS += ["C:\\x", "[", "# x", "x" * 70]
_texts = st.sampled_from(_WORDS) | st.text(" aé#:-'\"\\{,🏢", max_size=12)
#: Words that are plain wherever they stand, even behind one another.
_PLAIN = ["2024-10-15", "P-031", "7", "7.3", "true", "no", "Gerai", "a#b", "a:b", "it's", "~x", "ø–🏢", "x" * 60]
_COMMENTS = ["# c", "#", "#d: e", "# - id: A2", "#   tiga 🏢", "# 'x", "## {a", "#!"]
_NULLS = ["", "", " ~", " null"]


class _Writer:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, choices: list[Any]) -> Any:
        return self.draw(st.sampled_from(choices))

    def rarely(self, one_in: int = 6) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    # comments and blanks

    def behind(self) -> str:
        """The end of a line."""
        if self.rarely():
            return str(self.pick([" ", "  ", "\t"])) + str(self.pick(_COMMENTS))
        return str(self.pick(["", "", "", " ", "  \t"]))

    def between(self, column: int) -> list[str]:
        """Lines that may stand between others."""
        lines = []
        while self.rarely(4):
            lines.append(
                self.pick(["", "", "   ", "        "])
                if self.rarely(2)
                else " " * self.pick([column, column, column + 2, 0, 1, 7])
                + self.pick(_COMMENTS)
                + self.pick(["", " "])
            )
        return lines

    # texts

    def plain(self, pad: str) -> str:
        words = self.draw(st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=4))
        if not pad or not self.rarely(3):
            return " ".join(words)
        return str(self.pick(["\n", "\n", " \n", "\n\n", "\n  \n\n"]) + pad).join(words)

    def quoted(self, pad: str) -> str:
        text = self.draw(_texts)
        if self.rarely(2):
            shown = "'" + text.replace("'", "''") + "'"
        else:
            shown = json.dumps(text, ensure_ascii=False)
            if self.rarely(3):
                shown = "".join(sign if sign.isascii() else f"\\U{ord(sign):08x}" for sign in shown)
            if self.rarely(3) and pad:
                broken = [f"\\\n{pad}", f"\\\n{pad}\\ ", f"\\ \n{pad}", f" \\t \n\n{pad}", "\\n\\\n  \n" + pad]
                shown = shown[:1] + self.pick(broken) + shown[1:]
        if self.rarely(3) and pad:
            shown = shown.replace(" ", self.pick(["\n", " \n", "\n\n", "\n\t\n  \n"]) + pad)
        return shown

    def block(self, parent: int) -> list[str]:
        """A literal or folded text: its header, and its lines."""
        inside = self.draw(st.integers(1, 4))
        pad = " " * (parent + inside)
        lines = []
        for _ in range(self.draw(st.integers(0, 4))):
            line = self.pick(["", " ", "  "]) + self.draw(_texts) + self.pick(["", "", " "])
            lines.append(pad + line if line.strip() or self.rarely(2) else self.pick(["", pad[:1]]))
        lines += [self.pick(["", "", " ", pad]) for _ in range(self.pick([0, 0, 1, 3]))]
        first = next((line for line in lines if line.strip()), "")
        header = self.pick(["|", ">"])
        needed = first.startswith(pad + " ") or any(len(line) > len(pad) for line in lines if not line.strip())
        marks = [str(inside)] if needed or self.rarely() else []
        marks += self.pick([[], ["-"], ["+"]])
        header += "".join(self.draw(st.permutations(marks)))
        # the pure parser takes no tab there
        return [header + self.behind().replace("\t", " "), *lines]

    def key(self, key: str) -> str:
        if self.rarely(8):
            return str(self.pick([f'"{key}"', f"'{key}'"]))
        return key

    # block style

    def keys(self, form: dict[str, Any]) -> list[str]:
        return self.draw(st.lists(st.sampled_from(sorted(form)), unique=True, min_size=1, max_size=5))

    def mapping(self, form: dict[str, Any], column: int) -> list[str]:
        lines: list[str] = []
        for key in self.keys(form):
            if lines:
                lines += self.between(column)
            pad = " " * column
            if self.rarely(15):
                lines.append(f"{pad}? {self.key(key)}" + self.behind())
                if self.rarely(3):
                    continue
                lines += self.between(column)
                opening = pad + ":"
            else:
                opening = pad + self.key(key) + self.pick(["", "", "", " "]) + ":"
            lines += self.value(form[key], opening, column, dash=False)
        return lines

    def sequence(self, form: list[Any], column: int) -> list[str]:
        lines: list[str] = []
        for number in range(self.draw(st.integers(1, 3))):
            if number:
                lines += self.between(column)
            lines += self.value(form[0], " " * column + "-", column, dash=True)
        return lines

    def value(self, form: Form, opening: str, column: int, *, dash: bool) -> list[str]:
        if self.rarely(10):
            return [opening + self.pick(_NULLS) + self.behind().replace("\t", " ")]
        gap = " " * self.pick([1, 1, 2, 3])
        if form is None and self.rarely(4):
            header, *lines = self.block(column)
            return [opening + gap + header, *lines]
        if form is None or self.rarely(4):
            inside = column + self.draw(st.integers(1, 4))
            pad = " " * inside
            shown = (
                self.flow(form, pad) if form is not None else self.plain(pad) if self.rarely(2) else self.quoted(pad)
            )
            lines = (shown + self.behind()).split("\n")
            if self.rarely(8):
                return [opening + self.behind(), *self.between(inside), pad + lines[0], *lines[1:]]
            return [opening + gap + lines[0], *lines[1:]]
        write: Any = self.mapping if isinstance(form, dict) else self.sequence
        if dash and not self.rarely():
            inside = len(opening + gap)
            first, *rest = write(form, inside)
            return [opening + gap + first[inside:], *rest]
        least = 0 if isinstance(form, list) and not dash else 1
        inside = column + self.pick([2, 2, 4, least, 1])
        # the parser takes a tab before a list or mapping for its indentation
        return [opening + self.behind().replace("\t", " "), *self.between(inside), *write(form, inside)]

    # flow style

    def flow(self, form: Form, pad: str) -> str:
        """A collection in brackets; in one line where `pad` is empty."""
        if pad and self.rarely(3):
            pad = ""
        if form is None:
            return self.plain(pad) if self.rarely(2) else self.quoted(pad)
        if self.rarely(10):
            return "{%s}" % self.gap(pad) if isinstance(form, dict) else "[%s]" % self.gap(pad)  # noqa: UP031
        if isinstance(form, list):
            items = [self.flow(form[0], pad) for _ in range(self.draw(st.integers(1, 3)))]
        else:
            items = []
            for key in self.keys(form):
                if self.rarely(8):
                    items.append(self.key(key) + self.pick(["", ": ", ": ~"]))
                else:
                    items.append(f"{self.key(key)}:{self.gap(pad) or ' '}{self.flow(form[key], pad)}")
            if len(items) == 1 and self.rarely(4):
                return f"[{items[0]}]"
        inside = self.gap(pad)
        for number, item in enumerate(items):
            comma = f"{self.gap(pad)},{self.gap(pad)}" if number + 1 < len(items) or self.rarely() else ""
            inside += item + comma
        inside += self.gap(pad)
        return f"{{{inside}}}" if isinstance(form, dict) else f"[{inside}]"

    def gap(self, pad: str) -> str:
        if not pad or not self.rarely(4):
            return str(self.pick(["", " ", "  "]))
        lines = [self.behind(), *self.between(len(pad))]
        return "\n".join([*lines, pad])

    def document(self) -> str:
        lines = self.between(0)
        if self.rarely(8):
            lines += ["---" + self.behind(), *self.between(0)]
        if self.rarely(12):
            lines += (self.flow(_RECORD, "  ") + self.behind()).split("\n")
        else:
            lines += self.mapping(_RECORD, self.pick([0, 0, 0, 0, 0, 2]))
        lines += self.between(0)
        if self.rarely(8):
            lines += ["..." + self.behind(), *self.between(0)]
        end = self.pick(["\n", "\n", "\n", "\r\n", "\r"])
        return str(end.join("\n".join(lines).split("\n")) + self.pick([end, end, "", end * 2]))


@st.composite
def _written(draw: st.DrawFn) -> str:
    return _Writer(draw).document()


#: Texts that the reader accepts (`yaml_text.parse`).
yaml_texts: st.SearchStrategy[str] = _written().filter(lambda text: not isinstance(parse(text), Fault))
