"""Times and dates as events write them: local time of Vietnam with its offset, milliseconds always."""

from datetime import datetime
from typing import Final

from gateway.locale.shown import LOCAL

OFFSET: Final = "+07:00"


def local(at: datetime) -> str:
    """Give a moment as `2026-11-21T10:05:11.250+07:00`.

    Raises:
        ValueError: It has no offset, so nobody knows when it is.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset")
    return at.astimezone(LOCAL).isoformat(timespec="milliseconds")
