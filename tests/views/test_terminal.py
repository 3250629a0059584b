"""The views of the commands: fit for any terminal, for many units, and for records that mean harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mpp_qms import overdue as clocks
from mpp_qms.documented_information import matrix, readers, standings
from mpp_qms.messages import translator
from mpp_qms.readiness import state_of
from mpp_qms.readiness.explain import explain
from mpp_qms.register import build
from mpp_qms.rules.check import findings
from mpp_qms.store.repository import Repository
from mpp_qms.story import coming, history, said_by_body
from mpp_qms.views.terminal import audit, check, nonconformity, overdue, sop
from mpp_qms.views.terminal.style import Style, columns
from tests.factories import DAY, ENGLISH, Files, data, day, evidence_path, mall, read, readiness, register_of

_CODES = re.compile("\x1b\\[[0-9;]*m")
LANGUAGES = ("id", "en")
#: What must not come out of a record: clear the screen, turn the text round.
EVIL = "\x1b[2J\u202e\x9b"
LATE = """
id: NC-KEPENDUDUKAN-2024-007
corrections: [{id: C1, what: Menutup celah, owner: P-021, due: 2024-02-01}]
actions:
- {id: A1, what: Melatih petugas, owner: P-022, due: 2024-06-01,
   extensions: [{date: 2024-05-20, to: 2024-07-01, reason: Ruang penuh, approved_by: P-002}]}
