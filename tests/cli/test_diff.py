"""`mpp-qms diff` in real git repositories: what a change of the records did to readiness."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.inside import Command, put
from tests.factories import CLOSED_NC, DAY, NC_PATH, evidence_path
from tests.program import ROOT, answer, run

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "diff.schema.json").read_text(encoding="utf-8"))
ID = "NC-KEPENDUDUKAN-2024-001"
OPEN = CLOSED_NC.replace("closures: [{date: 2024-05-27, by: P-002}]", "closures: []")
LATE = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-002.yaml"
NEW = "id: NC-KEPENDUDUKAN-2024-002\ntitle: Antrean tanpa nomor\n"


def git(folder: Path, *words: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    identity = ["-c", "user.name=Uji", "-c", "user.email=uji@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, env=environment, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def base(root: Path) -> str:
    """The commit that holds the ready mall, in a repository of its own."""
    git(root, "init", "--quiet")
    return commit(root, "dasar")


@pytest.fixture
def found(mpp: Command) -> Callable[..., Any]:
    """The JSON answer, valid by its schema."""

    def judged(*words: str, as_of: str = DAY) -> Any:
        said = mpp("diff", *words, "--as-of", as_of, "--format", "json")
        assert (said.code, said.err) == (0, "")
        jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(said.json)
        return said.json

    return judged


def ids(answer: Any) -> dict[str, list[str]]:
    return {event: [item["id"] for item in items] for event, items in answer["nonconformities"].items() if items}


def test_nothing_changed(base: str, mpp: Command) -> None:
    said = mpp("diff", "HEAD", "--as-of", DAY)
    assert said.code == 0
    assert said.out.splitlines()[:2] == [
        f"From HEAD ({base[:10]}) to the records here, both judged on {DAY}",
        "READY",
    ]
    assert "Nothing that counts has changed." in said.out


def test_what_lies_here_against_a_revision(base: str, root: Path, found: Callable[..., Any]) -> None:
    put(root, {LATE: NEW})
    (root / evidence_path("climate-decision")).unlink()
    answer = found("HEAD")
    assert (answer["before"]["revision"], answer["before"]["commit"]) == ("HEAD", base)
    assert (answer["after"]["revision"], answer["after"]["commit"]) == (None, None)
    assert (answer["before"]["verdict"], answer["after"]["verdict"]) == ("ready", "conditional")
    gates = {gate["id"]: (gate["before"], gate["after"]) for gate in answer["gates"]}
    assert gates == {"G7": ("passed", "condition"), "G11": ("passed", "condition")}
    assert ids(answer) == {"new": ["NC-KEPENDUDUKAN-2024-002"]}
    assert [(due["record"], due["action"]) for due in answer["overdue"]["added"]] == [
        ("NC-KEPENDUDUKAN-2024-002", "plan")
    ]
    assert {(cell["clause"], cell["before"], cell["after"]) for cell in answer["cells"]} == {
        ("4.1", "ready", "gap"),
        ("8.5.1", "ready", "gap"),
    }


def test_two_revisions_against_each_other(base: str, root: Path, found: Callable[..., Any]) -> None:
    put(root, {NC_PATH: OPEN})
    second = commit(root, "dibuka")
    put(root, {LATE: NEW})  # closed again, and another one that is in no commit
    third = commit(root, "ditutup")
    (root / LATE).unlink()
    assert ids(found(f"{base}..{second}")) == {"reopened": [ID]}
    assert ids(found(f"{second}..{third}")) == {"closed": [ID], "new": ["NC-KEPENDUDUKAN-2024-002"]}
    assert ids(found(f"{second}..")) == ids(found(f"{second}..HEAD")) == ids(found(f"{second}..{third}"))
    assert ids(found(f"..{second}")) == {"reopened": [ID], "gone": ["NC-KEPENDUDUKAN-2024-002"]}
    assert ids(found("HEAD")) == {"gone": ["NC-KEPENDUDUKAN-2024-002"]}


def test_only_the_records_differ_not_the_day(base: str, found: Callable[..., Any]) -> None:
    answer = found("HEAD", as_of="2026-01-01")
    assert answer["as_of"] == "2026-01-01"
    assert answer["before"]["verdict"] == answer["after"]["verdict"] == "not-ready"
    assert (answer["gates"], answer["cells"]) == ([], [])


def test_a_record_that_cannot_be_read_is_counted_and_told(base: str, root: Path, mpp: Command) -> None:
    (root / NC_PATH).write_text("id: [", encoding="utf-8")
    said = mpp("diff", "HEAD", "--as-of", DAY)
    assert "Records that could not be read: 0 → 1" in said.out
    assert "READY →  NOT READY" in said.out
    assert ID not in said.out
    assert "records that could not be read and are missing here: 1" in said.err


def test_what_could_not_be_read_then_is_counted_then(base: str, root: Path, mpp: Command) -> None:
    good = (root / NC_PATH).read_text(encoding="utf-8")
    (root / NC_PATH).write_text("id: [", encoding="utf-8")
    commit(root, "rusak")
    (root / NC_PATH).write_text(good, encoding="utf-8")
    said = mpp("diff", "HEAD", "--as-of", DAY)
    assert "Records that could not be read: 1 → 0" in said.out


def test_records_below_the_root_of_the_repository(tmp_path: Path) -> None:
    records = put(tmp_path / "mutu" / "records")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "dasar")
    put(records, {LATE: NEW})
    done = run("diff", "HEAD", "--as-of", DAY, "--lang", "en", cwd=records)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  NC-KEPENDUDUKAN-2024-002  new: minor, open\n    Antrean tanpa nomor\n" in done.stdout


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [50, 80])
def test_no_line_is_too_wide(base: str, root: Path, language: str, width: int) -> None:
    put(root, {NC_PATH: OPEN + "regraded: [{date: 2024-06-01, to: major, reason: Berulang, approved_by: P-002}]"})
    for key in ("quality-policy", "climate-decision"):
        (root / evidence_path(key)).unlink()
    done = run("diff", "HEAD", "--as-of", DAY, "--lang", language, cwd=root, COLUMNS=str(width))
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= width
    assert "\x1b" not in done.stdout


def test_the_same_in_both_languages_but_for_texts(base: str, root: Path) -> None:
    (root / evidence_path("quality-policy")).unlink()
    one, two = (answer("diff", "HEAD", "--as-of", DAY, "--lang", lang, cwd=root) for lang in ("id", "en"))
    assert one["gates"][0]["title"] != two["gates"][0]["title"]
    assert (one["before"], one["after"], one["cells"]) == (two["before"], two["after"], two["cells"])


# --- what cannot be compared ---


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("revisions", ["nowhere", "HEAD..nowhere", "nowhere..HEAD", "HEAD...HEAD", "-x", "HEAD~5"])
def test_a_revision_that_is_not_there_is_refused(base: str, mpp: Command, revisions: str, language: str) -> None:
    said = mpp("diff", "--lang", language, "--", revisions)
    assert (said.code, said.out) == (2, "")
    assert 1 <= len(said.err.strip().splitlines()) <= 2
    assert re.search(r"nowhere|HEAD|-x", said.err)


def test_without_git_it_is_refused_with_what_to_do(root: Path, mpp: Command) -> None:
    said = mpp("diff", "HEAD")
    assert (said.code, said.out) == (2, "")
    first, second = said.err.strip().splitlines()
    assert first.startswith("No git repository here:")
    assert "clone" in second


def test_in_a_shallow_clone_it_says_how_to_fetch_more(base: str, root: Path, tmp_path: Path) -> None:
    put(root, {LATE: NEW})
    commit(root, "kedua")
    clone = tmp_path / "dangkal"
    git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), str(clone))
    done = run("diff", base, "--lang", "en", cwd=clone)
    assert done.returncode == 2
    assert "git fetch --unshallow" in done.stderr


def test_the_revision_is_asked_for(mpp: Command) -> None:
    said = mpp("diff")
    assert said.code == 2
    assert "REV[..REV]" in said.err
