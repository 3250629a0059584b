"""Texts that look like personal data: identity numbers, mobile numbers, e-mail addresses (FACTS 6.8)."""

import re
from collections.abc import Iterator
from typing import Literal

Suspicion = Literal["identity-number", "mobile-number", "e-mail"]

# Every repetition is bounded, and a cheap test stands before each pattern: over 16 MB of records the naive
# patterns alone took longer than all rules (TECH.md).
_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]{1,2000}", re.IGNORECASE)
_HASH = re.compile(r"\b[0-9a-fA-F]{32,128}\b")
_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){15}(?![0-9]|[.-][0-9])")
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z/.-])(?:\+62|\(\+62\)|62|0)[ .-]?8[0-9](?:[ .-]?[0-9]){6,10}(?![0-9A-Za-z]|[.-][0-9])"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
#: Every digit as 0: whether a text holds nine in a row, whatever separates them, is then asked of bytes, which takes
#: an eighth of the time of a pattern over 13 MB of records.
_AS_ZERO = bytes(ord("0") if chr(byte) in "123456789" else byte for byte in range(256))
_SEPARATORS = b" .-()+"
_LONG_RUN = b"0" * 9


def suspicions(text: str) -> Iterator[tuple[Suspicion, int]]:
    """What in a file's text looks like personal data, each with its offset in characters.

    Hashes and URLs are left out; days (2024-10-15) and printed document numbers are too short or too broken up
    to match.
    """
    mail = "@" in text
    run = _LONG_RUN in text.encode(errors="replace").translate(_AS_ZERO, _SEPARATORS)
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
