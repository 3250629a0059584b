"""All records of one mall, indexed, as known on one day and looked at for one day.

Two days are kept apart throughout (FORMAT.md, rule 2): `known`, up to which facts are known, and `day`, for
which terms and clocks are read. They differ when a visit to come is judged from today's knowledge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from mpp_qms import catalogue
from mpp_qms.catalogue import Standard
from mpp_qms.dates import first_day
from mpp_qms.records import nonconformity, policy
from mpp_qms.records.audit import Audit
from mpp_qms.records.common import Common
from mpp_qms.records.evidence import Evidence
from mpp_qms.records.ids import id_of
from mpp_qms.records.nonconformity import Life, Nonconformity
from mpp_qms.records.policy import Policy
from mpp_qms.records.qms import Party, Person, Qms, Role, RoleHeld
from mpp_qms.records.review import Review
from mpp_qms.records.sop import Sop
from mpp_qms.records.unit import IN_SCOPE, PROVIDERS, ScopeRole, Unit, holds, scope_role
from mpp_qms.store.attachments import Attachment
from mpp_qms.store.reading import SourceFile
from mpp_qms.store.repository import Repository

R = TypeVar("R", bound=Common)

#: The edition judged by where qms.yaml names none that is in force.
DEFAULT_EDITION = "iso-9001-2015"


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """The records by kind (every one, in the order of paths) and by id (the first that has it).

    `today` is the day of the run: with `--as-of` it bounds what may be dated (the later of both).
    """

    known: date
    day: date
    today: date
    standard: Standard
    qms: Qms | None
    units: tuple[Unit, ...]
    sops: tuple[Sop, ...]
    nonconformities: tuple[Nonconformity, ...]
    evidence: tuple[Evidence, ...]
    audits: tuple[Audit, ...]
    reviews: tuple[Review, ...]
    unit_by_id: Mapping[str, Unit]
    sop_by_id: Mapping[str, Sop]
    nonconformity_by_id: Mapping[str, Nonconformity]
    evidence_by_id: Mapping[str, Evidence]
    audit_by_id: Mapping[str, Audit]
    review_by_id: Mapping[str, Review]
    people: Mapping[str, Person]
    parties: Mapping[str, Party]
    policies: tuple[tuple[date, Policy], ...]
    #: The editions worked to, each from its day, in the order of these days.
    editions: tuple[tuple[date, str], ...]
    #: Who holds or held a role, in the order in which people and their roles are listed.
    holders: Mapping[Role, tuple[tuple[str, RoleHeld], ...]]
    files: Mapping[Common, SourceFile]
    #: Ids, by their file names, of the records that could not be read.
    unread_ids: frozenset[str]
    #: What lies where records say a document lies, by path relative to the root.
    attachments: Mapping[str, Attachment]
    _lives: dict[Nonconformity, Life] = field(default_factory=dict)

    def at(self, known: date, day: date, changed: Collection[Nonconformity] | None = None) -> Register:
        """The same records, as known and for the day given.

        `changed`: where it is known, which nonconformities have facts between the two days up to which facts are
        known; the lives of all others are not worked out again.
        """
        lives = self._lives if known == self.known else {}
        if known != self.known and changed is not None:
            lives = {nc: life for nc, life in self._lives.items() if nc not in changed}
        return replace(self, known=known, day=day, standard=_standard(self.edition_on(day)), _lives=lives)

    # --- records ---

    def path(self, record: Common) -> str:
        """The file of a record, relative to the root."""
        return self.files[record].path

    def life(self, nc: Nonconformity) -> Life:
        """What the facts known make of a nonconformity."""
        found = self._lives.get(nc)
        if found is None:
            found = self._lives[nc] = nonconformity.life(nc, self.known)
        return found

    def known_nonconformities(self) -> Iterator[Nonconformity]:
        """The nonconformities that are known."""
        return (nc for nc in self.nonconformities if nc.detected.date <= self.known)

    # --- policy ---

    def policy(self, day: date | None = None) -> Policy:
        """The policy in force on a day; without one, on the day looked at."""
        return policy.on(self.policies, day or self.day)

    # --- people ---

    @property
    def operator(self) -> str | None:
        """The id of the unit that runs the mall."""
        return self.qms.organisation.operator if self.qms is not None else None

    def roles(self, code: str, day: date) -> Iterator[RoleHeld]:
        """The roles of a staff code that hold on a day."""
        person = self.people.get(code)
        if person is not None:
            yield from (role for role in person.roles if holds(role.from_, role.to, day))

    def _roles_between(self, code: str, start: date, end: date) -> Iterator[RoleHeld]:
        """The roles of a staff code that hold on a day between `start` and `end`."""
        person = self.people.get(code)
        if person is not None:
            for role in person.roles:
                begun = role.from_ is None or first_day(role.from_) <= end
                if begun and (role.to is None or role.to >= first_day(start)):
                    yield role

    def has_role(self, code: str | None, roles: Iterable[Role], day: date) -> bool:
        """True where a staff code holds one of the roles on a day."""
        wanted = frozenset(roles)
        return code is not None and any(held.role in wanted for held in self.roles(code, day))

    def held(self, role: Role, code: str, start: date, end: date) -> bool:
        """True where a staff code holds a role on a day between `start` and `end`."""
        return any(held.role == role for held in self._roles_between(code, start, end))

    def holder(self, role: Role, day: date, unit: str | None = None) -> str | None:
        """The first listed staff code that holds a role (in a unit, where one is given) on a day."""
        for code, held in self.holders.get(role, ()):
            if (unit is None or held.unit == unit) and holds(held.from_, held.to, day):
                return code
        return None

    def serves(self, code: str, unit: str | None, start: date, end: date | None = None) -> bool:
        """True where a staff code has any role with a unit on a day between `start` and `end`."""
        return unit is not None and any(held.unit == unit for held in self._roles_between(code, start, end or start))

    def answers_for(self, unit: str) -> str | None:
        """Who answers for a unit on the day looked at: its pic, else its unit-head, else the quality manager."""
        return (
            self.holder("pic", self.day, unit)
            or self.holder("unit-head", self.day, unit)
            or self.holder("quality-manager", self.day)
        )

    def owner_or_manager(self, code: str | None) -> str | None:
        """Who is to act on the day looked at: a staff code that still holds a role, else the quality manager.

        A party, one who has left and a missing owner fall to the quality manager (FORMAT.md, What is late);
        None where there is none either.
        """
        if code is not None and any(True for _ in self.roles(code, self.day)):
            return code
        return self.holder("quality-manager", self.day)

    # --- units ---

    def role_of(self, unit: str, day: date | None = None) -> ScopeRole | None:
        """The part a unit plays in the scope on a day; None where it is unknown or in no term."""
        found = self.unit_by_id.get(unit)
        return scope_role(found, day or self.day) if found is not None else None

    def in_scope(self) -> tuple[Unit, ...]:
        """The units in scope on the day looked at, each with cells of its own."""
        return tuple(unit for unit in self.unit_by_id.values() if scope_role(unit, self.day) in IN_SCOPE)

    def providers(self) -> tuple[Unit, ...]:
        """The in-scope partners and external providers on the day looked at."""
        return tuple(unit for unit in self.unit_by_id.values() if scope_role(unit, self.day) in PROVIDERS)

    def edition_on(self, day: date) -> str:
        """The edition in force on a day."""
        return _edition_on(self.editions, day)

    def standard_of(self, record: Common, day: date) -> Standard | None:
        """The edition that holds for a record: its own, else the one in force on its day; None where unknown."""
        edition = record.standard or self.edition_on(day)
        if edition == self.standard.edition:
            return self.standard
        return catalogue.standard(edition) if edition in catalogue.editions() else None


def build(
    repository: Repository, known: date, today: date, attachments: Mapping[str, Attachment] | None = None
) -> Register:
    """The register of a repository, known and looked at on one day."""
    by_kind: dict[type[Common], list[Common]] = {}
    files: dict[Common, SourceFile] = {}
    for file in repository.files:
        if file.record is not None:
            by_kind.setdefault(type(file.record), []).append(file.record)
            files[file.record] = file

    def of(kind: type[R]) -> tuple[R, ...]:
        return tuple(by_kind.get(kind, ()))  # type: ignore[arg-type]

    qms = next(iter(of(Qms)), None)
    units, sops, nonconformities = of(Unit), of(Sop), of(Nonconformity)
    evidence, audits, reviews = of(Evidence), of(Audit), of(Review)
    unread = frozenset(
        file.unit or "" if file.kind is not None and file.kind.name == "unit" else id_of(file.path)
        for file in repository.files
        if file.unread
    )
    register = Register(
        known=known,
        day=known,
        today=today,
        standard=catalogue.standard(DEFAULT_EDITION),
        qms=qms,
        units=units,
        sops=sops,
        nonconformities=nonconformities,
        evidence=evidence,
        audits=audits,
        reviews=reviews,
        unit_by_id=_by_id(units),
        sop_by_id=_by_id(sops),
        nonconformity_by_id=_by_id(nonconformities),
        evidence_by_id=_by_id(evidence),
        audit_by_id=_by_id(audits),
        review_by_id=_by_id(reviews),
        people=_first(qms.people if qms is not None else (), "code"),
        parties=_first(qms.parties if qms is not None else (), "code"),
        policies=policy.timeline(qms.policy if qms is not None else ()),
        editions=_editions(qms),
        holders=_holders(qms),
        files=files,
        unread_ids=unread,
        attachments=attachments or {},
    )
    return register.at(known, known)


def standard_on(qms: Qms | None, day: date) -> Standard:
    """The edition in force on a day, by qms.yaml; where it has no catalogue, the default one."""
    return _standard(_edition_on(_editions(qms), day))


def _edition_on(editions: tuple[tuple[date, str], ...], day: date) -> str:
    for first, edition in reversed(editions):
        if first <= day:
            return edition
    return DEFAULT_EDITION


def _standard(edition: str) -> Standard:
    """The catalogue of an edition; where there is none (a finding of its own), that of the default one."""
    return catalogue.standard(edition if edition in catalogue.editions() else DEFAULT_EDITION)


def _editions(qms: Qms | None) -> tuple[tuple[date, str], ...]:
    entries = qms.standards if qms is not None else ()
    return tuple(sorted(((entry.from_ or date.min, entry.edition) for entry in entries), key=lambda entry: entry[0]))


def _holders(qms: Qms | None) -> dict[Role, tuple[tuple[str, RoleHeld], ...]]:
    found: dict[Role, list[tuple[str, RoleHeld]]] = {}
    for code, person in _first(qms.people if qms is not None else (), "code").items():
        for held in person.roles:
            found.setdefault(held.role, []).append((code, held))
    return {role: tuple(entries) for role, entries in found.items()}


def _by_id(records: tuple[R, ...]) -> dict[str, R]:
    return _first(records, "id")


T = TypeVar("T")


def _first(entries: Iterable[T], key: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for entry in entries:
        found.setdefault(getattr(entry, key), entry)
    return found
