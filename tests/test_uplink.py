"""The uplink against real brokers and the real receiver: nothing lost, nothing twice, in order."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.alarm import Alarm, AlarmState
from gateway.epcis import draft
from gateway.errors import DiskRefuses
from gateway.event import Draft, Entry, Event
from gateway.journal import Cursor, Journal
from gateway.mqtt.acknowledgement import Acknowledgement
from gateway.mqtt.connection import connect
from gateway.station import RoomId
from gateway.uplink import Fork, Uplink
from tests.brokers import HANG_S, DemoBroker, arriving, broker, heard, mosquitto, table, until
from tests.houses import SITE, books, chain, confirmed, note, receiving, record, up, uplink

__all__ = ["broker", "mosquitto"]

BASE = "packhouse/v1/house-1/gw-1"


def stored_in_order(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as db:
        return [id_ for (id_,) in db.execute("SELECT id FROM place ORDER BY epoch, seq")]


async def test_events_arrive_once_and_in_order(journal: Journal, broker: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, broker)
    async with receiving(broker, database), up(link):
        entries = await record(journal, 250)
        for _ in range(5):
            entries += await record(journal, 1)
        await confirmed(link, entries[-1])
    ours = {str(entry.id) for entry in entries}  # checkpoints travel among them
    assert [id_ for id_ in stored_in_order(database) if id_ in ours] == [str(entry.id) for entry in entries]
    assert books(database).missing == 0
    assert not books(database).conflicts


async def test_a_quiet_day_delivers_nothing_twice(journal: Journal, mosquitto: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, mosquitto)
    ready = asyncio.Event()
    async with receiving(mosquitto, database, ready=ready.set), up(link):
        await ready.wait()
        await until(lambda: link.status.connected, "connected")
        for _ in range(30):
            (entry,) = await record(journal, 1)
        await confirmed(link, entry)
    assert books(database).doubles == 0
    assert books(database).events == 30


async def test_broker_killed_with_a_backlog_loses_nothing(journal: Journal, broker: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, broker)
    async with receiving(broker, database), up(link):
        first = await record(journal, 40)
        await confirmed(link, first[-1])
        await broker.kill()
        await until(lambda: not link.status.connected, "the loss was noticed")
        backlog = await record(journal, 150)
        assert link.status.backlog >= 150
        await broker.start()
        await confirmed(link, backlog[-1])
    assert link.status.backlog == 0
    assert books(database).missing == 0
    assert {str(entry.id) for entry in first + backlog} <= set(stored_in_order(database))
    assert len(stored_in_order(database)) == books(database).events


async def test_broker_killed_in_the_middle_of_sending_loses_nothing(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, mosquitto)
    async with receiving(mosquitto, database), up(link):
        for _ in range(3):
            entries = await record(journal, 400)
            await mosquitto.kill()
            await mosquitto.start()
        await confirmed(link, entries[-1])
    assert books(database).missing == 0
    assert books(database).events == journal.last_seq
    assert chain(database).watermark == journal.last_seq


async def test_receiver_away_then_back_gets_everything(journal: Journal, mosquitto: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, mosquitto, acknowledged_within_s=0.2)
    async with up(link):
        async with receiving(mosquitto, database):
            first = await record(journal, 10)
            await confirmed(link, first[-1])
        missed = await record(journal, 300)
        # the broker takes the events and says so; without the receiver's word nothing is confirmed
        async with connect(table(mosquitto), "watcher") as watcher:
            await watcher.subscribe(f"{BASE}/events/+")
            await arriving(watcher)
            await arriving(watcher)
        assert link.status.confirmed.seq == first[-1].seq
        async with receiving(mosquitto, database):
            await confirmed(link, missed[-1])
    assert books(database).missing == 0
    assert books(database).events == journal.last_seq


async def test_receiver_repeats_its_acknowledgements_when_it_connects(
    journal: Journal, broker: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, broker)
    async with receiving(broker, database), up(link):
        entries = await record(journal, 3)
        await confirmed(link, entries[-1])
    async with connect(table(broker), "watcher") as watcher:
        ack = f"{BASE}/ack/{journal.epoch}"
        await watcher.publish(ack, b"", retain=True)  # a broker that lost its memory
        await watcher.subscribe(ack)
        async with receiving(broker, database):
            message = await heard(watcher, ack)
    assert json.loads(message.payload)["seq"] == chain(database).watermark


async def test_restored_receiver_gets_what_it_had_confirmed_before(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    link = uplink(journal, mosquitto)
    async with up(link):
        async with receiving(mosquitto, tmp_path / "first.db"):
            early = await record(journal, 20)
            await confirmed(link, early[-1])
        with (
            closing(sqlite3.connect(tmp_path / "first.db")) as db,
            closing(sqlite3.connect(tmp_path / "backup.db")) as backup,
        ):
            db.backup(backup)
        async with receiving(mosquitto, tmp_path / "first.db"):
            late = await record(journal, 20)
            await confirmed(link, late[-1])
        async with receiving(mosquitto, tmp_path / "backup.db"):
            await until(lambda: chain(tmp_path / "backup.db").watermark >= late[-1].seq, "sent again")


async def test_receiver_with_an_empty_store_gets_everything_from_the_beginning(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    link = uplink(journal, mosquitto)
    async with up(link):
        async with receiving(mosquitto, tmp_path / "first.db"):
            early = await record(journal, 20)
            await confirmed(link, early[-1])
        async with receiving(mosquitto, tmp_path / "second.db"):
            late = await record(journal, 1)
            await confirmed(link, late[-1])
            await until(
                lambda: books(tmp_path / "second.db").pending == 0 and books(tmp_path / "second.db").events >= 21,
                "all of it",
            )
            assert chain(tmp_path / "second.db").watermark >= late[-1].seq


async def test_large_batches_pass(journal: Journal, broker: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, broker)
    random = "".join(f"{number * 2654435761 % 2**32:08x}" for number in range(25_000))  # 200 kB, hardly compressible
    await journal.record(note(random))
    entries = await record(journal, 200, "x" * 2000)
    async with receiving(broker, database), up(link):
        await confirmed(link, entries[-1])
    assert books(database).events == journal.last_seq
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT max(length(received)) FROM event").fetchone()[0] > 200_000


async def test_speaks_mqtt_5_as_well(journal: Journal, broker: DemoBroker, tmp_path: Path) -> None:
    database = tmp_path / "receiver.db"
    link = uplink(journal, broker, protocol="5")
    async with receiving(broker, database), up(link):
        entries = await record(journal, 120)
        await confirmed(link, entries[-1])
    assert books(database).missing == 0


async def test_acknowledgements_of_a_journal_that_is_gone_are_ignored(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    forks: list[Fork] = []
    link = uplink(journal, mosquitto, forks)
    async with connect(table(mosquitto), "province") as province:
        old = Acknowledgement("11111111-2222-4333-8444-555555555555", 500, bytes(32))
        await province.publish(f"{BASE}/ack/{old.epoch}", old.payload(), retain=True)
    async with receiving(mosquitto, tmp_path / "receiver.db"), up(link):
        (entry,) = await record(journal, 1)
        await confirmed(link, entry)
    assert not forks


async def test_cursor_survives_the_end_of_the_uplink(journal: Journal, mosquitto: DemoBroker, tmp_path: Path) -> None:
    link = uplink(journal, mosquitto)
    async with receiving(mosquitto, tmp_path / "receiver.db"):
        async with up(link):
            entries = await record(journal, 30)
            await confirmed(link, entries[-1])
        assert await journal.cursor("uplink") == link.status.confirmed
        deliveries = books(tmp_path / "receiver.db").deliveries
        again = uplink(journal, mosquitto)
        async with up(again):
            (entry,) = await record(journal, 1)
            await confirmed(again, entry)
    assert books(tmp_path / "receiver.db").deliveries == deliveries + 1


async def test_what_was_confirmed_while_the_cursor_was_not_written_is_not_sent_again(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    link = uplink(journal, mosquitto)
    async with receiving(mosquitto, tmp_path / "receiver.db"):
        async with up(link):
            entries = await record(journal, 30)
            await confirmed(link, entries[-1])
        await journal.move_cursor("uplink", Cursor(1, 2))  # as after kill -9
        again = uplink(journal, mosquitto)
        async with up(again):
            await confirmed(again, entries[-1])
            (entry,) = await record(journal, 1)
            await confirmed(again, entry)
    assert books(tmp_path / "receiver.db").doubles == 0


async def test_with_the_brokers_word_alone_a_puback_counts(journal: Journal, broker: DemoBroker) -> None:
    link = uplink(journal, broker, acknowledge="broker")
    entries = await record(journal, 230)
    async with up(link):
        await confirmed(link, entries[-1])


async def test_birth_says_who_is_here_and_the_end_says_offline(journal: Journal, broker: DemoBroker) -> None:
    link = uplink(journal, broker)
    async with connect(table(broker), "watcher") as watcher:
        await watcher.subscribe(f"{BASE}/state")
        async with up(link):
            birth = json.loads((await heard(watcher, f"{BASE}/state")).payload)
        goodbye = json.loads((await heard(watcher, f"{BASE}/state")).payload)
    assert birth["state"] == "online"
    assert birth["epoch"] == journal.epoch
    assert birth["key"] == journal.public_key.hex()
    assert birth["version"] == "0.1.0"
    assert goodbye == {"state": "offline"}


async def test_last_will_says_offline_when_the_gateway_vanishes(journal: Journal, mosquitto: DemoBroker) -> None:
    link = uplink(journal, mosquitto)
    async with connect(table(mosquitto), "watcher") as watcher:
        await watcher.subscribe(f"{BASE}/state")
        async with up(link):
            await heard(watcher, f"{BASE}/state")
            # a second client under the same name: the broker throws the first one out without a goodbye
            async with connect(table(mosquitto), "house-1-gw-1"):
                assert json.loads((await heard(watcher, f"{BASE}/state")).payload) == {"state": "offline"}


def alarm(state: AlarmState) -> Draft:
    at = datetime(2026, 11, 21, 7, 10, tzinfo=UTC)
    fact = Alarm(
        id="AL-261121-0003",
        rule="cold-chain",
        version=1,
        state=state,
        room=RoomId("cold-room-1"),
        source="cold-rooms/room-1",
        quantity="Temperature",
        unit="CEL",
        since=at,
        at=at,
        value=Decimal("8.5"),
        minimum=None,
        maximum=Decimal("8.7"),
        limits={"above": Decimal("4.0")},
        message="Kho lạnh 1 quá nóng",
    )
    return draft(Event(at, fact, key=f"alarm|{fact.id}|{state}|0", room=fact.room), SITE)


class JournalThatStopsUs:
    """A journal that fails to be read in the very moment the uplink is told to end."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.task: asyncio.Task[None] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def entries(self, after: Cursor, limit: int = 100) -> list[Entry]:
        assert self.task is not None
        self.task.cancel()
        raise DiskRefuses("just now")


