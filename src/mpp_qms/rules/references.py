"""References: every unit, clause, record, service and key that a record names is there, and ids are where they belong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from mpp_qms import catalogue
from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.pasting import quoted
from mpp_qms.records.audit import Audit
from mpp_qms.records.common import Common, clause_number
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.nonconformity import Nonconformity, SourceKind
from mpp_qms.records.qms import Qms
from mpp_qms.records.references import documents, references
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import Unit
from mpp_qms.register import Register
from mpp_qms.rules.registry import NEVER_WAIVED, RETIRED, RULES, Hit, declare, rule
from mpp_qms.words import word

#: Texts of this form are ids of records and of nothing else.
_RECORD_ID = re.compile(r"(?:(?:IA|EA|RTM|EVD)-[0-9]{4}|NC-[A-Z0-9-]+-[0-9]{4})-[0-9]+", re.IGNORECASE)
_SOP_ID = re.compile(r"SOP-[A-Z0-9-]+-[0-9]+", re.IGNORECASE)
#: So many names are compared with a misspelt one, and so many entries of a list: more would take too long for a hint.
_MOST_NAMES, _MOST_ENTRIES = 200, 20
_CONTROL = N_("What a record points at is its proof; where it points at nothing, the proof is missing.")


def _hint(text: str, known: Collection[str], route: Route) -> Message | str:
    """The known name that was perhaps meant at a place."""
    near: str | None = next((form for form in (text.upper(), text.lower()) if form in known), None)
    if near is None and len(known) <= _MOST_NAMES and all(step < _MOST_ENTRIES for step in route if type(step) is int):
        near = _nearest(text, tuple(known))
    return Message(N_(" Did you mean {near}?"), {"near": near}) if near is not None else ""


@lru_cache(maxsize=4096)
def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    alike = [
        name for name in known if abs(len(name) - len(text)) <= 3 and (name[:1] == text[:1] or name[-1:] == text[-1:])
    ]
    return next(iter(get_close_matches(text, alike, 1)), None)


# --- units ---


def _units_named(record: Nonconformity | Evidence | Audit | Qms) -> Iterator[tuple[Route, str]]:
    """Every unit a record names, but for the folder it lies in."""
    if isinstance(record, Nonconformity):
        for index, transfer in enumerate(record.transferred):
            yield ("transferred", index, "to"), transfer.to
        for index, answer in enumerate(record.read_across):
            yield ("read_across", index, "unit"), answer.unit
    elif isinstance(record, Evidence):
        if isinstance(record.units, tuple):
            for index, unit in enumerate(record.units):
                yield ("units", index), unit
    elif isinstance(record, Audit):
        for index, row in enumerate(record.coverage):
            if row.unit is not None:
                yield ("coverage", index, "unit"), row.unit
    else:
        if record.organisation.operator is not None:
            yield ("organisation", "operator"), record.organisation.operator
        for index, person in enumerate(record.people):
            for number, role in enumerate(person.roles):
                if role.unit is not None:
                    yield ("people", index, "roles", number, "unit"), role.unit
        for index, waiver in enumerate(record.waivers):
            if waiver.unit is not None:
                yield ("waivers", index, "unit"), waiver.unit


@rule(
    "REF001",
    "error",
    on=(Nonconformity, Evidence, Audit, Qms),
    title=N_("Unknown unit"),
    message=N_("There is no unit {unit}.{hint}"),
    help=N_("Correct the id, or add units/{unit}/unit.yaml."),
    why=N_("What is said of a unit that is not there is counted nowhere."),
    source="FORMAT.md, Places and ids",
    example="transferred: [{date: 2024-11-01, to: pertanahn, by: P-030, reason: Salah alamat}]",
)
def unknown_unit(record: Nonconformity | Evidence | Audit | Qms, register: Register) -> Iterator[Hit]:
    """Every unit that a record names has a unit.yaml (one that could not be read will do)."""
    for route, unit in _units_named(record):
        if unit not in register.unit_by_id and unit not in register.unread_ids:
            yield Hit(route, {"unit": unit, "hint": _hint(unit, register.unit_by_id, route)})


@rule(
    "REF002",
    "error",
    on=Register,
    title=N_("Unit without unit.yaml"),
    message=N_("The folder units/{unit} holds records, but no unit.yaml."),
    help=N_("Add units/{unit}/unit.yaml, or move the records to the unit they belong to."),
    why=N_("Without it nobody knows whether the unit is in scope, so its records are counted nowhere."),
    source="FORMAT.md, Places and ids; ISO 9001:2015, 4.3",
    example="units/pertanahan/nonconformities/NC-PERTANAHAN-2024-001.yaml alone in its folder",
)
def folder_without_unit(register: Register) -> Iterator[tuple[Common, Hit]]:
    """Every folder of a unit that holds records holds a unit.yaml (named at its first record)."""
    described = {register.files[unit].unit for unit in register.units} | register.unread_ids
    first: dict[str, Common] = {}
    for record, file in register.files.items():
        if file.unit is not None and file.unit not in described:
            first.setdefault(file.unit, record)
    for unit, record in first.items():
        yield record, Hit((), {"unit": unit})


# --- clauses and editions ---


def _clauses_named(
    record: Nonconformity | Sop | Audit | Unit | Qms, register: Register
) -> Iterator[tuple[Route, str, date]]:
    """Every clause a record names, with the day whose edition it is a clause of."""
    if isinstance(record, Nonconformity):
        for index, text in enumerate(record.clauses):
            yield ("clauses", index), text, record.detected.date
        if record.external is not None and record.external.clause is not None:
            yield ("external", "clause"), record.external.clause, record.detected.date
    elif isinstance(record, Sop):
        day = max((entry.effective for entry in record.revisions if entry.effective is not None), default=register.day)
        for index, text in enumerate(record.clauses):
            yield ("clauses", index), text, day
    elif isinstance(record, Audit):
        for index, row in enumerate(record.coverage):
            for number, text in enumerate(row.clauses):
                yield ("coverage", index, "clauses", number), text, record.from_
    else:
        for index, entry in enumerate(record.not_applicable):
            yield ("not_applicable", index, "clause"), entry.clause, entry.date or register.day


@rule(
    "REF003",
    "error",
    on=(Nonconformity, Sop, Audit, Unit, Qms),
    title=N_("Unknown clause"),
    message=N_("{edition} has no clause {clause}."),
    help=N_(
        "Write a number of that edition, with letters after a space (9.2.2 c); `mpp-qms clause` lists the numbers."
    ),
    why=N_("A finding, an audit row or an SOP on a clause that is not there is counted in no cell."),
    source="FORMAT.md, 7",
    example='clauses: ["8.5.7"]',
)
def unknown_clause(record: Nonconformity | Sop | Audit | Unit | Qms, register: Register) -> Iterator[Hit]:
    """Every clause that a record names is one of the edition that holds for it."""
    for route, text, day in _clauses_named(record, register):
        standard = register.standard_of(record, day)
        if standard is not None and clause_number(text) not in standard.clauses:
            yield Hit(route, {"clause": text, "edition": standard.edition})


@rule(
    "REF004",
    "error",
    on=Common,
    title=N_("Unknown edition"),
    message=N_("There is no catalogue of the edition {edition}.{hint}"),
    help=N_("Write one of: {known}."),
    why=N_("What an auditor expects is known only for the editions there is a catalogue of."),
    source="FORMAT.md, qms.yaml",
    example="standard: iso-9001:2015",
)
def unknown_edition(record: Common, register: Register) -> Iterator[Hit]:
    """Every edition that a record names has a catalogue."""
    named: list[tuple[Route, str]] = []
    if record.standard is not None:
        named.append((("standard",), record.standard))
    if isinstance(record, Qms):
        named += [(("standards", index, "edition"), entry.edition) for index, entry in enumerate(record.standards)]
        for index, entry in enumerate(record.policy):
            named += [(("policy", index, "edition_ends", key), key) for key in entry.edition_ends or ()]
    known = catalogue.editions()
    for route, edition in named:
        if edition not in known:
            yield Hit(route, {"edition": edition, "known": known, "hint": _hint(edition, known, route)})


# --- other records ---


@rule(
    "REF005",
    "error",
    on=Nonconformity,
    title=N_("Unknown SOP"),
    message=N_("There is no SOP {id}.{hint}"),
    help=N_("Correct the id, or add the SOP's record."),
    why=_CONTROL,
    source="FORMAT.md, Nonconformity; ISO 9001:2015, 7.5",
    example="sops: [SOP-A-099]",
)
def unknown_sop(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """Every SOP that a nonconformity cites or says was changed has a record."""
    named: list[tuple[Route, str]] = [(("sops", index), id_) for index, id_ in enumerate(nc.sops)]
    for index, closure in enumerate(nc.closures):
        for number, text in enumerate(closure.documents):
            if _SOP_ID.fullmatch(text):
                named.append((("closures", index, "documents", number), text))
    for route, id_ in named:
        if id_ not in register.sop_by_id and id_ not in register.unread_ids:
            yield Hit(route, {"id": id_, "hint": _hint(id_, register.sop_by_id, route)})


def _is_record(register: Register, id_: str) -> bool:
    # qms.yaml has no id: it goes by its name
    return (
        id_ == "qms"
        or id_ in register.unread_ids
        or any(
            id_ in known
            for known in (
                register.nonconformity_by_id,
                register.evidence_by_id,
                register.audit_by_id,
                register.review_by_id,
                register.sop_by_id,
                register.unit_by_id,
            )
        )
    )


def _records_named(record: Nonconformity | Qms) -> Iterator[tuple[Route, str]]:
    """Every record a record names by its id, but for SOPs and evidence referred to."""
    if isinstance(record, Nonconformity):
        if record.source.ref is not None and _RECORD_ID.fullmatch(record.source.ref):
            yield ("source", "ref"), record.source.ref
        if record.repeat_of is not None:
            yield ("repeat_of",), record.repeat_of
        for index, closure in enumerate(record.closures):
            for number, text in enumerate(closure.documents):
                if _RECORD_ID.fullmatch(text):
                    yield ("closures", index, "documents", number), text
    else:
        for index, waiver in enumerate(record.waivers):
            if waiver.record is not None:
                yield ("waivers", index, "record"), waiver.record


@rule(
    "REF006",
    "error",
    on=(Nonconformity, Qms),
    title=N_("Unknown record"),
    message=N_("There is no record {id}.{hint}"),
    help=N_("Correct the id, or add the record; what is no record of this repository is named in words."),
    why=N_("A finding whose audit is not there cannot be followed to its source, and is not counted with that audit."),
    source="FORMAT.md, Nonconformity",
    example="source: {kind: internal-audit, ref: IA-2024-99}",
)
def unknown_record(record: Nonconformity | Qms, register: Register) -> Iterator[Hit]:
    """Every id of a record that a source, a repetition, a closure or a waiver names is one of a record."""
    for route, id_ in _records_named(record):
        if not _is_record(register, id_):
            hint: Message | str = ""
            if _is_record(register, id_.upper()):
                hint = Message(N_(" Did you mean {near}?"), {"near": id_.upper()})
            yield Hit(route, {"id": id_, "hint": hint})


@rule(
    "REF007",
    "error",
    on=Common,
    legacy="warning",
    title=N_("Unknown evidence record"),
    message=N_("There is no evidence record {id}.{hint}"),
    help=N_("Correct the id, or add evidence/{id}.yaml; a document without a record is named by its title or path."),
    why=_CONTROL,
    source="FORMAT.md, 6",
    example="done: {date: 2024-11-27, by: P-021, evidence: [EVD-2024-999]}",
)
def unknown_evidence(record: Common, register: Register) -> Iterator[Hit]:
    """Every reference that is the id of an evidence record leads to one."""
    for route, entry in references(record):
        if not isinstance(entry, str) or entry in register.evidence_by_id or entry in register.unread_ids:
            continue
        if entry[:4].upper() == "EVD-" and _RECORD_ID.fullmatch(entry):
            yield Hit(route, {"id": entry, "hint": _hint(entry, register.evidence_by_id, route)})


@rule(
    "REF008",
    "error",
    on=Sop,
    title=N_("Unknown service"),
    message=N_("The unit {unit} has no service {service}.{hint}"),
    help=N_("Correct the id, or add the service to units/{unit}/unit.yaml."),
    why=N_("An SOP of a service that is not there leaves the service it was meant for without one."),
    source="FORMAT.md, SOP",
    example="services: [ktp-elektronk]",
)
def unknown_service(sop: Sop, register: Register) -> Iterator[Hit]:
    """Every service of an SOP is one of its unit's."""
    unit = register.unit_by_id.get(sop.unit)
    if unit is None or not sop.services:
        return
    known = {service.id for service in unit.services}
    for index, service in enumerate(sop.services):
        if service not in known:
            route = ("services", index)
            yield Hit(route, {"unit": unit.id, "service": service, "hint": _hint(service, known, route)})


