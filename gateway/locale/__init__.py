"""The words people read: one sentence for each thing that can happen, Vietnamese first, English second."""

import string
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from gateway.locale import en, shown, vi

Shown = str | int | Decimal | date
"""A value of a sentence, in its machine form (`10.25`, `2026-11-21`); it is dressed for people here."""

_AMOUNTS: Final = frozenset({"kg", "min", "max", "d", "t", "n", "s", "h", "p"})
_TEMPERATURES: Final = frozenset({"t"})
_DATES: Final = frozenset({"date"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a worker is told: two lines in Vietnamese (what happened, what to do), and the same in English."""

    vi: tuple[str, str]
    en: str


def sentence(id: str, /, **values: Shown) -> Sentence:
    """Give the sentence `id` with its values filled in; values it does not use are passed over.

    Raises:
        KeyError: There is no such sentence, or it lacks a value.
    """
    shown_values = {name: _dressed(name, value) for name, value in values.items()}
    first, second = vi.SENTENCES[id]
    return Sentence(
        vi=(first.format_map(shown_values), second.format_map(shown_values)),
        en=en.SENTENCES[id].format_map(shown_values),
    )


def placeholders(id: str, /) -> frozenset[str]:
    """Give the names of the values the sentence `id` needs.

    Raises:
        KeyError: There is no such sentence.
    """
    return _named(*vi.SENTENCES[id])


def _named(*texts: str) -> frozenset[str]:
    return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


def _dressed(name: str, value: Shown) -> str:
    if isinstance(value, str):
        value = _understood(name, value)
    if isinstance(value, date):
        return shown.day(value)
    if isinstance(value, Decimal | int):
        return shown.amount(round(Decimal(value), 1)) if name in _TEMPERATURES else shown.amount(value)
    return value


def _understood(name: str, text: str) -> Shown:
    """Read the machine form of an amount or a date; text that is dressed already stays as it is."""
    try:
        if name in _AMOUNTS:
            return Decimal(text)
        if name in _DATES:
            return date.fromisoformat(text)
    except (InvalidOperation, ValueError):
        pass
    return text
