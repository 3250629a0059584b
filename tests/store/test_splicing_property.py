"""Edits of texts in any layout: exactly the edited data, and no byte touched outside the lines that had to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mpp_qms.findings import Fault, Route
from mpp_qms.records.kinds import BY_NAME
from mpp_qms.records.shapes import key_order
from mpp_qms.steps.amend import typed
from mpp_qms.steps.renumber import mentions, renamed
from mpp_qms.store.edits import Append, Edit, Put, Replace
from mpp_qms.store.rendering import as_read, render
from mpp_qms.store.splicing import edited
from mpp_qms.store.yaml_text import compose, parse
from tests.store.test_formatting import comments, scalars
from tests.yaml_texts import yaml_texts

_MODEL = BY_NAME["nonconformity"].model
_ENDS = re.compile(r"\r\n|[\r\n]")


def order(route: Route) -> tuple[str, ...]:
    return key_order(_MODEL, route)


# --- values as the program writes them ---

_WORDS = [
    "2024-10-15",
    "P-031",
    "7",
    "8.5.1",
    "true",
    "~",
    "Gerai kosong",
    "a#b",
    "a: b",
    "- x",
    "# x",
    "it's",
    'a "b"',
]
_WORDS += ["  ", "kata " * 30, "x" * 130, "  dua", "C:\\x", "[a]", "ø – 🏢", "y", "=", "? a", "|", "%a", "@a", "---"]
_lines = st.sampled_from(_WORDS) | st.text(" aé#:-'\"\\{,🏢?\t", max_size=12)
_texts = _lines.filter(str.strip) | st.lists(_lines, min_size=1, max_size=4).map("\n".join).filter(str.strip)
_days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_scalars = _texts | _days | st.integers(0, 9999) | st.booleans()
_references = st.fixed_dictionaries({"title": _texts}, optional={"path": _lines.filter(str.strip)})
_entries = st.fixed_dictionaries(
    {"date": _days, "by": st.just("P-021")},
    optional={"reason": _texts, "whys": st.lists(_texts, min_size=1, max_size=2), "found": st.booleans()}
    | {"evidence": st.lists(_references | _texts, min_size=1, max_size=2).map(tuple), "done": _references},
)
_values = _entries | _texts | _days | st.lists(_texts | _entries, min_size=1, max_size=2)


# --- where a text can be edited ---


@dataclass(frozen=True)
class Spot:
    """A place for an edit: the mapping or list, and the key and value that stand there (None: no such key).

    `flow`: what is new stands within brackets.
    """

    how: type[Append] | type[Put] | type[Replace]
    route: Route
    parent: Any
    pair: tuple[Any, Any] | None
    flow: bool


def _nothing(node: Node) -> bool:
    return node.tag == "null" or (not isinstance(node, ScalarNode) and not node.value)


def _in_brackets(text: str, node: Node) -> bool:
    return not isinstance(node, ScalarNode) and text[node.start_mark.index] in "{["


def spots(text: str, node: Node | None, route: Route = (), *, flow: bool = False) -> Iterator[Spot]:
    """Every place where a text can be edited, from a node on."""
    flow = flow or (node is not None and _in_brackets(text, node))
    if isinstance(node, MappingNode):
        pairs = {key.value: (key, value) for key, value in node.value}
        for key in (*order(route), "x-baru"):
            if key not in pairs:
                yield Spot(Put, (*route, key), node, None, flow)
                yield Spot(Append, (*route, key), node, None, flow)
        for key, pair in pairs.items():
            yield from _at(text, node, (*route, key), pair, flow=flow)
    elif isinstance(node, SequenceNode):
        for place, item in enumerate(node.value):
            yield from _at(text, node, (*route, place), (item, item), flow=flow)


def _at(text: str, parent: Node, route: Route, pair: tuple[Node, Node], *, flow: bool) -> Iterator[Spot]:
    value = pair[1]
    if _nothing(value):
        if isinstance(parent, MappingNode):
            yield Spot(Put, route, parent, pair, flow)
            yield Spot(Append, route, parent, pair, flow)
        return
    if isinstance(value, ScalarNode):
        yield Spot(Replace, route, parent, pair, flow)
        return
    if isinstance(value, SequenceNode) and isinstance(parent, MappingNode):
        yield Spot(Append, route, parent, pair, flow or _in_brackets(text, value))
    yield from spots(text, value, route, flow=flow)


@st.composite
def edits(draw: st.DrawFn, text: str) -> tuple[Spot, Edit]:
    """An edit of a text, and where."""
    all_ = list(spots(text, compose(text)))
    how = draw(st.sampled_from([Append, Put, Replace]))
    # what stands there already is rarer than what does not, and worth more
    there = [spot for spot in all_ if spot.how is how and spot.pair is not None]
    taken: bool = draw(st.booleans())
    fitting = there if there and taken else [spot for spot in all_ if spot.how is how] or all_
    spot = draw(st.sampled_from(fitting))
    return spot, spot.how(spot.route, draw(_scalars if spot.how is Replace else _values))


# --- what an edit has to do ---


def plain(node: Any) -> Any:
    """All that nodes say, x- keys too."""
    if isinstance(node, MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return node.tag, node.value


def said(value: Any) -> Any:
    """A value of the program's in the form of `plain`."""
    value = as_read(value)
    if isinstance(value, dict):
        return {key: said(item) for key, item in value.items()}
    if isinstance(value, list):
        return [said(item) for item in value]
    if isinstance(value, str):
        return "text", value
    return ("bool", str(value).lower()) if isinstance(value, bool) else ("int", str(value))