@rule(
    "REF009",
    "error",
    on=Evidence,
    title=N_("Unknown evidence key"),
    message=N_("No clause of {edition} expects evidence with the key {key}.{hint}"),
    help=N_("Write a key of the catalogue; `mpp-qms clause NUMBER` names those of a clause."),
    why=N_("A misspelt key shows nothing: its clause would stay without evidence."),
    source="FORMAT.md, Evidence",
    example="shows: [custommer-satisfaction]",
)
def unknown_key(evidence: Evidence, register: Register) -> Iterator[Hit]:
    """Every key that evidence shows is one of the catalogue's."""
    standard = register.standard_of(evidence, evidence.date)
    if standard is None:
        return
    for index, key in enumerate(evidence.shows):
        if key not in standard.keys:
            route = ("shows", index)
            values = {"key": key, "edition": standard.edition, "hint": _hint(key, standard.keys, route)}
            yield Hit(route, values)


# --- ids and places ---


def _case(first: str, second: str) -> Message | str:
    if first.casefold() == second.casefold():
        return Message(N_(" They differ in small and capital letters."))
    return ""


def _id_of(record: Common) -> str | None:
    found: str | None = getattr(record, "id", None)
    return found


@rule(
    "REF010",
    "error",
    on=Common,
    title=N_("Id and file name disagree"),
    message=N_("The id is {id}, but the file is called {name}.{hint}"),
    help=N_("Give both the same name; a copied file needs an id of its own."),
    why=N_("The id stands twice on purpose: a copied file is found out."),
    source="FORMAT.md, 1 and 8",
    example="id: NC-A-2024-001 in the file NC-A-2024-002.yaml",
)
def id_and_file(record: Common, register: Register) -> Iterator[Hit]:
    """The id of a record is the name of its file; of a unit that of its folder."""
    id_, file = _id_of(record), register.files[record]
    if id_ is None:
        return
    name = file.unit if isinstance(record, Unit) else file.path[file.path.rfind("/") + 1 : -len(".yaml")]
    if id_ != name and name is not None:
        yield Hit(("id",), {"id": id_, "name": name, "hint": _case(id_, name)})


