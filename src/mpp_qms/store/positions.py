"""Findings name a way of keys; here it becomes a line and a column, last of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from mpp_qms.findings import Fault, Finding, Route
from mpp_qms.store.reading import read_text
from mpp_qms.store.yaml_text import Pairs, compose, place


def locate(root: Path, findings: Iterable[Finding], texts: Mapping[str, str] | None = None) -> list[Finding]:
    """The findings with line and column, in the order of path, line, column and code; each file is composed once.

    `texts`: of the files that were judged otherwise than they stand on disk.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    located: list[Finding] = []
    for path in sorted(by_path):
        open_ = [finding for finding in by_path[path] if finding.line is None]
        done = [finding for finding in by_path[path] if finding.line is not None]
        routes = [finding.route for finding in open_]
        text = (texts or {}).get(path)
        places = places_of(root, path, routes) if text is None else [place_in_text(text, route) for route in routes]
        done += [replace(finding, line=at[0], column=at[1]) for finding, at in zip(open_, places, strict=True)]
        done.sort(key=lambda finding: (finding.line or 0, finding.column or 0, finding.code))
        located += done
    return located


def places_of(root: Path, path: str, routes: list[Route]) -> list[tuple[int, int]]:
    """Line and column (from 1) of each route in one file; its beginning where the file holds no nodes (any more)."""
    if not any(routes):
        return [(1, 1)] * len(routes)
    text = read_text(root / path)
    node = _nodes(text) if not isinstance(text, Fault) else None
    pairs: Pairs = {}
    return [place(node, route, pairs) for route in routes]


def place_in_text(text: str, route: Route) -> tuple[int, int]:
    """Line and column (from 1) of a route in a text that is in no file yet."""
    return place(_nodes(text), route)


def span_of(text: str, key: str) -> tuple[int, int]:
    """Where in a text the value of a key of the record begins and ends; its end twice where there is none."""
    mark = len(text) - len(text.removeprefix("\ufeff"))
    node = _nodes(text[mark:])
    for found, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if found.value == key:
            return value.start_mark.index + mark, value.end_mark.index + mark
    return len(text), len(text)


def _nodes(text: str) -> yaml.Node | None:
    try:
        return compose(text)
    except yaml.YAMLError:
        return None
