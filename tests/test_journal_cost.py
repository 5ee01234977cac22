"""What a commit asks of SQLite: counted, since time says nothing on a machine that does other things as well."""

from collections import Counter
from pathlib import Path

from gateway.journal import JournalTable
from gateway.journal.fair_copy import fair_copy
from gateway.journal.opening import Home, Known, open_ledger
from tests.conftest import Time
from tests.journal_day import note

GROUP = 10


def test_a_commit_of_ten_is_signed_once_and_asks_for_room_once(tmp_path: Path, time: Time) -> None:
    ledger = open_ledger(Home(tmp_path, JournalTable(), "gw-1", time.stamp), Known(), starting=True).ledger
    asked: list[str] = []
    for first in (1, 11):
        asked.clear()
        ledger.connection.set_trace_callback(asked.append)
        with ledger.transaction():
            for number in range(first, first + GROUP):
                with ledger.group():
                    ledger.append((fair_copy(note(number)),))
        ledger.connection.set_trace_callback(None)
        begun = Counter(" ".join(statement.split()[:3]) for statement in asked)
        assert begun["SAVEPOINT one"] == begun["RELEASE one"] == begun["INSERT INTO entry"] == GROUP
        assert begun["INSERT INTO head"] == begun["COMMIT"] == 1
        assert begun["PRAGMA page_count"] == 1
        assert len(asked) <= 7 * GROUP
    ledger.connection.close()
