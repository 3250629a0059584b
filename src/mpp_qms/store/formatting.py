"""A record's text → its normal form: keys in the standard order, one layout, every comment kept.

The nodes of the parser say where each text begins and ends; this module walks through what stands between them
(signs, blanks, comments), hangs every comment on the entry it speaks of, and writes the entries anew. Texts keep
their quotes and their lines; only the indentation is new. What comes out is read again before it is given away: it
says the same, holds the same comments and has the normal form itself.

Left out (None): directives (`%YAML`), keys longer than a parser looks ahead (1,024 signs), and some texts with the
line breaks that only YAML 1.1 knows (U+0085, U+2028, U+2029).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mpp_qms.findings import Fault, Route
from mpp_qms.records.shapes import key_order
from mpp_qms.store.yaml_text import compose, parse

#: The widest line of a collection in brackets; a wider one is written in lines of its own.
WIDTH = 110
_BREAKS = "\n\x85\u2028\u2029"
_BREAK = re.compile(f"([{_BREAKS}])")
_BLOCK_HEADER = re.compile(f"[|>]([-+0-9]*)[ \t]*(#[^{_BREAKS}]*)?")
_MARKER = re.compile(rf"(?:---|\.\.\.)(?=[ \t{_BREAKS}]|\Z)")


def formatted(text: str, model: type) -> str | None:
    """The normal form of the text of a record of the shape `model`; None where it cannot be reached safely.

    `text` has no byte order mark and any line ends; the result has `\\n`. A text that does not parse gives None.
    """
    if isinstance(parse(text), Fault):
        return None
    try:
        source = _Source(text)
        result = source.document().written(model)
        again = _Source(result)
        same = (
            _plain(again.node) == _plain(source.node)
            and again.document().written(model) == result
            and Counter(again.comments) == Counter(source.comments)
        )
    except (yaml.YAMLError, _Lost):
        return None
    return result if same else None


class _Lost(Exception):  # noqa: N818 (never leaves this module)
    """The walk met something else than the parser did."""


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    return node.tag, node.value


# --- what a text holds ---


@dataclass(frozen=True, slots=True)
class _Comment:
    text: str
    column: int
    #: behind something else in its line
    behind: bool


#: What stands between entries, as read and as written: comments, and None for a blank line.
_Between = list[_Comment | None]
_Notes = list[str | None]


@dataclass(slots=True)
class _Text:
    """A scalar: its first line (of a block scalar the header), and the others without their indentation."""

    head: str
    rest: list[str]
    block: bool = False
    #: the blank lines at its end belong to it
    keep: bool = False


@dataclass(slots=True)
class _Collection:
    is_mapping: bool
    #: of its keys or dashes; None where it stands in brackets
    column: int | None
    entries: list[_Entry] = field(default_factory=list)
    #: comments after the last entry
    tail: _Notes = field(default_factory=list)
    one_line: bool = False


@dataclass(slots=True)
class _Entry:
    """An entry of a mapping (with a key) or of a list."""

    notes: _Notes
    key: str | None = None
    name: str = ""
    value: _Text | _Collection | None = None
    #: the comment at the end of its line
    behind: str | None = None
    #: how many notes came before it
    before: int = 0
    #: comments that stand where a value could
    inner: _Notes = field(default_factory=list)
    colon: bool = True

    def add_behind(self, comment: str) -> None:
        if self.behind is not None:
            self.notes.insert(self.before, self.behind)
        self.behind, self.before = comment, len(self.notes)


@dataclass(slots=True)
class _Document:
    start: _Notes
    root: _Collection
    end: _Notes

    def written(self, model: type) -> str:
        if self.root.entries:
            notes, lines = _block(self.root, 0, model, ())
            lines = [*_noted(notes, 0), *lines]
        else:
            lines = ["{}", *_noted(self.root.tail, 0)]
        return _joined([*_noted(self.start, 0), *lines, *_noted(self.end, 0)])


class _Source:
    """One walk through a text, along the nodes of the parser."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        node = compose(self.text)
        if not isinstance(node, MappingNode):
            raise _Lost
        self.node = node
        self.found: dict[int, str] = {}
        self.at = 0
        #: line breaks passed since the last sign or comment
        self.breaks = 0
        #: the entry whose line this is
        self.entry: _Entry | None = None

    @property
    def comments(self) -> Iterable[str]:
        """The text of each comment passed so far."""
        return self.found.values()

    def document(self) -> _Document:
        between = self.between()
        if self.sign() == "%":
            raise _Lost
        while self.marker():
            between += [None, *self.between()]
        start = _without_first_blanks(_notes(between))
        first = len(start) - start[::-1].index(None) if None in start else 0
        self.must_be(self.node)
        if self.node.flow_style:
            root = self.flow(self.node, None)
            if root.entries:
                root.entries[0].notes[:0] = start[first:]
            else:
                first = len(start)
        else:
            root = self.mapping(self.node, start[first:])
        end = self.settle(self.between(), root, 0)
        while self.marker():
            self.entry = None
            end += _notes(self.between())
        if self.at != len(self.text):
            raise _Lost
        return _Document([*start[:first]], root, end)

    # what stands between the nodes

    def sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def marker(self) -> bool:
        if _MARKER.match(self.text, self.at) is None:
            return False
        self.pass_by(3)
        return True

    def pass_by(self, count: int) -> None:
        self.at += count
        self.breaks = 0

    def must_be(self, node: Node) -> None:
        if self.at != node.start_mark.index:
            raise _Lost

    def column(self) -> int:
        return self.at - max(self.text.rfind(sign, 0, self.at) for sign in _BREAKS) - 1

    def between(self) -> _Between:
        """What stands before the next sign."""
        found: _Between = []
        while sign := self.sign():
            if sign in _BREAKS:
                self.breaks += 1
                self.at += 1
            elif sign in " \t":
                self.at += 1
            elif sign == "#":
                if self.breaks > 1:
                    found.append(None)
                match = _BREAK.search(self.text, self.at)
                end = match.start() if match else len(self.text)
                comment = self.text[self.at : end].rstrip()
                self.found[self.at] = comment
                found.append(_Comment(comment, self.column(), self.breaks == 0))
                self.at = end
                self.breaks = 0
            else:
                break
        if self.breaks > 1:
            found.append(None)
        return found

    def behind(self, between: _Between) -> _Between:
        """Give the comment at the end of the line to its entry; what is left."""
        if between and isinstance(first := between[0], _Comment) and first.behind and self.entry is not None:
            self.entry.add_behind(first.text)
            return between[1:]
        return between

    def settle(self, between: _Between, collection: _Collection, column: int) -> _Notes:
        """Give comments to the collections that ended before them; what is left speaks of what follows."""
        open_: list[tuple[int, _Notes]] = []
        last = collection
        while last.entries and last.column is not None:
            value = last.entries[-1].value
            if value is None:
                open_.append((last.column + 1, last.entries[-1].inner))
            if not isinstance(value, _Collection):
                break
            last = value
            if last.column is not None:
                open_.append((last.column, last.tail))
        notes: _Notes = []
        blank = False
        for one in self.behind(between):
            if one is None:
                blank = True
                continue
            open_ = [pair for pair in open_ if column < pair[0] <= one.column]
            place = open_[-1][1] if open_ else notes
            place += [None, one.text] if blank else [one.text]
            blank = False
        return [*notes, None] if blank else notes

    # the nodes

    def mapping(self, node: MappingNode, notes: _Notes) -> _Collection:
        made = _Collection(True, node.start_mark.column)
        for key, value in node.value:
            if made.entries:
                notes = self.settle(self.between(), made, node.start_mark.column)
            entry = self.pair(key, value, notes, node.start_mark.column)
            made.entries.append(entry)
        return made

    def pair(self, key: ScalarNode, value: Node, notes: _Notes, column: int | None) -> _Entry:
        entry = _Entry(notes)
        if self.at != key.start_mark.index and self.sign() == "?":
            self.pass_by(1)
            notes += _notes(self.between())
        self.must_be(key)
        entry.key, entry.name = self.key(key, entry), key.value
        self.entry = entry
        here, breaks = self.at, self.breaks
        between = self.between()
        if self.sign() != ":" or (column is not None and self.text[self.at + 1 : self.at + 2].strip(" \t" + _BREAKS)):
            entry.colon = False
            self.at, self.breaks = here, breaks
            if not _is_empty(value):
                raise _Lost
            return entry
        self.pass_by(1)
        notes += _notes(self.behind(between))
        self.value(value, entry, column)
        return entry

    def key(self, node: ScalarNode, entry: _Entry) -> str:
        source = self.text[node.start_mark.index : node.end_mark.index]
        self.at, self.breaks = node.end_mark.index, 0
        if node.style in ("|", ">"):
            self.header(node, entry)
            self.breaks = 1
        elif _BREAK.search(source) is None:
            return source
        if not node.style and _BREAK.search(node.value) is None:
            return str(node.value)
        quoted: str = yaml.dump(node.value, default_style='"', allow_unicode=True, width=float("inf"))
        return quoted.rstrip("\n")

    def value(self, node: Node, entry: _Entry, column: int | None) -> None:
        """The value of an entry, whose colon or dash is passed."""
        self.entry = entry
        if _is_empty(node):
            return
        between = self.behind(self.between())
        self.must_be(node)
        if isinstance(node, ScalarNode):
            entry.notes += _notes(between)
            if column is not None and node.style in ("|", ">"):
                entry.value = self.block_text(node, entry, column)
            else:
                entry.value = self.text_of(node)
        elif isinstance(node, (MappingNode, SequenceNode)) and node.flow_style:
            entry.notes += _notes(between)
            entry.value = self.flow(node, entry)
        elif isinstance(node, MappingNode):
            entry.value = self.mapping(node, _notes(between))
        elif isinstance(node, SequenceNode):
            entry.value = self.sequence(node, _notes(between))

    def sequence(self, node: SequenceNode, notes: _Notes) -> _Collection:
        column = node.start_mark.column
        made = _Collection(False, column)
        for item in node.value:
            if made.entries:
                notes = self.settle(self.between(), made, column)
            if self.sign() != "-":
                raise _Lost
            entry = _Entry(notes)
            self.pass_by(1)
            self.value(item, entry, column)
            made.entries.append(entry)
        return made

    def flow(self, node: MappingNode | SequenceNode, owner: _Entry | None) -> _Collection:
        """A collection in brackets, or a pair alone in a list in brackets."""
        start = self.at
        made = _Collection(isinstance(node, MappingNode), None)
        bracket = self.sign() if self.sign() in ("{", "[") else ""
        self.entry = owner
        if bracket:
            self.pass_by(1)
        for child in node.value:
            notes = self.in_flow() if bracket else []
            if isinstance(child, tuple):
                entry = self.pair(child[0], child[1], notes, None)
            else:
                entry = _Entry(notes)
                self.value(child, entry, None)
            made.entries.append(entry)
        if bracket:
            made.tail = self.in_flow()
            if self.sign() != {"{": "}", "[": "]"}[bracket]:
                raise _Lost
            self.pass_by(1)
        made.one_line = _BREAK.search(self.text, start, self.at) is None
        if not made.entries and owner is not None:
            owner.notes += made.tail
            made.tail = []
        self.entry = owner
        return made

    def in_flow(self) -> _Notes:
        notes = _notes(self.behind(self.between()))
        while self.sign() == ",":
            self.pass_by(1)
            notes += _notes(self.behind(self.between()))
        return notes

    def text_of(self, node: ScalarNode) -> _Text:
        source = self.text[node.start_mark.index : node.end_mark.index]
        self.at, self.breaks = node.end_mark.index, 0
        pieces = _BREAK.split(source)
        if len(pieces) == 1:
            return _Text(source, [])
        lines = [pieces[0]]
        for sign, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            lines[-1] = _without_end(lines[-1], node.style == '"')
            if sign == "\n":
                lines.append(piece.lstrip(" \t"))
            else:
                lines[-1] += sign + piece.lstrip(" \t")
        return _Text(lines[0], lines[1:])

    def header(self, node: ScalarNode, entry: _Entry) -> re.Match[str]:
        """The first line of a literal or folded text; its comment goes to its entry."""
        header = _BLOCK_HEADER.match(self.text, node.start_mark.index)
        if header is None:
            raise _Lost
        if header[2]:
            comment = self.found[header.start(2)] = header[2].rstrip()
            entry.add_behind(comment)
        return header

    def block_text(self, node: ScalarNode, entry: _Entry, parent: int) -> _Text:
        """A literal or folded text; `parent` is the column that its indentation counts from."""
        header = self.header(node, entry)
        body, end = header.end() + 1, node.end_mark.index
        pieces = _BREAK.split(self.text[body:end])
        explicit = re.search("[1-9]", header[1])
        if explicit is not None:
            indent = parent + int(explicit[0])
        else:
            first = next((index for index, piece in enumerate(pieces[::2]) if piece.strip(" ")), None)
            sizes = [_indent(piece) for piece in pieces[::2][: None if first is None else first + 1]]
            indent = max([parent + 1, *sizes])
        lines = [piece[indent:] for piece in pieces[::2]]
        if not lines[-1]:
            lines.pop()
        chomp = re.search("[-+]", header[1])
        sign = chomp[0] if chomp is not None else ""
        if node.value and not node.value.endswith(tuple(_BREAKS)):
            sign = "-"
        if sign == "+":
            self.at, self.breaks = end, 1
        else:
            while lines and not lines[-1]:
                lines.pop()
            length = sum(len(piece) for piece in pieces[: max(2 * len(lines) - 1, 0)])
            self.at, self.breaks = (body + length if lines else header.end()), 0
        if any(piece != "\n" for piece in pieces[1 : 2 * len(lines) - 1 : 2]):
            raise _Lost
        head = self.text[node.start_mark.index] + ("2" if explicit is not None else "") + sign
        return _Text(head, lines, True, sign == "+")