async def test_told_to_end_while_the_connection_breaks_it_ends(journal: Journal, mosquitto: DemoBroker) -> None:
    book = JournalThatStopsUs(journal)
    link = Uplink(
        book, table(mosquitto), SITE, "gw-1", public_key=journal.public_key, describe=lambda: {"version": "0.1.0"}
    )
    book.task = asyncio.create_task(link.run(), name="uplink")
    done, _ = await asyncio.wait({book.task}, timeout=HANG_S)
    assert done
    assert book.task.cancelled()


async def test_an_alarm_stands_on_the_broker_until_it_is_cleared(journal: Journal, broker: DemoBroker) -> None:
    await journal.record(alarm("raised"))
    async with connect(table(broker), "watcher") as watcher:
        await watcher.subscribe(f"{BASE}/alarm/+")
        async with up(uplink(journal, broker)):
            (raised,) = await arriving(watcher)
            assert json.loads(raised.payload)["state"] == "raised"
            assert json.loads(raised.payload)["value"] == 8.5
            await journal.record(alarm("acknowledged"))
            (seen,) = await arriving(watcher)
            assert json.loads(seen.payload)["state"] == "acknowledged"
        await journal.record(alarm("cleared"))  # while nobody is connected
        async with up(uplink(journal, broker)):
            (cleared,) = await arriving(watcher)
        assert (cleared.topic, cleared.payload) == (raised.topic, b"")


