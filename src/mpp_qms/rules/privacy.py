"""Privacy: what looks like personal data anywhere in a file. Reading raises these."""

from __future__ import annotations

from mpp_qms.messages import N_
from mpp_qms.rules.registry import declare

_WHY = N_(
    "Records are kept for years and copied with the repository; they name people by staff codes only, "
    "and applicants not at all."
)
_SOURCE = "UU 27/2022 (PDP); FORMAT.md, 4; FACTS.md, 6.8"

declare(
    "PRV001",
    "warning",
    title=N_("Identity number"),
    message=N_("This looks like an identity number (16 digits)."),
    help=N_(
        "Write a staff code, a registration number or a mark in brackets instead and note it under `redacted`; "
        "if the number is real, remove it from the history of git as well."
    ),
    why=_WHY,
    source=_SOURCE,
    example="evidence: Berkas pemohon 1234567890123456 tidak lengkap",
)
declare(
    "PRV002",
    "warning",
    title=N_("Mobile number"),
    message=N_("This looks like a mobile phone number."),
    help=N_(
        "Write a staff code or a mark in brackets (`[nomor]`) instead and note it under `redacted`; "
        "if the number is a person's, remove it from the history of git as well."
    ),
    why=_WHY,
    source=_SOURCE,
    example="notes: Hubungi 0800-0000-0000",
)
declare(
    "PRV003",
    "warning",
    title=N_("E-mail address"),
    message=N_("This looks like an e-mail address."),
    help=N_(
        "Write a staff code or the name of the office in brackets instead and note it under `redacted`; "
        "if the address is a person's, remove it from the history of git as well."
    ),
    why=_WHY,
    source=_SOURCE,
    example="notes: Kirim ke petugas@example.org",
)
