"""Every text for people is there in Indonesian and English, and none is left over."""

from __future__ import annotations

import re

import pytest

from mpp_qms.rules.table import all_rules
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


def test_what_stands_for_a_value_is_called_as_in_the_help() -> None:
    """`--visit DATE` is `--visit TANGGAL` to whoever reads TANGGAL in the help."""
    for text in CODE:
        told = str(CATALOGUE[text].string)
        for flag, place in re.findall(r"(--[a-z-]+) ([A-Z]{3,})\b", text):
            assert f"{flag} {CATALOGUE[place].string if place in CODE else place}" in told, text


def test_a_command_that_is_advised_leaves_no_value_open_but_those_it_is_formed_with() -> None:
    # what is missing it asks for itself, in the reader's language
    commands = {rule.code: rule.command for rule in all_rules().values() if rule.command is not None}
    assert {code: command for code, command in commands.items() if re.search(r" [A-Z]{3,}\b", command)} == {}