@rule(
    "REF011",
    "error",
    on=(Nonconformity, Sop),
    title=N_("Unit and folder disagree"),
    message=N_("The record says unit {unit}, but it lies in units/{folder}.{hint}"),
    help=N_("Correct the unit, or move the file; a finding that goes to another unit gets an entry in `transferred`."),
    why=N_("The unit stands twice on purpose: a copied file is found out."),
    source="FORMAT.md, 8",
    example="unit: b in a file in units/a/nonconformities/",
)
def unit_and_folder(record: Nonconformity | Sop, register: Register) -> Iterator[Hit]:
    """The unit that an SOP or a nonconformity names is the one whose folder it lies in."""
    folder = register.files[record].unit
    if record.unit != folder and folder is not None:
        yield Hit(("unit",), {"unit": record.unit, "folder": folder, "hint": _case(record.unit, folder)})


@rule(
    "REF012",
    "error",
    on=Common,
    title=N_("Id in the wrong form"),
    message=N_("{id} does not have the form of an id of this kind."),
    help=N_("The form is {form}."),
    why=N_("The id says what a record is and where it lies; other programs and people rely on its form."),
    source="FORMAT.md, Places and ids",
    example="id: NC-A-24-1",
)
def id_form(record: Common, register: Register) -> Iterator[Hit]:
    """An id has the form of its kind, with the unit's name in capitals where the kind lies in a unit."""
    id_, file = _id_of(record), register.files[record]
    if id_ is None or file.kind is None:
        return
    if isinstance(record, Unit):
        if not re.fullmatch(r"[a-z0-9-]+", id_):
            yield Hit(("id",), {"id": id_, "form": Message(N_("small letters a-z, digits and hyphens"))})
        return
    # one that lies in the wrong folder is told so, and only that
    if not file.kind.id_matches(id_, file.unit) and getattr(record, "unit", file.unit) == file.unit:
        yield Hit(("id",), {"id": id_, "form": _FORMS[file.kind.name].replace("UNIT", (file.unit or "").upper())})


