"""Texts that look like personal data: identity numbers, mobile numbers, e-mail addresses (FACTS 6.8)."""

import re
from collections.abc import Iterator
from typing import Literal

Suspicion = Literal["identity-number", "mobile-number", "e-mail"]

# Every repetition is bounded, and a cheap test stands before each pattern: over 16 MB of records the naive
# patterns alone took longer than all rules (TECH.md).
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]{1,2000}", re.IGNORECASE)
_HASH = re.compile(r"\b[0-9a-fA-F]{32,128}\b")
_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .-]?[0-9]){15}(?![0-9A-Za-z]|[.-][0-9])")
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z/.-])(?:\+62|\(\+62\)|62|0)[ .-]?8[0-9](?:[ .-]?[0-9]){6,10}(?![0-9A-Za-z]|[.-][0-9])"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_LONG_RUN = re.compile(r"[0-9](?:[ .-]?[0-9]){8}")


def suspicions(text: str) -> Iterator[tuple[Suspicion, int]]:
    """What in a file's text looks like personal data, each with its offset in characters.

    Hashes and URLs are left out; days (2024-10-15) and printed document numbers are too short or too broken up
    to match.
    """
    mail = "@" in text
    run = _LONG_RUN.search(text) is not None
    if not mail and not run:
        return
    clean = text
    if "://" in clean:
        clean = _URL.sub(lambda match: " " * len(match[0]), clean)
    if "sha" in clean:
        clean = _HASH.sub(lambda match: match[0] if match[0].isdigit() else " " * len(match[0]), clean)
    if mail:
        for match in _MAIL.finditer(clean):
            yield "e-mail", match.start()
    if run:
        for match in _DIGITS.finditer(clean):
            yield "identity-number", match.start()
        for match in _MOBILE.finditer(clean):
            yield "mobile-number", match.start()
