"""`mpp-qms trend` from the terminal: plot, numbers, JSON, CSV."""

from __future__ import annotations

import csv
import io
import json
import locale
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mpp_qms.views.terminal.trend import BLOCKS, PLAIN, drawn
from tests.cli.inside import Command
from tests.factories import DAY
from tests.program import ROOT, run

SCHEMA = json.loads((ROOT / "docs" / "schemas" / "trend.schema.json").read_text(encoding="utf-8"))
YEAR = ("trend", "--since", "2024-01-01", "--as-of", DAY)
#: From when the first unit is in the scope.
BEGUN = "2024-01-01"


def answer(mpp: Command, *words: str) -> Any:
    said = mpp(*words, "--format", "json")
    assert (said.code, said.err) == (0, "")
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(said.json)
    return said.json


# --- which points ---


def test_the_months_up_to_the_day_asked_about(mpp: Command) -> None:
    found = answer(mpp, *YEAR)
    assert [point["day"] for point in found["points"]] == [
        "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31",
        "2024-08-31", "2024-09-30", "2024-10-31", "2024-11-15",
    ]  # fmt: skip
    assert (found["as_of"], found["every"], found["unread"]) == (DAY, "month", 0)


def test_the_last_point_is_what_audit_says(mpp: Command) -> None:
    point = answer(mpp, *YEAR)["points"][-1]
    judged = mpp("audit", "--as-of", DAY, "--format", "json").json
    assert (point["evidence_percent"], point["audited_percent"]) == (
        judged["evidence_percent"],
        judged["audited_percent"],
    )


def test_until_and_quarters(mpp: Command) -> None:
    found = answer(mpp, *YEAR, "--until", "2024-07-31", "--every", "quarter")
    assert [(point["first"], point["day"]) for point in found["points"]] == [
        ("2024-01-01", "2024-03-31"),
        ("2024-04-01", "2024-06-30"),
        ("2024-07-01", "2024-07-31"),
    ]


def test_a_record_that_cannot_be_read_is_counted_and_told(root: Path, mpp: Command) -> None:
    (root / "reviews" / "RTM-2024-01.yaml").write_text("id: [", encoding="utf-8")
    said = mpp(*YEAR, "--format", "json")
    assert (said.code, said.json["unread"]) == (0, 1)
    assert "records that could not be read and are missing here: 1" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["--since", "2024-12-01"],
        ["--since", "2024-13-01"],
        ["--since", "2024-01"],
        ["--since", "2024-01-01", "--until", "2025-01-01"],
        ["--since", "2024-06-01", "--until", "2024-05-31"],
        ["--since", "2024-06-01", "--every", "week"],
        ["--since", "2024-06-01", "--format", "xml"],
        [],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_wrong_usage_is_one_sentence(mpp: Command, words: list[str], language: str) -> None:
    said = mpp("trend", *words, "--as-of", DAY, "--lang", language)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1


# --- CSV ---


def test_csv_is_rfc_4180_and_holds_numbers_and_days_only(mpp: Command) -> None:
    said = mpp(*YEAR, "--format", "csv")
    assert said.out.count("\r\n") == said.out.count("\n") == 12
    head, *rows = csv.reader(io.StringIO(said.out, newline=""))
    assert head == [
        "first", "day", "open_major", "open_minor", "open_ungraded", "open_observation", "open_ofi",
        "overdue", "evidence_percent", "audited_percent", "closed", "days_to_close",
    ]  # fmt: skip
    assert all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell) for row in rows for cell in row[:2])
    assert all(re.fullmatch(r"([0-9]+(\.5)?)?", cell) for row in rows for cell in row[2:])


def test_csv_and_json_say_the_same(mpp: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(mpp(*YEAR, "--format", "csv").out, newline="")))
    for row, point in zip(rows, answer(mpp, *YEAR)["points"], strict=True):
        for grade, count in point["open"].items():
            assert row[f"open_{grade}"] == str(count)
        for key in ("first", "day", "overdue", "evidence_percent", "audited_percent", "closed"):
            assert row[key] == str(point[key])
        assert (float(row["days_to_close"]) if row["days_to_close"] else None) == point["days_to_close"]


def test_csv_to_a_file_and_through_a_pipe_are_the_same_bytes(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "tren.csv"
    assert run(*YEAR, "--format", "csv", "--output", str(target), cwd=root).returncode == 0
    piped = run(*YEAR, "--format", "csv", cwd=root)
    assert target.read_bytes().count(b"\r\n") == 12
    assert piped.stdout.replace("\n", "\r\n").encode() == target.read_bytes()


# --- the plot ---


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("since", ["2024-11-01", "2024-01-01", "2022-12-01", "2015-01-01"])
def test_no_line_is_too_wide_and_every_value_is_a_number(root: Path, since: str, width: int, language: str) -> None:
    words = ["trend", "--since", since, "--as-of", DAY, "--lang", language]
    done = run(*words, cwd=root, COLUMNS=str(width))
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= width
    assert "\x1b" not in done.stdout
    shown = json.loads(run(*words, "--format", "json", cwd=root).stdout)["points"]
    for point in shown:
        rows = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith(point["day"])]
        values = [*point["open"].values(), *(point[key] for key in ("overdue", "evidence_percent", "audited_percent"))]
        days = "–" if point["days_to_close"] is None else f"{point['days_to_close']:g}"
        texts = [*map(str, values), str(point["closed"]), days]
        # before the first unit's scope there was no mall to speak of
        assert [text for row in rows for text in row] == (texts if point["day"] >= BEGUN else ["–"] * len(texts))


def test_what_was_closed_is_counted_over_all_months(root: Path) -> None:
    done = run(*YEAR, cwd=root, MPP_QMS_LANG="en")
    closed = sum(point["closed"] for point in json.loads(run(*YEAR, "-f", "json", cwd=root).stdout)["points"])
    row = next(line for line in done.stdout.splitlines() if line.startswith("Closed"))
    assert closed
    assert row.endswith(f"  {closed} in all")


def test_nothing_something_and_no_value_are_told_apart() -> None:
    assert drawn([0, 1, 2, None, 100]) == "▁▂▂ █"
    assert drawn([0, 1, 2, None, 100], blocks=False) == "_.. #"
    assert drawn([0, 0]) == "▁▁"
    assert drawn([None]) == " "
    assert drawn([0, 50, 100], 100) == "▁▅█"
    assert drawn([50.5], 100) == "▅"


def test_a_higher_value_is_never_drawn_lower() -> None:
    for signs, blocks in ((BLOCKS, True), (PLAIN, False)):
        heights = [signs.index(sign) for sign in drawn(list(range(101)), 100, blocks=blocks)]
        assert heights == sorted(heights)
        assert set(heights) == set(range(len(signs)))


@pytest.mark.parametrize(("encoding", "blocks"), [("utf-8", True), ("iso8859-1", False), ("ascii", False)])
def test_where_blocks_cannot_be_shown_plain_signs_are(
    mpp: Command, monkeypatch: pytest.MonkeyPatch, encoding: str, blocks: bool
) -> None:
    monkeypatch.setattr(locale, "getpreferredencoding", lambda _=True: encoding)
    monkeypatch.setattr("sys.platform", "linux")
    out = mpp(*YEAR).out
    assert any(sign in out for sign in BLOCKS) is blocks
    row = next(line for line in out.splitlines() if line.startswith("Evidence in place"))
    assert (PLAIN[-1] in row) is not blocks
