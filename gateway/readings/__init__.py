"""The raw series of sensors, in a file of their own: for windows and charts, not for promises."""

from gateway.readings.store import ReadingsState, ReadingsStore, ReadingsTable, Sample
from gateway.readings.windows import statistics

__all__ = ["ReadingsState", "ReadingsStore", "ReadingsTable", "Sample", "statistics"]
