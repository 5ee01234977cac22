"""What devices say, and who said it when."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NewType

DeviceId = NewType("DeviceId", str)
Source = NewType("Source", str)
"""A device, or one channel of it: `pack-scale`, `cold-rooms/room-3`."""

Basis = Literal["gross", "net"]
Condition = Literal["overload", "underload", "not-zeroed", "error"]


class Quality(StrEnum):
    """Whether a value may be used. A BAD value carries no amount."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight a scale sent (OIML R 76). None means: the frame does not say.

    `amount` keeps the decimals as sent. `condition` says why there is no amount. `channel` names one of the scales on
    a bus.
    """

    amount: Decimal | None
    unit: str | None
    basis: Basis | None = None
    tare: Decimal | None = None
    stable: bool | None = None
    quality: Quality = Quality.GOOD
    condition: Condition | None = None
    raw: bytes = b""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of one quantity (EPCIS sensorReport `type`, bare word: "Temperature").

    `unit` is the UN/ECE code; None for counts. `why` says in a few words why a BAD one has no amount. What is a text
    and no number (a serial number) has `text` instead of an amount.
    """

    quantity: str
    amount: Decimal | None
    unit: str | None
    channel: str = ""
    quality: Quality = Quality.GOOD
    why: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A barcode as the scanner sent it; `symbology` is the AIM identifier (ISO/IEC 15424), e.g. "]Q1"."""

    data: str
    symbology: str | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Link:
    """The source can, or cannot, be heard."""

    up: bool
    why: str = ""
    channel: str = ""


Value = Weight | Measurement | Scan | Link


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, who said it and when; `monotonic` (seconds) is what ages are counted in."""

    device: DeviceId
    observed_at: datetime
    monotonic: float
    value: Value

    @property
    def source(self) -> Source:
        """The device, or `device/channel`."""
        channel = getattr(self.value, "channel", "")
        return Source(f"{self.device}/{channel}" if channel else self.device)
