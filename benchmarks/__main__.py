"""`python -m benchmarks`: run every comparison side by side and write docs/benchmarks.md.

A target that is missed is reported, never an error: the numbers are of one machine on one day.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks import generate
from benchmarks.measure import Commands, Runs, Task, ratio, side_by_side
from mpp_qms.dates import add_months

ROOT = Path(__file__).parents[1]
# two runs at once must not share a folder
DATA = ROOT / "benchmarks" / "data" / str(os.getpid())
PAGE = ROOT / "docs" / "benchmarks.md"
TRIED = ROOT / "benchmarks" / "tried.md"
BIN = Path(sys.executable).parent

#: The kinds, and where their records lie.
KINDS = {
    "qms": "qms.yaml",
    "unit": "units/*/unit.yaml",
    "sop": "units/*/sops/*.yaml",
    "nonconformity": "units/*/nonconformities/*.yaml",
    "evidence": "evidence/*.yaml",
    "audit": "audits/*.yaml",
    "review": "reviews/*.yaml",
}


@dataclass(frozen=True)
class Row:
    """One number of the table; `met` compares it with the target, `more` is what it was made of."""

    what: str
    target: str
    measured: str
    met: bool
    more: str


@dataclass(frozen=True)
class Size:
    """How large the sets are, and how many rounds count."""

    records: int = 10_000
    tenth: int = 1_000
    items: tuple[int, ...] = (1_000, 5_000)
    rounds: int = 7
    short_rounds: int = 15
    long_rounds: int = 3


FULL = Size()
QUICK = Size(records=2_000, tenth=200, items=(200, 500), rounds=3, short_rounds=5, long_rounds=2)


def _tool(name: str) -> str:
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is missing: pip install --group bench")
    return found


def _mpp_qms(command: str, *words: str) -> Commands:
    return [[_tool("mpp-qms"), command, "--as-of", generate.AS_OF.isoformat(), *words]]


def _floor(way: str, folder: Path) -> Task:
    return Task([[sys.executable, "-m", "benchmarks.floor", way, str(folder)]], ROOT)


def _python(code: str) -> Task:
    return Task([[sys.executable, "-c", code]], ROOT)


def _data(name: str, write: Callable[[Path], None]) -> Path:
    folder = DATA / name
    if not folder.exists():
        write(folder)
    return folder


def _records(count: int) -> Path:
    return _data(f"records-{count}", lambda folder: generate.write(folder, count))


def _at_most(what: str, left: Runs, right: Runs, most: float) -> Row:
    times = ratio(left, right)
    return Row(what, f"≤ {most} ×", f"{times:.2f} ×", times <= most, _made_of(left, right))


def _at_least(what: str, ours: Runs, theirs: Runs, least: float) -> Row:
    times = ratio(theirs, ours)
    return Row(what, f"≥ {least} ×", f"{times:.1f} ×", times >= least, _made_of(ours, theirs))


def _made_of(ours: Runs, theirs: Runs) -> str:
    return f"{_seconds(ours)} to {_seconds(theirs)}"


def _seconds(runs: Runs) -> str:
    return f"{runs.seconds:.2f} s" if runs.seconds >= 1 else f"{runs.seconds * 1000:.0f} ms"


# --- the comparisons ---


def main_job(size: Size) -> list[Row]:
    """`check` and `audit` on many records, against both floors; their memory; a finding in every file."""
    clean = _records(size.records)
    broken = _data(f"findings-{size.records}", lambda folder: generate.write(folder, size.records, broken=True))
    visit = generate.VISIT.isoformat()
    runs = side_by_side(
        {
            "check": Task(_mpp_qms("check"), clean),
            "floor": _floor("reader", clean),
            "audit": Task(_mpp_qms("audit", "--visit", visit), clean),
            "text floor": _floor("text", clean),
            "findings": Task(_mpp_qms("check"), broken),
        },
        size.rounds,
    )
    check, audit, floor, text = runs["check"], runs["audit"], runs["floor"], runs["text floor"]
    count = f"{size.records:,}"
    return [
        _at_most(f"`check` on {count} records, to the first floor", check, floor, 1.5),
        _at_most("the same, to the better target", check, floor, 1.3),
        _at_most(f"`check` on {count} records, to the second floor", check, text, 1.2),
        _at_most(f"`audit` with the visit day on {count} records, to the first floor", audit, floor, 1.5),
        _at_most("the same, to the better target", audit, floor, 1.3),
        _at_most(f"`audit` with the visit day on {count} records, to the second floor", audit, text, 1.2),
        _memory(f"peak memory of `check` on {count} records", check),
        _memory(f"peak memory of `audit` on {count} records", audit),
        _at_most(f"{count} records with a finding in each, to the clean run", runs["findings"], check, 2.0),
    ]


def _memory(what: str, runs: Runs) -> Row:
    return Row(what, "≤ 180 MB", f"{runs.megabytes:.0f} MB", runs.megabytes <= 180, "largest of all runs")


def growth(size: Size) -> list[Row]:
    """Time per record, start-up taken off: what a mall with units and people but no other record takes."""
    large, small = _records(size.records), _records(size.tenth)
    empty = _data("empty-mall", lambda folder: generate.write_mall(folder, size.tenth))
    runs = side_by_side(
        {
            "empty": Task(_mpp_qms("check"), empty, times=5),
            "small": Task(_mpp_qms("check"), small, times=5),
            "large": Task(_mpp_qms("check"), large),
        },
        size.rounds,
    )
    none = len(list(empty.rglob("*.yaml")))
    start, few, many = (runs[name].processor for name in ("empty", "small", "large"))
    per_few, per_many = (few - start) / (size.tenth - none), (many - start) / (size.records - none)
    grown = per_many / per_few
    return [
        Row(
            f"time per record from {size.tenth:,} to {size.records:,} records, start-up taken off",
            "≤ 1.1 ×",
            f"{grown:.2f} ×",
            grown <= 1.1,
            f"{per_few * 1e6:.0f} µs to {per_many * 1e6:.0f} µs a record; start-up {start * 1000:.0f} ms",
        )
    ]


def one_big(size: Size) -> list[Row]:
    """One record of 250 KB with thousands of findings."""
    folder = _data("one-big", generate.write_one_big)
    runs = side_by_side({"big": Task(_mpp_qms("check"), folder)}, size.rounds)["big"]
    return [
        Row(
            "`check` on one 250 KB record with thousands of findings",
            "< 2 s",
            _seconds(runs),
            runs.seconds < 2,
            f"{_findings(folder):,} findings",
        )
    ]


def _findings(folder: Path) -> int:
    import json

    command = [*_mpp_qms("check")[0], "--format", "json"]
    answer = subprocess.run(command, cwd=folder, check=False, capture_output=True, encoding="utf-8")
    return len(json.loads(answer.stdout)["findings"])


def doorstop(size: Size) -> list[Row]:
    """As many items of doorstop, with the same texts."""
    rows = []
    for count, least in zip(size.items, (10, 15), strict=True):
        ours = _records(count)
        items = _data(f"doorstop-{count}", lambda folder, count=count: generate.write_doorstop(folder, count))
        # it wants a repository of git around it, and enters the fingerprints of new items in its first run
        subprocess.run(["git", "init", "--quiet"], cwd=items, check=True)
        subprocess.run([_tool("doorstop")], cwd=items, check=True, capture_output=True)
        runs = side_by_side(
            {"ours": Task(_mpp_qms("check"), ours), "theirs": Task([[_tool("doorstop")]], items)}, size.long_rounds
        )
        rows.append(_at_least(f"against `doorstop` on {count:,} items", runs["ours"], runs["theirs"], least))
    return rows


def check_jsonschema(size: Size) -> list[Row]:
    """check-jsonschema with our schemas, one run a kind: with all of them in one schema it takes more than twice as long."""
    count = size.items[0]
    ours = _records(count)
    schemas = _data("schemas", lambda folder: folder.mkdir(parents=True))
    commands = []
    for kind, place in KINDS.items():
        schema = schemas / f"{kind}.json"
        with schema.open("w", encoding="utf-8") as stream:
            subprocess.run([_tool("mpp-qms"), "schema", kind], check=True, stdout=stream)
        files = sorted(str(path.relative_to(ours)) for path in ours.glob(place))
        commands.append([_tool("check-jsonschema"), "--schemafile", str(schema), *files])
    runs = side_by_side({"ours": Task(_mpp_qms("check"), ours), "theirs": Task(commands, ours)}, size.rounds)
    what = f"against `check-jsonschema` with `mpp-qms schema` on {count:,} records"
    return [_at_least(what, runs["ours"], runs["theirs"], 8)]


def start_up(size: Size) -> list[Row]:
    """The shortest answers, against importing what they stand on."""
    example = ROOT / "records"
    runs = side_by_side(
        {
            "version": Task([[_tool("mpp-qms"), "--version"]], ROOT),
            "typer": _python("import typer"),
            "example": Task(_mpp_qms("check"), example),
            "all": _python("import typer, pydantic, yaml"),
        },
        size.short_rounds,
    )
    files = len(list(example.rglob("*.yaml")))
    return [
        _at_most('`--version`, to `python -c "import typer"`', runs["version"], runs["typer"], 1.3),
        _at_most(
            f'`check` on the worked example ({files} files), to `python -c "import typer, pydantic, yaml"`',
            runs["example"],
            runs["all"],
            2.2,
        ),
    ]


def steps(size: Size) -> list[Row]:
    """One edit of one record in a mall of many, and in one of a few; what the shell offers in the mall of many."""
    few = _data("few", lambda folder: generate.write(folder, 10))
    many = _records(size.records)
    step = ["action", "done", generate.STEP_ID, "A1", "--by", "P-001", "--date", "2024-12-10"]
    tasks = {}
    for name, folder in (("few", few), ("many", many)):
        record = generate.write_step(folder)
        tasks[name] = Task([[_tool("mpp-qms"), *step]], folder, 1, partial(record.write_bytes, record.read_bytes()))
    line = "mpp-qms nc show NC-KEP"
    offers = {"_MPP_QMS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": "3"}
    tasks["offers"] = Task([[_tool("mpp-qms")]], many, 1, None, offers)
    runs = side_by_side(tasks, size.short_rounds)
    for folder in (few, many):
        (folder / "units" / "kependudukan" / "nonconformities" / f"{generate.STEP_ID}.yaml").unlink()
    quick = runs["offers"]
    return [
        _at_most(f"`action done` in {size.records:,} records, to the same in 10", runs["many"], runs["few"], 2.0),
        Row(
            f"completion of an id in {size.records:,} records",
            "≤ 200 ms",
            _seconds(quick),
            quick.seconds <= 0.2,
            "by the clock, start of the program included",
        ),
    ]


def over_time(size: Size) -> list[Row]:
    """`trend` over two years, against one `audit`."""
    folder = _records(size.records)
    since = add_months(generate.AS_OF, -23).isoformat()
    runs = side_by_side(
        {
            "trend": Task(_mpp_qms("trend", "--since", since), folder),
            "audit": Task(_mpp_qms("audit", "--visit", generate.VISIT.isoformat()), folder),
        },
        size.rounds,
    )
    what = f"`trend` over 24 months of {size.records:,} records, to one `audit`"
    return [_at_most(what, runs["trend"], runs["audit"], 2.0)]


def against(size: Size) -> list[Row]:
    """`check --against` after a commit that added a note to fifty records, to `check` of the same records."""
    folder = _data("history", lambda folder: generate.write(folder, size.records))
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "gc.auto=0"]

    def run(*words: str) -> None:
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)

    run("init", "--quiet")
    run("add", "--all")
    run("commit", "--quiet", "--message", "mall")
    for path in sorted(folder.glob(KINDS["nonconformity"]))[:50]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text + ("" if "\nnotes:" in text else "notes: Dibahas\n") + "# dibahas\n", encoding="utf-8")
    run("add", "--all")
    run("commit", "--quiet", "--message", "lima puluh")
    runs = side_by_side(
        {
            "plain": Task(_mpp_qms("check"), folder),
            "against": Task(_mpp_qms("check", "--against", "HEAD~1"), folder),
        },
        size.rounds,
    )
    what = f"`check --against` on {size.records:,} records, 50 changed, to plain `check`"
    return [_at_most(what, runs["against"], runs["plain"], 1.2)]


PARTS: dict[str, Callable[[Size], list[Row]]] = {
    "main": main_job,
    "growth": growth,
    "big": one_big,
    "doorstop": doorstop,
    "check-jsonschema": check_jsonschema,
    "start-up": start_up,
    "steps": steps,
    "against": against,
    "trend": over_time,
}


# --- the page ---


def table(rows: list[Row]) -> str:
    """The rows as a table of Markdown."""
    lines = ["| What | Target | Measured | | Made of |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.what} | {row.target} | {row.measured} | {'met' if row.met else '**missed**'} | {row.more} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _machine() -> str:
    model = platform.processor() or platform.machine()
    try:
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = next(line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} processors, {platform.system()} {platform.release().split('-')[0]}"


def page(rows: list[Row]) -> str:
    """docs/benchmarks.md."""
    packages = ("mpp-qms", "typer", "pydantic", "PyYAML", "doorstop", "check-jsonschema")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"""# Benchmarks

