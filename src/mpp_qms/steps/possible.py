"""Which steps are possible now: each is tried, with plausible answers, on the record as it would be.

Nothing is known here of what a step may do: what must hold before it and the rules of `check` decide, as they do when
the step is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, product
from pathlib import Path
from typing import Any

from mpp_qms.records.nonconformity import is_open, owner_on
from mpp_qms.records.qms import ROLES
from mpp_qms.register import Register
from mpp_qms.steps.carry_out import new_findings, place_in, spliced, stops
from mpp_qms.steps.step import Answers, Option, Place, Step, Stop, actions_in
from mpp_qms.steps.table import STEPS
from mpp_qms.store.names import names
from mpp_qms.store.repository import load_some, near

#: So many people are tried for a step: the first of each role, and those of the unit.
_PEOPLE = 12
#: So many units are tried for a move.
_UNITS = 3
#: So many sets of answers are tried for a step.
_TRIALS = 60


@dataclass(frozen=True, slots=True)
class Possible:
    """A step that can be taken now: its command, and what it does."""

    command: str
    help: str


def possible(root: Path, path: str, text: str, day: date) -> Iterator[Possible]:
    """The steps that can be taken in a record on a day, in the order of the life."""
    place = place_in(root, path, text, day)
    if place is None:
        return
    units = tuple(islice((id_ for id_, _ in names(root, "unit")), _UNITS))
    repository = load_some(root, near(root, [text]) | {f"units/{unit}/unit.yaml" for unit in units})
    people = tuple(islice(_people(place.register, place), _PEOPLE))
    for step in STEPS.values():
        for here in _places(step, place):
            for answers in islice(_trials(step, here, people, units), _TRIALS):
                if _goes(step, here, answers, root, path, text, day, repository):
                    action = f" {here.named.id}" if here.action is not None else ""
                    yield Possible(f"mpp-qms {step.words} {place.id}{action}", step.help)
                    break


def _places(step: Step, place: Place) -> Iterator[Place]:
    """Where in the record a step could be taken: the record itself, or each of its open actions."""
    kind = {"Nonconformity": "nonconformity", "Review": "review", "Sop": "sop"}.get(type(place.record).__name__)
    if kind not in step.kinds:
        return
    if not step.of_action:
        yield place
        return
    open_ = [route for route, action in actions_in(place.record) if is_open(action, place.register.known)]
    # what is done is told for each; what may be done otherwise for the first
    for route in open_ if step.words == "action done" else open_[:1]:
        yield replace(place, action=route)


def _people(register: Register, place: Place) -> Iterator[str]:
    """People who could act: of every role the first two, those of the unit before them."""
    day = register.day
    unit = getattr(place.record, "unit", None)
    seen: set[str] = set()
    of_unit = (code for code in register.people if register.serves(code, unit, day))
    by_role = (
        code
        for role in ROLES
        for code in islice(
            (code for code, held in register.holders.get(role, ()) if register.has_role(code, (role,), day)), 2
        )
    )
    for code in [*by_role, *islice(of_unit, 4)]:
        if code not in seen:
            seen.add(code)
            yield code


def _trials(step: Step, place: Place, people: Iterable[str], units: Iterable[str]) -> Iterator[Answers]:
    """Answers that people might give, all sorts of them."""
    day = place.register.known
    if step.one_of:
        for name in step.one_of:
            option = next(option for option in step.options if option.name == name)
            for value in _values(option, place, people, units):
                yield {"date": day, name: value}
        return
    asked = [option for option in step.asked if option.needed or (option.when is not None and option.when(place))]
    # whoever acts changes slowest: what a step is about is tried out first
    asked.sort(key=lambda option: option.form != "person")
    for values in product(*(tuple(_values(option, place, people, units)) for option in asked)):
        yield {"date": day, **{option.name: value for option, value in zip(asked, values, strict=True)}}


def _values(option: Option, place: Place, people: Iterable[str], units: Iterable[str]) -> Iterator[Any]:
    if option.form == "person":
        owner = owner_on(place.named, place.register.known) if place.action is not None else None
        codes = [code for code in people if option.name != "to" or code != owner]
        # of a step that takes several at once, one is enough
        yield from ((code,) for code in codes) if option.many else codes
    elif option.form == "day":
        yield place.register.known
    elif option.form == "yes-no":
        yield True
    elif option.form == "choice":
        yield from option.choices()
    elif option.form == "unit":
        yield from units
    else:
        yield option.name


def _goes(
    step: Step, place: Place, answers: Mapping[str, Any], root: Path, path: str, text: str, day: date, repository: Any
) -> bool:
    if any(True for _ in stops(step, place, answers)):
        return False
    rewritten = spliced(path, text, step.edits(place, answers), place.id)
    if isinstance(rewritten, Stop):
        return False
    # no answer names a document by its path: those of the record were looked at once for all trials
    found = new_findings(root, [rewritten], day, repository, attachments=place.register.attachments)
    return not any(finding.severity == "error" for finding in found)
