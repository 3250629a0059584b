"""FORMAT.md, Evidence: how long a record shows a key, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mpp_qms.catalogue import standard
from mpp_qms.readiness.shown import current_until, shows
from tests.factories import data, evidence, evidence_path, mall, register_of

KEYS = standard("iso-9001-2015").keys


def until(text: str, key: str, policy: str = "{}") -> str:
    """The last day a record is current for a key."""
    register = register_of(mall({"qms.yaml": policy}))
    return str(current_until(evidence(text), KEYS[key], register))


# --- freshness ---


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("date: 2024-01-31", "2025-01-31"),
        ("date: 2024-02-29", "2025-02-28"),  # the same day number, or the month's last
        ("date: 2024-03-10\nperiod: {from: 2023-07-01, to: 2023-12-31}", "2024-12-31"),  # from the period's end
        ("date: 2024-01-31\nvalid_until: 2024-06-30", "2024-06-30"),
        ("date: 2024-01-31\nvalid_until: 2029-01-01", "2025-01-31"),  # may only shorten
    ],
)
def test_twelve_months_from_the_period_or_the_date(text: str, last: str) -> None:
    assert until(text, "risk-register") == last


def test_the_last_day_counts_the_next_does_not() -> None:
    files = mall({evidence_path("risk-register"): "date: 2024-01-31"})
    assert shows(register_of(files, "2025-01-31")).at("risk-register", None).state == "current"
    assert shows(register_of(files, "2025-02-01")).at("risk-register", None).state == "stale"
    assert shows(register_of(files, "2024-01-30")).at("risk-register", None).state == "none"


def test_the_malls_own_freshness_stands_for_the_catalogues_twelve_months_only() -> None:
    policy = "policy: [{from: 2024-01-01, freshness_months: 6}]"
    assert until("date: 2024-01-31", "risk-register", policy) == "2024-07-31"
    # a clock uses the policy of the day it starts
    assert until("date: 2023-12-31", "risk-register", policy) == "2024-12-31"
    eighteen = replace(KEYS["risk-register"], months=18)
    register = register_of(mall({"qms.yaml": policy}))
    assert str(current_until(evidence("date: 2024-01-31"), eighteen, register)) == "2025-07-31"


def test_a_dash_means_until_changed_or_valid_until() -> None:
    assert until("date: 2010-01-01", "quality-policy") == "None"
    assert until("date: 2010-01-01\nvalid_until: 2024-06-30", "quality-policy") == "2024-06-30"


# --- the last closed quarter ---

QUARTER = "objective-results"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        # the third quarter of 2024 is enough until the report of the fourth is asked, 30 days after its end
        ("date: 2024-10-05\nperiod: {from: 2024-07-01, to: 2024-09-30}", "2025-01-30"),
        # a longer period that covers it does as well
        ("date: 2024-10-05\nperiod: {from: 2024-01-01, to: 2024-09-30}", "2025-01-30"),
        ("date: 2024-11-20\nperiod: {from: 2024-07-01, to: 2024-11-15}", "2025-01-30"),
        ("date: 2024-10-05\nperiod: {from: 2024-07-01, to: 2024-09-30}\nvalid_until: 2024-12-31", "2024-12-31"),
        ("date: 2024-01-05\nperiod: {from: 2023-10-01, to: 2023-12-31}", "2024-04-30"),
    ],
)
def test_a_quarters_report_lasts_until_the_next_is_asked(text: str, last: str) -> None:
    assert until(text, QUARTER) == last


@pytest.mark.parametrize(
    "text",
    [
        "date: 2024-10-05",  # no period
        "date: 2024-10-05\nperiod: {from: 2024-07-01}",  # no end
        "date: 2024-10-05\nperiod: {from: 2024-07-02, to: 2024-09-30}",  # a day is missing at the beginning
        "date: 2024-10-05\nperiod: {from: 2024-07-01, to: 2024-09-29}",  # or at the end
    ],
)
def test_what_does_not_cover_a_whole_quarter_never_counts(text: str) -> None:
    assert until(text, QUARTER) == "0001-01-01"
    files = mall({evidence_path(QUARTER): {"period": None} | data(text)})
    assert shows(register_of(files)).at(QUARTER, None).state == "stale"


@pytest.mark.parametrize(
    ("on", "state"),
    [("2024-10-30", "current"), ("2024-12-31", "current"), ("2025-01-30", "current"), ("2025-01-31", "stale")],
)
def test_grace_after_the_end_of_the_quarter(on: str, state: str) -> None:
    assert shows(register_of(mall(), on)).at(QUARTER, None).state == state


def test_the_grace_is_the_malls_own() -> None:
    text = "date: 2024-10-05\nperiod: {from: 2024-07-01, to: 2024-09-30}"
    assert until(text, QUARTER, "policy: [{from: 2024-01-01, quarter_grace_days: 10}]") == "2025-01-10"


# --- where ---


def shown(changes: dict[str, str], key: str, unit: str | None, on: str = "2024-11-15") -> str:
    return shows(register_of(mall(changes), on)).at(key, unit).state


def test_evidence_without_units_is_of_the_site_and_of_no_unit() -> None:
    path = evidence_path("quality-objectives")
    assert shown({path: "units:"}, "quality-objectives", None) == "current"
    assert shown({path: "units:"}, "quality-objectives", "dpmptsp") == "none"
    assert shown({path: "units: all"}, "quality-objectives", "dpmptsp") == "current"


def test_evidence_of_units_is_the_sites_when_together_it_names_every_unit_in_scope() -> None:
    path = evidence_path("quality-objectives")
    two, three = "units: [dpmptsp, kependudukan]", "units: [dpmptsp, kependudukan, imigrasi]"
    assert shown({path: two}, "quality-objectives", None) == "none"
    assert shown({path: two}, "quality-objectives", "dpmptsp") == "current"
    assert shown({path: two}, "quality-objectives", "imigrasi") == "none"
    assert shown({path: three}, "quality-objectives", None) == "current"
    rest = "{id: EVD-2024-901, title: Sasaran, shows: [quality-objectives], date: 2024-03-15, document: SK, units: [imigrasi]}"
    assert shown({path: two, "evidence/EVD-2024-901.yaml": rest}, "quality-objectives", None) == "current"


def test_together_they_are_as_fresh_as_the_stalest() -> None:
    path = evidence_path("quality-objectives")
    old = "{id: EVD-2023-901, title: Sasaran, shows: [quality-objectives], date: 2023-03-15, document: SK, units: [imigrasi]}"
    changes = {path: "units: [dpmptsp, kependudukan]", "evidence/EVD-2023-901.yaml": old}
    assert shown(changes, "quality-objectives", None) == "stale"


def test_for_providers_it_is_every_partner_and_provider_that_is_concerned() -> None:
    provider = "scope: [{from: 2024-01-01, role: external-provider}]"
    path = evidence_path("provider-evaluation")
    assert shown({}, "provider-evaluation", None) == "current"
    assert shown({"units/kependudukan/unit.yaml": provider}, "provider-evaluation", None) == "none"
    both = {"units/kependudukan/unit.yaml": provider, path: "units: [imigrasi, kependudukan]"}
    assert shown(both, "provider-evaluation", None) == "current"


def test_a_mall_without_partners_shows_nothing_by_itself() -> None:
    internal = {"units/imigrasi/unit.yaml": "scope: [{from: 2024-01-01, role: internal}]"}
    assert shown(internal, "provider-agreements", None) == "none"
    assert shown(internal, "provider-evaluation", None) == "none"


def test_one_current_record_suffices_for_a_key() -> None:
    stale = "{id: EVD-2022-001, title: Risiko, shows: [risk-register], date: 2022-01-01, document: Arsip}"
    assert shown({"evidence/EVD-2022-001.yaml": stale}, "risk-register", None) == "current"


# --- what other records show by themselves ---


def test_the_scope_statement_shows_itself() -> None:
    assert shown({}, "scope-statement", None) == "current"
    assert shown({"qms.yaml": "scope: []"}, "scope-statement", None) == "none"
    assert (
        shown({"qms.yaml": "scope: [{from: 2024-12-01, text: Nanti, approved_by: P-001}]"}, "scope-statement", None)
        == "none"
    )


def test_service_standards_of_every_service_of_a_unit() -> None:
    unit = "units/kependudukan/unit.yaml"
    assert shown({}, "service-standards", "kependudukan") == "current"
    one_without = "services: [{id: layanan, standard: SP-1}, {id: pindah}]"
    assert shown({unit: one_without}, "service-standards", "kependudukan") == "none"
    not_yet = "services: [{id: layanan, standard: SP-1}, {id: pindah, from: 2025-01-01}]"
    assert shown({unit: not_yet}, "service-standards", "kependudukan") == "current"
    assert shown({unit: "services: []"}, "service-standards", "kependudukan") == "none"


def test_agreements_in_force() -> None:
    unit = "units/imigrasi/unit.yaml"
    assert shown({}, "provider-agreements", "imigrasi") == "current"
    assert (
        shown({unit: "agreements: [{start: 2023-01-01, end: 2024-11-14}]"}, "provider-agreements", "imigrasi")
        == "stale"
    )
    assert shown({unit: "agreements: [{start: 2024-11-16}]"}, "provider-agreements", "imigrasi") == "none"
    assert shown({unit: "agreements: []"}, "provider-agreements", None) == "none"


def test_sops_in_force_for_every_service_of_a_unit() -> None:
    sop, unit = "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml", "units/kependudukan/unit.yaml"
    assert shown({}, "sop-in-force", "kependudukan") == "current"
    assert shown({sop: "revisions: []"}, "sop-in-force", "kependudukan") == "none"
    assert shown({sop: "withdrawn: {date: 2024-11-01, by: P-001}"}, "sop-in-force", "kependudukan") == "none"
    two = "services: [{id: layanan, standard: SP-1}, {id: pindah, standard: SP-2}]"
    assert shown({unit: two}, "sop-in-force", "kependudukan") == "none"


def test_reported_audits_and_reviews() -> None:
    audit = "audits/IA-2024-01.yaml"
    assert shown({}, "internal-audit", None) == "current"
    assert shown({audit: "reported:"}, "internal-audit", None) == "none"
    assert shown({audit: "kind: external"}, "internal-audit", None) == "none"
    assert shown({}, "internal-audit", None, "2024-06-09") == "none"
    assert shown({}, "internal-audit", None, "2025-06-06") == "stale"
    assert shown({}, "management-review", None) == "current"
    assert shown({}, "management-review", None, "2024-06-19") == "none"
    assert shown({}, "management-review", None, "2025-06-21") == "stale"


def test_the_nonconformities_themselves_are_the_register() -> None:
    assert shown({}, "nonconformity-register", None) == "current"
    assert shown({}, "nonconformity-register", None, "2024-03-03") == "none"