Written by `make bench` (or `python -m benchmarks`); do not edit by hand. `python -m benchmarks --only NAME` runs one
part ({", ".join(PARTS)}) and `--quick` smaller sets; both print the table and leave this page alone.

{table(rows)}
- Machine: {_machine()}; it is shared with others, so only the ratios mean something elsewhere.
- Python {platform.python_version()}; {versions}.
- Day: {datetime.now(UTC).date().isoformat()}.

## What is measured

Whole processes, each a fresh interpreter, in turn (A B A B …) after one round that is not counted. A ratio is the
median of the ratios round by round, of processor time (user and system), which other people's work on the machine
disturbs less than the clock; "made of" gives the median by the clock. Memory is the operating system's own peak.

- **Records.** `benchmarks/generate.py`: a mall of up to 40 units over five years, all kinds, 1 to 1.6 KB a record,
  the same bytes for the same seed, no attached files; `check` finds nothing wrong. "A finding in each": one misspelt
  key, ungranted extension, unknown clause, SOP or evidence, or an e-mail address somewhere in every file.
- **First floor.** `benchmarks/floor.py reader`: walks and reads the same files with the program's own reader and
  validates them with its own models, collector off, nothing else. What `check` takes beyond it: the command line,
  personal data, the register, the rules, the view.
- **Second floor.** `benchmarks/floor.py text`: a plain loop of `open()`, PyYAML's text-only C loader and the same
  models. That loader knows no numbers and no true/false; the few values that are some (`found`, `population`, …) are
  turned into them where they stand, so that no record is refused and hardly anything is added.
- **Start-up taken off.** `check` on a mall with the same units and people, but no other record.
- **Peers.** doorstop checks as many items holding the texts of our records, their fingerprints entered beforehand.
  check-jsonschema runs once a kind with the schema of that kind; with all kinds in one schema it takes longer.

{TRIED.read_text(encoding="utf-8")}"""


def main() -> None:
    """Run the parts asked for; the whole writes the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="smaller sets and fewer rounds")
    options = parser.parse_args()
    rows = []
    try:
        for name in options.only or PARTS:
            print(f"{name} …", file=sys.stderr)
            found = PARTS[name](QUICK if options.quick else FULL)
            print(table(found), flush=True)
            rows += found
    finally:
        shutil.rmtree(DATA, ignore_errors=True)
    if not options.only and not options.quick:
        PAGE.write_text(page(rows), encoding="utf-8")
        print(f"written: {PAGE.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
