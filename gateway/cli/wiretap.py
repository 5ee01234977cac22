"""What passes on a device's wire while it is listened to: raw bytes, times, and how often something went wrong."""

import statistics
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.drivers.tapped_port import Traffic
from gateway.reading import Link, Measurement, Quality, Value, Weight

SHOWN: Final = 48
"""Bytes of a conversation that are shown; the newest."""

_KEPT_TIMES: Final = 1000


@dataclass(slots=True)
class Wiretap:
    """One device's wire. `hear` takes the traffic; `since` gives what passed since the value before."""

    values: int = 0
    bad: int = 0
    breaks: int = 0
    questions: int = 0
    unanswered: int = 0
    answer_ms: list[float] = field(default_factory=list)
    _sent: bytes = b""
    _heard: bytes = b""
    _sent_at: float | None = None

    def hear(self, traffic: Traffic) -> None:
        """Take what was sent or came."""
        if traffic.sent:
            self.questions += 1
            self.unanswered += self._sent_at is not None
            self._sent, self._heard, self._sent_at = traffic.data, b"", traffic.at
            return
        if self._sent_at is not None:
            self.answer_ms = [*self.answer_ms[-_KEPT_TIMES:], 1000 * (traffic.at - self._sent_at)]
            self._sent_at = None
        self._heard = (self._heard + traffic.data)[-SHOWN:]

    def since(self, value: Value) -> dict[str, Any]:
        """Count a value, and give the bytes it came of and the time it took."""
        if isinstance(value, Link):
            self.breaks += not value.up
        else:
            self.values += 1
            self.bad += value.quality is Quality.BAD if isinstance(value, (Measurement, Weight)) else 0
        raw = getattr(value, "raw", b"") or self._heard
        shown: dict[str, Any] = {}
        if self._sent:
            shown["asked"] = self._sent.hex(" ")
        if raw:
            shown["raw"] = raw[-SHOWN:].hex(" ")
        if self._sent and self.answer_ms:
            shown["ms"] = round(self.answer_ms[-1], 1)
        return shown

    def summary(self) -> dict[str, Any]:
        """Give the counts, and the usual and the longest time until an answer began."""
        found: dict[str, Any] = {"values": self.values, "bad": self.bad, "breaks": self.breaks}
        if self.questions:
            found |= {"questions": self.questions, "unanswered": self.unanswered}
        if self.answer_ms:
            found |= {"ms": round(statistics.median(self.answer_ms), 1), "longest_ms": round(max(self.answer_ms), 1)}
        return found
