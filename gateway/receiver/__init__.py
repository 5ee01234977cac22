"""The other end: the reference receiver, which stores, checks, and only then acknowledges."""

from gateway.receiver.receive import receive
from gateway.receiver.statistics import Chain, Conflict, Quarantined, Statistics, statistics

__all__ = ["Chain", "Conflict", "Quarantined", "Statistics", "receive", "statistics"]
