"""The readings store looked into from outside, read-only: series summed up in columns of time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from gateway.readings.columns import Column, Span
from gateway.readings.file import FILE

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FINEST: Final = Decimal("0.001")
_COLUMNS: Final = (
    "SELECT at_ms / ?5, MIN(CAST(amount AS REAL)), MAX(CAST(amount AS REAL)), AVG(CAST(amount AS REAL)), COUNT(*)"
    " FROM reading JOIN series USING (series)"
    " WHERE at_ms >= ?1 AND at_ms < ?2 AND source = ?3 AND quantity = ?4 AND amount IS NOT NULL GROUP BY 1 ORDER BY 1"
)


class Archive:
    """The stored series; made by `open_archive`. It belongs to the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection

    def columns(self, source: str, quantity: str, span: Span, width: timedelta) -> list[Column]:
        """Give a series in columns of `width` counted from 1970; bad values are no samples.

        Least and greatest are exactly what was read (a double keeps 15 digits); the mean is rounded to a thousandth.
        """
        if self._connection is None:
            return []
        first, last = ((moment - _EPOCH) // timedelta(milliseconds=1) for moment in (span.since, span.until))
        each = width // timedelta(milliseconds=1)
        rows = self._connection.execute(_COLUMNS, (first, last, source, quantity, each))
        return [
            Column(
                _EPOCH + timedelta(milliseconds=number * each),
                Decimal(repr(least)),
                Decimal(repr(greatest)),
                Decimal(repr(mean)).quantize(_FINEST),
                samples,
            )
            for number, least, greatest, mean, samples in rows
        ]


@contextmanager
def open_archive(directory: Path) -> Iterator[Archive]:
    """Open the readings store of a data directory; without one, nothing was ever read."""
    path = directory / FILE
    if not path.exists():
        yield Archive(None)
        return
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        yield Archive(connection)
    finally:
        connection.close()
