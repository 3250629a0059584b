"""Edits of a record's text that touch nothing else: what is new is spliced in where the nodes say it belongs.

An edit names a route and a value. Every byte outside the lines that have to change stays as it is: comments, blank
lines, quoting, order, indentation, line endings. A new entry takes after its neighbours: block or flow, the column of
their dashes, the step of the file. The result is parsed again and compared with what the edits should have made of
the data; where it is not exactly that, or the place cannot be found safely, there is no result.

There is none in texts as hardly anybody writes them: beside a key without its colon (`? key`, `{key, …}`), in a pair in
brackets without braces (`[key: value]`), and for a single value in the place of brackets that hold only a remark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mpp_qms.findings import Route
from mpp_qms.store.edits import Append, Edit, Put, Replace
from mpp_qms.store.rendering import WIDTH, Dumper, as_read, visible
from mpp_qms.store.yaml_text import compose

#: The standard order of the keys of the mapping at a route.
Order: TypeAlias = Callable[[Route], Sequence[str]]


class _Unsafe(Exception):  # noqa: N818 (never leaves this module)
    pass


class _Cut(NamedTuple):
    """What stands from `start` to `end` gives way to `text`."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Sequence[Edit], order: Order) -> str | None:
    """The text of a record after some edits, one after the other; None where that cannot be done safely.

    `text` has no byte order mark and is one that `yaml_text.parse` accepts.
    """
    # a remark further in than a block of lines, or blank lines behind one, would be taken for a part of it
    return _spliced(text, edits, order, blocks=True) or _spliced(text, edits, order, blocks=False)


def _spliced(text: str, edits: Sequence[Edit], order: Order, *, blocks: bool) -> str | None:
    """The text after some edits, with texts of several lines as blocks or in quotes."""
    try:
        wanted = _plain(compose(text))
        for edit in edits:
            wanted = _applied(wanted, edit)
            root = compose(text)
            if not isinstance(root, MappingNode):
                return None
            cuts = _Splicer(text, root, order, blocks).cuts(edit)
            cuts.sort(key=lambda cut: (cut.start, cut.end))
            # from behind; of two in one place the later goes behind the earlier
            for cut in reversed(cuts):
                text = text[: cut.start] + cut.text + text[cut.end :]
        # last of all: whatever was overlooked above shows here
        return text if _plain(compose(text)) == wanted else None
    except (_Unsafe, yaml.YAMLError, RecursionError):
        return None


def _plain(node: Node | None) -> Any:
    """Everything that nodes say, keys that begin with `x-` and keys without a value included."""
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    assert isinstance(node, ScalarNode)
    return (node.tag, node.value) if node.tag not in ("null", "text") else None if node.tag == "null" else node.value


def _wanted(value: Any) -> Any:
    """A value of ours in the form of `_plain`."""
    value = as_read(value)
    if isinstance(value, bool):
        return ("bool", "true" if value else "false")
    if isinstance(value, int):
        return ("int", str(value))
    if isinstance(value, Mapping):
        return {key: _wanted(item) for key, item in value.items()}
    return [_wanted(item) for item in value] if isinstance(value, list) else value


def _applied(data: Any, edit: Edit) -> Any:
    """What an edit makes of the data; the data itself stays as it was."""

    def inner(found: Any, route: Route) -> Any:
        if not route:
            if isinstance(edit, Append):
                return [*(found or []), _wanted(edit.value)]
            return _wanted(edit.value)
        step, rest = route[0], route[1:]
        if isinstance(found, dict) and isinstance(step, str):
            if step not in found and (rest or isinstance(edit, Replace)):
                raise _Unsafe
            if isinstance(edit, Put) and not rest and found.get(step) not in (None, [], {}):
                raise _Unsafe
            return {**found, step: inner(found.get(step), rest)}
        if isinstance(found, list) and isinstance(step, int) and step < len(found):
            return [*found[:step], inner(found[step], rest), *found[step + 1 :]]
        raise _Unsafe

    return inner(data, edit.route)


