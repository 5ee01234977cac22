"""What the receiver's books tell beyond the count: holes, envelopes without a body, and times put right."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.acts import ClockCorrected
from gateway.epcis import draft, wrap
from gateway.event import Draft, Event, Stamp
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.mqtt.envelope import Lane, Origin, batch, encode
from gateway.mqtt.topics import Heard, Topics
from gateway.receiver import statistics
from gateway.receiver.store import Arrival, Store
from gateway.uplink import Fork, fork_alarm
from tests.epcis_checker import as_plain, check
from tests.houses import SITE, note, record

TOPICS = Topics("packhouse", "house-1", "gw-1")
ORIGIN = Origin("gw-1", SITE.uri, SITE.namespace)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "receiver.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.open(path, "packhouse")) as opened:
        yield opened


async def arrival(journal: Journal, *seqs: int, lane: Lane = "backlog", bare: bool = False) -> Arrival:
    entries = [await journal.entry_at(journal.epoch, seq) for seq in seqs]
    sent = [replace(entry, body=None) if bare else entry for entry in entries if entry is not None]
    return Arrival(Heard(TOPICS, "events/json"), batch(encode(entry, ORIGIN, lane) for entry in sent))


async def test_a_hole_under_live_entries_is_waited_for_and_becomes_a_gap_when_a_batch_in_order_passes_it(
    journal: Journal, store: Store, path: Path
) -> None:
    await record(journal, 10)
    store.take([await arrival(journal, 1, 2)])
    store.take([await arrival(journal, 9, 10, lane="live")])
    books = statistics(path)
    assert (books.pending, books.missing, books.gaps) == (2, 6, 0)
    store.take([await arrival(journal, 5, 6)])
    assert statistics(path).gaps == 2
    store.take([await arrival(journal, 3, 4)])
    assert statistics(path).gaps == 0


async def test_an_envelope_without_a_body_is_listed_until_the_body_comes(
    journal: Journal, store: Store, path: Path
) -> None:
    (entry,) = await record(journal, 1)
    store.take([await arrival(journal, 1, bare=True)])
    (listed,) = statistics(path).quarantined
    assert (listed.id, listed.body_sha256) == (str(entry.id), entry.body_sha256)
    await journal.fork(Cursor())
    (reply,) = store.take([await arrival(journal, 1)])
    assert (reply.ack.epoch, reply.ack.seq) == (journal.epoch, 1)
    assert statistics(path).quarantined == ()
    assert statistics(path).events == 1


async def test_what_cannot_be_read_is_answered_with_the_last_word(journal: Journal, store: Store) -> None:
    await record(journal, 1)
    store.take([await arrival(journal, 1)])
    (reply,) = store.take([Arrival(Heard(TOPICS, "events/json"), b"[{]")])
    assert reply.ack.seq == 1


async def test_entries_are_unverified_until_a_checkpoint_of_the_registered_key_covers_them(
    journal: Journal, store: Store, path: Path
) -> None:
    await record(journal, 100)  # and a checkpoint
    await record(journal, 3)
    store.take([await arrival(journal, *range(1, 105))])
    assert statistics(path).unverified == 104
    store.register_key("house-1", "gw-1", journal.public_key)
    with closing(Store.open(path.with_name("again.db"), "packhouse")) as again:
        again.register_key("house-1", "gw-1", journal.public_key)
        again.take([await arrival(journal, *range(1, 105))])
    assert statistics(path.with_name("again.db")).unverified == 3
    assert statistics(path.with_name("again.db")).chains[0].verified == 101


async def test_times_of_a_clock_nobody_had_set_are_put_right_by_the_correction_of_that_boot(
    tmp_path: Path, store: Store, path: Path
) -> None:
    home = tmp_path / "home"
    start_counters(home)
    now = Stamp("boot-a", 1_000, 1_000_000, "unsynced")

    async with Journal.open(home, JournalTable(), gateway="gw-1", number=0, stamp=lambda: now) as journal:
        await journal.record(note("a wrong date"))
        now = Stamp("boot-a", 2_000, 1_001_000, "confirmed")
        await journal.record(note("a person said it is right"))
        await journal.record(correction("boot-a", 86_400_000))
        now = Stamp("boot-a", 3_000, 87_402_000, "synced")
        await journal.record(note("a right date"))
        now = Stamp("boot-b", 1_000, 5_000, "unsynced")
        await journal.record(note("another boot, and no correction yet"))
        store.take([await arrival(journal, 1, 2, 3, 4, 5)])
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT corrected_ms, time FROM corrected ORDER BY seq").fetchall()
    assert rows == [
        (87_400_000, "corrected"),
        (87_401_000, "corrected"),
        (87_401_000, "corrected"),
        (87_402_000, "as recorded"),
        (5_000, "unknown"),
    ]
    assert statistics(path).times == {"as recorded": 1, "corrected": 3, "unknown": 1}


def correction(boot: str, offset_ms: int) -> Draft:
    fact = ClockCorrected(boot, offset_ms)
    return draft(Event(datetime(2026, 11, 21, tzinfo=UTC), fact, key=f"clock-correction|gw-1|{boot}|1"), SITE)


def test_the_alarm_of_a_fork_is_a_sound_epcis_event() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    fact = replace(fork_alarm(Fork("e", 7, bytes(32), None), "gw-1", at), id="AL-1")
    event = draft(Event(at, fact, key="alarm|gw-1|e|1"), SITE)
    assert event.body["ph:rule"] == "fork"
    assert check(as_plain(wrap([event.body], at, SITE.namespace))) == 1
