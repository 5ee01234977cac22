"""Everything that can go wrong, named by what happened and grouped by who acts on it.

GatewayError
├── ConfigError            a person mends the config file (exit 78)
├── DeviceError            watch reopens the device
│   ├── PortLost           the port is gone or cannot be opened
│   ├── DeviceSilent       nothing came in time
│   └── BadFrame           something came that is no frame of this protocol
├── Refused                a person at a station did something the rules do not allow
├── LabelRefused           a label that cannot be drawn, or that would not scan
├── PrinterError           a printer cannot be reached or answered in a way nobody understands
├── UplinkError            uplink tries the same batch again
└── JournalError           record() raises, stations say so
    ├── JournalFull        the budget of the journal is used up
    ├── DiskRefuses        the disk is full, read-only or failing; the writer tries again by itself
    ├── JournalCorrupt     the file is set aside, a new epoch begins
    ├── IdConflict         the same entry id with another body
    └── NumberingStopped   neither journal nor counter file: a person must say where numbers go on
"""

from typing import Final


class GatewayError(Exception):
    """Anything this product raises on purpose."""


class ConfigError(GatewayError):
    """The configuration cannot be used; the message holds every mistake, one a line."""


class DeviceError(GatewayError):
    """A conversation with a device broke; a new one may be begun."""


class PortLost(DeviceError):
    """The port cannot be opened, or went away."""


class DeviceSilent(DeviceError):
    """Nothing came within the time the device has to answer."""


class BadFrame(DeviceError):
    """Bytes that are no frame of the protocol spoken here."""

    def __init__(self, why: str, frame: bytes = b"") -> None:
        super().__init__(f"{why}: {frame!r}" if frame else why)
        self.why = why
        self.frame = frame


class Refused(GatewayError):
    """An act the rules do not allow; `sentence` names the words shown to the person (locale)."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence if not values else f"{sentence} {values}")
        self.sentence = sentence
        self.values = values


class LabelRefused(GatewayError):
    """A label that cannot be drawn as asked, or whose picture does not decode to what it must say."""


class PrinterError(GatewayError):
    """A printer could not be reached; no byte of the label was accepted."""


class UplinkError(GatewayError):
    """The broker cannot be reached or refuses; the same batch is tried again."""


class JournalError(GatewayError):
    """The journal did not take an event: nothing was recorded."""


class JournalFull(JournalError):
    """The journal has used up its budget and refuses rather than overwrites."""


class DiskRefuses(JournalError):
    """The disk is full, read-only or failing."""


class JournalCorrupt(JournalError):
    """The journal's file is damaged."""


class IdConflict(JournalError):
    """An entry with this id, but another body, is already in the journal."""


class NumberingStopped(JournalError):
    """Numbers cannot go on safely until a person ran `gateway counters`."""


RECOVERABLE: Final = (JournalFull, DiskRefuses, IdConflict, NumberingStopped)
"""What a station can wait out. JournalCorrupt is not among them: the daemon ends, and its next start begins anew."""
