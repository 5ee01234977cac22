"""One line of the books, and how what is missing or double is named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.cli.demo_accounts import Side


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the books: figures that must agree, and what is lost or double where they do not."""

    name: tuple[str, str]
    figures: tuple[int, ...]
    lost: tuple[str, ...] = ()
    double: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the line agrees."""
        return not (self.lost or self.double or self.wrong)


def bodies(side: Side, kind: str, key: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Give the bodies of one kind, each with what its key says."""
    return [(str(record.body[key]), record.body) for record in side.records if record.kind == kind]


def missing(where: str, wanted: Iterable[object], there: Mapping[Any, object]) -> list[str]:
    """Name what was wanted and is not there."""
    return [f"{what}: not {where}" for what in wanted if what not in there]


def more_than_once(where: str, counted: Mapping[Any, int]) -> list[str]:
    """Name what was counted more than once."""
    return [f"{what}: {number} times {where}" for what, number in counted.items() if number > 1]
