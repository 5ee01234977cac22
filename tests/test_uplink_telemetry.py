"""Readings go up beside the events, with a cursor of their own."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from gateway.journal import Journal
from gateway.mqtt.telemetry import Batch, Sample, Stored, decode
from gateway.mqtt.topics import Heard, Topics
from gateway.reading import DeviceId, Measurement, Reading
from gateway.readings import ReadingsStore, ReadingsTable
from gateway.receiver.store import Arrival, Store
from gateway.uplink import Uplink
from gateway.uplink.telemetry import Telemetry, encode
from tests.brokers import DemoBroker, broker, mosquitto, table, until
from tests.houses import SITE, receiving, up

__all__ = ["broker", "mosquitto"]

PROVINCE = Path(__file__).parent.parent / "docs" / "province"


def link_of(journal: Journal, at: DemoBroker, readings: ReadingsStore) -> Uplink:
    return Uplink(
        journal,
        table(at, acknowledged_within_s=0.5),
        SITE,
        "gw-1",
        public_key=journal.public_key,
        describe=dict,
        readings=readings,
    )


def stored(database: Path) -> list[tuple[int, str, str]]:
    if not database.exists():
        return []
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'telemetry'").fetchone():
            return []
        return db.execute("SELECT row, amount, lane FROM reading ORDER BY row").fetchall()


async def add(readings: ReadingsStore, count: int) -> None:
    for _ in range(count):
        value = Measurement("Temperature", Decimal("4.10"), "CEL")
        readings.add(Reading(DeviceId("cold-rooms"), datetime(2026, 11, 21, tzinfo=UTC), 0.0, value))
    await readings.flush()


def test_the_schema_for_the_province_accepts_a_batch_as_sent() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    good = Sample(7, "cold-rooms/room-1", "Temperature", "CEL", at, Decimal("4.1"), "")
    bad = Sample(8, "cold-rooms/room-1", "Temperature", None, at, None, "sensor broken")
    batch = Batch("11111111-2222-4333-8444-555555555555", 6, "live", (good, bad))
    schema = json.loads((PROVINCE / "telemetry.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.validate(json.loads(encode(batch)))
    assert decode(encode(batch)) == batch
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**json.loads(encode(batch)), "lane": "backlog"})


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"store":"s","after":5,"lane":"live","readings":[]}'])
def test_what_is_no_batch_of_readings_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(payload)


def test_a_batch_beyond_a_hole_is_not_acknowledged(tmp_path: Path) -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    where = Heard(Topics("packhouse", "house-1", "gw-1"), "telemetry/json")

    def arrival(after: int, row: int) -> Arrival:
        sample = Sample(row, "cold-rooms", "Temperature", "CEL", at, Decimal(4), "")
        return Arrival(where, encode(Batch("store", after, "live", (sample,))))

    with closing(Store.open(tmp_path / "receiver.db", "packhouse")) as store:
        said = [store.take([arrival(*place)])[0].ack for place in ((6, 7), (0, 1), (2, 3), (1, 2), (2, 3), (0, 1))]
        assert [word.row for word in said if isinstance(word, Stored)] == [0, 1, 1, 2, 3, 3]
        assert store.acknowledgements("house-1")[0].ack == Stored("store", 3)


async def test_readings_arrive_once_replayed_then_live_and_go_on_after_a_restart(
    journal: Journal, broker: DemoBroker, tmp_path: Path
) -> None:
    database = tmp_path / "receiver.db"
    async with ReadingsStore.open(tmp_path / "home", ReadingsTable()) as readings:
        await add(readings, 1200)
        async with receiving(broker, database):
            async with up(link_of(journal, broker, readings)):
                await until(lambda: len(stored(database)) == 1200, "the old ones")
                await add(readings, 3)
                await until(lambda: len(stored(database)) == 1203, "the new ones")
                follower = f"telemetry {readings.store}"
            await add(readings, 1)
            async with up(link_of(journal, broker, readings)):
                await until(lambda: len(stored(database)) == 1204, "and after a restart")
        assert (await journal.cursor(follower)).seq >= 1200
    rows = stored(database)
    assert [row for row, _, _ in rows] == list(range(1, 1205))
    assert {amount for _, amount, _ in rows} == {"4.1"}
    assert [lane for _, _, lane in rows] == ["replayed"] * 1200 + ["live"] * 3 + ["replayed"]


async def test_a_receiver_that_lost_its_database_gets_again_what_the_gateway_still_has(
    journal: Journal, broker: DemoBroker, tmp_path: Path
) -> None:
    first, second = tmp_path / "receiver.db", tmp_path / "another.db"
    async with ReadingsStore.open(tmp_path / "home", ReadingsTable()) as readings:
        await add(readings, 700)
        async with up(link_of(journal, broker, readings)):
            async with receiving(broker, first):
                await until(lambda: len(stored(first)) == 700, "all of them")
            await add(readings, 3)
            async with receiving(broker, second):
                await until(lambda: len(stored(second)) == 703, "all of them once more")
                await add(readings, 2)
                await until(lambda: len(stored(second)) == 705, "and it goes on")
        assert (await journal.cursor(f"telemetry {readings.store}")).seq >= 703
    assert [row for row, _, _ in stored(second)] == list(range(1, 706))


async def test_only_a_word_said_just_now_takes_telemetry_back(journal: Journal, tmp_path: Path) -> None:
    async with ReadingsStore.open(tmp_path / "home", ReadingsTable()) as readings:
        telemetry = Telemetry(readings, journal, Topics("packhouse", "house-1", "gw-1"), "receiver", 1.0)
        for word, live, confirmed in ((5, False, 5), (3, False, 5), (0, True, 0), (7, True, 7)):
            telemetry.hear(Stored(readings.store, word), live=live)
            assert telemetry.confirmed == confirmed
        telemetry.hear(Stored("another store", 1), live=True)
        assert telemetry.confirmed == 7
