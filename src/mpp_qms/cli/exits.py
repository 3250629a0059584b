"""Exit codes, and the one place where whatever goes wrong becomes a sentence and a code (DESIGN.md, contract)."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

import typer

from mpp_qms.messages import N_, Message, Translate
from mpp_qms.words import os_reason

FINE, NO, USAGE, UNREADABLE, DEFECT, INTERRUPTED = 0, 1, 2, 3, 70, 130

#: So many names are listed where none is near; more would hide the sentence.
_FEW = 20
#: The language of stderr, once the records have told it (qms.yaml, language).
_reader: ContextVar[Translate | None] = ContextVar("reader", default=None)
#: Whether this command has changed records: from then on nobody is told that nothing was changed.
_written: ContextVar[bool] = ContextVar("written", default=False)


class Refused(Exception):  # noqa: N818 (what only a person can settle, with its exit code)
    """A sentence for the person, the exit code, and how to mend it."""

    def __init__(self, message: Message, code: int = USAGE, help_: Message | None = None) -> None:
        """`help_`: what to do, on a line of its own."""
        super().__init__(message.template)
        self.message, self.code, self.help = message, code, help_


def speak(tr: Translate) -> None:
    """From here on, errors are told in this language."""
    _reader.set(tr)


def mark_written(*, written: bool = True) -> None:
    """From here on this command has changed records (or, where it took everything back, has not)."""
    _written.set(written)


def guarded(action: Callable[[], Any], tr: Translate, *, debug: bool) -> int:
    """Run a command; whatever comes out of it is an exit code and, on stderr, one sentence."""
    told, changed = _reader.set(None), _written.set(False)
    try:
        result = action()
        if result == INTERRUPTED:
            # typer takes the signal for itself
            return _ended(KeyboardInterrupt(), _reader.get() or tr, debug=debug)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit as left:
        if not isinstance(left.__context__, BrokenPipeError):
            raise
        # typer's own end of a broken pipe, while it writes help
        silence()
        return FINE
    except BaseException as error:
        return _ended(error, _reader.get() or tr, debug=debug)
    finally:
        _reader.reset(told)
        _written.reset(changed)
    return result if isinstance(result, int) else FINE


def _ended(error: BaseException, tr: Translate, *, debug: bool) -> int:
    """What goes to stderr for whatever came out of a command, and its exit code."""
    if isinstance(error, Refused):
        say(error.message.show(tr))
        if error.help is not None:
            say(error.help.show(tr))
        return error.code
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        interrupted = N_("Interrupted; the records had been changed already.")
        say(tr(interrupted if _written.get() else N_("Interrupted; nothing was changed.")))
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        silence()
        return FINE
    if isinstance(error, OSError):
        if debug:
            traceback.print_exception(error)
        text = N_("{path}: {reason}; nothing was changed.")
        if _written.get():
            text = N_("{path}: {reason}; the records had been changed already.")
        say(Message(text, {"path": error.filename or "-", "reason": os_reason(error)}).show(tr))
        return UNREADABLE
    if _is_usage(error):
        say(_usage(error).show(tr))
        return USAGE
    return _defect(error, tr, debug=debug)


def silence() -> None:
    """Let the interpreter end in peace where nobody reads stdout any more, or where it is full."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def for_runner(text: str) -> str:
    """A text for stdout or stderr; in GitHub Actions without a line that its runner would take for a command.

    What the program says holds texts of records, and the runner reads both streams. It sets GITHUB_ACTIONS for all it
    starts; elsewhere a text stays as it is, so that YAML and differences that are shown can be copied.
    """
    if not os.environ.get("GITHUB_ACTIONS"):
        return text
    from mpp_qms.views.terminal.style import harmless

    return harmless(text)


def say(text: str, *, fold: bool = True) -> None:
    """A sentence on stderr; a closed stderr is no reason to fail.

    On a terminal it is folded to its width, but for one that ends in a command: that is there to be copied.
    """
    from mpp_qms.views.terminal.style import clean, style

    if sys.stderr is None:
        return
    with contextlib.suppress(OSError, ValueError):
        if fold and sys.stderr.isatty() and ": mpp-qms " not in text:
            text = "\n".join(style(colours=False).wrap(text))
        sys.stderr.write(for_runner(clean(text)) + "\n")
        sys.stderr.flush()


def near(text: str, known: Iterable[str]) -> Message | str:
    """The known name that was perhaps meant, as the end of a sentence; where none is near, all of a few, else nothing."""
    from difflib import get_close_matches

    names = list(known)
    found = get_close_matches(text, names, 1)
    if found:
        return Message(N_(" Did you mean {near}?"), {"near": found[0]})
    return Message(N_(" There are: {known}."), {"known": tuple(names)}) if 0 < len(names) <= _FEW else ""


def _is_usage(error: BaseException) -> bool:
    # typer carries click inside since 0.26 and its exceptions moved between versions: known by what they offer
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage(error: Any) -> Message:
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        return Message("{help}", {"help": error.format_message()})
    if name == "NoSuchOption":
        values = {"option": error.option_name, "hint": near(error.option_name, error.possibilities or ())}
        return Message(
            N_("There is no option {option} here.{hint} Options stand after the command; see --help."), values
        )
    if name == "MissingParameter" and error.param is not None:
        return Message(N_("{option} is missing. See --help."), {"option": _option(error.param)})
    if name == "BadParameter" and error.param is not None:
        return _bad_value(_option(error.param), error.param.type, error.message)
    if name == "BadOptionUsage":
        return Message(N_("{option}: a value is missing."), {"option": error.option_name})
    text = str(error.message)
    if "No such command" in text:
        given = text.split(text[len("No such command ")])[1]
        values = {"command": given, "hint": near(given, getattr(getattr(error, "cmd", None), "commands", ()))}
        return Message(N_("There is no command {command}.{hint} See --help."), values)
    if "unexpected extra argument" in text:
        return Message(N_("Too many arguments: {extra}. See --help."), {"extra": text[text.rfind("(") + 1 : -1]})
    return Message(N_("Wrong usage: {reason} See --help."), {"reason": error.format_message()})


def _bad_value(option: str, type_: Any, reason: str) -> Message:
    """Why a value is refused, by what the option takes; typer's own reasons are in English only."""
    choices = getattr(type_, "choices", None)
    if choices:
        return Message(N_("{option}: it takes one of {known}."), {"option": option, "known": tuple(choices)})
    least, most = getattr(type_, "min", None), getattr(type_, "max", None)
    if least is not None and most is not None:
        values = {"option": option, "least": least, "most": most}
        return Message(N_("{option}: it takes a whole number from {least} to {most}."), values)
    return Message(N_("{option}: this value cannot be used ({reason})."), {"option": option, "reason": reason})


def _option(param: Any) -> str:
    return max(param.opts, key=len) if param.param_type_name == "option" else str(param.human_readable_name)


def _defect(error: BaseException, tr: Translate, *, debug: bool) -> int:
    try:
        trace = "".join(traceback.format_exception(error))
    except Exception:
        # an exception that cannot even be printed: where it came from is still known
        trace = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    if debug:
        say(trace, fold=False)
    log = "-"
    with contextlib.suppress(OSError):
        handle, log = tempfile.mkstemp(prefix="mpp-qms-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
            stream.write(trace)
    values = {"error": type(error).__name__, "log": log}
    text = N_("A defect in mpp-qms ({error}); your records are unchanged. Please report it with this log: {log}")
    if _written.get():
        text = N_(
            "A defect in mpp-qms ({error}), after the records were changed. Please report it with this log: {log}"
        )
    say(Message(text, values).show(tr))
    return DEFECT
