"""A journaled body, read with its errors said in words."""

from decimal import Decimal
from typing import Final

from gateway.event import Json

Statement = tuple[str, tuple[int | str | None, ...]]
"""SQL and its parameters."""

_UG_EXPONENT: Final = 9
_MOST_KG: Final = 10**6


class Document:
    """The body of an entry of some kind; `path` names a field, then a field (or a place in a list) inside it."""

    def __init__(self, kind: str, body: dict[str, Json]) -> None:
        self._kind = kind
        self._body = body

    def get(self, *path: str | int) -> Json:
        """Give a field's value; None when it is null or not there."""
        value: Json = self._body
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def text_or_none(self, *path: str | int) -> str | None:
        """Give a text; None when it is null or not there."""
        value = self.get(*path)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(path, "text", value)

    def text(self, *path: str | int) -> str:
        """Give a text that must be there."""
        value = self.get(*path)
        if isinstance(value, str):
            return value
        raise self._wrong(path, "text", value)

    def whole(self, *path: str | int) -> int:
        """Give a whole number that must be there."""
        value = self.get(*path)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self._wrong(path, "a whole number", value)

    def whole_or_none(self, *path: str | int) -> int | None:
        """Give a whole number; None when it is null or not there."""
        return None if self.get(*path) is None else self.whole(*path)

    def amount(self, *path: str | int) -> Decimal:
        """Give a number that must be there."""
        value = self.get(*path)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Decimal(value)
        raise self._wrong(path, "a number", value)

    def length(self, *path: str | int) -> int:
        """Give how long a list is that must be there."""
        value = self.get(*path)
        if isinstance(value, list):
            return len(value)
        raise self._wrong(path, "a list", value)

    def texts(self, *path: str | int) -> list[str]:
        """Give the texts of a list; none when it is not there."""
        return [] if self.get(*path) is None else [self.text(*path, place) for place in range(self.length(*path))]

    def figure(self, *path: str | int) -> str | None:
        """Give a number as text, every digit kept; None when it is not there."""
        return None if self.get(*path) is None else f"{self.amount(*path):f}"

    def micrograms(self, *path: str | int) -> int:
        """Give an amount of kilograms in whole micrograms, so that SQLite can sum it exactly."""
        kilograms = self.amount(*path)
        micrograms = kilograms.scaleb(_UG_EXPONENT)
        if micrograms != micrograms.to_integral_value() or abs(kilograms) > _MOST_KG:
            raise self._wrong(path, f"at most {_MOST_KG} kg in whole micrograms", kilograms)
        return int(micrograms)

    def micrograms_or_none(self, *path: str | int) -> int | None:
        """Give an amount of kilograms in whole micrograms; None when it is null or not there."""
        return None if self.get(*path) is None else self.micrograms(*path)

    def _wrong(self, path: tuple[str | int, ...], wanted: str, found: object) -> ValueError:
        return ValueError(f"{self._kind}: {'.'.join(map(str, path))} must be {wanted}, not {found!r}")


def kilograms(micrograms: int) -> Decimal:
    """Give whole micrograms as exact kilograms, without zeros at the end."""
    amount = Decimal(micrograms).scaleb(-_UG_EXPONENT).normalize()
    return amount if amount.as_tuple().exponent <= 0 else amount.quantize(Decimal(1))  # type: ignore[operator]  # finite