_FORMS = {
    "sop": "SOP-UNIT-001",
    "nonconformity": "NC-UNIT-2024-001",
    "evidence": "EVD-2024-001",
    "audit": "IA-2024-01, EA-2024-01",
    "review": "RTM-2024-01",
}


@rule(
    "REF013",
    "warning",
    on=Nonconformity,
    title=N_("Year of the id is not that of detection"),
    message=N_("The id says {year}, but the nonconformity was detected on {date}."),
    help=N_("Check the day of detection, or give the record an id of the year it was detected in."),
    why=N_("The year in the id is the year of detection; lists and trends by year rely on it."),
    source="FORMAT.md, Places and ids",
    example="id: NC-A-2023-001 with detected: {date: 2024-10-15, by: P-031}",
)
def year_of_id(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """The year in the id of a nonconformity is that of its detection."""
    parts = nc.id.rsplit("-", 2)
    if len(parts) == 3 and len(parts[1]) == 4 and parts[1].isdecimal() and int(parts[1]) != nc.detected.date.year:
        yield Hit(("id",), {"year": parts[1], "date": nc.detected.date})


@rule(
    "REF014",
    "error",
    on=Register,
    title=N_("Id used twice"),
    message=N_("The id {id} is also that of {other}."),
    help=N_("{copy} looks like the copy: give it an id of its own, or delete it where nothing new stands in it."),
    why=N_("An id that two records have leads to only one of them; the other is overlooked."),
    source="FORMAT.md, Places and ids; ISO 9001:2015, 7.5.2",
    example="id: EVD-2024-001 in two files",
    command="mpp-qms nc renumber {path} --next",
)
def duplicate_id(register: Register) -> Iterator[tuple[Common, Hit]]:
    """No two records have one id; each is told of the other."""
    by_id: dict[str, list[Common]] = defaultdict(list)
    for record in register.files:
        id_ = _id_of(record)
        if id_ is not None:
            by_id[id_].append(record)
    for id_, records in by_id.items():
        if len(records) > 1:
            copies = [record for record in records if not _at_home(record, register)]
            for record in records:
                other = next(entry for entry in records if entry is not record)
                copy = register.path(record if record in copies else next(iter(copies), record))
                values = {"id": id_, "other": register.path(other), "copy": copy, "path": quoted(copy)}
                yield record, Hit(("id",), values)


def _at_home(record: Common, register: Register) -> bool:
    """True of a record whose file is called by its id and lies in the folder of its unit; a copy is elsewhere."""
    file = register.files[record]
    return file.path.endswith(f"/{_id_of(record)}.yaml") and getattr(record, "unit", file.unit) == file.unit


@rule(
    "REF015",
    "error",
    on=Register,
    title=N_("Printed number used twice"),
    message=N_("The number {number} is also that of {other}."),
    help=N_("Correct the number of one of the two records."),
    why=N_("People cite the printed number; it must lead to one record of its issuer."),
    source="FORMAT.md, Places and ids; ISO 9001:2015, 7.5.2",
    example="number: LKS-07 in two nonconformities",
)
def duplicate_number(register: Register) -> Iterator[tuple[Common, Hit]]:
    """No two records of a kind have one number of one issuer: the mall, or the body outside it.

    SOPs are left out: a number may pass to the next SOP, and two in force with one number are DOC001.
    """
    by_number: dict[tuple[object, ...], list[tuple[Common, Route]]] = defaultdict(list)
    for record in register.files:
        if record.number is not None and not isinstance(record, Sop):
            issuer = record.body if isinstance(record, Audit) and record.kind == "external" else None
            by_number[type(record), issuer, record.number].append((record, ("number",)))
        if isinstance(record, Nonconformity) and record.external is not None and record.external.number is not None:
            key = ("external", record.external.body, record.external.number)
            by_number[key].append((record, ("external", "number")))
    for (*_, number), entries in by_number.items():
        if len(entries) > 1:
            for record, route in entries:
                other = next(entry for entry, _ in entries if entry is not record)
                yield record, Hit(route, {"number": number, "other": register.path(other)})


# --- what a reference names, and how ---


@rule(
    "REF016",
    "error",
    on=Common,
    legacy="warning",
    title=N_("Reference that names nothing"),
    message=N_("This reference names no document."),
    help=N_("Give at least one of title, number, location, path, url; paper in a cabinet counts too."),
    why=_CONTROL,
    source="FORMAT.md, 6; ISO 9001:2015, 7.5.3",
    example="document: {system: SRIKANDI, date: 2024-10-15}",
)
def empty_reference(record: Common, register: Register) -> Iterator[Hit]:
    """A reference has at least one of title, number, location, path, url."""
    for route, entry in documents(record):
        if (entry.title or entry.number or entry.location or entry.path or entry.url) is None:
            yield Hit(route)


#: The kinds of source that stand for a record here → how its id begins.
_SOURCES: dict[SourceKind, str] = {"internal-audit": "IA-", "external-audit": "EA-", "review": "RTM-"}


@rule(
    "REF017",
    "warning",
    on=Nonconformity,
    title=N_("Source and its record do not fit"),
    message=N_("The source is {kind}, but {ref} is a record of another kind."),
    help=N_("Correct the kind of the source, or the id it refers to."),
    why=N_("Findings are counted with the audit they name, by the rules that hold for its kind."),
    source="FORMAT.md, Audit and Nonconformity",
    example="source: {kind: self, ref: IA-2024-01}",
)
def source_and_record(nc: Nonconformity, register: Register) -> Iterator[Hit]:
    """A source that names an audit or a review is of that kind, and an audit's names no record of another kind."""
    ref = nc.source.ref
    if ref is None or not _RECORD_ID.fullmatch(ref):
        return
    expected = _SOURCES.get(nc.source.kind)
    named = next((start for start in _SOURCES.values() if ref.upper().startswith(start)), None)
    if expected != named:
        yield Hit(("source",), {"kind": word(nc.source.kind), "ref": ref})


# --- waivers ---


@rule(
    "REF018",
    "warning",
    on=Qms,
    title=N_("Waiver of an unknown code"),
    message=N_("There is no rule {code}.{hint}"),
    help=N_("Correct the code, or remove the waiver; `mpp-qms rule` lists the codes."),
    why=N_("A waiver of a code that is not there lets nothing pass."),
    source="FORMAT.md, qms.yaml",
    example="waivers: [{code: DOC999, record: SOP-A-001, reason: Disepakati, approved_by: P-001}]",
)
def unknown_code(qms: Qms, register: Register) -> Iterator[Hit]:
    """Every waiver names the code of a rule."""
    for index, waiver in enumerate(qms.waivers):
        if waiver.code not in RULES:
            route = ("waivers", index, "code")
            hint = _hint(waiver.code, RULES, route)
            if waiver.code in RETIRED:
                hint = Message(N_(" It was replaced by {near}."), {"near": RETIRED[waiver.code]})
            yield Hit(route, {"code": waiver.code, "hint": hint})


@rule(
    "REF019",
    "warning",
    on=Qms,
    title=N_("Waiver without effect"),
    message=N_("This waiver lets nothing pass: {why}."),
    help=N_("Complete the waiver, or remove it and mend what it was to let pass."),
    why=N_("Whoever reads the waiver believes that the finding was settled."),
    source="FORMAT.md, qms.yaml",
    example="waivers: [{code: SYN007, record: SOP-A-001, reason: Disepakati, approved_by: P-001}]",
)
def waiver_without_effect(qms: Qms, register: Register) -> Iterator[Hit]:
    """A waiver names a record or a unit, has a reason, and is not of a family that is never waived."""
    for index, waiver in enumerate(qms.waivers):
        family = NEVER_WAIVED.get(waiver.code[:3])
        why: Message | None = None
        if family is not None:
            why = Message(N_("findings of {family} are never waived"), {"family": Message(family)})
        elif waiver.record is None and waiver.unit is None:
            why = Message(N_("it names neither a record nor a unit"))
        elif waiver.reason is None:
            why = Message(N_("it gives no reason"))
        if why is not None:
            yield Hit(("waivers", index), {"why": why})


@rule(
    "REF020",
    "warning",
    on=Qms,
    title=N_("Waiver that has run out"),
    message=N_("This waiver of {code} ran out on {until}."),
    help=N_(
        "Mend what it let pass, or have it approved anew with another day; then remove this entry or leave it to history."
    ),
    why=N_("What was let pass for a time was to be mended by then."),
    source="FORMAT.md, qms.yaml (waivers)",
    example="waivers: [{code: DOC013, record: EVD-2024-001, reason: Disepakati, approved_by: P-001, until: 2024-06-30}]",
)
def waiver_run_out(qms: Qms, register: Register) -> Iterator[Hit]:
    """No waiver's last day is over on the day looked at."""
    for index, waiver in enumerate(qms.waivers):
        if waiver.until is not None and register.day > waiver.until:
            yield Hit(("waivers", index, "until"), {"code": waiver.code, "until": waiver.until})


declare(
    "REF021",
    "warning",
    title=N_("Waiver that nothing needs"),
    message=N_("There is nothing any more that this waiver of {code} would let pass."),
    help=N_("Remove it: what it was for is mended, or it names the wrong record or unit."),
    why=N_("A waiver that waits for nothing lets the next mistake of its kind pass unseen."),
    source="FORMAT.md, qms.yaml (waivers)",
    example="waivers: [{code: DOC013, record: EVD-2024-001, …}], where EVD-2024-001 shows one key only",
)