def _notes(between: _Between) -> _Notes:
    return [None if one is None else one.text for one in between]


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.value == ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _without_end(line: str, escapes: bool) -> str:
    """A line of a text without the blanks at its end; a blank behind `\\` is part of the text."""
    short = line.rstrip(" \t")
    if not escapes or short == line or (len(short) - len(short.rstrip("\\"))) % 2 == 0:
        return short
    return short + ("t" if line[len(short)] == "\t" else "x20")


# --- how it is written ---


class _End:
    """Marks the end of a text to which blank lines that follow would belong."""


_KEPT = _End()
_Lines = list[str | _End | None]


def _block(collection: _Collection, indent: int, model: type, route: Route) -> tuple[_Notes, _Lines]:
    """A collection in lines of its own: the notes above its first entry, and the lines from there on."""
    above: _Notes = []
    lines: _Lines = []
    for number, entry in enumerate(_sorted(collection, model, route)):
        notes, own = _entry(entry, indent, model, route)
        if number == 0:
            above = _without_first_blanks(notes)
        else:
            lines += _noted(notes, indent)
        lines += own
    return above, [*lines, *_noted(collection.tail, indent)]


def _entry(entry: _Entry, indent: int, model: type, route: Route) -> tuple[_Notes, _Lines]:
    opening = " " * indent + ("-" if entry.key is None else f"{entry.key}:")
    value = entry.value
    behind = "" if entry.behind is None else f"  {entry.behind}"
    # a dash stands for itself: the comment follows like a value
    alone = opening + (behind[1:] if entry.key is None else behind)
    inside = indent + 2
    if value is None:
        return entry.notes, [alone, *_noted(_without_first_blanks(entry.inner), inside)]
    if isinstance(value, _Text):
        rest = [" " * inside + line if line else "" for line in value.rest]
        # in brackets a hyphen may be a text
        head = f"{opening} {value.head}" if value.block or value.head != "-" else f"{opening} '-'"
        if value.block:
            return entry.notes, [head + behind, *rest, *([_KEPT] if value.keep else [])]
        lines = [head, *rest]
        lines[-1] += behind
        return entry.notes, [*lines]
    below = route if entry.key is None else (*route, entry.name)
    flow = _flow(value, model, below)
    if flow is not None and (not value.entries or len(opening) + 1 + len(flow) <= WIDTH):
        return entry.notes, [f"{opening} {flow}{behind}"]
    notes, body = _block(value, inside, model, below)
    first = body[0]
    if entry.key is None and not behind and isinstance(first, str):
        return [*entry.notes, *notes], [f"{opening} {first[inside:]}", *body[1:]]
    return entry.notes, [alone, *_noted(notes, inside), *body]


