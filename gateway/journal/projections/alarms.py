"""Alarms and their present state."""

from collections.abc import Iterator
from typing import Final

from gateway.event import Entry
from gateway.journal.projections.document import Document, Statement

_REPORT: Final = ("sensorElementList", 0, "sensorReport", 0)


def changed(_: Entry, document: Document) -> Iterator[Statement]:
    """An alarm was raised, acknowledged or cleared."""
    yield (
        "INSERT INTO alarm (alarm, rule, version, state, room, source, quantity, unit, value, minimum, maximum,"
        " message, since, at, operator, reason, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET"
        " version = excluded.version, state = excluded.state, value = excluded.value, minimum = excluded.minimum,"
        " maximum = excluded.maximum, message = excluded.message, at = excluded.at,"
        " operator = COALESCE(excluded.operator, operator),"
        " reason = COALESCE(excluded.reason, reason), done = COALESCE(excluded.done, done)",
        (
            document.text("ph:alarmId"),
            document.text("ph:rule"),
            document.whole("ph:ruleVersion"),
            document.text("ph:alarmState"),
            document.text_or_none("ph:room"),
            document.text("ph:source"),
            document.text(*_REPORT, "type"),
            document.text_or_none(*_REPORT, "uom"),
            document.figure(*_REPORT, "value"),
            document.figure(*_REPORT, "minValue"),
            document.figure(*_REPORT, "maxValue"),
            document.text("ph:message"),
            document.text("sensorElementList", 0, "sensorMetadata", "startTime"),
            document.text("eventTime"),
            document.text_or_none("ph:operatorId"),
            document.text_or_none("ph:reason"),
            document.text_or_none("ph:done"),
        ),
    )