async def test_uplink_starts_without_a_broker_and_finds_it_later(
    journal: Journal, mosquitto: DemoBroker, tmp_path: Path
) -> None:
    await mosquitto.stop()
    link = uplink(journal, mosquitto)
    async with up(link), receiving(mosquitto, tmp_path / "receiver.db"):
        entries = await record(journal, 3)
        await until(lambda: "refused" in link.status.error, "it was tried")
        assert link.status.backlog == 3
        await mosquitto.start()
        await confirmed(link, entries[-1])
        assert link.status.error == ""
        assert link.status.last_confirmed_at is not None


async def test_mosquitto_sub_reads_what_we_send(journal: Journal, mosquitto: DemoBroker) -> None:
    (entry,) = await record(journal, 1, "Sầu riêng Ri6")
    program = await asyncio.create_subprocess_exec(
        "mosquitto_sub", "-p", str(mosquitto.port), "-t", f"{BASE}/events/json", "-q", "1", "-C", "1", "-W", "30",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    # whether it has subscribed yet or not: what nobody acknowledges is sent again
    async with up(uplink(journal, mosquitto, acknowledged_within_s=0.1)):
        text, _ = await program.communicate()
    (event,) = json.loads(text)
    assert event["id"] == str(entry.id)
    assert event["data"]["words"] == "Sầu riêng Ri6"
    assert event["hash"] == entry.hash.hex()
