"""What a step is: what it asks for, what it adds where, and what must hold before. Pure data and functions.

The table of steps makes the commands, so it is read at every start of the program: what is heavy is imported where a
step is taken.

What a step may do is judged by the rules of `check` on the record as it would be (`steps.carry_out`). `before` holds
only what no record can show afterwards: that nothing is added to what is over, or done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from mpp_qms.findings import Route
from mpp_qms.messages import Message
from mpp_qms.store.edits import Edit
from mpp_qms.words import word

if TYPE_CHECKING:
    from mpp_qms.records.common import Action, Common
    from mpp_qms.records.policy import KindName
    from mpp_qms.register import Register

#: What was answered, by the name of the option: texts, days, tuples of texts, references.
Answers: TypeAlias = Mapping[str, Any]
#: How an answer is written and asked for.
Form = Literal[
    "text",
    "day",
    "person",
    "unit",
    "new-unit",
    "sop",
    "choice",
    "yes-no",
    "whys",
    "reference",
    "clause",
    "service",
    "key",
    "field",
]


@dataclass(frozen=True, slots=True)
class Option:
    """Something a step asks for: `--name`, a help text, the question on a terminal.

    What is `needed` is asked for where it is missing; what is `offered` is asked for along with it and may stay empty.
    `when`: it is asked for only in places of which this is true; `follows`: only once this is true of what was answered.
    `labels`: what its choices are called here; `short`: what it is called itself where one of several is to be given.
    """

    name: str
    help: str
    question: str = ""
    form: Form = "text"
    choices: Callable[[], tuple[str, ...]] = tuple
    needed: bool = True
    offered: bool = False
    many: bool = False
    metavar: str = "TEXT"
    labels: Mapping[str, str] = field(default_factory=dict)
    when: Callable[[Place], bool] | None = None
    follows: Callable[[Answers], bool] | None = None
    short: str = ""

    @property
    def flag(self) -> str:
        """As it is written on the command line."""
        return f"--{self.name.replace('_', '-')}"


class Stop(NamedTuple):
    """Why a step cannot be taken now: the code of a rule, what stands in its sentences, the command that comes first."""

    code: str
    values: Mapping[str, object]
    command: str | None = None


#: Why a step cannot be taken in a place, with what was answered so far.
Condition: TypeAlias = Callable[["Place", Answers], Iterator[Stop]]
#: What a step changes in the record, with everything answered.
Edits: TypeAlias = Callable[["Place", Answers], tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step is taken: a record, read, and the register it is judged in; `action`: the route of the one named."""

    record: Any
    register: Register
    action: Route | None = None

    @property
    def id(self) -> str:
        """The record's id."""
        return str(self.record.id)

    @property
    def named(self) -> Action:
        """The action named."""
        assert self.action is not None
        name, index = self.action[0], self.action[1]
        return getattr(self.record, str(name))[index]  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the words of its command, the kinds of record it is for, and what it does.

    `told` says what happened; its places are `record`, `action` and the answers. `of_action`: it names an action of
    the record. `one_of`: at least one of these options is needed; `told_of`: what happened, by the one given. `reminder`:
    what is left to do that no question asked for. `felt_elsewhere`: other records count on what it changes, so that those
    are judged, too, and warned of.
    """

    words: str
    kinds: tuple[KindName, ...]
    help: str
    told: str
    options: tuple[Option, ...]
    edits: Edits
    before: tuple[Condition, ...] = ()
    by: Option | None = None
    of_action: bool = False
    one_of: tuple[str, ...] = ()
    told_of: Mapping[str, str] = field(default_factory=dict)
    reminder: Callable[[Place, Answers], Message | None] | None = None
    felt_elsewhere: bool = False

    @property
    def asked(self) -> tuple[Option, ...]:
        """Everything it asks for, in the order of the questions; whose hand it was last."""
        return (*self.options, *([self.by] if self.by is not None else []))

    def id_added(self, place: Place, answers: Answers) -> str | None:
        """The id of the action that the step adds; None where it adds none."""
        added = getattr(next(iter(self.edits(place, answers)), None), "value", None)
        return added.get("id") if isinstance(added, dict) else None


def by(question: str, help_: str, *, needed: bool = True, when: Callable[[Place], bool] | None = None) -> Option:
    """Whose hand it is: the `--by` of a step, in the words of that step."""
    return Option("by", help_, question, "person", needed=needed, offered=bool(question), metavar="CODE", when=when)


def entry(**keys: Any) -> dict[str, Any]:
    """A mapping for a record: what is absent, or empty, is left out."""
    names = {"from_": "from"}
    return {
        names.get(key, key): value for key, value in keys.items() if value is not None and value not in ((), [], "")
    }


def actions_in(record: Common) -> Iterator[tuple[Route, Action]]:
    """Every action of a record, with the way to it: corrections, actions, decisions of a review."""
    from mpp_qms.records.nonconformity import Nonconformity
    from mpp_qms.records.review import Review

    names = {Nonconformity: ("corrections", "actions"), Review: ("decisions",)}.get(type(record), ())
    for name in names:
        for index, action in enumerate(getattr(record, name)):
            yield (name, index), action


def find_action(record: Common, id_: str) -> Route | None:
    """The way to the action with an id, whatever its letters' case; None where there is none, or two have it."""
    found = [route for route, action in actions_in(record) if action.id.upper() == id_.upper()]
    return found[0] if len(found) == 1 else None


def next_id(letter: str, taken: Iterator[str] | list[str]) -> str:
    """The id after the highest of this letter: `A3` after `A2`."""
    numbers = [int(id_[1:]) for id_ in taken if id_[:1].upper() == letter and id_[1:].isdigit()]
    return f"{letter}{max(numbers, default=0) + 1}"


def day_of(answers: Answers) -> date:
    """The day of the step."""
    day: date = answers["date"]
    return day


def told(step: Step, answers: Answers) -> str:
    """The sentence that says what happened."""
    return next((text for name, text in step.told_of.items() if answers.get(name)), step.told)


def valued(step: Step, answers: Answers) -> dict[str, object]:
    """The answers for a sentence: choices by their names; documents stay out."""
    choices = {option.name for option in step.asked if option.form == "choice"}
    documents = {option.name for option in step.asked if option.form == "reference"}
    return {name: word(value) if name in choices else value for name, value in answers.items() if name not in documents}