"""
NC = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-007.yaml"
SOP = "units/kependudukan/sops/SOP-KEPENDUDUKAN-001.yaml"
UNIT = "units/kependudukan/unit.yaml"


def large(units: int) -> Files:
    """The ready mall with so many units more."""
    more: dict[str, str] = {}
    for number in range(units):
        id_ = f"gerai-layanan-{number}"
        more[f"units/{id_}/unit.yaml"] = (
            f"{{id: {id_}, name: Gerai, authority: regional, scope: [{{from: 2024-01-01, role: internal}}]}}"
        )
    return mall(more)


def hostile() -> Files:
    """A late nonconformity with texts that mean harm, in wide signs too, and an owner of such a code."""
    files = mall({NC: LATE})
    nc = dict(files[NC] or {})
    nc |= {"title": f"Gerai{EVIL} {'漢字' * 30}", "criterion": f"ab{EVIL}"}
    nc["actions"] = [{**data(LATE)["actions"][0], "what": EVIL + "latih", "owner": "P" + EVIL}]
    qms = dict(files["qms.yaml"] or {})
    qms["people"] = [*qms["people"], {"code": "P" + EVIL, "roles": [{"role": "staff", "unit": "kependudukan"}]}]
    qms["organisation"] = qms["organisation"] | {"name": "MPP" + EVIL}
    before = files[SOP] or {}
    revision = {**before["revisions"][0], "number": EVIL + "1" * 60, "change": EVIL, "document": "berkas" + EVIL}
    text = {
        "title": EVIL + "漢字" * 30,
        "number": EVIL,
        "revisions": [revision],
        "reviews": [{"date": "2024-06-01", "result": "valid", "by": "P" + EVIL, "note": EVIL + "漢字" * 30}],
        "read": [{"date": "2024-06-01", "revision": revision["number"], "by": "P" + EVIL}],
    }
    unit = dict(files[UNIT] or {})
    unit["services"] = [*unit["services"], {"id": "b" + EVIL, "name": "漢字" * 30 + EVIL}]
    return files | {NC: nc, SOP: {**before, **text}, UNIT: unit, "qms.yaml": qms}


def audit_view(files: Files, style: Style, language: str) -> str:
    answer = readiness(files, visit="2025-11-20")
    register = register_of(files)
    title = register.qms.organisation.name if register.qms is not None else "–"
    return audit.render(answer, answer.cells, translator(language), style, title=title)  # type: ignore[arg-type]


def why_view(files: Files, style: Style, language: str) -> str:
    register = register_of(files)
    cells = [cell for cell in readiness(files).cells if cell.clause == "8.5.1"]
    pairs = [(cell, explain(state_of(register, None), cell.clause, cell.unit)) for cell in cells]
    return audit.explained(pairs, translator(language), style)  # type: ignore[arg-type]


def test_what_the_reasons_of_a_cell_say_is_not_told_twice() -> None:
    late = evidence_path("staffing")
    changes: dict[str, str] = {NC: LATE, late: "{id: EVD-2024-888, date: 2023-11-14}"}
    for number, clause in (("NC-KEPENDUDUKAN-2024-007", "8.5.1"), ("EVD-2024-888", "7.1.2")):
        register = register_of(mall(changes))
        cell = next(
            entry for entry in readiness(mall(changes)).cells if (entry.clause, entry.unit) == (clause, "kependudukan")
        )
        told = audit.explained([(cell, explain(state_of(register, None), clause, cell.unit))], ENGLISH, Style())
        assert told.count(number) == 1, told


def overdue_view(files: Files, style: Style, language: str) -> str:
    return overdue.render(clocks.overdue(register_of(files), 400), 2, translator(language), style)  # type: ignore[arg-type]


def list_view(files: Files, style: Style, language: str) -> str:
    register = register_of(files)
    items = [(nc, register.life(nc), True) for nc in register.known_nonconformities()]
    return nonconformity.listed(items, 1, translator(language), style)  # type: ignore[arg-type]


def show_view(files: Files, style: Style, language: str, as_of: str = DAY) -> str:
    register = register_of(files, as_of=as_of)
    nc = register.nonconformity_by_id.get("NC-KEPENDUDUKAN-2024-007") or register.nonconformities[0]
    steps = coming(nc, register)
    events = history(nc, register.known)
    return nonconformity.shown(
        nc,
        register.life(nc),
        register.path(nc),
        events,
        steps,
        translator(language),  # type: ignore[arg-type]
        style,
        body=said_by_body(nc, register),
    )


def check_view(files: Files, style: Style, language: str) -> str:
    sources = read(files)
    register = build(Repository(Path("mall"), sources), day(DAY), day(DAY))
    found = [replace(finding, line=12, column=3) for finding in findings(register, sources)]
    return check.render(found, len(sources), translator(language), style)  # type: ignore[arg-type]


def sop_list_view(files: Files, style: Style, language: str) -> str:
    return sop.listed(standings(register_of(files)), 1, translator(language), style)  # type: ignore[arg-type]


def sop_show_view(files: Files, style: Style, language: str) -> str:
    register = register_of(files)
    found = next(found for found in standings(register) if found.sop.id == "SOP-KEPENDUDUKAN-001")
    read = readers(found, register)
    path = register.path(found.sop)
    return sop.shown(found, read, path, register.known, translator(language), style, errors=["DOC012"])  # type: ignore[arg-type]


def sop_matrix_view(files: Files, style: Style, language: str) -> str:
    return sop.matrix(matrix(register_of(files)), 1, translator(language), style)  # type: ignore[arg-type]


VIEWS: list[Callable[[Files, Style, str], str]] = [
    audit_view,
    why_view,
    overdue_view,
    list_view,
    show_view,
    check_view,
    sop_list_view,
    sop_show_view,
    sop_matrix_view,
]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [50, 80])
def test_no_line_is_wider_than_the_terminal_whatever_the_records_say(
    view: Callable[[Files, Style, str], str], language: str, width: int
) -> None:
    text = view(hostile(), Style(width=width), language)
    # a place (file:line:column) is never broken: it is copied and clicked on
    lines = [line for line in text.splitlines() if not re.match(r"\S+:[0-9]+:[0-9]+:", line)]
    assert max(columns(line) for line in lines) <= width


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("colours", [False, True])
def test_nothing_of_a_record_drives_the_terminal(view: Callable[[Files, Style, str], str], colours: bool) -> None:
    text = _CODES.sub("", view(hostile(), Style(colours=colours), "en"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


@pytest.mark.parametrize("view", VIEWS)
def test_colours_change_no_word(view: Callable[[Files, Style, str], str]) -> None:
    files = mall({NC: LATE})
    assert _CODES.sub("", view(files, Style(colours=True), "en")) == view(files, Style(), "en")


# --- audit ---


@pytest.mark.parametrize("width", [50, 80])
def test_forty_units_still_fit(width: int) -> None:
    text = audit_view(large(38), Style(width=width), "id")
    assert max(columns(line) for line in text.splitlines()) <= width


def test_every_unit_has_a_column_of_its_own_name() -> None:
    text = audit_view(large(38), Style(), "en")
    matrix = text[text.index("G16") : text.index("R ready, seen")]
    names = [name for line in matrix.splitlines() if line.startswith(" ") for name in line.split()]
    assert len(names) == len(set(names)) == 42
    # and the legend says whose each shortened name is
    assert all(f"gerai-layanan-{number}" in text for number in range(38))


def test_the_verdict_stands_first_then_gates_matrix_steps_and_visit() -> None:
    text = audit_view(mall({NC: LATE}), Style(), "en")
    parts = ["READY WITH CONDITIONS", " G1 ", " G16 ", "site", "Next steps", "At the visit on 2025-11-20"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.splitlines()[1] == "READY WITH CONDITIONS"


def test_conforming_by_audit_and_evidence_only_have_letters_of_their_own() -> None:
    ready = audit_view(mall(), Style(), "en")
    assert re.search(r"^8\.1 +R", ready, re.MULTILINE)
    unaudited = audit_view(mall({"audits/IA-2024-01.yaml": None}), Style(), "en")
    assert re.search(r"^8\.1 +r", unaudited, re.MULTILINE)
    assert "R ready, seen conforming by an internal audit, r ready by evidence only, not audited" in " ".join(
        unaudited.split()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_are_told_apart_in_both_languages(language: str) -> None:
    tr = translator(language)  # type: ignore[arg-type]
    letters = [tr(sign) for sign, _ in audit._SIGNS.values()]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 for letter in letters)


def test_a_percentage_is_never_called_a_degree_of_conformity() -> None:
    text = audit_view(mall(), Style(), "en")
    assert re.search(
        r"Evidence in place or not asked for: \d+% of cells; seen by an internal audit: \d+%", " ".join(text.split())
    )
    assert not re.search(r"% (conform|compliant|ready)", text)


def test_why_a_cell_is_so_lists_what_counted_and_what_did_not() -> None:
    text = why_view(mall({NC: LATE}), Style(), "en")
    assert "8.5.1 · kependudukan:" in text
    assert re.search(r"^  · NC-KEPENDUDUKAN-2024-007: ", text, re.MULTILINE)
    assert re.search(r"^  \+ IA-2024-01: ", text, re.MULTILINE)
    assert re.search(r"^  - \S+: ", text, re.MULTILINE)


# --- overdue ---


def test_overdue_is_grouped_by_owner_with_both_due_days() -> None:
    text = overdue_view(mall({NC: LATE}), Style(), "en")
    assert re.search(r"^P-021: \d", text, re.MULTILINE)
    moved = text[text.index("NC-KEPENDUDUKAN-2024-007 A1") :]
    assert "137 days late" in moved.splitlines()[0]
    assert "2024-07-01 · first 2024-06-01 · kependudukan · minor" in moved


# --- nc show ---


def test_the_story_ends_with_what_comes_next_and_whose_it_is() -> None:
    text = show_view(mall({NC: LATE}), Style(), "en")
    story, after = text.split("What comes next")
    assert re.findall(r"^  (\d{4}-\d\d-\d\d) ", story, re.MULTILINE) == sorted(
        re.findall(r"^  (\d{4}-\d\d-\d\d) ", story, re.MULTILINE)
    )
    assert "A1 extended to 2024-07-01: Ruang penuh" in " ".join(story.split())
    assert "P-021 · due 2024-02-01" in after


def test_what_comes_next_is_what_can_be_done() -> None:
    verified = """
