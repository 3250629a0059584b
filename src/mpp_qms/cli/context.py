"""What every command starts from: the language, the day, and the records of the mall."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from mpp_qms.cli.exits import USAGE, Refused, near, say, speak
from mpp_qms.messages import LANGUAGES, N_, Language, Message, Translator, translator
from mpp_qms.words import called, code_of, os_reason

if TYPE_CHECKING:
    from mpp_qms.findings import Finding
    from mpp_qms.readiness import Readiness
    from mpp_qms.records.qms import Qms
    from mpp_qms.register import Register
    from mpp_qms.store.attachments import Attachment
    from mpp_qms.store.names import State
    from mpp_qms.store.repository import Repository

#: Jakarta's, for a machine that knows no zones: it has no summer time.
WESTERN_INDONESIA = timezone(timedelta(hours=7))


#: What is said of a text that is no day.
NO_DAY = N_("{option}: {value} is not a day; write it as year-month-day, for instance 2024-12-16.")


@dataclass(frozen=True, slots=True)
class Opened:
    """The records of a mall, read, for a day, and the language to answer in.

    `documents`: those the records name that are judged otherwise than they lie on disk; `seen`: the state of each record's
    file before it was read, where something is to be written.
    """

    root: Path
    repository: Repository
    register: Register
    tr: Translator
    documents: Mapping[str, Attachment] = field(default_factory=dict)
    seen: Mapping[str, State] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """The findings of `check`, without lines."""
        from mpp_qms.rules.check import findings
        from mpp_qms.store.attachments import of_repository

        # documents are looked at, and read for their checksum, only where findings are asked for
        register = replace(self.register, attachments=of_repository(self.repository, self.documents))
        return findings(register, self.repository.files)

    def readiness(self) -> Readiness:
        """How ready the mall is, by the records and by the findings of `check`."""
        from mpp_qms.readiness import assess

        return assess(self.register, self.findings(), unread=self.repository.unread)


@contextmanager
def asking_git() -> Iterator[None]:
    """While git's history is asked: what it cannot tell ends in a sentence and exit 2, never in a silent pass."""
    from mpp_qms.store.git import GitFailed
    from mpp_qms.store.history import NoHistory

    try:
        yield
    except NoHistory as none:
        raise Refused(none.message, USAGE, none.help) from None
    except GitFailed as failed:
        raise Refused(Message(N_("git could not tell the history: {reason}"), {"reason": str(failed)}), USAGE) from None


def given_language(words: Sequence[str]) -> Language | None:
    """The language that the command line or the environment asks for; None where the records may decide."""
    given: str | None = None
    for index, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and index + 1 < len(words):
            value = words[index + 1]
        if value is not None:
            given = value
    if given is not None:
        if given not in LANGUAGES:
            raise Refused(Message(N_("--lang: {value} is not one of id, en."), {"value": given}))
        return given
    value = os.environ.get("MPP_QMS_LANG")
    return value if value in LANGUAGES else None


def locale_language() -> Language:
    """The language of the machine, else Indonesian."""
    names = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), None)
    if name is None and sys.platform == "win32":
        name = locale.getlocale()[0]
    return "en" if (name or "").lower().startswith("en") else "id"


def language(words: Sequence[str], qms: Qms | None) -> Translator:
    """--lang, MPP_QMS_LANG, qms.yaml, the locale, Indonesian: the first that says."""
    return translator(given_language(words) or (qms.language if qms is not None else None) or locale_language())


def day_given(text: str | None, option: str) -> date | None:
    """A day given on the command line. Raises Refused where it is none."""
    from mpp_qms.dates import parse_day

    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise Refused(Message(NO_DAY, {"option": option, "value": text}))
    return day


def zone_of(qms: Qms | None) -> tzinfo:
    """The mall's time zone; Jakarta's where it is unknown, which is a finding of `check`."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(qms.timezone if qms is not None else "Asia/Jakarta")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return WESTERN_INDONESIA


def today(qms: Qms | None) -> date:
    """Today in the mall's time zone."""
    return datetime.now(zone_of(qms)).date()


def _root(given: Path | None) -> Path:
    """The records' folder. Raises NoRepository."""
    from mpp_qms.store.root import find_root

    named = os.environ.get("MPP_QMS_ROOT")
    # where the folder is named, it does not matter whether the one we stand in still exists
    return find_root(given, named, Path() if given is not None or named else Path.cwd())


def root_of(given: Path | None) -> Path:
    """The records' folder. Raises Refused where there is none."""
    from mpp_qms.store.root import NoRepository

    try:
        return _root(given)
    except NoRepository as missing:
        help_ = Message(N_("Go to the folder that holds qms.yaml, or name it: --root DIR."))
        raise Refused(
            Message(N_("No records repository here: {folder} holds no qms.yaml."), {"folder": str(missing.looked)}),
            USAGE,
            help_,
        ) from None


