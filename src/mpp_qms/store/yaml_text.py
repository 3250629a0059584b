"""YAML text → plain data, or one fault with its place; the parser behind one door.

libyaml composes the nodes; the resolver and the guards are ours (FORMAT.md, rule 1): only true/false, null/~ and
whole numbers are read as what they look like, all else is text. Where the C extension is missing the pure parser
of PyYAML does the same, slower. A key with nothing after it is as good as absent, and keys that begin with `x-`
are the mall's own: both are left out of the data, after the guards have seen them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from mpp_qms.dates import parse_day
from mpp_qms.findings import Fault, Route
from mpp_qms.messages import N_, Message

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined, unused-ignore]
except ImportError:
    CParser = None  # type: ignore[assignment, misc, unused-ignore]

#: Deeper nesting than any record has; also keeps the recursion below far from Python's limit.
MAX_DEPTH = 32
#: Longest run of digits read as a number; a longer one stays text.
_MAX_DIGITS = 18

_TEXT, _BOOL, _NULL, _INT, _MAP, _SEQ = "text", "bool", "null", "int", "map", "seq"
_WORDS = {"true": _BOOL, "false": _BOOL, "null": _NULL, "~": _NULL, "": _NULL}
_WHOLE = re.compile(r"-?[1-9][0-9]{0,17}|0")


class _Refused(Exception):  # noqa: N818 (never leaves this module)
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Resolver:
    """YAML 1.2 as FORMAT.md narrows it; the tag is the name of the form."""

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is ScalarNode:
            if not implicit[0]:
                return _TEXT
            if value in _WORDS:
                return _WORDS[value]
            if value[0] in "-0123456789" and _WHOLE.fullmatch(value):
                return _INT
            return _TEXT
        return _MAP if kind is MappingNode else _SEQ

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        """Nothing: no form depends on its place."""

    def ascend_resolver(self) -> None:
        """Nothing: no form depends on its place."""


class _PureComposer(Reader, Scanner, Parser, Composer, _Resolver):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)

    resolve = _Resolver.resolve
    descend_resolver = _Resolver.descend_resolver
    ascend_resolver = _Resolver.ascend_resolver

    # libyaml reads more of YAML 1.2 than PyYAML's own scanner: tabs between and inside texts, `?` in a text in
    # brackets. And it refuses more: escapes of signs that do not exist, a `:` run into a bracket or comma, tabs as
    # indentation. Here the pure parser is brought to the same answers (tests/store/test_fuzz.py).

    _in_text = False

    def peek(self, index: int = 0) -> str:
        sign: str = super().peek(index)
        if not self._in_text or sign not in "\t?":
            return sign
        if sign == "?":
            return "x"
        if (
            index == 0
            and self.column <= self.indent
            and not self.buffer[self.pointer - self.column : self.pointer].strip()
        ):
            raise self._refusal("found a tab character that violates indentation")
        return " "

    def scan_plain(self) -> Any:
        self._in_text = True
        try:
            token = super().scan_plain()
        finally:
            self._in_text = False
        if self.flow_level and (":?" in token.value or (self.peek() == ":" and self.peek(1) in ",[]{}")):
            raise self._refusal("found unexpected ':'")
        return token

    def _refusal(self, problem: str) -> yaml.YAMLError:
        return yaml.scanner.ScannerError(None, None, problem, self.get_mark())

    def scan_to_next_token(self) -> None:
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> Any:
        try:
            chunks = super().scan_flow_scalar_non_spaces(double, start_mark)
            "".join(chunks).encode()
        except (ValueError, OverflowError) as error:
            raise self._refusal("found invalid Unicode character escape code") from error
        return chunks

    def scan_block_scalar_indentation(self) -> Any:
        found = super().scan_block_scalar_indentation()
        if self.peek() == "\t":
            raise self._refusal("found a tab character where an indentation space is expected")
        return found

    def check_state_depth(self) -> None:
        # libyaml stops at a nesting of 1,000 by itself; the pure parser would run into Python's limit instead
        if len(self.states) > 200 or len(self.indents) > 200:
            raise yaml.YAMLError("exceeded maximum nesting depth")

    def fetch_flow_collection_start(self, kind: Any) -> None:
        # the scanner looks 1,024 signs ahead for a key: with as many brackets open, each look is dear
        if self.flow_level > 200:
            raise yaml.YAMLError("exceeded maximum nesting depth")
        super().fetch_flow_collection_start(kind)

    def get_event(self) -> Any:
        self.check_state_depth()
        return super().get_event()  # type: ignore[no-untyped-call]


if CParser is not None:

    class _FastComposer(CParser, _Resolver):  # type: ignore[misc, valid-type, unused-ignore]
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)

        resolve = _Resolver.resolve
        descend_resolver = _Resolver.descend_resolver
        ascend_resolver = _Resolver.ascend_resolver


def compose(text: str, *, pure: bool = False) -> Node | None:
    """The one document of a text as nodes with positions (None: nothing in it); YAMLError where it does not parse."""
    loader: Any = _PureComposer(text) if pure or CParser is None else _FastComposer(text)
    try:
        return loader.get_single_node()  # type: ignore[no-any-return]
    finally:
        loader.dispose()


def parse(text: str, *, pure: bool = False) -> dict[str, Any] | Fault:
    """A record's text as plain data (dict, list, str, int, bool), or the first fault in it.

    `pure` asks for the parser without the C extension; both give the same data.
    """
    try:
        if "\ufeff" in text:
            return _bad_character(text)
        if "!" in text or "&" in text:
            _refuse_marks(text, pure=pure)
        node = compose(text, pure=pure)
        if node is None:
            return Fault("SYN005", {})
        if not isinstance(node, MappingNode):
            if node.tag == _NULL:
                return Fault("SYN005", {})
            form = Message(N_("a list")) if isinstance(node, SequenceNode) else Message(N_("a text"))
            return _at(node, "SYN006", {"form": form})
        data = _mapping(node, 1)
    except _Refused as refused:
        return refused.fault
    except UnicodeEncodeError:
        return _bad_character(text)
    except RecursionError:
        return Fault("SYN011", {"limit": MAX_DEPTH})
    except yaml.YAMLError as error:
        return _fault(error, text)
    return data


_NON_SPECIFIC_TAG = re.compile(r"(?:^|[\s,\[{:?-])(!)(?=[\s,\]}]|\Z)", re.MULTILINE)


def _refuse_marks(text: str, *, pure: bool) -> None:
    # The composer resolves aliases and the tag `!` without leaving a trace in the nodes: only events show them.
    if "&" not in text and _NON_SPECIFIC_TAG.search(text) is None:
        return
    loader: Any = _PureComposer(text) if pure or CParser is None else _FastComposer(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            place = (event.start_mark.line + 1, event.start_mark.column + 1) if event.start_mark else (1, 1)
            if getattr(event, "anchor", None) is not None:
                raise _Refused(Fault("SYN008", {"mark": event.anchor}, (), *place))
            if getattr(event, "tag", None) is not None:
                raise _Refused(Fault("SYN009", {"tag": event.tag}, (), *place))
    finally:
        loader.dispose()


def _at(node: Node, code: str, values: dict[str, object]) -> Fault:
    return Fault(code, values, (), *_place(node))


def _place(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _value(node: Node, depth: int) -> Any:
    tag = node.tag
    if tag is _TEXT:
        return node.value
    if tag is _MAP:
        return _mapping(node, depth + 1)
    if tag is _SEQ:
        if depth >= MAX_DEPTH:
            raise _Refused(_at(node, "SYN011", {"limit": MAX_DEPTH}))
        return [_value(item, depth + 1) for item in node.value]
    if tag is _INT:
        return int(node.value)
    if tag is _NULL:
        return None
    if tag is _BOOL:
        return node.value == "true"
    raise _Refused(_at(node, "SYN009", {"tag": tag}))


def _mapping(node: Node, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise _Refused(_at(node, "SYN011", {"limit": MAX_DEPTH}))
    if node.tag is not _MAP:
        raise _Refused(_at(node, "SYN009", {"tag": node.tag}))
    data: dict[str, Any] = {}
    seen: set[str] | None = None
    for key_node, value_node in node.value:
        if key_node.tag is not _TEXT:
            raise _Refused(_bad_key(key_node))
        key = key_node.value
        if key in data or (seen is not None and key in seen):
            raise _Refused(_at(key_node, "SYN007", {"key": key}))
        value = _value(value_node, depth)
        # a key with a space is no key of ours but the end of a text that a comma split in braces: it must not be lost
        if key[:2] == "x-" or (value is None and " " not in key):
            seen = set() if seen is None else seen
            seen.add(key)
        elif key == "<<":
            raise _Refused(_at(key_node, "SYN008", {"mark": "<<"}))
        else:
            data[key] = value
    return data


def _bad_key(node: Node) -> Fault:
    if node.tag in (_BOOL, _NULL, _INT):
        return _at(node, "SYN010", {"key": node.value or "null"})
    if node.tag in (_MAP, _SEQ):
        return _at(node, "SYN010", {"key": "{…}"})
    return _at(node, "SYN009", {"tag": node.tag})


#: What the parser says, and the sentence it becomes; the first whose beginning fits.
_PROBLEMS: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", N_("a second `: ` stands in this line; put the text in quotes")),
    (
        "could not find expected ':'",
        N_("a key without its `: ` stands here, or a text of several lines is not indented"),
    ),
    ("did not find expected key", N_("the indentation here does not fit the lines above")),
    ("expected <block end>", N_("the indentation here does not fit the lines above")),
    (
        "did not find expected '-' indicator",
        N_("an entry of this list does not begin with `- ` at the list's indentation"),
    ),
    ("did not find expected ',' or", N_("a bracket opened here or before is not closed, or a comma is missing")),
    ("expected ',' or", N_("a bracket opened here or before is not closed, or a comma is missing")),
    ("did not find expected node content", N_("a value is missing here, or a bracket is not closed")),
    ("expected the node content", N_("a value is missing here, or a bracket is not closed")),
    ("found unexpected end of stream", N_("the file ends within a quoted text; a closing quote is missing")),
    ("while scanning a quoted scalar", N_("a closing quote is missing")),
    ("found unknown escape character", N_("a backslash in double quotes begins no known sign; use single quotes")),
    (
        "did not find expected hexdecimal number",
        N_("a backslash in double quotes begins no known sign; use single quotes"),
    ),
    (
        "found invalid Unicode character escape code",
        N_("a backslash in double quotes begins no known sign; use single quotes"),
    ),
    ("found unexpected ':'", N_("a second `: ` stands in this line; put the text in quotes")),
    ("found character that cannot start any token", N_("a text cannot begin with this sign; put it in quotes")),
    ("found character '", N_("a text cannot begin with this sign; put it in quotes")),
    ("block sequence entries are not allowed", N_("a list cannot begin in this line; begin it in the next")),
    ("did not find expected <document start>", N_("something follows the end of the record")),
    ("expected '<document start>'", N_("something follows the end of the record")),
    ("did not find expected alphabetic or numeric", N_("a text cannot begin with & or *; put it in quotes")),
    ("expected alphabetic or numeric", N_("a text cannot begin with & or *; put it in quotes")),
    ("found undefined alias", N_("a text cannot begin with & or *; put it in quotes")),
    ("found undefined tag handle", N_("a text cannot begin with !; put it in quotes")),
)


#: What git leaves where two branches changed the same lines.
_CONFLICT = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}\n(?:.*\n)*?>{7} ", re.MULTILINE)


def _fault(error: yaml.YAMLError, text: str) -> Fault:
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if "nesting" in problem or "maximum" in problem:
        return Fault("SYN011", {"limit": MAX_DEPTH}, (), line, column)
    if "another document" in problem or "expected a single document" in context:
        return Fault("SYN012", {}, (), line, column)
    if isinstance(error, yaml.reader.ReaderError) or "control characters" in problem:
        return _bad_character(text)
    if (conflict := _CONFLICT.search(text)) is not None:
        return Fault("SYN023", {}, (), text.count("\n", 0, conflict.start()) + 1, 1)
    lines = text.splitlines()
    row = lines[line - 1] if line <= len(lines) else ""
    if "\t" in row[: max(column, 1)] and row[:column].strip(" \t-") == "":
        return Fault("SYN004", {}, (), line, row.index("\t") + 1)
    opened = getattr(error, "context_mark", None)
    if opened is not None and (context.startswith(("while parsing a flow", "while scanning a quoted"))):
        line, column = opened.line + 1, opened.column + 1
    for beginning, sentence in _PROBLEMS:
        if problem.startswith(beginning) or context.startswith(beginning):
            return Fault("SYN003", {"problem": Message(sentence)}, (), line, column)
    return Fault("SYN003", {"problem": problem}, (), line, column)


# compiled only where it is needed: that takes as long as reading forty records
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def _bad_character(text: str) -> Fault:
    match = re.search(_UNPRINTABLE, text)
    if match is None:
        return Fault("SYN003", {"problem": Message(N_("a sign that YAML does not allow"))})
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
    return Fault("SYN013", {"character": f"U+{ord(match[0]):04X}"}, (), line, column)


#: The pairs of key and value of mappings by key, each mapping by its identity.
Pairs = dict[int, dict[str | int, tuple[Node, Node]]]


def place(node: Node | None, route: Route, pairs: Pairs | None = None) -> tuple[int, int]:
    """Line and column (from 1) of the deepest part of a route that the file holds: of a value, its key.

    `pairs`, kept from one route to the next in the same nodes, spares going through a mapping again.
    """
    pairs = {} if pairs is None else pairs
    found = node
    line, column = (1, 1) if node is None else _place(node)
    for step in route:
        if isinstance(found, MappingNode):
            by_key = pairs.get(id(found))
            if by_key is None:
                scalar = (pair for pair in reversed(found.value) if isinstance(pair[0], ScalarNode))
                by_key = pairs[id(found)] = {pair[0].value: pair for pair in scalar}
            pair = by_key.get(step)
            if pair is None:
                break
            line, column = _place(pair[0])
            found = pair[1]
        elif isinstance(found, SequenceNode) and isinstance(step, int) and step < len(found.value):
            found = found.value[step]
            line, column = _place(found)
        else:
            break
    return line, column


# A remark is mostly written with a blank behind its sign; `Gerai #3 kosong` is a text that loses its end.
_CUT = re.compile(r"[^\s#][ \t]+(#)[^\s#!]")


def cut_texts(text: str) -> list[int]:
    """Where ` #` ends a text without quotes, so that what follows is lost as a remark: offsets of the sign."""
    # most files hold no remark at all, and most remarks have a blank behind their sign: nodes are made for few
    signs = {match.start() + 1: match.start(1) for match in _CUT.finditer(text)} if "#" in text else {}
    if not signs:
        return []
    ends = {node.end_mark.index for node in _plain_texts(compose(text))}
    return [sign for end, sign in signs.items() if end in ends]


def _plain_texts(node: Node | None) -> Iterator[ScalarNode]:
    """The values written without quotes that are read as a text, but for days."""
    if isinstance(node, ScalarNode):
        if not node.style and node.tag is _TEXT and parse_day(node.value) is None:
            yield node
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _plain_texts(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _plain_texts(item)
