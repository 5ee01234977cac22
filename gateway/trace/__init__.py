"""One step back, one step forward: what became of what, told for people and machines; reports and recall lists."""

from gateway.trace.account import Recall, Trace
from gateway.trace.day_report import Day, day, day_now
from gateway.trace.follow import trace, trace_now
from gateway.trace.lineage import NotFound
from gateway.trace.premises import Premises
from gateway.trace.recall_list import recall, recall_now

__all__ = [
    "Day",
    "NotFound",
    "Premises",
    "Recall",
    "Trace",
    "day",
    "day_now",
    "recall",
    "recall_now",
    "trace",
    "trace_now",
]
