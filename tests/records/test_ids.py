"""Which record a person means by what they typed."""

import pytest

from mpp_qms.records.ids import meant

UNITS = ("pertanahan", "kantor-pertanahan", "imigrasi")
NCS = ("NC-PERTANAHAN-2024-001", "NC-KANTOR-PERTANAHAN-2024-001", "NC-IMIGRASI-2023-001", "NC-IMIGRASI-2024-001")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("pertanahan", ("pertanahan",)),
        (" Pertanahan", ("pertanahan",)),
        ("kantor-pertanahan", ("kantor-pertanahan",)),
        ("kantor", ()),
        ("nc-pertanahan-2024-001", ("NC-PERTANAHAN-2024-001",)),
        ("pertanahan-1", ("NC-PERTANAHAN-2024-001", "NC-KANTOR-PERTANAHAN-2024-001")),
        ("kantor-1", ("NC-KANTOR-PERTANAHAN-2024-001",)),
        ("imigrasi-2023-001", ("NC-IMIGRASI-2023-001",)),
        ("2024-imigrasi-1", ()),
        ("imigrasi", ("imigrasi",)),
        ("", ()),
    ],
)
def test_the_one_it_is_else_those_of_which_it_holds_parts(given: str, found: tuple[str, ...]) -> None:
    assert meant(given, [*UNITS, *NCS]) == found
