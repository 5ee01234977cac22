"""The journal: every event, in order, on disk before anyone is told about it."""

from gateway.journal.books import JournalState, LastLoad, OpenReceipt, PrintJob, Stay
from gateway.journal.canonical import canonical, parse
from gateway.journal.counter_file import start_counters
from gateway.journal.counters import Counters
from gateway.journal.goods import OpenRun, Vehicle
from gateway.journal.journal import Journal
from gateway.journal.past import Past, past
from gateway.journal.projections.prints import LABELLED, SLIP
from gateway.journal.rows import Cursor
from gateway.journal.table import JournalTable

__all__ = [
    "LABELLED",
    "SLIP",
    "Counters",
    "Cursor",
    "Journal",
    "JournalState",
    "JournalTable",
    "LastLoad",
    "OpenReceipt",
    "OpenRun",
    "Past",
    "PrintJob",
    "Stay",
    "Vehicle",
    "canonical",
    "parse",
    "past",
    "start_counters",
]
