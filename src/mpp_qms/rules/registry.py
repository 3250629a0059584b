"""What a rule is, and the one table of them.

A rule is a pure function of a record and the register that yields a Hit for each breach; all that people are
told of it stands in its decorator. Codes are stable: a retired one is kept in RETIRED and leads to its successor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from mpp_qms.findings import Route, Severity
from mpp_qms.messages import N_


class Hit(NamedTuple):
    """A breach: the way to it inside the record, and what stands in the rule's sentences."""

    route: Route = ()
    values: Mapping[str, object] = {}


#: (record, register) → breaches; a rule on the Register itself: (register) → breaches, each with its record.
Check = Callable[..., Iterator[Any]]
F = TypeVar("F", bound=Check)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its page.

    `on`: the types of record it is asked of (Common: any; Register: the records as a whole; History: a change to them;
    none: it is applied while reading).
    `message` and `help` have named places for the values of a Hit; `source` names the clause, the regulation or
    the section of FORMAT.md or FACTS.md it comes from; `example` is a piece of YAML that breaks it. `legacy`: its
    severity in records entered from an older system, where it differs. `needs_qms`: it speaks of people, parties
    or policy, and is silent where qms.yaml could not be read. `command`: what mends it from the terminal, with named
    places for the id of the record (`record`) and the values of the Hit.
    """

    code: str
    severity: Severity
    on: tuple[type, ...]
    title: str
    message: str
    help: str
    why: str
    source: str
    example: str
    legacy: Severity | None = None
    needs_qms: bool = False
    command: str | None = None
    check: Check | None = field(default=None, compare=False)


RULES: dict[str, Rule] = {}
#: Codes that were given up → the code that took their place.
RETIRED: dict[str, str] = {}
#: Families that no waiver lets pass, by the first letters of their codes (FORMAT.md, qms.yaml).
NEVER_WAIVED: dict[str, str] = {
    "SYN": N_("syntax"),
    "SCH": N_("schema"),
    "PRV": N_("privacy"),
    "HIS": N_("history"),
    "STP": N_("steps"),
}


def rule(code: str, severity: Severity, on: type | tuple[type, ...], **page: Any) -> Callable[[F], F]:
    """Register a function as the rule `code`, on records of a type or of some types (see Rule)."""

    def register(check: F) -> F:
        _add(Rule(code=code, severity=severity, on=on if isinstance(on, tuple) else (on,), check=check, **page))
        return check

    return register


def declare(code: str, severity: Severity, **page: Any) -> None:
    """Enter a rule that reading applies: a Fault or suspicion with this code becomes a finding."""
    _add(Rule(code=code, severity=severity, on=(), **page))


def _add(entry: Rule) -> None:
    if entry.code in RULES:
        raise ValueError(f"two rules are called {entry.code}")
    RULES[entry.code] = entry
