"""Exit codes, and the one place where whatever goes wrong becomes a sentence and a code (DESIGN.md, contract)."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from mpp_qms.messages import N_, Message, Translate

FINE, NO, USAGE, UNREADABLE, DEFECT, INTERRUPTED = 0, 1, 2, 3, 70, 130


class Refused(Exception):  # noqa: N818 (what only a person can settle, with its exit code)
    """A sentence for the person, the exit code, and how to mend it."""

    def __init__(self, message: Message, code: int = USAGE, help_: Message | None = None) -> None:
        """`help_`: what to do, on a line of its own."""
        super().__init__(message.template)
        self.message, self.code, self.help = message, code, help_


def guarded(action: Callable[[], Any], tr: Translate, *, debug: bool) -> int:
    """Run a command; whatever comes out of it is an exit code and, on stderr, one sentence."""
    try:
        result = action()
        sys.stdout.flush()
    except Refused as refused:
        say(refused.message.show(tr))
        if refused.help is not None:
            say(refused.help.show(tr))
        return refused.code
    except typer.Exit as left:
        return left.exit_code
    except (KeyboardInterrupt, typer.Abort):
        say(tr(N_("Interrupted; nothing was changed.")))
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read us has enough: no error, and the interpreter must not complain at its end
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        if debug:
            traceback.print_exc()
        reason = error.strerror or str(error)
        say(
            Message(
                N_("{path}: {reason}; nothing was changed."), {"path": error.filename or "-", "reason": reason}
            ).show(tr)
        )
        return UNREADABLE
    except Exception as error:
        if _is_usage(error):
            say(_usage(error).show(tr))
            return USAGE
        return _defect(error, tr, debug=debug)
    return result if isinstance(result, int) else FINE


def say(text: str) -> None:
    """A line on stderr; a closed stderr is no reason to fail."""
    from mpp_qms.views.terminal.style import clean

    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(clean(text) + "\n")
        sys.stderr.flush()


def _is_usage(error: Exception) -> bool:
    # typer carries click inside since 0.26 and its exceptions moved between versions: known by what they offer
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage(error: Any) -> Message:
    name = type(error).__name__
    if name == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        hint = Message(N_(" Did you mean {near}?"), {"near": near}) if near else ""
        return Message(
            N_("There is no option {option}.{hint} See --help."), {"option": error.option_name, "hint": hint}
        )
    if name == "MissingParameter" and error.param is not None:
        return Message(N_("{option} is missing. See --help."), {"option": _option(error.param)})
    if name == "BadParameter" and error.param is not None:
        return Message(
            N_("{option}: this value cannot be used ({reason})."),
            {"option": _option(error.param), "reason": error.message.rstrip(".")},
        )
    if name == "BadOptionUsage":
        return Message(N_("{option}: a value is missing."), {"option": error.option_name})
    if "No such command" in str(error.message):
        return Message(N_("There is no command {command}. See --help."), {"command": str(error.message).split("'")[1]})
    if "unexpected extra argument" in str(error.message):
        return Message(
            N_("Too many arguments: {reason}. See --help."),
            {"reason": str(error.message).partition("(")[2].rstrip(")")},
        )
    return Message(N_("Wrong usage: {reason} See --help."), {"reason": error.format_message()})


def _option(param: Any) -> str:
    return max(param.opts, key=len) if param.param_type_name == "option" else str(param.human_readable_name)


def _defect(error: Exception, tr: Translate, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
        return DEFECT
    log = Path(tempfile.gettempdir()) / f"mpp-qms-{os.getpid()}.log"
    try:
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        log = Path("-")
    values = {"error": type(error).__name__, "log": str(log)}
    say(
        Message(
            N_("A defect in mpp-qms ({error}); your records are unchanged. Please report it with this log: {log}"),
            values,
        ).show(tr)
    )
    return DEFECT
