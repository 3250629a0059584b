"""`clause`, `rule`, `policy`, `schema`: what the program knows, with and without records at hand."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from mpp_qms.catalogue import standard
from mpp_qms.messages import translator
from mpp_qms.records.kinds import KINDS
from mpp_qms.records.policy import EXPLAINED
from mpp_qms.rules.table import all_rules
from mpp_qms.store.yaml_text import parse
from mpp_qms.views import explained as view
from mpp_qms.views.terminal.style import Style
from tests.cli.inside import Command
from tests.cli.test_contract import valid
from tests.program import DAY, RECORDS, answer, run

CATALOGUE = standard("iso-9001-2015")


# --- clause ---


def test_the_tree_has_every_clause(tmp_path: Path) -> None:
    for language in ("id", "en"):
        text = run("clause", "--lang", language, cwd=tmp_path).stdout
        numbers = [line.split()[0] for line in text.splitlines()[1:] if line.strip()[:1].isdigit()]
        assert numbers == list(CATALOGUE.clauses)
    found = answer("clause", cwd=tmp_path)
    assert [entry["clause"] for entry in found["clauses"]] == list(CATALOGUE.clauses)


def test_an_entry_without_records_is_the_catalogue_alone(tmp_path: Path) -> None:
    found = answer("clause", "8.5.1", "--lang", "id", cwd=tmp_path)
    assert (found["clause"], found["cells"]) == ("8.5.1", None)
    assert found["questions"] == list(CATALOGUE.clauses["8.5.1"].questions["id"])
    assert "mall has for it" not in run("clause", "8.5.1", "--lang", "en", cwd=tmp_path).stdout


def test_an_entry_with_records_says_what_this_mall_has_for_it() -> None:
    text = run("clause", "8.5.1", "--root", "records", "--as-of", DAY, "--lang", "en").stdout
    head, held = text.split("What this mall has for it")
    assert "An auditor asks" in head
    assert re.search(r"^8\.5\.1 · kependudukan: +gap", held, re.MULTILINE)
    cells = answer("clause", "8.5.1", "--root", "records", "--as-of", DAY)["cells"]
    audited = answer("audit", "--clause", "8.5.1", "--root", "records", "--as-of", DAY)["cells"]
    assert cells == audited


def test_records_are_found_from_the_folder_one_is_in() -> None:
    assert answer("clause", "4.3", cwd=RECORDS / "units")["cells"]


def test_letters_after_the_number_are_let_be(tmp_path: Path) -> None:
    assert answer("clause", "9.2.2 c", cwd=tmp_path)["clause"] == "9.2.2"


def test_a_heading_leads_to_its_leaves(tmp_path: Path) -> None:
    assert "7.5.3.1, 7.5.3.2" in run("clause", "7.5.3", "--lang", "en", cwd=tmp_path).stdout


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_clause_has_a_page(language: str) -> None:
    tr = translator(language)  # type: ignore[arg-type]
    for number, entry in CATALOGUE.clauses.items():
        text = view.clause(entry, CATALOGUE, None, tr, Style(width=50), as_json=False)
        assert text.startswith(number)
        assert max(len(line) for line in text.splitlines()) <= 50


def test_records_that_are_asked_for_and_not_there_are_an_error(tmp_path: Path) -> None:
    assert run("clause", "8.5.1", "--root", str(tmp_path)).returncode == 2
    assert run("policy", "--root", str(tmp_path)).returncode == 2


# --- rule ---


def test_every_rule_is_listed(tmp_path: Path) -> None:
    listed = [line.split()[0] for line in run("rule", cwd=tmp_path).stdout.splitlines() if line[:1] != " "]
    assert listed == sorted(all_rules())
    assert [entry["code"] for entry in answer("rule", cwd=tmp_path)["rules"]] == sorted(all_rules())


def test_a_page_says_what_why_an_example_and_how_to_mend(tmp_path: Path) -> None:
    text = run("rule", "syn007", "--lang", "en", cwd=tmp_path).stdout
    for part in ("SYN007", "Key given twice", "error", "Source: FORMAT.md", "grade: minor", "How to mend it"):
        assert part in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_page_has_open_places(language: str) -> None:
    for entry in all_rules().values():
        text = view.rule(entry, translator(language), Style(), as_json=False)  # type: ignore[arg-type]
        # examples stand further in than anything else
        assert not [line for line in text.splitlines() if "{" in line and not line.startswith("    ")], entry.code


# --- policy ---


def test_policy_without_records_is_the_defaults(tmp_path: Path) -> None:
    found = {entry["key"]: entry for entry in answer("policy", cwd=tmp_path)["policy"]}
    assert list(found) == [entry.key for entry in EXPLAINED]
    assert found["grading_days"]["value"] == found["grading_days"]["default"] == 14
    assert found["plan_days"]["value"] == {"major": 14, "minor": 30}
    assert found["edition_ends"]["value"] == {"iso-9001-2015": "2029-09-30"}
    assert {entry["confidence"] for entry in found.values()} <= {"high", "medium", "low"}


def test_policy_in_force_is_that_of_the_day(tmp_path: Path) -> None:
    root = Path(shutil.copytree(RECORDS, tmp_path / "records"))
    qms = yaml.safe_load((root / "qms.yaml").read_text(encoding="utf-8"))
    qms["policy"] = [{"from": "2024-06-01", "plan_days": {"minor": 21}}]
    (root / "qms.yaml").write_text(yaml.safe_dump(qms), encoding="utf-8")

    def minor(as_of: str) -> int:
        rows = answer("policy", "--root", str(root), "--as-of", as_of)["policy"]
        return next(entry["value"]["minor"] for entry in rows if entry["key"] == "plan_days")

    assert (minor("2024-05-31"), minor("2024-06-01")) == (30, 21)
    text = run("policy", "--root", str(root), "--as-of", "2024-06-01", "--lang", "en").stdout
    assert "plan_days: major 14, minor 21 (default: major 14, minor 30)" in text


def test_policy_says_what_is_uncertain(tmp_path: Path) -> None:
    text = run("policy", "--lang", "en", cwd=tmp_path).stdout
    of_sop = text[text.index("sop_review_months") :].split("\n\n")[0]
    assert "uncertain: check it before you rely on it" in " ".join(of_sop.split())


# --- schema ---


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_the_schema_of_a_kind_is_one_and_takes_the_worked_example(kind: str, tmp_path: Path) -> None:
    schema = json.loads(run("schema", kind, cwd=tmp_path).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    places = {
        "qms": "qms.yaml",
        "unit": "units/*/unit.yaml",
        "sop": "units/*/sops/*.yaml",
        "nonconformity": "units/*/nonconformities/*.yaml",
        "evidence": "evidence/*.yaml",
        "audit": "audits/*.yaml",
        "review": "reviews/*.yaml",
    }
    validator = jsonschema.Draft202012Validator(schema)
    paths = sorted(RECORDS.glob(places[kind]))
    assert paths
    for path in paths:
        validator.validate(parse(path.read_text(encoding="utf-8")))


def test_without_a_kind_all_are_printed(tmp_path: Path) -> None:
    assert list(json.loads(run("schema", cwd=tmp_path).stdout)) == [kind.name for kind in KINDS]


def test_both_formats_of_a_schema_are_the_same(tmp_path: Path) -> None:
    one, two = (run("schema", "unit", "--format", name, cwd=tmp_path).stdout for name in ("terminal", "json"))
    assert one == two != ""


# --- the language and the day that commands answer in ---


@pytest.fixture
def indonesian(tmp_path: Path) -> Path:
    """Records whose qms.yaml says Indonesian, on a machine that speaks English."""
    root = Path(shutil.copytree(RECORDS, tmp_path / "records"))
    qms = yaml.safe_load((root / "qms.yaml").read_text(encoding="utf-8")) | {"language": "id"}
    (root / "qms.yaml").write_text(yaml.safe_dump(qms, allow_unicode=True), encoding="utf-8")
    return root


@pytest.mark.parametrize(
    "words", [["rule", "SYN007"], ["clause"], ["clause", "8.5.1"], ["policy"], ["schema", "unit"], ["check"]]
)
def test_qms_yaml_decides_the_language_where_nobody_else_does(words: list[str], indonesian: Path) -> None:
    english = run(*words, "--root", str(indonesian), MPP_QMS_LANG="en").stdout
    by_machine = run(*words, "--root", str(indonesian), LANG="en_US.UTF-8").stdout
    assert by_machine == run(*words, "--root", str(indonesian), "--lang", "id").stdout != english


def test_the_zone_of_the_mall_decides_what_today_is(tmp_path: Path) -> None:
    root = Path(shutil.copytree(RECORDS, tmp_path / "records"))
    qms = yaml.safe_load((root / "qms.yaml").read_text(encoding="utf-8"))
    days = []
    # 25 hours apart: never the same day
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        (root / "qms.yaml").write_text(yaml.safe_dump(qms | {"timezone": zone}), encoding="utf-8")
        days.append(answer("overdue", "--root", str(root))["as_of"])
    assert days[0] > days[1]


def test_an_unknown_zone_is_a_finding_and_stops_nothing(tmp_path: Path) -> None:
    root = Path(shutil.copytree(RECORDS, tmp_path / "records"))
    qms = yaml.safe_load((root / "qms.yaml").read_text(encoding="utf-8")) | {"timezone": "Asia/Kediri"}
    (root / "qms.yaml").write_text(yaml.safe_dump(qms), encoding="utf-8")
    assert "SCH015" in [finding["code"] for finding in answer("check", "--root", str(root))["findings"]]
    assert run("overdue", "--root", str(root)).returncode == 0


def test_a_closure_that_the_rules_forbid_is_shown_as_not_sound() -> None:
    done = run("nc", "show", "NC-LOKET-2024-001", "--root", "tests/views/broken", "--as-of", DAY, "--lang", "en")
    assert "Not sound, see mpp-qms check: NCL003" in done.stdout
    sound = run("nc", "show", "NC-KEPOLISIAN-2024-001", "--root", "records", "--as-of", DAY, "--lang", "en")
    assert "Not sound" not in sound.stdout


# --- what programs get ---


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_answer_has_its_published_shape(mpp: Command, language: str) -> None:
    for entry in (*CATALOGUE.clauses, ""):
        words = ["clause", *([entry] if entry else []), "--format", "json", "--lang", language]
        valid(mpp(*words).json, "clause" if entry else "clauses")
    for code in (*all_rules(), ""):
        valid(
            mpp("rule", *([code] if code else []), "--format", "json", "--lang", language).json,
            "rule" if code else "rules",
        )
    valid(mpp("policy", "--format", "json", "--lang", language).json, "policy")
    valid(answer("policy", "--root", "records", "--as-of", DAY), "policy")
    valid(answer("clause", "8.5.1", "--root", "records", "--as-of", DAY), "clause")