def expected(data: Any, edit: Edit) -> Any:
    """The data as an edit is to make them."""
    inside = data
    for step in edit.route[:-1]:
        inside = inside[step]
    last = edit.route[-1]
    if isinstance(edit, Append):
        before = inside.get(last)
        inside[last] = [*(before if isinstance(before, list) else ()), said(edit.value)]
    else:
        inside[last] = said(edit.value)
    return data


def changed(before: str, after: str) -> set[int]:
    """The lines of the text before that do not stand in the text after, numbered from 0; their ends aside."""
    old, new = _ENDS.split(before), _ENDS.split(after)
    # what is the same at both ends is aside: blank lines further in would be taken for others
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    compared = SequenceMatcher(None, old[same:], new[same:], autojunk=False).get_opcodes()
    return {same + line for how, start, end, _, _ in compared if how != "equal" for line in range(start, end)}


def lines_of(*nodes: Node) -> set[int]:
    return set(range(nodes[0].start_mark.line, nodes[-1].end_mark.line + 1))


def allowed(text: str, spot: Spot) -> set[int]:
    """The lines that may change, numbered from 0."""
    found = set()
    if not _ENDS.search(text[-1:]):
        # a block that ends with the file gets a line after it, and has to say that it has no end of line itself
        found = {scalar.start_mark.line for scalar in scalars(compose(text))[-1:] if scalar.style in ("|", ">")}
    if spot.pair is not None and (spot.how is Replace or _nothing(spot.pair[1])):
        return found | lines_of(*spot.pair)
    if spot.flow:
        return found | lines_of(spot.parent if spot.pair is None else spot.pair[1])
    return found


def check(text: str, spot: Spot, edit: Edit, result: str) -> None:
    """What holds of every edit that was made."""
    wanted = expected(plain(compose(text)), edit)
    assert plain(compose(result)) == wanted
    assert plain(compose(result, pure=True)) == wanted
    assert comments(result) == comments(text)
    assert set(_ENDS.findall(result)) <= (set(_ENDS.findall(text)) or {"\n"})
    assert result.endswith(("\n", "\r")) == text.endswith(("\n", "\r"))
    assert changed(text, result) <= allowed(text, spot)


def unusual(text: str, spot: Spot, edit: Edit) -> bool:
    """As hardly anybody writes: what `splicing` says it leaves alone."""
    nothing = spot.pair[1] if spot.pair is not None else None
    if not isinstance(nothing, ScalarNode | None) and not isinstance(edit.value, (dict, list)) and spot.how is Put:
        return True

    def odd(node: Node | None, *, flow: bool) -> bool:
        flow = flow or (node is not None and _in_brackets(text, node))
        if isinstance(node, SequenceNode):
            return any(odd(item, flow=flow) for item in node.value)
        if not isinstance(node, MappingNode):
            return False
        in_braces = text[node.start_mark.index] == "{"
        return (flow and not in_braces) or any(
            ":" not in re.sub("#.*", "", text[key.end_mark.index : value.start_mark.index + 1]) or odd(value, flow=flow)
            for key, value in node.value
        )

    return odd(compose(text), flow=False)


@given(yaml_texts, st.data())
def test_an_edit_makes_of_the_data_what_it_says_and_touches_nothing_else(text: str, data: st.DataObject) -> None:
    spot, edit = data.draw(edits(text))
    result = edited(text, [edit], order)
    if result is None:
        assert unusual(text, spot, edit)
    else:
        check(text, spot, edit, result)


@given(yaml_texts, st.data())
def test_edits_together_are_the_edits_one_after_the_other(text: str, data: st.DataObject) -> None:
    one_by_one = text
    made = []
    for _ in range(3):
        _, edit = data.draw(edits(one_by_one))
        result = edited(one_by_one, [edit], order)
        if result is not None:
            made.append(edit)
            one_by_one = result
    assert edited(text, made, order) == one_by_one


def written(text: str, node: ScalarNode) -> bool:
    """True where a text stands as the program would write it, in the quotes it has."""
    raw = text[node.start_mark.index : node.end_mark.index]
    if node.style is None:
        return "\n" not in raw and render({"k": typed(node.value, node.value)}) == f"k: {raw}\n"
    return raw in ("'" + node.value.replace("'", "''") + "'", f'"{node.value}"') and bool(node.value.strip())


@given(yaml_texts, st.data())
def test_a_value_replaced_and_put_back_leaves_the_same_bytes(text: str, data: st.DataObject) -> None:
    found = [spot for spot in spots(text, compose(text)) if spot.how is Replace]
    found = [spot for spot in found if spot.pair is not None and written(text, spot.pair[1])]
    assume(found)
    spot = data.draw(st.sampled_from(found))
    assert spot.pair is not None
    before = spot.pair[1]
    other = edited(text, [Replace(spot.route, data.draw(_scalars))], order)
    assert other is not None
    (after,) = (found.pair[1] for found in spots(other, compose(other)) if found.route == spot.route and found.pair)
    assume(after.style == before.style and after.start_mark.line == after.end_mark.line)
    assert edited(other, [Replace(spot.route, typed(before.value, before.value))], order) == text


@given(yaml_texts, st.data())
def test_a_number_changed_and_changed_back_leaves_the_same_bytes(text: str, data: st.DataObject) -> None:
    before, after = "NC-A-2024-004", "NC-A-2024-012"
    ids = st.sampled_from([before, before + "0", "NC-A-2024-00", "X" + before])
    for word in ("P-031", "Gerai", "tiga", "7.3"):
        text = text.replace(word, data.draw(ids))
    assume(not isinstance(parse(text), Fault))
    assert renamed(renamed(text, before, after), after, before) == text
    new = renamed(text, before, after)
    assert ("amended" in text) or len(mentions(after).findall(new)) == len(mentions(before).findall(text))
