"""Every text for people is there in Indonesian and English, and none is left over."""

from __future__ import annotations

import re

import pytest

from tests import messages

CODE = messages.in_code()
CATALOGUE = messages.read()


def test_every_text_is_translated() -> None:
    assert messages.missing() == []


def test_no_translation_is_stale() -> None:
    stale = [message.id for message in CATALOGUE if message.id and message.id not in CODE]
    assert stale == []


@pytest.mark.parametrize("text", sorted(CODE))
def test_places_are_the_same_in_both_languages(text: str) -> None:
    message = CATALOGUE.get(text)
    assert message is not None
    assert messages.places(str(message.string)) == messages.places(text)


def test_indonesian_is_not_english() -> None:
    same = {text for text in CODE if CATALOGUE[text].string == text and len(re.sub(r"{\w+}", "", text).split()) > 3}
    assert same == set()