@dataclass(frozen=True, slots=True)
class _Splicer:
    """The text and its nodes, while one edit is worked out."""

    text: str
    root: MappingNode
    order: Order
    blocks: bool

    def cuts(self, edit: Edit) -> list[_Cut]:
        """What changes in the text."""
        parent, flow = self._node(edit.route[:-1])
        key = edit.route[-1]
        if isinstance(edit, Replace):
            value = parent.value[key] if isinstance(parent, SequenceNode) else self._pair(parent, key)[1]
            return self._replace(value, edit.value, parent, flow=flow)
        if not isinstance(parent, MappingNode) or not isinstance(key, str):
            raise _Unsafe
        pair = next((pair for pair in parent.value if pair[0].value == key), None)
        value = edit.value if isinstance(edit, Put) else [edit.value]
        if pair is None:
            return self._new_key(parent, edit.route, value, flow=flow)
        if isinstance(edit, Append) and isinstance(pair[1], SequenceNode) and pair[1].value:
            return self._append(pair[1], edit.value, flow=flow)
        if _is_nothing(pair[1]):
            return self._fill(parent, pair, value, flow=flow)
        raise _Unsafe

    # --- finding the way ---

    def _node(self, route: Route) -> tuple[Any, bool]:
        """The mapping or list at a route, and whether it lies within brackets or is written in some."""
        node: Node = self.root
        flow = self._in_brackets(node)
        for step in route:
            if isinstance(node, MappingNode) and isinstance(step, str):
                node = self._pair(node, step)[1]
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                raise _Unsafe
            flow = flow or self._in_brackets(node)
        return node, flow

    def _pair(self, node: Any, key: Any) -> tuple[ScalarNode, Node]:
        for pair in node.value if isinstance(node, MappingNode) else ():
            if pair[0].value == key:
                return pair  # type: ignore[no-any-return]
        raise _Unsafe

    def _in_brackets(self, node: Node) -> bool:
        # the pure parser does not say of every list in which style it is written
        return not isinstance(node, ScalarNode) and self.text[node.start_mark.index : node.start_mark.index + 1] in (
            "{",
            "[",
        )

    def _last_leaf(self, node: Node) -> Node:
        while not isinstance(node, ScalarNode) and not self._in_brackets(node):
            last = node.value[-1]
            node = last[1] if isinstance(node, MappingNode) else last
        return node

    def _end(self, node: Node) -> int:
        """Where the last sign of a node stands; its own end mark lies behind blank lines and remarks."""
        leaf = self._last_leaf(node)
        end: int = leaf.end_mark.index
        if isinstance(leaf, ScalarNode) and leaf.style in ("|", ">"):
            header = self.text[leaf.start_mark.index : self._line_end(leaf.start_mark.index)]
            if "+" not in header:
                while end > leaf.start_mark.index and self.text[end - 1] in "\r\n":
                    end -= 1
            elif end and self.text[end - 1] in "\r\n":
                # the last line ends here; the ends of lines before it are part of the text
                end -= 2 if self.text[end - 2 : end] == "\r\n" else 1
        return end

    def _line_start(self, index: int) -> int:
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def _line_end(self, index: int) -> int:
        match = re.compile(r"\r\n|[\r\n]|\Z").search(self.text, index)
        assert match is not None
        return match.start()

    def _next_line(self, index: int) -> int:
        match = re.compile(r"\r\n|[\r\n]|\Z").search(self.text, index)
        assert match is not None
        return match.end()

    def _column(self, index: int) -> int:
        return index - self._line_start(index)

    def _newline(self) -> str:
        match = re.search(r"\r\n|[\r\n]", self.text)
        return match[0] if match is not None else "\n"

    # --- the ways of the file ---

    def _walk(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """Every collection in a mapping's value that is written without brackets, with the mapping."""
        if isinstance(node, MappingNode) and not self._in_brackets(node):
            for _, value in node.value:
                if not isinstance(value, ScalarNode) and not self._in_brackets(value):
                    yield node, value
                    yield from self._walk(value)
        elif isinstance(node, SequenceNode) and not self._in_brackets(node):
            for item in node.value:
                yield from self._walk(item)

    def _emitter(self) -> _Emitter:
        """Writes as the file does; what it does not show is moved in by two columns."""
        mapping, dash = 2, 2
        pairs = list(self._walk(self.root))
        for parent, value in reversed(pairs):
            moved = value.start_mark.column - parent.start_mark.column
            if isinstance(value, MappingNode):
                mapping = max(moved, 1)
            else:
                dash = max(moved, 0)
        return _Emitter(mapping, dash, self.blocks)

    # --- the edits ---

    def _lines_after(self, node: Node, lines: list[str]) -> list[_Cut]:
        """New lines after those of a node in block style; only blanks and a remark may follow the node in its line."""
        end, newline = self._end(node), self._newline()
        rest = self.text[end : self._line_end(end)]
        if rest.strip() and not rest.lstrip().startswith("#"):
            raise _Unsafe
        index = self._next_line(end)
        body = newline.join(lines)
        if index < len(self.text) or self.text[-1:] in ("\n", "\r"):
            return [_Cut(index, index, body + newline)]
        leaf = self._last_leaf(node)
        cuts = [_Cut(index, index, newline + body)]
        if isinstance(leaf, ScalarNode) and leaf.style in ("|", ">") and not leaf.value.endswith("\n"):
            # a block that ends with the file has no end of line; so that it gets none, it has to say so
            match = re.compile(r"([|>][1-9]?)[+-]?([1-9]?)").match(self.text, leaf.start_mark.index)
            assert match is not None
            cuts.append(_Cut(*match.span(), f"{match[1]}-{match[2]}"))
        return cuts

    def _append(self, found: SequenceNode, value: Any, *, flow: bool) -> list[_Cut]:
        if flow or self._in_brackets(found):
            return self._after_in_brackets(found, found.value[-1], found.value[-1].start_mark.index, _flow(value))
        last = found.value[-1]
        column = found.start_mark.column
        gap = last.start_mark.column - column
        if gap < 2 or self.text[self._line_start(last.start_mark.index) :][column : column + 1] != "-":
            # nothing stands behind the dash, or what belongs to it begins in the next line
            gap = 2
        flowing = _flow(value)
        if self._in_brackets(last) and isinstance(value, Mapping) and column + gap + len(flowing) <= WIDTH:
            lines = [" " * column + "-" + " " * (gap - 1) + flowing]
        else:
            lines = self._emitter().item(value, column, gap)
        return self._lines_after(last, lines)

    def _new_key(self, parent: MappingNode, route: Route, value: Any, *, flow: bool) -> list[_Cut]:
        key = str(route[-1])
        if not parent.value:
            if not flow:
                raise _Unsafe
            at = parent.start_mark.index + 1
            return [_Cut(at, at, f"{key}: {_flow(value)}")]
        before = self._before(parent, route)
        if flow:
            entry = f"{key}: {_flow(value)}"
            return self._after_in_brackets(parent, before[1], before[0].start_mark.index, entry)
        lines = self._emitter().key(key, value, parent.start_mark.column)
        return self._lines_after(before[1], lines)

    def _before(self, parent: MappingNode, route: Route) -> tuple[ScalarNode, Node]:
        """The pair after which a new key stands: the last one of those that come before it in the standard order."""
        order = {key: place for place, key in enumerate(self.order(route[:-1]))}
        place = order.get(str(route[-1]), len(order))
        earlier = [pair for pair in parent.value if order.get(pair[0].value, len(order)) < place]
        found: tuple[ScalarNode, Node] = earlier[-1] if earlier else parent.value[0]
        return found

    def _after_in_brackets(self, parent: Node, node: Node, start: int, entry: str) -> list[_Cut]:
        """A new entry within brackets after the one that begins at `start` and ends with `node`."""
        end = self._end(node)
        comma = self._comma(end, parent.end_mark.index - 1)
        own_line = not self.text[self._line_start(start) : start].strip()
        if not own_line:
            return [_Cut(comma + 1, comma + 1, f" {entry},")] if comma is not None else [_Cut(end, end, f", {entry}")]
        break_ = self._newline() + self.text[self._line_start(start) : start]
        if comma is None and self._line_end(end) >= parent.end_mark.index:
            # the bracket closes in the same line
            return [_Cut(end, end, f",{break_}{entry}")]
        line_end = self._line_end(comma if comma is not None else end)
        rest = self.text[(comma if comma is not None else end - 1) + 1 : line_end]
        if rest.strip() and not rest.lstrip().startswith("#"):
            # the next entry follows in the same line
            assert comma is not None
            return [_Cut(comma + 1, comma + 1, f" {entry},")]
        if comma is not None:
            return [_Cut(line_end, line_end, f"{break_}{entry},")]
        return [_Cut(end, end, ","), _Cut(line_end, line_end, f"{break_}{entry}")]

    def _comma(self, start: int, close: int) -> int | None:
        """Where the comma after an entry stands, past remarks; None where the bracket closes first."""
        match = re.compile(r"(?:\s|(?<=\s)#[^\r\n]*+)*,").match(self.text, start, close)
        return match.end() - 1 if match is not None else None

    def _fill(self, parent: MappingNode, pair: tuple[ScalarNode, Node], value: Any, *, flow: bool) -> list[_Cut]:
        """A value where nothing (`key:`, `~`, `null`, `[]`, `{}`) stood."""
        key, nothing = pair
        start, end = nothing.start_mark.index, nothing.end_mark.index
        if "#" in self.text[start:end]:
            # a remark in empty brackets stays where it is
            if isinstance(value, Mapping) != isinstance(nothing, MappingNode) or _is_plain_scalar(value):
                raise _Unsafe
            return [_Cut(end - 1, end - 1, _flow(value)[1:-1])]
        if flow:
            blank = "" if end > start or self.text[start - 1].isspace() else " "
            return [_Cut(start, end, blank + _flow(value))]
        if _is_plain_scalar(value):
            if re.search(r"[:?] *\Z", self.text[key.start_mark.index : start]) is None:
                raise _Unsafe
            cut = self._scalar(start, end, value, parent)
            return [cut if end > start else cut._replace(text=f" {cut.text}")]
        while start and end > start and self.text[start - 1] in " \t":
            start -= 1
        lines = self._emitter().key(key.value, value, parent.start_mark.column)[1:]
        cuts = [_Cut(start, end, "")] if end > start else []
        return [*cuts, *self._lines_after(nothing, lines)]

    def _replace(self, node: Node, value: Any, parent: Node, *, flow: bool) -> list[_Cut]:
        if not isinstance(node, ScalarNode) or not _is_plain_scalar(value):
            raise _Unsafe
        start, end = node.start_mark.index, self._end(node)
        remark = ""
        if node.style in ("|", ">"):
            # what is said behind the sign of a block stays behind what takes its place
            header = self.text[start : self._line_end(start)]
            remark = header[len(re.split(r"[ \t]+#", header, maxsplit=1)[0]) :]
        text = _quoted_as(node, value)
        if text is None and (flow or isinstance(parent, SequenceNode)):
            text = _flow(value)
        line = None if text is None else _Cut(start, end, text + remark)
        cut = line or self._scalar(start, end, value, parent, remark)
        return [cut if end > start else cut._replace(text=f" {cut.text}")]

    def _scalar(self, start: int, end: int, value: Any, parent: Node, remark: str = "") -> _Cut:
        """A value of a key in block style, from `start` on; a remark stays in the line where the value begins."""
        if not remark:
            line_end = self._line_end(end)
            remark, end = self.text[end:line_end], line_end
        first, *rest = self._emitter().key("k", value, parent.start_mark.column)
        first = first[parent.start_mark.column + 3 :]
        if rest:
            # the pure parser takes no tab behind the sign of a block
            blanks = len(remark) - len(remark.lstrip())
            remark = " " * blanks + remark[blanks:] if remark.strip() else ""
            if remark and not first.startswith("|"):
                first, rest = _flow(value), []
        return _Cut(start, end, self._newline().join([first + remark, *rest]))


def _is_nothing(node: Node) -> bool:
    return (isinstance(node, ScalarNode) and node.tag == "null") or not node.value


def _is_plain_scalar(value: Any) -> bool:
    return not isinstance(value, (Mapping, list, tuple))


def _quoted_as(node: ScalarNode, value: Any) -> str | None:
    """A text in the quotes of the one it takes the place of; None where that had none, or they do not fit."""
    text = as_read(value)
    if not isinstance(text, str) or not text or "\n" in text or not text.isprintable():
        return None
    if node.style == "'":
        return "'" + text.replace("'", "''") + "'"
    if node.style == '"' and "\\" not in text and '"' not in text:
        return f'"{text}"'
    return None


def _flow(value: Any) -> str:
    """A value in one line, with brackets where it has parts."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    text = visible(yaml.dump([value], Dumper=_FlowDumper, allow_unicode=True, width=1 << 30, default_flow_style=True))
    return text.strip()[1:-1]


class _FlowDumper(Dumper):
    """Within brackets no literal blocks."""


def _flow_text(dumper: _FlowDumper, value: str) -> yaml.ScalarNode:
    node = Dumper.yaml_representers[str](dumper, value)
    assert isinstance(node, yaml.ScalarNode)
    if node.style == "|":
        node.style = '"'
    return node


_FlowDumper.add_representer(str, _flow_text)


@dataclass(frozen=True, slots=True)
class _Emitter:
    """Writes values in block style; `step` and `dash`: columns a mapping, and a list's dashes, are moved in.

    `blocks`: texts of several lines are written as blocks.
    """

    step: int
    dash: int
    blocks: bool

    def key(self, key: str, value: Any, column: int) -> list[str]:
        """The lines of a key and its value, in a mapping at a column."""
        head = " " * column + f"{key}:"
        if isinstance(value, Mapping) and value:
            return [head, *self.mapping(value, column + self.step)]
        if isinstance(value, (list, tuple)) and value:
            return [head, *(line for item in value for line in self.item(item, column + self.dash, 2))]
        if isinstance(value, (Mapping, list, tuple)):
            return [f"{head} {_flow(value)}"]
        first, *rest = self._scalar(value, self.step, column)
        return [f"{head} {first}", *rest]

    def mapping(self, value: Mapping[str, Any], column: int) -> list[str]:
        """The lines of a mapping at a column."""
        return [line for key, item in value.items() for line in self.key(key, item, column)]

    def item(self, value: Any, column: int, gap: int) -> list[str]:
        """The lines of a list's entry whose dash stands at a column and whose content `gap` columns further."""
        dash = " " * column + "-" + " " * (gap - 1)
        if isinstance(value, Mapping) and value:
            first, *rest = self.mapping(value, column + gap)
            return [dash + first.lstrip(" "), *rest]
        if isinstance(value, (Mapping, list, tuple)):
            return [dash + _flow(value)]
        first, *rest = self._scalar(value, gap, column)
        return [dash + first, *rest]

    def _scalar(self, value: Any, inner: int, column: int) -> list[str]:
        """The lines of a text, number or day whose further lines stand `inner` columns in from `column`."""
        if not self.blocks and isinstance(value, str) and "\n" in value:
            return [_flow(value)]
        width = max(WIDTH - column, 40)
        least = max(inner, 2)  # PyYAML writes no less
        text = visible(yaml.dump({"k": value}, Dumper=Dumper, allow_unicode=True, width=width, indent=least))
        first, *rest = text.removesuffix("\n").removeprefix("k: ").split("\n")
        first = re.sub(rf"\A([|>]){least}", rf"\g<1>{inner}", first)
        moved = " " * column
        return [first, *(moved + line[least - inner :] if line.strip() else line for line in rest)]
