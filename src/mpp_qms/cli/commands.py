"""Commands made from what they ask for: the parameters of one are its options, and what all that change records take."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from mpp_qms.cli import options
from mpp_qms.cli.desk import Asked
from mpp_qms.steps.step import Option

#: In nc analyse the root cause, everywhere else the folder of the records (DESIGN.md names both so).
ROOT = "--root"
#: What an argument is: its name, its type, how it is shown, its default.
Argument = tuple[str, Any, Any, Any]
REQUIRED = inspect.Parameter.empty


def command(
    name: str,
    doc: str,
    arguments: Sequence[Argument],
    asked: Sequence[Option],
    run: Callable[[dict[str, Any], dict[str, Any]], int],
    *,
    dated: bool = True,
) -> Callable[..., int]:
    """A function for typer. `run` gets what was given to the options, by name, and the rest, by name.

    `dated`: it takes `--date`, the day it happened.
    """

    def run_with(**given: Any) -> int:
        own = {option.name: given.pop(_name(option)) for option in asked}
        return run(own | {"date": given.get("date")} if dated else own, given)

    parameters = [_parameter(*argument) for argument in arguments]
    for option in asked:
        kind = list[str] | None if option.many or option.flag == ROOT else str | None
        parameters.append(_parameter(_name(option), kind, options.of_step(option), None))
    taken = any(option.flag == ROOT for option in asked)
    for shared, (kind, info, default) in options.OF_STEPS.items():
        if shared != "date" or dated:
            own = options.FOLDER if shared == "root" and taken else info
            parameters.append(_parameter(shared, kind, own, default))
    run_with.__name__ = name.replace(" ", "_").replace("-", "_")
    run_with.__doc__ = doc
    run_with.__annotations__ = {}
    run_with.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    return run_with


def _name(option: Option) -> str:
    """The parameter of an option: not that of one which all commands share."""
    return f"of_{option.name}"


def _parameter(name: str, kind: Any, info: Any, default: Any) -> inspect.Parameter:
    how = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, how, default=default, annotation=Annotated[kind, info])


def asked_for(rest: dict[str, Any]) -> Asked:
    """How a change is asked for, by what all these commands take."""
    return Asked(dry_run=rest["dry_run"], as_json=rest["format_"] == "json", commit=rest["commit"])
