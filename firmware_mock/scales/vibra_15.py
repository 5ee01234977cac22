"""Shinko Vibra with seven digits: as with six, the weight one character wider.

Source: device sheet §8.
"""

from firmware_mock.indicator import Indicator
from firmware_mock.scales import vibra_14
from firmware_mock.scales.talking import Stream


def speech(indicator: Indicator, unit: str) -> Stream:
    """Talk like this balance."""
    return Stream(indicator, lambda display: vibra_14.frame(display, unit, width=8))