id: NC-KEPENDUDUKAN-2024-007
causes: []
actions: [{id: A1, what: Jadwal, owner: P-021, due: 2024-06-01, done: {date: 2024-05-20, by: P-021}}]
plans: [{date: 2024-02-10, approved_by: P-002}]
verifications: [{date: 2024-08-20, by: P-005, result: effective}]
"""
    after = show_view(mall({NC: verified}), Style(), "en").split("What comes next")[1]
    assert re.findall("^  - (.*)$", after, re.MULTILINE) == [
        "find the root cause",
        "close it, once the root cause and a plan are there",
    ]


def test_what_is_settled_has_nothing_to_come() -> None:
    register = register_of(mall())
    (closed,) = register.nonconformities
    assert register.life(closed).status == "closed"
    assert coming(closed, register) == ()
    assert "nothing: it is settled" in show_view(mall(), Style(), "en")


def test_what_is_not_yet_known_is_not_told() -> None:
    register = register_of(mall({NC: LATE}), as_of="2024-03-01")
    nc = register.nonconformity_by_id["NC-KEPENDUDUKAN-2024-007"]
    assert all(event.date.isoformat() <= "2024-03-01" for event in history(nc, register.known))
    assert DAY > "2024-03-01"


def test_what_a_body_said_stands_in_the_story_as_far_as_it_is_known() -> None:
    external = """external:
  body: gci
  number: NCR-15
  grade: major
  grade_text: Kategori 1
  clause: "8.5.1"
  response_due: 2024-04-06
  responses:
  - {submitted: 2024-04-04, decided: 2024-04-10, result: returned, next_due: 2024-04-24}
  - {submitted: 2024-04-20}
  closed: 2024-05-02
"""
    files = mall({NC: LATE + external})

    def told(day: str) -> str:
        said = show_view(files, Style(), "en", as_of=day).partition("What the body outside said\n")[2]
        return " ".join(said.partition("Time line")[0].split())

    first = (
        "Lembaga Sertifikasi Contoh (gci) · number NCR-15 · grade major (in its words: Kategori 1) · clause 8.5.1 ·"
        " an answer is due 2024-04-06"
    )
    assert told("2024-04-03") == first
    assert told("2024-04-05") == f"{first} answer of 2024-04-04 · no decision yet"
    returned = f"{first} answer of 2024-04-04 · returned on 2024-04-10 · a new one is due 2024-04-24"
    assert told("2024-04-15") == returned
    assert told("2024-05-02") == f"{returned} answer of 2024-04-20 · no decision yet closed by the body on 2024-05-02"
    assert "What the body outside said" not in show_view(mall(), Style(), "en")


# --- check ---


def test_a_finding_says_where_what_and_how_to_mend() -> None:
    text = check_view(mall({NC: "unit: imigrsi"}), Style(), "en")
    assert re.search(r"^units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-007\.yaml:", text, re.MULTILINE)
    assert re.search(r"^  → ", text, re.MULTILINE)


def test_where_nothing_is_wrong_it_says_what_was_looked_at() -> None:
    files = mall()
    assert (
        check.render([], len(files), translator("en"), Style()) == f"Records: {len(files)}. Errors: 0, warnings: 0.\n"
    )
