"""Property: whatever the commands let happen, in whatever order, passes `check --against` every earlier commit."""

from __future__ import annotations

import json
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpp_qms.cli.app import run
from tests.cli.inside import put
from tests.cli.test_against import CLOSED, commit, git

MORE = [
    "nc reopen {id} --reason Terulang --by P-002",
    "action add {id} --what Jadwal --owner P-021 --due 2024-12-20",
    "action add {id} --what Papan --owner P-022 --due 2024-12-20",
    "action done {id} A2 --by P-021",
    "action extend {id} A2 --to 2025-01-31 --reason Cuti --by P-002",
    "action reassign {id} A3 --to P-021 --by P-023",
    "action cancel {id} A3 --reason Ganda --by P-002",
    "nc correct {id} --what Dijaga --owner P-021 --due 2024-12-10",
    "nc analyse {id} --root Jadwal --by P-021",
    "nc return {id} --step plan --reason Dangkal --by P-005",
    "nc plan {id} --by P-023 --verify-by 2025-03-01",
    "nc verify {id} --result not-effective --by P-005",
    "nc verify {id} --result effective --by P-005",
    "nc close {id} --by P-002",
    "nc read-across {id} --unit imigrasi --found no --by P-031",
    "nc grade {id} --to major --reason Berat --by P-003",
    "nc grade {id} --to observation --reason Ringan --by P-003",
    "nc transfer {id} --to dpmptsp --reason Pindah --by P-002",
    "nc void {id} --reason Ganda --by P-003",
    "nc amend {id} --field detected.date --to 2024-03-03 --reason Ketik --by P-002",
    "nc amend {id} --field title --to Lain --reason Ketik --by P-002",
    "sop revise SOP-KEPENDUDUKAN-001 --effective 2024-12-20 --change X --document Y --by P-001",
    "sop review SOP-KEPENDUDUKAN-001 --result valid --by P-023",
    "sop read SOP-KEPENDUDUKAN-001 --by P-021",
    "sop withdraw SOP-KEPENDUDUKAN-001 --reason X --by P-001",
    "action add RTM-2024-01 --what X --owner P-011 --due 2024-12-20 --review-output resources",
    "hand-over --from P-021 --to P-022 --by P-002",
    "fmt",
]


def quietly(*words: str) -> tuple[int, str]:
    out = StringIO()
    with redirect_stdout(out), redirect_stderr(StringIO()):
        code = run(words)
    return code, out.getvalue()


@given(st.lists(st.sampled_from(MORE), min_size=3, max_size=9))
@settings(max_examples=12)
def test_every_sequence_of_allowed_steps_passes_against_every_earlier_commit(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        root = put(Path(folder).resolve() / "records")
        patched.setenv("MPP_QMS_ROOT", str(root))
        patched.setenv("MPP_QMS_LANG", "en")
        git(root.parent, "init", "-q")
        made = [commit(root.parent, "mall")]
        for number, step in enumerate(["nc reopen {id} --reason Terulang --by P-002", *steps]):
            dated = [] if step == "fmt" else ["--date", f"2024-11-{number + 1:02}"]
            code, _ = quietly(*step.format(id=CLOSED).split(), *dated)
            assert code in (0, 1, 2), step
            if git(root.parent, "status", "--porcelain"):
                assert code == 0, step
                made.append(commit(root.parent, step.split(" --")[0]))
        for base in made:
            _, answer = quietly("check", "--against", base, "--format", "json")
            found = [entry for entry in json.loads(answer)["findings"] if entry["severity"] == "error"]
            assert found == [], (base, steps)
