"""Policy: what the standard leaves to the mall, with our defaults, each with its source and how sure it is.

Keys and defaults are those of FORMAT.md (qms.yaml); none of them is the standard's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Literal

from mpp_qms.messages import N_
from mpp_qms.records.shapes import Alias, Day, Whole, shape

Days = Annotated[int, Whole(0, 3660)]
Months = Annotated[int, Whole(0, 120)]
Years = Annotated[int, Whole(0, 100)]
GateId = Literal["G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9", "G10", "G11", "G12", "G13", "G14", "G15", "G16"]
KindName = Literal["qms", "unit", "sop", "nonconformity", "evidence", "audit", "review"]


@shape
class GradeDays:
    """So many days for a major, so many for a minor."""

    major: Days | None = None
    minor: Days | None = None


@shape
class PolicyEntry:
    """Policy from a day on: overrides single keys, also nested ones; all else stays as it was."""

    from_: Annotated[Day, Alias("from")]
    grading_days: Days | None = None
    closing_days: Days | None = None
    quarter_grace_days: Days | None = None
    plan_days: GradeDays | None = None
    action_days: GradeDays | None = None
    verification_days: Days | None = None
    verification_wait_days: Days | None = None
    freshness_months: Months | None = None
    audit_cycle_months: Months | None = None
    review_months: Months | None = None
    sop_review_months: Months | None = None
    records_months: Months | None = None
    new_unit_grace_months: Months | None = None
    backdating_days: Days | None = None
    blocking_gates: tuple[GateId, ...] | None = None
    evidence_keys_max: Annotated[int, Whole(1, 100)] | None = None
    retention_years: dict[KindName, Years] | None = None
    edition_ends: dict[str, Day] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The policy in force on a day, every key with a value. Days are calendar days."""

    grading_days: int = 14
    closing_days: int = 30
    quarter_grace_days: int = 30
    plan_days_major: int = 14
    plan_days_minor: int = 30
    action_days_major: int = 60
    action_days_minor: int = 90
    verification_days: int = 90
    verification_wait_days: int = 30
    freshness_months: int = 12
    audit_cycle_months: int = 12
    review_months: int = 12
    sop_review_months: int = 12
    records_months: int = 3
    new_unit_grace_months: int = 6
    backdating_days: int = 14
    blocking_gates: tuple[str, ...] = ()
    evidence_keys_max: int = 5
    retention_years: tuple[tuple[str, int], ...] = ()
    edition_ends: tuple[tuple[str, date], ...] = (("iso-9001-2015", date(2029, 9, 30)),)


DEFAULT = Policy()


def _override(policy: Policy, entry: PolicyEntry) -> Policy:
    changes: dict[str, object] = {}
    for spec in fields(entry):
        value = getattr(entry, spec.name)
        if spec.name == "from_" or value is None:
            continue
        if isinstance(value, GradeDays):
            for grade in ("major", "minor"):
                if getattr(value, grade) is not None:
                    changes[f"{spec.name}_{grade}"] = getattr(value, grade)
        elif isinstance(value, dict):
            merged = dict(getattr(policy, spec.name)) | value
            changes[spec.name] = tuple(merged.items())
        else:
            changes[spec.name] = value
    return replace(policy, **changes)  # type: ignore[arg-type]


def timeline(entries: Sequence[PolicyEntry]) -> tuple[tuple[date, Policy], ...]:
    """The policies of a mall, each with its first day, in order; before the first the defaults hold."""
    steps: list[tuple[date, Policy]] = []
    policy = DEFAULT
    for entry in sorted(entries, key=lambda entry: entry.from_):
        policy = _override(policy, entry)
        steps.append((entry.from_, policy))
    return tuple(steps)


def on(steps: Sequence[tuple[date, Policy]], day: date) -> Policy:
    """The policy in force on `day`."""
    for first, policy in reversed(steps):
        if first <= day:
            return policy
    return DEFAULT


@dataclass(frozen=True, slots=True)
class Explained:
    """A policy key for `mpp-qms policy`: what it says, where it comes from, how sure that is."""

    key: str
    unit: str
    what: str
    source: str
    confidence: Literal["high", "medium", "low"]


_CB_CUSTOM = N_("Contracts of certification bodies; ISO/IEC 17021-1 sets no number of days (FACTS 0.4, 3.3).")
_OURS = N_("Our own choice; the standard sets no value (FACTS 4).")
_CYCLE = N_("Custom; the standard sets no interval (FACTS 3.5).")

EXPLAINED: tuple[Explained, ...] = (
    Explained(
        "grading_days", "days", N_("An ungraded finding is graded within so many days of its issue."), _OURS, "medium"
    ),
    Explained("closing_days", "days", N_("A verified finding is closed within so many days."), _OURS, "medium"),
    Explained(
        "quarter_grace_days",
        "days",
        N_("A quarter's report is asked for so many days after the quarter's end."),
        _OURS,
        "medium",
    ),
    Explained("plan_days", "days", N_("Cause and plan are due within so many days, by grade."), _CB_CUSTOM, "medium"),
    Explained(
        "action_days",
        "days",
        N_("A first due date later than this many days after issue is a warning, by grade."),
        _CB_CUSTOM,
        "medium",
    ),
    Explained(
        "verification_days",
        "days",
        N_("Effectiveness is verified within so many days of the last action done, unless the plan says verify_by."),
        _OURS,
        "medium",
    ),
    Explained(
        "verification_wait_days",
        "days",
        N_("An effectiveness check sooner than this after the last action is a warning."),
        _OURS,
        "medium",
    ),
    Explained(
        "freshness_months",
        "months",
        N_("How long evidence stays current where the catalogue says 12 months."),
        _CYCLE,
        "medium",
    ),
    Explained(
        "audit_cycle_months",
        "months",
        N_("Within how many months internal audits cover every clause and unit."),
        _CYCLE,
        "medium",
    ),
    Explained(
        "review_months",
        "months",
        N_("Within how many months the inputs and outputs of management reviews count together."),
        _CYCLE,
        "medium",
    ),
    Explained(
        "sop_review_months",
        "months",
        N_("An SOP without review_due is due for review after so many months."),
        N_("Regulation on SOPs not verified: once a year or every two years (FACTS 6.3)."),
        "low",
    ),
    Explained(
        "records_months",
        "months",
        N_("How old the first record must be before a first certification."),
        N_("Custom of certification bodies (FACTS 3.3)."),
        "medium",
    ),
    Explained(
        "new_unit_grace_months", "months", N_("For so many months a new unit's gaps are open, not gaps."), _OURS, "low"
    ),
    Explained(
        "backdating_days", "days", N_("A decision dated more than this before its commit is named."), _OURS, "low"
    ),
    Explained("blocking_gates", "gates", N_("Gates that block besides those that always do."), _OURS, "high"),
    Explained(
        "evidence_keys_max", "keys", N_("One evidence record naming more keys than this is a warning."), _OURS, "medium"
    ),
    Explained(
        "retention_years",
        "years",
        N_("After how many years a record of a kind may be destroyed; none set: nothing may vanish."),
        N_("The mall's own retention schedule (JRA)."),
        "high",
    ),
    Explained(
        "edition_ends",
        "dates",
        N_("The last day certificates to an edition are valid."),
        N_("Secondary sources on the transition to ISO 9001:2026 (FACTS 2.2); verify before relying on it."),
        "medium",
    ),
)
