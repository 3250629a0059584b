"""Names of documents: what every system can hold, and what a copy is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp_qms.store.attachments import clean_name, portable


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Kebijakan Mutu (2024).PDF", ("kebijakan-mutu-2024", ".pdf")),
        ("FILE.PDF;x", ("file", ".pdf")),
        ("a.pdf?download=1", ("a", ".pdf")),
        ("a.pdf ", ("a", ".pdf")),
        ("arsip.2024.tar.gz", ("arsip-2024", ".tar.gz")),
        ("x.p df", ("x-p-df", "")),
        ("x.p\x07df", ("x-p-df", "")),
        ("Laporan.Kegiatan Bulan Oktober", ("laporan-kegiatan-bulan-oktober", "")),
        (".pdf", ("pdf", "")),
        ("…", ("", "")),
        ("x" * 300 + ".pdf", ("x" * 60, ".pdf")),
    ],
)
def test_what_a_copy_is_called(name: str, clean: tuple[str, str]) -> None:
    assert clean_name(name) == clean


@given(st.text())
def test_whatever_a_file_is_called_its_copy_has_a_name_for_everywhere(name: str) -> None:
    head, ending = clean_name(name)
    assert portable(f"documents/evd-2024-001-{head}{ending}")


@pytest.mark.parametrize(
    "path",
    [
        *("con", "NUL.pdf", "a/COM1.txt", "lpt² .x", "a.", "a ", " a", "a:b.pdf", "a?.pdf", "a\\b", "a\nb", "a\x7f"),
        *("a\u2028b", "\udcff.pdf", "x" * 256, "é" * 128, "", "a//b", ".git/config", "../.GIT/config", ".mpp-qms/x"),
    ],
)
def test_names_that_some_system_cannot_hold(path: str) -> None:
    assert not portable(path)


@pytest.mark.parametrize(
    "path", ["documents/a.pdf", "../Arsip 2024/é.pdf", "console.pdf", "nul-1.pdf", ".gitkeep", "x" * 255]
)
def test_names_for_everywhere(path: str) -> None:
    assert portable(path)
