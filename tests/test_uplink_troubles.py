"""The uplink when something is in the way: a backlog, another history, a body nobody takes."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from gateway.event import Stamp
from gateway.journal import Cursor, Journal, JournalTable, start_counters
from gateway.mqtt.acknowledgement import Acknowledgement
from gateway.mqtt.connection import connect
from gateway.mqtt.envelope import Envelope, Origin, decode
from gateway.uplink import Fork
from gateway.uplink.batches import OVERSIZE, pack
from tests.brokers import DemoBroker, broker, mosquitto, running, table, until
from tests.houses import SITE, books, confirmed, note, receiving, record, up, uplink
from tests.province import BASE, province

__all__ = ["broker", "mosquitto"]

SOME_DAY = date(2026, 11, 21)
ORIGIN = Origin("gw-1", SITE.uri, SITE.namespace)


def bodies(database: Path) -> dict[str, bool]:
    with closing(sqlite3.connect(database)) as db:
        return {id_: bool(has_body) for id_, has_body in db.execute("SELECT id, has_body FROM event")}


# -- another history


async def test_another_hash_at_an_acknowledged_place_begins_a_new_epoch_with_the_same_ids(
    journal: Journal, broker: DemoBroker, tmp_path: Path
) -> None:
    forks: list[Fork] = []
    link = uplink(journal, broker, forks)
    entries = await record(journal, 5)
    old = journal.epoch
    async with connect(table(broker), "elsewhere") as elsewhere:
        wrong = Acknowledgement(old, 3, bytes(32))
        await elsewhere.publish(f"{BASE}/ack/{old}", wrong.payload(), retain=True)
        async with receiving(broker, tmp_path / "receiver.db"), up(link):
            await until(lambda: bool(forks), "fork seen")
            more = await record(journal, 5)
            await until(lambda: link.status.backlog == 0, "all confirmed")
            # the same word again, as the broker repeats it on each connection, is no second fork
            await elsewhere.publish(f"{BASE}/ack/{old}", wrong.payload(), retain=True)
            (last,) = await record(journal, 1)
            await confirmed(link, last)
    assert forks == [Fork(old, 3, bytes(32), entries[2].hash)]
    assert link.status.fork == forks[0]
    assert journal.epoch_number == 2
    assert {str(entry.id) for entry in [*entries, *more]} <= set(bodies(tmp_path / "receiver.db"))
    assert all(bodies(tmp_path / "receiver.db").values())
    assert await journal.cursor("uplink") == link.status.confirmed


async def test_an_acknowledgement_beyond_our_end_begins_a_new_epoch(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    forks: list[Fork] = []
    link = uplink(journal, mosquitto, forks)
    (entry,) = await record(journal, 1)
    async with connect(table(mosquitto), "elsewhere") as elsewhere:
        ack = Acknowledgement(entry.epoch, 999, bytes(32))
        await elsewhere.publish(f"{BASE}/ack/{entry.epoch}", ack.payload(), retain=True)
        async with receiving(mosquitto, tmp_path / "receiver.db"), up(link):
            await until(lambda: bool(forks) and link.status.backlog == 0, "fork seen, and all confirmed")
    assert [fork.ours for fork in forks] == [None]
    assert journal.epoch != entry.epoch
    assert journal.epoch in {chain.epoch for chain in books(tmp_path / "receiver.db").chains}
    assert bodies(tmp_path / "receiver.db")[str(entry.id)]


async def test_an_old_copy_put_back_loses_nothing_of_either_history(mosquitto: DemoBroker, tmp_path: Path) -> None:
    home, database = tmp_path / "home", tmp_path / "receiver.db"
    forks: list[Fork] = []
    ids: list[str] = []
    start_counters(home)

    async def day(count: int, counted: list[Fork] | None = None) -> tuple[int, str]:
        stamp = Stamp("boot", 1, 1_795_000_000_000, "synced")
        opened = Journal.open(home, JournalTable(), gateway="gw-1", number=0, stamp=lambda: stamp)
        async with opened as journal:
            link = uplink(journal, mosquitto, counted)
            entries = await record(journal, count)
            async with up(link):
                await until(lambda: {str(entry.id) for entry in entries} <= set(bodies(database)), "all there")
                await until(lambda: link.status.backlog == 0, "all confirmed")
            ids.extend(str(entry.id) for entry in entries)
            return journal.epoch_number, await journal.counters.carton(SOME_DAY)

    async with receiving(mosquitto, database):
        await until(database.exists, "the receiver is there")
        await day(30)
        shutil.copytree(home, tmp_path / "copy")
        _, packed_then = await day(50)
        (home / "journal.db").unlink()
        shutil.rmtree(home)
        (tmp_path / "copy").rename(home)
        number, packed_now = await day(80, forks)
    assert len(forks) == 1
    assert number == 2
    assert set(ids) <= set(bodies(database))
    assert all(bodies(database).values())
    assert int(packed_now) > int(packed_then) + 900


# -- a backlog


async def test_live_entries_overtake_a_backlog_and_are_not_sent_again(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    await record(journal, 1000)
    end_of_backlog = journal.last_seq
    link = uplink(journal, mosquitto, acknowledged_within_s=60.0)
    async with province(mosquitto, database) as far, up(link):
        before = [pair for _ in range(4) for pair in await far.hear()][:4]
        while len(before) < 4:  # the window is full now, and nothing is acknowledged
            before += await far.hear()
        (fresh,) = await record(journal, 1)
        ((overtaking, events),) = await far.hear()
        assert [event.id for event in events if event.type == "note"] == [fresh.id]
        assert {event.lane for event in events} == {"live"}
        assert before[-1][1][-1].seq < end_of_backlog
        far.take(before[0][0])
        far.take(overtaking)
        (held,) = books(database).chains
        assert held.watermark == before[0][1][-1].seq
        assert held.pending == len(events)
        assert held.missing == end_of_backlog - held.watermark
        assert held.gaps == 0  # nothing in order has passed the hole
        far.take(before[2][0])
        assert books(database).chains[0].gaps == len(before[1][1])
        far.take(before[1][0])
        far.take(before[3][0])
        async with running(far.serve(), "province"):
            await confirmed(link, fresh)
    assert books(database).missing == 0
    assert books(database).doubles == 0
    assert lanes_are_honest(database, end_of_backlog)


def lanes_are_honest(database: Path, end_of_backlog: int) -> bool:
    with closing(sqlite3.connect(database)) as db:
        return all(
            (lane == "backlog") == (seq <= end_of_backlog) for seq, lane in db.execute("SELECT seq, lane FROM place")
        )


# -- bodies nobody takes


async def test_a_body_the_receiver_lets_lie_is_found_by_halving_and_travels_as_its_envelope(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, mosquitto)
    async with province(mosquitto, database) as far, running(far.serve(), "province"), up(link):
        first = await record(journal, 3)
        await confirmed(link, first[-1])
    (poison,) = await journal.record(note("poison"))
    last = (await record(journal, 4))[-1]
    link = uplink(journal, mosquitto)
    async with (
        province(mosquitto, database, cannot_bear=poison.id) as far,
        running(far.serve(), "province"),
        up(link),
    ):
        await confirmed(link, last)
    assert far.refused >= 3
    held = bodies(database)
    assert not held[str(poison.id)]
    assert [id_ for id_, has_body in held.items() if not has_body] == [str(poison.id)]
    assert [entry.id for entry in books(database).quarantined] == [str(poison.id)]
    assert books(database).missing == 0
    assert str(first[0].id) in held


async def test_an_oversize_body_stays_at_home_and_nothing_stalls(
    journal: Journal, broker: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    (giant,) = await journal.record(note("x" * (OVERSIZE + 1)))
    (last,) = await record(journal, 1)
    link = uplink(journal, broker)
    async with receiving(broker, database), up(link):
        await confirmed(link, last)
    assert [entry.id for entry in books(database).quarantined] == [str(giant.id)]


async def test_a_body_that_is_not_what_its_hash_says_is_not_sent(journal: Journal) -> None:
    sound, other = await record(journal, 2)
    outgoing = await pack([replace(sound, body=b'{"broken'), other], ORIGIN, Cursor())
    altered, whole = decoded(outgoing.payload)
    assert outgoing.bare == (sound.id,)
    assert altered.data is None
    assert altered.body_sha256 == sound.body_sha256
    assert whole.data is not None


def decoded(payload: bytes) -> list[Envelope]:
    return decode(payload)
