"""What the shell offers for the next word, from the names of files and qms.yaml: no record but the one named is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Offer = tuple[str, str]
Completion = Callable[[Any, str], list[Offer]]


def _root(context: Any) -> Path:
    from mpp_qms.store.root import find_root

    given = context.params.get("root")
    return find_root(given, os.environ.get("MPP_QMS_ROOT"), Path.cwd())


def _offering(source: Callable[[Any], Iterable[Offer]]) -> Completion:
    """A completion that offers what begins with the word so far, written as that is: small, or without the id's `NC-`."""

    # typer hands over by the names of parameters
    def complete(ctx: Any, incomplete: str) -> list[Offer]:
        try:
            return [(form, help_) for text, help_ in source(ctx) for form in _forms(text, incomplete)]
        except Exception:
            # a shell shows whatever is printed in the middle of the line: where nothing can be offered, nothing is
            return []

    return complete


def _forms(text: str, begun: str) -> Iterator[str]:
    """The first way to write a word that begins as it was begun; none where no way does."""
    short = text.partition("-")[2]
    for form in (text, text.lower(), short, short.lower()):
        if form and form.startswith(begun):
            yield form
            return


def records(*kinds: str) -> Completion:
    """The ids of the records of some kinds."""

    def source(context: Any) -> Iterator[Offer]:
        from mpp_qms.store.names import names

        return ((id_, "") for id_, _ in names(_root(context), *kinds))

    return _offering(source)


def _named(context: Any, *kinds: str) -> dict[str, Any]:
    """What the record named before states; nothing where none is, or it cannot be read."""
    from mpp_qms.findings import Fault
    from mpp_qms.records.ids import meant
    from mpp_qms.store.names import names
    from mpp_qms.store.yaml_text import parse

    root = _root(context)
    known = dict(names(root, *kinds))
    # where the value of an option is completed, the words before it are not told apart yet
    found = meant(context.params.get("id_") or next(iter(context.args), ""), known)
    data = parse((root / known[found[0]]).read_text(encoding="utf-8-sig")) if len(found) == 1 else Fault("")
    return data if not isinstance(data, Fault) else {}


def _actions(context: Any) -> Iterator[Offer]:
    """The ids of the actions of the record named before, with what they are."""
    data = _named(context, "nonconformity", "review")
    for name in ("corrections", "actions", "decisions"):
        for action in data.get(name, ()):
            if isinstance(action, dict) and isinstance(action.get("id"), str):
                yield action["id"], str(action.get("what", ""))


def _fields(context: Any) -> Iterator[Offer]:
    """The facts of the nonconformity named before, with what they hold."""
    from mpp_qms.records.amendments import fields_of, route_of

    data = _named(context, "nonconformity")
    for field in fields_of(data):
        found = route_of(field, data)
        yield field, str(found[1]) if not isinstance(found, str) else ""


def _people(context: Any) -> Iterator[Offer]:
    """Staff codes, with their roles."""
    from mpp_qms.records.kinds import BY_NAME
    from mpp_qms.records.qms import Qms
    from mpp_qms.store.reading import read_record
    from mpp_qms.store.root import ROOT_FILE

    qms = read_record(_root(context), ROOT_FILE, BY_NAME["qms"], None).record
    for person in qms.people if isinstance(qms, Qms) else ():
        roles = (f"{held.role} {held.unit or ''}".strip() for held in person.roles)
        yield person.code, ", ".join(roles)


def _standard() -> Any:
    from mpp_qms import catalogue
    from mpp_qms.register import DEFAULT_EDITION

    return catalogue.standard(DEFAULT_EDITION)


def _language() -> str:
    from mpp_qms.cli.context import given_language, locale_language

    return given_language(()) or locale_language()


def _clauses(context: Any) -> Iterator[Offer]:
    language = _language()
    return ((clause.number, clause.title[language]) for clause in _standard().clauses.values())


def _keys(context: Any) -> Iterator[Offer]:
    language = _language()
    return ((key, expectation.title[language]) for key, expectation in _standard().keys.items())


def _rules(context: Any) -> Iterator[Offer]:
    from mpp_qms.rules.table import all_rules

    return ((code, rule.title) for code, rule in all_rules().items())


def _services(context: Any) -> Iterator[Offer]:
    from mpp_qms.findings import Fault
    from mpp_qms.store.yaml_text import parse

    path = _root(context) / "units" / (context.params.get("of_unit") or "") / "unit.yaml"
    data = parse(path.read_text(encoding="utf-8-sig"))
    for service in data.get("services", ()) if not isinstance(data, Fault) else ():
        yield str(service.get("id", "")), str(service.get("name", ""))


def among(choices: Callable[[], tuple[str, ...]]) -> Completion:
    """Certain words."""
    return _offering(lambda _: ((choice, "") for choice in choices()))


units = records("unit")
actions = _offering(_actions)
fields = _offering(_fields)
people = _offering(_people)
clauses = _offering(_clauses)
keys = _offering(_keys)
rules = _offering(_rules)
services = _offering(_services)
