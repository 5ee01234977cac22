"""Toledo continuous output with checksum: the seventeen bytes, and what brings the low seven bits of their sum to zero.

Source: device sheet §5.
"""

from firmware_mock.indicator import Display, Indicator
from firmware_mock.scales import toledo
from firmware_mock.scales.talking import Stream, decimals


def frame(display: Display, places: int, unit: str) -> bytes:
    """Give the frame for what the display shows."""
    said = toledo.frame(display, places, unit)
    return said + bytes([-sum(said) & 0x7F])


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this terminal."""
    places = decimals(indicator)
    return Stream(indicator, lambda display: frame(display, places, unit))
