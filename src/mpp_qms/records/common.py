"""The shapes that kinds share: a day, a text, a reference, an action, and what every record may carry.

Rule numbers are those of FORMAT.md.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from mpp_qms.findings import Route
from mpp_qms.records.shapes import Alias, Day, Pattern, PersonCode, Text, shape


@lru_cache(maxsize=4096)
def clause_number(text: str) -> str:
    """The number in a clause as written: `9.2.2` of `9.2.2 c` or `9.2.2 c)`."""
    return next(iter(text.split(maxsplit=1)), "")


@shape
class Document:
    """Where a document is kept; at least one of title, number, location, path, url (rule 6)."""

    title: Text | None = None
    system: Text | None = None
    number: Text | None = None
    date: Day | None = None
    location: Text | None = None
    path: Text | None = None
    url: Text | None = None
    sha256: Annotated[str, Pattern("^[0-9a-fA-F]{64}$")] | None = None


#: A text, the id of an evidence record, or a Document (rule 6).
Reference = Text | Document


def told(reference: Reference) -> str:
    """What a reference points at, in a line: the text or the id that it is, else all that is known of where it is."""
    if isinstance(reference, str):
        return reference
    parts = (reference.title, reference.system, reference.number, reference.location, reference.path, reference.url)
    return ", ".join(part for part in parts if part is not None)


@shape
class Extension:
    """A later due day, granted by somebody who does not own the action (rule 5)."""

    date: Day
    to: Day
    reason: Text | None = None
    approved_by: PersonCode | None = None


@shape
class Reassignment:
    """An action handed to another owner (rule 5)."""

    date: Day
    to: PersonCode
    by: PersonCode | None = None


@shape
class Done:
    """That an action was carried out, by whom, shown by what."""

    date: Day
    by: PersonCode | None = None
    evidence: tuple[Reference, ...] = ()


@shape
class Dated:
    """A day, who acted on it, and why: a cancelling, a void, a reopening, a withdrawal."""

    date: Day
    by: PersonCode | None = None
    reason: Text | None = None


@shape
class Action:
    """Something to be done: a correction, a corrective action, a decision of a management review (rule 5)."""

    id: Text
    added: Day | None = None
    what: Text
    owner: PersonCode
    due: Day
    extensions: tuple[Extension, ...] = ()
    reassigned: tuple[Reassignment, ...] = ()
    done: Done | None = None
    cancelled: Dated | None = None


@shape
class Legacy:
    """That a record was entered from an older system: fewer facts are asked of it (rule 3)."""

    imported: Day
    from_: Annotated[str | None, Alias("from")] = None


@shape
class Amendment:
    """How a typing error in a fixed fact was put right."""

    date: Day
    by: PersonCode | None = None
    field: Text | None = None
    from_: Annotated[Any, Alias("from")] = None
    to: Any = None
    reason: Text | None = None


@shape
class Redaction:
    """That personal data was taken out of a record."""

    date: Day
    by: PersonCode | None = None
    field: Text | None = None
    reason: Text | None = None


@shape
class Common:
    """What every record may carry."""

    number: Text | None = None
    notes: Text | None = None
    standard: Text | None = None
    legacy: Legacy | None = None
    amended: tuple[Amendment, ...] = ()
    redacted: tuple[Redaction, ...] = ()


Grade = Literal["major", "minor", "observation", "ofi", "ungraded"]
GRADES: tuple[Grade, ...] = ("major", "minor", "ungraded", "observation", "ofi")

#: A dated fact of a record: the way to it, and its day.
Fact = tuple[Route, date]


def common_facts(record: Common) -> Iterator[Fact]:
    """The days of what every record may carry."""
    if record.legacy is not None:
        yield ("legacy", "imported"), record.legacy.imported
    for index, amendment in enumerate(record.amended):
        yield ("amended", index, "date"), amendment.date
    for index, redaction in enumerate(record.redacted):
        yield ("redacted", index, "date"), redaction.date


def action_facts(route: Route, action: Action) -> Iterator[Fact]:
    """The dated facts of an action; its due days are terms, not facts (rule 2)."""
    if action.added is not None:
        yield (*route, "added"), action.added
    for index, extension in enumerate(action.extensions):
        yield (*route, "extensions", index, "date"), extension.date
    for index, reassignment in enumerate(action.reassigned):
        yield (*route, "reassigned", index, "date"), reassignment.date
    if action.done is not None:
        yield (*route, "done", "date"), action.done.date
    if action.cancelled is not None:
        yield (*route, "cancelled", "date"), action.cancelled.date
