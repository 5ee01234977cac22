"""The config table of the registers: how old one may be, whose word counts, and what codes look like by market."""

import re
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, field_validator

from gateway.settings import Settings

Downlinked = Literal["areas", "facilities", "products", "customers", "farms", "crates", "people"]
"""The registers a province may send, as their topics name them."""


USUAL: Final = {"area": r"VN-[A-Z]{2}OR-\d{3,4}", "facility": r"VN-[A-Z]{2}PH-\d{3,4}"}
"""What codes of Viet Nam were seen to look like; no official text says so (domain.md §3)."""


class CodePatterns(Settings):
    """`[registers.market.<name>]`: what area and facility codes of one market look like (regular expressions)."""

    area: str | None = None
    facility: str | None = None

    @field_validator("area", "facility")
    @classmethod
    def _is_a_pattern(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"is no regular expression: {error}") from None
        return text


class RegistersTable(Settings):
    """`[registers]`: the registers that come down beside those of `local/`.

    `downlink_wins` names those in which a row that came down stands over the local one of the same key; in the others
    the local row stands. A register of growing areas older than `old_after_h` flags every lot let in by it.
    """

    old_after_h: Annotated[int, Field(ge=1, le=8760)] = 72
    downlink_wins: Annotated[
        tuple[Downlinked, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
    ] = ("areas", "facilities", "products", "customers")
    market: dict[str, CodePatterns] = Field(default_factory=dict)

    def usual(self, kind: Literal["area", "facility"], code: str) -> bool:
        """Tell whether a code looks as those of some market do; one that does not is asked about, never refused."""
        own = (getattr(patterns, kind) for patterns in self.market.values())
        return any(re.fullmatch(pattern, code) for pattern in (USUAL[kind], *own) if pattern is not None)
