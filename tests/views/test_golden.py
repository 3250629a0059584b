"""What people see, word by word, in both languages at 80 columns. `make readme` renews the files after a look at them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.program import DAY, run

GOLDEN = Path(__file__).parent / "golden"
VIEWS = {
    "audit": ["audit", "--root", "records", "--as-of", DAY],
    "audit-clause": ["audit", "--root", "records", "--as-of", DAY, "--clause", "8.5.3", "--unit", "pertanahan"],
    "audit-visit": ["audit", "--root", "records", "--as-of", DAY, "--visit", "2025-06-30", "--unit", "dpmptsp"],
    "audit-kediri": ["audit", "--root", "examples/kediri-2024-q3", "--as-of", "2024-10-15"],
    "overdue": ["overdue", "--root", "records", "--as-of", DAY, "--within", "21"],
    "nc-list": ["nc", "list", "--root", "records", "--as-of", DAY],
    "nc-show": ["nc", "show", "NC-DPMPTSP-2024-002", "--root", "records", "--as-of", DAY],
    "nc-show-closed": ["nc", "show", "NC-KEPOLISIAN-2024-001", "--root", "records", "--as-of", DAY],
    "sop-list": ["sop", "list", "--root", "records", "--as-of", DAY],
    "sop-show": ["sop", "show", "SOP-DPMPTSP-001", "--root", "records", "--as-of", DAY],
    "sop-matrix": ["sop", "matrix", "--root", "records", "--as-of", DAY],
    "trend": ["trend", "--root", "records", "--as-of", DAY, "--since", "2024-01-01"],
    "check": ["check", "--root", "records"],
    "check-broken": ["check", "--root", "tests/views/broken"],
    "clause": ["clause", "8.5.1"],
    "clause-tree": ["clause"],
    "clause-held": ["clause", "9.1.2", "--root", "records", "--as-of", DAY],
    "rule": ["rule", "NCL012"],
    "rules": ["rule"],
    "policy": ["policy"],
    "help": ["--help"],
    "help-nc-add": ["nc", "add", "--help"],
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_view(name: str, language: str) -> None:
    done = run(*VIEWS[name], MPP_QMS_LANG=language)
    assert "Traceback" not in done.stderr
    path = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("RENEW"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(done.stdout, encoding="utf-8", newline="\n")
    assert done.stdout == path.read_text(encoding="utf-8")
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
