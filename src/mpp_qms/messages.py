"""Sentences as data: a template and its values, put into the reader's language where they are shown."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Translate = Callable[[str], str]
#: A text kept in every language: a title of the catalogue.
Texts = Mapping[Language, str]

LOCALE = Path(__file__).parent / "locale"


def N_(template: str) -> str:  # noqa: N802 (gettext's own name for it; babel looks for it)
    """Mark a text for translation; it is translated where it is shown."""
    return template


@dataclass(frozen=True, slots=True)
class Translator:
    """Puts marked texts into a language; `language` also chooses among texts kept in both."""

    language: Language
    gettext: Translate

    def __call__(self, template: str) -> str:
        """The text in the language."""
        return self.gettext(template)


@cache
def translator(language: Language) -> Translator:
    """The function that puts a marked text into `language`.

    Raises FileNotFoundError where the compiled catalogue is missing: a missing language is a broken
    installation, never a silent fall back to another.
    """
    if language == "en":
        return Translator("en", N_)
    return Translator(language, gettext.translation("mpp_qms", LOCALE, languages=[language]).gettext)


def in_language(texts: Texts, tr: Translate) -> str:
    """Of a text kept in every language, the one of `tr`."""
    return texts[tr.language if isinstance(tr, Translator) else "en"]


@dataclass(frozen=True, slots=True)
class Message:
    """One whole sentence: a marked template with named places, and what stands in them.

    A value may be a Message itself, or a text kept in every language. Dates are shown as ISO days, as the records write them.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def show(self, tr: Translate) -> str:
        """The sentence in the language of `tr`."""
        return tr(self.template).format(**{name: _show(value, tr) for name, value in self.values.items()})


def _show(value: object, tr: Translate) -> object:
    if isinstance(value, Message):
        return value.show(tr)
    if isinstance(value, Mapping):
        return in_language(value, tr)
    if isinstance(value, date):
        return getattr(value, "text", value.isoformat())
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return ", ".join(str(_show(item, tr)) for item in items)
    return value
