"""History: what may not be lost or rewritten between two versions of the records (run by `check --against`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from mpp_qms.dates import add_months
from mpp_qms.findings import Route
from mpp_qms.history import Came, History, Pair
from mpp_qms.messages import N_, Message
from mpp_qms.records.amendments import name_of, named_way, only_takes_out
from mpp_qms.records.audit import Audit
from mpp_qms.records.changes import Change, stated
from mpp_qms.records.common import Common
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.kinds import KINDS
from mpp_qms.records.nonconformity import Nonconformity, life
from mpp_qms.records.qms import Qms
from mpp_qms.records.review import Review
from mpp_qms.records.sop import Sop
from mpp_qms.records.titles import in_words, keys_of
from mpp_qms.records.unit import Unit
from mpp_qms.rules.registry import rule

_WHY = N_(
    "A quality record is worth what it can no longer be changed into: an auditor asks how we know that nobody did."
)
_AMEND = N_(
    "Put back what stood there. An honest mistake is put right with nc amend, or an entry in `amended` that names the "
    "field, both values, who and why; personal data is taken out with one in `redacted`."
)
_SOURCE = "ISO 9001:2015, 7.5.3.2; FORMAT.md, rule 2"
_SAID = N_("{what}: was {old}, is now {new}.")
_GONE = N_("nothing")
#: So much of a text is shown, from a little before the place where both versions part.
_SHOWN, _BEFORE = 60, 15


class HistoryHit(NamedTuple):
    """A breach: the file and the way to it in the version after, the record, and what stands in the sentences."""

    path: str
    route: Route
    record: Common
    values: dict[str, object]


Judge = Callable[[Pair, Change], bool]


def _told(pair: Pair, change: Change) -> HistoryHit:
    place = _parting(change.old, change.new)
    values: dict[str, object] = {
        "what": name_of(change.before or change.route, stated(pair.before)),
        "old": _shown(pair, change, change.old, place),
        "new": _shown(pair, change, change.new, place),
    }
    return HistoryHit(pair.path, change.route, pair.after, values)


def _shown(pair: Pair, change: Change, value: Any, place: int) -> Message:
    """One of both versions, in quotes; of a long text what stands where they part."""
    if value is None:
        return Message(_GONE)
    if isinstance(value, str) and place + 1 < len(value) and len(value) > _SHOWN:
        begin = max(0, min(place - _BEFORE, len(value) - _SHOWN))
        window = value[begin : begin + _SHOWN]
        text = f"{'…' if begin else ''}{window}{'…' if begin + _SHOWN < len(value) else ''}"
        return Message("`{text}`", {"text": text})
    return Message("`{text}`", {"text": in_words(type(pair.before), keys_of(change.route), value)})


def _parting(old: Any, new: Any) -> int:
    """The place where two texts part; 0 of what are no texts."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return 0
    return next(
        (place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )


# --- what lets a change through ---

#: Where people write in their own words, so that personal data may stand there; no day, code, grade or result is taken out.
_TEXTS = frozenset(
    [
        "title",
        "criterion",
        "evidence",
        "statement",
        "what",
        "reason",
        "notes",
        "root",
        "whys",
        "elsewhere",
        "note",
        "sample",
        "summary",
        "risks",
        "effective_when",
        "no_action",
        "name",
        "text",
        "change",
        "location",
        "ref",
        "document",
        "grade_text",
        "number",
    ]
)


def _let_through(pair: Pair, change: Change) -> bool:
    """A new entry of `amended` tells of it with both values, or one of `redacted` says that it was taken out."""
    if change.before is None:
        return False
    before = stated(pair.before)
    reached = _plain(change.old)
    told = False
    # a field may have been amended more than once: each entry goes on from the one before
    for amendment in pair.after.amended[len(pair.before.amended) :]:
        complete = amendment.by is not None and amendment.reason is not None
        if (
            complete
            and named_way(amendment.field, before) == change.before
            and _plain(stated(amendment.from_)) == reached
        ):
            reached, told = _plain(stated(amendment.to)), True
    if told and reached == _plain(change.new):
        return True
    last = next((step for step in reversed(change.before) if isinstance(step, str)), "")
    said = last in _TEXTS and any(
        entry.by is not None and entry.reason is not None and named_way(entry.field, before) == change.before
        for entry in pair.after.redacted[len(pair.before.redacted) :]
    )
    return said and only_takes_out(str(change.old), str(change.new))


def _plain(value: Any) -> str:
    return "" if value is None else "true" if value is True else "false" if value is False else str(value)


def _breaches(history: History, kind: type, judge: Judge) -> Iterator[HistoryHit]:
    for pair in history.pairs:
        if type(pair.before) is kind or kind is Common:
            for change in pair.changes:
                if judge(pair, change) and not _let_through(pair, change):
                    yield _told(pair, change)


# --- what is gone ---


@rule(
    "HIS001",
    "error",
    on=History,
    title=N_("Record that has vanished"),
    message=N_("{record} was here and is gone."),
    help=N_(
        "Put it back (git checkout). A finding that is none is voided, an SOP is withdrawn; only what was kept long enough is disposed of, with an entry in `disposals`."
    ),
    why=_WHY,
    source=_SOURCE + "; qms.yaml, disposals",
    example="git rm records/units/pertanahan/nonconformities/NC-PERTANAHAN-2024-001.yaml",
)
def vanished(history: History) -> Iterator[HistoryHit]:
    """No record vanishes, but one that `disposals` of qms.yaml names."""
    disposed = {id_ for entry in _disposals(history) for id_ in entry.records}
    for record in history.vanished:
        id_ = str(getattr(record, "id", ""))
        if id_ not in disposed:
            yield HistoryHit(history.before.path(record), (), record, {"record": id_})


@rule(
    "HIS002",
    "error",
    on=History,
    title=N_("Record destroyed before its time"),
    message=N_("{record} was disposed of on {date}, but is to be kept {until}."),
    help=N_(
        "Put it back, or set `retention_years` in the policy of qms.yaml where the mall has decided how long this kind is kept."
    ),
    why=_WHY,
    source="FORMAT.md, qms.yaml (disposals, retention_years)",
    example="disposals: [{records: [NC-PERTANAHAN-2024-001], date: 2024-12-01, decree: SK 1/2024, approved_by: P-001}]",
)
def destroyed_too_early(history: History) -> Iterator[HistoryHit]:
    """What is disposed of was kept for `retention_years` of its kind, counted from its latest fact, by decree and approved."""
    entries = {id_: entry for entry in _disposals(history) for id_ in entry.records}
    for record in history.vanished:
        id_ = str(getattr(record, "id", ""))
        entry = entries.get(id_)
        if entry is None:
            continue
        until = _kept_until(history, record, entry.date)
        if until is None or entry.date <= until or entry.decree is None or entry.approved_by is None:
            kept = (
                Message(N_("for ever (no retention_years, or still open)"))
                if until is None
                else Message(N_("until {day}, and goes by decree"), {"day": until})
            )
            assert history.after.qms is not None
            yield HistoryHit(
                "qms.yaml", ("disposals",), history.after.qms, {"record": id_, "date": entry.date, "until": kept}
            )


def _disposals(history: History) -> tuple[Any, ...]:
    return history.after.qms.disposals if history.after.qms is not None else ()


def _kept_until(history: History, record: Common, day: date) -> date | None:
    kind = next(kind for kind in KINDS if kind.model is type(record))
    # by the policy that held before: a change does not set the time and use it in one go
    years = dict(history.before.policy(day).retention_years).get(kind.name)
    if years is None or (isinstance(record, Nonconformity) and life(record, date.max).running):
        return None
    latest = max((fact for _, fact in kind.facts(record)), default=history.base_day)
    return add_months(latest, 12 * years)


@rule(
    "HIS003",
    "error",
    on=History,
    title=N_("Id used again"),
    message=N_("{record} is the id of a record that was given another number or was disposed of."),
    help=N_("Give the new record a number of its own: mpp-qms nc renumber."),
    why=N_("What an old letter or report calls by its number must be that record for ever."),
    source="FORMAT.md, Places and ids",
    example="a new NC-PERTANAHAN-2024-001, after the first one became NC-PERTANAHAN-2024-007",
)
def used_again(history: History) -> Iterator[HistoryHit]:
    """No record has an id that another one had before, or that stands among the disposals."""
    heirs = {id(pair.after): pair for pair in history.pairs}
    # a number that two branches gave at once is kept by one of them; the other's was never known here by it
    had = {
        str(entry.from_)
        for record in history.after.files
        if id(record) in heirs
        for entry in record.amended
        if entry.field == "id"
    }
    disposed = {id_ for entry in _disposals(history) for id_ in entry.records}
    for record in history.after.files:
        id_ = str(getattr(record, "id", ""))
        pair = heirs.get(id(record))
        # given back its first number, it has that by its own amendment
        own = any(entry.field == "id" and str(entry.from_) == id_ != entry.to for entry in record.amended)
        new = pair is None or getattr(pair.before, "id", None) != id_
        if id_ in disposed or (id_ in had and new and not own):
            yield HistoryHit(history.after.path(record), ("id",), record, {"record": id_})


# --- what never changes ---

#: Facts of a nonconformity that stay as they were first entered.
_FIXED = ("unit", "grade", "source", "detected", "issued", "evidence", "external", "legacy")
#: What an entry may gain after it was entered: what happens to it later.
_MAY_GAIN = {
    "action": ("done", "cancelled", "extensions", "reassigned"),
    "responses": ("decided", "result", "next_due"),
    "external": ("responses", "closed", "number", "grade_text", "clause", "response_due", "grade"),
    "closures": ("cosigned_by",),
}
_ACTIONS = ("actions", "corrections", "decisions")
#: Entries that may be completed with what was not said: who found it, who handed it over, by which letter.
_COMPLETED = ("source", "detected", "issued")
#: Lists whose entries are dated.
_DATED = {
    Nonconformity: (
        "causes",
        "plans",
        "read_across",
        "returned",
        "verifications",
        "closures",
        "reopened",
        "regraded",
        "transferred",
        "void",
    ),
    Sop: ("reviews", "read", "withdrawn"),
    Qms: ("scope", "standards", "policy", "certificates", "disposals", "people"),
    Unit: ("scope", "agreements", "services"),
}


@rule(
    "HIS004",
    "error",
    on=History,
    title=N_("First fact of a finding changed"),
    message=_SAID,
    help=_AMEND,
    why=N_(
        "When it was found, by whom, what was seen and how grave it was stay on record; what changes later is added with its day."
    ),
    source=_SOURCE + "; Status on a day",
    example="detected: {date: 2024-10-15, by: P-031} becomes {date: 2024-11-15, by: P-031}",
)
def first_facts(history: History) -> Iterator[HistoryHit]:
    """Unit, first grade, source, detection, issue, original evidence and what the body said are not changed in place."""

    def judge(pair: Pair, change: Change) -> bool:
        if _closed(pair, change) or change.route[0] not in _FIXED:
            return False
        if change.added:
            # that a record was taken over from elsewhere is said when it is made
            return change.route[0] == "legacy" or (len(change.route) > 1 and not _gained(change))
        return True

    yield from _breaches(history, Nonconformity, judge)

    def of_others(pair: Pair, change: Change) -> bool:
        if isinstance(pair.before, Nonconformity):
            return False
        # an SOP that comes from outside is not approved here: what was ours does not become theirs
        return change.route[0] in ("legacy", "origin")

    yield from _breaches(history, Common, of_others)


def _gained(change: Change) -> bool:
    """True where what was added is what happens to an entry later."""
    route = change.route
    if "responses" in route:
        return route[-1] in _MAY_GAIN["responses"] or isinstance(route[-1], int)
    if route[0] == "external":
        return route[-1] in _MAY_GAIN["external"]
    if route[0] in _ACTIONS:
        return len(route) <= 2 or (route[2] in _MAY_GAIN["action"] and (len(route) == 3 or isinstance(route[-1], int)))
    if route[0] == "closures":
        return route[-1] in _MAY_GAIN["closures"]
    return route[0] in _COMPLETED


@rule(
    "HIS005",
    "error",
    on=History,
    title=N_("Dated entry changed or removed"),
    message=_SAID,
    help=_AMEND,
    why=N_("What happened on a day happened; what follows is another entry with its own day."),
    source=_SOURCE,
    example="verifications: [{date: 2025-01-20, by: P-032, result: not-effective}] becomes result: effective",
)
def dated_entries(history: History) -> Iterator[HistoryHit]:
    """Entries of dated lists are not removed or changed, only added; terms may gain the day they end."""

    def judge(pair: Pair, change: Change) -> bool:
        if change.route[0] in ("amended", "redacted"):
            return not change.added or len(change.route) > 2
        if _closed(pair, change) or change.route[0] not in _DATED.get(type(pair.before), ()):
            return False
        if not change.added:
            # what a service is called decides nothing
            return change.route[0] != "services" or change.route[-1] not in ("name", "standard")
        within = len(change.route) > 2 or (change.route[0] in ("void", "withdrawn") and len(change.route) > 1)
        return within and not _gained(change) and not (isinstance(pair.before, (Qms, Unit)))

    yield from _breaches(history, Common, judge)


@rule(
    "HIS006",
    "error",
    on=History,
    title=N_("Action changed in place"),
    message=_SAID,
    help=N_(
        "Put it back; a later day is granted with action extend, another owner entered with action reassign, what is not needed dropped with action cancel."
    ),
    why=N_("A due date that moves without a word is how nothing is ever late."),
    source="FORMAT.md, 5",
    example="actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-11-15}] becomes due: 2024-12-15",
)
def actions_in_place(history: History) -> Iterator[HistoryHit]:
    """What an action says changes by an extension, a reassignment or a cancelling, never in place; none is removed."""

    def judge(pair: Pair, change: Change) -> bool:
        if _closed(pair, change) or change.route[0] not in _ACTIONS:
            return False
        return not change.added or not _gained(change)

    yield from _breaches(history, Nonconformity, judge)
    yield from _breaches(history, Review, judge)


# --- what is over ---


def _closed(pair: Pair, change: Change) -> bool:
    """True of a change to a nonconformity that was closed or void, but for what is added once it was taken up again."""
    if not isinstance(pair.before, Nonconformity):
        return False
    assert isinstance(pair.after, Nonconformity)
    if life(pair.before, date.max).running:
        return False
    if pair.before.void is not None:
        # void is the end: it is not taken up again
        return True
    resets = [
        sum(entry.result == "not-effective" for entry in nc.verifications) + len(nc.reopened)
        for nc in (pair.before, pair.after)
    ]
    # what was said until the closing stays as it was then, reopened or not
    return not change.added or resets[1] <= resets[0]


#: What a record taken over from elsewhere may lack, and `check` asks for.
_COMPLETED_LATER = (("criterion",), ("evidence",), ("statement",))
#: What may still come after the end.
_AFTER_THE_END = ("external", "amended", "redacted", "notes")


@rule(
    "HIS007",
    "error",
    on=History,
    title=N_("Closed nonconformity rewritten"),
    message=_SAID,
    help=N_(
        "Put it back; reopen it with nc reopen where it is not settled after all, or put a typing error right with nc amend."
    ),
    why=_WHY,
    source=_SOURCE,
    example="criterion: … of a closed nonconformity, in other words",
)
def closed_rewritten(history: History) -> Iterator[HistoryHit]:
    """A closed or void nonconformity is not changed nor added to, but by a reopening and by what the body does."""

    def judge(pair: Pair, change: Change) -> bool:
        if not _closed(pair, change) or change.route[0] in ("amended", "redacted"):
            return False
        if not change.added:
            return True
        if pair.before.legacy is not None and change.route in _COMPLETED_LATER:
            return False
        return change.route[0] not in _AFTER_THE_END and not _gained_cosigner(change)

    yield from _breaches(history, Nonconformity, judge)


def _gained_cosigner(change: Change) -> bool:
    return change.route[0] == "closures" and change.route[-1] == "cosigned_by"


@rule(
    "HIS008",
    "error",
    on=History,
    title=N_("Reported audit rewritten"),
    message=_SAID,
    help=_AMEND,
    why=N_("What the report said was agreed with those who were audited."),
    source=_SOURCE + "; 9.2.2",
    example="coverage: [{…, result: nonconform}] becomes result: conform, after `reported`",
)
def audit_rewritten(history: History) -> Iterator[HistoryHit]:
    """A reported audit stays as it was reported."""

    def judge(pair: Pair, change: Change) -> bool:
        assert isinstance(pair.before, Audit)
        over = pair.before.reported is not None
        return (
            over
            and not (change.added and change.route[0] in _AFTER_THE_END)
            and change.route[0] not in ("amended", "redacted", "legacy")
        )

    yield from _breaches(history, Audit, judge)


@rule(
    "HIS009",
    "error",
    on=History,
    title=N_("Held review rewritten"),
    message=_SAID,
    help=_AMEND,
    why=N_("The minutes say what was put before the management and what it decided on that day."),
    source=_SOURCE + "; 9.3.3",
    example="inputs: [{key: resources, summary: …}] of a review with minutes, in other words",
)
def review_rewritten(history: History) -> Iterator[HistoryHit]:
    """A held review keeps what it says; until its minutes are there it may be completed, afterwards decisions only go on."""

    def judge(pair: Pair, change: Change) -> bool:
        assert isinstance(pair.before, Review)
        if change.route[0] in ("amended", "redacted", "decisions", "legacy"):
            return False
        # what was planned when the change began may be planned anew, on whatever day this is asked
        if pair.before.date > history.base_day:
            return False
        if change.added:
            return pair.before.minutes is not None and change.route[0] not in _AFTER_THE_END
        return True

    yield from _breaches(history, Review, judge)


@rule(
    "HIS010",
    "error",
    on=History,
    title=N_("Approved revision rewritten"),
    message=_SAID,
    help=N_("Put it back, and enter what changed as a revision of its own: mpp-qms sop revise."),
    why=N_("People worked by the revision that was approved; what it said, and its document, must be found again."),
    source=_SOURCE + "; 7.5.3.2 c",
    example='revisions: [{number: "1", approved: {…}, document: {path: …, sha256: …}}] with another sha256',
)
def revision_rewritten(history: History) -> Iterator[HistoryHit]:
    """An approved revision is not changed, added to or removed."""

    def judge(pair: Pair, change: Change) -> bool:
        assert isinstance(pair.before, Sop)
        if change.route[0] != "revisions" or len(change.route) < 2:
            return change.route[0] == "revisions" and not change.added
        place = change.before[1] if change.before is not None else _same_revision(pair, change.route[1])
        if not isinstance(place, int):
            return False
        revision = pair.before.revisions[place]
        return revision.approved is not None or (pair.before.origin == "external" and revision.effective is not None)

    yield from _breaches(history, Sop, judge)


def _same_revision(pair: Pair, place: int | str) -> int | None:
    """The place before of a revision that stands at a place now; None of a new one."""
    assert isinstance(pair.before, Sop)
    assert isinstance(pair.after, Sop)
    number = pair.after.revisions[int(place)].number
    return next((index for index, entry in enumerate(pair.before.revisions) if entry.number == number), None)


@rule(
    "HIS011",
    "error",
    on=History,
    title=N_("Evidence exchanged"),
    message=_SAID,
    help=N_("Put it back, and enter the newer document as evidence of its own: mpp-qms evidence add."),
    why=N_("What was fresh then and what is fresh now are two documents; one that is exchanged shows neither."),
    source=_SOURCE + "; Evidence",
    example="date: 2023-10-01 of an evidence record becomes 2024-10-01",
)
def evidence_exchanged(history: History) -> Iterator[HistoryHit]:
    """Date, period, document, keys and units of an evidence record stay; its validity may only be shortened."""

    def judge(pair: Pair, change: Change) -> bool:
        if change.route[0] in ("date", "period", "document", "shows", "units"):
            # evidence that gains a period, a key or a unit shows more than it was entered for
            return True
        if change.route[0] == "valid_until" and not change.added:
            return change.new is None or str(change.new) > str(change.old)
        return False

    yield from _breaches(history, Evidence, judge)


# --- when, and whose hand ---


@rule(
    "HIS012",
    "warning",
    on=History,
    title=N_("Entered long after it is said to have happened"),
    message=N_("{what} is dated {date}, but was committed on {day}, {days} days later."),
    help=N_("Nothing can be mended here; note in `notes` why it was entered so late, before the auditor asks."),
    why=N_("Verifications and approvals that are entered afterwards, all on one day, are what an auditor looks for."),
    source="FORMAT.md, Policy (backdating_days)",
    example="verifications: [{date: 2024-09-20, by: P-032, result: effective}], committed on 2025-01-20",
)
def backdated(history: History) -> Iterator[HistoryHit]:
    """No verification, approval or extension is dated more than `backdating_days` before the commit that brought it."""
    for pair, route, fact, came in _arrivals(history):
        if came is None or fact.day is None or pair.after.legacy is not None or route[0] == "policy":
            continue
        if isinstance(pair.after, Unit) and not pair.changes:
            # a unit that is entered for the first time was there before
            continue
        days = (came.day - fact.day).days
        # by the policy that held before: a change does not widen the limit and use it in one go
        if days > history.before.policy(fact.day).backdating_days:
            values = {"what": Message(fact.what), "date": fact.day, "day": came.day, "days": days}
            yield HistoryHit(pair.path, route, pair.after, values)


@rule(
    "HIS013",
    "error",
    on=History,
    title=N_("Another hand than the one named"),
    message=N_("{what} names {person}, but {why}."),
    help=N_("Have {person} commit it under their own key, or correct who it was with nc amend."),
    why=N_("A name in a file is written by anybody; a signature only by whoever has the key."),
    source="`.mpp-qms/signers`; ISO 9001:2015, 7.5.3.2",
    example="closures: [{date: 2025-01-21, by: P-030}] in a commit that P-021 signed",
)
def another_hand(history: History) -> Iterator[HistoryHit]:
    """Who verifies, approves, extends, closes or cosigns made the commit that brought it, by `.mpp-qms/signers`."""
    whys: dict[str | None, str] = {
        "another": N_("the commit {commit} is of {who}"),
        "unsigned": N_("the commit {commit} is not signed"),
        "unknown": N_("`.mpp-qms/signers` has no key of theirs"),
        None: N_("it is not committed yet"),
    }
    for pair, route, fact, came in _arrivals(history):
        if came is None or came.hand in ("signed", "address", "not-asked") or fact.by is None:
            continue
        why = Message(whys[came.hand], {"commit": (came.commit or "")[:10], "who": came.who or Message(_SOMEBODY)})
        yield HistoryHit(pair.path, route, pair.after, {"what": Message(fact.what), "person": fact.by, "why": why})


@rule(
    "HIS014",
    "info",
    on=History,
    title=N_("Hand known by an address only"),
    message=N_("{what} names {person}; the commit bears their e-mail address, which anybody can write."),
    help=N_("Give {person} a key of their own in `.mpp-qms/signers`."),
    why=N_("An address in a commit is set by whoever makes it; it helps against a mistake, not against a lie."),
    source="`.mpp-qms/signers`",
    example="P-017 in `.mpp-qms/signers` with an address instead of a key",
)
def known_by_address(history: History) -> Iterator[HistoryHit]:
    """Where only an address tells whose hand it was, that is said."""
    for pair, route, fact, came in _arrivals(history):
        if came is not None and came.hand == "address" and fact.by is not None:
            yield HistoryHit(pair.path, route, pair.after, {"what": Message(fact.what), "person": fact.by})


_SOMEBODY = N_("somebody it does not name")


class Act(NamedTuple):
    """Something that somebody did on a day (None: of which no day is told), in words; `says`: all that the entry states, so
    that a word changed later in it is an act of its own."""

    what: str
    day: date | None
    by: str | None
    says: str = ""


def new_acts(history: History) -> Iterator[tuple[Pair, Route, Act]]:
    """Every verification, approval, extension, closure and cosignature that is new in the version after."""
    for pair in history.pairs:
        old = {(route[0], act) for route, act in acts(pair.before)} if pair.changes else set()
        if pair.changes:
            yield from ((pair, route, act) for route, act in acts(pair.after) if (route[0], act) not in old)
    known = {id(pair.after) for pair in history.pairs}
    for record in history.after.files:
        if id(record) not in known:
            pair = Pair(record, record, history.after.path(record), ())
            yield from ((pair, route, act) for route, act in acts(record))


def _arrivals(history: History) -> Iterator[tuple[Pair, Route, Act, Came | None]]:
    """Every new act, and how it came, where that was asked."""
    return ((pair, route, act, history.came.get((pair.path, route))) for pair, route, act in new_acts(history))


def acts(record: Common) -> Iterator[tuple[Route, Act]]:
    """The acts of a record that somebody answers for, each with the way to it."""
    for route, what, entry, day, code in _entries(record):
        yield route, Act(what, day, code, repr(stated(entry)))


def _entries(record: Common) -> Iterator[tuple[Route, str, Any, date | None, str | None]]:
    for index, amendment in enumerate(record.amended):
        yield ("amended", index, "by"), N_("The amendment"), amendment, amendment.date, amendment.by
    for index, redaction in enumerate(record.redacted):
        yield ("redacted", index, "by"), N_("The redaction"), redaction, redaction.date, redaction.by
    if isinstance(record, Nonconformity):
        for index, entry in enumerate(record.verifications):
            yield ("verifications", index, "by"), N_("The verification"), entry, entry.date, entry.by
        for index, plan in enumerate(record.plans):
            yield ("plans", index, "approved_by"), N_("The approval of the plan"), plan, plan.date, plan.approved_by
        for index, closure in enumerate(record.closures):
            # the cosignature comes by another hand, in another commit: the closing is the same act without it
            alone = replace(closure, cosigned_by=None)
            yield ("closures", index, "by"), N_("The closing"), alone, closure.date, closure.by
            if closure.cosigned_by is not None:
                route: Route = ("closures", index, "cosigned_by")
                yield route, N_("The cosignature"), closure, closure.date, closure.cosigned_by
        for index, regrading in enumerate(record.regraded):
            route = ("regraded", index, "approved_by")
            yield route, N_("The regrading"), regrading, regrading.date, regrading.approved_by
        if record.void is not None:
            yield ("void", "by"), N_("The voiding"), record.void, record.void.date, record.void.by
    for name in _ACTIONS:
        for index, action in enumerate(getattr(record, name, ())):
            for number, extension in enumerate(action.extensions):
                route = (name, index, "extensions", number, "approved_by")
                yield route, N_("The extension"), (action.id, extension), extension.date, extension.approved_by
            if action.cancelled is not None:
                route = (name, index, "cancelled", "by")
                dropped = action.cancelled
                yield route, N_("The cancelling"), (action.id, dropped), dropped.date, dropped.by
    if isinstance(record, Sop):
        for index, revision in enumerate(record.revisions):
            if revision.approved is not None:
                route = ("revisions", index, "approved", "by")
                yield route, N_("The approval of the revision"), revision, revision.approved.date, revision.approved.by
    if isinstance(record, Qms):
        for index, disposal in enumerate(record.disposals):
            route = ("disposals", index, "approved_by")
            yield route, N_("The disposal"), disposal, disposal.date, disposal.approved_by
        for index, scope in enumerate(record.scope):
            route = ("scope", index, "approved_by")
            yield route, N_("The approval of the scope"), scope, scope.from_, scope.approved_by
        for index, entry_of_policy in enumerate(record.policy):
            yield ("policy", index, "from"), N_("The policy"), entry_of_policy, entry_of_policy.from_, None
        for index, waiver in enumerate(record.waivers):
            yield ("waivers", index, "approved_by"), N_("The waiver"), waiver, None, waiver.approved_by
    if isinstance(record, Unit):
        for index, term in enumerate(record.scope):
            yield ("scope", index, "from"), N_("The beginning of the term"), term.from_, term.from_, None
            if term.to is not None:
                yield ("scope", index, "to"), N_("The end of the term"), term.to, term.to, None
    if isinstance(record, Audit) and record.reported is not None:
        yield ("reported", "date"), N_("The report of the audit"), record.reported, record.reported.date, None
    if isinstance(record, Review) and record.minutes is not None:
        yield ("minutes",), N_("The review"), record.date, record.date, None
    for index, without in enumerate(getattr(record, "not_applicable", ())):
        route = ("not_applicable", index, "approved_by")
        if without.date is not None:
            yield route, N_("The non-applicability"), without, without.date, without.approved_by


@rule(
    "HIS015",
    "error",
    on=History,
    title=N_("Record that can no longer be read"),
    message=N_("{record} could be read before, and cannot any more: what changed in it nobody can say."),
    help=N_(
        "Mend the file, or put it back (git checkout); a link, a folder or another name in its place hides the record."
    ),
    why=_WHY,
    source=_SOURCE,
    example="git mv records/…/NC-PERTANAHAN-2024-001.yaml elsewhere.yaml, and a link in its place",
)
def unreadable(history: History) -> Iterator[HistoryHit]:
    """What could be read before can be read after."""
    for record in history.unreadable:
        yield HistoryHit(history.before.path(record), (), record, {"record": str(getattr(record, "id", ""))})


@rule(
    "HIS016",
    "error",
    on=History,
    title=N_("Policy for days gone by"),
    message=N_("A policy from {date} is entered on {day} only: it changes what was late on days gone by."),
    help=N_("Let the new policy begin on the day it was decided, or later."),
    why=N_("A time limit that is widened afterwards makes nothing ever have been late."),
    source="FORMAT.md, qms.yaml (policy: a clock uses the policy of the day it starts)",
    example="policy: [{from: 2020-01-01, plan_days: {major: 366}}], entered in 2024",
)
def policy_of_the_past(history: History) -> Iterator[HistoryHit]:
    """A policy entry that is new, or amended, begins at most `backdating_days` before the commit that brought it."""
    for pair, route, fact, came in _arrivals(history):
        if route[0] != "policy" or not pair.changes or fact.day is None:
            continue
        day = came.day if came is not None else history.base_day
        if (day - fact.day).days > history.before.policy(history.base_day).backdating_days:
            yield HistoryHit(pair.path, route, pair.after, {"date": fact.day, "day": day})


@rule(
    "HIS017",
    "info",
    on=History,
    title=N_("Personal data taken out"),
    message=N_("Personal data was taken out of {field} ({reason})."),
    help=N_("Compare both versions (git diff): a mark may stand only where personal data stood."),
    why=N_("Whoever reads the record later sees a mark and must be able to trust what it stands for."),
    source="FORMAT.md, Places and ids (redacted)",
    example="redacted: [{date: 2024-12-16, by: P-002, field: evidence, reason: Nomor telepon pemohon}]",
)
def taken_out(history: History) -> Iterator[HistoryHit]:
    """Each new redaction is named, so that somebody looks at it."""
    for pair in history.pairs:
        for index in range(len(pair.before.redacted), len(pair.after.redacted)):
            entry = pair.after.redacted[index]
            values: dict[str, object] = {"field": entry.field or "–", "reason": entry.reason or "–"}
            yield HistoryHit(pair.path, ("redacted", index), pair.after, values)
