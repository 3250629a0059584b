"""Whole processes, measured side by side: time, processor time and peak memory of each, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

#: One command, or several that make one answer together, run one after the other.
Commands = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Task:
    """What is run, where; `times` a round, for what is too short to be measured once; `before` each, unmeasured."""

    commands: Commands
    folder: Path
    times: int = 1
    before: Callable[[], object] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A finished run: seconds by the clock and of the processor, and the peak memory of its largest process in MB."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True)
class Runs:
    """All counted runs of one task."""

    runs: list[Run]

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def processor(self) -> float:
        return median(run.processor for run in self.runs)

    @property
    def megabytes(self) -> float:
        return max(run.megabytes for run in self.runs)


def side_by_side(tasks: Mapping[str, Task], rounds: int) -> dict[str, Runs]:
    """Every task in turn, round after round, after one round that is not counted.

    The machine's speed drifts, and others work on it: what is compared is never further apart than one round.
    """
    found: dict[str, list[Run]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            for _ in range(task.times):
                run = _run(task)
                if number:
                    found[name].append(run)
    return {name: Runs(runs) for name, runs in found.items()}


def ratio(left: Runs, right: Runs) -> float:
    """How many times as much processor time the left one takes: the median of the ratios round by round."""
    return median(a.processor / b.processor for a, b in zip(left.runs, right.runs, strict=True))


def _run(task: Task) -> Run:
    if task.before is not None:
        task.before()
    parts = [_process(command, task.folder, task.environment) for command in task.commands]
    return Run(
        sum(part.seconds for part in parts),
        sum(part.processor for part in parts),
        max(part.megabytes for part in parts),
    )


def _process(command: Sequence[str], folder: Path, more: Mapping[str, str]) -> Run:
    environment = {**os.environ, "PYTHONHASHSEED": "0", "MPP_QMS_LANG": "en", **more}
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(process.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        process.returncode = code
        seconds = time.perf_counter() - start
        processor = usage.ru_utime + usage.ru_stime
        # Linux counts in KiB, macOS in bytes
        megabytes = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    else:
        # Windows tells neither of a finished process: the clock stands in for the processor, memory is left out
        code = process.wait()
        seconds = processor = time.perf_counter() - start
        megabytes = float("nan")
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command[:4])} … ended with {code}:\n{said.decode(errors='replace')}")
    return Run(seconds, processor, megabytes)
