"""The mall as a whole: organisation, standards, scope, certificates, visits, people, parties, policy."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from mpp_qms.records.common import Common, Fact, common_facts
from mpp_qms.records.policy import PolicyEntry
from mpp_qms.records.shapes import Alias, ClauseText, Day, NotEmpty, Only, PersonCode, Text, shape

Role = Literal[
    "top-management", "quality-manager", "programme-manager", "lead-auditor", "auditor", "unit-head", "pic", "staff"
]
#: The number of the format that this program knows.
SCHEMA = 1
DEFAULT_TIMEZONE = "Asia/Jakarta"
ROLES: tuple[Role, ...] = get_args(Role)
PartyKind = Literal[
    "certification-body", "accreditation-body", "ombudsman", "ministry", "supplier", "consultant", "other"
]
VisitKind = Literal["stage-1", "stage-2", "surveillance", "recertification", "special", "transition"]


@shape
class Organisation:
    """The mall's name and the unit that runs it."""

    name: Text | None = None
    operator: Text | None = None


@shape
class StandardInForce:
    """An edition the mall works to, from a day (absent: always)."""

    edition: Text
    from_: Annotated[Day | None, Alias("from")] = None


@shape
class ScopeStatement:
    """The text of the scope (clause 4.3) from a day, and who approved it."""

    from_: Annotated[Day, Alias("from")]
    text: Text | None = None
    approved_by: PersonCode | None = None


@shape
class CertificateEvent:
    """A certificate suspended, restored or withdrawn."""

    date: Day
    kind: Literal["suspended", "restored", "withdrawn"]
    reason: Text | None = None


@shape
class Certificate:
    """A certificate; what is not known is left out."""

    body: Text | None = None
    number: Text | None = None
    decided: Day | None = None
    issued: Day | None = None
    expires: Day | None = None
    scope: Text | None = None
    accreditation: Text | None = None
    events: tuple[CertificateEvent, ...] = ()


@shape
class Visit:
    """A visit of a certification body, planned or past."""

    kind: VisitKind | None = None
    date: Day
    body: Text | None = None


@shape
class NotApplicable:
    """A clause declared not applicable: only with a reason, an approver and a day (clause 4.3)."""

    clause: ClauseText
    reason: Text | None = None
    approved_by: PersonCode | None = None
    date: Day | None = None
    until: Day | None = None


@shape
class RoleHeld:
    """A role somebody holds, perhaps in a unit, perhaps for a term, perhaps acting (plt, plh)."""

    role: Role
    unit: Text | None = None
    from_: Annotated[Day | None, Alias("from")] = None
    to: Day | None = None
    acting: Literal["plt", "plh"] | None = None


@shape
class Person:
    """A staff code and its roles; never a name (rule 4)."""

    code: PersonCode
    roles: tuple[RoleHeld, ...] = ()


@shape
class Party:
    """A body outside the mall."""

    code: Text
    kind: PartyKind | None = None
    name: Text | None = None


@shape
class Waiver:
    """That one code is let pass for one record or unit, until a day."""

    code: Text
    record: Text | None = None
    unit: Text | None = None
    reason: Text | None = None
    approved_by: PersonCode | None = None
    until: Day | None = None


@shape
class Disposal:
    """Which records were destroyed after their retention was over."""

    records: tuple[Text, ...] = ()
    date: Day
    decree: Text | None = None
    approved_by: PersonCode | None = None


@shape
class Qms(Common):
    """qms.yaml: marks the root."""

    schema: Annotated[int, Only(SCHEMA)]
    organisation: Organisation
    standards: Annotated[tuple[StandardInForce, ...], NotEmpty()]
    scope: tuple[ScopeStatement, ...] = ()
    timezone: Text = DEFAULT_TIMEZONE
    language: Literal["id", "en"] | None = None
    certificates: tuple[Certificate, ...] = ()
    visits: tuple[Visit, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()
    people: tuple[Person, ...]
    parties: tuple[Party, ...] = ()
    policy: tuple[PolicyEntry, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    disposals: tuple[Disposal, ...] = ()


def facts(qms: Qms) -> Iterator[Fact]:
    """The dated facts of qms.yaml; scope, roles and policy are terms, visits are plans (rule 2)."""
    yield from common_facts(qms)
    for index, certificate in enumerate(qms.certificates):
        route = ("certificates", index)
        if certificate.decided is not None:
            yield (*route, "decided"), certificate.decided
        if certificate.issued is not None:
            yield (*route, "issued"), certificate.issued
        for number, event in enumerate(certificate.events):
            yield (*route, "events", number, "date"), event.date
    for index, entry in enumerate(qms.not_applicable):
        if entry.date is not None:
            yield ("not_applicable", index, "date"), entry.date
    for index, disposal in enumerate(qms.disposals):
        yield ("disposals", index, "date"), disposal.date
