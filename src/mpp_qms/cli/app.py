"""The program as a whole: its commands, its help in the reader's language, and how it ends."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from mpp_qms.cli.context import given_language, locale_language
from mpp_qms.cli.exits import Refused, guarded
from mpp_qms.messages import N_, Translator, translator

_HEADINGS = {
    "Usage:": N_("Usage:"),
    "Options:": N_("Options:"),
    "Commands:": N_("Commands:"),
    "Arguments:": N_("Arguments:"),
}
#: What stands for a value in the help; the others (ID, UNIT, N …) are the same in every language.
_METAVARS = {
    text: text
    for text in (
        N_("TEXT"),
        N_("DATE"),
        N_("FILE"),
        N_("DIR"),
        N_("CODE"),
        N_("GRADE"),
        N_("METHOD"),
        N_("CATEGORY"),
        N_("REASON"),
        N_("REF"),
        N_("RESULT"),
        N_("VALUE"),
        N_("NAME"),
        N_("NEW"),
        N_("NUMBER"),
        N_("OUTPUT"),
        N_("PARTY"),
        N_("PATH|URL"),
        N_("PERCENT"),
        N_("KEY"),
        N_("KIND"),
        N_("KIND[:REF]"),
        N_("ACTION"),
        N_("EDITION"),
        N_("ID=NAME"),
        N_("ID|PATH"),
        N_("[OPTIONS]"),
        N_("COMMAND [ARGS]..."),
    )
}
#: What typer writes behind the help of an option.
_REMARKS = {"[required]": N_("[required]"), "[default:": N_("[default:")}
#: Options of typer's own.
_COMPLETION = {
    "install_completion": N_("Install completion for this shell."),
    "show_completion": N_("Show completion for this shell, to copy it."),
}


def run(words: Sequence[str]) -> int:
    """Run the command line; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Windows writes its own code page unless told; what it cannot write is no reason to fail
            stream.reconfigure(encoding="utf-8", errors="replace")
    debug = "--debug" in words
    try:
        tr = translator(given_language(words) or locale_language())
    except Refused as refused:
        error, tr = refused, translator(locale_language())

        def fail() -> None:
            raise error

        return guarded(fail, tr, debug=debug)
    command = typer.main.get_command(build(words))
    localise(command, tr)
    return guarded(lambda: command(args=list(words), prog_name="mpp-qms", standalone_mode=False), tr, debug=debug)


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The commands, with their help in English; `localise` puts it into another language.

    Only the command that `words` begin with, where they do: to make them all takes longer than many an answer.
    """
    app = typer.Typer(
        help=N_("Keeps the ISO 9001 quality system of a public-service mall honest and ready for its auditor."),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )
    app.callback()(_root)
    meant = [register for names, register in _COMMANDS if words and words[0] in names]
    for register in meant or [register for _, register in _COMMANDS]:
        register(app)
    return app


def _questions(app: typer.Typer) -> None:
    from mpp_qms.cli import audit, check, diff, overdue, trend

    for module in (audit, overdue, check, diff, trend):
        module.register(app)


def _nonconformities(app: typer.Typer) -> None:
    from mpp_qms.cli import nonconformity, step

    step.register("nc", nonconformity.register(app))


def _actions(app: typer.Typer) -> None:
    from mpp_qms.cli import step

    actions = typer.Typer(
        help=N_("Actions: corrections, corrective actions, decisions of a review."),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    app.add_typer(actions, name="action")
    step.register("action", actions)


def _sops(app: typer.Typer) -> None:
    from mpp_qms.cli import sop, step

    step.register("sop", sop.register(app))


def _hand_over(app: typer.Typer) -> None:
    from mpp_qms.cli import hand_over

    hand_over.register(app)


def _evidence(app: typer.Typer) -> None:
    from mpp_qms.cli import evidence

    evidence.register(app)


def _upkeep(app: typer.Typer) -> None:
    from mpp_qms.cli import fmt, init, log, migrate

    for module in (log, fmt, migrate, init):
        module.register(app)


def _explanations(app: typer.Typer) -> None:
    from mpp_qms.cli import explain

    explain.register(app)


#: The commands in the order of the help, and what makes them.
_COMMANDS: tuple[tuple[tuple[str, ...], Callable[[typer.Typer], None]], ...] = (
    (("audit", "overdue", "check", "diff", "trend"), _questions),
    (("nc",), _nonconformities),
    (("action",), _actions),
    (("sop",), _sops),
    (("hand-over",), _hand_over),
    (("evidence",), _evidence),
    (("log", "fmt", "migrate", "init"), _upkeep),
    (("clause", "rule", "policy", "schema"), _explanations),
)


def _version(value: bool) -> None:
    if value:
        from mpp_qms import __version__

        typer.echo(f"mpp-qms {__version__}")
        raise typer.Exit


def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help=N_("Show the version.")),
) -> None:
    pass


def localise(command: Any, tr: Translator) -> None:
    """Put the help of a command, its options and all commands below it into a language."""
    for name in ("help", "short_help", "epilog"):
        if getattr(command, name, None):
            setattr(command, name, tr(getattr(command, name)))
    for thing, name in (
        (command, "options_metavar"),
        (command, "subcommand_metavar"),
        *((p, "metavar") for p in command.params),
    ):
        if getattr(thing, name, None) in _METAVARS:
            setattr(thing, name, tr(getattr(thing, name)))
    for param in command.params:
        if getattr(param, "help", None):
            param.help = tr(_COMPLETION.get(param.name, param.help))
    written, asked = command.format_help, command.get_help_option

    def format_help(ctx: Any, formatter: Any) -> None:
        written(ctx, formatter)
        formatter.buffer[:] = [_headings(text, tr) for text in formatter.buffer]

    def get_help_option(ctx: Any) -> Any:
        option = asked(ctx)
        if option is not None:
            option.help = tr(N_("Show this help."))
        return option

    command.format_help, command.get_help_option = format_help, get_help_option
    for below in getattr(command, "commands", {}).values():
        localise(below, tr)


def _headings(text: str, tr: Translator) -> str:
    for heading, template in _HEADINGS.items():
        text = re.sub(rf"^{heading}", tr(template), text, flags=re.MULTILINE)
    for remark, template in _REMARKS.items():
        text = text.replace(remark, tr(template))
    return text
