"""`mpp-qms clause | rule | policy | schema`: what the program knows, explained."""

import os
from pathlib import Path
from typing import Annotated

import typer

from mpp_qms.cli import completing, options
from mpp_qms.cli.context import Opened, open_records, reader
from mpp_qms.cli.exits import FINE, Refused, near
from mpp_qms.cli.out import colours, emit
from mpp_qms.messages import N_, Message


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("clause", help=N_("What a clause asks for at a public-service mall, and what this mall has for it."))(
        clause
    )
    app.command("rule", help=N_("Explain the code of a finding: what, why, an example, how to mend it."))(rule)
    app.command("policy", help=N_("Time limits and other choices of the mall, with their source and how sure it is."))(
        policy
    )
    app.command("schema", help=N_("Print the JSON Schema of a kind of record, for editors."))(schema)


def _opened(root: Path | None, as_of: str | None) -> Opened | None:
    """The records where there are some here; these commands also answer without."""
    if root is None and as_of is None and not os.environ.get("MPP_QMS_ROOT"):
        try:
            return open_records(None, None)
        except (Refused, OSError):
            return None
    return open_records(root, as_of)


def clause(
    number: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER",
            autocompletion=completing.clauses,
            help=N_("A clause, for instance 8.5.1; none: the tree."),
        ),
    ] = None,
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The tree, or one entry; where records are found, with what this mall has for it."""
    from mpp_qms import catalogue
    from mpp_qms.records.common import clause_number
    from mpp_qms.register import DEFAULT_EDITION
    from mpp_qms.views import explained as view
    from mpp_qms.views.terminal.style import style

    opened = _opened(root, as_of) if number is not None or root is not None else None
    tr = opened.tr if opened is not None else reader(root)
    standard = opened.register.standard if opened is not None else catalogue.standard(DEFAULT_EDITION)
    how = style(colours=colours(output))
    if number is None:
        emit(view.tree(standard, tr, how, as_json=format_ == "json"), output)
        return FINE
    entry = standard.clauses.get(clause_number(number) if number.strip() else "")
    if entry is None:
        values = {"clause": number, "edition": standard.edition, "hint": near(number, standard.clauses)}
        raise Refused(Message(N_("There is no clause {clause} in {edition}.{hint}"), values))
    held = _held(opened, entry.number) if opened is not None else None
    emit(view.clause(entry, standard, held, tr, how, as_json=format_ == "json"), output)
    return FINE


def _held(opened: Opened, number: str):  # type: ignore[no-untyped-def]
    from mpp_qms.readiness import state_of
    from mpp_qms.readiness.explain import explain

    state = state_of(opened.register, None)
    return [(cell, explain(state, number, cell.unit)) for cell in state.cells if cell.clause == number]


def rule(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", autocompletion=completing.rules, help=N_("The code of a finding; none: all codes.")
        ),
    ] = None,
    root: options.Root = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The page of a rule; a code that was given up leads to its successor."""
    from mpp_qms.rules.registry import RETIRED
    from mpp_qms.rules.table import all_rules
    from mpp_qms.views import explained as view
    from mpp_qms.views.terminal.style import style

    tr = reader(root)
    how = style(colours=colours(output))
    if code is None:
        emit(
            view.rules(sorted(all_rules().values(), key=lambda entry: entry.code), tr, how, as_json=format_ == "json"),
            output,
        )
        return FINE
    found = all_rules().get(RETIRED.get(code.upper(), code.upper()))
    if found is None:
        raise Refused(
            Message(N_("There is no rule {code}.{hint}"), {"code": code, "hint": near(code.upper(), all_rules())})
        )
    emit(view.rule(found, tr, how, as_json=format_ == "json"), output)
    return FINE


def policy(
    root: options.Root = None,
    as_of: options.AsOf = None,
    format_: options.OutputFormat = "terminal",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """Every policy key: the default, what is in force here, where it comes from."""
    from mpp_qms.records.policy import DEFAULT
    from mpp_qms.views import explained as view
    from mpp_qms.views.terminal.style import style

    opened = _opened(root, as_of)
    tr = opened.tr if opened is not None else reader(root)
    in_force = opened.register.policy() if opened is not None else DEFAULT
    emit(view.policy(in_force, tr, style(colours=colours(output)), as_json=format_ == "json"), output)
    return FINE


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="KIND", help=N_("qms, unit, sop, nonconformity, evidence, audit, review; none: all.")),
    ] = None,
    root: options.Root = None,
    format_: options.OutputFormat = "json",
    output: options.Output = None,
    lang: options.Lang = None,
    debug: options.Debug = False,
) -> int:
    """The JSON Schema (2020-12) of a kind, or of all kinds by name; in either format, for it is read by programs.

    Into a folder, each kind gets a file of its own, as editors want it.
    """
    from mpp_qms.records.kinds import BY_NAME
    from mpp_qms.records.shapes import json_schema
    from mpp_qms.views import json

    tr = reader(root)
    if kind is None and output is not None and output.is_dir():
        from mpp_qms.new_repository import schemas

        for name, text in schemas(tr.language).items():
            emit(text, output / name)
        return FINE
    if kind is None:
        emit(json.text({name: json_schema(entry.model, tr, entry.title) for name, entry in BY_NAME.items()}), output)
        return FINE
    if kind not in BY_NAME:
        raise Refused(
            Message(N_("There is no kind {kind}; there are {known}."), {"kind": kind, "known": tuple(BY_NAME)})
        )
    emit(json.text(json_schema(BY_NAME[kind].model, tr, BY_NAME[kind].title)), output)
    return FINE