def _flow(collection: _Collection, model: type, route: Route) -> str | None:
    """A collection in brackets in one line, where it was written so."""
    if not collection.entries:
        return "{}" if collection.is_mapping else "[]"
    if not collection.one_line:
        return None
    parts = []
    for entry in _sorted(collection, model, route):
        value = entry.value
        below = route if entry.key is None else (*route, entry.name)
        shown = "" if value is None else value.head if isinstance(value, _Text) else _flow(value, model, below) or ""
        parts.append(shown if entry.key is None else f"{entry.key}: {shown}" if entry.colon else entry.key)
    return "{" + ", ".join(parts) + "}" if collection.is_mapping else "[" + ", ".join(parts) + "]"


def _sorted(collection: _Collection, model: type, route: Route) -> list[_Entry]:
    if not collection.is_mapping:
        return collection.entries
    places = {key: place for place, key in enumerate(key_order(model, route))}
    return sorted(collection.entries, key=lambda entry: places.get(entry.name, len(places)))


def _noted(notes: _Notes, indent: int) -> _Lines:
    return [None if note is None else " " * indent + note for note in notes]


def _without_first_blanks(notes: _Notes) -> _Notes:
    return list(dropwhile(lambda note: note is None, notes))


def _joined(lines: _Lines) -> str:
    return "".join(f"{line}\n" for line in _with_single_blanks(lines))


def _with_single_blanks(lines: _Lines) -> Iterator[str]:
    blank, allowed = False, False
    for line in lines:
        if isinstance(line, str):
            if blank:
                yield ""
            yield line
            blank, allowed = False, True
        elif line is None:
            blank = allowed
        else:
            allowed = False
