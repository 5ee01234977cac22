"""The journal: every event, in order, on disk before anyone is told about it."""

from gateway.journal.books import JournalState, LastLoad, OpenReceipt, PrintJob
from gateway.journal.canonical import canonical, parse
from gateway.journal.counter_file import start_counters
from gateway.journal.counters import Counters
from gateway.journal.journal import Journal
from gateway.journal.past import last_known_time
from gateway.journal.rows import Cursor
from gateway.journal.table import JournalTable

__all__ = [
    "Counters",
    "Cursor",
    "Journal",
    "JournalState",
    "JournalTable",
    "LastLoad",
    "OpenReceipt",
    "PrintJob",
    "canonical",
    "last_known_time",
    "parse",
    "start_counters",
]