def finish(root: Path) -> None:
    """Finish a change of several records that was broken off, and say so; where it cannot be, say that."""
    from mpp_qms.store.changing import unfinished

    if not unfinished(root):
        return
    from mpp_qms.cli.desk import desk_at, held

    desk = desk_at(root)
    try:
        with held(desk):
            pass
    except Refused as refused:
        say(refused.message.show(desk.tr))
        if refused.help is not None:
            say(refused.help.show(desk.tr))
    except OSError as error:
        text = N_("A change of several records was broken off and cannot be finished here: {reason}.")
        say(Message(text, {"reason": os_reason(error)}).show(desk.tr))


def current(opened: Opened) -> Opened:
    """The records as they stand now: what was changed since they were opened (`to_write`) is read anew, and only that."""
    from mpp_qms.register import build
    from mpp_qms.store.names import states
    from mpp_qms.store.repository import reread

    now = states(opened.root)
    changed = {path for path in now.keys() | opened.seen.keys() if now.get(path) != opened.seen.get(path)}
    if not changed:
        return opened
    repository = reread(opened.repository, changed)
    register = build(repository, opened.register.known, opened.register.today)
    return replace(opened, repository=repository, register=register, seen=now)


def open_records(root: Path | None, as_of: str | None, *, to_write: bool = False) -> Opened:
    """Find and read the records, for a day. Raises Refused, or OSError where the root cannot be read."""
    from mpp_qms.cli.progress import working
    from mpp_qms.records.qms import Qms
    from mpp_qms.register import build
    from mpp_qms.store.names import states
    from mpp_qms.store.repository import load

    day = day_given(as_of, "--as-of")
    found = root_of(root)
    finish(found)
    seen = states(found) if to_write else {}
    # which language qms.yaml asks for is not known yet
    with working(language(sys.argv[1:], None)(N_("reading the records …"))):
        repository = load(found)
    qms = next((file.record for file in repository.files if isinstance(file.record, Qms)), None)
    tr = language(sys.argv[1:], qms)
    speak(tr)
    now = today(qms)
    return Opened(found, repository, build(repository, day or now, now), tr, seen=seen)


def reader(root: Path | None) -> Translator:
    """The language to answer in, of a command that needs no records: qms.yaml, where there is one, has its say too."""
    given = given_language(sys.argv[1:])
    if given is not None:
        return translator(given)
    from mpp_qms.records.kinds import BY_NAME
    from mpp_qms.records.qms import Qms
    from mpp_qms.store.reading import read_record
    from mpp_qms.store.root import ROOT_FILE, NoRepository

    try:
        found = _root(root)
    except (NoRepository, OSError):
        return translator(locale_language())
    record = read_record(found, ROOT_FILE, BY_NAME["qms"], None).record
    tr = language((), record if isinstance(record, Qms) else None)
    speak(tr)
    return tr


def warn_unread(opened: Opened) -> None:
    """Say on stderr how many records could not be read: an answer without them is not the whole answer."""
    if opened.repository.unread:
        text = N_("Warning: records that could not be read and are missing here: {count}; see mpp-qms check.")
        say(Message(text, {"count": opened.repository.unread}).show(opened.tr))


def known_unit(opened: Opened, unit: str) -> None:
    """Raise Refused where a unit is not known."""
    if unit not in opened.register.unit_by_id and unit not in opened.register.unread_ids:
        raise Refused(
            Message(
                N_("There is no unit {unit}.{hint}"), {"unit": unit, "hint": near(unit, opened.register.unit_by_id)}
            )
        )


def known_person(opened: Opened, code: str) -> None:
    """Raise Refused where a code is neither of the staff nor of a party; with qms.yaml unread nobody is known."""
    people = {**opened.register.people, **opened.register.parties}
    if opened.register.qms is not None and code not in people:
        raise Refused(Message(N_("There is no person {code}.{hint}"), {"code": code, "hint": near(code, people)}))


def known_values(option: str, values: Iterable[str] | None, known: Sequence[str]) -> list[str]:
    """The codes that the values given to an option mean, in either language. Raises Refused where one means none."""
    found = []
    for value in values or ():
        code = code_of(value, known)
        if code not in known:
            text = N_("{option}: {value} is not one of {known}.")
            raise Refused(Message(text, {"option": option, "value": value, "known": called(known)}))
        found.append(code)
    return found


def known_leaves(opened: Opened, clause: str) -> tuple[str, ...]:
    """The leaves a clause as written stands for. Raises Refused where it is not known."""
    standard = opened.register.standard
    leaves = standard.leaves_of(clause) if clause.strip() else ()
    if not leaves:
        values = {"clause": clause, "edition": standard.edition, "hint": near(clause, standard.clauses)}
        raise Refused(Message(N_("There is no clause {clause} in {edition}.{hint}"), values))
    return leaves
